//! The median of each distribution: what a plain run uses.

use statrs::distribution::{Beta, ContinuousCDF};

use crate::builtins::Function;

/// The median; `None` where the parameters give no distribution.
pub(super) fn median(function: Function, args: &[f64]) -> Option<f64> {
    match (function, args) {
        (Function::Normal, [mean, _]) => Some(*mean),
        (Function::Uniform | Function::Between, [low, high]) => Some(low + (high - low) / 2.0),
        (Function::Lognormal, [mean, sd]) if *mean > 0.0 => {
            let spread = sd / mean;
            Some(mean / libm::sqrt(1.0 + spread * spread))
        }
        (Function::Triangular, [low, mode, high]) => {
            if high <= low {
                return None;
            }
            let half = (high - low) / 2.0;
            Some(if mode - low >= half {
                low + libm::sqrt(half * (mode - low))
            } else {
                high - libm::sqrt(half * (high - mode))
            })
        }
        (Function::Pert, [low, mode, high]) => {
            let range = high - low;
            let (a, b) = (1.0 + 4.0 * (mode - low) / range, 1.0 + 4.0 * (high - mode) / range);
            Some(low + range * Beta::new(a, b).ok()?.inverse_cdf(0.5))
        }
        (Function::Beta, [a, b]) => Some(Beta::new(*a, *b).ok()?.inverse_cdf(0.5)),
        (Function::StudentT, args) => Some(args.get(1).copied().unwrap_or(0.0)),
        (Function::Bernoulli, [p]) => Some(if *p > 0.5 { 1.0 } else { 0.0 }),
        (Function::Discrete, pairs) => {
            let mut sorted: Vec<(f64, f64)> = pairs.chunks_exact(2).map(|p| (p[0], p[1])).collect();
            sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut sum = 0.0;
            sorted
                .iter()
                .find(|(_, p)| {
                    sum += p;
                    sum >= 0.5 - 1e-12
                })
                .map(|&(value, _)| value)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_agree_with_closed_forms() {
        let close = |found: Option<f64>, wanted: f64| {
            assert!(found.is_some_and(|x| (x - wanted).abs() < 1e-9), "{found:?} {wanted}");
        };
        // Triangular: the median halves the area, (b - m)^2 / ((b - a)(b - c)) = 1/2.
        close(median(Function::Triangular, &[-2.0, -1.6, -1.0]), -1.0 - libm::sqrt(0.3));
        close(median(Function::Discrete, &[2027.0, 0.3, 2028.0, 0.5, 2030.0, 0.2]), 2028.0);
        close(median(Function::Pert, &[0.0, 5.0, 10.0]), 5.0);
        close(median(Function::Beta, &[1.0, 1.0]), 0.5);
    }
}
