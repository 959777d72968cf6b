//! Command lines that the parser refuses, read tolerantly: options of other programs, a script before its question, parts
//! that are missing.
//!
//! In: the words of a command line. Out: the words of the line that is meant. The result is given only if the parser
//! takes it, so that no tip repeats a mistake.

use std::path::Path;

use clap::{Arg, Command, CommandFactory as _, Parser as _};

use super::Mizan;
use super::leftover::{Leftover, meaning, scenario};
use super::quoting::is_script;
use crate::diagnostic::nearest;

/// Options of Mizan, each with the words of other programs for it. The first one that a command has is meant.
const NAMES: [(&str, &str); 21] = [
    ("scenario", "scenarios scen s case cases for variant with"),
    ("to", "vs versus against compare compared-to relative-to baseline base than"),
    ("years", "year y in period periods horizon when at range"),
    ("in", "year years y period when at"),
    ("year", "years in y when at"),
    (
        "draws",
        "draw n d sims simulate simulation simulations runs iterations samples trials reps replications",
    ),
    (
        "deny-warnings",
        "strict werror warnings-as-errors fail-on-warnings pedantic error-on-warning",
    ),
    ("check", "dry-run diff verify test list"),
    ("so-that", "fits fit target goal condition where such-that until subject-to st constraint"),
    ("by", "method metric criterion using on measure objective"),
    ("show", "value values print display of variable outputs"),
    ("output", "out to-file outfile save save-as export dest destination folder dir file"),
    ("format", "type as f output-format fmt"),
    ("seed", "random-seed rng"),
    ("set", "param var let define override assign value d p"),
    ("width", "columns w"),
    ("maximise", "maximize max"),
    ("minimise", "minimize min"),
    ("above", "threshold least cutoff"),
    ("depth", "level levels max-depth"),
    ("sampling", "sampler sample"),
];

/// Values of other programs, each with Mizan's.
const VALUES: [(&str, &str); 12] = [
    ("lhs", "latin"),
    ("latin-hypercube", "latin"),
    ("random", "plain"),
    ("mc", "plain"),
    ("montecarlo", "plain"),
    ("qmc", "sobol"),
    ("excel", "xlsx"),
    ("xls", "xlsx"),
    ("md", "markdown"),
    ("tex", "latex"),
    ("txt", "text"),
    ("htm", "html"),
];

/// Arguments that a command requires, by their names in the parser, each with an example.
const EXAMPLES: [(&str, &str, &str); 14] = [
    ("find", "inputs", "growth in 0%..20%"),
    ("find", "so_that", "balance in 2030 >= 0 USD"),
    ("sweep", "inputs", "growth over 0%..20% step 5%"),
    ("sweep", "show", "balance"),
    ("calibrate", "inputs", "growth in 0%..20%"),
    ("calibrate", "so_that", "imports fits observed"),
    ("robust", "among", "all"),
    ("robust", "by", "balance"),
    ("discover", "condition", "balance in 2030 < 0 USD"),
    ("why", "values", "balance"),
    ("sensitivity", "values", "balance"),
    ("test", "root", "."),
    ("chart", "output", "charts"),
    ("new", "name", "my_scenario"),
];

/// A part of a command line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LinePart {
    /// An option without its hyphens, with its value.
    Option(String, Option<String>),
    Bare(String),
}

/// A line that the parser takes.
pub(super) struct Meant {
    /// The words of the line without `mizan`.
    pub(super) words: Vec<String>,
    /// True if a part of the line is only an example.
    pub(super) example: bool,
    /// True if an option was left out.
    pub(super) dropped: bool,
}

/// Returns the line that is meant by the words of a wrong one.
pub(super) fn meant(words: &[&str]) -> Option<Meant> {
    let (first, rest) = words.split_first()?;
    let root = Mizan::command();
    let command = root.find_subcommand(first)?;
    let mut parts = read(command, rest);
    super::line_years::join_years(command, &mut parts);
    let dropped = rename(command, &mut parts);
    join_range(command, &mut parts);
    script_last(command, &mut parts);
    divide(first, &mut parts);
    place(command, &mut parts);
    let filled = fill(command, &mut parts);
    let example = complete(command, &mut parts) | filled;
    let mut line = vec![(*first).to_owned()];
    line.extend(parts.into_iter().flat_map(words_of));
    let all = std::iter::once("mizan").chain(line.iter().map(String::as_str));
    let taken = Mizan::try_parse_from(all).is_ok() && line != words && !(dropped && example);
    taken.then_some(Meant { words: line, example, dropped })
}

