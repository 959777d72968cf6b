//! Scripts read and loaded for a command, and diagnostics printed.

use std::io::Write as _;
use std::path::Path;

use super::exit::Exit;
use super::terminal;
use crate::diagnostic::{Diagnostic, render};
use crate::files::{self, Folder};
use crate::session::{self, Program};
use crate::source::SourceMap;

/// Reads a script; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<String, Exit> {
    let found = if is_standard(path) {
        session::read_from(std::io::stdin().lock(), "standard input")
    } else {
        files::read(path)
    };
    found.map_err(|problem| {
        report(std::slice::from_ref(&problem), &SourceMap::default());
        Exit::of(std::slice::from_ref(&problem))
    })
}

/// Reads and loads a script, with given values replaced.
pub(super) fn load(path: &Path, edits: &[String]) -> Result<Program, Exit> {
    let text = read(path)?;
    Ok(session::load_used(&name(path), &text, &Folder::of_script(path), edits))
}

/// As [`load`], with one question in place of the script's queries.
pub(super) fn load_asking(path: &Path, edits: &[String], question: &str) -> Result<Program, Exit> {
    let text = read(path)?;
    Ok(session::load_asking(&name(path), &text, &Folder::of_script(path), edits, question))
}

/// As [`load`], with the whole of the libraries that the script uses.
pub(super) fn load_whole(path: &Path) -> Result<Program, Exit> {
    let text = read(path)?;
    Ok(session::load_with(&name(path), &text, &Folder::of_script(path)))
}

/// How a path is called in diagnostics.
pub(super) fn name(path: &Path) -> String {
    if is_standard(path) { "<stdin>".to_owned() } else { path.to_string_lossy().into_owned() }
}

/// True for `-`.
pub(super) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Prints diagnostics to standard error.
pub(super) fn report(diagnostics: &[Diagnostic], sources: &SourceMap) {
    if !diagnostics.is_empty() {
        let text = render(diagnostics, sources, terminal::style(), terminal::error_width());
        let _ = write!(std::io::stderr(), "{text}");
    }
}

/// Prints text that is no diagnostic to standard error.
pub(super) fn note(text: &str) {
    let _ = write!(std::io::stderr(), "{text}");
}

/// Prints one line of trouble to standard error.
pub(super) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "error: {}", crate::diagnostic::sanitize(text));
}
