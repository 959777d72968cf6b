//! One linear pass over the text before the grammar sees it.
//!
//! In: the text. Out: a text of the same length in which comments, the byte-order mark and line ends inside
//! statements are blanks; the comments; where each statement begins; mistakes in characters and brackets.
//! Nesting is bounded here, before any recursive pass.

use super::chain::Chains;
use super::errors;
use super::line::{
    begins_statement, begins_with_digit, first_word, goes_on, is_word_char, is_word_start,
    joins_next,
};
use super::pasted;
use crate::diagnostic::{Diagnostic, MOST_LISTED};
use crate::source::{SourceId, Span};

/// Maximum depth of nesting of brackets, and of `if`, unary operators and powers in one statement.
pub const MAX_DEPTH: usize = 64;
/// Maximum length of a name in bytes.
const MAX_NAME: usize = 256;
/// Maximum number of statements of a script with its library files.
pub const MOST_STATEMENTS: usize = 120_000;
/// Maximum number of words, numbers, texts and signs of a script with its library files.
pub const MOST_TOKENS: usize = 1_000_000;
/// Maximum number of words, numbers, texts and signs of one statement: in a list each takes up to a kilobyte.
const MOST_IN_STATEMENT: usize = 300_000;

/// A comment of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// The span from `#` to the end of the line.
    pub span: Span,
    /// True for a comment with `##`.
    pub doc: bool,
    /// True if the comment is alone on its line.
    pub own_line: bool,
}

/// The results of the first pass over the characters.
#[derive(Debug)]
pub struct Prescan {
    /// The text for the grammar; every byte has the same offset as in the original.
    pub text: String,
    /// The comments of the text, in order.
    pub comments: Vec<Comment>,
    /// Start and end of each statement: the text between two line ends outside all brackets.
    pub statements: Vec<(usize, usize)>,
    /// Number of words, numbers, texts and signs.
    pub tokens: usize,
    /// Mistakes in characters, brackets and depths.
    pub diagnostics: Vec<Diagnostic>,
    /// True if a bracket or string is still open at the end: more input may complete it.
    pub incomplete: bool,
}

/// The current line; lines that a statement joins count as one line.
#[derive(Debug, Default)]
struct Line {
    /// Offset of the line's first character that is not blank.
    first: Option<usize>,
    /// Byte range of the line's last word, sign or text.
    last: (usize, usize),
}

/// The following line that is not blank.
#[derive(Debug, Default)]
struct Next {
    start: usize,
    goes_on: bool,
    begins_statement: bool,
}

struct Scanner<'a> {
    source: SourceId,
    text: &'a str,
    /// The text for the grammar: a copy of `text` in which the scan blanks comments and other parts.
    out: Vec<u8>,
    /// The open brackets and their offsets, the innermost last.
    open: Vec<(u8, usize)>,
    /// Number of open brackets of each type: `(`, `[`, `{`. The counts find a closing bracket without an opening one; a
    /// search through `open` would take quadratic time in hostile texts.
    opened: [usize; 3],
    comments: Vec<Comment>,
    statements: Vec<(usize, usize)>,
    statement_start: usize,
    /// Number of tokens before the statement.
    tokens_before: usize,
    line: Line,
    next: Next,
    /// Number of unary operators in a row.
    unary: usize,
    /// Number of `if` and `^` in the statement.
    nested: usize,
    chains: Chains,
    /// True after an expression with too many operators: the scan blanks the statement from here on.
    skipping: bool,
    /// True if the last line is a row of cells pasted from a spreadsheet.
    pasted: bool,
    /// Number of words, numbers, texts and signs so far.
    tokens: usize,
    diagnostics: Vec<Diagnostic>,
    incomplete: bool,
}

/// Makes the first pass over a source text: comments, brackets and characters without meaning.
pub fn prescan(source: SourceId, text: &str) -> Prescan {
    let mut scanner = Scanner {
        source,
        text,
        out: text.as_bytes().to_vec(),
        open: Vec::new(),
        opened: [0; 3],
        comments: Vec::new(),
        statements: Vec::new(),
        statement_start: 0,
        tokens_before: 0,
        line: Line::default(),
        next: Next::default(),
        unary: 0,
        nested: 0,
        chains: Chains::default(),
        skipping: false,
        pasted: false,
        tokens: 0,
        diagnostics: Vec::new(),
        incomplete: false,
    };
    scanner.scan();
    Prescan {
        text: String::from_utf8(scanner.out).unwrap_or_default(),
        comments: scanner.comments,
        statements: scanner.statements,
        tokens: scanner.tokens,
        diagnostics: scanner.diagnostics,
        incomplete: scanner.incomplete,
    }
}

