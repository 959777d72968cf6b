//! A tape run over some points at once: forward for values, backward for the exact derivatives of one
//! of its nodes by every input (reverse accumulation: Griewank and Walther, "Evaluating Derivatives",
//! 2008, chapter 3). The loops are compiled for each instruction set.
//!
//! A point has the bits that it has alone, whatever stands beside it.

use pulp::{Arch, Simd, WithSimd};

use super::tape::{Instruction, Node, Tape};
use crate::engine::numbers::kernels;
use crate::engine::run::domain::{Binary, Unary};
use crate::model::{BinaryOp, truth};

/// A number for each point.
pub(crate) type Lane<const W: usize> = [f64; W];

impl Tape {
    /// The value of every node.
    pub(crate) fn forward<const W: usize>(
        &self,
        arch: Arch,
        inputs: &[Lane<W>],
        values: &mut Vec<Lane<W>>,
    ) {
        arch.dispatch(Forward { tape: self, inputs, values });
    }

    /// Tells `add` the derivatives, times `weight`, of the first node of `cone` by each input in it,
    /// in the order of the cone, given the values of all nodes. `adjoints` is as long as the tape
    /// and all 0, before and after.
    pub(crate) fn backward<const W: usize>(
        &self,
        arch: Arch,
        (cone, weight): (&[Node], Lane<W>),
        values: &[Lane<W>],
        adjoints: &mut [Lane<W>],
        add: impl FnMut(usize, Lane<W>),
    ) {
        let Some(&top) = cone.first() else { return };
        adjoints[top as usize] = weight;
        arch.dispatch(Backward { tape: self, cone, values, adjoints, add });
    }
}

/// A lane of values of an expression in which names stand for lanes.
macro_rules! each {
    ($($lane:ident),+ => $value:expr) => {{
        let mut out = [0.0; W];
        for i in 0..W {
            $(let $lane = $lane[i];)+
            out[i] = $value;
        }
        out
    }};
}

struct Forward<'a, const W: usize> {
    tape: &'a Tape,
    inputs: &'a [Lane<W>],
    values: &'a mut Vec<Lane<W>>,
}

impl<const W: usize> WithSimd for Forward<'_, W> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { tape, inputs, values } = self;
        values.clear();
        for instruction in tape.instructions() {
            let value = match *instruction {
                Instruction::Input(number) => inputs[number],
                Instruction::Constant(value) => [value; W],
                Instruction::Table(number) => {
                    let table = &tape.tables()[number as usize];
                    let position = &inputs[table.input];
                    each!(position => {
                        table.values.get(position as usize).copied().unwrap_or(f64::NAN)
                    })
                }
                Instruction::Unary(op, a) => {
                    let a = &values[a as usize];
                    of_one(Value, op, a, a)
                }
                Instruction::Binary(op, a, b) => {
                    let (a, b) = (&values[a as usize], &values[b as usize]);
                    of_two(Value, op, a, b, a)
                }
                Instruction::Select(condition, then, other) => {
                    let condition = &values[condition as usize];
                    let (then, other) = (&values[then as usize], &values[other as usize]);
                    each!(condition, then, other => if condition == 0.0 { other } else { then })
                }
            };
            values.push(value);
        }
    }
}

struct Backward<'a, A, const W: usize> {
    tape: &'a Tape,
    cone: &'a [Node],
    values: &'a [Lane<W>],
    adjoints: &'a mut [Lane<W>],
    add: A,
}

