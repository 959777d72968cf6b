//! `compare`: differences between scenarios, and the contribution of each change.

use std::sync::Arc;

use super::runs::Runs;
use super::shapley::{MOST_CHANGES, shapley};
use super::titles::title;
use super::{cells, label, unit};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Values;
use crate::model::{ChangeId, Query, Question};
use crate::plan::RunSpec;
use crate::results::{Comparison, Difference, Part};

impl Runs<'_> {
    pub(super) fn compare(
        &self,
        query: &Query,
        of: &[Question],
        to: Option<usize>,
        by_lever: bool,
    ) -> Result<Vec<Comparison>, Diagnostic> {
        let mut coalitions = Vec::new();
        for &scenario in &query.scenarios {
            coalitions.push(if by_lever {
                self.coalitions(query, scenario, to)?
            } else {
                Coalitions::default()
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
                    for (&scenario, all) in query.scenarios.iter().zip(&coalitions) {
                        let value = at(&*self.values(scenario)?)?;
                        let worth: Vec<f64> =
                            all.runs.iter().map(|run| at(run)).collect::<Result<_, _>>()?;
                        let parts = if by_lever {
                            self.parts(scenario, &all.players, &worth)
                        } else {
                            Vec::new()
                        };
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

    /// Makes a run for every subset of the changes by which two scenarios differ.
    pub(super) fn coalitions(
        &self,
        query: &Query,
        scenario: Option<usize>,
        to: Option<usize>,
    ) -> Result<Coalitions, Diagnostic> {
        let Coalitions { players, specs, .. } = self.subsets(query, scenario, to)?;
        let runs = specs.iter().map(|spec| self.of(spec)).collect::<Result<_, _>>()?;
        Ok(Coalitions { players, specs, runs })
    }

    /// Describes the runs of all coalitions without making them.
    pub(super) fn subsets(
        &self,
        query: &Query,
        scenario: Option<usize>,
        to: Option<usize>,
    ) -> Result<Coalitions, Diagnostic> {
        let (theirs, own) = (self.spec(to).changes, self.spec(scenario).changes);
        let gone = theirs.iter().copied().filter(|change| !own.contains(change));
        let gone: Vec<ChangeId> = gone.collect();
        let new = own.iter().copied().filter(|change| !theirs.contains(change));
        let players: Vec<ChangeId> = gone.iter().copied().chain(new).collect();
        if players.len() > MOST_CHANGES {
            let message = format!(
                "{} changes are to be told apart; the limit is {MOST_CHANGES}",
                players.len()
            );
            let found =
                Diagnostic::error(Code::LimitLevers, message).at(query.span, "too many levers");
            return Err(found.help("leave `by lever` out, or compare a smaller scenario"));
        }
        let whole = (1_usize << players.len()) - 1;
        let subset = |mask: usize| -> Vec<ChangeId> {
            // The empty and the full subset are the scenarios themselves, with their own order of changes.
            match mask {
                0 => theirs.to_vec(),
                _ if mask == whole => own.to_vec(),
                _ => {
                    let plays = |change: ChangeId| {
                        let player = players.iter().position(|&player| player == change);
                        player.is_none_or(|i| (mask >> i & 1 == 1) != gone.contains(&change))
                    };
                    gone.iter().chain(&own).copied().filter(|&change| plays(change)).collect()
                }
            }
        };
        let specs = (0..=whole).map(|mask| RunSpec::from(&subset(mask))).collect();
        Ok(Coalitions { players, specs, runs: Vec::new() })
    }

    pub(super) fn parts(
        &self,
        scenario: Option<usize>,
        players: &[ChangeId],
        worth: &[f64],
    ) -> Vec<Part> {
        let own = self.spec(scenario).changes;
        let part = |(&player, value): (&ChangeId, f64)| {
            let change = &self.model.changes[player];
            let name = &change.name;
            let lever = if own.contains(&player) { name.clone() } else { format!("not {name}") };
            Part { lever, title: change.title.clone(), value }
        };
        players.iter().zip(shapley(worth)).map(part).collect()
    }
}

/// The changes by which two scenarios differ, and a run for each subset of them. Bit `i` of a run's index
/// says whether the subset has change `i`.
#[derive(Default)]
pub(super) struct Coalitions {
    pub(super) players: Vec<ChangeId>,
    /// The run of each subset, indexed by the subset's bits.
    pub(super) specs: Vec<RunSpec>,
    runs: Vec<Arc<Values>>,
}
