//! Help with refused lines that belong to the prompt: commands without a colon, commands of other programs, and lines
//! that Mizan writes differently.
//!
//! In: a refused line. Out: the same mistake with help that works at the prompt.

use super::commands::{Argument, find};
use crate::session::{LineOutcome, Session};

/// Returns the command that a word of another program means, with its first argument; `takes` is false for a word
/// whose arguments are dropped.
fn meant(word: &str) -> Option<(&'static str, bool)> {
    Some(match word {
        "exit" | "bye" | "q" | "logout" => ("quit", false),
        "explain" | "describe" | "man" => ("help", true),
        "summarize" | "summary" => ("info", true),
        "ls" | "dir" | "who" | "whos" | "browse" | "names" | "display" => ("list", false),
        "vars" | "variables" => ("list variables", false),
        "scenarios" => ("list scenarios", false),
        "levers" => ("list levers", false),
        "params" | "parameters" => ("list parameters", false),
        "plot" | "graph" => ("chart", true),
        "open" | "run" | "do" => ("load", true),
        "seed" => ("draws 1_000 seed", true),
        "clear" => ("reset", false),
        _ => return None,
    })
}

/// Returns the command that a line without a colon, or with an unknown name after it, means.
pub(super) fn command(session: &Session, line: &str) -> Option<String> {
    let line = line.trim().trim_end_matches("()");
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    if session.knows(word) {
        return None;
    }
    if let ("use", Some(("scenario", name))) | ("scenario", Some(("", name))) =
        (word, if word == "scenario" { Some(("", rest)) } else { rest.split_once(' ') })
    {
        let known = name == "baseline" || session.model().scenarios.iter().any(|s| s.name == name);
        return known.then(|| format!(":scenario {name}"));
    }
    if matches!((word, rest), ("show", "all" | "everything" | "scenarios" | "levers")) {
        return Some(if rest.starts_with(['a', 'e']) {
            ":list".into()
        } else {
            format!(":list {rest}")
        });
    }
    if let Ok(command) = find(word)
        && command.name == word
    {
        let asks = command.argument == Argument::Expression && word != "type";
        return match command.argument {
            Argument::None => Some(format!(":{word}")),
            // `why x` and `chart x` are questions with a mistake of their own.
            _ if asks && !rest.is_empty() => None,
            _ => Some(format!(":{word} {rest}").trim_end().to_owned()),
        };
    }
    let (name, takes) = meant(word)?;
    let rest = if takes { rest } else { "" };
    (!takes || !rest.is_empty() || name == "help" || name == "chart")
        .then(|| format!(":{name} {rest}").trim_end().to_owned())
}

/// Replaces the help of a refused line by help that works at the prompt.
pub fn advise(session: &Session, line: &str, outcome: &mut LineOutcome) {
    let help = match command(session, line) {
        Some(command) => Some(format!("commands begin with a colon: `{command}`")),
        None => removal(session, line)
            .or_else(|| session.reading(line).map(|reading| format!("write `{reading}`"))),
    };
    if let (Some(help), Some(first)) = (help, outcome.diagnostics.first_mut()) {
        (first.help, first.notes, first.fixes) = (vec![help], Vec::new(), Vec::new());
        outcome.diagnostics.truncate(1);
        return;
    }
    for found in &mut outcome.diagnostics {
        // A line alone need not be a script.
        found.notes.retain(|note| !note.contains("the script has no statement"));
        found.help.retain(|help| help != "remove the line");
    }
}

/// Returns the help with a line that takes a name out of the model.
fn removal(session: &Session, line: &str) -> Option<String> {
    let (word, name) = line.trim().split_once(' ')?;
    let name = name.trim();
    if !matches!(word, "delete" | "drop" | "remove" | "without" | "del" | "rm" | "unset")
        || !session.knows(name)
    {
        return None;
    }
    let lever = session.model().levers.iter().any(|lever| lever.name == name);
    let more = if lever {
        format!("; a scenario leaves a lever out: `scenario no_{name} {{ without {name} }}`")
    } else {
        String::new()
    };
    Some(format!("`:undo` takes the last change back{more}"))
}
