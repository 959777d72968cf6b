//! Volume, price and value: each lever moves one of them, and value is volume times price.

use super::{HEAD, meets};

/// A line of imports under a duty of 25%, and a plant that sells 125 of the sector that the duty protects.
const PLANT: &str = "imports m on cars from A { base: 1000 USD\n elasticity: 0 }\ntariff d on cars from A { rate: 25% }\n\
    scenario plant { joint_venture j in cars with A { foreign_equity: 0%\n investment: 0 USD\n opens: 2025\n capacity: 125 USD\n local_content: 52% } }\n";

#[test]
fn a_venture_loses_what_the_duty_gave_it() {
    // 125 of sales displace 100 CIF; kits are 125 (1 - 52% - 8%) = 50. Without the duty the same units fetch 100: 10 - 25 = -15.
    let script = format!(
        "{HEAD}{PLANT}scenario freed extends plant {{ d.rate = 25% then 0% from 2027 }}\n\
         scenario halved extends plant {{ d.rate = 25% then 10% from 2027 }}\n\
         scenario cheap extends plant {{ import_world_price w on cars from A {{ price: 1 then 0.9 from 2027 }} }}\n\
         scenario hard extends plant {{ nontariff_barrier n on cars from A {{ equivalent: 0% then 8% from 2027 }} }}\n\
         scenario both extends plant {{ d.rate = 25% then 0% from 2027\n nontariff_barrier o on cars from A {{ equivalent: 0% then 8% from 2027 }} }}\n\
         scenario weak extends plant {{ exchange_rate e on cars with A {{ import_pass_through: 100%\n depreciation: 0% then 25% from 2027 }} }}\n"
    );
    meets(
        &script,
        &[
            ("balance[A] - baseline(balance[A]) for plant in 2026", 50.0),
            ("balance[A] - baseline(balance[A]) for freed in 2028", 50.0),
            ("j.profit for plant in 2028", 10.0),
            ("j.profit for freed in 2026", 10.0),
            ("j.profit for freed in 2028", -15.0),
            ("j.sales for freed in 2028", 100.0),
            ("primary_income[A] for freed in 2028", 0.0),
            ("value_added[cars] for freed in 2028", 65.0 - 15.0),
            // 125 * 1.10/1.25 = 110.
            ("j.profit for halved in 2028", -5.0),
            // Sales and kits a tenth cheaper: 112.5 - 45 - 65.
            ("j.profit for cheap in 2028", 2.5),
            ("j.profit for hard in 2028", 20.0),
            // 100 * 1.08 - 50 - 65.
            ("j.profit for both in 2028", -7.0),
            // In the money of trade the price stays and local cost falls: 125 - 50 - 65/1.25.
            ("j.profit for weak in 2028", 23.0),
            ("j.local for weak in 2028", 52.0),
        ],
        1e-12,
    );
}

#[test]
fn exports_of_a_venture_keep_their_price_when_the_duty_at_home_goes() {
    // Capacity 400, of which 35% is exported; a duty of 9.4% goes: 260 at home lose 1 - 1/1.094 of their price, whatever buyers saw of it.
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 1000 USD }}\ntariff d on cars from A {{ rate: 9.4%\n pass_through: 90% }}\n\
         scenario plant {{ joint_venture j in cars with A {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2025\n capacity: 400 USD\n local_content: 52%\n export_share: 35%\n export_market: B }}\n\
         d.rate = 9.4% then 0% from 2027 }}\n"
    );
    meets(
        &script,
        &[
            ("j.profit for plant in 2026", 32.0),
            ("j.profit for plant in 2028", 32.0 - 260.0 * (1.0 - 1.0 / 1.094)),
            ("exports[B, cars] for plant in 2028", 140.0),
        ],
        1e-12,
    );
}

#[test]
fn a_price_path_takes_the_place_of_import_parity() {
    let script = format!(
        "{HEAD}{PLANT}scenario given extends plant {{ j.price = 1 -> 1.2 over 2025..2027\n d.rate = 25% then 0% from 2027 }}\n"
    );
    meets(
        &script,
        &[("j.profit for given in 2026", 22.5), ("j.profit for given in 2028", 35.0)],
        1e-12,
    );
}

#[test]
fn a_loss_is_a_credit_of_the_foreign_owner_and_bears_no_tax() {
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 1000 USD\n elasticity: 0 }}\ntariff d on cars from A {{ rate: 25% then 0% from 2027 }}\n\
         joint_venture j in cars with A {{ investment: 0 USD\n opens: 2025\n capacity: 125 USD\n local_content: 52%\n foreign_equity: 60%\n payout: 50% }}\n"
    );
    meets(
        &script,
        &[
            ("primary_income[A] in 2026", -0.6 * 8.0),
            ("fdi_inflow[A] in 2026", 0.3 * 8.0),
            ("j.tax in 2028", 0.0),
            ("primary_income[A] in 2028", 9.0),
            ("fdi_inflow[A] in 2028", -9.0),
        ],
        1e-12,
    );
}

