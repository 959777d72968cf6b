//! The runs of a simulation, recorded on one tape.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::shapley::MOST_EXACT;
use crate::diagnostic::Diagnostic;
use crate::engine::simulate::{RecordedRun, Recording};
use crate::engine::{Known, Stop, Values};
use crate::model::Model;
use crate::plan::{RunSpec, Scope};

/// Values of the runs without overrides that were made so far.
pub(super) type KnownRuns = BTreeMap<RunSpec, Arc<Values>>;

/// A tape with the runs that it has recorded.
pub(super) struct Recordings {
    pub(super) tape: Recording,
    runs: BTreeMap<RunSpec, Arc<RecordedRun>>,
}

impl Recordings {
    pub(super) fn until(stop: &Stop) -> Self {
        Self { tape: Recording::until(stop), runs: BTreeMap::new() }
    }

    /// Returns a recorded run; records it if it is new. `known` has the plain values of the run and of its
    /// baseline.
    pub(super) fn run(
        &mut self,
        model: &Model,
        scope: &Scope,
        known: &KnownRuns,
        spec: &RunSpec,
    ) -> Result<Arc<RecordedRun>, Diagnostic> {
        if let Some(run) = self.runs.get(spec) {
            return Ok(Arc::clone(run));
        }
        let near = near(spec);
        let recorded = near
            .iter()
            .filter_map(|spec| self.runs.get(spec).map(|run| Known { spec, values: &**run }));
        let recorded: Vec<Known<'_, RecordedRun>> = recorded.collect();
        let plain = (&*known[spec], &*known[&spec.baseline()]);
        let run = Arc::new(self.tape.record_from(model, spec, scope, plain, &recorded)?);
        self.runs.insert(spec.clone(), Arc::clone(&run));
        Ok(run)
    }

    /// Records the baseline and the runs of `specs` whose plain values are known; stops at the first that
    /// fails.
    pub(super) fn runs(
        &mut self,
        model: &Model,
        scope: &Scope,
        known: &KnownRuns,
        wanted: &[RunSpec],
    ) {
        let baseline = RunSpec::default();
        let wanted = std::iter::once(&baseline).chain(wanted);
        for spec in wanted.filter(|&spec| known.contains_key(spec)) {
            if self.run(model, scope, known, spec).is_err() {
                return;
            }
        }
    }

    /// Returns the runs that the tape has recorded.
    pub(super) fn specs(&self) -> impl Iterator<Item = &RunSpec> {
        self.runs.keys()
    }
}

/// Returns the runs that share most values with a run: its baseline, the same run without overrides, and the
/// runs with one change less if the changes are few enough for a comparison by lever.
pub(super) fn near(spec: &RunSpec) -> Vec<RunSpec> {
    let mut near = vec![spec.baseline()];
    if !spec.overrides.is_empty() {
        near.push(RunSpec::from(&spec.changes));
    }
    if spec.changes.len() > 1 && spec.changes.len() <= MOST_EXACT {
        let without = |n: usize| [&spec.changes[..n], &spec.changes[n + 1..]].concat();
        near.extend((0..spec.changes.len()).map(|n| spec.with_changes(without(n))));
    }
    near.retain(|near| near != spec);
    near
}
