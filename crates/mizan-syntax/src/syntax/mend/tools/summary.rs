//! Tables of statistics: `summarize x, detail`, `summary(x)`, `df["x"].describe()`, `x.stats`.

use crate::syntax::mend::context::{Context, index_letters};
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::conditions;
use crate::syntax::mend::tools::tabulated;

/// Commands and functions that print statistics of values.
const WORDS: [&str; 15] = [
    "summarize",
    "summarise",
    "summar",
    "summ",
    "su",
    "summary",
    "describe",
    "desc",
    "stats",
    "statistics",
    "tabstat",
    "skim",
    "skimr",
    "inspect",
    "describe_stats",
];
/// Names around a value that is read from a table.
const FRAMES: [&str; 8] = ["df", "data", "dt", "dat", "frame", "panel", "tbl", "d"];

/// True for a query that may have such a table; a function of the script may have the same name.
pub(crate) fn may_have(text: &str, context: &Context<'_>) -> bool {
    let words = ["summary(", "describe(", "stats(", "head(", "tail("];
    text.trim_start().starts_with("show ")
        && words.iter().any(|word| text.contains(word))
        && !context.any_line(|line| line.starts_with("function "))
}

/// Asks for the mean, the minimum and the maximum over the years, one after the other.
pub(crate) fn tables(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let last = if draft.before(end, 1) == ";" { end - 1 } else { end };
    let option = |n: usize| {
        draft.at(n) == ","
            && matches!(draft.at(n + 1).to_lowercase().as_str(), "detail" | "d" | "det")
    };
    let detail = (1..end).find(|&n| option(n));
    let lower = draft.at(0).to_lowercase();
    // `show summary(x)`, `print(summary(x))`
    let outer = matches!(lower.as_str(), "show" | "print" | "disp" | "display");
    let start = usize::from(outer) + usize::from(outer && draft.at(1) == "(");
    let word = draft.at(start).to_lowercase();
    let list = WORDS.contains(&word.as_str()) || matches!(word.as_str(), "sum") && detail.is_some();
    let method = (start + 1..last)
        .find(|&n| draft.at(n) == "." && WORDS.contains(&draft.at(n + 1).to_lowercase().as_str()));
    let (names, asked) = match (method, list && draft.at(start + 1) != "=") {
        (Some(n), _) => (start..n, draft.at(n + 1).to_owned()),
        (None, true) => (start + 1..last, draft.at(start).to_owned()),
        (None, false) => return None,
    };
    // Stata's `describe` without brackets lists the names of the columns.
    if matches!(word.as_str(), "describe" | "desc")
        && draft.at(start + 1) != "("
        && method.is_none()
    {
        (detail.is_some() || draft.ends_line(start + 1)).then_some(())?;
    }
    let stop = names.clone().find(|&n| matches!(draft.at(n), "if" | "in")).unwrap_or(names.end);
    let comma = detail.filter(|&n| n < stop).unwrap_or(stop);
    // A command without brackets has nothing but names of values before its options.
    let command = start == 0 && method.is_none() && draft.at(1) != "(";
    let library = |name: &str| {
        command
            && name.starts_with(char::is_alphabetic)
            && tabulated::is_value(name, context)
            && !tabulated::axes(name, context).is_empty()
    };
    let known = |name: &str| context.axes(name).is_some() || library(name);
    let mut values: Vec<String> = Vec::new();
    for n in names.start..comma {
        // `, stat(mean sd)` is an option.
        if command && !values.is_empty() && draft.at(n) == "," && draft.at(n + 2) == "(" {
            break;
        }
        let name = draft.at(n).trim_matches(['"', '\'']);
        let name = context.quantity_named(name).unwrap_or(name);
        if known(name) {
            values.push(name.to_owned());
        } else if name.starts_with(char::is_alphabetic) && !FRAMES.contains(&name) {
            // Options follow a comma: `tabstat x, stats(mean sd)`.
            let option = (names.start..n).any(|k| draft.at(k) == ",");
            (option && !values.is_empty()).then_some(())?;
            break;
        }
    }
    if values.is_empty() {
        values.push(context.last_variable()?.to_owned());
        (comma <= names.start + 4).then_some(())?;
    }
    let years = match draft.at(stop) {
        "if" => {
            let years = conditions::years(&draft.show(stop + 1..last), context)?;
            (years.from, years.to)
        }
        _ => (None, None),
    };
    let from = years.0.map_or("first".to_owned(), |year| year.to_string());
    let to = years.1.map_or("last".to_owned(), |year| year.to_string());
    let parts: Vec<String> =
        values.iter().filter_map(|name| measures(name, &from, &to, context)).collect();
    draft.replace(0..end, &format!("show {}", parts.join(", ")));
    Some(format!("`{asked}` is asked for measure by measure; there are no quartiles over years"))
}

/// Returns the measures of one value over the years and over all its elements.
fn measures(name: &str, from: &str, to: &str, context: &Context<'_>) -> Option<String> {
    let axes = match context.axes(name) {
        Some(axes) => axes,
        None => tabulated::axes(name, context),
    };
    let letters = index_letters(&axes);
    let mut binders: Vec<String> =
        letters.iter().zip(&axes).map(|(letter, set)| format!("{letter} in {set}")).collect();
    binders.push(format!("t in {from}..{to}"));
    let index =
        if letters.is_empty() { String::new() } else { format!("[{}]", letters.join(", ")) };
    let binders = binders.join(", ");
    let measures = ["mean", "min", "max"];
    let parts: Vec<String> = measures
        .iter()
        .map(|measure| format!("{measure}({binders}: {name}{index}) as \"{name}, {measure}\""))
        .collect();
    Some(parts.join(", "))
}

/// Asks for a part of a table: `x.head()`, `head(x, 3)`, `tail(x, 3)`, `x.tail(2)`.
pub(crate) fn previews(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let start = usize::from(draft.at(0) == "show");
    let end = draft.line_end(0);
    let method = draft.at(start + 1) == "." && draft.at(start + 3) == "(";
    let (word, name, count) = match method {
        true => (draft.at(start + 2), draft.at(start), start + 4),
        false => (draft.at(start), draft.at(start + 2), start + 4),
    };
    let called = method || draft.at(start + 1) == "(";
    let whole = called && draft.before(end, 1) == ")";
    let known = context.axes(name).is_some() && whole;
    let (first, last) = context.years()?;
    let rows = draft.at(count).parse::<i32>().ok();
    let years = match (word, rows) {
        ("tail", rows) => format!(" in {}..", last + 1 - rows.unwrap_or(5).min(last - first)),
        ("head", Some(rows)) => format!(" in ..{}", first - 1 + rows.min(last - first)),
        ("head" | "info" | "to_string" | "display" | "View" | "glimpse", None) => String::new(),
        _ => return None,
    };
    let text = known.then(|| format!("show {name}{years}"))?;
    draft.replace(0..end, &text);
    Some("a table is asked for with `show`".to_owned())
}
