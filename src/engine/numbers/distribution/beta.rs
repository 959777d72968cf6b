//! The incomplete beta function and its inverse, with which the beta, PERT and Student
//! distributions are computed.
//!
//! The variable is y = ln(x / (1 - x)). In it the logarithms of both tails are concave, so that
//! Newton's method converges from the left of the root, or from the right after one step.

use std::sync::{Arc, OnceLock};

use super::super::kernels::{exp, ln};
use super::pieces::Pieces;

/// The two tails of a beta distribution and its density in y, the latter as a logarithm.
#[derive(Debug, Clone, Copy)]
struct Tails {
    log_lower: f64,
    log_upper: f64,
    log_density: f64,
}

/// A tail of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Lower,
    Upper,
}

/// The parameters of a beta distribution, and its quantiles as far as they are interpolated, which
/// all copies share.
#[derive(Debug, Clone)]
pub(super) struct Beta {
    a: f64,
    b: f64,
    log_beta: f64,
    pieces: Arc<OnceLock<Box<Pieces>>>,
}

impl PartialEq for Beta {
    fn eq(&self, other: &Self) -> bool {
        (self.a, self.b) == (other.a, other.b)
    }
}

impl Beta {
    pub(super) fn new(a: f64, b: f64) -> Self {
        Self { a, b, log_beta: log_beta(a, b), pieces: Arc::default() }
    }

    /// The probabilities of less and of more than y.
    pub(super) fn tails(&self, y: f64) -> (f64, f64) {
        let tails = self.log_tails(y);
        (exp(tails.log_lower), exp(tails.log_upper))
    }

    fn log_tails(&self, y: f64) -> Tails {
        let Self { a, b, log_beta, .. } = *self;
        let small = exp(-y.abs());
        let shared = libm::log1p(small);
        let (log_x, log_rest) = (y.min(0.0) - shared, (-y).min(0.0) - shared);
        let (x, rest) = if y < 0.0 {
            (small / (1.0 + small), 1.0 / (1.0 + small))
        } else {
            (1.0 / (1.0 + small), small / (1.0 + small))
        };
        let log_density = a * log_x + b * log_rest - log_beta;
        if x < (a + 1.0) / (a + b + 2.0) {
            let log_lower = log_density + ln(fraction(a, b, x).0 / a);
            Tails { log_lower, log_upper: log_of_rest(log_lower), log_density }
        } else {
            let log_upper = log_density + ln(fraction(b, a, rest).0 / b);
            Tails { log_lower: log_of_rest(log_upper), log_upper, log_density }
        }
    }

    /// The y below which the probability is `lower` and above which it is `upper`, its complement:
    /// interpolated where that is exact enough, which depends on the probability alone.
    pub(super) fn logit_quantile(&self, lower: f64, upper: f64) -> f64 {
        let (side, probability) = nearer(lower, upper);
        let pieces = self.pieces.get_or_init(Pieces::new);
        let found = pieces.quantile(self, side, probability);
        found.unwrap_or_else(|| self.search(side, probability, self.middle()))
    }

    /// The same for one value alone, which is not worth a polynomial.
    pub(super) fn single_logit_quantile(&self, lower: f64, upper: f64) -> f64 {
        let (side, probability) = nearer(lower, upper);
        self.search(side, probability, self.middle())
    }

    /// Where searches start that know of nothing nearer.
    pub(super) fn middle(&self) -> f64 {
        ln(self.a / self.b)
    }

    /// The y at which a tail has a probability, by Newton's method from a place near it.
    pub(super) fn search(&self, side: Side, probability: f64, near: f64) -> f64 {
        let below = side == Side::Lower;
        let wanted = ln(probability);
        if wanted == f64::NEG_INFINITY {
            return if below { wanted } else { -wanted };
        }
        let mut y = near;
        for _ in 0..100 {
            let tails = self.log_tails(y);
            let found = if below { tails.log_lower } else { tails.log_upper };
            let step = exp(found - tails.log_density) * (found - wanted);
            let before = y;
            y = if below { y - step } else { y + step };
            if step.abs() <= 1e-10 || y == before || y.is_nan() {
                break;
            }
        }
        y
    }
}

/// The tail of the lesser probability.
fn nearer(lower: f64, upper: f64) -> (Side, f64) {
    if lower <= upper { (Side::Lower, lower) } else { (Side::Upper, upper) }
}

