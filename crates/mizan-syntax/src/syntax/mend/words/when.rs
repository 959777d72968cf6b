//! The years of changes: `rate = 2% from 2026`, `scenario s for 2026..2030 { ... }`, `oil doubles in 2026`.
//!
//! In: a scenario, or a change outside one. Out: each change with its years after `in`; outside these years the value
//! stays as in the baseline.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::bodies::{entries, is_scenario, reference_end};
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

pub(crate) const MESSAGE: &str =
    "the years of a change follow `in`; in all other years the value stays as it is";

fn is_year(draft: &Draft, n: usize) -> bool {
    draft.is_number(n) && draft.at(n).len() == 4 && !draft.at(n).contains('.')
}

/// True for `x = 2% from 2026` outside a scenario.
fn is_change(draft: &Draft) -> bool {
    draft.is_name(0) && is_operator(draft, reference_end(draft, 0))
}

pub(crate) fn is_operator(draft: &Draft, n: usize) -> bool {
    matches!(draft.at(n), "=" | "+=" | "*=" | "-=")
}

/// Returns the years after the word at `n` in Mizan's form, and the position after them.
pub(crate) fn phrase(draft: &Draft, n: usize) -> Option<(String, usize)> {
    let round = usize::from(draft.at(n) == "(");
    let word = match round {
        1 => "in",
        _ => draft.at(n),
    };
    let mut at = n + 1;
    while matches!(draft.at(at), "in" | "from" | "year" | "years" | "of" | "to" | "the" | "between")
        && !is_year(draft, at)
    {
        at += 1;
    }
    if round == 1 && at != n + 1 && !is_year(draft, at) || !is_year(draft, at) {
        return None;
    }
    let year: i32 = draft.at(at).parse().ok()?;
    let joins =
        matches!(draft.at(at + 1), ".." | "-" | ":" | "to" | "and" | "through" | "until" | "till");
    if joins && is_year(draft, at + 2) {
        return Some((format!("{year}..{}", draft.at(at + 2)), at + 3 + round));
    }
    let mut end = at + 1 + round;
    let onwards = matches!(draft.at(end), "on" | "onward" | "onwards") || draft.at(end) == "..";
    let text = match word {
        "from" | "since" | "starting" | "beginning" | "effective" | "as" => format!("{year}..last"),
        "in" | "at" if onwards => format!("{year}..last"),
        "after" => format!("{}..last", year + 1),
        "until" | "till" | "through" => format!("first..{year}"),
        "before" => format!("first..{}", year - 1),
        "in" | "at" | "during" | "for" => year.to_string(),
        _ => return None,
    };
    end += usize::from(onwards);
    Some((text, end))
}

/// Returns the end of the entry that begins at `n`: a comma, a line end or the closing brace.
pub(crate) fn entry_end(draft: &Draft, n: usize) -> usize {
    let mut at = n;
    while at < draft.len() {
        match draft.kind(at) {
            Some(TokenKind::Open) => at = draft.close(at).unwrap_or(at),
            Some(TokenKind::Close | TokenKind::LineEnd | TokenKind::Comment) => return at,
            _ if draft.at(at) == "," => return at,
            _ => {}
        }
        at += 1;
    }
    draft.len()
}

/// Returns the places where changes begin: all entries of a scenario, or the statement.
fn starts(draft: &Draft) -> Vec<usize> {
    match is_scenario(draft) {
        true => entries(draft),
        false if is_change(draft) => vec![0],
        false => Vec::new(),
    }
}

/// Removes words for a change that nobody expects, where no equation reads later years.
pub(crate) fn unexpected(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let words =
        ["unexpected", "unexpectedly", "unanticipated", "unforeseen", "surprise", "suddenly"];
    (draft.at(0) == "scenario" && !context.whole().contains("t+")).then_some(())?;
    let n = (2..draft.len()).find(|&n| words.contains(&draft.at(n)))?;
    let between = draft.before(n, 1) != "," && !matches!(draft.at(n + 1), "=" | ":" | ".");
    between.then_some(())?;
    draft.remove(n..n + 1);
    Some("no equation here reads later years, so every change comes without notice".to_owned())
}

