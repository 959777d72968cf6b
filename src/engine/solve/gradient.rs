//! The order in which the derivatives of a system are computed: shared ones once, then each equation's.
//!
//! A node that several nodes read can have a derivative row of its own: its derivatives with respect to the
//! unknowns. The backward sweep of an equation ends at such a node and adds the node's row, so that work and
//! memory grow with the tape and not with the tape times the number of equations. A node has a row only if
//! the row is not longer than the nodes that it stands for. (Griewank and Walther, "Evaluating Derivatives",
//! 2008, chapter 10, calls this the preaccumulation of local Jacobians.)

use super::sweep::Lane;
use super::tape::{Instruction, Node, Tape};

/// The part of a node in the backward sweeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SweepRole {
    /// The sweep goes on to its operands.
    Inner,
    /// An unknown, by number. The sweep ends here.
    Unknown(u32),
    /// A node with a derivative row, by number. The sweep ends here.
    Shared(u32),
    /// It depends on no unknown.
    Fixed,
}

/// A node with a derivative row.
#[derive(Debug, Clone)]
pub(crate) struct SharedNode {
    /// The node and those from which it is computed, down to where a sweep ends, in descending order.
    pub(crate) cone: Vec<Node>,
    /// The unknowns of the row, in rising order.
    pub(crate) columns: Vec<u32>,
    /// Index of the row's first entry among the entries of all rows.
    pub(crate) first: usize,
}

/// The order of the backward sweeps over a tape.
#[derive(Debug, Clone)]
pub(crate) struct Gradient {
    /// The role of each node.
    pub(crate) roles: Vec<SweepRole>,
    /// The nodes with rows; a row is computed from earlier rows.
    pub(crate) shared: Vec<SharedNode>,
    /// Number of entries of all rows.
    pub(crate) entries: usize,
}

/// Scratch buffers of a walk over a tape: a number for each node and unknown that was visited.
struct Walk {
    number: u32,
    nodes: Vec<u32>,
    unknowns: Vec<u32>,
    stack: Vec<Node>,
}

/// The nodes and the unknowns from which a node is computed.
pub(crate) type DerivativeReads = (Vec<Node>, Vec<u32>);

impl Gradient {
    /// Chooses the nodes that have rows, and finds for each of `sides`, the sides of the equations, its cone
    /// and its unknowns. Inputs below `unknowns` are the unknowns. None if the sides depend on more than `most`
    /// unknowns, all counted.
    pub(crate) fn new(
        tape: &Tape,
        unknowns: usize,
        sides: &[Node],
        most: u64,
    ) -> Option<(Self, Vec<DerivativeReads>)> {
        let mut readers = vec![0_u32; tape.len()];
        for instruction in tape.instructions() {
            instruction.operands(|node| readers[node as usize] += 1);
        }
        sides.iter().for_each(|&side| readers[side as usize] += 1);
        let mut gradient =
            Self { roles: Vec::with_capacity(tape.len()), shared: Vec::new(), entries: 0 };
        let (number, stack) = (0, Vec::new());
        let mut walk =
            Walk { number, nodes: vec![0; tape.len()], unknowns: vec![0; unknowns], stack };
        for (node, &instruction) in tape.instructions().iter().enumerate() {
            let role = gradient.role_of_operands(instruction, unknowns);
            gradient.roles.push(role);
            if role == SweepRole::Inner && readers[node] > 1 {
                let (cone, columns) = gradient.dependencies(tape, node as Node, &mut walk);
                if columns.len() <= cone.len() {
                    gradient.roles[node] = SweepRole::Shared(gradient.shared.len() as u32);
                    let first = gradient.entries;
                    gradient.entries += columns.len();
                    gradient.shared.push(SharedNode { cone, columns, first });
                }
            }
        }
        let mut total = 0;
        let mut of_sides = Vec::with_capacity(sides.len());
        for &side in sides {
            let (cone, columns) = gradient.dependencies(tape, side, &mut walk);
            total += columns.len() as u64;
            if total > most {
                return None;
            }
            of_sides.push((cone, columns));
        }
        Some((gradient, of_sides))
    }

    /// The role of the next node, without regard to its readers.
    fn role_of_operands(&self, instruction: Instruction, unknowns: usize) -> SweepRole {
        match instruction {
            Instruction::Input(number) if number < unknowns => SweepRole::Unknown(number as u32),
            Instruction::Input(_) | Instruction::Constant(_) | Instruction::Table(_) => {
                SweepRole::Fixed
            }
            Instruction::Unary(..) | Instruction::Binary(..) | Instruction::Select(..) => {
                let mut fixed = true;
                instruction.operands(|node| fixed &= self.roles[node as usize] == SweepRole::Fixed);
                if fixed { SweepRole::Fixed } else { SweepRole::Inner }
            }
        }
    }

    /// Finds the cone of a node, in descending order, and its unknowns, in rising order.
    fn dependencies(&self, tape: &Tape, top: Node, walk: &mut Walk) -> DerivativeReads {
        walk.number += 1;
        let (mut cone, mut columns) = (Vec::new(), Vec::new());
        walk.nodes[top as usize] = walk.number;
        walk.stack.push(top);
        while let Some(node) = walk.stack.pop() {
            cone.push(node);
            let mut add = |unknown: u32| {
                let seen = &mut walk.unknowns[unknown as usize];
                if *seen != walk.number {
                    *seen = walk.number;
                    columns.push(unknown);
                }
            };
            match self.roles[node as usize] {
                SweepRole::Fixed => {}
                SweepRole::Unknown(unknown) => add(unknown),
                SweepRole::Shared(row) => {
                    self.shared[row as usize].columns.iter().for_each(|&unknown| add(unknown));
                }
                SweepRole::Inner => tape.instruction(node).operands(|operand| {
                    let seen = &mut walk.nodes[operand as usize];
                    if *seen != walk.number {
                        *seen = walk.number;
                        walk.stack.push(operand);
                    }
                }),
            }
        }
        cone.sort_unstable_by(|a, b| b.cmp(a));
        columns.sort_unstable();
        (cone, columns)
    }

    /// Calls `add` with each unknown and its derivative for an end of a sweep: an unknown itself, or the row
    /// of a shared node in `rows`, times `adjoint`. Points whose adjoint is 0 add nothing: a branch that was
    /// not taken may have an infinite derivative or none.
    #[inline(always)]
    pub(crate) fn each_unknown<const W: usize>(
        &self,
        rows: &[Lane<W>],
        end: SweepRole,
        adjoint: &Lane<W>,
        add: &mut impl FnMut(usize, &Lane<W>),
    ) {
        match end {
            SweepRole::Unknown(unknown) => add(unknown as usize, adjoint),
            SweepRole::Shared(row) => {
                let shared = &self.shared[row as usize];
                for (&column, derivative) in shared.columns.iter().zip(&rows[shared.first..]) {
                    let mut product = [0.0; W];
                    for i in 0..W {
                        let by = adjoint[i] * derivative[i];
                        product[i] = if adjoint[i] == 0.0 { 0.0 } else { by };
                    }
                    add(column as usize, &product);
                }
            }
            SweepRole::Inner | SweepRole::Fixed => {}
        }
    }
}
