//! Output: to standard output, or to a file that appears whole or not at all.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Target;
use super::exit::Exit;
use super::input::{complain, is_standard};
use crate::report::{FORMATS, Format, endings};

/// Temporary files are called so; one that a killed process left is removed after an hour.
const PREFIX: &str = ".mizan-";
const SUFFIX: &str = ".tmp";
const STALE: Duration = Duration::from_secs(3600);

/// Writes to standard output. A reader that has seen enough closes the pipe: that is no failure.
pub(super) fn print(text: &str) -> Result<(), Exit> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> Result<(), Exit> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Exit::Fine),
        Err(error) => {
            complain(&format!("cannot write to standard output: {error}"));
            Err(Exit::InputOutput)
        }
    }
}

impl Target {
    /// Reports what is in the way of the output, before any work is done.
    pub(super) fn check(&self, inputs: &[&Path]) -> Result<(), Exit> {
        match self.file() {
            Some(path) => free(path, self.force, inputs).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Chooses the format of the output: `asked`, or the one that the file's ending names.
    pub(super) fn format(&self, asked: Option<&'static Format>) -> Result<&'static Format, Exit> {
        let format = match (asked, self.file()) {
            (Some(format), _) => format,
            (None, None) => &FORMATS[0],
            (None, Some(path)) => Format::of_file(path).map_err(|ending| {
                let (shown, known) = (path.display(), endings());
                let text =
                    format!("{shown}: no format has the ending .{ending}; it must be {known}");
                failed(&text, Exit::Usage)
            })?,
        };
        if format.is_binary && self.file().is_none() && io::stdout().is_terminal() {
            let name = format.name;
            let text = format!("{name} is no text for a terminal; --output FILE writes it");
            return Err(failed(&text, Exit::Usage));
        }
        Ok(format)
    }

    /// Writes to the file or to standard output. `inputs` are never overwritten.
    pub(super) fn write(&self, bytes: &[u8], inputs: &[&Path]) -> Result<(), Exit> {
        match self.file() {
            Some(path) => write(path, bytes, self.force, inputs),
            None => print_bytes(bytes),
        }
    }

    /// The output file; `None` for standard output.
    pub(super) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| !is_standard(path))
    }
}

/// Writes a file: all of it or nothing. A symbolic link is followed; a device or pipe is written to.
pub(super) fn write(path: &Path, bytes: &[u8], force: bool, inputs: &[&Path]) -> Result<(), Exit> {
    let shown = path.display();
    let existing = free(path, force, inputs)?;
    if existing.as_ref().is_some_and(|data| !data.is_file()) {
        let done = File::options().write(true).open(path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.flush()
        });
        return done
            .map_err(|error| failed(&format!("cannot write {shown}: {error}"), Exit::InputOutput));
    }
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    replace(&path, bytes, existing.as_ref(), force)
        .map_err(|(error, exit)| failed(&format!("cannot write {shown}: {}", plain(&error)), exit))
}

/// Writes files into a folder. A new folder appears with all of them or not at all; in one that exists
/// each file appears whole, and none is written if one is in the way.
pub(super) fn write_folder(
    folder: &Path,
    files: &[(String, Vec<u8>)],
    force: bool,
) -> Result<(), Exit> {
    if folder.exists() {
        if !folder.is_dir() {
            let text = format!("cannot write into {}: it is no folder", folder.display());
            return Err(failed(&text, Exit::CannotCreate));
        }
        for (name, _) in files {
            free(&folder.join(name), force, &[])?;
        }
        return files
            .iter()
            .try_for_each(|(name, bytes)| write(&folder.join(name), bytes, force, &[]));
    }
    let make = || -> io::Result<()> {
        let made = temporary_folder(parent(folder))?;
        for (name, bytes) in files {
            fs::write(made.path().join(name), bytes)?;
        }
        fs::rename(made.path(), folder)?;
        // The folder has its own name now; nothing is left to remove.
        let _ = made.keep();
        Ok(())
    };
    make().map_err(|error| {
        let text = format!("cannot write {}: {}", folder.display(), plain(&error));
        failed(&text, Exit::CannotCreate)
    })
}

/// The folder that a path is in.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn temporary_folder(within: &Path) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(within)
}

/// What stands at the path of an output; an error if it must stay.
fn free(path: &Path, force: bool, inputs: &[&Path]) -> Result<Option<Metadata>, Exit> {
    let shown = path.display();
    let same = |input: &&Path| match (fs::canonicalize(input), fs::canonicalize(path)) {
        (Ok(input), Ok(path)) => input == path,
        _ => false,
    };
    if inputs.iter().any(same) {
        return Err(failed(
            &format!("{shown} is read by this run; it is not overwritten"),
            Exit::CannotCreate,
        ));
    }
    let data = match fs::metadata(path) {
        Ok(data) => data,
        Err(_) => return Ok(None),
    };
    if data.is_dir() {
        return Err(failed(&format!("cannot write {shown}: it is a folder"), Exit::CannotCreate));
    }
    if data.is_file() && !force {
        return Err(failed(&format!("{shown} exists; --force replaces it"), Exit::CannotCreate));
    }
    Ok(Some(data))
}

/// Writes a temporary file beside the path and renames it.
fn replace(
    path: &Path,
    bytes: &[u8],
    existing: Option<&Metadata>,
    force: bool,
) -> Result<(), (io::Error, Exit)> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let midway = |error| (error, Exit::InputOutput);
    sweep(&folder);
    let mut file = temporary(&folder).map_err(|error| (error, Exit::CannotCreate))?;
    file.write_all(bytes).map_err(midway)?;
    if let Some(existing) = existing {
        fs::set_permissions(file.path(), existing.permissions()).map_err(midway)?;
    }
    file.as_file().sync_all().map_err(midway)?;
    // Without --force a file that has appeared meanwhile stays.
    let done = if force { file.persist(path) } else { file.persist_noclobber(path) };
    done.map_err(|error| (error.error, Exit::CannotCreate))?;
    // The new name must outlive a power cut too; some systems cannot do this.
    if let Ok(folder) = File::open(&folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file: what the user's umask leaves of it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Removes the temporary files that killed processes left.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours =
            name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let old = || {
            let changed = entry.metadata().and_then(|data| data.modified()).ok()?;
            changed.elapsed().ok().map(|age| age > STALE)
        };
        if ours && old() == Some(true) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn failed(text: &str, exit: Exit) -> Exit {
    complain(text);
    exit
}

/// The system's message without the path of the temporary file.
fn plain(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such folder".to_owned(),
        ErrorKind::AlreadyExists => "it exists; --force replaces it".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::StorageFull => "no space left".to_owned(),
        kind => kind.to_string(),
    }
}
