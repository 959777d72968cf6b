//! Powers x^y = exp(y ln x), for single numbers, for tiles, and for bases that are known in
//! advance.
//!
//! A power near 1 (|y ln x| <= [`NEAR`]) is computed from one double for ln x, by definition and in
//! every function here; all other powers need ln x as two doubles. So every path gives the same
//! bits.

use super::exp::{MODERATE, NEAR, exp_near, exp_of_moderate_sum, exp_of_sum};
use super::ln::{Logarithm, head, is_normal, logarithm, parts_of_normal, short_ln_of_normal};
use super::{TILE, Tile, TileFunction};

/// 2^52: every double from here on is an integer.
const TWO_52: f64 = 4_503_599_627_370_496.0;

/// Computes x^y with an error of at most 1 ulp over the whole range (0.89 measured). The special
/// cases are those of IEEE 754: x^0 and 1^y are 1 for all x and y, even NaN; a negative x to a
/// power that is not an integer is NaN.
#[inline(always)]
pub fn pow(x: f64, y: f64) -> f64 {
    let magnitude = power_of(logarithm(x.abs()), y);
    let integer = rounded(y.abs()) == y.abs();
    let half = y.abs() * 0.5;
    let odd = integer && rounded(half) != half;
    let negative = x.is_sign_negative();
    let signed = if negative && odd { -magnitude } else { magnitude };
    let fractional = (f64::MIN..0.0).contains(&x) && !integer && y != 0.0;
    if fractional { f64::NAN } else { signed }
}

/// Computes [`pow`] of each pair; the second value is true if all bases are positive normal numbers
/// and all powers near 1.
#[inline(always)]
pub(super) fn near_tile(x: &Tile, y: &Tile) -> (Tile, bool) {
    let (mut values, mut near) = ([0.0; TILE], true);
    for i in 0..TILE {
        let product = short_ln_of_normal(x[i]) * y[i];
        near &= is_normal(x[i]) & (product.abs() <= NEAR);
        values[i] = exp_near(product);
    }
    (values, near)
}

/// Computes [`pow`] of each pair, faster if all bases are positive normal numbers and no power is
/// close to overflow or underflow.
#[inline(always)]
pub(super) fn tile(x: &Tile, y: &Tile) -> Tile {
    let (mut whole, mut moderate, mut out) = ([0.0; TILE], true, [0.0; TILE]);
    for i in 0..TILE {
        whole[i] = short_ln_of_normal(x[i]);
        moderate &= is_normal(x[i]) & ((whole[i] * y[i]).abs() <= MODERATE);
    }
    if moderate {
        for i in 0..TILE {
            let (high, low) = parts_of_normal(x[i]);
            out[i] = power_of_moderate(Logarithm { high, low, whole: whole[i] }, y[i]);
        }
    } else {
        for i in 0..TILE {
            out[i] = pow(x[i], y[i]);
        }
    }
    out
}

/// Computes a non-negative base, given by its logarithm, to the power y, with the bits of [`pow`].
///
/// For a power near 1, exp(y ln x) from one double for ln x is accurate enough, since an error of y
/// ln x changes the result by no more than that error. For other powers ln x has two parts and y is
/// split after 26 bits, so that the leading product is exact.
#[inline(always)]
pub fn power_of(base: Logarithm, y: f64) -> f64 {
    let product = base.high * y;
    // A larger product overflows or underflows anyway. Its parts could be infinite, and their
    // difference NaN, so they are left out.
    let moderate = product.abs() <= 800.0;
    let y_high = head(y);
    let leading = if moderate { base.high * y_high } else { product };
    let rest = if moderate { base.high * (y - y_high) + base.low * y } else { 0.0 };
    let value = exp_of_sum(leading, rest);
    // IEEE 754: x^0 and 1^y are 1, although 0 times an infinite logarithm or exponent is NaN.
    let value = if y == 0.0 || base.whole == 0.0 { 1.0 } else { value };
    near_or(base, y, value)
}

