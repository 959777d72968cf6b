//! The command line: thin, everything it does is in `session`.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::analysis::answer;
use crate::diagnostic::{Diagnostic, Style, render, sanitize, to_json};
use crate::report;
use crate::results::{Answer, Report};
use crate::session;

/// Columns of the text.
const WIDTH: usize = 80;

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
        /// How to write the answers.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
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

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A memo for a terminal.
    Text,
    /// One JSON object, values unrounded.
    Json,
    /// One row a value.
    Csv,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let (file, json, format) = match Args::parse().command {
        Command::Run { file, format } => (file, false, Some(format)),
        Command::Check { file, json } => (file, json, None),
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
    let mut report = None;
    if let (Some(_), Some(model)) = (format, &program.model) {
        match answer(model) {
            Ok(found) => report = Some(found),
            Err(problem) => program.diagnostics.push(problem),
        }
    }
    if json {
        let found = to_json(&program.diagnostics, &program.sources);
        if let Err(code) = print(&format!("{found:#}\n")) {
            return code;
        }
    } else if !program.diagnostics.is_empty() {
        let coloured = stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let style = if coloured { Style::Colour } else { Style::Plain };
        let _ = write!(stderr, "{}", render(&program.diagnostics, &program.sources, style, WIDTH));
    }
    if let (Some(report), Some(format)) = (&report, format) {
        return show(report, format);
    }
    let failed = program.diagnostics.iter().any(Diagnostic::is_error);
    ExitCode::from(if failed { 65 } else { 0 })
}

/// Writes the answers; a failed `check` fails the run.
fn show(report: &Report, format: Format) -> ExitCode {
    let text = match format {
        Format::Text => report::text(report, WIDTH, false),
        Format::Json => format!("{:#}\n", report::json(report)),
        Format::Csv => match report::csv(report) {
            Ok(text) => text,
            Err(_) => return ExitCode::from(70),
        },
    };
    if let Err(code) = print(&text) {
        return code;
    }
    let failed = |answer: &Answer| matches!(answer, Answer::Check(outcome) if !outcome.passed);
    ExitCode::from(u8::from(report.answers.iter().any(failed)))
}

/// Writes to standard output. A reader that has seen enough closes the pipe: that is no failure.
fn print(text: &str) -> Result<(), ExitCode> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(ExitCode::SUCCESS),
        Err(_) => Err(ExitCode::from(74)),
        Ok(()) => Ok(()),
    }
}
