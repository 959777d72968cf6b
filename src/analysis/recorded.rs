//! The runs of a simulation, written down on one tape.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::runs::{KnownRuns, near};
use crate::diagnostic::Diagnostic;
use crate::engine::simulate::{Recording, Run};
use crate::engine::{Known, Stop};
use crate::model::{ChangeId, Model};
use crate::plan::Scope;

/// A tape, and the runs that are on it, by their changes.
pub(super) struct Recorded {
    pub(super) tape: Recording,
    runs: BTreeMap<Vec<ChangeId>, Arc<Run>>,
}

impl Recorded {
    pub(super) fn until(stop: &Stop) -> Self {
        Self { tape: Recording::until(stop), runs: BTreeMap::new() }
    }

    /// The run with some changes, written down if it is not; `known` has its values at the medians and
    /// those of the baseline.
    pub(super) fn run(
        &mut self,
        model: &Model,
        scope: &Scope,
        known: &KnownRuns,
        changes: &[ChangeId],
    ) -> Result<Arc<Run>, Diagnostic> {
        if let Some(run) = self.runs.get(changes) {
            return Ok(Arc::clone(run));
        }
        let near = near(changes);
        let written = near.iter().filter_map(|changes| {
            self.runs.get(changes).map(|run| Known { changes, values: &**run })
        });
        let written: Vec<Known<'_, Run>> = written.collect();
        let plain = (&*known[changes], &*known[&[][..]]);
        let run = Arc::new(self.tape.record_from(model, changes, scope, plain, &written)?);
        self.runs.insert(changes.to_vec(), Arc::clone(&run));
        Ok(run)
    }

    /// Writes down those of some runs whose values are known, up to the first that fails.
    pub(super) fn runs(
        &mut self,
        model: &Model,
        scope: &Scope,
        known: &KnownRuns,
        wanted: &[Vec<ChangeId>],
    ) {
        let baseline = std::iter::once(&[][..]);
        let wanted = baseline.chain(wanted.iter().map(Vec::as_slice));
        for changes in wanted.filter(|&changes| known.contains_key(changes)) {
            if self.run(model, scope, known, changes).is_err() {
                return;
            }
        }
    }

    /// What the runs on the tape change.
    pub(super) fn changes(&self) -> impl Iterator<Item = &[ChangeId]> {
        self.runs.keys().map(Vec::as_slice)
    }
}
