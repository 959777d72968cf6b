//! The answers of a simulation: mean, standard deviation and quantiles of each value over the draws.

mod differences;

use std::sync::Arc;

use super::cells;
use super::check::{CheckTally, outcome};
use super::condition::compared;
use super::histogram::{counts, edges};
use super::parts::Game;
use super::recorded::Recordings;
use super::runs::Runs;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::sampling::Method;
use crate::engine::simulate::{
    BadDraw, FoundStatistics, PartOfValue, RecordedRun, RecordedValue, Simulation, Statistics, Work,
};
use crate::engine::summary::quantiles;
use crate::engine::{Stop, ask, grouped, run_drawn};
use crate::model::{Ask, Condition, Query, Question};
use crate::plan::RunSpec;
use crate::results::{Answer, CheckCell, CheckOutcome, Sampling, Spread};
use differences::DrawnParts;

/// The levels of the quantiles that are shown.
pub(super) const LEVELS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Advice for a simulation whose draws do not fit into memory.
const FEWER_DRAWS: &str = "make fewer draws with `--draws`, or ask for fewer values or years";

/// The help for draws with extreme values.
const LIMITS: &str = "give the distributions limits, `normal(5%, 2%, min: 0%)`";

/// Returns the settings of a simulation for the report.
pub(super) fn sampling(simulation: &Simulation) -> Sampling {
    let method = match simulation.method {
        Method::Plain => "plain",
        Method::LatinHypercube { .. } => "latin",
        Method::Sobol => "sobol",
    };
    let (draws, seed) = (simulation.draws, simulation.seed);
    Sampling {
        draws,
        seed,
        method: method.to_owned(),
        replicates: simulation.method.replicates(draws),
        levels: LEVELS.to_vec(),
    }
}

/// Simulates, and adds statistics over the draws to the answers. If there are `parts`, they contain all draws and give
/// the statistics.
pub(super) fn draw(
    runs: &Runs<'_>,
    recorded: Recordings,
    answers: &mut [Answer],
    parts: Option<Vec<PartOfValue>>,
    work: &Work<'_>,
) -> Result<(), Diagnostic> {
    let (simulation, progress) = (work.simulation, work.progress);
    let asking = Asking::of(runs, recorded, Statistics::Quantiles)?;
    asking.keep(simulation.draws, &runs.stop)?;
    if !simulation.has_brackets() {
        // All draws of at least one value are held until its quantiles are found.
        let bytes = simulation.draws.saturating_mul(size_of::<f64>() as u64);
        let purpose = format!("{} draws of a value", grouped(simulation.draws));
        runs.stop.fits_or(bytes, &purpose, FEWER_DRAWS)?;
    }
    let recording = &asking.recorded.tape;
    let merged = parts.and_then(|parts| recording.found_in_parts(&asking.wanted, parts, work));
    let found = match merged {
        Some(found) => Ok(found),
        None => recording.simulate(&asking.wanted, simulation, work.solver, work.levels, progress),
    };
    let mut found = found.map_err(|bad| asking.failure(simulation, bad))?;
    for found in found.iter_mut().filter(|found| !found.draws.is_empty()) {
        found.quantiles = quantiles(&mut found.draws, &LEVELS);
    }
    let mut jobs = asking.jobs.iter();
    for (query, answer) in runs.model.queries.iter().zip(answers.iter_mut()) {
        match (query.ask.condition(), answer) {
            (Some(condition), Answer::Check(outcome)) => {
                if condition.left.probability {
                    *outcome = checked(runs, condition, &mut jobs, &found);
                }
            }
            (_, answer) => fill(answer, &mut jobs, &found),
        }
    }
    Ok(())
}

fn spread(found: &FoundStatistics) -> Spread {
    Spread {
        mean: found.moments.mean,
        sd: found.moments.sd(),
        error: found.error,
        quantiles: found.quantiles.clone(),
    }
}

/// The simulated values that one part of an answer needs, as indices into the list of wanted values.
pub(super) enum Job {
    /// A series, by year; `None` for a year without a value.
    Series(Vec<Option<usize>>),
    /// A difference and its parts, for `compare`.
    Difference(usize, DrawnParts),
    /// The series of a histogram, by number.
    Histogram(Vec<usize>),
    /// A check of a probability: for each cell the probability, the allowed deviation and the cell.
    Check(Vec<(usize, f64, CheckCell)>),
}

