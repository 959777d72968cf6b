//! Reductions from a fixed year to the current one, which are variables of their own: `sum(x[first..t])`,
//! `max(t in 2024..t: x)`; and subsets in the place of an element: `sum(exports[west])`.

use super::context::Context;
use super::draft::Draft;
use crate::syntax::words::Class;

/// True for a text that may have such a reduction.
pub(super) fn may_have(text: &str) -> bool {
    ["..t", ".. t", ":t", ": t"].iter().any(|end| {
        text.match_indices(end).any(|(at, _)| {
            let rest = text.get(at + end.len()..).unwrap_or_default().trim_start();
            rest.starts_with([']', ')', ':'])
        })
    })
}

/// A reduction that grows from year to year.
struct Running {
    /// Place of the whole call.
    place: std::ops::Range<usize>,
    function: String,
    /// The value that each year adds.
    value: String,
    from: String,
    /// Name of the quantity that is read first.
    read: String,
}

/// Writes a reduction up to the current year as a variable with its first year and an equation.
pub(super) fn totals(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let found = running(draft, context)?;
    let end = if draft.at(0) == "scenario" { draft.len() } else { draft.line_end(0) };
    let (first, _) = context.years()?;
    let value = match found.from.parse::<i32>() {
        Ok(year) if year != first => {
            let value = &found.value;
            format!("(if t >= {year} then {value} else 0 * {value})")
        }
        _ => found.value.clone(),
    };
    let equals =
        draft.outside("=", 0).filter(|&n| n + 1 == found.place.start && found.place.end == end);
    let unit = context.unit_of(&found.read).to_owned();
    let (own, head, tail, unit) = match equals {
        Some(equals) if draft.at(0) == "var" && draft.is_word(1) => {
            let declared = draft.show(0..equals);
            let colon = draft.outside(":", 2).filter(|&n| n < equals);
            let unit = if colon.is_some() { String::new() } else { unit };
            (draft.at(1).to_owned(), format!("{declared}{unit}\n"), String::new(), unit)
        }
        Some(_) if context.declares(draft.at(0)) => {
            (draft.at(0).to_owned(), String::new(), String::new(), unit)
        }
        _ => {
            let word = match found.function.as_str() {
                "max" => "highest",
                "min" => "lowest",
                "mean" => "average",
                _ => "total",
            };
            let own =
                format!("{}{word}", if context.mentions(word) == 0 { "" } else { "running_" });
            let mut rest = draft.clone();
            rest.replace(found.place.clone(), &own);
            (own.clone(), format!("var {own}{unit}\n"), format!("\n{}", rest.text().trim()), unit)
        }
    };
    let letters = match equals {
        Some(equals) => letters(draft, equals),
        None => Vec::new(),
    };
    // An index that the new variable does not have is no index of its value.
    if tail.is_empty() == letters.is_empty() && !letters.is_empty() && !tail.is_empty() {
        return None;
    }
    let at = |name: &str, year: &str| {
        let mut parts = letters.clone();
        if !year.is_empty() {
            parts.push(year.to_owned());
        }
        if parts.is_empty() { name.to_owned() } else { format!("{name}[{}]", parts.join(", ")) }
    };
    let lines = |own: &str, function: &str| {
        let (all, start, last) = (at(own, ""), at(own, "first"), at(own, "t-1"));
        let equation = match function {
            "max" | "min" => format!("{function}({last}, {value})"),
            "product" => format!("{last} * {value}"),
            _ => format!("{last} + {value}"),
        };
        format!("{start} = {value}\n{all} = {equation}")
    };
    let text = match found.function.as_str() {
        "mean" => {
            let sum = format!("{own}_sum");
            let bound = head.find('[').and_then(|at| head.get(at..=head.find(']')?)).unwrap_or("");
            let unit = if unit.is_empty() { context.unit_of(&found.read) } else { &unit };
            format!(
                "var {sum}{bound}{unit}\n{}\n{head}{} = {} / ((t - first) / 1 year + 1){tail}",
                lines(&sum, "sum"),
                at(&own, ""),
                at(&sum, ""),
            )
        }
        function => format!("{head}{}{tail}", lines(&own, function)),
    };
    draft.replace(0..end, &text);
    Some("a value up to this year has its first year and an equation".to_owned())
}

