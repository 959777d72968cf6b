//! The checked model: indices in place of names, and one definition for every cell. The model does not know the syntax;
//! it has spans for messages and explanations.

mod draws;
mod edit;
mod expr;
mod narrow;
pub mod print;
mod query;
mod shown;
mod sources;
mod tally;

pub use expr::*;
pub use narrow::Asked;
pub use query::*;
pub use shown::*;
pub use sources::{DataUse, Place, RowNumbers, Source, SourcedFigure};
pub use tally::RowTally;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::quantity::Dimension;
use crate::source::{SourceMap, Span};

/// Position of a set in [`Model::sets`].
pub type SetId = usize;
/// Position of a quantity in [`Model::quantities`].
pub type QuantityId = usize;
/// Position of a lever in [`Model::levers`].
pub type LeverId = usize;
/// Position of a change in [`Model::changes`].
pub type ChangeId = usize;
/// Number of a reduction, in the order in which a model's reductions are resolved. No two reductions of a definition
/// have the same number; a copy of a definition has the numbers of the original.
pub type ReductionId = usize;

/// The type of an expression: a number with a dimension, a year, an element or a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    /// A number with a dimension. `percent` only affects its form in reports.
    Plain { dimension: Dimension, percent: bool },
    /// A difference of percentages, in percentage points.
    Points,
    /// A calendar year.
    Year,
    /// An element of this set.
    Element(SetId),
    /// A condition: true or false.
    Truth,
    /// An expression with a reported mistake; it causes no second message.
    Unknown,
}

/// A set of elements, or a subset of another set.
#[derive(Debug, Clone)]
pub struct Set {
    /// Name of the set.
    pub name: String,
    /// The set that contains the elements of a subset; for other sets the set itself.
    pub root: SetId,
    /// Members of the set as positions in the root set, in ascending order.
    pub members: Vec<u32>,
    /// Names and places of the elements; empty for a subset.
    pub elements: IndexMap<String, Span>,
    /// Span of the declaration.
    pub span: Span,
}

/// The origin of a quantity's values.
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
    /// Name of the quantity: `exports`, `duty.rate`.
    pub name: String,
    /// Role of the quantity: the origin of its values.
    pub role: Role,
    /// Index sets of the quantity.
    pub axes: Vec<SetId>,
    /// Type of the quantity's values.
    pub kind: Kind,
    /// Unit of the quantity as declared, for explanations.
    pub unit: String,
    /// True if the value may vary by year.
    pub path: bool,
    /// Text of the quantity's `##` comment.
    pub doc: String,
    /// Span of the declaration.
    pub span: Span,
    /// The lever that the quantity belongs to.
    pub lever: Option<LeverId>,
    /// Definitions of the quantity; for a total, the contributions.
    pub definitions: Vec<Definition>,
    /// For each cell and year, the index of the definition that holds; `u32::MAX` for none. Empty if the first
    /// definition always holds.
    pub choice: Vec<u32>,
    /// The starting value for the solver.
    pub start: Option<Box<Definition>>,
    /// Lowest and highest allowed value of the quantity.
    pub bounds: Option<(f64, f64)>,
    /// Keys of the sources that the quantity cites.
    pub sources: Vec<String>,
    /// True if the script declares the quantity or gives it a value; false if only the built-in library does.
    pub own: bool,
}

impl Quantity {
    /// True if the script gives the values of the quantity; false if equations compute them.
    pub fn is_given(&self) -> bool {
        matches!(self.role, Role::Param | Role::Field)
    }
}

/// The bounds of a value that must be above 0.
pub const ABOVE_ZERO: (f64, f64) = (f64::MIN_POSITIVE, f64::MAX);

/// Operator of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `=`: sets the value.
    Set,
    /// `+=`: adds to the value.
    Add,
    /// `*=`: multiplies the value.
    Multiply,
    /// `solve`: states a condition from which the value is solved.
    Solve,
}

/// Form of the years in a definition's left side; a more specific form takes precedence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum YearForm {
    /// No years are named: all years.
    #[default]
    All,
    /// A range is named: `in 2025..2027`.
    Range,
    /// One year is named: `in 2025` or `x[2025]`.
    One,
}

/// The elements of an axis that a definition covers.
#[derive(Debug, Clone, PartialEq)]
pub enum Select {
    /// Every element of the set in turn; the slot with this number has the current one.
    Each(usize, SetId),
    /// One element, as its position in the root set.
    One(u32),
    /// The element that an expression evaluates to.
    Computed(Expr),
}

