//! Newton's method with exact derivatives and a line search, for up to `W` draws together.
//!
//! Residuals are divided by the activity of their equation, the magnitude of its terms, so that
//! convergence depends neither on units nor on the size of flows.
//!
//! In: a system, and starting points for each draw. Out: for each draw the unknowns and a trace, or
//! a failure. Residuals and derivatives of `W` draws are evaluated together; steps, damping,
//! restarts and the end belong to each draw alone, and a draw that ends is replaced by the next.
//! Invariant: the result of a draw does not depend on the draws beside it. A run without draws is a
//! search with `W` = 1.

use std::ops::ControlFlow;

use pulp::Arch;

use super::region::{Keeps, Region};
use super::system::{EvaluationPoints, System, unknown_scale};
use crate::engine::run::solved::Iteration;
use crate::engine::run::stop::{Phase, Stop};
use crate::model::Solver;

/// The reason why no solution was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The Jacobian is singular: the equations do not determine the unknowns here.
    Singular,
    /// No step along the Newton direction reduces the residuals enough.
    Stalled,
    /// The limit on iterations was reached.
    TooMany,
    /// An equation has no finite value at the starting point.
    Undefined,
    /// Some unknowns tend to the end of their range.
    Held,
    /// The equations hold only where an unknown is infinite or 0, because their terms vanish there.
    Runaway,
}

/// A search without a solution, described from its first starting point.
#[derive(Debug, Clone)]
pub(crate) struct SolverFailure {
    pub(crate) cause: Cause,
    pub(crate) iterations: Vec<Iteration>,
    /// The last iterate.
    pub(crate) unknowns: Vec<f64>,
    /// The residual of each equation, as a share of its activity.
    pub(crate) residuals: Vec<f64>,
    /// Indices of the unknowns that are held at the end of their range.
    pub(crate) held: Vec<usize>,
}

/// A solution: the unknowns and the iterations that led to them.
#[derive(Debug, Clone)]
pub(crate) struct Solution {
    pub(crate) unknowns: Vec<f64>,
    pub(crate) iterations: Vec<Iteration>,
    /// True if the Jacobian at the solution is singular, or so nearly that its rank must be tested.
    pub(crate) suspect: bool,
}

/// The result of one search. If it failed from every starting point, the failure from the first
/// one.
pub(crate) type SearchOutcome = Result<Solution, SolverFailure>;

/// The length of the steps of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Steps {
    /// Damped Newton steps: each step must reduce the residuals; a line search shortens it.
    Damped,
    /// Newton steps are taken in full. Some systems need a step that makes the residuals larger.
    Full,
}

/// An attempt to find a solution: a starting point, and rules for the steps.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) point: Vec<f64>,
    pub(crate) steps: Steps,
    pub(crate) keeps: Keeps,
}

/// The attempts of a search, made in order until one leads to a solution.
pub(crate) type Attempts<'a> = Box<dyn Iterator<Item = Attempt> + 'a>;

/// Solves a system by the first of `attempts` that leads to a solution. `outside` has the values that
/// the system reads from outside. `None` if `stop` is raised before the end.
pub(crate) fn solve(
    system: &System,
    outside: &[f64],
    attempts: Vec<Attempt>,
    settings: &Solver,
    stop: &Stop,
) -> Option<SearchOutcome> {
    let mut points = EvaluationPoints::<1>::new(Arch::new(), system, outside.len());
    let outside: Vec<Vec<f64>> = outside.iter().map(|&value| vec![value]).collect();
    let mut outcome = None;
    let mut on_end = |_, of_search| {
        outcome = Some(of_search);
        ControlFlow::Continue(())
    };
    let starts = |_| -> Attempts<'_> { Box::new(attempts.iter().cloned()) };
    let tests_rank = true;
    let outside = &outside;
    let searches = Searches { system, starts: &starts, settings, stop, outside, tests_rank };
    searches.solve(&mut points, 0..1, &mut on_end);
    outcome
}

/// The searches for the solution of one system in many draws.
pub(crate) struct Searches<'a> {
    pub(crate) system: &'a System,
    /// Gives the attempts for a draw.
    pub(crate) starts: &'a dyn Fn(usize) -> Attempts<'a>,
    pub(crate) settings: &'a Solver,
    pub(crate) stop: &'a Stop,
    /// For each value that the system reads from outside, its value in each draw.
    pub(crate) outside: &'a [Vec<f64>],
    /// True if solutions with a nearly singular Jacobian are to be marked.
    pub(crate) tests_rank: bool,
}

