//! The checked program: ids instead of names, every expression with its dimension known.
//!
//! Nothing here knows the syntax; spans are kept for messages and explanations only.

mod edit;
mod expr;
mod narrow;
pub mod print;
mod query;
mod sources;

pub use expr::*;
pub use narrow::Asked;
pub use query::*;
pub use sources::{Figure, Place, Source};

use indexmap::IndexMap;

use crate::quantity::Dimension;
use crate::source::Span;

/// Position of a set in [`Model::sets`].
pub type SetId = usize;
/// Position of a quantity in [`Model::quantities`].
pub type QuantityId = usize;
/// Position of a lever in [`Model::levers`].
pub type LeverId = usize;
/// Position of a change in [`Model::changes`].
pub type ChangeId = usize;

/// What an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    /// A number with a dimension; `percent` only tells how to show it.
    Plain { dimension: Dimension, percent: bool },
    /// Percentage points.
    Points,
    /// A calendar year.
    Year,
    /// An element of a set.
    Element(SetId),
    /// True or false.
    Truth,
    /// A mistake was reported.
    Unknown,
}

/// A set and its elements, or a part of another set.
#[derive(Debug, Clone)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// The set that it is a part of; itself for a set of its own.
    pub root: SetId,
    /// Its members, as positions in the root.
    pub members: Vec<u32>,
    /// The names, of the root's elements.
    pub elements: IndexMap<String, Span>,
    /// Where it is declared.
    pub span: Span,
}

/// How a quantity comes by its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Role {
    Param,
    Variable,
    Factor,
    Total,
    Field,
}

/// A parameter, variable, factor, total or field.
#[derive(Debug, Clone)]
pub struct Quantity {
    /// Its name, `exports`, `duty.rate`.
    pub name: String,
    /// How it comes by its values.
    pub role: Role,
    /// Its index sets.
    pub axes: Vec<SetId>,
    /// What its values are.
    pub kind: Kind,
    /// Its unit as declared, for explanations.
    pub unit: String,
    /// True if it may vary by year.
    pub path: bool,
    /// Its documentation.
    pub doc: String,
    /// Where it is declared.
    pub span: Span,
    /// The lever that it belongs to.
    pub lever: Option<LeverId>,
    /// What defines it, or what contributes to it.
    pub definitions: Vec<Definition>,
    /// For each (cell, year) the definition that holds; empty where the first always does.
    pub choice: Vec<u32>,
    /// The value to begin solving from.
    pub start: Option<Definition>,
    /// Lowest and highest allowed value.
    pub bounds: Option<(f64, f64)>,
    /// Keys of its sources.
    pub sources: Vec<String>,
    /// True if a text of the script's declares it or gives it a value; false for what the built-in
    /// library alone speaks of.
    pub own: bool,
}

/// The sign of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Defines.
    Set,
    /// Adds.
    Add,
    /// Multiplies.
    Multiply,
    /// States a condition that the value is solved for.
    Solve,
}

/// Which elements of one axis a definition covers.
#[derive(Debug, Clone, PartialEq)]
pub enum Select {
    /// All of a set, one after another in a slot.
    Each(usize, SetId),
    /// One element.
    One(u32),
    /// The element that an expression names.
    Computed(Expr),
}

/// An equation, a value or a contribution.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// What it covers.
    pub axes: Vec<Select>,
    /// Further loops of a contribution, summed or multiplied over.
    pub extra: Vec<(usize, SetId)>,
    /// Its years, both ends included.
    pub years: (i32, i32),
    /// Its sign.
    pub op: Op,
    /// Its right side; a comparison for a condition that is solved.
    pub expr: Expr,
    /// The least value of what is solved for, which may hold in place of the condition.
    pub bound: Option<f64>,
    /// The lever that contributes it.
    pub lever: Option<LeverId>,
    /// Where it stands.
    pub span: Span,
    /// True for a field's default, which any given value beats.
    pub default: bool,
    /// Keys of the sources named beside the value itself.
    pub sources: Vec<String>,
}

impl Definition {
    /// A value given to some cells in some years.
    pub fn value(axes: Vec<Select>, years: (i32, i32), expr: Expr, span: Span) -> Self {
        let (extra, op, bound, lever, default) = (Vec::new(), Op::Set, None, None, false);
        let sources = Vec::new();
        Self { axes, extra, years, op, expr, bound, lever, span, default, sources }
    }

    /// True if it speaks of a cell in a year.
    pub fn covers(&self, model: &Model, cell: &[u32], year: i32) -> bool {
        self.covers_year(year) && self.covers_cell(model, cell)
    }

    /// True if the cell is among those that it is for.
    pub fn covers_cell(&self, model: &Model, cell: &[u32]) -> bool {
        let axis = |(select, element): (&Select, &u32)| match select {
            Select::One(one) => one == element,
            Select::Each(_, set) => model.sets[*set].has(*element),
            Select::Computed(_) => true,
        };
        self.axes.iter().zip(cell).all(axis)
    }

    /// True if the year is among those that it is for.
    pub fn covers_year(&self, year: i32) -> bool {
        (self.years.0..=self.years.1).contains(&year)
    }
}

