//! The history: the lines typed in earlier sessions, in a file that only the user can read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustyline::Editor;
use rustyline::history::FileHistory;

use super::assistant::Assistant;

/// The path of the history: `MIZAN_HISTORY`, or in the user's data folder; `None` if there is none.
pub fn place() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(path) = variable("MIZAN_HISTORY") {
        return Some(path.into());
    }
    let data = variable("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let data =
        data.or_else(|| variable("HOME").map(|home| Path::new(&home).join(".local/share")))?;
    Some(data.join("mizan").join("history"))
}

/// Reads the lines kept; `None`, with a warning, where none can be kept.
pub(super) fn open<'a>(
    editor: &mut Editor<Assistant, FileHistory>,
    path: &'a Path,
) -> Option<&'a Path> {
    let opened = prepare(path).and_then(|()| editor.load_history(path).map_err(io::Error::other));
    match opened {
        Ok(()) => Some(path),
        Err(error) => {
            let shown = crate::diagnostic::sanitize(&format!("{}: {error}", path.display()));
            let _ = super::print(&format!("no history is kept: {shown}\n"));
            None
        }
    }
}

/// Sees that the file is there and that nobody else can read it.
fn prepare(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

/// Keeps a line, and writes it at once.
pub(super) fn remember(
    editor: &mut Editor<Assistant, FileHistory>,
    path: Option<&Path>,
    line: &str,
) {
    let added = !line.trim().is_empty() && editor.add_history_entry(line).unwrap_or(false);
    if let (true, Some(path)) = (added, path) {
        // The line is in memory all the same.
        let _ = editor.append_history(path);
    }
}
