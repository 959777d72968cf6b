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

pub use exp::exp;
pub use ln::{Logarithm, ln, logarithm};
pub use normal::{inverse_normal, normal_cdf, normal_density};
pub use pow::{pow, power_of};

use pulp::{Arch, Simd, WithSimd};

/// A function of one number. A type for each, because only a method is sure to be inlined where the
/// instruction set is chosen.
trait Unary: Copy {
    fn value(self, x: f64) -> f64;
}

#[derive(Clone, Copy)]
struct Exp;

impl Unary for Exp {
    #[inline(always)]
    fn value(self, x: f64) -> f64 {
        exp(x)
    }
}

#[derive(Clone, Copy)]
struct Ln;

impl Unary for Ln {
    #[inline(always)]
    fn value(self, x: f64) -> f64 {
        ln(x)
    }
}

impl Unary for Logarithm {
    #[inline(always)]
    fn value(self, y: f64) -> f64 {
        power_of(self, y)
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

/// [`exp`] of each value; as many as the shorter slice has.
pub fn exp_lane(arch: Arch, x: &[f64], out: &mut [f64]) {
    arch.dispatch(Each { f: Exp, x, out });
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
    arch.dispatch(Each { f: base, x: y, out });
}

/// `out[i] = base[i]^y[i]`, the bases given by their logarithms in two parts.
struct PowersOf<'a> {
    high: &'a [f64],
    low: &'a [f64],
    y: &'a [f64],
    out: &'a mut [f64],
}

impl WithSimd for PowersOf<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let bases = self.high.iter().zip(self.low);
        for ((out, (&high, &low)), &y) in self.out.iter_mut().zip(bases).zip(self.y) {
            *out = power_of(Logarithm { high, low }, y);
        }
    }
}

/// [`power_of`] each base, given by both parts of its logarithm, for each exponent.
pub fn powers_of_lane(arch: Arch, [high, low]: [&[f64]; 2], y: &[f64], out: &mut [f64]) {
    arch.dispatch(PowersOf { high, low, y, out });
}

/// [`inverse_normal`] of each probability; as many as the shorter slice has.
pub fn inverse_normal_lane(arch: Arch, p: &[f64], out: &mut [f64]) {
    normal::lane(arch, p, out);
}
