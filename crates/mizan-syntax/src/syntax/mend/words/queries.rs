//! Clauses of queries in the words of other languages.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::tried::TriedValues;
use crate::syntax::words::{self, Class};

/// Words of other languages in a query, each with the word of Mizan.
const WORDS: [(&str, &str); 12] = [
    ("vs", "to"),
    ("versus", "to"),
    ("against", "to"),
    ("maximize", "maximise"),
    ("maximise", "maximise"),
    ("minimize", "minimise"),
    ("max", "maximise"),
    ("min", "minimise"),
    ("maximizing", "maximise"),
    ("minimizing", "minimise"),
    ("tolerance", "within"),
    ("scenario", ""),
];

/// Replaces words of other languages that begin clauses.
pub(crate) fn clauses(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if !draft.begins_with(Class::Query) && !matches!(draft.at(0), "solve" | "identity") {
        return None;
    }
    for (texts, own) in [
        (&["such", "that"][..], "so that"),
        (&["subject", "to"], "so that"),
        (&["s", ".", "t", "."], "so that"),
        (&["relative", "to"], "to"),
        (&["compared", "to"], "to"),
        (&["compared", "with"], "to"),
        (&["for", "each", "scenario"], "for all"),
        (&["for", "every", "scenario"], "for all"),
        (&["for", "any", "scenario"], "for all"),
        (&["in", "all", "scenarios"], "for all"),
        (&["in", "every", "scenario"], "for all"),
        (&["for", "all", "scenarios"], "for all"),
        (&["in", "all", "years"], ""),
        (&["for", "scenario"], "for"),
        (&["for", "scenarios"], "for"),
    ] {
        if let Some(n) = draft.find(texts, 1) {
            draft.put_word(n..n + texts.len(), own);
            return Some(format!("`{}` is written `{own}`", texts.join(" ")));
        }
    }
    for (word, own) in WORDS {
        if word != own
            && let Some(n) = draft.outside(word, 1)
        {
            if own.ends_with("ise") && draft.before(n, 1) != "to" {
                draft.insert(n, "to");
                draft.put_word(n + 1..n + 2, own);
            } else {
                draft.put_word(n..n + 1, own);
            }
            return Some(format!("`{word}` is written `{own}`"));
        }
    }
    if matches!(draft.at(0), "find" | "solve")
        && let Some(n) = draft.outside("so", 1).filter(|&n| draft.at(n + 1) != "that")
    {
        draft.insert(n + 1, "that");
        return Some("a condition follows `so that`".to_owned());
    }
    if matches!(draft.at(0), "find" | "calibrate" | "solve")
        && draft.outside("so", 1).is_none()
        && let Some(n) = draft
            .outside("where", 1)
            .or_else(|| draft.outside("that", 1))
            .or_else(|| draft.outside("if", 1))
    {
        draft.put_word(n..n + 1, "so that");
        return Some("a condition follows `so that`".to_owned());
    }
    None
}

/// Inserts the second word of a query: `sensitivity of`, `discover when`.
pub(crate) fn seconds(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let second = match draft.at(0) {
        "sensitivity" => "of",
        "discover" => "when",
        "robust" => "among",
        "chart" if draft.at(1) == "distribution" && draft.is_word(2) => {
            draft.insert(2, "of");
            return Some("values follow `of`".to_owned());
        }
        _ => return None,
    };
    if draft.at(1) == second {
        return None;
    }
    if matches!(draft.at(1), "to" | "for" | "if" | "analysis" | ":") {
        draft.put_word(1..2, second);
    } else {
        draft.insert(1, second);
    }
    Some(format!("`{}` is followed by `{second}`", draft.at(0)))
}

/// Writes a query whose values have units of their own as one query for each unit: `show x in bn USD, y in mn USD`.
pub(crate) fn units(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let end = draft.line_end(0);
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    let mut from = 1;
    while from < end {
        let comma = draft.outside(",", from).filter(|&n| n < end).unwrap_or(end);
        let unit = (from + 1..comma).rev().find(|&n| draft.at(n) == "in" && draft.is_word(n + 1));
        let named = |n: usize| draft.is_word(n) || matches!(draft.at(n), "%" | "/");
        let unit = unit.filter(|&n| (n + 1..comma).all(named))?;
        let (value, unit) = (draft.show(from..unit), draft.show(unit + 1..comma));
        match lines.iter_mut().find(|(known, _)| *known == unit) {
            Some((_, values)) => values.push(value),
            None => lines.push((unit, vec![value])),
        }
        from = comma + 1;
    }
    let values: usize = lines.iter().map(|(_, values)| values.len()).sum();
    (values > 1).then_some(())?;
    let word = draft.at(0).to_owned();
    let line =
        |(unit, values): &(String, Vec<String>)| format!("{word} {} in {unit}", values.join(", "));
    let text: Vec<String> = lines.iter().map(line).collect();
    draft.replace(0..end, &text.join("\n"));
    Some("a query has one unit for all its values".to_owned())
}

