//! Random quantities: their distributions, and the names under which they are drawn.

use super::{Evaluator, Fault, fault};
use crate::diagnostic::Code;
use crate::engine::numbers::distribution::Distribution;
use crate::engine::run::domain::{Domain, RandomId};
use crate::model::{Definition, Expr, Model, Op, Random};
use crate::plan::DefinitionId;
use crate::source::Span;

impl<D: Domain> Evaluator<'_, D> {
    /// Evaluates a random quantity.
    #[inline(never)]
    pub(super) fn random(&mut self, random: &Random, year: i32) -> Result<D::Value, Fault> {
        let distribution = self.distribution(random, year)?;
        let mut id = RandomId::default();
        if self.domain.draws() {
            id.name = match self.defining {
                Some((id, definition, point)) => {
                    let quantity = &self.model.quantities[point.quantity];
                    let by = author(self.model, id, definition);
                    self.model.drawn_name(quantity, &point.cell, random, self.slots, by)
                }
                None => {
                    let elements = self.model.loop_elements(random, self.slots);
                    format!("{}{elements}#{}", self.query, random.number)
                }
            };
            id.part = random.year.map_or(0, |time| u64::from(time.of(year).unsigned_abs()));
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

/// Returns the lever or scenario that contributes a definition. Its distributions have other draws than those of the
/// value to which it is added.
fn author<'m>(model: &'m Model, id: DefinitionId, definition: &Definition) -> Option<&'m str> {
    if definition.op == Op::Set {
        return None;
    }
    let by_lever = definition.lever.map(|lever| model.levers[lever].name.as_str());
    let by_scenario = match id {
        DefinitionId::Change(change) => {
            let change = model.changes.get(change as usize);
            change.map(|change| model.scenarios[change.scenario].name.as_str())
        }
        DefinitionId::Model(_) | DefinitionId::Start | DefinitionId::Override(_) => None,
    };
    by_lever.or(by_scenario)
}