/// The values that the queries request.
pub(super) struct Asking<'r, 'm> {
    runs: &'r Runs<'m>,
    pub(super) recorded: Recordings,
    pub(super) wanted: Vec<(RecordedValue, Statistics)>,
    pub(super) jobs: Vec<Job>,
    /// The statistics to compute for series.
    series: Statistics,
}

impl<'r, 'm> Asking<'r, 'm> {
    /// Records the requested values, with the statistics that series need.
    pub(super) fn of(
        runs: &'r Runs<'m>,
        recorded: Recordings,
        series: Statistics,
    ) -> Result<Self, Diagnostic> {
        let mut asking = Self { runs, recorded, wanted: Vec::new(), jobs: Vec::new(), series };
        for query in &runs.model.queries {
            asking.query(query)?;
        }
        asking.recorded.tape.correlate(runs.model)?;
        Ok(asking)
    }

    fn run(&mut self, spec: &RunSpec) -> Result<Arc<RecordedRun>, Diagnostic> {
        self.runs.of(spec)?;
        let (runs, known) = (self.runs, self.runs.known.borrow());
        self.recorded.run(runs.model, &runs.scope, &known, spec)
    }

    /// Requests the value of an expression in a run.
    fn value(
        &mut self,
        question: &Question,
        spec: &RunSpec,
        cell: &[u32],
        year: i32,
    ) -> Result<RecordedValue, Diagnostic> {
        let (baseline, run) = (self.run(&spec.baseline())?, self.run(spec)?);
        let plain = self.runs.of(spec)?;
        let (model, expr) = (self.runs.model, &question.expr);
        let plain_baseline = self.runs.of(&spec.baseline())?;
        let baseline = (&*baseline, &*plain_baseline);
        self.recorded.tape.ask(model, (&run, &plain), baseline, question, expr, (cell, year))
    }

    /// Returns the memory in bytes of the results of `draws` draws.
    fn memory(&self, draws: u64) -> u64 {
        let statistics = (size_of::<FoundStatistics>() + size_of::<f64>() * LEVELS.len()) as u64;
        let of = |&(_, kept): &(RecordedValue, Statistics)| match kept {
            Statistics::Moments | Statistics::Quantiles => statistics,
            Statistics::Draws => statistics.saturating_add(draws.saturating_mul(8)),
        };
        self.wanted.iter().map(of).fold(0, u64::saturating_add)
    }

    /// Counts the memory of the statistics and kept draws. If the draws take most of it, the advice is to make fewer.
    ///
    /// # Errors
    /// `limit-memory` if they do not fit.
    pub(super) fn keep(&self, draws: u64, stop: &Stop) -> Result<(), Diagnostic> {
        let (all, of_draws) = (self.memory(draws), self.memory(draws) - self.memory(0));
        if of_draws > all / 2 {
            let purpose = format!("the statistics and the {} draws", grouped(draws));
            return stop.keep_or(all, &purpose, FEWER_DRAWS);
        }
        stop.keep(all, "the statistics of a simulation")
    }

    fn want(&mut self, wanted: RecordedValue, kept: Statistics) -> usize {
        self.wanted.push((wanted, kept));
        self.wanted.len() - 1
    }

    fn query(&mut self, query: &Query) -> Result<(), Diagnostic> {
        match &query.ask {
            Ask::Show(of) | Ask::Chart(of) => {
                of.iter().try_for_each(|question| self.series(query, question))
            }
            Ask::Distribution(of) => {
                let each = |question| query.years.iter().map(move |year| (question, year));
                let mut all = of.iter().flat_map(each);
                all.try_for_each(|(question, year)| self.histogram(query, question, year))
            }
            Ask::Compare { of, to, by } => self.differences(query, of, *to, *by),
            Ask::Check(condition) if condition.left.probability => self.check(query, condition),
            Ask::Check(_)
            | Ask::Find(_)
            | Ask::Sweep { .. }
            | Ask::Calibrate(_)
            | Ask::Discover(_)
            | Ask::Robust(_)
            | Ask::Why(_)
            | Ask::Sensitivity { .. } => Ok(()),
        }
    }

