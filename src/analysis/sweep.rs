//! `sweep`: values over one or two inputs.

use ndarray::Array2;

use super::runs::Runs;
use super::study::Study;
use super::{cells, titles, unit};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{InputRange, Query, Question};
use crate::results::{Answer, SweepAxis, SweepTable};

impl Runs<'_> {
    pub(super) fn sweep(
        &self,
        query: &Query,
        over: &[InputRange],
        of: &[Question],
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
                    for year in query.years.0..=query.years.1 {
                        columns.push(match study.want(question, &question.expr, &cell, year) {
                            Ok(column) => Some(column),
                            // Growth has no value in the first year.
                            Err(problem) if problem.code == Code::OutsideHorizon => None,
                            Err(problem) => return Err(problem),
                        });
                        let table = SweepTable {
                            expression: question.text.clone(),
                            title: titles::title(self.model, question, &elements),
                            unit: unit(self.model, question.kind),
                            elements: elements.clone(),
                            scenario: self.model.scenario_name(scenario).to_owned(),
                            year,
                            values: Vec::new(),
                        };
                        tables.push((number, table));
                    }
                }
            }
            let values = study.evaluate(points.view())?;
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

/// Every combination of the values of the axes; the last axis varies fastest.
fn points(axes: &[SweepAxis]) -> Array2<f64> {
    let count: usize = axes.iter().map(|axis| axis.values.len()).product();
    Array2::from_shape_fn((count, axes.len()), |(row, column)| {
        let after: usize = axes.iter().skip(column + 1).map(|axis| axis.values.len()).product();
        let values = &axes[column].values;
        values[row / after % values.len()]
    })
}
