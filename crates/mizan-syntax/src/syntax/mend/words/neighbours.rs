//! Values of other years and elements in calls and indices: `change(x, 2)`, `growth(x, 2024, 2030)`, `cum[k] = cum[k-1] + x[k]`.
//!
//! In: a statement that the grammar reads. Out: the same with a lag, a year or one line for each element.

use crate::syntax::mend::context::{Context, index_letters};
use crate::syntax::mend::draft::Draft;

/// True if a text may have a call with a number of years.
pub(crate) fn may_count(text: &str) -> bool {
    ["change(", "growth("].iter().any(|call| text.contains(call)) && text.contains(',')
}

/// Writes changes over several years with lags: `change(x, 2)`, `growth(x[food], 5)`, `growth(x, 2024, 2030)`.
pub(crate) fn changes(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut found = None;
    for n in (0..draft.len().saturating_sub(3)).rev() {
        found = change(draft, n, context).or(found);
    }
    found
}

/// Rewrites the call at `n`.
fn change(draft: &mut Draft, n: usize, context: &Context<'_>) -> Option<String> {
    let function = draft.at(n).to_owned();
    (matches!(function.as_str(), "change" | "growth") && draft.at(n + 1) == "(").then_some(())?;
    let own = context.whole().contains(&format!("function {function}("));
    (!own && !context.uses_own_library()).then_some(())?;
    let (arguments, close) = draft.arguments(n + 1)?;
    let (value, years) = arguments.split_first()?;
    let value = draft.show(value.clone());
    let number = |one: &std::ops::Range<usize>| {
        (one.len() == 1 && draft.is_number(one.start)).then(|| draft.at(one.start).to_owned())
    };
    let years: Vec<String> = years.iter().map(number).collect::<Option<_>>()?;
    let dated = |year: &String| year.len() == 4;
    let (to, from) = match years.as_slice() {
        [lag] if lag.len() < 3 => (value.clone(), indexed(&value, &format!("t-{lag}"), context)?),
        [from] if dated(from) => (value.clone(), indexed(&value, from, context)?),
        [from, to] if dated(from) && dated(to) => {
            (indexed(&value, to, context)?, indexed(&value, from, context)?)
        }
        _ => return None,
    };
    let text = match function.as_str() {
        "change" => format!("({to} - {from})"),
        _ => format!("({to} / {from} - 1)"),
    };
    // A value alone needs no brackets.
    let alone = matches!(draft.before(n, 1), "show" | "chart" | "=" | ",")
        && (draft.ends_line(close + 1) || matches!(draft.at(close + 1), "in" | "for" | "as" | ","));
    let text = if alone { text.trim_matches(['(', ')']).to_owned() } else { text };
    draft.replace(n..close + 1, &text);
    Some(format!("`{function}(x)` is about the year before; other years are read with an index"))
}

/// Returns a reference with one more index; `None` for another expression.
fn indexed(value: &str, year: &str, context: &Context<'_>) -> Option<String> {
    let name = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    match value.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
        Some((own, index)) if name(own) && !index.contains('[') => {
            Some(format!("{own}[{index}, {year}]"))
        }
        None if name(value) && context.axes(value).is_none_or(|axes| axes.is_empty()) => {
            Some(format!("{value}[{year}]"))
        }
        _ => None,
    }
}

/// True if a text may be a sum over lags with weights.
pub(crate) fn may_weigh(text: &str) -> bool {
    text.contains("sum(") && text.contains("[t-") && text.contains("..")
}

/// Writes a sum over lags whose weights are a list: `sum(k in 0..2: w[k] * y[t-k])`.
pub(crate) fn weights(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = draft.find(&["sum", "("], 0)?;
    let close = draft.close(n + 1)?;
    let (letter, lags) = (draft.at(n + 2).to_owned(), n + 8);
    (draft.at(n + 3) == "in" && draft.at(n + 5) == ".." && draft.at(n + 7) == ":").then_some(())?;
    let (first, last): (usize, usize) =
        (draft.at(n + 4).parse().ok()?, draft.at(n + 6).parse().ok()?);
    (first <= last && last - first < 8).then_some(())?;
    let weight = (lags..close).find(|&k| {
        draft.is_name(k)
            && draft.at(k + 1) == "["
            && draft.at(k + 2) == letter
            && draft.at(k + 3) == "]"
    })?;
    let values = context.list_of(draft.at(weight))?;
    (values.len() == last - first + 1).then_some(())?;
    let mut terms = Vec::new();
    for (lag, value) in (first..=last).zip(values) {
        let mut term = Draft::of(&draft.show(lags..close));
        let own = weight - lags;
        term.replace(own..own + 4, value);
        while let Some(at) = term.find(&["-", &letter, "]"], 0) {
            match lag {
                0 if term.before(at, 2) == "[" => term.remove(at - 2..at + 3),
                0 => term.remove(at - 2..at + 2),
                lag => term.replace(at + 1..at + 2, &lag.to_string()),
            }
        }
        (term.find(&[&letter], 0).is_none()).then_some(())?;
        terms.push(term.text());
    }
    draft.replace(n..close + 1, &format!("({})", terms.join(" + ")));
    Some("the weights of lags are written out".to_owned())
}

