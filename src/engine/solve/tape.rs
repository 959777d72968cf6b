//! A tape: straight-line code in single static assignment form, whose inputs get their numbers
//! later.
//!
//! The evaluator writes the tape while it walks the equations, through a domain: the tracer of a
//! block (`tracer.rs`) or the simulation's sampler. Known values are folded, equal instructions are shared, and
//! ranges of values decide what can be decided without a draw. `sweep.rs` runs the tape of a block;
//! `simulate/program.rs` compiles the tape of a simulation.
//!
//! Invariant: an instruction reads earlier instructions only, and none occurs twice.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::interval::Interval;
use super::repeat::Repetition;
use crate::engine::run::domain::{Binary, Unary, compensated_sum};
use crate::model::BinaryOp;

/// Index of an instruction on a tape, which also identifies the instruction's value.
pub(crate) type Node = u32;

/// An instruction of a tape; its operands are earlier nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Instruction {
    /// An input, by its number.
    Input(usize),
    Constant(f64),
    /// The value that a table has at the position given by its input; the number is an index into
    /// [`Tape::tables`].
    Table(u32),
    Unary(Unary, Node),
    Binary(Binary, Node, Node),
    /// `then` if the condition is not 0, else `other`: condition, then, other.
    Select(Node, Node, Node),
}

/// A value of a traced evaluation: a known number, or a node of a tape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Symbolic {
    Known(f64),
    Node(Node),
}

impl Default for Symbolic {
    fn default() -> Self {
        Self::Known(0.0)
    }
}

impl Symbolic {
    /// True if both values are the same node, or numbers with the same bits.
    pub(crate) fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => a.to_bits() == b.to_bits(),
            (Self::Node(a), Self::Node(b)) => a == b,
            _ => false,
        }
    }

    /// Returns the number, if it is known.
    pub(crate) fn known(self) -> Option<f64> {
        match self {
            Self::Known(value) => Some(value),
            Self::Node(_) => None,
        }
    }

    /// Returns the node, if the value is not known.
    pub(crate) fn node(self) -> Option<Node> {
        match self {
            Self::Known(_) => None,
            Self::Node(node) => Some(node),
        }
    }
}

/// The tape: instructions in the order of evaluation, with the tables and caches that keep them
/// unique.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tape {
    instructions: Vec<Instruction>,
    /// For each node, an interval that contains its value in every draw.
    ranges: Vec<Interval>,
    /// All nodes by their instruction, for sharing equal instructions. The table has numbers alone, which stay in the
    /// processor's cache longer than instructions would.
    by_instruction: HashTable<Node>,
    tables: Vec<ChoiceTable>,
    /// The node of each table, by its input and the bits of its values, for sharing equal tables.
    table_nodes: FxHashMap<(usize, Vec<u64>), Node>,
    /// Results of folding operations on tables, by operation.
    fold_cache: FxHashMap<LookupKey, Symbolic>,
    /// For a tape over which equations of the same form can be recorded again.
    repetition: Option<Repetition>,
}

/// A value that depends only on a choice among few alternatives: one number per alternative.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChoiceTable {
    /// The input whose value is the position of the chosen alternative, from 0.
    pub(crate) input: usize,
    /// The number of each alternative, by position.
    pub(crate) values: Vec<f64>,
}

/// An instruction as a lookup key: numbers are compared by their bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum LookupKey {
    Input(usize),
    Constant(u64),
    Table(u32),
    Unary(Unary, Node),
    Binary(Binary, Node, Node),
    Select(Node, Node, Node),
}

impl Instruction {
    /// Calls `visit` for each operand.
    pub(crate) fn operands(self, mut visit: impl FnMut(Node)) {
        match self {
            Self::Input(_) | Self::Constant(_) | Self::Table(_) => {}
            Self::Unary(_, a) => visit(a),
            Self::Binary(_, a, b) => {
                visit(a);
                visit(b);
            }
            Self::Select(a, b, c) => {
                visit(a);
                visit(b);
                visit(c);
            }
        }
    }

    /// Converts the instruction to a lookup key.
    fn key(self) -> LookupKey {
        match self {
            Self::Input(number) => LookupKey::Input(number),
            Self::Constant(value) => LookupKey::Constant(value.to_bits()),
            Self::Table(number) => LookupKey::Table(number),
            Self::Unary(op, a) => LookupKey::Unary(op, a),
            Self::Binary(op, a, b) => LookupKey::Binary(op, a, b),
            Self::Select(a, b, c) => LookupKey::Select(a, b, c),
        }
    }
}

