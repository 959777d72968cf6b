//! Quantiles of a beta distribution by interpolation, many times as fast as a search.
//!
//! The probability of a tail is divided into intervals, four to each halving: 1/2..1/4, 1/4..1/8
//! and so on. On each interval the logit of the quantile, y = ln(x / (1 - x)), is interpolated by a
//! polynomial through Chebyshev points, whose exact values come from a search. W. Hormann and J.
//! Leydold, "Continuous random variate generation by fast numerical inversion", ACM Trans. Model.
//! Comput. Simul. 13 (2003), 347-362, use the same idea.
//!
//! Far out in a tail y is linear in the logarithm of the probability, so that one degree suits
//! every halving. An interval is computed when a draw first needs it. If its polynomial is not
//! accurate enough, as next to the bend of a distribution with two peaks, its quantiles are
//! searched for one by one.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::beta::{Beta, Tail, nearer_tail};

/// Number of interpolated halvings of the probability. One draw in 2^32 is beyond them.
const HALVINGS: usize = 32;
/// Binary logarithm of the number of intervals in a halving.
const LOG2_INTERVALS: u32 = 2;
/// Interpolation points, and coefficients, of a polynomial.
const POINTS: usize = 12;
/// Maximum error of the polynomial, in y: the relative error of x near 0, and of 1 - x near 1.
const TOLERANCE: f64 = 2e-13;

/// Chebyshev coefficients on an interval; `None` if the polynomial is not accurate enough.
type Polynomial = Option<Box<[f64; POINTS]>>;

/// A beta distribution with a cache of interpolated quantiles, which all clones share.
#[derive(Debug, Clone)]
pub(super) struct CachedBeta {
    beta: Beta,
    pieces: Arc<OnceLock<Box<Pieces>>>,
}

impl CachedBeta {
    /// The beta distribution with the parameters a and b, both above 0.
    pub(super) fn new(a: f64, b: f64) -> Self {
        Self { beta: Beta::new(a, b), pieces: Arc::default() }
    }

    /// Computes the y with probability `lower` below it and `upper` above it, where upper = 1 -
    /// lower.
    ///
    /// Uses interpolation where that is accurate enough. The choice depends on the probability
    /// alone, so that a quantile has the same bits in every lane.
    pub(super) fn logit_quantile(&self, lower: f64, upper: f64) -> f64 {
        let (side, probability) = nearer_tail(lower, upper);
        let found = self.pieces.get_or_init(Pieces::new).quantile(&self.beta, side, probability);
        found.unwrap_or_else(|| self.search(side, probability, self.logit_of_mean()))
    }
}

impl Deref for CachedBeta {
    type Target = Beta;

    fn deref(&self) -> &Beta {
        &self.beta
    }
}

// The cache follows from the parameters.
impl PartialEq for CachedBeta {
    fn eq(&self, other: &Self) -> bool {
        self.beta == other.beta
    }
}

/// The cached polynomials of all intervals, for both tails.
#[derive(Debug)]
struct Pieces {
    tails: [[OnceLock<Polynomial>; HALVINGS << LOG2_INTERVALS]; 2],
}

impl Pieces {
    /// Makes a cache without polynomials.
    fn new() -> Box<Self> {
        let tail = || std::array::from_fn(|_| OnceLock::new());
        Box::new(Self { tails: [tail(), tail()] })
    }

    /// Computes the y at which a tail has the given probability, at most 1/2. `None` if that
    /// probability is not interpolated.
    fn quantile(&self, beta: &Beta, side: Tail, probability: f64) -> Option<f64> {
        let Position { interval, within } = Position::of(probability)?;
        let piece = self.tails.get(side as usize)?.get(interval)?;
        let coefficients = piece.get_or_init(|| interpolated(beta, side, interval)).as_ref()?;
        Some(chebyshev(coefficients, within))
    }
}

/// A probability as the index of its interval and its relative position there, from -1 to 1.
struct Position {
    interval: usize,
    within: f64,
}

impl Position {
    /// Locates a probability, exactly: the exponent and the first two bits of the mantissa number
    /// the interval, and the remaining bits are the position in it.
    fn of(probability: f64) -> Option<Self> {
        /// Number of stored bits of the mantissa.
        const MANTISSA: u32 = f64::MANTISSA_DIGITS - 1;
        /// Mask of the mantissa's bits below those that number the interval.
        const POSITION_MASK: u64 = (1 << (MANTISSA - LOG2_INTERVALS)) - 1;
        if probability == 0.5 {
            return Some(Self { interval: (1 << LOG2_INTERVALS) - 1, within: 1.0 });
        }
        let bits = probability.to_bits();
        let halving = (0.25_f64.to_bits() >> MANTISSA).checked_sub(bits >> MANTISSA)? as usize;
        let interval = (bits >> (MANTISSA - LOG2_INTERVALS)) as usize & ((1 << LOG2_INTERVALS) - 1);
        let within = f64::from_bits((bits & POSITION_MASK) << LOG2_INTERVALS | 1.0_f64.to_bits());
        (halving < HALVINGS).then_some(Self {
            interval: halving << LOG2_INTERVALS | interval,
            within: 2.0 * within - 3.0,
        })
    }

