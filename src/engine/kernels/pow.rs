//! Powers.

use super::exp::{MODERATE, exp_of_moderate_sum, exp_of_sum};
use super::ln::{Logarithm, head, logarithm};

/// Above it every number is an integer.
const TWO_52: f64 = 4_503_599_627_370_496.0;

/// x to the power y, to at most 1 unit in the last place over the whole range (0.84 where measured),
/// with the special cases of IEEE 754: x^0 and 1^y are 1 for any x and y, NaN too; a negative number
/// has only integer powers, else NaN.
#[inline(always)]
pub fn pow(x: f64, y: f64) -> f64 {
    let size = power_of(logarithm(x.abs()), y);
    let integer = rounded(y.abs()) == y.abs();
    let half = y.abs() * 0.5;
    let odd = integer && rounded(half) != half;
    let negative = x.is_sign_negative();
    let signed = if negative && odd { -size } else { size };
    let broken = (f64::MIN..0.0).contains(&x) && !integer && y != 0.0;
    if broken { f64::NAN } else { signed }
}

/// A number that is not negative, given by its logarithm, to the power y: the bits of [`pow`].
///
/// With the logarithm in two parts and y split at 26 bits, the leading product is exact.
#[inline(always)]
pub fn power_of(base: Logarithm, y: f64) -> f64 {
    let product = base.high * y;
    let moderate = product.abs() <= 800.0;
    let y_high = head(y);
    let leading = if moderate { base.high * y_high } else { product };
    let rest = if moderate { base.high * (y - y_high) + base.low * y } else { 0.0 };
    let value = exp_of_sum(leading, rest);
    if y == 0.0 || (base.high == 0.0 && base.low == 0.0) { 1.0 } else { value }
}

/// True if [`power_of_moderate`] holds. The logarithm and the exponent are finite then.
#[inline(always)]
pub(super) fn is_moderate(base: Logarithm, y: f64) -> bool {
    (base.high * y).abs() <= MODERATE
}

/// The bits of [`power_of`] where the power is neither very large nor very small.
#[inline(always)]
pub(super) fn power_of_moderate(base: Logarithm, y: f64) -> f64 {
    let y_high = head(y);
    exp_of_moderate_sum(base.high * y_high, base.high * (y - y_high) + base.low * y)
}

/// A number that is not negative, rounded to an integer.
#[inline(always)]
fn rounded(x: f64) -> f64 {
    if x < TWO_52 { (x + TWO_52) - TWO_52 } else { x }
}
