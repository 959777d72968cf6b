//! `compare`: what each scenario differs by from the reference, and which lever made how much of it.
//!
//! Scenarios are columns. Each lever's part has a row, a lever that a scenario does not have is a
//! dash, and below a rule stands the sum of the parts, added up here from the parts themselves. Each
//! number is rounded by itself, so the sum may differ in its last digit from the sum of the rounded
//! parts.

use indexmap::IndexMap;

use crate::results::{Comparison, Difference, Part};

use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::{Page, clean};

/// One comparison, as lines.
pub(super) fn lines(comparison: &Comparison, page: Page) -> Vec<String> {
    let format = NumberFormat::fit(&comparison.unit, numbers(comparison));
    let mut title = format!("{} in {}", clean(&comparison.expression), comparison.year);
    let unit = format.unit();
    if !unit.is_empty() {
        title.push_str(&format!(", {unit}"));
    }
    let reference = format!(
        "{}: {}",
        clean(&comparison.reference),
        format.quantity(Some(comparison.reference_value))
    );
    let mut lines: Vec<_> = page.wrapped(&title, 2).iter().map(|line| page.title(line)).collect();
    lines.extend(page.wrapped(&reference, 2));
    if !comparison.scenarios.is_empty() {
        lines.push(String::new());
        lines.extend(grid(comparison, &format).lines(page));
    }
    lines
}

/// Everything that the table shows.
fn numbers(comparison: &Comparison) -> impl Iterator<Item = Option<f64>> {
    let of_scenario = |difference: &Difference| {
        let mut numbers = vec![Some(difference.value), Some(difference.difference)];
        numbers.extend(difference.parts.iter().map(|part| Some(part.value)));
        numbers
    };
    let scenarios = comparison.scenarios.iter().flat_map(of_scenario);
    std::iter::once(Some(comparison.reference_value)).chain(scenarios)
}

fn grid(comparison: &Comparison, format: &NumberFormat) -> Grid {
    let scenarios = &comparison.scenarios;
    let differences = format.of_differences();
    let columns = scenarios
        .iter()
        .map(|difference| Column { group: String::new(), heading: clean(&difference.scenario) });
    let values = scenarios.iter().map(|scenario| format.number(Some(scenario.value)));
    let totals = scenarios.iter().map(|scenario| differences.number(Some(scenario.difference)));
    let mut rows = vec![
        Row::Cells("value".to_owned(), values.collect()),
        Row::Cells(difference_label(format, &differences), totals.collect()),
    ];
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
