//! Maps whose keys are written in words, in lists or in pairs: `others: 10%`, `China, Turkiye: 5%`, `(China, food): 5%`.
//!
//! In: the map of a parameter, a field or a change. Out: one entry for each element, and a map in a map for pairs.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::spreadsheets::matrices::{self, set_with};
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

/// Words for all other elements.
const OTHERS: [&[&str]; 20] = [
    &["others"],
    &["other"],
    &["rest"],
    &["remaining"],
    &["default"],
    &["otherwise"],
    &["elsewhere"],
    &["*"],
    &["_"],
    &["all", "others"],
    &["all", "other"],
    &["all", "else"],
    &["the", "rest"],
    &["the", "others"],
    &["everyone", "else"],
    &["everything", "else"],
    &["rest", "of", "world"],
    &["rest", "of", "the", "world"],
    &["any", "other"],
    &["all", "other", "partners"],
];

/// An entry of a map: its keys, all of one set or one of each set, and its value.
struct Entry {
    keys: Vec<String>,
    pair: bool,
    value: String,
}

/// True if a map may have such keys that the grammar reads: a word for all other elements.
pub(crate) fn may_have(text: &str) -> bool {
    let other = |at: usize| {
        let before = text.get(..at).unwrap_or_default().trim_end().trim_end_matches('"');
        let word = before.rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '*'))).next();
        let word = word.unwrap_or_default();
        word == "world" || OTHERS.iter().any(|words| *words == [word])
    };
    text.contains('{') && text.match_indices(':').any(|(at, _)| other(at))
}

/// Writes the keys of maps as single elements and `else`.
pub(crate) fn maps(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (!draft.begins_with(Class::Query)).then_some(())?;
    let mut found = None;
    let mut n = 2;
    while n < draft.len() {
        let value = draft.at(n) == "{" && matches!(draft.before(n, 1), "=" | ":");
        if let Some((close, text, message)) = value.then(|| map(draft, n, context)).flatten() {
            draft.replace(n..close + 1, &text);
            found = Some(message);
        }
        n += 1;
    }
    found.map(str::to_owned)
}

/// Reads the map in the brace at `open`; returns its closing brace and its text in Mizan, if this is another one.
fn map(draft: &Draft, open: usize, context: &Context<'_>) -> Option<(usize, String, &'static str)> {
    let close = draft.close(open)?;
    let (mut entries, mut changed, mut words) = (Vec::new(), false, false);
    let mut keys_from = open + 1;
    let mut n = open + 1;
    while n < close {
        if draft.kind(n) == Some(TokenKind::LineEnd) && keys_from == n {
            keys_from = n + 1;
            n += 1;
            continue;
        }
        // A bracket before the colon has a pair of keys.
        if draft.kind(n) == Some(TokenKind::Open) {
            n = draft.close(n)? + 1;
            continue;
        }
        if !matches!(draft.at(n), ":" | "=") {
            n += 1;
            continue;
        }
        let end = value_end(draft, n + 1, close);
        let value = draft.show(n + 1..end);
        let (keys, pair, other) = keys(draft, keys_from, n, context)?;
        changed |= pair || other || keys.len() > 1;
        words |= other;
        entries.push(Entry { keys, pair, value });
        keys_from = end + usize::from(matches!(draft.at(end), "," | ";"));
        n = keys_from;
    }
    let pairs = entries.iter().any(|entry| entry.pair);
    (changed && !entries.is_empty()).then_some(())?;
    let text = match pairs {
        false => {
            let list: Vec<String> = entries
                .iter()
                .flat_map(|entry| {
                    entry.keys.iter().map(move |key| format!("{key}: {}", entry.value))
                })
                .collect();
            format!("{{ {} }}", list.join(", "))
        }
        true => nested(&entries, context)?,
    };
    let message = match (pairs, words) {
        (true, _) => "a map for two sets has a map for each element of the first one",
        (false, true) => "all elements that are not named are `else`",
        (false, false) => "each entry of a map has one element",
    };
    Some((close, text, message))
}

/// Puts keys of several words or with signs in quotes: `{ EU-27: 2, Rest of World: 3 }`.
pub(crate) fn quoted(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "param").then_some(())?;
    let open = (2..draft.len()).find(|&n| draft.at(n) == "{" && draft.before(n, 1) == "=")?;
    let close = draft.close(open)?;
    let mut places = Vec::new();
    let (mut from, mut n) = (open + 1, open + 1);
    while n < close {
        if draft.at(n) == ":" {
            places.push(from..n);
            n = value_end(draft, n + 1, close);
            from = n + 1;
        }
        n += 1;
    }
    let part = |draft: &Draft, n: usize| {
        draft.is_word(n) || draft.is_number(n) || matches!(draft.at(n), "-" | "&" | "." | "'" | "’")
    };
    let mut found = false;
    for place in places.into_iter().rev() {
        let start = place.clone().find(|&n| draft.kind(n) != Some(TokenKind::LineEnd))?;
        let several = place.end > start + 1;
        if several && (start..place.end).all(|n| part(draft, n)) && draft.is_word(start) {
            let name = draft.show(start..place.end);
            draft.replace(start..place.end, &format!("\"{name}\""));
            found = true;
        }
    }
    found.then(|| "a name with blanks or signs is written in quotes".to_owned())
}

