//! A tape of instructions with inputs not known yet.
//!
//! Filled by the evaluator as it walks equations; what is known already is folded. `sweep.rs` runs it.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::interval::Interval;
use crate::engine::numbers::distribution::Distribution;
use crate::engine::run::domain::{Binary, Domain, Numbers, RandomId, Unary, compensated_sum};
use crate::model::BinaryOp;
use crate::plan::CellIndex;

/// Position of a node on a tape.
pub(crate) type Node = u32;

/// What a node computes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Instruction {
    Input(usize),
    Constant(f64),
    /// A value for each position that an input chooses.
    Table(u32),
    Unary(Unary, Node),
    Binary(Binary, Node, Node),
    Select(Node, Node, Node),
}

/// A value on a tape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Traced {
    Known(f64),
    Node(Node),
}

impl Default for Traced {
    fn default() -> Self {
        Self::Known(0.0)
    }
}

impl Traced {
    /// True if it is the same, bit by bit.
    pub(crate) fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => a.to_bits() == b.to_bits(),
            (Self::Node(a), Self::Node(b)) => a == b,
            _ => false,
        }
    }

    pub(crate) fn known(self) -> Option<f64> {
        match self {
            Self::Known(value) => Some(value),
            Self::Node(_) => None,
        }
    }

    pub(crate) fn node(self) -> Option<Node> {
        match self {
            Self::Known(_) => None,
            Self::Node(node) => Some(node),
        }
    }
}

/// Instructions in the order of evaluation; none stands on it twice.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tape {
    instructions: Vec<Instruction>,
    /// Between which values each node lies.
    ranges: Vec<Interval>,
    known: FxHashMap<Key, Node>,
    tables: Vec<Table>,
    /// The node of each table, by its input and the bits of its values: equal ones are one.
    placed: FxHashMap<(usize, Vec<u64>), Node>,
    /// What was folded into tables before.
    folded: FxHashMap<Key, Traced>,
}

/// What depends on one choice among few: its value for each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    /// The input that says which position holds.
    pub(crate) input: usize,
    pub(crate) values: Vec<f64>,
}

/// An instruction, to be found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Input(usize),
    Constant(u64),
    Table(u32),
    Unary(Unary, Node),
    Binary(Binary, Node, Node),
    Select(Node, Node, Node),
}

impl Instruction {
    fn key(self) -> Key {
        match self {
            Self::Input(number) => Key::Input(number),
            Self::Constant(value) => Key::Constant(value.to_bits()),
            Self::Table(number) => Key::Table(number),
            Self::Unary(op, a) => Key::Unary(op, a),
            Self::Binary(op, a, b) => Key::Binary(op, a, b),
            Self::Select(a, b, c) => Key::Select(a, b, c),
        }
    }
}

impl Tape {
    fn push(&mut self, instruction: Instruction) -> Node {
        self.push_within(instruction, Interval::ANY)
    }

