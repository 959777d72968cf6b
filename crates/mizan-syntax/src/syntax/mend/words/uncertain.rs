//! Values that are not known for sure, in words: `3%..5%`, `5% (3% to 7%)`, `5%, sd 1%`, `low 3%, mid 5%, high 7%`.
//!
//! In: a value that cannot be read, in a parameter, a field or a change. Out: the distribution that it means.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::amounts::unit_end;
use crate::syntax::words::Class;

/// Words for the lowest, the middle and the highest value.
const LOW: &[&str] = &["low", "min", "minimum", "pessimistic", "worst", "lowest", "least"];
const MIDDLE: &[&str] = &["mid", "middle", "mode", "likely", "central", "medium", "base", "best"];
const HIGH: &[&str] = &["high", "max", "maximum", "optimistic", "highest"];
/// Words for a standard deviation.
const DEVIATION: &[&str] = &["sd", "std", "stdev", "stddev", "sigma", "se"];
/// Words for a value that is not exact.
const ABOUT: &[&str] = &["about", "around", "approx", "approximately", "circa", "roughly", "~"];
/// Distributions whose arguments may stand without brackets.
const DISTRIBUTIONS: &[&str] = &["normal", "uniform", "triangular", "between", "pert", "lognormal"];

/// True if a text may have two limits in words: `between -1.5 and -0.9`.
pub(crate) fn may_be_between(text: &str) -> bool {
    text.contains("between -")
}

/// Writes two negative limits in words as a distribution: `elasticity: between -1.5 and -0.9`.
pub(crate) fn between(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "between"
            && draft.at(n + 1) == "-"
            && matches!(draft.before(n, 1), ":" | "=")
    })?;
    let number = |n: usize| n + usize::from(draft.at(n) == "-");
    let low = number(n + 1);
    let and = draft.is_number(low).then(|| draft.amount_end(low))?;
    let high = number(and + 1);
    (draft.at(and) == "and" && draft.is_number(high)).then_some(())?;
    let end = draft.amount_end(high);
    let year = |n: usize| draft.at(n).len() == 4 && !draft.at(n).contains('.');
    (!(year(low) && year(high))).then_some(())?;
    let text = format!("between({}, {})", draft.show(n + 1..and), draft.show(and + 1..end));
    draft.replace(n..end, &text);
    Some(
        "an uncertain value is a distribution; `between` has 90% of its values in the range"
            .to_owned(),
    )
}

/// Writes an uncertain value as a distribution.
pub(crate) fn values(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if draft.begins_with(Class::Query) || matches!(draft.at(0), "set" | "years" | "check") {
        return None;
    }
    let begins = |n: &usize| matches!(draft.before(*n, 1), "=" | ":" | "+=");
    let starts: Vec<usize> = (1..draft.len()).filter(begins).collect();
    let (start, end, text) = starts.into_iter().find_map(|n| {
        let (end, text) = distribution(draft, n)?;
        // What follows belongs to the next entry, or describes the value.
        let stops = matches!(draft.at(end), "" | "," | "}" | ")" | "@" | "\n" | "bounds")
            || draft.line_end(n) <= end
            || draft.at(end).starts_with('"');
        stops.then_some((n, end, text))
    })?;
    let exact = !text.contains('(');
    let text = with_declared_unit(&with_shared_unit(&text), draft);
    draft.replace(start..end, &text);
    Some(
        match exact {
            true => {
                "a value that is about right is a distribution, as `normal(5%, 1%)`, or a number"
            }
            false if text.starts_with("between") => {
                "a value that is not known is a distribution, as `between(3%, 5%)`"
            }
            false => "a value that is not known is a distribution, as `uniform(3%, 5%)`",
        }
        .to_owned(),
    )
}

/// Gives the arguments of a distribution that are numbers alone the unit of the other ones: `between(60, 110 USD)`.
pub(crate) fn with_shared_unit(text: &str) -> String {
    let draft = Draft::of(text);
    let whole = draft.arguments(1).filter(|(_, close)| close + 1 == draft.len());
    let Some((arguments, _)) = whole.filter(|_| draft.at(1) == "(") else {
        return text.to_owned();
    };
    let mut unit = None;
    let mut parts = Vec::new();
    for argument in arguments {
        let number = argument.start + usize::from(draft.at(argument.start) == "-");
        if !draft.is_number(number) {
            return text.to_owned();
        }
        let own = draft.show(number + 1..argument.end);
        if own.is_empty() {
            parts.push((draft.show(argument), true));
            continue;
        }
        // Two units are both meant as they are written.
        if *unit.get_or_insert_with(|| own.clone()) != own {
            return text.to_owned();
        }
        parts.push((draft.show(argument), false));
    }
    let Some(unit) = unit.filter(|unit| !unit.contains(':')) else { return text.to_owned() };
    let space = if unit == "%" { "" } else { " " };
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(part, bare)| if bare { format!("{part}{space}{unit}") } else { part })
        .collect();
    format!("{}({})", draft.at(0), parts.join(", "))
}

