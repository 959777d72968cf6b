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
//! | this file, `values` | a plain run and its values | [`run_from`] |
//! | `solve` | blocks of simultaneous equations: tape, derivatives, Newton's method | `tape`, `system`, `newton`, `block` |
//! | `run` | what all runs share: the evaluator and its domains, the stored values, the reuse of another run's values, the driver | `domain`, `eval`, `lanes`, `store`, `reuse`, `driver` |
//! | [`numbers`] | numerical methods that know no model: elementary functions, distributions, random numbers, sums, quantiles | `kernels`, `distribution`, `sampling` |
//!
//! Reading order: `run/domain`, `run/eval`, `run/driver`, this file, `solve/system`, `solve/newton`, then
//! `simulate/record` and the files after it. `numbers` can be read on its own.

pub(crate) mod answer;
pub mod numbers;
mod run;
pub mod simulate;
mod solve;
mod values;

pub use answer::{ask, ask_size, ask_years};
pub use numbers::{distribution, kernels, random, sampling, summary};
pub use run::solved::{Iteration, Solved};
pub(crate) use run::stop::grouped;
pub use run::stop::{PhaseSeconds, Stop};
pub use values::{Known, Values};

use std::collections::BTreeMap;
use std::sync::Arc;

use run::domain::{Extent, Numbers, RandomId};
use run::driver::{Computation, RunProgress, drive};
use run::eval::{Evaluator, ReductionCache, Stored};
use run::lanes::{LaneValue, Lanes};
use run::store::Store;
use solve::block::Systems;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ABOVE_ZERO, Expr, Kind, Model};
use crate::plan::{Block, CellIndex, Plan, Point, Rule, RunSpec, Scope, Step, plan};
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
        (&Stop::default(), &|_| {}),
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
    run_watched(model, &spec.into(), scope, known, (stop, &|_| {}))
}

/// Runs the quantities in `scope` as [`run_from`] does. `watch` is called after each block that was solved, with the
/// number of blocks of the run.
///
/// # Errors
/// As [`run_from`].
pub fn run_watched(
    model: &Model,
    spec: &RunSpec,
    scope: &Scope,
    known: &[Known<'_, Values>],
    (stop, watch): (&Stop, &dyn Fn(usize)),
) -> Result<Values, Diagnostic> {
    run_numbers(model, (spec, scope), known, Numbers::default(), (stop, watch), &mut Vec::new())
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
    run_numbers(model, (spec, scope), known, Numbers::default(), (stop, &|_| {}), solved)
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
    let stop = Stop::default();
    run_numbers(model, (&spec, &scope), &known, numbers, (&stop, &|_| {}), &mut Vec::new())
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
    (stop, watch): (&Stop, &dyn Fn(usize)),
    solved: &mut Vec<Solved>,
) -> Result<Values, Diagnostic> {
    let specs: Vec<&RunSpec> = known.iter().map(|known| known.spec).collect();
    let plan = plan(model, spec, scope, &specs);
    let baseline = plan.baseline.and_then(|run| known.get(run)?.values.systems.clone());
    let known = known.iter().map(|known| &known.values.finished).collect();
    let (lanes, cache) = (Lanes::default(), ReductionCache::default());
    let blocks = plan.steps.iter().filter(|step| matches!(step, Step::Block(_))).count();
    let (systems, watch) = (Systems::after(baseline), (watch, blocks));
    let computation = Plain { numbers, lanes, cache, systems, solved, watch };
    let (finished, Plain { systems, solved, .. }) = drive(&plan, known, stop, computation)?;
    let systems = spec.is_baseline().then(|| Arc::new(systems.large()));
    Ok(Values { finished, solved: solved.clone(), systems })
}

/// A run with plain numbers.
struct Plain<'a> {
    numbers: Numbers<'a>,
    lanes: Lanes,
    /// The reductions that lanes have in common.
    cache: ReductionCache<LaneValue>,
    systems: Systems,
    solved: &'a mut Vec<Solved>,
    /// Called after each block, with the number of blocks beside it.
    watch: (&'a dyn Fn(usize), usize),
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

    /// In a draw, each cell has random quantities of its own.
    fn has_lanes(&self) -> bool {
        self.numbers.drawn.is_none()
    }

    fn at_once(
        &mut self,
        progress: &mut RunProgress<'_, f64>,
        (rules, point): (&[Rule<'_>], &Point),
        (index, extent): (CellIndex, Extent),
    ) -> bool {
        let RunProgress { plan, known, values, slots, stop, .. } = progress;
        let (model, id) = (plan.variant.model, point.quantity);
        let quantity = &model.quantities[id];
        let years = (point.year, point.year + extent.years as i32 - 1);
        if quantity.is_given_year() || model.is_undefined(id, years) {
            return false;
        }
        if !self.lanes.begin(id, extent) {
            self.cache.forget();
        }
        let baseline = plan.baseline.map(|run| &known[run].values);
        let stored = Stored { values, baseline };
        let evaluator = Evaluator::new(model, stored, slots, &mut self.lanes).until(stop);
        let neutral = plan.variant.neutral(point);
        let found = evaluator.sharing(&mut self.cache).value(rules, point, neutral);
        let Ok(value) = found else { return false };
        let inside =
            |(low, high): (f64, f64)| self.lanes.numbers(value).all(|x| (low..=high).contains(&x));
        let is_valid = self.lanes.is_valid() && quantity.bounds.is_none_or(inside);
        if is_valid {
            self.lanes.write(value, values.cells((id, index), extent));
        }
        is_valid
    }

    fn solve(
        &mut self,
        progress: &mut RunProgress<'_, f64>,
        block: &Block,
    ) -> Result<Vec<f64>, Diagnostic> {
        let given = progress.given_starts(self, block)?;
        let record = (&mut self.systems, &mut *self.solved);
        let found = solve::block::solve(progress, block, given, self.numbers, record);
        let (watch, blocks) = self.watch;
        watch(blocks);
        found
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
        let percent = matches!(quantity.kind, Kind::Plain { percent: true, .. });
        let shown = |value: f64| {
            if percent { format!("{}%", hundredfold(value)) } else { value.to_string() }
        };
        let (value, year) = (shown(value), point.year);
        let message = match (low, high) == ABOVE_ZERO {
            true => format!("`{name}` is {value} in {year}; more than 0 is required"),
            false => format!(
                "`{name}` is {value} in {year}; {} to {} is required",
                shown(low),
                shown(high)
            ),
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
        Err(found.help(format!(
            "give the distribution limits too: `min: {}, max: {}` as its last arguments",
            shown(low),
            shown(high)
        )))
    }
}
