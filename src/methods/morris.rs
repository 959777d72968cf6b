//! Screening of long lists of inputs by elementary effects.
//!
//! M. D. Morris, "Factorial sampling plans for preliminary computational experiments", Technometrics 33
//! (1991), 161-174. Each input takes `levels` equally spaced positions in 0..1 and moves by
//! D = levels / (2 (levels - 1)), up from the lower half and down from the upper one; an elementary effect is
//! (f after - f before) / D, counted upwards. The mean of its size, mu*, ranks the inputs; a standard
//! deviation near mu* tells of curvature or interactions: F. Campolongo, J. Cariboni, A. Saltelli,
//! "An effective screening design for sensitivity analysis of large models", EMS 22 (2007), 1509-1518.
//! Inputs may move in groups, which have no direction and so no mean.

use ndarray::{Array2, ArrayView1};

use super::Batch;
use super::unit_points::{UnitPoints, blocks};
use crate::engine::numbers::random::{Stream, key};
use crate::engine::numbers::summary::Moments;

/// The design of a repetition: the points at which its steps start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// Each step starts from the base point: F. Campolongo, A. Saltelli, J. Cariboni, "From screening to
    /// quantitative sensitivity analysis", Comput. Phys. Commun. 182 (2011), 978-988.
    Radial,
    /// Each step starts at the end of the previous one, in a random order of the inputs: Morris (1991).
    Trajectory,
}

/// Settings of a screening.
#[derive(Debug, Clone, PartialEq)]
pub struct Screening {
    /// Number of inputs.
    pub inputs: usize,
    /// Groups of inputs that move together; a group may have one input.
    pub groups: Vec<Vec<usize>>,
    /// Number of levels of an input, an even number, usually 4.
    pub levels: usize,
    /// The design of each repetition.
    pub design: Design,
    /// Number of base points. A power of 2, at least 256, makes the levels equally frequent.
    pub repetitions: usize,
}

impl Screening {
    /// Makes a screening of single inputs, with a radial design of 4 levels.
    pub fn of_each(inputs: usize, repetitions: usize) -> Self {
        let groups = (0..inputs).map(|input| vec![input]).collect();
        Self { inputs, groups, levels: 4, design: Design::Radial, repetitions }
    }
}

/// Elementary effects of a group on one output, in units of the output for a move over the whole range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ElementaryEffects {
    /// Mean effect; None for a group of several inputs.
    pub mean: Option<f64>,
    /// Mean absolute effect, mu*.
    pub mean_size: f64,
    /// Standard error of the mean absolute effect.
    pub standard_error: f64,
    /// Standard deviation of the effects, sigma; for a group of several inputs that of the absolute effects.
    pub sd: f64,
    /// Largest change of the output in one step.
    pub largest_move: f64,
}

/// Screens groups of inputs: for each output an effect for each group, by
/// repetitions x (groups + 1) runs.
///
/// A point given to the batch holds positions in 0..=1. For a distribution without bounds the caller
/// maps them to probabilities inside, for instance 0.05 to 0.95.
///
/// # Errors
/// The errors of the batch.
pub fn morris<B: Batch>(
    batch: &mut B,
    screening: &Screening,
    seed: u64,
) -> Result<Vec<Vec<ElementaryEffects>>, B::Error> {
    let points = UnitPoints::new(screening.inputs, seed, "morris");
    let size = screening.groups.len() + 1;
    // The changes of each output by each group, in the order of repetitions.
    let mut moves: Vec<Vec<Vec<f64>>> = Vec::new();
    for (first, count) in blocks(screening.repetitions, size) {
        let steps = screening.steps(&points.rows(first, count), first as u64, seed);
        let rows = steps.iter().flat_map(|repetition| &repetition.rows).flatten().copied();
        let shape = (count * size, screening.inputs);
        let design = Array2::from_shape_vec(shape, rows.collect());
        let values = batch.run(design.unwrap_or_else(|_| Array2::zeros((0, 0))).view())?;
        moves.resize_with(values.ncols(), || vec![Vec::new(); screening.groups.len()]);
        for (moves, column) in moves.iter_mut().zip(values.columns()) {
            for (repetition, first) in steps.iter().zip((0..).step_by(size)) {
                repetition.note(column, first, moves);
            }
        }
    }
    let effect = |(group, moves): (&Vec<usize>, &Vec<f64>)| screening.effect(group, moves);
    Ok(moves
        .iter()
        .map(|output| screening.groups.iter().zip(output).map(effect).collect())
        .collect())
}

/// The points of a repetition.
struct Repetition {
    rows: Vec<Vec<f64>>,
    /// For each step: the group, the row before the step and the row after it.
    steps: Vec<(usize, usize, usize)>,
    /// For each step: true if the input moves up; not used for groups of several inputs.
    up: Vec<bool>,
}

impl Repetition {
    /// Records by how much each step of a repetition moves one output, as if every input moved up. `first` is
    /// the index of the repetition's first row.
    fn note(&self, values: ArrayView1<'_, f64>, first: usize, moves: &mut [Vec<f64>]) {
        for (&(group, before, after), up) in self.steps.iter().zip(&self.up) {
            let moved = values[first + after] - values[first + before];
            moves[group].push(if *up { moved } else { -moved });
        }
    }
}

impl Screening {
    /// Returns the size of a step of an input, in 0..1.
    fn step(&self) -> f64 {
        self.levels as f64 / (2.0 * (self.levels as f64 - 1.0))
    }

