//! Writes output to standard output or to a file. A file is written whole or not at all.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Target;
use super::exit::Exit;
use super::input::{complain, is_standard, note};
use super::pdf;
use super::signals::clean_up;
use crate::files::is_same;
use crate::report::{CannotWrite, FORMATS, ReportFormat, Setting, endings, instead_of};
use crate::results::{Background, Report};
use crate::session::reason;

/// Prefix of the names of temporary files. A temporary file that a killed process left is removed after an
/// hour.
const PREFIX: &str = ".mizan-";
const SUFFIX: &str = ".tmp";
const STALE: Duration = Duration::from_secs(3600);

/// The format of an output.
#[derive(Debug, Clone, Copy)]
pub(super) enum OutputFormat {
    /// A format that this program writes.
    Report(&'static ReportFormat),
    /// A PDF, which another program makes of the Typst memo.
    Pdf,
}

impl OutputFormat {
    /// True for a document, which shows script, levers and sources beside the answers.
    pub(super) fn is_document(self) -> bool {
        match self {
            Self::Report(format) => format.is_document(),
            Self::Pdf => true,
        }
    }
}

/// Writes to standard output. A closed pipe is not an error: the reader has seen enough.
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
    /// Checks before the work begins that the output file can be written; reports the reason if not.
    pub(super) fn check(&self, inputs: &[PathBuf]) -> Result<(), Exit> {
        match self.file() {
            Some(path) => free(path, self.force, inputs).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Chooses the output format: the option `asked`, or else the extension of the file name.
    pub(super) fn format(
        &self,
        asked: Option<&'static ReportFormat>,
    ) -> Result<OutputFormat, Exit> {
        let format = match (asked, self.file()) {
            (Some(format), _) => format,
            (None, None) => &FORMATS[0],
            (None, Some(path)) if pdf::is_name(path) && pdf::program().is_some() => {
                return Ok(OutputFormat::Pdf);
            }
            (None, Some(path)) => ReportFormat::of_file(path)
                .map_err(|ending| unknown_ending(path, &ending, &endings()))?,
        };
        if format.is_binary && self.file().is_none() && io::stdout().is_terminal() {
            let name = format.name;
            let text = format!("{name} is not text for a terminal; --output FILE writes it");
            return Err(failed(&text, Exit::Usage));
        }
        Ok(OutputFormat::Report(format))
    }

    /// Writes to the file or to standard output; refuses to overwrite a file of `inputs`.
    pub(super) fn write(&self, bytes: &[u8], inputs: &[PathBuf]) -> Result<(), Exit> {
        match self.file() {
            Some(path) => write(path, bytes, self.force, inputs),
            None => print_bytes(bytes),
        }
    }

    /// Returns the path of the output file; `None` for standard output.
    pub(super) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| !is_standard(path))
    }
}

/// Reports a file name with an unknown extension; `known` lists the possible extensions.
pub(super) fn unknown_ending(path: &Path, ending: &str, known: &str) -> Exit {
    let shown = path.display();
    let text = match instead_of(ending) {
        Some(instead) => format!("{shown}: Mizan writes no .{ending} here; {instead}"),
        None => format!("{shown}: no format has the ending .{ending}; it must be {known}"),
    };
    failed(&text, Exit::Usage)
}

/// Writes a report in a format; reports a failure, and the parts that the format cannot show.
pub(super) fn in_format(
    format: OutputFormat,
    report: &Report,
    background: impl FnOnce() -> Background,
    setting: Setting,
) -> Result<Vec<u8>, Exit> {
    let format = match format {
        OutputFormat::Report(format) => format,
        OutputFormat::Pdf => {
            let typst = ReportFormat::named("typst").ok_or(Exit::Internal)?;
            let memo = in_format(OutputFormat::Report(typst), report, background, setting)?;
            return pdf::of_memo(&memo);
        }
    };
    let written = format.write(report, background, setting).map_err(|problem| match problem {
        CannotWrite::Fault => Exit::Internal,
        CannotWrite::Unfit(why) => {
            failed(&format!("cannot write {}: {why}", format.name), Exit::Failed)
        }
    })?;
    if let Some(remark) = format.remark(report) {
        note(&format!("note: {remark}\n"));
    }
    Ok(written)
}

/// Writes a file whole or not at all. Follows a symbolic link; writes directly to a device or a pipe.
pub(super) fn write(
    path: &Path,
    bytes: &[u8],
    force: bool,
    inputs: &[PathBuf],
) -> Result<(), Exit> {
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
    replace(&followed(path), bytes, existing.as_ref(), force)
        .map_err(|(error, exit)| failed(&format!("cannot write {shown}: {}", plain(&error)), exit))
}

/// Follows symbolic links from a path and returns the path of the target, which need not exist.
fn followed(path: &Path) -> PathBuf {
    /// Maximum number of links, the same as that of Linux.
    const MOST_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&path) else { break };
        // A relative target starts at the folder of the link; an absolute one replaces the path.
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

