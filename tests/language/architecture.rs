//! The layers, the lengths of files, and who may use what: the rules of `ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Modules from low to high; those of one row may use each other.
const LAYERS: [&[&str]; 17] = [
    &["source", "operator"],
    &["diagnostic", "quantity"],
    &["syntax", "builtins"],
    &["statements"],
    &["model"],
    &["data", "library"],
    &["check"],
    &["plan"],
    &["results"],
    &["engine"],
    &["methods"],
    &["analysis"],
    &["report"],
    &["session"],
    &["explain", "files", "partial", "rerun"],
    &["page"],
    &["cli", "repl"],
];

/// A crate or a part of the standard library, and the only places that use it.
const FOREIGN: [(&str, &[&str]); 17] = [
    ("pest::", &["syntax/"]),
    ("pest_derive::", &["syntax/"]),
    ("miette::", &["diagnostic/render.rs"]),
    ("rsparse::", &["engine/solve/linear.rs"]),
    ("petgraph::", &["plan/"]),
    ("resvg::", &["report/png.rs"]),
    // The core works with whichever pool it is called in.
    ("ThreadPool", &["cli/threads.rs"]),
    ("rustyline::", &["repl/"]),
    ("clap::", &["cli/", "repl/"]),
    ("tiny_http::", &["cli/serve/"]),
    ("csv::", &["data/", "report/"]),
    ("calamine::", &["data/workbook.rs", "report/xlsx/read.rs"]),
    ("zip::", &["data/workbook/"]),
    ("std::fs", FRONT),
    ("std::env", FRONT),
    ("std::process", FRONT),
    ("std::time", FRONT),
];

/// Places that touch files, environment and processes.
const FRONT: &[&str] = &["cli/", "repl/", "files/", "main.rs"];

/// Maximum number of lines of a file.
const MOST_LINES: usize = 500;

/// The folders of the sources: the core with its command line, and the syntax.
const SOURCES: [&str; 2] = ["src", "crates/mizan-syntax/src"];

/// Every source file: its path below its folder of [`SOURCES`], and its text.
fn files() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut files = Vec::new();
    for folder in SOURCES {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut found = Vec::new();
        walk(&source, &mut found);
        found.sort();
        assert!(found.len() > 10, "the sources were not found in {folder}");
        for path in found {
            let name = path.strip_prefix(&source).expect("below").to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path).expect("a file")));
        }
    }
    files
}

