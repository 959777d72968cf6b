//! Loading of the libraries that a script uses, directly or through other libraries.
//!
//! In: a script and the files beside it. Out: the trees of the script and of its libraries, each once, and the mistakes
//! in `use` statements. Depth, number and size of libraries are limited.

use std::sync::Arc;

use crate::data::{Files, Refusal, normal, read_text};
use crate::diagnostic::{Code, Diagnostic, grouped, nearest};
use crate::library::{self, LIBRARIES};
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::ast::{self, ItemKind, Library};
use crate::syntax::{MOST_STATEMENTS, MOST_TOKENS, Parsed, parse};

use super::input::MOST_BYTES;

/// Maximum number of library files of a script.
const MOST_FILES: usize = 256;
/// Maximum depth of `use` among library files.
const MOST_DEPTH: usize = 16;
/// Maximum number of bytes of all library files.
const MOST_TOTAL: usize = 64 << 20;

/// The origin of a source text: the script or a library.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    Script,
    Builtin,
    User,
}

/// Loads a script and the libraries that it uses, directly or indirectly, each once.
pub(super) struct Loader<'a> {
    files: &'a dyn Files,
    pub(super) sources: SourceMap,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The syntax tree of the script, then those of the libraries.
    pub(super) trees: Vec<Arc<ast::File>>,
    /// Libraries found so far: built-in ones by name, files by normalised name in quotes.
    seen: Vec<String>,
    /// The files from the script to the current file, for messages about cycles.
    chain: Vec<String>,
    /// Number of bytes of the library files.
    total: usize,
    /// Number of statements, and of words, numbers, texts and signs, in the script and its library files.
    size: (usize, usize),
    /// The part of the built-in libraries to load.
    part: LibraryPart,
    /// Built-in libraries that are still to be loaded.
    waiting: Vec<String>,
}

/// The part of the built-in libraries to load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LibraryPart {
    Whole,
    /// Only the statements that the script's own texts use, directly or indirectly.
    Used,
}

impl<'a> Loader<'a> {
    pub(super) fn new(name: &str, files: &'a dyn Files, part: LibraryPart) -> Self {
        let own = name.rsplit(['/', '\\']).next().unwrap_or(name);
        Self {
            files,
            sources: SourceMap::default(),
            diagnostics: Vec::new(),
            trees: Vec::new(),
            seen: Vec::new(),
            chain: vec![own.to_owned()],
            total: 0,
            size: (0, 0),
            part,
            waiting: Vec::new(),
        }
    }

    /// Loads a script and all libraries that it uses. The texts of `edits` may also name statements of a
    /// library.
    pub(super) fn script(&mut self, name: &str, text: &str, edits: &[String]) {
        let id = self.sources.add(name, text);
        self.text(id, text, Origin::Script);
        self.builtins(edits);
    }

    /// Replaces the script's queries by one query.
    pub(super) fn ask(&mut self, name: &str, question: &str) {
        let id = self.sources.add(name, question);
        let mut parsed = parse(id, question);
        let is_query = |item: &ast::Item| matches!(item.kind, ItemKind::Query(_));
        let whole = Span::new(id, 0, question.len());
        let one_query = matches!(parsed.file.items.as_slice(), [only] if is_query(only));
        if parsed.diagnostics.is_empty() && !one_query {
            let found = Diagnostic::error(Code::NotAQuestion, "one query is required here");
            self.diagnostics.push(found.at(whole, "something else").help("write one query alone"));
        }
        self.diagnostics.append(&mut parsed.diagnostics);
        if let Some(script) = self.trees.first_mut() {
            let script = Arc::make_mut(script);
            script.items.retain(|item| !is_query(item));
            script.items.append(&mut parsed.file.items);
        }
    }

    /// Loads the libraries of a parsed script, whose texts are in `sources`.
    pub(super) fn parsed(&mut self, script: ast::File, sources: SourceMap) {
        self.sources = sources;
        self.tree(Arc::new(script), Origin::Script);
        self.builtins(&[]);
    }

    /// Loads the statements of the built-in libraries that the texts and `edits` name. Called after all texts
    /// are read.
    fn builtins(&mut self, edits: &[String]) {
        self.sources.set_builtin(library::texts);
        for name in std::mem::take(&mut self.waiting) {
            let trees = match self.part {
                LibraryPart::Whole => library::whole(&name).map(<[_]>::to_vec),
                LibraryPart::Used => {
                    let added = self.sources.added().map(|file| &*file.text);
                    library::used(&name, added.chain(edits.iter().map(String::as_str)))
                }
            };
            for tree in trees.into_iter().flatten() {
                self.tree(tree, Origin::Builtin);
            }
        }
    }

    fn text(&mut self, id: SourceId, text: &str, origin: Origin) {
        let Parsed { file, mut diagnostics, tokens, .. } = parse(id, text);
        self.diagnostics.append(&mut diagnostics);
        let (statements, all) = self.size;
        self.size = (statements + file.items.len(), all + tokens);
        self.tree(Arc::new(file), origin);
    }

    fn tree(&mut self, file: Arc<ast::File>, origin: Origin) {
        if origin == Origin::User {
            let misplaced = file.items.iter().filter_map(not_in_library);
            self.diagnostics.extend(misplaced);
        }
        let uses: Vec<Library> = (file.items.iter())
            .filter_map(|item| match &item.kind {
                ItemKind::Use(library) => Some(library.clone()),
                _ => None,
            })
            .collect();
        self.trees.push(file);
        for library in uses {
            match library {
                Library::Builtin(name) => self.builtin(&name),
                Library::File(file) => {
                    if let Err(problem) = self.file(&file) {
                        self.diagnostics.push(problem);
                    }
                }
            }
        }
    }

