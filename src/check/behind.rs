//! The given values behind a computed one, for the help of messages.

use std::collections::BTreeSet;

use super::Checker;
use crate::model::{Expr, QuantityId, Role};
use crate::syntax::ast::{Reference, Suffix};

/// Maximum number of computed quantities whose equations are searched.
const MOST_SEARCHED: usize = 200;
/// Maximum number of given values that are named.
const MOST_NAMED: usize = 6;

impl Checker<'_> {
    /// Returns the given values of the script that the equations of a quantity read, those with its unit first; true if
    /// the first one has its unit. A value with the same sets gets the indices of `reference`.
    pub(super) fn inputs_of(&self, id: QuantityId, reference: &Reference) -> (Vec<String>, bool) {
        let (mut open, mut seen) = (vec![id], BTreeSet::from([id]));
        let mut found: Vec<QuantityId> = Vec::new();
        let mut at = 0;
        while let Some(&next) = open.get(at).filter(|_| at < MOST_SEARCHED) {
            at += 1;
            let mut read = Vec::new();
            for definition in &self.model.quantities[next].definitions {
                definition.expr.walk(&mut |part| {
                    if let Expr::Read { quantity, .. } = part {
                        read.push(*quantity);
                    }
                    true
                });
            }
            for other in read.into_iter().filter(|other| seen.insert(*other)) {
                let quantity = &self.model.quantities[other];
                match quantity.role {
                    Role::Param | Role::Field
                        if quantity.lever.is_some() || !quantity.span.source.is_builtin() =>
                    {
                        found.push(other);
                    }
                    Role::Param | Role::Field => {}
                    _ => open.push(other),
                }
            }
        }
        let target = &self.model.quantities[id];
        let alike = |other: &QuantityId| self.model.quantities[*other].kind == target.kind;
        found.sort_by_key(|other| !alike(other));
        found.truncate(MOST_NAMED);
        let first = found.first().is_some_and(alike);
        let indices = match &reference.suffix {
            Suffix::Indices(_) => self.index_texts(reference),
            _ => Vec::new(),
        };
        let name = |other: QuantityId| {
            let quantity = &self.model.quantities[other];
            match quantity.axes == target.axes && indices.len() == target.axes.len() {
                true if !indices.is_empty() => format!("{}[{}]", quantity.name, indices.join(", ")),
                _ => quantity.name.clone(),
            }
        };
        (found.into_iter().map(name).collect(), first)
    }
}
