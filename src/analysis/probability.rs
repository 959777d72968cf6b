//! `find ... so that probability(...) >= 90%`: searches for values of an input for which the condition holds
//! in enough draws.
//!
//! Every value of the input is tried with the same draws. If the comparison is monotonic in the input in all
//! draws, it is solved draw by draw. Any other condition is searched by the share of draws in which it holds.

use ndarray::{Array2, ArrayView2};

use super::aims::gap;
use super::ranges::{FoundRanges, runs_of, values};
use super::runs::Runs;
use super::study::Study;
use crate::diagnostic::Diagnostic;
use crate::engine::simulate::{PointInput, Simulation};
use crate::methods::Bounds;
use crate::methods::chance::{ChanceSearch, ThresholdSide, chance};
use crate::model::{Aim, BinaryOp, Expr, InputRange};
use crate::results::{Search, SidesInCell, ValueRange, Verdict};

/// Number of draws with which a search tests whether the input has an effect.
const SOME_DRAWS: usize = 100;
/// Maximum number of bisections of an interval at whose ends the condition differs.
const BISECTIONS: usize = 30;

/// A condition on single draws; its fields are columns of a study's results.
struct DrawCondition<'a, 'r, 'm> {
    study: &'a Study<'r, 'm>,
    columns: &'a [(PointInput, Vec<f64>)],
    count: usize,
    /// Column that is 1 in draws where the condition holds.
    truth: usize,
    /// The operator and the columns of both sides; None if the condition is no comparison.
    comparison: Option<(BinaryOp, usize, usize)>,
    /// The required share of draws; true if at least this share must hold, false if at most.
    required: f64,
    at_least: bool,
}

/// Searches for the values of an input at which a condition has a given probability.
pub(super) fn search(
    runs: &Runs<'_>,
    aim: &Aim,
    scenario: Option<usize>,
    inputs: &[InputRange],
    simulation: &Simulation,
) -> Result<Search, Diagnostic> {
    let mut search = runs.nothing(scenario, inputs)?;
    let (Some(input), Some((op, right))) = (inputs.first(), &aim.condition.comparison) else {
        return Ok(search);
    };
    let mut study = Study::new(runs, scenario, inputs)?;
    let (question, year) = (&aim.condition.left, aim.years.1);
    let truth = study.want(question, &question.expr, &[], year)?;
    let comparison = match &question.expr {
        Expr::Binary { op, left, right, .. } if op.compares() => {
            let left = study.want(question, left, &[], year)?;
            Some((*op, left, study.want(question, right, &[], year)?))
        }
        _ => None,
    };
    let comparison =
        comparison.filter(|(op, ..)| !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual));
    let required = runs.value(&*runs.values(scenario)?, question, right, &[], year)?;
    let columns = study.drawn(simulation)?;
    let draws = DrawCondition {
        study: &study,
        columns: &columns,
        count: simulation.draws as usize,
        truth,
        comparison,
        required,
        at_least: matches!(op, BinaryOp::AtLeast | BinaryOp::Above),
    };
    search.draws = Some(simulation.draws);
    let monotone = match (comparison, input.step) {
        (Some(_), None) => draws.monotone(input, &mut search)?,
        _ => None,
    };
    let found = match monotone {
        Some(found) => found,
        None => draws.by_share(input)?,
    };
    search.fill(&found, input);
    if let Some(&at) = search.at.first() {
        let left = draws.share(at)?;
        let gap = if draws.at_least { left - required } else { required - left };
        // A share of draws is a multiple of one over their number, so a smaller gap is rounding.
        let missing = if gap > -1e-12 { 0.0 } else { -gap };
        let elements = Vec::new();
        search.sides = vec![SidesInCell { elements, year, left, right: required, missing }];
    }
    if search.verdict == Verdict::Nowhere && !draws.moves(input)? {
        (search.verdict, search.reason) = (Verdict::NoEffect, None);
    }
    Ok(search)
}

