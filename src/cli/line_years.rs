//! The years of a command line as other programs write them: `--from 2028 --to 2030`.

use clap::Command;

use super::line::{LinePart, option_of};

/// Writes `--from 2028 --to 2030` as `--years 2028..2030`.
pub(super) fn join_years(command: &Command, parts: &mut Vec<LinePart>) {
    const FROM: [&str; 5] = ["from", "start", "begin", "first", "start-year"];
    const TO: [&str; 6] = ["to", "end", "until", "last", "stop", "end-year"];
    let year = |part: &LinePart, names: &[&str]| match part {
        LinePart::Option(name, Some(value)) if names.contains(&name.as_str()) => {
            value.parse::<i32>().ok().filter(|year| (1000..3000).contains(year))
        }
        _ => None,
    };
    if option_of(command, "years").is_none() {
        return;
    }
    let from = parts.iter().find_map(|part| year(part, &FROM));
    let to = parts.iter().find_map(|part| year(part, &TO));
    let (Some(from), Some(to)) = (from, to) else { return };
    parts.retain(|part| year(part, &FROM).is_none() && year(part, &TO).is_none());
    parts.push(LinePart::Option("years".to_owned(), Some(format!("{from}..{to}"))));
}
