//! Tests searches in a lane of draws against the search in each draw alone.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::*;
use crate::engine::run::domain::{Binary, Unary};
use crate::engine::solve::tape::{Node, Symbolic, Tape};
use crate::model::BinaryOp;

const SETTINGS: Solver = Solver { tolerance: 1e-10, iterations: 60 };

/// A system with its starting points, and the number of values that it reads from outside.
struct Case {
    name: &'static str,
    system: System,
    start: Vec<f64>,
    /// Further starting points, as a function of the two values read.
    further: fn(f64, f64) -> Vec<Vec<f64>>,
    reads: usize,
}

/// An attempt with damped steps.
fn damped(point: Vec<f64>) -> Attempt {
    Attempt { point, steps: Steps::Damped, keeps: Keeps::Signs }
}

type Sides = (Node, Node, Option<f64>);

/// Equations in two unknowns and two values read, on a tape.
struct Equations {
    tape: Tape,
    sides: Vec<Sides>,
}

impl Equations {
    fn new() -> (Self, [Symbolic; 4]) {
        let mut tape = Tape::default();
        let inputs = std::array::from_fn(|n| Symbolic::Node(tape.input(n)));
        (Self { tape, sides: Vec::new() }, inputs)
    }

    fn of(&mut self, op: BinaryOp, a: Symbolic, b: Symbolic) -> Symbolic {
        self.tape.binary(Binary::Operator(op), a, b)
    }

    fn equate(&mut self, left: Symbolic, right: Symbolic, bound: Option<f64>) {
        let sides = (self.tape.node(left), self.tape.node(right), bound);
        self.sides.push(sides);
    }

    fn case(self, name: &'static str, start: [f64; 2]) -> Case {
        let system = System::new(self.tape, &self.sides);
        Case { name, system, start: start.to_vec(), further: |_, _| Vec::new(), reads: 2 }
    }
}

/// `x^3 = a, y * exp(y) = b * x`: takes more iterations the further the solution is from the start.
fn smooth() -> Case {
    let (mut on, [x, y, a, b]) = Equations::new();
    let cube = on.of(BinaryOp::Power, x, Symbolic::Known(3.0));
    on.equate(cube, a, None);
    let growth = on.tape.unary(Unary::Exp, y);
    let product = on.of(BinaryOp::Multiply, y, growth);
    let multiple = on.of(BinaryOp::Multiply, b, x);
    on.equate(product, multiple, None);
    on.case("smooth", [1.0, 1.0])
}

/// `x >= 0 so that a + x >= 10 - y, y >= 1 so that y * b >= x`.
fn complementary() -> Case {
    let (mut on, [x, y, a, b]) = Equations::new();
    let cost = on.of(BinaryOp::Add, a, x);
    let price = on.of(BinaryOp::Subtract, Symbolic::Known(10.0), y);
    on.equate(cost, price, Some(0.0));
    let product = on.of(BinaryOp::Multiply, y, b);
    on.equate(product, x, Some(1.0));
    on.case("complementary", [1.0, 1.0])
}

/// `x + 2 max(x, a) = 8 + min(y, 3), y + (if x > b then ln(1 + x - b) else |x - b| / -3) = 4`: the
/// branch that is not taken may have no value.
fn kinked() -> Case {
    let (mut on, [x, y, a, b]) = Equations::new();
    let most = on.tape.binary(Binary::Maximum, x, a);
    let twice = on.of(BinaryOp::Multiply, Symbolic::Known(2.0), most);
    let left = on.of(BinaryOp::Add, x, twice);
    let least = on.tape.binary(Binary::Minimum, y, Symbolic::Known(3.0));
    let right = on.of(BinaryOp::Add, Symbolic::Known(8.0), least);
    on.equate(left, right, None);
    let gap = on.of(BinaryOp::Subtract, x, b);
    let more = on.of(BinaryOp::Add, gap, Symbolic::Known(1.0));
    let then = on.tape.unary(Unary::Ln, more);
    let size = on.tape.unary(Unary::Abs, gap);
    let other = on.of(BinaryOp::Divide, size, Symbolic::Known(-3.0));
    let above = on.of(BinaryOp::Above, x, b);
    let chosen = on.tape.select(above, then, other);
    let left = on.of(BinaryOp::Add, y, chosen);
    on.equate(left, Symbolic::Known(4.0), None);
    on.case("kinked", [1.0, 2.0])
}