impl DrawCondition<'_, '_, '_> {
    /// Evaluates all values of the study at some values of the input in some draws.
    fn evaluate(&self, points: &[(f64, usize)]) -> Result<Array2<f64>, Diagnostic> {
        let column = |(_, numbers): &(PointInput, Vec<f64>)| -> Vec<f64> {
            points.iter().map(|(_, draw)| numbers.get(*draw).copied().unwrap_or(0.5)).collect()
        };
        let columns: Vec<Vec<f64>> = self.columns.iter().map(column).collect();
        let inputs = self.columns.iter().map(|(input, _)| *input);
        let drawn: Vec<(PointInput, &[f64])> =
            inputs.zip(columns.iter().map(Vec::as_slice)).collect();
        let at = Array2::from_shape_fn((points.len(), 1), |(n, _)| points[n].0);
        Ok(self.study.evaluate_draws(at.view(), &drawn)?.values)
    }

    /// Returns the share of draws in which the condition holds; NaN if it has no value in some draw.
    fn share(&self, at: f64) -> Result<f64, Diagnostic> {
        let points: Vec<(f64, usize)> = (0..self.count).map(|draw| (at, draw)).collect();
        let values = self.evaluate(&points)?;
        let truth = values.column(self.truth);
        let holds = truth.iter().filter(|value| **value != 0.0).count();
        let missing = truth.iter().any(|value| value.is_nan());
        Ok(if missing { f64::NAN } else { holds as f64 / self.count as f64 })
    }

    /// True if the input changes the condition: for a comparison its sides, because the share may be 0 everywhere,
    /// otherwise its truth.
    fn moves(&self, input: &InputRange) -> Result<bool, Diagnostic> {
        let ends = [input.low, input.low + (input.high - input.low) / 2.0, input.high];
        let count = self.count.min(SOME_DRAWS);
        let points = |at: f64| (0..count).map(|draw| (at, draw)).collect::<Vec<_>>();
        let values = ends.map(|at| self.evaluate(&points(at)));
        let [first, second, third] = values;
        let first = first?;
        let columns = match self.comparison {
            Some((_, left, right)) => [left, right],
            None => [self.truth; 2],
        };
        let same = |other: &Array2<f64>| {
            columns.iter().all(|&column| first.column(column) == other.column(column))
        };
        Ok(!(same(&second?) && same(&third?)))
    }

    /// Solves the comparison for each draw. None if the comparison is not monotonic in the same direction in every
    /// draw.
    fn monotone(
        &self,
        input: &InputRange,
        search: &mut Search,
    ) -> Result<Option<FoundRanges>, Diagnostic> {
        let Some((op, left, right)) = self.comparison else { return Ok(None) };
        let sign = if self.at_least { 1.0 } else { -1.0 };
        let mut batch = |points: ArrayView2<'_, f64>| {
            let places = points.rows().into_iter().map(|row| (row[0], row[1] as usize));
            let values = self.evaluate(&places.collect::<Vec<_>>())?;
            Ok::<_, Diagnostic>(Array2::from_shape_fn((points.nrows(), 1), |(n, _)| {
                sign * gap(op, values[(n, left)], values[(n, right)], None)
            }))
        };
        let required = if self.at_least { self.required } else { 1.0 - self.required };
        let bounds = Bounds::new(input.low, input.high);
        let mut found = FoundRanges::default();
        match chance(&mut batch, bounds, self.count, required)? {
            ChanceSearch::Found(chance) => {
                search.interval = Some([chance.interval.0, chance.interval.1]);
                found.ranges = vec![match chance.side {
                    ThresholdSide::Above => ValueRange { from: chance.at, to: input.high },
                    ThresholdSide::Below => ValueRange { from: input.low, to: chance.at },
                }];
            }
            ChanceSearch::Everywhere { .. } => {
                found.ranges = vec![ValueRange { from: input.low, to: input.high }];
            }
            ChanceSearch::Nowhere { best, .. } => found.closest = Some(best),
            ChanceSearch::Undefined { .. } => {}
            ChanceSearch::NotMonotone { .. } => return Ok(None),
        }
        Ok(Some(found))
    }

    /// Searches by the share of draws, which changes in steps.
    fn by_share(&self, input: &InputRange) -> Result<FoundRanges, Diagnostic> {
        let off = |at: f64| {
            let share = self.share(at)?;
            Ok::<_, Diagnostic>(if self.at_least {
                share - self.required
            } else {
                self.required - share
            })
        };
        let mut found = FoundRanges::default();
        if input.step.is_some() {
            let grid = values(input).column(0).to_vec();
            let offs: Vec<f64> = grid.iter().map(|&at| off(at)).collect::<Result<_, _>>()?;
            let holds: Vec<bool> = offs.iter().map(|off| *off > -1e-12).collect();
            found.ranges = runs_of(&grid, &holds);
            let defined = grid.iter().zip(&offs).filter(|(_, off)| !off.is_nan());
            found.closest = defined.max_by(|a, b| a.1.total_cmp(b.1)).map(|(at, _)| *at);
            return Ok(found);
        }
        let grid = values(input).column(0).to_vec();
        let offs: Vec<f64> = grid.iter().map(|&at| off(at)).collect::<Result<_, _>>()?;
        let holds = |off: f64| off > -1e-12;
        let defined = grid.iter().zip(&offs).filter(|(_, off)| !off.is_nan());
        found.closest = defined.max_by(|a, b| a.1.total_cmp(b.1)).map(|(at, _)| *at);
        let mut from = holds(offs[0]).then_some(input.low);
        for n in 1..grid.len() {
            if holds(offs[n - 1]) == holds(offs[n]) {
                continue;
            }
            // The share changes in steps of one draw, so a bisection is as good as any method.
            let (mut inside, mut outside) = (grid[n], grid[n - 1]);
            if from.is_some() {
                (inside, outside) = (outside, inside);
            }
            for _ in 0..BISECTIONS {
                let middle = inside + (outside - inside) / 2.0;
                *if holds(off(middle)?) { &mut inside } else { &mut outside } = middle;
            }
            match from.take() {
                Some(from) => found.ranges.push(ValueRange { from, to: inside }),
                None => from = Some(inside),
            }
        }
        found.ranges.extend(from.map(|from| ValueRange { from, to: input.high }));
        Ok(found)
    }
}
