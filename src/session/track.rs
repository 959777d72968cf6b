//! The effect of a change on the results, in one line.
//!
//! In: the followed values before and after a change. Out: a line of text. The followed results are the first
//! value of the script's first query that has one, and the balance; without both, the last question or the last
//! variable of the script. They are followed in all scenarios and years.

use crate::engine::simulate::Simulation;
use crate::model::{
    Ask, Asked, Expr, Model, Query, QueryYears, Question, Role, Shown, TableForm, Time,
};
use crate::report;
use crate::results::{Answer, Spread, UnitKind, UnitLabel};
use crate::source::{SourceId, Span};

/// The name of the followed result of a model of trade.
const USUAL: &str = "balance";
/// Maximum number of cells of a followed variable, over all its sets.
const MOST_CELLS: usize = 1_000;
/// Maximum number of draws with which all years are followed; with more, only the last year.
const MOST_DRAWS: u64 = 20_000;

/// The values of a followed result in one scenario.
#[derive(Debug, Clone)]
pub(super) struct Tracked {
    label: String,
    scenario: String,
    unit: UnitLabel,
    /// Years and values, in rising order of years: medians over the draws of a simulation, or values at the medians.
    values: Vec<(i32, Option<f64>)>,
    is_drawn: bool,
}

/// Returns the query of the followed results, if there are any.
pub(super) fn query(
    model: &Model,
    kept: &[Query],
    asked: &[Query],
    simulation: Option<&Simulation>,
) -> Option<Query> {
    let mut questions: Vec<Question> = kept.iter().find_map(first).into_iter().collect();
    if let Some(usual) = named(model, |name, _| name == USUAL)
        && questions.iter().all(|question| question.text != usual.text)
    {
        questions.push(usual);
    }
    if questions.is_empty() {
        let last = asked.iter().rev().find_map(first);
        let is_computed = |_: &str, role| matches!(role, Role::Variable | Role::Total);
        questions.extend(last.or_else(|| named(model, is_computed)));
    }
    let span = questions.first()?.span;
    let scenarios = std::iter::once(None).chain((0..model.scenarios.len()).map(Some)).collect();
    let (first, last) = model.years;
    let many = simulation.is_some_and(|simulation| simulation.draws > MOST_DRAWS);
    let years = QueryYears::span(if many { last } else { first }, last);
    let layout = TableForm::default();
    Some(Query { ask: Ask::Show(questions), asked: Asked::Named, scenarios, years, layout, span })
}

fn first(query: &Query) -> Option<Question> {
    // With a probability, every further line would start a simulation.
    query.ask.questions().iter().find(|question| !question.probability).cloned()
}

/// Makes a question for all cells of the last quantity without a lever that `is_meant`, such as `balance[*]`.
fn named(model: &Model, is_meant: impl Fn(&str, Role) -> bool) -> Option<Question> {
    let quantity = model
        .quantities
        .iter()
        .rposition(|found| found.lever.is_none() && is_meant(&found.name, found.role))?;
    let found = &model.quantities[quantity];
    // The question has its own slots, so it may use any of them.
    if found.axes.len() > model.slots || model.cells_of(quantity).len() > MOST_CELLS {
        return None;
    }
    let loops: Vec<(usize, usize)> = found.axes.iter().copied().enumerate().collect();
    let span = Span::new(SourceId(0), 0, 0);
    let cells = loops.iter().map(|&(slot, _)| Expr::Slot(slot)).collect();
    let expr = Expr::Read { quantity, cells, time: Time::Offset(0), span };
    let stars = vec!["*"; loops.len()].join(", ");
    let name = &found.name;
    let text = if stars.is_empty() { name.clone() } else { format!("{name}[{stars}]") };
    let (kind, shown) = (found.kind, Shown::default());
    Some(Question { text, expr, loops, kind, shown, probability: false, span })
}

/// Returns the values in the answer to [`query`].
pub(super) fn values(answer: &Answer) -> Vec<Tracked> {
    let Answer::Show { panels } = answer else { return Vec::new() };
    let mut tracked = Vec::new();
    for panel in panels {
        tracked.extend(panel.series.iter().map(|series| {
            let spread = |at: usize| series.spread.get(at).and_then(Option::as_ref);
            let value = |(at, year): (usize, &i32)| {
                let single = series.values.get(at).copied().flatten();
                (*year, spread(at).map_or(single, |spread| Some(middle(spread, &panel.unit))))
            };
            Tracked {
                label: series.label.clone(),
                scenario: series.scenario.clone(),
                unit: panel.unit.clone(),
                values: panel.years.iter().enumerate().map(value).collect(),
                is_drawn: (0..panel.years.len()).filter_map(spread).any(|spread| spread.sd > 0.0),
            }
        }));
    }
    tracked
}