/// Gives arguments that are all numbers alone the unit of their parameter: `param oil: USD = between 60 and 110`.
fn with_declared_unit(text: &str, draft: &Draft) -> String {
    let given = Draft::of(text);
    let plain = given.at(1) == "("
        && (2..given.len()).all(|n| given.is_number(n) || matches!(given.at(n), "," | ")" | "-"));
    let equals = draft.outside("=", 0).filter(|_| draft.at(0) == "param" && plain);
    let unit = equals.and_then(|equals| {
        let colon = draft.outside(":", 2).filter(|&colon| colon < equals)?;
        Some(draft.show(colon + 1..equals))
    });
    let unit = match unit.as_deref() {
        Some("percent") => "%",
        Some("money" | "number" | "") | None => return text.to_owned(),
        Some(unit) => unit,
    };
    let Some((arguments, _)) = given.arguments(1) else { return text.to_owned() };
    let space = if unit == "%" { "" } else { " " };
    let parts: Vec<String> = arguments
        .into_iter()
        .map(|argument| format!("{}{space}{unit}", given.show(argument)))
        .collect();
    format!("{}({})", given.at(0), parts.join(", "))
}

/// Words before a range that is not known: `somewhere between`, `anywhere from`.
const LOOSELY: [&str; 6] = ["somewhere", "anywhere", "range", "ranges", "ranging", "anything"];

/// Reads the value at `n`; returns the position after it, and the distribution.
fn distribution(draft: &Draft, n: usize) -> Option<(usize, String)> {
    let lower = |n: usize| draft.at(n).to_lowercase();
    let param = draft.at(0) == "param";
    let loosely = LOOSELY.contains(&lower(n).as_str());
    let from = matches!(lower(n + 1).as_str(), "from" | "of");
    if loosely && (from || draft.is_number(n + 1)) {
        let from = n + 1 + usize::from(!draft.is_number(n + 1));
        let (end, low) = amount(draft, from)?;
        let (stop, high) = amount(draft, end + 1)?;
        let joined = matches!(draft.at(end), "to" | "and" | "-" | "–" | "..");
        let ends = (draft.show(from..end), draft.show(end + 1..stop));
        return (joined && low < high).then(|| (stop, format!("uniform({}, {})", ends.0, ends.1)));
    }
    // `uniform between 60 and 110 USD`
    let named = DISTRIBUTIONS.contains(&lower(n).as_str()) && draft.at(n + 1) != "(";
    if (loosely || named) && matches!(lower(n + 1).as_str(), "between" | "from") {
        let (end, text) = bare(draft, n + 1)?;
        let own = if named { draft.at(n).to_lowercase() } else { "between".to_owned() };
        let (_, arguments) = text.split_once('(')?;
        return Some((end, format!("{own}({arguments}")));
    }
    if ABOUT.contains(&lower(n).as_str()) {
        let (end, _) = amount(draft, n + 1)?;
        return Some((end, draft.show(n + 1..end)));
    }
    if DISTRIBUTIONS.contains(&lower(n).as_str()) && draft.at(n + 1) != "(" {
        return bare(draft, n);
    }
    if param && let Some(found) = labelled(draft, n).or_else(|| weighted(draft, n)) {
        return Some(found);
    }
    let (end, middle) = amount(draft, n)?;
    let own = draft.show(n..end);
    // `5% (3% to 7%)`, `5% [3%, 7%]`
    if matches!(draft.at(end), "(" | "[") {
        let close = draft.close(end)?;
        if let Some((width, _)) = deviation(draft, end + 1).filter(|(_, stop)| *stop == close) {
            return Some((close + 1, format!("normal({own}, {width})")));
        }
        let (first, low) = amount(draft, end + 1)?;
        let (last, high) = amount(draft, first + 1)?;
        let range = matches!(draft.at(first), "to" | "-" | "–" | ".." | "," | "and");
        let ordered = low <= middle && middle <= high && last == close;
        let (low, high) = (draft.show(end + 1..first), draft.show(first + 1..last));
        return (range && ordered)
            .then(|| (close + 1, format!("triangular({low}, {own}, {high})")));
    }
    // `5% plus or minus 1%`
    if draft.at(end) == "plus" && draft.at(end + 1) == "or" && draft.at(end + 2) == "minus" {
        let (stop, _) = amount(draft, end + 3)?;
        let width = draft.show(end + 3..stop);
        return Some((stop, format!("between({own} - {width}, {own} + {width})")));
    }
    let after = end
        + usize::from(matches!(draft.at(end), "with" | ",") && (param || draft.at(end) == "with"));
    if let Some((width, stop)) = deviation(draft, after) {
        return Some((stop, format!("normal({own}, {width})")));
    }
    range(draft, (n, middle), end)
}

