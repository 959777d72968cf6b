//! The outcome of a line at the prompt: answers, lines of text, diagnostics.
//!
//! Plain data; `repl` and other front ends print it.

use crate::diagnostic::Diagnostic;
use crate::results::{Answer, BrokenIdentity, Sampling};
use crate::source::SourceMap;

/// The diagnostics of a refused line, and the texts that their spans refer to.
pub(super) type Failure = (Vec<Diagnostic>, SourceMap);

/// The outcome of a line at the prompt.
#[derive(Debug, Default)]
pub struct LineOutcome {
    /// The answers to the queries of the line.
    pub answers: Vec<Answer>,
    /// Settings of the simulation behind the answers; `None` without a simulation.
    pub sampling: Option<Sampling>,
    /// Single values and changes, printed before the answers.
    pub lines: Vec<String>,
    /// Equations and advice, printed after the answers.
    pub notes: Vec<String>,
    /// The identities that do not hold; the line is answered nevertheless. An identity has its message unless the
    /// previous line reported it.
    pub broken: Vec<BrokenIdentity>,
    /// Errors and warnings of the line.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the spans of the diagnostics refer to.
    pub sources: SourceMap,
    /// True if the line changed the model.
    pub changed: bool,
}

impl LineOutcome {
    /// True if the line was refused, and nothing has changed.
    pub fn failed(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Returns the messages to show: errors, warnings and identities that do not hold.
    pub fn messages(&self) -> Vec<Diagnostic> {
        let broken = self.broken.iter().filter_map(|broken| broken.problem.as_ref());
        self.diagnostics.iter().chain(broken).cloned().collect()
    }

    /// True if a check or an identity of the line does not hold.
    pub fn check_failed(&self) -> bool {
        if !self.broken.is_empty() {
            return true;
        }
        self.answers.iter().filter_map(Answer::check).any(|check| !check.passed)
    }

    /// Makes the outcome of a refused line.
    pub(super) fn refused((diagnostics, sources): Failure) -> Self {
        Self { diagnostics, sources, ..Self::default() }
    }

    /// Makes an outcome of text lines only.
    pub fn said(lines: Vec<String>) -> Self {
        Self { lines, ..Self::default() }
    }

    /// Makes the outcome of a command that cannot be carried out.
    pub fn impossible(problem: Diagnostic) -> Self {
        Self::refused((vec![problem], SourceMap::default()))
    }
}
