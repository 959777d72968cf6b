//! The cells of tables that are pasted or typed: rows of cells, heads with units, numbers, and cells without a number.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::notation::numbers;
use crate::syntax::words::SCALES;

/// The head of a column: its name, and the unit of its values.
pub(crate) struct HeadCell {
    pub(crate) name: String,
    pub(crate) unit: Option<String>,
}

impl HeadCell {
    /// True if a cell of the head is written as Mizan has it.
    pub(crate) fn plain(&self, own: &str) -> bool {
        let mizan = match &self.unit {
            Some(unit) => own.split_once(':').is_some_and(|(_, after)| after.trim() == unit),
            None => true,
        };
        mizan && own.split(':').next().is_some_and(|name| name.trim() == self.name)
    }
}

/// Returns the cells of a line; None for a line with one cell. The line is trimmed.
pub(crate) fn row(line: &str) -> Option<Vec<String>> {
    let trimmed = |cells: Vec<&str>| -> Option<Vec<String>> {
        (cells.len() > 1).then(|| cells.iter().map(|cell| cell.trim().to_owned()).collect())
    };
    if line.contains(['{', '}', '=', '#']) {
        return None;
    }
    if let Some(rest) = line.strip_prefix('|') {
        return trimmed(rest.strip_suffix('|').unwrap_or(rest).split('|').collect());
    }
    if line.contains('|') {
        return trimmed(line.split('|').collect());
    }
    if line.contains('\t') {
        return trimmed(line.split('\t').collect());
    }
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    // `China food: 10 mn USD`
    if let Some((keys, value)) = line.split_once(':') {
        let number = value.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let mut cells: Vec<&str> =
            keys.split([' ', ',', '/']).filter(|key| !key.is_empty()).collect();
        cells.push(value.trim_end_matches(','));
        return trimmed(cells).filter(|_| number);
    }
    if line.contains(", ") || line.contains(',') && !line.contains(' ') {
        return trimmed(line.trim_end_matches(',').split(',').collect());
    }
    let is_number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let first = words.iter().position(is_number);
    match first {
        // `China food 10 mn USD`
        Some(at) if at > 0 && !words.iter().skip(at).all(is_number) => {
            let mut cells: Vec<String> =
                words.iter().take(at).map(|word| (*word).to_owned()).collect();
            cells.push(words.get(at..)?.join(" "));
            Some(cells)
        }
        _ => trimmed(words),
    }
}

/// Finds the rows of the first table: two or more lines in a row with cells.
pub(crate) fn run(lines: &[&str]) -> Option<(usize, usize, Vec<Vec<String>>)> {
    let mut start = 0;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (n, line) in lines.iter().enumerate().skip(1) {
        let text = line.trim();
        let row = match text.starts_with('}') || text.is_empty() {
            true => None,
            false => row(text),
        };
        match row {
            Some(_) if is_rule(text) => {}
            Some(row) => {
                if rows.is_empty() {
                    start = n;
                }
                rows.push(row);
            }
            None if rows.len() > 1 => return Some((start, n, rows)),
            None => rows.clear(),
        }
    }
    None
}

/// Takes the name of a field off the years in the head of a table, `rate 2024`, `rate_2030`, and returns the name.
pub(crate) fn field_of_years(rows: &mut [Vec<String>]) -> Option<String> {
    let head = rows.first_mut()?;
    let parts = |cell: &String| {
        let text = cell.trim_end_matches(')');
        let year = text.get(text.len().checked_sub(4)?..)?;
        let name = text.get(..text.len() - 4)?.trim_end_matches([' ', '_', '(', '-']);
        let years = year.starts_with(['1', '2']) && year.bytes().all(|byte| byte.is_ascii_digit());
        let word = name.starts_with(char::is_alphabetic)
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        (years && word).then(|| (name.to_owned(), year.to_owned()))
    };
    let found: Vec<(String, String)> = head.iter().skip(1).map(parts).collect::<Option<_>>()?;
    let (name, _) = found.first()?.clone();
    (found.len() > 1 && found.iter().all(|(own, _)| *own == name)).then_some(())?;
    for (cell, (_, year)) in head.iter_mut().skip(1).zip(found) {
        *cell = year;
    }
    Some(name)
}

/// True for the line between the head and the rows: `|---|---|`.
pub(crate) fn is_rule(line: &str) -> bool {
    line.contains("--") && line.chars().all(|c| matches!(c, '-' | '|' | ':' | ' ' | '+'))
}

/// Returns a cell without the quotes around it.
pub(crate) fn bare(cell: &str) -> &str {
    cell.trim().trim_matches(['"', '\''])
}

/// Returns an element as it is written in a map.
pub(crate) fn quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if plain { name.to_owned() } else { format!("\"{name}\"") }
}

