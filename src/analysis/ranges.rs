//! The values of one unknown that a search tries, and the ranges in which its conditions hold.

use ndarray::Array2;

use crate::methods::Bounds;
use crate::model::InputRange;
use crate::results::ValueRange;

/// Number of values in the first batch, from which the scales of the conditions are measured.
const GRID: usize = 33;

/// Returns the values of an unknown for the first scan; with a step, all values of the range.
pub(super) fn values(input: &InputRange) -> Array2<f64> {
    match input.count() {
        Some(count) => Array2::from_shape_fn((count as usize, 1), |(n, _)| input.at(n as f64)),
        None => {
            let bounds = Bounds::new(input.low, input.high);
            Array2::from_shape_fn((GRID, 1), |(n, _)| bounds.at(n as f64 / (GRID - 1) as f64))
        }
    }
}

/// The result of a search for one unknown.
#[derive(Default)]
pub(super) struct FoundRanges {
    /// The ranges in which the conditions hold, in rising order.
    pub(super) ranges: Vec<ValueRange>,
    /// The tried value that comes closest to satisfying the conditions.
    pub(super) closest: Option<f64>,
    /// True if the left side jumps over the right side somewhere.
    pub(super) jumps: bool,
}

/// Groups neighbouring grid values at which the conditions hold into ranges.
pub(super) fn runs_of(grid: &[f64], holds: &[bool]) -> Vec<ValueRange> {
    let mut ranges: Vec<ValueRange> = Vec::new();
    let mut open = false;
    for (&value, &holds) in grid.iter().zip(holds) {
        match ranges.last_mut() {
            Some(last) if holds && open => last.to = value,
            _ if holds => ranges.push(ValueRange { from: value, to: value }),
            _ => {}
        }
        open = holds;
    }
    ranges
}
