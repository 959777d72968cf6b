//! The answer of `calibrate`.

use serde::Serialize;

use super::UnitLabel;

/// The answer of a `calibrate`: one calibration per scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibrateAnswer {
    /// First and last year of the observations.
    pub years: (i32, i32),
    /// The calibrations, in the order of the scenarios.
    pub calibrations: Vec<Calibration>,
}

/// A calibration in one scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// The scenario's name.
    pub scenario: String,
    /// The outcome.
    pub verdict: FitVerdict,
    /// The inputs, in the order of the script.
    pub parameters: Vec<FittedParameter>,
    /// The correlation of the errors of each pair of parameters; empty unless the verdict is `fitted`.
    pub correlations: Vec<Vec<f64>>,
    /// The fits, in the order of the script.
    pub fits: Vec<FitQuality>,
    /// Number of observations.
    pub observations: usize,
    /// Sum of squared residuals, each as a share of the size of the observations of its fit if there are several
    /// fits; in squared base units if there is one. Absent without parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum_of_squares: Option<f64>,
}

/// The outcome of a calibration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FitVerdict {
    /// The parameters are determined.
    Fitted,
    /// No search converged.
    NotConverged,
    /// Some parameters can change together, or one alone, without any change of the fit.
    NotDistinguishable,
    /// The best fit lies beyond the range of some parameters.
    AtBounds,
    /// There are no more observations than parameters.
    TooFewObservations,
    /// The computed values have no value anywhere in the ranges that was tried.
    Undefined,
}

/// A calibrated input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FittedParameter {
    /// The text as written in the script.
    pub input: String,
    /// The description of the quantity; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// How to show its values.
    pub unit: UnitLabel,
    /// Lower end of its range.
    pub low: f64,
    /// Upper end of its range.
    pub high: f64,
    /// Its least and its greatest value in the unchanged scenario.
    pub now: (f64, f64),
    /// The value of the best fit within the ranges. It is an estimate only if the verdict is `fitted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Its standard error; absent unless the verdict is `fitted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// True if the verdict is about this parameter: it cannot be told apart from others, or a bound holds it.
    pub is_cause: bool,
}

/// Computed values and how far they are from the observed ones.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FitQuality {
    /// The computed values as written.
    pub expression: String,
    /// The observed values as written.
    pub observed: String,
    /// How to show the deviations.
    pub unit: UnitLabel,
    /// Root mean square of the deviations with the present inputs; absent if a value cannot be computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviation_now: Option<f64>,
    /// Root mean square of the deviations of the best fit; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviation: Option<f64>,
}