/// Writes the years behind a change with `in`: `rate = 2% from 2026`, `rate = 2% (2026-2028)`.
pub(crate) fn changes(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = false;
    for start in starts(draft).into_iter().rev() {
        let operator = reference_end(draft, start);
        if !is_operator(draft, operator) {
            continue;
        }
        let end = entry_end(draft, start);
        let path = (operator..end).any(|n| draft.at(n) == "->" || draft.at(n) == "then");
        for n in (operator + 2..end).rev().filter(|_| !path) {
            // `in 2026` is Mizan's own form, and `f(2026)` an argument.
            let argument = draft.at(n) == "(" && draft.touches(n);
            let Some((years, stop)) =
                phrase(draft, n).filter(|&(_, stop)| stop == end && !argument)
            else {
                continue;
            };
            let text = format!("in {years}");
            if draft.show(n..stop) != text {
                draft.replace(n..stop, &text);
                found = true;
            }
            break;
        }
    }
    found.then(|| MESSAGE.to_owned())
}

/// Writes the years of a scenario's head at each of its changes: `scenario s for 2026..2030 { rate = 7% }`.
pub(crate) fn heads(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let open = draft.find(&["{"], 0).filter(|_| is_scenario(draft))?;
    let at = (2..open).find(|&n| phrase(draft, n).is_some_and(|(_, stop)| stop <= open))?;
    let (years, stop) = phrase(draft, at)?;
    for start in entries(draft).into_iter().rev() {
        let (operator, end) = (reference_end(draft, start), entry_end(draft, start));
        if is_operator(draft, operator)
            && !(operator..end).any(|n| matches!(draft.at(n), "in" | "over"))
        {
            let text = format!("in {years}");
            let comma = draft.at(end) == ",";
            draft.insert(end, &text);
            if comma {
                draft.glue(end + Draft::of(&text).len());
            }
        }
    }
    draft.remove(at..stop);
    Some(MESSAGE.to_owned())
}

/// Writes years before a change behind the change: `{ in 2026: rate = 0% }`, `{ from 2027 rate = 0% }`.
pub(crate) fn first(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    is_scenario(draft).then_some(())?;
    let mut found = false;
    for start in entries(draft).into_iter().rev() {
        let Some((years, stop)) = phrase(draft, start) else { continue };
        let next = stop + usize::from(draft.at(stop) == ":");
        if !is_operator(draft, reference_end(draft, next)) {
            continue;
        }
        let end = entry_end(draft, next);
        let text = format!("in {years}");
        let comma = draft.at(end) == ",";
        draft.insert(end, &text);
        if comma {
            draft.glue(end + Draft::of(&text).len());
        }
        draft.remove(start..next);
        found = true;
    }
    found.then(|| MESSAGE.to_owned())
}

/// Writes one change for each year of a list: `rate = 7% in 2026, 2028`.
pub(crate) fn several(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    is_scenario(draft).then_some(())?;
    for start in entries(draft).into_iter().rev() {
        let end = entry_end(draft, start);
        let listed = end > start + 2
            && draft.at(end) == ","
            && is_year(draft, end + 1)
            && is_year(draft, end - 1);
        if !listed || draft.before(end, 2) != "in" {
            continue;
        }
        let change = draft.show(start..end - 1);
        let (mut text, mut at) = (draft.show(start..end), end);
        while draft.at(at) == "," && is_year(draft, at + 1) {
            text.push_str(&format!(", {change} {}", draft.at(at + 1)));
            at += 2;
        }
        draft.replace(start..at, &text);
        return Some("each change has one year or one range of years".to_owned());
    }
    None
}

