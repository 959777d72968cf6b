//! Bodies in braces: scenarios, levers and their heads.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::levers::free_name;
use crate::syntax::token::TokenKind;
use crate::syntax::words::{self, Class};

/// True for a statement with a body of changes.
pub(crate) fn is_scenario(draft: &Draft) -> bool {
    draft.at(0) == "scenario"
}

/// Returns the positions at which the entries of the body begin.
pub(crate) fn entries(draft: &Draft) -> Vec<usize> {
    let Some(open) = draft.find(&["{"], 0) else { return Vec::new() };
    entries_between(draft, open, draft.len())
}

/// Returns the positions at which the entries of the brace at `open` begin, before `close`.
pub(crate) fn entries_between(draft: &Draft, open: usize, close: usize) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut found = vec![open + 1];
    for n in open + 1..close {
        match draft.kind(n) {
            Some(TokenKind::Open) => depth += 1,
            Some(TokenKind::Close) => depth = depth.saturating_sub(1),
            Some(TokenKind::LineEnd) if depth == 0 => found.push(n + 1),
            _ if depth == 0 && draft.at(n) == "," => found.push(n + 1),
            _ => {}
        }
    }
    found
}

/// Returns the position after a dotted name with its indices, which begins at `n`.
pub(crate) fn reference_end(draft: &Draft, n: usize) -> usize {
    let mut end = n + 1;
    while draft.at(end) == "." && draft.is_word(end + 1) {
        end += 2;
    }
    match draft.at(end) == "[" {
        true => draft.close(end).map_or(end, |close| close + 1),
        false => end,
    }
}

/// Writes changes of a scenario with `=`: removes `set`, `param` and other words before the name.
pub(crate) fn changes(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const LEADING: [&str; 23] = [
        "exogenize",
        "exogenise",
        "exog",
        "impose",
        "assume",
        "decrease",
        "add",
        "grow",
        "subtract",
        "set",
        "let",
        "change",
        "param",
        "var",
        "replace",
        "shock",
        "parameter",
        "increase",
        "raise",
        "reduce",
        "cut",
        "lower",
        "put",
    ];
    if !is_scenario(draft) {
        return None;
    }
    let mut message = None;
    for start in entries(draft).into_iter().rev() {
        if matches!(
            draft.at(start),
            "remove" | "drop" | "delete" | "no" | "disable" | "exclude" | "cancel"
        ) {
            message = Some(format!("`{}` is written `without`", draft.at(start)));
            draft.replace(start..start + 1, "without");
            continue;
        }
        if let Some(sign) = direction(draft.at(start))
            && draft.is_word(start + 1)
            && draft.at(reference_end(draft, start + 1)) == "by"
        {
            let n = reference_end(draft, start + 1);
            message = Some("a scenario changes a value with `+=`, `-=` or `*=`".to_owned());
            draft.put_word(n..n + 1, sign);
            draft.remove(start..start + 1);
            continue;
        }
        if LEADING.contains(&draft.at(start).to_lowercase().as_str()) && draft.is_word(start + 1) {
            message = Some(format!("a change has no `{}` before it", draft.at(start)));
            let shock = draft.at(start).eq_ignore_ascii_case("shock");
            draft.remove(start..start + 1);
            let n = reference_end(draft, start);
            if shock && draft.at(n) == "=" {
                by_per_cent(draft, n);
            }
        }
        let is_entry = |word: &words::Word| word.class == Class::Entry;
        if !draft.is_word(start) || words::find(draft.at(start)).is_some_and(is_entry) {
            continue;
        }
        let n = reference_end(draft, start);
        // `growth decreases by 1%`
        let by = if draft.at(n + 1) == "by" { n + 2 } else { n + 1 };
        // `gdp rises by 3% a year` adds up over the years, which a factor for all years does not.
        if draft.is_number(by) && draft.at(by + 1) == "%" && is_yearly(draft, by + 2) {
            continue;
        }
        if let Some(sign) = direction(draft.at(n).trim_end_matches('s'))
            && draft.is_number(by)
        {
            draft.put_word(n..by, sign);
            message = Some("a scenario changes a value with `+=`, `-=` or `*=`".to_owned());
            continue;
        }
        message = operator(draft, n, n > start).or(message);
        message = since(draft, n).or(message);
    }
    if message.is_some() && of_numbers(draft, context) {
        message = Some("a change of a number by per cent is a factor, `*= 1 + 5%`".to_owned());
    }
    message
}

