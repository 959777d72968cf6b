//! Values in rising order, shared by all distributions that draw from them.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// A part of a shared sample; never empty.
#[derive(Debug, Clone)]
pub(super) struct Sorted {
    all: Arc<[f64]>,
    part: Range<usize>,
}

impl Sorted {
    /// All of a sample that is not empty.
    pub(super) fn new(all: &Arc<[f64]>) -> Self {
        Self { all: Arc::clone(all), part: 0..all.len() }
    }

    /// The values from `min` to `max`, if there are any.
    pub(super) fn within(&self, min: f64, max: f64) -> Option<Self> {
        let before = |fails: &dyn Fn(f64) -> bool| {
            self.part.start + self.partition_point(|&value| fails(value))
        };
        let part = before(&|value| value < min)..before(&|value| value <= max);
        (!part.is_empty()).then(|| Self { all: Arc::clone(&self.all), part })
    }
}

impl Deref for Sorted {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        self.all.get(self.part.clone()).unwrap_or_default()
    }
}

impl PartialEq for Sorted {
    fn eq(&self, other: &Self) -> bool {
        let shared = Arc::ptr_eq(&self.all, &other.all) && self.part == other.part;
        shared || **self == **other
    }
}
