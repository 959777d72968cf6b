//! Given values in the notation of other languages, in every place where a value stands: `[5 6 7] mn USD` for the years,
//! `sum{p, x(p)}`, `x_{t-1}`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;

/// Returns the position after the words of a unit at `n`: `mn USD`.
pub(crate) fn unit_end(draft: &Draft, n: usize) -> usize {
    if draft.at(n) == "%" {
        return n + 1;
    }
    (n..draft.len()).find(|&k| !draft.is_name(k) || k > n + 2).unwrap_or(draft.len())
}

/// Writes numbers in brackets as a path, if there is one for each year: `[5, 6, 7] mn USD`.
pub(crate) fn vectors(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
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

/// Writes sums in braces with their sets, `sum{p, x(p)}`, and indices below a name, `x_{t-1}`.
pub(crate) fn braces(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
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
