//! `compare`: the difference of each scenario to the reference, and each lever's part in it.
//!
//! In one year scenarios are columns, and each lever's part has a row; a dash stands for a lever that
//! a scenario does not have. In several years the years are columns, and the rows of each scenario
//! follow each other. Differences have a scale of their own where they are small beside the values.
//! Each number is rounded by itself, so the sum of the parts may differ in its last digit from the
//! sum of the rounded parts. With a simulation, mean and quantiles of the difference follow the
//! difference of the run in which every distribution is at its median; the parts add up to the mean.

use indexmap::IndexMap;

use crate::results::{Comparison, Difference, Part, Spread};

use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::{Page, clean};
use super::panel::described;
use super::spread::{differs, level, main_levels};
use super::titled::Titled;

/// Digits of the largest standard error.
const ERROR_DIGITS: i32 = 2;

/// How the values and the differences of a table are written.
pub(super) fn formats(comparisons: &[Comparison]) -> (NumberFormat, NumberFormat) {
    let Some(first) = comparisons.first() else {
        return (NumberFormat::count(), NumberFormat::count());
    };
    let all = comparisons.iter().flat_map(|one| values(one).chain(differences(one)));
    let together = NumberFormat::fit(&first.unit, all);
    let apart = together.for_differences(comparisons.iter().flat_map(differences));
    if apart.unit() == together.of_differences().unit() {
        return (together, apart);
    }
    (NumberFormat::fit(&first.unit, comparisons.iter().flat_map(values)), apart)
}

/// The heading of a table.
pub(super) fn title(comparison: &Comparison, year: Option<i32>, format: &NumberFormat) -> String {
    let title = described(&comparison.title, &comparison.expression);
    let year = year.map_or(String::new(), |year| year.to_string());
    let parts = [title, year, format.unit()].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

/// Builds the table of one comparison.
pub(super) fn table(comparison: &Comparison, levels: &[f64], page: Page) -> Titled {
    let (format, differences) = formats(std::slice::from_ref(comparison));
    let title = title(comparison, Some(comparison.year), &format);
    let mut reference = format!(
        "{}: {}",
        clean(&comparison.reference),
        format.quantity(Some(comparison.reference_value))
    );
    if spreads(comparison).next().is_some() {
        reference.push_str(" with every distribution at its median");
    }
    let grid = grid(comparison, levels, &format, &differences, page);
    Titled { title, remarks: vec![reference], grid, sentence: String::new() }
}

/// The values of the reference and of the scenarios.
fn values(comparison: &Comparison) -> impl Iterator<Item = Option<f64>> {
    let values = comparison.scenarios.iter().map(|other| Some(other.value));
    std::iter::once(Some(comparison.reference_value)).chain(values)
}

/// The differences and their parts.
fn differences(comparison: &Comparison) -> impl Iterator<Item = Option<f64>> {
    comparison.scenarios.iter().flat_map(|other| {
        let mut numbers = vec![Some(other.difference)];
        numbers.extend(other.parts.iter().map(|part| Some(part.value)));
        if let Some(spread) = other.spread.as_ref().filter(|spread| differs(spread)) {
            numbers.push(Some(spread.mean));
            numbers.extend(spread.quantiles.iter().copied().map(Some));
        }
        numbers
    })
}

/// The spreads of the differences, where one of them differs between draws.
pub(super) fn spreads(comparison: &Comparison) -> impl Iterator<Item = &Spread> {
    let spreads = || comparison.scenarios.iter().filter_map(|other| other.spread.as_ref());
    let any = spreads().any(differs);
    spreads().filter(move |_| any)
}

fn grid(
    comparison: &Comparison,
    levels: &[f64],
    format: &NumberFormat,
    differences: &NumberFormat,
    page: Page,
) -> Grid {
    let scenarios = &comparison.scenarios;
    let columns = scenarios
        .iter()
        .map(|difference| Column { group: String::new(), heading: clean(&difference.scenario) });
    let values = scenarios.iter().map(|scenario| format.number(Some(scenario.value)));
    let totals = scenarios.iter().map(|scenario| differences.number(Some(scenario.difference)));
    let is_simulated = spreads(comparison).next().is_some();
    let at_medians = if is_simulated { ", at medians" } else { "" };
    let difference = difference_label(format, differences);
    let mut rows = vec![
        Row::Cells(format!("value{at_medians}"), values.collect()),
        Row::Cells(format!("{difference}{at_medians}"), totals.collect()),
    ];
    if is_simulated {
        rows.push(Row::Rule);
        rows.extend(spread_rows(comparison, levels, &difference, differences, page));
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
    page: Page,
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
    let mut rows = vec![row(format!("{difference}, mean"), format, &|spread| Some(spread.mean))];
    if page.errors {
        rows.push(row("  standard error".to_owned(), &errors, &|spread| Some(spread.error)));
    }
    rows.extend(main_levels(levels).into_iter().filter_map(|at| {
        let name = format!("  {}", level(*levels.get(at)?));
        Some(row(name, format, &|spread| spread.quantiles.get(at).copied()))
    }));
    rows
}

/// Names the unit of differences where it is another than the values'.
pub(super) fn difference_label(values: &NumberFormat, differences: &NumberFormat) -> String {
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

pub(super) fn label(lever: &str, title: &str) -> String {
    if title.is_empty() { clean(lever) } else { format!("{}: {}", clean(lever), clean(title)) }
}

fn part(scenario: &Difference, lever: &str) -> Option<f64> {
    scenario.parts.iter().find(|part: &&Part| part.lever == lever).map(|part| part.value)
}
