//! Histograms in a terminal: the draws of one value, counted in bins.
//!
//! All series of a histogram share its bins and one scale of shares; as many series as fit are beside
//! each other. Behind a bar is its share of the draws, before the axis are the quantiles in its bin.
//! A table below has mean, standard deviation and main quantiles of each series.

use crate::results::{Histogram, HistogramSeries};

use super::figure::{bin_of, histogram_name as name, shares};
use super::grid::{Column, Grid, Row};
use super::number::NumberFormat;
use super::page::{Page, cut, left, right, width};
use super::panel::described;
use super::spread::{level, main_levels};
use super::titled::Titled;

/// Width in columns of the longest bar.
const WIDEST_BAR: usize = 40;
/// Minimum width in columns of a bar if several series are side by side.
const SHORTEST_BAR: usize = 8;
/// Parts of a column, for the ends of bars.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const GAP: usize = 2;
/// Width in columns of a share: ` 12.3%` or ` 100%`.
const SHARE: usize = 6;
/// Bar width in columns below which a bin is named by its lower end alone.
const COMFORTABLE_BAR: usize = 16;
/// Significant digits of the numbers below the histogram.
const SUMMARY_DIGITS: i32 = 2;
/// Significant digits of the ends of a bin, relative to its width.
const BIN_DIGITS: i32 = 2;

/// Renders a histogram as lines of text; `levels` are those of the quantiles.
pub(super) fn lines(histogram: &Histogram, levels: &[f64], page: Page) -> Vec<String> {
    let format = format(histogram);
    let title = described(&histogram.title, &histogram.expression);
    let mut title = format!("{title}, {}", histogram.year);
    let unit = format.unit();
    if !unit.is_empty() {
        title.push_str(&format!(", {unit}"));
    }
    let mut lines: Vec<_> = page.wrapped(&title, 2).iter().map(|line| page.title(line)).collect();
    let drawn = histogram.series.iter().any(|series| series.counts.iter().any(|&count| count > 0));
    if !drawn || histogram.edges.len() < 2 {
        lines.push("no values".to_owned());
        return lines;
    }
    let layout = BarLayout::of(histogram, levels, &format, page);
    for (at, block) in histogram.series.chunks(layout.beside).enumerate() {
        lines.push(String::new());
        lines.extend(layout.block(block, at * layout.beside, page));
    }
    lines.push(String::new());
    lines.extend(summary(histogram, levels, &format).lines(page));
    lines
}

/// Builds the table below a histogram: mean, standard deviation and main quantiles of each series.
pub(super) fn table(histogram: &Histogram, levels: &[f64]) -> Titled {
    let format = format(histogram);
    let title = described(&histogram.title, &histogram.expression);
    let parts = [title, histogram.year.to_string(), format.unit()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let grid = summary(histogram, levels, &format);
    Titled { title: parts.join(", "), grid, ..Titled::default() }
}

/// Chooses enough decimals to distinguish the ends of a bin.
fn format(histogram: &Histogram) -> NumberFormat {
    let edges = || histogram.edges.iter().copied().map(Some);
    let widths = histogram.edges.windows(2).filter_map(|ends| match ends {
        [from, to] => Some(to - from).filter(|size| *size > 0.0 && size.is_finite()),
        _ => None,
    });
    let mut widths: Vec<f64> = widths.collect();
    widths.sort_by(f64::total_cmp);
    let format = NumberFormat::fit(&histogram.unit, edges());
    match widths.get(widths.len() / 2) {
        Some(&usual) => format.resolving(usual, BIN_DIGITS).without_idle_zeros(edges()),
        None => format,
    }
}

/// Layout of a histogram: columns for bins, marks and bars.
struct BarLayout<'a> {
    histogram: &'a Histogram,
    levels: &'a [f64],
    /// The label of each bin.
    bins: Vec<String>,
    /// Width in columns of the quantiles before each axis.
    marks: usize,
    bar: usize,
    /// Number of series side by side.
    beside: usize,
    /// Largest share of draws in a bin, which has the longest bar.
    largest: f64,
}

impl<'a> BarLayout<'a> {
    fn of(histogram: &'a Histogram, levels: &'a [f64], format: &NumberFormat, page: Page) -> Self {
        let mut layout = Self {
            histogram,
            levels,
            bins: Vec::new(),
            marks: 0,
            bar: 0,
            beside: 1,
            largest: histogram.series.iter().flat_map(shares).fold(0.0, f64::max),
        };
        let series = &histogram.series;
        let marks = series.iter().flat_map(|one| (0..one.counts.len()).map(move |bin| (one, bin)));
        layout.marks = marks.map(|(one, bin)| width(&layout.mark(one, bin))).max().unwrap_or(0);
        let around = GAP + layout.marks + 2 + SHARE;
        let room = |bins: &[String]| {
            page.width.saturating_sub(bins.iter().map(|bin| width(bin)).max().unwrap_or(0))
        };
        layout.bins = bins(&histogram.edges, format, true);
        if room(&layout.bins) < around + COMFORTABLE_BAR {
            layout.bins = bins(&histogram.edges, format, false);
        }
        let room = room(&layout.bins);
        layout.beside = (room / (around + SHORTEST_BAR)).clamp(1, series.len().max(1));
        layout.bar = (room / layout.beside).saturating_sub(around).clamp(1, WIDEST_BAR);
        layout
    }

