//! Searches for an input as spreadsheets and solvers write them: `goalseek x = 0 by changing y`, `maximize x`,
//! `set x to 0 by changing y`.
//!
//! In: a search that cannot be read. Out: `find` with its input, a range and a condition.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::bodies;

const MESSAGE: &str = "`find` looks for the value of an input";

/// Writes a search of which the value, the amount and the input are named.
pub(crate) fn named(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let lower = draft.at(0).to_lowercase();
    let two = lower == "goal" && matches!(draft.at(1), "seek" | "Seek" | "-" | ":");
    let first = match lower.as_str() {
        "goalseek" | "goal_seek" | "seek" => 1,
        "goal" if two => 2,
        "find" | "set" | "solve" => 1,
        _ => return None,
    };
    let sure = lower.contains("seek") || two;
    let (start, end) = match (draft.at(first), draft.close(first)) {
        ("(", Some(close)) if draft.ends_line(close + 1) => (first + 1, close),
        _ => (first, draft.line_end(0)),
    };
    let input = input_start(draft, start, end, sure)?;
    let input_end = reference(draft, input, end)?;
    let (compared, amount, amount_end) = compared(draft, start, input)?;
    let mut year = None;
    let mut scenarios = Vec::new();
    let mut value_end = compared;
    // Between and behind the parts may be a year and scenarios, each once.
    for (from, to) in [(start, compared), (amount_end, input), (input_end, end)] {
        let mut n = from;
        while n < to {
            match draft.at(n) {
                "in" | "by" if draft.is_number(n + 1) && year.is_none() => {
                    year = Some(draft.at(n + 1).to_owned());
                    value_end = value_end.min(n);
                    n += 2;
                }
                "for" | "in" if context.scenarios().contains(&draft.at(n + 1)) => {
                    scenarios.push(draft.at(n + 1).to_owned());
                    value_end = value_end.min(n);
                    n += 2;
                }
                "by" | "changing" | "varying" | "adjusting" | "with" | "using" | "," => n += 1,
                _ if from == start && value_end == compared => n += 1,
                _ => return None,
            }
        }
    }
    let value = draft.show(start..value_end);
    known(&value, context).then_some(())?;
    let year = match year {
        Some(year) => year,
        None => context.years()?.1.to_string(),
    };
    let name = draft.show(input..input_end);
    let range = range(&name, context);
    let scenarios = match scenarios.as_slice() {
        [] => String::new(),
        names => format!(" for {}", names.join(", ")),
    };
    let text = format!("find {name} in {range}{scenarios} so that {value} in {year} == {amount}");
    draft.replace(0..draft.line_end(0), &text);
    Some(MESSAGE.to_owned())
}

/// Returns the position of the input: behind `by changing`, or behind the last comma of a call.
fn input_start(draft: &Draft, start: usize, end: usize, sure: bool) -> Option<usize> {
    let words = ["changing", "varying", "adjusting"];
    let verb = (start..end).find(|&n| words.contains(&draft.at(n)));
    let last = (start..end).rev().find(|&n| matches!(draft.at(n), "," | "by" | "using" | "with"));
    let before = verb.or_else(|| last.filter(|_| sure))?;
    draft.is_name(before + 1).then_some(before + 1)
}

/// Returns the position after a reference: `duty.rate[China]`.
fn reference(draft: &Draft, start: usize, end: usize) -> Option<usize> {
    let mut n = start + 1;
    while n + 1 < end && draft.at(n) == "." && draft.is_word(n + 1) {
        n += 2;
    }
    if draft.at(n) == "[" { Some(draft.close(n)? + 1) } else { Some(n) }
}

/// Finds the sign or word between a value and its amount; returns its position, the amount, and the position after it.
fn compared(draft: &Draft, start: usize, end: usize) -> Option<(usize, String, usize)> {
    let depth = |n: usize| {
        let inside = |open: usize| draft.close(open).is_some_and(|close| close > n);
        !(start..n).any(|open| matches!(draft.at(open), "(" | "[") && inside(open))
    };
    let sign = (start..end).find(|&n| {
        matches!(draft.at(n), "=" | "==" | "to" | "equal" | "equals" | ",")
            && depth(n)
            && (draft.is_number(n + 1) || matches!(draft.at(n + 1), "to" | "-" | "zero"))
    })?;
    if draft.at(sign + 1) == "zero" {
        return Some((sign, "0".to_owned(), sign + 2));
    }
    let first = sign + 1 + usize::from(draft.at(sign + 1) == "to");
    let number = first + usize::from(draft.at(first) == "-");
    draft.is_number(number).then_some(())?;
    let stop = draft.amount_end(number);
    let words = ["by", "changing", "varying", "adjusting", "with", "using", "in", "for"];
    let stop = (number + 1..stop).find(|&n| words.contains(&draft.at(n))).unwrap_or(stop);
    Some((sign, draft.show(first..stop), stop))
}