/// True for an equation without an index whose variable may have some.
pub(crate) fn may_lack_index(text: &str) -> bool {
    let left = text.split('=').next().unwrap_or_default().trim_end();
    !left.is_empty() && left.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Writes the index of an equation whose variable is declared with one and without a value: `tax = 0.1 * size` behind
/// `var tax[sector]`.
pub(crate) fn left_indices(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (draft.is_name(0) && draft.at(1) == "=").then_some(())?;
    let name = draft.at(0).to_owned();
    let head = context.quantity_head(&name)?;
    let axes = context.axes(&name).filter(|axes| !axes.is_empty())?;
    let open = !head.contains('=') && axes.iter().all(|set| context.has_set(set));
    // Another line may give the value of single elements.
    let alone = context.mentions(&format!("{name}[")) < 2;
    (open && alone).then_some(())?;
    let letters = index_letters(&axes);
    let end = draft.line_end(0);
    for n in (2..end).rev() {
        let bare = draft.is_name(n)
            && !matches!(draft.at(n + 1), "[" | "(" | ".")
            && draft.before(n, 1) != ".";
        let Some(own) = bare.then(|| context.axes(draft.at(n))).flatten() else { continue };
        if own.is_empty() {
            continue;
        }
        let index = |set: &&str| {
            axes.iter().position(|axis| axis == set).and_then(|at| letters.get(at)).cloned()
        };
        let index: Vec<String> = own.iter().map(index).collect::<Option<_>>()?;
        let text = format!("{}[{}]", draft.at(n), index.join(", "));
        draft.replace(n..n + 1, &text);
    }
    draft.replace(0..1, &format!("{name}[{}]", letters.join(", ")));
    Some("an equation of a variable with an index has the index on both sides".to_owned())
}

/// True if a text may read the element before or after another one.
pub(crate) fn may_step(text: &str) -> bool {
    let Some((left, right)) = text.split_once('=') else { return false };
    let letter = left.split_once('[').and_then(|(_, index)| index.split([']', ':', ',']).next());
    letter.map(str::trim).is_some_and(|letter| {
        letter.len() == 1
            && letter != "t"
            && ["-1", "+1", " - 1", " + 1"]
                .iter()
                .any(|step| right.contains(&format!("{letter}{step}")))
    })
}

/// Writes an equation that reads the element before as one line for each element: `cum[k] = cum[k-1] + x[k]`.
pub(crate) fn elements(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MOST: usize = 12;
    let start = usize::from(draft.at(0) == "var");
    let (name, letter) = (draft.at(start).to_owned(), draft.at(start + 2).to_owned());
    (draft.is_name(start) && draft.at(start + 1) == "[").then_some(())?;
    let close = draft.close(start + 1)?;
    let set = match (draft.at(start + 3), context.axes(&name)) {
        (":", _) => draft.at(start + 4).to_owned(),
        (_, Some(axes)) => (*axes.first()?).to_owned(),
        _ => return None,
    };
    let known = context.members(&set);
    let equals = draft.outside("=", close)?;
    // Numbers in quotes and years have an order of their own.
    ((2..=MOST).contains(&known.len()) && start == 0 && equals == close + 1).then_some(())?;
    let end = draft.line_end(equals);
    let step = |n: usize| -> Option<i32> {
        (draft.at(n) == letter && matches!(draft.before(n, 1), "[" | ",")).then_some(())?;
        match (draft.at(n + 1), draft.at(n + 2), draft.at(n + 3)) {
            ("-", "1", "]" | ",") => Some(-1),
            ("+", "1", "]" | ",") => Some(1),
            ("]" | ",", ..) => Some(0),
            _ => None,
        }
    };
    let places: Vec<usize> = (close..end).filter(|&n| draft.at(n) == letter).collect();
    let steps: Vec<i32> = places.iter().map(|&n| step(n)).collect::<Option<_>>()?;
    steps.iter().any(|step| *step != 0).then_some(())?;
    let at = |n: i32| usize::try_from(n).ok().and_then(|n| known.get(n)).copied();
    let mut lines = Vec::new();
    for n in 0..i32::try_from(known.len()).ok()? {
        let Some(named) = steps.iter().map(|step| at(n + step)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let mut line = Draft::of(&draft.show(0..end));
        for ((place, step), element) in places.iter().zip(&steps).zip(named).rev() {
            let stop = place + if *step == 0 { 1 } else { 3 };
            line.replace(*place..stop, element);
        }
        line.replace(start + 2..start + 3, at(n)?);
        lines.push(line.text());
    }
    draft.replace(0..end, &lines.join("\n"));
    Some("elements have no order; each element has an equation of its own".to_owned())
}
