//! Histograms: the share of the draws in each bin, and where the main quantiles are.

use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::report::panel::described;
use crate::report::spread::{level, main_levels};
use crate::results::{Histogram, HistogramSeries, UnitKind, UnitLabel};

use super::{Axis, Body, Figure, Ink, NumberAxis, Plot, Rect};

/// Maximum number of drawn series; a note states the number of further ones.
const MOST_SERIES: usize = 12;
/// Significant digits of quantiles, relative to the range between the outer ones.
const QUANTILE_DIGITS: i32 = 2;

/// Makes a plot of bars for each series, on common axes; `levels` are those of the quantiles. `None` without bins.
pub(super) fn histogram(histogram: &Histogram, levels: &[f64]) -> Option<Figure> {
    let bins = Bins::of(&histogram.edges)?;
    let edges = [bins.low, bins.high].into_iter();
    let format = NumberFormat::fit(&histogram.unit, edges.clone().map(Some));
    let x = NumberAxis::covering(edges, 0.0, format.clone())?;
    let drawn = histogram.series.get(..MOST_SERIES).unwrap_or(&histogram.series);
    let percent = UnitLabel::new(UnitKind::Percent, "% of draws");
    let heights = || drawn.iter().flat_map(shares).chain([0.0]);
    let y = NumberAxis::covering(heights(), 1.0, NumberFormat::fit(&percent, heights().map(Some)))?;
    let mut words = Vec::new();
    let mut plots = Vec::new();
    for (number, series) in drawn.iter().enumerate() {
        let mut plot = Plot::between(Axis::Numbers(x.clone()), Axis::Numbers(y.clone()));
        if histogram.series.len() > 1 {
            plot.name = name(histogram, series);
        }
        plot.rects = bins.bars(series, number, &format);
        plot.rules = quantiles(series, levels, &format);
        let quantiles: Vec<&str> = plot.rules.iter().map(|(_, text)| text.as_str()).collect();
        words.push(format!("{}: {}", name(histogram, series), quantiles.join(", ")));
        plots.push(plot);
    }
    let subtitle = histogram.year.to_string();
    let expression = clean(&histogram.expression);
    let mut notes: Vec<String> = bins.remark(&format).into_iter().collect();
    let left_out = histogram.series.len() - drawn.len();
    if left_out > 0 {
        notes.push(format!("{left_out} more histograms not drawn"));
    }
    Some(Figure {
        title: described(&histogram.title, &histogram.expression),
        alternative: format!("Histogram of {expression}, {subtitle}. {}.", words.join(". ")),
        unit: format.unit(),
        subtitle,
        body: Body::Plots(plots),
        legend: Vec::new(),
        notes,
        sources: Vec::new(),
        marks: Vec::new(),
    })
}

/// The bins as drawn. A bin of a tail is as wide as the others, because a tail may reach many times as far as all other
/// draws.
struct Bins<'a> {
    edges: &'a [f64],
    low: f64,
    high: f64,
    /// Width of the bins between the tails.
    width: f64,
}

impl<'a> Bins<'a> {
    fn of(edges: &'a [f64]) -> Option<Self> {
        let mut widths: Vec<f64> = edges.windows(2).map(|ends| ends[1] - ends[0]).collect();
        widths.sort_by(f64::total_cmp);
        let width = *widths.get(widths.len() / 2)?;
        let (first, last) = (*edges.first()?, *edges.last()?);
        if !(width > 0.0 && width.is_finite() && first.is_finite() && last.is_finite()) {
            return None;
        }
        let (second, before) = (edges[1], edges[edges.len() - 2]);
        // A tail of its own may be narrower too.
        let (low, high) = (first.max(second - width), last.min(before + width));
        Some(Self { edges, low, high, width })
    }

    fn bars(&self, series: &HistogramSeries, number: usize, format: &NumberFormat) -> Vec<Rect> {
        let bars = self.edges.windows(2).zip(shares(series)).map(|(ends, share)| {
            let (from, to) = (ends[0].max(self.low), ends[1].min(self.high));
            let [low, high] = [ends[0], ends[1]].map(|end| format.number(Some(end)));
            let text = format!("{low} to {high}: {:.1}% of draws", share * 100.0);
            Rect { ink: Ink::Series(number), x: (from, to), y: (0.0, share), text }
        });
        bars.collect()
    }

    /// Returns a note if a tail is cut off in the drawing.
    fn remark(&self, format: &NumberFormat) -> Option<String> {
        let format = format.resolving(self.width, 2);
        let reach = |end: f64| format.quantity(Some(end));
        let (first, last) = (*self.edges.first()?, *self.edges.last()?);
        let mut tails = Vec::new();
        if first < self.low {
            tails.push(format!("the first bar holds all draws down to {}", reach(first)));
        }
        if last > self.high {
            tails.push(format!("the last bar holds all draws up to {}", reach(last)));
        }
        (!tails.is_empty()).then(|| tails.join("; "))
    }
}

/// Returns the main quantiles of a series, each with its name.
fn quantiles(
    series: &HistogramSeries,
    levels: &[f64],
    format: &NumberFormat,
) -> Vec<(f64, String)> {
    let of = &series.spread.quantiles;
    let range = of.first().zip(of.last()).map_or(0.0, |(low, high)| high - low);
    let format =
        if range > 0.0 { format.resolving(range, QUANTILE_DIGITS) } else { format.clone() };
    let quantile = |at: usize| {
        let (value, name) = (*of.get(at)?, level(*levels.get(at)?));
        value.is_finite().then(|| (value, format!("{name} {}", format.number(Some(value)))))
    };
    main_levels(levels).into_iter().filter_map(quantile).collect()
}

/// Returns the share of draws in each bin.
pub(in crate::report) fn shares(series: &HistogramSeries) -> impl Iterator<Item = f64> {
    let total: f64 = series.counts.iter().map(|&count| count as f64).sum();
    series.counts.iter().map(move |&count| count as f64 / total.max(1.0))
}

/// Returns the index of the bin that contains a value; a bin includes its lower end, the last bin also its upper end.
pub(in crate::report) fn bin_of(edges: &[f64], value: f64) -> Option<usize> {
    let bins = edges.len().checked_sub(1)?;
    let above = edges.iter().take_while(|&&edge| edge <= value).count();
    let is_last = above == edges.len() && edges.last() == Some(&value);
    if is_last { bins.checked_sub(1) } else { above.checked_sub(1).filter(|&at| at < bins) }
}

/// Returns the name of a series: its elements if they differ between series, and its scenario.
pub(in crate::report) fn name(histogram: &Histogram, series: &HistogramSeries) -> String {
    let scenario = clean(&series.scenario);
    let several = histogram.series.iter().any(|other| other.elements != series.elements);
    match series.elements.is_empty() || !several {
        true => scenario,
        false => format!("{}, {scenario}", clean(&series.elements.join(", "))),
    }
}