/// Writes a script before the question of a command behind it, where both orders mean the same.
pub(super) fn in_order(words: &[String]) -> Option<Vec<String>> {
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    let (first, rest) = texts.split_first()?;
    rest.iter().any(|word| is_script(word)).then_some(())?;
    let root = Mizan::command();
    let command = root.find_subcommand(first)?;
    let places = places(command);
    matches!(places.as_slice(), [_, "file"]).then_some(())?;
    let mut parts = read(command, rest);
    let before = parts.clone();
    script_last(command, &mut parts);
    divide(first, &mut parts);
    let unknown = |part: &LinePart| matches!(part, LinePart::Option(name, _) if option_of(command, name).is_none());
    if parts == before || parts.iter().any(unknown) {
        return None;
    }
    Some(std::iter::once((*first).to_owned()).chain(parts.into_iter().flat_map(words_of)).collect())
}

/// Finds an option of a command by its name with one or two hyphens.
pub(super) fn option_of<'c>(command: &'c Command, name: &str) -> Option<&'c Arg> {
    let short = |arg: &Arg| arg.get_short().is_some_and(|short| name.chars().eq([short]));
    command.get_arguments().find(|arg| arg.get_long() == Some(name) || short(arg))
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

/// Finds the option that a name of another program means.
fn option_meant<'c>(command: &'c Command, name: &str) -> Option<&'c Arg> {
    let lower = name.to_lowercase().replace('_', "-");
    let own = || command.get_arguments().filter_map(|arg| Some((arg.get_long()?, arg)));
    let listed = NAMES.iter().filter(|(_, names)| names.split(' ').any(|known| known == lower));
    let mut found = listed.filter_map(|(option, _)| own().find(|(long, _)| long == option));
    found
        .next()
        .or_else(|| {
            let near = nearest(&lower, own().map(|(long, _)| long)).filter(|_| lower.len() > 2)?;
            own().find(|(long, _)| *long == near)
        })
        .map(|(_, arg)| arg)
}

/// Divides the words behind a command into options and bare words.
fn read(command: &Command, rest: &[&str]) -> Vec<LinePart> {
    let mut parts = Vec::new();
    let mut words = rest.iter().copied().peekable();
    while let Some(word) = words.next() {
        let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
        let is_option =
            |name: &&str| name.starts_with(|c: char| c.is_alphabetic()) && !name.contains(' ');
        let Some(name) = name.filter(is_option) else {
            parts.push(LinePart::Bare(word.to_owned()));
            continue;
        };
        let (name, inline) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (name, None),
        };
        let known = option_of(command, name).or_else(|| option_meant(command, name));
        let format = command.get_arguments().any(|arg| arg.get_id() == "format");
        let takes = match known {
            _ if name == "color" => true,
            Some(arg) => takes_value(arg),
            None => !(format && is_format(name)),
        };
        let next =
            |next: &&str| takes && (known.is_some() || !next.starts_with('-') && !is_script(next));
        let value = inline.or_else(|| words.next_if(next).map(str::to_owned));
        parts.push(LinePart::Option(name.to_owned(), value));
    }
    parts
}

fn is_format(name: &str) -> bool {
    let meant = VALUES.iter().find(|(known, _)| *known == name).map_or(name, |(_, own)| own);
    crate::report::FORMATS.iter().any(|format| format.name == meant)
}

