//! Sparse linear systems: rsparse is known in this file only. Its factorisation is plain scalar
//! arithmetic, so that the same bits come out on every machine.

use rsparse::data::{Nmrc, Sprs, Symb};

/// Where the square matrices of a system may have entries, and the order in which their columns are
/// eliminated.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    /// The entries by column and row; the values are those of the last matrix.
    columns: Sprs<f64>,
    symbolic: Symb,
    /// The entry that each part is added to.
    places: Vec<usize>,
    /// False if a column has no entry.
    filled: bool,
}

/// A factorised matrix.
pub(crate) struct Factors<'a> {
    order: Option<&'a [isize]>,
    numeric: Nmrc<f64>,
}

impl Shape {
    /// The shape of the matrices that parts at these rows and columns add up to. Columns are ordered
    /// for few new entries (Davis, "Direct Methods for Sparse Linear Systems", 2006).
    pub(crate) fn new(size: usize, parts: &[(usize, usize)]) -> Self {
        let mut entries: Vec<(usize, usize)> =
            parts.iter().map(|&(row, column)| (column, row)).collect();
        entries.sort_unstable();
        entries.dedup();
        let mut columns = Sprs::new();
        (columns.m, columns.n, columns.nzmax) = (size, size, entries.len());
        columns.i = entries.iter().map(|entry| entry.1).collect();
        columns.x = vec![0.0; entries.len()];
        let start = |column| entries.partition_point(|entry| entry.0 < column) as isize;
        columns.p = (0..=size).map(start).collect();
        let filled = columns.p.windows(2).all(|ends| ends[0] < ends[1]);
        let place = |&(row, column): &(usize, usize)| {
            entries.partition_point(|&entry| entry < (column, row))
        };
        let places = parts.iter().map(place).collect();
        const NATURAL: i8 = -1;
        const FOR_LU: i8 = 1;
        // The ordering takes two columns or more, and none that is empty.
        let order = if size < 2 || !filled { NATURAL } else { FOR_LU };
        let symbolic = rsparse::sqr(&columns, order, false);
        Self { columns, symbolic, places, filled }
    }

    /// The entry that each part is added to.
    pub(crate) fn places(&self) -> &[usize] {
        &self.places
    }

    /// The row and the column of each entry.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (usize, usize)> {
        let columns = self.columns.p.windows(2).enumerate();
        let columns = columns.flat_map(|(column, ends)| (ends[0]..ends[1]).map(move |_| column));
        self.columns.i.iter().copied().zip(columns)
    }

    /// LU factors, with partial pivoting, of the matrix with these entries; `None` if it is singular
    /// or not finite.
    pub(crate) fn factorise(&mut self, entries: impl Iterator<Item = f64>) -> Option<Factors<'_>> {
        const PIVOT: f64 = 1.0;
        let mut finite = true;
        for (own, value) in self.columns.x.iter_mut().zip(entries) {
            *own = value;
            finite &= value.is_finite();
        }
        if !finite || !self.filled {
            return None;
        }
        let numeric = rsparse::lu(&self.columns, &mut self.symbolic, PIVOT).ok();
        // Room for the next factors: as many entries as these, and a column to grow by.
        self.symbolic.lnz += self.columns.n;
        self.symbolic.unz += self.columns.n;
        Some(Factors { order: self.symbolic.q.as_deref(), numeric: numeric? })
    }
}

impl Factors<'_> {
    /// The solution for one right side.
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut permuted = vec![0.0; right.len()];
        for (n, &value) in right.iter().enumerate() {
            let at = self.numeric.pinv.as_ref().map_or(n, |rows| rows[n] as usize);
            permuted[at] = value;
        }
        rsparse::lsolve(&self.numeric.l, &mut permuted);
        rsparse::usolve(&self.numeric.u, &mut permuted);
        let mut solution = vec![0.0; right.len()];
        for (n, value) in permuted.into_iter().enumerate() {
            let at = self.order.map_or(n, |columns| columns[n] as usize);
            solution[at] = value;
        }
        solution
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A matrix of parts, factorised; what its shape was used for before leaves no trace.
    fn factorised(size: usize, parts: &[(usize, usize, f64)], right: &[f64]) -> Option<Vec<f64>> {
        let at: Vec<_> = parts.iter().map(|&(row, column, _)| (row, column)).collect();
        let mut shape = Shape::new(size, &at);
        let mut entries = vec![0.0; shape.entries().count()];
        for (&place, part) in shape.places().iter().zip(parts) {
            entries[place] += part.2;
        }
        let mut solve = || {
            let factors = shape.factorise(entries.iter().copied())?;
            let solution = factors.solve(right);
            shape.factorise(entries.iter().map(|_| 1.0));
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
    fn a_system_is_solved_and_a_singular_one_is_none() {
        let parts = [(0, 1, 2.0), (1, 0, 1.0), (1, 2, 3.0), (2, 2, 4.0), (0, 0, 0.5), (0, 0, 0.5)];
        // x + 2y = 5, x + 3z = 10, 4z = 12: x = 1, y = 2, z = 3.
        let found = factorised(3, &parts, &[5.0, 10.0, 12.0]).expect("regular");
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
        /// Whatever the pattern, what was multiplied is found again, or the matrix is singular.
        #[test]
        fn products_are_undone(
            size in 1..40_usize,
            entries in prop::collection::vec((0..40_usize, 0..40_usize, -9..10_i32), 0..200),
            diagonal in prop::bool::ANY,
        ) {
            let mut parts = Vec::new();
            for (row, column, value) in entries {
                parts.push((row % size, column % size, f64::from(value)));
            }
            if diagonal {
                (0..size).for_each(|n| parts.push((n, n, 1000.0)));
            }
            let wanted: Vec<f64> = (0..size).map(|n| n as f64 - 3.0).collect();
            let mut right = vec![0.0; size];
            for &(row, column, value) in &parts {
                right[row] += value * wanted[column];
            }
            match factorised(size, &parts, &right) {
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
