//! Help with refused lines that belong to the prompt: commands without a colon, commands of other programs, and lines
//! that Mizan writes differently.
//!
//! In: a refused line. Out: the same mistake with help that works at the prompt.

use super::commands::{Argument, find};
use super::file_words;
use crate::diagnostic::Code;
use crate::session::{LineOutcome, Session};

/// Words of a line that asks for a simulation.
const SIMULATION: [&str; 11] = [
    "simulate",
    "simulation",
    "simulations",
    "monte",
    "carlo",
    "montecarlo",
    "mc",
    "iterations",
    "replications",
    "nsim",
    "sims",
];
/// Other words of such a line.
const BESIDE: &str = "run runs do with draw draws times trials samples the a an of model for using and make = : perform per set let option options";

/// Groups of names that `:list` shows.
pub(super) const LISTS: [&str; 5] = ["levers", "scenarios", "parameters", "variables", "sets"];

/// Returns the command that a word of another program means, with its first argument; `takes` is false for a word
/// whose arguments are dropped.
fn meant(word: &str) -> Option<(&'static str, bool)> {
    Some(match word {
        "exit" | "bye" | "q" | "logout" => ("quit", false),
        "explain" | "describe" | "man" => ("help", true),
        "ls" | "dir" | "who" | "whos" | "browse" | "names" | "display" => ("list", false),
        "vars" | "variables" => ("list variables", false),
        "scenarios" => ("list scenarios", false),
        "levers" => ("list levers", false),
        "params" | "parameters" => ("list parameters", false),
        "plot" | "graph" => ("chart", true),
        "w" | "write" | "wq" => ("save", true),
        "open" | "run" | "do" => ("load", true),
        "seed" => ("draws 1_000 seed", true),
        _ => return None,
    })
}

/// Returns the command that a line without a colon, or with an unknown name after it, means.
pub(super) fn command(session: &Session, line: &str) -> Option<String> {
    let line = line.trim().trim_end_matches("()");
    // `list(levers)`
    let call = line.strip_suffix(')').and_then(|call| call.split_once('('));
    if let Some(("list" | "ls", what)) = call
        && LISTS.contains(&what)
    {
        return Some(format!(":list {what}"));
    }
    if let Some(draws) = simulation(session, line) {
        return Some(draws);
    }
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
    if matches!(word, "ls" | "dir" | "list" | "show") && LISTS.contains(&rest) {
        return Some(format!(":list {rest}"));
    }
    let (name, takes) = meant(word)?;
    let rest = if takes { rest } else { "" };
    (!takes || !rest.is_empty() || name == "help" || name == "chart")
        .then(|| format!(":{name} {rest}").trim_end().to_owned())
}

/// Reads `simulate 1000`, `monte carlo with 5,000 draws` and `run 10k simulations` as `:draws 1000`.
fn simulation(session: &Session, line: &str) -> Option<String> {
    let (mut number, mut seed, mut asks, mut seeds) = (None, None, false, false);
    let lower = line.to_lowercase();
    let cleaned = lower.replace(['(', ')', '?', '.'], " ").replace('=', " = ");
    for word in cleaned.split_whitespace().map(|word| word.trim_matches([',', ';'])) {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let (digits, times) = match word.strip_suffix('k') {
                Some(digits) => (digits, 1_000),
                None => (word, 1),
            };
            let value = digits.replace([',', '_'], "").parse::<u64>().ok()?.checked_mul(times)?;
            let place = if seeds { &mut seed } else { &mut number };
            place.is_none().then_some(())?;
            *place = Some(value);
        } else if SIMULATION.contains(&word) {
            asks = true;
        } else if word == "seed" {
            seeds = true;
        } else if !BESIDE.split_whitespace().any(|own| own == word) {
            return None;
        }
    }
    // `set draws 200`, `draws = 200`, `set seed 12345`
    let mut words = cleaned.split_whitespace().skip_while(|word| matches!(*word, "set" | "let"));
    let setting = words.next().is_some_and(|word| {
        word.starts_with("draw") || word == "seed" && lower.starts_with("set ")
    });
    asks |= setting && (number.is_some() || seed.is_some());
    let (first, last) = session.model().years;
    let number = number.unwrap_or(1000);
    let is_year = i32::try_from(number).is_ok_and(|year| (first..=last).contains(&year));
    (asks && !is_year && number > 0).then_some(())?;
    let seed = seed.map_or(String::new(), |seed| format!(" seed {seed}"));
    Some(format!(":draws {number}{seed}"))
}

