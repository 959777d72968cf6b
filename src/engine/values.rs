//! The values of a run, and a run that is known to others.

use std::sync::{Arc, LazyLock};

use ndarray::{Array0, ArrayView1, ArrayViewD};

use super::run::driver::Finished;
use super::run::reuse::ReadSets;
use super::run::solved::Solved;
use super::solve::block::Systems;
use crate::model::QuantityId;
use crate::plan::{Layout, RunSpec};

/// The values of a finished run.
#[derive(Debug, Clone)]
pub struct Values {
    pub(crate) finished: Finished<f64>,
    /// The solution of each block, in the order of evaluation.
    pub solved: Vec<Solved>,
    /// In a run that is a baseline: the systems of its large blocks, over which those of other runs are recorded.
    pub(crate) systems: Option<Arc<Systems>>,
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

    /// Frees the values of quantities that are not marked: nothing may read them from now on.
    pub(crate) fn keep_only(&mut self, marked: &[bool]) {
        self.finished.values.keep_only(marked);
        self.finished.reads = ReadSets::default();
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

/// A run made before: what it was and its values.
#[derive(Debug)]
pub struct Known<'a, V> {
    /// Changes and overrides of the run.
    pub spec: &'a RunSpec,
    /// Values of the run.
    pub values: &'a V,
}