    /// Adds an instruction, of which it may be known where its value lies.
    fn push_within(&mut self, instruction: Instruction, range: Interval) -> Node {
        let next = self.instructions.len() as Node;
        match self.known.entry(instruction.key()) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                new.insert(next);
                let range = self.range_of(instruction, range);
                self.instructions.push(instruction);
                self.ranges.push(range);
                next
            }
        }
    }

    fn range_of(&self, instruction: Instruction, input: Interval) -> Interval {
        let at = |node: Node| self.ranges[node as usize];
        match instruction {
            Instruction::Input(_) => input,
            Instruction::Constant(value) => Interval::around(&[value]),
            Instruction::Table(number) => Interval::around(&self.tables[number as usize].values),
            Instruction::Unary(op, a) => at(a).unary(op),
            Instruction::Binary(op, a, b) => at(a).binary(op, at(b)),
            Instruction::Select(_, then, other) => at(then).or(at(other)),
        }
    }

    fn range(&self, value: Traced) -> Interval {
        match value {
            Traced::Known(value) => Interval::around(&[value]),
            Traced::Node(node) => self.ranges[node as usize],
        }
    }

    /// The greatest size that a node's value may have in any draw; infinity if it may be no number.
    pub(crate) fn most(&self, node: Node) -> f64 {
        self.ranges[node as usize].most()
    }

    /// What an operation is in every draw, where the ranges of its sides tell.
    fn decided(&self, op: Binary, a: Traced, b: Traced) -> Option<f64> {
        let (left, right) = (self.range(a), self.range(b));
        match op {
            Binary::Operator(BinaryOp::Divide) if a == b && left.is_divisor() => Some(1.0),
            _ => left.decided(op, right),
        }
    }

    /// A value that depends on a choice; a number if it is the same for each.
    pub(crate) fn table(&mut self, input: usize, values: Vec<f64>) -> Traced {
        if let Some((first, rest)) = values.split_first()
            && rest.iter().all(|value| value.to_bits() == first.to_bits())
        {
            return Traced::Known(*first);
        }
        let key = (input, values.iter().map(|value| value.to_bits()).collect());
        if let Some(&known) = self.placed.get(&key) {
            return Traced::Node(known);
        }
        self.tables.push(Table { input, values });
        let node = self.push(Instruction::Table((self.tables.len() - 1) as u32));
        self.placed.insert(key, node);
        Traced::Node(node)
    }

    /// The table of a node, if it is one.
    pub(crate) fn table_of(&self, node: Node) -> Option<&Table> {
        match self.instruction(node) {
            Instruction::Table(number) => self.tables.get(number as usize),
            _ => None,
        }
    }

    /// A function of values that depend on one and the same choice, computed for each position.
    fn fold(&mut self, key: Key, sides: &[Traced], f: impl Fn(&[f64]) -> f64) -> Option<Traced> {
        if let Some(&known) = self.folded.get(&key) {
            return Some(known);
        }
        let tables = sides.iter().filter_map(|side| match side {
            Traced::Node(node) => Some(self.table_of(*node)),
            Traced::Known(_) => None,
        });
        let tables: Vec<&Table> = tables.collect::<Option<_>>()?;
        let first = *tables.first()?;
        if tables.iter().any(|table| table.input != first.input) {
            return None;
        }
        let (input, count) = (first.input, first.values.len());
        let value = |n: usize| {
            let at = |side: &Traced| match side {
                Traced::Known(value) => *value,
                Traced::Node(node) => self.table_of(*node).map_or(f64::NAN, |t| t.values[n]),
            };
            f(&sides.iter().map(at).collect::<Vec<_>>())
        };
        let values = (0..count).map(value).collect();
        let found = self.table(input, values);
        self.folded.insert(key, found);
        Some(found)
    }

    /// What a node computes.
    pub(crate) fn instruction(&self, node: Node) -> Instruction {
        self.instructions[node as usize]
    }

    /// A function of two values, folded where that needs no computation.
    pub(crate) fn binary(&mut self, op: Binary, a: Traced, b: Traced) -> Traced {
        use BinaryOp::{Add, Divide, Multiply, Power, Subtract};
        match (op, a, b) {
            (_, Traced::Known(a), Traced::Known(b)) => return Traced::Known(op.apply(a, b)),
            (Binary::Operator(Add | Subtract), _, Traced::Known(0.0)) => return a,
            (Binary::Operator(Add), Traced::Known(0.0), _) => return b,
            (Binary::Operator(Multiply | Divide | Power), _, Traced::Known(1.0)) => return a,
            (Binary::Operator(Multiply), Traced::Known(1.0), _) => return b,
            _ => {}
        }
        if let Some(value) = self.decided(op, a, b) {
            return Traced::Known(value);
        }
        let (x, y) = (self.node(a), self.node(b));
        let key = Key::Binary(op, x, y);
        if let Some(folded) = self.fold(key, &[a, b], |sides| op.apply(sides[0], sides[1])) {
            return folded;
        }
        Traced::Node(self.push(Instruction::Binary(op, x, y)))
    }

    /// A function of one value.
    pub(crate) fn unary(&mut self, op: Unary, a: Traced) -> Traced {
        match a {
            Traced::Known(a) => Traced::Known(op.apply(a)),
            Traced::Node(node) => {
                let folded = self.fold(Key::Unary(op, node), &[a], |sides| op.apply(sides[0]));
                folded.unwrap_or_else(|| Traced::Node(self.push(Instruction::Unary(op, node))))
            }
        }
    }

    /// One of two values.
    pub(crate) fn select(&mut self, condition: Traced, then: Traced, other: Traced) -> Traced {
        match condition {
            Traced::Known(0.0) => other,
            Traced::Known(_) => then,
            Traced::Node(_) if then == other || self.range(condition).excludes_zero() => then,
            Traced::Node(node) => {
                let (x, y) = (self.node(then), self.node(other));
                let choose = |sides: &[f64]| if sides[0] == 0.0 { sides[2] } else { sides[1] };
                let key = Key::Select(node, x, y);
                let folded = self.fold(key, &[condition, then, other], choose);
                let select = Instruction::Select(node, x, y);
                folded.unwrap_or_else(|| Traced::Node(self.push(select)))
            }
        }
    }

    /// The sum: what is known first, then one after another.
    pub(crate) fn sum(&mut self, values: &[Traced]) -> Traced {
        let known = values.iter().filter_map(|value| match value {
            Traced::Known(value) => Some(*value),
            Traced::Node(_) => None,
        });
        let known: Vec<f64> = known.collect();
        let start = Traced::Known(compensated_sum(&known));
        let unknown = values.iter().filter(|value| matches!(value, Traced::Node(_)));
        let add = Binary::Operator(BinaryOp::Add);
        unknown.fold(start, |sum, &value| self.binary(add, sum, value))
    }

    /// The node of an input that lies in a range.
    pub(crate) fn input_within(&mut self, number: usize, range: Interval) -> Node {
        self.push_within(Instruction::Input(number), range)
    }

    /// The node that an input takes its value from.
    pub(crate) fn input(&mut self, number: usize) -> Node {
        self.push(Instruction::Input(number))
    }

    /// The node of a value.
    pub(crate) fn node(&mut self, value: Traced) -> Node {
        match value {
            Traced::Known(value) => self.push(Instruction::Constant(value)),
            Traced::Node(node) => node,
        }
    }

    /// The nodes that a node is computed from, itself included, the latest first.
    pub(crate) fn cone(&self, node: Node) -> Vec<Node> {
        let mut inside = vec![false; node as usize + 1];
        inside[node as usize] = true;
        let mut cone = Vec::new();
        for node in (0..=node).rev() {
            if !inside[node as usize] {
                continue;
            }
            cone.push(node);
            let mut add = |nodes: &[Node]| nodes.iter().for_each(|&n| inside[n as usize] = true);
            match self.instructions[node as usize] {
                Instruction::Input(_) | Instruction::Constant(_) | Instruction::Table(_) => {}
                Instruction::Unary(_, a) => add(&[a]),
                Instruction::Binary(_, a, b) => add(&[a, b]),
                Instruction::Select(a, b, c) => add(&[a, b, c]),
            }
        }
        cone
    }

    /// What each node computes.
    pub(crate) fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// The tables that nodes stand for.
    pub(crate) fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.instructions.len()
    }
}

