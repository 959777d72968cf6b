//! Answers to lines typed at the prompt.
//!
//! In: a line. Out: a [`Reply`]. A line with a colon is a command of the table in `commands`; any other line goes to
//! the session. No terminal is needed, so tests can answer lines too.

use std::time::Instant;

use super::commands;
use super::talk::{Reply, Talk, Then};
use crate::session::LineOutcome;

/// Returns the help command for a line in the form of other prompts: `?`, `balance?`, `help(tariff)`.
fn help_asked(line: &str) -> Option<String> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))
    };
    let name = line
        .strip_suffix('?')
        .or_else(|| line.strip_prefix('?'))
        .or_else(|| line.strip_prefix("help(")?.strip_suffix(')'))?;
    let name = name.trim().trim_matches(['"', '\'']);
    (name.is_empty() || is_name(name)).then(|| format!(":help {name}").trim_end().to_owned())
}

impl Talk {
    /// Answers a line: a command, a statement, a question or an expression.
    pub fn answer(&mut self, line: &str) -> Reply {
        let start = Instant::now();
        let line = line.trim();
        let asked = help_asked(line);
        let line = asked.as_deref().unwrap_or(line);
        self.leaving &= line.starts_with(":q");
        let mut reply = match line.strip_prefix(':') {
            _ if line.is_empty() => Reply::text(String::new()),
            Some(command) => self.command(command),
            None => {
                let mut outcome = self.session.enter(line);
                self.advise(line, &mut outcome);
                self.shown(&outcome)
            }
        };
        if self.timed && reply.then == Then::Next {
            let taken = start.elapsed().as_secs_f64() * 1000.0;
            reply.text.push_str(&format!("{taken:.1} ms\n"));
        }
        reply
    }

    fn command(&mut self, command: &str) -> Reply {
        let (name, arguments) = match command.split_once(char::is_whitespace) {
            Some((name, arguments)) => (name, arguments.trim()),
            None => (command, ""),
        };
        match commands::find(name) {
            Ok(command) => (command.run)(self, arguments),
            Err(problem) => self.shown(&LineOutcome::impossible(problem)),
        }
    }

    /// Explains to a user who types `help` that commands begin with a colon.
    fn advise(&self, line: &str, outcome: &mut LineOutcome) {
        let word = line.split_whitespace().next().unwrap_or("");
        let command = match word {
            "exit" | "bye" => Ok("quit"),
            "explain" | "describe" => Ok("info"),
            _ => commands::COMMANDS.iter().find(|c| c.name == word).map(|c| c.name).ok_or(()),
        };
        if let (Ok(name), true) = (command, outcome.failed())
            && let Some(first) = outcome.diagnostics.first_mut()
        {
            first.help.insert(0, format!("commands begin with a colon: `:{name}`"));
        }
    }
}
