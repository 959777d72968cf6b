//! Continuation: a solution that is followed from the baseline to this run in small steps, where the whole
//! change at once is too large (Allgower and Georg, "Numerical Continuation Methods", 1990, chapter 2).
//!
//! In: a system between the equations of the baseline and of this run, and the baseline's solution. Out: a
//! point near the solution of this run.

use super::newton::{self, Attempt, Steps};
use super::region::Keeps;
use super::system::System;
use crate::engine::run::stop::Stop;
use crate::model::Solver;

/// Follows the solution of a system that reads a share from outside, from 0 to 1. `None` if a step fails
/// however small it is, or if the stop flag is raised.
pub(super) fn follow(
    system: &System,
    baseline: Vec<f64>,
    settings: &Solver,
    stop: &Stop,
) -> Option<Vec<f64>> {
    const FIRST_STEP: f64 = 0.25;
    const LEAST_STEP: f64 = 1e-4;
    const MOST_SEARCHES: usize = 100;
    let (mut at, mut share, mut step) = (baseline, 0.0, FIRST_STEP);
    for _ in 0..MOST_SEARCHES {
        let next = f64::min(share + step, 1.0);
        let point = at.clone();
        let attempt = Attempt { point, steps: Steps::Damped, keeps: Keeps::Signs };
        match newton::solve(system, &[next], vec![attempt], settings, stop)? {
            Ok(solution) if next == 1.0 => return Some(solution.unknowns),
            Ok(solution) => {
                (at, share) = (solution.unknowns, next);
                step *= 2.0;
            }
            Err(_) => step /= 4.0,
        }
        if step < LEAST_STEP {
            return None;
        }
    }
    None
}
