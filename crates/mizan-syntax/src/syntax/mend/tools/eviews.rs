//! Objects, samples and loops of EViews, and the sketch of Vensim: `m1.append y = x`, `@after("2026")`, `y = 2 ~ Dmnl ~ |`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;

/// Returns the years of a text such as `"2026 2028"`.
fn years_in(text: &str) -> Vec<&str> {
    text.trim_matches('"')
        .split([' ', ','])
        .filter(|part| part.len() == 4 && part.parse::<i32>().is_ok())
        .collect()
}

/// Writes dummies of a sample as conditions: `@after("2026")`, `@before("2027")`, `@during("2026 2028")`.
pub(crate) fn samples(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (0..draft.len()).find(|&n| {
        draft.at(n) == "@"
            && matches!(draft.at(n + 1), "after" | "before" | "during" | "elem")
            && draft.at(n + 2) == "("
    })?;
    let close = draft.close(n + 2)?;
    let text = (n + 3..close).find(|&k| draft.kind(k) == Some(TokenKind::Text))?;
    let years = years_in(draft.at(text));
    let condition = match (draft.at(n + 1), years.as_slice()) {
        ("after", [year]) => format!("t >= {year}"),
        ("before", [year]) => format!("t < {year}"),
        ("during", [year]) => format!("t == {year}"),
        ("during", [from, to]) => format!("t >= {from} and t <= {to}"),
        ("elem", [year]) if context.declares(draft.at(n + 3)) => {
            let value = format!("{}[{year}]", draft.at(n + 3));
            draft.replace(n..close + 1, &value);
            return Some("the year of a value is in square brackets, as `x[2026]`".to_owned());
        }
        _ => return None,
    };
    let text = format!("(if {condition} then 1 else 0)");
    let whole = draft.before(n, 1) == "=" && draft.ends_line(close + 1);
    let text = if whole { text.trim_matches(['(', ')']).to_owned() } else { text };
    draft.replace(n..close + 1, &text);
    Some("a condition on the current year compares `t`".to_owned())
}

/// Writes a statistic of a sample over its years: `@mean(x, "2025 2028")`.
pub(crate) fn statistics(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (0..draft.len()).find(|&n| {
        matches!(draft.at(n), "mean" | "sum" | "max" | "min")
            && draft.at(n + 1) == "("
            && draft.at(n + 3) == ","
            && draft.kind(n + 4) == Some(TokenKind::Text)
            && draft.at(n + 5) == ")"
    })?;
    let years = years_in(draft.at(n + 4));
    let ([from, to], start) =
        (years.as_slice(), if n > 0 && draft.before(n, 1) == "@" { n - 1 } else { n })
    else {
        return None;
    };
    let text = format!("{}(t in {from}..{to}: {})", draft.at(n), draft.at(n + 2));
    draft.replace(start..n + 6, &text);
    Some(
        "a sum, mean or maximum over years names them first, as `sum(t in 2026..2030: x)`"
            .to_owned(),
    )
}

/// Writes an equation of a change as one of the value: `dlog(x) = 0.04`, `d(x) = 5`, `log(x) = y`.
pub(crate) fn left_functions(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let call = draft.at(1) == "(" && draft.at(3) == ")" && draft.at(4) == "=" && draft.is_name(2);
    (call && context.may_be_value(draft.at(2))).then_some(())?;
    let (name, end) = (draft.at(2).to_owned(), draft.line_end(0));
    let value = draft.show(5..end);
    let text = match draft.at(0).to_lowercase().as_str() {
        "dlog" | "dln" => format!("{name} = {name}[t-1] * exp({value})"),
        "d" | "diff" | "change" | "delta" => format!("{name} = {name}[t-1] + {value}"),
        "log" | "ln" => format!("{name} = exp({value})"),
        "pch" | "pchy" | "growth" => format!("{name} = {name}[t-1] * (1 + {value})"),
        _ => return None,
    };
    draft.replace(0..end, &text);
    Some("an equation has the variable alone on its left".to_owned())
}

/// Writes commands of a model object: `m1.append tax = 0.2 * imports`, `m1.exclude imports`.
pub(crate) fn models(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    if draft.at(0) == "model" && draft.is_name(1) && draft.ends_line(2) {
        draft.remove(0..2);
        return Some("equations need no model object; all of them hold".to_owned());
    }
    let found = draft.is_name(0) && draft.at(1) == "." && !context.declares(draft.at(0));
    found.then_some(())?;
    let end = draft.line_end(0);
    match draft.at(2) {
        "append" | "merge" => {
            let mut at = 3;
            if draft.at(at) == "@" {
                at += 2;
            }
            (draft.outside("=", at).is_some()).then_some(())?;
            let name = draft.at(at).to_owned();
            let var = if context.declares(&name) { "" } else { "var " };
            let text = format!("{var}{}", draft.show(at..end));
            draft.replace(0..end, &text);
            Some("equations need no model object; all of them hold".to_owned())
        }
        "control" if draft.is_name(3) && draft.is_name(5) && draft.ends_line(6) => {
            let text = format!("find {} so that {} == {}", draft.at(3), draft.at(4), draft.at(5));
            draft.replace(0..end, &text);
            Some("`find` looks for the value of an input".to_owned())
        }
        "solve" | "solveopt" | "msg" | "update" | "spec" | "text" | "eqs" | "vars"
        | "makegroup" | "stochastic" | "addinit" | "trace" | "block" => {
            let word = draft.at(0).to_owned();
            draft.remove(0..end);
            Some(format!("`{word}` is not needed here"))
        }
        _ => None,
    }
}

