//! Tips for wrong command lines: the command that is probably meant.
//!
//! In: the arguments and the message of the parser. Out: a message with a command that works. The parser's own tips go
//! by the spelling alone: for `mizan plot` it proposes `report`.

use std::io::Write as _;
use std::path::Path;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use super::elsewhere::{at_prompt, document, kept};
use super::leftover::{input, scenario};
use super::line::Meant;
use super::quoting::{is_script, quoted, shell_word, written};
use super::{Mizan, line};
use crate::diagnostic::{nearest, sanitize};

/// Words of other programs, and the command that does this; `FILE` is the script.
const COMMANDS: [(&str, &str); 34] = [
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
    ("prompt", "mizan repl FILE"),
    ("console", "mizan repl FILE"),
    ("interactive", "mizan repl FILE"),
    ("talk", "mizan repl FILE"),
    ("edit", "mizan serve FILE"),
    ("docs", "mizan --help"),
    ("manual", "mizan --help"),
    ("book", "mizan --help"),
    ("tutorial", "mizan --help"),
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
    let typed = format!(
        "`{}`",
        std::iter::once("mizan")
            .chain(words.iter().copied())
            .map(shell_word)
            .collect::<Vec<_>>()
            .join(" ")
    );
    tip_of(kind, &words).filter(|tip| !tip.contains(&typed))
}

fn tip_of(kind: ErrorKind, words: &[&str]) -> Option<String> {
    let (first, rest) = words.split_first()?;
    if first.starts_with(['-', '/']) {
        return global(first, words);
    }
    if let Some(tip) = document(first, rest).or_else(|| at_prompt(kind, first, rest)) {
        return Some(tip);
    }
    if *first == "explain" && rest.len() > 1 && !rest.iter().any(|word| is_script(word)) {
        let code = rest.join("-");
        return crate::diagnostic::Code::named(&code)
            .map(|_| written(&["mizan", "explain", &code]));
    }
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
            let line = line::meant(words).and_then(accepted).map(|meant| {
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
        return Some(script_first(first, rest));
    }
    if first == "help" {
        let name = rest.first().filter(|name| is_free(name))?;
        let commands = Mizan::command();
        let commands = commands.get_subcommands().map(clap::Command::get_name);
        if COMMANDS.iter().any(|(word, _)| word == name) {
            return command(name, rest.get(1..).unwrap_or_default());
        }
        if let Some(command) = nearest(name, commands) {
            return Some(written(&["mizan", "help", command]));
        }
        return Some(written(&["mizan", "explain", name]));
    }
    let (_, line) = COMMANDS.iter().find(|(word, _)| *word == first)?;
    let script = rest.iter().find(|word| is_script(word));
    let file = script.map_or("FILE.mizan", |file| file);
    let line = match (*line, script) {
        ("mizan repl FILE", None) => "mizan repl".to_owned(),
        (line, _) => line.replace("FILE", &shell_word(file)),
    };
    let line = kept(first, rest, line);
    let tip = match first {
        "show" | "print" | "eval" | "list" | "ask" => {
            format!("ask at the prompt, {}, or write the query into the script", quoted(&line))
        }
        "compare" => {
            let after = |options: &[&str]| {
                let at = rest.iter().position(|word| options.contains(word))?;
                rest.get(at + 1).copied()
            };
            let value = after(&["--show", "--value", "--of"]).unwrap_or("VALUE");
            let scenario = after(&["--scenario", "--for", "-s"]).unwrap_or("SCENARIO");
            let by = if after(&["--by"]) == Some("lever") { " by lever" } else { "" };
            let query = format!("compare {value} for {scenario}{by}");
            format!("write `{query}` into the script, then `mizan run {}`", shell_word(file))
        }
        _ => format!("write {}", quoted(&line)),
    };
    let name = rest.iter().find(|word| !is_script(word)).map_or("NAME", |name| name);
    Some(tip.replace("NAME", name))
}

/// Returns the tip for a line that begins with a script, `mizan my.mizan --csv out.csv`: only a line that the parser takes.
fn script_first(script: &str, rest: &[&str]) -> String {
    let (command, rest) = match rest.split_first() {
        Some((word, rest)) if !is_free(word) => (*word, rest),
        _ => ("run", rest),
    };
    let words = [&[command, script], rest].concat();
    let usage = format!("{} lists the options", quoted(&format!("mizan {command} --help")));
    match Mizan::command().try_get_matches_from(std::iter::once("mizan").chain(words.clone())) {
        Ok(_) => written(&[&["mizan"], words.as_slice()].concat()),
        Err(error) => {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            tip(error.kind(), &words).unwrap_or(usage)
        }
    }
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
            let Some(options) = options(rest, file) else { return asked(rest, file) };
            let line = format!("{command} {}{options}", shell_word(file));
            Some(format!("write `mizan {line}`"))
        }
        _ => None,
    }
}

