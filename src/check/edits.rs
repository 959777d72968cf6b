//! Values replaced on the command line, as if the script's own lines were edited.

use super::Checker;
use crate::diagnostic::Diagnostic;
use crate::syntax::ast;

impl Checker<'_> {
    /// Replaces given values, in order; the scenarios that replace them still do so.
    pub(super) fn edits(&mut self, edits: &[ast::Assign]) {
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