    fn steps(&self, base: &Array2<f64>, first: u64, seed: u64) -> Vec<Repetition> {
        let rows = base.rows().into_iter().zip(first..);
        rows.map(|(uniforms, number)| {
            let level = |u: &f64| (u * self.levels as f64) as usize;
            let levels: Vec<usize> = uniforms.iter().map(level).collect();
            let mut order: Vec<usize> = (0..self.groups.len()).collect();
            if self.design == Design::Trajectory {
                let stream = Stream::new(seed, key("morris order"), number);
                order.sort_by_key(|&group| stream.bits(group as u64));
            }
            self.repetition(&levels, order)
        })
        .collect()
    }

    fn repetition(&self, levels: &[usize], order: Vec<usize>) -> Repetition {
        let low = |input: usize| levels[input] < self.levels / 2;
        let position = |level: usize| level as f64 / (self.levels - 1) as f64;
        let base: Vec<f64> = levels.iter().map(|&level| position(level)).collect();
        let mut found = Repetition { rows: vec![base], steps: Vec::new(), up: Vec::new() };
        for (n, group) in order.into_iter().enumerate() {
            let before = if self.design == Design::Trajectory { n } else { 0 };
            let mut row = found.rows[before].clone();
            for &input in &self.groups[group] {
                let half = self.levels / 2;
                let level = levels[input];
                row[input] = position(if low(input) { level + half } else { level - half });
            }
            found.rows.push(row);
            found.steps.push((group, before, n + 1));
            found.up.push(self.groups[group].iter().all(|&input| low(input)));
        }
        found
    }

    fn effect(&self, group: &[usize], moves: &[f64]) -> ElementaryEffects {
        let effects: Vec<f64> = moves.iter().map(|moved| moved / self.step()).collect();
        let sizes: Vec<f64> = effects.iter().map(|effect| effect.abs()).collect();
        let (signed, unsigned) = (Moments::of(&effects), Moments::of(&sizes));
        let single = group.len() == 1;
        ElementaryEffects {
            mean: single.then_some(signed.mean),
            mean_size: unsigned.mean,
            standard_error: unsigned.standard_error(),
            sd: if single { signed.sd() } else { unsigned.sd() },
            largest_move: moves.iter().fold(0.0, |largest, moved| moved.abs().max(largest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{each, each_of, ishigami};
    use super::*;

    /// The values over the whole grid of 4 levels. Input 1: sin moves by sqrt(3)/2 in each of its
    /// steps, times 1.5 (1 + 0.1 x3^4), where x3^4 is pi^4 or pi^4/81.
    #[test]
    fn effects_on_the_function_of_ishigami_and_homma() {
        let wanted = [(7.704054, 6.248796), (7.875, 7.875), (6.248796, 8.837132)];
        let mut screening = Screening::of_each(3, 1 << 12);
        let Ok(radial) = morris(&mut each(ishigami), &screening, 1);
        for (found, (size, sd)) in radial[0].iter().zip(wanted) {
            assert!((found.mean_size - size).abs() < 0.003, "{found:?} for {size}");
            assert!((found.sd - sd).abs() < 0.003, "{found:?} for {sd}");
        }
        assert!((radial[0][0].mean.expect("one input") - 7.704054).abs() < 0.003);
        assert!(radial[0][1].mean.expect("one input").abs() < 0.003);
        assert!((radial[0][1].largest_move - 5.25).abs() < 1e-12);
        // A trajectory sets the other inputs at random, so the result is tested against its standard error.
        screening.design = Design::Trajectory;
        let Ok(found) = morris(&mut each(ishigami), &screening, 1);
        for (found, (size, sd)) in found[0].iter().zip(wanted) {
            assert!(
                (found.mean_size - size).abs() < 4.0 * found.standard_error + 1e-9,
                "{found:?}"
            );
            assert!((found.sd / sd - 1.0).abs() < 0.05, "{found:?} for {sd}");
        }
    }

    #[test]
    fn a_linear_function_has_its_coefficients_without_spread() {
        for design in [Design::Radial, Design::Trajectory] {
            let screening = Screening { design, ..Screening::of_each(3, 16) };
            let mut f = each_of(|x| [2.0 * x[0] - 3.0 * x[1], x[2]]);
            let Ok(found) = morris(&mut f, &screening, 9);
            for (output, wanted) in found.iter().zip([[2.0, -3.0, 0.0], [0.0, 0.0, 1.0]]) {
                for (found, wanted) in output.iter().zip(wanted) {
                    assert!((found.mean.expect("one input") - wanted).abs() < 1e-12);
                    assert!((found.mean_size - wanted.abs()).abs() < 1e-12 && found.sd < 1e-12);
                }
            }
        }
    }

    /// Of 200 inputs two have an effect. The group of all others is found to have none, with three runs per
    /// repetition.
    #[test]
    fn groups_screen_long_lists() {
        let groups = vec![vec![0], vec![1], (2..200).collect()];
        let screening = Screening { groups, ..Screening::of_each(200, 64) };
        let mut runs = 0;
        let mut f = |points: ndarray::ArrayView2<'_, f64>| {
            runs += points.nrows();
            each(|x| x[0] * x[1] + x[0])(points)
        };
        let Ok(found) = morris(&mut f, &screening, 2);
        assert_eq!((runs, found[0][2].largest_move, found[0][2].mean), (64 * 4, 0.0, None));
        assert!(found[0][0].mean_size > 1.0 && found[0][1].mean_size > 0.3);
        // Two inputs that move together and against each other: sizes 2 and 0 as often.
        let screening = Screening { groups: vec![vec![0, 1]], ..Screening::of_each(2, 256) };
        let Ok(found) = morris(&mut each(|x| x[0] + x[1]), &screening, 2);
        assert!((found[0][0].mean_size - 1.0).abs() < 1e-9, "{found:?}");
    }
}
