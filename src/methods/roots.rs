//! Roots of a function of one unknown within bounds: all values at which it is 0.
//!
//! 33 equally spaced values are evaluated in one batch. Each change of sign is narrowed by Brent's
//! method (R. P. Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 4), all of them
//! side by side: one batch per step. Between equal signs each dip of the absolute value is narrowed
//! too, which finds roots that touch 0 without a change of sign, pairs of roots between two grid
//! values, and the closest value where there is no root. Two roots in one cell of the grid without a
//! dip in the grid's values stay unknown.
//!
//! The caller subtracts the target from the quantity. NaN is a value without a result: its cells are
//! not searched and it is listed.

use ndarray::{Array2, ArrayView2};

use super::{Batch, Bounds};

/// Number of points in the first batch.
const GRID: usize = 33;
/// Number of values that are evaluated inside a dip in each batch.
const SECTIONS: usize = 10;
/// Greatest value of a dip that touches 0, as a share of the greatest value on the grid.
const TOUCHES: f64 = 1e-12;
/// Minimum difference of both sides of a narrowed sign change that counts as a jump, as a share of the initial values.
const JUMPS: f64 = 1e-4;
/// Maximum number of steps of a search. Bisection alone needs about 53 to reach neighbouring numbers; Brent's method
/// needs at most the square of that in theory, and twice as many as bisection in practice.
const MOST_STEPS: usize = 400;

/// Behaviour of the function at a root.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RootKind {
    /// The function changes its sign, or the root is an end of the bounds.
    Crossing,
    /// The function touches 0 and returns to the same side.
    Touching,
    /// The function jumps across 0 between two neighbouring floating-point numbers.
    Jump {
        /// Value just below the root.
        before: f64,
        /// Value just above the root.
        after: f64,
    },
    /// The function is 0 from the root to the value `to`.
    Flat {
        /// Greatest value at which the function is still 0.
        to: f64,
    },
}

/// A value at which the function is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Root {
    /// The root: within 1e-12 of its size for a crossing; for a touching root, as near as the rounding of the function
    /// permits.
    pub at: f64,
    /// Value of the function at the root.
    pub value: f64,
    /// Behaviour of the function at the root.
    pub kind: RootKind,
}

/// All roots found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roots {
    /// The roots, in ascending order.
    pub roots: Vec<Root>,
    /// The point where the function is closest to 0, and its value there; None if it has no value anywhere.
    pub closest: Option<(f64, f64)>,
    /// Values of the unknown at which the function has no value, rising.
    pub undefined: Vec<f64>,
}

/// Finds the roots of the first output within the bounds of the only input.
///
/// # Errors
/// The errors of the batch.
pub fn roots<B: Batch>(batch: &mut B, bounds: Bounds) -> Result<Roots, B::Error> {
    let mut search = RootSearch { batch, found: Roots::default() };
    let grid: Vec<f64> = (0..GRID).map(|i| bounds.at(i as f64 / (GRID - 1) as f64)).collect();
    let values = search.values(&grid)?;
    let grid: Vec<(f64, f64)> = grid.into_iter().zip(values).collect();
    let mut brackets = sign_changes(&grid);
    search.zeros(&grid)?;
    let scale = grid.iter().map(|point| point.1.abs()).filter(|size| size.is_finite());
    let enough = TOUCHES * scale.fold(0.0, f64::max);
    brackets.extend(search.dips(dips(&grid), bounds.width(), enough)?);
    search.narrow(brackets, bounds.width())?;
    Ok(search.done())
}

