//! A block of a plain run, solved by itself.

use super::failure::Unsolved;
use super::newton;
use super::starts::Starts;
use super::system::{Surroundings, System};
use crate::diagnostic::Diagnostic;
use crate::engine::run::domain::Numbers;
use crate::engine::run::driver::Progress;
use crate::engine::run::eval::Stored;
use crate::engine::run::stop::Stop;
use crate::engine::run::values::{Iteration, Solved};
use crate::plan::{Block, Plan, Point};

/// Solves a block: its unknowns, and how they were found. `given` are the values of the script to start
/// from, `numbers` those of random quantities.
///
/// # Errors
/// The block has no solution, or an equation cannot be evaluated; `interrupted`.
pub(crate) fn solve(
    progress: &mut Progress<'_, f64>,
    block: &Block,
    given: Vec<Option<f64>>,
    numbers: Numbers<'_>,
) -> Result<(Vec<f64>, Solved), Diagnostic> {
    let plan = progress.plan;
    let baseline = plan.baseline.map(|run| &progress.known[run].values);
    let stored = Stored { values: &progress.values, baseline };
    let starts = Starts::new(plan, block, given, (&progress.values, baseline)).points();
    let (slots, stop) = (&mut progress.slots, progress.stop);
    let mut surroundings = Surroundings { plan, stored, slots, numbers, stop };
    let traced = System::trace(&mut surroundings, block, None);
    let (system, _) =
        traced.map_err(|(fault, index)| progress.report(&fault, &plan.layout.point(index)))?;
    match newton::solve(&system, &starts, &plan.variant.model.solver, progress.stop) {
        Some(Ok((unknowns, iterations))) => Ok((unknowns, solved(plan, block, iterations))),
        Some(Err(failure)) => Err(Unsolved { plan }.report(block, &failure)),
        None => Err(Stop::interrupted()),
    }
}

/// Describes how a block was solved.
fn solved(plan: &Plan<'_>, block: &Block, iterations: Vec<Iteration>) -> Solved {
    let (model, layout) = (plan.variant.model, &plan.layout);
    let years = block.unknowns.iter().map(|&index| layout.point(index).year);
    let first = block.unknowns.first().map(|&index| layout.point(index));
    let name = |point: &Point| model.cell_name(&model.quantities[point.quantity], &point.cell);
    Solved {
        years: (years.clone().min().unwrap_or(0), years.max().unwrap_or(0)),
        first: first.as_ref().map_or(String::new(), name),
        unknowns: block.unknowns.len(),
        explicit: block.explicit.len(),
        iterations,
    }
}
