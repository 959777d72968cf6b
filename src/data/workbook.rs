//! Reads a sheet of a workbook (.xlsx) into memory. calamine reads the cells; the parts of the archive are checked before.

mod parts;

use std::collections::BTreeSet;
use std::io::{BufReader, Cursor, ErrorKind, Read as _};

use calamine::{Data, DataRef, ExcelDateTime, Reader as _, SheetType, Style, Xlsx, XlsxError};

use super::csv::ByteStream;
use super::scan::MOST_FIELD;
use super::sheet::{Content, DataSheet, SheetRows};
use super::{Refusal, errors};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;
use parts::PartLimits;

/// Maximum number of bytes of a workbook.
const MOST_BYTES: u64 = 32 << 20;
/// Limits of the unpacked parts of a workbook.
const LIMITS: PartLimits = PartLimits { part: 64 << 20, all: 128 << 20 };
/// Maximum number of cells of a sheet that are not empty.
pub(crate) const MOST_CELLS: usize = 2_000_000;
/// Number of rows of a sheet.
const ROWS: u32 = 1_048_576;
/// Maximum number of columns.
const MOST_COLUMNS: u32 = 4_096;

/// Why a workbook is not read.
#[derive(Debug, PartialEq, Eq)]
enum NotRead {
    /// It breaks the format; what is wrong.
    Damaged(String),
    /// It is another archive.
    NoWorkbook,
    /// It is over this limit.
    Limit(String),
    /// It needs more memory than there is.
    Memory,
    /// No sheet is named, or none has the name: the names of the sheets.
    NoSheet(Vec<String>),
}

impl From<XlsxError> for NotRead {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => Self::NoWorkbook,
            XlsxError::Io(error) if error.kind() == ErrorKind::OutOfMemory => Self::Memory,
            other => Self::Damaged(other.to_string()),
        }
    }
}

/// Opens a sheet of a workbook: the one of the name `wanted`, or the only one.
///
/// # Errors
/// The file is too large, damaged or no workbook, or has no such sheet.
pub(super) fn open(
    raw: BufReader<ByteStream<'_>>,
    (file, named): (&str, Span),
    wanted: Option<&Name>,
    header: Option<u64>,
    percent: bool,
    call: Span,
) -> Result<SheetRows, Diagnostic> {
    let mut bytes = Vec::new();
    let read = raw.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| errors::unreadable(file, named, &error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Refusal::TooLarge(MOST_BYTES).diagnostic(file, named));
    }
    match sheet_of(&bytes, wanted.map(|name| name.text.as_str())) {
        Ok(sheet) => Ok(SheetRows::new(sheet, file, header, percent, call)),
        Err(NotRead::Damaged(why)) => Err(errors::damaged_workbook(file, named, &why)),
        Err(NotRead::NoWorkbook) => Err(errors::no_workbook(file, named)),
        Err(NotRead::Limit(what)) => Err(errors::limit_workbook(file, named, &what)),
        Err(NotRead::Memory) => Err(errors::memory_workbook(file, named)),
        Err(NotRead::NoSheet(sheets)) => Err(match wanted {
            Some(name) => errors::unknown_sheet(file, name, &sheets),
            None => errors::sheet_not_named(file, named, &sheets),
        }),
    }
}

