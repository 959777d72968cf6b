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
    let Command::Check { file, json } = Args::parse().command;
    let mut stderr = std::io::stderr();
    let text = match session::read(&file) {
        Ok(text) => text,
        Err(problem) => {
            let _ = writeln!(stderr, "error: {}", sanitize(&problem));
            return ExitCode::from(66);
        }
    };
    let program = session::load(&file.to_string_lossy(), &text);
    if json {
        let found = to_json(&program.diagnostics, &program.sources);
        let _ = writeln!(std::io::stdout(), "{found:#}");
    } else if !program.diagnostics.is_empty() {
        let coloured = stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let style = if coloured { Style::Colour } else { Style::Plain };
        let _ = write!(stderr, "{}", render(&program.diagnostics, &program.sources, style, 80));
    }
    let failed = program.diagnostics.iter().any(Diagnostic::is_error);
    ExitCode::from(if failed { 65 } else { 0 })
}
