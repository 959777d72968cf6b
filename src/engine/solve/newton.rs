//! Newton's method with exact derivatives and a line search, for some draws at once.
//!
//! Residuals are weighed by the activity of their equation, the sum of the sizes of its terms, so
//! that neither units nor the size of flows decide about convergence.
//!
//! Residuals and derivatives are computed at the points of `W` draws together. Steps, damping, starts
//! and the end of a search are each draw's own, and where one ends the next draw takes its place:
//! what a draw finds does not depend on those beside it. A run without draws is a search by itself.

use std::ops::ControlFlow;

use pulp::Arch;

use super::linear::Shape;
use super::system::{Points, System, size};
use crate::engine::run::stop::Stop;
use crate::engine::run::values::Iteration;
use crate::model::Solver;

/// Why no solution was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The equations do not determine the unknowns here.
    Singular,
    /// No step along Newton's direction brings the equations closer.
    Stalled,
    /// The limit on iterations was reached.
    TooMany,
    /// An equation has no value at the start.
    Undefined,
}

/// A search that ended without a solution.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    pub(crate) iterations: Vec<Iteration>,
    /// The last iterate.
    pub(crate) unknowns: Vec<f64>,
    /// Each equation's residual as a share of its activity.
    pub(crate) residuals: Vec<f64>,
    /// Unknowns that a singular matrix leaves open.
    pub(crate) open: Vec<usize>,
}

/// The unknowns, and the way there.
pub(crate) type Found = (Vec<f64>, Vec<Iteration>);

/// What a search came to: a failure is that from the first start.
pub(crate) type Outcome = Result<Found, Failure>;

/// Points to search from: each is asked for where there is no solution from those before.
pub(crate) type StartPoints<'a> = Box<dyn Iterator<Item = Vec<f64>> + 'a>;

/// The unknowns that solve a system that reads nothing from outside; nothing, once the flag is raised.
pub(crate) fn solve(
    system: &System,
    starts: &[Vec<f64>],
    settings: &Solver,
    stop: &Stop,
) -> Option<Outcome> {
    let mut points = Points::<1>::new(Arch::new(), system, 0);
    let mut outcome = None;
    let mut ended = |_, of_search| {
        outcome = Some(of_search);
        ControlFlow::Continue(())
    };
    let starts = |_| -> StartPoints<'_> { Box::new(starts.iter().cloned()) };
    let searches = Searches { system, starts: &starts, settings, stop, outside: &[] };
    searches.solve(&mut points, 0..1, &mut ended);
    outcome
}

/// Searches for the solution of a system in some draws.
pub(crate) struct Searches<'a> {
    pub(crate) system: &'a System,
    /// Where each draw is searched from.
    pub(crate) starts: &'a dyn Fn(usize) -> StartPoints<'a>,
    pub(crate) settings: &'a Solver,
    pub(crate) stop: &'a Stop,
    /// What the system reads from outside: the draws of each value.
    pub(crate) outside: &'a [Vec<f64>],
}

/// The search in one draw.
struct Search<'a> {
    draw: usize,
    /// Where it goes on if it fails.
    starts: StartPoints<'a>,
    /// Its first failure.
    failed: Option<Failure>,
    /// The last iterate; none before a start has been looked at.
    at: Option<Iterate>,
    /// Where it looks next, and the share of the step that leads there.
    trial: Vec<f64>,
    damping: f64,
    iterations: Vec<Iteration>,
}

/// A point that the search has reached, and where it leads.
struct Iterate {
    unknowns: Vec<f64>,
    activity: Vec<f64>,
    /// Residuals as shares of their equations' activity, and the largest.
    shares: Vec<f64>,
    largest: f64,
    merit: f64,
    converged: bool,
    step: Vec<f64>,
}

/// What the residuals where a search looks say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// They are closer to 0: the search goes on from there.
    Closer,
    /// They are closer to 0, and were near enough before.
    Last,
    /// They are not closer.
    Off,
}

