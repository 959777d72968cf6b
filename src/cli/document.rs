//! `mizan verify` and `mizan open`: documents that carry their script.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::output::OutputFormat;
use super::progress::Progress;
use super::{draws, input, memory, output, pdf};
use crate::data::{Files as _, normal};
use crate::diagnostic::sanitize;
use crate::files::Folder;
use crate::report::{
    Carried, CarriedInput, NotCarried, PackedEngine, ReportFormat, Setting, carried_in, format_of,
    live_memo, seen_differences, sha256,
};
use crate::rerun::Repeated;
use crate::results::Input;

const VERIFY_EXAMPLES: &str = "\
Examples:
  mizan verify memo.html
  mizan verify memo.xlsx";

const OPEN_EXAMPLES: &str = "\
Examples:
  mizan open memo.html -o memo
  mizan run memo/trade.mizan";

/// Maximum number of printed differences; the number of further ones is stated.
const MOST_SHOWN: usize = 20;

/// Run the script that a document carries and compare every number.
///
/// Needs no network. Files that are too large to be carried are read from the folder of the document.
#[derive(Debug, Args)]
#[command(after_help = VERIFY_EXAMPLES)]
pub(super) struct VerifyArgs {
    /// A page, a workbook, a PDF or a Typst memo that `mizan report` wrote; or the attachment of a PDF.
    document: PathBuf,
    /// Refuse a document with a larger number of draws.
    #[arg(long, value_name = "N", default_value = draws::MOST_UNASKED, value_parser = draws::count)]
    max_draws: u64,
}

/// Give back the script and the data that a document carries.
#[derive(Debug, Args)]
#[command(after_help = OPEN_EXAMPLES)]
pub(super) struct OpenArgs {
    /// A page, a workbook, a PDF or a Typst memo that `mizan report` wrote; or the attachment of a PDF.
    document: PathBuf,
    /// The folder for the files, which must not exist yet.
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
}

impl VerifyArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let (bytes, carried) = read(&self.document)?;
        let shown = sanitize(&self.document.to_string_lossy());
        draws::check(carried.options.draws, self.max_draws)?;
        let inputs = inputs(&carried, &self.document)?;
        let repeated = repeat(&carried, &inputs, &shown)?;
        let (own, numbers) = (repeated.is_own, repeated.numbers);
        let mut found = repeated.found.clone();
        let engine = PackedEngine::in_page(&bytes);
        let format = if own { format(&bytes) } else { None };
        if let Some(format) = format {
            let anew = anew(&repeated, &carried, inputs, format, engine.as_ref())?;
            found.extend(seen(&bytes, &anew, format, &self.document)?);
        }
        if found.is_empty() {
            let script = carried.inputs.first().map_or("", |input| input.name.as_str());
            let script = sanitize(script);
            let text = if format.is_some() { " and all that is shown" } else { "" };
            output::print(&format!(
                "{shown}: all {numbers} numbers{text} agree with a new run of {script}\n"
            ))?;
            if !own {
                let version = sanitize(&carried.mizan);
                input::note(&format!(
                    "note: Mizan {version} wrote {shown}, so that only its numbers were compared\n"
                ));
            }
            if own && pdf::is_pdf(&bytes) && format.is_none() {
                input::note(&format!(
                    "note: mizan-pdf of this version did not make {shown}, so that only the numbers that it carries were compared\n"
                ));
            }
            if engine.is_some() {
                input::note("note: the engine in the page was not compared\n");
            }
            return Ok(Exit::Fine);
        }
        input::complain(&format!("{shown} differs from a new run in {} places", found.len()));
        for line in found.iter().take(MOST_SHOWN) {
            input::note(&format!("  {}\n", sanitize(line)));
        }
        if let Some(more) = found.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
            input::note(&format!("  and {more} more\n"));
        }
        Err(Exit::Failed)
    }
}

impl OpenArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let (_, carried) = read(&self.document)?;
        let shown = sanitize(&self.document.to_string_lossy());
        if self.output.exists() {
            let folder = sanitize(&self.output.to_string_lossy());
            input::complain(&format!("{folder} exists; name a new folder"));
            return Err(Exit::CannotCreate);
        }
        let mut files = Vec::new();
        for one in &carried.inputs {
            // The names come from the document: none may lead out of the folder.
            let Ok(name) = normal(&one.name) else {
                let name = sanitize(&one.name);
                input::complain(&format!("{shown}: the name {name} leads out of the folder"));
                return Err(Exit::Data);
            };
            if files.iter().any(|(other, _)| *other == name) {
                let name = sanitize(&name);
                input::complain(&format!(
                    "{shown} is damaged: two of its files have the name {name}"
                ));
                return Err(Exit::Data);
            }
            match &one.bytes {
                Some(bytes) => files.push((name, bytes.clone())),
                None => input::note(&format!(
                    "note: {} is too large to be carried; its SHA-256 is {}\n",
                    sanitize(&name),
                    one.sha256
                )),
            }
        }
        output::write_folder(&self.output, &files, false, &[])?;
        let line = |(name, _): &(String, Vec<u8>)| {
            format!("wrote {}\n", sanitize(&self.output.join(name).to_string_lossy()))
        };
        output::print(&files.iter().map(line).collect::<String>())?;
        Ok(Exit::Fine)
    }
}

