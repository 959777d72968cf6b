//! What the check finds wrong, in one place so that the texts agree.
//!
//! In: places and names, found and required. Out: diagnostics; nothing is looked up here.

mod calls;
mod data;
mod equations;
mod levers;
mod names;
mod scenarios;
mod search;
mod solve;
mod tables;
mod units;
mod years;

pub(super) use calls::*;
pub(super) use data::*;
pub(super) use equations::*;
pub(super) use levers::*;
pub(super) use names::*;
pub(super) use scenarios::*;
pub(super) use search::*;
pub(super) use solve::*;
pub(super) use tables::*;
pub(super) use units::*;
pub(super) use years::*;

use crate::diagnostic::Diagnostic;

fn near(diagnostic: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic,
    }
}

/// The nearest name, or what to write where none is near.
fn near_or(diagnostic: Diagnostic, name: Option<&str>, otherwise: String) -> Diagnostic {
    match name {
        Some(_) => near(diagnostic, name),
        None => diagnostic.help(otherwise),
    }
}

/// How index letters stand for sets: the first letter, or the whole name where two begin alike.
fn letters(sets: &[String]) -> Vec<String> {
    let letter = |set: &String| set.chars().next().map_or(String::new(), |c| c.to_string());
    let alike = |a: &String| sets.iter().filter(|b| letter(a) == letter(b)).count() > 1;
    sets.iter().map(|set| if alike(set) { set.clone() } else { letter(set) }).collect()
}

fn list(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 12;
    let mut shown: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    if names.len() > MOST {
        shown.push("...");
    }
    shown.join(", ")
}

/// `a -> b -> a`; a long way is cut short.
fn way(names: &[&str]) -> String {
    const MOST: usize = 10;
    match names {
        [first @ .., last] if names.len() > MOST => {
            format!("{} -> ... -> {last}", first[..MOST - 2].join(" -> "))
        }
        _ => names.join(" -> "),
    }
}

fn indexed(name: &str, sets: &[String]) -> String {
    if sets.is_empty() { name.to_owned() } else { format!("{name}[{}]", sets.join(", ")) }
}
