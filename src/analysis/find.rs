//! `find`: values of inputs for which conditions hold.
//!
//! Without a goal each unknown is searched by itself, and all its values that satisfy the conditions are
//! found. With a goal the unknowns are searched together. The scenario is recorded once with the unknowns as
//! inputs, so that trying a value costs as little as a draw of a simulation. The answer shows the numbers of
//! a plain run with the values found.

use ndarray::{Array2, ArrayView2};

use super::aims::Margins;
use super::probability;
use super::proof;
use super::ranges::{FoundRanges, runs_of, values};
use super::runs::Runs;
use super::study::Study;
use super::{titles, unit};
use crate::diagnostic::Diagnostic;
use crate::engine::simulate::Simulation;
use crate::methods::minimise::{self, ConstraintKind, Minimisation};
use crate::methods::roots::{self, roots};
use crate::methods::{Bounds, starts};
use crate::model::{Find, Goal, InputRange, Query};
use crate::results::{
    FindAnswer, Reason, Search, SearchGoal, Sought, Unknown, ValueRange, Verdict,
};

/// Number of starting points of a search with a goal.
const STARTS: usize = 8;
/// Approximate number of points of a search for one unknown: the evaluations of a search are short, and each counts as
/// 256 points.
const POINTS_ALONE: usize = 40 * 256;
/// Approximate number of points of a search for several unknowns together.
const POINTS_TOGETHER: usize = 500 * 256;
/// Approximate number of values that a search for a probability tries with all draws.
const TRIALS: usize = 40;
/// Relative change of a condition, as a share of its scale, up to which it does not depend on the unknown.
const NO_EFFECT: f64 = 1e-13;
/// Distances from the end of a range, as shares of its width, at which the conditions are tried. At a jump
/// they may fail at the end itself.
const INSIDE: [f64; 6] = [0.0, 1e-15, 1e-13, 1e-11, 1e-9, 1e-6];

