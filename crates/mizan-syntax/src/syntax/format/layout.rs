//! Indentation and alignment.
//!
//! In: the lines of a text, as tokens. Out: rows, each with its indentation, its cells and the group of rows
//! that its cells are aligned with.

use super::super::token::{Token, TokenKind};
use super::super::words;
use super::fit::{Fitter, TokenSpacing};
use super::{Cell, Line, Row};

/// The shape of a line, which decides how it is split into cells; adjacent lines of the same shape are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CellShape {
    /// A field, aligned at its value: `rate: 5%`.
    Field,
    /// A set, aligned at its elements: `set a = b`.
    Set,
    /// A source, aligned at its citation: `source key "citation"`.
    Source,
    /// A table row, aligned at every column: `| a | b |`.
    Table,
    /// A line that is not aligned.
    Plain,
}

/// A level of indentation: the file itself, or an open bracket.
struct Frame {
    /// True if the level holds statements or entries, false for parts of an expression.
    statements: bool,
    /// Indentation of the lines in the level.
    indent: usize,
    /// True in the body of a `block`, where a unit follows a colon.
    declares: bool,
    /// The shape of the level's last line, and the index of the group of lines with which it is aligned.
    last: Option<(CellShape, usize)>,
}

/// State of the alignment between two lines.
pub(super) struct Alignment<'a> {
    open: Vec<Frame>,
    fitter: Fitter<'a>,
    groups: usize,
    /// Indentation of the line that began the statement. The following fields describe the same line: its depth and the
    /// declaration on it.
    indent: usize,
    depth: usize,
    quantity: bool,
    kind: bool,
}

impl Default for Alignment<'_> {
    fn default() -> Self {
        let file = Frame { statements: true, indent: 0, declares: false, last: None };
        Self {
            open: vec![file],
            fitter: Fitter::default(),
            groups: 0,
            indent: 0,
            depth: 1,
            quantity: false,
            kind: false,
        }
    }
}

