//! `mizan chart`: a script's charts as SVG files in a folder.

use std::path::{Path, PathBuf};

use clap::Args;

use super::draws::DrawOptions;
use super::exit::Exit;
use super::run::{self, RunArgs};
use super::{Target, input, output};
use crate::report::pictures;

const EXAMPLES: &str = "\
Examples:
  mizan chart trade.mizan --output charts
  mizan chart trade.mizan --output charts --draws 10_000 --force";

/// Draw a script's charts as SVG files, one for each chart, histogram and comparison by lever; for a
/// script without any of them, one for each table.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ChartArgs {
    /// The script; `-` is standard input.
    file: PathBuf,
    /// Draw queries without `for` in this scenario; `for all` then means the baseline and the scenarios named
    /// here. May be repeated.
    #[arg(long, value_name = "NAME")]
    scenario: Vec<String>,
    /// Replace a given value, as in `mizan run`. May be repeated.
    #[arg(long, value_name = "TARGET=VALUE", value_parser = run::edit)]
    set: Vec<String>,
    /// Draw these years only. All years are still computed and checked.
    #[arg(long, value_name = "A..B", value_parser = run::years)]
    years: Option<(i32, i32)>,
    /// The folder for the files. If it does not exist yet, it is created with all files or not at all.
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Replace files of the same names in the folder.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    draws: DrawOptions,
}

impl ChartArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let Self { file, scenario, set, years, output: folder, force, draws } = self;
        let (format, trace, width) = (None, None, None);
        let target = Target { output: None, force: false };
        let (errors, excel) = (false, None);
        let script = file.clone();
        let run = RunArgs {
            file,
            scenario,
            set,
            years,
            draws,
            errors,
            excel,
            format,
            width,
            target,
            trace,
        };
        let (program, report, _) = run.report(false)?;
        let files: Vec<(String, Vec<u8>)> = pictures(&report)
            .into_iter()
            .map(|picture| (picture.file, picture.svg.into_bytes()))
            .collect();
        if files.is_empty() {
            input::complain(
                "the script asks for nothing that can be drawn; add `chart` and an expression",
            );
            return Err(Exit::Failed);
        }
        output::write_folder(&folder, &files, force, &input::files_of(&script, &program))?;
        drop(program);
        let line = |(name, _): &(String, Vec<u8>)| shown(&folder.join(name));
        output::print(&files.iter().map(line).collect::<String>())?;
        Ok(run::outcome(&report))
    }
}

fn shown(path: &Path) -> String {
    format!("wrote {}\n", crate::diagnostic::sanitize(&path.to_string_lossy()))
}
