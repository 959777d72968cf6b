//! Restriction of queries from outside, to some scenarios or years.

use super::{Model, Query};
use crate::source::Span;

/// The form in which a query names its scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// No scenario is named: the query is answered in the baseline.
    Baseline,
    /// All scenarios: `for all`, or `compare` without `for`.
    All,
    /// The scenarios of a list are named: `for A, B`.
    Named,
}

impl Model {
    /// Restricts queries to the `named` scenarios: `for all` then means the baseline and these scenarios, and a query
    /// without `for` means these. Queries that name scenarios are unchanged.
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

    /// Restricts tables, charts and comparisons to some years. Checks and searches keep their years, because hiding a
    /// year must not make a check pass. Removes queries without remaining years, and returns their places.
    pub fn narrow_years(&mut self, years: (i32, i32)) -> Vec<Span> {
        let mut left_out = Vec::new();
        self.queries.retain_mut(|query| {
            if !query.ask.shows_years() {
                return true;
            }
            match query.years.within(years) {
                Some(left) => query.years = left,
                None => {
                    left_out.push(query.span);
                    return false;
                }
            }
            true
        });
        left_out
    }
}

impl Query {
    /// True if the query shows or compares a scenario.
    pub fn mentions(&self, scenario: Option<usize>) -> bool {
        self.ask.compared_with() == Some(scenario) || self.scenarios.contains(&scenario)
    }
}
