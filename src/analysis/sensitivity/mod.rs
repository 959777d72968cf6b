//! `sensitivity`: ranks the inputs by their effects on values.
//!
//! With distributions it divides the variance among the random inputs; without, it varies each figure of the
//! script by itself. `inputs` finds the figures, `given` and `random` apply the methods.

mod given;
mod inputs;
mod random;

use super::runs::Runs;
use super::titles::title;
use super::{cells, unit_of};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::simulate::Simulation;
use crate::model::{Query, Question, SensitivityMethod};
use crate::results::{Effects, Sensitivity, of_cell};

use given::GivenStudy;
use random::RandomStudy;

/// An output of a sensitivity analysis: a value in one cell and year.
struct Output<'q> {
    question: &'q Question,
    cell: Vec<u32>,
    elements: Vec<String>,
    year: i32,
}

impl Runs<'_> {
    pub(super) fn sensitivity(
        &self,
        query: &Query,
        of: &[Question],
        method: Option<SensitivityMethod>,
        simulation: &Simulation,
    ) -> Result<Vec<Sensitivity>, Diagnostic> {
        let mut outputs = Vec::new();
        for question in of {
            for (cell, elements) in cells(self.model, question) {
                for year in query.years.iter() {
                    let (cell, elements) = (cell.clone(), elements.clone());
                    outputs.push(Output { question, cell, elements, year });
                }
            }
        }
        let mut tables = Vec::new();
        for (n, &scenario) in query.scenarios.iter().enumerate() {
            self.begin(n, query.scenarios.len(), 0);
            let values = self.values(scenario)?;
            let effects = self.effects(query, &outputs, scenario, method, simulation)?;
            for (output, (without_effect, effects)) in outputs.iter().zip(effects) {
                let Output { question, cell, elements, year } = output;
                tables.push(Sensitivity {
                    expression: of_cell(&question.text, elements),
                    title: title(self.model, question, elements),
                    year: *year,
                    scenario: self.model.scenario_name(scenario).to_owned(),
                    unit: unit_of(self.model, question),
                    value: self.value(&values, question, &question.expr, cell, *year)?,
                    without_effect,
                    effects,
                });
            }
        }
        Ok(tables)
    }

    /// Computes the effects on each output, and the number of inputs without effect.
    fn effects(
        &self,
        query: &Query,
        outputs: &[Output<'_>],
        scenario: Option<usize>,
        method: Option<SensitivityMethod>,
        simulation: &Simulation,
    ) -> Result<Vec<(usize, Effects)>, Diagnostic> {
        let random = match method {
            Some(SensitivityMethod::Tornado) => None,
            _ => RandomStudy::new(self, scenario, outputs, simulation)?,
        };
        let Some(random) = random else {
            return match method {
                Some(SensitivityMethod::Tornado) | None => {
                    GivenStudy::new(self, scenario, outputs)?.tornado(outputs.len())
                }
                Some(SensitivityMethod::Morris) => {
                    let study = GivenStudy::new(self, scenario, outputs)?;
                    study.morris(outputs.len(), simulation.seed)
                }
                Some(
                    SensitivityMethod::Sobol | SensitivityMethod::Shapley | SensitivityMethod::Pawn,
                ) => Err(without_distribution(query)),
            };
        };
        let method = method.unwrap_or(match random.correlated() {
            Some(_) => SensitivityMethod::Shapley,
            None => SensitivityMethod::Sobol,
        });
        let effects = random.effects(self, query, method)?;
        Ok(effects.into_iter().map(|effects| (random.idle, effects)).collect())
    }
}

fn without_distribution(query: &Query) -> Diagnostic {
    Diagnostic::error(
        Code::ClauseValue,
        "no distribution moves this value, so that it has no variance",
    )
    .at(query.span, "nothing is random")
    .help("write `by tornado`, or give an input a distribution, `normal(5%, 2%)`")
}