impl<A: FnMut(usize, Lane<W>), const W: usize> WithSimd for Backward<'_, A, W> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { tape, cone, values, adjoints, mut add } = self;
        let instructions = tape.instructions();
        let is_constant =
            |node: Node| matches!(instructions[node as usize], Instruction::Constant(_));
        for &node in cone {
            let adjoint = std::mem::replace(&mut adjoints[node as usize], [0.0; W]);
            let value = &values[node as usize];
            match instructions[node as usize] {
                Instruction::Input(number) => add(number, adjoint),
                Instruction::Constant(_) | Instruction::Table(_) => {}
                _ if is_zero(&adjoint) => {}
                Instruction::Unary(op, a) => {
                    let by = of_one(ByLeft, op, &values[a as usize], value);
                    accumulate(simd, &mut adjoints[a as usize], &adjoint, &by);
                }
                Instruction::Binary(op, left, right) => {
                    let (a, b) = (&values[left as usize], &values[right as usize]);
                    if !is_constant(left) {
                        let mut by = of_two(ByLeft, op, a, b, value);
                        if op == Binary::Operator(BinaryOp::Power) {
                            powers_of_zero(&mut by, a, b);
                        }
                        accumulate(simd, &mut adjoints[left as usize], &adjoint, &by);
                    }
                    if !is_constant(right) {
                        let by = of_two(ByRight, op, a, b, value);
                        accumulate(simd, &mut adjoints[right as usize], &adjoint, &by);
                    }
                }
                Instruction::Select(condition, then, other) => {
                    let condition = &values[condition as usize];
                    let (yes, no) = (
                        each!(condition, adjoint => if condition == 0.0 { 0.0 } else { adjoint }),
                        each!(condition, adjoint => if condition == 0.0 { adjoint } else { 0.0 }),
                    );
                    accumulate(simd, &mut adjoints[then as usize], &yes, &[1.0; W]);
                    accumulate(simd, &mut adjoints[other as usize], &no, &[1.0; W]);
                }
            }
        }
    }
}

/// True if all numbers are 0: by their bits without the sign, since a comparison that decides here and
/// masks in [`accumulate`] would be made number by number.
#[inline(always)]
fn is_zero<const W: usize>(lane: &Lane<W>) -> bool {
    let mut any = 0;
    for value in lane {
        any |= value.to_bits() << 1;
    }
    any == 0
}

/// Passes an adjoint on to an operand. Where it is 0 the operand's stays as it is: in a branch that is
/// not taken there may be no finite derivative.
#[inline(always)]
fn accumulate<S: Simd, const W: usize>(
    simd: S,
    onto: &mut Lane<W>,
    adjoint: &Lane<W>,
    by: &Lane<W>,
) {
    let (onto, onto_rest) = S::as_mut_simd_f64s(onto);
    let (adjoint, adjoint_rest) = S::as_simd_f64s(adjoint);
    let (by, by_rest) = S::as_simd_f64s(by);
    let zero = simd.splat_f64s(0.0);
    for ((onto, &adjoint), &by) in onto.iter_mut().zip(adjoint).zip(by) {
        let sum = simd.add_f64s(*onto, simd.mul_f64s(adjoint, by));
        *onto = simd.select_f64s(simd.equal_f64s(adjoint, zero), *onto, sum);
    }
    for ((onto, &adjoint), &by) in onto_rest.iter_mut().zip(adjoint_rest).zip(by_rest) {
        *onto = if adjoint == 0.0 { *onto } else { *onto + adjoint * by };
    }
}

/// The derivatives of `a^b` by `a` where `a` is 0: seldom, and costly beside those elsewhere.
#[inline(always)]
fn powers_of_zero<const W: usize>(by: &mut Lane<W>, a: &Lane<W>, b: &Lane<W>) {
    if !a.contains(&0.0) {
        return;
    }
    for i in 0..W {
        if a[i] == 0.0 && b[i] != 0.0 {
            by[i] = b[i] * kernels::pow(a[i], b[i] - 1.0);
        }
    }
}

/// Something of an operation: its value or a derivative. A type for each, because only a method is
/// sure to be inlined where the instruction set is chosen.
trait Aspect: Copy {
    /// Of a function of one number and its value.
    fn of_one(self, op: Unary, a: f64, value: f64) -> f64;
    /// Of a function of two numbers and its value.
    fn of_two(self, op: Binary, a: f64, b: f64, value: f64) -> f64;
}

#[derive(Clone, Copy)]
struct Value;

impl Aspect for Value {
    #[inline(always)]
    fn of_one(self, op: Unary, a: f64, _: f64) -> f64 {
        op.apply(a)
    }

