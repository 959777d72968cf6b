//! What came of a line: answers, lines of text, diagnostics.
//!
//! Plain data; `repl` and other front ends print it.

use crate::diagnostic::Diagnostic;
use crate::results::{Answer, BrokenIdentity, Sampling};
use crate::source::SourceMap;

/// The diagnostics of a line that is refused, and the texts in which they have their places.
pub(super) type Failure = (Vec<Diagnostic>, SourceMap);

/// The outcome of one line at the prompt.
#[derive(Debug, Default)]
pub struct LineOutcome {
    /// The answers to the line's questions.
    pub answers: Vec<Answer>,
    /// How the draws of the answers were made; `None` without a simulation.
    pub sampling: Option<Sampling>,
    /// Single values and changes, printed before the answers.
    pub lines: Vec<String>,
    /// Equations and advice, printed after the answers.
    pub notes: Vec<String>,
    /// The identities that do not hold: the line is answered all the same. Each has its message if the line
    /// before did not tell it.
    pub broken: Vec<BrokenIdentity>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts in which the diagnostics have their places.
    pub sources: SourceMap,
    /// True if the line changed the model.
    pub changed: bool,
}

impl LineOutcome {
    /// True if the line was refused, and nothing has changed.
    pub fn failed(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The messages to show: errors, warnings and identities that do not hold.
    pub fn messages(&self) -> Vec<Diagnostic> {
        let broken = self.broken.iter().filter_map(|broken| broken.problem.as_ref());
        self.diagnostics.iter().chain(broken).cloned().collect()
    }

    /// True if a check that was asked, or an identity, does not hold.
    pub fn check_failed(&self) -> bool {
        if !self.broken.is_empty() {
            return true;
        }
        self.answers.iter().filter_map(Answer::check).any(|check| !check.passed)
    }

    /// The outcome of a line that is refused.
    pub(super) fn refused((diagnostics, sources): Failure) -> Self {
        Self { diagnostics, sources, ..Self::default() }
    }

    /// An outcome that only says something.
    pub fn said(lines: Vec<String>) -> Self {
        Self { lines, ..Self::default() }
    }

    /// The outcome of what cannot be done.
    pub fn impossible(problem: Diagnostic) -> Self {
        Self::refused((vec![problem], SourceMap::default()))
    }
}