/// True if a text may have an index of several words.
pub(crate) fn may_be_apart(text: &str) -> bool {
    text.match_indices('[').any(|(at, _)| {
        let index = text.get(at + 1..).unwrap_or_default();
        index
            .split([']', '"', ':'])
            .next()
            .is_some_and(|inside| inside.split(',').any(|one| one.trim().contains([' ', '-', '&'])))
    })
}

/// Puts elements of several words in quotes where they are indices: `x[South Korea]`, `x[EU-27, food]`.
pub(crate) fn quoted_indices(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut found = false;
    for open in (1..draft.len()).rev() {
        let index = draft.at(open) == "[" && draft.touches(open) && draft.is_word(open - 1);
        let Some((arguments, _)) = index.then(|| draft.arguments(open)).flatten() else { continue };
        for one in arguments.into_iter().rev().filter(|one| one.len() > 1) {
            let name = format!("\"{}\"", draft.show(one.clone()));
            if context.set_with(&name).is_some() {
                draft.replace(one, &name);
                found = true;
            }
        }
    }
    found.then(|| "a name with blanks or signs is written in quotes".to_owned())
}

/// True if a text may have starting values in a map.
pub(crate) fn may_start(text: &str) -> bool {
    text.split_once('=').is_some_and(|(left, value)| {
        let left = left.trim_end();
        left.ends_with(']') && !left.contains(' ') && value.trim_start().starts_with('{')
    })
}

/// Writes a map of values in one year as a line for each element: `stock[first] = { food: 5, cars: 6 }`.
pub(crate) fn starts(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let close = (draft.is_name(0) && draft.at(1) == "[").then(|| draft.close(1)).flatten()?;
    (close == 3 && draft.at(4) == "=" && draft.at(5) == "{").then_some(())?;
    let year = draft.at(2).to_owned();
    let dated = matches!(year.as_str(), "first" | "last" | "t")
        || year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let brace = draft.close(5).filter(|&brace| dated && draft.ends_line(brace + 1))?;
    let name = draft.at(0).to_owned();
    let (mut lines, mut n) = (Vec::new(), 6);
    while n < brace {
        if draft.kind(n) == Some(TokenKind::LineEnd) || draft.at(n) == "," {
            n += 1;
            continue;
        }
        set_with(draft.at(n), context)?;
        (draft.at(n + 1) == ":").then_some(())?;
        let end = value_end(draft, n + 2, brace);
        lines.push(format!("{name}[{}, {year}] = {}", draft.at(n), draft.show(n + 2..end)));
        n = end;
    }
    (lines.len() > 1).then_some(())?;
    draft.replace(0..brace + 1, &lines.join("\n"));
    Some("an equation gives one value; each element has a line of its own".to_owned())
}

/// Returns the end of a value that begins at `n`: the comma before the next keys, a line end, or the closing brace.
fn value_end(draft: &Draft, n: usize, close: usize) -> usize {
    let mut at = n;
    while at < close {
        match draft.kind(at) {
            Some(TokenKind::Open) => at = draft.close(at).unwrap_or(at),
            Some(TokenKind::LineEnd) => return at,
            _ if matches!(draft.at(at), "," | ";") => return at,
            _ => {}
        }
        at += 1;
    }
    close
}

/// Reads the keys of an entry; returns them, whether they are a pair, and whether they are a word for all others.
fn keys(
    draft: &Draft,
    from: usize,
    to: usize,
    context: &Context<'_>,
) -> Option<(Vec<String>, bool, bool)> {
    let from = (from..to).find(|&n| draft.kind(n) != Some(TokenKind::LineEnd))?;
    let own = |n: usize| set_with(draft.at(n), context);
    let text = draft.show(from..to);
    let plain = text.trim_matches('"').to_lowercase();
    let words: Vec<&str> = plain.split_whitespace().collect();
    if own(from).is_none() && OTHERS.contains(&words.as_slice()) {
        return Some((vec!["else".to_owned()], false, true));
    }
    if plain == "else" {
        return Some((vec![plain], false, false));
    }
    let sign = |n: usize| {
        matches!(draft.kind(n), Some(TokenKind::Open | TokenKind::Close))
            || matches!(draft.at(n), "," | "+" | "/" | "." | "&" | "and" | "or" | "|" | "-" | "x")
                && own(n).is_none()
    };
    let mut names = Vec::new();
    let mut sets = Vec::new();
    for n in (from..to).filter(|&n| !sign(n)) {
        sets.push(own(n)?);
        names.push(draft.at(n).to_owned());
    }
    let same = sets.iter().all(|set| sets.first() == Some(set));
    match (names.len(), same) {
        (0, _) => None,
        (_, true) => Some((names, false, false)),
        (2, false) => Some((names, true, false)),
        _ => None,
    }
}

/// Writes entries with pairs of keys as a map of maps.
fn nested(entries: &[Entry], context: &Context<'_>) -> Option<String> {
    let first = entries.iter().find(|entry| entry.pair)?;
    let sets: Vec<Option<&str>> = first.keys.iter().map(|key| set_with(key, context)).collect();
    let (mut rows, mut others) = (Vec::new(), None);
    for entry in entries {
        match entry.keys.as_slice() {
            keys if entry.pair => {
                let key = |set: &Option<&str>| {
                    keys.iter().find(|key| set_with(key, context) == *set).cloned()
                };
                let labels = sets.iter().map(key).collect::<Option<Vec<String>>>()?;
                rows.push((labels, entry.value.clone()));
            }
            [key] if key == "else" => others = Some(entry.value.as_str()),
            _ => return None,
        }
    }
    matrices::nested(&rows.iter().collect::<Vec<_>>(), others, 0)
}
