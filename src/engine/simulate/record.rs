//! A run written down: what depends on draws as nodes of the tape, the rest as numbers.

use super::inputs::{Input, SolvedBlock};
use super::sampler::Sampler;
use super::{Guard, Recording, Run};
use crate::diagnostic::Diagnostic;
use crate::engine::Values;
use crate::engine::run::eval::{Evaluator, Fault};
use crate::engine::run::reuse::{Trails, Watched};
use crate::engine::run::store::Store;
use crate::engine::solve::starts::Starts;
use crate::engine::solve::system::{Surroundings, System};
use crate::engine::solve::tape::Traced;
use crate::model::{Definition, QuantityId};
use crate::plan::{Block, Cursor, Place, Plan, Source, Step};

/// A run being written down.
pub(super) struct Recorder<'a> {
    pub(super) recording: &'a mut Recording,
    pub(super) plan: &'a Plan<'a>,
    /// The values of the run at the medians.
    pub(super) plain: &'a Values,
    pub(super) plain_baseline: &'a Values,
    /// The runs before, the baseline first.
    pub(super) known: Vec<&'a Run>,
    pub(super) values: Store<Traced>,
    pub(super) trails: Trails,
    pub(super) slots: Vec<u32>,
    /// For each quantity of this run and of the baseline, whether it is the same in all draws, once
    /// that was asked.
    pub(super) certain: [Vec<Option<bool>>; 2],
    pub(super) cursor: Cursor,
    pub(super) definitions: Vec<&'a Definition>,
}

impl<'a> Recorder<'a> {
    pub(super) fn record(mut self) -> Result<Run, Diagnostic> {
        let plan = self.plan;
        for step in &plan.steps {
            match step {
                Step::Keep(quantity, run) => {
                    let known = self.known.iter().map(|known| &known.values);
                    self.values.keep(*quantity, *run, known);
                    self.trails.keep(*quantity, &self.known[*run].trails);
                }
                Step::Quantity(quantity) => {
                    if !self.kept_certain(&[*quantity]) {
                        plan.layout.range(*quantity).try_for_each(|place| self.compute(place))?;
                    }
                }
                Step::Recursion(order) => {
                    if !self.kept_certain(order) {
                        self.recursion(order)?;
                    }
                }
                Step::Point(place) => self.compute(*place)?,
                Step::Block(block) => self.solve(block)?,
            }
        }
        Ok(Run { values: self.values.done(), trails: self.trails.done() })
    }

    fn recursion(&mut self, order: &[QuantityId]) -> Result<(), Diagnostic> {
        let (layout, horizon) = (&self.plan.layout, self.plan.selection.model.horizon());
        for year in 0..horizon {
            for &quantity in order {
                let mut places = layout.range(quantity).skip(year).step_by(horizon);
                places.try_for_each(|place| self.compute(place))?;
            }
        }
        Ok(())
    }

    /// Takes the values of quantities that rest on each other from the run at the medians, if they rest
    /// on nothing that is drawn.
    fn kept_certain(&mut self, members: &[QuantityId]) -> bool {
        let plan = self.plan;
        let certain = members.iter().all(|&member| {
            plan.selection.rests_on(member, |source| match source {
                Source::Random => false,
                Source::Own(read) => members.contains(&read) || self.is_certain(0, read),
                Source::Baseline(read) if self.known.is_empty() => {
                    members.contains(&read) || self.is_certain(0, read)
                }
                Source::Baseline(read) => self.is_certain(1, read),
            })
        });
        for &member in members.iter().filter(|_| certain) {
            let plain = self.plain.values.of(member);
            self.values.put(member, plain.iter().copied().map(Traced::Known).collect());
        }
        certain
    }

    /// True if a quantity of this run, or of the baseline's, which has been computed is the same in all
    /// draws.
    fn is_certain(&mut self, run: usize, quantity: QuantityId) -> bool {
        let values = if run == 0 { &self.values } else { &self.known[0].values };
        *self.certain[run][quantity]
            .get_or_insert_with(|| values.of(quantity).iter().all(|value| value.known().is_some()))
    }

