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
pub(in crate::engine) use pow::NearPowers;
pub use pow::{Bases, pow, power_of};

pub use quantiles::{
    affine_lane, discrete_quantile_lane, triangular_quantile_lane, uniform_quantile_lane,
};

use pulp::{Arch, Simd, WithSimd};

/// As many values as are done at once: enough to keep the processor busy, few enough for its
/// registers.
pub(crate) const TILE: usize = 32;
pub(crate) type Tile = [f64; TILE];

/// A function of some numbers. A type for each, because only a method is sure to be inlined where the
/// instruction set is chosen.
pub(crate) trait OfNumbers<const N: usize>: Copy {
    fn value(self, sides: [f64; N]) -> f64;
}

/// The most tiles that are filled at once.
const MOST_TILES: usize = u64::BITS as usize;

/// A function of some numbers, for a tile of each.
pub(crate) trait OfTiles<const N: usize>: Copy {
    fn tile(self, sides: [&Tile; N]) -> Tile;

    /// The same by a shorter way, and whether all numbers allow it; else what is found counts for nothing.
    #[inline(always)]
    fn short(self, sides: [&Tile; N]) -> (Tile, bool) {
        (self.tile(sides), true)
    }
}

/// Fills tiles with a function of those that `sides` says: first all by the shorter way, whose values do not
/// leave the processor's registers, then those where it does not hold.
#[inline(always)]
pub(crate) fn fill<'a, F: OfTiles<N>, const N: usize>(
    f: F,
    tiles: &mut [Tile],
    sides: impl Fn(usize) -> [&'a Tile; N],
) {
    let mut others = 0_u64;
    for (n, tile) in tiles.iter_mut().enumerate() {
        let (values, holds) = f.short(sides(n));
        *tile = values;
        others |= u64::from(!holds) << n;
    }
    while others != 0 {
        let n = others.trailing_zeros() as usize;
        others &= others - 1;
        if let Some(tile) = tiles.get_mut(n) {
            *tile = f.tile(sides(n));
        }
    }
}

/// A function number by number.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Each<F>(pub(super) F);

impl<F: OfNumbers<N>, const N: usize> OfTiles<N> for Each<F> {
    #[inline(always)]
    fn tile(self, from: [&Tile; N]) -> Tile {
        let mut values = [0.0; TILE];
        for i in 0..TILE {
            let mut sides = [0.0; N];
            for k in 0..N {
                sides[k] = from[k][i];
            }
            values[i] = self.0.value(sides);
        }
        values
    }
}

/// `out` tile by tile from lanes; a last one that is not whole is filled up with zeros.
struct Lanes<'a, F, const N: usize> {
    f: F,
    lanes: [&'a [f64]; N],
    out: &'a mut [f64],
}

impl<F: OfTiles<N>, const N: usize> WithSimd for Lanes<'_, F, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { f, lanes, out } = self;
        let mut count = out.len();
        for lane in lanes {
            count = count.min(lane.len());
        }
        let (whole, rest) = out[..count].as_chunks_mut::<TILE>();
        for (part, out) in whole.chunks_mut(MOST_TILES).enumerate() {
            fill(f, out, |n| {
                let mut tiles = [&[0.0; TILE]; N];
                for k in 0..N {
                    tiles[k] = &lanes[k].as_chunks().0[part * MOST_TILES + n];
                }
                tiles
            });
        }
        if !rest.is_empty() {
            let mut tiles = [[0.0; TILE]; N];
            for k in 0..N {
                tiles[k][..rest.len()].copy_from_slice(&lanes[k][count - rest.len()..count]);
            }
            rest.copy_from_slice(&f.tile(tiles.each_ref())[..rest.len()]);
        }
    }
}

/// [`exp`], by a shorter way where the numbers allow.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Exp;

impl OfTiles<1> for Exp {
    #[inline(always)]
    fn tile(self, [x]: [&Tile; 1]) -> Tile {
        let mut values = [0.0; TILE];
        for i in 0..TILE {
            values[i] = exp(x[i]);
        }
        values
    }

    #[inline(always)]
    fn short(self, [x]: [&Tile; 1]) -> (Tile, bool) {
        exp::moderate_tile(x)
    }
}

/// [`ln`], likewise.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ln;

impl OfTiles<1> for Ln {
    #[inline(always)]
    fn tile(self, [x]: [&Tile; 1]) -> Tile {
        let mut values = [0.0; TILE];
        for i in 0..TILE {
            values[i] = ln(x[i]);
        }
        values
    }

    #[inline(always)]
    fn short(self, [x]: [&Tile; 1]) -> (Tile, bool) {
        ln::normal_tile(x)
    }
}

/// [`pow`], likewise.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Power;

impl OfTiles<2> for Power {
    #[inline(always)]
    fn tile(self, [x, y]: [&Tile; 2]) -> Tile {
        pow::tile(x, y)
    }

    #[inline(always)]
    fn short(self, [x, y]: [&Tile; 2]) -> (Tile, bool) {
        pow::near_tile(x, y)
    }
}

/// The base at each position to the power of each exponent.
impl OfTiles<2> for &Bases {
    #[inline(always)]
    fn tile(self, [positions, y]: [&Tile; 2]) -> Tile {
        self.powers_at(positions, y)
    }
}

/// [`exp`] of each value; as many as the shorter slice has.
pub fn exp_lane(arch: Arch, x: &[f64], out: &mut [f64]) {
    arch.dispatch(Lanes { f: Exp, lanes: [x], out });
}

/// [`ln`] of each value; as many as the shorter slice has.
pub fn ln_lane(arch: Arch, x: &[f64], out: &mut [f64]) {
    arch.dispatch(Lanes { f: Ln, lanes: [x], out });
}

/// [`pow`] of each pair; as many as the shortest slice has.
pub fn pow_lane(arch: Arch, x: &[f64], y: &[f64], out: &mut [f64]) {
    arch.dispatch(Lanes { f: Power, lanes: [x, y], out });
}

/// The base at each position to the power of each exponent: [`pow`], with the same bits, at about the
/// cost of [`exp`]. As many as the shortest slice has.
pub fn powers_of(arch: Arch, bases: &Bases, positions: &[f64], y: &[f64], out: &mut [f64]) {
    arch.dispatch(Lanes { f: bases, lanes: [positions, y], out });
}

/// [`inverse_normal`] of each probability; as many as the shorter slice has.
pub fn inverse_normal_lane(arch: Arch, p: &[f64], out: &mut [f64]) {
    normal::lane(arch, p, out);
}
