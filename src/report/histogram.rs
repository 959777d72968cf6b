//! `chart distribution of`: the draws of one value, counted in bins.

use crate::results::{Histogram, HistogramSeries};

use super::number::NumberFormat;
use super::page::{Page, clean, right, width};

/// Columns of the longest bar.
const WIDEST_BAR: usize = 40;

/// Each histogram of an expression and year, as lines.
pub(super) fn lines(histogram: &Histogram, page: Page) -> Vec<String> {
    let edges = histogram.edges.iter().map(|&edge| Some(edge));
    let format = NumberFormat::fit(&histogram.unit, edges);
    let unit = Some(format.unit()).filter(|unit| !unit.is_empty());
    let unit = unit.map_or(String::new(), |unit| format!(", {unit}"));
    let mut lines = Vec::new();
    for series in &histogram.series {
        let (label, scenario) = (clean(&series.label), clean(&series.scenario));
        let title = format!("{label} in {}, {scenario}{unit}", histogram.year);
        lines.push(page.title(&title));
        lines.push(String::new());
        lines.extend(bars(histogram, series, &format, page));
    }
    lines
}

fn bars(
    histogram: &Histogram,
    series: &HistogramSeries,
    format: &NumberFormat,
    page: Page,
) -> Vec<String> {
    let edges: Vec<String> =
        histogram.edges.iter().map(|&edge| format.number(Some(edge))).collect();
    let column = edges.iter().map(|edge| width(edge)).max().unwrap_or(0);
    let most = series.counts.iter().copied().max().unwrap_or(0).max(1);
    let total = series.counts.iter().sum::<u64>().max(1);
    let room = page.width.saturating_sub(2 * column + 14).clamp(1, WIDEST_BAR);
    let bar = |(ends, &count): (&[String], &u64)| {
        let filled = (count as f64 / most as f64 * room as f64).round() as usize;
        let share = 100.0 * count as f64 / total as f64;
        let (from, to) = (right(&ends[0], column), right(&ends[1], column));
        format!("{from} to {to} │{} {share:.1}%", "█".repeat(filled))
    };
    edges.windows(2).zip(&series.counts).map(bar).collect()
}
