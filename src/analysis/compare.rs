//! `compare`: differences between scenarios, and the parts of each.

use std::sync::Arc;

use super::elements::ElementPart;
use super::parts::Game;
use super::runs::Runs;
use super::titles::title;
use super::{cells, unit_of};
use crate::diagnostic::Diagnostic;
use crate::engine::Values;
use crate::model::{Division, Query, Question};
use crate::results::{Comparison, Difference, Part, of_cell};

/// The way in which a comparison divides its differences into parts.
enum Divided {
    Not,
    /// By lever: for each scenario its changes and the runs of their combinations.
    ByLever(Vec<(Game, Vec<Arc<Values>>)>),
    /// By element: the parts of each difference, in the order of the differences.
    ByElement(std::vec::IntoIter<Vec<ElementPart>>),
}

impl Runs<'_> {
    pub(super) fn compare(
        &self,
        query: &Query,
        of: &[Question],
        to: Option<usize>,
        by: Option<Division>,
    ) -> Result<Vec<Comparison>, Diagnostic> {
        let mut divided = self.divided(query, of, to, by)?;
        let set = match by {
            Some(Division::Elements(set)) => self.model.sets[set].name.clone(),
            Some(Division::Levers) | None => String::new(),
        };
        let mut comparisons = Vec::new();
        for question in of {
            for (cell, elements) in cells(self.model, question) {
                for year in query.years.iter() {
                    let at =
                        |values: &Values| self.value(values, question, &question.expr, &cell, year);
                    let reference_value = at(&*self.values(to)?)?;
                    let mut scenarios = Vec::new();
                    for (n, &scenario) in query.scenarios.iter().enumerate() {
                        let value = at(&*self.values(scenario)?)?;
                        let (parts, orders) = self.parts(&mut divided, n, &at)?;
                        scenarios.push(Difference {
                            scenario: self.model.scenario_name(scenario).to_owned(),
                            value,
                            difference: value - reference_value,
                            spread: None,
                            parts,
                            orders,
                        });
                    }
                    comparisons.push(Comparison {
                        expression: of_cell(&question.text, &elements),
                        title: title(self.model, question, &elements),
                        year,
                        unit: unit_of(self.model, question),
                        reference: self.model.scenario_name(to).to_owned(),
                        reference_value,
                        set: set.clone(),
                        scenarios,
                    });
                }
            }
        }
        Ok(comparisons)
    }

    /// Makes the runs that the parts of a comparison require.
    fn divided(
        &self,
        query: &Query,
        of: &[Question],
        to: Option<usize>,
        by: Option<Division>,
    ) -> Result<Divided, Diagnostic> {
        let game = |&scenario: &Option<usize>| {
            let game = self.game(query, scenario, to)?;
            let runs = game.runs(self)?;
            Ok((game, runs))
        };
        Ok(match by {
            None => Divided::Not,
            Some(Division::Levers) => {
                Divided::ByLever(query.scenarios.iter().map(game).collect::<Result<_, _>>()?)
            }
            Some(Division::Elements(set)) => {
                Divided::ByElement(self.by_element(query, of, to, set)?.into_iter())
            }
        })
    }

    /// Returns the parts of the next difference, that of the scenario at position `n` of the query, and the number of
    /// sampled orders. `at` evaluates the compared value in a run.
    fn parts(
        &self,
        divided: &mut Divided,
        n: usize,
        at: &dyn Fn(&Values) -> Result<f64, Diagnostic>,
    ) -> Result<(Vec<Part>, Option<u64>), Diagnostic> {
        match divided {
            Divided::Not => Ok((Vec::new(), None)),
            Divided::ByLever(games) => {
                let Some((game, runs)) = games.get(n) else { return Ok((Vec::new(), None)) };
                let worth = runs.iter().enumerate().map(|(number, run)| {
                    at(run).map_err(|problem| game.explain(self.model, number, problem))
                });
                Ok((game.parts(&worth.collect::<Result<Vec<f64>, _>>()?), game.orders()))
            }
            Divided::ByElement(parts) => {
                let part = |ElementPart { name, value, .. }| Part {
                    lever: name,
                    title: String::new(),
                    value,
                    standard_error: None,
                    spread: None,
                    parts: Vec::new(),
                };
                Ok((parts.next().into_iter().flatten().map(part).collect(), None))
            }
        }
    }
}
