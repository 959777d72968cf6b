//! The diagnostic of a block that could not be solved.

use super::newton::{Cause, SolverFailure};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Block, CellIndex, Plan, Point};

/// At most this many equations, unknowns and iterations are listed.
const SHOWN: usize = 5;

/// Explains a failed search for the solution of a block of a plan.
pub(crate) struct Unsolved<'a> {
    pub(crate) plan: &'a Plan<'a>,
}

impl Unsolved<'_> {
    /// Builds the diagnostic of a failed search: which equations, why it failed, how far it got,
    /// and what to try.
    pub(crate) fn report(&self, block: &Block, failure: &SolverFailure) -> Diagnostic {
        let layout = &self.plan.layout;
        let years: Vec<i32> = block.unknowns.iter().map(|&p| layout.point(p).year).collect();
        let (first, last) =
            (years.iter().min().copied().unwrap_or(0), years.iter().max().copied().unwrap_or(0));
        let when = if first == last { first.to_string() } else { format!("{first}..{last}") };
        let one = block.unknowns.len() == 1;
        let what = if one {
            let point = layout.point(block.unknowns[0]);
            format!("the equation of `{}`", self.cell(&point))
        } else {
            format!("{} equations that depend on each other", block.unknowns.len())
        };
        let why = match (failure.cause, one) {
            (Cause::Singular, true) => "it does not determine its unknown",
            (Cause::Singular, false) => "they do not determine all unknowns",
            (Cause::Stalled, true) => "no step brings it closer to holding",
            (Cause::Stalled, false) => "no step brings them closer to holding",
            (Cause::TooMany, _) => "the limit on iterations was reached",
            (Cause::Undefined, true) => "it has no value where the search starts",
            (Cause::Undefined, false) => "they have no value where the search starts",
        };
        let worst = self.worst(block, failure);
        let place = worst.first().map_or(block.unknowns[0], |&(n, _)| block.unknowns[n]);
        let mut found = Diagnostic::error(
            Code::NoConvergence,
            format!("{what} in {when} could not be solved: {why}"),
        )
        .at(self.span(place), "does not hold");
        if failure.cause == Cause::Singular && !failure.undetermined.is_empty() {
            let undetermined = failure.undetermined.iter().map(|&n| self.name(block.unknowns[n]));
            found = found.note(format!("not determined: {}", list(undetermined)));
        }
        let residuals = worst
            .iter()
            .map(|&(n, r)| format!("`{}` by {}", self.name(block.unknowns[n]), percent(r)));
        found = found.note(format!("equations that miss most: {}", list(residuals)));
        let iterates = worst.iter().map(|&(n, _)| {
            format!("{} = {}", self.name(block.unknowns[n]), number(failure.unknowns[n]))
        });
        let members = block.unknowns.iter().chain(&block.explicit).map(|&place| self.name(place));
        found = found.note(format!("they depend on each other: {}", list(members)));
        found = found.note(format!(
            "iterations: {}, the last at {}; largest residuals {}",
            failure.iterations.len(),
            list(iterates),
            tail(failure)
        ));
        found.help(advice(failure.cause, one))
    }

    /// The equations with the largest residuals: their index, and the residual as a share of the
    /// activity. The largest comes first; NaN counts as largest.
    fn worst(&self, block: &Block, failure: &SolverFailure) -> Vec<(usize, f64)> {
        let size = |r: f64| if r.is_nan() { f64::INFINITY } else { r.abs() };
        let mut worst: Vec<(usize, f64)> = failure.residuals.iter().copied().enumerate().collect();
        worst.sort_by(|a, b| size(b.1).total_cmp(&size(a.1)).then(a.0.cmp(&b.0)));
        worst.retain(|&(n, _)| n < block.unknowns.len());
        worst.truncate(SHOWN);
        worst
    }

    /// The name of a place with its year, as in `price[food] in 2024`.
    fn name(&self, place: CellIndex) -> String {
        let point = self.plan.layout.point(place);
        format!("{} in {}", self.cell(&point), point.year)
    }

    /// The name of a cell without its year.
    fn cell(&self, point: &Point) -> String {
        let model = self.plan.variant.model;
        model.cell_name(&model.quantities[point.quantity], &point.cell)
    }

    /// The span of the definition of a place, or of its declaration if it has none.
    fn span(&self, place: CellIndex) -> crate::source::Span {
        let point = self.plan.layout.point(place);
        let (model, mut rules) = (self.plan.variant.model, Vec::new());
        self.plan.variant.rules(&point, &mut rules);
        let declared = model.quantities[point.quantity].span;
        rules.last().map_or(declared, |rule| rule.span(model))
    }
}

/// Joins the first elements with commas, and says how many more there are.
fn list(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    let mut shown: Vec<String> = parts.iter().take(SHOWN).cloned().collect();
    if parts.len() > SHOWN {
        shown.push(format!("{} more", parts.len() - SHOWN));
    }
    shown.join(", ")
}

/// A share as a percentage.
fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.2e} %", share.abs() * 100.0) } else { "no value".to_owned() }
}

/// A number with six digits, in scientific notation if it is very large or very small.
fn number(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
        format!("{value:.6e}")
    } else {
        format!("{value:.6}")
    }
}

/// The largest residuals of the last iterations.
fn tail(failure: &SolverFailure) -> String {
    let skipped = failure.iterations.len().saturating_sub(SHOWN);
    let last: Vec<String> =
        failure.iterations.iter().skip(skipped).map(|i| format!("{:.1e}", i.residual)).collect();
    last.join(", ")
}

/// The help: an edit that may make the block solvable. `one` is true for a single equation.
fn advice(cause: Cause, one: bool) -> &'static str {
    match cause {
        Cause::Singular if one => {
            "read last year's value, `[t-1]`, on the right, or let the two sides change by different amounts"
        }
        Cause::Singular => {
            "look for an equation that says the same as another (fix one price as numeraire), or for an unknown that no equation answers to"
        }
        Cause::Undefined => {
            "give `start` values at which every equation has a value: `var p start 1`"
        }
        Cause::Stalled | Cause::TooMany => {
            "give `start` values near the solution, `var p start 1`, or read last year's value, `[t-1]`, in one of the equations"
        }
    }
}
