//! Plots in pixels: their places on the picture, axes, marks, and labels that do not overlap.

use super::super::figure::axis::{ValueAxis, YearAxis};
use super::super::figure::{Axis, FigureLabel, Ink, Line, NumberAxis, Plot, Side, Strength};
use super::drawing::{Anchor, Drawing, Note, TextStyle};
use super::theme::{self, Paint};
use super::typesetting::{cut, width, wrap};
use super::{BODY, NARROW};

const TICK: f64 = 12.0;
/// Height in pixels of a single plot of lines.
const HEIGHT: f64 = 330.0;
/// Height in pixels of a plot of lines among several plots.
const HEIGHT_AMONG_SEVERAL: f64 = 190.0;
/// Height in pixels of a row of bars or tiles.
const ROW: f64 = 32.0;
/// Height in pixels of each of several bars of a name.
const BAR: f64 = 17.0;
/// Pixels between the bars of one name and those of the next.
const GAP_BETWEEN_NAMES: f64 = 12.0;
/// Height in pixels of a line of a name.
const NAME_LINE: f64 = 15.0;
/// Maximum width in pixels of the names left of bars.
const WIDEST_NAMES: f64 = 220.0;
/// Maximum width in pixels of the names at the ends of lines.
const WIDEST_ENDS: f64 = 190.0;
/// Distance in pixels between the middles of two names at the ends of lines.
const END_LINE: f64 = 17.0;
/// Distance between plots in pixels.
const GUTTER: f64 = 26.0;
/// Minimum distance between ticks of the y axis, in pixels.
const TICK_HEIGHT: f64 = 44.0;
/// Minimum distance between ticks of the y axis of a plot among several, in pixels.
const TICK_HEIGHT_AMONG_SEVERAL: f64 = 31.0;
/// Width in pixels of a digit of a year on the x axis.
const YEAR_CHARACTER: f64 = 9.0;
/// Maximum number of markers on a line.
const MOST_MARKERS: usize = 40;

/// Draws plots in one column, or several plots in two columns; returns the height reached.
pub(super) fn plots(drawing: &mut Drawing, plots: &[Plot], top: f64) -> f64 {
    let columns = if plots.len() > 1 && drawing.width >= NARROW { 2 } else { 1 };
    let margin = drawing.margin();
    let room = drawing.width - 2.0 * margin;
    let each = (room - GUTTER * (columns as f64 - 1.0)) / columns as f64;
    let mut y = top;
    for row in plots.chunks(columns) {
        let mut bottom = y;
        for (at, plot) in row.iter().enumerate() {
            let left = margin + at as f64 * (each + GUTTER);
            let frame = PlotFrame::of(plot, left, each, y, plots.len() > 1);
            bottom = f64::max(bottom, frame.draw(drawing));
        }
        y = bottom + if plots.len() > columns { 10.0 } else { 0.0 };
    }
    y
}

/// Moves positions so that neighbours are at least `apart` from each other; keeps them between `top` and `bottom` if
/// possible.
pub(super) fn spread_out(middles: &[f64], apart: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..middles.len()).collect();
    order.sort_by(|&a, &b| middles[a].total_cmp(&middles[b]));
    let mut placed = middles.to_vec();
    let mut least = top;
    for &at in &order {
        placed[at] = placed[at].max(least);
        least = placed[at] + apart;
    }
    let mut most = bottom;
    for &at in order.iter().rev() {
        placed[at] = placed[at].min(most);
        most = placed[at] - apart;
    }
    placed
}

/// A plot with the positions of its axes.
struct PlotFrame<'a> {
    plot: &'a Plot,
    /// Left end of the whole plot, names included.
    left: f64,
    /// Left and right end of the area within the axes.
    x: (f64, f64),
    y: (f64, f64),
    /// Free pixels at both ends of the x axis.
    inset: (f64, f64),
    /// Maximum width of a name at the end of a line.
    widest_end: f64,
    x_ticks: Ticks,
    y_ticks: Ticks,
    names: Vec<Vec<String>>,
}

/// The chosen ticks of an axis.
enum Ticks {
    Numbers(ValueAxis),
    Years(YearAxis, i32, i32),
    Names(usize),
}

impl Ticks {
    fn of(axis: &Axis, most_intervals: usize, characters: usize) -> Self {
        match axis {
            Axis::Numbers(axis) => Self::Numbers(axis.ticks(most_intervals)),
            Axis::Years(first, last) => {
                Self::Years(YearAxis::fitting(*first, *last, characters), *first, *last)
            }
            Axis::Names(names) => Self::Names(names.len()),
        }
    }

