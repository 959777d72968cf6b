//! The random quantities of a recording as inputs of points, for designs that choose their numbers.

use std::sync::Arc;

use super::Recording;
use super::points::PointInput;
use crate::engine::numbers::dependence::Factor;

/// A random quantity of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct RandomInput {
    /// Name of the quantity with the position of its distribution: `growth[food]#0`.
    pub name: String,
    /// The year, for a quantity that is drawn each year; otherwise 0.
    pub part: u64,
    /// Uniform number of the quantity, as an input of points.
    pub input: PointInput,
    /// Position of the quantity in the recording's list.
    number: usize,
}

impl Recording {
    /// Returns the number of recorded random quantities.
    pub(crate) fn random_quantities(&self) -> usize {
        self.inputs.quantities.len()
    }

    /// Returns the random quantities that were recorded, by name and year.
    pub fn random_inputs(&self) -> Vec<RandomInput> {
        let inputs = self.inputs.quantities.iter().enumerate().map(|(number, id)| RandomInput {
            name: id.name.clone(),
            part: id.part,
            input: PointInput::uniform(number),
            number,
        });
        let mut inputs: Vec<RandomInput> = inputs.collect();
        inputs.sort_by(|a, b| (&a.name, a.part).cmp(&(&b.name, b.part)));
        inputs
    }

    /// Returns the correlation of the normal numbers behind two random quantities, after
    /// [`Recording::correlate`].
    pub fn normal_correlation(&self, a: &RandomInput, b: &RandomInput) -> f64 {
        if a.number == b.number {
            return 1.0;
        }
        let place =
            |group: &[usize], one: &RandomInput| group.iter().position(|&n| n == one.number);
        let in_group = |(group, factor): &(Vec<usize>, Arc<Factor>)| {
            Some(factor.correlation(place(group, a)?, place(group, b)?))
        };
        self.inputs.groups.iter().find_map(in_group).unwrap_or(0.0)
    }
}