/// The state of the search in one draw.
struct NewtonSearch<'a> {
    draw: usize,
    /// The attempts that have not been made.
    starts: Attempts<'a>,
    steps: Steps,
    /// Starting point of the current attempt.
    start: Vec<f64>,
    region: Region,
    /// The failure of the first attempt.
    first_failure: Option<SolverFailure>,
    /// The last accepted iterate; `None` until a starting point has been evaluated.
    iterate: Option<Iterate>,
    /// The point to evaluate next, and the share of the Newton step that leads there.
    trial: Vec<f64>,
    damping: f64,
    iterations: Vec<Iteration>,
}

/// An accepted point of a search, with the Newton step from there.
struct Iterate {
    unknowns: Vec<f64>,
    activity: Vec<f64>,
    /// Residuals as shares of their equations' activities, and the largest magnitude among them.
    shares: Vec<f64>,
    largest: f64,
    /// The merit function that the line search reduces: the sum of squared shares.
    merit: f64,
    /// True if the largest share is within the tolerance.
    converged: bool,
    /// True if the equations hold and the Jacobian is nearly singular.
    suspect: bool,
    step: Vec<f64>,
}

/// The decision of the line search about a trial point.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IterationVerdict {
    /// The residuals are smaller: the search continues from the trial point.
    Accept,
    /// The residuals are smaller, and the iterate before had already converged: the search ends at
    /// the trial point.
    AcceptAndStop,
    /// The residuals are not smaller: try a shorter step.
    Reject,
}

