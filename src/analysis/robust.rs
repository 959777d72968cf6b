//! `robust`: scenarios compared over the draws of a simulation.

use ndarray::Array2;

use super::runs::Runs;
use super::sample::{DrawnCondition, Sample};
use super::unit_of;
use crate::diagnostic::Diagnostic;
use crate::engine::simulate::Simulation;
use crate::methods::robust::robustness;
use crate::model::{Aim, Query, QueryYears, Robust};
use crate::results::{RobustAnswer, RobustOption};

impl Runs<'_> {
    /// Answers a `robust`. Every scenario uses the same draws, so that scenarios are compared draw by draw.
    pub(super) fn robust(
        &self,
        query: &Query,
        robust: &Robust,
        simulation: &Simulation,
    ) -> Result<RobustAnswer, Diagnostic> {
        let mut sample = Sample::new(self);
        let (question, year) = (&robust.value, query.years.last());
        let mut wanted = Vec::new();
        for &scenario in &query.scenarios {
            let value = sample.want(scenario, question, &question.expr, &[], year)?;
            let want = |aim: &Aim| {
                let years = QueryYears::span(aim.years.0, aim.years.1);
                DrawnCondition::want(&mut sample, scenario, &aim.condition, &years)
            };
            let condition = robust.so_that.as_ref().map(want).transpose()?;
            wanted.push((scenario, value, condition));
        }
        // The table of values, the table of regrets, and the lists in which an option is sorted.
        let options = wanted.len() as u64;
        let drawn = sample.draw(simulation, |_| 2 * options + 4)?;
        let count = simulation.draws as usize;
        // The method takes the highest value as best, so the sign of values is changed if lower is better.
        let sign = if robust.least { -1.0 } else { 1.0 };
        let value = |(draw, n): (usize, usize)| {
            let column = wanted.get(n).and_then(|(_, column, _)| drawn.columns.get(*column));
            sign * column.and_then(|column| column.get(draw)).copied().unwrap_or(f64::NAN)
        };
        let values = Array2::from_shape_fn((count, wanted.len()), value);
        let share = |condition: &DrawnCondition| {
            let holds = (0..count).filter(|&draw| condition.holds(&drawn.columns, draw)).count();
            holds as f64 / count as f64
        };
        let options = wanted.iter().zip(robustness(values.view(), None));
        let option = |((scenario, _, condition), found): (&(Option<usize>, _, Option<_>), _)| {
            let found: crate::methods::robust::Robustness = found;
            RobustOption {
                scenario: self.model.scenario_name(*scenario).to_owned(),
                mean: sign * found.mean,
                worst: sign * found.worst,
                worst_twentieth: sign * found.worst_twentieth,
                largest_regret: found.largest_regret,
                regret_90: found.regret_90,
                mean_regret: found.mean_regret,
                share: condition.as_ref().map(share),
            }
        };
        Ok(RobustAnswer {
            expression: question.text.clone(),
            year,
            unit: unit_of(self.model, question),
            least: robust.least,
            condition: robust.so_that.as_ref().map(|aim| aim.condition.text.clone()),
            draws: simulation.draws,
            options: options.map(option).collect(),
        })
    }
}
