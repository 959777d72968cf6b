//! Instructions over lanes of draws: loops that are compiled for each instruction set.
//!
//! Every value is computed by the same operations as a single number is, without fused
//! multiply-adds, so that the bits do not depend on the lane or on the machine.

use pulp::{Arch, Simd, WithSimd};

use super::fuse::Arithmetic;
use crate::engine::domain::{Binary, Unary};
use crate::engine::kernels::{self, exp_lane, ln_lane, logarithm, pow_lane, power_of_lane};
use crate::model::{BinaryOp, truth};

/// Draws in a tile: a lane is a whole number of them, and each is done at once.
pub(super) const TILE: usize = 32;
pub(super) type Tile = [f64; TILE];

/// Room for the numbers among the sides of an instruction.
pub(super) type Numbers = [Tile; 4];

/// One side of an instruction.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side<'a> {
    Lane(&'a [Tile]),
    Number(f64),
}

/// A side as tiles; a number is one that stands for all.
#[inline(always)]
fn tiles<'a, const N: usize>(sides: &[Side<'a>; N], numbers: &'a mut Numbers) -> [&'a [Tile]; N] {
    let mut tiles: [&'a [Tile]; N] = [&[]; N];
    for ((tiles, side), number) in tiles.iter_mut().zip(sides).zip(numbers) {
        *tiles = match *side {
            Side::Lane(lane) => lane,
            Side::Number(value) => {
                *number = [value; TILE];
                std::slice::from_ref(number)
            }
        };
    }
    tiles
}

/// A function of some numbers. A type for each, because only a method is sure to be inlined where the
/// instruction set is chosen.
trait Function<const N: usize>: Copy {
    fn value(self, sides: [f64; N]) -> f64;
}

macro_rules! functions {
    ($($name:ident |$($side:ident),+| $value:expr;)*) => {$(
        #[derive(Clone, Copy)]
        struct $name;

        impl Function<{ [$(stringify!($side)),+].len() }> for $name {
            #[inline(always)]
            fn value(self, [$($side),+]: [f64; { [$(stringify!($side)),+].len() }]) -> f64 {
                $value
            }
        }
    )*};
}

functions! {
    Negate |a| -a;
    Not |a| truth(a == 0.0);
    Absolute |a| a.abs();
    Root |a| a.sqrt();
    Add |a, b| a + b;
    Subtract |a, b| a - b;
    Multiply |a, b| a * b;
    Divide |a, b| a / b;
    Power |a, b| kernels::pow(a, b);
    Minimum |a, b| a.min(b);
    Maximum |a, b| a.max(b);
    And |a, b| truth(a != 0.0 && b != 0.0);
    Or |a, b| truth(a != 0.0 || b != 0.0);
    Equal |a, b| truth(a == b);
    NotEqual |a, b| truth(a != b);
    AtMost |a, b| truth(a <= b);
    AtLeast |a, b| truth(a >= b);
    Below |a, b| truth(a < b);
    Above |a, b| truth(a > b);
    Choose |condition, then, other| if condition == 0.0 { other } else { then };
}

/// `(a . b) . c`
#[derive(Clone, Copy)]
struct WithLeft<I, O>(I, O);

impl<I: Function<2>, O: Function<2>> Function<3> for WithLeft<I, O> {
    #[inline(always)]
    fn value(self, [a, b, c]: [f64; 3]) -> f64 {
        self.1.value([self.0.value([a, b]), c])
    }
}

/// `a . (b . c)`
#[derive(Clone, Copy)]
struct WithRight<I, O>(I, O);

impl<I: Function<2>, O: Function<2>> Function<3> for WithRight<I, O> {
    #[inline(always)]
    fn value(self, [a, b, c]: [f64; 3]) -> f64 {
        self.1.value([a, self.0.value([b, c])])
    }
}

/// `(a . b) . (c . d)`
#[derive(Clone, Copy)]
struct WithBoth<L, R, O>(L, R, O);

impl<L: Function<2>, R: Function<2>, O: Function<2>> Function<4> for WithBoth<L, R, O> {
    #[inline(always)]
    fn value(self, [a, b, c, d]: [f64; 4]) -> f64 {
        self.2.value([self.0.value([a, b]), self.1.value([c, d])])
    }
}

/// A function over lanes.
struct Run<'a, F, const N: usize> {
    f: F,
    sides: [&'a [Tile]; N],
    out: &'a mut [Tile],
}

impl<F: Function<N>, const N: usize> WithSimd for Run<'_, F, N> {
    type Output = ();

    /// Tile by tile. The results of a tile lie in the processor's registers until it is done, so that
    /// nothing has to be known of where the lanes lie.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { f, sides, out } = self;
        for n in 0..out.len() {
            let mut from = [&[0.0; TILE]; N];
            for k in 0..N {
                let lane = sides[k];
                from[k] = &lane[if lane.len() == 1 { 0 } else { n }];
            }
            let mut values = [0.0; TILE];
            for i in 0..TILE {
                let mut sides = [0.0; N];
                for k in 0..N {
                    sides[k] = from[k][i];
                }
                values[i] = f.value(sides);
            }
            out[n] = values;
        }
    }
}

