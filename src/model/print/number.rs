//! Numbers with their units.

use crate::model::{Kind, Model};
use crate::quantity::Dimension;

/// Factors and their scale words.
const SCALES: [(f64, &str); 3] = [(1e12, "tn "), (1e9, "bn "), (1e6, "mn ")];

/// Formats a number of a kind as a script writes it: `240 mn USD`, `9.4%`, `2026`, or the name of an element.
pub(super) fn number(model: &Model, value: f64, kind: Option<Kind>) -> String {
    match kind {
        Some(Kind::Element(set)) => model.element_name(set, value as u32).to_owned(),
        Some(Kind::Plain { percent: true, .. }) => format!("{}%", short(value * 100.0)),
        Some(Kind::Points) => format!("{} pp", short(value * 100.0)),
        Some(Kind::Plain { dimension, .. }) if dimension != Dimension::NUMBER && value != 0.0 => {
            let money = dimension == Dimension::MONEY;
            let scale = SCALES.into_iter().find(|(factor, _)| money && value.abs() >= *factor);
            let (factor, word) = scale.unwrap_or((1.0, ""));
            format!("{} {word}{}", short(value / factor), dimension.name(&model.bases))
        }
        _ => short(value),
    }
}

/// Formats a number with at most twelve digits, so that 0.07 * 100 is 7.
fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let rounded: f64 = format!("{value:.11e}").parse().unwrap_or(value);
    if (1e-6..1e15).contains(&rounded.abs()) { rounded.to_string() } else { format!("{rounded:e}") }
}
