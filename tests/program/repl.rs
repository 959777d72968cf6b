//! The prompt without a terminal: transcripts, and what a conversation promises.
//!
//! A transcript is input behind `> ` (further lines of it behind `. `) and the output below. Where the
//! output is meant to change, `UPDATE=1 cargo test --test program` writes it anew; so it does with
//! the reference page of the commands and the transcripts in the book.

use std::fs;
use std::path::{Path, PathBuf};

use mizan::diagnostic::{Code, Diagnostic};
use mizan::repl::commands::{COMMANDS, page};
use mizan::repl::{ReplyPage, Talk, Then};
use mizan::session::{Reach, Session};

const EXAMPLE: &str = "examples/azerbaijan_china.mizan";

fn refuse(_: &Path, _: &str, _: bool) -> Result<(), Diagnostic> {
    Err(Diagnostic::error(Code::NotSaved, "nothing is saved in a test"))
}

fn session(file: Option<&str>) -> Session {
    let Some(file) = file else { return Session::empty() };
    let text = fs::read_to_string(file).expect("a script");
    Session::load(file, &text, Reach::default()).unwrap_or_else(|outcome| panic!("{outcome:?}")).0
}

fn talk(file: Option<&str>, width: usize) -> Talk {
    Talk::new(session(file), file.map(PathBuf::from), ReplyPage { width, colour: false }, refuse)
}

/// Plays a transcript; returns it with the present outputs. `# open FILE` and `# width N` may be at its beginning.
fn play(transcript: &str) -> String {
    let setting = |name: &str| transcript.lines().find_map(|line| line.strip_prefix(name));
    let width = setting("# width ").map_or(80, |width| width.parse().expect("a width"));
    let mut talk = talk(setting("# open "), width);
    let mut lines = transcript.lines().peekable();
    let mut out = String::new();
    while let Some(line) = lines.next_if(|line| !line.starts_with("> ")) {
        out.push_str(&format!("{line}\n"));
    }
    while let Some(line) = lines.next() {
        let Some(first) = line.strip_prefix("> ") else { continue };
        let mut input = first.to_owned();
        out.push_str(&format!("{line}\n"));
        while let Some(line) = lines.next_if(|line| line.starts_with(". ")) {
            input.push_str(&format!("\n{}", &line[2..]));
            out.push_str(&format!("{line}\n"));
        }
        let reply = talk.answer(&input);
        assert!(!reply.text.contains('\u{1b}'), "no escape sequences: {:?}", reply.text);
        for line in reply.text.trim_end().lines() {
            out.push_str(&format!("{}\n", line.trim_end()));
        }
    }
    out
}

fn agrees(path: &Path, found: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, found).expect("written");
    }
    let expected = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert!(expected == found, "{} differs; it should be\n{found}", path.display());
}

#[test]
fn transcripts_are_as_they_were() {
    let mut count = 0;
    for entry in fs::read_dir("tests/repl").expect("transcripts") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "transcript") {
            let text = fs::read_to_string(&path).expect("a transcript");
            agrees(&path, &play(&text.replace("\r\n", "\n")));
            count += 1;
        }
    }
    assert!(count >= 5, "{count} transcripts");
}

#[test]
fn the_chapter_shows_what_happens() {
    let path = Path::new("docs/src/first-conversation.md");
    let text = fs::read_to_string(path).expect("the chapter").replace("\r\n", "\n");
    let fence = "```console\n";
    let inputs: String =
        text.split(fence).skip(1).map(|part| part.split("```").next().unwrap_or("")).collect();
    assert!(inputs.matches("\n> ").count() > 5);
    let played = play(&format!("# open {EXAMPLE}\n{inputs}"));
    let mut answers = played.split("\n> ").skip(1);
    let mut out = String::new();
    for (n, part) in text.split(fence).enumerate() {
        if n == 0 {
            out.push_str(part);
            continue;
        }
        let (block, rest) = part.split_once("```").expect("a fence closes");
        out.push_str(fence);
        for _ in block.lines().filter(|line| line.starts_with("> ")) {
            let answer = answers.next().expect("an answer for each line");
            out.push_str(&format!("> {}\n", answer.trim_end()));
        }
        out.push_str(&format!("```{rest}"));
    }
    agrees(path, &out);
}

#[test]
fn the_page_of_commands_is_current() {
    agrees(Path::new("docs/src/repl-commands.md"), &page());
}

#[test]
fn every_example_of_a_command_runs() {
    for command in COMMANDS {
        let mut talk = talk(Some(EXAMPLE), 80);
        talk.answer("balance[China]");
        if command.name == "redo" || command.name == "undo" {
            talk.answer("duty.rate = 5%");
            talk.answer(":undo");
            if command.name == "undo" {
                talk.answer(":redo");
            }
        }
        let reply = talk.answer(command.example);
        // A test writes no file and does not know the file of the example.
        let known = ["save", "load"].contains(&command.name);
        assert_eq!(reply.text.contains("error["), known, "{}: {}", command.name, reply.text);
        assert_eq!(reply.then == Then::Quit, command.name == "quit");
    }
}