/// Writes changes of plain numbers by a percentage as factors: 80 after `+= 20%` is 80.2. True if there was one.
fn of_numbers(draft: &mut Draft, context: &Context<'_>) -> bool {
    let mut found = false;
    for start in entries(draft).into_iter().rev() {
        let at = reference_end(draft, start);
        let plain = draft.is_word(start) && context.is_plain_number(draft.at(start));
        let share = draft.is_number(at + 1) && draft.at(at + 2) == "%";
        let sign = match draft.at(at) {
            "+=" => "+",
            "-=" => "-",
            _ => continue,
        };
        if plain && share && draft.at(start + 1) != "." {
            draft.put_word(at..at + 1, &format!("*= 1 {sign}"));
            found = true;
        }
    }
    found
}

/// Writes a shock, `= -10%`, as a change by per cent, which it is elsewhere: `*= 1 - 10%`.
fn by_per_cent(draft: &mut Draft, n: usize) {
    let minus = usize::from(draft.at(n + 1) == "-");
    let at = n + 1 + minus;
    if draft.is_number(at) {
        let sign = if minus == 1 { "-" } else { "+" };
        let change = format!("*= 1 {sign} {}%", draft.at(at));
        let end = at + 1 + usize::from(draft.at(at + 1) == "%");
        draft.replace(n..end, &change);
    }
}

/// True for words that repeat a change in each year: `a year`, `per annum`, `annually`.
fn is_yearly(draft: &Draft, n: usize) -> bool {
    let each = matches!(draft.at(n), "a" | "per" | "each" | "every");
    each && matches!(draft.at(n + 1), "year" | "annum")
        || matches!(draft.at(n), "annually" | "yearly" | "pa")
}

/// Returns the operator for a word such as `increase` before a value that changes by an amount.
fn direction(word: &str) -> Option<&'static str> {
    match word {
        "increase" | "raise" | "add" | "grow" | "rise" => Some("+="),
        "reduce" | "cut" | "lower" | "decrease" | "subtract" | "fall" | "decline" | "drop" => {
            Some("-=")
        }
        _ => None,
    }
}

/// Writes the operator of a change; the operator is at position `n`.
fn operator(draft: &mut Draft, n: usize, has_target: bool) -> Option<String> {
    let number = |n: usize| draft.is_number(n) || draft.at(n) == "-" && draft.is_number(n + 1);
    // `growth -> 8% over 2026..2029` is a path from the value now, which a sentence writes.
    let stop = (n..draft.len()).find(|&k| matches!(draft.at(k), "," | "}" | "\n"));
    let path = (n..stop.unwrap_or(n)).any(|k| draft.at(k) == "over");
    match draft.at(n) {
        "to" | "->" if path => return None,
        ":" | "to" | "is" | "->" | "equals" | "becomes" | "by" => draft.put_word(n..n + 1, "="),
        "+" | "-" | "*" if draft.is_number(n + 1) && has_target => {
            let sign = format!("{}=", draft.at(n));
            draft.replace(n..n + 1, &sign);
            return Some("a scenario changes a value with `+=`, `-=` or `*=`".to_owned());
        }
        _ if number(n) && has_target => draft.insert(n, "="),
        _ => return None,
    }
    Some("a scenario gives a value with `=`".to_owned())
}

