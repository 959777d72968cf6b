//! Tables pasted from a spreadsheet: rows without `|`, heads with units and fiscal years.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::spreadsheets::cells;
use crate::syntax::token::TokenKind;

/// Puts the table of a field in braces: `base: | sector | China | ...` over several lines.
pub(crate) fn of_fields(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let start = (2..draft.len()).find(|&n| draft.at(n) == "|" && draft.before(n, 1) == ":")?;
    let mut end = start;
    while draft.at(end) == "|" {
        let line = draft.line_end(end);
        let next = (line..draft.len()).find(|&n| draft.kind(n) != Some(TokenKind::LineEnd));
        let next = next.unwrap_or(draft.len());
        if draft.at(next) != "|" {
            end = line;
            break;
        }
        end = next;
    }
    (end > start && draft.before(end, 1) == "|").then_some(())?;
    let rows: Vec<String> =
        draft.show(start..end).lines().map(|line| format!("    {}", line.trim())).collect();
    draft.replace(start..end, &format!("{{\n{}\n  }}", rows.join("\n")));
    Some(
        "the table of a field is in braces; the head of a column names its unit, `China: mn USD`"
            .to_owned(),
    )
}

/// Writes the head of a column: `food (mn USD)`, `rate (%)`, `2024A`, `FY24`.
fn column(cell: &str) -> String {
    let (name, unit) = match cell.split_once(['(', '[']) {
        Some((name, unit)) => (name.trim(), unit.trim_end_matches([')', ']', ' '])),
        None => (cell, ""),
    };
    let unit = if unit == "%" { "percent" } else { unit };
    let name = year(name).unwrap_or_else(|| name.to_owned());
    if unit.is_empty() { name } else { format!("{name}: {unit}") }
}

/// Returns the calendar year of a fiscal year, an actual or an estimated one: `FY24`, `2024A`, `2025E`.
fn year(name: &str) -> Option<String> {
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let marks: String = name.chars().filter(|c| !c.is_ascii_digit()).collect();
    let known = matches!(
        marks.to_uppercase().trim(),
        "FY" | "CY" | "A" | "E" | "F" | "P" | "B" | "FYE" | "FYA"
    );
    match digits.len() {
        4 if known && digits.starts_with(['1', '2']) => Some(digits),
        2 if known && marks.len() > 1 => Some(format!("20{digits}")),
        _ => None,
    }
}

/// Writes a table with a row for each year as the values of each column: `Year | GDP | Inflation`.
pub(crate) fn years_down(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let open = draft.find(&["{"], 0).filter(|_| draft.at(0) == "param" && draft.at(2) != "[")?;
    let rows = rows_of_years(draft, open)?;
    let (head, values) = rows.split_first()?;
    let declared = draft.show(2..open - 1);
    let lines: Vec<String> = head
        .iter()
        .enumerate()
        .skip(1)
        .map(|(n, cell)| {
            let (title, unit) = match column(cell).split_once(':') {
                Some((title, unit)) => (title.to_owned(), format!(" {}", unit.trim())),
                // A column with its unit as heading: `| year | mn USD |`.
                None if head.len() == 2 && cells::is_unit(cell, context) => {
                    (cell.clone(), format!(" {}", cells::unit(cell, context)))
                }
                None => (cell.clone(), String::new()),
            };
            let name = match head.len() {
                2 => draft.at(1).to_owned(),
                _ => title.trim().to_lowercase().replace([' ', '-'], "_"),
            };
            let unit = match declared.strip_prefix(':').filter(|_| unit.is_empty()) {
                Some(unit) if n == 1 && head.len() == 2 => format!(" {}", unit.trim()),
                _ => unit,
            };
            let point =
                |row: &Vec<String>| Some(format!("{}: {}{unit}", row.first()?, row.get(n)?));
            let points: Vec<String> = values.iter().filter_map(point).collect();
            format!("param {name} = [{}]", points.join(", "))
        })
        .collect();
    *draft = Draft::of(&lines.join("\n"));
    Some("values of years are in square brackets, one parameter for each column".to_owned())
}

