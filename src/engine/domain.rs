//! What an evaluation computes with: numbers in a plain run, nodes of a tape where values are not
//! known yet. One evaluator serves both.

use std::collections::BTreeMap;

use super::distribution::Distribution;
use super::kernels;
use crate::builtins::Elementary;
use crate::model::{BinaryOp, apply, truth};
use crate::plan::Place;

/// Functions of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Unary {
    Negate,
    Not,
    Abs,
    Exp,
    Ln,
    Sqrt,
    Elementary(Elementary),
}

impl Unary {
    /// Every function of one number.
    #[cfg(test)]
    pub(super) fn all() -> Vec<Self> {
        let own = [Self::Negate, Self::Not, Self::Abs, Self::Exp, Self::Ln, Self::Sqrt];
        let elementary = Elementary::ALL.iter().copied().map(Self::Elementary);
        own.into_iter().chain(elementary).collect()
    }

    #[inline(always)]
    pub(super) fn apply(self, a: f64) -> f64 {
        match self {
            Self::Negate => -a,
            Self::Not => truth(a == 0.0),
            Self::Abs => a.abs(),
            Self::Exp => kernels::exp(a),
            Self::Ln => kernels::ln(a),
            Self::Sqrt => a.sqrt(),
            Self::Elementary(function) => function.value(a),
        }
    }
}

/// Functions of two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Binary {
    Operator(BinaryOp),
    Minimum,
    Maximum,
}

impl Binary {
    #[inline(always)]
    pub(super) fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Operator(BinaryOp::Power) => kernels::pow(a, b),
            Self::Operator(op) => apply(op, a, b),
            Self::Minimum => a.min(b),
            Self::Maximum => a.max(b),
        }
    }
}

/// Which random quantity is meant: the same name and part have the same draws in every run.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RandomId {
    /// The quantity, its elements and which of its distributions: `growth[food]#0`.
    pub(super) name: String,
    /// The year of what is drawn each year, else 0.
    pub(super) part: u64,
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
    /// The value of a random quantity; its median where none is drawn.
    fn random(&mut self, _: RandomId, distribution: &Distribution) -> Self::Value {
        self.constant(distribution.median())
    }
    /// True if random quantities have to be told apart by their names.
    fn draws(&self) -> bool {
        false
    }
    /// Says whether what follows is read in the baseline; returns what was said before.
    fn in_baseline(&mut self, _: bool) -> bool {
        false
    }
}

/// Plain numbers; every distribution stands at its median, or at the values of one draw.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Numbers<'a> {
    /// The uniform number of each random quantity in the draw.
    pub(super) drawn: Option<&'a BTreeMap<RandomId, f64>>,
}

impl Domain for Numbers<'_> {
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

    fn random(&mut self, id: RandomId, distribution: &Distribution) -> f64 {
        let drawn = self.drawn.and_then(|drawn| drawn.get(&id)).copied();
        drawn.map_or_else(|| distribution.median(), |u| distribution.quantile(u))
    }

    fn draws(&self) -> bool {
        self.drawn.is_some()
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