/// Moves the years of a change into the language's form: `= 5% from 2026`. The operator is at `n` or shortly after it.
fn since(draft: &mut Draft, n: usize) -> Option<String> {
    let is_operator = |&k: &usize| matches!(draft.at(k), "=" | "+=" | "*=" | "-=");
    let equals = (n..draft.len().min(n + 3)).find(is_operator)?;
    if !draft.is_number(equals + 1) {
        return None;
    }
    let end = draft.amount_end(equals + 1);
    let begins = matches!(draft.at(end), "from" | "since" | "starting" | "beginning");
    if !begins || !draft.is_number(end + 1) {
        return None;
    }
    let year = draft.at(end + 1).to_owned();
    draft.replace(end..end + 2, &format!("in {year}..last"));
    Some("the years of a change are written `in 2026..last`".to_owned())
}

/// Writes the fields of a lever with a colon.
pub(crate) fn fields(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if is_scenario(draft) || !draft.is_name(0) {
        return None;
    }
    let mut message = None;
    for n in entries(draft).into_iter().rev() {
        // `tariff new { 5% }`
        if draft.is_number(n) && draft.before(n, 1) == "{" {
            let share = draft.at(n + 1) == "%";
            draft.insert(n, if share { "rate:" } else { "base:" });
            message = Some("a field is written `name: value`");
            continue;
        }
        if !draft.is_word(n) || draft.at(n + 1) == ":" && draft.at(n + 2) != "=" {
            continue;
        }
        if matches!(draft.at(n + 1), ":" | "=" | "==" | "is") {
            let colon = usize::from(draft.at(n + 1) == ":");
            draft.replace(n + 1..n + 2 + colon, ":");
            draft.glue(n + 1);
            message = Some("a field is written `name: value`");
        } else if draft.is_number(n + 1) || draft.at(n + 1) == "$" {
            draft.insert(n + 1, ":");
            draft.glue(n + 1);
            message = Some("a field is written `name: value`");
        }
    }
    message.map(str::to_owned)
}

/// True for a word of a sentence, which the head of a lever does not have.
pub(crate) fn is_of_sentence(word: &str) -> bool {
    matches!(
        word,
        "must"
            | "should"
            | "will"
            | "would"
            | "is"
            | "are"
            | "be"
            | "what"
            | "how"
            | "when"
            | "never"
            | "not"
            | "the"
            | "by"
            | "we"
            | "our"
            | "reach"
            | "grow"
            | "rise"
            | "fall"
            | "double"
    )
}

