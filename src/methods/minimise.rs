//! The least value of an objective over several unknowns with constraints and bounds.
//!
//! Sequential quadratic programming: M. J. D. Powell, "A fast algorithm for nonlinearly constrained optimization
//! calculations", LNM 630 (1978), 144-157, with his damped update of the Hessian (BFGS), the exact penalty
//! function of S. P. Han (1977), and second-order corrections where curved constraints reject a full
//! step (R. Fletcher, 1982). The step lengths of a line search are one batch. Unknowns are measured in
//! shares of their bounds, functions in units of their slopes at the start.

use ndarray::Array2;

use super::dense::{dot, times};
use super::quadratic::{Constraint, Minimum, minimise as solve};
use super::{Batch, Bounds, derivative, rows};

/// Maximum number of combinations of whole values that are enumerated.
pub const MOST_COMBINATIONS: usize = 10_000;
/// Maximum number of iterations of a search.
const MOST_STEPS: usize = 300;
/// Number of step lengths in a line search; each is half of the one before.
const LENGTHS: usize = 14;
/// Maximum violation of a constraint at a solution, in units of the constraint's slope over the bounds.
const FEASIBLE: f64 = 1e-9;
/// A search ends if the next step changes neither the objective and the constraints (first number, in units
/// of their slopes) nor an unknown (second number, as a share of its bounds) by more. The objective alone
/// would determine the unknowns to only half of their digits.
const CONVERGED: (f64, f64) = (1e-13, 1e-9);
/// The change below which a search that finds no better point counts as converged.
const NEARLY: f64 = 1e-7;

/// The kind of a constraint on an output of the batch. The first output is the objective and has no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// The output must be 0.
    Zero,
    /// The output must be at least 0.
    AtLeastZero,
}

/// The best point found.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimum {
    /// Values of the unknowns at the point.
    pub at: Vec<f64>,
    /// Value of the objective at the point.
    pub objective: f64,
    /// Outputs of the constraints at the point.
    pub constraints: Vec<f64>,
    /// Shadow price of each constraint: the rise of the objective per unit by which the constraint is
    /// tightened. 0 for a constraint that does not bind, and for whole unknowns.
    pub prices: Vec<f64>,
    /// Number of starts that led to this value, and number of all starts.
    pub agreeing: (usize, usize),
}

/// Outcome of a minimisation.
#[derive(Debug, Clone, PartialEq)]
pub enum Minimisation {
    /// The point satisfies all constraints, and no small change improves it.
    Optimal(Optimum),
    /// No point was found that satisfies all constraints.
    Infeasible {
        /// Values of the unknowns at the point with the smallest violation of the constraints.
        at: Vec<f64>,
        /// Index and output of each violated constraint at the point.
        violated: Vec<(usize, f64)>,
    },
    /// The point satisfies all constraints, but small changes may still improve it.
    NotConverged(Optimum),
    /// The outputs have no value at any start or combination.
    Undefined,
    /// There are more combinations of whole values than [`MOST_COMBINATIONS`].
    TooMany {
        /// Number of combinations; floating-point, because it can exceed every integer type.
        combinations: f64,
    },
}

