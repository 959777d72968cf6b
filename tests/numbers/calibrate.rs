//! `calibrate` against the certified values of NIST, against linear regression, and where it must refuse.

use mizan::analysis::answer;
use mizan::results::{Answer, Calibration, FitVerdict};
use mizan::session::load;

/// Returns the only calibration of a script.
fn calibration(script: &str) -> Calibration {
    let program = load("test.mizan", script);
    let model = program.model.unwrap_or_else(|| panic!("{script}{:#?}", program.diagnostics));
    let report = answer(&model).unwrap_or_else(|problem| panic!("{problem:?}"));
    let Some(Answer::Calibrate(found)) = report.answers.first() else { panic!("a calibration") };
    let [only] = found.calibrations.as_slice() else { panic!("one scenario") };
    only.clone()
}

/// Writes the observations of a data set as elements of a set.
fn data(x: &[f64], y: &[f64]) -> String {
    let elements: Vec<String> = (1..=x.len()).map(|n| format!("o{n}")).collect();
    let map = |values: &[f64]| {
        let pairs = elements.iter().zip(values).map(|(name, value)| format!("{name}: {value}"));
        pairs.collect::<Vec<_>>().join(", ")
    };
    format!(
        "years 2024..2024\nset n = {}\nparam x[n] = {{ {} }}\nparam y[n] = {{ {} }}\n",
        elements.join(", "),
        map(x),
        map(y)
    )
}

/// A data set of the Statistical Reference Datasets of NIST (nonlinear regression).
struct Certified {
    x: &'static [f64],
    y: &'static [f64],
    /// The right side of the model, with `x[i]` for its regressor.
    model: &'static str,
    ranges: &'static [&'static str],
    starts: [&'static [f64]; 2],
    /// The certified parameters and their standard errors.
    parameters: &'static [(f64, f64)],
    squares: f64,
}

fn meets(set: &Certified) {
    let digits = |found: f64, wanted: f64| -((found - wanted) / wanted).abs().max(1e-16).log10();
    for start in set.starts {
        let mut script = data(set.x, set.y);
        for (n, value) in start.iter().enumerate() {
            script.push_str(&format!("param b{} = {value}\n", n + 1));
        }
        let ranges =
            set.ranges.iter().enumerate().map(|(n, range)| format!("b{} in {range}", n + 1));
        let ranges = ranges.collect::<Vec<_>>().join(", ");
        script.push_str(&format!("var f[n]\nf[i] = {}\n", set.model));
        script.push_str(&format!("calibrate {ranges} so that f[*] fits y[*]\n"));
        let found = calibration(&script);
        assert_eq!(found.verdict, FitVerdict::Fitted, "{script}");
        let squares = digits(found.sum_of_squares.expect("squares"), set.squares);
        assert!(squares > 9.0, "{squares} {found:?}");
        for (parameter, &(value, error)) in found.parameters.iter().zip(set.parameters) {
            let a = digits(parameter.value.expect("a value"), value);
            let b = digits(parameter.error.expect("an error"), error);
            assert!(a > 8.5 && b > 7.0, "{} {start:?}: {a} {b}", parameter.input);
        }
        assert_eq!(found.observations, set.x.len());
    }
}

#[test]
fn nist_misra1a() {
    meets(&Certified {
        x: &[
            77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1,
            689.1, 760.0,
        ],
        y: &[
            10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40,
            75.47, 81.78,
        ],
        model: "b1 * (1 - exp(-b2 * x[i]))",
        ranges: &["1..10000", "0.0000001..1"],
        starts: [&[500.0, 0.0001], &[250.0, 0.0005]],
        parameters: &[
            (2.389_421_291_8e2, 2.707_007_524_1),
            (5.501_564_318_1e-4, 7.266_868_843_6e-6),
        ],
        squares: 1.245_513_889_4e-1,
    });
}

