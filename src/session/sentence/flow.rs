//! A change of trade by a share: `raise exports by a third until 2030`, `imports double by 2030`, `exports fall by 10%`.
//!
//! Exports and imports of the trade library are sums of what levers make, and cannot be changed themselves. In: a
//! sentence about such a sum. Out: the growth of the levers with which the sum changes as the sentence says.

use super::super::target::{ChangedValue, targets};
use super::super::verbs::Verb;
use super::write::factor;
use super::{Changes, Sentence};
use crate::source::SourceMap;

impl Sentence<'_> {
    /// Writes the growth of the levers that make the value of the sentence; `None` for another value. Also returns
    /// whether the sentence means this growth, or a level for which the growth is another reading only.
    ///
    /// A scenario may change the level itself, but the prompt may not.
    pub(super) fn flow(&self, prompt: bool, sources: &SourceMap) -> Option<(Changes, bool)> {
        let (None, None, false) = (&self.from, &self.to, self.yearly) else { return None };
        let factor = match (self.verb?, &self.by) {
            (Verb::Times(factor), None) => factor.to_owned(),
            (Verb::Up, Some(by)) => factor(by, false)?,
            (Verb::Down, Some(by)) => factor(by, true)?,
            _ => return None,
        };
        let of = |yearly| targets(&self.words, &self.elements, yearly, self.names, sources);
        let (value, found) = (of(false)?, of(true)?);
        let grows = |one: &ChangedValue<'_>| {
            one.names
                .iter()
                .all(|name| name.split('[').next().unwrap_or_default().ends_with(".growth"))
        };
        let computed = value.iter().all(|one| one.computed && one.money);
        (computed && found.iter().all(grows)).then_some(())?;
        let mut lines = Vec::new();
        let (window, note) = self.window(&factor)?;
        for one in &found {
            let growth = match window {
                // A share of one year is the growth in this year.
                Window::Reached(start, end) if end == start + 1 => {
                    format!("{} in {end}", percentage(&factor)?)
                }
                Window::Reached(start, end) => {
                    let factor =
                        if factor.contains('/') { format!("({factor})") } else { factor.clone() };
                    format!("{factor} ^ (1 / {}) - 1 in {}..{end}", end - start, start + 1)
                }
                Window::Shifted(year) => {
                    let now = one.now.as_deref().unwrap_or("0%");
                    now.strip_suffix('%')?.parse::<f64>().ok()?;
                    format!("(1 + {now}) * {factor} - 1 in {year}")
                }
            };
            lines.extend(one.names.iter().map(|name| format!("{name} = {growth}")));
        }
        let reached = matches!(window, Window::Reached(start, end) if end > start + 1);
        let note = match reached || prompt {
            true => note,
            false => format!("for {}, write `{}`", other_reading(window), lines.join(", ")),
        };
        let changes = Changes { lines, note: Some(note), certain: true, baseline: false };
        Some((changes, reached || prompt))
    }

    /// Returns the years in which the value changes, and a note that says what is meant by them.
    fn window(&self, factor: &str) -> Option<(Window, String)> {
        let (first, last) = self.names.years;
        let years = &self.years;
        years.hold.is_none().then_some(())?;
        let end = years.by.or(years.end.filter(|_| !years.single));
        let end = end.or(years.count.map(|count| years.start.unwrap_or(first) + count));
        if let Some(end) = end {
            let start = years.start.unwrap_or(first);
            (start < end && end <= last).then_some(())?;
            let note = format!(
                "this is the growth a year with which the value of {end} is {factor} times that of {start}, unless \
                 other levers move it too"
            );
            return Some((Window::Reached(start, end), note));
        }
        let year = years.start.unwrap_or(first + 1);
        (year > first && year <= last).then_some(())?;
        if years.single {
            let note = format!(
                "this is the growth of {year}: the value is {factor} times that of {}",
                year - 1
            );
            return Some((Window::Reached(year - 1, year), note));
        }
        let note =
            format!("from {year} on the value is {factor} times what it is without the change");
        Some((Window::Shifted(year), note))
    }
}

/// The years in which a value changes.
#[derive(Clone, Copy)]
enum Window {
    /// The factor is that of the value of the second year over that of the first one.
    Reached(i32, i32),
    /// The factor is that of all values from a year on over those without the change.
    Shifted(i32),
}

/// Says what a growth means that is not offered.
fn other_reading(window: Window) -> String {
    match window {
        Window::Reached(_, year) => format!("a growth of {year}, which later years keep"),
        Window::Shifted(year) => format!("a higher or lower level from {year} on, by growth"),
    }
}

/// Returns the growth of a factor: `10%` for `1.1`.
fn percentage(factor: &str) -> Option<String> {
    match factor.parse::<f64>() {
        Ok(factor) => Some(format!("{}%", ((factor - 1.0) * 1e9).round() / 1e7)),
        Err(_) => Some(format!("{factor} - 1")),
    }
}
