//! Declarations that name the sort of an equation or of a variable: `frml need = x * 0.3` of TSP and EViews, `Positive
//! Variable q(sector);` of GAMS, `var q{sector} >= 0` of AMPL, and bounds with one end, `bounds 0..`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;

/// Words of EViews, TSP, Troll and gretl before an equation.
const EQUATIONS: [&str; 18] = [
    "frml",
    "form",
    "ident",
    "identity",
    "stochastic",
    "behavioral",
    "behavioural",
    "definition",
    "definitional",
    "technical",
    "structural",
    "endogenous",
    "eq",
    "eqn",
    "equ",
    "equation",
    "addeq",
    "model_eq",
];

/// Words of GAMS before `variable`.
const SORTS: [&str; 10] = [
    "positive",
    "nonnegative",
    "negative",
    "free",
    "binary",
    "integer",
    "real",
    "continuous",
    "semicont",
    "semiint",
];

/// Writes an equation behind a word for its sort: `frml need = x * 0.3`, `@identity need = x`, `frml eq1 y = a * x`.
pub(crate) fn equations(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mark = usize::from(draft.at(0) == "@");
    let word = draft.at(mark).to_owned();
    let known = EQUATIONS.contains(&word.to_lowercase().as_str());
    (known && draft.is_word(mark + 1)).then_some(())?;
    let equals = draft.outside("=", mark + 1)?;
    let single = draft.at(equals + 1) != "=" && !draft.text().contains("==");
    // `identity NAME: CONDITION` is Mizan's own form.
    let named = draft.at(mark + 2) == ":";
    (single && !(word == "identity" && named)).then_some(())?;
    // `frml eq1 y = ...` names the equation first, `addeq y: y = ...` its variable.
    let start = match (draft.at(mark + 2), draft.is_word(mark + 2)) {
        (":", _) => mark + 3,
        ("=" | "(" | "[", _) => mark + 1,
        (_, true) => mark + 2,
        _ => return None,
    };
    let end = draft.line_end(start);
    let stop = if matches!(draft.before(end, 1), ";" | "," | "$") { end - 1 } else { end };
    let left = draft.show(start..equals).replace('(', "[").replace(')', "]");
    let (name, value) = (draft.at(start).to_owned(), draft.show(equals + 1..stop));
    (draft.is_word(start) && !value.is_empty()).then_some(())?;
    let text = if context.is_open(&name) {
        format!("{left} = {value}")
    } else if context.declares(&name) {
        // A second equation of a variable is what must hold.
        draft.replace(0..end, &format!("identity holds: {left} == {value}"));
        return Some(
            "a variable has one equation; what must hold too is `identity NAME: CONDITION`"
                .to_owned(),
        );
    } else {
        format!("var {left} = {value}")
    };
    draft.replace(0..end, &text);
    Some(format!(
        "an equation needs no word such as `{word}`; a computed value is declared with `var`"
    ))
}

/// Writes the variables of GAMS, one on each line: `Positive Variable q(sector) "output", z;`. A variable has no bounds.
pub(crate) fn variables(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let lower = |n: usize| draft.at(n).to_lowercase();
    let sort = lower(0);
    let is_variable = |n: usize| matches!(lower(n).as_str(), "variable" | "variables" | "vars");
    let start = match (SORTS.contains(&sort.as_str()), is_variable(0)) {
        (true, _) if is_variable(1) => 2,
        (_, true) => 1,
        _ => return None,
    };
    (draft.outside("=", start).is_none()).then_some(())?;
    let (mut lines, mut n) = (Vec::new(), start);
    while n < draft.len() {
        if matches!(draft.at(n), "," | ";") || draft.kind(n) == Some(TokenKind::LineEnd) {
            n += 1;
            continue;
        }
        draft.is_word(n).then_some(())?;
        let name = draft.at(n).to_owned();
        n += 1;
        let mut sets = String::new();
        if matches!(draft.at(n), "(" | "[" | "{") {
            let close = draft.close(n)?;
            let named = |set: &str| context.set_named(set.trim()).unwrap_or(set.trim()).to_owned();
            let list: Vec<String> = draft.show(n + 1..close).split(',').map(named).collect();
            let list: Vec<String> =
                list.into_iter().filter(|set| !matches!(set.as_str(), "t" | "year")).collect();
            if !list.is_empty() {
                sets = format!("[{}]", list.join(", "));
            }
            n = close + 1;
        }
        // The words behind a name describe it.
        let from = n;
        while n < draft.len()
            && !matches!(draft.at(n), "," | ";")
            && draft.kind(n) != Some(TokenKind::LineEnd)
        {
            n += 1;
        }
        let doc = draft.show(from..n).replace(['"', '\''], "");
        let doc = if doc.is_empty() { doc } else { format!(" \"{doc}\"") };
        lines.push(format!("var {name}{sets}{doc}"));
    }
    (!lines.is_empty()).then_some(())?;
    let end = draft.len();
    draft.replace(0..end, &lines.join("\n"));
    Some(match sort.as_str() {
        "positive" | "nonnegative" => {
            "a variable has no sort; what must hold is a check, as `check q >= 0`".to_owned()
        }
        "binary" | "integer" | "semicont" | "semiint" => {
            "a variable has no sort; every value is a real number, and 1 or 0 is written with `if`"
                .to_owned()
        }
        _ => "a variable is declared with `var`, one on each line".to_owned(),
    })
}