/// Gives the options of other programs their names in Mizan, and removes those that Mizan does not have; returns true
/// if one was removed. Values of a list get Mizan's names too.
fn rename(command: &Command, parts: &mut Vec<LinePart>) -> bool {
    let stem = stem_of(parts);
    let mut output = None;
    let before = parts.len();
    parts.retain_mut(|part| {
        let LinePart::Option(name, value) = part else { return true };
        if option_of(command, name).is_none() && name != "color" {
            match option_meant(command, name) {
                _ if is_format(name) && option_of(command, "format").is_some() => {
                    *value = Some(std::mem::replace(name, "format".to_owned()));
                }
                Some(arg) => arg.get_long().unwrap_or_default().clone_into(name),
                None => return false,
            }
        }
        let Some((arg, text)) = option_of(command, name).zip(value.as_mut()) else { return true };
        let known = arg.get_possible_values();
        let names: Vec<&str> = known.iter().map(|value| value.get_name()).collect();
        if !names.is_empty() && !names.contains(&text.as_str()) {
            let listed = VALUES.iter().find(|(other, _)| *other == text.to_lowercase());
            let listed = listed.map(|(_, own)| *own).filter(|own| names.contains(own));
            if let Some(own) = listed.or_else(|| nearest(text, names.iter().copied())) {
                own.clone_into(text);
            }
        }
        if name == "format" && matches!(text.as_str(), "xlsx" | "html" | "png" | "svg") {
            output = Some(format!("{stem}.{text}"));
        }
        if name == "scenario" && text == "all" {
            return false;
        }
        true
    });
    let dropped = parts.len() < before;
    let written = |part: &LinePart| matches!(part, LinePart::Option(name, _) if matches!(name.as_str(), "output" | "o"));
    let takes = option_of(command, "output").is_some() && command.get_name() != "chart";
    if let Some(output) = output.filter(|_| takes && !parts.iter().any(written)) {
        parts.push(LinePart::Option("output".to_owned(), Some(output)));
    }
    dropped
}

/// Returns the name of the line's script without its ending.
fn stem_of(parts: &[LinePart]) -> String {
    let file = parts.iter().find_map(|part| match part {
        LinePart::Bare(word) if is_script(word) => Path::new(word).file_stem(),
        _ => None,
    });
    file.map_or("out".into(), |stem| stem.to_string_lossy()).into_owned()
}

/// Returns the names of the bare words that a command takes.
fn places(command: &Command) -> Vec<&str> {
    command.get_positionals().map(|arg| arg.get_id().as_str()).collect()
}

/// Moves the script behind the question.
fn script_last(command: &Command, parts: &mut Vec<LinePart>) {
    let places = places(command);
    let [_, "file"] = places.as_slice() else { return };
    let bare = |part: &LinePart| matches!(part, LinePart::Bare(_));
    let words: Vec<usize> = (0..parts.len()).filter(|&n| parts.get(n).is_some_and(bare)).collect();
    let script = |n: &usize| matches!(parts.get(*n), Some(LinePart::Bare(word)) if is_script(word));
    let first = words.first().filter(|n| script(n)).copied();
    let others = words.iter().skip(1).any(script);
    if let Some(first) = first.filter(|_| words.len() > 1 && !others) {
        let file = parts.remove(first);
        parts.push(file);
    }
}

/// Divides a whole query into the arguments of its command: `growth in 0%..9% so that x >= 5`.
fn divide(command: &str, parts: &mut Vec<LinePart>) {
    let (word, option) = match command {
        "find" | "calibrate" => (" so that ", "so-that"),
        "sweep" => (" show ", "show"),
        "robust" => (" by ", "by"),
        "why" | "sensitivity" | "discover" => ("", ""),
        _ => return,
    };
    let given =
        parts.iter().any(|part| matches!(part, LinePart::Option(name, _) if name == option));
    let question = parts.iter_mut().find_map(|part| match part {
        LinePart::Bare(text) if !is_script(text) => Some(text),
        _ => None,
    });
    let Some(question) = question else { return };
    let whole = question.trim_start().strip_prefix(command).unwrap_or(question).trim_start();
    let of = ["of ", "when ", "among "].iter().find_map(|second| whole.strip_prefix(second));
    let whole = of.unwrap_or(whole).to_owned();
    let divided = whole.split_once(word).filter(|_| !word.is_empty() && !given);
    match divided {
        Some((inputs, rest)) => {
            let option = LinePart::Option(option.to_owned(), Some(rest.trim().to_owned()));
            inputs.trim().clone_into(question);
            parts.push(option);
        }
        None => *question = whole,
    }
}

