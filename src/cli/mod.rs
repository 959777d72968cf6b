//! The command line: thin, everything it does is in `session`.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::diagnostic::{Diagnostic, Style, render, sanitize, to_json};
use crate::session;

/// Trade-balance scenarios, written as a policy memo.
#[derive(Debug, Parser)]
#[command(name = "mizan", version, arg_required_else_help = true)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Project a script: answer its queries.
    Run {
        /// The script.
        file: PathBuf,
    },
    /// Read a script and report every mistake in it, without running it.
    Check {
        /// The script.
        file: PathBuf,
        /// Diagnostics as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let (file, json, runs) = match Args::parse().command {
        Command::Run { file } => (file, false, true),
        Command::Check { file, json } => (file, json, false),
    };
    let mut stderr = std::io::stderr();
    let text = match session::read(&file) {
        Ok(text) => text,
        Err(problem) => {
            let _ = writeln!(stderr, "error: {}", sanitize(&problem));
            return ExitCode::from(66);
        }
    };
    let mut program = session::load(&file.to_string_lossy(), &text);
    let mut answer = None;
    if let (true, Some(model)) = (runs, &program.model) {
        match crate::report::answer(model) {
            Ok(found) => answer = Some(found),
            Err(problem) => program.diagnostics.push(problem),
        }
    }
    if json {
        let found = to_json(&program.diagnostics, &program.sources);
        let _ = writeln!(std::io::stdout(), "{found:#}");
    } else if !program.diagnostics.is_empty() {
        let coloured = stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let style = if coloured { Style::Colour } else { Style::Plain };
        let _ = write!(stderr, "{}", render(&program.diagnostics, &program.sources, style, 80));
    }
    if let Some((text, passed)) = answer {
        // A reader that has seen enough closes the pipe: that is no failure.
        match write!(std::io::stdout(), "{text}") {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                return ExitCode::from(74);
            }
            _ if !passed => return ExitCode::from(1),
            _ => {}
        }
    }
    let failed = program.diagnostics.iter().any(Diagnostic::is_error);
    ExitCode::from(if failed { 65 } else { 0 })
}
