//! Formulas of spreadsheets that no expression is like: `=SUM(x)` behind a query word, ranges of cells with `:`, a
//! running total, `a ? b : c`, what-if tables.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::words::loose;
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

/// Leaves out the `=` of a formula behind a query word: `show =SUM(x)`.
pub(crate) fn formulas(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.begins_with(Class::Query) && draft.at(1) == "=").then_some(())?;
    draft.remove(1..2);
    Some("a query is followed by a value, without `=`".to_owned())
}

/// Leaves out the second `=` of a pasted formula: `profit = =sales - costs`.
pub(crate) fn doubled(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = draft.find(&["=", "="], 1).filter(|_| !draft.begins_with(Class::Query))?;
    draft.remove(n + 1..n + 2);
    Some("an equation has one `=`".to_owned())
}

/// Writes the digits of a shown value behind it: `show ROUND(x, 1)`.
pub(crate) fn rounded(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let round =
        draft.at(0) == "show" && draft.at(1).eq_ignore_ascii_case("round") && draft.at(2) == "(";
    let close = draft.close(2).filter(|_| round)?;
    let comma = draft.outside(",", 3).filter(|&n| n + 2 == close && draft.is_number(n + 1))?;
    let digits = draft.at(comma + 1).parse::<u32>().ok().filter(|digits| *digits < 10)?;
    let value = draft.show(3..comma);
    let end = draft.line_end(0);
    let alone = (close + 1..end).all(|n| draft.at(n) != ",");
    alone.then_some(())?;
    draft.insert(end, &format!("digits {digits}"));
    draft.replace(1..close + 1, &value);
    Some("a query has its digits behind the value".to_owned())
}

/// Writes `condition ? value : value` as a condition in words.
pub(crate) fn choices(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mark = draft.find(&["?"], 2)?;
    let colon =
        draft.outside(":", mark).or_else(|| (mark..draft.len()).find(|&n| draft.at(n) == ":"))?;
    let start = (0..mark)
        .rev()
        .find(|&n| matches!(draft.at(n), "=" | "," | "(" | "show" | "chart" | "check"))?
        + 1;
    let end = (colon..draft.len())
        .find(|&n| {
            matches!(
                draft.kind(n),
                Some(TokenKind::Close | TokenKind::LineEnd | TokenKind::Comment)
            ) || matches!(draft.at(n), "," | "in" | "for")
        })
        .unwrap_or(draft.len());
    (mark > start && colon > mark + 1 && end > colon + 1).then_some(())?;
    let text = format!(
        "if {} then {} else {}",
        draft.show(start..mark),
        draft.show(mark + 1..colon),
        draft.show(colon + 1..end)
    );
    draft.replace(start..end, &text);
    Some("a condition is written `if CONDITION then VALUE else VALUE`".to_owned())
}

/// Writes a running total as the lines of a variable: `var cum[c: country] = SUM(x[c, 2024]:x[c])`.
pub(crate) fn totals(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let equals = draft.outside("=", 1).filter(|_| draft.at(0) == "var")?;
    let sum = draft.at(equals + 1).eq_ignore_ascii_case("sum") && draft.at(equals + 2) == "(";
    let close = draft.close(equals + 2).filter(|&close| sum && draft.ends_line(close + 1))?;
    let inside = equals + 3;
    let whole = draft.show(inside..close);
    let name = draft.at(inside).to_owned();
    // `x[c, $2024]:x[c]` and `x[c, 2024..t]`
    let first = |text: &str| {
        matches!(text, "first" | "2024") || text.len() == 4 && text.starts_with(['1', '2'])
    };
    let bracket = draft.at(inside + 1) == "[";
    let until = draft.close(inside + 1).filter(|_| bracket)?;
    let begins = (inside..until).rev().find(|&n| first(draft.at(n)))?;
    // `x[2025]:x[2030]` is a sum over fixed years.
    let fixed_end = (until + 1..close).any(|n| draft.is_number(n));
    let range = draft.at(until + 1) == ":" && draft.at(until + 2) == name && !fixed_end;
    let grows = draft.at(begins + 1) == ".." && draft.at(begins + 2) == "t";
    (range || grows).then_some(())?;
    let dollar = usize::from(draft.before(begins, 1) == "$");
    let letters = draft.show(inside + 2..begins - dollar).trim_end_matches([',', ' ']).to_owned();
    let fixed = whole.matches('[').count() <= 2;
    fixed.then_some(())?;
    let (head, own) = (draft.show(0..equals), draft.at(1).to_owned());
    let (index, lag) = match letters.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("[{letters}]"), format!("{letters}, ")),
    };
    let text = format!(
        "{head}\n{own}[{lag}first] = {name}{index}\n{own}{index} = {own}[{lag}t-1] + {name}{index}"
    );
    draft.replace(0..draft.line_end(0), &text);
    Some("a running total has its first year and an equation".to_owned())
}

