//! Messages about tables and maps.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::check) fn table_in_expression(span: Span) -> Diagnostic {
    Diagnostic::error(Code::TableInExpression, "a table or map cannot be part of an expression")
        .at(span, "not a single value")
        .help("declare it as `param NAME[SET] = { ... }`, and use NAME here")
}

/// Reports a map or table of a quantity without an index.
pub(in crate::check) fn no_index_for_table(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` has no index, so it cannot have a table or map");
    Diagnostic::error(Code::TableWithoutIndex, message)
        .at(span, "one value required")
        .help(format!("write one value, or give it an index: `{name}[SET] = ...`"))
}

/// Reports a map from years to values; `path` is the path with these points.
pub(in crate::check) fn map_of_years(span: Span, path: &str) -> Diagnostic {
    let message = "values of years are in square brackets; braces have elements of a set";
    Diagnostic::error(Code::TableWithoutIndex, message)
        .at(span, "years in braces")
        .help(format!("write `{path}`"))
        .fix(span, path)
}

/// Reports a cell with a scale word below a head with one; `unit` is the unit of the head.
pub(in crate::check) fn scale_twice(
    span: Span,
    written: &str,
    unit: &str,
    number: &str,
) -> Diagnostic {
    let message = format!("the head has a scale already: `{written}` below `{unit}` has two");
    Diagnostic::error(Code::UnitMismatch, message)
        .at(span, "a second scale")
        .help(format!("write `{number}`"))
        .fix(span, number)
}

pub(in crate::check) fn table_of_other_set(span: Span, found: &str, required: &str) -> Diagnostic {
    Diagnostic::error(
        Code::WrongSet,
        format!("the table is headed `{found}`; `{required}` is required"),
    )
    .at(span, "another set")
    .help(format!("write `{required}` in the first cell of the head"))
    .fix(span, required)
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

/// Reports a table whose rows are years; `head` is the head with the years as columns.
pub(in crate::check) fn years_down(span: Span, head: &str) -> Diagnostic {
    Diagnostic::error(Code::WrongSet, "the years are columns of a table, and the elements its rows")
        .at(span, "years as rows")
        .help(format!("write `{head}` with a row for each element"))
}

/// Reports a table with a row for each value; `head` is the head of a table with the elements as columns.
pub(in crate::check) fn long_table(span: Span, set: &str, head: &str) -> Diagnostic {
    let message =
        format!("the elements of `{set}` are columns of a table, not a column of their own");
    Diagnostic::error(Code::WrongSet, message).at(span, "a set as a column").help(format!(
        "write `{head}`, or keep the rows in a CSV file and read it with `data(...)`"
    ))
}

/// Reports the first of the heads that are no calendar years, such as `FY24`; `fixes` has all of them.
pub(in crate::check) fn fiscal_years(
    span: Span,
    name: &str,
    head: &str,
    fixes: &[(Span, String)],
) -> Diagnostic {
    let message = format!("`{name}` is not a year; a year has four digits");
    let found = Diagnostic::error(Code::NotAYear, message).at(span, "not a year");
    with_head(found, head, fixes)
}

/// Reports plain cells of a quantity with a unit; `head` is the head of the table with the unit.
pub(in crate::check) fn unit_in_head(
    span: Span,
    name: &str,
    required: &str,
    head: &str,
    fixes: &[(Span, String)],
) -> Diagnostic {
    let message = format!("`{name}` requires {required}; the cells of the table are plain numbers");
    let found = Diagnostic::error(Code::UnitMismatch, message).at(span, "no unit in the head");
    with_head(found, head, fixes)
}

fn with_head(found: Diagnostic, head: &str, fixes: &[(Span, String)]) -> Diagnostic {
    let found = found.help(format!("write the head `{head}`"));
    fixes.iter().fold(found, |found, (span, text)| found.fix(*span, text))
}

/// Reports `(80)` in a table, which is 80 here and -80 in accounts.
pub(in crate::check) fn negative_in_brackets(span: Span, number: &str) -> Diagnostic {
    Diagnostic::error(Code::Syntax, "a cell has its number without brackets")
        .at(span, "in brackets")
        .help(format!("write `-{number}` for a negative number, or `{number}`"))
}

/// Reports a row of sums.
pub(in crate::check) fn total_row(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownElement, format!("`{name}` is a sum, and no element of the set"))
        .at(span, "a row of sums")
        .help("remove the row; a sum is computed, as `sum(x[*])`")
        .fix(span, "")
}
