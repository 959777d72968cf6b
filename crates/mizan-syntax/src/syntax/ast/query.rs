//! Queries in the tree, with their conditions and clauses.

use serde::{Deserialize, Serialize};

use super::{Expr, Name, Range, Reference, Text, Unit};
use crate::source::Span;

pub use super::super::words::ValueQuery;

/// The years of a clause: `in 2030`, `in 2025..2027`, `in 2026..`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// First year; `None` for the first year of the model.
    pub from: Option<Expr>,
    /// Last year; `None` for a single year, or for the last year of the model.
    pub to: Option<Expr>,
    /// True for years with `..`, false for a single year.
    pub is_range: bool,
    /// The span of the years, without `in`.
    pub span: Span,
}

/// A condition with its tolerance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The expression of the condition, usually a comparison.
    pub expr: Expr,
    /// The tolerance after `within`: an amount, or a percentage of the right side.
    pub tolerance: Option<Expr>,
    /// The span of the whole condition.
    pub span: Span,
}

/// A query with its clauses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The word of the query and its values.
    pub ask: Ask,
    /// The clauses of the query: scenarios, years and so on.
    pub scope: Clauses,
    /// The keys of the sources, for a `check`.
    pub cites: Vec<Name>,
    /// True for an expression alone at the prompt, which is read as `show`.
    pub bare: bool,
    /// The span of the whole query.
    pub span: Span,
}

/// The word of a query with its values or conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the query of its name")]
pub enum Ask {
    /// A query word and a list of values.
    Values(ValueQuery, Vec<ShownValue>),
    /// `chart distribution of` some values.
    Distribution(Vec<ShownValue>),
    Check(Condition),
    Find {
        unknowns: Vec<InputRange>,
        goal: Option<Goal>,
        so_that: Vec<Aim>,
    },
    Sweep {
        over: Vec<InputRange>,
        show: Vec<ShownValue>,
    },
    Sensitivity(Vec<ShownValue>),
    Calibrate {
        unknowns: Vec<InputRange>,
        fits: Vec<Fit>,
    },
    /// `discover when` a condition holds.
    Discover(Condition),
    /// `robust among` scenarios, which are in the clauses of the query.
    Robust {
        by: Expr,
        /// True if a lower value is better: `by least`.
        least: bool,
        so_that: Option<Aim>,
    },
}

/// A value of a query: `exports as "Exports of goods"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownValue {
    /// The expression of the value.
    pub expr: Expr,
    /// The title of the value, after `as`.
    pub title: Option<Text>,
}

/// Computed values and the observed values that they should fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The expression of the computed values.
    pub value: Expr,
    /// The expression of the observed values.
    pub observed: Expr,
    /// The span of both sides of the fit.
    pub span: Span,
}

/// An input of a query with the values that the query tries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputRange {
    /// The parameter that is the input.
    pub input: Reference,
    /// The range of values to try.
    pub range: Option<Range>,
    /// The distance between the values to try.
    pub step: Option<Expr>,
    /// The span of the input with its range.
    pub span: Span,
}

/// The value that a `find` makes as small or as great as possible.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// True for `maximise`, false for `minimise`.
    pub maximise: bool,
    /// The value to maximise or minimise.
    pub value: Expr,
    /// The year in which the value is measured.
    pub window: Option<Window>,
}

/// A condition that a `find` must satisfy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aim {
    /// The condition that a search must satisfy.
    pub condition: Condition,
    /// The years in which the condition must hold.
    pub window: Option<Window>,
}

/// The clauses of a query, such as `for` and `in`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Clauses {
    /// The scenarios after `for`. `Some(None)` means `for all`.
    pub scenarios: Option<Option<Vec<Name>>>,
    /// The years, `in 2026, 2030..2035`; empty without the clause.
    pub years: Vec<Window>,
    /// The unit in which values are shown: `in bn USD`. A single name may also mean a year.
    pub unit: Option<Unit>,
    /// The number of decimals: `digits 1`.
    pub digits: Option<Expr>,
    /// Further rows or columns of a table, after `with`: `with total`.
    pub with: Vec<Name>,
    /// The dimension of the columns of a table: `across years`.
    pub across: Option<Name>,
    /// The reference scenario: `to baseline`.
    pub to: Option<Name>,
    /// True for `by lever`.
    pub by_lever: bool,
    /// The name after `by` if it is not `lever`: `by morris`.
    pub by: Option<Name>,
    /// The number of levels of a `why`: `depth 3`.
    pub depth: Option<Expr>,
    /// The smallest share that a `why` shows: `above 5%`.
    pub above: Option<Expr>,
}
