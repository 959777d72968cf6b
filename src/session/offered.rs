//! The messages with which a question in words is offered as a query of Mizan.
//!
//! In: the query that was read. Out: the message, which names what was written differently.

use super::asked::Reworded;
use super::vocabulary::Vocabulary;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Offers the query that a line in words means.
pub(super) fn offered(
    label: Span,
    asked: &Reworded<'_, '_>,
    line: &str,
    help: String,
) -> Diagnostic {
    // A value that is written as in Mizan is not the mistake.
    let values = asked.text.strip_prefix("show ").map(|text| text.split(" in ").next());
    let known = values.flatten().is_some_and(|value| value.contains('[') && line.contains(value));
    let message = match asked.formula {
        _ if asked.text.starts_with("compare ") => {
            "a comparison has its value first, the scenarios after `for`, the other one after `to`"
        }
        false if known => {
            "a query has its values first; scenarios follow `for`, years and units follow `in`"
        }
        _ if asked.text.starts_with("why ") => {
            "`why` takes a value, scenarios after `for`, and a year after `in`"
        }
        _ if line.trim_start().to_lowercase().starts_with("when ") => {
            "a condition is shown as yes or no for each year"
        }
        _ if asked.text.starts_with("sensitivity ") => {
            "the inputs that move a value are asked with `sensitivity of`"
        }
        true => "growth, changes, sums, means and shares are written as formulas",
        false => "a quantity has one name, and its elements are indices in square brackets",
    };
    let found = Diagnostic::error(Code::Syntax, message).at(label, "Mizan writes this differently");
    let found = found.help(help);
    let Some(named) = asked.named else { return found };
    let doc = named.doc.split(['(', ':', ';', '\n']).next().unwrap_or_default();
    let doc = doc.split(". ").next().unwrap_or_default().trim().trim_end_matches('.');
    if doc.is_empty() { found } else { found.note(format!("`{}` is: {doc}", named.name)) }
}

/// Reports a name after `to` or `from` that is in no set.
pub(super) fn missing(
    label: Span,
    line: &str,
    name: &str,
    set: &str,
    names: &Vocabulary<'_>,
) -> Diagnostic {
    let at = label.start as usize + line.trim_start().find(name).unwrap_or_default();
    let place = Span::new(label.source, at, at + name.len());
    let known = names.elements(set).join(", ");
    Diagnostic::error(Code::UnknownElement, format!("`{name}` is not in the set `{set}`"))
        .at(place, "not an element")
        .help(format!("name one of `{set}`: {known}; or add it: `set {set} = ..., {name}`"))
}
