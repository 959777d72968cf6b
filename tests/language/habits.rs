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
use mizan::results::Answer;
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

/// The values behind the edits, each worked out by hand from the model above it.
#[test]
fn the_lines_that_are_offered_have_the_values_that_are_meant() {
    const MODEL: &str = "years 2024..2026\ncurrency USD\nset partner = China, Turkey\nset sector = food, cars\n\
        set west = partner without China\n\
        param sales[partner, sector] = { China: { food: 1, cars: 2 }, Turkey: { food: 4, cars: 8 } }\n\
        param gdp = [2024: 100, 2025: 110, 2026: 121]\nparam debt = 50\n";
    let mut wrong = Vec::new();
    for (typed, year, value) in [
        ("show gdp growth", 2026, 0.1),
        ("show average gdp", 2024, 331.0 / 3.0),
        ("show average growth of gdp", 2024, 0.1),
        ("show cumulative gdp", 2026, 331.0),
        ("show index of gdp, 2025=100", 2026, 110.0),
        ("show change in gdp", 2026, 11.0),
        ("show change in gdp between 2024 and 2026", 2026, 21.0),
        ("by how much does gdp grow until 2026?", 2026, 21.0),
        ("show debt to gdp ratio", 2024, 0.5),
        ("show debt as % of gdp", 2024, 0.5),
        ("show maximum of gdp", 2024, 121.0),
        ("show gdp(1)", 2024, 100.0),
        ("show gdp(end)", 2024, 121.0),
        ("show SUMIFS(sales, partner, \"Turkey\")", 2024, 12.0),
        ("show SUMIFS(sales, partner, \"Turkey\", sector, \"food\")", 2024, 4.0),
        ("show SUMIF(sales, \">1\")", 2024, 14.0),
        ("show COUNTIF(sales, \">1\")", 2024, 3.0),
        ("show SUMPRODUCT((partner=\"China\")*(sector=\"food\")*sales)", 2024, 1.0),
        ("show SUMPRODUCT((sales>1)*sales)", 2024, 14.0),
        ("show sum(sales[west, *])", 2024, 12.0),
        ("var z = sum(gdp[first..t])\nshow z", 2025, 210.0),
        ("var z = max(gdp[first..t])\nshow z", 2025, 110.0),
        ("var z = 2 * cumprod(1 + 10%)\nshow z", 2025, 2.42),
        ("scenario s { debt -> 100 over 2024..2026 }\nshow debt for s", 2025, 75.0),
        ("scenario s { shock debt = -10 }\nshow debt for s", 2024, 45.0),
    ] {
        let shown = value_of(&format!("{MODEL}{typed}\n"), year);
        if shown.as_ref().is_ok_and(|shown| (shown - value).abs() < 1e-9) {
            continue;
        }
        wrong.push(format!("{typed}: {shown:?}, {value} is meant"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Follows the edits of a script, and returns the first value of its answer in a year.
fn value_of(script: &str, year: i32) -> Result<f64, String> {
    let found = errors(script);
    let edited = apply(script, &found).ok_or_else(|| format!("no edit: {found:?}"))?;
    let program = session::load("habit.mizan", &edited);
    let model = program.model.ok_or_else(|| format!("refused: {edited}"))?;
    let report = mizan::analysis::answer(&model).map_err(|problem| problem.message)?;
    match report.answers.as_slice() {
        [Answer::Show { panels }] => {
            let panel = panels.first().ok_or("no table")?;
            let at = panel.years.iter().position(|&shown| shown == year);
            let values = panel.series.first().map(|series| series.values.as_slice());
            at.and_then(|at| *values?.get(at)?).ok_or_else(|| format!("no value: {edited}"))
        }
        _ => Err(format!("no table: {edited}")),
    }
}
