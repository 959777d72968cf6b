//! Frame of a report: title, scenarios and fixed variables above the answers, sources below them.

use crate::results::{RepeatedAmount, Report, ScenarioNote};

use super::number::NumberFormat;
use super::page::{Page, clean, left, width};

const INDENT: usize = 2;
/// Maximum number of listed amounts that hold for each cell.
const MOST_REPEATED: usize = 8;
/// Maximum width of keys after which texts are aligned.
const WIDEST_KEY: usize = 24;
/// Minimum width of an aligned text in columns; with fewer, a text follows its key directly.
const NARROWEST_TEXT: usize = 20;

/// Renders the report's title, years and currency.
pub(super) fn title(report: &Report, page: Page) -> Vec<String> {
    let mut lines: Vec<String> = match clean(&report.title).as_str() {
        "" => Vec::new(),
        title => page.wrapped(title, 0).iter().map(|line| page.title(line)).collect(),
    };
    let (first, last) = report.years;
    let years = if first == last { first.to_string() } else { format!("{first}–{last}") };
    let currency = clean(&report.currency);
    lines.push(if currency.is_empty() { years } else { format!("{years}, {currency}") });
    lines
}

/// Renders each scenario with its title; nothing if the baseline is the only one.
pub(super) fn scenarios(report: &Report, page: Page) -> Vec<String> {
    let worth_listing = |scenario: &ScenarioNote| !scenario.title.is_empty();
    if report.scenarios.len() < 2 && !report.scenarios.iter().any(worth_listing) {
        return Vec::new();
    }
    let scenarios = report.scenarios.iter();
    let entries = scenarios.map(|scenario| (clean(&scenario.name), clean(&scenario.title)));
    list("Scenarios", entries.collect(), page)
}

/// Renders the variables that scenarios fix.
pub(super) fn fixed(report: &Report, page: Page) -> Vec<String> {
    let entries = report.fixed.iter().map(|sentence| (String::new(), clean(sentence)));
    list("Changed variables", entries.collect(), page)
}

/// Renders the amounts that hold for each of several cells.
pub(super) fn repeated(report: &Report, page: Page) -> Vec<String> {
    let entry = |one: &RepeatedAmount| {
        let amount = NumberFormat::scaled(&one.unit, None, [Some(one.value)]);
        let sets: Vec<String> = one.sets.iter().map(|set| clean(set)).collect();
        let amount = amount.quantity(Some(one.value));
        let text = format!("{amount} for each {}, in {} cells", sets.join(" and "), one.cells);
        (clean(&one.name), text)
    };
    let mut entries: Vec<_> = report.repeated.iter().take(MOST_REPEATED).map(entry).collect();
    if report.repeated.len() > MOST_REPEATED {
        let more = report.repeated.len() - MOST_REPEATED;
        entries.push((String::new(), format!("and {more} more")));
    }
    list("Amounts for each cell, not totals", entries, page)
}

/// Renders the list of used sources.
pub(super) fn sources(report: &Report, page: Page) -> Vec<String> {
    let sources = report.sources.iter();
    let entries = sources.map(|note| (format!("@{}", clean(&note.key)), clean(&note.citation)));
    list("Sources", entries.collect(), page)
}

/// Renders a heading and entries; the texts are aligned after the longest key.
pub(super) fn list(heading: &str, entries: Vec<(String, String)>, page: Page) -> Vec<String> {
    if entries.is_empty() {
        return Vec::new();
    }
    let longest = entries.iter().map(|(key, _)| width(key)).max().unwrap_or(0).min(WIDEST_KEY);
    let column = if longest == 0 { INDENT } else { INDENT + longest + 2 };
    let has_room = page.width >= column + NARROWEST_TEXT;
    let (keys, indent) = if has_room { (longest, column) } else { (0, 2 * INDENT) };
    let mut lines = vec![page.title(heading)];
    for (key, text) in entries {
        let gap = if key.is_empty() { "" } else { "  " };
        let entry = format!("{}{}{gap}{text}", " ".repeat(INDENT), left(&key, keys));
        lines.extend(page.wrapped(&entry, indent));
    }
    lines
}
