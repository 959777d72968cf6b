//! Messages about levers, and about fields and bindings of kinds.

use super::{list, near, near_or};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::check) fn unknown_lever(
    span: Span,
    name: &str,
    meant: Option<&str>,
    given: Option<Span>,
) -> Diagnostic {
    let found = Diagnostic::error(Code::UnknownLever, format!("there is no lever `{name}`"));
    match given {
        Some(given) => found
            .at(span, "not a lever")
            .and(given, "a value")
            .help(format!("`without` removes levers; to change a value, write `{name} = ...`")),
        None => near_or(
            found.at(span, "unknown lever"),
            meant,
            "write the name of a lever, the second word of its head".to_owned(),
        ),
    }
}

pub(in crate::check) fn unknown_field(
    span: Span,
    name: &str,
    kind: &str,
    meant: Option<&str>,
    fields: &[&str],
) -> Diagnostic {
    let found = Diagnostic::error(Code::UnknownField, format!("`{kind}` has no field `{name}`"))
        .at(span, "unknown field");
    let is_start =
        matches!(name, "from" | "start" | "since" | "begin" | "begins" | "year" | "years");
    let found = match is_start {
        true => found.help("a value that begins in a year is a step, `rate: 0% then 5% from 2026`"),
        false => near(found, meant),
    };
    found.note(format!("`{kind}` has {}", list(fields)))
}

/// Reports a preposition that the kind does not take; `edit` is the binding with the preposition whose set has the
/// element.
pub(in crate::check) fn unknown_binding(
    span: Span,
    word: &str,
    kind: &str,
    known: &[String],
    edit: Option<&str>,
) -> Diagnostic {
    let found =
        Diagnostic::error(Code::UnknownBinding, format!("a `{kind}` does not take `{word}`"))
            .at(span, "wrong preposition");
    match edit {
        Some(edit) => found.help(format!("write `{edit}`")).fix(span, edit),
        None if known.is_empty() => found.help("remove it: the kind binds nothing"),
        None => found.help(format!("write one of {}", list(known))),
    }
}

pub(in crate::check) fn missing_field(
    span: Span,
    name: &str,
    kind: &str,
    unit: &str,
    doc: &str,
) -> Diagnostic {
    Diagnostic::error(Code::MissingField, format!("this `{kind}` requires the field `{name}`"))
        .at(span, "field missing")
        .help(match doc {
            "" => format!("add the line `{name}: ...` ({unit})"),
            doc => format!("add the line `{name}: ...` ({unit}; {doc})"),
        })
}

pub(in crate::check) fn path_in_constant(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code::PathInConstant,
        format!("`{name}` must be the same in all years; this is a path"),
    )
    .at(span, "varies by year")
    .help("write one value")
}

pub(in crate::check) fn not_in_baseline(span: Span, name: &str, lever: &str) -> Diagnostic {
    Diagnostic::error(
        Code::NotInBaseline,
        format!("`{name}` exists only in scenarios that have `{lever}`"),
    )
    .at(span, "not in the baseline")
    .help("move the lever out of the scenario, or ask `for` that scenario")
}
