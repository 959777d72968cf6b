//! The answers of `find` and `sweep`.

use serde::Serialize;

use super::UnitLabel;

/// The answer to a `find`: with a goal, one search per scenario; without one, one search per scenario and unknown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindAnswer {
    /// The conditions, in the order of the script.
    pub conditions: Vec<Sought>,
    /// The value to minimise or maximise; `None` without a goal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<SearchGoal>,
    /// The searches, by scenario: first all unknowns of the first scenario.
    pub searches: Vec<Search>,
}

/// A condition of a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sought {
    /// Text of the condition in the script.
    pub condition: String,
    /// Unit in which both sides are shown.
    pub unit: UnitLabel,
    /// True if the condition is about several years, of which one decides.
    #[serde(skip)]
    pub has_years: bool,
}

/// The goal of a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchGoal {
    /// Text of the goal in the script.
    pub expression: String,
    /// The year in which the goal is measured.
    pub year: i32,
    /// True to maximise, false to minimise.
    pub maximise: bool,
    /// Unit in which the goal's value is shown.
    pub unit: UnitLabel,
}

/// A search in one scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Search {
    /// Name of the scenario.
    pub scenario: String,
    /// The inputs that varied: one, or several together.
    pub unknowns: Vec<Unknown>,
    /// Outcome of the search.
    pub verdict: Verdict,
    /// The reason why no value was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// True if interval arithmetic proves that the conditions hold for no value within the range.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub proved: bool,
    /// A value for each unknown. Without a goal, the nearest value to the present one for which the conditions hold;
    /// with a goal, the best value. If the conditions hold nowhere, the closest value; empty if no value could be
    /// computed.
    pub at: Vec<f64>,
    /// With a single unknown, the ranges of its values for which the conditions hold, in rising order. Both
    /// ends belong to a range, up to rounding.
    pub ranges: Vec<ValueRange>,
    /// For a probability, the 95% confidence interval of `at`; `None` for an unbounded end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[Option<f64>; 2]>,
    /// For a probability, the number of draws.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draws: Option<u64>,
    /// Value of the goal at `at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<f64>,
    /// Both sides of each condition at `at`, in the cell and year in which the condition is nearest to failing.
    pub sides: Vec<SidesInCell>,
    /// Both sides of each condition in the unchanged scenario; empty for a probability.
    pub sides_now: Vec<SidesInCell>,
    /// With a single unknown, the tried values for which the conditions could not be computed.
    pub undefined: Vec<f64>,
}

/// An input of a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unknown {
    /// Text of the input in the script.
    pub input: String,
    /// Description of the quantity; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Unit in which the input's values are shown.
    pub unit: UnitLabel,
    /// Lower end of the searched range.
    pub low: f64,
    /// Upper end of the searched range.
    pub high: f64,
    /// Step of the range; `None` for a range without a step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Lowest and highest value of the input in the unchanged scenario.
    pub now: (f64, f64),
}

/// Outcome of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The search found values for which the conditions hold.
    Found,
    /// The conditions hold for every value in the range.
    Everywhere,
    /// The conditions hold for no value in the range.
    Nowhere,
    /// The conditions do not hold, and the unknowns have no effect on them.
    NoEffect,
    /// The conditions cannot be computed for any value in the range.
    Undefined,
    /// A search with a goal found values for which the conditions hold, but better values may exist.
    NotConverged,
}

/// The reason why a search found no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The closest value is an end of the range.
    AtBound,
    /// The closest value is inside the range: on both sides of it the condition is further from holding.
    Turns,
    /// The left side jumps past the right side: no value makes them equal.
    Jumps,
}

/// A range of values, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ValueRange {
    /// Lower end of the range.
    pub from: f64,
    /// Upper end of the range.
    pub to: f64,
}

/// Both sides of a condition in one cell and year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SidesInCell {
    /// Elements of the cell, one for each `*` of the condition.
    pub elements: Vec<String>,
    /// Year of the cell.
    pub year: i32,
    /// Value of the left side; for a probability the share of draws.
    pub left: f64,
    /// Value of the right side.
    pub right: f64,
    /// Distance by which the condition fails; 0 if it holds.
    pub missing: f64,
}

/// An input of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepAxis {
    /// Text of the input in the script.
    pub input: String,
    /// Description of the quantity; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Unit in which the input's values are shown.
    pub unit: UnitLabel,
    /// Values of the input in ascending order.
    pub values: Vec<f64>,
}

/// Values of one expression over a sweep, in one cell, scenario and year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepTable {
    /// Text of the expression in the script.
    pub expression: String,
    /// Description of the quantity, with the elements of the cell; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Unit in which the values are shown.
    pub unit: UnitLabel,
    /// Elements of the cell, one for each `*` of the expression.
    pub elements: Vec<String>,
    /// Name of the scenario.
    pub scenario: String,
    /// Year of the values.
    pub year: i32,
    /// For a probability, the number of draws.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draws: Option<u64>,
    /// One value per combination of the inputs' values; the second input varies fastest. `None` for a value that cannot
    /// be computed.
    pub values: Vec<Option<f64>>,
}
