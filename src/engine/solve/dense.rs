//! Dense matrices, factorised in blocks of columns.
//!
//! Each entry has products subtracted from it in the order of the columns, one after another, as in the textbook's
//! elimination. Blocks change where the numbers come from and not the order, and no multiplication is fused with a
//! subtraction, so every block size and every instruction set gives the same bits (Golub and Van Loan, "Matrix
//! Computations", 2013, section 3.2).

use pulp::{Arch, Simd, WithSimd};

/// Columns that are eliminated together.
const BLOCK: usize = 32;
/// Number of columns that an update holds in registers.
const TILE: usize = 32;

/// LU factors of a matrix with exchanged rows, both in one square array.
#[derive(Debug, Clone, Default)]
pub(crate) struct DenseFactors {
    size: usize,
    /// Entries row by row: the upper factor on and above the diagonal, the lower factor below.
    entries: Vec<f64>,
    /// For each row of the factors, the row of the matrix.
    rows: Vec<usize>,
}

impl DenseFactors {
    /// Factorises, with partial pivoting, a matrix given by row, column and value; positions that are not given are 0.
    /// False if the matrix is singular.
    pub(super) fn factorise(
        &mut self,
        arch: Arch,
        size: usize,
        given: impl Iterator<Item = ((usize, usize), f64)>,
    ) -> bool {
        self.size = size;
        self.entries.clear();
        self.entries.resize(size * size, 0.0);
        self.rows.clear();
        self.rows.extend(0..size);
        for ((row, column), value) in given {
            self.entries[row * size + column] = value;
        }
        for first in (0..size).step_by(BLOCK) {
            let end = (first + BLOCK).min(size);
            if !self.eliminate_columns(first, end) {
                return false;
            }
            self.finish_rows(first, end);
            let (above, below) = self.entries.split_at_mut(end * size);
            arch.dispatch(Update { size, first, end, above, below });
        }
        true
    }

    /// Eliminates below the diagonal in the columns of a block, with rows exchanged as a whole.
    fn eliminate_columns(&mut self, first: usize, end: usize) -> bool {
        let size = self.size;
        for k in first..end {
            let magnitude = |row: usize| self.entries[row * size + k].abs();
            let larger = |a: usize, b: usize| if magnitude(b) > magnitude(a) { b } else { a };
            let chosen = (k..size).fold(k, larger);
            if chosen != k {
                self.rows.swap(chosen, k);
                let (above, below) = self.entries.split_at_mut(chosen * size);
                above[k * size..][..size].swap_with_slice(&mut below[..size]);
            }
            let (above, below) = self.entries.split_at_mut((k + 1) * size);
            let upper = &above[k * size + k..][..end - k];
            let pivot = upper[0];
            if pivot == 0.0 || !pivot.is_finite() {
                return false;
            }
            for row in below.chunks_exact_mut(size) {
                let own = &mut row[k..end];
                let factor = own[0] / pivot;
                own[0] = factor;
                for (entry, upper) in own[1..].iter_mut().zip(&upper[1..]) {
                    *entry -= factor * upper;
                }
            }
        }
        true
    }

    /// Computes the upper factor's rows of a block, right of the block.
    fn finish_rows(&mut self, first: usize, end: usize) {
        let size = self.size;
        for row in first + 1..end {
            let (above, own) = self.entries.split_at_mut(row * size);
            for k in first..row {
                let factor = own[k];
                let upper = &above[k * size..][end..size];
                for (entry, upper) in own[end..size].iter_mut().zip(upper) {
                    *entry -= factor * upper;
                }
            }
        }
    }

    /// Solves for one right-hand side.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut solution: Vec<f64> = self.rows.iter().map(|&row| right[row]).collect();
        for (n, row) in self.entries.chunks_exact(self.size.max(1)).enumerate() {
            let known = row.iter().zip(&solution[..n]);
            let value = known.fold(solution[n], |value, (factor, x)| value - factor * x);
            solution[n] = value;
        }
        for (n, row) in self.entries.chunks_exact(self.size.max(1)).enumerate().rev() {
            let known = row[n + 1..].iter().zip(&solution[n + 1..]);
            let value = known.fold(solution[n], |value, (factor, x)| value - factor * x);
            solution[n] = value / row[n];
        }
        solution
    }
}

