//! Interval arithmetic (Moore 1966) for the values of a tape: an interval contains the value in
//! every draw. That is enough to know that a value is never 0, or that a comparison has the same
//! result in every draw.
//!
//! The bounds are rounded as the values themselves are. This is sound because the operations of
//! IEEE 754 are monotone; the engine's elementary functions are nearly monotone, and a margin
//! covers the difference.

use crate::builtins::ImageBounds;
use crate::engine::run::domain::{Binary, Unary};
use crate::model::{BinaryOp, truth};

/// A closed interval of values. If a value may be NaN, its interval is unbounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    low: f64,
    high: f64,
}

/// Relative margin that covers the errors of elementary functions.
const MARGIN: f64 = 1e-12;

impl Interval {
    /// All numbers.
    pub(crate) const ANY: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// The smallest interval that contains some numbers; [`Interval::ANY`] if one of them is NaN.
    pub(crate) fn around(values: &[f64]) -> Self {
        // The total order places -0 below 0: an interval of one zero differs from one of both
        // zeros.
        let ends = values.iter().copied().min_by(f64::total_cmp);
        let ends = ends.zip(values.iter().copied().max_by(f64::total_cmp));
        match ends {
            Some((low, high)) if !low.is_nan() && !high.is_nan() => Self { low, high },
            _ => Self::ANY,
        }
    }

    /// Returns the interval extended by the rounding margin at both ends.
    pub(crate) fn widened(self) -> Self {
        // For subnormal numbers a relative margin would be less than one ulp.
        let margin =
            |end: f64| if end.is_finite() { MARGIN * end.abs() + f64::MIN_POSITIVE } else { 0.0 };
        Self { low: self.low - margin(self.low), high: self.high + margin(self.high) }
    }

    /// True if both ends are finite, so that the value is a number in every draw.
    fn is_finite(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }

