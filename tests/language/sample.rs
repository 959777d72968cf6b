//! Distributions of a column of a file: `empirical(data(...))`.

use mizan::analysis::answer_with;
use mizan::data::MemoryFiles;
use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;
use mizan::results::{Answer, Spread};
use mizan::session::{Program, load_with};

const HEAD: &str = "years 2024..2026\ncurrency USD\nset part = a, b\n";
const CHANGES: &str = "year,flow,change\n2019,M,-3\n2020,M,\n2021,M,1\n2022,X,50\n2023,M,8\n";

fn load(script: &str, file: &str) -> Program {
    let mut files = MemoryFiles::default();
    files.add("t.csv", file.as_bytes());
    load_with("test.mizan", &format!("{HEAD}{script}"), &files)
}

fn codes(program: &Program) -> Vec<&'static str> {
    program.diagnostics.iter().map(|found| found.code.name()).collect()
}

/// Returns the statistics of the first query's value in the last year.
fn spread(script: &str, file: &str) -> Spread {
    let program = load(script, file);
    let model = program.model.unwrap_or_else(|| panic!("{:#?}", program.diagnostics));
    let simulation = Simulation { draws: 20_000, seed: 3, method: Method::Plain };
    let report = answer_with(&model, Some(&simulation), &|_| {}).expect("an answer");
    let Answer::Show { panels } = &report.answers[0] else { panic!("a table") };
    panels[0].series[0].spread.last().cloned().flatten().expect("a spread")
}

const FROM: &str = "empirical(data(\"t.csv\", flow: \"M\", value: change, na: \"\", unit: percent)";

/// Of -3, 1 and 8 the mean is 2 and the variance 62 / 3; the year that has no value and the other
/// flow are left out.
#[test]
fn draws_are_the_values_of_the_rows_that_the_filters_leave() {
    let whole = spread(&format!("param x = {FROM})\nshow x\n"), CHANGES);
    assert!((whole.mean - 0.02).abs() < 5.0 * whole.error, "{whole:?}");
    assert!((whole.sd / (62e-4_f64 / 3.0).sqrt() - 1.0).abs() < 0.02, "{whole:?}");
    assert_eq!(whole.quantiles, [-0.03, -0.03, 0.01, 0.08, 0.08]);
    // A third of the draws each: a share of 20,000 has a standard error of 0.0033.
    let chance =
        spread(&format!("param x = {FROM})\nshow probability(x == 8%) in 2026\n"), CHANGES);
    assert!((chance.mean - 1.0 / 3.0).abs() < 0.015, "{chance:?}");
    // Elements are drawn one by one, and so are years: 2/3 of 62 / 3 is the variance of a mean of two.
    let two = spread(&format!("param x[part] = {FROM})\nshow mean(x[*])\n"), CHANGES);
    assert!((two.sd / (62e-4_f64 / 6.0).sqrt() - 1.0).abs() < 0.02, "{two:?}");
    let walk = format!("var y\ny[first] = 0\ny = y[t-1] + {FROM}) per year\nshow y\n");
    let walk = spread(&walk, CHANGES);
    assert!((walk.sd / (124e-4_f64 / 3.0).sqrt() - 1.0).abs() < 0.02, "{walk:?}");
}

const PARTS: &str = "name,change\na,1\nb,10\na,3\nb,10\nb,40\n";
const EACH: &str = "empirical(data(\"t.csv\", part: name, value: change))";

/// Of 1 and 3 the mean is 2 and the variance 1; of 10, 10 and 40 they are 20 and 200.
#[test]
fn each_element_draws_from_its_own_rows() {
    let meets = |script: &str, mean: f64, variance: f64| {
        let found = spread(script, PARTS);
        assert!((found.mean - mean).abs() < 5.0 * found.error, "{script}: {found:?}");
        assert!((found.sd / variance.sqrt() - 1.0).abs() < 0.02, "{script}: {found:?}");
    };
    let param = format!("param x[part] = {EACH}\n");
    meets(&format!("{param}show x[a]\n"), 2.0, 1.0);
    meets(&format!("{param}show x[b]\n"), 20.0, 200.0);
    meets(&format!("{param}show sum(x[*])\n"), 22.0, 201.0);
    let named = EACH.replace("part:", "i:");
    meets(&format!("param x[i: part] = 2 * {named}\nshow x[b]\n"), 40.0, 800.0);
    meets(&format!("param x[part] = {{ a: 5, else: {EACH} }}\nshow x[b]\n"), 20.0, 200.0);
    meets(&format!("param x[part] = {{ a: 5, b: {EACH} }}\nshow x[b]\n"), 20.0, 200.0);
    let pair = format!("set side = l, r\nparam x[side, part] = {{ l: 0, r: {EACH} }}\n");
    meets(&format!("{pair}show x[r, b]\n"), 20.0, 200.0);
    let walk = format!("var y[part]\ny[k, first] = 0\ny[k] = y[k, t-1] + {EACH} per year\n");
    meets(&format!("{walk}show y[a]\n"), 4.0, 2.0);
    let total = EACH.replace("part:", "k:");
    // Written once it is one quantity, high or low for both: 10 is the covariance.
    meets(&format!("var z = sum(k in part: {total} per year)\nshow z\n"), 22.0, 221.0);
    // A quoted text keeps rows where there is no such index.
    let one = EACH.replace("part: name", "name: \"b\"");
    meets(&format!("param x = {one}\nshow x\n"), 20.0, 200.0);
}

