//! Sensitivity to random inputs: shares of the variance.

use ndarray::{Array2, ArrayView2};

use super::Output;
use crate::analysis::runs::Runs;
use crate::analysis::study::Study;
use crate::analysis::titles;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::kernels::normal_cdf;
use crate::engine::simulate::{Evaluated, PointInput, RandomInput, ReplacementDesign, Simulation};
use crate::methods::morris::{Screening, morris};
use crate::methods::pawn::pawn;
use crate::methods::shapley::{ShapleyFault, shapley_effects};
use crate::methods::sobol_indices::sobol_indices;
use crate::methods::{Batch, Bounds, Estimate, STUDENT, certain_ranks, starts};
use crate::model::{Query, SensitivityMethod};
use crate::results::{
    DesignNote, Effects, InputNote, MorrisEffect, PawnEffect, ShapleyEffect, Share, SobolEffect,
};

/// Number of points that test whether an input has an effect.
const TRIED: usize = 32;
/// Minimum number of base points.
const LEAST_POINTS: u64 = 256;
/// Probabilities between which a screening moves an input.
pub(super) const SCREENED: (f64, f64) = (0.05, 0.95);
/// Number of values at which PAWN fixes an input, the number that its authors use.
const FIXED_AT: usize = 10;
/// Number of starting points of a screening.
pub(super) const REPETITIONS: usize = 256;

/// A scenario whose random quantities are the inputs of a sensitivity analysis.
pub(super) struct RandomStudy<'r, 'm> {
    study: Study<'r, 'm>,
    /// The inputs with an effect on at least one output.
    inputs: Vec<RandomInput>,
    /// Number of inputs without effect on any output.
    pub(super) idle: usize,
    seed: u64,
    points: usize,
}

