//! Counts operators in a row before the grammar sees them.
//!
//! The parser refuses long chains too, but pest needs hundreds of bytes for each term of a chain of millions.

use super::line::is_word_char;

/// Maximum number of operators in a row, so that recursive passes over the tree do not overflow the stack.
pub(super) const MAX_CHAIN: usize = 400;

/// The number of operators in a row: one count for each open bracket, and one outside all brackets.
#[derive(Debug, Default)]
pub(super) struct Chains {
    outer: Vec<usize>,
    count: usize,
}

impl Chains {
    /// Resets the counts at the start of a statement.
    pub(super) fn begin(&mut self) {
        self.outer.clear();
        self.count = 0;
    }

    /// Resets the counts at the end of a line's expression.
    pub(super) fn end_expression(&mut self) {
        self.count = 0;
    }

    /// Counts the token `start..end` of a text: a word, a number or a sign. `before` is the end of the previous token.
    /// Returns true at the first operator beyond the maximum.
    pub(super) fn is_too_long(
        &mut self,
        text: &str,
        (start, end): (usize, usize),
        before: usize,
    ) -> bool {
        let ends_value = |c: char| is_word_char(c) || matches!(c, ')' | ']' | '"' | '%');
        match &text[start..end] {
            "(" | "[" | "{" => self.outer.push(std::mem::take(&mut self.count)),
            ")" | "]" | "}" => self.count = self.outer.pop().unwrap_or_default(),
            "-" if text[end..].starts_with('>') => self.count = 0,
            "-" if !text[..before].chars().next_back().is_some_and(ends_value) => {}
            "+" | "-" | "*" | "/" | "^" | "and" | "or" => {
                self.count += 1;
                return self.count == MAX_CHAIN + 1;
            }
            "." if text[end..].starts_with('.') => self.count = 0,
            "," | ":" | "=" | "|" | "if" | "then" | "else" | "in" | "over" | "from" | "to"
            | "where" | "within" | "for" | "so" => self.count = 0,
            _ => {}
        }
        false
    }
}
