//! Edits of given values, by statements of the script and on the command line.
//!
//! `duty.rate[machinery] = 0%` at the top level edits a part of a value that is given elsewhere.

use super::Checker;
use super::precedence::Brought;
use super::scenarios::ChangePlace;
use crate::diagnostic::Diagnostic;
use crate::model::{Definition, QuantityId, Role};
use crate::syntax::ast::{self, AssignOp, ExprKind, Index, ItemKind, Suffix};

impl<'a> Checker<'a> {
    /// Returns the edits of given values among some statements.
    pub(super) fn own_edits(&self, items: &[&'a ast::Item]) -> Vec<&'a ast::Assign> {
        let edit = |item: &&'a ast::Item| match &item.kind {
            ItemKind::Assign(assign) if self.is_edit(assign) => Some(assign),
            _ => None,
        };
        items.iter().filter_map(edit).collect()
    }

    /// True for an assignment that edits a given value: a lever's field, or a part of a parameter.
    pub(super) fn is_edit(&self, assign: &ast::Assign) -> bool {
        let id = self.quantity_names.get(&assign.target.dotted());
        match id.and_then(|&id| self.model.quantities.get(id)).map(|quantity| quantity.role) {
            Some(Role::Field) => true,
            Some(Role::Param) => assign.op != AssignOp::Set || self.named_parts(assign) > 0,
            _ => false,
        }
    }

    /// Counts the elements, years and windows that an assignment names.
    pub(super) fn named_parts(&self, assign: &ast::Assign) -> usize {
        let indices: &[Index] = match &assign.target.suffix {
            Suffix::Indices(indices) => indices,
            _ => &[],
        };
        let element =
            |name: &str| self.model.sets.iter().any(|set| set.elements.contains_key(name));
        let names = |index: &&Index| match index {
            Index::All(_) => false,
            Index::Range(_) => true,
            Index::Expr(expr) => match &expr.kind {
                ExprKind::Reference(reference) => element(&reference.dotted()),
                _ => true,
            },
        };
        indices.iter().filter(names).count() + usize::from(assign.window.is_some())
    }

    /// Applies edits to given values, the more specific ones last. A scenario that replaces such a value still replaces
    /// it.
    pub(super) fn edits<'e>(&mut self, edits: impl IntoIterator<Item = &'e ast::Assign>) {
        let mut found: Vec<(QuantityId, Definition, String)> = Vec::new();
        for edit in edits {
            // The target may belong to a lever of a scenario, and its indices may be omitted.
            self.in_scenario = true;
            self.free_slot = self.model.slots;
            let replacement = self.replacement(edit, ChangePlace::Line);
            self.in_scenario = false;
            self.free_slot = 0;
            let name = self.sources.text(edit.target.span).to_owned();
            let Some((target, definitions)) = replacement else { continue };
            found.extend(definitions.into_iter().map(|one| (target.quantity, one, name.clone())));
        }
        let brought: Vec<Brought<'_>> = found
            .iter()
            .map(|(quantity, definition, name)| Brought { quantity: *quantity, definition, name })
            .collect();
        let order = self.ranked(&brought);
        if self.diagnostics.iter().any(Diagnostic::is_error) {
            return;
        }
        for (quantity, definition, _) in order.into_iter().filter_map(|n| found.get(n)) {
            self.model.edit(*quantity, definition.clone());
        }
    }
}
