//! Repetition of the run that a document describes: from a script with its files, and the options of the run.
//!
//! A document embeds all of these, so its run can be repeated and compared on the command line, and in a page with the
//! engine.

use crate::analysis::{answer_until, simulation};
use crate::data::MemoryFiles;
use crate::diagnostic::Diagnostic;
use crate::engine::Stop;
use crate::engine::simulate::Simulation;
use crate::explain;
use crate::report::{Carried, ValueDifferences, json};
use crate::results::{Background, Input, Report, RunOptions};
use crate::session::{self, Program};

/// A repeated run of a document, and the differences between its numbers and those of the document.
#[derive(Debug)]
pub struct Repeated {
    /// The loaded script.
    pub program: Program,
    /// Answers of the new run.
    pub report: Report,
    /// Number of numbers that were compared.
    pub numbers: usize,
    /// Each value that differs, in the form of [`ValueDifferences::found`].
    pub found: Vec<String>,
    /// True if this version of Mizan wrote the document, so that texts can be compared too.
    pub is_own: bool,
}

impl Repeated {
    /// Runs the script of a document again and compares the answers. `inputs` are the script and its files; the script
    /// is first.
    ///
    /// # Errors
    /// The script cannot be run: the program with its diagnostics; None for a script that is not text.
    pub fn of(
        carried: &Carried,
        inputs: &[Input],
        progress: &(dyn Fn(f64) + Sync),
        stop: &Stop,
    ) -> Result<Self, Option<Box<Program>>> {
        let (program, report) = rerun(inputs, &carried.options, progress, stop).ok_or(None)?;
        let Some(report) = report else { return Err(Some(Box::new(program))) };
        let differences = ValueDifferences::between(&carried.report, &reread(&report));
        let mut found = differences.found;
        found.retain(|line| !line.starts_with("mizan: "));
        let is_own = carried.mizan == env!("CARGO_PKG_VERSION");
        Ok(Self { program, report, numbers: differences.numbers, found, is_own })
    }

    /// Collects the background that a document shows beside the answers.
    pub fn background(&self, inputs: Vec<Input>, options: &RunOptions) -> Background {
        explain::background(&self.program, inputs, options.clone())
    }
}

/// Converts the answers to JSON and back, so that they can be compared with the answers in a document.
fn reread(report: &Report) -> serde_json::Value {
    let value = json(report);
    serde_json::from_str(&value.to_string()).unwrap_or(value)
}

/// Loads a script with its files, the script first, and answers its queries, or the question of the options. Returns
/// the program with its diagnostics, and the answers unless there are errors. None if there is no script, or if it is
/// not text.
pub fn rerun(
    inputs: &[Input],
    options: &RunOptions,
    progress: &(dyn Fn(f64) + Sync),
    stop: &Stop,
) -> Option<(Program, Option<Report>)> {
    let mut program = load(inputs, options)?;
    if !session::narrow(&mut program, &options.scenarios, options.years) {
        return Some((program, None));
    }
    let report = answer(&mut program, simulation(options).as_ref(), progress, stop);
    Some((program, report))
}

/// Loads a script with its files, the script first, with the edits and the question of the options. None if there is no
/// script, or if it is not text.
pub fn load(inputs: &[Input], options: &RunOptions) -> Option<Program> {
    let (script, files) = inputs.split_first()?;
    let text = std::str::from_utf8(&script.bytes).ok()?;
    let mut memory = MemoryFiles::default();
    for file in files {
        memory.add(&file.name, file.bytes.clone());
    }
    let (name, edits) = (script.name.as_str(), options.set.as_slice());
    Some(match options.question.as_str() {
        "" => session::load_used(name, text, &memory, edits),
        question => session::load_asking(name, text, &memory, edits, question),
    })
}

/// Answers the queries of a loaded script. A failure, and the identities that do not hold, are added to the
/// diagnostics.
pub fn answer(
    program: &mut Program,
    simulation: Option<&Simulation>,
    progress: &(dyn Fn(f64) + Sync),
    stop: &Stop,
) -> Option<Report> {
    let model = program.model.as_ref()?;
    let report = answer_until(model, simulation, progress, stop);
    diagnosed(program, report)
}

/// Adds the messages of a report to the diagnostics; if there is no report, adds its failure.
pub fn diagnosed(program: &mut Program, report: Result<Report, Diagnostic>) -> Option<Report> {
    match report {
        Ok(report) => {
            program.diagnostics.extend(report.problems().cloned());
            Some(report)
        }
        Err(problem) => {
            program.diagnostics.push(problem);
            None
        }
    }
}
