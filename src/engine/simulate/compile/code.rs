//! The instructions of a program over lanes of draws.

use super::lanes::{LaneInstruction, StepFunction};
use super::registers::{Operand, Register};
use crate::engine::numbers::kernels::Bases;
use crate::engine::solve::starts::Starts;

/// A call of an instruction with `N` operands, and the register that it fills.
#[derive(Debug, Clone)]
pub(crate) struct InstructionCall<const N: usize> {
    pub(crate) f: LaneInstruction<N>,
    pub(crate) operands: [Operand; N],
    pub(crate) out: Register,
}

/// The factors by which a power instruction multiplies the power.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PowerFactors {
    None,
    One(Operand),
    Two(Operand, Operand),
}

/// One instruction of a program.
#[derive(Debug, Clone)]
pub(crate) enum VectorCode {
    /// Fills a register with draws of a random quantity.
    Draw {
        draw: usize,
        out: Register,
    },
    /// Fills a register with the numbers of an override.
    Override {
        number: usize,
        out: Register,
    },
    /// Fills a register with the values of a table at drawn positions.
    Table {
        table: usize,
        positions: Register,
        out: Register,
    },
    /// Fills a register with powers of known bases, times factors.
    Power {
        bases: usize,
        positions: Operand,
        exponent: Operand,
        factors: PowerFactors,
        out: Register,
    },
    /// Solves a block for the draws of the lane.
    Solve {
        block: usize,
        reads: Vec<Operand>,
        /// The values from which further starting points are computed; `None` if the solution at
        /// the medians is the only one.
        starts: Option<Starts<Operand>>,
        /// The register of each unknown; `None` if nothing reads it.
        outs: Vec<Option<Register>>,
    },
    Call1(InstructionCall<1>),
    Call2(InstructionCall<2>),
    Call3(InstructionCall<3>),
    Call4(InstructionCall<4>),
    Call5(InstructionCall<5>),
    Call6(InstructionCall<6>),
    Call7(InstructionCall<7>),
    /// Passes a value to the output callback.
    Output {
        number: usize,
        from: Operand,
    },
}

impl VectorCode {
    /// The register that the instruction fills; `None` for a block, which fills several, and for an output.
    pub(crate) fn out(&self) -> Option<Register> {
        match self {
            Self::Draw { out, .. }
            | Self::Override { out, .. }
            | Self::Table { out, .. }
            | Self::Power { out, .. } => Some(*out),
            Self::Call1(call) => Some(call.out),
            Self::Call2(call) => Some(call.out),
            Self::Call3(call) => Some(call.out),
            Self::Call4(call) => Some(call.out),
            Self::Call5(call) => Some(call.out),
            Self::Call6(call) => Some(call.out),
            Self::Call7(call) => Some(call.out),
            Self::Solve { .. } | Self::Output { .. } => None,
        }
    }

    /// True if a register that the instruction reads passes the test.
    pub(crate) fn reads_any(&self, test: impl Fn(Register) -> bool) -> bool {
        let test = |operand: &Operand| match operand {
            Operand::Register(register) => test(*register),
            Operand::Constant(_) => false,
        };
        match self {
            Self::Draw { .. } | Self::Override { .. } => false,
            Self::Table { positions, .. } => test(&Operand::Register(*positions)),
            Self::Power { positions, exponent, factors, .. } => {
                let factors = match factors {
                    PowerFactors::None => false,
                    PowerFactors::One(a) => test(a),
                    PowerFactors::Two(a, b) => test(a) || test(b),
                };
                factors || test(positions) || test(exponent)
            }
            Self::Solve { reads, .. } => reads.iter().any(test),
            Self::Call1(call) => call.operands.iter().any(test),
            Self::Call2(call) => call.operands.iter().any(test),
            Self::Call3(call) => call.operands.iter().any(test),
            Self::Call4(call) => call.operands.iter().any(test),
            Self::Call5(call) => call.operands.iter().any(test),
            Self::Call6(call) => call.operands.iter().any(test),
            Self::Call7(call) => call.operands.iter().any(test),
            Self::Output { from, .. } => test(from),
        }
    }
}

/// Use of a register after the last reader of its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RegisterUse {
    /// Another value gets the register, so that few registers stay in the processor's cache.
    Again,
    /// The register keeps the value, so that the next lane computes only what depends on a changed input.
    Once,
}

/// A compiled program: the instructions in order, and what they refer to by index.
#[derive(Debug, Default)]
pub(crate) struct LaneProgram {
    pub(crate) code: Vec<VectorCode>,
    pub(crate) tables: Vec<StepFunction>,
    /// The known bases of the power instructions.
    pub(crate) bases: Vec<Bases>,
    /// Number of registers.
    pub(crate) registers: usize,
    /// True if each value keeps its register from lane to lane.
    pub(crate) keeps_values: bool,
}
