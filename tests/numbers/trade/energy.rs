//! Oil, gas, and the gas that wind and solar power free for export.

use super::{HEAD, meets};

#[test]
fn a_price_taker_sells_volume_at_the_world_price() {
    let script = format!(
        "{HEAD}hydrocarbons oil on cars to A {{ base: 100 USD\n volume: -5%\n price: 10% }}\n\
         foreign_tariff f to A {{ rate: 0% then 50% from 2025 }}\n"
    );
    meets(
        &script,
        &[("exports[A, cars] in 2027", 100.0 * 0.95_f64.powi(3) * 1.1_f64.powi(3))],
        1e-12,
    );
}

#[test]
fn a_solar_plant_frees_the_gas_that_it_states() {
    // Garadagh: 230 MW give 500 GWh and save 110 mn m3 a year (Trend 2025-09-25), at 262 mn USD.
    let factor = 500_000.0 / (230.0 * 8760.0);
    let script = format!(
        "{HEAD}renewable_energy sun with B {{ opens: 2027\n capacity: 230 MW\n capacity_factor: {}%\n gas_price: 0.3 USD / 1 m3\n gas_to: A\n gas_sector: cars\n\
         equipment_sector: tools\n investment: 262 mn USD / 230 MW\n construction: 2025\n foreign_equity: 100%\n return: 10% }}\n",
        factor * 100.0
    );
    meets(
        &script,
        &[
            ("sun.power / 1 MWh in 2027", 500_000.0),
            ("sun.gas_freed / 1 m3 in 2027", 110e6),
            ("exports[A, cars] in 2026", 0.0),
            ("exports[A, cars] in 2027", 33e6),
            ("imports[B, tools] in 2025", 0.7 * 131e6),
            ("imports[B, tools] in 2027", 0.0),
            ("primary_income[B] in 2026", 0.0),
            ("primary_income[B] in 2027", -26.2e6),
            ("fdi_inflow[B] in 2026", 131e6),
        ],
        1e-12,
    );
}

#[test]
fn storage_brings_back_what_is_curtailed() {
    // 100 MW at 50%: 438,000 MWh, of which 10% curtailed; storage of 100 MWh takes 30,000 of the 43,800 and gives 80% back.
    let script = format!(
        "{HEAD}renewable_energy wind with B {{ opens: 2024\n capacity: 100 MW\n capacity_factor: 50%\n curtailment: 10%\n storage: 100 MWh\n\
         efficiency: 80%\n gas_price: 0 USD / 1 m3\n gas_to: A\n gas_sector: cars }}\n"
    );
    meets(&script, &[("wind.power / 1 MWh in 2025", 438_000.0 * 0.9 + 24_000.0)], 1e-12);
    let ample = script.replace("100 MWh", "1_000 MWh");
    meets(&ample, &[("wind.power / 1 MWh in 2025", 438_000.0 * 0.9 + 0.8 * 43_800.0)], 1e-12);
}

#[test]
fn capacity_that_grows_is_paid_for_as_it_is_built() {
    // 100 MW in 2026, 500 in 2028 at 1 mn USD a MW: all 500 are paid for, 70% of it abroad; the return is on what was paid in.
    let script = |path: &str| {
        format!(
            "{HEAD}renewable_energy r with B {{ opens: 2026\n capacity: {path}\n gas_price: 0.2 USD / 1 m3\n gas_to: A\n gas_sector: cars\n\
         equipment_sector: tools\n investment: 1 mn USD / 1 MW\n foreign_equity: 100%\n return: 10% }}\n"
        )
    };
    meets(
        &script("100 MW -> 500 MW over 2026..2028"),
        &[
            ("imports[B, tools] in 2025", 0.0),
            ("imports[B, tools] in 2026", 0.7 * 300e6),
            ("imports[B, tools] in 2027", 0.7 * 200e6),
            ("imports[B, tools] in 2028", 0.0),
            ("fdi_inflow[B] in 2026", 300e6),
            ("fdi_inflow[B] in 2027", 200e6),
            ("primary_income[B] in 2026", 0.0),
            ("primary_income[B] in 2027", -30e6),
            ("primary_income[B] in 2029", -50e6),
        ],
        1e-12,
    );
    for path in ["500 MW", "100 MW then 500 MW from 2029", "500 MW then 100 MW from 2028"] {
        let years = 2024..=2030;
        let queries: Vec<String> =
            years.map(|year| format!("fdi_inflow[B] / 1 mn USD in {year}")).collect();
        let paid: f64 = super::ask(&script(path), &queries).into_iter().sum();
        assert!((paid - 500.0).abs() < 1e-9, "{path}: {paid}");
    }
}

#[test]
fn no_more_gas_is_freed_than_is_burnt() {
    // Each plant of 100 MW at 25% could free 48.18 mn m3.
    let plant = |name: &str| {
        format!(
            "renewable_energy {name} with B {{ opens: 2024\n capacity: 100 MW\n gas_price: 1 USD / 1 m3 -> 2 USD / 1 m3 over 2024..2026\n gas_to: A\n gas_sector: cars }}\n"
        )
    };
    let script =
        format!("{HEAD}{}{}gas_power g {{ burnt: 60_000_000 m3 }}\n", plant("one"), plant("two"));
    meets(
        &script,
        &[
            ("one.gas_freed / 1 m3 in 2025", 30e6),
            ("exports_volume[A, cars] in 2026", 60e6),
            ("exports[A, cars] in 2026", 120e6),
        ],
        1e-12,
    );
}