    /// Returns the width of one series in columns.
    fn series_width(&self) -> usize {
        self.marks + 2 + self.bar + SHARE
    }

    fn block(&self, block: &[HistogramSeries], first: usize, page: Page) -> Vec<String> {
        let label = self.bins.iter().map(|bin| width(bin)).max().unwrap_or(0);
        let mut lines = Vec::new();
        let headings = block.iter().enumerate().map(|(at, series)| {
            let name =
                left(&cut(&name(self.histogram, series), self.series_width()), self.series_width());
            page.series(first + at, &name)
        });
        let headings: Vec<String> = headings.collect();
        let gap = " ".repeat(GAP);
        lines.push(format!("{}{gap}{}", left("from", label), headings.join(&gap)));
        for (bin, ends) in self.bins.iter().enumerate() {
            let mut text = ends.clone();
            for (at, series) in block.iter().enumerate() {
                text.push_str(&gap);
                text.push_str(&self.bar(series, bin, first + at, page));
            }
            lines.push(text.trim_end().to_owned());
        }
        lines
    }

    /// Renders a bin of a series: its quantiles, its bar and its share.
    fn bar(&self, series: &HistogramSeries, bin: usize, number: usize, page: Page) -> String {
        let share = shares(series).nth(bin).unwrap_or(0.0);
        let count = series.counts.get(bin).copied().unwrap_or(0);
        let eighths = (share / self.largest.max(f64::MIN_POSITIVE) * (self.bar * 8) as f64).round();
        // A bin with a single draw leaves a trace.
        let eighths = (eighths as usize).max(usize::from(count > 0)).min(self.bar * 8);
        let end = EIGHTHS.get(eighths % 8).copied().unwrap_or("");
        let bar = "█".repeat(eighths / 8) + end;
        let share = match 100.0 * share {
            _ if count == 0 => String::new(),
            percent if percent < 0.05 => " <0.1%".to_owned(),
            percent if percent >= 99.95 => " 100%".to_owned(),
            percent => format!(" {percent:.1}%"),
        };
        let mark = right(&self.mark(series, bin), self.marks);
        let rest = self.series_width().saturating_sub(self.marks + 2 + width(&bar) + width(&share));
        let axis = page.faint("│");
        format!("{mark} {axis}{}{share}{}", page.series(number, &bar), " ".repeat(rest))
    }

    /// Formats the main quantiles that are in a bin: `5%`, or `5–50%` for several.
    fn mark(&self, series: &HistogramSeries, bin: usize) -> String {
        let quantile = |&at: &usize| {
            let value = *series.spread.quantiles.get(at)?;
            Some((bin_of(&self.histogram.edges, value)?, *self.levels.get(at)?))
        };
        let levels = main_levels(self.levels);
        let here = levels.iter().filter_map(quantile).filter(|(at, _)| *at == bin);
        let here: Vec<String> = here.map(|(_, value)| level(value)).collect();
        match here.as_slice() {
            [] => String::new(),
            [only] => only.clone(),
            [first, .., last] => format!("{}–{last}", first.trim_end_matches('%')),
        }
    }
}

/// Returns the labels of the bins: both ends, or only the lower end.
fn bins(edges: &[f64], format: &NumberFormat, both: bool) -> Vec<String> {
    let edges: Vec<String> = edges.iter().map(|&edge| format.number(Some(edge))).collect();
    let column = edges.iter().map(|edge| width(edge)).max().unwrap_or(0);
    let name = |ends: &[String]| match ends {
        [from, to] if both => format!("{} to {}", right(from, column), right(to, column)),
        [from, ..] => right(from, column),
        [] => String::new(),
    };
    edges.windows(2).map(name).collect()
}

/// Builds the table of mean, standard deviation and main quantiles of each series.
fn summary(histogram: &Histogram, levels: &[f64], format: &NumberFormat) -> Grid {
    let series = &histogram.series;
    let numbers = series.iter().flat_map(|one| {
        let quantiles = one.spread.quantiles.iter().copied();
        [one.spread.mean, one.spread.sd].into_iter().chain(quantiles).map(Some)
    });
    let format = format.at_least(SUMMARY_DIGITS, numbers);
    let main = main_levels(levels);
    let names = main.iter().filter_map(|&at| levels.get(at)).map(|&value| level(value));
    let headings = ["mean".to_owned(), "s.d.".to_owned()].into_iter().chain(names);
    let columns = headings.map(|heading| Column { group: String::new(), heading });
    let rows = series.iter().map(|one| {
        let moments = [
            format.number(Some(one.spread.mean)),
            format.of_differences().number(Some(one.spread.sd)),
        ];
        let quantiles = main.iter().map(|&at| format.number(one.spread.quantiles.get(at).copied()));
        Row::Cells(name(histogram, one), moments.into_iter().chain(quantiles).collect())
    });
    Grid { columns: columns.collect(), rows: rows.collect() }
}
