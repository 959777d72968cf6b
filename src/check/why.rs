//! `why` and `sensitivity`: the values that they explain, and the method.

use super::Checker;
use super::errors;
use super::expr::{Env, PERCENT};
use crate::model::{Ask, QueryYears, Question, SensitivityMethod, Why};
use crate::syntax::ast;

/// Default of `depth`: the number of equations that are followed.
const DEPTH: usize = 2;
/// Maximum value of `depth`.
const MOST_DEPTH: f64 = 100.0;
/// Default of `above`: the smallest share of a change that is shown.
const ABOVE: f64 = 0.01;
/// Maximum number of values that one query may explain.
const MOST_EXPLAINED: f64 = 100.0;

impl Checker<'_> {
    /// Resolves a `why` query.
    pub(super) fn why_query(
        &mut self,
        of: &[ast::ShownValue],
        query: &ast::Query,
        scenarios: &[Option<usize>],
        years: &QueryYears,
    ) -> Option<Ask> {
        let to = query.scope.to.as_ref().map(|name| self.scenario(name, &[]));
        let depth = query.scope.depth.as_ref().map(|depth| self.depth_of(depth));
        let above = query.scope.above.as_ref().map(|above| self.share_of(above));
        let of = self.questions(of)?;
        let (depth, above) = (depth.unwrap_or(Some(DEPTH))?, above.unwrap_or(Some(ABOVE))?);
        let to = match to {
            Some(to) => Some(to?),
            None => None,
        };
        self.no_probability(&of, "why")?;
        if let (Some(to), Some(name)) = (to, &query.scope.to)
            && scenarios.iter().all(|scenario| *scenario == to)
        {
            self.error(errors::difference_to_itself(name.span, &name.text));
            return None;
        }
        self.few_values(&of, query, scenarios, years)?;
        Some(Ask::Why(Box::new(Why { of, to, depth, above })))
    }

    /// Resolves a `sensitivity` query.
    pub(super) fn sensitivity_query(
        &mut self,
        of: &[ast::ShownValue],
        query: &ast::Query,
        scenarios: &[Option<usize>],
        years: &QueryYears,
    ) -> Option<Ask> {
        let of = self.questions(of)?;
        self.no_probability(&of, "sensitivity")?;
        self.few_values(&of, query, scenarios, years)?;
        let names = SensitivityMethod::ALL.map(|(name, _)| name);
        let method = match &query.scope.by {
            Some(by) => match SensitivityMethod::ALL.iter().find(|(name, _)| *name == by.text) {
                Some((_, method)) => Some(*method),
                None => {
                    self.error(errors::by_what(by.span, &by.text, "sensitivity", &names));
                    return None;
                }
            },
            None => None,
        };
        if query.scope.by_lever {
            self.error(errors::by_what(query.span, "lever", "sensitivity", &names));
            return None;
        }
        Some(Ask::Sensitivity { of, method })
    }

    /// Reports a probability in a query that explains values of a single run.
    fn no_probability(&mut self, of: &[Question], word: &str) -> Option<()> {
        let Some(question) = of.iter().find(|question| question.probability) else {
            return Some(());
        };
        self.error(errors::explained_probability(question.span, word));
        None
    }

    /// Reports a query that explains too many values.
    fn few_values(
        &mut self,
        of: &[Question],
        query: &ast::Query,
        scenarios: &[Option<usize>],
        years: &QueryYears,
    ) -> Option<()> {
        let cells = |question: &Question| -> f64 {
            let size = |(_, set): &(usize, usize)| self.model.sets[*set].members.len() as f64;
            question.loops.iter().map(size).product()
        };
        let runs = (scenarios.len() * years.count()) as f64;
        let count = of.iter().map(cells).sum::<f64>() * runs;
        if count > MOST_EXPLAINED {
            self.error(errors::explained_values(query.span, count, MOST_EXPLAINED));
            return None;
        }
        Some(())
    }

    /// Evaluates the clause `depth NUMBER`.
    fn depth_of(&mut self, depth: &ast::Expr) -> Option<usize> {
        let written = self.sources.text(depth.span).trim().to_owned();
        let word = written.starts_with(char::is_alphabetic);
        if word && !self.quantity_names.contains_key(&written) {
            self.error(errors::depth_value(depth.span, MOST_DEPTH, &written));
            return None;
        }
        let value = self.expect(depth, &mut Env::default(), super::expr::NUMBER, "`depth`");
        let fits = |value: &f64| (1.0..=MOST_DEPTH).contains(value) && value.fract() == 0.0;
        let found = value.constant().filter(fits);
        if found.is_none() {
            self.error(errors::depth_value(depth.span, MOST_DEPTH, &written));
        }
        found.map(|depth| depth as usize)
    }

    /// Evaluates the clause `above SHARE`.
    fn share_of(&mut self, share: &ast::Expr) -> Option<f64> {
        let value = self.expect(share, &mut Env::default(), PERCENT, "`above`");
        let found = value.constant().filter(|value| (0.0..=1.0).contains(value));
        if found.is_none() {
            self.error(errors::share_value(share.span));
        }
        found
    }
}
