//! What an evaluation computes with: numbers in a plain run, nodes of a tape where values are not
//! known yet. One evaluator serves both.

use crate::model::{BinaryOp, apply, truth};
use crate::plan::Place;

/// Functions of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unary {
    Negate,
    Not,
    Abs,
    Exp,
    Ln,
    Sqrt,
}

impl Unary {
    pub(super) fn apply(self, a: f64) -> f64 {
        match self {
            Self::Negate => -a,
            Self::Not => truth(a == 0.0),
            Self::Abs => a.abs(),
            Self::Exp => libm::exp(a),
            Self::Ln if a <= 0.0 => f64::NAN,
            Self::Ln => libm::log(a),
            Self::Sqrt => a.sqrt(),
        }
    }
}

/// Functions of two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    Operator(BinaryOp),
    Minimum,
    Maximum,
}

impl Binary {
    pub(super) fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Operator(op) => apply(op, a, b),
            Self::Minimum => a.min(b),
            Self::Maximum => a.max(b),
        }
    }
}

/// A way to compute.
pub(super) trait Domain {
    /// What stands for a number.
    type Value: Copy;
    /// A number.
    fn constant(&mut self, value: f64) -> Self::Value;
    /// The number, if it is known while evaluating.
    fn known(&self, value: Self::Value) -> Option<f64>;
    /// What is kept at a place; `value` is what stands there in a run.
    fn read(&mut self, place: Place, value: f64) -> Self::Value;
    /// A function of one number.
    fn unary(&mut self, op: Unary, a: Self::Value) -> Self::Value;
    /// A function of two numbers.
    fn binary(&mut self, op: Binary, a: Self::Value, b: Self::Value) -> Self::Value;
    /// `then` where the condition is not 0, else `other`.
    fn select(
        &mut self,
        condition: Self::Value,
        then: Self::Value,
        other: Self::Value,
    ) -> Self::Value;
    /// The sum.
    fn sum(&mut self, values: &[Self::Value]) -> Self::Value;
}

/// Plain numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers;

impl Domain for Numbers {
    type Value = f64;

    fn constant(&mut self, value: f64) -> f64 {
        value
    }

    fn known(&self, value: f64) -> Option<f64> {
        Some(value)
    }

    fn read(&mut self, _: Place, value: f64) -> f64 {
        value
    }

    fn unary(&mut self, op: Unary, a: f64) -> f64 {
        op.apply(a)
    }

    fn binary(&mut self, op: Binary, a: f64, b: f64) -> f64 {
        op.apply(a, b)
    }

    fn select(&mut self, condition: f64, then: f64, other: f64) -> f64 {
        if condition == 0.0 { other } else { then }
    }

    fn sum(&mut self, values: &[f64]) -> f64 {
        compensated_sum(values)
    }
}

/// The sum with its rounding errors added back (Neumaier 1974), so that small flows beside large
/// ones are not lost.
pub(super) fn compensated_sum(values: &[f64]) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for &value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    // An infinite sum has no rounding error: it is reported as it is.
    if sum.is_finite() { sum + lost } else { sum }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_sum_keeps_what_cancels() {
        assert_eq!(super::compensated_sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
    }
}
