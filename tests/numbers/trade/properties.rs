//! Signs and limits that hold whatever the numbers.

use proptest::prelude::*;

use super::{HEAD, ask};

/// Sets a small number of cases, because every case loads and runs a script.
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
         joint_venture plant in cars with A {{ investment: 0 USD\n opens: 2025\n capacity: 20 mn USD\n local_content: 40%\n ramp: 3 years\n foreign_equity: 50% }}\n"
    )
}

/// Every lever at zero strength.
const NOTHING: [&str; 37] = [
    "exports z to A { growth: 9% }",
    "imports z from A { growth: 9%\n elasticity: -3 }",
    "tariff z from A { rate: 0% }",
    "inland_taxes z from A { excise: 0% }",
    "nontariff_barrier z from A { equivalent: 0% }",
    "foreign_tariff z to A { rate: 0% }",
    "trade_agreement z with A { proof: 0%\n origin: 70% }",
    "joint_venture z in tools with A { foreign_equity: 0%\n investment: 0 USD\n opens: 2025\n capacity: 0 USD\n local_content: 30% }",
    "industrial_park z with A { ceiling: 1 bn USD }",
    "corridor z with A { traffic: 100%\n opens: 2025\n days_saved: 0 days\n day_cost: 2%\n days: 20 days\n freight: 10% }",
    "corridor z with A { days: 0 days\n opens: 2025\n days_saved: 10 days\n day_cost: 2%\n traffic: 0% }",
    "transit z with A { demand: 1 TEU\n capacity: 5 TEU\n cost: 9 USD / 1 TEU\n days: 3 days\n spread: 1 USD / 1 TEU }",
    "disruption z with A { probability: 0%\n detour: 30%\n rerouted: 50% }",
    "export_promotion z to A { budget: 2 mn USD\n before: 2 mn USD\n response: 0.5 }",
    "diversification z on tools to A { opens: 2025\n potential: 0 USD }",
    "technology z { gain: 0%\n home_sales: 10 mn USD }",
    "digital_trade z with A { adoption: 0%\n saving: 10% }",
    "exchange_rate z with A { import_pass_through: 100%\n depreciation: 0% }",
    "hydrocarbons z on tools to A { base: 0 USD\n price: 5% }",
    "renewable_energy z with A { opens: 2025\n capacity: 0 MW\n gas_price: 1 USD / 1 m3\n gas_to: B\n gas_sector: tools\n investment: 1 mn USD / 1 MW }",
    "anti_dumping z from A { margin: 0% }",
    "quota z from A { volume: 1 bn USD\n home_share: 0% }",
    "tariff_rate_quota z from A { volume: 1 bn USD\n over_rate: 50%\n home_share: 0% }",
    "preference z from A { rate: 12%\n origin: 80%\n proof: 2% }",
    "export_tax z to A { rate: 0%\n pass_through: 50% }",
    "foreign_barrier z to A { equivalent: 0% }",
    "carbon_border z to A { price: 80 USD / 1 tonne\n charged: 0%\n intensity: 2 tonne / 1_000 USD }",
    "export_diversion z to A { share: 0%\n other: B }",
    "home_income z { growth: 0%\n elasticity: 2 }",
    "foreign_income z { growth: 4%\n elasticity: 0 }",
    "export_world_price z { price: 1 }",
    "import_world_price z { price: 1 }",
    "project_imports z from A { purchases: 0 USD }",
    "freight z { share: 0% }",
    "direct_investment z with A { stock: 0 USD\n return: 10%\n payout: 50% }",
    "remittances z with A { growth: 10% }",
    "tourism z with A { spending: 900 USD }",
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

/// A script with many levers at once, all money times `k`, whose strengths the cases draw.
fn crowd(k: f64, duty: f64, closed: f64, capacity: f64, growth: f64) -> String {
    format!(
        "{HEAD}imports m {{ base: {} mn USD\n growth: {growth}%\n elasticity: -1.2\n substitution: 3 }}\n\
         exports x {{ base: {} mn USD\n growth: {growth}%\n ceiling: {} mn USD then {} mn USD from 2028 }}\n\
         hydrocarbons oil on tools to B {{ base: {} mn USD\n volume: 4%\n price: 2%\n ceiling: {} mn USD }}\n\
         tariff d {{ rate: {duty}% }}\nfreight f {{ share: 9%\n residents: 25% }}\n\
         scenario every {{\n\
         disruption r with A {{ probability: 0% then {closed}% from 2026\n rerouted: 30%\n detour: 40% }}\n\
         joint_venture v in cars with A {{ opens: 2025\n capacity: {} mn USD\n local_content: 40%\n foreign_equity: 50%\n payout: 60%\n investment: {} mn USD\n export_share: 30%\n overflow: 40% }}\n\
         tariff e on cars from B {{ rate: 0% then {duty}% from 2027 }}\n\
         foreign_tariff g to A {{ rate: 0% then {duty}% from 2027 }}\n\
         import_world_price w on tools {{ price: 1 -> 1.3 over 2025..2029 }}\n\
         exchange_rate h with B {{ depreciation: 0% then 15% from 2027\n import_pass_through: 60% }}\n\
         export_diversion i on cars to A {{ share: 40%\n other: B }}\n\
         quota q on tools from B {{ volume: {} mn USD then {} mn USD from 2026\n home_share: 50% }} }}\n",
        100.0 * k,
        60.0 * k,
        90.0 * k,
        50.0 * k,
        30.0 * k,
        35.0 * k,
        capacity * k,
        capacity * k,
        400.0 * k,
        80.0 * k
    )
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
            + &format!("scenario kits {{ joint_venture z in tools with A {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2025\n capacity: {capacity} mn USD\n local_content: 0%\n margin: {margin}% }} }}\n");
        let found = ask(&script, &["(sum(balance[*]) - sum(baseline(balance[*]))) / 1 mn USD for kits in 2026"]);
        prop_assert!(found[0] <= margin / 100.0 * capacity + 1e-9);
        let exact = capacity / (1.0 + duty / 100.0) - (1.0 - margin / 100.0) * capacity;
        prop_assert!((found[0] - exact).abs() < 1e-7, "{} {}", found[0], exact);
    }

    #[test]
    fn displaced_imports_are_never_more_than_there_are(capacity in 0.0..900.0_f64, duty in 0.0..40.0_f64) {
        let script = economy(-1.0, 1.5, duty)
            + &format!("scenario big {{ joint_venture z in tools with A {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2025\n capacity: {capacity} mn USD\n local_content: 92% }} }}\n");
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
            "scenario open {{ corridor z with A {{ days: 0 days\n traffic: 100%\n opens: 2026\n days_saved: {days} days\n day_cost: {cost}% }} }}\n\
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
             scenario weak {{ exchange_rate z with A {{ import_pass_through: 100%\n depreciation: {fall}% }} }}\n\
             scenario firm {{ exchange_rate y with A {{ import_pass_through: 100%\n depreciation: {fall}%\n export_pass_through: 0% }} }}\n"
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

    #[test]
    fn all_money_times_k_is_all_results_times_k(duty in 0.0..40.0_f64, closed in 0.0..100.0_f64, capacity in 1.0..400.0_f64, growth in -5.0..8.0_f64) {
        let results = ["sum(exports[*, *])", "sum(imports[*, *])", "sum(current_balance[*])", "sum(customs_revenue[*])", "welfare(cars)", "v.profit", "unsold[cars]", "quota_rent[tools]"];
        let query = |x: &&str| format!("div({x}, 1 mn USD) for every in 2029");
        let (one, thousand) = (
            ask(&crowd(1.0, duty, closed, capacity, growth), &results.iter().map(query).collect::<Vec<_>>()),
            ask(&crowd(1000.0, duty, closed, capacity, growth), &results.iter().map(query).collect::<Vec<_>>()),
        );
        for ((a, b), x) in one.iter().zip(thousand).zip(results) {
            prop_assert!((a * 1000.0 - b).abs() <= 1e-6 * (1.0 + b.abs()), "{}: {} {}", x, a, b);
        }
    }

    #[test]
    fn nothing_is_negative_and_no_ceiling_is_passed(duty in 0.0..400.0_f64, closed in 0.0..100.0_f64, capacity in 1.0..4000.0_f64, growth in -5.0..30.0_f64) {
        let script = crowd(1.0, duty, closed, capacity, growth);
        for year in [2025, 2026, 2027, 2030] {
            let lines = [("A", "cars"), ("A", "tools"), ("B", "cars"), ("B", "tools")];
            let mut queries: Vec<String> = lines.iter().flat_map(|(p, s)| {
                ["exports", "imports", "exports_volume", "imports_volume"].map(|x| format!("{x}[{p}, {s}] / 1 mn USD for every in {year}"))
            }).collect();
            queries.extend(lines.iter().map(|(p, s)| format!("x.volume[{s}, {p}] / 1 mn USD for every in {year}")));
            queries.push(format!("oil.shipped / 1 mn USD for every in {year}"));
            queries.push(format!("(v.output - v.abroad) / 1 mn USD - home_limit[cars] / 1 mn USD for every in {year}"));
            let found = ask(&script, &queries);
            prop_assert!(found[..16].iter().all(|flow| *flow >= -1e-9), "{}: {:?}", year, found);
            let ceiling = if year < 2028 { 90.0 } else { 50.0 };
            prop_assert!(found[16..20].iter().all(|volume| *volume <= ceiling), "{}: {:?}", year, found);
            prop_assert!(found[20] <= 35.0 && found[21] <= 1e-6, "{}: {:?}", year, found);
        }
    }

    #[test]
    fn value_is_volume_times_price_and_the_accounts_close(duty in 0.0..60.0_f64, closed in 0.0..90.0_f64, capacity in 1.0..300.0_f64) {
        let script = crowd(1.0, duty, closed, capacity, 3.0);
        let found = ask(&script, &[
            "(imports[A, cars] - imports_volume[A, cars] * import_cif_price[A, cars]) / 1 mn USD for every in 2029",
            "(imports[A, tools] - imports_volume[A, tools] * import_cif_price[A, tools]) / 1 mn USD for every in 2029",
            "(imports[B, cars] - imports_volume[B, cars] * import_cif_price[B, cars]) / 1 mn USD for every in 2029",
            "(exports[B, tools] - x.volume[tools, B] * x.price[tools, B] - oil.shipped * oil.price_index) / 1 mn USD for every in 2029",
            "(v.sales - v.local - v.kits - v.other - v.profit) / 1 mn USD for every in 2029",
            "(sum(current_balance[*]) - sum(exports[*, *]) + sum(imports_fob[*, *]) - sum(services[*]) - sum(primary_income[*]) - sum(secondary_income[*])) / 1 mn USD for every in 2029",
            "(sum(services[*]) + 0.75 * (sum(imports[*, *]) - sum(imports_fob[*, *]))) / 1 mn USD for every in 2029",
            "(other_financing(A) + net_lending[A] + fdi_inflow[A]) / 1 mn USD for every in 2029",
            "(fdi_stock[A] - fdi_inflow[A] - fdi_stock[A, 2028]) / 1 mn USD for every in 2029",
            "(balance[A] + balance[B] - sum(exports[*, *]) + sum(imports[*, *])) / 1 mn USD for every in 2029",
        ]);
        prop_assert!(found.iter().all(|gap| gap.abs() < 1e-6), "{:?}", found);
    }

    #[test]
    fn one_partner_in_two_parts_is_one_partner(duty in 0.0..40.0_f64, part in 5.0..95.0_f64, sigma in 1.2..6.0_f64) {
        // A supplier divided in two of equal prices sells the same in total: adding up over partners.
        let rest = 100.0 - part;
        let head = HEAD.replace("partner = A, B", "partner = A, B, C");
        let script = format!(
            "{head}imports m on cars {{\n | partner | base: USD |\n | A | {part:.6} |\n | B | {rest:.6} |\n | C | 50 |\n elasticity: -1.3\n substitution: {sigma} }}\n\
             imports n on tools {{\n | partner | base: USD |\n | A | 100 |\n | C | 50 |\n elasticity: -1.3\n substitution: {sigma} }}\n\
             tariff d on cars from A {{ rate: 0% then {duty}% from 2026 }}\ntariff e on cars from B {{ rate: 0% then {duty}% from 2026 }}\n\
             tariff f on tools from A {{ rate: 0% then {duty}% from 2026 }}\n"
        );
        let found = ask(&script, &["imports[A, cars] + imports[B, cars] in 2027", "imports[A, tools] in 2027", "imports[C, cars] in 2027", "imports[C, tools] in 2027"]);
        prop_assert!((found[0] - found[1]).abs() < 1e-4 && (found[2] - found[3]).abs() < 1e-4, "{:?}", found);
    }

    #[test]
    fn a_small_country_gains_from_no_duty_in_any_year(duty in 0.1..200.0_f64, margin in 0.0..50.0_f64, eta in -4.0..-0.1_f64, sigma in 0.2..6.0_f64) {
        let script = format!(
            "{HEAD}imports m {{ base: 100 mn USD\n growth: 3%\n elasticity: {eta}\n substitution: {sigma} }}\n\
             scenario wall {{ tariff d on cars from A {{ rate: {duty}% }}\n anti_dumping e on cars from B {{ margin: {margin}% }}\n tariff f on tools {{ rate: {duty}% }} }}\n\
             scenario limit {{ quota q on cars from A {{ volume: {} mn USD\n home_share: 100% }} }}\n",
            100.0 - margin
        );
        let mut queries = Vec::new();
        for year in 2024..=2030 {
            for (s, scenario) in [("cars", "wall"), ("tools", "wall"), ("cars", "limit")] {
                queries.push(format!("welfare({s}) / 1 mn USD for {scenario} in {year}"));
            }
        }
        for (welfare, query) in ask(&script, &queries).iter().zip(&queries) {
            prop_assert!(*welfare <= 1e-7, "{}: {}", query, welfare);
        }
    }
}
