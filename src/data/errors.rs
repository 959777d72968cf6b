//! The messages about data files, together so that their wording agrees.

use std::borrow::Cow;

use super::number::NotANumber;
use super::scan::{MOST_BYTES, MOST_COLUMNS, MOST_FIELD, MOST_LINES, MOST_RECORD, Problem};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::model::RowTally;
use crate::source::Span;
use crate::syntax::ast::Name;

/// The label at the place in the script that reads the file.
pub(super) const READ_HERE: &str = "read here";

/// Cuts a long name.
pub(super) fn clip(name: &str) -> Cow<'_, str> {
    const MOST: usize = 80;
    match name.char_indices().nth(MOST) {
        Some((end, _)) => Cow::Owned(format!("{}...", name.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(name),
    }
}

/// Lists the first dozen names, each in backticks.
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let mut shown: Vec<String> = Vec::new();
    for (n, name) in names.into_iter().enumerate() {
        if n == MOST {
            shown.push("...".to_owned());
            break;
        }
        shown.push(if name.is_empty() {
            "(no name)".to_owned()
        } else {
            format!("`{}`", clip(name))
        });
    }
    shown.join(", ")
}

pub(super) fn unreadable(name: &str, span: Span, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::FileUnreadable, format!("`{name}` cannot be read: {error}"))
        .at(span, "cannot be read")
        .help("name a plain file that no other program is writing")
}

pub(super) fn empty(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::CsvEmpty, format!("`{name}` has no rows"))
        .at(span, "empty file")
        .help("write the names of the columns in the first row, and the values in the rows below")
}

pub(super) fn foreign(name: &str, span: Span, what: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::CsvFormat, format!("`{name}` is not CSV text; it looks like {what}"))
        .at(span, "another format")
        .help(help)
}

/// Reports a header in a row that the file does not have.
pub(super) fn no_header(name: &str, row: u64, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::CsvEmpty,
        format!("row {row} of `{name}` is empty or below its last row"),
    )
    .at(span, "no such row")
    .help("write the number of the row with the names of the columns; row 1 is the first row of the file")
}

/// Reports a text of `until` with which no row begins.
pub(super) fn no_end(name: &str, text: &Name) -> Diagnostic {
    let message = format!("no row of `{name}` below the header begins with `{}`", text.text);
    Diagnostic::error(Code::NoRows, message).at(text.span, "no such row").help(
        "write the first word of the row below the table as the file has it, or leave `until` out",
    )
}

/// Reports a sheet of a file that is no workbook.
pub(super) fn no_sheets(name: &str, span: Span) -> Diagnostic {
    argument(
        span,
        format!("`{name}` is not a workbook (.xlsx) and has no sheets"),
        "leave `sheet` out, or name the workbook",
    )
}

/// Reports a workbook of several sheets of which none is named.
#[cfg(feature = "xlsx")]
pub(super) fn sheet_not_named(name: &str, span: Span, sheets: &[String]) -> Diagnostic {
    let first = sheets.first().map_or(Cow::Borrowed("Sheet1"), |name| clip(name));
    Diagnostic::error(
        Code::UnknownSheet,
        format!("`{name}` has {} sheets, and none is named", sheets.len()),
    )
    .at(span, "sheet not named")
    .help(format!("write `sheet: \"{first}\"` in `data(...)`, or another of its sheets"))
    .note(format!("its sheets are {}", list(sheets.iter().map(String::as_str))))
}

/// Reports a sheet that a workbook does not have.
#[cfg(feature = "xlsx")]
pub(super) fn unknown_sheet(file: &str, name: &Name, sheets: &[String]) -> Diagnostic {
    let known = || sheets.iter().map(String::as_str);
    let found =
        Diagnostic::error(Code::UnknownSheet, format!("`{file}` has no sheet `{}`", name.text))
            .at(name.span, "no such sheet");
    let found = match nearest(&name.text, known()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help("write the name of a sheet as the workbook has it"),
    };
    found.note(format!("its sheets are {}", list(known())))
}

/// Reports a workbook that breaks its format.
#[cfg(feature = "xlsx")]
pub(super) fn damaged_workbook(name: &str, span: Span, why: &str) -> Diagnostic {
    Diagnostic::error(Code::CsvFormat, format!("`{name}` is a workbook that cannot be read: {why}"))
        .at(span, "damaged workbook")
        .help("open it in a spreadsheet program and save it anew, as .xlsx or as CSV (UTF-8)")
}