    /// Writes down the value at a place, unless it is that of a run before.
    fn compute(&mut self, place: Place) -> Result<(), Diagnostic> {
        self.recording.stop.check()?;
        let plan = self.plan;
        plan.layout.move_to(place, &mut self.cursor);
        let point = &self.cursor.point;
        let known = self.known.iter().map(|known| &known.trails);
        let mut found = None;
        if let Some(trail) = self.trails.open(point.quantity, &plan.layout, known) {
            let same = |run: usize, read: Place| {
                self.values.same((run, &self.known[run].values), read, Traced::is)
            };
            found = trail.same(plan, (place, point), &mut self.definitions, same);
            found.into_iter().for_each(|run| trail.keep(place, run));
        }
        let value = if let Some(run) = found {
            self.known[run].values.at(point.quantity, place)
        } else {
            plan.selection.definitions(point, &mut self.definitions);
            self.define(place)?
        };
        self.values.set(self.cursor.point.quantity, place, value);
        self.guard(place);
        Ok(())
    }

    /// The value that the definitions give the place where the cursor is.
    fn define(&mut self, place: Place) -> Result<Traced, Diagnostic> {
        let (mut trails, definitions) =
            (std::mem::take(&mut self.trails), std::mem::take(&mut self.definitions));
        let cursor = std::mem::take(&mut self.cursor);
        let start = Traced::Known(self.plan.selection.neutral(cursor.point.quantity));
        let trail = trails.more(cursor.point.quantity);
        let mut evaluator = self.evaluator(|sampler| Watched::new(sampler, trail, &definitions));
        let value = definitions.iter().try_fold(start, |value, definition| {
            evaluator.define(definition, &cursor.point, value)
        });
        let words = evaluator.domain.done(place);
        trails.count(words);
        (self.trails, self.definitions, self.cursor) = (trails, definitions, cursor);
        value.map_err(|fault| self.report(&fault, place))
    }

