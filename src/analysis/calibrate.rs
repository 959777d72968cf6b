//! `calibrate`: values of inputs with which computed values fit observed ones.
//!
//! The scenario is recorded once with the inputs. The search is [`crate::methods::least_squares`]: it begins at
//! the inputs' present values and at points spread over their ranges.

use ndarray::{Array2, ArrayView1, ArrayView2};

use super::runs::Runs;
use super::study::Study;
use super::{cells, titles, unit};
use crate::diagnostic::{Code, Diagnostic};
use crate::methods::least_squares::{Fitting, least_squares};
use crate::methods::{Bounds, starts};
use crate::model::{Calibrate, Fit, InputRange, Query};
use crate::results::{CalibrateAnswer, Calibration, FitQuality, FitVerdict, FittedParameter};

/// Number of starting points beside the present values.
const STARTS: usize = 8;

/// An observation of a fit in one cell and year; `computed` and `observed` are columns of a study.
struct Observation {
    fit: usize,
    cell: Vec<u32>,
    year: i32,
    computed: usize,
    observed: usize,
}

/// The observations that a calibration fits, with the observed numbers.
struct Target {
    observations: Vec<Observation>,
    observed: Vec<f64>,
    /// For each fit the size by which its values are divided: with several fits the root mean square of its
    /// observations, so that fits in different units can be added up.
    sizes: Vec<f64>,
}

/// Approximate number of points that a fit evaluates: its evaluations are short, and each counts as 256 points.
const POINTS: usize = 300 * 256;

impl Runs<'_> {
    pub(super) fn calibrate(
        &self,
        query: &Query,
        calibrate: &Calibrate,
    ) -> Result<CalibrateAnswer, Diagnostic> {
        let mut calibrations = Vec::new();
        for (n, &scenario) in query.scenarios.iter().enumerate() {
            self.begin(n, query.scenarios.len(), POINTS);
            calibrations.push(self.calibration(query, calibrate, scenario)?);
        }
        Ok(CalibrateAnswer { years: (query.years.first(), query.years.last()), calibrations })
    }

    fn calibration(
        &self,
        query: &Query,
        Calibrate { unknowns, fits }: &Calibrate,
        scenario: Option<usize>,
    ) -> Result<Calibration, Diagnostic> {
        let mut study = Study::new(self, scenario, unknowns)?;
        let observations = self.observations(query, fits, &mut study)?;
        let bounds: Vec<Bounds> =
            unknowns.iter().map(|input| Bounds::new(input.low, input.high)).collect();
        let mut parameters = Vec::new();
        for input in unknowns {
            parameters.push(self.parameter(scenario, input)?);
        }
        let middle = |parameter: &FittedParameter| {
            let (least, greatest) = parameter.now;
            (least + (greatest - least) / 2.0).clamp(parameter.low, parameter.high)
        };
        let mut places = vec![parameters.iter().map(middle).collect::<Vec<f64>>()];
        places.extend(starts(&bounds, STARTS, 1));
        let points = Array2::from_shape_fn((places.len(), bounds.len()), |(row, n)| places[row][n]);
        let values = study.evaluate(points.view())?;
        let target = Target::new(fits, observations, values.view())?;
        let mut batch = |points: ArrayView2<'_, f64>| {
            let rows = study.evaluate(points)?;
            let value = |(row, n): (usize, usize)| {
                let one = &target.observations[n];
                rows[(row, one.computed)] / target.sizes[one.fit]
            };
            let shape = (points.nrows(), target.observed.len());
            Ok::<_, Diagnostic>(Array2::from_shape_fn(shape, value))
        };
        let outcome = least_squares(&mut batch, &target.scaled(), &bounds, &places)?;
        let now = self.computed_now(fits, &target, scenario)?;
        let quality = |(number, fit): (usize, &Fit)| FitQuality {
            expression: fit.value.text.clone(),
            observed: fit.observed_text.clone(),
            unit: unit(self.model, fit.value.kind),
            deviation_now: target.deviation(number, &now),
            deviation: None,
        };
        let mut found = Calibration {
            scenario: self.model.scenario_name(scenario).to_owned(),
            verdict: FitVerdict::Undefined,
            parameters,
            correlations: Vec::new(),
            fits: fits.iter().enumerate().map(quality).collect(),
            observations: target.observed.len(),
            sum_of_squares: None,
        };
        if let Some(at) = enter(&mut found, outcome) {
            let point = Array2::from_shape_fn((1, at.len()), |(_, n)| at[n]);
            target.measure(&mut found, study.evaluate(point.view())?.row(0));
        }
        Ok(found)
    }

    /// Adds both sides of each fit, in all cells and years, to the values that a study evaluates.
    fn observations(
        &self,
        query: &Query,
        fits: &[Fit],
        study: &mut Study<'_, '_>,
    ) -> Result<Vec<Observation>, Diagnostic> {
        let mut all = Vec::new();
        for (number, fit) in fits.iter().enumerate() {
            for (cell, _) in cells(self.model, &fit.value) {
                for year in query.years.iter() {
                    let question = &fit.value;
                    let mut want = |expr| study.want(question, expr, &cell, year);
                    let sides = want(&question.expr).and_then(|a| Ok((a, want(&fit.observed)?)));
                    match sides {
                        Ok((computed, observed)) => {
                            let (fit, cell) = (number, cell.clone());
                            all.push(Observation { fit, cell, year, computed, observed });
                        }
                        // Growth has no value in the first year.
                        Err(problem) if problem.code == Code::OutsideHorizon => {}
                        Err(problem) => return Err(problem),
                    }
                }
            }
        }
        Ok(all)
    }

    fn parameter(
        &self,
        scenario: Option<usize>,
        input: &InputRange,
    ) -> Result<FittedParameter, Diagnostic> {
        Ok(FittedParameter {
            input: input.text.clone(),
            title: titles::of_quantity(self.model, input.quantity),
            unit: unit(self.model, input.kind),
            low: input.low,
            high: input.high,
            now: self.now(scenario, input)?,
            value: None,
            error: None,
            is_cause: false,
        })
    }

    /// Returns the computed value of each observation in the unchanged scenario.
    fn computed_now(
        &self,
        fits: &[Fit],
        target: &Target,
        scenario: Option<usize>,
    ) -> Result<Vec<f64>, Diagnostic> {
        let values = self.values(scenario)?;
        let one = |one: &Observation| {
            let question = &fits[one.fit].value;
            self.value(&values, question, &question.expr, &one.cell, one.year)
        };
        target.observations.iter().map(one).collect()
    }
}

