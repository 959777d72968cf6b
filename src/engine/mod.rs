//! A checked model to the values of all its quantities.
//!
//! Quantities are evaluated in the order of their dependencies, whatever the order of the script:
//! whole quantities at a time where that is possible, and cell by cell and year by year where they
//! depend on each other. Values are kept by quantity, cell and year.

mod eval;
mod median;
mod order;

use eval::{Evaluator, Fault};

use crate::diagnostic::Diagnostic;
use crate::model::{
    Change, ChangeId, Definition, Expr, Model, Op, QuantityId, Question, Role, Select,
};

/// The values of one run.
#[derive(Debug, Clone)]
pub struct Values {
    values: Vec<f64>,
    offsets: Vec<usize>,
}

/// What a run has of the model: its levers and replaced values.
struct Selection<'a> {
    model: &'a Model,
    levers: Vec<bool>,
    replaced: Vec<Vec<&'a Definition>>,
    /// The active contributions to each factor and total, in the order of their levers' names: the
    /// order of the script changes no number.
    contributions: Vec<Vec<&'a Definition>>,
}

/// One cell of a quantity in one year.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Point {
    quantity: QuantityId,
    cell: Vec<u32>,
    year: i32,
}

/// Runs the model with some changes; `baseline` holds the values without any.
///
/// # Errors
/// A cycle, a division by 0, a value outside its bounds: the first that is met.
pub fn run(
    model: &Model,
    changes: &[ChangeId],
    baseline: Option<&Values>,
) -> Result<Values, Diagnostic> {
    let selection = Selection::new(model, changes);
    let mut offsets = Vec::with_capacity(model.quantities.len());
    let mut size = 0;
    for quantity in &model.quantities {
        offsets.push(size);
        size += model.cells(quantity) * model.horizon();
    }
    let mut values = Values { values: vec![0.0; size], offsets };
    let mut slots = vec![0; model.slots];
    for step in order::steps(&selection, baseline.is_some())? {
        match step {
            order::Step::Whole(quantity) => {
                for cell in model.cells_of(quantity) {
                    let mut point = Point { quantity, cell, year: model.years.0 };
                    while point.year <= model.years.1 {
                        selection.compute(&point, &mut values, baseline, &mut slots)?;
                        point.year += 1;
                    }
                }
            }
            order::Step::Point(point) => {
                selection.compute(&point, &mut values, baseline, &mut slots)?;
            }
        }
    }
    Ok(values)
}

impl<'a> Selection<'a> {
    fn new(model: &'a Model, changes: &[ChangeId]) -> Self {
        let mut levers: Vec<bool> = model.levers.iter().map(|lever| lever.in_baseline).collect();
        let mut replaced = vec![Vec::new(); model.quantities.len()];
        for &change in changes {
            match &model.changes[change].change {
                Change::Add(lever) => levers[*lever] = true,
                Change::Remove(lever) => levers[*lever] = false,
                Change::Replace { quantity, definition, .. } => {
                    replaced[*quantity].push(definition);
                }
            }
        }
        let active = |d: &&Definition| d.lever.is_none_or(|lever| levers[lever]);
        let name = |d: &&'a Definition| d.lever.map(|lever| model.levers[lever].name.as_str());
        let contributions = model.quantities.iter().map(|quantity| {
            let mut all: Vec<&'a Definition> = Vec::new();
            if matches!(quantity.role, Role::Factor | Role::Total) {
                all.extend(quantity.definitions.iter().filter(active));
                all.sort_by_key(name);
            }
            all
        });
        let contributions = contributions.collect();
        Self { model, levers, replaced, contributions }
    }

    fn active(&self, definition: &Definition) -> bool {
        definition.lever.is_none_or(|lever| self.levers[lever])
    }