/// Evaluates every whole number within the bounds: exact zeros are crossings, and a change of sign
/// between neighbours is a jump at the later one.
///
/// # Errors
/// The errors of the batch.
pub fn whole_roots<B: Batch>(batch: &mut B, bounds: Bounds) -> Result<Roots, B::Error> {
    /// Maximum number of points of a batch.
    const CHUNK: f64 = 4096.0;
    let mut search = RootSearch { batch, found: Roots::default() };
    let (mut first, last) = (bounds.low.ceil(), bounds.high.floor());
    let mut before: Option<f64> = None;
    while first <= last {
        let count = (last - first + 1.0).min(CHUNK);
        let numbers: Vec<f64> = (0..count as usize).map(|i| first + i as f64).collect();
        let values = search.values(&numbers)?;
        for (&at, value) in numbers.iter().zip(values) {
            if value == 0.0 {
                search.found.roots.push(Root { at, value, kind: RootKind::Crossing });
            } else if let Some(before) = before.filter(|before| before * value < 0.0) {
                let kind = RootKind::Jump { before, after: value };
                search.found.roots.push(Root { at, value, kind });
            }
            before = Some(value);
        }
        first += count;
    }
    Ok(search.done())
}

/// Returns the grid cells at whose ends the function has different signs.
fn sign_changes(points: &[(f64, f64)]) -> Vec<RootBracket> {
    let cells = points.iter().zip(points.iter().skip(1));
    cells.filter(|(a, b)| a.1 * b.1 < 0.0).map(|(&a, &b)| RootBracket::new(a, b)).collect()
}

/// Returns the grid points that are closer to 0 than both neighbours, with these neighbours; an end of the grid is its
/// own neighbour.
fn dips(grid: &[(f64, f64)]) -> Vec<[(f64, f64); 3]> {
    let last = grid.len() - 1;
    let triple = |i: usize| [grid[i.saturating_sub(1)], grid[i], grid[(i + 1).min(last)]];
    let dip = |[a, b, c]: &[(f64, f64); 3]| {
        let one_side = a.1 * b.1 > 0.0 && b.1 * c.1 > 0.0;
        one_side && b.1.abs() <= a.1.abs() && b.1.abs() <= c.1.abs()
    };
    (0..grid.len()).map(triple).filter(dip).collect()
}

/// State of a root search: the function and the results so far.
struct RootSearch<'a, B> {
    batch: &'a mut B,
    found: Roots,
}

