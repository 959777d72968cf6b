//! The incomplete beta function and its inverse, which give the beta, PERT and Student
//! distributions.
//!
//! All functions work in the logit y = ln(x / (1 - x)) of the beta variable x, and with logarithms
//! of probabilities. The logarithms of both tail probabilities are concave in y. So Newton's method
//! converges monotonically from one side of the root, and reaches that side after at most one step.

use super::super::kernels::{exp, ln};

/// Both tail probabilities of a beta distribution and its density with respect to y, as logarithms.
#[derive(Debug, Clone, Copy)]
struct LogTails {
    log_lower: f64,
    log_upper: f64,
    log_density: f64,
}

/// A tail of a distribution, lower or upper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    Lower,
    Upper,
}

/// A beta distribution.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Beta {
    a: f64,
    b: f64,
    log_beta: f64,
}

impl Beta {
    /// The beta distribution with the parameters a and b, both above 0.
    pub(super) fn new(a: f64, b: f64) -> Self {
        Self { a, b, log_beta: log_beta(a, b) }
    }

    /// Computes the probabilities below and above y.
    pub(super) fn tails(&self, y: f64) -> (f64, f64) {
        let tails = self.log_tails(y);
        (exp(tails.log_lower), exp(tails.log_upper))
    }

    /// Computes the logarithms of both tail probabilities and of the density at y.
    fn log_tails(&self, y: f64) -> LogTails {
        let Self { a, b, log_beta, .. } = *self;
        // exp(-|y|) does not overflow, and x and 1 - x both come out without cancellation.
        let exponential = exp(-y.abs());
        let log_sum = libm::log1p(exponential);
        let (log_x, log_complement) = (y.min(0.0) - log_sum, (-y).min(0.0) - log_sum);
        let (x, complement) = if y < 0.0 {
            (exponential / (1.0 + exponential), 1.0 / (1.0 + exponential))
        } else {
            (1.0 / (1.0 + exponential), exponential / (1.0 + exponential))
        };
        let log_density = a * log_x + b * log_complement - log_beta;
        // Below this bound the continued fraction converges fast; above it that of the other tail does.
        if x < (a + 1.0) / (a + b + 2.0) {
            let log_lower = log_density + ln(fraction(a, b, x).0 / a);
            LogTails { log_lower, log_upper: log_of_complement(log_lower), log_density }
        } else {
            let log_upper = log_density + ln(fraction(b, a, complement).0 / b);
            LogTails { log_lower: log_of_complement(log_upper), log_upper, log_density }
        }
    }

    /// Computes the y with probability `lower` below it and `upper` above it, where upper = 1 -
    /// lower, by a search: for a single value an interpolation would cost more than it saves.
    pub(super) fn single_logit_quantile(&self, lower: f64, upper: f64) -> f64 {
        let (side, probability) = nearer_tail(lower, upper);
        self.search(side, probability, self.logit_of_mean())
    }

    /// Returns the default starting point of the search: the logit of the mean a / (a + b).
    pub(super) fn logit_of_mean(&self) -> f64 {
        ln(self.a / self.b)
    }

    /// Finds the y at which a tail has the given probability, by Newton's method on the logarithm
    /// of that probability, starting from `near`.
    pub(super) fn search(&self, side: Tail, probability: f64, near: f64) -> f64 {
        let below = side == Tail::Lower;
        let target = ln(probability);
        if target == f64::NEG_INFINITY {
            return if below { target } else { -target };
        }
        let mut y = near;
        for _ in 0..100 {
            let tails = self.log_tails(y);
            let found = if below { tails.log_lower } else { tails.log_upper };
            // With P the tail probability, the derivative of ln P with respect to y is density / P.
            let step = exp(found - tails.log_density) * (found - target);
            let before = y;
            y = if below { y - step } else { y + step };
            // Convergence is quadratic: after a step this short the error is below rounding.
            if step.abs() <= 1e-10 || y == before || y.is_nan() {
                break;
            }
        }
        y
    }
}

/// Selects the tail with the smaller probability, which is the more precise number of the two.
pub(super) fn nearer_tail(lower: f64, upper: f64) -> (Tail, f64) {
    if lower <= upper { (Tail::Lower, lower) } else { (Tail::Upper, upper) }
}

/// Computes ln(1 - e^p) for p <= 0 without cancellation: the logarithm of the other tail's
/// probability.
fn log_of_complement(p: f64) -> f64 {
    if p > -0.69 { ln(-libm::expm1(p)) } else { libm::log1p(-exp(p)) }
}

