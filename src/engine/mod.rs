//! A plan to the values of all quantities.
//!
//! In: a [`Model`] and changes. Out: [`Values`], or the diagnostic of the first thing that has no
//! value. What depends on itself is solved; nothing that did not converge is ever a result.

mod answer;
pub mod dependence;
pub mod distribution;
mod domain;
mod eval;
mod failure;
mod interval;
pub mod kernels;
mod linear;
mod newton;
mod order;
pub mod random;
pub mod replicates;
pub mod sampling;
pub mod simulate;
mod sizes;
pub mod sobol;
mod solve;
mod starts;
mod stop;
mod store;
pub mod summary;
mod sweep;
mod system;
mod tape;
pub mod threads;
mod trail;

pub use answer::{ask, ask_size};
pub use newton::Iteration;
pub use stop::Stop;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use ndarray::{Array0, ArrayView1, ArrayViewD};

use domain::Numbers;
use eval::{Evaluator, Fault};
use store::Store;
use trail::{Trails, Watched};

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ChangeId, Definition, Model, QuantityId};
use crate::plan::{Cursor, Layout, Place, Plan, Point, Scope, Step, plan};

/// The values of one run.
#[derive(Debug, Clone)]
pub struct Values {
    values: Store<f64>,
    trails: Trails,
    /// How each block was solved, in the order of evaluation.
    pub solved: Vec<Solved>,
}

impl Values {
    /// Where they are kept.
    fn layout(&self) -> &Layout {
        self.values.layout()
    }

    /// The values of a quantity: an axis for each of its sets, then the years. 0 where it was not
    /// computed.
    pub fn array(&self, quantity: QuantityId) -> ArrayViewD<'_, f64> {
        static ZERO: LazyLock<Array0<f64>> = LazyLock::new(|| Array0::zeros(()));
        let (shape, values) = (self.layout().shape(quantity), self.values.of(quantity));
        let view = ArrayViewD::from_shape(&shape[..], values).ok();
        view.or_else(|| ZERO.broadcast(&shape[..]))
            .unwrap_or_else(|| ArrayView1::from(values).into_dyn())
    }
}

/// How a block was solved.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// First and last year of the block.
    pub years: (i32, i32),
    /// The first unknown, for a title: `price[USA]`.
    pub first: String,
    /// How many unknowns there are.
    pub unknowns: usize,
    /// How many values follow from them.
    pub explicit: usize,
    /// The iterations.
    pub iterations: Vec<Iteration>,
}

/// A run under way.
struct Machine<'a> {
    plan: &'a Plan<'a>,
    /// The runs before, the baseline first.
    known: Vec<&'a Values>,
    values: Store<f64>,
    trails: Trails,
    slots: Vec<u32>,
    /// Room for what is computed at the moment.
    cursor: Cursor,
    definitions: Vec<&'a Definition>,
    solved: Vec<Solved>,
    numbers: Numbers<'a>,
    stop: &'a Stop,
}

/// A run that is known: its changes and what came of it.
#[derive(Debug)]
pub struct Known<'a, V> {
    /// What it changes.
    pub changes: &'a [ChangeId],
    /// Its values.
    pub values: &'a V,
}

impl<'a, V> Known<'a, V> {
    /// The run without any changes.
    pub fn baseline(values: &'a V) -> Self {
        Self { changes: &[], values }
    }
}

/// Runs the model with some changes; `baseline` holds the values without any.
///
/// # Errors
/// A division by 0, a value outside its bounds, a block without a solution: the first that is met.
pub fn run(
    model: &Model,
    changes: &[ChangeId],
    baseline: Option<&Values>,
) -> Result<Values, Diagnostic> {
    let known: Vec<Known<'_, Values>> = baseline.into_iter().map(Known::baseline).collect();
    run_from(model, changes, &Scope::whole(model), &known, &Stop::default())
}

