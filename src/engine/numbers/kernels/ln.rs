//! The natural logarithm, as one double and, for powers, as a sum of two doubles.
//!
//! Method: x = 2^k m with m between sqrt(1/2) and sqrt(2); ln m comes from s = (m - 1) / (m + 1)
//! and a minimax polynomial in s^2, since ln m = 2 artanh(s).

use super::exp::{LN2_HIGH, LN2_LOW, polynomial};
use super::{TILE, Tile};

/// Minimax polynomial U in ln((1 + s) / (1 - s)) = 2/3 s (3 + s^2 + s^4 U(s^2)) for |s| <= 3 - 2
/// sqrt(2), constant term first. Its maximum error is 2^-73 of the result;
/// `tests/reference/coefficients.py` computes the coefficients.
const U: [f64; 8] = [
    0.5999999999999996,
    0.4285714285716764,
    0.3333333332631048,
    0.2727272830478771,
    0.23076835351873978,
    0.20004474421380022,
    0.17512261796816347,
    0.1798324042394842,
];

/// Minimax polynomial R in ln((1 + s) / (1 - s)) = s (2 + s^2 R(s^2)) for |s| <= 3 - 2 sqrt(2),
/// constant term first. Its maximum error is 2^-66.7 of the result;
/// `tests/reference/coefficients.py` computes the coefficients.
const R: [f64; 8] = [
    0.6666666666666666,
    0.4000000000000624,
    0.28571428569087354,
    0.22222222646571627,
    0.18181775683792412,
    0.1538708994803393,
    0.13250136589451295,
    0.13251159591869463,
];

/// 2/3 rounded to 26 bits, so that its product with another number of 26 bits is exact;
/// `TWO_THIRDS_LOW` is 2/3 minus this.
const TWO_THIRDS_HIGH: f64 = 0.6666666567325592;
const TWO_THIRDS_LOW: f64 = 9.934107462565104e-9;

/// The bit patterns of 1 and of sqrt(1/2), and the mask of the significand field.
const ONE: u64 = 0x3ff0_0000_0000_0000;
const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
const SIGNIFICAND: u64 = 0x000f_ffff_ffff_ffff;
/// The bit pattern of 2^52. Combined by `|` with an integer below 2^52, it is the bit pattern of
/// 2^52 plus that integer.
const TWO_52: u64 = 0x4330_0000_0000_0000;

/// A natural logarithm as a sum of two numbers, `high` of 26 bits and `low`, with a relative error
/// of at most 2^-64.
///
/// The logarithm of 0 is minus infinity, of infinity it is infinity, of a negative number or NaN it
/// is NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logarithm {
    pub(super) high: f64,
    pub(super) low: f64,
    /// The logarithm as one number, with an error of at most 1 ulp (0.79 measured): accurate enough
    /// for powers near 1.
    pub(super) whole: f64,
}

/// Computes the natural logarithm of x with an error of at most 1 ulp (0.501 measured). The
/// logarithm of 0 is minus infinity, of a negative number or NaN it is NaN.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let (scaled, bias) = scaled(x);
    let (high, low) = parts(scaled, bias);
    special(x, high + low)
}

/// Computes [`ln`] of each number; the second value is true if all of them are positive normal
/// numbers.
#[inline(always)]
pub(super) fn normal_tile(x: &Tile) -> (Tile, bool) {
    let (mut values, mut normal) = ([0.0; TILE], true);
    for i in 0..TILE {
        normal &= is_normal(x[i]);
        let (high, low) = parts_of_normal(x[i]);
        values[i] = high + low;
    }
    (values, normal)
}

/// Computes [`Logarithm::whole`] of a positive normal number, with half as many operations as
/// [`ln`].
#[inline(always)]
pub(super) fn short_ln_of_normal(x: f64) -> f64 {
    short(x, BIAS)
}

/// Keeps the first 26 bits of a number and clears the others, so that the product of two such
/// numbers is exact.
#[inline(always)]
pub(super) fn head(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & 0xffff_ffff_f800_0000)
}

/// Computes the natural logarithm of x to about twice the precision of a double, for
/// [`super::power_of`].
#[inline(always)]
pub fn logarithm(x: f64) -> Logarithm {
    let (scaled, bias) = scaled(x);
    let (high, low) = parts(scaled, bias);
    let high = special(x, high);
    let low = if high.abs() <= f64::MAX { low } else { 0.0 };
    Logarithm { high, low, whole: special(x, short(scaled, bias)) }
}

