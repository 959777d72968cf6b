//! The diagnostics of a block that could not be solved, or that leaves an unknown open.

use super::newton::{Cause, SolverFailure};
use super::rank::Open;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Definition, Select};
use crate::plan::{Block, CellIndex, Plan, Point, Rule};

/// At most this many equations, unknowns and iterations are listed.
const SHOWN: usize = 5;

/// Residual, as a share of the activity, at which a search that stalls has probably no solution nearby.
const FAR: f64 = 0.01;

/// Explains why a block of a plan has no solution, or more than one.
pub(crate) struct Unsolved<'a> {
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) block: &'a Block,
}

impl Unsolved<'_> {
    /// Builds the diagnostic of a failed search: which equations, why it failed, how far it got,
    /// and what to try. `undetermined` are the indices of unknowns that a singular Jacobian does not
    /// determine.
    pub(crate) fn failed(&self, failure: &SolverFailure, undetermined: &[usize]) -> Diagnostic {
        let (layout, block) = (&self.plan.layout, self.block);
        let one = block.unknowns.len() == 1;
        let what = if one {
            let point = layout.point(block.unknowns[0]);
            format!("the equation of `{}`", self.cell(&point))
        } else {
            format!("{} equations that depend on each other", block.unknowns.len())
        };
        let why = reason(failure.cause, one);
        let worst = self.worst(block, failure);
        let place = worst.first().map_or(block.unknowns[0], |&(n, _)| block.unknowns[n]);
        let message = format!("{what} in {} could not be solved: {why}", self.years());
        let mut found =
            Diagnostic::error(Code::NoConvergence, message).at(self.span(place), "does not hold");
        for (what, which) in [
            ("not determined", undetermined),
            ("at the end of the range, a bound or 0", failure.held.as_slice()),
        ] {
            if !which.is_empty() {
                let names = which.iter().map(|&n| self.name(block.unknowns[n]));
                found = found.note(format!("{what}: {}", list(names)));
            }
        }
        let residuals = worst
            .iter()
            .map(|&(n, r)| format!("`{}` by {}", self.name(block.unknowns[n]), percent(r)));
        found = found.note(format!("equations with the largest errors: {}", list(residuals)));
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
        // Near a solution the residual is small; a minimum far from 0 is often all that there is.
        let far = worst.first().is_some_and(|&(_, residual)| residual.abs() > FAR);
        if far && one && failure.cause == Cause::Stalled {
            let by = percent(worst.first().map_or(0.0, |&(_, residual)| residual));
            found = found.help(format!(
                "check whether the equation can hold: the search ends where it fails by {by}, and it may have no solution"
            ));
        }
        found.help(self.advice(failure, place))
    }

    /// Builds the diagnostic of equations that hold for other values of their unknowns too.
    pub(crate) fn open(&self, solution: &[f64], open: &Open) -> Diagnostic {
        let block = self.block;
        let unknowns = open.unknowns.iter().map(|&n| block.unknowns[n]);
        let following = open.following.iter().map(|&n| block.explicit[n]);
        let all: Vec<CellIndex> = unknowns.chain(following).collect();
        let place = all.first().copied().unwrap_or(block.unknowns[0]);
        let point = self.plan.layout.point(place);
        let others = match all.len() {
            0 | 1 => String::new(),
            2 => format!(" and `{}`", self.cell(&self.plan.layout.point(all[1]))),
            n => format!(" and {} other values", n - 1),
        };
        let it = if all.len() > 1 { "them" } else { "it" };
        let message = format!(
            "the equations of {} leave `{}`{others} open: other values of {it} satisfy all equations as well",
            self.years(),
            self.cell(&point)
        );
        let names = all.iter().map(|&place| self.name(place));
        let found = Diagnostic::error(Code::OpenUnknown, message)
            .at(self.span(place), "does not determine it")
            .note(format!("left open: {}", list(names)));
        let values = open.unknowns.iter().filter_map(|&n| {
            let value = solution.get(n)?;
            Some(format!("{} = {}", self.name(block.unknowns[n]), number(*value)))
        });
        found
            .note(format!("one of many solutions: {}", list(values)))
            .help(self.closing(&all, open.in_proportion))
    }

    /// Returns the edit that determines open values.
    fn closing(&self, open: &[CellIndex], in_proportion: bool) -> String {
        // One element of many gets an equation of its own, which takes the place of the general one.
        let general = open.iter().map(|&place| self.plan.layout.point(place)).find(|point| {
            let mut rules = Vec::new();
            self.plan.variant.rules(point, &mut rules);
            rules.last().and_then(Rule::definition).is_some_and(is_general)
        });
        match (general, in_proportion) {
            (Some(point), true) => format!(
                "only proportions are determined: hold one price as the numeraire, `{} = 1`",
                self.cell(&point)
            ),
            (Some(point), false) => format!(
                "one equation follows from the others: hold one value, such as a price, `{} = 1`",
                self.cell(&point)
            ),
            (None, _) => {
                let name = open
                    .first()
                    .map_or_else(String::new, |&place| self.cell(&self.plan.layout.point(place)));
                format!(
                    "one equation follows from the others: replace the equation of `{name}` by an independent one, or by a value, `{name} = 1`"
                )
            }
        }
    }

    /// Formats the years of the block.
    fn years(&self) -> String {
        let years = self.block.unknowns.iter().map(|&place| self.plan.layout.point(place).year);
        let (first, last) = (years.clone().min().unwrap_or(0), years.max().unwrap_or(0));
        if first == last { first.to_string() } else { format!("{first}..{last}") }
    }

    /// Returns an edit that may make the block solvable, for the help of a message. `worst` is the cell whose equation
    /// has the largest residual.
    fn advice(&self, failure: &SolverFailure, worst: CellIndex) -> String {
        let one = self.block.unknowns.len() == 1;
        let quantity = &self.plan.variant.model.quantities[self.plan.layout.quantity(worst)];
        let name = &quantity.name;
        match failure.cause {
            Cause::Singular if one => "read last year's value, `[t-1]`, on the right, or let the two sides change by different amounts".to_owned(),
            Cause::Singular => "look for an equation that says the same as another (fix one price as numeraire), or for an unknown that no equation determines".to_owned(),
            Cause::Undefined => format!("give `start` values at which every equation has a value: `var {name} start 1`"),
            Cause::Held => "make the change smaller, or spread it over some years; if the unknown may have such values, widen its bounds or give a `start` of the other sign".to_owned(),
            Cause::Stalled | Cause::TooMany | Cause::Runaway if quantity.start.is_none() => format!("give `start` values near the solution, `var {name} start 1`, or read last year's value, `[t-1]`, in one of the equations"),
            Cause::Stalled if one => "check the signs and units of the equation; try other `start` values, or half of a large change".to_owned(),
            Cause::Stalled | Cause::TooMany | Cause::Runaway => "check the signs and units of the equation with the largest residual; try other `start` values, or half of a large change".to_owned(),
        }
    }

    /// Returns the equations with the largest residuals: index, and residual as a share of the activity. The largest
    /// comes first; NaN counts as largest.
    fn worst(&self, block: &Block, failure: &SolverFailure) -> Vec<(usize, f64)> {
        let size = |r: f64| if r.is_nan() { f64::INFINITY } else { r.abs() };
        let mut worst: Vec<(usize, f64)> = failure.residuals.iter().copied().enumerate().collect();
        worst.sort_by(|a, b| size(b.1).total_cmp(&size(a.1)).then(a.0.cmp(&b.0)));
        worst.retain(|&(n, _)| n < block.unknowns.len());
        worst.truncate(SHOWN);
        worst
    }

    /// Formats the name of a value with its year: `price[food] in 2024`.
    fn name(&self, place: CellIndex) -> String {
        let point = self.plan.layout.point(place);
        format!("{} in {}", self.cell(&point), point.year)
    }

    /// Formats the name of a cell without its year.
    fn cell(&self, point: &Point) -> String {
        let model = self.plan.variant.model;
        model.cell_name(&model.quantities[point.quantity], &point.cell)
    }

    /// Returns the span of the definition of a value, or of its declaration if it has no definition.
    fn span(&self, place: CellIndex) -> crate::source::Span {
        let point = self.plan.layout.point(place);
        let (model, mut rules) = (self.plan.variant.model, Vec::new());
        self.plan.variant.rules(&point, &mut rules);
        let declared = model.quantities[point.quantity].span;
        rules.last().map_or(declared, |rule| rule.span(model))
    }
}

