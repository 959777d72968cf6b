//! The values of lanes, and the loops over all lanes, compiled for each instruction set.

use pulp::{Simd, WithSimd};

use crate::engine::run::domain::{Binary, Unary};
use crate::model::BinaryOp;

/// A value in each lane, with the years of an element side by side.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LaneValue {
    /// The number of all lanes.
    Same(f64),
    /// A number for each lane, from this position of the rows on.
    Row(u32),
    /// A number for each lane, from this position of the kept rows on.
    Kept(u32),
}

/// The numbers of a value: the same in all lanes, or a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum LaneOperand<'a> {
    Same(f64),
    Row(&'a [f64]),
}

/// The rows that an operation may read.
#[derive(Clone, Copy)]
pub(super) struct LaneRows<'a> {
    pub(super) rows: &'a [f64],
    pub(super) kept: &'a [f64],
    pub(super) lanes: usize,
}

impl<'a> LaneRows<'a> {
    pub(super) fn of(self, value: LaneValue) -> LaneOperand<'a> {
        match value {
            LaneValue::Same(number) => LaneOperand::Same(number),
            LaneValue::Row(start) => LaneOperand::Row(&self.rows[start as usize..][..self.lanes]),
            LaneValue::Kept(start) => LaneOperand::Row(&self.kept[start as usize..][..self.lanes]),
        }
    }
}

/// True if all numbers are finite.
pub(super) struct AllFinite<'a>(pub(super) &'a [f64]);

impl WithSimd for AllFinite<'_> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> bool {
        // A number times 0 is 0, or NaN if the number is not finite.
        let mut products = [0.0; 8];
        let (chunks, rest) = self.0.as_chunks::<8>();
        for chunk in chunks {
            for (product, number) in products.iter_mut().zip(chunk) {
                *product += number * 0.0;
            }
        }
        products.iter().all(|&product| product == 0.0)
            && rest.iter().all(|number| number.is_finite())
    }
}

/// A function of one number in all lanes. The match is outside the loop, so that each function has a vector loop of its
/// own.
pub(super) struct ApplyUnary<'a> {
    pub(super) op: Unary,
    pub(super) a: &'a [f64],
    pub(super) out: &'a mut [f64],
}

impl WithSimd for ApplyUnary<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { op, a, out } = self;
        macro_rules! run {
            ($op:expr) => {
                for (out, &a) in out.iter_mut().zip(a) {
                    *out = $op.apply(a);
                }
            };
        }
        match op {
            Unary::Negate => run!(Unary::Negate),
            Unary::Not => run!(Unary::Not),
            Unary::Abs => run!(Unary::Abs),
            Unary::Exp => run!(Unary::Exp),
            Unary::Ln => run!(Unary::Ln),
            Unary::Sqrt => run!(Unary::Sqrt),
            Unary::Elementary(function) => run!(Unary::Elementary(function)),
        }
    }
}

/// A function of two numbers in all lanes, as [`ApplyUnary`].
pub(super) struct ApplyBinary<'a> {
    pub(super) op: Binary,
    pub(super) a: LaneOperand<'a>,
    pub(super) b: LaneOperand<'a>,
    pub(super) out: &'a mut [f64],
}

impl WithSimd for ApplyBinary<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { op, a, b, out } = self;
        macro_rules! run {
            ($op:expr) => {
                match (a, b) {
                    (LaneOperand::Row(a), LaneOperand::Row(b)) => {
                        for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
                            *out = $op.apply(a, b);
                        }
                    }
                    (LaneOperand::Row(a), LaneOperand::Same(b)) => {
                        for (out, &a) in out.iter_mut().zip(a) {
                            *out = $op.apply(a, b);
                        }
                    }
                    (LaneOperand::Same(a), LaneOperand::Row(b)) => {
                        for (out, &b) in out.iter_mut().zip(b) {
                            *out = $op.apply(a, b);
                        }
                    }
                    (LaneOperand::Same(a), LaneOperand::Same(b)) => out.fill($op.apply(a, b)),
                }
            };
        }
        macro_rules! operators {
            ($($name:ident)+) => {
                match op {
                    Binary::Minimum => run!(Binary::Minimum),
                    Binary::Maximum => run!(Binary::Maximum),
                    $(Binary::Operator(BinaryOp::$name) => run!(Binary::Operator(BinaryOp::$name)),)+
                }
            };
        }
        operators!(And Or Equal NotEqual AtMost AtLeast Below Above Add Subtract Multiply Divide Power);
    }
}

/// The sum of values in all lanes, with its rounding errors added back at the end.
pub(super) struct AddAll<'a> {
    pub(super) rows: LaneRows<'a>,
    pub(super) values: &'a [LaneValue],
    pub(super) sum: &'a mut [f64],
    pub(super) lost: &'a mut [f64],
}

impl WithSimd for AddAll<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { rows, values, sum, lost } = self;
        macro_rules! add {
            ($sum:expr, $lost:expr, $value:expr) => {
                let next = *$sum + $value;
                let is_larger = $sum.abs() >= $value.abs();
                let (larger, smaller) = if is_larger { (*$sum, $value) } else { ($value, *$sum) };
                *$lost += (larger - next) + smaller;
                *$sum = next;
            };
        }
        for &value in values {
            let lanes = sum.iter_mut().zip(&mut *lost);
            match rows.of(value) {
                LaneOperand::Row(row) => {
                    for ((sum, lost), &value) in lanes.zip(row) {
                        add!(sum, lost, value);
                    }
                }
                LaneOperand::Same(value) => {
                    for (sum, lost) in lanes {
                        add!(sum, lost, value);
                    }
                }
            }
        }
        for (sum, lost) in sum.iter_mut().zip(lost) {
            *sum = if sum.is_finite() { *sum + *lost } else { *sum };
        }
    }
}