/// `x^2 + a = 40, y = ln(b) * x`: no solution for `a` above 40, no value for `b` below 0.
fn failing() -> Case {
    let (mut on, [x, y, a, b]) = Equations::new();
    let square = on.of(BinaryOp::Multiply, x, x);
    let sum = on.of(BinaryOp::Add, square, a);
    on.equate(sum, Symbolic::Known(40.0), None);
    let log = on.tape.unary(Unary::Ln, b);
    let product = on.of(BinaryOp::Multiply, log, x);
    on.equate(y, product, None);
    on.case("failing", [1.0, 1.0])
}

/// `ln(x - a) = b, y = b * x`: no value at the first starting point for large `a`, and at the
/// second one for still larger `a`.
fn restarting() -> Case {
    let (mut on, [x, y, a, b]) = Equations::new();
    let gap = on.of(BinaryOp::Subtract, x, a);
    let log = on.tape.unary(Unary::Ln, gap);
    on.equate(log, b, None);
    let product = on.of(BinaryOp::Multiply, b, x);
    on.equate(y, product, None);
    let further = |a, b| vec![vec![3.0, b], vec![a + 1.0, b]];
    Case { further, ..on.case("restarting", [1.0, 1.0]) }
}

/// Values read in `count` draws, spread evenly over `from..to`.
fn spread(count: usize, seed: f64, from: f64, to: f64) -> Vec<f64> {
    let part = |n: usize| (n as f64 * 0.618_033_988_749_894_9 + seed).fract();
    (0..count).map(|n| from + (to - from) * part(n)).collect()
}

/// Searches in a lane: the solutions, and the failure if there was one.
fn lane<const W: usize>(
    arch: Arch,
    case: &Case,
    outside: &[Vec<f64>],
) -> (Vec<Option<Solution>>, Option<(usize, SolverFailure)>) {
    let count = outside[0].len();
    let mut points = EvaluationPoints::<W>::new(arch, &case.system, case.reads);
    let mut solutions = vec![None; count];
    let starts = |draw: usize| -> Attempts<'_> {
        let further = (case.further)(outside[0][draw], outside[1][draw]);
        Box::new(std::iter::once(case.start.clone()).chain(further).map(damped))
    };
    let mut failure = None;
    let mut on_end = |draw: usize, outcome: SearchOutcome| match outcome {
        Ok(found) => {
            solutions[draw] = Some(found);
            ControlFlow::Continue(())
        }
        Err(failed) => {
            failure = Some((draw, failed));
            ControlFlow::Break(())
        }
    };
    let system = &case.system;
    let stop = &Stop::default();
    let (settings, tests_rank) = (&SETTINGS, false);
    let searches = Searches { system, starts: &starts, settings, stop, outside, tests_rank };
    searches.solve(&mut points, 0..count, &mut on_end);
    (solutions, failure)
}

/// An outcome with the bits of its numbers, for exact comparison.
fn bits(outcome: &SearchOutcome) -> (String, Vec<u64>, Vec<Iteration>) {
    let of = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    match outcome {
        Ok(Solution { unknowns, iterations, .. }) => {
            ("found".to_owned(), of(unknowns), iterations.clone())
        }
        Err(SolverFailure { cause, iterations, unknowns, residuals, held }) => {
            let numbers = [of(unknowns), of(residuals)].concat();
            (format!("{cause:?} {held:?}"), numbers, iterations.clone())
        }
    }
}

/// The outcome of one draw, searched alone.
fn alone(case: &Case, outside: &[Vec<f64>], draw: usize) -> SearchOutcome {
    let own: Vec<Vec<f64>> = outside.iter().map(|draws| vec![draws[draw]]).collect();
    let (mut solutions, failure) = lane::<1>(Arch::Scalar, case, &own);
    match failure {
        Some((_, failure)) => Err(failure),
        None => Ok(solutions.remove(0).expect("a solution")),
    }
}

