//! The scope of a model's runs: the quantities that they compute.

use std::sync::Arc;

use super::planned::Planned;
use super::{Layout, rule};
use crate::model::{Change, Definition, Expr, LeverId, Model, QuantityId};

/// The quantities that the runs of a model compute, and the positions of all values. Other quantities keep
/// 0, and nothing reads them.
#[derive(Debug, Clone)]
pub struct Scope {
    needed: Vec<bool>,
    pub(super) layout: Arc<Layout>,
    /// For each lever: the quantities that belong to it, and those to which it contributes.
    by_lever: Vec<Vec<QuantityId>>,
    pub(super) planned: Planned,
}

impl Scope {
    /// Makes a scope of all quantities.
    pub fn whole(model: &Model) -> Self {
        Self::with(model, true)
    }

    /// Returns the quantities that the script itself declares or gives a value, the quantities that its
    /// queries, identities and correlations read, and all quantities that any of these read in any run. So a
    /// mistake in a line of the script is found even if nothing reads its quantity, and an unused quantity of
    /// a library costs nothing.
    pub fn of_script(model: &Model) -> Self {
        let mut scope = Self::with(model, false);
        let mut pending: Vec<QuantityId> = Vec::new();
        pending.extend((0..model.quantities.len()).filter(|&id| model.quantities[id].own));
        asked(model, &mut |expr| rule::each_read(expr, &mut |id| pending.push(id)));
        let varied = model.queries.iter().flat_map(|query| query.ask.inputs());
        pending.extend(varied.map(|input| input.quantity));
        let mut replaced: Vec<Vec<&Definition>> = vec![Vec::new(); model.quantities.len()];
        for change in &model.changes {
            if let Change::Replace { quantity, definition, .. } = &change.change {
                replaced[*quantity].push(definition);
                pending.push(*quantity);
            }
        }
        while let Some(id) = pending.pop() {
            if std::mem::replace(&mut scope.needed[id], true) {
                continue;
            }
            let quantity = &model.quantities[id];
            let own = quantity.definitions.iter().chain(quantity.start.as_deref());
            for definition in own.chain(replaced[id].iter().copied()) {
                for expr in rule::expressions(definition) {
                    rule::each_read(expr, &mut |read| pending.push(read));
                }
            }
        }
        scope
    }

    /// Tells for each quantity whether a query, an identity or a correlation reads it itself.
    pub fn read_by_queries(model: &Model) -> Vec<bool> {
        let mut read = vec![false; model.quantities.len()];
        asked(model, &mut |expr| rule::each_read(expr, &mut |id| read[id] = true));
        read
    }

    fn with(model: &Model, needed: bool) -> Self {
        let needed = vec![needed; model.quantities.len()];
        let mut by_lever = vec![Vec::new(); model.levers.len()];
        for (id, quantity) in model.quantities.iter().enumerate() {
            let contributing = quantity.definitions.iter().filter_map(|one| one.lever);
            for lever in contributing.chain(quantity.lever) {
                by_lever[lever].push(id);
            }
        }
        Self { needed, layout: Arc::new(Layout::new(model)), by_lever, planned: Planned::default() }
    }

    /// Returns the quantities that belong to a lever or to which the lever contributes.
    pub(super) fn of_lever(&self, lever: LeverId) -> &[QuantityId] {
        &self.by_lever[lever]
    }

    /// True if the quantity is in the scope, and so is computed.
    pub fn has(&self, quantity: QuantityId) -> bool {
        self.needed[quantity]
    }
}

/// Calls `visit` for every expression of a query, an identity or a correlation.
fn asked(model: &Model, visit: &mut impl FnMut(&Expr)) {
    model.queries.iter().for_each(|query| query.ask.visit(visit));
    model.identities.iter().for_each(|identity| identity.condition.visit(visit));
    model.correlations.iter().flat_map(|correlation| &correlation.of).for_each(visit);
}
