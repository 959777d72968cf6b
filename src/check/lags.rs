//! The year of a reading, `x[t-1]`, and the length of a lag that a parameter gives, `x[t - delay]`.
//!
//! The order of evaluation is planned before a run, so the length is read from the script while it is checked, and no
//! scenario or query may change the parameter.

use std::collections::BTreeMap;

use super::expr::Env;
use super::{Checker, errors};
use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, Change, Expr, Kind, QuantityId, Time};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast::{self, AssignOp, ExprKind, Index, ItemKind, Suffix};

/// Reads the parameters without an index whose value is one whole number; an edit of the command line replaces the
/// value.
pub(super) fn whole_parameters(
    items: &[&ast::Item],
    edits: &[ast::Assign],
) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    for item in items {
        if let ItemKind::Quantity(quantity) = &item.kind
            && quantity.axes.is_none()
            && let Some(number) = quantity.value.as_ref().and_then(whole)
        {
            found.insert(quantity.name.text.clone(), number);
        }
    }
    for edit in edits {
        let known = found.get_mut(&edit.target.dotted());
        if let (Some(known), Some(number)) = (known, new_length(edit)) {
            *known = number;
        }
    }
    found
}

/// The whole number that an edit gives to a whole parameter.
pub(super) fn new_length(edit: &ast::Assign) -> Option<f64> {
    let whole_value = matches!(edit.target.suffix, Suffix::None) && edit.window.is_none();
    (whole_value && edit.op == AssignOp::Set).then(|| whole(&edit.value)).flatten()
}

fn whole(value: &ast::Expr) -> Option<f64> {
    match &value.kind {
        ExprKind::Number(number) if number.unit.is_none() && !number.percent => {
            Some(number.value).filter(|value| value.fract() == 0.0)
        }
        _ => None,
    }
}

impl Checker<'_> {
    /// Resolves the index of a year: `t`, `t-1`, `first`, `2024`. An offset must be constant, because the
    /// order of evaluation is planned before the run.
    pub(super) fn time_index(&mut self, index: &Index, env: &mut Env) -> Option<Time> {
        let expr = match index {
            Index::Expr(expr) => expr,
            Index::All(span) | Index::Range(ast::Range { span, .. }) => {
                self.error(errors::not_a_time(*span));
                return None;
            }
        };
        let mut inner = Env { offset: env.offset, fixed: env.fixed, ..Env::default() };
        let (value, kind) = self.expr(expr, &mut inner, Some(Kind::Year));
        if kind == Kind::Unknown {
            return None;
        }
        if matches!(kind, Kind::Plain { dimension, .. } if dimension != Dimension::NUMBER) {
            self.error(errors::not_a_time(expr.span));
            return None;
        }
        let (rest, offset) = self.steps(&value, expr.span)?;
        match (rest, value.constant()) {
            (_, Some(year)) if year.fract() == 0.0 && year.abs() <= 9999.0 => {
                Some(Time::Fixed(year as i32))
            }
            (Expr::Year(Time::Offset(start)), _) => {
                Some(Time::Offset(start.saturating_add(offset)))
            }
            (Expr::Year(Time::Fixed(start)), _) => Some(Time::Fixed(start.saturating_add(offset))),
            (Expr::Binary { right, .. }, _) => {
                let read = match &**right {
                    Expr::Read { quantity, .. } => self.model.quantities.get(*quantity),
                    _ => None,
                };
                self.error(match read {
                    Some(quantity) => errors::lag_not_known(expr.span, &quantity.name),
                    None => errors::not_a_time(expr.span),
                });
                None
            }
            _ => {
                self.error(errors::not_a_time(expr.span));
                None
            }
        }
    }

    /// Adds up the steps of `t + 1 - 3`; returns the year at their left and the sum. Reports a step that is not a whole
    /// number.
    fn steps<'e>(&mut self, value: &'e Expr, span: Span) -> Option<(&'e Expr, i32)> {
        let (mut rest, mut offset) = (value, 0_i32);
        while let Expr::Binary { op, left, right, .. } = rest {
            if !matches!(op, BinaryOp::Add | BinaryOp::Subtract) {
                break;
            }
            let Some(step) = self.lag_length(right, span) else { break };
            if step.fract() != 0.0 {
                self.error(errors::fractional_lag(span, step));
                return None;
            }
            let step = step as i32;
            offset = match op {
                BinaryOp::Add => offset.saturating_add(step),
                _ => offset.saturating_sub(step),
            };
            rest = left;
        }
        Some((rest, offset))
    }

    /// Returns the number of years that a part of a year's index adds or subtracts: a constant, or a parameter with one
    /// whole number. None if the number is not known before the run.
    pub(super) fn lag_length(&mut self, part: &Expr, span: Span) -> Option<f64> {
        let Expr::Read { quantity, .. } = part else { return part.constant() };
        let name = self.model.quantities.get(*quantity)?.name.clone();
        let length = self.whole_parameters.get(&name).copied()?;
        self.model.lag_lengths.insert(*quantity);
        let changes = |change: &Change| matches!(change, Change::Replace { quantity: changed, .. } if changed == quantity);
        if let Some(changed) = self.model.changes.iter().find(|named| changes(&named.change)) {
            let found = errors::lag_changed(changed.span, &name).and(span, "a lag of this length");
            self.error(found);
        }
        Some(length)
    }

    /// Returns the message about a change of a parameter that is the length of a lag.
    pub(super) fn lag_length_changed(&self, id: QuantityId, span: Span) -> Option<Diagnostic> {
        let name = &self.model.quantities.get(id)?.name;
        self.model.lag_lengths.contains(&id).then(|| errors::lag_changed(span, name))
    }
}
