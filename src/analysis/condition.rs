//! Evaluates a condition of a `check` or an identity.

use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, Condition, Expr};

/// Tolerance for rounding, as a share of the size of the terms.
pub(super) const ROUNDING: f64 = 1e-9;

/// Evaluates a condition: its left side, its right side if it is a comparison, and whether it holds. `at`
/// evaluates an expression; `rounding` gives the deviation allowed if the condition states none.
pub(super) fn sides(
    condition: &Condition,
    at: impl Fn(&Expr) -> Result<f64, Diagnostic>,
    rounding: impl FnOnce(&Expr, &Expr) -> Result<f64, Diagnostic>,
) -> Result<(f64, Option<f64>, bool), Diagnostic> {
    let first = &condition.left.expr;
    let left = at(first)?;
    let Some((op, second)) = &condition.comparison else { return Ok((left, None, left != 0.0)) };
    let right = at(second)?;
    let slack = match &condition.tolerance {
        Some((expr, relative)) => at(expr)? * if *relative { right.abs() } else { 1.0 },
        // Two sides that only rounding tells apart are equal, so that neither is below the other.
        None => match op {
            BinaryOp::Below | BinaryOp::Above => -rounding(first, second)?,
            _ => rounding(first, second)?,
        },
    };
    Ok((left, Some(right), holds(*op, left, right, slack)))
}

/// True if a comparison holds when its sides may deviate by `slack`; a negative one makes it stricter.
pub(super) fn holds(op: BinaryOp, left: f64, right: f64, slack: f64) -> bool {
    match op {
        BinaryOp::Equal => (left - right).abs() <= slack,
        BinaryOp::NotEqual => (left - right).abs() > slack,
        BinaryOp::AtMost => left <= right + slack,
        BinaryOp::Below => left < right + slack,
        BinaryOp::AtLeast => left >= right - slack,
        _ => left > right - slack,
    }
}
