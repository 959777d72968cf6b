//! The order in which the derivatives of a system are computed: shared ones once, then each equation's.
//!
//! A node that several nodes read can have a derivative row of its own: its derivatives with respect to the
//! unknowns. The backward sweep of an equation ends at such a node and adds the node's row, so that work and
//! memory grow with the tape and not with the tape times the number of equations. A node has a row only if
//! the row is not longer than the nodes that it stands for. (Griewank and Walther, "Evaluating Derivatives",
//! 2008, chapter 10, calls this the preaccumulation of local Jacobians.)

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::sweep::Lane;
use super::tape::{Instruction, Node, Tape};

/// The part of a node in the backward sweeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SweepRole {
    /// An inner node: the sweep continues to its operands.
    Inner,
    /// An unknown, by number. The sweep ends here.
    Unknown(u32),
    /// A node with a derivative row, by number. The sweep ends here.
    Shared(u32),
    /// A node that depends on no unknown.
    Fixed,
}

/// A node with a derivative row.
#[derive(Debug, Clone)]
pub(crate) struct SharedNode {
    /// The node and those from which it is computed, down to where a sweep ends, in descending order: a range of
    /// [`Gradient::cones`].
    cone: Range<usize>,
    /// The entries of the row: a range of [`Gradient::columns`].
    pub(crate) entries: Range<usize>,
    /// A row of many entries without a gap is added as a whole.
    pub(crate) dense: Option<DenseRow>,
}

/// A derivative row of many entries without a gap.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DenseRow {
    /// Index of the unknown of the row's first entry.
    pub(crate) first: usize,
    /// Index of the row among the dense rows.
    pub(crate) number: usize,
}

/// Rows with fewer entries are added entry by entry.
const DENSE_ENTRIES: usize = 32;

/// The order of the backward sweeps over a tape.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gradient {
    /// The role of each node.
    pub(crate) roles: Vec<SweepRole>,
    /// The nodes with rows; a row is computed from earlier rows.
    pub(crate) shared: Vec<SharedNode>,
    /// The cones of all nodes with rows, one after another.
    cones: Vec<Node>,
    /// The unknown of each entry of all rows, row after row; in ascending order within a row.
    columns: Vec<u32>,
    /// The number of dense rows.
    dense: usize,
}

