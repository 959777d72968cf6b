//! Source texts and places in them.
//!
//! A [`Span`] is a byte range in one text; a [`SourceMap`] keeps every text that was read, so that
//! a diagnostic can be rendered long after the stage that raised it. Nothing here reads a file.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

/// Identifies one source text of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u32);

impl SourceId {
    /// The identifier of the first text of the built-in libraries.
    const BUILTIN: u32 = 1 << 31;

    /// Returns the identifier of a text of the built-in libraries by its number; it is the same in every map.
    pub fn builtin(number: usize) -> Self {
        Self(Self::BUILTIN.saturating_add(u32::try_from(number).unwrap_or(u32::MAX)))
    }

    /// True for a text of the built-in libraries.
    pub fn is_builtin(self) -> bool {
        self.0 >= Self::BUILTIN
    }
}

/// A byte range in one source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The source text that contains the range.
    pub source: SourceId,
    /// Offset of the range's first byte.
    pub start: u32,
    /// Offset of the byte after the range.
    pub end: u32,
}

impl Span {
    /// Makes the span of the bytes `start..end` of `source`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { source, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// Returns the smallest span that contains `self` and `other`; `self` if they are in different texts.
    pub fn to(self, other: Self) -> Self {
        if self.source != other.source {
            return self;
        }
        Self {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Returns the byte range as `usize`, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Line and column of a place, both from 1; the column counts characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// Line number, from 1.
    pub line: usize,
    /// Column number in characters, from 1.
    pub column: usize,
}

/// A source text with its name: a script, a library or an excerpt of a data file.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The name shown to the user: a path as typed, `<repl>`, `trade/tariffs.mizan`.
    pub name: Arc<str>,
    /// The source text, as read (valid UTF-8).
    pub text: Arc<str>,
    /// Line number of the text's first line: 1, except for an excerpt of a large file.
    pub first_line: usize,
    /// Offsets of the text's lines, computed at the first request.
    lines: OnceLock<Arc<[u32]>>,
}

impl SourceFile {
    /// Makes a source text whose first line has the number `first_line`.
    pub fn new(name: &str, text: &str, first_line: usize) -> Self {
        Self { name: name.into(), text: text.into(), first_line, lines: OnceLock::new() }
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| line_starts(&self.text))
    }

    /// Converts a byte offset to line and column.
    pub fn location(&self, offset: usize) -> Location {
        let offset = offset.min(self.text.len());
        let line = self.line_at(offset);
        let start = self.line_starts()[line - self.first_line] as usize;
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        Location { line, column }
    }

    /// Returns the number of the line that contains a byte offset.
    pub fn line_at(&self, offset: usize) -> usize {
        let line = self.line_starts().partition_point(|&start| start as usize <= offset).max(1);
        line + self.first_line - 1
    }

    /// Returns the byte range of a line without its line end; `None` if the text has no such line. Lines
    /// count from `first_line`.
    pub fn line_range(&self, line: usize) -> Option<std::ops::Range<usize>> {
        let at = line.checked_sub(self.first_line)?;
        let start = *self.line_starts().get(at)? as usize;
        let next = self.line_starts().get(at + 1).map_or(self.text.len(), |&next| next as usize);
        Some(start..start + self.text[start..next].trim_end_matches(['\r', '\n']).len())
    }

    /// Returns the text of a line without its line end; empty after the last line. Lines count from
    /// `first_line`.
    pub fn line(&self, line: usize) -> &str {
        self.line_range(line).map_or("", |range| &self.text[range])
    }
}

/// All source texts of a program.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    /// Returns the texts of the built-in libraries; called when one of these texts is first shown.
    builtin: Option<fn() -> &'static [SourceFile]>,
}

impl SourceMap {
    /// Adds a source text and returns its identifier.
    pub fn add(&mut self, name: &str, text: &str) -> SourceId {
        self.add_excerpt(name, text, 1)
    }

    /// Adds an excerpt of a data file that is too large to hold in memory; the first line of the excerpt has the number
    /// `line`.
    pub fn add_excerpt(&mut self, name: &str, text: &str, line: usize) -> SourceId {
        let id = SourceId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile::new(name, text, line.max(1)));
        id
    }

    /// Sets the function that returns the texts of the built-in libraries, in the order of their numbers.
    pub fn set_builtin(&mut self, texts: fn() -> &'static [SourceFile]) {
        self.builtin = Some(texts);
    }

    /// Returns the source text with an identifier.
    pub fn file(&self, id: SourceId) -> &SourceFile {
        let builtin = id.0.checked_sub(SourceId::BUILTIN).zip(self.builtin);
        match builtin {
            Some((number, texts)) => &texts()[number as usize],
            None => &self.files[id.0 as usize],
        }
    }

    /// Returns the source texts that were added, in order; without those of the built-in libraries.
    pub fn added(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter()
    }

    /// Returns the source text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.source).text.get(span.range()).unwrap_or("")
    }

    /// Returns the text of the line before a span.
    pub fn rest_before(&self, span: Span) -> &str {
        let before = self.file(span.source).text.get(..span.start as usize).unwrap_or_default();
        before.rsplit(['\n', '\r']).next().unwrap_or_default()
    }

    /// Returns the text from the start of a span to the end of the line, without a comment.
    pub fn rest_of_line(&self, span: Span) -> &str {
        let rest = self.file(span.source).text.get(span.start as usize..).unwrap_or_default();
        rest.split(['\n', '\r', '#']).next().unwrap_or_default().trim_end()
    }
}

/// Finds the offsets of all lines; a line ends with LF, CRLF or a lone CR. A byte-order mark is not part of the
/// first line.
fn line_starts(text: &str) -> Arc<[u32]> {
    let bytes = text.as_bytes();
    let mut starts = vec![if text.starts_with('\u{feff}') { 3 } else { 0 }];
    for (at, &byte) in bytes.iter().enumerate() {
        let ends_line = byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        if ends_line {
            starts.push(at as u32 + 1);
        }
    }
    starts.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_every_line_end_counts_once() {
        let mut map = SourceMap::default();
        let id = map.add("x", "é = 日本\r\nb\rc\n");
        let file = map.file(id);
        let at = |needle: &str| file.location(file.text.find(needle).expect("in the text"));
        assert_eq!(at("日"), Location { line: 1, column: 5 });
        assert_eq!(at("b"), Location { line: 2, column: 1 });
        assert_eq!(at("c"), Location { line: 3, column: 1 });
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_line() {
        let file = SourceFile::new("x", "\u{feff}ab\ncd", 1);
        assert_eq!(file.location(0), Location { line: 1, column: 1 });
        assert_eq!(file.location(3), Location { line: 1, column: 1 });
        assert_eq!(file.location(4), Location { line: 1, column: 2 });
        assert_eq!((file.line(1), file.line(2)), ("ab", "cd"));
    }

    #[test]
    fn an_excerpt_keeps_the_line_number_of_its_file() {
        let mut map = SourceMap::default();
        let id = map.add_excerpt("x.csv", "a,b\nc,d", 17);
        assert_eq!(map.file(id).location(6), Location { line: 18, column: 3 });
        assert_eq!((map.file(id).line(18), map.file(id).line(1)), ("c,d", ""));
    }
}
