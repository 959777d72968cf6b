//! Linear systems. A sparse one is factorised by rsparse, which is used in this file only: its factorisation
//! is plain scalar arithmetic, so that every machine gives the same bits. One with many entries is factorised
//! as a dense matrix (`dense.rs`).

use pulp::Arch;
use rsparse::data::{Nmrc, Sprs, Symb};

use super::dense::DenseFactors;

/// The sparsity pattern of a square matrix, with the column ordering for its factorisation.
///
/// An entry is a position that may be non-zero. A contribution is a number that is added to an
/// entry; several contributions may belong to one entry.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    /// The matrix in compressed column form, with the values of the last factorisation.
    columns: Sprs<f64>,
    method: Method,
    /// Index of the entry of each contribution.
    entry_indices: Vec<usize>,
    /// True if every column has an entry; a matrix with an empty column is singular.
    every_column_filled: bool,
}

/// The method of factorisation, sparse or dense.
#[derive(Debug, Clone)]
enum Method {
    /// With the columns in an order that keeps the factors sparse.
    Sparse(Symb),
    Dense(DenseFactors),
}

/// The LU factors of a matrix.
pub(crate) enum LuFactors<'a> {
    Sparse { order: Option<&'a [isize]>, numeric: Nmrc<f64> },
    Dense(&'a DenseFactors),
}

/// A matrix is dense if it has at least this many rows and at least one entry in so many positions. Smaller ones are
/// factorised in no time either way.
const DENSE_ROWS: usize = 32;
const DENSE_SHARE: usize = 4;

impl Pattern {
    /// Makes the pattern of a matrix of `size` rows with contributions at the given rows and columns. Orders the
    /// columns to keep the factors sparse (Davis, "Direct Methods for Sparse Linear Systems", 2006).
    pub(crate) fn new(size: usize, contributions: &[(usize, usize)]) -> Self {
        let mut entries: Vec<(usize, usize)> =
            contributions.iter().map(|&(row, column)| (column, row)).collect();
        entries.sort_unstable();
        entries.dedup();
        let mut columns = Sprs::new();
        (columns.m, columns.n, columns.nzmax) = (size, size, entries.len());
        columns.i = entries.iter().map(|entry| entry.1).collect();
        columns.x = vec![0.0; entries.len()];
        let start = |column| entries.partition_point(|entry| entry.0 < column) as isize;
        columns.p = (0..=size).map(start).collect();
        let every_column_filled = columns.p.windows(2).all(|ends| ends[0] < ends[1]);
        let index = |&(row, column): &(usize, usize)| {
            entries.partition_point(|&entry| entry < (column, row))
        };
        let entry_indices = contributions.iter().map(index).collect();
        // Orderings of rsparse.
        const NATURAL: i8 = -1;
        const FOR_LU: i8 = 1;
        // The ordering needs at least two columns and no empty one.
        let order = if size < 2 || !every_column_filled { NATURAL } else { FOR_LU };
        let is_dense = size >= DENSE_ROWS && entries.len() * DENSE_SHARE >= size * size;
        let method = match is_dense {
            true => Method::Dense(DenseFactors::default()),
            false => Method::Sparse(rsparse::sqr(&columns, order, false)),
        };
        Self { columns, method, entry_indices, every_column_filled }
    }

    /// Returns the index of the entry of each contribution.
    pub(crate) fn entry_indices(&self) -> &[usize] {
        &self.entry_indices
    }

    /// Returns row and column of each entry, in the order of entry indices.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (usize, usize)> {
        positions(&self.columns)
    }

    /// Computes the LU factors, with partial pivoting, of the matrix with these entry values.
    /// `None` if the matrix is singular or not finite.
    pub(crate) fn factorise(
        &mut self,
        entries: impl Iterator<Item = f64>,
    ) -> Option<LuFactors<'_>> {
        // A threshold of 1 means partial pivoting.
        const PIVOT: f64 = 1.0;
        let mut finite = true;
        for (own, value) in self.columns.x.iter_mut().zip(entries) {
            *own = value;
            finite &= value.is_finite();
        }
        if !finite || !self.every_column_filled {
            return None;
        }
        match &mut self.method {
            Method::Sparse(symbolic) => {
                let numeric = rsparse::lu(&self.columns, symbolic, PIVOT).ok();
                // rsparse sizes the factors by the last ones: leave space for as many entries, and a column
                // to grow.
                symbolic.lnz += self.columns.n;
                symbolic.unz += self.columns.n;
                Some(LuFactors::Sparse { order: symbolic.q.as_deref(), numeric: numeric? })
            }
            Method::Dense(factors) => {
                let given = positions(&self.columns).zip(self.columns.x.iter().copied());
                let regular = factors.factorise(Arch::new(), self.columns.n, given);
                regular.then_some(LuFactors::Dense(factors))
            }
        }
    }
}

/// Returns row and column of each entry of a matrix in compressed column form.
fn positions(matrix: &Sprs<f64>) -> impl Iterator<Item = (usize, usize)> {
    let columns = matrix.p.windows(2).enumerate();
    let columns = columns.flat_map(|(column, ends)| (ends[0]..ends[1]).map(move |_| column));
    matrix.i.iter().copied().zip(columns)
}

