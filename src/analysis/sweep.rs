//! `sweep`: values over one or two inputs.

use ndarray::{Array2, ArrayView2, Axis, concatenate};

use super::runs::Runs;
use super::study::Study;
use super::{cells, titles, unit, unit_of};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::grouped;
use crate::engine::simulate::{PointInput, Simulation};
use crate::model::{InputRange, Query, Question};
use crate::results::{Answer, SweepAxis, SweepTable};

/// Memory in bytes of a value at one point: its evaluated number, its cell of the table and its text.
const MEMORY_OF_VALUE: u64 = 250;
/// Number of points that are evaluated at a time.
const POINTS: usize = 65_536;

impl Runs<'_> {
    pub(super) fn sweep(
        &self,
        query: &Query,
        over: &[InputRange],
        of: &[Question],
        simulation: &Simulation,
    ) -> Result<Answer, Diagnostic> {
        let axes: Vec<SweepAxis> = over.iter().map(|input| self.axis(input)).collect();
        let points = points(&axes);
        let mut tables = Vec::new();
        for &scenario in &query.scenarios {
            let mut study = Study::new(self, scenario, over)?;
            let first = tables.len();
            let mut columns = Vec::new();
            for (number, question) in of.iter().enumerate() {
                for (cell, elements) in cells(self.model, question) {
                    for year in query.years.iter() {
                        columns.push(match study.want(question, &question.expr, &cell, year) {
                            Ok(column) => Some(column),
                            // Growth has no value in the first year.
                            Err(problem) if problem.code == Code::OutsideHorizon => None,
                            Err(problem) => return Err(problem),
                        });
                        let table = SweepTable {
                            expression: question.text.clone(),
                            title: titles::title(self.model, question, &elements),
                            unit: unit_of(self.model, question),
                            elements: elements.clone(),
                            scenario: self.model.scenario_name(scenario).to_owned(),
                            year,
                            draws: question.probability.then_some(simulation.draws),
                            values: Vec::new(),
                        };
                        tables.push((number, table));
                    }
                }
            }
            let count = (columns.len() as u64).saturating_mul(points.nrows() as u64);
            self.stop.keep_or(
                count.saturating_mul(MEMORY_OF_VALUE),
                &format!("{} values of a sweep", grouped(count)),
                "use a larger `step`, or show fewer values or years",
            )?;
            let mut values = self.at_points(&study, &points)?;
            if of.iter().any(|question| question.probability) {
                let own = tables[first..].iter().zip(&columns);
                let own = own.filter(|((_, table), _)| table.draws.is_some());
                let chances: Vec<usize> = own.filter_map(|(_, column)| *column).collect();
                probabilities(&mut study, &points, &chances, simulation, &mut values)?;
            }
            for ((_, table), column) in tables[first..].iter_mut().zip(columns) {
                let value = |row: usize| column.and_then(|column| values.get((row, column)));
                let finite = |value: &f64| value.is_finite().then_some(*value);
                table.values = (0..points.nrows()).map(|row| value(row).and_then(finite)).collect();
            }
        }
        // All tables of an expression together, in the order of the script.
        tables.sort_by_key(|(number, _)| *number);
        Ok(Answer::Sweep { axes, tables: tables.into_iter().map(|(_, table)| table).collect() })
    }

    /// Evaluates all values of a study at the points in batches, so that progress can be reported.
    fn at_points(
        &self,
        study: &Study<'_, '_>,
        points: &Array2<f64>,
    ) -> Result<Array2<f64>, Diagnostic> {
        let count = points.nrows();
        let mut all = Vec::with_capacity(count);
        for (n, some) in points.axis_chunks_iter(Axis(0), POINTS).enumerate() {
            all.push(study.evaluate(some)?);
            (self.progress)(((n + 1) * POINTS).min(count) as f64 / count as f64);
        }
        let parts: Vec<ArrayView2<'_, f64>> = all.iter().map(|part| part.view()).collect();
        Ok(concatenate(Axis(0), &parts).unwrap_or_else(|_| Array2::zeros((0, 0))))
    }

    fn axis(&self, input: &InputRange) -> SweepAxis {
        let count = input.count().unwrap_or(1.0) as usize;
        SweepAxis {
            input: input.text.clone(),
            title: titles::of_quantity(self.model, input.quantity),
            unit: unit(self.model, input.kind),
            values: (0..count).map(|n| input.at(n as f64)).collect(),
        }
    }
}

/// Replaces the truth of each condition in `chances` by the share of draws in which it holds.
fn probabilities(
    study: &mut Study<'_, '_>,
    points: &Array2<f64>,
    chances: &[usize],
    simulation: &Simulation,
    values: &mut Array2<f64>,
) -> Result<(), Diagnostic> {
    let drawn = study.drawn(simulation)?;
    if drawn.is_empty() {
        return Ok(());
    }
    let drawn: Vec<(PointInput, &[f64])> =
        drawn.iter().map(|(input, numbers)| (*input, numbers.as_slice())).collect();
    let count = simulation.draws as usize;
    for (n, point) in points.rows().into_iter().enumerate() {
        let repeated = Array2::from_shape_fn((count, point.len()), |(_, input)| point[input]);
        let found = study.evaluate_draws(repeated.view(), &drawn)?.values;
        for &column in chances {
            let truths = found.column(column);
            let holds = truths.iter().filter(|truth| **truth != 0.0).count();
            let missing = truths.iter().any(|truth| truth.is_nan());
            values[(n, column)] = if missing { f64::NAN } else { holds as f64 / count as f64 };
        }
        study.report((n + 1) as f64 / points.nrows() as f64);
    }
    Ok(())
}

/// Returns every combination of the axes' values, one per row; the last axis varies fastest.
fn points(axes: &[SweepAxis]) -> Array2<f64> {
    let count: usize = axes.iter().map(|axis| axis.values.len()).product();
    Array2::from_shape_fn((count, axes.len()), |(row, column)| {
        let after: usize = axes.iter().skip(column + 1).map(|axis| axis.values.len()).product();
        let values = &axes[column].values;
        values[row / after % values.len()]
    })
}
