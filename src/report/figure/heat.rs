//! Heat maps: a result over two inputs, and the line on which it has a given value.

use ndarray::Array2;

use crate::methods::contour;
use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::results::UnitLabel;

use super::{Axis, Body, Figure, FigureLabel, Ink, Key, KeyShape, Line, Plot, Rect, Side};

/// Maximum number of columns and rows of a map with numbers in its tiles.
const MOST_NUMBERED: (usize, usize) = (12, 16);
/// Maximum number of columns and rows of a map.
const MOST_TILES: usize = 200;

/// Significant digits of the results in tiles, relative to their range.
const DIGITS: i32 = 3;

/// An input on an axis of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// Description of the input.
    pub title: String,
    /// Unit in which the input's values are shown.
    pub unit: UnitLabel,
    /// Values of the input, in ascending order.
    pub values: Vec<f64>,
}

/// A result over two inputs: the data of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// Description of the result.
    pub title: String,
    /// Unit in which the result is shown.
    pub unit: UnitLabel,
    /// The input on the horizontal axis.
    pub across: Sweep,
    /// The input on the vertical axis.
    pub upwards: Sweep,
    /// The result: a row for each value upwards, with a value for each across.
    pub results: Vec<Vec<Option<f64>>>,
    /// Value and label of the contour line, such as 0 for balanced trade.
    pub contour: Option<(f64, String)>,
}

impl HeatMap {
    /// Returns the numbers of columns and of rows.
    fn size(&self) -> (usize, usize) {
        (self.across.values.len(), self.upwards.values.len())
    }

    /// Returns the result at a column and a row, if it is finite. Row 0 is the lowest.
    fn at(&self, column: usize, row: usize) -> Option<f64> {
        let value = self.results.get(row)?.get(column).copied().flatten();
        value.filter(|value| value.is_finite())
    }

    /// Returns the finite results, each with its column and row.
    fn tiles(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        let (columns, rows) = self.size();
        let cells = (0..rows).flat_map(move |row| (0..columns).map(move |column| (column, row)));
        cells.filter_map(|(column, row)| Some((column, row, self.at(column, row)?)))
    }
}

/// The lowest and the highest result, and the format of the numbers between them.
struct Shades {
    low: f64,
    high: f64,
    format: NumberFormat,
}

impl Shades {
    fn of(map: &HeatMap) -> Option<Self> {
        let results = || map.tiles().map(|(_, _, value)| value);
        let (low, high) = (results().reduce(f64::min)?, results().reduce(f64::max)?);
        let format = NumberFormat::fit(&map.unit, [Some(low), Some(high)]);
        let format = if high > low { format.resolving(high - low, DIGITS) } else { format };
        Some(Self { low, high, format })
    }

    fn ink(&self, value: f64) -> Ink {
        let width = self.high - self.low;
        Ink::Tile(if width > 0.0 { (value - self.low) / width } else { 0.5 })
    }

    fn keys(&self) -> Vec<Key> {
        let key = |share: f64| {
            let value = self.low + (self.high - self.low) * share;
            let name = self.format.number(Some(value));
            Key { ink: Ink::Tile(share), shape: KeyShape::Block, name }
        };
        [0.0, 0.25, 0.5, 0.75, 1.0].map(key).into()
    }
}

impl Figure {
    /// Makes a heat map, with dark tiles for high results and light tiles for low ones. `None` without a finite result,
    /// or if the map is too large.
    pub fn heat_map(map: &HeatMap) -> Option<Self> {
        let (columns, rows) = map.size();
        if columns.max(rows) > MOST_TILES {
            return None;
        }
        let shades = Shades::of(map)?;
        let mut plot = tiled(map, &shades);
        let mut legend = shades.keys();
        if let Some((level, name)) = &map.contour {
            plot.lines = contour_lines(map, *level);
            let key = Key { ink: Ink::Contour, shape: KeyShape::Line, name: clean(name) };
            legend.extend((!plot.lines.is_empty()).then_some(key));
        }
        let format = &shades.format;
        let (title, unit) = (clean(&map.title), format.unit());
        let comma = if unit.is_empty() { "" } else { ", " };
        let (across, upwards) = (clean(&map.across.title), clean(&map.upwards.title));
        let subtitle = format!("{unit}{comma}by {across} (across) and {upwards} (upwards)");
        let alternative = format!(
            "Heat map of {title}, {subtitle}: from {} to {}.",
            format.quantity(Some(shades.low)),
            format.quantity(Some(shades.high))
        );
        let (notes, sources, marks) = (Vec::new(), Vec::new(), Vec::new());
        let (unit, body) = (String::new(), Body::Plots(vec![plot]));
        Some(Self { title, unit, subtitle, alternative, body, legend, notes, sources, marks })
    }
}

