//! Where the draws of a value are put, and what is known of it then.

use super::brackets::Brackets;
use crate::engine::numbers::summary::{LEAF, Moments, Tree, quantiles};
use crate::engine::simulate::run::Simulation;
use crate::model::Solver;

/// What is known of a value after the simulation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The moments of its draws.
    pub moments: Moments,
    /// The standard error of its mean; of independent draws, where only moments are kept.
    pub error: f64,
    /// The quantiles, if they are to be known.
    pub quantiles: Vec<f64>,
    /// The draws in order, if they are to be known.
    pub draws: Vec<f64>,
}

/// A simulation to be made.
pub(crate) struct Work<'a> {
    pub(crate) simulation: &'a Simulation,
    pub(crate) solver: &'a Solver,
    /// The levels of quantiles.
    pub(crate) levels: &'a [f64],
    /// Hears which share is done.
    pub(crate) progress: &'a (dyn Fn(f64) + Sync),
}

/// Where the draws of a value are put.
pub(crate) enum Destination<'a> {
    /// Nowhere: they are summed up.
    None,
    /// In room that is lent until its quantiles are found.
    Lent(&'a mut [f64]),
    /// Where they stay.
    Own(Vec<f64>),
}

impl Destination<'_> {
    /// Room for the first draws.
    pub(crate) fn first(&mut self, count: usize) -> Option<&mut [f64]> {
        match self {
            Self::None => None,
            Self::Lent(draws) => draws.get_mut(..count),
            Self::Own(draws) => draws.get_mut(..count),
        }
    }

    /// What is known of the value when all draws are made; `sum` is of those that are nowhere.
    pub(crate) fn found(self, sum: &Tree, work: &Work<'_>) -> Found {
        match self {
            Self::None => of_sums(sum.total(), Vec::new()),
            Self::Own(draws) => with_draws(draws, work),
            Self::Lent(draws) => {
                let moments = Moments::of(draws);
                let error = work.simulation.method.standard_error(draws, &moments);
                let quantiles = quantiles(draws, work.levels);
                Found { moments, error, quantiles, draws: Vec::new() }
            }
        }
    }

    /// The draws that stay, and the brackets that those that are lent give; the latter are summed up.
    pub(crate) fn bracketed(self, sum: &mut Tree, work: &Work<'_>) -> (Vec<f64>, Option<Brackets>) {
        match self {
            Self::None => (Vec::new(), None),
            Self::Own(draws) => (draws, None),
            Self::Lent(draws) => {
                draws.chunks(LEAF).for_each(|leaf| sum.push(Moments::of_leaf(leaf)));
                let mut brackets = Brackets::around(draws, work.levels);
                brackets.add(draws);
                (Vec::new(), Some(brackets))
            }
        }
    }
}

/// What is known of a value whose independent draws were not kept.
pub(crate) fn of_sums(moments: Moments, quantiles: Vec<f64>) -> Found {
    Found { error: moments.standard_error(), moments, quantiles, draws: Vec::new() }
}

/// What is known of a value whose draws are kept.
pub(crate) fn with_draws(draws: Vec<f64>, work: &Work<'_>) -> Found {
    let moments = Moments::of(&draws);
    let error = work.simulation.method.standard_error(&draws, &moments);
    Found { moments, error, quantiles: Vec::new(), draws }
}
