//! Elementary functions of the simulation (exp, ln, powers, normal and simple quantiles), for
//! single numbers and for slices.
//!
//! Each function is written once, as an inlined body without branches. The scalar function is that
//! body; the slice function is a loop over it, compiled for SSE2, AVX2 and AVX-512 and chosen at
//! run time.
//!
//! Invariant: a result has the same bits alone, in a slice of any length and on any instruction set
//! (except the payload of a NaN). So there is no fused multiply-add, no lookup table and no call of
//! the platform's math library. Each function's comment gives its maximum error in units in the
//! last place (ulp); `tests/numbers/kernels.rs` checks it against references of 60 digits.

mod exp;
mod ln;
mod normal;
mod pow;
mod quantiles;

pub use exp::exp;
pub use ln::{Logarithm, ln, logarithm};
pub use normal::{inverse_normal, normal_cdf, normal_density};
pub(in crate::engine) use pow::NearPowers;
pub use pow::{Bases, pow, power_of};

pub use quantiles::{
    affine_lane, discrete_quantile_lane, triangular_quantile_lane, uniform_quantile_lane,
};

use pulp::{Arch, Simd, WithSimd};

/// Numbers that a vector loop computes together: enough to hide the latency of the arithmetic, few
/// enough to stay in the processor's registers.
pub(crate) const TILE: usize = 32;
/// A tile: numbers that a vector loop computes together.
pub(crate) type Tile = [f64; TILE];

/// A function of `N` numbers. Each function is a type of its own, because only a method of a type
/// is certain to be inlined into code compiled for an instruction set.
pub(crate) trait ScalarFunction<const N: usize>: Copy {
    /// Computes the function of one number for each argument.
    fn value(self, arguments: [f64; N]) -> f64;
}

/// Maximum number of tiles that one call of [`fill`] processes: one bit each in its mask.
const MAX_TILES: usize = u64::BITS as usize;

/// A function of `N` numbers, computed for a tile of each argument.
pub(crate) trait TileFunction<const N: usize>: Copy {
    /// Computes the function for every position of the tile.
    fn tile(self, arguments: [&Tile; N]) -> Tile;

    /// Computes the tile by a faster method. The second value is true if that method is valid for
    /// all arguments; if it is false, the tile must be discarded.
    #[inline(always)]
    fn fast_tile(self, arguments: [&Tile; N]) -> (Tile, bool) {
        (self.tile(arguments), true)
    }
}

/// Fills `tiles` with a function whose arguments for tile `n` are `arguments(n)`.
///
/// The fast method comes first, for all tiles, in a loop without branches; a second loop recomputes
/// the few tiles for which it is invalid. Both methods give the same bits.
#[inline(always)]
pub(crate) fn fill<'a, F: TileFunction<N>, const N: usize>(
    f: F,
    tiles: &mut [Tile],
    arguments: impl Fn(usize) -> [&'a Tile; N],
) {
    let mut recompute = 0_u64;
    for (n, tile) in tiles.iter_mut().enumerate() {
        let (values, valid) = f.fast_tile(arguments(n));
        *tile = values;
        recompute |= u64::from(!valid) << n;
    }
    while recompute != 0 {
        let n = recompute.trailing_zeros() as usize;
        recompute &= recompute - 1;
        if let Some(tile) = tiles.get_mut(n) {
            *tile = f.tile(arguments(n));
        }
    }
}

/// Applies a scalar function to each number of a tile.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Elementwise<F>(pub(crate) F);

impl<F: ScalarFunction<N>, const N: usize> TileFunction<N> for Elementwise<F> {
    #[inline(always)]
    fn tile(self, columns: [&Tile; N]) -> Tile {
        let mut values = [0.0; TILE];
        for i in 0..TILE {
            let mut arguments = [0.0; N];
            for k in 0..N {
                arguments[k] = columns[k][i];
            }
            values[i] = self.0.value(arguments);
        }
        values
    }
}

/// A function applied to slices: `out[i] = f(slices[0][i], slices[1][i], ...)`, up to the end of
/// the shortest slice. The last, incomplete tile is padded with zeros.
struct SliceKernel<'a, F, const N: usize> {
    f: F,
    slices: [&'a [f64]; N],
    out: &'a mut [f64],
}

