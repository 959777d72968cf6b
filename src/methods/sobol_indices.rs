//! Variance-based sensitivity of independent inputs: Sobol's first-order and total indices.
//!
//! The design is that of A. Saltelli et al., "Variance based sensitivity analysis of model output", Comput.
//! Phys. Commun. 181 (2010), 259-270: two independent points A and B, and for each input a point that
//! is A with that input from B; inputs + 2 runs per base point. First order after A. Janon et al.,
//! "Asymptotic normality and efficiency of two Sobol index estimators", ESAIM: P&S 18 (2014), 342-364
//! (there T_N): with y = f(B), z = f(A with input i from B) and m = mean((y + z) / 2),
//!
//!   S_i = (mean(y z) - m^2) / (mean((y^2 + z^2) / 2) - m^2).
//!
//! Total after M. J. W. Jansen, Comput. Phys. Commun. 117 (1999), 35-43: with x = f(A),
//! T_i = mean((x - z)^2) / 2 / variance.
//!
//! A dummy input that changes nothing shows the noise of a first-order index. The mean of a pilot is
//! subtracted first: a large mean would drown the variance. Nothing is cut off at 0 or 1.

use ndarray::{ArrayView1, Axis, Slice};

use super::Batch;
use super::unit_points::{Estimate, UnitPoints};
use crate::engine::numbers::replicates::REPLICATES;

/// Base points that are evaluated together: whole lanes of the engine, and a multiple of the replicates.
const BLOCK: usize = 1_024;

/// Sobol' indices of one output.
#[derive(Debug, Clone, PartialEq)]
pub struct Indices {
    /// Mean of the output.
    pub mean: f64,
    /// Variance of the output. If it is 0, the indices are NaN.
    pub variance: f64,
    /// First-order index of each input: the share of the variance that it explains alone.
    pub first: Vec<Estimate>,
    /// Total index of each input: the share of the variance that would remain if only this input were unknown.
    pub total: Vec<Estimate>,
    /// First-order index of an input without effect, from the same points.
    pub dummy: Estimate,
}

/// Estimates the indices of each output: `base_points` x (inputs + 2) runs.
///
/// A point given to the batch is a uniform number for each input, in 0..1 and never 0 or 1; the batch
/// turns it into the input by the quantile function. A number of base points that is a power of 2 and at
/// least 256 makes best use of the Sobol sequence. NaN in an output makes its indices NaN.
///
/// # Errors
/// The errors of the batch.
pub fn sobol_indices<B: Batch>(
    batch: &mut B,
    inputs: usize,
    base_points: usize,
    seed: u64,
) -> Result<Vec<Indices>, B::Error> {
    let points = UnitPoints::new(2 * inputs, seed, "sobol indices");
    let mut pilot: Option<Vec<f64>> = None;
    let mut outputs: Vec<Output> = Vec::new();
    for first in (0..base_points).step_by(BLOCK) {
        let count = BLOCK.min(base_points - first);
        // Neighbouring dimensions for an input: more even pairs, a third less error on the tests' functions.
        let rows = points.rows(first, count);
        let every_second = |from: isize| rows.slice_axis(Axis(1), Slice::new(from, None, 2));
        let values = batch.run_replaced(every_second(0), every_second(1))?;
        let pilot = pilot.get_or_insert_with(|| {
            let used = values.nrows().max(1) as f64;
            values.columns().into_iter().map(|column| column.sum() / used).collect()
        });
        outputs.resize_with(values.ncols(), || Output::new(inputs));
        let columns = values.columns().into_iter().zip(&*pilot);
        for (output, (column, pilot)) in outputs.iter_mut().zip(columns) {
            output.add(column, *pilot, inputs + 2);
        }
    }
    let pilot = pilot.unwrap_or_default();
    Ok(outputs.iter().zip(pilot).map(|(output, pilot)| output.indices(pilot)).collect())
}