/// Subtracts the products of a block from all rows below and columns to the right of it.
struct Update<'a> {
    size: usize,
    first: usize,
    end: usize,
    /// The rows down to the end of the block.
    above: &'a [f64],
    below: &'a mut [f64],
}

impl WithSimd for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { size, first, end, above, below } = self;
        let block = &above[first * size..];
        // The block's rows within a tile of columns, side by side.
        let mut upper = [[0.0; TILE]; BLOCK];
        for from in (end..size).step_by(TILE) {
            let width = TILE.min(size - from);
            for (upper, row) in upper.iter_mut().zip(block.chunks_exact(size)) {
                upper[..width].copy_from_slice(&row[from..from + width]);
            }
            for row in below.chunks_exact_mut(size) {
                let (left, right) = row.split_at_mut(end);
                let own = &mut right[from - end..][..width];
                let mut tile = [0.0; TILE];
                tile[..width].copy_from_slice(own);
                for (factor, upper) in left[first..].iter().zip(&upper) {
                    for n in 0..TILE {
                        tile[n] -= factor * upper[n];
                    }
                }
                own.copy_from_slice(&tile[..width]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a matrix without any pattern, of numbers between -1 and 1.
    fn matrix(size: usize) -> Vec<f64> {
        let entry =
            |n: usize| ((n * n + 17 * n) as f64 * 0.618_033_988_749_895).fract() * 2.0 - 1.0;
        (0..size * size).map(entry).collect()
    }

    fn factors(size: usize, entries: &[f64]) -> Option<DenseFactors> {
        let mut factors = DenseFactors::default();
        let given = entries.iter().enumerate().map(|(n, &value)| ((n / size, n % size), value));
        factors.factorise(Arch::new(), size, given).then_some(factors)
    }

    /// Solves by textbook elimination, entry by entry.
    fn by_the_textbook(size: usize, mut entries: Vec<f64>) -> Vec<f64> {
        for k in 0..size {
            let mut chosen = k;
            for row in k..size {
                if entries[row * size + k].abs() > entries[chosen * size + k].abs() {
                    chosen = row;
                }
            }
            for column in 0..size {
                entries.swap(k * size + column, chosen * size + column);
            }
            for row in k + 1..size {
                entries[row * size + k] /= entries[k * size + k];
                for column in k + 1..size {
                    let product = entries[row * size + k] * entries[k * size + column];
                    entries[row * size + column] -= product;
                }
            }
        }
        entries
    }

    #[test]
    fn blocks_change_no_bit() {
        for size in [1, 2, 31, 32, 33, 64, 80, 131] {
            let entries = matrix(size);
            let found = factors(size, &entries).expect("a regular matrix");
            let wanted = by_the_textbook(size, entries);
            let bits = |all: &[f64]| all.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&found.entries), bits(&wanted), "{size}");
        }
    }

    #[test]
    fn a_system_is_solved_and_a_singular_matrix_is_refused() {
        let size = 100;
        let entries = matrix(size);
        let wanted: Vec<f64> = (0..size).map(|n| n as f64 - 3.0).collect();
        let dot = |row: &[f64]| row.iter().zip(&wanted).map(|(a, x)| a * x).sum();
        let right: Vec<f64> = entries.chunks(size).map(dot).collect();
        let found = factors(size, &entries).expect("a regular matrix").solve(&right);
        for (found, wanted) in found.iter().zip(&wanted) {
            assert!((found - wanted).abs() < 1e-9, "{found}, not {wanted}");
        }
        let mut twice = entries;
        twice.copy_within(0..size, size);
        assert!(factors(size, &twice).is_none());
        assert!(factors(2, &[0.0; 4]).is_none());
        assert!(factors(2, &[f64::NAN, 1.0, 1.0, 1.0]).is_none());
    }
}
