//! A value of an unknown for which a condition holds with a given probability.
//!
//! The condition is that an output is at least 0, which is monotone in the unknown for each draw: on one
//! side of a threshold it holds, on the other it does not. The threshold is found for every draw, all of
//! them side by side, and the answer is an order statistic of the thresholds: the least value (or the
//! greatest) for which enough draws hold. Its interval has the confidence of the binomial distribution
//! (H. A. David and H. N. Nagaraja, "Order Statistics", 2003, section 7.1) for independent draws; draws
//! from a Sobol sequence or in strata are more exact than it says.

use ndarray::Array2;

use super::binomial::ranks_around;
use super::{Batch, Bounds};

/// Number of values of the unknown, including both bounds, at which every draw is checked to be monotone.
const CHECKS: usize = 9;
/// Maximum number of steps of the search for thresholds.
const MOST_STEPS: usize = 120;
/// Confidence level of the interval.
pub const CONFIDENCE: f64 = 0.95;

/// The side of the threshold on which the condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThresholdSide {
    /// The condition holds at and above the threshold.
    Above,
    /// The condition holds at and below the threshold.
    Below,
}

/// The threshold of the unknown, with its confidence interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Chance {
    /// Threshold of the unknown: the end of the range in which the condition holds in enough draws.
    pub at: f64,
    /// Interval of [`CONFIDENCE`] for the threshold with infinitely many draws; None on a side with too few draws, or
    /// where it ends outside the bounds of the unknown.
    pub interval: (Option<f64>, Option<f64>),
    /// Share of draws in which the condition holds at the threshold.
    pub share: f64,
    /// The side of the threshold on which the condition holds.
    pub side: ThresholdSide,
}

/// Outcome of a search for a probability.
#[derive(Debug, Clone, PartialEq)]
pub enum ChanceSearch {
    /// The unknown reaches the probability at this threshold.
    Found(Chance),
    /// The condition holds in enough draws at every value within the bounds.
    Everywhere {
        /// Smallest share of draws in which the condition holds, at one of the bounds.
        share: f64,
    },
    /// The condition holds in too few draws at every value within the bounds: the best bound and its share.
    Nowhere {
        /// The bound at which the condition holds in most draws.
        best: f64,
        /// Share of draws in which the condition holds at this bound.
        share: f64,
    },
    /// The output is not monotone in the unknown, or not in the same direction in all draws.
    NotMonotone {
        /// Index of a draw in which the condition is not monotone, or runs in the direction opposite to the first draw.
        draw: usize,
    },
    /// The output has no value in a draw.
    Undefined {
        /// Index of the failed draw.
        draw: usize,
    },
}

/// Finds the value of the unknown for which the first output is at least 0 with a probability.
///
/// A point given to the batch has the unknown first and the number of the draw second. The same draw
/// must have the same random numbers at each value.
///
/// # Errors
/// The errors of the batch.
pub fn chance<B: Batch>(
    batch: &mut B,
    bounds: Bounds,
    draws: usize,
    probability: f64,
) -> Result<ChanceSearch, B::Error> {
    let mut grid = Vec::with_capacity(CHECKS);
    for n in 0..CHECKS {
        let at = bounds.at(n as f64 / (CHECKS - 1) as f64);
        let values = run(batch, (0..draws).map(|draw| (at, draw)).collect())?;
        if let Some(draw) = values.iter().position(|value| value.is_nan()) {
            return Ok(ChanceSearch::Undefined { draw });
        }
        grid.push((at, values));
    }
    let side = match direction(&grid, draws) {
        Ok(side) => side,
        Err(draw) => return Ok(ChanceSearch::NotMonotone { draw }),
    };
    let found = thresholds(batch, &grid, draws, side)?;
    Ok(match found {
        Ok(thresholds) => outcome(bounds, thresholds, probability, side),
        Err(draw) => ChanceSearch::Undefined { draw },
    })
}

/// Evaluates the output at points, each given by a value of the unknown and the index of a draw.
fn run<B: Batch>(batch: &mut B, points: Vec<(f64, usize)>) -> Result<Vec<f64>, B::Error> {
    let flat = points.iter().flat_map(|&(at, draw)| [at, draw as f64]).collect();
    let points = Array2::from_shape_vec((points.len(), 2), flat);
    let values = batch.run(points.unwrap_or_else(|_| Array2::zeros((0, 2))).view())?;
    Ok(values.column(0).to_vec())
}

/// Returns the common direction of all draws; the error is the index of a draw that does not have it. Ignores changes
/// within rounding.
fn direction(grid: &[(f64, Vec<f64>)], draws: usize) -> Result<ThresholdSide, usize> {
    let mut side = None;
    for draw in 0..draws {
        for (before, after) in grid.iter().zip(&grid[1..]) {
            let (a, b) = (before.1[draw], after.1[draw]);
            if (b - a).abs() <= 1e-9 * a.abs().max(b.abs()) || a == b {
                continue;
            }
            let own = if b > a { ThresholdSide::Above } else { ThresholdSide::Below };
            if *side.get_or_insert(own) != own {
                return Err(draw);
            }
        }
    }
    Ok(side.unwrap_or(ThresholdSide::Above))
}

