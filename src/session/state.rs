//! The model between two lines, and the pipeline that makes it: check, run, answer.
//!
//! In: a document and the queries of a line. Out: the program, the answers, and the results that are followed from line
//! to line.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use super::document::Document;
use super::load::Program;
use super::outcome::Failure;
use super::track::{self, Tracked};
use crate::analysis::answer_until;
use crate::engine::simulate::Simulation;
use crate::engine::{Stop, Values};
use crate::model::Query;
use crate::results::{Answer, BrokenIdentity, Sampling};
use crate::source::Span;
use crate::syntax::ast::{Ask, Item, ItemKind, Name, ValueQuery};

/// Settings of runs: simulation and stop flag.
#[derive(Debug, Clone, Default)]
pub(super) struct RunSettings {
    /// The simulation; `None` for a single run with every distribution at its median.
    pub(super) simulation: Option<Simulation>,
    /// The flag that ends the run of a line.
    pub(super) stop: Stop,
}

/// The state of the model between two lines.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) document: Document,
    pub(super) program: Arc<Program>,
    pub(super) tracked: Arc<[Tracked]>,
    /// The identities that do not hold.
    pub(super) broken: Arc<[BrokenIdentity]>,
    /// The simulation that made `tracked`.
    simulation: Option<Simulation>,
    /// Index of the model's file in the files of the session.
    pub(super) file: usize,
    /// Values of the scenario that questions without `for` ask; `None` if its run fails.
    pub(super) values: Arc<OnceLock<Option<Values>>>,
}

/// A checked model, and the answers to the queries with it.
pub(super) struct Built {
    pub(super) program: Program,
    pub(super) tracked: Vec<Tracked>,
    pub(super) answers: Vec<Answer>,
    pub(super) sampling: Option<Sampling>,
    pub(super) asked: Vec<Query>,
    /// The identities that do not hold.
    pub(super) broken: Vec<BrokenIdentity>,
}

impl State {
    pub(super) fn new(
        mut document: Document,
        built: Built,
        simulation: Option<Simulation>,
        file: usize,
    ) -> Self {
        let Built { program, tracked, broken, .. } = built;
        // With the texts of the libraries, which need not be read again.
        document.sources = program.sources.clone();
        let (program, tracked, broken) = (Arc::new(program), tracked.into(), broken.into());
        let values = Arc::default();
        Self { document, program, tracked, broken, simulation, file, values }
    }

    /// Computes the followed results again if another simulation than that of `run` made them.
    ///
    /// # Errors
    /// The diagnostic of a failed draw.
    pub(super) fn follow(&mut self, run: &RunSettings) -> Result<(), Failure> {
        if self.simulation != run.simulation {
            self.tracked = build(&self.document, &[], run)?.tracked.into();
            self.simulation = run.simulation;
        }
        Ok(())
    }
}

/// Maximum number of changes that can be undone. With more, the oldest is forgotten.
const MOST_STEPS: usize = 200;

/// The models before the changes that can be undone, or after those that can be redone; the nearest is last.
#[derive(Debug, Clone, Default)]
pub(super) struct UndoSteps(VecDeque<Arc<UndoStep>>);

/// A model as text, with the results that are followed. The checked model takes a hundred times the memory, and
/// is made again when it is needed.
#[derive(Debug)]
pub(super) struct UndoStep {
    document: Document,
    tracked: Arc<[Tracked]>,
    broken: Arc<[BrokenIdentity]>,
    simulation: Option<Simulation>,
    file: usize,
}

impl UndoSteps {
    pub(super) fn push(&mut self, state: State) {
        let State { document, tracked, broken, simulation, file, .. } = state;
        if self.0.len() >= MOST_STEPS {
            self.0.pop_front();
        }
        self.0.push_back(Arc::new(UndoStep { document, tracked, broken, simulation, file }));
    }

    /// Returns the nearest model; None without a step.
    pub(super) fn last(&self) -> Option<Arc<UndoStep>> {
        self.0.back().cloned()
    }

    /// Discards the latest model.
    pub(super) fn pop(&mut self) {
        self.0.pop_back();
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl UndoStep {
    /// Checks the model again, and follows its results with the settings `run`.
    ///
    /// # Errors
    /// The model now has an error, because a data file changed; a draw fails.
    pub(super) fn state(&self, run: &RunSettings) -> Result<State, Failure> {
        let program = self.document.check(&[]);
        if program.model.is_none() {
            return Err((program.diagnostics, program.sources));
        }
        let mut state = State {
            document: self.document.clone(),
            program: Arc::new(program),
            tracked: Arc::clone(&self.tracked),
            broken: Arc::clone(&self.broken),
            simulation: self.simulation,
            file: self.file,
            values: Arc::default(),
        };
        state.follow(run)?;
        Ok(state)
    }
}

/// Checks the document, and answers `questions` and the query of the followed results.
pub(super) fn build(
    document: &Document,
    questions: &[Item],
    run: &RunSettings,
) -> Result<Built, Failure> {
    let mut program = document.check(questions);
    let Some(model) = program.model.as_mut() else {
        return Err((program.diagnostics, program.sources));
    };
    // The checker leaves out a query with a mistake, so a query is found by its place, not by its number.
    let is_asked = |query: &Query| questions.iter().any(|item| holds(item.span, query.span));
    let (asked, kept): (Vec<Query>, Vec<Query>) =
        std::mem::take(&mut model.queries).into_iter().partition(is_asked);
    model.queries.clone_from(&asked);
    let followed = track::query(model, &kept, &asked, run.simulation.as_ref());
    let follows = followed.is_some();
    model.queries.extend(followed);
    let report =
        answer_until(model, run.simulation.as_ref(), &|done| run.stop.note_done(done), &run.stop);
    model.queries = kept;
    let report = report.map_err(|problem| (vec![problem], program.sources.clone()))?;
    let (mut answers, broken, sampling) =
        (report.answers, report.broken_identities, report.sampling);
    let tracked = if follows { answers.pop() } else { None };
    let tracked = tracked.as_ref().map_or(Vec::new(), track::values);
    Ok(Built { program, tracked, answers, sampling, asked, broken })
}

/// True if `outer` contains `inner`.
pub(super) fn holds(outer: Span, inner: Span) -> bool {
    outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end
}

/// Asks the questions without `for` of `scenario`. `compare` without `for` keeps to all scenarios.
pub(super) fn asked_of(questions: Vec<Item>, scenario: Option<&str>) -> Vec<Item> {
    let Some(scenario) = scenario else { return questions };
    let asked = |mut item: Item| {
        if let ItemKind::Query(query) = &mut item.kind
            && query.scope.scenarios.is_none()
            && follows_scenario(&query.ask)
        {
            let name = Name { text: scenario.to_owned(), span: query.span };
            query.scope.scenarios = Some(Some(vec![name]));
        }
        item
    };
    questions.into_iter().map(asked).collect()
}

/// True for a question that is asked of one scenario unless it says otherwise.
pub(super) fn follows_scenario(ask: &Ask) -> bool {
    !matches!(ask, Ask::Values(ValueQuery::Compare, _) | Ask::Robust { .. })
}
