//! Charts over years or an input in a terminal: a line for each series, legible without colour.
//!
//! Each line has its own mark at the years. Its name is at its right end; if names are long, lines many or
//! the page narrow, it is in a legend below. Marks of several lines at one point become one sign, which the
//! legend explains. If many lines run close together, neighbouring lines have their marks in different years.

use std::collections::BTreeMap;

use crate::results::{Panel, UnitKind};

use super::canvas::{Canvas, Points};
use super::fan;
use super::figure::{self, Axis, Body, Figure, Line, Plot};
use super::frame::{Frame, WIDEST, row};
use super::legend::{self, LineKey};
use super::page::{Page, width};
use super::panel::{Names, format};

const MARKS: [char; 12] = ['●', '■', '▲', '◆', '○', '□', '△', '◇', '▼', '×', '+', '▽'];
/// Maximum height of a plot of few lines, in rows. The height is a third of the page's width within these limits.
const MOST_ROWS: usize = 16;
/// Minimum height of a plot in rows.
const FEWEST_ROWS: usize = 7;
/// Rows of the plot of truth values, which has only two heights.
const TRUTH_ROWS: usize = 5;
/// Number of lines from which the plot is higher and neighbouring lines have their marks in different years.
const MANY_LINES: usize = 5;
/// Maximum height of a plot of many lines, in rows.
const MOST_ROWS_OF_MANY: usize = 25;
/// Minimum width in columns of a page with names beside the lines.
const WIDE_ENOUGH_FOR_NAMES: usize = 50;
/// Minimum number of columns between the marks of a line.
const MARKS_APART: usize = 3;
/// Maximum number of marks side by side for one point.
const MOST_SIDE_BY_SIDE: usize = 4;

/// Draws the chart of a panel as lines of text; `levels` are the levels of a simulation's quantiles.
pub(super) fn lines(panel: &Panel, levels: &[f64], page: Page) -> Vec<String> {
    let Some(figure) = figure::lines(panel, levels) else {
        let title = Names::of(panel).title(panel, None, &format(panel));
        let mut text = heading(&title, page);
        text.push("no values".to_owned());
        return text;
    };
    let mut text = heading(&figure.heading(), page);
    text.push(String::new());
    match &figure.body {
        Body::Plots(plots) => match plots.as_slice() {
            [plot] if plot.bands.is_empty() => text.extend(line_chart(&figure, plot, page)),
            plots => text.extend(fan::lines(&figure, plots, page)),
        },
        Body::Flows(_) => {}
    }
    text
}

fn heading(title: &str, page: Page) -> Vec<String> {
    page.wrapped(title, 2).iter().map(|line| page.title(line)).collect()
}

/// Draws a plot of lines with the names of its lines, without its heading.
pub(super) fn line_chart(figure: &Figure, plot: &Plot, page: Page) -> Vec<String> {
    let Some(chart) = Chart::of(plot, page.width.min(WIDEST)) else { return Vec::new() };
    let canvas = chart.drawn();
    let mut text = chart.body(&canvas, page);
    text.extend(chart.frame.foot(page));
    text.extend(chart.legend(figure, canvas.has_shared_marks(), page));
    text
}

/// The lines of a chart and their layout on the page.
struct Chart<'a> {
    lines: Vec<(LineKey, &'a Line)>,
    frame: Frame,
    names_beside: bool,
}

impl<'a> Chart<'a> {
    /// Lays out a plot over years or over an input; `None` for any other plot.
    fn of(plot: &'a Plot, page: usize) -> Option<Self> {
        let lines = plot.lines.iter().zip(MARKS).enumerate().map(|(number, (line, mark))| {
            (LineKey { number, mark, name: line.name.clone() }, line)
        });
        let lines: Vec<_> = lines.collect();
        let is_truth =
            matches!(&plot.y, Axis::Numbers(axis) if axis.format.kind() == UnitKind::Truth);
        let most = if lines.len() < MANY_LINES { MOST_ROWS } else { MOST_ROWS_OF_MANY };
        let most_rows = if is_truth { TRUTH_ROWS } else { (page / 3).clamp(FEWEST_ROWS, most) };
        let mut frame = Frame::of(plot, most_rows)?;
        let longest_name = lines.iter().map(|(key, _)| width(&key.name)).max().unwrap_or(0);
        let names_beside = page >= WIDE_ENOUGH_FOR_NAMES
            && longest_name <= page / 3
            && lines.len() <= frame.rows();
        frame.fit(page, if names_beside { longest_name + 4 } else { 2 });
        Some(Self { lines, frame, names_beside })
    }

