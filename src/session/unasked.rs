//! Scenarios that an edit adds and that no query asks for: the edit asks for them too.
//!
//! In: mistakes with edits. Out: the same mistakes; an edit that adds a scenario also adds `for all` to a query, because
//! a table of the baseline alone would show no change.

use super::follow::edited;
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::{SourceId, Span};
use crate::syntax::token::{TokenKind, tokens};

/// Maximum number of mistakes that are completed, because each needs the text to be read again.
const MOST: usize = 3;

/// A query of the text, and the same query with `for all`.
struct Query {
    place: Span,
    with_all: String,
}

/// Completes edits that add a scenario. `again` returns the mistakes of a changed text.
pub(super) fn ask(
    found: &mut [Diagnostic],
    source: SourceId,
    text: &str,
    again: impl Fn(&str) -> Vec<Diagnostic>,
) {
    let names = |text: &str, name: &str| {
        let after = |word| text.contains(&format!("{word} {name}"));
        after("scenario") || after("for")
    };
    let mut tried = 0;
    for one in found.iter_mut().filter(|one| one.is_error()) {
        let Some(name) = one.fixes.iter().find_map(|fix| added(&fix.replacement)) else { continue };
        if names(text, name) || text.contains(" for all") || tried == MOST {
            continue;
        }
        tried += 1;
        let free = |query: &Query| !one.fixes.iter().any(|fix| overlap(fix.span, query.place));
        let Some(query) = queries(text, source).find(free) else { continue };
        let mut fixes = one.fixes.clone();
        fixes.push(Fix { span: query.place, replacement: query.with_all.clone() });
        let before = errors(&again(&edited(text, 0, one.fixes.iter())));
        if errors(&again(&edited(text, 0, fixes.iter()))) > before {
            continue;
        }
        one.fixes = fixes;
        if let Some(help) = one.help.first_mut() {
            help.push_str(&format!("\nand show it: `{}`", query.with_all));
        }
    }
}

fn errors(found: &[Diagnostic]) -> usize {
    found.iter().filter(|one| one.is_error()).count()
}

fn overlap(one: Span, other: Span) -> bool {
    one.source == other.source && one.start < other.end && other.start < one.end
}

/// Returns the name of the scenario that an edit adds, if no query of the edit asks for it.
fn added(edit: &str) -> Option<&str> {
    let line = edit.lines().find_map(|line| line.trim_start().strip_prefix("scenario "))?;
    let name = line.split([' ', '{']).next()?;
    let asked = [" for all".to_owned(), format!(" for {name}")];
    (!asked.iter().any(|clause| edit.contains(clause))).then_some(name)
}

/// Returns the tables and charts of a text that name no scenarios.
fn queries(text: &str, source: SourceId) -> impl Iterator<Item = Query> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        let query = ["show ", "chart "].iter().any(|word| line.starts_with(word));
        let with_all = query.then(|| with_all(line.trim_end())).flatten()?;
        let place = Span::new(source, at, at + line.trim_end().len());
        Some(Query { place, with_all })
    })
}

/// Writes `for all` behind the values of a query.
fn with_all(line: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut end = line.len();
    for token in tokens(line) {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 {
            continue;
        }
        match token.text {
            "for" => return None,
            "in" | "by" | "with" | "digits" | "above" => {
                end = token.start;
                break;
            }
            _ if token.kind == TokenKind::Comment => {
                end = token.start;
                break;
            }
            _ => {}
        }
    }
    let (values, clauses) = (line.get(..end)?.trim_end(), line.get(end..)?);
    let space = if clauses.is_empty() { "" } else { " " };
    Some(format!("{values} for all{space}{clauses}"))
}

#[cfg(test)]
mod tests {
    use super::{added, with_all};

    #[test]
    fn for_all_comes_behind_the_values_of_a_query() {
        let all = |line| with_all(line).unwrap_or_default();
        assert_eq!(all("show x"), "show x for all");
        assert_eq!(
            all("show sum(s in sector: x[s]) in 2030"),
            "show sum(s in sector: x[s]) for all in 2030"
        );
        assert_eq!(all("show x as \"X\", y # both"), "show x as \"X\", y for all # both");
        assert_eq!(with_all("show x for free"), None);
    }

    #[test]
    fn a_scenario_that_the_edit_asks_for_is_none() {
        assert_eq!(added("scenario low { x = 5 }"), Some("low"));
        assert_eq!(added("scenario low { x = 5 }\nshow x for low"), None);
        assert_eq!(added("param x = 5"), None);
    }
}