/// Returns the head and the rows of a table with a year at the beginning of each row.
fn rows_of_years(draft: &Draft, open: usize) -> Option<Vec<Vec<String>>> {
    let close = draft.close(open)?;
    let inside = draft.show(open + 1..close);
    let rows: Vec<Vec<String>> = inside
        .lines()
        .map(|line| line.trim().trim_matches('|'))
        .filter(|line| {
            !line.is_empty() && !line.chars().all(|c| matches!(c, '-' | '|' | ':' | ' '))
        })
        .map(|line| line.split(['|', '\t']).map(|cell| decimal(cell.trim())).collect())
        .collect();
    let (head, values) = rows.split_first()?;
    let is_year = |text: &String| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let keyed =
        values.iter().all(|row| row.len() == head.len() && row.first().is_some_and(is_year));
    let named = head.first().is_some_and(|cell| {
        matches!(cell.to_lowercase().as_str(), "year" | "years" | "t" | "time" | "date" | "")
    });
    (keyed && named && !values.is_empty() && head.len() > 1).then_some(rows)
}

/// True for a lever with a table whose rows may be years.
pub(crate) fn may_have_years(text: &str, _: &Context<'_>) -> bool {
    let head = text.split('{').nth(1).unwrap_or_default().trim_start();
    let head = head.strip_prefix('|').unwrap_or_default().trim_start().to_lowercase();
    head.starts_with("year") && !text.trim_start().starts_with("param ")
}

/// Writes the table of a lever with a row for each year as a path for each field: `| year | rate |`.
pub(crate) fn fields_down(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let open = draft.find(&["{"], 0).filter(|_| may_have_years(&draft.text(), context))?;
    let rows = rows_of_years(draft, open)?;
    let (head, values) = rows.split_first()?;
    let mut fields = Vec::new();
    for (n, cell) in head.iter().enumerate().skip(1) {
        let (name, unit) = match cell.split_once(':') {
            Some((name, unit)) => (name.trim(), format!(" {}", unit.trim())),
            None => (cell.as_str(), String::new()),
        };
        let unit = if unit == " percent" { "%".to_owned() } else { unit };
        let point = |row: &Vec<String>| Some(format!("{}: {}{unit}", row.first()?, row.get(n)?));
        let points: Vec<String> = values.iter().filter_map(point).collect();
        fields.push(format!("{name}: [{}]", points.join(", ")));
    }
    let close = draft.close(open)?;
    draft.replace(open..close + 1, &format!("{{ {} }}", fields.join(", ")));
    Some("values of years are in square brackets, in one field".to_owned())
}

/// Writes the decimal comma of a cell as a point: `2,5%`.
fn decimal(cell: &str) -> String {
    let number = cell.trim_end_matches(['%', ' ']);
    let comma = number.split_once(',').is_some_and(|(whole, rest)| {
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(whole.trim_start_matches('-')) && digits(rest) && rest.len() != 3
    });
    if comma { cell.replace(',', ".") } else { cell.to_owned() }
}

/// Writes rows with commas between their cells as a map or a table.
pub(crate) fn comma_rows(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let open = draft.find(&["{"], 0).filter(|_| draft.at(2) == "[")?;
    let close = draft.close(open)?;
    let axes = draft.show(3..draft.close(2)?);
    let inside = draft.show(open + 1..close);
    let rows: Vec<Vec<&str>> = inside
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| line.trim_end_matches(',').split([',', ';']).map(str::trim).collect())
        .collect();
    let (head, values) = rows.split_first()?;
    let width = head.len();
    let set = axes.split(',').next()?.rsplit(':').next()?.trim();
    let elements = context.elements(set);
    let keyed = values
        .iter()
        .all(|row| row.len() == width && row.first().is_some_and(|key| elements.contains(key)));
    (width > 1 && !values.is_empty() && keyed && !inside.contains([':', '|'])).then_some(())?;
    let text = match width {
        2 if !head.get(1)?.starts_with(|c: char| c.is_ascii_digit()) => {
            let pairs: Vec<String> = values.iter().map(|row| row.join(": ")).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        _ => {
            let mut lines = vec![format!("  | {set} | {} |", head.get(1..)?.join(" | "))];
            lines.extend(values.iter().map(|row| format!("  | {} |", row.join(" | "))));
            format!("{{\n{}\n}}", lines.join("\n"))
        }
    };
    draft.replace(open..close + 1, &text);
    Some("a map is written `{ ELEMENT: VALUE, ELEMENT: VALUE }`, and a table with `|` between its cells".to_owned())
}