/// Minimises the first output of a batch over continuous unknowns from several starts. Starts that
/// [`super::starts`] spreads over the bounds find more than one valley.
///
/// # Errors
/// The errors of the batch.
pub fn minimise<B: Batch>(
    batch: &mut B,
    bounds: &[Bounds],
    kinds: &[ConstraintKind],
    starts: &[Vec<f64>],
) -> Result<Minimisation, B::Error> {
    let mut found: Vec<SearchPoint> = Vec::new();
    for start in starts {
        let mut search = LocalSearch { batch, bounds, kinds, scales: Vec::new() };
        found.extend(search.run(start)?);
    }
    let rank = |state: &SearchPoint| {
        let feasible = state.violation <= FEASIBLE;
        (!feasible, if feasible { 0.0 } else { state.violation }, state.raw[0])
    };
    let best = found
        .iter()
        .min_by(|a, b| rank(a).partial_cmp(&rank(b)).unwrap_or(std::cmp::Ordering::Equal));
    let Some(best) = best else { return Ok(Minimisation::Undefined) };
    let constraints = best.raw[1..].to_vec();
    let at: Vec<f64> = best.shares.iter().zip(bounds).map(|(s, b)| b.at(*s)).collect();
    if best.violation > FEASIBLE {
        let violated =
            (0..kinds.len()).zip(constraints).filter(|&(n, c)| violation(kinds[n], c) > 0.0);
        return Ok(Minimisation::Infeasible { at, violated: violated.collect() });
    }
    let near = |state: &&SearchPoint| {
        let off = (state.raw[0] - best.raw[0]).abs();
        state.violation <= FEASIBLE && off <= 1e-6 * best.raw[0].abs().max(1e-9)
    };
    let optimum = Optimum {
        at,
        objective: best.raw[0],
        constraints,
        prices: best.prices.clone(),
        agreeing: (found.iter().filter(near).count(), starts.len()),
    };
    Ok(if best.converged {
        Minimisation::Optimal(optimum)
    } else {
        Minimisation::NotConverged(optimum)
    })
}

/// Minimises the first output of a batch over whole unknowns, by evaluating every combination.
///
/// # Errors
/// The errors of the batch.
pub fn minimise_whole<B: Batch>(
    batch: &mut B,
    bounds: &[Bounds],
    kinds: &[ConstraintKind],
) -> Result<Minimisation, B::Error> {
    let counts = bounds.iter().map(|b| (b.high.floor() - b.low.ceil() + 1.0).max(0.0));
    let combinations: f64 = counts.clone().product();
    if combinations > MOST_COMBINATIONS as f64 {
        return Ok(Minimisation::TooMany { combinations });
    }
    let counts: Vec<usize> = counts.map(|count| count as usize).collect();
    let points = Array2::from_shape_fn((combinations as usize, bounds.len()), |(row, column)| {
        // The last unknown changes fastest.
        let before: usize = counts[column + 1..].iter().product();
        bounds[column].low.ceil() + (row / before % counts[column]) as f64
    });
    if points.is_empty() {
        return Ok(Minimisation::Undefined);
    }
    let values = batch.run(points.view())?;
    let mut best: Option<(usize, (f64, f64))> = None;
    for (row, outputs) in values.rows().into_iter().enumerate() {
        let violations = kinds.iter().zip(outputs.iter().skip(1)).map(|(k, c)| violation(*k, *c));
        let rank = (violations.sum::<f64>(), outputs[0]);
        let defined = !rank.0.is_nan() && !rank.1.is_nan();
        if defined && best.is_none_or(|(_, least)| rank < least) {
            best = Some((row, rank));
        }
    }
    let Some((row, (total, objective))) = best else { return Ok(Minimisation::Undefined) };
    let at = points.row(row).to_vec();
    let constraints: Vec<f64> = values.row(row).iter().skip(1).copied().collect();
    if total > 0.0 {
        let violated =
            (0..kinds.len()).zip(constraints).filter(|&(n, c)| violation(kinds[n], c) > 0.0);
        return Ok(Minimisation::Infeasible { at, violated: violated.collect() });
    }
    let prices = vec![0.0; kinds.len()];
    Ok(Minimisation::Optimal(Optimum { at, objective, constraints, prices, agreeing: (1, 1) }))
}

/// Returns the amount by which an output violates its constraint.
fn violation(kind: ConstraintKind, output: f64) -> f64 {
    match kind {
        ConstraintKind::Zero => output.abs(),
        ConstraintKind::AtLeastZero => (-output).max(0.0),
    }
}

/// Returns the objective plus the penalties of the violations; infinite if an output has no value.
fn merit(kinds: &[ConstraintKind], outputs: &[f64], penalties: &[f64]) -> f64 {
    let parts = kinds.iter().zip(&outputs[1..]).zip(penalties);
    let merit = outputs[0] + parts.map(|((k, c), p)| p * violation(*k, *c)).sum::<f64>();
    if merit.is_nan() { f64::INFINITY } else { merit }
}