    fn evaluator<'s, D>(&'s mut self, domain: impl FnOnce(Sampler<'s>) -> D) -> Evaluator<'s, D> {
        Evaluator {
            model: self.plan.selection.model,
            layout: &self.plan.layout,
            values: &self.plain.values,
            baseline: self.known.first().map(|_| &self.plain_baseline.values),
            slots: &mut self.slots,
            defining: None,
            domain: domain(Sampler {
                tape: &mut self.recording.tape,
                inputs: &mut self.recording.inputs,
                values: &self.values,
                baseline: self.known.first().map(|run| &run.values),
                reads_baseline: false,
            }),
        }
    }

    fn report(&self, fault: &Fault, place: Place) -> Diagnostic {
        let (model, point) = (self.plan.selection.model, self.plan.layout.point(place));
        let name = model.cell_name(&model.quantities[point.quantity], &point.cell);
        fault.report(&name, point.year)
    }

    /// Has the value of a quantity with bounds watched in every draw.
    fn guard(&mut self, place: Place) {
        let quantity = self.plan.layout.quantity(place);
        let bounds = self.plan.selection.model.quantities[quantity].bounds;
        if let (Traced::Node(node), Some((low, high))) = (self.values.get(place), bounds) {
            let guard = Guard { node, low, high };
            if self.recording.guarded.insert((node, low.to_bits(), high.to_bits())) {
                self.recording.guards.push(guard);
            }
        }
    }

    /// A block: numbers, if nothing that it reads is drawn, else solved draw by draw.
    fn solve(&mut self, block: &Block) -> Result<(), Diagnostic> {
        let plan = self.plan;
        let plain = &self.plain.values;
        let medians: Vec<f64> = block.unknowns.iter().map(|&place| plain.get(place)).collect();
        let mut surroundings = Surroundings {
            plan,
            values: plain,
            baseline: self.known.first().map(|_| &self.plain_baseline.values),
            slots: &mut self.slots,
        };
        let mut sampler = Sampler {
            tape: &mut self.recording.tape,
            inputs: &mut self.recording.inputs,
            values: &self.values,
            baseline: self.known.first().map(|run| &run.values),
            reads_baseline: false,
        };
        let traced = System::trace(&mut surroundings, block, Some(&mut sampler));
        let (system, reads) = traced.map_err(|(fault, place)| self.report(&fault, place))?;
        if reads.is_empty() {
            for (&place, &value) in block.unknowns.iter().zip(&medians) {
                self.values.set(plan.layout.quantity(place), place, Traced::Known(value));
            }
        } else {
            let starts = self.starts(block)?;
            let inputs = &mut self.recording.inputs;
            let number = inputs.blocks.len();
            inputs.blocks.push(SolvedBlock {
                system,
                reads,
                medians,
                starts,
                block: block.clone(),
            });
            for (n, &place) in block.unknowns.iter().enumerate() {
                let input = inputs.push(Input::Solved(number, n));
                self.values.set(
                    plan.layout.quantity(place),
                    place,
                    Traced::Node(self.recording.tape.input(input)),
                );
            }
        }
        block.unknowns.iter().for_each(|&place| self.guard(place));
        block.explicit.iter().try_for_each(|&place| self.compute(place))
    }

    fn starts(&mut self, block: &Block) -> Result<Starts<Traced>, Diagnostic> {
        let given: Result<_, _> = block.unknowns.iter().map(|&place| self.given(place)).collect();
        let baseline = self.known.first().map(|run| &run.values);
        let known = (&self.values, baseline);
        Ok(Starts::new(self.plan, block, given?, known))
    }

    /// The value that the script gives an unknown to start from.
    fn given(&mut self, place: Place) -> Result<Option<Traced>, Diagnostic> {
        let point = self.plan.layout.point(place);
        let Some(start) = &self.plan.selection.model.quantities[point.quantity].start else {
            return Ok(None);
        };
        let value = self.evaluator(|sampler| sampler).define(start, &point, Traced::Known(0.0));
        value.map(Some).map_err(|fault| self.report(&fault, place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::simulate::Recording;
    use crate::engine::{Known, run};
    use crate::plan::Scope;

    /// Equal operations are one node of the tape, so that what is kept must be what would be written.
    #[test]
    fn a_run_that_keeps_cells_has_the_nodes_of_one_that_keeps_none() {
        let text = include_str!("../../../examples/azerbaijan_china.mizan");
        let model = crate::session::load("x", text).model.expect("a model");
        let plain = run(&model, &[], None).expect("a run");
        let mut recording = Recording::default();
        let mut baseline = recording.record(&model, &[], &plain, None).expect("a recording");
        let places = baseline.values.layout().len();
        let pairs = |a: &Run, b: &Run| -> Vec<(Traced, Traced)> {
            (0..places).map(|place| (a.values.get(place), b.values.get(place))).collect()
        };
        let bare = Run { trails: Trails::default(), ..baseline.clone() };
        let scope = Scope::whole(&model);
        let mut scenario = |changes: &[_], known: &Run| {
            let own = run(&model, changes, Some(&plain)).expect("a run");
            let known = [Known::baseline(known)];
            recording.record_from(&model, changes, &scope, (&own, &plain), &known).expect("one")
        };
        for changes in model.scenarios.iter().map(|scenario| &scenario.changes) {
            let (kept, written) = (scenario(changes, &baseline), scenario(changes, &bare));
            let same = pairs(&kept, &written).into_iter().all(|(a, b)| a.is(b));
            assert!(same, "{changes:?}");
        }
        // Where what rests on draws is another value in the baseline, it is so in what is kept of it.
        for quantity in 0..model.quantities.len() {
            let wrong = |value: &Traced| value.node().map_or(*value, |_| Traced::Known(-2.0));
            let values = baseline.values.of(quantity).iter().map(wrong).collect();
            baseline.values.put(quantity, values);
        }
        let changes = &model.scenarios[0].changes;
        let (kept, written) = (scenario(changes, &baseline), scenario(changes, &bare));
        let shown = |(kept, written): &(Traced, Traced)| {
            kept.is(Traced::Known(-2.0)) && written.node().is_some()
        };
        assert!(pairs(&kept, &written).into_iter().filter(shown).count() > 10);
    }
}