#[test]
fn rows_and_elements_must_meet() {
    let code = |script: &str, file: &str| codes(&load(&format!("{script}\n"), file));
    let param = format!("param x[part] = {EACH} each part");
    assert_eq!(code(&param, "name,change\na,1\n"), ["missing-key"]);
    assert_eq!(code(&param, "name,change\na,1\nb,\n"), ["csv-missing-value"]);
    let other = format!("{PARTS}c,1\nc,2\n");
    assert_eq!(code(&param, &other), ["unknown-element"]);
    assert_eq!(code(&param.replace("value:", "other: skip, value:"), &other), [""; 0]);
    assert_eq!(code(&param.replace("name", "nam"), PARTS), ["unknown-column"]);
    // A key needs exactly one index with its set.
    assert_eq!(code(&param.replace("[part]", ""), PARTS), ["data-argument"]);
    assert_eq!(code(&param.replace("[part]", "[part, part]"), PARTS), ["data-argument"]);
    let some = format!("param x[part] = {{ b: 1, else: {EACH} }}");
    assert_eq!(code(&some, "name,change\na,1\n"), [""; 0]);
    let only = format!("param x[part] = {{ a: {EACH}, b: 1 }}");
    assert_eq!(code(&only, "name,change\na,1\n"), [""; 0]);
}

#[test]
fn limits_leave_values_out() {
    let cut = spread(&format!("param x = {FROM}, min: 0%, max: 8%)\nshow x\n"), CHANGES);
    assert_eq!((cut.quantiles[0], cut.quantiles[4]), (0.01, 0.08));
    assert!((cut.mean - 0.045).abs() < 5.0 * cut.error, "{cut:?}");
    let wrong = load(&format!("param x = {FROM}, min: 2 mn USD)\n"), CHANGES);
    assert_eq!(codes(&wrong), ["unit-mismatch"]);
}

/// A function may ask for a column often; a mistake in it is reported once.
#[test]
fn a_column_is_read_once_for_all_uses_of_a_function() {
    let script = "function f(x) = empirical(data(\"t.csv\", value: change)) * x\n\
        param a = f(1) + f(2) + f(3)\n";
    assert_eq!(codes(&load(script, CHANGES)), ["csv-missing-value"]);
}

#[test]
fn units_columns_and_cells_are_checked() {
    let code = |args: &str, file: &str| {
        codes(&load(&format!("param x: percent = empirical(data(\"t.csv\"{args}))\n"), file))
    };
    let percent = ", value: change, unit: percent";
    assert_eq!(code(&format!("{percent}, flow: \"M\", na: \"\""), CHANGES), [""; 0]);
    assert_eq!(code(", value: change, na: \"\"", CHANGES), ["data-unit"]);
    assert_eq!(code(", value: change, na: \"\", unit: USD", CHANGES), ["unit-mismatch"]);
    assert_eq!(code(percent, CHANGES), ["csv-missing-value"]);
    assert_eq!(code(", value: flow, unit: percent, year: 2019", CHANGES), ["csv-number"]);
    assert_eq!(code(", value: chang, unit: percent", CHANGES), ["unknown-column"]);
    assert_eq!(code(", unit: percent", CHANGES), ["data-argument"]);
    assert_eq!(code(percent, "change\n"), ["no-rows"]);
    assert_eq!(code(&format!("{percent}, flow: \"Y\""), CHANGES), ["no-rows"]);
    assert_eq!(code(&format!("{percent}, na: \"..\""), "change\n..\n..\n"), ["no-rows"]);
    for option in ["missing: 0", "missing: interpolate", "other: skip", "column: flow", "a: b"] {
        assert_eq!(code(&format!("{percent}, {option}"), CHANGES), ["data-argument"], "{option}");
    }
    let large = "param x = empirical(data(\"t.csv\", value: v, unit: bn USD))\n";
    assert_eq!(codes(&load(large, "v\n1e308\n")), ["csv-number"]);
    let mixed = "param x = empirical(data(\"t.csv\", value: change), 3)\n";
    assert_eq!(codes(&load(mixed, CHANGES)), ["data-argument"]);
    let inside = "param x = 2 * data(\"t.csv\", value: change)\n";
    assert_eq!(codes(&load(inside, CHANGES)), ["data-argument"]);
}

#[test]
fn a_column_has_a_limit() {
    let script = "param x = empirical(data(\"t.csv\", value: v))\n";
    let rows = |count: usize| format!("v\n{}", "1\n".repeat(count));
    assert_eq!(codes(&load(script, &rows(100_000))), [""; 0]);
    let program = load(script, &rows(100_001));
    assert_eq!(codes(&program), ["limit-csv"]);
    let span = program.diagnostics[0].span().expect("a place");
    assert_eq!(program.sources.file(span.source).location(span.start as usize).line, 100_002);
}