/// Reads a range from `n`, whose lower end stops at `end`: `3%..5%`, `4..6 mn USD`. Between growing values of one sign `to`
/// may mean a path.
fn range(draft: &Draft, (n, low): (usize, f64), end: usize) -> Option<(usize, String)> {
    let (stop, high) = amount(draft, end + 1)?;
    let sign =
        matches!(draft.at(end), ".." | "–") || draft.at(end) == "to" && low < 0.0 && high > 0.0;
    let bare = |from: usize, to: usize| draft.is_number(to - 1) && to - from <= 2;
    let year = |value: f64| (1000.0..3000.0).contains(&value) && bare(end + 1, stop);
    (sign && low < high && !(year(low) && year(high))).then_some(())?;
    let number = end + 1 + usize::from(draft.at(end + 1) == "-");
    let unit = draft.show(number + 1..stop);
    let space = if unit == "%" { "" } else { " " };
    let own = draft.show(n..end);
    // `4..6 mn USD`: the unit of the upper end is that of both.
    let own = if bare(n, end) && !unit.is_empty() { format!("{own}{space}{unit}") } else { own };
    Some((stop, format!("uniform({own}, {})", draft.show(end + 1..stop))))
}

/// Reads the name of a distribution and its arguments without brackets: `between 3% and 5%`, `normal 5% 1%`.
fn bare(draft: &Draft, n: usize) -> Option<(usize, String)> {
    let (mut at, mut values) = (n + 1, Vec::new());
    while let Some((end, _)) = amount(draft, at) {
        values.push(draft.show(at..end));
        at = end + usize::from(matches!(draft.at(end), "and" | "," | "to" | ".." | "-"));
        if at == end && amount(draft, at).is_none() {
            break;
        }
    }
    (values.len() > 1)
        .then(|| (at, format!("{}({})", draft.at(n).to_lowercase(), values.join(", "))))
}

/// Writes the unit behind a distribution in its arguments: `normal(5, 1) mn USD`.
pub(crate) fn units(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let open = (1..draft.len()).find(|&n| {
        draft.at(n) == "(" && DISTRIBUTIONS.contains(&draft.before(n, 1).to_lowercase().as_str())
    })?;
    let (arguments, close) = draft.arguments(open)?;
    let end = unit_end(draft, close + 1);
    (end > close + 1).then_some(())?;
    let unit = draft.show(close + 1..end);
    let space = if unit == "%" { "" } else { " " };
    let plain =
        arguments.iter().all(|argument| argument.len() == 1 && draft.is_number(argument.start));
    let parts: Vec<String> = arguments
        .iter()
        .map(|argument| format!("{}{space}{unit}", draft.show(argument.clone())))
        .collect();
    plain.then(|| draft.replace(open + 1..end, &format!("{})", parts.join(", "))))?;
    Some("the arguments of a distribution have its unit".to_owned())
}

/// Returns the number of tokens of the words for a standard deviation at `n`: `sd`, `s.e.`, `standard error`.
fn deviation_words(draft: &Draft, n: usize) -> Option<usize> {
    let lower = |n: usize| draft.at(n).to_lowercase();
    if lower(n) == "standard" || lower(n) == "std" && draft.at(n + 1) == "." {
        let dot = usize::from(draft.at(n + 1) == ".");
        let second = lower(n + 1 + dot);
        let second = second.trim_end_matches('s');
        return matches!(second, "error" | "deviation" | "dev" | "err").then_some(2 + dot);
    }
    // `s.e.`
    let letters = lower(n) == "s" && draft.at(n + 1) == ".";
    if letters && matches!(lower(n + 2).as_str(), "e" | "d") {
        return Some(3 + usize::from(draft.at(n + 3) == "."));
    }
    DEVIATION.contains(&lower(n).as_str()).then_some(1)
}

/// True for a scenario with a word for a standard deviation.
pub(crate) fn may_have_deviations(text: &str) -> bool {
    text.trim_start().starts_with("scenario")
        && [" sd", " s.d", " sigma", " SD", " std", " standard"]
            .iter()
            .any(|word| text.contains(word))
}

