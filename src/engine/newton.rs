//! Newton's method with exact derivatives and a line search.
//!
//! Residuals are weighed by the activity of their equation, the sum of the sizes of its terms, so
//! that neither units nor the size of flows decide about convergence.

use super::linear::{Factors, Matrix};
use super::system::System;
use crate::model::Solver;

/// One iteration, as a trace shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Iteration {
    /// The largest residual, as a share of its equation's activity.
    pub residual: f64,
    /// The share of the Newton step that was taken.
    pub damping: f64,
}

/// Why no solution was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
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
pub(super) struct Failure {
    pub(super) cause: Cause,
    pub(super) iterations: Vec<Iteration>,
    /// The last iterate.
    pub(super) unknowns: Vec<f64>,
    /// Each equation's residual as a share of its activity.
    pub(super) residuals: Vec<f64>,
    /// Unknowns that a singular matrix leaves open.
    pub(super) open: Vec<usize>,
}

/// A point of the search with all that is known of it.
struct Iterate {
    unknowns: Vec<f64>,
    residuals: Vec<f64>,
    jacobian: Matrix,
    activity: Vec<f64>,
}

/// The unknowns that solve a system, and the way there.
pub(super) fn solve(
    system: &System,
    start: &[f64],
    settings: &Solver,
) -> Result<(Vec<f64>, Vec<Iteration>), Failure> {
    let mut iterations = Vec::new();
    let mut at = Iterate::new(system, start.to_vec());
    let fail = |at: &Iterate, cause, iterations: &[Iteration], open| Failure {
        cause,
        iterations: iterations.to_vec(),
        unknowns: at.unknowns.clone(),
        residuals: at.weighed(&at.residuals),
        open,
    };
    if !at.residuals.iter().all(|r| r.is_finite()) {
        return Err(fail(&at, Cause::Undefined, &iterations, Vec::new()));
    }
    loop {
        let largest = largest(&at.weighed(&at.residuals));
        let converged = largest <= settings.tolerance;
        if iterations.len() >= settings.iterations && !converged {
            iterations.push(Iteration { residual: largest, damping: 0.0 });
            return Err(fail(&at, Cause::TooMany, &iterations, Vec::new()));
        }
        let Some(factors) = at.scaled().factorise() else {
            iterations.push(Iteration { residual: largest, damping: 0.0 });
            if largest == 0.0 {
                return Ok((at.unknowns, iterations));
            }
            let open = at.open();
            return Err(fail(&at, Cause::Singular, &iterations, open));
        };
        let step = at.step(&factors);
        match at.search(system, &step, converged) {
            Some((next, damping)) => {
                iterations.push(Iteration { residual: largest, damping });
                at = next;
                // One step behind the tolerance brings quadratic convergence to the last digit.
                if converged {
                    return Ok((at.unknowns, iterations));
                }
            }
            None if converged => {
                iterations.push(Iteration { residual: largest, damping: 0.0 });
                return Ok((at.unknowns, iterations));
            }
            None => {
                iterations.push(Iteration { residual: largest, damping: 0.0 });
                return Err(fail(&at, Cause::Stalled, &iterations, Vec::new()));
            }
        }
    }
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| f64::max(most, value.abs()))
}

impl Iterate {
    fn new(system: &System, unknowns: Vec<f64>) -> Self {
        let linear = system.linearise(&unknowns);
        let mut activity: Vec<f64> = linear.sizes;
        for &(row, column, value) in linear.jacobian.entries() {
            activity[row] += (value * unknowns[column]).abs();
        }
        Self { unknowns, residuals: linear.residuals, jacobian: linear.jacobian, activity }
    }

    /// Residuals as shares of their equations' activity.
    fn weighed(&self, residuals: &[f64]) -> Vec<f64> {
        let share = |(&r, &a): (&f64, &f64)| if r == 0.0 { 0.0 } else { r / a };
        residuals.iter().zip(&self.activity).map(share).collect()
    }

    /// The matrix with every row divided by the equation's activity, every column multiplied by the
    /// unknown's size.
    fn scaled(&self) -> Matrix {
        let mut scaled = Matrix::new(self.unknowns.len());
        for &(row, column, value) in self.jacobian.entries() {
            let activity = self.activity[row];
            let weight = if activity > 0.0 { 1.0 / activity } else { 1.0 };
            scaled.add(row, column, value * weight * self.size(column));
        }
        scaled
    }

    fn size(&self, unknown: usize) -> f64 {
        match self.unknowns[unknown].abs() {
            0.0 => 1.0,
            size => size,
        }
    }

    fn step(&self, factors: &Factors) -> Vec<f64> {
        let right: Vec<f64> = self.weighed(&self.residuals).iter().map(|r| -r).collect();
        let step = factors.solve(&right);
        step.iter().enumerate().map(|(n, s)| s * self.size(n)).collect()
    }

    fn merit(&self, residuals: &[f64]) -> f64 {
        self.weighed(residuals).iter().map(|r| r * r).sum()
    }

    /// The longest of the steps 1, 1/2, 1/4, ... that brings the equations closer.
    fn search(&self, system: &System, step: &[f64], converged: bool) -> Option<(Self, f64)> {
        const SHORTEST: f64 = 1e-9;
        const DECREASE: f64 = 1e-4;
        let before = self.merit(&self.residuals);
        let mut damping = 1.0;
        while damping > SHORTEST {
            let unknowns: Vec<f64> =
                self.unknowns.iter().zip(step).map(|(u, s)| u + damping * s).collect();
            let after = self.merit(&system.residuals(&unknowns));
            if after <= (1.0 - DECREASE * damping) * before {
                let next = Self::new(system, unknowns);
                // A point without finite derivatives leads nowhere.
                if next.jacobian.entries().iter().all(|(_, _, value)| value.is_finite()) {
                    return Some((next, damping));
                }
            }
            if converged {
                return None;
            }
            damping /= 2.0;
        }
        None
    }

    /// The unknowns that move most along the direction that the equations leave open.
    fn open(&self) -> Vec<usize> {
        const ADDED: f64 = 1e-9;
        const SHARE: f64 = 0.1;
        let mut nearly = self.scaled();
        (0..self.unknowns.len()).for_each(|n| nearly.add(n, n, ADDED));
        let Some(factors) = nearly.factorise() else { return Vec::new() };
        let once = factors.solve(&vec![1.0; self.unknowns.len()]);
        let size = largest(&once);
        if size == 0.0 || !size.is_finite() {
            return Vec::new();
        }
        let again = factors.solve(&once.iter().map(|x| x / size).collect::<Vec<_>>());
        let most = largest(&again);
        let moves = again.iter().enumerate().filter(|(_, x)| x.abs() >= SHARE * most);
        moves.map(|(n, _)| n).collect()
    }
}
