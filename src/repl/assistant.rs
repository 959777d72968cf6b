//! Help while a line is being typed: completion, hints, colours, and whether the line continues.
//!
//! In: the line and the place of the cursor. Out: the results that rustyline's traits require. The model does not
//! change while a line is typed, so the assistant has a copy of the session.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};

use super::commands::{Argument, COMMANDS, find};
use crate::diagnostic::{Code, sanitize};
use crate::session::{Candidate, Session};
use crate::source::SourceId;
use crate::syntax::prescan::prescan;
use crate::syntax::token::{TokenKind, tokens};

/// Maximum number of candidates that are shown with an explanation.
const MOST_EXPLAINED: usize = 16;
/// Maximum number of candidates for a word of which no letter is typed.
const MOST_UNTYPED: usize = 100;
/// Maximum width of an explanation in columns.
const WIDEST_ABOUT: usize = 48;

/// The helper of the line editor, with the names of the current model.
pub(super) struct Assistant {
    session: Session,
    colour: bool,
    files: FilenameCompleter,
    /// The lines of the entry above the one being typed, with their line ends.
    above: String,
}

impl Assistant {
    pub(super) fn new(session: Session, colour: bool) -> Self {
        Self { session, colour, files: FilenameCompleter::new(), above: String::new() }
    }

    /// Returns a helper for the line below `text`; below nothing for the first line of an entry.
    pub(super) fn below(&self, text: &str) -> Self {
        let above = if text.is_empty() { String::new() } else { format!("{text}\n") };
        Self { above, ..Self::new(self.session.clone(), self.colour) }
    }

    /// Completes words of the language.
    fn words(&self, line: &str, at: usize) -> (usize, Vec<Candidate>) {
        let before = self.above.len();
        let (start, found) = self.session.complete(&format!("{}{line}", self.above), before + at);
        (start.saturating_sub(before), found)
    }

    fn candidates(&self, line: &str, at: usize) -> (usize, Vec<Candidate>) {
        let command = line.strip_prefix(':').filter(|_| self.above.is_empty());
        let Some(command) = command else { return self.words(line, at) };
        let Some((name, _)) = command.split_once(' ') else {
            let all = COMMANDS.iter().map(|command| Candidate {
                text: command.name.to_owned(),
                about: command.about.to_owned(),
            });
            let typed = line.get(1..at).unwrap_or("");
            return (1, all.filter(|candidate| candidate.text.starts_with(typed)).collect());
        };
        let found = match find(name).map(|command| command.argument) {
            Ok(Argument::Expression) => return self.words(line, at),
            Ok(Argument::Name) => {
                let commands = COMMANDS.iter().map(|command| Candidate {
                    text: command.name.to_owned(),
                    about: "command".to_owned(),
                });
                self.session.topics().into_iter().chain(commands).collect()
            }
            Ok(Argument::Scenario) => {
                let mut found = self.session.scenario_names();
                found.retain(|candidate| candidate.text != "all");
                found
            }
            Ok(Argument::List) => self.session.list_names(),
            _ => Vec::new(),
        };
        let start = line.get(..at).and_then(|before| before.rfind(' ')).map_or(at, |n| n + 1);
        let typed = line.get(start..at).unwrap_or("");
        (start, found.into_iter().filter(|c| c.text.starts_with(typed)).collect())
    }
}

/// True if the cursor is in the name of a file.
fn names_a_file(line: &str, at: usize) -> bool {
    let before = line.get(..at).unwrap_or(line);
    let command = before.strip_prefix(':').and_then(|command| command.split_once(' '));
    if let Some((name, _)) = command {
        return find(name).is_ok_and(|command| command.argument == Argument::File);
    }
    let quoted = before.matches('"').count() % 2 == 1;
    let opening = before.rsplit_once('"').map_or("", |(opening, _)| opening).trim_end();
    quoted && (opening.ends_with("use") || opening.ends_with("data("))
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        if names_a_file(line, at) {
            let (start, mut found) = self.files.complete(line, at, context)?;
            // A name with a control character cannot be typed, nor shown.
            found.retain(|pair| !pair.replacement.chars().any(char::is_control));
            return Ok((start, found));
        }
        let (start, mut found) = self.candidates(line, at);
        if start == at && found.len() > MOST_UNTYPED {
            // A list of all names helps nobody, and the editor would ask whether to show it.
            found.clear();
        }
        let explained = found.len() <= MOST_EXPLAINED;
        let widest = found.iter().map(|c| c.text.chars().count()).max().unwrap_or(0);
        let pair = |Candidate { text, about }| {
            let about: String = sanitize(&about).chars().take(WIDEST_ABOUT).collect();
            let display = match explained && !about.is_empty() {
                true => format!("{text:widest$}  {about}"),
                false => text.clone(),
            };
            Pair { display, replacement: text }
        };
        Ok((start, found.into_iter().map(pair).collect()))
    }
}