#[test]
fn nist_danwood() {
    meets(&Certified {
        x: &[1.309, 1.471, 1.490, 1.565, 1.611, 1.680],
        y: &[2.138, 3.421, 3.597, 4.340, 4.882, 5.660],
        model: "b1 * x[i] ^ b2",
        ranges: &["0..100", "0..20"],
        starts: [&[1.0, 5.0], &[0.7, 4.0]],
        parameters: &[
            (7.688_622_617_6e-1, 1.828_197_386_0e-2),
            (3.860_405_587_1, 5.172_661_091_3e-2),
        ],
        squares: 4.317_308_408_3e-3,
    });
}

#[test]
fn nist_boxbod() {
    meets(&Certified {
        x: &[1.0, 2.0, 3.0, 5.0, 7.0, 10.0],
        y: &[109.0, 149.0, 149.0, 191.0, 213.0, 224.0],
        model: "b1 * (1 - exp(-b2 * x[i]))",
        ranges: &["0..10000", "0..100"],
        starts: [&[1.0, 1.0], &[100.0, 0.75]],
        parameters: &[
            (2.138_094_088_9e2, 1.235_451_517_6e1),
            (5.472_374_854_2e-1, 1.045_599_323_7e-1),
        ],
        squares: 1.168_008_876_6e3,
    });
}

/// The years are the regressor here: the 15 observations are one each year.
#[test]
fn nist_rat43() {
    meets(&Certified {
        x: &[1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15.],
        y: &[
            16.08, 33.83, 65.80, 97.20, 191.55, 326.20, 386.87, 520.53, 590.03, 651.92, 724.93,
            699.56, 689.96, 637.56, 717.41,
        ],
        model: "b1 / (1 + exp(b2 - b3 * x[i])) ^ (1 / b4)",
        ranges: &["1..10000", "-50..50", "0..20", "0.01..50"],
        starts: [&[100.0, 10.0, 1.0, 1.0], &[700.0, 5.0, 0.75, 1.3]],
        parameters: &[
            (6.996_415_127_0e2, 1.630_229_781_7e1),
            (5.277_125_302_5, 2.082_873_582_9),
            (7.596_293_832_9e-1, 1.956_612_345_1e-1),
            (1.279_248_385_9, 6.876_193_638_5e-1),
        ],
        squares: 8.786_404_908_0e3,
    });
}

const MISRA_X: &[f64] = &[
    77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0,
];
const MISRA_Y: &[f64] = &[
    10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47,
    81.78,
];

#[test]
fn nist_misra1b_to_misra1d() {
    meets(&Certified {
        x: MISRA_X,
        y: MISRA_Y,
        model: "b1 * (1 - (1 + b2 * x[i] / 2) ^ (-2))",
        ranges: &["1..2000", "0.00001..0.01"],
        starts: [&[500.0, 0.0001], &[300.0, 0.0002]],
        parameters: &[(337.99746163, 3.1643950207), (3.9039091287e-4, 4.2547321834e-6)],
        squares: 7.5464681533e-2,
    });
    meets(&Certified {
        x: MISRA_X,
        y: MISRA_Y,
        model: "b1 * (1 - (1 + 2 * b2 * x[i]) ^ (-0.5))",
        ranges: &["1..5000", "0.00001..0.01"],
        starts: [&[500.0, 0.0001], &[600.0, 0.0002]],
        parameters: &[(636.42725809, 4.6638326572), (2.0813627256e-4, 1.7728423155e-6)],
        squares: 4.0966836971e-2,
    });
    meets(&Certified {
        x: MISRA_X,
        y: MISRA_Y,
        model: "b1 * b2 * x[i] / (1 + b2 * x[i])",
        ranges: &["1..2000", "0.00001..0.01"],
        starts: [&[500.0, 0.0001], &[450.0, 0.0003]],
        parameters: &[(437.36970754, 3.6489174345), (3.0227324449e-4, 2.9334354479e-6)],
        squares: 5.6419295283e-2,
    });
}

