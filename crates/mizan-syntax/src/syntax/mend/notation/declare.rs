//! Declarations: names, indices, sets and values as other languages write them.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::bodies::is_of_sentence;
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

fn is_quantity(draft: &Draft) -> bool {
    draft.begins_with(Class::Quantity)
}

/// Joins names of several words with `_`: `param my rate = 5%`, `param my-rate = 5%`, `param "my rate" = 5%`.
pub(crate) fn names(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let declares = is_quantity(draft)
        || matches!(draft.at(0), "set" | "function" | "scenario" | "unit" | "block");
    // A lever: `tariff my duty on China {`
    let sentence = (0..draft.line_end(0)).any(|n| is_of_sentence(draft.at(n)));
    let lever =
        draft.is_name(0) && draft.is_name(1) && draft.outside("=", 0).is_none() && !sentence;
    if !declares && !lever {
        return None;
    }
    let mut end = 1;
    while end < draft.line_end(0)
        && !matches!(draft.at(end), "=" | "==" | ":" | "," | "<")
        && draft.kind(end) != Some(TokenKind::Open)
        && !matches!(
            draft.at(end),
            "on" | "from"
                | "to"
                | "with"
                | "via"
                | "at"
                | "in"
                | "extends"
                | "bounds"
                | "start"
                | "of"
        )
        && !(end > 1 && draft.kind(end) == Some(TokenKind::Text))
    {
        end += 1;
    }
    // `exports extra into China` is bound to an element.
    let binds =
        (2..end).any(|n| matches!(draft.at(n), "for" | "into" | "towards" | "toward" | "against"));
    // `var price 0..10` has bounds.
    let bounds = (2..end).any(|n| draft.at(n) == "..");
    if lever && !declares && binds || declares && bounds {
        return None;
    }
    let name = draft.show(1..end);
    let joined: String = name
        .trim_matches('"')
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect::<String>()
        .split('_')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("_");
    // `2024_base` becomes `base_2024`.
    let rest = joined.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = joined.get(..joined.len() - rest.len()).unwrap_or_default();
    let joined = match (digits.is_empty(), rest.trim_start_matches('_')) {
        (true, _) => joined,
        (false, "") => format!("n{joined}"),
        (false, rest) => format!("{rest}_{digits}"),
    };
    // `change_` is a name as it is.
    let word = end == 2 && draft.is_word(1);
    if end < 2 || joined.is_empty() || joined == name || word {
        return None;
    }
    let title =
        draft.kind(1) == Some(TokenKind::Text) && end == 2 && (draft.at(0) == "scenario" || lever);
    let text = if title { format!("{joined} {name}") } else { joined };
    draft.replace(1..end, &text);
    Some("a name is one word of letters, digits and `_`".to_owned())
}

/// Writes indices in square brackets: `param base(partner) = ...`, `var x{p}`, `x(t) = ...`.
pub(crate) fn indices(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = match is_quantity(draft) {
        true => 2,
        false => 1,
    };
    if !matches!(draft.at(n), "(" | "{" | "[")
        || !draft.is_word(n - 1)
        || draft.before(n, 1) == "set"
    {
        return None;
    }
    let close = draft.close(n)?;
    let definition = matches!(draft.at(close + 1), "=" | ":") || draft.ends_line(close + 1);
    if !definition || !is_quantity(draft) && !draft.touches(n) {
        return None;
    }
    let mut list: Vec<String> = Vec::new();
    let inside = draft.show(n + 1..close);
    for index in inside.split(',').map(str::trim) {
        match index.split_once(" in ") {
            Some((letter, set)) => list.push(format!("{letter}: {set}")),
            // Every quantity has a value for each year, so years are no index.
            None if matches!(index, "t" | "year" | "years" | "time") => {}
            None => list.push(index.to_owned()),
        }
    }
    let text = if list.is_empty() { String::new() } else { format!("[{}]", list.join(", ")) };
    (text != draft.show(n..close + 1)).then_some(())?;
    draft.replace(n..close + 1, &text);
    Some("indices are written in square brackets, and years are no index".to_owned())
}

