//! Texts that a page and a Typst memo share.

use crate::results::{Answer, Background, Report};

use super::page::clean;
use super::{calibrate, compare, discover, find, robust, sensitivity, sweep, why};

/// Returns the title of the model; without one the name of the script.
pub(super) fn title(report: &Report, background: &Background) -> String {
    let title = clean(&report.title);
    let name = background.inputs.first().map_or("", |input| input.name.as_str());
    if title.is_empty() { clean(name) } else { title }
}

/// Formats the line above the title: `Scenario report, 2024–2035, USD`.
pub(super) fn eyebrow(report: &Report) -> String {
    let (first, last) = report.years;
    let years = if first == last { first.to_string() } else { format!("{first}–{last}") };
    let currency = clean(&report.currency);
    let comma = if currency.is_empty() { "" } else { ", " };
    format!("Scenario report, {years}{comma}{currency}")
}

/// Returns the sentence that answers a search; None for other answers.
pub(super) fn said(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Find(found) => Some(find::sentence(found)),
        Answer::Sweep { axes, tables } => Some(sweep::sentence(axes, tables)),
        Answer::Calibrate(found) => Some(calibrate::sentence(found)),
        Answer::Discover(found) => Some(discover::sentence(found)),
        Answer::Robust(found) => Some(robust::sentence(found)),
        Answer::Why { trees } => {
            Some(trees.iter().map(why::sentence).collect::<Vec<_>>().join(" "))
        }
        Answer::Sensitivity { tables } => {
            Some(tables.iter().map(sensitivity::sentence).collect::<Vec<_>>().join(" "))
        }
        Answer::Compare { comparisons, .. } => Some(compare::sentences(comparisons)),
        Answer::Show { .. }
        | Answer::Chart { .. }
        | Answer::Distribution { .. }
        | Answer::Check(_) => None,
    }
}

/// Replaces the hyphen before each number by a minus sign.
pub(super) fn with_minus(text: &str) -> String {
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = letters.next() {
        let is_sign = c == '-' && matches!(before, ' ' | '(');
        let is_number = letters.peek().is_some_and(char::is_ascii_digit);
        out.push(if is_sign && is_number { '−' } else { c });
        before = c;
    }
    out
}
