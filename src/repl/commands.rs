//! The commands of the prompt, in one table: `:help`, completion and the reference page are made
//! from it.
//!
//! In: the arguments of a command. Out: a [`Reply`]. A command that fails has changed nothing.

use super::file_commands::{changed_lines, load, reload, save, watch};
use super::talk::{Reply, Talk, Then};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::engine::sampling::Method;
use crate::engine::simulate::Simulation;
use crate::explain::explain;
use crate::session::{LineOutcome, load_library};

/// Maximum number of draws at the prompt, where users expect an answer soon.
const MOST_DRAWS: u64 = 1_000_000;

/// The type of argument that a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// No argument.
    None,
    /// A name of the model, of a kind, of a function or of a command.
    Name,
    /// The name of a list, such as `levers`.
    List,
    /// An expression of the language.
    Expression,
    /// The name of a scenario.
    Scenario,
    /// The path of a file.
    File,
    /// A number.
    Number,
}

/// A command of the prompt, which begins with a colon.
pub struct Command {
    /// Name of the command, without the colon.
    pub name: &'static str,
    /// Form of the arguments, for help.
    pub arguments: &'static str,
    /// Type of the argument, for completion.
    pub argument: Argument,
    /// Description of the command, in one sentence.
    pub about: &'static str,
    /// An example of the command.
    pub example: &'static str,
    pub(super) run: fn(&mut Talk, &str) -> Reply,
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Command").field("name", &self.name).finish_non_exhaustive()
    }
}

macro_rules! table {
    ($($name:literal $arguments:literal $argument:ident $run:ident $about:literal $example:literal;)*) => {
        /// All commands of the prompt.
        pub const COMMANDS: &[Command] = &[$(Command {
            name: $name, arguments: $arguments, argument: Argument::$argument,
            about: $about, example: $example, run: $run,
        }),*];
    };
}

table! {
    "help" "[NAME]" Name help "Explains what can be typed, or a command, a kind of lever, a function or a name." ":help tariff";
    "list" "[WHAT]" List list "Lists the sets, parameters, variables, levers, scenarios and sources, or one of these groups." ":list levers";
    "info" "NAME" Name info "Explains a name: its meaning, its equations by lever, and the equations that read it." ":info imports";
    "type" "EXPR" Expression type_of "Shows the type of an expression, such as money or a percentage, and its sets." ":type coverage[China]";
    "why" "[EXPR]" Expression why "Shows the equations behind a value and the effect of each input; without an expression, of the last value asked for." ":why balance[China] in 2030";
    "chart" "[EXPR]" Expression chart "Draws an expression over the years; without an expression, the last value asked for." ":chart balance[China] for all";
    "scenario" "[NAME]" Scenario scenario "Answers later questions without `for` in this scenario; `baseline` goes back to the baseline. `compare` still compares all." ":scenario corridor";
    "draws" "[N [seed K]]" Number draws "Simulates later answers with N draws of the distributions; 0 ends the simulation." ":draws 1000";
    "undo" "" None undo "Undoes the last change." ":undo";
    "redo" "" None redo "Repeats the last change that was undone." ":redo";
    "diff" "" None diff "Shows the lines in which the model differs from its file." ":diff";
    "keep" "" None keep "Adds the last question to the model, with the scenario that it asked, so that `:save` writes it too." ":keep";
    "load" "FILE" File load "Opens another model; `:undo` goes back to this one and its file." ":load trade.mizan";
    "reload" "" None reload "Reads the file again and drops what was typed; `:undo` restores it." ":reload";
    "watch" "[FILE]" File watch "Reads the file again whenever an editor saves it, until Ctrl-C." ":watch";
    "save" "[FILE]" File save "Writes the model as a formatted script with its comments. `--force` replaces another file, or a file that another program changed." ":save new.mizan";
    "reset" "" None reset "Goes back to the file as it was loaded." ":reset";
    "units" "" None units "Lists the units that a number may have." ":units";
    "time" "" None time "Shows the time that each later answer takes, or stops showing it." ":time";
    "quit" "" None quit "Ends the prompt; unsaved changes are named first. Ctrl-D does the same." ":quit";
}

