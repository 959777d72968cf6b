//! Messages about `data(...)` that need no look into the file.

use super::list;
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

/// Reports a call of `data` inside an expression; `edit` is the line with a parameter of its own for the file.
pub(in crate::check) fn data_in_expression(span: Span, edit: Option<(Span, String)>) -> Diagnostic {
    let found =
        Diagnostic::error(Code::DataArgument, "`data(...)` cannot be part of an expression")
            .at(span, "inside an expression");
    if let Some((place, edit)) = edit {
        return found.help(format!("write\n{edit}")).fix(place, edit);
    }
    found
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

/// Reports the arguments that `data` lacks; `edit` is the complete call, and true if all its columns are certain.
pub(in crate::check) fn data_incomplete(
    span: Span,
    lacking: &[&str],
    (edit, sure): (&str, bool),
    header: &[String],
) -> Diagnostic {
    let message = format!("`data` requires {}", list(lacking));
    let code = if lacking == ["unit"] { Code::DataUnit } else { Code::DataArgument };
    let found = Diagnostic::error(code, message)
        .at(span, "arguments missing")
        .help(format!("write `{edit}`"));
    let found = found.note(format!("the columns of the file are {}", list(header)));
    if sure { found.fix(span, edit) } else { found }
}

/// Reports a call that does not say which column each of several indices over one set has; `head` is the place of the
/// indices in the declaration, and the indices with letters.
pub(in crate::check) fn same_set(
    span: Span,
    set: &str,
    call: &str,
    head: Option<(Span, String)>,
) -> Diagnostic {
    let message =
        format!("several indices are over `{set}`: the name of each one names its column");
    let found = Diagnostic::error(Code::DataArgument, message).at(span, "columns are not clear");
    let found = found.fix(span, call);
    match head {
        None => found.help(format!("write `{call}`")),
        Some((place, head)) => found
            .help(format!("write `[{head}]` in the declaration, and `{call}`"))
            .fix(place, head),
    }
}

/// Reports a file that has a column for each element of a set; `edit` reads one column for each element.
pub(in crate::check) fn columns_of_elements(span: Span, edit: &str) -> Diagnostic {
    Diagnostic::error(Code::DataArgument, "the file has a column for each element")
        .at(span, "reads one column")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

/// Reports a path with backslashes, which begin a special sign in a text.
pub(in crate::check) fn backslashes(span: Span, typed: &str) -> Diagnostic {
    // A name with a drive is not read.
    let (edit, before) = match typed.rsplit_once('\\').filter(|_| typed.contains(':')) {
        Some((_, file)) => (format!("\"{file}"), "keep the file in the folder of the script, and "),
        None => (typed.replace('\\', "/"), ""),
    };
    Diagnostic::error(Code::DataArgument, format!("the path {typed} has backslashes"))
        .at(span, "a special sign in a text")
        .help(format!("{before}write {edit}"))
        .fix(span, edit)
}

/// Reports a file of another program; `ending` is that of its name, and `help` the way to make a table.
pub(in crate::check) fn foreign_file(span: Span, ending: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::CsvFormat, format!("Mizan reads CSV and Excel files, not `.{ending}`"))
        .at(span, "another format")
        .help(help)
}

/// Reports a value of `missing` with a unit, together with a currency whose rate may change.
pub(in crate::check) fn missing_at_rate(span: Span) -> Diagnostic {
    let problem = "`missing` must be a number in the unit of the file, whose rate may change";
    Diagnostic::error(Code::DataArgument, problem)
        .at(span, "wrong argument")
        .help("write the number without a unit, such as `missing: 0`")
}

/// Reports a file whose columns another sign divides; `edit` is the call with this sign.
pub(in crate::check) fn data_divided(span: Span, file: &str, sign: &str, edit: &str) -> Diagnostic {
    Diagnostic::error(Code::CsvDelimiter, format!("`{file}` has `{sign}` between its columns"))
        .at(span, "not divided")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

/// Reports a word that `missing` does not take; `linear` is true if it means an interpolation between years.
pub(in crate::check) fn wrong_missing(span: Span, word: &str, linear: bool) -> Diagnostic {
    let message = format!("`missing` takes a value or `interpolate`, not `{word}`");
    let found = Diagnostic::error(Code::DataArgument, message).at(span, "wrong argument");
    match linear {
        true => found.help("write `missing: interpolate`").fix(span, "interpolate"),
        false => found.help(
            "write `after: hold` in its place for the years after the file, `before: hold` for those before it",
        )
        .help("for a straight line between two years of the file, write `missing: interpolate`"),
    }
}
