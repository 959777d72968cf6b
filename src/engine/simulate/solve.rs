//! A block solved for a lane of draws.

use pulp::Arch;

use super::inputs::SolvedBlock;
use crate::engine::newton::Searches;
use crate::engine::system::Points;
use crate::model::Solver;

/// Draws that are searched for at once: more would not stay near the processor in a large block.
const TOGETHER: usize = 16;

/// The unknowns of a block in so many draws, given what it reads in each; the first draw without a
/// solution, if there is one.
pub(super) fn solve(
    block: &SolvedBlock,
    settings: &Solver,
    reads: &[Vec<f64>],
    draws: usize,
) -> Result<Vec<Vec<f64>>, usize> {
    let SolvedBlock { system, start, .. } = block;
    let mut points = Points::<TOGETHER>::new(Arch::new(), system, reads.len());
    let mut unknowns = vec![vec![0.0; draws]; start.len()];
    let mut keep = |draw: usize, (solution, _): (Vec<f64>, _)| {
        for (lane, value) in unknowns.iter_mut().zip(solution) {
            lane[draw] = value;
        }
    };
    let searches = Searches { system, start, settings, outside: reads };
    searches.solve(&mut points, draws, &mut keep).map_err(|(draw, _)| draw)?;
    Ok(unknowns)
}
