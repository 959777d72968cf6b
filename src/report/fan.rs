//! `chart` with a simulation: a fan for each line, its median within bands of quantiles.
//!
//! Fans stand below each other, since shadings that overlap could not be told apart; all share one
//! axis of values, so that they compare. Beside the last year stand the quantiles that the bands end
//! at. Shading and marks differ in form, so that nothing depends on colour. Where a band is thinner
//! than half a row, the median alone is drawn, as a line.

use crate::results::{Panel, Series, Spread};

use super::axis::ValueAxis;
use super::canvas::{Canvas, Points};
use super::frame::{Frame, row};
use super::legend;
use super::number::NumberFormat;
use super::page::{Page, right, width};
use super::panel::Names;
use super::spread::{self, level, main_levels};

const MEDIAN: char = '●';
const OUTER: char = '░';
const INNER: char = '▓';
const WIDEST: usize = 100;
/// Fans of one chart; the rest is counted below.
const MOST_FANS: usize = 12;
/// Notes stand beside the last year from this width on.
const WIDE_ENOUGH_FOR_NOTES: usize = 50;
/// Digits of the range between the outer quantiles that their notes show.
const NOTE_DIGITS: i32 = 2;
/// A band fills a cell if it covers this share of it.
const COVERED: f64 = 0.5;
/// Columns between the marks of the median, at least.
const MARKS_APART: usize = 3;
/// Rows of a fan.
const ROWS_OF_ONE: usize = 17;
const ROWS_OF_SEVERAL: usize = 13;
const FEWEST_ROWS: usize = 9;

/// Which quantiles a fan shows, as places in the levels.
struct Bands<'a> {
    levels: &'a [f64],
    outer: Option<(usize, usize)>,
    inner: Option<(usize, usize)>,
    middle: Option<usize>,
}

impl<'a> Bands<'a> {
    fn of(levels: &'a [f64]) -> Self {
        let pairs = levels.len() / 2;
        let pair = |at: usize| (at, levels.len() - 1 - at);
        Self {
            levels,
            outer: (pairs > 0).then(|| pair(0)),
            inner: (pairs > 1).then(|| pair(pairs - 1)),
            middle: (levels.len() % 2 == 1).then_some(pairs),
        }
    }

    /// What the line of a fan shows: the median, or the mean where it is not among the quantiles.
    fn line(&self, spread: &Spread) -> Option<f64> {
        match self.middle {
            Some(at) => spread.quantiles.get(at).copied(),
            None => Some(spread.mean),
        }
    }

    fn key(&self) -> String {
        let name = |at: usize| self.levels.get(at).map_or(String::new(), |&value| level(value));
        let line = self.middle.map_or("mean".to_owned(), |at| match name(at).as_str() {
            "50%" => "median".to_owned(),
            other => other.to_owned(),
        });
        let mut key = format!("{MEDIAN} {line}");
        for (shade, band) in [(INNER, self.inner), (OUTER, self.outer)] {
            if let Some((low, high)) = band {
                key.push_str(&format!("   {shade} {} to {}", name(low), name(high)));
            }
        }
        key
    }
}

/// The fans of a panel, as lines of text; `levels` are those of the quantiles.
pub(super) fn lines(panel: &Panel, levels: &[f64], page: Page) -> Vec<String> {
    let names = Names::of(panel);
    let format = spread::format(panel);
    let bands = Bands::of(levels);
    let title = names.title(panel, None, &format);
    let mut text: Vec<_> = page.wrapped(&title, 2).iter().map(|line| page.title(line)).collect();
    let fans: Vec<&Series> = panel.series.iter().take(MOST_FANS).collect();
    let Some(frame) = frame(panel, &fans, &format, page.width.min(WIDEST)) else {
        text.push("no values".to_owned());
        return text;
    };
    for (number, series) in fans.iter().enumerate() {
        text.push(String::new());
        if panel.series.len() > 1 {
            let name = super::page::cut(&names.line(series), page.width.max(FEWEST_ROWS));
            text.push(page.series(number, &name));
        }
        let canvas = drawn(&frame, series, &bands, number);
        let notes = match page.width >= WIDE_ENOUGH_FOR_NOTES {
            true => notes(&frame, series, &bands, &format),
            false => Vec::new(),
        };
        text.extend(frame.body(&canvas, &notes, page));
    }
    text.extend(frame.foot(page));
    text.push(String::new());
    text.extend(page.wrapped(&bands.key(), 2));
    let left_out = panel.series.len() - fans.len();
    if left_out > 0 {
        text.extend(page.wrapped(&format!("{left_out} more lines not drawn"), 2));
    }
    text
}

