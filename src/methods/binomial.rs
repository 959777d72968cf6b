//! The binomial distribution: its tails, and order statistics that bound a quantile.

use crate::engine::numbers::kernels::{exp, ln};

/// Returns the probability of exactly `k` successes in `n` independent trials with success probability `p`.
fn probability(n: usize, k: usize, p: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        let certain = if p <= 0.0 { 0 } else { n };
        return f64::from(u8::from(k == certain));
    }
    let factorial = |k: usize| libm::lgamma(k as f64 + 1.0);
    let ways = factorial(n) - factorial(k) - factorial(n - k);
    exp(ways + k as f64 * ln(p) + (n - k) as f64 * libm::log1p(-p))
}

/// Returns the probability of at least `k` successes in `n` independent trials with success probability `p`; adds up
/// the shorter tail.
pub fn at_least(n: usize, k: usize, p: f64) -> f64 {
    if k > n {
        return 0.0;
    }
    if k as f64 > n as f64 * p {
        (k..=n).rev().map(|k| probability(n, k, p)).sum::<f64>().min(1.0)
    } else {
        (1.0 - (0..k).map(|k| probability(n, k, p)).sum::<f64>()).max(0.0)
    }
}

/// Returns the ranks, counted from 1, of the two order statistics of `n` independent draws that enclose the
/// `p`-quantile with at least the given confidence; None on a side where no rank is sufficient.
///
/// The lower rank is the greatest l with P(B >= l) >= 1 - tail, the upper rank the least u with P(B <= u - 1) >= 1 -
/// tail, where B is binomial(n, p) and each tail is half of 1 - confidence: H. A. David and H. N. Nagaraja, "Order
/// Statistics", 3rd edition (2003), section 7.1.
pub fn ranks_around(n: usize, p: f64, confidence: f64) -> (Option<usize>, Option<usize>) {
    let tail = (1.0 - confidence) / 2.0;
    let mut below = None;
    let mut above = None;
    let mut sum = 0.0;
    // The sum is P(B <= k - 1) when rank k is looked at.
    for k in 1..=n {
        sum += probability(n, k - 1, p);
        if sum <= tail {
            below = Some(k);
        }
        if sum >= 1.0 - tail {
            above = Some(k);
            break;
        }
    }
    (below, above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_in_closed_form() {
        // 1 - 0.5^10, 11 / 2^10, 56 / 2^10 of ten throws of a coin.
        for (k, wanted) in [(1, 1023.0), (9, 11.0), (8, 56.0), (0, 1024.0), (11, 0.0)] {
            assert!((at_least(10, k, 0.5) - wanted / 1024.0).abs() < 1e-13, "{k}");
        }
        assert!((at_least(5, 5, 0.9) - 0.59049).abs() < 1e-13);
        assert_eq!(
            (at_least(4, 1, 0.0), at_least(4, 4, 1.0), at_least(4, 0, 0.0)),
            (0.0, 1.0, 1.0)
        );
    }

    /// David and Nagaraja: for the median of ten draws the second and the ninth have a confidence of
    /// 1 - 22 / 1024 = 0.9785; the third and the eighth only 0.89.
    #[test]
    fn ranks_around_the_median() {
        assert_eq!(ranks_around(10, 0.5, 0.95), (Some(2), Some(9)));
        assert_eq!(ranks_around(10, 0.5, 0.85), (Some(3), Some(8)));
        // Five draws do not bound the median: 1 - 2 / 32 = 0.9375.
        assert_eq!(ranks_around(5, 0.5, 0.95), (None, None));
        // Wilks' number: 59 draws are needed for an upper bound of the 95% quantile at 95%.
        assert_eq!(ranks_around(59, 0.95, 0.90).1, Some(59));
        assert_eq!(ranks_around(58, 0.95, 0.90).1, None);
    }
}