/// Sums over pairs of values (y, z).
#[derive(Debug, Clone, Copy, Default)]
struct SamplePairs {
    count: f64,
    /// y + z
    sum: f64,
    /// y^2 + z^2
    squares: f64,
    /// y z
    products: f64,
}

impl SamplePairs {
    fn add(&mut self, y: f64, z: f64) {
        self.count += 1.0;
        self.sum += y + z;
        self.squares += y * y + z * z;
        self.products += y * z;
    }

    fn mean(&self) -> f64 {
        self.sum / (2.0 * self.count)
    }

    /// Returns the covariance of y and z, and their common variance.
    fn moments(&self) -> (f64, f64) {
        let square = self.mean() * self.mean();
        (self.products / self.count - square, self.squares / (2.0 * self.count) - square)
    }

    fn first_order(replicates: &[Self; REPLICATES]) -> Estimate {
        let moments = replicates.map(|pairs| pairs.moments());
        Estimate::of_ratio(&moments.map(|m| m.0), &moments.map(|m| m.1))
    }
}

/// Sums for one output, by input and replicate.
struct Output {
    /// Pairs of f(B), and f(A) with an input from B.
    first: Vec<[SamplePairs; REPLICATES]>,
    /// Pairs of f(A), and f(A) with an input from B.
    total: Vec<[SamplePairs; REPLICATES]>,
    /// Pairs of f(B) and f(A).
    dummy: [SamplePairs; REPLICATES],
}

impl Output {
    fn new(inputs: usize) -> Self {
        let sums = || vec![[SamplePairs::default(); REPLICATES]; inputs];
        Self { first: sums(), total: sums(), dummy: [SamplePairs::default(); REPLICATES] }
    }

    /// Adds the values of whole base points, `size` rows each; the first belongs to the first replicate.
    fn add(&mut self, values: ArrayView1<'_, f64>, pilot: f64, size: usize) {
        let values: Vec<f64> = values.iter().map(|value| value - pilot).collect();
        for (point, values) in values.chunks_exact(size).enumerate() {
            let [a, b, mixed @ ..] = values else { continue };
            let replicate = point % REPLICATES;
            self.dummy[replicate].add(*b, *a);
            for (input, &z) in mixed.iter().enumerate() {
                self.first[input][replicate].add(*b, z);
                self.total[input][replicate].add(*a, z);
            }
        }
    }

