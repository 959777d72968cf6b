//! The last question: asked again in another form, or kept in the model.
//!
//! In: a query that was answered. Out: its text, which asks the same when it is a line of a script.

use super::enter::Session;
use super::outcome::{Failure, LineOutcome};
use super::question::LastQuestion;
use super::state::{asked_of, build, follows_scenario};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Item, ItemKind};

impl Session {
    /// Returns the value of the last question, with its clauses; `None` before any question, and for a question of
    /// another form. `years` is false to leave out a single year.
    pub fn last_value(&self, years: bool) -> Option<String> {
        let question = self.question.as_ref()?.text();
        let words = ["show ", "chart ", "why "];
        let value = words.iter().find_map(|word| question.strip_prefix(word))?;
        Some(if years { value.to_owned() } else { without_year(value) })
    }

    /// Adds the last query to the model.
    pub fn keep(&mut self) -> LineOutcome {
        match self.question.clone() {
            None => LineOutcome::impossible(
                Diagnostic::error(Code::NothingAsked, "nothing has been asked yet")
                    .help("ask something first: `show balance[China]`"),
            ),
            Some(question) => self.try_keep(&question).unwrap_or_else(LineOutcome::refused),
        }
    }

    fn try_keep(&mut self, question: &LastQuestion) -> Result<LineOutcome, Failure> {
        let written = question.written();
        let same = |line: &&String| self.asks_same(line, question.scenario());
        let text = written.iter().find(same).or(written.last()).map_or("", String::as_str);
        if self.now.document.has(text) {
            let line = format!("the model already has `{text}`");
            return Ok(LineOutcome::said(vec![line]));
        }
        let (mut document, parsed) = self.read(text)?;
        document.take_up(parsed, text);
        let built = build(&document, &[], &self.run)?;
        self.step_to(document, built);
        let mut line = format!("kept: {text}");
        if let Some(simulation) = self.run.simulation {
            line.push_str(&format!(
                " (draws are not kept: run the file with `--draws {}`)",
                simulation.draws
            ));
        }
        Ok(LineOutcome { changed: true, ..LineOutcome::said(vec![line]) })
    }

    /// True if a line is one query that asks `scenario`, whatever the session asks.
    fn asks_same(&self, line: &str, scenario: Option<&str>) -> bool {
        let Ok((document, parsed)) = self.read(line) else { return false };
        let [Item { kind: ItemKind::Query(query), .. }] = parsed.file.items.as_slice() else {
            return false;
        };
        let named = query.scope.scenarios.as_ref().and_then(Option::as_deref);
        let asks = match (named, scenario) {
            (Some([name]), Some(scenario)) => name.text == scenario,
            (None, None) => true,
            (_, None) => !follows_scenario(&query.ask) || query.scope.scenarios.is_some(),
            _ => false,
        };
        asks && document.check(&asked_of(parsed.file.items, None)).model.is_some()
    }
}

/// Removes the clause `in 2030` from a question.
fn without_year(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let is_year = |word: &str| word.len() == 4 && word.chars().all(|c| c.is_ascii_digit());
    let at = words.windows(2).rposition(|pair| matches!(pair, ["in", year] if is_year(year)));
    match at {
        Some(at) => [words.get(..at), words.get(at + 2..)]
            .into_iter()
            .flatten()
            .flatten()
            .copied()
            .collect::<Vec<_>>()
            .join(" "),
        None => text.to_owned(),
    }
}
