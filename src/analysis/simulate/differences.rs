//! The draws of a `compare`: differences of two runs, and their parts.

use std::sync::Arc;

use super::{Asking, Job, spread};
use crate::analysis::cells;
use crate::analysis::elements::ElementPart;
use crate::analysis::parts::Game;
use crate::diagnostic::Diagnostic;
use crate::engine::simulate::{FoundStatistics, RecordedValue, Statistics};
use crate::model::{Division, Expr, Kind, Query, Question, Shown};
use crate::plan::RunSpec;
use crate::results::Difference;

/// The simulated parts of a difference, as indices into the list of wanted values.
pub(in crate::analysis) enum DrawnParts {
    /// The difference has no parts.
    None,
    /// Parts by lever: the worth of each coalition of changes, and the contribution of each part.
    Levers { game: Arc<Game>, worth: Vec<usize>, parts: Vec<usize> },
    /// Parts by element; the numbers are columns.
    Elements(Vec<usize>),
}

impl DrawnParts {
    /// Stores the results of the simulation in a difference.
    pub(super) fn fill(&self, difference: &mut Difference, found: &[FoundStatistics]) {
        let parts = match self {
            Self::None => return,
            Self::Levers { game, worth, parts } => {
                let worth: Vec<f64> = worth.iter().map(|&n| found[n].moments.mean).collect();
                difference.parts = game.parts(&worth);
                parts
            }
            Self::Elements(parts) => {
                for (part, &n) in difference.parts.iter_mut().zip(parts) {
                    part.value = found[n].moments.mean;
                }
                parts
            }
        };
        for (part, &n) in difference.parts.iter_mut().zip(parts) {
            part.spread = Some(spread(&found[n]));
        }
    }
}

/// A requested difference: the value, the run of the scenario and the run of the reference.
struct Pair<'a> {
    question: &'a Question,
    cell: &'a [u32],
    year: i32,
    specs: [&'a RunSpec; 2],
}

impl Asking<'_, '_> {
    /// Requests the differences of a `compare` and their parts.
    pub(super) fn differences(
        &mut self,
        query: &Query,
        of: &[Question],
        to: Option<usize>,
        by: Option<Division>,
    ) -> Result<(), Diagnostic> {
        let mut games = Vec::new();
        let mut elements = Vec::new().into_iter();
        match by {
            None => {}
            Some(Division::Levers) => {
                for &scenario in &query.scenarios {
                    games.push(Arc::new(self.runs.game(query, scenario, to)?));
                }
            }
            Some(Division::Elements(set)) => {
                elements = self.runs.by_element(query, of, to, set)?.into_iter();
            }
        }
        let reference = self.runs.spec(to);
        for question in of {
            for (cell, _) in cells(self.runs.model, question) {
                for year in query.years.iter() {
                    let base = self.value(question, &reference, &cell, year)?;
                    for (n, &scenario) in query.scenarios.iter().enumerate() {
                        let spec = self.runs.spec(scenario);
                        let value = self.value(question, &spec, &cell, year)?;
                        let difference = self.recorded.tape.difference(value, base);
                        let number = self.want(difference, Statistics::Quantiles);
                        let specs = [&spec, &reference];
                        let pair = Pair { question, cell: &cell, year, specs };
                        let parts = match (by, games.get(n)) {
                            (Some(Division::Levers), Some(game)) => self.by_lever(&pair, game)?,
                            (Some(Division::Elements(_)), _) => {
                                self.by_element(&pair, elements.next().unwrap_or_default())?
                            }
                            (Some(Division::Levers) | None, _) => DrawnParts::None,
                        };
                        self.jobs.push(Job::Difference(number, parts));
                    }
                }
            }
        }
        Ok(())
    }

    /// Requests the contributions of the changes to a difference.
    fn by_lever(&mut self, pair: &Pair<'_>, game: &Arc<Game>) -> Result<DrawnParts, Diagnostic> {
        let mut values = Vec::with_capacity(game.specs.len());
        for spec in &game.specs {
            values.push(self.value(pair.question, spec, pair.cell, pair.year)?);
        }
        let mut parts = Vec::new();
        for steps in game.steps() {
            let tape = &mut self.recorded.tape;
            let terms = steps.iter().filter_map(|step| {
                let (with, without) = (*values.get(step.with)?, *values.get(step.without)?);
                let added = tape.difference(with, without);
                Some((step.weight, added))
            });
            let terms: Vec<(f64, RecordedValue)> = terms.collect();
            let part = tape.combination(&terms);
            parts.push(self.want(part, Statistics::Quantiles));
        }
        let worth = values.into_iter().map(|value| self.want(value, Statistics::Moments)).collect();
        Ok(DrawnParts::Levers { game: Arc::clone(game), worth, parts })
    }

    /// Requests the differences in the elements of a set.
    fn by_element(
        &mut self,
        pair: &Pair<'_>,
        parts: Vec<ElementPart>,
    ) -> Result<DrawnParts, Diagnostic> {
        let mut numbers = Vec::new();
        for part in parts {
            let mut terms = Vec::new();
            for ((of_run, spec), sign) in part.terms.iter().zip(pair.specs).zip([1.0, -1.0]) {
                for expr in of_run {
                    let question = closed_question(pair.question, expr);
                    terms.push((sign, self.value(&question, spec, &[], pair.year)?));
                }
            }
            let difference = self.recorded.tape.combination(&terms);
            numbers.push(self.want(difference, Statistics::Quantiles));
        }
        Ok(DrawnParts::Elements(numbers))
    }
}

/// Makes a question about an expression without free indices.
fn closed_question(whole: &Question, expr: &Expr) -> Question {
    Question {
        text: whole.text.clone(),
        expr: expr.clone(),
        probability: false,
        loops: Vec::new(),
        kind: Kind::Unknown,
        shown: Shown::default(),
        span: whole.span,
    }
}