/// Finds a command by its name or by an unambiguous beginning of its name.
///
/// # Errors
/// There is no such command; the message has the nearest one.
pub(super) fn find(name: &str) -> Result<&'static Command, Diagnostic> {
    if let Some(command) = COMMANDS.iter().find(|command| command.name == name) {
        return Ok(command);
    }
    let begin: Vec<&Command> =
        COMMANDS.iter().filter(|c| !name.is_empty() && c.name.starts_with(name)).collect();
    if let [only] = begin.as_slice() {
        return Ok(only);
    }
    if begin.len() > 1 {
        let names: Vec<String> = begin.iter().map(|command| format!(":{}", command.name)).collect();
        let found = Diagnostic::error(
            Code::UnknownCommand,
            format!("`:{name}` may mean {}", names.join(" or ")),
        );
        return Err(found.help("write one more letter"));
    }
    let found = Diagnostic::error(Code::UnknownCommand, format!("there is no command `:{name}`"));
    Err(match nearest(name, COMMANDS.iter().map(|command| command.name)) {
        Some(near) => found.help(format!("did you mean `:{near}`?")),
        None => found.help("`:help` lists the commands"),
    })
}

/// Returns the text of the book's page about commands.
pub fn page() -> String {
    let mut out = String::from(
        "# Commands of the prompt\n\n<!-- Made from the table in src/repl/commands.rs; tests/program/repl.rs \
         says how to make it anew. -->\n\nA line that begins with a colon is a command. A name may be \
         shortened if no other command begins with the same letters: `:q` leaves. All other lines are the \
         language: statements change the model, questions and expressions are answered.\n\n\
         | command | what it does | example |\n|---|---|---|\n",
    );
    for command in COMMANDS {
        let written = format!(":{} {}", command.name, command.arguments);
        let row =
            format!("| `{}` | {} | `{}` |\n", written.trim_end(), command.about, command.example);
        out.push_str(&row);
    }
    out
}

fn help(talk: &mut Talk, name: &str) -> Reply {
    if name.is_empty() {
        let mut lines = vec![
            "Type a statement to change the model:   duty.rate[machinery] = 0%".to_owned(),
            "Type an expression to see its value:    balance[China] in 2030".to_owned(),
            "Ask a question:                         compare balance[China] for all".to_owned(),
            String::new(),
        ];
        let written = |c: &Command| format!(":{} {}", c.name, c.arguments).trim_end().to_owned();
        let widest = COMMANDS.iter().map(|c| written(c).len()).max().unwrap_or(0);
        lines.extend(COMMANDS.iter().map(|c| format!("{:widest$}  {}", written(c), c.about)));
        lines.push(String::new());
        lines.push(
            "Tab completes; Alt-Enter begins a new line; `:help tariff` explains a kind."
                .to_owned(),
        );
        return talk.said(lines);
    }
    let name = name.split_once('[').map_or(name, |(name, _)| name);
    if let Some(command) = COMMANDS.iter().find(|c| c.name == name.trim_start_matches(':')) {
        let written = format!(":{} {}", command.name, command.arguments);
        return talk.said(vec![
            written.trim_end().to_owned(),
            format!("  {}", command.about),
            format!("  Example: {}", command.example),
        ]);
    }
    let mut reply = info(talk, name);
    if let Some(example) = talk.session.example(name) {
        reply.text.push_str(&format!(
            "\nExample, to be typed here\n  {}\n",
            example.replace('\n', "\n  ")
        ));
    }
    reply
}

fn info(talk: &mut Talk, name: &str) -> Reply {
    // `:info balance[EU]` is about `balance`.
    let name = name.split_once('[').map_or(name, |(name, _)| name);
    let problem = match explain(talk.session.program(), name) {
        _ if name.is_empty() => {
            let found = Diagnostic::error(Code::NoName, "`:info` requires a name");
            found.help("write `:info imports`; `:list` shows the names")
        }
        Ok(text) => return Reply::text(talk.wrapped(&as_text(&text))),
        Err(near) => {
            // A kind of lever is explained before the model uses the library.
            if let Ok(text) = explain(&load_library(), name)
                && text.lines().next().is_some_and(|line| line.contains(": block kind"))
            {
                return Reply::text(talk.wrapped(&as_text(&text)));
            }
            let message = format!("nothing is called `{name}`");
            let found = Diagnostic::error(Code::UnknownName, message);
            match near {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => found.help("`:list` shows the names"),
            }
        }
    };
    talk.shown(&LineOutcome::impossible(problem))
}