/// As [`run`], of what is in `scope`, until the flag is raised. `known` are runs of the same scope, the
/// baseline first; what is the same in one of them is kept.
///
/// # Errors
/// As [`run`], and `interrupted`.
pub fn run_from(
    model: &Model,
    changes: &[ChangeId],
    scope: &Scope,
    known: &[Known<'_, Values>],
    stop: &Stop,
) -> Result<Values, Diagnostic> {
    run_numbers(model, changes, scope, known, Numbers::default(), stop)
}

/// As [`run`], with every random quantity as it is in one draw.
///
/// # Errors
/// As [`run`].
pub fn run_drawn(
    model: &Model,
    changes: &[ChangeId],
    baseline: Option<&Values>,
    drawn: &Drawn,
) -> Result<Values, Diagnostic> {
    let numbers = Numbers { drawn: Some(&drawn.0) };
    let known: Vec<Known<'_, Values>> = baseline.into_iter().map(Known::baseline).collect();
    run_numbers(model, changes, &Scope::of_script(model), &known, numbers, &Stop::default())
}

/// The uniform number of every random quantity in one draw.
#[derive(Debug, Clone)]
pub struct Drawn(BTreeMap<domain::RandomId, f64>);

impl Drawn {
    /// Every random quantity in the order of a Sobol sequence's dimensions: its name, the year if it is
    /// drawn each year, its number.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64, f64)> {
        self.0.iter().map(|(id, &number)| (id.name.as_str(), id.part, number))
    }
}

