//! Duties, agreements, taxes and barriers; WITS-SMART; the CES nest with its welfare.

use super::{HEAD, ask, close, meets};

const SMART: &str = "years 2024..2025\ncurrency USD\nuse trade\nset partner = A, B, C\nset sector = goods\n\
    smart cut on goods {\n";

#[test]
fn a_preference_meets_the_smart_formulas() {
    // Laird and Yeats (1986): M = (1000, 600, 400), 15% to 0 for the first, Em -1.25, Es 1.5, Ex infinite.
    let script = format!(
        "{SMART} | partner | trade: USD | before | after |\n | A | 1000 | 15% | 0% |\n | B | 600 | 15% | 15% |\n | C | 400 | 15% | 15% |\n\
         elasticity: -1.25\n substitution: 1.5\n}}\n"
    );
    meets(
        &script,
        &[
            ("cut.creation[A, goods] in 2025", 163.0434783),
            ("cut.creation[B, goods] in 2025", 0.0),
            ("cut.diversion[A, goods] in 2025", 89.10891089),
            ("cut.diversion[B, goods] in 2025", -53.46534653),
            ("cut.diversion[C, goods] in 2025", -35.64356436),
            ("sum(cut.revenue[*, goods]) in 2025", -163.3663366),
            ("sum(cut.welfare[*, goods]) in 2025", 12.22826087),
        ],
        5e-10,
    );
}

#[test]
fn a_cut_for_all_diverts_nothing() {
    let script = format!(
        "{SMART} | partner | trade: USD |\n | A | 1000 |\n | B | 600 |\n | C | 400 |\n\
         before: 15%\n after: 5%\n elasticity: -1.25\n substitution: 1.5\n}}\n"
    );
    meets(
        &script,
        &[
            ("cut.creation[A, goods] in 2025", 108.6956522),
            ("cut.creation[B, goods] in 2025", 65.2173913),
            ("cut.creation[C, goods] in 2025", 43.47826087),
            ("sum(cut.diversion[*, goods]) in 2025", 0.0),
            ("sum(cut.revenue[*, goods]) in 2025", -189.1304348),
            ("sum(cut.welfare[*, goods]) in 2025", 21.73913043),
        ],
        5e-10,
    );
    // A finite supply elasticity of 4 divides creation by 1 + 1.25/4.
    let finite = script.replace("before: 15%", "supply: 4\nbefore: 15%");
    meets(&finite, &[("cut.creation[A, goods] in 2025", 125.0 / 1.15 / 1.3125)], 1e-12);
}

#[test]
fn unequal_cuts_pull_by_their_own_size() {
    // 1000 from A (15 to 0), 1000 from B (15 to 14), 400 from C: before netting g M R / (M + R) is 114 and 7.6.
    let script = format!(
        "{SMART} | partner | trade: USD | before | after |\n | A | 1000 | 15% | 0% |\n | B | 1000 | 15% | 14% |\n | C | 400 | 15% | 15% |\n\
         elasticity: -1.25\n cap: 0\n}}\n"
    );
    let (a, b): (f64, f64) = (1400.0 / 2.4 * 1.5 * 0.15 / 1.15, 1400.0 / 2.4 * 1.5 * 0.01 / 1.15);
    assert!((a - 114.13).abs() < 0.01 && (b - 7.61).abs() < 0.01);
    meets(
        &script,
        &[
            ("cut.pull[A, goods] in 2025", a),
            ("cut.pull[B, goods] in 2025", b),
            ("cut.diversion[A, goods] in 2025", a - b / 1.4),
            ("cut.diversion[B, goods] in 2025", b - a / 1.4),
            ("cut.diversion[C, goods] in 2025", -(a + b) * 0.4 / 1.4),
        ],
        1e-12,
    );
    // A duty that rises sends trade the other way.
    let risen = script
        .replace("| B | 1000 | 15% | 14% |", "| B | 1000 | 15% | 25% |")
        .replace("15% | 0%", "15% | 15%");
    let c = 1400.0 / 2.4 * 1.5 * 0.10 / 1.15;
    meets(
        &risen,
        &[("cut.diversion[B, goods] in 2025", -c), ("cut.diversion[A, goods] in 2025", c / 1.4)],
        1e-12,
    );
}

/// Three partners under one duty, which a scenario lifts for the first.
const NEST: &str = "years 2024..2025\ncurrency USD\nuse trade\nset partner = A, B, C\nset sector = goods\n\
    imports m {\n | partner | base: USD |\n | A | 1000 |\n | B | 600 |\n | C | 400 |\n\
    elasticity: -1.25\n substitution: 1.5\n}\n\
    tariff duty { rate: 15% }\nscenario free { duty.rate[goods, A] = 15% then 0% from 2025 }\n";

