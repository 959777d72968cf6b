//! Parts of the trade library that a script may leave out, and scripts that it refuses.

use super::{HEAD, problem};

#[test]
fn partners_and_sectors_are_enough() {
    assert_eq!(problem(HEAD), None);
    let routeless = format!(
        "{HEAD}transit boxes with A {{ demand: 1 TEU\n capacity: 1 TEU\n cost: 1 USD / 1 TEU\n days: 1 day\n spread: 1 USD / 1 TEU }}\n"
    );
    assert_eq!(problem(&routeless), Some("needs-set"));
}

#[test]
fn a_function_of_the_library_is_not_redefined_in_silence() {
    assert_eq!(problem(&format!("{HEAD}function theil(x) = 1\n")), Some("duplicate"));
}

#[test]
fn a_unit_of_the_library_may_be_declared_again() {
    assert_eq!(problem(&format!("{HEAD}unit TEU\nparam boxes = 800 TEU\nshow boxes\n")), None);
}

#[test]
fn values_out_of_bounds_are_refused() {
    for lever in [
        "imports m from A { base: 1 USD\n elasticity: 2 }",
        "disruption d with A { rerouted: 100%\n probability: 120% }",
        "trade_agreement f with A { origin: 100%\n proof: 0%\n cut: 150% }",
        "corridor c with A { days: 0 days\n traffic: 100%\n opens: 2025\n days_saved: 1 day\n day_cost: 60% }",
    ] {
        let script = format!("{HEAD}{lever}\nshow balance[A]\n");
        assert_eq!(problem(&script), Some("out-of-bounds"), "{lever}");
    }
}
