//! Answers to lines typed at the prompt.
//!
//! In: a line. Out: a [`Reply`]. A line with a colon is a command of the table in `commands`; any other line goes to
//! the session. No terminal is needed, so tests can answer lines too.

use std::time::Instant;

use super::commands::{self, Argument};
use super::entries::{entries, help_asked};
use super::habits;
use super::talk::{Reply, Talk, Then};
use crate::diagnostic::{Code, Diagnostic};
use crate::session::LineOutcome;

impl Talk {
    /// Answers a line: a command, a statement, a question or an expression. Answers the entries of several lines one
    /// after the other.
    pub fn answer(&mut self, text: &str) -> Reply {
        let entries = entries(text);
        let [first, rest @ ..] = entries.as_slice() else { return Reply::text(String::new()) };
        let mut reply = self.answer_entry(first);
        for entry in rest {
            if reply.then != Then::Next {
                break;
            }
            let next = self.answer_entry(entry);
            let failed = reply.failed || next.failed;
            reply = Reply { text: reply.text + &next.text, failed, ..next };
        }
        reply
    }

    fn answer_entry(&mut self, line: &str) -> Reply {
        let start = Instant::now();
        let line = line.trim();
        let asked = help_asked(line);
        let line = asked.as_deref().unwrap_or(line);
        self.leaving &= line.starts_with(":q");
        let is_remark = line.lines().all(|line| line.is_empty() || line.starts_with('#'));
        let mut reply = match line.strip_prefix(':') {
            _ if is_remark => return Reply::text(String::new()),
            Some(command) => self.command(command),
            None => {
                let mut outcome = self.session.enter(line);
                if outcome.failed() {
                    habits::advise(&self.session, line, &mut outcome);
                }
                self.shown(&outcome)
            }
        };
        if self.timed && reply.then == Then::Next {
            let taken = start.elapsed().as_secs_f64() * 1000.0;
            reply.text.push_str(&format!("{taken:.1} ms\n"));
        }
        reply
    }

    fn command(&mut self, line: &str) -> Reply {
        let (name, arguments) = match line.split_once(char::is_whitespace) {
            Some((name, arguments)) => (name, arguments.trim()),
            None => (line, ""),
        };
        match commands::find(name) {
            Ok(command) if command.argument == Argument::None && !arguments.is_empty() => {
                let message = format!("`:{}` takes nothing after it", command.name);
                let found = Diagnostic::error(Code::UnknownCommand, message);
                let found = found.help(format!("write `:{}`", command.name));
                self.shown(&LineOutcome::impossible(found))
            }
            Ok(command) => (command.run)(self, arguments),
            Err(mut problem) => {
                let other =
                    || habits::removal(&self.session, line).or_else(|| habits::other_help(line));
                if let Some(help) = self.without_colon(line) {
                    problem.help = vec![format!("write `{help}`")];
                } else if let Some(help) = other() {
                    problem.help = vec![help];
                }
                self.shown(&LineOutcome::impossible(problem))
            }
        }
    }

    /// Returns the line that is meant by an unknown command: another command, or a line without a colon.
    fn without_colon(&self, line: &str) -> Option<String> {
        let rest = line.strip_prefix("show ").unwrap_or(line);
        habits::command(&self.session, line)
            .or_else(|| self.session.accepts(rest).then(|| rest.to_owned()))
            .or_else(|| self.session.reading(line))
    }
}