    /// The definitions that make the value at a point, in the order in which they apply.
    fn definitions(&self, point: &Point) -> Vec<&'a Definition> {
        let quantity = &self.model.quantities[point.quantity];
        if quantity.lever.is_some_and(|lever| !self.levers[lever]) {
            return Vec::new();
        }
        let here = |d: &&Definition| d.covers(self.model, &point.cell, point.year);
        let mut found: Vec<&Definition> = if matches!(quantity.role, Role::Factor | Role::Total) {
            self.contributions[point.quantity].iter().copied().filter(here).collect()
        } else {
            let at = self.model.position(quantity, &point.cell, point.year);
            let chosen = quantity.choice.get(at).map_or(0, |&n| n as usize);
            quantity.definitions.get(chosen).into_iter().collect()
        };
        for definition in self.replaced[point.quantity].iter().copied().filter(here) {
            if definition.op == Op::Set {
                found.clear();
            }
            found.push(definition);
        }
        found
    }

    fn compute(
        &self,
        point: &Point,
        values: &mut Values,
        baseline: Option<&Values>,
        slots: &mut [u32],
    ) -> Result<(), Diagnostic> {
        let quantity = &self.model.quantities[point.quantity];
        let mut value = if quantity.role == Role::Factor { 1.0 } else { 0.0 };
        let mut evaluator = Evaluator {
            model: self.model,
            values: &values.values,
            baseline: baseline.map(|baseline| baseline.values.as_slice()),
            offsets: &values.offsets,
            slots,
        };
        for definition in self.definitions(point) {
            let outcome = evaluator.define(definition, point, value);
            value = outcome.map_err(|fault| report(&fault, &quantity.name, point.year))?;
            if let Some((low, high)) = quantity.bounds.filter(|&(a, b)| !(a..=b).contains(&value)) {
                let message = format!(
                    "`{}` is {value} in {}; {low} to {high} is required",
                    quantity.name, point.year
                );
                let found = Diagnostic::error("out-of-bounds", message);
                let found = found.at(definition.span, "outside its bounds");
                return Err(found.help("give a value within the bounds"));
            }
        }
        let place = self.model.position(quantity, &point.cell, point.year);
        values.values[values.offsets[point.quantity] + place] = value;
        Ok(())
    }
}

impl Evaluator<'_> {
    /// The value at a point after a definition has been applied to `before`.
    fn define(
        &mut self,
        definition: &Definition,
        point: &Point,
        before: f64,
    ) -> Result<f64, Fault> {
        for (axis, &element) in definition.axes.iter().zip(&point.cell) {
            if let Select::Each(slot, _) = axis {
                self.slots[*slot] = element;
            }
        }
        let mut value = before;
        self.each(&definition.extra, &mut |this| {
            for (axis, &element) in definition.axes.iter().zip(&point.cell) {
                if let Select::Computed(expr) = axis
                    && this.eval(expr, point.year)? != f64::from(element)
                {
                    return Ok(());
                }
            }
            let part = this.eval(&definition.expr, point.year)?;
            value = match definition.op {
                Op::Set => part,
                Op::Add => value + part,
                Op::Multiply => value * part,
            };
            Ok(())
        })?;
        if value.is_finite() {
            return Ok(value);
        }
        let message = "a value too large to be kept".to_owned();
        Err(Fault { code: "overflow", message, span: definition.span })
    }
}

fn report(fault: &Fault, name: &str, year: i32) -> Diagnostic {
    Diagnostic::error(fault.code, format!("{} in `{name}` in {year}", fault.message))
        .at(fault.span, "here")
        .help("guard it with `if`, or write `div(a, b, else: 0)` for a division")
}

/// The value of an expression of a query in a year, in the cell that `elements` names.
///
/// # Errors
/// What the evaluation meets; `outside-horizon` where a year outside the horizon is read.
pub fn ask(
    model: &Model,
    values: &Values,
    baseline: &Values,
    question: &Question,
    expr: &Expr,
    elements: &[u32],
    year: i32,
) -> Result<f64, Diagnostic> {
    let mut slots = vec![0; model.slots];
    for (&(slot, _), &element) in question.loops.iter().zip(elements) {
        slots[slot] = element;
    }
    let mut evaluator = Evaluator {
        model,
        values: &values.values,
        baseline: Some(&baseline.values),
        offsets: &values.offsets,
        slots: &mut slots,
    };
    evaluator.eval(expr, year).map_err(|fault| report(&fault, &question.text, year))
}
