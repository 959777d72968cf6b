//! Messages about levers, and about fields and bindings of kinds.

use super::{list, list_of, near};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Binding;

/// Reports `without` and a name that no lever has; `meant` are the levers that are probably meant, and `given` is the
/// place of a value with this name.
pub(in crate::check) fn unknown_lever(
    span: Span,
    name: &str,
    meant: Option<&str>,
    (given, known): (Option<Span>, &[&str]),
) -> Diagnostic {
    let found = Diagnostic::error(Code::UnknownLever, format!("there is no lever `{name}`"));
    match (given, meant) {
        (Some(given), _) => found
            .at(span, "not a lever")
            .and(given, "a value")
            .help(format!("`without` removes levers; to change a value, write `{name} = ...`")),
        (None, Some(_)) => {
            let found = near(found.at(span, "unknown lever"), meant);
            found.fix(span, meant.unwrap_or_default())
        }
        (None, None) => found.at(span, "unknown lever").help(match known {
            [] => "the script has no lever: remove the line".to_owned(),
            known => format!("write the name of a lever: {}", list(known)),
        }),
    }
}

/// Reports an unknown field; `meant` are the fields that it probably means, and `computed` is true for the name of a
/// variable of the kind.
pub(in crate::check) fn unknown_field(
    span: Span,
    name: &str,
    (kind, fields): (&str, &[&str]),
    meant: &[&str],
    computed: bool,
) -> Diagnostic {
    let message = match computed {
        true => format!("`{kind}` computes `{name}` from its fields"),
        false => format!("`{kind}` has no field `{name}`"),
    };
    let label = if computed { "computed, not given" } else { "unknown field" };
    let found = Diagnostic::error(Code::UnknownField, message).at(span, label);
    let is_start =
        matches!(name, "from" | "start" | "since" | "begin" | "begins" | "year" | "years");
    match meant {
        [meant] if computed => near(found, Some(meant)),
        [meant] => near(found, Some(meant)).fix(span, *meant),
        [] if is_start => {
            found.help("a value that begins in a year is a step, `rate: 0% then 5% from 2026`")
        }
        // A kind has more fields than other lists have names.
        [] => found.help(format!("write one of {}", list_of(fields, 40))),
        several => found.help(format!("write one of {}", list(several))),
    }
}

/// Reports a field for what a lever's head says, `partner: China`; `edit` is the lever with it in its head.
pub(in crate::check) fn field_for_binding(
    span: Span,
    (kind, name): (&str, &str),
    (place, edit): (Span, &str),
) -> Diagnostic {
    Diagnostic::error(Code::UnknownField, format!("the head of a `{kind}` names its `{name}`"))
        .at(span, "no field")
        .help(format!("write `{edit}`"))
        .fix(place, edit)
}

/// Reports fields that are elements of a set; `edit` is the lever with a map of them in one field.
pub(in crate::check) fn elements_as_fields(
    span: Span,
    name: &str,
    (place, edit): (Span, &str),
) -> Diagnostic {
    let message = format!("`{name}` is an element, and not a field; a field has a map of elements");
    Diagnostic::error(Code::UnknownField, message)
        .at(span, "no field")
        .help(format!("write `{edit}`"))
        .fix(place, edit)
}

/// Reports a field for the first or the last year of a lever; `edit` is the lever with a step in its value.
pub(in crate::check) fn year_of_lever(
    span: Span,
    (name, is_last): (&str, bool),
    (place, edit): (Span, &str),
) -> Diagnostic {
    let step = match is_last {
        true => "a value that ends with a year is a step to 0",
        false => "a value that begins in a year is a step",
    };
    Diagnostic::error(Code::UnknownField, format!("{step}, without `{name}`"))
        .at(span, "unknown field")
        .help(format!("write `{edit}`"))
        .fix(place, edit)
}

/// Reports a lever's name where its head names elements; `edit` is the binding that is meant.
pub(in crate::check) fn lever_for_element(
    span: Span,
    name: &str,
    set: &str,
    edit: &str,
) -> Diagnostic {
    let found = Diagnostic::error(
        Code::UnknownElement,
        format!("`{name}` is a lever; an element of `{set}` is required"),
    );
    let found = found.at(span, "a lever").fix(span, edit);
    found.help(match edit {
        "" => "remove it: without it all elements are covered".to_owned(),
        edit => format!("write `{edit}`"),
    })
}

