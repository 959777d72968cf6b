//! Domains: the kind of value that an evaluation computes with. A plain run computes with numbers, a
//! recorded run with nodes of a tape. One evaluator serves both.

use std::collections::BTreeMap;

use crate::builtins::Elementary;
use crate::engine::numbers::distribution::Distribution;
use crate::engine::numbers::kernels;
use crate::model::{BinaryOp, Time, apply, truth};
use crate::plan::CellIndex;

/// An operation on one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Unary {
    Negate,
    Not,
    Abs,
    Exp,
    Ln,
    Sqrt,
    Elementary(Elementary),
}

impl Unary {
    /// Returns all operations on one value.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Self> {
        let own = [Self::Negate, Self::Not, Self::Abs, Self::Exp, Self::Ln, Self::Sqrt];
        let elementary = Elementary::ALL.iter().copied().map(Self::Elementary);
        own.into_iter().chain(elementary).collect()
    }

    #[inline(always)]
    pub(crate) fn apply(self, a: f64) -> f64 {
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

/// An operation on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Binary {
    Operator(BinaryOp),
    Minimum,
    Maximum,
}

impl Binary {
    /// Every function of two numbers.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Self> {
        use BinaryOp::{
            Above, Add, And, AtLeast, AtMost, Below, Divide, Equal, Multiply, NotEqual, Or, Power,
            Subtract,
        };
        let operators = [
            Add, Subtract, Multiply, Divide, Power, And, Or, Equal, NotEqual, AtMost, AtLeast,
            Below, Above,
        ];
        let operators = operators.into_iter().map(Self::Operator);
        operators.chain([Self::Minimum, Self::Maximum]).collect()
    }

    /// True if the result is a truth value.
    pub(crate) fn is_condition(self) -> bool {
        use BinaryOp::{Above, And, AtLeast, AtMost, Below, Equal, NotEqual, Or};
        let conditions = [And, Or, Equal, NotEqual, AtMost, AtLeast, Below, Above];
        matches!(self, Self::Operator(op) if conditions.contains(&op))
    }

    #[inline(always)]
    pub(crate) fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Operator(BinaryOp::Power) => kernels::pow(a, b),
            Self::Operator(op) => apply(op, a, b),
            Self::Minimum => a.min(b),
            Self::Maximum => a.max(b),
        }
    }
}

/// The identity of a random quantity: equal name and part mean equal draws in every run.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RandomId {
    /// The quantity, its elements and the position of the distribution in its definition: `growth[food]#0`.
    pub(crate) name: String,
    /// The year, for a quantity that is drawn each year; otherwise 0.
    pub(crate) part: u64,
}

/// Numbers of values that are evaluated at once: neighbouring elements of two sets, and neighbouring years. The years
/// of an element are side by side, and so are the elements of the second set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Extent {
    pub(crate) elements: [usize; 2],
    pub(crate) years: usize,
}

impl Extent {
    /// One value.
    pub(crate) const ONE: Self = Self { elements: [1, 1], years: 1 };

    /// The values of elements of one set.
    pub(crate) fn of(elements: usize, years: usize) -> Self {
        Self { elements: [elements, 1], years }
    }

    /// The number of values.
    pub(crate) fn len(self) -> usize {
        self.elements[0] * self.elements[1] * self.years
    }
}

