//! The answers of `discover` and `robust`.

use serde::Serialize;

use super::UnitLabel;

/// The answer to a `discover`: one discovery per scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscoverAnswer {
    /// Text of the condition in the script, with its years.
    pub condition: String,
    /// Number of draws.
    pub draws: u64,
    /// The discoveries, in the order of the scenarios.
    pub discoveries: Vec<Discovery>,
}

/// The ranges of uncertain inputs that lead to the condition in one scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discovery {
    /// Name of the scenario.
    pub scenario: String,
    /// Share of draws in which the condition holds.
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
    /// An unused name for a scenario with the recommended limits.
    pub name: String,
}

/// A box: the draws in which some uncertain inputs are within limits.
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
    /// Position of the distribution in the quantity's value, from 1; 0 for a single distribution.
    pub distribution: u32,
    /// The year, for a distribution that is drawn each year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// Unit in which the limits are shown.
    pub unit: UnitLabel,
    /// Lower limit; `None` if only its quantile in the distribution is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper limit; `None` if only its quantile in the distribution is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Probability of values below the lower limit; 0 without a lower limit.
    pub below: f64,
    /// Probability of values above the upper limit; 0 without an upper limit.
    pub above: f64,
    /// The quasi-p value of the lower limit; absent for the leaves of a tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quasi_p_low: Option<f64>,
    /// The quasi-p value of the upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quasi_p_high: Option<f64>,
    /// The values within the limits with their probabilities, for a distribution of few values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<(f64, f64)>>,
    /// Text that sets the value in a scenario; `None` if a scenario cannot set it.
    #[serde(skip)]
    pub written: Option<WrittenInput>,
}

/// The value of an input as text of the script.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenInput {
    /// The left side of the line in a scenario; empty if `text` is a whole statement.
    pub target: String,
    /// Text of the value or of the statement.
    pub text: String,
    /// Byte range of the distribution's call in the text.
    pub call: (usize, usize),
}

/// The answer to a `robust`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RobustAnswer {
    /// Text of the value that decides between scenarios.
    pub expression: String,
    /// Year of the value.
    pub year: i32,
    /// Unit in which the value is shown.
    pub unit: UnitLabel,
    /// True if a lower value is better.
    pub least: bool,
    /// The condition whose share of draws is shown; `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Number of draws.
    pub draws: u64,
    /// The scenarios, in the order of the script.
    pub options: Vec<RobustOption>,
}

/// Ratings of a scenario over all draws.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RobustOption {
    /// Name of the scenario.
    pub scenario: String,
    /// Mean of the value over the draws.
    pub mean: f64,
    /// Value in the worst draw.
    pub worst: f64,
    /// The mean of the worst 5% of draws.
    pub worst_twentieth: f64,
    /// Largest regret: the distance to the best scenario in the same draw.
    pub largest_regret: f64,
    /// 90% quantile of the regret.
    pub regret_90: f64,
    /// Mean of the regret.
    pub mean_regret: f64,
    /// Share of draws in which the condition holds; `None` without a condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}
