//! Supply equals demand on each line: ceilings, closed routes, quotas, and a full home market.

use super::{HEAD, ask, close, meets};

/// China 60 and Türkiye 40 in one nest.
const NEST: &str = "years 2024..2030\ncurrency USD\nuse trade\nset partner = China, Turkiye\nset sector = cars\n\
    imports m {\n | partner | base: USD |\n | China | 60 |\n | Turkiye | 40 |\n elasticity: -1\n substitution: 5 }\n";

#[test]
fn a_ceiling_is_a_ceiling() {
    let script = format!(
        "{HEAD}hydrocarbons h on cars to A {{ base: 100 USD\n ceiling: 200 USD then 50 USD from 2026 }}\n\
         exports x on tools to A {{ base: 350 USD\n ceiling: 400 USD then 300 USD from 2026 }}\n\
         exports y on tools to B {{ base: 350 USD\n growth: 5%\n ceiling: 400 USD then 300 USD from 2026 then 400 USD from 2029 }}\n\
         scenario wall {{ foreign_tariff f on tools to B {{ rate: 0% then 400% from 2026 }} }}\n"
    );
    meets(
        &script,
        &[
            ("exports[A, cars] in 2025", 100.0),
            ("exports[A, cars] in 2026", 50.0),
            ("exports[A, tools] in 2025", 350.0),
            ("exports[A, tools] in 2027", 300.0),
            ("exports[B, tools] in 2027", 300.0),
        ],
        1e-12,
    );
    let found = ask(&script, &["exports[B, tools] for wall in 2028", "exports[B, tools] in 2030"]);
    // Demand at five times the price: below the ceiling, and above 0.
    assert!(found[0] > 0.0 && found[0] < 300.0 * 5.0_f64.powf(-1.5) * 1.4, "{found:?}");
    assert!(found[1] > 350.0 && found[1] <= 400.0, "{found:?}");
}

#[test]
fn at_a_ceiling_a_gain_in_technology_keeps_the_price() {
    let script = format!(
        "{HEAD}exports x on cars to A {{ base: 100 USD\n ceiling: 100 USD\n elasticity: -2 }}\n\
         exports y on cars to B {{ base: 50 USD\n ceiling: 100 USD\n elasticity: -2 }}\ntechnology g on cars {{ gain: 25% }}\n"
    );
    // Half of B's ceiling is free: price 1.25^-0.5, response 1.25, share 0.5 * 1.25 / (1 + 0.25 * 0.5).
    let volume = 50.0 * 1.25 / 1.125;
    meets(
        &script,
        &[
            ("exports[A, cars] in 2026", 100.0),
            ("y.volume in 2026", volume),
            ("exports[B, cars] in 2026", volume * 1.25_f64.powf(-0.5)),
        ],
        1e-12,
    );
}

#[test]
fn what_never_arrives_pays_no_detour() {
    let script = |rerouted: f64| {
        format!(
            "{HEAD}imports m on cars from A {{ base: 100 USD\n elasticity: 0 }}\n\
             disruption d with A {{ probability: 0% then 100% from 2025\n length: 50%\n rerouted: {rerouted}%\n detour: 40% }}\n"
        )
    };
    meets(&script(0.0), &[("imports[A, cars] in 2026", 50.0)], 1e-12);
    meets(
        &script(60.0),
        &[
            ("imports[A, cars] in 2026", 50.0 + 30.0 * 1.4),
            ("imports_volume[A, cars] in 2026", 80.0),
            ("imports[A, cars] in 2024", 100.0),
        ],
        1e-12,
    );
    meets(&script(100.0), &[("imports[A, cars] in 2026", 50.0 + 50.0 * 1.4)], 1e-12);
}

#[test]
fn a_lost_supplier_costs_buyers_and_others_take_its_place() {
    // Armington without China: P = 0.4^(1/(1 - 5)); Türkiye sells 40 P^4 = 100; surplus -100 ln P.
    let script = format!(
        "{NEST}scenario closed {{ disruption d with China {{ probability: 0% then 100% from 2025\n rerouted: 0% }} }}\n"
    );
    let index = 0.4_f64.powf(-0.25);
    meets(
        &script,
        &[
            ("imports[China, cars] for closed in 2026", 0.0),
            ("imports[Turkiye, cars] for closed in 2026", 100.0),
            ("market_price[cars] for closed in 2026", index),
            ("consumer_surplus(cars) for closed in 2026", -100.0 * index.ln()),
            ("imports[Turkiye, cars] for closed in 2024", 40.0),
        ],
        1e-10,
    );
}