impl Runs<'_> {
    pub(super) fn find(
        &self,
        query: &Query,
        find: &Find,
        simulation: &Simulation,
    ) -> Result<FindAnswer, Diagnostic> {
        let mut searches = Vec::new();
        let each = if find.goal.is_some() { 1 } else { find.unknowns.len() };
        let all = query.scenarios.len() * each;
        for &scenario in &query.scenarios {
            if let Some(goal) = &find.goal {
                self.begin(searches.len(), all, POINTS_TOGETHER);
                searches.push(self.together(find, goal, scenario)?);
                continue;
            }
            for unknown in &find.unknowns {
                let inputs = std::slice::from_ref(unknown);
                let chance = find.so_that.iter().find(|aim| aim.condition.left.probability);
                let draws = simulation.draws as usize;
                let points = if chance.is_some() { draws * TRIALS } else { POINTS_ALONE };
                self.begin(searches.len(), all, points);
                searches.push(match chance {
                    Some(aim) => probability::search(self, aim, scenario, inputs, simulation)?,
                    None => self.alone(find, scenario, inputs)?,
                });
            }
        }
        let sought = find.so_that.iter().map(|aim| Sought {
            has_years: aim.years.0 < aim.years.1,
            condition: aim.condition.text.clone(),
            unit: unit(self.model, aim.condition.left.kind),
        });
        let goal = find.goal.as_ref().map(|goal| SearchGoal {
            expression: goal.value.text.clone(),
            year: goal.year,
            maximise: goal.maximise,
            unit: unit(self.model, goal.value.kind),
        });
        Ok(FindAnswer { conditions: sought.collect(), goal, searches })
    }

    /// Searches for all values of one unknown.
    fn alone(
        &self,
        find: &Find,
        scenario: Option<usize>,
        inputs: &[InputRange],
    ) -> Result<Search, Diagnostic> {
        let mut study = Study::new(self, scenario, inputs)?;
        let mut margins = Margins::want(self, &mut study, &find.so_that)?;
        let mut search = self.nothing(scenario, inputs)?;
        search.sides_now = margins.sides(self, &find.so_that, &*self.values(scenario)?)?;
        let Some(input) = inputs.first() else { return Ok(search) };
        let grid = values(input);
        let rows = study.evaluate(grid.view())?;
        margins.measure(rows.view());
        let least: Vec<f64> = rows.rows().into_iter().map(|row| margins.least(row, true)).collect();
        if least.iter().all(|least| least.is_nan()) {
            search.verdict = Verdict::Undefined;
            return Ok(search);
        }
        let grid: Vec<f64> = grid.column(0).to_vec();
        let undefined = grid.iter().zip(&least).filter(|(_, least)| least.is_nan());
        search.undefined = undefined.map(|(value, _)| *value).collect();
        let solver = Alone { study: &study, margins: &margins, input };
        let has_effect = solver.has_effect(rows.view());
        let found = match (input.step, has_effect) {
            (Some(_), _) | (None, false) => solver.tried(&grid, rows.view(), has_effect),
            (None, true) => solver.ranges()?,
        };
        search.fill(&found, input);
        if !has_effect && search.verdict == Verdict::Nowhere {
            (search.verdict, search.reason) = (Verdict::NoEffect, None);
        }
        search.proved = search.verdict == Verdict::Nowhere
            && input.step.is_none()
            && proof::nowhere(&study, &margins, input);
        if let Some(at) = search.at.first_mut() {
            let inside = search.ranges.iter().find(|range| (range.from..=range.to).contains(at));
            *at = solver.settled(*at, inside.copied())?;
        }
        if !search.at.is_empty() {
            search.sides = margins.sides(self, &find.so_that, &*study.plain(&search.at)?)?;
        }
        Ok(search)
    }

    /// Searches for the best values of several unknowns together.
    fn together(
        &self,
        find: &Find,
        goal: &Goal,
        scenario: Option<usize>,
    ) -> Result<Search, Diagnostic> {
        let inputs = find.unknowns.as_slice();
        let mut study = Study::new(self, scenario, inputs)?;
        let mut margins = Margins::want(self, &mut study, &find.so_that)?;
        let objective = study.want(&goal.value, &goal.value.expr, &[], goal.year)?;
        let mut search = self.nothing(scenario, inputs)?;
        search.sides_now = margins.sides(self, &find.so_that, &*self.values(scenario)?)?;
        let bounds: Vec<Bounds> = inputs.iter().map(bounds).collect();
        let places = starts(&bounds, STARTS, 1);
        let place = |(row, column): (usize, usize)| number(&inputs[column], places[row][column]);
        let measured = Array2::from_shape_fn((places.len(), inputs.len()), place);
        margins.measure(study.evaluate(measured.view())?.view());
        let sign = if goal.maximise { -1.0 } else { 1.0 };
        let mut batch = |points: ArrayView2<'_, f64>| {
            let numbers = Array2::from_shape_fn(points.dim(), |(row, column)| {
                number(&inputs[column], points[(row, column)])
            });
            let rows = study.evaluate(numbers.view())?;
            let mut outputs = Array2::zeros((points.nrows(), margins.0.len() + 1));
            for (row, mut output) in rows.rows().into_iter().zip(outputs.rows_mut()) {
                output[0] = sign * row[objective];
                for (n, margin) in margins.0.iter().enumerate() {
                    output[n + 1] = margin.smooth_share(row);
                }
            }
            Ok::<_, Diagnostic>(outputs)
        };
        let kind =
            |equation| if equation { ConstraintKind::Zero } else { ConstraintKind::AtLeastZero };
        let kinds: Vec<ConstraintKind> =
            margins.0.iter().map(|one| kind(one.is_equality())).collect();
        let outcome = match inputs.iter().all(|input| input.step.is_some()) {
            true => minimise::minimise_whole(&mut batch, &bounds, &kinds)?,
            false => minimise::minimise(&mut batch, &bounds, &kinds, &places)?,
        };
        let at = match outcome {
            Minimisation::Optimal(optimum) => {
                search.verdict = Verdict::Found;
                optimum.at
            }
            Minimisation::NotConverged(optimum) => {
                search.verdict = Verdict::NotConverged;
                optimum.at
            }
            Minimisation::Infeasible { at, .. } => at,
            Minimisation::Undefined | Minimisation::TooMany { .. } => {
                search.verdict = Verdict::Undefined;
                return Ok(search);
            }
        };
        search.at = at.iter().zip(inputs).map(|(&at, input)| number(input, at)).collect();
        let values = study.plain(&search.at)?;
        search.sides = margins.sides(self, &find.so_that, &values)?;
        let value = self.value(&values, &goal.value, &goal.value.expr, &[], goal.year)?;
        search.goal = Some(value);
        Ok(search)
    }

    /// Makes the record of a search: its unknowns, without results yet.
    pub(super) fn nothing(
        &self,
        scenario: Option<usize>,
        inputs: &[InputRange],
    ) -> Result<Search, Diagnostic> {
        let unknowns = inputs.iter().map(|input| {
            Ok(Unknown {
                input: input.text.clone(),
                title: titles::of_quantity(self.model, input.quantity),
                unit: unit(self.model, input.kind),
                low: input.low,
                high: input.high,
                step: input.step,
                now: self.now(scenario, input)?,
            })
        });
        Ok(Search {
            scenario: self.model.scenario_name(scenario).to_owned(),
            unknowns: unknowns.collect::<Result<_, Diagnostic>>()?,
            verdict: Verdict::Nowhere,
            reason: None,
            proved: false,
            at: Vec::new(),
            ranges: Vec::new(),
            interval: None,
            draws: None,
            goal: None,
            sides: Vec::new(),
            sides_now: Vec::new(),
            undefined: Vec::new(),
        })
    }

    /// Returns the lowest and the highest value of an input in the unchanged scenario.
    pub(super) fn now(
        &self,
        scenario: Option<usize>,
        input: &InputRange,
    ) -> Result<(f64, f64), Diagnostic> {
        let values = self.values(scenario)?;
        let (model, id) = (self.model, input.quantity);
        let quantity = &model.quantities[id];
        let array = values.array(id);
        let all: Vec<f64> = array.iter().copied().collect();
        let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        for cell in model.cells_of(id) {
            let meant =
                cell.iter().zip(&input.cell).zip(&quantity.axes).all(|((own, wanted), axis)| {
                    wanted.is_none_or(|wanted| wanted == *own) && model.sets[*axis].has(*own)
                });
            for year in (input.years.0..=input.years.1).filter(|_| meant) {
                if let Some(&value) = all.get(model.position(quantity, &cell, year)) {
                    (least, greatest) = (least.min(value), greatest.max(value));
                }
            }
        }
        Ok((least, greatest))
    }
}

