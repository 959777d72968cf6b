//! The exponential function, and the pieces of it that [`super::pow`] shares.
//!
//! Method: exp(x) = 2^n exp(r) with n the integer nearest to x / ln 2, so that |r| <= ln 2 / 2;
//! exp(r) comes from a minimax polynomial.

use super::{TILE, Tile};

/// 1.5 * 2^52. Adding it to a number below 2^51 in magnitude and subtracting it again rounds that
/// number to an integer; after the addition, the low bits of the sum hold the integer.
pub(super) const ROUND: f64 = 6_755_399_441_055_744.0;

/// ln 2 rounded to 41 bits, so that its product with any exponent of a double is exact; `LN2_LOW`
/// is ln 2 minus this.
pub(super) const LN2_HIGH: f64 = 0.693147180559663;
/// ln 2 minus [`LN2_HIGH`].
pub(super) const LN2_LOW: f64 = 2.8235290563031577e-13;

/// Minimax polynomial P in exp(r) = 1 + r + r^2 P(r) for |r| <= ln 2 / 2, constant term first. Its
/// maximum error is 2^-57.9 of the result; `tests/reference/coefficients.py` computes the
/// coefficients.
const P: [f64; 10] = [
    0.5000000000000011,
    0.16666666666666413,
    0.041666666666530267,
    0.008333333333494333,
    0.0013888888943597688,
    0.0001984126950677967,
    2.480149313619826e-5,
    2.7557586266404827e-6,
    2.7630233914630336e-7,
    2.5000072292852217e-8,
];

/// Computes e^x with an error of at most 1 ulp (0.71 measured). Above 709.78 the result is
/// infinite, below -745.13 it is 0; NaN gives NaN.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    exp_of_sum(x, 0.0)
}

/// Computes exp(high + low) for a `low` much smaller than `high`: a power needs an exponent of more
/// than 53 bits.
#[inline(always)]
pub(super) fn exp_of_sum(high: f64, low: f64) -> f64 {
    let high = if high > 710.0 { 710.0 } else { high };
    let high = if high < -746.0 { -746.0 } else { high };
    let n = (high * std::f64::consts::LOG2_E + ROUND) - ROUND;
    let head = high - n * LN2_HIGH;
    let tail = low - n * LN2_LOW;
    let r = head + tail;
    // 2^n itself may overflow or be subnormal: multiply by two factors, so that each factor and the
    // first product are normal numbers.
    let half = (n * 0.5 + ROUND) - ROUND;
    (1.0 + (head + (tail + r * r * polynomial(&P, r))))
        * power_of_two(half)
        * power_of_two(n - half)
}

/// Maximum magnitude of the exponent for [`exp_of_moderate_sum`].
pub(super) const MODERATE: f64 = 700.0;

/// Computes [`exp_of_sum`], with the same bits, for a `high` of at most [`MODERATE`] in magnitude.
/// The result is then a normal number, so adding n to its exponent field replaces the two
/// multiplications by powers of 2.
#[inline(always)]
pub(super) fn exp_of_moderate_sum(high: f64, low: f64) -> f64 {
    let shifted = high * std::f64::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let head = high - n * LN2_HIGH;
    let tail = low - n * LN2_LOW;
    let r = head + tail;
    let value: f64 = 1.0 + (head + (tail + r * r * polynomial(&P, r)));
    f64::from_bits(value.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// Minimax polynomial Q in exp(r) = 1 + r + r^2 Q(r) for |r| <= [`NEAR`], constant term first. Its
/// maximum error is 2^-57.3 of the result; `tests/reference/coefficients.py` computes the
/// coefficients.
const Q: [f64; 8] = [
    0.49999999999999367,
    0.1666666666666769,
    0.04166666666928621,
    0.008333333331352931,
    0.0013888885588192275,
    0.0001984128073736411,
    2.481786236116032e-5,
    2.7544841696924707e-6,
];

/// Maximum magnitude of the exponent for [`exp_near`]. Up to this bound a rounding error of half an
/// ulp in the exponent changes the result by at most 1/8 ulp, so an exponent of one double is
/// enough.
pub(super) const NEAR: f64 = 5.0 / 32.0;

/// Computes e^x for |x| <= [`NEAR`], with an error of at most 0.7 ulp and without splitting off a
/// power of 2.
#[inline(always)]
pub(super) fn exp_near(x: f64) -> f64 {
    1.0 + (x + x * x * polynomial(&Q, x))
}

/// Computes [`exp`] of each number; the second value is true if all of them are at most
/// [`MODERATE`] in magnitude.
#[inline(always)]
pub(super) fn moderate_tile(x: &Tile) -> (Tile, bool) {
    let (mut values, mut moderate) = ([0.0; TILE], true);
    for i in 0..TILE {
        moderate &= x[i].abs() <= MODERATE;
        values[i] = exp_of_moderate_sum(x[i], 0.0);
    }
    (values, moderate)
}

/// Computes 2^n for an integer n from -1022 to 1023, by writing n into the exponent field.
#[inline(always)]
fn power_of_two(n: f64) -> f64 {
    f64::from_bits((n + (ROUND + 1023.0)).to_bits() << 52)
}

/// Evaluates a polynomial, constant term first. Even and odd powers are two independent Horner
/// schemes, so that the processor can compute them side by side.
#[inline(always)]
pub(super) fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let square = x * x;
    let (pairs, _) = coefficients.as_chunks::<2>();
    let Some((&[mut even, mut odd], pairs)) = pairs.split_last() else { return 0.0 };
    for &[a, b] in pairs.iter().rev() {
        even = even * square + a;
        odd = odd * square + b;
    }
    even + x * odd
}