    #[inline(always)]
    fn of_two(self, op: Binary, a: f64, b: f64, _: f64) -> f64 {
        op.apply(a, b)
    }
}

/// The derivative by the first operand.
#[derive(Clone, Copy)]
struct ByLeft;

impl Aspect for ByLeft {
    #[inline(always)]
    fn of_one(self, op: Unary, a: f64, value: f64) -> f64 {
        match op {
            Unary::Negate => -1.0,
            Unary::Not => 0.0,
            Unary::Abs => 1.0 - 2.0 * truth(a < 0.0),
            Unary::Exp => value,
            Unary::Ln => 1.0 / a,
            Unary::Sqrt => 0.5 / value,
            Unary::Elementary(function) => function.slope(a),
        }
    }

    #[inline(always)]
    fn of_two(self, op: Binary, a: f64, b: f64, value: f64) -> f64 {
        let least = matches!(op, Binary::Minimum);
        match op {
            Binary::Operator(BinaryOp::Add | BinaryOp::Subtract) => 1.0,
            Binary::Operator(BinaryOp::Multiply) => b,
            Binary::Operator(BinaryOp::Divide) => 1.0 / b,
            // Where the base is not 0; the rest is added.
            Binary::Operator(BinaryOp::Power) => {
                let slope = b * (value / a);
                if b == 0.0 { 0.0 } else { slope }
            }
            Binary::Minimum | Binary::Maximum => truth((a <= b) == least || a == b),
            Binary::Operator(_) => 0.0,
        }
    }
}

/// The derivative by the second operand.
#[derive(Clone, Copy)]
struct ByRight;

impl Aspect for ByRight {
    #[inline(always)]
    fn of_one(self, _: Unary, _: f64, _: f64) -> f64 {
        0.0
    }

    #[inline(always)]
    fn of_two(self, op: Binary, a: f64, b: f64, value: f64) -> f64 {
        let least = matches!(op, Binary::Minimum);
        match op {
            Binary::Operator(BinaryOp::Add) => 1.0,
            Binary::Operator(BinaryOp::Subtract) => -1.0,
            Binary::Operator(BinaryOp::Multiply) => a,
            Binary::Operator(BinaryOp::Divide) => -value / b,
            Binary::Operator(BinaryOp::Power) => {
                let slope = value * kernels::ln(a);
                if a > 0.0 { slope } else { 0.0 }
            }
            Binary::Minimum | Binary::Maximum => truth((a <= b) != least && a != b),
            Binary::Operator(_) => 0.0,
        }
    }
}

/// An aspect of a function of one number, each function a loop of its own.
#[inline(always)]
fn of_one<A: Aspect, const W: usize>(
    aspect: A,
    op: Unary,
    a: &Lane<W>,
    value: &Lane<W>,
) -> Lane<W> {
    macro_rules! run {
        ($($name:ident)+) => {
            match op {
                $(Unary::$name => each!(a, value => aspect.of_one(Unary::$name, a, value)),)+
                Unary::Elementary(_) => each!(a, value => aspect.of_one(op, a, value)),
            }
        };
    }
    run!(Negate Not Abs Exp Ln Sqrt)
}

/// As [`of_one`], of two numbers.
#[inline(always)]
fn of_two<A: Aspect, const W: usize>(
    aspect: A,
    op: Binary,
    a: &Lane<W>,
    b: &Lane<W>,
    value: &Lane<W>,
) -> Lane<W> {
    macro_rules! run {
        ($($op:pat => $known:expr),+) => {
            match op {
                $($op => each!(a, b, value => aspect.of_two($known, a, b, value)),)+
            }
        };
    }
    macro_rules! operators {
        ($($name:ident)+) => {
            run!(
                Binary::Minimum => Binary::Minimum,
                Binary::Maximum => Binary::Maximum,
                $(Binary::Operator(BinaryOp::$name) => Binary::Operator(BinaryOp::$name)),+
            )
        };
    }
    operators!(And Or Equal NotEqual AtMost AtLeast Below Above Add Subtract Multiply Divide Power)
}

#[cfg(test)]
mod tests;
