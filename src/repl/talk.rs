//! A conversation and its replies, as text.
//!
//! In: a [`LineOutcome`] of the session. Out: a [`Reply`] that is ready to be printed. The prompt and the tests
//! share it; nothing here touches a terminal.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Style, render, sanitize};
use crate::report;
use crate::session::{LineOutcome, Session};

/// Writes a file completely or not at all; the flag permits the replacement of an existing file.
pub type Write = fn(&Path, &str, bool) -> Result<(), Diagnostic>;

/// Width and colour of the answers.
#[derive(Debug, Clone, Copy)]
pub struct ReplyPage {
    /// Width of answers in columns.
    pub width: usize,
    /// True if escape sequences may be written.
    pub colour: bool,
}

/// State of a session at the prompt.
#[derive(Debug, Clone)]
pub struct Talk {
    /// The model and its undo history.
    pub session: Session,
    /// The path of the first file. A later file is known by its name, which was typed.
    first: Option<PathBuf>,
    pub(super) page: ReplyPage,
    pub(super) write: Write,
    pub(super) timed: bool,
    /// True if the previous line warned that leaving drops changes.
    pub(super) leaving: bool,
}

/// The action of the prompt after an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Reads the next line.
    Next,
    /// Ends the prompt.
    Quit,
    /// Watches this file and reads it again after each change.
    Watch(PathBuf),
}

/// An answer that is ready to print, and the next action.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Text of the answer with its line ends; without control characters other than those of colours.
    pub text: String,
    /// The action after the answer.
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
    /// Starts a session for a model that was read from `path`.
    pub fn new(session: Session, path: Option<PathBuf>, page: ReplyPage, write: Write) -> Self {
        Self { session, first: path, page, write, timed: false, leaving: false }
    }

    /// Returns the path of the model's file; `None` for a model without a file.
    pub(super) fn path(&self) -> Option<PathBuf> {
        let name = self.session.file()?;
        // The name of a path that is not Unicode is not the path.
        let first = self.first.as_ref().filter(|path| path.to_string_lossy() == name);
        Some(first.cloned().unwrap_or_else(|| PathBuf::from(name)))
    }

    /// Makes an answer of plain lines.
    pub(super) fn said(&self, lines: Vec<String>) -> Reply {
        self.shown(&LineOutcome::said(lines))
    }

    /// Wraps the lines of a text between words.
    pub(super) fn wrapped(&self, text: &str) -> String {
        let mut wrapped = String::new();
        for line in text.lines() {
            push(&mut wrapped, line, self.page);
        }
        wrapped
    }

    /// Formats an outcome as an answer.
    pub(super) fn shown(&self, outcome: &LineOutcome) -> Reply {
        let mut text = text(outcome, self.page);
        let messages = outcome.messages();
        if !messages.is_empty() {
            let style = if self.page.colour { Style::Colour } else { Style::Plain };
            let found = render(&messages, &outcome.sources, style, self.page.width);
            // For a single message the number below it is left out.
            let found = match messages.len() {
                1 => found.trim_end().rsplit_once('\n').map_or(found.as_str(), |(all, _)| all),
                _ => found.as_str(),
            };
            for line in found.trim_end().lines() {
                let is_sentence = line.starts_with("error[") || line.starts_with("  help: ");
                match is_sentence && messages.iter().all(|found| found.labels.is_empty()) {
                    true => push(&mut text, line, self.page),
                    false => text.push_str(&format!("{line}\n")),
                }
            }
        }
        Reply { failed: outcome.failed(), ..Reply::text(text) }
    }
}

/// Formats an outcome without its diagnostics; identities that do not hold come before answers.
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

/// Adds a line, wrapped between words. In a list, wrapped lines begin at its second column.
fn push(text: &mut String, line: &str, page: ReplyPage) {
    let line = sanitize(line);
    let own = line.len() - line.trim_start().len();
    let rest = line.get(own..).unwrap_or("");
    let second = rest
        .find("  ")
        .map(|at| own + rest.len() - rest.get(at..).unwrap_or("").trim_start().len());
    // A line of a script keeps its blanks if it fits.
    let is_script = line.starts_with("+ ") || line.starts_with("- ");
    let indent = second.filter(|second| *second < page.width / 2).unwrap_or(own + 2);
    match is_script && line.chars().count() <= page.width {
        true => text.push_str(&line),
        false => text.push_str(&report::wrapped(&line, page.width, indent).join("\n")),
    }
    text.push('\n');
}

/// Describes a model in one line: title, years, currency, levers and scenarios; `more` follows.
pub fn greeting(session: &Session, more: &str, width: usize) -> String {
    let model = session.model();
    let (first, last) = model.years;
    let title = match (session.file(), model.title.as_str()) {
        (None, _) => "An empty model",
        (Some(_), "") => "The model",
        (Some(_), title) => title,
    };
    let counted = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let levers = counted(model.levers.len(), "lever");
    let scenarios = counted(model.scenarios.len(), "scenario");
    let currency =
        if model.currency.is_empty() { String::new() } else { format!(", {}", model.currency) };
    let text = format!("{title}, {first}..{last}{currency}: {levers}, {scenarios}. {more}");
    let text = text.trim_end();
    report::wrapped(&sanitize(text), width, 2).join("\n")
}
