//! Words beside a value that name a scenario, a share or a past year: `balance[low]`, `low.balance`, `share of China in x`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::arithmetic::operand_start;
use crate::syntax::mend::read::read;
use crate::syntax::mend::words::question;
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

const SCENARIO: &str = "scenarios follow the values of a query, after `for`";

fn is_year(draft: &Draft, n: usize) -> bool {
    draft.is_number(n) && draft.at(n).len() == 4
}

fn is_scenario(context: &Context<'_>, name: &str) -> bool {
    (name == "baseline" || context.scenarios().contains(&name)) && !context.declares(name)
}

/// Writes a scenario in the place of an index behind `for`: `show balance[low, 2030]`, `show low.balance`; the difference
/// of two scenarios is a comparison.
pub(crate) fn scenario_indices(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let query = matches!(draft.at(0), "show" | "chart" | "compare");
    query.then_some(())?;
    let own = |n: usize| {
        let bracket = matches!(draft.at(n + 1), "[" | "(")
            && draft.is_name(n)
            && is_scenario(context, draft.at(n + 2));
        bracket
            .then(|| draft.close(n + 1))
            .flatten()
            .filter(|&close| close == n + 3 || is_year(draft, n + 4) && close == n + 5)
    };
    // `balance[low] - balance[baseline]`
    if let Some(first) = own(1)
        && draft.at(first + 1) == "-"
        && let Some(second) = own(first + 2)
        && draft.at(first + 2) == draft.at(1)
    {
        let (value, from, to) =
            (draft.at(1).to_owned(), draft.at(3).to_owned(), draft.at(first + 4).to_owned());
        let other = if to == "baseline" { String::new() } else { format!(" to {to}") };
        draft.replace(0..second + 1, &format!("compare {value} for {from}{other}"));
        return Some(
            "the difference between two scenarios is a query of its own, `compare`".to_owned(),
        );
    }
    if let Some(close) = own(1) {
        let year = if close == 6 { format!(" in {}", draft.at(5)) } else { String::new() };
        let text = format!("{} for {}{year}", draft.at(1), draft.at(3));
        draft.replace(1..close + 1, &text);
        return Some(SCENARIO.to_owned());
    }
    let dotted = draft.at(2) == "."
        && is_scenario(context, draft.at(1))
        && context.may_be_value(draft.at(3));
    dotted.then_some(())?;
    let end = if draft.at(4) == "[" { draft.close(4)? + 1 } else { 4 };
    let text = format!("{} for {}", draft.show(3..end), draft.at(1));
    draft.replace(1..end, &text);
    Some(SCENARIO.to_owned())
}

/// True if a text may read the baseline with a sign: `x@baseline`, `baseline.x`, `x[baseline]`.
pub(crate) fn may_read_baseline(text: &str) -> bool {
    ["baseline.", ".baseline", "[baseline]", " base."].iter().any(|sign| text.contains(sign))
}

/// Writes a value of the baseline as a call: `x - x@baseline`, `x - baseline.x`, `x / x.baseline - 1`.
pub(crate) fn baseline(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let named = |name: &str| {
        context.is_lever(name) || context.set_with(name).is_some() || context.declares(name)
    };
    let word = ["baseline", "base"].into_iter().find(|word| {
        let short = *word == "baseline"
            || !context.uses_own_library() && draft.find(&["base", "."], 1).is_some();
        short && !named(word) && draft.find(&[word], 1).is_some()
    })?;
    let n = match word {
        "base" => draft.find(&["base", "."], 1)?,
        word => draft.find(&[word], 1)?,
    };
    let before = matches!(draft.before(n, 1), "@" | ".");
    let bracket = draft.before(n, 1) == "[" && draft.at(n + 1) == "]";
    let (start, end, value) = if before || bracket {
        let start = operand_start(draft, n - 1)?;
        (start, n + 1 + usize::from(bracket), draft.show(start..n - 1))
    } else {
        (draft.at(n + 1) == "." && draft.is_name(n + 2)).then_some(())?;
        let end = if draft.at(n + 3) == "[" { draft.close(n + 3)? + 1 } else { n + 3 };
        (n, end, draft.show(n + 2..end))
    };
    draft.replace(start..end, &format!("baseline({value})"));
    Some("a value of the baseline is written `baseline(x)`".to_owned())
}

