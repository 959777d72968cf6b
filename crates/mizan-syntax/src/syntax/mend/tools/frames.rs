//! Columns and groups of statistics packages: `bysort partner: gen ...`, `df["x"]`, `df %>% mutate(x = ...)`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;

/// Usual names of a table of data in Python and R.
const FRAMES: &[&str] = &["df", "data", "dt", "dat", "frame", "panel", "dataset", "wf", "tbl", "d"];
/// Functions of R that give new columns.
const NEW_COLUMNS: &[&str] =
    &["mutate", "transmute", "summarise", "summarize", "assign", "transform", "with_columns"];

/// Removes the prefix of Stata that repeats a statement for each group: `bysort partner: gen ...`, `qui: ...`.
pub(crate) fn prefixes(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    const PREFIXES: &[&str] = &[
        "by", "bys", "bysort", "qui", "quietly", "quiet", "estpost", "eststo", "cap", "capture",
        "noisily", "xi",
    ];
    let word = draft.at(0).to_owned();
    PREFIXES.contains(&word.as_str()).then_some(())?;
    let grouped = word.starts_with("by");
    let colon = draft.outside(":", 1).filter(|&n| n < draft.line_end(0));
    let end = match colon {
        Some(n) => n + 1,
        None if grouped => return None,
        None => 1,
    };
    draft.remove(0..end);
    Some(match grouped {
        true => "a line with an index holds for every element, without a prefix".to_owned(),
        false => format!("`{word}` is not needed here"),
    })
}

/// Writes the number of an observation in Stata as a year: `x[_n-1]`.
pub(crate) fn observations(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = false;
    while let Some(n) = draft.find(&["_n"], 0) {
        draft.replace(n..n + 1, "t");
        found = true;
    }
    found.then(|| "a lag is a year in square brackets, as `x[t-1]`".to_owned())
}

/// Writes columns of a table by their names: `df["x"]`, `df$x`, `df.x`.
pub(crate) fn columns(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut found = false;
    let mut n = 0;
    while n < draft.len() {
        let frame = FRAMES.contains(&draft.at(n)) && !context.declares(draft.at(n));
        let sign = draft.at(n + 1).to_owned();
        let quoted = sign == "["
            && matches!(draft.kind(n + 2), Some(TokenKind::Text))
            && draft.at(n + 3) == "]";
        let single = sign == "[" && draft.at(n + 2) == "'" && draft.at(n + 4) == "'";
        let dotted = matches!(sign.as_str(), "$" | ".")
            && draft.is_word(n + 2)
            && (context.declares(draft.at(n + 2)) || n == 0 && draft.at(n + 3) == "=");
        // A new column of a table: `exports$total <- ...`
        let new = n == 0 && sign == "$" && matches!(draft.at(3), "=" | "<");
        let frame = frame || new;
        let dotted = dotted || new;
        let (name, end) = match (frame, quoted, single, dotted) {
            (true, true, _, _) => (draft.at(n + 2).trim_matches('"').to_owned(), n + 4),
            (true, _, true, _) => (draft.at(n + 3).to_owned(), n + 6),
            (true, _, _, true) => (draft.at(n + 2).to_owned(), n + 3),
            _ => {
                n += 1;
                continue;
            }
        };
        draft.replace(n..end, &name);
        found = true;
        n += 1;
    }
    found.then(|| "a quantity has a name of its own, without the table it comes from".to_owned())
}

/// Writes new columns of R as declarations: `exports %>% mutate(share = exports / sum(exports))`.
pub(crate) fn new_columns(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n =
        (0..draft.len()).find(|&n| NEW_COLUMNS.contains(&draft.at(n)) && draft.at(n + 1) == "(")?;
    let close = draft.close(n + 1)?;
    let mut lines = Vec::new();
    let mut from = n + 2;
    while from < close {
        let comma = draft.outside(",", from).filter(|&at| at < close).unwrap_or(close);
        if draft.is_word(from) && draft.at(from + 1) == "=" {
            lines.push(format!("var {}", draft.show(from..comma)));
        }
        from = comma + 1;
    }
    if lines.is_empty() {
        return None;
    }
    let all = draft.len();
    draft.replace(0..all, &lines.join("\n"));
    Some("a new column is a variable, declared with `var`".to_owned())
}

