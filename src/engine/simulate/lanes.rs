//! Instructions over lanes of draws: loops that are compiled for each instruction set.
//!
//! Every value is computed by the same operations as a single number is, without fused
//! multiply-adds, so that the bits do not depend on the lane or on the machine.

use pulp::{Arch, Simd, WithSimd};

use crate::engine::domain::{Binary, Unary};
use crate::engine::kernels::{
    self, Logarithm, exp_lane, ln_lane, logarithm, pow_lane, power_of_lane, powers_of_lane,
};
use crate::model::{BinaryOp, truth};

/// Draws in a lane.
pub(super) const LANE: usize = 256;

/// One side of an instruction.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side<'a> {
    Lane(&'a [f64]),
    Number(f64),
}

impl Side<'_> {
    fn at(self, n: usize) -> f64 {
        match self {
            Self::Lane(lane) => lane[n],
            Self::Number(number) => number,
        }
    }
}

/// A function of two numbers. A type for each, because only a method is sure to be inlined where the
/// instruction set is chosen.
trait Two: Copy {
    fn value(self, a: f64, b: f64) -> f64;
}

macro_rules! functions_of_two {
    ($($name:ident |$a:ident, $b:ident| $value:expr;)*) => {$(
        #[derive(Clone, Copy)]
        struct $name;

        impl Two for $name {
            #[inline(always)]
            fn value(self, $a: f64, $b: f64) -> f64 {
                $value
            }
        }
    )*};
}

functions_of_two! {
    Add |a, b| a + b;
    Subtract |a, b| a - b;
    Multiply |a, b| a * b;
    Divide |a, b| a / b;
    Power |a, b| kernels::pow(a, b);
    Minimum |a, b| a.min(b);
    Maximum |a, b| a.max(b);
    And |a, b| truth(a != 0.0 && b != 0.0);
    Or |a, b| truth(a != 0.0 || b != 0.0);
    Equal |a, b| truth(a == b);
    NotEqual |a, b| truth(a != b);
    AtMost |a, b| truth(a <= b);
    AtLeast |a, b| truth(a >= b);
    Below |a, b| truth(a < b);
    Above |a, b| truth(a > b);
}

struct Pairs<'a, F> {
    f: F,
    a: Side<'a>,
    b: Side<'a>,
    out: &'a mut [f64],
}

impl<F: Two> WithSimd for Pairs<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { f, a, b, out } = self;
        match (a, b) {
            (Side::Lane(a), Side::Lane(b)) => {
                for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
                    *out = f.value(a, b);
                }
            }
            (Side::Lane(a), Side::Number(b)) => {
                out.iter_mut().zip(a).for_each(|(out, &a)| *out = f.value(a, b));
            }
            (Side::Number(a), Side::Lane(b)) => {
                out.iter_mut().zip(b).for_each(|(out, &b)| *out = f.value(a, b));
            }
            (Side::Number(a), Side::Number(b)) => out.fill(f.value(a, b)),
        }
    }
}

/// A function of two sides.
pub(super) fn binary(arch: Arch, op: Binary, a: Side<'_>, b: Side<'_>, out: &mut [f64]) {
    macro_rules! run {
        ($f:expr) => {
            arch.dispatch(Pairs { f: $f, a, b, out })
        };
    }
    match op {
        Binary::Minimum => run!(Minimum),
        Binary::Maximum => run!(Maximum),
        Binary::Operator(op) => match op {
            BinaryOp::Add => run!(Add),
            BinaryOp::Subtract => run!(Subtract),
            BinaryOp::Multiply => run!(Multiply),
            BinaryOp::Divide => run!(Divide),
            BinaryOp::Power => match (a, b) {
                (Side::Number(a), Side::Lane(b)) if a >= 0.0 => {
                    power_of_lane(arch, logarithm(a), b, out);
                }
                (Side::Lane(a), Side::Lane(b)) => pow_lane(arch, a, b, out),
                _ => run!(Power),
            },
            BinaryOp::And => run!(And),
            BinaryOp::Or => run!(Or),
            BinaryOp::Equal => run!(Equal),
            BinaryOp::NotEqual => run!(NotEqual),
            BinaryOp::AtMost => run!(AtMost),
            BinaryOp::AtLeast => run!(AtLeast),
            BinaryOp::Below => run!(Below),
            BinaryOp::Above => run!(Above),
        },
    }
}

/// A function of one side.
pub(super) fn unary(arch: Arch, op: Unary, a: Side<'_>, out: &mut [f64]) {
    match (op, a) {
        (_, Side::Number(a)) => out.fill(op.apply(a)),
        (Unary::Exp, Side::Lane(a)) => exp_lane(arch, a, out),
        (Unary::Ln, Side::Lane(a)) => ln_lane(arch, a, out),
        (_, Side::Lane(a)) => out.iter_mut().zip(a).for_each(|(out, &a)| *out = op.apply(a)),
    }
}

/// One of two sides, draw by draw.
pub(super) fn select(condition: Side<'_>, then: Side<'_>, other: Side<'_>, out: &mut [f64]) {
    for (n, out) in out.iter_mut().enumerate() {
        *out = if condition.at(n) == 0.0 { other.at(n) } else { then.at(n) };
    }
}

/// `out[i] = base[chosen[i]]^y[i]`, the bases given by their logarithms.
pub(super) fn table_power(
    arch: Arch,
    bases: &[Logarithm],
    chosen: &[f64],
    exponents: &[f64],
    [high, low]: &mut [Vec<f64>; 2],
    out: &mut [f64],
) {
    for ((high, low), &position) in high.iter_mut().zip(low.iter_mut()).zip(chosen) {
        let base = bases.get(position as usize).copied().unwrap_or(Logarithm::NONE);
        (*high, *low) = base.parts();
    }
    powers_of_lane(arch, [high, low], exponents, out);
}
