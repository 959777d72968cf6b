//! Files that are stored while they are read, for a document that embeds them.

use std::cell::RefCell;
use std::io::Read;
use std::path::PathBuf;

use indexmap::IndexMap;

use super::Folder;
use crate::data::{Files, Refusal, normal};
use crate::results::Input;

/// Maximum size in bytes of a file that is held in memory.
const MOST_BYTES: u64 = 256 << 20;

/// A folder whose files are stored in memory when they are read, so that the run and the document have the same bytes
/// even if a file changes meanwhile.
#[derive(Debug)]
pub struct Kept {
    folder: Folder,
    files: RefCell<IndexMap<String, Vec<u8>>>,
}

impl Kept {
    /// Wraps a folder, so that its files are stored when they are read.
    pub fn new(folder: Folder) -> Self {
        Self { folder, files: RefCell::new(IndexMap::new()) }
    }

    /// Returns the files that were read, in the order of their first reading.
    pub fn into_inputs(self) -> Vec<Input> {
        let files = self.files.into_inner().into_iter();
        files.map(|(name, bytes)| Input { name, bytes }).collect()
    }
}

impl Files for Kept {
    fn open(&self, name: &str) -> Result<Box<dyn Read + '_>, Refusal> {
        let name = normal(name)?;
        if let Some(bytes) = self.files.borrow().get(&name) {
            return Ok(Box::new(std::io::Cursor::new(bytes.clone())));
        }
        let mut bytes = Vec::new();
        let file = self.folder.open(&name)?;
        let read = file.take(MOST_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| Refusal::Unreadable(error.to_string()))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Refusal::TooLarge(MOST_BYTES));
        }
        self.files.borrow_mut().insert(name, bytes.clone());
        Ok(Box::new(std::io::Cursor::new(bytes)))
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.folder.path(name)
    }
}