/// True for a setting of Stata: `set more off`, `set scheme s2color`.
pub(crate) fn is_setting(draft: &Draft) -> bool {
    const SETTINGS: [&str; 11] = [
        "more", "scheme", "seed", "obs", "matsize", "linesize", "memory", "trace", "type",
        "maxvar", "rmsg",
    ];
    draft.at(0).eq_ignore_ascii_case("set") && SETTINGS.contains(&draft.at(1)) && draft.at(2) != "="
}

/// Writes sets as `set NAME = ELEMENT, ELEMENT`.
pub(crate) fn sets(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if draft.at(0) != "set" || !draft.is_word(1) || draft.find(&["data"], 0).is_some() {
        return None;
    }
    if is_setting(draft) && draft.ends_line(3) {
        return None;
    }
    // `set partner += China` adds to a set that the script declares elsewhere.
    if matches!(draft.at(2), "+=" | "-=" | "|=" | "+" | "-" | "add" | "remove") {
        return None;
    }
    let before = draft.text();
    let end = draft.line_end(0);
    if draft.find(&[".."], 2).is_some_and(|n| draft.at(n + 1).len() == 4) {
        draft.remove(0..end);
        return Some("years are no set; `years 2024..2030` at the top gives them".to_owned());
    }
    let mut n = 2;
    while n < end
        && (matches!(draft.at(n), "=" | ":" | "{" | "(" | "[" | "/")
            || draft.at(n) == "c" && draft.at(n + 1) == "(")
    {
        n += 1;
    }
    let list = draft.show(n..end);
    // A bracket that the list opens itself is a part of an element: `gas (natural)`.
    let pairs = list.matches('(').count() == list.matches(')').count();
    let list = match list.trim_end() {
        whole if whole.ends_with(')') && pairs => whole,
        whole => whole.trim_end_matches(['}', ')', ']', '/', ' ']),
    };
    let commas = list.contains([',', ';']);
    let pieces: Vec<&str> = match commas {
        true => list.split([',', ';']).collect(),
        false if list.contains('"') => return None,
        false => list.split(' ').collect(),
    };
    let element = |piece: &str| {
        let piece = piece.trim().trim_start_matches("and ");
        let plain =
            piece.chars().all(|c| c.is_alphanumeric() || c == '_') || piece.starts_with('"');
        let word = plain
            && (!piece.starts_with(|c: char| c.is_ascii_digit()) || piece.parse::<f64>().is_ok());
        if word { piece.to_owned() } else { format!("\"{}\"", piece.replace('"', "")) }
    };
    let pieces: Vec<String> = pieces
        .into_iter()
        .filter(|piece| !piece.trim().is_empty() && piece.trim() != "and")
        .map(element)
        .collect();
    let text = format!("set {} = {}", draft.at(1), pieces.join(", "));
    draft.replace(0..end, &text);
    (draft.text() != before)
        .then(|| "a set is written `set NAME = ELEMENT, ELEMENT`; an element with blanks or signs is in quotes".to_owned())
}

/// Writes a list of names as a set: `partners = ["China", "Turkey"]`.
pub(crate) fn set_lists(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let texts: Vec<usize> = (1..end).filter(|&n| draft.kind(n) == Some(TokenKind::Text)).collect();
    let first = *texts.first()?;
    let signs =
        (1..first).all(|n| matches!(draft.at(n), "=" | "<" | "-" | "[" | "(" | "{" | "c" | "list"));
    let list = (first..end)
        .all(|n| texts.contains(&n) || matches!(draft.at(n), "," | "]" | ")" | "}" | ";"));
    if !draft.is_name(0) || first < 3 || texts.len() < 2 || !signs || !list {
        return None;
    }
    let element = |n: &usize| {
        let text = draft.at(*n).trim_matches('"');
        let plain = text.chars().all(|c| c.is_alphanumeric() || c == '_');
        if plain { text.to_owned() } else { draft.at(*n).to_owned() }
    };
    let elements: Vec<String> = texts.iter().map(element).collect();
    draft.replace(0..end, &format!("set {} = {}", draft.at(0), elements.join(", ")));
    Some("a list of names is a set".to_owned())
}