/// The index of the nest when half of China's 60 arrives, by bisection of the demand for the composite:
/// 0.6 * 0.5^0.8 + 0.4 P^3.2 = P^-0.8.
fn half_closed() -> f64 {
    let (mut low, mut high) = (1.0_f64, 2.0_f64);
    for _ in 0..200 {
        let p = f64::midpoint(low, high);
        let gap = 0.6 * 0.5_f64.powf(0.8) + 0.4 * p.powf(3.2) - p.powf(-0.8);
        if gap > 0.0 { high = p } else { low = p }
    }
    low
}

#[test]
fn a_supplier_that_is_missing_in_part_has_a_shadow_price() {
    let index = half_closed();
    let script = format!(
        "{NEST}scenario half {{ disruption d with China {{ probability: 0% then 50% from 2025\n rerouted: 0% }} }}\n\
         scenario limit {{ quota q from China {{ volume: 60 USD then 30 USD from 2025\n home_share: 100% }} }}\n"
    );
    // Demand (p / P)^-5 / P = 1/2 gives the shadow price p = (P^4 2)^(1/5).
    let shadow = (2.0 * index.powi(4)).powf(0.2);
    for scenario in ["half", "limit"] {
        meets(
            &script,
            &[
                (&format!("imports[China, cars] for {scenario} in 2026"), 30.0),
                (&format!("imports[Turkiye, cars] for {scenario} in 2026"), 40.0 * index.powi(4)),
                (&format!("market_price[cars] for {scenario} in 2026"), index),
                (&format!("scarcity(China, cars) for {scenario} in 2026"), shadow),
                (&format!("consumer_surplus(cars) for {scenario} in 2026"), -100.0 * index.ln()),
            ],
            1e-10,
        );
    }
    meets(
        &script,
        &[
            ("q.rent for limit in 2026", (shadow - 1.0) * 30.0),
            ("welfare(cars) for limit in 2026", -100.0 * index.ln() + (shadow - 1.0) * 30.0),
        ],
        1e-10,
    );
}

#[test]
fn closures_and_quotas_on_one_line_leave_the_least() {
    let one = "years 2024..2030\ncurrency USD\nuse trade\nset partner = A, B\nset sector = cars\n\
        imports m from A { base: 100 USD\n elasticity: -2 }\n";
    let script = format!(
        "{one}scenario quota_first {{ quota k from A {{ volume: 40 USD\n home_share: 100% }}\n disruption d with A {{ probability: 50%\n rerouted: 0% }} }}\n\
         scenario route_first {{ quota l from A {{ volume: 81 USD\n home_share: 100% }}\n disruption e with A {{ probability: 50%\n rerouted: 0% }} }}\n\
         scenario two_routes {{ disruption f with A {{ probability: 20%\n rerouted: 0% }}\n disruption g with A {{ probability: 50%\n rerouted: 0% }} }}\n\
         scenario finite {{ large_country w {{ supply: 2 }}\n disruption h with A {{ probability: 50%\n rerouted: 0% }} }}\n"
    );
    meets(
        &script,
        &[
            ("imports_volume[A, cars] for quota_first in 2026", 40.0),
            ("imports_volume[A, cars] for route_first in 2026", 50.0),
            ("market_price[cars] for route_first in 2026", 2.0_f64.sqrt()),
            ("imports_volume[A, cars] for two_routes in 2026", 40.0),
            // The partner sells half, so at 0.5^(1/2); buyers pay the shadow price all the same.
            ("imports_volume[A, cars] for finite in 2026", 50.0),
            ("w.price[cars, A] for finite in 2026", 0.5_f64.sqrt()),
            ("market_price[cars] for finite in 2026", 2.0_f64.sqrt()),
        ],
        1e-10,
    );
}