fn run_numbers(
    model: &Model,
    changes: &[ChangeId],
    scope: &Scope,
    known: &[Known<'_, Values>],
    numbers: Numbers<'_>,
    stop: &Stop,
) -> Result<Values, Diagnostic> {
    let others: Vec<&[ChangeId]> = known.iter().map(|known| known.changes).collect();
    let plan = plan(model, changes, scope, &others);
    let mut machine = Machine {
        plan: &plan,
        known: known.iter().map(|known| known.values).collect(),
        trails: trails(model, &plan.layout),
        cursor: Cursor::default(),
        values: Store::new(Arc::clone(&plan.layout)),
        slots: vec![0; model.slots],
        definitions: Vec::new(),
        solved: Vec::new(),
        numbers,
        stop,
    };
    for step in &plan.steps {
        machine.step(step)?;
    }
    let (values, trails, solved) = (machine.values, machine.trails, machine.solved);
    Ok(Values { values: values.done(), trails: trails.done(), solved })
}

/// Room to note what the values of a run are made of, where others are compared with it.
fn trails(model: &Model, layout: &Layout) -> Trails {
    if model.scenarios.is_empty() { Trails::default() } else { Trails::of(layout) }
}

impl<'a> Machine<'a> {
    fn step(&mut self, step: &Step) -> Result<(), Diagnostic> {
        match step {
            Step::Keep(quantity, run) => {
                self.values.keep(*quantity, *run, self.known.iter().map(|known| &known.values));
                self.trails.keep(*quantity, &self.known[*run].trails);
                Ok(())
            }
            Step::Quantity(quantity) => self.places(self.plan.layout.range(*quantity)),
            Step::Recursion(order) => {
                let horizon = self.plan.selection.model.horizon();
                for year in 0..horizon {
                    for &quantity in order {
                        let range = self.plan.layout.range(quantity);
                        self.places(range.skip(year).step_by(horizon))?;
                    }
                }
                Ok(())
            }
            Step::Point(place) => self.compute(*place),
            Step::Block(block) => self.solve(block),
        }
    }

    fn places(&mut self, places: impl Iterator<Item = Place>) -> Result<(), Diagnostic> {
        for place in places {
            self.compute(place)?;
        }
        Ok(())
    }

    /// Computes the value at a place from what it reads, unless it is that of a run before.
    fn compute(&mut self, place: Place) -> Result<(), Diagnostic> {
        self.stop.check()?;
        self.plan.layout.move_to(place, &mut self.cursor);
        let point = &self.cursor.point;
        let known = self.known.iter().map(|known| &known.trails);
        if let Some(trail) = self.trails.open(point.quantity, &self.plan.layout, known) {
            let same = |run: usize, read: Place| {
                let equal = |a: f64, b: f64| a.to_bits() == b.to_bits();
                self.values.same((run, &self.known[run].values), read, equal)
            };
            if let Some(run) = trail.same(self.plan, (place, point), &mut self.definitions, same) {
                trail.keep(place, run);
                let value = self.known[run].values.at(point.quantity, place);
                self.values.set(point.quantity, place, value);
                return Ok(());
            }
        }
        self.plan.selection.definitions(&self.cursor.point, &mut self.definitions);
        let value = self.define(place).map_err(|fault| self.report(&fault, &self.cursor.point))?;
        self.values.set(self.cursor.point.quantity, place, value);
        match self.definitions.last() {
            Some(last) => self.within_bounds(&self.cursor.point, value, last),
            None => Ok(()),
        }
    }

    /// The value that the definitions give the place where the cursor is.
    fn define(&mut self, place: Place) -> Result<f64, Fault> {
        let point = &self.cursor.point;
        let trail = self.trails.more(point.quantity);
        let domain = Watched::new(self.numbers, trail, &self.definitions);
        let runs = (&self.values, &self.known[..]);
        let mut evaluator = evaluator(self.plan, runs, &mut self.slots, domain);
        let mut value = self.plan.selection.neutral(point.quantity);
        for definition in &self.definitions {
            value = evaluator.define(definition, point, value)?;
        }
        let words = evaluator.domain.done(place);
        self.trails.count(words);
        Ok(value)
    }

    /// Reports a value outside the bounds of its quantity.
    fn within_bounds(
        &self,
        point: &Point,
        value: f64,
        definition: &Definition,
    ) -> Result<(), Diagnostic> {
        let model = self.plan.selection.model;
        let quantity = &model.quantities[point.quantity];
        let Some((low, high)) = quantity.bounds.filter(|&(a, b)| !(a..=b).contains(&value)) else {
            return Ok(());
        };
        let name = model.cell_name(quantity, &point.cell);
        let message = format!("`{name}` is {value} in {}; {low} to {high} is required", point.year);
        Err(Diagnostic::error(Code::OutOfBounds, message)
            .at(definition.span, "outside its bounds")
            .help("give a value within the bounds"))
    }

    fn report(&self, fault: &Fault, point: &Point) -> Diagnostic {
        let model = self.plan.selection.model;
        let name = model.cell_name(&model.quantities[point.quantity], &point.cell);
        report(fault, &name, point.year)
    }
}

/// Evaluates expressions of a run, of whose known ones the first is the baseline.
fn evaluator<'e, D>(
    plan: &'e Plan<'_>,
    (values, known): (&'e Store<f64>, &[&'e Values]),
    slots: &'e mut [u32],
    domain: D,
) -> Evaluator<'e, D> {
    Evaluator {
        model: plan.selection.model,
        layout: &plan.layout,
        values,
        baseline: known.first().map(|baseline| &baseline.values),
        slots,
        defining: None,
        domain,
    }
}

fn report(fault: &Fault, name: &str, year: i32) -> Diagnostic {
    let found = Diagnostic::error(fault.code, format!("{} in `{name}` in {year}", fault.message))
        .at(fault.span, "here");
    match fault.code {
        Code::DivisionByZero | Code::EmptyReduction => {
            found.help("guard it with `if`, or write `div(a, b, else: 0)` for a division")
        }
        Code::OutsideHorizon => found.help("guard it with `if`, or widen `years`"),
        Code::Filter => {
            found.help("move the condition into the sum: `sum(if CONDITION then VALUE else 0)`")
        }
        Code::Index => {
            found.help("let it depend on parameters and on last year's values alone, `[t-1]`")
        }
        _ => found.help("guard it with `if`"),
    }
}
