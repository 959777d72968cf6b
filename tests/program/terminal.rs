//! The prompt in a real terminal: completion, several lines, Ctrl-C, history from one session to the
//! next.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

/// Long enough for a slow machine; a test that passes does not wait.
const PATIENCE: Option<u64> = Some(60_000);

fn open(history: &Path, arguments: &[&str]) -> PtySession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mizan"));
    command.arg("repl").args(arguments).env("MIZAN_HISTORY", history).env("NO_COLOR", "1");
    command.env("TERM", "xterm").current_dir(env!("CARGO_MANIFEST_DIR"));
    let mut session = spawn_command(command, PATIENCE).expect("a terminal");
    prompt(&mut session);
    session
}

/// Waits for the next prompt: what is typed before it opens is lost.
fn prompt(session: &mut PtySession) {
    session.exp_string("\u{1b}[?2004h").expect("the prompt opens");
    session.exp_string("> ").expect("the prompt");
}

fn say(session: &mut PtySession, text: &str, answer: &str) {
    session.send(text).expect("sent");
    session.flush().expect("sent");
    session.exp_string(answer).unwrap_or_else(|error| panic!("{text:?}: {error}"));
}

/// A pipe has no end to wait for, and a large file is no history.
#[test]
fn a_history_that_is_no_small_file_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pipe, large) = (folder.path().join("pipe"), folder.path().join("large"));
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    std::fs::File::create(&large).and_then(|file| file.set_len(3 << 30)).expect("a sparse file");
    for (path, why) in [(pipe, "it is not a file"), (large, "larger than 8 MiB")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizan"));
        command.arg("repl").env("MIZAN_HISTORY", path).env("TERM", "xterm");
        let mut session = spawn_command(command, PATIENCE).expect("a terminal");
        session.exp_string(why).expect("a warning");
        prompt(&mut session);
    }
}

#[test]
fn a_conversation_in_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let history = folder.path().join("data").join("history");
    let mut session = open(&history, &["examples/azerbaijan_china.mizan"]);
    // Tab completes the only name that begins so, and the element.
    say(&mut session, "customs_rev\t", "customs_revenue");
    say(&mut session, "[Tur\t", "Turkiye");
    say(&mut session, "] in 2030\r", "customs_revenue[Turkiye] in 2030 = ");
    prompt(&mut session);
    say(&mut session, "(40 +\r", "(40 +");
    say(&mut session, "2)\r", "(40 + 2) = 42");
    prompt(&mut session);
    // Ctrl-C drops a line, and the session goes on.
    say(&mut session, "rubbish", "rubbish");
    say(&mut session, "\u{3}", "");
    prompt(&mut session);
    say(&mut session, "20 + 3\r", "20 + 3 = 23");
    prompt(&mut session);
    say(&mut session, " 20 + 4\r", "20 + 4 = 24");
    prompt(&mut session);
    session.send("\u{4}").expect("Ctrl-D");
    session.flush().expect("sent");
    session.exp_eof().expect("the end");

    // Kept for its owner only; not a line that began with a blank.
    let kept = std::fs::read_to_string(&history).expect("history");
    assert!(kept.contains("20 + 3") && !kept.contains("20 + 4") && !kept.contains("rubbish"));
    let mode = std::fs::metadata(&history).expect("history").permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    let mut session = open(&history, &[]);
    say(&mut session, "\u{1b}[A", "20 + 3");
    say(&mut session, "\r", "20 + 3 = 23");
    say(&mut session, ":q\r", "");
    session.exp_eof().expect("the end");
}

/// Lines that arrive before the prompt opens wait for it: fast typing, a paste without brackets, another program.
#[test]
fn lines_typed_ahead_are_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = open(&folder.path().join("history"), &[]);
    session.send("20 + 1\r20 + 2\rparam a[s] = {\r").expect("sent");
    session.flush().expect("sent");
    for answer in ["20 + 1 = 21", "20 + 2 = 22", "... "] {
        session.exp_string(answer).unwrap_or_else(|error| panic!("{answer}: {error}"));
    }
    session.send_control('c').expect("Ctrl-C");
    prompt(&mut session);
    say(&mut session, "20 + 3\r", "20 + 3 = 23");
}

#[test]
fn a_long_run_is_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "years 2024..2523\ncurrency USD\nset a = a1, a2, a3, a4, a5, a6, a7, a8, a9, b1, b2, b3\n\
        set c = c1, c2, c3, c4, c5, c6, c7, c8, c9, d1, d2, d3\nvar x[a, c]\nx[i, j, first] = 1\n\
        x[i, j] = sum(k in a: sum(l in c: sum(m in a: sum(n in c: x[k, l, t-1] * x[m, n, t-1])))) / 20736\n";
    let path = folder.path().join("long.mizan");
    std::fs::write(&path, script).expect("a script");
    let mut session = open(&folder.path().join("history"), &[]);
    say(&mut session, &format!(":load {}\r", path.display()), "long.mizan");
    std::thread::sleep(std::time::Duration::from_millis(1500));
    session.send_control('c').expect("Ctrl-C");
    session.exp_string("interrupted; nothing has changed").expect("it stops");
    prompt(&mut session);
    say(&mut session, "1 + 1\r", "1 + 1 = 2");
}

/// Sends keys, and waits for the line that shows them. rexpect reads each byte as a character.
fn shown_as(session: &mut PtySession, keys: &str, line: &str) -> String {
    session.send(keys).expect("sent");
    session.flush().expect("sent");
    let bytes: String = line.bytes().map(char::from).collect();
    session.exp_string(&bytes).unwrap_or_else(|error| panic!("{line:?}: {error}"))
}

/// Control characters in pasted text, in typed text and in the history are shown as signs and never sent to the terminal.
#[test]
fn control_characters_of_a_line_do_not_reach_the_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let history = folder.path().join("history");
    let long = "1 + ".repeat(20_000);
    let lines = format!("#V2\n1 + 41\n{long}2\n2 \u{1b}]0;title\u{7}\n\u{9b}31m\n");
    std::fs::write(&history, lines).expect("a history");
    let mut session = open(&history, &[]);
    // A bell and the other direction of text; rustyline drops sequences that begin with Escape.
    let pasted = "\u{1b}[200~7 \u{1b}]0;title\u{7}\u{202e}8\u{1b}[201~";
    let before = shown_as(&mut session, pasted, "7 0;title\u{2407}8");
    assert!(!before.contains(['\u{7}', ']']), "{before:?}");
    say(&mut session, "\u{3}", "");
    prompt(&mut session);
    // Ctrl-V enters the next key as it is.
    let before = shown_as(&mut session, "9 \u{16}\u{1b}[2J", "9 \u{241b}[2J");
    assert!(!before.contains("\u{1b}[2J"), "{before:?}");
    say(&mut session, "\u{3}", "");
    prompt(&mut session);
    // The last line of the history that can be typed.
    say(&mut session, "\u{1b}[A", "1 + 41");
    say(&mut session, "\r", "1 + 41 = 42");
    prompt(&mut session);
    session.send("\u{4}").expect("Ctrl-D");
    session.flush().expect("sent");
    session.exp_eof().expect("the end");
    let kept = std::fs::read_to_string(&history).expect("history");
    assert_eq!(kept, "#V2\n1 + 41\n");
}
