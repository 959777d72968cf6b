//! Conditions on ranges and lists: `t in 2025..2028`, `t between 2025 and 2028`, `p in (China, Turkey)`, `case when`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

const BOUNDS: &str = "a range of a condition is two comparisons joined by `and`";

/// Writes a range or a list of a condition as comparisons.
pub(crate) fn conditions(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if let Some(n) = (1..draft.len()).find(|&n| draft.at(n) == "between" && draft.is_word(n - 1))
        && let Some(and) = draft.outside("and", n)
        && draft.find(&["if"], 0).is_some_and(|at| at < n)
    {
        let name = draft.before(n, 1).to_owned();
        let low = draft.show(n + 1..and);
        draft.replace(n..and + 1, &format!(">= {low} and {name} <="));
        return Some(BOUNDS.to_owned());
    }
    let n = (1..draft.len())
        .find(|&n| draft.at(n) == "in" && draft.is_word(n - 1) && list_end(draft, n).is_some())?;
    let stop = list_end(draft, n)?;
    // `sum(t in 2025..2028: x)` names an index.
    let binder = matches!(draft.at(stop), ":" | "where")
        || draft.at(stop) == "," && draft.before(n, 2) == "(";
    let condition =
        draft.find(&["if"], 0).or_else(|| draft.find(&["where"], 0)).is_some_and(|at| at < n);
    let check = matches!(draft.at(0), "check" | "identity" | "discover");
    if binder && draft.before(n, 2) != "if" && draft.before(n, 2) != "where"
        || !(condition || check)
    {
        return None;
    }
    let not = draft.before(n, 1) == "not";
    let at = if not { n - 2 } else { n - 1 };
    let name = draft.at(at).to_owned();
    let (text, message) = match draft.kind(n + 1) {
        Some(TokenKind::Number) => {
            let dots = draft.find(&[".."], n)?;
            let (low, high) = (draft.show(n + 1..dots), draft.show(dots + 1..stop));
            let text = match not {
                true => format!("{name} < {low} or {name} > {high}"),
                false => format!("{name} >= {low} and {name} <= {high}"),
            };
            (text, BOUNDS)
        }
        _ => {
            let (sign, word) = if not { ("!=", " and ") } else { ("==", " or ") };
            let list = draft.show(n + 2..stop - 1);
            let parts: Vec<String> = list
                .split(',')
                .map(|one| format!("{name} {sign} {}", one.trim().trim_matches(['"', '\''])))
                .collect();
            (parts.join(word), "a list of a condition is one comparison for each element")
        }
    };
    let alone = matches!(draft.at(at.wrapping_sub(1)), "if" | "where" | "check")
        && (matches!(draft.at(stop), "then" | ":") || draft.ends_line(stop));
    let text = if alone { text } else { format!("({text})") };
    draft.replace(at..stop, &text);
    Some(message.to_owned())
}

/// Returns the position after the range or the list behind `in` at token `n`.
fn list_end(draft: &Draft, n: usize) -> Option<usize> {
    if matches!(draft.at(n + 1), "(" | "[" | "{") {
        return Some(draft.close(n + 1)? + 1);
    }
    let range = draft.is_number(n + 1) && draft.at(n + 2) == ".." && draft.is_number(n + 3);
    range.then_some(n + 4)
}

/// Writes the condition of a sum with `where`: `sum(p in partner if p != Iran: x[p])`.
pub(crate) fn sums(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (4..draft.len()).find(|&n| {
        matches!(draft.at(n), "if" | "when" | "with" | "such" | "|")
            && draft.before(n, 2) == "in"
            && matches!(draft.before(n, 4), "(" | ",")
    })?;
    let colon = (n..draft.line_end(n)).find(|&k| draft.at(k) == ":")?;
    let that = usize::from(draft.at(n + 1) == "that");
    (colon > n + 1).then_some(())?;
    draft.put_word(n..n + 1 + that, "where");
    Some("the condition of a sum follows `where`".to_owned())
}