/// Writes ranges of elements and of years inside a function: `sum(x[*], 2026..2030)`, `SUM(x[c:c])`, `COUNT(2024..2030)`.
pub(crate) fn ranges(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    if let Some(n) = (3..draft.len()).find(|&n| covers_all(draft, n, context)) {
        draft.replace(n - 1..n + 2, "*");
        return Some("all elements are `*`, as in `x[*]`".to_owned());
    }
    let dots = (3..draft.len())
        .find(|&n| draft.at(n) == ".." && draft.is_number(n - 1) && draft.is_number(n + 1))?;
    let years =
        (draft.before(dots, 1).parse::<i32>().ok()?, draft.at(dots + 1).parse::<i32>().ok()?);
    (draft.at(dots + 2) == ")").then_some(())?;
    let opens = |n: usize| draft.kind(n) == Some(TokenKind::Open);
    let open = (0..dots).rev().find(|&n| opens(n) && draft.close(n) == Some(dots + 2))?;
    let function = open.checked_sub(1)?;
    let word = draft.at(function).to_lowercase();
    let text = match (word.as_str(), open + 1 == dots - 1) {
        ("count" | "counta" | "rows" | "columns" | "len" | "length", true) => {
            (years.1 - years.0 + 1).to_string()
        }
        ("sum" | "mean" | "average" | "avg" | "min" | "max", false)
            if draft.before(dots, 2) == "," =>
        {
            let own = if matches!(word.as_str(), "average" | "avg") { "mean" } else { &word };
            let value = draft.show(open + 1..dots - 2);
            let value = if value.contains('*') { format!("{own}({value})") } else { value };
            format!("{own}(t in {}..{}: {value})", years.0, years.1)
        }
        _ => return None,
    };
    draft.replace(function..dots + 3, &text);
    Some(
        "a sum, mean or maximum over years names them first, as `sum(t in 2026..2030: x)`"
            .to_owned(),
    )
}

/// True for the `:` of a range of all elements: `x[China:Italy]`, `x[c:c]`.
fn covers_all(draft: &Draft, n: usize, context: &Context<'_>) -> bool {
    let words = [n - 3, n - 1, n + 1].into_iter().all(|n| draft.is_word(n));
    if !words
        || draft.at(n) != ":"
        || draft.before(n, 2) != "["
        || context.axes(draft.before(n, 3)).is_none()
    {
        return false;
    }
    let (from, to) = (draft.before(n, 1), draft.at(n + 1));
    match context.set_with(from).map(|set| context.elements(set)) {
        Some(elements) => elements.first() == Some(&from) && elements.last() == Some(&to),
        None => from == to,
    }
}

/// Writes the tools of what-if analysis: `data table growth 0%..10% step 1% show x`, `scenario manager: a x = 1, b x = 2`.
pub(crate) fn what_if(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    if matches!(draft.at(0), "data" | "what" | "whatif" | "sensitivity") && draft.at(1) == "table" {
        draft.replace(0..2, "sweep");
        return loose::queries(draft, context);
    }
    (draft.at(0) == "scenario" && draft.at(1) == "manager" && draft.at(2) == ":").then_some(())?;
    let end = draft.line_end(0);
    let mut lines = Vec::new();
    let mut n = 3;
    while n < end {
        let stop = draft.outside(",", n).filter(|&at| at < end).unwrap_or(end);
        (draft.is_name(n) && draft.is_name(n + 1)).then_some(())?;
        lines.push(format!("scenario {} {{ {} }}", draft.at(n), draft.show(n + 1..stop)));
        n = stop + 1;
    }
    draft.replace(0..end, &lines.join("\n"));
    Some("a scenario is written `scenario NAME { CHANGES }`".to_owned())
}

/// Writes thousands in noughts: `in 000s USD`, `in '000 USD`.
pub(crate) fn thousands(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| matches!(draft.at(n), "000" | "000s" | "1000s"))?;
    let quote = usize::from(draft.before(n, 1) == "'");
    let plural = usize::from(draft.at(n + 1) == "s" && draft.touches(n + 1));
    let unit = draft.is_word(n + 1 + plural);
    (unit && draft.at(n - 1 - quote) == "in").then_some(())?;
    draft.put_word(n - quote..n + 1 + plural, "thousand");
    Some("a scale is a word: `thousand`, `mn`, `bn` or `tn`".to_owned())
}

/// Writes a list of points with decimal commas and semicolons: `[2024: 4,5%; 2025: 4,0%]`.
pub(crate) fn points(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let open =
        draft.find(&["["], 1).filter(|&n| draft.is_number(n + 1) && draft.at(n + 2) == ":")?;
    let close = draft.close(open)?;
    let list = draft.show(open + 1..close);
    list.contains(';').then_some(())?;
    let points: Vec<String> = list.split(';').map(|point| point.trim().replace(',', ".")).collect();
    draft.replace(open + 1..close, &points.join(", "));
    Some("a decimal is written with a point, and a comma separates values".to_owned())
}
