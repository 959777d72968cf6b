//! Every mistake and what is said of it.
//!
//! `tests/errors/STAGE/NAME.mizan` is a wrong program whose first line names the codes that it must
//! give, no more and no fewer; `NAME.txt` beside it shows the program and the messages as they are
//! read. `UPDATE=1 cargo test --test language` writes the second anew. Files that a program reads lie
//! beside it. A mistake that no such program can make (a command line, a file of odd bytes) is made
//! by another test, which names the code in quotes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mizan::data::{Files, Memory};
use mizan::diagnostic::{Diagnostic, Style, page, pages, render};
use mizan::files::Folder;
use mizan::session;

const WIDTH: usize = 80;

/// All that is said of a program, in the check and, where that finds nothing wrong, in the run.
fn said(name: &str, text: &str, files: &dyn Files) -> (Vec<&'static str>, String) {
    let mut program = session::load_with(name, text, files);
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

/// Path and text of each wrong program; what has no such head is a library of one.
fn wrong_programs() -> Vec<(PathBuf, String)> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a readable program");
        text.starts_with(EXPECT).then_some((path, text))
    };
    files(&root("tests/errors"), "mizan").into_iter().filter_map(read).collect()
}

const EXPECT: &str = "# expect:";

/// The codes in the head of a wrong program.
fn expected(text: &str) -> Vec<&str> {
    let head = text.lines().next().unwrap_or("");
    head.trim_start_matches(EXPECT).split_whitespace().collect()
}

#[test]
fn each_mistake_gives_its_codes_and_its_text() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for (path, text) in wrong_programs() {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let (codes, shown) = said(&name, &text, &Folder::of_script(&path));
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
    for (path, text) in wrong_programs() {
        let folder = Folder::of_script(&path);
        for found in session::load_with("a.mizan", &text, &folder).diagnostics {
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

/// The codes that the source names: the first argument of a diagnostic or of a fault, or one of those
/// among which it chooses.
fn codes_in_source() -> BTreeSet<String> {
    const MARKS: [&str; 8] = [
        "Diagnostic::error(",
        "Diagnostic::warning(",
        "code: \"",
        "(code, message) = (",
        "fault(",
        "refused(",
        "=> (",
        "=> ",
    ];
    let mut codes = BTreeSet::new();
    for path in [files(&root("src"), "rs"), files(&root("crates"), "rs")].concat() {
        let text = fs::read_to_string(&path).expect("a readable source");
        let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
        let text = &text[..tests];
        for mark in MARKS {
            for (at, _) in text.match_indices(mark) {
                let rest = text[at + mark.len()..].trim_start().trim_start_matches('"');
                let code: String = rest.chars().take_while(|c| *c != '"').take(40).collect();
                let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                let chosen = !mark.starts_with("=>") || code.contains('-');
                if code.len() > 2 && code.chars().all(kebab) && chosen {
                    codes.insert(code);
                }
            }
        }
    }
    codes
}

/// True if a test other than this one makes the mistake and names its code, or a session that is
/// played shows it.
fn named_in_tests(code: &str) -> bool {
    let quoted = format!("\"{code}\"");
    let bracketed = format!("error[{code}]:");
    let others = files(&root("tests"), "rs").into_iter().filter(|path| !path.ends_with(file!()));
    let played = files(&root("tests/repl"), "transcript").into_iter();
    others.chain(played).any(|path| {
        let text = fs::read_to_string(path).expect("a test");
        text.contains(&quoted)
            || text.lines().any(|line| line == code || line.starts_with(&bracketed))
    })
}

#[test]
fn each_code_has_a_wrong_program_and_a_page() {
    let wrong = wrong_programs();
    let shown: BTreeSet<&str> = wrong.iter().flat_map(|(_, text)| expected(text)).collect();
    let codes = codes_in_source();
    assert!(codes.len() > 100, "{codes:?}");
    let bare: Vec<_> = (codes.iter())
        .filter(|code| !shown.contains(code.as_str()) && !named_in_tests(code))
        .collect();
    let pageless: Vec<_> = codes.iter().filter(|code| page(code).is_none()).collect();
    assert!(bare.is_empty() && pageless.is_empty(), "no program: {bare:?}; no page: {pageless:?}");
    for (code, _) in pages() {
        assert!(codes.contains(*code), "the page of `{code}` is of no code");
    }
}

/// The fenced blocks of a page: what stands behind the fence, and the text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.trim().to_owned(), String::new())),
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

/// A page shows a wrong program and a right one; `csv NAME` and `mizan NAME` are files that those
/// below find. Where no program can show the mistake, a block of text does.
#[test]
fn each_page_shows_the_mistake_and_its_mending() {
    for (code, page) in pages() {
        let wrong = format!("mizan error {code}");
        let (mut mistaken, mut mended, mut told) = (false, false, false);
        let mut files = Memory::default();
        for (info, text) in blocks(page) {
            let words: Vec<&str> = info.split(' ').collect();
            match words.as_slice() {
                ["csv", name] | ["mizan", name] => files.add(name, text),
                ["text"] => told = true,
                ["mizan", rest @ ..] => {
                    let (codes, shown) = said("page.mizan", &text, &files);
                    let expected = rest.get(1..).unwrap_or_default();
                    assert_eq!(codes, expected, "{code}:\n{text}\n{shown}");
                    mistaken |= info == wrong;
                    mended |= rest.is_empty();
                }
                _ => panic!("{code}: no such kind of block: {info}"),
            }
        }
        assert!(mistaken && mended || told, "{code}: no wrong program, or no right one");
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
        if !text.lines().any(|line| line.starts_with("years ")) {
            continue; // A library: other scripts show it.
        }
        let folder = Folder::of_script(&path);
        let found: Vec<Diagnostic> = session::load_with("a.mizan", &text, &folder).diagnostics;
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}
