//! `check`: a condition that holds in every cell, or does not.

use super::{Runs, cells, unit};
use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, Condition, Query};
use crate::results::{CheckCell, CheckOutcome};

impl Runs<'_> {
    pub(super) fn check(
        &self,
        query: &Query,
        condition: &Condition,
    ) -> Result<CheckOutcome, Diagnostic> {
        let (mut kept, mut compared, mut passed) = (Vec::new(), 0, true);
        for (cell, elements) in cells(self.model, &condition.left) {
            for &scenario in &query.scenarios {
                for year in query.years.0..=query.years.1 {
                    let (left, right, fine) = self.holds(condition, scenario, &cell, year)?;
                    compared += 1;
                    passed &= fine;
                    if !fine || kept.is_empty() {
                        let scenario = self.model.scenario_name(scenario).to_owned();
                        kept.push(CheckCell {
                            scenario,
                            year,
                            elements: elements.clone(),
                            left,
                            right,
                            passed: fine,
                        });
                    }
                }
            }
        }
        // The first cell is evidence for a check that passes; beside failures it says nothing.
        kept.retain(|cell: &CheckCell| passed || !cell.passed);
        Ok(CheckOutcome {
            condition: condition.text.clone(),
            passed,
            cells: kept,
            compared,
            unit: unit(self.model, condition.left.kind),
            sources: condition.sources.clone(),
        })
    }

    fn holds(
        &self,
        condition: &Condition,
        scenario: Option<usize>,
        cell: &[u32],
        year: i32,
    ) -> Result<(f64, Option<f64>, bool), Diagnostic> {
        let question = &condition.left;
        let run = self.values(scenario)?;
        let at = |expr| self.value(&run, question, expr, cell, year);
        let left = at(&question.expr)?;
        let Some((op, right)) = &condition.comparison else { return Ok((left, None, left != 0.0)) };
        let right = at(right)?;
        let slack = match &condition.tolerance {
            Some((expr, relative)) => at(expr)? * if *relative { right.abs() } else { 1.0 },
            None => 0.0,
        };
        let fine = match op {
            BinaryOp::Equal => (left - right).abs() <= slack,
            BinaryOp::NotEqual => (left - right).abs() > slack,
            BinaryOp::AtMost => left <= right + slack,
            BinaryOp::Below => left < right + slack,
            BinaryOp::AtLeast => left >= right - slack,
            _ => left > right - slack,
        };
        Ok((left, Some(right), fine))
    }
}
