//! A look at the first rows of a file whose call is wrong: its delimiter, its header and the end of its table.
//!
//! In: a file, and what the call says of it. Out: rows of texts. Nothing here is read as a value: a message proposes a
//! call, and the script says what is read.

use super::table::row_source;
use super::{Files, Request};
use crate::source::{SourceMap, Span};

/// Maximum number of rows that are looked at.
const MOST_ROWS: usize = 2_000;
/// Delimiters, the more certain ones first.
const DELIMITERS: [u8; 4] = [b'\t', b';', b'|', b','];

/// The first rows of a file.
#[derive(Debug)]
pub struct Glance {
    /// The delimiter of the columns; None in a workbook.
    pub delimiter: Option<u8>,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The number of the row of the header, if it is not the first row that is read.
    pub header_row: Option<u64>,
    /// The rows of the table.
    pub rows: Vec<Vec<String>>,
    /// The text of the first row below the table.
    pub below: Option<String>,
    /// True if the rows are all of the file's.
    pub whole: bool,
    /// True for a workbook, which stores numbers as such.
    pub sheet: bool,
}

impl Glance {
    /// Looks at a file. None if it cannot be read, or if it has no table with at least two columns.
    pub fn of(
        files: &dyn Files,
        request: &Request<'_>,
        call: Span,
        sources: &mut SourceMap,
    ) -> Option<Self> {
        let own = request.format.delimiter;
        let choices: Vec<u8> = if own == b',' { DELIMITERS.to_vec() } else { vec![own] };
        let mut best: Option<(usize, Self)> = None;
        for delimiter in choices {
            let mut asked = request.clone();
            asked.format.delimiter = delimiter;
            let Some((even, found)) = Self::with(files, &asked, call, sources) else { continue };
            // Share of the rows that are as wide as the header, in thousandths.
            if best.as_ref().is_none_or(|(known, _)| even > *known) {
                best = Some((even, found));
            }
            if best.as_ref().is_some_and(|(_, found)| found.sheet) {
                break;
            }
        }
        best.map(|(_, found)| found)
    }

    fn with(
        files: &dyn Files,
        request: &Request<'_>,
        call: Span,
        sources: &mut SourceMap,
    ) -> Option<(usize, Self)> {
        let mut source = row_source(files, request, call).ok()?;
        let (mut all, mut whole, mut sheet) = (Vec::new(), false, false);
        while all.len() < MOST_ROWS {
            if !source.advance(sources).ok()? {
                whole = true;
                break;
            }
            sheet |= source.even();
            let mut cells: Vec<String> =
                (0..source.width()).map(|n| source.cell(n).into_owned()).collect();
            while cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            if !cells.is_empty() {
                all.push(cells);
            }
        }
        let width = usual_width(&all).filter(|width| *width > 1)?;
        let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.is_empty()).count();
        let head = match request.place.header {
            Some(_) => 0,
            None => all.iter().position(|row| row.len() == width && filled(row) + 1 >= width)?,
        };
        let header = all.get(head)?.clone();
        let first = header.iter().find(|name| !name.is_empty())?;
        let header_row = if head == 0 { None } else { Some(source.row_with(first)?) };
        let mut rows = all.split_off(head + 1);
        let lone = |row: &Vec<String>| row.len() == 1;
        let end = rows.iter().position(lone).filter(|_| whole);
        // Lone texts in the middle are headings of parts, not the end.
        let end = end.filter(|&end| rows.iter().skip(end).all(lone));
        let below = end.and_then(|end| rows.get(end)?.first().cloned());
        rows.truncate(end.unwrap_or(rows.len()));
        (!rows.is_empty()).then_some(())?;
        let even = rows.iter().filter(|row| row.len() <= header.len()).count();
        let full = rows.iter().filter(|row| row.len() == header.len()).count();
        (even == rows.len()).then_some(())?;
        let share = full * 1000 / rows.len();
        let delimiter = (!sheet).then_some(request.format.delimiter);
        Some((share, Self { delimiter, header, header_row, rows, below, whole, sheet }))
    }

    /// Returns a cell of a row; an empty text beyond its end.
    pub fn cell(row: &[String], column: usize) -> &str {
        row.get(column).map_or("", String::as_str)
    }
}

/// Returns the width that most rows have.
fn usual_width(rows: &[Vec<String>]) -> Option<usize> {
    let count = |width: usize| rows.iter().filter(|row| row.len() == width).count();
    let widths: std::collections::BTreeSet<usize> = rows.iter().map(Vec::len).collect();
    widths.into_iter().max_by_key(|&width| (count(width), width))
}
