//! What a script asks of its model, and what must hold in it.

use super::{Asked, BinaryOp, Expr, Kind, LeverId, QuantityId, SetId};
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
    Find(Box<Find>),
    Sweep { over: Vec<InputRange>, of: Vec<Question> },
}

/// A search for the values of inputs for which conditions hold.
#[derive(Debug, Clone)]
pub struct Find {
    /// The inputs: searched together with a goal, each alone without one.
    pub unknowns: Vec<InputRange>,
    /// The value to make as small or as great as possible.
    pub goal: Option<Goal>,
    /// The conditions; each is a comparison.
    pub so_that: Vec<Aim>,
}

/// A given value that a query varies, and the values of it that the query tries.
#[derive(Debug, Clone)]
pub struct InputRange {
    /// As written.
    pub text: String,
    /// The quantity.
    pub quantity: QuantityId,
    /// For each axis an element, as its position in the axis' root set, or `None` for all.
    pub cell: Vec<Option<u32>>,
    /// First and last year.
    pub years: (i32, i32),
    /// Its least value, in the base unit.
    pub low: f64,
    /// Its greatest value.
    pub high: f64,
    /// The distance between its values; `None` for every value between the two.
    pub step: Option<f64>,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

impl InputRange {
    /// The number of values from the least to the greatest in steps; `None` without a step.
    pub fn count(&self) -> Option<f64> {
        /// Rounding must not lose the last value.
        const ROUNDING: f64 = 1e-9;
        self.step.map(|step| ((self.high - self.low) / step + ROUNDING).floor() + 1.0)
    }

    /// The value after so many steps from the least one.
    pub fn at(&self, steps: f64) -> f64 {
        let value = self.low + steps * self.step.unwrap_or(0.0);
        value.min(self.high)
    }
}

/// The value that a search makes as small or as great as possible.
#[derive(Debug, Clone)]
pub struct Goal {
    /// The value; it has no `*`.
    pub value: Question,
    /// Its year.
    pub year: i32,
    /// True if it is to be as great as possible.
    pub maximise: bool,
}

/// A condition that a search has to meet.
#[derive(Debug, Clone)]
pub struct Aim {
    /// The condition: a comparison.
    pub condition: Condition,
    /// The years in which it has to hold.
    pub years: (i32, i32),
}

impl Ask {
    /// Calls `visit` for every expression that the query reads.
    pub fn expressions<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        match self {
            Self::Show(of)
            | Self::Chart(of)
            | Self::Distribution(of)
            | Self::Compare { of, .. }
            | Self::Sweep { of, .. } => of.iter().for_each(|question| visit(&question.expr)),
            Self::Check(condition) => condition.expressions(visit),
            Self::Find(find) => {
                find.so_that.iter().for_each(|aim| aim.condition.expressions(visit));
                find.goal.iter().for_each(|goal| visit(&goal.value.expr));
            }
        }
    }

    /// The inputs that the query varies.
    pub fn inputs(&self) -> &[InputRange] {
        match self {
            Self::Find(find) => &find.unknowns,
            Self::Sweep { over, .. } => over,
            Self::Show(_)
            | Self::Chart(_)
            | Self::Distribution(_)
            | Self::Check(_)
            | Self::Compare { .. } => &[],
        }
    }
}

impl Condition {
    /// Calls `visit` for both sides and the deviation.
    pub fn expressions<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(&self.left.expr);
        self.comparison.iter().for_each(|(_, right)| visit(right));
        self.tolerance.iter().for_each(|(tolerance, _)| visit(tolerance));
    }
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
