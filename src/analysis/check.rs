//! `check`: evaluates a condition in every cell.

use super::condition::{ROUNDING, Sides, sides};
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
        let (mut failing, mut compared, mut without_value) = (Vec::new(), 0, None);
        let mut tightest: Option<(f64, CheckCell)> = None;
        for (cell, elements) in cells(self.model, &condition.left) {
            for &scenario in &query.scenarios {
                for year in query.years.0..=query.years.1 {
                    let found = match self.holds(condition, scenario, &cell, year) {
                        Ok(found) => found,
                        // A growth rate has no value in the first year.
                        Err(problem) if problem.code == Code::OutsideHorizon => {
                            without_value.get_or_insert(problem);
                            continue;
                        }
                        Err(problem) => return Err(problem),
                    };
                    compared += 1;
                    let nearer = tightest.as_ref().is_none_or(|(least, _)| found.margin < *least);
                    if found.holds && !nearer {
                        continue;
                    }
                    let shown = CheckCell {
                        scenario: self.model.scenario_name(scenario).to_owned(),
                        year,
                        elements: elements.clone(),
                        left: found.left,
                        right: found.right,
                        passed: found.holds,
                    };
                    if found.holds {
                        tightest = Some((found.margin, shown));
                    } else {
                        failing.push(shown);
                    }
                }
            }
        }
        // A check of nothing would pass.
        if let (0, Some(problem)) = (compared, without_value) {
            return Err(problem);
        }
        let passed = failing.is_empty();
        // A cell that holds is shown only if all do; beside failed cells it would tell nothing.
        let tightest = tightest.filter(|_| passed).map(|(_, cell)| cell);
        Ok(CheckOutcome {
            condition: condition.text.clone(),
            passed,
            cells: failing.into_iter().chain(tightest).collect(),
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
    ) -> Result<Sides, Diagnostic> {
        let question = &condition.left;
        let run = self.values(scenario)?;
        let size =
            |expr: &Expr| ask_size(self.model, &run, &self.baseline, question, expr, cell, year);
        let rounding = |left: &Expr, right: &Expr| Ok(ROUNDING * (size(left)? + size(right)?));
        sides(condition, |expr| self.value(&run, question, expr, cell, year), rounding)
    }
}