/// Computes [`power_of`], with the same bits, for |y ln x| <= [`MODERATE`] and a y that is not NaN.
#[inline(always)]
fn power_of_moderate(base: Logarithm, y: f64) -> f64 {
    let y_high = head(y);
    let rest = base.high * (y - y_high) + base.low * y;
    near_or(base, y, exp_of_moderate_sum(base.high * y_high, rest))
}

/// Returns the power if it is near 1, and `other` if not.
#[inline(always)]
fn near_or(base: Logarithm, y: f64, other: f64) -> f64 {
    let product = base.whole * y;
    if product.abs() <= NEAR { exp_near(product) } else { other }
}

/// Bases whose logarithms are computed before the exponents are known. A position, such as the
/// number of the alternative that a draw chose, selects the base.
#[derive(Debug, Clone, PartialEq)]
pub struct Bases {
    /// Pairs of a position and the logarithm of the base from that position on; positions ascend
    /// from 0.
    steps: Vec<(f64, Logarithm)>,
    near: NearOne,
    /// Every exponent up to this magnitude gives a power that is far from overflow and underflow.
    moderate_exponent: f64,
}

/// The data of [`Bases`] that powers near 1 need.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) struct NearOne {
    /// Every exponent up to this magnitude gives a power near 1.
    pub(in crate::engine) max_exponent: f64,
    /// True if every exponent is small enough for the method near 1, so that lanes need no test.
    pub(in crate::engine) always_near: bool,
    /// Pairs of a position and the logarithm of the base from that position on, as one number;
    /// positions ascend from 0.
    pub(in crate::engine) steps: Vec<(f64, f64)>,
}

/// Powers near 1 of `K` bases, given in the form of [`NearOne::steps`]; gives the same bits as [`pow`].
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct NearPowers<const K: usize>(pub(in crate::engine) [(f64, f64); K]);

impl<const K: usize> TileFunction<2> for NearPowers<K> {
    #[inline(always)]
    fn tile(self, [positions, y]: [&Tile; 2]) -> Tile {
        let mut values = [0.0; TILE];
        for i in 0..TILE {
            let mut logarithm = f64::NAN;
            for k in 0..K {
                let (from, next) = self.0[k];
                logarithm = if k == 0 || positions[i] >= from { next } else { logarithm };
            }
            values[i] = exp_near(logarithm * y[i]);
        }
        values
    }
}

impl Bases {
    /// Prepares the bases; `values[n]` is the base at position n and is not negative.
    pub fn new(values: &[f64]) -> Self {
        let changed = |n: usize| n == 0 || values[n].to_bits() != values[n - 1].to_bits();
        let steps: Vec<(f64, Logarithm)> = (0..values.len())
            .filter(|&n| changed(n))
            .map(|n| (n as f64, logarithm(values[n])))
            .collect();
        let max_logarithm = steps
            .iter()
            .fold(0.0_f64, |max_logarithm, (_, base)| max_logarithm.max(base.whole.abs()));
        // A negative bound accepts no exponent: bases of 0 and infinity always take the slow path.
        // The finite maximum sends infinite exponents there too.
        let bound = |magnitude: f64| {
            // The margin covers the rounding of the quotient and of y ln x.
            let safe = magnitude * (1.0 - 4.0 * f64::EPSILON);
            if max_logarithm < f64::INFINITY { (safe / max_logarithm).min(f64::MAX) } else { -1.0 }
        };
        let near = steps.iter().map(|&(from, base)| (from, base.whole)).collect();
        let near = NearOne { max_exponent: bound(NEAR), always_near: false, steps: near };
        Self { steps, near, moderate_exponent: bound(MODERATE) }
    }

    /// Declares that no exponent is larger than `max_exponent` in magnitude.
    pub(in crate::engine) fn for_exponents(mut self, max_exponent: f64) -> Self {
        self.near.always_near = max_exponent <= self.near.max_exponent;
        self
    }

    /// Returns the data for the method near 1, computed at the first call.
    pub(in crate::engine) fn near(&self) -> &NearOne {
        &self.near
    }

