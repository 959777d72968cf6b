//! Questions for an input: `what tariff would make the balance zero`, `which growth is needed for exports to reach 1 bn`.
//!
//! In: a line in words. Out: a `find` for the input; for a question about a year, `when do exports reach 200 mn`, a table
//! of the condition.

use super::asked::{self, WordedValue};
use super::line_tokens::LineTokens;
use super::target::ChangedValue;
use super::vary::input;
use super::verbs::{Verb, verb};
use super::vocabulary::Vocabulary;
use crate::source::{SourceId, SourceMap};
use crate::syntax::parse;

/// Beginnings of a question for an input.
const BEGINS: [&str; 11] = [
    "at what ",
    "at which ",
    "for what ",
    "for which ",
    "what must ",
    "what should ",
    "what ",
    "which ",
    "find ",
    "calculate ",
    "solve for ",
];
/// Words between the input and the condition; a condition begins with those behind `|`.
const CONNECTORS: &str = " so that ; such that ; that makes ; that make ; which makes ; that would make ; that brings ; that \
    gives ; that leads to ; that balances |balance zero; would make ; will make ; makes ; would bring ; brings ; would \
    balance |balance zero; will balance |balance zero; balances |balance zero; would give ; gives ; would lead to ; leads to ; needed \
    for ; needed to |; required for ; required to |; necessary for ; necessary to |; we need for ; we need to |; i need \
    for ; to make ; to bring ; to get ; to have ; to keep ; to balance |balance zero; to reach |reach; to double |double; to \
    triple |triple; to exceed |exceed; to close |balance zero; to eliminate |balance zero; keeps ; would keep ; closes |balance zero; would close |balance zero; do we need for ; for ; if ";
/// Words of an input question that name nothing.
const AUXILIARY: &str = "is are be must should would will do does has have need needs to we i you the a an value minimum \
    lowest smallest maximum highest necessary needed required uniform constant annual yearly each year per it there set rise \
    grow increase fall raised raise cut lowered exactly just required";

/// Signs of a condition in words.
const SIGNS: [(&str, &str); 24] = [
    ("reach", ">="),
    ("reaches", ">="),
    ("reached", ">="),
    ("hit", ">="),
    ("hits", ">="),
    ("attain", ">="),
    ("exceed", ">"),
    ("exceeds", ">"),
    ("surpass", ">"),
    ("above", ">"),
    ("over", ">"),
    (">", ">"),
    (">=", ">="),
    ("least", ">="),
    ("below", "<"),
    ("under", "<"),
    ("<", "<"),
    ("<=", "<="),
    ("most", "<="),
    ("equal", "=="),
    ("equals", "=="),
    ("=", "=="),
    ("==", "=="),
    ("than", ">"),
];

/// A condition in words.
struct Goal<'a> {
    value: WordedValue<'a>,
    sign: &'static str,
    amount: String,
    /// True for `reach`, which is an equality in a search for a value.
    reaches: bool,
    /// True for `must not`, which is a check.
    limits: bool,
}

/// Returns the query that a question for an input or for a year means.
pub(super) fn search(line: &str, names: &Vocabulary<'_>, sources: &SourceMap) -> Option<String> {
    let line = line.trim().trim_end_matches(['?', '.', '!', ' ']);
    let lower = line.to_lowercase();
    (lower.len() == line.len() && line.len() < 300 && !line.contains('{')).then_some(())?;
    // `find` without a range is Mizan, and has its own message.
    let right = lower.starts_with("find ") && parse(SourceId(0), line).diagnostics.is_empty();
    (!right).then_some(())?;
    for begin in ["when ", "in which year ", "in what year ", "from when ", "how long until "] {
        if let Some(rest) = lower.strip_prefix(begin) {
            let goal = goal(line.get(line.len() - rest.len()..)?, None, names)?;
            let years = if goal.value.years.is_empty() {
                String::new()
            } else {
                format!(" in {}", goal.value.years)
            };
            return Some(format!("show {} {} {}{years}", goal.value.text, goal.sign, goal.amount));
        }
    }
    let Some(begin) = beginning(&lower) else {
        return statement(line, names, sources);
    };
    let at_value = begin.starts_with("at ") || begin.starts_with("for ");
    let own = [" is ", " are ", " do ", " does ", " will ", " would "];
    let connectors = CONNECTORS.split(';').map(|all| all.split_once('|').unwrap_or((all, "")));
    let connectors = connectors.chain(own.iter().filter(|_| at_value).map(|own| (*own, "")));
    let found = connectors.filter_map(|(words, begins)| {
        let words = format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" "));
        Some((lower.get(begin.len() - 1..)?.find(&words)? + begin.len() - 1, words.len(), begins))
    });
    let found = found.min_by_key(|&(at, length, _)| (at, std::cmp::Reverse(length)));
    let (at, length, begins) = found?;
    let (asked, rest) = (line.get(begin.len().min(at)..at)?, line.get(at + length..)?);
    // `by how much must exports grow to reach 1 bn` is about their growth.
    let grows = LineTokens::of(asked);
    let grows = (0..grows.len()).any(|n| grows.is(n, &["grow", "growth", "rise", "increase"]));
    let subject: Vec<&str> = asked
        .split_whitespace()
        .filter(|word| !AUXILIARY.split_whitespace().any(|own| own == word.to_lowercase()))
        .filter(|word| !matches!(verb(&word.to_lowercase()), Some(Verb::Up | Verb::Down)))
        .collect();
    let subject = subject.join(" ");
    let flow = subject.to_lowercase().replace("growth rate", "").replace("growth", "");
    let flow = flow.trim().trim_start_matches("of ").trim();
    let goal = goal(&format!("{begins} {rest}"), Some(flow), names)?;
    let of = |subject: &str| {
        let words = LineTokens::of(subject);
        input(&words, words.len(), Some(goal.value.name), names, sources)
    };
    let plain = of(&subject).filter(|all| all.iter().all(|one| !one.computed));
    let growth = grows && !subject.to_lowercase().contains("growth");
    let inputs = plain.or_else(|| of(&format!("{subject} growth")).filter(|_| growth))?;
    found_by(&inputs, &goal, names)
}

