//! Elementary functions of the simulation, over lanes of draws.
//!
//! Each function exists once, as an inlined body without branches. The scalar functions are that
//! body, and a function over slices is a loop over it that is compiled for SSE2, AVX2 and AVX-512 and
//! chosen at run time. There is no fused multiply-add, no table and no call of the platform's library,
//! so that a value has the same bits on its own, in a lane of any length and on any instruction set
//! (the payload of a NaN excepted). Bounds in units in the last place are in each function's
//! description; `tests/kernels.rs` holds them against references of 60 digits.

mod exp;
mod ln;
mod normal;
mod pow;
mod quantiles;

pub use exp::exp;
pub use ln::{Logarithm, ln, logarithm};
pub use normal::{inverse_normal, normal_cdf, normal_density};
pub use pow::{pow, power_of};

pub use quantiles::{
    affine_lane, discrete_quantile_lane, triangular_quantile_lane, uniform_quantile_lane,
};

use exp::{MODERATE, exp_of_moderate_sum};
use pow::{is_moderate, power_of_moderate};
use pulp::{Arch, Simd, WithSimd};

/// A function of one number. A type for each, because only a method is sure to be inlined where the
/// instruction set is chosen.
trait Unary: Copy {
    fn value(self, x: f64) -> f64;
}

#[derive(Clone, Copy)]
struct Ln;

impl Unary for Ln {
    #[inline(always)]
    fn value(self, x: f64) -> f64 {
        ln(x)
    }
}

/// `out[i] = f(x[i])`, compiled for each instruction set.
struct Each<'a, F> {
    f: F,
    x: &'a [f64],
    out: &'a mut [f64],
}

impl<F: Unary> WithSimd for Each<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (out, &x) in self.out.iter_mut().zip(self.x) {
            *out = self.f.value(x);
        }
    }
}

/// `out[i] = x[i]^y[i]`, compiled for each instruction set.
struct Powers<'a> {
    x: &'a [f64],
    y: &'a [f64],
    out: &'a mut [f64],
}

impl WithSimd for Powers<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for ((out, &x), &y) in self.out.iter_mut().zip(self.x).zip(self.y) {
            *out = pow(x, y);
        }
    }
}

/// A function with a shorter way, of the same bits, for most numbers.
trait TwoWays: Copy {
    fn is_moderate(self, x: f64) -> bool;
    fn of_moderate(self, x: f64) -> f64;
    fn value(self, x: f64) -> f64;
}

#[derive(Clone, Copy)]
struct Exp;

impl TwoWays for Exp {
    #[inline(always)]
    fn is_moderate(self, x: f64) -> bool {
        x.abs() <= MODERATE
    }

    #[inline(always)]
    fn of_moderate(self, x: f64) -> f64 {
        exp_of_moderate_sum(x, 0.0)
    }

    #[inline(always)]
    fn value(self, x: f64) -> f64 {
        exp(x)
    }
}

impl TwoWays for Logarithm {
    #[inline(always)]
    fn is_moderate(self, y: f64) -> bool {
        is_moderate(self, y)
    }

    #[inline(always)]
    fn of_moderate(self, y: f64) -> f64 {
        power_of_moderate(self, y)
    }

    #[inline(always)]
    fn value(self, y: f64) -> f64 {
        power_of(self, y)
    }
}

/// Values that are done at once where the way depends on them.
const TILE: usize = 32;

/// `out[i] = f(x[i])`, by the shorter way where it holds for all of a tile.
struct Tiles<'a, F> {
    f: F,
    x: &'a [f64],
    out: &'a mut [f64],
}

impl<F: TwoWays> WithSimd for Tiles<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { f, x, out } = self;
        let count = x.len().min(out.len());
        let ((x, x_rest), (out, out_rest)) =
            (x[..count].as_chunks::<TILE>(), out[..count].as_chunks_mut::<TILE>());
        for (out, x) in out.iter_mut().zip(x) {
            let mut moderate = true;
            for &x in x {
                moderate &= f.is_moderate(x);
            }
            if moderate {
                for (out, &x) in out.iter_mut().zip(x) {
                    *out = f.of_moderate(x);
                }
            } else {
                for (out, &x) in out.iter_mut().zip(x) {
                    *out = f.value(x);
                }
            }
        }
        for (out, &x) in out_rest.iter_mut().zip(x_rest) {
            *out = f.value(x);
        }
    }
}

/// [`exp`] of each value; as many as the shorter slice has.
pub fn exp_lane(arch: Arch, x: &[f64], out: &mut [f64]) {
    arch.dispatch(Tiles { f: Exp, x, out });
}

/// [`ln`] of each value; as many as the shorter slice has.
pub fn ln_lane(arch: Arch, x: &[f64], out: &mut [f64]) {
    arch.dispatch(Each { f: Ln, x, out });
}

/// [`pow`] of each pair; as many as the shortest slice has.
pub fn pow_lane(arch: Arch, x: &[f64], y: &[f64], out: &mut [f64]) {
    arch.dispatch(Powers { x, y, out });
}

/// [`power_of`] one base for each exponent: [`pow`] where the base is the same in all draws and not
/// negative, with the same bits, at about the cost of [`exp`].
pub fn power_of_lane(arch: Arch, base: Logarithm, y: &[f64], out: &mut [f64]) {
    arch.dispatch(Tiles { f: base, x: y, out });
}

/// `out[i] = base^y[i]`, the base that of the last step whose position is not above `positions[i]`.
struct Climb<'a> {
    steps: &'a [(f64, Logarithm)],
    positions: &'a [f64],
    y: &'a [f64],
    out: &'a mut [f64],
}

impl WithSimd for Climb<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Some((&(_, first), rest)) = self.steps.split_first() else { return };
        let lanes = self.positions.chunks(TILE).zip(self.y.chunks(TILE));
        for (out, (positions, y)) in self.out.chunks_mut(TILE).zip(lanes) {
            let (mut high, mut low) = ([first.high; TILE], [first.low; TILE]);
            for &(from, base) in rest {
                let bases = high.iter_mut().zip(low.iter_mut());
                for ((high, low), position) in bases.zip(positions) {
                    *high = if *position >= from { base.high } else { *high };
                    *low = if *position >= from { base.low } else { *low };
                }
            }
            let mut moderate = true;
            for (&high, &y) in high.iter().zip(y) {
                moderate &= is_moderate(Logarithm { high, low: 0.0 }, y);
            }
            let bases = high.iter().zip(&low);
            if moderate {
                for ((out, (&high, &low)), &y) in out.iter_mut().zip(bases).zip(y) {
                    *out = power_of_moderate(Logarithm { high, low }, y);
                }
            } else {
                for ((out, (&high, &low)), &y) in out.iter_mut().zip(bases).zip(y) {
                    *out = power_of(Logarithm { high, low }, y);
                }
            }
        }
    }
}

/// [`power_of`] bases that change at rising positions, for each position and exponent; the first
/// base holds from the start. As many as the shortest slice has.
pub fn powers_of_steps(
    arch: Arch,
    steps: &[(f64, Logarithm)],
    positions: &[f64],
    y: &[f64],
    out: &mut [f64],
) {
    arch.dispatch(Climb { steps, positions, y, out });
}

/// [`inverse_normal`] of each probability; as many as the shorter slice has.
pub fn inverse_normal_lane(arch: Arch, p: &[f64], out: &mut [f64]) {
    normal::lane(arch, p, out);
}
