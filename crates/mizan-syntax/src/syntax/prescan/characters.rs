//! Characters that no grammar rule accepts: typographic signs, control characters, signs of other alphabets.

use super::Scanner;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{errors, lookalike};

impl Scanner<'_> {
    /// Reports a character that no grammar rule accepts; replaces it by the intended one, so that one message appears.
    pub(super) fn odd_character(&mut self, at: usize, c: char) -> usize {
        let end = at + c.len_utf8();
        let span = self.span(at, end);
        match c {
            '\u{feff}' if at == 0 => self.blank(at, end),
            _ if lookalike::opens_text(self.text, at, c) => return self.curly_string(at, c),
            // The grammar accepts none of these characters; rules for habits mend the whole statement.
            '±' | '≈' | '≃' | '≅' | '‰' | '€' | '£' | '¥' | '₼' | '₺' | '₽' | '₸' | '₾' =>
                {}
            _ => match lookalike::meant(self.text, at, c) {
                Some(meant) => self.put(span, c, meant),
                None if c.is_control() => self.put_away(span, errors::control_character(span, c)),
                None => self.put_away(span, errors::odd_character(span, c)),
            },
        }
        end
    }

    /// Reports a character without meaning and replaces it with a blank.
    fn put_away(&mut self, span: Span, found: Diagnostic) {
        self.diagnostics.push(found);
        self.blank(span.range().start, span.range().end);
    }

    /// Reports a character that was typed in place of another one, and writes the correct one.
    fn put(&mut self, span: Span, c: char, meant: &str) {
        self.diagnostics.push(errors::lookalike(span, c, meant));
        let range = span.range();
        self.blank(range.start, range.end);
        for (place, byte) in self.out[range].iter_mut().zip(meant.bytes()) {
            *place = byte;
        }
    }

    /// Replaces the curly quotes around a text with straight quotes.
    fn curly_string(&mut self, start: usize, c: char) -> usize {
        let quotes = lookalike::closing_quotes(c);
        let inner = start + c.len_utf8();
        let ends = |c: char| quotes.contains(&c) || matches!(c, '\n' | '\r');
        let line = self.text[inner..].find(ends).map_or(self.text.len(), |n| inner + n);
        let close = self.text[line..].starts_with(quotes).then_some(line);
        let found = errors::lookalike(self.span(start, inner), c, "\"");
        self.blank(start, inner);
        let Some(close) = close else {
            self.diagnostics.push(found);
            self.blank(start, line);
            return line;
        };
        let end = close + self.text[close..].chars().next().map_or(1, char::len_utf8);
        self.diagnostics.push(found.fix(self.span(close, end), "\""));
        self.blank(close, end);
        self.out[inner - 1] = b'"';
        self.out[close] = b'"';
        end
    }
}