    /// Returns the relative position of a value, 0 to 1.
    fn position(&self, value: f64) -> f64 {
        match self {
            Self::Numbers(axis) => axis.position(value),
            Self::Years(_, first, last) if first == last => 0.5,
            Self::Years(_, first, last) => {
                let (first, last) = (f64::from(*first), f64::from(*last));
                (value - first) / (last - first)
            }
            Self::Names(count) => (value + 0.5) / (*count).max(1) as f64,
        }
    }
}

/// Returns the labels of a number axis with their positions, the highest first.
fn tick_labels(axis: &NumberAxis, ticks: &ValueAxis) -> Vec<(f64, String)> {
    let label = |n: usize| {
        let (mantissa, exponent) = ticks.tick_from_top(n);
        let position = 1.0 - n as f64 / ticks.intervals() as f64;
        (position, minus(&axis.format.tick(mantissa, exponent)))
    };
    (0..=ticks.intervals()).map(label).collect()
}

/// Replaces the hyphen of a negative number by a minus sign.
pub(super) fn minus(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) => format!("−{rest}"),
        None => text.replace(" -", " −"),
    }
}

impl<'a> PlotFrame<'a> {
    fn of(plot: &'a Plot, left: f64, room: f64, top: f64, several: bool) -> Self {
        let lines_of = |name: &String| wrap(name, BODY, WIDEST_NAMES.min(room * 0.4), 2);
        let (height, names) = match &plot.y {
            Axis::Names(names) => {
                let names: Vec<Vec<String>> = names.iter().map(lines_of).collect();
                let row = ROW.max(BAR * plot.bars_per_name as f64 + GAP_BETWEEN_NAMES);
                (names.len() as f64 * row, names)
            }
            _ if several => (HEIGHT_AMONG_SEVERAL, Vec::new()),
            _ => (HEIGHT, Vec::new()),
        };
        // Room for the name of the plot, and for the unit or the names of rules above the axis.
        let above = if plot.name.is_empty() { 0.0 } else { 22.0 }
            + if plot.rules.is_empty() { 18.0 } else { 34.0 };
        let y = (top + above, top + above + height);
        let tick = if several { TICK_HEIGHT_AMONG_SEVERAL } else { TICK_HEIGHT };
        let y_ticks = Ticks::of(&plot.y, (height / tick) as usize, 0);
        let labels = match (&plot.y, &y_ticks) {
            (Axis::Numbers(axis), Ticks::Numbers(ticks)) => {
                let widths =
                    tick_labels(axis, ticks).into_iter().map(|(_, text)| width(&text, TICK));
                widths.fold(0.0, f64::max)
            }
            _ => names.iter().flatten().map(|line| width(line, BODY)).fold(0.0, f64::max),
        };
        let widest_end = WIDEST_ENDS.min(room * 0.32);
        let ends =
            ends(plot, widest_end).iter().map(|end| width(&end.text, BODY)).fold(0.0, f64::max);
        // Half of the last number of an axis is beyond the end of the axis.
        let beyond = if matches!(plot.x, Axis::Numbers(_)) { 18.0 } else { 6.0 };
        let right = if ends > 0.0 { ends + 16.0 } else { beyond };
        let x = (left + labels + 10.0, left + room - right);
        let labels = |side: Side| {
            let labels = plot.labels.iter().filter(move |label| label.side == side);
            labels.map(|label| width(&label.text, TICK) + 10.0).fold(0.0, f64::max)
        };
        let inset = match (&plot.x, &plot.y) {
            (Axis::Numbers(_), Axis::Names(_)) => (labels(Side::Left), labels(Side::Right)),
            (Axis::Years(..), _) => (6.0, 6.0),
            _ => (0.0, 0.0),
        };
        let span = x.1 - x.0 - inset.0 - inset.1;
        let widest_tick = match &plot.x {
            Axis::Numbers(axis) => {
                let ticks = tick_labels(axis, &axis.ticks(6)).into_iter();
                ticks.map(|(_, text)| width(&text, TICK)).fold(0.0, f64::max) + 24.0
            }
            Axis::Years(..) | Axis::Names(_) => 1.0,
        };
        let x_ticks = Ticks::of(
            &plot.x,
            ((span / widest_tick) as usize).min(8),
            (span / YEAR_CHARACTER) as usize,
        );
        Self { plot, left, x, y, inset, widest_end, x_ticks, y_ticks, names }
    }

    fn px(&self, value: f64) -> f64 {
        let (from, to) = (self.x.0 + self.inset.0, self.x.1 - self.inset.1);
        from + self.x_ticks.position(value) * (to - from)
    }

