//! The answers of `calibrate`, `discover`, `robust` and `sweep` with hostile names and extreme values.

use super::example::report;
use super::hostile::every_way;
use crate::report::{svg, text};
use crate::results::*;

const NASTY: &str = "\u{1b}[31m\u{202e}a\nb\"{\\|`=<script>\u{7}";
const NUMBERS: [f64; 9] = [0.0, -0.0, 5e-324, 1.0, -1e300, f64::MAX, f64::NAN, f64::INFINITY, 1e-9];

fn unit(kind: UnitKind) -> UnitLabel {
    UnitLabel::new(kind, NASTY)
}

fn calibrate(kind: UnitKind, x: f64, verdict: FitVerdict) -> Answer {
    let parameter = |is_cause| FittedParameter {
        input: NASTY.to_owned(),
        title: NASTY.to_owned(),
        unit: unit(kind),
        low: -x,
        high: x,
        now: (x, -x),
        value: Some(x),
        error: (verdict == FitVerdict::Fitted).then_some(x),
        is_cause,
    };
    let fit = FitQuality {
        expression: NASTY.to_owned(),
        observed: NASTY.to_owned(),
        unit: unit(kind),
        deviation_now: None,
        deviation: Some(x),
    };
    Answer::Calibrate(CalibrateAnswer {
        years: (2024, 2030),
        calibrations: vec![Calibration {
            scenario: NASTY.to_owned(),
            verdict,
            parameters: vec![parameter(true), parameter(false)],
            correlations: vec![vec![1.0, x], vec![x, 1.0]],
            fits: vec![fit],
            observations: 3,
            sum_of_squares: Some(x),
        }],
    })
}

fn discover(kind: UnitKind, x: f64) -> Answer {
    let written =
        WrittenInput { target: "x".to_owned(), text: "normal(0, 1)".to_owned(), call: (0, 12) };
    let limits = |choices: Option<Vec<(f64, f64)>>, written| InputLimits {
        input: NASTY.to_owned(),
        distribution: 2,
        year: Some(2030),
        unit: unit(kind),
        low: Some(x),
        high: None,
        below: 0.5,
        above: x,
        quasi_p_low: Some(x),
        quasi_p_high: None,
        choices,
        written,
    };
    let found = DrawBox {
        limits: vec![
            limits(None, Some(written.clone())),
            limits(Some(vec![(x, 0.5), (1.0, 0.5)]), Some(written.clone())),
            // Places outside the text.
            limits(None, Some(WrittenInput { call: (7, 900), ..written })),
            limits(Some(Vec::new()), None),
        ],
        coverage: x,
        density: 0.5,
        mass: 1.0,
    };
    Answer::Discover(DiscoverAnswer {
        condition: NASTY.to_owned(),
        draws: u64::MAX,
        discoveries: vec![Discovery {
            scenario: NASTY.to_owned(),
            share: 0.5,
            uncertain: 4,
            recommended: Some(found.clone()),
            trade_off: vec![found.clone(); 30],
            leaves: vec![found],
            name: "discovered".to_owned(),
        }],
    })
}

fn robust(kind: UnitKind, x: f64, least: bool) -> Answer {
    let option = |x: f64| RobustOption {
        scenario: NASTY.to_owned(),
        mean: x,
        worst: x,
        worst_twentieth: -x,
        largest_regret: x,
        regret_90: x,
        mean_regret: x,
        share: Some(x),
    };
    Answer::Robust(RobustAnswer {
        expression: NASTY.to_owned(),
        year: 2030,
        unit: unit(kind),
        least,
        condition: Some(NASTY.to_owned()),
        draws: 0,
        options: vec![option(x), option(1.0), option(0.0)],
    })
}

fn sweep(kind: UnitKind, x: f64, axes: usize) -> Answer {
    let axis = SweepAxis {
        input: NASTY.to_owned(),
        title: NASTY.to_owned(),
        unit: unit(kind),
        values: vec![-1.0, 0.0, 1.0, 2.0],
    };
    let count = 4_usize.pow(axes as u32);
    let value = |n: usize| (n % 5 != 3).then(|| if n.is_multiple_of(2) { x } else { n as f64 });
    let table = SweepTable {
        expression: NASTY.to_owned(),
        title: NASTY.to_owned(),
        unit: unit(kind),
        elements: vec![NASTY.to_owned()],
        scenario: NASTY.to_owned(),
        year: 2030,
        draws: Some(7),
        values: (0..count).map(value).map(|v| v.filter(|v| v.is_finite())).collect(),
    };
    Answer::Sweep { axes: vec![axis; axes], tables: vec![table.clone(), table] }
}

#[test]
fn every_answer_is_written_in_every_way() {
    const VERDICTS: [FitVerdict; 6] = [
        FitVerdict::Fitted,
        FitVerdict::NotConverged,
        FitVerdict::NotDistinguishable,
        FitVerdict::AtBounds,
        FitVerdict::TooFewObservations,
        FitVerdict::Undefined,
    ];
    for kind in super::hostile::KINDS {
        for x in NUMBERS {
            let mut answers: Vec<Answer> =
                VERDICTS.iter().map(|&verdict| calibrate(kind, x, verdict)).collect();
            answers.extend([discover(kind, x), robust(kind, x, true), robust(kind, x, false)]);
            answers.extend([sweep(kind, x, 1), sweep(kind, x, 2)]);
            let report = report(answers);
            every_way(&report);
            assert!(!text(&report, 80, false).contains(['\u{1b}', '\u{7}', '\u{202e}']));
            assert!(!svg(&report).contains("<script"));
        }
    }
}
