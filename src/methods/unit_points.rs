//! Points of the unit cube for sensitivity analyses: the scrambled Sobol sequences of the engine.
//!
//! The points take turns in [`REPLICATES`] independent scramblings, so that the spread between these
//! tells the error of an estimate from all of them. A bootstrap would not: points of one sequence are
//! not independent. Each replicate has a matrix of its own, not only a shift as the draws of a simulation:
//! a matrix that suits a pair of dimensions badly then spoils one replicate, not all.

use ndarray::Array2;

use crate::engine::numbers::random::{Stream, key, unit};
use crate::engine::numbers::replicates::{REPLICATES, turn};
use crate::engine::numbers::sobol::Sobol;

/// The 97.5% quantile of Student's distribution with 15 degrees of freedom. An estimate from 16
/// replicates, plus and minus this number of standard errors, is a 95% confidence interval.
pub const STUDENT: f64 = 2.131_449_545_559_323;

/// An estimate from all points, with the estimate from each replicate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate; it may be below 0 or above 1.
    pub value: f64,
    /// Standard error of the estimate.
    pub standard_error: f64,
    /// Deviation of each replicate from the value, to first order.
    pub off: [f64; REPLICATES],
}

impl Estimate {
    /// Returns the ratio of two sums with one part per replicate; NaN if the denominator is 0.
    pub(super) fn of_ratio(parts: &[f64; REPLICATES], wholes: &[f64; REPLICATES]) -> Self {
        let whole: f64 = wholes.iter().sum();
        let value = parts.iter().sum::<f64>() / whole;
        let mean = whole / REPLICATES as f64;
        let off: [f64; REPLICATES] = std::array::from_fn(|r| (parts[r] - value * wholes[r]) / mean);
        Self { value, standard_error: standard_error(&off), off }
    }

    /// True if an interval of 95% does not contain 0.
    pub fn is_distinct_from_zero(&self) -> bool {
        self.value.abs() > STUDENT * self.standard_error
    }

    /// True if this estimate is above another one from the same points, at 95% confidence.
    pub fn is_above(&self, other: &Self) -> bool {
        let off: [f64; REPLICATES] = std::array::from_fn(|r| self.off[r] - other.off[r]);
        self.value - other.value > STUDENT * standard_error(&off)
    }
}

/// Returns the standard error of the mean of independent numbers.
fn standard_error(numbers: &[f64; REPLICATES]) -> f64 {
    let count = REPLICATES as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|x| (x - mean) * (x - mean)).sum();
    (squares / (count * (count - 1.0))).sqrt()
}

/// Returns how many of the largest estimates have a certain rank: each is above the next one at 95% confidence.
pub fn certain_ranks(estimates: &[Estimate]) -> usize {
    let mut sorted: Vec<&Estimate> = estimates.iter().collect();
    sorted.sort_by(|a, b| b.value.total_cmp(&a.value));
    let pairs = sorted.iter().zip(sorted.iter().skip(1));
    let certain = pairs.take_while(|(a, b)| a.is_above(b)).count();
    // If all but the last have a certain rank, so does the last.
    if certain + 1 == sorted.len() { sorted.len() } else { certain }
}

/// The points of a unit cube, each coordinate in 0..1 and never 0 or 1.
#[derive(Debug, Clone)]
pub(super) struct UnitPoints {
    /// The generator of each dimension and replicate.
    coordinates: Vec<Vec<Coordinate>>,
}

/// One dimension of one replicate.
#[derive(Debug, Clone)]
enum Coordinate {
    Sobol(Box<Sobol>),
    /// Independent random numbers, for dimensions beyond those of the Sobol sequence.
    Random(Stream),
}

impl Coordinate {
    fn at(&self, index: u64) -> f64 {
        match self {
            Self::Sobol(sobol) => unit(sobol.digits(index)),
            Self::Random(stream) => stream.uniform(index),
        }
    }
}

