//! Given values that are wrong or probably wrong: outside their bounds, an unlikely percentage, a year
//! after the last one.

use super::kinds::is_near;
use super::{Checker, errors, warnings};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Change, Definition, Expr, Kind, Leg, Op, Quantity, Role};

/// Percentages above this share, 1,000%, give a warning.
const MOST_PERCENT: f64 = 10.0;

impl Checker<'_> {
    /// Checks all constant given values of the script and its scenarios.
    pub(super) fn ranges(&mut self) {
        let mut found = Vec::new();
        let model = &self.model;
        for quantity in &model.quantities {
            if matches!(quantity.role, Role::Param | Role::Field) {
                for definition in quantity.definitions.iter().filter(|d| !d.default) {
                    found.extend(self.given_range(quantity, definition));
                }
            }
        }
        for change in &model.changes {
            if let Change::Replace { quantity, definition, .. } = &change.change
                && definition.op == Op::Set
            {
                found.extend(self.given_range(&model.quantities[*quantity], definition));
            }
        }
        found.extend(super::percents::growth_factors(model));
        self.diagnostics.append(&mut found);
    }

    /// Returns the message about a given value, if its constants are wrong or unlikely.
    fn given_range(&self, quantity: &Quantity, definition: &Definition) -> Option<Diagnostic> {
        let values = constants(&definition.expr);
        let percent = matches!(quantity.kind, Kind::Plain { percent: true, .. });
        let at = definition.span;
        if let Some((low, high)) = quantity.bounds
            && let Some(value) = values.iter().find(|value| !(low..=high).contains(*value))
        {
            let shown = |value: f64| {
                if percent { format!("{}%", errors::hundredfold(value)) } else { value.to_string() }
            };
            return Some(errors::outside_bounds(
                at,
                &quantity.name,
                &shown(*value),
                (&shown(low), &shown(high)),
            ));
        }
        let told = |found: &Diagnostic| {
            found.code == Code::PercentMissing
                && found.span().is_some_and(|span| span.start >= at.start && span.end <= at.end)
        };
        if percent && !self.diagnostics.iter().any(told) {
            let odd = values.iter().find(|value| !(-1.0..=MOST_PERCENT).contains(*value));
            return odd.map(|value| {
                warnings::percent_extreme(at, &quantity.name, errors::hundredfold(*value))
            });
        }
        if quantity.kind == Kind::Year
            && let Some(year) = values.iter().find(|year| !is_near(**year, self.model.years))
        {
            return Some(errors::not_a_year(at, *year, self.model.years));
        }
        let never = values.iter().find(|year| **year > f64::from(self.model.years.1));
        match never {
            Some(year) if quantity.kind == Kind::Year => {
                Some(warnings::year_unused(at, *year, self.model.years))
            }
            _ => None,
        }
    }
}

/// The constants of a given value: its own, or those of its path.
fn constants(expr: &Expr) -> Vec<f64> {
    match expr {
        Expr::Path { first, legs } => {
            let legs = legs.iter().map(|leg| match leg {
                Leg::Move { to, .. } | Leg::Step { to, .. } => to,
            });
            [first.as_ref()].into_iter().chain(legs).filter_map(Expr::constant).collect()
        }
        Expr::Points(points) => points.iter().filter_map(|(_, value)| value.constant()).collect(),
        other => other.constant().into_iter().collect(),
    }
}
