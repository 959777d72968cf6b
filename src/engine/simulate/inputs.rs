//! The inputs of a recording: random quantities, overrides and the unknowns of solved blocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::compile::registers::LANE;
use crate::engine::numbers::dependence::Factor;
use crate::engine::numbers::distribution::Distribution;
use crate::engine::run::domain::RandomId;
use crate::engine::solve::starts::Starts;
use crate::engine::solve::system::System;
use crate::engine::solve::tape::{Node, Symbolic};
use crate::plan::{Block, Override};

/// A random quantity in one definition, with the parameters of its distribution.
#[derive(Debug, Clone)]
pub(super) struct Draw {
    /// Position in [`LaneInputs::quantities`].
    pub(super) quantity: usize,
    pub(super) distribution: Distribution,
}

/// A block that is solved in each draw or point.
#[derive(Debug)]
pub(super) struct SolvedBlock {
    pub(super) system: System,
    /// The nodes that the block reads from outside.
    pub(super) reads: Vec<Node>,
    /// The first starting point of a search: the solution of the plain run.
    pub(super) medians: Vec<f64>,
    /// Further starting points, the same as in a single run.
    pub(super) starts: Starts<Symbolic>,
    pub(super) block: Block,
}

/// An input of the tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum LaneInput {
    /// A random quantity, by its index in [`LaneInputs::draws`].
    Draw(usize),
    /// An override, by its index in [`LaneInputs::overrides`].
    Override(usize),
    /// An unknown of a block: index in [`LaneInputs::blocks`], and position among the block's unknowns.
    Solved(usize, usize),
}

/// All inputs of a tape, by number.
#[derive(Debug, Default)]
pub(super) struct LaneInputs {
    pub(super) inputs: Vec<LaneInput>,
    pub(super) draws: Vec<Draw>,
    pub(super) overrides: Vec<Override>,
    pub(super) blocks: Vec<SolvedBlock>,
    /// The random quantities, in the order of recording.
    pub(super) quantities: Vec<RandomId>,
    numbers: BTreeMap<RandomId, usize>,
    /// For each random quantity, its positions in [`LaneInputs::draws`] and those in [`LaneInputs::inputs`].
    of_quantity: Vec<Vec<(usize, usize)>>,
    /// Groups of correlated quantities, with the Cholesky factor of their correlations.
    pub(super) groups: Vec<(Vec<usize>, Arc<Factor>)>,
}

impl LaneInputs {
    /// Returns the input of a random quantity; adds a new one.
    pub(super) fn draw(&mut self, id: RandomId, distribution: &Distribution) -> usize {
        let quantity = self.quantity(id);
        let known = self.of_quantity.get(quantity).into_iter().flatten();
        let same = |&&(draw, _): &&(usize, usize)| self.draws[draw].distribution == *distribution;
        if let Some(&(_, input)) = known.clone().find(same) {
            return input;
        }
        self.draws.push(Draw { quantity, distribution: distribution.clone() });
        let draw = self.draws.len() - 1;
        let input = self.push(LaneInput::Draw(draw));
        self.of_quantity.resize(self.quantities.len(), Vec::new());
        self.of_quantity[quantity].push((draw, input));
        input
    }

    /// Returns the input of an override; adds a new one. Equal overrides of several runs share an input, so that a
    /// point sets it in all of them.
    pub(super) fn overridden(&mut self, given: &Override) -> usize {
        if let Some(known) = self.override_input(given) {
            return known;
        }
        self.overrides.push(given.clone());
        self.push(LaneInput::Override(self.overrides.len() - 1))
    }

    fn override_input(&self, given: &Override) -> Option<usize> {
        let known = LaneInput::Override(self.override_number(given)?);
        self.inputs.iter().position(|&input| input == known)
    }

    /// Returns the position of an override in the list of overrides of the recording.
    pub(super) fn override_number(&self, given: &Override) -> Option<usize> {
        self.overrides.iter().position(|known| known == given)
    }

    /// Returns the number of a random quantity; adds a new one.
    pub(super) fn quantity(&mut self, id: RandomId) -> usize {
        let next = self.quantities.len();
        let number = *self.numbers.entry(id.clone()).or_insert(next);
        if number == next {
            self.quantities.push(id);
        }
        number
    }

    /// Returns the number of a random quantity, if it is recorded.
    pub(super) fn known(&self, id: &RandomId) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    pub(super) fn push(&mut self, input: LaneInput) -> usize {
        self.inputs.push(input);
        self.inputs.len() - 1
    }

    /// Returns the Sobol dimension of each random quantity: its rank by name, which is independent of the order of the
    /// script.
    pub(super) fn dimensions(&self) -> Vec<u32> {
        let mut dimensions = vec![0; self.quantities.len()];
        for (dimension, &number) in self.numbers.values().enumerate() {
            dimensions[number] = dimension as u32;
        }
        dimensions
    }
}

/// The numbers that points give the inputs of a recording. An input without numbers keeps its own: an
/// override its number, a random quantity its median.
pub(super) struct Matrix<'a> {
    /// For each override of the recording.
    pub(super) overrides: Vec<Option<InputColumn<'a>>>,
    /// For each random quantity of the recording.
    pub(super) uniforms: Vec<Option<InputColumn<'a>>>,
}

/// The numbers of one input at some points.
#[derive(Debug, Clone, Copy)]
pub(super) enum InputColumn<'a> {
    /// A number for each point.
    Each(&'a [f64]),
    /// The numbers of a design in which one input after the other is replaced.
    Replaced(ReplacedColumn<'a>),
}

/// The numbers of one input in a design of base points with two numbers, a and b, for each input.
///
/// The points are lanes: for each lane of base points one with all numbers from a, one with all from b, and for
/// each input one with all from a but that input's from b. Neighbouring lanes differ in two inputs at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReplacedColumn<'a> {
    pub(super) a: &'a [f64],
    pub(super) b: &'a [f64],
    /// Position of the input among those of the design.
    pub(super) input: usize,
    /// Number of inputs of the design.
    pub(super) inputs: usize,
}

impl<'a> InputColumn<'a> {
    /// Returns the numbers of the lane that begins at point `first`; the last lane may be shorter.
    pub(super) fn lane(self, first: u64) -> &'a [f64] {
        let first = first as usize;
        let (numbers, start) = match self {
            Self::Each(numbers) => (numbers, first),
            Self::Replaced(column) => {
                let lanes = column.inputs + 2;
                let (base, variant) = (first / LANE / lanes, first / LANE % lanes);
                let from_b = variant == 1 || variant == column.input + 2;
                (if from_b { column.b } else { column.a }, base * LANE)
            }
        };
        numbers.get(start..numbers.len().min(start + LANE)).unwrap_or_default()
    }
}
