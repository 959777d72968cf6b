//! The unknowns of `solve`: those that are not declared, have an equation already, lack their index or are left out.
//!
//! In: a statement `solve`. Out: a message with the whole statement, if the text of the script shows which is meant.

use super::{Checker, errors};
use crate::diagnostic::Diagnostic;
use crate::model::Role;
use crate::source::Span;
use crate::syntax::ast::{self, Suffix};

impl Checker<'_> {
    /// Returns the message for a statement of the script whose unknowns are wrong.
    pub(super) fn wrong_unknowns(&self, solve: &ast::Solve) -> Option<Diagnostic> {
        if solve.span.source.is_builtin() {
            return None;
        }
        let text = self.sources.text(solve.span).trim_end();
        let names: Vec<String> =
            solve.unknowns.iter().map(|(unknown, _)| unknown.dotted()).collect();
        if let Some((unknown, _)) = solve.unknowns.iter().find(|(unknown, _)| {
            unknown.path.len() == 1 && !self.quantity_names.contains_key(&unknown.dotted())
        }) {
            let name = unknown.dotted();
            return self
                .nearest(&name, self.quantity_names.keys().map(String::as_str))
                .is_none()
                .then(|| errors::solve_undeclared(unknown.span, solve.span, &name, text));
        }
        if let Some(edit) = self.with_unknown_indices(solve, text) {
            let (unknown, _) = solve.unknowns.first()?;
            return Some(errors::solve_edit(
                unknown.span,
                solve.span,
                "an unknown with an index has it on both sides",
                &edit,
            ));
        }
        let (unknowns, conditions) = (names.len(), solve.conditions.len());
        let listed = if unknowns > conditions {
            let kept: Vec<String> =
                names.iter().filter(|name| !self.has_equation(name, solve.span)).cloned().collect();
            (kept.len() == conditions).then_some(kept)?
        } else if unknowns < conditions {
            let more: Vec<String> = self.open_variables(text, solve.span, &names);
            (unknowns + more.len() == conditions).then(|| [names.as_slice(), &more].concat())?
        } else {
            return None;
        };
        let rest = text.split_once("so that").map(|(_, rest)| rest.trim())?;
        let edit = format!("solve {} so that {rest}", listed.join(", "));
        let message = match unknowns > conditions {
            true => "an unknown has an equation already",
            false => "an unknown of the conditions is not named",
        };
        Some(errors::solve_edit(solve.span, solve.span, message, &edit))
    }

    /// True if a line of the script gives a variable its equation.
    fn has_equation(&self, name: &str, at: Span) -> bool {
        let file = &self.sources.file(at.source).text;
        let gives = |line: &str| {
            let line = line.trim_start();
            let line = line.strip_prefix("var ").map_or(line, str::trim_start);
            let rest = line.strip_prefix(name).map(str::trim_start);
            rest.is_some_and(|rest| {
                let head = rest.split('=').next().unwrap_or_default().trim();
                let own = head.is_empty() || head.starts_with(['[', ':']);
                own && rest.contains('=') && !rest.contains("==")
            })
        };
        file.lines().any(gives)
    }

    /// Returns the variables in a text that have no equation, except those in `known`.
    fn open_variables(&self, text: &str, at: Span, known: &[String]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            let id = self.quantity_names.get(word);
            let is_variable =
                id.is_some_and(|&id| self.model.quantities[id].role == Role::Variable);
            let taken = known.iter().chain(&found).any(|name| name == word);
            if is_variable && !taken && !self.has_equation(word, at) {
                found.push(word.to_owned());
            }
        }
        found
    }

    /// Returns the statement with the index of an unknown that has none: `solve p[r] so that 100 - 2*p[r] == 3*p[r]`.
    fn with_unknown_indices(&self, solve: &ast::Solve, text: &str) -> Option<String> {
        let mut edit = text.to_owned();
        for (unknown, _) in &solve.unknowns {
            let name = unknown.dotted();
            let id = *self.quantity_names.get(&name)?;
            if unknown.suffix != Suffix::None || self.model.quantities[id].axes.is_empty() {
                continue;
            }
            let letters = self.letters_of(id).join(", ");
            edit = indexed(&edit, &name, &letters);
        }
        (edit != text).then_some(edit)
    }
}

/// Adds indices to each name in a text that has none.
fn indexed(text: &str, name: &str, letters: &str) -> String {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let whole = !before.ends_with(part) && !after.starts_with(part);
        out.push_str(before);
        out.push_str(name);
        if whole && !after.starts_with('[') {
            out.push_str(&format!("[{letters}]"));
        }
        rest = after;
    }
    out + rest
}
