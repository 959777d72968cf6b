//! Numerical methods of the queries: roots, optimisation, sensitivity, scenario discovery, fits.
//!
//! In: a function that evaluates many points at once ([`Batch`]). Out: numbers. A method knows neither
//! the language nor the model; it uses no threads, files or clock, and the same input gives the same
//! bits on every machine. An error of the function, for instance that the run was given up, ends the
//! method and is passed on.

pub mod binomial;
pub mod chance;
pub mod contour;
mod dense;
mod derivative;
pub mod least_squares;
pub mod minimise;
pub mod morris;
pub mod orders;
pub mod pawn;
pub mod prim;
mod quadratic;
pub mod robust;
pub mod roots;
pub mod shapley;
pub mod sobol_indices;
pub mod tornado;
pub mod tree;
mod unit_points;

use ndarray::{Array2, ArrayView2};

use unit_points::UnitPoints;
pub use unit_points::{Estimate, STUDENT, certain_ranks};

/// A function of several inputs with several outputs, evaluated at many points at once.
///
/// A closure from `ArrayView2<f64>` to `Result<Array2<f64>, E>` is one.
pub trait Batch {
    /// The reason why an evaluation fails as a whole: the run was stopped, or the model has no value.
    type Error;

    /// Evaluates the outputs (columns) at each point (row): n x k inputs give n x m outputs.
    ///
    /// An output that has no value at a point is NaN; each method says what it does with NaN.
    ///
    /// # Errors
    /// The function cannot be evaluated; the method ends with this error.
    fn run(&mut self, points: ArrayView2<'_, f64>) -> Result<Array2<f64>, Self::Error>;

    /// Evaluates the outputs at points made from pairs of rows of `a` and `b`. Each pair gives `inputs + 2`
    /// consecutive rows: `a`, `b`, and for each input `a` with that input from `b`.
    ///
    /// # Errors
    /// As [`Batch::run`].
    fn run_replaced(
        &mut self,
        a: ArrayView2<'_, f64>,
        b: ArrayView2<'_, f64>,
    ) -> Result<Array2<f64>, Self::Error> {
        self.run(replaced(a, b).view())
    }

    /// Evaluates the exact derivatives of the outputs (rows) with respect to the inputs (columns) at
    /// one point. None, the default, lets a method use finite differences.
    ///
    /// # Errors
    /// As [`Batch::run`].
    fn jacobian(&mut self, _point: &[f64]) -> Result<Option<Array2<f64>>, Self::Error> {
        Ok(None)
    }
}

impl<F, E> Batch for F
where
    F: FnMut(ArrayView2<'_, f64>) -> Result<Array2<f64>, E>,
{
    type Error = E;

    fn run(&mut self, points: ArrayView2<'_, f64>) -> Result<Array2<f64>, E> {
        self(points)
    }
}

/// The points of [`Batch::run_replaced`].
fn replaced(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Array2<f64> {
    let (base, inputs) = a.dim();
    Array2::from_shape_fn((base * (inputs + 2), inputs), |(row, input)| {
        let (point, variant) = (row / (inputs + 2), row % (inputs + 2));
        let from_b = variant == 1 || variant == input + 2;
        if from_b { b[(point, input)] } else { a[(point, input)] }
    })
}

/// The range of an unknown: `low` to `high`, both included and finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
}

impl Bounds {
    /// Makes bounds from the lowest to the highest value.
    pub fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    /// Returns the difference of the highest and the lowest value.
    pub fn width(self) -> f64 {
        self.high - self.low
    }

    /// Interpolates linearly: `low` for share 0, `high` for share 1, both exactly.
    pub fn at(self, share: f64) -> f64 {
        self.low * (1.0 - share) + self.high * share
    }
}

/// Spreads the starting points of a search over the bounds: the middle first, then points of a Sobol sequence.
pub fn starts(bounds: &[Bounds], count: usize, seed: u64) -> Vec<Vec<f64>> {
    let middle = bounds.iter().map(|b| b.at(0.5)).collect();
    let points = UnitPoints::new(bounds.len(), seed, "starts").rows(0, count.saturating_sub(1));
    let spread = points.rows().into_iter();
    let spread = spread.map(|row| row.iter().zip(bounds).map(|(u, b)| b.at(*u)).collect());
    std::iter::once(middle).chain(spread).take(count).collect()
}

/// Makes a table of points in rows; each point is a slice of `inputs` values.
fn rows<'a>(inputs: usize, points: impl IntoIterator<Item = &'a [f64]>) -> Array2<f64> {
    let mut all = Vec::new();
    let mut count = 0;
    for point in points {
        all.extend_from_slice(point);
        count += 1;
    }
    Array2::from_shape_vec((count, inputs), all).unwrap_or_else(|_| Array2::zeros((0, inputs)))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::f64::consts::PI;

    use super::*;

    /// Makes a batch with one output from a function of one point, for tests of all methods.
    pub(super) fn each(
        f: impl Fn(&[f64]) -> f64,
    ) -> impl FnMut(ArrayView2<'_, f64>) -> Result<Array2<f64>, Infallible> {
        move |points: ArrayView2<'_, f64>| {
            let values = points.rows().into_iter().map(|point| f(&point.to_vec()));
            Ok(Array2::from_shape_vec((points.nrows(), 1), values.collect()).expect("a column"))
        }
    }

    /// Makes a batch with several outputs from a function of one point.
    pub(super) fn each_of<const M: usize>(
        f: impl Fn(&[f64]) -> [f64; M],
    ) -> impl FnMut(ArrayView2<'_, f64>) -> Result<Array2<f64>, Infallible> {
        move |points: ArrayView2<'_, f64>| {
            let values = points.rows().into_iter().flat_map(|point| f(&point.to_vec()));
            Ok(Array2::from_shape_vec((points.nrows(), M), values.collect()).expect("columns"))
        }
    }

    /// The test function of Ishigami and Homma with the coefficients 7 and 0.1, on the unit cube.
    pub(super) fn ishigami(u: &[f64]) -> f64 {
        let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
        let (a, b) = (libm::sin(x[0]), libm::sin(x[1]));
        a + 7.0 * b * b + 0.1 * x[2] * x[2] * x[2] * x[2] * a
    }

    #[test]
    fn starts_lie_within_the_bounds_and_differ() {
        let bounds = [Bounds::new(-1.0, 3.0), Bounds::new(5.0, 5.0)];
        let found = starts(&bounds, 9, 3);
        assert_eq!((found.len(), &found[0]), (9, &vec![1.0, 5.0]));
        for (n, start) in found.iter().enumerate() {
            assert!((-1.0..=3.0).contains(&start[0]) && (start[1] - 5.0).abs() < 1e-14);
            assert!(found[..n].iter().all(|other| other != start));
        }
        assert!(starts(&bounds, 0, 3).is_empty());
    }

    #[test]
    fn shares_of_bounds_end_exactly() {
        let bounds = Bounds::new(-0.1, 0.7);
        assert_eq!((bounds.at(0.0), bounds.at(1.0)), (-0.1, 0.7));
        assert!((bounds.at(0.5) - 0.3).abs() < 1e-15 && (bounds.width() - 0.8).abs() < 1e-15);
    }
}
