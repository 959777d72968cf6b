//! Quantile functions with a closed form (uniform, triangular, discrete), over slices of
//! probabilities.

use pulp::{Arch, Simd, WithSimd};

use super::{Elementwise, ScalarFunction, SliceKernel, TILE};

/// Which tail the given probabilities measure: P(X < quantile), or P(X > quantile) if `upper`.
/// Small probabilities keep their precision if they are measured from the nearer tail.
#[derive(Clone, Copy)]
struct Tails {
    upper: bool,
}

impl Tails {
    /// Returns the probabilities of the lower and of the upper tail.
    #[inline(always)]
    fn both(self, p: f64) -> (f64, f64) {
        let other = 1.0 - p;
        if self.upper { (other, p) } else { (p, other) }
    }
}

/// The quantile function of the uniform distribution.
#[derive(Clone, Copy)]
struct Uniform {
    tails: Tails,
    low: f64,
    high: f64,
}

impl ScalarFunction<1> for Uniform {
    #[inline(always)]
    fn value(self, [p]: [f64; 1]) -> f64 {
        let part = p * (self.high - self.low);
        if self.tails.upper { self.high - part } else { self.low + part }
    }
}

/// The quantile function of the triangular distribution. On each side of the mode, the tail
/// probability grows with the square of the distance from the end.
#[derive(Clone, Copy)]
struct Triangular {
    tails: Tails,
    low: f64,
    mode: f64,
    high: f64,
}

impl ScalarFunction<1> for Triangular {
    #[inline(always)]
    fn value(self, [p]: [f64; 1]) -> f64 {
        let Self { tails, low, mode, high } = self;
        let range = high - low;
        let (lower, upper) = tails.both(p);
        let left = lower < (mode - low) / range;
        let (tail, side) = if left { (lower, mode - low) } else { (upper, high - mode) };
        let root = (tail * range * side).sqrt();
        if left { low + root } else { high - root }
    }
}

/// `out[i] = location + scale * out[i]`, in place.
struct Affine<'a> {
    location: f64,
    scale: f64,
    out: &'a mut [f64],
}

impl WithSimd for Affine<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for value in self.out {
            *value = self.location + self.scale * *value;
        }
    }
}

/// The quantile function of a discrete distribution over a slice.
struct Discrete<'a> {
    tails: Tails,
    pairs: &'a [(f64, f64)],
    p: &'a [f64],
    out: &'a mut [f64],
}

impl WithSimd for Discrete<'_> {
    type Output = ();

    /// Walks through the values in ascending order and moves each draw on to the next value while
    /// the cumulative probability is below the draw's probability.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let first = self.pairs.first().map_or(f64::NAN, |&(value, _)| value);
        for (out, p) in self.out.chunks_mut(TILE).zip(self.p.chunks(TILE)) {
            let mut values = [first; TILE];
            let mut sum = 0.0;
            for pair in self.pairs.windows(2) {
                let &[(_, probability), (next, _)] = pair else { continue };
                sum += probability;
                for (value, &p) in values.iter_mut().zip(p) {
                    *value = if sum >= self.tails.both(p).0 { *value } else { next };
                }
            }
            out.iter_mut().zip(values).for_each(|(out, value)| *out = value);
        }
    }
}

/// Computes quantiles of the uniform distribution from `low` to `high`. `p` holds probabilities of
/// the lower tail, or of the upper tail if `upper`.
pub fn uniform_quantile_lane(
    arch: Arch,
    upper: bool,
    [low, high]: [f64; 2],
    p: &[f64],
    out: &mut [f64],
) {
    let f = Elementwise(Uniform { tails: Tails { upper }, low, high });
    arch.dispatch(SliceKernel { f, slices: [p], out });
}

/// Computes quantiles of the triangular distribution from `low` to `high`. `p` holds probabilities
/// of the lower tail, or of the upper tail if `upper`.
pub fn triangular_quantile_lane(
    arch: Arch,
    upper: bool,
    [low, mode, high]: [f64; 3],
    p: &[f64],
    out: &mut [f64],
) {
    let f = Elementwise(Triangular { tails: Tails { upper }, low, mode, high });
    arch.dispatch(SliceKernel { f, slices: [p], out });
}

/// Computes quantiles of a discrete distribution: `pairs` of a value and its probability, values
/// ascending. `p` holds probabilities of the lower tail, or of the upper tail if `upper`.
pub fn discrete_quantile_lane(
    arch: Arch,
    upper: bool,
    pairs: &[(f64, f64)],
    p: &[f64],
    out: &mut [f64],
) {
    arch.dispatch(Discrete { tails: Tails { upper }, pairs, p, out });
}

/// Multiplies each number by `scale` and adds `location`, in place.
pub fn affine_lane(arch: Arch, location: f64, scale: f64, out: &mut [f64]) {
    arch.dispatch(Affine { location, scale, out });
}
