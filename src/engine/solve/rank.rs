//! The rank test: do the equations determine the unknowns at a solution?
//!
//! In: a system and a point. Out: the unknowns that stay open, found in three steps:
//!
//! 1. The rows and columns of the Jacobian are scaled to terms of size 1 (equilibration: Golub and Van
//!    Loan, "Matrix Computations", 2013, section 3.5). The size of a term counts before it cancels against
//!    others, so that a rounding error is not taken for a derivative.
//! 2. Inverse iteration on `A'A` finds the direction in which the equations change least.
//! 3. The unknowns are moved in this direction, and the nearest solution is searched for from there. Only
//!    if it is another one do the unknowns count as open: a double root is alone although its Jacobian is
//!    singular.

use pulp::Arch;

use super::levenberg::{self, DampedLeastSquares};
use super::linear::without_pattern;
use super::newton::largest;
use super::region::Keeps;
use super::system::{EvaluationPoints, System};
use crate::engine::run::stop::Stop;
use crate::model::Solver;

/// The values that equations leave open.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Open {
    /// Indices of the open unknowns.
    pub(crate) unknowns: Vec<usize>,
    /// Indices of the open values among those that follow from the unknowns.
    pub(crate) following: Vec<usize>,
    /// True if all open values are multiplied by one number, as prices are without a numeraire.
    pub(crate) in_proportion: bool,
}

/// Smallest singular value of the equilibrated matrix above which it has full rank. Rounding leaves about
/// 1e-16 of a 0.
const FULL_RANK: f64 = 1e-12;

/// Distance by which the unknowns are moved, as a share of their scale.
const MOVED: f64 = 1e-3;

/// Tests the rank at a solution; `None` if the equations determine all unknowns.
pub(crate) fn open(
    system: &System,
    solution: &[f64],
    settings: &Solver,
    stop: &Stop,
) -> Option<Open> {
    let Flattest { direction, scales, singular_value } = flattest(system, solution)?;
    if singular_value > FULL_RANK {
        return None;
    }
    for way in [MOVED, -MOVED] {
        let moved = direction.iter().zip(&scales).map(|(share, scale)| way * share * scale);
        let moved: Vec<f64> = solution.iter().zip(moved).map(|(x, by)| x + by).collect();
        let other = levenberg::solve(system, (&moved, Keeps::Poles), settings, stop);
        let Some(other) = other else { continue };
        let changes =
            other.iter().zip(solution).zip(&scales).map(|((to, x), scale)| (to - x) / scale);
        let changes: Vec<f64> = changes.collect();
        if largest(&changes) > MOVED / 10.0 {
            return Some(describe(system, (solution, &other), &changes));
        }
    }
    None
}

/// Returns the unknowns that the equations do not determine at a point where the equations do not hold; empty if the
/// Jacobian has full rank there.
pub(crate) fn undetermined(system: &System, point: &[f64]) -> Vec<usize> {
    /// Minimum share of the largest component from which components are reported.
    const LARGE: f64 = 0.1;
    match flattest(system, point) {
        Some(Flattest { direction, singular_value, .. }) if singular_value <= FULL_RANK => {
            let large = direction.iter().enumerate().filter(|(_, share)| share.abs() >= LARGE);
            large.map(|(n, _)| n).collect()
        }
        _ => Vec::new(),
    }
}

/// The direction in which the equations change least.
struct Flattest {
    /// Components as shares of the unknowns' scales; the largest is 1 or -1.
    direction: Vec<f64>,
    /// Scale of each unknown: a change by the scale changes an equation by the size of its terms.
    scales: Vec<f64>,
    /// Change of the equilibrated equations along the direction: their smallest singular value.
    singular_value: f64,
}

