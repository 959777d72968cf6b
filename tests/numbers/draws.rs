//! The frequency of draws, equal draws, and correlations, against closed forms.

use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;
use mizan::results::{Answer, Spread};
use mizan::session::load;

use super::simulate::{model, near, simulate, spread};

/// The slack of a standard deviation or a mean of 20,000 draws, as a share.
const SLACK: f64 = 0.03;
const HEAD: &str = "years 2024..2027\nset s = a, b, c, d\n";
/// A kind whose field has a value for each element, and the sum of these values.
const KIND: &str = "total y[s]\nblock k on i: s { r: number path\n  y[i] += r }\n";

fn sd(script: &str) -> f64 {
    spread(&format!("{HEAD}{script}")).sd
}

/// Converts a rank correlation to the correlation of normal numbers.
fn normal(rank: f64) -> f64 {
    2.0 * (std::f64::consts::PI / 6.0 * rank).sin()
}

/// The spread of the first query's first series in its last year, by each way of sampling.
fn by_method(script: &str) -> [Spread; 3] {
    let draws = 16_384;
    let ways = [Method::Plain, Method::LatinHypercube { draws }, Method::Sobol];
    ways.map(|method| {
        let simulation = Simulation { draws, seed: 3, method };
        let report = simulate(&format!("{HEAD}{script}"), &simulation).expect("an answer");
        let Answer::Show { panels } = &report.answers[0] else { panic!("a table") };
        panels[0].series[0].spread.last().cloned().flatten().expect("a spread")
    })
}

#[test]
fn words_say_how_often_a_distribution_is_drawn() {
    let sum = |words: &str| sd(&format!("param x[s] = normal(0, 1){words}\nshow sum(x[*])\n"));
    near(sum(" each s"), 2.0, 2.0 * SLACK);
    near(sum(" shared"), 4.0, 4.0 * SLACK);
    near(sum(""), 2.0, 2.0 * SLACK);
    let equation =
        |words: &str| sd(&format!("var x[i: s] = normal(0, 1){words}\nshow sum(x[*])\n"));
    near(equation(" each i"), 2.0, 2.0 * SLACK);
    near(equation(" shared each year"), 4.0, 4.0 * SLACK);
    let field = |value: &str| sd(&format!("{KIND}k one {{ r: {value} }}\nshow sum(y[*])\n"));
    near(field("normal(0, 1) each s"), 2.0, 2.0 * SLACK);
    near(field("normal(0, 1) shared"), 4.0, 4.0 * SLACK);
    near(field("normal(0, 1)"), 4.0, 4.0 * SLACK);
    // Three elements are one number, the fourth is another.
    near(field("{ a: normal(0, 1), else: normal(0, 1) shared }"), 10.0_f64.sqrt(), 0.1);
    near(field("{ a: normal(0, 1), else: normal(0, 1) each s }"), 2.0, 2.0 * SLACK);
    let map = "param x[s] = { a: 0, else: normal(0, 1) shared }\nshow sum(x[*])\n";
    near(sd(map), 3.0, 3.0 * SLACK);
}

#[test]
fn a_sum_draws_once_or_for_each_element() {
    let sum = |words: &str| sd(&format!("var x = sum(i in s: normal(0, 1){words})\nshow x\n"));
    near(sum(" each i"), 2.0, 2.0 * SLACK);
    near(sum(" each s"), 2.0, 2.0 * SLACK);
    near(sum(" shared"), 4.0, 4.0 * SLACK);
    near(sum(""), 4.0, 4.0 * SLACK);
    let star = "param one[s] = 1\nvar x = sum(one[*] * normal(0, 1) each s)\nshow x\n";
    near(sd(star), 2.0, 2.0 * SLACK);
    // Apart for each cell and for each element of the sum: 16 independent numbers.
    let both = "var x[j: s] = sum(i in s: normal(0, 1) each i each j)\nshow sum(x[*])\n";
    near(sd(both), 4.0, 4.0 * SLACK);
    let inner = "var x[j: s] = sum(i in s: normal(0, 1) each i)\nshow sum(x[*])\n";
    near(sd(inner), 8.0, 8.0 * SLACK);
    let open = "total all\nblock k on i: s { all += normal(0, 1) each i }\nk one { }\nshow all\n";
    near(sd(open), 2.0, 2.0 * SLACK);
    let query = "param one[s] = 1\nshow sum(one[*] * normal(0, 1) each s)\n";
    near(sd(query), 2.0, 2.0 * SLACK);
}