impl<B: Batch> RootSearch<'_, B> {
    /// Evaluates the function; notes the value closest to 0, and points without a value.
    fn values(&mut self, at: &[f64]) -> Result<Vec<f64>, B::Error> {
        if at.is_empty() {
            return Ok(Vec::new());
        }
        let points = ArrayView2::from_shape((at.len(), 1), at);
        let points = points.unwrap_or_else(|_| ArrayView2::from(&[[]]));
        let outputs: Array2<f64> = self.batch.run(points)?;
        let values: Vec<f64> = outputs.column(0).to_vec();
        for (&at, &value) in at.iter().zip(&values) {
            if value.is_nan() {
                self.found.undefined.push(at);
            } else if self.found.closest.is_none_or(|(_, best)| value.abs() < best.abs()) {
                self.found.closest = Some((at, value));
            }
        }
        Ok(values)
    }

    /// Adds the points of the grid at which the function is exactly 0 to the roots.
    fn zeros(&mut self, grid: &[(f64, f64)]) -> Result<(), B::Error> {
        let mut i = 0;
        while i < grid.len() {
            let length = grid[i..].iter().take_while(|point| point.1 == 0.0).count();
            if length > 0 {
                let outside = |i: Option<usize>| i.and_then(|i| grid.get(i)).copied();
                let (before, after) = (outside(i.checked_sub(1)), outside(Some(i + length)));
                let (first, last) = (grid[i].0, grid[i + length - 1].0);
                let (at, kind) = if length > 1 {
                    (self.edge(first, before)?, RootKind::Flat { to: self.edge(last, after)? })
                } else {
                    let same = before.zip(after).is_some_and(|(a, b)| a.1 * b.1 > 0.0);
                    (first, if same { RootKind::Touching } else { RootKind::Crossing })
                };
                self.found.roots.push(Root { at, value: 0.0, kind });
            }
            i += length.max(1);
        }
        Ok(())
    }

    /// Returns the last point at which the function is 0, on the way from `zero` to `outside`.
    fn edge(&mut self, zero: f64, outside: Option<(f64, f64)>) -> Result<f64, B::Error> {
        let Some((mut outside, _)) = outside else { return Ok(zero) };
        let mut zero = zero;
        while (outside - zero).abs() > 4.0 * f64::EPSILON * zero.abs().max(outside.abs()) {
            let way = Bounds::new(zero, outside);
            let at: Vec<f64> = (1..SECTIONS).map(|i| way.at(i as f64 / SECTIONS as f64)).collect();
            let values = self.values(&at)?;
            let flat = values.iter().take_while(|&&value| value == 0.0).count();
            let next = (flat.checked_sub(1).map(|i| at[i]), at.get(flat).copied());
            let (nearer, farther) = (next.0.unwrap_or(zero), next.1.unwrap_or(outside));
            if (nearer, farther) == (zero, outside) {
                break;
            }
            (zero, outside) = (nearer, farther);
        }
        Ok(zero)
    }

    /// Narrows dips until they touch 0, cross it or reach the resolution of numbers; returns the sign changes found.
    fn dips(
        &mut self,
        mut dips: Vec<[(f64, f64); 3]>,
        width: f64,
        enough: f64,
    ) -> Result<Vec<RootBracket>, B::Error> {
        let narrow = |dip: [(f64, f64); 3]| dip[2].0 - dip[0].0 <= 2.0 * f64::EPSILON * width;
        let mut brackets = Vec::new();
        while !dips.is_empty() {
            let inside = |&[a, b, c]: &[(f64, f64); 3]| {
                let part = |from: f64, to: f64| {
                    let way = Bounds::new(from, to);
                    (1..SECTIONS / 2).map(move |i| way.at(2.0 * i as f64 / SECTIONS as f64))
                };
                let ways = [(a.0, b.0), (b.0, c.0)].into_iter().filter(|(from, to)| from < to);
                ways.flat_map(|(from, to)| part(from, to)).collect::<Vec<f64>>()
            };
            let at: Vec<f64> = dips.iter().flat_map(inside).collect();
            let values = self.values(&at)?;
            let mut fresh = at.into_iter().zip(values);
            let mut narrower = Vec::new();
            for dip in dips {
                let mut points = dip.to_vec();
                points.extend(fresh.by_ref().take(inside(&dip).len()));
                points.retain(|point| !point.1.is_nan());
                points.sort_by(|a, b| a.0.total_cmp(&b.0));
                points.dedup_by(|a, b| a.0 == b.0);
                let changes = sign_changes(&points);
                let best = (0..points.len())
                    .min_by(|&a, &b| points[a].1.abs().total_cmp(&points[b].1.abs()));
                let Some(best) = best else { continue };
                let (low, high) = (best.saturating_sub(1), (best + 1).min(points.len() - 1));
                let next = [points[low], points[best], points[high]];
                if !changes.is_empty() {
                    brackets.extend(changes);
                } else if narrow(next) || next == dip || points[best].1 == 0.0 {
                    self.touch(points[best], enough);
                } else {
                    narrower.push(next);
                }
            }
            dips = narrower;
        }
        Ok(brackets)
    }

    /// Adds the lowest point of a dip to the roots if the dip touches 0.
    fn touch(&mut self, (at, value): (f64, f64), enough: f64) {
        if value.abs() <= enough {
            self.found.roots.push(Root { at, value, kind: RootKind::Touching });
        }
    }

    /// Narrows all brackets in common batches and adds their roots.
    fn narrow(&mut self, mut brackets: Vec<RootBracket>, width: f64) -> Result<(), B::Error> {
        for _ in 0..MOST_STEPS {
            let mut open = Vec::with_capacity(brackets.len());
            for mut bracket in brackets {
                match bracket.step(width) {
                    Some(()) => open.push(bracket),
                    None => self.found.roots.push(bracket.root()),
                }
            }
            if open.is_empty() {
                return Ok(());
            }
            let at: Vec<f64> = open.iter().map(|bracket| bracket.b.0).collect();
            let values = self.values(&at)?;
            for (bracket, &value) in open.iter_mut().zip(&values) {
                bracket.b.1 = value;
            }
            // A search ends at a point without a value; `values` has added this point to the undefined points.
            open.retain(|bracket| !bracket.b.1.is_nan());
            brackets = open;
        }
        self.found.roots.extend(brackets.iter().map(RootBracket::root));
        Ok(())
    }

    fn done(self) -> Roots {
        let mut found = self.found;
        found.roots.sort_by(|a, b| a.at.total_cmp(&b.at));
        found.roots.dedup_by(|a, b| a.at == b.at);
        found.undefined.sort_by(f64::total_cmp);
        found
    }
}

