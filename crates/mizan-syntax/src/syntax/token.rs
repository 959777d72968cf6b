//! The tokens of a text, for the formatter and for colours at the prompt.
//!
//! In: a text. Out: its words, numbers, quoted texts, operators, comments and line ends, in order, without
//! blanks. A token begins and ends where an atomic rule of the grammar does; its meaning is left to the
//! grammar.

use super::line::{is_word_char, is_word_start};

/// The type of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a keyword.
    Word,
    /// The digits of a number, without `%`, scale word and unit.
    Number,
    /// A text with its quotes.
    Text,
    /// An opening bracket: `(`, `[` or `{`.
    Open,
    /// A closing bracket: `)`, `]` or `}`.
    Close,
    /// An operator or a punctuation mark.
    Sign,
    /// A comment, from `#` to the end of the line.
    Comment,
    /// A line end: LF, CRLF or a lone CR.
    LineEnd,
}

/// A token of a script with its type and position.
#[derive(Debug, Clone, Copy)]
pub struct Token<'a> {
    /// The type of the token.
    pub kind: TokenKind,
    /// The token's characters in the script.
    pub text: &'a str,
    /// Offset of the token's first byte in the text.
    pub start: usize,
    /// True if a blank or a line end comes before the token.
    pub spaced: bool,
}

impl Token<'_> {
    /// Returns the offset after the token's last byte.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Returns the position of the bracket that closes the one at `open`, from the types of all tokens.
pub fn closing(kinds: impl Iterator<Item = TokenKind>, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (n, kind) in kinds.enumerate().skip(open) {
        match kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return Some(n);
        }
    }
    None
}

/// Splits a text into tokens.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut at, mut spaced) = (0, true);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = first(rest);
        if let Some(kind) = kind {
            tokens.push(Token { kind, text: &rest[..length], start: at, spaced });
        }
        spaced = kind.is_none_or(|kind| kind == TokenKind::LineEnd);
        at += length;
    }
    tokens
}

/// Returns the type of the first token of `rest` (`None` for a blank), and its length in bytes.
fn first(rest: &str) -> (Option<TokenKind>, usize) {
    let c = rest.chars().next().unwrap_or(' ');
    let (kind, length) = match c {
        ' ' | '\t' | '\u{feff}' => return (None, c.len_utf8()),
        '\r' if rest.starts_with("\r\n") => (TokenKind::LineEnd, 2),
        '\r' | '\n' => (TokenKind::LineEnd, 1),
        '#' => (TokenKind::Comment, rest.find(['\n', '\r']).unwrap_or(rest.len())),
        '"' => (TokenKind::Text, text_length(rest)),
        '(' | '[' | '{' => (TokenKind::Open, 1),
        ')' | ']' | '}' => (TokenKind::Close, 1),
        '0'..='9' => (TokenKind::Number, number_length(rest)),
        _ if is_word_start(c) => {
            (TokenKind::Word, rest.find(|c| !is_word_char(c)).unwrap_or(rest.len()))
        }
        _ => (TokenKind::Sign, sign_length(rest, c)),
    };
    (Some(kind), length)
}

fn sign_length(rest: &str, c: char) -> usize {
    const PAIRS: [&str; 10] = ["->", "..", "+=", "-=", "*=", "==", "!=", "<=", ">=", "**"];
    if PAIRS.iter().any(|pair| rest.starts_with(pair)) { 2 } else { c.len_utf8() }
}

fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\n' | '\r' => return at,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

/// Returns the length in bytes of the number at the start of `rest`, such as `1_708.7` or `2e-3`, by the
/// grammar's rule `number`.
fn number_length(rest: &str) -> usize {
    let whole = digits(rest, true);
    let fraction = match rest[whole..].strip_prefix('.').map(|after| digits(after, true)) {
        Some(length) if length > 0 => length + 1,
        _ => 0,
    };
    let length = whole + fraction;
    let Some(after) = rest[length..].strip_prefix(['e', 'E']) else { return length };
    let sign = usize::from(after.starts_with(['+', '-']));
    match digits(&after[sign..], false) {
        0 => length,
        exponent => length + 1 + sign + exponent,
    }
}

/// Returns the length in bytes of the digits at the start of `rest`; single `_` may separate them if
/// `parted`.
fn digits(rest: &str, parted: bool) -> usize {
    let bytes = rest.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while digit(at) || (parted && at > 0 && bytes.get(at) == Some(&b'_') && digit(at + 1)) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|token| token.text).collect()
    }

    #[test]
    fn numbers_end_where_the_grammar_ends_them() {
        assert_eq!(cut("2024..2035"), ["2024", "..", "2035"]);
        assert_eq!(cut("1_708.7e-3x"), ["1_708.7e-3", "x"]);
        assert_eq!(cut("1e 2_ 3.x"), ["1", "e", "2", "_", "3", ".", "x"]);
    }

    #[test]
    fn texts_and_comments_are_one_token() {
        assert_eq!(cut("a \"b \\\" # c\" # d\r\ne"), ["a", "\"b \\\" # c\"", "# d", "\r\n", "e"]);
        assert_eq!(cut("\u{feff}出口->-1"), ["出口", "->", "-", "1"]);
    }
}