impl Target {
    /// Reads the observed values; they must be equal in all rows of `values`, which belong to the starting points.
    fn new(
        fits: &[Fit],
        observations: Vec<Observation>,
        values: ArrayView2<'_, f64>,
    ) -> Result<Self, Diagnostic> {
        let mut observed = Vec::with_capacity(observations.len());
        for one in &observations {
            let column = values.column(one.observed);
            let known = column.iter().copied().find(|value| value.is_finite());
            let differs = |value: &f64| value.is_finite() && Some(*value) != known;
            let fit = &fits[one.fit];
            match known {
                Some(known) if !column.iter().any(differs) => observed.push(known),
                Some(_) => return Err(moving(fit)),
                None => return Err(unknown(fit, one.year)),
            }
        }
        let mut target = Self { observations, observed, sizes: vec![1.0; fits.len()] };
        if fits.len() > 1 {
            let zeros = vec![0.0; target.observed.len()];
            for number in 0..fits.len() {
                let size = target.deviation(number, &zeros).filter(|size| *size > 0.0);
                target.sizes[number] = size.unwrap_or(1.0);
            }
        }
        Ok(target)
    }

    /// Returns the observed values, each divided by the scale of its fit.
    fn scaled(&self) -> Vec<f64> {
        let sizes = self.observations.iter().map(|one| self.sizes[one.fit]);
        self.observed.iter().zip(sizes).map(|(value, size)| value / size).collect()
    }

    /// Root mean square of the differences between computed and observed values of a fit.
    fn deviation(&self, fit: usize, computed: &[f64]) -> Option<f64> {
        let all = self.observations.iter().zip(computed).zip(&self.observed);
        let own = all.filter(|((one, _), _)| one.fit == fit);
        let squares: Vec<f64> = own.map(|((_, a), b)| (a - b) * (a - b)).collect();
        finite((squares.iter().sum::<f64>() / squares.len() as f64).sqrt())
    }

    /// Adds the deviations of the best fit to the answer; `row` has the values that the study computes there.
    fn measure(&self, found: &mut Calibration, row: ArrayView1<'_, f64>) {
        let computed: Vec<f64> = self.observations.iter().map(|one| row[one.computed]).collect();
        for (number, fit) in found.fits.iter_mut().enumerate() {
            fit.deviation = self.deviation(number, &computed);
        }
        found.sum_of_squares = finite(self.squares(&computed));
    }

    /// Returns the sum of squared differences, each divided by the scale of its fit.
    fn squares(&self, computed: &[f64]) -> f64 {
        let all = self.observations.iter().zip(computed).zip(&self.observed);
        all.map(|((one, a), b)| (a - b) / self.sizes[one.fit]).map(|share| share * share).sum()
    }
}

/// Enters the outcome of the search; returns the best parameters if there are any.
fn enter(found: &mut Calibration, outcome: Fitting) -> Option<Vec<f64>> {
    let (verdict, at, causes) = match outcome {
        Fitting::Fitted(fit) => {
            for (parameter, error) in found.parameters.iter_mut().zip(fit.standard_errors) {
                parameter.error = Some(error);
            }
            let rows = fit.correlations.rows().into_iter();
            found.correlations = rows.map(|row| row.to_vec()).collect();
            (FitVerdict::Fitted, fit.parameters, Vec::new())
        }
        Fitting::NotConverged { best, .. } => (FitVerdict::NotConverged, best, Vec::new()),
        Fitting::NotDistinguishable { parameters, at } => {
            (FitVerdict::NotDistinguishable, at, parameters)
        }
        Fitting::AtBounds { parameters, at } => (FitVerdict::AtBounds, at, parameters),
        Fitting::TooFewObservations => {
            found.verdict = FitVerdict::TooFewObservations;
            return None;
        }
        Fitting::Undefined => return None,
    };
    found.verdict = verdict;
    for (parameter, &value) in found.parameters.iter_mut().zip(&at) {
        parameter.value = Some(value);
    }
    for cause in causes {
        if let Some(parameter) = found.parameters.get_mut(cause) {
            parameter.is_cause = true;
        }
    }
    Some(at)
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn moving(fit: &Fit) -> Diagnostic {
    let text = &fit.observed_text;
    let message = format!("`{text}` changes with the calibrated inputs; observed values are fixed");
    Diagnostic::error(Code::SearchCondition, message)
        .at(fit.value.span, "observed value not fixed")
        .help("write the computed values before `fits` and the observed ones after it")
}

fn unknown(fit: &Fit, year: i32) -> Diagnostic {
    let message =
        format!("the observed value `{}` cannot be computed in {year}", fit.observed_text);
    Diagnostic::error(Code::SearchCondition, message)
        .at(fit.value.span, "without an observed value")
        .help("name the years that are observed: ` in 2020..2024` after the last fit")
}