/// A domain of values, with the operations of the language.
pub(crate) trait Domain {
    /// The type of values in this domain.
    type Value: Copy;
    /// Converts a number to a value of the domain.
    fn constant(&mut self, value: f64) -> Self::Value;
    /// Returns the number behind a value, if it is known during the evaluation.
    fn known(&self, value: Self::Value) -> Option<f64>;
    /// True if a value is known to be infinite or NaN.
    fn overflows(&self, value: Self::Value) -> bool {
        self.known(value).is_some_and(|known| !known.is_finite())
    }
    /// The values that are evaluated at once, from the evaluator's point on.
    fn extent(&self) -> Extent {
        Extent::ONE
    }
    /// The position of the element of a set of [`Extent::elements`], given by its number. `first` is that of the first value
    /// which is evaluated at once.
    fn elements(&mut self, _set: usize, first: u32) -> Self::Value {
        self.constant(f64::from(first))
    }
    /// Returns the value of a year's number, which differs between years that are evaluated at once.
    fn year(&mut self, time: Time, year: i32) -> Self::Value {
        self.constant(f64::from(time.of(year)))
    }
    /// Records that a condition was not checked because its values are not known.
    fn leave_unchecked(&mut self) {}
    /// Reads the value at an index; `value` is the stored number of the plain run.
    fn read(&mut self, index: CellIndex, value: f64) -> Self::Value;
    /// Reads the values that are evaluated at once. `values` are the stored numbers from the first of them on, empty if
    /// none was computed; `steps` are the distances there between neighbouring elements of both sets, and years.
    fn read_all(&mut self, index: CellIndex, values: &[f64], _steps: [usize; 3]) -> Self::Value {
        self.read(index, values.first().copied().unwrap_or_default())
    }
    /// Begins to evaluate the terms of a reduction at once; false if they are evaluated one by one.
    fn open(&mut self, _terms: Extent) -> bool {
        false
    }
    /// Ends the evaluation of terms and adds the value of each to `values`. `value` is `None` after a fault. False if the
    /// terms have to be evaluated one by one.
    fn close(&mut self, _value: Option<Self::Value>, _values: &mut Vec<Self::Value>) -> bool {
        false
    }
    /// The present end of the memory for values.
    fn mark(&self) -> usize {
        0
    }
    /// Gives the memory after a mark free, but for a value.
    fn release(&mut self, _mark: usize, value: Self::Value) -> Self::Value {
        value
    }
    /// Moves a value to where it stays when an evaluation ends.
    fn keep(&mut self, value: Self::Value) -> Self::Value {
        value
    }
    /// Applies an operation on one value.
    fn unary(&mut self, op: Unary, a: Self::Value) -> Self::Value;
    /// Applies an operation on two values.
    fn binary(&mut self, op: Binary, a: Self::Value, b: Self::Value) -> Self::Value;
    /// Chooses `then` where the condition is not 0, and `other` elsewhere.
    fn select(
        &mut self,
        condition: Self::Value,
        then: Self::Value,
        other: Self::Value,
    ) -> Self::Value;
    /// Adds up values.
    fn sum(&mut self, values: &[Self::Value]) -> Self::Value;
    /// Returns the value of a random quantity; its median in a domain that does not draw.
    fn random(&mut self, _: RandomId, distribution: &Distribution) -> Self::Value {
        self.constant(distribution.median())
    }
    /// Returns the value of an override's number; `n` is the override's position in the run's list.
    fn overridden(&mut self, _n: usize, number: f64) -> Self::Value {
        self.constant(number)
    }
    /// True if [`Domain::random`] needs the names of random quantities.
    fn draws(&self) -> bool {
        false
    }
    /// Switches readings to the baseline or back.
    fn in_baseline(&mut self, _: bool) {}
}

/// The domain of plain numbers. Random quantities have their medians, or their values in one draw.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Numbers<'a> {
    /// Uniform numbers of random quantities in the draw; a quantity that is missing here has its median.
    pub(crate) drawn: Option<&'a BTreeMap<RandomId, f64>>,
}

impl Domain for Numbers<'_> {
    type Value = f64;

    fn constant(&mut self, value: f64) -> f64 {
        value
    }

    fn known(&self, value: f64) -> Option<f64> {
        Some(value)
    }

    fn read(&mut self, _: CellIndex, value: f64) -> f64 {
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

/// Computes a sum and adds its rounding errors back (Neumaier 1974), so that a sum of large and small flows
/// keeps the small ones.
pub(crate) fn compensated_sum(values: &[f64]) -> f64 {
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
