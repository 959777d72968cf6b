//! Answers the queries of a model.
//!
//! In: a checked model. Out: a [`Report`] of plain values, or the diagnostic of the run that failed.
//! Nothing is rendered here.

mod aims;
mod broken;
mod calibrate;
mod check;
mod compare;
mod condition;
mod discover;
mod drawn;
mod elements;
mod explained;
mod find;
mod histogram;
mod identity;

mod parts;
mod probability;
mod progress;
mod proof;
mod ranges;
mod recorded;
mod repeated;
mod robust;
mod runs;
mod sample;
mod sensitivity;
mod shapley;
mod simulate;
mod simulation_part;
mod study;
mod sweep;
mod titles;
mod why;
mod written;

pub use explained::{ShownValues, explained, shown_in_baseline};

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::diagnostic::{Code, Diagnostic};
use crate::engine::sampling::Method;
use crate::engine::simulate::{PartOfValue, Simulation, Work};
use crate::engine::{Known, Solved, Stop, Values, ask, ask_years, run_traced};
use crate::model::{self, Ask, Change, Division, Expr, Kind, Model, Op, Query, Question, SetId};
use crate::plan::{RunSpec, Scope};
use crate::quantity::Dimension;
use crate::results::{
    Answer, Panel, PanelLayout, Report, ScenarioNote, Series, SourceNote, TableColumns, UnitKind,
    UnitLabel, of_cell,
};

pub use drawn::{PanelDraws, draws};
pub use simulation_part::{DrawPart, PartProblem, answer_parts, draw_part, simulation};

use progress::SolverWork;
use recorded::Recordings;
use runs::Runs;

/// Runs the model in every scenario and answers its queries; without a simulation unless a query
/// asks for one.
///
/// # Errors
/// As [`answer_with`].
pub fn answer(model: &Model) -> Result<Report, Diagnostic> {
    answer_with(model, None, &|_| {})
}

/// Runs the model in every scenario, and for every draw of a simulation, and answers its queries. Where a
/// query asks for a probability or a distribution, [`DRAWS`] draws are made unless `simulation` says
/// otherwise. `progress` is called from any thread with the share of the work that is done.
///
/// # Errors
/// The first failure of a run: a division by 0, a value outside its bounds, a block without a solution; of
/// a simulation, in the first draw that fails. An identity that does not hold is no error: it is in
/// [`Report::broken_identities`].
pub fn answer_with(
    model: &Model,
    simulation: Option<&Simulation>,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Report, Diagnostic> {
    answer_until(model, simulation, progress, &Stop::default())
}

/// Answers the queries as [`answer_with`] does, but stops when the flag is raised.
///
/// # Errors
/// As [`answer_with`]; and `interrupted` if the flag was raised.
pub fn answer_until(
    model: &Model,
    simulation: Option<&Simulation>,
    progress: &(dyn Fn(f64) + Sync),
    stop: &Stop,
) -> Result<Report, Diagnostic> {
    answer_from(model, simulation, None, progress, stop)
}

/// Answers the queries. If there are `parts`, they contain all draws and give the statistics.
fn answer_from(
    model: &Model,
    simulation: Option<&Simulation>,
    parts: Option<Vec<PartOfValue>>,
    progress: &(dyn Fn(f64) + Sync),
    stop: &Stop,
) -> Result<Report, Diagnostic> {
    let asked = Simulation { draws: DRAWS, seed: 1, method: Method::Plain };
    // A search for a probability uses the caller's draws; without any it has the default number.
    let searched = simulation.unwrap_or(&asked);
    let simulation = simulation.or(model.asks_for_draws().then_some(&asked));
    // The work of all queries that take long, and of the simulation, is one progress from 0 to 1.
    let long = model.queries.iter().filter(|query| query.ask.takes_long()).count();
    let by_lever = model.queries.iter().filter(|query| query.ask.is_by_lever()).count();
    let solver = SolverWork::of(model).filter(|_| by_lever == 0);
    let prepares = usize::from(by_lever > 0 || solver.is_some());
    let stages = long + prepares + usize::from(simulation.is_some());
    let done = AtomicUsize::new(0);
    let progress =
        |share: f64| progress((done.load(Ordering::Relaxed) as f64 + share) / stages.max(1) as f64);
    let mut runs = Runs::new(model, (&progress, solver), stop)?;
    runs.read_afterwards = runs::read_afterwards(model).filter(|_| simulation.is_none());
    let mut recorded = simulation.map(|_| Recordings::until(stop));
    runs.prepare(recorded.as_mut());
    done.fetch_add(prepares, Ordering::Relaxed);
    for scenario in 0..model.scenarios.len() {
        runs.values(Some(scenario))?;
    }
    let answers = model.queries.iter().map(|query| {
        let answer = runs.query(query, searched);
        done.fetch_add(usize::from(query.ask.takes_long()), Ordering::Relaxed);
        answer
    });
    let mut answers: Vec<Answer> = answers.collect::<Result<_, _>>()?;
    if let (Some(simulation), Some(recorded)) = (simulation, recorded) {
        let (solver, levels) = (&model.solver, &simulate::LEVELS[..]);
        let work = Work { simulation, solver, levels, progress: &progress };
        simulate::draw(&runs, recorded, &mut answers, parts, &work)?;
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
        broken_identities: broken::identities(&runs)?,
        repeated: repeated::amounts(model),
        fixed: fixed(model),
        sources: sources(model),
    })
}