/// Mends the head of a lever: a missing name, `of` for a preposition, `and` between elements, a value after the head.
pub(crate) fn heads(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    // `gdp rises 3%` is a sentence about a quantity, which is no kind of lever.
    if context.declares(draft.at(0))
        || !draft.is_word(0)
        || draft.begins_with(Class::Query)
        || draft.begins_with(Class::Quantity)
    {
        return None;
    }
    let open = draft.find(&["{"], 0).unwrap_or(draft.line_end(0));
    if let Some(n) = draft
        .find(&["of"], 1)
        .or_else(|| draft.find(&["against"], 1))
        .filter(|&n| n < open && !draft.is_number(n + 1))
    {
        draft.replace(n..n + 1, "on");
        return Some(format!("`{}` is bound with `on`, `from`, `to` or `with`", draft.at(0)));
    }
    if let Some(n) = draft.find(&["and"], 2).filter(|&n| n < open) {
        draft.replace(n..n + 1, ",");
        draft.glue(n);
        return Some("elements are separated by commas".to_owned());
    }
    let kind = draft.at(0).to_owned();
    if words::find(&kind).is_none() || kind == "scenario" {
        if open < draft.len() && open == 1
            || matches!(draft.at(1), "on" | "from" | "with" | "to" | "in" | "via" | "at")
        {
            draft.insert(1, &free_name(&kind, context));
            return Some(format!("`{kind}` requires a name after it"));
        }
        if draft.at(1) == ":" && draft.is_name(2) {
            draft.remove(1..2);
            return Some(format!("a {kind} is written `{kind} NAME {{ ... }}`"));
        }
    }
    // `tariff duty = 5%`, `tariff duty on China 5%`
    let end = draft.line_end(0);
    let value = (2..end).find(|&n| draft.is_number(n))?;
    let words = words::WORDS.iter().filter(|word| word.begins_statement()).map(|word| word.name);
    if crate::diagnostic::nearest(draft.at(0), words).is_some() {
        return None;
    }
    let sentence = (0..value).any(|n| is_of_sentence(draft.at(n)));
    if open >= end && !is_scenario(draft) && draft.is_name(0) && draft.is_name(1) && !sentence {
        let stop = draft.amount_end(value);
        // `tariff second of 8% on food`: what the lever is bound to follows its value.
        let binds = matches!(draft.at(stop), "on" | "from" | "to" | "with" | "in");
        let bound = if binds { draft.show(stop..end) } else { String::new() };
        let head = draft.show(0..value);
        let mut head = head.trim_end_matches(['=', ':', ' ']);
        while let Some((rest, "at" | "of" | "worth")) = head.rsplit_once(' ') {
            head = rest;
        }
        let amount = draft.show(value..if binds { stop } else { end });
        let (head, field) = match head.rsplit_once(' ') {
            Some((rest, field)) if matches!(field, "rate" | "base" | "growth") => {
                (rest.trim_end_matches([':', ' ']), field)
            }
            _ => (head, if amount.contains('%') { "rate" } else { "base" }),
        };
        let bound = if bound.is_empty() { bound } else { format!(" {bound}") };
        let text = format!("{head}{bound} {{ {field}: {amount} }}");
        draft.replace(0..end, &text);
        return Some(format!("the fields of `{kind}` are in braces"));
    }
    None
}

/// Replaces the preposition `on` before a partner by `from`, or by `to` for exports; `on` takes a sector.
pub(crate) fn bind(draft: &mut Draft, context: &Context<'_>) {
    let head = draft.find(&["{"], 0).unwrap_or_default();
    let partners = context.elements("partner");
    for n in 2..head {
        if draft.at(n) == "on" && partners.contains(&draft.at(n + 1)) {
            let word = if draft.at(0) == "exports" { "to" } else { "from" };
            draft.replace(n..n + 1, word);
        }
    }
}

/// Mends the head of a scenario, and puts its changes in braces.
pub(crate) fn scenario(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "the changes of a scenario are in braces";
    if !is_scenario(draft) {
        return None;
    }
    let end = draft.line_end(0);
    if let Some(open) = draft.find(&["{"], 0) {
        if matches!(draft.before(open, 1), "=" | ":") {
            draft.remove(open - 1..open);
            return Some("a scenario is written `scenario NAME { CHANGES }`".to_owned());
        }
        if let Some(n) = (2..open).find(|&n| {
            matches!(draft.at(n), "from" | "inherits" | "base" | "on" | "of" | ":" | "(")
                && !draft.is_number(n + 1)
        }) {
            let round = draft.at(n) == "(";
            if round {
                let close = draft.close(n)?;
                draft.remove(close..close + 1);
            }
            draft.put_word(n..n + 1, "extends");
            return Some("a scenario extends another scenario with `extends`".to_owned());
        }
        return None;
    }
    let colon = draft.outside(":", 1);
    let head = draft.show(0..colon.unwrap_or(2).min(end));
    let same = draft.show(colon.map_or(2, |n| n + 1)..end);
    let title = same.starts_with('"');
    let below = context.indented();
    let changes = if same.is_empty() || title { below.join(", ") } else { same.clone() };
    let title = if title { format!(" {same}") } else { String::new() };
    if changes.is_empty() {
        draft.insert(end, "{ }");
        return Some(MESSAGE.to_owned());
    }
    let last = changes.trim_end_matches([',', ' ']);
    let changes = match last.strip_suffix("end").filter(|rest| rest.ends_with([' ', ','])) {
        Some(rest) => rest.to_owned(),
        None => changes,
    };
    draft.replace(0..end, &format!("{head}{title} {{ {} }}", changes.trim_matches([',', ' '])));
    Some(MESSAGE.to_owned())
}

