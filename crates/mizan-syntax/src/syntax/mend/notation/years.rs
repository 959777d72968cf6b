//! Years and ranges: `2024:2035`, `2024-2035`, `from 2026 to 2030`, `since 2026`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

fn is_year(draft: &Draft, n: usize) -> bool {
    draft.is_number(n) && draft.at(n).len() == 4 && !draft.at(n).contains('.')
}

/// Returns all years between token `n` and the end of its line, and the position after them.
fn years_of(draft: &Draft, n: usize) -> (Vec<String>, usize) {
    let end = draft.line_end(n);
    // `2024...2035` is cut as `2024`, `..`, `.`, `2035`.
    let years = (n..end).filter(|&n| is_year(draft, n)).map(|n| draft.at(n).to_owned());
    (years.collect(), end)
}

/// Rewrites the statement of the years: `years 2024:2035`, `year = 2024`, `smpl 2024 2035`.
pub(crate) fn horizon(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const WORDS: [&str; 14] = [
        "years", "year", "Years", "horizon", "period", "periods", "time", "smpl", "sample", "tset",
        "dates", "simulate", "wfcreate", "workfile",
    ];
    let word = draft.at(0).to_owned();
    // At the prompt the line is alone, and the model has its years.
    let alone = matches!(word.as_str(), "smpl" | "sample") && context.is_alone();
    if !WORDS.contains(&word.as_str()) || alone {
        return None;
    }
    let (years, end) = years_of(draft, 1);
    let (first, mut last) = (years.first()?.clone(), years.last()?.clone());
    // The end of a range of Python is not in it.
    if draft.find(&["range", "("], 1).is_some_and(|n| n < end) && years.len() == 2 {
        last = (last.parse::<i32>().ok()? - 1).to_string();
    }
    // `simulate 1000` gives a number of draws.
    if word == "simulate" && first == last {
        return None;
    }
    if word != "years" && context.years().is_some() {
        return None;
    }
    // The last year alone says no first one.
    if word == "horizon" && first == last {
        return None;
    }
    let text = match first == last {
        true => format!("years {first}..{}", first.parse::<i32>().ok()? + 10),
        false => format!("years {first}..{last}"),
    };
    draft.replace(0..end, &text);
    Some("the years are written `years FIRST..LAST`".to_owned())
}

/// Words before years in other languages, each with the word of Mizan.
const CLAUSES: [(&str, &str); 14] = [
    ("in", "in"),
    ("from", "in"),
    ("between", "in"),
    ("during", "in"),
    ("over", "in"),
    ("since", "in"),
    ("after", "in"),
    ("until", "in"),
    ("till", "in"),
    ("before", "in"),
    ("at", "in"),
    ("on", "in"),
    ("year", "in"),
    ("years", "in"),
];

/// Words behind a year for all years after it, each with the words that may follow it.
const ONWARDS: [(&str, &[&str]); 7] = [
    ("onwards", &[]),
    ("onward", &[]),
    ("forward", &[]),
    ("forwards", &[]),
    ("ff", &[]),
    ("and", &["after", "later", "beyond", "onwards", "onward", "following", "thereafter"]),
    ("or", &["after", "later"]),
];

/// True if a text may have a year with words for all later years: `2026 onwards`.
pub(crate) fn may_be_open(text: &str) -> bool {
    ["onward", "forward", "and later", "and after", "and beyond", " ff"]
        .iter()
        .any(|word| text.contains(word))
}

/// True if the years of a change or a query end at `n`.
fn closes(draft: &Draft, n: usize) -> bool {
    draft.ends_line(n) || draft.kind(n) == Some(TokenKind::Close) || draft.at(n) == ","
}

