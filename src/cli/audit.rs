//! `mizan audit`: the source of each figure of a script, and the figures without a source.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::{input, output, terminal};
use crate::report;
use crate::results::Audit as Found;

const EXAMPLES: &str = "\
Examples:
  mizan audit trade.mizan
  mizan audit trade.mizan --format json";

/// List the figures without a source, and the figures of each source.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct AuditArgs {
    /// The script; `-` is standard input.
    file: PathBuf,
    /// How to write the list.
    #[arg(long, value_enum, default_value_t = AuditFormat::Text)]
    format: AuditFormat,
}

/// Output format of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AuditFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

impl AuditArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let program = input::load(&self.file, &[])?;
        input::report(&program.diagnostics, &program.sources);
        let Some(model) = &program.model else { return Err(Exit::Data) };
        let found = Found::of(model, &program.sources);
        output::print(&match self.format {
            AuditFormat::Text => report::audit_text(&found, terminal::width(), terminal::colour()),
            AuditFormat::Json => format!("{:#}\n", report::audit_json(&found)),
        })?;
        Ok(Exit::Fine)
    }
}
