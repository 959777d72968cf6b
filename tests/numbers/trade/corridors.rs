//! Corridors, transit and disruption.

use super::{HEAD, ask, close, meets};

#[test]
fn delivered_cost_and_trade_response_meet_the_table() {
    // 50 days and freight 10% before, 20 days and 8% after, duty 5% (Hummels and Schaur 2013 for the cost of a
    // day; response (after/before)^(1 - sigma)).
    let table = [
        (0.6, 1.47, 1.26, [58.7962963, 85.26234568, 117.1412591]),
        (0.8, 1.575, 1.302, [77.01445067, 114.1303839, 160.5121341]),
        (1.3, 1.8375, 1.407, [122.7407876, 190.8928196, 282.9519181]),
        (2.1, 2.2575, 1.575, [194.4703704, 322.0741975, 511.5421846]),
    ];
    for (cost, before, after, rises) in table {
        for (sigma, rise) in [4.0_f64, 5.0, 6.03].into_iter().zip(rises) {
            let script = format!(
                "{HEAD}exports x on cars to A {{ base: 100 USD\n elasticity: {} }}\n\
                 corridor c with A {{ traffic: 100%\n opens: 2026\n days: 50 days\n freight: 10%\n days_saved: 30 days\n freight_saved: 2%\n day_cost: {cost}% }}\n",
                1.0 - sigma
            );
            meets(
                &script,
                &[
                    (&format!("delivered(1, 5%, 10%, 50 days, {cost}%) in 2024"), before),
                    (&format!("delivered(1, 5%, 8%, 20 days, {cost}%) in 2024"), after),
                    ("exports[A, cars] in 2025", 100.0),
                    ("exports[A, cars] in 2026", 100.0 + rise),
                ],
                5e-10,
            );
        }
    }
}

#[test]
fn freight_saved_lowers_the_value_of_imports_and_time_does_not() {
    // Freight 25% falls to 15%: CIF price 1.15/1.25; demand of elasticity -0.5 answers to it.
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD\n elasticity: -0.5 }}\n\
         scenario freight {{ corridor c with A {{ days: 0 days\n traffic: 100%\n opens: 2026\n days_saved: 0 days\n day_cost: 1%\n freight: 25%\n freight_saved: 10% }} }}\n\
         scenario time {{ corridor d with A {{ days: 0 days\n traffic: 100%\n opens: 2026\n days_saved: 19 days\n day_cost: 1% }} }}\n"
    );
    let ratio: f64 = 1.15 / 1.25;
    meets(
        &script,
        &[
            ("imports[A, cars] for freight in 2026", 100.0 * ratio * ratio.powf(-0.5)),
            ("imports[A, cars] for time in 2026", 100.0 / 0.9),
        ],
        1e-12,
    );
}

const TRANSIT: &str = "years 2024..2026\ncurrency USD\nuse trade\nset partner = China\nset sector = goods\n\
    set route = north, sea, middle\nunit TEU\n\
    transit boxes with China {\n\
    | route  | cost: USD/TEU | days: days | capacity: TEU | fee: USD/TEU |\n\
    | north  | 4_000         | 15         | 40_000        | 0            |\n\
    | sea    | 3_000         | 40         | 900_000       | 0            |\n\
    | middle | 4_500         | 20         | 30_000        | 800          |\n\
    demand: 100_000 TEU\n day_value: 30 USD / 1 TEU / 1 day\n spread: 500 USD / 1 TEU\n import_content: 25%\n}\n";

