//! Changes of scenarios in years in which nothing reads the changed value.
//!
//! A starting value is read in the first year only: `base[China] = 90 mn USD in 2028..2030` changes nothing.

use crate::model::{Change, Definition, Expr, Model, QuantityId, Role, Select, Time};

/// First and last year of a reading.
type Years = (i32, i32);

/// Returns the years in which the model reads each quantity, apart from `baseline(...)`, which no scenario changes.
pub(super) fn read_years(model: &Model) -> Vec<Vec<Years>> {
    let mut found = vec![Vec::new(); model.quantities.len()];
    let changed = model.changes.iter().filter_map(|change| match &change.change {
        Change::Replace { definition, .. } => Some(definition),
        Change::Add(_) | Change::Remove(_) => None,
    });
    let definitions = model.quantities.iter().flat_map(|quantity| &quantity.definitions);
    for definition in definitions.chain(changed) {
        let mut of = |expr: &Expr| add(expr, definition.years, &mut found);
        of(&definition.expr);
        for axis in &definition.axes {
            if let Select::Computed(expr) = axis {
                of(expr);
            }
        }
    }
    let starts = model.quantities.iter().filter_map(|quantity| quantity.start.as_deref());
    for start in starts {
        add(&start.expr, model.years, &mut found);
    }
    let mut everywhere = |expr: &Expr| add(expr, model.years, &mut found);
    model.queries.iter().for_each(|query| query.ask.visit(&mut everywhere));
    model.identities.iter().for_each(|identity| identity.condition.visit(&mut everywhere));
    found
}

/// Adds the years in which an expression reads quantities when it is evaluated in the years `within`.
fn add(expr: &Expr, within: Years, found: &mut [Vec<Years>]) {
    expr.walk(&mut |part| {
        if let Expr::Read { quantity, time, .. } = part
            && let Some(found) = found.get_mut(*quantity)
        {
            let years = match *time {
                Time::Fixed(year) => (year, year),
                Time::Offset(offset) => {
                    (within.0.saturating_add(offset), within.1.saturating_add(offset))
                }
            };
            if found.last() != Some(&years) {
                found.push(years);
            }
        }
        !matches!(part, Expr::Baseline(_))
    });
}

/// Returns the years in which a given value is read, if a change of the value lies wholly outside them.
pub(super) fn missed(
    model: &Model,
    id: QuantityId,
    change: &Definition,
    read: &[Vec<Years>],
) -> Option<Years> {
    let quantity = model.quantities.get(id)?;
    if !matches!(quantity.role, Role::Param | Role::Field) || change.years == model.years {
        return None;
    }
    let read = read.get(id).filter(|read| !read.is_empty())?;
    let apart = |years: &Years| years.1 < change.years.0 || change.years.1 < years.0;
    let from = read.iter().map(|years| years.0).min()?;
    let to = read.iter().map(|years| years.1).max()?;
    read.iter().all(apart).then_some((from, to))
}
