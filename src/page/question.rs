//! Questions of the page about a script: the origin of a value, and the contribution of each change.

use serde_json::{Value, json};

use super::changes::{Changed, files};
use super::message::{CompareAsk, WhyAsk};
use super::problems::{refusal, shown};
use super::write::scenario;
use crate::analysis::answer_until;
use crate::engine::Stop;
use crate::report::page_parts;
use crate::results::Report;
use crate::session::{Program, QUESTION, Reach, load_asking, load_used};

/// Name and title of the scenario that holds the reader's changes.
const CHANGED: (&str, &str) = ("changed", "Changed on the page");

/// Answers a request to trace a value, or its difference from another scenario, to inputs.
pub(super) fn why(ask: &WhyAsk, below: &Reach, stop: &Stop) -> Value {
    let changed = match Changed::of(&ask.script) {
        Ok(changed) => changed,
        Err(problem) => return refusal(&problem),
    };
    let WhyAsk { of, scenario, year, to, width, script } = ask;
    let to = to.as_ref().map_or(String::new(), |to| format!(" to {to}"));
    let question = format!("why {of} for {scenario}{to} in {year}");
    asked(&script.name, &changed.text, &files(script, below), &question, *width, stop)
}

/// Compares a value in all scenarios with the baseline, with what each change contributes. The changes of the reader
/// are a scenario of their own.
pub(super) fn compare(ask: &CompareAsk, below: &Reach, stop: &Stop) -> Value {
    let (script, reach) = (&ask.script, files(&ask.script, below));
    let mut text = script.text.clone();
    if !script.changes.is_empty() {
        let program = load_used(&script.name, &script.text, &reach, &[]);
        let name = free_name(&program, CHANGED.0);
        match scenario(&program, script, &name, CHANGED.1) {
            Ok(new) => text = new.text,
            Err(problem) => return refusal(&problem),
        }
    }
    let question = format!("compare {} for all to baseline by lever in {}", ask.of, ask.year);
    asked(&script.name, &text, &reach, &question, ask.width, stop)
}

/// Returns a name that no scenario, lever or quantity of a program has: `stem`, or else `stem_2` and so on.
pub(super) fn free_name(program: &Program, stem: &str) -> String {
    let texts: Vec<&str> = program.sources.added().map(|file| &*file.text).collect();
    let is_free = |name: &String| !texts.iter().any(|text| text.contains(name.as_str()));
    let numbered = (2..1000).map(|number| format!("{stem}_{number}"));
    std::iter::once(stem.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

/// Answers one query in place of the queries of the script.
fn asked(name: &str, text: &str, files: &Reach, question: &str, width: f64, stop: &Stop) -> Value {
    let (program, report) = report(name, text, files, question, stop);
    let mut answer = json!({ "question": question });
    if let Some(report) = report {
        let parts = page_parts(&report, width, false);
        answer["html"] = json!(format!("{}{}", parts.outcome, parts.answers.concat()));
        answer["scenarios"] = json!(report.scenarios);
    }
    let text = Changed::with(text, &[]).ok();
    answer["diagnostics"] = shown(&program.diagnostics, &program.sources, text.as_ref());
    answer
}

/// Loads a script with one question and answers it; drops the script's warnings, because without its own queries
/// much of a script is unused.
pub(super) fn report(
    name: &str,
    text: &str,
    files: &Reach,
    question: &str,
    stop: &Stop,
) -> (Program, Option<Report>) {
    let mut program = load_asking(name, text, files, &[], question);
    let Program { diagnostics, sources, .. } = &mut program;
    diagnostics.retain(|found| {
        let place = found.span().map(|span| sources.file(span.source));
        found.is_error() || place.is_some_and(|place| *place.name == *QUESTION)
    });
    let Some(model) = &program.model else { return (program, None) };
    match answer_until(model, None, &|share| stop.note_done(share), stop) {
        Ok(report) => (program, Some(report)),
        Err(problem) => {
            program.diagnostics.push(problem);
            (program, None)
        }
    }
}
