//! The line of a report about the simulation: sampling method and precision of the means.

use crate::results::{Answer, Sampling, Spread};

use super::decimal::Decimal;
use super::number::NumberFormat;
use super::page::{Page, clean};
use super::spread::{differs, is_chance};

/// Maximum standard error to print, as a share of the mean: above it the mean is too near 0.
const MOST_OF_THE_MEANS: f64 = 0.2;
/// Factor of draws that at least halves the standard errors.
const DRAWS_TO_HALVE: u64 = 4;

/// Returns the statistics of each line of an answer whose draws differ.
pub(super) fn spreads(answer: &Answer) -> Vec<Vec<&Spread>> {
    let lines = answer.spreads();
    lines.into_iter().filter(|line| line.iter().any(|spread| differs(spread))).collect()
}

/// Renders a line about the simulation: the sampling, the standard errors, and the number of draws that would halve
/// them. `lines` has the spreads of each line of the answer above; empty for an answer without draws.
pub(super) fn line(sampling: &Sampling, lines: &[Vec<&Spread>], page: Page) -> Vec<String> {
    let count = |draws: u64| NumberFormat::count().number(Some(draws as f64));
    let draws = if sampling.draws == 1 { "draw" } else { "draws" };
    let mut text = format!(
        "{} {draws}, seed {}, {}",
        count(sampling.draws),
        sampling.seed,
        clean(&sampling.method)
    );
    if let Some(replicates) = sampling.replicates.filter(|&replicates| replicates > 1) {
        text.push_str(&format!(" in {replicates} replicates"));
    }
    let more = count(sampling.draws.saturating_mul(DRAWS_TO_HALVE));
    let at_most = if sampling.replicates.is_none() { "" } else { "at most " };
    let more = format!("{at_most}{more} draws");
    let share = lines.iter().filter_map(|line| relative_error(line)).reduce(f64::max);
    // A standard error as a share of a mean near 0 has no meaning.
    let share = share.filter(|share| *share <= MOST_OF_THE_MEANS);
    match share {
        _ if lines.is_empty() => text.push_str(": nothing shown here varies between draws"),
        Some(share) => {
            let percent = Decimal::of(share).shifted(2);
            let decimals = usize::try_from(-percent.magnitude().unwrap_or(0)).unwrap_or(0) + 1;
            text.push_str(&format!(
                ": standard errors up to {}% of the means; {more} would halve them",
                percent.fixed(decimals.min(8), true)
            ));
        }
        None => text.push_str(&format!("; {more} would halve the standard errors")),
    }
    page.wrapped(&text, 2).iter().map(|line| page.faint(line)).collect()
}

/// Returns the largest standard error of a line as a share of its largest mean. None for a probability, whose
/// error is printed beside it.
fn relative_error(line: &[&Spread]) -> Option<f64> {
    if line.iter().all(|spread| is_chance(spread)) {
        return None;
    }
    let largest = |of: fn(&Spread) -> f64| {
        let sizes = line.iter().map(|spread| of(spread).abs());
        sizes.filter(|size| size.is_finite()).fold(0.0, f64::max)
    };
    let share = largest(|spread| spread.error) / largest(|spread| spread.mean);
    (share.is_finite() && share > 0.0).then_some(share)
}