impl Tape {
    /// Adds an instruction whose range follows from its operands.
    fn push(&mut self, instruction: Instruction) -> Node {
        self.push_within(instruction, Interval::ANY)
    }

    /// Adds an instruction, or finds the equal one. `range` contains the value if the instruction
    /// is an input.
    fn push_within(&mut self, instruction: Instruction, range: Interval) -> Node {
        if let Some(known) = self.repeated(instruction, range) {
            return known;
        }
        let next = self.instructions.len() as Node;
        let node = self.numbered(instruction, next);
        if node == next {
            let range = self.range_of(instruction, range);
            self.instructions.push(instruction);
            self.ranges.push(range);
        }
        self.repetition.iter_mut().for_each(|repetition| repetition.note(node));
        node
    }

    /// Finds the node of an instruction on the tape; returns `next` for a new instruction.
    fn numbered(&mut self, instruction: Instruction, next: Node) -> Node {
        let (key, instructions) = (instruction.key(), &self.instructions);
        let key_of = |node: Node| instructions.get(node as usize).map_or(key, |one| one.key());
        let hash = |&node: &Node| FxBuildHasher.hash_one(key_of(node));
        let same = |&node: &Node| key_of(node) == key;
        *self.by_instruction.entry(FxBuildHasher.hash_one(key), same, hash).or_insert(next).get()
    }

    /// Returns the node that the instruction had in the previous recording, if the tape repeats and the instruction is
    /// the same or another constant. At the first difference the tape stops repeating.
    fn repeated(&mut self, instruction: Instruction, range: Interval) -> Option<Node> {
        let (node, is_new) = self.repetition.as_ref()?.expected()?;
        let is_same = |&node: &Node| match (self.instruction(node), instruction) {
            (Instruction::Constant(_), Instruction::Constant(_)) if is_new => true,
            (before, now) => before.key() == now.key(),
        };
        let same = node.filter(is_same);
        let repetition = self.repetition.as_mut()?;
        match same {
            Some(node) => {
                repetition.accept();
                if is_new {
                    self.instructions[node as usize] = instruction;
                    self.ranges[node as usize] = self.range_of(instruction, range);
                }
            }
            None => {
                let end = repetition.end();
                self.truncate(end);
            }
        }
        same
    }

    /// Removes all nodes from `end` on.
    fn truncate(&mut self, end: Node) {
        self.instructions.truncate(end as usize);
        self.ranges.truncate(end as usize);
        self.by_instruction.clear();
        for node in 0..end {
            self.numbered(self.instruction(node), node);
        }
    }

    /// Creates an empty tape that can be repeated, with space to look up about `expected` instructions.
    pub(crate) fn repeatable(expected: usize) -> Self {
        let by_instruction = HashTable::with_capacity(expected);
        Self { by_instruction, repetition: Some(Repetition::default()), ..Self::default() }
    }

    /// Starts to record over the tape.
    pub(super) fn again(mut self) -> Self {
        self.repetition.iter_mut().for_each(Repetition::begin);
        self.forget_lookup();
        self
    }

    /// Frees the memory that only a new instruction needs. It is filled again when a repetition meets one.
    pub(super) fn forget_lookup(&mut self) {
        self.by_instruction = HashTable::new();
    }

    /// True if all instructions were recorded again in the same form.
    pub(super) fn has_same_form(&self) -> bool {
        self.repetition.as_ref().is_some_and(|repetition| repetition.is_complete(self.len()))
    }

    /// Returns an interval that contains the value of an instruction, by interval arithmetic.
    fn range_of(&self, instruction: Instruction, input: Interval) -> Interval {
        let at = |node: Node| self.ranges[node as usize];
        match instruction {
            Instruction::Input(_) => input,
            Instruction::Constant(value) => Interval::around(&[value]),
            Instruction::Table(number) => Interval::around(&self.tables[number as usize].values),
            Instruction::Unary(op, a) => at(a).unary(op),
            Instruction::Binary(op, a, b) => at(a).binary(op, at(b)),
            Instruction::Select(_, then, other) => at(then).hull(at(other)),
        }
    }

