//! CSV files: one row for each value, or the years across; for any program, or for Excel in a given locale.

use indexmap::{IndexMap, IndexSet};

use crate::results::Report;

use super::export::{HEADER, rows};

/// The arrangement of values in a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableShape {
    /// One row per value.
    Tidy,
    /// One row per series, with one column per year.
    Wide,
}

/// Positions of the columns `year` and `value` in a tidy row.
const YEAR: usize = 5;
const VALUE: usize = 8;

/// Writes a report as a CSV file. With a decimal sign, for Excel: a byte-order mark, so that Excel reads UTF-8,
/// and for a comma semicolons between cells, as Excel expects where the decimal sign is a comma.
///
/// # Errors
/// None in practice: writing to memory does not fail.
pub(super) fn csv_file(
    report: &Report,
    shape: TableShape,
    decimal: Option<char>,
) -> Result<Vec<u8>, csv::Error> {
    let is_comma = decimal == Some(',');
    let mark = if decimal.is_some() { "\u{feff}" } else { "" };
    let delimiter = if is_comma { b';' } else { b',' };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::from(mark));
    let (header, first_value, rows) = match shape {
        TableShape::Tidy => {
            let rows = rows(report)?.into_iter().map(Vec::from).collect();
            (HEADER.map(str::to_owned).to_vec(), VALUE..VALUE + 1, rows)
        }
        TableShape::Wide => wide(rows(report)?),
    };
    writer.write_record(header)?;
    for mut row in rows {
        if is_comma {
            let values = row.get_mut(first_value.clone()).into_iter().flatten();
            values.for_each(|value| *value = value.replace('.', ","));
        }
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A wide table: header, range of columns with numbers, and rows.
type Wide = (Vec<String>, std::ops::Range<usize>, Vec<Vec<String>>);

/// Joins the tidy rows of a series to one row with a column per year; values without a year come first.
fn wide(rows: Vec<[String; 10]>) -> Wide {
    let mut years: IndexSet<String> = rows.iter().map(|row| row[YEAR].clone()).collect();
    // An empty text sorts first.
    years.sort_by_key(|year| year.parse::<i64>().ok());
    let mut lines: IndexMap<Vec<String>, Vec<Vec<String>>> = IndexMap::new();
    for row in rows {
        let at = years.get_index_of(&row[YEAR]).unwrap_or(0);
        let key = row.iter().enumerate().filter(|(n, _)| *n != YEAR && *n != VALUE);
        let key: Vec<String> = key.map(|(_, cell)| cell.clone()).collect();
        let of_line = lines.entry(key).or_default();
        // A line may have several values in a year, such as several ranges: each has a row of its own.
        let free = of_line.iter_mut().find(|cells| cells.get(at).is_some_and(String::is_empty));
        let place = match free {
            Some(cells) => cells.get_mut(at),
            None => {
                of_line.push(vec![String::new(); years.len()]);
                of_line.last_mut().and_then(|cells| cells.get_mut(at))
            }
        };
        if let Some(place) = place {
            place.clone_from(&row[VALUE]);
        }
    }
    let names = HEADER.iter().enumerate().filter(|(n, _)| *n != YEAR && *n != VALUE);
    let mut header: Vec<String> = names.map(|(_, name)| (*name).to_owned()).collect();
    let first = header.len();
    let name = |year: &String| if year.is_empty() { "value".to_owned() } else { year.clone() };
    header.extend(years.iter().map(name));
    let join = |(key, of_line): (Vec<String>, Vec<Vec<String>>)| {
        of_line.into_iter().map(move |cells| [key.clone(), cells].concat())
    };
    let range = first..header.len();
    (header, range, lines.into_iter().flat_map(join).collect())
}