/// Writes a number of standard deviations in a scenario as an amount: `drift -= 2 sd` for `param drift = normal(3%, 1%)`.
pub(crate) fn deviations(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    (draft.at(0) == "scenario").then_some(())?;
    let n = (4..draft.len()).find(|&n| {
        draft.is_number(n - 1)
            && deviation_words(draft, n).is_some()
            && !context.is_unit(draft.at(n))
    })?;
    let count: f64 = draft.before(n, 1).parse().ok()?;
    let name = matches!(draft.before(n, 2), "+=" | "-=" | "+" | "-")
        .then(|| draft.before(n, 3).to_owned())?;
    let line = Draft::of(context.quantity_head(&name)?);
    let open = line.find(&["normal", "("], 0)? + 1;
    let (arguments, _) = line.arguments(open)?;
    let width = line.show(arguments.get(1)?.clone());
    let digits = |c: char| c.is_ascii_digit() || "._".contains(c);
    let number: f64 = width.trim_end_matches(|c| !digits(c)).replace('_', "").parse().ok()?;
    let unit = width.trim_start_matches(digits);
    let amount = (count * number * 1e9).round() / 1e9;
    let text = if unit == "%" { format!("{amount} pp") } else { format!("{amount}{unit}") };
    let end = n + deviation_words(draft, n)?;
    draft.replace(n - 1..end, &text);
    Some(format!("a change is an amount: the standard deviation of `{name}` is {width}"))
}

/// Words behind a distribution for the limits of its values.
const TRUNCATES: [&str; 24] = [
    "truncated",
    "limited",
    "bounded",
    "restricted",
    "cut",
    "clipped",
    "censored",
    "at",
    "to",
    "by",
    "between",
    "from",
    "in",
    "with",
    "min",
    "max",
    "minimum",
    "maximum",
    "below",
    "above",
    "of",
    ",",
    "least",
    "most",
];

/// Writes limits behind a distribution as its arguments: `normal(3%, 1%) truncated at 0%`.
pub(crate) fn truncated(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let open = (1..draft.len())
        .find(|&n| draft.at(n) == "(" && matches!(draft.before(n, 1), "normal" | "lognormal"))?;
    let (arguments, close) = draft.arguments(open)?;
    let mean = amount(draft, arguments.first()?.start)?.1;
    let mut at = close + 1;
    let mut low = None;
    while TRUNCATES.contains(&draft.at(at)) || matches!(draft.at(at), ">=" | "<=" | ">" | "<" | "[")
    {
        low = match draft.at(at) {
            "min" | "minimum" | "below" | "least" | ">=" | ">" => Some(true),
            "max" | "maximum" | "above" | "most" | "<=" | "<" => Some(false),
            _ => low,
        };
        at += 1;
    }
    (at > close + 1 && draft.at(close + 1) != ",").then_some(())?;
    let (end, first) = amount(draft, at)?;
    let joins = matches!(draft.at(end), "and" | "to" | ".." | "," | "-" | "max");
    let second = joins.then(|| amount(draft, end + 1)).flatten();
    let limit = draft.show(at..end);
    let (text, stop) = match second {
        Some((stop, _)) => {
            let stop = stop + usize::from(draft.at(stop) == "]");
            let high = draft.show(end + 1..stop).trim_end_matches(']').to_owned();
            (format!(", min: {limit}, max: {high})"), stop)
        }
        None if low.unwrap_or(first < mean) => (format!(", min: {limit})"), end),
        None => (format!(", max: {limit})"), end),
    };
    draft.replace(close..stop, &text);
    draft.glue(close);
    Some("the limits of a distribution are its arguments `min` and `max`".to_owned())
}

/// Writes a range in the cell of a table as a distribution: `| food | 5 mn USD | 1% to 3% |`.
pub(crate) fn cells(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let (n, end, text) = (1..draft.len()).find_map(|n| {
        (draft.before(n, 1) == "|").then_some(())?;
        let (end, low) = amount(draft, n)?;
        let (stop, high) = amount(draft, end + 1)?;
        let joined = matches!(draft.at(end), "to" | "-" | "–" | ".." | "and");
        let text = format!("uniform({}, {})", draft.show(n..end), draft.show(end + 1..stop));
        (joined && low < high && draft.at(stop) == "|").then_some((n, stop, text))
    })?;
    draft.replace(n..end, &with_shared_unit(&text));
    Some("a value that is not known is a distribution, as `uniform(3%, 5%)`".to_owned())
}

