//! Files that must not change while they are read.

use std::fs::{File, Metadata};
use std::io::{Error, Read, Result};

/// A file whose reading fails if another program changes it meanwhile: at its end it must have the size and the time of
/// its beginning, and all its bytes must have been read. A run never computes with half of a file.
#[derive(Debug)]
pub struct Unchanged {
    file: File,
    start: Metadata,
    read: u64,
}

impl Unchanged {
    /// Wraps an open file, before its first byte is read.
    ///
    /// # Errors
    /// The system does not tell the size of the file.
    pub fn new(file: File) -> Result<Self> {
        let start = file.metadata()?;
        Ok(Self { file, start, read: 0 })
    }

    /// Returns the size of the file in bytes, at the beginning.
    pub fn size(&self) -> u64 {
        self.start.len()
    }

    /// Makes the failure of a file that changed while it was read.
    pub(crate) fn changed() -> Error {
        Error::other("it changed while it was read; run again")
    }

    /// True if the file is as it was at the beginning, and was read to its end.
    fn is_whole(&self) -> Result<bool> {
        let end = self.file.metadata()?;
        let same_time = end.modified().ok() == self.start.modified().ok();
        Ok(same_time && end.len() == self.start.len() && self.read >= end.len())
    }
}

impl Read for Unchanged {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let count = self.file.read(into)?;
        self.read += count as u64;
        if count == 0 && !into.is_empty() && !self.is_whole()? {
            return Err(Self::changed());
        }
        Ok(count)
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write as _;
    use std::path::Path;

    use super::*;
    use crate::data::Files as _;
    use crate::files::Folder;

    /// Reads a file of 8 bytes, and changes it after the first 4; returns the error.
    fn changed(change: fn(&Path)) -> Option<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "year,x\n1").expect("a file");
        let files = Folder::of_script(&folder.path().join("a.mizan"));
        let mut file = files.open("a.csv").expect("open");
        let (mut start, mut rest) = ([0; 4], Vec::new());
        file.read_exact(&mut start).expect("the first bytes");
        change(&path);
        file.read_to_end(&mut rest).err().map(|error| error.to_string())
    }

    fn append(path: &Path) {
        let mut file = OpenOptions::new().append(true).open(path).expect("open");
        file.write_all(b"2").expect("written");
    }

    fn cut(path: &Path) {
        let file = OpenOptions::new().write(true).open(path).expect("open");
        file.set_len(6).expect("cut");
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_refused() {
        assert_eq!(changed(|_| {}), None);
        for change in [append, cut] as [fn(&Path); 2] {
            let why = changed(change).unwrap_or_default();
            assert!(why.contains("changed while it was read"), "{why}");
        }
    }
}