/// Number of draws if a query needs a simulation and the caller asks for none.
pub const DRAWS: u64 = 10_000;

/// Name of a sum over elements, written in place of the elements' names.
const TOTAL: &str = "total";
/// Memory in bytes of one value of an answer, with its text and its statistics over the draws.
const VALUE_OF_ANSWER: u64 = 150;
/// Memory in bytes of a series: its names.
const SERIES_OF_ANSWER: u64 = 200;
/// Memory in bytes of the answer to an expression: its title, unit and years.
const QUESTION_OF_ANSWER: u64 = 1_000;

/// Returns the values of each scenario's run, for the quantities that the script uses; the baseline is first.
///
/// # Errors
/// As [`answer`].
pub fn scenario_values(model: &Model) -> Result<Vec<Arc<Values>>, Diagnostic> {
    let runs = Runs::new(model, (&|_| {}, None), &Stop::default())?;
    let scenarios = std::iter::once(None).chain((0..model.scenarios.len()).map(Some));
    scenarios.map(|scenario| runs.values(scenario)).collect()
}

/// Returns for each scenario the solver's record of its blocks; the baseline is first. The record of a failed run ends
/// with the unsolved block. With a clock in `stop` the records have times.
pub fn solutions(model: &Model, stop: &Stop) -> Vec<(String, Vec<Solved>)> {
    let (scope, baseline) = (Scope::of_script(model), RunSpec::default());
    let mut records = Vec::new();
    let mut run = |name: &str, spec: &RunSpec, known: &[Known<'_, Values>]| {
        let mut solved = Vec::new();
        let values = run_traced(model, spec, &scope, known, (stop, &mut solved));
        records.push((name.to_owned(), solved));
        values
    };
    if let Ok(values) = run(model.scenario_name(None), &baseline, &[]) {
        for (n, scenario) in model.scenarios.iter().enumerate() {
            let known = [Known { spec: &baseline, values: &values }];
            // A scenario without a solution has its record all the same.
            let _ = run(model.scenario_name(Some(n)), &RunSpec::from(&scenario.changes), &known);
        }
    }
    records
}

