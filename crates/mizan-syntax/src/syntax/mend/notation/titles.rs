//! Lines at the head of a script: the currency with its scale, the base year, the horizon, titles and settings that
//! other tools have, and given values without a sign: `currency USD million`, `base year 2024`, `discount rate 5%`.
//!
//! In: the line. Out: Mizan's line, a comment, or nothing where an option of the command has the same meaning.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::numbers;
use crate::syntax::mend::spreadsheets::cells;
use crate::syntax::token::TokenKind;
use crate::syntax::words::{self, SCALES};

/// First words of the kinds of the trade library: two words and a number after them may be a lever.
const KINDS: [&str; 25] = [
    "exports",
    "imports",
    "tariff",
    "quota",
    "corridor",
    "transit",
    "disruption",
    "hydrocarbons",
    "technology",
    "diversification",
    "preference",
    "smart",
    "freight",
    "services",
    "tourism",
    "income",
    "transfers",
    "remittances",
    "inputs",
    "scenario",
    "subsidy",
    "renewable_energy",
    "joint_venture",
    "trade_agreement",
    "export_tax",
];

/// Words that describe a script, and that no part of it reads.
const ABOUT: &[&str] = &[
    "country",
    "author",
    "authors",
    "date",
    "prices",
    "description",
    "region",
    "institution",
    "contact",
];

/// Settings of other tools, each with what Mizan has instead.
const SETTINGS: [(&[&str], &str); 6] = [
    (
        &["seed", "rseed", "randomseed"],
        "the seed is an option of the command, `mizan run SCRIPT --draws 1000 --seed 42`",
    ),
    (
        &["simulations", "simulation", "replications", "draws", "reps", "trials", "nsim"],
        "the number of draws is an option of the command, `mizan run SCRIPT --draws 1000`",
    ),
    (
        &["decimals", "digits", "decimal", "precision", "scipen"],
        "a query has its digits: `show x digits 2`",
    ),
    (&["frequency", "freq", "periodicity", "timestep"], "one step of a script is one year"),
    (
        &["iterations", "maxiter", "tolerance", "tol", "convergence", "reslim", "iterlim"],
        "the solver has its own limits; a line does not set them",
    ),
    (&["version", "encoding", "language", "locale"], "a script has no such setting"),
];

fn year(draft: &Draft, n: usize) -> Option<i32> {
    let text = draft.at(n);
    let number: i32 = text.parse().ok()?;
    (text.len() == 4 && (1900..2200).contains(&number)).then_some(number)
}

/// Returns the position after a sign between a word and its value.
fn value_at(draft: &Draft, n: usize) -> usize {
    n + usize::from(matches!(draft.at(n), "=" | ":" | "is" | "->" | "in"))
}

/// Writes the currency and the scale of amounts: `currency USD million`, `currency: USD`, `unit: mn USD`, `scale million`.
pub(crate) fn currencies(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let word = draft.at(0).to_lowercase();
    matches!(word.as_str(), "currency" | "unit" | "units" | "scale" | "amounts" | "values")
        .then_some(())?;
    let end = draft.line_end(0);
    let start = value_at(draft, 1);
    let (mut scale, mut money) = (None, None);
    for n in start..end {
        let text = draft.at(n).to_owned();
        let own = SCALES.iter().map(|(own, _)| *own).find(|own| *own == text);
        if let Some(own) = own.or_else(|| numbers::scale(&text)) {
            scale = Some(own);
        } else if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            money = Some(text);
        } else if !matches!(text.as_str(), "in" | "of" | "," | "(" | ")") {
            return None;
        }
    }
    let declared = context.any_line(|line| line == format!("currency {}", context.currency()));
    let text = match (word.as_str(), scale, money) {
        ("currency", None, Some(money)) if start == 2 => format!("currency {money}"),
        ("currency", Some(scale), Some(money)) => format!("currency {money}\nunit {scale} {money}"),
        ("unit", Some(scale), Some(money)) if start == 2 => format!("unit {scale} {money}"),
        ("units" | "amounts" | "values", Some(scale), Some(money)) => {
            format!("unit {scale} {money}")
        }
        ("scale" | "units" | "amounts" | "values", Some(scale), None) if declared => {
            format!("unit {scale} {}", context.currency())
        }
        _ => return None,
    };
    draft.replace(0..end, &text);
    Some(
        "the currency and the scale of all tables are two lines, `currency USD` and `unit mn USD`"
            .to_owned(),
    )
}

