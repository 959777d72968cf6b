//! A file of separated values as a stream of rows.

use std::borrow::Cow;
use std::io::{BufRead as _, BufReader, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs_io::DecodeReaderBytesBuilder;
use unicode_normalization::UnicodeNormalization as _;

use super::errors;
use super::scan::{ByteRole, FieldScanner, Guard, ScanError};
use super::{CellFormat, Files};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, Span};

/// Maximum number of rows of a file.
const MOST_ROWS: u64 = 5_000_000;
/// Maximum number of bytes of a line that is read again to be shown in a diagnostic.
const MOST_SHOWN: u64 = 64 << 10;

type ByteStream<'a> = Box<dyn Read + 'a>;
type Fallible<T> = Result<T, Diagnostic>;

/// A cell of a data file, by record and column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Offset of the cell's record in the decoded text.
    pub record: u64,
    /// Index of the cell's column, from 0.
    pub column: usize,
}

/// An open file: its header and the current row.
pub struct Csv<'a> {
    files: &'a dyn Files,
    name: &'a str,
    call: Span,
    format: &'a CellFormat,
    header: Vec<String>,
    reader: Reader<Guard<ByteStream<'a>>>,
    record: ByteRecord,
    start: u64,
    rows: u64,
}

impl std::fmt::Debug for Csv<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Csv").field("name", &self.name).field("header", &self.header).finish()
    }
}

impl<'a> Csv<'a> {
    /// Opens a file and reads its header. `call` is the place in the script that asks for it.
    ///
    /// # Errors
    /// The file cannot be read, is not text, or has no header.
    pub fn open(
        files: &'a dyn Files,
        name: &'a str,
        named: Span,
        call: Span,
        format: &'a CellFormat,
        sources: &mut SourceMap,
    ) -> Fallible<Self> {
        let refused = |refusal: super::Refusal| refusal.diagnostic(name, named);
        let mut raw = BufReader::new(files.open(name).map_err(refused)?);
        let start = raw.fill_buf().map_err(|error| errors::unreadable(name, named, &error))?;
        if start.is_empty() {
            return Err(errors::empty(name, named));
        }
        if let Some((what, help)) = foreign(start, format) {
            return Err(errors::foreign(name, named, what, help));
        }
        let stream = decoded(Box::new(raw), format);
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(format.delimiter)
            .from_reader(Guard::new(stream, format.delimiter));
        let (header, record) = (Vec::new(), ByteRecord::new());
        let mut csv = Self { files, name, call, format, header, reader, record, start: 0, rows: 0 };
        if !csv.advance(sources)? {
            return Err(errors::empty(name, named));
        }
        csv.header = csv.record.iter().map(|cell| clean(cell).into_owned()).collect();
        if csv.header.last().is_some_and(String::is_empty) && csv.header.len() > 1 {
            csv.header.pop();
        }
        Ok(csv)
    }

    /// Finds the index of a column by its name.
    ///
    /// # Errors
    /// No column has the name, or several have it.
    pub fn column(&self, name: &str, span: Span, sources: &mut SourceMap) -> Fallible<usize> {
        let wanted: String = name.trim().nfc().collect();
        let mut found = (0..self.header.len()).filter(|&n| self.header.get(n) == Some(&wanted));
        match (found.next(), found.next()) {
            (Some(column), None) => Ok(column),
            (Some(_), Some(second)) => {
                let at = self.span(Spot { record: 0, column: second }, sources);
                Err(errors::ambiguous_column(span, &wanted, at))
            }
            (None, _) => {
                let at = self.span(Spot { record: 0, column: 0 }, sources);
                let other = self.other_delimiter();
                Err(errors::unknown_column(span, &wanted, self.name, &self.header, at, other))
            }
        }
    }

    /// Guesses the delimiter that was meant: one that the name of the only column contains.
    fn other_delimiter(&self) -> Option<char> {
        let [only] = self.header.as_slice() else { return None };
        [';', ',', '\t', '|'].into_iter().find(|&sign| only.contains(sign))
    }