/// Returns an explanation as plain text, with the commands of the prompt: pages of codes are written in Markdown.
fn as_text(text: &str) -> String {
    let (mut out, mut in_code, mut in_page, mut opened) = (String::new(), false, false, false);
    for line in text.lines() {
        in_page |= line.starts_with("# ");
        if !in_page {
            out.push_str(&format!("{}\n", line.replace("mizan explain ", ":help ")));
        } else if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            out.push_str(&format!("    {line}\n"));
        } else {
            // The lines of a paragraph are one line, which is wrapped to the window.
            let joins = opened && !line.is_empty() && !line.starts_with(['-', '|', '#']);
            if joins && out.ends_with('\n') {
                out.pop();
                out.push(' ');
            }
            out.push_str(&format!("{}\n", line.trim_start_matches("# ")));
            opened = !line.is_empty() && !line.starts_with('#');
        }
    }
    out
}

fn list(talk: &mut Talk, what: &str) -> Reply {
    let what = match what {
        "param" | "params" | "inputs" => "parameters",
        "var" | "vars" | "values" => "variables",
        "scens" | "cases" => "scenarios",
        other => other,
    };
    let outcome = talk.session.list(what);
    talk.shown(&outcome)
}

fn type_of(talk: &mut Talk, text: &str) -> Reply {
    let outcome = match text {
        "" => {
            let found = Diagnostic::error(Code::NothingAsked, "`:type` requires a value");
            LineOutcome::impossible(found.help("write `:type balance`"))
        }
        text => talk.session.type_of(text),
    };
    talk.shown(&outcome)
}

fn why(talk: &mut Talk, text: &str) -> Reply {
    about(talk, "why", text)
}

fn chart(talk: &mut Talk, text: &str) -> Reply {
    about(talk, "chart", text)
}

/// Asks a question about an expression, or about the expression of the last question.
fn about(talk: &mut Talk, word: &str, text: &str) -> Reply {
    // A chart of one year is a point.
    let last = talk.session.last_value(word != "chart").filter(|_| text.is_empty());
    let outcome = match last.as_deref().unwrap_or(text) {
        "" => {
            let found =
                Diagnostic::error(Code::NothingAsked, format!("`:{word}` requires a value"));
            LineOutcome::impossible(found.help(format!("write `:{word} balance`")))
        }
        value => talk.session.enter(&format!("{word} {value}")),
    };
    talk.shown(&outcome)
}

fn scenario(talk: &mut Talk, name: &str) -> Reply {
    let outcome = match name {
        "" => {
            let now = talk.session.scenario().unwrap_or("baseline").to_owned();
            let mut outcome = talk.session.list("scenarios");
            let now = if now == "baseline" {
                "the baseline".to_owned()
            } else {
                format!("the scenario {now}")
            };
            outcome.lines.push(format!("questions without `for` ask {now}"));
            outcome
        }
        name => talk.session.look_at(name),
    };
    talk.shown(&outcome)
}

fn draws(talk: &mut Talk, arguments: &str) -> Reply {
    let now = talk.session.simulation();
    let chosen = match drawing(arguments, now.map_or(1, |simulation| simulation.seed)) {
        _ if arguments.is_empty() => now,
        Some(chosen) => chosen,
        None => {
            let message = format!("`:draws` takes a whole number, at most {}", grouped(MOST_DRAWS));
            let found = Diagnostic::error(Code::Draws, message);
            let help = "write `:draws 1_000`, or `:draws 1_000 seed 7`; `:draws 0` draws nothing";
            return talk.shown(&LineOutcome::impossible(found.help(help)));
        }
    };
    let mut outcome = talk.session.simulate(chosen);
    if !outcome.failed() {
        outcome.lines.push(match chosen {
            Some(Simulation { draws, seed, .. }) => {
                format!(
                    "each answer has {} {}, seed {seed}",
                    grouped(draws),
                    if draws == 1 { "draw" } else { "draws" }
                )
            }
            None => "draws are off: each distribution has its median".to_owned(),
        });
    }
    talk.shown(&outcome)
}

