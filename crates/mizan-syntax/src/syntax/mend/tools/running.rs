//! Reductions from a fixed year to the current one, which are variables of their own: `sum(x[first..t])`,
//! `max(t in 2024..t: x)`; and subsets in the place of an element: `sum(exports[west])`.

use crate::syntax::mend::context::{Context, index_letter};
use crate::syntax::mend::draft::Draft;

/// True for a text that may have such a reduction.
pub(crate) fn may_have(text: &str) -> bool {
    // A query with a range of Mizan gets the message about its range.
    if text.starts_with("show ") && text.contains("t in first..t:") {
        return false;
    }
    ["..t", ".. t", ":t", ": t"].iter().any(|end| {
        text.match_indices(end).any(|(at, _)| {
            let rest = text.get(at + end.len()..).unwrap_or_default().trim_start();
            rest.starts_with([']', ')', ':'])
        })
    })
}

/// True for a text with the name of a set in brackets or behind a comma.
pub(crate) fn may_name_subset(text: &str, context: &Context<'_>) -> bool {
    text.match_indices(['[', ',']).any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default().trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.get(..end).is_some_and(|name| !name.is_empty() && context.has_set(name))
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

/// The lines around the equations of a running total.
struct Frame {
    own: String,
    /// The declaration, with its line end.
    head: String,
    /// The line that reads the variable, with a line end before it.
    tail: String,
    letters: Vec<String>,
}

impl Frame {
    /// Finds the variable that a line gives the total, or names a new one.
    fn of(draft: &Draft, found: &Running, end: usize, context: &Context<'_>) -> Option<Self> {
        let whole = |n: &usize| n + 1 == found.place.start && found.place.end == end;
        let unit = context.unit_of(&found.read);
        let equals = draft.outside("=", 0);
        if let Some(equals) = equals.filter(whole) {
            let letters = letters(draft, equals);
            if draft.at(0) == "var" && draft.is_word(1) {
                let colon = draft.outside(":", 2).is_some_and(|n| n < equals);
                let unit = if colon { "" } else { unit };
                let head = format!("{}{unit}\n", draft.show(0..equals));
                return Some(Self {
                    own: draft.at(1).to_owned(),
                    head,
                    tail: String::new(),
                    letters,
                });
            }
            if context.declares(draft.at(0)) {
                let own = draft.at(0).to_owned();
                return Some(Self { own, head: String::new(), tail: String::new(), letters });
            }
        }
        // The new variable has no index.
        let indexed = equals.is_some_and(|equals| !letters(draft, equals).is_empty());
        (!indexed).then_some(())?;
        let word = match found.function.as_str() {
            "max" => "highest",
            "min" => "lowest",
            "mean" => "average",
            _ => "total",
        };
        let own = format!("{}{word}", if context.mentions(word) == 0 { "" } else { "running_" });
        let mut rest = draft.clone();
        rest.replace(found.place.clone(), &own);
        let (head, tail) = (format!("var {own}{unit}\n"), format!("\n{}", rest.text().trim()));
        Some(Self { own, head, tail, letters: Vec::new() })
    }

    fn at(&self, name: &str, year: &str) -> String {
        let mut parts = self.letters.clone();
        parts.extend((!year.is_empty()).then(|| year.to_owned()));
        if parts.is_empty() { name.to_owned() } else { format!("{name}[{}]", parts.join(", ")) }
    }

    /// Writes the first year and the equation of a variable.
    fn lines(&self, own: &str, function: &str, value: &str) -> String {
        let (all, start, last) = (self.at(own, ""), self.at(own, "first"), self.at(own, "t-1"));
        let equation = match function {
            "max" | "min" => format!("{function}({last}, {value})"),
            "product" => format!("{last} * {value}"),
            _ => format!("{last} + {value}"),
        };
        format!("{start} = {value}\n{all} = {equation}")
    }
}

/// Writes a reduction up to the current year as a variable with its first year and an equation.
pub(crate) fn totals(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let found = running(draft, context)?;
    let end = if draft.at(0) == "scenario" { draft.len() } else { draft.line_end(0) };
    let (first, _) = context.years()?;
    let function = found.function.as_str();
    let value = match found.from.parse::<i32>() {
        Ok(year) if year != first => {
            (function == "sum").then_some(())?;
            format!("(if t >= {year} then {0} else 0 * {0})", found.value)
        }
        _ => found.value.clone(),
    };
    let frame = Frame::of(draft, &found, end, context)?;
    let Frame { own, head, tail, .. } = &frame;
    let text = if function == "mean" {
        let sum = format!("{own}_sum");
        let bound = head.find('[').and_then(|at| head.get(at..=head.find(']')?)).unwrap_or("");
        format!(
            "var {sum}{bound}{}\n{}\n{head}{} = {} / ((t - first) / 1 year + 1){tail}",
            context.unit_of(&found.read),
            frame.lines(&sum, "sum", &value),
            frame.at(own, ""),
            frame.at(&sum, ""),
        )
    } else {
        format!("{head}{}{tail}", frame.lines(own, function, &value))
    };
    draft.replace(0..end, &text);
    Some("a value up to this year has its first year and an equation".to_owned())
}

/// Finds a reduction whose range ends with the current year.
fn running(draft: &Draft, context: &Context<'_>) -> Option<Running> {
    (1..draft.len()).find_map(|open| {
        let function = draft.before(open, 1).to_lowercase();
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
            let single = body.len() == 1 || body.close(1) == body.len().checked_sub(1);
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
        (draft.before(inner, 1) == "t").then_some(())?;
        let range = matches!(draft.before(inner, 2), ".." | ":").then(|| inner - 2)?;
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
            match (body.before(n, 1), body.at(n + 1)) {
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
        .filter(|&n| draft.at(n) == set && matches!(draft.before(n, 1), "[" | ","))
        .collect();
    let letter = index_letter(&set, |letter| (0..draft.len()).any(|n| draft.at(n) == letter));
    let other = places.iter().any(|&n| {
        let axes = if draft.before(n, 1) == "[" { context.axes(draft.before(n, 2)) } else { None };
        axes.is_some_and(|axes| axes.first().is_some_and(|axis| *axis != set))
    });
    other.then_some(())?;
    places.into_iter().for_each(|n| draft.replace(n..n + 1, &letter));
    draft.replace(3..4, &format!("{letter}: {set}"));
    Some("an index has a letter, as in `x[w: west] = y[w]`".to_owned())
}

/// Writes each subset in the place of an element.
pub(crate) fn subsets(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let head = head(draft, context);
    let found = subset(draft, context);
    // One place after the other: `x[west] + y[west]`.
    while found.is_some() && draft.len() < 500 && subset(draft, context).is_some() {}
    found.or(head)
}

/// Writes `sum(exports, west)` with the set as an index.
fn behind_comma(draft: &mut Draft, context: &Context<'_>) {
    let found = (1..draft.len()).find(|&n| {
        let set = draft.at(n + 3);
        let one = |axes: Vec<&str>| axes.len() == 1 && axes.first() != Some(&set);
        draft.at(n) == "("
            && draft.at(n + 2) == ","
            && draft.at(n + 4) == ")"
            && context.has_set(set)
            && context.axes(draft.at(n + 1)).is_some_and(one)
    });
    if let Some(n) = found {
        let text = format!("{}[{}]", draft.at(n + 1), draft.at(n + 3));
        draft.replace(n + 1..n + 4, &text);
    }
}

/// Finds a subset in the place of an element: the set, the opening bracket and the place of the set.
fn place(draft: &Draft, context: &Context<'_>) -> Option<(String, usize, usize)> {
    (1..draft.len()).find_map(|open| {
        (open > 0 && draft.at(open) == "[" && draft.touches(open) && draft.is_word(open - 1))
            .then_some(())?;
        // A change in a scenario may name a subset.
        let entry = (0..open).rev().find(|&n| {
            matches!(draft.at(n), "{" | "," | "=" | "+=" | "-=" | "*=") || draft.starts_line(n)
        });
        let change =
            draft.at(0) == "scenario" && !entry.is_some_and(|n| draft.at(n).ends_with('='));
        (!change).then_some(())?;
        let axes = context.axes(draft.before(open, 1))?;
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
            subset.then_some((set, open, argument.start))
        })
    })
}

/// Returns the reduction around a value with brackets from `open` to `close`: the place of its bracket.
fn reduction(draft: &Draft, open: usize, close: usize) -> Option<usize> {
    let outer = open.checked_sub(2).filter(|&n| n > 0 && draft.at(n) == "(")?;
    let reduces = matches!(draft.before(outer, 1), "sum" | "mean" | "max" | "min" | "product");
    (reduces && draft.close(outer) == Some(close + 1)).then_some(outer)
}

/// Writes a subset in the place of an element as a sum over it, and in a query of one value as its elements.
fn subset(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "an index is one element; a sum runs over a set";
    (draft.at(0) != "set").then_some(())?;
    behind_comma(draft, context);
    let (set, open, place) = place(draft, context)?;
    let later = draft.outside("=", 0).is_some_and(|n| n > open);
    let left = later && draft.at(0) == draft.before(open, 1);
    let declares = matches!(draft.at(0), "var" | "param");
    (!left && !(declares && (later || draft.outside("=", 0).is_none()))).then_some(())?;
    let close = draft.close(open)?;
    let whole = matches!(draft.at(0), "show" | "chart" | "compare")
        && matches!(draft.before(open, 2), "show" | "chart" | "compare" | ",")
        && (draft.ends_line(close + 1) || matches!(draft.at(close + 1), "," | "in" | "for" | "as"));
    let outer = reduction(draft, open, close);
    // A set of its own has the same names, and is no part of the other set.
    let listed = context.elements(&set);
    let members = if whole { context.members(&set) } else { listed };
    if (1..13).contains(&members.len()) {
        let one = |member: &&str| {
            let mut part = Draft::of(&draft.show(open - 1..close + 1));
            part.replace(place - open + 1..place - open + 2, member);
            part.text()
        };
        let parts: Vec<String> = members.iter().map(one).collect();
        let function = outer.map_or("sum", |n| draft.before(n, 1)).to_owned();
        let text = match (function.as_str(), parts.as_slice()) {
            _ if whole => parts.join(", "),
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
    let letter = index_letter(&set, |letter| (0..draft.len()).any(|n| draft.at(n) == letter));
    draft.replace(place..place + 1, &letter);
    let own = draft.show(open - 1..close + 1);
    // `sum(x[west, *])`: the other indices are summed inside.
    let function = outer.map_or("sum", |n| draft.before(n, 1));
    let own = match own.contains('*') {
        true if function == "mean" => return None,
        true => format!("{function}({own})"),
        false => own,
    };
    let value = format!("{letter} in {set}: {own}");
    let check = draft.at(0) == "check";
    match (outer, draft.at(close + 1)) {
        (Some(n), _) => draft.replace(n + 1..close + 1, &value),
        (None, ">" | ">=") if check => draft.replace(open - 1..close + 1, &format!("min({value})")),
        (None, "<" | "<=") if check => draft.replace(open - 1..close + 1, &format!("max({value})")),
        (None, _) => draft.replace(open - 1..close + 1, &format!("sum({value})")),
    }
    Some(MESSAGE.to_owned())
}
