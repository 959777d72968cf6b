//! Tips for wrong command lines: the command that is probably meant.
//!
//! In: the arguments and the message of the parser. Out: a message with a command that works. The parser's own tips go
//! by the spelling alone: for `mizan plot` it proposes `report`.

use std::io::Write as _;
use std::path::Path;

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use super::{Mizan, line};
use crate::diagnostic::{nearest, sanitize};

/// Words of other programs, and the command that does this; `FILE` is the script.
const COMMANDS: [(&str, &str); 25] = [
    ("plot", "mizan chart FILE --output charts"),
    ("graph", "mizan chart FILE --output charts"),
    ("draw", "mizan chart FILE --output charts"),
    ("show", "mizan repl FILE"),
    ("print", "mizan repl FILE"),
    ("list", "mizan repl FILE"),
    ("eval", "mizan repl FILE"),
    ("ask", "mizan repl FILE"),
    ("compare", "mizan run FILE"),
    ("solve", "mizan run FILE"),
    ("simulate", "mizan run FILE --draws 10_000"),
    ("export", "mizan run FILE --output out.xlsx"),
    ("convert", "mizan run FILE --output out.xlsx"),
    ("save", "mizan run FILE --output out.xlsx"),
    ("version", "mizan --version"),
    ("format", "mizan fmt FILE"),
    ("lint", "mizan check FILE"),
    ("validate", "mizan check FILE"),
    ("info", "mizan explain NAME FILE"),
    ("describe", "mizan explain NAME FILE"),
    ("init", "mizan new my_scenario"),
    ("create", "mizan new my_scenario"),
    ("memo", "mizan report FILE --output memo.html"),
    ("web", "mizan serve FILE"),
    ("shell", "mizan repl FILE"),
];

/// Prints the mistake of a command line with the command that is meant; returns false if none is known.
pub(super) fn print(error: &clap::Error, arguments: &[String]) -> bool {
    let Some(tip) = tip(error.kind(), arguments) else { return false };
    let rendered = error.render().to_string();
    let first: Vec<&str> = rendered.lines().take_while(|line| !line.is_empty()).collect();
    let text = format!("{}\n\n  tip: {tip}\n", first.join("\n"));
    let _ = write!(std::io::stderr(), "{}", sanitize(&text));
    true
}

/// Returns the tip for a wrong command line.
fn tip(kind: ErrorKind, arguments: &[String]) -> Option<String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (first, rest) = words.split_first()?;
    let usage = || {
        let help = format!("mizan {first} --help");
        Some(format!("{} lists the options of `mizan {first}`", quoted(&help)))
    };
    let known = |word: &&str| matches!(*word, "--digits" | "--decimals");
    match kind {
        ErrorKind::InvalidSubcommand => command(first, rest),
        ErrorKind::UnknownArgument if rest.iter().any(known) => {
            Some("write `digits 2` behind a query of the script".to_owned())
        }
        ErrorKind::UnknownArgument if rest.contains(&"-v") => {
            Some("write `mizan --version`".to_owned())
        }
        ErrorKind::MissingRequiredArgument
        | ErrorKind::UnknownArgument
        | ErrorKind::TooManyValues
        | ErrorKind::InvalidValue
        | ErrorKind::WrongNumberOfValues => {
            if rest.iter().filter(|word| is_script(word)).count() > 1 {
                return bare_words(first, rest).or_else(usage);
            }
            let line = line::meant(&words).map(|meant| {
                let line = written(
                    &std::iter::once("mizan")
                        .chain(meant.words.iter().map(String::as_str))
                        .collect::<Vec<_>>(),
                );
                match (meant.example, meant.dropped) {
                    (true, _) => line.replacen("write ", "write, for example, ", 1),
                    (false, true) => line.replacen("write ", "leave it out: ", 1),
                    (false, false) => line,
                }
            });
            let line = line.or_else(|| bare_words(first, rest));
            // The values of an option are listed by the parser.
            line.or_else(|| (kind == ErrorKind::UnknownArgument).then(usage).flatten())
        }
        _ => None,
    }
}

