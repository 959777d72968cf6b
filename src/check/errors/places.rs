//! Messages about names and indices in the place of something else: an element behind `for`, a set as a value.

use super::list;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Reports indices in the wrong order or number; `edit` is the reading with all of them in their places.
pub(in crate::check) fn indices_in_order(
    span: Span,
    name: &str,
    sets: &[String],
    edit: &str,
) -> Diagnostic {
    let message = format!("`{name}` has its indices in the order {}, and a year last", list(sets));
    Diagnostic::error(Code::WrongIndices, message)
        .at(span, "other indices")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

/// Reports a share of a quantity without its indices: `exports[p] / exports`.
pub(in crate::check) fn divided_by_all(span: Span, name: &str) -> Diagnostic {
    let edit = format!("sum({name})");
    Diagnostic::error(Code::MissingIndex, format!("`{name}` without indices is no single value"))
        .at(span, "index missing")
        .help(format!("for the share of the total, write `{edit}`"))
        .fix(span, edit)
}

/// Reports a range of elements in a reduction, `sum(x[China..Iran])`; `edit` is the reduction over them.
pub(in crate::check) fn element_range(span: Span, call: Span, edit: &str) -> Diagnostic {
    Diagnostic::error(Code::RangeIndex, "an index must be one element; this is a range")
        .at(span, "a range")
        .help(format!("write `{edit}`"))
        .fix(call, edit)
}

/// Reports several elements of one set in a reduction, `sum(x[China, Turkey])`.
pub(in crate::check) fn elements_of_reading(span: Span, call: Span, edit: &str) -> Diagnostic {
    Diagnostic::error(Code::WrongIndices, "an index must be one element; several are given")
        .at(span, "several elements")
        .help(format!("write `{edit}`"))
        .fix(call, edit)
}

/// Reports the years in the place of a set in a reduction: `mean(y in years: x[y])`.
pub(in crate::check) fn years_over(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownSet, format!("`{name}` is no set; a range names the years"))
        .at(span, LABEL)
        .help("write `first..last`, or a range such as `2025..2028`")
        .fix(span, "first..last")
}

const LABEL: &str = "another thing than it seems";

/// Reports a chain of comparisons; `edit` has two of them.
pub(in crate::check) fn chained(span: Span, edit: &str) -> Diagnostic {
    Diagnostic::error(Code::UnitMismatch, "a comparison has two sides")
        .at(span, "a chain of comparisons")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

/// Reports a set in the place of a value; `example` reads a quantity over this set.
pub(in crate::check) fn set_as_value(
    span: Span,
    name: &str,
    members: &[&str],
    example: Option<&str>,
) -> Diagnostic {
    let found = Diagnostic::error(Code::UnknownName, format!("`{name}` is a set, not a value"))
        .at(span, "a set")
        .note(format!("`{name}` has {}", list(members)));
    match example {
        Some(example) => {
            found.help(format!("write a quantity for all its elements, such as `{example}`"))
        }
        None => found.help("write a quantity with an index, as `x[*]`"),
    }
}

/// Reports the name of a field without its lever; `fields` are those of the levers that have it.
pub(in crate::check) fn fields_of_levers(span: Span, name: &str, fields: &[String]) -> Diagnostic {
    let message = match name.contains('.') {
        true => format!("nothing is called `{name}`"),
        false => format!("nothing is called `{name}`; a field has its lever before it"),
    };
    let found = Diagnostic::error(Code::UnknownName, message).at(span, "unknown name");
    let lever = |name: &str| name.split('.').next().map(str::to_owned);
    match fields {
        // A misspelt field of the same lever.
        [only]
            if lever(only) == lever(name) && only.split('.').count() == name.split('.').count() =>
        {
            found.help(format!("did you mean `{only}`?"))
        }
        [only] => found.help(format!("write `{only}`")).fix(span, only),
        fields => found.help(format!("write one of {}", list(fields))),
    }
}

/// Reports the name of a function without its arguments.
pub(in crate::check) fn function_as_value(span: Span, name: &str, signature: &str) -> Diagnostic {
    Diagnostic::error(
        Code::UnknownName,
        format!("`{name}` is a function, and requires its arguments"),
    )
    .at(span, "a function")
    .help(super::written(signature))
}

/// Reports a word of queries in the place of a value.
pub(in crate::check) fn word_as_value(span: Span, name: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownName, format!("nothing is called `{name}`"))
        .at(span, "no value")
        .help(help)
}

/// Reports an element in the place of a scenario; `edit` is the line with the element as an index.
pub(in crate::check) fn element_as_scenario(
    span: Span,
    name: &str,
    set: &str,
    edit: Option<(Span, String)>,
) -> Diagnostic {
    let message = format!("there is no scenario `{name}`, which is an element of `{set}`");
    as_index(Diagnostic::error(Code::UnknownScenario, message), span, name, edit)
}

/// Reports an element in the place of a unit or a year; `edit` is the line with the element as an index.
pub(in crate::check) fn element_as_unit(
    span: Span,
    name: &str,
    set: &str,
    edit: Option<(Span, String)>,
) -> Diagnostic {
    let message = format!("`in` names years or a unit; `{name}` is an element of `{set}`");
    as_index(Diagnostic::error(Code::ClauseValue, message), span, name, edit)
}

fn as_index(found: Diagnostic, span: Span, name: &str, edit: Option<(Span, String)>) -> Diagnostic {
    let found = found.at(span, "an element");
    match edit {
        Some((line, edit)) => found.help(format!("write `{edit}`")).fix(line, edit),
        None => found.help(format!("an element is the index of a quantity, as `x[{name}]`")),
    }
}

/// Reports a scenario, or `all`, behind `in`; `whole` is the clause.
pub(in crate::check) fn scenario_as_unit(span: Span, whole: Span, name: &str) -> Diagnostic {
    let edit = format!("for {name}");
    Diagnostic::error(Code::ClauseValue, "`in` names years or a unit; `for` names scenarios")
        .at(span, "no unit")
        .help(format!("write `{edit}`"))
        .fix(whole, edit)
}

/// Reports a year in the place of the only element of a reading; `edit` are all elements and the year.
pub(in crate::check) fn year_for_element(
    span: Span,
    name: &str,
    set: &str,
    edit: &str,
) -> Diagnostic {
    Diagnostic::error(Code::MissingIndex, format!("`{name}` requires an index for {set} too"))
        .at(span, "a year alone")
        .help(format!("write `{edit}` for all elements"))
        .fix(span, edit)
}
