//! Sweeps over a tape, at `W` points together: forward for values, backward for exact derivatives
//! of one node with respect to every input (reverse accumulation: Griewank and Walther, "Evaluating
//! Derivatives", 2008, chapter 3).
//!
//! The loops over points are compiled for each instruction set. Invariant: the results at a point
//! have the same bits, whatever the other points are.

use pulp::{Arch, Simd, WithSimd};

use super::gradient::SweepRole;
use super::tape::{Instruction, Node, Tape};
use crate::engine::numbers::kernels;
use crate::engine::run::domain::{Binary, Unary};
use crate::model::{BinaryOp, truth};

/// One number for each of `W` points.
pub(crate) type Lane<const W: usize> = [f64; W];

impl Tape {
    /// Computes the values of all nodes, at `W` points.
    pub(crate) fn forward<const W: usize>(
        &self,
        arch: Arch,
        inputs: &[Lane<W>],
        values: &mut Vec<Lane<W>>,
    ) {
        arch.dispatch(Forward { tape: self, inputs, values });
    }

    /// Computes the derivatives of one node with respect to the unknowns and the shared nodes at which the
    /// sweep ends, times `weight`.
    ///
    /// `cone` is the node and everything that it is computed from and that depends on an unknown, in descending order;
    /// it is empty for a node that depends on none. `on` has the role of each
    /// node, which says where the sweep ends, and its value; `is_row` is true if the node's own derivative
    /// row is computed, so that the sweep does not end at once. `add` gets each end and its derivative, in
    /// the order of `cone`. `adjoints` has one entry per node, all 0 before and after the call.
    pub(crate) fn backward<const W: usize>(
        &self,
        arch: Arch,
        (cone, weight, is_row): (&[Node], Lane<W>, bool),
        on: (&[SweepRole], &[Lane<W>]),
        adjoints: &mut [Lane<W>],
        add: impl FnMut(SweepRole, Lane<W>),
    ) {
        let Some(&top) = cone.first() else { return };
        adjoints[top as usize] = weight;
        arch.dispatch(Backward::<_, W, false> { tape: self, cone, is_row, on, adjoints, add });
    }

    /// Computes, as [`Tape::backward`] does, the sums of the magnitudes of the products whose sums are the
    /// derivatives. Where the products cancel, a derivative of 0 is computed as a rounding error of this
    /// size.
    pub(crate) fn magnitudes(
        &self,
        arch: Arch,
        (cone, weight, is_row): (&[Node], f64, bool),
        on: (&[SweepRole], &[Lane<1>]),
        adjoints: &mut [Lane<1>],
        add: impl FnMut(SweepRole, Lane<1>),
    ) {
        let Some(&top) = cone.first() else { return };
        adjoints[top as usize] = [weight.abs()];
        arch.dispatch(Backward::<_, 1, true> { tape: self, cone, is_row, on, adjoints, add });
    }
}

/// Evaluates an expression for each point; the names before the arrow are lanes outside the
/// expression and numbers inside it.
macro_rules! lanewise {
    ($($lane:ident),+ => $value:expr) => {{
        let mut out = [0.0; W];
        for i in 0..W {
            $(let $lane = $lane[i];)+
            out[i] = $value;
        }
        out
    }};
}

/// The forward sweep, as vector loops.
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
                    lanewise!(position => {
                        table.values.get(position as usize).copied().unwrap_or(f64::NAN)
                    })
                }
                Instruction::Unary(op, a) => {
                    let a = &values[a as usize];
                    unary_lane(OperationValue, op, a, a)
                }
                Instruction::Binary(op, a, b) => {
                    let (a, b) = (&values[a as usize], &values[b as usize]);
                    binary_lane(OperationValue, op, a, b, a)
                }
                Instruction::Select(condition, then, other) => {
                    let condition = &values[condition as usize];
                    let (then, other) = (&values[then as usize], &values[other as usize]);
                    lanewise!(condition, then, other => if condition == 0.0 { other } else { then })
                }
            };
            values.push(value);
        }
    }
}

/// The backward sweep, as vector loops. With `MAGNITUDES` every derivative is replaced by its magnitude.
struct Backward<'a, A, const W: usize, const MAGNITUDES: bool> {
    tape: &'a Tape,
    cone: &'a [Node],
    is_row: bool,
    /// The role and the value of each node.
    on: (&'a [SweepRole], &'a [Lane<W>]),
    adjoints: &'a mut [Lane<W>],
    add: A,
}

