//! Edits of given values, by statements of the script and on the command line.
//!
//! `duty.rate[machinery] = 0%` at the top level edits a part of a value that is given elsewhere. As with
//! equations, an edit of a named element or of some years takes precedence over a general one.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Role;
use crate::source::Span;
use crate::syntax::ast::{self, AssignOp, ExprKind, Index, ItemKind, Suffix};

impl<'a> Checker<'a> {
    /// Returns the edits among some statements, general ones first, and reports two edits of the same part.
    pub(super) fn own_edits(&mut self, items: &[&'a ast::Item]) -> Vec<&'a ast::Assign> {
        let mut edits: Vec<&ast::Assign> = Vec::new();
        for item in items {
            let ItemKind::Assign(edit) = &item.kind else { continue };
            if !self.is_edit(edit) {
                continue;
            }
            let target = self.written_target(edit);
            let twice = |other: &&&ast::Assign| {
                other.op == AssignOp::Set
                    && edit.op == AssignOp::Set
                    && self.written_target(other) == target
            };
            if let Some(other) = edits.iter().find(twice) {
                let (name, span) = (edit.target.dotted(), other.span);
                self.error(edited_twice(edit.span, &name, span));
                continue;
            }
            edits.push(edit);
        }
        edits.sort_by_key(|edit| (self.named_parts(edit), edit.op != AssignOp::Set));
        edits
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
    fn named_parts(&self, assign: &ast::Assign) -> usize {
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

    /// The target and window of an edit as text without blanks, to recognise two edits of one part.
    fn written_target(&self, edit: &ast::Assign) -> (String, String) {
        let window = edit.window.as_ref().map_or("", |window| self.sources.text(window.span));
        let blanks = |text: &str| text.split_whitespace().collect::<String>();
        (blanks(self.sources.text(edit.target.span)), blanks(window))
    }

    /// Applies edits to given values, in order; scenarios that replace these values still do.
    pub(super) fn edits<'e>(&mut self, edits: impl IntoIterator<Item = &'e ast::Assign>) {
        for edit in edits {
            if self.diagnostics.iter().any(Diagnostic::is_error) {
                return;
            }
            // The target may be a lever that only a scenario has, and may leave out its indices.
            self.in_scenario = true;
            self.free_slot = self.model.slots;
            let found = self.replacement(edit, false);
            self.in_scenario = false;
            self.free_slot = 0;
            let Some((quantity, definitions)) = found else { continue };
            if self.diagnostics.iter().any(Diagnostic::is_error) {
                return;
            }
            for definition in definitions {
                self.model.edit(quantity, definition);
            }
        }
    }
}

fn edited_twice(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error(Code::Duplicate, format!("the same part of `{name}` is given twice"))
        .at(span, "given again")
        .and(first, "given here")
        .help("keep one of the two")
}
