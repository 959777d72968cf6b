//! The answers of `find` and `sweep`.

use serde::Serialize;

use super::UnitLabel;

/// The answer of a `find`: a search for each scenario, and for each unknown unless a goal asks for
/// all of them together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindAnswer {
    /// The conditions, in the order of the script.
    pub conditions: Vec<Sought>,
    /// The value that was to be as small or as great as possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<SearchGoal>,
    /// The searches; unknowns vary fastest.
    pub searches: Vec<Search>,
}

/// A condition of a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sought {
    /// As written.
    pub condition: String,
    /// How to show both sides.
    pub unit: UnitLabel,
}

/// The goal of a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchGoal {
    /// As written.
    pub expression: String,
    /// Its year.
    pub year: i32,
    /// True if it was to be as great as possible.
    pub maximise: bool,
    /// How to show it.
    pub unit: UnitLabel,
}

/// A search in one scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Search {
    /// The scenario's name.
    pub scenario: String,
    /// The inputs that were varied: one, or several together.
    pub unknowns: Vec<Unknown>,
    /// The outcome.
    pub verdict: Verdict,
    /// Why no value was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// A value for each unknown: the nearest to its value now for which the conditions hold, or the best;
    /// where there is none, the one that comes closest. Empty if no value could be computed.
    pub at: Vec<f64>,
    /// All values of an only unknown for which the conditions hold, rising. Both ends are included, as far
    /// as rounding lets them be.
    pub ranges: Vec<ValueRange>,
    /// An interval of 95% confidence for `at` with all possible draws, for a probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[Option<f64>; 2]>,
    /// The number of draws, for a probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draws: Option<u64>,
    /// The goal at `at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<f64>,
    /// Both sides of each condition at `at`, in the cell and year where it is nearest to failing.
    pub sides: Vec<Sides>,
    /// The same in the scenario as it is; empty for a probability.
    pub sides_now: Vec<Sides>,
    /// The values of an only unknown for which the conditions have no value, of those that were tried.
    pub undefined: Vec<f64>,
}

/// An input of a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unknown {
    /// As written.
    pub input: String,
    /// The description of the quantity; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// How to show its values.
    pub unit: UnitLabel,
    /// The least value that was allowed.
    pub low: f64,
    /// The greatest value that was allowed.
    pub high: f64,
    /// The distance between the values that were tried; absent if all were allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Its least and its greatest value in the scenario as it is.
    pub now: (f64, f64),
}

/// The outcome of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Values for which the conditions hold.
    Found,
    /// The conditions hold for every value that is allowed.
    Everywhere,
    /// They hold for none.
    Nowhere,
    /// The unknowns do not reach the conditions, which do not hold.
    NoEffect,
    /// The conditions have no value for any value that is allowed.
    Undefined,
    /// The search with a goal ended at values that hold and can perhaps be improved.
    NotConverged,
}

/// Why no value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The closest value is an end of what is allowed.
    AtBound,
    /// The closest value lies within: the condition turns back there.
    Turns,
    /// The left side jumps over the right side.
    Jumps,
}

/// Values from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ValueRange {
    /// The least.
    pub from: f64,
    /// The greatest.
    pub to: f64,
}

/// Both sides of a condition in one cell and year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sides {
    /// The elements, where the condition has `*`.
    pub elements: Vec<String>,
    /// The year.
    pub year: i32,
    /// The left side; for a probability the share of draws.
    pub left: f64,
    /// The right side.
    pub right: f64,
    /// The distance by which the condition fails; 0 where it holds.
    pub missing: f64,
}

/// An input of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepAxis {
    /// As written.
    pub input: String,
    /// The description of the quantity; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// How to show its values.
    pub unit: UnitLabel,
    /// Its values, rising.
    pub values: Vec<f64>,
}

/// The values of one expression over a sweep: one cell, one scenario, one year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepTable {
    /// The expression as written.
    pub expression: String,
    /// The description of the quantity, with the elements chosen; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// How to show its values.
    pub unit: UnitLabel,
    /// The elements, where the expression has `*`.
    pub elements: Vec<String>,
    /// The scenario's name.
    pub scenario: String,
    /// The year.
    pub year: i32,
    /// A value for each value of the first input and, within it, for each of the second; `None` where
    /// it cannot be computed.
    pub values: Vec<Option<f64>>,
}
