//! A sheet of a workbook in memory, as a source of rows.

use std::borrow::Cow;
use std::ops::Range;

use indexmap::IndexSet;
use unicode_normalization::UnicodeNormalization as _;

use super::NotANumber;
use super::rows::{RowSource, Spot, StoredNumber};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, Span};

/// The text of a cell whose formula has no stored value.
const NO_VALUE: &str = "(formula without a value)";
/// Number of characters of a cell that an excerpt shows.
const MOST_SHOWN: usize = 40;

/// The content of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Content {
    /// A number; true if it is shown as a percentage.
    Number(f64, bool),
    /// A text: its index among the texts of the sheet.
    Text(u32),
    /// A date, written as a text.
    Date(u32),
    /// A formula without a stored value.
    Formula,
}

/// A cell of a sheet that is not empty: row and column from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DataCell {
    pub(super) row: u32,
    pub(super) column: u16,
    pub(super) content: Content,
}

/// The cells of a sheet, by row and column. Equal texts are kept once.
#[derive(Debug, Default)]
pub(super) struct DataSheet {
    name: String,
    cells: Vec<DataCell>,
    texts: IndexSet<String>,
}

impl DataSheet {
    /// Makes a sheet without cells.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Adds a cell.
    pub(super) fn push(&mut self, row: u32, column: u16, content: Content) {
        self.cells.push(DataCell { row, column, content });
    }

    /// Adds a text and returns its index; None for a text of blanks.
    pub(super) fn text(&mut self, text: &str) -> Option<u32> {
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            return None;
        }
        u32::try_from(self.texts.insert_full(text).0).ok()
    }

    /// Returns the number of cells that are not empty.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Sorts the cells; returns false if two are at the same place.
    pub(super) fn sort(&mut self) -> bool {
        let place = |cell: &DataCell| (cell.row, cell.column);
        self.cells.sort_by_key(place);
        self.cells.windows(2).all(|pair| !matches!(pair, [a, b] if place(a) == place(b)))
    }

    /// Finds the cells of the row that begins at the index `start`.
    fn row(&self, start: usize) -> Range<usize> {
        let rest = self.cells.get(start..).unwrap_or_default();
        let row = rest.first().map(|cell| cell.row);
        start..start + rest.iter().take_while(|cell| Some(cell.row) == row).count()
    }

    /// Returns the text of a cell.
    fn shown(&self, content: Content) -> Cow<'_, str> {
        match content {
            Content::Number(value, _) => Cow::Owned(value.to_string()),
            Content::Text(index) | Content::Date(index) => {
                Cow::Borrowed(self.texts.get_index(index as usize).map_or("", String::as_str))
            }
            Content::Formula => Cow::Borrowed(NO_VALUE),
        }
    }
}

/// A sheet being read: its current row.
#[derive(Debug)]
pub(super) struct SheetRows {
    sheet: DataSheet,
    /// The name of the sheet in diagnostics, with that of the workbook.
    shown: String,
    /// The place in the script that reads the file.
    call: Span,
    /// True for `unit: percent`.
    percent: bool,
    /// Number of columns.
    width: usize,
    /// Indices of the cells of the current row.
    current: Range<usize>,
}

impl SheetRows {
    /// Begins to read a sheet at the row `header`, from 1, or at the first that is not empty.
    pub(super) fn new(
        sheet: DataSheet,
        file: &str,
        header: Option<u64>,
        percent: bool,
        call: Span,
    ) -> Self {
        let above = header.map_or(0, |row| row - 1);
        let start = sheet.cells.partition_point(|cell| u64::from(cell.row) < above);
        // A header of which every cell is empty is no header.
        let found = sheet
            .cells
            .get(start)
            .filter(|cell| header.is_none_or(|row| u64::from(cell.row) + 1 == row));
        let start = if found.is_some() { start } else { sheet.cells.len() };
        let rest = sheet.cells.get(start..).unwrap_or_default();
        let width = rest.iter().map(|cell| usize::from(cell.column) + 1).max().unwrap_or(0);
        let shown = format!("{file}, {}", sheet.name);
        Self { sheet, shown, call, percent, width, current: start..start }
    }

