//! Reads a workbook back: the script, options and answers embedded in it, and its cells.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, Reader as _, Xlsx, XlsxCellReader, XlsxError};

use crate::data::{MOST_CELLS, open_checked};
use crate::report::carried::NotCarried;

/// Maximum number of bytes of the embedded text: a workbook cannot have more in one part.
const MOST_TEXT: usize = 128 << 20;
/// Maximum number of cells of a sheet whose differences are listed.
const MOST_LISTED: usize = 1_000;
/// Number of characters of a cell that a message shows.
const MOST_SHOWN: usize = 160;

/// A place in a sheet: row and column from 0.
type Place = (u32, u32);
type CellReader<'w, 'b> = XlsxCellReader<'w, Cursor<&'b [u8]>>;

/// Joins the rows of the embedded sheet to one text.
///
/// # Errors
/// [`NotCarried`] if the workbook cannot be read or has no such sheet.
pub(in crate::report) fn carried_text(bytes: &[u8]) -> Result<String, NotCarried> {
    let mut workbook = open(bytes)?;
    let mut cells =
        workbook.worksheet_cells_reader(super::CARRIED).map_err(|_| NotCarried::Nothing)?;
    let mut text = String::new();
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        match cell.get_value() {
            _ if cell.get_position().1 > 0 => {}
            DataRef::SharedString(part) => text.push_str(part),
            DataRef::String(part) => text.push_str(part),
            DataRef::Empty
            | DataRef::Int(_)
            | DataRef::Float(_)
            | DataRef::Bool(_)
            | DataRef::DateTime(_)
            | DataRef::DateTimeIso(_)
            | DataRef::DurationIso(_)
            | DataRef::Error(_) => {}
        }
        // Any number of cells may have the same shared text.
        if text.len() > MOST_TEXT {
            let why = format!("its script has more than {} MiB", MOST_TEXT >> 20);
            return Err(NotCarried::Damaged(why));
        }
    }
    Ok(text)
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
    let known = old.sheet_names();
    let mut found = Vec::new();
    for sheet in new.sheet_names() {
        if !known.contains(&sheet) {
            found.push(format!("the workbook has no sheet `{sheet}`"));
            continue;
        }
        let cells = old.worksheet_cells_reader(&sheet).map_err(damaged)?;
        let anew = values(&mut new.worksheet_cells_reader(&sheet).map_err(damaged)?)?;
        let cells = different(cells, anew)?;
        let all_listed = cells.len() < MOST_LISTED;
        for ((row, column), (old, new)) in cells {
            let (row, column) = (row + 1, column + 1);
            found.push(format!(
                "{sheet}, row {row}, column {column}: the workbook has `{old}`, a new run `{new}`"
            ));
        }
        if !all_listed {
            found.push(format!("{sheet}: more cells may differ; {MOST_LISTED} are listed"));
        }
    }
    Ok(found)
}

/// Finds the cells that differ, and what both sheets show there. The old sheet may be from anywhere, so its cells are
/// read one by one: an area has as many cells as its corners say.
fn different(
    mut old: CellReader<'_, '_>,
    mut new: BTreeMap<Place, Data>,
) -> Result<BTreeMap<Place, (String, String)>, NotCarried> {
    let mut found = BTreeMap::new();
    let mut note = |place: Place, old: &Data, new: &Data| {
        if !same(old, new) {
            found.insert(place, (shown(old), shown(new)));
            if found.len() > MOST_LISTED {
                found.pop_last();
            }
        }
    };
    let mut count = 0;
    while let Some(cell) = old.next_cell().map_err(damaged)? {
        let place = cell.get_position();
        note(place, &cell.get_value().clone().into(), &new.remove(&place).unwrap_or_default());
        count += 1;
        if count > MOST_CELLS {
            let why = format!("a sheet has more than {MOST_CELLS} cells");
            return Err(NotCarried::Damaged(why));
        }
    }
    new.iter().for_each(|(place, new)| note(*place, &Data::Empty, new));
    Ok(found)
}

/// Reads all cells of a sheet.
fn values(cells: &mut CellReader<'_, '_>) -> Result<BTreeMap<Place, Data>, NotCarried> {
    let mut values = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        values.insert(cell.get_position(), cell.get_value().clone().into());
    }
    Ok(values)
}

fn shown(value: &Data) -> String {
    let text = value.to_string();
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn open(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>, NotCarried> {
    open_checked(bytes).map_err(NotCarried::Damaged)
}

fn damaged(error: XlsxError) -> NotCarried {
    NotCarried::Damaged(error.to_string())
}

fn same(old: &Data, new: &Data) -> bool {
    match (old, new) {
        (Data::Float(old), Data::Float(new)) => old.to_bits() == new.to_bits(),
        // A program that saves a workbook writes an empty text as an empty cell.
        (Data::Empty, Data::String(text)) | (Data::String(text), Data::Empty) => text.is_empty(),
        _ => old == new,
    }
}
