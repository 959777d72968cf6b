//! Powers.

use super::exp::{MODERATE, NEAR, exp_near, exp_of_moderate_sum, exp_of_sum};
use super::ln::{Logarithm, head, is_normal, logarithm, parts_of_normal, short_ln_of_normal};
use super::{OfTiles, TILE, Tile};

/// Above it every number is an integer.
const TWO_52: f64 = 4_503_599_627_370_496.0;

/// x to the power y, to at most 1 unit in the last place over the whole range (0.89 where measured),
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

/// [`pow`] of each pair, if all bases are positive normal numbers and all powers near 1.
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

/// [`pow`] of each pair, by a shorter way if all bases are positive normal numbers and no power is very
/// large or very small.
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

/// A number that is not negative, given by its logarithm, to the power y: the bits of [`pow`].
///
/// Near 1 it is exp(y ln x) with nothing more: an error of y ln x counts as much as its size then. Else,
/// with the logarithm in two parts and y split at 26 bits, the leading product is exact.
#[inline(always)]
pub fn power_of(base: Logarithm, y: f64) -> f64 {
    let product = base.high * y;
    let moderate = product.abs() <= 800.0;
    let y_high = head(y);
    let leading = if moderate { base.high * y_high } else { product };
    let rest = if moderate { base.high * (y - y_high) + base.low * y } else { 0.0 };
    let value = exp_of_sum(leading, rest);
    let value = if y == 0.0 || base.whole == 0.0 { 1.0 } else { value };
    near_or(base, y, value)
}

/// The bits of [`power_of`] where the logarithm of the power is at most [`MODERATE`] in size, and y is a
/// number.
#[inline(always)]
fn power_of_moderate(base: Logarithm, y: f64) -> f64 {
    let y_high = head(y);
    let rest = base.high * (y - y_high) + base.low * y;
    near_or(base, y, exp_of_moderate_sum(base.high * y_high, rest))
}

/// A power near 1, or else what is found of it otherwise.
#[inline(always)]
fn near_or(base: Logarithm, y: f64, other: f64) -> f64 {
    let product = base.whole * y;
    if product.abs() <= NEAR { exp_near(product) } else { other }
}

/// Bases that are known before their exponents: which one holds depends on a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Bases {
    /// The logarithm of the base from each position on; the first from 0.
    steps: Vec<(f64, Logarithm)>,
    near: NearOne,
    /// The greatest exponent whose powers are surely neither very large nor very small.
    moderate: f64,
}

/// What is known of bases for powers near 1.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) struct NearOne {
    /// The greatest exponent whose powers are surely near 1.
    pub(in crate::engine) most: f64,
    /// True if there is no greater one.
    pub(in crate::engine) always: bool,
    /// The logarithm of the base from each position on, as one number; the first from 0.
    pub(in crate::engine) steps: Vec<(f64, f64)>,
}

/// Powers near 1 of bases in so many steps: the bits of [`pow`].
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct NearPowers<const K: usize>(pub(in crate::engine) [(f64, f64); K]);

impl<const K: usize> OfTiles<2> for NearPowers<K> {
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
    /// The base at each position, none of them negative.
    pub fn new(values: &[f64]) -> Self {
        let changed = |n: usize| n == 0 || values[n].to_bits() != values[n - 1].to_bits();
        let steps: Vec<(f64, Logarithm)> = (0..values.len())
            .filter(|&n| changed(n))
            .map(|n| (n as f64, logarithm(values[n])))
            .collect();
        let most = steps.iter().fold(0.0_f64, |most, (_, base)| most.max(base.whole.abs()));
        // An infinite exponent is for the longer way, as every exponent of 0 and of infinity is.
        let least = |size: f64| {
            let surely = size * (1.0 - 4.0 * f64::EPSILON);
            if most < f64::INFINITY { (surely / most).min(f64::MAX) } else { -1.0 }
        };
        let near = steps.iter().map(|&(from, base)| (from, base.whole)).collect();
        let near = NearOne { most: least(NEAR), always: false, steps: near };
        Self { steps, near, moderate: least(MODERATE) }
    }

    /// The same, for exponents that are at most so large in size.
    pub(in crate::engine) fn for_exponents(mut self, most: f64) -> Self {
        self.near.always = most <= self.near.most;
        self
    }

    /// What is known of them for powers near 1.
    pub(in crate::engine) fn near(&self) -> &NearOne {
        &self.near
    }

    /// The power at each position with each exponent: the bits of [`pow`].
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

    #[inline(always)]
    fn powers(&self, base: impl Base, y: &Tile) -> Tile {
        let mut moderate = true;
        for &y in y {
            moderate &= y.abs() <= self.moderate;
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

/// The logarithm of the base in each draw of a tile.
trait Base {
    fn at(&self, i: usize) -> Logarithm;
}

struct One(Logarithm);

impl Base for One {
    #[inline(always)]
    fn at(&self, _: usize) -> Logarithm {
        self.0
    }
}

struct Two<'a> {
    positions: &'a Tile,
    first: Logarithm,
    from: f64,
    second: Logarithm,
}

impl Base for Two<'_> {
    #[inline(always)]
    fn at(&self, i: usize) -> Logarithm {
        either(self.positions[i] >= self.from, self.second, self.first)
    }
}

struct Three<'a> {
    two: Two<'a>,
    until: f64,
    third: Logarithm,
}

impl Base for Three<'_> {
    #[inline(always)]
    fn at(&self, i: usize) -> Logarithm {
        either(self.two.positions[i] >= self.until, self.third, self.two.at(i))
    }
}

struct Many {
    high: Tile,
    low: Tile,
    whole: Tile,
}

impl Many {
    #[inline(always)]
    fn at(steps: &[(f64, Logarithm)], positions: &Tile) -> Self {
        let [mut high, mut low, mut whole] = [[f64::NAN; TILE]; 3];
        for &(from, base) in steps {
            for i in 0..TILE {
                let known = Logarithm { high: high[i], low: low[i], whole: whole[i] };
                let base = either(positions[i] >= from, base, known);
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

#[inline(always)]
fn either(condition: bool, then: Logarithm, other: Logarithm) -> Logarithm {
    Logarithm {
        high: if condition { then.high } else { other.high },
        low: if condition { then.low } else { other.low },
        whole: if condition { then.whole } else { other.whole },
    }
}

/// A number that is not negative, rounded to an integer.
#[inline(always)]
fn rounded(x: f64) -> f64 {
    if x < TWO_52 { (x + TWO_52) - TWO_52 } else { x }
}
