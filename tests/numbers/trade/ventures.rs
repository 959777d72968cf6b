//! Joint ventures and parks: the accounting of a bus plant, year by year.

use super::{HEAD, ask, close, meets, problem};

/// A plant for 500 buses at 0.25 million, with its duty, market and parts; only the goods it changes are in the model.
const PLANT: &str = "years 2024..2031\ncurrency USD\nuse trade\nset partner = China, Turkiye\n\
    set sector = vehicles, machinery\n\
    imports m on vehicles from China { base: 900 mn USD }\n\
    tariff duty on vehicles from China { rate: 15% }\n\
    scenario plant { joint_venture buses in vehicles with China {\n\
      opens: 2025\n capacity: 500 * 0.25 mn USD\n\
      utilisation: [2025: 20%, 2026: 50%, 2027: 70%, 2028: 80%, 2029: 90%]\n\
      local_content: 12% -> 52% over 2026..2030\n export_share: 20%\n export_market: Turkiye\n\
      foreign_equity: 50%\n margin: 8%\n profit_tax: 20%\n payout: 60%\n other_imports: 3%\n\
      kit_duty: 0%\n investment: 34 mn USD\n equipment_share: 70%\n equipment_sector: machinery\n\
      workers: 800 } }\n";

/// Change from the baseline of a quantity, both partners summed, in million dollars.
fn change(quantity: &str, year: i32) -> String {
    format!("(sum({quantity}[*]) - sum(baseline({quantity}[*]))) / 1 mn USD for plant in {year}")
}

#[test]
fn the_plant_meets_the_accounting_table() {
    // The standard cost-share accounts of a venture, worked out beside the library, to the digits printed.
    let columns = [
        "buses.output / 1 mn USD",
        "buses.local_content",
        "buses.kits / 1 mn USD",
        "buses.other / 1 mn USD",
        "buses.equipment / 1 mn USD",
        "exports[Turkiye, vehicles] / 1 mn USD",
        "displaced_imports[China, vehicles] / 1 mn USD",
        "(buses.local + buses.profit) / 1 mn USD",
    ];
    let table = [
        [25.0, 0.12, 19.25, 0.75, 23.8, 5.0, 17.3913, 5.0],
        [62.5, 0.12, 48.125, 1.875, 0.0, 12.5, 43.47826, 12.5],
        [87.5, 0.22, 58.625, 2.625, 0.0, 17.5, 60.86957, 26.25],
        [100.0, 0.32, 57.0, 3.0, 0.0, 20.0, 69.56522, 40.0],
        [112.5, 0.42, 52.875, 3.375, 0.0, 22.5, 78.26087, 56.25],
        [112.5, 0.52, 41.625, 3.375, 0.0, 22.5, 78.26087, 67.5],
        [112.5, 0.52, 41.625, 3.375, 0.0, 22.5, 78.26087, 67.5],
    ];
    for (year, wanted) in (2025..).zip(table) {
        let queries = columns.map(|column| format!("{column} for plant in {year}"));
        for ((found, wanted), query) in ask(PLANT, &queries).into_iter().zip(wanted).zip(&queries) {
            close(found, wanted, 5e-7, query);
        }
    }
}

#[test]
fn the_plant_meets_the_balances_of_the_table() {
    // Goods, primary income, current account, and the duty lost on displaced imports.
    let table = [
        [-21.4087, -0.8, -22.2087, -2.608696],
        [5.978261, -2.0, 3.978261, -6.521739],
        [17.11957, -2.8, 14.31957, -9.130435],
        [29.56522, -3.2, 26.36522, -10.43478],
        [44.51087, -3.6, 40.91087, -11.73913],
        [55.76087, -3.6, 52.16087, -11.73913],
        [55.76087, -3.6, 52.16087, -11.73913],
    ];
    let mut cumulated = 0.0;
    for (year, wanted) in (2025..).zip(table) {
        let quantities = ["balance", "primary_income", "current_balance", "customs_revenue"];
        let found = ask(PLANT, &quantities.map(|quantity| change(quantity, year)));
        for ((found, wanted), quantity) in found.iter().zip(wanted).zip(quantities) {
            close(*found, wanted, 5e-7, &format!("{quantity} {year}"));
        }
        cumulated += found[2];
    }
    close(cumulated, 167.687, 5e-7, "cumulated current account");
}

