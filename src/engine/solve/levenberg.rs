//! The Levenberg-Marquardt method (Marquardt 1963): steps between Newton's and those of steepest descent.
//! They exist for a singular Jacobian too, and then go to the nearest of many solutions.
//!
//! In: a system and a starting point. Out: a point at which its equations hold.

use pulp::Arch;

use super::linear::Pattern;
use super::newton::{largest, merit, shares};
use super::region::{Keeps, Region};
use super::system::{EvaluationPoints, System, unknown_scale};
use crate::engine::run::stop::Stop;
use crate::model::Solver;

/// Least squares with a penalty on the length of the solution.
///
/// The vector that minimises `|A d + r|^2 + penalty * |d|^2` is found from the sparse system
/// `y + A d = -r, A' y - penalty * d = -g`, with `g = 0`; and `d = (A'A + penalty)^-1 g` with `r = 0`.
pub(super) struct DampedLeastSquares {
    size: usize,
    positions: Vec<(usize, usize)>,
    pattern: Pattern,
}

impl DampedLeastSquares {
    /// Prepares for matrices with entries at these rows and columns.
    pub(super) fn new(size: usize, positions: Vec<(usize, usize)>) -> Self {
        let identity = (0..2 * size).map(|n| (n, n));
        let matrix = positions.iter().map(|&(row, column)| (row, size + column));
        let transposed = positions.iter().map(|&(row, column)| (size + column, row));
        let all: Vec<(usize, usize)> = identity.chain(matrix).chain(transposed).collect();
        let pattern = Pattern::new(2 * size, &all);
        Self { size, positions, pattern }
    }

    /// Solves for `d`, given the entries of the matrix, the penalty, `-r` and `g`. `None` if the entries are
    /// not finite.
    pub(super) fn solve(
        &mut self,
        entries: &[f64],
        penalty: f64,
        (residuals, gradient): (&[f64], &[f64]),
    ) -> Option<Vec<f64>> {
        let mut values = vec![0.0; self.pattern.entries().count()];
        let ones = std::iter::repeat_n(1.0, self.size);
        let penalties = std::iter::repeat_n(-penalty, self.size);
        debug_assert_eq!(entries.len(), self.positions.len());
        let all =
            ones.chain(penalties).chain(entries.iter().copied()).chain(entries.iter().copied());
        for (&place, value) in self.pattern.entry_indices().iter().zip(all) {
            values[place] += value;
        }
        let right: Vec<f64> =
            residuals.iter().copied().chain(gradient.iter().map(|g| -g)).collect();
        let solution = self.pattern.factorise(values.into_iter())?.solve(&right);
        Some(solution[self.size..].to_vec())
    }
}

/// Searches for a solution. `None` if the residuals cannot be made smaller, or if the stop flag is raised.
pub(super) fn solve(
    system: &System,
    (start, keeps): (&[f64], Keeps),
    settings: &Solver,
    stop: &Stop,
) -> Option<Vec<f64>> {
    const FIRST_PENALTY: f64 = 1e-3;
    const LEAST_PENALTY: f64 = 1e-15;
    const MOST_PENALTY: f64 = 1e6;
    let mut at = start.to_vec();
    let region = Region::around(system.limits(), keeps, &mut at);
    let mut points = EvaluationPoints::<1>::new(Arch::new(), system, 0);
    let positions = points.scaled(0).map(|(row, column, _)| (row, column)).collect();
    let mut squares = DampedLeastSquares::new(system.unknowns(), positions);
    let none = vec![0.0; system.unknowns()];
    let evaluate = |points: &mut EvaluationPoints<1>, at: &[f64]| {
        points.set_unknowns(0, at);
        system.evaluate(points);
    };
    let mut penalty = FIRST_PENALTY;
    for _ in 0..settings.iterations {
        evaluate(&mut points, &at);
        system.differentiate(&mut points);
        let activity: Vec<f64> = points.activity(0).collect();
        let residuals: Vec<f64> = shares(points.residuals(0), &activity).map(|r| -r).collect();
        if largest(&residuals) <= settings.tolerance {
            return Some(at);
        }
        let entries: Vec<f64> = points.scaled(0).map(|(_, _, value)| value).collect();
        let before = merit(residuals.iter().copied());
        loop {
            if stop.is_raised() || penalty > MOST_PENALTY || !before.is_finite() {
                return None;
            }
            let Some(step) = squares.solve(&entries, penalty, (&residuals, &none)) else {
                penalty *= 10.0;
                continue;
            };
            let moved = |(n, (&x, step)): (usize, (&f64, &f64))| {
                region.inside(n, x, x + step * unknown_scale(x), false)
            };
            let trial: Vec<f64> = at.iter().zip(&step).enumerate().map(moved).collect();
            evaluate(&mut points, &trial);
            if merit(shares(points.residuals(0), &activity)) < before {
                at = trial;
                penalty = (penalty / 10.0).max(LEAST_PENALTY);
                break;
            }
            penalty *= 10.0;
        }
    }
    None
}
