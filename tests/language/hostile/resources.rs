//! Scripts that need more time or memory than there is (E01 to E08).

use std::fmt::Write as _;

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
