//! Messages about tables and maps.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::check) fn table_in_expression(span: Span) -> Diagnostic {
    Diagnostic::error(Code::TableInExpression, "a table or map cannot be part of an expression")
        .at(span, "not a single value")
        .help("declare it as `param NAME[SET] = { ... }`, and use NAME here")
}

/// Reports a map of a quantity without an index; `years` is the path for a map of years.
pub(in crate::check) fn no_index_for_table(
    span: Span,
    name: &str,
    years: Option<String>,
) -> Diagnostic {
    let message = format!("`{name}` has no index, so it cannot have a table or map");
    let found = Diagnostic::error(Code::TableWithoutIndex, message).at(span, "one value required");
    if let Some(years) = years {
        return found
            .help(format!("values of years are in square brackets: `{years}`"))
            .fix(span, years);
    }
    found.help(format!("write one value, or give it an index: `{name}[SET] = ...`"))
}

pub(in crate::check) fn table_of_other_set(span: Span, found: &str, required: &str) -> Diagnostic {
    Diagnostic::error(
        Code::WrongSet,
        format!("the table is headed `{found}`; `{required}` is required"),
    )
    .at(span, "another set")
    .help(format!("write `{required}` in the first cell of the head"))
}

/// Reports a table that begins with the row of an element, as cells copied without their head do.
pub(in crate::check) fn table_without_head(
    span: Span,
    element: &str,
    set: &str,
    year: i32,
) -> Diagnostic {
    Diagnostic::error(
        Code::WrongSet,
        format!("the table has no head: its first row is that of `{element}`"),
    )
    .at(span, "an element, not a set")
    .help(format!(
        "write a head above it, such as `| {set} | {year}: UNIT |` for the values of {year}"
    ))
}

pub(in crate::check) fn ragged_row(span: Span, expected: usize, found: usize) -> Diagnostic {
    Diagnostic::error(
        Code::RaggedRow,
        format!("the row has {found} cells; its head has {expected}"),
    )
    .at(span, "cells missing or extra")
    .help("separate the cells with `|`; leave a cell empty for the default")
}

pub(in crate::check) fn year_without_value(span: Span, year: &str) -> Diagnostic {
    Diagnostic::error(Code::RaggedRow, format!("the row has no value for {year}"))
        .at(span, "an empty cell")
        .help(format!("write the value of {year} between the bars"))
}

pub(in crate::check) fn path_in_year(span: Span, year: &str) -> Diagnostic {
    Diagnostic::error(Code::RaggedRow, format!("the cell of {year} holds values of several years"))
        .at(span, "one value required")
        .help(format!("write the value of {year} alone; the other years have columns of their own"))
}