#[test]
fn routes_share_traffic_by_logit_within_their_capacity() {
    // General costs 4450, 4200, 5100: odds e^-0.5, 1, e^-1.8. North would carry more than it can, so it is full.
    let odds = [(-0.5_f64).exp(), 1.0, (-1.8_f64).exp()];
    let sum: f64 = odds.iter().sum();
    let free = odds.map(|odd| 1e5 * odd / sum);
    assert!(free[0] < 4e4, "no route is full at first");
    let query =
        ["north", "sea", "middle"].map(|route| format!("boxes.flow[China, {route}] in 2024"));
    for (found, wanted) in ask(TRANSIT, &query).into_iter().zip(free) {
        close(found, wanted, 1e-12, "logit");
    }
    meets(TRANSIT, &[("services[China] in 2024", 800.0 * 0.75 * free[2])], 1e-12);
    let tight = TRANSIT.replace("40_000", "10_000");
    let left = 9e4 / (odds[1] + odds[2]);
    meets(
        &tight,
        &[
            ("boxes.flow[China, north] in 2024", 1e4),
            ("boxes.flow[China, sea] in 2024", left * odds[1]),
            ("boxes.flow[China, middle] in 2024", left * odds[2]),
            ("sum(boxes.flow[China, *]) in 2024", 1e5),
        ],
        1e-12,
    );
    let scarce = tight.replace("900_000", "20_000");
    meets(
        &scarce,
        &[
            ("boxes.flow[China, sea] in 2024", 2e4),
            ("boxes.flow[China, middle] in 2024", 3e4),
            ("sum(boxes.flow[China, *]) in 2024", 6e4),
        ],
        1e-12,
    );
}

#[test]
fn a_route_carries_nothing_before_it_opens_and_ties_to_a_corridor() {
    let script = TRANSIT.replace("demand:", "opens: { middle: 2026, else: 2024 }\n demand:")
        + "imports m from China { base: 100 USD\n elasticity: -1 }\n\
         corridor c with China { days: 0 days\n opens: 2024\n days_saved: 10 days\n day_cost: 1%\n traffic: boxes.share[China, middle] }\n";
    let odds = [(-0.5_f64).exp(), 1.0, (-1.8_f64).exp()];
    let share = odds[2] / odds.iter().sum::<f64>();
    meets(
        &script,
        &[
            ("boxes.flow[China, middle] in 2025", 0.0),
            ("services[China] in 2025", 0.0),
            ("imports[China, goods] in 2025", 100.0),
            ("imports[China, goods] in 2026", 100.0 / (1.0 - 0.1 * share)),
        ],
        1e-12,
    );
}

#[test]
fn a_route_that_fails_costs_its_expected_share() {
    // 20% chance of half a year: 10% closed. 60% of that goes a way with 30% of freight and 20% of time on top, 4% never comes.
    // What arrives costs 1 + 0.06 * 0.56 / 0.96 = 1.035: buyers would take 100 / 1.035, more than there is.
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD\n elasticity: -1 }}\nexports x on cars to A {{ base: 100 USD\n elasticity: -1 }}\n\
         scenario risk {{ disruption d with A {{ probability: 0% then 20% from 2026\n length: 50%\n detour: 30%\n days_lost: 10 days\n day_cost: 2%\n rerouted: 60% }} }}\n"
    );
    meets(
        &script,
        &[
            ("d.closed[cars] for risk in 2026", 0.1),
            ("imports[A, cars] for risk in 2025", 100.0),
            ("imports_volume[A, cars] for risk in 2026", 96.0),
            ("imports[A, cars] for risk in 2026", 96.0 * (1.0 + 0.06 * 0.3 / 0.96)),
            ("market_price[cars] for risk in 2026", 1.0 / 0.96),
            ("exports[A, cars] for risk in 2026", 96.0),
        ],
        1e-12,
    );
}

#[test]
fn transit_is_paid_by_those_who_send() {
    let script = TRANSIT.replace("partner = China", "partner = China, Turkiye").replace(
        "import_content: 25%",
        "import_content: 25%\n other_payer: Turkiye\n other_share: 30%",
    );
    let found = ask(
        &script,
        &[
            "services[China] in 2024",
            "services[Turkiye] in 2024",
            "boxes.earnings[China, middle] in 2024",
        ],
    );
    close(found[0], 0.7 * found[2], 1e-12, "China");
    close(found[1], 0.3 * found[2], 1e-12, "Türkiye");
}

#[test]
fn no_more_freight_is_saved_than_there_is() {
    let script = format!(
        "{HEAD}imports m from A {{ base: 100 USD }}\n\
         corridor c with A {{ traffic: 100%\n opens: 2026\n days: 10 days\n days_saved: 1 day\n day_cost: 1%\n freight_saved: 3% }}\nshow imports[A, cars]\n"
    );
    assert_eq!(super::problem(&script), Some("out-of-bounds"));
}
