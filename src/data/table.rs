//! The table of a data file, whatever the file's format: its header and its rows.

use std::borrow::Cow;
use std::io::{BufRead as _, BufReader};

use unicode_normalization::UnicodeNormalization as _;

use super::argument::is_code;
use super::csv::{ByteStream, CsvRows};
use super::number::{figure, parse};
use super::rows::{RowSource, Spot};
#[cfg(feature = "xlsx")]
use super::workbook;
use super::{
    CellFormat, DataFigure, Files, Filter, NotANumber, Refusal, Request, Wanted, errors,
    header_errors,
};
use crate::diagnostic::Diagnostic;
use crate::model::RowTally;
use crate::source::{SourceMap, Span};
#[cfg(feature = "xlsx")]
use crate::syntax::ast::{ExprKind, Suffix};

/// Maximum number of rows of a file.
const MOST_ROWS: u64 = 5_000_000;

type Fallible<T> = Result<T, Diagnostic>;

/// An open table: its header and the current row.
pub struct Table<'a> {
    request: &'a Request<'a>,
    call: Span,
    header: Vec<String>,
    /// The place of the header.
    head: Spot,
    rows: Box<dyn RowSource + 'a>,
    count: u64,
    blank: u64,
    below: u64,
    ended: bool,
}

impl std::fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = &self.request.file.text;
        f.debug_struct("Table").field("file", file).field("header", &self.header).finish()
    }
}

impl<'a> Table<'a> {
    /// Opens a file and reads the header of its table. `call` is the place in the script that asks for it.
    ///
    /// # Errors
    /// The file cannot be read, is neither text nor a workbook, or has no header.
    pub fn open(
        files: &'a dyn Files,
        request: &'a Request<'a>,
        call: Span,
        sources: &mut SourceMap,
    ) -> Fallible<Self> {
        let rows = row_source(files, request, call)?;
        let head = Spot { record: 0, column: 0 };
        let header = Vec::new();
        let (count, blank, below, ended) = (0, 0, 0, false);
        let mut table = Self { request, call, header, head, rows, count, blank, below, ended };
        let file = &request.file;
        if !table.rows.advance(sources)? {
            return Err(match request.place.header {
                Some((row, span)) => errors::no_header(&file.text, row, span),
                None => errors::empty(&file.text, file.span),
            });
        }
        table.head = table.rows.spot(0);
        table.header = (0..table.rows.width()).map(|n| table.cell(n).into_owned()).collect();
        let open = table.header.last().is_some_and(String::is_empty) && table.header.len() > 1;
        if open && !table.rows.even() {
            table.header.pop();
        }
        Ok(table)
    }

    /// Returns the names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Finds the position of a column.
    ///
    /// # Errors
    /// No column has the name, or several have it.
    pub fn column(&self, name: &str, span: Span, sources: &mut SourceMap) -> Fallible<usize> {
        let wanted: String = name.trim().nfc().collect();
        let mut found = (0..self.header.len()).filter(|&n| self.header.get(n) == Some(&wanted));
        match (found.next(), found.next()) {
            (Some(column), None) => Ok(column),
            (Some(_), Some(second)) => {
                let at = self.rows.span(Spot { column: second, ..self.head }, sources);
                Err(header_errors::ambiguous_column(span, &wanted, at, self.header_row()))
            }
            (None, _) => Err(self.unknown_column(&wanted, span, sources)),
        }
    }

    fn unknown_column(&self, wanted: &str, span: Span, sources: &mut SourceMap) -> Diagnostic {
        let at = self.rows.span(self.head, sources);
        let file = &self.request.file.text;
        match (self.rows.row_with(wanted), self.other_delimiter()) {
            (Some(row), _) => header_errors::header_elsewhere(span, wanted, file, at, row),
            (None, Some(sign)) => header_errors::other_delimiter(span, file, at, sign),
            (None, None) => header_errors::unknown_column(span, wanted, file, &self.header, at),
        }
    }

    /// Guesses the delimiter that was meant: one that the name of the only column contains, or a tab in any name.
    fn other_delimiter(&self) -> Option<char> {
        if self.header.iter().any(|name| name.contains('\t')) {
            return Some('\t');
        }
        let [only] = self.header.as_slice() else { return None };
        [';', ',', '|'].into_iter().find(|&sign| only.contains(sign))
    }