/// A call is as good as the text of its function, and an argument is a text of the caller.
#[test]
fn each_call_of_a_function_draws() {
    let functions =
        "function f() = normal(0, 1)\nfunction twice(x) = x + x\nfunction g() = f() + f()\n";
    let root = 2.0_f64.sqrt();
    let with = |rest: &str| sd(&format!("{functions}{rest}"));
    near(with("var x = f() - f()\nshow x\n"), root, root * SLACK);
    near(with("var x = f()\nvar z = f()\nshow x - z\n"), root, root * SLACK);
    near(with("var x = twice(f())\nshow x\n"), 2.0, 2.0 * SLACK);
    near(with("var x = twice(normal(0, 1))\nshow x\n"), 2.0, 2.0 * SLACK);
    near(with("var x = g()\nshow x\n"), root, root * SLACK);
    near(with("var x = g() - g()\nshow x\n"), 2.0, 2.0 * SLACK);
    near(with("show normal(0, 1) - normal(0, 1)\n"), root, root * SLACK);
    let index = "function h(j) = normal(0, 1) each j\nvar x[i: s] = h(i)\nshow sum(x[*])\n";
    near(sd(index), 2.0, 2.0 * SLACK);
}

/// For a number that is drawn each year, `change` is the difference of two draws.
#[test]
fn a_change_reads_the_draw_of_the_year_before() {
    let change = "var x\nx[first] = 0\nx = change(normal(0, 1) each year)\nshow x\n";
    near(sd(change), 2.0_f64.sqrt(), 0.05);
}

/// The difference of the scenario `other` to the baseline, whose only change is the way of writing.
fn difference(base: &str, change: &str, of: &str) -> Spread {
    let script =
        format!("{HEAD}{base}\nscenario other {{ {change} }}\ncompare {of} for other in 2027\n");
    let report = simulate(&script, &super::simulate::PLAIN).expect("an answer");
    let Answer::Compare { comparisons, .. } = &report.answers[0] else { panic!("a comparison") };
    comparisons[0].scenarios[0].spread.clone().expect("a spread")
}

#[test]
fn draws_follow_the_element_and_never_the_form() {
    let u = "uniform(0, 10)";
    let forms = [
        format!("{u} each s"),
        format!("{{ a: {u}, b: {u}, c: {u}, d: {u} }}"),
        format!("{{ d: {u}, b: {u}, else: {u} each s }}"),
        format!("{{ else: {u} each s }}"),
        format!("{{\n | s | x |\n | a | {u} |\n | b | {u} |\n | c | {u} |\n | d | {u} |\n}}"),
    ];
    for base in &forms {
        for change in &forms {
            let own = if base.contains('|') { &forms[0] } else { base };
            let found =
                difference(&format!("param g[s] = {own}"), &format!("g = {change}"), "g[*]");
            if change.contains('|') {
                continue;
            }
            assert_eq!((found.mean, found.sd), (0.0, 0.0), "{own} and {change}");
            let base = format!("{KIND}k one {{ r: {own} }}");
            let found = difference(&base, &format!("one.r = {change}"), "y[*]");
            assert_eq!((found.mean, found.sd), (0.0, 0.0), "the field: {own} and {change}");
        }
    }
    for element in ["a", "d"] {
        let found = difference(
            &format!("param g[s] = {}", forms[0]),
            &format!("g[{element}] = {u}"),
            "sum(g[*])",
        );
        assert_eq!((found.mean, found.sd), (0.0, 0.0), "{element}");
    }
    // In a table of a lever too.
    let rows =
        format!("k one {{\n | s | r |\n | a | {u} |\n | b | {u} |\n | c | {u} |\n | d | {u} |\n}}");
    let found = difference(&format!("{KIND}{rows}"), &format!("one.r = {}", forms[0]), "y[*]");
    assert_eq!((found.mean, found.sd), (0.0, 0.0));
    let found = difference("param g = normal(0, 1) each year", "g = normal(2, 1) each year", "g");
    near(found.mean, 2.0, 1e-9);
    near(found.sd, 0.0, 1e-9);
}

