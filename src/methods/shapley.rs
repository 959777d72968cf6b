//! Shapley effects: the shares of inputs in a variance, also of inputs that depend on each other.
//!
//! L. S. Shapley, "A value for n-person games", 1953: a player's share is the mean, over all orders of the
//! players, of what the player adds to the worth of those before.

use ndarray::{Array2, ArrayView2};
use pulp::Arch;

use super::Batch;
use super::unit_points::{Estimate, UnitPoints, blocks};
use crate::engine::numbers::dependence::{Factor, Impossible};
use crate::engine::numbers::kernels::inverse_normal_lane;
use crate::engine::numbers::replicates::REPLICATES;

/// The reason why Shapley effects could not be computed.
#[derive(Debug, Clone, PartialEq)]
pub enum ShapleyFault<E> {
    /// The batch failed.
    Batch(E),
    /// The correlations contradict each other.
    Impossible(Impossible),
}

/// Shapley effects on one output.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapleyEffects {
    /// Variance of the output. If it is 0, the shares are NaN.
    pub variance: f64,
    /// Share of the variance for each input. The shares add up to 1, except for sampling error.
    pub shares: Vec<Estimate>,
}

/// Estimates Shapley effects of inputs joined by a Gaussian copula: `draws` x (inputs + 1) runs.
///
/// The worth of some inputs is Var(E(Y | these inputs)): A. B. Owen, "Sobol' indices and Shapley value",
/// SIAM/ASA JUQ 2 (2014), 245-251; E. Song, B. L. Nelson, J. Staum, "Shapley effects for global
/// sensitivity analysis", 4 (2016), 1060-1083. For each draw: a random order of the inputs; two
/// independent normal vectors e and e'; X_k, made dependent in that order, takes the first k numbers of
/// e and the others of e'. X_d and X_k share the first k inputs and are else independent given these, so
/// that E((Y_d - c) Y_k) is the worth of the first k but for a constant, and the k-th input of the
/// order is given (Y_d - c) (Y_k - Y_(k-1)). The constant c, the mean of a pilot, only lowers the noise.
///
/// A point given to the batch is a standard normal number for each input, already correlated: the
/// input is the quantile of its distribution at the number's normal probability. `correlation` holds
/// the correlations of these normal numbers. NaN in an output makes its shares NaN.
///
/// # Errors
/// The errors of the batch, and correlations that cannot all hold.
pub fn shapley_effects<B: Batch>(
    batch: &mut B,
    correlation: ArrayView2<'_, f64>,
    draws: usize,
    seed: u64,
) -> Result<Vec<ShapleyEffects>, ShapleyFault<B::Error>> {
    let inputs = correlation.nrows();
    // Two normal numbers for each input and one that gives its place in the order.
    let points = UnitPoints::new(3 * inputs, seed, "shapley effects");
    let mut pilot: Option<Vec<f64>> = None;
    let mut outputs: Vec<Sums> = Vec::new();
    for (first, count) in blocks(draws, inputs + 1) {
        let (orders, design) = design(points.rows(first, count), correlation)?;
        let values = batch.run(design.view()).map_err(ShapleyFault::Batch)?;
        let pilot = pilot.get_or_insert_with(|| {
            let used = values.nrows().max(1) as f64;
            values.columns().into_iter().map(|column| column.sum() / used).collect()
        });
        outputs.resize_with(values.ncols(), || Sums::new(inputs));
        let columns = values.columns().into_iter().zip(&*pilot);
        for (sums, (column, &pilot)) in outputs.iter_mut().zip(columns) {
            let column = column.to_vec();
            for (draw, (order, values)) in
                orders.iter().zip(column.chunks_exact(inputs + 1)).enumerate()
            {
                sums.add(draw % REPLICATES, order, values, pilot);
            }
        }
    }
    Ok(outputs.iter().map(Sums::effects).collect())
}

/// The order of the inputs in each draw, and the rows X_0 to X_d of each draw.
type Design = (Vec<Vec<usize>>, Array2<f64>);

fn design<E>(
    points: Array2<f64>,
    correlation: ArrayView2<'_, f64>,
) -> Result<Design, ShapleyFault<E>> {
    let (draws, inputs) = (points.nrows(), correlation.nrows());
    let size = inputs + 1;
    let mut design = Array2::zeros((draws * size, inputs));
    let mut orders = Vec::with_capacity(draws);
    let mut normals = vec![0.0; 2 * inputs];
    let mut lanes = vec![vec![0.0; size]; inputs];
    for (draw, row) in points.rows().into_iter().enumerate() {
        let row = row.to_vec();
        let (uniforms, keys) = row.split_at(2 * inputs);
        let mut order: Vec<usize> = (0..inputs).collect();
        order.sort_by(|&a, &b| keys[a].total_cmp(&keys[b]));
        let pair = |i: usize, j: usize| correlation[[order[i], order[j]]];
        let factor = Factor::new(inputs, pair).map_err(ShapleyFault::Impossible)?;
        inverse_normal_lane(Arch::new(), uniforms, &mut normals);
        for (place, (lane, &input)) in lanes.iter_mut().zip(&order).enumerate() {
            let (before, after) = lane.split_at_mut(place + 1);
            before.fill(normals[inputs + input]);
            after.fill(normals[input]);
        }
        let mut views: Vec<&mut [f64]> = lanes.iter_mut().map(Vec::as_mut_slice).collect();
        factor.apply(Arch::new(), &mut views);
        for (lane, &input) in lanes.iter().zip(&order) {
            for (k, &value) in lane.iter().enumerate() {
                design[[draw * size + k, input]] = value;
            }
        }
        orders.push(order);
    }
    Ok((orders, design))
}

