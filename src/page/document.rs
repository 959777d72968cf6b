//! Documents: the answers of a script in a format of `mizan run`, and a memo compared with a new run.

use serde_json::{Value, json};

use super::changes::{Changed, files};
use super::message::{DocumentAsk, Seen, VerifyAsk, unreadable};
use super::problems::{refusal, shown};
use crate::analysis::{answer_until, simulation};
use crate::diagnostic::{Code, Diagnostic, Style, render};
use crate::engine::Stop;
use crate::explain;
use crate::report::{
    Carried, CarriedInput, NotCarried, ReportFormat, Setting, fragment, seen_differences,
};
use crate::rerun::{Repeated, diagnosed};
use crate::results::{Input, Report};
use crate::session::{Program, Reach, load_used, narrow};

/// Format of answers for embedding in another page, which `mizan run` does not write.
const FRAGMENT: &str = "fragment";
/// Width of messages in columns.
const WIDTH: usize = 80;

/// Answers a request to run a script and write its answers in a format.
pub(super) fn document(ask: &DocumentAsk, below: &Reach, stop: &Stop) -> Value {
    let format = ReportFormat::named(&ask.format);
    if format.is_none() && ask.format != FRAGMENT {
        return refusal(&unreadable(&format!("there is no format `{}`", ask.format)));
    }
    let changed = match Changed::of(&ask.script) {
        Ok(changed) => changed,
        Err(problem) => return refusal(&problem),
    };
    let (name, options) = (&ask.script.name, &ask.options);
    let reach = files(&ask.script, below);
    let mut program = load_used(name, &changed.text, &reach, &options.set);
    let mut report = None;
    if narrow(&mut program, &options.scenarios, options.years)
        && let Some(model) = &program.model
    {
        let done = |share| stop.note_done(share);
        let found = answer_until(model, simulation(options).as_ref(), &done, stop);
        report = diagnosed(&mut program, found);
    }
    let mut answer = json!({
        "diagnostics": shown(&program.diagnostics, &program.sources, Some(&changed)),
        "messages": messages(&program),
    });
    if let Some(report) = report {
        answer["output"] = match format {
            Some(format) => written(&program, &report, ask, &changed, format),
            None => fragment(&report).into(),
        };
    }
    answer
}

/// Writes the answers in a format; null for a format that cannot show them.
fn written(
    program: &Program,
    report: &Report,
    ask: &DocumentAsk,
    changed: &Changed,
    format: &ReportFormat,
) -> Value {
    let errors = ask.options.errors;
    let setting = Setting { width: ask.width, colour: false, errors, excel: None };
    let input = |name: &str, bytes: &[u8]| Input { name: name.to_owned(), bytes: bytes.to_owned() };
    let background = || {
        let script = input(&ask.script.name, changed.text.as_bytes());
        let files = ask.script.files.iter().map(|(name, contents)| input(name, contents.bytes()));
        let inputs = std::iter::once(script).chain(files).collect();
        explain::background(program, inputs, ask.options.clone())
    };
    match format.write(report, background, setting) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into(),
        Err(_) => Value::Null,
    }
}

/// Formats the diagnostics of a program as the terminal shows them.
fn messages(program: &Program) -> String {
    match program.diagnostics.as_slice() {
        [] => String::new(),
        found => render(found, &program.sources, Style::Plain, WIDTH),
    }
}

/// Compares the numbers of a memo with a new run, and writes the page again, to compare its texts.
pub(super) fn verify(ask: &VerifyAsk, stop: &Stop) -> Value {
    let carried = match Carried::read(&ask.carried) {
        Ok(carried) => carried,
        Err(NotCarried::Damaged(why)) => return refused(&format!("the memo is damaged: {why}")),
        Err(NotCarried::Nothing | NotCarried::Newer(_)) => {
            return refused("the memo carries no script that this engine can run");
        }
    };
    let input = |input: &CarriedInput| {
        Some(Input { name: input.name.clone(), bytes: input.bytes.clone()? })
    };
    let Some(inputs) = carried.inputs.iter().map(input).collect::<Option<Vec<_>>>() else {
        return refused("a data file is too large for the memo to carry it");
    };
    let done = |share| stop.note_done(share);
    let repeated = match Repeated::of(&carried, &inputs, &done, stop) {
        Ok(repeated) => repeated,
        Err(Some(program)) => {
            return json!({ "diagnostics": shown(&program.diagnostics, &program.sources, None) });
        }
        Err(None) => return refused("the script of the memo is not text"),
    };
    let Repeated { numbers, found, is_own, .. } = &repeated;
    let mut answer =
        json!({ "diagnostics": [], "numbers": numbers, "found": found, "is_own": is_own });
    let setting = Setting { width: 0, colour: false, errors: carried.options.errors, excel: None };
    let background = || repeated.background(inputs, &carried.options);
    let page = ReportFormat::named("html")
        .map(|format| format.write(&repeated.report, background, setting));
    if let Some(Ok(page)) = page {
        answer["page"] = String::from_utf8_lossy(&page).into();
    }
    answer
}

fn refused(why: &str) -> Value {
    refusal(&Diagnostic::error(Code::BadRequest, why).help("`mizan verify` compares the file"))
}

/// Answers a request to list the places in which two documents differ for a reader.
pub(super) fn seen(ask: &Seen) -> Value {
    let found = seen_differences(ask.document.as_bytes(), ask.anew.as_bytes());
    json!({ "diagnostics": [], "found": found.unwrap_or_default() })
}