/// Ends rows of a table with `|`, and writes cells pasted from a spreadsheet with `|` between them.
pub(crate) fn rows(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    draft.find(&["{"], 0)?;
    let text = draft.text();
    let mut found = false;
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let cells = line.trim();
            let brace = cells.ends_with(['{', '}']) || cells.is_empty();
            if cells.starts_with('|') && !cells.ends_with('|') && !brace {
                found = true;
                return format!("{} |", line.trim_end());
            }
            if cells.contains('\t') && !cells.contains('|') && !brace {
                found = true;
                return format!(
                    "  | {} |",
                    cells.split('\t').map(str::trim).collect::<Vec<_>>().join(" | ")
                );
            }
            line.to_owned()
        })
        .collect();
    if found {
        *draft = Draft::of(&lines.join("\n"));
    }
    found.then(|| "the cells of a table are between `|`".to_owned())
}

/// Writes a table without a head as a map, and the unit of a column after a colon: `| sector | food (mn USD) |`.
pub(crate) fn table_heads(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let open = draft.find(&["{"], 0)?;
    let axes = match draft.at(2) == "[" {
        true => draft.show(3..draft.close(2)?),
        false => String::new(),
    };
    let sets: Vec<&str> =
        axes.split(',').map(|axis| axis.rsplit(':').next().unwrap_or_default().trim()).collect();
    let (head, text) = (draft.show(0..open + 1), draft.text());
    // Cells pasted from a spreadsheet have tabs between them.
    let pasted = !text.contains('|') && text.contains('\t');
    let is_row = |line: &&str| match pasted {
        true => line.trim().contains('\t'),
        false => line.trim().starts_with('|'),
    };
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim().trim_matches('|');
        line.split(['|', '\t']).map(|cell| cell.trim().to_owned()).collect()
    };
    let rows: Vec<Vec<String>> = text.lines().filter(is_row).map(cells).collect();
    let first = rows.first()?;
    let elements = context.elements(sets.first()?);
    if first.first().is_some_and(|cell| elements.contains(&cell.as_str())) {
        let pairs: Option<Vec<String>> = rows
            .iter()
            .map(|row| match row.as_slice() {
                [element, value] => Some(format!("{element}: {value}")),
                _ => None,
            })
            .collect();
        let pairs = pairs.filter(|_| sets.len() == 1)?;
        *draft = Draft::of(&format!("{head} {} }}", pairs.join(", ")));
        return Some("the table has no head; values of elements are a map in braces".to_owned());
    }
    let mut columns: Vec<String> = first.iter().map(|cell| column(cell)).collect();
    // The head of the elements is the name of their set.
    let known =
        |row: &Vec<String>| row.first().is_some_and(|cell| elements.contains(&cell.as_str()));
    if let (Some(cell), Some(set), true) =
        (columns.first_mut(), sets.first(), rows.iter().any(known))
        && !set.is_empty()
    {
        (*set).clone_into(cell);
    }
    // A unit in the first cell is that of all columns.
    if let (Some(unit), [set]) =
        (first.first().filter(|unit| unit.contains(context.currency())), sets.as_slice())
    {
        for cell in columns.iter_mut().skip(1) {
            cell.push_str(&format!(": {unit}"));
        }
        if let Some(cell) = columns.first_mut() {
            (*set).clone_into(cell);
        }
    }
    if columns == *first {
        return None;
    }
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = text.lines().position(|line| is_row(&line))?;
    *lines.get_mut(at)? = match pasted {
        true => columns.join("\t"),
        false => format!("  | {} |", columns.join(" | ")),
    };
    *draft = Draft::of(&lines.join("\n"));
    Some("the unit of a column follows a colon, as `food: mn USD`".to_owned())
}