/// Writes `gen x = 1 if year > 2026` with a condition, and `replace x = 2 if partner == "China"` with an index.
pub(crate) fn conditions_last(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const GIVE: &[&str] = &["gen", "generate", "genr", "egen", "series", "replace", "let", "var"];
    if !GIVE.contains(&draft.at(0)) {
        return None;
    }
    let end = draft.line_end(0);
    let equals = draft.outside("=", 1)?;
    let at = draft.outside("if", equals).filter(|&n| n > equals + 1 && n < end)?;
    if draft.find(&["then"], at).is_some() || draft.find(&["else"], at).is_some() {
        return None;
    }
    let (name, value) = (draft.show(1..equals), draft.show(equals + 1..at));
    let set = draft.at(at + 1).to_owned();
    let one = matches!(draft.at(at + 2), "=" | "==") && at + 4 == end;
    if draft.at(0) == "replace" && one && !context.elements(&set).is_empty() {
        let element = draft.at(at + 3).to_owned();
        let inner = element.trim_matches('"');
        let plain = inner.chars().all(char::is_alphanumeric);
        let element = if plain { inner.to_owned() } else { element };
        draft.replace(0..end, &format!("scenario changed {{ {name}[{element}] = {value} }}"));
        return Some(
            "a value does not change while a script runs; a scenario gives it another value"
                .to_owned(),
        );
    }
    if draft.at(0) == "replace" {
        return None;
    }
    let condition = draft.show(at + 1..end).replace("year", "t");
    draft.replace(0..end, &format!("var {name} = if {condition} then {value} else 0"));
    Some("a condition is written `if CONDITION then VALUE else VALUE`".to_owned())
}

/// Writes a loop over variables once for each: `foreach v of varlist a b { gen l`v' = ln(`v') }`.
pub(crate) fn over_variables(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "foreach" && matches!(draft.at(2), "of" | "in")).then_some(())?;
    let open = draft.find(&["{"], 2)?;
    let close = draft.close(open)?;
    let first = if draft.at(2) == "of" { 4 } else { 3 };
    let names = draft.show(first..open);
    let (letter, body) = (draft.at(1).to_owned(), draft.show(open + 1..close));
    let mark = format!("`{letter}'");
    if !body.contains(&mark) {
        return None;
    }
    let lines: Vec<String> = names
        .split_whitespace()
        .flat_map(|name| {
            let filled = body.replace(&mark, name);
            let lines: Vec<String> = filled
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect();
            lines
        })
        .collect();
    let all = draft.len();
    draft.replace(0..all, &each_line(&lines));
    Some("there are no loops; each variable has its line".to_owned())
}

/// Replaces the first word of each line that declares a value in Stata.
fn each_line(lines: &[String]) -> String {
    let line = |line: &String| match line.split_once(' ') {
        Some(("gen" | "generate" | "egen" | "genr" | "series", rest)) => format!("var {rest}"),
        _ => line.clone(),
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Writes names with marks of Stata and R plainly: `x' of a macro, `dplyr::lag`.
pub(crate) fn marks(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = false;
    let mut n = 0;
    while n + 2 < draft.len() {
        if draft.at(n) == "`" && draft.is_word(n + 1) && draft.at(n + 2) == "'" {
            let name = draft.at(n + 1).to_owned();
            draft.replace(n..n + 3, &name);
            found = true;
        } else if draft.is_word(n) && draft.at(n + 1) == ":" && draft.at(n + 2) == ":" {
            draft.remove(n..n + 3);
            found = true;
        }
        n += 1;
    }
    // `mean(x, na.rm = TRUE)`
    if let Some(n) = draft.find(&[",", "na", ".", "rm", "="], 1) {
        draft.remove(n..n + 6);
        if draft.at(1) == "(" {
            draft.insert(0, "show");
        }
        return Some("a value is never missing; `na.rm` is not needed here".to_owned());
    }
    found.then(|| "a name has no marks around it".to_owned())
}

