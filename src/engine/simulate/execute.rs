//! A program run over a range of draws, a lane at a time.

use pulp::Arch;

use super::inputs::{Inputs, SolvedBlock};
use super::lanes::{LANE, Side, binary, select, table_power, unary};
use super::program::{Code, Operand, Program, Register};
use crate::engine::kernels::{inverse_normal_lane, normal_cdf};
use crate::engine::newton;
use crate::engine::sampling::Uniforms;
use crate::model::Solver;

/// A program with what it draws from.
pub(super) struct Machine<'a> {
    pub(super) program: &'a Program,
    pub(super) inputs: &'a Inputs,
    /// The uniform numbers of each random quantity.
    pub(super) uniforms: &'a [Uniforms],
    pub(super) solver: Solver,
}

/// What a thread keeps between lanes.
pub(super) struct Workspace {
    arch: Arch,
    registers: Vec<Vec<f64>>,
    /// The uniform numbers of each quantity, and the first draw of the lane that they are of.
    uniforms: Vec<Vec<f64>>,
    drawn: Vec<Option<u64>>,
    /// The positions that each draw among few values chooses, likewise.
    lanes: Vec<Vec<f64>>,
    chosen: Vec<Option<u64>>,
    bases: [Vec<f64>; 2],
    blocks: Vec<Option<SolvedSystem>>,
}

/// A block's system with room for the values that it reads.
struct SolvedSystem {
    system: crate::engine::system::System,
    outside: Vec<f64>,
}

/// A draw for which a block has no solution.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unsolved {
    pub(super) draw: u64,
}

impl Workspace {
    pub(super) fn new(machine: &Machine<'_>) -> Self {
        let room = |block: &SolvedBlock| {
            let outside = vec![0.0; block.reads.len()];
            Some(SolvedSystem { system: block.system.clone(), outside })
        };
        Self {
            arch: Arch::new(),
            registers: vec![vec![0.0; LANE]; machine.program.registers],
            uniforms: vec![vec![0.0; LANE]; machine.uniforms.len()],
            drawn: vec![None; machine.uniforms.len()],
            lanes: vec![Vec::new(); machine.inputs.draws.len()],
            chosen: vec![None; machine.inputs.draws.len()],
            bases: [vec![0.0; LANE], vec![0.0; LANE]],
            blocks: machine.inputs.blocks.iter().map(room).collect(),
        }
    }
}

