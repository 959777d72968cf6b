//! What stands around a plot: the axis of values on its left, the axis of years below, notes beside.
//!
//! The frame decides where a year and a value stand; what is drawn there is the chart's own.

use super::axis::{ValueAxis, YearAxis, overhang};
use super::canvas::{Canvas, Points};
use super::number::NumberFormat;
use super::page::{Page, right, width};

const NARROWEST_PLOT: usize = 9;
/// Intervals between the ticks of values.
const MOST_INTERVALS: usize = 7;
/// The axis of values takes so many columns beside its labels.
const AXIS: usize = 3;

/// The axes of a plot.
pub(super) struct Frame<'a> {
    years: &'a [i32],
    year_axis: YearAxis,
    value_axis: ValueAxis,
    rows: usize,
    tick_labels: Vec<String>,
}

impl<'a> Frame<'a> {
    /// A frame for these years in at most so many rows, with the axis of values that `axis` makes of
    /// a number of intervals; nothing without a year.
    pub(super) fn of(
        years: &'a [i32],
        axis: impl FnOnce(usize) -> ValueAxis,
        most_rows: usize,
        format: &NumberFormat,
    ) -> Option<Self> {
        let (first, last) = (years.first()?, years.last()?);
        let value_axis = axis((most_rows.saturating_sub(1) / 2).min(MOST_INTERVALS));
        let intervals = value_axis.intervals();
        let rows = (most_rows.saturating_sub(1) / intervals).max(1) * intervals + 1;
        let ticks = (0..=intervals).map(|n| value_axis.tick_from_top(n));
        let tick_labels =
            ticks.map(|(mantissa, exponent)| format.tick(mantissa, exponent)).collect();
        let year_axis = YearAxis::fitting(*first, *last, 0);
        Some(Self { years, year_axis, value_axis, rows, tick_labels })
    }

    /// Spreads the years over a page that keeps so many columns for notes beside the plot.
    pub(super) fn fit(&mut self, page: usize, beside: usize) {
        let room = page.saturating_sub(self.label_width() + AXIS + beside).max(NARROWEST_PLOT);
        if let (Some(first), Some(last)) = (self.years.first(), self.years.last()) {
            self.year_axis = YearAxis::fitting(*first, *last, room);
        }
    }

    /// The years shown.
    pub(super) fn years(&self) -> &[i32] {
        self.years
    }

    /// Rows of the plot.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The axis below.
    pub(super) fn year_axis(&self) -> &YearAxis {
        &self.year_axis
    }

    /// Where one value for each year stands.
    pub(super) fn points(&self, values: impl Iterator<Item = Option<f64>>) -> Points {
        let height = |value: f64| (1.0 - self.value_axis.position(value)) * (self.rows - 1) as f64;
        let points = self.years.iter().zip(values).map(|(&year, value)| {
            let value = value.filter(|value| value.is_finite());
            value.map(|value| (self.year_axis.column(year), height(value)))
        });
        points.collect()
    }

    /// An empty plot, with a rule where zero lies inside.
    pub(super) fn canvas(&self) -> Canvas {
        let mut canvas = Canvas::new(self.year_axis.columns(), self.rows);
        if let Some(zero) = self.value_axis.zero_inside() {
            canvas.ground(row((1.0 - zero) * (self.rows - 1) as f64), '┄');
        }
        canvas
    }

    /// The plot with the axis on its left and notes, each with its row, on its right.
    pub(super) fn body(
        &self,
        canvas: &Canvas,
        notes: &[(usize, String)],
        page: Page,
    ) -> Vec<String> {
        let every = (self.rows - 1) / self.value_axis.intervals();
        let rows = canvas.rows(page).enumerate().map(|(at, drawn)| {
            let label = self
                .tick_labels
                .get(at / every)
                .filter(|label| at % every == 0 && !label.is_empty());
            let axis = if label.is_some() { "┤" } else { "│" };
            let label = right(label.map_or("", String::as_str), self.label_width());
            let mut text = format!("{label} {} {drawn}", page.faint(axis));
            if let Some((_, note)) = notes.iter().find(|(row, _)| *row == at) {
                let used = canvas.used(at);
                text.push_str(&" ".repeat(self.year_axis.columns().saturating_sub(used) + 2));
                text.push_str(note);
            }
            text.trim_end().to_owned()
        });
        rows.collect()
    }

    /// The axis of years and its labels.
    pub(super) fn foot(&self, page: Page) -> [String; 2] {
        let labels = self.year_axis.labels();
        let tick =
            |column: usize| if labels.iter().any(|(at, _)| *at == column) { '┬' } else { '─' };
        let axis: String = (0..self.year_axis.columns()).map(tick).collect();
        let blanks = " ".repeat(self.label_width() + 1);
        let axis = blanks.clone() + &page.faint(&format!("└─{axis}"));
        // Labels are centred on their columns, which start two to the right of the axis.
        let mut years = blanks;
        let origin = width(&years) + 2;
        for (column, year) in labels {
            let start = (origin + column).saturating_sub(overhang(&year));
            years.push_str(&" ".repeat(start.saturating_sub(width(&years))));
            years.push_str(&year);
        }
        [axis, years]
    }

    fn label_width(&self) -> usize {
        self.tick_labels.iter().map(|label| width(label)).max().unwrap_or(0)
    }
}

/// The row nearest to a height.
pub(super) fn row(height: f64) -> usize {
    height.round() as usize
}