/// Writes fields in the braces of their lever as changes of a scenario: `{ duty: { rate: 5% } }`.
pub(crate) fn nested_fields(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    is_scenario(draft).then_some(())?;
    let start = entries(draft).into_iter().find(|&start| {
        let open = start + 1 + usize::from(matches!(draft.at(start + 1), ":" | "="));
        context.is_lever(draft.at(start)) && draft.at(open) == "{" && open > start + 1
    })?;
    let (lever, open) = (draft.at(start).to_owned(), start + 2);
    let close = draft.close(open)?;
    let mut changes = Vec::new();
    let starts = entries_between(draft, open, close);
    for (k, &from) in starts.iter().enumerate() {
        let end = starts.get(k + 1).map_or(close, |next| next - 1);
        let field = draft.show(from..end);
        if field.is_empty() {
            continue;
        }
        matches!(draft.at(from + 1), ":" | "=").then_some(())?;
        changes.push(format!("{lever}.{} = {}", draft.at(from), draft.show(from + 2..end)));
    }
    draft.replace(start..close + 1, &changes.join(", "));
    Some("a scenario changes a field by its lever's name and a point".to_owned())
}

/// Writes a change for a scenario that a line names: `let growth = 5% in scenario high`, `shock growth by -2%`.
pub(crate) fn changes_outside(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "a change is in the braces of its scenario";
    let end = draft.line_end(0);
    if let Some(n) = (1..end)
        .find(|&n| matches!(draft.at(n), "in" | "for" | "under") && draft.at(n + 1) == "scenario")
    {
        let equals = draft.outside("=", 0).filter(|&at| at < n)?;
        let first = usize::from(equals > 1 && draft.is_word(1));
        let text = format!("scenario {} {{ {} }}", draft.at(n + 2), draft.show(first..n));
        draft.replace(0..end, &text);
        return Some(MESSAGE.to_owned());
    }
    // `if scenario == "high" then growth = 5%`, `if scenario is high { growth = 5% }`
    if draft.at(0) == "if" && draft.at(1) == "scenario" {
        let name = draft.at(3).trim_matches('"').to_owned();
        // A change of a scenario that is there belongs into its braces.
        (!context.scenarios().contains(&name.as_str())).then_some(())?;
        let begin = 4;
        let body = match draft.at(begin) {
            "{" => draft.show(begin + 1..draft.close(begin)?),
            "then" | ":" => draft.show(begin + 1..end),
            _ => return None,
        };
        let all = if draft.at(begin) == "{" { draft.close(begin)? + 1 } else { end };
        draft.replace(0..all, &format!("scenario {name} {{ {body} }}"));
        return Some(MESSAGE.to_owned());
    }
    // `shock growth by -2% in 2026`, `increase imports by 5%`
    let word = draft.at(0).to_owned();
    let sign = match word.as_str() {
        "shock" => "+=",
        _ => direction(&word)?,
    };
    let by = reference_end(draft, 1);
    if !draft.is_word(1) || draft.at(by) != "by" {
        return None;
    }
    let text =
        format!("scenario changed {{ {} {sign} {} }}", draft.show(1..by), draft.show(by + 1..end));
    draft.replace(0..end, &text);
    of_numbers(draft, context);
    Some(MESSAGE.to_owned())
}

/// Writes the changes of a scenario in braces: `scenario low(growth = 1%)`.
pub(crate) fn round_scenarios(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let close = draft.close(2).filter(|_| is_scenario(draft) && draft.at(2) == "(")?;
    draft.replace(close..close + 1, "}");
    draft.put_word(2..3, "{");
    Some("the changes of a scenario are in braces".to_owned())
}