impl Runs<'_> {
    /// Evaluates an expression of a query in one cell and year.
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

    /// Adds the memory of a query's answer to the budget.
    fn keep_answer(&self, query: &Query) -> Result<(), Diagnostic> {
        let years = query.years.count() as u64;
        let size = |&(_, set): &(usize, SetId)| self.model.sets[set].members.len() as u64;
        let cells = |question: &Question| question.loops.iter().map(size).product::<u64>();
        let questions = query.ask.questions();
        let cells: u64 = questions.iter().map(cells).sum();
        let series = cells.saturating_mul(query.scenarios.len() as u64);
        let of_series = years.saturating_mul(VALUE_OF_ANSWER).saturating_add(SERIES_OF_ANSWER);
        let bytes = (questions.len() as u64 * QUESTION_OF_ANSWER)
            .saturating_add(series.saturating_mul(of_series));
        self.stop.keep(bytes, "the answers")
    }

    /// Answers a query. `searched` are the draws of a search for a probability.
    fn query(&self, query: &Query, searched: &Simulation) -> Result<Answer, Diagnostic> {
        let panels = |of: &[Question]| self.panels(query, of);
        self.keep_answer(query)?;
        self.work.clear();
        Ok(match &query.ask {
            Ask::Show(of) => Answer::Show { panels: panels(of)? },
            Ask::Chart(of) => Answer::Chart { panels: panels(of)? },
            Ask::Distribution(of) => {
                Answer::Distribution { histograms: self.histograms(query, of) }
            }
            Ask::Check(condition) => Answer::Check(self.check(query, condition)?),
            Ask::Compare { of, to, by } => Answer::Compare {
                comparisons: self.compare(query, of, *to, *by)?,
                by_lever: *by == Some(Division::Levers),
            },
            Ask::Find(find) => Answer::Find(self.find(query, find, searched)?),
            Ask::Sweep { over, of } => self.sweep(query, over, of, searched)?,
            Ask::Calibrate(calibrate) => Answer::Calibrate(self.calibrate(query, calibrate)?),
            Ask::Discover(discover) => Answer::Discover(self.discover(query, discover, searched)?),
            Ask::Robust(robust) => Answer::Robust(self.robust(query, robust, searched)?),
            Ask::Sensitivity { of, method } => {
                Answer::Sensitivity { tables: self.sensitivity(query, of, *method, searched)? }
            }
            Ask::Why(why) => Answer::Why { trees: self.why(query, why)? },
        })
    }

    /// Evaluates the panels of a query; a total is one more series in the panel that it adds up.
    fn panels(&self, query: &Query, of: &[Question]) -> Result<Vec<Panel>, Diagnostic> {
        let mut panels: Vec<Panel> = Vec::new();
        for question in of {
            let panel = self.panel(query, question)?;
            match panels.last_mut() {
                Some(whole) if question.shown.is_total() => whole.series.extend(panel.series),
                _ => panels.push(panel),
            }
        }
        Ok(panels)
    }

    fn panel(&self, query: &Query, question: &Question) -> Result<Panel, Diagnostic> {
        let years: Vec<i32> = query.years.iter().collect();
        let mut series = Vec::new();
        for (cell, mut elements) in cells(self.model, question) {
            for &position in &question.shown.total_over {
                elements.insert(position.min(elements.len()), TOTAL.to_owned());
            }
            for &scenario in &query.scenarios {
                let run = self.values(scenario)?;
                let values = self.in_years(&run, question, &cell, &years)?;
                let label = of_cell(&question.text, &elements);
                let scenario = self.model.scenario_name(scenario).to_owned();
                series.push(Series {
                    label,
                    elements: elements.clone(),
                    is_total: question.shown.is_total(),
                    scenario,
                    values,
                    spread: Vec::new(),
                });
            }
        }
        let title = titles::title(self.model, question, &[]);
        let (expression, label) = (question.text.clone(), question.shown.title.clone());
        let (unit, layout) = (unit_of(self.model, question), layout(self.model, query, question));
        Ok(Panel { expression, title, label, unit, years, series, layout })
    }

    /// Evaluates a question in one cell and some years; `None` in a year in which it has no value.
    fn in_years(
        &self,
        run: &Values,
        question: &Question,
        cell: &[u32],
        years: &[i32],
    ) -> Result<Vec<Option<f64>>, Diagnostic> {
        if let (Some(&first), Some(&last)) = (years.first(), years.last())
            && (last - first) as usize + 1 == years.len()
            && let Some(values) = ask_years(
                self.model,
                (run, &self.baseline),
                question,
                &question.expr,
                cell,
                (first, last),
            )
        {
            return Ok(values.into_iter().map(Some).collect());
        }
        let value = |&year: &i32| match self.value(run, question, &question.expr, cell, year) {
            Ok(value) => Ok(Some(value)),
            // Growth has no value in the first year.
            Err(problem) if problem.code == Code::OutsideHorizon => Ok(None),
            Err(problem) => Err(problem),
        };
        years.iter().map(value).collect()
    }
}

