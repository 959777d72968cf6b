//! The domain of a recorded run: what depends on inputs of the tape is recorded, all else is folded.

use super::inputs::LaneInputs;
use crate::engine::numbers::distribution::Distribution;
use crate::engine::run::domain::RandomId;
use crate::engine::run::store::Store;
use crate::engine::solve::interval::Interval;
use crate::engine::solve::on_tape::OnTape;
use crate::engine::solve::tape::{Symbolic, Tape};
use crate::plan::CellIndex;

/// The domain that reads the values of one run and records on the tape that all runs share.
pub(super) struct Sampler<'a> {
    pub(super) tape: &'a mut Tape,
    pub(super) inputs: &'a mut LaneInputs,
    pub(super) values: &'a Store<Symbolic>,
    pub(super) baseline: Option<&'a Store<Symbolic>>,
    /// The input of the tape for each override of the run.
    pub(super) overrides: &'a [usize],
    pub(super) reads_baseline: bool,
}

impl OnTape for Sampler<'_> {
    fn tape(&mut self) -> &mut Tape {
        self.tape
    }

    fn read_value(&mut self, index: CellIndex, _: f64) -> Symbolic {
        match self.baseline {
            Some(baseline) if self.reads_baseline => baseline.get(index),
            _ => self.values.get(index),
        }
    }

    fn random_value(&mut self, id: RandomId, distribution: &Distribution) -> Symbolic {
        match distribution.choices() {
            Some((values, positions)) => {
                let number = self.inputs.draw(id, &positions);
                self.tape.table(number, values)
            }
            None => {
                let number = self.inputs.draw(id, distribution);
                let (low, high) = distribution.support();
                let range = Interval::around(&[low, high]).widened();
                Symbolic::Node(self.tape.input_within(number, range))
            }
        }
    }

    fn override_value(&mut self, n: usize, number: f64) -> Symbolic {
        match self.overrides.get(n) {
            Some(&input) => Symbolic::Node(self.tape.input(input)),
            None => Symbolic::Known(number),
        }
    }

    fn names_random(&self) -> bool {
        true
    }

    fn enter_baseline(&mut self, inside: bool) {
        self.reads_baseline = inside;
    }
}