/// A local search from one starting point.
struct LocalSearch<'a, B> {
    batch: &'a mut B,
    bounds: &'a [Bounds],
    kinds: &'a [ConstraintKind],
    /// Unit of each output: the length of its gradient at the starting point.
    scales: Vec<f64>,
}

/// A point of a local search.
#[derive(Clone)]
struct SearchPoint {
    /// The unknowns as shares of the ranges of their bounds.
    shares: Vec<f64>,
    /// The outputs of the batch, unscaled.
    raw: Vec<f64>,
    /// The outputs, divided by their scales.
    outputs: Vec<f64>,
    /// Derivatives of the scaled outputs with respect to the shares.
    jacobian: Array2<f64>,
    /// Largest violation of a constraint.
    violation: f64,
    prices: Vec<f64>,
    converged: bool,
}

impl<B: Batch> LocalSearch<'_, B> {
    fn outputs(&mut self, shares: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, B::Error> {
        let point = |shares: &Vec<f64>| -> Vec<f64> {
            shares.iter().zip(self.bounds).map(|(s, b)| b.at(*s)).collect()
        };
        let points: Vec<Vec<f64>> = shares.iter().map(point).collect();
        let points = rows(self.bounds.len(), points.iter().map(Vec::as_slice));
        let values = self.batch.run(points.view())?;
        Ok(values.rows().into_iter().map(|row| row.to_vec()).collect())
    }

    /// Evaluates outputs and derivatives at a point; None if an output has no value.
    fn state(&mut self, shares: Vec<f64>) -> Result<Option<SearchPoint>, B::Error> {
        let at: Vec<f64> = shares.iter().zip(self.bounds).map(|(s, b)| b.at(*s)).collect();
        let Some(raw) = self.outputs(std::slice::from_ref(&shares))?.pop() else { return Ok(None) };
        let mut jacobian = derivative::jacobian(self.batch, &at, self.bounds)?;
        for (mut column, bounds) in jacobian.columns_mut().into_iter().zip(self.bounds) {
            column.mapv_inplace(|slope| slope * bounds.width());
        }
        if raw.iter().chain(&jacobian).any(|x| !x.is_finite()) {
            return Ok(None);
        }
        if self.scales.is_empty() {
            let length = |row: ndarray::ArrayView1<'_, f64>| {
                let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
                if length > 0.0 { length } else { 1.0 }
            };
            self.scales = jacobian.rows().into_iter().map(length).collect();
        }
        for (mut row, scale) in jacobian.rows_mut().into_iter().zip(&self.scales) {
            row.mapv_inplace(|slope| slope / scale);
        }
        let outputs: Vec<f64> = raw.iter().zip(&self.scales).map(|(x, scale)| x / scale).collect();
        let violations = self.kinds.iter().zip(&outputs[1..]).map(|(k, c)| violation(*k, *c));
        let violation = violations.fold(0.0, f64::max);
        let prices = vec![0.0; self.kinds.len()];
        Ok(Some(SearchPoint {
            shares,
            raw,
            outputs,
            jacobian,
            violation,
            prices,
            converged: false,
        }))
    }

    fn run(&mut self, start: &[f64]) -> Result<Option<SearchPoint>, B::Error> {
        let share = |(x, b): (&f64, &Bounds)| {
            if b.width() > 0.0 { ((x - b.low) / b.width()).clamp(0.0, 1.0) } else { 0.0 }
        };
        let start = start.iter().zip(self.bounds).map(share).collect();
        let Some(mut state) = self.state(start)? else { return Ok(None) };
        let size = self.bounds.len();
        let mut hessian = Array2::eye(size);
        let mut penalties = vec![0.0_f64; self.kinds.len()];
        let mut fresh = true;
        for _ in 0..MOST_STEPS {
            let Some((step, violations_stay)) = self.direction(&state, &hessian, &state.outputs)
            else {
                break;
            };
            self.note_prices(&mut state, &step);
            for (penalty, multiplier) in penalties.iter_mut().zip(&step.multipliers) {
                *penalty = multiplier.abs().max((*penalty + multiplier.abs()) / 2.0);
            }
            let change = self.expected(&state, &step);
            state.converged = state.violation <= FEASIBLE && change <= NEARLY;
            let length = step.at.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
            let done = change <= CONVERGED.0 && length <= CONVERGED.1;
            if done && state.violation <= FEASIBLE
                || length <= 1e-15
                || violations_stay && length <= 1e-9
            {
                break;
            }
            match self.line_search(&state, &step, &hessian, &penalties)? {
                Some(next) => {
                    update(&mut hessian, &state, &next, &step.multipliers);
                    (state, fresh) = (next, false);
                }
                // The Hessian approximation may be poor: resets it and tries once more.
                None if !fresh => (hessian, fresh) = (Array2::eye(size), true),
                None => break,
            }
        }
        Ok(Some(state))
    }

    /// Returns the step to the minimum of the quadratic model with constraints linearised about `outputs`,
    /// and whether contradicting constraints had to be relaxed.
    fn direction(
        &self,
        state: &SearchPoint,
        hessian: &Array2<f64>,
        outputs: &[f64],
    ) -> Option<(Minimum, bool)> {
        let size = state.shares.len();
        let mut linear: Vec<Constraint> = Vec::new();
        for (n, kind) in self.kinds.iter().enumerate() {
            let normal = state.jacobian.row(n + 1).to_vec();
            linear.push(Constraint {
                normal,
                level: -outputs[n + 1],
                equal: *kind == ConstraintKind::Zero,
            });
        }
        for (n, share) in state.shares.iter().enumerate() {
            for (sign, level) in [(1.0, -share), (-1.0, share - 1.0)] {
                let mut normal = vec![0.0; size];
                normal[n] = sign;
                linear.push(Constraint { normal, level, equal: false });
            }
        }
        let gradient = state.jacobian.row(0).to_vec();
        if let Some(found) = solve(hessian.view(), &gradient, &linear) {
            return Some((found, false));
        }
        // One more unknown t in 0..1 gives way by a share of each violation, at a price
        // (D. Kraft, "A software package for sequential quadratic programming", 1988).
        const PRICE: f64 = 1e4;
        for (n, constraint) in linear.iter_mut().enumerate() {
            let violated = constraint.equal || constraint.level > 0.0;
            let way = if n < self.kinds.len() && violated { constraint.level } else { 0.0 };
            constraint.normal.push(way);
        }
        for (sign, level) in [(1.0, 0.0), (-1.0, -1.0)] {
            let mut normal = vec![0.0; size + 1];
            normal[size] = sign;
            linear.push(Constraint { normal, level, equal: false });
        }
        let wider =
            Array2::from_shape_fn((size + 1, size + 1), |(i, j)| match (i < size, j < size) {
                (true, true) => hessian[[i, j]],
                (false, false) => PRICE,
                (true, false) | (false, true) => 0.0,
            });
        let gradient = [gradient, vec![PRICE]].concat();
        let mut found = solve(wider.view(), &gradient, &linear)?;
        let stays = found.at.pop().is_some_and(|t| t > 0.999);
        found.multipliers.truncate(self.kinds.len() + 2 * size);
        Some((found, stays))
    }

    /// Sets the shadow prices of the constraints, in units of the unscaled outputs.
    fn note_prices(&self, state: &mut SearchPoint, step: &Minimum) {
        for (n, price) in state.prices.iter_mut().enumerate() {
            *price = step.multipliers[n] * self.scales[0] / self.scales[n + 1];
        }
    }

    /// Returns the size of the change in objective and constraints that the linearised functions predict for
    /// a step.
    fn expected(&self, state: &SearchPoint, step: &Minimum) -> f64 {
        let slope: f64 = state.jacobian.row(0).iter().zip(&step.at).map(|(g, d)| g * d).sum();
        let binding = state.outputs[1..].iter().zip(&step.multipliers);
        slope.abs() + binding.map(|(c, multiplier)| (c * multiplier).abs()).sum::<f64>()
    }

    /// Returns the longest step that lowers the merit, among repeated halves of the full step and a
    /// second-order correction.
    fn line_search(
        &mut self,
        state: &SearchPoint,
        step: &Minimum,
        hessian: &Array2<f64>,
        penalties: &[f64],
    ) -> Result<Option<SearchPoint>, B::Error> {
        let moved = |step: &[f64], length: f64| -> Vec<f64> {
            let moved = state.shares.iter().zip(step);
            moved.map(|(x, d)| (x + length * d).clamp(0.0, 1.0)).collect()
        };
        let halves = std::iter::successors(Some(1.0), |length| Some(length / 2.0));
        let lengths: Vec<f64> = halves.take(LENGTHS).collect();
        let points: Vec<Vec<f64>> = lengths.iter().map(|&length| moved(&step.at, length)).collect();
        let found = self.scaled(&points)?;
        let kinds = self.kinds;
        let now = merit(kinds, &state.outputs, penalties);
        let slope: f64 = state.jacobian.row(0).iter().zip(&step.at).map(|(g, d)| g * d).sum();
        let parts = self.kinds.iter().zip(&state.outputs[1..]).zip(penalties);
        let fall = (slope - parts.map(|((k, c), p)| p * violation(*k, *c)).sum::<f64>()).min(0.0);
        let rounding = 1e-14 * now.abs();
        let enough = |outputs: &[f64], length: f64| {
            merit(kinds, outputs, penalties) <= now + 1e-4 * length * fall + rounding
        };
        let first =
            found.iter().zip(&lengths).position(|(outputs, length)| enough(outputs, *length));
        let mut next = first.map(|first| points[first].clone());
        if first != Some(0) && found[0].iter().all(|x| x.is_finite()) {
            // The constraints are linearised about the end of the full step.
            let back = times(state.jacobian.view(), &step.at);
            let about: Vec<f64> = found[0].iter().zip(back).map(|(c, back)| c - back).collect();
            if let Some((corrected, false)) = self.direction(state, hessian, &about) {
                let point = moved(&corrected.at, 1.0);
                let outputs = self.scaled(std::slice::from_ref(&point))?;
                if outputs.first().is_some_and(|outputs| enough(outputs, 1.0)) {
                    next = Some(point);
                }
            }
        }
        let Some(next) = next.filter(|next| *next != state.shares) else { return Ok(None) };
        self.state(next)
    }

    /// Evaluates the outputs at some points, divided by their scales.
    fn scaled(&mut self, shares: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, B::Error> {
        let mut all = self.outputs(shares)?;
        for outputs in &mut all {
            outputs.iter_mut().zip(&self.scales).for_each(|(x, scale)| *x /= scale);
        }
        Ok(all)
    }
}

