//! Answers the queries of a loaded script, with progress and within the memory that this process may use.

use super::memory;
use super::progress::Progress;
use crate::engine::simulate::Simulation;
use crate::rerun;
use crate::results::Report;
use crate::session::Program;

/// Answers the queries. A failure, and the identities that do not hold, are added to the diagnostics.
pub(super) fn answer(program: &mut Program, simulation: Option<&Simulation>) -> Option<Report> {
    let progress = Progress::start();
    rerun::answer(program, simulation, &|done| progress.show(done), &memory::stop())
}