/// Returns the year that another line of the script names with one of some words: `end = 2035`.
fn year_of(context: &Context<'_>, names: &[&str]) -> Option<i32> {
    let text = context.whole();
    text.lines().find_map(|line| {
        let draft = Draft::of(line.trim());
        boundary(&draft).filter(|(word, _)| names.contains(&word.as_str())).map(|(_, year)| year)
    })
}

const STARTS: [&str; 7] =
    ["start", "start_year", "first_year", "base_year", "begin", "from", "base"];
const ENDS: [&str; 7] = ["end", "end_year", "last_year", "horizon", "final_year", "to", "until"];

/// Reads a line that names a year: `base year = 2024`, `end: 2035`; returns its words joined, and the year.
fn boundary(draft: &Draft) -> Option<(String, i32)> {
    let count = (0..4).take_while(|&n| draft.is_word(n) && draft.at(n) != "is").count();
    let at = value_at(draft, count);
    let found = year(draft, at)?;
    let end = at + 1 + usize::from(draft.at(at + 1) == ";");
    (count > 0 && draft.ends_line(end)).then_some(())?;
    let words: Vec<String> = (0..count).map(|n| draft.at(n).to_lowercase()).collect();
    Some((words.join("_"), found))
}

/// True if a text may be a setting or the end of the horizon that the grammar reads as an equation: `seed = 42`, `start =
/// 2024`.
pub(crate) fn may_have(text: &str, context: &Context<'_>) -> bool {
    let word = text.split([' ', '=', ':']).next().unwrap_or_default().to_lowercase();
    let setting = SETTINGS.iter().any(|(names, _)| names.contains(&word.as_str()));
    let about = ABOUT.contains(&word.as_str()) || word == "use" && text.contains('"');
    let years = context.years().is_none()
        && (STARTS.contains(&word.as_str()) || ENDS.contains(&word.as_str()));
    (setting || about || years) && text.lines().count() == 1 && text.len() < 120
}

/// Writes the base year and the last year as `years`: `base year 2024`, `horizon 2035`, `start = 2024` with `end = 2035`.
pub(crate) fn years(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str =
        "the years are written `years FIRST..LAST`; the first one is the base year";
    let end = draft.line_end(0);
    // `from 2024 to 2035`, `T = 2024:2035`
    let known = context.years();
    let range = |n: usize| {
        let sign = matches!(draft.at(n + 1), "to" | ":" | ".." | "-" | "until" | "–");
        year(draft, n).zip(year(draft, n + 2)).filter(|_| sign && n + 3 == end)
    };
    let named = matches!(draft.at(0), "from" | "T" | "t" | "time" | "Time" | "start" | "horizon");
    let at = value_at(draft, 1);
    if known.is_none()
        && named
        && let Some((from, to)) = range(at)
    {
        draft.replace(0..end, &format!("years {from}..{to}"));
        return Some(MESSAGE.to_owned());
    }
    let (words, value) = boundary(draft)?;
    let (start, last) = (STARTS.contains(&words.as_str()), ENDS.contains(&words.as_str()));
    let text = match known {
        Some((first, _)) if start && words.contains("base") && value == first => String::new(),
        Some((_, to)) if last && value == to && words != "to" => String::new(),
        Some(_) => return None,
        None if start => format!("years {value}..{}", year_of(context, &ENDS)?),
        // The line of the first year makes both.
        None if last => match year_of(context, &STARTS) {
            Some(_) => String::new(),
            None => return None,
        },
        None => return None,
    };
    draft.replace(0..end, &text);
    Some(MESSAGE.to_owned())
}

