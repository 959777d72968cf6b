//! Reads the text of a script from a file on disk.

use std::path::Path;

use super::Unchanged;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::session::{cannot_read, read_from};

/// Reads a script.
///
/// # Errors
/// `no-input` if there is no such file, or it is not a regular file; `no-permission`; `not-utf8`;
/// `limit-file` for more than [`MOST_BYTES`](crate::session::MOST_BYTES).
pub fn read(path: &Path) -> Result<String, Diagnostic> {
    let shown = path.display();
    let failed = |error| cannot_read(&shown, &error);
    // Checked before opening, because opening a pipe would wait for a writer.
    let data = std::fs::metadata(path).map_err(|error| {
        let found = failed(error);
        match near(path).filter(|_| found.code == Code::NoInput) {
            Some(name) => found.help(format!("did you mean `{name}`?")),
            None => found,
        }
    })?;
    if !data.is_file() {
        let found = if data.is_dir() { "it is a folder" } else { "it is not a file" };
        return Err(Diagnostic::error(Code::NoInput, format!("cannot read {shown}: {found}"))
            .help("name a script, a file that ends in .mizan"));
    }
    let file = std::fs::File::open(path).and_then(Unchanged::new).map_err(failed)?;
    read_from(file, &shown.to_string())
}

/// Returns the script whose name is `path` with `.mizan`, or the one with the nearest name in the same folder.
fn near(path: &Path) -> Option<String> {
    let mut whole = path.as_os_str().to_owned();
    whole.push(".mizan");
    if Path::new(&whole).is_file() {
        return Some(Path::new(&whole).display().to_string());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut scripts: Vec<String> = names.filter(|name| name.ends_with(".mizan")).collect();
    scripts.sort();
    let wanted = path.file_name()?.to_str()?;
    let name = nearest(wanted, scripts.iter().map(String::as_str))?;
    Some(folder.map_or(name.to_owned(), |folder| folder.join(name).display().to_string()))
}