impl<'a> Alignment<'a> {
    /// Lays out all lines; returns the rows and the number of groups of aligned rows.
    pub(super) fn rows(mut self, lines: &[Line<'a>]) -> (Vec<Row>, usize) {
        let rows = lines.iter().map(|line| self.row(line)).collect();
        (rows, self.groups)
    }

    fn row(&mut self, line: &Line<'a>) -> Row {
        let indent = self.indentation(line);
        if !line.joined && !line.tokens.is_empty() {
            self.begin_statement(line.tokens, indent);
        }
        let (shape, group, first) = self.align(line);
        let head = shape == CellShape::Table && first;
        let fits = self.fits(line.tokens, indent, head);
        let written: Vec<Cell> = split(shape, line.tokens)
            .iter()
            .map(|&(from, to)| cell(&line.tokens[from..to], &fits[from..to]))
            .collect();
        Row {
            indent,
            group: group.filter(|_| written.len() > 1 || is_row(line.tokens)),
            bars: is_row(line.tokens) && shape == CellShape::Table,
            cells: written,
            comment: line.comment.map(|comment| comment.trim_end().to_owned()),
        }
    }

    fn indentation(&self, line: &Line<'_>) -> usize {
        let closers = line.tokens.iter().take_while(|t| t.kind == TokenKind::Close).count();
        if closers > 0 {
            let outer = self.open.len().saturating_sub(closers).max(1);
            return self.open.get(outer).map_or(0, |frame| frame.indent.saturating_sub(2));
        }
        let Some(frame) = self.open.last() else { return 0 };
        if !(line.joined && frame.statements) {
            return frame.indent;
        }
        let brace = line.tokens.first().is_some_and(|token| token.text == "{");
        self.indent + if brace { 0 } else { 2 }
    }

    fn begin_statement(&mut self, tokens: &[Token<'_>], indent: usize) {
        let word = |n: usize| tokens.get(n).filter(|token| token.kind == TokenKind::Word);
        let first = word(0).filter(|_| word(1).is_some()).map_or("", |token| token.text);
        self.quantity = words::find(first).is_some_and(|word| word.class == words::Class::Quantity);
        self.kind = first == "block" && self.open.len() == 1;
        self.indent = indent;
        self.depth = self.open.len();
        self.fitter.begin_statement();
    }

    /// Returns the shape of a line, the group of lines with which it is aligned, and whether it is the first
    /// of the group.
    fn align(&mut self, line: &Line<'_>) -> (CellShape, Option<usize>, bool) {
        let groups = self.groups;
        let Some(frame) = self.open.last_mut().filter(|frame| frame.statements && !line.joined)
        else {
            return (CellShape::Plain, None, false);
        };
        if line.tokens.is_empty() {
            if line.comment.is_none()
                && frame.last.is_some_and(|(last, _)| last != CellShape::Table)
            {
                frame.last = None;
            }
            return (CellShape::Plain, None, false);
        }
        let shape = shape(line.tokens, frame.declares);
        let group = frame.last.filter(|&(last, _)| last == shape).map(|(_, group)| group);
        frame.last = Some((shape, group.unwrap_or(groups)));
        if group.is_none() {
            self.groups += 1;
        }
        let aligned = (shape != CellShape::Plain).then(|| group.unwrap_or(groups));
        (shape, aligned, group.is_none())
    }

    /// Returns the spacing before each token; opens and closes frames at brackets.
    fn fits(&mut self, tokens: &[Token<'a>], indent: usize, head: bool) -> Vec<TokenSpacing> {
        let identity = tokens.first().is_some_and(|token| token.text == "identity");
        let mut fits = Vec::with_capacity(tokens.len());
        for (n, &token) in tokens.iter().enumerate() {
            let field = self.open.last().is_some_and(|frame| frame.declares) && !identity;
            let quantity = self.quantity && self.open.len() == self.depth;
            fits.push(self.fitter.fit(token, tokens.get(n + 1), head || field || quantity));
            match token.kind {
                TokenKind::Open => self.open.push(Frame {
                    statements: token.text == "{",
                    indent: indent + 2,
                    declares: token.text == "{" && self.kind && self.open.len() == 1,
                    last: None,
                }),
                TokenKind::Close if self.open.len() > 1 => {
                    self.open.pop();
                }
                _ => {}
            }
        }
        fits
    }
}

fn shape(tokens: &[Token<'_>], declares: bool) -> CellShape {
    let text = |n: usize| tokens.get(n).map_or("", |token| token.text);
    let word = |n: usize| tokens.get(n).is_some_and(|token| token.kind == TokenKind::Word);
    match (text(0), text(1)) {
        ("|", _) => CellShape::Table,
        (_, ":") if !declares => CellShape::Field,
        ("set", _) if word(1) && text(2) == "=" => CellShape::Set,
        ("source", _) if word(1) => CellShape::Source,
        _ => CellShape::Plain,
    }
}

/// True for a row of a table, `| a | b |`, with every bracket closed.
fn is_row(tokens: &[Token<'_>]) -> bool {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return false };
    let mut depth = 0_i32;
    for token in tokens {
        depth += step(token);
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && tokens.len() > 1 && first.text == "|" && last.text == "|"
}

fn step(token: &Token<'_>) -> i32 {
    match token.kind {
        TokenKind::Open => 1,
        TokenKind::Close => -1,
        _ => 0,
    }
}

/// Returns the token ranges of the cells of a line.
fn split(shape: CellShape, tokens: &[Token<'_>]) -> Vec<(usize, usize)> {
    let after = match shape {
        CellShape::Table if is_row(tokens) => return split_row(tokens),
        CellShape::Field | CellShape::Source | CellShape::Set => 2,
        CellShape::Table | CellShape::Plain => tokens.len(),
    };
    let cells = [(0, after.min(tokens.len())), (after, tokens.len())];
    cells.into_iter().filter(|(from, to)| from < to).collect()
}

fn split_row(tokens: &[Token<'_>]) -> Vec<(usize, usize)> {
    let (mut cells, mut depth, mut from) = (Vec::new(), 0, 1);
    for (n, token) in tokens.iter().enumerate().skip(1) {
        depth += step(token);
        if depth == 0 && token.text == "|" {
            cells.push((from, n));
            from = n + 1;
        }
    }
    cells
}

fn cell(tokens: &[Token<'_>], fits: &[TokenSpacing]) -> Cell {
    let dashes = tokens.iter().filter(|token| token.text == "-").count();
    let colons = tokens.iter().filter(|token| token.text == ":").count();
    if dashes > 0 && dashes + colons == tokens.len() {
        let colon = |token: Option<&Token<'_>>| match token {
            Some(token) if token.text == ":" => ":",
            _ => "",
        };
        return Cell::new(format!("{}-{}", colon(tokens.first()), colon(tokens.last())), true);
    }
    let mut text = String::new();
    let mut clings = true;
    for (token, fit) in tokens.iter().zip(fits) {
        if !clings && !fit.left {
            text.push(' ');
        }
        text.push_str(token.text);
        clings = fit.right;
    }
    Cell::new(text, false)
}