#[test]
fn sales_of_a_venture_abroad_see_what_happens_there() {
    // 40 offered abroad, 60% to A and 40% to B; B lays a duty of 25%, elasticity -1: 16 becomes 12.8, which is offered at home.
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 1000 USD }}\n\
         joint_venture j in cars with A {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2025\n capacity: 100 USD\n local_content: 50%\n export_share: 40%\n export_market: A\n\
         second_market: B\n second_share: 40%\n export_elasticity: -1 }}\n\
         foreign_tariff f on cars to B {{ rate: 0% then 25% from 2026 }}\n\
         export_world_price w on cars to A {{ price: 1 then 1.5 from 2027 }}\n"
    );
    meets(
        &script,
        &[
            ("exports[A, cars] in 2025", 24.0),
            ("exports[B, cars] in 2025", 16.0),
            ("exports[B, cars] in 2026", 12.8),
            ("j.output in 2026", 100.0),
            ("imports_volume[A, cars] in 2026", 1000.0 - 63.2 + 42.0),
            ("exports_volume[A, cars] in 2027", 24.0),
            ("exports[A, cars] in 2027", 36.0),
            ("j.profit in 2027", 8.0 + 12.0),
        ],
        1e-12,
    );
}

#[test]
fn world_prices_move_value_and_the_terms_of_trade() {
    // Exports of 100 and 100, one at one and a half times the price; imports of 100 with elasticity -1 at twice the price.
    let script = format!(
        "{HEAD}exports x on cars to A {{ base: 100 USD }}\nexports y on tools to A {{ base: 100 USD }}\n\
         imports m on tools from A {{ base: 100 USD }}\nexport_world_price w on cars {{ price: 1 -> 1.5 over 2024..2026 }}\n\
         import_world_price z on tools {{ price: 1 then 2 from 2026 }}\n"
    );
    meets(
        &script,
        &[
            ("exports[A, cars] in 2026", 150.0),
            ("exports_volume[A, cars] in 2026", 100.0),
            ("imports[A, tools] in 2026", 100.0),
            ("imports_volume[A, tools] in 2026", 50.0),
            ("export_deflator(A) in 2026", 1.25),
            ("import_deflator(A) in 2026", 2.0),
            ("terms_of_trade(A) in 2026", 0.625),
            ("all_terms_of_trade() in 2026", 0.625),
            ("export_price_of(A, cars) in 2026", 1.5),
            ("import_price_of(A, tools) in 2026", 2.0),
            ("balance_volume[A] in 2026", 150.0),
            ("terms_of_trade(A) in 2024", 1.0),
        ],
        1e-12,
    );
}

#[test]
fn income_drives_demand_with_its_elasticity() {
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD }}\nhome_income h {{ growth: 4%\n elasticity: 1.5 }}\n\
         exports x on cars to A {{ base: 100 USD\n growth: 1% }}\nforeign_income f {{ growth: 2%\n elasticity: 2 }}\n"
    );
    meets(
        &script,
        &[
            ("imports[A, cars] in 2026", 100.0 * 1.06 * 1.06),
            ("exports[A, cars] in 2026", 100.0 * 1.04 * 1.04 * 1.01 * 1.01),
        ],
        1e-12,
    );
}

#[test]
fn a_finite_supply_of_exports_lets_the_price_clear_the_market() {
    // Demand (p 1.1)^-2, supply p^3: p = 1.1^(-2/5), volume p^3.
    let script = format!(
        "{HEAD}exports x on cars to A {{ base: 100 USD\n elasticity: -2\n supply: 3 }}\nforeign_tariff f to A {{ rate: 0% then 10% from 2025 }}\n"
    );
    let price = 1.1_f64.powf(-0.4);
    meets(
        &script,
        &[
            ("x.price in 2025", price),
            ("exports_volume[A, cars] in 2025", 100.0 * price.powi(3)),
            ("exports[A, cars] in 2025", 100.0 * price.powi(4)),
        ],
        1e-12,
    );
}

#[test]
fn what_a_depreciation_does_not_pass_on_is_taken_off_the_border_price() {
    // Depreciation 10%, pass-through 50%, elasticity -1: 100 / 1.05 at a border price of 1.05 / 1.10.
    let script = |depreciation: f64, pass: f64| {
        format!(
            "{HEAD}imports m on cars from A {{ base: 100 USD\n elasticity: -1 }}\n\
             exchange_rate d with A {{ depreciation: 0% then {depreciation}% from 2025\n import_pass_through: {pass}% }}\n"
        )
    };
    meets(
        &script(10.0, 50.0),
        &[
            ("imports[A, cars] in 2025", 100.0 / 1.1),
            ("imports_volume[A, cars] in 2025", 100.0 / 1.05),
            ("import_price_of(A, cars) in 2025", 1.05 / 1.1),
            ("effective_rate() in 2025", 1.0 / 1.1),
        ],
        1e-12,
    );
    meets(&script(40.0, 25.0), &[("imports[A, cars] in 2025", 100.0 / 1.4)], 1e-12);
}