impl<A: FnMut(SweepRole, Lane<W>), const W: usize, const MAGNITUDES: bool> WithSimd
    for Backward<'_, A, W, MAGNITUDES>
{
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { tape, cone, is_row, on: (roles, values), adjoints, mut add } = self;
        let instructions = tape.instructions();
        let is_fixed = |node: Node| roles[node as usize] == SweepRole::Fixed;
        let signed = |derivative: Lane<W>| match MAGNITUDES {
            true => derivative.map(f64::abs),
            false => derivative,
        };
        for (n, &node) in cone.iter().enumerate() {
            let adjoint = std::mem::replace(&mut adjoints[node as usize], [0.0; W]);
            let role = if n == 0 && is_row { SweepRole::Inner } else { roles[node as usize] };
            match role {
                SweepRole::Inner => {}
                SweepRole::Fixed => continue,
                SweepRole::Unknown(_) | SweepRole::Shared(_) => {
                    add(role, adjoint);
                    continue;
                }
            }
            let value = &values[node as usize];
            match instructions[node as usize] {
                Instruction::Input(_) | Instruction::Constant(_) | Instruction::Table(_) => {}
                _ if is_zero(&adjoint) => {}
                Instruction::Unary(op, a) => {
                    let derivative = unary_lane(LeftDerivative, op, &values[a as usize], value);
                    let derivative = signed(derivative);
                    accumulate(simd, &mut adjoints[a as usize], &adjoint, &derivative);
                }
                Instruction::Binary(op, left, right) => {
                    let (a, b) = (&values[left as usize], &values[right as usize]);
                    if !is_fixed(left) {
                        let mut derivative = binary_lane(LeftDerivative, op, a, b, value);
                        if op == Binary::Operator(BinaryOp::Power) {
                            powers_of_zero(&mut derivative, a, b);
                        }
                        let derivative = signed(derivative);
                        accumulate(simd, &mut adjoints[left as usize], &adjoint, &derivative);
                    }
                    if !is_fixed(right) {
                        let derivative = signed(binary_lane(RightDerivative, op, a, b, value));
                        accumulate(simd, &mut adjoints[right as usize], &adjoint, &derivative);
                    }
                }
                Instruction::Select(condition, then, other) => {
                    let condition = &values[condition as usize];
                    let (yes, no) = (
                        lanewise!(condition, adjoint => if condition == 0.0 { 0.0 } else { adjoint }),
                        lanewise!(condition, adjoint => if condition == 0.0 { adjoint } else { 0.0 }),
                    );
                    for (operand, adjoint) in [(then, yes), (other, no)] {
                        if !is_fixed(operand) {
                            accumulate(simd, &mut adjoints[operand as usize], &adjoint, &[1.0; W]);
                        }
                    }
                }
            }
        }
    }
}

/// True if all numbers are 0. Tests bits, shifted to drop the sign, because comparing floats here
/// and in the masks of [`accumulate`] would keep the compiler from vectorising both.
#[inline(always)]
fn is_zero<const W: usize>(lane: &Lane<W>) -> bool {
    let mut any = 0;
    for value in lane {
        any |= value.to_bits() << 1;
    }
    any == 0
}

/// Adds `adjoint * derivative` to the adjoint of an operand, except where `adjoint` is 0: a branch
/// that was not taken may have an infinite derivative or none.
#[inline(always)]
fn accumulate<S: Simd, const W: usize>(
    simd: S,
    onto: &mut Lane<W>,
    adjoint: &Lane<W>,
    derivative: &Lane<W>,
) {
    let (onto, onto_rest) = S::as_mut_simd_f64s(onto);
    let (adjoint, adjoint_rest) = S::as_simd_f64s(adjoint);
    let (derivative, derivative_rest) = S::as_simd_f64s(derivative);
    let zero = simd.splat_f64s(0.0);
    for ((onto, &adjoint), &derivative) in onto.iter_mut().zip(adjoint).zip(derivative) {
        let sum = simd.add_f64s(*onto, simd.mul_f64s(adjoint, derivative));
        *onto = simd.select_f64s(simd.equal_f64s(adjoint, zero), *onto, sum);
    }
    for ((onto, &adjoint), &derivative) in
        onto_rest.iter_mut().zip(adjoint_rest).zip(derivative_rest)
    {
        *onto = if adjoint == 0.0 { *onto } else { *onto + adjoint * derivative };
    }
}

