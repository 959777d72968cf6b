//! `mizan report`: a document with the answers of a script, its levers, sources and checks.

use std::path::{Path, PathBuf};

use clap::Args;

use super::draws::DrawOptions;
use super::exit::Exit;
use super::run::{Chosen, RunArgs};
use super::{Target, input, live, output, pdf};
use crate::report::{ReportFormat, document_endings, instead_of};

const EXAMPLES: &str = "\
Examples:
  mizan report trade.mizan -o memo.html
  mizan report trade.mizan -o memo.html --draws 10_000 --force
  mizan report trade.mizan -o memo.pdf
  mizan report trade.mizan -o memo.html --live
  mizan report trade.mizan -o model.xlsx --live
  mizan report trade.mizan -o memo.html --scenario corridor --set duty.rate=5%";

/// Write a memo: the answers with charts, levers, assumptions, sources, checks and the script.
///
/// The document carries the script and its data, so that `mizan verify` can repeat the run.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ReportArgs {
    /// The script; `-` is standard input.
    file: PathBuf,
    #[command(flatten)]
    chosen: Chosen,
    /// Show standard errors and all quantiles in the tables of a simulation.
    #[arg(long)]
    errors: bool,
    /// The document; its ending chooses the format.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Replace the document if it exists.
    #[arg(long)]
    force: bool,
    /// Write a document whose reader can change the inputs. A page (.html) carries the engine: its sliders work, and
    /// it computes every number anew, without a network. A workbook (.xlsx) is the model itself, with equations as
    /// formulas.
    #[arg(long)]
    live: bool,
    /// The engine that a live page carries, as `page/build` makes it. Without this option, the file beside the
    /// program.
    #[arg(long, value_name = "FILE", requires = "live")]
    engine: Option<PathBuf>,
    #[command(flatten)]
    draws: DrawOptions,
}

impl ReportArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let Self { file, chosen, errors, output: path, force, live, engine, draws } = self;
        let shown = path.display().to_string();
        if !live {
            check_ending(&path, &shown)?;
        }
        let target = Target { output: Some(path), force };
        let run = RunArgs { chosen, draws, errors, target, ..RunArgs::of(file) };
        if live {
            return live::write(&run, engine.as_deref());
        }
        let done = run.execute()?;
        output::print(&format!("wrote {}\n", crate::diagnostic::sanitize(&shown)))?;
        Ok(done)
    }
}

/// Reports an output file whose extension is not that of a document.
fn check_ending(path: &Path, shown: &str) -> Result<(), Exit> {
    let known = document_endings();
    match ReportFormat::of_file(path) {
        Ok(format) if format.is_document() => Ok(()),
        Err(_) if pdf::is_name(path) && pdf::program().is_some() => Ok(()),
        Err(ending) if instead_of(&ending).is_some() => {
            Err(output::unknown_ending(path, &ending, &known))
        }
        Ok(_) | Err(_) => {
            input::complain(&format!("{shown}: a report must have the ending {known}"));
            Err(Exit::Usage)
        }
    }
}
