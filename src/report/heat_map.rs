//! Heat maps in a terminal: a result over two inputs in shades, with its break-even line.

use crate::results::{SweepAxis, SweepTable};

use super::frame::WIDEST;
use super::number::NumberFormat;
use super::page::{Page, clean, left, right, width};

/// Shades from the lowest to the highest result.
const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];
/// Character for a result that cannot be computed.
const MISSING: char = '?';
/// Maximum number of rows of a heat map.
const MOST_ROWS: usize = 40;
/// Maximum width of a tile in columns.
const WIDEST_TILE: usize = 4;

/// A heat map whose rows and columns are some of the values of two inputs.
struct Map<'a> {
    values: &'a [Option<f64>],
    /// Number of values of the input across.
    across: usize,
    /// Indices of the rows and columns that are drawn.
    rows: Vec<usize>,
    columns: Vec<usize>,
    low: f64,
    high: f64,
    tile: usize,
}

/// Draws the table of two inputs, the first one downwards, with a legend below. Empty if all results are equal.
pub(super) fn lines(
    (down, across): (&SweepAxis, &SweepAxis),
    table: &SweepTable,
    format: &NumberFormat,
    page: Page,
) -> Vec<String> {
    let names = super::sweep::labels(down);
    let label = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let room = page.width.min(WIDEST).saturating_sub(label + 2).max(1);
    let Some(map) = Map::of(table, (down.values.len(), across.values.len()), room) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    let mut has_line = false;
    for (n, &row) in map.rows.iter().enumerate() {
        let tiles = map.columns.iter().enumerate().map(|(m, _)| {
            let on_line = map.is_on_line(n, m);
            has_line |= on_line;
            map.tile(n, m, on_line)
        });
        let tiles = tiles.collect::<String>();
        let name = names.get(row).map_or("", String::as_str);
        lines.push(format!("{}  {tiles}", right(name, label)));
    }
    let ends = super::sweep::labels(across);
    let (first, last) = (ends.first(), ends.last());
    if let (Some(first), Some(last)) = (first, last) {
        let span = map.columns.len() * map.tile;
        let gap = span.saturating_sub(width(first) + width(last)).max(1);
        let blanks = " ".repeat(label + 2);
        lines.push(format!("{blanks}{first}{}{last}", " ".repeat(gap)));
        lines.push(left(&format!("{blanks}{}", clean(&across.input)), 0));
    }
    lines.push(String::new());
    lines.extend(page.wrapped(&map.legend(format, has_line), 2));
    lines
}

impl<'a> Map<'a> {
    /// Chooses the rows and columns that fit; `None` without two different results.
    fn of(table: &'a SweepTable, (down, across): (usize, usize), room: usize) -> Option<Self> {
        let known = || table.values.iter().copied().flatten();
        let (low, high) = (known().reduce(f64::min)?, known().reduce(f64::max)?);
        if low == high {
            return None;
        }
        let some = |count: usize, most: usize| -> Vec<usize> {
            (0..count).step_by(count.div_ceil(most).max(1)).collect()
        };
        let columns = some(across, room);
        let tile = (room / columns.len().max(1)).clamp(1, WIDEST_TILE);
        Some(Self {
            values: &table.values,
            across,
            rows: some(down, MOST_ROWS),
            columns,
            low,
            high,
            tile,
        })
    }

    /// Returns the result at a drawn row and column.
    fn value(&self, row: usize, column: usize) -> Option<f64> {
        let (row, column) = (self.rows.get(row)?, self.columns.get(column)?);
        self.values.get(row * self.across + column).copied().flatten()
    }

    /// True if the sign changes between a tile and a neighbour that is farther from zero.
    fn is_on_line(&self, row: usize, column: usize) -> bool {
        let Some(own) = self.value(row, column) else { return false };
        let neighbours = [
            row.checked_sub(1).and_then(|above| self.value(above, column)),
            self.value(row + 1, column),
            column.checked_sub(1).and_then(|before| self.value(row, before)),
            self.value(row, column + 1),
        ];
        neighbours.into_iter().flatten().any(|other| {
            let is_nearer = own.abs() < other.abs() || own.abs() == other.abs() && own > other;
            own * other < 0.0 && is_nearer || own == 0.0
        })
    }

    fn tile(&self, row: usize, column: usize, on_line: bool) -> String {
        let shade = match self.value(row, column) {
            Some(value) => {
                let share = (value - self.low) / (self.high - self.low);
                let level = (share * SHADES.len() as f64) as usize;
                SHADES[level.min(SHADES.len() - 1)]
            }
            None => MISSING,
        };
        let mut tile: Vec<char> = vec![shade; self.tile];
        if on_line {
            tile[self.tile / 2] = '0';
        }
        tile.into_iter().collect()
    }

    fn legend(&self, format: &NumberFormat, has_line: bool) -> String {
        let step = (self.high - self.low) / SHADES.len() as f64;
        let from = |n: usize| format.number(Some(self.low + step * n as f64));
        let shades = SHADES.iter().enumerate();
        let shades = shades.map(|(n, shade)| format!("{shade} {} to {}", from(n), from(n + 1)));
        let mut text = shades.collect::<Vec<_>>().join("   ");
        if !format.unit().is_empty() {
            text.push_str(&format!(", {}", format.unit()));
        }
        if has_line {
            text.push_str("; 0: break-even");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{UnitKind, UnitLabel};

    fn axis(name: &str, count: usize) -> SweepAxis {
        SweepAxis {
            input: name.to_owned(),
            title: String::new(),
            unit: UnitLabel::new(UnitKind::Number, ""),
            values: (0..count).map(|n| n as f64).collect(),
        }
    }

    fn map(rows: usize, columns: usize, f: impl Fn(f64, f64) -> Option<f64>) -> Vec<String> {
        let values = (0..rows * columns).map(|n| f((n / columns) as f64, (n % columns) as f64));
        let unit = UnitLabel::new(UnitKind::Number, "");
        let format = NumberFormat::fit(&unit, [Some(10.0)]);
        let table = SweepTable {
            expression: "y".to_owned(),
            title: String::new(),
            unit,
            elements: Vec::new(),
            scenario: "baseline".to_owned(),
            year: 2024,
            draws: None,
            values: values.collect(),
        };
        let page = Page { width: 40, colour: false, errors: false };
        lines((&axis("a", rows), &axis("b", columns)), &table, &format, page)
    }

    /// a + b - 2.5 on 4 by 4 points changes its sign between 2 and 3, which are equally near: the line is drawn on
    /// the positive side. A shade is 1.2 wide.
    #[test]
    fn the_break_even_line_runs_where_the_sign_changes() {
        let found = map(4, 4, |a, b| Some(a + b - 2.5));
        assert_eq!(found[0], "0  ········░░░░▒▒0▒");
        assert_eq!(found[3], "3  ▒▒0▒▓▓▓▓████████");
        assert!(found.iter().any(|line| line.ends_with("0: break-even")), "{found:?}");
    }

    #[test]
    fn a_large_map_fits_the_page_and_a_missing_result_is_marked() {
        let found = map(100, 300, |a, b| (a > 0.0).then_some(a * b));
        assert!(found.iter().all(|line| width(line) <= 40), "{found:?}");
        assert!(found.len() <= MOST_ROWS + 8 && found[0].contains("???"), "{found:?}");
        assert!(map(3, 3, |_, _| Some(1.0)).is_empty() && map(3, 3, |_, _| None).is_empty());
    }
}
