//! A program executed for a lane of draws or points.

use std::ops::Deref;

use pulp::Arch;

use super::compile::powers::power;
use super::compile::program::{Code, Program};
use super::compile::registers::{Operand, Register, Registers, Side};
use super::inputs::{Inputs, Matrix, SolvedBlock};
use super::solve::{StartsOf, solve};
use crate::engine::Stop;
use crate::engine::numbers::kernels::{inverse_normal_lane, normal_cdf};
use crate::engine::numbers::sampling::Uniforms;
use crate::engine::solve::starts::Starts;
use crate::model::Solver;

/// Where the inputs of a program take their values from.
#[derive(Clone, Copy)]
pub(super) enum Supply<'a> {
    /// From draws: the uniform numbers of each random quantity. Overrides keep their numbers.
    Draws(&'a [Uniforms]),
    /// From the columns of a matrix of points.
    Points(&'a Matrix<'a>),
}

/// A program with its inputs.
pub(super) struct Machine<'a> {
    pub(super) program: &'a Program,
    /// The program in which blocks are searched from all starts, for draws that need them.
    pub(super) all_starts: &'a (dyn Deref<Target = Program> + Sync),
    pub(super) inputs: &'a Inputs,
    pub(super) supply: Supply<'a>,
    pub(super) solver: Solver,
    pub(super) stop: &'a Stop,
}

/// What a thread keeps between lanes.
pub(super) struct Workspace {
    arch: Arch,
    registers: Registers,
    uniforms: Vec<Uniform>,
    /// Room for the uniform numbers of a quantity that is read once.
    scratch: Registers,
}

/// The uniform numbers of a quantity that is read more than once or moves together with others.
#[derive(Default)]
struct Uniform {
    /// The first draw of the lane that they are of.
    first: Option<u64>,
    /// One lane.
    lane: Registers,
    kept: bool,
    /// Which of the groups of quantities it is in.
    group: Option<usize>,
}

/// The draws of a lane.
pub(super) struct Draws {
    pub(super) first: u64,
    /// How many there are.
    pub(super) count: usize,
    /// Those that are made, in order, and have had a solution of every block.
    pub(super) made: Vec<usize>,
}

impl Draws {
    pub(super) fn all(first: u64, count: usize) -> Self {
        Self { first, count, made: (0..count).collect() }
    }

    /// The draws that are not made.
    pub(super) fn others(&self) -> Self {
        if self.made.len() == self.count {
            return Self { made: Vec::new(), ..*self };
        }
        let others = (0..self.count).filter(|draw| self.made.binary_search(draw).is_err());
        Self { made: others.collect(), ..*self }
    }

    /// Keeps the draws of a value that are made.
    pub(super) fn keep(&self, value: Side<'_>, out: &mut [f64]) {
        match value {
            Side::Number(number) => self.made.iter().for_each(|&draw| out[draw] = number),
            Side::Lane(lane) if self.made.len() == self.count => {
                out[..self.count].copy_from_slice(&lane[..self.count]);
            }
            Side::Lane(lane) => self.made.iter().for_each(|&draw| out[draw] = lane[draw]),
        }
    }
}

impl Workspace {
    pub(super) fn new(machine: &Machine<'_>) -> Self {
        let inputs = machine.inputs;
        let mut uniforms: Vec<Uniform> = Vec::new();
        uniforms.resize_with(inputs.quantities.len(), Uniform::default);
        let mut seen = vec![false; uniforms.len()];
        for draw in &inputs.draws {
            let again = std::mem::replace(&mut seen[draw.quantity], true);
            uniforms[draw.quantity].kept |= again;
        }
        for (number, (members, _)) in inputs.groups.iter().enumerate() {
            for &member in members {
                (uniforms[member].group, uniforms[member].kept) = (Some(number), true);
            }
        }
        for uniform in uniforms.iter_mut().filter(|uniform| uniform.kept) {
            uniform.lane = Registers::new(1);
        }
        Self {
            arch: Arch::new(),
            registers: Registers::new(machine.program.registers),
            uniforms,
            scratch: Registers::new(1),
        }
    }
}

