//! The checked program: ids instead of names, every expression with its dimension known.
//!
//! Nothing here knows the syntax; spans are kept for messages and explanations only.

mod edit;
mod narrow;
pub mod print;
mod sources;

pub use narrow::Asked;
pub use sources::{Figure, Place, Source};

use indexmap::IndexMap;

use crate::builtins::Function;
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

/// Which year a reading means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// The current year plus so many.
    Offset(i32),
    /// One year.
    Fixed(i32),
}

/// A reduction over a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Reduction {
    Sum,
    Mean,
    Product,
    Minimum,
    Maximum,
    /// Herfindahl-Hirschman index: the sum of squared shares.
    Hhi,
    Any,
}

/// Binary operators on numbers; truth is 1 and 0.
pub use crate::operator::BinaryOp;
/// The shape of a path's leg.
pub use crate::operator::Shape;

/// A resolved expression.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Expr {
    Const(f64),
    /// The current year plus so many, as a number.
    Year(Time),
    /// The element in a slot, as its position in the root set.
    Slot(usize),
    Read {
        quantity: QuantityId,
        cells: Vec<Expr>,
        time: Time,
        span: Span,
    },
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
        span: Span,
    },
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    Call {
        function: Function,
        args: Vec<Expr>,
        span: Span,
    },
    Reduce {
        op: Reduction,
        loops: Vec<(usize, SetId)>,
        filter: Option<Box<Expr>>,
        body: Box<Expr>,
        span: Span,
    },
    Path {
        first: Box<Expr>,
        legs: Vec<Leg>,
    },
    Knots(Vec<(Expr, Expr)>),
    /// The value in the baseline as the script has it.
    Baseline(Box<Expr>),
    Random(Box<Random>),
}

/// A random quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Random {
    /// The distribution.
    pub function: Function,
    /// Its parameters.
    pub args: Vec<Expr>,
    /// Its least and greatest value, where it is cut.
    pub limits: [Option<Expr>; 2],
    /// Which of its definition's distributions it is, from 0 in the order of reading.
    pub number: u32,
    /// True if it is drawn anew each year.
    pub per_year: bool,
    /// Where it stands.
    pub span: Span,
}

/// Random quantities that move together.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// Readings of what is correlated, each with each.
    pub of: Vec<Expr>,
    /// Slots and sets of the `*` that they share.
    pub loops: Vec<(usize, SetId)>,
    /// The rank correlation.
    pub rank: f64,
    /// Where it stands.
    pub span: Span,
}

/// A leg of a path.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Leg {
    Move { to: Expr, from: Expr, until: Expr, shape: Shape, span: Span },
    Step { to: Expr, from: Expr },
}

impl Expr {
    /// Calls `visit` for this expression, and for those below it as long as it answers true.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr) -> bool) {
        if !visit(self) {
            return;
        }
        match self {
            Self::Const(_) | Self::Year(_) | Self::Slot(_) => {}
            Self::Read { cells, .. } => cells.iter().for_each(|cell| cell.walk(visit)),
            Self::Negate(a) | Self::Not(a) | Self::Baseline(a) => a.walk(visit),
            Self::Binary { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            Self::If(a, b, c) => [a, b, c].into_iter().for_each(|part| part.walk(visit)),
            Self::Call { args, .. } => args.iter().for_each(|arg| arg.walk(visit)),
            Self::Random(random) => {
                random.args.iter().for_each(|arg| arg.walk(visit));
                random.limits.iter().flatten().for_each(|limit| limit.walk(visit));
            }
            Self::Reduce { filter, body, .. } => {
                filter.iter().for_each(|filter| filter.walk(visit));
                body.walk(visit);
            }
            Self::Path { first, legs } => {
                first.walk(visit);
                for leg in legs {
                    match leg {
                        Leg::Move { to, from, until, .. } => {
                            [to, from, until].into_iter().for_each(|part| part.walk(visit));
                        }
                        Leg::Step { to, from } => {
                            [to, from].into_iter().for_each(|part| part.walk(visit));
                        }
                    }
                }
            }
            Self::Knots(knots) => knots.iter().for_each(|(year, value)| {
                year.walk(visit);
                value.walk(visit);
            }),
        }
    }

    /// The value of an expression that reads nothing.
    pub fn constant(&self) -> Option<f64> {
        self.at_year(None)
    }