/// Reports an archive that is no workbook.
#[cfg(feature = "xlsx")]
pub(super) fn no_workbook(name: &str, span: Span) -> Diagnostic {
    foreign(
        name,
        span,
        "a ZIP archive without an Excel workbook (.xlsx)",
        "unpack the archive, or save the sheet as .xlsx or as CSV (UTF-8), and name that file",
    )
}

/// Reports a workbook over a limit.
#[cfg(feature = "xlsx")]
pub(super) fn limit_workbook(name: &str, span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::LimitCsv, format!("`{name}` is over the limit of {what}"))
        .at(span, "over the limit")
        .help("save the sheet as CSV (UTF-8), or keep only the rows and columns that the script names")
}

/// Reports a workbook that does not fit the memory.
#[cfg(feature = "xlsx")]
pub(super) fn memory_workbook(name: &str, span: Span) -> Diagnostic {
    let message = format!("the workbook `{name}` needs more memory than the process may use");
    Diagnostic::error(Code::LimitMemory, message).at(span, "does not fit the memory").help(
        "save the sheet as CSV (UTF-8), which is read row by row, or raise the limit (`ulimit -v`)",
    )
}

pub(super) fn encoding(at: Span, call: Span) -> Diagnostic {
    Diagnostic::error(Code::CsvEncoding, "the row is not UTF-8 text; the file may be Latin-1 or another one-byte encoding")
        .at(at, "not UTF-8")
        .and(call, READ_HERE)
        .help("write `encoding: \"latin1\"` in `data(...)`, or \"windows-1254\" (Turkish, Azerbaijani), \"windows-1251\" (Cyrillic), \"windows-1256\" (Arabic)")
}

pub(super) fn fault(problem: Problem, at: Span, call: Span) -> Diagnostic {
    let limit = |text: String| limit(at, call, &text);
    match problem {
        Problem::Unterminated => Diagnostic::error(
            Code::CsvUnterminatedQuote,
            format!(
                "the quote that opens here is not closed before the end of the file, {MOST_LINES} lines or {} KiB",
                MOST_FIELD >> 10
            ),
        )
        .at(at, "opens here")
        .and(call, READ_HERE)
        .help("close the quote; a quote within a quoted cell is written twice"),
        Problem::AfterQuote => {
            Diagnostic::error(Code::CsvQuote, "text follows a closing quote in the same cell")
                .at(at, "quoted in part")
                .and(call, READ_HERE)
                .help("write a quote within a quoted cell twice")
        }
        Problem::Nul => Diagnostic::error(Code::CsvNul, "the row has a NUL character: the file is not text")
            .at(at, "NUL character")
            .and(call, READ_HERE)
            .help("export the file again as CSV (UTF-8)"),
        Problem::Field => limit(format!("{} KiB in a cell", MOST_FIELD >> 10)),
        Problem::Record => limit(format!("{} MiB in a row", MOST_RECORD >> 20)),
        Problem::Columns => limit(format!("{MOST_COLUMNS} columns")),
        Problem::Bytes => limit(format!("{} GiB in a file", MOST_BYTES >> 30)),
    }
}

pub(super) fn limit(at: Span, call: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::LimitCsv, format!("the file is over the limit of {what}"))
        .at(at, "over the limit")
        .and(call, READ_HERE)
        .help("keep only the rows and columns that the script names")
}

/// Reports a row with fewer or more cells than the header; `lone` is its only text.
pub(super) fn ragged(
    at: Span,
    call: Span,
    found: usize,
    expected: usize,
    lone: Option<&str>,
) -> Diagnostic {
    let what = if found < expected { "ends after this cell" } else { "more cells follow" };
    Diagnostic::error(
        Code::CsvRagged,
        format!("the row has {found} cells; the header has {expected}"),
    )
    .at(at, what)
    .and(call, READ_HERE)
    .help(match lone {
        Some(text) => below_table(text),
        None => "put a cell that contains the delimiter between quotes".to_owned(),
    })
}

/// Returns the help for a row with one text alone, which is probably below the table.
pub fn below_table(text: &str) -> String {
    let mut words = text.split_whitespace();
    let word = words.next().unwrap_or_default().replace('"', "");
    format!("if the table ends above this row, write `until: \"{word}\"` in `data(...)`")
}