impl Machine<'_> {
    /// The machine that searches blocks from all starts.
    pub(super) fn with_all_starts(&self) -> Machine<'_> {
        Machine { program: self.all_starts, ..*self }
    }

    /// Runs the program for a lane; `output` takes each value asked for, by its number, and the draws
    /// that it is made for. Draws without a solution are no longer made.
    pub(super) fn run(
        &self,
        space: &mut Workspace,
        draws: &mut Draws,
        output: &mut impl FnMut(usize, Side<'_>, &Draws),
    ) {
        let first = draws.first;
        for code in &self.program.code {
            if draws.made.is_empty() {
                return;
            }
            let (arch, registers) = (space.arch, &mut space.registers);
            match code {
                Code::Of1(call) => (call.f)(registers, arch, &call.sides, call.out),
                Code::Of2(call) => (call.f)(registers, arch, &call.sides, call.out),
                Code::Of3(call) => (call.f)(registers, arch, &call.sides, call.out),
                Code::Of4(call) => (call.f)(registers, arch, &call.sides, call.out),
                Code::Of5(call) => (call.f)(registers, arch, &call.sides, call.out),
                Code::Of6(call) => (call.f)(registers, arch, &call.sides, call.out),
                Code::Of7(call) => (call.f)(registers, arch, &call.sides, call.out),
                Code::Power { bases, positions, exponent, factors, out } => {
                    let bases = &self.program.bases[*bases];
                    let known = [*positions, *exponent];
                    power(registers, arch, bases, known, *factors, *out);
                }
                Code::Table { table, positions, out } => {
                    let sides = &[Operand::Register(*positions)];
                    registers.fill(arch, &self.program.tables[*table], sides, *out);
                }
                Code::Draw { draw, out } => self.draw(space, *draw, first, *out),
                Code::Override { number, out } => {
                    let given = self.inputs.overrides[*number].value;
                    let column = match self.supply {
                        Supply::Draws(_) => None,
                        Supply::Points(matrix) => matrix.overrides[*number],
                    };
                    fill_lane(registers.lane_mut(*out), column, first, given);
                }
                Code::Solve { block, reads, starts, outs } => {
                    let block = &self.inputs.blocks[*block];
                    self.solve(space, block, reads, starts.as_ref(), draws, outs);
                }
                Code::Output { number, from } => output(*number, registers.side(*from), draws),
            }
        }
    }

    /// Fills a register with a random quantity: the quantiles of its uniform numbers, or its median where a
    /// point does not name it.
    fn draw(&self, space: &mut Workspace, draw: usize, first: u64, out: Register) {
        let draw = &self.inputs.draws[draw];
        match self.supply {
            Supply::Draws(uniforms) => {
                self.uniform(space, uniforms, draw.quantity, first);
                let own = &space.uniforms[draw.quantity];
                let uniform = if own.kept { &own.lane } else { &space.scratch };
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

    /// Makes the uniform numbers of a quantity, and of those that move together with it: in the
    /// scratch lane, if they are not kept.
    fn uniform(&self, space: &mut Workspace, uniforms: &[Uniforms], quantity: usize, first: u64) {
        let own = &mut space.uniforms[quantity];
        if own.kept && own.first == Some(first) {
            return;
        }
        let Some(group) = own.group else {
            let lane = if own.kept { &mut own.lane } else { &mut space.scratch };
            uniforms[quantity].fill(space.arch, first, lane.lane_mut(0));
            own.first = Some(first);
            return;
        };
        let (members, factor) = &self.inputs.groups[group];
        let mut lanes: Vec<Registers> = Vec::with_capacity(members.len());
        for &member in members {
            let mut normal = std::mem::take(&mut space.uniforms[member].lane);
            let uniform = space.scratch.lane_mut(0);
            uniforms[member].fill(space.arch, first, uniform);
            inverse_normal_lane(space.arch, uniform, normal.lane_mut(0));
            lanes.push(normal);
        }
        let mut flat: Vec<&mut [f64]> = lanes.iter_mut().map(|lane| lane.lane_mut(0)).collect();
        factor.apply(&mut flat);
        const LEAST: f64 = 1e-300;
        const MOST: f64 = 1.0 - f64::EPSILON / 2.0;
        for (&member, mut lane) in members.iter().zip(lanes) {
            lane.lane_mut(0).iter_mut().for_each(|z| *z = normal_cdf(*z).clamp(LEAST, MOST));
            let member = &mut space.uniforms[member];
            (member.lane, member.first) = (lane, Some(first));
        }
    }

    /// The uniform number of a quantity in one draw.
    pub(super) fn one_uniform(
        &self,
        space: &mut Workspace,
        uniforms: &[Uniforms],
        quantity: usize,
        draw: u64,
    ) -> f64 {
        self.uniform(space, uniforms, quantity, draw);
        let own = &space.uniforms[quantity];
        let lane = if own.kept { &own.lane } else { &space.scratch };
        lane.lane(0).first().copied().unwrap_or(f64::NAN)
    }

    /// Solves a block for the draws of a lane.
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
        let lane = |read: &Operand| match registers.side(*read) {
            Side::Lane(lane) => lane[..draws.count].to_vec(),
            Side::Number(number) => vec![number; draws.count],
        };
        let reads: Vec<Vec<f64>> = reads.iter().map(lane).collect();
        let in_draw = starts.map(|starts| {
            move |draw: usize| {
                starts.map(|start| match registers.side(start) {
                    Side::Lane(lane) => lane[draw],
                    Side::Number(number) => number,
                })
            }
        });
        let starts = in_draw.as_ref().map(|starts| starts as StartsOf<'_>);
        let unknowns = solve(block, starts, (&self.solver, self.stop), &reads, &mut draws.made);
        for (draws, out) in unknowns.iter().zip(outs) {
            if let Some(out) = out {
                space.registers.lane_mut(*out)[..draws.len()].copy_from_slice(draws);
            }
        }
    }
}

/// Fills a lane with the numbers of a column from a point on; with `otherwise` without a column, and behind
/// its end.
fn fill_lane(lane: &mut [f64], column: Option<&[f64]>, first: u64, otherwise: f64) {
    let from = column.and_then(|column| column.get(first as usize..)).unwrap_or_default();
    let count = from.len().min(lane.len());
    lane[..count].copy_from_slice(&from[..count]);
    lane[count..].fill(otherwise);
}