/// Writes a change in a query as a scenario: `show balance with rate = 5%`.
pub(crate) fn changed(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let query = matches!(draft.at(0), "show" | "chart" | "compare");
    let n = (2..draft.len())
        .find(|&n| matches!(draft.at(n), "with" | "if" | "when" | "under" | "at"))
        .filter(|_| query)?;
    let mut equals = n + 2;
    while draft.at(equals) == "." && draft.is_word(equals + 1) {
        equals += 2;
    }
    let end = draft.line_end(0);
    let stop = (equals..end).find(|&k| matches!(draft.at(k), "in" | "for")).unwrap_or(end);
    let known = context.gives(draft.at(n + 1)) || equals > n + 2;
    (known && draft.at(equals) == "=" && draft.find(&["for"], 1).is_none()).then_some(())?;
    let (change, rest) = (draft.show(n + 1..stop), draft.show(stop..end));
    let rest = if rest.is_empty() { rest } else { format!(" {rest}") };
    let text = format!("scenario changed {{ {change} }}\n{} for changed{rest}", draft.show(0..n));
    draft.replace(0..end, &text);
    Some("a query changes no value; a scenario does".to_owned())
}

/// Writes an element after `for` or `in` as an index: `show balance for China`.
pub(crate) fn element_clauses(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (2..draft.line_end(0)).find(|&n| {
        matches!(draft.at(n), "for" | "in" | "to" | "with")
            && draft.is_name(n + 1)
            && !is_scenario(context, draft.at(n + 1))
            && !context.is_unit(draft.at(n + 1))
            && context.set_with(draft.at(n + 1)).is_some()
    });
    n?;
    question::natural(draft, context)
}

/// Joins a name of several words as the rule for its declaration does: `show Trade Balance`, `show oil for high-oil`.
pub(crate) fn joined_names(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let query = draft.begins_with(Class::Query) || draft.outside("=", 1).is_some();
    let mut found = false;
    let mut n = 1;
    while query && n < draft.line_end(0) {
        let text = draft.at(n).trim_matches('"').to_owned();
        let title = draft.kind(n) == Some(TokenKind::Text) && context.declared_as(draft.at(n));
        // A name of up to four words, the longest first.
        let mut ends = Vec::new();
        let mut end = n + 1;
        while ends.len() < 3 && draft.is_word(end + usize::from(draft.at(end) == "-")) {
            end += 1 + usize::from(draft.at(end) == "-");
            ends.push(end);
        }
        let behind = draft.outside("=", 1).is_none_or(|equals| n > equals);
        let stop = ends.into_iter().rev().find(|&end| context.declared_as(&draft.show(n..end)));
        let stop = stop.filter(|_| draft.is_name(n) && behind);
        let title = title && draft.begins_with(Class::Query);
        let pair = stop.is_some();
        if pair || title {
            let stop = stop.unwrap_or(n + 1);
            let was = if pair { draft.show(n..stop) } else { text };
            let joined: String =
                was.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
            draft.replace(n..stop, &joined);
            found = true;
        }
        n += 1;
    }
    found.then(|| "a name is one word of letters, digits and `_`".to_owned())
}

/// Writes a share, an index and a value of last year in words: `share of China in exports`, `x index 2024 = 100`,
/// `x[last year]`.
pub(crate) fn in_words(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    if let Some(n) = draft.find(&["share", "of"], 1)
        && context.set_with(draft.at(n + 2)).is_some()
        && matches!(draft.at(n + 3), "in" | "of")
        && context.may_be_value(draft.at(n + 4))
        // With further sets the part and the whole are sums, which the names of the script decide.
        && context.axes(draft.at(n + 4)).is_some_and(|axes| axes.len() == 1)
        && draft.at(n + 5) != "["
    {
        let (element, value) = (draft.at(n + 2).to_owned(), draft.at(n + 4).to_owned());
        draft.replace(n..n + 5, &format!("share({value}[{element}], {value}[*])"));
        return Some("a share is a function, `share(PART, WHOLE)`".to_owned());
    }
    if let Some(n) = draft.find(&["index"], 2)
        && is_year(draft, n + 1)
        && draft.at(n + 2) == "="
        && draft.at(n + 3) == "100"
        && context.may_be_value(draft.before(n, 1))
    {
        let (value, year) = (draft.before(n, 1).to_owned(), draft.at(n + 1).to_owned());
        draft.replace(n - 1..n + 4, &format!("{value} / {value}[{year}] * 100"));
        return Some("an index is a value over that of its base year".to_owned());
    }
    let n = (2..draft.len()).find(|&n| {
        draft.before(n, 1) == "["
            && draft.at(n + 2) == "]"
            && (matches!((draft.at(n), draft.at(n + 1)), ("last" | "previous" | "prior", "year"))
                || matches!((draft.at(n), draft.at(n + 1)), ("-", "1")))
    })?;
    draft.replace(n..n + 2, "t-1");
    Some("the value of last year is `x[t-1]`".to_owned())
}

