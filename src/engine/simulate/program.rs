//! From a tape to a program over lanes: instructions in the order of a schedule, their results in
//! registers that are used again.

use super::fuse::{Arithmetic, Form, arithmetic, forms};
use super::inputs::{Input, Inputs};
use super::lanes::{Steps, Tile};
use super::schedule::{Step, schedule, uses};
use crate::engine::domain::{Binary, Unary};
use crate::engine::kernels::{Logarithm, logarithm};
use crate::engine::tape::{Instruction, Node, Table, Tape};
use crate::operator::BinaryOp;

/// Position of a lane of draws.
pub(super) type Register = u32;

/// Where an instruction takes a value from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operand {
    Register(Register),
    Constant(f64),
}

/// One instruction over a lane.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Code {
    Draw {
        draw: usize,
        out: Register,
    },
    /// A value for each position that a draw chooses.
    Table {
        draw: usize,
        table: usize,
        out: Register,
    },
    /// A base for each position that a draw chooses, to a power.
    TablePower {
        draw: usize,
        table: usize,
        exponent: Register,
        out: Register,
    },
    Solve {
        block: usize,
        reads: Vec<Operand>,
        outs: Vec<Option<Register>>,
    },
    Unary {
        op: Unary,
        a: Operand,
        out: Register,
    },
    Binary {
        op: Binary,
        sides: [Operand; 2],
        out: Register,
    },
    /// `(a . b) . c`, the inner operation first.
    WithLeft {
        ops: [Arithmetic; 2],
        sides: [Operand; 3],
        out: Register,
    },
    /// `a . (b . c)`, likewise.
    WithRight {
        ops: [Arithmetic; 2],
        sides: [Operand; 3],
        out: Register,
    },
    /// `(a . b) . (c . d)`, the outer operation last.
    WithBoth {
        ops: [Arithmetic; 3],
        sides: [Operand; 4],
        out: Register,
    },
    /// Condition, then, other.
    Select {
        sides: [Operand; 3],
        out: Register,
    },
    /// A value that is asked for.
    Output {
        number: usize,
        from: Operand,
    },
}

/// The instructions of a simulation, in order.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) code: Vec<Code>,
    pub(super) tables: Vec<Steps>,
    /// The logarithms of bases that are raised to drawn powers, each from a position on.
    pub(super) logarithms: Vec<Vec<(f64, Logarithm)>>,
    pub(super) registers: usize,
    /// Tiles in a register.
    pub(super) tiles: usize,
}

/// Tiles in a lane: as many as leave room for all registers in the first-level cache, between those
/// below which an instruction costs more than its work and those above which nothing is gained.
fn tiles(registers: usize) -> usize {
    const ROOM: usize = 32 << 10;
    (ROOM / size_of::<Tile>() / registers.max(1)).clamp(LEAST_TILES, MOST_TILES)
}
const LEAST_TILES: usize = 8;
const MOST_TILES: usize = 16;

/// Builds a program for some nodes of a tape.
pub(super) fn compile(tape: &Tape, inputs: &Inputs, outputs: &[Node]) -> Program {
    let order = schedule(tape, inputs, outputs);
    let uses = uses(tape, inputs, &order, outputs);
    let mut outputs_of: Vec<Vec<usize>> = vec![Vec::new(); tape.len()];
    for (number, &node) in outputs.iter().enumerate() {
        outputs_of[node as usize].push(number);
    }
    let mut plain_uses = uses.clone();
    for step in &order {
        if let Step::Node(node) = *step
            && let Instruction::Binary(Binary::Operator(BinaryOp::Power), a, b) =
                tape.instruction(node)
            && powers_of(tape, a, b).is_some()
        {
            plain_uses[a as usize] -= 1;
        }
    }
    let mut builder = Builder {
        tape,
        inputs,
        forms: forms(tape, &order, &uses),
        uses,
        plain_uses,
        place: vec![None; tape.len()],
        free: Vec::new(),
        program: Program::default(),
    };
    for step in &order {
        builder.emit(step, &outputs_of);
    }
    builder.program.tiles = tiles(builder.program.registers);
    builder.program
}

