//! `chart`: a line chart for each panel, legible without colour.
//!
//! Each line has its own mark at the years and its name at its right end, or in a legend below where
//! names are long, lines many or the page narrow. Where marks meet, one sign stands for all of them
//! and is explained. A missing value breaks its line. At most [`MOST_LINES`] lines are drawn; the
//! rest is counted below the chart.

use std::collections::BTreeMap;

use crate::results::{Panel, Series, UnitKind};

use super::axis::{ValueAxis, YearAxis, overhang};
use super::canvas::{Canvas, DOTS_ACROSS, DOTS_DOWN};
use super::legend::{self, Key};
use super::number::NumberFormat;
use super::page::{Page, right, width};
use super::panel::{Names, format};

const MARKS: [char; MOST_LINES] = ['●', '■', '▲', '◆', '○', '□', '△', '◇', '▼', '×', '+', '▽'];
/// Lines in one chart.
const MOST_LINES: usize = 12;
const WIDEST: usize = 100;
/// Rows of the plot, by the width of the page.
const MOST_ROWS: usize = 16;
const FEWEST_ROWS: usize = 7;
/// No and yes need no more.
const TRUTH_ROWS: usize = 5;
const NARROWEST_PLOT: usize = 9;
/// Names stand beside the lines from this width on.
const WIDE_ENOUGH_FOR_NAMES: usize = 50;
/// Columns between the marks of a line, at least.
const MARKS_APART: usize = 3;

/// Marks beside each other that stand for one point.
const MOST_SIDE_BY_SIDE: usize = 4;

/// The column of each value of a line and its height in rows from the top.
type Points = Vec<Option<(usize, f64)>>;

/// One line of the chart.
struct Line<'a> {
    key: Key,
    series: &'a Series,
}

/// The values and years drawn, and where they stand.
struct Plot<'a> {
    lines: Vec<Line<'a>>,
    years: &'a [i32],
    year_axis: YearAxis,
    value_axis: ValueAxis,
    rows: usize,
    names_beside: bool,
    tick_labels: Vec<String>,
}

/// The chart of a panel, as lines of text.
pub(super) fn lines(panel: &Panel, page: Page) -> Vec<String> {
    let names = Names::of(panel);
    let format = format(panel);
    let title = names.title(panel, None, &format);
    let mut text: Vec<_> = page.wrapped(&title, 2).iter().map(|line| page.title(line)).collect();
    let Some(plot) = Plot::of(panel, &names, &format, page.width.min(WIDEST)) else {
        text.push("no values".to_owned());
        return text;
    };
    let canvas = plot.drawn();
    text.push(String::new());
    text.extend(plot.body(&canvas, page));
    text.extend(plot.foot(page));
    text.extend(plot.legend(panel, &names, canvas.has_shared_marks(), page));
    text
}

fn has_value(series: &Series) -> bool {
    series.values.iter().flatten().any(|value| value.is_finite())
}

impl<'a> Plot<'a> {
    /// Lays the chart out; nothing if there is no value to draw.
    fn of(panel: &'a Panel, names: &Names, format: &NumberFormat, page: usize) -> Option<Self> {
        let with_values = panel.series.iter().filter(|series| has_value(series));
        let lines = with_values.zip(MARKS).enumerate().map(|(number, (series, mark))| {
            let key = Key { number, mark, name: names.line(series) };
            Line { key, series }
        });
        let lines: Vec<Line> = lines.collect();
        let drawn = lines.iter().flat_map(|line| line.series.values.iter().copied().flatten());
        let drawn: Vec<f64> = drawn.filter(|value| value.is_finite()).collect();
        let low = drawn.iter().copied().reduce(f64::min)?;
        let high = drawn.iter().copied().reduce(f64::max)?;
        let (first, last) = (panel.years.first()?, panel.years.last()?);

        let is_truth = panel.unit.kind == UnitKind::Truth;
        let most_rows =
            if is_truth { TRUTH_ROWS } else { (page / 3).clamp(FEWEST_ROWS, MOST_ROWS) };
        let (low, high) = if is_truth { (0.0, 1.0) } else { (low, high) };
        let value_axis = ValueAxis::covering(low, high, ((most_rows - 1) / 2).min(7));
        let intervals = value_axis.intervals();
        let rows = ((most_rows - 1) / intervals).max(1) * intervals + 1;
        let ticks = (0..=intervals).map(|n| value_axis.tick_from_top(n));
        let tick_labels =
            ticks.map(|(mantissa, exponent)| format.tick(mantissa, exponent)).collect();

        let mut plot = Self {
            lines,
            years: &panel.years,
            year_axis: YearAxis::fitting(*first, *last, 0),
            value_axis,
            rows,
            names_beside: false,
            tick_labels,
        };
        let longest_name = plot.lines.iter().map(|line| width(&line.key.name)).max().unwrap_or(0);
        plot.names_beside = page >= WIDE_ENOUGH_FOR_NAMES
            && longest_name <= page / 3
            && plot.lines.len() <= plot.rows;
        let beside = if plot.names_beside { longest_name + 4 } else { 2 };
        let room = page.saturating_sub(plot.label_width() + 3 + beside).max(NARROWEST_PLOT);
        plot.year_axis = YearAxis::fitting(*first, *last, room);
        Some(plot)
    }

    fn label_width(&self) -> usize {
        self.tick_labels.iter().map(|label| width(label)).max().unwrap_or(0)
    }