impl Scanner<'_> {
    fn scan(&mut self) {
        let mut at = 0;
        while let Some(c) = self.text[at..].chars().next() {
            if self.diagnostics.len() >= MOST_LISTED {
                self.blank(at, self.text.len());
                break;
            }
            let start = at;
            if self.refuses_size(start) {
                return;
            }
            at = match c {
                ' ' | '\t' => at + 1,
                '#' => self.comment(at),
                '\n' | '\r' => self.line_end(at),
                _ => self.part(at, c),
            };
            if !matches!(c, ' ' | '\t' | '#' | '\n' | '\r') {
                self.tokens += usize::from(!self.is_in_number(start, c));
                if self.line.first.is_none() {
                    self.pasted = self.pasted_row(start);
                }
                if self.chains.is_too_long(self.text, (start, at), self.line.last.1) {
                    self.diagnostics.push(errors::too_long(self.span(start, at)));
                    self.skipping = true;
                }
                if self.skipping {
                    self.blank(start, at);
                }
                self.line.first.get_or_insert(start);
                self.line.last = (start, at);
            }
        }
        self.end_statement(self.text.len());
        self.report_open();
    }

    /// True for a further digit or the point of a number.
    fn is_in_number(&self, at: usize, c: char) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.text.as_bytes().get(before));
        let follows = before.is_some_and(|before| matches!(before, b'0'..=b'9' | b'.' | b'_'));
        follows && (c == '.' || is_word_char(c))
    }

    /// Reports a script with too many statements or tokens in place of its other mistakes. None of its statements is
    /// parsed.
    fn refuses_size(&mut self, at: usize) -> bool {
        let (most, what) = if self.statements.len() > MOST_STATEMENTS {
            (MOST_STATEMENTS, "statements")
        } else if self.tokens > MOST_TOKENS {
            (MOST_TOKENS, "words, numbers and signs")
        } else if self.tokens - self.tokens_before > MOST_IN_STATEMENT {
            (MOST_IN_STATEMENT, "words, numbers and signs in one statement")
        } else {
            return false;
        };
        self.statements.clear();
        self.diagnostics = vec![errors::too_large(self.span(at, at + 1), most, what)];
        true
    }

    /// Scans one word, text, number or sign; returns its end.
    fn part(&mut self, at: usize, c: char) -> usize {
        match c {
            '"' => self.string(at),
            '(' | '[' | '{' => self.open_bracket(at, c),
            ')' | ']' | '}' => self.close_bracket(at, c),
            '-' | '^' => self.sign(at, c),
            '|' => self.bar(at),
            _ if is_word_start(c) => self.word(at),
            _ if c.is_ascii_graphic() => {
                self.unary = 0;
                at + 1
            }
            _ => self.odd_character(at, c),
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    fn blank(&mut self, start: usize, end: usize) {
        self.out[start..end].fill(b' ');
    }

    fn string(&mut self, start: usize) -> usize {
        self.unary = 0;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        while at < bytes.len() {
            match bytes[at] {
                b'"' => return at + 1,
                b'\n' | b'\r' => break,
                b'\\' if bytes.get(at + 1).is_some_and(|next| !b"\r\n".contains(next)) => at += 2,
                byte => {
                    if (byte < 0x20 && byte != b'\t') || byte == 0x7f {
                        let span = self.span(at, at + 1);
                        self.diagnostics.push(errors::control_character(span, byte.into()));
                        self.blank(at, at + 1);
                    }
                    at += 1;
                }
            }
        }
        let at = at.min(bytes.len());
        self.diagnostics.push(self.unclosed_text(start));
        self.incomplete = true;
        self.blank(start, at);
        at
    }

    fn comment(&mut self, start: usize) -> usize {
        let end = self.text[start..].find(['\n', '\r']).map_or(self.text.len(), |n| start + n);
        let line = self.text[..start].rfind(['\n', '\r']).map_or(0, |n| n + 1);
        let before = self.text[line..start].trim_start_matches('\u{feff}');
        self.comments.push(Comment {
            span: self.span(start, end),
            doc: self.text[start..end].starts_with("##"),
            own_line: before.trim().is_empty(),
        });
        if !before.trim().is_empty() {
            self.diagnostics
                .extend(errors::sheet_error(self.span(start, end), &self.text[start..end]));
        }
        self.blank(start, end);
        end
    }

    fn open_bracket(&mut self, at: usize, c: char) -> usize {
        self.unary = 0;
        if self.open.len() == MAX_DEPTH {
            self.diagnostics.push(errors::too_deep(self.span(at, at + 1), "brackets"));
        }
        if self.open.len() >= MAX_DEPTH {
            self.blank(at, at + 1);
        }
        self.open.push((c as u8, at));
        self.opened[kind(c as u8)] += 1;
        at + 1
    }

    fn close_bracket(&mut self, at: usize, c: char) -> usize {
        self.unary = 0;
        let opener = match c {
            ')' => b'(',
            ']' => b'[',
            _ => b'{',
        };
        if self.open.len() > MAX_DEPTH {
            self.blank(at, at + 1);
        }
        if self.opened[kind(opener)] == 0 {
            self.diagnostics.push(errors::stray_bracket(self.span(at, at + 1), c));
            self.blank(at, at + 1);
            return at + 1;
        }
        let mut inside = None;
        while let Some((open, start)) = self.pop() {
            if open == opener {
                break;
            }
            inside = Some((open, start));
        }
        if let Some((open, start)) = inside {
            self.diagnostics.push(self.unclosed(open, start, Some((at, c))));
        }
        at + 1
    }

    fn pop(&mut self) -> Option<(u8, usize)> {
        let popped = self.open.pop();
        if let Some((open, _)) = popped {
            self.opened[kind(open)] -= 1;
        }
        popped
    }

    /// Counts a `-`, `not` or `^`, each of which makes the tree one level deeper.
    fn sign(&mut self, at: usize, c: char) -> usize {
        self.unary += 1;
        self.nested += usize::from(c == '^');
        if self.unary == MAX_DEPTH || self.nested == MAX_DEPTH {
            self.diagnostics.push(errors::too_deep(self.span(at, at + 1), "signs and powers"));
        }
        if self.unary >= MAX_DEPTH || self.nested >= MAX_DEPTH {
            self.blank(at, at + 1);
        }
        at + 1
    }

    /// Scans a `|` and the cell of dashes after it, whose minus signs do not nest.
    fn bar(&mut self, at: usize) -> usize {
        self.unary = 0;
        let rest = &self.text[at + 1..];
        let dashes = rest.find(|c| !matches!(c, '-' | ':' | ' ')).unwrap_or(rest.len());
        at + 1 + if rest[dashes..].starts_with('|') { dashes } else { 0 }
    }

    fn word(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        let end = start + rest.find(|c| !is_word_char(c)).unwrap_or(rest.len());
        match &self.text[start..end] {
            "not" => return self.sign(start, 'n').max(end),
            "if" => {
                self.nested += 1;
                if self.nested == MAX_DEPTH {
                    self.diagnostics.push(errors::too_deep(self.span(start, end), "conditions"));
                }
                if self.nested >= MAX_DEPTH {
                    self.blank(start, end);
                }
            }
            word if word.len() > MAX_NAME => {
                self.diagnostics.push(errors::name_too_long(self.span(start, end), MAX_NAME));
                self.blank(start, end);
            }
            _ => {}
        }
        self.unary = 0;
        end
    }

    fn line_end(&mut self, at: usize) -> usize {
        let end = at + if self.text[at..].starts_with("\r\n") { 2 } else { 1 };
        self.blank(at, end);
        self.look_ahead(end);
        let inside = self.open.last().map(|&(open, _)| open);
        if matches!(inside, Some(b'(' | b'[')) && self.next.begins_statement {
            self.report_open_round();
        }
        let joined = matches!(self.open.last(), Some((b'(' | b'[', _)))
            || (self.line_goes_on() && !self.ends_a_list())
            || self.next.goes_on;
        if !joined {
            self.out[end - 1] = b'\n';
            self.line = Line::default();
            self.unary = 0;
            self.nested = 0;
            self.chains.end_expression();
            if self.open.is_empty() {
                self.end_statement(end);
            }
        }
        end
    }

    /// Writes `|` for the tabs between the cells of the line that begins at `start`, if it is a row of a table that was
    /// pasted from a spreadsheet: inside braces, with such a row before or after it.
    fn pasted_row(&mut self, start: usize) -> bool {
        if !matches!(self.open.last(), Some((b'{', _))) {
            return false;
        }
        let line = &self.text[start..];
        let Some(tabs) = pasted::tabs(line) else { return false };
        let below = line.split_once(['\n', '\r']).map_or("", |(_, below)| below);
        if !self.pasted && pasted::tabs(below.trim_start()).is_none() {
            return false;
        }
        for tab in tabs {
            self.out[start + tab] = b'|';
        }
        true
    }

    fn end_statement(&mut self, end: usize) {
        // A line with a comment alone is no statement.
        let written = self.out.get(self.statement_start..end).unwrap_or_default();
        if !written.trim_ascii().is_empty() {
            self.statements.push((self.statement_start, end));
        }
        self.statement_start = end;
        self.tokens_before = self.tokens;
        self.chains.begin();
        self.skipping = false;
    }

    /// True if the statement continues on the next line, because of the last sign or word of this line.
    fn line_goes_on(&self) -> bool {
        const SIGNS: &[u8] = b"+-/^=,<>*";
        let (Some(first), (start, end)) = (self.line.first, self.line.last) else { return false };
        if self.pasted {
            return false;
        }
        let out = if self.skipping { self.text.as_bytes() } else { &self.out };
        let written = out.get(first..end).unwrap_or_default();
        let last = self.text.get(start..end).unwrap_or_default();
        // A row of stars is a comment in other languages.
        let stars = written.iter().all(|sign| *sign == b'*');
        let joined = written.last().is_some_and(|sign| SIGNS.contains(sign) && !stars)
            || (written.ends_with(b"..") && begins_with_digit(&self.text[self.next.start..]))
            || (joins_next(last) && start > first && !self.is_set(first));
        joined && self.out.get(first) != Some(&b'|')
    }

    /// True for a comma at the end of a statement before the word of another one.
    fn ends_a_list(&self) -> bool {
        let (start, end) = self.line.last;
        self.open.is_empty() && self.next.begins_statement && self.text.get(start..end) == Some(",")
    }

    /// True for a set whose elements are words of the language: `set s = from, to`.
    fn is_set(&self, first: usize) -> bool {
        first_word(&self.text[first..]).0 == "set"
    }

    /// Reads the beginning of the next line that is not blank; stores the result until the scan has passed it.
    fn look_ahead(&mut self, end: usize) {
        if self.next.start < end {
            let rest = &self.text[end..];
            let line = rest.trim_start_matches([' ', '\t', '\r', '\n']);
            let start = end + rest.len() - line.len();
            // A `*` at the left margin and `//` begin a comment in other languages.
            let margin = line.starts_with('*') && self.text[..start].ends_with(['\n', '\r']);
            let goes_on = goes_on(line) && !margin && !line.starts_with("//");
            let goes_on = goes_on && !line.starts_with("/*");
            self.next = Next { start, goes_on, begins_statement: begins_statement(line) };
        }
    }

    /// Reports and closes the open parentheses and square brackets, up to a brace.
    fn report_open_round(&mut self) {
        while let Some(&(open, at)) = self.open.last() {
            if open == b'{' {
                break;
            }
            if self.diagnostics.len() < MOST_LISTED {
                self.diagnostics.push(self.unclosed(open, at, None));
            }
            self.incomplete = true;
            self.pop();
        }
    }

    fn report_open(&mut self) {
        self.report_open_round();
        if let Some(&(open, at)) = self.open.last() {
            self.diagnostics.push(self.unclosed(open, at, None));
            self.incomplete = true;
        }
    }
}

/// Returns the index of a bracket's type in [`Scanner::opened`].
fn kind(open: u8) -> usize {
    match open {
        b'(' => 0,
        b'[' => 1,
        _ => 2,
    }
}

mod characters;
mod closing;
#[cfg(test)]
mod tests;
