//! Simulation: a model run for many draws of its random quantities, or for many points of its inputs.
//!
//! All scenarios are recorded on one tape, so that a value that a scenario does not change is computed
//! once. Values that depend on no input of the tape are numbers. The values asked for are compiled to a
//! program, which is executed for lanes of draws or points on all threads. A draw is a function of seed,
//! name and number, and every sum has a fixed order: results do not depend on threads, lanes or the
//! machine.
//!
//! Reading order: `inputs`, `sampler`, `record`; `compile/schedule` to `compile/program`; `execute`, `kept`, `run`;
//! `quantiles/collect` for draws, `quantiles/part` for draws that several processes share, `points` for points.

mod bounds;
mod compile;
mod correlate;
mod execute;
mod inputs;
mod kept;
mod points;
mod quantiles;
mod random_inputs;
mod record;
mod run;
mod sampler;
mod solve;
mod uncertain;

pub use points::{Evaluated, PointInput, PointProgram, ReplacementDesign};
pub use quantiles::columns::{FoundStatistics, Work};
pub use quantiles::part::{CHUNK, PartOfValue, QuantileDraws};
pub use quantiles::requests::Statistics;
pub use random_inputs::RandomInput;
pub use run::{BadDraw, Simulation};
pub use uncertain::Uncertain;

use rustc_hash::FxHashSet;

use super::answer::slots;
use super::run::domain::Binary;
use super::run::driver::{Finished, drive};
use super::run::eval::{Evaluator, Stored};
use super::solve::tape::{Node, Symbolic, Tape};
use super::{Known, Stop, Values, after};
use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, Expr, Model, Question};
use crate::plan::{RunSpec, Scope, plan};
use inputs::LaneInputs;
use record::Recorder;
use sampler::Sampler;

/// A node whose value must lie within bounds in every draw.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Guard {
    node: Node,
    low: f64,
    high: f64,
}

/// Several runs of a model, recorded on one tape.
#[derive(Debug, Default)]
pub struct Recording {
    tape: Tape,
    inputs: LaneInputs,
    guards: Vec<Guard>,
    /// The guards that are in `guards` already.
    guarded: FxHashSet<(Node, u64, u64)>,
    stop: Stop,
}

/// A recorded run: its values are numbers, or nodes of the recording's tape.
#[derive(Debug, Clone)]
pub struct RecordedRun(Finished<Symbolic>);

/// A value to be computed in every draw or point.
#[derive(Debug, Clone, Copy)]
pub struct RecordedValue(Symbolic);

impl Recording {
    /// Makes an empty recording; raising the flag ends its recording and its execution.
    pub fn until(stop: &Stop) -> Self {
        Self { stop: stop.clone(), ..Self::default() }
    }

    /// Records a run. `plain` holds its values with every random quantity at its median and every override
    /// at its number; `baseline` is the baseline with the same overrides, recorded and plain.
    ///
    /// # Errors
    /// As [`super::run`]; a distribution whose parameters depend on a random quantity or an override.
    pub fn record(
        &mut self,
        model: &Model,
        spec: impl Into<RunSpec>,
        plain: &Values,
        baseline: Option<(&RecordedRun, &Values)>,
    ) -> Result<RecordedRun, Diagnostic> {
        let (spec, plain_baseline) = (spec.into(), baseline.map_or(plain, |(_, plain)| plain));
        let without = spec.baseline();
        let known = after(&without, baseline.map(|(run, _)| run));
        self.record_from(model, &spec, &Scope::whole(model), (plain, plain_baseline), &known)
    }

    /// Records a run of the quantities in `scope`. `plain` holds the plain values of the run and of its
    /// baseline. `known` are recorded runs of the same scope, whose values are taken over where they are
    /// sure to be the same; the run's baseline is looked for among them.
    ///
    /// # Errors
    /// As [`Recording::record`].
    pub fn record_from(
        &mut self,
        model: &Model,
        spec: &RunSpec,
        scope: &Scope,
        plain: (&Values, &Values),
        known: &[Known<'_, RecordedRun>],
    ) -> Result<RecordedRun, Diagnostic> {
        let specs: Vec<&RunSpec> = known.iter().map(|known| known.spec).collect();
        let plan = plan(model, spec, scope, &specs);
        let known = known.iter().map(|known| &known.values.0).collect();
        let stop = self.stop.clone();
        let overrides = spec.overrides.iter().map(|given| self.inputs.overridden(given)).collect();
        let recorder = Recorder::new(self, plain, overrides);
        let (finished, _) = drive(&plan, known, &stop, recorder)?;
        Ok(RecordedRun(finished))
    }

    /// Records a query's expression in a cell and year of a recorded run.
    ///
    /// # Errors
    /// As [`super::ask`].
    pub fn ask(
        &mut self,
        model: &Model,
        (run, plain): (&RecordedRun, &Values),
        (baseline, plain_baseline): (&RecordedRun, &Values),
        question: &Question,
        expr: &Expr,
        (elements, year): (&[u32], i32),
    ) -> Result<RecordedValue, Diagnostic> {
        let mut slots = slots(model, question, elements);
        let plain_baseline = Some(&plain_baseline.finished.values);
        let stored = Stored { values: &plain.finished.values, baseline: plain_baseline };
        let sampler = Sampler {
            tape: &mut self.tape,
            inputs: &mut self.inputs,
            values: &run.0.values,
            baseline: Some(&baseline.0.values),
            overrides: &[],
            reads_baseline: false,
        };
        let evaluator = Evaluator::new(model, stored, &mut slots, sampler);
        let value = evaluator.of_query(&question.text).eval(expr, year);
        value.map(RecordedValue).map_err(|fault| fault.report(&question.text, year))
    }

    /// Requires that a value lies within bounds wherever the tape is executed.
    fn guard(&mut self, value: Symbolic, (low, high): (f64, f64)) {
        if let Symbolic::Node(node) = value
            && self.guarded.insert((node, low.to_bits(), high.to_bits()))
        {
            self.guards.push(Guard { node, low, high });
        }
    }

    /// Records the difference of two values.
    pub fn difference(&mut self, a: RecordedValue, b: RecordedValue) -> RecordedValue {
        let minus = Binary::Operator(BinaryOp::Subtract);
        RecordedValue(self.tape.binary(minus, a.0, b.0))
    }

    /// Records a linear combination of values: each times a number.
    pub fn combination(&mut self, terms: &[(f64, RecordedValue)]) -> RecordedValue {
        let (times, plus) = (Binary::Operator(BinaryOp::Multiply), Binary::Operator(BinaryOp::Add));
        let mut sum = Symbolic::Known(0.0);
        for &(factor, value) in terms {
            let term = self.tape.binary(times, Symbolic::Known(factor), value.0);
            sum = self.tape.binary(plus, sum, term);
        }
        RecordedValue(sum)
    }

    /// True if the recording has no random quantity.
    pub fn is_certain(&self) -> bool {
        self.inputs.quantities.is_empty()
    }
}
