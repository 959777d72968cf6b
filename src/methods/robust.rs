//! Options under uncertainty: ratings that show which option does well in all circumstances.
//!
//! Every option is evaluated on the same draws, so that options are compared draw by draw. More is
//! better; a caller for whom less is better changes the signs.

use ndarray::{Array2, ArrayView2};

use crate::engine::numbers::summary::{Moments, quantiles};

/// Ratings of one option over all draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Robustness {
    /// Mean value of the option.
    pub mean: f64,
    /// Value in the worst draw: A. Wald, "Statistical Decision Functions", 1950 (maximin).
    pub worst: f64,
    /// Largest regret over the draws, relative to the best option in the same draw: L. J. Savage, "The theory of
    /// statistical decision", JASA 46 (1951), 55-67.
    pub largest_regret: f64,
    /// Mean regret of the option.
    pub mean_regret: f64,
    /// 90% quantile of the regret.
    pub regret_90: f64,
    /// Share of draws in which the value reaches the target: M. K. Starr (1963); None without a target.
    pub share_satisfying: Option<f64>,
    /// Mean of the worst 5% of draws: R. T. Rockafellar and S. Uryasev, "Optimization of conditional value-at-risk", J.
    /// Risk 2 (2000), 21-41.
    pub worst_twentieth: f64,
}

/// Rates options (columns) over draws (rows). A NaN makes the ratings that depend on its draw NaN.
pub fn robustness(values: ArrayView2<'_, f64>, target: Option<f64>) -> Vec<Robustness> {
    let regrets = regrets(values);
    let columns = values.columns().into_iter().zip(regrets.columns());
    columns.map(|(values, regrets)| rate(&values.to_vec(), &regrets.to_vec(), target)).collect()
}

/// Returns the regret of each option in each draw: the best option's value minus the option's value.
pub fn regrets(values: ArrayView2<'_, f64>) -> Array2<f64> {
    let mut regrets = values.to_owned();
    for mut row in regrets.rows_mut() {
        let missing = row.iter().any(|value| value.is_nan());
        let best = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.mapv_inplace(|value| if missing { f64::NAN } else { best - value });
    }
    regrets
}

/// Returns the mean of the worst `share` of the values, where the lowest are worst; a value at the boundary counts in
/// part.
pub fn mean_of_worst(values: &[f64], share: f64) -> f64 {
    if values.is_empty() || values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let amount = (share * values.len() as f64).clamp(f64::MIN_POSITIVE, values.len() as f64);
    let whole = amount.floor() as usize;
    let part = sorted.get(whole).map_or(0.0, |value| value * (amount - whole as f64));
    (sorted[..whole].iter().sum::<f64>() + part) / amount
}

fn rate(values: &[f64], regrets: &[f64], target: Option<f64>) -> Robustness {
    let missing = values.iter().any(|value| value.is_nan());
    let unless_missing = |value: f64| if missing { f64::NAN } else { value };
    let regret = |p: f64| quantiles(&mut regrets.to_vec(), &[p])[0];
    let share = |target: f64| {
        let reached = values.iter().filter(|&&value| value >= target).count();
        unless_missing(reached as f64 / values.len() as f64)
    };
    Robustness {
        mean: Moments::of(values).mean,
        worst: unless_missing(values.iter().copied().fold(f64::INFINITY, f64::min)),
        largest_regret: regret(1.0),
        mean_regret: Moments::of(regrets).mean,
        regret_90: regret(0.9),
        share_satisfying: target.map(share),
        worst_twentieth: mean_of_worst(values, 0.05),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// An investor's table, as in textbooks of decision theory: stocks, bonds and a deposit when the
    /// economy grows, stands still and shrinks. Maximin takes the deposit, minimax regret the bonds.
    #[test]
    fn maximin_and_regret_by_hand() {
        let values = array![[80.0, 50.0, 30.0], [20.0, 40.0, 30.0], [-40.0, 10.0, 30.0]];
        let found = robustness(values.view(), Some(20.0));
        let worst: Vec<f64> = found.iter().map(|option| option.worst).collect();
        assert_eq!(worst, [-40.0, 10.0, 30.0]);
        let regret: Vec<f64> = found.iter().map(|option| option.largest_regret).collect();
        assert_eq!(regret, [70.0, 30.0, 50.0]);
        let mean: Vec<f64> = found.iter().map(|option| option.mean_regret).collect();
        assert_eq!(mean, [30.0, 50.0 / 3.0, 20.0]);
        assert_eq!(found[0].share_satisfying, Some(2.0 / 3.0));
        assert_eq!(found[2].share_satisfying, Some(1.0));
        // 80% of the way from the second to the third of the regrets 0, 20, 70.
        assert!((found[0].regret_90 - 60.0).abs() < 1e-12);
    }

    #[test]
    fn the_mean_of_the_worst_counts_a_value_in_part() {
        let values: Vec<f64> = (0..30).rev().map(f64::from).collect();
        // 5% of 30 are 1.5 draws: 0 and half of 1.
        assert!((mean_of_worst(&values, 0.05) - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(mean_of_worst(&values, 0.1), 1.0);
        assert_eq!(mean_of_worst(&values, 1.0), 14.5);
        assert_eq!(mean_of_worst(&[7.0], 0.05), 7.0);
        assert!(mean_of_worst(&[], 0.05).is_nan() && mean_of_worst(&[1.0, f64::NAN], 0.5).is_nan());
    }

    /// The uniform distribution on 0..1: the mean of its worst 5% is 0.025.
    #[test]
    fn the_worst_twentieth_of_a_uniform_distribution() {
        let draws: Vec<f64> = (0..10_000).map(|i| (f64::from(i) + 0.5) / 1e4).collect();
        let values = Array2::from_shape_vec((10_000, 1), draws).expect("a column");
        let found = &robustness(values.view(), None)[0];
        assert!((found.worst_twentieth - 0.025).abs() < 1e-12);
        assert_eq!((found.largest_regret, found.share_satisfying), (0.0, None));
    }

    #[test]
    fn a_missing_value_is_not_hidden() {
        let values = array![[1.0, 2.0], [f64::NAN, 3.0]];
        let found = robustness(values.view(), Some(0.0));
        assert!(found[0].worst.is_nan() && found[0].mean.is_nan());
        assert!(found[1].largest_regret.is_nan() && found[1].worst == 2.0);
    }
}