    /// Computes for each node an interval that contains its value while the inputs are within `inputs`.
    pub(crate) fn ranges_within(&self, inputs: impl Fn(usize) -> Interval) -> Vec<Interval> {
        let mut ranges: Vec<Interval> = Vec::with_capacity(self.instructions.len());
        for &instruction in &self.instructions {
            let at = |node: Node| ranges[node as usize];
            let range = match instruction {
                Instruction::Input(number) => inputs(number),
                Instruction::Constant(value) => Interval::around(&[value]),
                Instruction::Table(number) => {
                    let ChoiceTable { input, values } = &self.tables[number as usize];
                    let chosen = inputs(*input).only().and_then(|n| values.get(n as usize));
                    chosen.map_or_else(|| Interval::around(values), |n| Interval::around(&[*n]))
                }
                Instruction::Unary(op, a) => at(a).unary(op),
                Instruction::Binary(op, a, b) => match at(a).decided(op, at(b)) {
                    Some(value) => Interval::around(&[value]),
                    None => at(a).binary(op, at(b)),
                },
                Instruction::Select(condition, then, other) => match at(condition) {
                    condition if condition.excludes_zero() => at(then),
                    condition if condition.only() == Some(0.0) => at(other),
                    _ => at(then).hull(at(other)),
                },
            };
            ranges.push(range);
        }
        ranges
    }

    /// Returns an interval that contains a value.
    fn range(&self, value: Symbolic) -> Interval {
        match value {
            Symbolic::Known(value) => Interval::around(&[value]),
            Symbolic::Node(node) => self.ranges[node as usize],
        }
    }

    /// Returns an upper bound of a node's absolute value in every draw; infinity if the value may be NaN.
    pub(crate) fn max_magnitude(&self, node: Node) -> f64 {
        self.ranges[node as usize].max_magnitude()
    }

    /// Returns the result of an operation if the ranges of its operands determine it.
    fn decided(&self, op: Binary, a: Symbolic, b: Symbolic) -> Option<f64> {
        let (left, right) = (self.range(a), self.range(b));
        match op {
            Binary::Operator(BinaryOp::Divide) if a == b && left.is_divisor() => Some(1.0),
            _ => left.decided(op, right),
        }
    }

    /// Adds a value that depends on a choice. It is a known number if it is the same for every
    /// alternative.
    pub(crate) fn table(&mut self, input: usize, values: Vec<f64>) -> Symbolic {
        if let Some((first, rest)) = values.split_first()
            && rest.iter().all(|value| value.to_bits() == first.to_bits())
        {
            return Symbolic::Known(*first);
        }
        let key = (input, values.iter().map(|value| value.to_bits()).collect());
        if let Some(&known) = self.table_nodes.get(&key) {
            return Symbolic::Node(known);
        }
        self.tables.push(ChoiceTable { input, values });
        let node = self.push(Instruction::Table((self.tables.len() - 1) as u32));
        self.table_nodes.insert(key, node);
        Symbolic::Node(node)
    }

    /// Returns the table of a node; None if the node is no table.
    pub(crate) fn table_of(&self, node: Node) -> Option<&ChoiceTable> {
        match self.instruction(node) {
            Instruction::Table(number) => self.tables.get(number as usize),
            _ => None,
        }
    }

    /// Folds a function whose operands are known or depend on one and the same choice: applies the
    /// function for each alternative, which gives a new table. `None` if the operands depend on
    /// anything else.
    fn fold(
        &mut self,
        key: LookupKey,
        operands: &[Symbolic],
        f: impl Fn(&[f64]) -> f64,
    ) -> Option<Symbolic> {
        let tables = operands.iter().filter_map(|side| match side {
            Symbolic::Node(node) => Some(self.table_of(*node)),
            Symbolic::Known(_) => None,
        });
        // Nearly all operands are no tables: they are told apart without a look-up.
        let tables: Vec<&ChoiceTable> = tables.collect::<Option<_>>()?;
        if let Some(&known) = self.fold_cache.get(&key) {
            return Some(known);
        }
        let first = *tables.first()?;
        if tables.iter().any(|table| table.input != first.input) {
            return None;
        }
        let (input, count) = (first.input, first.values.len());
        let value = |n: usize| {
            let at = |side: &Symbolic| match side {
                Symbolic::Known(value) => *value,
                Symbolic::Node(node) => self.table_of(*node).map_or(f64::NAN, |t| t.values[n]),
            };
            f(&operands.iter().map(at).collect::<Vec<_>>())
        };
        let values = (0..count).map(value).collect();
        let found = self.table(input, values);
        self.fold_cache.insert(key, found);
        Some(found)
    }

    /// The instruction of a node.
    pub(crate) fn instruction(&self, node: Node) -> Instruction {
        self.instructions[node as usize]
    }