/// Returns the beginning of a question for an input: `what`, `at what`, `how high must`.
fn beginning(lower: &str) -> Option<&str> {
    let found = BEGINS.iter().find(|begin| lower.starts_with(**begin));
    if let Some(begin) = found {
        return lower.get(..begin.len());
    }
    let how = lower.strip_prefix("by ").unwrap_or(lower).strip_prefix("how ")?;
    let mut words = how.split(' ');
    let (size, asks) = (words.next()?, words.next()?);
    let sized = ["high", "large", "big", "low", "much", "fast", "strong", "quickly", "small"]
        .contains(&size);
    let asked = ["must", "should", "do", "does", "would", "has", "have", "need", "can", "may"]
        .contains(&asks);
    let length = lower.len() - how.len() + size.len() + asks.len() + 2;
    (sized && asked).then_some(()).and_then(|()| lower.get(..length))
}

/// Reads `exports double by 2030`, `exports should reach 1 bn in 2035`: a search for the growth that does it.
fn statement(line: &str, names: &Vocabulary<'_>, sources: &SourceMap) -> Option<String> {
    let goal = goal(line, None, names)?;
    let Goal { value, sign, amount, .. } = &goal;
    // `imports must not exceed 300 mn USD`
    if goal.limits {
        let years = match value.years.as_str() {
            "" => String::new(),
            years => format!(" in {years}"),
        };
        return Some(format!("check {}{years} {sign} {amount}", value.text));
    }
    let growth = value.text.starts_with("growth(");
    (!value.years.is_empty() && !growth).then_some(())?;
    let words = LineTokens::of(line);
    // `double exports by 2030` is a change.
    let first = (0..words.len()).find(|&n| is_sign(&words, n)).filter(|&first| first > 0)?;
    let growth = format!("{} growth", goal.value.name);
    let elements: Vec<&str> = (0..first).filter_map(|n| names.element(words.at(n))).collect();
    let text = format!("{growth} {}", elements.join(" "));
    let words = LineTokens::of(&text);
    let inputs = input(&words, words.len(), None, names, sources)?;
    let grows = |one: &ChangedValue<'_>| one.names.iter().all(|name| name.contains(".growth"));
    inputs.iter().all(grows).then_some(())?;
    found_by(&inputs, &goal, names)
}

