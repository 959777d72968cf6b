//! Waterfalls in a terminal: from the reference to each scenario, a bar for each part.

use crate::results::{Comparison, Difference};

use super::compare::formats;
use super::number::NumberFormat;
use super::page::{Page, clean, cut, left, right, width};
use super::spread::differs;

/// Minimum number of parts that are drawn.
const FEWEST: usize = 2;
/// Maximum number of parts that are drawn.
const MOST: usize = 40;
/// Maximum width of names in columns.
const WIDEST_NAME: usize = 32;
/// Maximum width of bars in columns.
const WIDEST_BARS: usize = 48;
/// Minimum width of bars in columns.
const NARROWEST_BARS: usize = 12;
/// Minimum span of the values, as a share of the largest one, for a scale that does not begin at 0.
const FAR_FROM_ZERO: f64 = 0.5;

/// A bar of a waterfall from one value to another.
struct Bar {
    name: String,
    number: String,
    ends: (f64, f64),
    is_total: bool,
}

/// Draws a waterfall for each scenario with parts, each below a blank line.
pub(super) fn lines(comparison: &Comparison, page: Page) -> Vec<String> {
    let mut lines = Vec::new();
    let drawn = comparison.scenarios.iter().filter(|other| {
        (FEWEST..=MOST).contains(&other.parts.len()) && other.scenario != comparison.reference
    });
    for other in drawn {
        let heads = [clean(&comparison.reference), clean(&other.scenario)];
        let bars = bars(comparison, other);
        if bars.iter().any(|bar| !(bar.ends.0.is_finite() && bar.ends.1.is_finite())) {
            continue;
        }
        lines.push(String::new());
        let [from, to] = heads;
        lines.extend(page.wrapped(&format!("from {from} to {to}"), 2));
        lines.extend(draw(&bars, page));
    }
    lines
}

/// Returns the bars from the reference to a scenario; in a simulation from 0 to the mean difference.
fn bars(comparison: &Comparison, other: &Difference) -> Vec<Bar> {
    let (format, differences) = formats(std::slice::from_ref(comparison));
    let mean = other.spread.as_ref().filter(|spread| differs(spread)).map(|spread| spread.mean);
    let start = if mean.is_some() { 0.0 } else { comparison.reference_value };
    let end = mean.unwrap_or(other.value);
    let total = |name: String, value: f64, number: String| Bar {
        name,
        number,
        ends: (0.0, value),
        is_total: true,
    };
    let mut bars = Vec::new();
    if mean.is_none() {
        let name = clean(&comparison.reference);
        bars.push(total(name, start, format.number(Some(start))));
    }
    let mut at = start;
    for part in &other.parts {
        let title = clean(&part.title);
        let name = if title.is_empty() { clean(&part.lever) } else { title };
        let (ends, number) = ((at, at + part.value), signed(&differences, part.value));
        bars.push(Bar { name, number, ends, is_total: false });
        at += part.value;
    }
    let (name, number) = match mean {
        Some(_) => ("mean difference".to_owned(), signed(&differences, end)),
        None => (clean(&other.scenario), format.number(Some(end))),
    };
    bars.push(total(name, end, number));
    bars
}

fn signed(format: &NumberFormat, value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", format.number(Some(value)))
}

fn draw(bars: &[Bar], page: Page) -> Vec<String> {
    let widest = |text: &dyn Fn(&Bar) -> usize| bars.iter().map(text).max().unwrap_or(0);
    let names = widest(&|bar| width(&bar.name)).min(WIDEST_NAME).min(page.width / 3);
    let numbers = widest(&|bar| width(&bar.number));
    let room = page.width.saturating_sub(names + numbers + 5);
    let room = room.clamp(NARROWEST_BARS, WIDEST_BARS);
    let reached = bars.iter().flat_map(|bar| match bar.is_total {
        true => [bar.ends.1, bar.ends.1],
        false => [bar.ends.0, bar.ends.1],
    });
    let reached: Vec<f64> = reached.collect();
    let (mut low, mut high) =
        reached.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &x| (l.min(x), h.max(x)));
    let has_zero = high - low >= FAR_FROM_ZERO * high.abs().max(low.abs());
    if has_zero {
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    let span = if high > low { high - low } else { 1.0 };
    let column = |value: f64| ((value - low) / span * room as f64).round() as usize;
    let line = |bar: &Bar| {
        let (from, to) = (column(bar.ends.0.min(bar.ends.1)), column(bar.ends.0.max(bar.ends.1)));
        let text = match bar.is_total {
            // A total that is cut off would be read by its length.
            true if !has_zero => {
                format!("{}┃", " ".repeat(column(bar.ends.1).min(room - 1)))
            }
            is_total => {
                let from = from.min(room - 1);
                let length = to.saturating_sub(from).max(usize::from(bar.ends.0 != bar.ends.1));
                let ink = match (is_total, bar.ends.1 < bar.ends.0) {
                    (true, _) => "█",
                    (false, false) => "▓",
                    (false, true) => "░",
                };
                format!("{}{}", " ".repeat(from), ink.repeat(length))
            }
        };
        let name = left(&cut(&bar.name, names), names);
        format!("{name}  {}  {}{text}", right(&bar.number, numbers), page.faint("│"))
    };
    bars.iter().map(|bar| line(bar).trim_end().to_owned()).collect()
}