    /// Requests the probability in each cell of a check. The other side is taken from the run at the medians.
    fn check(&mut self, query: &Query, condition: &Condition) -> Result<(), Diagnostic> {
        let (mut asked, mut without_value) = (Vec::new(), None);
        for (cell, elements) in cells(self.runs.model, &condition.left) {
            for &scenario in &query.scenarios {
                let spec = self.runs.spec(scenario);
                for year in query.years.iter() {
                    let wanted = match self.value(&condition.left, &spec, &cell, year) {
                        Ok(wanted) => self.want(wanted, Statistics::Moments),
                        Err(problem) if problem.code == Code::OutsideHorizon => {
                            without_value.get_or_insert(problem);
                            continue;
                        }
                        Err(problem) => return Err(problem),
                    };
                    let (right, slack) = self.runs.other_side(condition, scenario, &cell, year)?;
                    let scenario = self.runs.model.scenario_name(scenario).to_owned();
                    let (elements, right) = (elements.clone(), Some(right));
                    let (left, passed) = (0.0, true);
                    let cell = CheckCell { scenario, year, elements, left, right, passed };
                    asked.push((wanted, slack, cell));
                }
            }
        }
        if let (true, Some(problem)) = (asked.is_empty(), without_value) {
            return Err(problem);
        }
        self.jobs.push(Job::Check(asked));
        Ok(())
    }

    fn series(&mut self, query: &Query, question: &Question) -> Result<(), Diagnostic> {
        for (cell, _) in cells(self.runs.model, question) {
            for &scenario in &query.scenarios {
                let spec = self.runs.spec(scenario);
                let mut numbers = Vec::new();
                for year in query.years.iter() {
                    numbers.push(match self.value(question, &spec, &cell, year) {
                        Ok(wanted) => Some(self.want(wanted, self.series)),
                        Err(problem) if problem.code == Code::OutsideHorizon => None,
                        Err(problem) => return Err(problem),
                    });
                }
                self.jobs.push(Job::Series(numbers));
            }
        }
        Ok(())
    }

    /// Requests the values of a histogram.
    fn histogram(
        &mut self,
        query: &Query,
        question: &Question,
        year: i32,
    ) -> Result<(), Diagnostic> {
        let mut numbers = Vec::new();
        for (cell, _) in cells(self.runs.model, question) {
            for &scenario in &query.scenarios {
                let spec = self.runs.spec(scenario);
                let wanted = self.value(question, &spec, &cell, year)?;
                numbers.push(self.want(wanted, Statistics::Draws));
            }
        }
        self.jobs.push(Job::Histogram(numbers));
        Ok(())
    }

    /// Makes the diagnostic for a simulation that a draw ended: the failure of the draw, or the notice that the user
    /// stopped the run.
    pub(super) fn failure(&self, simulation: &Simulation, bad: BadDraw) -> Diagnostic {
        match self.runs.stop.check() {
            Err(interrupted) => interrupted,
            Ok(()) => self.explain(simulation, bad),
        }
    }

    /// Explains a failed draw: repeats the runs with the numbers of this draw and reports the failure.
    fn explain(&self, simulation: &Simulation, bad: BadDraw) -> Diagnostic {
        let drawn = self.recorded.tape.drawn(simulation, bad.draw);
        let model = self.runs.model;
        // A run that has only some changes of a scenario says which.
        let games = self.jobs.iter().filter_map(|job| match job {
            Job::Difference(_, DrawnParts::Levers { game, .. }) => Some(game),
            Job::Difference(_, DrawnParts::None | DrawnParts::Elements(_))
            | Job::Series(_)
            | Job::Histogram(_)
            | Job::Check(_) => None,
        });
        let games: Vec<&Arc<Game>> = games.collect();
        let named = |spec: &RunSpec, problem: Diagnostic| {
            let run = |game: &&&Arc<Game>| game.specs.iter().position(|own| own == spec);
            match games.iter().find_map(|game| run(&game).map(|run| (game, run))) {
                Some((game, run)) => game.explain(model, run, problem),
                None => problem,
            }
        };
        let with_draw = |mut problem: Diagnostic| {
            problem.message = format!("{}, in draw {}", problem.message, bad.draw);
            if problem.code == Code::NoConvergence { problem.help(LIMITS) } else { problem }
        };
        let baseline = match run_drawn(model, RunSpec::default(), None, &drawn) {
            Ok(values) => values,
            Err(problem) => return with_draw(problem),
        };
        for spec in self.recorded.specs() {
            match run_drawn(model, spec, Some(&baseline), &drawn) {
                Ok(values) => {
                    if let Err(problem) = self.answers(&values, &baseline) {
                        return with_draw(named(spec, problem));
                    }
                }
                Err(problem) => return with_draw(named(spec, problem)),
            }
        }
        if bad.unsolved {
            return other_solution(bad.draw);
        }
        with_draw(Diagnostic::error(Code::DrawFails, "a value cannot be computed")).help(LIMITS)
    }