/// Writes limits before the value behind it, as `bounds`: `var x: USD min 0 USD max 5 mn USD = y`, `var x in 0..1 = y`.
pub(crate) fn bounds_first(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "param" | "var").then_some(())?;
    let words = ["bounds", "in", "min", "max", "between"];
    let n = (2..draft.line_end(0)).find(|&n| words.contains(&draft.at(n)))?;
    let equals = draft.outside("=", 0);
    equals.is_none_or(|equals| equals > n).then_some(())?;
    let low = n + 1;
    let amount = |n: usize| {
        let number = n + usize::from(draft.at(n) == "-");
        draft.is_number(number).then(|| draft.amount_end(number))
    };
    // A word of the second limit is no unit.
    let end = amount(low)?;
    let joins =
        (low + 1..=end).find(|&k| matches!(draft.at(k), "max" | "min" | "and" | ".." | "to"))?;
    let stop = amount(joins + 1)?;
    let (mut from, mut to) = (draft.show(low..joins), draft.show(joins + 1..stop));
    if draft.at(n) == "max" {
        std::mem::swap(&mut from, &mut to);
    }
    let moved = equals.is_some() || !matches!(draft.at(n), "bounds" | "in");
    (moved && (equals.is_none_or(|equals| equals == stop))).then_some(())?;
    let line = draft.line_end(0);
    let at = (stop..line)
        .find(|&k| draft.kind(k) == Some(TokenKind::Text) || draft.at(k) == "@")
        .unwrap_or(line);
    draft.insert(at, &format!("bounds {from}..{to}"));
    draft.remove(n..stop);
    Some("the limits of a value follow `bounds`, behind the value".to_owned())
}

/// Writes bounds with one end: `var q bounds 0..` without them, `param q = 5 bounds 0..` with a far end.
pub(crate) fn open_bounds(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "var" | "param" | "total").then_some(())?;
    let is_sign = |n: usize| matches!(draft.at(n), ">=" | "<=" | ">" | "<");
    // A strict sign alone is that of a condition: `if a > b`.
    let begins = |n: usize| matches!(draft.at(n), "bounds" | "in" | ">=" | "<=");
    let at = (2..draft.len()).find(|&n| begins(n))?;
    // `bounds >= 0`
    if is_sign(at + 1) {
        draft.remove(at..at + 1);
    }
    let end = draft.line_end(at);
    let value =
        |&n: &usize| draft.kind(n) == Some(TokenKind::Text) || matches!(draft.at(n), "=" | "start");
    let text = (at + 1..end).find(value).unwrap_or(end);
    let dots = (at + 1..text).find(|&n| draft.at(n) == "..");
    let sign = draft.at(at).to_owned();
    let (low, high) = match (sign.as_str(), dots) {
        (">=" | ">", None) => (draft.show(at + 1..text), String::new()),
        ("<=" | "<", None) => (String::new(), draft.show(at + 1..text)),
        ("bounds" | "in", Some(dots)) => (draft.show(at + 1..dots), draft.show(dots + 1..text)),
        _ => return None,
    };
    let (low, high) = (open(low), open(high));
    let one = low.clone().xor(high.clone())?;
    let equals = draft.outside("=", 0).filter(|&n| n < at);
    if draft.at(0) != "param" {
        let sign = match sign.as_str() {
            "<" | ">" => sign.as_str(),
            _ if low.is_some() => ">=",
            _ => "<=",
        };
        let name = draft.at(1).to_owned();
        draft.remove(at..text);
        let line = draft.show(0..draft.line_end(0));
        draft.replace(0..draft.line_end(0), &format!("{line}\ncheck {name} {sign} {one}"));
        return Some(
            "the bounds of a variable have two ends; what must hold is a check".to_owned(),
        );
    }
    let value = draft.show(equals? + 1..at);
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || "-._ ".contains(c));
    let far = match unit {
        "" => "1e9".to_owned(),
        "%" => "1_000%".to_owned(),
        unit if unit.chars().all(|c| c.is_alphanumeric() || c == ' ') => format!("1e6 {unit}"),
        _ => return None,
    };
    let range = match (low, high) {
        (Some(low), _) => format!("{low}..{far}"),
        (None, high) => format!("-{far}..{}", high?),
    };
    draft.replace(at..text, &format!("bounds {range}"));
    Some("bounds have two ends, `bounds 0..100`".to_owned())
}