impl Machine<'_> {
    /// Runs the program for the draws from `first` on; `output` takes each value asked for, by its
    /// number. Returns the first draw that has no solution.
    pub(super) fn lane(
        &self,
        space: &mut Workspace,
        first: u64,
        count: usize,
        output: &mut impl FnMut(usize, Side<'_>),
    ) -> Result<(), Unsolved> {
        for code in &self.program.code {
            match code {
                Code::Draw { draw, out } => self.draw(space, *draw, first, *out),
                Code::Table { draw, table, out } => {
                    self.choose(space, *draw, first);
                    let values = &self.program.tables[*table];
                    let (chosen, out) = (&space.lanes[*draw], &mut space.registers[*out as usize]);
                    for (out, position) in out.iter_mut().zip(chosen) {
                        *out = values.get(*position as usize).copied().unwrap_or(f64::NAN);
                    }
                }
                Code::TablePower { draw, table, exponent, out } => {
                    self.choose(space, *draw, first);
                    let bases = &self.program.logarithms[*table];
                    let mut result = std::mem::take(&mut space.registers[*out as usize]);
                    let exponents = &space.registers[*exponent as usize];
                    let (chosen, scratch) = (&space.lanes[*draw], &mut space.bases);
                    table_power(space.arch, bases, chosen, exponents, scratch, &mut result);
                    space.registers[*out as usize] = result;
                }
                Code::Solve { block, reads, outs } => {
                    self.solve(space, *block, reads, outs, first, count)?;
                }
                Code::Unary { op, a, out } => {
                    let mut result = std::mem::take(&mut space.registers[*out as usize]);
                    unary(space.arch, *op, side(&space.registers, *a), &mut result);
                    space.registers[*out as usize] = result;
                }
                Code::Binary { op, a, b, out } => {
                    let mut result = std::mem::take(&mut space.registers[*out as usize]);
                    let (a, b) = (side(&space.registers, *a), side(&space.registers, *b));
                    binary(space.arch, *op, a, b, &mut result);
                    space.registers[*out as usize] = result;
                }
                Code::Select { condition, then, other, out } => {
                    let mut result = std::mem::take(&mut space.registers[*out as usize]);
                    let at = |operand: &Operand| side(&space.registers, *operand);
                    select(at(condition), at(then), at(other), &mut result);
                    space.registers[*out as usize] = result;
                }
                Code::Output { number, from } => output(*number, side(&space.registers, *from)),
            }
        }
        Ok(())
    }

    /// A random quantity: the quantiles of its uniform numbers.
    fn draw(&self, space: &mut Workspace, draw: usize, first: u64, out: Register) {
        let draw = &self.inputs.draws[draw];
        self.uniform(space, draw.quantity, first);
        let (uniform, out) = (&space.uniforms[draw.quantity], &mut space.registers[out as usize]);
        draw.distribution.fill(space.arch, uniform, out);
    }

    /// The positions that a draw chooses, once a lane.
    fn choose(&self, space: &mut Workspace, number: usize, first: u64) {
        if space.chosen[number] == Some(first) {
            return;
        }
        let draw = &self.inputs.draws[number];
        self.uniform(space, draw.quantity, first);
        let (uniform, lane) = (&space.uniforms[draw.quantity], &mut space.lanes[number]);
        lane.resize(LANE, 0.0);
        draw.distribution.fill(space.arch, uniform, lane);
        space.chosen[number] = Some(first);
    }

    /// Makes the uniform numbers of a quantity, and of those that move together with it.
    fn uniform(&self, space: &mut Workspace, quantity: usize, first: u64) {
        if space.drawn[quantity] == Some(first) {
            return;
        }
        let group = self.inputs.groups.iter().find(|(members, _)| members.contains(&quantity));
        let Some((members, factor)) = group else {
            self.uniforms[quantity].fill(space.arch, first, &mut space.uniforms[quantity]);
            space.drawn[quantity] = Some(first);
            return;
        };
        let mut lanes: Vec<Vec<f64>> = Vec::with_capacity(members.len());
        for &member in members {
            let (mut lane, mut normal) = (vec![0.0; LANE], vec![0.0; LANE]);
            self.uniforms[member].fill(space.arch, first, &mut lane);
            inverse_normal_lane(space.arch, &lane, &mut normal);
            lanes.push(normal);
        }
        factor.apply(&mut lanes.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>());
        const LEAST: f64 = 1e-300;
        const MOST: f64 = 1.0 - f64::EPSILON / 2.0;
        for (&member, mut lane) in members.iter().zip(lanes) {
            lane.iter_mut().for_each(|z| *z = normal_cdf(*z).clamp(LEAST, MOST));
            space.uniforms[member] = lane;
            space.drawn[member] = Some(first);
        }
    }

    /// The uniform number of a quantity in one draw.
    pub(super) fn one_uniform(&self, space: &mut Workspace, quantity: usize, draw: u64) -> f64 {
        self.uniform(space, quantity, draw);
        space.uniforms[quantity][0]
    }

    /// Solves a block for each draw of a lane, from the solution at the medians.
    fn solve(
        &self,
        space: &mut Workspace,
        block: usize,
        reads: &[Operand],
        outs: &[Option<Register>],
        first: u64,
        count: usize,
    ) -> Result<(), Unsolved> {
        let Some(mut own) = space.blocks[block].take() else { return Ok(()) };
        let start = &self.inputs.blocks[block].start;
        let mut failed = None;
        for n in 0..count {
            for (value, read) in own.outside.iter_mut().zip(reads) {
                *value = match side(&space.registers, *read) {
                    Side::Lane(lane) => lane[n],
                    Side::Number(number) => number,
                };
            }
            own.system.set_outside(&own.outside);
            let Ok((unknowns, _)) = newton::solve(&own.system, start, &self.solver) else {
                failed = Some(Unsolved { draw: first + n as u64 });
                break;
            };
            for (out, value) in outs.iter().zip(unknowns) {
                if let Some(out) = out {
                    space.registers[*out as usize][n] = value;
                }
            }
        }
        space.blocks[block] = Some(own);
        failed.map_or(Ok(()), Err)
    }
}

fn side(registers: &[Vec<f64>], operand: Operand) -> Side<'_> {
    match operand {
        Operand::Register(register) => Side::Lane(&registers[register as usize]),
        Operand::Constant(number) => Side::Number(number),
    }
}
