//! Values of scenarios in each draw of a simulation; all scenarios use the same draws.

use super::cells;
use super::condition::{ROUNDING, compared};
use super::recorded::Recordings;
use super::runs::Runs;
use super::simulate::explained;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::grouped;
use crate::engine::simulate::{RecordedValue, Simulation, Statistics, Uncertain};
use crate::model::{BinaryOp, Condition, Expr, QueryYears, Question};

/// Recorded scenarios, and the values to evaluate in each draw.
pub(super) struct Sample<'r, 'm> {
    runs: &'r Runs<'m>,
    recorded: Recordings,
    wanted: Vec<(RecordedValue, Statistics)>,
}

impl<'r, 'm> Sample<'r, 'm> {
    /// Makes a sample without columns.
    pub(super) fn new(runs: &'r Runs<'m>) -> Self {
        Self { runs, recorded: Recordings::until(&runs.stop), wanted: Vec::new() }
    }

    /// Adds an expression in a scenario, cell and year to the sample; returns its column.
    pub(super) fn want(
        &mut self,
        scenario: Option<usize>,
        question: &Question,
        expr: &Expr,
        cell: &[u32],
        year: i32,
    ) -> Result<usize, Diagnostic> {
        let (runs, spec) = (self.runs, self.runs.spec(scenario));
        let (plain_baseline, plain) = (runs.of(&spec.baseline())?, runs.values(scenario)?);
        let known = runs.known.borrow();
        let mut record = |spec| self.recorded.run(runs.model, &runs.scope, &known, spec);
        let (baseline, run) = (record(&spec.baseline())?, record(&spec)?);
        let (run, baseline) = ((&*run, &*plain), (&*baseline, &*plain_baseline));
        let tape = &mut self.recorded.tape;
        let wanted = tape.ask(runs.model, run, baseline, question, expr, (cell, year))?;
        self.wanted.push((wanted, Statistics::Draws));
        Ok(self.wanted.len() - 1)
    }

    /// Makes the draws; returns a column for each wanted value. `further` gives the numbers that the caller keeps
    /// for each draw, from the number of random quantities.
    ///
    /// # Errors
    /// The first draw in which a value cannot be computed; a correlation that is impossible; draws that do not
    /// fit in memory.
    pub(super) fn draw(
        mut self,
        simulation: &Simulation,
        further: impl FnOnce(u64) -> u64,
    ) -> Result<DrawnColumns, Diagnostic> {
        let runs = self.runs;
        self.recorded.tape.correlate(runs.model)?;
        let quantities = self.recorded.tape.random_quantities() as u64;
        let numbers = self.wanted.len() as u64 + quantities + further(quantities);
        runs.stop.fits_or(
            numbers.saturating_mul(size_of::<f64>() as u64).saturating_mul(simulation.draws),
            &format!("{} values in each of {} draws", grouped(numbers), grouped(simulation.draws)),
            "make fewer draws with `--draws`, or name fewer scenarios, elements or years",
        )?;
        let tape = &self.recorded.tape;
        let found = tape.simulate(&self.wanted, simulation, &runs.model.solver, &[], runs.progress);
        let found = match found {
            Ok(found) => found,
            Err(bad) => {
                runs.stop.check()?;
                return Err(explained(runs, self.recorded, simulation, bad));
            }
        };
        let uniforms = tape.drawn_inputs(simulation).into_iter().map(|(_, column)| column);
        let inputs = tape.uncertain().into_iter().zip(uniforms);
        Ok(DrawnColumns {
            columns: found.into_iter().map(|found| found.draws).collect(),
            inputs: inputs.filter(|(uncertain, _)| uncertain.is_drawn()).collect(),
        })
    }
}

/// The evaluated columns of a sample.
pub(super) struct DrawnColumns {
    /// The draws of each requested value, in columns.
    pub(super) columns: Vec<Vec<f64>>,
    /// The random quantities, each with its uniform draws.
    pub(super) inputs: Vec<(Uncertain, Vec<f64>)>,
}

/// A condition on draws, in one cell and year; its fields are columns of a sample.
struct DrawnSides {
    left: usize,
    /// The operator and the column of the right side; None if the condition is no comparison.
    comparison: Option<(BinaryOp, usize)>,
    /// Column of the allowed deviation, and true if the deviation is a share of the right side.
    slack: Option<(usize, bool)>,
}

/// A condition on draws, in all cells and years.
pub(super) struct DrawnCondition(Vec<DrawnSides>);

impl DrawnCondition {
    /// Adds the sides of a condition to the wanted values of a sample.
    pub(super) fn want(
        sample: &mut Sample<'_, '_>,
        scenario: Option<usize>,
        condition: &Condition,
        years: &QueryYears,
    ) -> Result<Self, Diagnostic> {
        let (mut all, mut without_value) = (Vec::new(), None);
        let question = &condition.left;
        for (cell, _) in cells(sample.runs.model, question) {
            for year in years.iter() {
                let mut want = |expr: &Expr| sample.want(scenario, question, expr, &cell, year);
                let mut sides = || {
                    let left = want(&question.expr)?;
                    let (mut comparison, mut slack) = (None, None);
                    if let Some((op, right)) = &condition.comparison {
                        comparison = Some((*op, want(right)?));
                    }
                    if let Some((expr, relative)) = &condition.tolerance {
                        slack = Some((want(expr)?, *relative));
                    }
                    Ok::<_, Diagnostic>(DrawnSides { left, comparison, slack })
                };
                match sides() {
                    Ok(sides) => all.push(sides),
                    // A growth rate has no value in the first year.
                    Err(problem) if problem.code == Code::OutsideHorizon => {
                        without_value = Some(problem);
                    }
                    Err(problem) => return Err(problem),
                }
            }
        }
        match without_value.filter(|_| all.is_empty()) {
            Some(problem) => Err(problem),
            None => Ok(Self(all)),
        }
    }

    /// True if the condition holds in a draw in every cell and year.
    pub(super) fn holds(&self, columns: &[Vec<f64>], draw: usize) -> bool {
        let value = |column: usize| columns[column].get(draw).copied().unwrap_or(f64::NAN);
        self.0.iter().all(|sides| {
            let left = value(sides.left);
            let Some((op, right)) = sides.comparison else { return left != 0.0 };
            let right = value(right);
            let rounding = ROUNDING * f64::EPSILON.max(left.abs().max(right.abs()));
            let slack = match (sides.slack, op) {
                (Some((slack, true)), _) => value(slack) * right.abs(),
                (Some((slack, false)), _) => value(slack),
                // Two sides that differ only by rounding are equal.
                (None, BinaryOp::Below | BinaryOp::Above) => -rounding,
                (None, _) => rounding,
            };
            compared(op, left, right, slack).0
        })
    }
}
