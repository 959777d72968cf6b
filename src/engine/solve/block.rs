//! A block of a plain run, solved by itself.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::failure::Unsolved;
use super::newton::{self, Attempt, Cause, SearchOutcome, Solution, SolverFailure, Steps};
use super::region::Keeps;
use super::starts::Starts;
use super::system::System;
use super::trace::Surroundings;
use super::{continuation, filling, levenberg, rank};
use crate::diagnostic::Diagnostic;
use crate::engine::run::domain::Numbers;
use crate::engine::run::driver::RunProgress;
use crate::engine::run::eval::Stored;
use crate::engine::run::solved::{Iteration, Solved};
use crate::engine::run::stop::{Phase, PhaseSeconds, Stop};
use crate::model::{QuantityId, Solver};
use crate::plan::{Block, Plan, Point, Variant};

/// The last system of each shape of block: of this run, and of its baseline. The next block of the shape is recorded over
/// it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Systems {
    own: FxHashMap<BlockShape, System>,
    baseline: Option<Arc<Systems>>,
}

/// The least number of readings in a block that is recorded over the baseline's. A smaller one is recorded as fast as a
/// system is copied.
const COPIED_FROM: usize = 1000;

impl Systems {
    /// No systems of this run yet.
    pub(crate) fn after(baseline: Option<Arc<Self>>) -> Self {
        Self { own: FxHashMap::default(), baseline }
    }

    /// The systems that other runs may record over: those of large blocks.
    pub(crate) fn large(mut self) -> Self {
        self.own.retain(|&(.., readings), _| readings >= COPIED_FROM);
        self.own.values_mut().for_each(System::forget_lookup);
        Self { own: self.own, baseline: None }
    }

    fn take(&mut self, shape: &BlockShape) -> Option<System> {
        let of_baseline = || self.baseline.as_ref()?.own.get(shape).cloned();
        self.own.remove(shape).or_else(of_baseline)
    }
}

/// The form of a block of one year: the quantity and the cell of the first unknown, and the numbers of unknowns, of
/// values that follow from them, and of readings. The blocks of two years may have the same form.
type BlockShape = (QuantityId, usize, usize, usize, usize);

/// Returns the shape of a block of one year; `None` for a block of several years, which occurs only once.
fn shape(plan: &Plan<'_>, block: &Block) -> Option<BlockShape> {
    let layout = &plan.layout;
    let first = *block.unknowns.first()?;
    let (quantity, year) = (layout.quantity(first), layout.point(first).year);
    let one_year = block.unknowns.iter().all(|&index| layout.point(index).year == year);
    let cell = (first - layout.first(quantity)) / plan.variant.model.horizon();
    one_year.then_some((quantity, cell, block.unknowns.len(), block.explicit.len(), block.readings))
}

/// Solves a block for its unknowns. `given` are the values of the script to start from, `numbers` those of
/// random quantities, `systems` those of earlier blocks. Adds a record of the search to `solved`, even if it fails.
///
/// # Errors
/// The block has no solution or leaves an unknown open, or an equation cannot be evaluated; `interrupted`.
pub(crate) fn solve(
    progress: &mut RunProgress<'_, f64>,
    block: &Block,
    given: Vec<Option<f64>>,
    numbers: Numbers<'_>,
    (systems, solved): (&mut Systems, &mut Vec<Solved>),
) -> Result<Vec<f64>, Diagnostic> {
    let plan = progress.plan;
    let baseline = plan.baseline.map(|run| &progress.known[run].values);
    let mut starts = Starts::new(plan, block, given, (&progress.values, baseline));
    let known: Vec<Option<f64>> = starts.known().collect();
    if known.contains(&None) {
        starts.fill(filling::fill(progress, block, numbers, &known).into_iter());
    }
    let shape = shape(plan, block);
    let before = shape.and_then(|shape| systems.take(&shape));
    let stop = progress.stop;
    let system = stop.timed(Phase::Record, || trace(progress, block, numbers, before))?;
    let settings = &plan.variant.model.solver;
    let first = newton::solve(&system, &[], starts.attempts(), settings, stop);
    let search = BlockSearch { system: &system, starts, settings, stop };
    let found = match first.ok_or_else(Stop::interrupted)? {
        Ok(solution) => Ok(solution),
        Err(failure) => {
            let followed = follow(progress, block, numbers, &search);
            search.last_resorts(followed, failure).ok_or_else(Stop::interrupted)?
        }
    };
    let iterations = match &found {
        Ok(solution) => solution.iterations.clone(),
        Err(failure) => failure.iterations.clone(),
    };
    let open = match &found {
        Ok(Solution { suspect: true, unknowns, .. }) => {
            rank::open(&system, unknowns, settings, stop)
        }
        Ok(_) | Err(_) => None,
    };
    let is_solution = found.is_ok() && open.is_none();
    solved.push(describe(plan, block, (iterations, stop.take_spent()), is_solution));
    let unsolved = Unsolved { plan, block };
    let result = match (found, open) {
        (Ok(solution), None) => Ok(solution.unknowns),
        (Ok(solution), Some(open)) => Err(unsolved.open(&solution.unknowns, &open)),
        (Err(failure), _) => {
            let undetermined = match failure.cause {
                Cause::Singular => rank::undetermined(&system, &failure.unknowns),
                _ => Vec::new(),
            };
            Err(unsolved.failed(&failure, &undetermined))
        }
    };
    systems.own.extend(shape.map(|shape| (shape, system)));
    result
}

