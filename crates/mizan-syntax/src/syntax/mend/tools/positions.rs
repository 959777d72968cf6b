//! Places of values counted from 1, as in MATLAB and Stata: `x(1) = 5;`, `x(end)`, `x(:)`, `x(2:end)`, `replace x = 5 in 1`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::words::Class;

/// True for a text that may have such a place.
pub(crate) fn may_have(text: &str) -> bool {
    text.match_indices('(').any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default().trim_start();
        let inside = rest.split(')').next().unwrap_or_default();
        let named = text
            .get(..at)
            .is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == '_'));
        let counted = rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with("end");
        named && (counted || inside.contains(':'))
    })
}

/// Writes places as years and elements.
pub(crate) fn counted(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    if let Some(message) = rows(draft, context) {
        return Some(message);
    }
    if leads(draft) {
        return None;
    }
    let (mut found, mut window, mut n) = (false, None, 0);
    let shifted = draft.find(&["2", ":", "end"], 0).is_some();
    let query = draft.begins_with(Class::Query) || matches!(draft.at(0), "plot" | "disp" | "print");
    let equals = draft.outside("=", 0).unwrap_or(0);
    while n + 2 < draft.len() {
        let axes = match draft.is_word(n) && draft.at(n + 1) == "(" && draft.touches(n + 1) {
            true => context.axes(draft.at(n)),
            false => None,
        };
        let Some(axes) = axes else {
            n += 1;
            continue;
        };
        let (arguments, close) = draft.arguments(n + 1)?;
        let mut index = Vec::new();
        for (place, argument) in arguments.iter().enumerate() {
            let written = match axes.get(place) {
                Some(set) => element(draft, argument.clone(), &context.elements(set)),
                None => year(draft, argument.clone(), context),
            };
            let (text, counted) = written?;
            found |= counted;
            let text = match text.contains("..") && !query && !inside_sum(draft, n) {
                true if n > equals => beside(shifted, &text),
                _ => text,
            };
            match text.contains("..") && query {
                true if window.is_none() => window = Some(text),
                true => return None,
                false if text.is_empty() => {}
                false => index.push(text),
            }
        }
        let name = draft.at(n).to_owned();
        let index =
            if index.is_empty() { String::new() } else { format!("[{}]", index.join(", ")) };
        draft.replace(n..close + 1, &format!("{name}{index}"));
        n += 1;
    }
    if let Some(years) = window {
        let end = draft.line_end(0);
        let end = if draft.before(end, 1) == ";" { end - 1 } else { end };
        draft.insert(end, &format!("in {years}"));
    }
    let end = draft.line_end(0);
    if found && draft.before(end, 1) == ";" {
        draft.remove(end - 1..end);
    }
    if found && context.axes(draft.at(0)).is_some() && draft.outside("=", 0).is_none() {
        draft.insert(0, "show");
    }
    found.then(|| "a year or an element has its name, not its place in a list".to_owned())
}

/// True for a name in the brackets of a reduction: `sum(x(2:end))`.
fn inside_sum(draft: &Draft, n: usize) -> bool {
    n > 1
        && draft.before(n, 1) == "("
        && matches!(draft.before(n, 2).to_lowercase().as_str(), "sum" | "mean" | "max" | "min")
}

/// Returns the year for a part of all years in an equation, which holds in every year: `x(2:end) - x(1:end-1)`.
fn beside(shifted: bool, years: &str) -> String {
    let lag = years.split_once("..last-").map(|(_, lag)| lag.to_owned());
    match lag.filter(|_| shifted) {
        Some(lag) => format!("t-{lag}"),
        None => String::new(),
    }
}

