//! A model's queries to their answers.
//!
//! In: a checked model. Out: a [`Report`] of plain values, or the diagnostic of the run that failed.
//! Nothing is rendered here.

mod check;
mod compare;
mod histogram;
mod identity;
mod shapley;
mod simulate;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::engine::sampling::Method;
use crate::engine::simulate::Simulation;
use crate::engine::{Known, Solved, Stop, Values, ask, run_from};
use crate::model::{Ask, Change, ChangeId, Expr, Kind, Model, Query, Question};
use crate::plan::{Scope, Selection};
use crate::quantity::Dimension;
use crate::results::{
    Answer, Panel, Report, ScenarioNote, Series, SourceNote, UnitKind, UnitLabel,
};

/// The runs of a model, each made when it is first asked for and then kept.
struct Runs<'a> {
    model: &'a Model,
    scope: Scope,
    baseline: Arc<Values>,
    known: RefCell<KnownRuns>,
    stop: Stop,
}

/// Runs the model in every scenario and answers its queries; without a simulation unless a query
/// asks for one.
///
/// # Errors
/// As [`answer_with`].
pub fn answer(model: &Model) -> Result<Report, Diagnostic> {
    answer_with(model, None, &|_| {})
}

/// Runs the model in every scenario, and for every draw of a simulation, and answers its queries.
/// Where a query asks for a probability or a distribution, [`DRAWS`] draws are made unless
/// `simulation` says otherwise. `progress` hears which share of the draws is done, from any thread.
///
/// # Errors
/// The first failure of a run: a division by 0, a value outside its bounds, a block without a
/// solution, an identity that does not hold; of a simulation, in the first draw that fails.
pub fn answer_with(
    model: &Model,
    simulation: Option<&Simulation>,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Report, Diagnostic> {
    answer_until(model, simulation, progress, &Stop::default())
}

/// As [`answer_with`], until the flag is raised.
///
/// # Errors
/// As [`answer_with`], and `interrupted`.
pub fn answer_until(
    model: &Model,
    simulation: Option<&Simulation>,
    progress: &(dyn Fn(f64) + Sync),
    stop: &Stop,
) -> Result<Report, Diagnostic> {
    let runs = Runs::new(model, stop)?;
    runs.prepare();
    for scenario in 0..model.scenarios.len() {
        runs.values(Some(scenario))?;
    }
    let answers = model.queries.iter().map(|query| runs.query(query));
    let mut answers: Vec<Answer> = answers.collect::<Result<_, _>>()?;
    let asked = Simulation { draws: DRAWS, seed: 1, method: Method::Plain };
    let simulation = simulation.or(model.asks_for_draws().then_some(&asked));
    if let Some(simulation) = simulation {
        simulate::draw(&runs, &mut answers, simulation, progress)?;
    }
    let note =
        |name: &str, title: &str| ScenarioNote { name: name.to_owned(), title: title.to_owned() };
    let named = model.scenarios.iter().map(|scenario| note(&scenario.name, &scenario.title));
    Ok(Report {
        title: model.title.clone(),
        years: model.years,
        currency: model.currency.clone(),
        scenarios: std::iter::once(note("baseline", "")).chain(named).collect(),
        sampling: simulation.map(simulate::sampling),
        answers,
        fixed: fixed(model),
        sources: sources(model),
    })
}

/// Draws of a simulation that a query asks for and the caller does not.
pub const DRAWS: u64 = 10_000;

/// How each scenario's blocks were solved, the baseline's first.
///
/// # Errors
/// As [`answer`].
pub fn solutions(model: &Model) -> Result<Vec<(String, Vec<Solved>)>, Diagnostic> {
    let runs = Runs::new(model, &Stop::default())?;
    let scenarios = std::iter::once(None).chain((0..model.scenarios.len()).map(Some));
    let solved = |scenario| {
        let name = model.scenario_name(scenario).to_owned();
        runs.values(scenario).map(|values| (name, values.solved.clone()))
    };
    scenarios.map(solved).collect()
}

impl<'a> Runs<'a> {
    /// Runs the baseline.
    fn new(model: &'a Model, stop: &Stop) -> Result<Self, Diagnostic> {
        let scope = Scope::of_script(model);
        let baseline = Arc::new(run_from(model, &[], &scope, &[], stop)?);
        identity::identities(model, &Selection::new(model, &[]), &baseline, &baseline)?;
        let known = BTreeMap::from([(Vec::new(), Arc::clone(&baseline))]);
        Ok(Self { model, scope, baseline, known: RefCell::new(known), stop: stop.clone() })
    }

    /// Makes the runs that are sure to be asked for, on all threads: those that share most with others
    /// after these. One that fails is made again, and reported, when it is asked for.
    fn prepare(&self) {
        let scenarios = self.model.scenarios.iter().map(|scenario| scenario.changes.clone());
        let mut wanted: Vec<Vec<ChangeId>> = scenarios.collect();
        for query in &self.model.queries {
            if let Ask::Compare { to, by_lever: true, .. } = query.ask {
                let subsets = query.scenarios.iter().map(|&own| self.subsets(query, own, to));
                wanted.extend(subsets.flatten().flat_map(|all| all.changes));
            }
        }
        wanted.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        wanted.dedup();
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
        for level in levels {
            let known = self.known.borrow().clone();
            let (model, scope, stop) = (self.model, &self.scope, &self.stop);
            let make = |changes: &[ChangeId]| {
                make(model, scope, &known, changes, stop)
                    .ok()
                    .map(|run| (changes.to_vec(), Arc::new(run)))
            };
            let made: Vec<_> = if level.len() == 1 {
                level.into_iter().filter_map(make).collect()
            } else {
                level.into_par_iter().filter_map(make).collect()
            };
            self.known.borrow_mut().extend(made);
        }
    }

    /// The values with some changes, in their order in the scenario.
    fn of(&self, changes: &[ChangeId]) -> Result<Arc<Values>, Diagnostic> {
        if let Some(values) = self.known.borrow().get(changes) {
            return Ok(Arc::clone(values));
        }
        let made = make(self.model, &self.scope, &self.known.borrow(), changes, &self.stop);
        let values = Arc::new(made?);
        self.known.borrow_mut().insert(changes.to_vec(), Arc::clone(&values));
        Ok(values)
    }

    fn changes(&self, scenario: Option<usize>) -> &[ChangeId] {
        scenario.map_or(&[], |n| &self.model.scenarios[n].changes)
    }

    fn values(&self, scenario: Option<usize>) -> Result<Arc<Values>, Diagnostic> {
        let values = self.of(self.changes(scenario));
        values.map_err(|mut problem| {
            if scenario.is_some() {
                let name = self.model.scenario_name(scenario);
                problem.message = format!("{}, in scenario `{name}`", problem.message);
            }
            problem
        })
    }

    /// The value of an expression of a query in one cell and year.
    fn value(
        &self,
        values: &Values,
        question: &Question,
        expr: &Expr,
        cell: &[u32],
        year: i32,
    ) -> Result<f64, Diagnostic> {
        ask(self.model, values, &self.baseline, question, expr, cell, year)
    }

    fn query(&self, query: &Query) -> Result<Answer, Diagnostic> {
        let panels = |of: &[Question]| {
            of.iter().map(|question| self.panel(query, question)).collect::<Result<_, _>>()
        };
        Ok(match &query.ask {
            Ask::Show(of) => Answer::Show { panels: panels(of)? },
            Ask::Chart(of) => Answer::Chart { panels: panels(of)? },
            Ask::Distribution(_) => Answer::Distribution { histograms: Vec::new() },
            Ask::Check(condition) => Answer::Check(self.check(query, condition)?),
            Ask::Compare { of, to, by_lever } => Answer::Compare {
                comparisons: self.compare(query, of, *to, *by_lever)?,
                by_lever: *by_lever,
            },
        })
    }

    fn panel(&self, query: &Query, question: &Question) -> Result<Panel, Diagnostic> {
        let years: Vec<i32> = (query.years.0..=query.years.1).collect();
        let mut series = Vec::new();
        for (cell, elements) in cells(self.model, question) {
            for &scenario in &query.scenarios {
                let run = self.values(scenario)?;
                let mut values = Vec::with_capacity(years.len());
                for &year in &years {
                    match self.value(&run, question, &question.expr, &cell, year) {
                        Ok(value) => values.push(Some(value)),
                        // Growth has no value in the first year.
                        Err(problem) if problem.code == "outside-horizon" => values.push(None),
                        Err(problem) => return Err(problem),
                    }
                }
                let label = label(question, &elements);
                let scenario = self.model.scenario_name(scenario).to_owned();
                series.push(Series {
                    label,
                    elements: elements.clone(),
                    scenario,
                    values,
                    spread: Vec::new(),
                });
            }
        }
        let unit = unit(self.model, question.kind);
        Ok(Panel { expression: question.text.clone(), unit, years, series })
    }
}

/// The runs that are known, by their changes.
type KnownRuns = BTreeMap<Vec<ChangeId>, Arc<Values>>;

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
        identity::identities(model, &Selection::new(model, changes), &values, baseline)?;
    }
    Ok(values)
}