/// Traces the equations of a block.
fn trace(
    progress: &mut RunProgress<'_, f64>,
    block: &Block,
    numbers: Numbers<'_>,
    before: Option<System>,
) -> Result<System, Diagnostic> {
    let plan = progress.plan;
    let baseline = plan.baseline.map(|run| &progress.known[run].values);
    let stored = Stored { values: &progress.values, baseline };
    let (variant, layout, slots) = (&plan.variant, &*plan.layout, &mut progress.slots);
    let stop = progress.stop;
    let mut surroundings = Surroundings { variant, layout, stored, slots, numbers, stop };
    let traced = System::trace(&mut surroundings, block, None, before);
    let (system, _) =
        traced.map_err(|(fault, index)| progress.report(&fault, &layout.point(index)))?;
    Ok(system)
}

/// Follows the baseline's solution to a point near the solution of this run.
fn follow(
    progress: &mut RunProgress<'_, f64>,
    block: &Block,
    numbers: Numbers<'_>,
    search: &BlockSearch<'_>,
) -> Option<Vec<f64>> {
    let plan = progress.plan;
    let baseline = plan.baseline.map(|run| &progress.known[run].values)?;
    let (spec, layout) = (plan.variant.spec.baseline(), &*plan.layout);
    let variant = Variant::new(plan.variant.model, &spec);
    let mut slots = progress.slots.clone();
    let from = Surroundings {
        variant: &variant,
        layout,
        stored: Stored { values: baseline, baseline: None },
        slots: &mut slots,
        numbers,
        stop: progress.stop,
    };
    let own = Surroundings {
        variant: &plan.variant,
        layout,
        stored: Stored { values: &progress.values, baseline: Some(baseline) },
        slots: &mut progress.slots,
        numbers,
        stop: progress.stop,
    };
    let system = System::between(from, own, block)?;
    let start = block.unknowns.iter().map(|&place| baseline.get(place)).collect();
    continuation::follow(&system, start, search.settings, search.stop)
}

/// The search for the solution of one block.
struct BlockSearch<'a> {
    system: &'a System,
    starts: Starts<f64>,
    settings: &'a Solver,
    stop: &'a Stop,
}

impl BlockSearch<'_> {
    /// Tries to find a solution after the first attempts have failed. `followed` is the end of the
    /// continuation from the baseline. `None` if the stop flag is raised.
    fn last_resorts(
        &self,
        followed: Option<Vec<f64>>,
        failure: SolverFailure,
    ) -> Option<SearchOutcome> {
        let near = |point| Attempt { point, steps: Steps::Damped, keeps: Keeps::Signs };
        let attempts = followed.into_iter().map(near).chain(self.starts.last_attempts());
        if let found @ Ok(_) = self.solve(attempts.collect())? {
            return Some(found);
        }
        let start = self.starts.nearest();
        let from = (&*start, Keeps::Signs);
        let nearest = levenberg::solve(self.system, from, self.settings, self.stop);
        if let Some(point) = nearest.filter(|point| !newton::ran_away(point, &start))
            && let found @ Ok(_) = self.solve(vec![near(point)])?
        {
            return Some(found);
        }
        let found = self.solve(self.starts.unbounded_attempts())?;
        Some(found.or(Err(failure)))
    }

    fn solve(&self, attempts: Vec<Attempt>) -> Option<SearchOutcome> {
        newton::solve(self.system, &[], attempts, self.settings, self.stop)
    }
}

/// Describes the solution or failure of a block for the trace.
fn describe(
    plan: &Plan<'_>,
    block: &Block,
    (iterations, seconds): (Vec<Iteration>, Option<PhaseSeconds>),
    is_solution: bool,
) -> Solved {
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
        seconds,
        is_solution,
    }
}