/// Overwrites the derivative of `a^b` with respect to `a` at the points where `a` is 0. They are
/// rare, and their formula would be slow for all points.
#[inline(always)]
fn powers_of_zero<const W: usize>(derivative: &mut Lane<W>, a: &Lane<W>, b: &Lane<W>) {
    if !a.contains(&0.0) {
        return;
    }
    for i in 0..W {
        if a[i] == 0.0 && b[i] != 0.0 {
            derivative[i] = b[i] * kernels::pow(a[i], b[i] - 1.0);
        }
    }
}

/// A number that a sweep computes for an operation: its value or a partial derivative. Each is a
/// type of its own, because only a method of a type is certain to be inlined into code compiled for
/// an instruction set.
trait Aspect: Copy {
    /// Computes the aspect of an operation on the number `a`, whose result is `value`.
    fn unary(self, op: Unary, a: f64, value: f64) -> f64;
    /// Computes the aspect of an operation on the numbers `a` and `b`, whose result is `value`.
    fn binary(self, op: Binary, a: f64, b: f64, value: f64) -> f64;
}

/// Marks the computation of an operation's value, not of a derivative.
#[derive(Clone, Copy)]
struct OperationValue;

impl Aspect for OperationValue {
    #[inline(always)]
    fn unary(self, op: Unary, a: f64, _: f64) -> f64 {
        op.apply(a)
    }

    #[inline(always)]
    fn binary(self, op: Binary, a: f64, b: f64, _: f64) -> f64 {
        op.apply(a, b)
    }
}

/// The derivative with respect to the first operand.
#[derive(Clone, Copy)]
struct LeftDerivative;

impl Aspect for LeftDerivative {
    #[inline(always)]
    fn unary(self, op: Unary, a: f64, value: f64) -> f64 {
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
    fn binary(self, op: Binary, a: f64, b: f64, value: f64) -> f64 {
        let least = matches!(op, Binary::Minimum);
        match op {
            Binary::Operator(BinaryOp::Add | BinaryOp::Subtract) => 1.0,
            Binary::Operator(BinaryOp::Multiply) => b,
            Binary::Operator(BinaryOp::Divide) => 1.0 / b,
            // d(a^b)/da = b a^b / a for a base other than 0; `powers_of_zero` overwrites it for a
            // base of 0.
            Binary::Operator(BinaryOp::Power) => {
                let slope = b * (value / a);
                if b == 0.0 { 0.0 } else { slope }
            }
            Binary::Minimum | Binary::Maximum => truth((a <= b) == least || a == b),
            Binary::Operator(_) => 0.0,
        }
    }
}

/// The derivative with respect to the second operand.
#[derive(Clone, Copy)]
struct RightDerivative;

impl Aspect for RightDerivative {
    #[inline(always)]
    fn unary(self, _: Unary, _: f64, _: f64) -> f64 {
        0.0
    }

    #[inline(always)]
    fn binary(self, op: Binary, a: f64, b: f64, value: f64) -> f64 {
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

/// Computes the value or a derivative of an operation on one lane. The match is outside the loop,
/// so that each operation has a vector loop of its own.
#[inline(always)]
fn unary_lane<A: Aspect, const W: usize>(
    aspect: A,
    op: Unary,
    a: &Lane<W>,
    value: &Lane<W>,
) -> Lane<W> {
    macro_rules! run {
        ($($name:ident)+) => {
            match op {
                $(Unary::$name => lanewise!(a, value => aspect.unary(Unary::$name, a, value)),)+
                Unary::Elementary(_) => lanewise!(a, value => aspect.unary(op, a, value)),
            }
        };
    }
    run!(Negate Not Abs Exp Ln Sqrt)
}

/// Computes the value or a derivative of an operation on two lanes, as [`unary_lane`] for one.
#[inline(always)]
fn binary_lane<A: Aspect, const W: usize>(
    aspect: A,
    op: Binary,
    a: &Lane<W>,
    b: &Lane<W>,
    value: &Lane<W>,
) -> Lane<W> {
    macro_rules! run {
        ($($op:pat => $known:expr),+) => {
            match op {
                $($op => lanewise!(a, b, value => aspect.binary($known, a, b, value)),)+
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
