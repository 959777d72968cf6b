//! The number of terms that the reductions of a model compute: sums, products, means, greatest values.

use super::{Checker, errors};
use crate::model::{Change, Definition, Expr, Model, Select, SetId};
use crate::source::Span;

/// Maximum number of terms of a value, because a reduction holds its terms in memory.
pub(super) const MOST_TERMS: u128 = 50_000_000;
/// Maximum number of terms of all values of a run: about a minute of work.
pub(super) const MOST_TERMS_OF_RUN: u128 = 2_000_000_000;

/// A number of terms, and the place of the reduction with the largest share of them.
#[derive(Debug, Clone, Copy, Default)]
struct Terms {
    count: u128,
    largest: Option<(u128, Span)>,
}

impl Terms {
    fn add(&mut self, other: Self, times: u128) {
        self.count = self.count.saturating_add(other.count.saturating_mul(times));
        if let Some((count, span)) = other.largest {
            let count = count.saturating_mul(times);
            if self.largest.is_none_or(|(largest, _)| count > largest) {
                self.largest = Some((count, span));
            }
        }
    }
}

impl Checker<'_> {
    /// Reports reductions with too many terms: in one value, in one query, or in the whole run.
    pub(super) fn terms(&mut self) {
        let model = &self.model;
        let quantities = model.quantities.iter().flat_map(|quantity| &quantity.definitions);
        let changes = model.changes.iter().filter_map(|change| match &change.change {
            Change::Replace { definition, .. } => Some(definition),
            Change::Add(_) | Change::Remove(_) => None,
        });
        let mut found = Vec::new();
        let mut run = Terms::default();
        for definition in quantities.chain(changes) {
            let one = of_expr(model, &definition.expr);
            found.extend(too_many(one, MOST_TERMS));
            run.add(one, cells(model, definition));
        }
        for query in &model.queries {
            let runs = query.scenarios.len().max(1) * query.years.count();
            for question in query.ask.questions() {
                let one = of_expr(model, &question.expr);
                found.extend(too_many(one, MOST_TERMS));
                let mut all = Terms::default();
                all.add(one, product(model, question.loops.iter().map(|&(_, set)| set)));
                run.add(all, runs as u128);
            }
        }
        if found.is_empty()
            && let Some((span, count)) = too_many(run, MOST_TERMS_OF_RUN)
        {
            self.error(errors::terms(span, count, MOST_TERMS_OF_RUN, "all values of the run"));
        }
        for (span, count) in found {
            self.error(errors::terms(span, count, MOST_TERMS, "one value"));
        }
    }
}

/// Returns the place and the number of terms if the number is above `most`.
fn too_many(terms: Terms, most: u128) -> Option<(Span, u128)> {
    let (_, span) = terms.largest.filter(|_| terms.count > most)?;
    Some((span, terms.count))
}

/// Counts the terms of all reductions in an expression; inner reductions are computed once for each outer term.
fn of_expr(model: &Model, expr: &Expr) -> Terms {
    let mut total = Terms::default();
    expr.walk(&mut |part| {
        let Expr::Reduce { loops, filter, body, span, .. } = part else { return true };
        let size = product(model, loops.iter().map(|&(_, set)| set));
        let mut inner = of_expr(model, body);
        inner.add(filter.as_deref().map_or_else(Terms::default, |part| of_expr(model, part)), 1);
        inner.count = inner.count.saturating_add(1);
        if inner.largest.is_none() {
            inner.largest = Some((1, *span));
        }
        total.add(inner, size);
        false
    });
    total
}

/// Counts the values that a definition gives, including the further loops of a contribution.
fn cells(model: &Model, definition: &Definition) -> u128 {
    let axes = definition.axes.iter().filter_map(|axis| match axis {
        Select::Each(_, set) => Some(*set),
        Select::One(_) | Select::Computed(_) => None,
    });
    let extra = definition.extra.iter().map(|&(_, set)| set);
    let (from, to) = definition.years;
    let years = (to - from + 1).max(0) as u128;
    product(model, axes.chain(extra)).saturating_mul(years)
}

/// Returns the product of the sizes of sets.
fn product(model: &Model, sets: impl Iterator<Item = SetId>) -> u128 {
    let size = |set: SetId| model.sets[set].members.len() as u128;
    sets.map(size).fold(1, u128::saturating_mul)
}
