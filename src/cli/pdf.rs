//! PDF files. The program `mizan-pdf`, which has the typesetter, writes and reads them; it is beside this program.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::exit::Exit;
use super::input::{complain, note};
use crate::diagnostic::sanitize;

/// The ending of PDF files.
pub(super) const ENDING: &str = "pdf";
/// The first bytes of a PDF.
const HEAD: &[u8] = b"%PDF-";
/// The creator that `mizan-pdf` of this version writes into a PDF.
const CREATOR: &[u8] = concat!("Mizan ", env!("CARGO_PKG_VERSION"), "<").as_bytes();

/// Returns the program beside this one; None if it is not installed.
pub(super) fn program() -> Option<PathBuf> {
    let name = format!("mizan-pdf{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::current_exe().ok()?.parent()?.join(name);
    path.is_file().then_some(path)
}

/// True for a file name with the ending of PDF.
pub(super) fn is_name(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING))
}

/// True for the bytes of a PDF.
pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(HEAD)
}

/// True for a PDF that `mizan-pdf` of this version made, and no other program from the Typst memo.
pub(super) fn is_own(pdf: &[u8]) -> bool {
    pdf.windows(CREATOR.len()).any(|part| part == CREATOR)
}

/// Makes a PDF of a Typst memo; reports why it cannot be made, and what it lacks.
pub(super) fn of_memo(memo: &[u8]) -> Result<Vec<u8>, Exit> {
    filtered(memo, &[]).map_err(|why| {
        complain(&format!("cannot write PDF: {why}"));
        Exit::Failed
    })
}

/// Returns the object that a PDF carries, as text; reports why there is none. `shown` is the name of the file.
pub(super) fn carried(pdf: &[u8], shown: &str) -> Result<String, Exit> {
    if program().is_none() {
        complain(&format!(
            "{shown}: mizan-pdf reads PDF, and it is not beside this program. `cargo install --path crates/mizan-pdf` in \
             the sources of Mizan adds it. Without it, save the attachment mizan-memo.json from the PDF and name that file"
        ));
        return Err(Exit::NoInput);
    }
    let text = filtered(pdf, &["--carried"]).and_then(|bytes| {
        String::from_utf8(bytes).map_err(|_| "carries something that is not text".to_owned())
    });
    text.map_err(|why| {
        complain(&format!("{shown} {why}"));
        Exit::Data
    })
}

/// Gives bytes to the program and returns its output. Prints its notes; returns its message if it fails.
fn filtered(input: &[u8], arguments: &[&str]) -> Result<Vec<u8>, String> {
    let path = program().ok_or("mizan-pdf is not beside this program")?;
    let mut command = Command::new(path);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error: std::io::Error| format!("mizan-pdf does not run: {error}");
    let mut child = command.spawn().map_err(failed)?;
    // The program reads all of its input before it writes. If it ends early, its own message says why.
    if let Some(mut pipe) = child.stdin.take() {
        let _ = pipe.write_all(input);
    }
    let done = child.wait_with_output().map_err(failed)?;
    let said = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() {
        return Err(said.lines().next().map_or_else(|| done.status.to_string(), sanitize));
    }
    said.lines().for_each(|line| note(&format!("{}\n", sanitize(line))));
    Ok(done.stdout)
}
