//! What is known before anything runs.

use crate::builtins::Function;
use crate::model::{BinaryOp, Expr, Time};

/// The value of an expression that reads nothing.
pub(super) fn constant(expr: &Expr) -> Option<f64> {
    at_year(expr, None)
}

/// The value in one year of an expression that reads nothing but the year.
pub(super) fn at_year(expr: &Expr, year: Option<i32>) -> Option<f64> {
    let truth = |yes: bool| if yes { 1.0 } else { 0.0 };
    let value = match expr {
        Expr::Const(value) => *value,
        Expr::Year(Time::Offset(offset)) => f64::from(year? + offset),
        Expr::Year(Time::Fixed(year)) => f64::from(*year),
        Expr::Negate(a) => -at_year(a, year)?,
        Expr::Not(a) => 1.0 - at_year(a, year)?,
        Expr::Binary { op, left, right, .. } => {
            let (a, b) = (at_year(left, year)?, at_year(right, year)?);
            match op {
                BinaryOp::Add => a + b,
                BinaryOp::Subtract => a - b,
                BinaryOp::Multiply => a * b,
                BinaryOp::Divide if b != 0.0 => a / b,
                BinaryOp::Divide => return None,
                BinaryOp::Power => libm::pow(a, b),
                BinaryOp::Equal => truth(a == b),
                BinaryOp::NotEqual => truth(a != b),
                BinaryOp::AtMost => truth(a <= b),
                BinaryOp::AtLeast => truth(a >= b),
                BinaryOp::Below => truth(a < b),
                BinaryOp::Above => truth(a > b),
                BinaryOp::And => truth(a != 0.0 && b != 0.0),
                BinaryOp::Or => truth(a != 0.0 || b != 0.0),
            }
        }
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// What is wrong with the parameters of a distribution, if they are known.
pub(super) fn distribution_problem(function: Function, args: &[Expr]) -> Option<String> {
    let values: Vec<f64> = args.iter().map(constant).collect::<Option<_>>()?;
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
