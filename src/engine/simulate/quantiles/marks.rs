//! Vectorised classification of draws: which of them are below or inside each of some brackets.

use pulp::{Simd, WithSimd};

/// Maps a number to an integer, so that integers compare as numbers do in the total order of floats.
#[inline(always)]
fn key(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

/// The ends of a bracket as integer keys, which compare faster than floats in the total order.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    low: i64,
    high: i64,
}

impl Ends {
    /// Converts both ends of a bracket to integer keys.
    pub(crate) fn of(low: f64, high: f64) -> Self {
        Self { low: key(low), high: key(high) }
    }
}

/// Number of draws that are marked before those inside a bracket are collected.
pub(crate) const LANE: usize = 256;
/// Draws that a vector loop marks together.
const TILE: usize = 32;
/// Partial counts per bracket: as many as the lanes of a vector, so that counting needs no horizontal sum.
pub(crate) const STEP: usize = 8;
/// Maximum number of brackets: a mark has one bit for each.
pub(crate) const MARKS: usize = u64::BITS as usize;

/// Counts the draws below each bracket in `below`, and sets bit k in the mark of each draw that is inside
/// bracket k.
pub(crate) struct MarkBrackets<'a> {
    pub(crate) ends: &'a [Ends],
    pub(crate) draws: &'a [f64],
    pub(crate) below: &'a mut [[u64; STEP]],
    pub(crate) marks: &'a mut [u64; LANE],
}

impl WithSimd for MarkBrackets<'_> {
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
