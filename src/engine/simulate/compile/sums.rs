//! Instructions for sums of products, the most frequent pattern in models of trade flows.
//!
//! `p` and `q` are products of two operands (pairs) or of three (triples, of a [`TripleKind`]).

use super::fuse::TripleKind;
use super::lanes::{Add, FusedLeft, LaneInstruction, Multiply, Subtract, instruction};
use crate::engine::numbers::kernels::{Elementwise, ScalarFunction};

/// The sum of two products, `p + q`.
#[derive(Clone, Copy, Default)]
struct Sum<P, Q>(P, Q);

impl<P: ScalarFunction<2>, Q: ScalarFunction<3>> ScalarFunction<5> for Sum<P, Q> {
    #[inline(always)]
    fn value(self, [a, b, c, d, e]: [f64; 5]) -> f64 {
        self.0.value([a, b]) + self.1.value([c, d, e])
    }
}

impl<P: ScalarFunction<3>, Q: ScalarFunction<3>> ScalarFunction<6> for Sum<P, Q> {
    #[inline(always)]
    fn value(self, [a, b, c, d, e, f]: [f64; 6]) -> f64 {
        self.0.value([a, b, c]) + self.1.value([d, e, f])
    }
}

/// A running sum `s + (p + q)` of a number and two products; s is the last operand.
#[derive(Clone, Copy, Default)]
struct RunningSum<P, Q>(P, Q);

impl<P: ScalarFunction<2>, Q: ScalarFunction<2>> ScalarFunction<5> for RunningSum<P, Q> {
    #[inline(always)]
    fn value(self, [a, b, c, d, s]: [f64; 5]) -> f64 {
        s + (self.0.value([a, b]) + self.1.value([c, d]))
    }
}

impl<P: ScalarFunction<2>, Q: ScalarFunction<3>> ScalarFunction<6> for RunningSum<P, Q> {
    #[inline(always)]
    fn value(self, [a, b, c, d, e, s]: [f64; 6]) -> f64 {
        s + (self.0.value([a, b]) + self.1.value([c, d, e]))
    }
}

impl<P: ScalarFunction<3>, Q: ScalarFunction<3>> ScalarFunction<7> for RunningSum<P, Q> {
    #[inline(always)]
    fn value(self, [a, b, c, d, e, f, s]: [f64; 7]) -> f64 {
        s + (self.0.value([a, b, c]) + self.1.value([d, e, f]))
    }
}

/// Turns a [`TripleKind`] into a type: evaluates `$value` with `$f` as the type of that product.
macro_rules! with_triple {
    ($triple:expr, $f:ident => $value:expr) => {
        match $triple {
            TripleKind::Product => {
                type $f = FusedLeft<Multiply, Multiply>;
                $value
            }
            TripleKind::OfSum => {
                type $f = FusedLeft<Add, Multiply>;
                $value
            }
            TripleKind::OfDifference => {
                type $f = FusedLeft<Subtract, Multiply>;
                $value
            }
        }
    };
}

/// Selects the instruction for `a b + q` with a triple q.
pub(crate) fn pair_and_triple(q: TripleKind) -> LaneInstruction<5> {
    with_triple!(q, Q => instruction::<Elementwise<Sum<Multiply, Q>>, 5>)
}

/// Selects the instruction for `p + q` with two triples.
pub(crate) fn two_triples([p, q]: [TripleKind; 2]) -> LaneInstruction<6> {
    with_triple!(p, P => with_triple!(q, Q => instruction::<Elementwise<Sum<P, Q>>, 6>))
}

/// Returns the instruction for `s + (a b + c d)`.
pub(crate) fn running_pairs() -> LaneInstruction<5> {
    instruction::<Elementwise<RunningSum<Multiply, Multiply>>, 5>
}

/// Selects the instruction for `s + (a b + q)` with a triple q.
pub(crate) fn running_pair_and_triple(q: TripleKind) -> LaneInstruction<6> {
    with_triple!(q, Q => instruction::<Elementwise<RunningSum<Multiply, Q>>, 6>)
}

/// Selects the instruction for `s + (p + q)` with two triples.
pub(crate) fn running_triples([p, q]: [TripleKind; 2]) -> LaneInstruction<7> {
    with_triple!(p, P => with_triple!(q, Q => instruction::<Elementwise<RunningSum<P, Q>>, 7>))
}

#[cfg(test)]
mod tests {
    use super::super::lanes::tests::{assert_same, operands};
    use super::*;
    use crate::builtins::Function;
    use crate::engine::numbers::distribution::Distribution;
    use crate::engine::numbers::sampling::Method;
    use crate::engine::run::domain::{Binary, RandomId};
    use crate::engine::simulate::{RecordedValue, Recording, Simulation, Statistics};
    use crate::engine::solve::tape::Symbolic;
    use crate::model::Solver;
    use crate::operator::BinaryOp;

