//! The folder of a script on disk.

use std::io::{Error, ErrorKind, Read};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::Unchanged;
use crate::data::{Files, Refusal, normal};
use crate::session::reason;

/// The folder of a script. No file outside the folder can be opened, even if links change meanwhile: the system
/// resolves each name relative to the open folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    dir: Result<Dir, Refusal>,
}

impl Folder {
    /// Opens the folder of the script `path`. If it cannot be opened, no file can be read.
    pub fn of_script(path: &Path) -> Self {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let opened = Dir::open_ambient_dir(parent, ambient_authority());
        Self { path: parent.to_owned(), dir: opened.map_err(|error| refusal(&error)) }
    }
}

impl Files for Folder {
    fn open(&self, name: &str) -> Result<Box<dyn Read + '_>, Refusal> {
        let name = normal(name)?;
        let dir = self.dir.as_ref().map_err(Clone::clone)?;
        let plain = |is_file| {
            let problem = || Refusal::Unreadable("it is not a plain file".to_owned());
            if is_file { Ok(()) } else { Err(problem()) }
        };
        // Checked before opening too, because opening a pipe would wait for a writer.
        plain(dir.metadata(&name).map_err(|error| refusal(&error))?.is_file())?;
        let file = dir.open(&name).map_err(|error| refusal(&error))?;
        plain(file.metadata().map_err(|error| refusal(&error))?.is_file())?;
        let file = Unchanged::new(file.into_std()).map_err(|error| refusal(&error))?;
        Ok(Box::new(file))
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        normal(name).ok().map(|name| self.path.join(name))
    }
}

fn refusal(error: &Error) -> Refusal {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Refusal::Missing,
        // cap-std refuses names outside the folder with this kind and without an error number of the system.
        ErrorKind::PermissionDenied if error.raw_os_error().is_none() => {
            Refusal::Outside("a link leads out of the script's folder")
        }
        ErrorKind::PermissionDenied => Refusal::Denied,
        _ => Refusal::Unreadable(reason(error)),
    }
}