/// Returns why a block has no solution; `one` is true for a single equation.
fn reason(cause: Cause, one: bool) -> &'static str {
    match (cause, one) {
        (Cause::Singular, true) => {
            "its two sides differ, and its unknown does not change the difference"
        }
        (Cause::Singular, false) => "they do not determine all unknowns, or contradict each other",
        (Cause::Stalled, true) => "no step brings it closer to holding",
        (Cause::Stalled, false) => "no step brings them closer to holding",
        (Cause::TooMany, _) => "the limit on iterations was reached",
        (Cause::Undefined, true) => "it has no value where the search starts",
        (Cause::Undefined, false) => "they have no value where the search starts",
        (Cause::Runaway, true) => "it holds only where its unknown is infinite or 0",
        (Cause::Runaway, false) => "they hold only where an unknown is infinite or 0",
        (Cause::Held, true) => "its unknown reaches the end of its range",
        (Cause::Held, false) => "an unknown reaches the end of its range",
    }
}

/// Joins the first elements with commas; states the number of further ones.
fn list(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    let mut shown: Vec<String> = parts.iter().take(SHOWN).cloned().collect();
    if parts.len() > SHOWN {
        shown.push(format!("{} more", parts.len() - SHOWN));
    }
    shown.join(", ")
}

/// Formats a share as a percentage.
fn percent(share: f64) -> String {
    let percent = share.abs() * 100.0;
    match percent {
        _ if !percent.is_finite() => "no value".to_owned(),
        0.01..10_000.0 => {
            // Three significant digits.
            let decimals = (2.0 - libm::floor(libm::log10(percent))).max(0.0) as usize;
            format!("{percent:.decimals$}%")
        }
        _ => format!("{percent:.2e}%"),
    }
}

/// Formats a number with six digits, in scientific notation if it is very large or very small.
fn number(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
        format!("{value:.6e}")
    } else {
        format!("{value:.6}")
    }
}

/// Formats the largest residuals of the last iterations.
fn tail(failure: &SolverFailure) -> String {
    let skipped = failure.iterations.len().saturating_sub(SHOWN);
    let last: Vec<String> =
        failure.iterations.iter().skip(skipped).map(|i| format!("{:.1e}", i.residual)).collect();
    last.join(", ")
}

/// True if a definition is for all elements of an axis, so that an equation for one element replaces it there.
fn is_general(definition: &Definition) -> bool {
    definition.axes.iter().any(|axis| matches!(axis, Select::Each(..)))
}