/// Computes the continued fraction of the incomplete beta function (DLMF 8.17.22), without its
/// leading factor, by the modified method of Lentz. Stops when an iteration changes at most the
/// last place. Returns the value and the number of iterations.
fn fraction(a: f64, b: f64, x: f64) -> (f64, u32) {
    /// Replaces denominators of 0, as the method of Lentz requires.
    const TINY: f64 = 1e-300;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    let limit = max_iterations(a, b);
    for iteration in 1..=limit {
        let m = f64::from(iteration);
        // These products and quotients are ordered so that large parameters do not overflow.
        let even = m / (a + 2.0 * m - 1.0) * ((b - m) * x / (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) / (a + 2.0 * m) * ((a + b + m) * x / (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() <= f64::EPSILON {
            return (value, iteration);
        }
    }
    (value, limit)
}

/// Upper bound of the number of iterations of [`fraction`].
///
/// It is sufficient for parameters up to 10^10. For larger ones the iteration may stop early; the
/// rounding error of the density then exceeds the error of stopping.
///
/// Convergence is slowest for x next to the mean. There the two numerators of an iteration are
/// about e = mb / a(a + b) and -1. The iteration has the fixed point sqrt(e), and each iteration
/// reduces the distance to it by the factor 1 - 2 sqrt(e). Over m iterations the product of these
/// factors falls as exp(-m^(3/2) / sqrt(a)), so the number of iterations grows as the cube root of
/// a. In the tests it never exceeded six cube roots plus a constant.
fn max_iterations(a: f64, b: f64) -> u32 {
    (50.0 + 8.0 * libm::cbrt(a.max(b))).min(20_000.0) as u32
}

/// Computes the logarithm of the beta function B(a, b): by Stirling's series for arguments of at
/// least 10, to which the recurrence B(a, b) = B(a, b + 1) (a + b) / b raises smaller ones.
fn log_beta(a: f64, b: f64) -> f64 {
    let (mut large, mut small) = if a < b { (b, a) } else { (a, b) };
    let mut factor = 1.0;
    let mut logarithm = 0.0;
    while small < 10.0 {
        // The product stays in `factor`, with one logarithm at the end, unless it would overflow.
        factor *= (large + small) / small;
        small += 1.0;
        if !(1e-200..1e200).contains(&factor) {
            logarithm += ln(factor);
            factor = 1.0;
        }
    }
    while large < 10.0 {
        factor *= (large + small) / large;
        large += 1.0;
    }
    /// ln(2 pi) / 2.
    const HALF_LN_2_PI: f64 = 0.918_938_533_204_672_7;
    let sum = large + small;
    logarithm + ln(factor) + HALF_LN_2_PI - (large - 0.5) * libm::log1p(small / large)
        + small * ln(small / sum)
        - 0.5 * ln(small)
        + (stirling(large) + stirling(small) - stirling(sum))
}

/// Computes the remainder of Stirling's formula, ln Gamma(x) minus its leading terms, for x >= 10
/// (the series of DLMF 5.11.1).
fn stirling(x: f64) -> f64 {
    let z = 1.0 / (x * x);
    let series = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3617.0 / 122_400.0,
    ];
    series.iter().rev().fold(0.0, |sum, term| sum * z + term) / x
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMETERS: [f64; 14] = [
        1e-300, 1e-8, 0.01, 0.5, 1.0, 3.7, 17.3, 123.4, 1234.5, 1.0e4, 1.0e5, 1.0e6, 1.0e8, 1.0e10,
    ];

    /// Returns arguments at which `log_tails` evaluates the fraction: close to its bound and far below it.
    fn arguments(a: f64, b: f64) -> impl Iterator<Item = f64> {
        let bound = (a + 1.0) / (a + b + 2.0);
        let next = (1..40).map(|n| 1.0 - libm::exp2(-f64::from(n) * 1.3));
        let far = (1..20).map(|n| libm::exp2(-f64::from(n * n)));
        next.chain(far).map(move |part| part * bound)
    }

    #[test]
    fn the_continued_fraction_converges_within_its_iteration_limit() {
        for (a, b) in PARAMETERS.iter().flat_map(|&a| PARAMETERS.map(|b| (a, b))) {
            for x in arguments(a, b) {
                let (value, iterations) = fraction(a, b, x);
                assert!(iterations < max_iterations(a, b), "{a} {b} {x}: {iterations}");
                assert!(value > 0.0 && value.is_finite(), "{a} {b} {x}: {value}");
            }
        }
        assert!(max_iterations(1.0, 100.0) < 100 && max_iterations(1e300, 1e300) == 20_000);
    }

    /// By symmetry half of the probability is below the mean, where the fraction converges most
    /// slowly. The logarithm of the density has rounding errors that grow with the parameters.
    #[test]
    fn half_of_a_symmetric_distribution_is_below_its_mean() {
        for a in PARAMETERS.into_iter().filter(|&a| a >= 0.01) {
            let (lower, upper) = Beta::new(a, a).tails(0.0);
            let slack = 16.0 * f64::EPSILON * (a + 1.0);
            assert!((lower - 0.5).abs() <= slack && (upper - 0.5).abs() <= slack, "{a}: {lower}");
        }
    }
}