/// Writes a part of a set: `set eu = A, B in country`, `set eu(country) /A, B/`, `subset eu of country = A, B`.
pub(crate) fn subsets(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (matches!(draft.at(0), "set" | "subset") && draft.is_word(1)).then_some(())?;
    let end = draft.line_end(0);
    let parent = (2..end).find(|&n| {
        matches!(draft.at(n), "in" | "(" | "of" | "from")
            && !context.elements(draft.at(n + 1)).is_empty()
    })?;
    let whole = draft.at(parent + 1).to_owned();
    let mut named: Vec<&str> =
        (2..end).filter(|&n| n != parent && n != parent + 1).map(|n| draft.at(n)).collect();
    named.retain(|name| context.elements(&whole).contains(name));
    let left: Vec<&str> =
        context.elements(&whole).into_iter().filter(|element| !named.contains(element)).collect();
    if named.is_empty() || left.is_empty() {
        return None;
    }
    let text = format!("set {} = {whole} without {}", draft.at(1), left.join(", "));
    draft.replace(0..end, &text);
    Some("a part of a set leaves out elements with `without`".to_owned())
}

/// Writes the set alone in place of an index with its set: `x[i in eu, j in eu]`.
pub(crate) fn bound_indices(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let scenario = draft.at(0) == "scenario";
    if !draft.begins_with(Class::Query) && !scenario {
        return None;
    }
    let mut found = false;
    while let Some(n) = (1..draft.len()).find(|&n| {
        matches!(draft.before(n, 1), "[" | ",")
            && draft.is_name(n)
            && draft.at(n + 1) == "in"
            && draft.is_name(n + 2)
            && matches!(draft.at(n + 3), "]" | ",")
    }) {
        // A set that lists its elements is a whole set.
        let whole = !context.elements(draft.at(n + 2)).is_empty() && !scenario;
        let index = if whole { "*".to_owned() } else { draft.at(n + 2).to_owned() };
        draft.replace(n..n + 3, &index);
        found = true;
    }
    found.then(|| "the name of a set stands for its elements, as in `x[eu]`".to_owned())
}

/// Writes a vector of R: `weights <- c(1, 2)`.
pub(crate) fn vectors(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let at = draft.find(&["c", "("], 1)?;
    if !draft.is_name(0) || draft.find(&["<", "-"], 1).or_else(|| draft.find(&["="], 1)) != Some(1)
    {
        return None;
    }
    draft.replace(1..at, "=");
    let set = context.first_set().map(|set| format!("param {}[{set}]", draft.at(0)));
    let name = set.unwrap_or_else(|| format!("param {}", draft.at(0)));
    draft.replace(0..1, &name);
    lists(draft, context).or_else(|| {
        // One value for each element of the set, or else one for each year.
        let name = format!("param {}", draft.at(1));
        let equals = draft.outside("=", 1)?;
        draft.replace(0..equals, &name);
        lists(draft, context)
    })
}

