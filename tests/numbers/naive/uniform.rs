//! The uniform numbers of a draw, for every sampling method and for correlated quantities.
//!
//! Correlation is computed as the book defines it: each pair of `correlate` has the normal correlation 2 sin(pi
//! r / 6), the others have none; one matrix of all correlated quantities, in the order of their names, is
//! factorised (Cholesky) and multiplied by normal scores.

use std::collections::BTreeMap;

use mizan::engine::random::{Stream, key};
use mizan::engine::sampling::{Method, Uniforms};
use mizan::engine::simulate::{Recording, Simulation};
use mizan::model::{Expr, Model};

use super::interpreter::Run;

/// The sampling of a simulation, with its correlations.
pub(super) struct Sampling {
    simulation: Simulation,
    /// Names and years; the place of each is its dimension of the Sobol sequence.
    dimensions: BTreeMap<(String, u64), u32>,
    /// The names and years of the correlated quantities.
    together: Vec<(String, u64)>,
    /// The lower triangle, row by row.
    factor: Vec<Vec<f64>>,
}

/// The numbers of one draw of a simulation.
#[derive(Clone, Copy)]
pub(super) struct Draw<'a> {
    pub(super) sampling: &'a Sampling,
    pub(super) number: u64,
}

impl Sampling {
    /// The sampling of a model; the recording says which quantities there are.
    pub(super) fn new(model: &Model, recording: &Recording, simulation: Simulation) -> Self {
        let drawn = recording.drawn(&simulation, 0);
        let names = drawn.iter().map(|(name, part, _)| (name.to_owned(), part));
        let dimensions = names.zip(0..).collect();
        let (together, matrix) = correlations(model);
        Self { simulation, dimensions, together, factor: factor(&matrix) }
    }
}

impl Draw<'_> {
    /// The uniform number of a quantity, its name and the year if it is drawn each year; and a bound on its
    /// rounding error.
    pub(super) fn uniform(self, name: &str, part: u64) -> (f64, f64) {
        let own = |(other, year): &(String, u64)| other == name && *year == part;
        let row = self.sampling.together.iter().position(own);
        let Some(row) = row else {
            return (self.independent(name, part), 0.0);
        };
        let weights = self.sampling.factor[row].iter().zip(&self.sampling.together);
        let scores =
            weights.map(|(weight, (other, year))| weight * score(self.independent(other, *year)));
        let z: f64 = scores.sum();
        let u = normal(z);
        (u, 8.0 * f64::EPSILON * (1.0 + z * z) * u)
    }

    fn independent(self, name: &str, part: u64) -> f64 {
        let Simulation { seed, method, .. } = self.sampling.simulation;
        if method == Method::Plain {
            return Stream::new(seed, key(name), part).uniform(self.number);
        }
        let dimension = self.sampling.dimensions[&(name.to_owned(), part)];
        let mut number = [0.0];
        let uniforms = Uniforms::new(method, seed, key(name), part, dimension);
        uniforms.fill(pulp::Arch::Scalar, self.number, &mut number);
        number[0]
    }
}

/// Returns the sorted names and years of all correlated quantities, and the matrix of their normal correlations.
fn correlations(model: &Model) -> (Vec<(String, u64)>, Vec<Vec<f64>>) {
    let run = Run::new(model, &[], None, None);
    let mut pairs = BTreeMap::new();
    for correlation in &model.correlations {
        let between = 2.0 * (std::f64::consts::PI / 6.0 * correlation.rank).sin();
        for elements in run.combinations(&correlation.loops) {
            let cell: BTreeMap<usize, u32> =
                correlation.loops.iter().map(|&(slot, _)| slot).zip(elements).collect();
            let names: Vec<_> =
                correlation.of.iter().map(|read| names(&run, read, &cell)).collect();
            for (n, a) in names.iter().enumerate() {
                for (one, other) in names[..n].iter().flat_map(|b| a.iter().zip(b)) {
                    assert!(one.1 == other.1, "{one:?} and {other:?} are drawn unequally often");
                    let years = if one.1 { model.years.0..=model.years.1 } else { 0..=0 };
                    for year in years.map(|year| year as u64) {
                        let [a, b] = [one, other].map(|draw| (draw.0.clone(), year));
                        pairs.insert([a.clone(), b.clone()], between);
                        pairs.insert([b, a], between);
                    }
                }
            }
        }
    }
    let mut names: Vec<(String, u64)> = pairs.keys().map(|[a, _]| a.clone()).collect();
    names.dedup();
    let between = |a: &(String, u64), b: &(String, u64)| match a == b {
        true => 1.0,
        false => pairs.get(&[a.clone(), b.clone()]).copied().unwrap_or(0.0),
    };
    let row = |a| names.iter().map(|b| between(a, b)).collect();
    let matrix = names.iter().map(row).collect();
    (names, matrix)
}

/// Returns the names under which a quantity in `correlate` is drawn, and whether each is drawn each year.
fn names(run: &Run<'_>, read: &Expr, slots: &BTreeMap<usize, u32>) -> Vec<(String, bool)> {
    let Expr::Read { quantity, cells, .. } = read else { panic!("no reading: {read:?}") };
    let element = |expr: &Expr| match expr {
        Expr::Const(element) => *element as u32,
        Expr::Slot(slot) => slots[slot],
        other => panic!("no element: {other:?}"),
    };
    let cell: Vec<u32> = cells.iter().map(element).collect();
    let names = run.random_names(*quantity, &cell);
    assert!(!names.is_empty(), "no random quantity: {read:?}");
    names
}

/// Computes the Cholesky factor of a positive definite matrix.
fn factor(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for (i, correlations) in matrix.iter().enumerate() {
        let mut row: Vec<f64> = Vec::new();
        for (j, other) in rows.iter().enumerate() {
            let known: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
            row.push((correlations[j] - known) / other[j]);
        }
        let left = correlations[i] - row.iter().map(|entry| entry * entry).sum::<f64>();
        row.push(left.sqrt());
        rows.push(row);
    }
    rows
}

/// Returns the standard normal distribution function at z.
fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// Returns the quantile of the standard normal distribution at u, by bisection.
fn score(u: f64) -> f64 {
    if u > 0.5 {
        return -score(1.0 - u);
    }
    let (mut low, mut high) = (-40.0, 0.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        if normal(middle) < u { low = middle } else { high = middle }
    }
}

#[test]
fn scores_and_factors_meet_known_numbers() {
    assert!((score(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
    assert!(score(0.5).abs() < 1e-15);
    // [[4, 2], [2, 5]] = [[2, 0], [1, 2]] times its transpose.
    assert_eq!(factor(&[vec![4.0, 2.0], vec![2.0, 5.0]]), [vec![2.0], vec![1.0, 2.0]]);
}
