//! A block solved for a lane of draws.

use std::iter;
use std::ops::ControlFlow;

use pulp::Arch;

use super::inputs::SolvedBlock;
use crate::engine::Stop;
use crate::engine::solve::newton::{Outcome, Searches, StartPoints};
use crate::engine::solve::starts::Starts;
use crate::engine::solve::system::Points;
use crate::model::Solver;

/// Draws that are searched for at once: more would not stay near the processor in a large block.
const TOGETHER: usize = 16;

/// The starts of a draw after the solution at the medians.
pub(super) type StartsOf<'a> = &'a dyn Fn(usize) -> Starts<f64>;

/// The unknowns of a block in some draws of a lane, given what it reads in each draw of the lane.
///
/// Draws without a solution are taken out of `draws`. Where other starts have been tried too, that is
/// the end of a draw: those after it are taken out unsolved. So are all that are left once the flag is
/// raised.
pub(super) fn solve(
    block: &SolvedBlock,
    starts: Option<StartsOf<'_>>,
    (settings, stop): (&Solver, &Stop),
    reads: &[Vec<f64>],
    draws: &mut Vec<usize>,
) -> Vec<Vec<f64>> {
    let SolvedBlock { system, medians, .. } = block;
    let mut points = Points::<TOGETHER>::new(Arch::new(), system, reads.len());
    let lane = draws.last().map_or(0, |last| last + 1);
    let mut unknowns = vec![vec![f64::NAN; lane]; medians.len()];
    let mut solved = vec![false; lane];
    let mut ended = |draw: usize, outcome: Outcome| {
        let Ok((solution, _)) = outcome else {
            return if starts.is_some() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            };
        };
        solved[draw] = true;
        for (lane, value) in unknowns.iter_mut().zip(solution) {
            lane[draw] = value;
        }
        ControlFlow::Continue(())
    };
    let starts = |draw| -> StartPoints<'_> {
        let further = move || starts.map_or(Vec::new(), |starts| starts(draw).points());
        Box::new(iter::once(medians.clone()).chain(iter::once_with(further).flatten()))
    };
    let searches = Searches { system, starts: &starts, settings, stop, outside: reads };
    searches.solve(&mut points, draws.iter().copied(), &mut ended);
    draws.retain(|&draw| solved[draw]);
    unknowns
}
