//! Reads and loads scripts for a command, and prints diagnostics.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::exit::Exit;
use super::terminal;
use crate::diagnostic::{Diagnostic, render};
use crate::files::{self, Folder, Kept, Unchanged};
use crate::results::Input;
use crate::session::{self, Program};
use crate::source::SourceMap;

/// Reads a script from a file; `-` means standard input.
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

/// Maximum size in bytes of a document, an engine or another file that is read whole.
const MOST_BYTES: u64 = 1 << 28;

/// Reads a file that is no script: a document, or an engine.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Exit> {
    let file = Unchanged::new(open(path)?).map_err(|error| failed(path, &error))?;
    let size = file.size();
    if size > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        complain(&format!("{} is larger than {most} MiB, the limit", path.display()));
        return Err(Exit::Data);
    }
    let mut bytes = Vec::new();
    // All at once: a vector that grows takes up to three times the size of the file.
    if bytes.try_reserve_exact(size as usize + 1).is_err() {
        let failure = std::io::Error::from(std::io::ErrorKind::OutOfMemory);
        return Err(failed(path, &failure));
    }
    match file.take(size + 1).read_to_end(&mut bytes) {
        Err(error) => Err(failed(path, &error)),
        Ok(_) if bytes.len() as u64 > size => Err(failed(path, &Unchanged::changed())),
        Ok(_) => Ok(bytes),
    }
}

/// Opens a regular file. A pipe would wait for a writer, and a device may have no end.
pub(super) fn open(path: &Path) -> Result<File, Exit> {
    match std::fs::metadata(path) {
        Err(error) => Err(failed(path, &error)),
        Ok(data) if data.is_dir() => Err(refused(path, "it is a folder")),
        Ok(data) if !data.is_file() => Err(refused(path, "it is not a file")),
        Ok(_) => File::open(path).map_err(|error| failed(path, &error)),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Exit {
    complain(&session::cannot_read(&path.display(), error).message);
    Exit::NoInput
}

fn refused(path: &Path, why: &str) -> Exit {
    complain(&format!("cannot read {}: {why}", path.display()));
    Exit::NoInput
}

/// Reads and loads a script, with given values replaced.
pub(super) fn load(path: &Path, edits: &[String]) -> Result<Program, Exit> {
    let text = read(path)?;
    Ok(session::load_used(&name(path), &text, &Folder::of_script(path), edits))
}

/// Loads a script as [`load`] does, and keeps the bytes of the script and of the files that it names. A
/// `question` takes the place of the script's queries.
pub(super) fn load_kept(
    path: &Path,
    edits: &[String],
    question: Option<&str>,
) -> Result<(Program, Vec<Input>), Exit> {
    let text = read(path)?;
    let kept = Kept::new(Folder::of_script(path));
    let program = match question {
        Some(question) => session::load_asking(&name(path), &text, &kept, edits, question),
        None => session::load_used(&name(path), &text, &kept, edits),
    };
    // The name of the file without its folder: a document is passed on to other machines.
    let shown = path.file_name().filter(|_| !is_standard(path));
    let shown = shown.map_or("script.mizan".into(), |name| name.to_string_lossy());
    let mut inputs = vec![Input { name: shown.into_owned(), bytes: text.into_bytes() }];
    inputs.extend(kept.into_inputs());
    Ok((program, inputs))
}

/// Loads a script as [`load`] does, with the query `question` in place of the script's queries.
pub(super) fn load_asking(path: &Path, edits: &[String], question: &str) -> Result<Program, Exit> {
    let text = read(path)?;
    Ok(session::load_asking(&name(path), &text, &Folder::of_script(path), edits, question))
}

/// Loads a script as [`load`] does, with all statements of its libraries, also those it does not reach.
pub(super) fn load_whole(path: &Path) -> Result<Program, Exit> {
    let text = read(path)?;
    Ok(session::load_with(&name(path), &text, &Folder::of_script(path)))
}

/// Returns the files that a run reads: the script, its libraries and its data files.
pub(super) fn files_of(script: &Path, program: &Program) -> Vec<PathBuf> {
    let script = (!is_standard(script)).then(|| script.to_owned());
    script.into_iter().chain(program.files_read.iter().cloned()).collect()
}

/// Returns the name of a script for diagnostics.
pub(super) fn name(path: &Path) -> String {
    if is_standard(path) { "<stdin>".to_owned() } else { path.to_string_lossy().into_owned() }
}

/// True for the path `-`, which means standard input or output.
pub(super) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Prints diagnostics with excerpts of the script to standard error.
pub(super) fn report(diagnostics: &[Diagnostic], sources: &SourceMap) {
    if !diagnostics.is_empty() {
        let text = render(diagnostics, sources, terminal::style(), terminal::error_width());
        let _ = write!(std::io::stderr(), "{text}");
    }
}

/// Prints a text to standard error, for text that is not a diagnostic.
pub(super) fn note(text: &str) {
    let _ = write!(std::io::stderr(), "{text}");
}

/// Prints a message of one line to standard error.
pub(super) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "error: {}", crate::diagnostic::sanitize(text));
}