/// Returns the tip for the name of a value behind a script: values are asked at the prompt.
fn asked(rest: &[&str], file: &str) -> Option<String> {
    let words: Vec<&str> = rest.iter().filter(|word| **word != file).copied().collect();
    let text = words.join(" ");
    let value = text.strip_prefix("show ").unwrap_or(&text);
    let plain = !value.is_empty() && !words.iter().any(|word| word.starts_with('-'));
    let prompt = quoted(&format!("mizan repl {}", shell_word(file)));
    plain.then(|| format!("ask at the prompt, {prompt}, or write `show {value}` into the script"))
}

/// Returns the words behind the script as options: `low` as a scenario, `x=5%`, `x = 5%` and `x 5%` as edits. `None` if
/// a word is neither.
fn options(rest: &[&str], file: &str) -> Option<String> {
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
                    None => {
                        let name = scenario(name, Some(file))?;
                        out.push_str(&format!(" --scenario {}", shell_word(&name)));
                    }
                }
            }
        }
    }
    Some(out)
}

/// Returns the tip for a line that begins with an option.
fn global(first: &str, words: &[&str]) -> Option<String> {
    let name = first.trim_start_matches(['-', '/']).to_lowercase();
    match name.as_str() {
        "v" | "ver" | "version" => return Some(written(&["mizan", "--version"])),
        "h" | "?" | "help" | "usage" => return Some(written(&["mizan", "--help"])),
        _ => {}
    }
    let rest = words.get(1..).unwrap_or_default();
    if !is_free(&name) {
        return moved(&[&[name.as_str()], rest].concat());
    }
    // `mizan --years 2026..2030 run base.mizan`
    let Some(at) = words.iter().position(|word| !is_free(word)) else {
        // `mizan --scenario low base.mizan`
        let file = words.iter().find(|word| is_script(word))?;
        let others = words.iter().filter(|word| *word != file).copied();
        return moved(&["run", file].into_iter().chain(others).collect::<Vec<_>>());
    };
    let (before, after) = (words.get(..at)?, words.get(at + 1..)?);
    moved(&[&[*words.get(at)?], after, before].concat())
}

/// Returns a line with its parts in another order if the parser takes it, or else the line that it means.
fn moved(line: &[&str]) -> Option<String> {
    let all = || std::iter::once("mizan").chain(line.iter().copied());
    if Mizan::try_parse_from(all()).is_ok() {
        return Some(written(&all().collect::<Vec<_>>()));
    }
    let meant = line::meant(line).and_then(accepted)?;
    let words = std::iter::once("mizan").chain(meant.words.iter().map(String::as_str));
    Some(written(&words.collect::<Vec<_>>()))
}

/// Returns a line whose question the script takes: the line itself, or with a sum over all partners in its example.
fn accepted(meant: Meant) -> Option<Meant> {
    let works = |words: &[String]| {
        let all = std::iter::once("mizan").chain(words.iter().map(String::as_str));
        Mizan::try_parse_from(all).is_ok_and(|line| line.is_accepted())
    };
    if works(&meant.words) {
        return Some(meant);
    }
    let script = meant.words.iter().find(|word| is_script(word));
    let varied = input(script.map(String::as_str)).filter(|_| meant.example);
    let summed = |word: &String| match (word.strip_prefix("balance in 2030"), &varied) {
        _ if word == "balance" => "sum(balance[*])".to_owned(),
        (Some(rest), _) => format!("sum(balance[*]) in last{rest}"),
        (None, Some(varied)) if word == "growth in 0%..20%" => format!("{varied} in 0%..50%"),
        (None, Some(varied)) if word == "growth over 0%..20% step 5%" => {
            format!("{varied} over 0%..50% step 10%")
        }
        (None, _) => word.clone(),
    };
    let words: Vec<String> = meant.words.iter().map(summed).collect();
    works(&words).then_some(Meant { words, ..meant })
}