/// Writes `case when C then V else W end` of SQL and `case_when(C ~ V, TRUE ~ W)` of R as a condition.
pub(crate) fn cases(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "a condition is written `if CONDITION then VALUE else VALUE`";
    if let Some(n) = (1..draft.len()).find(|&n| {
        draft.at(n).eq_ignore_ascii_case("case") && draft.at(n + 1).eq_ignore_ascii_case("when")
    }) {
        draft.replace(n..n + 2, "if");
        while let Some(n) = (n..draft.len()).find(|&k| draft.at(k).eq_ignore_ascii_case("when")) {
            draft.put_word(n..n + 1, "else if");
        }
        if let Some(end) = (n..draft.len()).rev().find(|&k| draft.at(k).eq_ignore_ascii_case("end"))
        {
            draft.remove(end..end + 1);
        }
        return Some(MESSAGE.to_owned());
    }
    let n = draft.find(&["case_when", "("], 1)?;
    let close = draft.close(n + 1)?;
    let (mut text, mut from) = (String::new(), n + 2);
    while from < close {
        let comma = draft.outside(",", from).filter(|&at| at < close).unwrap_or(close);
        let tilde = draft.outside("~", from).filter(|&at| at < comma)?;
        let (condition, value) = (draft.show(from..tilde), draft.show(tilde + 1..comma));
        match condition.as_str() {
            "TRUE" | "T" | ".default" => text.push_str(&value),
            _ => text.push_str(&format!("if {condition} then {value} else ")),
        }
        from = comma + 1;
    }
    if text.ends_with("else ") {
        text.push('0');
    }
    draft.replace(n..close + 1, &text);
    Some(MESSAGE.to_owned())
}

/// Functions over years in other languages, each with the one of Mizan.
fn reduction(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "sum" | "total" => "sum",
        "mean" | "average" | "avg" => "mean",
        "max" | "maximum" | "vmax" => "max",
        "min" | "minimum" | "vmin" => "min",
        _ => return None,
    })
}

fn is_year(draft: &Draft, n: usize) -> bool {
    draft.is_number(n) && draft.at(n).len() == 4 || matches!(draft.at(n), "first" | "last")
}

/// Writes a range of years behind a value: `show gdp[2025:2028]`, `mean(gdp[2025..2028])`, `max(gdp in 2025..2028)`.
pub(crate) fn slices(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const OVER: &str =
        "a sum, mean or maximum over years names them first, as `sum(t in 2026..2030: x)`";
    // The two years, and the tokens of the slice with its brackets.
    let at = (2..draft.len()).find(|&n| {
        matches!(draft.at(n), ":" | "..")
            && is_year(draft, n - 1)
            && is_year(draft, n + 1)
            && matches!(draft.before(n, 2), "[" | "," | "in")
    });
    if let Some(n) = at {
        let years = format!("{}..{}", draft.before(n, 1), draft.at(n + 1));
        let cagr = draft.before(n, 2) == ","
            && draft.at(n + 2) == ")"
            && draft.find(&["cagr", "("], 0).is_some();
        if cagr {
            draft.replace(n..n + 1, ",");
            draft.glue(n);
            return Some(
                "`cagr` takes the first and the last year, separated by a comma".to_owned(),
            );
        }
        let bracket = draft.before(n, 2) != "in";
        if bracket && draft.at(n + 2) != "]" {
            return None;
        }
        let stop = if bracket { n + 3 } else { n + 2 };
        let open = match bracket {
            true => (0..n).rev().find(|&k| draft.at(k) == "[")?,
            false => n - 2,
        };
        let start = open.checked_sub(1).filter(|&k| draft.is_word(k))?;
        // `x[China, 2025:2028]` keeps its element.
        let inside = if bracket { draft.show(open + 1..n - 2) } else { String::new() };
        let inside = inside.trim_end_matches(',').to_owned();
        let value = match inside.is_empty() {
            true => draft.at(start).to_owned(),
            false => format!("{}[{inside}]", draft.at(start)),
        };
        if start > 1
            && draft.before(start, 1) == "("
            && draft.at(stop) == ")"
            && let Some(own) = reduction(draft.before(start, 2))
        {
            draft.replace(start - 2..stop + 1, &format!("{own}(t in {years}: {value})"));
            return Some(OVER.to_owned());
        }
        if draft.begins_with(Class::Query) && start == 1 && bracket && draft.ends_line(stop) {
            draft.replace(start..stop, &format!("{value} in {years}"));
            return Some("the years of a query follow `in`".to_owned());
        }
        return None;
    }
    // `AVERAGE(x[2025]:x[2030])`, `SUM(x[China]:x[Iran])`
    let n = (4..draft.len()).find(|&n| {
        draft.at(n) == ":"
            && draft.before(n, 1) == "]"
            && draft.at(n + 2) == "["
            && draft.at(n + 1) == draft.before(n, 4)
    })?;
    let (first, last, name) = (n - 2, n + 3, draft.at(n + 1).to_owned());
    let own = reduction(draft.at(n.checked_sub(6)?))
        .filter(|_| draft.before(n, 5) == "(" && draft.at(n + 5) == ")")?;
    let text = match is_year(draft, first) && is_year(draft, last) {
        true => format!("{own}(t in {}..{}: {name})", draft.at(first), draft.at(last)),
        false => {
            let set = context.set_with(draft.at(first))?;
            let elements = context.elements(set);
            let place = |n: usize| elements.iter().position(|element| *element == draft.at(n));
            let range = elements.get(place(first)?..=place(last)?)?;
            match (range.len() == elements.len(), own) {
                (true, _) => format!("{own}({name}[*])"),
                (false, "sum") => format!(
                    "({})",
                    range
                        .iter()
                        .map(|one| format!("{name}[{one}]"))
                        .collect::<Vec<_>>()
                        .join(" + ")
                ),
                (false, _) => return None,
            }
        }
    };
    draft.replace(n - 6..n + 6, &text);
    Some(OVER.to_owned())
}

