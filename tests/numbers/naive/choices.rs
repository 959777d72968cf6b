//! A tape of choices, from which a script is made: a shorter tape, or smaller numbers on it, make a simpler
//! script, so that proptest shrinks scripts as it shrinks lists.

use proptest::prelude::*;

/// The tape being read; behind its end every choice is the first.
#[derive(Debug)]
pub(super) struct Choices {
    tape: Vec<u16>,
    at: usize,
}

/// Tapes for scripts.
pub(super) fn tapes() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 60..400)
}

impl Choices {
    pub(super) fn new(tape: &[u16]) -> Self {
        Self { tape: tape.to_vec(), at: 0 }
    }

    /// Chooses a number below `count`; 0 is the simplest.
    pub(super) fn below(&mut self, count: usize) -> usize {
        let next = self.tape.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        (usize::from(next) * count) >> 16
    }

    /// Chooses a number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of cases; false is the simpler one.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    pub(super) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}