/// True for a word that is no command.
fn is_free(word: &str) -> bool {
    Mizan::command().find_subcommand(word).is_none()
}

#[cfg(test)]
mod tests {
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
            (
                &["my.mizan", "--csv", "out.csv"],
                "write `mizan run my.mizan --format csv --output out.csv`",
            ),
            (&["my.mizan", "--draws", "100"], "write `mizan run my.mizan --draws 100`"),
            (&["my.mizan", "--json"], "write `mizan run my.mizan --format json`"),
            (&["my.mizan", "low"], "write `mizan run my.mizan --scenario low`"),
            (&["my.mizan", "chart"], "write `mizan chart my.mizan --output charts`"),
            (&["my.mizan", "-o", "out.xlsx"], "write `mizan run my.mizan -o out.xlsx`"),
            (&["my.mizan", "out.xlsx"], "write `mizan run my.mizan --output out.xlsx`"),
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
            (&["my.mizan", "run"], "write `mizan run my.mizan`"),
            (&["my.mizan", "run", "--draws", "5"], "write `mizan run my.mizan --draws 5`"),
            (&["run", "my.mizan", "run"], "write `mizan run my.mizan`"),
            (
                &["sweep", "duty.rate", "0", "50", "10", "my.mizan"],
                "write, for example, `mizan sweep 'duty.rate over 0%..50% step 10%' my.mizan --show balance`",
            ),
            (
                &["why", "balance", "2028", "my.mizan"],
                "write `mizan why balance --in 2028 my.mizan`",
            ),
            (&["chart", "my.mizan", "chart.svg"], "write `mizan chart my.mizan --output charts`"),
            (
                &["run", "my.mizan", "--output"],
                "write, for example, `mizan run my.mizan --output my.xlsx`",
            ),
            (
                &["run", "my.mizan", "--set"],
                "write, for example, `mizan run my.mizan --set NAME=VALUE`",
            ),
            (
                &["run", "my.mizan", "--format", "pdf"],
                "write `mizan report my.mizan --output my.pdf`",
            ),
            (&["run", "my.mizan", "memo.html"], "write `mizan run my.mizan --output memo.html`"),
            (&["-v"], "write `mizan --version`"),
            (&["--h"], "write `mizan --help`"),
            (&["--run", "my.mizan"], "write `mizan run my.mizan`"),
            (
                &["--years", "2026..2030", "run", "my.mizan"],
                "write `mizan run my.mizan --years 2026..2030`",
            ),
            (&["explain", "limit", "of", "cells"], ""),
            (&["explain", "csv", "missing", "value"], "write `mizan explain csv-missing-value`"),
            (&["help", "prompt"], "write `mizan repl`"),
            (&["console"], "write `mizan repl`"),
            (
                &["repl", "my.mizan", "--draws", "1000", "--scenario", "low"],
                "write `mizan repl my.mizan`, then at the prompt `:draws 1000` and `:scenario low`",
            ),
            (
                &["simulate", "my.mizan", "--draws", "1000"],
                "write `mizan run my.mizan --draws 1000`",
            ),
            (&["export", "my.mizan", "a.csv"], "write `mizan run my.mizan --output a.csv`"),
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
        // The names of a script that can be read are known.
        let script = "examples/azerbaijan_china.mizan";
        assert_eq!(
            tip_of(&["run", script, "coridor"]),
            format!("write `mizan run {script} --scenario corridor`")
        );
        assert_eq!(
            tip_of(&["run", script, "balance"]),
            format!(
                "ask at the prompt, `mizan repl {script}`, or write `show balance` into the script"
            )
        );
        assert_eq!(
            tip_of(&["robust", script, "--by", "balance"]),
            format!("write, for example, `mizan robust all {script} --by 'sum(balance[*])'`")
        );
        // The parser refuses the value of `--set` before it sees the words behind it.
        assert!(tip_of(&["show", "x", "my.mizan"]).contains("`mizan repl my.mizan`"));
        assert!(tip_of(&["compare", "my.mizan", "low"]).contains("`mizan run my.mizan`"));
    }
}
