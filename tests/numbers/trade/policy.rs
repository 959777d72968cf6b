//! Policy by line: quotas, preferences, remedies, taxes and barriers on exports, tariff schedules.

use super::{HEAD, meets};

/// One partner, elasticity -2: at the price p buyers want 100 / p^2.
const LINE: &str = "imports m on cars from A { base: 100 USD\n elasticity: -2 }\n";

#[test]
fn a_quota_has_a_rent() {
    // 81 of 100: shadow price 1/0.9, rent 81 (1/0.9 - 1) = 9; surplus -100 (1 - 0.9) = -10.
    let script = format!(
        "{HEAD}{LINE}scenario home {{ quota q on cars from A {{ volume: 81 USD\n home_share: 100% }} }}\n\
         scenario abroad {{ quota r on cars from A {{ volume: 81 USD\n home_share: 0% }} }}\n\
         scenario loose {{ quota l on cars from A {{ volume: 120 USD\n home_share: 0% }} }}\n\
         scenario taxed {{ tariff d on cars from A {{ rate: 25% }}\n quota s on cars from A {{ volume: 36 USD\n home_share: 100% }} }}\n"
    );
    meets(
        &script,
        &[
            ("imports_volume[A, cars] for home in 2026", 81.0),
            ("imports[A, cars] for home in 2026", 81.0),
            ("q.rent for home in 2026", 9.0),
            ("welfare(cars) for home in 2026", -1.0),
            ("imports[A, cars] for abroad in 2026", 90.0),
            ("import_price_of(A, cars) for abroad in 2026", 1.0 / 0.9),
            ("terms_of_trade(A) for abroad in 2026", 0.9),
            ("welfare(cars) for abroad in 2026", -10.0),
            ("imports[A, cars] for loose in 2026", 100.0),
            // 36 of 100 in all: shadow price 1/0.6, of which 1.25 is paid; duty 9, rent 36 (1/0.6 - 1.25) = 15.
            ("customs_revenue[A] for taxed in 2026", 9.0),
            ("s.rent for taxed in 2026", 15.0),
            ("welfare(cars) for taxed in 2026", -40.0 + 24.0),
        ],
        1e-10,
    );
}

#[test]
fn a_tariff_rate_quota_has_three_regimes() {
    // Over the quota a duty of 25%: buyers want 64 at 1.25.
    let script = |volume: f64| {
        format!(
            "{HEAD}{LINE}scenario q {{ tariff_rate_quota k on cars from A {{ volume: {volume} USD\n over_rate: 25%\n home_share: 100% }} }}\n"
        )
    };
    meets(
        &script(50.0),
        &[
            ("imports_volume[A, cars] for q in 2026", 64.0),
            ("customs_revenue[A] for q in 2026", 0.25 * 14.0),
            ("k.rent for q in 2026", 0.25 * 50.0),
            ("welfare(cars) for q in 2026", -20.0 + 16.0),
        ],
        1e-10,
    );
    meets(
        &script(81.0),
        &[
            ("imports_volume[A, cars] for q in 2026", 81.0),
            ("customs_revenue[A] for q in 2026", 0.0),
            ("k.rent for q in 2026", 9.0),
        ],
        1e-10,
    );
    meets(
        &script(120.0),
        &[("imports_volume[A, cars] for q in 2026", 100.0), ("k.rent for q in 2026", 0.0)],
        1e-10,
    );
}

#[test]
fn the_use_of_a_preference_answers_to_its_margin() {
    // MFN 10%, preferential 2%: margin 8%. Costs of proof between 2% and 10%: three quarters claim, at 5% on average.
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 100 USD\n elasticity: -1 }}\ntariff d {{ rate: 10% }}\n\
         scenario p {{ preference q from A {{ rate: 2%\n origin: 80%\n proof: 6%\n spread: 4% }} }}\n\
         scenario thin {{ preference r from A {{ rate: 9%\n origin: 80%\n proof: 6%\n spread: 4% }} }}\n\
         scenario dumping {{ preference s from A {{ rate: 0%\n origin: 100%\n proof: 0% }}\n anti_dumping t from A {{ margin: 20% }} }}\n"
    );
    let price: f64 = (1.1 - 0.6 * 0.08) * (1.0 + 0.05 * 0.6) / 1.1;
    meets(
        &script,
        &[
            ("q.utilisation[cars] for p in 2026", 0.6),
            ("duty_collected[A, cars] for p in 2026", 0.1 - 0.6 * 0.08),
            ("imports[A, cars] for p in 2026", 100.0 / price),
            ("customs_revenue[A] for p in 2026", 5.2 / price),
            ("r.utilisation[cars] for thin in 2026", 0.0),
            ("imports[A, cars] for thin in 2026", 100.0),
            // Free entry, but a remedy of 20% that no preference lifts.
            ("imports[A, cars] for dumping in 2026", 100.0 * 1.1 / 1.2),
            ("customs_revenue[A] for dumping in 2026", 0.2 * 100.0 * 1.1 / 1.2),
        ],
        1e-12,
    );
}

#[test]
fn duties_of_a_partner_add_up() {
    let script = format!(
        "{HEAD}exports x on cars to A {{ base: 100 USD\n elasticity: -2 }}\n\
         foreign_tariff f to A {{ rate: 10% then 0% from 2025 }}\nforeign_tariff g to A {{ rate: 10% then 0% from 2026 }}\n"
    );
    meets(
        &script,
        &[
            ("exports[A, cars] in 2025", 100.0 * (1.2_f64 / 1.1).powi(2)),
            ("exports[A, cars] in 2026", 144.0),
        ],
        1e-12,
    );
}