/// An evaluation that records on a tape. Implementations differ in where values come from; what is computed
/// with them goes onto the tape in one way.
pub(crate) trait OnTape {
    /// The tape.
    fn tape(&mut self) -> &mut Tape;
    /// As [`Domain::read`].
    fn read_value(&mut self, index: CellIndex, value: f64) -> Traced;
    /// As [`Domain::random`].
    fn random_value(&mut self, id: RandomId, distribution: &Distribution) -> Traced;
    /// As [`Domain::overridden`].
    fn override_value(&mut self, n: usize, number: f64) -> Traced;
    /// As [`Domain::draws`].
    fn names_random(&self) -> bool;
    /// As [`Domain::in_baseline`].
    fn enter_baseline(&mut self, inside: bool) -> bool;
}

impl<T: OnTape> Domain for T {
    type Value = Traced;

    fn constant(&mut self, value: f64) -> Traced {
        Traced::Known(value)
    }

    fn known(&self, value: Traced) -> Option<f64> {
        value.known()
    }

    fn read(&mut self, index: CellIndex, value: f64) -> Traced {
        self.read_value(index, value)
    }

    fn unary(&mut self, op: Unary, a: Traced) -> Traced {
        self.tape().unary(op, a)
    }

    fn binary(&mut self, op: Binary, a: Traced, b: Traced) -> Traced {
        self.tape().binary(op, a, b)
    }

