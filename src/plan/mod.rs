//! Plans the order of evaluation of a run.
//!
//! In: a [`Model`] and a [`RunSpec`]. Out: a [`Plan`], steps in an order in which every value is computed
//! before it is read. Values that depend on each other are in a [`Block`], which is solved. The order of
//! statements in the script has no influence. Nothing is evaluated here.

mod component;
mod given;
mod layout;
mod order;
mod planned;
mod reads;
mod rule;
mod scope;
mod spec;
mod tearing;
mod variant;

pub use layout::{CellIndex, Cursor, Layout, Point};
pub use reads::ReadSource;
pub use rule::{DefinitionId, Rule};
pub use scope::Scope;
pub use spec::{Override, OverrideEffect, RunSpec, Stage, Target};
pub use variant::{Alike, RuleDifference, Variant};

use std::sync::Arc;

use crate::model::{Model, QuantityId};
use reads::Reader;
use variant::Differences;

/// One step of a plan: the next thing that a run computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Copy the values of a quantity from a known run, given by its index.
    Keep(QuantityId, usize),
    /// Compute all cells and years of a quantity.
    Quantity(QuantityId),
    /// Compute quantities that read each other's earlier years: year by year, in this order within a
    /// year.
    Recursion(Vec<QuantityId>),
    /// Compute one cell in one year.
    Point(CellIndex),
    /// Solve for cells and years that depend on each other.
    Block(Block),
}

/// Cells and years that depend on each other and are solved together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The values that are solved for.
    pub unknowns: Vec<CellIndex>,
    /// The values that follow from the unknowns, in the order of evaluation.
    pub explicit: Vec<CellIndex>,
    /// The lengths of groups of the explicit values: neighbours on their last axis that do not read each other.
    pub groups: Vec<usize>,
    /// Number of pairs of a value of the block and another one that it reads.
    pub readings: usize,
}

/// The order of evaluation of one run.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The rules of the run.
    pub variant: Variant<'a>,
    /// The positions of all values.
    pub layout: Arc<Layout>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Index of the known run that is this run's baseline. If `None`, `baseline(x)` reads this run itself.
    pub baseline: Option<usize>,
    differences: Vec<Differences>,
}

impl Plan<'_> {
    /// The values that each of some cells reads.
    pub fn reads(&self, cells: &[CellIndex]) -> Vec<Vec<CellIndex>> {
        let mut reader = Reader::new(&self.variant, &self.layout, self.baseline.is_some());
        cells.iter().map(|&cell| reader.reads(&self.layout.point(cell)).0.to_vec()).collect()
    }

    /// True if the known run of index `run` has the same overrides.
    pub fn same_overrides(&self, run: usize) -> bool {
        self.differences[run].same_overrides
    }

    /// Number of values that the run stores itself: all cells and years of each quantity that it does not copy.
    pub fn computed_values(&self) -> usize {
        let mut computed = vec![false; self.layout.quantities()];
        let mut add = |index: CellIndex| computed[self.layout.quantity(index)] = true;
        for step in &self.steps {
            match step {
                Step::Keep(..) => {}
                Step::Quantity(quantity) => add(self.layout.first(*quantity)),
                Step::Recursion(all) => all.iter().for_each(|&one| add(self.layout.first(one))),
                Step::Point(index) => add(*index),
                Step::Block(block) => {
                    block.unknowns.iter().chain(&block.explicit).for_each(|&index| add(index));
                }
            }
        }
        let quantities = computed.iter().enumerate().filter(|(_, computed)| **computed);
        quantities.map(|(quantity, _)| self.layout.range(quantity).len()).sum()
    }

    /// Returns how the rules of a quantity differ from those in the known run of index `run`.
    pub fn difference(&self, run: usize, quantity: QuantityId) -> RuleDifference {
        self.differences[run].by_quantity[quantity]
    }
}

/// Plans a run that computes the quantities in `scope`. `known` are runs made before: values that are sure to
/// be the same in a known run are copied from it, and the run's baseline is looked up among them.
pub fn plan<'a>(
    model: &'a Model,
    spec: &'a RunSpec,
    scope: &Scope,
    known: &[&RunSpec],
) -> Plan<'a> {
    let variant = Variant::new(model, spec);
    let layout = Arc::clone(&scope.layout);
    let baseline = known.iter().position(|known| spec.has_baseline(known));
    let differences: Vec<Differences> =
        known.iter().map(|known| variant.differences(known, scope)).collect();
    let steps = order::steps(&variant, &layout, scope, baseline.is_some(), &differences);
    Plan { variant, layout, steps, baseline, differences }
}