/// Writes all elements as `*`, and a condition in an index as its element: `x[China, :]`, `x[]`, `x[partner == "China", ]`.
pub(crate) fn wildcards(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut message = None;
    let mut n = 1;
    while n < draft.len() {
        let all = draft.at(n) == ":"
            && matches!(draft.before(n, 1), "[" | ",")
            && matches!(draft.at(n + 1), "]" | ",");
        let inside = (0..n).rev().find(|&k| draft.at(k) == "[").is_some_and(|k| {
            draft.close(k).is_some_and(|c| c > n) && k > 0 && draft.is_word(k - 1)
        });
        if all && inside {
            draft.replace(n..n + 1, "*");
            message = Some("all elements are `*`, as in `x[*]`");
        } else if draft.at(n) == "["
            && draft.at(n + 1) == "]"
            && draft.is_word(n - 1)
            && draft.touches(n)
        {
            draft.insert(n + 1, "*");
            draft.glue(n + 1);
            draft.glue(n + 2);
            message = Some("all elements are `*`, as in `x[*]`");
        } else if matches!(draft.at(n), "==" | "=")
            && inside
            && !context.elements(draft.before(n, 1)).is_empty()
        {
            let element = draft.at(n + 1).to_owned();
            let bare = element.trim_matches('"');
            let plain = bare.chars().all(|c| c.is_alphanumeric() || c == '_');
            let element = if plain { bare.to_owned() } else { element };
            let comma = usize::from(draft.at(n + 2) == "," && draft.at(n + 3) == "]");
            draft.replace(n - 1..n + 2 + comma, &element);
            message = Some("an element is written in square brackets behind the name");
        }
        n += 1;
    }
    message.map(str::to_owned)
}

/// Writes a sum over some elements: `sum(x[* without Iran])`, `sum(x[{China, Turkey}])`.
pub(crate) fn parts(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (3..draft.len()).find(|&n| {
        draft.at(n) == "["
            && matches!(draft.at(n + 1), "*" | "{" | "(")
            && draft.before(n, 2) == "("
            && draft.before(n, 3) == "sum"
    })?;
    let close = draft.close(n)?;
    (draft.at(close + 1) == ")").then_some(())?;
    let name = draft.before(n, 1).to_owned();
    let text = if draft.at(n + 1) == "*"
        && matches!(draft.at(n + 2), "without" | "except" | "but" | "-" | "minus")
    {
        let set = context.set_with(draft.at(n + 3))?;
        let letter = set.get(..1)?;
        let left = draft.show(n + 3..close);
        let conditions: Vec<String> =
            left.split(',').map(|one| format!("{letter} != {}", one.trim())).collect();
        format!("sum({letter} in {set} where {}: {name}[{letter}])", conditions.join(" and "))
    } else if draft.close(n + 1) == Some(close - 1) {
        let list = draft.show(n + 2..close - 1);
        let terms: Vec<String> =
            list.split(',').map(|one| format!("{name}[{}]", one.trim())).collect();
        terms.join(" + ")
    } else {
        return None;
    };
    draft.replace(n - 3..close + 2, &text);
    Some("a sum over some elements names them".to_owned())
}
