//! Blanks between tokens.
//!
//! In: the tokens of a text, in order. Out: for each, whether a blank separates it from the tokens before
//! and after it. Blanks never change what the grammar reads, so a wrong guess here is only unsightly.

use super::super::token::{Token, TokenKind};
use super::super::words::{self, Class, Word};

/// Blanks around a token: whether the formatter writes one before it and one after it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TokenSpacing {
    pub(super) left: bool,
    pub(super) right: bool,
}

/// True for a word after which a bracket never begins an index or an argument list.
fn is_operator(word: &str) -> bool {
    words::find(word).is_some_and(|word| word.class == Class::Operator)
}

/// True for a word after which a value begins, unless the word is a name.
fn leads_to_value(word: &str) -> bool {
    words::find(word).is_some_and(Word::leads_to_value)
}

/// A bracket that is open at a token.
struct Open {
    bracket: char,
    /// True for the brackets of `a[...]`, in which lags have no blanks.
    index: bool,
}

/// State of the formatter between two tokens of a line.
#[derive(Default)]
pub(super) struct Fitter<'a> {
    open: Vec<Open>,
    before: Option<Token<'a>>,
    /// True inside a unit, `: USD/TEU`, which has no blanks.
    unit: bool,
}

impl<'a> Fitter<'a> {
    /// Forgets the previous tokens, because the next one begins a statement.
    pub(super) fn begin_statement(&mut self) {
        self.before = None;
        self.unit = false;
    }

    /// Decides whether `token` has a blank before and after it; `declares` is true where a unit follows a colon.
    pub(super) fn fit(
        &mut self,
        token: Token<'a>,
        next: Option<&Token<'a>>,
        declares: bool,
    ) -> TokenSpacing {
        let fit = match token.text {
            "," | "%" => TokenSpacing { left: true, right: false },
            ":" => {
                let inside = self.open.last().is_some_and(|open| open.bracket != '{');
                self.unit = declares && !inside;
                TokenSpacing { left: true, right: false }
            }
            ".." | "." => TokenSpacing { left: true, right: true },
            "@" => TokenSpacing { left: false, right: true },
            "/" | "*" | "^" if self.unit => TokenSpacing { left: true, right: true },
            "+" | "-" if self.is_lag(next) => TokenSpacing { left: true, right: true },
            "-" if !self.ends_value() => TokenSpacing { left: false, right: true },
            _ => self.bracket(token, next),
        };
        let ends_unit = matches!(token.text, "=" | "in" | "start" | "," | "|" | "@")
            || matches!(token.kind, TokenKind::Text | TokenKind::Open | TokenKind::Close);
        self.unit &= !ends_unit;
        self.before = Some(token);
        fit
    }

    fn bracket(&mut self, token: Token<'a>, next: Option<&Token<'a>>) -> TokenSpacing {
        match token.kind {
            TokenKind::Open => {
                let round = token.text != "{";
                let index = round && self.takes_index(token);
                let bracket = token.text.chars().next().unwrap_or('(');
                self.open.push(Open { bracket, index: index && bracket == '[' });
                let empty = next.is_some_and(|next| next.kind == TokenKind::Close);
                TokenSpacing { left: index, right: round || empty }
            }
            TokenKind::Close => {
                self.open.pop();
                TokenSpacing { left: token.text != "}", right: false }
            }
            _ => TokenSpacing::default(),
        }
    }

    /// True if an opening bracket at this token belongs to the name before it.
    fn takes_index(&self, token: Token<'_>) -> bool {
        let Some(before) = self.before else { return false };
        match before.kind {
            TokenKind::Word if is_operator(before.text) => false,
            TokenKind::Word if leads_to_value(before.text) => !token.spaced,
            TokenKind::Word => true,
            TokenKind::Close => before.text != "}",
            _ => false,
        }
    }

    /// True if the previous token may end a value, so that a following `-` subtracts.
    fn ends_value(&self) -> bool {
        self.before.is_some_and(|before| match before.kind {
            TokenKind::Word => !leads_to_value(before.text),
            TokenKind::Open => false,
            TokenKind::Sign => before.text == "%",
            _ => true,
        })
    }

    /// True for the operator of a lag: the `-` in `x[t-1]`.
    fn is_lag(&self, next: Option<&Token<'_>>) -> bool {
        let plain = |token: &Token<'_>| matches!(token.kind, TokenKind::Word | TokenKind::Number);
        self.open.last().is_some_and(|open| open.index)
            && self.before.as_ref().is_some_and(plain)
            && self.ends_value()
            && next.is_some_and(|next| next.kind == TokenKind::Number)
    }
}
