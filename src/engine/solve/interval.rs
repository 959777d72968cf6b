//! Between which values something lies in every draw: enough to see that it is never 0, or that a
//! comparison has one answer.
//!
//! Interval arithmetic (Moore 1966), with bounds that are rounded as the values themselves are: the
//! operations of IEEE 754 are monotone, and the kernels nearly so, for which there is room.

use crate::builtins::ValueRange;
use crate::engine::run::domain::{Binary, Unary};
use crate::model::{BinaryOp, truth};

/// Both ends included. What may be no number lies in [`Interval::ANY`], or is unbounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    low: f64,
    high: f64,
}

/// Room for the errors of elementary functions, as a share.
const ROOM: f64 = 1e-12;

impl Interval {
    /// All numbers.
    pub(crate) const ANY: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// From the least to the greatest of some values; all numbers if one of them is none.
    pub(crate) fn around(values: &[f64]) -> Self {
        // In the total order -0 is below 0, so that a zero of one sign is told from one of both.
        let ends = values.iter().copied().min_by(f64::total_cmp);
        let ends = ends.zip(values.iter().copied().max_by(f64::total_cmp));
        match ends {
            Some((low, high)) if !low.is_nan() && !high.is_nan() => Self { low, high },
            _ => Self::ANY,
        }
    }

    /// The interval with room at both ends.
    pub(crate) fn widened(self) -> Self {
        // Below the normal numbers a last place is no small share.
        let room =
            |end: f64| if end.is_finite() { ROOM * end.abs() + f64::MIN_POSITIVE } else { 0.0 };
        Self { low: self.low - room(self.low), high: self.high + room(self.high) }
    }

    fn is_finite(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }

    /// The greatest size in it.
    pub(crate) fn most(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// True if it is never 0 in any draw.
    pub(crate) fn excludes_zero(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// True if it is a number in every draw, and not 0.
    pub(crate) fn is_divisor(self) -> bool {
        self.is_finite() && self.excludes_zero()
    }

    /// Where a function of a value in this interval lies.
    pub(crate) fn unary(self, op: Unary) -> Self {
        let Self { low, high } = self;
        match op {
            Unary::Negate => Self::around(&[-low, -high]),
            Unary::Not => Self { low: 0.0, high: 1.0 },
            Unary::Abs if low >= 0.0 => self,
            Unary::Abs => Self { low: if high < 0.0 { -high } else { 0.0 }, high: high.max(-low) },
            Unary::Exp => self.by(|x| Unary::Exp.apply(x)),
            Unary::Ln if low > 0.0 => self.by(|x| Unary::Ln.apply(x)),
            Unary::Sqrt if low >= 0.0 => self.by(f64::sqrt),
            Unary::Ln | Unary::Sqrt => Self::ANY,
            Unary::Elementary(function) => match function.range() {
                ValueRange::Rising => self.by(|x| function.value(x)),
                ValueRange::Between(low, high) if self.is_finite() => Self { low, high },
                ValueRange::Between(..) => Self::ANY,
            },
        }
    }

    /// The interval under a rising function.
    fn by(self, f: impl Fn(f64) -> f64) -> Self {
        Self::around(&[f(self.low), f(self.high)]).widened()
    }

    /// Where a function of two values in these intervals lies.
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
            Binary::Minimum | Binary::Maximum | Binary::Operator(Add | Subtract | Multiply) => {
                corners()
            }
            Binary::Operator(Divide) if other.excludes_zero() => corners(),
            // Rising or falling in each of both, if the base is above 0.
            Binary::Operator(Power) if self.low > 0.0 => corners().widened(),
            Binary::Operator(Divide | Power) => Self::ANY,
            Binary::Operator(_) => Self { low: 0.0, high: 1.0 },
        }
    }

    /// Where one of two values lies.
    pub(crate) fn or(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// What an operation is in all draws, if these intervals tell: a comparison with one answer, 0 over or
    /// times what is never 0, a power of 1.
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

    /// The answer of a comparison that is the same in all draws; none if it may differ.
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

    fn binary() -> Vec<Binary> {
        use BinaryOp::*;
        let operators = [
            Add, Subtract, Multiply, Divide, Power, And, Or, Equal, NotEqual, AtMost, AtLeast,
            Below, Above,
        ];
        let operators = operators.into_iter().map(Binary::Operator);
        operators.chain([Binary::Minimum, Binary::Maximum]).collect()
    }

    /// Ends of many sizes, zeros among them, and a share of the way from one to the other.
    fn within() -> impl Strategy<Value = (Interval, f64)> {
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

    fn holds(interval: Interval, value: f64) -> bool {
        (interval.low..=interval.high).contains(&value) || (value.is_nan() && !interval.is_finite())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_is_computed_lies_within((a, x) in within(), (b, y) in within()) {
            for op in Unary::all() {
                let value = op.apply(x);
                prop_assert!(holds(a.unary(op), value), "{op:?} {a:?} {x} {value}");
            }
            for op in binary() {
                let (value, found) = (op.apply(x, y), a.binary(op, b));
                prop_assert!(holds(found, value), "{op:?} {a:?} {x} {b:?} {y} {value} {found:?}");
                if let Some(answer) = a.decided(op, b) {
                    prop_assert_eq!(value.to_bits(), answer.to_bits());
                }
            }
            prop_assert!(holds(a.or(b), x) && holds(a.or(b), y));
            if a.is_divisor() {
                prop_assert_eq!(x / x, 1.0);
            }
        }
    }
}
