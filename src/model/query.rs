//! What a script asks of its model, and what must hold in it.

use super::{Asked, BinaryOp, Expr, Kind, LeverId, SetId};
use crate::source::Span;

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
