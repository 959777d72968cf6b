//! Charts independent of their output: marks and axes in the units of the data.
//!
//! A [`Figure`] has axes, marks and texts, but no pixels, columns or colours. The terminal and the
//! SVG writer draw the same figure; `axis` chooses the ticks for both, from the size of the
//! output. All texts are one safe line each (`page::clean`).

pub(super) mod axis;
mod bars;
mod flows;
mod heat;
mod histogram;
mod lines;
mod of_report;
mod robust;
mod sensitivity;
mod sweep;
mod trade_off;
mod why;

pub use bars::{Tornado, TornadoInput};
pub(super) use flows::{Flow, Flows};
pub use heat::{HeatMap, Sweep};
pub(super) use histogram::{bin_of, name as histogram_name, shares};
pub(super) use lines::lines;
pub(super) use of_report::{figures, of_answers, slug};
pub(super) use sweep::lines as swept_lines;

use super::number::NumberFormat;

/// A chart with its title, legend and notes.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Description of the shown quantity; its expression if it has none.
    pub(super) title: String,
    /// Unit of the values; pictures write it at the axis.
    pub(super) unit: String,
    /// The year or scenario that all values share.
    pub(super) subtitle: String,
    /// Text that describes the figure to readers who cannot see it.
    pub(super) alternative: String,
    /// The marks of the figure.
    pub(super) body: Body,
    /// Legend of the marks that have no name beside them.
    pub(super) legend: Vec<Key>,
    /// Remarks below the figure, such as a number of omitted lines.
    pub(super) notes: Vec<String>,
    /// Citations of the sources below the figure.
    pub(super) sources: Vec<String>,
    /// Heading and lines about identities that do not hold; empty if all hold.
    pub(super) marks: Vec<String>,
}

/// The marks of a figure, by type of chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// Plots of the same size, in reading order.
    Plots(Vec<Plot>),
    /// Flows between two columns of names.
    Flows(Flows),
}

/// A plot: marks between two axes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plot {
    /// Heading of the plot if the figure has several; otherwise empty.
    pub(super) name: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) bands: Vec<Band>,
    pub(super) rects: Vec<Rect>,
    pub(super) lines: Vec<Line>,
    pub(super) labels: Vec<FigureLabel>,
    /// Vertical lines: value on the x axis, and name.
    pub(super) rules: Vec<(f64, String)>,
    /// Number of bars for each name on an axis of names.
    pub(super) bars_per_name: usize,
}

impl Figure {
    /// Returns title, unit and subtitle in one line.
    pub(super) fn heading(&self) -> String {
        let parts = [&self.title, &self.subtitle, &self.unit].into_iter();
        parts.filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
    }
}

impl Plot {
    /// Makes a plot without marks.
    fn between(x: Axis, y: Axis) -> Self {
        Self {
            name: String::new(),
            x,
            y,
            bands: Vec::new(),
            rects: Vec::new(),
            lines: Vec::new(),
            labels: Vec::new(),
            rules: Vec::new(),
            bars_per_name: 1,
        }
    }
}

/// An axis of a plot, before its ticks are chosen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Axis {
    /// An axis of numbers.
    Numbers(NumberAxis),
    /// A horizontal axis of calendar years, from the first to the last; ticks are whole years.
    Years(i32, i32),
    /// Names; name `i` is at position `i`. The y axis runs downwards.
    Names(Vec<String>),
}

/// An axis of numbers, before its ticks are chosen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NumberAxis {
    /// Lowest number on the axis.
    pub(super) low: f64,
    /// Highest number on the axis.
    pub(super) high: f64,
    /// Extends the axis to zero if the distance to zero is at most this share of the range.
    pub(super) near_zero: f64,
    /// Format of the tick labels; the unit of the format is the title of the axis.
    pub(super) format: NumberFormat,
}

impl NumberAxis {
    /// Makes an axis that covers some numbers; `None` if none of them is finite.
    fn covering(
        numbers: impl Iterator<Item = f64>,
        near_zero: f64,
        format: NumberFormat,
    ) -> Option<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for number in numbers.filter(|number| number.is_finite()) {
            (low, high) = (low.min(number), high.max(number));
        }
        (low <= high).then_some(Self { low, high, near_zero, format })
    }

    /// Chooses the ticks: at most `most_intervals` steps between round numbers.
    pub(super) fn ticks(&self, most_intervals: usize) -> axis::ValueAxis {
        axis::ValueAxis::around(self.low, self.high, most_intervals, self.near_zero)
    }
}

/// The role of a mark, from which each output chooses a colour, dash and marker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ink {
    /// The line or bar with this index.
    Series(usize),
    /// A faint reference line.
    Reference,
    /// A total: the first or the last bar of a waterfall.
    Total,
    /// A positive change.
    Rise,
    /// A negative change.
    Fall,
    /// A position on a colour scale: 0 for its lowest and 1 for its highest value.
    Tile(f64),
    /// A contour line of a heat map.
    Contour,
    /// The border of a contour line, in a contrasting colour.
    Border,
}

/// The two quantile bands of a fan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// The wide band.
    Outer,
    /// The narrow band.
    Inner,
}

/// An entry of a legend.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    pub(super) ink: Ink,
    pub(super) shape: KeyShape,
    pub(super) name: String,
}

/// The sample of a mark beside an entry of a legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyShape {
    Line,
    Band(Strength),
    Block,
}

/// A line through points; a missing point interrupts the line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) ink: Ink,
    /// Name at the last point; empty for none.
    pub(super) name: String,
    pub(super) points: Vec<Option<(f64, f64)>>,
}

/// An area between two lines; a missing point interrupts the area.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Band {
    pub(super) ink: Ink,
    pub(super) strength: Strength,
    /// For each point: x, lower y and upper y.
    pub(super) points: Vec<Option<(f64, f64, f64)>>,
}

/// A filled rectangle: a bar or a tile.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rect {
    pub(super) ink: Ink,
    /// Both ends on the x axis, in any order.
    pub(super) x: (f64, f64),
    /// Both ends on the y axis, in any order.
    pub(super) y: (f64, f64),
    /// The text shown when the pointer rests on the mark.
    pub(super) text: String,
}

/// A text at a point of the plot.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FigureLabel {
    pub(super) at: (f64, f64),
    pub(super) side: Side,
    pub(super) text: String,
    /// Ink of the tile below the text, for a legible colour of the text.
    pub(super) on: Option<Ink>,
}

/// Position of a text relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
    Centre,
}