/// Asserts that a lane gives the outcomes of its draws searched alone, up to the first failure.
fn assert_same_as_alone<const W: usize>(
    case: &Case,
    outside: &[Vec<f64>],
    wanted: &[SearchOutcome],
) {
    for arch in [Arch::Scalar, Arch::new()] {
        let (solutions, failure) = lane::<W>(arch, case, outside);
        let first = wanted.iter().position(Result::is_err);
        assert_eq!(failure.as_ref().map(|(draw, _)| *draw), first, "{}", case.name);
        if let Some((draw, failure)) = failure {
            assert_eq!(bits(&Err(failure)), bits(&wanted[draw]), "{} {draw}", case.name);
        }
        for (draw, solution) in solutions.into_iter().enumerate().take(first.unwrap_or(usize::MAX))
        {
            let solution = Ok(solution.expect("a solution"));
            assert_eq!(bits(&solution), bits(&wanted[draw]), "{} {draw}", case.name);
        }
    }
}

#[test]
fn a_draw_has_the_same_bits_alone_and_in_a_lane() {
    let cases = [
        (smooth(), (0.001, 5000.0), (0.001, 20.0)),
        (complementary(), (2.0, 14.0), (0.3, 8.0)),
        (kinked(), (0.0, 6.0), (0.0, 5.0)),
        (restarting(), (-1.0, 5.0), (-2.0, 3.0)),
        (failing(), (-500.0, 41.0), (0.5, 90.0)),
        (failing(), (-500.0, 39.0), (-1.0, 90.0)),
    ];
    for (case, a, b) in cases {
        let mut courses = BTreeSet::new();
        for count in [1, 7, 32, 256] {
            let mut outside = vec![spread(count, 0.1, a.0, a.1), spread(count, 0.72, b.0, b.1)];
            for _ in 0..2 {
                let wanted: Vec<_> = (0..count).map(|n| alone(&case, &outside, n)).collect();
                courses.extend(wanted.iter().map(|one| {
                    let (what, _, iterations) = bits(one);
                    (what, iterations.len())
                }));
                assert_same_as_alone::<1>(&case, &outside, &wanted);
                assert_same_as_alone::<8>(&case, &outside, &wanted);
                assert_same_as_alone::<16>(&case, &outside, &wanted);
                // The same draws with other neighbours.
                outside.iter_mut().for_each(|draws| draws.reverse());
            }
        }
        // Draws whose searches all take the same course would not test anything.
        assert!(courses.len() >= 3, "{}: {courses:?}", case.name);
        let fails = courses.iter().any(|(what, _)| what != "found");
        assert_eq!(fails, case.name == "failing", "{courses:?}");
    }
}

/// `x >= 0 so that a + x >= 10 - y, y >= 1 so that y * b >= x`, with three solutions worked out by
/// hand: with and without binding bounds.
#[test]
fn a_complementarity_condition_is_solved_in_each_draw() {
    let case = complementary();
    // a = 12: x = 0 and y = 1. a = 6, b = 1: x + y = 4 and y = x. b = 5: y = 1 and x = 3.
    let outside = [vec![12.0, 6.0, 6.0], vec![1.0, 1.0, 5.0]];
    let (solutions, failure) = lane::<16>(Arch::new(), &case, &outside);
    assert!(failure.is_none());
    for (solution, wanted) in solutions.iter().zip([[0.0, 1.0], [2.0, 2.0], [3.0, 1.0]]) {
        let Solution { unknowns, .. } = solution.as_ref().expect("a solution");
        for (found, wanted) in unknowns.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-9, "{unknowns:?} {wanted}");
        }
    }
}

/// `min(1e-310 x, 1) = a, sqrt(y) = b`: the first step leads to infinity, where the first equation
/// holds; for `y` = 0 the activity of the second equation is not finite.
fn far() -> Case {
    let (mut on, [x, y, a, b]) = Equations::new();
    let product = on.of(BinaryOp::Multiply, Symbolic::Known(1e-310), x);
    let least = on.tape.binary(Binary::Minimum, product, Symbolic::Known(1.0));
    on.equate(least, a, None);
    let root = on.tape.unary(Unary::Sqrt, y);
    on.equate(root, b, None);
    on.case("far", [0.0, 1.0])
}

