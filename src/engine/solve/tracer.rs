//! The tracer: records the equations of a block on a tape.
//!
//! In: the unknowns of the block as nodes, and the source of every other value. Out: instructions on the
//! block's tape. In a simulation the block also reads nodes of the run's tape; each of them becomes one more
//! input of the block.

use rustc_hash::FxHashMap;

use super::on_tape::OnTape;
use super::tape::{Node, Symbolic, Tape};
use crate::engine::numbers::distribution::Distribution;
use crate::engine::run::domain::{Domain, Numbers, RandomId};
use crate::plan::CellIndex;

/// The domain that evaluates the equations of a block. Values of the block are nodes; other values are
/// numbers, or come from the recording of the run that contains the block.
pub(crate) struct Tracer<'t> {
    /// The tape of the block.
    pub(crate) tape: &'t mut Tape,
    /// The value of each unknown and each explicit cell of the block.
    pub(crate) nodes: &'t FxHashMap<CellIndex, Symbolic>,
    /// In a simulation: the recording of the run, and the nodes that have been read from it. They become
    /// the inputs after the unknowns.
    pub(crate) outside: Option<(&'t mut dyn OnTape, &'t mut Vec<Node>)>,
    /// The values of random quantities in a plain run.
    pub(crate) numbers: Numbers<'t>,
    /// Number of unknowns, which are the first inputs.
    pub(crate) inputs: usize,
    /// True while values are read from the baseline.
    pub(crate) in_baseline: bool,
}

impl Tracer<'_> {
    /// Converts a node of the run's tape to an input of the block's tape.
    fn imported(&mut self, value: Symbolic) -> Symbolic {
        let (Symbolic::Node(node), Some((_, imports))) = (value, &mut self.outside) else {
            return value;
        };
        let known = imports.iter().position(|&other| other == node);
        let number = known.unwrap_or_else(|| {
            imports.push(node);
            imports.len() - 1
        });
        Symbolic::Node(self.tape.input(self.inputs + number))
    }
}

impl OnTape for Tracer<'_> {
    fn tape(&mut self) -> &mut Tape {
        self.tape
    }

    fn read_value(&mut self, index: CellIndex, value: f64) -> Symbolic {
        if let Some(&own) = self.nodes.get(&index).filter(|_| !self.in_baseline) {
            return own;
        }
        match &mut self.outside {
            Some((outside, _)) => {
                let read = outside.read_value(index, value);
                self.imported(read)
            }
            None => Symbolic::Known(value),
        }
    }

    fn random_value(&mut self, id: RandomId, distribution: &Distribution) -> Symbolic {
        match &mut self.outside {
            Some((outside, _)) => {
                let drawn = outside.random_value(id, distribution);
                self.imported(drawn)
            }
            None => Symbolic::Known(self.numbers.random(id, distribution)),
        }
    }

    fn override_value(&mut self, n: usize, number: f64) -> Symbolic {
        match &mut self.outside {
            Some((outside, _)) => {
                let value = outside.override_value(n, number);
                self.imported(value)
            }
            None => Symbolic::Known(number),
        }
    }

    fn names_random(&self) -> bool {
        self.outside.is_some() || self.numbers.draws()
    }

    fn enter_baseline(&mut self, inside: bool) {
        if let Some((outside, _)) = &mut self.outside {
            outside.enter_baseline(inside);
        }
        self.in_baseline = inside;
    }
}