/// Writes the search for the inputs.
fn found_by(
    inputs: &[ChangedValue<'_>],
    goal: &Goal<'_>,
    names: &Vocabulary<'_>,
) -> Option<String> {
    let mut listed = Vec::new();
    for one in inputs {
        (!one.computed).then_some(())?;
        for name in &one.names {
            listed.push(format!("{name} in {}", range(name, one)?));
        }
    }
    (!listed.is_empty() && listed.len() <= 4).then_some(())?;
    let sign = if goal.reaches { "==" } else { goal.sign };
    let years = match goal.value.years.as_str() {
        "" => names.years.1.to_string(),
        years => years.trim_start_matches("..").to_owned(),
    };
    (sign != "==" || !years.contains([',', '.'])).then_some(())?;
    let (value, amount) = (&goal.value.text, &goal.amount);
    Some(format!("find {} so that {value} in {years} {sign} {amount}", listed.join(", ")))
}

/// Returns a wide range for an input.
fn range(name: &str, input: &ChangedValue<'_>) -> Option<String> {
    if input.percent {
        let grows = name.contains("growth");
        return Some(if grows { "-20%..100%" } else { "0%..100%" }.to_owned());
    }
    let now = input.now.as_ref()?;
    let (number, unit) = now.split_once(' ').unwrap_or((now, ""));
    let number: f64 = number.replace('_', "").parse().ok().filter(|now| *now > 0.0)?;
    Some(format!("0 {unit}..{} {unit}", number * 10.0).replace(" ..", "..").trim().to_owned())
}

/// True for a word with which the condition of a goal begins.
fn is_sign(line: &LineTokens<'_>, n: usize) -> bool {
    let word = line.lower(n);
    SIGNS.iter().any(|(own, _)| *own == word)
        || matches!(word.as_str(), "zero" | "nil" | "balanced")
        || matches!(verb(&word), Some(Verb::Times(_)))
        || is_amount(line, n)
}

/// True for the first token of an amount, which may be its minus sign.
fn is_amount(line: &LineTokens<'_>, n: usize) -> bool {
    let minus = matches!(line.at(n), "-" | "−") && line.is_spaced(n);
    let at = n + usize::from(minus);
    line.year(at).is_none() && line.at(at).starts_with(|c: char| c.is_ascii_digit())
}

/// Reads a condition in words: `exports to China reach 1 bn in 2035`, `the balance zero`. A condition without a value is
/// about `flow`.
fn goal<'a>(text: &str, flow: Option<&str>, names: &Vocabulary<'a>) -> Option<Goal<'a>> {
    const BEFORE: &str = "is are be becomes become to should must shall will would can do does did has have gets get at equal \
        exactly just of rise rises grow grows fall falls drop drops go goes up down remain remains stay stays turn turns not never always may \
        more less greater higher lower the";
    let line = LineTokens::of(text.trim());
    let text = text.trim();
    let begin = |n: usize| line.iter().nth(n).map_or(text.len(), |token| token.start);
    let n = (0..line.len()).find(|&n| is_sign(&line, n) && names.element(line.at(n)).is_none())?;
    let word = line.lower(n);
    let mut words: Vec<&str> = text.get(..begin(n))?.split_whitespace().collect();
    let down = words.iter().any(|word| {
        matches!(verb(&word.to_lowercase()), Some(Verb::Down)) || matches!(*word, "less" | "lower")
    });
    let not = words.iter().any(|word| matches!(*word, "not" | "never"));
    let must =
        words.iter().any(|word| matches!(*word, "must" | "should" | "shall" | "may" | "can"));
    let stays = words.iter().any(|word| matches!(*word, "always" | "stay" | "remain"));
    let limits = must && (not || stays);
    let at_most = |sign: &'static str| match sign {
        ">=" if not => "<",
        ">" if not => "<=",
        "<" if not => ">=",
        ">=" if down => "<=",
        ">" if down => "<",
        sign => sign,
    };
    let said = |word: &&str| BEFORE.split_whitespace().any(|own| own == word.to_lowercase());
    while words.last().is_some_and(said) {
        words.pop();
    }
    while words
        .first()
        .is_some_and(|word| said(word) || matches!(*word, "make" | "keep" | "a" | "an"))
    {
        words.remove(0);
    }
    let sign = SIGNS.iter().find(|(own, _)| *own == word).map(|(_, sign)| *sign);
    let mut at = n + usize::from(sign.is_some());
    while line.is(at, &["to", "than", "or", "a", "the", "value", "of", "level"]) {
        at += 1;
    }
    let (factor, zero) = match verb(&line.lower(at)) {
        Some(Verb::Times(factor)) => (Some(factor), false),
        _ => (None, line.is(at, &["zero", "nil", "balanced"])),
    };
    let (amount, end) = match (factor, zero) {
        (Some(_), _) | (_, true) => (None, at + 1),
        _ if is_amount(&line, at) => {
            let minus = matches!(line.at(at), "-" | "−");
            let (amount, end) = line.amount(at + usize::from(minus), names.currency);
            let sign = if minus { "-" } else { "" };
            let amount = Some(amount.text).filter(|text| text != "0");
            (amount.map(|text| format!("{sign}{text}")), end)
        }
        // `the balance is balanced`, `balance trade in 2030`
        _ => return None,
    };
    let rest = text.get(begin(end)..)?;
    let of = if words.is_empty() && !rest.trim().is_empty() && !starts_with_years(rest) {
        // `a zero balance in 2030`
        rest.to_owned()
    } else {
        // `close the deficit` names the balance already.
        let named = ["deficit", "gap", "surplus", "balance"].iter().any(|word| rest.contains(word));
        let said = match words.as_slice() {
            [] => flow?.to_owned(),
            ["balance"] if named => String::new(),
            words => words.join(" "),
        };
        format!("{said} {rest}")
    };
    let value = asked::value(&of, names)?;
    let amount = match (factor, amount) {
        (Some(factor), _) => {
            let first = asked::in_year(&value.text, &names.years.0.to_string())?;
            format!("{factor} * {first}")
        }
        (None, Some(amount)) => amount,
        (None, None) if value.money => format!("0 {}", names.currency),
        (None, None) => "0".to_owned(),
    };
    let named =
        matches!(sign, Some(">" | "<")) || matches!(word.as_str(), "least" | "most" | ">=" | "<=");
    let sign = at_most(sign.filter(|sign| *sign != "==").unwrap_or(">="));
    let equal = matches!(word.as_str(), "equal" | "equals" | "=" | "==");
    Some(Goal { value, sign, amount, reaches: (!named || equal) && !not, limits })
}

fn starts_with_years(text: &str) -> bool {
    let line = LineTokens::of(text);
    line.year(usize::from(line.is(0, &["in", "by", "until", "from", "after", "since"]))).is_some()
}
