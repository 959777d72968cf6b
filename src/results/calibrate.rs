//! The answer of `calibrate`.

use serde::Serialize;

use super::UnitLabel;

/// The answer to a `calibrate`: one calibration per scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibrateAnswer {
    /// First and last year of the observations.
    pub years: (i32, i32),
    /// The calibrations, in the order of the scenarios.
    pub calibrations: Vec<Calibration>,
}

/// The calibration of one scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Name of the scenario.
    pub scenario: String,
    /// Outcome of the calibration.
    pub verdict: FitVerdict,
    /// The inputs, in the order of the script.
    pub parameters: Vec<FittedParameter>,
    /// The correlation of the errors of each pair of parameters; empty unless the verdict is `fitted`.
    pub correlations: Vec<Vec<f64>>,
    /// The fits, in the order of the script.
    pub fits: Vec<FitQuality>,
    /// Number of observations.
    pub observations: usize,
    /// Sum of squared residuals. With one fit it is in squared base units; with several fits, each residual is a share
    /// of the size of the fit's observations. Absent without parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum_of_squares: Option<f64>,
}

/// Outcome of a calibration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FitVerdict {
    /// The parameters were determined.
    Fitted,
    /// No search converged.
    NotConverged,
    /// One or more parameters can change without any change of the fit.
    NotDistinguishable,
    /// The best fit is outside the range of a parameter.
    AtBounds,
    /// There are no more observations than parameters.
    TooFewObservations,
    /// The computed values could not be computed at any tried point of the ranges.
    Undefined,
}

/// An input with its calibrated value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FittedParameter {
    /// Text of the input in the script.
    pub input: String,
    /// Description of the quantity; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Unit in which the input's values are shown.
    pub unit: UnitLabel,
    /// Lower end of the input's range.
    pub low: f64,
    /// Upper end of the input's range.
    pub high: f64,
    /// Lowest and highest value of the input in the unchanged scenario.
    pub now: (f64, f64),
    /// Value of the best fit within the range; an estimate only if the verdict is `fitted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Standard error of the value; absent unless the verdict is `fitted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// True if the verdict is about this parameter: the observations cannot distinguish it from others, or a bound
    /// holds it.
    pub is_cause: bool,
}

/// Computed values and their deviations from the observed values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FitQuality {
    /// Text of the computed values in the script.
    pub expression: String,
    /// Text of the observed values in the script.
    pub observed: String,
    /// Unit in which the deviations are shown.
    pub unit: UnitLabel,
    /// Root mean square of the deviations with the present inputs; absent if a value cannot be computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviation_now: Option<f64>,
    /// Root mean square of the deviations of the best fit; absent without a fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviation: Option<f64>,
}
