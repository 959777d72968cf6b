//! The prompt: reads lines from a terminal and prints their answers.
//!
//! `talk` holds the conversation, `commands` the commands, `answer` answers a line with them; `assistant`
//! completes and colours the line being typed, `entries` divides pasted text, `habits` helps with refused lines. The session does the rest. Only this folder uses rustyline.

mod answer;
mod assistant;
pub mod commands;
mod entries;
mod file_commands;
mod file_words;
mod habits;
mod history;
mod interrupt;
mod talk;

use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Cmd, ColorMode, CompletionType, Config, Editor, KeyCode, KeyEvent, Modifiers};

use crate::cli::memory;
use crate::engine::Stop;
use assistant::{Assistant, goes_on};
pub use entries::{entries, is_command};
pub use habits::advise;
pub use history::place as history_place;
pub use talk::{Reply, ReplyPage, Talk, Then, Write, greeting, text};

const PROMPT: &str = "> ";
/// The prompt of a line that continues the one above.
const MORE: &str = "... ";
const MOST_REMEMBERED: usize = 10_000;
/// Interval between two checks of a watched file.
const GLANCE: Duration = Duration::from_millis(200);

type Typing = Editor<Assistant, FileHistory>;

/// Reads and answers lines until the end of the input or `:quit`.
///
/// # Errors
/// The errors of the terminal.
pub fn converse(mut talk: Talk, history: Option<&Path>, width: fn() -> usize) -> io::Result<()> {
    interrupt::listen();
    let config = Config::builder()
        .max_history_size(MOST_REMEMBERED)
        .and_then(|config| config.history_ignore_dups(true))
        .map_err(io::Error::other)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .tab_stop(2)
        // The assistant makes control characters visible, also in a session without colours.
        .color_mode(ColorMode::Forced)
        .build();
    let mut editor: Typing = Editor::with_config(config).map_err(io::Error::other)?;
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), Cmd::Newline);
    let history = history.and_then(|path| history::open(&mut editor, path));
    let mut interrupted = false;
    loop {
        match entry(&mut editor, &talk) {
            Ok(line) => {
                interrupted = false;
                history::remember(&mut editor, history, &line);
                talk.page.width = width();
                if !answer(&mut talk, &line)? {
                    return Ok(());
                }
            }
            Err(ReadlineError::Interrupted) => {
                if interrupted {
                    print("`:quit` or Ctrl-D leaves\n")?;
                }
                interrupted = true;
                talk.leaving = false;
            }
            Err(ReadlineError::Eof) => {
                if !answer(&mut talk, ":quit")? {
                    return Ok(());
                }
            }
            Err(ReadlineError::Io(error)) if error.kind() == io::ErrorKind::InvalidData => {
                print("the line is not UTF-8 text\n")?;
            }
            Err(error) => return Err(io::Error::other(error)),
        }
    }
}

/// Reads a line, and the lines that continue it: as long as a bracket is open or an operator ends the line. An empty
/// line ends the entry.
fn entry(editor: &mut Typing, talk: &Talk) -> Result<String, ReadlineError> {
    let assistant = Assistant::new(talk.session.clone(), talk.page.colour);
    editor.set_helper(Some(assistant.below("")));
    let mut text = editor.readline(PROMPT)?;
    while goes_on(&text) {
        editor.set_helper(Some(assistant.below(&text)));
        match editor.readline(MORE) {
            Ok(line) if line.trim().is_empty() => break,
            Ok(line) => text = format!("{text}\n{line}"),
            Err(ReadlineError::Eof) => break,
            Err(other) => return Err(other),
        }
    }
    Ok(text)
}

/// Prints the answer to a line; returns false at the end of the session. Ctrl-C leaves the model unchanged.
fn answer(talk: &mut Talk, line: &str) -> io::Result<bool> {
    let mut trial = talk.clone();
    let line = line.to_owned();
    let stop = memory::limited(Stop::new());
    trial.session.until(stop.clone());
    let done = interrupt::unless_interrupted(&stop, move || {
        let reply = trial.answer(&line);
        (trial, reply)
    })?;
    let Some((changed, reply)) = done else {
        print("interrupted; nothing has changed\n")?;
        return Ok(true);
    };
    *talk = changed;
    print(&reply.text)?;
    match reply.then {
        Then::Next => Ok(true),
        Then::Quit => Ok(false),
        Then::Watch(path) => watch(talk, &path).map(|()| true),
    }
}

/// Reads the file again after each save, until Ctrl-C.
fn watch(talk: &mut Talk, path: &Path) -> io::Result<()> {
    let mut seen = modified(path);
    interrupt::forget();
    while !interrupt::happened() {
        std::thread::sleep(GLANCE);
        let now = modified(path);
        if now.is_some() && now != seen {
            seen = now;
            print(&format!("-- {}\n", crate::diagnostic::sanitize(&path.to_string_lossy())))?;
            answer(talk, ":reload")?;
        }
    }
    print("\n")
}

fn modified(path: &Path) -> Option<(SystemTime, u64)> {
    let data = std::fs::metadata(path).ok()?;
    Some((data.modified().ok()?, data.len()))
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