/// Finds the direction in which the equations change least at a point. `None` if the derivatives are not
/// finite.
fn flattest(system: &System, point: &[f64]) -> Option<Flattest> {
    /// Keep `A'A` regular, far below the squares of nearly all singular values but those of 0. The first one
    /// may be lost by rounding.
    const PENALTIES: [f64; 3] = [1e-16, 1e-15, 1e-14];
    const ITERATIONS: usize = 4;
    let mut points = EvaluationPoints::<1>::new(Arch::new(), system, 0);
    points.set_unknowns(0, point);
    system.evaluate(&mut points);
    system.differentiate(&mut points);
    let entries = system.entries(&mut points);
    let (rows, scales) = equilibrate(&entries, point);
    let scaled =
        |&(row, column, entry, _): &(usize, usize, f64, f64)| entry * rows[row] * scales[column];
    let matrix: Vec<f64> = entries.iter().map(scaled).collect();
    let count = system.unknowns();
    let positions = entries.iter().map(|&(row, column, ..)| (row, column)).collect();
    let mut squares = DampedLeastSquares::new(count, positions);
    let (none, mut direction) = (vec![0.0; count], without_pattern(count).collect::<Vec<_>>());
    for _ in 0..ITERATIONS {
        let mut solve = |&penalty: &f64| squares.solve(&matrix, penalty, (&none, &direction));
        direction = PENALTIES.iter().find_map(&mut solve)?;
        let length = largest(&direction);
        if !(length > 0.0 && length.is_finite()) {
            return None;
        }
        direction.iter_mut().for_each(|share| *share /= length);
    }
    let mut change = vec![0.0; count];
    for (&(row, column, ..), value) in entries.iter().zip(&matrix) {
        change[row] += value * direction[column];
    }
    Some(Flattest { singular_value: largest(&change), direction, scales })
}

/// Finds a scale for each row and column, so that the largest term in each is about 1. Entries are rows,
/// columns, values and the sizes of their terms.
fn equilibrate(entries: &[(usize, usize, f64, f64)], point: &[f64]) -> (Vec<f64>, Vec<f64>) {
    const PASSES: usize = 3;
    let mut columns: Vec<f64> =
        point.iter().map(|x| if *x == 0.0 { 1.0 } else { x.abs() }).collect();
    let mut rows = vec![1.0; point.len()];
    let inverse = |sizes: Vec<f64>| -> Vec<f64> {
        let of = |size: f64| if size > 0.0 && size.is_finite() { 1.0 / size } else { 1.0 };
        sizes.into_iter().map(of).collect()
    };
    for _ in 0..PASSES {
        let (mut by_row, mut by_column) = (vec![0.0_f64; rows.len()], vec![0.0_f64; rows.len()]);
        for &(row, column, _, size) in entries {
            by_row[row] = by_row[row].max(size * columns[column]);
        }
        rows = inverse(by_row);
        for &(row, column, _, size) in entries {
            by_column[column] = by_column[column].max(size * rows[row]);
        }
        columns = inverse(by_column);
    }
    (rows, columns)
}

/// Names the values that differ between two solutions. `changes` are those of the unknowns, as shares of
/// their scales.
fn describe(system: &System, solutions: (&[f64], &[f64]), changes: &[f64]) -> Open {
    /// Minimum share of the largest change from which changes count; smaller ones may be rounding.
    const SHARE: f64 = 0.01;
    let least = SHARE * largest(changes);
    let open = changes.iter().enumerate().filter(|(_, change)| change.abs() >= least);
    let unknowns: Vec<usize> = open.map(|(n, _)| n).collect();
    let mut points = EvaluationPoints::<1>::new(Arch::new(), system, 0);
    let mut values = |unknowns: &[f64]| {
        points.set_unknowns(0, unknowns);
        system.evaluate(&mut points);
        system.following(&points)
    };
    let (one, other) = (values(solutions.0), values(solutions.1));
    let ratio = |(a, b): (&f64, &f64)| b / a - 1.0;
    let following: Vec<f64> = one.iter().zip(&other).map(ratio).collect();
    let differs = |(_, ratio): &(usize, &f64)| ratio.abs() >= SHARE * MOVED;
    let following: Vec<usize> =
        following.iter().enumerate().filter(differs).map(|(n, _)| n).collect();
    let ratios: Vec<f64> =
        unknowns.iter().map(|&n| ratio((&solutions.0[n], &solutions.1[n]))).collect();
    let (least, most) = ratios
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), &r| (least.min(r), most.max(r)));
    let in_proportion =
        unknowns.len() > 1 && least * most > 0.0 && (most - least).abs() <= SHARE * least.abs();
    Open { unknowns, following, in_proportion }
}
