//! Names, units and meaning (C01 to C15).

use std::fmt::Write as _;

use super::*;

#[test]
fn c01_given_twice_shows_both_places() {
    let cases = [
        "param a = 1\nparam a = 2\n",
        "set s = x, y\nset s = z\n",
        "set s = x, y, x\n",
        "param a = 1\nscenario x { a = 2 }\nscenario x { a = 3 }\n",
        "unit TEU\nunit TEU\n",
        "function f(x) = x\nfunction f(x) = 2 * x\n",
        "source k \"one\"\nsource k \"two\"\n",
    ];
    for text in cases {
        let found = said(&format!("{YEARS}{text}"));
        assert_eq!(
            found.iter().map(|d| d.code.name()).collect::<Vec<_>>(),
            ["duplicate"],
            "{text}"
        );
        let spans: Vec<_> = found.iter().flat_map(|d| &d.labels).map(|l| l.span.start).collect();
        assert!(spans.len() == 2 && spans[0] != spans[1], "{text}: {spans:?}");
    }
}

#[test]
fn c02_names_that_differ_by_case_or_look_alike() {
    assert_eq!(check_codes("param growth = 1\nparam Growth = 2\n"), ["similar-names"]);
    assert_eq!(check_codes("set p = China, china\n"), ["similar-names"]);
    // The second has a Cyrillic letter.
    assert_eq!(check_codes("param rate = 1\nparam r\u{430}te = 2\n"), ["similar-names"]);
    assert_eq!(check_codes("param x1 = 1\nparam xl = 2\nparam müə = 3\nparam mue = 4\n"), [""; 0]);
    // A name in two Unicode forms is one name.
    assert_eq!(check_codes("param caf\u{e9} = 1\nparam cafe\u{301} = 2\n"), ["duplicate"]);
    assert_eq!(check_codes("param caf\u{e9} = 1\nshow cafe\u{301}\n"), [""; 0]);
}

#[test]
fn c03_undefined_misspelt_and_used_before_its_definition() {
    assert_eq!(check_codes("var x\nx = y\nshow x\n"), ["unknown-name"]);
    assert_eq!(check_codes("show x\nx = 2 * a\nvar x\nparam a = 1\n"), [""; 0]);
    let mut text = YEARS.to_owned();
    for n in 0..5_000 {
        let _ = writeln!(text, "param name_{n} = {n}");
    }
    text.push_str("var x\nx = nmae_42\n");
    let found = soon(|| said(&text));
    assert_eq!(found.len(), 1);
    assert!(found[0].help[0].contains("did you mean `name_"), "{:?}", found[0].help);
}

#[test]
fn c04_circles_in_one_year() {
    assert_eq!(run_codes("var x\nx = 1 * x + 1\nshow x\n"), ["no-convergence"]);
    let mut text = String::new();
    for n in 0..1_000 {
        let _ = writeln!(text, "var v{n}\nv{n} = v{} + 1", (n + 1) % 1_000);
    }
    let found = soon(|| run(&format!("{YEARS}{text}show v0\n")));
    assert_eq!(found.iter().map(|d| d.code.name()).collect::<Vec<_>>(), ["no-convergence"]);
    let shown = render_plain(&found);
    assert!(shown.len() < 20_000, "a long circle is cut: {} bytes", shown.len());
}

