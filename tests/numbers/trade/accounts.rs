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

#[test]
fn freight_of_carriers_from_abroad_is_a_service() {
    // Imports 110 CIF are 100 FOB and 10 of freight; exports none.
    let script = |share: f64, residents: f64| {
        format!(
            "{HEAD}imports m on cars from A {{ base: 110 USD }}\nfreight f from A {{ share: {share}%\n residents: {residents}% }}\n"
        )
    };
    for (residents, current) in [(0.0, -110.0), (100.0, -100.0), (40.0, -106.0)] {
        meets(
            &script(10.0, residents),
            &[
                ("goods_balance[A] in 2026", -100.0),
                ("balance[A] in 2026", -110.0),
                ("current_balance[A] in 2026", current),
                ("services[A] in 2026", current + 100.0),
            ],
            1e-12,
        );
    }
    // A corridor saves half of a freight of 10%: CIF 105, FOB 100 for the same goods.
    let shorter = script(10.0, 0.0)
        + "corridor c with A { traffic: 100%\n opens: 2026\n days: 10 days\n days_saved: 0 days\n day_cost: 0%\n freight_saved: 5% }\n";
    let elastic = shorter.replace("base: 110 USD", "base: 110 USD\n elasticity: 0");
    meets(
        &elastic,
        &[
            ("imports[A, cars] in 2026", 105.0),
            ("imports_fob[A, cars] in 2026", 100.0),
            ("services[A] in 2026", -5.0),
            ("imports_volume[A, cars] in 2026", 110.0),
        ],
        1e-12,
    );
}

#[test]
fn income_on_foreign_capital_follows_its_stock() {
    let script = format!(
        "{HEAD}direct_investment i with A {{ stock: 100 USD\n return: 10%\n payout: 40%\n inflow: 5 USD }}\n\
         capital_transfers c with A {{ credit: 3 USD }}\nremittances r with A {{ received: 10 USD\n growth: 10% }}\n\
         tourism t with A {{ arrivals: 3\n departures: 1\n spending: 4 USD }}\nforeign_debt d with B {{ debt: 200 USD\n interest: 5% }}\n"
    );
    meets(
        &script,
        &[
            ("primary_income[A] in 2025", -10.0),
            ("fdi_inflow[A] in 2025", 6.0 + 5.0),
            ("primary_income[A] in 2026", -11.1),
            ("fdi_stock[A] in 2024", 100.0),
            ("fdi_stock[A] in 2026", 111.0 + 5.0 + 6.66),
            ("secondary_income[A] in 2026", 12.1),
            ("services[A] in 2026", 8.0),
            ("primary_income[B] in 2026", -10.0),
            ("current_balance[A] in 2026", -11.1 + 12.1 + 8.0),
            ("net_lending[A] in 2026", 12.0),
            ("other_financing(A) in 2026", -12.0 - 11.66),
        ],
        1e-12,
    );
}