/// Returns the end of a range; `None` for an open one.
fn open(end: String) -> Option<String> {
    let far = matches!(
        end.trim_matches(['+', '-', ' ']).to_lowercase().as_str(),
        "" | "inf" | "infinity" | "oo" | "∞"
    );
    (!far).then_some(end)
}

/// Writes a range behind the name of a variable as its bounds: `var price 0..10 start 1`.
pub(crate) fn bare_bounds(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "var" | "param").then_some(())?;
    let number = |n: usize| n + usize::from(draft.at(n) == "-");
    let low = number(2);
    let dots = draft.is_number(low).then(|| draft.amount_end(low))?;
    (draft.at(dots) == ".." && draft.is_number(number(dots + 1))).then_some(())?;
    let stop = draft.amount_end(number(dots + 1));
    let range = draft.show(2..stop);
    draft.remove(2..stop);
    let end = draft.line_end(0);
    let at = (2..end).find(|&n| draft.kind(n) == Some(TokenKind::Text)).unwrap_or(end);
    draft.insert(at, &format!("bounds {range}"));
    Some("the limits of a value follow `bounds`".to_owned())
}

/// Writes limits behind a computed value with `bounds`: `var ratio = x / y between 0 and 1`.
pub(crate) fn limits_last(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "param" | "var").then_some(())?;
    let equals = draft.outside("=", 0)?;
    let end = draft.line_end(0);
    let n = (equals + 2..end)
        .rev()
        .find(|&n| matches!(draft.at(n), "between" | "range" | "from" | "within"))?;
    // A value ends there, and not the name of a distribution.
    let value = matches!(draft.before(n, 1), ")" | "]" | "%")
        || draft.is_number(n - 1)
        || context.declares(draft.before(n, 1));
    value.then_some(())?;
    let number = |n: usize| n + usize::from(draft.at(n) == "-");
    let low = number(n + 1);
    let middle = draft.is_number(low).then(|| draft.amount_end(low))?;
    matches!(draft.at(middle), "and" | "to" | ".." | "max").then_some(())?;
    let high = number(middle + 1);
    let stop = draft.is_number(high).then(|| draft.amount_end(high))?;
    let year = |n: usize| draft.at(n).len() == 4 && !draft.at(n).contains('.');
    (stop == end && !(year(low) && year(high))).then_some(())?;
    let (from, to) = (draft.show(n + 1..middle), draft.show(middle + 1..stop));
    draft.replace(n..stop, &format!("bounds {from}..{to}"));
    Some("the limits of a value follow `bounds`".to_owned())
}

/// Writes the limits of a parameter with `bounds`: `80% min 0% max 100%`, `80% between 0% and 100%`.
pub(crate) fn limits(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "param" | "var").then_some(())?;
    let first = draft.outside("=", 0)? + 1;
    let n = draft.is_number(first).then(|| draft.amount_end(first))?;
    matches!(draft.at(n), "min" | "between" | "range").then_some(())?;
    let number = |n: usize| n + usize::from(draft.at(n) == "-");
    let low = number(n + 1);
    let end = draft.is_number(low).then(|| draft.amount_end(low))?;
    matches!(draft.at(end), "max" | "and" | "to" | "..").then_some(())?;
    let high = number(end + 1);
    let stop = draft.is_number(high).then(|| draft.amount_end(high))?;
    let (from, to) = (draft.show(n + 1..end), draft.show(end + 1..stop));
    draft.replace(n..stop, &format!("bounds {from}..{to}"));
    Some("the limits of a value follow `bounds`".to_owned())
}
