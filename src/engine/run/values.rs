//! The values of a run, and how its blocks were solved.

use std::sync::LazyLock;

use ndarray::{Array0, ArrayView1, ArrayViewD};

use super::driver::Finished;
use super::reuse::ReadSets;
use super::stop::PhaseSeconds;
use crate::model::QuantityId;
use crate::plan::{Layout, RunSpec};

/// The values of a finished run.
#[derive(Debug, Clone)]
pub struct Values {
    pub(crate) finished: Finished<f64>,
    /// The solution of each block, in the order of evaluation.
    pub solved: Vec<Solved>,
}

impl Values {
    /// Returns the layout of the values.
    pub(crate) fn layout(&self) -> &Layout {
        self.finished.values.layout()
    }

    /// Drops the record of readings; other runs can then take over whole quantities, but no single cells.
    pub fn without_record(mut self) -> Self {
        self.finished.reads = ReadSets::default();
        self
    }

    /// Returns the values of a quantity as an array: one axis per index set, then the years. Values that were not
    /// computed are 0.
    pub fn array(&self, quantity: QuantityId) -> ArrayViewD<'_, f64> {
        static ZERO: LazyLock<Array0<f64>> = LazyLock::new(|| Array0::zeros(()));
        let (shape, values) = (self.layout().shape(quantity), self.finished.values.of(quantity));
        let view = ArrayViewD::from_shape(&shape[..], values).ok();
        view.or_else(|| ZERO.broadcast(&shape[..]))
            .unwrap_or_else(|| ArrayView1::from(values).into_dyn())
    }
}

/// The solution of a block, for the trace.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// First and last year of the block.
    pub years: (i32, i32),
    /// Name of the first unknown, for a title: `price[USA]`.
    pub first: String,
    /// Number of unknowns.
    pub unknowns: usize,
    /// Number of values that follow from the unknowns.
    pub explicit: usize,
    /// The iterations that led to the solution; without a solution those of the first attempt.
    pub iterations: Vec<Iteration>,
    /// The time spent in each phase, if the run has a clock.
    pub seconds: Option<PhaseSeconds>,
    /// False if no solution was found, or if the equations leave an unknown open.
    pub is_solution: bool,
}

/// An iteration of the solver, for the trace.
#[derive(Debug, Clone, PartialEq)]
pub struct Iteration {
    /// The largest residual, as a share of its equation's activity.
    pub residual: f64,
    /// The share of the Newton step that was taken.
    pub damping: f64,
}

/// A finished run that later runs may copy from.
#[derive(Debug)]
pub struct Known<'a, V> {
    /// Changes and overrides of the run.
    pub spec: &'a RunSpec,
    /// Values of the run.
    pub values: &'a V,
}
