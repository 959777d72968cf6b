//! Tables whose first columns are elements of sets, one row for each value, as they are pasted from a spreadsheet. A
//! label that only the first row of its group has holds for the rows below it.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::spreadsheets::matrices::nested;

/// Writes such a table as a map.
pub(crate) fn labels(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let open = draft.find(&["{"], 0).filter(|_| draft.at(0) == "param" && draft.at(2) == "[")?;
    let close = draft.close(2).filter(|&n| n < open)?;
    let sets: Vec<String> = draft
        .show(3..close)
        .split(',')
        .map(|axis| axis.rsplit(':').next().unwrap_or_default().trim().to_owned())
        .collect();
    let head = draft.show(0..open + 1);
    let unit = match draft.at(close + 1) {
        ":" => draft.show(close + 2..open - 1),
        _ => String::new(),
    };
    let text = draft.text();
    let inside = text.split_once('{')?.1.rsplit_once('}')?.0;
    let rows: Vec<Vec<String>> = inside
        .lines()
        .filter_map(cells)
        .filter(|row| row.iter().any(|cell| !cell.is_empty()))
        .collect();
    (sets.len() > 1 && rows.len() > 1).then_some(())?;
    let elements: Vec<Vec<&str>> = sets.iter().map(|set| context.members(set)).collect();
    let is_element = |n: usize, cell: &str| {
        elements.get(n).is_some_and(|list| list.contains(&cell.trim_matches('"')))
    };
    let first = rows.first()?;
    let headed = !is_element(0, first.first()?);
    let names: &[String] = if headed { first } else { &[] };
    let body = rows.get(usize::from(headed)..)?;
    // The columns of the sets, in the order of the head or of the declaration.
    let column = |n: usize, set: &String| names.iter().position(|name| name == set).unwrap_or(n);
    let columns: Vec<usize> = sets.iter().enumerate().map(|(n, set)| column(n, set)).collect();
    let years: Vec<&String> = names.iter().filter(|name| is_year(name)).collect();
    let unit = if unit.is_empty() { unit_of_values(names, &columns, context) } else { unit };
    let mut labels: Vec<String> = vec![String::new(); sets.len()];
    let mut values = Vec::new();
    for row in body {
        for (n, &at) in columns.iter().enumerate() {
            let cell = row.get(at)?.trim_matches('"');
            if !cell.is_empty() {
                labels[n] = cell.to_owned();
            }
            is_element(n, &labels[n]).then_some(())?;
        }
        let numbers: Vec<String> = row
            .iter()
            .enumerate()
            .filter(|(at, cell)| !columns.contains(at) && !cell.is_empty())
            .map(|(_, cell)| amount(cell, &unit))
            .collect();
        let value = match numbers.as_slice() {
            [only] if years.is_empty() => only.clone(),
            several if several.len() == years.len() && !years.is_empty() => {
                let points =
                    years.iter().zip(several).map(|(year, value)| format!("{year}: {value}"));
                format!("[{}]", points.collect::<Vec<_>>().join(", "))
            }
            _ => return None,
        };
        values.push((labels.clone(), value));
    }
    let map = nested(&values.iter().collect::<Vec<_>>(), None, 0)?;
    *draft = Draft::of(&format!("{}{}", head.trim_end_matches('{'), map));
    Some("a map names the elements of each value".to_owned())
}

/// Returns the unit in the heading of the only column of values, `price: USD` or `mn USD`; an empty text without one.
fn unit_of_values(names: &[String], columns: &[usize], context: &Context<'_>) -> String {
    let mut values = names.iter().enumerate().filter(|(at, _)| !columns.contains(at));
    let (Some((_, heading)), None) = (values.next(), values.next()) else { return String::new() };
    let heading = heading.rsplit([':', '(']).next().unwrap_or_default().trim_matches([' ', ')']);
    match super::cells::is_unit(heading, context) {
        true => super::cells::unit(heading, context),
        false => String::new(),
    }
}

/// Returns the cells of a row; `None` for a line between the head and the rows.
fn cells(line: &str) -> Option<Vec<String>> {
    let line = line.trim_matches([' ', '\r']);
    let rule = !line.is_empty() && line.chars().all(|c| matches!(c, '-' | '|' | ':' | ' ' | '+'));
    (!line.is_empty() && !rule).then_some(())?;
    let parts: Vec<String> = match line.strip_prefix('|') {
        Some(rest) => rest
            .strip_suffix('|')
            .unwrap_or(rest)
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect(),
        None => line.split('\t').map(|cell| cell.trim().to_owned()).collect(),
    };
    (parts.len() > 1).then_some(parts)
}

fn is_year(cell: &str) -> bool {
    cell.len() == 4
        && cell.starts_with(['1', '2'])
        && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// Adds the declared unit to a plain number.
fn amount(cell: &str, unit: &str) -> String {
    let plain = cell.parse::<f64>().is_ok() && !unit.is_empty();
    if plain { format!("{cell} {unit}") } else { cell.to_owned() }
}

/// Turns a table whose rows are the elements of the second set and whose columns are those of the first one.
pub(crate) fn turned(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let open = draft.find(&["{"], 0).filter(|_| draft.at(0) == "param" && draft.at(2) == "[")?;
    let close = draft.close(2).filter(|&n| n < open)?;
    let axes = draft.show(3..close);
    let sets: Vec<&str> =
        axes.split(',').map(|axis| axis.rsplit(':').next().unwrap_or_default().trim()).collect();
    let [first, second] = sets.as_slice() else { return None };
    let text = draft.text();
    let rows: Vec<Vec<String>> =
        text.split_once('{')?.1.rsplit_once('}')?.0.lines().filter_map(cells).collect();
    let (head, body) = rows.split_first()?;
    let columns = context.members(first);
    let named = head.first().is_some_and(String::is_empty)
        && head.iter().skip(1).all(|cell| columns.contains(&cell.as_str()));
    let labels = context.members(second);
    let keyed = body.iter().all(|row| {
        row.len() == head.len() && row.first().is_some_and(|cell| labels.contains(&cell.as_str()))
    });
    // The sets may share elements, as exporters and importers do.
    let apart = labels.iter().all(|label| !columns.contains(label));
    (named && keyed && apart && !body.is_empty() && head.len() > 1).then_some(())?;
    let line = |cells: Vec<&str>| format!("  | {} |", cells.join(" | "));
    let mut lines = Vec::new();
    for (n, column) in head.iter().enumerate() {
        let label = if n == 0 { *first } else { column };
        let row = body.iter().filter_map(|row| row.get(n)).map(String::as_str);
        lines.push(line(std::iter::once(label).chain(row).collect()));
    }
    let whole = format!("{}\n{}\n}}", draft.show(0..open + 1), lines.join("\n"));
    *draft = Draft::of(&whole);
    Some(
        "the rows of a table are the first set of the parameter, and its columns the second"
            .to_owned(),
    )
}
