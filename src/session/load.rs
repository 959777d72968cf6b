//! Loading of a script: read, parse, check.
//!
//! In: a text, the files that it may name, and edits from the command line. Out: a [`Program`], with a model if there
//! are no errors. Every front end loads scripts here.

use std::path::PathBuf;
use std::sync::Arc;

use super::follow::follow;
#[cfg(feature = "habits")]
use super::hidden::uncover;
use super::libraries::{LibraryPart, Loader};
#[cfg(feature = "habits")]
use super::reword::reword;
#[cfg(feature = "habits")]
use super::unasked;
use crate::check::check;
use crate::data::{Files, NoFiles, Noted};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Model;
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::ast::{Assign, File, Item, ItemKind};
use crate::syntax::parse;

/// A loaded script with its model and diagnostics.
#[derive(Debug)]
pub struct Program {
    /// The texts of the script, its libraries and the edits.
    pub sources: SourceMap,
    /// The syntax trees of the script and of its libraries; the script's tree is first.
    pub files: Vec<Arc<File>>,
    /// Errors and warnings of the script.
    pub diagnostics: Vec<Diagnostic>,
    /// The model; `None` if there are errors.
    pub model: Option<Model>,
    /// The paths of the library and data files on disk that were read.
    pub files_read: Vec<PathBuf>,
}

/// Parses and checks a script that reads no other file; `name` is its name in diagnostics.
pub fn load(name: &str, text: &str) -> Program {
    load_edited(name, text, &NoFiles, &[])
}

/// Parses and checks a script with the library and data files that it names.
pub fn load_with(name: &str, text: &str, files: &dyn Files) -> Program {
    load_edited(name, text, files, &[])
}

/// Loads a script as [`load_with`] does, with edits. Each edit is an assignment, `duty.rate = 5%`, and replaces a given
/// value as an edit of the script's own line would.
pub fn load_edited(name: &str, text: &str, files: &dyn Files, edits: &[String]) -> Program {
    let program = load_mended(name, text, files, edits, MOST_HIDDEN);
    #[cfg(feature = "habits")]
    let program = {
        let mut program = program;
        let again =
            |text: &str| load_part(LibraryPart::Whole, name, text, files, edits).diagnostics;
        unasked::ask(&mut program.diagnostics, SourceId(0), text, again);
        program
    };
    program
}

/// Loads a script, with the mistakes that others hide to the depth `hidden`.
fn load_mended(
    name: &str,
    text: &str,
    files: &dyn Files,
    edits: &[String],
    hidden: usize,
) -> Program {
    let load = |text: &str| load_part(LibraryPart::Whole, name, text, files, edits);
    let mut program = load(text);
    if program.model.is_none() {
        let again = |text: &str| load(text).diagnostics;
        follow(&mut program.diagnostics, SourceId(0), text, again);
        #[cfg(feature = "habits")]
        {
            let known = (program.files.as_slice(), &program.sources);
            reword(&mut program.diagnostics, SourceId(0), text, known, again);
            if let Some(deeper) = hidden.checked_sub(1) {
                let mended = |text: &str| load_mended(name, text, files, edits, deeper).diagnostics;
                uncover(&mut program.diagnostics, SourceId(0), text, mended);
            }
        }
        // Without the rules for habits few lines have an edit, behind which another mistake could be found.
        #[cfg(not(feature = "habits"))]
        let _ = hidden;
    }
    program
}

/// Loads a script as [`load_edited`] does, but only the statements of the built-in libraries that the script uses: the
/// same answers in less time. A script with a mistake is loaded again with whole libraries, because the help may name
/// any of their statements.
pub fn load_used(name: &str, text: &str, files: &dyn Files, edits: &[String]) -> Program {
    let program = load_part(LibraryPart::Used, name, text, files, edits);
    if program.model.is_some() {
        return program;
    }
    // A script with many mistakes is large, so its first tree is dropped before the second is made.
    drop(program);
    load_edited(name, text, files, edits)
}

/// Loads a script as [`load_used`] does, with one query in place of the script's queries.
pub fn load_asking(
    name: &str,
    text: &str,
    files: &dyn Files,
    edits: &[String],
    question: &str,
) -> Program {
    let load = |part| {
        let noted = Noted::new(files);
        let mut loader = Loader::new(name, &noted, part);
        // Names in the question are looked up in the libraries too.
        let texts = [edits, &[question.to_owned()]].concat();
        loader.script(name, text, &texts);
        loader.ask(QUESTION, question);
        let program = with_edits(loader, &noted, edits);
        Program { files_read: noted.opened(), ..program }
    };
    let program = load(LibraryPart::Used);
    if program.model.is_some() {
        return program;
    }
    drop(program);
    load(LibraryPart::Whole)
}

