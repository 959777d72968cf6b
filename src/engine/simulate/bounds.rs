//! Bounds of recorded values by interval arithmetic, while inputs of points lie within intervals.

use super::inputs::LaneInput;
use super::points::Numbered;
use super::{PointInput, RecordedValue, Recording};
use crate::engine::solve::interval::Interval;
use crate::engine::solve::tape::Symbolic;

impl Recording {
    /// Returns for each wanted value numbers between which it lies while each input is between two numbers.
    /// Other overrides have their own numbers and random quantities their medians. The bounds are infinite if
    /// the value may not exist, and for a value that depends on a solved block.
    pub fn bounds(
        &self,
        wanted: &[RecordedValue],
        within: &[(PointInput, (f64, f64))],
    ) -> Vec<(f64, f64)> {
        let given = |n: usize| {
            let meant = |input: &PointInput| input.numbered() == Numbered::Override(n);
            within.iter().find(|(input, _)| meant(input)).map(|(_, ends)| *ends)
        };
        let input = |number: usize| match self.inputs.inputs.get(number) {
            Some(&LaneInput::Override(n)) => match (given(n), self.inputs.overrides.get(n)) {
                (Some((low, high)), _) => Interval::around(&[low, high]),
                (None, Some(own)) => Interval::around(&[own.value]),
                (None, None) => Interval::ANY,
            },
            Some(&LaneInput::Draw(n)) => match self.inputs.draws.get(n) {
                Some(draw) => Interval::around(&[draw.distribution.median()]),
                None => Interval::ANY,
            },
            Some(LaneInput::Solved(..)) | None => Interval::ANY,
        };
        let ranges = self.tape.ranges_within(input);
        let bounds = wanted.iter().map(|&RecordedValue(value)| match value {
            Symbolic::Known(number) => (number, number),
            Symbolic::Node(node) => {
                ranges.get(node as usize).map_or(Interval::ANY, |range| *range).ends()
            }
        });
        bounds.collect()
    }
}