/// Writes words about the script as a comment, its title as `model`, and removes settings of other tools.
pub(crate) fn settings(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let word = draft.at(0).to_lowercase();
    let end = draft.line_end(0);
    if context.declares(draft.at(0)) || context.is_lever(draft.at(0)) {
        return None;
    }
    // `report in bn USD`
    let table = matches!(
        word.as_str(),
        "report" | "results" | "display" | "tables" | "output" | "units" | "everything"
    );
    if table && draft.at(1) == "in" && end > 2 && (2..end).all(|n| draft.is_word(n)) {
        let unit = draft.show(2..end);
        if cells::is_unit(&unit, context) {
            draft.replace(0..end, &format!("unit {}", cells::unit(&unit, context)));
            return Some("the unit of all tables is written `unit bn USD`".to_owned());
        }
    }
    let at = value_at(draft, 1);
    let stop = if draft.before(end, 1) == ";" { end - 1 } else { end };
    if word == "use" && draft.kind(1) == Some(TokenKind::Text) && draft.at(1) == "\"trade\"" {
        draft.replace(0..end, "use trade");
        return Some("a library of Mizan has no quotes; a file has".to_owned());
    }
    let worded = (at..stop).all(|n| draft.is_word(n) || draft.is_number(n) || draft.at(n) == "-");
    if worded
        && (stop > at + 1 || word != "model")
        && matches!(word.as_str(), "title" | "model" | "project")
        && draft.is_word(at)
        && stop > at
    {
        let title = draft.show(at..stop).replace('"', "");
        draft.replace(0..end, &format!("model \"{title}\""));
        return Some("the title of a script is written `model \"TITLE\"`".to_owned());
    }
    let sign = draft.at(1) == "=" || draft.at(1) == ":" || draft.at(1).is_empty();
    let plain = (at..stop).all(|n| {
        draft.is_word(n)
            || draft.is_number(n)
            || draft.kind(n) == Some(TokenKind::Text)
            || matches!(draft.at(n), "," | "-" | "." | "/" | "%")
    });
    let several = context.mentions(draft.at(0)) > 1;
    (plain && stop > at && !several).then_some(())?;
    if let Some((_, instead)) = SETTINGS.iter().find(|(names, _)| names.contains(&word.as_str())) {
        draft.remove(0..end);
        return Some((*instead).to_owned());
    }
    // `date = 5` may be a value.
    let number = sign && draft.is_number(at) && year(draft, at).is_none()
        || (at..stop).any(|n| draft.at(n) == ",");
    if ABOUT.contains(&word.as_str()) && !number {
        let text = draft.show(0..end);
        draft.replace(0..end, &format!("# {text}"));
        return Some(format!("`{word}` is read by no line; words about a script are comments"));
    }
    None
}

/// Writes a name of several words with its value as a parameter: `discount rate 5%`, `vat 16%`.
pub(crate) fn values(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let stop = if draft.before(end, 1) == ";" { end - 1 } else { end };
    let count = (0..stop).take_while(|&n| draft.is_name(n)).count();
    let at = count + usize::from(matches!(draft.at(count), "is" | "of" | "at"));
    (count > 0 && count < 5 && draft.is_number(at)).then_some(())?;
    let kind = draft.at(0).to_lowercase();
    let known = KINDS.contains(&kind.as_str())
        || words::find(&kind).is_some()
        || (0..count).any(|n| context.set_with(draft.at(n)).is_some());
    const VERBS: [&str; 16] = [
        "let", "be", "set", "put", "make", "assume", "take", "get", "raise", "cut", "reduce",
        "increase", "lower", "to", "by", "change",
    ];
    let known = known || (0..count).any(|n| VERBS.contains(&draft.at(n).to_lowercase().as_str()));
    let percent = draft.at(at + 1) == "%" && at + 2 == stop;
    let unit = (at + 1..stop).all(|n| draft.is_word(n));
    let money = unit && draft.before(stop, 1) == context.currency() && stop > at + 1;
    (!known && (percent || money)).then_some(())?;
    let name = (0..count).map(|n| draft.at(n).to_lowercase()).collect::<Vec<_>>().join("_");
    let same = count == 1 && context.declares(draft.at(0)) || context.declares(&name);
    (!same).then_some(())?;
    let value = draft.show(at..stop);
    draft.replace(0..end, &format!("param {name} = {value}"));
    Some("a given value is declared with `param`, and its name is one word".to_owned())
}