    fn py(&self, value: f64) -> f64 {
        let position = self.y_ticks.position(value);
        match self.y_ticks {
            Ticks::Names(_) => self.y.0 + position * (self.y.1 - self.y.0),
            Ticks::Numbers(_) | Ticks::Years(..) => self.y.1 - position * (self.y.1 - self.y.0),
        }
    }

    /// Draws the plot; returns the height reached.
    fn draw(&self, drawing: &mut Drawing) -> f64 {
        if !self.plot.name.is_empty() {
            let name = cut(&self.plot.name, BODY, self.x.1 - self.left);
            let y = self.y.0 - if self.plot.rules.is_empty() { 24.0 } else { 40.0 };
            drawing.text(self.left, y, &name, TextStyle { bold: true, ..TextStyle::sized(BODY) });
        }
        let range = match &self.y_ticks {
            Ticks::Numbers(axis) => Some(axis.ends()),
            Ticks::Years(..) | Ticks::Names(_) => None,
        };
        drawing.open_plot(self.y, range);
        self.draw_y_axis(drawing);
        let bottom = self.draw_x_axis(drawing);
        self.draw_areas(drawing);
        self.draw_rules(drawing);
        self.draw_lines(drawing);
        self.draw_labels(drawing);
        self.draw_ends(drawing);
        drawing.close_group();
        bottom
    }

    fn draw_y_axis(&self, drawing: &mut Drawing) {
        let end = TextStyle { anchor: Anchor::End, ..TextStyle::sized(BODY) };
        match (&self.plot.y, &self.y_ticks) {
            (Axis::Numbers(axis), Ticks::Numbers(ticks)) => {
                for (position, label) in tick_labels(axis, ticks) {
                    let y = self.y.1 - position * (self.y.1 - self.y.0);
                    drawing.rule((self.x.0, y), (self.x.1, y), Paint::Grid);
                    let style = TextStyle { size: TICK, paint: Paint::Faint, ..end };
                    drawing.text(self.x.0 - 6.0, y + 4.0, &label, style);
                }
                if let Some(zero) = ticks.zero_inside() {
                    let y = self.y.1 - zero * (self.y.1 - self.y.0);
                    drawing.rule((self.x.0, y), (self.x.1, y), Paint::Faint);
                }
                let style = TextStyle { paint: Paint::Faint, ..TextStyle::sized(TICK) };
                drawing.text(self.left, self.y.0 - 9.0, &axis.format.unit(), style);
            }
            _ => {
                for (row, lines) in self.names.iter().enumerate() {
                    let first = self.py(row as f64) + 4.5
                        - NAME_LINE / 2.0 * (lines.len().max(1) - 1) as f64;
                    for (at, line) in lines.iter().enumerate() {
                        drawing.text(self.x.0 - 8.0, first + NAME_LINE * at as f64, line, end);
                    }
                }
            }
        }
    }

    /// Draws ticks, labels and title of the x axis; returns the height reached.
    fn draw_x_axis(&self, drawing: &mut Drawing) -> f64 {
        let label =
            TextStyle { paint: Paint::Faint, anchor: Anchor::Middle, ..TextStyle::sized(TICK) };
        let y = self.y.1 + 17.0;
        match (&self.plot.x, &self.x_ticks) {
            (Axis::Numbers(axis), Ticks::Numbers(ticks)) => {
                let (from, to) = (self.x.0 + self.inset.0, self.x.1 - self.inset.1);
                let is_grid = matches!(self.plot.y, Axis::Names(_));
                for (position, text) in tick_labels(axis, ticks) {
                    let x = from + position * (to - from);
                    let top = if is_grid { self.y.0 } else { self.y.1 };
                    drawing.rule((x, top), (x, self.y.1 + 4.0), Paint::Grid);
                    drawing.text(x, y, &text, label);
                }
                if is_grid && ticks.covers_zero() {
                    let x = self.px(0.0);
                    drawing.rule((x, self.y.0), (x, self.y.1), Paint::Faint);
                } else if !is_grid {
                    drawing.rule((self.x.0, self.y.1), (self.x.1, self.y.1), Paint::Faint);
                }
                drawing.text((from + to) / 2.0, y + 17.0, &axis.format.unit(), label);
                y + 22.0
            }
            (Axis::Years(..), Ticks::Years(axis, ..)) => {
                drawing.rule((self.x.0, self.y.1), (self.x.1, self.y.1), Paint::Faint);
                for (_, year) in axis.labels() {
                    let x = self.px(f64::from(year));
                    drawing.rule((x, self.y.1), (x, self.y.1 + 4.0), Paint::Faint);
                    drawing.text(x, y, &year.to_string(), label);
                }
                y + 5.0
            }
            (Axis::Names(names), _) => {
                let widest = names.iter().map(|name| width(name, TICK)).fold(0.0, f64::max) + 8.0;
                let each = (self.x.1 - self.x.0) / names.len().max(1) as f64;
                let every = (widest / each.max(1.0)).ceil().max(1.0) as usize;
                for (at, name) in names.iter().enumerate().step_by(every) {
                    drawing.text(self.px(at as f64), y, &minus(name), label);
                }
                y + 5.0
            }
            _ => y,
        }
    }