impl<'a> Searches<'a> {
    /// Solves the system in the given draws, which ascend.
    ///
    /// `on_end` gets the outcome of each draw, in any order. If it breaks, draws after that one are
    /// dropped: the caller needs the first failure only. Searches stop without an outcome once the
    /// stop flag is raised.
    pub(crate) fn solve<const W: usize>(
        &self,
        points: &mut EvaluationPoints<W>,
        draws: impl Iterator<Item = usize>,
        on_end: &mut impl FnMut(usize, SearchOutcome) -> ControlFlow<()>,
    ) {
        let mut searches: [Option<NewtonSearch<'a>>; W] = [const { None }; W];
        let (mut draws, mut last) = (draws, usize::MAX);
        while !self.stop.is_raised() {
            for (point, search) in searches.iter_mut().enumerate() {
                if search.is_none()
                    && let Some(draw) = draws.next().filter(|&draw| draw <= last)
                {
                    points.set_outside(point, self.outside.iter().map(|draws| draws[draw]));
                    *search = Some(NewtonSearch::new(self.system, draw, (self.starts)(draw)));
                }
                if let Some(search) = search {
                    points.set_unknowns(point, &search.trial);
                }
            }
            if searches.iter().all(Option::is_none) {
                return;
            }
            for (point, outcome) in
                self.evaluate_trials(points, &mut searches).into_iter().enumerate()
            {
                let Some(outcome) = outcome else { continue };
                let Some(NewtonSearch { draw, .. }) = searches[point].take() else { continue };
                if on_end(draw, outcome).is_break() {
                    last = draw;
                    let after = |search: &mut NewtonSearch<'_>| search.draw > draw;
                    searches.iter_mut().for_each(|search| drop(search.take_if(after)));
                }
            }
        }
    }

    /// Evaluates the trial points of all searches once, and returns the outcomes of the searches
    /// that end there.
    fn evaluate_trials<const W: usize>(
        &self,
        points: &mut EvaluationPoints<W>,
        searches: &mut [Option<NewtonSearch<'_>>; W],
    ) -> [Option<SearchOutcome>; W] {
        self.stop.timed(Phase::Values, || self.system.evaluate(points));
        let verdicts: [Option<IterationVerdict>; W] = std::array::from_fn(|point| {
            searches[point].as_ref().map(|search| search.judge(points.residuals(point)))
        });
        if verdicts.contains(&Some(IterationVerdict::Accept)) {
            self.stop.timed(Phase::Derivatives, || self.system.differentiate(points));
        }
        std::array::from_fn(|point| {
            // Checked for each search, since the factorisation of a large block takes a while.
            let search = searches[point].as_mut().filter(|_| !self.stop.is_raised())?;
            match verdicts[point]? {
                IterationVerdict::Accept => search.accept(self, points, point),
                IterationVerdict::AcceptAndStop => search.finish_at_trial(),
                IterationVerdict::Reject => search.backtrack(self.system),
            }
        })
    }
}

/// Returns the largest absolute value; NaN if one of the numbers is NaN.
pub(super) fn largest(values: &[f64]) -> f64 {
    let larger = |max, size| if size > max || f64::is_nan(size) { size } else { max };
    values.iter().map(|value| value.abs()).fold(0.0, larger)
}

/// Divides residuals by the activities of their equations. A residual beside an infinite activity
/// would look small, so its share is NaN.
pub(super) fn shares(
    residuals: impl Iterator<Item = f64>,
    activity: &[f64],
) -> impl Iterator<Item = f64> {
    residuals.zip(activity).map(|(residual, activity)| match residual {
        0.0 => 0.0,
        _ if activity.is_finite() => residual / activity,
        _ => f64::NAN,
    })
}

/// True if an unknown is very much larger or smaller than at the start. Where the derivatives are
/// singular too, it is on the way to infinity or to 0.
pub(super) fn ran_away(unknowns: &[f64], start: &[f64]) -> bool {
    const FAR: f64 = 1e8;
    unknowns.iter().zip(start).any(|(unknown, start)| {
        let (size, from) = (unknown.abs(), start.abs());
        size > FAR * from.max(1.0) || (size > 0.0 && size * FAR < from)
    })
}

/// Returns the merit function: the sum of squares.
pub(super) fn merit(shares: impl Iterator<Item = f64>) -> f64 {
    shares.map(|r| r * r).sum()
}

impl<'a> NewtonSearch<'a> {
    /// Begins the search in a draw with its first attempt.
    fn new(system: &System, draw: usize, starts: Attempts<'a>) -> Self {
        let mut search = Self {
            draw,
            starts,
            steps: Steps::Damped,
            start: Vec::new(),
            region: Region::default(),
            first_failure: None,
            iterate: None,
            trial: Vec::new(),
            damping: 1.0,
            iterations: Vec::new(),
        };
        search.begin_attempt(system);
        search
    }

    /// Begins the next attempt; false if there is none.
    fn begin_attempt(&mut self, system: &System) -> bool {
        let Some(Attempt { mut point, steps, keeps }) = self.starts.next() else { return false };
        self.region = Region::around(system.limits(), keeps, &mut point);
        self.start.clone_from(&point);
        (self.trial, self.steps) = (point, steps);
        (self.iterate, self.damping) = (None, 1.0);
        true
    }

    /// Decides about the trial point, by the sufficient decrease (Armijo) condition with the
    /// residuals there.
    fn judge(&self, residuals: impl Iterator<Item = f64>) -> IterationVerdict {
        /// The share of the predicted decrease that a step must achieve.
        const SUFFICIENT_DECREASE: f64 = 1e-4;
        let Some(at) = &self.iterate else { return IterationVerdict::Accept };
        // An equation may hold by saturation at infinity, but infinity is not a solution.
        if !self.trial.iter().all(|unknown| unknown.is_finite()) {
            return IterationVerdict::Reject;
        }
        let after = merit(shares(residuals, &at.activity));
        if self.steps == Steps::Full && !at.converged {
            let finite = after.is_finite();
            return if finite { IterationVerdict::Accept } else { IterationVerdict::Reject };
        }
        match after <= (1.0 - SUFFICIENT_DECREASE * self.damping) * at.merit {
            // After convergence one more step: quadratic convergence makes it exact to the last
            // digits.
            true if at.converged => IterationVerdict::AcceptAndStop,
            true => IterationVerdict::Accept,
            false => IterationVerdict::Reject,
        }
    }

    /// Makes the trial point the new iterate, and computes the Newton step from there.
    fn accept<const W: usize>(
        &mut self,
        searches: &Searches<'_>,
        points: &mut EvaluationPoints<W>,
        point: usize,
    ) -> Option<SearchOutcome> {
        let Searches { system, settings, tests_rank, stop, .. } = *searches;
        let start = self.iterate.is_none();
        if let Some(at) = &self.iterate {
            // From a point without finite derivatives there is no Newton step.
            if !points.has_finite_derivatives(point) {
                return self.backtrack(system);
            }
            self.record(at.largest, self.damping);
        }
        let mut at = Iterate::new(&self.trial, points, point, settings.tolerance);
        let unknowns = self.trial.iter().copied();
        if start && !points.residuals(point).chain(unknowns).all(f64::is_finite) {
            return self.restart_or_fail(system, &at, Cause::Undefined);
        }
        if self.iterations.len() >= settings.iterations && !at.converged {
            self.record(at.largest, 0.0);
            return self.restart_or_fail(system, &at, Cause::TooMany);
        }
        let step = stop.timed(Phase::Steps, || at.compute_step(points, point, tests_rank));
        let is_singular = step.is_none();
        at.suspect |= is_singular && at.converged;
        if at.suspect && ran_away(&at.unknowns, &self.start) {
            self.record(at.largest, 0.0);
            return self.restart_or_fail(system, &at, Cause::Runaway);
        }
        if is_singular {
            if at.converged {
                return self.finish_at_iterate(at);
            }
            self.record(at.largest, 0.0);
            return self.restart_or_fail(system, &at, Cause::Singular);
        }
        if !at.converged && self.region.is_left(&at.unknowns) {
            self.record(at.largest, 0.0);
            return self.restart_or_fail(system, &at, Cause::Held);
        }
        self.damping = 1.0;
        at.write_trial(self.damping, &self.region, &mut self.trial);
        self.iterate = Some(at);
        None
    }

    /// Backtracks: halves the damping, so that the longest of the steps 1, 1/2, 1/4, ... that
    /// reduces the residuals enough is taken.
    fn backtrack(&mut self, system: &System) -> Option<SearchOutcome> {
        /// Minimum length of a step, as a share of the Newton step.
        const MIN_DAMPING: f64 = 1e-9;
        let at = self.iterate.take()?;
        if at.converged {
            return self.finish_at_iterate(at);
        }
        self.damping /= 2.0;
        if self.damping <= MIN_DAMPING {
            self.record(at.largest, 0.0);
            return self.restart_or_fail(system, &at, Cause::Stalled);
        }
        at.write_trial(self.damping, &self.region, &mut self.trial);
        self.iterate = Some(at);
        None
    }

    /// Adds an iteration to the trace.
    fn record(&mut self, residual: f64, damping: f64) {
        self.iterations.push(Iteration { residual, damping });
    }

    /// Ends the search with the trial point as solution.
    fn finish_at_trial(&mut self) -> Option<SearchOutcome> {
        let at = self.iterate.take()?;
        self.record(at.largest, self.damping);
        let iterations = std::mem::take(&mut self.iterations);
        let unknowns = std::mem::take(&mut self.trial);
        Some(Ok(Solution { unknowns, iterations, suspect: at.suspect }))
    }

    /// Ends the search with an iterate as solution.
    fn finish_at_iterate(&mut self, at: Iterate) -> Option<SearchOutcome> {
        self.record(at.largest, 0.0);
        let iterations = std::mem::take(&mut self.iterations);
        Some(Ok(Solution { unknowns: at.unknowns, iterations, suspect: at.suspect }))
    }

    /// Makes the next attempt; if there is none, ends with the first failure.
    fn restart_or_fail(
        &mut self,
        system: &System,
        at: &Iterate,
        cause: Cause,
    ) -> Option<SearchOutcome> {
        let iterations = std::mem::take(&mut self.iterations);
        let region = &self.region;
        self.first_failure.get_or_insert_with(|| SolverFailure {
            cause,
            iterations,
            unknowns: at.unknowns.clone(),
            residuals: at.shares.clone(),
            held: region.held(&at.unknowns),
        });
        if self.begin_attempt(system) { None } else { self.first_failure.take().map(Err) }
    }
}

impl Iterate {
    /// Describes an accepted point from what has been evaluated there.
    fn new<const W: usize>(
        unknowns: &[f64],
        points: &EvaluationPoints<W>,
        point: usize,
        tolerance: f64,
    ) -> Self {
        let activity: Vec<f64> = points.activity(point).collect();
        let shares: Vec<f64> = shares(points.residuals(point), &activity).collect();
        let largest = largest(&shares);
        Self {
            unknowns: unknowns.to_vec(),
            merit: merit(shares.iter().copied()),
            converged: largest <= tolerance,
            suspect: false,
            activity,
            shares,
            largest,
            step: Vec::new(),
        }
    }

    /// Computes the Newton step: the solution of the linearised equations. `None` if the Jacobian
    /// is singular. Where the equations hold, `tests_rank` also estimates how close the Jacobian is to that.
    fn compute_step<const W: usize>(
        &mut self,
        points: &mut EvaluationPoints<W>,
        point: usize,
        tests_rank: bool,
    ) -> Option<()> {
        /// Lower bound of the norm of the inverse from which on the rank has to be tested.
        const SUSPECT: f64 = 1e10;
        let right: Vec<f64> = self.shares.iter().map(|share| -share).collect();
        let factors = points.factorise(point)?;
        self.step = factors.solve(&right);
        if self.converged && tests_rank {
            self.suspect = factors.inverse_norm(right.len()) > SUSPECT;
        }
        for (step, &unknown) in self.step.iter_mut().zip(&self.unknowns) {
            *step *= unknown_scale(unknown);
        }
        Some(())
    }

    /// Writes the point at a share of the Newton step into `trial`. No unknown leaves its range.
    fn write_trial(&self, damping: f64, region: &Region, trial: &mut [f64]) {
        let steps = self.unknowns.iter().zip(&self.step).enumerate();
        for (trial, (n, (unknown, step))) in trial.iter_mut().zip(steps) {
            *trial = region.inside(n, *unknown, unknown + damping * step, self.converged);
        }
    }
}

#[cfg(test)]
mod tests;
