//! The instruction set: functions over lanes of draws, compiled for each instruction set of the
//! processor.
//!
//! Instruction selection picks one of these functions for an operation, or for two or three fused
//! operations. Invariant: every draw goes through the same scalar operations as a plain run,
//! without fused multiply-add, so that its bits depend neither on its lane nor on the machine.

use pulp::Arch;

use super::fuse::Arithmetic;
use super::registers::{Operand, Register, Registers};
use crate::builtins::{Elementary, each_elementary};
use crate::engine::numbers::kernels::{
    Elementwise, Exp, Ln, Power, ScalarFunction, TILE, Tile, TileFunction,
};
use crate::engine::run::domain::{Binary, Unary};
use crate::model::{BinaryOp, truth};

/// An instruction with `N` operands that computes one register.
pub(crate) type LaneInstruction<const N: usize> = fn(&mut Registers, Arch, &[Operand; N], Register);

/// Executes the function `F` on operands; each instance of this generic function is a [`LaneInstruction`].
pub(crate) fn instruction<F: TileFunction<N> + Default, const N: usize>(
    registers: &mut Registers,
    arch: Arch,
    operands: &[Operand; N],
    out: Register,
) {
    registers.fill(arch, F::default(), operands, out);
}

/// Declares scalar functions: a type for each name, with the expression as its value.
macro_rules! functions {
    ($($name:ident |$($operand:ident),+| $value:expr;)*) => {$(
        #[derive(Clone, Copy, Default)]
        pub(crate) struct $name;

        impl ScalarFunction<{ [$(stringify!($operand)),+].len() }> for $name {
            #[inline(always)]
            fn value(self, [$($operand),+]: [f64; { [$(stringify!($operand)),+].len() }]) -> f64 {
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

/// `(a . b) . c`, with `.` standing for any two operations.
#[derive(Clone, Copy, Default)]
pub(crate) struct FusedLeft<I, O>(I, O);

impl<I: ScalarFunction<2>, O: ScalarFunction<2>> ScalarFunction<3> for FusedLeft<I, O> {
    #[inline(always)]
    fn value(self, [a, b, c]: [f64; 3]) -> f64 {
        self.1.value([self.0.value([a, b]), c])
    }
}

/// `a . (b . c)`, with `.` standing for any two operations.
#[derive(Clone, Copy, Default)]
struct FusedRight<I, O>(I, O);

impl<I: ScalarFunction<2>, O: ScalarFunction<2>> ScalarFunction<3> for FusedRight<I, O> {
    #[inline(always)]
    fn value(self, [a, b, c]: [f64; 3]) -> f64 {
        self.1.value([a, self.0.value([b, c])])
    }
}

/// `(a . b) . (c . d)`, with `.` standing for any three operations.
#[derive(Clone, Copy, Default)]
struct FusedBoth<L, R, O>(L, R, O);

impl<L: ScalarFunction<2>, R: ScalarFunction<2>, O: ScalarFunction<2>> ScalarFunction<4>
    for FusedBoth<L, R, O>
{
    #[inline(always)]
    fn value(self, [a, b, c, d]: [f64; 4]) -> f64 {
        self.2.value([self.0.value([a, b]), self.1.value([c, d])])
    }
}

/// Turns an [`Arithmetic`] into a type: evaluates `$value` with `$f` as the type of that operation.
macro_rules! with_arithmetic {
    ($op:expr, $f:ident => $value:expr) => {
        match $op {
            Arithmetic::Add => {
                type $f = Add;
                $value
            }
            Arithmetic::Subtract => {
                type $f = Subtract;
                $value
            }
            Arithmetic::Multiply => {
                type $f = Multiply;
                $value
            }
            Arithmetic::Divide => {
                type $f = Divide;
                $value
            }
        }
    };
}

/// Selects the instruction for `(a . b) . c`, given the inner and the outer operation.
pub(crate) fn fused_left([inner, outer]: [Arithmetic; 2]) -> LaneInstruction<3> {
    with_arithmetic!(inner, Inner => with_arithmetic!(outer, Outer => {
        instruction::<Elementwise<FusedLeft<Inner, Outer>>, 3>
    }))
}

/// Selects the instruction for `a . (b . c)`, given the inner and the outer operation.
pub(crate) fn fused_right([inner, outer]: [Arithmetic; 2]) -> LaneInstruction<3> {
    with_arithmetic!(inner, Inner => with_arithmetic!(outer, Outer => {
        instruction::<Elementwise<FusedRight<Inner, Outer>>, 3>
    }))
}

/// Selects the instruction for `(a . b) . (c . d)`, given the left, the right and the outer
/// operation.
pub(crate) fn fused_both([left, right, outer]: [Arithmetic; 3]) -> LaneInstruction<4> {
    with_arithmetic!(left, Left => with_arithmetic!(right, Right => {
        with_arithmetic!(outer, Outer => instruction::<Elementwise<FusedBoth<Left, Right, Outer>>, 4>)
    }))
}

/// Selects the instruction for an operation on two operands.
pub(crate) fn binary(op: Binary) -> LaneInstruction<2> {
    match op {
        Binary::Minimum => instruction::<Elementwise<Minimum>, 2>,
        Binary::Maximum => instruction::<Elementwise<Maximum>, 2>,
        Binary::Operator(op) => match op {
            BinaryOp::Add => instruction::<Elementwise<Add>, 2>,
            BinaryOp::Subtract => instruction::<Elementwise<Subtract>, 2>,
            BinaryOp::Multiply => instruction::<Elementwise<Multiply>, 2>,
            BinaryOp::Divide => instruction::<Elementwise<Divide>, 2>,
            BinaryOp::Power => instruction::<Power, 2>,
            BinaryOp::And => instruction::<Elementwise<And>, 2>,
            BinaryOp::Or => instruction::<Elementwise<Or>, 2>,
            BinaryOp::Equal => instruction::<Elementwise<Equal>, 2>,
            BinaryOp::NotEqual => instruction::<Elementwise<NotEqual>, 2>,
            BinaryOp::AtMost => instruction::<Elementwise<AtMost>, 2>,
            BinaryOp::AtLeast => instruction::<Elementwise<AtLeast>, 2>,
            BinaryOp::Below => instruction::<Elementwise<Below>, 2>,
            BinaryOp::Above => instruction::<Elementwise<Above>, 2>,
        },
    }
}

/// Selects the instruction for an operation on one operand.
pub(crate) fn unary(op: Unary) -> LaneInstruction<1> {
    match op {
        Unary::Exp => instruction::<Exp, 1>,
        Unary::Ln => instruction::<Ln, 1>,
        Unary::Negate => instruction::<Elementwise<Negate>, 1>,
        Unary::Not => instruction::<Elementwise<Not>, 1>,
        Unary::Abs => instruction::<Elementwise<Absolute>, 1>,
        Unary::Sqrt => instruction::<Elementwise<Root>, 1>,
        Unary::Elementary(function) => elementary(function),
    }
}

/// An elementary function, chosen when the program is compiled: an instruction carries no data.
#[derive(Clone, Copy, Default)]
struct OfTable<const FUNCTION: usize>;

impl<const FUNCTION: usize> ScalarFunction<1> for OfTable<FUNCTION> {
    #[inline(always)]
    fn value(self, [a]: [f64; 1]) -> f64 {
        Elementary::ALL[FUNCTION].value(a)
    }
}

/// Selects the instruction of an elementary function.
fn elementary(function: Elementary) -> LaneInstruction<1> {
    macro_rules! choose {
        ($($name:ident)*) => {
            match function {
                $(Elementary::$name => {
                    instruction::<Elementwise<OfTable<{ Elementary::$name as usize }>>, 1>
                })*
            }
        };
    }
    each_elementary!(choose)
}

/// Returns the instruction that chooses between two operands in each draw: condition, then, other.
pub(crate) fn select() -> LaneInstruction<3> {
    instruction::<Elementwise<Choose>, 3>
}

/// A table as a step function of the position, because neighbouring positions often have equal
/// values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StepFunction {
    /// Pairs of a position and the value from that position on; positions ascend from 0.
    steps: Vec<(f64, f64)>,
    /// The value at each position.
    values: Vec<f64>,
}

/// Up to this number of steps a position is compared with all of them, in vector code; with more,
/// the value is looked up.
const MAX_COMPARED: usize = 8;

impl StepFunction {
    /// Makes the step function of a table with these values.
    pub(crate) fn new(values: &[f64]) -> Self {
        let changed = |n: usize| n == 0 || values[n].to_bits() != values[n - 1].to_bits();
        let steps = (0..values.len()).filter(|&n| changed(n)).map(|n| (n as f64, values[n]));
        Self { steps: steps.collect(), values: values.to_vec() }
    }
}

impl TileFunction<1> for &StepFunction {
    /// Looks up the value at each position.
    #[inline(always)]
    fn tile(self, [positions]: [&Tile; 1]) -> Tile {
        let mut values = [f64::NAN; TILE];
        if self.steps.len() <= MAX_COMPARED {
            for &(from, step) in &self.steps {
                for i in 0..TILE {
                    values[i] = if positions[i] >= from { step } else { values[i] };
                }
            }
        } else {
            for (value, position) in values.iter_mut().zip(positions) {
                *value = self.values.get(*position as usize).copied().unwrap_or(f64::NAN);
            }
        }
        values
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::registers::{LANE, OperandValue};
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

    /// Returns the baseline instruction set and the further ones of this machine.
    pub(in super::super) fn instruction_sets() -> Vec<Arch> {
        let mut all = vec![Arch::Scalar, Arch::new()];
        #[cfg(target_arch = "x86_64")]
        all.extend(pulp::x86::V3::try_new().map(Arch::V3));
        all
    }

    /// Lanes of numbers of many magnitudes, with zeros and infinities, around an output register in
    /// their middle.
    pub(in super::super) fn test_registers() -> Registers {
        let mut registers = Registers::new(5);
        for (register, seed) in [(0, 0.1), (1, 0.4), (3, 0.7), (4, 0.9)] {
            for (n, value) in registers.lane_mut(register).iter_mut().enumerate() {
                let part = (n as f64 * 0.618_033_988_749_894_9 + seed).fract() - 0.5;
                *value = match n % 37 {
                    0 => 0.0,
                    1 => -0.0,
                    2 => f64::INFINITY,
                    _ => part * 10_f64.powi((n % 61) as i32 - 30),
                };
            }
        }
        registers
    }

    /// The output register of tests.
    pub(in super::super) const OUT: Register = 2;

    /// Operands for a test. Bit k of `constants` decides whether operand k is a constant or a
    /// register.
    pub(in super::super) fn operands<const N: usize>(constants: usize) -> [Operand; N] {
        let register = |k: usize| Operand::Register([0, 1, 3, 4][k % 4]);
        std::array::from_fn(|k| {
            if constants >> k & 1 == 1 { Operand::Constant(1.0 + k as f64) } else { register(k) }
        })
    }

    /// Runs an instruction on each instruction set, and compares each draw with a scalar function.
    pub(in super::super) fn assert_same<const N: usize>(
        f: LaneInstruction<N>,
        operands: &[Operand; N],
        wanted: impl Fn([f64; N]) -> f64,
    ) {
        for arch in instruction_sets() {
            let mut registers = test_registers();
            f(&mut registers, arch, operands, OUT);
            for n in 0..LANE {
                let wanted = wanted(operands.map(|operand| match registers.value(operand) {
                    OperandValue::Lane(lane) => lane[n],
                    OperandValue::Number(number) => number,
                }));
                let found = registers.lane(OUT)[n];
                let same = found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan();
                assert!(same, "{n} of {arch:?}: {found} {wanted}");
            }
        }
    }

    #[test]
    fn fused_operations_have_the_bits_of_separate_ones() {
        for constants in 0..16_usize {
            let all @ [a, b, c, _] = operands(constants);
            for (x, y) in OPS.into_iter().flat_map(|x| OPS.map(|y| (x, y))) {
                assert_same(fused_left([x, y]), &[a, b, c], |[a, b, c]| {
                    apply(y, apply(x, a, b), c)
                });
                assert_same(fused_right([x, y]), &[a, b, c], |[a, b, c]| {
                    apply(y, a, apply(x, b, c))
                });
                for z in OPS {
                    assert_same(fused_both([x, y, z]), &all, |[a, b, c, d]| {
                        apply(z, apply(x, a, b), apply(y, c, d))
                    });
                }
            }
        }
    }

    #[test]
    fn a_step_function_has_the_values_of_its_table() {
        let few: &[f64] = &[1.0, 1.0, 2.0, 2.0, -0.0, 0.0];
        let many: Vec<f64> = (0..40).map(f64::from).collect();
        for (values, arch) in [few, &many]
            .into_iter()
            .flat_map(|v| instruction_sets().into_iter().map(move |a| (v, a)))
        {
            let mut registers = Registers::new(2);
            for (n, position) in registers.lane_mut(0).iter_mut().enumerate() {
                *position = (n % values.len()) as f64;
            }
            registers.fill(arch, &StepFunction::new(values), &[Operand::Register(0)], 1);
            for (n, found) in registers.lane(1).iter().enumerate() {
                assert_eq!(found.to_bits(), values[n % values.len()].to_bits());
            }
        }
    }

    #[test]
    fn instructions_have_the_bits_of_scalar_functions() {
        let [a, b, c] = operands(0);
        for op in Unary::all() {
            assert_same(unary(op), &[a], |[a]| op.apply(a));
        }
        assert_same(select(), &[a, b, c], |[a, b, c]| if a == 0.0 { c } else { b });
        use BinaryOp::*;
        let operators = [
            Add, Subtract, Multiply, Divide, Power, And, Or, Equal, NotEqual, AtMost, AtLeast,
            Below, Above,
        ];
        let operators = operators.into_iter().map(Binary::Operator);
        for op in operators.chain([Binary::Minimum, Binary::Maximum]) {
            assert_same(binary(op), &[a, b], |[a, b]| op.apply(a, b));
        }
    }
}
