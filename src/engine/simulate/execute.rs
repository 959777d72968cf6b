//! A program run over a range of draws, a lane at a time.

use pulp::Arch;

use super::inputs::{Inputs, SolvedBlock};
use super::lanes::{
    Numbers, Side, TILE, Tile, binary, select, unary, with_both, with_left, with_right,
};
use super::program::{Code, Operand, Program, Register};
use crate::engine::kernels::{inverse_normal_lane, normal_cdf, powers_of_steps};
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
    /// All registers, one after another.
    registers: Vec<Tile>,
    numbers: Numbers,
    uniforms: Vec<Uniform>,
    /// Room for the uniform numbers of a quantity that is read once.
    scratch: Vec<Tile>,
    /// The positions that each draw among few values chooses, and the first draw of the lane that
    /// they are of.
    chosen: Vec<(Option<u64>, Vec<Tile>)>,
    blocks: Vec<Option<SolvedSystem>>,
}

/// The uniform numbers of a quantity that is read more than once or moves together with others.
#[derive(Default)]
struct Uniform {
    /// The first draw of the lane that they are of.
    first: Option<u64>,
    lane: Vec<Tile>,
    kept: bool,
    /// Which of the groups of quantities it is in.
    group: Option<usize>,
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
        let (inputs, tiles) = (machine.inputs, machine.tiles());
        let mut uniforms: Vec<Uniform> = Vec::new();
        uniforms.resize_with(machine.uniforms.len(), Uniform::default);
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
            uniform.lane = vec![[0.0; TILE]; tiles];
        }
        Self {
            arch: Arch::new(),
            registers: vec![[0.0; TILE]; machine.program.registers * tiles],
            numbers: [[0.0; TILE]; 4],
            uniforms,
            scratch: vec![[0.0; TILE]; tiles],
            chosen: vec![(None, Vec::new()); inputs.draws.len()],
            blocks: inputs.blocks.iter().map(room).collect(),
        }
    }
}

/// The registers beside the one that an instruction fills.
struct Others<'a> {
    before: &'a [Tile],
    after: &'a [Tile],
    out: usize,
    tiles: usize,
}

impl<'a> Others<'a> {
    /// A register to be filled, and the others.
    #[inline(always)]
    fn beside(
        registers: &'a mut [Tile],
        out: Register,
        tiles: usize,
    ) -> Option<(&'a mut [Tile], Self)> {
        let out = out as usize;
        let (before, rest) = registers.split_at_mut_checked(out * tiles)?;
        let (filled, after) = rest.split_at_mut_checked(tiles)?;
        Some((filled, Self { before, after, out, tiles }))
    }

    #[inline(always)]
    fn side(&self, operand: Operand) -> Side<'a> {
        let register = match operand {
            Operand::Constant(number) => return Side::Number(number),
            Operand::Register(register) => register as usize,
        };
        let found = if register < self.out {
            part(self.before, register, self.tiles)
        } else {
            // No instruction reads the register that it fills.
            part(self.after, register.wrapping_sub(self.out + 1), self.tiles)
        };
        found.map_or(Side::Number(f64::NAN), Side::Lane)
    }

    #[inline(always)]
    fn sides<const N: usize>(&self, operands: &[Operand; N]) -> [Side<'a>; N] {
        let mut sides = [Side::Number(f64::NAN); N];
        for (side, operand) in sides.iter_mut().zip(operands) {
            *side = self.side(*operand);
        }
        sides
    }
}

/// A register.
#[inline(always)]
fn part(registers: &[Tile], register: usize, tiles: usize) -> Option<&[Tile]> {
    let start = register.checked_mul(tiles)?;
    registers.get(start..start.checked_add(tiles)?)
}

/// A side, where no register is filled.
fn side(registers: &[Tile], operand: Operand, tiles: usize) -> Side<'_> {
    match operand {
        Operand::Constant(number) => Side::Number(number),
        Operand::Register(register) => {
            part(registers, register as usize, tiles).map_or(Side::Number(f64::NAN), Side::Lane)
        }
    }
}

