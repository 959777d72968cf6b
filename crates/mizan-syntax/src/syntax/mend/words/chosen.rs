//! Elements chosen in words and lists: `from China+Turkiye`, `from all except China`, `x[China and Turkiye] = 5%`,
//! `set east = partner except Germany`.
//!
//! In: the head of a lever, the index of a change, or a set. Out: the elements one by one, or `without`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::bodies::{entries, is_scenario, reference_end};
use crate::syntax::token::TokenKind;

const PREPOSITIONS: [&str; 5] = ["on", "from", "with", "to", "in"];

/// True for words for the whole of a set.
fn is_all(word: &str) -> bool {
    matches!(
        word,
        "all" | "every" | "everyone" | "everybody" | "everything" | "any" | "whole" | "*"
    )
}

/// Returns the number of words for an exception at `n`: `except`, `other than`, `but not`.
fn exception(draft: &Draft, n: usize) -> usize {
    match (draft.at(n), draft.at(n + 1)) {
        ("except" | "excluding" | "but" | "without" | "excl", "for" | "not" | ".") => 2,
        ("other", "than") | ("apart", "from") | ("aside", "from") => 2,
        ("except" | "excluding" | "but" | "without" | "excl" | "minus" | "save", _) => 1,
        ("\\" | "-" | "−", _) => 1,
        _ => 0,
    }
}

/// True for a sign or a word between elements.
fn is_joint(text: &str) -> bool {
    matches!(text, "," | "+" | "/" | "&" | "and" | "or" | "|" | ";")
}

fn element(draft: &Draft, n: usize, context: &Context<'_>) -> Option<String> {
    let word = draft.is_word(n) || draft.kind(n) == Some(TokenKind::Text) || draft.is_number(n);
    let names = [draft.at(n), draft.at(n).trim_matches('"')];
    let known = names.into_iter().find(|name| context.set_with(name).is_some());
    known.filter(|_| word).map(str::to_owned)
}

/// Returns the set that a word names, in the singular or in the plural: `partners`.
fn set_named(word: &str, context: &Context<'_>) -> Option<String> {
    let own = |name: &str| context.set_named(name).map(str::to_owned);
    own(word)
        .or_else(|| own(word.strip_suffix('s')?))
        .or_else(|| own(&format!("{}y", word.strip_suffix("ies")?)))
}

/// A choice of elements: the elements, the position after them, and whether it is more than a list with commas.
struct Choice {
    elements: Vec<String>,
    end: usize,
    mended: bool,
}

/// Reads elements in words at `n`: `China+Turkiye`, `{China, Turkiye}`, `all partners except China`, `not China`.
fn choice(draft: &Draft, n: usize, context: &Context<'_>) -> Option<Choice> {
    let open = draft.kind(n) == Some(TokenKind::Open);
    let mut at = n + usize::from(open);
    let start = at;
    let mut set = None;
    at += usize::from(draft.at(at) == "the");
    if is_all(draft.at(at)) && context.set_with(draft.at(at)).is_none() {
        at += 1;
        at += usize::from(matches!(draft.at(at), "the" | "of" | "other"));
    }
    if let Some(named) =
        set_named(draft.at(at), context).filter(|_| element(draft, at, context).is_none())
    {
        set = Some(named);
        at += 1;
    }
    let count = exception(draft, at);
    let not = usize::from(at == start && matches!(draft.at(at), "not" | "!" | "non"));
    let not = not + usize::from(not > 0 && draft.at(at + 1) == "-");
    let excepts = count + not > 0 && (at > start || not > 0 || draft.at(at) != "-");
    let minus = at == start && draft.at(at) == "-";
    if !excepts && !minus && at > start {
        return None;
    }
    at += count + not;
    let inner = usize::from(draft.kind(at) == Some(TokenKind::Open));
    at += inner;
    let (mut named, mut joints) = (vec![element(draft, at, context)?], false);
    at += 1;
    while is_joint(draft.at(at)) {
        let next = at + 1 + usize::from(draft.at(at) == "," && is_joint(draft.at(at + 1)));
        let Some(name) = element(draft, next, context) else { break };
        // `x[China, food]` has an element of each set.
        if context.set_with(&name) != named.first().and_then(|first| context.set_with(first)) {
            break;
        }
        joints |= draft.at(at) != ",";
        named.push(name);
        at = next + 1;
    }
    let own = context.set_with(named.first()?)?.to_owned();
    named.iter().all(|name| context.set_with(name) == Some(own.as_str())).then_some(())?;
    if inner + usize::from(open) > 0 {
        let closes = inner + usize::from(open);
        (at..at + closes).all(|k| draft.kind(k) == Some(TokenKind::Close)).then_some(())?;
        at += closes;
    }
    let elements = match excepts || minus {
        true => {
            let set = set.unwrap_or(own);
            let left =
                context.elements(&set).into_iter().filter(|name| !named.iter().any(|n| n == name));
            left.map(str::to_owned).collect()
        }
        false => named,
    };
    (!elements.is_empty()).then_some(Choice {
        elements,
        end: at,
        mended: excepts || minus || joints || open,
    })
}