/// Writes changes in words: `oil doubles in 2026`, `rate rises to 5% by 2028`, `abolish duty`, `no exports[Iran]`.
pub(crate) fn words(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    is_scenario(draft).then_some(())?;
    let mut message = None;
    for start in entries(draft).into_iter().rev() {
        let end = entry_end(draft, start);
        let verb = reference_end(draft, start);
        if let Some(factor) = match draft.at(verb) {
            "doubles" | "double" => Some("2"),
            "halves" | "halve" | "half" => Some("0.5"),
            "triples" | "triple" => Some("3"),
            _ => None,
        } {
            let years = phrase(draft, verb + 1).filter(|&(_, stop)| stop == end);
            if years.is_none() && verb + 1 != end {
                continue;
            }
            // A value that doubles in a year stays doubled.
            let years = years.map(|(years, _)| match years.contains("..") {
                true => format!(" in {years}"),
                false => format!(" in {years}..last"),
            });
            draft.replace(verb..end, &format!("*= {factor}{}", years.unwrap_or_default()));
            message = Some("a scenario multiplies a value with `*=`");
            continue;
        }
        let moves =
            matches!(draft.at(verb), "rises" | "falls" | "grows" | "declines" | "goes" | "moves");
        let to = verb + usize::from(moves);
        let stop = draft.amount_end(to + 1);
        let reached = draft.at(to) == "to" || draft.at(to) == "=";
        if reached
            && draft.is_number(to + 1)
            && draft.at(stop) == "by"
            && is_year(draft, stop + 1)
            && stop + 2 == end
            && let Some(now) = context.given_amount(draft.at(start))
            && let Some((first, _)) = context.years()
        {
            let text = format!(
                "= {now} -> {} over {first}..{}",
                draft.show(to + 1..stop),
                draft.at(stop + 1)
            );
            draft.replace(verb..end, &text);
            message = Some("a value that moves is a path, `10% -> 0% over 2026..2030`");
        } else if moves && reached && draft.is_number(to + 1) {
            let amount = draft.show(to + 1..stop);
            let begins = matches!(draft.at(stop), "from" | "in" | "since");
            let years = match begins && is_year(draft, stop + 1) && stop + 2 == end {
                true => format!(" in {}..last", draft.at(stop + 1)),
                false if stop == end => String::new(),
                false => continue,
            };
            draft.replace(verb..end, &format!("= {amount}{years}"));
            message = Some("a scenario gives a value with `=`, and its years with `in`");
        }
    }
    message.map(str::to_owned)
}

/// Writes a comma for `and` between two changes: `{ rate = 2% and oil = 90 USD }`.
pub(crate) fn joined(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    is_scenario(draft).then_some(())?;
    let n = (3..draft.len()).find(|&n| {
        matches!(draft.at(n), "and" | "&")
            && draft.is_word(n + 1)
            && is_operator(draft, reference_end(draft, n + 1))
    })?;
    draft.replace(n..n + 1, ",");
    draft.glue(n);
    Some("the changes of a scenario are separated by commas".to_owned())
}

/// Moves `extends` behind the braces before them, and names the parent after `based on`.
pub(crate) fn parents(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "a scenario takes over another one with `extends`, behind its name";
    is_scenario(draft).then_some(())?;
    if let Some(n) = draft.find(&["based", "on"], 2) {
        draft.put_word(n..n + 2, "extends");
        return Some(MESSAGE.to_owned());
    }
    let known = |name: &str| context.scenarios().contains(&name);
    let open = draft.find(&["{"], 0)?;
    let close = draft.close(open)?;
    // `scenario both { low, high }`
    let inside: Vec<&str> = (open + 1..close).map(|n| draft.at(n)).collect();
    let names: Vec<&str> = inside.iter().copied().filter(|name| known(name)).collect();
    let joins = |word: &&str| known(word) || matches!(*word, "," | "+" | "and" | "&" | ";" | "\n");
    if open == 2 && !names.is_empty() && inside.iter().all(joins) {
        draft.replace(2..close + 1, &format!("extends {} {{ }}", names.join(", ")));
        return Some(MESSAGE.to_owned());
    }
    (draft.at(close + 1) == "extends").then_some(())?;
    let parents = draft.show(close + 1..draft.len());
    draft.remove(close + 1..draft.len());
    draft.insert(open, &parents);
    Some(MESSAGE.to_owned())
}

/// Leaves out a word for the form of a path that has no meaning: `5% -> 8% gradually`.
pub(crate) fn gradually(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (2..draft.len()).find(|&n| {
        matches!(draft.at(n), "gradually" | "linearly" | "slowly" | "smoothly" | "evenly")
    })?;
    let path = (0..n).any(|n| draft.at(n) == "->" || draft.at(n) == "to");
    (path && !draft.begins_with(Class::Query)).then_some(())?;
    let over = draft.find(&["over"], 0).is_some();
    let (first, last) = context.years()?;
    let text = if over { String::new() } else { format!("over {first}..{last}") };
    draft.replace(n..n + 1, &text);
    Some("a path moves in a straight line between its years".to_owned())
}