/// Runs code with the function of an operation under a name.
macro_rules! with_arithmetic {
    ($op:expr, $f:ident => $body:expr) => {
        match $op {
            Arithmetic::Add => {
                let $f = Add;
                $body
            }
            Arithmetic::Subtract => {
                let $f = Subtract;
                $body
            }
            Arithmetic::Multiply => {
                let $f = Multiply;
                $body
            }
            Arithmetic::Divide => {
                let $f = Divide;
                $body
            }
        }
    };
}

/// `(a . b) . c`, the inner operation first.
#[inline(always)]
pub(super) fn with_left(
    arch: Arch,
    [inner, outer]: [Arithmetic; 2],
    sides: [Side<'_>; 3],
    numbers: &mut Numbers,
    out: &mut [Tile],
) {
    let sides = tiles(&sides, numbers);
    with_arithmetic!(inner, inner => with_arithmetic!(outer, outer => {
        arch.dispatch(Run { f: WithLeft(inner, outer), sides, out });
    }));
}

/// `a . (b . c)`, the inner operation first.
#[inline(always)]
pub(super) fn with_right(
    arch: Arch,
    [inner, outer]: [Arithmetic; 2],
    sides @ [a, b, c]: [Side<'_>; 3],
    numbers: &mut Numbers,
    out: &mut [Tile],
) {
    // Where the order does not matter there is one function for both.
    if matches!(outer, Arithmetic::Add | Arithmetic::Multiply) {
        return with_left(arch, [inner, outer], [b, c, a], numbers, out);
    }
    let sides = tiles(&sides, numbers);
    with_arithmetic!(inner, inner => if outer == Arithmetic::Subtract {
        arch.dispatch(Run { f: WithRight(inner, Subtract), sides, out });
    } else {
        arch.dispatch(Run { f: WithRight(inner, Divide), sides, out });
    });
}

/// `(a . b) . (c . d)`, the outer operation last.
#[inline(always)]
pub(super) fn with_both(
    arch: Arch,
    [left, right, outer]: [Arithmetic; 3],
    sides: [Side<'_>; 4],
    numbers: &mut Numbers,
    out: &mut [Tile],
) {
    let sides = tiles(&sides, numbers);
    with_arithmetic!(left, left => with_arithmetic!(right, right => {
        with_arithmetic!(outer, outer => {
            arch.dispatch(Run { f: WithBoth(left, right, outer), sides, out });
        });
    }));
}

/// A function of two sides.
#[inline(always)]
pub(super) fn binary(
    arch: Arch,
    op: Binary,
    sides: [Side<'_>; 2],
    numbers: &mut Numbers,
    out: &mut [Tile],
) {
    macro_rules! run {
        ($f:expr) => {
            arch.dispatch(Run { f: $f, sides: tiles(&sides, numbers), out })
        };
    }
    match op {
        Binary::Minimum => run!(Minimum),
        Binary::Maximum => run!(Maximum),
        Binary::Operator(op) => match op {
            BinaryOp::Add => run!(Add),
            BinaryOp::Subtract => run!(Subtract),
            BinaryOp::Multiply => run!(Multiply),
            BinaryOp::Divide => run!(Divide),
            BinaryOp::Power => match sides {
                [Side::Number(a), Side::Lane(b)] if a >= 0.0 => {
                    power_of_lane(arch, logarithm(a), b.as_flattened(), out.as_flattened_mut());
                }
                [Side::Lane(a), Side::Lane(b)] => {
                    pow_lane(arch, a.as_flattened(), b.as_flattened(), out.as_flattened_mut());
                }
                _ => run!(Power),
            },
            BinaryOp::And => run!(And),
            BinaryOp::Or => run!(Or),
            BinaryOp::Equal => run!(Equal),
            BinaryOp::NotEqual => run!(NotEqual),
            BinaryOp::AtMost => run!(AtMost),
            BinaryOp::AtLeast => run!(AtLeast),
            BinaryOp::Below => run!(Below),
            BinaryOp::Above => run!(Above),
        },
    }
}

/// A function of one side.
#[inline(always)]
pub(super) fn unary(arch: Arch, op: Unary, a: Side<'_>, numbers: &mut Numbers, out: &mut [Tile]) {
    macro_rules! run {
        ($f:expr) => {
            arch.dispatch(Run { f: $f, sides: tiles(&[a], numbers), out })
        };
    }
    match (op, a) {
        (_, Side::Number(a)) => out.fill([op.apply(a); TILE]),
        (Unary::Exp, Side::Lane(a)) => exp_lane(arch, a.as_flattened(), out.as_flattened_mut()),
        (Unary::Ln, Side::Lane(a)) => ln_lane(arch, a.as_flattened(), out.as_flattened_mut()),
        (Unary::Negate, _) => run!(Negate),
        (Unary::Not, _) => run!(Not),
        (Unary::Abs, _) => run!(Absolute),
        (Unary::Sqrt, _) => run!(Root),
    }
}

/// One of two sides, draw by draw: condition, then, other.
#[inline(always)]
pub(super) fn select(arch: Arch, sides: [Side<'_>; 3], numbers: &mut Numbers, out: &mut [Tile]) {
    arch.dispatch(Run { f: Choose, sides: tiles(&sides, numbers), out });
}

/// The values of a table of choices, by position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Steps {
    /// The value from each position on; the first from 0.
    steps: Vec<(f64, f64)>,
    values: Vec<f64>,
}

/// The most steps that are compared one after another.
const FEW: usize = 8;

impl Steps {
    pub(super) fn new(values: &[f64]) -> Self {
        let changed = |n: usize| n == 0 || values[n].to_bits() != values[n - 1].to_bits();
        let steps = (0..values.len()).filter(|&n| changed(n)).map(|n| (n as f64, values[n]));
        Self { steps: steps.collect(), values: values.to_vec() }
    }

    /// The value at each position.
    pub(super) fn fill(&self, arch: Arch, positions: &[Tile], out: &mut [Tile]) {
        if self.steps.len() <= FEW {
            return arch.dispatch(Climb { steps: &self.steps, positions, out });
        }
        let positions = positions.as_flattened();
        for (out, position) in out.as_flattened_mut().iter_mut().zip(positions) {
            *out = self.values.get(*position as usize).copied().unwrap_or(f64::NAN);
        }
    }
}

struct Climb<'a> {
    steps: &'a [(f64, f64)],
    positions: &'a [Tile],
    out: &'a mut [Tile],
}

impl WithSimd for Climb<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Some((&(_, first), rest)) = self.steps.split_first() else { return };
        for (out, positions) in self.out.iter_mut().zip(self.positions) {
            let mut values = [first; TILE];
            for &(from, step) in rest {
                for (value, position) in values.iter_mut().zip(positions) {
                    *value = if *position >= from { step } else { *value };
                }
            }
            *out = values;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPS: [Arithmetic; 4] =
        [Arithmetic::Add, Arithmetic::Subtract, Arithmetic::Multiply, Arithmetic::Divide];

    fn apply(op: Arithmetic, a: f64, b: f64) -> f64 {
        match op {
            Arithmetic::Add => a + b,
            Arithmetic::Subtract => a - b,
            Arithmetic::Multiply => a * b,
            Arithmetic::Divide => a / b,
        }
    }

    fn sets() -> Vec<Arch> {
        let mut all = vec![Arch::Scalar, Arch::new()];
        #[cfg(target_arch = "x86_64")]
        all.extend(pulp::x86::V3::try_new().map(Arch::V3));
        all
    }

    /// Lanes of numbers of many sizes, zeros and infinities among them.
    fn lane(seed: f64) -> [Tile; 2] {
        let number = |n: usize| {
            let part = (n as f64 * 0.618_033_988_749_894_9 + seed).fract() - 0.5;
            match n % 37 {
                0 => 0.0,
                1 => -0.0,
                2 => f64::INFINITY,
                _ => part * 10_f64.powi((n % 61) as i32 - 30),
            }
        };
        std::array::from_fn(|tile| std::array::from_fn(|n| number(tile * TILE + n)))
    }

    fn same(found: f64, wanted: f64) -> bool {
        found.to_bits() == wanted.to_bits() || (found.is_nan() && wanted.is_nan())
    }

    #[test]
    fn joined_operations_have_the_bits_of_single_ones() {
        let lanes = [0.1, 0.4, 0.7, 0.9].map(lane);
        let (mut out, mut room) = ([[0.0; TILE]; 2], [[0.0; TILE]; 4]);
        for numbers in 0..16_usize {
            let sides: [Side<'_>; 4] = std::array::from_fn(|k| {
                if numbers >> k & 1 == 1 {
                    Side::Number(1.0 + k as f64)
                } else {
                    Side::Lane(&lanes[k])
                }
            });
            let at = |k: usize, n: usize| match sides[k] {
                Side::Lane(lane) => lane[n / TILE][n % TILE],
                Side::Number(number) => number,
            };
            let [a, b, c, _] = sides;
            for arch in sets() {
                for (x, y) in OPS.into_iter().flat_map(|x| OPS.map(|y| (x, y))) {
                    with_left(arch, [x, y], [a, b, c], &mut room, &mut out);
                    let wanted = |n| apply(y, apply(x, at(0, n), at(1, n)), at(2, n));
                    assert!(
                        (0..2 * TILE).all(|n| same(out[n / TILE][n % TILE], wanted(n))),
                        "{x:?} {y:?}"
                    );
                    with_right(arch, [x, y], [a, b, c], &mut room, &mut out);
                    let wanted = |n| apply(y, at(0, n), apply(x, at(1, n), at(2, n)));
                    assert!(
                        (0..2 * TILE).all(|n| same(out[n / TILE][n % TILE], wanted(n))),
                        "{x:?} {y:?}"
                    );
                    for z in OPS {
                        with_both(arch, [x, y, z], sides, &mut room, &mut out);
                        let wanted = |n| {
                            apply(z, apply(x, at(0, n), at(1, n)), apply(y, at(2, n), at(3, n)))
                        };
                        assert!((0..2 * TILE).all(|n| same(out[n / TILE][n % TILE], wanted(n))));
                    }
                }
            }
        }
    }

    #[test]
    fn a_table_is_read_at_its_positions() {
        let few: &[f64] = &[1.0, 1.0, 2.0, 2.0, -0.0, 0.0];
        let many: Vec<f64> = (0..40).map(f64::from).collect();
        for values in [few, &many] {
            let positions: Tile = std::array::from_fn(|n| (n % values.len()) as f64);
            let mut out = [[0.0; TILE]];
            for arch in sets() {
                Steps::new(values).fill(arch, &[positions], &mut out);
                let wanted = |n: usize| values[n % values.len()];
                assert!((0..TILE).all(|n| same(out[0][n], wanted(n))));
            }
        }
    }

    #[test]
    fn functions_over_lanes_are_those_of_numbers() {
        let (a, b, c) = (lane(0.2), lane(0.3), lane(0.8));
        let (mut out, mut room) = ([[0.0; TILE]; 2], [[0.0; TILE]; 4]);
        for arch in sets() {
            for op in [Unary::Negate, Unary::Not, Unary::Abs, Unary::Exp, Unary::Ln, Unary::Sqrt] {
                unary(arch, op, Side::Lane(&a), &mut room, &mut out);
                assert!(
                    (0..2 * TILE)
                        .all(|n| same(out[n / TILE][n % TILE], op.apply(a.as_flattened()[n]))),
                    "{op:?}"
                );
            }
            select(arch, [Side::Lane(&a), Side::Lane(&b), Side::Lane(&c)], &mut room, &mut out);
            let wanted =
                |tile: usize, n: usize| if a[tile][n] == 0.0 { c[tile][n] } else { b[tile][n] };
            assert!(
                (0..2 * TILE).all(|n| same(out[n / TILE][n % TILE], wanted(n / TILE, n % TILE)))
            );
        }
    }
}
