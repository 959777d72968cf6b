//! The signs of the numbers in a file: which arguments of `data` read all cells of a column.
//!
//! In: cells. Out: the format that reads them, with a condition if two formats read them as different numbers.

use crate::data::{CellFormat, Glance, parse};

/// Signs of decimals and thousands, the more usual ones first.
const SIGNS: [(Option<char>, Option<char>); 8] = [
    (None, None),
    (None, Some(',')),
    (Some(','), None),
    (Some(','), Some('.')),
    (Some(','), Some(' ')),
    (None, Some(' ')),
    (None, Some('\'')),
    (Some(','), Some('\'')),
];
/// Texts of cells without a value, in the tables of offices and banks.
const ABSENT: [&str; 15] = [
    "", "..", ":", "-", "\u{2013}", "\u{2014}", "...", "\u{2026}", "n/a", "N/A", "NA", "na",
    "n.a.", "null", "#N/A",
];
/// Flags behind numbers, as Eurostat has them.
const FLAGS: [&str; 13] = ["b", "c", "d", "e", "f", "i", "n", "p", "r", "s", "u", "z", "*"];

/// The format of the numbers.
pub(super) struct Figures {
    pub(super) format: CellFormat,
    /// The condition of the format, if the cells can be read in two ways.
    pub(super) doubt: Option<String>,
}

impl Figures {
    /// Returns the arguments that `before` lacks.
    pub(super) fn arguments(&self, before: &CellFormat) -> Vec<(&'static str, String)> {
        let mut all = Vec::new();
        let quoted = |text: &str| format!("\"{text}\"");
        if let Some(sign) = self.format.decimal.filter(|_| before.decimal.is_none()) {
            all.push(("decimal", quoted(&sign.to_string())));
        }
        if let Some(sign) = self.format.thousands.filter(|_| before.thousands.is_none()) {
            all.push(("thousands", quoted(&sign.to_string())));
        }
        for na in self.format.na.iter().filter(|na| !before.na.contains(na)) {
            all.push(("na", quoted(na)));
        }
        for flag in self.format.flags.iter().filter(|flag| !before.flags.contains(flag)) {
            all.push(("flag", quoted(flag)));
        }
        all
    }
}

/// Finds the format of the cells of some columns; None if no format reads all of them.
pub(super) fn of(
    look: &Glance,
    rows: &[&[String]],
    columns: &[usize],
    base: &CellFormat,
) -> Option<Figures> {
    let cells: Vec<&str> = (rows.iter())
        .flat_map(|row| columns.iter().map(|&column| Glance::cell(row, column)))
        .collect();
    let choices = SIGNS.iter().filter(|(decimal, thousands)| {
        (base.decimal.is_none()
            || base.decimal == *decimal
            || (base.decimal == Some('.') && decimal.is_none()))
            && (base.thousands.is_none() || base.thousands == *thousands)
            && (!look.sheet || (decimal.is_none() && thousands.is_none()))
    });
    let mut found: Vec<CellFormat> = Vec::new();
    for &(decimal, thousands) in choices {
        let decimal = base.decimal.or(decimal);
        let signs = CellFormat { decimal, thousands, ..base.clone() };
        if let Some(format) = reading(&cells, &signs) {
            found.push(format);
        }
    }
    let mut found = found.into_iter();
    let first = found.next()?;
    // A file that is read as it stands needs no signs; those of other readings are named in warnings.
    if first.decimal == base.decimal && first.thousands == base.thousands {
        let points = crate::data::unsure_of_points(&first)
            && cells.iter().any(|cell| cell.contains('.'))
            && cells.iter().all(|cell| crate::data::point_of_thousands(cell) != Some(false));
        return Some(Figures {
            doubt: points.then(|| "if its points are decimal points".to_owned()),
            format: first,
        });
    }
    let differ = found.find_map(|other| {
        let cell = cells.iter().find(|cell| match (parse(cell, &first), parse(cell, &other)) {
            (Ok(one), Ok(two)) => one != two,
            _ => false,
        })?;
        Some((*cell, other))
    });
    let doubt = differ.map(|(cell, other)| {
        let arguments = Figures { format: other, doubt: None }.arguments(base);
        let signs: Vec<String> = arguments
            .iter()
            .filter(|(key, _)| matches!(*key, "decimal" | "thousands"))
            .map(|(key, text)| format!("{key}: {text}"))
            .collect();
        format!("if {cell} is above 999, and with `{}` if it is not", signs.join(", "))
    });
    Some(Figures { format: first, doubt })
}

/// Completes a format with the texts and flags that the cells have; None if a cell is neither a number nor one of them.
fn reading(cells: &[&str], signs: &CellFormat) -> Option<CellFormat> {
    let mut format = signs.clone();
    let mut numbers = 0;
    for cell in cells {
        if parse(cell, signs).is_ok() {
            numbers += 1;
            continue;
        }
        if format.na.iter().any(|na| na == cell) {
            continue;
        }
        if ABSENT.contains(cell) {
            format.na.push((*cell).to_owned());
            continue;
        }
        let number = cell.trim_end_matches(|c: char| c.is_alphabetic() || c == '*' || c == ' ');
        let flag = cell.get(number.len()..)?.trim();
        let known = format.flags.iter().any(|known| known == flag);
        // `bp` is a break in a provisional series: two flags of one letter.
        let usual = flag.chars().all(|c| FLAGS.contains(&c.to_string().as_str()));
        if flag.is_empty() || !(known || usual) {
            return None;
        }
        if ABSENT.contains(&number) && !format.na.iter().any(|na| na == number) {
            format.na.push(number.to_owned());
        } else if parse(number, signs).is_err() {
            return None;
        }
        if !known {
            format.flags.push(flag.to_owned());
        }
        numbers += 1;
    }
    (numbers > 0).then_some(format)
}
