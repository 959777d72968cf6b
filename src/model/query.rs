//! The questions that a script asks of its model, and the conditions that must hold.
//!
//! Passes that need the expressions, values or condition of any query ask [`Ask`] for them, so that a
//! new query is named by the compiler here, where it is checked, where it is answered and where it is
//! written, and nowhere else.

use super::{
    Asked, BinaryOp, Expr, Kind, LeverId, QuantityId, QueryYears, SetId, Shown, TableForm,
};
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
    /// How the value is shown.
    pub shown: Shown,
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
    Compare { of: Vec<Question>, to: Option<usize>, by: Option<Division> },
    Find(Box<Find>),
    Sweep { over: Vec<InputRange>, of: Vec<Question> },
    Calibrate(Box<Calibrate>),
    Discover(Box<Discover>),
    Robust(Box<Robust>),
    Why(Box<Why>),
    Sensitivity { of: Vec<Question>, method: Option<SensitivityMethod> },
}

/// The parts into which a comparison divides a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// `by lever`: the contributions of the changes.
    Levers,
    /// `by sector`: the differences in the elements of a set.
    Elements(SetId),
}

/// A fit of inputs to observed values.
#[derive(Debug, Clone)]
pub struct Calibrate {
    /// The inputs.
    pub unknowns: Vec<InputRange>,
    /// The computed values, each with its observed ones.
    pub fits: Vec<Fit>,
}

/// Computed values and the observed values that they should fit.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The computed values.
    pub value: Question,
    /// The observed values, in the cells of the computed ones.
    pub observed: Expr,
    /// The observed values as written.
    pub observed_text: String,
}

/// A search for the uncertain inputs that lead to a condition.
#[derive(Debug, Clone)]
pub struct Discover {
    /// The condition.
    pub condition: Condition,
    /// The given values that have distributions, as the script writes them.
    pub written: Vec<WrittenValue>,
}

/// A given value with a distribution, as the script writes it.
#[derive(Debug, Clone)]
pub struct WrittenValue {
    /// Place of the distribution's call.
    pub random: Span,
    /// The value with the call: `21% then normal(5%, 2%) from 2026`.
    pub text: String,
    /// True if the text is a whole statement: `growth = normal(5%, 2%)`.
    pub is_statement: bool,
    /// The bytes of the call in the text.
    pub call: (usize, usize),
}

/// A comparison of scenarios over the draws.
#[derive(Debug, Clone)]
pub struct Robust {
    /// The value by which scenarios are compared; it has no `*`.
    pub value: Question,
    /// True if less is better.
    pub least: bool,
    /// The condition whose share of draws is shown.
    pub so_that: Option<Aim>,
}

/// A method of sensitivity analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SensitivityMethod {
    /// One input at a time, at both ends of its range.
    Tornado,
    /// Shares of the variance that independent inputs explain (Sobol).
    Sobol,
    /// Shares of the variance of inputs that may depend on each other (Shapley).
    Shapley,
    /// Elementary effects of many inputs (Morris).
    Morris,
    /// Shifts of the whole distribution when an input is fixed (PAWN).
    Pawn,
}

impl SensitivityMethod {
    /// Every method with the name that a script gives it.
    pub const ALL: [(&'static str, Self); 5] = [
        ("tornado", Self::Tornado),
        ("sobol", Self::Sobol),
        ("shapley", Self::Shapley),
        ("morris", Self::Morris),
        ("pawn", Self::Pawn),
    ];
}

/// Values that are traced through their equations to inputs.
#[derive(Debug, Clone)]
pub struct Why {
    /// The values.
    pub of: Vec<Question>,
    /// The scenario with which the others are compared, where `Some(None)` is the baseline; `None` traces
    /// values and no differences.
    pub to: Option<Option<usize>>,
    /// Number of equations from a value to the last values shown.
    pub depth: usize,
    /// The least share of a change that is shown.
    pub above: f64,
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

    /// The value after so many steps from the least one, as it would be written: 15% for three steps of 5%,
    /// without the rounding errors of the product.
    pub fn at(&self, steps: f64) -> f64 {
        let value = self.low + steps * self.step.unwrap_or(0.0);
        let written = format!("{value:.13e}").parse().unwrap_or(value);
        if written > self.high { self.high } else { written }
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
    /// The values that the query shows; none for a check and a search.
    pub fn questions(&self) -> &[Question] {
        match self {
            Self::Show(of)
            | Self::Chart(of)
            | Self::Distribution(of)
            | Self::Compare { of, .. }
            | Self::Sweep { of, .. }
            | Self::Sensitivity { of, .. } => of,
            Self::Robust(robust) => std::slice::from_ref(&robust.value),
            Self::Why(why) => &why.of,
            Self::Check(_) | Self::Find(_) | Self::Calibrate(_) | Self::Discover(_) => &[],
        }
    }

    /// The values whose form the clauses of the query may choose.
    pub fn questions_mut(&mut self) -> &mut [Question] {
        match self {
            Self::Show(of)
            | Self::Chart(of)
            | Self::Distribution(of)
            | Self::Compare { of, .. }
            | Self::Sweep { of, .. }
            | Self::Sensitivity { of, .. } => of,
            Self::Robust(robust) => std::slice::from_mut(&mut robust.value),
            Self::Why(why) => &mut why.of,
            Self::Check(_) | Self::Find(_) | Self::Calibrate(_) | Self::Discover(_) => &mut [],
        }
    }

    /// The condition of a check; `None` for any other query.
    pub fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Check(condition) => Some(condition),
            Self::Show(_)
            | Self::Chart(_)
            | Self::Distribution(_)
            | Self::Compare { .. }
            | Self::Find(_)
            | Self::Sweep { .. }
            | Self::Calibrate(_)
            | Self::Discover(_)
            | Self::Robust(_)
            | Self::Why(_)
            | Self::Sensitivity { .. } => None,
        }
    }

