//! `mizan repl`: the interactive prompt.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::{input, output, terminal};
use crate::diagnostic::{Code, Diagnostic};
use crate::files::Folder;
use crate::repl::{
    ReplyPage, Talk, Then, advise, converse, entries, greeting, history_place, is_command,
};
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
        let greeting = greeting(&session, "`:help` says what can be typed.", terminal::width());
        output::print(&format!("{greeting}\n"))?;
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

/// Answers standard input that is no terminal: a script, or entries as at the prompt.
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

/// Answers the entries of a text without commands; mistakes go to standard error.
fn entered(mut session: Session, text: &str) -> Result<Exit, Exit> {
    let page = ReplyPage { width: terminal::width(), colour: terminal::colour() };
    let mut exit = Exit::Fine;
    let is_remark = |text: &str| {
        text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    };
    for entry in entries(text).into_iter().filter(|entry| !is_remark(entry)) {
        let mut outcome = session.enter(&entry);
        if outcome.failed() {
            advise(&session, &entry, &mut outcome);
            exit = Exit::Data;
        } else if outcome.check_failed() && exit == Exit::Fine {
            exit = Exit::Failed;
        }
        input::report(&outcome.messages(), &outcome.sources);
        output::print(&crate::repl::text(&outcome, page))?;
    }
    Ok(exit)
}

/// Saves a script with [`super::output::write`]. If that fails, the reason has been printed already.
fn save(path: &Path, text: &str, force: bool) -> Result<(), Diagnostic> {
    output::write(path, text.as_bytes(), force, &[])
        .map_err(|_| Diagnostic::error(Code::NotSaved, "nothing has been saved"))
}
