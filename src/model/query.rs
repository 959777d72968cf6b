//! The questions that a script asks of its model, and the conditions that must hold.
//!
//! Passes that need the expressions, values or condition of any query ask [`Ask`] for them, so that a
//! new query is named by the compiler here, where it is checked, where it is answered and where it is
//! written, and nowhere else.

use super::{Asked, BinaryOp, Expr, Kind, LeverId, SetId};
use crate::source::Span;

/// A value that a query asks for: an expression, computed for each element that its `*` stand for.
#[derive(Debug, Clone)]
pub struct Question {
    /// The expression as written.
    pub text: String,
    /// The expression, resolved.
    pub expr: Expr,
    /// True for `probability(...)`: `expr` is the condition, and the value is its probability.
    pub probability: bool,
    /// Slot and set of each `*`, in the order written.
    pub loops: Vec<(usize, SetId)>,
    /// The unit of the value.
    pub kind: Kind,
    /// Place of the expression in the script.
    pub span: Span,
}

/// A condition that must hold in every cell and year.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Left and right side, or the condition alone.
    pub left: Question,
    /// The comparison and its right side; `None` for a condition that is no comparison.
    pub comparison: Option<(BinaryOp, Expr)>,
    /// The deviation allowed, and true if it is a share of the right side, false for an amount.
    pub tolerance: Option<(Expr, bool)>,
    /// The condition as written, with its tolerance.
    pub text: String,
    /// Keys of its sources.
    pub sources: Vec<String>,
}

/// The question of a query.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Ask {
    Show(Vec<Question>),
    Chart(Vec<Question>),
    Distribution(Vec<Question>),
    Check(Box<Condition>),
    Compare { of: Vec<Question>, to: Option<usize>, by_lever: bool },
}

impl Ask {
    /// The values that the query is about; none for a check.
    pub fn questions(&self) -> &[Question] {
        match self {
            Self::Show(of)
            | Self::Chart(of)
            | Self::Distribution(of)
            | Self::Compare { of, .. } => of,
            Self::Check(_) => &[],
        }
    }

    /// The condition that the query tests; `None` for a query that tests none.
    pub fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Check(condition) => Some(condition),
            Self::Show(_) | Self::Chart(_) | Self::Distribution(_) | Self::Compare { .. } => None,
        }
    }

    /// The scenario that others are compared with, where `Some(None)` is the baseline; `None` for a
    /// query that compares nothing.
    pub fn compared_with(&self) -> Option<Option<usize>> {
        match self {
            Self::Compare { to, .. } => Some(*to),
            Self::Show(_) | Self::Chart(_) | Self::Distribution(_) | Self::Check(_) => None,
        }
    }

    /// True if only draws can answer the query.
    pub fn needs_draws(&self) -> bool {
        match self {
            Self::Distribution(_) => true,
            Self::Show(of) | Self::Chart(of) | Self::Compare { of, .. } => {
                of.iter().any(|question| question.probability)
            }
            Self::Check(_) => false,
        }
    }

    /// Calls `visit` for each expression of the query.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        self.questions().iter().for_each(|question| visit(&question.expr));
        self.condition().into_iter().for_each(|condition| condition.visit(visit));
    }
}

impl Condition {
    /// Calls `visit` for each expression of the condition.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(&self.left.expr);
        self.comparison.iter().for_each(|(_, right)| visit(right));
        self.tolerance.iter().for_each(|(tolerance, _)| visit(tolerance));
    }
}

/// How systems of equations are solved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Solver {
    /// Largest residual of a solved equation, as a share of the sizes of its terms.
    pub tolerance: f64,
    /// The most iterations of one search.
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
    /// Its name, behind the lever's and a dot if a lever has it.
    pub name: String,
    /// The condition.
    pub condition: Condition,
    /// The lever whose kind declares it; `None` for one of the script or a library.
    pub lever: Option<LeverId>,
}

/// A query of the script.
#[derive(Debug, Clone)]
pub struct Query {
    /// The question.
    pub ask: Ask,
    /// How the script names the scenarios.
    pub asked: Asked,
    /// Indices of the scenarios in the model; `None` is the baseline.
    pub scenarios: Vec<Option<usize>>,
    /// First and last year.
    pub years: (i32, i32),
    /// Place of the query in the script.
    pub span: Span,
}