/// Updates the Hessian of the Lagrangian by Powell's damped formula, which keeps it positive definite.
fn update(
    hessian: &mut Array2<f64>,
    before: &SearchPoint,
    after: &SearchPoint,
    multipliers: &[f64],
) {
    let gradient = |state: &SearchPoint| -> Vec<f64> {
        let mut gradient = state.jacobian.row(0).to_vec();
        for (row, multiplier) in state.jacobian.rows().into_iter().skip(1).zip(multipliers) {
            gradient.iter_mut().zip(row).for_each(|(g, c)| *g -= multiplier * c);
        }
        gradient
    };
    let step: Vec<f64> = after.shares.iter().zip(&before.shares).map(|(a, b)| a - b).collect();
    let (old, new) = (gradient(before), gradient(after));
    let change: Vec<f64> = new.iter().zip(old).map(|(a, b)| a - b).collect();
    let product = times(hessian.view(), &step);
    let curvature = dot(&step, &product);
    let seen = dot(&step, &change);
    if curvature <= 0.0 {
        return;
    }
    let share = if seen >= 0.2 * curvature { 1.0 } else { 0.8 * curvature / (curvature - seen) };
    let mixed: Vec<f64> =
        change.iter().zip(&product).map(|(y, p)| share * y + (1.0 - share) * p).collect();
    let scale = dot(&step, &mixed);
    for i in 0..step.len() {
        for j in 0..step.len() {
            hessian[[i, j]] += mixed[i] * mixed[j] / scale - product[i] * product[j] / curvature;
        }
    }
}

#[cfg(test)]
mod tests;
