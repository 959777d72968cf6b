//! Habits of other languages: what is typed, the message, and the script after its help was followed.
//!
//! `tests/habits/*.txt` has a head, which is a script that is right, and cases. A case begins with `===` and a name; then
//! come the lines that are typed below the head, behind `---` the first message with its help, and behind `+++` the
//! lines that the help leads to. Where a message has an edit for programs (`fixes`), the lines are made by it;
//! otherwise they are written by hand. Every mended script must run without an error. `UPDATE=1 cargo test --test
//! language habits` writes the messages and the edited lines anew.

use std::fs;
use std::path::Path;

use mizan::data::MemoryFiles;
use mizan::diagnostic::Diagnostic;
use mizan::session;

/// A case of a file.
#[derive(Default)]
struct Case {
    name: String,
    typed: String,
    message: String,
    mended: String,
}

/// Reads a file: its head and its cases.
fn read(text: &str) -> (String, Vec<Case>) {
    let (mut head, mut cases) = (String::new(), Vec::<Case>::new());
    let mut part = ' ';
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            part = '=';
        } else if line == "---" || line == "+++" {
            part = line.chars().next().unwrap_or(' ');
        } else {
            let into = match (part, cases.last_mut()) {
                ('=', Some(case)) => &mut case.typed,
                ('-', Some(case)) => &mut case.message,
                ('+', Some(case)) => &mut case.mended,
                _ => &mut head,
            };
            into.push_str(line);
            into.push('\n');
        }
    }
    (head, cases)
}

/// Writes a file as [`read`] reads it.
fn write(head: &str, cases: &[Case]) -> String {
    let mut text = head.to_owned();
    for Case { name, typed, message, mended } in cases {
        text.push_str(&format!("=== {name}\n{typed}---\n{message}+++\n{mended}"));
    }
    text
}

/// Returns all errors of a script: of its check and, without any, of its run.
fn errors(text: &str) -> Vec<Diagnostic> {
    let mut files = MemoryFiles::default();
    for name in ["data.csv", "flows.csv"] {
        files.add(name, "partner,value\nChina,1\nTurkey,2\n");
    }
    files.add("single.csv", "partner,year,value\nChina,2024,1\nTurkiye,2024,2\n");
    let mut program = session::load_with("habit.mizan", text, &files);
    match program.model.as_ref().map(mizan::analysis::answer) {
        Some(Ok(_)) | None => {}
        Some(Err(problem)) => program.diagnostics.push(problem),
    }
    program.diagnostics.retain(Diagnostic::is_error);
    program.diagnostics
}

/// Applies the edits of the messages. There is none if the first message has no edit for programs.
fn apply(text: &str, found: &[Diagnostic]) -> Option<String> {
    found.first().filter(|first| !first.fixes.is_empty())?;
    let mut fixes: Vec<_> = found.iter().flat_map(|found| &found.fixes).collect();
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span.start));
    let mut mended = text.to_owned();
    for fix in &fixes {
        mended.replace_range(fix.span.range(), &fix.replacement);
    }
    (!fixes.is_empty()).then_some(mended)
}

/// Returns the text of a message as the files show it.
fn shown(found: &Diagnostic) -> String {
    let mut text = format!("{}: {}\n", found.code.name(), found.message);
    for line in found.help.iter().chain(&found.notes).flat_map(|help| help.lines()) {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

/// Runs the cases of a file; returns the failures, and the file with its present messages.
fn run(path: &Path, text: &str) -> (Vec<String>, String) {
    let (head, mut cases) = read(text);
    let mut wrong = Vec::new();
    assert!(head.is_empty() || errors(&head).is_empty(), "{}: {:?}", path.display(), errors(&head));
    for case in &mut cases {
        let name = format!("{}: {}", path.display(), case.name);
        let script = format!("{head}{}", case.typed);
        let found = errors(&script);
        let Some(first) = found.first() else {
            wrong.push(format!("{name}: no message"));
            continue;
        };
        case.message = shown(first);
        if let Some(edited) = apply(&script, &found) {
            let lines = edited.strip_prefix(&head).unwrap_or(&edited).trim_matches('\n');
            case.mended = if lines.is_empty() { String::new() } else { format!("{lines}\n") };
        } else if case.mended.trim().is_empty() {
            wrong.push(format!("{name}: no lines that the help leads to\n{}", case.message));
            continue;
        }
        let left = errors(&format!("{head}{}", case.mended));
        // Without a head a line alone is no whole script.
        if let Some(left) = left.first().filter(|_| !(head.is_empty() && case.mended.is_empty())) {
            wrong.push(format!(
                "{name}: after the help was followed:\n{}{}",
                case.mended,
                shown(left)
            ));
        }
    }
    (wrong, write(&head, &cases))
}

#[test]
fn the_help_with_each_habit_leads_to_a_script_that_runs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/habits");
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of habits")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a readable file");
        let (mut found, now) = run(&path, &text);
        wrong.append(&mut found);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &now).expect("a writable file");
        } else if now != text {
            wrong.push(format!("{}: the messages have changed", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
