//! Messages about statements of other languages.

use crate::diagnostic::{Code, Diagnostic, edit_in_words};
use crate::source::Span;
use crate::syntax::token::{TokenKind, tokens};

/// Reports a statement in the form of another language: `statement` is its text at `whole`, `mended` the text in Mizan,
/// and `message` says what differs.
pub(in crate::syntax) fn habit(
    whole: Span,
    statement: &str,
    message: &str,
    mended: &str,
) -> Diagnostic {
    let (was, now) = (statement.trim_end(), mended.trim_end());
    let differs = was.bytes().zip(now.bytes()).take_while(|(a, b)| a == b).count();
    let all = tokens(was);
    let part = all.iter().rposition(|token| token.start <= differs);
    // Blanks at the beginning of a line belong to the word after them.
    let next = part
        .map(|n| n + 1)
        .filter(|_| part.and_then(|n| all.get(n)).is_some_and(|at| at.kind == TokenKind::LineEnd));
    let part = next.filter(|n| *n < all.len()).or(part).and_then(|n| all.get(n));
    let (from, to) = part.map_or((0, was.len()), |token| (token.start, token.end()));
    let start = whole.start as usize;
    let place = Span::new(whole.source, start + from, start + to);
    Diagnostic::error(Code::Syntax, message)
        .at(place, "Mizan writes this differently")
        .help(edit_in_words(was, now))
        .fix(Span::new(whole.source, start, start + was.len()), now)
}

/// Reports a statement of another language for which no edit is sure.
pub(in crate::syntax) fn advice(span: Span, message: String, help: String) -> Diagnostic {
    Diagnostic::error(Code::Syntax, message)
        .at(span, "Mizan has something else for this")
        .help(help)
}
