//! Reads the text of a script from a file on disk.

use std::path::Path;

use super::Unchanged;
use crate::diagnostic::{Code, Diagnostic};
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
        let mut name = path.as_os_str().to_owned();
        name.push(".mizan");
        let found = failed(error);
        match found.code == Code::NoInput && Path::new(&name).is_file() {
            true => found.help(format!("did you mean `{}`?", Path::new(&name).display())),
            false => found,
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
