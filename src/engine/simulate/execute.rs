//! The executor: runs a program for one lane of draws after the other.
//!
//! In: a program, the random quantities, the solver's settings. Out: for each lane the values that
//! the program outputs, through a callback, and the draws for which they are valid. Each thread has
//! a [`Workspace`]; a machine is shared and never changes.

use std::ops::Deref;

use pulp::Arch;

use super::compile::code::{LaneProgram, VectorCode};
use super::compile::powers::power;
use super::compile::registers::{Operand, OperandValue, Register, Registers};
use super::inputs::{InputColumn, LaneInputs, Matrix, SolvedBlock};
use super::kept::KeptValues;
use super::solve::{StartsOf, solve};
use crate::engine::Stop;
use crate::engine::numbers::kernels::{inverse_normal_lane, normal_cdf};
use crate::engine::numbers::sampling::Uniforms;
use crate::engine::solve::starts::Starts;
use crate::model::Solver;

/// The source of the inputs of a program.
#[derive(Clone, Copy)]
pub(super) enum Supply<'a> {
    /// Draws: the uniform numbers of each random quantity. Overrides are not changed.
    Draws(&'a [Uniforms]),
    /// Given points: the columns of a matrix.
    Points(&'a Matrix<'a>),
}

/// A compiled program with the data to which its instructions refer.
pub(super) struct Machine<'a> {
    /// The program for the first attempt, in which a block has a single starting point.
    pub(super) program: &'a LaneProgram,
    /// The program in which a block has all starting points, for the draws that need them; it is
    /// compiled on first use.
    pub(super) all_starts: &'a (dyn Deref<Target = LaneProgram> + Sync),
    pub(super) inputs: &'a LaneInputs,
    pub(super) supply: Supply<'a>,
    pub(super) solver: Solver,
    pub(super) stop: &'a Stop,
}

/// The memory that a thread reuses from lane to lane.
pub(super) struct Workspace {
    arch: Arch,
    registers: Registers,
    uniforms: Vec<UniformLane>,
    /// Scratch buffer for the uniform numbers of a quantity that is read once.
    scratch: Registers,
    /// Knowledge about the previous lane, for a program that keeps its values.
    kept: KeptValues,
}

/// The uniform numbers of a random quantity. They are cached for one lane if the quantity is read
/// more than once or is correlated with others.
#[derive(Default)]
struct UniformLane {
    /// Number of the first draw in the cached lane; None for an empty cache.
    first: Option<u64>,
    /// The cached numbers; empty unless `cached`.
    lane: Registers,
    cached: bool,
    /// Index of the group of correlated quantities that contains the quantity.
    group: Option<usize>,
}

/// The draws of a lane.
pub(super) struct Draws {
    /// Number of the first draw.
    pub(super) first: u64,
    /// Number of draws in the lane.
    pub(super) count: usize,
    /// Positions in the lane of the draws to compute, ascending. A draw is removed when a block has
    /// no solution for it.
    pub(super) made: Vec<usize>,
}

impl Draws {
    /// Makes a lane in which all draws are computed.
    pub(super) fn all(first: u64, count: usize) -> Self {
        Self { first, count, made: (0..count).collect() }
    }

    /// Makes a lane of the removed draws, for a second attempt.
    pub(super) fn others(&self) -> Self {
        if self.made.len() == self.count {
            return Self { made: Vec::new(), ..*self };
        }
        let others = (0..self.count).filter(|draw| self.made.binary_search(draw).is_err());
        Self { made: others.collect(), ..*self }
    }

    /// Writes a value to `out` for the computed draws; other positions do not change.
    pub(super) fn keep(&self, value: OperandValue<'_>, out: &mut [f64]) {
        match value {
            OperandValue::Number(number) => self.made.iter().for_each(|&draw| out[draw] = number),
            OperandValue::Lane(lane) if self.made.len() == self.count => {
                out[..self.count].copy_from_slice(&lane[..self.count]);
            }
            OperandValue::Lane(lane) => self.made.iter().for_each(|&draw| out[draw] = lane[draw]),
        }
    }
}

