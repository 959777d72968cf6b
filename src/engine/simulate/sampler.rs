//! The evaluation of a simulation: what depends on draws is written on a tape, the rest is folded.

use super::inputs::Inputs;
use crate::engine::numbers::distribution::Distribution;
use crate::engine::run::domain::{Binary, Domain, RandomId, Unary};
use crate::engine::run::store::Store;
use crate::engine::solve::interval::Interval;
use crate::engine::solve::tape::{Outside, Tape, Traced};
use crate::plan::Place;

/// Reads the values of one run and writes on the tape that all runs share.
pub(super) struct Sampler<'a> {
    pub(super) tape: &'a mut Tape,
    pub(super) inputs: &'a mut Inputs,
    pub(super) values: &'a Store<Traced>,
    pub(super) baseline: Option<&'a Store<Traced>>,
    pub(super) reads_baseline: bool,
}

impl Sampler<'_> {
    fn at(&self, place: Place) -> Traced {
        match self.baseline {
            Some(baseline) if self.reads_baseline => baseline.get(place),
            _ => self.values.get(place),
        }
    }

    fn drawn(&mut self, id: RandomId, distribution: &Distribution) -> Traced {
        match distribution.choices() {
            Some((values, positions)) => {
                let number = self.inputs.draw(id, &positions);
                self.tape.table(number, values)
            }
            None => {
                let number = self.inputs.draw(id, distribution);
                let (low, high) = distribution.support();
                let range = Interval::around(&[low, high]).widened();
                Traced::Node(self.tape.input_within(number, range))
            }
        }
    }
}

impl Domain for Sampler<'_> {
    type Value = Traced;

    fn constant(&mut self, value: f64) -> Traced {
        Traced::Known(value)
    }

    fn known(&self, value: Traced) -> Option<f64> {
        value.known()
    }

    fn read(&mut self, place: Place, _: f64) -> Traced {
        self.at(place)
    }

    fn unary(&mut self, op: Unary, a: Traced) -> Traced {
        self.tape.unary(op, a)
    }

    fn binary(&mut self, op: Binary, a: Traced, b: Traced) -> Traced {
        self.tape.binary(op, a, b)
    }

    fn select(&mut self, condition: Traced, then: Traced, other: Traced) -> Traced {
        self.tape.select(condition, then, other)
    }

    fn sum(&mut self, values: &[Traced]) -> Traced {
        self.tape.sum(values)
    }

    fn random(&mut self, id: RandomId, distribution: &Distribution) -> Traced {
        self.drawn(id, distribution)
    }

    fn draws(&self) -> bool {
        true
    }

    fn in_baseline(&mut self, inside: bool) -> bool {
        std::mem::replace(&mut self.reads_baseline, inside)
    }
}

impl Outside for Sampler<'_> {
    fn read(&mut self, place: Place, _: f64) -> Traced {
        self.at(place)
    }

    fn random(&mut self, id: RandomId, distribution: &Distribution) -> Traced {
        self.drawn(id, distribution)
    }

    fn in_baseline(&mut self, inside: bool) -> bool {
        std::mem::replace(&mut self.reads_baseline, inside)
    }
}
