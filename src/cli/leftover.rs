//! Words of a wrong command line for which the command has no place: a scenario, a year, a file to write, a value.
//!
//! In: a word and the script of the line. Out: what the word means. The script is read, so that no tip names a scenario
//! that there is not.

use std::path::Path;

use clap::CommandFactory as _;

use super::Mizan;
use crate::diagnostic::nearest;

/// The meaning of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leftover {
    /// A file for the output.
    Output,
    /// A year, or two with `..` between them.
    Years,
    /// A condition: `x in 2030 >= 5`.
    Condition,
    /// A given value: `rate=5%`.
    Edit,
    /// A scenario of the script.
    Scenario,
    /// The name of a command.
    Command,
    /// Anything else, such as the name of a value.
    Other,
}

/// Endings of files that a command writes.
const ENDINGS: [&str; 11] =
    [".html", ".md", ".typ", ".xlsx", ".csv", ".json", ".svg", ".png", ".tex", ".txt", ".pdf"];

/// Returns what a word on a line with this script means.
pub(super) fn meaning(word: &str, script: Option<&str>) -> Leftover {
    let year = |text: &str| text.len() == 4 && text.chars().all(|c| c.is_ascii_digit());
    let years = word.split_once("..").map_or_else(|| year(word), |(a, b)| year(a) && year(b));
    match () {
        () if ENDINGS.iter().any(|ending| word.ends_with(ending)) => Leftover::Output,
        () if years => Leftover::Years,
        () if word.contains(['<', '>']) || word.contains("==") => Leftover::Condition,
        () if word.contains('=') => Leftover::Edit,
        () if scenario(word, script).is_some() => Leftover::Scenario,
        () if Mizan::command().find_subcommand(word).is_some() => Leftover::Command,
        () => Leftover::Other,
    }
}

/// Returns the scenario of the script that a word names, also with a slip in its name; the word itself if the script
/// cannot be read.
pub(super) fn scenario(word: &str, script: Option<&str>) -> Option<String> {
    let is_name = word.starts_with(char::is_alphabetic)
        && word.split(',').all(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'));
    if !is_name || word == "run" {
        return None;
    }
    let Some(text) = text_of(script) else { return Some(word.to_owned()) };
    let mut known: Vec<&str> = declared(&text, "scenario").collect();
    known.extend(["baseline", "all"]);
    let named = |name: &str| match known.contains(&name) {
        true => Some(name.to_owned()),
        false => nearest(name, known.iter().copied()).filter(|_| name.len() > 3).map(str::to_owned),
    };
    let all: Option<Vec<String>> = word.split(',').map(named).collect();
    Some(all?.join(","))
}

/// Returns an input of the script with a range for an example: the rate of a tariff, or a parameter in per cent.
pub(super) fn input(script: Option<&str>) -> Option<String> {
    let text = text_of(script)?;
    if let Some(lever) = declared(&text, "tariff").next() {
        return Some(format!("{lever}.rate"));
    }
    let percent =
        |line: &&str| line.starts_with("param ") && line.contains('%') && !line.contains('[');
    let line = text.lines().find(percent)?;
    declared(line, "param").next().map(str::to_owned)
}

fn text_of(script: Option<&str>) -> Option<String> {
    std::fs::read_to_string(Path::new(script?)).ok()
}

/// Returns the names that follow a word at the beginning of a line.
fn declared<'t>(text: &'t str, word: &str) -> impl Iterator<Item = &'t str> {
    text.lines().filter_map(move |line| {
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let is_meant = words.next() == Some(word);
        words.next().filter(|name| is_meant && !name.is_empty())
    })
}
