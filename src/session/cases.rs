//! Values of one scenario, chosen by a condition: `if scenario == boom { rate = 5% }`, `var z = if scenario == boom then 1
//! else 2`.
//!
//! In: the mistakes of a text. Out: the same mistakes; a line with such a condition has edits that put the value of the
//! scenario into its braces.

use super::line_tokens::LineTokens;
use crate::diagnostic::{Code, Diagnostic, edit_in_words};
use crate::source::{SourceId, Span};

const MESSAGE: &str =
    "a scenario has its changes in its own braces; no expression asks which scenario is run";

/// Replaces the mistakes of lines that ask for the scenario. `again` returns the mistakes of a changed text.
pub(super) fn cases(
    found: &mut Vec<Diagnostic>,
    source: SourceId,
    text: &str,
    again: &impl Fn(&str) -> Vec<Diagnostic>,
) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let place = start..start + line.trim_end().len();
        start += line.len();
        let Some(case) = line.contains("scenario").then(|| Case::read(line.trim())).flatten()
        else {
            continue;
        };
        let here = |one: &Diagnostic| {
            let near = |span: Span| {
                let range = span.range();
                span.source == source && range.start + 1 >= place.start && range.start <= place.end
            };
            one.is_error() && one.span().is_some_and(near)
        };
        if !found.iter().any(here) {
            continue;
        }
        let edits = case.edits(text, &place);
        let mut whole = text.to_owned();
        for (range, new) in &edits {
            whole.replace_range(range.clone(), new);
        }
        let left = again(&whole).iter().filter(|one| one.is_error()).count();
        if left >= found.iter().filter(|one| one.is_error()).count() {
            continue;
        }
        let help = match case.otherwise.as_str() {
            "" => format!("write `{}` in the braces of `{}`", case.change, case.scenario),
            line => format!(
                "write `{line}`, and `{}` in the braces of `{}`",
                case.change, case.scenario
            ),
        };
        let help = match edits.as_slice() {
            [(_, only)] => edit_in_words(line.trim_end(), only),
            _ => help,
        };
        let label = Span::new(source, place.start, place.end);
        let mut one = Diagnostic::error(Code::Syntax, MESSAGE)
            .at(label, "Mizan writes this differently")
            .help(help);
        for (range, new) in edits {
            one = one.fix(Span::new(source, range.start, range.end), new);
        }
        let at = found.iter().position(here).unwrap_or_default();
        found.retain(|one| !here(one));
        found.insert(at.min(found.len()), one);
    }
}

/// A line with a condition on the scenario.
struct Case {
    scenario: String,
    /// The change in the scenario.
    change: String,
    /// The line for all other scenarios; empty for a line without another value.
    otherwise: String,
}

impl Case {
    fn read(line: &str) -> Option<Self> {
        let read = LineTokens::of(line);
        let n = (0..read.len()).find(|&n| {
            read.is(n, &["if", "when"])
                && read.is(n + 1, &["scenario"])
                && !read.at(n + 3).is_empty()
        })?;
        let begin = |n: usize| read.iter().nth(n).map_or(line.len(), |token| token.start);
        let other = read.is(n + 2, &["!="]);
        (other || read.is(n + 2, &["==", "=", "is"])).then_some(())?;
        let scenario = read.at(n + 3).trim_matches('"').to_owned();
        let body = line.get(begin(n + 5)..)?.trim();
        if n == 0 {
            let change = match read.at(n + 4) {
                "{" => body.strip_suffix('}')?.trim(),
                "then" | ":" => body,
                _ => return None,
            };
            let plain = !other && change.contains('=') && !change.contains(" else ");
            return plain.then(|| Self {
                scenario,
                change: change.to_owned(),
                otherwise: String::new(),
            });
        }
        // `var z: mn USD = if scenario == boom then A else B`
        let head = line.get(..begin(n))?.trim_end().strip_suffix('=')?.trim_end();
        (read.is(n + 4, &["then"]) && !head.contains('[') && n > 1).then_some(())?;
        let (own, rest) = body.rsplit_once(" else ")?;
        let (own, rest) = if other { (rest, own) } else { (own, rest) };
        let name = read.at(usize::from(read.is(0, &["var", "param"])));
        Some(Self {
            scenario,
            change: format!("{name} = {}", own.trim()),
            otherwise: format!("{head} = {}", rest.trim()),
        })
    }

    /// Returns the edits, the last one first: those of the line at `place`, and of the scenario's braces.
    fn edits(
        &self,
        text: &str,
        place: &std::ops::Range<usize>,
    ) -> Vec<(std::ops::Range<usize>, String)> {
        let head = format!("scenario {}", self.scenario);
        let own = |&(at, _): &(usize, &str)| {
            let rest = text.get(at + head.len()..).unwrap_or_default();
            let before = text.get(..at).unwrap_or_default();
            (before.is_empty() || before.ends_with('\n')) && rest.starts_with([' ', '{', '\n'])
        };
        let close = text.match_indices(&head).find(own).and_then(|(at, _)| closing(text, at));
        let Some(close) = close else {
            let new = format!("scenario {} {{ {} }}", self.scenario, self.change);
            let new = match self.otherwise.as_str() {
                "" => new,
                line => format!("{line}\n{new}"),
            };
            return vec![(place.clone(), new)];
        };
        let before = text.get(..close).unwrap_or_default();
        let inner = before.trim_end();
        let separator =
            match (inner.ends_with('{'), before.contains('\n') && before.ends_with('\n')) {
                (true, _) => " ",
                (false, true) => "\n  ",
                (false, false) => ", ",
            };
        let new = format!("{separator}{}", self.change);
        let mut edits =
            vec![(place.clone(), self.otherwise.clone()), (inner.len()..inner.len(), new)];
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        edits
    }
}

/// Returns the offset of the brace that closes the first one after `at`.
fn closing(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, c) in text.get(at..)?.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(at + offset),
            '}' => depth = depth.saturating_sub(1),
            '\n' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}
