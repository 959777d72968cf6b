//! The attempts to find a block's solution: starting points, and rules for the steps.
//!
//! In: for each unknown the values known before the search. Out: a list of attempts, the most
//! promising first. A simulation computes the same list for each draw, from values that are nodes
//! of its tape; hence the type parameter.

use rustc_hash::FxHashSet;

use super::newton::{Attempt, Steps};
use super::region::Keeps;
use crate::engine::run::store::Store;
use crate::model::Kind;
use crate::plan::{Block, CellIndex, Plan};

/// Values that are tried for all unknowns without a `start`, in this order: 1 suits indices and
/// prices, 0 deviations, the others flows of any unit.
const GUESSES: [f64; 6] = [1.0, 0.0, 100.0, 0.01, 1e6, 1e9];

/// The guesses for an unknown with bounds, as shares of its range. A share replaces each guess of [`GUESSES`]
/// that is outside the bounds.
const SHARES: [f64; GUESSES.len()] = [0.5, 0.1, 0.9, 0.25, 0.75, 0.01];

/// The candidate starting values of one unknown.
#[derive(Debug, Clone, Copy)]
struct StartValues<V> {
    /// The value in the year before; `None` in the first year, or if it is an unknown of the same
    /// block.
    last: Option<V>,
    /// The value of `start` in the script.
    given: Option<V>,
    /// Value of the unknown in the baseline.
    baseline: Option<V>,
    /// A value that follows from the starts of other unknowns, or that the unknown has in another year.
    filled: Option<V>,
    /// True for a quantity in percent: a growth rate or a share starts at 0 rather than at 100%.
    percent: bool,
    /// Bounds in the unknown's declaration.
    bounds: Option<(f64, f64)>,
}

/// The candidate starting values of a block's unknowns. `V` is a number, or an operand that has a
/// value in each draw.
#[derive(Debug, Clone)]
pub(crate) struct Starts<V> {
    unknowns: Vec<StartValues<V>>,
    /// True if the block has unknowns of several years: then the baseline is nearer than any `start`.
    several_years: bool,
}

impl<V: Copy + Default> Starts<V> {
    /// Collects the candidates of a block. `given` are the values of `start`, `values` those of
    /// this run.
    pub(crate) fn new(
        plan: &Plan<'_>,
        block: &Block,
        given: Vec<Option<V>>,
        (values, baseline): (&Store<V>, Option<&Store<V>>),
    ) -> Self {
        let own: FxHashSet<CellIndex> =
            block.unknowns.iter().chain(&block.explicit).copied().collect();
        let before = |place| plan.layout.year_before(place).filter(|before| !own.contains(before));
        let candidates = block.unknowns.iter().zip(given).map(|(&place, given)| {
            let quantity = &plan.variant.model.quantities[plan.layout.quantity(place)];
            StartValues {
                last: before(place).map(|before| values.get(before)),
                given,
                baseline: baseline.map(|baseline| baseline.get(place)),
                filled: None,
                percent: matches!(quantity.kind, Kind::Plain { percent: true, .. }),
                bounds: quantity.bounds,
            }
        });
        let unknowns = candidates.collect();
        let mut years = block.unknowns.iter().map(|&place| plan.layout.point(place).year);
        let first = years.next();
        let several_years = years.any(|year| Some(year) != first);
        Self { unknowns, several_years }
    }
}

impl<V: Copy> Starts<V> {
    /// Converts every candidate value.
    pub(crate) fn map<U>(&self, mut f: impl FnMut(V) -> U) -> Starts<U> {
        let mut of = |start: &StartValues<V>| StartValues {
            last: start.last.map(&mut f),
            given: start.given.map(&mut f),
            baseline: start.baseline.map(&mut f),
            filled: start.filled.map(&mut f),
            percent: start.percent,
            bounds: start.bounds,
        };
        let unknowns = self.unknowns.iter().map(&mut of).collect();
        Starts { unknowns, several_years: self.several_years }
    }

    /// Returns all candidate values, for a program that computes them.
    pub(crate) fn values(&self) -> impl Iterator<Item = V> {
        let all = |start: &StartValues<V>| [start.last, start.given, start.baseline, start.filled];
        self.unknowns.iter().flat_map(all).flatten()
    }
}