    fn indices(&self, pilot: f64) -> Indices {
        let count = REPLICATES as f64;
        let wholes = self.dummy.map(|pairs| pairs.moments().1);
        let total = |replicates: &[SamplePairs; REPLICATES]| {
            // (x - z)^2 = x^2 + z^2 - 2 x z, half of whose mean counts.
            let half = |pairs: SamplePairs| (pairs.squares / 2.0 - pairs.products) / pairs.count;
            Estimate::of_ratio(&replicates.map(half), &wholes)
        };
        Indices {
            mean: pilot + self.dummy.iter().map(SamplePairs::mean).sum::<f64>() / count,
            variance: wholes.iter().sum::<f64>() / count,
            first: self.first.iter().map(SamplePairs::first_order).collect(),
            total: self.total.iter().map(total).collect(),
            dummy: SamplePairs::first_order(&self.dummy),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::super::tests::{each, each_of, ishigami};
    use super::super::unit_points::certain_ranks;
    use super::*;

    fn near(found: &[Estimate], wanted: &[f64], tolerance: f64) {
        for (found, wanted) in found.iter().zip(wanted) {
            let off = (found.value - wanted).abs();
            assert!(off < tolerance, "{} for {wanted}", found.value);
            // Four standard errors of 16 replicates, and rounding.
            assert!(off < 4.0 * found.standard_error + 1e-6, "{found:?} for {wanted}");
        }
    }

    /// The closed form: V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2, of which input 1 has
    /// (1 + b pi^4/5)^2/2, input 2 has a^2/8 and the pair of 1 and 3 has 8 b^2 pi^8/225.
    #[test]
    fn the_function_of_ishigami_and_homma() {
        let pi4 = PI * PI * PI * PI;
        let variance = 49.0 / 8.0 + 0.1 * pi4 / 5.0 + 0.01 * pi4 * pi4 / 18.0 + 0.5;
        let Ok(found) = sobol_indices(&mut each(ishigami), 3, 1 << 16, 1);
        let found = &found[0];
        assert!((found.mean - 3.5).abs() < 1e-3 && (found.variance / variance - 1.0).abs() < 1e-3);
        near(&found.first, &[0.313905, 0.442411, 0.0], 0.003);
        near(&found.total, &[0.557589, 0.442411, 0.243684], 0.003);
        assert!(found.dummy.value.abs() < 0.003);
        assert!(!found.first[2].is_distinct_from_zero());
        assert_eq!((certain_ranks(&found.first), certain_ranks(&found.total)), (3, 3));
    }

    /// I. M. Sobol's G: the product of (|4 u - 2| + a) / (1 + a), where an input's own variance is
    /// 1 / (3 (1 + a)^2).
    #[test]
    fn the_g_function() {
        let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
        let g = move |u: &[f64]| {
            u.iter().zip(a).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
        };
        let Ok(found) = sobol_indices(&mut each(g), 8, 1 << 16, 1);
        near(&found[0].first, &[0.716192, 0.179048, 0.0236758, 0.00716192], 0.003);
        near(&found[0].total, &[0.787144, 0.242198, 0.0343169, 0.0104604], 0.003);
        let own = a.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
        let variance = own.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
        near(&found[0].first, &own.map(|v| v / variance), 0.003);
        near(&found[0].total, &own.map(|v| v / (1.0 + v) * (1.0 + variance) / variance), 0.003);
    }

    /// A linear function and one of a pair alone, with a mean of 10^9 times the spread.
    #[test]
    fn a_large_mean_does_not_drown_the_indices() {
        let mut f = each_of(|u| {
            [1e9 + u[0] + 2.0 * u[1] + 3.0 * u[2], 1e9 + 12.0 * (u[0] - 0.5) * (u[1] - 0.5)]
        });
        let Ok(found) = sobol_indices(&mut f, 3, 1 << 14, 5);
        near(&found[0].first, &[1.0 / 14.0, 4.0 / 14.0, 9.0 / 14.0], 0.001);
        near(&found[0].total, &[1.0 / 14.0, 4.0 / 14.0, 9.0 / 14.0], 0.001);
        near(&found[1].first, &[0.0, 0.0, 0.0], 0.01);
        near(&found[1].total, &[1.0, 1.0, 0.0], 0.01);
        assert!((found[0].mean - 1e9 - 3.0).abs() < 1e-3);
    }

    /// An interval of 95% holds the index in 95 of 100 cases but for chance, whose standard deviation
    /// is 2.2.
    #[test]
    fn standard_errors_are_honest() {
        let wanted = [0.313905, 0.442411, 0.0, 0.557589, 0.442411, 0.243684];
        let mut inside = [0; 6];
        for seed in 0..100 {
            let Ok(found) = sobol_indices(&mut each(ishigami), 3, 512, seed);
            let all = found[0].first.iter().chain(&found[0].total);
            for ((found, wanted), inside) in all.zip(wanted).zip(&mut inside) {
                let width = super::super::unit_points::STUDENT * found.standard_error;
                *inside += usize::from((found.value - wanted).abs() <= width);
            }
        }
        assert!(inside.iter().all(|&inside| inside >= 87), "{inside:?}");
    }

    #[test]
    fn a_constant_has_no_indices() {
        let Ok(found) = sobol_indices(&mut each(|_| 3.0), 2, 256, 0);
        assert_eq!((found[0].variance, found[0].mean), (0.0, 3.0));
        assert!(found[0].first[0].value.is_nan());
    }
}
