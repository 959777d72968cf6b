//! Reductions over years, against closed forms of a geometric series and of a straight line.

use mizan::session;

use crate::outcome::outcome;

const SERIES: &str = "years 2024..2030\ncurrency USD\nset partner = China, Turkey\n\
    var imports: mn USD = 100 mn USD * 1.05 ^ (t - first)\n\
    var line[p: partner]: mn USD = (if p == China then 1 mn USD else 3 mn USD) * (t - first) / 1 year\n";

/// Returns true if a script runs without a message and all its checks hold.
fn holds(lines: &str) -> bool {
    outcome(session::load("range.mizan", &format!("{SERIES}{lines}\n"))) == (Vec::new(), true)
}

/// 100 * (1.05^7 - 1) / 0.05 = 814.2008453125, and the last value is 100 * 1.05^6 = 134.0095640625.
#[test]
fn reductions_over_all_years_match_the_geometric_series() {
    for (value, right, wrong) in [
        ("sum(t in first..last: imports)", "814.2008453125", "814.3"),
        ("mean(t in first..last: imports)", "116.3144064732142857", "116.4"),
        ("max(t in first..last: imports)", "134.0095640625", "133"),
        ("min(t in 2025..2026: imports)", "105", "100"),
        ("sum(y in 2025..2026: imports[y])", "215.25", "215"),
        ("sum(t in 2026..2026: imports)", "110.25", "110"),
        // 0 + 1 + ... + 6 = 21 for China, and three times that for Turkey.
        ("sum(t in first..last, p in partner: line[p])", "84", "83"),
        ("sum(p in partner, t in first..last: line[p])", "84", "83"),
        ("mean(t in first..last, p in partner: line[p])", "6", "5"),
        ("sum(t in first..last where imports > 120 mn USD: imports)", "383.1883453125", "383"),
        ("sum(t in first..last, p in partner where p == China: line[p])", "21", "22"),
    ] {
        assert!(holds(&format!("check {value} == {right} mn USD within 0.000000001%")), "{value}");
        assert!(!holds(&format!("check {value} == {wrong} mn USD")), "{value}");
    }
    assert!(holds(
        "check product(t in 2025..2027: 1 + growth(imports)) == 1.157625 within 0.000000001%"
    ));
    assert!(holds("check any(t in first..last: imports > 134 mn USD)"));
    assert!(!holds("check any(t in first..last: imports > 135 mn USD)"));
}

/// The weighted lags of a straight line x = n are n + 0.5 (n - 1) + 0.25 (n - 2) = 1.75 n - 1.
#[test]
fn ranges_around_the_current_year_are_lags() {
    let lags = "var lagged: mn USD = if t >= 2026 then sum(k in 0..2: 0.5 ^ k * line[China, t-k]) else 0 mn USD\n\
        var centred: mn USD = if t >= 2026 then mean(t in t-2..t: line[China]) else 0 mn USD\n";
    assert!(holds(&format!(
        "{lags}check lagged in 2030 == 9.5 mn USD\ncheck centred in 2030 == 5 mn USD"
    )));
    assert!(!holds(&format!("{lags}check lagged in 2030 == 9.6 mn USD")));
}

/// A change in one year changes the sum over the years by the same amount.
#[test]
fn reductions_over_years_follow_a_scenario() {
    let text = "scenario more { imports += 7 mn USD in 2027 }\n\
        check sum(t in first..last: imports) == 821.2008453125 mn USD within 0.000000001% for more\n\
        check baseline(sum(t in first..last: imports)) == 814.2008453125 mn USD within 0.000000001% for more";
    assert!(holds(text));
    assert!(!holds(&text.replace("821", "822")));
}

/// A function of Mizan takes its argument over the years, and an outer index keeps its name.
#[test]
fn functions_and_indices_reach_into_the_range() {
    assert!(holds(
        "function total(x) = sum(t in first..last: x)\n\
         var all[p: partner]: mn USD = total(line[p])\n\
         check all[Turkey] == 63 mn USD\ncheck sum(p in partner: sum(t in first..last: line[p])) == 84 mn USD"
    ));
}

#[test]
fn a_range_that_cannot_be_used_is_refused() {
    for (value, code) in [
        ("sum(t in first..t: imports)", "reduction-range"),
        ("sum(t in 2026..2025: imports)", "reduction-range"),
        ("sum(y in 2025..2026: imports)", "reduction-range"),
        ("hhi(t in 2025..2026: imports)", "reduction-range"),
        ("max(t in 2025..2026 where imports > 0 mn USD: imports)", "reduction-range"),
        ("sum(k in 0..5000: 0.5 ^ k)", "reduction-range"),
        ("sum(t in 2025..2040: imports)", "year-outside"),
        ("sum(t in first..last: change(imports))", "year-outside"),
        ("max(imports)", "nothing-to-reduce"),
        ("sum(imports[2025..2027])", "syntax"),
    ] {
        let (codes, _) = outcome(session::load("range.mizan", &format!("{SERIES}show {value}\n")));
        assert_eq!(codes, [code], "{value}");
    }
}