/// Reads a standard deviation, `sd 1%`, `sd of 1%`; returns it and the position after it.
fn deviation(draft: &Draft, n: usize) -> Option<(String, usize)> {
    let at = n + deviation_words(draft, n)?;
    let at = at + usize::from(matches!(draft.at(n + 1), "of" | "=" | ":"));
    let (end, _) = amount(draft, at)?;
    Some((draft.show(at..end), end))
}

/// Reads values with their labels: `low 3%, mid 5%, high 7%`.
fn labelled(draft: &Draft, n: usize) -> Option<(usize, String)> {
    let mut found: [Option<String>; 3] = [None, None, None];
    let mut at = n;
    loop {
        let word = draft.at(at).to_lowercase();
        let place = [LOW, MIDDLE, HIGH].iter().position(|words| words.contains(&word.as_str()));
        let Some(place) = place else { break };
        let value = at + 1 + usize::from(matches!(draft.at(at + 1), "=" | ":"));
        let (end, _) = amount(draft, value)?;
        if let Some(slot) = found.get_mut(place) {
            *slot = Some(draft.show(value..end));
        }
        at = end;
        let word = draft.at(at).to_lowercase();
        let joins = matches!(word.as_str(), "," | "and" | "/");
        if !joins && ![LOW, MIDDLE, HIGH].iter().any(|words| words.contains(&word.as_str())) {
            break;
        }
        at += usize::from(joins);
    }
    let text = match found {
        [Some(low), Some(middle), Some(high)] => format!("triangular({low}, {middle}, {high})"),
        [Some(low), None, Some(high)] => format!("uniform({low}, {high})"),
        _ => return None,
    };
    Some((at, text))
}

/// Reads values with their probabilities, which add up to 100%: `3% (20%), 5% (80%)`, `3% with probability 20%, ...`.
fn weighted(draft: &Draft, n: usize) -> Option<(usize, String)> {
    let (mut at, mut sum, mut pairs) = (n, 0.0, Vec::new());
    loop {
        let (end, _) = amount(draft, at)?;
        let bracket = draft.at(end) == "(";
        let words = match (draft.at(end), draft.at(end + 1)) {
            ("(", _) => 1,
            ("with", "probability") | ("with", "prob") => 2,
            ("probability" | "prob", _) => 1,
            _ => return None,
        };
        let from = end + words + usize::from(draft.at(end + words) == "of");
        let (stop, weight) = amount(draft, from)?;
        sum += weight;
        pairs.push(format!("{}: {}", draft.show(at..end), draft.show(from..stop)));
        at = stop + usize::from(bracket);
        // `1% with probability 30%, else 4%`
        let other = at + usize::from(draft.at(at) == ",");
        if pairs.len() == 1 && matches!(draft.at(other), "else" | "otherwise") {
            let (end, _) = amount(draft, other + 1)?;
            let percent = draft.at(stop - 1) == "%" || weight > 1.0;
            let rest = if percent { 100.0 - weight } else { 1.0 - weight };
            let sign = if percent { "%" } else { "" };
            pairs.push(format!(
                "{}: {}{sign}",
                draft.show(other + 1..end),
                (rest * 1e9).round() / 1e9
            ));
            (at, sum) = (end, 100.0);
            break;
        }
        if !matches!(draft.at(at), "," | "and" | "or") {
            break;
        }
        at += 1 + usize::from(matches!(draft.at(at + 1), "and" | "or"));
    }
    let whole = (sum - 100.0_f64).abs() < 1e-6 || (sum - 1.0_f64).abs() < 1e-6;
    (pairs.len() > 1 && whole).then(|| (at, format!("discrete({})", pairs.join(", "))))
}

/// Reads a number with its sign, `%`, scale word and unit; returns the position after it and the number as written.
fn amount(draft: &Draft, n: usize) -> Option<(usize, f64)> {
    let minus = usize::from(draft.at(n) == "-");
    let number: f64 = draft.at(n + minus).replace('_', "").parse().ok()?;
    let mut end = n + minus + 1;
    if draft.at(end) == "%" {
        end += 1;
    } else {
        let label = |word: &str| {
            let word = word.to_lowercase();
            [LOW, MIDDLE, HIGH, DEVIATION].iter().any(|words| words.contains(&word.as_str()))
                || matches!(word.as_str(), "to" | "with" | "plus" | "and" | "or" | "probability")
        };
        while draft.is_word(end) && !label(draft.at(end)) && end < n + minus + 3 {
            end += 1;
        }
    }
    Some((end, if minus == 1 { -number } else { number }))
}
