//! Distributions whose parameters are known before anything runs.

use crate::builtins::Function;
use crate::model::Expr;

/// What is wrong with the parameters of a distribution, if they are known.
pub(super) fn distribution_problem(function: Function, args: &[Expr]) -> Option<String> {
    let values: Vec<f64> = args.iter().map(Expr::constant).collect::<Option<_>>()?;
    let v = values.as_slice();
    match (function, v) {
        (Function::Normal | Function::Lognormal, [_, sd]) if *sd < 0.0 => {
            Some(format!("the standard deviation {sd} is negative"))
        }
        (Function::Lognormal, [mean, _]) if *mean <= 0.0 => {
            Some(format!("the mean {mean} is not above 0"))
        }
        (Function::Uniform | Function::Between, [low, high]) if low > high => {
            Some(format!("the low end {low} is above the high end {high}"))
        }
        (Function::Triangular | Function::Pert, [low, mode, high])
            if !(low <= mode && mode <= high && low < high) =>
        {
            Some(format!("low {low}, mode {mode} and high {high} are not in rising order"))
        }
        (Function::Beta, [a, b]) if *a <= 0.0 || *b <= 0.0 => {
            Some(format!("{a} and {b} are not both above 0"))
        }
        (Function::Bernoulli, [p]) if !(0.0..=1.0).contains(p) => {
            Some(format!("{p} is no probability"))
        }
        (Function::StudentT, [degrees, ..]) if *degrees <= 0.0 => {
            Some(format!("{degrees} degrees of freedom are not above 0"))
        }
        (Function::Discrete, pairs) => {
            let total: f64 = pairs.iter().skip(1).step_by(2).sum();
            let negative = pairs.iter().skip(1).step_by(2).any(|p| *p < 0.0);
            (negative || (total - 1.0).abs() > 1e-9).then(|| {
                format!("the probabilities sum to {}%, not 100%", (total * 1e4).round() / 100.0)
            })
        }
        _ => None,
    }
}
