//! A run recorded on a tape: values that depend on its inputs become nodes, all others are numbers.

use super::Recording;
use super::inputs::{LaneInput, SolvedBlock};
use super::sampler::Sampler;
use crate::builtins::Elementary;
use crate::diagnostic::Diagnostic;
use crate::engine::Values;
use crate::engine::run::domain::{Binary, Numbers, Unary};
use crate::engine::run::driver::{Computation, RunProgress};
use crate::engine::run::eval::Stored;
use crate::engine::run::store::Store;
use crate::engine::solve::starts::Starts;
use crate::engine::solve::system::System;
use crate::engine::solve::tape::Symbolic;
use crate::engine::solve::trace::Surroundings;
use crate::model::{BinaryOp, QuantityId};
use crate::plan::{Block, Plan, Point, ReadSource, Rule};

/// The computation that records a run on a tape.
pub(super) struct Recorder<'a> {
    pub(super) recording: &'a mut Recording,
    /// The plain run with the same changes and overrides, at the medians.
    pub(super) plain: &'a Values,
    /// Values of the baseline's plain run.
    pub(super) plain_baseline: &'a Values,
    /// The input of the tape for each override of the run.
    pub(super) overrides: Vec<usize>,
    /// For each quantity of this run and of its baseline, whether all its values are numbers; `None`
    /// until that is asked.
    certain: [Vec<Option<bool>>; 2],
}

impl<'a> Recorder<'a> {
    pub(super) fn new(
        recording: &'a mut Recording,
        (plain, plain_baseline): (&'a Values, &'a Values),
        overrides: Vec<usize>,
    ) -> Self {
        let none = vec![None; plain.layout().quantities()];
        Self { recording, plain, plain_baseline, overrides, certain: [none.clone(), none] }
    }

    /// True if all values of a quantity of this run, or of its baseline, are numbers. The quantity has been
    /// computed.
    fn is_certain(&mut self, in_baseline: bool, values: &Store<Symbolic>, id: QuantityId) -> bool {
        *self.certain[usize::from(in_baseline)][id]
            .get_or_insert_with(|| values.of(id).iter().all(|value| value.known().is_some()))
    }

    fn stored(&self, has_baseline: bool) -> Stored<'a> {
        let baseline = has_baseline.then_some(&self.plain_baseline.finished.values);
        Stored { values: &self.plain.finished.values, baseline }
    }
}

