//! The compiler: from nodes of a tape to a program over lanes of draws.
//!
//! Passes: scheduling (`schedule.rs`), fusion (`fuse.rs`), then one walk over the schedule that
//! selects an instruction for each step and allocates registers. A register is freed after the last
//! reader of its value and used again, unless the program keeps all values from lane to lane.
//!
//! Invariant: an instruction never writes to a register that it reads.

use super::code::{InstructionCall, LaneProgram, PowerFactors, RegisterUse, VectorCode};
use super::fuse::{
    Form, Product, arithmetic, forms, power_of_known_base, running_sum, two_products,
};
use super::lanes::{
    LaneInstruction, StepFunction, binary, fused_both, fused_left, fused_right, select, unary,
};
use super::registers::{Operand, Register};
use super::schedule::{ScheduleStep, SolverStarts, schedule, uses};
use super::sums;
use crate::engine::numbers::kernels::Bases;
use crate::engine::simulate::inputs::{LaneInput, LaneInputs};
use crate::engine::solve::tape::{ChoiceTable, Instruction, Node, Symbolic, Tape};

/// Compiles a program that outputs some nodes of a tape.
pub(crate) fn compile(
    tape: &Tape,
    inputs: &LaneInputs,
    (from, registers): (SolverStarts, RegisterUse),
    outputs: &[Node],
) -> LaneProgram {
    let order = schedule(tape, inputs, from, outputs);
    let uses = uses(tape, inputs, &order, outputs);
    let mut outputs_of: Vec<Vec<usize>> = vec![Vec::new(); tape.len()];
    for (number, &node) in outputs.iter().enumerate() {
        outputs_of[node as usize].push(number);
    }
    let mut value_uses = uses.clone();
    for step in &order {
        if let ScheduleStep::Node(node) = *step
            && let Some((base, _)) = power_of_known_base(tape, node)
        {
            value_uses[base as usize] -= 1;
        }
    }
    let mut builder = Builder {
        tape,
        inputs,
        forms: forms(tape, &order, &uses),
        uses,
        value_uses,
        register_of: vec![None; tape.len()],
        positions_of_draw: vec![None; inputs.draws.len()],
        free: Vec::new(),
        program: LaneProgram {
            keeps_values: registers == RegisterUse::Once,
            ..LaneProgram::default()
        },
    };
    for step in &order {
        builder.emit(step, &outputs_of);
    }
    builder.program
}

/// State of the code generator.
struct Builder<'a> {
    tape: &'a Tape,
    inputs: &'a LaneInputs,
    forms: Vec<Form>,
    /// Number of readers of each node that are still to come.
    uses: Vec<u32>,
    /// Number of readers of each table that need its value, and not only the logarithm of a base.
    value_uses: Vec<u32>,
    /// The register that holds each node at present.
    register_of: Vec<Option<Register>>,
    /// For each draw of a discrete quantity, the register with its positions.
    positions_of_draw: Vec<Option<Register>>,
    /// Registers that are free.
    free: Vec<Register>,
    program: LaneProgram,
}

