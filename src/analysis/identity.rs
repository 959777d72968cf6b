//! Identities: conditions that must hold in every run, cell and year.

use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Values, ask, ask_size};
use crate::model::{Expr, Identity, Model};
use crate::plan::{RunSpec, Variant};

use super::cells;
use super::condition::{ROUNDING, sides};

/// Reports the first identity that does not hold in a run.
pub(super) fn identities(
    model: &Model,
    spec: &RunSpec,
    values: &Values,
    baseline: &Values,
) -> Result<(), Diagnostic> {
    if model.identities.is_empty() {
        return Ok(());
    }
    let variant = Variant::new(model, spec);
    let active = |identity: &&Identity| identity.lever.is_none_or(|lever| variant.has_lever(lever));
    for identity in model.identities.iter().filter(active) {
        let (mut held, mut without_value) = (false, false);
        for (cell, elements) in cells(model, &identity.condition.left) {
            for year in model.years.0..=model.years.1 {
                match gap(model, identity, values, baseline, &cell, year) {
                    Ok(None) => held = true,
                    Ok(Some(sides)) => return Err(fails(identity, &elements, year, sides)),
                    // A lag has no value in the first year.
                    Err(problem) if problem.code == Code::OutsideHorizon => without_value = true,
                    Err(problem) => return Err(problem),
                }
            }
        }
        // A kind's identity may reach farther than the horizon of the script that uses it.
        if !held && without_value && identity.lever.is_none() {
            return Err(never(identity, model.years));
        }
    }
    Ok(())
}

/// Returns both sides if the identity does not hold.
fn gap(
    model: &Model,
    identity: &Identity,
    values: &Values,
    baseline: &Values,
    cell: &[u32],
    year: i32,
) -> Result<Option<(f64, Option<f64>)>, Diagnostic> {
    let condition = &identity.condition;
    let question = &condition.left;
    let at = |expr: &Expr| ask(model, values, baseline, question, expr, cell, year);
    let size = |expr: &Expr| ask_size(model, values, baseline, question, expr, cell, year);
    let rounding = |left: &Expr, right: &Expr| Ok(ROUNDING * (size(left)? + size(right)?));
    let (left, right, holds) = sides(condition, at, rounding)?;
    Ok((!holds).then_some((left, right)))
}

fn never(identity: &Identity, (first, last): (i32, i32)) -> Diagnostic {
    let message =
        format!("the identity `{}` has no value in any year of {first}..{last}", identity.name);
    Diagnostic::error(Code::OutsideHorizon, message)
        .at(identity.condition.left.span, "always outside the horizon")
        .help("read years within the horizon, or widen `years`")
}

fn fails(
    identity: &Identity,
    elements: &[String],
    year: i32,
    (left, right): (f64, Option<f64>),
) -> Diagnostic {
    let place = match elements {
        [] => String::new(),
        elements => format!(" for {}", elements.join(", ")),
    };
    let sides = right.map_or(String::new(), |right| format!(": {left} against {right}"));
    let message = format!("the identity `{}` does not hold in {year}{place}{sides}", identity.name);
    Diagnostic::error(Code::IdentityFails, message)
        .at(identity.condition.left.span, "does not hold")
        .help("mend the equations, or allow a deviation: `within 0.1%`")
}
