//! A scenario that is recorded once and evaluated at many values of some inputs.

use std::cell::OnceCell;
use std::sync::Arc;

use ndarray::{Array2, ArrayView2, Axis};

use super::recorded::Recordings;
use super::runs::Runs;
use crate::diagnostic::Diagnostic;
use crate::engine::Values;
use crate::engine::grouped;
use crate::engine::simulate::{
    Evaluated, PointInput, PointProgram, RandomInput, RecordedRun, RecordedValue, ReplacementDesign,
};
use crate::model::{Expr, InputRange, Question};
use crate::plan::{Override, OverrideEffect, RunSpec, Stage, Target};

/// Positions in the inputs' ranges, as shares, at which recording is tried in turn until the run succeeds.
const SHARES: [f64; 5] = [0.5, 0.0, 1.0, 0.25, 0.75];

/// Memory in bytes of a number in the table of points: one copy of the caller and one in the computation.
const MEMORY_OF_NUMBER: u64 = 2 * size_of::<f64>() as u64;
/// Memory in bytes of a draw in the search for a probability: values at a few points, and an interval.
const MEMORY_OF_DRAW: u64 = 300;
/// Memory in bytes of the uniform number of a draw: one copy of the caller, and those of the evaluated points.
const MEMORY_OF_UNIFORM: u64 = 3 * size_of::<f64>() as u64;

/// A recorded scenario; each point gives a number for each input.
pub(super) struct Study<'r, 'm> {
    runs: &'r Runs<'m>,
    scenario: Option<usize>,
    inputs: &'r [InputRange],
    recorded: Recordings,
    run: (Arc<RecordedRun>, Arc<Values>),
    baseline: (Arc<RecordedRun>, Arc<Values>),
    columns: Vec<PointInput>,
    wanted: Vec<RecordedValue>,
    /// The program for all wanted values, compiled at the first evaluation after a value was added.
    program: OnceCell<PointProgram>,
    /// The program for points that differ in few inputs.
    replacements: OnceCell<PointProgram>,
}

impl<'r, 'm> Study<'r, 'm> {
    /// Records a scenario with numbers in place of the inputs, and its baseline with the same numbers.
    ///
    /// # Errors
    /// The run fails at every position that was tried, or it cannot be recorded.
    pub(super) fn new(
        runs: &'r Runs<'m>,
        scenario: Option<usize>,
        inputs: &'r [InputRange],
    ) -> Result<Self, Diagnostic> {
        let spec = first_run(runs, scenario, inputs)?;
        Ok(Self { inputs, ..Self::with_overrides(runs, scenario, spec.overrides)? })
    }

    /// Records a scenario with overrides, and its baseline with the same ones. Each point gives a number for
    /// each override.
    ///
    /// # Errors
    /// The run fails or cannot be recorded.
    pub(super) fn with_overrides(
        runs: &'r Runs<'m>,
        scenario: Option<usize>,
        overrides: Vec<Override>,
    ) -> Result<Self, Diagnostic> {
        let spec = RunSpec { overrides, ..runs.spec(scenario) };
        run(runs, &spec)?;
        let mut recorded = Recordings::until(&runs.stop);
        let mut record = |spec: &RunSpec| {
            let run = recorded.run(runs.model, &runs.scope, &runs.known.borrow(), spec)?;
            Ok((run, runs.of(spec)?))
        };
        let (baseline, run) = (record(&spec.baseline())?, record(&spec)?);
        let column = |given| recorded.tape.override_input(given);
        let columns = spec.overrides.iter().filter_map(column).collect();
        let (wanted, inputs) = (Vec::new(), &[][..]);
        let (program, replacements) = (OnceCell::new(), OnceCell::new());
        Ok(Self {
            runs,
            scenario,
            inputs,
            recorded,
            run,
            baseline,
            columns,
            wanted,
            program,
            replacements,
        })
    }

    /// Adds an expression in a cell and year to the values that the study evaluates; returns its column.
    pub(super) fn want(
        &mut self,
        question: &Question,
        expr: &Expr,
        cell: &[u32],
        year: i32,
    ) -> Result<usize, Diagnostic> {
        let (run, baseline) =
            ((&*self.run.0, &*self.run.1), (&*self.baseline.0, &*self.baseline.1));
        let tape = &mut self.recorded.tape;
        let wanted = tape.ask(self.runs.model, run, baseline, question, expr, (cell, year))?;
        self.wanted.push(wanted);
        (self.program, self.replacements) = (OnceCell::new(), OnceCell::new());
        Ok(self.wanted.len() - 1)
    }