/// Draws the tiles, with numbers in them if there are few.
fn tiled(map: &HeatMap, shades: &Shades) -> Plot {
    let (columns, rows) = map.size();
    let numbered = columns <= MOST_NUMBERED.0 && rows <= MOST_NUMBERED.1;
    let (across, upwards) = (names(&map.across), names(&map.upwards));
    let top_down = upwards.iter().rev().cloned().collect();
    let mut plot = Plot::between(Axis::Names(across.clone()), Axis::Names(top_down));
    for (column, row, value) in map.tiles() {
        // Row 0 is the lowest, and the y axis runs downwards.
        let (x, y) = (column as f64, (rows - 1 - row) as f64);
        let (ink, format) = (shades.ink(value), &shades.format);
        let text =
            format!("{}, {}: {}", across[column], upwards[row], format.quantity(Some(value)));
        plot.rects.push(Rect { ink, x: (x - 0.5, x + 0.5), y: (y - 0.5, y + 0.5), text });
        if numbered {
            let text = format.number(Some(value));
            plot.labels.push(FigureLabel { at: (x, y), side: Side::Centre, text, on: Some(ink) });
        }
    }
    plot
}

/// Returns the lines on which the result has the value `level`.
fn contour_lines(map: &HeatMap, level: f64) -> Vec<Line> {
    let (columns, rows) = map.size();
    let downwards = |(x, y): (f64, f64)| Some((x, (rows - 1) as f64 - y));
    let lines = contour(columns, rows, level, |column, row| map.at(column, row));
    let line = |points: contour::ContourLine| Line {
        ink: Ink::Contour,
        name: String::new(),
        points: points.into_iter().map(downwards).collect(),
    };
    lines.into_iter().map(line).collect()
}

fn names(sweep: &Sweep) -> Vec<String> {
    let values = || sweep.values.iter().copied().map(Some);
    let format = NumberFormat::fit(&sweep.unit, values()).without_idle_zeros(values());
    sweep.values.iter().map(|&value| format.quantity(Some(value))).collect()
}

/// Returns the contour lines of a grid of values, in indices of columns and rows. A missing value ends a line.
fn contour(
    columns: usize,
    rows: usize,
    level: f64,
    at: impl Fn(usize, usize) -> Option<f64>,
) -> Vec<contour::ContourLine> {
    let indices = |count: usize| (0..count).map(|n| n as f64).collect::<Vec<f64>>();
    let value = |(row, column)| at(column, row).map_or(f64::NAN, |value| value - level);
    let values = Array2::from_shape_fn((rows, columns), value);
    contour::zero_lines(&indices(columns), &indices(rows), values.view())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contour_of_a_plane_is_its_straight_line() {
        // x + y = 2.5 on a grid of 4 by 4 crosses five squares, so it has six points.
        let lines = contour(4, 4, 2.5, |x, y| Some((x + y) as f64));
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [6]);
        for (x, y) in lines.into_iter().flatten() {
            assert!((x + y - 2.5).abs() < 1e-12, "{x} {y}");
        }
    }

    #[test]
    fn a_saddle_has_two_pieces_and_a_gap_none() {
        let saddle = [[1.0, -1.0], [-1.0, 1.0]];
        let at = |x: usize, y: usize| Some(saddle[y][x]);
        assert_eq!(contour(2, 2, 0.0, at).len(), 2);
        assert!(contour(2, 2, 0.0, |x, y| if x == 0 { None } else { at(x, y) }).is_empty());
        assert!(contour(2, 2, 9.0, at).is_empty());
        assert!(contour(0, 0, 0.0, at).is_empty());
    }
}
