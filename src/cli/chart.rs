//! `mizan chart`: a script's charts as SVG or PNG files in a folder.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::draws::DrawOptions;
use super::exit::Exit;
use super::run::{self, Chosen, RunArgs};
use super::{input, output};
#[cfg(feature = "png")]
use crate::report::png_pictures;
use crate::report::{instead_of, pictures};
use crate::results::Report;

const EXAMPLES: &str = "\
Examples:
  mizan chart trade.mizan --output charts
  mizan chart trade.mizan --output charts --draws 10_000 --force
  mizan chart trade.mizan --output charts --format png";

/// Draw a script's charts as SVG or PNG files, one for each chart, histogram and comparison by lever; for a
/// script without any of them, one for each table.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ChartArgs {
    /// The script; `-` is standard input.
    file: PathBuf,
    #[command(flatten)]
    chosen: Chosen,
    /// The folder for the files. If it does not exist yet, it is created with all files or not at all.
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Format of the files.
    #[arg(long, value_enum, default_value_t = PictureFormat::Svg)]
    format: PictureFormat,
    /// Replace files of the same names in the folder.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    draws: DrawOptions,
}

/// The format of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PictureFormat {
    /// Vectors, which scale to any size and follow a dark page.
    Svg,
    /// Pixels, twice as many as the SVG has.
    Png,
}

impl ChartArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let Self { file, chosen, output: folder, format: kind, force, draws } = self;
        kind.check()?;
        check_folder(&folder, &file)?;
        let script = file.clone();
        let run = RunArgs { chosen, draws, ..RunArgs::of(file) };
        let (program, report, _) = run.report(false)?;
        let files = kind.files(&report)?;
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

/// Refuses the name of a picture in place of the name of a folder.
fn check_folder(folder: &Path, script: &Path) -> Result<(), Exit> {
    let ending = folder.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let pictures = ["svg", "png", "jpg", "jpeg", "gif", "pdf"];
    let named = ending.filter(|ending| pictures.contains(&ending.as_str()) && !folder.is_dir());
    let Some(ending) = named else { return Ok(()) };
    let stem = folder.with_extension("");
    let (stem, script) = (stem.display(), script.display());
    let instead = match ending.as_str() {
        "png" => format!("write `--output {stem} --format png`"),
        _ => format!(
            "write `--output {stem}`; for one picture, `mizan run {script} --output {stem}.svg`"
        ),
    };
    input::complain(&format!(
        "`--output` names the folder of the charts, not a picture; {instead}"
    ));
    Err(Exit::Usage)
}

impl PictureFormat {
    /// Reports if this build cannot draw the format.
    fn check(self) -> Result<(), Exit> {
        let is_drawn = self == Self::Svg || cfg!(feature = "png");
        if is_drawn {
            return Ok(());
        }
        let instead = instead_of("png").unwrap_or_default();
        input::complain(&format!("this Mizan draws no PNG; {instead}"));
        Err(Exit::Usage)
    }

    /// Draws the charts of a report; returns the name and the bytes of each file.
    fn files(self, report: &Report) -> Result<Vec<(String, Vec<u8>)>, Exit> {
        match self {
            Self::Svg => Ok(pictures(report)
                .into_iter()
                .map(|picture| (picture.file, picture.svg.into_bytes()))
                .collect()),
            Self::Png => png_files(report),
        }
    }
}

#[cfg(feature = "png")]
fn png_files(report: &Report) -> Result<Vec<(String, Vec<u8>)>, Exit> {
    let mut files = Vec::new();
    for picture in png_pictures(report) {
        let Some(bytes) = picture.bytes else {
            input::complain(&format!(
                "{} would have too many pixels; --format svg draws it",
                picture.file
            ));
            return Err(Exit::Failed);
        };
        if let Some(remark) = picture.remark {
            input::note(&format!("note: {}: {remark}\n", picture.file));
        }
        files.push((picture.file, bytes));
    }
    Ok(files)
}

/// [`PictureFormat::check`] has refused the format before.
#[cfg(not(feature = "png"))]
fn png_files(_: &Report) -> Result<Vec<(String, Vec<u8>)>, Exit> {
    Err(Exit::Usage)
}

fn shown(path: &Path) -> String {
    format!("wrote {}\n", crate::diagnostic::sanitize(&path.to_string_lossy()))
}
