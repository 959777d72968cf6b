//! The runs of a model, each made once. Runs that are sure to be needed are made in parallel.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::identity::{self, Broken};
use super::progress::{QueryWork, SolverWork};
use super::recorded::{KnownRuns, Recordings, near};
use crate::diagnostic::Diagnostic;
use crate::engine::{Known, Stop, Values, run_watched};
use crate::model::{Ask, Division, Model};
use crate::plan::{RunSpec, Scope};

/// Additional memory in bytes of each value: its place in the layout, and its dependencies.
const VALUE: u64 = 8;

/// The runs of a model, each made at the first request and cached.
pub(super) struct Runs<'a> {
    pub(super) model: &'a Model,
    pub(super) scope: Scope,
    pub(super) baseline: Arc<Values>,
    pub(super) known: RefCell<KnownRuns>,
    /// The identities that do not hold, by run; a run in which all hold has no entry.
    broken: RefCell<BTreeMap<RunSpec, Vec<Broken>>>,
    pub(super) stop: Stop,
    /// Called from any thread with the completed share of the current query's work.
    pub(super) progress: &'a (dyn Fn(f64) + Sync),
    /// Progress of the current query, if it evaluates points.
    pub(super) work: QueryWork,
    /// The quantities whose values stay after a run, if the others are not read: see [`read_afterwards`].
    pub(super) read_afterwards: Option<Vec<bool>>,
    /// The work of solving equations before the first query, if it is reported.
    solver: Option<SolverWork>,
}