impl Set {
    /// True if an element of the root is a member. Members are in the root's order.
    pub fn has(&self, element: u32) -> bool {
        self.members.get(element as usize) == Some(&element)
            || self.members.binary_search(&element).is_ok()
    }
}

/// An instance of a kind.
#[derive(Debug, Clone)]
pub struct Lever {
    /// Its name.
    pub name: String,
    /// Its kind's name.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// The scenario that brings it; `None` for the baseline.
    pub scenario: Option<usize>,
    /// True if the baseline has it.
    pub in_baseline: bool,
    /// Keys of its sources.
    pub sources: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

/// One difference between a scenario and the baseline.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Change {
    Add(LeverId),
    Remove(LeverId),
    Replace { quantity: QuantityId, definition: Definition, fixed: bool },
}

/// A change and how it is called in reports.
#[derive(Debug, Clone)]
pub struct NamedChange {
    /// The change.
    pub change: Change,
    /// `bus_plant`, `duty.rate[machinery]`, `without bus_plant`.
    pub name: String,
    /// The lever's title.
    pub title: String,
    /// Where it stands.
    pub span: Span,
    /// Keys of its sources.
    pub sources: Vec<String>,
    /// The scenario that makes it.
    pub scenario: usize,
}

/// A scenario: its changes, parents' first.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Keys of the sources that all its figures rest on.
    pub sources: Vec<String>,
    /// What it changes, in order.
    pub changes: Vec<ChangeId>,
}

/// The checked program.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Title.
    pub title: String,
    /// First and last year.
    pub years: (i32, i32),
    /// The currency that money is kept in.
    pub currency: String,
    /// Names of the base dimensions.
    pub bases: Vec<String>,
    /// Sets.
    pub sets: Vec<Set>,
    /// Quantities.
    pub quantities: Vec<Quantity>,
    /// Levers.
    pub levers: Vec<Lever>,
    /// Changes of all scenarios.
    pub changes: Vec<NamedChange>,
    /// Scenarios.
    pub scenarios: Vec<Scenario>,
    /// Conditions that every run must meet.
    pub identities: Vec<Identity>,
    /// How systems of equations are solved.
    pub solver: Solver,
    /// Random quantities that move together.
    pub correlations: Vec<Correlation>,
    /// Queries.
    pub queries: Vec<Query>,
    /// Sources by key.
    pub sources: IndexMap<String, Source>,
    /// How many slots an evaluation needs.
    pub slots: usize,
}

impl Model {
    /// How many years the horizon has.
    pub fn horizon(&self) -> usize {
        usize::try_from(self.years.1 - self.years.0 + 1).unwrap_or(0)
    }

    /// How many cells a quantity has, without the years.
    pub fn cells(&self, quantity: &Quantity) -> usize {
        quantity.axes.iter().map(|&set| self.sets[self.sets[set].root].elements.len()).product()
    }

    /// Every cell of a quantity, in the order in which they are kept.
    pub fn cells_of(&self, quantity: QuantityId) -> Vec<Vec<u32>> {
        let mut cells = vec![Vec::new()];
        for &axis in &self.quantities[quantity].axes {
            let size = self.sets[self.sets[axis].root].elements.len() as u32;
            let longer = |cell: &Vec<u32>| -> Vec<Vec<u32>> {
                (0..size).map(|element| [cell.as_slice(), &[element]].concat()).collect()
            };
            cells = cells.iter().flat_map(longer).collect();
        }
        cells
    }

    /// Where a cell and year are kept among a quantity's values.
    pub fn position(&self, quantity: &Quantity, cell: &[u32], year: i32) -> usize {
        let step = |at: usize, (&axis, &element): (&SetId, &u32)| {
            at * self.sets[self.sets[axis].root].elements.len() + element as usize
        };
        let at = quantity.axes.iter().zip(cell).fold(0, step);
        at * self.horizon() + usize::try_from(year - self.years.0).unwrap_or(0)
    }

    /// The name of an element, by a set and its position in the set's root.
    pub fn element_name(&self, set: SetId, element: u32) -> &str {
        let root = &self.sets[self.sets[set].root].elements;
        root.get_index(element as usize).map_or("", |(name, _)| name)
    }

    /// `demand[China, machinery]`.
    pub fn cell_name(&self, quantity: &Quantity, cell: &[u32]) -> String {
        if cell.is_empty() {
            return quantity.name.clone();
        }
        let element = |(&axis, &element): (&SetId, &u32)| self.element_name(axis, element);
        let names: Vec<&str> = quantity.axes.iter().zip(cell).map(element).collect();
        format!("{}[{}]", quantity.name, names.join(", "))
    }

    /// True if a query asks for a probability or a distribution.
    pub fn asks_for_draws(&self) -> bool {
        self.queries.iter().any(|query| query.ask.needs_draws())
    }

    /// The name of a scenario; `None` is the baseline.
    pub fn scenario_name(&self, scenario: Option<usize>) -> &str {
        scenario.map_or("baseline", |n| &self.scenarios[n].name)
    }
}
