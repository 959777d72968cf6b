//! The answers of the script's queries, as charts, tables and sentences.

use serde_json::{Value, json};

use super::changes::{Changed, files};
use super::message::{RunAsk, unreadable};
use super::problems::{refusal, shown};
use crate::analysis::{answer_until, simulation};
use crate::engine::Stop;
use crate::model::{Ask, Query};
use crate::report::{self, page_parts};
use crate::results::{Answer, RunOptions};
use crate::session::{Program, Reach, load_asking, load_used, narrow};

/// Maximum number of draws that the page may ask for.
const MOST_DRAWS: u64 = 1_000_000;

/// Answers a request to run a script and answer its queries.
pub(super) fn run(ask: &RunAsk, below: &Reach, stop: &Stop) -> Value {
    let options = ask.options.clone().unwrap_or_else(|| RunOptions {
        scenarios: ask.scenarios.clone(),
        draws: ask.draws,
        seed: ask.seed,
        sampling: "plain".to_owned(),
        ..RunOptions::default()
    });
    if options.draws > MOST_DRAWS {
        return refusal(&unreadable(&format!("more than {MOST_DRAWS} draws")));
    }
    let changed = match Changed::of(&ask.script) {
        Ok(changed) => changed,
        Err(problem) => return refusal(&problem),
    };
    let reach = files(&ask.script, below);
    let name = &ask.script.name;
    let mut program = match options.question.as_str() {
        "" => load_used(name, &changed.text, &reach, &options.set),
        question => load_asking(name, &changed.text, &reach, &options.set, question),
    };
    let numbers = queries(&mut program, ask);
    let mut answer = json!({});
    if narrow(&mut program, &options.scenarios, options.years)
        && let Some(model) = &program.model
    {
        let done = |share| stop.note_done(share);
        match answer_until(model, simulation(&options).as_ref(), &done, stop) {
            Ok(report) => {
                let parts = page_parts(&report, ask.width, options.errors);
                let answers = report.answers.iter().zip(&parts.answers).zip(&numbers);
                let answers = answers.map(|((answer, html), number)| {
                    json!({ "number": number, "query": word(answer), "html": html })
                });
                answer = json!({
                    "scenarios": report.scenarios,
                    "outcome": parts.outcome,
                    "answers": answers.collect::<Vec<_>>(),
                    "checks": parts.checks,
                    "sampling": report.sampling,
                });
                if ask.json {
                    answer["json"] = json!(report::json(&report));
                }
                program.diagnostics.extend(report.problems().cloned());
            }
            Err(problem) => program.diagnostics.push(problem),
        }
    }
    answer["diagnostics"] = shown(&program.diagnostics, &program.sources, Some(&changed));
    answer
}

/// Returns the positions in the script of the queries to answer: those that are asked for and the checks; for a quick run
/// without those that take long.
fn queries(program: &mut Program, ask: &RunAsk) -> Vec<usize> {
    let Some(model) = program.model.as_mut() else { return Vec::new() };
    let is_wanted = |number: &usize, query: &Query| {
        let is_asked = ask.only.as_ref().is_none_or(|only| only.contains(number));
        let is_long = query.ask.takes_long() || query.ask.needs_draws();
        (is_asked || matches!(query.ask, Ask::Check(_))) && !(ask.quick && is_long)
    };
    let all = std::mem::take(&mut model.queries).into_iter().enumerate();
    let (numbers, queries) = all.filter(|(number, query)| is_wanted(number, query)).unzip();
    model.queries = queries;
    numbers
}

/// Returns the word that begins the query of an answer.
fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Show { .. } => "show",
        Answer::Chart { .. } | Answer::Distribution { .. } => "chart",
        Answer::Check(_) => "check",
        Answer::Compare { .. } => "compare",
        Answer::Find(_) => "find",
        Answer::Sweep { .. } => "sweep",
        Answer::Calibrate(_) => "calibrate",
        Answer::Discover(_) => "discover",
        Answer::Robust(_) => "robust",
        Answer::Why { .. } => "why",
        Answer::Sensitivity { .. } => "sensitivity",
    }
}
