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

impl Figure {
    /// Makes a heat map, with dark tiles for high results and light tiles for low ones. `None` without a finite result,
    /// or if the map is too large.
    pub fn heat_map(map: &HeatMap) -> Option<Self> {
        let (columns, rows) = (map.across.values.len(), map.upwards.values.len());
        if columns.max(rows) > MOST_TILES {
            return None;
        }
        let at = |column: usize, row: usize| {
            let value = map.results.get(row)?.get(column).copied().flatten();
            value.filter(|value| value.is_finite())
        };
        let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let results: Vec<f64> = cells.clone().filter_map(|(column, row)| at(column, row)).collect();
        let low = results.iter().copied().reduce(f64::min)?;
        let high = results.iter().copied().reduce(f64::max)?;
        let format = NumberFormat::fit(&map.unit, [Some(low), Some(high)]);
        let format = if high > low { format.resolving(high - low, DIGITS) } else { format };
        let share = |value: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
        let (across, upwards) = (names(&map.across), names(&map.upwards));
        let mut top_down = upwards.clone();
        top_down.reverse();
        let mut plot = Plot::between(Axis::Names(across.clone()), Axis::Names(top_down));
        let numbered = columns <= MOST_NUMBERED.0 && rows <= MOST_NUMBERED.1;
        // Row 0 is the lowest, and the y axis runs downwards.
        let height = |row: usize| (rows - 1 - row) as f64;
        for (column, row) in cells {
            let Some(value) = at(column, row) else { continue };
            let (x, y) = (column as f64, height(row));
            let ink = Ink::Tile(share(value));
            let number = format.number(Some(value));
            let text =
                format!("{}, {}: {}", across[column], upwards[row], format.quantity(Some(value)));
            plot.rects.push(Rect { ink, x: (x - 0.5, x + 0.5), y: (y - 0.5, y + 0.5), text });
            if numbered {
                plot.labels.push(FigureLabel {
                    at: (x, y),
                    side: Side::Centre,
                    text: number,
                    on: Some(ink),
                });
            }
        }
        let mut legend: Vec<Key> = [0.0, 0.25, 0.5, 0.75, 1.0]
            .iter()
            .map(|&share| Key {
                ink: Ink::Tile(share),
                shape: KeyShape::Block,
                name: format.number(Some(low + (high - low) * share)),
            })
            .collect();
        if let Some((level, name)) = &map.contour {
            let lines = contour(columns, rows, *level, at);
            plot.lines = lines
                .into_iter()
                .map(|line| Line {
                    ink: Ink::Contour,
                    name: String::new(),
                    points: (line.into_iter())
                        .map(|(x, y)| Some((x, (rows - 1) as f64 - y)))
                        .collect(),
                })
                .collect();
            let name = clean(name);
            if !plot.lines.is_empty() {
                legend.push(Key { ink: Ink::Contour, shape: KeyShape::Line, name });
            }
        }
        let title = clean(&map.title);
        let unit = format.unit();
        let comma = if unit.is_empty() { "" } else { ", " };
        let (across, upwards) = (clean(&map.across.title), clean(&map.upwards.title));
        let subtitle = format!("{unit}{comma}by {across} (across) and {upwards} (upwards)");
        let alternative = format!(
            "Heat map of {title}, {subtitle}: from {} to {}.",
            format.quantity(Some(low)),
            format.quantity(Some(high))
        );
        let (notes, sources, marks) = (Vec::new(), Vec::new(), Vec::new());
        let body = Body::Plots(vec![plot]);
        Some(Self {
            title,
            unit: String::new(),
            subtitle,
            alternative,
            body,
            legend,
            notes,
            sources,
            marks,
        })
    }
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
