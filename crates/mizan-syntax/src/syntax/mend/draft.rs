//! The draft of a statement: its tokens, which the rules replace.
//!
//! In: the text of a statement. Out: the same text after replacements. A token keeps the blanks before it, so that
//! the parts that no rule touches stay as they were written.

use std::ops::Range;

use crate::syntax::token::{TokenKind, closing, tokens};
use crate::syntax::words::{self, Class};

/// A token with the blanks before the token.
#[derive(Debug, Clone)]
pub(super) struct DraftToken {
    pub(super) kind: TokenKind,
    pub(super) text: String,
    gap: String,
}

/// A statement as a list of tokens that the rules change.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    parts: Vec<DraftToken>,
    tail: String,
}

impl Draft {
    /// Splits a text into tokens.
    pub(super) fn of(text: &str) -> Self {
        let (mut parts, mut end) = (Vec::new(), 0);
        for token in tokens(text) {
            let gap = text.get(end..token.start).unwrap_or_default().to_owned();
            end = token.end();
            parts.push(DraftToken { kind: token.kind, text: token.text.to_owned(), gap });
        }
        Self { parts, tail: text.get(end..).unwrap_or_default().to_owned() }
    }

    /// Returns the text of the whole statement.
    pub(super) fn text(&self) -> String {
        self.parts.iter().flat_map(|part| [part.gap.as_str(), &part.text]).collect::<String>()
            + &self.tail
    }

    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// Returns the text of token `n`; an empty text after the last token.
    pub(super) fn at(&self, n: usize) -> &str {
        self.parts.get(n).map_or("", |part| &part.text)
    }

    /// Returns the text of the token `count` places before token `n`; an empty text before the first token.
    pub(super) fn before(&self, n: usize, count: usize) -> &str {
        n.checked_sub(count).map_or("", |n| self.at(n))
    }

    pub(super) fn kind(&self, n: usize) -> Option<TokenKind> {
        self.parts.get(n).map(|part| part.kind)
    }

    pub(super) fn is_word(&self, n: usize) -> bool {
        self.kind(n) == Some(TokenKind::Word)
    }

    pub(super) fn is_number(&self, n: usize) -> bool {
        self.kind(n) == Some(TokenKind::Number)
    }

    /// True if token `n` is a word that Mizan does not reserve, and so is probably a name.
    pub(super) fn is_name(&self, n: usize) -> bool {
        self.is_word(n) && words::find(self.at(n)).is_none()
    }

    /// True if the first word belongs to a class of words.
    pub(super) fn begins_with(&self, class: Class) -> bool {
        words::find(self.at(0)).is_some_and(|word| word.class == class)
    }

    /// True if no blank comes before token `n`.
    pub(super) fn touches(&self, n: usize) -> bool {
        self.parts.get(n).is_some_and(|part| part.gap.is_empty())
    }

    /// True if a tab comes before token `n`, as between the cells of a pasted row.
    pub(super) fn after_tab(&self, n: usize) -> bool {
        self.parts.get(n).is_some_and(|part| part.gap.contains('\t'))
    }

    /// True if token `n` is the first of its line.
    pub(super) fn starts_line(&self, n: usize) -> bool {
        n < self.len() && (n == 0 || self.kind(n - 1) == Some(TokenKind::LineEnd))
    }

    /// Returns the position at which the line of token `n` ends: that of its line end, or of a comment before it.
    pub(super) fn line_end(&self, n: usize) -> usize {
        let ends = |part: &DraftToken| matches!(part.kind, TokenKind::LineEnd | TokenKind::Comment);
        self.parts.iter().skip(n).position(ends).map_or(self.len(), |count| n + count)
    }

    /// True if the line ends at position `n`: the token before it is the last of the line.
    pub(super) fn ends_line(&self, n: usize) -> bool {
        self.line_end(n) == n
    }

    /// Returns the position of the bracket that closes the one at `open`.
    pub(super) fn close(&self, open: usize) -> Option<usize> {
        closing(self.parts.iter().map(|part| part.kind), open)
    }

