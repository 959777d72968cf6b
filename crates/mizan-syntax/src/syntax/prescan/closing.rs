//! Places at which brackets and texts that are never closed probably end, for the edits of messages.

use super::Scanner;
use crate::diagnostic::Diagnostic;
use crate::syntax::errors;

/// Maximum length in bytes of a line that a message shows as a whole.
const LONGEST_SHOWN: usize = 120;

impl Scanner<'_> {
    /// Makes the message for a text without closing quotes. In a list of elements it probably ends before the comma,
    /// elsewhere at the end of the line.
    pub(super) fn unclosed_text(&self, start: usize) -> Diagnostic {
        let line = self.text[..start].rfind(['\n', '\r']).map_or(0, |n| n + 1);
        let rest = self.text[start..].split(['\n', '\r']).next().unwrap_or_default();
        let is_list = self.text[line..start].trim_start().starts_with("set ");
        let comma = rest.find(',').filter(|_| is_list);
        let end = start + comma.unwrap_or(rest.trim_end().len());
        self.with_edit(errors::unclosed_string(self.span(start, start + 1)), end, "\"")
    }

    /// Adds the edit that inserts a sign, and shows the line with it.
    fn with_edit(&self, mut found: Diagnostic, at: usize, sign: &str) -> Diagnostic {
        let start = self.text[..at].rfind(['\n', '\r']).map_or(0, |n| n + 1);
        let rest = self.text[at..].split(['\n', '\r']).next().unwrap_or_default();
        let (before, after) = (&self.text[start..at], rest.trim_end());
        if before.len() + after.len() < LONGEST_SHOWN {
            found.help = vec![format!("write `{}{sign}{after}`", before.trim_start())];
        }
        found.fix(self.span(at, at), sign)
    }

    /// Makes the message for a bracket that is never closed; `met` is the bracket of another kind that closes around
    /// it.
    pub(super) fn unclosed(&self, open: u8, at: usize, met: Option<(usize, char)>) -> Diagnostic {
        let other = met.map(|(at, c)| (self.span(at, at + 1), c));
        let found = errors::unclosed_bracket(self.span(at, at + 1), open.into(), other);
        let rest = self.text[at + 1..].split(['\n', '\r', '#']).next().unwrap_or_default();
        let end = match (met, open) {
            (Some((met, _)), _) => self.text[..met].trim_end().len(),
            (None, b'[') => at + 1 + index_end(rest),
            (None, _) => at + 1 + rest.trim_end().len(),
        };
        let close = match open {
            b'(' => ")",
            b'[' => "]",
            _ => "}",
        };
        // A brace at the end of its line has its entries on the lines below.
        match open == b'{' && rest.trim().is_empty() {
            true => found,
            false => self.with_edit(found, end, close),
        }
    }
}

/// Returns the length of the indices at the start of a text: words that are joined by commas.
fn index_end(text: &str) -> usize {
    let text = text.split(['=', ')', ']', '}']).next().unwrap_or_default();
    let mut end = 0;
    for word in text.split_inclusive(' ') {
        end += word.len();
        if !word.trim_end().is_empty() && !word.trim_end().ends_with([',', ':']) {
            break;
        }
    }
    text.get(..end).map_or(0, |indices| indices.trim_end().len())
}
