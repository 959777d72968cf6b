//! A simulation made in parts: the same statistics as at once, near those of closed forms.

use mizan::analysis::{self, DrawPart, PartProblem, answer_parts, answer_until, draw_part, draws};
use mizan::engine::Stop;
use mizan::engine::sampling::Method;
use mizan::engine::simulate::{QuantileDraws, Simulation};
use mizan::model::Model;
use mizan::report;
use mizan::results::{Answer, Report, Spread};

const SCRIPT: &str = "years 2025..2025\nparam u = uniform(0, 1)\nparam z = normal(0, 1)\n\
    param v = uniform(0, 1)\nshow u, z, u + v\nshow v\n";

fn model() -> Model {
    mizan::session::load("parts.mizan", SCRIPT).model.expect("a model")
}

/// Answers from parts, each from one of the cuts to the next, joined in the reversed order. The parts are made with
/// counts of the first `counted` chunks, two at a time, if there are any.
fn in_parts(model: &Model, simulation: &Simulation, cuts: &[u64], counted: u64) -> Report {
    let stop = Stop::default();
    let part =
        |chunks, near| draw_part(model, simulation, chunks, near, &|_| {}, &stop).expect("draws");
    let pair = |first: u64| first..(first + 2).min(counted);
    let counts = (0..counted).step_by(2).map(|first| part(pair(first), QuantileDraws::Counts));
    let counts = DrawPart::join_first(counts.collect(), simulation).ok();
    let near = counts.as_ref().map_or(QuantileDraws::NearFirstChunk, DrawPart::near);
    let parts = cuts.windows(2).rev().map(|ends| part(ends[0]..ends[1], near));
    let whole = DrawPart::join(parts.collect(), simulation).expect("all chunks");
    answer_parts(model, simulation, whole, &|_| {}, &stop).expect("answers")
}

fn spreads(report: &Report) -> Vec<&Spread> {
    let Answer::Show { panels } = &report.answers[0] else { panic!("a table") };
    panels.iter().filter_map(|panel| panel.series[0].spread[0].as_ref()).collect()
}

#[test]
fn every_split_has_the_bits_of_one_run_and_the_statistics_of_the_distributions() {
    let model = model();
    // Six chunks, the last one incomplete. So many draws are more than are kept whole.
    let simulation = Simulation { draws: 5 * 65_536 + 77, seed: 4, method: Method::Plain };
    assert_eq!(simulation.chunks(), 6);
    let whole = answer_until(&model, Some(&simulation), &|_| {}, &Stop::default());
    let whole = report::json(&whole.expect("answers"));
    for (cuts, counted) in [
        (&[0, 6][..], 0),
        (&[0, 1, 6], 3),
        (&[0, 3, 4, 6], 6),
        (&[0, 1, 2, 3, 4, 5, 6], 0),
        (&[0, 2, 6], 1),
    ] {
        let report = in_parts(&model, &simulation, cuts, counted);
        assert!(report::json(&report) == whole, "{cuts:?} {counted}");
        // Uniform, normal, and the sum of two uniform numbers: mean, deviation, and five quantiles. The
        // error of a quantile is sqrt(p (1 - p) / n) / density, at most 0.0036 here; the bound is 5 of those.
        let sum = |p: f64| if p < 0.5 { (2.0 * p).sqrt() } else { 2.0 - (2.0 * (1.0 - p)).sqrt() };
        let levels = [0.05, 0.25, 0.5, 0.75, 0.95];
        let normal = [-1.644_853_627, -0.674_489_750, 0.0, 0.674_489_750, 1.644_853_627];
        let wanted = [
            (0.5, 12_f64.sqrt().recip(), levels),
            (0.0, 1.0, normal),
            (1.0, 6_f64.sqrt().recip(), levels.map(sum)),
        ];
        let found = spreads(&report);
        assert_eq!(found.len(), wanted.len());
        for (spread, (mean, sd, quantiles)) in found.into_iter().zip(wanted) {
            assert!((spread.mean - mean).abs() < 5.0 * spread.error, "{spread:?}");
            assert!((spread.sd / sd - 1.0).abs() < 0.01, "{spread:?}");
            for (found, wanted) in spread.quantiles.iter().zip(quantiles) {
                assert!((found - wanted).abs() < 0.018, "{found} {wanted}");
            }
        }
    }
}

