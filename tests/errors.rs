//! Every mistake and what is said of it.
//!
//! `tests/errors/STAGE/NAME.mizan` is a wrong program whose first line names the codes that it must
//! give, no more and no fewer; `NAME.txt` beside it shows the program and the messages as they are
//! read. `UPDATE=1 cargo test --test errors` writes the second anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mizan::diagnostic::{Diagnostic, Style, page, pages, render};
use mizan::session;

const WIDTH: usize = 80;

/// All that is said of a program, in the check and, where that finds nothing wrong, in the run.
fn said(name: &str, text: &str) -> (Vec<&'static str>, String) {
    let mut program = session::load(name, text);
    if let Some(model) = &program.model
        && let Err(problem) = mizan::analysis::answer(model)
    {
        program.diagnostics.push(problem);
    }
    let codes = program.diagnostics.iter().map(|found| found.code).collect();
    (codes, render(&program.diagnostics, &program.sources, Style::Plain, WIDTH))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The codes in the head of a wrong program.
fn expected(text: &str) -> Vec<&str> {
    let head = text.lines().next().unwrap_or("");
    head.trim_start_matches("# expect:").split_whitespace().collect()
}

#[test]
fn each_mistake_gives_its_codes_and_its_text() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in files(&root("tests/errors"), "mizan") {
        let text = fs::read_to_string(&path).expect("a readable program");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let (codes, shown) = said(&name, &text);
        if codes != expected(&text) {
            wrong.push(format!("{}: {codes:?}, not {:?}", path.display(), expected(&text)));
        }
        let shown = format!("{}\n{}\n{shown}", text.trim_end(), "-".repeat(WIDTH));
        let golden = path.with_extension("txt");
        if update {
            fs::write(&golden, shown).expect("a writable file");
        } else if fs::read_to_string(&golden).unwrap_or_default() != shown {
            wrong.push(format!("{}: the text has changed:\n{shown}", golden.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_message_can_be_acted_on() {
    for path in files(&root("tests/errors"), "mizan") {
        let text = fs::read_to_string(&path).expect("a readable program");
        for found in session::load("a.mizan", &text).diagnostics {
            let where_ = path.display();
            assert!(!found.labels.is_empty(), "{where_}: no place");
            assert!(
                !(found.help.is_empty() && found.notes.is_empty()),
                "{where_}: no help: {found:?}"
            );
            assert!(!found.message.ends_with('.'), "{where_}: {}", found.message);
            for label in &found.labels {
                assert!(label.text.split_whitespace().count() <= 5, "{where_}: {}", label.text);
            }
        }
    }
}

/// The codes that the source names: the first argument of a diagnostic or of a fault.
fn codes_in_source() -> BTreeSet<String> {
    const MARKS: [&str; 5] =
        ["Diagnostic::error(", "Diagnostic::warning(", "code: \"", "fault(", "refused("];
    let mut codes = BTreeSet::new();
    for path in files(&root("src"), "rs") {
        let text = fs::read_to_string(&path).expect("a readable source");
        let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
        let text = &text[..tests];
        for mark in MARKS {
            for (at, _) in text.match_indices(mark) {
                let rest = text[at + mark.len()..].trim_start().trim_start_matches('"');
                let code: String = rest.chars().take_while(|c| *c != '"').take(40).collect();
                let kebab = |c: char| c.is_ascii_lowercase() || c == '-';
                if code.len() > 2 && code.chars().all(kebab) {
                    codes.insert(code);
                }
            }
        }
    }
    codes
}

/// Raised where solving meets an index that it cannot know; no script is known that leads there.
const WITHOUT_GOLDEN: [&str; 1] = ["index"];

#[test]
fn each_code_has_a_wrong_program_and_a_page() {
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for path in files(&root("tests/errors"), "mizan") {
        let text = fs::read_to_string(&path).expect("a readable program");
        for code in expected(&text) {
            *shown.entry(code.to_owned()).or_default() += 1;
        }
    }
    let codes = codes_in_source();
    assert!(codes.len() > 60, "{codes:?}");
    let bare: Vec<_> = codes
        .iter()
        .filter(|code| !shown.contains_key(*code) && !WITHOUT_GOLDEN.contains(&code.as_str()))
        .collect();
    let pageless: Vec<_> = codes
        .iter()
        .filter(|code| page(code).is_none() && !WITHOUT_GOLDEN.contains(&code.as_str()))
        .collect();
    assert!(bare.is_empty() && pageless.is_empty(), "no program: {bare:?}; no page: {pageless:?}");
    for (code, _) in pages() {
        assert!(codes.contains(*code), "the page of `{code}` is of no code");
    }
}

/// The fenced blocks of a page: what follows `mizan` in the fence, and the text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let info = info.strip_prefix("mizan").unwrap_or(info).trim().to_owned();
                open = Some((info, String::new()));
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    found
}

#[test]
fn each_page_shows_the_mistake_and_its_mending() {
    for (code, page) in pages() {
        let blocks = blocks(page);
        let wrong = format!("error {code}");
        assert!(blocks.iter().any(|(info, _)| *info == wrong), "{code}: no wrong program");
        assert!(blocks.iter().any(|(info, _)| info.is_empty()), "{code}: no right program");
        for (info, text) in blocks {
            let (codes, shown) = said("page.mizan", &text);
            let expected: Vec<&str> = info.strip_prefix("error ").into_iter().collect();
            assert_eq!(codes, expected, "{code}:\n{text}\n{shown}");
        }
        assert!(page.lines().count() <= 60, "{code}: a page is short");
    }
}

#[test]
fn the_index_of_the_pages_is_complete() {
    let index = fs::read_to_string(root("docs/src/errors/README.md")).expect("the index");
    for (code, _) in pages() {
        assert!(index.contains(&format!("[`{code}`]({code}.md)")), "{code} is not in the index");
    }
    let on_disk = files(&root("docs/src/errors"), "md").len();
    assert_eq!(on_disk, pages().len() + 1, "a page is not listed in src/diagnostic/pages.rs");
}

#[test]
fn nothing_is_said_of_a_right_program() {
    for path in files(&root("examples"), "mizan") {
        let text = fs::read_to_string(&path).expect("a readable script");
        let found: Vec<Diagnostic> = session::load("a.mizan", &text).diagnostics;
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}