impl<F: TileFunction<N>, const N: usize> WithSimd for SliceKernel<'_, F, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { f, slices, out } = self;
        let mut count = out.len();
        for lane in slices {
            count = count.min(lane.len());
        }
        let (whole, rest) = out[..count].as_chunks_mut::<TILE>();
        for (part, out) in whole.chunks_mut(MAX_TILES).enumerate() {
            fill(f, out, |n| {
                let mut tiles = [&[0.0; TILE]; N];
                for k in 0..N {
                    tiles[k] = &slices[k].as_chunks().0[part * MAX_TILES + n];
                }
                tiles
            });
        }
        if !rest.is_empty() {
            let mut tiles = [[0.0; TILE]; N];
            for k in 0..N {
                tiles[k][..rest.len()].copy_from_slice(&slices[k][count - rest.len()..count]);
            }
            rest.copy_from_slice(&f.tile(tiles.each_ref())[..rest.len()]);
        }
    }
}

/// [`exp`] for tiles, with a fast path for numbers between -700 and 700.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Exp;

impl TileFunction<1> for Exp {
    #[inline(always)]
    fn tile(self, [x]: [&Tile; 1]) -> Tile {
        let mut values = [0.0; TILE];
        for i in 0..TILE {
            values[i] = exp(x[i]);
        }
        values
    }

    #[inline(always)]
    fn fast_tile(self, [x]: [&Tile; 1]) -> (Tile, bool) {
        exp::moderate_tile(x)
    }
}

/// [`ln`] for tiles, with a fast path for positive normal numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ln;

impl TileFunction<1> for Ln {
    #[inline(always)]
    fn tile(self, [x]: [&Tile; 1]) -> Tile {
        let mut values = [0.0; TILE];
        for i in 0..TILE {
            values[i] = ln(x[i]);
        }
        values
    }

    #[inline(always)]
    fn fast_tile(self, [x]: [&Tile; 1]) -> (Tile, bool) {
        ln::normal_tile(x)
    }
}

/// [`pow`] for tiles, with a fast path for positive normal bases whose powers are near 1.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Power;

impl TileFunction<2> for Power {
    #[inline(always)]
    fn tile(self, [x, y]: [&Tile; 2]) -> Tile {
        pow::tile(x, y)
    }

    #[inline(always)]
    fn fast_tile(self, [x, y]: [&Tile; 2]) -> (Tile, bool) {
        pow::near_tile(x, y)
    }
}

/// Raises the base at each position to the exponent beside it.
impl TileFunction<2> for &Bases {
    #[inline(always)]
    fn tile(self, [positions, y]: [&Tile; 2]) -> Tile {
        self.powers_at(positions, y)
    }
}

/// Computes [`exp`] of each number, up to the end of the shorter slice.
pub fn exp_lane(arch: Arch, x: &[f64], out: &mut [f64]) {
    arch.dispatch(SliceKernel { f: Exp, slices: [x], out });
}

/// Computes [`ln`] of each number, up to the end of the shorter slice.
pub fn ln_lane(arch: Arch, x: &[f64], out: &mut [f64]) {
    arch.dispatch(SliceKernel { f: Ln, slices: [x], out });
}

/// Computes [`pow`] of each pair `x[i]`, `y[i]`, up to the end of the shortest slice.
pub fn pow_lane(arch: Arch, x: &[f64], y: &[f64], out: &mut [f64]) {
    arch.dispatch(SliceKernel { f: Power, slices: [x, y], out });
}

/// Raises the base at `positions[i]` to the power `y[i]`, up to the end of the shortest slice. The
/// bits are those of [`pow`] at about the cost of [`exp`], because the logarithms of the bases are
/// already in `bases`.
pub fn powers_of(arch: Arch, bases: &Bases, positions: &[f64], y: &[f64], out: &mut [f64]) {
    arch.dispatch(SliceKernel { f: bases, slices: [positions, y], out });
}

/// Computes [`inverse_normal`] of each probability, up to the end of the shorter slice.
pub fn inverse_normal_lane(arch: Arch, p: &[f64], out: &mut [f64]) {
    normal::lane(arch, p, out);
}