/// The table of a base that is raised to a drawn power, if its values have powers of all kinds.
fn powers_of(tape: &Tape, base: Node, exponent: Node) -> Option<&Table> {
    let drawn = !matches!(tape.instruction(exponent), Instruction::Constant(_));
    tape.table_of(base).filter(|table| drawn && table.values.iter().all(|&value| value >= 0.0))
}

struct Builder<'a> {
    tape: &'a Tape,
    inputs: &'a Inputs,
    forms: Vec<Form>,
    /// How often each node is still read or asked for.
    uses: Vec<u32>,
    /// How often a table is read otherwise than as the base of a power.
    plain_uses: Vec<u32>,
    place: Vec<Option<Register>>,
    free: Vec<Register>,
    program: Program,
}

impl Builder<'_> {
    fn emit(&mut self, step: &Step, outputs_of: &[Vec<usize>]) {
        match *step {
            Step::Block(number) => self.solve(number, outputs_of),
            Step::Node(node) => {
                let mut reads = Vec::with_capacity(4);
                match self.forms[node as usize] {
                    Form::Taken => return,
                    Form::Alone => {
                        step.each_read(self.tape, self.inputs, |read| reads.push(read));
                        self.alone(node);
                    }
                    form => self.joined(node, form, &mut reads),
                }
                // A register is freed after its last reader has another one for its result.
                reads.into_iter().for_each(|read| self.release(read));
                self.outputs(node, outputs_of);
            }
        }
    }

    /// A node with an instruction of its own.
    fn alone(&mut self, node: Node) {
        let code = match self.tape.instruction(node) {
            Instruction::Constant(_) => return,
            Instruction::Table(_) => return self.table(node),
            Instruction::Binary(Binary::Operator(BinaryOp::Power), a, b)
                if self.table_power(node, a, b) =>
            {
                return;
            }
            Instruction::Input(number) => {
                let Input::Draw(draw) = self.inputs.inputs[number] else { return };
                Code::Draw { draw, out: self.register(node) }
            }
            Instruction::Unary(op, a) => {
                let a = self.read(a);
                Code::Unary { op, a, out: self.register(node) }
            }
            Instruction::Binary(op, a, b) => {
                let sides = [self.read(a), self.read(b)];
                Code::Binary { op, sides, out: self.register(node) }
            }
            Instruction::Select(condition, then, other) => {
                let sides = [condition, then, other].map(|side| self.read(side));
                Code::Select { sides, out: self.register(node) }
            }
        };
        self.program.code.push(code);
    }

    /// A node with operations that it takes; `reads` gets what they read.
    fn joined(&mut self, node: Node, form: Form, reads: &mut Vec<Node>) {
        let Some((outer, left, right)) = arithmetic(self.tape, node) else { return };
        let (inner_left, inner_right) = (arithmetic(self.tape, left), arithmetic(self.tape, right));
        let code = match (form, inner_left, inner_right) {
            (Form::WithLeft, Some((inner, a, b)), _) => {
                reads.extend([a, b, right]);
                let sides = [a, b, right].map(|side| self.read(side));
                Code::WithLeft { ops: [inner, outer], sides, out: self.register(node) }
            }
            (Form::WithRight, _, Some((inner, b, c))) => {
                reads.extend([left, b, c]);
                let sides = [left, b, c].map(|side| self.read(side));
                Code::WithRight { ops: [inner, outer], sides, out: self.register(node) }
            }
            (Form::WithBoth, Some((first, a, b)), Some((second, c, d))) => {
                reads.extend([a, b, c, d]);
                let sides = [a, b, c, d].map(|side| self.read(side));
                Code::WithBoth { ops: [first, second, outer], sides, out: self.register(node) }
            }
            _ => return,
        };
        self.program.code.push(code);
    }

    /// The draw that chooses a table's position.
    fn chosen_by(&self, table: &Table) -> usize {
        match self.inputs.inputs[table.input] {
            Input::Draw(draw) => draw,
            Input::Solved(..) => 0,
        }
    }

    /// A table that is read as it is, unless all that read it are powers of its values.
    fn table(&mut self, node: Node) {
        if self.plain_uses[node as usize] == 0 {
            return;
        }
        let Some(table) = self.tape.table_of(node) else { return };
        let (draw, steps) = (self.chosen_by(table), Steps::new(&table.values));
        self.program.tables.push(steps);
        let (table, out) = (self.program.tables.len() - 1, self.register(node));
        self.program.code.push(Code::Table { draw, table, out });
    }

    /// A power whose base is a table: its logarithms are known before anything is drawn.
    fn table_power(&mut self, node: Node, base: Node, exponent: Node) -> bool {
        let Some(table) = powers_of(self.tape, base, exponent) else { return false };
        let Operand::Register(exponent) = self.read(exponent) else { return false };
        let draw = self.chosen_by(table);
        let mut logarithms = Vec::with_capacity(table.values.len());
        for (position, &value) in table.values.iter().enumerate() {
            if position == 0 || value.to_bits() != table.values[position - 1].to_bits() {
                logarithms.push((position as f64, logarithm(value)));
            }
        }
        self.program.logarithms.push(logarithms);
        let (table, out) = (self.program.logarithms.len() - 1, self.register(node));
        self.program.code.push(Code::TablePower { draw, table, exponent, out });
        true
    }

    fn solve(&mut self, number: usize, outputs_of: &[Vec<usize>]) {
        let block = &self.inputs.blocks[number];
        let reads: Vec<Operand> = block.reads.iter().map(|&read| self.read(read)).collect();
        let unknowns = block.block.unknowns.len();
        let mut nodes = vec![None; unknowns];
        for node in 0..self.tape.len() as Node {
            if let Instruction::Input(input) = self.tape.instruction(node)
                && let Input::Solved(other, n) = self.inputs.inputs[input]
                && other == number
            {
                nodes[n] = Some(node);
            }
        }
        let wanted = |node: &Node| self.uses[*node as usize] > 0;
        let nodes: Vec<Option<Node>> = nodes.into_iter().map(|node| node.filter(wanted)).collect();
        let outs = nodes.iter().map(|node| node.map(|node| self.register(node))).collect();
        self.program.code.push(Code::Solve { block: number, reads, outs });
        let read = self.inputs.blocks[number].reads.clone();
        read.into_iter().for_each(|read| self.release(read));
        nodes.into_iter().flatten().for_each(|node| self.outputs(node, outputs_of));
    }

    fn outputs(&mut self, node: Node, outputs_of: &[Vec<usize>]) {
        for &number in &outputs_of[node as usize] {
            let from = self.read(node);
            self.program.code.push(Code::Output { number, from });
            self.release(node);
        }
    }

    fn read(&self, node: Node) -> Operand {
        match (self.tape.instruction(node), self.place[node as usize]) {
            (Instruction::Constant(value), _) => Operand::Constant(value),
            (_, Some(register)) => Operand::Register(register),
            // Every node is scheduled after what it reads.
            (_, None) => Operand::Constant(f64::NAN),
        }
    }

    fn release(&mut self, node: Node) {
        let uses = &mut self.uses[node as usize];
        *uses = uses.saturating_sub(1);
        if *uses == 0 {
            self.free.extend(self.place[node as usize].take());
        }
    }

    fn register(&mut self, node: Node) -> Register {
        let register = self.free.pop().unwrap_or_else(|| {
            self.program.registers += 1;
            (self.program.registers - 1) as Register
        });
        self.place[node as usize] = Some(register);
        register
    }
}