fn load_part(
    part: LibraryPart,
    name: &str,
    text: &str,
    files: &dyn Files,
    edits: &[String],
) -> Program {
    let noted = Noted::new(files);
    let mut loader = Loader::new(name, &noted, part);
    loader.script(name, text, edits);
    let program = with_edits(loader, &noted, edits);
    Program { files_read: noted.opened(), ..program }
}

/// Parses the edits, and checks the script with its libraries and edits.
fn with_edits(mut loader: Loader<'_>, files: &dyn Files, edits: &[String]) -> Program {
    let mut assigns = Vec::new();
    if edits.len() > MOST_EDITS {
        let message = "more than 10,000 values are replaced by `--set`, the limit";
        let found = Diagnostic::error(Code::LimitFile, message);
        loader.diagnostics.push(found.help("give the values in the script or in a data file"));
        return checked(loader, &[], files);
    }
    for edit in edits {
        match assignment(loader.sources.add(EDIT, edit), edit) {
            Ok(assign) => match of_scenario(&loader.trees, &assign, edit) {
                Some(found) => loader.diagnostics.push(found),
                None => assigns.push(assign),
            },
            Err(mut found) => loader.diagnostics.append(&mut found),
        }
    }
    checked(loader, &assigns, files)
}

/// Refuses an edit of a scenario, `opening.duty.rate=0%`: edits change the baseline.
fn of_scenario(trees: &[Arc<File>], assign: &Assign, edit: &str) -> Option<Diagnostic> {
    let [first, _, ..] = assign.target.path.as_slice() else { return None };
    let is_named = |item: &Item| match &item.kind {
        ItemKind::Scenario(scenario) => scenario.name.text == first.text,
        _ => false,
    };
    let mut items = trees.iter().flat_map(|tree| &tree.items);
    items.any(is_named).then_some(())?;
    let (name, change) = (&first.text, edit.trim().strip_prefix(&*first.text)?.strip_prefix('.')?);
    let change = change.replacen('=', " = ", 1).replace("  ", " ");
    let message = format!("`{name}` is a scenario; `--set` changes the baseline");
    Some(Diagnostic::error(Code::UnknownName, message).at(assign.target.span, "in a scenario").help(format!(
        "write `scenario {name}2 extends {name} {{ {change} }}` into the script, and run it with `--scenario {name}2`"
    )))
}

/// Loads a parsed script, whose spans refer to `sources`, with the files that it names.
pub(super) fn load_parsed(
    name: &str,
    (script, sources): (File, SourceMap),
    files: &dyn Files,
) -> Program {
    let noted = Noted::new(files);
    let mut loader = Loader::new(name, &noted, LibraryPart::Whole);
    loader.parsed(script, sources);
    let program = checked(loader, &[], &noted);
    Program { files_read: noted.opened(), ..program }
}

fn checked(loader: Loader<'_>, edits: &[Assign], files: &dyn Files) -> Program {
    let Loader { mut sources, mut diagnostics, trees, .. } = loader;
    if diagnostics.iter().any(Diagnostic::is_error) {
        let files_read = Vec::new();
        return Program { sources, files: trees, diagnostics, model: None, files_read };
    }
    let all: Vec<&File> = trees.iter().map(|tree| &**tree).collect();
    let (model, mut found) = check(&all, edits, &mut sources, files);
    diagnostics.append(&mut found);
    Program { sources, files: trees, diagnostics, model, files_read: Vec::new() }
}

/// The source name of a question in diagnostics.
pub const QUESTION: &str = "question";
/// Maximum number of times that a script is read again after its edits, for mistakes that others hide.
const MOST_HIDDEN: usize = 2;
/// Maximum number of edits of a run.
const MOST_EDITS: usize = 10_000;
/// The source name of an edit in diagnostics.
const EDIT: &str = "--set";

/// Parses a text that must be one assignment.
///
/// # Errors
/// The parser's diagnostics, or `not-an-assignment`.
pub fn assignment(source: SourceId, text: &str) -> Result<Assign, Vec<Diagnostic>> {
    let parsed = parse(source, text);
    if parsed.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(parsed.diagnostics);
    }
    let mut items = parsed.file.items.into_iter().map(|item| item.kind);
    match (items.next(), items.next()) {
        (Some(ItemKind::Assign(assign)), None) => Ok(assign),
        _ => {
            let found = Diagnostic::error(Code::NotAnAssignment, "one assignment is required here");
            let whole = Span::new(source, 0, text.len());
            Err(vec![found.at(whole, "something else").help("write TARGET=VALUE, `duty.rate=5%`")])
        }
    }
}

/// Loads the built-in library alone, over sets of one element, for explanations and not for runs.
pub fn load_library() -> Program {
    load(
        "script",
        "years 2024..2025\ncurrency USD\nset partner = one\nset sector = one\nuse trade\n",
    )
}
