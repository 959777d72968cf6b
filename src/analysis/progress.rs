//! The progress of the solver, and of a query whose work is the evaluation of many points.
//!
//! A query divides its work into parts, and says for each how many evaluations it expects. The expectation of a
//! search is a guess: its share stops short of the end if more are needed.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::model::{Model, Op};

/// Number of points that are evaluated together; fewer points take as long.
const LANE: usize = 256;
/// Greatest share of progress reported before a part has ended.
const MOST: f64 = 0.99;

/// Progress of the current query.
#[derive(Debug, Default)]
pub(super) struct QueryWork(Cell<Part>);

/// A part of a query's work: its first and last share, and its number of evaluations.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    from: f64,
    to: f64,
    expected: f64,
    done: f64,
}

/// The shares of a query's work before and after one evaluation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    from: f64,
    to: f64,
}

impl QueryWork {
    /// Resets the progress for a query that does not report any.
    pub(super) fn clear(&self) {
        self.0.set(Part::default());
    }

    /// Begins part `number` of `of` parts, which takes about `points` points; returns the share done before.
    pub(super) fn begin(&self, number: usize, of: usize, points: usize) -> f64 {
        let share = |number: usize| number as f64 / of.max(1) as f64;
        let (from, to, expected) = (share(number), share(number + 1), lanes(points));
        self.0.set(Part { from, to, expected, done: 0.0 });
        from
    }

    /// Sets the number of points that the current part takes from now on.
    pub(super) fn expect(&self, points: usize) {
        self.0.set(Part { expected: lanes(points), done: 0.0, ..self.0.get() });
    }

    /// Counts an evaluation of `points` points; `None` if no part has begun.
    pub(super) fn evaluate(&self, points: usize) -> Option<Stretch> {
        let part = self.0.get();
        if part.expected == 0.0 {
            return None;
        }
        let done = part.done + lanes(points);
        self.0.set(Part { done, ..part });
        let share =
            |done: f64| part.from + (part.to - part.from) * (done / part.expected).min(MOST);
        Some(Stretch { from: share(part.done), to: share(done) })
    }
}

impl Stretch {
    /// Converts a share of the evaluation to a share of the query's work.
    pub(super) fn at(self, share: f64) -> f64 {
        self.from + (self.to - self.from) * share
    }
}

/// The work of solving equations in the baseline and all scenarios.
#[derive(Debug)]
pub(super) struct SolverWork {
    runs: usize,
    solved: AtomicUsize,
}

impl SolverWork {
    /// The work of a model; `None` if it has no equations to solve, as far as its statements show.
    pub(super) fn of(model: &Model) -> Option<Self> {
        let solves = model.quantities.iter().any(|quantity| {
            quantity.start.is_some() || quantity.definitions.iter().any(|one| one.op == Op::Solve)
        });
        let runs = 1 + model.scenarios.len();
        solves.then(|| Self { runs, solved: AtomicUsize::new(0) })
    }

    /// Counts a block that was solved in a run of `blocks` blocks; returns the share of the work that is done.
    pub(super) fn count(&self, blocks: usize) -> f64 {
        let solved = self.solved.fetch_add(1, Ordering::Relaxed) + 1;
        (solved as f64 / (blocks * self.runs).max(1) as f64).min(1.0)
    }
}

fn lanes(points: usize) -> f64 {
    points.div_ceil(LANE) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_grow_to_the_end_of_a_part_and_not_beyond() {
        let work = QueryWork::default();
        assert!(work.evaluate(10).is_none());
        assert_eq!(work.begin(1, 4, 1024), 0.25);
        let first = work.evaluate(512).expect("a stretch");
        assert_eq!((first.at(0.0), first.at(0.5), first.at(1.0)), (0.25, 0.3125, 0.375));
        let second = work.evaluate(4096).expect("a stretch");
        assert_eq!((second.at(0.0), second.at(1.0)), (0.375, 0.25 + 0.25 * MOST));
        work.expect(256);
        assert_eq!(work.evaluate(256).expect("a stretch").at(0.0), 0.25);
        work.clear();
        assert!(work.evaluate(1).is_none());
    }
}
