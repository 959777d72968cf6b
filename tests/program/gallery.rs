//! The gallery of the book: each example with its question, its answer, and a chart that the program draws.
//! `UPDATE=1 cargo test --test program gallery` draws it anew; look at the pictures before you commit them.

use std::path::{Path, PathBuf};

use mizan::analysis::answer;
use mizan::explain::background;
use mizan::files::Folder;
use mizan::report::pictures;
use mizan::results::RunOptions;
use mizan::session::load_with;

const HEAD: &str = "# Gallery\n\n\
Each script of `examples/` with the question at its head and the answer, or with its subject, and with its first chart \
as `mizan chart` draws it. The tests of the project draw the pictures anew and compare them. [From a script to a memo](memo.md) shows the other formats.\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the scripts of a folder of `examples/`, by name.
fn scripts(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).expect("a folder");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.retain(|path| path.extension().is_some_and(|ending| ending == "mizan"));
    found.sort();
    found
}

/// Removes the markup of Markdown from a text, except for backquotes around names.
fn plain(text: &str) -> String {
    let (mut out, mut quoted) = (String::new(), false);
    for c in text.chars() {
        quoted ^= c == '`';
        if !quoted && matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The part of the page about a script, and its picture, None if nothing in it can be drawn.
fn part(path: &Path) -> (String, Option<(String, String)>) {
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).expect("a script");
    let program = load_with(&path.to_string_lossy(), &text, &Folder::of_script(path));
    let report = answer(program.model.as_ref().expect("a model")).expect("it runs");
    let background = background(&program, Vec::new(), RunOptions::default());
    let title = plain(&report.title);
    let picture = pictures(&report).into_iter().next().map(|picture| picture.svg);
    let from = path.strip_prefix(root()).expect("below").display().to_string();
    let mut page = format!("\n## {title}\n\n**{}**\n", plain(&background.question));
    for paragraph in &background.answer {
        page.push_str(&format!("\n{}\n", plain(paragraph)));
    }
    if picture.is_some() {
        page.push_str(&format!("\n![{title}: the first chart](gallery/{name}.svg)\n"));
    }
    // In a book with the engine, `docs/theme/run.js` gives the script buttons.
    page.push_str(&format!("\nThe script: <code class=\"mizan-example\">{from}</code>\n"));
    (page, picture.map(|svg| (format!("{name}.svg"), svg)))
}

/// Compares a file of the book with what it must be, or writes it.
fn compare(name: &str, expected: &str) {
    let path = root().join("docs/src").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, expected).expect("the file written");
    } else {
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(found == expected, "{name} is not as the program draws it now");
    }
}

#[test]
fn the_gallery_is_as_the_program_draws_it() {
    let mut page = HEAD.to_owned();
    let mut names = Vec::new();
    for folder in ["examples", "examples/models"] {
        for path in scripts(folder) {
            let (text, picture) = part(&path);
            page.push_str(&text);
            if let Some((name, svg)) = picture {
                compare(&format!("gallery/{name}"), &svg);
                names.push(name);
            }
        }
    }
    compare("gallery.md", &page);
    assert!(names.len() > 15, "{names:?}");
    // No picture of a script that is gone.
    for entry in std::fs::read_dir(root().join("docs/src/gallery")).expect("a folder") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(names.contains(&name) || name == "page.png", "{name} belongs to no example");
    }
}
