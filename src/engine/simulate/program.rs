//! From a tape to a program over lanes: only what is asked for, in an order in which values live
//! shortly, in registers that are used again.

use super::inputs::{Input, Inputs};
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
        a: Operand,
        b: Operand,
        out: Register,
    },
    Select {
        condition: Operand,
        then: Operand,
        other: Operand,
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
    pub(super) tables: Vec<Vec<f64>>,
    /// The logarithms of bases that are raised to drawn powers.
    pub(super) logarithms: Vec<Vec<Logarithm>>,
    pub(super) registers: usize,
}

/// Builds a program for some nodes of a tape.
pub(super) fn compile(tape: &Tape, inputs: &Inputs, outputs: &[Node]) -> Program {
    let order = schedule(tape, inputs, outputs);
    let mut uses = vec![0_u32; tape.len()];
    let mut outputs_of: Vec<Vec<usize>> = vec![Vec::new(); tape.len()];
    for (number, &node) in outputs.iter().enumerate() {
        outputs_of[node as usize].push(number);
    }
    let mut plain_uses = vec![0_u32; tape.len()];
    outputs.iter().for_each(|&node| plain_uses[node as usize] += 1);
    for step in &order {
        let base = match *step {
            Step::Node(node) => match tape.instruction(node) {
                Instruction::Binary(Binary::Operator(BinaryOp::Power), a, b) => {
                    powers_of(tape, a, b).map(|_| a)
                }
                _ => None,
            },
            Step::Block(_) => None,
        };
        for read in step.reads(tape, inputs) {
            uses[read as usize] += 1;
            plain_uses[read as usize] += u32::from(base != Some(read));
        }
    }
    let mut builder = Builder {
        tape,
        inputs,
        uses,
        plain_uses,
        place: vec![None; tape.len()],
        free: Vec::new(),
        program: Program::default(),
    };
    for step in &order {
        builder.emit(step, &outputs_of);
    }
    builder.program
}

/// What is done at once.
#[derive(Debug, Clone, Copy)]
enum Step {
    Node(Node),
    Block(usize),
}

impl Step {
    fn reads(self, tape: &Tape, inputs: &Inputs) -> Vec<Node> {
        match self {
            Self::Block(number) => inputs.blocks[number].reads.clone(),
            Self::Node(node) => match tape.instruction(node) {
                Instruction::Input(_) | Instruction::Constant(_) | Instruction::Table(_) => {
                    Vec::new()
                }
                Instruction::Unary(_, a) => vec![a],
                Instruction::Binary(_, a, b) => vec![a, b],
                Instruction::Select(a, b, c) => vec![a, b, c],
            },
        }
    }
}

/// The nodes that the outputs need, each after what it reads, as late as an output needs it.
fn schedule(tape: &Tape, inputs: &Inputs, outputs: &[Node]) -> Vec<Step> {
    let mut seen = vec![false; tape.len()];
    let mut solved = vec![false; inputs.blocks.len()];
    let mut order = Vec::new();
    enum Visit {
        Enter(Node),
        Leave(Step),
    }
    for &output in outputs {
        let mut pending = vec![Visit::Enter(output)];
        while let Some(visit) = pending.pop() {
            let step = match visit {
                Visit::Leave(step) => {
                    order.push(step);
                    continue;
                }
                Visit::Enter(node) if seen[node as usize] => continue,
                Visit::Enter(node) => {
                    seen[node as usize] = true;
                    match block_of(tape, inputs, node) {
                        Some(block) if solved[block] => continue,
                        Some(block) => {
                            solved[block] = true;
                            Step::Block(block)
                        }
                        None => Step::Node(node),
                    }
                }
            };
            pending.push(Visit::Leave(step));
            pending.extend(step.reads(tape, inputs).into_iter().rev().map(Visit::Enter));
        }
    }
    order
}

/// The block that a node is an unknown of.
fn block_of(tape: &Tape, inputs: &Inputs, node: Node) -> Option<usize> {
    let Instruction::Input(number) = tape.instruction(node) else { return None };
    match inputs.inputs[number] {
        Input::Solved(block, _) => Some(block),
        Input::Draw(_) => None,
    }
}

/// The table of a base that is raised to a drawn power, if its values have powers of all kinds.
fn powers_of(tape: &Tape, base: Node, exponent: Node) -> Option<&Table> {
    let drawn = !matches!(tape.instruction(exponent), Instruction::Constant(_));
    tape.table_of(base).filter(|table| drawn && table.values.iter().all(|&value| value >= 0.0))
}

struct Builder<'a> {
    tape: &'a Tape,
    inputs: &'a Inputs,
    /// How often each node is still read.
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
                let instruction = self.tape.instruction(node);
                match instruction {
                    Instruction::Constant(_) => {}
                    Instruction::Input(number) => {
                        if let Input::Draw(draw) = self.inputs.inputs[number] {
                            let out = self.register(node);
                            self.program.code.push(Code::Draw { draw, out });
                        }
                    }
                    Instruction::Table(_) => self.table(node),
                    Instruction::Binary(Binary::Operator(BinaryOp::Power), a, b)
                        if self.table_power(node, a, b) => {}
                    Instruction::Unary(op, a) => {
                        let a = self.read(a);
                        let out = self.register(node);
                        self.program.code.push(Code::Unary { op, a, out });
                    }
                    Instruction::Binary(op, a, b) => {
                        let (a, b) = (self.read(a), self.read(b));
                        let out = self.register(node);
                        self.program.code.push(Code::Binary { op, a, b, out });
                    }
                    Instruction::Select(condition, then, other) => {
                        let (condition, then, other) =
                            (self.read(condition), self.read(then), self.read(other));
                        let out = self.register(node);
                        self.program.code.push(Code::Select { condition, then, other, out });
                    }
                }
                // A register is freed after its last reader has another one for its result.
                step.reads(self.tape, self.inputs).into_iter().for_each(|read| self.release(read));
                self.outputs(node, outputs_of);
            }
        }
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
        let (draw, values) = (self.chosen_by(table), table.values.clone());
        self.program.tables.push(values);
        let (table, out) = (self.program.tables.len() - 1, self.register(node));
        self.program.code.push(Code::Table { draw, table, out });
    }

    /// A power whose base is a table: its logarithms are known before anything is drawn.
    fn table_power(&mut self, node: Node, base: Node, exponent: Node) -> bool {
        let Some(table) = powers_of(self.tape, base, exponent) else { return false };
        let Operand::Register(exponent) = self.read(exponent) else { return false };
        let draw = self.chosen_by(table);
        let logarithms = table.values.iter().map(|&value| logarithm(value)).collect();
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
        let wanted =
            |node: &Node| self.uses[*node as usize] > 0 || !outputs_of[*node as usize].is_empty();
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
        }
        if self.uses[node as usize] == 0 {
            self.free.extend(self.place[node as usize].take());
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
