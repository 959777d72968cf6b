//! The interface between a file's format and its table: one row after the other, with the places of cells.

use std::borrow::Cow;

use super::NotANumber;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, Span};

/// A cell of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Offset of its record in the decoded text; in a sheet the index of its row.
    pub record: u64,
    /// Index of its column, from 0.
    pub column: usize,
}

/// A number that a cell stores as such, or the reason why it is none.
pub(super) type StoredNumber = Result<f64, NotANumber>;

/// The rows of a file, in one of the formats.
pub(super) trait RowSource {
    /// Goes to the next row; the first one is the header. Returns false at the end.
    ///
    /// # Errors
    /// The row is malformed or over a limit; reading ends there.
    fn advance(&mut self, sources: &mut SourceMap) -> Result<bool, Diagnostic>;

    /// Number of cells of the current row.
    fn width(&self) -> usize;

    /// True if every row has the same number of cells, as in a sheet.
    fn even(&self) -> bool {
        false
    }

    /// Returns the text of a cell of the current row, in normal form C and without blanks around it.
    fn cell(&self, column: usize) -> Cow<'_, str>;

    /// Returns the number that a cell of the current row stores; None for a cell with text.
    fn stored(&self, _column: usize) -> Option<StoredNumber> {
        None
    }

    /// Returns the place of a cell of the current row.
    fn spot(&self, column: usize) -> Spot;

    /// Returns the source span of any cell, for diagnostics.
    fn span(&self, spot: Spot, sources: &mut SourceMap) -> Span;

    /// Returns the number of the first row, from 1, with this text in a cell.
    fn row_with(&self, name: &str) -> Option<u64>;
}