impl UnitPoints {
    /// Makes points with `dimensions` coordinates. Each `purpose` has different points for the same seed.
    pub(super) fn new(dimensions: usize, seed: u64, purpose: &str) -> Self {
        let purpose = key(purpose);
        let one = |dimension: u32, sobol: Option<&Sobol>, replicate: u64| {
            let stream = Stream::new(seed, purpose, u64::from(dimension) | replicate << 32);
            match sobol {
                Some(sobol) => Coordinate::Sobol(Box::new(sobol.scrambled(stream))),
                None => Coordinate::Random(stream),
            }
        };
        let replicates = |dimension| {
            let sobol = Sobol::unscrambled(dimension);
            (0..REPLICATES as u64).map(|r| one(dimension, sobol.as_ref(), r)).collect()
        };
        Self { coordinates: (0..dimensions as u32).map(replicates).collect() }
    }

    /// Returns `count` points from number `first` on, one per row. Point i belongs to replicate i mod [`REPLICATES`].
    pub(super) fn rows(&self, first: usize, count: usize) -> Array2<f64> {
        Array2::from_shape_fn((count, self.coordinates.len()), |(row, dimension)| {
            let (replicate, index) = turn((first + row) as u64);
            self.coordinates[dimension][replicate].at(index)
        })
    }
}

/// Divides the base points into ranges, so that a batch of `per_point` rows for each base point remains moderate. Each
/// range except the last is a multiple of the number of replicates.
pub(super) fn blocks(points: usize, per_point: usize) -> impl Iterator<Item = (usize, usize)> {
    /// Number of rows of a batch: enough for all threads, and few enough for the memory.
    const ROWS: usize = 1 << 16;
    /// Maximum number of values of a batch: 32 MiB.
    const NUMBERS: usize = 1 << 22;
    let per_point = per_point.max(1);
    let rows = ROWS.min(NUMBERS / per_point);
    let size = (rows / per_point).max(1).next_multiple_of(REPLICATES);
    (0..points).step_by(size).map(move |first| (first, size.min(points - first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_has_the_error_of_its_parts() {
        let parts: [f64; REPLICATES] = std::array::from_fn(|r| if r % 2 == 0 { 1.0 } else { 3.0 });
        let found = Estimate::of_ratio(&parts, &[4.0; REPLICATES]);
        assert_eq!(found.value, 0.5);
        // Sixteen numbers of 1/4 and 3/4: sd 0.25 sqrt(16/15), divided by 4.
        assert!((found.standard_error - 0.0625 * (16.0_f64 / 15.0).sqrt()).abs() < 1e-15);
        // A ratio that is the same in each replicate has no error, whatever the sizes.
        let sizes: [f64; REPLICATES] = std::array::from_fn(|r| 1.0 + r as f64);
        let found = Estimate::of_ratio(&sizes.map(|x| 3.0 * x), &sizes);
        assert!((found.value - 3.0).abs() < 1e-15 && found.standard_error < 1e-15);
        assert!(found.is_distinct_from_zero());
    }

    #[test]
    fn ranks_are_certain_down_to_the_first_pair_that_is_too_close() {
        let noisy = |value: f64, noise: f64| Estimate {
            value,
            standard_error: 0.0,
            off: std::array::from_fn(|r| if r % 2 == 0 { noise } else { -noise }),
        };
        let (a, b, c) = (noisy(0.5, 0.01), noisy(0.3, 0.0), noisy(0.29, 0.1));
        assert_eq!(certain_ranks(&[b, a, c]), 1);
        assert_eq!(certain_ranks(&[b, a]), 2);
        assert_eq!(certain_ranks(&[]), 0);
        // Errors in common do not matter to a rank.
        assert!(noisy(0.5, 0.3).is_above(&noisy(0.4, 0.3)));
    }

    #[test]
    fn points_are_even_and_blocks_cover_all() {
        let points = UnitPoints::new(3, 7, "test").rows(0, 4096);
        for column in points.columns() {
            let mean = column.sum() / 4096.0;
            assert!((mean - 0.5).abs() < 1e-3, "{mean}");
        }
        let blocks: Vec<_> = blocks(100_000, 7).collect();
        assert_eq!(blocks.iter().map(|block| block.1).sum::<usize>(), 100_000);
        assert!(blocks.iter().all(|block| block.0 % REPLICATES == 0));
        // A batch of 400 inputs has no more than 6 million numbers.
        assert!(super::blocks(100_000, 402).all(|block| block.1 * 402 * 400 < 6_000_000));
        let later = UnitPoints::new(3, 7, "test").rows(17, 5);
        assert!(
            later.rows().into_iter().zip(points.rows().into_iter().skip(17)).all(|(a, b)| a == b)
        );
    }
}
