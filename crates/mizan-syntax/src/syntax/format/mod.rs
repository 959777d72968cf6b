//! The formatter.
//!
//! In: a text that parses. Out: the same statements and comments, with their line breaks, laid out
//! by rule: blanks by `fit`, indentation and alignment by `layout`, widths of columns here. A line is
//! never joined or broken, and the tree of the result is the tree of the text. Old words are replaced. The time taken is linear
//! in the length of the text.

mod fit;
mod layout;

use unicode_width::UnicodeWidthStr;

use super::ast::{File, ItemKind, KindEntry, Range};
use super::parse;
use super::pasted;
use super::prescan::prescan;
use super::token::{Token, TokenKind, tokens};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::SourceId;
use layout::Alignment;

/// Maximum width of an aligned cell in columns, so that one long cell does not widen a whole table.
const WIDEST: usize = 120;

/// Formats a script: two blanks per level of indentation, tables and fields aligned, at most one blank line in a row,
/// lines that end with LF. Rows pasted from a spreadsheet become rows between bars.
///
/// # Errors
/// The syntax errors of a script that cannot be parsed.
pub fn format(source: SourceId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(source, text);
    let mistake = |d: &Diagnostic| d.is_error() && d.code != Code::EmptyScript;
    if parsed.diagnostics.iter().any(mistake) {
        return Err(parsed.diagnostics);
    }
    let scanned = prescan(source, text).text;
    if let Some(barred) = pasted::barred(text, &scanned) {
        return format(source, &barred);
    }
    let mut tokens = with_bounds(tokens(text), &parsed.file);
    replace_old_words(&mut tokens);
    let lines = lines(&tokens, scanned.as_bytes());
    let (rows, groups) = Alignment::default().rows(&lines);
    Ok(write(&rows, &widths(&rows, groups)))
}

/// Replaces `in` before the bounds of a quantity or field by `bounds`, the present word. Keeps an `in` at the beginning
/// of a line: it joins the line with the previous one, as `bounds` does not.
fn with_bounds<'a>(mut tokens: Vec<Token<'a>>, file: &File) -> Vec<Token<'a>> {
    for bounds in file.items.iter().flat_map(|item| bounds(&item.kind)) {
        let first = tokens.partition_point(|token| token.start < bounds.span.start as usize);
        let words = tokens[..first].iter().rposition(|token| token.kind == TokenKind::Word);
        let Some(at) = words.filter(|&at| tokens[at].text == "in") else { continue };
        let begins = at.checked_sub(1).is_none_or(|at| tokens[at].kind == TokenKind::LineEnd);
        if !begins {
            tokens[at].text = "bounds";
        }
    }
    tokens
}

/// Returns the bounds in a statement, of quantities and of fields.
fn bounds(kind: &ItemKind) -> Vec<&Range> {
    match kind {
        ItemKind::Quantity(quantity) => quantity.bounds.as_deref().into_iter().collect(),
        ItemKind::Kind(kind) => {
            fn of_entry(entry: &KindEntry) -> Option<&Range> {
                match entry {
                    KindEntry::Field(field) => field.bounds.as_ref(),
                    KindEntry::Quantity(quantity) => quantity.bounds.as_deref(),
                    KindEntry::Identity { .. } | KindEntry::Assign(_) | KindEntry::Solve(_) => None,
                }
            }
            kind.entries.iter().filter_map(of_entry).collect()
        }
        ItemKind::Model(_)
        | ItemKind::Years(_)
        | ItemKind::Currency { .. }
        | ItemKind::Unit { .. }
        | ItemKind::ReportUnit { .. }
        | ItemKind::Use(_)
        | ItemKind::Set { .. }
        | ItemKind::Source { .. }
        | ItemKind::Needs(_)
        | ItemKind::Function { .. }
        | ItemKind::Identity { .. }
        | ItemKind::Correlate { .. }
        | ItemKind::Solve(_)
        | ItemKind::Solver(_)
        | ItemKind::Lever(_)
        | ItemKind::Scenario(_)
        | ItemKind::Assign(_)
        | ItemKind::Query(_) => Vec::new(),
    }
}

