//! Equations that read the value that they give, as assignments of other languages do: `x = x * 1.05`.
//!
//! In: an equation outside scenarios. Out: a message with last year's value, or with a change of a scenario. Such
//! an equation has a solution, often 0, so that nothing else would tell the mistake.

use super::{Checker, errors};
use crate::model::{QuantityId, YearForm};
use crate::operator::BinaryOp;
use crate::syntax::ast::{Assign, Expr, ExprKind, Reference, Suffix};

impl Checker<'_> {
    /// Reports an equation of the script that adds to its own value or multiplies it; returns true if it does. `assign`
    /// is None for the value in a declaration.
    pub(super) fn reads_itself(
        &mut self,
        id: QuantityId,
        assign: Option<&Assign>,
        value: &Expr,
    ) -> bool {
        let name = self.model.quantities[id].name.clone();
        let Some(own) = own_value(value, &name) else { return false };
        let target = assign.map_or(&Suffix::None, |assign| &assign.target.suffix);
        if own.span.source.is_builtin() || !self.same_cell(id, own, target) {
            return false;
        }
        let text = self.sources.text(own.span).trim().to_owned();
        let lagged = match text.strip_suffix(']') {
            Some(inside) => {
                format!("{}, t-1]", inside.trim_end_matches("t").trim_end_matches([' ', ',']))
            }
            None => format!(
                "{name}[{}]",
                [self.letters_of(id), vec!["t-1".to_owned()]].concat().join(", ")
            ),
        };
        let lagged = lagged.replace("[, ", "[");
        let before = self.model.quantities[id].definitions.first();
        let before = before.filter(|one| assign.is_some() && one.year_form == YearForm::All);
        let constant = before.map(|one| one.expr.constant().is_some());
        let (span, edit) = match (assign, constant) {
            // `x = 100` in the declaration is the value before the first step.
            (Some(assign), Some(true)) if assign.window.is_none() => {
                let (line, left) = (
                    self.sources.text(assign.span).trim(),
                    self.sources.text(assign.target.span).trim(),
                );
                let years = format!("{}..last", self.model.years.0 + 1);
                let target = match left.strip_suffix(']') {
                    Some(inside) => format!("{inside}, {years}]"),
                    None => format!(
                        "{left}[{}]",
                        [self.letters_of(id), vec![years]].concat().join(", ")
                    ),
                };
                let line = line.replacen(left, &target, 1);
                let (head, tail) = line.split_once('=').unwrap_or((&line, ""));
                (assign.span, format!("{head}={}", tail.replacen(&text, &lagged, 1)))
            }
            (Some(assign), Some(_)) => {
                let Some((line, edit)) = self.as_scenario(assign) else { return false };
                let same = self.sources.text(assign.target.span).trim() == text;
                let (head, tail) = edit.split_once('=').unwrap_or((&edit, ""));
                let value = if same { text.clone() } else { format!("baseline({text})") };
                (line, format!("{head}={}", tail.replacen(&text, &value, 1)))
            }
            _ => (own.span, lagged),
        };
        self.error(errors::reads_itself(own.span, &name, (span, &edit)));
        true
    }

    /// True if a reading names the cells of the left side in the same year.
    fn same_cell(&self, id: QuantityId, own: &Reference, target: &Suffix) -> bool {
        let texts = |suffix: &Suffix| match suffix {
            Suffix::Indices(list) => {
                Some(list.iter().map(|index| self.index_text(index)).collect())
            }
            Suffix::None => Some(Vec::new()),
            Suffix::Call(_) => None,
        };
        let (Some(own), Some(target)): (Option<Vec<String>>, Option<Vec<String>>) =
            (texts(&own.suffix), texts(target))
        else {
            return false;
        };
        let axes = self.model.quantities[id].axes.len();
        let now =
            own.len() == axes || own.is_empty() || own.get(axes).is_some_and(|year| year == "t");
        let elements = own.iter().take(axes).any(|index| self.elements.contains_key(index));
        let same = own.iter().zip(&target).take(axes).all(|(a, b)| a == b);
        now && same && (!elements || target.len() >= axes)
    }
}

/// Returns the reading of `name` to which an expression adds or that it multiplies: `x` in `x * 1.05 + 2` and `2 * x`.
fn own_value<'e>(value: &'e Expr, name: &str) -> Option<&'e Reference> {
    let own = |part: &'e Expr| match &part.kind {
        ExprKind::Reference(reference) if reference.dotted() == name => Some(reference),
        _ => None,
    };
    let ExprKind::Binary(first, left, right) = &value.kind else { return None };
    if let (BinaryOp::Add | BinaryOp::Multiply, Some(found)) = (first, own(right)) {
        return Some(found);
    }
    let (mut op, mut part) = (first, left);
    loop {
        let steps = matches!(op, BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply);
        match &part.kind {
            _ if !steps => return None,
            ExprKind::Binary(next, left, _) => (op, part) = (next, left),
            _ => return own(part),
        }
    }
}
