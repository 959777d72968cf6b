//! Given values that have the right unit and are unlikely for what they mean: a duty below 0, a growth of 105% a year,
//! an elasticity in per cent, imports below 0.
//!
//! In: a given value and its quantity. Out: a warning, with the line that was probably meant.

use super::{Checker, errors};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Definition, Kind, Op, Quantity, Role};
use crate::quantity::{Dimension, hundredfold};
use crate::source::Span;

/// Growth of this share in every year, 50%, makes a value 57 times as high in ten years.
const MOST_GROWTH: f64 = 0.5;
/// Fields of money that may be below 0: flows that are stated net.
const NET: [&str; 3] = ["credit", "debit", "inflow"];

impl Checker<'_> {
    /// Returns the warning about a given value; `values` are its constants. `change` is the name of the
    /// change in a scenario.
    pub(super) fn unlikely(
        &self,
        quantity: &Quantity,
        definition: &Definition,
        values: &[f64],
        change: Option<&str>,
    ) -> Option<Diagnostic> {
        let (at, text) = self.value_of(definition.span);
        // The fields of levers have a meaning that their unit does not show.
        if quantity.role != Role::Field || definition.op == Op::Multiply {
            return None;
        }
        let name = &quantity.name;
        let field = name.rsplit('.').next().unwrap_or(name);
        match quantity.kind {
            Kind::Plain { percent: true, .. } if field == "rate" => {
                let before = change.and_then(|_| base_value(quantity));
                let after = |value: &f64| match definition.op {
                    Op::Add => before.unwrap_or(0.0) + value,
                    _ => *value,
                };
                let lowest = values.iter().map(after).find(|value| (-1.0..0.0).contains(value))?;
                // A script that begins with a subsidy means it.
                let subsidy = before.is_some_and(|before| before < 0.0);
                let fall = hundredfold(values.iter().fold(0.0, |low: f64, value| low.min(*value)));
                (!subsidy)
                    .then(|| errors::duty_below_zero(at, name, hundredfold(lowest), change, -fall))
            }
            Kind::Plain { percent: true, .. } if field == "growth" && definition.op == Op::Set => {
                // A single year of a path may well have such a growth.
                let value = definition.expr.constant().filter(|value| *value >= MOST_GROWTH)?;
                let told = |found: &Diagnostic| {
                    found.code == Code::PercentMissing && found.span() == Some(at)
                };
                if self.diagnostics.iter().any(told) {
                    return None;
                }
                Some(errors::growth_too_high(at, name, hundredfold(value)))
            }
            Kind::Plain { .. } if field == "days_saved" => {
                let all = format!("{}.days", name.strip_suffix(".days_saved")?);
                let &days = self.quantity_names.get(&all)?;
                let days = base_value(&self.model.quantities[days])?;
                let more = days > 0.0 && values.iter().any(|value| *value > days);
                more.then(|| errors::more_days_saved(at, name, &all))
            }
            Kind::Year if field == "construction" => {
                let opening = format!("{}.opens", name.strip_suffix(".construction")?);
                let &opens = self.quantity_names.get(&opening)?;
                let year = base_value(&self.model.quantities[opens])?;
                let late = values.iter().any(|value| *value > year);
                late.then(|| errors::built_after_opening(at, name, &opening))
            }
            Kind::Plain { percent: false, dimension } if dimension == Dimension::NUMBER => {
                let number = percentage(text)?;
                let (low, high) = quantity.bounds?;
                let written = text.strip_suffix('%').unwrap_or(text);
                (low..=high)
                    .contains(&number)
                    .then(|| errors::number_in_percent(at, name, text, written))
            }
            Kind::Plain { percent: false, dimension } if dimension == Dimension::MONEY => {
                let library = quantity.span.source.is_builtin();
                let below = values.iter().any(|value| *value < 0.0) && definition.op == Op::Set;
                (library && below && !NET.contains(&field))
                    .then(|| errors::amount_below_zero(at, name, text))
            }
            _ => None,
        }
    }

    /// Returns the value of a definition with its place: of a line of a scenario, `duty.rate = 5% in 2028`, what stands
    /// between its sign and its years.
    fn value_of(&self, span: Span) -> (Span, &str) {
        let text = self.sources.text(span);
        let start = text.find('=').map_or(0, |at| at + 1);
        let line = text.get(start..).unwrap_or_default();
        let end = start + line.find(" in ").unwrap_or(line.len());
        let value = text.get(start..end).unwrap_or_default();
        let start = span.range().start + start + (value.len() - value.trim_start().len());
        (Span::new(span.source, start, start + value.trim().len()), value.trim())
    }
}

/// Returns the constant value that the script gives the quantity outside scenarios.
fn base_value(quantity: &Quantity) -> Option<f64> {
    quantity.definitions.iter().find(|given| !given.default)?.expr.constant()
}

/// Returns the number before the sign of a percentage, `-1.5` of `-1.5%`.
fn percentage(text: &str) -> Option<f64> {
    text.strip_suffix('%')?.trim_end().parse().ok()
}
