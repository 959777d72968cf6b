//! Units, currencies and percentages: what is refused, and values against closed forms.

use mizan::data::MemoryFiles;
use mizan::session::load_with;

use crate::outcome::outcome;

const HEAD: &str = "years 2024..2026\ncurrency USD\nunit TEU\n";

/// The codes that a script gives, and whether all its checks pass. It may read the file `t.csv`.
fn said(script: &str) -> (Vec<&'static str>, bool) {
    let mut files = MemoryFiles::default();
    files.add("t.csv", "who,y,v\na,2024,0\na,2025,10\na,2026,20\nb,2024,3\nb,2025,3\nb,2026,3\n");
    outcome(load_with("test.mizan", script, &files))
}

fn refused(script: &str, code: &str) {
    let codes = said(&format!("{HEAD}{script}")).0;
    assert!(!codes.is_empty() && codes.iter().all(|found| *found == code), "{script}: {codes:?}");
}

fn holds(script: &str) {
    assert_eq!(said(&format!("{HEAD}{script}")), (Vec::new(), true), "{script}");
}

#[test]
fn a_zero_with_a_unit_keeps_its_unit() {
    for script in [
        "show 5 USD + 0 TEU\n",
        "show 0% + 5 USD\n",
        "param z: percent = 0 years\nshow z\n",
        "param z: money = 0%\nshow z\n",
        "check 1 USD == 0 TEU\n",
        "check 1 USD > 0%\n",
        "param x = 1 USD\nparam y = if x > 1 USD then 0 TEU else 2 USD\nshow y\n",
        "set s = a, b\nparam x[s] = { a: 0 TEU, b: 2 USD }\nshow x[*]\n",
        "set s = a, b\nparam x[s]: money = { a: 0 days, else: 2 USD }\nshow x[*]\n",
        "set s = a, b\nset c = d, e\nparam x[s, c]: money = {\n | s | d: TEU | e: USD |\n | a | 0 | 1 |\n | b | 0 | 2 |\n}\nshow x[*, *]\n",
        "show max(0 TEU, 5 USD)\n",
        "show min(0, 5 USD, 0 TEU)\n",
        "param x = 0 TEU -> 5 USD over 2024..2026\nshow x\n",
        "param x = 0 -> 5 USD over 2024..2025 -> 3 TEU over 2025..2026\nshow x\n",
        "param x: money = [2024: 0 TEU, 2026: 5 USD]\nshow x\n",
        "param x = 1 USD\nscenario d { x = 0 TEU }\nshow x for d\n",
        "param x = uniform(0 TEU, 5 USD)\nshow x\n",
        "param x = normal(5 USD, 1 USD, min: 0 TEU)\nshow x\n",
        "param x = discrete(0 TEU: 50%, 5 USD: 50%)\nshow x\n",
        "param x: money = discrete(0: 50%, 5: 50%)\nshow x\n",
        "show div(1 USD, 1 TEU, else: 0 years)\n",
        "total x: money\nx += 0 TEU\nshow x\n",
        "param x: money = data(\"t.csv\", who: \"b\", year: y, value: v, unit: USD, missing: 0 TEU)\nshow x\n",
    ] {
        let codes = said(&format!("{HEAD}{script}")).0;
        assert!(codes.contains(&"unit-mismatch"), "{script}: {codes:?}");
    }
}

#[test]
fn a_bare_zero_has_every_unit() {
    holds("check 5 USD + 0 == 5 USD\ncheck 1 USD > 0\ncheck max(0, -5 TEU) == 0\n");
    holds("param x = 0 -> 4 USD over 2024..2026\ncheck x in 2025 == 2 USD\n");
    holds("param x = [2024: 0, 2026: 4 USD]\ncheck x in 2025 == 2 USD\n");
    holds("param x = [2024: 4 USD, 2025: 0, 2026: 8 USD]\ncheck x in 2026 == 8 USD\n");
    holds("param x = uniform(0, 4 USD)\ncheck x == 2 USD\n");
    holds(
        "param x: money = data(\"t.csv\", who: \"b\", year: y, value: v, unit: USD, missing: 0)\ncheck x == 3 USD\n",
    );
    holds("param x = 3 USD\nscenario d { x = 0 }\ncheck x == 0 for d\n");
}

/// The help of the warning for a percentage without its sign tells whether a value is taken for one.
fn is_percentage(value: &str) -> bool {
    let script = format!("{HEAD}param jobs = 1_000\nparam share = 5%\nparam x = {value}\nshow x\n");
    let model = load_with("test.mizan", &script, &MemoryFiles::default()).model.expect("a model");
    let quantity = model.quantities.iter().find(|quantity| quantity.name == "x").expect("x");
    matches!(quantity.kind, mizan::model::Kind::Plain { percent: true, .. })
}

