//! The current account and its parts.

use super::{HEAD, meets};

#[test]
fn the_current_account_adds_up() {
    let script = format!(
        "{HEAD}exports x on cars to A {{ base: 100 USD }}\nimports m on tools from A {{ base: 130 USD }}\n\
         services s with A {{ credit: 20 USD\n debit: 5 USD }}\nincome i with A {{ debit: 7 USD }}\ntransfers r with A {{ credit: 4 USD }}\n"
    );
    meets(
        &script,
        &[
            ("balance[A] in 2026", -30.0),
            ("turnover[A] in 2026", 230.0),
            ("coverage[A] in 2026", 100.0 / 130.0),
            ("services[A] in 2026", 15.0),
            ("primary_income[A] in 2026", -7.0),
            ("secondary_income[A] in 2026", 4.0),
            ("current_balance[A] in 2026", -18.0),
            ("other_financing(A) in 2026", 18.0),
        ],
        1e-13,
    );
}

#[test]
fn new_products_enter_with_their_inputs() {
    // Potential 100, half of the products last, a ramp of 4 years: half-way the anchored curve is at 1/2.
    let script = format!(
        "{HEAD}diversification d on tools to A {{ opens: 2025\n potential: 100 USD\n survival: 50%\n ramp: 4 years\n imported_inputs: 30%\n inputs_from: B }}\n"
    );
    meets(
        &script,
        &[
            ("exports[A, tools] in 2024", 0.0),
            ("exports[A, tools] in 2027", 25.0),
            ("exports[A, tools] in 2030", 50.0),
            ("imports[B, tools] in 2030", 15.0),
            ("value_added[tools] in 2030", 35.0),
        ],
        1e-12,
    );
}
