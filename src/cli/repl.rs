//! `mizan repl`: the interactive prompt.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::{input, output, terminal};
use crate::diagnostic::{Code, Diagnostic};
use crate::files::Folder;
use crate::repl::{ReplyPage, Talk, Then, converse, history_place};
use crate::session::{Reach, Session};

const EXAMPLES: &str = "\
Examples:
  mizan repl trade.mizan                             talk about a model; :help says how
  echo 'balance[China] in 2030' | mizan repl trade.mizan
  printf ':draws 1000\\nbalance[China]\\n' | mizan repl trade.mizan
  mizan repl < trade.mizan                           as `mizan run -`

Lines typed are kept in $XDG_DATA_HOME/mizan/history, or in the file that MIZAN_HISTORY names.";

/// Change a model line by line at a prompt, and see the effect of each change at once.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ReplArgs {
    /// The script to begin with; without one, an empty model.
    file: Option<PathBuf>,
    /// Do not save the typed lines as history.
    #[arg(long)]
    no_history: bool,
}

impl ReplArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        if !std::io::stdin().is_terminal() {
            return piped(self.file);
        }
        let session = self.file.as_deref().map_or_else(|| Ok(Session::empty()), open)?;
        output::print(&greeting(&session, self.file.is_some()))?;
        let page = ReplyPage { width: terminal::width(), colour: terminal::colour() };
        let talk = Talk::new(session, self.file, page, save);
        let history = if self.no_history { None } else { history_place() };
        converse(talk, history.as_deref(), terminal::width).map_err(|error| {
            input::complain(&error.to_string());
            Exit::InputOutput
        })?;
        Ok(Exit::Fine)
    }
}

/// Opens a script as a session and prints its diagnostics.
fn open(file: &Path) -> Result<Session, Exit> {
    let text = input::read(file)?;
    let (session, outcome) =
        Session::load(&input::name(file), &text, Reach::new(Folder::of_script(file))).map_err(
            |outcome| {
                input::report(&outcome.diagnostics, &outcome.sources);
                Exit::Data
            },
        )?;
    input::report(&outcome.messages(), &outcome.sources);
    Ok(session)
}

/// Answers standard input that is no terminal: a script, one entry for a model, or a conversation with commands.
fn piped(file: Option<PathBuf>) -> Result<Exit, Exit> {
    let text = input::read(Path::new("-"))?;
    let commands = text.lines().any(is_command);
    match file {
        None if commands => talked(Session::empty(), None, &text),
        None => super::run::typed(&text),
        Some(file) if commands => talked(open(&file)?, Some(file), &text),
        Some(file) => entered(open(&file)?, &text),
    }
}

/// True for a line with a command of the prompt.
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with(':')
}

/// Answers commands and the lines between them, one after the other.
fn talked(session: Session, file: Option<PathBuf>, text: &str) -> Result<Exit, Exit> {
    let page = ReplyPage { width: terminal::width(), colour: terminal::colour() };
    let mut talk = Talk::new(session, file, page, save);
    let mut exit = Exit::Fine;
    for entry in entries(text) {
        let reply = talk.answer(&entry);
        output::print(&reply.text)?;
        if reply.failed {
            exit = Exit::Data;
        }
        match reply.then {
            Then::Next => {}
            Then::Quit => break,
            Then::Watch(_) => {
                input::complain("`:watch` requires a terminal");
                return Err(Exit::Usage);
            }
        }
    }
    Ok(exit)
}

/// Divides a text into entries: each command, and the lines between two commands together.
fn entries(text: &str) -> Vec<String> {
    let (mut entries, mut lines) = (Vec::new(), String::new());
    for line in text.lines() {
        if is_command(line) {
            entries.push(std::mem::take(&mut lines));
            entries.push(line.to_owned());
        } else {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    entries.push(lines);
    entries.retain(|entry| !entry.trim().is_empty());
    entries
}

/// Answers a text as one entry.
fn entered(mut session: Session, text: &str) -> Result<Exit, Exit> {
    let outcome = session.enter(text);
    input::report(&outcome.messages(), &outcome.sources);
    if outcome.failed() {
        return Err(Exit::Data);
    }
    let page = ReplyPage { width: terminal::width(), colour: terminal::colour() };
    output::print(&crate::repl::text(&outcome, page))?;
    Ok(if outcome.check_failed() { Exit::Failed } else { Exit::Fine })
}

fn greeting(session: &Session, loaded: bool) -> String {
    let model = session.model();
    let (first, last) = model.years;
    let title = match (loaded, model.title.as_str()) {
        (false, _) => "An empty model",
        (true, "") => "The model",
        (true, title) => title,
    };
    let counted = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let levers = counted(model.levers.len(), "lever");
    let scenarios = counted(model.scenarios.len(), "scenario");
    let currency =
        if model.currency.is_empty() { String::new() } else { format!(", {}", model.currency) };
    let text = format!(
        "{title}, {first}..{last}{currency}: {levers}, {scenarios}. `:help` says what can be typed.\n"
    );
    let text = crate::diagnostic::sanitize(text.trim_end());
    crate::report::wrapped(&text, terminal::width(), 2).join("\n") + "\n"
}

/// Saves a script with [`super::output::write`]. If that fails, the reason has been printed already.
fn save(path: &Path, text: &str, force: bool) -> Result<(), Diagnostic> {
    output::write(path, text.as_bytes(), force, &[])
        .map_err(|_| Diagnostic::error(Code::NotSaved, "nothing has been saved"))
}