/// Reports a cell that is not a number.
pub fn number(at: Span, call: Span, cell: &str, problem: NotANumber) -> Diagnostic {
    let (code, message) = match problem {
        NotANumber::Empty => {
            (Code::CsvMissingValue, "a number is missing: the cell is empty".to_owned())
        }
        NotANumber::Date => (Code::CsvNumber, format!("the cell is a date, {cell}")),
        NotANumber::Formula => {
            (Code::CsvMissingValue, "the formula in the cell has no stored value".to_owned())
        }
        NotANumber::ShownAsPercent => (
            Code::CsvNumber,
            format!(
                "the workbook shows {cell} as a percentage; `unit: percent` would make it {cell}%"
            ),
        ),
        _ => (Code::CsvNumber, format!("`{cell}` is not a number in the format of this file")),
    };
    let label = if problem == NotANumber::ShownAsPercent {
        "shown as a percentage"
    } else {
        "not a number"
    };
    Diagnostic::error(code, message).at(at, label).and(call, READ_HERE).help(problem.help(cell))
}

/// Warns of a file whose points may all stand between thousands.
pub fn points(at: Span, call: Span, cell: &str) -> Diagnostic {
    let (message, digits) =
        (format!("`{cell}` is read with a decimal point"), cell.replace('.', ""));
    Diagnostic::warning(Code::CsvDecimal, message)
        .at(at, "decimals or thousands?")
        .and(call, READ_HERE)
        .help(format!("write `decimal: \",\", thousands: \".\"` in `data(...)` if it is {digits}, or `decimal: \".\"` if not"))
        .note("each point of the column has three digits behind it, and the file has no comma between its columns")
}

/// Reports a cell that is not a calendar year.
pub fn year(at: Span, call: Span, cell: &str) -> Diagnostic {
    let found = Diagnostic::error(Code::CsvYear, format!("`{cell}` is not a calendar year"))
        .at(at, "not a year")
        .and(call, READ_HERE);
    // `2024Q1`, `2024-M03`, `2024-03`
    let rest = cell.get(4..).unwrap_or_default().trim_start_matches(['-', ' ']);
    let year = cell.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    if year && rest.len() <= 3 && rest.ends_with(|c: char| c.is_ascii_digit()) {
        return found.help("a script has years only: add up the quarters or months in the file, one row for each year");
    }
    found
        .help("write the year alone, as 2024: a fiscal year, a period or a date is not read as one")
}

/// Reports a label that is not an element of the set.
pub fn unknown_key(at: Span, call: Span, label: &str, set: &str, members: &[&str]) -> Diagnostic {
    if label.is_empty() {
        let message = format!("an element of `{set}` is missing: the cell is empty");
        return Diagnostic::error(Code::UnknownElement, message)
            .at(at, "empty cell")
            .and(call, READ_HERE)
            .help("fill the cell (of merged cells, only the first has the text), or write `other: skip` in `data(...)` to leave such rows out");
    }
    let found =
        Diagnostic::error(Code::UnknownElement, format!("`{label}` is not in the set `{set}`"))
            .at(at, "not an element")
            .and(call, READ_HERE);
    let found = match nearest(label, members.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found,
    };
    found
        .help("write `other: skip` in `data(...)` to leave such rows out")
        .note(format!("`{set}` has {}", list(members.iter().copied())))
}

/// Reports skipped rows whose label is an element in another spelling.
pub fn spelt_otherwise(call: Span, label: &str, element: &str, tally: &RowTally) -> Diagnostic {
    let message = format!("the rows of `{label}` are skipped; the set has `{element}`");
    Diagnostic::warning(Code::DataUnmatched, message)
        .at(call, "rows skipped")
        .help(format!("write `{element}` in the file, or `\"{label}\"` in the set"))
        .note(format!("the file has {}", tally.text()))
}

/// Reports elements that have only the value of `missing` while `other: skip` leaves rows out.
pub fn no_row_used(
    call: Span,
    file: &str,
    set: &str,
    names: &[&str],
    tally: &RowTally,
) -> Diagnostic {
    let names = list(names.iter().copied());
    let message = format!("no row of `{file}` is used for {names} of `{set}`");
    Diagnostic::warning(Code::DataUnmatched, message)
        .at(call, "only the value of `missing`")
        .help("spell the elements as the file does; without `other: skip` each other spelling is an error")
        .note(format!("`{file}` has {}", tally.text()))
}

/// Reports the same sign for decimals and thousands.
pub(super) fn equal_signs(span: Span, sign: char) -> Diagnostic {
    argument(
        span,
        format!("`{sign}` is the decimal sign and the sign between thousands"),
        match sign {
            '.' => "write the decimal sign of the file too: `decimal: \",\"`",
            _ => "write two signs, such as `decimal: \",\"` and `thousands: \".\"`",
        },
    )
}

