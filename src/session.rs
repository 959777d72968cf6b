//! Loading a script: read, parse, check. The one way in for every front end.

use std::path::Path;

use crate::check::check;
use crate::diagnostic::Diagnostic;
use crate::library::library;
use crate::model::Model;
use crate::source::SourceMap;
use crate::syntax::ast::{ItemKind, Library};
use crate::syntax::parse;

/// The largest script, in bytes.
pub const MOST_BYTES: u64 = 4 << 20;

/// A script that was loaded.
#[derive(Debug)]
pub struct Program {
    /// Its texts.
    pub sources: SourceMap,
    /// What was found in them.
    pub diagnostics: Vec<Diagnostic>,
    /// The model; `None` if there are errors.
    pub model: Option<Model>,
}

/// Parses and checks one text; `name` is shown in diagnostics.
pub fn load(name: &str, text: &str) -> Program {
    let mut sources = SourceMap::default();
    let id = sources.add(name, text, false);
    let parsed = parse(id, text);
    let mut diagnostics = parsed.diagnostics;
    let mut libraries = Vec::new();
    for item in &parsed.file.items {
        if let ItemKind::Use(Library::Builtin(name)) = &item.kind {
            let Some(files) = library(&name.text) else {
                let found = Diagnostic::error(
                    "unknown-library",
                    format!("there is no library `{}`", name.text),
                );
                diagnostics.push(found.at(name.span, "no such library").help("write `use trade`"));
                continue;
            };
            for (name, text) in files {
                let id = sources.add(name, text, true);
                let mut parsed = parse(id, text);
                diagnostics.append(&mut parsed.diagnostics);
                libraries.push(parsed.file);
            }
        }
        if let ItemKind::Use(Library::File(file)) = &item.kind {
            let found = Diagnostic::error("not-available", "`use` of a file cannot be run yet");
            diagnostics.push(
                found.at(file.span, "not built yet").help("write its declarations into the script"),
            );
        }
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Program { sources, diagnostics, model: None };
    }
    let files: Vec<_> = std::iter::once(&parsed.file).chain(&libraries).collect();
    let (model, mut found) = check(&files, &sources);
    diagnostics.append(&mut found);
    Program { sources, diagnostics, model }
}

/// Reads a script; the error says in one line why it cannot be read.
pub fn read(path: &Path) -> Result<String, String> {
    use std::io::Read as _;
    let shown = path.display();
    let file =
        std::fs::File::open(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    if file.metadata().map_or(true, |data| !data.is_file()) {
        return Err(format!("cannot read {shown}: it is not a file"));
    }
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("cannot read {shown}: {error}"))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("cannot read {shown}: it is larger than 4 MiB, the limit"));
    }
    String::from_utf8(bytes).map_err(|_| format!("cannot read {shown}: it is not UTF-8 text"))
}