impl Computation for Recorder<'_> {
    type Value = Symbolic;
    type Domain<'d>
        = Sampler<'d>
    where
        Self: 'd;

    fn same(a: Symbolic, b: Symbolic) -> bool {
        a.is(b)
    }

    fn evaluation<'d>(
        &'d mut self,
        values: &'d Store<Symbolic>,
        baseline: Option<&'d Store<Symbolic>>,
    ) -> (Stored<'d>, Sampler<'d>) {
        let stored = self.stored(baseline.is_some());
        let Recording { tape, inputs, .. } = &mut *self.recording;
        let overrides = &self.overrides;
        (stored, Sampler { tape, inputs, values, baseline, overrides, reads_baseline: false })
    }

    /// Takes the values of quantities that read each other from the plain run, if no input of the tape
    /// reaches them. Most quantities of a model are like that, and need no evaluation at all.
    fn known_before(
        &mut self,
        progress: &RunProgress<'_, Symbolic>,
        quantities: &[QuantityId],
    ) -> Option<Vec<Vec<Symbolic>>> {
        let values = &progress.values;
        let baseline = progress.baseline();
        let certain = quantities.iter().all(|&quantity| {
            progress.plan.variant.all_sources(quantity, |source| match (source, baseline) {
                (ReadSource::Random | ReadSource::Override, _) => false,
                (ReadSource::Baseline(read), Some(baseline)) => {
                    self.is_certain(true, baseline, read)
                }
                (ReadSource::Own(read) | ReadSource::Baseline(read), _) => {
                    quantities.contains(&read) || self.is_certain(false, values, read)
                }
            })
        });
        let plain = &self.plain.finished.values;
        let of = |&quantity: &QuantityId| {
            plain.of(quantity).iter().copied().map(Symbolic::Known).collect()
        };
        certain.then(|| quantities.iter().map(of).collect())
    }

    fn memory(&self) -> u64 {
        self.recording.tape.memory()
    }

    /// Makes the unknowns of a block inputs of the tape, found anew in each draw or point. A block that
    /// reads no other input has the plain run's solution everywhere.
    fn solve(
        &mut self,
        progress: &mut RunProgress<'_, Symbolic>,
        block: &Block,
    ) -> Result<Vec<Symbolic>, Diagnostic> {
        let plan = progress.plan;
        let plain = &self.plain.finished.values;
        let medians: Vec<f64> = block.unknowns.iter().map(|&index| plain.get(index)).collect();
        let baseline = plan.baseline.map(|run| &progress.known[run].values);
        let (stored, mut sampler) = self.evaluation(&progress.values, baseline);
        let (slots, numbers) = (&mut progress.slots, Numbers::default());
        let (variant, layout, stop) = (&plan.variant, &*plan.layout, progress.stop);
        let mut surroundings = Surroundings { variant, layout, stored, slots, numbers, stop };
        let traced = System::trace(&mut surroundings, block, Some(&mut sampler), None);
        let (system, reads) =
            traced.map_err(|(fault, index)| progress.report(&fault, &plan.layout.point(index)))?;
        if reads.is_empty() {
            return Ok(medians.into_iter().map(Symbolic::Known).collect());
        }
        let given = progress.given_starts(self, block)?;
        let starts = Starts::new(plan, block, given, (&progress.values, progress.baseline()));
        let Recording { tape, inputs, .. } = &mut *self.recording;
        let number = inputs.blocks.len();
        inputs.blocks.push(SolvedBlock { system, reads, medians, starts, block: block.clone() });
        let unknown =
            |n: usize| Symbolic::Node(tape.input(inputs.push(LaneInput::Solved(number, n))));
        Ok((0..block.unknowns.len()).map(unknown).collect())
    }

    /// Has the value of a quantity with bounds, and of a year, watched wherever the tape is executed. Its value in
    /// the plain run is checked there.
    fn check(
        &mut self,
        plan: &Plan<'_>,
        point: &Point,
        value: Symbolic,
        _: Option<&Rule<'_>>,
    ) -> Result<(), Diagnostic> {
        let model = plan.variant.model;
        let quantity = &model.quantities[point.quantity];
        if let Some(bounds) = quantity.bounds {
            self.recording.guard(value, bounds);
        }
        if quantity.is_given_year() && value.node().is_some() {
            self.recording.guard(value, model.calendar());
            let tape = &mut self.recording.tape;
            let whole = tape.unary(Unary::Elementary(Elementary::Round), value);
            let part = tape.binary(Binary::Operator(BinaryOp::Subtract), value, whole);
            self.recording.guard(part, (0.0, 0.0));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::run::reuse::ReadSets;
    use crate::engine::simulate::{RecordedRun, Recording};
    use crate::engine::{Known, run};
    use crate::plan::{RunSpec, Scope};

    /// Equal operations are one node of the tape, so that what is kept must be what would be written.
    #[test]
    fn a_run_that_keeps_cells_has_the_nodes_of_one_that_keeps_none() {
        let text = include_str!("../../../examples/azerbaijan_china.mizan");
        let model = crate::session::load("x", text).model.expect("a model");
        let plain = run(&model, &[], None).expect("a run");
        let mut recording = Recording::default();
        // The scope of the script has no block, because each run has inputs of its own for the unknowns of a block.
        let (scope, none) = (Scope::of_script(&model), RunSpec::default());
        let baseline = recording.record_from(&model, &none, &scope, (&plain, &plain), &[]);
        let mut baseline = baseline.expect("a recording");
        let places = baseline.0.values.layout().len();
        let pairs = |a: &RecordedRun, b: &RecordedRun| -> Vec<(Symbolic, Symbolic)> {
            (0..places).map(|place| (a.0.values.get(place), b.0.values.get(place))).collect()
        };
        let mut bare = baseline.clone();
        bare.0.reads = ReadSets::default();
        let mut scenario = |changes: &[_], known: &RecordedRun| {
            let own = run(&model, changes, Some(&plain)).expect("a run");
            let known = [Known { spec: &none, values: known }];
            let spec = RunSpec::from(changes);
            recording.record_from(&model, &spec, &scope, (&own, &plain), &known).expect("one")
        };
        for changes in model.scenarios.iter().map(|scenario| &scenario.changes) {
            let (kept, written) = (scenario(changes, &baseline), scenario(changes, &bare));
            let same = pairs(&kept, &written).into_iter().all(|(a, b)| a.is(b));
            assert!(same, "{changes:?}");
        }
        // Values that depend on draws are replaced in the baseline; the kept values must be the replaced ones.
        for quantity in 0..model.quantities.len() {
            let wrong = |value: &Symbolic| value.node().map_or(*value, |_| Symbolic::Known(-2.0));
            let values = baseline.0.values.of(quantity).iter().map(wrong).collect();
            baseline.0.values.put(quantity, values);
        }
        let changes = &model.scenarios[0].changes;
        let (kept, written) = (scenario(changes, &baseline), scenario(changes, &bare));
        let shown = |(kept, written): &(Symbolic, Symbolic)| {
            kept.is(Symbolic::Known(-2.0)) && written.node().is_some()
        };
        assert!(pairs(&kept, &written).into_iter().filter(shown).count() > 10);
    }
}