/// Reports two rows with the same key.
pub fn duplicate_key(at: Span, first: Span, call: Span, key: &str) -> Diagnostic {
    Diagnostic::error(Code::DuplicateKey, format!("two rows give a value for {key}"))
        .at(at, "given again")
        .and(first, "first given here")
        .and(call, READ_HERE)
        .help("filter by a further column, such as `flow: \"M\"`, or remove one of the rows")
}

/// Reports rows of several years in a call without a column for the year.
pub fn year_column(call: Span, column: &str) -> Diagnostic {
    Diagnostic::error(
        Code::DuplicateKey,
        format!("the file has several rows for one cell, and a column `{column}`"),
    )
    .at(call, READ_HERE)
    .help(format!(
        "name the column of the years: `year: {column}`, or choose one year: `{column}: 2024`"
    ))
}

/// Reports keys or cells without a row: `names` are the first of them, `count` is their number, `all` the number of
/// required ones. `ends` is true if years before the first or after the last row are among them.
pub fn missing_key(
    call: Span,
    file: &str,
    names: &[String],
    (count, all): (usize, usize),
    ends: bool,
) -> Diagnostic {
    let help = match ends {
        true => {
            "add the rows, or write `after: hold` (`before: hold`) in `data(...)` to hold the last (first) value, or `missing: 0`"
        }
        false => {
            "add the rows, or write `missing: 0` in `data(...)`, or `missing: interpolate` for years in between"
        }
    };
    let more = if count > names.len() { ", ..." } else { "" };
    let names = list(names.iter().map(String::as_str));
    Diagnostic::error(
        Code::MissingKey,
        format!("`{file}` has no row for {count} of the {all} values that are required"),
    )
    .at(call, "rows missing")
    .help(help)
    .note(format!("missing: {names}{more}"))
}

/// Reports elements without values for a distribution.
pub fn no_values_of(call: Span, file: &str, names: &[&str]) -> Diagnostic {
    Diagnostic::error(Code::MissingKey, format!("`{file}` has no value for {}", list(names.iter().copied())))
        .at(call, "rows missing")
        .help("add the rows, or give these elements values of their own: `{ NAME: VALUE, else: empirical(...) }`")
}

/// Reports an empty cell in the column that names a set's elements.
pub fn no_label(at: Span, call: Span) -> Diagnostic {
    Diagnostic::error(Code::CsvMissingValue, "an element is missing: the cell is empty")
        .at(at, "empty cell")
        .and(call, READ_HERE)
        .help("fill the cell, or write `na: \"\"` to leave such rows out")
}

/// Reports more labels than a set may have.
pub fn too_many_labels(at: Span, call: Span, most: usize) -> Diagnostic {
    limit(at, call, &format!("{most} elements of a set"))
}

/// The reason why no row of a file can be used.
#[derive(Debug, Clone, Copy)]
pub enum NoRows {
    /// The file has only a header.
    None,
    /// No row passes the filters.
    Filters,
    /// No row has a value.
    Values,
    /// No row has a year of the script: first and last year of the rows, then of the script.
    Years((i32, i32), (i32, i32)),
}

/// Reports more values than a sample may have.
pub fn too_many_values(at: Span, call: Span, most: usize) -> Diagnostic {
    limit(at, call, &format!("{most} values of a distribution"))
}

/// Reports a file without usable rows.
pub fn no_rows(call: Span, file: &str, why: NoRows) -> Diagnostic {
    let (why, help) = match why {
        NoRows::None => {
            ("the file has only a header".to_owned(), "add rows to the file, or name another")
        }
        NoRows::Filters => (
            "no row passes the filters".to_owned(),
            "compare the values of the filters with the file, letter by letter",
        ),
        NoRows::Values => (
            "no row has a value".to_owned(),
            "name another column, or leave out the `na:` that says that its cells have no value",
        ),
        NoRows::Years((low, high), (first, last)) => (
            format!("its years {low}..{high} lie outside the script's {first}..{last}"),
            "name a file of these years, or write other `years`",
        ),
    };
    Diagnostic::error(Code::NoRows, format!("no row of `{file}` can be used: {why}"))
        .at(call, "no usable rows")
        .help(help)
}

/// Reports an argument of `data` that is wrong or not allowed here.
pub fn argument(span: Span, problem: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::DataArgument, problem).at(span, "wrong argument").help(help)
}
