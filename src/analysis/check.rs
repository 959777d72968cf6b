//! `check`: evaluates a condition in every cell.

use super::condition::{ROUNDING, sides};
use super::runs::Runs;
use super::{cells, unit};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::ask_size;
use crate::model::{Condition, Expr, Query};
use crate::results::{CheckCell, CheckOutcome};

impl Runs<'_> {
    pub(super) fn check(
        &self,
        query: &Query,
        condition: &Condition,
    ) -> Result<CheckOutcome, Diagnostic> {
        let (mut kept, mut compared, mut passed) = (Vec::new(), 0, true);
        let mut without_value = None;
        for (cell, elements) in cells(self.model, &condition.left) {
            for &scenario in &query.scenarios {
                for year in query.years.0..=query.years.1 {
                    let (left, right, fine) = match self.holds(condition, scenario, &cell, year) {
                        Ok(found) => found,
                        // A growth rate has no value in the first year.
                        Err(problem) if problem.code == Code::OutsideHorizon => {
                            without_value.get_or_insert(problem);
                            continue;
                        }
                        Err(problem) => return Err(problem),
                    };
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
        // A check of nothing would pass.
        if let (0, Some(problem)) = (compared, without_value) {
            return Err(problem);
        }
        // The first cell is shown only for a check that passes; beside failed cells it would tell nothing.
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
        let size =
            |expr: &Expr| ask_size(self.model, &run, &self.baseline, question, expr, cell, year);
        let rounding = |left: &Expr, right: &Expr| Ok(ROUNDING * (size(left)? + size(right)?));
        sides(condition, |expr| self.value(&run, question, expr, cell, year), rounding)
    }
}