/// Writes the elements of a lever's binding one by one: `tariff d from all except China { rate: 5% }`.
pub(crate) fn bindings(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (draft.is_name(0) && draft.find(&["{"], 2).is_some()).then_some(())?;
    let (mut n, mut found) = (1, false);
    while n < draft.line_end(0) && draft.at(n) != "{" {
        if PREPOSITIONS.contains(&draft.at(n))
            && let Some(choice) = choice(draft, n + 1, context).filter(|choice| choice.mended)
        {
            draft.put_word(n + 1..choice.end, &choice.elements.join(", "));
            found = true;
        } else if n > 2
            && draft.is_word(n)
            && exception(draft, n) > 0
            && let Some(choice) = choice(draft, n, context)
        {
            // `tariff d from China except food`: the exception is of another set.
            let set = choice.elements.first().and_then(|name| context.set_with(name));
            let word = match (set, draft.at(0)) {
                (Some("partner"), "exports") => "to",
                (Some("partner"), _) => "from",
                (_, "joint_venture") => "in",
                _ => "on",
            };
            draft.put_word(n..choice.end, &format!("{word} {}", choice.elements.join(", ")));
            found = true;
        }
        n += 1;
    }
    found.then(|| {
        "elements are named one by one, with commas; without a binding a lever covers them all"
            .to_owned()
    })
}

/// True if a scenario may have several elements in one index that the grammar reads: `x[China + Turkiye] = 5%`.
pub(crate) fn may_have(text: &str) -> bool {
    let several = ["+", " or ", " and ", "[not ", "[-", "except", ", "];
    text.trim_start().starts_with("scenario")
        && text.contains('[')
        && several.iter().any(|sign| text.contains(sign))
}

/// Writes a change of several elements as one change for each: `x[China and Turkiye] = 5%`, `x[all except China] = 5%`.
pub(crate) fn changes(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    is_scenario(draft).then_some(())?;
    let mut found = false;
    for start in entries(draft).into_iter().rev() {
        let stop = reference_end(draft, start);
        let name =
            (start..stop).take_while(|&n| draft.at(n) != "[").last().map_or(start, |n| n + 1);
        let Some(close) =
            draft.close(name).filter(|&close| draft.at(name) == "[" && close + 1 == stop)
        else {
            continue;
        };
        let Some((at, choice)) = (name + 1..close).find_map(|at| {
            let place = matches!(draft.before(at, 1), "[" | ",");
            let choice = choice(draft, at, context).filter(|_| place)?;
            (choice.end == close || draft.at(choice.end) == ",").then_some((at, choice))
        }) else {
            continue;
        };
        // Elements of one set with commas are several cells too, unless the quantity has two indices over this set.
        let whole = at == name + 1 && choice.end == close && choice.elements.len() > 1;
        let several =
            whole && context.axes(&draft.show(start..name)).is_none_or(|axes| axes.len() < 2);
        if !choice.mended && !several {
            continue;
        }
        let end = (stop..draft.len())
            .find(|&n| {
                matches!(draft.kind(n), Some(TokenKind::Close | TokenKind::LineEnd))
                    || draft.at(n) == ","
            })
            .unwrap_or(draft.len());
        let value = draft.show(stop..end);
        let changes: Vec<String> = choice
            .elements
            .iter()
            .map(|element| {
                format!(
                    "{}{element}{} {value}",
                    draft.show(start..at),
                    draft.show(choice.end..stop)
                )
            })
            .collect();
        draft.replace(start..end, &changes.join(", "));
        found = true;
    }
    found.then(|| "a change is for one element, or for all with `*`".to_owned())
}

/// Writes a value of several elements in a query as one value for each, or as their sum: `show x[{China, Turkiye}]`,
/// `show sum(x[c("China", "Turkiye"), food])`.
pub(crate) fn values(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    draft.begins_with(crate::syntax::words::Class::Query).then_some(())?;
    let (open, at, choice) = (2..draft.len()).find_map(|open| {
        (draft.at(open) == "[" && draft.is_name(open - 1)).then_some(())?;
        let close = draft.close(open)?;
        (open + 1..close).find_map(|at| {
            let place = matches!(draft.before(at, 1), "[" | ",");
            let from = at + usize::from(draft.at(at) == "c" && draft.at(at + 1) == "(");
            let bracket = draft.kind(from) == Some(TokenKind::Open);
            let choice = choice(draft, from, context).filter(|_| place && bracket)?;
            let ends = choice.end == close || draft.at(choice.end) == ",";
            (ends && choice.elements.len() > 1).then_some((open, at, choice))
        })
    })?;
    let close = draft.close(open)?;
    let one = |element: &String| {
        let (before, after) = (draft.show(open - 1..at), draft.show(choice.end..close + 1));
        let blank = if draft.before(at, 1) == "," { " " } else { "" };
        format!("{before}{blank}{element}{after}")
    };
    let all: Vec<String> = choice.elements.iter().map(one).collect();
    let sum = draft.before(open, 2) == "("
        && draft.before(open, 3) == "sum"
        && draft.at(close + 1) == ")";
    match sum {
        true => draft.replace(open - 3..close + 2, &format!("({})", all.join(" + "))),
        false => draft.replace(open - 1..close + 1, &all.join(", ")),
    }
    Some("an index has one element, or `*` for all".to_owned())
}