#[test]
fn an_equation_with_infinite_activity_counts_as_unsolved() {
    let outcome = |start: [f64; 2], a, b| {
        let case = Case { start: start.to_vec(), ..far() };
        alone(&case, &[vec![a], vec![b]], 0).map(|solution| solution.unknowns)
    };
    let cause = |start, a, b| outcome(start, a, b).expect_err("no solution").cause;
    assert_eq!(cause([1.0, 1.0], 1.0, 2.0), Cause::Stalled);
    assert_eq!(cause([f64::INFINITY, 1.0], 1.0, 2.0), Cause::Undefined);
    assert_eq!(cause([0.0, 0.0], 0.0, 2.0), Cause::Singular);
    // An equation that holds exactly needs no activity.
    assert_eq!(outcome([0.0, 0.0], 0.0, 0.0).expect("a solution"), [0.0, 0.0]);
}

#[test]
fn the_largest_magnitude_is_nan_if_one_number_is() {
    assert_eq!(largest(&[1.0, -3.0, 2.0]), 3.0);
    assert!(largest(&[f64::NAN, 3.0]).is_nan() && largest(&[3.0, f64::NAN, 4.0]).is_nan());
}

#[test]
fn a_failed_search_restarts_from_the_next_starting_point() {
    let outcome = |further| alone(&Case { further, ..restarting() }, &[vec![4.0], vec![0.0]], 0);
    let found = outcome(|_, _| vec![vec![3.0, 0.0], vec![5.0, 7.0]]).expect("5");
    let Solution { unknowns, iterations, .. } = found;
    assert_eq!(unknowns, [5.0, 0.0]);
    // The trace is that of the successful search.
    assert_eq!(iterations[0].residual, 0.5);
    // If all starting points fail, the failure is that of the first one.
    let failure = outcome(|_, _| vec![vec![3.0, 0.0], vec![2.0, 0.0]]).expect_err("no value");
    assert_eq!((failure.cause, failure.unknowns), (Cause::Undefined, vec![1.0, 1.0]));
}

/// The flag is raised when the 40th draw begins: no later draw begins, and draws in progress have
/// no outcome.
#[test]
fn searches_stop_once_the_flag_is_raised() {
    const LAST: usize = 40;
    let (case, stop) = (smooth(), Stop::new());
    let outside = [spread(256, 0.1, 0.001, 5000.0), spread(256, 0.72, 0.001, 20.0)];
    let (begun, mut found) = (Cell::new(0), Vec::new());
    let starts = |draw: usize| -> Attempts<'_> {
        begun.set(begun.get().max(draw));
        if draw == LAST {
            stop.raise();
        }
        Box::new(std::iter::once(damped(case.start.clone())))
    };
    let mut on_end = |draw: usize, _: SearchOutcome| {
        found.push(draw);
        ControlFlow::Continue(())
    };
    let searches = Searches {
        system: &case.system,
        starts: &starts,
        settings: &SETTINGS,
        stop: &stop,
        outside: &outside,
        tests_rank: false,
    };
    let mut points = EvaluationPoints::<8>::new(Arch::new(), &case.system, case.reads);
    searches.solve(&mut points, 0..256, &mut on_end);
    // At most eight draws are in progress when the flag is raised.
    assert!((LAST..LAST + 8).contains(&begun.get()), "{}", begun.get());
    assert!(found.len() > LAST - 8 && found.len() <= LAST + 1, "{}", found.len());
    assert!(!found.contains(&LAST));
}

#[test]
fn a_single_search_has_no_outcome_once_the_flag_is_raised() {
    let mut tape = Tape::default();
    let (x, two) = (tape.input(0), tape.node(Symbolic::Known(2.0)));
    let (system, stop) = (System::new(tape, &[(x, two, None)]), Stop::new());
    let outcome = || solve(&system, &[], vec![damped(vec![1.0])], &SETTINGS, &stop);
    assert!(matches!(outcome(), Some(Ok(found)) if found.unknowns == [2.0]));
    stop.raise();
    assert!(outcome().is_none());
}
