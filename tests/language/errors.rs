//! Every diagnostic: wrong programs with their messages.
//!
//! `tests/errors/STAGE/NAME.mizan` is a wrong program whose first line names the codes that it must
//! give, no more and no fewer; `NAME.txt` beside it shows the program and the messages as they are
//! read. `UPDATE=1 cargo test --test language` writes the second anew. Files that a program reads lie
//! beside it. A mistake that no such program can make (a command line, a file of odd bytes) is made
//! in `made.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mizan::data::{Files, MemoryFiles};
use mizan::diagnostic::{Code, Diagnostic, Style, render};
use mizan::files::Folder;
use mizan::session;

use crate::made;

const WIDTH: usize = 80;

const INDEX_HEAD: &str = "\
# Messages and what mends them

Every message about a script has a code. `mizan explain CODE` prints its page. An error stops the script, in most cases
before it runs; a warning does not.
";

/// Returns all diagnostics of a program from the check and, if that finds no error, from the run.
fn said(name: &str, text: &str, files: &dyn Files) -> (Vec<&'static str>, String) {
    let mut program = session::load_with(name, text, files);
    match program.model.as_ref().map(mizan::analysis::answer) {
        Some(Ok(report)) => program.diagnostics.extend(report.problems().cloned()),
        Some(Err(problem)) => program.diagnostics.push(problem),
        None => {}
    }
    let codes = program.diagnostics.iter().map(|found| found.code.name()).collect();
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

/// Path and text of each wrong program. A file without such a head is a library that a wrong program uses.
fn wrong_programs() -> Vec<(PathBuf, String)> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a readable program");
        text.starts_with(EXPECT).then_some((path, text))
    };
    files(&root("tests/errors"), "mizan").into_iter().filter_map(read).collect()
}

const EXPECT: &str = "# expect:";

/// Returns the expected codes in the head of a wrong program.
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
        let program = session::load_with("a.mizan", &text, &folder);
        for found in program.diagnostics {
            let where_ = path.display();
            for label in &found.labels {
                let written = program.sources.text(label.span);
                let same = format!("write `{written}`");
                assert!(
                    !found.help.contains(&same),
                    "{where_}: the help is what is written: {same}"
                );
            }
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

/// Asserts that each code of [`Code::ALL`] is given by a wrong program, or by a case of `made`.
#[test]
fn each_code_is_given_by_a_mistake() {
    let wrong = wrong_programs();
    let mut given: BTreeSet<&str> = wrong.iter().flat_map(|(_, text)| expected(text)).collect();
    for (code, found) in made::cases() {
        assert!(found.contains(&code), "{code}: {found:?}");
        given.insert(code.name());
    }
    // A page whose program has the mistake: `each_page_shows_the_mistake_and_its_mending` runs it.
    let shown = |code: &Code| {
        let fence = |kind| format!("\n```mizan {kind} {code}");
        ["error", "warning"].into_iter().any(|kind| code.page().contains(&fence(kind)))
    };
    given.extend(Code::ALL.iter().filter(|code| shown(code)).map(|code| code.name()));
    let bare: Vec<&Code> = Code::ALL.iter().filter(|code| !given.contains(code.name())).collect();
    assert!(bare.is_empty(), "no test makes these mistakes: {bare:?}");
}

/// Returns the fenced blocks of a page: the info string after the fence, and the text.
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

/// A page shows a wrong program and a right one; `csv NAME` and `mizan NAME` are files that the programs
/// below them read. The fence of the wrong program says whether its message is an error or a warning. If no program can
/// show the mistake, a block of text does.
#[test]
fn each_page_shows_the_mistake_and_its_mending() {
    for &code in Code::ALL {
        let wrong = ["error", "warning"].map(|kind| format!("mizan {kind} {code}"));
        let (mut mistaken, mut mended, mut told) = (false, false, false);
        let mut files = MemoryFiles::default();
        // A workbook, which no block of a page can show.
        let workbook = fs::read(root("docs/src/files/statistics.xlsx")).expect("a workbook");
        files.add("statistics.xlsx", workbook);
        for (info, text) in blocks(code.page()) {
            let words: Vec<&str> = info.split(' ').collect();
            match words.as_slice() {
                ["csv", name] | ["mizan", name] => files.add(name, text),
                ["text"] => told = true,
                ["mizan", rest @ ..] => {
                    let (codes, shown) = said("page.mizan", &text, &files);
                    let expected = rest.get(1..).unwrap_or_default();
                    assert_eq!(codes, expected, "{code}:\n{text}\n{shown}");
                    if let [kind, _, ..] = rest {
                        assert!(
                            shown.contains(&format!(" {kind}: ")),
                            "{code}: no {kind}:\n{shown}"
                        );
                    }
                    mistaken |= wrong.contains(&info);
                    mended |= rest.is_empty();
                }
                _ => panic!("{code}: no such kind of block: {info}"),
            }
        }
        assert!(mistaken && mended || told, "{code}: no wrong program, or no right one");
        assert!(code.page().lines().count() <= 60, "{code}: a page is short");
    }
}

/// Builds the index of the book's messages: the first sentence of each page, in the order of
/// [`Code::GROUPS`].
fn index() -> String {
    let mut text = INDEX_HEAD.to_owned();
    for (heading, codes) in Code::GROUPS {
        text.push_str(&format!("\n## {heading}\n\n"));
        for code in *codes {
            let summary = code.summary();
            let mut letters = summary.chars();
            // A sentence begins with a capital letter, an entry of the list does not.
            let first = letters.next().map(|first| first.to_lowercase().to_string());
            let name = code.name();
            let text_of = first.unwrap_or_default() + letters.as_str();
            text.push_str(&format!("- [`{name}`]({name}.md): {text_of}\n"));
        }
    }
    text
}

#[test]
fn the_index_is_that_of_the_pages_and_every_page_is_in_it() {
    let path = root("docs/src/errors/README.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, index()).expect("a writable file");
    }
    let found = fs::read_to_string(&path).expect("the index");
    assert!(
        found == index(),
        "the index differs: UPDATE=1 cargo test --test language errors writes it"
    );
    let on_disk = files(&root("docs/src/errors"), "md").len();
    assert_eq!(on_disk, Code::ALL.len() + 1, "a page has no code in src/diagnostic/code.rs");
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