#[test]
fn the_nest_has_creation_and_diversion_of_its_own() {
    // By hand: shares 0.5, 0.3, 0.2; the first price falls to 1/1.15; P = (0.5 p^-0.5 + 0.5)^-2.
    let p: f64 = 1.0 / 1.15;
    let index = (0.5 * p.powf(-0.5) + 0.5).powi(-2);
    let growth = index.powf(-1.25);
    let first = 1000.0 * (p / index).powf(-1.5) * growth;
    let second = 600.0 * (1.0 / index).powf(-1.5) * growth;
    meets(
        NEST,
        &[
            ("imports[A, goods] for free in 2025", first),
            ("imports[B, goods] for free in 2025", second),
            ("trade_creation(A, goods) for free in 2025", 1000.0 * (growth - 1.0)),
            ("trade_diversion(A, goods) for free in 2025", first - 1000.0 * growth),
            ("trade_diversion(B, goods) for free in 2025", second - 600.0 * growth),
        ],
        1e-12,
    );
    assert!(first > 1000.0 && second < 600.0);
}

#[test]
fn consumer_surplus_is_the_area_under_demand() {
    // Simpson's rule over the whole path of the first partner's duty, on the expenditure of that partner:
    // dCS = -q dp by Shephard's lemma, with q from the CES nest.
    let imports_at = |rate: f64| {
        let p: f64 = (1.0 + rate) / 1.15;
        let index = (0.5 * p.powf(-0.5) + 0.5).powi(-2);
        1000.0 * (p / index).powf(-1.5) * index.powf(-1.25)
    };
    let steps = 2000;
    let h = 0.15 / f64::from(steps);
    let weight = |k: i32| {
        if k == 0 || k == steps {
            1.0
        } else if k % 2 == 1 {
            4.0
        } else {
            2.0
        }
    };
    let area: f64 = (0..=steps).map(|k| weight(k) * imports_at(h * f64::from(k))).sum();
    let surplus = area * h / 3.0;
    let found = ask(
        NEST,
        &[
            "consumer_surplus(goods) for free in 2025",
            "welfare(goods) for free in 2025",
            "sum(customs_revenue[*]) - sum(baseline(customs_revenue[*])) for free in 2025",
        ],
    );
    close(found[0], surplus, 1e-9, "consumer surplus");
    close(found[1], surplus + found[2], 1e-9, "welfare");
}

#[test]
fn welfare_is_measured_before_taxes_that_home_goods_bear_too() {
    let queries = ["consumer_surplus(goods) for free in 2025", "welfare(goods) for free in 2025"];
    let plain = ask(NEST, &queries);
    let taxed = ask(&format!("{NEST}inland_taxes v {{ vat: 18% }}\n"), &queries);
    for (plain, taxed) in plain.into_iter().zip(taxed) {
        close(taxed, plain, 1e-12, "with VAT");
    }
}

#[test]
fn a_large_country_meets_the_exact_armington_model() {
    // Hallren and Riker 2017: v = (60, 30, 10), supply (1, 10, 10), eta -1, a duty of 10% on the second; exact hat form.
    for (sigma, prices, quantities, index) in [
        (
            4,
            [1.0212403806, 1.078515016 / 1.1, 1.0075346537],
            [1.0212403806, 0.82098478672, 1.077953245],
            1.0356506879,
        ),
        (
            2,
            [1.0101697038, 1.0854066777 / 1.1, 1.0025327872],
            [1.0101697038, 0.874979826, 1.0256185057],
            1.0308204318,
        ),
    ] {
        let script = format!(
            "years 2024..2025\ncurrency USD\nuse trade\nset partner = home, subject, rest\nset sector = goods\n\
             imports m {{\n | partner | base: USD |\n | home | 60 |\n | subject | 30 |\n | rest | 10 |\n elasticity: -1\n substitution: {sigma} }}\n\
             large_country w {{\n | partner | supply |\n | home | 1 |\n | subject | 10 |\n | rest | 10 |\n}}\n\
             tariff d from subject {{ rate: 0% then 10% from 2025 }}\n"
        );
        meets(&script, &[("market_price[goods] in 2025", index)], 1e-9);
        for (n, partner) in ["home", "subject", "rest"].into_iter().enumerate() {
            let value = [60.0, 30.0, 10.0][n] * prices[n] * quantities[n];
            meets(
                &script,
                &[
                    (&format!("w.price[goods, {partner}] in 2025"), prices[n]),
                    (&format!("imports[{partner}, goods] in 2025"), value),
                ],
                1e-9,
            );
        }
    }
}