/// Separates lists with commas: scenarios joined by `and`, values side by side.
pub(crate) fn commas(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    if !draft.begins_with(Class::Query) {
        return None;
    }
    let mut found = false;
    let mut n = draft.outside("for", 1).map_or(draft.len(), |n| n + 1);
    while draft.is_word(n)
        && matches!(draft.at(n + 1), "," | "and" | "or" | "&" | "+")
        && draft.is_word(n + 2)
    {
        if draft.at(n + 1) != "," {
            draft.replace(n + 1..n + 2, ",");
            draft.glue(n + 1);
            found = true;
        }
        n += 2;
    }
    let values = matches!(draft.at(0), "show" | "chart" | "compare" | "why");
    while let Some(n) = draft.outside(";", 1).filter(|&n| values && n + 1 < draft.line_end(0)) {
        draft.replace(n..n + 1, ",");
        draft.glue(n);
        found = true;
    }
    if !found && values {
        let mut n = 1;
        while n + 1 < draft.line_end(0) {
            let ends = draft.is_name(n) || draft.at(n) == "]" || draft.at(n) == ")";
            let versus = matches!(draft.at(n + 1), "vs" | "versus" | "against");
            let value = draft.is_name(n + 1) && context.may_be_value(draft.at(n + 1)) && !versus;
            let first = !draft.is_name(n) || context.may_be_value(draft.at(n));
            if ends && value && first && (n > 1 || draft.is_name(n)) {
                draft.insert(n + 1, ",");
                draft.glue(n + 1);
                found = true;
            }
            n += 1;
        }
    }
    found.then(|| "a list is separated by commas".to_owned())
}

/// Moves the scenarios of a check behind its condition: `check x for s == 2`.
pub(crate) fn scenarios_last(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let at = draft.outside("for", 1).filter(|_| draft.at(0) == "check")?;
    let mut end = at + 1;
    while draft.is_word(end) && draft.at(end + 1) == "," {
        end += 2;
    }
    end += 1;
    if !matches!(draft.at(end), "==" | "!=" | "<" | ">" | "<=" | ">=" | "=") {
        return None;
    }
    let clause = draft.show(at..end);
    let line = draft.line_end(end);
    let compared = draft.show(1..at).contains(['=', '<', '>']);
    if compared {
        draft.remove(end..line);
    } else {
        draft.insert(line, &clause);
        draft.remove(at..end);
    }
    Some("the scenarios come after the whole condition".to_owned())
}

/// Writes the ranges of `find` and `sweep` with `..`, and their step with `step`.
pub(crate) fn ranges(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if !matches!(draft.at(0), "find" | "sweep" | "calibrate") {
        return None;
    }
    let clause = if draft.at(0) == "sweep" { "over" } else { "in" };
    let mut message = None;
    if let Some(n) = (1..draft.len()).find(|&n| {
        matches!(draft.at(n), "from" | "between" | "in" | "over" | "=" | "within")
            && draft.is_number(n + 1)
    }) {
        let end = draft.amount_end(n + 1);
        if draft.at(n) != clause {
            draft.put_word(n..n + 1, clause);
            message = Some(format!("the range follows `{clause}`"));
        }
        if matches!(draft.at(end), "to" | "and" | ":" | "-" | ",") && draft.is_number(end + 1) {
            draft.replace(end..end + 1, "..");
            draft.glue(end);
            draft.glue(end + 1);
            message.get_or_insert("a range is written `LOW..HIGH`".to_owned());
        }
        let stop = draft.amount_end(end + 1);
        if matches!(draft.at(stop), "by" | "steps" | "every" | "in") && draft.is_number(stop + 1) {
            draft.put_word(stop..stop + 1, "step");
            message.get_or_insert("the distance between the values follows `step`".to_owned());
        }
    }
    message
}

