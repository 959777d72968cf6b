//! Nonlinear least squares with bounds: parameters for which a function is nearest to observations.
//!
//! K. Levenberg (1944) and D. W. Marquardt (1963), with the scaling of J. J. More, "The
//! Levenberg-Marquardt algorithm", LNM 630 (1978), 105-116. Each step tries several dampings in one
//! batch and takes the best. Near the solution undamped steps follow until rounding stops them, since
//! the sum of squares shows only half of the digits. Convergence is the relative offset of D. M. Bates and
//! D. G. Watts, "A relative offset orthogonality convergence criterion for nonlinear least squares",
//! Technometrics 23 (1981), 179-183: the part of the residuals that a change of the parameters could
//! still explain, over the residuals.
//!
//! A fit is refused if it has not converged, if parameters cannot be told apart, or if a bound holds a
//! parameter back: its numbers would look like an answer.

use ndarray::Array2;

use super::dense::{Qr, transposed_times};
use super::{Batch, Bounds, derivative, rows};

/// Maximum number of steps of a search.
const MOST_STEPS: usize = 500;
/// First damping of a search, and the dampings that each step tries, as factors of the last accepted one. The bold
/// strategy needs few steps where the function is nearly linear; the cautious one does not jump across a valley. Each
/// start uses both.
const STRATEGIES: [(f64, [f64; 6]); 2] =
    [(1e-2, [1e-3, 1e-1, 1.0, 1e1, 1e3, 1e5]), (1e2, [0.3, 0.6, 1.0, 3.0, 1e1, 1e3])];
/// Relative offset at which undamped steps begin.
const NEAR: f64 = 1e-3;
/// Maximum relative offset of a fit that has converged.
const CONVERGED: f64 = 1e-7;
/// Relative offset below which rounding leaves nothing to gain.
const EXACT: f64 = 1e-11;
/// Threshold for dependent columns of a Jacobian: the part of a column that the other columns do not explain, as a
/// share of the column. Errors of finite differences are far smaller.
const DEPENDENT: f64 = 1e-7;
/// A parameter has no effect if a change over its whole range changes the outputs by less than this share of
/// their size.
const NO_EFFECT: f64 = 1e-9;
/// A parameter belongs to a dependence if its component is at least this share of the largest one.
const TAKES_PART: f64 = 1e-3;

/// Fitted parameters with their standard errors.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedParameters {
    /// Values of the parameters.
    pub parameters: Vec<f64>,
    /// Standard errors of the parameters, from the curvature of the sum of squares.
    pub standard_errors: Vec<f64>,
    /// The correlations of the parameters' errors.
    pub correlations: Array2<f64>,
    /// Sum of squared residuals.
    pub sum_of_squares: f64,
    /// The standard deviation of the residuals: sqrt(sum of squares / (observations - parameters)).
    pub residual_sd: f64,
    /// Relative offset of the fit; 0 at an exact solution.
    pub offset: f64,
}

/// Outcome of a least-squares fit.
#[derive(Debug, Clone, PartialEq)]
pub enum Fitting {
    /// The parameters were determined.
    Fitted(FittedParameters),
    /// There are no more observations than parameters.
    TooFewObservations,
    /// The function has no value at any start.
    Undefined,
    /// No search converged: the best parameters found, and their relative offset.
    NotConverged {
        /// Best parameters found.
        best: Vec<f64>,
        /// Relative offset at the best parameters.
        offset: f64,
    },
    /// One or more parameters can change without any change of the fit.
    NotDistinguishable {
        /// Indices of these parameters.
        parameters: Vec<usize>,
        /// Parameters at which the problem was found.
        at: Vec<f64>,
    },
    /// The best fit is beyond the bounds.
    AtBounds {
        /// Indices of the parameters that a bound holds.
        parameters: Vec<usize>,
        /// The best parameters within the bounds.
        at: Vec<f64>,
    },
}

/// Fits the outputs of a batch to as many observations. Searches from each start, and takes the least sum
/// of squares of those that converged.
///
/// # Errors
/// The errors of the batch.
pub fn least_squares<B: Batch>(
    batch: &mut B,
    observed: &[f64],
    bounds: &[Bounds],
    starts: &[Vec<f64>],
) -> Result<Fitting, B::Error> {
    if observed.len() <= bounds.len() {
        return Ok(Fitting::TooFewObservations);
    }
    let mut problem = FitProblem { batch, observed, bounds };
    let mut best: Option<FitPoint> = None;
    for (start, strategy) in starts.iter().flat_map(|s| STRATEGIES.iter().map(move |t| (s, t))) {
        let found = problem.search(start, strategy)?;
        let rank = |state: &FitPoint| (state.offset > CONVERGED, state.squares);
        let better = |found: &FitPoint, best: &FitPoint| rank(found) < rank(best);
        if let Some(found) = found
            && best.as_ref().is_none_or(|best| better(&found, best))
        {
            best = Some(found);
        }
    }
    Ok(best.map_or(Fitting::Undefined, |best| problem.outcome(best)))
}