/// Writes values in a row as a path: `rate.fill 0.01, 0.02, 0.03`.
pub(crate) fn fills(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (draft.is_name(0) && draft.at(1) == "." && draft.at(2) == "fill").then_some(())?;
    let (mut points, mut n) = (Vec::new(), 3);
    if draft.at(n) == "(" {
        n = draft.close(n)? + 1;
    }
    let (first, last) = context.years()?;
    let mut year = first;
    while draft.is_number(n) {
        let end = draft.amount_end(n);
        points.push(format!("{year}: {}", draft.show(n..end)));
        year += 1;
        n = end + usize::from(draft.at(end) == ",");
    }
    (draft.ends_line(n) && year <= last + 1 && points.len() > 1).then_some(())?;
    let word = if context.gives(draft.at(0)) { "" } else { "param " };
    let text = format!("{word}{} = [{}]", draft.at(0), points.join(", "));
    let end = draft.line_end(0);
    draft.replace(0..end, &text);
    Some("values of several years are a path in square brackets".to_owned())
}

/// Writes a lead in square brackets: `x(+1)`.
pub(crate) fn leads(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "("
            && draft.at(n + 1) == "+"
            && draft.is_number(n + 2)
            && draft.at(n + 3) == ")"
            && context.declares(draft.before(n, 1))
    })?;
    let text = format!("[t+{}]", draft.at(n + 2));
    draft.replace(n..n + 4, &text);
    Some("the next year is in square brackets, as `x[t+1]`".to_owned())
}

/// Writes the lookup of Vensim over the years as a path: `WITH LOOKUP(Time, ([(0,0)-(10,10)], (2024, 1), (2030, 4)))`.
pub(crate) fn lookups(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = draft.find(&["WITH", "LOOKUP", "("], 1)?;
    let close = draft.close(n + 2)?;
    matches!(draft.at(n + 3).to_lowercase().as_str(), "time" | "t").then_some(())?;
    let mut points = Vec::new();
    let mut at = n + 4;
    while at < close {
        if draft.at(at) == "[" {
            at = draft.close(at)?;
        }
        if draft.at(at) == "(" && draft.is_number(at + 1) && draft.at(at + 2) == "," {
            let end = draft.close(at)?;
            if draft.at(at + 1).len() != 4 {
                return None;
            }
            points.push(format!("{}: {}", draft.at(at + 1), draft.show(at + 3..end)));
            at = end;
        }
        at += 1;
    }
    let name = (0..n).find(|&k| draft.is_name(k) && matches!(draft.at(k + 1), "=" | ":"))?;
    let unit = match draft.at(name + 1) == ":" {
        true => draft.show(name + 1..draft.outside("=", 1)?),
        false => String::new(),
    };
    (points.len() > 1).then_some(())?;
    let text = format!("param {}{unit} = [{}]", draft.at(name), points.join(", "));
    let end = draft.len();
    draft.replace(0..end, &text);
    Some("a lookup over the years is a path in square brackets".to_owned())
}

/// Writes a reduction of Vensim: `SUM(x[partner!])`, `VMAX(x[s!])`.
pub(crate) fn marked(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = false;
    while let Some(n) = (2..draft.len()).find(|&n| {
        draft.at(n) == "!" && matches!(draft.at(n + 1), "]" | ",") && draft.is_word(n - 1)
    }) {
        let call = (0..n).rev().find(|&k| draft.at(k) == "(").filter(|&k| k > 0)?;
        let own = match draft.before(call, 1) {
            "SUM" | "sum" | "Sum" => "sum",
            "VMAX" | "vmax" => "max",
            "VMIN" | "vmin" => "min",
            "PROD" | "prod" => "product",
            _ => return None,
        };
        draft.replace(n - 1..n + 1, "*");
        draft.replace(call - 1..call, own);
        found = true;
    }
    found.then(|| "a sum over all elements is written `sum(x[*])`".to_owned())
}

