//! A plan to the values of all quantities.
//!
//! In: a [`Model`] and a [`RunSpec`]. Out: [`Values`], or the diagnostic of the first value that cannot be
//! computed. Equations that depend on each other are solved; a value that did not converge is never a
//! result.
//!
//! # Map
//!
//! Five shelves. A shelf imports only from the shelves below it.
//!
//! | shelf | holds | read first |
//! |---|---|---|
//! | [`simulate`] | the model recorded once on a tape, and the tape executed for many draws | `record`, then `compile/program`, `execute`, `run`, `quantiles/collect` |
//! | this file | a plain run | [`run_from`] |
//! | `solve` | blocks of simultaneous equations: tape, derivatives, Newton's method | `tape`, `system`, `newton`, `block` |
//! | `run` | what all runs share: the evaluator and its domains, the stored values, the reuse of another run's values, the driver | `domain`, `eval`, `years`, `store`, `reuse`, `driver` |
//! | [`numbers`] | numerical methods that know no model: elementary functions, distributions, random numbers, sums, quantiles | `kernels`, `distribution`, `sampling` |
//!
//! Reading order: `run/domain`, `run/eval`, `run/driver`, this file, `solve/system`, `solve/newton`, then
//! `simulate/record` and the files after it. `numbers` can be read on its own.

pub mod numbers;
mod run;
pub mod simulate;
mod solve;

pub use numbers::{distribution, kernels, random, sampling, summary};
pub use run::answer::{ask, ask_size};
pub(crate) use run::stop::grouped;
pub use run::stop::{PhaseSeconds, Stop};
pub use run::values::{Iteration, Known, Solved, Values};

use std::collections::BTreeMap;

use run::domain::{Numbers, RandomId};
use run::driver::{Computation, RunProgress, drive};
use run::eval::{CommonReductions, Evaluator, Stored};
use run::store::Store;
use run::years::{self, YearValues, Years};
use solve::block::Systems;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ABOVE_ZERO, Expr, Kind, Model};
use crate::plan::{Block, Plan, Point, Rule, RunSpec, Scope, plan};
use crate::quantity::hundredfold;

/// Runs the model. `baseline` holds the values of the baseline with the same overrides; without it,
/// `baseline(x)` reads the run itself.
///
/// # Errors
/// The first value that cannot be computed, is outside its bounds or has no solution.
pub fn run(
    model: &Model,
    spec: impl Into<RunSpec>,
    baseline: Option<&Values>,
) -> Result<Values, Diagnostic> {
    let (spec, scope) = (spec.into(), Scope::whole(model));
    let baseline_spec = spec.baseline();
    let known = after(&baseline_spec, baseline);
    run_numbers(
        model,
        (&spec, &scope),
        &known,
        Numbers::default(),
        &Stop::default(),
        &mut Vec::new(),
    )
}

