//! `compare`: differences between scenarios, and the contribution of each change.

use super::parts::Game;
use super::runs::Runs;
use super::titles::title;
use super::{cells, label, unit};
use crate::diagnostic::Diagnostic;
use crate::engine::Values;
use crate::model::{Query, Question};
use crate::results::{Comparison, Difference};

impl Runs<'_> {
    pub(super) fn compare(
        &self,
        query: &Query,
        of: &[Question],
        to: Option<usize>,
        by_lever: bool,
    ) -> Result<Vec<Comparison>, Diagnostic> {
        let mut games = Vec::new();
        for &scenario in &query.scenarios {
            let game = if by_lever { Some(self.game(query, scenario, to)?) } else { None };
            let runs = game.as_ref().map_or(Ok(Vec::new()), |game| game.runs(self))?;
            games.push((game, runs));
        }
        let mut comparisons = Vec::new();
        for question in of {
            for (cell, elements) in cells(self.model, question) {
                for year in query.years.0..=query.years.1 {
                    let at =
                        |values: &Values| self.value(values, question, &question.expr, &cell, year);
                    let reference_value = at(&*self.values(to)?)?;
                    let mut scenarios = Vec::new();
                    for (&scenario, (game, runs)) in query.scenarios.iter().zip(&games) {
                        let value = at(&*self.values(scenario)?)?;
                        let mut worth = Vec::with_capacity(runs.len());
                        for (number, run) in runs.iter().enumerate() {
                            let told = |problem| match game {
                                Some(game) => game.explain(self.model, number, problem),
                                None => problem,
                            };
                            worth.push(at(run).map_err(told)?);
                        }
                        let game = game.as_ref();
                        let parts = game.map_or(Vec::new(), |game: &Game| game.parts(&worth));
                        let (scenario, difference) = (
                            self.model.scenario_name(scenario).to_owned(),
                            value - reference_value,
                        );
                        scenarios.push(Difference {
                            scenario,
                            value,
                            difference,
                            spread: None,
                            parts,
                        });
                    }
                    comparisons.push(Comparison {
                        expression: label(question, &elements),
                        title: title(self.model, question, &elements),
                        year,
                        unit: unit(self.model, question.kind),
                        reference: self.model.scenario_name(to).to_owned(),
                        reference_value,
                        scenarios,
                    });
                }
            }
        }
        Ok(comparisons)
    }
}
