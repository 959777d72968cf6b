//! Conditions and sums in the forms of plain English and of other tools: `check x between 5 and 6`, `== 100, 2%`,
//! `sum(x[China, sector])`, `sum(s in sector without food: x[s])`.
//!
//! In: a query or an equation. Out: the same with Mizan's comparison, tolerance and indices.

use crate::syntax::mend::context::{Context, index_letter};
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;

/// Words for the elements that a set has no longer.
const WITHOUT: [&str; 4] = ["without", "except", "excluding", "but"];

/// Writes two limits as two comparisons: `check x in 2024 between 99 and 101`.
pub(crate) fn between(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "check").then_some(())?;
    let end = draft.line_end(0);
    let n = draft.outside("between", 2).filter(|&n| n < end)?;
    let and = draft.outside("and", n).filter(|&and| and < end)?;
    let year = (1..n).find(|&k| draft.at(k) == "in" && draft.is_number(k + 1));
    let value = draft.show(1..year.unwrap_or(n));
    let (low, rest) = (draft.show(n + 1..and), draft.show(and + 1..end));
    let years = match year {
        Some(at) => format!(" {}", draft.show(at..n)),
        None => String::new(),
    };
    draft.replace(0..end, &format!("check {value} >= {low} and {value} <= {rest}{years}"));
    Some("two limits are two comparisons, joined by `and`".to_owned())
}

/// Writes a second condition behind the clauses of a check as a check of its own: `check x > 5 for low and y < 3`.
pub(crate) fn several(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "check").then_some(())?;
    let end = draft.line_end(0);
    let compares = |n: usize| matches!(draft.at(n), "==" | "!=" | "<" | ">" | "<=" | ">=");
    let clause = ["for", "in"].iter().filter_map(|word| draft.outside(word, 1)).min()?;
    let and = draft.outside("and", clause).filter(|&and| and < end)?;
    let second = (and + 1..end).any(compares);
    ((1..clause).any(compares) && second && !(clause..and).any(compares)).then_some(())?;
    let own = ["for", "in"].iter().any(|word| draft.outside(word, and).is_some_and(|n| n < end));
    let clauses = if own { String::new() } else { format!(" {}", draft.show(clause..and)) };
    let (first, second) = (draft.show(0..and), draft.show(and + 1..end));
    draft.replace(0..end, &format!("{first}\ncheck {second}{clauses}"));
    Some("the clauses of a check come after its whole condition".to_owned())
}

/// Writes the years of a check in words: `check x > 0 from 2027`, `identity holds: y == c from 2026 on`.
pub(crate) fn from_year(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "check" | "identity").then_some(())?;
    let words = ["from", "since", "after", "until", "before"];
    let n = words.iter().find_map(|word| draft.outside(word, 2))?;
    let year: i32 = draft.is_number(n + 1).then(|| draft.at(n + 1).parse().ok()).flatten()?;
    (1000..3000).contains(&year).then_some(())?;
    let on = usize::from(matches!(draft.at(n + 2), "on" | "onwards" | "onward"));
    let years = match draft.at(n) {
        "after" => format!("in {}..last", year + 1),
        "until" => format!("in first..{year}"),
        "before" => format!("in first..{}", year - 1),
        _ if matches!(draft.at(n + 2), "to" | "until") => return None,
        _ => format!("in {year}..last"),
    };
    draft.replace(n..n + 2 + on, &years);
    Some("the years of a condition follow `in`".to_owned())
}

/// Writes the tolerance of a check behind `within`: `check x == 100, 2%`, `check x == 100 (tolerance 2%)`.
pub(crate) fn tolerance(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    const WORDS: [&str; 11] =
        [",", "(", "+", "-", "/", "±", "tolerance", "tol", "plus", "or", "minus"];
    (draft.at(0) == "check").then_some(())?;
    let equals = ["==", "≈", "≃", "≅"].iter().find_map(|sign| draft.outside(sign, 1))?;
    let first = equals + 1 + usize::from(draft.at(equals + 1) == "-");
    let n = draft.is_number(first).then(|| draft.amount_end(first))?;
    let from = (equals + 1..=n).find(|&k| WORDS.contains(&draft.at(k)) && k > first)?;
    let at = (from..draft.len()).find(|&k| !WORDS.contains(&draft.at(k)))?;
    let stop = draft.is_number(at).then(|| draft.amount_end(at))?;
    let close = usize::from(draft.at(stop) == ")");
    draft.ends_line(stop + close).then_some(())?;
    let amount = draft.show(at..stop);
    draft.remove(from..stop + close);
    draft.insert(from, &format!("within {amount}"));
    draft.replace(equals..equals + 1, "==");
    Some("the tolerance of a check follows `within`".to_owned())
}

