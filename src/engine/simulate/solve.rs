//! A block solved for a lane of draws.
//!
//! In: the values that the block reads, in each draw. Out: the unknowns in each draw; draws without
//! a solution are removed from the lane.

use std::iter;
use std::ops::ControlFlow;

use pulp::Arch;

use super::inputs::SolvedBlock;
use crate::engine::Stop;
use crate::engine::solve::newton::{Attempt, Attempts, SearchOutcome, Searches, Steps};
use crate::engine::solve::region::Keeps;
use crate::engine::solve::starts::Starts;
use crate::engine::solve::system::EvaluationPoints;
use crate::model::Solver;

/// Draws whose Newton iterations run together. With more, the tape of a large block would not fit
/// the processor's cache.
const POINTS: usize = 16;

/// Gives the starting points of a draw that follow the solution at the medians.
pub(super) type StartsOf<'a> = &'a dyn Fn(usize) -> Starts<f64>;

/// Solves a block for the given draws of a lane. `reads` has each value that the block reads, for
/// every draw of the lane; the result has each unknown in the same way.
///
/// The solution at the medians is the first starting point; `starts` gives further ones. A draw
/// without a solution is removed from `draws`. With `starts` that is a failure, so all draws after
/// it are removed too. Once the stop flag is raised, every draw that is not solved is removed.
pub(super) fn solve(
    block: &SolvedBlock,
    starts: Option<StartsOf<'_>>,
    (settings, stop): (&Solver, &Stop),
    reads: &[Vec<f64>],
    draws: &mut Vec<usize>,
) -> Vec<Vec<f64>> {
    let SolvedBlock { system, medians, .. } = block;
    let mut points = EvaluationPoints::<POINTS>::new(Arch::new(), system, reads.len());
    let lane = draws.last().map_or(0, |last| last + 1);
    let mut unknowns = vec![vec![f64::NAN; lane]; medians.len()];
    let mut solved = vec![false; lane];
    let mut on_end = |draw: usize, outcome: SearchOutcome| {
        let Ok(solution) = outcome else {
            return if starts.is_some() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            };
        };
        solved[draw] = true;
        for (lane, value) in unknowns.iter_mut().zip(solution.unknowns) {
            lane[draw] = value;
        }
        ControlFlow::Continue(())
    };
    let near = |steps| Attempt { point: medians.clone(), steps, keeps: Keeps::Signs };
    let starts = |draw| -> Attempts<'_> {
        let others = move || {
            let attempts =
                |starts: Starts<f64>| [starts.attempts(), starts.last_attempts()].concat();
            starts.map_or(Vec::new(), |starts| attempts(starts(draw)))
        };
        let first = [Steps::Damped, Steps::Full].into_iter().map(near);
        Box::new(first.chain(iter::once_with(others).flatten()))
    };
    // The rank is tested at the medians.
    let tests_rank = false;
    let searches = Searches { system, starts: &starts, settings, stop, outside: reads, tests_rank };
    searches.solve(&mut points, draws.iter().copied(), &mut on_end);
    draws.retain(|&draw| solved[draw]);
    unknowns
}
