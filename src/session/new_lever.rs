//! A new lever in words: `impose a 20% tariff on cars from Turkiye from 2027`.
//!
//! In: the words, elements, amount and years of a sentence. Out: the lever in Mizan, with the amount as its first field.

use super::vocabulary::Vocabulary;
use crate::syntax::ast::{KindEntry, LeverKind};

/// Writes a lever of the kind that the first words name; the last word may be its own name.
pub(super) fn lever(
    words: &[String],
    elements: &[&str],
    amount: &str,
    (start, end): (Option<i32>, Option<i32>),
    foreign: bool,
    names: &Vocabulary<'_>,
) -> Option<String> {
    let kind_of = |words: &[String]| -> Option<&LeverKind> {
        let joined = words.join(" ");
        let mut kinds = names.kinds.iter();
        kinds.find(|kind| names.means(&joined, &kind.name.text.replace('_', " "))).copied()
    };
    let (own, kind) = match (kind_of(words), words) {
        (Some(kind), _) => (None, kind),
        (None, [head @ .., last]) => (Some(last), kind_of(head)?),
        (None, []) => return None,
    };
    // `what tariff would make the balance zero?` names no lever.
    if own.is_some_and(|own| names.quantity(std::slice::from_ref(own)).is_some()) {
        return None;
    }
    // A partner that imposes a duty does so on what is sold to it.
    let kind = match foreign {
        true => {
            names.kinds.iter().find(|own| own.name.text == format!("foreign_{}", kind.name.text))?
        }
        false => kind,
    };
    let field = kind.entries.iter().find_map(|entry| match entry {
        KindEntry::Field(field) => Some(field),
        _ => None,
    })?;
    let head = bound(kind, elements, names)?;
    let zero = format!("0{}", amount.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'));
    let value = match (start, end) {
        (None, None) => amount.to_owned(),
        _ if !field.path => return None,
        (Some(start), None) => format!("{zero} then {amount} from {start}"),
        (Some(start), Some(end)) => {
            format!("{zero} then {amount} from {start} then {zero} from {}", end + 1)
        }
        (None, Some(end)) => format!("{amount} then {zero} from {}", end + 1),
    };
    let name = match own {
        Some(own) => own.clone(),
        None => names.free(&format!("new_{}", kind.name.text)),
    };
    Some(format!("{} {name}{head} {{ {}: {value} }}", kind.name.text, field.name.text))
}

/// Writes the elements that a lever is bound to, each after its preposition; `None` if the kind is bound to no such
/// element.
pub(super) fn bound(kind: &LeverKind, elements: &[&str], names: &Vocabulary<'_>) -> Option<String> {
    let mut left = elements.to_vec();
    let mut head = String::new();
    for binding in &kind.bindings {
        let own = names.elements(&binding.set.text);
        let (these, others): (Vec<&str>, Vec<&str>) =
            left.iter().partition(|element| own.contains(element));
        left = others;
        if !these.is_empty() {
            head.push_str(&format!(" {} {}", binding.preposition.text, these.join(", ")));
        }
    }
    left.is_empty().then_some(head)
}
