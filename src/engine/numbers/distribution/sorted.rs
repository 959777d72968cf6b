//! A sample in ascending order, shared by all distributions that draw from it.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// A contiguous, non-empty range of a shared sorted sample.
#[derive(Debug, Clone)]
pub(super) struct Sorted {
    all: Arc<[f64]>,
    range: Range<usize>,
}

impl Sorted {
    /// Takes a whole sample, which must not be empty.
    pub(super) fn new(all: &Arc<[f64]>) -> Self {
        Self { all: Arc::clone(all), range: 0..all.len() }
    }

    /// Restricts the range to values from `min` to `max`; `None` if there are none.
    pub(super) fn within(&self, min: f64, max: f64) -> Option<Self> {
        let first_index = |precedes: &dyn Fn(f64) -> bool| {
            self.range.start + self.partition_point(|&value| precedes(value))
        };
        let range = first_index(&|value| value < min)..first_index(&|value| value <= max);
        (!range.is_empty()).then(|| Self { all: Arc::clone(&self.all), range })
    }
}

impl Deref for Sorted {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        self.all.get(self.range.clone()).unwrap_or_default()
    }
}

impl PartialEq for Sorted {
    fn eq(&self, other: &Self) -> bool {
        let shared = Arc::ptr_eq(&self.all, &other.all) && self.range == other.range;
        shared || **self == **other
    }
}