/// Returns every combination of elements for the `*` of an expression, with the elements' names.
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

/// Returns the unit in which values of a kind are shown.
pub fn unit(model: &Model, kind: Kind) -> UnitLabel {
    let (kind, name) = match kind {
        Kind::Plain { percent: true, .. } => (UnitKind::Percent, "%".to_owned()),
        Kind::Points => (UnitKind::Percent, "pp".to_owned()),
        Kind::Plain { dimension, .. } if dimension.money() == 1.0 => {
            (UnitKind::Money, dimension.name(&model.bases))
        }
        Kind::Plain { dimension, .. } if dimension != Dimension::NUMBER => {
            (UnitKind::Number, dimension.name(&model.bases))
        }
        Kind::Year => (UnitKind::Year, String::new()),
        Kind::Truth => (UnitKind::Truth, String::new()),
        _ => (UnitKind::Number, String::new()),
    };
    let scale = model.scales.get(&name).copied();
    UnitLabel { scale: scale.map(str::to_owned), ..UnitLabel::new(kind, name) }
}

/// Returns the unit in which a value of a query is shown, with the scale and the decimals that the query asks
/// for.
fn unit_of(model: &Model, question: &Question) -> UnitLabel {
    let (own, shown) = (unit(model, question.kind), &question.shown);
    let name = if shown.unit.is_empty() { own.name.clone() } else { shown.unit.clone() };
    let is_own = name == own.name;
    let scale = shown.scale.map(str::to_owned).or(own.scale.filter(|_| is_own));
    UnitLabel { name, scale, digits: shown.digits, ..own }
}

/// Returns the layout that the query's clauses choose for a panel's table.
fn layout(model: &Model, query: &Query, question: &Question) -> PanelLayout {
    let across = query.layout.across.and_then(|across| match across {
        model::Across::Years => Some(TableColumns::Years),
        model::Across::Scenarios => Some(TableColumns::Scenarios),
        model::Across::Elements(root) => {
            let own = |&(_, set): &(usize, SetId)| model.sets[set].root == root;
            question.loops.iter().position(own).map(TableColumns::Elements)
        }
    });
    PanelLayout { across, errors: query.layout.errors }
}

/// Lists the variables that scenarios fix, one sentence each.
fn fixed(model: &Model) -> Vec<String> {
    let mut sentences = Vec::new();
    for scenario in &model.scenarios {
        for &change in &scenario.changes {
            let change = &model.changes[change];
            if let Change::Replace { definition, fixed: true, .. } = &change.change {
                let what = match (definition.op, &definition.expr) {
                    (Op::Set, Expr::Const(_) | Expr::Path { .. } | Expr::Points(_)) => "is fixed",
                    (Op::Set, _) => "has another equation",
                    (Op::Add | Op::Multiply | Op::Solve, _) => "is changed",
                };
                let (from, to) = definition.years;
                let years = if from == to { from.to_string() } else { format!("{from}..{to}") };
                let sentence = format!("{} {what} in {years} in {}", change.name, scenario.name);
                // A map brings a change for each of its elements.
                if !sentences.contains(&sentence) {
                    sentences.push(sentence);
                }
            }
        }
    }
    sentences
}

/// Returns the sources that the script cites, in the order of their declaration.
fn sources(model: &Model) -> Vec<SourceNote> {
    let note = |key: &str| {
        let citation = model.sources.get(key).map_or("", |source| &source.citation);
        SourceNote { key: key.to_owned(), citation: citation.to_owned() }
    };
    model.cited().into_iter().map(note).collect()
}