    /// Evaluates all wanted values at some points. A point is a row with a number for each input; the result
    /// has a row per point and a column per value, with NaN for a value that cannot be computed.
    pub(super) fn evaluate(&self, points: ArrayView2<'_, f64>) -> Result<Array2<f64>, Diagnostic> {
        let Evaluated { mut values, failed } = self.evaluate_draws(points, &[])?;
        if failed.is_empty() || self.wanted.len() < 2 {
            return Ok(values);
        }
        // A point fails as a whole, so its values are computed again one by one.
        let rows: Vec<usize> = failed.iter().map(|bad| bad.draw as usize).collect();
        let again = points.select(Axis(0), &rows);
        for (n, wanted) in self.wanted.iter().enumerate() {
            let program = self.recorded.tape.compile(std::slice::from_ref(wanted));
            let alone = self.execute(&program, again.view(), &[])?.values;
            for (&row, &value) in rows.iter().zip(alone.column(0)) {
                values[(row, n)] = value;
            }
        }
        Ok(values)
    }

    /// Evaluates as [`Study::evaluate`] does, with given numbers for the random quantities at each point.
    pub(super) fn evaluate_draws(
        &self,
        points: ArrayView2<'_, f64>,
        drawn: &[(PointInput, &[f64])],
    ) -> Result<Evaluated, Diagnostic> {
        let program = self.program.get_or_init(|| self.recorded.tape.compile(&self.wanted));
        self.execute(program, points, drawn)
    }

    /// Evaluates all wanted values at the points of a design, whose numbers are uniform numbers of random quantities.
    pub(super) fn evaluate_replacements(
        &self,
        design: ReplacementDesign<'_>,
    ) -> Result<Evaluated, Diagnostic> {
        let tape = &self.recorded.tape;
        let program = self.replacements.get_or_init(|| tape.compile_for_replacements(&self.wanted));
        let (base, inputs) = design.a.dim();
        let points = base * (inputs + 2);
        self.fits((2 * inputs * base + self.wanted.len() * points) as u64, points)?;
        self.with_progress(points, |report| {
            tape.execute_replacements(program, design, &self.runs.model.solver, report)
        })
    }

    fn execute(
        &self,
        program: &PointProgram,
        points: ArrayView2<'_, f64>,
        drawn: &[(PointInput, &[f64])],
    ) -> Result<Evaluated, Diagnostic> {
        let numbers = (self.columns.len() + drawn.len() + self.wanted.len()) as u64;
        self.fits(numbers.saturating_mul(points.nrows() as u64), points.nrows())?;
        let columns: Vec<Vec<f64>> = points.columns().into_iter().map(|c| c.to_vec()).collect();
        let mut matrix: Vec<(PointInput, &[f64])> =
            self.columns.iter().copied().zip(columns.iter().map(Vec::as_slice)).collect();
        matrix.extend_from_slice(drawn);
        if matrix.is_empty() {
            return Ok(Evaluated { values: Array2::zeros((0, 0)), failed: Vec::new() });
        }
        let tape = &self.recorded.tape;
        self.with_progress(matrix.first().map_or(0, |(_, one)| one.len()), |report| {
            tape.execute_program(program, &matrix, &self.runs.model.solver, report)
        })
    }

    /// Refuses an evaluation whose numbers do not fit the memory.
    fn fits(&self, numbers: u64, points: usize) -> Result<(), Diagnostic> {
        self.runs.stop.fits_or(
            numbers.saturating_mul(MEMORY_OF_NUMBER),
            &format!("{} points of a query", grouped(points as u64)),
            "ask for fewer values or inputs, a larger `step`, or fewer draws",
        )
    }

    /// Evaluates some points and reports the progress.
    fn with_progress<T>(
        &self,
        points: usize,
        evaluate: impl FnOnce(&(dyn Fn(f64) + Sync)) -> T,
    ) -> T {
        let progress = self.runs.progress;
        let stretch = self.runs.work.evaluate(points);
        evaluate(&|done| {
            if let Some(stretch) = stretch {
                progress(stretch.at(done));
            }
        })
    }

