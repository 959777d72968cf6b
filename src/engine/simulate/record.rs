//! A run written down: what depends on draws as nodes of the tape, the rest as numbers.

use super::inputs::{Input, SolvedBlock};
use super::sampler::Sampler;
use super::{Guard, Recording, Run};
use crate::diagnostic::Diagnostic;
use crate::engine::eval::Evaluator;
use crate::engine::system::{Surroundings, System};
use crate::engine::tape::Traced;
use crate::engine::{Values, report};
use crate::model::Definition;
use crate::plan::{Block, Place, Plan, Step};

/// A run being written down.
pub(super) struct Recorder<'a> {
    pub(super) recording: &'a mut Recording,
    pub(super) plan: &'a Plan<'a>,
    /// The values of the run at the medians.
    pub(super) plain: &'a Values,
    pub(super) plain_baseline: &'a Values,
    /// The runs before, the baseline first.
    pub(super) known: Vec<&'a [Traced]>,
    pub(super) values: Vec<Traced>,
    pub(super) slots: Vec<u32>,
}

impl Recorder<'_> {
    pub(super) fn record(mut self) -> Result<Run, Diagnostic> {
        let plan = self.plan;
        for step in &plan.steps {
            match step {
                Step::Keep(quantity, run) => {
                    let range = plan.layout.range(*quantity);
                    self.values[range.clone()].copy_from_slice(&self.known[*run][range]);
                }
                Step::Quantity(quantity) => {
                    plan.layout.range(*quantity).try_for_each(|place| self.compute(place))?;
                }
                Step::Recursion(order) => {
                    let horizon = plan.selection.model.horizon();
                    for year in 0..horizon {
                        for &quantity in order {
                            let mut range = plan.layout.range(quantity);
                            range.start += year;
                            range.step_by(horizon).try_for_each(|place| self.compute(place))?;
                        }
                    }
                }
                Step::Point(place) => self.compute(*place)?,
                Step::Block(block) => self.solve(block)?,
            }
        }
        Ok(Run { values: self.values })
    }

    fn compute(&mut self, place: Place) -> Result<(), Diagnostic> {
        self.recording.stop.check()?;
        let plan = self.plan;
        let point = plan.layout.point(place);
        let mut definitions = Vec::new();
        plan.selection.definitions(&point, &mut definitions);
        let mut evaluator = Evaluator {
            model: plan.selection.model,
            layout: &plan.layout,
            values: self.plain.flat(),
            baseline: self.known.first().map(|_| self.plain_baseline.flat()),
            slots: &mut self.slots,
            owner: String::new(),
            domain: Sampler {
                tape: &mut self.recording.tape,
                inputs: &mut self.recording.inputs,
                values: &self.values,
                baseline: self.known.first().copied(),
                reads_baseline: false,
            },
        };
        let start = Traced::Known(plan.selection.neutral(point.quantity));
        let apply = |value, definition: &&Definition| evaluator.define(definition, &point, value);
        let value = definitions.iter().try_fold(start, apply).map_err(|fault| {
            let model = plan.selection.model;
            let name = model.cell_name(&model.quantities[point.quantity], &point.cell);
            report(&fault, &name, point.year)
        })?;
        self.values[place] = value;
        self.guard(place);
        Ok(())
    }

    /// Has the value of a quantity with bounds watched in every draw.
    fn guard(&mut self, place: Place) {
        let quantity = self.plan.layout.quantity(place);
        let bounds = self.plan.selection.model.quantities[quantity].bounds;
        if let (Traced::Node(node), Some((low, high))) = (self.values[place], bounds) {
            let guard = Guard { node, low, high };
            if !self.recording.guards.contains(&guard) {
                self.recording.guards.push(guard);
            }
        }
    }

    /// A block: numbers, if nothing that it reads is drawn, else solved draw by draw.
    fn solve(&mut self, block: &Block) -> Result<(), Diagnostic> {
        let plan = self.plan;
        let plain = self.plain.flat();
        let start: Vec<f64> = block.unknowns.iter().map(|&place| plain[place]).collect();
        let mut surroundings = Surroundings {
            plan,
            values: plain,
            baseline: self.known.first().map(|_| self.plain_baseline.flat()),
            slots: &mut self.slots,
        };
        let mut sampler = Sampler {
            tape: &mut self.recording.tape,
            inputs: &mut self.recording.inputs,
            values: &self.values,
            baseline: self.known.first().copied(),
            reads_baseline: false,
        };
        let traced = System::trace(&mut surroundings, block, Some(&mut sampler));
        let (system, reads) = traced.map_err(|(fault, place)| {
            let (model, point) = (plan.selection.model, plan.layout.point(place));
            let name = model.cell_name(&model.quantities[point.quantity], &point.cell);
            report(&fault, &name, point.year)
        })?;
        if reads.is_empty() {
            for (&place, &value) in block.unknowns.iter().zip(&start) {
                self.values[place] = Traced::Known(value);
            }
        } else {
            let inputs = &mut self.recording.inputs;
            let number = inputs.blocks.len();
            inputs.blocks.push(SolvedBlock { system, reads, start, block: block.clone() });
            for (n, &place) in block.unknowns.iter().enumerate() {
                let input = inputs.push(Input::Solved(number, n));
                self.values[place] = Traced::Node(self.recording.tape.input(input));
            }
        }
        block.unknowns.iter().for_each(|&place| self.guard(place));
        block.explicit.iter().try_for_each(|&place| self.compute(place))
    }
}