/// Writes a point and the name of a whole set as `*` in the indices of a sum: `sum(x[China, .])`, `sum(x[China, sector])`.
pub(crate) fn whole_sets(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut found = false;
    for open in (1..draft.len()).filter(|&n| draft.at(n) == "[").collect::<Vec<_>>() {
        let Some((arguments, _)) = draft.arguments(open) else { continue };
        let summed = (0..open).rev().any(|n| {
            matches!(draft.at(n), "sum" | "mean" | "min" | "max")
                && draft.at(n + 1) == "("
                && draft.close(n + 1).is_some_and(|close| close > open)
        });
        let axes = context.axes(draft.before(open, 1));
        for (k, part) in arguments.iter().enumerate().filter(|(_, part)| summed && part.len() == 1)
        {
            let name = draft.at(part.start).to_owned();
            // A part of the set is another one.
            let whole = match &axes {
                Some(axes) => axes.get(k).is_some_and(|axis| *axis == name),
                None => matches!(name.as_str(), "partner" | "sector"),
            };
            // A letter that the line binds may have the name of a set.
            let bound = draft.find(&[name.as_str(), "in"], 0).is_some()
                || (1..open).any(|n| draft.at(n) == name);
            if name == "." || whole && context.has_set(&name) && !bound {
                draft.replace(part.clone(), "*");
                found = true;
            }
        }
    }
    found.then(|| "all elements of a set are `*`, as in `sum(x[China, *])`".to_owned())
}

/// True if a text may name a whole set inside a sum.
pub(crate) fn may_have(text: &str) -> bool {
    ["sum(", "mean(", "min(", "max("].iter().any(|word| text.contains(word)) && text.contains('[')
}

/// Writes a sum over a part of a set as a sum with a condition: `sum(s in sector without food: x[s])`,
/// `sum(x[sector without food])`.
pub(crate) fn without(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (3..draft.len())
        .find(|&n| WITHOUT.contains(&draft.at(n)) && context.has_set(draft.before(n, 1)))?;
    let sum = (0..n).rev().find(|&k| draft.at(k) == "sum" && draft.at(k + 1) == "(")?;
    let close = draft.close(sum + 1).filter(|&close| close > n)?;
    let set = draft.before(n, 1).to_owned();
    let mut end = n + 1;
    let mut left = Vec::new();
    while context.set_with(draft.at(end).trim_matches('"')).is_some() {
        left.push(draft.at(end).to_owned());
        end += 1;
        end += usize::from(matches!(draft.at(end), "," | "and" | "or"));
    }
    let (letter, body) = if draft.before(n, 2) == "in" && draft.at(end) == ":" {
        (draft.before(n, 3).to_owned(), draft.show(end + 1..close))
    } else {
        let letter = index_letter(&set, |letter| context.declares(letter));
        let (head, tail) = (draft.show(sum + 2..n - 1), draft.show(end..close));
        (letter.clone(), format!("{head}{letter}{tail}"))
    };
    (!left.is_empty()).then_some(())?;
    let conditions: Vec<String> = left.iter().map(|name| format!("{letter} == {name}")).collect();
    let text = format!("sum({letter} in {set}: if {} then 0 else {body})", conditions.join(" or "));
    draft.replace(sum..close + 1, &text);
    Some("a sum leaves out elements by a condition; `set others = SET without ELEMENT` declares a part of a set".to_owned())
}

/// Writes the title of a value behind it: `show "Total sales": total in 2030`.
pub(crate) fn title_first(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let title = (draft.kind(1) == Some(TokenKind::Text) && matches!(draft.at(2), ":" | "="))
        .then(|| draft.at(1).to_owned())?;
    let end = draft.line_end(0);
    let stop = ["in", "for", "by", "with"]
        .into_iter()
        .filter_map(|word| draft.outside(word, 3))
        .chain(draft.outside(",", 3))
        .filter(|&n| n < end)
        .min()
        .unwrap_or(end);
    draft.insert(stop, &format!("as {title}"));
    draft.remove(1..3);
    Some("the title of a value is a text after `as`".to_owned())
}

/// Writes the last year of a query: `show x at end`, `show x in final year`.
pub(crate) fn last_year(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart" | "compare" | "why" | "check").then_some(())?;
    let end = draft.line_end(0);
    let n = (2..end)
        .find(|&n| matches!(draft.at(n), "at" | "in" | "by") && !context.declares(draft.at(n)))?;
    let the = n + 1 + usize::from(draft.at(n + 1) == "the");
    let stop = match (draft.at(the), draft.at(the + 1)) {
        ("final" | "last" | "terminal", "year" | "period") => the + 2,
        ("end" | "horizon", _) => the + 1,
        _ => return None,
    };
    draft.ends_line(stop).then_some(())?;
    draft.put_word(n..stop, "in last");
    Some("the last year of a query is `last`".to_owned())
}

/// Writes a search for the best input with `find`: `maximize x over rate in 0%..50%`.
pub(crate) fn goals(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let goal = match draft.at(0).to_lowercase().as_str() {
        "maximize" | "maximise" | "max" | "optimize" | "optimise" => "maximise",
        "minimize" | "minimise" | "min" => "minimise",
        _ => return None,
    };
    let end = draft.line_end(0);
    let by = (2..end).find(|&n| matches!(draft.at(n), "over" | "by" | "with" | "choosing"))?;
    let dots = (by..end).find(|&n| matches!(draft.at(n), ".." | "to" | "and"))?;
    let within = (by..dots).find(|&n| matches!(draft.at(n), "in" | "between" | "from"))?;
    let (value, input) = (draft.show(1..by), draft.show(by + 1..within));
    let input = input.trim_start_matches("changing ").trim_start_matches("choosing ").to_owned();
    let (low, high) = (draft.show(within + 1..dots), draft.show(dots + 1..end));
    let (_, last) = context.years()?;
    // A search requires a condition: the range itself holds for every input.
    let text = format!(
        "find {input} in {low}..{high} to {goal} {value} in {last} so that {input} in {last} >= {low}"
    );
    draft.replace(0..end, &text);
    Some("a search for the best input is a `find` with its goal and a condition".to_owned())
}
