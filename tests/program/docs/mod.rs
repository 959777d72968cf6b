//! Every block of README.md and of the book is run, by the program as a reader has it.
//!
//! What stands behind the three backquotes says what a block must do:
//!
//! | block | must |
//! |---|---|
//! | `mizan` | run without a word on standard error, and its checks hold |
//! | `mizan NAME.mizan` | the same; later blocks of the page find it under this name |
//! | `mizan fragment` | check behind [`HEAD`] |
//! | `mizan error CODE` | be refused with this code and no other, before it runs or while it does |
//! | `mizan warning CODE` | be accepted with this warning and no other |
//! | `mizan fragment error CODE` | the same behind [`HEAD`] |
//! | `mizan fails NAME.mizan` | run with a check that fails; later blocks of the page find it under this name |
//! | `text` | be what the block just before it prints |
//! | `console` | be the commands, each behind `$ `, and what they print |
//! | `csv NAME.csv` | nothing; later blocks of the page find it under this name |
//! | `sh`, `json`, `csv`, `make`, `python`, and code of other programs (`gams`, ...) | be read only |
//!
//! A page finds the files of `docs/src/files/` and of `examples/`. After a change that is meant,
//! `UPDATE=1 cargo test --test program` writes the outputs anew.

mod page;
pub(crate) mod program;
mod structure;

use std::path::{Path, PathBuf};

use page::{Block, Page};
use program::{Folder, Found};

/// The lines before a fragment.
const HEAD: &str = "years 2024..2035\ncurrency USD\nuse trade\n\
    set partner = China, Turkiye\nset sector = machinery, vehicles, fuels\n";

/// Blocks that are not run: shells, data, and code of other programs.
const READ_ONLY: [&str; 9] =
    ["sh", "json", "csv", "make", "python", "eviews", "stata", "gams", "vensim"];

/// Pages that other tests run: they follow rules of their own.
const ELSEWHERE: [&str; 7] = [
    "command-line.md",
    "json.md",
    "errors/",
    "trade",
    "first-conversation.md",
    "repl-commands.md",
    "python.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

fn all_pages() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md")];
    pages(&root().join("docs/src"), &mut found);
    found.sort();
    found
}

/// Runs a block; returns the difference from the requirement, and its output if it has one.
fn run(folder: &Folder, words: &[&str], text: &str) -> Result<String, String> {
    let (fragment, words) = match words {
        ["fragment", rest @ ..] => (true, rest),
        _ => (false, words),
    };
    let script = if fragment { format!("{HEAD}{text}") } else { text.to_owned() };
    let name = match words {
        [name] | ["fails", name] if name.ends_with(".mizan") => name,
        _ => "script.mizan",
    };
    folder.put(name, &script);
    match words {
        ["error", code] => {
            let Found { errors, .. } = folder.check(name);
            let (_, _, shown) = folder.mizan(&["run", name]);
            let ran: Vec<String> = shown.lines().take(1).map(str::to_owned).collect();
            let codes = if errors.is_empty() { ran } else { errors };
            if codes.iter().all(|found| found == code) && !codes.is_empty() {
                Ok(shown)
            } else {
                Err(format!("gives {codes:?}, not {code}:\n{shown}"))
            }
        }
        ["warning", code] => {
            let Found { errors, warnings } = folder.check(name);
            let (_, _, shown) = folder.mizan(&["check", name]);
            if errors.is_empty()
                && warnings.iter().all(|found| found == code)
                && !warnings.is_empty()
            {
                Ok(shown)
            } else {
                Err(format!("gives {errors:?} and {warnings:?}, not {code}:\n{shown}"))
            }
        }
        ["fails", _] => match folder.mizan(&["run", name]) {
            (1, out, error) if error.is_empty() => Ok(out),
            (code, out, error) => Err(format!("ends with {code}, not 1:\n{out}{error}")),
        },
        _ if fragment => {
            let Found { errors, .. } = folder.check(name);
            let (_, _, shown) = folder.mizan(&["check", name]);
            if errors.is_empty() { Ok(String::new()) } else { Err(shown) }
        }
        [] | [_] => match folder.mizan(&["run", name]) {
            (0, out, error) if error.is_empty() => Ok(out),
            (code, out, error) => Err(format!("ends with {code}:\n{out}{error}")),
        },
        _ => Err(format!("no such kind of block: {words:?}")),
    }
}

/// Runs the commands of a console block; returns them with their outputs.
fn console(folder: &Folder, text: &str) -> Result<String, String> {
    let mut printed = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("$ ")) {
        let Some(arguments) = line.strip_prefix("$ mizan ") else {
            return Err(format!("`{line}` is no command of mizan: write ```sh"));
        };
        let (_, out, error) = folder.mizan(&program::words(arguments));
        printed.push(format!("{line}\n{}", program::trimmed(&format!("{out}{error}"))));
    }
    Ok(printed.join("\n"))
}

/// Checks a page; returns the failures, and replaces outputs that differ.
fn check(page: &mut Page) -> Vec<String> {
    let folder = Folder::new();
    let mut problems = Vec::new();
    let mut before: Option<(usize, String)> = None;
    for block in page.blocks() {
        let Block { line, end, info, text } = block;
        let words: Vec<&str> = info.split(' ').collect();
        let printed = match words.as_slice() {
            ["mizan", words @ ..] => run(&folder, words, &text),
            ["console"] => console(&folder, &text),
            ["text"] => match before.take() {
                Some((at, output)) if page.blank_between(at, line) => Ok(output),
                _ => Err("no script stands just before this output".to_owned()),
            },
            ["csv", name] => {
                folder.put(name, &text);
                Ok(text.clone())
            }
            [kind] if READ_ONLY.contains(kind) => Ok(text.clone()),
            _ => Err(format!("no such kind of block: {info}")),
        };
        match printed {
            Ok(printed) if words[0] == "mizan" => before = Some((end, printed)),
            Ok(printed) => {
                let printed = program::trimmed(&printed);
                if printed != text {
                    problems.push(format!("{}:{line}: prints\n{printed}", page.name()));
                    page.replace(line, printed);
                }
            }
            Err(problem) => problems.push(format!("{}:{line}: {problem}", page.name())),
        }
    }
    problems
}

#[test]
fn every_block_does_what_the_page_says() {
    let (mut problems, mut count) = (Vec::new(), 0);
    for path in all_pages() {
        let name = path.strip_prefix(root().join("docs/src")).unwrap_or(&path).to_string_lossy();
        if ELSEWHERE.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        let mut page = Page::read(&path);
        count += page.blocks().len();
        problems.extend(check(&mut page));
        if std::env::var_os("UPDATE").is_some() {
            page.write();
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    assert!(count > 40, "only {count} blocks were found");
}