/// A change of sign between two points, narrowed by Brent's method.
#[derive(Debug, Clone)]
struct RootBracket {
    /// The best point before `b`.
    a: (f64, f64),
    /// The best point; its value is filled in after each step.
    b: (f64, f64),
    /// A point on the other side of the root.
    c: (f64, f64),
    /// The last step and the step before it.
    steps: (f64, f64),
    /// Difference of the function's values at the first two points.
    span: f64,
}

impl RootBracket {
    fn new(a: (f64, f64), b: (f64, f64)) -> Self {
        let step = b.0 - a.0;
        Self { a, b, c: a, steps: (step, step), span: (a.1 - b.1).abs() }
    }

    /// Moves the best point to the next point of evaluation; None when the bracket cannot be narrowed further.
    fn step(&mut self, width: f64) -> Option<()> {
        if self.b.1 * self.c.1 > 0.0 {
            self.c = self.a;
            let step = self.b.0 - self.a.0;
            self.steps = (step, step);
        }
        if self.c.1.abs() < self.b.1.abs() {
            (self.a, self.b, self.c) = (self.b, self.c, self.b);
        }
        let tolerance = 2.0 * f64::EPSILON * self.b.0.abs() + 1e-20 * width;
        let half = (self.c.0 - self.b.0) / 2.0;
        if half.abs() <= tolerance || self.b.1 == 0.0 {
            return None;
        }
        self.steps = self.interpolate(half, tolerance).unwrap_or((half, half));
        self.a = self.b;
        let step = self.steps.0;
        self.b.0 += if step.abs() > tolerance { step } else { tolerance.copysign(half) };
        Some(())
    }

    /// Interpolates (inverse quadratic or linear); None if the result is too near an end of the bracket or the steps do
    /// not shrink.
    fn interpolate(&self, half: f64, tolerance: f64) -> Option<(f64, f64)> {
        let (last, earlier) = self.steps;
        if earlier.abs() < tolerance || self.a.1.abs() <= self.b.1.abs() {
            return None;
        }
        let s = self.b.1 / self.a.1;
        let (p, q) = if self.a.0 == self.c.0 {
            (2.0 * half * s, 1.0 - s)
        } else {
            let (q, r) = (self.a.1 / self.c.1, self.b.1 / self.c.1);
            let p = s * (2.0 * half * q * (q - r) - (self.b.0 - self.a.0) * (r - 1.0));
            (p, (q - 1.0) * (r - 1.0) * (s - 1.0))
        };
        let (p, q) = if p > 0.0 { (p, -q) } else { (-p, q) };
        let most = (3.0 * half * q - (tolerance * q).abs()).min((earlier * q).abs());
        (2.0 * p < most).then(|| (p / q, last))
    }

    fn root(&self) -> Root {
        let jumps = self.b.1 != 0.0 && (self.b.1 - self.c.1).abs() > JUMPS * self.span;
        let (low, high) = if self.b.0 < self.c.0 { (self.b, self.c) } else { (self.c, self.b) };
        let kind = match jumps {
            true => RootKind::Jump { before: low.1, after: high.1 },
            false => RootKind::Crossing,
        };
        Root { at: self.b.0, value: self.b.1, kind }
    }
}

#[cfg(test)]
mod tests;
