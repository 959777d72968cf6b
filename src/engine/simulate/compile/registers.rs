//! The registers of a workspace: lanes of draws in one aligned buffer, and how an instruction fills
//! one of them.

use pulp::{Arch, Simd, WithSimd};

use crate::engine::numbers::kernels::{TILE, Tile, TileFunction, fill};

/// Tiles in a lane. With fewer, the dispatch of an instruction would cost more than its work; with
/// more, the registers would not fit the caches next to the processor.
pub(crate) const TILES: usize = 8;
/// Draws in a lane, the unit that an instruction processes.
pub(crate) const LANE: usize = TILES * TILE;

/// Index of a register, which has one value for each draw of a lane.
pub(crate) type Register = u32;

/// An operand of an instruction: a register, or a constant that is part of the instruction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operand {
    Register(Register),
    Constant(f64),
}

/// The registers, one after another, aligned to cache lines: a vector across two lines takes twice
/// as long to load.
#[derive(Debug)]
pub(crate) struct Registers {
    /// Storage of the operands and registers, from `offset` on: one tile for each constant operand, then the registers.
    storage: Vec<f64>,
    /// Index of the first aligned element.
    offset: usize,
}

/// Maximum number of operands of an instruction.
const MAX_OPERANDS: usize = 7;

impl Default for Registers {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Registers {
    /// Allocates `count` registers.
    pub(crate) fn new(count: usize) -> Self {
        /// Bytes in a cache line.
        const LINE: usize = 64;
        let padding = LINE / size_of::<f64>();
        let storage = vec![0.0; MAX_OPERANDS * TILE + count * LANE + padding];
        let offset = storage.as_ptr().align_offset(LINE).min(padding);
        Self { storage, offset }
    }

    /// Returns the aligned part of the storage as tiles.
    fn tiles(&mut self) -> &mut [Tile] {
        self.storage.get_mut(self.offset..).unwrap_or_default().as_chunks_mut().0
    }

    /// Returns the index of the first number of a register.
    fn start(&self, register: Register) -> usize {
        self.offset + MAX_OPERANDS * TILE + register as usize * LANE
    }

    /// Returns the draws in a register.
    pub(crate) fn lane(&self, register: Register) -> &[f64] {
        let start = self.start(register);
        self.storage.get(start..start + LANE).unwrap_or_default()
    }

    /// Returns the draws in a register, for writing.
    pub(crate) fn lane_mut(&mut self, register: Register) -> &mut [f64] {
        let start = self.start(register);
        self.storage.get_mut(start..start + LANE).unwrap_or_default()
    }

    /// Returns the value of an operand.
    pub(crate) fn value(&self, operand: Operand) -> OperandValue<'_> {
        match operand {
            Operand::Constant(number) => OperandValue::Number(number),
            Operand::Register(register) => OperandValue::Lane(self.lane(register)),
        }
    }

    /// True if all numbers of an operand are at most `max` in magnitude; false for NaN.
    pub(crate) fn within_magnitude(&self, arch: Arch, operand: Operand, max: f64) -> bool {
        match self.value(operand) {
            OperandValue::Number(number) => number.abs() <= max,
            OperandValue::Lane(lane) => between(arch, lane, [-max, max]),
        }
    }

    /// Fills the register `out` with a function of the operands, none of which may be that
    /// register.
    #[inline(always)]
    pub(crate) fn fill<const N: usize>(
        &mut self,
        arch: Arch,
        f: impl TileFunction<N>,
        operands: &[Operand; N],
        out: Register,
    ) {
        arch.dispatch(Fill { f, tiles: self.tiles(), operands, out: out as usize * TILES });
    }
}

/// The value of an operand or output: one number per draw, or the same number for all draws.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OperandValue<'a> {
    Lane(&'a [f64]),
    Number(f64),
}

/// True if all numbers are in the closed interval; false for NaN.
pub(crate) fn between(arch: Arch, numbers: &[f64], [low, high]: [f64; 2]) -> bool {
    arch.dispatch(Between { numbers, low, high })
}

/// The test of [`between`], as a vector loop.
struct Between<'a> {
    numbers: &'a [f64],
    low: f64,
    high: f64,
}

impl WithSimd for Between<'_> {
    type Output = bool;

    /// The loop has no early exit, because an exit would prevent vectorisation.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> bool {
        let mut between = true;
        for &x in self.numbers {
            between &= (x >= self.low) & (x <= self.high);
        }
        between
    }
}

/// The loop of [`Registers::fill`]; `out` is the index of the first tile to fill.
struct Fill<'a, F, const N: usize> {
    f: F,
    tiles: &'a mut [Tile],
    operands: &'a [Operand; N],
    out: usize,
}

impl<F: TileFunction<N>, const N: usize> WithSimd for Fill<'_, F, N> {
    type Output = ();

    /// Fills the register tile by tile. The results of a tile stay in the processor's registers
    /// until it is complete.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { f, tiles, operands, out } = self;
        let Some((constants, tiles)) = tiles.split_at_mut_checked(MAX_OPERANDS) else { return };
        let Some((before, rest)) = tiles.split_at_mut_checked(out) else { return };
        let Some((filled, after)) = rest.split_at_mut_checked(TILES) else { return };
        for k in 0..N {
            if let Operand::Constant(number) = operands[k] {
                constants[k] = [number; TILE];
            }
        }
        let mut lanes: [&[Tile]; N] = [&[]; N];
        for k in 0..N {
            lanes[k] = match operands[k] {
                Operand::Constant(_) => std::slice::from_ref(&constants[k]),
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
                // A constant has one tile, a register TILES of them, both powers of 2.
                from[k] = &lanes[k][n & (lanes[k].len() - 1)];
            }
            from
        });
    }
}
