//! The base year is data: no lever changes it, whatever a scenario adds.

use super::{HEAD, ask, meets, problem};

#[test]
fn a_duty_in_a_scenario_begins_after_the_base_year() {
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD }}\nscenario duty {{ tariff d from A {{ rate: 10% }} }}\n\
         scenario taxes {{ inland_taxes v from A {{ vat: 18% }} }}\n"
    );
    let loss = 10.0 / 1.1 - 100.0 * 1.1_f64.ln();
    meets(
        &script,
        &[
            ("welfare(cars) for duty in 2024", 0.0),
            ("deadweight_loss(cars) for duty in 2024", 0.0),
            ("customs_revenue[A] for duty in 2024", 0.0),
            ("welfare(cars) for duty in 2025", loss),
            ("customs_revenue[A] for taxes in 2024", 0.0),
            ("customs_revenue[A] for taxes in 2025", 18.0 / 1.18),
        ],
        1e-10,
    );
}

/// Levers at full strength from the first year on.
const LEVERS: [&str; 30] = [
    "exports z on tools to A { base: 9 mn USD }",
    "imports z on tools from A { base: 9 mn USD }",
    "tariff z from A { rate: 30% }",
    "anti_dumping z from A { margin: 30% }",
    "inland_taxes z from A { excise: 5%\n vat: 20% }",
    "nontariff_barrier z from A { equivalent: 20% }",
    "quota z on tools from A { volume: 10 mn USD\n home_share: 50% }",
    "tariff_rate_quota z on tools from A { volume: 10 mn USD\n over_rate: 50%\n home_share: 50% }",
    "foreign_tariff z to A { rate: 20% }",
    "foreign_barrier z to A { equivalent: 20% }",
    "carbon_border z to A { price: 80 USD / 1 tonne\n charged: 50%\n intensity: 2 tonne / 1_000 USD }",
    "export_tax z to A { rate: 20%\n pass_through: 50% }",
    "trade_agreement z with A { origin: 100%\n proof: 0%\n cut: 100%\n partner_cut: 100% }",
    "preference z from A { rate: 1%\n origin: 80%\n proof: 2% }",
    "joint_venture z in tools with A { opens: 2024\n capacity: 9 mn USD\n local_content: 30%\n investment: 5 mn USD\n foreign_equity: 50%\n export_share: 20% }",
    "corridor z with A { traffic: 100%\n opens: 2024\n days_saved: 5 days\n day_cost: 2%\n days: 20 days\n freight: 10%\n freight_saved: 4% }",
    "transit z with A { demand: 1 TEU\n capacity: 5 TEU\n cost: 9 USD / 1 TEU\n days: 3 days\n spread: 1 USD / 1 TEU\n fee: 1 mn USD / 1 TEU }",
    "disruption z with A { probability: 100%\n detour: 30%\n rerouted: 50% }",
    "export_promotion z to A { budget: 4 mn USD\n before: 2 mn USD\n response: 0.5 }",
    "diversification z on tools to A { opens: 2024\n potential: 5 mn USD }",
    "technology z { gain: 10%\n home_sales: 10 mn USD }",
    "digital_trade z with A { adoption: 50%\n saving: 10% }",
    "exchange_rate z with A { import_pass_through: 100%\n depreciation: 10% }",
    "hydrocarbons z on tools to A { base: 7 mn USD\n price: 5% }",
    "renewable_energy z with A { opens: 2024\n capacity: 10 MW\n gas_price: 1 USD / 1 m3\n gas_to: B\n gas_sector: tools\n investment: 1 mn USD / 1 MW\n foreign_equity: 100%\n return: 10% }",
    "home_income z { growth: 4%\n elasticity: 2 }",
    "export_world_price z { price: 2 }",
    "freight z { share: 10%\n residents: 50% }",
    "services z with A { credit: 3 mn USD }",
    "direct_investment z with A { stock: 20 mn USD\n return: 10%\n payout: 50% }",
];

#[test]
fn no_lever_touches_the_base_year() {
    let economy = format!(
        "{HEAD}set route = land, sea\nimports m {{ base: 100 mn USD\n growth: 4% }}\nexports x {{ base: 60 mn USD\n growth: 3% }}\n\
         tariff d {{ rate: 12%\n pass_through: 90% }}\nforeign_tariff f {{ rate: 8% }}\n"
    );
    let results = [
        "sum(exports[*, *])",
        "sum(exports_volume[*, *])",
        "sum(imports[*, *])",
        "sum(imports_volume[*, *])",
        "sum(current_balance[*])",
        "sum(customs_revenue[*])",
        "sum(fdi_inflow[*])",
        "sum(value_added[*])",
        "sum(jobs[*]) * 1 USD",
        "sum(fdi_stock[*])",
    ];
    for lever in LEVERS {
        let script = format!("{economy}scenario strong {{ {lever} }}\n");
        let base = |x: &str| format!("div({x} - baseline({x}), 1 mn USD) for strong in 2024");
        let queries = results.map(base);
        for (found, query) in ask(&script, &queries).into_iter().zip(&queries) {
            assert!(found.abs() < 1e-9, "{lever}\n{query}: {found}");
        }
        let later =
            results.map(|x| format!("div({x} - baseline({x}), 1 mn USD) for strong in 2026"));
        let moved = ask(&script, &later).into_iter().any(|found| found.abs() > 1e-6);
        assert!(moved, "{lever} does nothing in 2026");
    }
}

#[test]
fn what_opens_before_the_base_year_is_refused() {
    for lever in [
        "joint_venture z in tools with A { foreign_equity: 0%\n investment: 0 USD\n opens: 2020\n capacity: 9 USD\n local_content: 30% }",
        "corridor z with A { days: 0 days\n traffic: 100%\n opens: 2020\n days_saved: 5 days\n day_cost: 2% }",
        "diversification z on tools to A { opens: 2023\n potential: 5 USD }",
    ] {
        let script =
            format!("{HEAD}{lever}\nshow balance[A], exports[A, tools], imports[A, tools]\n");
        assert_eq!(problem(&script), Some("out-of-bounds"), "{lever}");
    }
}