fn command(first: &str, rest: &[&str]) -> Option<String> {
    if is_script(first) {
        return Some(written(&[&["mizan", "run", first], rest].concat()));
    }
    if first == "help" {
        let name = rest.first().filter(|name| is_free(name))?;
        let commands = Mizan::command();
        let commands = commands.get_subcommands().map(clap::Command::get_name);
        if let Some(command) = nearest(name, commands) {
            return Some(written(&["mizan", "help", command]));
        }
        return Some(written(&["mizan", "explain", name]));
    }
    let (_, line) = COMMANDS.iter().find(|(word, _)| *word == first)?;
    let file = rest.iter().find(|word| is_script(word)).map_or("FILE.mizan", |file| file);
    let line = line.replace("FILE", &shell_word(file));
    let tip = match first {
        "show" | "print" | "eval" | "list" | "ask" => {
            format!("ask at the prompt, {}, or write the query into the script", quoted(&line))
        }
        "compare" => {
            format!("write `compare VALUE for SCENARIO` into the script, then {}", quoted(&line))
        }
        _ => format!("write {}", quoted(&line)),
    };
    let name = rest.iter().find(|word| !is_script(word)).map_or("NAME", |name| name);
    Some(tip.replace("NAME", name))
}

/// Returns the tip for words behind the script that are no options: parts of a name, several scripts.
fn bare_words(command: &str, rest: &[&str]) -> Option<String> {
    let joined = rest.join(" ");
    if rest.len() > 1 && Path::new(&joined).exists() {
        return Some(format!("write `mizan {command} {}`", shell_word(&joined)));
    }
    if command == "new" {
        return Some(format!("write `mizan new {}`", rest.join("_")));
    }
    let scripts: Vec<&&str> = rest.iter().filter(|word| is_script(word)).collect();
    match scripts.as_slice() {
        [first, second, ..] if command == "test" => {
            let folder = Path::new(first).parent().filter(|folder| !folder.as_os_str().is_empty());
            let same = Path::new(second).parent() == Path::new(first).parent();
            let folder = folder.filter(|_| same).map_or(".".into(), Path::to_string_lossy);
            Some(format!(
                "write `mizan test {}`, which runs all scripts of the folder",
                shell_word(&folder)
            ))
        }
        [first, second, ..] => {
            let line = |file: &str| format!("`mizan {command} {}`", shell_word(file));
            Some(format!("one script at a time: {}, then {}", line(first), line(second)))
        }
        [file] if matches!(command, "run" | "chart") => {
            let line = format!("{command} {}{}", shell_word(file), options(rest, file));
            Some(format!("write `mizan {line}`"))
        }
        _ => None,
    }
}

/// Returns the words behind the script as options: `low` as a scenario, `x=5%`, `x = 5%` and `x 5%` as edits.
fn options(rest: &[&str], file: &str) -> String {
    let mut out = String::new();
    let mut words = rest.iter().copied().filter(|word| *word != file).peekable();
    let is_value = |word: &str| word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    while let Some(word) = words.next() {
        match word {
            "--scenario" | "--set" | "scenario" | "for" | "and" | "=" => {}
            option if option.starts_with('-') => {
                out.push_str(&format!(" {option}"));
                if let Some(value) = words.next_if(|value| !value.starts_with('-')) {
                    out.push_str(&format!(" {}", shell_word(value)));
                }
            }
            edit if edit.contains('=') => out.push_str(&format!(" --set {}", shell_word(edit))),
            name => {
                let _ = words.next_if(|next| *next == "=");
                match words.next_if(|next| is_value(next) && !next.starts_with("--")) {
                    Some(value) => {
                        out.push_str(&format!(" --set {}", shell_word(&format!("{name}={value}"))))
                    }
                    None => out.push_str(&format!(" --scenario {}", shell_word(name))),
                }
            }
        }
    }
    out
}

/// True for the name of a script: it ends as scripts do, or a file has this name.
pub(super) fn is_script(word: &str) -> bool {
    !word.starts_with('-') && (word.ends_with(".mizan") || Path::new(word).is_file())
}

/// True for a word that is no command.
fn is_free(word: &str) -> bool {
    Mizan::command().find_subcommand(word).is_none()
}

fn written(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
    format!("write {}", quoted(&words.join(" ")))
}