impl<'a> Runs<'a> {
    /// Runs the baseline. `solver` is the work of solving that is reported, if it is.
    pub(super) fn new(
        model: &'a Model,
        (progress, solver): (&'a (dyn Fn(f64) + Sync), Option<SolverWork>),
        stop: &Stop,
    ) -> Result<Self, Diagnostic> {
        let cells: usize = model.quantities.iter().map(|quantity| model.cells(quantity)).sum();
        stop.keep((cells * model.horizon()) as u64 * VALUE, "the cells of the model")?;
        let scope = Scope::of_script(model);
        let spec = RunSpec::default();
        let watch = |blocks| solver.iter().for_each(|work| progress(work.count(blocks)));
        let baseline = Arc::new(run_watched(model, &spec, &scope, &[], (stop, &watch))?);
        let broken = identity::broken(model, &spec, &baseline, &baseline)?;
        let known = KnownRuns::from([(spec.clone(), Arc::clone(&baseline))]);
        let (known, stop) = (RefCell::new(known), stop.clone());
        let (broken_in, work) = (RefCell::default(), QueryWork::default());
        let runs = Self {
            model,
            scope,
            baseline,
            known,
            broken: broken_in,
            stop,
            progress,
            work,
            read_afterwards: None,
            solver,
        };
        runs.note_broken(spec, broken);
        Ok(runs)
    }

    /// Makes the runs that the queries need on all threads, each after the runs with which it shares most
    /// values. In parallel, records known runs for a simulation. A run that fails is not reported here: it is
    /// made again when a query asks for it.
    pub(super) fn prepare(&self, mut recorded: Option<&mut Recordings>) {
        let asked = self.asked();
        let scenarios = (0..self.model.scenarios.len()).map(|scenario| self.spec(Some(scenario)));
        let wanted = in_order(asked.iter().cloned().chain(scenarios));
        let (model, scope, stop) = (self.model, &self.scope, &self.stop);
        let mut record = |known: &KnownRuns| {
            if let Some(recorded) = &mut recorded {
                recorded.runs(model, scope, known, &asked);
            }
        };
        let (progress, solver) = (self.progress, self.solver.as_ref());
        let read = self.read_afterwards.as_deref();
        let (made, all) = (AtomicUsize::new(0), wanted.len());
        let reports = self.model.queries.iter().any(|query| query.ask.is_by_lever());
        for level in levels(&wanted) {
            let known = self.known.borrow().clone();
            let make = |spec: &RunSpec| {
                let watch = |blocks| solver.iter().for_each(|work| progress(work.count(blocks)));
                let run = make(model, scope, (&known, read), spec, (stop, &watch));
                if reports {
                    let made = made.fetch_add(1, Ordering::Relaxed) + 1;
                    progress(made.min(all) as f64 / all as f64);
                }
                run.ok().map(|(run, broken)| (spec.clone(), Arc::new(run), broken))
            };
            let runs = || level.into_par_iter().filter_map(make).collect::<Vec<_>>();
            let (made, ()) = rayon::join(runs, || record(&known));
            for (spec, run, broken) in made {
                self.known.borrow_mut().insert(spec.clone(), run);
                self.note_broken(spec, broken);
            }
        }
        record(&self.known.borrow());
    }

    /// Returns the runs that the queries need, in the order of recording.
    fn asked(&self) -> Vec<RunSpec> {
        let mut asked = Vec::new();
        for query in &self.model.queries {
            let scenarios = query.scenarios.iter().map(|&own| self.spec(own));
            match &query.ask {
                Ask::Check(_)
                | Ask::Find(_)
                | Ask::Sweep { .. }
                | Ask::Calibrate(_)
                | Ask::Discover(_)
                | Ask::Robust(_)
                | Ask::Sensitivity { .. } => continue,
                Ask::Compare { to, by, .. } => {
                    asked.push(self.spec(*to));
                    if *by == Some(Division::Levers) {
                        let games = query.scenarios.iter().map(|&own| self.game(query, own, *to));
                        asked.extend(games.flatten().flat_map(|game| game.specs));
                    }
                }
                Ask::Why(why) => asked.extend(why.to.map(|to| self.spec(to))),
                Ask::Show(_) | Ask::Chart(_) | Ask::Distribution(_) => {}
            }
            asked.extend(scenarios);
        }
        in_order(asked.into_iter())
    }

    /// Begins part `number` of `of` parts of the present query, which takes about `points` points.
    pub(super) fn begin(&self, number: usize, of: usize, points: usize) {
        (self.progress)(self.work.begin(number, of, points));
    }

    /// Returns the values of a run from the cache; makes the run if it is not there.
    pub(super) fn of(&self, spec: &RunSpec) -> Result<Arc<Values>, Diagnostic> {
        if let Some(values) = self.known.borrow().get(spec) {
            return Ok(Arc::clone(values));
        }
        let read = self.read_afterwards.as_deref();
        let watched: (&Stop, &dyn Fn(usize)) = (&self.stop, &|_| {});
        let made = make(self.model, &self.scope, (&self.known.borrow(), read), spec, watched);
        let (values, broken) = made?;
        // A search must not accept a point at which an identity fails that holds without the search.
        let held_before = || self.broken_in(&RunSpec::from(&spec.changes)).is_empty();
        if let Some(first) = broken.first().filter(|_| !spec.overrides.is_empty() && held_before())
        {
            return Err(first.diagnostic(self.model));
        }
        let values = Arc::new(values);
        self.known.borrow_mut().insert(spec.clone(), Arc::clone(&values));
        self.note_broken(spec.clone(), broken);
        Ok(values)
    }

    fn note_broken(&self, spec: RunSpec, broken: Vec<Broken>) {
        if !broken.is_empty() {
            self.broken.borrow_mut().insert(spec, broken);
        }
    }

    /// Returns the identities that fail in a finished run.
    pub(super) fn broken_in(&self, spec: &RunSpec) -> Vec<Broken> {
        self.broken.borrow().get(spec).cloned().unwrap_or_default()
    }

    /// Describes the run of a scenario; of the baseline for `None`.
    pub(super) fn spec(&self, scenario: Option<usize>) -> RunSpec {
        scenario.map_or_else(RunSpec::default, |n| RunSpec::from(&self.model.scenarios[n].changes))
    }

    pub(super) fn values(&self, scenario: Option<usize>) -> Result<Arc<Values>, Diagnostic> {
        let values = self.of(&self.spec(scenario));
        values.map_err(|mut problem| {
            if scenario.is_some() {
                let name = self.model.scenario_name(scenario);
                problem.message = format!("{}, in scenario `{name}`", problem.message);
            }
            problem
        })
    }
}

/// Returns the quantities that are read after the scenarios' runs of a large model, if those are few: queries that show
/// values read no others. So the memory of a run does not add up over all scenarios.
pub(super) fn read_afterwards(model: &Model) -> Option<Vec<bool>> {
    /// The values of a smaller model take little memory.
    const LARGE: usize = 1 << 20;
    let cells: usize = model.quantities.iter().map(|quantity| model.cells(quantity)).sum();
    let shows = |ask: &Ask| matches!(ask, Ask::Show(_) | Ask::Chart(_));
    let is_fit = cells * model.horizon() >= LARGE;
    let is_fit = is_fit && model.queries.iter().all(|query| shows(&query.ask));
    is_fit.then(|| Scope::read_by_queries(model))
}

/// Makes a run and finds the identities that do not hold in it. A run that is no baseline keeps the values of the
/// quantities in `read` alone, and other runs do not build on it.
fn make(
    model: &Model,
    scope: &Scope,
    (known, read): (&KnownRuns, Option<&[bool]>),
    spec: &RunSpec,
    watched: (&Stop, &dyn Fn(usize)),
) -> Result<(Values, Vec<Broken>), Diagnostic> {
    let near = near(spec);
    let found = near
        .iter()
        .filter(|near| read.is_none() || near.is_baseline())
        .filter_map(|spec| known.get(spec).map(|values| Known { spec, values: &**values }));
    let found: Vec<Known<'_, Values>> = found.collect();
    let mut values = run_watched(model, spec, scope, &found, watched)?;
    let broken = match known.get(&spec.baseline()) {
        Some(baseline) => identity::broken(model, spec, &values, baseline)?,
        None => Vec::new(),
    };
    if let Some(read) = read.filter(|_| !spec.is_baseline()) {
        values.keep_only(read);
    }
    Ok((values, broken))
}

/// Removes duplicate runs and sorts the runs by number of changes.
fn in_order(runs: impl Iterator<Item = RunSpec>) -> Vec<RunSpec> {
    let mut runs: Vec<RunSpec> = runs.collect();
    runs.sort_by(|a, b| (a.changes.len(), a).cmp(&(b.changes.len(), b)));
    runs.dedup();
    runs
}

/// Sorts runs into levels: runs of one level can be made in parallel, after the runs of earlier levels.
/// Leaves the baseline out.
fn levels(wanted: &[RunSpec]) -> Vec<Vec<&RunSpec>> {
    let mut level_of: BTreeMap<&RunSpec, usize> = BTreeMap::new();
    let mut levels: Vec<Vec<&RunSpec>> = Vec::new();
    for spec in wanted.iter().filter(|spec| **spec != RunSpec::default()) {
        let near = near(spec);
        let before = near.iter().filter_map(|near| level_of.get(near)).max();
        let level = before.map_or(0, |level| level + 1);
        level_of.insert(spec, level);
        levels.resize(levels.len().max(level + 1), Vec::new());
        levels[level].push(spec);
    }
    levels
}