/// Replaces `per year` by `each year`. These two words are adjacent at no other place of the language.
fn replace_old_words(tokens: &mut [Token<'_>]) {
    let is = |token: &Token<'_>, word: &str| token.kind == TokenKind::Word && token.text == word;
    for n in 1..tokens.len() {
        if is(&tokens[n - 1], "per") && is(&tokens[n], "year") {
            tokens[n - 1].text = "each";
        }
    }
}

/// A line of the script, as tokens.
struct Line<'a> {
    tokens: &'a [Token<'a>],
    comment: Option<&'a str>,
    /// True if the line continues the line before.
    joined: bool,
}

impl Line<'_> {
    fn is_blank(&self) -> bool {
        self.tokens.is_empty() && self.comment.is_none()
    }
}

/// A line of the formatted text, as cells.
struct Row {
    indent: usize,
    /// Index of the group of lines with which the line is aligned.
    group: Option<usize>,
    bars: bool,
    cells: Vec<Cell>,
    comment: Option<String>,
}

/// A part of a line that may be aligned, with its width in columns.
struct Cell {
    text: String,
    width: usize,
    /// True for the `:---:` below a table's head, which fills its column.
    rule: bool,
}

impl Cell {
    fn new(text: String, rule: bool) -> Self {
        Self { width: text.width(), text, rule }
    }

    fn padded(&self, width: usize) -> String {
        let missing = width.saturating_sub(self.width);
        match self.text.split_once('-').filter(|_| self.rule) {
            Some((left, right)) => format!("{left}{}{right}", "-".repeat(missing + 1)),
            None => format!("{}{}", self.text, " ".repeat(missing)),
        }
    }
}

/// Cuts tokens into lines. In `scanned`, line ends inside brackets are blanked, so that a statement over several lines
/// is one line.
fn lines<'a>(tokens: &'a [Token<'a>], scanned: &[u8]) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut joined = false;
    for line in tokens.split_inclusive(|token| token.kind == TokenKind::LineEnd) {
        let (line, end) = match line.split_last() {
            Some((end, line)) if end.kind == TokenKind::LineEnd => (line, Some(end)),
            _ => (line, None),
        };
        let (tokens, comment) = match line.split_last() {
            Some((last, line)) if last.kind == TokenKind::Comment => (line, Some(last.text)),
            _ => (line, None),
        };
        let line = Line { tokens, comment, joined };
        // One blank line is written for several, whose rows would take most of the memory of a script of blank lines.
        if !(line.is_blank() && lines.last().is_some_and(Line::is_blank)) {
            lines.push(line);
        }
        joined = end.is_some_and(|end| scanned.get(end.end() - 1) != Some(&b'\n'));
    }
    lines
}

/// Returns the width of each column of each group of lines, in characters.
fn widths(rows: &[Row], groups: usize) -> Vec<Vec<usize>> {
    let mut widths: Vec<Vec<usize>> = vec![Vec::new(); groups];
    for row in rows {
        let Some(widths) = row.group.and_then(|group| widths.get_mut(group)) else { continue };
        if widths.len() < row.cells.len() {
            widths.resize(row.cells.len(), 0);
        }
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            if cell.width <= WIDEST {
                *width = cell.width.max(*width);
            }
        }
    }
    widths
}

fn write(rows: &[Row], widths: &[Vec<usize>]) -> String {
    let mut out = String::new();
    let mut blank = true;
    for row in rows {
        if row.cells.is_empty() && row.comment.is_none() {
            if !blank {
                out.push('\n');
            }
            blank = true;
            continue;
        }
        blank = false;
        let none = Vec::new();
        let widths = row.group.and_then(|group| widths.get(group)).unwrap_or(&none);
        out.push_str(&" ".repeat(row.indent));
        let written = cells(row, widths);
        out.push_str(written.trim_end_matches(' '));
        if let Some(comment) = &row.comment {
            out.push_str(if row.cells.is_empty() { "" } else { "  " });
            out.push_str(comment);
        }
        out.push('\n');
    }
    out.truncate(out.trim_end_matches('\n').len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn cells(row: &Row, widths: &[usize]) -> String {
    let padded = row.cells.iter().enumerate().map(|(n, cell)| {
        let last = n + 1 == row.cells.len() && !row.bars;
        cell.padded(if last { 0 } else { widths.get(n).copied().unwrap_or(0) })
    });
    let padded: Vec<String> = padded.collect();
    if row.bars { format!("| {} |", padded.join(" | ")) } else { padded.join(" ") }
}
