//! The files of a session, as it last read or wrote them.

use std::sync::Arc;

use super::document::Reach;

/// The model of a session without a file.
pub(super) const EMPTY: &str = "years 2024..2035\ncurrency USD\n";

/// A file of the session, with its text as the session last read or wrote it.
#[derive(Debug, Clone)]
pub(super) struct OpenFile {
    /// Name of the file; `None` for a model that has no file yet.
    pub(super) name: Option<Arc<str>>,
    /// Text of the model in the file, with which `diff` compares.
    pub(super) text: Arc<str>,
    /// The bytes of the file on disk: after `:save` the text in the standard format.
    pub(super) written: Arc<str>,
    /// Access to the files that the model may read.
    pub(super) files: Reach,
}

impl OpenFile {
    pub(super) fn read(name: Option<&str>, text: &str, files: Reach) -> Self {
        let text: Arc<str> = text.into();
        Self { name: name.map(Into::into), written: Arc::clone(&text), text, files }
    }
}

/// Returns the text of an empty model, to which a model without a file is compared.
pub(super) fn no_file() -> OpenFile {
    OpenFile::read(None, EMPTY, Reach::default())
}
