//! Conditions that are multiplied or added, as spreadsheets, Stata, R and GAMS do, where a condition is 1 or 0:
//! `(x > 5) * (y > 3)`.
//!
//! In: both sides of a product or a sum. Out: the expression with `if`, as text for the help of a message.

use super::Checker;
use crate::model::BinaryOp;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};

impl Checker<'_> {
    /// Returns the expression with `if` for a product of two conditions or more, and for a sum with a condition.
    pub(super) fn counted_conditions(
        &self,
        op: BinaryOp,
        (left, right): (&Expr, &Expr),
        span: Span,
    ) -> Option<String> {
        let text = match op {
            BinaryOp::Multiply => {
                let mut factors = Vec::new();
                flatten(left, op, &mut factors);
                flatten(right, op, &mut factors);
                self.product_of(&factors)?
            }
            BinaryOp::Add | BinaryOp::Subtract => self.sum_of_conditions(op, left, right)?,
            _ => return None,
        };
        let before = self.sources.rest_before(span).trim_end();
        let whole = self.sources.text(span).trim();
        let after = self.sources.rest_of_line(span).get(whole.len()..).unwrap_or_default().trim();
        let alone = before.ends_with('=') && (after.is_empty() || after.starts_with('"'));
        let sum = op != BinaryOp::Multiply;
        Some(if alone || sum { text } else { format!("({text})") })
    }

    /// Writes a product with two conditions or more: `if a and b then x else 0`.
    fn product_of(&self, factors: &[&Expr]) -> Option<String> {
        let conditions: Vec<String> =
            factors.iter().filter_map(|one| self.written_condition(one)).collect();
        (conditions.len() > 1).then_some(())?;
        let others: Vec<&str> = factors
            .iter()
            .filter(|one| self.written_condition(one).is_none())
            .map(|one| self.sources.text(one.span).trim())
            .collect();
        let value = if others.is_empty() { "1".to_owned() } else { others.join(" * ") };
        Some(format!("if {} then {value} else 0", conditions.join(" and ")))
    }

    /// Writes each condition of a sum as its own `if`.
    fn sum_of_conditions(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Option<String> {
        let (mut terms, mut found) = (Vec::new(), false);
        signed_terms(left, "", &mut terms);
        signed_terms(right, if op == BinaryOp::Add { " + " } else { " - " }, &mut terms);
        let parts: Vec<String> = terms
            .into_iter()
            .map(|(sign, term)| {
                let mut factors = Vec::new();
                flatten(term, BinaryOp::Multiply, &mut factors);
                let own = match factors.as_slice() {
                    [one] => {
                        self.written_condition(one).map(|text| format!("if {text} then 1 else 0"))
                    }
                    several => self.product_of(several),
                };
                found |= own.is_some();
                let text = match own {
                    Some(text) => format!("({text})"),
                    None => self.sources.text(term.span).trim().to_owned(),
                };
                format!("{sign}{text}")
            })
            .collect();
        found.then(|| parts.concat())
    }

    /// Returns the text of a condition without the brackets and minus signs around it; `None` for another value.
    fn written_condition(&self, expr: &Expr) -> Option<String> {
        let inner = bare(expr);
        let text = self.sources.text(inner.span).trim();
        match &inner.kind {
            ExprKind::Binary(op, ..) if op.compares() => Some(text.to_owned()),
            ExprKind::Binary(BinaryOp::And, ..) | ExprKind::Not(_) => Some(text.to_owned()),
            ExprKind::Binary(BinaryOp::Or, ..) => Some(format!("({text})")),
            _ => None,
        }
    }
}

/// Adds the terms of a sum, each with the sign before it.
fn signed_terms<'e>(expr: &'e Expr, sign: &'static str, terms: &mut Vec<(&'static str, &'e Expr)>) {
    match &expr.kind {
        ExprKind::Binary(op @ (BinaryOp::Add | BinaryOp::Subtract), left, right) => {
            signed_terms(left, sign, terms);
            signed_terms(right, if *op == BinaryOp::Add { " + " } else { " - " }, terms);
        }
        _ => terms.push((sign, expr)),
    }
}

/// Adds the operands of a chain of one operator: `a`, `b` and `c` of `a * b * c`.
fn flatten<'e>(expr: &'e Expr, op: BinaryOp, into: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Binary(own, left, right) if *own == op => {
            flatten(left, op, into);
            flatten(right, op, into);
        }
        _ => into.push(expr),
    }
}

/// Takes brackets, and the doubled minus sign of a spreadsheet, off.
fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Group(inner) => bare(inner),
        ExprKind::Negate(one) => match &one.kind {
            ExprKind::Negate(two) if matches!(two.kind, ExprKind::Group(_)) => bare(two),
            _ => expr,
        },
        _ => expr,
    }
}