/// Finds a reduction whose range ends with the current year.
fn running(draft: &Draft, context: &Context<'_>) -> Option<Running> {
    (1..draft.len()).find_map(|open| {
        let function = draft.at(open - 1).to_lowercase();
        let function = if function == "average" { "mean".to_owned() } else { function };
        let reduces = matches!(function.as_str(), "sum" | "mean" | "max" | "min" | "product");
        let close = draft.close(open).filter(|_| reduces && draft.at(open) == "(")?;
        // A binder: `t in first..t: x`
        if draft.at(open + 2) == "in" {
            let colon = draft.outside(":", open + 1).filter(|&n| n < close)?;
            let from = draft.at(open + 3).to_owned();
            (draft.at(open + 4) == ".." && draft.at(open + 5) == "t" && colon == open + 6)
                .then_some(())?;
            let letter = draft.at(open + 1).to_owned();
            let mut body = Draft::of(&draft.show(colon + 1..close));
            without_year(&mut body, &letter)?;
            let read = (0..body.len()).find(|&n| context.axes(body.at(n)).is_some());
            let read = read.map(|n| body.at(n).to_owned()).unwrap_or_default();
            let single = body.len() == 1 || body.close(1) == Some(body.len() - 1);
            let value = if single { body.text() } else { format!("({})", body.text()) };
            return is_start(&from).then_some(Running {
                place: open - 1..close + 1,
                function,
                value,
                from,
                read,
            });
        }
        let bracket = (draft.is_word(open + 1) && draft.at(open + 2) == "[").then_some(open + 2)?;
        let inner = draft.close(bracket).filter(|&n| n + 1 == close)?;
        (draft.at(inner - 1) == "t").then_some(())?;
        let range = matches!(draft.at(inner - 2), ".." | ":").then_some(inner - 2)?;
        let start =
            (bracket + 1..range).rev().find(|&n| draft.at(n) == ",").map_or(bracket + 1, |n| n + 1);
        let from = draft.show(start..range);
        let from = if from.is_empty() { "first".to_owned() } else { from };
        let name = draft.at(open + 1).to_owned();
        let index = draft.show(bracket + 1..start);
        let index = index.trim_end_matches([',', ' ']);
        let value = match index {
            "" => name.clone(),
            index if index.contains('*') => format!("{function}({name}[{index}])"),
            index => format!("{name}[{index}]"),
        };
        (is_start(&from) && context.axes(&name).is_some()).then_some(Running {
            place: open - 1..close + 1,
            function,
            value,
            from,
            read: name,
        })
    })
}