/// Reports a word for all elements in a lever's head, `on imports`; `head` is the head without it, and its place.
pub(in crate::check) fn word_for_all(
    span: Span,
    name: &str,
    set: &str,
    (place, head): (Span, &str),
) -> Diagnostic {
    let message =
        format!("`{name}` is not in the set `{set}`; without it the lever covers all of them");
    Diagnostic::error(Code::UnknownElement, message)
        .at(span, "not an element")
        .help(format!("write `{head}`"))
        .fix(place, head)
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

/// Reports an index that the head of a lever binds already; `sets` are those of the field's indices, and `edit` is the
/// field with its indices.
pub(in crate::check) fn bound_index(
    span: Span,
    (lever, element): (&str, &str),
    set: &str,
    sets: &[String],
    edit: &str,
) -> Diagnostic {
    let left = match sets {
        [] => "no index".to_owned(),
        sets => format!("the index {}", list(sets)),
    };
    let message = format!("`{lever}` covers `{element}` only: its fields have {left}, not `{set}`");
    Diagnostic::error(Code::WrongIndices, message)
        .at(span, "an index too many")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

/// Reports an element that a lever does not cover; `both` is the binding with both elements, and `lever` a lever for
/// the other one.
pub(in crate::check) fn other_partner(
    span: Span,
    (name, element): (&str, &str),
    other: &str,
    both: &str,
    lever: &str,
) -> Diagnostic {
    let message = format!("`{name}` covers `{element}` only, and not `{other}`");
    Diagnostic::error(Code::UnknownElement, message)
        .at(span, "not covered")
        .help(format!("add a lever, `{lever}`; or write `{both}` in the head of `{name}`"))
}

/// Reports a second lever of the same name for other elements; `other` is a name for it.
pub(in crate::check) fn lever_name_taken(
    span: Span,
    name: &str,
    first: Span,
    other: &str,
) -> Diagnostic {
    Diagnostic::error(Code::Duplicate, format!("`{name}` is given twice"))
        .at(span, "given again")
        .and(first, "first given here")
        .help(format!("each lever has a name of its own: write `{other}`"))
        .fix(span, other)
}

/// Reports a binding to all elements, `from all`.
pub(in crate::check) fn binding_of_all(span: Span, set: &str) -> Diagnostic {
    let before = Span::new(span.source, span.range().start.saturating_sub(1), span.range().end);
    Diagnostic::error(Code::UnknownElement, format!("without it, the lever covers each `{set}`"))
        .at(span, "not necessary")
        .help("leave it out")
        .fix(before, "")
}

/// Reports a binding with elements of several sets; `edit` has a binding for each of them.
pub(in crate::check) fn divided_binding(
    span: Span,
    (word, set): (&str, &str),
    edit: &str,
) -> Diagnostic {
    Diagnostic::error(Code::UnknownBinding, format!("`{word}` takes elements of `{set}` only"))
        .at(span, "elements of several sets")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

/// A field without a default that a lever does not give.
pub(in crate::check) struct MissingField {
    pub(in crate::check) name: String,
    pub(in crate::check) unit: String,
    pub(in crate::check) doc: String,
}

impl MissingField {
    fn meaning(&self) -> String {
        if self.doc.is_empty() { self.unit.clone() } else { format!("{}; {}", self.unit, self.doc) }
    }

    /// Returns a line for the field, with its meaning as a comment.
    pub(in crate::check) fn line(&self) -> String {
        // A comment that is wrapped is no comment on its second line.
        const WIDTH: usize = 70;
        let line = format!("  {}: ...  # {}", self.name, self.meaning());
        if line.chars().count() <= WIDTH {
            return line;
        }
        let whole = line.char_indices().take_while(|(_, c)| *c != '\n').nth(WIDTH);
        let cut = whole.and_then(|(end, _)| line.get(..end)).unwrap_or(&line);
        let cut = cut.rsplit_once([' ', ':', '(']).map_or(cut, |(before, _)| before);
        cut.trim_end_matches([' ', ',', ';', ':', '(']).to_owned()
    }
}

/// Reports fields that a lever requires; `form` is the lever with a place for each of them.
pub(in crate::check) fn missing_fields(
    span: Span,
    kind: &str,
    missing: &[MissingField],
    form: Option<String>,
) -> Diagnostic {
    if let [field] = missing {
        let MissingField { name, .. } = field;
        return Diagnostic::error(
            Code::MissingField,
            format!("this `{kind}` requires the field `{name}`"),
        )
        .at(span, "field missing")
        .help(format!("add the line `{name}: ...` ({})", field.meaning()));
    }
    let names: Vec<String> = missing.iter().map(|field| format!("`{}`", field.name)).collect();
    let lines = || missing.iter().map(MissingField::line).collect::<Vec<_>>().join("\n");
    let message = format!("this `{kind}` requires the fields {}", names.join(", "));
    Diagnostic::error(Code::MissingField, message).at(span, "fields missing").help(match form {
        Some(form) => format!("write\n{form}"),
        None => format!("add the lines\n{}", lines()),
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

/// Reports a reading of a lever that only scenarios have; `scenario` is the first of them.
pub(in crate::check) fn not_in_baseline(
    span: Span,
    name: &str,
    lever: &str,
    scenario: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code::NotInBaseline,
        format!("`{name}` exists only in scenarios that have `{lever}`"),
    )
    .at(span, "not in the baseline")
    .help(format!("move the lever out of the scenario, or ask `for {scenario}`"))
}

/// Reports a preposition that comes twice in the head of a lever: `on cars on food`.
pub(in crate::check) fn binding_twice(first: &Binding, second: &Binding) -> Diagnostic {
    let word = &second.preposition;
    let message = format!("`{}` comes twice; a comma separates elements", word.text);
    let found = Diagnostic::error(Code::Duplicate, message)
        .at(word.span, "a second time")
        .and(first.preposition.span, "the first time");
    let names = |binding: &Binding| -> Vec<String> {
        binding.elements.iter().map(|name| name.text.clone()).collect()
    };
    let all = [names(first), names(second)].concat().join(", ");
    let found = found.help(format!("write `{} {all}`", word.text));
    let (Some(before), Some(last)) = (first.elements.last(), second.elements.last()) else {
        return found;
    };
    // The blank before the preposition goes too.
    let whole = Span { start: word.span.start.saturating_sub(1), ..word.span.to(last.span) };
    let end = Span { start: before.span.end, ..before.span };
    match end.end >= whole.start {
        true => {
            found.fix(Span { start: end.end, ..whole }, format!(", {}", names(second).join(", ")))
        }
        false => found.fix(end, format!(", {}", names(second).join(", "))).fix(whole, ""),
    }
}
