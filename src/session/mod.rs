//! Loading a script: read, parse, check; and a conversation about a model that grows. The one way in
//! for every front end.

mod complete;
mod document;
mod enter;
mod example;
mod input;
mod inspect;
mod libraries;
mod state;
mod track;

pub use complete::Candidate;
pub use enter::{Outcome, Reach, Session};
pub(crate) use input::cannot_read;
pub use input::read_from;

use std::sync::Arc;

use crate::check::check;
use crate::data::{Files, NoFiles};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Model;
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::ast::{Assign, File, ItemKind};
use crate::syntax::parse;

use libraries::{Loader, Part};

/// The largest script or library file, in bytes.
pub const MOST_BYTES: u64 = 4 << 20;

/// A script that was loaded.
#[derive(Debug)]
pub struct Program {
    /// Its texts.
    pub sources: SourceMap,
    /// The trees of the script and of the libraries that it uses.
    pub files: Vec<Arc<File>>,
    /// What was found in them.
    pub diagnostics: Vec<Diagnostic>,
    /// The model; `None` if there are errors.
    pub model: Option<Model>,
}

/// Parses and checks one text that names no file; `name` is shown in diagnostics.
pub fn load(name: &str, text: &str) -> Program {
    load_edited(name, text, &NoFiles, &[])
}

/// Parses and checks a text with the library and data files that it names.
pub fn load_with(name: &str, text: &str, files: &dyn Files) -> Program {
    load_edited(name, text, files, &[])
}

/// As [`load_with`], with given values replaced as if the script's own lines were edited: each edit
/// is an assignment, `duty.rate = 5%`.
pub fn load_edited(name: &str, text: &str, files: &dyn Files, edits: &[String]) -> Program {
    load_part(Part::Whole, name, text, files, edits)
}

/// As [`load_edited`], of the built-in libraries only what the script reaches: the same answers in
/// less time. Where there is a mistake the whole is read, since its help may name any of it.
pub fn load_used(name: &str, text: &str, files: &dyn Files, edits: &[String]) -> Program {
    let program = load_part(Part::Used, name, text, files, edits);
    if program.model.is_some() { program } else { load_edited(name, text, files, edits) }
}

/// As [`load_used`], with one question in place of the script's own queries.
pub fn load_asking(
    name: &str,
    text: &str,
    files: &dyn Files,
    edits: &[String],
    question: &str,
) -> Program {
    let load = |part| {
        let mut loader = Loader::new(name, files, part);
        // What the question names is read from the libraries too.
        let texts = [edits, &[question.to_owned()]].concat();
        loader.script(name, text, &texts);
        loader.ask(QUESTION, question);
        with_edits(loader, files, edits)
    };
    let program = load(Part::Used);
    if program.model.is_some() { program } else { load(Part::Whole) }
}

fn load_part(part: Part, name: &str, text: &str, files: &dyn Files, edits: &[String]) -> Program {
    let mut loader = Loader::new(name, files, part);
    loader.script(name, text, edits);
    with_edits(loader, files, edits)
}

/// Reads the edits, and checks everything that was loaded.
fn with_edits(mut loader: Loader<'_>, files: &dyn Files, edits: &[String]) -> Program {
    let mut assigns = Vec::new();
    for edit in edits {
        match assignment(loader.sources.add(EDIT, edit), edit) {
            Ok(assign) => assigns.push(assign),
            Err(mut found) => loader.diagnostics.append(&mut found),
        }
    }
    checked(loader, &assigns, files)
}

/// As [`load_with`], of a script that is parsed; its places are in `sources`.
fn load_parsed(name: &str, (script, sources): (File, SourceMap), files: &dyn Files) -> Program {
    let mut loader = Loader::new(name, files, Part::Whole);
    loader.parsed(script, sources);
    checked(loader, &[], files)
}

fn checked(loader: Loader<'_>, edits: &[Assign], files: &dyn Files) -> Program {
    let Loader { mut sources, mut diagnostics, trees, .. } = loader;
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Program { sources, files: trees, diagnostics, model: None };
    }
    let all: Vec<&File> = trees.iter().map(|tree| &**tree).collect();
    let (model, mut found) = check(&all, edits, &mut sources, files);
    diagnostics.append(&mut found);
    Program { sources, files: trees, diagnostics, model }
}

/// The name of a question's text in diagnostics.
const QUESTION: &str = "question";
/// The name of an edit's text in diagnostics.
const EDIT: &str = "--set";

/// Reads one assignment alone.
///
/// # Errors
/// What the language's parser says, or that the text is something else than one assignment.
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

/// The built-in library by itself, over sets of one element, to be read rather than run.
pub fn load_library() -> Program {
    load(
        "script",
        "years 2024..2025\ncurrency USD\nset partner = one\nset sector = one\nuse trade\n",
    )
}