impl Starts<f64> {
    /// Returns the starting value of each unknown from the script, the previous year or the baseline.
    pub(super) fn known(&self) -> impl Iterator<Item = Option<f64>> {
        self.unknowns.iter().map(|start| start.last.or(start.given).or(start.baseline))
    }

    /// Sets the missing starting values of unknowns.
    pub(super) fn fill(&mut self, filled: impl Iterator<Item = Option<f64>>) {
        for (start, filled) in self.unknowns.iter_mut().zip(filled) {
            start.filled = filled;
        }
    }

    /// Returns the starting points. The first takes last year's values where they exist, the second the script's
    /// `start`, the third the baseline's values; missing values are filled from the other sources. The following points
    /// set every unknown without a `start` to one of the [`GUESSES`].
    fn points(&self) -> Vec<Vec<f64>> {
        let first = |h: &StartValues<f64>| h.filled.unwrap_or(h.guess(0));
        let mut points = vec![
            self.nearest(),
            self.point(&|h| h.given.or(h.baseline).or(h.last).unwrap_or(first(h))),
            self.point(&|h| h.baseline.or(h.last).or(h.given).unwrap_or(first(h))),
        ];
        points.extend((0..GUESSES.len()).map(|n| self.point(&|h| h.given.unwrap_or(h.guess(n)))));
        distinct(points)
    }

    /// Returns the first starting point.
    pub(super) fn nearest(&self) -> Vec<f64> {
        self.point(&|h| {
            let near = if self.several_years { h.baseline.or(h.last) } else { h.last };
            let known = near.or(h.given).or(h.baseline).or(h.filled);
            known.unwrap_or(h.guess(0))
        })
    }

    /// Returns the point with a value for each unknown.
    fn point(&self, value: &dyn Fn(&StartValues<f64>) -> f64) -> Vec<f64> {
        self.unknowns.iter().map(value).collect()
    }

    /// Returns the first attempts: from each starting point with damped steps, then from the first points with full
    /// steps.
    pub(crate) fn attempts(&self) -> Vec<Attempt> {
        /// Points that are tried with full steps too.
        const FULL: usize = 3;
        let points = self.points();
        let full = points.iter().take(FULL).cloned().map(of(Steps::Full, Keeps::Signs));
        let full: Vec<Attempt> = full.collect();
        points.into_iter().map(of(Steps::Damped, Keeps::Signs)).chain(full).collect()
    }

    /// Returns the last attempts: first without the signs of the starting values, then without the starting values.
    pub(crate) fn last_attempts(&self) -> Vec<Attempt> {
        let free = self.points().into_iter().map(of(Steps::Damped, Keeps::Bounds));
        let guesses = (0..GUESSES.len()).map(|n| self.point(&|h| h.guess(n)));
        let guesses = distinct(guesses.collect()).into_iter();
        let full = guesses.clone().map(of(Steps::Full, Keeps::Bounds));
        free.chain(guesses.map(of(Steps::Damped, Keeps::Bounds))).chain(full).collect()
    }

    /// Attempts that ignore the bounds of declarations: a solution outside its bounds is the better message.
    pub(crate) fn unbounded_attempts(&self) -> Vec<Attempt> {
        self.points().into_iter().map(of(Steps::Damped, Keeps::Poles)).collect()
    }
}

/// Makes a function that turns a starting point into an attempt.
fn of(steps: Steps, keeps: Keeps) -> impl Fn(Vec<f64>) -> Attempt {
    move |point| Attempt { point, steps, keeps }
}

/// Removes duplicate points.
fn distinct(points: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let mut found: Vec<Vec<f64>> = Vec::with_capacity(points.len());
    for point in points {
        if !found.contains(&point) {
            found.push(point);
        }
    }
    found
}

impl<V> StartValues<V> {
    /// Returns the guess at a position of [`GUESSES`], adapted to the unknown.
    fn guess(&self, position: usize) -> f64 {
        let value = match GUESSES[position] {
            1.0 if self.percent => 0.0,
            value => value,
        };
        match self.bounds {
            Some((low, high)) if value <= low || value >= high => {
                low + SHARES[position] * (high - low)
            }
            Some(_) | None => value,
        }
    }
}
