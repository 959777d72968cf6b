//! `mizan check`: reports the mistakes of a script without running it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::exit::Exit;
use super::{input, output};
use crate::diagnostic::to_json;

const EXAMPLES: &str = "\
Examples:
  mizan check trade.mizan
  mizan check trade.mizan --format json
  mizan check trade.mizan --deny-warnings     for a build server";

/// Read a script and report every mistake in it, without running it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArgs {
    /// The script; `-` is standard input.
    file: PathBuf,
    /// How to write the diagnostics.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    format: CheckFormat,
    /// End with exit code 1 if there are warnings.
    #[arg(long)]
    deny_warnings: bool,
}

/// Output format of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people, on standard error.
    Text,
    /// One JSON object on standard output.
    Json,
}

impl CheckArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let program = input::load(&self.file, &[])?;
        let errors = program.diagnostics.iter().filter(|d| d.is_error()).count();
        let warnings = program.diagnostics.len() - errors;
        match self.format {
            CheckFormat::Text => input::report(&program.diagnostics, &program.sources),
            CheckFormat::Json => {
                let document = json!({
                    "schema": 1,
                    "mizan": env!("CARGO_PKG_VERSION"),
                    "file": input::name(&self.file),
                    "errors": errors,
                    "warnings": warnings,
                    "diagnostics": to_json(&program.diagnostics, &program.sources),
                });
                output::print(&format!("{document:#}\n"))?;
            }
        }
        let denied = self.deny_warnings && warnings > 0;
        Ok(match Exit::of(&program.diagnostics) {
            Exit::Fine if denied => Exit::Failed,
            exit => exit,
        })
    }
}
