//! `compare`: what each scenario differs by from the reference, and which lever made how much of it.
//!
//! Scenarios are columns. Each lever's part has a row, a lever that a scenario does not have is a
//! dash, and below a rule stands the sum of the parts, added up here from the parts themselves. Each
//! number is rounded by itself, so the sum may differ in its last digit from the sum of the rounded
//! parts. With a simulation the mean and the quantiles of the difference follow those of the run in
//! which every distribution stands at its median, and the parts add up to the mean.

use indexmap::IndexMap;

use crate::results::{Comparison, Difference, Part, Spread};

use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::{Page, clean};
use super::spread::{differs, level, main_levels};

/// Digits of the largest standard error.
const ERROR_DIGITS: i32 = 2;

/// One comparison, as lines; `levels` are those of a simulation's quantiles.
pub(super) fn lines(comparison: &Comparison, levels: &[f64], page: Page) -> Vec<String> {
    let format = NumberFormat::fit(&comparison.unit, numbers(comparison));
    let mut title = format!("{} in {}", clean(&comparison.expression), comparison.year);
    let unit = format.unit();
    if !unit.is_empty() {
        title.push_str(&format!(", {unit}"));
    }
    let mut reference = format!(
        "{}: {}",
        clean(&comparison.reference),
        format.quantity(Some(comparison.reference_value))
    );
    if spreads(comparison).next().is_some() {
        reference.push_str(" with every distribution at its median");
    }
    let mut lines: Vec<_> = page.wrapped(&title, 2).iter().map(|line| page.title(line)).collect();
    lines.extend(page.wrapped(&reference, 2));
    if !comparison.scenarios.is_empty() {
        lines.push(String::new());
        lines.extend(grid(comparison, levels, &format).lines(page));
    }
    lines
}

/// Everything that the table shows.
fn numbers(comparison: &Comparison) -> impl Iterator<Item = Option<f64>> {
    let of_scenario = |difference: &Difference| {
        let mut numbers = vec![Some(difference.value), Some(difference.difference)];
        numbers.extend(difference.parts.iter().map(|part| Some(part.value)));
        if let Some(spread) = difference.spread.as_ref().filter(|spread| differs(spread)) {
            numbers.push(Some(spread.mean));
            numbers.extend(spread.quantiles.iter().copied().map(Some));
        }
        numbers
    };
    let scenarios = comparison.scenarios.iter().flat_map(of_scenario);
    std::iter::once(Some(comparison.reference_value)).chain(scenarios)
}

/// The spreads of the differences, where one of them differs between draws.
fn spreads(comparison: &Comparison) -> impl Iterator<Item = &Spread> {
    let spreads = || comparison.scenarios.iter().filter_map(|other| other.spread.as_ref());
    let any = spreads().any(differs);
    spreads().filter(move |_| any)
}

fn grid(comparison: &Comparison, levels: &[f64], format: &NumberFormat) -> Grid {
    let scenarios = &comparison.scenarios;
    let differences = format.of_differences();
    let columns = scenarios
        .iter()
        .map(|difference| Column { group: String::new(), heading: clean(&difference.scenario) });
    let values = scenarios.iter().map(|scenario| format.number(Some(scenario.value)));
    let totals = scenarios.iter().map(|scenario| differences.number(Some(scenario.difference)));
    let is_simulated = spreads(comparison).next().is_some();
    let at_medians = if is_simulated { ", at medians" } else { "" };
    let difference = difference_label(format, &differences);
    let mut rows = vec![
        Row::Cells(format!("value{at_medians}"), values.collect()),
        Row::Cells(format!("{difference}{at_medians}"), totals.collect()),
    ];
    if is_simulated {
        rows.push(Row::Rule);
        rows.extend(spread_rows(comparison, levels, &difference, &differences));
    }
    let levers = levers(scenarios);
    if !levers.is_empty() {
        rows.push(Row::Rule);
        rows.extend(levers.into_iter().map(|(lever, title)| {
            let parts = scenarios.iter().map(|scenario| match part(scenario, lever) {
                Some(value) => differences.number(Some(value)),
                None => MISSING.to_owned(),
            });
            Row::Cells(label(lever, title), parts.collect())
        }));
        rows.push(Row::Rule);
        let sums = scenarios.iter().map(|scenario| {
            differences.number(Some(scenario.parts.iter().map(|part| part.value).sum()))
        });
        rows.push(Row::Cells("sum of the parts".to_owned(), sums.collect()));
    }
    Grid { columns: columns.collect(), rows }
}

/// The mean of the difference, its standard error and the quantiles.
fn spread_rows(
    comparison: &Comparison,
    levels: &[f64],
    difference: &str,
    format: &NumberFormat,
) -> Vec<Row> {
    let row = |label: String, format: &NumberFormat, of: &dyn Fn(&Spread) -> Option<f64>| {
        let cells = comparison
            .scenarios
            .iter()
            .map(|other| format.number(other.spread.as_ref().and_then(of)));
        Row::Cells(label, cells.collect())
    };
    let errors = spreads(comparison).map(|spread| spread.error);
    let largest = errors.filter(|error| error.is_finite()).fold(0.0, f64::max);
    let errors = format.resolving(largest, ERROR_DIGITS);
    let mut rows = vec![
        row(format!("{difference}, mean"), format, &|spread| Some(spread.mean)),
        row("  standard error".to_owned(), &errors, &|spread| Some(spread.error)),
    ];
    rows.extend(main_levels(levels).into_iter().filter_map(|at| {
        let name = format!("  {}", level(*levels.get(at)?));
        Some(row(name, format, &|spread| spread.quantiles.get(at).copied()))
    }));
    rows
}

/// Names the unit of differences where it is another than the values'.
fn difference_label(values: &NumberFormat, differences: &NumberFormat) -> String {
    let unit = differences.unit();
    if unit == values.unit() || unit.is_empty() {
        return "difference".to_owned();
    }
    format!("difference, {unit}")
}

/// Every lever that makes a part in some scenario, with its title.
fn levers(scenarios: &[Difference]) -> IndexMap<&str, &str> {
    let parts = scenarios.iter().flat_map(|scenario| &scenario.parts);
    parts.map(|part| (part.lever.as_str(), part.title.as_str())).collect()
}

fn label(lever: &str, title: &str) -> String {
    if title.is_empty() { clean(lever) } else { format!("{}: {}", clean(lever), clean(title)) }
}

fn part(scenario: &Difference, lever: &str) -> Option<f64> {
    scenario.parts.iter().find(|part: &&Part| part.lever == lever).map(|part| part.value)
}
