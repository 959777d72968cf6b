//! The history: the lines typed in earlier sessions, in a file that only the user can read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustyline::Editor;
use rustyline::history::FileHistory;

use super::assistant::Assistant;
use crate::session::LONGEST_ENTRY;

/// Returns the path of the history file: `MIZAN_HISTORY`, or a file in the user's data folder; `None` if neither
/// exists.
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

/// Reads the saved lines; `None`, with a warning, if the history cannot be saved.
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

/// Maximum size of a history file in bytes; 10,000 lines need about one megabyte.
const MOST_BYTES: u64 = 8 << 20;

/// Creates the file if there is none, and makes it readable by its owner alone.
///
/// # Errors
/// The path names something other than a file, or a file larger than [`MOST_BYTES`].
fn prepare(path: &Path) -> io::Result<()> {
    // Before opening: opening a pipe would wait for its other end.
    if let Ok(found) = fs::metadata(path) {
        if !found.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        if found.len() > MOST_BYTES {
            return Err(io::Error::other("it is larger than 8 MiB; remove it"));
        }
    }
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
    remove_others(path)
}

/// Removes lines that nobody typed: lines with control characters or bytes that are not UTF-8, and lines longer than an
/// entry may be.
fn remove_others(path: &Path) -> io::Result<()> {
    let bytes = fs::read(path)?;
    let is_typed = |line: &&[u8]| str::from_utf8(line).is_ok_and(can_be_typed);
    let lines = || bytes.split_inclusive(|&byte| byte == b'\n');
    if lines().all(|line| is_typed(&line)) {
        return Ok(());
    }
    let path = fs::canonicalize(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    // Readable by its owner alone, as the history.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    lines().filter(is_typed).try_for_each(|line| io::Write::write_all(&mut file, line))?;
    file.persist(path)?;
    Ok(())
}

/// True for a line without control characters that is not longer than an entry may be.
fn can_be_typed(line: &str) -> bool {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    line.len() <= LONGEST_ENTRY && !line.contains(is_control)
}

/// Adds a line to the history and writes the file at once.
pub(super) fn remember(
    editor: &mut Editor<Assistant, FileHistory>,
    path: Option<&Path>,
    line: &str,
) {
    let is_kept = !line.trim().is_empty() && can_be_typed(line);
    let added = is_kept && editor.add_history_entry(line).unwrap_or(false);
    if let (true, Some(path)) = (added, path) {
        // The line remains in memory even if it cannot be saved.
        let _ = editor.append_history(path);
    }
}
