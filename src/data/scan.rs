//! A scanner that finds the ends of fields and records, and a reader that stops at a limit or a syntax error.
//!
//! The `csv` crate splits the records, but it accepts a quote that is never closed and a field of any length.
//! This scanner runs before the crate and knows the same syntax (RFC 4180, any line end).

use std::io::{Error, Read, Result};

/// Maximum number of bytes of a file.
pub(super) const MOST_BYTES: u64 = 1 << 30;
/// Maximum number of columns of a file.
pub(super) const MOST_COLUMNS: usize = 4_096;
/// Maximum number of bytes of a field.
pub(super) const MOST_FIELD: u64 = 64 << 10;
/// Maximum number of bytes of a record.
pub(super) const MOST_RECORD: u64 = 4 << 20;
/// Maximum number of lines of a record.
pub(super) const MOST_LINES: u32 = 100;

/// The role of a byte in the CSV syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteRole {
    /// Belongs to a field, or to a blank line.
    Inside,
    /// The byte ends a field.
    Field,
    /// The byte ends a record.
    Record,
    /// The byte follows a closing quote but does not end the field, which is an error.
    AfterQuote,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ScanState {
    Record,
    Field,
    Plain,
    Quoted,
    Closed,
}

/// The syntax of a file with separated values.
#[derive(Debug)]
pub(super) struct FieldScanner {
    delimiter: u8,
    state: ScanState,
}

impl FieldScanner {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter, state: ScanState::Record }
    }

    pub(super) fn step(&mut self, byte: u8) -> ByteRole {
        let ends_line = matches!(byte, b'\n' | b'\r');
        let (state, step) = match self.state {
            ScanState::Quoted if byte == b'"' => (ScanState::Closed, ByteRole::Inside),
            ScanState::Quoted => (ScanState::Quoted, ByteRole::Inside),
            ScanState::Record if ends_line => (ScanState::Record, ByteRole::Inside),
            _ if ends_line => (ScanState::Record, ByteRole::Record),
            _ if byte == self.delimiter => (ScanState::Field, ByteRole::Field),
            ScanState::Record | ScanState::Field if byte == b'"' => {
                (ScanState::Quoted, ByteRole::Inside)
            }
            ScanState::Closed if byte == b'"' => (ScanState::Quoted, ByteRole::Inside),
            ScanState::Closed => (ScanState::Plain, ByteRole::AfterQuote),
            _ => (ScanState::Plain, ByteRole::Inside),
        };
        self.state = state;
        step
    }

    fn between_records(&self) -> bool {
        self.state == ScanState::Record
    }

    fn quoted(&self) -> bool {
        self.state == ScanState::Quoted
    }
}

/// The reason why reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    Unterminated,
    AfterQuote,
    Nul,
    Field,
    Record,
    Columns,
    Bytes,
}

/// A problem and its place: the offset of the record's first byte, and the index of the field in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScanError {
    pub(super) problem: Problem,
    pub(super) record: u64,
    pub(super) field: usize,
}

impl std::fmt::Display for ScanError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.problem)
    }
}

impl std::error::Error for ScanError {}

/// A reader that passes bytes on and ends with a [`ScanError`] at the first breach of the syntax or a limit.
#[derive(Debug)]
pub(super) struct Guard<R> {
    inner: R,
    scanner: FieldScanner,
    at: u64,
    record: u64,
    field: usize,
    field_start: u64,
    lines: u32,
}

impl<R> Guard<R> {
    pub(super) fn new(inner: R, delimiter: u8) -> Self {
        let scanner = FieldScanner::new(delimiter);
        Self { inner, scanner, at: 0, record: 0, field: 0, field_start: 0, lines: 0 }
    }

    fn take(&mut self, byte: u8) -> Option<Problem> {
        if self.scanner.between_records() {
            (self.record, self.field, self.field_start, self.lines) = (self.at, 0, self.at, 0);
        }
        let step = self.scanner.step(byte);
        self.at += 1;
        self.lines += u32::from(byte == b'\n');
        if step == ByteRole::Field {
            self.field += 1;
            self.field_start = self.at;
        }
        let open = self.scanner.quoted();
        let long = self.at - self.field_start > MOST_FIELD;
        match step {
            _ if byte == 0 => Some(Problem::Nul),
            ByteRole::AfterQuote => Some(Problem::AfterQuote),
            _ if open && (long || self.lines >= MOST_LINES) => Some(Problem::Unterminated),
            _ if long => Some(Problem::Field),
            _ if self.at - self.record > MOST_RECORD => Some(Problem::Record),
            _ if self.field >= MOST_COLUMNS => Some(Problem::Columns),
            _ if self.at > MOST_BYTES => Some(Problem::Bytes),
            _ => None,
        }
    }

    fn fault(&self, problem: Problem) -> Error {
        Error::other(ScanError { problem, record: self.record, field: self.field })
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(buffer)?;
        if count == 0 && !buffer.is_empty() && self.scanner.quoted() {
            return Err(self.fault(Problem::Unterminated));
        }
        for &byte in buffer.iter().take(count) {
            if let Some(problem) = self.take(byte) {
                return Err(self.fault(problem));
            }
        }
        Ok(count)
    }
}