/// Returns the bounds of a search: of the value, or of the number of steps if the range has a step.
fn bounds(input: &InputRange) -> Bounds {
    match input.count() {
        Some(count) => Bounds::new(0.0, count - 1.0),
        None => Bounds::new(input.low, input.high),
    }
}

/// Converts a number within the limits of [`bounds`] to a value of the unknown.
fn number(input: &InputRange, place: f64) -> f64 {
    if input.step.is_some() { input.at(place) } else { place }
}

impl Search {
    /// Stores the result for the only unknown of the search.
    pub(super) fn fill(&mut self, found: &FoundRanges, input: &InputRange) {
        let Some(unknown) = self.unknowns.first() else { return };
        let now = (unknown.now.0 + unknown.now.1) / 2.0;
        let nearest = |range: &ValueRange| now.max(range.from).min(range.to);
        let nearest = found.ranges.iter().map(nearest);
        let nearest = nearest.min_by(|a, b| (a - now).abs().total_cmp(&(b - now).abs()));
        self.ranges.clone_from(&found.ranges);
        match (nearest, found.closest) {
            (Some(nearest), _) => {
                let all = matches!(found.ranges.as_slice(),
                    [only] if only.from <= input.low && only.to >= last(input));
                self.verdict = if all { Verdict::Everywhere } else { Verdict::Found };
                self.at = vec![on_step(input, nearest)];
            }
            (None, Some(closest)) => {
                let at_bound = closest == input.low || closest == last(input);
                self.reason = Some(match (found.jumps, at_bound) {
                    (true, _) => Reason::Jumps,
                    (false, true) => Reason::AtBound,
                    (false, false) => Reason::Turns,
                });
                self.at = vec![closest];
            }
            (None, None) => self.verdict = Verdict::Undefined,
        }
    }
}

/// Returns the highest value that is tried: the last step within the range.
fn last(input: &InputRange) -> f64 {
    input.count().map_or(input.high, |count| input.at(count - 1.0))
}

/// Rounds a value to the nearest step of the range.
fn on_step(input: &InputRange, value: f64) -> f64 {
    input.step.map_or(value, |step| input.at(((value - input.low) / step).round()))
}

/// A search for all values of a single unknown that satisfy the conditions.
struct Alone<'a, 'r, 'm> {
    study: &'a Study<'r, 'm>,
    margins: &'a Margins,
    input: &'a InputRange,
}