    /// Converts back to the probability: the inverse of [`Self::of`].
    fn probability(&self) -> f64 {
        let intervals = f64::from(1_u32 << LOG2_INTERVALS);
        let (halving, interval) =
            (self.interval >> LOG2_INTERVALS, self.interval & ((1 << LOG2_INTERVALS) - 1));
        let lowest = 0.25 * libm::ldexp(1.0, -(halving as i32));
        lowest * (1.0 + (interval as f64 + (self.within + 1.0) / 2.0) / intervals)
    }
}

/// Interpolates the quantile on one interval at Chebyshev points.
fn interpolated(beta: &Beta, side: Tail, interval: usize) -> Polynomial {
    let point =
        |n: usize| libm::cos((2 * n + 1) as f64 * std::f64::consts::PI / (2 * POINTS) as f64);
    let mut near = beta.logit_of_mean();
    let mut value = |within: f64| {
        near = beta.search(side, Position { interval, within }.probability(), near);
        near
    };
    let mut coefficients = Box::new([0.0; POINTS]);
    for n in 0..POINTS {
        let (at, weight) = (point(n), 2.0 * value(point(n)) / POINTS as f64);
        let (mut before, mut now) = (at, 1.0);
        for coefficient in coefficients.iter_mut() {
            *coefficient += weight * now;
            (before, now) = (now, 2.0 * at * now - before);
        }
    }
    coefficients[0] /= 2.0;
    // The last coefficients estimate the truncation error.
    let tail = coefficients[POINTS - 2].abs() + coefficients[POINTS - 1].abs();
    // Checked against exact values at the ends, where the quantile bends most, and between two
    // points.
    let errors = [-1.0, 0.0, 1.0].map(|at| (chebyshev(&coefficients, at) - value(at)).abs());
    let near_enough = tail <= TOLERANCE && errors.into_iter().all(|errors| errors <= TOLERANCE);
    near_enough.then_some(coefficients)
}

/// Evaluates a sum of Chebyshev polynomials by Clenshaw's recurrence.
fn chebyshev(coefficients: &[f64; POINTS], at: f64) -> f64 {
    let (mut before, mut now) = (0.0, 0.0);
    for coefficient in coefficients.iter().skip(1).rev() {
        (before, now) = (now, coefficient + (2.0 * at * now - before));
    }
    coefficients[0] + (at * now - before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_gives_back_its_probability() {
        for probability in [0.5, 0.499, 0.25, 0.3, 1e-3, 0.249_999_999, 3e-9, 0.5 - 1e-16] {
            let found = Position::of(probability).expect("a spot").probability();
            assert!((found / probability - 1.0).abs() < 1e-15, "{probability}: {found}");
        }
        assert!([0.0, 1e-11, 1e-300, 0.6, 1.0].iter().all(|&p| Position::of(p).is_none()));
    }

    /// Compares interpolation with a search from a distant starting point, over parameters and
    /// tails.
    #[test]
    fn interpolated_quantiles_agree_with_a_search() {
        let parameters = [0.02, 0.3, 0.5, 1.0, 1.7, 3.0, 5.0, 12.0, 40.0, 1000.0];
        let mut interpolated_count = 0;
        let mut usual_count = 0;
        for (a, b) in parameters.iter().flat_map(|&a| parameters.map(|b| (a, b))) {
            let (beta, pieces) = (Beta::new(a, b), Pieces::new());
            for side in [Tail::Lower, Tail::Upper] {
                for n in 0..60 {
                    let probability = 0.5 * libm::exp2(-f64::from(n) / 3.0);
                    let exact = beta.search(side, probability, beta.logit_of_mean());
                    let Some(found) = pieces.quantile(&beta, side, probability) else { continue };
                    interpolated_count += 1;
                    usual_count += u32::from(a >= 0.5 && b >= 0.5 && a.max(b) <= 40.0);
                    assert!((found - exact).abs() < 5e-13, "{a} {b} {side:?} {probability}");
                }
            }
        }
        // A polynomial may be refused only for parameters far from 1.
        assert!(
            interpolated_count > 10_000 && usual_count == 5_880,
            "{interpolated_count} of 12,000, {usual_count} of 5,880"
        );
    }
}
