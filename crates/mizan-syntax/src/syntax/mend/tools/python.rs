//! Slices, methods and conditions of Python and R: `x[2025:]`, `x[, "food"]`, `x[China, *].sum()`, `if a: b else: c`.

use crate::syntax::mend::advice::Advice;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::words::Class;

/// Writes open ranges and empty places of an index: `x[2025:]`, `x[:2027]`, `x[, "food"]`.
pub(crate) fn open_slices(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    const YEARS: &str = "the years of a query follow `in`";
    let year = |n: usize| draft.is_number(n) && draft.at(n).len() == 4;
    let slice = (2..draft.len()).find_map(|n| {
        let inside = draft.before(n, 1) == "[" && n > 1 && draft.is_word(n - 2);
        match (draft.at(n), draft.at(n + 1)) {
            (":", _) if inside && year(n + 1) && draft.at(n + 2) == "]" => {
                Some((n - 1, n + 2, format!("first..{}", draft.at(n + 1))))
            }
            (_, ":") if inside && year(n) && draft.at(n + 2) == "]" => {
                Some((n - 1, n + 2, format!("{}..last", draft.at(n))))
            }
            (_, ":") if inside && year(n) && year(n + 2) && draft.at(n + 3) == "]" => {
                Some((n - 1, n + 3, format!("{}..{}", draft.at(n), draft.at(n + 2))))
            }
            _ => None,
        }
    });
    if let Some((open, close, years)) = slice {
        if draft.begins_with(Class::Query) {
            draft.remove(open..close + 1);
            let end = draft.line_end(0);
            let lone = (1..end).all(|n| draft.at(n) != ",");
            lone.then(|| draft.insert(end, &format!("in {years}")))?;
            return Some(YEARS.to_owned());
        }
        draft.replace(open + 1..close, &years);
        return Some("a range is written `FIRST..LAST`".to_owned());
    }
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "[" && draft.at(n + 1) == "," && draft.is_word(n - 1)
            || draft.at(n) == "," && draft.at(n + 1) == "]"
    })?;
    draft.insert(n + 1, "*");
    draft.glue(if draft.at(n) == "[" { n + 1 } else { n + 2 });
    Some("all elements are `*`, as in `x[*]`".to_owned())
}

/// Writes a method behind an index as a function or an index: `imports[China, *].sum()`, `sales[food].shift(1)`.
pub(crate) fn methods(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let (n, method) = (2..draft.len()).find_map(|n| {
        let called = draft.at(n) == "." && draft.before(n, 1) == "]" && draft.at(n + 2) == "(";
        let known = METHODS.iter().find(|(name, _)| *name == draft.at(n + 1));
        called.then_some(n).zip(known.map(|(_, method)| method))
    })?;
    let open = (0..n).rev().find(|&k| draft.at(k) == "[" && draft.close(k) == Some(n - 1))?;
    let start = open.checked_sub(1).filter(|&k| draft.is_word(k))?;
    let close = draft.close(n + 2)?;
    let (text, message) = match method {
        PythonMethod::Function(name) => {
            (format!("{name}({})", draft.show(start..n)), "a function has its argument in brackets")
        }
        PythonMethod::Lag => {
            let years = match close - n {
                3 => "1".to_owned(),
                _ => draft.show(n + 3..close),
            };
            let years: i32 = years.replace(' ', "").parse().ok().filter(|years| *years != 0)?;
            let year = format!("t{:+}", -years);
            (
                format!("{}, {year}]", draft.show(start..n - 1)),
                "the value of an earlier year has `t-1` as its last index",
            )
        }
    };
    draft.replace(start..close + 1, &text);
    Some(message.to_owned())
}

