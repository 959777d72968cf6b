//! The values of a run, and how its blocks were solved.

use std::sync::LazyLock;

use ndarray::{Array0, ArrayView1, ArrayViewD};

use super::driver::Finished;
use super::reuse::ReadSets;
use crate::model::QuantityId;
use crate::plan::{Layout, RunSpec};

/// The values of one run.
#[derive(Debug, Clone)]
pub struct Values {
    pub(crate) finished: Finished<f64>,
    /// How each block was solved, in the order of evaluation.
    pub solved: Vec<Solved>,
}

impl Values {
    /// The positions of the values.
    pub(crate) fn layout(&self) -> &Layout {
        self.finished.values.layout()
    }

    /// The values without the record of how they were made: other runs take over whole quantities of them,
    /// but no single cells.
    pub fn without_record(mut self) -> Self {
        self.finished.reads = ReadSets::default();
        self
    }

    /// The values of a quantity: an axis for each of its sets, then the years. 0 where it was not
    /// computed.
    pub fn array(&self, quantity: QuantityId) -> ArrayViewD<'_, f64> {
        static ZERO: LazyLock<Array0<f64>> = LazyLock::new(|| Array0::zeros(()));
        let (shape, values) = (self.layout().shape(quantity), self.finished.values.of(quantity));
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
    /// Number of unknowns.
    pub unknowns: usize,
    /// Number of values that follow from the unknowns.
    pub explicit: usize,
    /// The iterations that led to the solution; those of the first attempt if there is none.
    pub iterations: Vec<Iteration>,
    /// False if no solution was found, or if the equations leave an unknown open.
    pub is_solution: bool,
}

/// One iteration, as a trace shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Iteration {
    /// The largest residual, as a share of its equation's activity.
    pub residual: f64,
    /// The share of the Newton step that was taken.
    pub damping: f64,
}

/// A run made before: what it was and its values.
#[derive(Debug)]
pub struct Known<'a, V> {
    /// The run.
    pub spec: &'a RunSpec,
    /// Its values.
    pub values: &'a V,
}
