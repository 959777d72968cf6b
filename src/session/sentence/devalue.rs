//! A change of the exchange rate in words: `devalue the currency by 10% in 2026`, `depreciation of 10% against China`.
//!
//! In: the tokens of a sentence. Out: a lever of the kind `exchange_rate`, if the script's libraries have one.

use super::super::line_tokens::LineTokens;
use super::super::verbs::{Verb, verb};
use super::super::vocabulary::Vocabulary;
use super::Changes;

/// The lever of the trade library.
const KIND: &str = "exchange_rate";
/// Words beside the verb that add nothing: the currency by any of its names, and what joins words.
const BESIDE: &str = "the a an of our by in from to with against for and let what if there is be are suppose assume that gets \
    becomes loses falls exchange rate currency money real nominal national local domestic home effective rates manat lira \
    lari som tenge rouble ruble euro yuan peso rupee dinar dollar usd eur value its over until loses lost gains gained slides climbs krona zloty forint rand baht rupiah hryvnia leu shekel gradually permanently \
    temporarily again us we government central bank one it during starting";

/// Returns the lever that a sentence about the exchange rate means.
pub(super) fn devaluation(text: &str, names: &Vocabulary<'_>) -> Option<Changes> {
    let line = LineTokens::of(text);
    let falls = (0..line.len()).find_map(|n| direction(&line.lower(n)));
    let falls = falls.or_else(|| moved_money(&line, names))?;
    names.kinds.iter().find(|kind| kind.name.text == KIND)?;
    let (mut amount, mut years, mut elements) = (None, Vec::new(), Vec::new());
    let mut words = Vec::new();
    let mut n = 0;
    while n < line.len() {
        if let Some(year) = line.year(n) {
            years.push(year);
        } else if line.at(n).starts_with(|c: char| c.is_ascii_digit()) {
            let (found, end) = line.amount(n, names.currency);
            found.share().filter(|_| amount.is_none())?;
            amount = Some(found.text);
            n = end;
            continue;
        } else if let Some(element) = names.element(line.at(n)) {
            elements.push(element);
        } else if !matches!(line.at(n), ".." | "-" | "," | "?" | "." | "=" | ":") {
            let word = line.lower(n);
            let known = direction(&word).is_some()
                || matches!(verb(&word), Some(Verb::Up | Verb::Down))
                || line.at(n) == names.currency
                || BESIDE.split_whitespace().any(|own| own == word);
            known.then(|| words.push(word))?;
        }
        n += 1;
    }
    let amount = amount?;
    let said = |word: &str| words.iter().any(|own| own == word);
    let (first, last) = names.years;
    let sign = if falls { "" } else { "-" };
    let moves = said("over") || said("gradually") || said("by") && by_year(&line);
    let value = match years.as_slice() {
        [] if first < last => format!("0% then {sign}{amount} from {}", first + 1),
        [end] if moves => format!("0% -> {sign}{amount} over {first}..{end}"),
        [end] if said("until") => {
            format!("0% then {sign}{amount} from {} then 0% from {}", first + 1, end + 1)
        }
        [start] if *start > first => format!("0% then {sign}{amount} from {start}"),
        [start, end] if moves && start < end => format!("0% -> {sign}{amount} over {start}..{end}"),
        [start, end] if start < end && *start > first && *end < last => {
            format!("0% then {sign}{amount} from {start} then 0% from {}", end + 1)
        }
        [start, end] if start < end && *start > first => {
            format!("0% then {sign}{amount} from {start}")
        }
        _ => return None,
    };
    let head = match elements.as_slice() {
        [] => String::new(),
        all => format!(" with {}", all.join(", ")),
    };
    let name = names.free(if falls { "weaker" } else { "stronger" });
    let lever =
        format!("{KIND} {name}{head} {{ depreciation: {value}, import_pass_through: 80% }}");
    let note = "`depreciation` is the rise of the price of foreign money; `import_pass_through`, its share that \
                reaches import prices, has no default: 80% is an example";
    Some(Changes {
        lines: vec![lever],
        note: Some(note.to_owned()),
        certain: true,
        baseline: false,
    })
}

/// True for a word that makes the currency cheaper, false for one that makes it dearer.
fn direction(word: &str) -> Option<bool> {
    let begins = |stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem));
    if begins(&["devalu", "depreciat", "weaken"]) {
        return Some(true);
    }
    begins(&["revalu", "appreciat", "strengthen"]).then_some(false)
}

/// Reads `the manat loses 10%`: true if money becomes cheaper. A rate that falls says too little.
fn moved_money(line: &LineTokens<'_>, names: &Vocabulary<'_>) -> Option<bool> {
    const MONEY: [&str; 22] = [
        "currency", "manat", "lira", "lari", "som", "tenge", "rouble", "ruble", "euro", "yuan",
        "peso", "rupee", "dinar", "krona", "zloty", "forint", "rand", "baht", "rupiah", "hryvnia",
        "leu", "shekel",
    ];
    let money = |n: usize| line.is(n, &MONEY) && !names.is_name(line.at(n));
    let n = (0..line.len().min(4)).find(|&n| money(n))?;
    match line.lower(n + 1).as_str() {
        "loses" | "lost" | "falls" | "fell" | "drops" | "declines" | "slides" => Some(true),
        "gains" | "gained" | "rises" | "rose" | "climbs" => Some(false),
        _ => None,
    }
}

/// True for `by 2030`, a year until which the exchange rate moves.
fn by_year(line: &LineTokens<'_>) -> bool {
    (0..line.len()).any(|n| line.is(n, &["by"]) && line.year(n + 1).is_some())
}
