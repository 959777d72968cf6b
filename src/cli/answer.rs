//! Answers the queries of a loaded script, with progress and within the memory that this process may use.

use super::memory;
use super::progress::Progress;
use crate::analysis::answer_until;
use crate::diagnostic::Diagnostic;
use crate::engine::simulate::Simulation;
use crate::results::Report;
use crate::session::Program;

/// Answers the queries. A failure, and the identities that do not hold, are added to the diagnostics.
pub(super) fn answer(program: &mut Program, simulation: Option<&Simulation>) -> Option<Report> {
    let model = program.model.as_ref()?;
    let progress = Progress::start();
    let report = answer_until(model, simulation, &|done| progress.show(done), &memory::stop());
    drop(progress);
    diagnosed(program, report)
}

/// Adds the messages of a report, or the failure in its place, to the diagnostics.
pub(super) fn diagnosed(
    program: &mut Program,
    report: Result<Report, Diagnostic>,
) -> Option<Report> {
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