/// An equation, a given value or a contribution.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The elements of each axis that the definition covers.
    pub axes: Vec<Select>,
    /// Slots and sets of further loops of a contribution, which is applied once for each element.
    pub extra: Vec<(usize, SetId)>,
    /// First and last year of the definition.
    pub years: (i32, i32),
    /// Form of the years in the left side.
    pub year_form: YearForm,
    /// Operator of the definition.
    pub op: Op,
    /// Right side of the definition; for [`Op::Solve`] the condition, a comparison.
    pub expr: Expr,
    /// Lower bound of an unknown: at this bound the condition of the unknown may be an inequality.
    pub bound: Option<f64>,
    /// The lever that contributes the definition.
    pub lever: Option<LeverId>,
    /// Span of the definition in the script.
    pub span: Span,
    /// True for the default of a field; any given value takes precedence.
    pub default: bool,
    /// Keys of the sources cited beside the value.
    pub sources: Vec<String>,
}

impl Quantity {
    /// True for a year that is given: it must be a whole year near the horizon. A year that is computed may be a
    /// fraction, as the solver varies it.
    pub fn is_given_year(&self) -> bool {
        self.kind == Kind::Year && matches!(self.role, Role::Param | Role::Field)
    }
}

impl Definition {
    /// Makes a definition with `=` and no lever, bound or source.
    pub fn value(axes: Vec<Select>, years: (i32, i32), expr: Expr, span: Span) -> Self {
        let (extra, op, bound, lever, default) = (Vec::new(), Op::Set, None, None, false);
        let (year_form, sources) = (YearForm::All, Vec::new());
        Self { axes, extra, years, year_form, op, expr, bound, lever, span, default, sources }
    }

    /// True if the definition covers the cell in the year.
    pub fn covers(&self, model: &Model, cell: &[u32], year: i32) -> bool {
        self.covers_year(year) && self.covers_cell(model, cell)
    }

    /// True if the definition covers the cell in at least one year.
    pub fn covers_cell(&self, model: &Model, cell: &[u32]) -> bool {
        let axis = |(select, element): (&Select, &u32)| match select {
            Select::One(one) => one == element,
            Select::Each(_, set) => model.sets[*set].has(*element),
            Select::Computed(_) => true,
        };
        self.axes.iter().zip(cell).all(axis)
    }

    /// True if the definition covers the year.
    pub fn covers_year(&self, year: i32) -> bool {
        (self.years.0..=self.years.1).contains(&year)
    }
}

impl Set {
    /// True if the set contains an element, given as its position in the root set.
    pub fn has(&self, element: u32) -> bool {
        self.members.get(element as usize) == Some(&element)
            || self.members.binary_search(&element).is_ok()
    }
}

/// A lever: an instance of a kind.
#[derive(Debug, Clone)]
pub struct Lever {
    /// Name of the lever.
    pub name: String,
    /// Name of the lever's kind.
    pub kind: String,
    /// Title of the lever in reports.
    pub title: String,
    /// Index of the scenario that adds the lever; None for a lever of the baseline.
    pub scenario: Option<usize>,
    /// True if the lever is part of the baseline.
    pub in_baseline: bool,
    /// Keys of the sources that the lever cites.
    pub sources: Vec<String>,
    /// Span of the lever in the script.
    pub span: Span,
}

/// A difference between a scenario and the baseline. `fixed` is true if a variable gets another equation.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Change {
    Add(LeverId),
    Remove(LeverId),
    Replace { quantity: QuantityId, definition: Definition, fixed: bool },
}

/// A change with its name in reports.
#[derive(Debug, Clone)]
pub struct NamedChange {
    /// The change itself.
    pub change: Change,
    /// Name of the change: `bus_plant`, `duty.rate[machinery]`, `without bus_plant`.
    pub name: String,
    /// Title of the change's lever.
    pub title: String,
    /// Span of the change in the script.
    pub span: Span,
    /// Keys of the sources that the change cites.
    pub sources: Vec<String>,
    /// Index of the scenario that makes the change.
    pub scenario: usize,
    /// The elements that the left side names, one for each axis; a map on the right side makes several changes with the
    /// same left side. Empty for a lever.
    pub target: Vec<Select>,
    /// Index of the `together` block that contains the change.
    pub together: Option<usize>,
}

/// A scenario with its changes; those of its parents come first.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Name of the scenario.
    pub name: String,
    /// Title of the scenario in reports.
    pub title: String,
    /// Keys of the sources of all numbers in the scenario.
    pub sources: Vec<String>,
    /// Changes of the scenario, in order.
    pub changes: Vec<ChangeId>,
}

