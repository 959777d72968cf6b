//! Lines in words that no other help explains: the line is offered in Mizan.
//!
//! In: the mistakes of a text after their edits were followed, and the trees of the text. Out: the same mistakes; those
//! of a line in words are one mistake with the whole line as its edit. An edit is offered only if the changed text has
//! no mistake on this line.

use std::sync::Arc;

use super::asked::{self, Reworded};
use super::vocabulary::Vocabulary;
use crate::diagnostic::{Code, Diagnostic, edit_in_words};
use crate::source::{SourceId, Span};
use crate::syntax::ast::File;

/// Maximum length in bytes of a text whose lines are read as words.
const LONGEST: usize = 64 << 10;
/// Maximum number of lines that are read as words, because each needs the text to be read again.
const MOST: usize = 8;

/// Replaces the mistakes of lines in words. `again` returns the mistakes of a changed text.
pub(super) fn reword(
    found: &mut Vec<Diagnostic>,
    source: SourceId,
    text: &str,
    trees: &[Arc<File>],
    again: impl Fn(&str) -> Vec<Diagnostic>,
) {
    if text.len() > LONGEST {
        return;
    }
    let names = Vocabulary::of(trees);
    let mut start = 0;
    let mut tried = 0;
    for line in text.split_inclusive('\n') {
        let place = Span::new(source, start, start + line.trim_end().len());
        let here =
            |one: &Diagnostic| one.is_error() && one.span().is_some_and(|span| holds(place, span));
        start += line.len();
        let open = found.iter().any(|one| here(one) && is_open(one));
        let wrong = found.iter().any(here) && tried < MOST;
        let Some(asked) = asked::query(line.trim(), &names).filter(|_| wrong) else { continue };
        if !open && !asked.certain {
            continue;
        }
        tried += 1;
        let at = place.range();
        let indent = line.len() - line.trim_start().len();
        let was = text.get(at.clone()).unwrap_or_default();
        let new = format!("{}{}", was.get(..indent).unwrap_or_default(), asked.text);
        let label = Span::new(source, at.start + indent, at.end);
        let one = match asked.missing {
            Some((name, set)) => missing(label, line, name, set, &names),
            None => {
                let whole = [text.get(..at.start), Some(&*new), text.get(at.end..)];
                let whole: String = whole.into_iter().flatten().collect();
                let after = Span::new(source, at.start, at.start + new.len());
                let left = |one: &Diagnostic| {
                    one.is_error() && one.span().is_some_and(|span| holds(after, span))
                };
                if again(&whole).iter().any(left) {
                    continue;
                }
                offered(label, &asked, edit_in_words(was, &new)).fix(place, new)
            }
        };
        let first = found.iter().position(here).unwrap_or_default();
        found.retain(|one| !here(one));
        found.insert(first.min(found.len()), one);
    }
}

/// Offers the query that a line in words means.
fn offered(label: Span, asked: &Reworded<'_, '_>, help: String) -> Diagnostic {
    let message = "a quantity has one name, and its elements are indices in square brackets";
    let found = Diagnostic::error(Code::Syntax, message).at(label, "Mizan writes this differently");
    let named = asked.named;
    let doc = named.doc.split(['(', ':', ';', '\n']).next().unwrap_or_default();
    let doc = doc.split(". ").next().unwrap_or_default().trim().trim_end_matches('.');
    let found = found.help(help);
    if doc.is_empty() { found } else { found.note(format!("`{}` is: {doc}", named.name)) }
}

/// Reports a name after `to` or `from` that is in no set.
fn missing(label: Span, line: &str, name: &str, set: &str, names: &Vocabulary<'_>) -> Diagnostic {
    let at = label.start as usize + line.trim_start().find(name).unwrap_or_default();
    let place = Span::new(label.source, at, at + name.len());
    let known = names.elements(set).join(", ");
    Diagnostic::error(Code::UnknownElement, format!("`{name}` is not in the set `{set}`"))
        .at(place, "not an element")
        .help(format!("name one of `{set}`: {known}; or add it: `set {set} = ..., {name}`"))
}

/// True for a mistake without an edit that mends its line.
fn is_open(found: &Diagnostic) -> bool {
    let removes = found.help.first().is_some_and(|help| help.starts_with("remove it"));
    let clause = matches!(found.code, Code::UnknownClause | Code::ClauseValue);
    let words = matches!(found.code, Code::Syntax | Code::UnknownName);
    words && found.fixes.is_empty()
        || clause && removes
        || found.notes.iter().any(|note| note.starts_with("after this edit"))
}

fn holds(outer: Span, inner: Span) -> bool {
    // A statement that continues the line before begins with the line end.
    let starts = outer.start <= inner.start + 1 && inner.end >= outer.start;
    outer.source == inner.source && starts && inner.end <= outer.end + 1
}