    /// Returns for each wanted value an interval that contains it while the only input is within `low..high`.
    pub(super) fn bounds(&self, low: f64, high: f64) -> Vec<(f64, f64)> {
        let within: Vec<_> = self.columns.iter().map(|&input| (input, (low, high))).collect();
        self.recorded.tape.bounds(&self.wanted, &within)
    }

    /// Returns the uniform random numbers of all random quantities in the draws of a simulation.
    pub(super) fn drawn(
        &mut self,
        simulation: &crate::engine::simulate::Simulation,
    ) -> Result<Vec<(PointInput, Vec<f64>)>, Diagnostic> {
        let tape = &mut self.recorded.tape;
        tape.correlate(self.runs.model)?;
        let draw = tape.random_quantities() as u64 * MEMORY_OF_UNIFORM + MEMORY_OF_DRAW;
        self.runs.stop.fits_or(
            draw.saturating_mul(simulation.draws),
            &format!("the search over {} draws", grouped(simulation.draws)),
            "make fewer draws with `--draws`",
        )?;
        Ok(tape.drawn_inputs(simulation))
    }

    /// Sets the number of points that the current part of the query takes from now on.
    pub(super) fn expect(&self, points: usize) {
        self.runs.work.expect(points);
    }

    /// Reports the completed share of the work.
    pub(super) fn report(&self, share: f64) {
        (self.runs.progress)(share);
    }

    /// Correlates the random quantities as the script says, and returns them.
    ///
    /// # Errors
    /// The correlations are impossible.
    pub(super) fn random(&mut self) -> Result<Vec<RandomInput>, Diagnostic> {
        self.recorded.tape.correlate(self.runs.model)?;
        Ok(self.recorded.tape.random_inputs())
    }

    /// Returns the correlation of the normal numbers behind two random quantities.
    pub(super) fn correlation(&self, a: &RandomInput, b: &RandomInput) -> f64 {
        self.recorded.tape.normal_correlation(a, b)
    }

    /// Makes a plain run with given numbers for the inputs.
    pub(super) fn plain(&self, numbers: &[f64]) -> Result<Arc<Values>, Diagnostic> {
        run(self.runs, &with(self.runs, self.scenario, self.inputs, numbers))
    }
}

/// Describes the run of a scenario with given numbers for the inputs, which also replace the scenario's own values.
fn with(
    runs: &Runs<'_>,
    scenario: Option<usize>,
    inputs: &[InputRange],
    numbers: &[f64],
) -> RunSpec {
    let number = |(input, &value): (&InputRange, &f64)| {
        let (quantity, cell, years) = (input.quantity, input.cell.clone(), input.years);
        let (effect, stage) = (OverrideEffect::Set, Stage::Scenario);
        Override { target: Target { quantity, cell, years, effect, stage }, value }
    };
    let overrides = inputs.iter().zip(numbers).map(number).collect();
    RunSpec { changes: runs.spec(scenario).changes, overrides }
}

/// Makes a run, after its baseline, because the run may read the baseline.
fn run(runs: &Runs<'_>, spec: &RunSpec) -> Result<Arc<Values>, Diagnostic> {
    runs.of(&spec.baseline())?;
    runs.of(spec)
}

/// Returns the first run that succeeds among those with the inputs at the shares [`SHARES`] of their ranges.
fn first_run(
    runs: &Runs<'_>,
    scenario: Option<usize>,
    inputs: &[InputRange],
) -> Result<RunSpec, Diagnostic> {
    let mut first = None;
    for share in SHARES {
        let number = |input: &InputRange| match input.count() {
            Some(count) => input.at(((count - 1.0) * share).round()),
            None => input.low * (1.0 - share) + input.high * share,
        };
        let numbers: Vec<f64> = inputs.iter().map(number).collect();
        let spec = with(runs, scenario, inputs, &numbers);
        match run(runs, &spec) {
            Ok(_) => return Ok(spec),
            Err(problem) => drop(first.get_or_insert(problem)),
        }
        runs.stop.check()?;
    }
    Err(first.unwrap_or_else(crate::engine::Stop::interrupted))
}