/// Writes a year with a sign or words for all later years as an open range: `in 2027+`, `in 2026 onwards`.
pub(crate) fn open_ended(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const BEFORE: [&str; 7] = ["in", "from", "for", "over", "during", "since", "after"];
    let (n, end) = (1..draft.len()).find_map(|n| {
        let after = matches!(draft.before(n, 1), ">" | ">=") && draft.before(n, 2) == "in";
        if after && is_year(draft, n) {
            return Some((n - 1, n + 1));
        }
        (is_year(draft, n) && BEFORE.contains(&draft.before(n, 1))).then_some(())?;
        if draft.at(n + 1) == "to" && matches!(draft.at(n + 2), "end" | "last" | "the") {
            let end = n + 3 + usize::from(draft.at(n + 2) == "the");
            return closes(draft, end).then_some((n, end));
        }
        let next = draft.at(n + 1);
        if matches!(next, "+" | "-" | "on") && closes(draft, n + 2) {
            return Some((n, n + 2));
        }
        let (_, more) = ONWARDS.iter().find(|(word, _)| *word == next)?;
        let end = match more {
            [] => n + 2,
            more => more.contains(&draft.at(n + 2)).then_some(n + 3)?,
        };
        (!context.declares(next)).then_some((n, end))
    })?;
    let at = (n..end).find(|&n| is_year(draft, n))?;
    let mut year = draft.at(at).to_owned();
    if draft.before(at, 1) == ">" {
        year = (year.parse::<i32>().ok()? + 1).to_string();
    }
    // A step of a path, `then 5% from 2027`, holds until the next one.
    let text = if draft.before(n, 1) == "from" { year } else { format!("{year}..last") };
    draft.replace(n..end, &text);
    Some("an open range of years is written `2027..`".to_owned())
}

/// Writes ranges of years with `..`: in a query, in a scenario's change, and in a path.
pub(crate) fn ranges(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut message = None;
    let mut n = 1;
    while n < draft.len() {
        let word = draft.at(n).to_owned();
        if let Some((_, clause)) = CLAUSES.iter().find(|(known, _)| *known == word)
            && let Some((range, end)) = range(draft, n)
        {
            let path = (0..n)
                .rev()
                .take_while(|&k| !draft.starts_line(k + 1))
                .any(|k| draft.at(k) == "->");
            let keeps = matches!(word.as_str(), "over" | "in");
            let clause = match (path, keeps) {
                (true, _) => "over",
                (false, true) => word.as_str(),
                (false, false) => clause,
            };
            let text = format!("{clause} {range}");
            if draft.show(n..end) != text {
                draft.replace(n..end, &text);
                message.get_or_insert("years are written `in 2030` or `in 2026..2030`");
            }
        }
        n += 1;
    }
    message.map(str::to_owned)
}

/// Returns the years after the word at `n` in Mizan's form, and the position after them.
fn range(draft: &Draft, n: usize) -> Option<(String, usize)> {
    let word = draft.at(n);
    let mut at = n + 1;
    while matches!(draft.at(at), "year" | "years" | "the" | "=" | "==") {
        at += 1;
    }
    if draft.at(at) == ".." && is_year(draft, at + 1) {
        return Some((format!("first..{}", draft.at(at + 1)), at + 2));
    }
    if !is_year(draft, at) {
        return None;
    }
    let year = draft.at(at).to_owned();
    let joins = matches!(
        draft.at(at + 1),
        ":" | "-" | "to" | "and" | "until" | "till" | ".." | "–" | "through"
    );
    // `2024...2030`
    let dots = usize::from(draft.at(at + 1) == ".." && draft.at(at + 2) == ".");
    if joins && is_year(draft, at + 2 + dots) {
        return Some((format!("{year}..{}", draft.at(at + 2 + dots)), at + 3 + dots));
    }
    if joins && draft.at(at + 2) == "last" {
        return Some((format!("{year}..last"), at + 3));
    }
    let number: i32 = year.parse().ok()?;
    match word {
        "since" => Some((format!("{year}..last"), at + 1)),
        "after" => Some((format!("{}..last", number + 1), at + 1)),
        "until" | "till" => Some((format!("first..{year}"), at + 1)),
        "before" => Some((format!("first..{}", number - 1), at + 1)),
        "from" if matches!(draft.at(at + 1), "on" | "onward" | "onwards") => {
            Some((format!("{year}..last"), at + 2))
        }
        _ if draft.at(at + 1) == ".." && !draft.is_word(at + 2) => {
            Some((format!("{year}..last"), at + 2))
        }
        "from" if draft.begins_with(Class::Query) => Some((format!("{year}..last"), at + 1)),
        "at" | "on" | "year" | "years" | "in" => Some((year, at + 1)),
        _ => None,
    }
}

