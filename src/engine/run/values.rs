//! The values of a run, and how its blocks were solved.

use std::sync::LazyLock;

use ndarray::{Array0, ArrayView1, ArrayViewD};

use super::reuse::Trails;
use super::store::Store;
use crate::model::{ChangeId, QuantityId};
use crate::plan::Layout;

/// The values of one run.
#[derive(Debug, Clone)]
pub struct Values {
    pub(crate) values: Store<f64>,
    pub(crate) trails: Trails,
    /// How each block was solved, in the order of evaluation.
    pub solved: Vec<Solved>,
}

impl Values {
    /// Where they are kept.
    pub(crate) fn layout(&self) -> &Layout {
        self.values.layout()
    }

    /// The values of a quantity: an axis for each of its sets, then the years. 0 where it was not
    /// computed.
    pub fn array(&self, quantity: QuantityId) -> ArrayViewD<'_, f64> {
        static ZERO: LazyLock<Array0<f64>> = LazyLock::new(|| Array0::zeros(()));
        let (shape, values) = (self.layout().shape(quantity), self.values.of(quantity));
        let view = ArrayViewD::from_shape(&shape[..], values).ok();
        view.or_else(|| ZERO.broadcast(&shape[..]))
            .unwrap_or_else(|| ArrayView1::from(values).into_dyn())
    }
}

/// How a block was solved.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// First and last year of the block.
    pub years: (i32, i32),
    /// The first unknown, for a title: `price[USA]`.
    pub first: String,
    /// How many unknowns there are.
    pub unknowns: usize,
    /// How many values follow from them.
    pub explicit: usize,
    /// The iterations.
    pub iterations: Vec<Iteration>,
}

/// One iteration, as a trace shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Iteration {
    /// The largest residual, as a share of its equation's activity.
    pub residual: f64,
    /// The share of the Newton step that was taken.
    pub damping: f64,
}

/// A run that is known: its changes and what came of it.
#[derive(Debug)]
pub struct Known<'a, V> {
    /// What it changes.
    pub changes: &'a [ChangeId],
    /// Its values.
    pub values: &'a V,
}

impl<'a, V> Known<'a, V> {
    /// The run without any changes.
    pub fn baseline(values: &'a V) -> Self {
        Self { changes: &[], values }
    }
}
