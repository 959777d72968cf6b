//! Where lanes of draws lie, and how one is filled from others.

use pulp::{Arch, Simd, WithSimd};

use crate::engine::numbers::kernels::{OfTiles, TILE, Tile, fill};

/// Tiles in a lane. Fewer would cost more than their work to go from one instruction to the next;
/// with more the registers would leave the nearer caches.
pub(crate) const TILES: usize = 8;
/// Draws in a lane.
pub(crate) const LANE: usize = TILES * TILE;

/// Position of a lane of draws.
pub(crate) type Register = u32;

/// Where an instruction takes a value from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operand {
    Register(Register),
    Constant(f64),
}

/// Lanes of draws, one after another. They begin where the cache's lines do, since a vector that lies
/// across two of them takes twice as long to load.
#[derive(Debug)]
pub(crate) struct Registers {
    /// From `from` on: a tile for each number among the sides of an instruction, then the lanes.
    numbers: Vec<f64>,
    from: usize,
}

/// The most sides of an instruction.
const NUMBERS: usize = 7;

impl Default for Registers {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Registers {
    pub(crate) fn new(count: usize) -> Self {
        const LINE: usize = 64;
        let room = LINE / size_of::<f64>();
        let numbers = vec![0.0; NUMBERS * TILE + count * LANE + room];
        let from = numbers.as_ptr().align_offset(LINE).min(room);
        Self { numbers, from }
    }

    fn tiles(&mut self) -> &mut [Tile] {
        self.numbers.get_mut(self.from..).unwrap_or_default().as_chunks_mut().0
    }

    fn start(&self, register: Register) -> usize {
        self.from + NUMBERS * TILE + register as usize * LANE
    }

    pub(crate) fn lane(&self, register: Register) -> &[f64] {
        let start = self.start(register);
        self.numbers.get(start..start + LANE).unwrap_or_default()
    }

    pub(crate) fn lane_mut(&mut self, register: Register) -> &mut [f64] {
        let start = self.start(register);
        self.numbers.get_mut(start..start + LANE).unwrap_or_default()
    }

    /// What an instruction takes.
    pub(crate) fn side(&self, operand: Operand) -> Side<'_> {
        match operand {
            Operand::Constant(number) => Side::Number(number),
            Operand::Register(register) => Side::Lane(self.lane(register)),
        }
    }

    /// True if all numbers that an instruction takes are at most so large in size.
    pub(crate) fn within(&self, arch: Arch, operand: Operand, most: f64) -> bool {
        match self.side(operand) {
            Side::Number(number) => number.abs() <= most,
            Side::Lane(lane) => between(arch, lane, [-most, most]),
        }
    }

    /// Fills a register with a function of others; no instruction reads the register that it fills.
    #[inline(always)]
    pub(crate) fn fill<const N: usize>(
        &mut self,
        arch: Arch,
        f: impl OfTiles<N>,
        sides: &[Operand; N],
        out: Register,
    ) {
        arch.dispatch(Fill { f, tiles: self.tiles(), sides, out: out as usize * TILES });
    }
}

/// A value that is taken or asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side<'a> {
    Lane(&'a [f64]),
    Number(f64),
}

/// True if all numbers lie within two, or are one of them; a NaN does not.
pub(crate) fn between(arch: Arch, numbers: &[f64], [low, high]: [f64; 2]) -> bool {
    arch.dispatch(Between { numbers, low, high })
}

struct Between<'a> {
    numbers: &'a [f64],
    low: f64,
    high: f64,
}

impl WithSimd for Between<'_> {
    type Output = bool;

    /// Without a way out in the middle, which would cost more than it saves.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> bool {
        let mut between = true;
        for &x in self.numbers {
            between &= (x >= self.low) & (x <= self.high);
        }
        between
    }
}

struct Fill<'a, F, const N: usize> {
    f: F,
    tiles: &'a mut [Tile],
    sides: &'a [Operand; N],
    out: usize,
}

impl<F: OfTiles<N>, const N: usize> WithSimd for Fill<'_, F, N> {
    type Output = ();

    /// Tile by tile. The results of a tile lie in the processor's registers until it is done, so that
    /// nothing has to be known of where the lanes lie.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { f, tiles, sides, out } = self;
        let Some((numbers, tiles)) = tiles.split_at_mut_checked(NUMBERS) else { return };
        let Some((before, rest)) = tiles.split_at_mut_checked(out) else { return };
        let Some((filled, after)) = rest.split_at_mut_checked(TILES) else { return };
        for k in 0..N {
            if let Operand::Constant(number) = sides[k] {
                numbers[k] = [number; TILE];
            }
        }
        let mut lanes: [&[Tile]; N] = [&[]; N];
        for k in 0..N {
            lanes[k] = match sides[k] {
                Operand::Constant(_) => std::slice::from_ref(&numbers[k]),
                Operand::Register(register) => {
                    let start = register as usize * TILES;
                    let (from, start) = if start < out {
                        (&*before, start)
                    } else {
                        (&*after, start.wrapping_sub(out + TILES))
                    };
                    match from.get(start..start.wrapping_add(TILES)) {
                        Some(lane) => lane,
                        None => return,
                    }
                }
            };
        }
        fill(f, filled, |n| {
            let mut from = [&[0.0; TILE]; N];
            for k in 0..N {
                // Of a number there is one tile.
                from[k] = &lanes[k][n & (lanes[k].len() - 1)];
            }
            from
        });
    }
}
