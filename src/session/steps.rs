//! Changes of a session that can be undone, and the files of its models.
//!
//! In: a new state of the model. Out: the same session with that state, and lines that say what changed. The file
//! belongs to the state: `undo` after `:load` brings back the model together with its file.

use super::document::{Document, Reach};
use super::enter::{BASELINE, Session, TYPED};
use super::open_file::OpenFile;
use super::outcome::LineOutcome;
use super::state::{Built, State};
use super::track;
use crate::diagnostic::{Code, Diagnostic};

impl Session {
    pub(super) fn step_to(&mut self, document: Document, built: Built) {
        let file = self.now.file;
        self.go_to(State::new(document, built, self.run.simulation, file));
    }

    fn go_to(&mut self, state: State) {
        self.past.push(std::mem::replace(&mut self.now, state));
        self.future.clear();
    }

    /// Undoes the last change.
    pub fn undo(&mut self) -> LineOutcome {
        self.back_or_forth(true)
    }

    /// Redoes the last undone change.
    pub fn redo(&mut self) -> LineOutcome {
        self.back_or_forth(false)
    }

    fn back_or_forth(&mut self, back: bool) -> LineOutcome {
        let from = if back { &mut self.past } else { &mut self.future };
        let Some(step) = from.last() else {
            let what = if back { "to take back" } else { "to make again" };
            let (code, message) = (Code::NothingToUndo, format!("there is no change {what}"));
            return LineOutcome::impossible(Diagnostic::error(code, message));
        };
        let state = match step.state(&self.run) {
            Ok(state) => state,
            Err(failure) => return LineOutcome::refused(failure),
        };
        from.pop();
        let before = std::mem::replace(&mut self.now, state);
        let mut lines = if before.file == self.now.file {
            difference(&before.document.text(), &self.now.document.text())
        } else {
            vec![format!("the model is {} again", self.file().unwrap_or("the one without a file"))]
        };
        lines.extend(self.fall_back());
        if before.file == self.now.file {
            lines.extend(track::change(&before.tracked, &self.now.tracked, self.asked_of()));
        }
        if back { &mut self.future } else { &mut self.past }.push(before);
        LineOutcome { changed: true, ..LineOutcome::said(lines) }
    }

    /// Returns to the loaded text of the file, as one change.
    pub fn reset(&mut self) -> LineOutcome {
        let file = self.open_file().clone();
        let name = file.name.as_deref().unwrap_or(TYPED);
        self.replace(name, &file.text, file.files.clone(), self.now.file)
    }

    /// Replaces the model by the new text of the file, as one change; typed changes are lost.
    pub fn reload(&mut self, name: &str, text: &str, files: Reach) -> LineOutcome {
        let known = self.files.iter().position(|file| file.name.as_deref() == Some(name));
        let at = known.unwrap_or(self.files.len());
        let outcome = self.replace(name, text, files.clone(), at);
        if !outcome.failed() {
            let file = OpenFile::read(Some(name), text, files);
            match self.files.get_mut(at) {
                Some(known) => *known = file,
                None => self.files.push(file),
            }
        }
        outcome
    }

    fn replace(&mut self, name: &str, text: &str, files: Reach, at: usize) -> LineOutcome {
        let (mut fresh, outcome) = match Self::load(name, text, files) {
            Ok(loaded) => loaded,
            Err(outcome) => return *outcome,
        };
        if let Err(failure) = fresh.now.follow(&self.run) {
            return LineOutcome::refused(failure);
        }
        fresh.now.file = at;
        let mut lines = Vec::new();
        if at == self.now.file {
            lines = difference(&self.now.document.text(), &fresh.now.document.text());
        }
        let before = self.now.clone();
        self.go_to(fresh.now);
        lines.extend(self.fall_back());
        if at == before.file {
            lines.extend(track::change(&before.tracked, &self.now.tracked, self.asked_of()));
        }
        LineOutcome { changed: true, lines, ..outcome }
    }

    /// Asks the baseline if the model has no longer the scenario of questions without `for`; returns a line that says so.
    fn fall_back(&mut self) -> Option<String> {
        if self.scenario.is_none() || self.scenario().is_some() {
            return None;
        }
        let gone = self.scenario.take().unwrap_or_default();
        Some(format!("there is no scenario {gone}: questions without `for` now ask the baseline"))
    }

    /// Returns the name of the scenario of questions without `for`.
    pub(super) fn asked_of(&self) -> &str {
        self.scenario().unwrap_or(BASELINE)
    }

    fn open_file(&self) -> &OpenFile {
        // A session begins with one file, and no file is ever removed.
        self.files.get(self.now.file).unwrap_or(&self.files[0])
    }

    /// Returns the name of the model's file; `None` before the first `:save` of a model without a file.
    pub fn file(&self) -> Option<&str> {
        self.open_file().name.as_deref()
    }

    /// Returns the text that the model's file had when the session last read or wrote it.
    pub fn file_text(&self) -> &str {
        &self.open_file().written
    }

    /// Returns the lines in which the model's text differs from the text of the file.
    pub fn diff(&self) -> Vec<String> {
        difference(&self.open_file().text, &self.now.document.text())
    }

    /// Returns the model's text in the standard format: a script with the same results.
    pub fn text(&self) -> String {
        self.now.document.formatted()
    }

    /// True if the model's text equals the text of the file.
    pub fn is_saved(&self) -> bool {
        self.diff().is_empty()
    }

    /// Records that the current text has been saved under this name, which is the file of the model and of its
    /// earlier states from now on.
    pub fn saved(&mut self, name: &str) {
        let (text, written) = (self.now.document.text().into(), self.text().into());
        let files = self.open_file().files.clone();
        let saved = OpenFile { name: Some(name.into()), text, written, files };
        for (at, file) in self.files.iter_mut().enumerate() {
            if at == self.now.file || file.name.as_deref() == Some(name) {
                *file = saved.clone();
            }
        }
    }
}

/// Returns the lines in which two texts differ, marked `- ` for old and `+ ` for new.
fn difference(old: &str, new: &str) -> Vec<String> {
    let diff =
        similar::TextDiff::configure().algorithm(similar::Algorithm::Patience).diff_lines(old, new);
    let shown = |change: similar::Change<&str>| {
        let sign = match change.tag() {
            similar::ChangeTag::Equal => return None,
            similar::ChangeTag::Delete => '-',
            similar::ChangeTag::Insert => '+',
        };
        let line = change.value().trim_end();
        (!line.is_empty()).then(|| format!("{sign} {line}"))
    };
    diff.iter_all_changes().filter_map(shown).collect()
}