/// An edit with `+=` draws a separate number.
#[test]
fn what_an_edit_adds_is_drawn_apart() {
    let added = "param x = normal(10, 3)\nx += normal(0, 4)\nshow x\n";
    near(sd(added), 5.0, 5.0 * SLACK);
}

#[test]
fn correlations_hold_for_all_that_is_drawn() {
    let (mean, sd) = (normal(-0.8), (2.0 * (1.0 + normal(-0.8))).sqrt());
    let lever = |value: &str| format!("{KIND}k one {{ r: {value} }}\nk two {{ r: {value} }}\n");
    let n = "normal(0, 1)";
    let cases = [
        (format!("param c = {n}\nparam d = {n}\n"), "c", "d"),
        (format!("param c = {n} each year\nparam d = {n} each year\n"), "c", "d"),
        (format!("param x[s] = {n} each s\n"), "x[a]", "x[c]"),
        (format!("param x[s] = {n} each s each year\n"), "x[a]", "x[c]"),
        (format!("param x[s] = {{ a: {n}, else: {n} each s }}\n"), "x[a]", "x[c]"),
        (lever("normal(0, 1) shared each year"), "one.r[a]", "two.r[a]"),
        (lever("normal(0, 1) each s"), "one.r[b]", "one.r[c]"),
        (lever("normal(0, 1) each s each year"), "one.r[b]", "two.r[c]"),
        (lever("{ a: normal(0, 1), else: normal(0, 1) shared }"), "one.r[a]", "one.r[c]"),
        (format!("param c = [2024: {n}, 2027: {n}]\nparam d = [2024: {n}, 2027: {n}]\n"), "c", "d"),
        (format!("param c = 1 then {n} from 2026\nparam d = {n} then 3 from 2027 + 1\n"), "c", "d"),
        (format!("var c = {n} each year\nvar d = -{n} each year\n"), "c", "-d"),
        (format!("param x[s] = {n} each s\nx[b] = {n}\n"), "x[a]", "x[b]"),
    ];
    for (declared, c, d) in cases {
        if c == "c" && d == "-d" {
            // Refused: the correlation of `d` would be the opposite one.
            let script = format!("{HEAD}{declared}correlate c, d = -0.8\nshow c, d\n");
            let found = load("x", &script).diagnostics;
            assert_eq!(found[0].code.name(), "correlate");
            continue;
        }
        let script = format!("{declared}correlate {c}, {d} = -0.8\n");
        for found in by_method(&format!("{script}show {c} * {d}\n")) {
            near(found.mean, mean, 0.03);
        }
        for found in by_method(&format!("{script}show {c} + {d}\n")) {
            near(found.sd, sd, 0.02);
        }
    }
}

/// Years are independent of each other, whatever the correlation within each.
#[test]
fn correlations_of_yearly_draws_leave_years_independent() {
    let script = "param c = normal(0, 1) each year\nparam d = normal(0, 1) each year\n\
                  correlate c, d = -0.8\nvar x\nx[first] = 0\nx = c * d[t-1]\nshow x\n";
    for found in by_method(script) {
        near(found.mean, 0.0, 0.03);
    }
}

#[test]
fn the_order_of_statements_changes_no_draw() {
    let lines = [
        "param x[s] = normal(0, 1) each s each year\n",
        "param y[s] = uniform(0, 1) each s each year\n",
        "param z[s] = lognormal(2, 1) each s each year\n",
        "correlate x[*], y[*] = 0.6\n",
        "correlate z[*], y[*] = 0.3\n",
        "correlate z[a], x[b] = -0.4\n",
    ];
    let show = "show x[a] * y[b] + z[a] * x[b] + z[b]\n";
    let first = spread(&format!("{HEAD}{}{show}", lines.concat()));
    let backward: String = lines.iter().rev().copied().collect();
    assert_eq!(first, spread(&format!("{HEAD}{backward}{show}")));
    let turned = backward.replace("x[*], y[*]", "y[*], x[*]").replace("z[a], x[b]", "x[b], z[a]");
    assert_eq!(first, spread(&format!("{HEAD}{turned}{show}")));
}

/// A value that the command line gives as a number is correlated with nothing.
#[test]
fn a_number_in_place_of_a_correlated_distribution_is_no_mistake() {
    let script = format!(
        "{HEAD}param c = normal(0, 1)\nparam d = normal(0, 1)\ncorrelate c, d = 0.5\nshow c + d\n"
    );
    let edits = ["c = 3".to_owned()];
    let program = mizan::session::load_edited("x", &script, &mizan::data::NoFiles, &edits);
    assert!(program.model.is_some(), "{:?}", program.diagnostics);
}

