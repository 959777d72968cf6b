//! Queries narrowed from outside: to some scenarios, to some years.

use super::{Model, Query};
use crate::source::Span;

/// Of which scenarios a query is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It names none: the baseline.
    Baseline,
    /// `for all`.
    All,
    /// `for A, B`.
    Named,
}

impl Model {
    /// `for all` comes to mean the baseline and those named; a query without `for` is asked of those
    /// named; a query that names its scenarios keeps them.
    pub fn narrow_scenarios(&mut self, named: &[Option<usize>]) {
        for query in &mut self.queries {
            let mut scenarios = match query.asked {
                Asked::Named => continue,
                Asked::All => vec![None],
                Asked::Baseline => Vec::new(),
            };
            for scenario in named {
                if !scenarios.contains(scenario) {
                    scenarios.push(*scenario);
                }
            }
            if let Some(with) = query.ask.compared_with() {
                scenarios.retain(|scenario| *scenario != with);
            }
            query.scenarios = scenarios;
        }
    }

    /// Tables, charts and comparisons show these years only; checks keep theirs, as nobody should
    /// pass a check by not looking. The queries that have no year left go: their places are returned.
    pub fn narrow_years(&mut self, years: (i32, i32)) -> Vec<Span> {
        let mut left_out = Vec::new();
        self.queries.retain_mut(|query| {
            if query.ask.condition().is_some() {
                return true;
            }
            query.years = (query.years.0.max(years.0), query.years.1.min(years.1));
            let shown = query.years.0 <= query.years.1;
            if !shown {
                left_out.push(query.span);
            }
            shown
        });
        left_out
    }
}

impl Query {
    /// True if a scenario takes part in it.
    pub fn mentions(&self, scenario: Option<usize>) -> bool {
        self.ask.compared_with() == Some(scenario) || self.scenarios.contains(&scenario)
    }
}
