//! From a tape to a program over lanes: instructions in the order of a schedule, their results in
//! registers that are used again.

use super::fuse::{Form, Product, arithmetic, forms, power_of_known, products, running};
use super::lanes::{
    Instruction as Lanes, Steps, binary, select, unary, with_both, with_left, with_right,
};
use super::registers::{Operand, Register};
use super::schedule::{Searched, Step, schedule, uses};
use super::sums;
use crate::engine::numbers::kernels::Bases;
use crate::engine::simulate::inputs::{Input, Inputs};
use crate::engine::solve::starts::Starts;
use crate::engine::solve::tape::{Instruction, Node, Symbolic, Table, Tape};

/// A function of some sides, and the register that it fills.
#[derive(Debug, Clone)]
pub(crate) struct Call<const N: usize> {
    pub(crate) f: Lanes<N>,
    pub(crate) sides: [Operand; N],
    pub(crate) out: Register,
}

/// What a power's instruction multiplies it by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Factors {
    None,
    One(Operand),
    Two(Operand, Operand),
}

/// One instruction over a lane.
#[derive(Debug, Clone)]
pub(crate) enum Code {
    Draw {
        draw: usize,
        out: Register,
    },
    /// The number of an override.
    Override {
        number: usize,
        out: Register,
    },
    /// A value for each position.
    Table {
        table: usize,
        positions: Register,
        out: Register,
    },
    /// A base for each position to a power, times factors.
    Power {
        bases: usize,
        positions: Operand,
        exponent: Operand,
        factors: Factors,
        out: Register,
    },
    Solve {
        block: usize,
        reads: Vec<Operand>,
        /// Where it is searched from after the solution at the medians.
        starts: Option<Starts<Operand>>,
        outs: Vec<Option<Register>>,
    },
    Of1(Call<1>),
    Of2(Call<2>),
    Of3(Call<3>),
    Of4(Call<4>),
    Of5(Call<5>),
    Of6(Call<6>),
    Of7(Call<7>),
    /// A value that is asked for.
    Output {
        number: usize,
        from: Operand,
    },
}

/// The instructions of a simulation, in order.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) code: Vec<Code>,
    pub(crate) tables: Vec<Steps>,
    /// Bases that are raised to drawn powers.
    pub(crate) bases: Vec<Bases>,
    pub(crate) registers: usize,
}

/// Builds a program for some nodes of a tape.
pub(crate) fn compile(tape: &Tape, inputs: &Inputs, from: Searched, outputs: &[Node]) -> Program {
    let order = schedule(tape, inputs, from, outputs);
    let uses = uses(tape, inputs, &order, outputs);
    let mut outputs_of: Vec<Vec<usize>> = vec![Vec::new(); tape.len()];
    for (number, &node) in outputs.iter().enumerate() {
        outputs_of[node as usize].push(number);
    }
    let mut plain_uses = uses.clone();
    for step in &order {
        if let Step::Node(node) = *step
            && let Some((base, _)) = power_of_known(tape, node)
        {
            plain_uses[base as usize] -= 1;
        }
    }
    let mut builder = Builder {
        tape,
        inputs,
        forms: forms(tape, &order, &uses),
        uses,
        plain_uses,
        place: vec![None; tape.len()],
        positions: vec![None; inputs.draws.len()],
        free: Vec::new(),
        program: Program::default(),
    };
    for step in &order {
        builder.emit(step, &outputs_of);
    }
    builder.program
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
    /// Where the positions that a draw chooses are.
    positions: Vec<Option<Register>>,
    free: Vec<Register>,
    program: Program,
}

