//! `why`: the values that it traces, and how far.

use super::Checker;
use super::errors;
use super::expr::{Env, PERCENT};
use crate::model::{Ask, Question, Why};
use crate::syntax::ast;

/// Number of equations that are followed without `depth`.
const DEPTH: usize = 2;
/// The largest `depth`.
const MOST_DEPTH: f64 = 100.0;
/// The least share of a change that is shown without `above`.
const ABOVE: f64 = 0.01;
/// Maximum number of values that one query traces.
const MOST_TREES: f64 = 100.0;

impl Checker<'_> {
    /// Resolves `why`.
    pub(super) fn why_query(
        &mut self,
        of: &[ast::Expr],
        query: &ast::Query,
        scenarios: &[Option<usize>],
        years: (i32, i32),
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
        if let Some(question) = of.iter().find(|question| question.probability) {
            self.error(errors::traced_probability(question.span));
            return None;
        }
        if let (Some(to), Some(name)) = (to, &query.scope.to)
            && scenarios.iter().all(|scenario| *scenario == to)
        {
            self.error(errors::difference_to_itself(name.span, &name.text));
            return None;
        }
        let cells = |question: &Question| -> f64 {
            let size = |(_, set): &(usize, usize)| self.model.sets[*set].members.len() as f64;
            question.loops.iter().map(size).product()
        };
        let runs = scenarios.len() as f64 * f64::from(years.1 - years.0 + 1);
        let trees = of.iter().map(cells).sum::<f64>() * runs;
        if trees > MOST_TREES {
            self.error(errors::traced_values(query.span, trees, MOST_TREES));
            return None;
        }
        Some(Ask::Why(Box::new(Why { of, to, depth, above })))
    }

    /// Evaluates `depth 3`.
    fn depth_of(&mut self, depth: &ast::Expr) -> Option<usize> {
        let value = self.expect(depth, &mut Env::default(), super::expr::NUMBER, "`depth`");
        let fits = |value: &f64| (1.0..=MOST_DEPTH).contains(value) && value.fract() == 0.0;
        let found = value.constant().filter(fits);
        if found.is_none() {
            self.error(errors::depth_value(depth.span, MOST_DEPTH));
        }
        found.map(|depth| depth as usize)
    }

    /// Evaluates `above 5%`.
    fn share_of(&mut self, share: &ast::Expr) -> Option<f64> {
        let value = self.expect(share, &mut Env::default(), PERCENT, "`above`");
        let found = value.constant().filter(|value| (0.0..=1.0).contains(value));
        if found.is_none() {
            self.error(errors::share_value(share.span));
        }
        found
    }
}
