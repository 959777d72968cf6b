//! The frame of a plot in a terminal: the axis of values on its left, the axis of years or of an input below,
//! notes beside it. The frame turns points into columns and rows.

use super::canvas::{Canvas, Points};
use super::figure::axis::{ValueAxis, YearAxis};
use super::figure::{Axis, NumberAxis, Plot};
use super::page::{Page, right, width};

/// Maximum width of a chart in columns.
pub(super) const WIDEST: usize = 100;

const NARROWEST_PLOT: usize = 9;
/// Maximum number of intervals between the ticks of values.
const MOST_INTERVALS: usize = 7;
/// Width of the value axis in columns, without its labels.
const AXIS: usize = 3;
/// Maximum width in columns of a plot over an input.
const WIDEST_NUMBERS: usize = 61;
/// Minimum number of blanks between two labels below a plot.
const LABELS_APART: usize = 3;

/// The axis below a plot: years or numbers.
enum Below {
    Years { first: i32, last: i32, axis: YearAxis },
    Numbers { numbers: NumberAxis, axis: ValueAxis, columns: usize },
}

/// The axes of a plot, fitted to columns and rows of text.
pub(super) struct Frame {
    below: Below,
    /// Number of intervals between the points of a line.
    steps: usize,
    value_axis: ValueAxis,
    rows: usize,
    tick_labels: Vec<String>,
}

impl Frame {
    /// Fits the axes of a plot into `most_rows` rows; `None` for a plot over names.
    pub(super) fn of(plot: &Plot, most_rows: usize) -> Option<Self> {
        let Axis::Numbers(numbers) = &plot.y else { return None };
        let below = match &plot.x {
            Axis::Years(first, last) => {
                let axis = YearAxis::fitting(*first, *last, 0);
                Below::Years { first: *first, last: *last, axis }
            }
            Axis::Numbers(numbers) => Below::numbers(numbers, NARROWEST_PLOT),
            Axis::Names(_) => return None,
        };
        let points = plot.lines.iter().map(|line| line.points.len()).max().unwrap_or(0);
        let value_axis = numbers.ticks((most_rows.saturating_sub(1) / 2).min(MOST_INTERVALS));
        let intervals = value_axis.intervals();
        let rows = (most_rows.saturating_sub(1) / intervals).max(1) * intervals + 1;
        let ticks = (0..=intervals).map(|n| value_axis.tick_from_top(n));
        let tick_labels =
            ticks.map(|(mantissa, exponent)| numbers.format.tick(mantissa, exponent)).collect();
        let steps = points.saturating_sub(1).max(1);
        Some(Self { below, steps, value_axis, rows, tick_labels })
    }

    /// Fits the lower axis to the width of the page, minus `beside` columns for notes beside the plot.
    pub(super) fn fit(&mut self, page: usize, beside: usize) {
        let room = page.saturating_sub(self.label_width() + AXIS + beside).max(NARROWEST_PLOT);
        self.below = match &self.below {
            Below::Years { first, last, .. } => {
                let axis = YearAxis::fitting(*first, *last, room);
                Below::Years { first: *first, last: *last, axis }
            }
            Below::Numbers { numbers, .. } => Below::numbers(numbers, room.min(WIDEST_NUMBERS)),
        };
    }

    /// Returns the height of the plot in rows.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the width of the plot in columns.
    pub(super) fn columns(&self) -> usize {
        match &self.below {
            Below::Years { axis, .. } => axis.columns(),
            Below::Numbers { columns, .. } => *columns,
        }
    }

    /// Returns the number of columns between one point of a line and the next.
    pub(super) fn spacing(&self) -> usize {
        match &self.below {
            Below::Years { axis, .. } => axis.spacing(),
            Below::Numbers { columns, .. } => (columns - 1) / self.steps,
        }
    }

