//! Identities: conditions that must hold in every run, cell and year.

use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Values, ask, ask_size};
use crate::model::{Expr, Identity, Model};
use crate::plan::{RunSpec, Variant};

use super::cells;
use super::condition::{ROUNDING, Sides, sides};

/// An identity that does not hold in a run.
#[derive(Debug, Clone)]
pub(super) struct Broken {
    /// Index of the identity in the model.
    pub(super) identity: usize,
    /// Elements of the first cell in which the identity fails.
    pub(super) elements: Vec<String>,
    /// First year in which the identity fails in that cell.
    pub(super) year: i32,
    pub(super) left: f64,
    /// The right side; `None` if the condition is not a comparison.
    pub(super) right: Option<f64>,
    /// Number of cells and years in which the identity fails.
    pub(super) failing: usize,
}

/// Finds the identities that do not hold in a run.
///
/// # Errors
/// An identity has a side that cannot be computed, or it has no value in any year.
pub(super) fn broken(
    model: &Model,
    spec: &RunSpec,
    values: &Values,
    baseline: &Values,
) -> Result<Vec<Broken>, Diagnostic> {
    let mut found = Vec::new();
    if model.identities.is_empty() {
        return Ok(found);
    }
    let variant = Variant::new(model, spec);
    for (number, identity) in model.identities.iter().enumerate() {
        if identity.lever.is_some_and(|lever| !variant.has_lever(lever)) {
            continue;
        }
        let (mut held, mut without_value) = (false, false);
        let mut first: Option<Broken> = None;
        for (cell, elements) in cells(model, &identity.condition.left) {
            for year in identity.years.0..=identity.years.1 {
                match compare(model, identity, values, baseline, &cell, year) {
                    Ok(Sides { holds: true, .. }) => held = true,
                    Ok(Sides { left, right, .. }) => {
                        let first = first.get_or_insert_with(|| {
                            let elements = elements.clone();
                            Broken { identity: number, elements, year, left, right, failing: 0 }
                        });
                        first.failing += 1;
                    }
                    // A lag has no value in the first year.
                    Err(problem) if problem.code == Code::OutsideHorizon => without_value = true,
                    Err(problem) => return Err(problem),
                }
            }
        }
        // An identity of a kind may read years outside the horizon of a script that uses the kind.
        if !held && first.is_none() && without_value && identity.lever.is_none() {
            return Err(never(identity, identity.years));
        }
        found.extend(first);
    }
    Ok(found)
}

fn compare(
    model: &Model,
    identity: &Identity,
    values: &Values,
    baseline: &Values,
    cell: &[u32],
    year: i32,
) -> Result<Sides, Diagnostic> {
    let condition = &identity.condition;
    let question = &condition.left;
    let at = |expr: &Expr| ask(model, values, baseline, question, expr, cell, year);
    let size = |expr: &Expr| ask_size(model, values, baseline, question, expr, cell, year);
    let rounding = |left: &Expr, right: &Expr| Ok(ROUNDING * (size(left)? + size(right)?));
    sides(condition, at, rounding)
}

fn never(identity: &Identity, (first, last): (i32, i32)) -> Diagnostic {
    let message =
        format!("the identity `{}` has no value in any year of {first}..{last}", identity.name);
    Diagnostic::error(Code::OutsideHorizon, message)
        .at(identity.condition.left.span, "always outside the horizon")
        .help("read years within the horizon, or widen `years`")
}

impl Broken {
    /// Makes the message about the identity, without the scenario's name.
    pub(super) fn diagnostic(&self, model: &Model) -> Diagnostic {
        let Self { identity, elements, year, left, right, failing } = self;
        let identity = &model.identities[*identity];
        let place = match elements.as_slice() {
            [] => String::new(),
            elements => format!(" for {}", elements.join(", ")),
        };
        let sides = right.map_or(String::new(), |right| format!(": {left} against {right}"));
        let message =
            format!("the identity `{}` does not hold in {year}{place}{sides}", identity.name);
        let found = Diagnostic::error(Code::IdentityFails, message)
            .at(identity.condition.left.span, "does not hold")
            .help("mend the equations, or allow a deviation: `within 0.1%`");
        if *failing == 1 {
            return found;
        }
        found.note(format!("it fails in {failing} cells and years, of which this is the first"))
    }
}
