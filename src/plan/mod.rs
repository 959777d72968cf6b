//! A checked model and one run of it, to the order of the run's evaluation.
//!
//! In: a [`Model`] and a [`RunSpec`]. Out: a [`Plan`], steps in an order in which every value is computed
//! before it is read. Values that depend on each other are in a [`Block`], which is solved. The order of
//! the script plays no part. Nothing is evaluated here.

mod component;
mod given;
mod layout;
mod order;
mod reads;
mod rule;
mod scope;
mod spec;
mod tearing;
mod variant;

pub use layout::{CellIndex, Cursor, Layout, Point};
pub use reads::Source;
pub use rule::{DefinitionId, Rule};
pub use scope::Scope;
pub use spec::{Effect, Override, RunSpec, Stage, Target};
pub use variant::{Difference, Variant};

use std::sync::Arc;

use crate::model::{Model, QuantityId};
use variant::Differences;

/// One step of a plan: the next thing that a run computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Take over a quantity from a known run, by the number of that run.
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
    /// The number of the known run that is this run's baseline. Without one, `baseline(x)` reads this
    /// run itself.
    pub baseline: Option<usize>,
    differences: Vec<Differences>,
}

impl Plan<'_> {
    /// True if a known run, by its number, has the same overrides.
    pub fn same_overrides(&self, run: usize) -> bool {
        self.differences[run].same_overrides
    }

    /// How the rules of a quantity differ from those in a known run, by the number of that run.
    pub fn difference(&self, run: usize, quantity: QuantityId) -> Difference {
        self.differences[run].by_quantity[quantity]
    }
}

/// Plans a run that computes the quantities in `scope`. `known` are runs made before: values that are sure
/// to be the same in one of them are kept, and the run's baseline is looked for among them.
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
