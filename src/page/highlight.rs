//! The classes of the words of a script, for the colours of an editor: from the one table of words.

use super::offsets::Offsets;
use crate::builtins;
use crate::library;
use crate::syntax::token::{Token, TokenKind, tokens};
use crate::syntax::words::{self, Class};

/// Start, end and CSS class of a word, number, text or comment; offsets count UTF-16 units.
pub(super) type Classed = (usize, usize, &'static str);

/// Finds the parts of a text that have a class. The text need not parse.
pub(super) fn highlight(text: &str) -> Vec<Classed> {
    let offsets = Offsets::of(text);
    let all = tokens(text);
    let mut found = Vec::new();
    for (at, token) in all.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| all.get(at));
        if let Some(class) = class(token, before, all.get(at + 1)) {
            found.push((offsets.units(token.start), offsets.units(token.end()), class));
        }
    }
    found
}

fn class(
    token: &Token<'_>,
    before: Option<&Token<'_>>,
    after: Option<&Token<'_>>,
) -> Option<&'static str> {
    match token.kind {
        TokenKind::Comment => Some("comment"),
        TokenKind::Text => Some("text"),
        TokenKind::Number => Some("number"),
        TokenKind::Word => word(token, before, after),
        TokenKind::Sign if token.text == "@" => Some("source"),
        TokenKind::Sign | TokenKind::Open | TokenKind::Close | TokenKind::LineEnd => None,
    }
}

/// Classifies a word by its position: the word of a statement at the beginning of a line, the word of a clause not
/// before a colon or beside a dot.
fn word(
    token: &Token<'_>,
    before: Option<&Token<'_>>,
    after: Option<&Token<'_>>,
) -> Option<&'static str> {
    let is = |other: Option<&Token<'_>>, text: &str| other.is_some_and(|other| other.text == text);
    if is(before, "@") {
        return Some("source");
    }
    let is_joined = |other: Option<&Token<'_>>| is(other, ".");
    let is_name = is(after, ":") || is_joined(before) || is_joined(after);
    let begins_line = before.is_none_or(|before| {
        before.kind == TokenKind::LineEnd || before.text == "{" || before.text == "}"
    });
    let follows_word = after.is_some_and(|after| after.kind == TokenKind::Word);
    let is_called = after.is_some_and(|after| after.text == "(" && !after.spaced);
    if is_called && is_function(token.text) {
        return Some("function");
    }
    let Some(known) = words::find(token.text).filter(|_| !is_name) else {
        return (begins_line && follows_word && !is_name).then_some("kind");
    };
    match known.class {
        Class::Statement | Class::Quantity | Class::Query | Class::Entry => {
            begins_line.then_some("statement")
        }
        Class::Clause | Class::Operator | Class::Preposition | Class::Shape | Class::Second => {
            Some("clause")
        }
    }
}

fn is_function(name: &str) -> bool {
    builtins::names().chain(library::standard_names()).any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::highlight;

    #[test]
    fn a_word_has_its_class_in_its_place_only() {
        let text =
            "tariff duty from China { rate: 9.4% @wits }\nshow sum(show[*]) in 2030  # über\n";
        let classed: Vec<(&str, &str)> = highlight(text)
            .iter()
            .map(|&(from, to, class)| (&text[from..to.min(text.len())], class))
            .collect();
        let expected = [
            ("tariff", "kind"),
            ("from", "clause"),
            ("9.4", "number"),
            ("@", "source"),
            ("wits", "source"),
            ("show", "statement"),
            ("sum", "function"),
            ("in", "clause"),
            ("2030", "number"),
        ];
        assert_eq!(classed[..expected.len()], expected);
        assert_eq!(classed.last().map(|last| last.1), Some("comment"));
    }
}