pub(crate) fn is_year(name: &str) -> bool {
    name.len() == 4 && name.parse::<u32>().is_ok_and(|year| (1900..2200).contains(&year))
}

/// True for the label of sums.
pub(crate) fn is_total(label: &str) -> bool {
    let label = bare(label).to_lowercase();
    matches!(
        label.as_str(),
        "total" | "totals" | "sum" | "grand total" | "subtotal" | "all" | "world" | "overall"
    )
}

/// True for a cell that has no number: an empty one, a dash, `n/a`, `..`.
pub(crate) fn is_absent(cell: &str) -> bool {
    matches!(
        cell.trim().to_lowercase().as_str(),
        "" | "-"
            | "–"
            | "—"
            | "--"
            | "n/a"
            | "na"
            | "n.a."
            | "n.a"
            | "nil"
            | "none"
            | ".."
            | "..."
            | "."
            | ":"
            | "x"
    )
}

/// True for a unit of values: `mn USD`, `%`, `USD bn`.
pub(crate) fn is_unit(text: &str, context: &Context<'_>) -> bool {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let scale =
        |word: &str| SCALES.iter().any(|(own, _)| *own == word) || numbers::scale(word).is_some();
    let own = |word: &str| word == context.currency() || context.is_unit(word);
    text == "%"
        || text == "percent"
        || !words.is_empty()
            && words.len() < 3
            && words.iter().any(|word| own(word))
            && words.iter().all(|word| own(word) || scale(word))
}

/// Writes a unit in Mizan's form: `USD million` becomes `mn USD`.
pub(crate) fn unit(text: &str, context: &Context<'_>) -> String {
    let text = text.trim();
    if text == "%" {
        return "percent".to_owned();
    }
    let own = |word: &str| numbers::scale(word).unwrap_or(word).to_owned();
    let mut words: Vec<String> = text
        .split_whitespace()
        .map(|word| match word == context.currency() {
            true => word.to_owned(),
            false => own(word),
        })
        .collect();
    words.sort_by_key(|word| !SCALES.iter().any(|(own, _)| own == word));
    words.join(" ")
}

/// Reads the head of a column: `food (mn USD)`, `food, mn USD`, `food: mn USD`, `mn USD`.
pub(crate) fn head(cell: &str, context: &Context<'_>) -> HeadCell {
    let cell = cell.trim();
    if is_unit(cell, context) {
        return HeadCell { name: "value".to_owned(), unit: Some(unit(cell, context)) };
    }
    for sign in ['(', '[', ',', ':'] {
        if let Some((name, rest)) = cell.split_once(sign) {
            let rest = rest.trim().trim_end_matches([')', ']']).trim();
            if is_unit(rest, context) {
                let name = bare(name).to_owned();
                return HeadCell { name, unit: Some(unit(rest, context)) };
            }
        }
    }
    HeadCell { name: bare(cell).to_owned(), unit: None }
}

/// Writes the number of a cell with its unit; None for another text. `1,234.5` and `2,5` lose their separators.
pub(crate) fn amount(cell: &str, unit: Option<&str>) -> Option<String> {
    let cell = cell.trim();
    let negative = cell.starts_with('(') && cell.ends_with(')');
    let cell = cell.trim_matches(['(', ')']);
    let end = cell
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_' | '-' | ' ')))
        .unwrap_or(cell.len());
    let (digits, rest) = cell.split_at(end);
    let digits = digits.trim();
    (digits.starts_with(|c: char| c.is_ascii_digit() || c == '-')).then_some(())?;
    let number = plain(digits)?;
    let number = if negative { format!("-{number}") } else { number };
    Some(match (rest.trim(), unit) {
        ("", Some("percent")) => format!("{number}%"),
        ("", Some(unit)) => format!("{number} {unit}"),
        ("", None) => number,
        ("%", _) => format!("{number}%"),
        (own, _) => format!("{number} {own}"),
    })
}

/// Writes digits with a decimal point and without signs between thousands.
fn plain(digits: &str) -> Option<String> {
    let text = digits.replace([' ', '_'], "");
    let (commas, points) = (text.matches(',').count(), text.matches('.').count());
    let behind = |sign: char| text.rsplit(sign).next().map_or(0, str::len);
    let number = match (commas, points) {
        (0, 0 | 1) => text.clone(),
        (1, 0) if behind(',') != 3 => text.replace(',', "."),
        (_, 0) => text.replace(',', ""),
        (0, _) => text.replace('.', ""),
        _ if text.rfind(',') > text.rfind('.') => text.replace('.', "").replace(',', "."),
        _ => text.replace(',', ""),
    };
    number.parse::<f64>().ok()?;
    Some(number)
}