impl Alone<'_, '_, '_> {
    /// True if one of the conditions depends on the unknown.
    fn has_effect(&self, rows: ArrayView2<'_, f64>) -> bool {
        self.margins.0.iter().any(|margin| {
            let shares = rows.rows().into_iter().map(|row| margin.share(row));
            let (mut least, mut greatest, mut missing) = (f64::INFINITY, f64::NEG_INFINITY, false);
            for share in shares {
                missing |= share.is_nan();
                (least, greatest) = (least.min(share), greatest.max(share));
            }
            missing || greatest - least > NO_EFFECT
        })
    }

    /// Groups the tried values that satisfy the conditions into ranges of neighbours.
    fn tried(&self, grid: &[f64], rows: ArrayView2<'_, f64>, has_effect: bool) -> FoundRanges {
        let holds: Vec<bool> = rows.rows().into_iter().map(|row| self.margins.hold(row)).collect();
        let mut found = FoundRanges { ranges: runs_of(grid, &holds), ..FoundRanges::default() };
        let least = rows.rows().into_iter().map(|row| self.margins.least(row, true));
        let closest = grid.iter().zip(least).filter(|(_, least)| !least.is_nan());
        found.closest = closest.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(value, _)| *value);
        found.jumps = has_effect
            && self.margins.equation().is_some_and(|equation| {
                let shares: Vec<f64> =
                    rows.rows().into_iter().map(|row| equation.share(row)).collect();
                shares.iter().zip(shares.iter().skip(1)).any(|(a, b)| a * b < 0.0)
            });
        found
    }

    /// Finds the ranges of values that satisfy the conditions; their ends are exact to the last digits.
    fn ranges(&self) -> Result<FoundRanges, Diagnostic> {
        let equation = self.margins.equation();
        let mut batch = |points: ArrayView2<'_, f64>| {
            let rows = self.study.evaluate(points)?;
            let value = |(row, _): (usize, usize)| match equation {
                Some(equation) => equation.share(rows.row(row)),
                None => self.margins.least(rows.row(row), true),
            };
            Ok::<_, Diagnostic>(Array2::from_shape_fn((points.nrows(), 1), value))
        };
        let roots = roots(&mut batch, bounds(self.input))?;
        let mut found = FoundRanges {
            ranges: Vec::new(),
            closest: roots.closest.map(|(at, _)| at),
            jumps: equation.is_some()
                && roots.roots.iter().any(|root| matches!(root.kind, roots::RootKind::Jump { .. })),
        };
        let ends = roots.roots.iter().map(|root| match root.kind {
            roots::RootKind::Flat { to } => (root.at, to),
            roots::RootKind::Crossing
            | roots::RootKind::Touching
            | roots::RootKind::Jump { .. } => (root.at, root.at),
        });
        let ends: Vec<(f64, f64)> = ends.collect();
        found.ranges = match equation {
            Some(_) => self.points(&ends)?,
            None => self.between(&ends)?,
        };
        Ok(found)
    }

    /// Finds the solutions of an equation that also satisfy the other conditions.
    fn points(&self, ends: &[(f64, f64)]) -> Result<Vec<ValueRange>, Diagnostic> {
        let at: Vec<f64> = ends.iter().map(|end| end.0).collect();
        let holds = self.holds(&at)?;
        let kept = ends.iter().zip(holds).filter(|(_, holds)| *holds);
        Ok(kept.map(|(&(from, to), _)| ValueRange { from, to }).collect())
    }

    /// Finds the ranges that satisfy the conditions; `ends` enclose the values at which a condition begins or ceases to
    /// hold.
    fn between(&self, ends: &[(f64, f64)]) -> Result<Vec<ValueRange>, Diagnostic> {
        let mut edges = vec![self.input.low];
        edges.extend(ends.iter().flat_map(|&(from, to)| [from, to]));
        edges.push(self.input.high);
        let middles: Vec<f64> =
            edges.iter().zip(edges.iter().skip(1)).map(|(a, b)| a + (b - a) / 2.0).collect();
        let inside = self.holds(&middles)?;
        let at_edge = self.holds(&edges)?;
        let mut ranges: Vec<ValueRange> = Vec::new();
        let mut add = |from: f64, to: f64| match ranges.last_mut() {
            Some(last) if from <= last.to => last.to = last.to.max(to),
            _ => ranges.push(ValueRange { from, to }),
        };
        for (n, &edge) in edges.iter().enumerate() {
            if at_edge.get(n) == Some(&true) {
                add(edge, edge);
            }
            if let (Some(&true), Some(&next)) = (inside.get(n), edges.get(n + 1)) {
                add(edge, next);
            }
        }
        Ok(ranges)
    }

    /// Tests for each value whether the conditions hold.
    fn holds(&self, at: &[f64]) -> Result<Vec<bool>, Diagnostic> {
        let points = Array2::from_shape_fn((at.len(), 1), |(n, _)| at[n]);
        let rows = self.study.evaluate(points.view())?;
        Ok(rows.rows().into_iter().map(|row| self.margins.hold(row)).collect())
    }

    /// Returns a value at which the conditions hold in a plain run: the end `at` of a range, or else a value slightly
    /// inside the range.
    fn settled(&self, at: f64, range: Option<ValueRange>) -> Result<f64, Diagnostic> {
        let Some(range) = range.filter(|_| self.input.step.is_none()) else { return Ok(at) };
        let inward = if at == range.from { range.to - at } else { range.from - at };
        let tried: Vec<f64> = INSIDE.iter().map(|share| at + inward * share).collect();
        let holds = self.holds(&tried)?;
        let first = tried.iter().zip(holds).find(|(_, holds)| *holds);
        Ok(first.map_or(at, |(value, _)| *value))
    }
}
