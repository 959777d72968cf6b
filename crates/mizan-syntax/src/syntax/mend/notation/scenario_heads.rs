//! Scenarios with another head than Mizan's: `scenario both = reform and boom { }`, `from 2027 { ... }` inside one.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::bodies::{entries, entries_between, is_scenario, reference_end};
use crate::syntax::mend::words::when;
use crate::syntax::token::TokenKind;

/// Words for a scenario in other programs.
const WORDS: [&str; 14] = [
    "policy",
    "case",
    "alternative",
    "simulation",
    "experiment",
    "variant",
    "option",
    "shock",
    "counterfactual",
    "package",
    "reform",
    "run",
    "assumptions",
    "story",
];

/// Words between the names of scenarios that are combined.
const JOINS: [&str; 26] = [
    "=",
    ":",
    "+",
    "&",
    ",",
    "and",
    "plus",
    "is",
    "are",
    "extends",
    "combines",
    "combining",
    "combined",
    "combine",
    "combination",
    "from",
    "of",
    "with",
    "on",
    "top",
    "includes",
    "including",
    "inherits",
    "both",
    "sum",
    "the",
];

/// Writes `scenario` for another word before a name and changes: `policy reform { duty.rate = 0% }`.
pub(crate) fn words(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let word = draft.at(0).to_lowercase();
    (WORDS.contains(&word.as_str()) && draft.is_name(1)).then_some(())?;
    let open = draft.find(&["{"], 2).filter(|&open| open < 6)?;
    // The fields of a lever have a colon.
    let changes = |n: usize| {
        matches!(draft.at(n), "}" | "without")
            || matches!(draft.at(reference_end(draft, n)), "=" | "+=" | "-=" | "*=")
    };
    let first = (open + 1..draft.len()).find(|&n| draft.kind(n) != Some(TokenKind::LineEnd))?;
    changes(first).then_some(())?;
    let message = format!("a set of changes is a `scenario`, not a `{}`", draft.at(0));
    draft.replace(0..1, "scenario");
    Some(message)
}

/// Names the scenarios that are combined after `extends`: `scenario both = reform and boom { }`, `scenario a + boom { }`.
pub(crate) fn combined(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    is_scenario(draft).then_some(())?;
    let open = draft.find(&["{"], 0).unwrap_or_else(|| draft.line_end(0));
    let known = context.scenarios();
    let own = draft.at(1).to_owned();
    let joins = |n: usize| JOINS.contains(&draft.at(n).to_lowercase().as_str());
    let is_title = |n: usize| draft.kind(n) == Some(TokenKind::Text);
    let fits = (2..open).all(|n| joins(n) || is_title(n) || known.contains(&draft.at(n)));
    let mut names: Vec<String> = (2..open)
        .map(|n| draft.at(n))
        .filter(|name| known.contains(name) && *name != own)
        .map(str::to_owned)
        .collect();
    (fits && !names.is_empty()).then_some(())?;
    let title = (2..open).find(|&n| is_title(n)).map(|n| format!(" {}", draft.at(n)));
    // `scenario reform + boom { }` has no name of its own.
    let declared = known.iter().filter(|name| **name == own).count() > 1;
    let name = if declared && draft.at(2) != "=" {
        names.insert(0, own);
        names.join("_and_")
    } else {
        own
    };
    let body = if open < draft.len() && draft.at(open) == "{" { "" } else { " { }" };
    let text = format!("{name} extends {}{}{body}", names.join(", "), title.unwrap_or_default());
    (text != draft.show(1..open)).then_some(())?;
    draft.replace(1..open, &text);
    Some("a scenario takes over others with `extends`, behind its name".to_owned())
}

/// Writes the years before braces inside a scenario behind each change: `from 2027 { duty.rate = 0%, oil = 90 USD }`.
pub(crate) fn years(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    is_scenario(draft).then_some(())?;
    let mut found = false;
    for start in entries(draft).into_iter().rev() {
        let Some((years, stop)) = condition(draft, start).or_else(|| when::phrase(draft, start))
        else {
            continue;
        };
        let open = stop + usize::from(matches!(draft.at(stop), ":" | "then"));
        if draft.at(open) != "{" {
            continue;
        }
        let close = draft.close(open)?;
        let mut changes = Vec::new();
        for entry in entries_between(draft, open, close) {
            let end = when::entry_end(draft, entry).min(close);
            let change = draft.show(entry..end);
            if change.is_empty() {
                continue;
            }
            when::is_operator(draft, reference_end(draft, entry)).then_some(())?;
            let own = (entry..end).any(|n| matches!(draft.at(n), "in" | "over"));
            changes.push(if own { change } else { format!("{change} in {years}") });
        }
        (!changes.is_empty()).then_some(())?;
        draft.replace(start..close + 1, &changes.join(", "));
        found = true;
    }
    found.then(|| when::MESSAGE.to_owned())
}

/// Reads a condition on the year, `if t >= 2027`, as the years of a change.
fn condition(draft: &Draft, n: usize) -> Option<(String, usize)> {
    let begins = matches!(draft.at(n), "if" | "when") && matches!(draft.at(n + 1), "t" | "year");
    begins.then_some(())?;
    let year: i32 = draft.at(n + 3).parse().ok().filter(|_| draft.is_number(n + 3))?;
    let years = match draft.at(n + 2) {
        ">=" => format!("{year}..last"),
        ">" => format!("{}..last", year + 1),
        "<=" => format!("first..{year}"),
        "<" => format!("first..{}", year - 1),
        "=" | "==" => year.to_string(),
        _ => return None,
    };
    Some((years, n + 4))
}
