//! Values, equations and units as text, for the lines of the prompt.
//!
//! In: a model, a query and its answer. Out: lines of text.

use crate::analysis::unit;
use crate::model::print::definition;
use crate::model::{
    Ask, Definition, Expr, Model, Quantity, QuantityId, Query, QueryYears, Question, Role,
};
use crate::report;
use crate::results::{Answer, Spread, UnitKind, UnitLabel};

/// Maximum number of equations shown below a value.
const MOST_EQUATIONS: usize = 6;

/// Renders the answer to an expression as lines, `x = 3 bn USD`; `None` if it has too many values.
pub(super) fn value(model: &Model, query: &Query, answer: &Answer) -> Option<Vec<String>> {
    let Answer::Show { panels } = answer else { return None };
    let mut lines = Vec::new();
    for (number, panel) in panels.iter().enumerate() {
        let [series] = panel.series.as_slice() else { return None };
        let (value, rest) = series.values.split_first()?;
        let spread = series.spread.first().and_then(Option::as_ref);
        let other_spread = |other: &Option<Spread>| other.as_ref() != spread;
        if rest.iter().any(|other| other != value) || series.spread.iter().any(other_spread) {
            return None;
        }
        let one_year = query.years.count() == 1 && model.years.0 < model.years.1;
        let year = if one_year { format!(" in {}", query.years) } else { String::new() };
        let scenario = match series.scenario.as_str() {
            "baseline" => String::new(),
            name => format!(" for {name}"),
        };
        let value = match spread.filter(|spread| spread.sd > 0.0) {
            Some(spread)
                if query.ask.questions().get(number).is_some_and(|one| one.probability) =>
            {
                let points = UnitLabel::new(UnitKind::Percent, "pp");
                let error = report::quantity(&points, Some(spread.error));
                let mean = report::quantity(&panel.unit, Some(spread.mean));
                format!("{mean} of draws, standard error {error}")
            }
            Some(spread) => spread_out(&panel.unit, spread),
            None => match (value, typed(query, number)) {
                (Some(value), true) => report::exact(&panel.unit, *value),
                _ => report::quantity(&panel.unit, *value),
            },
        };
        let label: Vec<&str> = series.label.split_whitespace().collect();
        lines.push(format!("{}{scenario}{year} = {value}", label.join(" ")));
    }
    Some(lines)
}

/// True if a value follows from typed numbers alone, whose digits the user knows.
fn typed(query: &Query, number: usize) -> bool {
    query.ask.questions().get(number).is_some_and(|question| question.expr.constant().is_some())
}

/// Formats the statistics of a value: `-8.9 bn USD at the median; 90% of draws lie within -9.6 .. -8.1 bn USD`;
/// for a condition, the share of draws in which it is true.
fn spread_out(unit: &UnitLabel, spread: &Spread) -> String {
    if unit.kind == UnitKind::Truth {
        let percent = UnitLabel::new(UnitKind::Percent, "%");
        return format!("true in {} of draws", report::quantity(&percent, Some(spread.mean)));
    }
    let shown = |value: f64| report::quantity(unit, Some(value));
    match spread.quantiles.as_slice() {
        [low, middle @ .., high] if middle.len() % 2 == 1 => {
            let median = middle.get(middle.len() / 2).copied().unwrap_or(spread.mean);
            let [median, ends] = report::range(unit, median, (*low, *high));
            format!("{median} at the median; 90% of draws lie within {ends}")
        }
        _ => format!("{} on average", shown(spread.mean)),
    }
}

/// Returns the equations of a quantity, if the expression is only a name.
pub(super) fn equations(model: &Model, query: &Query) -> Vec<String> {
    let Ask::Show(of) = &query.ask else { return Vec::new() };
    let [Question { expr: Expr::Read { quantity, cells, .. }, .. }] = of.as_slice() else {
        return Vec::new();
    };
    let scenario = query.scenarios.first().copied().flatten();
    let found = holding(model, *quantity, cells, &query.years, scenario);
    let mut lines: Vec<String> = found
        .iter()
        .take(MOST_EQUATIONS)
        .map(|d| format!("  {}", definition(model, *quantity, d)))
        .collect();
    if found.len() > MOST_EQUATIONS {
        let more = found.len() - MOST_EQUATIONS;
        let name = model.quantities.get(*quantity).map_or("", |quantity| &quantity.name);
        lines.push(format!("  and {more} more: `:info {name}`"));
    }
    lines
}

/// Returns the definitions that apply in some cells and years: all contributions, and the one equation of
/// each cell.
fn holding<'a>(
    model: &'a Model,
    id: QuantityId,
    cells: &[Expr],
    years: &QueryYears,
    scenario: Option<usize>,
) -> Vec<&'a Definition> {
    let Some(quantity) = model.quantities.get(id) else { return Vec::new() };
    let meant = |cell: &Vec<u32>| {
        let fits = |(expr, element): (&Expr, &u32)| match expr {
            Expr::Const(wanted) => *wanted == f64::from(*element),
            _ => true,
        };
        cells.iter().zip(cell).all(fits)
    };
    let cells: Vec<Vec<u32>> = model.cells_of(id).into_iter().filter(meant).collect();
    let places = || cells.iter().flat_map(|cell| years.iter().map(move |year| (cell, year)));
    let in_force = |lever: Option<usize>| {
        let own = lever.and_then(|lever| model.levers.get(lever)).and_then(|lever| lever.scenario);
        own.is_none() || scenario.is_some()
    };
    let chosen = |(n, found): &(usize, &Definition)| match quantity.role {
        Role::Factor | Role::Total => {
            in_force(found.lever) && places().any(|(cell, year)| found.covers(model, cell, year))
        }
        _ if quantity.choice.is_empty() => *n == 0,
        _ => places().any(|(cell, year)| {
            quantity.choice.get(model.position(quantity, cell, year)) == Some(&(*n as u32))
        }),
    };
    quantity.definitions.iter().enumerate().filter(chosen).map(|(_, found)| found).collect()
}

/// Returns the declared unit of a quantity; without one, the type of its values.
pub(super) fn unit_of(model: &Model, quantity: &Quantity) -> String {
    match quantity.unit.as_str() {
        "" => kind(&unit(model, quantity.kind)),
        unit => unit.to_owned(),
    }
}

/// Returns the name of a value's type: `money (USD)`, `a percentage`.
pub(super) fn kind(unit: &UnitLabel) -> String {
    match unit.kind {
        UnitKind::Money => format!("money ({})", unit.name),
        UnitKind::Percent if unit.name == "pp" => "percentage points".to_owned(),
        UnitKind::Percent => "a percentage".to_owned(),
        UnitKind::Year => "a year".to_owned(),
        UnitKind::Truth => "a condition".to_owned(),
        UnitKind::Number if unit.name.is_empty() => "a number".to_owned(),
        UnitKind::Number => unit.name.clone(),
    }
}