/// Makes options of bare words for which the command has no place: a scenario, an edit, a condition, an output file.
/// Leaves out the name of the command a second time.
fn place(command: &Command, parts: &mut Vec<LinePart>) {
    if command.get_positionals().any(|arg| arg.get_num_args().is_some_and(|n| n.max_values() > 1)) {
        return;
    }
    let script = parts.iter().find_map(|part| match part {
        LinePart::Bare(word) if is_script(word) => Some(word.clone()),
        _ => None,
    });
    let bare = parts.iter().filter(|part| matches!(part, LinePart::Bare(_))).count();
    let mut extra = bare.saturating_sub(places(command).len());
    let mut seen = 0;
    parts.retain_mut(|part| {
        let LinePart::Bare(word) = part else { return true };
        seen += 1;
        if extra == 0 || is_script(word) || seen == 1 && places(command).len() > 1 {
            return true;
        }
        let chart = command.get_name() == "chart";
        let name = match meaning(word, script.as_deref()) {
            Leftover::Command => {
                extra -= 1;
                return false;
            }
            Leftover::Output if chart => {
                "charts".clone_into(word);
                "output"
            }
            Leftover::Output => "output",
            Leftover::Years if option_of(command, "in").is_some() => "in",
            Leftover::Years if option_of(command, "year").is_some() => "year",
            Leftover::Years => "years",
            Leftover::Condition => "so-that",
            Leftover::Edit => "set",
            Leftover::Scenario => "scenario",
            Leftover::Other => return true,
        };
        if option_of(command, name).is_some() {
            let named = scenario(word, script.as_deref()).filter(|_| name == "scenario");
            *part = LinePart::Option(name.to_owned(), Some(named.unwrap_or_else(|| word.clone())));
            extra -= 1;
        }
        true
    });
}

/// Gives options without their value an example.
fn fill(command: &Command, parts: &mut [LinePart]) -> bool {
    let stem = stem_of(parts);
    let mut filled = false;
    for part in parts {
        let LinePart::Option(name, value @ None) = part else { continue };
        let Some(arg) = option_of(command, name).filter(|arg| takes_value(arg)) else { continue };
        let long = arg.get_long().unwrap_or_default();
        let example = match (command.get_name(), long) {
            ("chart", "output") => "charts".to_owned(),
            ("report", "output") => format!("{stem}.html"),
            ("open", "output") => stem.clone(),
            (_, "output") => format!("{stem}.xlsx"),
            (_, "set") => "NAME=VALUE".to_owned(),
            (_, "draws") => "1_000".to_owned(),
            (_, "seed") => "1".to_owned(),
            (_, "format") => "json".to_owned(),
            (_, "width") => "80".to_owned(),
            (_, "scenario" | "to") => "NAME".to_owned(),
            _ => continue,
        };
        (*value, filled) = (Some(example), true);
    }
    filled
}

/// Gives an input without a range, `find duty.rate`, a range of percentages if its name says that it has them.
fn one_input(command: &Command, parts: &mut [LinePart], word: &str) {
    let Some(LinePart::Bare(name)) = parts.first_mut() else { return };
    let plain = name.chars().all(|c| c.is_alphanumeric() || "_.[], *".contains(c));
    if !plain || is_script(name) || !is_percent(name) {
        return;
    }
    let step = if command.get_name() == "sweep" { " step 10%" } else { "" };
    name.push_str(&format!(" {word} 0%..50%{step}"));
}

/// True for the name of a field that has percentages.
fn is_percent(name: &str) -> bool {
    let field = name.split('[').next().unwrap_or(name).rsplit('.').next().unwrap_or_default();
    matches!(field, "rate" | "growth" | "share" | "margin" | "equivalent")
}

