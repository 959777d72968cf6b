//! Records of the solution of a run's blocks.

use super::stop::PhaseSeconds;

/// Record of the search for the solution of a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// First and last year of the block.
    pub years: (i32, i32),
    /// The first unknown, for a title: `price[USA]`.
    pub first: String,
    /// Number of unknowns.
    pub unknowns: usize,
    /// Number of values that follow from the unknowns.
    pub explicit: usize,
    /// The iterations that led to the solution; those of the first attempt if there is none.
    pub iterations: Vec<Iteration>,
    /// The time spent in each phase, if the run has a clock.
    pub seconds: Option<PhaseSeconds>,
    /// False if no solution was found, or if the equations leave an unknown open.
    pub is_solution: bool,
}

/// One iteration, as a trace shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Iteration {
    /// The largest residual, as a share of its equation's activity.
    pub residual: f64,
    /// The share of the Newton step that was taken.
    pub damping: f64,
}
