//! The standard normal distribution: density, distribution function and inverse.
//!
//! The inverse follows M. J. Wichura, "Algorithm AS 241: The percentage points of the normal
//! distribution", Applied Statistics 37 (1988), 477-484: a rational function each for the centre,
//! the tail and the far tail. The centre is wider than in AS 241. It holds 95% of the probabilities
//! instead of 85%, so that fewer need the slower tail.

use pulp::{Arch, Simd, WithSimd};

use super::exp::{exp, polynomial};
use super::ln::{ln, short_ln_of_normal};

/// Half the width of the centre: probabilities within this distance of 1/2 use the rational
/// function A / B.
const CENTRE: f64 = 243.0 / 512.0;
/// exp(-25): the far tail is the probabilities below this.
const FAR: f64 = 1.388_794_386_496_402e-11;

// Coefficients of numerator and denominator in the centre, constant term first. The quotient is the
// minimax approximation of these degrees, with a maximum error of 2^-52 of the result;
// `tests/reference/coefficients.py` computes it.
const A: [f64; 10] = [
    4.115_645_013_850_377,
    505.352_396_012_856_84,
    24_337.868_727_516_45,
    587_376.259_602_539_9,
    7_561_487.893_232_005,
    51_437_543.938_442_91,
    173_606_474.645_847_53,
    254_737_896.824_437_92,
    123_384_815.761_802_52,
    8_708_119.528_321_799,
];
const B: [f64; 10] = [
    1.0,
    129.677_387_383_092_74,
    6_671.527_289_274_969,
    174_657.882_656_140_8,
    2_490_906.593_810_644_5,
    19_343_469.046_488_754,
    77_974_200.071_332_92,
    147_333_649.696_596_24,
    106_996_923.801_511_99,
    18_679_696.478_389_09,
];

// Coefficients of AS 241 (PPND16): C / D for the tail, E / F for the far tail.
const C: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    0.000_774_545_014_278_341_4,
];
const D: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    0.000_547_593_808_499_534_5,
    1.050_750_071_644_416_9e-9,
];
const E: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288e-7,
];
const F: [f64; 8] = [
    1.0,
    0.599_832_206_555_887_9,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    0.000_786_869_131_145_613_3,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];

/// Computes the z for which a standard normal number is below z with probability p, with a relative
/// error of at most 1e-15. For p = 0 and p = 1 the result is minus infinity and infinity; for other
/// p outside 0..1 and for NaN it is NaN.
#[inline]
pub fn inverse_normal(p: f64) -> f64 {
    if central(p) {
        return centre(p);
    }
    let m = nearer_tail(p);
    with_sign(p, if m >= FAR { tail(m) } else { far_tail(m) })
}

/// Computes the probability that a standard normal number is at most x. The relative error is at
/// most 1e-15 near the centre and grows as 1e-16 x^2 in the lower tail.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Computes the density of the standard normal distribution at x.
pub fn normal_density(x: f64) -> f64 {
    /// 1 / sqrt(2 pi).
    const FACTOR: f64 = 0.398_942_280_401_432_7;
    FACTOR * exp(-0.5 * x * x)
}

/// True if p is in the centre, where the quantile is A / B.
#[inline(always)]
fn central(p: f64) -> bool {
    (p - 0.5).abs() <= CENTRE
}

/// Returns the smaller of p and 1 - p: the probability of the nearer tail.
#[inline(always)]
fn nearer_tail(p: f64) -> f64 {
    if p < 0.5 { p } else { 1.0 - p }
}

/// Gives the quantile of p its sign: negative for p < 1/2.
#[inline(always)]
fn with_sign(p: f64, size: f64) -> f64 {
    if p < 0.5 { -size } else { size }
}

/// Returns the quantile of a probability in the centre.
#[inline(always)]
fn centre(p: f64) -> f64 {
    let q = p - 0.5;
    // CENTRE^2 - q^2 as a product: exact where it is small, at the ends of the centre, where the
    // quantile is steepest.
    let r = (CENTRE - q) * (CENTRE + q);
    q * polynomial(&A, r) / polynomial(&B, r)
}

/// Computes the magnitude of the quantile of a tail probability m >= [`FAR`], from sqrt(-ln m).
#[inline(always)]
fn tail(m: f64) -> f64 {
    let r = (-short_ln_of_normal(m)).sqrt() - 1.6;
    polynomial(&C, r) / polynomial(&D, r)
}

/// Computes the magnitude of the quantile of a tail probability m < [`FAR`], from sqrt(-ln m).
fn far_tail(m: f64) -> f64 {
    if m == 0.0 {
        return f64::INFINITY;
    }
    let r = (-ln(m)).sqrt() - 5.0;
    polynomial(&E, r) / polynomial(&F, r)
}

/// Probabilities in a block. The tail values of a whole block are computed together, since a vector
/// loop over them pays only if there are several.
const BLOCK: usize = 256;
/// Number of bits of the mask that marks tail values.
const MASK_BITS: usize = 64;

/// [`inverse_normal`] over a slice, as a vector loop.
struct InverseNormal<'a> {
    p: &'a [f64],
    out: &'a mut [f64],
}

impl WithSimd for InverseNormal<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (p, p_rest) = self.p.as_chunks();
        let (out, out_rest) = self.out.as_chunks_mut();
        for (p, out) in p.iter().zip(out) {
            block(p, out);
        }
        for (p, out) in p_rest.iter().zip(out_rest) {
            *out = inverse_normal(*p);
        }
    }
}

/// Computes the quantiles of one block: first all values as if they were in the centre, then those
/// of the tails, which are packed next to each other for a vector loop.
#[inline(always)]
fn block(p: &[f64; BLOCK], out: &mut [f64; BLOCK]) {
    let (mut tail_positions, mut tail_values, mut count) = ([0_u8; BLOCK], [0.25; BLOCK], 0);
    let (parts, _) = p.as_chunks::<MASK_BITS>();
    for (n, (p, out)) in parts.iter().zip(out.as_chunks_mut::<MASK_BITS>().0).enumerate() {
        let mut outside = 0_u64;
        for i in 0..MASK_BITS {
            out[i] = centre(p[i]);
            outside |= u64::from(!central(p[i])) << i;
        }
        while outside != 0 {
            let i = outside.trailing_zeros() as usize % MASK_BITS;
            outside &= outside - 1;
            (tail_positions[count % BLOCK], tail_values[count % BLOCK]) =
                ((n * MASK_BITS + i) as u8, p[i]);
            count += 1;
        }
    }
    let count = count.min(BLOCK);
    let mut far = false;
    for values in tail_values[..count.next_multiple_of(TAIL_STEP)].as_chunks_mut::<TAIL_STEP>().0 {
        for value in values {
            let m = nearer_tail(*value);
            far |= m < FAR || m.is_nan();
            *value = with_sign(*value, tail(m));
        }
    }
    for (&i, &value) in tail_positions.iter().zip(&tail_values).take(count) {
        out[i as usize % BLOCK] = value;
    }
    if far {
        for i in tail_positions.iter().take(count).map(|&i| i as usize % BLOCK) {
            out[i] = inverse_normal(p[i]);
        }
    }
}

/// Tail values that the vector loop computes together.
const TAIL_STEP: usize = 8;

/// Computes [`inverse_normal`] of each probability, up to the end of the shorter slice.
pub(super) fn lane(arch: Arch, p: &[f64], out: &mut [f64]) {
    let count = p.len().min(out.len());
    arch.dispatch(InverseNormal { p: &p[..count], out: &mut out[..count] });
}