    /// Adds an operation on two values, unless it folds to a known number or to one of them.
    pub(crate) fn binary(&mut self, op: Binary, a: Symbolic, b: Symbolic) -> Symbolic {
        use BinaryOp::{Add, Divide, Multiply, Power, Subtract};
        match (op, a, b) {
            (_, Symbolic::Known(a), Symbolic::Known(b)) => return Symbolic::Known(op.apply(a, b)),
            (Binary::Operator(Add | Subtract), _, Symbolic::Known(0.0)) => return a,
            (Binary::Operator(Add), Symbolic::Known(0.0), _) => return b,
            (Binary::Operator(Multiply | Divide | Power), _, Symbolic::Known(1.0)) => return a,
            (Binary::Operator(Multiply), Symbolic::Known(1.0), _) => return b,
            _ => {}
        }
        if let Some(value) = self.decided(op, a, b) {
            return Symbolic::Known(value);
        }
        let (x, y) = (self.node(a), self.node(b));
        let key = LookupKey::Binary(op, x, y);
        if let Some(folded) = self.fold(key, &[a, b], |operands| op.apply(operands[0], operands[1]))
        {
            return folded;
        }
        Symbolic::Node(self.push(Instruction::Binary(op, x, y)))
    }

    /// Adds an operation on one value, unless it folds.
    pub(crate) fn unary(&mut self, op: Unary, a: Symbolic) -> Symbolic {
        match a {
            Symbolic::Known(a) => Symbolic::Known(op.apply(a)),
            Symbolic::Node(node) => {
                let folded =
                    self.fold(LookupKey::Unary(op, node), &[a], |operands| op.apply(operands[0]));
                folded.unwrap_or_else(|| Symbolic::Node(self.push(Instruction::Unary(op, node))))
            }
        }
    }

    /// Adds a choice between two values, unless it folds.
    pub(crate) fn select(
        &mut self,
        condition: Symbolic,
        then: Symbolic,
        other: Symbolic,
    ) -> Symbolic {
        match condition {
            Symbolic::Known(0.0) => other,
            Symbolic::Known(_) => then,
            Symbolic::Node(_) if then == other || self.range(condition).excludes_zero() => then,
            Symbolic::Node(node) => {
                let (x, y) = (self.node(then), self.node(other));
                let choose =
                    |operands: &[f64]| if operands[0] == 0.0 { operands[2] } else { operands[1] };
                let key = LookupKey::Select(node, x, y);
                let folded = self.fold(key, &[condition, then, other], choose);
                let select = Instruction::Select(node, x, y);
                folded.unwrap_or_else(|| Symbolic::Node(self.push(select)))
            }
        }
    }

    /// Adds a sum: first adds up known terms, then adds the further terms in order.
    pub(crate) fn sum(&mut self, values: &[Symbolic]) -> Symbolic {
        let known = values.iter().filter_map(|value| match value {
            Symbolic::Known(value) => Some(*value),
            Symbolic::Node(_) => None,
        });
        let known: Vec<f64> = known.collect();
        let start = Symbolic::Known(compensated_sum(&known));
        let unknown = values.iter().filter(|value| matches!(value, Symbolic::Node(_)));
        let add = Binary::Operator(BinaryOp::Add);
        unknown.fold(start, |sum, &value| self.binary(add, sum, value))
    }

    /// Returns the node of an input whose value is in `range` in every draw.
    pub(crate) fn input_within(&mut self, number: usize, range: Interval) -> Node {
        self.push_within(Instruction::Input(number), range)
    }

    /// Returns the node of an input with unknown range.
    pub(crate) fn input(&mut self, number: usize) -> Node {
        self.push(Instruction::Input(number))
    }

    /// Returns the node of a value; makes a constant of a known number.
    pub(crate) fn node(&mut self, value: Symbolic) -> Node {
        match value {
            Symbolic::Known(value) => self.push(Instruction::Constant(value)),
            Symbolic::Node(node) => node,
        }
    }

    /// Returns the memory of the tape in bytes, with its lookup tables.
    pub(crate) fn memory(&self) -> u64 {
        let node = size_of::<Instruction>() + size_of::<Interval>();
        let entry = size_of::<Node>() + 1;
        let folded = size_of::<(LookupKey, Symbolic)>() + 1;
        let tables = self.tables.iter().map(|table| 16 * table.values.len()).sum::<usize>();
        (self.instructions.capacity() * node
            + self.by_instruction.capacity() * entry
            + self.fold_cache.capacity() * folded
            + tables) as u64
    }

    /// All instructions; the index of an instruction is its node.
    pub(crate) fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// All tables, by the number in [`Instruction::Table`].
    pub(crate) fn tables(&self) -> &[ChoiceTable] {
        &self.tables
    }

    /// Number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.instructions.len()
    }
}