    /// Returns both ends.
    pub(crate) fn ends(self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Returns the number, if the interval contains only one.
    pub(crate) fn only(self) -> Option<f64> {
        (self.low == self.high && self.low.is_finite()).then_some(self.low)
    }

    /// Returns the largest absolute value in the interval.
    pub(crate) fn max_magnitude(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// True if the value is not 0 in any draw.
    pub(crate) fn excludes_zero(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// True if the value is a finite number other than 0 in every draw.
    pub(crate) fn is_divisor(self) -> bool {
        self.is_finite() && self.excludes_zero()
    }

    /// Returns an interval that contains the results of an operation on all values of this interval.
    pub(crate) fn unary(self, op: Unary) -> Self {
        let Self { low, high } = self;
        match op {
            Unary::Negate => Self::around(&[-low, -high]),
            Unary::Not => Self { low: 0.0, high: 1.0 },
            Unary::Abs if low >= 0.0 => self,
            Unary::Abs => Self { low: if high < 0.0 { -high } else { 0.0 }, high: high.max(-low) },
            Unary::Exp => self.image(|x| Unary::Exp.apply(x)),
            Unary::Ln if low > 0.0 => self.image(|x| Unary::Ln.apply(x)),
            Unary::Sqrt if low >= 0.0 => self.image(f64::sqrt),
            Unary::Ln | Unary::Sqrt => Self::ANY,
            Unary::Elementary(function) => match function.range() {
                ImageBounds::Rising => self.image(|x| function.value(x)),
                ImageBounds::Between(low, high) if self.is_finite() => Self { low, high },
                ImageBounds::Between(..) => Self::ANY,
            },
        }
    }

    /// Returns the image under an increasing function.
    fn image(self, f: impl Fn(f64) -> f64) -> Self {
        Self::around(&[f(self.low), f(self.high)]).widened()
    }

    /// Returns an interval that contains the results of an operation on all values of the two intervals.
    pub(crate) fn binary(self, op: Binary, other: Self) -> Self {
        use BinaryOp::{Add, Divide, Multiply, Power, Subtract};
        let corners = || {
            let [a, b, c, d] = [
                (self.low, other.low),
                (self.low, other.high),
                (self.high, other.low),
                (self.high, other.high),
            ]
            .map(|(a, b)| op.apply(a, b));
            Self::around(&[a, b, c, d])
        };
        match op {
            // Most values of a block are unbounded, and stay so.
            Binary::Operator(Add | Subtract | Multiply | Divide | Power) if self == Self::ANY => {
                Self::ANY
            }
            Binary::Operator(Add | Subtract | Multiply) if other == Self::ANY => Self::ANY,
            Binary::Minimum | Binary::Maximum | Binary::Operator(Add | Subtract | Multiply) => {
                corners()
            }
            Binary::Operator(Divide) if other.excludes_zero() => corners(),
            // For a positive base a power is monotone in the base and in the exponent.
            Binary::Operator(Power) if self.low > 0.0 => corners().widened(),
            Binary::Operator(Divide | Power) => Self::ANY,
            Binary::Operator(_) => Self { low: 0.0, high: 1.0 },
        }
    }

    /// Returns the smallest interval that contains both intervals, for a choice between two values.
    pub(crate) fn hull(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// Returns the result of an operation if the intervals determine it: a comparison, 0 times or divided by a value
    /// that is never 0, or a power of 1.
    pub(crate) fn decided(self, op: Binary, other: Self) -> Option<f64> {
        let is =
            |one: Self, value: f64| one.low == value && one.low.to_bits() == one.high.to_bits();
        let zero = |one: Self, other: Self| is(one, 0.0) && other.is_divisor();
        match op {
            Binary::Operator(BinaryOp::Multiply) if zero(self, other) || zero(other, self) => {
                Some(self.low * other.low)
            }
            Binary::Operator(BinaryOp::Divide) if zero(self, other) => Some(self.low / other.low),
            Binary::Operator(BinaryOp::Power) if is(self, 1.0) && other.is_finite() => Some(1.0),
            _ => self.compared(op, other).map(truth),
        }
    }

    /// Returns the result of a comparison if it is the same in every draw.
    fn compared(self, op: Binary, other: Self) -> Option<bool> {
        if !self.is_finite() || !other.is_finite() {
            return None;
        }
        let (below, above) = (self.high < other.low, self.low > other.high);
        let (most, least) = (self.high <= other.low, self.low >= other.high);
        let decided = |yes: bool, no: bool| (yes || no).then_some(yes);
        match op {
            Binary::Operator(BinaryOp::Below) => decided(below, least),
            Binary::Operator(BinaryOp::AtMost) => decided(most, above),
            Binary::Operator(BinaryOp::Above) => decided(above, most),
            Binary::Operator(BinaryOp::AtLeast) => decided(least, below),
            Binary::Operator(BinaryOp::Equal) => decided(false, below || above),
            Binary::Operator(BinaryOp::NotEqual) => decided(below || above, false),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An interval with ends of many magnitudes, zeros among them, and a value in it.
    fn interval_and_value() -> impl Strategy<Value = (Interval, f64)> {
        let end = prop_oneof![
            Just(0.0),
            Just(-0.0),
            Just(1.0),
            -10.0..10.0_f64,
            -1e300..1e300_f64,
            -1e-300..1e-300_f64,
            Just(f64::INFINITY),
            Just(f64::NEG_INFINITY),
        ];
        (end.clone(), end, 0.0..=1.0_f64).prop_map(|(a, b, share)| {
            let interval = Interval::around(&[a, b]);
            let (low, high) = (interval.low.max(-1e308), interval.high.min(1e308));
            let inside = low * (1.0 - share) + high * share;
            (interval, if low < high { inside.clamp(low, high) } else { interval.low })
        })
    }

    /// True if the interval contains the value, or is unbounded and the value is NaN.
    fn holds(interval: Interval, value: f64) -> bool {
        (interval.low..=interval.high).contains(&value) || (value.is_nan() && !interval.is_finite())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn results_are_inside_their_intervals((a, x) in interval_and_value(), (b, y) in interval_and_value()) {
            for op in Unary::all() {
                let value = op.apply(x);
                prop_assert!(holds(a.unary(op), value), "{op:?} {a:?} {x} {value}");
            }
            for op in Binary::all() {
                let (value, found) = (op.apply(x, y), a.binary(op, b));
                prop_assert!(holds(found, value), "{op:?} {a:?} {x} {b:?} {y} {value} {found:?}");
                if let Some(answer) = a.decided(op, b) {
                    prop_assert_eq!(value.to_bits(), answer.to_bits());
                }
            }
            prop_assert!(holds(a.hull(b), x) && holds(a.hull(b), y));
            if a.is_divisor() {
                prop_assert_eq!(x / x, 1.0);
            }
        }
    }
}