impl Machine<'_> {
    fn tiles(&self) -> usize {
        self.program.tiles.max(1)
    }

    /// Draws in a lane.
    pub(super) fn lane(&self) -> usize {
        self.tiles() * TILE
    }

    /// Runs the program for the draws from `first` on; `output` takes each value asked for, by its
    /// number. Returns the first draw that has no solution.
    pub(super) fn run(
        &self,
        space: &mut Workspace,
        first: u64,
        count: usize,
        output: &mut impl FnMut(usize, Side<'_>),
    ) -> Result<(), Unsolved> {
        let tiles = self.tiles();
        for code in &self.program.code {
            match code {
                Code::Output { number, from } => {
                    output(*number, side(&space.registers, *from, tiles));
                }
                Code::Solve { block, reads, outs } => {
                    self.solve(space, *block, reads, outs, first, count)?;
                }
                Code::Draw { draw, out } => self.draw(space, *draw, first, *out),
                Code::Table { draw, .. } | Code::TablePower { draw, .. } => {
                    self.choose(space, *draw, first);
                    self.instruction(space, code);
                }
                _ => self.instruction(space, code),
            }
        }
        Ok(())
    }

    /// An instruction that fills one register from others.
    fn instruction(&self, space: &mut Workspace, code: &Code) {
        let (Code::Table { out, .. }
        | Code::TablePower { out, .. }
        | Code::Unary { out, .. }
        | Code::Binary { out, .. }
        | Code::WithLeft { out, .. }
        | Code::WithRight { out, .. }
        | Code::WithBoth { out, .. }
        | Code::Select { out, .. }) = code
        else {
            return;
        };
        let (arch, numbers) = (space.arch, &mut space.numbers);
        let beside = Others::beside(&mut space.registers, *out, self.tiles());
        let Some((out, from)) = beside else { return };
        match code {
            Code::Table { draw, table, .. } => {
                self.program.tables[*table].fill(arch, &space.chosen[*draw].1, out);
            }
            Code::TablePower { draw, table, exponent, .. } => {
                let (bases, positions) = (&self.program.logarithms[*table], &space.chosen[*draw].1);
                if let Side::Lane(exponents) = from.side(Operand::Register(*exponent)) {
                    let (positions, exponents) =
                        (positions.as_flattened(), exponents.as_flattened());
                    powers_of_steps(arch, bases, positions, exponents, out.as_flattened_mut());
                }
            }
            Code::Unary { op, a, .. } => unary(arch, *op, from.side(*a), numbers, out),
            Code::Binary { op, sides, .. } => binary(arch, *op, from.sides(sides), numbers, out),
            Code::WithLeft { ops, sides, .. } => {
                with_left(arch, *ops, from.sides(sides), numbers, out);
            }
            Code::WithRight { ops, sides, .. } => {
                with_right(arch, *ops, from.sides(sides), numbers, out);
            }
            Code::WithBoth { ops, sides, .. } => {
                with_both(arch, *ops, from.sides(sides), numbers, out);
            }
            Code::Select { sides, .. } => select(arch, from.sides(sides), numbers, out),
            Code::Draw { .. } | Code::Solve { .. } | Code::Output { .. } => {}
        }
    }

    /// A random quantity: the quantiles of its uniform numbers.
    fn draw(&self, space: &mut Workspace, draw: usize, first: u64, out: Register) {
        let draw = &self.inputs.draws[draw];
        self.uniform(space, draw.quantity, first);
        let own = &space.uniforms[draw.quantity];
        let uniform = if own.kept { &own.lane } else { &space.scratch };
        let out = Others::beside(&mut space.registers, out, self.tiles());
        if let Some((out, _)) = out {
            draw.distribution.fill(space.arch, uniform.as_flattened(), out.as_flattened_mut());
        }
    }

    /// The positions that a draw chooses, once a lane.
    fn choose(&self, space: &mut Workspace, number: usize, first: u64) {
        if space.chosen[number].0 == Some(first) {
            return;
        }
        let draw = &self.inputs.draws[number];
        self.uniform(space, draw.quantity, first);
        let own = &space.uniforms[draw.quantity];
        let uniform = if own.kept { &own.lane } else { &space.scratch };
        let (known, lane) = &mut space.chosen[number];
        lane.resize(uniform.len(), [0.0; TILE]);
        draw.distribution.fill(space.arch, uniform.as_flattened(), lane.as_flattened_mut());
        *known = Some(first);
    }

    /// Makes the uniform numbers of a quantity, and of those that move together with it: in the
    /// scratch lane, if they are not kept.
    fn uniform(&self, space: &mut Workspace, quantity: usize, first: u64) {
        let own = &mut space.uniforms[quantity];
        if own.kept && own.first == Some(first) {
            return;
        }
        let Some(group) = own.group else {
            let lane = if own.kept { &mut own.lane } else { &mut space.scratch };
            self.uniforms[quantity].fill(space.arch, first, lane.as_flattened_mut());
            own.first = Some(first);
            return;
        };
        let (members, factor) = &self.inputs.groups[group];
        let mut lanes: Vec<Vec<Tile>> = Vec::with_capacity(members.len());
        for &member in members {
            let mut normal = std::mem::take(&mut space.uniforms[member].lane);
            let uniform = space.scratch.as_flattened_mut();
            self.uniforms[member].fill(space.arch, first, uniform);
            inverse_normal_lane(space.arch, uniform, normal.as_flattened_mut());
            lanes.push(normal);
        }
        let mut flat: Vec<&mut [f64]> =
            lanes.iter_mut().map(|lane| lane.as_flattened_mut()).collect();
        factor.apply(&mut flat);
        const LEAST: f64 = 1e-300;
        const MOST: f64 = 1.0 - f64::EPSILON / 2.0;
        for (&member, mut lane) in members.iter().zip(lanes) {
            lane.as_flattened_mut().iter_mut().for_each(|z| *z = normal_cdf(*z).clamp(LEAST, MOST));
            let member = &mut space.uniforms[member];
            (member.lane, member.first) = (lane, Some(first));
        }
    }

    /// The uniform number of a quantity in one draw.
    pub(super) fn one_uniform(&self, space: &mut Workspace, quantity: usize, draw: u64) -> f64 {
        self.uniform(space, quantity, draw);
        let own = &space.uniforms[quantity];
        let lane = if own.kept { &own.lane } else { &space.scratch };
        lane.as_flattened().first().copied().unwrap_or(f64::NAN)
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
        let tiles = self.tiles();
        let Some(mut own) = space.blocks[block].take() else { return Ok(()) };
        let start = &self.inputs.blocks[block].start;
        let mut failed = None;
        for n in 0..count {
            for (value, read) in own.outside.iter_mut().zip(reads) {
                *value = match side(&space.registers, *read, tiles) {
                    Side::Lane(lane) => lane.as_flattened()[n],
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
                    let first = *out as usize * self.lane();
                    space.registers.as_flattened_mut()[first + n] = value;
                }
            }
        }
        space.blocks[block] = Some(own);
        failed.map_or(Ok(()), Err)
    }
}