impl<'r, 'm> RandomStudy<'r, 'm> {
    /// Records a scenario; `None` if no random quantity affects the outputs.
    pub(super) fn new(
        runs: &'r Runs<'m>,
        scenario: Option<usize>,
        outputs: &[Output<'_>],
        simulation: &Simulation,
    ) -> Result<Option<Self>, Diagnostic> {
        let mut study = Study::with_overrides(runs, scenario, Vec::new())?;
        for output in outputs {
            let (question, cell) = (output.question, &output.cell);
            study.want(question, &question.expr, cell, output.year)?;
        }
        let inputs = study.random()?;
        let draws = simulation.draws.max(LEAST_POINTS);
        let points = 1 << draws.ilog2();
        let mut found = Self { study, inputs, idle: 0, seed: simulation.seed, points };
        if found.inputs.is_empty() {
            return Ok(None);
        }
        let moves = found.moves()?;
        let all = std::mem::take(&mut found.inputs);
        found.idle = moves.iter().filter(|moves| !**moves).count();
        found.inputs = all
            .into_iter()
            .zip(moves)
            .filter_map(|(input, moves)| moves.then_some(input))
            .collect();
        Ok((!found.inputs.is_empty()).then_some(found))
    }

    /// Tests for each input whether it changes an output at some points.
    fn moves(&self) -> Result<Vec<bool>, Diagnostic> {
        let (count, bounds) = (self.inputs.len(), Bounds::new(0.0, 1.0));
        let places = starts(&vec![bounds; count], TRIED, self.seed);
        let mut rows = Vec::new();
        for place in &places {
            rows.push(place.clone());
            for input in 0..count {
                let mut moved = place.clone();
                moved[input] =
                    if moved[input] < 0.5 { moved[input] + 0.5 } else { moved[input] - 0.49 };
                rows.push(moved);
            }
        }
        let points = Array2::from_shape_fn((rows.len(), count), |(row, n)| rows[row][n]);
        let values = self.run(points.view())?;
        let moves = |input: usize| {
            (0..places.len()).any(|place| {
                let first = place * (count + 1);
                values.row(first) != values.row(first + 1 + input)
            })
        };
        Ok((0..count).map(moves).collect())
    }

    /// Evaluates the outputs at some points, which are uniform numbers for the inputs.
    fn run(&self, points: ArrayView2<'_, f64>) -> Result<Array2<f64>, Diagnostic> {
        let columns: Vec<Vec<f64>> = points.columns().into_iter().map(|one| one.to_vec()).collect();
        let drawn: Vec<(PointInput, &[f64])> = self
            .inputs
            .iter()
            .map(|input| input.input)
            .zip(columns.iter().map(Vec::as_slice))
            .collect();
        let none = Array2::zeros((points.nrows(), 0));
        complete(self.study.evaluate_draws(none.view(), &drawn)?)
    }

    /// Returns the names of the first two correlated inputs.
    pub(super) fn correlated(&self) -> Option<(&str, &str)> {
        let pairs = self.inputs.iter().enumerate();
        let mut pairs = pairs.flat_map(|(n, a)| self.inputs[..n].iter().map(move |b| (b, a)));
        let pair = pairs.find(|(a, b)| self.study.correlation(a, b) != 0.0)?;
        Some((shown(&pair.0.name), shown(&pair.1.name)))
    }

    /// Applies a method of sensitivity analysis; returns the effects on each output.
    pub(super) fn effects(
        &self,
        runs: &Runs<'_>,
        query: &Query,
        method: SensitivityMethod,
    ) -> Result<Vec<Effects>, Diagnostic> {
        match method {
            SensitivityMethod::Sobol => {
                self.independent(runs, query, "Sobol's shares")?;
                self.sobol(runs)
            }
            SensitivityMethod::Pawn => {
                self.independent(runs, query, "PAWN's distances")?;
                self.pawn(runs)
            }
            SensitivityMethod::Shapley => self.shapley(runs),
            SensitivityMethod::Morris | SensitivityMethod::Tornado => self.morris(runs),
        }
    }

    /// Reports two correlated inputs, for a method that requires independent inputs; `what` names its results.
    fn independent(&self, runs: &Runs<'_>, query: &Query, what: &str) -> Result<(), Diagnostic> {
        match self.correlated() {
            Some((a, b)) => Err(correlated(runs, query, what, [a, b])),
            None => Ok(()),
        }
    }

    fn sobol(&self, runs: &Runs<'_>) -> Result<Vec<Effects>, Diagnostic> {
        runs.work.expect(self.points * (self.inputs.len() + 2));
        let mut batch = self;
        let indices = sobol_indices(&mut batch, self.inputs.len(), self.points, self.seed)?;
        let effects = indices.iter().map(|one| {
            let mut inputs: Vec<SobolEffect> = self
                .notes(runs)
                .zip(one.first.iter().zip(&one.total))
                .map(|(note, (first, total))| SobolEffect {
                    note,
                    first: share(first),
                    total: share(total),
                })
                .collect();
            inputs.sort_by(|a, b| b.total.value.total_cmp(&a.total.value));
            let sample = self.sample(one.variance, &one.total);
            Effects::Sobol { sample, inputs, dummy: share(&one.dummy) }
        });
        Ok(effects.collect())
    }

    fn shapley(&self, runs: &Runs<'_>) -> Result<Vec<Effects>, Diagnostic> {
        let count = self.inputs.len();
        let correlation = Array2::from_shape_fn((count, count), |(i, j)| {
            self.study.correlation(&self.inputs[i], &self.inputs[j])
        });
        runs.work.expect(self.points * (self.inputs.len() + 1));
        let mut batch = |points: ArrayView2<'_, f64>| self.run(points.mapv(probability).view());
        let found = shapley_effects(&mut batch, correlation.view(), self.points, self.seed);
        let found = found.map_err(|fault| match fault {
            ShapleyFault::Batch(problem) => problem,
            ShapleyFault::Impossible(_) => {
                Diagnostic::error(Code::Correlate, "the correlations cannot all hold")
                    .help("weaken one of them")
            }
        })?;
        let correlated = self.correlated().is_some();
        let effects = found.iter().map(|one| {
            let shares = self.notes(runs).zip(&one.shares);
            let mut inputs: Vec<ShapleyEffect> =
                shares.map(|(note, found)| ShapleyEffect { note, share: share(found) }).collect();
            inputs.sort_by(|a, b| b.share.value.total_cmp(&a.share.value));
            Effects::Shapley { sample: self.sample(one.variance, &one.shares), inputs, correlated }
        });
        Ok(effects.collect())
    }

    fn morris(&self, runs: &Runs<'_>) -> Result<Vec<Effects>, Diagnostic> {
        let bounds = Bounds::new(SCREENED.0, SCREENED.1);
        let mut batch =
            |points: ArrayView2<'_, f64>| self.run(points.mapv(|share| bounds.at(share)).view());
        let screening = Screening::of_each(self.inputs.len(), REPETITIONS);
        runs.work.expect(REPETITIONS * (self.inputs.len() + 1));
        let found = morris(&mut batch, &screening, self.seed)?;
        let effects = found.iter().map(|one| {
            let inputs = screened(self.notes(runs), one);
            Effects::Morris { repetitions: REPETITIONS, random: true, inputs }
        });
        Ok(effects.collect())
    }

    fn pawn(&self, runs: &Runs<'_>) -> Result<Vec<Effects>, Diagnostic> {
        let (count, points) = (self.inputs.len(), self.points);
        runs.work.expect(points * (count * FIXED_AT + 2));
        let mut batch = |points: ArrayView2<'_, f64>| self.run(points);
        let found = pawn(&mut batch, count, points, FIXED_AT, self.seed)?;
        let effects = found.iter().map(|one| {
            let effect = |(note, distances): (InputNote, &crate::methods::pawn::Distances)| {
                PawnEffect { note, median: distances.median, largest: distances.largest }
            };
            let mut inputs: Vec<PawnEffect> =
                self.notes(runs).zip(&one.inputs).map(effect).collect();
            inputs.sort_by(|a, b| b.median.total_cmp(&a.median));
            Effects::Pawn { points, fixed_at: FIXED_AT, inputs, dummy: one.dummy }
        });
        Ok(effects.collect())
    }

    fn sample(&self, variance: f64, of: &[Estimate]) -> DesignNote {
        let (sd, points) = (variance.max(0.0).sqrt(), self.points);
        DesignNote { sd, points, certain: certain_ranks(of) }
    }

    fn notes(&self, runs: &Runs<'_>) -> impl Iterator<Item = InputNote> {
        let model = runs.model;
        let several = |name: &str| {
            self.inputs.iter().any(|one| shown(&one.name) == shown(name) && one.name != name)
        };
        let note = |input: &RandomInput| {
            let name = shown(&input.name);
            let quantity = name.split('[').next().unwrap_or(name);
            let id = model.quantities.iter().position(|one| one.name == quantity);
            let mut text = name.to_owned();
            if several(&input.name) {
                let number = input.name.rsplit('#').next().and_then(|n| n.parse::<u32>().ok());
                text.push_str(&format!(", distribution {}", number.unwrap_or(0) + 1));
            }
            if input.part > 0 {
                text.push_str(&format!(" in {}", input.part));
            }
            let title = id.map_or(String::new(), |id| titles::of_quantity(model, id));
            InputNote { input: text, title }
        };
        self.inputs.iter().map(note).collect::<Vec<_>>().into_iter()
    }
}

impl Batch for &RandomStudy<'_, '_> {
    type Error = Diagnostic;

