//! Reads the data embedded in a document, and compares two documents as a reader sees them.

use super::carried::{Carried, NotCarried};
use super::{html, typst};

/// Reads what a document carries: a page, a workbook or a Typst memo; or the object alone, the attachment of a PDF.
///
/// # Errors
/// [`NotCarried`] if the bytes are no document of Mizan, or a damaged one.
pub fn carried_in(bytes: &[u8]) -> Result<Carried, NotCarried> {
    #[cfg(feature = "xlsx")]
    if is_workbook(bytes) {
        return Carried::read(&super::xlsx::carried_text(bytes)?);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| NotCarried::Nothing)?;
    if text.starts_with('{') {
        return Carried::read(text);
    }
    if text.starts_with(typst::HEAD) {
        let damaged = || NotCarried::Damaged("the string of its script has no end".to_owned());
        return Carried::read(&typst::carried_text(text).ok_or_else(damaged)?);
    }
    let (_, rest) = text.split_once(html::CARRIED).ok_or(NotCarried::Nothing)?;
    let (text, _) = rest.split_once("</script>").ok_or(NotCarried::Nothing)?;
    Carried::read(text)
}

/// Returns the name of the format of a document; None for the object that a document carries.
pub fn format_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        bytes if is_workbook(bytes) => Some("xlsx"),
        bytes if bytes.starts_with(typst::HEAD.as_bytes()) => Some("typst"),
        bytes if bytes.starts_with(b"{") => None,
        _ => Some("html"),
    }
}

/// True for bytes that begin as a zip archive does, which every workbook is.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Lists the differences between a document and one written again: lines of a page or of a Typst memo, cells of a
/// workbook.
///
/// # Errors
/// [`NotCarried`] if a document cannot be read.
pub fn seen_differences(document: &[u8], anew: &[u8]) -> Result<Vec<String>, NotCarried> {
    if document == anew {
        return Ok(Vec::new());
    }
    #[cfg(feature = "xlsx")]
    if is_workbook(document) {
        return super::xlsx::cell_differences(document, anew);
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes).replace("><", ">\n<").lines().map(str::to_owned).collect()
    };
    let (old, new) = (lines(document), lines(anew));
    let mut found: Vec<String> = old
        .iter()
        .zip(&new)
        .filter(|(old, new)| old != new)
        .map(|(old, new)| format!("the document has `{}`, a new run `{}`", short(old), short(new)))
        .collect();
    if old.len() != new.len() {
        found.push(format!("the document has {} elements, a new run {}", old.len(), new.len()));
    }
    Ok(found)
}

/// Truncates a long text.
fn short(text: &str) -> String {
    const MOST: usize = 160;
    let start: String = text.chars().take(MOST).collect();
    if start.len() < text.len() { start + "…" } else { start }
}