#[test]
fn a_lone_supplier_that_fails_leaves_nothing_and_buyers_do_without() {
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD\n elasticity: 0 }}\nimports n on tools from A {{ base: 100 USD\n substitution: 0.5 }}\n\
         scenario shut {{ disruption d with A {{ probability: 0% then 100% from 2026\n rerouted: 0% }} }}\n"
    );
    meets(
        &script,
        &[
            ("imports[A, cars] for shut in 2027", 0.0),
            ("imports[A, tools] for shut in 2027", 0.0),
            ("market_price[cars] for shut in 2027", 10.0),
            ("consumer_surplus(tools) for shut in 2027", -100.0 * 10.0_f64.ln()),
        ],
        1e-6,
    );
}

#[test]
fn kits_come_by_the_route_that_fails() {
    let script = format!(
        "{HEAD}imports m on cars {{ base: 100 USD }}\n\
         joint_venture v in tools with A {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2025\n capacity: 50 USD\n local_content: 52%\n displacement: 0% }}\n\
         scenario shut {{ disruption d with A {{ probability: 0% then 50% from 2027\n rerouted: 0% }} }}\n\
         scenario round {{ disruption e with A {{ rerouted: 100%\n probability: 0% then 50% from 2027\n detour: 20% }} }}\n"
    );
    meets(
        &script,
        &[
            ("v.output for shut in 2026", 50.0),
            ("v.output for shut in 2027", 25.0),
            ("imports[A, tools] for shut in 2027", 10.0),
            ("v.output for round in 2027", 50.0),
            ("imports[A, tools] for round in 2027", 22.0),
        ],
        1e-12,
    );
}

#[test]
fn a_full_home_market_stops_output() {
    // Two ventures of 1000 in a market of 100: 50 each, the rest neither made nor paid for.
    let venture = |name: &str, overflow: f64| {
        format!(
            "joint_venture {name} in cars with A {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2024\n capacity: 1000 USD\n local_content: 92%\n workers: 100\n export_market: B\n overflow: {overflow}% }}\n"
        )
    };
    let market = format!("{HEAD}imports m on cars from A {{ base: 100 USD }}\n");
    meets(
        &format!("{market}{}{}", venture("a", 0.0), venture("b", 0.0)),
        &[
            ("a.sales in 2026", 50.0),
            ("b.output in 2026", 50.0),
            ("imports[A, cars] in 2026", 0.0),
            ("value_added[cars] in 2026", 100.0),
            ("jobs[cars] in 2026", 10.0),
            ("unsold[cars] in 2026", 1900.0),
            ("exports[B, cars] in 2026", 0.0),
        ],
        1e-12,
    );
    meets(
        &format!("{market}{}{}", venture("a", 100.0), venture("b", 40.0)),
        &[
            ("a.output in 2026", 1000.0),
            ("b.output in 2026", 50.0 + 0.4 * 950.0),
            ("exports[B, cars] in 2026", 950.0 + 380.0),
            ("unsold[cars] in 2026", 570.0),
        ],
        1e-12,
    );
}

#[test]
fn supply_that_is_finite_sees_displacement_and_kits() {
    let script = "years 2024..2026\ncurrency USD\nuse trade\nset partner = A\nset sector = cars\n\
        imports m from A { base: 100 USD\n elasticity: -2 }\nlarge_country w { supply: 2 }\n\
        joint_venture v in cars with A { foreign_equity: 0%\n investment: 0 USD\n opens: 2025\n capacity: 50 USD\n local_content: 60% }\n";
    // Price p, market 100 p^-2, less 50, plus kits of 16; supply: 100 p^2 is what is bought.
    let price = {
        let (mut low, mut high) = (0.5_f64, 1.0_f64);
        for _ in 0..200 {
            let p = f64::midpoint(low, high);
            if 100.0 * p.powi(2) > 100.0 * p.powi(-2) - 34.0 { high = p } else { low = p }
        }
        low
    };
    let found = ask(script, &["w.price[cars, A] in 2026", "imports_volume[A, cars] in 2026"]);
    close(found[0], price, 1e-9, "price");
    close(found[1], 100.0 * price.powi(2), 1e-9, "volume");
}
