//! A conversation and its replies, as text.
//!
//! In: a [`LineOutcome`] of the session. Out: a [`Reply`] that is ready to be printed. The prompt and the tests
//! share it; nothing here touches a terminal.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Style, render, sanitize};
use crate::report;
use crate::session::{LineOutcome, Session};

/// Writes a file, all of it or nothing; the flag allows it to replace one.
pub type Write = fn(&Path, &str, bool) -> Result<(), Diagnostic>;

/// The page that answers are laid out for.
#[derive(Debug, Clone, Copy)]
pub struct ReplyPage {
    /// Columns.
    pub width: usize,
    /// Whether escape sequences may be written.
    pub colour: bool,
}

/// A conversation under way.
#[derive(Debug, Clone)]
pub struct Talk {
    /// The model and its history.
    pub session: Session,
    pub(super) path: Option<PathBuf>,
    pub(super) page: ReplyPage,
    pub(super) write: Write,
    pub(super) timed: bool,
    /// True if the line before was told that leaving drops changes.
    pub(super) leaving: bool,
}

/// What the prompt does after an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// The next line.
    Next,
    /// The end.
    Quit,
    /// The file is read again whenever it changes.
    Watch(PathBuf),
}

/// An answer, ready to be printed, and what comes after it.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The text, with its line ends; no control characters but those of colours.
    pub text: String,
    /// What comes after it.
    pub then: Then,
    /// True if the line was refused.
    pub failed: bool,
}

impl Reply {
    pub(super) fn text(text: String) -> Self {
        Self { text, then: Then::Next, failed: false }
    }
}

impl Talk {
    /// A conversation about a session's model, which was read from `path`.
    pub fn new(session: Session, path: Option<PathBuf>, page: ReplyPage, write: Write) -> Self {
        Self { session, path, page, write, timed: false, leaving: false }
    }

    /// Lines of plain text.
    pub(super) fn said(&self, lines: Vec<String>) -> Reply {
        self.shown(&LineOutcome::said(lines))
    }

    /// An outcome as text.
    pub(super) fn shown(&self, outcome: &LineOutcome) -> Reply {
        let mut text = text(outcome, self.page);
        let messages = outcome.messages();
        if !messages.is_empty() {
            let style = if self.page.colour { Style::Colour } else { Style::Plain };
            let found = render(&messages, &outcome.sources, style, self.page.width);
            // The count below one message says nothing.
            let found = match messages.len() {
                1 => found.trim_end().rsplit_once('\n').map_or(found.as_str(), |(all, _)| all),
                _ => found.as_str(),
            };
            text.push_str(found.trim_end());
            text.push('\n');
        }
        Reply { failed: outcome.failed(), ..Reply::text(text) }
    }
}

/// What an outcome says, without its diagnostics; identities that do not hold are named above answers.
pub fn text(outcome: &LineOutcome, page: ReplyPage) -> String {
    let mut text = String::new();
    if !(outcome.lines.is_empty() && outcome.answers.is_empty()) {
        text.push_str(&report::broken(&outcome.broken, page.width, page.colour));
    }
    for line in &outcome.lines {
        push(&mut text, line, page);
    }
    let sampling = outcome.sampling.as_ref().filter(|_| !outcome.answers.is_empty());
    let answers = report::answers(&outcome.answers, sampling, page.width, page.colour);
    if !text.is_empty() && !answers.is_empty() {
        text.push('\n');
    }
    text.push_str(&answers);
    if !answers.is_empty() && !outcome.notes.is_empty() {
        text.push('\n');
    }
    for note in &outcome.notes {
        push(&mut text, note, page);
    }
    text
}

/// Adds a line, broken between words. The further lines of a list begin below its second column.
fn push(text: &mut String, line: &str, page: ReplyPage) {
    let line = sanitize(line);
    let own = line.len() - line.trim_start().len();
    let rest = line.get(own..).unwrap_or("");
    let second = rest
        .find("  ")
        .map(|at| own + rest.len() - rest.get(at..).unwrap_or("").trim_start().len());
    // A line of a script is copied as a whole.
    let is_script = line.starts_with("+ ") || line.starts_with("- ");
    let indent = second.filter(|second| *second < page.width / 2).unwrap_or(own + 2);
    match is_script {
        true => text.push_str(&line),
        false => text.push_str(&report::wrapped(&line, page.width, indent).join("\n")),
    }
    text.push('\n');
}
