//! Conditions after `$`, fixed values and lists of GAMS: `sum(c$(base(c) > 100), x(c))`, `x.fx("2024") = 5`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::read;
use crate::syntax::mend::tools::operators;
use crate::syntax::token::TokenKind;

/// Comparisons in words, each with its sign.
const COMPARISONS: [(&str, &str); 6] =
    [("gt", ">"), ("ge", ">="), ("lt", "<"), ("le", "<="), ("eq", "=="), ("ne", "!=")];

/// Writes comparisons with signs: `base(c) gt 100`.
pub(crate) fn comparisons(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut found = None;
    for n in 1..draft.len() {
        let sign = COMPARISONS.iter().find(|(word, _)| *word == draft.at(n).to_lowercase());
        let Some((word, sign)) = sign.filter(|(word, _)| !context.declares(word)) else { continue };
        if n > 1 && (draft.is_word(n + 1) || draft.is_number(n + 1) || draft.at(n + 1) == "(") {
            draft.put_word(n..n + 1, sign);
            found.get_or_insert_with(|| format!("`{word}` is written `{sign}`"));
        }
    }
    found
}

/// Writes the round brackets of indices as square ones: `base(c)`.
fn square(text: &str, context: &Context<'_>) -> String {
    let mut draft = Draft::of(text);
    for n in 1..draft.len() {
        let indexed =
            draft.at(n) == "(" && draft.touches(n) && context.declares(draft.before(n, 1));
        if let Some(close) = draft.close(n).filter(|_| indexed) {
            draft.replace(close..close + 1, "]");
            draft.replace(n..n + 1, "[");
        }
    }
    for (word, sign) in COMPARISONS {
        while let Some(n) = draft.find(&[word], 1) {
            draft.put_word(n..n + 1, sign);
        }
    }
    draft.text()
}

/// Writes a condition inside a sum: `sum(c$(base(c) > 100), exports(c))`.
pub(crate) fn sums(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut n = draft.find(&["$"], 1)?;
    // `sum(s in sector$(...): ...)` has a set and a letter.
    if n > 4 && draft.before(n, 2) == "in" && context.has_set(draft.before(n, 1)) {
        draft.remove(n - 2..n);
        n -= 2;
    }
    let n = Some(n).filter(|&n| {
        n > 2
            && draft.is_word(n - 1)
            && draft.before(n, 2) == "("
            && draft.before(n, 3).eq_ignore_ascii_case("sum")
    })?;
    let set = context.set_of(draft.before(n, 1))?;
    let letter = match draft.before(n, 1) == set {
        true => set.get(..1)?.to_owned(),
        false => draft.before(n, 1).to_owned(),
    };
    let (open, close) = (n - 2, draft.close(n - 2)?);
    let comma = match draft.at(n + 1) == "(" {
        true => draft.close(n + 1)? + 1,
        false => draft.outside(",", n)?,
    };
    (matches!(draft.at(comma), "," | ":") && comma < close).then_some(())?;
    let condition = square(draft.show(n + 1..comma).trim_matches(['(', ')']).trim(), context);
    let condition = match draft.at(n + 1) == "(" {
        true => square(&draft.show(n + 2..comma - 1), context),
        false => condition,
    };
    let body = square(&draft.show(comma + 1..close), context);
    let indexed = |text: String| match draft.before(n, 1) == set {
        true => text.replace(&format!("[{set}]"), &format!("[{letter}]")),
        false => text,
    };
    let text = format!("{letter} in {set} where {}: {}", indexed(condition), indexed(body));
    draft.replace(open + 1..close, &text);
    Some("the condition of a sum follows `where`".to_owned())
}

/// Writes `abort$(balance < 0) "deficit";` as a check of the opposite.
pub(crate) fn abort(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (draft.at(0) == "abort" && draft.at(1) == "$").then_some(())?;
    let close = draft.close(2).filter(|_| draft.at(2) == "(")?;
    let condition = square(&draft.show(3..close), context);
    const OPPOSITES: [(&str, &str); 6] =
        [("<=", ">"), (">=", "<"), ("==", "!="), ("!=", "=="), ("<", ">="), (">", "<=")];
    let inside = Draft::of(&condition);
    let simple = inside.find(&["and"], 0).is_none() && inside.find(&["or"], 0).is_none();
    let opposite = OPPOSITES.iter().find(|(sign, _)| inside.outside(sign, 0).is_some());
    let text = match opposite.filter(|_| simple) {
        Some((sign, other)) => condition.replacen(sign, other, 1),
        None => format!("not ({condition})"),
    };
    let all = draft.line_end(0);
    draft.replace(0..all, &format!("check {text}"));
    Some("`check` says what must hold".to_owned())
}

