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
    /// Copies the values of a quantity from the known run with this index.
    Keep(QuantityId, usize),
    /// Computes all cells and years of a quantity.
    Quantity(QuantityId),
    /// Computes quantities that read each other's earlier years: year by year, and in this order within a year.
    Recursion(Vec<QuantityId>),
    /// Computes one cell in one year.
    Point(CellIndex),
    /// Solves a block of values that depend on each other.
    Block(Block),
}

/// A block of simultaneous equations: cells and years that depend on each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Indices of the values that the solver computes.
    pub unknowns: Vec<CellIndex>,
    /// The values that follow from the unknowns, in the order of evaluation.
    pub explicit: Vec<CellIndex>,
    /// The lengths of groups of the explicit values: neighbours on their last axis that do not read each other.
    pub groups: Vec<usize>,
    /// Number of pairs of a value of the block and another one that it reads.
    pub readings: usize,
}

/// The evaluation order of one run.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The levers and rules of the run.
    pub variant: Variant<'a>,
    /// The storage indices of all values.
    pub layout: Arc<Layout>,
    /// The steps, in the order of their evaluation.
    pub steps: Vec<Step>,
    /// Index of the known run that is this run's baseline. If `None`, `baseline(x)` reads this run itself.
    pub baseline: Option<usize>,
    differences: Vec<Differences>,
}

impl Plan<'_> {
    /// Returns for each cell the values that it reads.
    pub fn reads(&self, cells: &[CellIndex]) -> Vec<Vec<CellIndex>> {
        let mut reader = Reader::new(&self.variant, &self.layout, self.baseline.is_some());
        cells.iter().map(|&cell| reader.reads(&self.layout.point(cell)).0.to_vec()).collect()
    }

    /// True if the known run with index `run` has the same overrides.
    pub fn same_overrides(&self, run: usize) -> bool {
        self.differences[run].same_overrides
    }

    /// Returns the number of values that the run computes: all cells and years of each quantity that it does not copy.
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

    /// Returns the difference between the rules of a quantity here and in the known run with index `run`.
    pub fn difference(&self, run: usize, quantity: QuantityId) -> RuleDifference {
        self.differences[run].by_quantity[quantity]
    }
}

/// Plans a run that computes the quantities in `scope`. `known` are earlier runs: values that are certainly the same in
/// a known run are copied from it. The run's baseline is looked up among them.
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
