//! Loading a script: read, parse, check. The one way in for every front end.

use std::path::Path;

use crate::check::check;
use crate::diagnostic::Diagnostic;
use crate::library::library;
use crate::model::Model;
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::ast::{Assign, File, ItemKind, Library};
use crate::syntax::parse;

/// The largest script, in bytes.
pub const MOST_BYTES: u64 = 4 << 20;

/// A script that was loaded.
#[derive(Debug)]
pub struct Program {
    /// Its texts.
    pub sources: SourceMap,
    /// The trees of the script and of the libraries that it uses.
    pub files: Vec<File>,
    /// What was found in them.
    pub diagnostics: Vec<Diagnostic>,
    /// The model; `None` if there are errors.
    pub model: Option<Model>,
}

/// Parses and checks one text; `name` is shown in diagnostics.
pub fn load(name: &str, text: &str) -> Program {
    load_edited(name, text, &[])
}

/// As [`load`], with given values replaced as if the script's own lines were edited: each edit is an
/// assignment, `duty.rate = 5%`.
pub fn load_edited(name: &str, text: &str, edits: &[String]) -> Program {
    let mut sources = SourceMap::default();
    let id = sources.add(name, text, false);
    let parsed = parse(id, text);
    let mut diagnostics = parsed.diagnostics;
    let mut assigns = Vec::new();
    for edit in edits {
        match assignment(sources.add(EDIT, edit, false), edit) {
            Ok(assign) => assigns.push(assign),
            Err(mut found) => diagnostics.append(&mut found),
        }
    }
    let mut files = vec![parsed.file];
    let mut used = Vec::new();
    for item in &files[0].items {
        if let ItemKind::Use(Library::Builtin(name)) = &item.kind {
            let Some(texts) = library(&name.text) else {
                let found = Diagnostic::error(
                    "unknown-library",
                    format!("there is no library `{}`", name.text),
                );
                diagnostics.push(found.at(name.span, "no such library").help("write `use trade`"));
                continue;
            };
            for (name, text) in texts {
                let id = sources.add(name, text, true);
                let mut parsed = parse(id, text);
                diagnostics.append(&mut parsed.diagnostics);
                used.push(parsed.file);
            }
        }
        if let ItemKind::Use(Library::File(file)) = &item.kind {
            let found = Diagnostic::error("not-available", "`use` of a file cannot be run yet");
            diagnostics.push(
                found.at(file.span, "not built yet").help("write its declarations into the script"),
            );
        }
    }
    files.append(&mut used);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Program { sources, files, diagnostics, model: None };
    }
    let trees: Vec<_> = files.iter().collect();
    let (model, mut found) = check(&trees, &assigns, &sources);
    diagnostics.append(&mut found);
    Program { sources, files, diagnostics, model }
}

/// The name of an edit's text in diagnostics.
const EDIT: &str = "--set";

/// Reads one assignment alone.
///
/// # Errors
/// What the language's parser says, or that the text is something else than one assignment.
pub fn assignment(source: SourceId, text: &str) -> Result<Assign, Vec<Diagnostic>> {
    let parsed = parse(source, text);
    if parsed.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(parsed.diagnostics);
    }
    let mut items = parsed.file.items.into_iter().map(|item| item.kind);
    match (items.next(), items.next()) {
        (Some(ItemKind::Assign(assign)), None) => Ok(assign),
        _ => {
            let found = Diagnostic::error("not-an-assignment", "one assignment is required here");
            let whole = Span::new(source, 0, text.len());
            Err(vec![found.at(whole, "something else").help("write TARGET=VALUE, `duty.rate=5%`")])
        }
    }
}

/// The built-in library by itself, over sets of one element, to be read rather than run.
pub fn load_library() -> Program {
    load(
        "script",
        "years 2024..2025\ncurrency USD\nset partner = one\nset sector = one\nuse trade\n",
    )
}

/// Reads a script.
///
/// # Errors
/// `no-input` if there is no such file, or something else than a file; `no-permission`; `not-utf8`;
/// `limit-file` for more than [`MOST_BYTES`].
pub fn read(path: &Path) -> Result<String, Diagnostic> {
    let shown = path.display();
    let failed = |error: std::io::Error| {
        let code = match error.kind() {
            std::io::ErrorKind::PermissionDenied => "no-permission",
            _ => "no-input",
        };
        let text = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => error.to_string(),
        };
        Diagnostic::error(code, format!("cannot read {shown}: {text}"))
    };
    // Opening a pipe would wait for its writer.
    let data = std::fs::metadata(path).map_err(failed)?;
    if !data.is_file() {
        let found = if data.is_dir() { "it is a folder" } else { "it is not a file" };
        return Err(Diagnostic::error("no-input", format!("cannot read {shown}: {found}"))
            .help("name a script, a file that ends in .mizan"));
    }
    read_from(std::fs::File::open(path).map_err(failed)?, &shown.to_string())
}

/// Reads a script from an open file or a stream; `shown` names it in messages.
///
/// # Errors
/// As [`read`].
pub fn read_from(from: impl std::io::Read, shown: &str) -> Result<String, Diagnostic> {
    let mut bytes = Vec::new();
    let limited = &mut from.take(MOST_BYTES + 1);
    std::io::Read::read_to_end(limited, &mut bytes)
        .map_err(|error| Diagnostic::error("no-input", format!("cannot read {shown}: {error}")))?;
    if bytes.len() as u64 > MOST_BYTES {
        let message = format!("cannot read {shown}: it is larger than 4 MiB, the limit");
        return Err(Diagnostic::error("limit-file", message)
            .help("keep large tables in a CSV file and read them with `data(...)`"));
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

fn not_utf8(message: String) -> Diagnostic {
    Diagnostic::error("not-utf8", message).help("save the file with the encoding UTF-8")
}

/// A byte-order mark, or every second byte of the beginning 0.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(64)).unwrap_or(&[]);
    let zeros = |first: usize| start.iter().skip(first).step_by(2).all(|&byte| byte == 0);
    let marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    marked || (start.len() >= 4 && zeros(0) != zeros(1))
}
