//! The destination of a value's draws, and the statistics computed from it.

use super::brackets::Brackets;
use crate::engine::numbers::summary::{LEAF, Moments, Tree, quantiles};
use crate::engine::simulate::run::Simulation;
use crate::model::Solver;

/// The statistics of a value after a simulation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundStatistics {
    /// Count, mean and standard deviation of the draws.
    pub moments: Moments,
    /// Standard error of the mean. If only moments were asked for, it assumes independent draws.
    pub error: f64,
    /// The quantiles at the requested levels; empty unless asked for.
    pub quantiles: Vec<f64>,
    /// All draws, in order; empty unless asked for.
    pub draws: Vec<f64>,
}

/// The specification of a simulation.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    /// Number of draws, seed and method.
    pub simulation: &'a Simulation,
    /// The settings of the solver.
    pub solver: &'a Solver,
    /// The probabilities of the wanted quantiles.
    pub levels: &'a [f64],
    /// Gets the share of the work that is done, from any thread.
    pub progress: &'a (dyn Fn(f64) + Sync),
}

/// The destination for the draws of one value.
pub(crate) enum Destination<'a> {
    /// No buffer: draws are only added to sums.
    Summed,
    /// A borrowed buffer, needed until the quantiles are computed.
    Borrowed(&'a mut [f64]),
    /// A column that is returned to the caller.
    Owned(Vec<f64>),
}

impl Destination<'_> {
    /// Returns the buffer for the first `count` draws; `None` if the draws are only summed.
    pub(crate) fn first(&mut self, count: usize) -> Option<&mut [f64]> {
        match self {
            Self::Summed => None,
            Self::Borrowed(draws) => draws.get_mut(..count),
            Self::Owned(draws) => draws.get_mut(..count),
        }
    }

    /// Computes the statistics after the last draw. `sum` contains the draws that were only summed.
    pub(crate) fn found(self, sum: &Tree, work: &Work<'_>) -> FoundStatistics {
        match self {
            Self::Summed => of_sums(sum.total(), Vec::new()),
            Self::Owned(draws) => with_draws(draws, work),
            Self::Borrowed(draws) => {
                let moments = Moments::of(draws);
                let error = work.simulation.method.standard_error(draws, &moments);
                let quantiles = quantiles(draws, work.levels);
                FoundStatistics { moments, error, quantiles, draws: Vec::new() }
            }
        }
    }

    /// Closes the pilot sample: returns the column to fill further, and the brackets around the
    /// quantiles of a borrowed buffer, whose draws also go into `sum`.
    pub(crate) fn bracketed(self, sum: &mut Tree, work: &Work<'_>) -> (Vec<f64>, Option<Brackets>) {
        match self {
            Self::Summed => (Vec::new(), None),
            Self::Owned(draws) => (draws, None),
            Self::Borrowed(draws) => {
                draws.chunks(LEAF).for_each(|leaf| sum.push(Moments::of_leaf(leaf)));
                let mut brackets = Brackets::around(draws, work.levels);
                brackets.add(draws);
                (Vec::new(), Some(brackets))
            }
        }
    }
}

/// Returns the statistics of a value whose draws are independent and were not stored.
pub(crate) fn of_sums(moments: Moments, quantiles: Vec<f64>) -> FoundStatistics {
    FoundStatistics { error: moments.standard_error(), moments, quantiles, draws: Vec::new() }
}

/// Returns the statistics of a value whose draws are all stored.
pub(crate) fn with_draws(draws: Vec<f64>, work: &Work<'_>) -> FoundStatistics {
    let moments = Moments::of(&draws);
    let error = work.simulation.method.standard_error(&draws, &moments);
    FoundStatistics { moments, error, quantiles: Vec::new(), draws }
}