/// Writes lists of values as a map over the elements of the set, or as a path over the years.
pub(crate) fn lists(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let equals = draft.outside("=", 1).filter(|_| is_quantity(draft))?;
    let (mut n, mut end) = (equals + 1, draft.line_end(equals));
    if draft.at(n) == "c" && draft.at(n + 1) == "(" {
        n += 1;
    }
    if matches!(draft.at(n), "[" | "(" | "{") && draft.close(n) == Some(end - 1) {
        n += 1;
        end -= 1;
    }
    let list = draft.show(n..end);
    let values: Vec<&str> = list.split(',').map(str::trim).collect();
    let amounts =
        values.iter().all(|value| value.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
    let whole = draft.line_end(equals);
    if values.len() > 1 && amounts && !list.contains(':') {
        let text = match draft.at(2) == "[" {
            true => {
                let set = draft.show(3..draft.close(2)?);
                let set = set.rsplit(':').next().unwrap_or_default().trim().to_owned();
                let elements = context.elements(&set);
                if elements.len() != values.len() {
                    return None;
                }
                let pairs =
                    elements.iter().zip(&values).map(|(key, value)| format!("{key}: {value}"));
                format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
            }
            false => {
                let (first, _) = context.years()?;
                let pairs =
                    values.iter().zip(first..).map(|(value, year)| format!("{year}: {value}"));
                format!("[{}]", pairs.collect::<Vec<_>>().join(", "))
            }
        };
        draft.replace(equals + 1..whole, &text);
        return Some("a list must name the element or the year of each value".to_owned());
    }
    // `{ China 80, Turkey 40 }`, `China: 80, Turkey: 40`
    let pairs: Vec<String> = values
        .iter()
        .filter_map(|pair| {
            let at = pair.find([':', ' ', '=', '-'])?;
            let (key, value) = pair.split_at(at);
            let value = value.trim_start_matches([':', ' ', '=', '>', '-']);
            (key.starts_with(char::is_alphabetic)
                && value.starts_with(|c: char| c.is_ascii_digit()))
            .then(|| format!("{key}: {value}"))
        })
        .collect();
    if pairs.len() != values.len() || draft.at(2) != "[" {
        return None;
    }
    draft.replace(equals + 1..whole, &format!("{{ {} }}", pairs.join(", ")));
    Some("a map is written `{ ELEMENT: VALUE, ELEMENT: VALUE }`".to_owned())
}

/// Divides a declaration of several names: `var x, y, z`, `param a = 1, b = 2`, `param a, b = 5`.
pub(crate) fn several(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    if !is_quantity(draft) || draft.outside(",", 1).is_none() {
        return None;
    }
    let (word, end) = (draft.at(0).to_owned(), draft.line_end(0));
    let list = draft.show(1..end);
    let pieces: Vec<&str> = list.split(',').map(str::trim).collect();
    let shared = pieces.last().and_then(|last| last.split_once('=')).map(|(_, value)| value.trim());
    let lines: Vec<String> = pieces
        .iter()
        .map(|piece| match piece.split_once('(') {
            Some((name, index)) => {
                let index = index.trim_end_matches(')');
                format!("{name}[{}]", context.set_of(index).unwrap_or(index))
            }
            None => (*piece).to_owned(),
        })
        .map(|piece| match (piece.contains('='), shared) {
            (false, Some(value)) => format!("{word} {piece} = {value}"),
            _ => format!("{word} {piece}"),
        })
        .collect();
    draft.replace(0..end, &lines.join("\n"));
    Some(format!("`{word}` declares one name"))
}

/// Inserts a missing `=` before the value, moves a unit before the `=`, and removes a colon without a unit.
pub(crate) fn equals(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if !is_quantity(draft) || !draft.is_word(1) {
        return None;
    }
    let bracket = if draft.at(2) == "[" { draft.close(2)? + 1 } else { 2 };
    let end = draft.line_end(0);
    if draft.at(bracket) == ":"
        && (draft.is_number(bracket + 1) || matches!(draft.at(bracket + 1), "=" | "-" | "{" | "$"))
    {
        let text = if draft.at(bracket + 1) == "=" { "" } else { " =" };
        draft.replace(bracket..bracket + 1, text);
        return Some("a value is given with `=`; a colon names a unit".to_owned());
    }
    if matches!(draft.at(bracket), "is" | "equals" | "to" | "be") {
        draft.replace(bracket..bracket + 1, "=");
        return Some("a value is given with `=`".to_owned());
    }
    // `param x: mn USD 80`
    let value = (bracket..end).find(|&n| draft.is_number(n) || draft.at(n) == "{")?;
    if draft.outside("=", 1).is_none()
        && !(bracket..value).any(|n| matches!(draft.at(n), "bounds" | "start" | "in" | "^"))
    {
        let minus = usize::from(draft.before(value, 1) == "-");
        draft.insert(value - minus, "=");
        return Some("a value is given with `=`".to_owned());
    }
    // `param x = 80 : mn USD`, `param x = 80 (mn USD)`
    let equals = draft.outside("=", 1)?;
    let stop = draft.amount_end(equals + 1);
    if draft.is_number(equals + 1) && matches!(draft.at(stop), ":" | "(" | "[") {
        let unit = draft.show(stop..end).trim_matches([':', '(', ')', '[', ']', ' ']).to_owned();
        draft.remove(stop..end);
        draft.insert(stop, &unit);
        return Some("the unit follows the number".to_owned());
    }
    // `param x (mn USD) = 80` is read as an index by the rule before.
    None
}

/// Orders unit, `start` and bounds, and writes the bounds as `in LOW..HIGH`.
pub(crate) fn order(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if !is_quantity(draft) {
        return None;
    }
    let end = draft.line_end(0);
    if let Some(start) = draft.outside("start", 1)
        && let Some(bounds) = draft.outside("bounds", 1).or_else(|| draft.outside("in", 1))
        && bounds < start
    {
        let (low, first) = (draft.show(bounds..start), draft.show(start..end));
        draft.replace(bounds..end, &format!("{first} {low}"));
        return Some("`start` comes before the bounds".to_owned());
    }
    // `var x >= 0`, `var x lower 0`
    let at =
        draft.find(&[">="], 1).filter(|&n| draft.is_number(n + 1) && draft.ends_line(n + 2))?;
    let least = draft.at(at + 1).to_owned();
    draft.replace(at..at + 2, &format!("bounds {least}..1e12"));
    Some("bounds are a range, `bounds LOW..HIGH`".to_owned())
}

/// Writes functions: `def f(x): return x`, `f <- function(x) x`, `f = lambda x: x`, `fun f(x) { x }`.
pub(crate) fn functions(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let text = draft.show(0..draft.len());
    let (head, body) = if matches!(
        draft.at(0),
        "def" | "fun" | "func" | "fn" | "function" | "Function" | "deff"
    ) {
        let close = draft.close(2).filter(|_| draft.at(2) == "(")?;
        (draft.show(1..close + 1), draft.show(close + 1..draft.len()))
    } else if let Some(n) = draft.find(&["lambda"], 0) {
        let colon = draft.find(&[":"], n)?;
        let name = (0..n).rev().find(|&k| draft.is_word(k))?;
        (
            format!("{}({})", draft.at(name), draft.show(n + 1..colon)),
            draft.show(colon + 1..draft.len()),
        )
    } else if let Some(n) = draft.find(&["function"], 1) {
        let close = draft.close(n + 1)?;
        let name = (0..n).rev().find(|&k| draft.is_word(k))?;
        (
            format!("{}{}", draft.at(name), draft.show(n + 1..close + 1)),
            draft.show(close + 1..draft.len()),
        )
    } else {
        return None;
    };
    // Parameters have no defaults.
    let parameters = head.split(',').map(|part| match part.split_once('=') {
        Some((name, rest)) if rest.contains(')') => format!("{})", name.trim_end()),
        Some((name, _)) => name.trim_end().to_owned(),
        None => part.to_owned(),
    });
    let head = parameters.collect::<Vec<_>>().join(",");
    let body = body.trim_start_matches([':', '=', '{', '-', '>', ' ', '\n']);
    let body = body.trim_end_matches(['}', ';', ' ', '\n']).trim();
    let body = body.strip_prefix("return").unwrap_or(body).trim();
    // The body of a Python function is on the line below.
    let below = context.indented().first().map(|line| line.trim_start_matches("return").trim());
    let body = if body.is_empty() { below.unwrap_or("0") } else { body };
    let new =
        format!("function {} = {body}", head.split_whitespace().collect::<Vec<_>>().join(" "));
    let all = draft.len();
    (new != text).then_some(())?;
    draft.replace(0..all, &new);
    Some("a function is one line, `function NAME(x) = EXPRESSION`".to_owned())
}

/// Joins a declaration and the value that follows on the same line: `parameter d; d = 5;`.
pub(crate) fn given_later(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let name = draft.at(1).to_owned();
    let joined =
        draft.is_word(0) && draft.at(2) == ";" && draft.at(3) == name && draft.at(4) == "=";
    joined.then_some(())?;
    draft.remove(2..4);
    let end = draft.line_end(0);
    if draft.before(end, 1) == ";" {
        draft.remove(end - 1..end);
    }
    let own = if draft.find(&["("], 3).is_some() { "var" } else { "param" };
    draft.replace(0..1, own);
    Some("a declaration gives its value on the same line".to_owned())
}
