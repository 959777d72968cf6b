//! `chart`: a line chart for each panel, legible without colour.
//!
//! Each line has its own mark at the years and its name at its right end, or in a legend below where
//! names are long, lines many or the page narrow. Where marks meet, one sign stands for all of them
//! and is explained. A missing value breaks its line. At most [`MOST_LINES`] lines are drawn; the
//! rest is counted below the chart.

use std::collections::BTreeMap;

use crate::results::{Panel, Series, UnitKind};

use super::axis::ValueAxis;
use super::canvas::{Canvas, Points};
use super::fan;
use super::frame::{Frame, row};
use super::legend::{self, Key};
use super::number::NumberFormat;
use super::page::{Page, width};
use super::panel::{Names, format};
use super::spread::{self, Shape};

const MARKS: [char; MOST_LINES] = ['●', '■', '▲', '◆', '○', '□', '△', '◇', '▼', '×', '+', '▽'];
/// Lines in one chart.
const MOST_LINES: usize = 12;
const WIDEST: usize = 100;
/// Rows of the plot, by the width of the page.
const MOST_ROWS: usize = 16;
const FEWEST_ROWS: usize = 7;
/// No and yes need no more.
const TRUTH_ROWS: usize = 5;
/// Names stand beside the lines from this width on.
const WIDE_ENOUGH_FOR_NAMES: usize = 50;
/// Columns between the marks of a line, at least.
const MARKS_APART: usize = 3;

/// Marks beside each other that stand for one point.
const MOST_SIDE_BY_SIDE: usize = 4;

/// One line of the chart.
struct Line<'a> {
    key: Key,
    series: &'a Series,
}

/// The lines drawn, and where they stand.
struct Plot<'a> {
    lines: Vec<Line<'a>>,
    frame: Frame<'a>,
    names_beside: bool,
}

/// The chart of a panel, as lines of text; `levels` are those of a simulation's quantiles.
pub(super) fn lines(panel: &Panel, levels: &[f64], page: Page) -> Vec<String> {
    match Shape::of(panel) {
        Shape::Same => line_chart(panel, page),
        Shape::Chance => line_chart(&spread::chances(panel), page),
        Shape::Spread => fan::lines(panel, levels, page),
    }
}

fn line_chart(panel: &Panel, page: Page) -> Vec<String> {
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
    text.extend(plot.frame.foot(page));
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
        let is_truth = panel.unit.kind == UnitKind::Truth;
        let most_rows =
            if is_truth { TRUTH_ROWS } else { (page / 3).clamp(FEWEST_ROWS, MOST_ROWS) };
        let (low, high) = if is_truth { (0.0, 1.0) } else { (low, high) };
        let axis = |intervals| ValueAxis::covering(low, high, intervals);
        let mut frame = Frame::of(&panel.years, axis, most_rows, format)?;
        let longest_name = lines.iter().map(|line| width(&line.key.name)).max().unwrap_or(0);
        let names_beside = page >= WIDE_ENOUGH_FOR_NAMES
            && longest_name <= page / 3
            && lines.len() <= frame.rows();
        frame.fit(page, if names_beside { longest_name + 4 } else { 2 });
        Some(Self { lines, frame, names_beside })
    }

    fn points(&self, line: &Line) -> Points {
        self.frame.points(line.series.values.iter().copied())
    }

    fn drawn(&self) -> Canvas {
        let mut canvas = self.frame.canvas();
        let lines: Vec<_> = self.lines.iter().map(|line| (line, self.points(line))).collect();
        for (line, points) in &lines {
            canvas.path(points, line.key.number);
        }
        for at in 0..self.frame.years().len() {
            self.mark_year(at, &lines, &mut canvas);
        }
        canvas
    }

    /// Sets the marks of one year: side by side where several stand at one point and there is room.
    fn mark_year(&self, at: usize, lines: &[(&Line, Points)], canvas: &mut Canvas) {
        let every = MARKS_APART.div_ceil(self.frame.year_axis().spacing().max(1));
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
        let room = self.frame.year_axis().spacing().saturating_sub(2).min(MOST_SIDE_BY_SIDE);
        for (row, lines) in by_row {
            let beside = lines.len() <= room;
            let first = marked_column.saturating_sub(lines.len().saturating_sub(1) / 2);
            let first = first.min(self.frame.year_axis().columns().saturating_sub(lines.len()));
            for (number, line) in lines.iter().enumerate() {
                let column = if beside { first + number } else { marked_column };
                canvas.mark(column, row, line.key.mark, line.key.number);
            }
        }
    }

    /// The plot with the names on its right.
    fn body(&self, canvas: &Canvas, page: Page) -> Vec<String> {
        let rows = if self.names_beside { self.name_rows() } else { Vec::new() };
        let names = rows.into_iter().zip(self.lines.iter().map(|line| line.key.styled(page)));
        self.frame.body(canvas, &names.collect::<Vec<_>>(), page)
    }

    /// The row of each line's name: as near to the line's end as the others let it.
    fn name_rows(&self) -> Vec<usize> {
        let ends = self.lines.iter().map(|line| {
            let last = self.points(line).into_iter().flatten().next_back();
            last.map_or(0.0, |(_, height)| height)
        });
        legend::rows_beside(&ends.collect::<Vec<_>>(), self.frame.rows())
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