/// A least-squares problem: the function, the observations and the bounds of the parameters.
struct FitProblem<'a, B> {
    batch: &'a mut B,
    observed: &'a [f64],
    bounds: &'a [Bounds],
}

/// A point of the search: parameters, with the function's outputs and derivatives.
#[derive(Clone)]
struct FitPoint {
    at: Vec<f64>,
    residuals: Vec<f64>,
    squares: f64,
    jacobian: Array2<f64>,
    /// Indices of the parameters that are not held by a bound.
    free: Vec<usize>,
    offset: f64,
}

impl<B: Batch> FitProblem<'_, B> {
    /// Evaluates the residuals at each of `points`, and the sum of their squares: infinite if a residual is
    /// not a finite number.
    fn residuals(&mut self, points: &[Vec<f64>]) -> Result<Vec<(Vec<f64>, f64)>, B::Error> {
        let points = rows(self.bounds.len(), points.iter().map(Vec::as_slice));
        let values = self.batch.run(points.view())?;
        let one = |row: ndarray::ArrayView1<'_, f64>| {
            let residuals: Vec<f64> = row.iter().zip(self.observed).map(|(y, o)| y - o).collect();
            let squares: f64 = residuals.iter().map(|r| r * r).sum();
            (residuals, if squares.is_finite() { squares } else { f64::INFINITY })
        };
        Ok(values.rows().into_iter().map(one).collect())
    }

    /// Evaluates outputs and derivatives at some parameters; None if an output has no value.
    fn state(&mut self, at: Vec<f64>) -> Result<Option<FitPoint>, B::Error> {
        let found = self.residuals(std::slice::from_ref(&at))?;
        let Some((residuals, squares)) = found.into_iter().next() else { return Ok(None) };
        let mut jacobian = derivative::jacobian(self.batch, &at, self.bounds)?;
        let outputs: f64 =
            residuals.iter().zip(self.observed).map(|(r, o)| (r + o) * (r + o)).sum();
        for (mut column, bounds) in jacobian.columns_mut().into_iter().zip(self.bounds) {
            // Rounding must not be mistaken for an effect.
            let effect = column.iter().map(|x| x * x).sum::<f64>().sqrt() * bounds.width();
            if effect < NO_EFFECT * outputs.sqrt() {
                column.fill(0.0);
            }
        }
        if !squares.is_finite() || jacobian.iter().any(|x| !x.is_finite()) {
            return Ok(None);
        }
        let gradient = transposed_times(jacobian.view(), &residuals);
        let held = |n: &usize| {
            let (x, bounds) = (at[*n], self.bounds[*n]);
            x <= bounds.low && gradient[*n] > 0.0 || x >= bounds.high && gradient[*n] < 0.0
        };
        let free: Vec<usize> = (0..at.len()).filter(|n| !held(n)).collect();
        let mut state = FitPoint { at, residuals, squares, jacobian, free, offset: 0.0 };
        state.offset = state.relative_offset(self.observed);
        Ok(Some(state))
    }

    fn search(
        &mut self,
        start: &[f64],
        &(first, factors): &(f64, [f64; 6]),
    ) -> Result<Option<FitPoint>, B::Error> {
        let inside = start.iter().zip(self.bounds).map(|(x, b)| x.clamp(b.low, b.high)).collect();
        let Some(mut state) = self.state(inside)? else { return Ok(None) };
        let mut scale = vec![0.0; self.bounds.len()];
        let mut damping = first;
        for _ in 0..MOST_STEPS {
            if state.offset <= NEAR {
                state = self.polish(state)?;
                if state.offset <= EXACT {
                    break;
                }
            }
            for (scale, size) in scale.iter_mut().zip(state.column_sizes()) {
                *scale = size.max(*scale);
            }
            let candidates = factors.map(|factor| factor * damping);
            let points = candidates.map(|damping| self.moved(&state, state.step(damping, &scale)));
            let found = self.residuals(&points)?;
            let best = (0..found.len()).min_by(|&a, &b| found[a].1.total_cmp(&found[b].1));
            match best.filter(|&best| found[best].1 < state.squares) {
                Some(best) => {
                    damping = candidates[best].clamp(1e-14, 1e14);
                    let Some(next) = self.state(points[best].clone())? else { break };
                    state = next;
                }
                None if damping < 1e14 => damping *= 1e7,
                None => break,
            }
        }
        Ok(Some(state))
    }

    /// Takes undamped steps as long as each lowers the relative offset.
    fn polish(&mut self, mut state: FitPoint) -> Result<FitPoint, B::Error> {
        for _ in 0..20 {
            let scale = state.column_sizes();
            let next = self.moved(&state, state.step(0.0, &scale));
            let Some(next) = self.state(next)? else { break };
            // Rounding hides changes of the sum of squares below a share of 1e-12.
            if next.offset >= state.offset || next.squares > state.squares * (1.0 + 1e-12) {
                break;
            }
            state = next;
        }
        Ok(state)
    }

    /// Returns the parameters after a step, clipped to the bounds. A component of the step that is infinite
    /// or NaN is ignored.
    fn moved(&self, state: &FitPoint, step: Vec<f64>) -> Vec<f64> {
        let moved = state.at.iter().zip(step).zip(self.bounds);
        moved
            .map(
                |((x, step), b)| {
                    if step.is_finite() { (x + step).clamp(b.low, b.high) } else { *x }
                },
            )
            .collect()
    }

    fn outcome(&self, state: FitPoint) -> Fitting {
        let sizes = state.column_sizes();
        let qr = Qr::new(state.scaled(&sizes));
        let rank = qr.rank(DEPENDENT);
        if let Some(vector) = qr.null_vectors(rank).first() {
            let largest = vector.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
            let takes_part = |n: &usize| vector[*n].abs() >= TAKES_PART * largest;
            let parameters = (0..vector.len()).filter(takes_part).collect();
            return Fitting::NotDistinguishable { parameters, at: state.at };
        }
        if state.offset > CONVERGED {
            return Fitting::NotConverged { best: state.at, offset: state.offset };
        }
        if state.free.len() < state.at.len() {
            let held = (0..state.at.len()).filter(|n| !state.free.contains(n)).collect();
            return Fitting::AtBounds { parameters: held, at: state.at };
        }
        let freedom = (self.observed.len() - self.bounds.len()) as f64;
        let residual_sd = (state.squares / freedom).sqrt();
        let inverse = qr.inverse_of_square();
        let spread: Vec<f64> = inverse.diag().iter().map(|x| x.sqrt()).collect();
        let errors = spread.iter().zip(&sizes).map(|(spread, size)| residual_sd * spread / size);
        Fitting::Fitted(FittedParameters {
            standard_errors: errors.collect(),
            correlations: Array2::from_shape_fn(inverse.dim(), |(i, j)| {
                if i == j { 1.0 } else { inverse[[i, j]] / (spread[i] * spread[j]) }
            }),
            parameters: state.at,
            sum_of_squares: state.squares,
            residual_sd,
            offset: state.offset,
        })
    }
}