    fn builtin(&mut self, name: &ast::Name) {
        if !LIBRARIES.contains(&name.text.as_str()) {
            self.diagnostics.push(unknown_library(name));
        } else if self.first_time(name.text.clone()) {
            self.waiting.push(name.text.clone());
        }
    }

    /// Loads a library file from the script's folder.
    fn file(&mut self, file: &ast::Text) -> Result<(), Diagnostic> {
        let (named, span) = (&file.text, file.span);
        let refused = |refusal: Refusal| refusal.diagnostic(named, span);
        let name = normal(named).map_err(refused)?;
        if let Some(start) = self.chain.iter().position(|other| *other == name) {
            let cycle = self.chain.iter().skip(start).chain([&name]);
            let shown: Vec<&str> = cycle.map(String::as_str).collect();
            return Err(use_cycle(span, &shown.join(" -> ")));
        }
        if !self.first_time(format!("\"{name}\"")) {
            return Ok(());
        }
        if self.chain.len() > MOST_DEPTH {
            return Err(limit(span, &format!("libraries use one another {MOST_DEPTH} deep")));
        }
        if self.seen.len() > MOST_FILES {
            return Err(limit(span, &format!("a script uses {MOST_FILES} library files")));
        }
        self.check_size(span)?;
        let text = read_text(self.files, &name, MOST_BYTES).map_err(refused)?;
        self.total += text.len();
        if self.total > MOST_TOTAL {
            let most = MOST_TOTAL >> 20;
            return Err(limit(span, &format!("library files have {most} MiB together")));
        }
        let id = self.sources.add(&name, &text);
        self.chain.push(name);
        self.text(id, &text, Origin::User);
        self.chain.pop();
        self.check_size(span)
    }

    /// Reports library files that make the script larger than one file may be.
    fn check_size(&self, span: Span) -> Result<(), Diagnostic> {
        let (statements, tokens) = self.size;
        let (most, what) = if statements > MOST_STATEMENTS {
            (MOST_STATEMENTS, "statements")
        } else if tokens > MOST_TOKENS {
            (MOST_TOKENS, "words, numbers and signs")
        } else {
            return Ok(());
        };
        let most = grouped(most);
        let message =
            format!("the script and its library files have more than {most} {what}, the limit");
        Err(Diagnostic::error(Code::LimitLibraries, message)
            .at(span, "beyond the limit")
            .help("keep large tables in a CSV file and read them with `data(...)`"))
    }

    fn first_time(&mut self, library: String) -> bool {
        let new = !self.seen.contains(&library);
        if new {
            self.seen.push(library);
        }
        new
    }
}

/// Reports a statement that is allowed only in the script, not in a library.
fn not_in_library(item: &ast::Item) -> Option<Diagnostic> {
    let what = match &item.kind {
        ItemKind::Model(_) => "`model`",
        ItemKind::Years(_) => "`years`",
        ItemKind::Scenario(_) => "a scenario",
        ItemKind::Query(_) => "a query",
        _ => return None,
    };
    let found = Diagnostic::error(
        Code::NotInLibrary,
        format!("{what} cannot be in a library, only in a script"),
    );
    Some(
        found.at(item.span, "not in a library").help("move it to the script that uses the library"),
    )
}

fn unknown_library(name: &ast::Name) -> Diagnostic {
    let found =
        Diagnostic::error(Code::UnknownLibrary, format!("there is no library `{}`", name.text))
            .at(name.span, "no such library");
    match nearest(&name.text, LIBRARIES) {
        Some(near) => found.help(format!("did you mean `use {near}`?")),
        None => found.help(format!("write `use trade`, or a file: `use \"{}.mizan\"`", name.text)),
    }
}

fn use_cycle(span: Span, chain: &str) -> Diagnostic {
    Diagnostic::error(Code::UseCycle, format!("files use one another in a cycle: {chain}"))
        .at(span, "closes the cycle")
        .help("move what both need into a third file")
}

fn limit(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::LimitLibraries, format!("{what}, the limit"))
        .at(span, "beyond the limit")
        .help("put declarations that belong together into one file")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::NoFiles;

    #[test]
    fn library_files_count_as_the_script_does() {
        let size_of = |size| {
            let mut loader = Loader::new("a.mizan", &NoFiles, LibraryPart::Whole);
            loader.size = size;
            let refused = loader.check_size(Span::new(SourceId(0), 0, 1));
            refused.err().map(|found| (found.code, found.message))
        };
        assert_eq!(size_of((MOST_STATEMENTS, MOST_TOKENS)), None);
        for (size, words) in [
            ((MOST_STATEMENTS + 1, 0), "120,000 statements"),
            ((0, MOST_TOKENS + 1), "1,000,000 words, numbers and signs"),
        ] {
            let (code, message) = size_of(size).expect("refused");
            assert!(code == Code::LimitLibraries && message.contains(words), "{message}");
        }
        let mut loader = Loader::new("a.mizan", &NoFiles, LibraryPart::Whole);
        loader.script("a.mizan", "years 2024..2024\nparam a = 1_000.5\n", &[]);
        assert_eq!(loader.size, (2, 6));
    }
}
