//! Sensitivity beyond variance: how far the distribution of an output moves when an input is fixed.
//!
//! F. Pianosi and T. Wagener, "A simple and efficient method for global sensitivity analysis based on
//! cumulative distribution functions", EMS 67 (2015), 1-11 (PAWN): the distance of Kolmogorov and Smirnov
//! between the distribution of the output and the one with the input fixed at a value, over several
//! values. The input is fixed in runs of its own, not by slicing one sample.

use ndarray::Array2;

use super::Batch;
use super::unit_points::UnitPoints;
use crate::engine::numbers::summary::quantiles;

/// Distances for an input, over the values at which it was fixed.
#[derive(Debug, Clone, PartialEq)]
pub struct Distances {
    /// Distance for each fixed value; the values are the midpoints of equal parts of 0..1.
    pub at: Vec<f64>,
    /// Median of the distances.
    pub median: f64,
    /// Maximum of the distances.
    pub largest: f64,
}

/// The PAWN index of all inputs for one output.
#[derive(Debug, Clone, PartialEq)]
pub struct Pawn {
    /// Distances for each input.
    pub inputs: Vec<Distances>,
    /// Distance between two samples with no input fixed: the effect of sampling alone.
    pub dummy: f64,
}

/// Computes the Kolmogorov-Smirnov statistic: the largest difference between the distribution functions of
/// two samples; 0 if a sample is empty. Sorts both samples.
pub fn kolmogorov_smirnov(a: &mut [f64], b: &mut [f64]) -> f64 {
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let (mut i, mut j, mut largest) = (0, 0, 0.0_f64);
    while let (Some(&x), Some(&y)) = (a.get(i), b.get(j)) {
        // Equal values of both samples are passed together, before the functions are compared.
        let least = if x < y { x } else { y };
        while a.get(i).is_some_and(|&x| x <= least) {
            i += 1;
        }
        while b.get(j).is_some_and(|&y| y <= least) {
            j += 1;
        }
        largest = largest.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    largest
}

/// Measures the distances for each output: `points` x (2 + inputs x `values`) runs.
///
/// A point given to the batch holds a uniform number for each input. Outputs must be numbers: a NaN
/// makes every distance of its output NaN.
///
/// # Errors
/// The errors of the batch.
pub fn pawn<B: Batch>(
    batch: &mut B,
    inputs: usize,
    points: usize,
    values: usize,
    seed: u64,
) -> Result<Vec<Pawn>, B::Error> {
    let base = UnitPoints::new(inputs, seed, "pawn").rows(0, points);
    let free = batch.run(base.view())?;
    let other = UnitPoints::new(inputs, seed, "pawn dummy").rows(0, points);
    let other = batch.run(other.view())?;
    let mut found: Vec<Pawn> = (0..free.ncols())
        .map(|n| Pawn { inputs: Vec::with_capacity(inputs), dummy: distance(&free, &other, n) })
        .collect();
    for input in 0..inputs {
        let mut at = vec![Vec::with_capacity(values); found.len()];
        for value in 0..values {
            let mut fixed = base.clone();
            fixed.column_mut(input).fill((value as f64 + 0.5) / values as f64);
            let fixed = batch.run(fixed.view())?;
            at.iter_mut().enumerate().for_each(|(n, at)| at.push(distance(&free, &fixed, n)));
        }
        found.iter_mut().zip(at).for_each(|(found, at)| found.inputs.push(Distances::new(at)));
    }
    Ok(found)
}

/// Returns the Kolmogorov-Smirnov distance between two samples of an output; NaN if a sample contains NaN.
fn distance(a: &Array2<f64>, b: &Array2<f64>, output: usize) -> f64 {
    let (mut a, mut b) = (a.column(output).to_vec(), b.column(output).to_vec());
    let missing = a.iter().chain(&b).any(|x| x.is_nan());
    if missing { f64::NAN } else { kolmogorov_smirnov(&mut a, &mut b) }
}

impl Distances {
    fn new(at: Vec<f64>) -> Self {
        let found = quantiles(&mut at.clone(), &[0.5, 1.0]);
        Self { at, median: found[0], largest: found[1] }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::each;
    use super::*;

    #[test]
    fn distances_of_samples_by_hand() {
        assert_eq!(kolmogorov_smirnov(&mut [1.0, 2.0, 3.0, 4.0], &mut [3.0, 4.0, 5.0, 6.0]), 0.5);
        assert_eq!(kolmogorov_smirnov(&mut [2.0, 1.0], &mut [1.0, 2.0]), 0.0);
        assert_eq!(kolmogorov_smirnov(&mut [1.0, 1.0, 2.0], &mut [1.0, 3.0]), 0.5);
        assert_eq!(kolmogorov_smirnov(&mut [1.0], &mut [2.0, 3.0]), 1.0);
    }

    /// Y = U1 + U2: with U1 = c the distance is max(c^2, (1 - c)^2) / 2 (the triangular distribution
    /// against the uniform one on c..c+1). The third input does nothing.
    #[test]
    fn the_sum_of_two_uniform_numbers() {
        let Ok(found) = pawn(&mut each(|u| u[0] + u[1]), 3, 4096, 10, 1);
        for input in 0..2 {
            for (n, found) in found[0].inputs[input].at.iter().enumerate() {
                let c = (n as f64 + 0.5) / 10.0;
                let wanted = (c * c).max((1.0 - c) * (1.0 - c)) / 2.0;
                assert!((found - wanted).abs() < 0.01, "{found} for {wanted}");
            }
            assert!((found[0].inputs[input].largest - 0.95 * 0.95 / 2.0).abs() < 0.01);
            // The fifth and the sixth in order are those of 0.25 and 0.75.
            assert!((found[0].inputs[input].median - 0.75 * 0.75 / 2.0).abs() < 0.01);
        }
        assert_eq!(found[0].inputs[2].largest, 0.0);
        assert!(found[0].dummy < 0.02);
    }

    /// An input that equals the output: fixed at c, all values are at c, and the distance is max(c, 1 - c).
    #[test]
    fn an_input_alone() {
        let Ok(found) = pawn(&mut each(|u| 5.0 - u[0]), 1, 1024, 4, 1);
        for (found, wanted) in found[0].inputs[0].at.iter().zip([0.875, 0.625, 0.625, 0.875]) {
            assert!((found - wanted).abs() < 0.01, "{found} for {wanted}");
        }
        let Ok(found) = pawn(&mut each(|_| f64::NAN), 1, 8, 2, 1);
        assert!(found[0].dummy.is_nan() && found[0].inputs[0].median.is_nan());
    }
}
