//! The runs of a model, each made once: those that are sure to be asked for side by side.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::recorded::Recorded;
use super::{identity, shapley};
use crate::diagnostic::Diagnostic;
use crate::engine::{Known, Stop, Values, run_from};
use crate::model::{Ask, ChangeId, Model};
use crate::plan::Scope;

/// The runs of a model, each made when it is first asked for and then kept.
pub(super) struct Runs<'a> {
    pub(super) model: &'a Model,
    pub(super) scope: Scope,
    pub(super) baseline: Arc<Values>,
    pub(super) known: RefCell<KnownRuns>,
    pub(super) stop: Stop,
}

/// The runs that are known, by their changes.
pub(super) type KnownRuns = BTreeMap<Vec<ChangeId>, Arc<Values>>;

impl<'a> Runs<'a> {
    /// Runs the baseline.
    pub(super) fn new(model: &'a Model, stop: &Stop) -> Result<Self, Diagnostic> {
        let scope = Scope::of_script(model);
        let baseline = Arc::new(run_from(model, &[], &scope, &[], stop)?);
        identity::identities(model, &[], &baseline, &baseline)?;
        let known = BTreeMap::from([(Vec::new(), Arc::clone(&baseline))]);
        Ok(Self { model, scope, baseline, known: RefCell::new(known), stop: stop.clone() })
    }

    /// Makes the runs that are sure to be asked for, on all threads: those that share most with others
    /// after these. What is known by then is written down for a simulation beside it. What fails is made
    /// again, and reported, when it is asked for.
    pub(super) fn prepare(&self, mut recorded: Option<&mut Recorded>) {
        let asked = self.asked();
        let scenarios = self.model.scenarios.iter().map(|scenario| scenario.changes.clone());
        let wanted = in_order(asked.iter().cloned().chain(scenarios));
        let (model, scope, stop) = (self.model, &self.scope, &self.stop);
        let mut record = |known: &KnownRuns| {
            if let Some(recorded) = &mut recorded {
                recorded.runs(model, scope, known, &asked);
            }
        };
        for level in levels(&wanted) {
            let known = self.known.borrow().clone();
            let make = |changes: &[ChangeId]| {
                make(model, scope, &known, changes, stop)
                    .ok()
                    .map(|run| (changes.to_vec(), Arc::new(run)))
            };
            let runs = || level.into_par_iter().filter_map(make).collect::<Vec<_>>();
            let (made, ()) = rayon::join(runs, || record(&known));
            self.known.borrow_mut().extend(made);
        }
        record(&self.known.borrow());
    }

    /// What the queries ask of, in the order in which it is written down.
    fn asked(&self) -> Vec<Vec<ChangeId>> {
        let mut asked = Vec::new();
        for query in &self.model.queries {
            let scenarios = query.scenarios.iter().map(|&own| self.changes(own).to_vec());
            if query.ask.condition().is_some() {
                continue;
            }
            if let Some(with) = query.ask.compared_with() {
                asked.push(self.changes(with).to_vec());
            }
            if let Ask::Compare { to, by_lever: true, .. } = query.ask {
                let subsets = query.scenarios.iter().map(|&own| self.subsets(query, own, to));
                asked.extend(subsets.flatten().flat_map(|all| all.changes));
            }
            asked.extend(scenarios);
        }
        in_order(asked.into_iter())
    }

    /// The values with some changes, in their order in the scenario.
    pub(super) fn of(&self, changes: &[ChangeId]) -> Result<Arc<Values>, Diagnostic> {
        if let Some(values) = self.known.borrow().get(changes) {
            return Ok(Arc::clone(values));
        }
        let made = make(self.model, &self.scope, &self.known.borrow(), changes, &self.stop);
        let values = Arc::new(made?);
        self.known.borrow_mut().insert(changes.to_vec(), Arc::clone(&values));
        Ok(values)
    }

    pub(super) fn changes(&self, scenario: Option<usize>) -> &[ChangeId] {
        scenario.map_or(&[], |n| &self.model.scenarios[n].changes)
    }

    pub(super) fn values(&self, scenario: Option<usize>) -> Result<Arc<Values>, Diagnostic> {
        let values = self.of(self.changes(scenario));
        values.map_err(|mut problem| {
            if scenario.is_some() {
                let name = self.model.scenario_name(scenario);
                problem.message = format!("{}, in scenario `{name}`", problem.message);
            }
            problem
        })
    }
}

/// A run with some changes, the identities held.
fn make(
    model: &Model,
    scope: &Scope,
    known: &KnownRuns,
    changes: &[ChangeId],
    stop: &Stop,
) -> Result<Values, Diagnostic> {
    let near = near(changes);
    let found = near.iter().filter_map(|changes| {
        known.get(changes).map(|values| Known { changes, values: &**values })
    });
    let found: Vec<Known<'_, Values>> = found.collect();
    let values = run_from(model, changes, scope, &found, stop)?;
    if let Some(baseline) = known.get(&[][..]) {
        identity::identities(model, changes, &values, baseline)?;
    }
    Ok(values)
}

/// Each once, those with fewer changes first.
fn in_order(runs: impl Iterator<Item = Vec<ChangeId>>) -> Vec<Vec<ChangeId>> {
    let mut runs: Vec<Vec<ChangeId>> = runs.collect();
    runs.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    runs.dedup();
    runs
}

/// Runs that can be made side by side, after those of the levels before: all but the baseline.
fn levels(wanted: &[Vec<ChangeId>]) -> Vec<Vec<&[ChangeId]>> {
    let mut level_of: BTreeMap<&[ChangeId], usize> = BTreeMap::new();
    let mut levels: Vec<Vec<&[ChangeId]>> = Vec::new();
    for changes in wanted.iter().filter(|changes| !changes.is_empty()) {
        let near = near(changes);
        let before = near.iter().filter_map(|near| level_of.get(&near[..])).max();
        let level = before.map_or(0, |level| level + 1);
        level_of.insert(changes, level);
        levels.resize(levels.len().max(level + 1), Vec::new());
        levels[level].push(changes);
    }
    levels
}

/// The runs that share most with one of some changes: the baseline, and those with one change less, if
/// there may be such among the coalitions of a comparison.
pub(super) fn near(changes: &[ChangeId]) -> Vec<Vec<ChangeId>> {
    if changes.len() > shapley::MOST_CHANGES {
        return vec![Vec::new()];
    }
    let without = |n: usize| [&changes[..n], &changes[n + 1..]].concat();
    std::iter::once(Vec::new())
        .chain((0..changes.len()).map(without).filter(|near| !near.is_empty()))
        .collect()
}