    /// Reads the next row; returns false at the end.
    ///
    /// # Errors
    /// The row is malformed or over a limit; reading ends there.
    pub fn next_row(&mut self, sources: &mut SourceMap) -> Fallible<bool> {
        if !self.advance(sources)? {
            return Ok(false);
        }
        self.rows += 1;
        let (found, expected) = (self.record.len(), self.header.len());
        let trailing = found == expected + 1 && self.record.get(expected) == Some(b"");
        if found != expected && !trailing {
            let at = self.at(found.min(expected).saturating_sub(1), sources);
            return Err(errors::ragged(at, self.call, found, expected));
        }
        if self.rows > MOST_ROWS {
            let at = self.at(0, sources);
            return Err(errors::limit(at, self.call, &format!("{MOST_ROWS} rows")));
        }
        Ok(true)
    }

    fn advance(&mut self, sources: &mut SourceMap) -> Fallible<bool> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(error) => return Err(self.broken(error, sources)),
        }
        self.start = self.record.position().map_or(0, csv::Position::byte);
        let wrong = self.record.iter().position(|cell| std::str::from_utf8(cell).is_err());
        match wrong {
            Some(column) => Err(errors::encoding(self.at(column, sources), self.call)),
            None => Ok(true),
        }
    }

    fn broken(&self, error: csv::Error, sources: &mut SourceMap) -> Diagnostic {
        let csv::ErrorKind::Io(error) = error.into_kind() else {
            return errors::unreadable(self.name, self.call, &std::io::Error::other("its form"));
        };
        match error.get_ref().and_then(|inner| inner.downcast_ref::<ScanError>()) {
            Some(&ScanError { problem, record, field }) => {
                let at = self.span(Spot { record, column: field }, sources);
                errors::fault(problem, at, self.call)
            }
            None => errors::unreadable(self.name, self.call, &error),
        }
    }

    /// Returns the number of rows read so far, without the header.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Returns the text of a cell in the current row, without blanks around it.
    pub fn cell(&self, column: usize) -> Cow<'_, str> {
        clean(self.record.get(column).unwrap_or_default())
    }

    /// Returns the place of a cell in the current row.
    pub fn spot(&self, column: usize) -> Spot {
        Spot { record: self.start, column }
    }

    /// Returns the source span of a cell of the current row, for diagnostics.
    pub fn at(&self, column: usize, sources: &mut SourceMap) -> Span {
        self.span(self.spot(column), sources)
    }

    /// Returns the source span of any cell, for diagnostics. Reads the cell's line again and adds it to
    /// `sources` as an excerpt.
    pub fn span(&self, spot: Spot, sources: &mut SourceMap) -> Span {
        self.excerpt(spot, sources).unwrap_or(self.call)
    }

    fn excerpt(&self, spot: Spot, sources: &mut SourceMap) -> Option<Span> {
        let mut stream = BufReader::new(decoded(self.files.open(self.name).ok()?, self.format));
        let mut lines = LineCounter::default();
        let mut left = spot.record;
        while left > 0 {
            let part = stream.fill_buf().ok().filter(|part| !part.is_empty())?;
            let count = part.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            part.iter().take(count).for_each(|&byte| lines.pass(byte));
            left -= count as u64;
            stream.consume(count);
        }
        let mut window = Vec::new();
        stream.take(MOST_SHOWN).read_to_end(&mut window).ok()?;
        let mut rest = window.as_slice();
        rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest);
        while let Some((&byte @ (b'\n' | b'\r'), after)) = rest.split_first() {
            lines.pass(byte);
            rest = after;
        }
        let (start, end) = self.field(rest, spot.column);
        let begin = rest.iter().take(start).rposition(|b| matches!(b, b'\n' | b'\r'));
        let begin = begin.map_or(0, |n| n + 1);
        rest.iter().take(begin).for_each(|&byte| lines.pass(byte));
        let line = rest.get(begin..)?;
        let length = line.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(line.len());
        let line = line.get(..length)?;
        let text = |from: usize, to: usize| {
            String::from_utf8_lossy(line.get(from.min(length)..to.min(length)).unwrap_or_default())
        };
        let (start, end) = (start - begin, end - begin);
        let (before, cell, after) = (text(0, start), text(start, end), text(end, length));
        let id = sources.add_excerpt(self.name, &format!("{before}{cell}{after}"), lines.number());
        Some(Span::new(id, before.len(), before.len() + cell.len()))
    }

    /// Returns the start and end of a field in the first record of `text`; those of the whole text if the field is
    /// missing.
    fn field(&self, text: &[u8], column: usize) -> (usize, usize) {
        let mut scanner = FieldScanner::new(self.format.delimiter);
        let (mut field, mut start) = (0, 0);
        for (at, &byte) in text.iter().enumerate() {
            let step = scanner.step(byte);
            let ends = matches!(step, ByteRole::Field | ByteRole::Record);
            if ends && field == column {
                return (start, at);
            }
            match step {
                ByteRole::Record => return (0, at),
                ByteRole::Field => (field, start) = (field + 1, at + 1),
                ByteRole::Inside | ByteRole::AfterQuote => {}
            }
        }
        (if field == column { start } else { 0 }, text.len())
    }
}

