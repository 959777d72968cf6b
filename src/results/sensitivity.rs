//! The answer of `sensitivity`.

use serde::Serialize;

use super::UnitLabel;

/// What the inputs do to one value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// The expression as written, with the elements of this cell.
    pub expression: String,
    /// The description of the quantity, with the elements chosen; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The year.
    pub year: i32,
    /// The scenario's name.
    pub scenario: String,
    /// How to show the value.
    pub unit: UnitLabel,
    /// The value with every input as it is, and every distribution at its median.
    pub value: f64,
    /// Number of inputs that do not move the value; they are left out.
    pub without_effect: usize,
    /// The inputs that move the value, by the method of the query.
    #[serde(flatten)]
    pub effects: Effects,
}

/// The effects of inputs, those that matter most first.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Effects {
    /// One input at a time, at both ends of its range.
    Tornado {
        /// The inputs.
        inputs: Vec<TornadoEffect>,
    },
    /// Sobol's shares of the variance.
    Sobol {
        /// Mean, standard deviation and design.
        sample: DesignNote,
        /// The inputs, by their total shares.
        inputs: Vec<SobolEffect>,
        /// The first-order share of an input on which the value does not depend: the noise.
        dummy: Share,
    },
    /// Shapley's shares of the variance.
    Shapley {
        /// Mean, standard deviation and design.
        sample: DesignNote,
        /// The inputs.
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
        /// The inputs.
        inputs: Vec<MorrisEffect>,
    },
    /// PAWN's distances between the distribution of the value and the one with an input fixed.
    Pawn {
        /// Number of points of each distribution.
        points: usize,
        /// Number of values at which each input was fixed.
        fixed_at: usize,
        /// The inputs.
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
    /// Number of inputs whose rank is certain, from the first; each is above the next one with 95% confidence.
    pub certain: usize,
}

/// The name of an input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InputNote {
    /// `duty.rate[machinery]`.
    pub input: String,
    /// The description of its quantity; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
}

/// An estimate from a sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The estimate. Nothing is cut off at 0 or 1.
    pub value: f64,
    /// Half the width of its 95% confidence interval.
    pub margin: f64,
}

/// An input at both ends of its range.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TornadoEffect {
    /// The input.
    #[serde(flatten)]
    pub note: InputNote,
    /// How to show its values.
    pub unit: UnitLabel,
    /// Its value as it is; `None` if it has several, in different years or elements.
    pub now: Option<f64>,
    /// The low end: a value, or a change as a share of the value.
    pub low: f64,
    /// The high end.
    pub high: f64,
    /// True if both ends are changes as shares of the value.
    pub relative: bool,
    /// The value at the low end; `None` if it cannot be computed.
    pub at_low: Option<f64>,
    /// The value at the high end.
    pub at_high: Option<f64>,
    /// The percentage by which the value changes if the input is 1% greater, for small changes; `None` for a
    /// year and for a value of 0.
    pub elasticity: Option<f64>,
}

/// The shares of the variance that one of several independent inputs explains.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SobolEffect {
    /// The input.
    #[serde(flatten)]
    pub note: InputNote,
    /// The share that it explains alone.
    pub first: Share,
    /// The share that it explains alone and together with others.
    pub total: Share,
}

/// The share of the variance that an input explains.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShapleyEffect {
    /// The input.
    #[serde(flatten)]
    pub note: InputNote,
    /// The share; the shares of all inputs add up to 1, except for sampling error.
    pub share: Share,
}

/// How far the distribution of the value moves when an input is fixed: the largest difference between two
/// cumulative distribution functions, from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PawnEffect {
    /// The input.
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
    /// The input.
    #[serde(flatten)]
    pub note: InputNote,
    /// The mean of the sizes of the effects.
    pub mean_size: Share,
    /// The mean of the effects.
    pub mean: f64,
    /// The standard deviation of the effects: curvature, and dependence on other inputs.
    pub sd: f64,
    /// The largest change of the value that one step made.
    pub largest_move: f64,
}
