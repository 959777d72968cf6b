//! The messages of the checker, in one place so that their wording agrees.
//!
//! In: places, names, the mistake and the required form. Out: diagnostics. Nothing is looked up here.

mod calls;
mod correlations;
mod data;
mod draws;
mod equations;
mod habits;
mod levers;
mod names;
mod places;
mod scenarios;
mod search;
mod shown;
mod solve;
mod tables;
mod units;
mod unlikely;
mod years;

pub(super) use calls::*;
pub(super) use correlations::*;
pub(super) use data::*;
pub(super) use draws::*;
pub(super) use equations::*;
pub(super) use habits::*;
pub(super) use levers::*;
pub(super) use names::*;
pub(super) use places::*;
pub(super) use scenarios::*;
pub(super) use search::*;
pub(super) use shown::*;
pub(super) use solve::*;
pub(super) use tables::*;
pub(super) use units::*;
pub(super) use unlikely::*;
pub(super) use years::*;

use crate::diagnostic::Diagnostic;

/// Adds the nearest name as help, if there is one.
fn near(diagnostic: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic,
    }
}

/// Adds the nearest name as help; without one, the edit `otherwise`.
fn near_or(diagnostic: Diagnostic, name: Option<&str>, otherwise: String) -> Diagnostic {
    match name {
        Some(_) => near(diagnostic, name),
        None => diagnostic.help(otherwise),
    }
}

/// Returns index names for sets: the first letter of each set, or its whole name if two sets begin with the same
/// letter.
pub(super) fn letters(sets: &[String]) -> Vec<String> {
    let letter = |set: &String| set.chars().next().map_or(String::new(), |c| c.to_string());
    let alike = |a: &String| sets.iter().filter(|b| letter(a) == letter(b)).count() > 1;
    sets.iter().map(|set| if alike(set) { set.clone() } else { letter(set) }).collect()
}

/// Lists the first twelve names, each in backticks.
fn list(names: &[impl AsRef<str>]) -> String {
    list_of(names, 12)
}

/// Lists the first `most` names, each in backticks.
fn list_of(names: &[impl AsRef<str>], most: usize) -> String {
    let mut shown: Vec<String> =
        names.iter().take(most).map(|name| format!("`{}`", name.as_ref())).collect();
    if names.len() > most {
        shown.push("...".to_owned());
    }
    shown.join(", ")
}

/// Formats a whole number with groups of three digits: `50,000,000`.
fn grouped(number: u128) -> String {
    grouped_digits(&number.to_string())
}

/// Groups the digits before the decimal point by threes: `-1,200.5`.
pub(super) fn grouped_digits(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (digits, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut text = sign.to_owned();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}

/// Joins the names of a cycle, `a -> b -> a`; omits the middle of a long cycle.
fn way(names: &[&str]) -> String {
    const MOST: usize = 10;
    match names {
        [first @ .., last] if names.len() > MOST => {
            format!("{} -> ... -> {last}", first[..MOST - 2].join(" -> "))
        }
        _ => names.join(" -> "),
    }
}

/// Writes a quantity with its indices, `x[s, t-1]`; only its name if it has no indices.
fn indexed(name: &str, sets: &[String]) -> String {
    if sets.is_empty() { name.to_owned() } else { format!("{name}[{}]", sets.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::{grouped, letters, list, way};

    #[test]
    fn long_lists_and_large_numbers_are_shown_for_readers() {
        assert_eq!([0, 999, 1_000, 50_000_000].map(grouped), ["0", "999", "1,000", "50,000,000"]);
        assert_eq!(list(&["a", "b"]), "`a`, `b`");
        let many: Vec<String> = (0..20).map(|n| format!("n{n}")).collect();
        assert!(list(&many).ends_with("`n11`, ..."));
        let names: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(way(&names).ends_with("n7 -> ... -> n19"));
        let sets = ["sector", "partner", "stage"].map(str::to_owned);
        assert_eq!(letters(&sets), ["sector", "p", "stage"]);
    }
}