    fn run(&mut self, points: ArrayView2<'_, f64>) -> Result<Array2<f64>, Diagnostic> {
        RandomStudy::run(self, points)
    }

    fn run_replaced(
        &mut self,
        a: ArrayView2<'_, f64>,
        b: ArrayView2<'_, f64>,
    ) -> Result<Array2<f64>, Diagnostic> {
        let inputs: Vec<PointInput> = self.inputs.iter().map(|input| input.input).collect();
        let design = ReplacementDesign { inputs: &inputs, a, b };
        complete(self.study.evaluate_replacements(design)?)
    }
}

/// Returns the values, if there is one at every point.
fn complete(found: Evaluated) -> Result<Array2<f64>, Diagnostic> {
    match found.failed.len() {
        0 => Ok(found.values),
        failed => Err(without_value(failed, found.values.nrows())),
    }
}

/// Pairs inputs with their elementary effects, the largest effect first.
pub(super) fn screened(
    notes: impl Iterator<Item = InputNote>,
    effects: &[crate::methods::morris::ElementaryEffects],
) -> Vec<MorrisEffect> {
    let effect =
        |(note, one): (InputNote, &crate::methods::morris::ElementaryEffects)| MorrisEffect {
            note,
            mean_size: Share { value: one.mean_size, margin: 1.96 * one.standard_error },
            mean: one.mean.unwrap_or(f64::NAN),
            sd: one.sd,
            largest_move: one.largest_move,
        };
    let mut inputs: Vec<MorrisEffect> = notes.zip(effects).map(effect).collect();
    inputs.sort_by(|a, b| b.mean_size.value.total_cmp(&a.mean_size.value));
    inputs
}

fn share(estimate: &Estimate) -> Share {
    Share { value: estimate.value, margin: STUDENT * estimate.standard_error }
}

/// Returns the probability of a standard normal number, never exactly 0 or 1.
fn probability(normal: f64) -> f64 {
    normal_cdf(normal).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)
}

/// Removes the position of the distribution from the name of a random quantity.
fn shown(name: &str) -> &str {
    name.rsplit_once('#').map_or(name, |(name, _)| name)
}

fn without_value(failed: usize, points: usize) -> Diagnostic {
    let message = format!("a value cannot be computed at {failed} of {points} points");
    Diagnostic::error(Code::DrawFails, message)
        .help("give the distributions limits, `normal(5%, 2%, min: 0%)`")
}

fn correlated(runs: &Runs<'_>, query: &Query, what: &str, [a, b]: [&str; 2]) -> Diagnostic {
    let message = format!("{what} require independent inputs; `{a}` and `{b}` are correlated");
    let span = runs.model.correlations.first().map_or(query.span, |one| one.span);
    Diagnostic::error(Code::Correlate, message)
        .at(span, "correlates inputs")
        .and(query.span, "the query")
        .help("write `by shapley`")
}