/// Returns help with a word for which the prompt has no command.
pub(super) fn other_help(line: &str) -> Option<String> {
    let mut words = line.trim().trim_start_matches(':').split_whitespace();
    let word = words.next()?;
    let rest: Vec<&str> = words.collect();
    Some(match (word, rest.as_slice()) {
        ("run" | "go" | "execute" | "rerun" | "calculate" | "calc", []) => {
            "each line is computed at once; type a question, such as `show balance`, or run all queries of the file \
             outside with `mizan run FILE`"
                .to_owned()
        }
        ("clear" | "cls" | "clc", []) => {
            "Ctrl-L clears the screen; `:reset` drops what was typed".to_owned()
        }
        ("export" | "csv" | "xlsx" | "excel" | "output" | "outsheet" | "report" | "memo", _) => {
            let file = rest.iter().find(|word| word.contains('.')).copied().unwrap_or("out.xlsx");
            let command = match file.ends_with(".html") || matches!(word, "report" | "memo") {
                true => "report",
                false => "run",
            };
            let file = if command == "report" && !file.ends_with(".html") { "memo.html" } else { file };
            format!(
                "`:save FILE.mizan` writes the model; its numbers are written outside by `mizan {command} FILE.mizan \
                 --output {file}`"
            )
        }
        _ => return None,
    })
}

/// Replaces the help of a refused line by help that works at the prompt.
pub fn advise(session: &Session, line: &str, outcome: &mut LineOutcome) {
    let of_file = file_words::help(line)
        .filter(|_| !session.knows(line.split_whitespace().next().unwrap_or_default()));
    let is_file = of_file.is_some();
    let own = outcome.diagnostics.iter().any(|found| found.code == Code::DefinedTwice);
    let help = match command(session, line) {
        _ if of_file.is_some() => of_file,
        Some(command) => Some(format!("commands begin with a colon: `{command}`")),
        None => removal(session, line)
            .or_else(|| other_help(line).filter(|_| !own))
            .or_else(|| session.reading(line).map(|reading| format!("write `{reading}`")))
            .or_else(|| {
                printed(line).map(|value| format!("an expression alone is answered: `{value}`"))
            })
            .or_else(|| {
                let set = session.set_meant(line)?;
                let more = "lines that give a value for each element need one for the new ones too";
                Some(format!("write `{set}`; {more}"))
            }),
    };
    if let (Some(help), Some(first)) = (help, outcome.diagnostics.first_mut()) {
        if is_file {
            "commands of the prompt save and open files".clone_into(&mut first.message);
            first.labels.iter_mut().for_each(|label| "a command".clone_into(&mut label.text));
        }
        (first.help, first.notes, first.fixes) = (vec![help], Vec::new(), Vec::new());
        outcome.diagnostics.truncate(1);
        return;
    }
    for found in &mut outcome.diagnostics {
        // A line alone need not be a script.
        found.notes.retain(|note| !note.contains("the script has no statement"));
        found.help.retain(|help| help != "remove the line");
        let typed = |label: &crate::diagnostic::Label| {
            *outcome.sources.file(label.span.source).name == *crate::session::TYPED
        };
        if found.code == Code::DefinedTwice && found.labels.iter().skip(1).any(typed) {
            found.help.insert(
                0,
                "`:undo` takes a typed line back, the last one first; then write both lines with years of their own"
                    .to_owned(),
            );
        }
    }
}

/// Returns the value in the brackets of `print(...)` and its likes.
fn printed(line: &str) -> Option<&str> {
    let calls = ["print", "disp", "display", "cat", "fprintf", "puts"];
    let (call, rest) = line.trim().trim_end_matches(';').split_once('(')?;
    let value = rest.strip_suffix(')')?.trim();
    (calls.contains(&call.trim()) && !value.is_empty() && !value.contains('"')).then_some(value)
}

/// Returns the help with a line that takes a name out of the model.
pub(super) fn removal(session: &Session, line: &str) -> Option<String> {
    let (word, name) = line.trim().split_once(char::is_whitespace)?;
    let words = [
        "delete", "drop", "remove", "without", "del", "rm", "unset", "erase", "discard", "disable",
        "forget",
    ];
    words.contains(&word.to_lowercase().as_str()).then_some(())?;
    let sorts = ["the", "scenario", "lever", "tariff", "param", "statement", "line", "variable"];
    let mut names = name.split_whitespace().filter(|word| !sorts.contains(word));
    let name = names.next().filter(|name| session.knows(name) && names.next().is_none())?;
    let model = session.model();
    if model.scenarios.iter().any(|scenario| scenario.name == name) {
        return Some(format!(
            "`:undo` takes back what was typed; a scenario of the file is removed in the file, and `:reload` reads it \
             again. Questions without `for` do not ask `{name}`"
        ));
    }
    let Some(lever) = model.levers.iter().find(|lever| lever.name == name) else {
        return Some("`:undo` takes the last change back".to_owned());
    };
    let extends = match lever.scenario {
        Some(scenario) if !lever.in_baseline => {
            format!(" extends {}", model.scenario_name(Some(scenario)))
        }
        _ => String::new(),
    };
    let line = |own: &str| format!("scenario {own}{extends} {{ without {name} }}");
    let named =
        std::iter::once(format!("no_{name}")).chain((2..9).map(|n| format!("no_{name}{n}")));
    let free = named.into_iter().find(|own| !session.knows(own))?;
    Some(format!(
        "`:undo` takes the last change back; a scenario leaves a lever out: `{}`",
        line(&free)
    ))
}