    /// The value in one year of an expression that reads nothing but the year.
    pub fn at_year(&self, year: Option<i32>) -> Option<f64> {
        let value = match self {
            Self::Const(value) => *value,
            Self::Year(Time::Offset(offset)) => f64::from(year? + offset),
            Self::Year(Time::Fixed(year)) => f64::from(*year),
            Self::Negate(a) => -a.at_year(year)?,
            Self::Not(a) => truth(a.at_year(year)? == 0.0),
            Self::Binary { op, left, right, .. } => {
                apply(*op, left.at_year(year)?, right.at_year(year)?)
            }
            _ => return None,
        };
        value.is_finite().then_some(value)
    }
}

/// Truth as a number.
pub fn truth(yes: bool) -> f64 {
    if yes { 1.0 } else { 0.0 }
}

/// A binary operation; what has no value, as a division by 0, is not finite.
pub fn apply(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::And => truth(a != 0.0 && b != 0.0),
        BinaryOp::Or => truth(a != 0.0 || b != 0.0),
        BinaryOp::Equal => truth(a == b),
        BinaryOp::NotEqual => truth(a != b),
        BinaryOp::AtMost => truth(a <= b),
        BinaryOp::AtLeast => truth(a >= b),
        BinaryOp::Below => truth(a < b),
        BinaryOp::Above => truth(a > b),
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide => a / b,
        BinaryOp::Power => libm::pow(a, b),
    }
}

impl Time {
    /// The year meant when `current` is the current one.
    pub fn of(self, current: i32) -> i32 {
        match self {
            Self::Offset(offset) => current.saturating_add(offset),
            Self::Fixed(year) => year,
        }
    }
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
        let axis = |(select, element): (&Select, &u32)| match select {
            Select::One(one) => one == element,
            Select::Each(_, set) => model.sets[*set].has(*element),
            Select::Computed(_) => true,
        };
        (self.years.0..=self.years.1).contains(&year) && self.axes.iter().zip(cell).all(axis)
    }
}

impl Set {
    /// True if an element of the root is a member. Members are in the root's order.
    pub fn has(&self, element: u32) -> bool {
        self.members.get(element as usize) == Some(&element) || self.members.contains(&element)
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

/// An expression of a query, with the loops that its `*` stand for.
#[derive(Debug, Clone)]
pub struct Question {
    /// As written.
    pub text: String,
    /// The expression.
    pub expr: Expr,
    /// True for `probability(...)`: the expression is a condition, the value how likely it is.
    pub probability: bool,
    /// Slots and sets of its `*`.
    pub loops: Vec<(usize, SetId)>,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

/// A condition to hold in every cell.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Left and right side, or the condition alone.
    pub left: Question,
    /// The comparison.
    pub comparison: Option<(BinaryOp, Expr)>,
    /// Allowed deviation: a share of the right side, or an amount.
    pub tolerance: Option<(Expr, bool)>,
    /// As written.
    pub text: String,
    /// Keys of its sources.
    pub sources: Vec<String>,
}

/// What a query asks.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Ask {
    Show(Vec<Question>),
    Chart(Vec<Question>),
    Distribution(Vec<Question>),
    Check(Box<Condition>),
    Compare { of: Vec<Question>, to: Option<usize>, by_lever: bool },
}

/// How systems of equations are solved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Solver {
    /// The largest residual allowed, as a share of the sizes of its equation's terms.
    pub tolerance: f64,
    /// The most iterations.
    pub iterations: usize,
}

impl Default for Solver {
    fn default() -> Self {
        Self { tolerance: 1e-12, iterations: 100 }
    }
}

/// A condition that must hold in every run.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Its name.
    pub name: String,
    /// What must hold.
    pub condition: Condition,
    /// The lever that it belongs to.
    pub lever: Option<LeverId>,
}

/// A query of the script.
#[derive(Debug, Clone)]
pub struct Query {
    /// What is asked.
    pub ask: Ask,
    /// How the scenarios were written.
    pub asked: Asked,
    /// Which scenarios; `None` is the baseline.
    pub scenarios: Vec<Option<usize>>,
    /// Which years.
    pub years: (i32, i32),
    /// Where it stands.
    pub span: Span,
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
        self.queries.iter().any(|query| match &query.ask {
            Ask::Distribution(_) => true,
            Ask::Show(of) | Ask::Chart(of) | Ask::Compare { of, .. } => {
                of.iter().any(|question| question.probability)
            }
            Ask::Check(_) => false,
        })
    }

    /// The name of a scenario; `None` is the baseline.
    pub fn scenario_name(&self, scenario: Option<usize>) -> &str {
        scenario.map_or("baseline", |n| &self.scenarios[n].name)
    }
}