/// Writes questions in words: `when is balance > 0 USD`.
pub(crate) fn asked(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "when" && draft.at(1) == "is").then_some(())?;
    draft.replace(0..2, "show");
    Some("a condition is asked for with `show`: a table of yes and no".to_owned())
}

/// Moves a unit to its place, after a colon behind the name: `var x (mn USD) = y`, `var x = y : mn USD`.
pub(crate) fn units(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "a unit follows the name after a colon, as `: mn USD`";
    draft.begins_with(Class::Quantity).then_some(())?;
    let is_unit = |text: &str| {
        let last = text.split([' ', '/']).next_back().unwrap_or_default();
        text == "%"
            || text == "percent"
            || text.contains(context.currency())
            || last == context.currency()
    };
    let close = draft.close(2).filter(|_| matches!(draft.at(2), "[" | "(") && draft.is_word(1));
    if let Some(close) = close {
        let unit = draft.show(3..close);
        if is_unit(&unit) && draft.at(close + 1) == "=" {
            let unit = if unit == "%" { "percent".to_owned() } else { unit };
            draft.replace(2..close + 1, &format!(": {unit}"));
            draft.glue(2);
            return Some(MESSAGE.to_owned());
        }
    }
    let end = draft.line_end(0);
    let equals = draft.outside("=", 1)?;
    let colon = (equals + 2..end).rev().find(|&n| draft.at(n) == ":")?;
    let unit = draft.show(colon + 1..end);
    let early = (1..equals).any(|n| draft.at(n) == ":" && draft.outside(":", 1) == Some(n));
    let number = draft.is_number(equals + 1) && draft.amount_end(equals + 1) == colon;
    (is_unit(&unit) && !number && !early && draft.outside(":", equals) == Some(colon))
        .then_some(())?;
    draft.remove(colon..end);
    draft.insert(equals, &format!(": {unit}"));
    draft.glue(equals);
    Some(MESSAGE.to_owned())
}

/// Writes the points of a path in square brackets, and the parts of a path with Mizan's words: `2024: 3%, 2027: 5%`,
/// `3% then 5% in 2026`, `3% -> 5% over 4 years`.
pub(crate) fn paths(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str =
        "a value that moves is a path, `[2024: 3%, 2027: 5%]` or `10% -> 0% over 2026..2030`";
    let end = draft.line_end(0);
    let equals = draft.outside("=", 1)?;
    if draft.begins_with(Class::Quantity)
        && is_year(draft, equals + 1)
        && draft.at(equals + 2) == ":"
    {
        let text = format!("[{}]", draft.show(equals + 1..end));
        read(&format!("param x = {text}"))?;
        draft.replace(equals + 1..end, &text);
        return Some(MESSAGE.to_owned());
    }
    if let Some(n) = draft.find(&["then"], equals).filter(|_| draft.find(&["if"], 0).is_none()) {
        let stop = draft.amount_end(n + 1);
        if draft.is_number(n + 1)
            && matches!(draft.at(stop), "in" | "after" | "since" | "starting")
            && is_year(draft, stop + 1)
        {
            let later = i32::from(draft.at(stop) == "after");
            let year: i32 = draft.at(stop + 1).parse().ok()?;
            draft.replace(stop..stop + 2, &format!("from {}", year + later));
            return Some("a step is written `3% then 5% from 2026`".to_owned());
        }
    }
    let n = draft
        .find(&["over"], equals)
        .filter(|&n| draft.is_number(n + 1) && matches!(draft.at(n + 2), "years" | "year"))?;
    let (count, (first, last)) = (draft.at(n + 1).parse::<i32>().ok()?, context.years()?);
    (count > 0 && first + count <= last).then_some(())?;
    draft.replace(n + 1..n + 3, &format!("{first}..{}", first + count));
    Some(MESSAGE.to_owned())
}

/// Removes the sign that continues a line in Visual Basic, Python and Stata: `x = y + _`, `x = y + \`, `x = y + ///`.
pub(crate) fn continued(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let ends = |n: usize| draft.kind(n) == Some(TokenKind::LineEnd) || n >= draft.len();
    let n = (1..draft.len()).find(|&n| {
        matches!(draft.at(n), "_" | "\\") && ends(n + 1)
            || draft.at(n) == "/" && draft.at(n + 1) == "/" && draft.at(n + 2) == "/" && ends(n + 3)
    })?;
    let count = if draft.at(n) == "/" { 3 } else { 1 };
    draft.remove(n..n + count);
    Some("a line goes on after an operator, without a sign at its end".to_owned())
}
