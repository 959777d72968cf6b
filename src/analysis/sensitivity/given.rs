//! Sensitivity to given values: tornado, elasticities, elementary effects.

use ndarray::{Array2, ArrayView2};

use super::Output;
use super::inputs::{GivenInput, given};
use super::random::{REPETITIONS, screened};
use crate::analysis::runs::Runs;
use crate::analysis::study::Study;
use crate::diagnostic::{Code, Diagnostic};
use crate::methods::morris::{Screening, morris};
use crate::methods::tornado::{VariedInput, elasticities, tornado};
use crate::results::{Effects, TornadoEffect};

/// A scenario whose given numbers are the inputs of a sensitivity analysis.
pub(super) struct GivenStudy<'r, 'm> {
    study: Study<'r, 'm>,
    inputs: Vec<GivenInput>,
    /// The input of each override of the study, and the number of an override that the points leave as it is.
    owners: Vec<(usize, Option<f64>)>,
}

impl<'r, 'm> GivenStudy<'r, 'm> {
    pub(super) fn new(
        runs: &'r Runs<'m>,
        scenario: Option<usize>,
        outputs: &[Output<'_>],
    ) -> Result<Self, Diagnostic> {
        let inputs = given(runs, scenario)?;
        let (mut owners, mut overrides) = (Vec::new(), Vec::new());
        for (n, input) in inputs.iter().enumerate() {
            owners.extend(input.overrides.iter().map(|_| (n, None)));
            owners.extend(input.before.iter().map(|one| (n, Some(one.value))));
            overrides.extend(input.overrides.iter().chain(&input.before).cloned());
        }
        let mut study = Study::with_overrides(runs, scenario, overrides)?;
        for output in outputs {
            let (question, cell) = (output.question, &output.cell);
            study.want(question, &question.expr, cell, output.year)?;
        }
        let mut study = Self { study, inputs, owners };
        study.name_years(runs.model.years.0)?;
        Ok(study)
    }

    /// Names the second year at inputs that leave the base year as it is, if its value would move an output.
    fn name_years(&mut self, first: i32) -> Result<(), Diagnostic> {
        let with_base_year = |(_, input): &(usize, &GivenInput)| !input.before.is_empty();
        let tried: Vec<usize> =
            self.inputs.iter().enumerate().filter(with_base_year).map(|(n, _)| n).collect();
        if tried.is_empty() {
            return Ok(());
        }
        let shape = (tried.len() + 1, self.owners.len());
        let numbers = Array2::from_shape_fn(shape, |(row, n)| {
            let (owner, fixed) = self.owners[n];
            let VariedInput { base, range } = self.inputs[owner].range;
            match fixed {
                None => base,
                Some(_) if tried.get(row) == Some(&owner) => {
                    if range.high == base {
                        range.low
                    } else {
                        range.high
                    }
                }
                Some(fixed) => fixed,
            }
        });
        let values = self.study.evaluate(numbers.view())?;
        let unchanged = values.row(tried.len());
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
        for (row, input) in tried.into_iter().enumerate() {
            if !values.row(row).iter().zip(unchanged).all(same) {
                self.inputs[input].note.input.push_str(&format!(" from {}", first + 1));
            }
        }
        Ok(())
    }

    /// Evaluates the outputs at some points, which have a number for each input.
    fn run(&self, points: ArrayView2<'_, f64>) -> Result<Array2<f64>, Diagnostic> {
        let shape = (points.nrows(), self.owners.len());
        let numbers = Array2::from_shape_fn(shape, |(row, n)| {
            let (owner, fixed) = self.owners[n];
            fixed.unwrap_or_else(|| points[(row, owner)])
        });
        self.study.evaluate(numbers.view())
    }

    fn ranges(&self) -> Vec<VariedInput> {
        self.inputs.iter().map(|input| input.range).collect()
    }

    /// Evaluates each input at both ends of its range; returns for each output the number of inputs without
    /// effect, and the effects of the others.
    pub(super) fn tornado(&self, outputs: usize) -> Result<Vec<(usize, Effects)>, Diagnostic> {
        if self.inputs.is_empty() {
            return Ok(vec![(0, Effects::Tornado { inputs: Vec::new() }); outputs]);
        }
        // Both ends of each range, then as many steps for the elasticities.
        self.study.expect(2 * (2 * self.inputs.len() + 1));
        let mut batch = |points: ArrayView2<'_, f64>| self.run(points);
        let found = tornado(&mut batch, &self.ranges())?;
        let slopes = elasticities(&mut batch, &self.ranges())?;
        let effects = found.iter().enumerate().map(|(n, one)| {
            let still =
                |bar: &&crate::methods::tornado::Bar| bar.low == one.base && bar.high == one.base;
            let moving = one.bars.iter().filter(|bar| !still(bar));
            let inputs = moving.map(|bar| {
                let input = &self.inputs[bar.input];
                let elasticity = slopes.elasticities[(n, bar.input)];
                let finite = |value: f64| value.is_finite().then_some(value);
                TornadoEffect {
                    note: input.note.clone(),
                    unit: input.unit.clone(),
                    now: input.now,
                    low: input.shown.0,
                    high: input.shown.1,
                    relative: input.relative,
                    at_low: finite(bar.low),
                    at_high: finite(bar.high),
                    elasticity: finite(elasticity).filter(|_| !input.is_year),
                }
            });
            let inputs: Vec<TornadoEffect> = inputs.collect();
            (self.inputs.len() - inputs.len(), Effects::Tornado { inputs })
        });
        Ok(effects.collect())
    }

    /// Screens the inputs by the method of Morris.
    pub(super) fn morris(
        &self,
        outputs: usize,
        seed: u64,
    ) -> Result<Vec<(usize, Effects)>, Diagnostic> {
        let nothing = Effects::Morris { repetitions: 0, random: false, inputs: Vec::new() };
        if self.inputs.is_empty() {
            return Ok(vec![(0, nothing); outputs]);
        }
        let mut batch = |points: ArrayView2<'_, f64>| {
            let numbers = Array2::from_shape_fn(points.dim(), |(row, n)| {
                let number = self.inputs[n].range.range.at(points[(row, n)]);
                if self.inputs[n].is_year { number.round() } else { number }
            });
            let values = self.run(numbers.view())?;
            match values.iter().filter(|value| value.is_nan()).count() {
                0 => Ok(values),
                _ => Err(undefined()),
            }
        };
        self.study.expect(REPETITIONS * (self.inputs.len() + 1));
        let screening = Screening::of_each(self.inputs.len(), REPETITIONS);
        let found = morris(&mut batch, &screening, seed)?;
        let effects = found.iter().map(|one| {
            let notes = self.inputs.iter().map(|input| input.note.clone());
            let mut inputs = screened(notes, one);
            inputs.retain(|input| input.largest_move != 0.0);
            let still = self.inputs.len() - inputs.len();
            (still, Effects::Morris { repetitions: REPETITIONS, random: false, inputs })
        });
        Ok(effects.collect())
    }
}

fn undefined() -> Diagnostic {
    Diagnostic::error(Code::DrawFails, "a value cannot be computed for some values of the inputs")
        .help("write `by tornado`, which shows where it has a value, or give the inputs bounds")
}