/// Lines of code: no comments, and nothing from a test module on.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let before_tests = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
    before_tests.filter(|line| !line.trim_start().starts_with("//"))
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The modules that a line names: `crate::model::X`, `crate::{model, plan::Y}`.
fn named(line: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let word = |text: &str| -> String {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    for rest in line.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => {
                // Names of the first level only: commas inside further braces do not count.
                let (mut depth, mut start) = (0_i32, true);
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && !c.is_whitespace() => {
                            found.insert(word(&group[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
            None => {
                found.insert(word(rest));
            }
        }
    }
    found
}

#[test]
fn a_module_uses_lower_layers_only() {
    let mut wrong = Vec::new();
    for (name, text) in files() {
        let module = name.split(['/', '.']).next().unwrap_or("");
        if matches!(name.as_str(), "lib.rs" | "main.rs") {
            continue;
        }
        let Some(own) = layer(module) else {
            wrong.push(format!("{name}: `{module}` has no layer; give it one in this test"));
            continue;
        };
        let text: String = code(&text).collect::<Vec<_>>().join(" ");
        for other in named(&text) {
            match layer(&other) {
                Some(at) if at > own => {
                    wrong.push(format!("{name} uses `{other}`, which is no lower layer"));
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_model_and_what_runs_it_know_no_syntax() {
    for (name, text) in files() {
        let inner = ["model/", "plan/", "engine/", "methods/", "analysis/", "results/", "report/"];
        if inner.iter().any(|folder| name.starts_with(folder)) {
            let text: String = code(&text).collect::<Vec<_>>().join(" ");
            assert!(!named(&text).contains("syntax"), "{name} uses `syntax`");
        }
    }
}

/// The shelves of the engine from low to high; a plain run, `engine/mod.rs`, is between the last two.
const SHELVES: [&str; 4] = ["numbers", "run", "solve", "simulate"];

#[test]
fn a_shelf_of_the_engine_uses_lower_shelves_only() {
    let mut seen = BTreeSet::new();
    for (name, text) in files() {
        let Some(own) = SHELVES.iter().position(|s| name.starts_with(&format!("engine/{s}/")))
        else {
            continue;
        };
        seen.insert(own);
        let text: String = code(&text).collect::<Vec<_>>().join(" ");
        for higher in &SHELVES[own + 1..] {
            let used = text.contains(&format!("crate::engine::{higher}"));
            assert!(!used, "{name} uses the shelf `{higher}`, which is no lower one");
        }
        if own < SHELVES.len() - 1 {
            let whole = text.contains("crate::engine::{") || text.contains("use crate::engine;");
            assert!(!whole, "{name} uses a plain run, which is above it");
        }
    }
    assert_eq!(seen.len(), SHELVES.len(), "a shelf was not found");
}

#[test]
fn foreign_parts_stay_in_their_place() {
    let mut wrong = Vec::new();
    for (name, text) in files() {
        for (part, places) in FOREIGN {
            let allowed = places.iter().any(|place| name.starts_with(place));
            let uses = |line: &&str| {
                line.match_indices(part).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
                })
            };
            if let (false, Some(line)) = (allowed, code(&text).find(uses)) {
                wrong.push(format!("{name}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Folders whose files must not use each other in a cycle. A subfolder counts as one file.
const WITHOUT_CYCLES: [&str; 12] = [
    "analysis",
    "check",
    "data",
    "diagnostic",
    "engine",
    "methods",
    "page",
    "plan",
    "repl",
    "report",
    "session",
    "syntax",
];

/// The files of a folder that each of its files names, by `super::` or `crate::`.
fn uses(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let inside = format!("{folder}/");
    let own: Vec<(Vec<String>, String)> = files()
        .into_iter()
        .filter_map(|(name, text)| {
            let path = name.strip_prefix(&inside)?.trim_end_matches(".rs");
            let parts = path.split('/').filter(|part| *part != "mod").map(str::to_owned).collect();
            Some((parts, code(&text).collect::<Vec<_>>().join(" ")))
        })
        .collect();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (parts, text) in own {
        // The folder's own `mod.rs` is above its files: they may not be below it.
        let Some(file) = parts.first() else { continue };
        let from_above = format!(" {}", "super::".repeat(parts.len()));
        let text = text.replace(&format!("crate::{folder}::"), &from_above);
        let named = named(&text.replace("crate::", "").replace(&from_above, " crate::"));
        found.entry(file.clone()).or_default().extend(named.into_iter().filter(|n| n != file));
    }
    let known: BTreeSet<String> = found.keys().cloned().collect();
    found.values_mut().for_each(|names| names.retain(|name| known.contains(name)));
    found
}

#[test]
fn files_use_each_other_without_cycles() {
    for folder in WITHOUT_CYCLES {
        let mut left = uses(folder);
        assert!(left.values().any(|names| !names.is_empty()), "{folder}: no file uses another");
        // Files that use none of those left are taken away, until none is left or all are in cycles.
        while let Some(free) = left.iter().find(|(_, names)| names.is_empty()) {
            let free = free.0.clone();
            left.remove(&free);
            left.values_mut().for_each(|names| {
                names.remove(&free);
            });
        }
        assert!(left.is_empty(), "{folder}: {left:#?}");
    }
}

#[test]
fn files_stay_short() {
    let mut wrong = Vec::new();
    for (name, text) in files() {
        let lines = text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{name} has {lines} lines, more than {MOST_LINES}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The syntax tree and the model have types of the same names for the same things, so the tree is left out.
#[test]
fn a_type_name_has_one_meaning() {
    let words = ["struct ", "enum ", "trait ", "type "];
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, text) in files().into_iter().filter(|(name, _)| !name.starts_with("syntax/ast")) {
        for line in code(&text).filter(|line| line.starts_with("pub")) {
            let (_, declared) = line.split_once(' ').unwrap_or_default();
            let Some(rest) = words.iter().find_map(|word| declared.strip_prefix(word)) else {
                continue;
            };
            let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            places.entry(rest[..end].to_owned()).or_default().push(name.clone());
        }
    }
    assert!(places.len() > 200, "the types were not found");
    places.retain(|_, files| files.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}

#[test]
fn a_group_of_imports_is_read() {
    let line = "use crate::{model::{Expr, Kind}, plan, engine::x}; crate::check::y()";
    let found: Vec<String> = named(line).into_iter().collect();
    assert_eq!(found, ["check", "engine", "model", "plan"]);
}

/// Crates that only the command line may use, for the prompt, signals, threads, files of the system, the
/// allocator.
const COMMAND_LINE: [&str; 8] =
    ["cap-std", "clap", "ctrlc", "mimalloc", "nix", "rustyline", "signal-hook", "tempfile"];

/// The core without its command line must compile for a browser, where there is no system below it.
#[test]
fn the_core_depends_on_nothing_of_the_command_line() {
    let arguments =
        "tree --package mizan --no-default-features --edges normal --prefix none --offline";
    let tree = std::process::Command::new(env!("CARGO"))
        .args(arguments.split(' '))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8(tree.stdout).expect("text");
    let names: BTreeSet<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains("ndarray"), "the tree was not read: {text}");
    let found: Vec<&str> = COMMAND_LINE.into_iter().filter(|name| names.contains(name)).collect();
    assert!(found.is_empty(), "{found:?}");
}