/// Writes the rate of a currency: `exchange rate: 1 USD = 1.7 AZN`, `USD/AZN = 1.7`, `exchange_rate = 1.7 AZN/USD`.
pub(crate) fn rates(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let code = |n: usize| {
        let text = draft.at(n);
        text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let mut at = 0;
    if matches!(
        draft.at(0).to_lowercase().as_str(),
        "exchange" | "exchange_rate" | "fx" | "currency"
    ) {
        at = 1 + usize::from(draft.at(1) == "rate");
        at += usize::from(matches!(draft.at(at), "=" | ":"));
    }
    let named = at > 0;
    // One `base` is `number` of `other`.
    let (base, number, other, stop) = if draft.at(at) == "1"
        && code(at + 1)
        && matches!(draft.at(at + 2), "=" | "==" | "is")
        && draft.is_number(at + 3)
        && code(at + 4)
    {
        (draft.at(at + 1), draft.at(at + 3), draft.at(at + 4), at + 5)
    } else if named
        && draft.is_number(at)
        && code(at + 1)
        && matches!(draft.at(at + 2), "/" | "per")
        && code(at + 3)
    {
        (draft.at(at + 3), draft.at(at), draft.at(at + 1), at + 4)
    } else if code(at)
        && draft.at(at + 1) == "/"
        && code(at + 2)
        && matches!(draft.at(at + 3), "=" | ":")
        && draft.is_number(at + 4)
    {
        (draft.at(at), draft.at(at + 4), draft.at(at + 2), at + 5)
    } else {
        named.then(|| quoted_rate(draft, at, context)).flatten()?
    };
    let own = context.currency();
    let text = match (base == own, other == own) {
        (true, false) => format!("currency {other} = 1 / {number} {own}"),
        (false, true) => format!("currency {base} = {number} {own}"),
        _ => return None,
    };
    let message =
        format!("`currency` gives the value of one unit; one {base} is read as {number} {other}");
    (stop == end).then_some(())?;
    draft.replace(0..end, &text);
    Some(message)
}

/// Reads a rate behind the name of a currency: `AZN = 1.7 per USD`, `AZN = 1.7 AZN/USD`, `AZN: 1 USD = 1.7 AZN`, and
/// `USD = 1.7 AZN` for the currency of the script. Returns the currency of which one unit is quoted, the number and the
/// currency of the number, and the position after them.
fn quoted_rate<'d>(
    draft: &'d Draft,
    at: usize,
    context: &Context<'_>,
) -> Option<(&'d str, &'d str, &'d str, usize)> {
    let name = draft.at(at);
    let from = at + 2;
    matches!(draft.at(at + 1), "=" | ":").then_some(())?;
    let one = draft.at(from) == "1" && matches!(draft.at(from + 2), "=" | "==");
    if one && draft.is_number(from + 3) && draft.at(from + 4) == name {
        return Some((draft.at(from + 1), draft.at(from + 3), name, from + 5));
    }
    draft.is_number(from).then_some(())?;
    let own = usize::from(draft.at(from + 1) == name);
    let sign = from + 1 + own;
    let other = draft.at(sign + 1);
    if matches!(draft.at(sign), "per" | "/") && other.len() == 3 {
        return Some((other, draft.at(from), name, sign + 2));
    }
    // The currency of the script has no rate itself.
    let other = draft.at(from + 1);
    let base = context.base_currency() == Some(name) && other.len() == 3 && other != name;
    base.then(|| (name, draft.at(from), other, from + 2))
}

/// True for the rate of a currency that is read as its reciprocal or as a circle.
pub(crate) fn may_be_rate(text: &str, context: &Context<'_>) -> bool {
    text.strip_prefix("currency ").and_then(|rest| rest.split_once('=')).is_some_and(
        |(name, value)| {
            let name = name.trim();
            context.base_currency() == Some(name) || value.contains(&format!("{name}/"))
        },
    )
}

/// Writes names behind the name of a set: `partners China Turkiye`, and a distribution of a new name: `g ~ normal(5%, 1%)`.
pub(crate) fn bare(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    if draft.is_name(0) && draft.at(1) == "~" && draft.is_name(2) && draft.at(3) == "(" {
        let close = draft.close(3).filter(|&close| close + 1 == end)?;
        (close > 5 && !context.declares(draft.at(0))).then_some(())?;
        let text = format!("param {} = {}", draft.at(0), draft.show(2..end));
        draft.replace(0..end, &text);
        return Some("a distribution is a value, given with `=`".to_owned());
    }
    const SETS: [&str; 8] = [
        "partners",
        "sectors",
        "countries",
        "regions",
        "goods",
        "products",
        "commodities",
        "ports",
    ];
    let list = (1..end).all(|n| draft.is_name(n) || draft.at(n) == ",");
    (SETS.contains(&draft.at(0).to_lowercase().as_str()) && end > 2 && list).then_some(())?;
    let names: Vec<&str> = (1..end).filter(|&n| draft.at(n) != ",").map(|n| draft.at(n)).collect();
    let text = format!("set {} = {}", draft.at(0), names.join(", "));
    draft.replace(0..end, &text);
    Some("a list of names is a set".to_owned())
}

/// Writes the title of a shown value behind `as`: `show x = "Gross output"`.
pub(crate) fn of_values(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let n = (2..draft.line_end(0)).find(|&n| {
        let word = matches!(
            draft.at(n),
            "=" | ":" | "titled" | "title" | "called" | "named" | "labelled" | "labeled" | "label"
        );
        word && draft.kind(n + 1) == Some(TokenKind::Text)
    })?;
    draft.put_word(n..n + 1, "as");
    Some("the title of a value is a text after `as`".to_owned())
}
