//! Random quantities: their distributions, and the names under which they are drawn.

use super::{Evaluator, Fault, fault};
use crate::diagnostic::Code;
use crate::engine::numbers::distribution::Distribution;
use crate::engine::run::domain::{Domain, RandomId};
use crate::model::{Definition, Expr, Model, Op, Random, Role, Select};
use crate::plan::{DefinitionId, Point};
use crate::source::Span;

impl<D: Domain> Evaluator<'_, D> {
    /// Evaluates a random quantity.
    #[inline(never)]
    pub(super) fn random(&mut self, random: &Random, year: i32) -> Result<D::Value, Fault> {
        let distribution = self.distribution(random, year)?;
        let mut id = RandomId::default();
        if self.domain.draws() {
            let owner = match self.defining {
                Some((id, definition, point)) => owner(self.model, id, definition, point),
                None => "query".to_owned(),
            };
            id.name = format!("{owner}#{}", random.number);
            id.part = if random.per_year { u64::from(year.unsigned_abs()) } else { 0 };
        }
        Ok(self.domain.random(id, &distribution))
    }

    /// Evaluates the parameters of a distribution. They must be known: the tape has no distribution whose
    /// shape differs between draws.
    fn distribution(&mut self, random: &Random, year: i32) -> Result<Distribution, Fault> {
        let mut args = Vec::with_capacity(random.args.len());
        for arg in &random.args {
            args.push(self.parameter(arg, random.span, year)?);
        }
        let mut limits = [f64::NEG_INFINITY, f64::INFINITY];
        for (limit, expr) in limits.iter_mut().zip(&random.limits) {
            if let Some(expr) = expr {
                *limit = self.parameter(expr, random.span, year)?;
            }
        }
        let found = match &random.sample {
            Some(sample) => {
                let mut elements = Vec::with_capacity(sample.keys.len());
                for key in &sample.keys {
                    elements.push(self.parameter(key, random.span, year)? as u32);
                }
                let values = sample.values.get(&elements);
                values.ok_or("no values".to_owned()).and_then(Distribution::of_sample)
            }
            None => Distribution::new(random.function, &args),
        };
        let cut = found.and_then(|whole| match limits {
            [f64::NEG_INFINITY, f64::INFINITY] => Ok(whole),
            [least, most] => whole.truncated(least, most),
        });
        cut.or_else(|problem| fault(Code::Distribution, &problem, random.span))
    }

    fn parameter(&mut self, expr: &Expr, span: Span, year: i32) -> Result<f64, Fault> {
        let value = self.eval(expr, year)?;
        match self.domain.known(value) {
            Some(known) => Ok(known),
            None => fault(
                Code::Distribution,
                "a parameter of a distribution that is random itself",
                span,
            ),
        }
    }
}

/// The name under which a definition's random quantities are drawn.
///
/// A field's value that is written once for a lever is one random quantity; every other value is one for
/// each element. A contribution of a lever, and a number that a scenario adds, has a name of its own, so
/// that it is drawn independently of the value that it is added to.
pub(in crate::engine) fn owner(
    model: &Model,
    id: DefinitionId,
    definition: &Definition,
    point: &Point,
) -> String {
    let quantity = &model.quantities[point.quantity];
    let mut name = match quantity.role {
        Role::Field => quantity.name.clone(),
        _ => model.cell_name(quantity, &point.cell),
    };
    if quantity.role == Role::Field {
        let axes = definition.axes.iter().zip(&quantity.axes).zip(&point.cell);
        for ((select, &axis), &element) in axes {
            let root = &model.sets[model.sets[axis].root].elements;
            if let (Select::One(_), Some((element, _))) = (select, root.get_index(element as usize))
            {
                name.push_str(&format!("[{element}]"));
            }
        }
    }
    if definition.op == Op::Set {
        return name;
    }
    let by_lever = definition.lever.map(|lever| &model.levers[lever].name);
    let by_scenario = match id {
        DefinitionId::Change(change) => {
            let change = model.changes.get(change as usize);
            change.map(|change| &model.scenarios[change.scenario].name)
        }
        DefinitionId::Model(_) | DefinitionId::Start | DefinitionId::Override(_) => None,
    };
    if let Some(by) = by_lever.or(by_scenario) {
        name.push_str(&format!(" by {by}"));
    }
    name
}
