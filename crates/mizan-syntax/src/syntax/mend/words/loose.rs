//! Queries whose parts are known and stand in another form: `sensitivity balance to growth`, `calibrate g to observed`.
//!
//! In: a query that cannot be read. Out: the same parts in the query's own form. A query is rewritten only if each of
//! its words is a part or a word that joins parts, so that nothing that was asked is lost.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::without_mistakes;
use crate::syntax::token::TokenKind;
use crate::syntax::words::{self, Class};

/// Words between the parts of a query that say nothing more.
const JOINS: [&str; 36] = [
    "of",
    "on",
    "the",
    "a",
    "an",
    "to",
    "for",
    "in",
    "under",
    "with",
    "between",
    "and",
    "or",
    "vs",
    "versus",
    "against",
    "compared",
    "relative",
    "from",
    "over",
    "across",
    "scenario",
    "scenarios",
    "among",
    "when",
    "so",
    "that",
    "show",
    "given",
    "if",
    "where",
    "is",
    "please",
    "me",
    "value",
    "values",
];

/// Signs and words that compare, each with the sign of Mizan.
const COMPARISONS: [(&str, &str); 16] = [
    ("=", "=="),
    ("==", "=="),
    ("!=", "!="),
    (">=", ">="),
    ("<=", "<="),
    (">", ">"),
    ("<", "<"),
    ("equals", "=="),
    ("equal", "=="),
    ("reaches", "=="),
    ("reach", "=="),
    ("hits", "=="),
    ("above", ">"),
    ("exceeds", ">"),
    ("below", "<"),
    ("under", "<"),
];