    fn points(&self, line: &Line) -> Points {
        let height = |value: f64| (1.0 - self.value_axis.position(value)) * (self.rows - 1) as f64;
        let values = line.series.values.iter().map(|value| value.filter(|value| value.is_finite()));
        let points =
            self.years.iter().zip(values).map(|(&year, value)| {
                value.map(|value| (self.year_axis.column(year), height(value)))
            });
        points.collect()
    }

    fn drawn(&self) -> Canvas {
        let mut canvas = Canvas::new(self.year_axis.columns(), self.rows);
        if let Some(zero) = self.value_axis.zero_inside() {
            canvas.ground(row((1.0 - zero) * (self.rows - 1) as f64), '┄');
        }
        let lines: Vec<_> = self.lines.iter().map(|line| (line, self.points(line))).collect();
        for (line, points) in &lines {
            for pair in points.windows(2) {
                if let [Some(from), Some(to)] = pair {
                    canvas.line(dot(*from), dot(*to), line.key.number);
                }
            }
        }
        for at in 0..self.years.len() {
            self.mark_year(at, &lines, &mut canvas);
        }
        canvas
    }

    /// Sets the marks of one year: side by side where several stand at one point and there is room.
    fn mark_year(&self, at: usize, lines: &[(&Line, Points)], canvas: &mut Canvas) {
        let every = MARKS_APART.div_ceil(self.year_axis.spacing().max(1));
        let mut by_row: BTreeMap<usize, Vec<&Line>> = BTreeMap::new();
        let mut marked_column = 0;
        for (line, points) in lines {
            let Some((column, height)) = points.get(at).copied().flatten() else { continue };
            let is_missing =
                |at: Option<usize>| at.is_none_or(|at| points.get(at).copied().flatten().is_none());
            let ends_a_run = is_missing(at.checked_sub(1)) || is_missing(at.checked_add(1));
            if at.is_multiple_of(every) || ends_a_run {
                by_row.entry(row(height)).or_default().push(line);
                marked_column = column;
            }
        }
        let room = self.year_axis.spacing().saturating_sub(2).min(MOST_SIDE_BY_SIDE);
        for (row, lines) in by_row {
            let beside = lines.len() <= room;
            let first = marked_column.saturating_sub(lines.len().saturating_sub(1) / 2);
            let first = first.min(self.year_axis.columns().saturating_sub(lines.len()));
            for (number, line) in lines.iter().enumerate() {
                let column = if beside { first + number } else { marked_column };
                canvas.mark(column, row, line.key.mark, line.key.number);
            }
        }
    }

    /// The plot with the axis on its left and the names on its right.
    fn body(&self, canvas: &Canvas, page: Page) -> Vec<String> {
        let every = (self.rows - 1) / self.value_axis.intervals();
        let names = if self.names_beside { self.name_rows() } else { Vec::new() };
        let rows = canvas.rows(page).enumerate().map(|(at, drawn)| {
            let label = self
                .tick_labels
                .get(at / every)
                .filter(|label| at % every == 0 && !label.is_empty());
            let axis = if label.is_some() { "┤" } else { "│" };
            let label = right(label.map_or("", String::as_str), self.label_width());
            let mut text = format!("{label} {} {drawn}", page.faint(axis));
            let here = names.iter().zip(&self.lines).find(|(row, _)| **row == at);
            if let Some((_, line)) = here {
                let used = canvas.used(at);
                text.push_str(&" ".repeat(self.year_axis.columns().saturating_sub(used) + 2));
                text.push_str(&line.key.styled(page));
            }
            text.trim_end().to_owned()
        });
        rows.collect()
    }

    /// The row of each line's name: as near to the line's end as the others let it.
    fn name_rows(&self) -> Vec<usize> {
        let ends = self.lines.iter().map(|line| {
            let last = self.points(line).into_iter().flatten().next_back();
            last.map_or(0.0, |(_, height)| height)
        });
        legend::rows_beside(&ends.collect::<Vec<_>>(), self.rows)
    }

    /// The axis of years and its labels.
    fn foot(&self, page: Page) -> [String; 2] {
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

    /// What the marks mean where it does not stand beside the lines, and what is not drawn.
    fn legend(&self, panel: &Panel, names: &Names, shared: bool, page: Page) -> Vec<String> {
        let room = page.width.min(WIDEST);
        let keys: Vec<&Key> = match self.names_beside {
            true => Vec::new(),
            false => self.lines.iter().map(|line| &line.key).collect(),
        };
        let mut text = legend::below(&keys, shared, page, room);
        let empty = panel.series.iter().filter(|series| !has_value(series));
        let empty: Vec<String> = empty.map(|series| names.line(series)).collect();
        if !empty.is_empty() {
            text.extend(page.wrapped(&format!("no values: {}", empty.join(", ")), 2));
        }
        let left_out = panel.series.len() - empty.len() - self.lines.len();
        if left_out > 0 {
            text.extend(page.wrapped(&format!("{left_out} more lines not drawn"), 2));
        }
        if !text.is_empty() {
            text.insert(0, String::new());
        }
        text
    }
}

/// The row nearest to a height.
fn row(height: f64) -> usize {
    height.round() as usize
}

/// The dot for a point; the dots of a row are centred on its height.
fn dot((column, height): (usize, f64)) -> (usize, usize) {
    let down = DOTS_DOWN as f64;
    (column * DOTS_ACROSS, (height * down + (down - 1.0) / 2.0).round() as usize)
}
