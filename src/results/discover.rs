//! The answers of `discover` and `robust`.

use serde::Serialize;

use super::UnitLabel;

/// The answer of a `discover`: one discovery per scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscoverAnswer {
    /// The condition as written, with its years.
    pub condition: String,
    /// Number of draws.
    pub draws: u64,
    /// The discoveries, in the order of the scenarios.
    pub discoveries: Vec<Discovery>,
}

/// The uncertain inputs that lead to the condition in one scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discovery {
    /// The scenario's name.
    pub scenario: String,
    /// The share of draws in which the condition holds.
    pub share: f64,
    /// Number of random quantities that were examined.
    pub uncertain: usize,
    /// The recommended box; `None` if no limit on an input is significant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommended: Option<DrawBox>,
    /// The boxes on the trade-off curve by falling coverage: no other box has more of both coverage and density.
    pub trade_off: Vec<DrawBox>,
    /// The leaves of a classification tree in which the condition is more frequent than in all draws, the densest
    /// first.
    pub leaves: Vec<DrawBox>,
    /// A name for a scenario with the recommended limits, not used in the script.
    pub name: String,
}

/// A set of draws: those in which each of some uncertain inputs lies within limits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrawBox {
    /// The limits, one entry per limited input.
    pub limits: Vec<InputLimits>,
    /// The share of the draws with the condition that lie in the box.
    pub coverage: f64,
    /// The share of the draws in the box that have the condition.
    pub density: f64,
    /// The share of all draws that lie in the box.
    pub mass: f64,
}

/// The limits on one uncertain input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InputLimits {
    /// The quantity with its elements: `growth[food]`.
    pub input: String,
    /// Index of the distribution in the quantity's value, from 1; 0 if the value has a single one.
    pub distribution: u32,
    /// The year, for a distribution that is drawn anew each year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// How to show the limits.
    pub unit: UnitLabel,
    /// The lower limit; `None` if only its position in the distribution is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// The probability of values below the lower limit; 0 without one.
    pub below: f64,
    /// The probability of values above the upper limit; 0 without one.
    pub above: f64,
    /// The quasi-p value of the lower limit; absent for the leaves of a tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quasi_p_low: Option<f64>,
    /// The quasi-p value of the upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quasi_p_high: Option<f64>,
    /// The values within the limits and their probabilities, for a choice among few values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<(f64, f64)>>,
    /// The value in the script; `None` if a scenario cannot give it anew.
    #[serde(skip)]
    pub written: Option<WrittenInput>,
}

/// The value of an input as the script writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenInput {
    /// The left side of the line in a scenario; empty if `text` is a whole statement.
    pub target: String,
    /// The value or the statement.
    pub text: String,
    /// The bytes of the distribution's call in the text.
    pub call: (usize, usize),
}

/// The answer of a `robust`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RobustAnswer {
    /// The value by which scenarios are compared, as written.
    pub expression: String,
    /// Its year.
    pub year: i32,
    /// How to show it.
    pub unit: UnitLabel,
    /// True if less is better.
    pub least: bool,
    /// The condition whose share of draws is shown; `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Number of draws.
    pub draws: u64,
    /// The scenarios, in the order of the script.
    pub options: Vec<RobustOption>,
}

/// A scenario over all draws.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RobustOption {
    /// The scenario's name.
    pub scenario: String,
    /// The mean.
    pub mean: f64,
    /// The value in the worst draw.
    pub worst: f64,
    /// The mean of the worst 5% of draws.
    pub worst_twentieth: f64,
    /// The largest regret: the distance to the best scenario of the same draw.
    pub largest_regret: f64,
    /// The 90% quantile of the regret.
    pub regret_90: f64,
    /// The mean regret.
    pub mean_regret: f64,
    /// The share of draws in which the condition holds; `None` without a condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}
