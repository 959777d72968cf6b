//! Probabilities in words: `show chance x < 5`, `what is the probability that balance > 0 in 2030`, `P(x < 5)`.
//!
//! In: a line that asks for the chance of a condition. Out: `show probability(CONDITION)` with years and scenarios behind
//! its brackets.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::without_mistakes;
use crate::syntax::mend::words::question;

/// Words before the chance that say nothing themselves.
const BEFORE: [&str; 17] = [
    "show", "what", "is", "was", "s", "the", "a", "how", "likely", "big", "large", "print",
    "compute", "give", "me", "tell", "'",
];
/// Words for a probability.
const CHANCES: [&str; 11] = [
    "chance",
    "chances",
    "likelihood",
    "probability",
    "probabilities",
    "prob",
    "odds",
    "risk",
    "P",
    "Pr",
    "PROB",
];
/// Words for the signs of a comparison, the longer ones first.
const SIGNS: [(&[&str], &str); 14] = [
    (&["is", "less", "than"], "<"),
    (&["is", "more", "than"], ">"),
    (&["is", "greater", "than"], ">"),
    (&["falls", "below"], "<"),
    (&["drops", "below"], "<"),
    (&["is", "below"], "<"),
    (&["is", "under"], "<"),
    (&["rises", "above"], ">"),
    (&["is", "above"], ">"),
    (&["is", "over"], ">"),
    (&["is", "positive"], "> 0"),
    (&["is", "negative"], "< 0"),
    (&["exceeds"], ">"),
    (&["reaches"], ">="),
];

/// True for a text with a word for a probability and a comparison.
pub(crate) fn may_have(text: &str, context: &Context<'_>) -> bool {
    text.contains(['<', '>'])
        && CHANCES.iter().any(|word| {
            *word != "probability"
                && !context.declares(word)
                && text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|own| own == *word)
        })
}

/// Writes the chance of a condition as a query.
pub(crate) fn conditions(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut end = draft.line_end(0);
    let n = (0..end).find(|&n| !BEFORE.contains(&draft.at(n)))?;
    let how_likely = draft.find(&["how", "likely"], 0).is_some_and(|at| at < n);
    let named = CHANCES.contains(&draft.at(n)) && !context.declares(draft.at(n));
    (named || how_likely).then_some(())?;
    let mut start = n + usize::from(named || draft.at(n) == "it");
    while matches!(draft.at(start), "that" | "of" | "for" | "is" | "having" | ":") {
        start += 1;
    }
    if draft.before(end, 1) == "?" {
        end -= 1;
    }
    let bracket = draft.at(start) == "(" && start == n + 1;
    let close = if bracket { draft.close(start)? } else { end };
    let from = start + usize::from(bracket);
    let clauses = |range: std::ops::Range<usize>| {
        range.into_iter().find(|&k| match draft.at(k) {
            "in" | "by" => draft.is_number(k + 1) || draft.at(k + 1) == "last",
            "for" | "under" => context.scenarios().contains(&draft.at(k + 1)),
            _ => false,
        })
    };
    let stop = clauses(from..close).unwrap_or(close);
    let condition = condition(draft, (from, stop), context)?;
    let years =
        format!("{} {}", draft.show(stop..close), draft.show(close + usize::from(bracket)..end));
    let years = years.trim().replace("by ", "in ").replace("under ", "for ");
    let text = format!("show probability({condition}) {years}");
    draft.replace(0..draft.line_end(0), text.trim_end());
    Some("the share of draws in which a condition holds is `probability(CONDITION)`".to_owned())
}

/// Returns the condition between two positions in Mizan.
fn condition(draft: &Draft, (from, stop): (usize, usize), context: &Context<'_>) -> Option<String> {
    let word = |n: usize, words: &[&str]| {
        words.iter().enumerate().all(|(k, word)| draft.at(n + k) == *word)
    };
    let worded = (from + 1..stop).find_map(|n| {
        let (words, sign) = SIGNS.iter().find(|(words, _)| word(n, words))?;
        Some((n, n + words.len(), (*sign).to_owned()))
    });
    let signed = ["<=", ">=", "<", ">"].iter().find_map(|sign| {
        let n = draft.outside(sign, from).filter(|&n| n < stop)?;
        Some((n, n + 1, (*sign).to_owned()))
    });
    let (end, next, sign) = signed.or(worded)?;
    let value = draft.show(from..end);
    let value = match without_mistakes(&format!("show {value}")) {
        Some(_) => value,
        None => {
            let mut asked = Draft::of(&format!("show {value}"));
            question::natural(&mut asked, context)?;
            asked.text().strip_prefix("show ")?.to_owned()
        }
    };
    Some(format!("{value} {sign} {}", draft.show(next..stop)).trim_end().to_owned())
}