impl Workspace {
    /// Allocates the registers, and caches for the quantities that need one.
    pub(super) fn new(machine: &Machine<'_>) -> Self {
        let inputs = machine.inputs;
        let mut uniforms: Vec<UniformLane> = Vec::new();
        uniforms.resize_with(inputs.quantities.len(), UniformLane::default);
        let mut seen = vec![false; uniforms.len()];
        for draw in &inputs.draws {
            let is_repeated = std::mem::replace(&mut seen[draw.quantity], true);
            uniforms[draw.quantity].cached |= is_repeated;
        }
        for (number, (members, _)) in inputs.groups.iter().enumerate() {
            for &member in members {
                (uniforms[member].group, uniforms[member].cached) = (Some(number), true);
            }
        }
        for uniform in uniforms.iter_mut().filter(|uniform| uniform.cached) {
            uniform.lane = Registers::new(1);
        }
        Self {
            arch: Arch::new(),
            registers: Registers::new(machine.program.registers),
            uniforms,
            scratch: Registers::new(1),
            kept: KeptValues::of(machine.program),
        }
    }
}

impl Machine<'_> {
    /// Returns the machine with the program that has all starting points.
    pub(super) fn with_all_starts(&self) -> Machine<'_> {
        Machine { program: self.all_starts, ..*self }
    }

    /// Runs the program for a lane. `output` gets the number of each output, its value, and the
    /// draws for which the value is valid. Draws without a solution of a block are removed from
    /// `draws`.
    pub(super) fn run(
        &self,
        space: &mut Workspace,
        draws: &mut Draws,
        output: &mut impl FnMut(usize, OperandValue<'_>, &Draws),
    ) {
        let first = draws.first;
        for code in &self.program.code {
            if draws.made.is_empty() {
                return space.kept.forget();
            }
            if self.program.keeps_values
                && !space.kept.is_due(code, |code| self.column(code), first)
            {
                continue;
            }
            let (arch, registers) = (space.arch, &mut space.registers);
            match code {
                VectorCode::Call1(call) => (call.f)(registers, arch, &call.operands, call.out),
                VectorCode::Call2(call) => (call.f)(registers, arch, &call.operands, call.out),
                VectorCode::Call3(call) => (call.f)(registers, arch, &call.operands, call.out),
                VectorCode::Call4(call) => (call.f)(registers, arch, &call.operands, call.out),
                VectorCode::Call5(call) => (call.f)(registers, arch, &call.operands, call.out),
                VectorCode::Call6(call) => (call.f)(registers, arch, &call.operands, call.out),
                VectorCode::Call7(call) => (call.f)(registers, arch, &call.operands, call.out),
                VectorCode::Power { bases, positions, exponent, factors, out } => {
                    let bases = &self.program.bases[*bases];
                    let known = [*positions, *exponent];
                    power(registers, arch, bases, known, *factors, *out);
                }
                VectorCode::Table { table, positions, out } => {
                    let sides = &[Operand::Register(*positions)];
                    registers.fill(arch, &self.program.tables[*table], sides, *out);
                }
                VectorCode::Draw { draw, out } => self.draw(space, *draw, first, *out),
                VectorCode::Override { number, out } => {
                    let given = self.inputs.overrides[*number].value;
                    fill_lane(registers.lane_mut(*out), self.column(code), first, given);
                }
                VectorCode::Solve { block, reads, starts, outs } => {
                    let block = &self.inputs.blocks[*block];
                    self.solve(space, block, reads, starts.as_ref(), draws, outs);
                }
                VectorCode::Output { number, from } => {
                    output(*number, registers.value(*from), draws)
                }
            }
        }
        space.kept.complete();
    }

    /// The column of the points for the input that an instruction reads, if there is one.
    fn column(&self, code: &VectorCode) -> Option<InputColumn<'_>> {
        match (self.supply, code) {
            (Supply::Points(matrix), VectorCode::Draw { draw, .. }) => {
                matrix.uniforms[self.inputs.draws[*draw].quantity]
            }
            (Supply::Points(matrix), VectorCode::Override { number, .. }) => {
                matrix.overrides[*number]
            }
            _ => None,
        }
    }

    /// Fills a register with values of a random quantity: the quantiles of its uniform numbers, or its median where
    /// the points have no column for it.
    fn draw(&self, space: &mut Workspace, draw: usize, first: u64, out: Register) {
        let draw = &self.inputs.draws[draw];
        match self.supply {
            Supply::Draws(uniforms) => {
                self.uniform(space, uniforms, draw.quantity, first);
                let own = &space.uniforms[draw.quantity];
                let uniform = if own.cached { &own.lane } else { &space.scratch };
                draw.distribution.fill(space.arch, uniform.lane(0), space.registers.lane_mut(out));
            }
            Supply::Points(matrix) => {
                let out = space.registers.lane_mut(out);
                let Some(column) = matrix.uniforms[draw.quantity] else {
                    return out.fill(draw.distribution.median());
                };
                fill_lane(space.scratch.lane_mut(0), Some(column), first, 0.5);
                draw.distribution.fill(space.arch, space.scratch.lane(0), out);
            }
        }
    }

    /// Makes the uniform numbers of a quantity for a lane, unless they are cached. Correlated
    /// quantities are made together; an uncached quantity uses the scratch buffer.
    fn uniform(&self, space: &mut Workspace, uniforms: &[Uniforms], quantity: usize, first: u64) {
        let own = &mut space.uniforms[quantity];
        if own.cached && own.first == Some(first) {
            return;
        }
        let Some(group) = own.group else {
            let lane = if own.cached { &mut own.lane } else { &mut space.scratch };
            uniforms[quantity].fill(space.arch, first, lane.lane_mut(0));
            own.first = Some(first);
            return;
        };
        let (members, factor) = &self.inputs.groups[group];
        // Gaussian copula: independent normal numbers, made dependent, and back to probabilities.
        let mut lanes: Vec<Registers> = Vec::with_capacity(members.len());
        for &member in members {
            let mut normal = std::mem::take(&mut space.uniforms[member].lane);
            let uniform = space.scratch.lane_mut(0);
            uniforms[member].fill(space.arch, first, uniform);
            inverse_normal_lane(space.arch, uniform, normal.lane_mut(0));
            lanes.push(normal);
        }
        let mut flat: Vec<&mut [f64]> = lanes.iter_mut().map(|lane| lane.lane_mut(0)).collect();
        factor.apply(space.arch, &mut flat);
        // A rounded probability of 0 or 1 would have an infinite quantile.
        const MIN_PROBABILITY: f64 = 1e-300;
        const MAX_PROBABILITY: f64 = 1.0 - f64::EPSILON / 2.0;
        for (&member, mut lane) in members.iter().zip(lanes) {
            lane.lane_mut(0)
                .iter_mut()
                .for_each(|z| *z = normal_cdf(*z).clamp(MIN_PROBABILITY, MAX_PROBABILITY));
            let member = &mut space.uniforms[member];
            (member.lane, member.first) = (lane, Some(first));
        }
    }

    /// Returns the uniform numbers of a quantity in a lane of draws.
    pub(super) fn lane_of_uniforms<'s>(
        &self,
        space: &'s mut Workspace,
        uniforms: &[Uniforms],
        quantity: usize,
        first: u64,
    ) -> &'s [f64] {
        self.uniform(space, uniforms, quantity, first);
        let own = &space.uniforms[quantity];
        let lane = if own.cached { &own.lane } else { &space.scratch };
        lane.lane(0)
    }

    /// Solves a block for the draws of a lane, and writes its unknowns to registers.
    fn solve(
        &self,
        space: &mut Workspace,
        block: &SolvedBlock,
        reads: &[Operand],
        starts: Option<&Starts<Operand>>,
        draws: &mut Draws,
        outs: &[Option<Register>],
    ) {
        let registers = &space.registers;
        let lane = |read: &Operand| match registers.value(*read) {
            OperandValue::Lane(lane) => lane[..draws.count].to_vec(),
            OperandValue::Number(number) => vec![number; draws.count],
        };
        let reads: Vec<Vec<f64>> = reads.iter().map(lane).collect();
        let starts_in_draw = starts.map(|starts| {
            move |draw: usize| {
                starts.map(|start| match registers.value(start) {
                    OperandValue::Lane(lane) => lane[draw],
                    OperandValue::Number(number) => number,
                })
            }
        });
        let starts = starts_in_draw.as_ref().map(|starts| starts as StartsOf<'_>);
        let unknowns = solve(block, starts, (&self.solver, self.stop), &reads, &mut draws.made);
        for (draws, out) in unknowns.iter().zip(outs) {
            if let Some(out) = out {
                space.registers.lane_mut(*out)[..draws.len()].copy_from_slice(draws);
            }
        }
    }
}

/// Copies the numbers of a column, from the point `first` on, to a lane. Fills the lane with `otherwise`
/// after the end of the column, and if there is no column.
fn fill_lane(lane: &mut [f64], column: Option<InputColumn<'_>>, first: u64, otherwise: f64) {
    let from = column.map_or(&[][..], |column| column.lane(first));
    let count = from.len().min(lane.len());
    lane[..count].copy_from_slice(&from[..count]);
    lane[count..].fill(otherwise);
}
