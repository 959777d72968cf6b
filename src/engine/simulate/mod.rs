//! Simulation: a model run for many draws of its random quantities.
//!
//! Runs are recorded on one tape that all scenarios share, so that what a scenario does not change is
//! computed once; what does not depend on draws is a number. The values asked for become a program,
//! which runs over lanes of draws on all threads. A draw is a function of seed, name and number, and
//! every sum has a fixed order: the results do not depend on threads, lanes or the machine.

mod compile;
mod correlate;
mod execute;
mod inputs;
mod quantiles;
mod record;
mod run;
mod sampler;
mod solve;

pub use quantiles::collect::{Found, Kept};
pub use run::{BadDraw, Simulation};

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{Known, Stop, Values, trails};
use crate::diagnostic::Diagnostic;
use crate::engine::run::eval::Evaluator;
use crate::engine::run::reuse::Trails;
use crate::engine::run::store::Store;
use crate::engine::solve::tape::{Node, Tape, Traced};
use crate::model::{ChangeId, Expr, Model, Question};
use crate::plan::{Cursor, Scope, plan};
use inputs::Inputs;
use record::Recorder;
use sampler::Sampler;

/// A node whose value must lie within bounds in every draw.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Guard {
    node: Node,
    low: f64,
    high: f64,
}

/// All runs of a model, written down.
#[derive(Debug, Default)]
pub struct Recording {
    tape: Tape,
    inputs: Inputs,
    guards: Vec<Guard>,
    /// What is in `guards` already.
    guarded: FxHashSet<(Node, u64, u64)>,
    stop: Stop,
}

/// The values of one run, each a number or a node of the recording's tape.
#[derive(Debug, Clone)]
pub struct Run {
    values: Store<Traced>,
    trails: Trails,
}

/// A value that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted(Traced);

impl Recording {
    /// A recording that nothing is in yet, made and drawn until the flag is raised.
    pub fn until(stop: &Stop) -> Self {
        Self { stop: stop.clone(), ..Self::default() }
    }

    /// Writes down a run with some changes; `plain` holds its values at the medians.
    ///
    /// # Errors
    /// As [`super::run`]; a distribution whose parameters are random.
    pub fn record(
        &mut self,
        model: &Model,
        changes: &[ChangeId],
        plain: &Values,
        baseline: Option<(&Run, &Values)>,
    ) -> Result<Run, Diagnostic> {
        let known = baseline.map(|(run, _)| Known::baseline(run));
        let plain = (plain, baseline.map_or(plain, |(_, plain)| plain));
        self.record_from(model, changes, &Scope::whole(model), plain, known.as_slice())
    }

    /// As [`Recording::record`], of what is in `scope`; `plain` are the values of this run and of the
    /// baseline at the medians, `known` runs of the same scope that were written down, the baseline
    /// first: what is the same in one of them is kept.
    ///
    /// # Errors
    /// As [`Recording::record`].
    pub fn record_from(
        &mut self,
        model: &Model,
        changes: &[ChangeId],
        scope: &Scope,
        plain: (&Values, &Values),
        known: &[Known<'_, Run>],
    ) -> Result<Run, Diagnostic> {
        let others: Vec<&[ChangeId]> = known.iter().map(|known| known.changes).collect();
        let plan = plan(model, changes, scope, &others);
        let recorder = Recorder {
            recording: self,
            plan: &plan,
            plain: plain.0,
            plain_baseline: plain.1,
            known: known.iter().map(|known| known.values).collect(),
            trails: trails(model, &plan.layout),
            values: Store::new(Arc::clone(&plan.layout)),
            slots: vec![0; model.slots],
            certain: [vec![None; model.quantities.len()], vec![None; model.quantities.len()]],
            cursor: Cursor::default(),
            definitions: Vec::new(),
        };
        recorder.record()
    }

    /// The value of a query's expression in a cell and year of a run.
    ///
    /// # Errors
    /// As [`super::ask`].
    pub fn ask(
        &mut self,
        model: &Model,
        (run, plain): (&Run, &Values),
        (baseline, plain_baseline): (&Run, &Values),
        question: &Question,
        expr: &Expr,
        (elements, year): (&[u32], i32),
    ) -> Result<Wanted, Diagnostic> {
        let mut slots = vec![0; model.slots];
        for (&(slot, _), &element) in question.loops.iter().zip(elements) {
            slots[slot] = element;
        }
        let mut evaluator = Evaluator {
            model,
            layout: plain.layout(),
            values: &plain.values,
            baseline: Some(&plain_baseline.values),
            slots: &mut slots,
            defining: None,
            domain: Sampler {
                tape: &mut self.tape,
                inputs: &mut self.inputs,
                values: &run.values,
                baseline: Some(&baseline.values),
                reads_baseline: false,
            },
        };
        let value = evaluator.eval(expr, year);
        value.map(Wanted).map_err(|fault| fault.report(&question.text, year))
    }

    /// The difference of two values.
    pub fn difference(&mut self, a: Wanted, b: Wanted) -> Wanted {
        let minus = crate::engine::run::domain::Binary::Operator(crate::model::BinaryOp::Subtract);
        Wanted(self.tape.binary(minus, a.0, b.0))
    }

    /// True if nothing is drawn.
    pub fn is_certain(&self) -> bool {
        self.inputs.quantities.is_empty()
    }
}