    fn draw_areas(&self, drawing: &mut Drawing) {
        drawing.open_line(&self.plot.name);
        for band in &self.plot.bands {
            for run in band.points.split(Option::is_none) {
                let points: Vec<(f64, f64, f64)> = run.iter().flatten().copied().collect();
                let upper = points.iter().map(|&(x, _, high)| (self.px(x), self.py(high)));
                let lower = points.iter().rev().map(|&(x, low, _)| (self.px(x), self.py(low)));
                let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
                if outline.len() > 2 {
                    drawing.area(&outline, band.ink, band.strength);
                }
            }
        }
        drawing.close_group();
        for rect in &self.plot.rects {
            let (from, to) = (self.px(rect.x.0), self.px(rect.x.1));
            let (top, bottom) = (self.py(rect.y.0), self.py(rect.y.1));
            let mut size = ((to - from).abs(), (bottom - top).abs());
            let mut corner = (from.min(to), top.min(bottom));
            if matches!(self.plot.x, Axis::Numbers(_)) && matches!(self.plot.y, Axis::Numbers(_)) {
                // A thin gap between the bars of a histogram.
                (corner.0, size.0) = (corner.0 + 0.5, (size.0 - 1.0).max(0.5));
            } else if size.0 < 2.5 {
                // Marks a value without a bar, or with a bar too short to be seen.
                (corner.0, size.0) = (corner.0 - (2.5 - size.0) / 2.0, 2.5);
            }
            drawing.rect(corner, size, rect.ink, &minus(&rect.text));
        }
    }

    /// Draws vertical lines at named values; their names are above the plot, in rows so that they do not overlap.
    fn draw_rules(&self, drawing: &mut Drawing) {
        let mut ends = [f64::NEG_INFINITY; 2];
        for (value, name) in &self.plot.rules {
            let (x, name) = (self.px(*value), minus(name));
            drawing.rule((x, self.y.0 - 3.0), (x, self.y.1), Paint::Text);
            let half = width(&name, TICK) / 2.0;
            let middle = x.clamp(self.x.0 + half, (self.x.1 - half).max(self.x.0 + half));
            let row = usize::from(ends[0] > middle - half);
            ends[row] = middle + half + 6.0;
            let style = TextStyle { anchor: Anchor::Middle, ..TextStyle::sized(TICK) };
            drawing.text(middle, self.y.0 - 7.0 - 14.0 * row as f64, &name, style);
        }
    }

    fn draw_lines(&self, drawing: &mut Drawing) {
        for line in &self.plot.lines {
            let name = if line.name.is_empty() { &self.plot.name } else { &line.name };
            drawing.open_line(if line.ink == Ink::Reference { "" } else { name });
            let place = |point: &Option<(f64, f64)>| point.map(|(x, y)| (self.px(x), self.py(y)));
            let points: Vec<Option<(f64, f64)>> = line.points.iter().map(place).collect();
            let thickness = match line.ink {
                Ink::Series(_) => 2.2,
                Ink::Contour => 3.0,
                Ink::Total | Ink::Rise | Ink::Fall | Ink::Tile(_) => 1.6,
                Ink::Reference | Ink::Border => 1.2,
            };
            if line.ink == Ink::Contour {
                // A border separates the line from tiles of any colour.
                drawing.line(&points, Ink::Border, thickness + 2.5, false);
            }
            // A fan has one line, which needs no dash.
            let is_dashed = self.plot.bands.is_empty() || line.ink == Ink::Reference;
            drawing.line(&points, line.ink, thickness, is_dashed);
            if let (Ink::Series(number), Axis::Numbers(axis)) = (line.ink, &self.plot.y) {
                self.draw_markers(drawing, line, number, axis, name);
            }
            drawing.close_group();
        }
    }