/// The axes that all fans share.
fn frame<'a>(
    panel: &'a Panel,
    fans: &[&Series],
    format: &NumberFormat,
    page: usize,
) -> Option<Frame<'a>> {
    let drawn = || fans.iter().flat_map(|series| spread::numbers(series)).flatten();
    let drawn = || drawn().filter(|value| value.is_finite());
    let (low, high) = (drawn().reduce(f64::min)?, drawn().reduce(f64::max)?);
    let most_rows = if fans.len() == 1 { ROWS_OF_ONE } else { ROWS_OF_SEVERAL };
    let most_rows = most_rows.min(page / 3).max(FEWEST_ROWS);
    let axis = |intervals| ValueAxis::close_to(low, high, intervals);
    let mut frame = Frame::of(&panel.years, axis, most_rows, format)?;
    // `95%` and a number stand beside the last year.
    let numbers = drawn().map(|value| width(&format.number(Some(value))));
    let beside = numbers.max().unwrap_or(0) + 8;
    frame.fit(page, if page >= WIDE_ENOUGH_FOR_NOTES { beside } else { 2 });
    Some(frame)
}

fn drawn(frame: &Frame, series: &Series, bands: &Bands, number: usize) -> Canvas {
    let mut canvas = frame.canvas();
    for (shade, band) in [(OUTER, bands.outer), (INNER, bands.inner)] {
        if let Some((low, high)) = band {
            let points = |level: usize| {
                frame.points(per_year(frame, series, |spread| spread.quantiles.get(level).copied()))
            };
            shaded(&points(low), &points(high), |column, row| {
                canvas.shade(column, row, shade, number);
            });
        }
    }
    let line = frame.points(per_year(frame, series, |spread| bands.line(spread)));
    canvas.path(&line, number);
    let every = MARKS_APART.div_ceil(frame.year_axis().spacing().max(1));
    for (column, height) in line.iter().step_by(every).chain(line.last()).flatten() {
        canvas.mark(*column, row(*height), MEDIAN, number);
    }
    canvas
}

/// A number for each year; of a line without draws the value itself.
fn per_year<'a>(
    frame: &Frame,
    series: &'a Series,
    of: impl Fn(&Spread) -> Option<f64> + 'a,
) -> impl Iterator<Item = Option<f64>> + 'a {
    (0..frame.years().len()).map(move |year| match spread::at(series, year) {
        Some(spread) => of(spread),
        None if series.spread.is_empty() => series.values.get(year).copied().flatten(),
        None => None,
    })
}

/// Calls `fill` with each cell of a band between two lines.
fn shaded(low: &Points, high: &Points, mut fill: impl FnMut(usize, usize)) {
    let ends: Vec<Option<(usize, f64, f64)>> = low
        .iter()
        .zip(high)
        .map(|(low, high)| Some((low.as_ref()?.0, low.as_ref()?.1, high.as_ref()?.1)))
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

/// The main quantiles of the last year, each in the row where its band ends.
fn notes(
    frame: &Frame,
    series: &Series,
    bands: &Bands,
    format: &NumberFormat,
) -> Vec<(usize, String)> {
    let last = frame.years().len().saturating_sub(1);
    let Some(spread) = spread::at(series, last) else { return Vec::new() };
    let range = spread.quantiles.first().zip(spread.quantiles.last());
    let range = range.map_or(0.0, |(low, high)| high - low);
    let format = if range > 0.0 { format.resolving(range, NOTE_DIGITS) } else { format.clone() };
    let quantiles = main_levels(bands.levels).into_iter().filter_map(|at| {
        let (quantile, name) = (*spread.quantiles.get(at)?, *bands.levels.get(at)?);
        quantile.is_finite().then(|| (quantile, level(name), format.number(Some(quantile))))
    });
    let quantiles: Vec<(f64, String, String)> = quantiles.collect();
    let heights = quantiles.iter().map(|&(quantile, ..)| {
        let years = std::iter::repeat_n(Some(quantile), last + 1);
        frame.points(years).last().copied().flatten().map_or(0.0, |(_, height)| height)
    });
    let rows = legend::rows_beside(&heights.collect::<Vec<_>>(), frame.rows());
    let column = |of: fn(&(f64, String, String)) -> &String| {
        quantiles.iter().map(|row| width(of(row))).max().unwrap_or(0)
    };
    let (names, numbers) = (column(|row| &row.1), column(|row| &row.2));
    let text = |(_, name, number): &(f64, String, String)| {
        format!("{}  {}", right(name, names), right(number, numbers))
    };
    rows.into_iter().zip(quantiles.iter().map(text)).collect()
}
