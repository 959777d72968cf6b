//! Small dense linear algebra: orthogonal factors, Cholesky factors, and systems solved with them.
//!
//! Plain scalar arithmetic in a fixed order, after G. H. Golub and C. F. Van Loan, "Matrix Computations",
//! 4th edition (2013), chapters 4 and 5: the same bits on every machine.

use ndarray::{Array2, ArrayView2};

/// Returns the scalar product of two vectors.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Returns the product of a matrix and a vector.
pub(super) fn times(matrix: ArrayView2<'_, f64>, vector: &[f64]) -> Vec<f64> {
    matrix.rows().into_iter().map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum()).collect()
}

/// Returns the product of the transpose of a matrix and a vector.
pub(super) fn transposed_times(matrix: ArrayView2<'_, f64>, vector: &[f64]) -> Vec<f64> {
    times(matrix.t(), vector)
}

/// The lower triangular L with L L' = a symmetric, positive definite matrix.
#[derive(Debug, Clone)]
pub(super) struct Cholesky {
    lower: Array2<f64>,
}

impl Cholesky {
    /// Factorises a matrix from its lower triangle; None if the matrix is not positive definite.
    pub(super) fn new(matrix: ArrayView2<'_, f64>) -> Option<Self> {
        let size = matrix.nrows();
        let mut lower = Array2::zeros((size, size));
        for i in 0..size {
            for j in 0..=i {
                let known: f64 = (0..j).map(|k| lower[[i, k]] * lower[[j, k]]).sum();
                let left = matrix[[i, j]] - known;
                lower[[i, j]] = if i > j {
                    left / lower[[j, j]]
                } else if left > 0.0 && left.is_finite() {
                    left.sqrt()
                } else {
                    return None;
                };
            }
        }
        Some(Self { lower })
    }

    /// Solves the linear system for one right side.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (lower, size) = (&self.lower, right.len());
        let mut x = right.to_vec();
        for i in 0..size {
            let known: f64 = (0..i).map(|k| lower[[i, k]] * x[k]).sum();
            x[i] = (x[i] - known) / lower[[i, i]];
        }
        for i in (0..size).rev() {
            let known: f64 = (i + 1..size).map(|k| lower[[k, i]] * x[k]).sum();
            x[i] = (x[i] - known) / lower[[i, i]];
        }
        x
    }
}

/// The factors Q R of a matrix, by Householder reflections with column pivoting.
#[derive(Debug, Clone)]
pub(super) struct Qr {
    /// Entries on and above the diagonal: R. Entries below: the Householder vectors.
    factors: Array2<f64>,
    /// First entry and scale of each Householder vector.
    reflections: Vec<(f64, f64)>,
    /// The column of the matrix that each column of R belongs to.
    pub(super) order: Vec<usize>,
}

impl Qr {
    /// Factorises a matrix with at least as many rows as columns.
    pub(super) fn new(matrix: Array2<f64>) -> Self {
        let (rows, columns) = matrix.dim();
        let mut qr = Self {
            factors: matrix,
            reflections: Vec::with_capacity(columns),
            order: (0..columns).collect(),
        };
        for step in 0..columns.min(rows) {
            let size =
                |column: usize| qr.factors.column(column).iter().skip(step).map(|x| x * x).sum();
            let sizes: Vec<f64> = (step..columns).map(size).collect();
            let largest = (0..sizes.len()).fold(0, |a, b| if sizes[b] > sizes[a] { b } else { a });
            qr.swap(step, step + largest);
            qr.reflect(step);
        }
        qr
    }

    fn swap(&mut self, a: usize, b: usize) {
        if a != b {
            self.order.swap(a, b);
            for mut row in self.factors.rows_mut() {
                row.swap(a, b);
            }
        }
    }

    /// Applies a Householder reflection that zeroes column `step` below the diagonal, to this column and all later
    /// ones.
    fn reflect(&mut self, step: usize) {
        let (rows, columns) = self.factors.dim();
        // The largest entry is taken out, so that no square overflows.
        let rest = (step..rows).map(|i| self.factors[[i, step]]);
        let largest = rest.clone().fold(0.0, |a, b| b.abs().max(a));
        let scaled: f64 = rest.map(|x| (x / largest) * (x / largest)).sum();
        if largest == 0.0 {
            self.reflections.push((0.0, 0.0));
            return;
        }
        let diagonal = -(largest * scaled.sqrt()).copysign(self.factors[[step, step]]);
        let first = self.factors[[step, step]] - diagonal;
        let scale = -1.0 / (diagonal * first);
        for column in step + 1..columns {
            let below: f64 =
                (step + 1..rows).map(|i| self.factors[[i, step]] * self.factors[[i, column]]).sum();
            let share = scale * (first * self.factors[[step, column]] + below);
            self.factors[[step, column]] -= share * first;
            for i in step + 1..rows {
                let own = self.factors[[i, step]];
                self.factors[[i, column]] -= share * own;
            }
        }
        self.factors[[step, step]] = diagonal;
        self.reflections.push((first, scale));
    }