/// Writes files into a folder. A new folder is created with all files or not at all. In an existing folder
/// each file is written whole; no file is written if one of them exists and `force` is false, or if one is
/// among `inputs`.
pub(super) fn write_folder(
    folder: &Path,
    files: &[(String, Vec<u8>)],
    force: bool,
    inputs: &[PathBuf],
) -> Result<(), Exit> {
    if folder.exists() {
        if !folder.is_dir() {
            let text = format!("cannot write into {}: it is not a folder", folder.display());
            return Err(failed(&text, Exit::CannotCreate));
        }
        for (name, _) in files {
            free(&folder.join(name), force, inputs)?;
        }
        return files
            .iter()
            .try_for_each(|(name, bytes)| write(&folder.join(name), bytes, force, inputs));
    }
    create_folder(folder, files).map_err(|(error, exit)| {
        failed(&format!("cannot write {}: {}", folder.display(), plain(&error)), exit)
    })
}

/// Creates a folder with files: writes them into a temporary folder beside it, then renames that folder.
fn create_folder(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), (io::Error, Exit)> {
    let made = {
        // The lock is held until the folder's name is noted, so that a signal in between cannot leave the folder
        // behind.
        let mut all = clean_up();
        let made = temporary_folder(parent(folder)).map_err(not_created)?;
        all.temporary = Some(made.path().to_owned());
        made
    };
    let done = files.iter().try_for_each(|(name, bytes)| {
        let path = made.path().join(name);
        fs::create_dir_all(parent(&path)).map_err(not_created)?;
        let mut file = File::create_new(path).map_err(not_created)?;
        file.write_all(bytes).map_err(|error| (error, Exit::InputOutput))
    });
    let done = done.and_then(|()| fs::rename(made.path(), folder).map_err(not_created));
    clean_up().temporary = None;
    done?;
    // The folder has its own name now; nothing is left to remove.
    let _ = made.keep();
    Ok(())
}

/// Chooses the exit code for a file that cannot be created. A full disk is a failure of writing.
fn not_created(error: io::Error) -> (io::Error, Exit) {
    let is_full = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    (error, if is_full { Exit::InputOutput } else { Exit::CannotCreate })
}

/// Returns the folder that contains a path.
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

/// Returns the file that exists at the path of an output; None if there is none. An error if the file must not be
/// replaced.
fn free(path: &Path, force: bool, inputs: &[PathBuf]) -> Result<Option<Metadata>, Exit> {
    let shown = path.display();
    if inputs.iter().any(|input| is_same(input, path)) {
        return Err(failed(
            &format!("{shown} is read by this run; it is not overwritten"),
            Exit::CannotCreate,
        ));
    }
    let data = match fs::metadata(path) {
        Ok(data) => data,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let text = format!("cannot write {shown}: {}", plain(&error));
            return Err(failed(&text, Exit::CannotCreate));
        }
    };
    if data.is_dir() {
        return Err(failed(&format!("cannot write {shown}: it is a folder"), Exit::CannotCreate));
    }
    if data.is_file() && !force {
        return Err(failed(&format!("{shown} exists; --force replaces it"), Exit::CannotCreate));
    }
    Ok(Some(data))
}

/// Replaces a file: writes a temporary file beside it, then renames that file.
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
    sweep(&folder);
    let mut file = {
        // The lock is held until the file's name is noted, so that a signal in between cannot leave the file
        // behind.
        let mut all = clean_up();
        let file = temporary(&folder).map_err(not_created)?;
        all.temporary = Some(file.path().to_owned());
        file
    };
    let done = fill(&mut file, bytes, existing).map_err(|error| (error, Exit::InputOutput));
    // Without --force, a file that was created in the meantime is not replaced.
    let done = done.and_then(|()| {
        let done = if force { file.persist(path) } else { file.persist_noclobber(path) };
        done.map(|_| ()).map_err(|error| not_created(error.error))
    });
    clean_up().temporary = None;
    done?;
    // Flushes the folder too, so that the new name survives a power cut. Some systems cannot do this.
    if let Ok(folder) = File::open(&folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Writes the text to the temporary file and flushes it to the disk. Copies the permissions of the replaced
/// file.
fn fill(
    file: &mut tempfile::NamedTempFile,
    bytes: &[u8],
    existing: Option<&Metadata>,
) -> io::Result<()> {
    file.write_all(bytes)?;
    if let Some(existing) = existing {
        fs::set_permissions(file.path(), existing.permissions())?;
    }
    file.as_file().sync_all()
}

/// Creates a temporary file in the folder of the output.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The permissions of any new file: 666 without the bits of the user's umask.
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

/// Returns the system's message without the path of the temporary file, which the user does not know.
fn plain(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such folder".to_owned(),
        ErrorKind::AlreadyExists => "it exists; --force replaces it".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::StorageFull => "no space left".to_owned(),
        _ => reason(error),
    }
}