#[test]
fn the_accounts_of_the_plant_close_in_every_year() {
    for year in 2025..=2031 {
        let found = ask(
            PLANT,
            &[
                format!(
                    "(buses.local + buses.kits + buses.other + buses.profit - buses.output) / 1 mn USD for plant in {year}"
                ),
                change("fdi_inflow", year),
                change("current_balance", year),
                format!("sum(q in partner: other_financing(q)) / 1 mn USD for plant in {year}"),
                format!("sum(baseline(current_balance[*])) / 1 mn USD for plant in {year}"),
                format!("sum(jobs[*]) for plant in {year}"),
                format!("buses.output / 125 mn USD for plant in {year}"),
            ],
        );
        assert!(found[0].abs() < 1e-9, "{year}: what sales are made of");
        // Reinvested earnings: 40% of the foreign profit, and half of the plant in its first year.
        let foreign_profit = 0.5 * 0.8 * 0.08 * 125.0 * found[6];
        let investment = if year == 2025 { 17.0 } else { 0.0 };
        close(found[1], 0.4 * foreign_profit + investment, 1e-9, "direct investment");
        assert!((found[2] + found[1] + found[3] + found[4]).abs() < 1e-6, "{year}: financing");
        close(found[5], 800.0 * found[6], 1e-9, "jobs");
    }
}

#[test]
fn equipment_comes_in_the_building_years() {
    let script = format!(
        "{HEAD}joint_venture plant in cars with A {{ foreign_equity: 0%\n opens: 2028\n construction: 2026\n capacity: 10 mn USD\n\
         local_content: 40%\n investment: 30 mn USD\n equipment_share: 60%\n equipment_from: B\n equipment_sector: tools }}\n"
    );
    meets(
        &script,
        &[
            ("imports[B, tools] in 2025", 0.0),
            ("imports[B, tools] in 2026", 9e6),
            ("imports[B, tools] in 2027", 9e6),
            ("imports[B, tools] in 2028", 0.0),
            ("imports[A, cars] in 2028", 5.2e6),
        ],
        1e-12,
    );
}

#[test]
fn the_rule_of_origin_switches_the_preference_on() {
    // From a local content of 40% a duty of 10% abroad is saved: sales abroad times 1.1^2.
    let script = format!(
        "{HEAD}joint_venture plant in cars with A {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2024\n capacity: 10 mn USD\n local_content: 30% then 40% from 2027\n\
         export_share: 50%\n export_market: B\n rule_of_origin: 40%\n preference: 10%\n export_elasticity: -2 }}\n"
    );
    meets(
        &script,
        &[
            ("exports[B, cars] in 2026", 5e6),
            ("exports[B, cars] in 2027", 6.05e6),
            ("plant.exported in 2027", 0.605),
        ],
        1e-12,
    );
}

#[test]
fn learning_moves_local_cost_into_profit() {
    // Capacity 10 a year: in the third year 20 have been made, twice the reference, so local cost is 80%.
    let script = format!(
        "{HEAD}joint_venture plant in cars with A {{ investment: 0 USD\n opens: 2024\n capacity: 10 USD\n local_content: 50%\n margin: 10%\n\
         learning: 20%\n foreign_equity: 100%\n profit_tax: 0% }}\n"
    );
    meets(
        &script,
        &[
            ("plant.local in 2025", 5.0),
            ("plant.local in 2026", 4.0),
            ("plant.profit in 2026", 2.0),
            ("primary_income[A] in 2026", -2.0),
            ("value_added[cars] in 2026", 6.0),
            ("plant.local in 2028", 5.0 * 0.64),
        ],
        1e-12,
    );
}

#[test]
fn a_park_caps_its_ventures_and_lifts_its_taxes() {
    // Plans of 30 and 20 under a ceiling of 40: each at 80%. Tax 20% falls to 10%; duty on kits is halved.
    let script = format!(
        "{HEAD}tariff duty from A {{ rate: 10% }}\n\
         joint_venture one in cars with A {{ investment: 0 USD\n opens: 2024\n capacity: 30 USD\n local_content: 50%\n margin: 10%\n foreign_equity: 100%\n displacement: 0% }}\n\
         joint_venture two in tools with A {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2024\n capacity: 20 USD\n local_content: 50%\n margin: 10%\n displacement: 0% }}\n\
         joint_venture three in tools with B {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2024\n capacity: 7 USD\n local_content: 50%\n margin: 10%\n displacement: 0% }}\n\
         industrial_park sumgait with A {{ ceiling: 40 USD\n tax_relief: 50%\n duty_relief: 50% }}\n"
    );
    meets(
        &script,
        &[
            ("one.output in 2026", 24.0),
            ("two.output in 2026", 16.0),
            ("three.output in 2026", 7.0),
            ("primary_income[A] in 2026", -24.0 * 0.1 * 0.9),
            ("customs_revenue[A] in 2026", 0.05 * 0.4 * 40.0),
        ],
        1e-12,
    );
    let outside = script.replace("capacity: 20 USD\n", "capacity: 20 USD\n in_park: 0%\n");
    meets(&outside, &[("one.output in 2026", 30.0), ("two.output in 2026", 20.0)], 1e-12);
}

#[test]
fn shares_above_the_whole_are_refused() {
    let script = format!(
        "{HEAD}joint_venture plant in cars with A {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2024\n capacity: 10 USD\n local_content: 80%\n other_imports: 15% }}\nshow balance[A]\n"
    );
    assert_eq!(problem(&script), Some("out-of-bounds"));
}