    fn select(&mut self, condition: Traced, then: Traced, other: Traced) -> Traced {
        self.tape().select(condition, then, other)
    }

    fn sum(&mut self, values: &[Traced]) -> Traced {
        self.tape().sum(values)
    }

    fn random(&mut self, id: RandomId, distribution: &Distribution) -> Traced {
        self.random_value(id, distribution)
    }

    fn overridden(&mut self, n: usize, number: f64) -> Traced {
        self.override_value(n, number)
    }

    fn draws(&self) -> bool {
        self.names_random()
    }

    fn in_baseline(&mut self, inside: bool) -> bool {
        self.enter_baseline(inside)
    }
}

/// Records the equations of a block: the block's own values are nodes, all others are numbers or come from
/// the recording of the run that contains the block.
pub(crate) struct Tracer<'t> {
    pub(crate) tape: &'t mut Tape,
    /// The values of the block itself.
    pub(crate) nodes: &'t BTreeMap<CellIndex, Traced>,
    /// In a simulation the recording of the run, and its nodes that the block reads: further inputs.
    pub(crate) outside: Option<(&'t mut dyn OnTape, &'t mut Vec<Node>)>,
    /// The values of random quantities in a plain run.
    pub(crate) numbers: Numbers<'t>,
    /// Number of the block's own inputs.
    pub(crate) inputs: usize,
    pub(crate) in_baseline: bool,
}

impl Tracer<'_> {
    /// The input of the block for a value of the run.
    fn imported(&mut self, value: Traced) -> Traced {
        let (Traced::Node(node), Some((_, imports))) = (value, &mut self.outside) else {
            return value;
        };
        let known = imports.iter().position(|&other| other == node);
        let number = known.unwrap_or_else(|| {
            imports.push(node);
            imports.len() - 1
        });
        Traced::Node(self.tape.input(self.inputs + number))
    }
}

impl OnTape for Tracer<'_> {
    fn tape(&mut self) -> &mut Tape {
        self.tape
    }

    fn read_value(&mut self, index: CellIndex, value: f64) -> Traced {
        if let Some(&own) = self.nodes.get(&index).filter(|_| !self.in_baseline) {
            return own;
        }
        match &mut self.outside {
            Some((outside, _)) => {
                let read = outside.read_value(index, value);
                self.imported(read)
            }
            None => Traced::Known(value),
        }
    }

    fn random_value(&mut self, id: RandomId, distribution: &Distribution) -> Traced {
        match &mut self.outside {
            Some((outside, _)) => {
                let drawn = outside.random_value(id, distribution);
                self.imported(drawn)
            }
            None => Traced::Known(self.numbers.random(id, distribution)),
        }
    }

    fn override_value(&mut self, n: usize, number: f64) -> Traced {
        match &mut self.outside {
            Some((outside, _)) => {
                let value = outside.override_value(n, number);
                self.imported(value)
            }
            None => Traced::Known(number),
        }
    }

    fn names_random(&self) -> bool {
        self.outside.is_some() || self.numbers.draws()
    }

    fn enter_baseline(&mut self, inside: bool) -> bool {
        if let Some((outside, _)) = &mut self.outside {
            outside.enter_baseline(inside);
        }
        std::mem::replace(&mut self.in_baseline, inside)
    }
}