/// Returns the median of the draws, as answers do; for a condition the share of draws in which it is true.
fn middle(spread: &Spread, unit: &UnitLabel) -> f64 {
    let middle = spread.quantiles.get(spread.quantiles.len() / 2).copied();
    middle.filter(|_| unit.kind != UnitKind::Truth).unwrap_or(spread.mean)
}

/// Describes the first value that changed: `balance[China] 2035: -8.91 bn USD -> -9.32 bn USD (-0.41)`. Prefers a value
/// of `scenario`, and the last year.
pub(super) fn change(before: &[Tracked], after: &[Tracked], scenario: &str) -> Option<String> {
    let pairs = || after.iter().filter_map(|new| Some((new.older(before)?, new)));
    let changed = |(old, new): &(&Tracked, &Tracked)| new.first_change(old).is_some();
    let own = |(_, new): &(&Tracked, &Tracked)| new.scenario == scenario;
    let Some((old, new)) = pairs().filter(changed).find(own).or_else(|| pairs().find(changed))
    else {
        return added(before, after).or_else(|| unchanged(before, after, scenario));
    };
    let year = new.first_change(old)?;
    let values = report::change(&new.unit, old.value(year), new.value(year));
    let mut line = format!("{}: {values}", new.name(year));
    if let Some((last, _)) = new.values.last().filter(|(last, _)| *last != year) {
        line.push_str(&format!("; {last} unchanged"));
    }
    let mut more: Vec<&str> = Vec::new();
    for (_, other) in pairs().filter(changed) {
        if other.scenario != new.scenario && !more.contains(&other.scenario.as_str()) {
            more.push(&other.scenario);
        }
    }
    if !more.is_empty() {
        line.push_str(&format!("; also in {}", more.join(", ")));
    }
    Some(line)
}

/// Describes the first value of a new scenario that differs from the baseline.
fn added(before: &[Tracked], after: &[Tracked]) -> Option<String> {
    let is_new = |new: &&Tracked| {
        !before.is_empty() && before.iter().all(|old| old.scenario != new.scenario)
    };
    let pair = |new: &'_ Tracked| {
        let base = after.iter().find(|one| one.label == new.label && one.scenario == "baseline")?;
        let year = new.first_change(base)?;
        let difference = report::difference(&new.unit, base.value(year), new.value(year));
        let value = report::quantity(&new.unit, new.value(year));
        Some(format!("{}: {value} ({difference} against the baseline)", new.name(year)))
    };
    after.iter().filter(is_new).find_map(pair)
}

fn unchanged(before: &[Tracked], after: &[Tracked], scenario: &str) -> Option<String> {
    let new = after.iter().find(|new| new.scenario == scenario).or(after.first())?;
    let (year, value) = *new.values.last()?;
    let what = if new.older(before).is_some() { " (unchanged)" } else { "" };
    Some(format!("{}: {}{what}", new.name(year), report::quantity(&new.unit, value)))
}

/// True if nothing that is followed in a scenario changed.
pub(super) fn is_same(before: &[Tracked], after: &[Tracked], scenario: &str) -> bool {
    let own = |all: &[Tracked]| -> Vec<Tracked> {
        all.iter().filter(|one| one.scenario == scenario).cloned().collect()
    };
    let (before, now) = (own(before), own(after));
    let same = |(a, b): (&Tracked, &Tracked)| a.label == b.label && b.first_change(a).is_none();
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
    /// Returns the same result before the change.
    fn older<'a>(&self, before: &'a [Tracked]) -> Option<&'a Tracked> {
        let same = |old: &&Tracked| (&old.label, &old.scenario) == (&self.label, &self.scenario);
        before.iter().find(same)
    }

    fn value(&self, year: i32) -> Option<f64> {
        self.values.iter().find(|(own, _)| *own == year).and_then(|(_, value)| *value)
    }

    /// Returns the year to name: the last one if its value changed, else the first one whose value changed.
    fn first_change(&self, old: &Self) -> Option<i32> {
        let is_known = |year: i32| old.values.iter().any(|(own, _)| *own == year);
        let changed = |(year, value): &&(i32, Option<f64>)| {
            is_known(*year) && differ(old.value(*year), *value)
        };
        let last = self.values.last().filter(changed);
        last.or_else(|| self.values.iter().find(changed)).map(|(year, _)| *year)
    }

    /// Formats the name of a value, `balance[China] 2035`; with its scenario unless it is the baseline.
    fn name(&self, year: i32) -> String {
        let drawn = if self.is_drawn { ", median" } else { "" };
        match self.scenario.as_str() {
            "baseline" => format!("{} {year}{drawn}", self.label),
            scenario => format!("{} {year} in {scenario}{drawn}", self.label),
        }
    }
}