/// Writes a number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    let signs = digits.chars().enumerate();
    signs.flat_map(|(at, c)| comma(at).then_some(',').into_iter().chain([c])).collect()
}

/// Parses the draws of a simulation, `1_000` or `1_000 seed 7`; 0 draws mean no simulation.
fn drawing(text: &str, seed: u64) -> Option<Option<Simulation>> {
    let number = |word: &str| word.replace('_', "").parse::<u64>().ok();
    let words: Vec<&str> = text.split_whitespace().collect();
    let (draws, seed) = match words.as_slice() {
        [draws] => (number(draws)?, seed),
        [draws, "seed", seed] => (number(draws)?, number(seed)?),
        _ => return None,
    };
    let simulation = Simulation { draws, seed, method: Method::Plain };
    (draws <= MOST_DRAWS).then_some((draws > 0).then_some(simulation))
}

fn undo(talk: &mut Talk, _: &str) -> Reply {
    let outcome = talk.session.undo();
    talk.shown(&outcome)
}

fn redo(talk: &mut Talk, _: &str) -> Reply {
    let outcome = talk.session.redo();
    talk.shown(&outcome)
}

fn diff(talk: &mut Talk, _: &str) -> Reply {
    let lines = talk.session.diff();
    talk.said(if lines.is_empty() { vec!["no difference from the file".to_owned()] } else { lines })
}

fn keep(talk: &mut Talk, _: &str) -> Reply {
    let outcome = talk.session.keep();
    talk.shown(&outcome)
}

fn reset(talk: &mut Talk, _: &str) -> Reply {
    let outcome = talk.session.reset();
    talk.shown(&outcome)
}

fn units(talk: &mut Talk, _: &str) -> Reply {
    let outcome = talk.session.units();
    talk.shown(&outcome)
}

fn time(talk: &mut Talk, _: &str) -> Reply {
    talk.timed = !talk.timed;
    let what = if talk.timed {
        "each answer says how long it took"
    } else {
        "answers no longer say how long they took"
    };
    talk.said(vec![what.to_owned()])
}

/// Ends the prompt. With unsaved changes, first reports them; the same command again discards them.
fn quit(talk: &mut Talk, _: &str) -> Reply {
    if talk.leaving || talk.session.is_saved() {
        return Reply { then: Then::Quit, ..Reply::text(String::new()) };
    }
    talk.leaving = true;
    let (lines, them) = match changed_lines(talk) {
        1 => ("1 changed line".to_owned(), "it"),
        more => (format!("{more} changed lines"), "them"),
    };
    talk.said(vec![format!(
        "not saved: {lines} (`:diff` shows {them}); `:save FILE` saves the model, and `:quit` or Ctrl-D \
         once more leaves without saving"
    )])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_codes_are_plain_text() {
        let page = "# `each`\n\nOne\nline.\n\n```mizan error each\nparam x = 3\n```\n\n- a\n";
        assert_eq!(as_text(page), "`each`\n\nOne line.\n\n    param x = 3\n\n- a\n");
        assert_eq!(as_text("Its kind\n  mizan explain tariff\n"), "Its kind\n  :help tariff\n");
    }

    #[test]
    fn commands_are_found_by_their_beginning() {
        assert_eq!(find("q").map(|command| command.name), Ok("quit"));
        assert_eq!(
            find("re").map_err(|d| d.message).err().as_deref(),
            Some("`:re` may mean :redo or :reload or :reset")
        );
        let help = find("laod").map_err(|d| d.help).err();
        assert_eq!(help, Some(vec!["did you mean `:load`?".to_owned()]));
        assert!(find("").is_err());
    }
}