/// True for an equation whose places may be leads, as in EViews: `y = x(1)`.
fn leads(draft: &Draft) -> bool {
    let equals = draft.outside("=", 0).unwrap_or(draft.len());
    let place =
        |n: usize| draft.before(n, 1) == "(" && draft.is_number(n) && draft.at(n + 1) == ")";
    let left = (1..equals).any(place);
    let other = equals == draft.len() && (1..equals).any(|n| draft.at(n) == ":")
        || (0..draft.len()).any(|n| draft.at(n) == "end")
        || (equals..draft.len()).any(|n| draft.at(n) == ":" || draft.at(n) == ";");
    !draft.begins_with(Class::Query) && !left && !other
}

/// Returns the element at a place, and true if it was counted.
fn element(
    draft: &Draft,
    argument: std::ops::Range<usize>,
    elements: &[&str],
) -> Option<(String, bool)> {
    let text = draft.show(argument);
    if text == ":" {
        return Some(("*".to_owned(), true));
    }
    if text == "end" {
        return Some(((*elements.last()?).to_owned(), true));
    }
    match text.parse::<usize>() {
        Ok(place) => Some(((*elements.get(place.checked_sub(1)?)?).to_owned(), true)),
        Err(_) => Some((text.trim_matches(['"', '\'']).to_owned(), false)),
    }
}

/// Returns the year or the years at a place, and true if it was counted; an empty text for all years.
fn year(
    draft: &Draft,
    argument: std::ops::Range<usize>,
    context: &Context<'_>,
) -> Option<(String, bool)> {
    let colon = argument.clone().find(|&n| draft.at(n) == ":");
    let Some(colon) = colon else {
        return one_year(&draft.show(argument), context);
    };
    let (from, to) = (draft.show(argument.start..colon), draft.show(colon + 1..argument.end));
    if from.is_empty() && to.is_empty() {
        return Some((String::new(), true));
    }
    let from = if from.is_empty() { "first".to_owned() } else { one_year(&from, context)?.0 };
    let to = if to.is_empty() { "last".to_owned() } else { one_year(&to, context)?.0 };
    Some((format!("{from}..{to}"), true))
}

fn one_year(text: &str, context: &Context<'_>) -> Option<(String, bool)> {
    let (first, last) = context.years()?;
    if let Some(rest) = text.strip_prefix("end") {
        let rest: String = rest.split_whitespace().collect();
        return (rest.is_empty() || rest.starts_with('-')).then(|| (format!("last{rest}"), true));
    }
    let Ok(place) = text.parse::<i32>() else { return Some((text.to_owned(), false)) };
    if (first..=last).contains(&place) {
        return Some((place.to_string(), false));
    }
    match place {
        1 => Some(("first".to_owned(), true)),
        2.. if place <= last - first + 1 => Some(((first + place - 1).to_string(), true)),
        _ => None,
    }
}

/// Writes the rows of a change in Stata: `replace x = 5 in 1`, `replace x = 5 in 2/4`, `replace x = 5 if _n == 1`.
fn rows(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (draft.at(0) == "replace" && draft.at(2) == "=").then_some(())?;
    let end = draft.line_end(0);
    let (at, from) = match draft.outside("in", 3) {
        Some(n) => (n, n + 1),
        None => {
            let n = draft.find(&["if", "_n"], 3)?;
            matches!(draft.at(n + 2), "==" | "=").then_some(())?;
            (n, n + 3)
        }
    };
    let name = draft.at(1).to_owned();
    context.axes(&name).filter(Vec::is_empty)?;
    let place = |n: usize| match draft.at(n) {
        "l" | "L" | "_N" => Some("last".to_owned()),
        "f" | "F" => Some("first".to_owned()),
        text => one_year(text, context).map(|(text, _)| text),
    };
    let (first, last) = (place(from)?, place(from + 2));
    let years = match draft.at(from + 1) {
        "/" => format!("{first}..{}", last?),
        _ if from + 1 == end => first,
        _ => return None,
    };
    let value = draft.show(3..at);
    draft.replace(0..end, &format!("scenario changed {{ {name} = {value} in {years} }}"));
    Some(
        "a value does not change while a script runs; a scenario gives it another value".to_owned(),
    )
}