    /// Raises the base at each position to the exponent beside it, with the bits of [`pow`].
    #[inline(always)]
    pub(super) fn powers_at(&self, positions: &Tile, y: &Tile) -> Tile {
        match &self.steps[..] {
            &[(_, base)] => self.powers(One(base), y),
            &[(_, first), (from, second)] => self.powers(Two { positions, first, from, second }, y),
            &[(_, first), (from, second), (until, third)] => {
                let two = Two { positions, first, from, second };
                self.powers(Three { two, until, third }, y)
            }
            steps => self.powers(Many::at(steps, positions), y),
        }
    }

    /// Raises the bases of a tile, with the fast method if no exponent is too large for it.
    #[inline(always)]
    fn powers(&self, base: impl Base, y: &Tile) -> Tile {
        let mut moderate = true;
        for &y in y {
            moderate &= y.abs() <= self.moderate_exponent;
        }
        let mut out = [0.0; TILE];
        if moderate {
            for i in 0..TILE {
                out[i] = power_of_moderate(base.at(i), y[i]);
            }
        } else {
            for i in 0..TILE {
                out[i] = power_of(base.at(i), y[i]);
            }
        }
        out
    }
}

/// The base of each draw in a tile. Each implementation serves one number of different bases, so
/// that the choice among few compiles to vector selects.
trait Base {
    /// Returns the logarithm of the base in draw `i`.
    fn at(&self, i: usize) -> Logarithm;
}

/// The same base for all positions.
struct One(Logarithm);

impl Base for One {
    #[inline(always)]
    fn at(&self, _: usize) -> Logarithm {
        self.0
    }
}

/// A choice of two bases by the draw's position: `second` from position `from` on, `first` below.
struct Two<'a> {
    positions: &'a Tile,
    first: Logarithm,
    from: f64,
    second: Logarithm,
}

impl Base for Two<'_> {
    #[inline(always)]
    fn at(&self, i: usize) -> Logarithm {
        select(self.positions[i] >= self.from, self.second, self.first)
    }
}

/// A choice of three bases by the draw's position: `third` from position `until` on, `two` below.
struct Three<'a> {
    two: Two<'a>,
    until: f64,
    third: Logarithm,
}

impl Base for Three<'_> {
    #[inline(always)]
    fn at(&self, i: usize) -> Logarithm {
        select(self.two.positions[i] >= self.until, self.third, self.two.at(i))
    }
}

/// Any number of bases, looked up for the whole tile beforehand.
struct Many {
    high: Tile,
    low: Tile,
    whole: Tile,
}

impl Many {
    /// Looks up the logarithm of the base at each position of a table.
    #[inline(always)]
    fn at(steps: &[(f64, Logarithm)], positions: &Tile) -> Self {
        let [mut high, mut low, mut whole] = [[f64::NAN; TILE]; 3];
        for &(from, base) in steps {
            for i in 0..TILE {
                let before = Logarithm { high: high[i], low: low[i], whole: whole[i] };
                let base = select(positions[i] >= from, base, before);
                (high[i], low[i], whole[i]) = (base.high, base.low, base.whole);
            }
        }
        Self { high, low, whole }
    }
}

impl Base for Many {
    #[inline(always)]
    fn at(&self, i: usize) -> Logarithm {
        Logarithm { high: self.high[i], low: self.low[i], whole: self.whole[i] }
    }
}

/// Chooses one of two logarithms without a branch.
#[inline(always)]
fn select(condition: bool, then: Logarithm, other: Logarithm) -> Logarithm {
    Logarithm {
        high: if condition { then.high } else { other.high },
        low: if condition { then.low } else { other.low },
        whole: if condition { then.whole } else { other.whole },
    }
}

/// Rounds a non-negative number to the nearest integer.
#[inline(always)]
fn rounded(x: f64) -> f64 {
    if x < TWO_52 { (x + TWO_52) - TWO_52 } else { x }
}
