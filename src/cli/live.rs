//! `mizan report --live`: a document whose reader can change the inputs.

use std::path::{Path, PathBuf};

use super::exit::Exit;
use super::run::{RunArgs, outcome};
use super::{input, output};
use crate::analysis::scenario_values;
use crate::explain;
use crate::report::{PackedEngine, ReportFormat, live_memo, live_workbook};

/// The file with the engine for live pages, which `page/build` makes.
const ENGINE: &str = concat!("mizan-", env!("CARGO_PKG_VERSION"), ".wasm.gz");

/// Writes a live page or a live workbook, chosen by the extension of the output file. `engine` is the file with the
/// engine for a page; None for the one beside the program.
pub(super) fn write(run: &RunArgs, engine: Option<&Path>) -> Result<Exit, Exit> {
    let Some(path) = run.target.file() else {
        input::complain("a live document is a file; --output names it");
        return Err(Exit::Usage);
    };
    let shown = crate::diagnostic::sanitize(&path.to_string_lossy());
    let done = match ReportFormat::of_file(path).map(|format| format.name) {
        Ok("html") => page(run, engine, &shown)?,
        Ok("xlsx") => workbook(run, &shown)?,
        _ => {
            let text = format!("{shown}: a live document must have the ending .html or .xlsx");
            input::complain(&text);
            return Err(Exit::Usage);
        }
    };
    output::print(&format!("wrote {shown}\n"))?;
    Ok(done)
}

/// Writes the memo as a page with the engine in it.
fn page(run: &RunArgs, engine: Option<&Path>, shown: &str) -> Result<Exit, Exit> {
    run.target.check(std::slice::from_ref(&run.file))?;
    let engine = packed_engine(engine, shown)?;
    let (program, report, inputs) = run.report(true)?;
    let options = run.options();
    let errors = options.errors;
    let background = explain::background(&program, inputs, options);
    let text = live_memo(&report, &background, errors, &engine);
    run.target.write(text.as_bytes(), &input::files_of(&run.file, &program))?;
    Ok(outcome(&report))
}

/// Reads the engine; reports the reason if there is none.
fn packed_engine(named: Option<&Path>, shown: &str) -> Result<PackedEngine, Exit> {
    let beside =
        || -> Option<PathBuf> { Some(std::env::current_exe().ok()?.parent()?.join(ENGINE)) };
    let Some(path) = named.map(Path::to_owned).or_else(|| beside().filter(|path| path.is_file()))
    else {
        input::complain(&format!(
            "{shown}: a live page carries the engine, and {ENGINE} is not beside the program; `page/build` in the \
             sources of Mizan makes it, and --engine FILE names it"
        ));
        return Err(Exit::NoInput);
    };
    let bytes = input::bytes(&path)?;
    PackedEngine::new(&bytes).ok_or_else(|| {
        let text = "the engine must be a file .wasm.gz, as `page/build` writes it";
        input::complain(text);
        Exit::Data
    })
}

/// Writes the model as a workbook with formulas.
fn workbook(run: &RunArgs, shown: &str) -> Result<Exit, Exit> {
    let options = run.options();
    let given = [
        ("--years", options.years.is_some()),
        ("--scenario", !options.scenarios.is_empty()),
        ("--draws", options.draws > 0),
        ("--errors", options.errors),
    ];
    if let Some((option, _)) = given.iter().find(|(_, is_given)| *is_given) {
        input::complain(&format!(
            "{shown}: a live workbook is the whole model; leave {option} out"
        ));
        return Err(Exit::Usage);
    }
    run.target.check(std::slice::from_ref(&run.file))?;
    let mut program = input::load(&run.file, &run.chosen.set)?;
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
    run.target.write(&bytes.map_err(|_| Exit::Internal)?, &input::files_of(&run.file, &program))?;
    Ok(Exit::Fine)
}
