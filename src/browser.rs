//! Requests of a page that has the engine, and their answers, as JSON texts.
//!
//! Nothing is kept between two requests, so that an answer depends on its request alone.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::diagnostic::{Style, render, to_json};
use crate::engine::Stop;
use crate::explain;
use crate::report::{
    Carried, CarriedInput, NotCarried, ReportFormat, Setting, fragment, seen_differences,
};
use crate::rerun::{Repeated, rerun};
use crate::results::{Input, RunOptions};
use crate::session::Program;

/// Memory that values, tapes and answers may take, in bytes: the module can address 4 GiB, and a browser may give it
/// less.
const MEMORY: u64 = 1 << 30;
/// The format of answers inside another page.
const FRAGMENT: &str = "fragment";
/// Columns of messages.
const WIDTH: usize = 80;

/// A request.
#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Request {
    /// The answers of a script in the format of a name.
    Report {
        script: Script,
        #[serde(default)]
        options: RunOptions,
        /// The name of the format, as for `mizan run --format`.
        format: String,
        /// Columns of a text.
        #[serde(default = "eighty")]
        width: usize,
    },
    /// The numbers of a document compared with a new run; the text of what the document carries.
    Verify { carried: String },
    /// Two documents compared as a reader sees them.
    Seen { document: String, anew: String },
}

/// A script with the files that it names.
#[derive(Debug, Deserialize)]
struct Script {
    name: String,
    text: String,
    /// Texts of files by their names relative to the script.
    #[serde(default)]
    files: BTreeMap<String, String>,
}

fn eighty() -> usize {
    WIDTH
}

/// Answers a request. A request that cannot be read is answered with its mistake in the field `error`.
pub fn answer(request: &str) -> String {
    let answer = match serde_json::from_str(request) {
        Ok(Request::Report { script, options, format, width }) => {
            report(script, options, &format, width)
        }
        Ok(Request::Verify { carried }) => verify(&carried),
        Ok(Request::Seen { document, anew }) => {
            let found = seen_differences(document.as_bytes(), anew.as_bytes());
            json!({ "found": found.unwrap_or_default() })
        }
        Err(problem) => json!({ "error": problem.to_string() }),
    };
    answer.to_string()
}

fn stop() -> Stop {
    Stop::default().with_memory(MEMORY)
}

/// Runs a script and writes its answers in a format.
fn report(script: Script, options: RunOptions, format: &str, width: usize) -> Value {
    let known = ReportFormat::named(format);
    if known.is_none() && format != FRAGMENT {
        return json!({ "error": format!("there is no format `{format}`") });
    }
    let input = |(name, text): (String, String)| Input { name, bytes: text.into_bytes() };
    let inputs: Vec<Input> =
        std::iter::once((script.name, script.text)).chain(script.files).map(input).collect();
    let Some((program, report)) = rerun(&inputs, &options, &|_| {}, &stop()) else {
        return json!({ "error": "there is no script" });
    };
    let mut answer = messages(&program);
    let Some(report) = report else { return answer };
    let setting = Setting { width, colour: false, errors: options.errors, excel: None };
    let background = || explain::background(&program, inputs, options);
    answer["output"] = match known.map(|format| format.write(&report, background, setting)) {
        Some(Ok(bytes)) => String::from_utf8_lossy(&bytes).into(),
        Some(Err(_)) => Value::Null,
        None => fragment(&report).into(),
    };
    answer
}

/// The diagnostics of a program, as data and as text.
fn messages(program: &Program) -> Value {
    let (found, sources) = (&program.diagnostics, &program.sources);
    let text =
        if found.is_empty() { String::new() } else { render(found, sources, Style::Plain, WIDTH) };
    json!({ "diagnostics": to_json(found, sources), "messages": text })
}

/// Compares the numbers of a document with a new run, and writes the page anew, for what it shows.
fn verify(carried: &str) -> Value {
    let carried = match Carried::read(carried) {
        Ok(carried) => carried,
        Err(NotCarried::Damaged(why)) => {
            return json!({ "error": format!("the page is damaged: {why}") });
        }
        Err(NotCarried::Nothing | NotCarried::Newer(_)) => {
            return json!({ "error": "the page carries no script that this engine can run" });
        }
    };
    let input = |input: &CarriedInput| {
        Some(Input { name: input.name.clone(), bytes: input.bytes.clone()? })
    };
    let Some(inputs) = carried.inputs.iter().map(input).collect::<Option<Vec<_>>>() else {
        return json!({ "error": "a data file is too large to be in the page; `mizan verify` reads it" });
    };
    let repeated = match Repeated::of(&carried, &inputs, &|_| {}, &stop()) {
        Ok(repeated) => repeated,
        Err(Some(program)) => return messages(&program),
        Err(None) => return json!({ "error": "the script of the page is no text" }),
    };
    let Repeated { numbers, found, is_own, .. } = &repeated;
    let mut answer = json!({ "numbers": numbers, "found": found, "is_own": is_own });
    let background = || repeated.background(inputs, &carried.options);
    let errors = carried.options.errors;
    let setting = Setting { width: 0, colour: false, errors, excel: None };
    if let Some(Ok(page)) = ReportFormat::named("html")
        .map(|format| format.write(&repeated.report, background, setting))
    {
        answer["page"] = String::from_utf8_lossy(&page).into();
    }
    answer
}
