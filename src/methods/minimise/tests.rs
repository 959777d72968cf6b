//! Problems of W. Hock and K. Schittkowski, "Test Examples for Nonlinear Programming Codes", LNEMS 187
//! (1981), with the solutions given there, and others in closed form.

use super::super::starts;
use super::super::tests::{each, each_of};
use super::*;

fn bounds<const N: usize>(bounds: [(f64, f64); N]) -> [Bounds; N] {
    bounds.map(|(low, high)| Bounds::new(low, high))
}

/// Returns the optimum; asserts that each start alone leads to the same one.
fn optimum<const M: usize>(
    f: impl Fn(&[f64]) -> [f64; M],
    bounds: &[Bounds],
    kinds: &[ConstraintKind],
    starts: &[&[f64]],
    (objective, at): (f64, &[f64]),
) -> Optimum {
    let mut last = None;
    for start in starts {
        let mut batch = each_of(|x| {
            assert!(x.iter().zip(bounds).all(|(x, b)| (b.low..=b.high).contains(x)), "{x:?}");
            f(x)
        });
        let Ok(found) = minimise(&mut batch, bounds, kinds, &[start.to_vec()]);
        let Minimisation::Optimal(found) = found else { panic!("{start:?}: {found:?}") };
        let off = (found.objective - objective).abs() / objective.abs().max(1.0);
        assert!(off < 1e-8, "{} for {objective} from {start:?}", found.objective);
        for (x, wanted) in found.at.iter().zip(at) {
            assert!((x - wanted).abs() < 1e-6 * wanted.abs().max(1.0), "{found:?} from {start:?}");
        }
        last = Some(found);
    }
    last.expect("a start")
}

#[test]
fn problem_71() {
    let f = |x: &[f64]| {
        let product = x[0] * x[1] * x[2] * x[3];
        let squares: f64 = x.iter().map(|x| x * x).sum();
        [x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2], product - 25.0, squares - 40.0]
    };
    let at = [1.0, 4.7429997, 3.8211500, 1.3794083];
    let kinds = [ConstraintKind::AtLeastZero, ConstraintKind::Zero];
    let alone: [&[f64]; 2] = [&[1.0, 5.0, 5.0, 1.0], &[3.0, 3.0, 3.0, 3.0]];
    let bounds = bounds([(1.0, 5.0); 4]);
    let found = optimum(f, &bounds, &kinds, &alone, (17.0140173, &at));
    assert!((found.objective - 17.014_017_3).abs() < 5e-8, "{found:?}");
    // The multipliers of the solution as solvers publish them: 0.5522937 and -0.1614686.
    assert!((found.prices[0] - 0.552_293_7).abs() < 1e-6, "{found:?}");
    assert!((found.prices[1].abs() - 0.161_468_6).abs() < 1e-6, "{found:?}");
    // From (1, 1, 1, 5) a search ends in another valley, at (1, 5, 1.44949, 3.44949) with 27.14643, as do
    // other programs; several starts find the better one.
    let mut all = starts(&bounds, 8, 1);
    all.insert(0, vec![1.0, 1.0, 1.0, 5.0]);
    let Ok(Minimisation::Optimal(found)) = minimise(&mut each_of(f), &bounds, &kinds, &all) else {
        panic!("no optimum")
    };
    assert!((found.objective - 17.014_017_3).abs() < 5e-8, "{found:?}");
}

#[test]
fn rosenbrock_with_and_without_constraints() {
    let banana = |x: &[f64]| {
        100.0 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0]) + (1.0 - x[0]) * (1.0 - x[0])
    };
    let wide = bounds([(-10.0, 10.0), (-1.5, 10.0)]);
    // Problem 1, from its start and another.
    optimum(|x| [banana(x)], &wide, &[], &[&[-2.0, 1.0], &[7.0, -1.0]], (0.0, &[1.0, 1.0]));
    // Problem 6: (1 - x)^2 on the parabola 10 (y - x^2) = 0.
    let parabola = |x: &[f64]| [(1.0 - x[0]) * (1.0 - x[0]), 10.0 * (x[1] - x[0] * x[0])];
    let start: [&[f64]; 1] = [&[-1.2, 1.0]];
    optimum(parabola, &wide, &[ConstraintKind::Zero], &start, (0.0, &[1.0, 1.0]));
    // On a bound that cuts the valley: x1 <= 0.5.
    let cut = bounds([(-10.0, 0.5), (-1.5, 10.0)]);
    optimum(|x| [banana(x)], &cut, &[], &[&[-2.0, 1.0]], (0.25, &[0.5, 0.25]));
}