impl Hinter for Assistant {
    type Hint = String;

    fn hint(&self, line: &str, at: usize, _: &Context<'_>) -> Option<String> {
        if at < line.len() || line.is_empty() || !self.above.is_empty() {
            return None;
        }
        if let Some(command) = line.strip_prefix(':') {
            let found = COMMANDS.iter().find(|known| known.name == command.trim_end())?;
            return (!found.arguments.is_empty()).then(|| format!("  {}", found.arguments));
        }
        self.session.hint(line).map(|hint| sanitize(&hint))
    }
}

// A line that goes on is continued by the prompt.
impl Validator for Assistant {}

/// True if a line continues: a bracket is open, or the line ends with an operator. An empty line ends the entry.
pub(super) fn goes_on(input: &str) -> bool {
    if input.starts_with(':') || input.ends_with('\n') {
        return false;
    }
    let scan = prescan(SourceId(0), &format!("{input}\n"));
    // A quoted text ends on its own line.
    let torn = scan.diagnostics.iter().any(|found| found.code == Code::UnclosedString);
    !torn && (scan.incomplete || !scan.text.ends_with('\n'))
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.colour || has_control(line) {
            return visible(line);
        }
        if line.starts_with(':') {
            return Cow::Owned(styled(Style::new().bold(), line));
        }
        let (mut out, mut at) = (String::with_capacity(2 * line.len()), 0);
        for token in tokens(line) {
            out.push_str(line.get(at..token.start).unwrap_or(""));
            out.push_str(&styled(style(token.kind), token.text));
            at = token.end();
        }
        out.push_str(line.get(at..).unwrap_or(""));
        Cow::Owned(out)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.colour {
            Cow::Owned(styled(Style::new().dimmed(), hint))
        } else {
            Cow::Borrowed(hint)
        }
    }

    fn highlight_char(&self, line: &str, _: usize, _: CmdKind) -> bool {
        self.colour || has_control(line)
    }
}

/// True if a line has characters that control a terminal or the direction of its text.
fn has_control(line: &str) -> bool {
    sanitize(line) != line
}

/// Shows control characters as signs of one column, so that no pasted text controls the terminal. Leaves out characters
/// that change the direction of the text, for which rustyline counts no column.
fn visible(line: &str) -> Cow<'_, str> {
    if !has_control(line) {
        return Cow::Borrowed(line);
    }
    let mut shown = String::with_capacity(line.len());
    for c in line.chars() {
        let safe = sanitize(c.encode_utf8(&mut [0; 4]));
        if c.is_control() || safe.chars().eq([c]) {
            shown.push_str(&safe);
        }
    }
    Cow::Owned(shown)
}

fn style(kind: TokenKind) -> Style {
    match kind {
        TokenKind::Number => AnsiColor::Cyan.on_default(),
        TokenKind::Text => AnsiColor::Green.on_default(),
        TokenKind::Comment => Style::new().dimmed(),
        _ => Style::new(),
    }
}

fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

impl Helper for Assistant {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_brackets_and_operators_ask_for_more() {
        for open in ["c = (4 +", "tariff d from China {", "x =", "y = 3 *", "f(\n1,"] {
            assert!(goes_on(open), "{open}");
        }
        for whole in ["x = 3", "\"torn", "c = (4 +\n", ":load (", "a {\n rate: 5%\n}", ""] {
            assert!(!goes_on(whole), "{whole}");
        }
    }
}
