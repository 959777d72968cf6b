//! Questions about a change: `what happens to the balance if exports grow by 3% a year?`, `what if the duty were 5%`.
//!
//! In: a line in words. Out: its two parts, the change and what is asked, each in words of its own.

/// Name of the scenario that has the change.
pub(super) const SCENARIO: &str = "what_if";

/// Words of the question that name no value.
const EMPTY: &str = "what how much would will could should happens happen happened to the a an be is are does do did change \
    changes of effect impact on become look like show me rise fall grow drop move our it by then compare if in";

/// The two parts of a question about a change.
pub(super) struct WhatIf<'t> {
    /// The change, as a sentence.
    pub(super) change: &'t str,
    /// What is asked, as a query in words; empty if the line names no value.
    pub(super) asked: String,
}

/// Divides a line into the change and what is asked; `None` for another line.
pub(super) fn divided(line: &str) -> Option<WhatIf<'_>> {
    let line = line.trim().trim_end_matches(['?', '.', '!']);
    let lower = line.to_lowercase();
    (lower.len() == line.len()).then_some(())?;
    // `if the duty is 0, what is the balance?`
    if lower.starts_with("if ") {
        let at = lower.find(", ")?;
        let (change, asked) = (line.get(3..at)?, line.get(at + 2..)?);
        let asks =
            ["what", "how", "show"].iter().any(|word| asked.to_lowercase().starts_with(word));
        return asks.then(|| WhatIf { change, asked: named(asked) });
    }
    let begins = ["what", "how", "show ", "and what", "compare what"];
    begins.iter().any(|word| lower.starts_with(word)).then_some(())?;
    let at = lower.find(" if ")?;
    let (asked, change) = (line.get(..at)?, line.get(at + 4..)?);
    // `what if the duty is 0 then show imports`
    let last = [" then show ", ", show ", " then "].into_iter();
    let last = last.filter_map(|word| change.split_once(word)).next();
    let (change, asked) = last.filter(|_| named(asked).is_empty()).unwrap_or((change, asked));
    Some(WhatIf { change, asked: named(asked) })
}

/// Returns the words of a question that name a value, with its elements and years.
fn named(asked: &str) -> String {
    let empty = |word: &str| EMPTY.split_whitespace().any(|own| own == word.to_lowercase());
    let words: Vec<&str> = asked.split_whitespace().filter(|word| *word != "?").collect();
    if words.iter().all(|word| empty(word)) {
        return String::new();
    }
    // A preposition before an element keeps its meaning.
    let first = words.iter().position(|word| !empty(word)).unwrap_or_default();
    let last = words.iter().rposition(|word| !empty(word)).unwrap_or_default();
    words.get(first..=last).map_or(String::new(), |words| words.join(" "))
}
