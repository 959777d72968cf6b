//! What a run has of the model: its levers, its replaced values, and so its definitions.

use std::collections::BTreeMap;

use crate::model::{Change, ChangeId, Definition, LeverId, Model, Op, QuantityId, Role};

use super::{Point, Scope};

/// The levers and definitions of one run.
#[derive(Debug)]
pub struct Selection<'a> {
    /// The model.
    pub model: &'a Model,
    levers: Vec<bool>,
    replaced: Vec<Vec<&'a Definition>>,
    /// The active contributions to each factor and total, in the order of their levers' names: the
    /// order of the script changes no number.
    contributions: Vec<Vec<&'a Definition>>,
}

impl<'a> Selection<'a> {
    /// The baseline with some changes, applied in their order.
    pub fn new(model: &'a Model, changes: &[ChangeId]) -> Self {
        let levers = levers(model, changes);
        let mut replaced = vec![Vec::new(); model.quantities.len()];
        for (quantity, definition) in replacements(model, changes) {
            replaced[quantity].push(definition);
        }
        let active = |d: &&Definition| d.lever.is_none_or(|lever| levers[lever]);
        let name = |d: &&'a Definition| d.lever.map(|lever| model.levers[lever].name.as_str());
        let contributions = model.quantities.iter().map(|quantity| {
            let mut all: Vec<&'a Definition> = Vec::new();
            if matches!(quantity.role, Role::Factor | Role::Total) {
                all.extend(quantity.definitions.iter().filter(active));
                all.sort_by_key(name);
            }
            all
        });
        let contributions = contributions.collect();
        Self { model, levers, replaced, contributions }
    }

    /// Every definition of a quantity that this run may use.
    pub fn all(&self, quantity: QuantityId) -> impl Iterator<Item = &'a Definition> {
        let own = self.model.quantities[quantity].definitions.iter();
        let active = |d: &&Definition| d.lever.is_none_or(|lever| self.levers[lever]);
        own.filter(active).chain(self.replaced[quantity].iter().copied())
    }

    /// True if a lever is part of the run.
    pub fn has_lever(&self, lever: LeverId) -> bool {
        self.levers[lever]
    }

    /// For each quantity, true if this run defines it otherwise than one with other changes does.
    pub(super) fn differences(&self, other: &[ChangeId], scope: &Scope) -> Vec<bool> {
        let mut differs = vec![false; self.model.quantities.len()];
        let theirs = levers(self.model, other);
        let moved = (0..theirs.len()).filter(|&lever| self.levers[lever] != theirs[lever]);
        for &quantity in moved.flat_map(|lever| scope.of_lever(lever)) {
            differs[quantity] = true;
        }
        let mut theirs: BTreeMap<QuantityId, Vec<&Definition>> = BTreeMap::new();
        for (quantity, definition) in replacements(self.model, other) {
            theirs.entry(quantity).or_default().push(definition);
        }
        for (quantity, own) in self.replaced.iter().enumerate() {
            let theirs = theirs.get(&quantity).map_or(&[][..], Vec::as_slice);
            let same = own.len() == theirs.len()
                && own.iter().zip(theirs).all(|(a, b)| std::ptr::eq(*a, *b));
            differs[quantity] |= !same;
        }
        differs
    }

    /// True if the lever that a quantity belongs to is part of the run.
    pub fn has(&self, quantity: QuantityId) -> bool {
        self.model.quantities[quantity].lever.is_none_or(|lever| self.levers[lever])
    }

    /// What a quantity is without any definition.
    pub fn neutral(&self, quantity: QuantityId) -> f64 {
        if self.model.quantities[quantity].role == Role::Factor { 1.0 } else { 0.0 }
    }

    /// The definitions that make the value at a point, in the order in which they apply.
    pub fn definitions(&self, point: &Point, found: &mut Vec<&'a Definition>) {
        found.clear();
        if !self.has(point.quantity) {
            return;
        }
        let quantity = &self.model.quantities[point.quantity];
        let here = |d: &&Definition| d.covers(self.model, &point.cell, point.year);
        if matches!(quantity.role, Role::Factor | Role::Total) {
            found.extend(self.contributions[point.quantity].iter().copied().filter(here));
        } else {
            let chosen = if quantity.choice.is_empty() {
                0
            } else {
                let at = self.model.position(quantity, &point.cell, point.year);
                quantity.choice.get(at).map_or(0, |&n| n as usize)
            };
            found.extend(quantity.definitions.get(chosen));
        }
        for definition in self.replaced[point.quantity].iter().copied().filter(here) {
            if definition.op == Op::Set {
                found.clear();
            }
            found.push(definition);
        }
    }
}

/// Which levers a run with some changes has.
fn levers(model: &Model, changes: &[ChangeId]) -> Vec<bool> {
    let mut levers: Vec<bool> = model.levers.iter().map(|lever| lever.in_baseline).collect();
    for &change in changes {
        match model.changes[change].change {
            Change::Add(lever) => levers[lever] = true,
            Change::Remove(lever) => levers[lever] = false,
            Change::Replace { .. } => {}
        }
    }
    levers
}

/// The values that some changes replace, in their order.
fn replacements<'a>(
    model: &'a Model,
    changes: &[ChangeId],
) -> impl Iterator<Item = (QuantityId, &'a Definition)> {
    changes.iter().filter_map(|&change| match &model.changes[change].change {
        Change::Replace { quantity, definition, .. } => Some((*quantity, definition)),
        _ => None,
    })
}
