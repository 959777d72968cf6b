//! Which quantities are computed at all.

use std::sync::Arc;

use super::{Layout, reads};
use crate::model::{Change, Definition, Expr, LeverId, Model, QuantityId};

/// The quantities that the runs of a model compute, and where all keep their values; the others keep 0,
/// and nothing reads them.
#[derive(Debug, Clone)]
pub struct Scope {
    needed: Vec<bool>,
    pub(super) layout: Arc<Layout>,
    /// For each lever, the quantities that are its own or that it contributes to.
    by_lever: Vec<Vec<QuantityId>>,
}

impl Scope {
    /// Everything.
    pub fn whole(model: &Model) -> Self {
        Self::with(model, true)
    }

    /// What the script itself declares or gives a value, what its queries, identities and correlations read, and
    /// what these rest on, in any run. A mistake in a script's own line is found whoever reads it; a
    /// library's quantity that nobody reads costs nothing.
    pub fn of_script(model: &Model) -> Self {
        let mut scope = Self::with(model, false);
        let mut pending: Vec<QuantityId> = Vec::new();
        pending.extend((0..model.quantities.len()).filter(|&id| model.quantities[id].own));
        asked(model, &mut |expr| reads::each(expr, &mut |id| pending.push(id)));
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
            let own = quantity.definitions.iter().chain(&quantity.start);
            for definition in own.chain(replaced[id].iter().copied()) {
                for expr in reads::expressions(definition) {
                    reads::each(expr, &mut |read| pending.push(read));
                }
            }
        }
        scope
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
        Self { needed, layout: Arc::new(Layout::new(model)), by_lever }
    }

    /// The quantities that are a lever's own or that it contributes to.
    pub(super) fn of_lever(&self, lever: LeverId) -> &[QuantityId] {
        &self.by_lever[lever]
    }

    /// True if a quantity is computed.
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
