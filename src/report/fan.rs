//! Fans in a terminal: a median within bands of quantiles, each fan below the other.
//!
//! Shadings that overlap could not be distinguished, so each fan has a plot of its own; all share one axis of values.
//! The curves of the outer band and the median are drawn in dots, and the cells between them are shaded. Beside the
//! last year are the quantiles at which the bands end.

use super::canvas::Canvas;
use super::figure::{Band, Figure, Ink, KeyShape, Plot, Strength};
use super::frame::{Frame, WIDEST, row};
use super::legend;
use super::page::{Page, cut, right, width};

const MEDIAN: char = '●';
/// Minimum width in columns of a page with notes beside the last year.
const WIDE_ENOUGH_FOR_NOTES: usize = 50;
/// Share of a character cell that a band must cover to fill it.
const COVERED: f64 = 0.5;
/// Minimum number of columns between the marks of the median.
const MARKS_APART: usize = 3;
/// Height in rows of a single fan.
const ROWS_OF_ONE: usize = 17;
const ROWS_OF_SEVERAL: usize = 13;
const FEWEST_ROWS: usize = 9;

/// Renders the fans of a figure as lines of text.
pub(super) fn lines(figure: &Figure, plots: &[Plot], page: Page) -> Vec<String> {
    let mut text = Vec::new();
    let mut foot = None;
    let beside = plots.iter().flat_map(|plot| &plot.labels).map(|label| width(&label.text)).max();
    for (number, plot) in plots.iter().enumerate() {
        let most_rows = if plots.len() == 1 { ROWS_OF_ONE } else { ROWS_OF_SEVERAL };
        let most_rows = most_rows.min(page.width.min(WIDEST) / 3).max(FEWEST_ROWS);
        let Some(mut frame) = Frame::of(plot, most_rows) else { continue };
        let has_notes = page.width >= WIDE_ENOUGH_FOR_NOTES;
        frame.fit(page.width.min(WIDEST), if has_notes { beside.unwrap_or(0) + 5 } else { 2 });
        if number > 0 {
            text.push(String::new());
        }
        if !plot.name.is_empty() {
            let name = cut(&plot.name, page.width.max(FEWEST_ROWS));
            text.push(page.series(number, &name));
        }
        let canvas = drawn(&frame, plot, number);
        let notes = if has_notes { notes(&frame, plot) } else { Vec::new() };
        text.extend(frame.body(&canvas, &notes, page));
        foot = Some(frame.foot(page));
    }
    text.extend(foot.into_iter().flatten());
    text.push(String::new());
    text.extend(page.wrapped(&key(figure), 2));
    text.extend(figure.notes.iter().flat_map(|note| page.wrapped(note, 2)));
    text
}

fn shade(strength: Strength) -> char {
    match strength {
        Strength::Outer => '░',
        Strength::Inner => '▓',
    }
}

/// Returns the legend, without the reference line, which only pictures draw.
fn key(figure: &Figure) -> String {
    let keys = figure.legend.iter().filter(|key| key.ink != Ink::Reference);
    let entry = |key: &super::figure::Key| match key.shape {
        KeyShape::Band(strength) => format!("{} {}", shade(strength), key.name),
        KeyShape::Line | KeyShape::Block => format!("{MEDIAN} {}", key.name),
    };
    keys.map(entry).collect::<Vec<_>>().join("   ")
}

fn drawn(frame: &Frame, plot: &Plot, number: usize) -> Canvas {
    let mut canvas = frame.canvas();
    for band in &plot.bands {
        shaded(frame, band, |column, row| {
            canvas.shade(column, row, shade(band.strength), number);
        });
    }
    for band in plot.bands.iter().filter(|band| band.strength == Strength::Outer) {
        let curve = |of: fn(&(f64, f64, f64)) -> (f64, f64)| {
            let points: Vec<_> = band.points.iter().map(|point| point.as_ref().map(of)).collect();
            frame.points(&points)
        };
        canvas.path(&curve(|&(year, low, _)| (year, low)), number);
        canvas.path(&curve(|&(year, _, high)| (year, high)), number);
    }
    for line in plot.lines.iter().filter(|line| line.ink != Ink::Reference) {
        let points = frame.points(&line.points);
        canvas.path(&points, number);
        let every = MARKS_APART.div_ceil(frame.spacing().max(1));
        for (column, height) in points.iter().step_by(every).chain(points.last()).flatten() {
            canvas.mark(*column, row(*height), MEDIAN, number);
        }
    }
    canvas
}

/// Calls `fill` with the position of each character cell in a band.
fn shaded(frame: &Frame, band: &Band, mut fill: impl FnMut(usize, usize)) {
    let ends: Vec<Option<(usize, f64, f64)>> = band
        .points
        .iter()
        .map(|point| {
            let (year, low, high) = (*point)?;
            let (column, bottom) = frame.point((year, low));
            Some((column, bottom, frame.point((year, high)).1))
        })
        .collect();
    let single: Vec<_> = ends.iter().map(|end| [*end, *end]).collect();
    let pairs = ends.windows(2).filter_map(|pair| <[_; 2]>::try_from(pair).ok());
    for pair in pairs.chain(single) {
        let [Some((from, low, high)), Some((to, next_low, next_high))] = pair else { continue };
        for column in from..=to {
            let share = (column - from) as f64 / (to - from).max(1) as f64;
            let bottom = low + (next_low - low) * share;
            let top = high + (next_high - high) * share;
            for row in row(top)..=row(bottom) {
                let (above, below) = (row as f64 - 0.5, row as f64 + 0.5);
                if bottom.min(below) - top.max(above) >= COVERED {
                    fill(column, row);
                }
            }
        }
    }
}

/// Returns the labels of a fan, each in the row where its band ends; names and numbers are aligned.
fn notes(frame: &Frame, plot: &Plot) -> Vec<(usize, String)> {
    let heights: Vec<f64> = plot.labels.iter().map(|label| frame.point(label.at).1).collect();
    let parts =
        plot.labels.iter().map(|label| label.text.split_once(' ').unwrap_or(("", &label.text)));
    let parts: Vec<(&str, &str)> = parts.collect();
    let names = parts.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let numbers = parts.iter().map(|(_, number)| width(number)).max().unwrap_or(0);
    let text = |&(name, number): &(&str, &str)| {
        format!("{}  {}", right(name, names), right(number, numbers))
    };
    let rows = legend::rows_beside(&heights, frame.rows());
    rows.into_iter().zip(parts.iter().map(text)).collect()
}
