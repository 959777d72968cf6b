//! The contribution of each change to a difference: exact Shapley values.

/// Maximum number of changes with separate contributions; 12 changes take 2^12 runs.
pub(super) const MOST_CHANGES: usize = 12;

/// Computes the Shapley value of each change from the worth of every subset (Shapley 1953): the mean, over
/// all orders, of what the change adds. The values add up to the worth of all changes minus that of none.
pub(super) fn shapley(worth: &[f64]) -> Vec<f64> {
    let n = worth.len().ilog2() as usize;
    let factorial = |k: usize| (1..=k).map(|i| i as f64).product::<f64>();
    (0..n)
        .map(|i| {
            let without = (0..worth.len()).filter(|mask| mask >> i & 1 == 0);
            without
                .map(|mask| {
                    let size = mask.count_ones() as usize;
                    let share = factorial(size) * factorial(n - size - 1) / factorial(n);
                    share * (worth[mask | 1 << i] - worth[mask])
                })
                .sum()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_glove_game_has_its_published_values() {
        // Two left gloves (bits 0 and 1), one right glove (bit 2): values 1/6, 1/6, 2/3.
        let worth = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
        let found = super::shapley(&worth);
        for (part, wanted) in found.iter().zip([1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0]) {
            assert!((part - wanted).abs() < 1e-12);
        }
    }
}
