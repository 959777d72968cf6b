//! Simultaneous and forward-looking models, against published numbers and closed forms.

use std::sync::atomic::{AtomicU32, Ordering};

use mizan::analysis::{answer, solutions};
use mizan::diagnostic::Diagnostic;
use mizan::engine::Stop;
use mizan::results::{Answer, Report};
use mizan::session::load;
use proptest::prelude::*;

fn report(script: &str) -> Result<Report, Diagnostic> {
    let program = load("test.mizan", script);
    let model = program.model.unwrap_or_else(|| panic!("{:#?}", program.diagnostics));
    answer(&model)
}

/// Runs a script; every check in it must hold.
fn holds(script: &str) {
    let report = report(script).unwrap_or_else(|problem| panic!("{problem:#?}"));
    let text = mizan::report::text(&report, 100, false);
    let mut checks = report.answers.iter().filter_map(|answer| match answer {
        Answer::Check(check) => Some(check.passed),
        _ => None,
    });
    assert!(checks.next().is_some_and(|passed| passed) && checks.all(|passed| passed), "{text}");
}

#[test]
fn two_equations_of_one_year_are_solved() {
    holds(
        "years 2024..2025\nvar x\nvar y\nx = 10 - 2 * y\ny = x / 2\n\
         check x == 5 within 0.000000000001\ncheck y == 2.5 within 0.000000000001\n",
    );
}

fn problem(script: &str) -> Diagnostic {
    report(script).expect_err("no solution")
}

#[test]
fn the_order_of_the_script_changes_no_bit() {
    let lines = [
        "var p[good] start 1\n",
        "var s[good]\n",
        "param e[good] = { a: 1, b: 2, c: 0.5 }\n",
        "s[g] = p[g] ^ e[g] * 3\n",
        "solve p[g] so that s[g] == 10 / (p[g] * sum(h in good: p[h]) ^ 0.3)\n",
        "show p[*]\n",
    ];
    let script =
        |lines: Vec<&str>| format!("years 2024..2026\nset good = a, b, c\n{}", lines.concat());
    let forward = report(&script(lines.to_vec())).expect("a solution");
    let backward = report(&script(lines.iter().rev().copied().collect())).expect("a solution");
    assert_eq!(forward.answers, backward.answers);
}

#[test]
fn convergence_is_quadratic() {
    // The cube root of 2 from 1: the error of each step is about the square of the last one's.
    let script = "years 2024..2024\nvar x start 1\nsolve x so that x ^ 3 == 2\nshow x\n";
    let model = load("test.mizan", script).model.expect("a model");
    let untimed = &solutions(&model, &Stop::default())[0].1[0];
    assert_eq!(untimed.seconds, None);
    // A clock that advances by a second at each reading, so that every phase takes time.
    fn clock() -> f64 {
        static SECONDS: AtomicU32 = AtomicU32::new(0);
        f64::from(SECONDS.fetch_add(1, Ordering::Relaxed))
    }
    let solved = &solutions(&model, &Stop::default().with_clock(clock))[0].1[0];
    assert!(solved.seconds.is_some_and(|phases| phases.iter().all(|&seconds| seconds >= 1.0)));
    let residuals: Vec<f64> = solved.iterations.iter().map(|i| i.residual).collect();
    let last = residuals.windows(2).filter(|r| r[0] < 0.1 && r[1] > 1e-15);
    let ratios: Vec<f64> = last.map(|r| r[1] / (r[0] * r[0])).collect();
    assert!(ratios.len() >= 2 && ratios.iter().all(|&ratio| ratio < 10.0), "{residuals:?}");
    holds(&format!("{script}check x == {:.17} within 0.000000000000001\n", 2_f64.powf(1.0 / 3.0)));
}