/// ln(1 - e^p) for p <= 0.
fn log_of_rest(p: f64) -> f64 {
    if p > -0.69 { ln(-libm::expm1(p)) } else { libm::log1p(-exp(p)) }
}

/// The continued fraction of the incomplete beta function (DLMF 8.17.22), without its factor, by
/// the modified method of Lentz, up to the round that changes its last place at most; and how many
/// rounds that took.
fn fraction(a: f64, b: f64, x: f64) -> (f64, u32) {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    let most = most_rounds(a, b);
    for round in 1..=most {
        let m = f64::from(round);
        // In an order in which large parameters overflow nowhere.
        let even = m / (a + 2.0 * m - 1.0) * ((b - m) * x / (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) / (a + 2.0 * m) * ((a + b + m) * x / (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() <= f64::EPSILON {
            return (value, round);
        }
    }
    (value, most)
}

/// More rounds than the fraction needs, for parameters of up to 10^10; beyond, where a rounding of
/// the density already moves the result more than what is left out, it stops there.
///
/// Slowest is x next to the mean. Between the two numerators of a round, about e = mb / a(a + b) and
/// -1, the iteration's fixed point is the square root of e, and a round brings it nearer by a factor
/// of 1 - 2 sqrt(e). The product of these factors over m rounds falls as exp(-m^(3/2) / sqrt(a)), so
/// that the rounds needed grow as the cube root of a; they were never above six times it and some.
fn most_rounds(a: f64, b: f64) -> u32 {
    (50.0 + 8.0 * libm::cbrt(a.max(b))).min(20_000.0) as u32
}

/// The logarithm of the beta function: Stirling's series for arguments of 10 and more, to which
/// smaller ones are led by recurrence.
fn log_beta(a: f64, b: f64) -> f64 {
    let (mut large, mut small) = if a < b { (b, a) } else { (a, b) };
    let mut factor = 1.0;
    let mut logarithm = 0.0;
    while small < 10.0 {
        // B(a, b) = B(a, b + 1) (a + b) / b
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
    const HALF_LN_2_PI: f64 = 0.918_938_533_204_672_7;
    let sum = large + small;
    logarithm + ln(factor) + HALF_LN_2_PI - (large - 0.5) * libm::log1p(small / large)
        + small * ln(small / sum)
        - 0.5 * ln(small)
        + (stirling(large) + stirling(small) - stirling(sum))
}

/// What Stirling's formula leaves of ln Gamma(x) for x >= 10 (DLMF 5.11.1).
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

    /// Where the fraction is used: below the bound, next to it and far from it.
    fn places(a: f64, b: f64) -> impl Iterator<Item = f64> {
        let bound = (a + 1.0) / (a + b + 2.0);
        let next = (1..40).map(|n| 1.0 - libm::exp2(-f64::from(n) * 1.3));
        let far = (1..20).map(|n| libm::exp2(-f64::from(n * n)));
        next.chain(far).map(move |part| part * bound)
    }

    #[test]
    fn the_continued_fraction_ends_before_its_bound() {
        for (a, b) in PARAMETERS.iter().flat_map(|&a| PARAMETERS.map(|b| (a, b))) {
            for x in places(a, b) {
                let (value, rounds) = fraction(a, b, x);
                assert!(rounds < most_rounds(a, b), "{a} {b} {x}: {rounds}");
                assert!(value > 0.0 && value.is_finite(), "{a} {b} {x}: {value}");
            }
        }
        assert!(most_rounds(1.0, 100.0) < 100 && most_rounds(1e300, 1e300) == 20_000);
    }

    /// By symmetry a half lies below the middle, next to which the fraction is slowest. Its
    /// logarithm has the rounding errors of the density's, which grow with the parameters.
    #[test]
    fn half_of_a_symmetrical_distribution_lies_below_its_middle() {
        for a in PARAMETERS.into_iter().filter(|&a| a >= 0.01) {
            let (lower, upper) = Beta::new(a, a).tails(0.0);
            let slack = 16.0 * f64::EPSILON * (a + 1.0);
            assert!((lower - 0.5).abs() <= slack && (upper - 0.5).abs() <= slack, "{a}: {lower}");
        }
    }
}