#[test]
fn every_kind_of_lever_has_an_example_that_runs() {
    let session = session(Some(EXAMPLE));
    let kinds = ["tariff", "joint_venture", "corridor", "exports", "imports"];
    for kind in kinds {
        let example = session.example(kind).unwrap_or_else(|| panic!("{kind}"));
        let outcome = session.clone().enter(&example);
        assert!(outcome.changed, "{kind}: {outcome:?}");
    }
}

/// Returns the answers of the model's queries as JSON.
fn numbers(text: &str) -> String {
    let program = mizan::session::load("x", text);
    let model = program.model.unwrap_or_else(|| panic!("{:?}\n{text}", program.diagnostics));
    let report = mizan::analysis::answer(&model).unwrap_or_else(|problem| panic!("{problem:?}"));
    mizan::report::json(&report).to_string()
}

#[test]
fn what_is_saved_runs_and_gives_the_same_numbers() {
    let edits = [
        "duty.rate = 5%",
        "duty.rate[machinery] = 9.4% -> 0% over 2026..2030",
        "duty.rate[vehicles] = 3% in 2027..2029",
        "duty.rate *= 0.9 in 2031..2035",
        "goods.growth[machinery] = 2%",
        "bus_plant.capacity = 300 mn USD",
        "years 2024..2036",
        "param rebate: percent = 10% # typed",
        "scenario again extends corridor { duty.rate[food] = rebate }",
        "set sector = machinery, vehicles, metals, textiles, plastics, chemicals, fuels, food, other, toys",
    ];
    let mut session = session(Some(EXAMPLE));
    for edit in edits {
        let outcome = session.enter(edit);
        assert!(outcome.changed && !outcome.failed(), "{edit}: {outcome:?}");
    }
    let question = "show balance[China], duty.rate[machinery] for all";
    let typed = session.enter(question).answers;
    let saved = session.text();
    assert!(saved.contains("# eleven months, annualised"), "comments are kept");
    assert!(saved.contains("# typed"));
    let (mut again, _) =
        Session::load("saved.mizan", &saved, Reach::default()).unwrap_or_else(|o| panic!("{o:?}"));
    assert_eq!(again.enter(question).answers, typed);
    assert_eq!(numbers(&saved), numbers(&again.text()));
    assert!(again.is_saved());
}

#[test]
fn a_line_that_fails_changes_nothing() {
    let mut session = session(Some(EXAMPLE));
    session.enter("duty.rate = 5%");
    let before = (session.text(), session.diff());
    let wrong = [
        "duty.rate = 5 mn USD",
        "duty.rat = 5%",
        "param x = 1 / 0\nvar y = x",
        "param good = 1\nparam bad = nothing",
        "set partner = Turkiye",
        "x = (1 +",
        "scenario localisation { without nothing }",
        "var z: USD\nz = z[t-1]",
        "\u{1b}[2J",
    ];
    for line in wrong {
        let outcome = session.enter(line);
        assert!(outcome.failed() && !outcome.changed, "{line}: {outcome:?}");
        assert_eq!((session.text(), session.diff()), before, "{line}");
    }
    assert!(session.undo().changed, "the only change is the one that was made");
    assert!(session.is_saved() && session.undo().failed());
}

#[test]
fn what_cannot_be_done_is_refused_by_its_code() {
    let long = "1 + ".repeat(20_000);
    let refused = [
        (long.as_str(), "limit-line"),
        (":info", "no-name"),
        (":type param a = 1", "not-a-question"),
        (":why probability(balance[China] > 0 USD)", "not-a-value"),
        (":why balance[China] depth 0", "clause-value"),
        (":save new.mizan", "not-saved"),
        (":keep", "nothing-asked"),
        (":undo", "nothing-to-undo"),
        (":redo", "nothing-to-undo"),
        (":lits", "unknown-command"),
        (":re", "unknown-command"),
        (":list fruit", "unknown-list"),
        (":draws many", "draws"),
        (":draws 1000 sed 7", "draws"),
        (":draws 1000001", "draws"),
        (":scenario nowhere", "unknown-scenario"),
    ];
    let mut talk = talk(Some(EXAMPLE), 80);
    for (line, code) in refused {
        let text = talk.answer(line).text;
        assert!(text.contains(code), "{line:.40}: {text}");
    }
}

#[test]
fn a_name_of_the_model_is_proposed_before_a_code() {
    let mut talk = talk(None, 80);
    talk.answer("years 2024..2025");
    talk.answer("param per_yera = 1");
    let text = talk.answer(":info per-yera").text;
    assert!(text.contains("did you mean `per_yera`?"), "{text}");
    let text = talk.answer(":info unit-mismatsh").text;
    assert!(text.contains("did you mean `unit-mismatch`?"), "{text}");
}