/// The runs that share most with one of some changes: the baseline, and those with one change less, if
/// there may be such among the coalitions of a comparison.
fn near(changes: &[ChangeId]) -> Vec<Vec<ChangeId>> {
    if changes.len() > shapley::MOST_CHANGES {
        return vec![Vec::new()];
    }
    let without = |n: usize| [&changes[..n], &changes[n + 1..]].concat();
    std::iter::once(Vec::new())
        .chain((0..changes.len()).map(without).filter(|near| !near.is_empty()))
        .collect()
}

/// Every combination of elements that the `*` of an expression stand for, with their names.
fn cells(model: &Model, question: &Question) -> Vec<(Vec<u32>, Vec<String>)> {
    let mut all = vec![(Vec::new(), Vec::new())];
    for &(_, set) in &question.loops {
        let set = &model.sets[set];
        let root = &model.sets[set.root].elements;
        let longer = |(cell, names): &(Vec<u32>, Vec<String>)| -> Vec<(Vec<u32>, Vec<String>)> {
            let add = |&member: &u32| {
                let name = root.get_index(member as usize).map_or("", |(name, _)| name);
                (
                    [cell.as_slice(), &[member]].concat(),
                    [names.as_slice(), &[name.to_owned()]].concat(),
                )
            };
            set.members.iter().map(add).collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// The expression with the elements of one cell in place of its `*`.
fn label(question: &Question, elements: &[String]) -> String {
    if elements.is_empty() {
        return question.text.clone();
    }
    let stars = question.text.matches('*').count();
    if stars != elements.len() {
        return format!("{} {}", question.text, elements.join(", "));
    }
    elements.iter().fold(question.text.clone(), |text, element| text.replacen('*', element, 1))
}

/// How values of a kind are to be shown.
pub fn unit(model: &Model, kind: Kind) -> UnitLabel {
    let (kind, name) = match kind {
        Kind::Plain { percent: true, .. } => (UnitKind::Percent, "%".to_owned()),
        Kind::Points => (UnitKind::Percent, "pp".to_owned()),
        Kind::Plain { dimension, .. } if dimension.0[0] == 1 => {
            (UnitKind::Money, dimension.name(&model.bases))
        }
        Kind::Plain { dimension, .. } if dimension != Dimension::NUMBER => {
            (UnitKind::Number, dimension.name(&model.bases))
        }
        Kind::Year => (UnitKind::Year, String::new()),
        Kind::Truth => (UnitKind::Truth, String::new()),
        _ => (UnitKind::Number, String::new()),
    };
    UnitLabel { kind, name }
}

/// The variables that scenarios take out of their equations, one sentence each.
fn fixed(model: &Model) -> Vec<String> {
    let mut sentences = Vec::new();
    for scenario in &model.scenarios {
        for &change in &scenario.changes {
            let change = &model.changes[change];
            if let Change::Replace { definition, fixed: true, .. } = &change.change {
                let (from, to) = definition.years;
                sentences
                    .push(format!("{} is fixed in {from}..{to} in {}", change.name, scenario.name));
            }
        }
    }
    sentences
}

/// The sources that anything in the script names, in the order of the script.
fn sources(model: &Model) -> Vec<SourceNote> {
    let note = |key: &str| {
        let citation = model.sources.get(key).map_or("", |source| &source.citation);
        SourceNote { key: key.to_owned(), citation: citation.to_owned() }
    };
    model.cited().into_iter().map(note).collect()
}
