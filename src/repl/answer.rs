//! A line typed at the prompt, answered.
//!
//! In: a line. Out: a [`Reply`]. A line with a colon is a command of the table in `commands`; any other line
//! is the session's. No terminal is needed, so the tests answer lines here too.

use std::time::Instant;

use super::commands;
use super::talk::{Reply, Talk, Then};
use crate::session::LineOutcome;

impl Talk {
    /// Answers a line: a command, a statement, a question or an expression.
    pub fn answer(&mut self, line: &str) -> Reply {
        let start = Instant::now();
        let line = line.trim();
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

    /// Tells who types `help` about the colon.
    fn advise(&self, line: &str, outcome: &mut LineOutcome) {
        let word = line.split_whitespace().next().unwrap_or("");
        let command = match word {
            "exit" | "bye" => Ok("quit"),
            _ => commands::COMMANDS.iter().find(|c| c.name == word).map(|c| c.name).ok_or(()),
        };
        if let (Ok(name), true) = (command, outcome.failed())
            && let Some(first) = outcome.diagnostics.first_mut()
        {
            first.help.insert(0, format!("commands begin with a colon: `:{name}`"));
        }
    }
}
