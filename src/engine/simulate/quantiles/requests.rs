//! Requests of a simulation: which values must be simulated, which are duplicates, and which are constant.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::columns::FoundStatistics;
use crate::engine::numbers::summary::Moments;
use crate::engine::simulate::RecordedValue;
use crate::engine::solve::tape::{Node, Symbolic};

/// The statistics that a simulation computes for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistics {
    /// Moments only.
    Moments,
    /// Moments and quantiles.
    Quantiles,
    /// Moments and all draws.
    Draws,
}

/// A value to simulate: index of its request, its node, and the requested statistics.
pub(super) type RequestedValue = (usize, Node, Statistics);

/// The requested values, sorted by the way to find their statistics.
#[derive(Debug, Default)]
pub(super) struct Requests {
    /// The values to simulate: each node once, except for whole columns of draws, which are rarely asked for
    /// twice.
    pub(super) values: Vec<RequestedValue>,
    /// Index of a request, and of an earlier equal one.
    duplicates: Vec<(usize, usize)>,
    /// Constant values, each with the index of its request.
    known: Vec<(usize, f64, Statistics)>,
}

impl Requests {
    /// Sorts requests into values to simulate, duplicates and constant values.
    pub(super) fn of(wanted: &[(RecordedValue, Statistics)]) -> Self {
        let mut requests = Self::default();
        let mut first_request: BTreeMap<(Node, bool), usize> = BTreeMap::new();
        for (number, &(RecordedValue(value), kept)) in wanted.iter().enumerate() {
            match value {
                Symbolic::Node(node) if kept == Statistics::Draws => {
                    requests.values.push((number, node, kept));
                }
                Symbolic::Node(node) => {
                    match first_request.entry((node, kept == Statistics::Quantiles)) {
                        Entry::Occupied(known) => requests.duplicates.push((number, *known.get())),
                        Entry::Vacant(new) => {
                            new.insert(number);
                            requests.values.push((number, node, kept));
                        }
                    }
                }
                Symbolic::Known(value) => requests.known.push((number, value, kept)),
            }
        }
        requests
    }

    /// Completes the statistics of the simulated values with those of all other requests.
    pub(super) fn complete(&self, found: &mut [FoundStatistics], draws: usize, levels: &[f64]) {
        for &(number, value, kept) in &self.known {
            found[number] = constant(value, kept, draws, levels);
        }
        for &(number, known) in &self.duplicates {
            found[number] = found[known].clone();
        }
    }
}

/// Returns the statistics of a constant value.
fn constant(value: f64, kept: Statistics, draws: usize, levels: &[f64]) -> FoundStatistics {
    let quantiles =
        if kept == Statistics::Quantiles { vec![value; levels.len()] } else { Vec::new() };
    let draws_kept = if kept == Statistics::Draws { vec![value; draws] } else { Vec::new() };
    let moments = Moments::of_equal(value, draws as u64);
    FoundStatistics { moments, error: 0.0, quantiles, draws: draws_kept }
}
