//! The bins of a histogram: their edges are round numbers, and all series share them.

use super::runs::Runs;
use super::titles::title;
use super::{cells, unit_of};
use crate::engine::summary::quantiles;
use crate::model::{Query, Question};
use crate::results::{Histogram, HistogramSeries, Spread, of_cell};

/// Maximum number of bins, without the two bins of the tails.
const MOST: i64 = 20;
/// The share of all draws in each tail, below and above the bins of equal width.
const TAIL: f64 = 0.005;
/// The round widths of bins, in tenths of a power of ten.
const WIDTHS: [i64; 4] = [10, 20, 25, 50];

impl Runs<'_> {
    /// Returns the empty histograms of a query, one for each expression and year; the simulation fills in edges and counts.
    pub(super) fn histograms(&self, query: &Query, of: &[Question]) -> Vec<Histogram> {
        let each = |question| query.years.iter().map(move |year| (question, year));
        of.iter()
            .flat_map(each)
            .map(|(question, year)| self.histogram(query, question, year))
            .collect()
    }

    fn histogram(&self, query: &Query, question: &Question, year: i32) -> Histogram {
        let mut series = Vec::new();
        for (_, elements) in cells(self.model, question) {
            for &scenario in &query.scenarios {
                series.push(HistogramSeries {
                    label: of_cell(&question.text, &elements),
                    elements: elements.clone(),
                    scenario: self.model.scenario_name(scenario).to_owned(),
                    counts: Vec::new(),
                    spread: Spread { mean: 0.0, sd: 0.0, error: 0.0, quantiles: Vec::new() },
                });
            }
        }
        Histogram {
            expression: question.text.clone(),
            title: title(self.model, question, &[]),
            unit: unit_of(self.model, question),
            year,
            edges: Vec::new(),
            series,
        }
    }
}

/// Returns the edges of the bins: bins of equal width for the middle 99% of all draws, and one bin for each
/// tail up to its last draw.
pub(super) fn edges(draws: &[&[f64]]) -> Vec<f64> {
    let mut pooled = draws.concat();
    let [least, low, high, greatest] = quantiles(&mut pooled, &[0.0, TAIL, 1.0 - TAIL, 1.0])[..]
    else {
        return Vec::new();
    };
    let mut edges = rounded(low, high);
    if edges.first().is_some_and(|&first| least < first) {
        edges.insert(0, least);
    }
    if edges.last().is_some_and(|&last| greatest > last || edges.len() == 1) {
        edges.push(greatest);
    }
    edges
}

/// Returns the edges at multiples of a round width: the smallest width that gives at most [`MOST`] bins.
/// Returns `low` and `high` themselves if rounding leaves no such multiples.
fn rounded(low: f64, high: f64) -> Vec<f64> {
    let width = high / MOST as f64 - low / MOST as f64;
    if width > 0.0 {
        let power = libm::log10(width).floor() as i32;
        for power in power - 1..=power + 2 {
            for tenths in WIDTHS {
                // Decimal text is read as the number nearest to it.
                let multiple = |n: i64| format!("{}e{}", n * tenths, power - 1).parse::<f64>();
                let Some(step) = multiple(1).ok().filter(|step| step.is_finite()) else { continue };
                let (from, until) = ((low / step).floor(), (high / step).ceil());
                const EXACT: f64 = (1_u64 << 53) as f64;
                if until - from <= MOST as f64 && from.abs().max(until.abs()) < EXACT {
                    let edges = (from as i64..=until as i64).flat_map(multiple);
                    let edges: Vec<f64> = edges.collect();
                    let rising = edges.windows(2).all(|ends| ends[0] < ends[1]);
                    if rising && edges.iter().all(|edge| edge.is_finite()) {
                        return edges;
                    }
                }
            }
        }
    }
    if low < high { vec![low, high] } else { vec![low] }
}

/// Counts the draws in each bin. A bin includes its lower edge; the last bin includes its upper edge too.
pub(super) fn counts(edges: &[f64], draws: &[f64]) -> Vec<u64> {
    let last = edges.len().saturating_sub(2);
    let mut counts = vec![0; last + 1];
    for draw in draws {
        let bin = edges.partition_point(|edge| edge <= draw).saturating_sub(1).min(last);
        counts[bin] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn multiples(step: f64, from: i32, until: i32) -> Vec<f64> {
        (from..=until).map(|n| f64::from(n) * step).collect()
    }

    #[test]
    fn widths_are_the_least_round_ones_that_leave_few_bins() {
        // 20 bins need a width of 22; the next round width is 25.
        assert_eq!(rounded(-201.0, 231.0), multiples(25.0, -9, 10));
        assert_eq!(rounded(0.0, 20.0), multiples(1.0, 0, 20));
        assert_eq!(rounded(0.0, 20.1), multiples(2.0, 0, 11));
        assert_eq!(rounded(3.1e9, 7.9e9), multiples(2.5e8, 12, 32));
        // Each edge is the number nearest to its decimal text: 0.3, not three times 0.1.
        let tenths: Vec<f64> = (0..=15).map(|n| f64::from(n) / 10.0).collect();
        assert_eq!(rounded(0.01, 1.5), tenths);
        let small: Vec<f64> = (-8..=8).map(|n| f64::from(n) / 20_000.0).collect();
        assert_eq!(rounded(-0.0004, 0.0004), small);
    }

    #[test]
    fn what_is_too_near_or_too_far_apart_has_few_bins() {
        assert_eq!(rounded(5.0, 5.0), [5.0]);
        let next = 1.0 + f64::EPSILON;
        assert_eq!(rounded(1.0, next), [1.0, next]);
        for (low, high) in [(-f64::MAX, f64::MAX), (0.0, 5e-324), (1e300, 1.7e308)] {
            let edges = rounded(low, high);
            assert!(edges[0] <= low && edges[edges.len() - 1] >= high, "{edges:?}");
            assert!(edges.iter().all(|edge| edge.is_finite()) && edges.len() <= 21, "{edges:?}");
        }
    }

    #[test]
    fn tails_reach_as_far_as_their_draws() {
        let mut draws: Vec<f64> = (0..1000).map(|n| f64::from(n) / 100.0).collect();
        assert_eq!(edges(&[&draws]), multiples(0.5, 0, 20));
        draws.extend([-70.0, 33.5]);
        let found = edges(&[&draws[..500], &draws[500..]]);
        assert_eq!(found, [&[-70.0][..], &multiples(0.5, 0, 20), &[33.5]].concat());
        let counts = counts(&found, &draws);
        assert_eq!(counts, [&[1][..], &[50; 20], &[1]].concat());
        // With draws of 0 and 1 only, the last bin includes its upper edge.
        let coin = [0.0, 1.0, 1.0];
        assert_eq!(super::counts(&edges(&[&coin]), &coin), [&[1][..], &[0; 18], &[2]].concat());
        assert_eq!(edges(&[&[4.0, 4.0]]), [4.0, 4.0]);
        assert_eq!(super::counts(&[4.0, 4.0], &[4.0, 4.0]), [2]);
    }
}
