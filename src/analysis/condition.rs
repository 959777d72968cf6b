//! Evaluates a condition of a `check` or an identity.

use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, Condition, Expr};

/// Tolerance for rounding, as a share of the size of the terms.
pub(super) const ROUNDING: f64 = 1e-9;

/// A condition in one cell and year, evaluated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides {
    /// Left side; 1 or 0 if the condition is not a comparison.
    pub(super) left: f64,
    /// Right side; `None` if the condition is not a comparison.
    pub(super) right: Option<f64>,
    /// True if both sides satisfy the operator.
    pub(super) holds: bool,
    /// Distance of the condition from failing. For `==` the unused share of the allowed deviation, for other
    /// comparisons the amount by which they hold; negative if the condition fails.
    pub(super) margin: f64,
}

/// Evaluates a condition. `at` evaluates an expression; `rounding` gives the deviation allowed if the
/// condition states none.
pub(super) fn sides(
    condition: &Condition,
    at: impl Fn(&Expr) -> Result<f64, Diagnostic>,
    rounding: impl FnOnce(&Expr, &Expr) -> Result<f64, Diagnostic>,
) -> Result<Sides, Diagnostic> {
    let first = &condition.left.expr;
    let left = at(first)?;
    let Some((op, second)) = &condition.comparison else {
        return Ok(Sides { left, right: None, holds: left != 0.0, margin: 0.0 });
    };
    let right = at(second)?;
    let slack = match &condition.tolerance {
        Some((expr, relative)) => at(expr)? * if *relative { right.abs() } else { 1.0 },
        // Two sides that differ only by rounding are equal, so neither is below the other.
        None => match op {
            BinaryOp::Below | BinaryOp::Above => -rounding(first, second)?,
            _ => rounding(first, second)?,
        },
    };
    let (holds, margin) = compared(*op, left, right, slack);
    Ok(Sides { left, right: Some(right), holds, margin })
}

/// Tests a comparison whose sides may deviate by `slack`; returns whether it holds, and its distance from failing. A
/// negative `slack` makes the comparison stricter.
pub(super) fn compared(op: BinaryOp, left: f64, right: f64, slack: f64) -> (bool, f64) {
    let apart = (left - right).abs();
    match op {
        // Equal sides use none of the deviation, even if none is allowed.
        BinaryOp::Equal => (apart <= slack, if apart == 0.0 { 1.0 } else { 1.0 - apart / slack }),
        BinaryOp::NotEqual => (apart > slack, apart - slack),
        BinaryOp::AtMost => (left <= right + slack, right + slack - left),
        BinaryOp::Below => (left < right + slack, right + slack - left),
        BinaryOp::AtLeast => (left >= right - slack, left - right + slack),
        _ => (left > right - slack, left - right + slack),
    }
}