/// What a method of Python is in Mizan.
enum PythonMethod {
    Function(&'static str),
    Lag,
}

const METHODS: [(&str, PythonMethod); 9] = [
    ("sum", PythonMethod::Function("sum")),
    ("mean", PythonMethod::Function("mean")),
    ("min", PythonMethod::Function("min")),
    ("max", PythonMethod::Function("max")),
    ("abs", PythonMethod::Function("abs")),
    ("pct_change", PythonMethod::Function("growth")),
    ("diff", PythonMethod::Function("change")),
    ("shift", PythonMethod::Lag),
    ("lag", PythonMethod::Lag),
];

/// Writes a condition with colons in words: `if t >= 2027: 0 else: 0.1`.
pub(crate) fn conditions(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let start = draft.find(&["if"], 1)?;
    let colon = draft.outside(":", start)?;
    let otherwise = (colon..draft.len()).find(|&n| draft.at(n) == "else")?;
    if draft.at(otherwise + 1) == ":" {
        draft.remove(otherwise + 1..otherwise + 2);
    }
    draft.put_word(colon..colon + 1, "then");
    Some("a condition is written `if CONDITION then VALUE else VALUE`".to_owned())
}

/// Writes a choice with its condition in the middle: `s = s[t-1] * 2 if t < 2028 else s[t-1]`.
pub(crate) fn choices(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let equals = draft.outside("=", 0)?;
    let n = draft.outside("if", equals).filter(|&n| n > equals + 1)?;
    let otherwise = draft.outside("else", n)?;
    let end = draft.line_end(equals);
    let plain = draft.outside("then", n).is_none() && draft.outside(":", n).is_none();
    (plain && otherwise < end && !matches!(draft.at(0), "check" | "show")).then_some(())?;
    let (value, condition) = (draft.show(equals + 1..n), draft.show(n + 1..otherwise));
    let other = draft.show(otherwise + 1..end);
    // A chain of choices is read from the right.
    (!other.contains(" if ")).then_some(())?;
    draft.replace(equals + 1..end, &format!("if {condition} then {value} else {other}"));
    Some("a condition is written `if CONDITION then VALUE else VALUE`".to_owned())
}

/// Writes rows of a query by a condition on a set or an index as its element: `show imports if partner == "China"`,
/// `show sales[s] where s = food`.
pub(crate) fn chosen(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    draft.begins_with(Class::Query).then_some(())?;
    let n = ["if", "where", "when"].into_iter().find_map(|word| draft.outside(word, 1))?;
    let index = draft.at(n + 1).to_owned();
    let element = draft.at(n + 3).trim_matches('"').to_owned();
    let set = context.set_with(&element)?;
    let equal = matches!(draft.at(n + 2), "==" | "=" | "is");
    let means = |name: &str| name == index || name == set || name == "*";
    (equal && n > 1 && draft.is_word(1) && !context.declares(&index)).then_some(())?;
    let close = draft.close(2).filter(|_| draft.at(2) == "[");
    match close {
        Some(close) => {
            let axes = context.axes(draft.at(1));
            let place = axes.and_then(|axes| axes.iter().position(|axis| *axis == set));
            let at = match place {
                Some(place) => 3 + 2 * place,
                None => (3..close).find(|&k| means(draft.at(k)))?,
            };
            (close < n && at < close && means(draft.at(at))).then_some(())?;
            draft.remove(n..n + 4);
            draft.replace(at..at + 1, &element);
        }
        None => {
            set.starts_with(&*index).then_some(())?;
            let name = draft.at(1).to_owned();
            let axes = context.axes(&name).filter(|axes| axes.contains(&set));
            let of = |axis: &&str| if *axis == set { element.clone() } else { "*".to_owned() };
            let indices: Vec<String> = match &axes {
                Some(axes) => axes.iter().map(of).collect(),
                None => vec![element.clone()],
            };
            draft.remove(n..n + 4);
            draft.replace(1..2, &format!("{name}[{}]", indices.join(", ")));
        }
    }
    Some("an element is written in square brackets behind the name".to_owned())
}

/// Writes a place of a table as a query for a quantity: `df.loc[2030, "x"]`, `df.x`; a group of EViews as its values.
pub(crate) fn places(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const TABLES: [&str; 7] = ["df", "data", "dat", "dt", "panel", "tbl", "d"];
    let query = usize::from(draft.at(0) == "show");
    let table = TABLES.contains(&draft.at(query)) && !context.declares(draft.at(query));
    let end = draft.line_end(0);
    (table && draft.at(query + 1) == ".").then_some(())?;
    let name = draft.at(query + 2).to_owned();
    if draft.ends_line(query + 3) && context.declares(&name) {
        draft.replace(0..end, &format!("show {name}"));
        return Some(
            "a quantity has a name of its own, without the table it comes from".to_owned(),
        );
    }
    let open = query + 3;
    let close = draft.close(open).filter(|_| matches!(name.as_str(), "loc" | "at" | "xs"))?;
    let year = (open..close).find(|&n| draft.is_number(n) && draft.at(n).len() == 4)?;
    let named = (open..close)
        .map(|n| draft.at(n).trim_matches(['"', '\'']).to_owned())
        .find(|name| context.declares(name));
    // A row of a table has all its values.
    let value = named.unwrap_or_else(|| context.variables().join(", "));
    (!value.is_empty()).then_some(())?;
    let text = format!("show {value} in {}", draft.at(year));
    (close + 1 == end).then_some(())?;
    draft.replace(0..end, &text);
    Some("there is no table: a query names its values, and its years after `in`".to_owned())
}

/// Writes a group of EViews in a query as its values: `show g` with `group g x y`.
pub(crate) fn groups(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    draft.begins_with(Class::Query).then_some(())?;
    let n = (1..draft.line_end(0)).find(|&n| {
        draft.is_name(n) && !context.declares(draft.at(n)) && context.group(draft.at(n)).is_some()
    })?;
    let members = context.group(draft.at(n))?.join(", ");
    draft.replace(n..n + 1, &members);
    Some("a query names its values, separated by commas".to_owned())
}

/// Returns the advice on a line that is a part of a program, and no statement.
pub(crate) fn advice(draft: &Draft) -> Option<Advice> {
    let (end, next) = (draft.line_end(0), draft.at(1));
    let (message, help) = match draft.at(0) {
        "if" | "while" | "elseif" | "unless"
            if draft.find(&["then"], 1).is_none() && next != "scenario" =>
        {
            (
                "a script has no branches; its lines are declarations, equations and queries",
                "a condition is part of a value, `x = if CONDITION then VALUE else VALUE`; `show CONDITION` tells the \
                 years in which it is true",
            )
        }
        "class" | "lambda" | "try" | "return" if end > 1 && next != "=" => (
            "a script has no programs; its lines are declarations, equations and queries",
            "a function is one line, `function f(x) = 2 * x`",
        ),
        _ => return None,
    };
    Some(Advice { message: message.to_owned(), help: help.to_owned() })
}