    const TRIPLES: [TripleKind; 3] =
        [TripleKind::Product, TripleKind::OfSum, TripleKind::OfDifference];

    fn triple(q: TripleKind, a: f64, b: f64, c: f64) -> f64 {
        match q {
            TripleKind::Product => (a * b) * c,
            TripleKind::OfSum => (a + b) * c,
            TripleKind::OfDifference => (a - b) * c,
        }
    }

    #[test]
    fn fused_sums_have_the_bits_of_separate_operations() {
        for numbers in 0..1 << 7 {
            assert_same(running_pairs(), &operands(numbers), |[a, b, c, d, s]| s + (a * b + c * d));
            for q in TRIPLES {
                assert_same(pair_and_triple(q), &operands(numbers), |[a, b, c, d, e]| {
                    a * b + triple(q, c, d, e)
                });
                assert_same(
                    running_pair_and_triple(q),
                    &operands(numbers),
                    |[a, b, c, d, e, s]| s + (a * b + triple(q, c, d, e)),
                );
                for p in TRIPLES {
                    assert_same(two_triples([p, q]), &operands(numbers), |[a, b, c, d, e, f]| {
                        triple(p, a, b, c) + triple(q, d, e, f)
                    });
                    assert_same(
                        running_triples([p, q]),
                        &operands(numbers),
                        |[a, b, c, d, e, f, s]| s + (triple(p, a, b, c) + triple(q, d, e, f)),
                    );
                }
            }
        }
    }

    const OPS: [BinaryOp; 3] = [BinaryOp::Multiply, BinaryOp::Add, BinaryOp::Subtract];

    /// Simulates every form, with operands in either order, and compares each draw with the
    /// arithmetic on the draws of its operands.
    #[test]
    fn every_operand_of_a_sum_has_its_position() {
        let mut recording = Recording::default();
        let spread = Distribution::new(Function::Normal, &[1.0, 2.0]).expect("a distribution");
        let [a, b, c, d, e, f, s] = ["a", "b", "c", "d", "e", "f", "s"].map(|name| {
            let id = RandomId { name: name.to_owned(), part: 0 };
            let drawn = recording.inputs.draw(id, &spread);
            Symbolic::Node(recording.tape.input(drawn))
        });
        let mut wanted: Vec<(RecordedValue, Statistics)> =
            [a, b, c, d, e, f, s].map(|side| (RecordedValue(side), Statistics::Draws)).into();
        let apply =
            |recording: &mut Recording, op, a, b| recording.tape.binary(Binary::Operator(op), a, b);
        // The operation of the absorbed factor, for a triple.
        let kinds = || [None, Some(0), Some(1), Some(2)].into_iter();
        let shapes = kinds().flat_map(|p| kinds().map(move |q| (p, q)));
        let shapes: Vec<_> =
            shapes.flat_map(|(p, q)| [0, 1, 2].map(|order| (p, q, order))).collect();
        for &(p, q, order) in &shapes {
            let mut product = |kind: Option<usize>, x, y, z| {
                let inner = kind.map_or(x, |kind| apply(&mut recording, OPS[kind], x, y));
                apply(&mut recording, BinaryOp::Multiply, z, inner)
            };
            let (left, right) = (product(p, a, b, c), product(q, d, e, f));
            let sum = apply(&mut recording, BinaryOp::Add, left, right);
            let sum = match order {
                0 => sum,
                1 => apply(&mut recording, BinaryOp::Add, s, sum),
                _ => apply(&mut recording, BinaryOp::Add, sum, s),
            };
            wanted.push((RecordedValue(sum), Statistics::Draws));
        }
        // A product with several readers is not fused, so each sum is simulated alone.
        for (n, &(p, q, order)) in shapes.iter().enumerate() {
            let asked: Vec<(RecordedValue, Statistics)> =
                [&wanted[..7], &wanted[7 + n..8 + n]].concat();
            let simulation = Simulation { draws: 300, seed: 3, method: Method::Plain };
            let solver = Solver::default();
            let found = recording.simulate(&asked, &simulation, &solver, &[], &|_| {});
            let found = found.expect("draws");
            for draw in 0..300 {
                let [a, b, c, d, e, f, s, sum] = std::array::from_fn(|n| found[n].draws[draw]);
                let product = |kind: Option<usize>, x: f64, y: f64, z: f64| match kind {
                    None => x * z,
                    Some(0) => (x * y) * z,
                    Some(1) => (x + y) * z,
                    Some(_) => (x - y) * z,
                };
                let all = product(p, a, b, c) + product(q, d, e, f);
                let all = if order == 0 { all } else { s + all };
                assert_eq!(sum.to_bits(), all.to_bits(), "{p:?} {q:?} {order}");
            }
        }
    }
}