#[test]
fn the_dead_weight_loss_is_harbergers_triangle() {
    // One partner, unit elasticity, 20% duty on 100: ln(1.2) * 120 - 20 by the integral of 1/p.
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD\n elasticity: -1 }}\ntariff d from A {{ rate: 20% }}\n"
    );
    let wanted = 120.0 * 1.2_f64.ln() - 20.0;
    meets(&script, &[("deadweight_loss(cars) in 2026", wanted)], 1e-12);
}

#[test]
fn with_one_partner_demand_is_the_constant_elasticity_curve() {
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD\n elasticity: -1.7\n substitution: 4 }}\n\
         tariff d from A {{ rate: 0% then 30% from 2025\n pass_through: 60% }}\n"
    );
    let quantity = 100.0 * 1.18_f64.powf(-1.7);
    meets(
        &script,
        &[("imports[A, cars] in 2025", quantity), ("customs_revenue[A] in 2025", 0.3 * quantity)],
        1e-12,
    );
}

#[test]
fn border_taxes_stand_on_cascaded_bases() {
    // TRIST: price 100 (1.15)(1.05)(1.18); duty 15, excise 5.75, VAT 0.18 * 120.75.
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD }}\ntariff d from A {{ rate: 15% }}\n\
         inland_taxes i from A {{ excise: 5%\n vat: 18% }}\n"
    );
    let wanted = 15.0 + 5.75 + 0.18 * 120.75;
    meets(&script, &[("customs_revenue[A] in 2026", wanted)], 1e-12);
    // Half of the duty is collected: the price and the bases follow the collected rate.
    let lax = script.replace("rate: 15%", "rate: 15%\n collection: 50%");
    let wanted = 7.5 + 5.375 + 0.18 * 112.875;
    meets(&lax, &[("customs_revenue[A] in 2026", wanted)], 1e-12);
}

#[test]
fn an_agreement_lifts_duties_for_what_meets_the_rule() {
    // A duty of 20% is cut by half for 80% of the trade: 12% is left; elasticity -1.
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD\n elasticity: -1 }}\ntariff d from A {{ rate: 20% }}\n\
         exports x on cars to A {{ base: 50 USD\n elasticity: -2 }}\nforeign_tariff f to A {{ rate: 10% }}\n\
         scenario deal {{ trade_agreement fta with A {{ proof: 0%\n cut: 0% then 50% from 2026\n origin: 80%\n partner_cut: 0% then 100% from 2026 }} }}\n\
         scenario costly {{ trade_agreement dear with A {{ origin: 100%\n cut: 50%\n proof: 12% }} }}\n"
    );
    let imports = 100.0 * 1.2 / 1.12;
    meets(
        &script,
        &[
            ("imports[A, cars] for deal in 2026", imports),
            ("customs_revenue[A] for deal in 2026", 0.12 * imports),
            ("exports[A, cars] for deal in 2026", 50.0 * 1.21),
            // The proof costs more than the 10 points it saves: nobody claims.
            ("imports[A, cars] for costly in 2026", 100.0),
        ],
        1e-12,
    );
}

#[test]
fn barriers_exchange_rates_and_promotion_move_quantities() {
    let head = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD\n elasticity: -2 }}\nexports x on cars to A {{ base: 100 USD\n elasticity: -2 }}\n"
    );
    let barrier =
        format!("{head}nontariff_barrier b from A {{ equivalent: 21% then 10% from 2025 }}\n");
    meets(&barrier, &[("imports[A, cars] in 2025", 121.0)], 1e-12);
    // 10% real depreciation: imports 100/1.1^2; exports 1.1^2 more at a price of 1/1.1.
    let rate = format!(
        "{head}exchange_rate d with A {{ import_pass_through: 100%\n depreciation: 0% then 10% from 2025 }}\n"
    );
    meets(
        &rate,
        &[("imports[A, cars] in 2025", 100.0 / 1.21), ("exports[A, cars] in 2025", 110.0)],
        1e-12,
    );
    let agency = format!(
        "{head}export_promotion a to A {{ budget: 1 mn USD then 4 mn USD from 2025\n before: 1 mn USD\n response: 0.5 }}\n"
    );
    meets(&agency, &[("exports[A, cars] in 2025", 200.0)], 1e-12);
    // Productivity 25% up, all of it in prices: quantity 1.25^2, price 1/1.25.
    let better = format!(
        "{head}technology t on cars {{ gain: 0% then 25% from 2025\n home_sales: 40 USD }}\n"
    );
    meets(
        &better,
        &[("exports[A, cars] in 2025", 125.0), ("imports[A, cars] in 2025", 90.0)],
        1e-12,
    );
    let paperless = format!(
        "{head}digital_trade p with A {{ adoption: 0% then 50% from 2025\n saving: 20% }}\n"
    );
    meets(
        &paperless,
        &[("imports[A, cars] in 2025", 100.0 / 0.81), ("exports[A, cars] in 2025", 100.0 / 0.81)],
        1e-12,
    );
}