/// Joins the words of a range: `sweep rate 0 50 10` is `rate over 0..50 step 10`.
fn join_range(command: &Command, parts: &mut Vec<LinePart>) {
    let (word, step) = match command.get_name() {
        "sweep" => ("over", true),
        "find" | "calibrate" => ("in", false),
        _ => return,
    };
    let number = |part: &LinePart| match part {
        LinePart::Bare(word) => {
            let digits = word.trim_end_matches('%');
            digits.parse::<f64>().is_ok().then(|| word.clone())
        }
        LinePart::Option(..) => None,
    };
    let Some(at) = parts.iter().position(|part| number(part).is_some()).filter(|&at| at > 0) else {
        return one_input(command, parts, word);
    };
    let Some(LinePart::Bare(name)) = parts.get(at - 1).filter(|_| at == 1).cloned() else { return };
    let numbers: Vec<String> = parts.iter().skip(at).map_while(number).collect();
    let percent = is_percent(&name);
    let with_sign = |number: &String| match percent && !number.ends_with('%') {
        true => format!("{number}%"),
        false => number.clone(),
    };
    let all: Vec<String> = numbers.iter().map(with_sign).collect();
    let text = match all.as_slice() {
        [low, high] if step => {
            let ends =
                [low, high].map(|end| end.trim_end_matches('%').parse::<f64>().unwrap_or(0.0));
            let sign = if low.ends_with('%') { "%" } else { "" };
            format!("{name} {word} {low}..{high} step {}{sign}", (ends[1] - ends[0]) / 5.0)
        }
        [low, high] => format!("{name} {word} {low}..{high}"),
        [low, high, step] => format!("{name} {word} {low}..{high} step {step}"),
        _ => return,
    };
    parts.splice(0..at + numbers.len(), [LinePart::Bare(text)]);
}

/// Adds the required parts that are missing; returns true if one of them is only an example.
fn complete(command: &Command, parts: &mut Vec<LinePart>) -> bool {
    let name = command.get_name();
    let mut example = false;
    let question = places(command).len() > 1 && command.get_name() != "explain";
    let lonely = |parts: &[LinePart]| {
        let words: Vec<&LinePart> =
            parts.iter().filter(|part| matches!(part, LinePart::Bare(_))).collect();
        matches!(words.as_slice(), [LinePart::Bare(word)] if is_script(word))
    };
    let first = EXAMPLES.iter().find(|(of, _, _)| *of == name);
    if let Some((.., value)) = first.filter(|_| question && lonely(parts)) {
        parts.insert(0, LinePart::Bare((*value).to_owned()));
        example = true;
    }
    let mut bare = parts.iter().filter(|part| matches!(part, LinePart::Bare(_))).count();
    for arg in command.get_arguments().filter(|arg| arg.is_required_set()) {
        let id = arg.get_id().as_str();
        let listed = EXAMPLES.iter().find(|(of, known, _)| *of == name && *known == id);
        let value = match (listed, name, id) {
            (Some((.., value)), ..) => (*value).to_owned(),
            (None, "report", "output") => format!("{}.html", stem_of(parts)),
            (None, "open", "output") => {
                let document = parts.iter().find_map(|part| match part {
                    LinePart::Bare(word) => Path::new(word).file_stem(),
                    LinePart::Option(..) => None,
                });
                document.map_or("folder".into(), |stem| stem.to_string_lossy()).into_owned()
            }
            (None, _, "file" | "files") => only_script().unwrap_or("FILE.mizan".to_owned()),
            _ => continue,
        };
        let folder = matches!((name, id), ("report" | "open" | "chart", "output") | ("test", _));
        match arg.get_long() {
            Some(long) => {
                let given = |part: &LinePart| matches!(part, LinePart::Option(name, _) if option_of(command, name).is_some_and(|found| found.get_long() == Some(long)));
                if !parts.iter().any(given) {
                    parts.push(LinePart::Option(long.to_owned(), Some(value)));
                    example |= !folder;
                }
            }
            None if bare > 0 => bare -= 1,
            None => {
                example |= !folder && (id != "file" || value == "FILE.mizan");
                parts.push(LinePart::Bare(value));
            }
        }
    }
    example
}

/// Returns the script of the current folder if there is only one.
fn only_script() -> Option<String> {
    let entries = std::fs::read_dir(".").ok()?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut scripts = names.filter(|name| name.ends_with(".mizan"));
    scripts.next().filter(|_| scripts.next().is_none())
}

fn words_of(part: LinePart) -> Vec<String> {
    match part {
        LinePart::Bare(word) => vec![word],
        LinePart::Option(name, value) => {
            let hyphens = if name.chars().count() == 1 { "-" } else { "--" };
            std::iter::once(format!("{hyphens}{name}")).chain(value).collect()
        }
    }
}