/// Adds a name to an `identity` without one, and rewrites other forms of `correlate`.
pub(crate) fn statements(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    match draft.at(0) {
        "identity" if draft.outside(":", 1).is_none() => {
            draft.insert(1, "holds:");
            Some("an identity has a name, `identity NAME: CONDITION`".to_owned())
        }
        "correlate" => {
            if let Some(n) = draft.outside("with", 1).or_else(|| draft.outside("and", 1)) {
                draft.replace(n..n + 1, ",");
                draft.glue(n);
            } else if let Some(n) = draft.outside(":", 1) {
                draft.replace(n..n + 1, "=");
            } else if draft.at(1) == "("
                && let Some(close) = draft.close(1)
            {
                draft.remove(close..close + 1);
                draft.replace(1..2, "");
            } else {
                return None;
            }
            Some("a correlation is written `correlate A, B = 0.5`".to_owned())
        }
        "sum" | "mean" if draft.is_word(1) => {
            draft.replace(0..1, "show");
            Some("a query of values begins with `show`".to_owned())
        }
        "probability" | "growth" | "sum" | "mean" => {
            draft.insert(0, "show");
            Some("an expression alone says nothing in a script".to_owned())
        }
        _ => None,
    }
}

/// Writes a name before the value of a query as its title: `show tb = balance`.
pub(crate) fn named_values(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let named = matches!(draft.at(0), "show" | "chart") && draft.is_name(1) && draft.at(2) == "=";
    (named && !context.may_be_value(draft.at(1))).then_some(())?;
    let end = draft.line_end(0);
    let stop = (3..end)
        .find(|&n| matches!(draft.at(n), "in" | "for" | "," | "digits" | "as"))
        .unwrap_or(end);
    let title = format!("as \"{}\"", draft.at(1));
    draft.insert(stop, &title);
    draft.remove(1..3);
    Some("the title of a value is a text after `as`".to_owned())
}

/// Replaces a misspelt first word by the nearest word of the language.
pub(crate) fn misspelt(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let word = draft.at(0).to_owned();
    if words::find(&word).is_some() {
        return None;
    }
    let own = words::WORDS.iter().filter(|word| word.begins_statement()).map(|word| word.name);
    let meant = crate::diagnostic::nearest(&word, own)?;
    (meant != word).then_some(())?;
    draft.replace(0..1, meant);
    Some(format!("a statement does not begin with `{word}`"))
}

/// Writes `growth of imports` as a call.
pub(crate) fn of(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const FUNCTIONS: [&str; 8] =
        ["growth", "change", "sum", "mean", "average", "share", "log", "total"];
    let direct = |&n: &usize| {
        FUNCTIONS.contains(&draft.before(n, 1)) && context.declares(draft.at(n)) && n > 1
    };
    if let Some(n) = (1..draft.len()).find(direct) {
        let end = if draft.at(n + 1) == "[" { draft.close(n + 1)? + 1 } else { n + 1 };
        let call = format!("{}({})", draft.before(n, 1), draft.show(n..end));
        draft.replace(n - 1..end, &call.replace("average(", "mean(").replace("total(", "sum("));
        return Some("a function has its argument in brackets".to_owned());
    }
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "of"
            && FUNCTIONS.contains(&draft.before(n, 1))
            && context.declares(draft.at(n + 1))
    })?;
    let end = if draft.at(n + 2) == "[" { draft.close(n + 2)? + 1 } else { n + 2 };
    let call = format!("{}({})", draft.before(n, 1), draft.show(n + 1..end));
    draft.replace(n - 1..end, &call.replace("average(", "mean(").replace("total(", "sum("));
    Some("a function has its argument in brackets".to_owned())
}

/// Writes scenarios behind `compare` after its values: `compare low vs baseline for balance`.
pub(crate) fn compared(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let known = |name: &str| name == "baseline" || context.scenarios().contains(&name);
    let difference = (0..2).any(|n| matches!(draft.at(n), "difference" | "diff" | "differences"));
    if !difference && (draft.at(0) != "compare" || !known(draft.at(1))) {
        return None;
    }
    let end = draft.line_end(0);
    let names: Vec<&str> = (1..end).map(|n| draft.at(n)).filter(|name| known(name)).collect();
    let value = (1..end).map(|n| draft.at(n)).find(|name| context.declares(name));
    let year = |n: usize| draft.is_number(n) && draft.at(n).len() == 4;
    let years = (1..end).find(|&n| year(n)).filter(|&n| draft.before(n, 1) == "in");
    let years_end =
        years.map(|n| if draft.at(n + 1) == ".." && year(n + 2) { n + 3 } else { n + 1 });
    // A word that is dropped would change the question; another value is that of the library.
    let said = |n: usize| {
        let word = draft.at(n);
        let joins = [
            "for", "in", "with", "to", "vs", "versus", "against", "and", "between", "of", "the",
            "from", ",",
        ];
        let difference = matches!(word, "difference" | "diff" | "differences");
        let own = known(word) || Some(word) == value || joins.contains(&word) || difference;
        own || years.zip(years_end).is_some_and(|(from, to)| (from..to).contains(&n))
    };
    let library = value.is_none() && context.uses_library() || !(1..end).all(said);
    (!library).then_some(())?;
    let scenarios: Vec<&str> = names.iter().copied().filter(|name| *name != "baseline").collect();
    let value = value.or_else(|| context.last_variable())?;
    if scenarios.is_empty() {
        return None;
    }
    let years = years.zip(years_end).map(|(from, to)| format!(" in {}", draft.show(from..to)));
    let years = years.unwrap_or_default();
    let text = match (names.len() == scenarios.len(), scenarios.as_slice()) {
        (true, [one, other]) => format!("compare {value} for {one} to {other}{years}"),
        _ => format!("compare {value} for {} to baseline{years}", scenarios.join(", ")),
    };
    draft.replace(0..end, &text);
    Some("`compare` takes the values first, and the scenarios after `for`".to_owned())
}