    /// Returns the number of diagonal entries of R that exceed `tolerance` times the first one.
    pub(super) fn rank(&self, tolerance: f64) -> usize {
        let diagonal: Vec<f64> = self.factors.diag().iter().map(|x| x.abs()).collect();
        let least = tolerance * diagonal.first().copied().unwrap_or(0.0);
        diagonal.iter().take_while(|&&x| x > least).count()
    }

    /// Solves a full-rank least-squares problem: finds the vector whose product with the matrix is nearest to the right
    /// side.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut right = right.to_vec();
        for (step, &(first, scale)) in self.reflections.iter().enumerate() {
            let below: f64 =
                (step + 1..right.len()).map(|i| self.factors[[i, step]] * right[i]).sum();
            let share = scale * (first * right[step] + below);
            right[step] -= share * first;
            for (i, entry) in right.iter_mut().enumerate().skip(step + 1) {
                *entry -= share * self.factors[[i, step]];
            }
        }
        let columns = self.order.len();
        let mut solution = vec![0.0; columns];
        let inner = self.back(&right[..columns], columns);
        for (&column, x) in self.order.iter().zip(inner) {
            solution[column] = x;
        }
        solution
    }

    /// Solves the system of the leading `size` rows and columns of R by back substitution.
    fn back(&self, right: &[f64], size: usize) -> Vec<f64> {
        let mut x = right[..size].to_vec();
        for i in (0..size).rev() {
            let known: f64 = (i + 1..size).map(|k| self.factors[[i, k]] * x[k]).sum();
            x[i] = (x[i] - known) / self.factors[[i, i]];
        }
        x
    }

    /// Returns vectors, in the order of the matrix's columns, whose product with the matrix is about 0: one for each
    /// column of R beyond the rank.
    pub(super) fn null_vectors(&self, rank: usize) -> Vec<Vec<f64>> {
        let columns = self.order.len();
        let one = |beyond: usize| {
            let right: Vec<f64> = (0..rank).map(|i| self.factors[[i, beyond]]).collect();
            let mut vector = vec![0.0; columns];
            for (i, x) in self.back(&right, rank).into_iter().enumerate() {
                vector[self.order[i]] = -x;
            }
            vector[self.order[beyond]] = 1.0;
            vector
        };
        (rank..columns).map(one).collect()
    }

    /// Returns the inverse of A'A for a matrix A of full rank: (R'R)^-1, with the pivoting of columns undone.
    pub(super) fn inverse_of_square(&self) -> Array2<f64> {
        let size = self.order.len();
        // The inverse of R, column by column.
        let unit = |n: usize| (0..size).map(|i| f64::from(u8::from(i == n))).collect::<Vec<f64>>();
        let inverse: Vec<Vec<f64>> = (0..size).map(|n| self.back(&unit(n), size)).collect();
        let mut product = Array2::zeros((size, size));
        for (i, &row) in self.order.iter().enumerate() {
            for (j, &column) in self.order.iter().enumerate() {
                product[[row, column]] = inverse.iter().map(|v| v[i] * v[j]).sum();
            }
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn close(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-12, "{found} for {wanted}");
        }
    }

    #[test]
    fn cholesky_solves_definite_systems_only() {
        // The example of Wikipedia's page on the decomposition: L = (2), (6, 1), (-8, 5, 3).
        let matrix = array![[4.0, 12.0, -16.0], [12.0, 37.0, -43.0], [-16.0, -43.0, 98.0]];
        let factor = Cholesky::new(matrix.view()).expect("definite");
        close(&factor.lower.row(2).to_vec(), &[-8.0, 5.0, 3.0]);
        close(&factor.solve(&times(matrix.view(), &[1.0, -2.0, 3.0])), &[1.0, -2.0, 3.0]);
        assert!(Cholesky::new(array![[1.0, 2.0], [2.0, 1.0]].view()).is_none());
        assert!(Cholesky::new(array![[f64::NAN]].view()).is_none());
    }

    #[test]
    fn orthogonal_factors_solve_least_squares() {
        // A line through (1, 1), (2, 2), (3, 2): 2/3 + x/2, by the normal equations.
        let qr = Qr::new(array![[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]);
        close(&qr.solve(&[1.0, 2.0, 2.0]), &[2.0 / 3.0, 0.5]);
        // (A'A)^-1 of ((3, 6), (6, 14)).
        let inverse = qr.inverse_of_square();
        close(&inverse.iter().copied().collect::<Vec<_>>(), &[7.0 / 3.0, -1.0, -1.0, 0.5]);
        assert_eq!(qr.rank(1e-10), 2);
    }

    #[test]
    fn dependent_columns_are_named_by_a_null_vector() {
        // The third column is the first plus twice the second.
        let matrix = array![[1.0, 0.0, 1.0], [2.0, 1.0, 4.0], [0.0, 3.0, 6.0], [1.0, 1.0, 3.0]];
        let qr = Qr::new(matrix.clone());
        assert_eq!(qr.rank(1e-10), 2);
        let [vector] = &qr.null_vectors(2)[..] else { panic!("one vector") };
        close(&times(matrix.view(), vector), &[0.0; 4]);
        assert!((vector[1] / vector[0] - 2.0).abs() < 1e-12, "{vector:?}");
    }
}
