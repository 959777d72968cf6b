//! The rows of a file of separated values, read as a stream.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs_io::DecodeReaderBytesBuilder;
use unicode_normalization::UnicodeNormalization as _;

use super::errors;
use super::rows::{RowSource, Spot};
use super::scan::{ByteRole, FieldScanner, Guard, MOST_BYTES, ScanError};
use super::{CellFormat, Files};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, Span};

/// Maximum number of bytes of a line that is read again to be shown in a diagnostic.
const MOST_SHOWN: u64 = 64 << 10;

pub(super) type ByteStream<'a> = Box<dyn Read + 'a>;
type Fallible<T> = Result<T, Diagnostic>;

/// An open file of separated values: its current row.
pub(super) struct CsvRows<'a> {
    files: &'a dyn Files,
    name: &'a str,
    call: Span,
    format: &'a CellFormat,
    reader: Reader<Guard<ByteStream<'a>>>,
    record: ByteRecord,
    /// Number of bytes of the decoded text above the header.
    above: u64,
    /// Offset of the current record in the decoded text.
    start: u64,
}

impl<'a> CsvRows<'a> {
    /// Begins to read a file at the line `header`, or at the first that is not blank. `call` is the place in the script
    /// that asks for it.
    ///
    /// # Errors
    /// The file cannot be read or is not text.
    pub(super) fn open(
        (files, mut raw): (&'a dyn Files, BufReader<ByteStream<'a>>),
        (name, named): (&'a str, Span),
        call: Span,
        header: Option<u64>,
        format: &'a CellFormat,
    ) -> Fallible<Self> {
        let unreadable = |error: std::io::Error| errors::unreadable(name, named, &error);
        let start = raw.fill_buf().map_err(unreadable)?;
        if let Some((what, help)) = foreign(start, format) {
            return Err(errors::foreign(name, named, what, help));
        }
        let mut stream = BufReader::new(decoded(Box::new(raw), format));
        let above = match header {
            Some(line) => pass_lines(&mut stream, line - 1).map_err(unreadable)?,
            None => 0,
        };
        let stream: ByteStream<'a> = Box::new(stream);
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(format.delimiter)
            .from_reader(Guard::new(stream, format.delimiter));
        let record = ByteRecord::new();
        Ok(Self { files, name, call, format, reader, record, above, start: above })
    }

    fn broken(&self, error: csv::Error, sources: &mut SourceMap) -> Diagnostic {
        let csv::ErrorKind::Io(error) = error.into_kind() else {
            return errors::unreadable(self.name, self.call, &std::io::Error::other("its form"));
        };
        match error.get_ref().and_then(|inner| inner.downcast_ref::<ScanError>()) {
            Some(&ScanError { problem, record, field }) => {
                let record = record + self.above;
                let at = self.span(Spot { record, column: field }, sources);
                errors::fault(problem, at, self.call)
            }
            None => errors::unreadable(self.name, self.call, &error),
        }
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

impl RowSource for CsvRows<'_> {
    fn advance(&mut self, sources: &mut SourceMap) -> Fallible<bool> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(error) => return Err(self.broken(error, sources)),
        }
        self.start = self.above + self.record.position().map_or(0, csv::Position::byte);
        let wrong = self.record.iter().position(|cell| std::str::from_utf8(cell).is_err());
        match wrong {
            Some(column) => Err(errors::encoding(self.span(self.spot(column), sources), self.call)),
            None => Ok(true),
        }
    }

    fn width(&self) -> usize {
        self.record.len()
    }

    fn cell(&self, column: usize) -> Cow<'_, str> {
        clean(self.record.get(column).unwrap_or_default())
    }

    fn spot(&self, column: usize) -> Spot {
        Spot { record: self.start, column }
    }

    /// Reads the cell's line again and adds it to `sources` as an excerpt.
    fn span(&self, spot: Spot, sources: &mut SourceMap) -> Span {
        self.excerpt(spot, sources).unwrap_or(self.call)
    }

    fn row_with(&self, name: &str) -> Option<u64> {
        let mut window = Vec::new();
        let stream = decoded(self.files.open(self.name).ok()?, self.format);
        stream.take(MOST_SHOWN).read_to_end(&mut window).ok()?;
        let mut lines = LineCounter::default();
        let mut line = Vec::new();
        for &byte in &window {
            if !matches!(byte, b'\n' | b'\r') {
                line.push(byte);
                continue;
            }
            if names(&line, self.format.delimiter, name) {
                return Some(lines.number() as u64);
            }
            line.clear();
            lines.pass(byte);
        }
        None
    }
}

/// True if a line has a cell with this text.
fn names(line: &[u8], delimiter: u8, name: &str) -> bool {
    let mut reader = ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(line);
    let mut record = ByteRecord::new();
    reader.read_byte_record(&mut record).is_ok_and(|found| found)
        && record.iter().any(|cell| clean(cell) == name)
}

/// Passes over lines; returns the number of their bytes.
fn pass_lines(stream: &mut impl BufRead, lines: u64) -> std::io::Result<u64> {
    let (mut counter, mut passed) = (LineCounter::default(), 0);
    loop {
        let part = stream.fill_buf()?;
        let mut used = 0;
        for &byte in part {
            // A line feed after a carriage return belongs to the same line end.
            let after_end =
                counter.ends as u64 == lines && !(counter.after_return && byte == b'\n');
            if after_end {
                break;
            }
            counter.pass(byte);
            used += 1;
        }
        let ended = used < part.len() || part.is_empty();
        stream.consume(used);
        passed += used as u64;
        if ended || passed > MOST_BYTES {
            return Ok(passed);
        }
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
    const WITHOUT_PASSWORD: &str = "save it as .xlsx without a password, or as CSV (UTF-8)";
    let begins = |sign: &[u8]| start.starts_with(sign);
    let text = start.trim_ascii_start();
    let lower = text.get(..14.min(text.len())).unwrap_or_default().to_ascii_lowercase();
    let nuls = start.iter().filter(|&&byte| byte == 0).count();
    if begins(b"PK\x03\x04") {
        Some(("a workbook (.xlsx, .ods) or another ZIP archive", SAVE))
    } else if begins(b"\xd0\xcf\x11\xe0") {
        Some(("an old workbook (.xls), or one with a password", WITHOUT_PASSWORD))
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
