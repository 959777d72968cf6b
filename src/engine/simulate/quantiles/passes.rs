//! The memory of a simulation, and how often it makes its draws.

use super::brackets;
use super::columns::Work;
use super::requests::{RequestedValue, Statistics};
use crate::engine::numbers::sampling::Method;
use crate::engine::numbers::summary::LEAF;
use crate::engine::simulate::run::Simulation;

/// Memory budget of a simulation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Bytes for the draws that quantiles need. Values beyond the budget go to the next batch.
    pub(super) bytes: usize,
    /// Number of pilot draws. It must be a multiple of the draws that a thread makes at a time, so
    /// that sums over draws keep their leaves.
    pub(super) pilot: usize,
}

/// 100 MB, and 65,536 pilot draws.
pub(super) const DEFAULT_BUDGET: Budget = Budget { bytes: 100 << 20, pilot: 64 * LEAF };

/// Above this number of draws the pilot sample grows in proportion, up to four times.
const LONG_PILOT_FROM: usize = 1 << 20;

/// The passes over the draws of a simulation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Passes {
    /// The first draws, which are kept for brackets; they may be all.
    pub(super) pilot: usize,
    /// The first draws that are then counted to narrow the brackets; 0 for none.
    pub(super) counted: usize,
    /// Number of values with quantiles in a batch.
    pub(super) at_once: usize,
}

impl Passes {
    /// Plans one pass that keeps all draws.
    pub(super) fn of_kept(budget: Budget, draws: usize) -> Self {
        let bytes = draws.saturating_mul(8);
        Self { pilot: draws, counted: 0, at_once: (budget.bytes / bytes.max(1)).max(1) }
    }

    /// Chooses the number of draws to count such that the fewest draws are made in all batches.
    pub(super) fn fewest(budget: Budget, values: &[RequestedValue], work: &Work<'_>) -> Self {
        /// The draws are counted to this share of all, or not at all.
        const SHARES: [usize; 5] = [usize::MAX, 16, 8, 4, 2];
        let draws = usize::try_from(work.simulation.draws).unwrap_or(usize::MAX);
        // A longer pilot narrows the brackets, so that they keep a smaller share of very many
        // draws.
        let pilot = (draws / LONG_PILOT_FROM).clamp(1, 4) * budget.pilot;
        let with_quantiles =
            values.iter().filter(|(_, _, kept)| *kept == Statistics::Quantiles).count();
        let choice = |share: usize| {
            let counted = draws / share;
            let kept = match counted {
                0 => brackets::share(pilot, work.levels),
                _ => brackets::share_by_counts(counted as u64, draws as u64, work.levels),
            };
            // The memory of a value: the pilot draws at first, later the draws in its brackets.
            let bytes = (8 * pilot).max((kept * 8.0 * draws as f64) as usize);
            Self { pilot, counted, at_once: (budget.bytes / bytes.max(1)).max(1) }
        };
        let made = |passes: &Self| {
            let batches = with_quantiles.div_ceil(passes.at_once).max(1) as f64;
            batches * (1.0 + passes.counted as f64 / draws as f64)
        };
        let choices = SHARES.map(choice).into_iter();
        let useful = choices.filter(|passes| passes.counted == 0 || passes.counted > 2 * pilot);
        let best = useful.min_by(|a, b| made(a).total_cmp(&made(b)));
        best.unwrap_or_else(|| choice(usize::MAX))
    }
}

/// True if all draws of a value with quantiles are kept: if they are few, or if they are dependent (Latin
/// hypercubes, Sobol), because the error of a mean is then computed from all draws.
pub(super) fn keeps_all(simulation: &Simulation, budget: Budget) -> bool {
    simulation.method != Method::Plain || simulation.draws <= 2 * budget.pilot as u64
}

impl Simulation {
    /// True if quantiles are found without keeping all draws: plain draws that are many.
    pub fn has_brackets(&self) -> bool {
        !keeps_all(self, DEFAULT_BUDGET)
    }
}

/// Divides values into batches with at most `at_once` quantile values each.
pub(super) fn batches_of(values: &[RequestedValue], at_once: usize) -> Vec<Vec<RequestedValue>> {
    let mut batches = vec![Vec::new()];
    let mut quantile_count = 0;
    for &value in values {
        if value.2 == Statistics::Quantiles {
            if quantile_count == at_once {
                batches.push(Vec::new());
                quantile_count = 0;
            }
            quantile_count += 1;
        }
        if let Some(batch) = batches.last_mut() {
            batch.push(value);
        }
    }
    batches
}
