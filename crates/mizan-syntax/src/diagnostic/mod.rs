//! Diagnostics: a mistake as plain data.
//!
//! Each stage makes a [`Diagnostic`] where it finds a mistake. Front ends render it as text or JSON, with the
//! [`SourceMap`](crate::source::SourceMap). The rules: the message says what was found and what is required,
//! labels have at most five words, and the help is one concrete edit.

mod code;
mod excerpt;
mod nearest;
mod render;
mod sanitize;
mod words;

pub use code::Code;
pub use nearest::{MOST_COMPARED, nearest, nearest_within, related};
pub use render::{Style, render, to_json};
pub use sanitize::sanitize;
pub use words::{edit_in_words, grouped};

use crate::source::Span;

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A mistake: the script does not run.
    Error,
    /// A warning: the script runs, but probably does not do what the author meant.
    Warning,
}

/// A span of the source with a few words about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The marked part of the source.
    pub span: Span,
    /// The words at the mark, at most five.
    pub text: String,
    /// True for the mistake itself, false for another part of the source that it conflicts with.
    pub primary: bool,
}

/// An edit of the source that mends the mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The part of the source that the edit replaces.
    pub span: Span,
    /// The text that the edit puts there.
    pub replacement: String,
}

/// A mistake in a script, or something in it that the author probably did not mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of mistake.
    pub code: Code,
    /// Whether the diagnostic is an error or a warning.
    pub severity: Severity,
    /// The mistake and the required form, in one sentence without a full stop.
    pub message: String,
    /// Places; the first primary label gives the line and column of the message.
    pub labels: Vec<Label>,
    /// Edits that mend the mistake, in words.
    pub help: Vec<String>,
    /// Background for the reader, such as the origin of a unit or the affected cells.
    pub notes: Vec<String>,
    /// Edits that mend the mistake and that an editor may apply.
    pub fixes: Vec<Fix>,
}

/// Maximum number of mistakes that are listed for a text: a text with more is probably not a script.
pub const MOST_LISTED: usize = 200;

/// Maximum length in bytes of a message, a help line or a note, which may quote the script.
const LONGEST_TEXT: usize = 8_000;

/// Cuts off the end of a very long text.
fn bounded(text: impl Into<String>) -> String {
    let mut text: String = text.into();
    if text.len() > LONGEST_TEXT {
        let end = (0..=LONGEST_TEXT).rev().find(|&at| text.is_char_boundary(at));
        text.truncate(end.unwrap_or(0));
        text.push('…');
    }
    text
}

/// Shortens a list of mistakes to the maximum, errors first, and adds a note about it to the first.
pub fn cut_off(mistakes: &mut Vec<Diagnostic>) {
    if mistakes.len() >= MOST_LISTED {
        mistakes.sort_by_key(|found| !found.is_error());
        mistakes.truncate(MOST_LISTED);
        let first = mistakes.first_mut();
        let note = format!("there may be more mistakes than the first {MOST_LISTED}");
        first.into_iter().for_each(|first| first.notes.push(note.clone()));
    }
}

impl Diagnostic {
    /// Makes a diagnostic with the severity error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message.into())
    }

    /// Makes a diagnostic with the severity warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message.into())
    }

    fn new(code: Code, severity: Severity, message: String) -> Self {
        Self {
            code,
            severity,
            message: bounded(message),
            labels: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Adds the primary label, at the mistake.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Adds a label for another part of the source that the mistake conflicts with.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Adds a help line: one concrete edit.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(bounded(text));
        self
    }

    /// Adds a note: background for the reader.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(bounded(text));
        self
    }

    /// Adds an edit that mends the mistake.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fixes.push(Fix { span, replacement: replacement.into() });
        self
    }

    /// Returns the span of the first primary label; without a primary label, that of the first label.
    pub fn span(&self) -> Option<Span> {
        let first = self.labels.iter().find(|label| label.primary).or(self.labels.first());
        first.map(|label| label.span)
    }

    /// True if the severity is error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
