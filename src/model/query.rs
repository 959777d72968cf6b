//! The queries of a script, and the conditions that must hold.
//!
//! Passes that need the expressions, values or conditions of all queries call methods of [`Ask`], so that a new query
//! must be added only here, in the checker, in the analyses and in the reports.

use super::{
    Asked, BinaryOp, Expr, Kind, LeverId, QuantityId, QueryYears, SetId, Shown, TableForm,
};
use crate::source::Span;

/// A value that a query requests: an expression, evaluated for each element of its `*`.
#[derive(Debug, Clone)]
pub struct Question {
    /// Text of the expression in the script.
    pub text: String,
    /// The resolved expression.
    pub expr: Expr,
    /// True for `probability(...)`: `expr` is the condition, and the value is the probability of the condition.
    pub probability: bool,
    /// Slot and set of each `*`, in the order of the text.
    pub loops: Vec<(usize, SetId)>,
    /// The kind of the value: money, a percentage, a year and so on.
    pub kind: Kind,
    /// The title, unit and decimals in which the value is shown.
    pub shown: Shown,
    /// Place of the expression in the script.
    pub span: Span,
}

/// A condition that must hold in every cell and year.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The left side of a comparison, or the condition itself.
    pub left: Question,
    /// The operator and the right side of a comparison; `None` for another condition.
    pub comparison: Option<(BinaryOp, Expr)>,
    /// The allowed deviation; true if it is a share of the right side, false for an amount.
    pub tolerance: Option<(Expr, bool)>,
    /// Text of the condition in the script, with its tolerance.
    pub text: String,
    /// Keys of the sources that the condition cites.
    pub sources: Vec<String>,
}

/// A query with its values or conditions.
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
    /// The inputs whose values are searched for.
    pub unknowns: Vec<InputRange>,
    /// The computed values, each with its observed values.
    pub fits: Vec<Fit>,
}

/// Computed values and the observed values that they should fit.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The computed values as a question.
    pub value: Question,
    /// The expression of the observed values, in the cells of the computed values.
    pub observed: Expr,
    /// Text of the observed values in the script.
    pub observed_text: String,
}

/// A search for the uncertain inputs that lead to a condition.
#[derive(Debug, Clone)]
pub struct Discover {
    /// The condition whose causes are searched for.
    pub condition: Condition,
    /// The given values with distributions, as text of the script.
    pub written: Vec<WrittenValue>,
}

/// A given value with a distribution, as text of the script.
#[derive(Debug, Clone)]
pub struct WrittenValue {
    /// Span of the distribution's call.
    pub random: Span,
    /// The value with the call: `21% then normal(5%, 2%) from 2026`.
    pub text: String,
    /// True if the text is a whole statement: `growth = normal(5%, 2%)`.
    pub is_statement: bool,
    /// Byte range of the distribution's call in the text.
    pub call: (usize, usize),
}

/// A comparison of scenarios over the draws.
#[derive(Debug, Clone)]
pub struct Robust {
    /// The value that decides between scenarios; it has no `*`.
    pub value: Question,
    /// True if a lower value is better.
    pub least: bool,
    /// The condition whose share of draws is shown.
    pub so_that: Option<Aim>,
}

/// A method of sensitivity analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SensitivityMethod {
    /// Changes one input at a time to both ends of its range.
    Tornado,
    /// Shares of the variance that independent inputs explain (Sobol).
    Sobol,
    /// Shapley effects: shares of the variance, for inputs that may depend on each other.
    Shapley,
    /// Elementary effects of many inputs (Morris).
    Morris,
    /// Shifts of the whole distribution when an input is fixed (PAWN).
    Pawn,
}