/// Counts lines that end with LF, CRLF or CR.
#[derive(Debug, Default)]
struct LineCounter {
    ends: usize,
    after_return: bool,
}

impl LineCounter {
    fn pass(&mut self, byte: u8) {
        self.ends += usize::from(byte == b'\r' || (byte == b'\n' && !self.after_return));
        self.after_return = byte == b'\r';
    }

    fn number(&self) -> usize {
        self.ends + 1
    }
}

/// Decodes a stream to UTF-8.
fn decoded<'a>(raw: ByteStream<'a>, format: &CellFormat) -> ByteStream<'a> {
    match format.encoding {
        None => raw,
        Some(encoding) => Box::new(
            DecodeReaderBytesBuilder::new()
                .encoding(Some(encoding))
                .bom_override(true)
                .strip_bom(true)
                .build(raw),
        ),
    }
}

/// Normalises a cell to Unicode normal form C, without blanks around it.
fn clean(cell: &[u8]) -> Cow<'_, str> {
    let text = std::str::from_utf8(cell).unwrap_or_default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Recognises other formats by their first bytes: the name of the format, and the edit for the help.
fn foreign(start: &[u8], format: &CellFormat) -> Option<(&'static str, &'static str)> {
    const SAVE: &str = "save the sheet as CSV (UTF-8) and name that file";
    let begins = |sign: &[u8]| start.starts_with(sign);
    let text = start.trim_ascii_start();
    let lower = text.get(..14.min(text.len())).unwrap_or_default().to_ascii_lowercase();
    let nuls = start.iter().filter(|&&byte| byte == 0).count();
    if begins(b"PK\x03\x04") {
        Some(("a workbook (.xlsx, .ods) or another ZIP archive", SAVE))
    } else if begins(b"\xd0\xcf\x11\xe0") {
        Some(("an old workbook (.xls)", SAVE))
    } else if begins(b"\x1f\x8b") {
        Some(("compressed (gzip)", "unpack it and name the file that comes out"))
    } else if begins(b"%PDF") {
        Some(("a PDF document", "download the data as CSV"))
    } else if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        Some(("a web page, perhaps an error that a server sent", "download the data as CSV"))
    } else if lower.starts_with(b"<?xml") {
        Some(("XML", "download the data as CSV"))
    } else if format.encoding.is_none()
        && (begins(b"\xff\xfe") || begins(b"\xfe\xff") || nuls * 4 > start.len())
    {
        Some(("UTF-16 text", "save it as UTF-8, or write `encoding: \"utf-16\"` in `data(...)`"))
    } else {
        None
    }
}