#[test]
fn nist_rat42() {
    meets(&Certified {
        x: &[9.0, 14.0, 21.0, 28.0, 42.0, 57.0, 63.0, 70.0, 79.0],
        y: &[8.93, 10.80, 18.59, 22.33, 39.35, 56.11, 61.73, 64.62, 67.08],
        model: "b1 / (1 + exp(b2 - b3 * x[i]))",
        ranges: &["1..200", "-5..10", "0..1"],
        starts: [&[100.0, 1.0, 0.1], &[75.0, 2.5, 0.07]],
        parameters: &[
            (72.462237576, 1.7340283401),
            (2.6180768402, 8.8295217536e-2),
            (6.7359200066e-2, 3.4465663377e-3),
        ],
        squares: 8.0565229338,
    });
}

#[test]
fn nist_mgh09() {
    meets(&Certified {
        x: &[4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625],
        y: &[0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246],
        model: "b1 * (x[i] ^ 2 + x[i] * b2) / (x[i] ^ 2 + x[i] * b3 + b4)",
        ranges: &["0..50", "0..50", "0..50", "0..50"],
        starts: [&[25.0, 39.0, 41.5, 39.0], &[0.25, 0.39, 0.415, 0.39]],
        parameters: &[
            (0.19280693458, 1.1435312227e-2),
            (0.19128232873, 0.19633220911),
            (0.12305650693, 8.0842031232e-2),
            (0.13606233068, 9.0025542308e-2),
        ],
        squares: 3.0750560385e-4,
    });
}

#[test]
fn nist_mgh10() {
    meets(&Certified {
        x: &[
            50.0, 55.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 100.0, 105.0, 110.0, 115.0,
            120.0, 125.0,
        ],
        y: &[
            34_780.0, 28_610.0, 23_650.0, 19_630.0, 16_370.0, 13_720.0, 11_540.0, 9_744.0, 8_261.0,
            7_030.0, 6_005.0, 5_147.0, 4_427.0, 3_820.0, 3_307.0, 2_872.0,
        ],
        model: "b1 * exp(b2 / (x[i] + b3))",
        ranges: &["0.0001..10", "1000..500000", "100..30000"],
        starts: [&[2.0, 400_000.0, 25_000.0], &[0.02, 4_000.0, 250.0]],
        parameters: &[
            (5.6096364710e-3, 1.5687892471e-4),
            (6_181.3463463, 23.309021107),
            (345.22363462, 0.78486103508),
        ],
        squares: 87.945855171,
    });
}

/// A straight line over years: Sxx 5, Sxy 4.7, residual squares 0.082; the textbook's formulas.
#[test]
fn a_line_over_years_has_the_errors_of_linear_regression() {
    let found = calibration(
        "years 2021..2024\nparam seen = [2021: 1.1, 2022: 1.9, 2023: 3.2, 2024: 3.8]\n\
         param n = [2021: 1, 2024: 4]\nparam level = 0\nparam slope = 0\nvar line = level + slope * n\n\
         calibrate level in -10..10, slope in -10..10 so that line fits seen in 2021..2024\n",
    );
    let value = |n: usize| found.parameters[n].value.expect("a value");
    assert!((value(1) - 0.94).abs() < 1e-10 && (value(0) - 0.15).abs() < 1e-10, "{found:?}");
    let error = found.parameters[1].error.expect("an error");
    assert!((error - (0.041_f64 / 5.0).sqrt()).abs() < 1e-9, "{found:?}");
    assert!((found.correlations[0][1] + 2.5 / 7.5_f64.sqrt()).abs() < 1e-8, "{found:?}");
    let fit = &found.fits[0];
    assert!((fit.deviation.expect("one") - (0.082_f64 / 4.0).sqrt()).abs() < 1e-10);
    // With both at 0 the deviations are the observations.
    let squares: f64 = [1.1, 1.9, 3.2, 3.8].iter().map(|y| y * y).sum();
    assert!((fit.deviation_now.expect("one") - (squares / 4.0).sqrt()).abs() < 1e-12);
}