#[test]
fn a_number_times_a_percentage_is_a_number() {
    for number in [
        "1_000 * 5%",
        "5% * 1_000",
        "jobs * share",
        "jobs + jobs * share",
        "jobs * (1 + share)",
        "jobs + share",
        "share / share",
        "2 * share",
    ] {
        assert!(!is_percentage(number), "{number}");
    }
    for percentage in [
        "share * share",
        "10% * 50%",
        "share + share",
        "share + 2 pp",
        "1 + share",
        "1 - share",
        "(1 + share) * (1 - share)",
        "-share",
        "max(share, 1%)",
    ] {
        assert!(is_percentage(percentage), "{percentage}");
    }
    // A scenario that gives another number of jobs is not told to write a percent sign.
    holds(
        "param jobs = 1_000\nparam x = jobs + jobs * 5%\nscenario d { x = 1_100 }\ncheck x == 1_100 for d\n",
    );
}

#[test]
fn constant_fractional_powers_have_a_unit() {
    holds("param m = 16 USD\ncheck m ^ 0.5 * m ^ 0.5 == 16 USD\ncheck sqrt(m) == m ^ (1 / 2)\n");
    holds("param m = 16 USD\ncheck sqrt(m * m) == 16 USD\ncheck (m ^ 2) ^ (1 / 2) == 16 USD\n");
    holds(
        "param k = 32 USD\nparam l = 243 TEU\nparam y: USD^0.4*TEU^0.6 = k ^ 0.4 * l ^ 0.6\n\
        check y / (1 USD ^ 0.4 * 1 TEU ^ 0.6) == 108 within 1e-9\n",
    );
    holds("param m = 8 USD\nparam a: USD^(1/3) = m ^ (1 / 3)\ncheck a ^ 3 == 8 USD\n");
    holds("param k = 7 USD\nparam l = 7 USD\ncheck k ^ 0.3 * l ^ (1 - 0.3) == 7 USD\n");
    holds(
        "set s = a\nset c = d\nparam x[s, c]: USD^0.5 = {\n | s | d: USD^0.5 |\n | a | 3 |\n}\ncheck x[a, d] ^ 2 == 9 USD\n",
    );
    refused("param m = 16 USD\nshow m ^ 0.5 + 1 USD\n", "unit-mismatch");
    refused("param m = 16 USD\nparam a = 0.5\nshow m ^ a\n", "unit-mismatch");
    refused("param m = 16 USD\nshow m ^ 0.1234567\n", "number-range");
    refused("set s = a, b\nparam x[s] = 2 USD\nshow product(x[*])\n", "unit-mismatch");
}

#[test]
fn exponents_of_units_are_read_as_written_or_refused() {
    for unit in
        ["USD^1000000000", "USD^99999999999999999999", "1/USD^101", "USD^100*USD", "USD^0.12345"]
    {
        let unit = unit.trim_start_matches("1/");
        refused(&format!("param x: {unit} = 5\nshow x\n"), "number-range");
    }
    refused("param x: USD^2.5 = 5 USD\nshow x\n", "unit-mismatch");
    refused("param x: USD^9 = 5 USD ^ 8\nshow x\n", "unit-mismatch");
    refused("param x = (1 USD) ^ 60\nshow x * x\n", "number-range");
    holds("param x: USD^9 = (2 USD) ^ 9\ncheck x == 512 * (1 USD) ^ 9\n");
}

#[test]
fn a_span_of_years_is_a_number_in_an_exponent_and_in_a_function() {
    holds(
        "param r = 5%\ncheck exp(-r * (t - first)) in 2025 == 0.951229424500714 within 1e-15\n\
        check (1 + r) ^ -(t - first) in 2026 == 0.907029478458050 within 1e-15\n\
        check sin(t - first) in 2025 == 0.841470984807897 within 1e-15\n",
    );
    refused("show exp(3 days)\n", "unit-mismatch");
    refused("show exp(3 USD)\n", "unit-mismatch");
}

#[test]
fn a_rate_is_an_amount_of_money_above_0() {
    for (rate, code) in [
        ("1.7", "unit-mismatch"),
        ("5%", "unit-mismatch"),
        ("0", "unit-mismatch"),
        ("2 TEU", "unit-mismatch"),
        ("1.7 / 1 TEU", "unit-mismatch"),
        ("2 pp", "unit-mismatch"),
        ("2024", "unit-mismatch"),
        ("0 USD", "out-of-bounds"),
        ("-1 USD", "out-of-bounds"),
        ("1 / -1.7 USD", "out-of-bounds"),
        ("1 USD -> -1 USD over 2024..2026", "out-of-bounds"),
        ("[2024: 1 USD, 2026: 0 USD]", "out-of-bounds"),
    ] {
        refused(&format!("currency AZN = {rate}\nparam x = 17 mn AZN\nshow x\n"), code);
    }
    refused("unit box = 0 TEU\nparam x = 17 box\nshow x\n", "out-of-bounds");
    refused("unit box = -2 TEU\nparam x = 17 box\nshow x\n", "out-of-bounds");
    // A rate that only a run knows is checked in the run, in scenarios too.
    refused("param r = -2\ncurrency AZN = r * 1 USD\nparam x = 17 AZN\nshow x\n", "out-of-bounds");
    refused(
        "param r = 2\ncurrency AZN = r * 1 USD\nparam x = 17 AZN\n\
        scenario d { r = 0 }\nshow x for d\n",
        "out-of-bounds",
    );
}

