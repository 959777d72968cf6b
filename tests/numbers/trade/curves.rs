//! Ramps, saturation, learning, CES and CET.

use super::{HEAD, meets};

#[test]
fn the_anchored_curve_meets_the_ramp_of_0_to_40_percent() {
    // f(u) = 1/(1+e^(-10(u-1/2))), anchored at 2025 and 2030: the digits of an independent table.
    let script = format!("{HEAD}param opens: year = 2025\n");
    let ramp = "0.4 * ramped(opens, 5 years)";
    let table = [
        (2024, 0.0),
        (2025, 0.0),
        (2026, 0.0165142639143),
        (2027, 0.10632263122),
        (2028, 0.29367736878),
        (2029, 0.383485736086),
        (2030, 0.4),
    ];
    let queries: Vec<String> = table.iter().map(|(year, _)| format!("{ramp} in {year}")).collect();
    for (found, (year, wanted)) in super::ask(&script, &queries).into_iter().zip(table) {
        assert!((found - wanted).abs() < 1e-12, "{year}: {found}, not {wanted}");
    }
}

#[test]
fn saturation_is_the_logistic_curve() {
    // x(t) = K / (1 + (K/x0 - 1) (1+g)^-t), the closed form of the logistic equation.
    let script = format!(
        "{HEAD}exports x on cars to A {{ base: 10 USD\n growth: 30%\n ceiling: 40 USD }}\n\
         exports y on tools to A {{ base: 10 USD\n growth: 30% }}\n"
    );
    let logistic = |t: i32| 40.0 / (1.0 + 3.0 * 1.3_f64.powi(-t));
    meets(
        &script,
        &[
            ("exports[A, cars] in 2024", 10.0),
            ("exports[A, cars] in 2027", logistic(3)),
            ("exports[A, cars] in 2030", logistic(6)),
            ("exports[A, tools] in 2030", 10.0 * 1.3_f64.powi(6)),
        ],
        1e-12,
    );
}

#[test]
fn a_ceiling_moves_the_odds() {
    // Half of the ceiling is sold; a response of 1.1^3 moves odds of 1 to 1.331: share 1.331/2.331.
    let script = format!(
        "{HEAD}exports x on cars to A {{ base: 20 USD\n elasticity: -3\n ceiling: 40 USD }}\n\
         foreign_tariff f on cars to A {{ rate: 10% then 0% from 2025 }}\n"
    );
    let wanted = 40.0 * 1.331 / 2.331;
    meets(&script, &[("exports[A, cars] in 2025", wanted)], 1e-12);
}

#[test]
fn learning_follows_wright() {
    // An 80% curve from a first unit of 500: unit costs at cumulated output (Wright 1936).
    meets(
        HEAD,
        &[
            ("500 * learnt(2, 1, 20%) in 2024", 400.0),
            ("500 * learnt(4, 1, 20%) in 2024", 320.0),
            ("500 * learnt(8, 1, 20%) in 2024", 256.0),
            ("500 * learnt(10, 1, 20%) in 2024", 238.25493744511226),
            ("500 * learnt(100, 1, 20%) in 2024", 113.53083043394871),
            ("500 * learnt(1, 1, 20%) in 2024", 500.0),
            ("500 * learnt(100, 1, 0%) in 2024", 500.0),
        ],
        1e-12,
    );
}

#[test]
fn ces_and_cet_meet_the_two_good_table() {
    // Home at 1 with weight 0.7, imports at 1.1 with 0.3 (share form, as in GTAP and the IFPRI model).
    let head = format!(
        "{HEAD}param w[partner] = {{ A: 0.7, B: 0.3 }}\nparam p[partner] = {{ A: 1, B: 1.1 }}\n"
    );
    for (sigma, price, home, imported) in [
        (2.0, 1.0280373831775702, 0.7398026028474104, 0.26203161848196355),
        (4.0, 1.0261819499405778, 0.77623911890853, 0.22722075548367984),
        (0.8, 1.029202573504209, 0.7163062339522052, 0.28445121777454907),
        (1.0, 1.1_f64.powf(0.3), 0.7 * 1.1_f64.powf(0.3), 0.3 / 1.1_f64.powf(0.7)),
    ] {
        let index = format!("ces_price(w[*], p[*], {sigma})");
        meets(
            &head,
            &[
                (format!("{index} in 2024").as_str(), price),
                (format!("0.7 * ces_quantity(1, {index}, {sigma}) in 2024").as_str(), home),
                (format!("0.3 * ces_quantity(1.1, {index}, {sigma}) in 2024").as_str(), imported),
            ],
            1e-9,
        );
    }
    meets(
        &head,
        &[
            ("cet_price(0.3, 1.1, 1, 2) in 2024", 1.0320611004827343),
            ("0.7 * cet_quantity(1, cet_price(0.3, 1.1, 1, 2), 2) in 2024", 0.6571843630837025),
            ("0.3 * cet_quantity(1.1, cet_price(0.3, 1.1, 1, 2), 2) in 2024", 0.34079703399912004),
        ],
        1e-12,
    );
}