    /// Draws the markers of a line at all points, or at some points of a long line.
    fn draw_markers(
        &self,
        drawing: &mut Drawing,
        line: &Line,
        number: usize,
        axis: &NumberAxis,
        name: &str,
    ) {
        let present = line.points.iter().flatten();
        let every = present.clone().count().div_ceil(MOST_MARKERS).max(1);
        for &(x, y) in present.step_by(every) {
            let key = match &self.plot.x {
                Axis::Numbers(axis) => minus(&axis.format.quantity(Some(x))),
                Axis::Years(..) | Axis::Names(_) => x.to_string(),
            };
            let value = minus(&axis.format.quantity(Some(y)));
            let range = self.range(x).map(|(low, high)| {
                let end = |value| minus(&axis.format.number(Some(value)));
                format!(" ({} to {})", end(low), end(high))
            });
            let value = value + &range.unwrap_or_default();
            let note = Note { name: name.to_owned(), key, value };
            drawing.marker((self.px(x), self.py(y)), number, &note);
        }
    }

    /// Returns the ends of a fan's wide band at a year.
    fn range(&self, x: f64) -> Option<(f64, f64)> {
        let band = self.plot.bands.iter().find(|band| band.strength == Strength::Outer)?;
        let point = band.points.iter().flatten().find(|point| point.0 == x)?;
        Some((point.1, point.2))
    }

    /// Draws texts at bars and on tiles.
    fn draw_labels(&self, drawing: &mut Drawing) {
        if matches!(self.plot.x, Axis::Years(..)) {
            return;
        }
        for FigureLabel { at, side, text, on } in &self.plot.labels {
            let (x, y) = (self.px(at.0), self.py(at.1) + 4.0);
            let (x, anchor) = match side {
                Side::Left => (x - 5.0, Anchor::End),
                Side::Right => (x + 5.0, Anchor::Start),
                Side::Centre => (x, Anchor::Middle),
            };
            let fixed = match on {
                Some(Ink::Tile(share)) => Some(theme::on_tile(*share)),
                _ => None,
            };
            let style = TextStyle { anchor, fixed, ..TextStyle::sized(TICK) };
            drawing.text(x, y, &minus(text), style);
        }
    }

    /// Draws the names at the ends of lines; a thin line leads to a name that had to move.
    fn draw_ends(&self, drawing: &mut Drawing) {
        let ends = ends(self.plot, self.widest_end);
        let heights: Vec<f64> = ends.iter().map(|end| self.py(end.at.1)).collect();
        let placed = spread_out(&heights, END_LINE, self.y.0, self.y.1);
        for ((end, height), y) in ends.iter().zip(heights).zip(placed) {
            drawing.open_line(end.line);
            let (from, x) = (self.px(end.at.0) + 5.0, self.x.1 + 10.0);
            if (height - y).abs() > 3.0 || from < x - 12.0 {
                let paint = if end.paint == Paint::Text { Paint::Faint } else { end.paint };
                drawing.rule((from, height), (x - 2.0, y), paint);
            }
            let style = TextStyle { paint: end.paint, ..TextStyle::sized(BODY) };
            drawing.text(x, y + 4.5, &end.text, style);
            drawing.close_group();
        }
    }
}

/// A name at the end of a line, with its position.
struct End<'a> {
    /// The name of the line, or of the plot of a fan.
    line: &'a str,
    at: (f64, f64),
    text: String,
    paint: Paint,
}

/// Returns the names of the lines at their last points, or the labels of a fan.
fn ends(plot: &Plot, widest: f64) -> Vec<End<'_>> {
    if !matches!(plot.x, Axis::Years(..)) {
        return Vec::new();
    }
    let names = plot.lines.iter().filter(|line| !line.name.is_empty()).filter_map(|line| {
        let at = line.points.iter().flatten().next_back().copied()?;
        let text = cut(&line.name, BODY, widest);
        Some(End { line: &line.name, at, text, paint: Paint::of(line.ink) })
    });
    let labels = plot.labels.iter().map(|label| End {
        line: &plot.name,
        at: label.at,
        text: minus(&label.text),
        paint: Paint::Text,
    });
    names.chain(labels).collect()
}

#[cfg(test)]
mod tests {
    use super::spread_out;

    #[test]
    fn names_give_way_to_each_other() {
        assert_eq!(spread_out(&[10.0, 50.0], 10.0, 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(spread_out(&[12.0, 10.0], 10.0, 0.0, 100.0), [20.0, 10.0]);
        assert_eq!(spread_out(&[99.0, 100.0], 10.0, 0.0, 100.0), [90.0, 100.0]);
        assert!(spread_out(&[], 10.0, 0.0, 1.0).is_empty());
    }
}
