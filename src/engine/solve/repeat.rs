//! Equations of the same form as those before: recorded over them, where only constants differ.
//!
//! The block of a year mostly has the form of the block of the year before. The tape remembers the node that each
//! instruction was given. While it repeats, an instruction is only compared with the one that came at the same point
//! before, and a constant takes its new value. So nothing is looked up, and what is known about the form remains valid:
//! derivatives, the pattern of the Jacobian, the order of its columns. From the first difference on, the tape records
//! as a new one does.

/// The nodes that a tape returned, one for each instruction that was added or found.
#[derive(Debug, Clone, Default)]
pub(super) struct Repetition {
    given: Vec<u32>,
    /// Position in `given` of the next instruction, and the next new node. `None` while the tape is new.
    next: Option<(usize, u32)>,
}

impl Repetition {
    /// Restarts the comparison at the first instruction.
    pub(super) fn begin(&mut self) {
        self.next = Some((0, 0));
    }

    /// True if everything on a tape of `length` nodes was repeated.
    pub(super) fn is_complete(&self, length: usize) -> bool {
        self.next == Some((self.given.len(), length as u32))
    }

    /// Notes the node that an instruction is given on a new tape.
    pub(super) fn note(&mut self, node: u32) {
        self.given.push(node);
    }

    /// Returns the node that the next instruction had before, and whether it was new then. The node is `None` at the
    /// end; the whole result is `None` if the tape is new.
    pub(super) fn expected(&self) -> Option<(Option<u32>, bool)> {
        let (position, new) = self.next?;
        let node = self.given.get(position).copied();
        Some((node, node == Some(new)))
    }

    /// Accepts the expected node.
    pub(super) fn accept(&mut self) {
        let is_new = self.expected().is_some_and(|(_, is_new)| is_new);
        if let Some((position, new)) = &mut self.next {
            *position += 1;
            *new += u32::from(is_new);
        }
    }

    /// Ends the repetition: from here on the tape is new. Returns the number of nodes that remain.
    pub(super) fn end(&mut self) -> u32 {
        let (position, new) = self.next.take().unwrap_or_default();
        self.given.truncate(position);
        new
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::run::domain::Binary;
    use crate::engine::solve::tape::{Instruction, Node, Symbolic, Tape};
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
        let mut tape = Tape::repeatable(0);
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
        let mut fresh = Tape::repeatable(0);
        record(&mut fresh, 7.0, 1.0);
        assert_eq!(tape.instructions(), fresh.instructions());
        let mut tape = tape.again();
        record(&mut tape, 7.0, 1.0);
        assert!(tape.has_same_form());
    }
}
