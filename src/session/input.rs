//! Reading of a script's text from a stream.
//!
//! In: an open stream. Out: UTF-8 text of at most [`MOST_BYTES`], or the reason why it cannot be read.

use crate::diagnostic::{Code, Diagnostic};

/// Maximum size of a script or library file in bytes.
pub const MOST_BYTES: u64 = 4 << 20;

/// Reads a script from an open file or a stream; `shown` names it in messages.
///
/// # Errors
/// `no-input` if the stream fails, `not-utf8`, and `limit-file` for more than [`MOST_BYTES`].
pub fn read_from(from: impl std::io::Read, shown: &str) -> Result<String, Diagnostic> {
    let mut bytes = Vec::new();
    let limited = &mut from.take(MOST_BYTES + 1);
    std::io::Read::read_to_end(limited, &mut bytes).map_err(|error| cannot_read(&shown, &error))?;
    if bytes.len() as u64 > MOST_BYTES {
        let message = format!("cannot read {shown}: it is larger than 4 MiB, the limit");
        return Err(Diagnostic::error(Code::LimitFile, message)
            .help("keep large tables in a CSV file and read them with `data(...)`"));
    }
    let ending = std::path::Path::new(shown).extension().and_then(|ending| ending.to_str());
    let table = match ending.map(str::to_lowercase).as_deref() {
        Some("csv" | "tsv") => Some("a table"),
        _ => bytes.starts_with(b"PK\x03\x04").then_some("a workbook"),
    };
    if let Some(table) = table {
        let message = format!("cannot read {shown}: it is {table}, not a script");
        return Err(Diagnostic::error(Code::NoInput, message)
            .help(format!("a script is a text that ends in `.mizan`; it reads the file with `data(\"{shown}\", ...)`")));
    }
    let start: Vec<u8> = bytes.iter().take(64).map(u8::to_ascii_lowercase).collect();
    let start = start.trim_ascii_start();
    let memo =
        [&b"<!doctype html"[..], b"<html", b"%pdf-"].iter().any(|head| start.starts_with(head));
    if memo {
        let message = format!("cannot read {shown}: it is a document, not a script");
        let stem = std::path::Path::new(shown).file_stem().and_then(|stem| stem.to_str());
        let stem = stem.unwrap_or("folder");
        return Err(Diagnostic::error(Code::NoInput, message).help(format!(
            "the script of a memo is inside it: `mizan open {shown} --output {stem}` writes it into the folder `{stem}`"
        )));
    }
    if looks_like_utf16(&bytes) {
        let message = format!("cannot read {shown}: it looks like UTF-16; UTF-8 is required");
        return Err(not_utf8(message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let (before, after) = error.as_bytes().split_at(at);
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let byte = after.first().copied().unwrap_or(0);
        not_utf8(format!(
            "cannot read {shown}: byte 0x{byte:02X} on line {line} (at offset {at}) is not UTF-8"
        ))
    })
}

/// Makes the diagnostic of a text that the system cannot read; `shown` names the text.
pub(crate) fn cannot_read(shown: &dyn std::fmt::Display, error: &std::io::Error) -> Diagnostic {
    let (code, text) = match error.kind() {
        std::io::ErrorKind::PermissionDenied => (Code::NoPermission, error.to_string()),
        std::io::ErrorKind::NotFound => (Code::NoInput, "there is no such file".to_owned()),
        _ => (Code::NoInput, reason(error)),
    };
    Diagnostic::error(code, format!("cannot read {shown}: {text}"))
}

/// Returns the words of the system for a failure; for a reason that the user can mend, with the remedy.
pub(crate) fn reason(error: &std::io::Error) -> String {
    /// The number of `EMFILE` on all systems: the process has as many files open as it may have.
    const TOO_MANY_OPEN: i32 = 24;
    match number(error) {
        Some(TOO_MANY_OPEN) if cfg!(unix) => {
            "too many open files; `ulimit -n 256` allows more".to_owned()
        }
        Some(number) => std::io::Error::from_raw_os_error(number).to_string(),
        None => error.to_string(),
    }
}

/// Returns the number that the system gave a failure. The crate `tempfile` puts the failure into a text.
fn number(error: &std::io::Error) -> Option<i32> {
    error.raw_os_error().or_else(|| {
        let text = error.to_string();
        let (_, after) = text.split_once("(os error ")?;
        after.split_once(')')?.0.parse().ok()
    })
}

fn not_utf8(message: String) -> Diagnostic {
    Diagnostic::error(Code::NotUtf8, message).help("save the file with the encoding UTF-8")
}

/// True if the bytes begin with a byte-order mark of UTF-16, or if every second byte at the beginning is 0.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(64)).unwrap_or(&[]);
    let zeros = |first: usize| start.iter().skip(first).step_by(2).all(|&byte| byte == 0);
    let marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    marked || (start.len() >= 4 && zeros(0) != zeros(1))
}
