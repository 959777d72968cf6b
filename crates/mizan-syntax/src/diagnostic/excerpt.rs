//! Excerpts: the lines of a text that a diagnostic shows, safe to print.
//!
//! In: a text and the labels in it. Out: the lines of the labels with one line before and after, in pieces,
//! and the positions of the labels in these pieces. The time depends on the number of labels, not on
//! the length of the text or of its lines.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Diagnostic, Label, sanitize};
use crate::source::{SourceFile, SourceId};

/// Maximum number of bytes of a line that is shown whole; a longer line is cut to half of it around the label.
const LONGEST_LINE: usize = 160;
/// Maximum number of lines between two labels of one piece.
const MOST_BETWEEN: usize = 8;

/// Consecutive lines of a source text that an excerpt shows.
#[derive(Debug)]
pub(super) struct Piece {
    /// Index of the piece's first line.
    pub(super) line: usize,
    /// Offset of the piece in the concatenation of all pieces.
    pub(super) start: usize,
    /// Lines of the piece, each with a line end, with control characters made visible.
    pub(super) text: String,
}

/// The position of a label in the concatenation of all pieces.
#[derive(Debug)]
pub(super) struct Mark {
    /// Offset of the label in the original text.
    pub(super) at: usize,
    pub(super) primary: bool,
    pub(super) start: usize,
    pub(super) length: usize,
    pub(super) text: String,
}

/// The excerpt of a source text that a diagnostic prints.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    pub(super) pieces: Vec<Piece>,
    /// The labels that are drawn: those that overlap no shorter and no primary label.
    pub(super) marks: Vec<Mark>,
}

/// Cuts the excerpt of one source text for a diagnostic.
pub(super) fn excerpt(diagnostic: &Diagnostic, file: &SourceFile, source: SourceId) -> Excerpt {
    let here = diagnostic.labels.iter().filter(|label| label.span.source == source);
    let places = places(here, file);
    let mut lines = BTreeSet::new();
    for (place, _) in &places {
        let line = file.line_at(place.start);
        lines.extend(line.saturating_sub(1)..=line + 1);
    }
    let mut excerpt = Excerpt::default();
    let mut next = 0;
    for line in lines {
        if excerpt.pieces.is_empty() || line > next + MOST_BETWEEN {
            let start = excerpt.pieces.last().map_or(0, |piece| piece.start + piece.text.len());
            excerpt.pieces.push(Piece { line, start, text: String::new() });
            next = line;
        }
        for line in next..=line {
            excerpt.line(file, line, &places);
        }
        next = line + 1;
    }
    excerpt.pieces.retain(|piece| !piece.text.is_empty());
    excerpt
}

/// Finds the labels to draw, each with its byte range on the line where it begins. Omits a label that overlaps a
/// primary or a shorter one, because miette draws overlapping labels badly.
fn places<'d>(
    labels: impl Iterator<Item = &'d Label>,
    file: &SourceFile,
) -> Vec<(Range<usize>, &'d Label)> {
    let text = &file.text;
    let mut labels: Vec<&Label> = labels.collect();
    labels.sort_by_key(|label| (!label.primary, label.span.end - label.span.start));
    let last = text.trim_end().char_indices().next_back().map_or(0, |(at, _)| at);
    let mut places: Vec<(Range<usize>, &Label)> = Vec::new();
    for label in labels {
        let start = boundary(text, (label.span.start as usize).min(last));
        let line = file.line_range(file.line_at(start)).unwrap_or(start..start);
        let end = boundary(text, (label.span.end as usize).min(line.end)).max(start);
        let place = start..end;
        let overlaps = |(taken, _): &(Range<usize>, &Label)| {
            place.start < taken.end.max(taken.start + 1) && taken.start < place.end.max(start + 1)
        };
        if !places.iter().any(overlaps) {
            places.push((place, label));
        }
    }
    places
}

impl Excerpt {
    /// Appends a source line to the last piece of the excerpt, with the marks of the labels that begin on the line.
    fn line(&mut self, file: &SourceFile, line: usize, places: &[(Range<usize>, &Label)]) {
        let Some(piece) = self.pieces.last_mut() else { return };
        let range = file.line_range(line);
        let Some(range) = range else {
            if piece.text.is_empty() {
                piece.line += 1;
            }
            return;
        };
        let on_line = || {
            let starts = |place: &Range<usize>| (range.start..=range.end).contains(&place.start);
            places
                .iter()
                .filter(move |(place, _)| starts(place) && file.line_at(place.start) == line)
        };
        let window = window(&file.text, &range, on_line().map(|(place, _)| place.start).min());
        let safe = |from: usize, to: usize| sanitize(&file.text[from..to.max(from)]);
        for (place, label) in on_line() {
            let start = place.start.clamp(window.start, window.end);
            let end = place.end.clamp(start, window.end);
            self.marks.push(Mark {
                at: place.start,
                primary: label.primary,
                start: piece.start + piece.text.len() + safe(window.start, start).len(),
                length: safe(start, end).len().max(1),
                text: sanitize(&label.text),
            });
        }
        // A label at the end of the text marks a blank after the last line; an empty last line without a label
        // is not shown.
        let ends = range.end == file.text.len();
        let marked = on_line().any(|(place, _)| place.start >= window.end);
        if ends && range.is_empty() && !marked {
            return;
        }
        piece.text.push_str(&safe(window.start, window.end));
        piece.text.push_str(if ends && marked { " \n" } else { "\n" });
    }
}

/// Returns the part of a line that is shown: the whole line unless it is long.
fn window(text: &str, line: &Range<usize>, first: Option<usize>) -> Range<usize> {
    if line.len() <= LONGEST_LINE {
        return line.clone();
    }
    let from = first.unwrap_or(line.start).saturating_sub(LONGEST_LINE / 4).max(line.start);
    boundary(text, from)..boundary(text, (from + LONGEST_LINE / 2).min(line.end))
}

/// Returns the last character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::{SourceMap, Span};

    #[test]
    fn far_apart_places_are_two_pieces_and_long_lines_are_cut() {
        let long = format!("{}x{}", "é".repeat(500), "ü".repeat(500));
        let text = format!("a\r\nb\r\n{}{long}\nend\n", "c\n".repeat(100));
        let mut sources = SourceMap::default();
        let id = sources.add("a.mizan", &text);
        let x = text.find('x').expect("in the text");
        let found = Diagnostic::error(Code::Syntax, "")
            .at(Span::new(id, x, x + 1), "long")
            .and(Span::new(id, 3, 4), "short");
        let Excerpt { pieces, marks } = excerpt(&found, sources.file(id), id);
        assert_eq!(pieces.len(), 2);
        assert_eq!((pieces[0].line, pieces[0].text.as_str()), (1, "a\nb\nc\n"));
        assert_eq!(pieces[1].line, 102);
        assert!(pieces[1].text.len() < 100 && pieces[1].text.ends_with("\nend\n"));
        let shown: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let marked: Vec<&str> =
            (marks.iter()).map(|mark| &shown[mark.start..mark.start + mark.length]).collect();
        assert_eq!(marked, ["b", "x"]);
    }
}