    /// The inputs that the query varies.
    pub fn inputs(&self) -> &[InputRange] {
        match self {
            Self::Find(find) => &find.unknowns,
            Self::Sweep { over, .. } => over,
            Self::Calibrate(calibrate) => &calibrate.unknowns,
            Self::Show(_)
            | Self::Chart(_)
            | Self::Distribution(_)
            | Self::Check(_)
            | Self::Compare { .. }
            | Self::Discover(_)
            | Self::Robust(_)
            | Self::Why(_)
            | Self::Sensitivity { .. } => &[],
        }
    }

    /// The scenario that others are compared with, where `Some(None)` is the baseline; `None` for a
    /// query that compares nothing.
    pub fn compared_with(&self) -> Option<Option<usize>> {
        match self {
            Self::Compare { to, .. } => Some(*to),
            Self::Why(why) => why.to,
            Self::Show(_)
            | Self::Chart(_)
            | Self::Distribution(_)
            | Self::Check(_)
            | Self::Find(_)
            | Self::Sweep { .. }
            | Self::Calibrate(_)
            | Self::Discover(_)
            | Self::Robust(_)
            | Self::Sensitivity { .. } => None,
        }
    }

    /// True if the years of the query only say what is shown; false if a condition must hold in them.
    pub fn shows_years(&self) -> bool {
        match self {
            Self::Show(_)
            | Self::Chart(_)
            | Self::Distribution(_)
            | Self::Compare { .. }
            | Self::Sweep { .. }
            | Self::Why(_)
            | Self::Sensitivity { .. } => true,
            Self::Check(_)
            | Self::Find(_)
            | Self::Calibrate(_)
            | Self::Discover(_)
            | Self::Robust(_) => false,
        }
    }

    /// True for a query whose work grows with numbers that it states, and which reports its progress.
    pub fn takes_long(&self) -> bool {
        match self {
            Self::Find(_)
            | Self::Sweep { .. }
            | Self::Calibrate(_)
            | Self::Discover(_)
            | Self::Robust(_)
            | Self::Why(_)
            | Self::Sensitivity { .. } => true,
            Self::Show(_)
            | Self::Chart(_)
            | Self::Distribution(_)
            | Self::Check(_)
            | Self::Compare { .. } => false,
        }
    }

    /// True for a comparison whose parts need a run for each of many combinations of changes.
    pub fn is_by_lever(&self) -> bool {
        matches!(self, Self::Compare { by: Some(Division::Levers), .. })
    }

    /// True if only the draws of a simulation of all scenarios can answer the query.
    pub fn needs_draws(&self) -> bool {
        match self {
            Self::Distribution(_) => true,
            Self::Show(of) | Self::Chart(of) | Self::Compare { of, .. } => {
                of.iter().any(|question| question.probability)
            }
            Self::Check(condition) => condition.left.probability,
            // These queries make the draws that they need.
            Self::Find(_)
            | Self::Sweep { .. }
            | Self::Calibrate(_)
            | Self::Discover(_)
            | Self::Robust(_)
            | Self::Why(_)
            | Self::Sensitivity { .. } => false,
        }
    }

    /// Calls `visit` for each expression of the query.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        self.questions().iter().for_each(|question| visit(&question.expr));
        self.condition().into_iter().for_each(|condition| condition.visit(visit));
        match self {
            Self::Find(find) => {
                find.so_that.iter().for_each(|aim| aim.condition.visit(visit));
                find.goal.iter().for_each(|goal| visit(&goal.value.expr));
            }
            Self::Calibrate(calibrate) => {
                for fit in &calibrate.fits {
                    visit(&fit.value.expr);
                    visit(&fit.observed);
                }
            }
            Self::Discover(discover) => discover.condition.visit(visit),
            Self::Robust(robust) => {
                robust.so_that.iter().for_each(|aim| aim.condition.visit(visit));
            }
            Self::Show(_)
            | Self::Chart(_)
            | Self::Distribution(_)
            | Self::Check(_)
            | Self::Compare { .. }
            | Self::Sweep { .. }
            | Self::Why(_)
            | Self::Sensitivity { .. } => {}
        }
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
    /// Its name, after the lever's and a dot if a lever has it.
    pub name: String,
    /// The condition.
    pub condition: Condition,
    /// First and last year in which it must hold.
    pub years: (i32, i32),
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
    /// The years.
    pub years: QueryYears,
    /// What the query chooses of the layout of its tables.
    pub layout: TableForm,
    /// Place of the query in the script.
    pub span: Span,
}