impl FitPoint {
    /// Returns the length of each column of the Jacobian; 1 for a column of zeros.
    fn column_sizes(&self) -> Vec<f64> {
        let columns = self.jacobian.columns().into_iter();
        let sizes = columns.map(|column| column.iter().map(|x| x * x).sum::<f64>().sqrt());
        sizes.map(|size| if size > 0.0 { size } else { 1.0 }).collect()
    }

    /// Returns the Jacobian with each column divided by its scale.
    fn scaled(&self, scale: &[f64]) -> Array2<f64> {
        Array2::from_shape_fn(self.jacobian.dim(), |(i, j)| self.jacobian[[i, j]] / scale[j])
    }

    /// Returns the step p that minimises |r + J p|^2 + damping |scale p|^2 over the free parameters.
    fn step(&self, damping: f64, scale: &[f64]) -> Vec<f64> {
        let (observations, free) = (self.residuals.len(), self.free.len());
        let mut step = vec![0.0; self.at.len()];
        if free == 0 {
            return step;
        }
        let root = damping.sqrt();
        let matrix = Array2::from_shape_fn((observations + free, free), |(i, j)| {
            if i < observations {
                self.jacobian[[i, self.free[j]]] / scale[self.free[j]]
            } else if i - observations == j {
                root
            } else {
                0.0
            }
        });
        let mut right: Vec<f64> = self.residuals.iter().map(|r| -r).collect();
        right.resize(observations + free, 0.0);
        for (&n, p) in self.free.iter().zip(Qr::new(matrix).solve(&right)) {
            step[n] = p / scale[n];
        }
        step
    }

    /// Returns the length of the residuals' projection on the columns of the free parameters, divided by the length of
    /// the residuals; 0 for a perfect fit.
    fn relative_offset(&self, observed: &[f64]) -> f64 {
        let size = self.squares.sqrt();
        let whole: f64 = observed.iter().map(|y| y * y).sum::<f64>().sqrt();
        if size <= 1e-15 * whole || self.free.is_empty() {
            return 0.0;
        }
        // Slight damping prevents meaningless steps if the matrix is singular.
        let step = self.step(1e-20, &self.column_sizes());
        let change = super::dense::times(self.jacobian.view(), &step);
        let offset = change.iter().map(|x| x * x).sum::<f64>().sqrt() / size;
        if offset.is_finite() { offset } else { 1.0 }
    }
}

#[cfg(test)]
mod tests;
