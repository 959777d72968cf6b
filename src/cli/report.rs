//! `mizan report`: a document with the answers of a script, its levers, sources and checks.

use std::path::PathBuf;

use clap::Args;

use super::draws::DrawOptions;
use super::exit::Exit;
use super::run::{self, RunArgs};
use super::{Target, input, output};
use crate::analysis::scenario_values;
use crate::report::{ReportFormat, document_endings, instead_of, live_workbook};

const EXAMPLES: &str = "\
Examples:
  mizan report trade.mizan -o memo.html
  mizan report trade.mizan -o memo.html --draws 10_000 --force
  mizan report trade.mizan -o memo.typ && typst compile memo.typ
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
    /// Answer queries without `for` in this scenario; `for all` then means the baseline and the scenarios
    /// named here. May be repeated.
    #[arg(long, value_name = "NAME")]
    scenario: Vec<String>,
    /// Replace a given value, as in `mizan run`. May be repeated.
    #[arg(long, value_name = "TARGET=VALUE", value_parser = run::edit)]
    set: Vec<String>,
    /// Show these years only. All years are still computed and checked.
    #[arg(long, value_name = "A..B", value_parser = run::years)]
    years: Option<(i32, i32)>,
    /// Show standard errors and all quantiles in the tables of a simulation.
    #[arg(long)]
    errors: bool,
    /// The document; its ending chooses the format.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Replace the document if it exists.
    #[arg(long)]
    force: bool,
    /// Write the model itself as a workbook (.xlsx): a named cell for each given number, equations as formulas,
    /// the scenario chosen in a cell.
    #[arg(long, conflicts_with_all = ["years", "scenario", "draws", "errors"])]
    live: bool,
    #[command(flatten)]
    draws: DrawOptions,
}

impl ReportArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        if self.live {
            return self.write_live();
        }
        let Self { file, scenario, set, years, errors, output: path, force, live: _, draws } = self;
        let shown = path.display().to_string();
        let known = document_endings();
        match ReportFormat::of_file(&path) {
            Ok(format) if format.is_document() => {}
            Err(ending) if instead_of(&ending).is_some() => {
                return Err(output::unknown_ending(&path, &ending, &known));
            }
            Ok(_) | Err(_) => {
                input::complain(&format!("{shown}: a report must have the ending {known}"));
                return Err(Exit::Usage);
            }
        }
        let target = Target { output: Some(path), force };
        let run = RunArgs { scenario, set, years, draws, errors, target, ..RunArgs::of(file) };
        let done = run.execute()?;
        output::print(&format!("wrote {}\n", crate::diagnostic::sanitize(&shown)))?;
        Ok(done)
    }

    /// Writes the model as a live workbook.
    fn write_live(self) -> Result<Exit, Exit> {
        let shown = self.output.display().to_string();
        if !ReportFormat::of_file(&self.output).is_ok_and(|format| format.name == "xlsx") {
            input::complain(&format!("{shown}: a live workbook must have the ending .xlsx"));
            return Err(Exit::Usage);
        }
        let target = Target { output: Some(self.output), force: self.force };
        target.check(std::slice::from_ref(&self.file))?;
        let mut program = input::load(&self.file, &self.set)?;
        let bytes = match program.model.as_ref().map(|model| (model, scenario_values(model))) {
            Some((model, Ok(values))) => Some(live_workbook(model, &values)),
            Some((_, Err(problem))) => {
                program.diagnostics.push(problem);
                None
            }
            None => None,
        };
        input::report(&program.diagnostics, &program.sources);
        let Some(bytes) = bytes else { return Err(Exit::of(&program.diagnostics)) };
        target
            .write(&bytes.map_err(|_| Exit::Internal)?, &input::files_of(&self.file, &program))?;
        output::print(&format!("wrote {}\n", crate::diagnostic::sanitize(&shown)))?;
        Ok(Exit::Fine)
    }
}
