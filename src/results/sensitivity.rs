//! The answer of `sensitivity`.

use serde::Serialize;

use super::UnitLabel;

/// Effects of the inputs on one value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// Text of the expression, with the elements of this cell.
    pub expression: String,
    /// Description of the quantity, with the elements of the cell; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Year of the value.
    pub year: i32,
    /// Name of the scenario.
    pub scenario: String,
    /// Unit in which the value is shown.
    pub unit: UnitLabel,
    /// The value with all inputs unchanged and every distribution at its median.
    pub value: f64,
    /// Number of inputs without effect on the value; they are left out.
    pub without_effect: usize,
    /// The inputs with an effect on the value, by the method of the query.
    #[serde(flatten)]
    pub effects: Effects,
}

/// The effects of inputs, the most important first.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Effects {
    /// One input at a time, at both ends of its range.
    Tornado {
        /// The inputs, by the size of their effects.
        inputs: Vec<TornadoEffect>,
    },
    /// Sobol's shares of the variance.
    Sobol {
        /// The sample behind the shares: design, mean and standard deviation.
        sample: DesignNote,
        /// The inputs, by their total shares.
        inputs: Vec<SobolEffect>,
        /// First-order share of an input without effect, which measures the noise.
        dummy: Share,
    },
    /// Shapley's shares of the variance.
    Shapley {
        /// The sample behind the shares: design, mean and standard deviation.
        sample: DesignNote,
        /// The inputs, by their shares.
        inputs: Vec<ShapleyEffect>,
        /// True if some of the inputs are correlated.
        correlated: bool,
    },
    /// Morris' elementary effects.
    Morris {
        /// Number of starting points.
        repetitions: usize,
        /// True if inputs move over the probabilities 5% to 95% of their distributions, false if they move over
        /// the ranges of given values.
        random: bool,
        /// The inputs, by the mean size of their effects.
        inputs: Vec<MorrisEffect>,
    },
    /// PAWN's distances between the distribution of the value and the one with an input fixed.
    Pawn {
        /// Number of points of each distribution.
        points: usize,
        /// Number of values at which each input was fixed.
        fixed_at: usize,
        /// The inputs, by the size of their effects.
        inputs: Vec<PawnEffect>,
        /// The distance between two samples with no input fixed: the noise.
        dummy: f64,
    },
}

/// The sample behind shares of a variance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DesignNote {
    /// The standard deviation of the value.
    pub sd: f64,
    /// Number of base points.
    pub points: usize,
    /// Number of inputs with a certain rank, counted from the first; each is above the next one with 95% confidence.
    pub certain: usize,
}

/// Name and description of an input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InputNote {
    /// Name of the input: `duty.rate[machinery]`.
    pub input: String,
    /// Description of the input's quantity; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
}

/// A share of the variance, estimated from a sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The estimated share; it may be below 0 or above 1.
    pub value: f64,
    /// Half the width of the share's 95% confidence interval.
    pub margin: f64,
}

/// Effect of an input at both ends of its range.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TornadoEffect {
    /// Name and description of the input.
    #[serde(flatten)]
    pub note: InputNote,
    /// Unit in which the input's values are shown.
    pub unit: UnitLabel,
    /// Unchanged value of the input; `None` if it has several, in different years or elements.
    pub now: Option<f64>,
    /// The low end: a value, or a change as a share of the value.
    pub low: f64,
    /// High end of the input's range.
    pub high: f64,
    /// True if both ends are changes, as shares of the input's value.
    pub relative: bool,
    /// The result at the low end; `None` if it cannot be computed.
    pub at_low: Option<f64>,
    /// The result at the high end; `None` if it cannot be computed.
    pub at_high: Option<f64>,
    /// The percentage by which the value changes if the input is 1% greater, for small changes; `None` for a
    /// year and for a value of 0.
    pub elasticity: Option<f64>,
}

/// Shares of the variance that an input explains, if all inputs are independent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SobolEffect {
    /// Name and description of the input.
    #[serde(flatten)]
    pub note: InputNote,
    /// Share of the variance that the input explains alone.
    pub first: Share,
    /// Share of the variance that the input explains alone and in interaction with others.
    pub total: Share,
}

/// The share of the variance that an input explains.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShapleyEffect {
    /// Name and description of the input.
    #[serde(flatten)]
    pub note: InputNote,
    /// Share of the variance; the shares of all inputs add up to 1, except for sampling error.
    pub share: Share,
}

/// Change of the value's distribution when an input is fixed: the largest difference between two
/// cumulative distribution functions, from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PawnEffect {
    /// Name and description of the input.
    #[serde(flatten)]
    pub note: InputNote,
    /// The median of the distances over the values at which the input was fixed.
    pub median: f64,
    /// The largest of these distances.
    pub largest: f64,
}

/// The elementary effects of an input, in the unit of the value and for the whole range of the input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MorrisEffect {
    /// Name and description of the input.
    #[serde(flatten)]
    pub note: InputNote,
    /// Mean absolute effect.
    pub mean_size: Share,
    /// Mean of the effects.
    pub mean: f64,
    /// Standard deviation of the effects, which measures curvature and interaction with other inputs.
    pub sd: f64,
    /// Largest change of the result in one step.
    pub largest_move: f64,
}