/// The words that the formatter adds to an old script keep its draws.
#[test]
fn the_edit_that_a_warning_offers_changes_no_draw() {
    for (script, place) in [
        ("param x[s] = normal(0, 1) each year\nshow sum(x[*])\n", " each s"),
        ("var x[i: s] = sum(j in s: normal(0, 1))\nshow sum(x[*])\n", " each i"),
        ("var x = sum(j in s: normal(0, 1))\nshow x\n", " shared"),
    ] {
        let old = format!("{HEAD}{script}");
        let program = load("x", &old);
        let [warning] = program.diagnostics.as_slice() else { panic!("{:?}", program.diagnostics) };
        assert_eq!(warning.code.name(), "each-or-shared");
        let fix = &warning.fixes[0];
        assert!(fix.replacement.ends_with(place), "{fix:?}");
        let mut new = old.clone();
        new.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.replacement);
        assert!(load("x", &new).diagnostics.is_empty(), "{new}");
        assert_eq!(spread(&old), spread(&new), "{new}");
    }
}

/// A check of a probability uses the draws: of a standard normal number 84.13% lie below 1.
#[test]
fn a_check_of_a_probability_uses_the_draws() {
    let check = |condition: &str| {
        let script = format!("{HEAD}param x = normal(0, 1)\ncheck {condition} in 2027\n");
        let report = mizan::analysis::answer(&model(&script)).expect("an answer");
        assert_eq!(report.sampling.as_ref().map(|sampling| sampling.draws), Some(10_000));
        let Answer::Check(outcome) = &report.answers[0] else { panic!("a check") };
        assert_eq!(outcome.compared, 1);
        near(outcome.cells[0].left, 0.8413, 0.02);
        outcome.passed
    };
    assert!(check("probability(x < 1) >= 80%") && !check("probability(x < 1) >= 90%"));
    assert!(check("80% <= probability(x < 1)") && !check("90% < probability(x < 1)"));
    assert!(check("probability(x < 1) == 84% within 2%") && !check("probability(x < 1) < 80%"));
    // In each element, year and scenario; failing cells are all of the one with the smaller spread.
    let script = format!(
        "{HEAD}param m[s] = {{ a: 0, else: 3 }}\nparam x = normal(0, 1)\n\
         scenario up {{ m[a] = 3 }}\ncheck probability(m[*] + x > 1) >= 90% for all\n"
    );
    let report = mizan::analysis::answer(&model(&script)).expect("an answer");
    let Answer::Check(outcome) = &report.answers[0] else { panic!("a check") };
    assert_eq!((outcome.compared, outcome.passed), (32, false));
    assert_eq!(outcome.cells.len(), 4);
    let failing =
        |cell: &mizan::results::CheckCell| cell.scenario == "baseline" && cell.elements == ["a"];
    assert!(outcome.cells.iter().all(failing));
    outcome.cells.iter().for_each(|cell| near(cell.left, 0.1587, 0.02));
}

/// Elasticities and markups are no growth rates, and a fraction without `%` is none beside percentages.
#[test]
fn plain_numbers_that_are_no_percentages_give_no_warning() {
    for script in [
        "param psi = 2\nvar x = psi / (1 + psi)\nshow x\n",
        "param e = 1.59539\nvar x = (1 + e) / e\nshow x\n",
        "param e = 3\nvar x = 3 ^ e * (1 + e)\nshow x\n",
        "param e = 3\nvar x = 1 / (1 + e)\nshow x\n",
        "param g = normal(6%, 0.02)\nshow g\n",
        "param g = max(3%, 0.5)\nshow g\n",
        "param k = normal(6, 3)\nshow k\n",
        "param t9 = student_t(5, 0%, 1%)\nshow t9\n",
    ] {
        let found = load("x", &format!("{HEAD}{script}")).diagnostics;
        assert!(found.is_empty(), "{script}: {found:?}");
    }
    let rate = "param g = 1.59539\nvar x\nx[first] = 1\nx = x[t-1] * (1 + g)\nshow x\n";
    let found = load("x", &format!("{HEAD}{rate}")).diagnostics;
    assert!(found[0].message.ends_with("means 159.539%"), "{found:?}");
}