#[test]
fn draws_are_made_until_they_are_not() {
    let question = "balance[China] in 2030";
    let mut talk = talk(Some(EXAMPLE), 80);
    let plain = talk.answer(question).text;
    let change = talk.answer("duty.rate = 5%").text;
    assert!(!plain.contains("draws") && !change.contains("median"), "{plain}{change}");
    assert!(talk.answer(":draws 1_000 seed 7").text.contains("1,000 draws, seed 7"));
    let drawn = talk.answer(question).text;
    assert!(drawn.contains("90% of draws lie within"), "{drawn}");
    // Both sides of a change are medians, of the same draws.
    let undone = talk.answer(":undo").text;
    assert!(undone.contains(", median: ") && !undone.contains("unchanged"), "{undone}");
    let nothing = talk.answer("param idle = 1").text;
    assert!(nothing.contains(", median: ") && nothing.contains("(unchanged)"), "{nothing}");
    assert_eq!(talk.answer("1 + 1").text, "1 + 1 = 2\n");
    talk.answer(":draws 0");
    assert_eq!(talk.answer(question).text, plain);
}

#[test]
fn a_run_ends_once_its_flag_is_raised() {
    let mut session = session(Some(EXAMPLE));
    let stop = mizan::engine::Stop::new();
    session.until(stop.clone());
    stop.raise();
    for line in ["balance[China]", "duty.rate = 5%"] {
        let outcome = session.enter(line);
        assert_eq!(outcome.diagnostics.first().map(|found| found.code.name()), Some("interrupted"));
    }
    session.until(mizan::engine::Stop::new());
    assert!(session.is_saved() && !session.enter("balance[China]").failed());
}

#[test]
fn diagnostics_point_into_the_line() {
    let outcome = session(Some(EXAMPLE)).enter("duty.rate[machine] = 0%");
    let found = outcome.diagnostics.first().expect("an error");
    let span = found.span().expect("a place");
    assert_eq!(outcome.sources.text(span), "machine");
    assert_eq!(&*outcome.sources.file(span.source).name, "<repl>");
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let mut talk = talk(None, 80);
    for line in [
        "param x = \"\u{1b}[2J\u{7}\"",
        ":\u{1b}]0;x\u{7}",
        ":info \u{9b}2J",
        "\u{202e}x",
        ":list \u{8}",
        "source a \"ok \u{1b}[31m\"",
        "model \"\u{1b}[31m red\"",
    ] {
        let text = talk.answer(line).text;
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.chars().any(bad), "{line:?}: {text:?}");
    }
}

#[test]
fn completion_knows_the_place() {
    let session = session(Some(EXAMPLE));
    let at_end = |text: &str| -> Vec<String> {
        session.complete(text, text.len()).1.into_iter().map(|candidate| candidate.text).collect()
    };
    assert_eq!(at_end("balance["), ["China", "Turkiye"]);
    assert!(at_end("imports[China, ve").contains(&"vehicles".to_owned()));
    assert_eq!(at_end("duty."), ["duty.collection", "duty.pass_through", "duty.rate"]);
    assert_eq!(at_end("show balance[China] for loc"), ["localisation"]);
    assert_eq!(at_end("tar"), ["tariff", "tariff_rate_quota"]);
    assert!(at_end("tariff d from China {\n  pas").contains(&"pass_through: ".to_owned()));
    assert!(at_end("tariff d from Ch").contains(&"China".to_owned()));
    assert_eq!(at_end("x = 5 bn U"), ["USD"]);
    assert!(at_end("x = 5 m").contains(&"mn".to_owned()));
    assert_eq!(at_end("param x = 3 @wi"), ["wits"]);
    assert!(at_end("sho").contains(&"show".to_owned()));
    assert!(at_end("\u{1b}é[").is_empty() || !at_end("日本").contains(&String::new()));
}

#[test]
fn hints_show_signatures_and_values() {
    let session = session(Some(EXAMPLE));
    assert_eq!(
        session.hint("show div("),
        Some("  div(a, b, [else]): a / b, or `else` where b is 0".to_owned())
    );
    assert_eq!(session.hint("imports"), Some("  [partner, sector]: money".to_owned()));
    assert_eq!(session.hint("duty.rate[machinery]"), Some("  9.4% in 2035".to_owned()));
    assert_eq!(session.hint("imports[China"), None);
    assert_eq!(session.hint("imports[China, nothing]"), None);
}

/// A data file of the model is not replaced by its script, even with `--force`.
#[test]
fn a_file_that_the_model_reads_is_not_saved_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("d.csv"), "s,value\na,4\n").expect("a file");
    let script = "years 2024..2025\nset s = a\nparam x[s] = data(\"d.csv\", s: s, value: value)\nshow x[a]\n";
    fs::write(path("m.mizan"), script).expect("a file");
    let reach = Reach::new(mizan::files::Folder::of_script(&path("m.mizan")));
    let (session, _) = Session::load("m.mizan", script, reach).expect("a script");
    let page = ReplyPage { width: 80, colour: false };
    let mut talk = Talk::new(session, Some(path("m.mizan")), page, refuse);
    let reply = talk.answer(&format!(":save {} --force", path("d.csv").display()));
    assert!(reply.text.contains("is read by this model"), "{}", reply.text);
    let reply = talk.answer(":save --force");
    assert!(reply.text.contains("nothing is saved in a test"), "{}", reply.text);
}