impl Builder<'_> {
    /// Emits the instructions of one step; `outputs_of` has the output numbers of each node.
    fn emit(&mut self, step: &ScheduleStep, outputs_of: &[Vec<usize>]) {
        match *step {
            ScheduleStep::Block(number, from) => self.emit_block(number, from, outputs_of),
            ScheduleStep::Node(node) => {
                let mut reads = Vec::with_capacity(4);
                match self.forms[node as usize] {
                    Form::Fused => return,
                    Form::Single => {
                        step.for_each_operand(self.tape, self.inputs, |read| reads.push(read));
                        self.emit_single(node);
                    }
                    form => self.emit_fused(node, form, &mut reads),
                }
                // Freed only now, so that the result did not get the register of one of its
                // operands.
                reads.into_iter().for_each(|read| self.release(read));
                self.outputs(node, outputs_of);
            }
        }
    }

    /// Emits the instruction of a node that is not fused with others.
    fn emit_single(&mut self, node: Node) {
        if let Some((base, exponent)) = power_of_known_base(self.tape, node) {
            return self.emit_power(node, base, exponent, PowerFactors::None);
        }
        match self.tape.instruction(node) {
            Instruction::Constant(_) => {}
            Instruction::Table(_) => self.emit_table(node),
            Instruction::Input(number) => {
                match self.inputs.inputs[number] {
                    LaneInput::Draw(draw) => {
                        let out = self.register(node);
                        self.program.code.push(VectorCode::Draw { draw, out });
                    }
                    LaneInput::Override(number) => {
                        let out = self.register(node);
                        self.program.code.push(VectorCode::Override { number, out });
                    }
                    // The block's own instruction fills the registers of its unknowns.
                    LaneInput::Solved(..) => {}
                }
            }
            Instruction::Unary(op, a) => {
                let call = self.call(unary(op), [a], node);
                self.program.code.push(VectorCode::Call1(call));
            }
            Instruction::Binary(op, a, b) => {
                let call = self.call(binary(op), [a, b], node);
                self.program.code.push(VectorCode::Call2(call));
            }
            Instruction::Select(condition, then, other) => {
                let call = self.call(select(), [condition, then, other], node);
                self.program.code.push(VectorCode::Call3(call));
            }
        }
    }

    /// Builds a call, with a new register for its result.
    fn call<const N: usize>(
        &mut self,
        f: LaneInstruction<N>,
        operands: [Node; N],
        node: Node,
    ) -> InstructionCall<N> {
        let operands = operands.map(|side| self.read(side));
        InstructionCall { f, operands, out: self.register(node) }
    }

    /// Emits the instruction of a node with the operations fused into it. Adds the nodes that the
    /// instruction reads to `reads`.
    fn emit_fused(&mut self, node: Node, form: Form, reads: &mut Vec<Node>) {
        let Some((outer, left, right)) = arithmetic(self.tape, node) else { return };
        let (inner_left, inner_right) = (arithmetic(self.tape, left), arithmetic(self.tape, right));
        let code = match (form, inner_left, inner_right) {
            (Form::FuseLeft, Some((inner, a, b)), _) => {
                reads.extend([a, b, right]);
                VectorCode::Call3(self.call(fused_left([inner, outer]), [a, b, right], node))
            }
            (Form::FuseRight, _, Some((inner, b, c))) => {
                reads.extend([left, b, c]);
                VectorCode::Call3(self.call(fused_right([inner, outer]), [left, b, c], node))
            }
            (Form::FuseBoth, Some((first, a, b)), Some((second, c, d))) => {
                reads.extend([a, b, c, d]);
                VectorCode::Call4(self.call(fused_both([first, second, outer]), [a, b, c, d], node))
            }
            (Form::TimesPower { power }, ..) => {
                let other = if power == left { right } else { left };
                return self.emit_power_product(node, power, other, reads);
            }
            (Form::SumOfProducts | Form::RunningSum, ..) => {
                return self.emit_sum_of_products(node, form, reads);
            }
            _ => return,
        };
        self.program.code.push(code);
    }

    /// Emits a sum of two products, or a running sum.
    fn emit_sum_of_products(&mut self, node: Node, form: Form, reads: &mut Vec<Node>) {
        let taken = |side: Node| self.forms[side as usize] == Form::Fused;
        let running_sum =
            if form == Form::RunningSum { running_sum(self.tape, node, taken) } else { None };
        let sum = running_sum.map_or(node, |(_, sum)| sum);
        let Some(products) = two_products(self.tape, sum, taken) else { return };
        let code = match (products, running_sum) {
            ([Product::Pair([a, b]), Product::Pair([c, d])], Some((s, _))) => {
                reads.extend([a, b, c, d, s]);
                VectorCode::Call5(self.call(sums::running_pairs(), [a, b, c, d, s], node))
            }
            ([Product::Pair([a, b]), Product::Triple(q, [c, d, e], _)], None) => {
                reads.extend([a, b, c, d, e]);
                VectorCode::Call5(self.call(sums::pair_and_triple(q), [a, b, c, d, e], node))
            }
            ([Product::Pair([a, b]), Product::Triple(q, [c, d, e], _)], Some((s, _))) => {
                reads.extend([a, b, c, d, e, s]);
                let f = sums::running_pair_and_triple(q);
                VectorCode::Call6(self.call(f, [a, b, c, d, e, s], node))
            }
            ([Product::Triple(p, [a, b, c], _), Product::Triple(q, [d, e, f], _)], None) => {
                reads.extend([a, b, c, d, e, f]);
                VectorCode::Call6(self.call(sums::two_triples([p, q]), [a, b, c, d, e, f], node))
            }
            (
                [Product::Triple(p, [a, b, c], _), Product::Triple(q, [d, e, f], _)],
                Some((s, _)),
            ) => {
                reads.extend([a, b, c, d, e, f, s]);
                let operands = [a, b, c, d, e, f, s];
                VectorCode::Call7(self.call(sums::running_triples([p, q]), operands, node))
            }
            // Two pairs without a running sum are a `FuseBoth`, and a triple is always last.
            _ => return,
        };
        self.program.code.push(code);
    }

    /// Emits a power times other factors, which are one node or a product fused with the power.
    fn emit_power_product(&mut self, node: Node, power: Node, other: Node, reads: &mut Vec<Node>) {
        let Some((base, exponent)) = power_of_known_base(self.tape, power) else { return };
        reads.extend([base, exponent]);
        let factors = match arithmetic(self.tape, other) {
            Some((_, a, b)) if self.forms[other as usize] == Form::Fused => {
                reads.extend([a, b]);
                PowerFactors::Two(self.read(a), self.read(b))
            }
            _ => {
                reads.push(other);
                PowerFactors::One(self.read(other))
            }
        };
        self.emit_power(node, base, exponent, factors);
    }

    /// Emits a power of a known base, times factors.
    fn emit_power(&mut self, node: Node, base: Node, exponent: Node, factors: PowerFactors) {
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
        self.program.code.push(VectorCode::Power { bases, positions, exponent, factors, out });
    }

    /// Returns the register with the positions for a table; emits the draw at the first use. The register is never
    /// freed.
    fn positions_of(&mut self, table: &ChoiceTable) -> Register {
        let draw = match self.inputs.inputs[table.input] {
            LaneInput::Draw(draw) => draw,
            LaneInput::Override(_) | LaneInput::Solved(..) => 0,
        };
        if let Some(known) = self.positions_of_draw[draw] {
            return known;
        }
        let out = self.free_register();
        self.positions_of_draw[draw] = Some(out);
        self.program.code.push(VectorCode::Draw { draw, out });
        out
    }

    /// Emits a table, unless all its readers are powers that use it as base.
    fn emit_table(&mut self, node: Node) {
        if self.value_uses[node as usize] == 0 {
            return;
        }
        let Some(table) = self.tape.table_of(node) else { return };
        let positions = self.positions_of(table);
        self.program.tables.push(StepFunction::new(&table.values));
        let (table, out) = (self.program.tables.len() - 1, self.register(node));
        self.program.code.push(VectorCode::Table { table, positions, out });
    }

    /// Emits the solution of a block, with registers for the unknowns that are read later.
    fn emit_block(&mut self, number: usize, from: SolverStarts, outputs_of: &[Vec<usize>]) {
        let block = &self.inputs.blocks[number];
        let reads: Vec<Operand> = block.reads.iter().map(|&read| self.read(read)).collect();
        let starts = (from == SolverStarts::All).then(|| {
            block.starts.map(|start| match start {
                Symbolic::Known(value) => Operand::Constant(value),
                Symbolic::Node(node) => self.read(node),
            })
        });
        let unknowns = block.block.unknowns.len();
        let mut nodes = vec![None; unknowns];
        for node in 0..self.tape.len() as Node {
            if let Instruction::Input(input) = self.tape.instruction(node)
                && let LaneInput::Solved(other, n) = self.inputs.inputs[input]
                && other == number
            {
                nodes[n] = Some(node);
            }
        }
        let wanted = |node: &Node| self.uses[*node as usize] > 0;
        let nodes: Vec<Option<Node>> = nodes.into_iter().map(|node| node.filter(wanted)).collect();
        let outs = nodes.iter().map(|node| node.map(|node| self.register(node))).collect();
        self.program.code.push(VectorCode::Solve { block: number, reads, starts, outs });
        ScheduleStep::Block(number, from)
            .for_each_operand(self.tape, self.inputs, |read| self.release(read));
        nodes.into_iter().flatten().for_each(|node| self.outputs(node, outputs_of));
    }

    /// Emits the outputs of a node.
    fn outputs(&mut self, node: Node, outputs_of: &[Vec<usize>]) {
        for &number in &outputs_of[node as usize] {
            let from = self.read(node);
            self.program.code.push(VectorCode::Output { number, from });
            self.release(node);
        }
    }

    /// Returns the operand for a node that has been computed.
    fn read(&self, node: Node) -> Operand {
        match (self.tape.instruction(node), self.register_of[node as usize]) {
            (Instruction::Constant(value), _) => Operand::Constant(value),
            (_, Some(register)) => Operand::Register(register),
            // Unreachable: every node is scheduled after its operands.
            (_, None) => Operand::Constant(f64::NAN),
        }
    }

    /// Counts down the readers of a node, and frees its register after the last one, unless the program keeps
    /// all values.
    fn release(&mut self, node: Node) {
        if self.program.keeps_values {
            return;
        }
        let uses = &mut self.uses[node as usize];
        *uses = uses.saturating_sub(1);
        if *uses == 0 {
            self.free.extend(self.register_of[node as usize].take());
        }
    }

    /// Assigns a register to a node.
    fn register(&mut self, node: Node) -> Register {
        let register = self.free_register();
        self.register_of[node as usize] = Some(register);
        register
    }

    /// Takes a free register, or a new one.
    fn free_register(&mut self) -> Register {
        self.free.pop().unwrap_or_else(|| {
            self.program.registers += 1;
            (self.program.registers - 1) as Register
        })
    }
}
