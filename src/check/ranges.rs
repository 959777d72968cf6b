//! Given values that are wrong or probably wrong: outside their bounds, an unlikely percentage, a year
//! after the last one.

use std::collections::BTreeSet;

use super::{Checker, errors, warnings};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    ABOVE_ZERO, Change, Definition, Expr, Kind, Leg, Model, Op, Quantity, QuantityId, Role,
};
use crate::quantity::{Dimension, hundredfold};

/// Percentages above this share, 1,000%, give a warning.
const MOST_PERCENT: f64 = 10.0;

impl Checker<'_> {
    /// Checks the constant given values of the script and its scenarios against their bounds.
    pub(super) fn ranges(&mut self) {
        let mut found = Vec::new();
        let model = &self.model;
        let years = compared_with_years(model);
        for (id, quantity) in model.quantities.iter().enumerate() {
            if matches!(quantity.role, Role::Param | Role::Field) {
                for definition in quantity.definitions.iter().filter(|d| !d.default) {
                    found.extend(self.given_range(quantity, definition, years.contains(&id), None));
                }
            }
        }
        for change in &model.changes {
            if let Change::Replace { quantity, definition, .. } = &change.change
                && definition.op != Op::Solve
            {
                let (id, quantity) = (quantity, &model.quantities[*quantity]);
                let name = Some(change.name.as_str());
                found.extend(self.given_range(quantity, definition, years.contains(id), name));
            }
        }
        found.extend(super::percents::growth_factors(model));
        self.diagnostics.append(&mut found);
    }

    /// Returns the message about a given value, if its constants are wrong or unlikely. `is_year` is true for a
    /// number that is compared with years; `change` is the name of a change in a scenario.
    fn given_range(
        &self,
        quantity: &Quantity,
        definition: &Definition,
        is_year: bool,
        change: Option<&str>,
    ) -> Option<Diagnostic> {
        let is_year = is_year || quantity.kind == Kind::Year;
        let values = constants(&definition.expr);
        let unlikely = self.unlikely(quantity, definition, &values, change);
        if unlikely.is_some() || definition.op != Op::Set {
            return unlikely;
        }
        let percent = matches!(quantity.kind, Kind::Plain { percent: true, .. });
        let at = definition.span;
        if let Some((low, high)) = quantity.bounds
            && let Some(value) = values.iter().find(|value| !(low..=high).contains(*value))
        {
            if (low, high) == ABOVE_ZERO {
                return Some(errors::rate_not_positive(at, &quantity.name, Some(*value)));
            }
            let shown = |value: f64| {
                if percent { format!("{}%", hundredfold(value)) } else { value.to_string() }
            };
            let years = [low, high].iter().all(|year| in_horizon(*year, self.model.years));
            let found = errors::outside_bounds(
                at,
                &quantity.name,
                &shown(*value),
                (&shown(low), &shown(high)),
                years,
            );
            let text = self.sources.text(at).trim();
            let alone = definition.expr.constant().is_some() && !years;
            return Some(match within_bounds(text, *value, (low, high), percent) {
                Some(edit) if alone => Diagnostic { help: Vec::new(), ..found }
                    .help(format!("write `{edit}`"))
                    .fix(at, edit),
                _ => found,
            });
        }
        let told = |found: &Diagnostic| {
            found.code == Code::PercentMissing
                && found.span().is_some_and(|span| span.start >= at.start && span.end <= at.end)
        };
        if percent && !self.diagnostics.iter().any(told) {
            let odd = values.iter().find(|value| !(-1.0..=MOST_PERCENT).contains(*value));
            return odd
                .map(|value| warnings::percent_extreme(at, &quantity.name, hundredfold(*value)));
        }
        if is_year
            && let Some(year) = values.iter().find(|year| !self.model.is_calendar_year(**year))
        {
            return Some(errors::not_a_year(at, *year, self.model.years));
        }
        let never = values.iter().find(|year| **year > f64::from(self.model.years.1));
        match never {
            Some(year) if is_year => Some(warnings::year_unused(at, *year, self.model.years)),
            _ => None,
        }
    }
}

/// Returns a value within its bounds that a number outside them means: with `%`, `0.8%` for `0.8`, or with the other
/// sign, `-1.5` for an elasticity of `1.5`.
fn within_bounds(text: &str, value: f64, (low, high): (f64, f64), percent: bool) -> Option<String> {
    let plain = text.parse::<f64>().is_ok();
    let inside = |value: f64| (low..=high).contains(&value);
    if percent && plain && inside(value / 100.0) {
        return Some(format!("{text}%"));
    }
    (plain && low < 0.0 && high <= 0.0 && inside(-value)).then(|| format!("-{text}"))
}

/// True for a whole number that is a year of the horizon.
fn in_horizon(number: f64, (first, last): (i32, i32)) -> bool {
    number.fract() == 0.0 && (f64::from(first)..=f64::from(last)).contains(&number)
}

/// Returns the given numbers without a unit that an equation or query compares with the current year.
fn compared_with_years(model: &Model) -> BTreeSet<QuantityId> {
    let mut found = BTreeSet::new();
    let number = Kind::Plain { dimension: Dimension::NUMBER, percent: false };
    let mut visit = |expr: &Expr| {
        expr.walk(&mut |part| {
            if let Expr::Binary { op, left, right, .. } = part
                && op.compares()
                && let (Expr::Year(_), Expr::Read { quantity, .. })
                | (Expr::Read { quantity, .. }, Expr::Year(_)) = (&**left, &**right)
                && model.quantities[*quantity].kind == number
            {
                found.insert(*quantity);
            }
            true
        });
    };
    let changed = model.changes.iter().filter_map(|change| match &change.change {
        Change::Replace { definition, .. } => Some(definition),
        Change::Add(_) | Change::Remove(_) => None,
    });
    let own = model.quantities.iter().flat_map(|quantity| &quantity.definitions);
    own.chain(changed).for_each(|definition| visit(&definition.expr));
    model.queries.iter().for_each(|query| query.ask.visit(&mut visit));
    found
}

/// Returns the constants in a given value: its single value, or the values of its path.
pub(super) fn constants(expr: &Expr) -> Vec<f64> {
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
