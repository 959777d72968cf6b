//! The trait through which scripts read files, and the rules for file names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Access to the files that a script may name.
pub trait Files {
    /// Opens a file for reading; the name is relative to the script's folder.
    ///
    /// # Errors
    /// A name that leads outside the folder, a file that is missing, or one that cannot be read.
    fn open(&self, name: &str) -> Result<Box<dyn Read + '_>, Refusal>;

    /// Returns the path of a file on disk; `None` for files that are elsewhere.
    fn path(&self, _name: &str) -> Option<PathBuf> {
        None
    }
}

/// File access that records the files opened.
pub struct Noted<'f> {
    files: &'f dyn Files,
    opened: RefCell<BTreeSet<PathBuf>>,
}

impl std::fmt::Debug for Noted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Noted").field("opened", &self.opened).finish_non_exhaustive()
    }
}

impl<'f> Noted<'f> {
    /// Wraps file access, with an empty record.
    pub fn new(files: &'f dyn Files) -> Self {
        Self { files, opened: RefCell::default() }
    }

    /// Returns the paths of the files on disk that were opened.
    pub fn opened(self) -> Vec<PathBuf> {
        self.opened.into_inner().into_iter().collect()
    }
}

impl Files for Noted<'_> {
    fn open(&self, name: &str) -> Result<Box<dyn Read + '_>, Refusal> {
        let file = self.files.open(name)?;
        self.opened.borrow_mut().extend(self.files.path(name));
        Ok(file)
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.files.path(name)
    }
}

/// The reason why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The name leads, or could lead, out of the folder; the reason.
    Outside(&'static str),
    /// The file does not exist.
    Missing,
    /// The system does not allow reading.
    Denied,
    /// The file is a folder, a pipe or a device, or the system gives this reason.
    Unreadable(String),
    /// The file has more bytes than this limit.
    TooLarge(u64),
    /// The file is not UTF-8 from this byte offset on.
    NotText(usize),
    /// The script was loaded without a folder.
    NoFiles,
}

impl Refusal {
    /// Returns the message for a file that a script names; `span` is the place of the file's name.
    pub fn diagnostic(&self, name: &str, span: Span) -> Diagnostic {
        let (code, message, label, help): (_, _, _, &str) = match self {
            Self::Outside(why) => (
                Code::OutsideFolder,
                format!("`{name}` is not read: {why}"),
                "outside the script's folder",
                "keep the file in the script's folder and name it from there: \"data/file.csv\"",
            ),
            Self::Missing => (
                Code::FileMissing,
                format!("there is no file `{name}` in the script's folder"),
                "no such file",
                "names are relative to the script, and capital letters count",
            ),
            Self::Denied => (
                Code::FileDenied,
                format!("the system does not allow `{name}` to be read"),
                "no permission",
                "change the file's permissions",
            ),
            Self::Unreadable(why) => (
                Code::FileUnreadable,
                format!("`{name}` cannot be read: {why}"),
                "cannot be read",
                "name a plain file",
            ),
            Self::TooLarge(limit) => (
                Code::LimitFile,
                format!("`{name}` is larger than {} MiB, the limit", limit >> 20),
                "too large",
                "split the file",
            ),
            Self::NotText(byte) => (
                Code::NotUtf8,
                format!("`{name}` is not UTF-8 text: its byte {byte} is not part of a character"),
                "not UTF-8",
                "save the file as UTF-8",
            ),
            Self::NoFiles => (
                Code::NoFiles,
                format!("`{name}` is not read: the script comes from a pipe and has no folder"),
                "no files here",
                "save the script and run it from its file",
            ),
        };
        Diagnostic::error(code, message).at(span, label).help(help)
    }
}

/// Reads a whole file as text, at most `limit` bytes.
///
/// # Errors
/// As [`Files::open`], and if the file is larger or not UTF-8.
pub fn read_text(files: &dyn Files, name: &str, limit: u64) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    let file = files.open(name)?;
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Refusal::Unreadable(error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(Refusal::TooLarge(limit));
    }
    String::from_utf8(bytes).map_err(|error| Refusal::NotText(error.utf8_error().valid_up_to()))
}

/// Normalises a name: single slashes between its parts, without `./`.
///
/// # Errors
/// [`Refusal::Outside`] for names that lead out of the folder on any system: absolute names, `..`, drive
/// letters, network paths, addresses, device names.
pub fn normal(name: &str) -> Result<String, Refusal> {
    let outside = |why| Err(Refusal::Outside(why));
    let lower = name.to_ascii_lowercase();
    if name.contains('\0') {
        return outside("the name has a NUL character");
    }
    if name.starts_with(['/', '\\', '~']) {
        return outside("only files in the script's folder are");
    }
    if name.contains(':') {
        return outside("the name has a drive or an address");
    }
    if name.contains('\\') {
        return outside("parts of a name are separated by `/`");
    }
    if ["%2e", "%2f", "%5c"].iter().any(|escape| lower.contains(escape)) {
        return outside("a path is hidden behind `%` escapes");
    }
    let mut parts = Vec::new();
    for part in name.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            return outside("`..` leads out of the script's folder");
        }
        if part.ends_with(['.', ' ']) || is_device(part) {
            return outside("a part of the name is not portable");
        }
        parts.push(part);
    }
    if parts.is_empty() { outside("the name is empty") } else { Ok(parts.join("/")) }
}

/// True for names that Windows reserves for devices, with any extension.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or("").to_ascii_uppercase();
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit()))
}

/// A folder without files, for a script that was loaded without a folder.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn open(&self, _: &str) -> Result<Box<dyn Read + '_>, Refusal> {
        Err(Refusal::NoFiles)
    }
}

/// Files in memory, by normalised name: for tests and editors.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryFiles {
    /// Adds a file, or replaces it.
    pub fn add(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(name.to_owned(), bytes.into());
    }
}

impl Files for MemoryFiles {
    fn open(&self, name: &str) -> Result<Box<dyn Read + '_>, Refusal> {
        match self.files.get(&normal(name)?) {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => Err(Refusal::Missing),
        }
    }
}
