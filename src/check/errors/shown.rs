//! Messages about the clauses that choose how a query shows its values.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

use super::near_or;

pub(in crate::check) fn digits_value(span: Span, most: f64) -> Diagnostic {
    Diagnostic::error(
        Code::ClauseValue,
        format!("`digits` requires a whole number from 0 to {most}"),
    )
    .at(span, "wrong number of digits")
    .help("write the number of digits after the decimal point: `digits 1`")
}

pub(in crate::check) fn with_what(span: Span, name: &str) -> Diagnostic {
    let message = match name {
        "total" => "only `show` and `chart` have totals",
        "errors" => "only the tables of `show` have standard errors",
        _ => "`with` adds `total` or `errors` to a table",
    };
    Diagnostic::error(Code::ClauseValue, message)
        .at(span, "not added here")
        .help("remove it, or write `with total` or `with errors` after the values of `show`")
}

pub(in crate::check) fn no_total(span: Span, text: &str, has_elements: bool) -> Diagnostic {
    let found = Diagnostic::error(Code::ClauseValue, format!("`{text}` has no total"));
    if has_elements {
        return found
            .at(span, "not an amount")
            .help("write the total as a value of its own: `show share[*], sum(exports[*]) / gdp`")
            .note("percentages, years, conditions and amounts per unit do not add up");
    }
    found
        .at(span, "one value")
        .help("remove `with total`, or write `*` in place of an element: `imports[China, *]`")
}

pub(in crate::check) fn shown_unit(span: Span) -> Diagnostic {
    Diagnostic::error(Code::ClauseValue, "a value is shown in an amount, a number or a percentage")
        .at(span, "not a unit")
        .help("write a unit with at most one scale word in front: `in bn USD`, `in thousand TEU`")
}

/// Reports a scale word without a unit after `in`; `unit` has both.
pub(in crate::check) fn scale_alone(span: Span, word: &str, unit: &str) -> Diagnostic {
    let message = format!("`{word}` is a scale word, and a unit follows it");
    Diagnostic::error(Code::ClauseValue, message)
        .at(span, "unit missing")
        .help(format!("write `in {unit}`"))
        .fix(span, unit)
}

/// Reports the name of a set after `in`, where a unit or years are required: `in sector`.
pub(in crate::check) fn set_as_unit(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::ClauseValue, format!("`{name}` is a set; `in` names years or a unit"))
        .at(span, "a set")
        .help("write `*` for each element, `imports[China, *]`, or years: `in 2026..2030`")
}

pub(in crate::check) fn other_unit(
    span: Span,
    value: Span,
    found: &str,
    asked: &str,
) -> Diagnostic {
    Diagnostic::error(Code::UnitMismatch, format!("{found} cannot be shown in {asked}"))
        .at(span, "unit asked for")
        .and(value, found.to_owned())
        .help("write a unit of the same kind, or ask for this value in a separate query")
}

pub(in crate::check) fn across_what(span: Span, name: &str, nearest: Option<&str>) -> Diagnostic {
    let message = format!("`across {name}`: no set is called `{name}`");
    let otherwise = "write `across years`, `across scenarios` or the name of a set".to_owned();
    near_or(Diagnostic::error(Code::ClauseValue, message).at(span, "not a set"), nearest, otherwise)
}

pub(in crate::check) fn across_one(span: Span, value: Span, text: &str, set: &str) -> Diagnostic {
    Diagnostic::error(Code::ClauseValue, format!("`{text}` has no `*` for the elements of `{set}`"))
        .at(span, "set of the columns")
        .and(value, "no such index")
        .help(format!("write `*` in place of an element of `{set}`, or a query of its own"))
}

/// Reports a second statement `unit mn USD` for the same unit.
pub(in crate::check) fn second_scale(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::Duplicate, format!("the scale of `{name}` is given twice"))
        .at(span, "a second time")
        .help("remove one of the two; a query may show another scale: `show x in bn USD`")
}

/// Reports a statement `unit mn NAME` for a unit that is defined by another unit.
pub(in crate::check) fn scale_of_derived(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::ClauseValue, format!("tables do not show `{name}` by themselves"))
        .at(span, "defined by another unit")
        .help(format!("give the scale of the unit that defines it, or write `show x in {name}`"))
        .note("tables show values in the model's currency and in units without a definition")
}