/// Amounts and percentages together: each counts as a share of the size of its observations.
#[test]
fn fits_in_different_units_are_made_comparable() {
    let script = |observed: &str| {
        format!(
            "years 2024..2026\ncurrency USD\nparam a = 1\nparam n = [2024: 1, 2026: 3]\n\
             param money: USD = [2024: 2 bn USD, 2025: 4 bn USD, 2026: 6 bn USD]\n\
             param rate: percent = {observed}\n\
             var amount: USD = a * 1 bn USD * n\nvar share: percent = a * 1% * n\n\
             calibrate a in 0..10 so that amount fits money, share fits rate\n"
        )
    };
    let found = calibration(&script("[2024: 2%, 2025: 4%, 2026: 6%]"));
    assert!((found.parameters[0].value.expect("a value") - 2.0).abs() < 1e-10, "{found:?}");
    assert_eq!(found.observations, 6);
    // Rates of twice that: each side divided by its own size, so a minimises (a/2 - 1)^2 + (a/4 - 1)^2.
    let found = calibration(&script("[2024: 4%, 2025: 8%, 2026: 12%]"));
    let best = (0.5 + 0.25) / (0.25 + 0.0625);
    assert!((found.parameters[0].value.expect("a value") - best).abs() < 1e-9, "{found:?}");
}

#[test]
fn what_is_no_estimate_is_refused() {
    let script = |equation: &str, query: &str| {
        calibration(&format!(
            "years 2021..2025\nparam seen = [2021: 2.1, 2022: 3.9, 2023: 6.2, 2024: 7.8, 2025: 10.1]\n\
             param n = [2021: 1, 2025: 5]\nparam a = 1\nparam b = 1\nparam c = 0\nvar y = {equation}\n\
             calibrate {query} so that y fits seen\nshow a, b, c\n"
        ))
    };
    let refused = |found: &Calibration, verdict: FitVerdict, causes: &[&str]| {
        let own = found.parameters.iter().filter(|parameter| parameter.is_cause);
        let own: Vec<&str> = own.map(|parameter| parameter.input.as_str()).collect();
        assert_eq!((found.verdict, own.as_slice()), (verdict, causes), "{found:?}");
        assert!(found.parameters.iter().all(|parameter| parameter.error.is_none()));
    };
    let product = script("a * b * n + c", "a in 0.1..10, b in 0.1..10, c in -5..5");
    refused(&product, FitVerdict::NotDistinguishable, &["a", "b"]);
    let idle = script("a * n", "a in 0..10, c in -5..5");
    refused(&idle, FitVerdict::NotDistinguishable, &["c"]);
    // The slope is near 2, beyond the range.
    let bound = script("a * n + c", "a in 0..1.5, c in -5..5");
    refused(&bound, FitVerdict::AtBounds, &["a"]);
    assert_eq!(bound.parameters[0].value, Some(1.5));
}

/// The scenario's own value is replaced, and the search of each scenario is its own.
#[test]
fn a_scenario_is_calibrated_by_itself() {
    let program = load(
        "test.mizan",
        "years 2021..2023\nparam seen = [2021: 2, 2022: 4, 2023: 6]\nparam a = 1\nparam k = 1\n\
         param n = [2021: 1, 2023: 3]\nvar y = k * a * n\nscenario half { k = 0.5\n a = 3 }\n\
         calibrate a in 0..10 for all so that y fits seen\n",
    );
    let report = answer(&program.model.expect("a model")).expect("answers");
    let Answer::Calibrate(found) = &report.answers[0] else { panic!("a calibration") };
    let value = |n: usize| found.calibrations[n].parameters[0].value.expect("a value");
    assert!((value(0) - 2.0).abs() < 1e-10 && (value(1) - 4.0).abs() < 1e-10, "{found:?}");
    assert_eq!(found.calibrations[1].parameters[0].now, (3.0, 3.0));
}
