//! Values of all elements that a script lists in order or one below the other, as maps: a matrix, and a declaration whose
//! values stand on the lines below it.

use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::read;

/// Maximum length of a map that is written on one line.
const ONE_LINE: usize = 60;

/// Returns the set that lists an element, which may be in quotes.
pub(crate) fn set_with<'a>(element: &str, context: &Context<'a>) -> Option<&'a str> {
    context.set_with(element).or_else(|| context.set_with(element.trim_matches('"')))
}

/// Writes the values with equal elements up to place `n` as a map of maps; `others` is the value of all other cells.
pub(crate) fn nested(
    rows: &[&(Vec<String>, String)],
    others: Option<&str>,
    n: usize,
) -> Option<String> {
    let depth = rows.first()?.0.len();
    if n == depth {
        let [(_, value)] = rows else { return None };
        return Some(value.clone());
    }
    let mut keys: Vec<&String> = Vec::new();
    for (labels, _) in rows {
        if !keys.contains(&&labels[n]) {
            keys.push(&labels[n]);
        }
    }
    let mut parts = Vec::new();
    for key in keys {
        let own: Vec<&(Vec<String>, String)> =
            rows.iter().filter(|(labels, _)| labels[n] == *key).copied().collect();
        parts.push(format!("{key}: {}", nested(&own, others, n + 1)?));
    }
    // Each inner map needs the value of its other cells too.
    parts.extend(others.map(|value| format!("else: {value}")));
    let line = parts.join(", ");
    Some(match n == 0 && line.len() > ONE_LINE {
        true => format!("{{\n  {}\n}}", parts.join(",\n  ")),
        false => format!("{{ {line} }}"),
    })
}

/// Writes a declaration and the lines below it, one for each element, as one map: `param z[sector]`, `z[food] = 1`.
pub(crate) fn given_below(text: &str, context: &Context<'_>) -> Option<Mended> {
    let head = text.trim();
    let name = head.strip_prefix("param ")?.split(['[', ':', ' ']).next()?;
    (head.contains('[') && !head.contains('=')).then_some(())?;
    let (mut rows, mut below) = (Vec::new(), 0);
    for line in context.following().skip_while(|line| line.trim().is_empty()) {
        let draft = Draft::of(line.trim().trim_end_matches(';'));
        let close = draft.close(1).filter(|_| matches!(draft.at(1), "[" | "("));
        let Some(close) = close.filter(|&n| draft.at(0) == name && draft.at(n + 1) == "=") else {
            break;
        };
        let labels: Vec<String> = (2..close)
            .filter(|&n| !matches!(draft.at(n), "," | "'"))
            .map(|n| draft.at(n).to_owned())
            .collect();
        labels.iter().all(|label| set_with(label, context).is_some()).then_some(())?;
        rows.push((labels, draft.show(close + 2..draft.len())));
        below += line.len();
    }
    let depth = rows.first()?.0.len();
    rows.iter().all(|(labels, _)| labels.len() == depth).then_some(())?;
    // Empty lines between the declaration and the values.
    below +=
        context.following().take_while(|line| line.trim().is_empty()).map(str::len).sum::<usize>();
    let map = nested(&rows.iter().collect::<Vec<_>>(), None, 0)?;
    let text = read(&format!("{head} = {map}"))?;
    let message = "a declaration has the values of all elements".to_owned();
    Some(Mended { message, text, below })
}

/// Writes the rows of a matrix, `[[1, 2], [3, 4]]`, as a map if they fit the sets of the declaration.
pub(crate) fn rows(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let equals = draft.find(&["="], 1)?;
    let open = draft.find(&["[", "["], equals)?;
    let close = draft.close(open)?;
    // `np.array([[1, 2], [3, 4]])`
    let call = (draft.before(open, 1) == "(" && draft.at(close + 1) == ")").then_some(close + 2);
    (open == equals + 1 || call.is_some()).then_some(())?;
    let axes = context.axes(draft.at(1))?;
    let [rows, columns] = axes.as_slice() else { return None };
    let (rows, columns) = (context.members(rows), context.members(columns));
    let mut values = Vec::new();
    let (mut n, mut row) = (open + 1, 0);
    while n < close {
        let (cells, end) = draft.arguments(n).filter(|_| draft.at(n) == "[")?;
        (cells.len() == columns.len()).then_some(())?;
        for (cell, column) in cells.into_iter().zip(&columns) {
            let labels = vec![(*rows.get(row)?).to_owned(), (*column).to_owned()];
            values.push((labels, draft.show(cell)));
        }
        row += 1;
        n = end + 1;
        while n < close && draft.at(n) != "[" {
            n += 1;
        }
    }
    (row == rows.len()).then_some(())?;
    let map = nested(&values.iter().collect::<Vec<_>>(), None, 0)?;
    draft.replace(equals + 1..call.unwrap_or(close + 1), &map);
    Some("a map names the elements of each value".to_owned())
}