/// Problems 7, 39, 43 and 76 with their published solutions.
#[test]
fn other_problems_of_hock_and_schittkowski() {
    use ConstraintKind::{AtLeastZero, Zero};
    let root = |x: f64| x.sqrt();
    let seven = |x: &[f64]| {
        let square = 1.0 + x[0] * x[0];
        [libm::log(square) - x[1], square * square + x[1] * x[1] - 4.0]
    };
    let (five, ten) = (bounds([(-5.0, 5.0); 2]), bounds([(-10.0, 10.0); 4]));
    optimum(seven, &five, &[Zero], &[&[2.0, 2.0]], (-root(3.0), &[0.0, root(3.0)]));
    let thirty_nine = |x: &[f64]| {
        let cube = x[0] * x[0] * x[0];
        [-x[0], x[1] - cube - x[2] * x[2], x[0] * x[0] - x[1] - x[3] * x[3]]
    };
    let at = [1.0, 1.0, 0.0, 0.0];
    let Ok(found) = minimise(&mut each_of(thirty_nine), &ten, &[Zero, Zero], &[vec![2.0; 4]]);
    let Minimisation::Optimal(found) = found else { panic!("{found:?}") };
    assert!((found.objective + 1.0).abs() < 1e-6, "{found:?}");
    assert!(found.at.iter().zip(at).all(|(x, wanted)| (x - wanted).abs() < 1e-3), "{found:?}");
    let forty_three = |x: &[f64]| {
        let [a, b, c, d] = [x[0], x[1], x[2], x[3]];
        [
            a * a + b * b + 2.0 * c * c + d * d - 5.0 * a - 5.0 * b - 21.0 * c + 7.0 * d,
            8.0 - a * a - b * b - c * c - d * d - a + b - c + d,
            10.0 - a * a - 2.0 * b * b - c * c - 2.0 * d * d + a + d,
            5.0 - 2.0 * a * a - b * b - c * c - 2.0 * a + b + d,
        ]
    };
    let kinds = [AtLeastZero; 3];
    optimum(forty_three, &ten, &kinds, &[&[0.0; 4]], (-44.0, &[0.0, 1.0, 2.0, -1.0]));
    let seventy_six = |x: &[f64]| {
        let [a, b, c, d] = [x[0], x[1], x[2], x[3]];
        [
            a * a + 0.5 * b * b + c * c + 0.5 * d * d - a * c + c * d - a - 3.0 * b + c - d,
            5.0 - a - 2.0 * b - c - d,
            4.0 - 3.0 * a - b - 2.0 * c + d,
            b + 4.0 * c - 1.5,
        ]
    };
    let at = [3.0 / 11.0, 23.0 / 11.0, 0.0, 6.0 / 11.0];
    let bounds = bounds([(0.0, 10.0); 4]);
    let start: [&[f64]; 1] = [&[0.5; 4]];
    optimum(seventy_six, &bounds, &kinds, &start, (-4.681_818_181_8, &at));
}

/// Cobb-Douglas: a cost of 2 a + 3 b for a^0.4 b^0.6 >= 10 is least where each takes its share of it;
/// the price of a unit of output is the unit cost.
#[test]
fn the_least_cost_of_an_output_and_its_shadow_price() {
    let f =
        |x: &[f64]| [2.0 * x[0] + 3.0 * x[1], libm::pow(x[0], 0.4) * libm::pow(x[1], 0.6) - 10.0];
    let unit = libm::pow(2.0 / 0.4, 0.4) * libm::pow(3.0 / 0.6, 0.6);
    let at = [10.0 * unit * 0.4 / 2.0, 10.0 * unit * 0.6 / 3.0];
    let bounds = bounds([(0.1, 100.0), (0.1, 100.0)]);
    let starts: [&[f64]; 2] = [&[50.0, 50.0], &[0.1, 0.1]];
    let found = optimum(f, &bounds, &[ConstraintKind::AtLeastZero], &starts, (10.0 * unit, &at));
    assert!((found.prices[0] - unit).abs() < 1e-6, "{found:?}");
}

