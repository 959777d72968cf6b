//! Scripts that need more time or memory than there is (E01 to E08).

use std::fmt::Write as _;

use mizan::analysis::answer_until;
use mizan::engine::Stop;
use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;

use super::*;

#[test]
fn e01_horizons_without_end() {
    for years in ["1..1_000_000_000_000", "1..18446744073709551616", "1..1e18"] {
        let found = soon(|| codes(&format!("years {years}\nvar x\nx = 1\n")));
        assert_eq!(found, ["not-a-year"], "{years}");
    }
    assert_eq!(codes("years 1..9999\nvar x\nx = 1\n"), ["limit-horizon"]);
}

#[test]
fn e02_e03_more_cells_than_can_be_kept() {
    let elements: Vec<String> = (0..1_000).map(|n| format!("e{n}")).collect();
    let set = format!("set s = {}\n", elements.join(", "));
    let axes = ["s"; 3].join(", ");
    let found =
        soon(|| check_codes(&format!("{set}var x[{axes}]\nx[a, b, c] = 1\nshow x[e1, e2, e3]\n")));
    assert_eq!(found, ["limit-cells"]);
    // The product of the sizes exceeds any machine number.
    let axes = ["s"; 40].join(", ");
    let found = soon(|| check_codes(&format!("{set}var x[{axes}]\n")));
    assert_eq!(found, ["limit-cells"]);
}

#[test]
fn e05_more_levers_than_can_be_taken_apart() {
    let mut text = "total x\nblock k {\n  a: number\n  x += a\n}\nscenario many {\n".to_owned();
    for n in 0..400 {
        let _ = writeln!(text, "  k l{n} {{ a: {n} }}");
    }
    text.push_str("}\ncompare x for many by lever\n");
    assert_eq!(soon(|| run_codes(&text)), ["limit-levers"]);
}

#[test]
fn e06_functions_and_sums_that_explode() {
    let mut text = "function f0(x) = x + x\n".to_owned();
    for n in 1..40 {
        let _ = writeln!(text, "function f{n}(x) = f{}(x) + f{}(x)", n - 1, n - 1);
    }
    text.push_str("param a = f39(1)\nshow a\n");
    assert_eq!(soon(|| check_codes(&text)), ["limit-expansion"]);
}

#[test]
fn e08_a_long_table_is_shown() {
    let elements: Vec<String> = (0..2_000).map(|n| format!("e{n}")).collect();
    let text =
        format!("{YEARS}set s = {}\nparam a[s] = 1\nshow a[*]\nchart a[*]\n", elements.join(", "));
    let program = session::load("a.mizan", &text);
    let model = program.model.expect("a model");
    let report = soon(|| mizan::analysis::answer(&model)).expect("answers");
    for width in [0, 1, 20, 1_000_000] {
        let text = soon(|| mizan::report::text(&report, width, false));
        assert!(!text.is_empty(), "{width}");
    }
}

/// Each query that keeps a number for every draw or point is refused before it takes more than 20 MB, and the
/// help says what to reduce.
#[test]
fn e04_draws_and_points_that_do_not_fit_are_refused() {
    const HEAD: &str = "years 2024..2026\nset s = a, b, c\nparam p = 1\nparam u = normal(0, 1)\n\
        var x\nx = p + u\nvar z[s]\nz[i] = x\nscenario high { p = 3 }\nscenario low { p = 0 }\n";
    for (query, draws, lever) in [
        ("robust among all by x", 500_000, "--draws"),
        ("robust among all by x so that x > 0", 500_000, "--draws"),
        ("discover when z[*] > 2", 90_000, "--draws"),
        ("find p in -5..5 so that probability(x > 1) >= 90% in 2026", 100_000, "--draws"),
        ("sweep p over 0..1 show probability(x > 1)", 100_000, "--draws"),
        ("sweep p over 0..1 step 1e-6 show x", 100, "step"),
        ("chart distribution of z[*]", 500_000, "ask for fewer values"),
    ] {
        let program = session::load("a.mizan", &format!("{HEAD}{query}\n"));
        let model = program.model.unwrap_or_else(|| panic!("{query}: {:?}", program.diagnostics));
        let simulation = Simulation { draws, seed: 1, method: Method::Plain };
        let answer = |memory: u64| {
            let stop = Stop::default().with_memory(memory);
            soon(|| answer_until(&model, Some(&simulation), &|_| {}, &stop))
        };
        let problem = answer(20_000_000).expect_err(query);
        assert_eq!(problem.code.name(), "limit-memory", "{query}: {problem:?}");
        assert!(problem.help[0].contains(lever), "{query}: {problem:?}");
    }
}

/// A legal answer fits in the memory that the same query asks for.
#[test]
fn e04_draws_that_fit_are_made() {
    let text = "years 2024..2024\nparam p = 1\nparam u = normal(0, 1)\nvar x\nx = p + u\n\
        find p in -5..5 so that probability(x > 1) >= 90% in 2024\nsweep p over 0..1 show x\n";
    let model = session::load("a.mizan", text).model.expect("a model");
    let simulation = Simulation { draws: 1_000, seed: 1, method: Method::Plain };
    let stop = Stop::default().with_memory(2_000_000);
    let answer = answer_until(&model, Some(&simulation), &|_| {}, &stop);
    assert!(answer.is_ok(), "{:?}", answer.err());
}

/// Equations that cannot fit are refused before they are recorded, and the message names the sets over which they run.
/// With enough memory they are solved, and each block moves the progress.
#[test]
fn e04_equations_that_do_not_fit_are_refused() {
    let names: Vec<String> = (0..60).map(|n| format!("c{n}")).collect();
    let text = format!(
        "years 2024..2024\nset country = {}\nparam weight = 1\nscenario other {{ weight = 2 }}\n\
         var wage[country] start 1\nsolve wage[i] so that wage[i] ^ 2 == \
         weight + sum(j in country: wage[j] / access[j]) / 60\n\
         var access[country]\naccess[j] = sum(k in country: wage[k]) / 60\nshow wage[c0] for all\n",
        names.join(", ")
    );
    let model = session::load("a.mizan", &text).model.expect("a model");
    let shares = std::sync::Mutex::new(Vec::new());
    let answer = |memory: u64| {
        let stop = Stop::default().with_memory(memory);
        let note = |share: f64| shares.lock().expect("no panic").push(share);
        answer_until(&model, None, &note, &stop)
    };
    let problem = answer(300_000).expect_err("too little memory");
    assert_eq!(problem.code.name(), "limit-memory", "{problem:?}");
    assert!(problem.message.contains("over `country`"), "{problem:?}");
    shares.lock().expect("no panic").clear();
    assert!(answer(1_000_000_000).is_ok());
    assert_eq!(shares.into_inner().expect("no panic"), [0.5, 1.0]);
}