impl SensitivityMethod {
    /// All methods, each with its name in scripts.
    pub const ALL: [(&'static str, Self); 5] = [
        ("tornado", Self::Tornado),
        ("sobol", Self::Sobol),
        ("shapley", Self::Shapley),
        ("morris", Self::Morris),
        ("pawn", Self::Pawn),
    ];
}

/// A `why` query: traces values through their equations to inputs.
#[derive(Debug, Clone)]
pub struct Why {
    /// The values to trace.
    pub of: Vec<Question>,
    /// The scenario with which the others are compared, where `Some(None)` is the baseline; `None` traces
    /// values and no differences.
    pub to: Option<Option<usize>>,
    /// Number of equations from a value to the last values shown.
    pub depth: usize,
    /// Smallest share of a change that is shown.
    pub above: f64,
}

/// A search for the values of inputs for which conditions hold.
#[derive(Debug, Clone)]
pub struct Find {
    /// The inputs to search for: together if there is a goal, otherwise each alone.
    pub unknowns: Vec<InputRange>,
    /// The value to make as small or as great as possible.
    pub goal: Option<Goal>,
    /// The conditions; each is a comparison.
    pub so_that: Vec<Aim>,
}

/// An input of a query: a given value, and the values that the query tries for it.
#[derive(Debug, Clone)]
pub struct InputRange {
    /// Text of the input in the script.
    pub text: String,
    /// The parameter or field that is the input.
    pub quantity: QuantityId,
    /// The element of each axis, as its position in the axis' root set; `None` for all elements.
    pub cell: Vec<Option<u32>>,
    /// First and last year in which the input varies.
    pub years: (i32, i32),
    /// Lowest value to try, in the base unit.
    pub low: f64,
    /// Highest value to try, in the base unit.
    pub high: f64,
    /// Distance between the values to try; `None` for all values of the range.
    pub step: Option<f64>,
    /// Kind of the input: money, a percentage, a year and so on.
    pub kind: Kind,
    /// Span of the input in the script.
    pub span: Span,
}

impl InputRange {
    /// Returns the number of values of a range with a step; `None` without a step.
    pub fn count(&self) -> Option<f64> {
        /// Tolerance for rounding, so that the last value of a stepped range is not lost.
        const ROUNDING: f64 = 1e-9;
        self.step.map(|step| ((self.high - self.low) / step + ROUNDING).floor() + 1.0)
    }

    /// Returns the value `steps` steps above the lowest, rounded as a script would write it: exactly 15% for three
    /// steps of 5%.
    pub fn at(&self, steps: f64) -> f64 {
        let value = self.low + steps * self.step.unwrap_or(0.0);
        let written = format!("{value:.13e}").parse().unwrap_or(value);
        if written > self.high { self.high } else { written }
    }
}

/// The value that a search makes as small or as great as possible.
#[derive(Debug, Clone)]
pub struct Goal {
    /// The value to maximise or minimise; it has no `*`.
    pub value: Question,
    /// The year of the value.
    pub year: i32,
    /// True for `maximise`, false for `minimise`.
    pub maximise: bool,
}

/// A condition that a search must satisfy.
#[derive(Debug, Clone)]
pub struct Aim {
    /// The condition, which is a comparison.
    pub condition: Condition,
    /// First and last year in which the condition must hold.
    pub years: (i32, i32),
}

impl Ask {
    /// Returns the values that the query shows; a check and a search have none.
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

    /// Returns the values whose form the query's clauses may choose.
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

    /// Returns the condition of a check; `None` for any other query.
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

    /// Returns the inputs that the query varies.
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

    /// Returns the reference scenario of a comparison, where `Some(None)` is the baseline; `None` for a query that
    /// compares nothing.
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

    /// True if the years of the query only select values to show; false if a condition must hold in these years.
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

    /// True for a query that reports its progress, because its work grows with numbers in the query.
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

    /// True for a `compare ... by lever`, whose parts need a run for each of many combinations of changes.
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

/// Settings of the solver of equations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Solver {
    /// Maximum residual of a solved equation, as a share of the sizes of its terms.
    pub tolerance: f64,
    /// Maximum number of iterations of one search.
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
    /// Name of the identity; the name of its lever and a dot come first if it belongs to a lever.
    pub name: String,
    /// The condition that must hold.
    pub condition: Condition,
    /// First and last year in which the identity must hold.
    pub years: (i32, i32),
    /// The lever whose kind declares the identity; `None` for an identity of the script or a library.
    pub lever: Option<LeverId>,
}

/// A query of the script with its scenarios and years.
#[derive(Debug, Clone)]
pub struct Query {
    /// The query with its values or conditions.
    pub ask: Ask,
    /// The form in which the script names the scenarios.
    pub asked: Asked,
    /// Indices of the scenarios in the model; `None` is the baseline.
    pub scenarios: Vec<Option<usize>>,
    /// The years that the query covers.
    pub years: QueryYears,
    /// Layout of tables that the query's clauses choose.
    pub layout: TableForm,
    /// Place of the query in the script.
    pub span: Span,
}