impl<'a> Searches<'a> {
    /// Solves the system in some draws, in ascending order. `ended` takes what each search came to, in
    /// any order, and breaks off where what comes after that draw is not asked for. Once the flag is
    /// raised, searches are left as they are.
    pub(crate) fn solve<const W: usize>(
        &self,
        points: &mut Points<W>,
        draws: impl Iterator<Item = usize>,
        ended: &mut impl FnMut(usize, Outcome) -> ControlFlow<()>,
    ) {
        let mut searches: [Option<Search<'a>>; W] = [const { None }; W];
        let (mut draws, mut last) = (draws, usize::MAX);
        while !self.stop.is_raised() {
            for (point, search) in searches.iter_mut().enumerate() {
                if search.is_none()
                    && let Some(draw) = draws.next().filter(|&draw| draw <= last)
                {
                    points.set_outside(point, self.outside.iter().map(|draws| draws[draw]));
                    *search = Some(Search::new(draw, (self.starts)(draw)));
                }
                if let Some(search) = search {
                    points.set(point, &search.trial);
                }
            }
            if searches.iter().all(Option::is_none) {
                return;
            }
            for (point, outcome) in self.round(points, &mut searches).into_iter().enumerate() {
                let Some(outcome) = outcome else { continue };
                let Some(Search { draw, .. }) = searches[point].take() else { continue };
                if ended(draw, outcome).is_break() {
                    last = draw;
                    let after = |search: &mut Search<'_>| search.draw > draw;
                    searches.iter_mut().for_each(|search| drop(search.take_if(after)));
                }
            }
        }
    }

    /// Looks at the points of all searches; the outcomes of those that end there.
    fn round<const W: usize>(
        &self,
        points: &mut Points<W>,
        searches: &mut [Option<Search<'_>>; W],
    ) -> [Option<Outcome>; W] {
        self.system.evaluate(points);
        let verdicts: [Option<Verdict>; W] = std::array::from_fn(|point| {
            searches[point].as_ref().map(|search| search.judge(points.residuals(point)))
        });
        if verdicts.contains(&Some(Verdict::Closer)) {
            self.system.differentiate(points);
        }
        std::array::from_fn(|point| {
            // Each search factorises a matrix by itself: in a large block that takes its time.
            let search = searches[point].as_mut().filter(|_| !self.stop.is_raised())?;
            match verdicts[point]? {
                Verdict::Closer => search.arrive(points, point, self.settings),
                Verdict::Last => search.last(),
                Verdict::Off => search.shorten(),
            }
        })
    }
}

/// The largest size; none where one of them has none.
fn largest(values: &[f64]) -> f64 {
    let larger = |most, size| if size > most || f64::is_nan(size) { size } else { most };
    values.iter().map(|value| value.abs()).fold(0.0, larger)
}

/// Residuals as shares of their equations' activity. Next to an activity without end every residual
/// would look small: it has no share.
fn shares(residuals: impl Iterator<Item = f64>, activity: &[f64]) -> impl Iterator<Item = f64> {
    residuals.zip(activity).map(|(residual, activity)| match residual {
        0.0 => 0.0,
        _ if activity.is_finite() => residual / activity,
        _ => f64::NAN,
    })
}

fn merit(shares: impl Iterator<Item = f64>) -> f64 {
    shares.map(|r| r * r).sum()
}

impl<'a> Search<'a> {
    fn new(draw: usize, mut starts: StartPoints<'a>) -> Self {
        let trial = starts.next().unwrap_or_default();
        let (at, failed) = (None, None);
        Self { draw, starts, failed, at, trial, damping: 1.0, iterations: Vec::new() }
    }

    fn judge(&self, residuals: impl Iterator<Item = f64>) -> Verdict {
        const DECREASE: f64 = 1e-4;
        let Some(at) = &self.at else { return Verdict::Closer };
        // What no longer changes far out may hold there by chance, but no number solves it.
        if !self.trial.iter().all(|unknown| unknown.is_finite()) {
            return Verdict::Off;
        }
        let after = merit(shares(residuals, &at.activity));
        match after <= (1.0 - DECREASE * self.damping) * at.merit {
            // One step behind the tolerance brings quadratic convergence to the last digit.
            true if at.converged => Verdict::Last,
            true => Verdict::Closer,
            false => Verdict::Off,
        }
    }

    /// The search goes on from where it looks.
    fn arrive<const W: usize>(
        &mut self,
        points: &mut Points<W>,
        point: usize,
        settings: &Solver,
    ) -> Option<Outcome> {
        let start = self.at.is_none();
        if let Some(at) = &self.at {
            // A point without finite derivatives leads nowhere.
            if !points.is_smooth(point) {
                return self.shorten();
            }
            self.note(at.largest, self.damping);
        }
        let mut at = Iterate::new(&self.trial, points, point, settings.tolerance);
        let unknowns = self.trial.iter().copied();
        if start && !points.residuals(point).chain(unknowns).all(f64::is_finite) {
            return self.fail(&at, Cause::Undefined, Vec::new());
        }
        if self.iterations.len() >= settings.iterations && !at.converged {
            self.note(at.largest, 0.0);
            return self.fail(&at, Cause::TooMany, Vec::new());
        }
        if at.aim(points, point).is_none() {
            if at.largest == 0.0 {
                return self.stay(at);
            }
            self.note(at.largest, 0.0);
            return self.fail(&at, Cause::Singular, open(points, point));
        }
        self.damping = 1.0;
        at.towards(self.damping, &mut self.trial);
        self.at = Some(at);
        None
    }

    /// The search looks nearer to its last iterate: at the longest of the steps 1, 1/2, 1/4, ... that
    /// brings the equations closer.
    fn shorten(&mut self) -> Option<Outcome> {
        const SHORTEST: f64 = 1e-9;
        let at = self.at.take()?;
        if at.converged {
            return self.stay(at);
        }
        self.damping /= 2.0;
        if self.damping <= SHORTEST {
            self.note(at.largest, 0.0);
            return self.fail(&at, Cause::Stalled, Vec::new());
        }
        at.towards(self.damping, &mut self.trial);
        self.at = Some(at);
        None
    }

    fn note(&mut self, residual: f64, damping: f64) {
        self.iterations.push(Iteration { residual, damping });
    }

    /// The search ends where it looks.
    fn last(&mut self) -> Option<Outcome> {
        let at = self.at.take()?;
        self.note(at.largest, self.damping);
        Some(Ok((std::mem::take(&mut self.trial), std::mem::take(&mut self.iterations))))
    }

    /// The search ends at an iterate.
    fn stay(&mut self, at: Iterate) -> Option<Outcome> {
        self.note(at.largest, 0.0);
        Some(Ok((at.unknowns, std::mem::take(&mut self.iterations))))
    }

    /// The search goes on from the next start, if there is one.
    fn fail(&mut self, at: &Iterate, cause: Cause, open: Vec<usize>) -> Option<Outcome> {
        let iterations = std::mem::take(&mut self.iterations);
        let failed = self.failed.take().unwrap_or_else(|| Failure {
            cause,
            iterations,
            unknowns: at.unknowns.clone(),
            residuals: at.shares.clone(),
            open,
        });
        let Some(start) = self.starts.next() else { return Some(Err(failed)) };
        (self.failed, self.at) = (Some(failed), None);
        (self.trial, self.damping) = (start, 1.0);
        None
    }
}

impl Iterate {
    fn new<const W: usize>(
        unknowns: &[f64],
        points: &Points<W>,
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
            activity,
            shares,
            largest,
            step: Vec::new(),
        }
    }

    /// Finds the step that would solve the equations if they were linear, if there is one.
    fn aim<const W: usize>(&mut self, points: &mut Points<W>, point: usize) -> Option<()> {
        let right: Vec<f64> = self.shares.iter().map(|share| -share).collect();
        self.step = points.factorise(point)?.solve(&right);
        for (step, &unknown) in self.step.iter_mut().zip(&self.unknowns) {
            *step *= size(unknown);
        }
        Some(())
    }

    /// The point that a share of the step leads to.
    fn towards(&self, damping: f64, trial: &mut [f64]) {
        let steps = self.unknowns.iter().zip(&self.step);
        for (trial, (unknown, step)) in trial.iter_mut().zip(steps) {
            *trial = unknown + damping * step;
        }
    }
}

/// The unknowns that move most along the direction that the equations leave open.
fn open<const W: usize>(points: &Points<W>, point: usize) -> Vec<usize> {
    const ADDED: f64 = 1e-9;
    const SHARE: f64 = 0.1;
    let count = points.residuals(point).count();
    let mut nearly: Vec<_> = points.scaled(point).collect();
    nearly.extend((0..count).map(|n| (n, n, ADDED)));
    let places: Vec<_> = nearly.iter().map(|&(row, column, _)| (row, column)).collect();
    let mut shape = Shape::new(count, &places);
    let mut entries = vec![0.0; shape.entries().count()];
    for (&place, (_, _, value)) in shape.places().iter().zip(&nearly) {
        entries[place] += value;
    }
    let Some(factors) = shape.factorise(entries.into_iter()) else { return Vec::new() };
    let once = factors.solve(&vec![1.0; count]);
    let size = largest(&once);
    if size == 0.0 || !size.is_finite() {
        return Vec::new();
    }
    let again = factors.solve(&once.iter().map(|x| x / size).collect::<Vec<_>>());
    let most = largest(&again);
    let moves = again.iter().enumerate().filter(|(_, x)| x.abs() >= SHARE * most);
    moves.map(|(n, _)| n).collect()
}

#[cfg(test)]
mod tests;