impl LuFactors<'_> {
    /// Returns a lower bound of the norm of the inverse, close to it in nearly all cases; infinite if the inverse is
    /// not finite.
    ///
    /// Makes two steps of inverse iteration from a vector without any pattern: a matrix that is singular except for
    /// rounding has a bound of about 1e15.
    pub(crate) fn inverse_norm(&self, size: usize) -> f64 {
        let mut vector: Vec<f64> = without_pattern(size).collect();
        let mut norm = 0.0_f64;
        for _ in 0..2 {
            vector = self.solve(&vector);
            let longest = vector.iter().fold(0.0, |longest: f64, x| longest.max(x.abs()));
            if !vector.iter().all(|x| x.is_finite()) {
                return f64::INFINITY;
            }
            norm = norm.max(longest);
            vector.iter_mut().for_each(|x| *x /= longest);
        }
        norm
    }

    /// Solves for one right-hand side.
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (order, numeric) = match self {
            Self::Sparse { order, numeric } => (order, numeric),
            Self::Dense(factors) => return factors.solve(right),
        };
        let mut permuted = vec![0.0; right.len()];
        for (n, &value) in right.iter().enumerate() {
            let at = numeric.pinv.as_ref().map_or(n, |rows| rows[n] as usize);
            permuted[at] = value;
        }
        rsparse::lsolve(&numeric.l, &mut permuted);
        rsparse::usolve(&numeric.u, &mut permuted);
        let mut solution = vec![0.0; right.len()];
        for (n, value) in permuted.into_iter().enumerate() {
            let at = order.map_or(n, |columns| columns[n] as usize);
            solution[at] = value;
        }
        solution
    }
}

/// Numbers from 0.5 to 1 of alternating signs that are orthogonal to no vector which occurs by itself: the
/// fractions of multiples of the golden ratio.
pub(super) fn without_pattern(size: usize) -> impl Iterator<Item = f64> {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    (0..size).map(|n| {
        let part = 0.5 + 0.5 * ((n + 1) as f64 * GOLDEN).fract();
        if n % 2 == 0 { part } else { -part }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Solves with a matrix given by contributions; asserts that earlier matrices of the same
    /// pattern do not change the result.
    fn factorised(
        size: usize,
        contributions: &[(usize, usize, f64)],
        right: &[f64],
    ) -> Option<Vec<f64>> {
        let at: Vec<_> = contributions.iter().map(|&(row, column, _)| (row, column)).collect();
        let mut pattern = Pattern::new(size, &at);
        let mut entries = vec![0.0; pattern.entries().count()];
        for (&index, contribution) in pattern.entry_indices().iter().zip(contributions) {
            entries[index] += contribution.2;
        }
        let mut solve = || {
            let factors = pattern.factorise(entries.iter().copied())?;
            let solution = factors.solve(right);
            pattern.factorise(entries.iter().map(|_| 1.0));
            Some(solution)
        };
        let (first, again) = (solve(), solve());
        let bits = |found: &Option<Vec<f64>>| {
            found.iter().flatten().map(|value| value.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(bits(&first), bits(&again));
        first
    }

    #[test]
    fn a_system_is_solved_and_a_singular_matrix_gives_none() {
        let contributions =
            [(0, 1, 2.0), (1, 0, 1.0), (1, 2, 3.0), (2, 2, 4.0), (0, 0, 0.5), (0, 0, 0.5)];
        // x + 2y = 5, x + 3z = 10, 4z = 12: x = 1, y = 2, z = 3.
        let found = factorised(3, &contributions, &[5.0, 10.0, 12.0]).expect("regular");
        for (value, wanted) in found.iter().zip([1.0, 2.0, 3.0]) {
            assert!((value - wanted).abs() < 1e-14);
        }
        let right = [1.0, 1.0];
        let row = [(0, 0, 1.0), (0, 1, 2.0)];
        assert!(factorised(2, &row, &right).is_none());
        let doubled = [row[0], row[1], (1, 0, 2.0), (1, 1, 4.0)];
        assert!(factorised(2, &doubled, &right).is_none());
        assert!(factorised(2, &[row[0], row[1], (1, 0, f64::NAN)], &right).is_none());
        assert!(factorised(2, &[(0, 0, 1.0), (1, 0, 1.0)], &right).is_none());
        assert!(factorised(1, &[], &right[..1]).is_none());
    }

    proptest! {
        /// For any pattern, the vector that was multiplied is found again, or the matrix is
        /// singular.
        #[test]
        fn solving_inverts_multiplication(
            size in 1..40_usize,
            entries in prop::collection::vec((0..40_usize, 0..40_usize, -9..10_i32), 0..200),
            diagonal in prop::bool::ANY,
        ) {
            let mut contributions = Vec::new();
            for (row, column, value) in entries {
                contributions.push((row % size, column % size, f64::from(value)));
            }
            if diagonal {
                (0..size).for_each(|n| contributions.push((n, n, 1000.0)));
            }
            let wanted: Vec<f64> = (0..size).map(|n| n as f64 - 3.0).collect();
            let mut right = vec![0.0; size];
            for &(row, column, value) in &contributions {
                right[row] += value * wanted[column];
            }
            match factorised(size, &contributions, &right) {
                Some(found) if diagonal => {
                    for (found, wanted) in found.iter().zip(&wanted) {
                        prop_assert!((found - wanted).abs() < 1e-9);
                    }
                }
                found => prop_assert!(found.is_some() || !diagonal),
            }
        }
    }
}
