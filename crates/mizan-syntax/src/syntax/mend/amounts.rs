//! Given values in the notation of other languages, in every place where a value stands: `[5 6 7] mn USD` for the years,
//! `4..6 mn USD`, `normal(5, 1) mn USD`, `sum{p, x(p)}`, `x_{t-1}`.

use super::context::Context;
use super::draft::Draft;

/// Distributions, whose arguments have the unit.
const DISTRIBUTIONS: [&str; 6] =
    ["normal", "uniform", "between", "triangular", "lognormal", "pert"];

/// Returns the position after the words of a unit at `n`: `mn USD`.
fn unit_end(draft: &Draft, n: usize) -> usize {
    if draft.at(n) == "%" {
        return n + 1;
    }
    (n..draft.len()).find(|&k| !draft.is_name(k) || k > n + 2).unwrap_or(draft.len())
}

/// Writes numbers in brackets as a path, if there is one for each year: `[5, 6, 7] mn USD`.
pub(super) fn vectors(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (from, to) = context.years()?;
    let (open, close, values) = (1..draft.len()).find_map(|open| {
        let value = matches!(draft.before(open, 1), "=" | ":" | "c")
            || draft.before(open, 1).ends_with('=');
        (value && matches!(draft.at(open), "[" | "(")).then_some(())?;
        let close = draft.close(open)?;
        let mut values = Vec::new();
        let mut n = open + 1;
        while n < close {
            let sign = usize::from(draft.at(n) == "-");
            draft.is_number(n + sign).then_some(())?;
            let end = n + sign + 1 + usize::from(draft.at(n + sign + 1) == "%");
            values.push(draft.show(n..end));
            n = end + usize::from(matches!(draft.at(end), "," | ";"));
        }
        (i32::try_from(values.len()) == Ok(to - from + 1)).then_some((open, close, values))
    })?;
    let end = unit_end(draft, close + 1);
    let unit = draft.show(close + 1..end);
    let unit = if unit.is_empty() || unit == "%" { unit } else { format!(" {unit}") };
    let points: Vec<String> =
        values.iter().zip(from..).map(|(value, year)| format!("{year}: {value}{unit}")).collect();
    let start = open - usize::from(draft.before(open, 1) == "c");
    draft.replace(start..end, &format!("[{}]", points.join(", ")));
    Some("a list must name the year of each value".to_owned())
}

/// Writes a range of amounts as a distribution: `4..6 mn USD`, `4 mn USD .. 6 mn USD`.
pub(super) fn ranges(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n =
        (2..draft.len()).find(|&n| matches!(draft.at(n), ".." | "–") && draft.is_number(n + 1))?;
    let start = (1..n).rev().find(|&k| !draft.is_name(k) && draft.at(k) != "%")?;
    let value = draft.is_number(start) && matches!(draft.before(start, 1), "=" | ":" | "+=");
    let end = unit_end(draft, n + 2);
    let ends = draft.ends_line(end) || matches!(draft.at(end), "," | "}");
    let year =
        |k: usize| draft.at(k).len() == 4 && draft.at(k).starts_with(['1', '2']) && end == n + 2;
    (value && ends && !year(start) && !matches!(draft.at(0), "years" | "sweep" | "find"))
        .then_some(())?;
    let unit = draft.show(n + 2..end);
    let low = draft.show(start..n);
    let space = if unit == "%" || unit.is_empty() { "" } else { " " };
    let low = if n == start + 1 { format!("{low}{space}{unit}") } else { low };
    let high = draft.at(n + 1).to_owned();
    draft.replace(start..end, &format!("uniform({low}, {high}{space}{unit})"));
    Some("a value that is not known is a distribution, as `uniform(3%, 5%)`".to_owned())
}

/// Writes the unit behind a distribution in its arguments: `normal(5, 1) mn USD`.
pub(super) fn units(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let open = (1..draft.len()).find(|&n| {
        draft.at(n) == "(" && DISTRIBUTIONS.contains(&draft.before(n, 1).to_lowercase().as_str())
    })?;
    let (arguments, close) = draft.arguments(open)?;
    let end = unit_end(draft, close + 1);
    (end > close + 1).then_some(())?;
    let unit = draft.show(close + 1..end);
    let space = if unit == "%" { "" } else { " " };
    let plain =
        arguments.iter().all(|argument| argument.len() == 1 && draft.is_number(argument.start));
    let parts: Vec<String> = arguments
        .iter()
        .map(|argument| format!("{}{space}{unit}", draft.show(argument.clone())))
        .collect();
    plain.then(|| draft.replace(open + 1..end, &format!("{})", parts.join(", "))))?;
    Some("the arguments of a distribution have its unit".to_owned())
}

/// Writes sums in braces with their sets, `sum{p, x(p)}`, and indices below a name, `x_{t-1}`.
pub(super) fn braces(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let found = (1..draft.len()).find(|&n| {
        draft.at(n) == "{"
            && draft.touches(n)
            && (draft.before(n, 1).ends_with('_')
                || matches!(draft.before(n, 1), "sum" | "SUM" | "Sum"))
    })?;
    let close = draft.close(found)?;
    let inside = draft.show(found + 1..close);
    if let Some(name) = draft.before(found, 1).strip_suffix('_') {
        let parts: Vec<&str> =
            inside.split(',').map(str::trim).filter(|part| *part != "t").collect();
        let index =
            if parts.is_empty() { String::new() } else { format!("[{}]", parts.join(", ")) };
        let text = format!("{name}{index}");
        draft.replace(found - 1..close + 1, &text);
        return Some("the index of a value is in square brackets".to_owned());
    }
    let (letter, body) = inside.split_once(',')?;
    let letter = letter.trim();
    let set = context.set_of(letter)?;
    let body = body.trim().replace('(', "[").replace(')', "]");
    draft.replace(found - 1..close + 1, &format!("sum({letter} in {set}: {body})"));
    Some("a sum names its index and its set in brackets".to_owned())
}