    /// Converts points of the plot to columns and heights.
    pub(super) fn points(&self, points: &[Option<(f64, f64)>]) -> Points {
        points.iter().map(|point| point.map(|point| self.point(point))).collect()
    }

    /// Converts a point (a year or number, and a value) to its column and its height in rows from the top.
    pub(super) fn point(&self, (at, value): (f64, f64)) -> (usize, f64) {
        let height = (1.0 - self.value_axis.position(value)) * (self.rows - 1) as f64;
        let column = match &self.below {
            Below::Years { axis, .. } => axis.column(at as i32),
            Below::Numbers { axis, columns, .. } => column_of(axis.position(at), *columns),
        };
        (column, height)
    }

    /// Makes an empty canvas, with a line at zero if the axis includes it.
    pub(super) fn canvas(&self) -> Canvas {
        let mut canvas = Canvas::new(self.columns(), self.rows);
        if let Some(zero) = self.value_axis.zero_inside() {
            canvas.ground(row((1.0 - zero) * (self.rows - 1) as f64), '┄');
        }
        canvas
    }

    /// Renders the plot with the axis on its left, and on its right the notes, each in its row.
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
                text.push_str(&" ".repeat(self.columns().saturating_sub(used) + 2));
                text.push_str(note);
            }
            text.trim_end().to_owned()
        });
        rows.collect()
    }

    /// Renders the lower axis and its labels.
    pub(super) fn foot(&self, page: Page) -> [String; 2] {
        let labels = self.below.labels();
        let tick =
            |column: usize| if labels.iter().any(|(at, _)| *at == column) { '┬' } else { '─' };
        let axis: String = (0..self.columns()).map(tick).collect();
        let blanks = " ".repeat(self.label_width() + 1);
        let axis = blanks.clone() + &page.faint(&format!("└─{axis}"));
        // Labels are centred on their columns, which start two to the right of the axis.
        let mut text = blanks;
        let origin = width(&text) + 2;
        for (column, label) in labels {
            let start = (origin + column).saturating_sub(width(&label) / 2);
            text.push_str(&" ".repeat(start.saturating_sub(width(&text))));
            text.push_str(&label);
        }
        [axis, text]
    }

    fn label_width(&self) -> usize {
        self.tick_labels.iter().map(|label| width(label)).max().unwrap_or(0)
    }
}

impl Below {
    /// Fits an axis of numbers, with as many labels as the width permits.
    fn numbers(numbers: &NumberAxis, columns: usize) -> Self {
        let axis = |intervals: usize| {
            let axis = numbers.ticks(intervals);
            Self::Numbers { numbers: numbers.clone(), axis, columns }
        };
        let fits = |below: &Self| {
            let labels = below.labels();
            labels.windows(2).all(|pair| {
                let [(a, left), (b, right)] = pair else { return true };
                a + width(left).div_ceil(2) + LABELS_APART + width(right) / 2 <= *b
            })
        };
        (2..=MOST_INTERVALS).rev().map(axis).find(fits).unwrap_or_else(|| axis(2))
    }

    /// Returns the labels of the axis, each with its column.
    fn labels(&self) -> Vec<(usize, String)> {
        match self {
            Self::Years { axis, .. } => {
                axis.labels().into_iter().map(|(column, year)| (column, year.to_string())).collect()
            }
            Self::Numbers { numbers, axis, columns } => {
                let intervals = axis.intervals();
                let label = |n: usize| {
                    let (mantissa, exponent) = axis.tick_from_top(intervals - n);
                    let column = column_of(n as f64 / intervals as f64, *columns);
                    (column, numbers.format.tick(mantissa, exponent))
                };
                (0..=intervals).map(label).collect()
            }
        }
    }
}

/// Returns the column nearest to a relative position.
fn column_of(position: f64, columns: usize) -> usize {
    (position * (columns.saturating_sub(1)) as f64).round() as usize
}

/// Returns the row nearest to a height.
pub(super) fn row(height: f64) -> usize {
    height.round() as usize
}
