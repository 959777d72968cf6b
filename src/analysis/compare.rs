//! `compare`: differences between scenarios, and each change's part in them.

use std::rc::Rc;

use super::shapley::{MOST_CHANGES, shapley};
use super::{Runs, cells, label, unit};
use crate::diagnostic::Diagnostic;
use crate::engine::Values;
use crate::model::{ChangeId, Query, Question};
use crate::results::{Comparison, Difference, Part};

impl Runs<'_> {
    pub(super) fn compare(
        &self,
        query: &Query,
        of: &[Question],
        to: Option<usize>,
        by_lever: bool,
    ) -> Result<Vec<Comparison>, Diagnostic> {
        if by_lever && to.is_some() {
            let found =
                Diagnostic::error("not-available", "`by lever` compares to the baseline only");
            return Err(found
                .at(query.span, "not built yet")
                .help("write `to baseline`, or leave `by lever` out"));
        }
        let mut runs = Vec::new();
        for &scenario in &query.scenarios {
            runs.push(if by_lever {
                self.of_subsets(query, self.changes(scenario))?
            } else {
                Vec::new()
            });
        }
        let mut comparisons = Vec::new();
        for question in of {
            for (cell, elements) in cells(self.model, question) {
                for year in query.years.0..=query.years.1 {
                    let at =
                        |values: &Values| self.value(values, question, &question.expr, &cell, year);
                    let reference_value = at(&*self.values(to)?)?;
                    let mut scenarios = Vec::new();
                    for (&scenario, runs) in query.scenarios.iter().zip(&runs) {
                        let value = at(&*self.values(scenario)?)?;
                        let worth: Vec<f64> =
                            runs.iter().map(|run| at(run)).collect::<Result<_, _>>()?;
                        let parts =
                            if by_lever { self.parts(scenario, &worth) } else { Vec::new() };
                        let (scenario, difference) = (
                            self.model.scenario_name(scenario).to_owned(),
                            value - reference_value,
                        );
                        scenarios.push(Difference { scenario, value, difference, parts });
                    }
                    comparisons.push(Comparison {
                        expression: label(question, &elements),
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

    /// A run for every subset of the changes; bit `i` of the position stands for change `i`.
    fn of_subsets(
        &self,
        query: &Query,
        changes: &[ChangeId],
    ) -> Result<Vec<Rc<Values>>, Diagnostic> {
        if changes.len() > MOST_CHANGES {
            let message = format!(
                "{} changes are to be told apart; the limit is {MOST_CHANGES}",
                changes.len()
            );
            let found =
                Diagnostic::error("limit-levers", message).at(query.span, "too many levers");
            return Err(found.help("leave `by lever` out, or compare a smaller scenario"));
        }
        let subset = |mask: usize| {
            let some = changes.iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1);
            self.of(&some.map(|(_, &change)| change).collect::<Vec<_>>())
        };
        (0..1_usize << changes.len()).map(subset).collect()
    }

    fn parts(&self, scenario: Option<usize>, worth: &[f64]) -> Vec<Part> {
        let part = |(&change, value): (&ChangeId, f64)| {
            let change = &self.model.changes[change];
            Part { lever: change.name.clone(), title: change.title.clone(), value }
        };
        self.changes(scenario).iter().zip(shapley(worth)).map(part).collect()
    }
}
