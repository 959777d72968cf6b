//! Signs and limits that hold whatever the numbers.

use proptest::prelude::*;

use super::{HEAD, ask};

/// Few cases each: every case loads and runs a script.
fn few() -> ProptestConfig {
    ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() }
}

/// Trade with both partners under a duty, a venture and a transit in the baseline: something for every lever to move.
fn economy(eta: f64, sigma: f64, duty: f64) -> String {
    format!(
        "{HEAD}set route = land, sea\n\
         imports m {{ base: 100 mn USD\n growth: 4%\n elasticity: {eta}\n substitution: {sigma} }}\n\
         exports x {{ base: 60 mn USD\n growth: 3%\n elasticity: {eta} }}\n\
         tariff d {{ rate: {duty}%\n pass_through: 90% }}\n\
         foreign_tariff f {{ rate: {duty}% }}\n\
         joint_venture plant in cars with A {{ opens: 2025\n capacity: 20 mn USD\n local_content: 40%\n ramp: 3 years\n foreign_equity: 50% }}\n"
    )
}

/// Every lever at zero strength.
const NOTHING: [&str; 20] = [
    "exports z to A { growth: 9% }",
    "imports z from A { growth: 9%\n elasticity: -3 }",
    "tariff z from A { rate: 0% }",
    "inland_taxes z from A { excise: 0% }",
    "nontariff_barrier z from A { equivalent: 0% }",
    "foreign_tariff z to A { rate: 0% }",
    "trade_agreement z with A { origin: 70% }",
    "joint_venture z in tools with A { opens: 2025\n capacity: 0 USD\n local_content: 30% }",
    "industrial_park z with A { ceiling: 1 bn USD }",
    "corridor z with A { opens: 2025\n days_saved: 0 days\n day_cost: 2%\n days: 20 days\n freight: 10% }",
    "corridor z with A { opens: 2025\n days_saved: 10 days\n day_cost: 2%\n traffic: 0% }",
    "transit z with A { demand: 1 TEU\n capacity: 5 TEU\n cost: 9 USD / 1 TEU\n days: 3 days\n spread: 1 USD / 1 TEU }",
    "disruption z with A { probability: 0%\n detour: 30%\n rerouted: 50% }",
    "export_promotion z to A { budget: 2 mn USD\n before: 2 mn USD\n response: 0.5 }",
    "diversification z on tools to A { opens: 2025\n potential: 0 USD }",
    "technology z { gain: 0%\n home_sales: 10 mn USD }",
    "digital_trade z with A { adoption: 0%\n saving: 10% }",
    "exchange_rate z with A { depreciation: 0% }",
    "hydrocarbons z on tools to A { base: 0 USD\n price: 5% }",
    "renewable_energy z with A { opens: 2025\n capacity: 0 MW\n gas_price: 1 USD / 1 m3\n gas_to: B\n gas_sector: tools\n investment: 1 mn USD / 1 MW }",
];

