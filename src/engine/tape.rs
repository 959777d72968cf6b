//! A tape of instructions with inputs not known yet, and its exact derivatives.
//!
//! Filled by the evaluator as it walks equations; what is known already is folded. Run forward it
//! gives values, run backward the derivatives of one of its nodes by every input (reverse
//! accumulation: Griewank and Walther, "Evaluating Derivatives", 2008, chapter 3).

use super::domain::{Binary, Domain, Unary, compensated_sum};
use crate::model::{BinaryOp, truth};
use crate::plan::Place;

/// Position of a node on a tape.
pub(super) type Node = u32;

/// What a node computes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Instruction {
    Input(usize),
    Constant(f64),
    Unary(Unary, Node),
    Binary(Binary, Node, Node),
    Select(Node, Node, Node),
}

/// A value on a tape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Traced {
    Known(f64),
    Node(Node),
}

/// Instructions in the order of evaluation.
#[derive(Debug, Default)]
pub(super) struct Tape {
    instructions: Vec<Instruction>,
}

impl Tape {
    fn push(&mut self, instruction: Instruction) -> Node {
        self.instructions.push(instruction);
        (self.instructions.len() - 1) as Node
    }

    /// The node that an input takes its value from.
    pub(super) fn input(&mut self, number: usize) -> Node {
        self.push(Instruction::Input(number))
    }

    /// The node of a value.
    pub(super) fn node(&mut self, value: Traced) -> Node {
        match value {
            Traced::Known(value) => self.push(Instruction::Constant(value)),
            Traced::Node(node) => node,
        }
    }

    /// The value of every node.
    pub(super) fn forward(&self, inputs: &[f64], values: &mut Vec<f64>) {
        values.clear();
        for instruction in &self.instructions {
            let at = |node: Node| values[node as usize];
            let value = match *instruction {
                Instruction::Input(number) => inputs[number],
                Instruction::Constant(value) => value,
                Instruction::Unary(op, a) => op.apply(at(a)),
                Instruction::Binary(op, a, b) => op.apply(at(a), at(b)),
                Instruction::Select(condition, then, other) => {
                    if at(condition) == 0.0 {
                        at(other)
                    } else {
                        at(then)
                    }
                }
            };
            values.push(value);
        }
    }

    /// The nodes that a node is computed from, itself included, the latest first.
    pub(super) fn cone(&self, node: Node) -> Vec<Node> {
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
                Instruction::Input(_) | Instruction::Constant(_) => {}
                Instruction::Unary(_, a) => add(&[a]),
                Instruction::Binary(_, a, b) => add(&[a, b]),
                Instruction::Select(a, b, c) => add(&[a, b, c]),
            }
        }
        cone
    }

    /// Adds `weight` times the derivatives of the first node of `cone` by each input, given the
    /// values of all nodes. `adjoints` is as long as the tape and all 0, before and after.
    pub(super) fn backward(
        &self,
        cone: &[Node],
        weight: f64,
        values: &[f64],
        adjoints: &mut [f64],
        mut add: impl FnMut(usize, f64),
    ) {
        let Some(&top) = cone.first() else { return };
        adjoints[top as usize] = weight;
        for &node in cone {
            let adjoint = std::mem::take(&mut adjoints[node as usize]);
            if adjoint == 0.0 {
                continue;
            }
            let value = values[node as usize];
            let at = |node: Node| values[node as usize];
            match self.instructions[node as usize] {
                Instruction::Input(number) => add(number, adjoint),
                Instruction::Constant(_) => {}
                Instruction::Unary(op, a) => {
                    adjoints[a as usize] += adjoint * unary_derivative(op, at(a), value);
                }
                Instruction::Binary(op, a, b) => {
                    let (by_a, by_b) = binary_derivatives(op, at(a), at(b), value);
                    if !self.is_constant(a) {
                        adjoints[a as usize] += adjoint * by_a();
                    }
                    if !self.is_constant(b) {
                        adjoints[b as usize] += adjoint * by_b();
                    }
                }
                Instruction::Select(condition, then, other) => {
                    let taken = if at(condition) == 0.0 { other } else { then };
                    adjoints[taken as usize] += adjoint;
                }
            }
        }
    }

    fn is_constant(&self, node: Node) -> bool {
        matches!(self.instructions[node as usize], Instruction::Constant(_))
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.instructions.len()
    }
}

fn unary_derivative(op: Unary, a: f64, value: f64) -> f64 {
    match op {
        Unary::Negate => -1.0,
        Unary::Not => 0.0,
        Unary::Abs if a < 0.0 => -1.0,
        Unary::Abs => 1.0,
        Unary::Exp => value,
        Unary::Ln => 1.0 / a,
        Unary::Sqrt => 0.5 / value,
    }
}

