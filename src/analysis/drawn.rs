//! All draws of the values of tables, for programs that make statistics of their own.

use super::cells;
use super::recorded::Recordings;
use super::runs::Runs;
use super::simulate::{Asking, Job, LEVELS};
use crate::diagnostic::Diagnostic;
use crate::engine::Stop;
use crate::engine::simulate::{Simulation, Statistics};
use crate::model::{Ask, Model, Query, Question};

/// All draws of one expression of a query, as columns of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelDraws {
    /// Position of the query in the model.
    pub query: usize,
    /// Position of the expression in the query.
    pub expression: usize,
    /// The draws of each cell, in each scenario and year; ordered by cell, then scenario, then year. None for a missing
    /// value.
    pub columns: Vec<Option<Vec<f64>>>,
}

/// Makes the draws of every value in the tables and charts of a script, in base units.
///
/// # Errors
/// As [`super::answer_until`]; `limit-memory` for more draws than fit.
pub fn draws(
    model: &Model,
    simulation: &Simulation,
    progress: &(dyn Fn(f64) + Sync),
    stop: &Stop,
) -> Result<Vec<PanelDraws>, Diagnostic> {
    let runs = Runs::new(model, (progress, None), stop)?;
    let mut recorded = Recordings::until(stop);
    runs.prepare(Some(&mut recorded));
    let asking = Asking::of(&runs, recorded, Statistics::Draws)?;
    asking.keep(simulation.draws, stop)?;
    let tape = &asking.recorded.tape;
    let found = tape.simulate(&asking.wanted, simulation, &model.solver, &LEVELS, progress);
    let mut found = found.map_err(|bad| asking.failure(simulation, bad))?;
    let mut series = asking.jobs.iter().filter_map(|job| match job {
        Job::Series(numbers) => Some(numbers),
        Job::Difference(..) | Job::Histogram(_) | Job::Check(_) => None,
    });
    let mut panels: Vec<PanelDraws> = Vec::new();
    for (query, of) in model.queries.iter().enumerate().filter_map(tables) {
        let scenarios = model.queries[query].scenarios.len();
        let mut totals = 0;
        for (expression, question) in of.iter().enumerate() {
            let count = cells(model, question).len() * scenarios;
            let numbers = series.by_ref().take(count).flatten();
            // Each value is requested once, so that its draws are moved and not copied.
            let mut column = |number: &Option<usize>| {
                number.map(|number| std::mem::take(&mut found[number].draws))
            };
            let columns: Vec<Option<Vec<f64>>> = numbers.map(&mut column).collect();
            match panels.last_mut() {
                // A total is a series of the panel that it adds up.
                Some(PanelDraws { columns: whole, .. }) if question.shown.is_total() => {
                    whole.extend(columns);
                }
                _ => panels.push(PanelDraws { query, expression: expression - totals, columns }),
            }
            totals += usize::from(question.shown.is_total());
        }
    }
    Ok(panels)
}

/// Returns the expressions of a query whose answers are time series.
fn tables((number, query): (usize, &Query)) -> Option<(usize, &[Question])> {
    match &query.ask {
        Ask::Show(of) | Ask::Chart(of) => Some((number, of)),
        Ask::Distribution(_)
        | Ask::Compare { .. }
        | Ask::Check(_)
        | Ask::Find(_)
        | Ask::Sweep { .. }
        | Ask::Calibrate(_)
        | Ask::Discover(_)
        | Ask::Robust(_)
        | Ask::Why(_)
        | Ask::Sensitivity { .. } => None,
    }
}