fn quoted(line: &str) -> String {
    format!("`{line}`")
}

/// Writes a word so that a shell reads it as one word.
fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./=%,:+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{word}'")
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn tip_of(line: &[&str]) -> String {
        let all = std::iter::once("mizan").chain(line.iter().copied());
        let error = Mizan::try_parse_from(all).expect_err("a wrong command line");
        let words: Vec<String> = line.iter().map(|word| (*word).to_owned()).collect();
        tip(error.kind(), &words).unwrap_or_default()
    }

    #[test]
    fn a_wrong_command_line_gets_the_command_that_is_meant() {
        for (line, meant) in [
            (&["my.mizan"][..], "write `mizan run my.mizan`"),
            (&["plot", "my.mizan"], "write `mizan chart my.mizan --output charts`"),
            (&["version"], "write `mizan --version`"),
            (&["format", "my.mizan"], "write `mizan fmt my.mizan`"),
            (&["convert", "my.mizan", "out.xlsx"], "write `mizan run my.mizan --output out.xlsx`"),
            (&["help", "tariff"], "write `mizan explain tariff`"),
            (&["run", "my.mizan", "-s", "low"], "write `mizan run my.mizan --scenario low`"),
            (&["run", "my.mizan", "--json"], "write `mizan run my.mizan --format json`"),
            (&["run", "my.mizan", "--sims", "100"], "write `mizan run my.mizan --draws 100`"),
            (
                &["run", "my.mizan", "--digits", "2"],
                "write `digits 2` behind a query of the script",
            ),
            (&["run", "my.mizan", "low"], "write `mizan run my.mizan --scenario low`"),
            (
                &["run", "my.mizan", "--scenario", "low", "high"],
                "write `mizan run my.mizan --scenario low --scenario high`",
            ),
            (
                &["run", "my.mizan", "--set", "x=5%", "y=1"],
                "write `mizan run my.mizan --set x=5% --set y=1`",
            ),
            (
                &["find", "x in 0%..1% so that y in 2030 >= 0", "my.mizan"],
                "write `mizan find 'x in 0%..1%' my.mizan --so-that 'y in 2030 >= 0'`",
            ),
            (&["new", "my", "model"], "write `mizan new my_model`"),
            (&["run", "my.mizan", "--year", "2026"], "write `mizan run my.mizan --years 2026`"),
            (
                &["why", "x", "--vs", "baseline", "--year", "2028", "my.mizan"],
                "write `mizan why x --to baseline --in 2028 my.mizan`",
            ),
            (&["check", "my.mizan", "--strict"], "write `mizan check my.mizan --deny-warnings`"),
            (&["run", "my.mizan", "--quiet"], "leave it out: `mizan run my.mizan`"),
            (
                &["run", "my.mizan", "--format", "excel"],
                "write `mizan run my.mizan --format xlsx --output my.xlsx`",
            ),
            (
                &["find", "x in 0%..1%", "y in 2030 >= 0", "my.mizan"],
                "write `mizan find 'x in 0%..1%' --so-that 'y in 2030 >= 0' my.mizan`",
            ),
            (
                &["find", "x in 0%..1%", "my.mizan"],
                "write, for example, `mizan find 'x in 0%..1%' my.mizan --so-that 'balance in 2030 >= 0 USD'`",
            ),
            (&["report", "my.mizan"], "write `mizan report my.mizan --output my.html`"),
            (&["test"], "write `mizan test .`"),
            (&["help", "runn"], "write `mizan help run`"),
            (
                &["run", "my.mizan", "your.mizan"],
                "one script at a time: `mizan run my.mizan`, then `mizan run your.mizan`",
            ),
            (
                &["report", "my.mizan", "memo.html"],
                "write `mizan report my.mizan --output memo.html`",
            ),
        ] {
            assert_eq!(tip_of(line), meant, "{line:?}");
        }
        // The parser refuses the value of `--set` before it sees the words behind it.
        assert!(tip_of(&["show", "x", "my.mizan"]).contains("`mizan repl my.mizan`"));
        assert!(tip_of(&["compare", "my.mizan", "low"]).contains("`mizan run my.mizan`"));
    }
}