/// Writes a part of a set with `without`, and elements between other signs with commas: `set east = partner except
/// Germany`, `set port = Baku | Aktau`, `set chapter = 84..86`.
pub(crate) fn sets(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let equals =
        draft.find(&["="], 2).or_else(|| draft.find(&["as"], 2)).filter(|&n| n < end && n == 2);
    let at = equals.filter(|_| draft.at(0) == "set" && draft.is_word(1))? + 1;
    if let Some(choice) = choice(draft, at, context)
        && choice.mended
        && choice.end == end
        && let Some(set) = choice.elements.first().and_then(|name| context.set_with(name))
    {
        let whole = context.elements(set);
        let left: Vec<&str> = whole
            .into_iter()
            .filter(|name| !choice.elements.iter().any(|own| own == name))
            .collect();
        if !left.is_empty() {
            let text = format!("set {} = {set} without {}", draft.at(1), left.join(", "));
            draft.replace(0..end, &text);
            return Some("a part of a set leaves out elements with `without`".to_owned());
        }
    }
    // `1..5` counts elements; years are no set.
    if draft.is_number(at) && matches!(draft.at(at + 1), ".." | ":" | "-") && at + 3 == end {
        let (from, to) = (draft.at(at).parse::<i32>().ok()?, draft.at(at + 2).parse::<i32>().ok()?);
        let plain = !draft.at(at).starts_with('0');
        (plain && from < to && to - from < 100 && from < 1000).then_some(())?;
        let list: Vec<String> = (from..=to).map(|n| n.to_string()).collect();
        draft.replace(at..end, &list.join(", "));
        return Some("the elements of a set are named one by one".to_owned());
    }
    let joined = (at + 1..end).any(|n| matches!(draft.at(n), "|" | "/" | "&" | "+"));
    let list = (at..end).all(|n| match (n - at) % 2 {
        0 => draft.is_word(n) || draft.kind(n) == Some(TokenKind::Text),
        _ => matches!(draft.at(n), "|" | "/" | "&" | "+" | "," | ";"),
    });
    let other = draft.at(2) == "as";
    // `food, oil & gas` has an element of two words; `China, Turkiye & Georgia` lists countries.
    let commas = (at..end).any(|n| matches!(draft.at(n), "," | ";"));
    let country = |n: usize| draft.at(n).starts_with(char::is_uppercase);
    let listed = (at..end).all(|n| match (n - at) % 2 {
        0 => country(n),
        _ => matches!(draft.at(n), "," | ";" | "&"),
    });
    (!joined || !commas || listed).then_some(())?;
    ((joined || other) && list && (end - at) % 2 == 1).then_some(())?;
    let names: Vec<&str> = (at..end).step_by(2).map(|n| draft.at(n)).collect();
    let text = format!("set {} = {}", draft.at(1), names.join(", "));
    draft.replace(0..end, &text);
    Some("a set is written `set NAME = ELEMENT, ELEMENT`".to_owned())
}

/// Writes names behind a name as a set: `partners = China, Turkiye`.
pub(crate) fn lists(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let named = draft.is_name(0) && draft.at(1) == "=" && end > 4 && end % 2 == 1;
    let list = (2..end).all(|n| match n % 2 {
        0 => {
            (draft.is_name(n) || draft.kind(n) == Some(TokenKind::Text))
                && !context.declares(draft.at(n))
        }
        _ => draft.at(n) == ",",
    });
    (named && list && !context.declares(draft.at(0))).then_some(())?;
    draft.insert(0, "set");
    Some("a list of names is a set".to_owned())
}

/// Writes the element behind a lever's field: `show bought[China].growth`.
pub(crate) fn fields(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (!is_scenario(draft)).then_some(())?;
    let n = (1..draft.len())
        .find(|&n| draft.at(n + 1) == "[" && draft.is_name(n) && context.is_lever(draft.at(n)))?;
    let close = draft.close(n + 1)?;
    (draft.at(close + 1) == "." && draft.is_word(close + 2)).then_some(())?;
    let text = format!("{}.{}{}", draft.at(n), draft.at(close + 2), draft.show(n + 1..close + 1));
    draft.replace(n..close + 3, &text);
    Some("the elements follow the field of a lever, as `x.base[China]`".to_owned())
}