#[test]
fn a_lever_at_zero_strength_changes_nothing() {
    for lever in NOTHING {
        let script = economy(-1.3, 2.5, 12.0) + &format!("scenario idle {{ {lever} }}\n");
        let results = [
            "sum(exports[*, *])",
            "sum(imports[*, *])",
            "sum(current_balance[*])",
            "sum(customs_revenue[*])",
            "sum(fdi_inflow[*])",
            "sum(value_added[*])",
        ];
        let query =
            |x: &str, year: i32| format!("div({x} - baseline({x}), 1 mn USD) for idle in {year}");
        let queries: Vec<String> =
            [2024, 2027, 2030].iter().flat_map(|&y| results.map(|x| query(x, y))).collect();
        for (found, query) in ask(&script, &queries).into_iter().zip(queries) {
            assert!(found.abs() < 1e-9, "{lever}\n{query}: {found}");
        }
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn a_cut_of_a_duty_never_lowers_imports_of_its_line(
        eta in -3.0..0.0_f64, sigma in 0.0..6.0_f64, duty in 1.0..60.0_f64, kept in 0.0..1.0_f64,
    ) {
        // With several partners the line gains if substitution is above the demand elasticity's pull, always for all partners at once.
        let script = economy(eta, sigma, duty)
            + &format!("scenario cut {{ d.rate[tools, *] = {duty}% then {}% from 2026 }}\n", duty * kept);
        let found = ask(&script, &[
            "imports[A, tools] for cut in 2026", "imports[A, tools] in 2026", "imports[A, tools] for cut in 2025", "imports[A, tools] in 2025",
        ]);
        prop_assert!(found[0] >= found[1] * (1.0 - 1e-12));
        prop_assert_eq!(found[2].to_bits(), found[3].to_bits());
    }

    #[test]
    fn a_cut_for_one_partner_never_lowers_its_imports_and_diversion_is_taken_from_the_others(
        eta in -3.0..0.0_f64, extra in 0.0..4.0_f64, duty in 1.0..60.0_f64,
    ) {
        let sigma = extra - eta;
        let script = economy(eta, sigma, duty)
            + &format!("scenario cut {{ d.rate[tools, A] = {duty}% then 0% from 2026 }}\n");
        let found = ask(&script, &[
            "div(imports[A, tools] - baseline(imports[A, tools]), 1 mn USD) for cut in 2026",
            "div(imports[B, tools] - baseline(imports[B, tools]), 1 mn USD) for cut in 2026",
            "div(trade_diversion(A, tools), 1 mn USD) for cut in 2026",
            "div(trade_diversion(B, tools), 1 mn USD) for cut in 2026",
            "div(trade_creation(A, tools), 1 mn USD) for cut in 2026",
            "div(consumer_surplus(tools), 1 mn USD) for cut in 2026",
        ]);
        prop_assert!(found[0] >= -1e-9, "the favoured partner");
        prop_assert!(found[1] <= 1e-9, "the other one, if substitutes are closer than the market is elastic");
        prop_assert!(found[2] >= -1e-9 && found[3] <= 1e-9 && found[4] >= -1e-9 && found[5] >= -1e-9);
    }

    #[test]
    fn a_small_country_never_gains_from_a_duty(
        eta in -4.0..0.0_f64, sigma in 0.1..6.0_f64, duty in 0.0..80.0_f64, pass in 0.0..100.0_f64,
    ) {
        let script = format!(
            "{HEAD}imports m {{ base: 100 mn USD\n elasticity: {eta}\n substitution: {sigma} }}\n\
             scenario protect {{ tariff one on cars from A {{ rate: 0% then {duty}% from 2025\n pass_through: {pass}% }}\n\
             tariff all on tools {{ rate: 0% then {duty}% from 2025 }} }}\n"
        );
        let found = ask(&script, &[
            "welfare(cars) / 1 mn USD for protect in 2026", "welfare(tools) / 1 mn USD for protect in 2026",
            "deadweight_loss(cars) / 1 mn USD for protect in 2026", "deadweight_loss(tools) / 1 mn USD for protect in 2026",
        ]);
        prop_assert!(found[0] <= 1e-9 && found[1] <= 1e-9, "{:?}", found);
        prop_assert!((found[0] + found[2]).abs() < 1e-6 && (found[1] + found[3]).abs() < 1e-6, "the loss is the dead weight: {:?}", found);
    }

    #[test]
    fn a_large_country_gains_from_a_small_duty_and_loses_less_trade(supply in 0.5..8.0_f64, eta in -3.0..-0.3_f64) {
        let script = format!(
            "{HEAD}imports m from A {{ base: 100 mn USD\n elasticity: {eta} }}\nlarge_country w on cars from A {{ supply: {supply} }}\n\
             scenario duty {{ tariff d from A {{ rate: 0% then 1% from 2025 }} }}\n"
        );
        let found = ask(&script, &[
            "welfare(cars) / 1 mn USD for duty in 2026", "welfare(tools) / 1 mn USD for duty in 2026", "w.price for duty in 2026",
        ]);
        prop_assert!(found[0] > 0.0 && found[1] < 0.0, "terms of trade: {:?}", found);
        // One partner: price = (1.01 price)^(eta / supply), so price = 1.01^(eta / (supply - eta)).
        prop_assert!((found[2] - 1.01_f64.powf(eta / (supply - eta))).abs() < 1e-9);
    }

    #[test]
    fn a_venture_of_bare_assembly_improves_the_goods_balance_by_no_more_than_its_margin_and_the_duty(
        margin in 0.0..50.0_f64, duty in 0.0..40.0_f64, capacity in 1.0..80.0_f64,
    ) {
        // No local content: kits are sales less margin, displaced imports sales without duty.
        let script = economy(-1.0, 1.5, duty)
            + &format!("scenario kits {{ joint_venture z in tools with A {{ opens: 2025\n capacity: {capacity} mn USD\n local_content: 0%\n margin: {margin}% }} }}\n");
        let found = ask(&script, &["(sum(balance[*]) - sum(baseline(balance[*]))) / 1 mn USD for kits in 2026"]);
        prop_assert!(found[0] <= margin / 100.0 * capacity + 1e-9);
        let exact = capacity / (1.0 + duty / 100.0) - (1.0 - margin / 100.0) * capacity;
        prop_assert!((found[0] - exact).abs() < 1e-7, "{} {}", found[0], exact);
    }

    #[test]
    fn displaced_imports_are_never_more_than_there_are(capacity in 0.0..900.0_f64, duty in 0.0..40.0_f64) {
        let script = economy(-1.0, 1.5, duty)
            + &format!("scenario big {{ joint_venture z in tools with A {{ opens: 2025\n capacity: {capacity} mn USD\n local_content: 92% }} }}\n");
        let found = ask(&script, &["imports[A, tools] for big in 2026", "imports[B, tools] for big in 2026"]);
        prop_assert!(found.iter().all(|&imports| imports >= -1e-6));
    }

    #[test]
    fn traffic_adds_up_to_demand_or_to_all_capacity(
        demand in 1.0..3000.0_f64, first in 0.0..1000.0_f64, second in 0.0..1000.0_f64, third in 0.0..1000.0_f64,
        costs in prop::array::uniform3(0.0..5000.0_f64), spread in 50.0..2000.0_f64,
    ) {
        let [a, b, c] = costs;
        let script = format!(
            "{HEAD}set route = r1, r2, r3\ntransit z with A {{\n | route | capacity: TEU | cost: USD/TEU |\n\
             | r1 | {first:.6} | {a:.6} |\n | r2 | {second:.6} | {b:.6} |\n | r3 | {third:.6} | {c:.6} |\n\
             demand: {demand} TEU\n days: 1 day\n spread: {spread} USD / 1 TEU }}\n"
        );
        let found = ask(&script, &[
            "sum(z.flow[A, *]) / 1 TEU in 2026", "z.flow[A, r1] / 1 TEU in 2026", "z.flow[A, r2] / 1 TEU in 2026", "z.flow[A, r3] / 1 TEU in 2026",
        ]);
        let wanted = demand.min(first + second + third);
        prop_assert!((found[0] - wanted).abs() < 1e-5, "{:?} {}", found, wanted);
        for (flow, room) in found[1..].iter().zip([first, second, third]) {
            prop_assert!(*flow >= 0.0 && *flow <= room + 1e-5);
        }
        // Routes with room left share in the odds of the logit.
        if found[1] < first - 1e-3 && found[2] < second - 1e-3 && found[1] > 1e-6 && found[2] > 1e-6 {
            prop_assert!((found[1] / found[2]).ln() - (b - a) / spread < 1e-3);
        }
    }

    #[test]
    fn better_routes_raise_trade_and_failing_ones_lower_it(days in 0.1..20.0_f64, cost in 0.1..2.1_f64, eta in -4.0..-0.05_f64) {
        let script = economy(eta, 2.0, 10.0) + &format!(
            "scenario open {{ corridor z with A {{ opens: 2026\n days_saved: {days} days\n day_cost: {cost}% }} }}\n\
             scenario shut {{ disruption y with A {{ probability: 30%\n days_lost: {days} days\n day_cost: {cost}%\n rerouted: 90% }} }}\n\
             scenario click {{ digital_trade w with A {{ adoption: 50%\n saving: {cost}% }} }}\n"
        );
        let found = ask(&script, &[
            "exports[A, tools] for open in 2027", "exports[A, tools] in 2027", "exports[A, tools] for shut in 2027", "exports[A, tools] for click in 2027",
            "imports[A, tools] for open in 2027", "imports[A, tools] in 2027", "imports[A, tools] for click in 2027", "exports[A, tools] for open in 2025", "exports[A, tools] in 2025",
        ]);
        prop_assert!(found[0] > found[1] && found[2] < found[1] && found[3] > found[1]);
        prop_assert!(found[4] > found[5] && found[6] > found[5]);
        prop_assert_eq!(found[7].to_bits(), found[8].to_bits());
    }

    #[test]
    fn a_depreciation_improves_the_balance_beyond_marshall_and_lerner(elasticity in 0.55..4.0_f64, fall in 1.0..40.0_f64) {
        let script = format!(
            "{HEAD}imports m from A {{ base: 100 mn USD\n elasticity: -{elasticity} }}\nexports x to A {{ base: 100 mn USD\n elasticity: -{elasticity} }}\n\
             scenario weak {{ exchange_rate z with A {{ depreciation: {fall}% }} }}\n\
             scenario firm {{ exchange_rate y with A {{ depreciation: {fall}%\n export_pass_through: 0% }} }}\n"
        );
        let found = ask(&script, &["balance[A] / 1 mn USD for weak in 2025", "balance[A] / 1 mn USD for firm in 2025"]);
        prop_assert!(found[0] > 0.0 && found[1] > 0.0);
    }

    #[test]
    fn exports_stay_below_their_ceiling(base in 1.0..99.0_f64, growth in 0.0..300.0_f64, elasticity in -6.0..0.0_f64, cut in 0.0..50.0_f64) {
        let script = format!(
            "{HEAD}exports x to A {{ base: {base} USD\n growth: {growth}%\n elasticity: {elasticity}\n ceiling: 100 USD }}\n\
             foreign_tariff f to A {{ rate: {cut}% then 0% from 2026 }}\n"
        );
        for exports in ask(&script, &["exports[A, cars] in 2026", "exports[A, cars] in 2030"]) {
            prop_assert!(exports >= base - 1e-9 && exports <= 100.0 + 1e-9);
        }
    }

    #[test]
    fn the_parts_of_the_accounts_add_up(duty in 0.0..30.0_f64, content in 0.0..80.0_f64, payout in 0.0..100.0_f64) {
        let script = economy(-1.4, 2.0, duty) + &format!(
            "services s with A {{ credit: 3 mn USD }}\n\
             scenario z {{ joint_venture v in tools with B {{ opens: 2025\n capacity: 9 mn USD\n local_content: {content}%\n payout: {payout}%\n foreign_equity: 60%\n investment: 5 mn USD }} }}\n"
        );
        let found = ask(&script, &[
            "(balance[B] - sum(exports[B, *]) + sum(imports[B, *])) / 1 mn USD for z in 2027",
            "(turnover[B] - sum(exports[B, *]) - sum(imports[B, *])) / 1 mn USD for z in 2027",
            "(current_balance[B] - balance[B] - services[B] - primary_income[B] - secondary_income[B]) / 1 mn USD for z in 2027",
            "(v.local + v.kits + v.other + v.profit - v.output) / 1 mn USD for z in 2027",
            "(current_balance[B] + fdi_inflow[B] + other_financing(B)) / 1 mn USD for z in 2027",
        ]);
        prop_assert!(found.iter().all(|gap| gap.abs() < 1e-9), "{:?}", found);
    }

    #[test]
    fn more_storage_and_less_curtailment_free_more_gas(curtailed in 0.0..60.0_f64, storage in 0.0..2000.0_f64) {
        let plant = |curtailed: f64, storage: f64| format!(
            "{HEAD}renewable_energy z with B {{ opens: 2024\n capacity: 100 MW\n curtailment: {curtailed}%\n storage: {storage} MWh\n\
             gas_price: 1 USD / 1 m3\n gas_to: A\n gas_sector: cars }}\n"
        );
        let gas = |script: String| ask(&script, &["exports[A, cars] in 2025"])[0];
        let found = gas(plant(curtailed, storage));
        prop_assert!(gas(plant(curtailed, storage + 100.0)) >= found - 1e-6);
        prop_assert!(gas(plant(curtailed + 5.0, 0.0)) <= gas(plant(curtailed, 0.0)));
        prop_assert!(found <= gas(plant(0.0, 0.0)) + 1e-6, "storage gives back less than was curtailed");
    }
}
