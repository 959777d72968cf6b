//! Questions that need more than a table: a change and its effect, a search for an input, several values of an input.
//!
//! In: a line in words. Out: the lines in Mizan that answer it.

use super::asked;
use super::effect::{Effect, effect};
use super::indicator::indicator;
use super::search::search;
use super::sentence::sentences;
use super::vary::varied;
use super::vocabulary::Vocabulary;
use super::what_if;
use crate::source::SourceMap;

const CHANGE: &str = "a change is asked with a scenario and a comparison";
const SEARCH: &str =
    "an input for which a condition holds is asked with `find`, and when it holds with `show`";
const VALUES: &str =
    "a value at several values of an input is asked with `sweep`, or with a scenario for each";
const INDICATOR: &str = "an indicator is asked with its formula or its function";
/// The messages of these questions.
pub(super) const MESSAGES: [&str; 4] = [CHANGE, SEARCH, VALUES, INDICATOR];

/// A question in Mizan.
pub(super) struct Inquiry {
    /// The message that says how Mizan writes the question.
    pub(super) message: &'static str,
    pub(super) text: String,
    /// Another meaning of the question.
    pub(super) note: Option<String>,
}

/// Returns the lines that a question means.
pub(super) fn inquire(
    line: &str,
    names: &mut Vocabulary<'_>,
    sources: &SourceMap,
) -> Option<Inquiry> {
    // A line of Mizan begins with no such word; a scenario has its own sentences.
    let first = line.split_whitespace().next()?;
    (!matches!(first, "scenario" | "#" | "param" | "var" | "set" | "years" | "use"))
        .then_some(())?;
    if let Some(text) = varied(line, names, sources) {
        return Some(Inquiry { message: VALUES, text, note: None });
    }
    if let Some(question) = what_if::divided(line) {
        return changed(question.change, &question.asked, names, sources);
    }
    if let Some(text) = indicator(line, names) {
        return Some(Inquiry { message: INDICATOR, text, note: None });
    }
    match effect(line, names) {
        Some(Effect::Lines(text)) => return Some(Inquiry { message: CHANGE, text, note: None }),
        Some(Effect::Change(change, asked)) => return changed(change, asked, names, sources),
        None => {}
    }
    let text = search(line, names, sources).filter(|_| !gives_value(line))?;
    Some(Inquiry { message: SEARCH, text, note: None })
}

/// True for a line that gives a value, `imports[China, food] = 30 mn USD in 2027`: it asks nothing.
fn gives_value(line: &str) -> bool {
    let Some((left, right)) = line.split_once('=') else { return false };
    let name = left.split('[').next().unwrap_or_default().trim_end();
    let one = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    one && !name.is_empty() && !right.starts_with('=')
}

/// Writes a scenario with a change, and a comparison with it.
fn changed(
    change: &str,
    asked: &str,
    names: &mut Vocabulary<'_>,
    sources: &SourceMap,
) -> Option<Inquiry> {
    let change = sentences(change, false, names, sources)?;
    let value = if asked.is_empty() { names.usual()? } else { asked };
    let name = names.free(what_if::SCENARIO);
    let asked = format!("compare {value} for {}", what_if::SCENARIO);
    names.scenarios.push(what_if::SCENARIO);
    let query = |asked: &str| asked::query(asked, names, false).map(|asked| asked.text);
    let query = query(&asked).or_else(|| query(&asked.replace("compare ", "compare total ")));
    names.scenarios.pop();
    let query = query.unwrap_or(asked).replace(what_if::SCENARIO, &name);
    let text = format!("scenario {name} {{ {} }}\n{query}", change.lines.join(", "));
    Some(Inquiry { message: CHANGE, text, note: change.note })
}