/// The state of the search for one threshold: a value where the condition fails, one where it holds, and the
/// outputs there.
#[derive(Debug, Clone, Copy)]
struct ShareBracket {
    fails: (f64, f64),
    holds: (f64, f64),
    /// Number of successive steps that moved the other end.
    stayed: i32,
    draw: usize,
}

/// Finds the threshold of each draw, measured in the direction in which the condition comes to hold: infinity
/// for a draw that never holds, minus infinity for a draw that always holds. The error is the index of a draw
/// without a value.
///
/// Regula falsi with the correction of N. Anderson and A. Bjorck (1973), with bisection if it is slow. The
/// condition holds at the returned value.
fn thresholds<B: Batch>(
    batch: &mut B,
    grid: &[(f64, Vec<f64>)],
    draws: usize,
    side: ThresholdSide,
) -> Result<Result<Vec<f64>, usize>, B::Error> {
    let outward = if side == ThresholdSide::Above { 1.0 } else { -1.0 };
    let mut found = vec![f64::INFINITY; draws];
    let mut open = Vec::new();
    for (draw, found) in found.iter_mut().enumerate() {
        let mut points: Vec<(f64, f64)> = grid.iter().map(|(at, v)| (*at, v[draw])).collect();
        if side == ThresholdSide::Below {
            points.reverse();
        }
        match points.iter().position(|point| point.1 >= 0.0) {
            Some(0) => *found = f64::NEG_INFINITY,
            Some(n) => {
                let (fails, holds) = (points[n - 1], points[n]);
                open.push(ShareBracket { fails, holds, stayed: 0, draw });
            }
            None => {}
        }
    }
    for step in 0..MOST_STEPS {
        open.retain(|bracket| {
            let (a, b) = (bracket.fails.0, bracket.holds.0);
            let wide = (b - a).abs() > 4.0 * f64::EPSILON * a.abs().max(b.abs());
            let more = wide && bracket.holds.1 != 0.0 && step + 1 < MOST_STEPS;
            if !more {
                found[bracket.draw] = outward * b;
            }
            more
        });
        if open.is_empty() {
            break;
        }
        let at: Vec<(f64, usize)> = open.iter().map(|b| (b.next(step), b.draw)).collect();
        let values = run(batch, at.clone())?;
        for ((bracket, (at, draw)), value) in open.iter_mut().zip(at).zip(values) {
            if value.is_nan() {
                return Ok(Err(draw));
            }
            bracket.take((at, value));
        }
    }
    Ok(Ok(found))
}

impl ShareBracket {
    /// Chooses the next value; every third step is a bisection.
    fn next(&self, step: usize) -> f64 {
        let ((a, fa), (b, fb)) = (self.fails, self.holds);
        let middle = a + (b - a) / 2.0;
        let secant = b - fb * (b - a) / (fb - fa);
        let inside = (secant - a) * (secant - b) < 0.0;
        if step % 3 == 2 || !inside { middle } else { secant }
    }

    fn take(&mut self, point: (f64, f64)) {
        let held = point.1 >= 0.0;
        let (moved, stays) = if held {
            (&mut self.holds, &mut self.fails)
        } else {
            (&mut self.fails, &mut self.holds)
        };
        let again = if held { self.stayed > 0 } else { self.stayed < 0 };
        if again {
            // An end that stayed twice gets a smaller weight, which moves the next value towards it.
            let factor = 1.0 - point.1 / moved.1;
            stays.1 *= if factor > 0.0 { factor } else { 0.5 };
        }
        *moved = point;
        self.stayed = if held { 1 } else { -1 };
    }
}

/// Selects the order statistic of the thresholds that gives the required probability.
fn outcome(
    bounds: Bounds,
    mut thresholds: Vec<f64>,
    probability: f64,
    side: ThresholdSide,
) -> ChanceSearch {
    thresholds.sort_by(f64::total_cmp);
    let count = thresholds.len();
    let share = |up_to: f64| {
        thresholds.partition_point(|&threshold| threshold <= up_to) as f64 / count as f64
    };
    let (first, last) = match side {
        ThresholdSide::Above => (bounds.low, bounds.high),
        ThresholdSide::Below => (-bounds.high, -bounds.low),
    };
    let outward = if side == ThresholdSide::Above { 1.0 } else { -1.0 };
    // Rounding must not increase the number of required draws by one.
    let needed = ((probability * count as f64) * (1.0 - 1e-12)).ceil().max(1.0) as usize;
    let Some(&at) = thresholds.get(needed - 1) else {
        return ChanceSearch::Nowhere { best: outward * last, share: share(last) };
    };
    if at == f64::INFINITY {
        return ChanceSearch::Nowhere { best: outward * last, share: share(last) };
    }
    if at == f64::NEG_INFINITY {
        return ChanceSearch::Everywhere { share: share(first) };
    }
    let (below, above) = ranks_around(count, probability, CONFIDENCE);
    let threshold = |rank: Option<usize>| {
        let at = rank.and_then(|rank| thresholds.get(rank - 1));
        at.filter(|at| at.is_finite()).map(|at| outward * at)
    };
    let (near, far) = (threshold(below), threshold(above));
    let interval = if side == ThresholdSide::Above { (near, far) } else { (far, near) };
    ChanceSearch::Found(Chance { at: outward * at, interval, share: share(at), side })
}

#[cfg(test)]
mod tests;