#[test]
fn last_years_values_are_where_the_next_year_starts() {
    // Two solutions each year; the search stays with the one that it began from.
    holds(
        "years 2024..2030\nvar x start 3\nsolve x so that x ^ 2 == 4 + (t - 2024) / 1 year\n\
         check x in 2030 == 10 ^ 0.5 within 0.000000000001\n",
    );
    holds(
        "years 2024..2030\nvar x start -3\nsolve x so that x ^ 2 == 4 + (t - 2024) / 1 year\n\
         check x in 2030 == -(10 ^ 0.5) within 0.000000000001\n",
    );
}

#[test]
fn a_search_starts_from_what_the_script_computes() {
    for sign in ["", "-"] {
        // Only `start` reads the quantity, which is declared after it.
        let lines = format!(
            "years 2024..2024\nvar x start far\nsolve x so that x ^ 2 == 4\nvar far\nfar = 2.5 * half\n\
             param half = {sign}2\ncheck x == {sign}2 within 0.000000001\n"
        );
        holds(&lines);
    }
    // A value that waits for the solution is no start, and no cycle either.
    holds(
        "years 2024..2024\nvar x start 1 + y\nsolve x so that x ^ 2 == 4\nvar y\ny = x / 2\n\
         check x == 2 within 0.000000001\ncheck y == 1 within 0.000000001\n",
    );
}

#[test]
fn leads_are_solved_over_all_years() {
    // x = 1 + x[t+1] / 2 with x = 2 at the end: 2 in all years; y is the sum of what is to come.
    holds(
        "years 2024..2060\nvar x\nx = 1 + x[t+1] / 2\nx[last] = 2\nvar y\nvar z\n\
         y = z + y[t+1]\ny[last] = z\nz = 1 + 0 * y\n\
         check x == 2 within 0.000000000001\ncheck y in 2024 == 37 within 0.000000000001\n",
    );
}

#[test]
fn a_flow_is_positive_or_its_condition_holds_with_a_gap() {
    // 0 <= q, price(q) <= cost: q = 6 where the cost is 4, and 0 where the cost is 20.
    holds(
        "years 2024..2024\nset s = near, far\nparam cost[s] = { near: 4, far: 20 }\nvar q[s] start 1\n\
         solve q[i] >= 0 so that cost[i] >= 10 - q[i]\n\
         check q[near] == 6 within 0.0000000001\ncheck q[far] == 0 within 0.0000000001\n",
    );
}

#[test]
fn a_closer_equation_takes_the_place_of_a_condition() {
    // Three markets, only relative prices matter: one price is the numeraire.
    holds(
        "years 2024..2024\nset good = a, b, c\nparam w[good] = { a: 2, b: 3, c: 5 }\nvar p[good] start 1\n\
         solve p[g] so that w[g] / p[g] == sum(h in good: w[h]) / sum(h in good: p[h])\np[a] = 1\n\
         check p[b] == 1.5 within 0.000000000001\ncheck p[c] == 2.5 within 0.000000000001\n",
    );
}

#[test]
fn blocks_are_solved_in_every_scenario_and_the_year_and_scenario_are_named() {
    let script = "years 2024..2026\nparam a = 4\nvar x start 1\nsolve x so that x ^ 2 == a\n\
        scenario nine { a = 9 }\nscenario none { a = -1 in 2025..2026 }\n";
    let found = problem(&format!("{script}show x for all\n"));
    assert_eq!(found.code.name(), "no-convergence");
    assert!(found.message.contains("2025") && found.message.contains("`none`"), "{found:?}");
    let script = script.replace("scenario none { a = -1 in 2025..2026 }\n", "");
    holds(&format!("{script}check x == 3 within 0.000000000001 for nine\ncheck x == 2\n"));
}