#[test]
fn currencies_are_declared_in_any_order() {
    holds("currency GBP = 1.25 EUR\ncurrency EUR = 1.1 USD\ncheck 8 GBP == 11 USD\n");
    holds("unit truck = 2 box\nunit box = 0.5 TEU\ncheck 3 truck == 3 TEU\n");
    let before = "currency EUR = 1.1 USD\nyears 2024..2025\ncurrency USD\ncheck 10 EUR == 11 USD\n";
    assert_eq!(said(before), (Vec::new(), true));
    refused("currency GBP = 1.25 EUR\ncurrency EUR = 0.8 GBP\nshow 1 EUR\n", "given-cycle");
    refused("currency GBP = 1.25 GBP\nshow 1 GBP\n", "given-cycle");
}

#[test]
fn a_devaluation_is_a_scenario() {
    let amounts =
        "param wages = 10 mn EUR\ncheck wages == 11 mn USD\ncheck wages == 13 mn USD for d\n";
    holds(&format!("param r = 1.1\ncurrency EUR = r * 1 USD\nscenario d {{ r = 1.3 }}\n{amounts}"));
    holds(&format!("currency EUR = r * 1 USD\nparam r = 1.1\nscenario d {{ r = 1.3 }}\n{amounts}"));
    holds(&format!("param r = 1.1 USD\ncurrency EUR = r\nscenario d {{ r = 1.3 USD }}\n{amounts}"));
    holds(&format!("currency EUR = 1.1 USD\nscenario d {{ EUR = 1.3 USD }}\n{amounts}"));
    holds(&format!("currency EUR = 1.1 USD\nscenario d {{ EUR *= 13 / 11 }}\n{amounts}"));
    // Of a currency that another one is defined by, and of the inverse.
    holds(
        "currency GBP = 1.25 EUR\ncurrency EUR = 1.1 USD\nscenario d { EUR = 1 / 0.5 USD }\n\
        param x = 8 GBP\ncheck x == 11 USD\ncheck x == 20 USD for d\n",
    );
    // From a year on, in lags and in growth rates.
    holds(
        "param r = 1 -> 2 over 2024..2026\ncurrency EUR = r * 1 USD\nparam x = 10 EUR\n\
        check x in 2025 == 15 USD\ncheck growth(x) in 2025 == 50%\ncheck growth(10 EUR) in 2025 == 50%\n\
        check 10 EUR in 2026 == 20 USD\n",
    );
    // Amounts of a data file.
    holds(
        "param r = 2\ncurrency EUR = r * 1 USD\nscenario d { r = 3 }\n\
        param x: money = data(\"t.csv\", who: \"a\", year: y, value: v, unit: EUR)\n\
        check x in 2025 == 20 USD\ncheck x in 2026 == 60 USD for d\n",
    );
    refused("param r = 2\nunit box = r * 1 TEU\nshow 3 box\n", "not-constant");
}

#[test]
fn the_unit_of_a_parameter_does_not_depend_on_the_order() {
    for script in [
        "param a = b * 2\nparam b = 3 USD\ncheck a == 6 TEU\n",
        "param a = c\nparam b = 3 USD\nparam c = b\ncheck a == 6 TEU\n",
        "function twice(x) = x * b\nparam a = twice(2)\nparam b = 3 USD\ncheck a == 6 TEU\n",
        "set s = x, y\nparam a[s] = { x: b, else: 0 }\nparam b = 3 USD\ncheck a[x] == 6 TEU\n",
    ] {
        refused(script, "unit-mismatch");
        holds(
            &script.replace("6 TEU", "6 USD").replace("= c", "= 2 * c").replace("x: b", "x: 2 * b"),
        );
    }
    refused("param x = 5 USD in 0..10 TEU\nshow x\n", "unit-mismatch");
    refused("param x: money = 5 USD in 0..100%\nshow x\n", "unit-mismatch");
    holds(
        "param x = 5 USD in 0..10 USD\nparam y: years = 2 years in 0..10\ncheck x == 5 USD\ncheck y == 2 years\n",
    );
}

/// An amount that is written once is that much for each cell; the report names it, unless there is one cell only.
#[test]
fn an_amount_for_each_cell_is_named() {
    let script = "years 2024..2026\ncurrency USD\nuse trade\nset partner = China\nset sector = food, cars\nimports bought { base: 100 mn USD, growth: 5% }\nimports one on food { base: 1 mn USD }\nshow sum(imports[*, *])\n";
    let model = load_with("test.mizan", script, &MemoryFiles::default()).model.expect("a model");
    let report = mizan::analysis::answer(&model).expect("answers");
    let named = report.repeated.iter().map(|one| (one.name.as_str(), one.value, one.cells));
    assert_eq!(named.collect::<Vec<_>>(), [("bought.base", 100e6, 2)]);
}