impl Builder<'_> {
    fn emit(&mut self, step: &Step, outputs_of: &[Vec<usize>]) {
        match *step {
            Step::Block(number, from) => self.solve(number, from, outputs_of),
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
        if let Some((base, exponent)) = power_of_known(self.tape, node) {
            return self.power(node, base, exponent, Factors::None);
        }
        match self.tape.instruction(node) {
            Instruction::Constant(_) => {}
            Instruction::Table(_) => self.table(node),
            Instruction::Input(number) => {
                match self.inputs.inputs[number] {
                    Input::Draw(draw) => {
                        let out = self.register(node);
                        self.program.code.push(Code::Draw { draw, out });
                    }
                    Input::Override(number) => {
                        let out = self.register(node);
                        self.program.code.push(Code::Override { number, out });
                    }
                    // The block's own instruction fills the registers of its unknowns.
                    Input::Solved(..) => {}
                }
            }
            Instruction::Unary(op, a) => {
                let call = self.call(unary(op), [a], node);
                self.program.code.push(Code::Of1(call));
            }
            Instruction::Binary(op, a, b) => {
                let call = self.call(binary(op), [a, b], node);
                self.program.code.push(Code::Of2(call));
            }
            Instruction::Select(condition, then, other) => {
                let call = self.call(select(), [condition, then, other], node);
                self.program.code.push(Code::Of3(call));
            }
        }
    }

    fn call<const N: usize>(&mut self, f: Lanes<N>, sides: [Node; N], node: Node) -> Call<N> {
        let sides = sides.map(|side| self.read(side));
        Call { f, sides, out: self.register(node) }
    }

    /// A node with operations that it takes; `reads` gets what they read.
    fn joined(&mut self, node: Node, form: Form, reads: &mut Vec<Node>) {
        let Some((outer, left, right)) = arithmetic(self.tape, node) else { return };
        let (inner_left, inner_right) = (arithmetic(self.tape, left), arithmetic(self.tape, right));
        let code = match (form, inner_left, inner_right) {
            (Form::WithLeft, Some((inner, a, b)), _) => {
                reads.extend([a, b, right]);
                Code::Of3(self.call(with_left([inner, outer]), [a, b, right], node))
            }
            (Form::WithRight, _, Some((inner, b, c))) => {
                reads.extend([left, b, c]);
                Code::Of3(self.call(with_right([inner, outer]), [left, b, c], node))
            }
            (Form::WithBoth, Some((first, a, b)), Some((second, c, d))) => {
                reads.extend([a, b, c, d]);
                Code::Of4(self.call(with_both([first, second, outer]), [a, b, c, d], node))
            }
            (Form::TimesPower { power }, ..) => {
                let other = if power == left { right } else { left };
                return self.times_power(node, power, other, reads);
            }
            (Form::OfProducts | Form::Running, ..) => return self.of_products(node, form, reads),
            _ => return,
        };
        self.program.code.push(code);
    }

    /// A sum of two products, or of one more number and such a sum.
    fn of_products(&mut self, node: Node, form: Form, reads: &mut Vec<Node>) {
        let taken = |side: Node| self.forms[side as usize] == Form::Taken;
        let running = if form == Form::Running { running(self.tape, node, taken) } else { None };
        let sum = running.map_or(node, |(_, sum)| sum);
        let Some(both) = products(self.tape, sum, taken) else { return };
        let code = match (both, running) {
            ([Product::Short([a, b]), Product::Short([c, d])], Some((s, _))) => {
                reads.extend([a, b, c, d, s]);
                Code::Of5(self.call(sums::running_short(), [a, b, c, d, s], node))
            }
            ([Product::Short([a, b]), Product::Long(q, [c, d, e], _)], None) => {
                reads.extend([a, b, c, d, e]);
                Code::Of5(self.call(sums::short_and_long(q), [a, b, c, d, e], node))
            }
            ([Product::Short([a, b]), Product::Long(q, [c, d, e], _)], Some((s, _))) => {
                reads.extend([a, b, c, d, e, s]);
                let f = sums::running_short_and_long(q);
                Code::Of6(self.call(f, [a, b, c, d, e, s], node))
            }
            ([Product::Long(p, [a, b, c], _), Product::Long(q, [d, e, f], _)], None) => {
                reads.extend([a, b, c, d, e, f]);
                Code::Of6(self.call(sums::two_long([p, q]), [a, b, c, d, e, f], node))
            }
            ([Product::Long(p, [a, b, c], _), Product::Long(q, [d, e, f], _)], Some((s, _))) => {
                reads.extend([a, b, c, d, e, f, s]);
                let sides = [a, b, c, d, e, f, s];
                Code::Of7(self.call(sums::running_long([p, q]), sides, node))
            }
            // Two short ones alone are joined otherwise, and the longer one is last.
            _ => return,
        };
        self.program.code.push(code);
    }

    /// A product of a power and something else, which may be a product that it takes too.
    fn times_power(&mut self, node: Node, power: Node, other: Node, reads: &mut Vec<Node>) {
        let Some((base, exponent)) = power_of_known(self.tape, power) else { return };
        reads.extend([base, exponent]);
        let factors = match arithmetic(self.tape, other) {
            Some((_, a, b)) if self.forms[other as usize] == Form::Taken => {
                reads.extend([a, b]);
                Factors::Two(self.read(a), self.read(b))
            }
            _ => {
                reads.push(other);
                Factors::One(self.read(other))
            }
        };
        self.power(node, base, exponent, factors);
    }

    /// A power whose base is known before anything is drawn, or chosen among such.
    fn power(&mut self, node: Node, base: Node, exponent: Node, factors: Factors) {
        let (values, positions) = match self.tape.instruction(base) {
            Instruction::Constant(value) => (vec![value], Operand::Constant(0.0)),
            _ => {
                let Some(table) = self.tape.table_of(base) else { return };
                (table.values.clone(), Operand::Register(self.positions_of(table)))
            }
        };
        let bases = Bases::new(&values).for_exponents(self.tape.max_magnitude(exponent));
        self.program.bases.push(bases);
        let (bases, exponent) = (self.program.bases.len() - 1, self.read(exponent));
        let out = self.register(node);
        self.program.code.push(Code::Power { bases, positions, exponent, factors, out });
    }

    /// Where the positions of a table's values are: they are drawn before they are first asked for.
    fn positions_of(&mut self, table: &Table) -> Register {
        let draw = match self.inputs.inputs[table.input] {
            Input::Draw(draw) => draw,
            Input::Override(_) | Input::Solved(..) => 0,
        };
        if let Some(known) = self.positions[draw] {
            return known;
        }
        let out = self.free_register();
        self.positions[draw] = Some(out);
        self.program.code.push(Code::Draw { draw, out });
        out
    }

    /// A table that is read as it is, unless all that read it are powers of its values.
    fn table(&mut self, node: Node) {
        if self.plain_uses[node as usize] == 0 {
            return;
        }
        let Some(table) = self.tape.table_of(node) else { return };
        let positions = self.positions_of(table);
        self.program.tables.push(Steps::new(&table.values));
        let (table, out) = (self.program.tables.len() - 1, self.register(node));
        self.program.code.push(Code::Table { table, positions, out });
    }

    fn solve(&mut self, number: usize, from: Searched, outputs_of: &[Vec<usize>]) {
        let block = &self.inputs.blocks[number];
        let reads: Vec<Operand> = block.reads.iter().map(|&read| self.read(read)).collect();
        let starts = (from == Searched::FromAll).then(|| {
            block.starts.map(|start| match start {
                Symbolic::Known(value) => Operand::Constant(value),
                Symbolic::Node(node) => self.read(node),
            })
        });
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
        self.program.code.push(Code::Solve { block: number, reads, starts, outs });
        Step::Block(number, from).each_read(self.tape, self.inputs, |read| self.release(read));
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
        let register = self.free_register();
        self.place[node as usize] = Some(register);
        register
    }

    fn free_register(&mut self) -> Register {
        self.free.pop().unwrap_or_else(|| {
            self.program.registers += 1;
            (self.program.registers - 1) as Register
        })
    }
}