/// Scratch buffers of a walk over a tape, with its result.
#[derive(Default)]
struct Walk {
    /// Number of the walk, with which it marks the nodes and unknowns that it has visited.
    number: u32,
    nodes: Vec<u32>,
    unknowns: Vec<u32>,
    stack: Vec<Node>,
    /// The cone, and the number of its nodes including those that depend on no unknown.
    cone: Vec<Node>,
    size: usize,
    columns: Vec<u32>,
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
        let mut gradient = Self { roles: Vec::with_capacity(tape.len()), ..Self::default() };
        let (nodes, marks) = (vec![0; tape.len()], vec![0; unknowns]);
        let mut walk = Walk { nodes, unknowns: marks, ..Walk::default() };
        for (node, &instruction) in tape.instructions().iter().enumerate() {
            let role = gradient.role_of_operands(instruction, unknowns);
            gradient.roles.push(role);
            if role == SweepRole::Inner && readers[node] > 1 {
                gradient.dependencies(tape, node as Node, &mut walk);
                if walk.columns.len() <= walk.size {
                    gradient.roles[node] = SweepRole::Shared(gradient.shared.len() as u32);
                    gradient.add_row(&walk);
                }
            }
        }
        let mut total = 0;
        let mut of_sides = Vec::with_capacity(sides.len());
        for &side in sides {
            gradient.dependencies(tape, side, &mut walk);
            total += walk.columns.len() as u64;
            if total > most {
                return None;
            }
            of_sides.push((walk.cone.clone(), walk.columns.clone()));
        }
        Some((gradient, of_sides))
    }

    /// Adds a node, with the row that a walk from this node has found.
    fn add_row(&mut self, walk: &Walk) {
        let (cone, entries) = (self.cones.len(), self.columns.len());
        self.cones.extend(&walk.cone);
        self.columns.extend(&walk.columns);
        let ends = walk.columns.first().zip(walk.columns.last());
        let is_dense = |&(&first, &last): &(&u32, &u32)| {
            walk.columns.len() >= DENSE_ENTRIES && (last - first) as usize + 1 == walk.columns.len()
        };
        let number = self.dense;
        let dense =
            ends.filter(is_dense).map(|(&first, _)| DenseRow { first: first as usize, number });
        self.dense += usize::from(dense.is_some());
        let (cone, entries) = (cone..self.cones.len(), entries..self.columns.len());
        self.shared.push(SharedNode { cone, entries, dense });
    }

    /// Returns the total number of entries of all rows.
    pub(crate) fn entries(&self) -> usize {
        self.columns.len()
    }

    /// Returns the cone of a node with a row.
    pub(crate) fn cone(&self, shared: &SharedNode) -> &[Node] {
        &self.cones[shared.cone.clone()]
    }

    /// Returns the unknowns of a row.
    pub(crate) fn columns(&self, shared: &SharedNode) -> &[u32] {
        &self.columns[shared.entries.clone()]
    }

    /// Returns the role of the next node, determined by its operands alone.
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
    fn dependencies(&self, tape: &Tape, top: Node, walk: &mut Walk) {
        let Walk { number, nodes, unknowns, stack, cone, size, columns } = walk;
        *number += 1;
        cone.clear();
        columns.clear();
        *size = 0;
        nodes[top as usize] = *number;
        stack.push(top);
        while let Some(node) = stack.pop() {
            *size += 1;
            let mut add = |unknown: u32| {
                let seen = &mut unknowns[unknown as usize];
                if *seen != *number {
                    *seen = *number;
                    columns.push(unknown);
                }
            };
            match self.roles[node as usize] {
                SweepRole::Fixed => continue,
                SweepRole::Unknown(unknown) => add(unknown),
                SweepRole::Shared(row) => {
                    let shared = &self.shared[row as usize];
                    self.columns(shared).iter().for_each(|&unknown| add(unknown));
                }
                SweepRole::Inner => tape.instruction(node).operands(|operand| {
                    let seen = &mut nodes[operand as usize];
                    if *seen != *number {
                        *seen = *number;
                        stack.push(operand);
                    }
                }),
            }
            cone.push(node);
        }
        cone.sort_unstable_by(|a, b| b.cmp(a));
        columns.sort_unstable();
    }

    /// Returns the node and the dense row at an end of a sweep; `None` if the end has no dense row.
    pub(crate) fn dense(&self, end: SweepRole) -> Option<(&SharedNode, DenseRow)> {
        match end {
            SweepRole::Shared(row) => {
                let shared = &self.shared[row as usize];
                shared.dense.map(|dense| (shared, dense))
            }
            SweepRole::Inner | SweepRole::Unknown(_) | SweepRole::Fixed => None,
        }
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
                let entries = self.columns(shared).iter().zip(&rows[shared.entries.clone()]);
                for (&column, derivative) in entries {
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

/// Adds `adjoint` times the entries of a dense row onto the derivatives of its unknowns. Points whose adjoint is 0 add
/// nothing, as in [`Gradient::each_unknown`].
pub(crate) struct AddDense<'a, const W: usize> {
    pub(crate) onto: &'a mut [Lane<W>],
    pub(crate) entries: &'a [Lane<W>],
    pub(crate) adjoint: &'a Lane<W>,
}

impl<const W: usize> WithSimd for AddDense<'_, W> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { onto, entries, adjoint } = self;
        let all = !adjoint.contains(&0.0);
        for (onto, entry) in onto.iter_mut().zip(entries) {
            for i in 0..W {
                let product = adjoint[i] * entry[i];
                onto[i] += if all || adjoint[i] != 0.0 { product } else { 0.0 };
            }
        }
    }
}