/// Runs the quantities in `scope`, until the flag is raised. `known` are runs of the same scope: a value
/// that is sure to be the same in one of them is taken over, and the run's baseline is looked for among
/// them.
///
/// # Errors
/// As [`run`], and `interrupted`.
pub fn run_from(
    model: &Model,
    spec: impl Into<RunSpec>,
    scope: &Scope,
    known: &[Known<'_, Values>],
    stop: &Stop,
) -> Result<Values, Diagnostic> {
    let spec = spec.into();
    run_numbers(model, (&spec, scope), known, Numbers::default(), stop, &mut Vec::new())
}

/// Runs the quantities in `scope` as [`run_from`] does. `solved` gets a record of each block, also of the
/// block without a solution that ends the run.
///
/// # Errors
/// As [`run`].
pub fn run_traced(
    model: &Model,
    spec: &RunSpec,
    scope: &Scope,
    known: &[Known<'_, Values>],
    (stop, solved): (&Stop, &mut Vec<Solved>),
) -> Result<Values, Diagnostic> {
    run_numbers(model, (spec, scope), known, Numbers::default(), stop, solved)
}

/// Runs the model with every random quantity at its value in one draw; a quantity that the draw does not
/// name is at its median.
///
/// # Errors
/// As [`run`].
pub fn run_drawn(
    model: &Model,
    spec: impl Into<RunSpec>,
    baseline: Option<&Values>,
    drawn: &Drawn,
) -> Result<Values, Diagnostic> {
    let (spec, scope) = (spec.into(), Scope::of_script(model));
    let numbers = Numbers { drawn: Some(&drawn.0) };
    let baseline_spec = spec.baseline();
    let known = after(&baseline_spec, baseline);
    run_numbers(model, (&spec, &scope), &known, numbers, &Stop::default(), &mut Vec::new())
}

/// Returns the known runs of a run: its baseline, or none.
fn after<'a, V>(spec: &'a RunSpec, baseline: Option<&'a V>) -> Vec<Known<'a, V>> {
    baseline.map(|values| Known { spec, values }).into_iter().collect()
}

/// Uniform numbers of all random quantities in one draw.
#[derive(Debug, Clone)]
pub struct Drawn(BTreeMap<RandomId, f64>);

impl Drawn {
    /// Makes a draw from name, year (or 0) and uniform number of each random quantity.
    pub fn of(numbers: impl IntoIterator<Item = (String, u64, f64)>) -> Self {
        let entry = |(name, part, number)| (RandomId { name, part }, number);
        Self(numbers.into_iter().map(entry).collect())
    }

    /// Returns every random quantity in the order of the Sobol sequence's dimensions: its name, its year if it is drawn
    /// each year, and its uniform number.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64, f64)> {
        self.0.iter().map(|(id, &number)| (id.name.as_str(), id.part, number))
    }
}

/// Makes a run. `solved` gets a record of each block, even if the run fails.
fn run_numbers(
    model: &Model,
    (spec, scope): (&RunSpec, &Scope),
    known: &[Known<'_, Values>],
    numbers: Numbers<'_>,
    stop: &Stop,
    solved: &mut Vec<Solved>,
) -> Result<Values, Diagnostic> {
    let specs: Vec<&RunSpec> = known.iter().map(|known| known.spec).collect();
    let plan = plan(model, spec, scope, &specs);
    let known = known.iter().map(|known| &known.values.finished).collect();
    let (common, systems) = (CommonReductions::default(), Systems::default());
    let computation = Plain { numbers, common, systems, solved };
    let (finished, _) = drive(&plan, known, stop, computation)?;
    Ok(Values { finished, solved: solved.clone() })
}

/// A run with plain numbers.
struct Plain<'a> {
    numbers: Numbers<'a>,
    /// The reductions of several years that cells have in common.
    common: CommonReductions<YearValues>,
    systems: Systems,
    solved: &'a mut Vec<Solved>,
}

impl<'a> Computation for Plain<'a> {
    type Value = f64;
    type Domain<'d>
        = Numbers<'a>
    where
        Self: 'd;

    fn same(a: f64, b: f64) -> bool {
        a.to_bits() == b.to_bits()
    }

    fn evaluation<'d>(
        &'d mut self,
        values: &'d Store<f64>,
        baseline: Option<&'d Store<f64>>,
    ) -> (Stored<'d>, Numbers<'a>) {
        (Stored { values, baseline }, self.numbers)
    }

    fn at_once(
        &mut self,
        progress: &mut RunProgress<'_, f64>,
        (rules, point): (&[Rule<'_>], &Point),
        count: usize,
    ) -> Option<[f64; years::MOST]> {
        if self.numbers.drawn.is_some() {
            return None;
        }
        let RunProgress { plan, known, values, slots, stop, .. } = progress;
        let baseline = plan.baseline.map(|run| &known[run].values);
        let model = plan.variant.model;
        let mut evaluator =
            Evaluator::new(model, Stored { values, baseline }, slots, Years::new(count))
                .until(stop)
                .sharing(&mut self.common);
        let neutral = plan.variant.neutral(point);
        let lane = evaluator.value(rules, point, neutral).ok()?;
        evaluator.domain.is_valid().then_some(lane)
    }

    fn solve(
        &mut self,
        progress: &mut RunProgress<'_, f64>,
        block: &Block,
    ) -> Result<Vec<f64>, Diagnostic> {
        let given = progress.given_starts(self, block)?;
        let record = (&mut self.systems, &mut *self.solved);
        solve::block::solve(progress, block, given, self.numbers, record)
    }

    fn check(
        &mut self,
        plan: &Plan<'_>,
        point: &Point,
        value: f64,
        last: Option<&Rule<'_>>,
    ) -> Result<(), Diagnostic> {
        let model = plan.variant.model;
        let quantity = &model.quantities[point.quantity];
        let Some(last) = last else { return Ok(()) };
        if quantity.is_given_year() && !model.is_calendar_year(value) {
            let (name, (from, to)) = (model.cell_name(quantity, &point.cell), model.years);
            let message =
                format!("`{name}` is {value}; a whole year near {from}..{to} is required");
            return Err(Diagnostic::error(Code::NotAYear, message)
                .at(last.span(model), "not a year")
                .help(match value.fract() == 0.0 {
                    true => "write a year such as `2026`",
                    false => "write a year such as `2026`; `round(x)` gives a whole number",
                }));
        }
        let Some((low, high)) = quantity.bounds else { return Ok(()) };
        if (low..=high).contains(&value) {
            return Ok(());
        }
        let name = model.cell_name(quantity, &point.cell);
        let message = match (low, high) == ABOVE_ZERO {
            true => format!("`{name}` is {value} in {}; more than 0 is required", point.year),
            false => format!("`{name}` is {value} in {}; {low} to {high} is required", point.year),
        };
        let found = Diagnostic::error(Code::OutOfBounds, message)
            .at(last.span(model), "outside its bounds");
        let mut draws = false;
        last.definition().into_iter().for_each(|definition| {
            definition.expr.walk(&mut |part| {
                draws |= matches!(part, Expr::Random(_));
                !draws
            });
        });
        if !draws {
            return Err(found.help("give a value within the bounds"));
        }
        let percent = matches!(quantity.kind, Kind::Plain { percent: true, .. });
        let shown = |value: f64| {
            if percent { format!("{}%", hundredfold(value)) } else { value.to_string() }
        };
        Err(found.help(format!(
            "give the distribution limits too: `min: {}, max: {}` as its last arguments",
            shown(low),
            shown(high)
        )))
    }
}
