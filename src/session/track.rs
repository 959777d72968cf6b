//! The effect of a change on the results, in one line.
//!
//! In: the followed values before and after a change. Out: a line of text. The followed result is the first
//! value of the script's first query that has one, in the last year; without such a query the balance; else
//! the last question.

use crate::model::{Ask, Asked, Expr, Model, Query, QueryYears, Question, Shown, TableForm, Time};
use crate::report;
use crate::results::{Answer, UnitLabel};
use crate::source::{SourceId, Span};

/// The name of the followed result in a script without queries.
const USUAL: &str = "balance";

/// A value of the result that the prompt follows.
#[derive(Debug, Clone)]
pub(super) struct Tracked {
    label: String,
    scenario: String,
    year: i32,
    unit: UnitLabel,
    /// Mean over the draws of a simulation, or value at the medians.
    value: Option<f64>,
    is_mean: bool,
}

/// Returns the query of the followed result, if there is one.
pub(super) fn query(model: &Model, kept: &[Query], asked: &[Query]) -> Option<Query> {
    let question = (kept.iter().find_map(first))
        .or_else(|| usual(model))
        .or_else(|| asked.iter().rev().find_map(first))?;
    let scenarios = std::iter::once(None).chain((0..model.scenarios.len()).map(Some)).collect();
    let span = question.span;
    let (last, ask) = (model.years.1, Ask::Show(vec![question]));
    let (years, layout) = (QueryYears::span(last, last), TableForm::default());
    Some(Query { ask, asked: Asked::Named, scenarios, years, layout, span })
}

fn first(query: &Query) -> Option<Question> {
    // With a probability, every further line would start a simulation.
    query.ask.questions().iter().find(|question| !question.probability).cloned()
}

/// Makes the default question: `balance[*]`.
fn usual(model: &Model) -> Option<Question> {
    let quantity = model.quantities.iter().position(|quantity| quantity.name == USUAL)?;
    let found = &model.quantities[quantity];
    // The question has its own slots, so it may use any of them.
    if found.axes.len() > model.slots {
        return None;
    }
    let loops: Vec<(usize, usize)> = found.axes.iter().copied().enumerate().collect();
    let span = Span::new(SourceId(0), 0, 0);
    let cells = loops.iter().map(|&(slot, _)| Expr::Slot(slot)).collect();
    let expr = Expr::Read { quantity, cells, time: Time::Offset(0), span };
    let stars = vec!["*"; loops.len()].join(", ");
    let text = if stars.is_empty() { USUAL.to_owned() } else { format!("{USUAL}[{stars}]") };
    let (kind, shown) = (found.kind, Shown::default());
    Some(Question { text, expr, loops, kind, shown, probability: false, span })
}

/// Returns the values in the answer to [`query`].
pub(super) fn values(answer: &Answer) -> Vec<Tracked> {
    let Answer::Show { panels } = answer else { return Vec::new() };
    let mut tracked = Vec::new();
    for panel in panels {
        let year = panel.years.last().copied().unwrap_or(0);
        tracked.extend(panel.series.iter().map(|series| {
            let spread = series.spread.last().and_then(Option::as_ref);
            let value = series.values.last().copied().flatten();
            Tracked {
                label: series.label.clone(),
                scenario: series.scenario.clone(),
                year,
                unit: panel.unit.clone(),
                value: spread.map(|spread| spread.mean).or(value),
                is_mean: spread.is_some_and(|spread| spread.sd > 0.0),
            }
        }));
    }
    tracked
}

/// Formats the first value that changed: `balance[China] 2035: -8.91 bn USD -> -9.32 bn USD (-0.41)`. Prefers a value
/// of `scenario`.
pub(super) fn change(before: &[Tracked], after: &[Tracked], scenario: &str) -> Option<String> {
    let old = |new: &Tracked| {
        let same = |old: &&Tracked| {
            (&old.label, &old.scenario, old.year) == (&new.label, &new.scenario, new.year)
        };
        before.iter().find(same)
    };
    let pairs = || after.iter().filter_map(|new| old(new).map(|old| (old, new)));
    let changed = |(old, new): &(&Tracked, &Tracked)| differ(old.value, new.value);
    let own = |(_, new): &(&Tracked, &Tracked)| new.scenario == scenario;
    let others: Vec<&str> = {
        let mut names: Vec<&str> = Vec::new();
        for (_, new) in pairs().filter(changed) {
            if !names.contains(&new.scenario.as_str()) {
                names.push(&new.scenario);
            }
        }
        names
    };
    let Some((old, new)) = pairs().filter(changed).find(own).or_else(|| pairs().find(changed))
    else {
        let new = after.iter().find(|new| new.scenario == scenario).or(after.first())?;
        let value = report::quantity(&new.unit, new.value);
        let what = if old(new).is_some() { " (unchanged)" } else { "" };
        return Some(format!("{}: {value}{what}", new.name(scenario)));
    };
    let more: Vec<&str> = others.into_iter().filter(|name| *name != new.scenario).collect();
    let more =
        if more.is_empty() { String::new() } else { format!("; also in {}", more.join(", ")) };
    let values = report::change(&new.unit, old.value, new.value);
    Some(format!("{}: {values}{more}", new.name(scenario)))
}

/// True if nothing that is followed in a scenario changed.
pub(super) fn is_same(before: &[Tracked], after: &[Tracked], scenario: &str) -> bool {
    let own = |all: &[Tracked]| -> Vec<Tracked> {
        all.iter().filter(|one| one.scenario == scenario).cloned().collect()
    };
    let (before, now) = (own(before), own(after));
    let same = |(a, b): (&Tracked, &Tracked)| a.label == b.label && !differ(a.value, b.value);
    !after.is_empty() && before.len() == now.len() && before.iter().zip(&now).all(same)
}

/// True if two values differ by more than rounding.
fn differ(before: Option<f64>, after: Option<f64>) -> bool {
    /// Share of a value that the order of a sum may change.
    const ROUNDING: f64 = 1e-13;
    match (before, after) {
        (Some(a), Some(b)) => (a - b).abs() > ROUNDING * a.abs().max(b.abs()),
        _ => before != after,
    }
}

impl Tracked {
    /// Formats the name of a value, `balance[China] 2035`; with its scenario unless it is `looked_at`.
    fn name(&self, looked_at: &str) -> String {
        let mean = if self.is_mean { ", mean" } else { "" };
        match self.scenario.as_str() {
            scenario if scenario == looked_at => format!("{} {}{mean}", self.label, self.year),
            scenario => format!("{} {} in {scenario}{mean}", self.label, self.year),
        }
    }
}