/// A checked model: the declarations, equations, scenarios and queries of a script.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Title of the model in reports.
    pub title: String,
    /// First and last year of the horizon.
    pub years: (i32, i32),
    /// The currency of all amounts of money.
    pub currency: String,
    /// Exchange rates that may change: parameters named after their currencies.
    pub rates: Vec<QuantityId>,
    /// Exchange rates that are constant, with their sources.
    pub constant_rates: Vec<SourcedFigure>,
    /// Names of the base dimensions.
    pub bases: Vec<String>,
    /// The scale words in which all tables show units, by the name of the unit: `unit mn USD`.
    pub scales: IndexMap<String, &'static str>,
    /// The sets of the model.
    pub sets: Vec<Set>,
    /// The quantities of the model: parameters, variables, fields and totals.
    pub quantities: Vec<Quantity>,
    /// Parameters that are the length of a lag: their numbers are part of the equations.
    pub lag_lengths: BTreeSet<QuantityId>,
    /// The variables and years, in rising order, in which no equation gives a value: a lag reaches before the horizon,
    /// and nothing reads the value.
    pub undefined: Vec<(QuantityId, i32)>,
    /// The levers of the model, of the baseline and of all scenarios.
    pub levers: Vec<Lever>,
    /// The changes of all scenarios.
    pub changes: Vec<NamedChange>,
    /// The scenarios, without the baseline.
    pub scenarios: Vec<Scenario>,
    /// Titles of the `together` blocks of all scenarios; empty for a block without one.
    pub together: Vec<String>,
    /// Conditions that must hold in every run.
    pub identities: Vec<Identity>,
    /// Settings of the solver.
    pub solver: Solver,
    /// The `correlate` statements of the script.
    pub correlations: Vec<Correlation>,
    /// The random quantities that `correlate` statements name, and their pairs.
    pub correlated: Correlated,
    /// The queries of the script, in order.
    pub queries: Vec<Query>,
    /// The declared sources, by key.
    pub sources: IndexMap<String, Source>,
    /// The calls of `data(...)` that give values.
    pub data: Vec<DataUse>,
    /// Number of slots that an evaluation needs.
    pub slots: usize,
    /// Number of reductions that have been resolved: the next [`ReductionId`].
    pub reductions: usize,
    /// The texts that the spans of the model refer to.
    pub texts: SourceMap,
}

impl Model {
    /// True for a variable and years, both ends included, in one of which no equation gives its value.
    pub fn is_undefined(&self, quantity: QuantityId, (first, last): (i32, i32)) -> bool {
        let from = self.undefined.partition_point(|other| *other < (quantity, first));
        self.undefined.get(from).is_some_and(|other| *other <= (quantity, last))
    }

    /// Returns the number of years of the horizon.
    pub fn horizon(&self) -> usize {
        usize::try_from(self.years.1 - self.years.0 + 1).unwrap_or(0)
    }

    /// Returns the first and last year near the horizon; a year farther away is a typing mistake, such as 26 or 20206.
    pub fn calendar(&self) -> (f64, f64) {
        const FAR: f64 = 200.0;
        (f64::from(self.years.0) - FAR, f64::from(self.years.1) + FAR)
    }

    /// True for a whole number that is a year near the horizon.
    pub fn is_calendar_year(&self, year: f64) -> bool {
        let (first, last) = self.calendar();
        year.fract() == 0.0 && (first..=last).contains(&year)
    }

    /// Returns the number of cells of a quantity in one year.
    pub fn cells(&self, quantity: &Quantity) -> usize {
        quantity.axes.iter().map(|&set| self.sets[self.sets[set].root].elements.len()).product()
    }

    /// Returns all cells of a quantity, in storage order.
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

    /// Returns the index of a cell and year in the storage of a quantity.
    pub fn position(&self, quantity: &Quantity, cell: &[u32], year: i32) -> usize {
        let step = |at: usize, (&axis, &element): (&SetId, &u32)| {
            at * self.sets[self.sets[axis].root].elements.len() + element as usize
        };
        let at = quantity.axes.iter().zip(cell).fold(0, step);
        at * self.horizon() + usize::try_from(year - self.years.0).unwrap_or(0)
    }

    /// Returns the name of an element, given as its position in the root of a set.
    pub fn element_name(&self, set: SetId, element: u32) -> &str {
        let root = &self.sets[self.sets[set].root].elements;
        root.get_index(element as usize).map_or("", |(name, _)| name)
    }

    /// Formats the name of a cell: `demand[China, machinery]`.
    pub fn cell_name(&self, quantity: &Quantity, cell: &[u32]) -> String {
        if cell.is_empty() {
            return quantity.name.clone();
        }
        let element = |(&axis, &element): (&SetId, &u32)| self.element_name(axis, element);
        let names: Vec<&str> = quantity.axes.iter().zip(cell).map(element).collect();
        format!("{}[{}]", quantity.name, names.join(", "))
    }

    /// True if a query requests a probability or a distribution.
    pub fn asks_for_draws(&self) -> bool {
        self.queries.iter().any(|query| query.ask.needs_draws())
    }

    /// Returns the name of a scenario; None is the baseline.
    pub fn scenario_name(&self, scenario: Option<usize>) -> &str {
        scenario.map_or("baseline", |n| &self.scenarios[n].name)
    }
}

#[cfg(test)]
mod tests;
