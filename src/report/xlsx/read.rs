//! Reads a workbook back: the script, options and answers embedded in it, and its cells.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};

use crate::data::check_parts;
use crate::report::carried::NotCarried;

/// Joins the rows of the embedded sheet to one text.
///
/// # Errors
/// [`NotCarried`] if the workbook cannot be read or has no such sheet.
pub(in crate::report) fn carried_text(bytes: &[u8]) -> Result<String, NotCarried> {
    let mut workbook = open(bytes)?;
    let range = workbook.worksheet_range(super::CARRIED).map_err(|_| NotCarried::Nothing)?;
    let cells = range.rows().filter_map(|row| match row.first() {
        Some(Data::String(text)) => Some(text.as_str()),
        _ => None,
    });
    Ok(cells.collect())
}

/// Lists the cells in which a workbook differs from one written again. Compares numbers bit for bit.
///
/// # Errors
/// [`NotCarried`] if a workbook cannot be read.
pub(in crate::report) fn cell_differences(
    document: &[u8],
    anew: &[u8],
) -> Result<Vec<String>, NotCarried> {
    let (mut old, mut new) = (open(document)?, open(anew)?);
    let mut found = Vec::new();
    for sheet in new.sheet_names() {
        let damaged = |error: calamine::XlsxError| NotCarried::Damaged(error.to_string());
        let Ok(cells) = old.worksheet_range(&sheet) else {
            found.push(format!("the workbook has no sheet `{sheet}`"));
            continue;
        };
        let anew = new.worksheet_range(&sheet).map_err(damaged)?;
        let ends = [&cells, &anew].map(|range| range.end().unwrap_or((0, 0)));
        let (rows, columns) = (ends[0].0.max(ends[1].0), ends[0].1.max(ends[1].1));
        for row in 0..=rows {
            for column in 0..=columns {
                let of = |range: &calamine::Range<Data>| range.get_value((row, column)).cloned();
                let (old, new) = (of(&cells).unwrap_or_default(), of(&anew).unwrap_or_default());
                if !same(&old, &new) {
                    let (row, column) = (row + 1, column + 1);
                    found.push(format!(
                        "{sheet}, row {row}, column {column}: the workbook has `{old}`, a new run `{new}`"
                    ));
                }
            }
        }
    }
    Ok(found)
}

fn open(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, NotCarried> {
    check_parts(bytes).map_err(NotCarried::Damaged)?;
    Xlsx::new(Cursor::new(bytes)).map_err(|error| NotCarried::Damaged(error.to_string()))
}

fn same(old: &Data, new: &Data) -> bool {
    match (old, new) {
        (Data::Float(old), Data::Float(new)) => old.to_bits() == new.to_bits(),
        // A program that saves a workbook writes an empty text as an empty cell.
        (Data::Empty, Data::String(text)) | (Data::String(text), Data::Empty) => text.is_empty(),
        _ => old == new,
    }
}
