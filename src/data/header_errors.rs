//! The messages about the header of a data file: its delimiter and its columns.

use super::errors::{READ_HERE, clip, list};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;

/// Reports two columns with the same name in the header, which is row `row` of the file.
pub(super) fn ambiguous_column(span: Span, name: &str, second: Span, row: u64) -> Diagnostic {
    Diagnostic::error(Code::CsvHeader, format!("two columns of the file are called `{name}`"))
        .at(span, "two columns match")
        .and(second, "second column")
        .help(format!("rename one of them in row {row} of the file"))
}

/// Reports a file whose header has another delimiter in a name.
pub(super) fn other_delimiter(span: Span, file: &str, at: Span, delimiter: char) -> Diagnostic {
    let shown = if delimiter == '\t' { "\\t".to_owned() } else { delimiter.to_string() };
    Diagnostic::error(Code::CsvDelimiter, format!("`{file}` has `{shown}` between its columns"))
        .at(at, "not divided")
        .and(span, READ_HERE)
        .help(format!("write `delimiter: \"{shown}\"` in `data(...)`"))
}

/// Adds the signs of the numbers to the message about the delimiter; `row` is a row of the file.
pub fn with_signs(found: Diagnostic, row: &str) -> Diagnostic {
    let sign = [';', '\t', '|'].into_iter().find(|&sign| row.contains(sign));
    let mut cells = row.split(sign.unwrap_or('\n')).map(|cell| cell.trim().trim_matches('"'));
    let number = |cell: &&str| {
        cell.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))
    };
    let signs = cells.find_map(|cell| Some(cell).filter(number).and_then(super::number::signs));
    match (found.help.first(), signs) {
        (Some(help), Some(signs)) => {
            let help = help.replace("\"` in", &format!("\", {signs}` in"));
            Diagnostic { help: vec![help], ..found }
        }
        _ => found,
    }
}

/// Reports a column whose name is in another row than the header.
pub(super) fn header_elsewhere(
    span: Span,
    name: &str,
    file: &str,
    at: Span,
    row: u64,
) -> Diagnostic {
    let message = format!("the header of `{file}` has no column `{name}`; row {row} has this text");
    Diagnostic::error(Code::UnknownColumn, message)
        .at(span, "no such column")
        .and(at, "header")
        .help(format!(
            "write `header: {row}` in `data(...)` if row {row} has the names of the columns"
        ))
}

/// Reports a file without a column headed by a year.
pub(super) fn no_year_column(span: Span, file: &str, header: &[String], at: Span) -> Diagnostic {
    let found = Diagnostic::error(
        Code::UnknownColumn,
        format!("no column of `{file}` is headed by a year"),
    )
    .at(span, "no such columns")
    .and(at, "header");
    let named = header.iter().find_map(|name| Some((name, year_in(name)?)));
    let found = match named {
        Some((name, year)) => found.help(format!(
            "head each column by the year alone in the file: `{year}` in place of `{}`",
            clip(name)
        )),
        None => found.help("name the column that has the years, `year: COLUMN`, or head each column by the year alone, as 2024"),
    };
    found.note(format!("its columns are {}", list(header.iter().map(String::as_str))))
}

/// Returns the year in the head of a column: `2024-12-31`, `2024*`, `Y2024`.
fn year_in(name: &str) -> Option<&str> {
    let mut parts = name.split(|c: char| !c.is_ascii_digit());
    parts.find(|part| part.len() == 4 && part.parse::<u32>().is_ok_and(|year| year > 999))
}

pub(super) fn unknown_column(
    span: Span,
    name: &str,
    file: &str,
    header: &[String],
    at: Span,
) -> Diagnostic {
    let found = Diagnostic::error(Code::UnknownColumn, format!("`{file}` has no column `{name}`"))
        .at(span, "no such column")
        .and(at, "header");
    let found = match nearest(name, header.iter().map(String::as_str)) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => match header.iter().find(|column| column.contains(['\\', ','])) {
            // Eurostat joins the keys of a row in its first column.
            Some(joined) => {
                let joined = clip(joined).replace('\\', "\\\\");
                found.help(format!("the file joins several keys in one column: write `\"{joined}\"`, and elements as the column has them, in quotes"))
            }
            None => found.help("write the name of a column as the file has it"),
        },
    };
    let found = found.note(format!("its columns are {}", list(header.iter().map(String::as_str))));
    if header.iter().any(String::is_empty) {
        return found.note("a column without a name cannot be read: name it in the file");
    }
    found
}