#[test]
fn what_cannot_be_solved_says_why() {
    let head = "years 2024..2024\nset good = a, b\n";
    let singular = problem(&format!("{head}var x\nvar y\nx = y + 1\ny = x + 1\nshow x\n"));
    assert_eq!(singular.code.name(), "no-convergence");
    assert!(singular.notes.iter().any(|note| note.starts_with("not determined: ")), "{singular:?}");
    assert!(singular.notes.iter().any(|note| note.contains("x in 2024") && note.contains("y in")));
    let homogeneous = problem(&format!(
        "{head}var p[good] start 1\nsolve p[g] so that p[a] / p[b] == 1.5\nshow p[*]\n"
    ));
    assert!(homogeneous.notes[0].contains("p[a] in 2024, p[b] in 2024"), "{homogeneous:?}");
    let rootless = problem(&format!("{head}var x start 2\nsolve x so that x ^ 2 == -1\nshow x\n"));
    assert_eq!(rootless.code.name(), "no-convergence");
    let nowhere = "var x start -1\nsolve x so that ln(x) == ln(-x)\nshow x\n";
    let undefined = problem(&format!("{head}{nowhere}"));
    assert!(undefined.message.contains("no value where the search starts"), "{undefined:?}");
}

/// At 0 the slope of a root is infinite, and so is the scale of its equation. The search then continues from another
/// point.
#[test]
fn an_equation_that_cannot_be_measured_is_not_solved() {
    for start in [0, 1] {
        holds(&format!(
            "years 2024..2024\nvar x start {start}\nsolve x so that x ^ 0.5 == 2\ncheck x == 4 within 0.000000001\n"
        ));
    }
}

#[test]
fn mistakes_in_a_solve_are_named_before_anything_runs() {
    let codes = |text: &str| -> Vec<&str> {
        let script = format!("years 2024..2024\nset good = a, b\n{text}");
        load("test.mizan", &script).diagnostics.iter().map(|d| d.code.name()).collect()
    };
    assert_eq!(codes("var x\nvar y\nsolve x, y so that x == 3\n"), ["solve-count"]);
    assert_eq!(codes("param x = 1\nsolve x so that x == 3\n"), ["solve-given"]);
    assert_eq!(codes("var x\nsolve x so that x > 2\n"), ["solve-condition"]);
    assert_eq!(codes("var x\nx = 1\nsolve x so that x == 3\nshow x\n"), ["defined-twice"]);
    assert_eq!(codes("var x\nx = 1\nsolver speed: 3\nshow x\n"), ["solver-setting"]);
    assert_eq!(codes("var x: years\nsolve x so that x == 3 days\nshow x\n"), ["unit-mismatch"]);
}