/// True for a fixed year.
fn is_start(from: &str) -> bool {
    from == "first" || from.len() == 4 && from.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes the year of a loop out of the indices: `x[y]`, `x[p, y]`.
fn without_year(body: &mut Draft, letter: &str) -> Option<()> {
    if letter == "t" {
        return Some(());
    }
    let mut n = 0;
    while n < body.len() {
        if body.at(n) == letter {
            match (body.at(n - 1), body.at(n + 1)) {
                ("[", "]") => body.remove(n - 1..n + 2),
                (",", "]") => body.remove(n - 1..n + 1),
                _ => return None,
            }
            n = 0;
        }
        n += 1;
    }
    Some(())
}

/// Returns the index letters on the left side: of `var z[p: partner]`, `var z[partner]` and `z[p]`.
fn letters(draft: &Draft, equals: usize) -> Vec<String> {
    let Some(open) = draft.find(&["["], 1).filter(|&n| n < equals && n < 3) else {
        return Vec::new();
    };
    let Some(close) = draft.close(open) else { return Vec::new() };
    let inside = draft.show(open + 1..close);
    let letter = |part: &str| match part.split_once(':') {
        Some((letter, _)) => letter.trim().to_owned(),
        None if draft.at(0) == "var" => part.trim().chars().take(1).collect(),
        None => part.trim().to_owned(),
    };
    inside.split(',').map(letter).filter(|letter| letter != "t").collect()
}

/// Gives a set in the head of a declaration its letter: `var z[west] = x[west]` becomes `var z[w: west] = x[w]`.
fn head(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let set = draft.at(3).to_owned();
    let own =
        draft.at(0) == "var" && draft.at(2) == "[" && draft.at(4) == "]" && context.has_set(&set);
    let equals = draft.outside("=", 5).filter(|_| own)?;
    let places: Vec<usize> = (equals + 1..draft.len())
        .filter(|&n| draft.at(n) == set && matches!(draft.at(n - 1), "[" | ","))
        .collect();
    let letter: String = set.chars().take(1).collect();
    let taken = letter == "t" || (0..draft.len()).any(|n| draft.at(n) == letter);
    let letter = if taken { format!("{letter}1") } else { letter };
    let other = places.iter().any(|&n| {
        let axes = if draft.at(n - 1) == "[" { context.axes(draft.at(n - 2)) } else { None };
        axes.is_some_and(|axes| axes.first().is_some_and(|axis| *axis != set))
    });
    other.then_some(())?;
    places.into_iter().for_each(|n| draft.replace(n..n + 1, &letter));
    draft.replace(3..4, &format!("{letter}: {set}"));
    Some("an index has a letter, as in `x[w: west] = y[w]`".to_owned())
}

/// Writes each subset in the place of an element.
pub(super) fn subsets(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let head = head(draft, context);
    let found = subset(draft, context);
    // One place after the other: `x[west] + y[west]`.
    while found.is_some() && draft.len() < 500 && subset(draft, context).is_some() {}
    found.or(head)
}

/// Writes a subset in the place of an element as a sum over it, and in a query of one value as its elements.
fn subset(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "an index is one element; a sum runs over a set";
    (draft.at(0) != "set").then_some(())?;
    // `sum(exports, west)`
    if let Some(n) = (1..draft.len()).find(|&n| {
        draft.at(n) == "("
            && draft.at(n + 2) == ","
            && draft.at(n + 4) == ")"
            && context.has_set(draft.at(n + 3))
            && context
                .axes(draft.at(n + 1))
                .is_some_and(|axes| axes.len() == 1 && axes[0] != draft.at(n + 3))
    }) {
        let text = format!("{}[{}]", draft.at(n + 1), draft.at(n + 3));
        draft.replace(n + 1..n + 4, &text);
    }
    let (name, set, open, place) = (1..draft.len()).find_map(|open| {
        (draft.at(open) == "[" && draft.touches(open) && draft.is_word(open - 1)).then_some(())?;
        // A change in a scenario may name a subset.
        let entry = (0..open).rev().find(|&n| {
            matches!(draft.at(n), "{" | "," | "=" | "+=" | "-=" | "*=") || draft.starts_line(n)
        });
        let change =
            draft.at(0) == "scenario" && !entry.is_some_and(|n| draft.at(n).ends_with('='));
        (!change).then_some(())?;
        let axes = context.axes(draft.at(open - 1))?;
        let (arguments, _) = draft.arguments(open)?;
        axes.iter().zip(&arguments).find_map(|(axis, argument)| {
            let set = draft.show(argument.clone());
            // A letter that the line binds may have the name of a set: `z[west] = x[west]`, `sum(s in west: x[s])`.
            let left = draft.outside("=", 0).unwrap_or(0).min(open);
            let bound = (0..left).any(|n| draft.at(n) == set)
                || draft.find(&[set.as_str(), "in"], 0).is_some();
            let subset = !bound
                && set != *axis
                && context.has_set(&set)
                && !context.elements(axis).contains(&set.as_str());
            subset.then(|| (draft.at(open - 1).to_owned(), set, open, argument.start))
        })
    })?;
    let declaration =
        matches!(draft.at(0), "var" | "param") && draft.outside("=", 0).is_none_or(|n| n > open);
    let left = draft.outside("=", 0).is_some_and(|n| n > open) && draft.at(0) == name;
    (!declaration && !left).then_some(())?;
    let close = draft.close(open)?;
    let members = context.members(&set);
    let whole = draft.begins_with(Class::Query)
        && matches!(draft.at(0), "show" | "chart" | "compare")
        && matches!(draft.at(open - 2), "show" | "chart" | "compare" | ",")
        && (draft.ends_line(close + 1) || matches!(draft.at(close + 1), "," | "in" | "for" | "as"));
    if whole && (1..13).contains(&members.len()) {
        let one = |member: &&str| {
            let mut part = Draft::of(&draft.show(open - 1..close + 1));
            part.replace(place - open + 1..place - open + 2, member);
            part.text()
        };
        let parts: Vec<String> = members.iter().map(one).collect();
        draft.replace(open - 1..close + 1, &parts.join(", "));
        return Some(MESSAGE.to_owned());
    }
    // A set of its own has the same names, and is no part of the other set.
    let listed = context.elements(&set);
    if !listed.is_empty() {
        let one = |member: &&str| {
            let mut part = Draft::of(&draft.show(open - 1..close + 1));
            part.replace(place - open + 1..place - open + 2, member);
            part.text()
        };
        let parts: Vec<String> = listed.iter().map(one).collect();
        let outer = open
            .checked_sub(2)
            .filter(|&n| draft.at(n) == "(" && draft.close(n) == Some(close + 1));
        let outer = outer.filter(|n| *n > 0);
        let function = outer.map_or("sum", |n| draft.at(n - 1)).to_owned();
        let text = match (function.as_str(), parts.as_slice()) {
            (_, [only]) => only.clone(),
            ("sum", parts) => format!("({})", parts.join(" + ")),
            ("mean", parts) => format!("({}) / {}", parts.join(" + "), parts.len()),
            (function @ ("min" | "max"), parts) => format!("{function}({})", parts.join(", ")),
            _ => return None,
        };
        let range = outer.map_or(open - 1..close + 1, |n| n - 1..close + 2);
        draft.replace(range, &text);
        return Some(MESSAGE.to_owned());
    }
    let letter: String = set.chars().take(1).collect();
    let taken = |letter: &str| (0..draft.len()).any(|n| draft.at(n) == letter) || letter == "t";
    let letter = if taken(&letter) { format!("{letter}1") } else { letter };
    draft.replace(place..place + 1, &letter);
    let value = draft.show(open - 1..close + 1);
    let outer =
        open.checked_sub(2).filter(|&n| draft.at(n) == "(" && draft.close(n) == Some(close + 1));
    let reduces = |n: &usize| matches!(draft.at(n - 1), "sum" | "mean" | "max" | "min" | "product");
    match outer.filter(|n| *n > 0).filter(reduces) {
        Some(n) => draft.replace(n + 1..close + 1, &format!("{letter} in {set}: {value}")),
        None => {
            let check = draft.at(0) == "check";
            let function = match draft.at(close + 1) {
                ">" | ">=" if check => "min",
                "<" | "<=" if check => "max",
                _ => "sum",
            };
            draft.replace(open - 1..close + 1, &format!("{function}({letter} in {set}: {value})"));
        }
    }
    Some(MESSAGE.to_owned())
}