#[test]
fn contradictions_are_named_with_their_size() {
    // x + y >= 5 within a circle of radius 1: the nearest point lies on the diagonal.
    let f = |x: &[f64]| [x[0], x[0] + x[1] - 5.0, 1.0 - x[0] * x[0] - x[1] * x[1]];
    let bounds = bounds([(-3.0, 3.0), (-3.0, 3.0)]);
    let kinds = [ConstraintKind::AtLeastZero; 2];
    let Ok(found) = minimise(&mut each_of(f), &bounds, &kinds, &starts(&bounds, 4, 1));
    let Minimisation::Infeasible { at, violated } = found else { panic!("{found:?}") };
    assert!((at[0] - at[1]).abs() < 0.1, "{at:?}");
    assert!(violated.iter().all(|(_, output)| *output < 0.0) && !violated.is_empty());
    let Ok(found) = minimise(&mut each(|_| f64::NAN), &bounds, &[], &starts(&bounds, 4, 1));
    assert_eq!(found, Minimisation::Undefined);
}

/// Branin's function has three equal minima; with a slope on one of them the starts find the best.
#[test]
fn several_starts_find_the_best_valley() {
    use std::f64::consts::PI;
    let f = |x: &[f64]| {
        let inner = x[1] - 5.1 / (4.0 * PI * PI) * x[0] * x[0] + 5.0 / PI * x[0] - 6.0;
        inner * inner + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * libm::cos(x[0]) + 10.0 + 0.1 * x[0]
    };
    let bounds = bounds([(-5.0, 10.0), (0.0, 15.0)]);
    let Ok(found) = minimise(&mut each(f), &bounds, &[], &starts(&bounds, 16, 1));
    let Minimisation::Optimal(found) = found else { panic!("{found:?}") };
    // Near (-pi, 12.275), where the slope lowers 0.397887 by about 0.31.
    assert!((found.at[0] + PI).abs() < 0.1 && (found.at[1] - 12.275).abs() < 0.2, "{found:?}");
    assert!(found.agreeing.0 >= 2 && found.agreeing.1 == 16, "{found:?}");
}

#[test]
fn whole_unknowns_are_enumerated() {
    // A knapsack: values 10, 13, 7 per unit, weights 3, 4, 2, at most 9 in weight and 2 of each.
    let f = |x: &[f64]| {
        let value = 10.0 * x[0] + 13.0 * x[1] + 7.0 * x[2];
        [-value, 9.0 - 3.0 * x[0] - 4.0 * x[1] - 2.0 * x[2]]
    };
    let three = bounds([(0.0, 2.0); 3]);
    let Ok(found) = minimise_whole(&mut each_of(f), &three, &[ConstraintKind::AtLeastZero]);
    let Minimisation::Optimal(found) = found else { panic!("{found:?}") };
    // By hand: (1, 1, 1) weighs 9 and is worth 30; (1, 0, 2) 24; (0, 1, 2) 27; (2, 0, 1) 27.
    assert_eq!((found.at, found.objective), (vec![1.0, 1.0, 1.0], -30.0));
    let never = |x: &[f64]| [x[0], -1.0 - x[1]];
    let Ok(found) =
        minimise_whole(&mut each_of(never), &three[..2], &[ConstraintKind::AtLeastZero]);
    assert_eq!(found, Minimisation::Infeasible { at: vec![0.0, 0.0], violated: vec![(0, -1.0)] });
    let Ok(found) = minimise_whole(&mut each_of(never), &bounds([(0.0, 100.0); 3]), &[]);
    assert_eq!(found, Minimisation::TooMany { combinations: 1_030_301.0 });
}
