//! Equations of the same form as those before: recorded over them, where only constants differ.
//!
//! The block of a year mostly has the form of the block of the year before. The tape remembers the node that each
//! instruction was given. While it repeats, an instruction is only compared with the one that came at the same point
//! before, and a constant takes its new value. So nothing is looked up, and what was found about the form holds still:
//! derivatives, the pattern of the Jacobian, the order of its columns. At the first difference the tape goes on as
//! one that is new from there.

use super::interval::Interval;
use super::tape::{Instruction, Node, Tape};

/// The nodes that a tape gave, one for each instruction that was added or found.
#[derive(Debug, Clone, Default)]
pub(super) struct Repetition {
    given: Vec<Node>,
    /// Position in `given` of the next instruction, and the next new node. `None` while the tape is new.
    next: Option<(usize, Node)>,
}

impl Tape {
    /// An empty tape that can be repeated.
    pub(crate) fn repeatable() -> Self {
        let mut tape = Self::default();
        tape.repetition = Some(Repetition::default());
        tape
    }

    /// Begins to record again over the tape.
    pub(super) fn again(mut self) -> Self {
        if let Some(repetition) = &mut self.repetition {
            repetition.next = Some((0, 0));
        }
        self
    }

    /// True if everything was recorded again, and has the form that it had.
    pub(super) fn has_same_form(&self) -> bool {
        let end = |repetition: &Repetition| (repetition.given.len(), self.len() as Node);
        self.repetition.as_ref().is_some_and(|all| all.next == Some(end(all)))
    }

    /// Notes the node that an instruction is given on a new tape.
    pub(super) fn note_given(&mut self, node: Node) {
        if let Some(repetition) = &mut self.repetition {
            repetition.given.push(node);
        }
    }

    /// The node that an instruction had before, if the tape repeats and the instruction is the same or another constant.
    pub(super) fn repeated(&mut self, instruction: Instruction, range: Interval) -> Option<Node> {
        let repetition = self.repetition.as_mut()?;
        let (position, new) = repetition.next?;
        let node = repetition.given.get(position).copied();
        let is_new = node == Some(new);
        let is_same = node.is_some_and(|node| match (self.instruction(node), instruction) {
            (Instruction::Constant(_), Instruction::Constant(_)) if is_new => true,
            (before, now) => before.is(now),
        });
        let Some(node) = node.filter(|_| is_same) else {
            self.go_on_from(position, new);
            return None;
        };
        if is_new {
            self.replace(node, instruction, range);
        }
        if let Some(repetition) = &mut self.repetition {
            repetition.next = Some((position + 1, new + Node::from(is_new)));
        }
        Some(node)
    }

    /// Keeps what was recorded again so far; the tape is new from here.
    fn go_on_from(&mut self, position: usize, new: Node) {
        self.truncate(new);
        if let Some(Repetition { given, next }) = &mut self.repetition {
            given.truncate(position);
            *next = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::run::domain::Binary;
    use crate::engine::solve::tape::Symbolic;
    use crate::model::BinaryOp;

    /// Records `first * x + (second * x)^2`.
    fn record(tape: &mut Tape, first: f64, second: f64) -> Node {
        let x = Symbolic::Node(tape.input(0));
        let op = |tape: &mut Tape, op, a, b| tape.binary(Binary::Operator(op), a, b);
        let left = op(tape, BinaryOp::Multiply, Symbolic::Known(first), x);
        let right = op(tape, BinaryOp::Multiply, Symbolic::Known(second), x);
        let square = op(tape, BinaryOp::Multiply, right, right);
        let sum = op(tape, BinaryOp::Add, left, square);
        tape.node(sum)
    }

    #[test]
    fn constants_are_replaced_and_another_form_is_recorded_anew() {
        let mut tape = Tape::repeatable();
        let sum = record(&mut tape, 3.0, 5.0);
        let length = tape.len();
        let mut tape = tape.again();
        assert_eq!(record(&mut tape, 4.0, 6.0), sum);
        assert!(tape.has_same_form());
        let constants = |tape: &Tape| -> Vec<f64> {
            let of = |instruction: &Instruction| match instruction {
                Instruction::Constant(value) => Some(*value),
                _ => None,
            };
            tape.instructions().iter().filter_map(of).collect()
        };
        assert_eq!(constants(&tape), [4.0, 6.0]);
        // A factor of 1 leaves its product out: the form differs from there on.
        let mut tape = tape.again();
        record(&mut tape, 7.0, 1.0);
        assert!(!tape.has_same_form() && tape.len() < length);
        let mut fresh = Tape::repeatable();
        record(&mut fresh, 7.0, 1.0);
        assert_eq!(tape.instructions(), fresh.instructions());
        let mut tape = tape.again();
        record(&mut tape, 7.0, 1.0);
        assert!(tape.has_same_form());
    }
}