/// Writes functions of Vensim with names of several words: `SAMPLE IF TRUE`, `ACTIVE INITIAL`, `PULSE TRAIN`.
pub(crate) fn functions(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let arguments = |draft: &Draft, open: usize| -> Option<(Vec<String>, usize)> {
        let close = draft.close(open)?;
        let (mut list, mut from) = (Vec::new(), open + 1);
        while from < close {
            let comma = draft.outside(",", from).filter(|&at| at < close).unwrap_or(close);
            list.push(draft.show(from..comma));
            from = comma + 1;
        }
        Some((list, close))
    };
    if let Some(n) = draft.find(&["ACTIVE", "INITIAL", "("], 1) {
        let (list, close) = arguments(draft, n + 2)?;
        draft.replace(n..close + 1, list.first()?);
        return Some("the solver finds its own start; an initial value is not named".to_owned());
    }
    if let Some(n) = draft.find(&["PULSE", "TRAIN", "("], 1) {
        let (list, close) = arguments(draft, n + 2)?;
        let [start, width, every, end] = list.as_slice() else { return None };
        let text = format!(
            "if t >= {start} and t <= {end} and mod((t - {start}) / 1 year, {every}) < {width} then 1 else 0"
        );
        let text = if draft.before(n, 1) == "=" { text } else { format!("({text})") };
        draft.replace(n..close + 1, &text);
        return Some("a pulse is a condition on the current year `t`".to_owned());
    }
    let n = draft.find(&["SAMPLE", "IF", "TRUE", "("], 1)?;
    let (list, close) = arguments(draft, n + 3)?;
    let [condition, value, first] = list.as_slice() else { return None };
    let name = (0..n).find(|&k| draft.is_name(k))?;
    let equals = draft.outside("=", 1).filter(|&k| k + 1 == n && draft.ends_line(close + 1))?;
    let (name, head) = (draft.at(name).to_owned(), draft.show(0..equals));
    let head = if head.starts_with("var") { head } else { format!("var {head}") };
    let text = format!(
        "{head}\n{name}[first] = {first}\n{name} = if {condition} then {value} else {name}[t-1]"
    );
    let all = draft.len();
    draft.replace(0..all, &text);
    Some("a value that is kept is that of last year, `x[t-1]`".to_owned())
}

/// Writes an equation of Vensim with its unit and comment: `tax rate = 0.2 ~ Dmnl ~ the rate |`.
pub(crate) fn sketches(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let equals = draft.outside("=", 1)?;
    let tilde = draft.outside("~", equals).filter(|&n| draft.at(n + 1) != "=")?;
    let second = draft.outside("~", tilde + 1);
    (0..equals).all(|n| draft.is_word(n)).then_some(())?;
    let first = usize::from(matches!(draft.at(0), "var" | "param"));
    let name = (first..equals).map(|n| draft.at(n)).collect::<Vec<_>>().join("_");
    let unit = draft.show(tilde + 1..second.unwrap_or(draft.line_end(tilde)));
    // A flow of one year has the unit of its stock.
    let unit = unit.trim_matches(['|', ' ']);
    let yearly = ["/year", "/Year", "/ year", "/ Year", "/yr"];
    let unit = yearly.iter().find_map(|end| unit.strip_suffix(end)).unwrap_or(unit);
    let unit = match unit.trim_end() {
        unit if unit.contains(context.currency()) => format!(": {unit}"),
        _ => String::new(),
    };
    let doc = second.map(|at| draft.show(at + 1..draft.line_end(at))).unwrap_or_default();
    let doc = doc.trim_matches(['|', '~', ' ']);
    let doc = if doc.is_empty() { String::new() } else { format!(" \"{}\"", doc.replace('"', "")) };
    let given = !(equals + 1..tilde).any(|n| draft.is_name(n));
    let word = if given { "param" } else { "var" };
    let value = draft.show(equals + 1..tilde);
    let text = match first == 0 && context.declares(&name) {
        true => format!("{name} = {value}"),
        false => format!("{word} {name}{unit} = {value}{doc}"),
    };
    let all = draft.len();
    draft.replace(0..all, &text);
    Some(
        "a unit follows the name after a colon, and a description in quotes ends the line"
            .to_owned(),
    )
}

/// Writes a subscript range of Vensim as a set: `country: Russia, Georgia`.
pub(crate) fn subscripts(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let named = draft.is_name(0) && draft.at(1) == ":" && end > 4 && !context.declares(draft.at(0));
    let list = (2..end).all(|n| if n % 2 == 0 { draft.is_name(n) } else { draft.at(n) == "," });
    (named && list && end % 2 == 1).then_some(())?;
    draft.put_word(1..2, "=");
    draft.insert(0, "set");
    Some("a list of names is a set".to_owned())
}

/// Removes the settings of time of Vensim: `TIME STEP = 0.25`.
pub(crate) fn time_settings(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let known = [["TIME", "STEP"], ["INITIAL", "TIME"], ["FINAL", "TIME"]];
    known.iter().any(|words| draft.find(words, 0) == Some(0)).then_some(())?;
    let end = draft.line_end(0);
    let ends = (context.year_of_line("INITIAL TIME"), context.year_of_line("FINAL TIME"));
    let text = match ends {
        (Some(first), Some(last)) if draft.at(0) == "INITIAL" && context.years().is_none() => {
            format!("years {first}..{last}")
        }
        _ => String::new(),
    };
    draft.replace(0..end, &text);
    Some("one step is one year, and `years` names the first and the last one".to_owned())
}