/// Opens a workbook from anywhere, after a check of its parts.
///
/// # Errors
/// The reason, if the workbook is damaged or too large.
pub(crate) fn open_checked(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, String> {
    checked(bytes).map_err(|problem| match problem {
        NotRead::Damaged(why) => why,
        NotRead::Limit(what) => format!("it has more than {what}"),
        NotRead::Memory => "it needs more memory than the process may use".to_owned(),
        NotRead::NoWorkbook | NotRead::NoSheet(_) => "it is not a workbook".to_owned(),
    })
}

fn checked(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, NotRead> {
    parts::check(bytes, LIMITS)?;
    let workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let mut names = BTreeSet::new();
    for sheet in workbook.sheets_metadata() {
        // Spreadsheet programs find a sheet by its name in any case.
        if !names.insert(sheet.name.to_lowercase()) {
            let name = errors::clip(&sheet.name);
            return Err(NotRead::Damaged(format!("two of its sheets have the name `{name}`")));
        }
    }
    Ok(workbook)
}

fn sheet_of(bytes: &[u8], wanted: Option<&str>) -> Result<DataSheet, NotRead> {
    let mut workbook = checked(bytes)?;
    let tables =
        workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = tables.map(|sheet| sheet.name.clone()).collect();
    let name = match (wanted, names.as_slice()) {
        (Some(wanted), all) => all.iter().find(|name| name.trim() == wanted.trim()),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let Some(name) = name.cloned() else { return Err(NotRead::NoSheet(names)) };
    let mut sheet = DataSheet::new(&name);
    let empty = values(&mut workbook, &name, &mut sheet)?;
    if empty {
        formulas(&mut workbook, &name, &mut sheet)?;
    }
    match sheet.sort() {
        true => Ok(sheet),
        false => Err(NotRead::Damaged("two cells have the same place".to_owned())),
    }
}

/// Reads the values of the cells; returns true if there are cells without a value, which may have a formula.
fn values(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    sheet: &mut DataSheet,
) -> Result<bool, NotRead> {
    let mut reader = workbook.worksheet_cells_reader(name)?;
    let percent: Vec<bool> = reader.styles().iter().map(shows_percent).collect();
    let mut empty = false;
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let (row, column) = place(cell.get_position())?;
        let percent = percent.get(style).copied().unwrap_or(false);
        if text_length(cell.get_value()) > MOST_FIELD {
            return Err(NotRead::Limit(format!("{} KiB in a cell", MOST_FIELD >> 10)));
        }
        match content(cell.get_value(), percent, sheet) {
            Some(content) => sheet.push(row, column, content),
            None => empty = true,
        }
        if sheet.len() > MOST_CELLS {
            return Err(NotRead::Limit(format!("{MOST_CELLS} cells in a sheet")));
        }
    }
    Ok(empty)
}

/// Adds the cells that have a formula and no value.
fn formulas(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    sheet: &mut DataSheet,
) -> Result<(), NotRead> {
    let mut reader = workbook.worksheet_cells_reader(name)?;
    while let Some(cell) = reader.next_cell_with_formula_metadata()? {
        if cell.value == DataRef::Empty && cell.formula.is_some() {
            let (row, column) = place(cell.pos)?;
            sheet.push(row, column, Content::Formula);
        }
        if sheet.len() > MOST_CELLS {
            return Err(NotRead::Limit(format!("{MOST_CELLS} cells in a sheet")));
        }
    }
    Ok(())
}

/// Checks that a cell is inside a sheet.
fn place((row, column): (u32, u32)) -> Result<(u32, u16), NotRead> {
    match u16::try_from(column) {
        Ok(narrow) if row < ROWS && column < MOST_COLUMNS => Ok((row, narrow)),
        _ if row < ROWS => Err(NotRead::Limit(format!("{MOST_COLUMNS} columns"))),
        _ => Err(NotRead::Damaged("a cell is below the last row of a sheet".to_owned())),
    }
}

/// Returns the number of bytes of a cell's text; 0 for a number.
fn text_length(value: &DataRef<'_>) -> u64 {
    let text = match value {
        DataRef::SharedString(text) => text,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.as_str()
        }
        DataRef::Empty
        | DataRef::Int(_)
        | DataRef::Float(_)
        | DataRef::Bool(_)
        | DataRef::DateTime(_)
        | DataRef::Error(_) => "",
    };
    text.len() as u64
}

/// Converts the content of a cell; None for an empty cell.
fn content(value: &DataRef<'_>, percent: bool, sheet: &mut DataSheet) -> Option<Content> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::Int(value) => return Some(Content::Number(*value as f64, percent)),
        DataRef::Float(value) => return Some(Content::Number(*value, percent)),
        DataRef::DateTime(date) => return sheet.text(&day(date)).map(Content::Date),
        DataRef::DateTimeIso(date) => return sheet.text(date).map(Content::Date),
        DataRef::SharedString(text) => sheet.text(text),
        DataRef::String(text) | DataRef::DurationIso(text) => sheet.text(text),
        DataRef::Bool(true) => sheet.text("TRUE"),
        DataRef::Bool(false) => sheet.text("FALSE"),
        DataRef::Error(error) => sheet.text(&Data::Error(error.clone()).to_string()),
    };
    text.map(Content::Text)
}

/// Formats a date in ISO 8601, without the time of day.
fn day(date: &ExcelDateTime) -> String {
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

/// True for a format of numbers as percentages. 9 and 10 are built in: `0%` and `0.00%`.
fn shows_percent(style: &Style) -> bool {
    style.number_format.as_ref().is_some_and(|format| {
        matches!(format.format_id, Some(9 | 10)) || format.format_code.contains('%')
    })
}