/// True if a value begins with the name of a quantity, of a lever or of a function.
fn known(value: &str, context: &Context<'_>) -> bool {
    let name = value.split(['[', '.', ' ', '(']).next().unwrap_or_default();
    let function = matches!(name, "sum" | "mean" | "growth" | "npv");
    function || context.may_be_value(name) || context.is_lever(name)
}

/// Returns the range in which an input is looked for: percentages, or up to twice an amount that is given.
fn range(name: &str, context: &Context<'_>) -> String {
    let usual = || "0%..50%".to_owned();
    let Some(given) = context.given_amount(name).filter(|amount| !amount.contains('%')) else {
        return usual();
    };
    let (number, unit) = given.split_once(' ').map_or((given, ""), |(number, unit)| (number, unit));
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    match number.replace('_', "").parse::<f64>() {
        Ok(number) if number > 0.0 => format!("0{unit}..{}{unit}", 2.0 * number),
        _ => usual(),
    }
}

/// Writes a search for an input: `maximize balance`, `goalseek npv = 0`.
pub(crate) fn searches(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let aim = match draft.at(0).to_lowercase().as_str() {
        "maximize" | "maximise" | "max" => " to maximise",
        "minimize" | "minimise" | "min" => " to minimise",
        "goalseek" | "goal" | "optimize" | "optimise" | "seek" => "",
        _ => return None,
    };
    let end = draft.line_end(0);
    let declared: Vec<usize> = (1..end).filter(|&n| context.declares(draft.at(n))).collect();
    // A value that is not declared here would be passed over for another one.
    let &at = declared.first().filter(|&&at| at < 5)?;
    let name = draft.at(at).to_owned();
    (!(1..at).any(|n| context.may_be_value(draft.at(n)) && draft.is_name(n))).then_some(())?;
    let mut value = at..bodies::reference_end(draft, at);
    if draft.before(at, 1) == "(" {
        value = at.saturating_sub(2)..draft.close(at - 1)? + 1;
    }
    let mut value = draft.show(value);
    // `goalseek x[2030] = 5`: the year of the index is the year of the search.
    let index = value.rsplit_once('[').and_then(|(name, index)| {
        let (before, year) = match index.trim_end_matches(']').rsplit_once(',') {
            Some((before, year)) => (format!("{name}[{before}]"), year.trim()),
            None => (name.to_owned(), index.trim_end_matches(']')),
        };
        year.parse::<i32>().is_ok().then(|| (before, year.to_owned()))
    });
    let mut own_year = None;
    if let Some((name, year)) = index {
        (value, own_year) = (name, Some(year));
    }
    let input = declared.iter().rev().map(|&n| draft.at(n)).find(|other| *other != name);
    let input = input.or_else(|| context.first_input())?.to_owned();
    let (first, last) = context.years()?;
    let is_year = |n: usize| {
        let year = draft.at(n).parse().is_ok_and(|year| (first..=last).contains(&year));
        let inside = matches!(draft.before(n, 1), "[" | ",") && draft.at(n + 1) == "]";
        year && (inside || matches!(draft.before(n, 1), "in" | "by" | "year"))
    };
    let year = (1..end).find(|&n| is_year(n)).map(|n| draft.at(n).to_owned());
    let year = own_year.or(year).unwrap_or_else(|| last.to_string());
    let number = (1..end).find(|&n| draft.is_number(n) && !is_year(n));
    let last = year;
    let text = match (aim, number) {
        ("", Some(n)) => {
            let words = (n + 1..draft.amount_end(n))
                .filter(|&n| !matches!(draft.at(n), "by" | "changing" | "with" | "using"));
            let stop = words.take_while(|&n| !context.declares(draft.at(n))).last().unwrap_or(n);
            let amount = draft.show(n..stop + 1);
            format!("find {input} in 0%..50% so that {value} in {last} == {amount}")
        }
        ("", None) => return None,
        (aim, _) => format!("find {input} in 0%..50%{aim} {value} in {last}"),
    };
    draft.replace(0..end, &text);
    Some(MESSAGE.to_owned())
}
