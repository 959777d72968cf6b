//! Queries in the tree, with their conditions and clauses.

use serde::{Deserialize, Serialize};

use super::{Expr, Name, Range, Reference};
use crate::source::Span;

pub use super::super::words::ValueQuery;

/// `in 2030`, `in 2025..2027`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// First year.
    pub from: Expr,
    /// Last year; the first again for one year.
    pub to: Option<Expr>,
    /// The whole, without `in`.
    pub span: Span,
}

/// A condition with its tolerance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The condition, most often a comparison.
    pub expr: Expr,
    /// `within`.
    pub tolerance: Option<Expr>,
    /// The whole.
    pub span: Span,
}

/// A query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// What is asked.
    pub ask: Ask,
    /// Its clauses: scenarios, years and so on.
    pub scope: Scope,
    /// Sources, for a check.
    pub cites: Vec<Name>,
    /// True for an expression alone at the prompt, which is read as `show`.
    pub bare: bool,
    /// The whole.
    pub span: Span,
}

/// What a query asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the query of its name")]
pub enum Ask {
    /// A word and a list of values.
    Values(ValueQuery, Vec<Expr>),
    /// `chart distribution of`
    Distribution(Vec<Expr>),
    Check(Condition),
    Find {
        unknowns: Vec<InputRange>,
        goal: Option<Goal>,
        so_that: Vec<Aim>,
    },
    Sweep {
        over: Vec<InputRange>,
        show: Vec<Expr>,
    },
    Sensitivity(Vec<Expr>),
}

/// An input and the values of it that a query tries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputRange {
    /// The input.
    pub input: Reference,
    /// Its least and its greatest value.
    pub range: Option<Range>,
    /// The distance between its values.
    pub step: Option<Expr>,
    /// The whole.
    pub span: Span,
}

/// The value that a `find` makes as small or as great as possible.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// True for `maximise`.
    pub maximise: bool,
    /// The value.
    pub value: Expr,
    /// Its year.
    pub window: Option<Window>,
}

/// A condition that a `find` has to meet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aim {
    /// The condition.
    pub condition: Condition,
    /// The years in which it has to hold.
    pub window: Option<Window>,
}

/// The clauses of a query.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// `for A, B`; `Some(None)` is `for all`.
    pub scenarios: Option<Option<Vec<Name>>>,
    /// `in 2030..2035`.
    pub window: Option<Window>,
    /// `to baseline`.
    pub to: Option<Name>,
    /// `by lever`.
    pub by_lever: bool,
}