#[test]
fn barriers_abroad_turn_exports_elsewhere() {
    // A quarter on top of the price in A, elasticity -1: 20 are lost, half of which B takes.
    let script = format!(
        "{HEAD}exports x on cars to A {{ base: 100 USD\n elasticity: -1 }}\nexports y on cars to B {{ base: 10 USD }}\n\
         scenario wall {{ foreign_tariff f on cars to A {{ rate: 25% }}\n export_diversion e on cars to A {{ share: 50%\n other: B }} }}\n\
         scenario carbon {{ carbon_border c on cars to A {{ price: 80 USD / 1 tonne\n charged: 50%\n paid_here: 15 USD / 1 tonne\n intensity: 2 tonne / 1_000 USD }} }}\n\
         scenario both {{ foreign_tariff h on cars to A {{ rate: 25% }}\n foreign_barrier b on cars to A {{ equivalent: 20% }} }}\n"
    );
    meets(
        &script,
        &[
            ("exports[A, cars] for wall in 2025", 80.0),
            ("exports[B, cars] for wall in 2025", 20.0),
            ("exports[B, cars] for wall in 2024", 10.0),
            ("c.equivalent for carbon in 2025", 0.05),
            ("exports[A, cars] for carbon in 2025", 100.0 / 1.05),
            ("exports[A, cars] for both in 2025", 100.0 / 1.5),
        ],
        1e-12,
    );
}

#[test]
fn a_tax_on_exports_is_part_of_the_fob_price() {
    let script = format!(
        "{HEAD}exports x on cars to A {{ base: 110 USD\n elasticity: -1 }}\nexport_tax t to A {{ rate: 10%\n pass_through: 100% }}\n\
         scenario gone {{ t.rate = 10% then 0% from 2026 }}\nscenario subsidy {{ t.rate = 10% then -20% from 2026 }}\n"
    );
    meets(
        &script,
        &[
            ("customs_revenue[A] in 2024", 10.0),
            ("exports[A, cars] in 2026", 110.0),
            // Elasticity -1: the price falls by 1.1, the volume rises by 1.1.
            ("exports[A, cars] for gone in 2026", 110.0),
            ("exports_volume[A, cars] for gone in 2026", 121.0),
            ("customs_revenue[A] for gone in 2026", 0.0),
            ("customs_revenue[A] for subsidy in 2026", -0.25 * 110.0),
        ],
        1e-12,
    );
}

#[test]
fn a_change_of_vat_counts_with_its_revenue() {
    // VAT 18% to 30% on 100: buyers lose 118 ln(1.30/1.18), the budget gains 30 * 1.18/1.30 - 18.
    let script = |before: f64, after: f64| {
        format!(
            "{HEAD}imports m on cars from A {{ base: 100 USD }}\ninland_taxes v from A {{ vat: {before}% }}\n\
             scenario s {{ v.vat = {before}% then {after}% from 2025 }}\n"
        )
    };
    for (before, after) in [(18.0, 30.0), (10.0, 5.0), (0.0, 20.0)] {
        let (low, high): (f64, f64) = (1.0 + before / 100.0, 1.0 + after / 100.0);
        let welfare = -100.0 * low * (high / low).ln() + after * low / high - before;
        meets(
            &script(before, after),
            &[
                ("welfare(cars) for s in 2026", welfare),
                ("customs_revenue[A] for s in 2026", after * low / high),
            ],
            1e-10,
        );
    }
    let first = super::ask(&script(18.0, 30.0), &["welfare(cars) for s in 2026"])[0];
    assert!((first + 2.20).abs() < 0.005, "{first}");
}

#[test]
fn vat_on_kits_stands_on_their_own_duty() {
    // Finished goods of 900 at 15% and VAT, kits of 46 free of duty: 135 + 0.18 * 1.15 * 900 + 0.18 * 46 = 329.580.
    let script = format!(
        "{HEAD}imports m on cars from A {{ base: 1000 USD }}\ntariff d from A {{ rate: 15% }}\ninland_taxes v from A {{ vat: 18% }}\n\
         joint_venture j in cars with A {{ foreign_equity: 0%\n investment: 0 USD\n opens: 2024\n capacity: 115 USD\n local_content: 52%\n kit_duty: 0% }}\n"
    );
    meets(&script, &[("customs_revenue[A] in 2026", 329.58)], 1e-12);
}

#[test]
fn a_schedule_by_product_maps_to_sectors_by_trade() {
    // Three lines: 10% on 30 and 0% on 10 of machinery, 20% on 60 of vehicles.
    let script = "years 2024..2026\ncurrency USD\nuse trade\nset partner = A\nset sector = machinery, vehicles\n\
        set product = p1, p2, p3\nparam rate[product]: percent = { p1: 10%, p2: 0%, p3: 20% }\n\
        param trade[product, sector] = { p1: { machinery: 30, else: 0 }, p2: { machinery: 10, else: 0 }, p3: { vehicles: 60, else: 0 } }\n\
        imports m { base: 100 USD }\n\
        tariff d { rate: { machinery: trade_weighted(rate[*], trade[*, machinery]), vehicles: trade_weighted(rate[*], trade[*, vehicles]) } }\n";
    meets(
        script,
        &[
            ("duty_collected[A, machinery] in 2025", 0.075),
            ("duty_collected[A, vehicles] in 2025", 0.2),
            ("customs_revenue[A] in 2025", 27.5),
        ],
        1e-12,
    );
}
