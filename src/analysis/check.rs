//! `check`: evaluates a condition in every cell.

use super::condition::{ROUNDING, Sides, sides};
use super::runs::Runs;
use super::{cells, unit};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::ask_size;
use crate::model::{BinaryOp, Condition, Expr, Model, Query};
use crate::results::{CheckCell, CheckOutcome};

impl Runs<'_> {
    pub(super) fn check(
        &self,
        query: &Query,
        condition: &Condition,
    ) -> Result<CheckOutcome, Diagnostic> {
        if condition.left.probability {
            return Ok(outcome(self.model, condition, CheckTally::default()));
        }
        let (mut tally, mut without_value) = (CheckTally::default(), None);
        for (cell, elements) in cells(self.model, &condition.left) {
            for &scenario in &query.scenarios {
                for year in query.years.iter() {
                    let found = match self.holds(condition, scenario, &cell, year) {
                        Ok(found) => found,
                        // A growth rate has no value in the first year.
                        Err(problem) if problem.code == Code::OutsideHorizon => {
                            without_value.get_or_insert(problem);
                            continue;
                        }
                        Err(problem) => return Err(problem),
                    };
                    tally.add(found.holds, found.margin, || CheckCell {
                        scenario: self.model.scenario_name(scenario).to_owned(),
                        year,
                        elements: elements.clone(),
                        left: found.left,
                        right: found.right,
                        passed: found.holds,
                    });
                }
            }
        }
        // A check without any cell must not pass.
        match (tally.compared, without_value) {
            (0, Some(problem)) => Err(problem),
            _ => Ok(outcome(self.model, condition, tally)),
        }
    }

    /// Evaluates the side of a check that is no probability, and the allowed deviation, in the run at the medians.
    pub(super) fn other_side(
        &self,
        condition: &Condition,
        scenario: Option<usize>,
        cell: &[u32],
        year: i32,
    ) -> Result<(f64, f64), Diagnostic> {
        /// Tolerance for rounding of a probability, which is a multiple of one over the number of draws.
        const SHARE_ROUNDING: f64 = 1e-12;
        let Some((op, right)) = &condition.comparison else { return Ok((0.0, 0.0)) };
        let run = self.values(scenario)?;
        let at = |expr: &Expr| self.value(&run, &condition.left, expr, cell, year);
        let right = at(right)?;
        let slack = match &condition.tolerance {
            Some((expr, relative)) => at(expr)? * if *relative { right.abs() } else { 1.0 },
            None if matches!(op, BinaryOp::Below | BinaryOp::Above) => -SHARE_ROUNDING,
            None => SHARE_ROUNDING,
        };
        Ok((right, slack))
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

/// The cells of a check that are shown: all failing ones, or without any the cell nearest to failing.
#[derive(Default)]
pub(super) struct CheckTally {
    failing: Vec<CheckCell>,
    tightest: Option<(f64, CheckCell)>,
    compared: usize,
}

impl CheckTally {
    /// Counts a cell, with its distance from failing.
    pub(super) fn add(&mut self, holds: bool, margin: f64, cell: impl FnOnce() -> CheckCell) {
        self.compared += 1;
        if !holds {
            self.failing.push(cell());
        } else if self.tightest.as_ref().is_none_or(|(least, _)| margin < *least) {
            self.tightest = Some((margin, cell()));
        }
    }
}

/// Returns the outcome of a check with its cells; without cells if a simulation has still to draw.
pub(super) fn outcome(model: &Model, condition: &Condition, tally: CheckTally) -> CheckOutcome {
    let CheckTally { failing, tightest, compared } = tally;
    let passed = failing.is_empty();
    // A cell that holds is shown only if all cells hold.
    let tightest = tightest.filter(|_| passed).map(|(_, cell)| cell);
    CheckOutcome {
        condition: condition.text.clone(),
        passed,
        cells: failing.into_iter().chain(tightest).collect(),
        compared,
        unit: unit(model, condition.left.kind),
        sources: condition.sources.clone(),
    }
}
