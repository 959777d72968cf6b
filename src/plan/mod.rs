//! A checked model and the changes of one run, to the order of its evaluation.
//!
//! In: a [`Model`] and changes. Out: a [`Plan`], steps in an order in which everything that is read
//! has been computed before; what depends on itself stands in a [`Block`] that is solved. The order
//! of the script plays no part. Nothing is evaluated here.

mod component;
mod layout;
mod order;
mod reads;
mod scope;
mod selection;
mod tearing;

pub use layout::{Cursor, Layout, Place, Point};
pub use reads::Source;
pub use scope::Scope;
pub use selection::Selection;

use std::sync::Arc;

use crate::model::{ChangeId, Model, QuantityId};

/// What is evaluated next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A quantity that is the same in a run before, and the number of that run.
    Keep(QuantityId, usize),
    /// A quantity, all its cells and years.
    Quantity(QuantityId),
    /// Quantities that read each other's last years: year by year, in this order within a year.
    Recursion(Vec<QuantityId>),
    /// One cell in one year.
    Point(Place),
    /// Cells and years that depend on each other.
    Block(Block),
}

/// Cells and years that depend on each other and are solved together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What is solved for.
    pub unknowns: Vec<Place>,
    /// What follows from the unknowns, in the order of evaluation.
    pub explicit: Vec<Place>,
}

/// The order of evaluation of one run.
#[derive(Debug)]
pub struct Plan<'a> {
    /// What the run has of the model.
    pub selection: Selection<'a>,
    /// Where values are kept.
    pub layout: Arc<Layout>,
    /// What is evaluated, one after another.
    pub steps: Vec<Step>,
    /// For each known run, true for the quantities that it defines otherwise.
    differences: Vec<Vec<bool>>,
}

impl Plan<'_> {
    /// True if a known run, by its number, has the same definitions of a quantity.
    pub fn defines_alike(&self, run: usize, quantity: QuantityId) -> bool {
        !self.differences[run][quantity]
    }
}

/// The plan of a run with some changes that computes what is in `scope`. `known` are the changes of
/// runs before it, the baseline's first: where such a run is the same, its values are kept, and what is
/// read of the baseline is known.
pub fn plan<'a>(
    model: &'a Model,
    changes: &[ChangeId],
    scope: &Scope,
    known: &[&[ChangeId]],
) -> Plan<'a> {
    let selection = Selection::new(model, changes);
    let layout = Arc::clone(&scope.layout);
    let differences: Vec<Vec<bool>> =
        known.iter().map(|changes| selection.differences(changes, scope)).collect();
    let steps = order::steps(&selection, &layout, scope, &differences);
    Plan { selection, layout, steps, differences }
}