#[test]
fn parts_that_are_missing_doubled_or_of_another_simulation_do_not_join() {
    let model = model();
    let simulation = Simulation { draws: 3 * 65_536, seed: 4, method: Method::Plain };
    let of = |model: &Model, chunks, near| {
        draw_part(model, &simulation, chunks, near, &|_| {}, &Stop::default()).expect("draws")
    };
    let part = |chunks| of(&model, chunks, QuantileDraws::NearFirstChunk);
    let (a, b, bc) = (part(0..1), part(1..2), part(1..3));
    let join = |parts: &[&DrawPart], simulation: &Simulation| {
        let parts = parts.iter().map(|&part| part.clone()).collect();
        DrawPart::join(parts, simulation).map(|whole| whole.chunks)
    };
    assert_eq!(join(&[&bc, &a], &simulation), Ok(0..3));
    assert_eq!(join(&[&bc], &simulation), Err(PartProblem::Missing(0..1)));
    assert_eq!(join(&[&a, &b], &simulation), Err(PartProblem::Missing(2..3)));
    assert_eq!(join(&[], &simulation), Err(PartProblem::Missing(0..3)));
    assert_eq!(join(&[&a, &b, &bc], &simulation), Err(PartProblem::Doubled(1, 2, 1..2)));
    let shorter = Simulation { draws: 3 * 65_536 - 1, ..simulation };
    assert_eq!(join(&[&a, &bc], &shorter), Err(PartProblem::Damaged(1)));
    let fewer = Simulation { draws: 2 * 65_536, ..simulation };
    assert_eq!(join(&[&a, &bc], &fewer), Err(PartProblem::Damaged(1)));
    let other =
        mizan::session::load("o.mizan", "years 2025..2025\nparam u = normal(0, 1)\nshow u\n");
    let other = other.model.expect("a model");
    let wrong = of(&other, 1..3, QuantileDraws::NearFirstChunk);
    assert_eq!(join(&[&a, &wrong], &simulation), Err(PartProblem::Damaged(1)));
    // Draws and counts, and draws near the quantiles of different counts.
    let counts = of(&model, 0..1, QuantileDraws::Counts);
    let near = of(&model, 1..3, counts.near());
    assert_eq!(join(&[&counts, &bc], &simulation), Err(PartProblem::Damaged(1)));
    assert_eq!(join(&[&a, &near], &simulation), Err(PartProblem::Damaged(1)));
}

/// Every draw of a sum is the sum of the draws, and the statistics of a run are those of its draws.
#[test]
fn all_draws_are_those_of_the_run() {
    let model = model();
    let simulation = Simulation { draws: 10_000, seed: 4, method: Method::Plain };
    let panels = draws(&model, &simulation, &|_| {}, &Stop::default()).expect("draws");
    let column = |n: usize| panels[n].columns[0].as_deref().expect("a value");
    let places: Vec<_> = panels.iter().map(|panel| (panel.query, panel.expression)).collect();
    assert_eq!(places, [(0, 0), (0, 1), (0, 2), (1, 0)]);
    for ((u, sum), v) in column(0).iter().zip(column(2)).zip(column(3)) {
        assert!((0.0..1.0).contains(u) && (sum - u - v).abs() < 1e-15);
    }
    let report = answer_until(&model, Some(&simulation), &|_| {}, &Stop::default());
    let report = report.expect("answers");
    for (n, spread) in spreads(&report).into_iter().enumerate() {
        let mean = column(n).iter().sum::<f64>() / 1e4;
        assert!((spread.mean - mean).abs() < 1e-13, "{} {mean}", spread.mean);
        let (mut sorted, at) = (column(n).to_vec(), 0.05 * 9_999.0_f64);
        sorted.sort_by(f64::total_cmp);
        let (low, share) = (at as usize, at.fract());
        let quantile = sorted[low] * (1.0 - share) + sorted[low + 1] * share;
        assert!((spread.quantiles[0] - quantile).abs() < 1e-15);
    }
}

#[test]
fn a_part_stops_when_the_flag_is_raised() {
    let (model, stop) = (model(), Stop::new());
    let simulation = Simulation { draws: 1 << 40, seed: 1, method: Method::Plain };
    let progress = |share: f64| {
        if share > 0.0 {
            stop.raise()
        }
    };
    let found =
        draw_part(&model, &simulation, 0..1 << 12, QuantileDraws::NearFirstChunk, &progress, &stop);
    assert_eq!(found.expect_err("stopped").code.name(), "interrupted");
    let options = mizan::results::RunOptions { draws: 9, seed: 2, ..Default::default() };
    assert_eq!(analysis::simulation(&options), None, "no sampling method");
}
