//! `mizan merge`: the answers of a simulation whose parts were made by several runs.

use std::path::PathBuf;

use clap::Args;

use super::Target;
use super::chunks::{read, refused};
use super::exit::Exit;
use super::progress::Progress;
use super::run::{self, DecimalOption, outcome};
use super::{input, memory, output};
use crate::explain;
use crate::partial::{Counts, Partial, merge};
use crate::report::ReportFormat;
use crate::rerun;

const EXAMPLES: &str = "\
Examples:
  mizan run trade.mizan --draws 10_000_000 --chunks 0..76 --partial first.part
  mizan run trade.mizan --draws 10_000_000 --chunks 77.. --partial second.part
  mizan merge first.part second.part
  mizan merge *.part --output trade.csv

In two passes, for very many draws:
  mizan run trade.mizan --draws 1_000_000_000 --chunks 0..999 --counts first.counts
  mizan run trade.mizan --draws 1_000_000_000 --chunks 0..7629 --near first.counts --partial first.part
  mizan run trade.mizan --draws 1_000_000_000 --chunks 7630.. --near first.counts --partial second.part
  mizan merge first.part second.part";

/// Answer the queries of a script from the parts of a simulation.
///
/// The answers have the same bits as those of one run that makes all draws. A part that is missing, doubled,
/// damaged or of another run is refused. Files of `--counts` are joined to one file, for `mizan run --near`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct MergeArgs {
    /// The files that `mizan run --partial` wrote, or those of --counts, in any order.
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,
    /// Output format. Without this option, the extension of the output file decides.
    #[arg(long, value_parser = run::format())]
    format: Option<&'static ReportFormat>,
    /// Width of the text in columns. Without this option, the width of the terminal, or 80.
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
    /// Show standard errors and all quantiles in the tables of a simulation.
    #[arg(long)]
    errors: bool,
    /// Write CSV for Excel: a byte-order mark, and for the decimal sign `comma` semicolons between cells.
    #[arg(long, value_enum, value_name = "DECIMAL")]
    excel: Option<DecimalOption>,
    #[command(flatten)]
    target: Target,
}

impl MergeArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        self.target.check(&self.files)?;
        let parts: Vec<(String, Partial)> =
            self.files.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
        if parts.iter().all(|(_, part)| part.is_counts()) {
            return self.join_counts(parts);
        }
        let format = self.target.format(self.format)?;
        let whole = merge(parts).map_err(refused)?;
        let (mut program, inputs, options) = whole.load();
        let progress = Progress::start();
        let done = |share| progress.show(share);
        let report =
            program.model.as_ref().map(|model| whole.answer(model, &done, &memory::stop()));
        drop(progress);
        let report = report.and_then(|report| rerun::diagnosed(&mut program, report));
        input::report(&program.diagnostics, &program.sources);
        let Some(report) = report else { return Err(Exit::of(&program.diagnostics)) };
        let background = || explain::background(&program, inputs, options);
        let setting = run::setting(&self.target, self.width, self.errors, self.excel);
        let bytes = output::in_format(format, &report, background, setting)?;
        self.target.write(&bytes, &self.files)?;
        Ok(outcome(&report))
    }

    /// Joins counts to one file.
    fn join_counts(&self, parts: Vec<(String, Partial)>) -> Result<Exit, Exit> {
        if self.target.file().is_none() {
            input::complain(
                "the files have counts; --output FILE joins them for `mizan run --near FILE`",
            );
            return Err(Exit::Usage);
        }
        let counts = Counts::join(parts).map_err(refused)?;
        self.target.write(&counts.to_bytes(), &self.files)?;
        Ok(Exit::Fine)
    }
}
