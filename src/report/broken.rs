//! The notice about identities that do not hold, at the head of a report.

use crate::results::BrokenIdentity;

use super::number::NumberFormat;
use super::page::{Page, clean};
use super::scale::Scale;
use super::sources::list;

/// Significant digits of both sides of an identity.
const SIGNIFICANT: i32 = 4;
const SIGNIFICANT_DIFFERENCE: i32 = 2;

/// Renders the identities that do not hold; nothing if all hold.
pub(super) fn lines(broken: &[BrokenIdentity], page: Page) -> Vec<String> {
    let entry = |one: &BrokenIdentity| (clean(&one.identity), sentence(one));
    list(heading(broken), broken.iter().map(entry).collect(), page)
}

/// Makes the notice at the head of a document: a heading, and one line per identity that does not hold. None if all
/// hold.
pub(super) fn mark(broken: &[BrokenIdentity]) -> Option<(&'static str, Vec<String>)> {
    let line = |one: &BrokenIdentity| format!("{}: {}", clean(&one.identity), sentence(one));
    (!broken.is_empty()).then(|| (heading(broken), broken.iter().map(line).collect()))
}

fn heading(broken: &[BrokenIdentity]) -> &'static str {
    match broken.len() {
        1 => "An identity does not hold, so the results contradict the script",
        _ => "Identities do not hold, so the results contradict the script",
    }
}

/// Formats one line of the notice: `China, open, 2026: 110 mn USD against 100 mn USD, the first of 3 cells`.
fn sentence(broken: &BrokenIdentity) -> String {
    let sides = || [Some(broken.left), broken.right];
    let difference = broken.right.map(|right| broken.left - right);
    let format = NumberFormat::scaled(&broken.unit, Scale::named_in(&broken.condition), sides())
        .at_least(SIGNIFICANT, sides())
        .at_least(SIGNIFICANT_DIFFERENCE, [difference]);
    let elements = broken.elements.iter().map(|element| clean(element));
    let scenario = match clean(&broken.combination) {
        none if none.is_empty() => clean(&broken.scenario),
        combination => format!("{} {combination}", clean(&broken.scenario)),
    };
    let place: Vec<String> = elements.chain([scenario, broken.year.to_string()]).collect();
    let mut text = format!("{}: {}", place.join(", "), format.quantity(Some(broken.left)));
    if let Some(right) = broken.right {
        text.push_str(&format!(" against {}", format.quantity(Some(right))));
    }
    if broken.failing > 1 {
        text.push_str(&format!(", the first of {} cells", broken.failing));
    }
    text
}
