//! Sparse linear systems: rsparse is known in this file only. Its factorisation is plain scalar
//! arithmetic, so that the same bits come out on every machine.

use rsparse::data::{Nmrc, Sprs, Symb};

/// A square matrix being filled.
#[derive(Debug, Clone)]
pub(super) struct Matrix {
    size: usize,
    entries: Vec<(usize, usize, f64)>,
}

/// A factorised matrix.
pub(super) struct Factors {
    size: usize,
    symbolic: Symb,
    numeric: Nmrc<f64>,
}

impl Matrix {
    pub(super) fn new(size: usize) -> Self {
        Self { size, entries: Vec::new() }
    }

    /// Adds to an entry.
    pub(super) fn add(&mut self, row: usize, column: usize, value: f64) {
        self.entries.push((row, column, value));
    }

    /// Entries, an entry perhaps in several parts.
    pub(super) fn entries(&self) -> &[(usize, usize, f64)] {
        &self.entries
    }

    /// LU factors with partial pivoting, columns ordered for few new entries (Davis, "Direct Methods
    /// for Sparse Linear Systems", 2006); `None` if the matrix is singular or not finite.
    pub(super) fn factorise(&self) -> Option<Factors> {
        let columns = self.columns()?;
        const NATURAL: i8 = -1;
        const FOR_LU: i8 = 1;
        const PIVOT: f64 = 1.0;
        // The ordering takes two columns or more.
        let order = if self.size < 2 { NATURAL } else { FOR_LU };
        let mut symbolic = rsparse::sqr(&columns, order, false);
        let numeric = rsparse::lu(&columns, &mut symbolic, PIVOT).ok()?;
        Some(Factors { size: self.size, symbolic, numeric })
    }

    /// The entries by column and row, those of one place summed; `None` if one is not finite or a
    /// column is empty.
    fn columns(&self) -> Option<Sprs<f64>> {
        let mut entries = self.entries.clone();
        entries.sort_by_key(|&(row, column, _)| (column, row));
        let mut columns = Sprs::new();
        (columns.m, columns.n) = (self.size, self.size);
        columns.p = vec![0];
        for same in entries.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let value: f64 = same.iter().map(|entry| entry.2).sum();
            if !value.is_finite() {
                return None;
            }
            while columns.p.len() <= same[0].1 {
                columns.p.push(columns.i.len() as isize);
            }
            columns.i.push(same[0].0);
            columns.x.push(value);
        }
        columns.p.resize(self.size + 1, columns.i.len() as isize);
        columns.nzmax = columns.i.len();
        let filled = columns.p.windows(2).all(|ends| ends[0] < ends[1]);
        filled.then_some(columns)
    }
}

impl Factors {
    /// The solution for one right side.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut permuted = vec![0.0; self.size];
        for (n, &value) in right.iter().enumerate() {
            let at = self.numeric.pinv.as_ref().map_or(n, |rows| rows[n] as usize);
            permuted[at] = value;
        }
        rsparse::lsolve(&self.numeric.l, &mut permuted);
        rsparse::usolve(&self.numeric.u, &mut permuted);
        let mut solution = vec![0.0; self.size];
        for (n, value) in permuted.into_iter().enumerate() {
            let at = self.symbolic.q.as_ref().map_or(n, |columns| columns[n] as usize);
            solution[at] = value;
        }
        solution
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_system_is_solved_and_a_singular_one_is_none() {
        let mut matrix = Matrix::new(3);
        for (row, column, value) in
            [(0, 1, 2.0), (1, 0, 1.0), (1, 2, 3.0), (2, 2, 4.0), (0, 0, 0.5), (0, 0, 0.5)]
        {
            matrix.add(row, column, value);
        }
        // x + 2y = 5, x + 3z = 10, 4z = 12: x = 1, y = 2, z = 3.
        let found = matrix.factorise().expect("regular").solve(&[5.0, 10.0, 12.0]);
        for (value, wanted) in found.iter().zip([1.0, 2.0, 3.0]) {
            assert!((value - wanted).abs() < 1e-14);
        }
        let mut singular = Matrix::new(2);
        singular.add(0, 0, 1.0);
        singular.add(0, 1, 2.0);
        assert!(singular.factorise().is_none());
        singular.add(1, 0, f64::NAN);
        assert!(singular.factorise().is_none());
        assert!(Matrix::new(1).factorise().is_none());
    }

    proptest! {
        /// Whatever the pattern, what was multiplied is found again, or the matrix is singular.
        #[test]
        fn products_are_undone(
            size in 1..40_usize,
            entries in prop::collection::vec((0..40_usize, 0..40_usize, -9..10_i32), 0..200),
            diagonal in prop::bool::ANY,
        ) {
            let mut matrix = Matrix::new(size);
            for (row, column, value) in entries {
                matrix.add(row % size, column % size, f64::from(value));
            }
            if diagonal {
                (0..size).for_each(|n| matrix.add(n, n, 1000.0));
            }
            let wanted: Vec<f64> = (0..size).map(|n| n as f64 - 3.0).collect();
            let mut right = vec![0.0; size];
            for &(row, column, value) in matrix.entries() {
                right[row] += value * wanted[column];
            }
            match matrix.factorise() {
                Some(factors) if diagonal => {
                    for (found, wanted) in factors.solve(&right).iter().zip(&wanted) {
                        prop_assert!((found - wanted).abs() < 1e-9);
                    }
                }
                found => prop_assert!(found.is_some() || !diagonal),
            }
        }
    }
}
