//! Commands of Stata that choose rows or add up: `gen cum = sum(x)`, `keep if`, `collapse`, `list x if year > 2027`.

use crate::syntax::mend::context::{Context, index_letters};
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::opening;
use crate::syntax::mend::tools::{operators, tabulated};

/// Writes a running sum: `gen cum = sum(x)`, `bysort partner (year): gen cum = sum(x)`. The group's sum is `egen total()`.
pub(crate) fn running_sums(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let at = match draft.at(0) {
        "by" | "bys" | "bysort" => draft.outside(":", 1)? + 1,
        _ => 0,
    };
    let sum = matches!(draft.at(at), "gen" | "generate" | "genr")
        && draft.at(at + 2) == "="
        && draft.at(at + 3) == "sum"
        && draft.at(at + 4) == "(";
    let close = draft.close(at + 4).filter(|_| sum)?;
    (draft.ends_line(close + 1) && close == at + 6).then_some(())?;
    let (name, value) = (draft.at(at + 1).to_owned(), draft.at(at + 5).to_owned());
    let (axes, unit) = (context.axes(&value)?, context.unit_of(&value));
    let letters = index_letters(&axes);
    let heads: Vec<String> =
        letters.iter().zip(&axes).map(|(letter, set)| format!("{letter}: {set}")).collect();
    let index = |tail: &str| {
        let mut parts = letters.clone();
        if !tail.is_empty() {
            parts.push(tail.to_owned());
        }
        if parts.is_empty() { String::new() } else { format!("[{}]", parts.join(", ")) }
    };
    let head = if heads.is_empty() { String::new() } else { format!("[{}]", heads.join(", ")) };
    let (all, first, last) = (index(""), index("first"), index("t-1"));
    let text = format!(
        "var {name}{head}{unit}\n{name}{first} = {value}{all}\n{name}{all} = {name}{last} + {value}{all}"
    );
    let end = draft.len();
    draft.replace(0..end, &text);
    Some(
        "`gen` with `sum()` is a running sum in Stata; it adds to the value of last year"
            .to_owned(),
    )
}

/// Takes a prefix off: `quietly summarize x`, `capture list x`.
pub(crate) fn prefixes(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let prefix = matches!(draft.at(0), "quietly" | "qui" | "capture" | "cap" | "noisily");
    (prefix && draft.is_word(1) && draft.at(1) != "drop").then_some(())?;
    let word = draft.at(0).to_owned();
    draft.remove(0..1);
    opening::queries(draft, context)?;
    Some(format!("`{word}` is not needed here"))
}

/// Writes a list of values for some rows: `list country exports if year == 2030`, `list gdp imports in 1/3`.
pub(crate) fn lists(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "list" | "li" | "browse" | "br" | "sum" | "summarize").then_some(())?;
    let end = draft.line_end(0);
    let stop = (1..end).find(|&n| matches!(draft.at(n), "if" | "in" | ",")).unwrap_or(end);
    // `list gdp, imports` separates its values as Mizan does.
    if draft.at(stop) == "," && context.declares(draft.at(stop + 1)) {
        return None;
    }
    let names: Vec<String> = (1..stop)
        .map(|n| draft.at(n).to_owned())
        .filter(|name| {
            context.elements(name).is_empty() && !matches!(name.as_str(), "year" | "t" | "date")
        })
        .collect();
    if names.is_empty()
        || !names.iter().all(|name| context.declares(name) || tabulated::is_value(name, context))
        || stop == end && names.len() == stop - 1 && names.len() < 2
    {
        return None;
    }
    let mut text = format!("show {}", names.join(", "));
    let (first, _) = context.years()?;
    if draft.at(stop) == "in" && draft.is_number(stop + 1) && draft.at(stop + 1).len() < 3 {
        let from: i32 = draft.at(stop + 1).parse().ok()?;
        let to: i32 =
            if draft.at(stop + 2) == "/" { draft.at(stop + 3).parse().ok()? } else { from };
        text.push_str(&format!(" in {}..{}", first + from - 1, first + to - 1));
    } else if draft.at(stop) == "if" {
        let mut condition = Draft::of(&format!("{text} {}", draft.show(stop..end)));
        match rows(&condition, context) {
            Some(element) => {
                let [name] = names.as_slice() else { return None };
                text = format!("show {name}[{element}]");
            }
            None => {
                operators::year_conditions(&mut condition, context)?;
                text = condition.text();
            }
        }
    }
    draft.replace(0..end, &text);
    Some("a query has its values, separated by commas, and the years after `in`".to_owned())
}

/// Returns the element that the condition of a line names: `if country == "Georgia"`.
fn rows(draft: &Draft, context: &Context<'_>) -> Option<String> {
    let at = draft.find(&["if"], 0)?;
    let one = matches!(draft.at(at + 2), "=" | "==") && draft.ends_line(at + 4);
    let element = draft.at(at + 3).trim_matches('"').to_owned();
    (one && context.elements(draft.at(at + 1)).contains(&element.as_str())).then_some(element)
}
