//! Sums of products over lanes, each one instruction: what flows of trade are made of.

use super::fuse::Long;
use super::lanes::{Add, Instruction, Multiply, Subtract, WithLeft, instruction};
use crate::engine::numbers::kernels::{Each, OfNumbers};

/// `p + q`
#[derive(Clone, Copy, Default)]
struct Sum<P, Q>(P, Q);

impl<P: OfNumbers<2>, Q: OfNumbers<3>> OfNumbers<5> for Sum<P, Q> {
    #[inline(always)]
    fn value(self, [a, b, c, d, e]: [f64; 5]) -> f64 {
        self.0.value([a, b]) + self.1.value([c, d, e])
    }
}

impl<P: OfNumbers<3>, Q: OfNumbers<3>> OfNumbers<6> for Sum<P, Q> {
    #[inline(always)]
    fn value(self, [a, b, c, d, e, f]: [f64; 6]) -> f64 {
        self.0.value([a, b, c]) + self.1.value([d, e, f])
    }
}

/// `s + (p + q)`, with s as the last side.
#[derive(Clone, Copy, Default)]
struct Running<P, Q>(P, Q);

impl<P: OfNumbers<2>, Q: OfNumbers<2>> OfNumbers<5> for Running<P, Q> {
    #[inline(always)]
    fn value(self, [a, b, c, d, s]: [f64; 5]) -> f64 {
        s + (self.0.value([a, b]) + self.1.value([c, d]))
    }
}

impl<P: OfNumbers<2>, Q: OfNumbers<3>> OfNumbers<6> for Running<P, Q> {
    #[inline(always)]
    fn value(self, [a, b, c, d, e, s]: [f64; 6]) -> f64 {
        s + (self.0.value([a, b]) + self.1.value([c, d, e]))
    }
}

impl<P: OfNumbers<3>, Q: OfNumbers<3>> OfNumbers<7> for Running<P, Q> {
    #[inline(always)]
    fn value(self, [a, b, c, d, e, f, s]: [f64; 7]) -> f64 {
        s + (self.0.value([a, b, c]) + self.1.value([d, e, f]))
    }
}

/// An expression with the type of a long product under a name.
macro_rules! with_long {
    ($long:expr, $f:ident => $value:expr) => {
        match $long {
            Long::Product => {
                type $f = WithLeft<Multiply, Multiply>;
                $value
            }
            Long::OfSum => {
                type $f = WithLeft<Add, Multiply>;
                $value
            }
            Long::OfDifference => {
                type $f = WithLeft<Subtract, Multiply>;
                $value
            }
        }
    };
}

/// `a b + q`
pub(crate) fn short_and_long(q: Long) -> Instruction<5> {
    with_long!(q, Q => instruction::<Each<Sum<Multiply, Q>>, 5>)
}

/// `p + q`
pub(crate) fn two_long([p, q]: [Long; 2]) -> Instruction<6> {
    with_long!(p, P => with_long!(q, Q => instruction::<Each<Sum<P, Q>>, 6>))
}

/// `s + (a b + c d)`
pub(crate) fn running_short() -> Instruction<5> {
    instruction::<Each<Running<Multiply, Multiply>>, 5>
}

/// `s + (a b + q)`
pub(crate) fn running_short_and_long(q: Long) -> Instruction<6> {
    with_long!(q, Q => instruction::<Each<Running<Multiply, Q>>, 6>)
}

/// `s + (p + q)`
pub(crate) fn running_long([p, q]: [Long; 2]) -> Instruction<7> {
    with_long!(p, P => with_long!(q, Q => instruction::<Each<Running<P, Q>>, 7>))
}

#[cfg(test)]
mod tests {
    use super::super::lanes::tests::{holds, sides};
    use super::*;
    use crate::builtins::Function;
    use crate::engine::numbers::distribution::Distribution;
    use crate::engine::numbers::sampling::Method;
    use crate::engine::run::domain::{Binary, RandomId};
    use crate::engine::simulate::{Kept, Recording, Simulation, Wanted};
    use crate::engine::solve::tape::Symbolic;
    use crate::model::Solver;
    use crate::operator::BinaryOp;

