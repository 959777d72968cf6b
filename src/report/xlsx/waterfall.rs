//! A waterfall of native columns: steps on an invisible base, which the file format lacks as a chart of its own.
//!
//! A program stacks positive and negative columns apart from each other. A step that crosses zero therefore has
//! two parts; any other step has a base of its own sign.

use crate::report::figure::Ink;
use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::report::panel::described;
use crate::results::{Comparison, Difference};

use super::sheet::{
    CellStyle, Chart, ChartKind, ChartSeries, Sheet, SheetCell, SheetColumn, column, ends, head,
    number,
};

/// The inks of a waterfall with the names of their columns. A waterfall has columns for names and base, then an upper
/// and a lower part for each ink.
const INKS: [(&str, Ink); 3] = [("total", Ink::Total), ("rise", Ink::Rise), ("fall", Ink::Fall)];
/// Number of columns that a chart covers, to the left of its numbers.
const BESIDE: u16 = 9;
/// Height of a chart in rows.
const ROWS: u32 = 18;

/// A bar of the waterfall: its name, its ends and its ink.
struct Bar {
    name: String,
    ends: (f64, f64),
    ink: Ink,
}

impl Bar {
    /// Returns the values that the axis must include: for a total only its value, because its column may be truncated.
    fn steps(&self) -> Vec<f64> {
        if self.ink == Ink::Total { vec![self.ends.1] } else { vec![self.ends.0, self.ends.1] }
    }
}

/// Makes the stacked columns of a waterfall: an invisible base, and for each colour a part above and a part below zero.
/// `range` returns the cells of a column, counted from the names of the bars.
fn stacked(range: impl Fn(usize) -> SheetColumn) -> Vec<ChartSeries> {
    let base =
        ChartSeries { name: "base".to_owned(), values: range(1), ink: None, transparency: 100 };
    let mut series = vec![base];
    for (n, (name, ink)) in INKS.into_iter().enumerate() {
        let part = |offset, name: String| ChartSeries {
            name,
            values: range(offset),
            ink: Some(ink),
            transparency: 0,
        };
        series.push(part(2 + 2 * n, name.to_owned()));
        series.push(part(3 + 2 * n, format!("{name}, below zero")));
    }
    series
}

/// Adds the waterfall from the reference to a scenario; `place` is the corner of the comparison's block.
pub(super) fn add(
    sheet: &mut Sheet,
    comparison: &Comparison,
    other: &Difference,
    format: &NumberFormat,
    place: (u32, u16),
) {
    let bars = bars(comparison, other);
    // The chart is below the previous one, and below the cells with its numbers.
    let below = |chart: &Chart| (chart.place.0 + ROWS).max(chart.categories.to + 3);
    let row = sheet.charts.last().map_or(place.0, below);
    let left = place.1 + BESIDE;
    let written = format.spreadsheet();
    let mut heads = vec![head("chart"), head("base")];
    for (name, _) in INKS {
        heads.extend([head(name), head(&format!("{name}, below zero"))]);
    }
    put(sheet, row, left, heads);
    for (n, bar) in bars.iter().enumerate() {
        let (low, high) = (bar.ends.0.min(bar.ends.1), bar.ends.0.max(bar.ends.1));
        let base = if low > 0.0 { low } else { high.min(0.0) };
        let (upper, lower) = (high.max(0.0) - base.max(0.0), low.min(0.0) - base.min(0.0));
        let mut cells =
            vec![SheetCell::Text(bar.name.clone(), CellStyle::Plain), number(Some(base), &written)];
        for (_, ink) in INKS {
            let own = ink == bar.ink;
            cells.extend([upper, lower].map(|part| number(Some(part).filter(|_| own), &written)));
        }
        put(sheet, row + 1 + n as u32, left, cells);
    }
    let range = |offset: usize| SheetColumn {
        from: row + 1,
        to: row + bars.len() as u32,
        column: left + column(offset),
    };
    let (reference, scenario) = (clean(&comparison.reference), clean(&other.scenario));
    let title = described(&comparison.title, &comparison.expression);
    let title = format!("{title}, {}: {reference} to {scenario}", comparison.year);
    sheet.charts.push(Chart {
        kind: ChartKind::Steps,
        alternative: format!("Waterfall of {title}"),
        title,
        unit: format.unit(),
        format: written,
        categories: range(0),
        series: stacked(range),
        ends: ends(bars.iter().flat_map(Bar::steps), 0.5),
        place: (row, place.1),
    });
}

fn bars(comparison: &Comparison, other: &Difference) -> Vec<Bar> {
    let start = if other.spread.is_some() { 0.0 } else { comparison.reference_value };
    let total = |name: &str, end: f64| Bar { name: clean(name), ends: (0.0, end), ink: Ink::Total };
    let mut bars = vec![total(&comparison.reference, start)];
    let mut at = start;
    for part in &other.parts {
        let name = if part.title.is_empty() { clean(&part.lever) } else { clean(&part.title) };
        let ink = if part.value < 0.0 { Ink::Fall } else { Ink::Rise };
        bars.push(Bar { name, ends: (at, at + part.value), ink });
        at += part.value;
    }
    bars.push(total(&other.scenario, at));
    bars
}

/// Writes cells into a row, from column `left` on.
fn put(sheet: &mut Sheet, row: u32, left: u16, cells: Vec<SheetCell>) {
    let (row, left) = (row as usize, usize::from(left));
    if sheet.rows.len() <= row {
        sheet.rows.resize_with(row + 1, Vec::new);
    }
    if let Some(row) = sheet.rows.get_mut(row) {
        row.resize(row.len().max(left), SheetCell::Empty);
        row.truncate(left);
        row.extend(cells);
    }
}