    /// Returns the number of the row of the header, from 1.
    fn header_row(&self) -> u64 {
        self.request.place.header.map_or(1, |(row, _)| row)
    }

    /// Returns the text of the next row, whose cells may have another delimiter.
    pub fn next_text(&mut self, sources: &mut SourceMap) -> String {
        // A row with a wrong number of cells has its text all the same.
        let _ = self.next_row(sources);
        let cells: Vec<String> =
            (0..self.rows.width()).map(|n| self.cell(n).into_owned()).collect();
        cells.join(",")
    }

    /// Returns the columns headed by a year, with the years; `span` is the place of `year: across`.
    ///
    /// # Errors
    /// No column is headed by a year, or two are headed by the same year.
    pub fn year_columns(&self, span: Span, sources: &mut SourceMap) -> Fallible<Vec<(i32, usize)>> {
        let mut years: Vec<(i32, usize)> = Vec::new();
        for (column, name) in self.header.iter().enumerate() {
            let Some(year) = headed_by(name) else { continue };
            if years.iter().any(|&(known, _)| known == year) {
                let at = self.rows.span(Spot { column, ..self.head }, sources);
                return Err(header_errors::ambiguous_column(span, name, at, self.header_row()));
            }
            years.push((year, column));
        }
        if years.is_empty() {
            let at = self.rows.span(self.head, sources);
            if let Some(sign) = self.other_delimiter() {
                return Err(header_errors::other_delimiter(
                    span,
                    &self.request.file.text,
                    at,
                    sign,
                ));
            }
            return Err(header_errors::no_year_column(
                span,
                &self.request.file.text,
                &self.header,
                at,
            ));
        }
        Ok(years)
    }

    /// Reads the next row; passes over rows without any text. Returns false at the end of the table.
    ///
    /// # Errors
    /// The row is malformed or over a limit, or the row that `until` names does not come; reading ends there.
    pub fn next_row(&mut self, sources: &mut SourceMap) -> Fallible<bool> {
        loop {
            if self.ended {
                return Ok(false);
            }
            if !self.rows.advance(sources)? {
                self.ended = true;
                return match &self.request.place.until {
                    Some(text) => Err(errors::no_end(&self.request.file.text, text)),
                    None => Ok(false),
                };
            }
            if self.ends() {
                self.below = 1;
                while self.rows.advance(sources)? {
                    self.below += 1;
                }
                self.ended = true;
                return Ok(false);
            }
            self.count += 1;
            self.fits(sources)?;
            let blank = self.rows.width() > 1 && self.first_text().is_none();
            if !blank {
                return Ok(true);
            }
            self.blank += 1;
        }
    }

    /// True for the row that begins with the text of `until`.
    fn ends(&self) -> bool {
        let Some(text) = &self.request.place.until else { return false };
        self.first_text().is_some_and(|(_, cell)| cell.starts_with(text.text.as_str()))
    }

    /// Checks the number of cells of the current row, and the number of rows.
    fn fits(&self, sources: &mut SourceMap) -> Fallible<()> {
        let (found, expected) = (self.rows.width(), self.header.len());
        let trailing = found == expected + 1 && self.cell(expected).is_empty();
        if found != expected && !trailing && !self.rows.even() {
            let at = self.at(found.min(expected).saturating_sub(1), sources);
            let below = self.lone_text();
            return Err(errors::ragged(at, self.call, found, expected, below.as_deref()));
        }
        if self.count > MOST_ROWS {
            let at = self.at(0, sources);
            return Err(errors::limit(at, self.call, &format!("{MOST_ROWS} rows")));
        }
        Ok(())
    }

    /// Finds the first cell of the current row that has a text; returns it with its column.
    fn first_text(&self) -> Option<(usize, Cow<'_, str>)> {
        (0..self.rows.width()).map(|n| (n, self.cell(n))).find(|(_, cell)| !cell.is_empty())
    }

    /// Returns the text of a row that has one text alone, in the first column: probably a note below the table.
    pub fn lone_text(&self) -> Option<String> {
        let lone = (1..self.rows.width()).all(|n| self.cell(n).is_empty());
        let text = self.cell(0);
        (lone && self.header.len() > 1 && !text.is_empty()).then(|| text.into_owned())
    }

    /// Returns the number of rows of the table read so far, without the header.
    pub fn rows(&self) -> u64 {
        self.count
    }