    /// Returns the content of a cell of the current row; None for an empty cell.
    fn content(&self, column: usize) -> Option<Content> {
        let row = self.sheet.cells.get(self.current.clone())?;
        let found = row.binary_search_by_key(&column, |cell| usize::from(cell.column)).ok()?;
        row.get(found).map(|cell| cell.content)
    }
}

impl RowSource for SheetRows {
    fn advance(&mut self, _: &mut SourceMap) -> Result<bool, Diagnostic> {
        self.current = self.sheet.row(self.current.end);
        Ok(!self.current.is_empty())
    }

    fn width(&self) -> usize {
        self.width
    }

    fn even(&self) -> bool {
        true
    }

    fn cell(&self, column: usize) -> Cow<'_, str> {
        self.content(column).map_or(Cow::Borrowed(""), |content| self.sheet.shown(content))
    }

    fn stored(&self, column: usize) -> Option<StoredNumber> {
        match self.content(column)? {
            Content::Number(value, _) if !value.is_finite() => Some(Err(NotANumber::NotFinite)),
            Content::Number(_, true) if self.percent => Some(Err(NotANumber::ShownAsPercent)),
            Content::Number(value, _) => Some(Ok(value)),
            Content::Text(_) => None,
            Content::Date(_) => Some(Err(NotANumber::Date)),
            Content::Formula => Some(Err(NotANumber::Formula)),
        }
    }

    fn spot(&self, column: usize) -> Spot {
        let cell = self.sheet.cells.get(self.current.start);
        Spot { record: cell.map_or(0, |cell| u64::from(cell.row)), column }
    }

    /// Adds the row to `sources` as an excerpt: each cell with its address, `B5 machinery`.
    fn span(&self, spot: Spot, sources: &mut SourceMap) -> Span {
        let start = self.sheet.cells.partition_point(|cell| u64::from(cell.row) < spot.record);
        let end = self.sheet.cells.partition_point(|cell| u64::from(cell.row) <= spot.record);
        let Some(row) = self.sheet.cells.get(start..end) else { return self.call };
        let at = row.partition_point(|cell| usize::from(cell.column) < spot.column);
        let found = row.get(at).is_some_and(|cell| usize::from(cell.column) == spot.column);
        let mut cells: Vec<(usize, String)> = row
            .iter()
            .map(|cell| (usize::from(cell.column), short(&self.sheet.shown(cell.content))))
            .collect();
        if !found {
            cells.insert(at, (spot.column, "(empty)".to_owned()));
        }
        let (mut text, mut range) = (String::new(), 0..0);
        for (column, shown) in cells {
            if !text.is_empty() {
                text.push_str(" | ");
            }
            let start = text.len();
            text.push_str(&format!("{}{} {shown}", letters(column), spot.record + 1));
            if column == spot.column {
                range = start..text.len();
            }
        }
        let line = usize::try_from(spot.record).unwrap_or(0) + 1;
        let id = sources.add_excerpt(&self.shown, &text, line);
        Span::new(id, range.start, range.end)
    }

    fn row_with(&self, name: &str) -> Option<u64> {
        let is_name = |cell: &&DataCell| self.sheet.shown(cell.content) == name;
        self.sheet.cells.iter().find(is_name).map(|cell| u64::from(cell.row) + 1)
    }
}

/// Cuts a long text, and writes it on one line.
fn short(text: &str) -> String {
    let line = text.replace(['\r', '\n', '\t'], " ");
    match line.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// Returns the letters of a column: A, B, ..., Z, AA.
fn letters(column: usize) -> String {
    let (mut left, mut text) = (column + 1, Vec::new());
    while left > 0 {
        text.push(char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    text.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_spreadsheets() {
        let shown = [0, 25, 26, 51, 701, 702, 16_383].map(letters);
        assert_eq!(shown, ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]);
    }
}