    fn drawn(&self) -> Canvas {
        let mut canvas = self.frame.canvas();
        let lines: Vec<(&LineKey, Points)> =
            self.lines.iter().map(|(key, line)| (key, self.frame.points(&line.points))).collect();
        for (key, points) in &lines {
            canvas.path(points, key.number);
        }
        let years = lines.iter().map(|(_, points)| points.len()).max().unwrap_or(0);
        for at in 0..years {
            self.mark_year(at, &lines, &mut canvas);
        }
        canvas
    }

    /// Sets the marks of the points with one number; several marks at one point are set side by side if there is room.
    fn mark_year(&self, at: usize, lines: &[(&LineKey, Points)], canvas: &mut Canvas) {
        let mut every = MARKS_APART.div_ceil(self.frame.spacing().max(1));
        let take_turns = lines.len() >= MANY_LINES;
        if take_turns {
            every = every.max(2);
        }
        let mut by_row: BTreeMap<usize, Vec<&LineKey>> = BTreeMap::new();
        let mut marked_column = 0;
        for (key, points) in lines {
            let Some((column, height)) = points.get(at).copied().flatten() else { continue };
            let is_missing =
                |at: Option<usize>| at.is_none_or(|at| points.get(at).copied().flatten().is_none());
            let ends_a_run = is_missing(at.checked_sub(1)) || is_missing(at.checked_add(1));
            let turn = if take_turns { at + key.number } else { at };
            if turn.is_multiple_of(every) || ends_a_run {
                by_row.entry(row(height)).or_default().push(key);
                marked_column = column;
            }
        }
        let room = self.frame.spacing().saturating_sub(2).min(MOST_SIDE_BY_SIDE);
        for (row, keys) in by_row {
            let beside = keys.len() <= room;
            let first = marked_column.saturating_sub(keys.len().saturating_sub(1) / 2);
            let first = first.min(self.frame.columns().saturating_sub(keys.len()));
            for (number, key) in keys.iter().enumerate() {
                let column = if beside { first + number } else { marked_column };
                canvas.mark(column, row, key.mark, key.number);
            }
        }
    }

    /// Renders the plot with the names of its lines on the right.
    fn body(&self, canvas: &Canvas, page: Page) -> Vec<String> {
        let rows = if self.names_beside { self.name_rows() } else { Vec::new() };
        let names = rows.into_iter().zip(self.lines.iter().map(|(key, _)| key.styled(page)));
        self.frame.body(canvas, &names.collect::<Vec<_>>(), page)
    }

    /// Returns the row of each line's name: as near to the line's end as the names of the other lines allow.
    fn name_rows(&self) -> Vec<usize> {
        let ends = self.lines.iter().map(|(_, line)| {
            let last = line.points.iter().flatten().next_back();
            last.map_or(0.0, |point| self.frame.point(*point).1)
        });
        legend::rows_beside(&ends.collect::<Vec<_>>(), self.frame.rows())
    }

    /// Returns the legend of lines without a name at their end, and the notes of the figure.
    fn legend(&self, figure: &Figure, shared: bool, page: Page) -> Vec<String> {
        let room = page.width.min(WIDEST);
        let keys: Vec<&LineKey> = match self.names_beside {
            true => Vec::new(),
            false => self.lines.iter().map(|(key, _)| key).collect(),
        };
        let mut text = legend::below(&keys, shared, page, room);
        text.extend(figure.notes.iter().flat_map(|note| page.wrapped(note, 2)));
        if !text.is_empty() {
            text.insert(0, String::new());
        }
        text
    }
}