/// Rewrites a query with a list of years: `show x in 2026, 2030`.
pub(crate) fn lists(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if !draft.begins_with(Class::Query) {
        return None;
    }
    let at = draft.outside("in", 1).filter(|&n| is_year(draft, n + 1) && draft.at(n + 2) == ",")?;
    let (head, end) = (draft.show(0..at), draft.line_end(at));
    let mut years = Vec::new();
    let mut n = at + 1;
    while is_year(draft, n) {
        years.push(draft.at(n).to_owned());
        n += if matches!(draft.at(n + 1), "," | "and") { 2 } else { 1 };
    }
    let others = draft.show(n..end);
    if years.len() == 1 || !(others.is_empty() || others.starts_with("for ")) {
        let more = draft.show(n..end);
        let (word, values) = head.split_once(' ')?;
        let text = format!("{word} {values}, {more} in {}", years.first()?);
        draft.replace(0..end, &text);
        return Some("the years come after all values".to_owned());
    }
    let lines: Vec<String> =
        years.iter().map(|year| format!("{head} in {year} {others}").trim().to_owned()).collect();
    draft.replace(0..end, &lines.join("\n"));
    Some("a query is about one year or one range".to_owned())
}

/// Writes paths over the years: `from 10% to 0% over 2026..2030`, `8% from 2026`, `10% to 0% by 2030`.
pub(crate) fn paths(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "a value that moves is a path, `10% -> 0% over 2026..2030`";
    let value = (1..draft.len()).find(|&n| {
        matches!(draft.at(n), "=" | ":") && {
            let next = n + 1 + usize::from(draft.at(n + 1) == "from");
            draft.is_number(next)
        }
    })?;
    let mut n = value + 1;
    if draft.at(n) == "from" {
        draft.remove(n..n + 1);
    }
    let mut end = draft.amount_end(n);
    let (mut moved, start) = (false, n);
    if matches!(draft.at(end), "to" | "->") {
        // `60 to 110 USD`: the unit behind the last number is that of both.
        let unit = draft.show(end + 2..draft.amount_end(end + 1));
        if end == n + 1 && draft.is_number(end + 1) && !unit.is_empty() {
            let space = if unit == "%" { "" } else { " " };
            let amount = format!("{}{space}{unit}", draft.at(n));
            draft.replace(n..n + 1, &amount);
            end = draft.amount_end(n);
        }
        draft.replace(end..end + 1, "->");
        n = end + 1;
        end = draft.amount_end(n);
        moved = true;
    }
    let (from, to) = context.years().unwrap_or((2024, 2035));
    match (draft.at(end), moved) {
        ("by" | "until" | "in" | "till", true)
            if is_year(draft, end + 1) && draft.at(end + 2) != ".." =>
        {
            let text = format!("over {from}..{}", draft.at(end + 1));
            draft.replace(end..end + 2, &text);
        }
        ("from" | "between" | "in" | "during" | "over", true) => {
            draft.replace(end..end + 1, "over");
        }
        (_, true) => {
            let (low, high) = (draft.show(start..n - 1), draft.show(n..end));
            let number = |n: usize| draft.at(n).parse::<f64>().unwrap_or_default();
            let message = match number(start) < number(n) {
                true => format!("{MESSAGE}, and one that is not known is `uniform({low}, {high})`"),
                false => MESSAGE.to_owned(),
            };
            draft.insert(end, &format!("over {from}..{to}"));
            return Some(message);
        }
        _ => return None,
    }
    Some(MESSAGE.to_owned())
}

/// Writes a comparison of two years as a query for both: `compare 2024 with 2030`, `compare x 2024 vs 2030`.
pub(crate) fn compared(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (draft.at(0) == "compare").then_some(())?;
    let end = draft.line_end(0);
    let n = (1..end).find(|&n| is_year(draft, n) && is_year(draft, n + 2))?;
    let joins = ["with", "to", "and", "vs", "versus", "against", ",", "-", "&"];
    joins.contains(&draft.at(n + 1)).then_some(())?;
    let (first, second) = (draft.at(n).to_owned(), draft.at(n + 2).to_owned());
    let rest: Vec<usize> = (1..end).filter(|k| !(n..n + 3).contains(k)).collect();
    let word = |k: &&usize| {
        !matches!(
            draft.at(**k),
            "in" | "between" | "from" | "for" | "the" | "of" | "year" | "years"
        )
    };
    let left: Vec<&usize> = rest.iter().filter(word).collect();
    let value = match left.as_slice() {
        [] if context.uses_library() => "balance".to_owned(),
        [] => context.last_variable()?.to_owned(),
        [from, .., to] => draft.show(**from..**to + 1),
        [only] => draft.at(**only).to_owned(),
    };
    draft.replace(0..end, &format!("show {value} in {first}, {second}"));
    Some("two years are shown side by side; `compare` is for scenarios".to_owned())
}