/// Writes the fixed value of a variable as that of a year or as a scenario, its bounds as a check, and removes its
/// starting value: `gdp.fx("2024") = 100`, `x.up(t) = 5`, `x.l = 1`.
pub(crate) fn fixed(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let suffix = draft.at(2).to_lowercase();
    let found = draft.is_name(0)
        && draft.at(1) == "."
        && matches!(suffix.as_str(), "fx" | "l" | "lo" | "up");
    let index = (found && draft.at(3) == "(").then(|| draft.close(3)).flatten();
    let mut equals = index.map_or(3, |close| close + 1);
    let mut inside = index.map(|close| draft.show(4..close)).unwrap_or_default();
    // `x.fx(t)$(ord(t) = 1)`, `x.fx(t)$tfirst(t)`: the first year.
    if found && draft.at(equals) == "$" {
        let open = equals + 1 + usize::from(draft.is_word(equals + 1));
        let close = draft.close(open)?;
        let condition = draft.show(equals + 1..close + 1).replace(' ', "").to_lowercase();
        matches!(
            condition.as_str(),
            "(ord(t)=1)" | "(ord(t)==1)" | "(ord(t)eq1)" | "tfirst(t)" | "t0(t)" | "first(t)"
        )
        .then_some(())?;
        inside = inside
            .split(',')
            .map(|part| if part.trim() == "t" { "first" } else { part })
            .collect::<Vec<_>>()
            .join(",");
        equals = close + 1;
    }
    (found && draft.at(equals) == "=").then_some(())?;
    let parts: Vec<&str> = inside
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty() && *part != "t")
        // A check takes all elements; GAMS quotes the name of one.
        .map(|part| match part.starts_with(['"', '\'']) || matches!(suffix.as_str(), "fx" | "l") {
            true => part.trim_matches(['"', '\'']),
            false => "*",
        })
        .collect();
    let index = if parts.is_empty() { String::new() } else { format!("[{}]", parts.join(", ")) };
    let end = draft.line_end(0);
    let end = if draft.before(end, 1) == ";" { end - 1 } else { end };
    let (target, value) = (format!("{}{index}", draft.at(0)), draft.show(equals + 1..end));
    let year = |part: &&str| part.len() == 4 && part.parse::<i32>().is_ok() || *part == "first";
    let (text, message) = match suffix.as_str() {
        // A year beside the equation of the other years, as `income.fx('2024') = 150`.
        "fx" if parts.iter().any(year) => {
            (format!("{target} = {value}"), "a value of one year has the year as its last index")
        }
        "fx" => (
            format!("scenario changed {{ {target} = {value} }}"),
            "a scenario fixes a value of a variable",
        ),
        "l" => (String::new(), "the solver finds its own start; `var x start 1` names one"),
        "lo" => (format!("check {target} >= {value}"), "`check` says what must hold"),
        _ => (format!("check {target} <= {value}"), "`check` says what must hold"),
    };
    let all = draft.len();
    draft.replace(0..all, &text);
    Some(message.to_owned())
}

/// Writes a condition behind the value of a query: `show gdp$(t > 2027)`.
pub(crate) fn shown(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = draft.find(&["$", "("], 2).filter(|_| draft.outside("=", 0).is_none())?;
    let close = draft.close(n + 1)?;
    let condition = draft.show(n + 2..close);
    draft.put_word(n..close + 1, &format!("if {condition}"));
    operators::year_conditions(draft, context)
}

/// Writes several scalars on one line: `Scalars r /0.05/, s /0.2/;`.
pub(crate) fn scalars(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(
        draft.at(0).to_lowercase().as_str(),
        "scalars" | "scalar" | "parameters" | "parameter"
    )
    .then_some(())?;
    let mut lines = Vec::new();
    let mut n = 1;
    while draft.is_word(n) {
        let name = draft.at(n).to_owned();
        let open = (n + 1..draft.len()).find(|&k| draft.at(k) == "/")?;
        let close = (open + 1..draft.len()).find(|&k| draft.at(k) == "/")?;
        // Words before the value describe the scalar.
        let title = draft.show(n + 1..open);
        let title = title.trim_matches('"');
        let title = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
        if title.contains(['(', ',']) {
            return None;
        }
        lines.push(format!("param {name} = {}{title}", draft.show(open + 1..close)));
        n = close + 1;
        while matches!(draft.at(n), "," | ";") || draft.kind(n) == Some(TokenKind::LineEnd) {
            n += 1;
        }
    }
    (n >= draft.len() && lines.len() > 1).then_some(())?;
    let all = draft.len();
    draft.replace(0..all, &lines.join("\n"));
    Some("`param` declares one name".to_owned())
}

/// Writes a parameter over years as a path: `parameter tar(t) /2024 0.10, 2026 0.05/`.
pub(crate) fn paths(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0).to_lowercase().as_str(), "parameter" | "parameters").then_some(())?;
    (draft.at(2) == "("
        && matches!(draft.at(3), "t" | "year" | "years" | "time")
        && draft.at(4) == ")")
        .then_some(())?;
    let open = draft.find(&["/"], 5)?;
    let close = (open + 1..draft.len()).rev().find(|&k| draft.at(k) == "/")?;
    let mut points = Vec::new();
    for part in draft
        .show(open + 1..close)
        .replace('\n', ",")
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (year, value) = part.split_once([' ', '='])?;
        (year.len() == 4).then_some(())?;
        points.push(format!("{year}: {}", value.trim_start_matches(['=', ' '])));
    }
    let all = draft.len();
    let text = format!("param {} = [{}]", draft.at(1), points.join(", "));
    read(&text)?;
    draft.replace(0..all, &text);
    Some("years are no index; a path goes in a straight line from point to point".to_owned())
}
