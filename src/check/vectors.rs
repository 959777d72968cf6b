//! Arithmetic on whole arrays, as R, Stata and pandas have it: `w = base / sum(base)`.
//!
//! In: the line of a declaration that reads a quantity without its indices. Out: the line with indices on both sides.

use super::Checker;
use crate::builtins;
use crate::model::QuantityId;
use crate::source::Span;
use crate::syntax::token::{Token, TokenKind, tokens};

/// Maximum length in bytes of a line that a message shows with an edit, because each mistake reads its line again.
const LONGEST_LINE: usize = 4_096;

impl Checker<'_> {
    /// Returns the line at `span` with the indices of `id` in the declaration and in all readings; None for another
    /// line.
    pub(super) fn with_indices(&self, span: Span, id: QuantityId) -> Option<(Span, String)> {
        let line = self.line_of(span)?;
        let text = self.sources.text(line);
        let tokens = tokens(text);
        let equals = tokens.iter().position(|token| token.text == "=")?;
        let [word, name, ..] = tokens.get(..equals)? else { return None };
        if !matches!(word.text, "var" | "param") || name.kind != TokenKind::Word {
            return None;
        }
        let axes = &self.model.quantities[id].axes;
        let sets: Vec<&str> = axes.iter().map(|&set| self.model.sets[set].name.as_str()).collect();
        let brackets = self.brackets(&tokens, text);
        let letters = match &brackets {
            Some((_, inside)) => letters_for(inside, &sets)?,
            None => self.letters_of(id),
        };
        let named: Vec<String> = letters
            .iter()
            .zip(&sets)
            .map(|(letter, set)| match letter == set {
                true => letter.clone(),
                false => format!("{letter}: {set}"),
            })
            .collect();
        let head_end = brackets.map_or(name.end(), |(end, _)| end);
        let right = tokens.get(equals + 1..)?;
        let mut out = format!("{} {}[{}]", word.text, name.text, named.join(", "));
        out.push_str(text.get(head_end..tokens.get(equals)?.end())?);
        out.push_str(&self.indexed_readings(
            text,
            right,
            tokens.get(equals)?.end(),
            &sets,
            &letters,
        ));
        Some((line, out))
    }

    /// Returns the line at `span` with `name` as an index over `set` in its declaration: `var y = x[p]` becomes
    /// `var y[p: partner] = x[p]`. A set in the place of an index gets a letter.
    pub(super) fn with_bound_index(
        &self,
        span: Span,
        name: &str,
        set: &str,
    ) -> Option<(Span, String)> {
        let line = self.line_of(span)?;
        let text = self.sources.text(line);
        let (head, value) = text.split_once('=')?;
        let declared = head.strip_prefix("var ").or_else(|| head.strip_prefix("param "))?;
        let first: String = set.chars().take(1).collect();
        let letter = match name == set {
            true if first == set => "i".to_owned(),
            true => first,
            false => name.to_owned(),
        };
        let bound = format!("{letter}: {set}");
        let head = match declared.split_once('[') {
            Some((_, rest)) => {
                let (inside, _) = rest.split_once(']')?;
                let parts = inside.split(',').map(str::trim);
                let parts: Vec<&str> =
                    parts.map(|part| if part == set { bound.as_str() } else { part }).collect();
                head.replacen(inside, &parts.join(", "), 1)
            }
            None => {
                let end = declared.find([':', ' ']).unwrap_or(declared.len());
                let (own, rest) = declared.split_at(end);
                let word = head.split(' ').next()?;
                format!("{word} {own}[{bound}]{rest}")
            }
        };
        let mut out = String::new();
        let mut end = 0;
        let tokens = tokens(value);
        for (n, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == name) {
            let before = n.checked_sub(1).and_then(|n| tokens.get(n)).map_or("", |t| t.text);
            let next = tokens.get(n + 1).map_or("", |token| token.text);
            let is_index = matches!(before, "[" | ",") || name == set && before != "in";
            if is_index && !matches!(next, "in" | ":" | "(") {
                out.push_str(value.get(end..token.start)?);
                out.push_str(&letter);
                end = token.end();
            }
        }
        out.push_str(value.get(end..)?);
        let edit = format!("{head}={out}");
        (edit != text).then_some((line, edit))
    }

    /// Returns the end of the indices behind the declared name, and the text between their brackets.
    fn brackets(&self, tokens: &[Token<'_>], text: &str) -> Option<(usize, String)> {
        let open = tokens.get(2).filter(|token| token.text == "[")?;
        let close = tokens.iter().find(|token| token.text == "]")?;
        Some((close.end(), text.get(open.end()..close.start)?.to_owned()))
    }

    /// Writes an expression with the letters of `sets` in every reading that lacks its indices, except inside
    /// reductions, which run over all elements.
    fn indexed_readings(
        &self,
        text: &str,
        tokens: &[Token<'_>],
        start: usize,
        sets: &[&str],
        letters: &[String],
    ) -> String {
        let (mut out, mut end) = (String::new(), start);
        let mut reductions: Vec<bool> = Vec::new();
        for (n, token) in tokens.iter().enumerate() {
            let next = tokens.get(n + 1).map_or("", |next| next.text);
            if token.kind == TokenKind::Open {
                let before = n.checked_sub(1).and_then(|n| tokens.get(n));
                let reduces = before.is_some_and(|name| builtins::reduction(name.text).is_some());
                reductions.push(reduces || reductions.last() == Some(&true));
            } else if token.kind == TokenKind::Close {
                reductions.pop();
            }
            let Some(own) = self.letters_in(token.text, sets, letters) else { continue };
            if reductions.last() == Some(&true) || next == "(" {
                continue;
            }
            let (head, tail) = text.split_at(token.end());
            if next != "[" {
                out.push_str(head.get(end..).unwrap_or_default());
                out.push_str(&format!("[{own}]"));
                end = token.end();
            } else if is_year(tail) {
                out.push_str(head.get(end..).unwrap_or_default());
                out.push_str(&format!("[{own}, "));
                end = token.end() + tail.find('[').map_or(0, |at| at + 1);
            }
        }
        out.push_str(text.get(end..).unwrap_or_default());
        out
    }

    /// Returns the index letters of a quantity all of whose sets are among `sets`.
    fn letters_in(&self, name: &str, sets: &[&str], letters: &[String]) -> Option<String> {
        let &id = self.quantity_names.get(name)?;
        let axes = &self.model.quantities[id].axes;
        let letter = |set: &usize| {
            let name = self.model.sets[*set].name.as_str();
            sets.iter().position(|known| *known == name).and_then(|n| letters.get(n)).cloned()
        };
        let found: Option<Vec<String>> = axes.iter().map(letter).collect();
        found.filter(|found| !found.is_empty()).map(|found| found.join(", "))
    }

    /// Returns the span of the line at a place, without a comment; None in a library and for a very long line.
    pub(super) fn line_of(&self, span: Span) -> Option<Span> {
        if span.source.is_builtin() {
            return None;
        }
        let text = &self.sources.file(span.source).text;
        let start = text.get(..span.range().start)?.rfind(['\n', '\r']).map_or(0, |n| n + 1);
        let rest = self.sources.rest_of_line(Span::new(span.source, start, start));
        if rest.len() > LONGEST_LINE {
            return None;
        }
        Some(Span::new(span.source, start, start + rest.len()))
    }
}

/// True if the brackets at the start of a text hold one year: `[t-1]`, `[first]`, `[2024]`.
fn is_year(text: &str) -> bool {
    let inside = text.trim_start().trim_start_matches('[').split(']').next().unwrap_or_default();
    let inside = inside.trim();
    let lag = inside == "t" || inside.starts_with("t-") || inside.starts_with("t+");
    lag || matches!(inside, "first" | "last") || inside.parse::<i32>().is_ok_and(|year| year > 999)
}

/// Returns the letters of declared indices, `p: partner`, if these are exactly `sets`.
fn letters_for(indices: &str, sets: &[&str]) -> Option<Vec<String>> {
    let parts: Vec<&str> = indices.split(',').map(str::trim).collect();
    if parts.len() != sets.len() {
        return None;
    }
    let letter = |(part, set): (&&str, &&str)| {
        let (letter, own) = part.split_once(':').unwrap_or((part, part));
        let letter = if letter == own { set.chars().take(1).collect() } else { letter.to_owned() };
        (own.trim() == *set).then_some(letter)
    };
    parts.iter().zip(sets).map(letter).collect()
}