/// The derivatives by both operands, each computed when it is asked for.
fn binary_derivatives(
    op: Binary,
    a: f64,
    b: f64,
    value: f64,
) -> (impl FnOnce() -> f64, impl FnOnce() -> f64) {
    let least = matches!(op, Binary::Minimum);
    let by_a = move || match op {
        Binary::Operator(BinaryOp::Add | BinaryOp::Subtract) => 1.0,
        Binary::Operator(BinaryOp::Multiply) => b,
        Binary::Operator(BinaryOp::Divide) => 1.0 / b,
        Binary::Operator(BinaryOp::Power) if b == 0.0 => 0.0,
        Binary::Operator(BinaryOp::Power) if a != 0.0 => b * (value / a),
        Binary::Operator(BinaryOp::Power) => b * libm::pow(a, b - 1.0),
        Binary::Minimum | Binary::Maximum => truth((a <= b) == least || a == b),
        Binary::Operator(_) => 0.0,
    };
    let by_b = move || match op {
        Binary::Operator(BinaryOp::Add) => 1.0,
        Binary::Operator(BinaryOp::Subtract) => -1.0,
        Binary::Operator(BinaryOp::Multiply) => a,
        Binary::Operator(BinaryOp::Divide) => -value / b,
        Binary::Operator(BinaryOp::Power) if a > 0.0 => value * libm::log(a),
        Binary::Minimum | Binary::Maximum => truth((a <= b) != least && a != b),
        Binary::Operator(_) => 0.0,
    };
    (by_a, by_b)
}

/// Writes a tape: what is read at some places is a node, all else is known.
#[derive(Debug)]
pub(super) struct Tracer<'t> {
    pub(super) tape: &'t mut Tape,
    /// The nodes of places, sorted by place.
    pub(super) nodes: &'t std::collections::BTreeMap<Place, Traced>,
}

impl Domain for Tracer<'_> {
    type Value = Traced;

    fn constant(&mut self, value: f64) -> Traced {
        Traced::Known(value)
    }

    fn known(&self, value: Traced) -> Option<f64> {
        match value {
            Traced::Known(value) => Some(value),
            Traced::Node(_) => None,
        }
    }

    fn read(&mut self, place: Place, value: f64) -> Traced {
        self.nodes.get(&place).copied().unwrap_or(Traced::Known(value))
    }

    fn unary(&mut self, op: Unary, a: Traced) -> Traced {
        match a {
            Traced::Known(a) => Traced::Known(op.apply(a)),
            Traced::Node(a) => Traced::Node(self.tape.push(Instruction::Unary(op, a))),
        }
    }

    fn binary(&mut self, op: Binary, a: Traced, b: Traced) -> Traced {
        if let (Traced::Known(a), Traced::Known(b)) = (a, b) {
            return Traced::Known(op.apply(a, b));
        }
        let (a, b) = (self.tape.node(a), self.tape.node(b));
        Traced::Node(self.tape.push(Instruction::Binary(op, a, b)))
    }

    fn select(&mut self, condition: Traced, then: Traced, other: Traced) -> Traced {
        match condition {
            Traced::Known(0.0) => other,
            Traced::Known(_) => then,
            Traced::Node(condition) => {
                let (then, other) = (self.tape.node(then), self.tape.node(other));
                Traced::Node(self.tape.push(Instruction::Select(condition, then, other)))
            }
        }
    }

    fn sum(&mut self, values: &[Traced]) -> Traced {
        let known: Vec<f64> = values.iter().filter_map(|&value| self.known(value)).collect();
        let known = Traced::Known(compensated_sum(&known));
        let unknown = values.iter().filter(|value| matches!(value, Traced::Node(_)));
        let add = Binary::Operator(BinaryOp::Add);
        let total = unknown.copied().reduce(|a, b| self.binary(add, a, b));
        match total {
            Some(total) if known == Traced::Known(0.0) => total,
            Some(total) => self.binary(add, total, known),
            None => known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x^y * exp(-x) / (1 + sqrt(y)) + |x - y| at (1.3, 2.1), derivatives worked out by hand.
    #[test]
    fn derivatives_are_exact() {
        let mut tape = Tape::default();
        let (x, y) = (tape.input(0), tape.input(1));
        let nodes = std::collections::BTreeMap::new();
        let mut on = Tracer { tape: &mut tape, nodes: &nodes };
        let (x, y) = (Traced::Node(x), Traced::Node(y));
        let op = Binary::Operator;
        let power = on.binary(op(BinaryOp::Power), x, y);
        let minus = on.unary(Unary::Negate, x);
        let decay = on.unary(Unary::Exp, minus);
        let above = on.binary(op(BinaryOp::Multiply), power, decay);
        let root = on.unary(Unary::Sqrt, y);
        let below = on.binary(op(BinaryOp::Add), Traced::Known(1.0), root);
        let first = on.binary(op(BinaryOp::Divide), above, below);
        let gap = on.binary(op(BinaryOp::Subtract), x, y);
        let gap = on.unary(Unary::Abs, gap);
        let total = on.binary(op(BinaryOp::Add), first, gap);
        let total = on.tape.node(total);
        let mut values = Vec::new();
        let (x, y) = (1.3_f64, 2.1_f64);
        tape.forward(&[x, y], &mut values);
        let f = x.powf(y) * (-x).exp() / (1.0 + y.sqrt());
        assert!((values[total as usize] - (f + 0.8)).abs() < 1e-15);
        let mut found = [0.0; 2];
        let mut adjoints = vec![0.0; tape.len()];
        tape.backward(&tape.cone(total), 1.0, &values, &mut adjoints, |n, d| found[n] += d);
        assert!((found[0] - (f * (y / x - 1.0) - 1.0)).abs() < 1e-14);
        let by_y = f * (x.ln() - 0.5 / y.sqrt() / (1.0 + y.sqrt())) + 1.0;
        assert!((found[1] - by_y).abs() < 1e-14);
        assert!(adjoints.iter().all(|&a| a == 0.0));
    }
}
