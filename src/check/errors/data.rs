//! Messages about `data(...)` that need no look into the file.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::check) fn data_without_column(span: Span, set: &str) -> Diagnostic {
    Diagnostic::error(Code::DataArgument, format!("`data` requires a column for `{set}`"))
        .at(span, "column not named")
        .help(format!("write `{set}: COLUMN`, the column that has the elements of `{set}`"))
}

pub(in crate::check) fn data_without_value(span: Span) -> Diagnostic {
    Diagnostic::error(Code::DataArgument, "`data` requires the column of the values")
        .at(span, "column not named")
        .help("write `value: COLUMN`")
}

pub(in crate::check) fn data_in_expression(span: Span) -> Diagnostic {
    Diagnostic::error(Code::DataArgument, "`data(...)` cannot be part of an expression")
        .at(span, "inside an expression")
        .help("give it to a parameter, `param NAME = data(...)`, and write NAME here")
        .note("a distribution of a column's values is `empirical(data(...))`")
}

pub(in crate::check) fn set_without_column(span: Span) -> Diagnostic {
    Diagnostic::error(Code::DataArgument, "a set from a file requires the column of its elements")
        .at(span, "column not named")
        .help("write `data(\"file.csv\", column: COLUMN)`, and filters if needed")
}

pub(in crate::check) fn data_without_unit(span: Span, name: &str, required: &str) -> Diagnostic {
    Diagnostic::error(
        Code::DataUnit,
        format!("{name} requires {required}, and `data(...)` names no unit"),
    )
    .at(span, "unit missing")
    .help("write the unit of the file's numbers: `unit: thousand USD`, `unit: percent`, ...")
}
