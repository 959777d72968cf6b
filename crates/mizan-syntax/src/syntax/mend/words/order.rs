//! Words and brackets whose order differs in other languages.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::words::question;

/// Functions over the elements of a set.
const REDUCTIONS: [&str; 6] = ["sum", "mean", "product", "min", "max", "any"];

/// Joins indices that are in separate brackets: `x[p][t-1]`.
pub(crate) fn brackets(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = false;
    while let Some(n) = draft.find(&["]", "["], 0) {
        let first = format!(", {}", draft.at(n + 2));
        draft.replace(n..n + 3, &first);
        found = true;
    }
    found.then(|| "all indices are in one pair of brackets".to_owned())
}

/// Moves `each partner` and `shared` after the distribution.
pub(crate) fn how_often(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
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

/// Writes an element behind a value of a condition as its index: `check balance for China in 2024 == 5 mn USD`.
pub(crate) fn checked_elements(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "check" | "find" | "solve" | "discover").then_some(())?;
    let n = (2..draft.len()).find(|&n| {
        matches!(draft.at(n), "for" | "with" | "from" | "to" | "of" | "on")
            && draft.is_word(n - 1)
            && context.may_be_value(draft.before(n, 1))
            && context.set_with(draft.at(n + 1).trim_matches('"')).is_some()
            && !context.scenarios().contains(&draft.at(n + 1))
    })?;
    let mut asked = Draft::of(&format!("show {} for {}", draft.before(n, 1), draft.at(n + 1)));
    question::natural(&mut asked, context)?;
    let value = asked.text().strip_prefix("show ")?.to_owned();
    draft.replace(n - 1..n + 2, &value);
    Some("an element of a set is an index, in square brackets behind its quantity".to_owned())
}

/// Writes the year of a probability behind its brackets: `probability(x > 5 in 2030)`.
pub(crate) fn probabilities(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = draft.find(&["probability", "("], 0).filter(|&n| n < 2)?;
    let close = draft.close(n + 1)?;
    let at = (n + 2..close).find(|&k| draft.at(k) == "in" && draft.is_number(k + 1))?;
    let years = draft.show(at..close);
    draft.insert(close + 1, &years);
    draft.remove(at..close);
    draft.glue(at);
    if n == 0 {
        draft.insert(0, "show");
    }
    Some("the year of a probability follows its brackets".to_owned())
}

/// Writes years and scenarios after the whole comparison: `balance in 2030 >= 0`, `so that x for low >= 5`.
pub(crate) fn clauses_last(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let searches = draft.find(&["so", "that"], 0);
    let start = match (searches, draft.at(0)) {
        (Some(at), _) => at + 2,
        (None, "show" | "chart" | "check") => 1,
        (None, _) if draft.is_word(0) && !matches!(draft.at(1), "=" | ":") => 0,
        _ => return None,
    };
    let end = draft.line_end(start);
    let signs = ["==", "!=", "<", ">", "<=", ">="];
    let sign = signs.iter().filter_map(|sign| draft.outside(sign, start)).min()?;
    let years = |at: &usize| {
        draft.is_number(at + 1) || matches!(draft.at(at + 1), "first" | "last" | "year")
    };
    // A search and a check take the years before the comparison too.
    let early = searches.is_some() || draft.at(0) == "check";
    let within = draft.outside("in", start + 1).filter(|at| !early && years(at));
    let scenario = draft.outside("for", start + 1).filter(|at| draft.is_word(at + 1));
    let from = [within, scenario].into_iter().flatten().filter(|&at| at < sign).min()?;
    let last = end.checked_sub(1).filter(|&last| draft.at(last) == "?");
    if let Some(last) = last {
        draft.remove(last..last + 1);
    }
    let end = last.unwrap_or(end);
    let moved = draft.show(from..sign).replace("in year ", "in ");
    draft.insert(end, &moved);
    draft.remove(from..sign);
    if start == 0 {
        draft.insert(0, "show");
    }
    Some(format!("`{moved}` is written after the whole comparison"))
}

/// Writes the index of a sum first: `sum(x[p] for p in partner)`.
pub(crate) fn comprehensions(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
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