    /// Returns the positions of `text` outside all brackets, from `from` on.
    pub(super) fn outside(&self, text: &str, from: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (n, part) in self.parts.iter().enumerate().skip(from) {
            match part.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                _ if depth == 0 && part.text == text => return Some(n),
                _ => {}
            }
        }
        None
    }

    /// Returns the arguments in the bracket at `open`, each as a range of tokens, and the position of the closing bracket.
    pub(super) fn arguments(&self, open: usize) -> Option<(Vec<Range<usize>>, usize)> {
        let close = self.close(open)?;
        let (mut list, mut from) = (Vec::new(), open + 1);
        while from <= close && open + 1 < close {
            let comma = self.outside(",", from).filter(|&at| at < close).unwrap_or(close);
            list.push(from..comma);
            from = comma + 1;
        }
        Some((list, close))
    }

    /// Finds the position at or after `from` where tokens with these texts follow each other.
    pub(super) fn find(&self, texts: &[&str], from: usize) -> Option<usize> {
        (from..self.len())
            .find(|&n| texts.iter().enumerate().all(|(k, text)| self.at(n + k) == *text))
    }

    /// Returns the text of a range of tokens, without the blanks before the first one.
    pub(super) fn show(&self, range: Range<usize>) -> String {
        let parts = self.parts.get(range).unwrap_or_default();
        let whole: String = parts.iter().flat_map(|part| [part.gap.as_str(), &part.text]).collect();
        whole.trim().to_owned()
    }

    /// Replaces a range of tokens by a text; keeps the blanks before the first one.
    pub(super) fn replace(&mut self, range: Range<usize>, text: &str) {
        let end = range.end.min(self.len());
        let start = range.start.min(end);
        let mut new = Draft::of(text).parts;
        let gap = self.parts.get(start).map(|part| part.gap.clone());
        let indents = self.starts_line(start);
        match (new.first_mut(), gap) {
            (Some(first), Some(gap)) if start < end => first.gap = gap,
            (None, Some(gap)) => {
                // The token after the removed ones keeps the blank before them.
                if let Some(next) = self.parts.get_mut(end)
                    && start > 0
                    && next.kind != TokenKind::LineEnd
                    && (next.gap.is_empty() || indents)
                {
                    next.gap = gap;
                }
            }
            _ => {}
        }
        self.parts.splice(start..end, new);
    }

    /// Inserts a text, with blanks around it, before token `n`.
    pub(super) fn insert(&mut self, n: usize, text: &str) {
        let n = n.min(self.len());
        let mut new = Draft::of(text).parts;
        if let Some(first) = new.first_mut()
            && n > 0
        {
            first.gap = " ".to_owned();
        }
        if let Some(next) = self.parts.get_mut(n)
            && next.gap.is_empty()
            && next.kind != TokenKind::LineEnd
            && !matches!(next.text.as_str(), "," | ")" | "]")
        {
            next.gap = " ".to_owned();
        }
        self.parts.splice(n..n, new);
    }

    /// Writes a line above the statement.
    pub(super) fn insert_line(&mut self, line: &str) {
        *self = Self::of(&format!("{line}\n{}", self.text().trim_start()));
    }

    /// Replaces a range of tokens by a word with blanks around it.
    pub(super) fn put_word(&mut self, range: Range<usize>, word: &str) {
        let start = range.start;
        self.remove(range);
        self.insert(start, word);
    }

    /// Removes the blanks before token `n`.
    pub(super) fn glue(&mut self, n: usize) {
        if let Some(part) = self.parts.get_mut(n) {
            part.gap.clear();
        }
    }

    /// Removes a range of tokens.
    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.replace(range, "");
    }

    /// Returns the position after the amount that begins at `n`: a number with its `%`, scale word and unit.
    pub(super) fn amount_end(&self, n: usize) -> usize {
        let mut end = n + 1;
        if self.at(end) == "%" {
            return end + 1;
        }
        while self.is_word(end) && !words::find(self.at(end)).is_some_and(words::Word::ends_number)
        {
            end += 1;
        }
        end
    }
}