const FORM: &str = "a sweep is written `sweep INPUT over LOW..HIGH step SIZE show VALUE`";
const LIST: &str = "a sweep has a range and a step; single values are scenarios";

/// Completes a sweep: its range, its step and what it shows.
pub(crate) fn sweeps(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    // The end of the input: `duty.rate[cars]`.
    let mut name = 2;
    while draft.at(name) == "." && draft.is_word(name + 1) {
        name += 2;
    }
    if draft.at(name) == "[" {
        name = draft.close(name)? + 1;
    }
    if draft.at(0) != "sweep"
        || !(context.declares(draft.at(1)) || draft.at(2) == ".")
        || draft.find(&["data"], 0).is_some()
    {
        return None;
    }
    let end = draft.outside("show", 1).unwrap_or(draft.line_end(0));
    let numbers: Vec<usize> = (name..end).filter(|&n| draft.is_number(n)).collect();
    let percent = (2..end).any(|n| draft.at(n) == "%");
    let amount = |n: &usize| {
        let text = draft.show(*n..draft.amount_end(*n));
        if percent && !text.ends_with('%') { format!("{text}%") } else { text }
    };
    let stepped = (2..end).find(|&n| matches!(draft.at(n), "step" | "by" | "every"));
    let (range, step) = match (stepped, numbers.as_slice()) {
        (Some(_), [range @ .., step]) => (range, amount(step)),
        (None, range) => (range, if percent { "1%".to_owned() } else { "1".to_owned() }),
        (Some(_), []) => return None,
    };
    let ([low, ..], [.., high]) = (range, range) else { return None };
    let (low, high) = (amount(low), amount(high));
    let shown = match draft.show(end..draft.line_end(0)) {
        text if text.is_empty() => format!("show {}", context.result_of(&draft.show(1..name))?),
        text => text,
    };
    // `over [0%, 5%, 12%]`: a list of values.
    if range.len() > 2 && stepped.is_none() {
        let values: Vec<String> = range.iter().map(amount).collect();
        let lines = listed(draft.show(1..name), &values, shown.strip_prefix("show ")?)?;
        let line = draft.line_end(0);
        draft.replace(0..line, &lines);
        let message = if lines.starts_with("sweep") { FORM } else { LIST };
        return Some(message.to_owned());
    }
    let text = format!("sweep {} over {low}..{high} step {step} {shown}", draft.show(1..name));
    let line = draft.line_end(0);
    (text != draft.show(0..line)).then_some(())?;
    draft.replace(0..line, &text);
    Some(FORM.to_owned())
}

/// Returns the lines that try listed values of an input.
fn listed(input: String, values: &[String], shown: &str) -> Option<String> {
    let is_number = |c: char| c.is_ascii_digit() || "._".contains(c);
    let number =
        |text: &String| text.trim_end_matches(|c| !is_number(c)).replace('_', "").parse().ok();
    let numbers: Option<Vec<f64>> = values.iter().map(number).collect();
    let mut numbers = numbers?;
    numbers.sort_by(f64::total_cmp);
    let unit = values.first()?.trim_start_matches(is_number).to_owned();
    let tried = TriedValues { input, numbers, unit, step: None };
    tried.lines(shown, "", str::to_owned)
}

/// Inserts `in` before the year of a query: `why balance 2030`.
pub(crate) fn bare_year(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if !draft.begins_with(Class::Query) {
        return None;
    }
    let year = |n: usize| draft.is_number(n) && draft.at(n).len() == 4;
    let n = (2..draft.line_end(0))
        .find(|&n| year(n) && (draft.is_name(n - 1) || matches!(draft.before(n, 1), "]" | ")")))?;
    draft.insert(n, "in");
    Some("years are written `in 2030` or `in 2026..2030`".to_owned())
}