/// Writes a list of Python with a loop inside as one expression: `[2 * b for b in base]`.
pub(crate) fn comprehensions(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let open = (1..draft.len()).find(|&n| matches!(draft.at(n), "[" | "{" | "("))?;
    let close = draft.close(open)?;
    let n = draft.find(&["for"], open).filter(|&n| n < close && draft.at(n + 2) == "in")?;
    let (letter, list) = (draft.at(n + 1).to_owned(), draft.at(n + 3).to_owned());
    let from = draft.find(&[":"], open).filter(|&at| at < n).map_or(open + 1, |at| at + 1);
    let mut body = Draft::of(&draft.show(from..n));
    let named = context.declares(&list) && n + 4 == close;
    for k in 0..body.len() {
        if body.at(k) == letter && named {
            body.replace(k..k + 1, &list);
        }
    }
    draft.replace(open..close + 1, &body.text());
    Some("a line with an index holds for every element, without a loop".to_owned())
}

/// Writes a cell of a table of data: `df.loc["China", "exports"]`, `exports[["China"]]`.
pub(crate) fn cells(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "an element is written in square brackets behind the name";
    if let Some(n) = draft.find(&["[", "["], 1)
        && draft.at(n + 3) == "]"
        && draft.at(n + 4) == "]"
    {
        let element = draft.at(n + 2).to_owned();
        draft.replace(n..n + 5, &format!("[{element}]"));
        return Some(MESSAGE.to_owned());
    }
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "."
            && matches!(draft.at(n + 1), "loc" | "at" | "iloc")
            && draft.at(n + 2) == "["
    })?;
    let close = draft.close(n + 2)?;
    let inside = draft.show(n + 3..close);
    let parts: Vec<&str> =
        inside.split(',').map(|part| part.trim().trim_matches(['"', '\''])).collect();
    let year = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let value = |part: &&&str| {
        context.declares(part) || !year(part) && **part != ":" && context.may_be_value(part)
    };
    let name = parts.iter().find(value)?;
    let element = parts.iter().find(|part| *part != name && !part.is_empty() && **part != ":");
    // `show df.loc[2030, "balance"]`
    let alone = matches!(draft.at(0), "show" | "chart") && n == 2 && draft.ends_line(close + 1);
    if let Some(year) = element.filter(|element| alone && year(element)) {
        draft.replace(n - 1..close + 1, &format!("{name} in {year}"));
        return Some("the years of a query follow `in`".to_owned());
    }
    let index = element.map(|element| format!("[{element}]")).unwrap_or_default();
    draft.replace(n - 1..close + 1, &format!("{name}{index}"));
    Some(MESSAGE.to_owned())
}

/// Writes a moving average of pandas as a call: `imports.rolling(3).mean()`.
pub(crate) fn rolling(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = draft.find(&[".", "rolling", "("], 1)?;
    let close = draft.close(n + 2)?;
    let years = draft.show(n + 3..close);
    let years = years.trim_start_matches("window").trim_start_matches(['=', ' ']).to_owned();
    let end = if draft.at(close + 1) == "." { draft.close(close + 3)? + 1 } else { close + 1 };
    let start = match draft.before(n, 1) == "]" {
        true => (0..n).rev().find(|&k| draft.at(k) == "[")?.checked_sub(1)?,
        false => n - 1,
    };
    let mut value = Draft::of(&draft.show(start..n));
    let _ = columns(&mut value, context);
    draft.replace(start..end, &format!("movav({}, {years})", value.text()));
    Some("an average over years is a sum of lags".to_owned())
}
