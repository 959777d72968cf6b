//! The exponential function.

use super::{TILE, Tile};

/// Adding it to a number below 2^51 in size, and taking it away, rounds to an integer; after the
/// addition the integer is in the low bits.
pub(super) const ROUND: f64 = 6_755_399_441_055_744.0;

/// ln 2 in 41 bits, so that its product with an exponent is exact, and the rest.
pub(super) const LN2_HIGH: f64 = 0.693147180559663;
pub(super) const LN2_LOW: f64 = 2.8235290563031577e-13;

/// P in exp(r) = 1 + r + r^2 P(r) for |r| <= ln 2 / 2; its error is 2^-57.9 of the result.
/// Computed by `tests/reference/coefficients.py`.
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

/// e to the power x, to at most 1 unit in the last place (0.71 where measured). Above 709.78 it is
/// infinite, below -745.13 it is 0; NaN gives NaN.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    exp_of_sum(x, 0.0)
}

/// exp(high + low) for a `low` far smaller than `high`.
#[inline(always)]
pub(super) fn exp_of_sum(high: f64, low: f64) -> f64 {
    let high = if high > 710.0 { 710.0 } else { high };
    let high = if high < -746.0 { -746.0 } else { high };
    let n = (high * std::f64::consts::LOG2_E + ROUND) - ROUND;
    let head = high - n * LN2_HIGH;
    let tail = low - n * LN2_LOW;
    let r = head + tail;
    // 2^n in two factors, of which each and the product with the first are normal numbers.
    let half = (n * 0.5 + ROUND) - ROUND;
    (1.0 + (head + (tail + r * r * polynomial(&P, r))))
        * power_of_two(half)
        * power_of_two(n - half)
}

/// The greatest size of an exponent for which [`exp_of_moderate_sum`] holds.
pub(super) const MODERATE: f64 = 700.0;

/// The bits of [`exp_of_sum`] for a `high` of at most [`MODERATE`] in size: the result is a normal
/// number, and 2^n is added to its exponent.
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

/// Q in exp(r) = 1 + r + r^2 Q(r) for |r| <= [`NEAR`]; its error is 2^-57.3 of the result. Computed by
/// `tests/reference/coefficients.py`.
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

/// The greatest size of an exponent for which [`exp_near`] holds: half a unit in the last place of it is
/// an eighth of one of the result, or less.
pub(super) const NEAR: f64 = 5.0 / 32.0;

/// e to the power x for an x of at most [`NEAR`] in size, to 0.7 units in the last place.
#[inline(always)]
pub(super) fn exp_near(x: f64) -> f64 {
    1.0 + (x + x * x * polynomial(&Q, x))
}

/// [`exp`] of each value, if all are moderate.
#[inline(always)]
pub(super) fn moderate_tile(x: &Tile) -> (Tile, bool) {
    let (mut values, mut moderate) = ([0.0; TILE], true);
    for i in 0..TILE {
        moderate &= x[i].abs() <= MODERATE;
        values[i] = exp_of_moderate_sum(x[i], 0.0);
    }
    (values, moderate)
}

/// 2^n for an integer n from -1022 to 1023.
#[inline(always)]
fn power_of_two(n: f64) -> f64 {
    f64::from_bits((n + (ROUND + 1023.0)).to_bits() << 52)
}

/// The polynomial with these coefficients, the constant first: even and odd powers side by side, so
/// that less waits for what comes before.
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