/// Writes every second or third year of a query as a list: `in 2024..2030 by 2`, `in 2024:2:2030`.
pub(crate) fn steps(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if let Some(found) = continued(draft) {
        return Some(found);
    }
    let n = (2..draft.len()).find(|&n| {
        is_year(draft, n - 1)
            && matches!(draft.at(n), ".." | ":" | "to" | "-")
            && draft.is_number(n + 1)
    })?;
    draft.begins_with(Class::Query).then_some(())?;
    let number = |n: usize| draft.at(n).parse::<i32>().ok();
    let from = number(n - 1)?;
    let (to, step, mut end) =
        if draft.at(n) == ":" && draft.at(n + 2) == ":" && is_year(draft, n + 3) {
            (number(n + 3)?, number(n + 1)?, n + 4)
        } else {
            let by = n + 2 + usize::from(matches!(draft.at(n + 2), "," | "in"));
            let stepped = matches!(draft.at(by), "by" | "step" | "every" | "steps");
            let size = by + 1 + usize::from(draft.at(by + 1) == "of");
            (stepped && is_year(draft, n + 1)).then_some(())?;
            (number(n + 1)?, number(size)?, size + 1)
        };
    end += usize::from(matches!(draft.at(end), "year" | "years"));
    (step > 0 && to >= from && (to - from) / step < 60).then_some(())?;
    let years: Vec<String> =
        (0..=(to - from) / step).map(|k| (from + k * step).to_string()).collect();
    draft.replace(n - 1..end, &years.join(", "));
    Some("several years are separated by commas".to_owned())
}

/// Writes all years of a list with dots: `show x in 2024, 2026, ..., 2030`.
fn continued(draft: &mut Draft) -> Option<String> {
    let dots = (5..draft.len()).find(|&n| draft.at(n) == ".." && draft.before(n, 1) == ",")?;
    let next = dots + 1 + usize::from(draft.at(dots + 1) == ".");
    let end = next + usize::from(draft.at(next) == ",");
    let list = is_year(draft, dots - 4) && draft.before(dots, 3) == "," && is_year(draft, dots - 2);
    (list && is_year(draft, end) && draft.begins_with(Class::Query)).then_some(())?;
    let number = |n: usize| draft.at(n).parse::<usize>().ok();
    let (first, second, last) = (number(dots - 4)?, number(dots - 2)?, number(end)?);
    let step = second.checked_sub(first).filter(|step| *step > 0)?;
    let years: Vec<String> = (first..=last).step_by(step).map(|year| year.to_string()).collect();
    (years.len() < 60).then_some(())?;
    draft.replace(dots - 4..end + 1, &years.join(", "));
    Some("each year of a list is written".to_owned())
}

/// Writes two years of a query with a comma: `show x in 2030 vs 2024`.
pub(crate) fn pairs(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (2..draft.len()).find(|&n| {
        matches!(draft.at(n), "vs" | "versus" | "and" | "or" | "&" | "against")
            && is_year(draft, n - 1)
            && is_year(draft, n + 1)
    })?;
    if !draft.begins_with(Class::Query) || draft.before(n, 2) == "between" {
        return None;
    }
    // `why` explains the change from one year to the other.
    if draft.at(0) == "why" {
        (draft.before(n, 2) == "in" && n == 4).then_some(())?;
        let text =
            format!("why {0} - {0}[{1}] in {2}", draft.at(1), draft.at(n + 1), draft.before(n, 1));
        draft.replace(0..n + 2, &text);
        return Some("the change between two years is a difference".to_owned());
    }
    draft.replace(n..n + 1, ",");
    draft.glue(n);
    Some("several years are separated by commas".to_owned())
}