    const LONG: [Long; 3] = [Long::Product, Long::OfSum, Long::OfDifference];

    fn long(q: Long, a: f64, b: f64, c: f64) -> f64 {
        match q {
            Long::Product => (a * b) * c,
            Long::OfSum => (a + b) * c,
            Long::OfDifference => (a - b) * c,
        }
    }

    #[test]
    fn sums_have_the_bits_of_their_operations_one_by_one() {
        for numbers in 0..1 << 7 {
            holds(running_short(), &sides(numbers), |[a, b, c, d, s]| s + (a * b + c * d));
            for q in LONG {
                holds(short_and_long(q), &sides(numbers), |[a, b, c, d, e]| {
                    a * b + long(q, c, d, e)
                });
                holds(running_short_and_long(q), &sides(numbers), |[a, b, c, d, e, s]| {
                    s + (a * b + long(q, c, d, e))
                });
                for p in LONG {
                    holds(two_long([p, q]), &sides(numbers), |[a, b, c, d, e, f]| {
                        long(p, a, b, c) + long(q, d, e, f)
                    });
                    holds(running_long([p, q]), &sides(numbers), |[a, b, c, d, e, f, s]| {
                        s + (long(p, a, b, c) + long(q, d, e, f))
                    });
                }
            }
        }
    }

    const OPS: [BinaryOp; 3] = [BinaryOp::Multiply, BinaryOp::Add, BinaryOp::Subtract];

    /// Every draw of every shape, written either way round, against the draws of what it is of.
    #[test]
    fn each_side_of_a_sum_is_where_it_belongs() {
        let mut recording = Recording::default();
        let spread = Distribution::new(Function::Normal, &[1.0, 2.0]).expect("a distribution");
        let [a, b, c, d, e, f, s] = ["a", "b", "c", "d", "e", "f", "s"].map(|name| {
            let id = RandomId { name: name.to_owned(), part: 0 };
            let drawn = recording.inputs.draw(id, &spread);
            Symbolic::Node(recording.tape.input(drawn))
        });
        let mut wanted: Vec<(Wanted, Kept)> =
            [a, b, c, d, e, f, s].map(|side| (Wanted(side), Kept::Draws)).into();
        let apply =
            |recording: &mut Recording, op, a, b| recording.tape.binary(Binary::Operator(op), a, b);
        // Of each product, if it is long, the operation that it takes.
        let kinds = || [None, Some(0), Some(1), Some(2)].into_iter();
        let shapes = kinds().flat_map(|p| kinds().map(move |q| (p, q)));
        let shapes: Vec<_> = shapes.flat_map(|(p, q)| [0, 1, 2].map(|adds| (p, q, adds))).collect();
        for &(p, q, adds) in &shapes {
            let mut product = |kind: Option<usize>, x, y, z| {
                let inner = kind.map_or(x, |kind| apply(&mut recording, OPS[kind], x, y));
                apply(&mut recording, BinaryOp::Multiply, z, inner)
            };
            let (left, right) = (product(p, a, b, c), product(q, d, e, f));
            let sum = apply(&mut recording, BinaryOp::Add, left, right);
            let sum = match adds {
                0 => sum,
                1 => apply(&mut recording, BinaryOp::Add, s, sum),
                _ => apply(&mut recording, BinaryOp::Add, sum, s),
            };
            wanted.push((Wanted(sum), Kept::Draws));
        }
        // What several sums share is not taken into one: each is drawn by itself.
        for (n, &(p, q, adds)) in shapes.iter().enumerate() {
            let asked: Vec<(Wanted, Kept)> = [&wanted[..7], &wanted[7 + n..8 + n]].concat();
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
                let all = if adds == 0 { all } else { s + all };
                assert_eq!(sum.to_bits(), all.to_bits(), "{p:?} {q:?} {adds}");
            }
        }
    }
}