    /// Writes the numbers of rows, and of those that are left out, into `tally`.
    pub fn count_into(&self, tally: &mut RowTally) {
        tally.rows = self.count;
        tally.blank = self.blank;
        tally.above = self.request.place.header.map_or(0, |(row, _)| row - 1);
        tally.below = self.below;
    }

    /// Returns the text of a cell of the current row.
    pub fn cell(&self, column: usize) -> Cow<'_, str> {
        self.rows.cell(column)
    }

    /// Reads the number in a cell of the current row.
    ///
    /// # Errors
    /// The cell has no number in the format of the file.
    pub fn number(&self, column: usize) -> Result<f64, NotANumber> {
        self.rows.stored(column).unwrap_or_else(|| parse(&self.cell(column), self.format()))
    }

    /// Reads the value in a cell of the current row; None if the script says that such a cell has no value.
    ///
    /// # Errors
    /// The cell has neither a number nor a text without a value.
    pub fn figure(&self, column: usize) -> Result<Option<DataFigure>, NotANumber> {
        let Some(stored) = self.rows.stored(column) else {
            return figure(&self.cell(column), self.format());
        };
        if self.format().na.iter().any(|na| *na == self.cell(column)) {
            return Ok(None);
        }
        match stored {
            Ok(value) => Ok(Some(DataFigure { value, flagged: false })),
            Err(problem) => Err(problem),
        }
    }

    /// True if the current row passes the filters, whose columns are `columns`.
    pub fn passes(&self, columns: &[usize]) -> bool {
        let keeps = |(filter, &column): (&Filter, &usize)| match &filter.wanted {
            Wanted::Text(text) => self.cell(column) == *text,
            Wanted::Number(number) => {
                !is_code(&self.cell(column)) && self.number(column) == Ok(*number)
            }
        };
        self.request.filters.iter().zip(columns).all(keeps)
    }

    fn format(&self) -> &CellFormat {
        &self.request.format
    }

    /// Returns the place of a cell of the current row.
    pub fn spot(&self, column: usize) -> Spot {
        self.rows.spot(column)
    }

    /// Returns the source span of a cell of the current row, for diagnostics.
    pub fn at(&self, column: usize, sources: &mut SourceMap) -> Span {
        self.rows.span(self.rows.spot(column), sources)
    }

    /// Returns the source span of any cell, for diagnostics.
    pub fn span(&self, spot: Spot, sources: &mut SourceMap) -> Span {
        self.rows.span(spot, sources)
    }
}

/// Opens a file in its format, which its first bytes tell.
pub(super) fn row_source<'a>(
    files: &'a dyn Files,
    request: &'a Request<'a>,
    call: Span,
) -> Fallible<Box<dyn RowSource + 'a>> {
    let (name, named) = (request.file.text.as_str(), request.file.span);
    let refused = |refusal: Refusal| refusal.diagnostic(name, named);
    let stream: ByteStream<'a> = files.open(name).map_err(refused)?;
    let mut raw = BufReader::new(stream);
    let start = raw.fill_buf().map_err(|error| errors::unreadable(name, named, &error))?;
    if start.is_empty() {
        return Err(errors::empty(name, named));
    }
    let header = request.place.header.map(|(row, _)| row);
    #[cfg(feature = "xlsx")]
    if start.starts_with(b"PK\x03\x04") {
        let sheet = request.place.sheet.as_ref();
        let percent = in_percent(request);
        return Ok(Box::new(workbook::open(raw, (name, named), sheet, header, percent, call)?));
    }
    if let Some(sheet) = &request.place.sheet {
        return Err(errors::no_sheets(name, sheet.span));
    }
    Ok(Box::new(CsvRows::open((files, raw), (name, named), call, header, &request.format)?))
}

/// Returns the year that heads a column: `2024`, or `2024 [YR2024]` in files of the World Bank.
fn headed_by(name: &str) -> Option<i32> {
    let (year, rest) = name.split_at_checked(4)?;
    let plain = rest.is_empty() || rest == format!(" [YR{year}]");
    let digits = year.bytes().all(|byte| byte.is_ascii_digit());
    year.parse().ok().filter(|_| plain && digits)
}

/// True for `unit: percent`.
#[cfg(feature = "xlsx")]
fn in_percent(request: &Request<'_>) -> bool {
    request.unit.is_some_and(|unit| match &unit.kind {
        ExprKind::Reference(reference) => {
            matches!(reference.suffix, Suffix::None) && reference.dotted() == "percent"
        }
        _ => false,
    })
}
