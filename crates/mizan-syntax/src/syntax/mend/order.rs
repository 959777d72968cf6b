//! Words and brackets whose order differs in other languages.

use super::context::Context;
use super::draft::Draft;

/// Functions over the elements of a set.
const REDUCTIONS: [&str; 6] = ["sum", "mean", "product", "min", "max", "any"];

/// Joins indices that are in separate brackets: `x[p][t-1]`.
pub(super) fn brackets(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = false;
    while let Some(n) = draft.find(&["]", "["], 0) {
        let first = format!(", {}", draft.at(n + 2));
        draft.replace(n..n + 3, &first);
        found = true;
    }
    found.then(|| "all indices are in one pair of brackets".to_owned())
}

/// Moves `each partner` and `shared` after the distribution.
pub(super) fn how_often(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let start = (1..draft.len()).find(|&n| {
        matches!(draft.at(n), "each" | "shared")
            && matches!(draft.before(n, 1), "=" | ":" | "(" | ",")
    })?;
    let words = if draft.at(start) == "each" { 2 } else { 1 };
    let name = start + words;
    if !draft.is_word(name) || draft.at(name + 1) != "(" {
        return None;
    }
    let close = draft.close(name + 1)?;
    let (moved, distribution) = (draft.show(start..name), draft.show(name..close + 1));
    draft.replace(start..close + 1, &format!("{distribution} {moved}"));
    Some(format!("`{moved}` is written after the distribution"))
}

/// Writes the index of a sum first: `sum(x[p] for p in partner)`.
pub(super) fn comprehensions(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let is_sum = |&n: &usize| {
        REDUCTIONS.contains(&draft.at(n)) && draft.at(n + 1) == "(" && !draft.starts_line(n + 1)
    };
    for open in (0..draft.len()).filter(is_sum).map(|n| n + 1).collect::<Vec<_>>() {
        let Some(close) = draft.close(open) else { continue };
        let Some(n) = draft.find(&["for"], open).filter(|&n| n < close) else { continue };
        if draft.at(n + 2) != "in" {
            continue;
        }
        let condition = (n..close).find(|&k| draft.at(k) == "if");
        if let Some(k) = condition {
            draft.put_word(k..k + 1, "where");
        }
        let (body, index) = (draft.show(open + 1..n), draft.show(n + 1..close));
        draft.replace(open + 1..close, &format!("{index}: {body}"));
        return Some("the index of a sum is written first".to_owned());
    }
    None
}