    /// Evaluates all requested expressions for one draw.
    fn answers(
        &self,
        values: &crate::engine::Values,
        baseline: &crate::engine::Values,
    ) -> Result<(), Diagnostic> {
        for query in &self.runs.model.queries {
            for question in query.ask.questions() {
                for (cell, _) in cells(self.runs.model, question) {
                    for year in query.years.iter() {
                        let (model, expr) = (self.runs.model, &question.expr);
                        match ask(model, values, baseline, question, expr, &cell, year) {
                            Err(problem) if problem.code != Code::OutsideHorizon => {
                                return Err(problem);
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// Explains a draw in which a value of recorded runs cannot be computed.
pub(super) fn explained(
    runs: &Runs<'_>,
    recorded: Recordings,
    simulation: &Simulation,
    bad: BadDraw,
) -> Diagnostic {
    let (wanted, jobs, series) = (Vec::new(), Vec::new(), Statistics::Quantiles);
    let asking = Asking { runs, recorded, wanted, jobs, series };
    asking.explain(simulation, bad)
}

/// Reports a draw that fails in the simulation although a plain run with the same numbers succeeds. The
/// solver started from the solution at the medians and found another of several solutions, with which a later
/// block cannot be solved.
fn other_solution(draw: u64) -> Diagnostic {
    let message = format!(
        "equations that depend on each other could not be solved in draw {draw}, though a run by itself with its numbers solves them"
    );
    Diagnostic::error(Code::NoConvergence, message)
        .note("a draw is first searched for from the solution at the medians: where equations have several solutions it may find another than a run by itself")
        .help("write equations that have one solution, `x == a ^ 0.5` in place of `x ^ 2 == a`")
}

/// Returns the outcome of a check of a probability: the share of the draws in each cell.
fn checked<'j>(
    runs: &Runs<'_>,
    condition: &Condition,
    jobs: &mut impl Iterator<Item = &'j Job>,
    found: &[FoundStatistics],
) -> CheckOutcome {
    let mut tally = CheckTally::default();
    if let Some(Job::Check(asked)) = jobs.next() {
        for (number, slack, cell) in asked {
            let (left, right) = (found[*number].moments.mean, cell.right.unwrap_or_default());
            let comparison = condition.comparison.as_ref();
            let compared = comparison.map(|(op, _)| compared(*op, left, right, *slack));
            let (passed, margin) = compared.unwrap_or((false, 0.0));
            tally.add(passed, margin, || CheckCell { left, passed, ..cell.clone() });
        }
    }
    outcome(runs.model, condition, tally)
}

/// Fills an answer with the results of the simulation; `jobs` are in the order of the answer's values.
fn fill<'j>(
    answer: &mut Answer,
    jobs: &mut impl Iterator<Item = &'j Job>,
    found: &[FoundStatistics],
) {
    match answer {
        Answer::Show { panels } | Answer::Chart { panels } => {
            for series in panels.iter_mut().flat_map(|panel| &mut panel.series) {
                let Some(Job::Series(numbers)) = jobs.next() else { continue };
                let spreads = numbers.iter().map(|n| n.map(|n| spread(&found[n])));
                series.spread = spreads.collect();
            }
        }
        Answer::Distribution { histograms } => {
            for histogram in histograms {
                let Some(Job::Histogram(numbers)) = jobs.next() else { continue };
                let found: Vec<&FoundStatistics> = numbers.iter().map(|&n| &found[n]).collect();
                let draws: Vec<&[f64]> = found.iter().map(|found| &found.draws[..]).collect();
                histogram.edges = edges(&draws);
                for (series, found) in histogram.series.iter_mut().zip(found) {
                    series.counts = counts(&histogram.edges, &found.draws);
                    series.spread = spread(found);
                }
            }
        }
        Answer::Compare { comparisons, .. } => {
            for difference in comparisons.iter_mut().flat_map(|c| &mut c.scenarios) {
                let Some(Job::Difference(number, parts)) = jobs.next() else { continue };
                difference.spread = Some(spread(&found[*number]));
                parts.fill(difference, found);
            }
        }
        Answer::Check(_)
        | Answer::Find(_)
        | Answer::Sweep { .. }
        | Answer::Calibrate(_)
        | Answer::Discover(_)
        | Answer::Robust(_)
        | Answer::Why { .. }
        | Answer::Sensitivity { .. } => {}
    }
}