/// Reads a document with the script and files embedded in it; reports a document without them.
fn read(path: &Path) -> Result<(Vec<u8>, Carried), Exit> {
    let shown = sanitize(&path.to_string_lossy());
    let bytes = input::bytes(path)?;
    let carried = match pdf::is_pdf(&bytes) {
        true => carried_in(pdf::carried(&bytes, &shown)?.as_bytes()),
        false => carried_in(&bytes),
    };
    Ok((bytes, carried.map_err(|problem| not_carried(path, &problem))?))
}

fn not_carried(path: &Path, problem: &NotCarried) -> Exit {
    let shown = path.display();
    input::complain(&match problem {
        NotCarried::Nothing => format!(
            "{shown} carries no script; `mizan report SCRIPT -o memo.html` writes a document that does"
        ),
        NotCarried::Damaged(why) => format!("{shown} is damaged: {why}"),
        NotCarried::Newer(version) => {
            format!("{shown} has version {version} of the format; a newer Mizan reads it")
        }
    });
    Exit::Data
}

/// Returns the script and its files: embedded files from the document, and all others from its folder if they have the
/// hash that the document states.
fn inputs(carried: &Carried, document: &Path) -> Result<Vec<Input>, Exit> {
    let folder = Folder::of_script(document);
    let read = |input: &CarriedInput| {
        let mut bytes = Vec::new();
        let done = folder
            .open(&input.name)
            .map(|mut file| std::io::Read::read_to_end(&mut file, &mut bytes));
        (matches!(done, Ok(Ok(_))) && sha256(&bytes) == input.sha256).then_some(bytes)
    };
    let input = |input: &CarriedInput| match input.bytes.clone().or_else(|| read(input)) {
        Some(bytes) => Ok(Input { name: input.name.clone(), bytes }),
        None => {
            input::complain(&format!(
                "{} is not carried, and the folder of the document has no file of this name with the SHA-256 {}",
                input.name, input.sha256
            ));
            Err(Exit::NoInput)
        }
    };
    carried.inputs.iter().map(input).collect()
}

/// Runs the script anew with the options of the document, and compares the numbers. Prints the diagnostics of a script
/// that cannot be run.
fn repeat(carried: &Carried, inputs: &[Input], shown: &str) -> Result<Repeated, Exit> {
    let progress = Progress::start();
    let done = Repeated::of(carried, inputs, &|done| progress.show(done), &memory::stop());
    drop(progress);
    done.map_err(|program| {
        if let Some(program) = program {
            input::report(&program.diagnostics, &program.sources);
        }
        input::complain(&format!("{shown}: the script that it carries cannot be run"));
        Exit::Failed
    })
}

/// Finds the format in which a document is written again; None if only the numbers that it carries can be compared.
fn format(document: &[u8]) -> Option<OutputFormat> {
    if pdf::is_pdf(document) {
        return pdf::is_own(document).then_some(OutputFormat::Pdf);
    }
    format_of(document).and_then(ReportFormat::named).map(OutputFormat::Report)
}

/// Lists the places where a document differs from one written anew.
fn seen(
    document: &[u8],
    anew: &[u8],
    format: OutputFormat,
    path: &Path,
) -> Result<Vec<String>, Exit> {
    match format {
        OutputFormat::Report(_) => {
            seen_differences(document, anew).map_err(|problem| not_carried(path, &problem))
        }
        OutputFormat::Pdf if document == anew => Ok(Vec::new()),
        OutputFormat::Pdf => Ok(vec!["the pages of the PDF are not those of a new run".to_owned()]),
    }
}

/// Writes the document anew in its format; a live page with its own engine.
fn anew(
    repeated: &Repeated,
    carried: &Carried,
    inputs: Vec<Input>,
    format: OutputFormat,
    engine: Option<&PackedEngine>,
) -> Result<Vec<u8>, Exit> {
    let (errors, report) = (carried.options.errors, &repeated.report);
    let background = || repeated.background(inputs, &carried.options);
    if let Some(engine) = engine {
        return Ok(live_memo(report, &background(), errors, engine).into_bytes());
    }
    let setting = Setting { width: 0, colour: false, errors, excel: None };
    output::in_format(format, report, background, setting)
}