#[test]
fn an_identity_that_fails_names_year_and_cell() {
    let head =
        "years 2024..2026\nset s = a, b\nvar x[s]\nx[i] = if t >= 2025 then 2 else 1\nshow x[a]\n";
    let told = report(&format!("{head}identity same: x[i] == 1\n")).expect("answers");
    let found = told.problems().next().expect("a message");
    let broken = &told.broken_identities[0];
    assert_eq!((broken.failing, broken.year, broken.left), (4, 2025, 2.0));
    assert_eq!(found.code.name(), "identity-fails");
    assert!(found.message.contains("2025") && found.message.contains("for a"), "{found:?}");
    let hold = |text: &str| {
        let told = report(&format!("{head}{text}")).expect("answers");
        assert!(told.broken_identities.is_empty(), "{told:?}");
    };
    hold("identity same: x[i] == x[i]\nidentity near: x[i] == 1 within 100%\n");
    // An index that is named first within a sum is the same one behind it.
    hold("var y[s] = 3\nidentity sums: sum(j in s: x[j] * y[i]) == sum(x[*]) * y[i]\n");
    hold(
        "var z[s]\nz[a] = 1\nz[b] = 2\n\
         identity sums: sum(j in s: 0 * x[j] + z[i]) == 2 * z[i]\n",
    );
    // Rounding is no deviation; a millionth is.
    let sums = "years 2024..2024\nvar x\nx = 0.1 + 0.2\nshow x\n";
    let broken = |identity: &str| {
        let told = report(&format!("{sums}identity sum: {identity}\n")).expect("answers");
        told.broken_identities.len()
    };
    assert_eq!(broken("x - 0.3 == 0"), 0);
    assert_eq!(broken("x - 0.300001 == 0"), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// A linear system of a dominant matrix, written as equations that depend on each other, has
    /// the solution that it was made from.
    #[test]
    fn linear_systems_have_the_solution_they_were_made_from(
        entries in prop::collection::vec(-9..10_i32, 25), wanted in prop::collection::vec(-50..50_i32, 5),
    ) {
        use std::fmt::Write as _;
        let mut script = String::from("years 2024..2024\nset n = a, b, c, d, e\nvar x[n]\n");
        let names = ["a", "b", "c", "d", "e"];
        for row in 0..5 {
            let others = (0..5).filter(|&column| column != row);
            let sum: i32 = others.clone().map(|c| entries[5 * row + c] * wanted[c]).sum();
            let terms: String = others.fold(String::new(), |mut text, c| {
                let _ = write!(text, " + {} * x[{}]", entries[5 * row + c], names[c]);
                text
            });
            let right = 100 * wanted[row] + sum;
            let _ = writeln!(script, "x[{}] = ({right} - (0{terms})) / 100", names[row]);
        }
        for (name, value) in names.iter().zip(&wanted) {
            let _ = writeln!(script, "check x[{name}] == {value} within 0.0000000001");
        }
        holds(&script);
    }
}

#[test]
fn godley_and_lavoies_model_sim_meets_its_published_path() {
    holds(
        "years 0..60\nparam a1 = 0.6\nparam a2 = 0.4\nparam theta = 0.2\nparam G = 20\n\
         var Y\nvar T\nvar YD\nvar C\nvar H\n\
         Y = C + G\nT = theta * Y\nYD = Y - T\nC = a1 * YD + a2 * H[t-1]\nC[0] = 0\nY[0] = 0\nH[0] = 0\n\
         H = H[t-1] + YD - C\n\
         identity balance: H - H[t-1] == G - T\n\
         check Y in 1 == 38.461538461538 within 0.000000000001\n\
         check Y in 2 == 47.928994082840 within 0.000000000001\n\
         check Y in 3 == 55.939918070096 within 0.000000000001\n\
         check Y in 60 == 100 within 0.01\n",
    );
}

/// The published ramp: the logistic curve with steepness 10 between its values at the ends.
fn s_curve(u: f64) -> f64 {
    let f = |u: f64| 1.0 / (1.0 + (-10.0 * (u - 0.5)).exp());
    (f(u) - f(0.0)) / (f(1.0) - f(0.0))
}

#[test]
fn the_s_curve_meets_the_published_ramp() {
    holds(
        "years 2020..2025\nparam p = 0 -> 0.4 over 2020..2025 s_curve\n\
         check p in 2021 == 0.0165142639143 within 0.0000000001\n\
         check p in 2022 == 0.10632263122 within 0.0000000001\n\
         check p in 2024 == 0.383485736086 within 0.0000000001\n",
    );
}

/// The year of a path's end or of a point may depend on the path itself.
#[test]
fn years_of_paths_may_be_solved_for() {
    // The root of y = path(2032 - 4 y) in 2026, by bisection: the right side grows with y.
    let root = |path: &dyn Fn(f64) -> f64| {
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        for _ in 0..60 {
            let y = (low + high) / 2.0;
            let above = path(2032.0 - 4.0 * y) > y;
            (low, high) = if above { (y, high) } else { (low, y) };
        }
        low
    };
    for (path, expected) in [
        ("0 -> 1 over 2024..end s_curve", root(&|end| s_curve(2.0 / (end - 2024.0)))),
        ("[2024: 0, end: 1]", root(&|end| 2.0 / (end - 2024.0))),
    ] {
        holds(&format!(
            "years 2026..2026\nvar y start 0.1\nparam late: year = 2032\n\
             var end: year\nend = late - y * 4 years\ny = {path}\n\
             check y == {expected} within 0.00000001\n"
        ));
    }
}