/// Multiplies a subnormal x by 2^54, which makes it normal. Returns the scaled number and the bias
/// that [`reduced`] must subtract from its exponent field.
#[inline(always)]
fn scaled(x: f64) -> (f64, f64) {
    let subnormal = x < f64::MIN_POSITIVE;
    let scaled = if subnormal { x * 18_014_398_509_481_984.0 } else { x };
    (scaled, if subnormal { 4_503_599_627_371_573.0 } else { BIAS })
}

/// Returns `found`, the computed logarithm of x, except where x is 0, infinite, negative or NaN.
#[inline(always)]
fn special(x: f64, found: f64) -> f64 {
    let found = if x > f64::MAX { x } else { found };
    let found = if x == 0.0 { f64::NEG_INFINITY } else { found };
    if x >= 0.0 { found } else { f64::NAN }
}

/// True for a positive normal number: then [`parts_of_normal`] and [`short_ln_of_normal`] are
/// valid.
#[inline(always)]
pub(super) fn is_normal(x: f64) -> bool {
    (f64::MIN_POSITIVE..=f64::MAX).contains(&x)
}

/// Computes high and low part of the [`logarithm`] of a positive normal number.
#[inline(always)]
pub(super) fn parts_of_normal(x: f64) -> (f64, f64) {
    parts(x, BIAS)
}

/// 2^52 plus the exponent field of 1, which is 1023.
const BIAS: f64 = 4_503_599_627_371_519.0;

/// Decomposes x = 2^k m with m between sqrt(1/2) and sqrt(2), and returns k and m. `bias` is
/// subtracted from the exponent field.
#[inline(always)]
fn reduced(x: f64, bias: f64) -> (f64, f64) {
    let shifted = x.to_bits().wrapping_add(ONE - SQRT_HALF);
    let k = f64::from_bits((shifted >> 52) | TWO_52) - bias;
    (k, f64::from_bits((shifted & SIGNIFICAND) + SQRT_HALF))
}

/// Computes ln x as one number.
///
/// With x = 2^k m, f = m - 1 and s = f / (2 + f): ln m = s (2 + s^2 R) = f - (f^2 / 2 - s (f^2 / 2
/// + s^2 R)). The second form loses least, because its first term f is exact.
#[inline(always)]
fn short(x: f64, bias: f64) -> f64 {
    let (k, m) = reduced(x, bias);
    let f = m - 1.0;
    let s = f / (m + 1.0);
    let z = s * s;
    let half = 0.5 * f * f;
    let remainder = s * (half + z * polynomial(&R, z)) + k * LN2_LOW;
    k * LN2_HIGH - ((half - remainder) - f)
}

/// Computes ln x as a sum of two numbers.
///
/// With x = 2^k m and s = (m - 1) / (m + 1): ln x = k ln 2 + 2 artanh(s). The quotient s, the
/// leading terms of the series and the final sum are each kept as a high part of 26 bits and a low
/// part.
#[inline(always)]
fn parts(x: f64, bias: f64) -> (f64, f64) {
    let (k, m) = reduced(x, bias);

    let f = m - 1.0;
    let divisor = m + 1.0;
    let inverse = 1.0 / divisor;
    let s = f * inverse;
    let s_high = head(s);
    let divisor_high = head(divisor);
    let divisor_low = m - (divisor_high - 1.0);
    // The error of s: what s_high times the divisor leaves of f, divided by the divisor.
    let s_low = inverse * ((f - s_high * divisor_high) - s_high * divisor_low);

    // The series without its factor 2/3: s (3 + s^2 + s^4 U).
    let z = s * s;
    let square = s_high * s_high;
    let rest = s_low * (s_high + s) + z * z * polynomial(&U, z);
    let sum_high = head(3.0 + square + rest);
    let sum_low = rest - ((sum_high - 3.0) - square);
    let high = s_high * sum_high;
    let low = s_low * sum_high + s * sum_low;
    let product = head(high + low);
    let product_low = low - (product - high);

    // k ln 2 + 2/3 of the series.
    let part = product * TWO_THIRDS_HIGH;
    let part_low = product * TWO_THIRDS_LOW + product_low * (TWO_THIRDS_HIGH + TWO_THIRDS_LOW);
    let whole = k * LN2_HIGH;
    let sum = whole + part;
    let error = if k == 0.0 { 0.0 } else { part - (sum - whole) };
    let tail = error + (part_low + k * LN2_LOW);
    let high = head(sum);
    (high, (sum - high) + tail)
}