/// The parts of a query.
#[derive(Debug, Default)]
struct Parts {
    values: Vec<String>,
    scenarios: Vec<String>,
    years: Option<String>,
    /// The lowest and the highest value of a range of values.
    range: Option<(String, String)>,
    step: Option<String>,
    /// Sign of a comparison and the amount after it.
    condition: Option<(&'static str, String)>,
    /// A number that no other part has.
    number: Option<String>,
    by_lever: bool,
}

/// Writes a query that searches or ranks in its own form from its parts in any order.
pub(crate) fn searches(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let shows = ["show", "chart", "compare", "why"].contains(&draft.at(0));
    (!shows).then(|| rewritten(draft, context)).flatten()
}

/// Writes any query in its own form from its parts in any order.
pub(crate) fn queries(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    rewritten(draft, context)
}

/// Writes a query that ranks as one that shows its values: `rank boom, bust by balance`, `rank exports[*, food]`.
pub(crate) fn ranked(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (draft.at(0) == "rank").then_some(())?;
    draft.replace(0..1, "show");
    let by = draft.at(1) == "by";
    if rewritten(draft, context).is_none() && by {
        draft.remove(1..2);
    }
    Some("a table is not sorted; a query shows its values side by side".to_owned())
}

fn rewritten(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let word = draft.at(0).to_owned();
    (draft.begins_with(Class::Query) || word == "correlate").then_some(())?;
    let end = draft.line_end(0);
    let alone = (end..draft.len()).all(|n| draft.kind(n) == Some(TokenKind::LineEnd));
    (alone && end <= 60).then_some(())?;
    let parts = parts(draft, end, context)?;
    let text = written(&word, parts, context)?;
    let form = words::find(&word)?;
    draft.replace(0..end, &text);
    Some(format!("`{word}` is written `{word} {}`", form.follows))
}

fn parts(draft: &Draft, end: usize, context: &Context<'_>) -> Option<Parts> {
    let mut parts = Parts::default();
    let mut n = 1;
    while n < end {
        // `find break-even duty.rate`
        let even = draft.find(&["break", "-", "even"], n) == Some(n);
        n = even
            .then_some(n + 3)
            .or_else(|| year(draft, n, &mut parts))
            .or_else(|| scenario(draft, n, &mut parts, context))
            .or_else(|| step(draft, n, &mut parts))
            .or_else(|| condition(draft, n, end, &mut parts, context))
            .or_else(|| amounts(draft, n, &mut parts))
            .or_else(|| joining(draft, n, context))
            .or_else(|| {
                let (end, value) = value(draft, n, end, context)?;
                parts.values.push(value);
                Some(end)
            })?;
    }
    Some(parts)
}

/// Sets a part that has no value yet; `None` if it has one.
fn fill<T>(part: &mut Option<T>, value: T) -> Option<()> {
    part.is_none().then(|| *part = Some(value))
}

fn is_year(draft: &Draft, n: usize) -> bool {
    draft.is_number(n) && draft.at(n).len() == 4 && draft.at(n).starts_with(['1', '2'])
}

/// True if a unit or a scale word follows the number at `n`.
fn has_unit(draft: &Draft, n: usize) -> bool {
    let next = draft.at(n + 1);
    next == "%" || draft.is_name(n + 1) && !joins(next)
}

fn joins(word: &str) -> bool {
    JOINS.contains(&word) || matches!(word, "by" | "step" | "steps")
}

/// Reads `in 2030`, `2026..2030`, `2026-2030`, `from 2026 to 2030`; an amount of money has its unit.
fn year(draft: &Draft, n: usize, parts: &mut Parts) -> Option<usize> {
    let preposition =
        ["in", "by", "for", "from", "at", "until", "over", "between", "during", "year"];
    let at = n + usize::from(preposition.contains(&draft.at(n)));
    let bare = |n: usize| is_year(draft, n) && !has_unit(draft, n);
    bare(at).then_some(())?;
    let joined = matches!(draft.at(at + 1), ".." | "-" | "to" | "and") && bare(at + 2);
    let (text, next) = match joined {
        true => (format!("{}..{}", draft.at(at), draft.at(at + 2)), at + 3),
        false => (draft.at(at).to_owned(), at + 1),
    };
    fill(&mut parts.years, text)?;
    Some(next)
}

/// Reads the name of a scenario, `all scenarios` and `by lever`.
fn scenario(draft: &Draft, n: usize, parts: &mut Parts, context: &Context<'_>) -> Option<usize> {
    let name = draft.at(n);
    if name == "by" && matches!(draft.at(n + 1), "lever" | "levers") {
        parts.by_lever = true;
        return Some(n + 2);
    }
    if matches!(name, "all" | "every" | "each" | "any")
        && (matches!(draft.at(n + 1), "scenario" | "scenarios") || n + 1 == draft.len())
    {
        parts.scenarios = vec!["all".to_owned()];
        return Some(draft.len().min(n + 2));
    }
    let known = name == "baseline" || context.scenarios().contains(&name);
    (known && !matches!(draft.at(n + 1), "." | "[" | "(")).then_some(())?;
    parts.scenarios.push(name.to_owned());
    Some(n + 1)
}

/// Reads the distance between the values of a sweep: `step 1%`, `by 1%`, `in steps of 1%`.
fn step(draft: &Draft, n: usize, parts: &mut Parts) -> Option<usize> {
    let mut at = n + usize::from(draft.at(n) == "in");
    matches!(draft.at(at), "step" | "steps" | "by").then_some(())?;
    at += 1 + usize::from(draft.at(at + 1) == "of");
    draft.is_number(at).then_some(())?;
    let end = draft.amount_end(at);
    fill(&mut parts.step, draft.show(at..end))?;
    Some(end)
}

/// Reads a sign of comparison and the amount or the value after it. A `calibrate` compares two values.
fn condition(
    draft: &Draft,
    n: usize,
    end: usize,
    parts: &mut Parts,
    context: &Context<'_>,
) -> Option<usize> {
    let (_, sign) = COMPARISONS.iter().find(|(word, _)| *word == draft.at(n))?;
    if draft.at(0) == "calibrate" {
        return (*sign == "==").then_some(n + 1);
    }
    let at = n + 1 + usize::from(draft.at(n + 1) == "to");
    let (end, amount) = amount(draft, at).or_else(|| value(draft, at, end, context))?;
    fill(&mut parts.condition, (*sign, amount))?;
    Some(end)
}

/// Reads a number with its unit, and with a sign before it.
fn amount(draft: &Draft, n: usize) -> Option<(usize, String)> {
    let at = n + usize::from(draft.at(n) == "-");
    draft.is_number(at).then_some(())?;
    let mut end = at + 1;
    if draft.at(end) == "%" {
        end += 1;
    } else {
        while end < draft.len() && draft.is_word(end) && !joins(draft.at(end)) && end < at + 3 {
            end += 1;
        }
    }
    Some((end, draft.show(n..end)))
}

/// Reads a range of values, `0%..10%`, `0 to 10%`, or a number alone.
fn amounts(draft: &Draft, n: usize, parts: &mut Parts) -> Option<usize> {
    let open = usize::from(matches!(draft.at(n), "[" | "("));
    let (end, low) = amount(draft, n + open)?;
    let joined = matches!(draft.at(end), ".." | "to" | "-" | "and" | "," | ":");
    let high = joined.then(|| amount(draft, end + 1)).flatten();
    let Some((stop, high)) = high.filter(|_| parts.range.is_none()) else {
        (open == 0).then_some(())?;
        fill(&mut parts.number, low)?;
        return Some(end);
    };
    // `0..10%`: the unit of one end is that of both.
    let low = match high.ends_with('%') && !low.ends_with('%') {
        true => format!("{low}%"),
        false => low,
    };
    parts.range = Some((low, high));
    Some(stop + open)
}

fn joining(draft: &Draft, n: usize, context: &Context<'_>) -> Option<usize> {
    let word = draft.at(n);
    let joined = matches!(word, "," | ":" | "?" | "~" | "by") || JOINS.contains(&word);
    (joined && !context.declares(word)).then_some(n + 1)
}

/// Reads the longest value that begins at `n`; its first name must be known.
fn value(draft: &Draft, n: usize, end: usize, context: &Context<'_>) -> Option<(usize, String)> {
    let call = draft.is_word(n) && draft.at(n + 1) == "(";
    let known = draft.is_word(n) && context.may_be_value(draft.at(n));
    (known || call || draft.at(n) == "(").then_some(())?;
    let mut stop = n;
    while stop < end {
        let word = draft.at(stop);
        let other = word == "," || JOINS.contains(&word) && !context.declares(word);
        let parted = COMPARISONS.iter().any(|(sign, _)| *sign == word)
            || matches!(word, "by" | "step" | "?")
            || context.scenarios().contains(&word);
        if (other || parted) && stop > n {
            break;
        }
        stop = match draft.kind(stop) {
            Some(TokenKind::Open) => draft.close(stop)? + 1,
            _ => stop + 1,
        };
    }
    let stop = (n + 1..=stop)
        .rev()
        .find(|&stop| without_mistakes(&format!("show {}", draft.show(n..stop))).is_some())?;
    Some((stop, draft.show(n..stop)))
}

/// Writes the query from its parts; `None` if a part is missing, or is not one of this query.
fn written(word: &str, mut parts: Parts, context: &Context<'_>) -> Option<String> {
    let years = parts.years.as_ref().map(|years| format!(" in {years}")).unwrap_or_default();
    let scenarios = parts.scenarios.join(", ");
    let of = if scenarios.is_empty() { String::new() } else { format!(" for {scenarios}") };
    let none = |spare: bool| (!spare).then_some(());
    match word {
        "sensitivity" => {
            none(parts.range.is_some() || parts.step.is_some() || parts.condition.is_some())?;
            // It ranks all inputs that have a range; those that are named are among them.
            Some(format!("sensitivity of {}{of}{years}", parts.values.first()?))
        }
        "correlate" => {
            let number = parts.number.or(parts.condition.map(|(_, amount)| amount))?;
            let share: f64 = number.trim_end_matches('%').trim().parse().ok()?;
            let share =
                if number.ends_with('%') || share.abs() > 1.0 { share / 100.0 } else { share };
            none(parts.values.len() < 2)?;
            Some(format!("correlate {} = {share}", parts.values.join(", ")))
        }
        "robust" => {
            none(parts.condition.is_some() || parts.range.is_some() || parts.number.is_some())?;
            let value = parts.values.pop().filter(|_| parts.values.is_empty())?;
            let among = if scenarios.is_empty() { "all" } else { &scenarios };
            Some(format!("robust among {among} by {value}{years}"))
        }
        "discover" => {
            let (sign, amount) = parts.condition?;
            let value = parts.values.pop().filter(|_| parts.values.is_empty())?;
            Some(format!("discover when {value}{years} {sign} {amount}{of}"))
        }
        "calibrate" => {
            let [input, values @ ..] = parts.values.as_slice() else { return None };
            let [computed, observed] = values else { return None };
            let (low, high) = parts.range.or_else(|| percentages(input, context))?;
            Some(format!(
                "calibrate {input} in {low}..{high}{of} so that {computed} fits {observed}{years}"
            ))
        }
        "find" => find(parts, &of, context),
        "sweep" => {
            let [input, values @ ..] = parts.values.as_slice() else { return None };
            let (low, high) = parts.range?;
            let step = parts.step.or(parts.number)?;
            let values = match values {
                [] => context.result_of(input)?.to_owned(),
                values => values.join(", "),
            };
            Some(format!("sweep {input} over {low}..{high} step {step} show {values}{of}{years}"))
        }
        _ => shown(word, parts, &of, &years),
    }
}

/// Writes a query that shows values.
fn shown(word: &str, mut parts: Parts, of: &str, years: &str) -> Option<String> {
    let searches = parts.condition.is_some() || parts.range.is_some() || parts.number.is_some();
    (!searches && !parts.values.is_empty()).then_some(())?;
    let values = parts.values.join(", ");
    match word {
        "show" | "chart" => (!parts.by_lever).then(|| format!("{word} {values}{of}{years}")),
        "compare" | "why" if !parts.scenarios.is_empty() => {
            let last = parts.scenarios.pop().filter(|_| !parts.scenarios.is_empty());
            let compared = match last {
                Some(to) => format!(" for {} to {to}", parts.scenarios.join(", ")),
                None => of.to_owned(),
            };
            let by = if parts.by_lever { " by lever" } else { "" };
            Some(format!("{word} {values}{compared}{by}{years}"))
        }
        _ => None,
    }
}

fn find(mut parts: Parts, of: &str, context: &Context<'_>) -> Option<String> {
    let (sign, amount) = parts.condition?;
    let given = |name: &String| {
        name.contains('.') || context.gives(name.split('[').next().unwrap_or_default())
    };
    let input = match parts.values.iter().position(given) {
        Some(at) => parts.values.remove(at),
        None => context.first_input()?.to_owned(),
    };
    let value = parts.values.pop().filter(|_| parts.values.is_empty())?;
    let (low, high) = parts.range.or_else(|| percentages(&input, context))?;
    let year = match (parts.years, sign) {
        (Some(years), _) => format!(" in {years}"),
        // A value is equal to another one in one year; a limit may hold in all years.
        (None, "==") => format!(" in {}", context.years()?.1),
        (None, _) => String::new(),
    };
    Some(format!("find {input} in {low}..{high}{of} so that {value}{year} {sign} {amount}"))
}

/// Returns a wide range for an input that is a percentage.
fn percentages(input: &str, context: &Context<'_>) -> Option<(String, String)> {
    let is_percentage = context.given_amount(input).is_some_and(|amount| amount.ends_with('%'))
        || input.ends_with(".rate")
        || input.ends_with(".growth");
    is_percentage.then(|| ("0%".to_owned(), "50%".to_owned()))
}