#[test]
fn c05_a_lag_without_its_first_value_names_the_year() {
    let found = said(&format!("{YEARS}var x\nx = x[t-2] + 1\n"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.name(), "lag-before-start");
    assert!(found[0].message.contains("2022"), "{}", found[0].message);
}

#[test]
fn c07_units_that_do_not_fit_show_both_places() {
    let head = "currency EUR = 1.1 USD\nunit km\n";
    for (text, places) in [
        ("param a = 3 mn USD + 5%\n", 2),
        ("param a = 3 km + 2 years\n", 2),
        ("param a = if 3 km > 2 USD then 1 else 2\n", 2),
        ("param b = 2 USD\nparam a: USD = b * b\n", 1),
    ] {
        let found = said(&format!("{YEARS}{head}{text}"));
        assert_eq!(
            found.iter().map(|d| d.code.name()).collect::<Vec<_>>(),
            ["unit-mismatch"],
            "{text}"
        );
        assert_eq!(found[0].labels.len(), places, "{text}");
    }
    // A second currency with a rate is money all the same.
    assert_eq!(check_codes(&format!("{head}param a = 3 mn USD + 2 mn EUR\n")), [""; 0]);
}

#[test]
fn c08_five_where_five_percent_was_likely() {
    assert_eq!(check_codes("param g: percent = 5\n"), ["percent-missing"]);
    let untyped = "param g = 5\nvar x\nx[first] = 1\nx = x[t-1] * (1 + g)\n";
    assert_eq!(check_codes(untyped), ["percent-missing"]);
    assert_eq!(check_codes(&untyped.replace("= 5", "= 0.05")), [""; 0]);
    assert_eq!(check_codes("param n = 5\nvar x\nx = 2 * n\n"), [""; 0]);
}

#[test]
fn c09_shares_over_the_whole_and_sums_that_miss_it() {
    assert_eq!(check_codes("param s = 120% in 0%..100%\n"), ["out-of-bounds"]);
    assert_eq!(check_codes("param s = -5% in 0%..100%\n"), ["out-of-bounds"]);
    assert_eq!(
        check_codes("param s = 5% -> 120% over 2026..2030 in 0%..100%\n"),
        ["out-of-bounds"]
    );
    for (share, sum) in [("69.9%", "99.9%"), ("70.1%", "100.1%")] {
        let found = said(&format!("{YEARS}param a = discrete(1: 30%, 2: {share})\n"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code.name(), "distribution");
        assert!(found[0].message.contains(sum), "{}", found[0].message);
    }
    assert_eq!(check_codes("param a = discrete(1: 30%, 2: 70%)\n"), [""; 0]);
}

#[test]
fn c10_percentages_beyond_belief() {
    assert_eq!(check_codes("param duty: percent = -150%\n"), ["percent-extreme"]);
    assert_eq!(check_codes("param duty: percent = 1000000%\n"), ["percent-extreme"]);
    assert_eq!(check_codes("param g: percent = 326% then 8% from 2026\n"), [""; 0]);
}

#[test]
fn c11_names_that_the_language_keeps() {
    assert_eq!(check_codes("function sum(a) = a\n"), ["shadows-builtin"]);
    assert_eq!(check_codes("param t = 1\n"), ["shadows-builtin"]);
    assert_eq!(check_codes("set s = first, second\n"), ["shadows-builtin"]);
    // Keywords are names where the grammar asks for none.
    assert_eq!(check_codes("set s = to, data, years\nparam over[s] = 1\nshow over[to]\n"), [""; 0]);
}

#[test]
fn c12_years_reversed_single_broken() {
    assert_eq!(codes("years 2030..2025\nparam a = 1\n"), ["reversed-years"]);
    assert_eq!(codes("years 2025..2025\nparam a = 1\nshow a\n"), [""; 0]);
    assert_eq!(codes("years 2025.5..2030\nparam a = 1\n"), ["not-a-year"]);
    assert_eq!(codes("years 2025\nparam a = 1\n"), ["syntax"]);
    assert_eq!(check_codes("param a = 5% -> 0% over 2030..2030\n"), ["reversed-years"]);
}

#[test]
fn c13_values_outside_the_years_and_twice_in_one() {
    assert_eq!(check_codes("var x\nx[2040] = 1\nx = 2\n"), ["year-outside"]);
    assert_eq!(check_codes("param a = 5% then 0% from 2040\n"), ["year-unused"]);
    assert_eq!(check_codes("param a = 5% -> 0% over 2026..2040\n"), [""; 0]);
    assert_eq!(check_codes("param a = [2024: 1, 2040: 2, 2050: 3]\n"), ["year-unused"]);
    assert_eq!(check_codes("param a = [2026: 1, 2026: 2]\n"), ["duplicate"]);
    let found = said(&format!("{YEARS}var x\nx = 1\nx[2030] = 2\nx[2030] = 3\n"));
    assert_eq!(found.iter().map(|d| d.code.name()).collect::<Vec<_>>(), ["defined-twice"]);
    assert_eq!(found[0].labels.len(), 2);
}

#[test]
fn c14_wrong_arguments_show_the_signature() {
    for text in ["param a = sqrt(1, 2)\n", "param a = normal(1)\n", "param a = div(1)\n"] {
        let found = said(&format!("{YEARS}{text}"));
        assert_eq!(
            found.iter().map(|d| d.code.name()).collect::<Vec<_>>(),
            ["wrong-arguments"],
            "{text}"
        );
        assert!(found[0].help[0].contains('('), "{text}");
    }
    assert_eq!(check_codes("function f(x, y) = x\nparam a = f(1)\n"), ["wrong-arguments"]);
    assert_eq!(check_codes("set s = u, v\nparam a = sqrt(u)\n"), ["unit-mismatch"]);
}

#[test]
fn c15_what_nothing_uses() {
    assert_eq!(check_codes("param a = 1\nparam b = 2\nshow b\n"), ["unused-input"]);
    assert_eq!(check_codes("function f(x) = x\nparam b = 2\nshow b\n"), ["unused-function"]);
    assert_eq!(check_codes("source k \"one\"\nparam b = 2\nshow b\n"), ["unused-source"]);
    assert_eq!(check_codes("param b = 2\nscenario x { b = 3 }\nshow b\n"), ["unused-scenario"]);
    assert_eq!(check_codes("var x\nx = if 1 > 2 then 1 else 2\nshow x\n"), ["constant-condition"]);
    // A script without queries is asked at the prompt: nothing in it is unused.
    assert_eq!(check_codes("param a = 1\nscenario x { a = 3 }\n"), [""; 0]);
}
