//! Evaluations that record on a tape.

use super::tape::{Symbolic, Tape};
use crate::engine::numbers::distribution::Distribution;
use crate::engine::run::domain::{Binary, Domain, RandomId, Unary};
use crate::plan::CellIndex;

/// An evaluation that records on a tape. Implementations differ in where values come from; what is computed
/// with them goes onto the tape in one way.
pub(crate) trait OnTape {
    /// Returns the tape on which the domain records.
    fn tape(&mut self) -> &mut Tape;
    /// Reads a value, as [`Domain::read`].
    fn read_value(&mut self, index: CellIndex, value: f64) -> Symbolic;
    /// Returns a random quantity, as [`Domain::random`].
    fn random_value(&mut self, id: RandomId, distribution: &Distribution) -> Symbolic;
    /// Returns the number of an override, as [`Domain::overridden`].
    fn override_value(&mut self, n: usize, number: f64) -> Symbolic;
    /// True if random quantities have names, as [`Domain::draws`].
    fn names_random(&self) -> bool;
    /// Enters or leaves the baseline, as [`Domain::in_baseline`].
    fn enter_baseline(&mut self, inside: bool);
}

impl<T: OnTape> Domain for T {
    type Value = Symbolic;

    fn constant(&mut self, value: f64) -> Symbolic {
        Symbolic::Known(value)
    }

    fn known(&self, value: Symbolic) -> Option<f64> {
        value.known()
    }

    fn read(&mut self, index: CellIndex, value: f64) -> Symbolic {
        self.read_value(index, value)
    }

    fn unary(&mut self, op: Unary, a: Symbolic) -> Symbolic {
        self.tape().unary(op, a)
    }

    fn binary(&mut self, op: Binary, a: Symbolic, b: Symbolic) -> Symbolic {
        self.tape().binary(op, a, b)
    }

    fn select(&mut self, condition: Symbolic, then: Symbolic, other: Symbolic) -> Symbolic {
        self.tape().select(condition, then, other)
    }

    fn sum(&mut self, values: &[Symbolic]) -> Symbolic {
        self.tape().sum(values)
    }

    fn random(&mut self, id: RandomId, distribution: &Distribution) -> Symbolic {
        self.random_value(id, distribution)
    }

    fn overridden(&mut self, n: usize, number: f64) -> Symbolic {
        self.override_value(n, number)
    }

    fn draws(&self) -> bool {
        self.names_random()
    }

    fn in_baseline(&mut self, inside: bool) {
        self.enter_baseline(inside);
    }
}
