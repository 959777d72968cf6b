//! Which draws lie in which brackets, over lanes.

use pulp::{Simd, WithSimd};

/// A number whose order is the total order of numbers.
#[inline(always)]
fn key(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

/// The ends of a bracket, as [`key`] has them.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    low: i64,
    high: i64,
}

impl Ends {
    pub(crate) fn of(low: f64, high: f64) -> Self {
        Self { low: key(low), high: key(high) }
    }
}

/// Draws that are looked at before those in brackets are kept.
pub(crate) const LANE: usize = 256;
/// Draws that are looked at together.
const TILE: usize = 32;
/// Counts side by side.
pub(crate) const STEP: usize = 8;
/// Brackets that a mark has a bit for.
pub(crate) const MARKS: usize = u64::BITS as usize;

/// Counts how many of some draws lie below each of some brackets, and marks each draw with the bits of
/// those that it lies in.
pub(crate) struct Mark<'a> {
    pub(crate) ends: &'a [Ends],
    pub(crate) draws: &'a [f64],
    pub(crate) below: &'a mut [[u64; STEP]],
    pub(crate) marks: &'a mut [u64; LANE],
}

impl WithSimd for Mark<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { ends, draws, below, marks } = self;
        let (tiles, rest) = draws.as_chunks::<TILE>();
        let (marked, _) = marks.as_chunks_mut::<TILE>();
        for (draws, marks) in tiles.iter().zip(&mut *marked) {
            let (mut keys, mut near) = ([0; TILE], [0; TILE]);
            for i in 0..TILE {
                keys[i] = key(draws[i]);
            }
            for (k, (ends, below)) in ends.iter().zip(&mut *below).enumerate() {
                let (mut counts, bit) = ([0; TILE], 1 << k);
                for i in 0..TILE {
                    counts[i] = u64::from(keys[i] < ends.low);
                    let inside = (ends.low <= keys[i]) & (keys[i] <= ends.high);
                    near[i] |= if inside { bit } else { 0 };
                }
                for i in 0..STEP {
                    for part in 0..TILE / STEP {
                        below[i] += counts[part * STEP + i];
                    }
                }
            }
            *marks = near;
        }
        let Some(marks) = marked.get_mut(tiles.len()) else { return };
        for (k, (ends, below)) in ends.iter().zip(below).enumerate() {
            for (draw, mark) in rest.iter().zip(&mut *marks) {
                let key = key(*draw);
                below[0] += u64::from(key < ends.low);
                *mark |= u64::from((ends.low..=ends.high).contains(&key)) << k;
            }
        }
    }
}
