//! Queries: an expression evaluated over the values of a run.

use super::run::domain::{Domain, Extent, Numbers};
use super::run::eval::{Evaluator, Stored};
use super::run::lanes::{self, Lanes};
use super::run::sizes::Sizes;
use super::values::Values;
use crate::diagnostic::Diagnostic;
use crate::model::{Expr, Model, Question};

/// Evaluates an expression of a query in a year, in the cell that `elements` names.
///
/// # Errors
/// A fault of the evaluation: `division-by-zero`, `domain`, `overflow`; `outside-horizon` if a year outside
/// the horizon is read.
pub fn ask(
    model: &Model,
    values: &Values,
    baseline: &Values,
    question: &Question,
    expr: &Expr,
    elements: &[u32],
    year: i32,
) -> Result<f64, Diagnostic> {
    answer(model, (values, baseline), question, expr, (elements, year), Numbers::default())
}

/// Evaluates an expression of a query in neighbouring years at once, both ends included. `None` if it may have no value in
/// one of them: each year then has to be asked for by itself.
pub fn ask_years(
    model: &Model,
    (values, baseline): (&Values, &Values),
    question: &Question,
    expr: &Expr,
    elements: &[u32],
    (first, last): (i32, i32),
) -> Option<Vec<f64>> {
    let years = usize::try_from(last - first + 1).ok()?;
    if !(2..=lanes::MOST).contains(&years) {
        return None;
    }
    let (mut lanes, at) = (Lanes::new(Extent::of(1, years)), (elements, first));
    let value = answer(model, (values, baseline), question, expr, at, &mut lanes).ok()?;
    lanes.is_valid().then(|| lanes.numbers(value).collect())
}

/// Evaluates the size of the terms of an expression, against which its rounding errors are measured.
///
/// # Errors
/// As [`ask`].
pub fn ask_size(
    model: &Model,
    values: &Values,
    baseline: &Values,
    question: &Question,
    expr: &Expr,
    elements: &[u32],
    year: i32,
) -> Result<f64, Diagnostic> {
    let sized = answer(model, (values, baseline), question, expr, (elements, year), Sizes)?;
    Ok(sized.size)
}

fn answer<D: Domain>(
    model: &Model,
    (values, baseline): (&Values, &Values),
    question: &Question,
    expr: &Expr,
    (elements, year): (&[u32], i32),
    domain: D,
) -> Result<D::Value, Diagnostic> {
    let mut slots = slots(model, question, elements);
    let (stored, baseline) = (&values.finished.values, &baseline.finished.values);
    let stored = Stored { values: stored, baseline: Some(baseline) };
    let evaluator = Evaluator::new(model, stored, &mut slots, domain);
    let mut evaluator = evaluator.of_query(&question.text);
    evaluator.eval(expr, year).map_err(|fault| fault.report(&question.text, year))
}

/// Returns the slots of a question, filled with the elements of one cell.
pub(crate) fn slots(model: &Model, question: &Question, elements: &[u32]) -> Vec<u32> {
    let mut slots = vec![0; model.slots];
    for (&(slot, _), &element) in question.loops.iter().zip(elements) {
        slots[slot] = element;
    }
    slots
}