/// Sums for one output, by replicate.
struct Sums {
    shares: Vec<[f64; REPLICATES]>,
    variance: [f64; REPLICATES],
    count: [f64; REPLICATES],
    sum: [f64; REPLICATES],
}

impl Sums {
    fn new(inputs: usize) -> Self {
        let zero = [0.0; REPLICATES];
        Self { shares: vec![zero; inputs], variance: zero, count: zero, sum: zero }
    }

    fn add(&mut self, replicate: usize, order: &[usize], values: &[f64], pilot: f64) {
        let whole = values.last().copied().unwrap_or(0.0) - pilot;
        self.count[replicate] += 1.0;
        self.sum[replicate] += whole;
        self.variance[replicate] += whole * whole;
        for ((&input, before), after) in order.iter().zip(values).zip(&values[1..]) {
            self.shares[input][replicate] += whole * (after - before);
        }
    }

    fn effects(&self) -> ShapleyEffects {
        let variances: [f64; REPLICATES] = std::array::from_fn(|r| {
            self.variance[r] - self.sum[r] * self.sum[r] / self.count[r].max(1.0)
        });
        let count: f64 = self.count.iter().sum();
        let shares = self.shares.iter().map(|share| Estimate::of_ratio(share, &variances));
        ShapleyEffects { variance: variances.iter().sum::<f64>() / count, shares: shares.collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use ndarray::array;

    use super::super::tests::each;
    use super::*;
    use crate::engine::numbers::kernels::normal_cdf;

    fn near(found: &ShapleyEffects, wanted: &[f64], tolerance: f64) {
        let sum: f64 = found.shares.iter().map(|share| share.value).sum();
        assert!((sum - 1.0).abs() < tolerance);
        for (found, wanted) in found.shares.iter().zip(wanted) {
            let off = (found.value - wanted).abs();
            assert!(off < tolerance, "{} for {wanted}", found.value);
            assert!(off < 4.0 * found.standard_error + 1e-6, "{found:?} for {wanted}");
        }
    }

    /// Linear and Gaussian: A. B. Owen and C. Prieur, "On Shapley value for measuring importance of
    /// dependent inputs", SIAM/ASA JUQ 5 (2017), 986-1002. The worth of some inputs is the variance
    /// minus the conditional one, which is a closed form.
    #[test]
    fn linear_functions_of_correlated_normal_numbers() {
        let correlation = array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.9], [0.0, 0.9, 1.0]];
        let mut f = each(|z| z[0] + z[1] + 2.0 * z[2] + 40.0);
        let found = shapley_effects(&mut f, correlation.view(), 1 << 15, 1).expect("effects");
        near(&found[0], &[0.104167, 0.418229, 0.477604], 0.004);
        assert!((found[0].variance / 9.6 - 1.0).abs() < 0.01, "{}", found[0].variance);
        // Two inputs: (b1^2 (1 - r^2/2) + b1 b2 r + b2^2 r^2/2) / variance.
        let (b1, b2, r) = (1.0, 3.0, -0.6);
        let variance = b1 * b1 + b2 * b2 + 2.0 * b1 * b2 * r;
        let share = |a: f64, b: f64| {
            (a * a * (1.0 - r * r / 2.0) + a * b * r + b * b * r * r / 2.0) / variance
        };
        let mut f = each(|z| b1 * z[0] + b2 * z[1]);
        let correlation = array![[1.0, r], [r, 1.0]];
        let found = shapley_effects(&mut f, correlation.view(), 1 << 15, 1).expect("effects");
        near(&found[0], &[share(b1, b2), share(b2, b1)], 0.004);
    }

    #[test]
    fn independent_inputs_share_their_interactions_equally() {
        let mut f = each(|z| {
            let x: Vec<f64> = z.iter().map(|&z| PI * (2.0 * normal_cdf(z) - 1.0)).collect();
            let (a, b) = (libm::sin(x[0]), libm::sin(x[1]));
            a + 7.0 * b * b + 0.1 * x[2] * x[2] * x[2] * x[2] * a
        });
        let found = shapley_effects(&mut f, Array2::eye(3).view(), 1 << 15, 1).expect("effects");
        near(&found[0], &[0.435747, 0.442411, 0.121842], 0.005);
    }

    /// An input that a function does not read has a share through its twin, half of the twin's.
    #[test]
    fn perfect_correlation_shares_equally_and_impossible_ones_are_refused() {
        let twin = array![[1.0, 1.0], [1.0, 1.0]];
        let found = shapley_effects(&mut each(|z| z[0]), twin.view(), 1 << 14, 3).expect("effects");
        near(&found[0], &[0.5, 0.5], 0.01);
        let impossible = array![[1.0, 0.9, 0.9], [0.9, 1.0, -0.5], [0.9, -0.5, 1.0]];
        let found = shapley_effects(&mut each(|z| z[0]), impossible.view(), 16, 3);
        assert!(matches!(found, Err(ShapleyFault::Impossible(_))));
    }
}
