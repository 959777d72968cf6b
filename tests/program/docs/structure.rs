//! The book as a whole: links, anchors, the table of contents, and one output file for each page.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::page::Page;
use super::{all_pages, root};

#[test]
fn links_lead_to_files_and_headings_that_exist() {
    let mut broken = Vec::new();
    let mut files = all_pages();
    files.extend(["ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    for path in files {
        let page = Page::read(&path);
        let folder = path.parent().expect("a folder");
        for target in page.links().into_iter().filter(|target| !target.contains("://")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target.as_str(), ""));
            let file = if file.is_empty() { path.clone() } else { folder.join(file) };
            let leads = if anchor.is_empty() {
                file.exists()
            } else {
                file.is_file() && Page::read(&file).anchors().iter().any(|found| found == anchor)
            };
            if !leads {
                broken.push(format!("{}: {target}", page.name()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_summary_names_every_page_once() {
    let summary = Page::read(&root().join("docs/src/SUMMARY.md")).links();
    for path in all_pages() {
        let Ok(name) = path.strip_prefix(root().join("docs/src")) else { continue };
        let name = name.to_string_lossy();
        let listed = summary.iter().filter(|link| **link == name).count();
        let expected = usize::from(name != "SUMMARY.md");
        assert_eq!(listed, expected, "{name} belongs into SUMMARY.md once, SUMMARY.md not at all");
    }
}

/// mdBook's preprocessor `index` renames README.md to index.md; the book switches it off. Names that differ in
/// capital letters alone are one file on some systems.
#[test]
fn no_two_pages_are_written_to_one_file() {
    let settings = std::fs::read_to_string(root().join("docs/book.toml")).expect("the settings");
    let renames = !settings.contains("use-default-preprocessors = false");
    let mut written: BTreeMap<String, String> = BTreeMap::new();
    for path in all_pages() {
        let Ok(name) = path.strip_prefix(root().join("docs/src")) else { continue };
        let name = name.to_string_lossy().into_owned();
        let output = name.to_lowercase();
        let output = if renames { output.replace("readme.md", "index.md") } else { output };
        if let Some(other) = written.insert(output, name.clone()) {
            panic!("{name} and {other} are written to one file");
        }
    }
}

/// The book's highlighter is not made from the grammar, so a keyword could be forgotten there.
#[test]
fn the_highlighter_knows_every_keyword() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).expect("a file");
    let (grammar, highlighter) = (read("grammar/mizan.pest"), read("docs/theme/mizan.js"));
    let code: Vec<&str> =
        highlighter.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join(" ");
    let known: Vec<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let named = |rest: &str| {
        rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    // A keyword's rule has the word as its name: `kw_show`.
    let words: BTreeSet<String> = grammar.split("kw_").skip(1).map(named).collect();
    let words: Vec<&String> = words.iter().filter(|word| !word.is_empty()).collect();
    assert!(words.len() > 40, "only {} keywords in the grammar", words.len());
    for word in words {
        assert!(known.contains(&word.as_str()), "add the keyword `{word}` to docs/theme/mizan.js");
    }
}

/// The page of promises names a test for each; a name that no test has would promise nothing.
#[test]
fn the_promises_name_tests_that_exist() {
    fn sources(folder: &Path, found: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push_str(&path.display().to_string());
                found.push('\n');
                found.push_str(&std::fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    let mut code = String::new();
    for folder in ["tests", "src"] {
        sources(&root().join(folder), &mut code);
    }
    let page = std::fs::read_to_string(root().join("docs/src/promises.md")).expect("the page");
    let cells = page
        .lines()
        .filter(|line| line.starts_with("| "))
        .filter_map(|line| line.trim_end_matches(" |").rsplit_once(" | ").map(|(_, cell)| cell));
    let names: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        let found = match name.contains(['.', '/']) {
            true => code.contains(name),
            false => code.contains(&format!("fn {name}")),
        };
        assert!(found, "no test is called `{name}`");
    }
}
