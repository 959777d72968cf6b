//! Sheets of a workbook as plain values: cells and charts, before they are written.

use crate::report::figure::Ink;
use crate::report::figure::axis::ValueAxis;

/// A sheet of a workbook.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Name on the sheet's tab.
    pub(super) name: String,
    pub(super) rows: Vec<Vec<SheetCell>>,
    /// Number of rows and columns that stay in sight.
    pub(super) frozen: (u32, u16),
    /// Widths of the first columns in characters; the last width applies to all further columns.
    pub(super) widths: Vec<f64>,
    pub(super) charts: Vec<Chart>,
}

/// A cell of a sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum SheetCell {
    #[default]
    Empty,
    /// A text, which is never a formula, even if it begins with `=`.
    Text(String, CellStyle),
    /// A number in base units, with the format that shows it in the scale of its heading.
    Number(f64, String),
}

/// Style of a text cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum CellStyle {
    Plain,
    Title,
    Head,
    Faint,
    /// Monospaced text: a formula or a line of the script.
    Code,
    /// Text that wraps over several lines.
    Wrapped,
    Good,
    Bad,
}

/// A range of cells in one column: first row, last row and column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SheetColumn {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) column: u16,
}

/// A native chart of a sheet.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) kind: ChartKind,
    pub(super) title: String,
    /// Unit of the values, written at their axis.
    pub(super) unit: String,
    /// Number format of the values' axis.
    pub(super) format: String,
    pub(super) categories: SheetColumn,
    pub(super) series: Vec<ChartSeries>,
    /// Ends of the axis of values; None lets the program choose.
    pub(super) ends: Option<(f64, f64)>,
    /// Row and column of the chart's upper left corner.
    pub(super) place: (u32, u16),
    /// Text that describes the chart to readers who cannot see it.
    pub(super) alternative: String,
}

/// Shape in which a chart draws its series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChartKind {
    Line,
    /// Stacked areas: the bands of a fan.
    Bands,
    /// Columns side by side.
    Columns,
    /// Stacked columns: a waterfall on an invisible base.
    Steps,
}

/// A series of a chart.
#[derive(Debug)]
pub(super) struct ChartSeries {
    pub(super) name: String,
    pub(super) values: SheetColumn,
    /// Colour of the series; None for an invisible series below the next one.
    pub(super) ink: Option<Ink>,
    /// Transparency of the series in percent.
    pub(super) transparency: u8,
}

impl Sheet {
    /// Makes an empty sheet.
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Returns the number of the next row.
    pub(super) fn next(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// Adds a row with one text.
    pub(super) fn line(&mut self, text: &str, style: CellStyle) {
        self.rows.push(vec![SheetCell::Text(text.to_owned(), style)]);
    }

    /// Adds an empty row.
    pub(super) fn gap(&mut self) {
        self.rows.push(Vec::new());
    }
}

/// Makes a text cell in the style of a heading.
pub(super) fn head(text: &str) -> SheetCell {
    SheetCell::Text(text.to_owned(), CellStyle::Head)
}

/// Makes a plain text cell.
pub(super) fn text(text: &str) -> SheetCell {
    SheetCell::Text(text.to_owned(), CellStyle::Plain)
}

/// Makes a number cell; an empty cell for a missing value.
pub(super) fn number(value: Option<f64>, format: &str) -> SheetCell {
    match value.filter(|value| value.is_finite()) {
        Some(value) => SheetCell::Number(value, format.to_owned()),
        None => SheetCell::Empty,
    }
}

/// Returns round ends for an axis that covers some values; includes zero if its distance is at most `near`.
pub(super) fn ends(values: impl Iterator<Item = f64>, near: f64) -> Option<(f64, f64)> {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    if low > high {
        return None;
    }
    let ticks = ValueAxis::around(low, high, 6, near);
    let tick = |n| {
        let (mantissa, exponent) = ticks.tick_from_top(n);
        format!("{mantissa}e{exponent}").parse::<f64>().ok()
    };
    Some((tick(ticks.intervals())?, tick(0)?))
}

/// Converts to a column number; spreadsheets have 16,384 columns.
pub(super) fn column(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}
