//! The frame of a plot in a terminal: the axis of values on its left, the axis of years below, notes
//! beside it. The frame turns years and values into columns and rows.

use super::canvas::{Canvas, Points};
use super::figure::axis::{ValueAxis, YearAxis, overhang};
use super::figure::{Axis, Plot};
use super::page::{Page, right, width};

/// Maximum width of a chart in columns.
pub(super) const WIDEST: usize = 100;

const NARROWEST_PLOT: usize = 9;
/// Intervals between the ticks of values.
const MOST_INTERVALS: usize = 7;
/// The axis of values takes so many columns beside its labels.
const AXIS: usize = 3;

/// The axes of a plot, fitted to columns and rows of text.
pub(super) struct Frame {
    first: i32,
    last: i32,
    year_axis: YearAxis,
    value_axis: ValueAxis,
    rows: usize,
    tick_labels: Vec<String>,
}

impl Frame {
    /// Fits the axes of a plot over years into at most so many rows; `None` for any other plot.
    pub(super) fn of(plot: &Plot, most_rows: usize) -> Option<Self> {
        let (Axis::Years(first, last), Axis::Numbers(numbers)) = (&plot.x, &plot.y) else {
            return None;
        };
        let value_axis = numbers.ticks((most_rows.saturating_sub(1) / 2).min(MOST_INTERVALS));
        let intervals = value_axis.intervals();
        let rows = (most_rows.saturating_sub(1) / intervals).max(1) * intervals + 1;
        let ticks = (0..=intervals).map(|n| value_axis.tick_from_top(n));
        let tick_labels =
            ticks.map(|(mantissa, exponent)| numbers.format.tick(mantissa, exponent)).collect();
        let year_axis = YearAxis::fitting(*first, *last, 0);
        Some(Self { first: *first, last: *last, year_axis, value_axis, rows, tick_labels })
    }

    /// Spreads the years over a page that keeps so many columns for notes beside the plot.
    pub(super) fn fit(&mut self, page: usize, beside: usize) {
        let room = page.saturating_sub(self.label_width() + AXIS + beside).max(NARROWEST_PLOT);
        self.year_axis = YearAxis::fitting(self.first, self.last, room);
    }

    /// Rows of the plot.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The axis below.
    pub(super) fn year_axis(&self) -> &YearAxis {
        &self.year_axis
    }

    /// Columns and heights of points of the plot.
    pub(super) fn points(&self, points: &[Option<(f64, f64)>]) -> Points {
        points.iter().map(|point| point.map(|point| self.point(point))).collect()
    }

    /// Column and height, in rows from the top, of a year and its value.
    pub(super) fn point(&self, (year, value): (f64, f64)) -> (usize, f64) {
        let height = (1.0 - self.value_axis.position(value)) * (self.rows - 1) as f64;
        (self.year_axis.column(year as i32), height)
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
            let start = (origin + column).saturating_sub(overhang(year));
            years.push_str(&" ".repeat(start.saturating_sub(width(&years))));
            years.push_str(&year.to_string());
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
