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

/// Maximum number of parts that a sentence names.
const MOST_NAMED: usize = 3;
/// Largest standard error that counts as rounding, as a share of the largest part.
const ROUNDING: f64 = 1e-12;
/// Digits of the largest standard error.
const ERROR_DIGITS: i32 = 2;

/// Returns the number formats of a table: of its values and of its differences.
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

/// Returns the heading of a table.
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
    let mut remarks = vec![reference];
    remarks.extend(sampled(std::slice::from_ref(comparison), &differences));
    Titled { title, remarks, grid, sentence: sentence(comparison) }
}

/// Says that the parts are estimated from sampled orders, with their largest standard error; `None` for exact
/// parts.
pub(super) fn sampled(comparisons: &[Comparison], format: &NumberFormat) -> Option<String> {
    let scenarios = || comparisons.iter().flat_map(|one| &one.scenarios);
    let orders = scenarios().filter_map(|other| other.orders).max()?;
    let parts = || scenarios().flat_map(|other| &other.parts);
    let size = parts().map(|part| part.value.abs()).fold(0.0, f64::max);
    let largest = parts().filter_map(|part| part.standard_error).fold(0.0, f64::max);
    let largest = if largest < ROUNDING * size { 0.0 } else { largest };
    let largest = format.resolving(largest, ERROR_DIGITS).quantity(Some(largest));
    Some(format!(
        "parts from {orders} sampled orders of the changes; standard errors of at most {largest}"
    ))
}

/// Returns the values of the reference and of the scenarios.
fn values(comparison: &Comparison) -> impl Iterator<Item = Option<f64>> {
    let values = comparison.scenarios.iter().map(|other| Some(other.value));
    std::iter::once(Some(comparison.reference_value)).chain(values)
}

/// Returns the differences and their parts.
fn differences(comparison: &Comparison) -> impl Iterator<Item = Option<f64>> {
    comparison.scenarios.iter().flat_map(|other| {
        let mut numbers = vec![Some(other.difference)];
        for part in &other.parts {
            numbers.push(Some(part.value));
            numbers.extend(part.parts.iter().map(|part| Some(part.value)));
        }
        if let Some(spread) = other.spread.as_ref().filter(|spread| differs(spread)) {
            numbers.push(Some(spread.mean));
            numbers.extend(spread.quantiles.iter().copied().map(Some));
        }
        numbers
    })
}

/// Returns the statistics of the differences, if a difference varies between draws.
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
        for (name, label) in levers {
            let indent = " ".repeat(2 + 2 * usize::from(name.1.is_some()));
            let mut row = |label: String, format: &NumberFormat, of: &PartNumber<'_>| {
                let cell = |other: &Difference| find(other, name).and_then(of);
                let cells: Vec<Option<f64>> = scenarios.iter().map(cell).collect();
                if cells.iter().any(Option::is_some) {
                    let cells = cells.into_iter().map(|cell| match cell {
                        Some(value) => format.number(Some(value)),
                        None => MISSING.to_owned(),
                    });
                    rows.push(Row::Cells(label, cells.collect()));
                }
            };
            row(label, differences, &|part| Some(part.value));
            if page.errors {
                let largest = largest_error(scenarios);
                let errors = differences.resolving(largest, ERROR_DIGITS);
                row(format!("{indent}standard error"), &errors, &|part| part.standard_error);
            }
            for at in ends(levels) {
                let label = levels.get(at).map_or(String::new(), |&value| level(value));
                row(format!("{indent}{label}"), differences, &|part| {
                    let spread = part.spread.as_ref().filter(|spread| differs(spread));
                    spread.and_then(|spread| spread.quantiles.get(at).copied())
                });
            }
        }
        rows.push(Row::Rule);
        let sums = scenarios.iter().map(|scenario| {
            differences.number(Some(scenario.parts.iter().map(|part| part.value).sum()))
        });
        rows.push(Row::Cells("sum of the parts".to_owned(), sums.collect()));
    }
    Grid { columns: columns.collect(), rows }
}

/// Returns the rows of a table for the mean of the difference, its standard error and the quantiles.
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

/// Returns the label of differences; with their unit, if it differs from the unit of the values.
pub(super) fn difference_label(values: &NumberFormat, differences: &NumberFormat) -> String {
    let unit = differences.unit();
    if unit == values.unit() || unit.is_empty() {
        return "difference".to_owned();
    }
    format!("difference, {unit}")
}

/// The lever of a part and, for a contribution inside the lever's part, the change.
pub(super) type PartName<'a> = (&'a str, Option<&'a str>);

/// Returns all parts of at least one scenario with their labels; each part is followed by the contributions inside it.
pub(super) fn levers<'a>(
    scenarios: impl IntoIterator<Item = &'a Difference>,
) -> IndexMap<PartName<'a>, String> {
    let mut all: IndexMap<&str, (String, IndexMap<&str, String>)> = IndexMap::new();
    for part in scenarios.into_iter().flat_map(|scenario| &scenario.parts) {
        let (_, inner) = all
            .entry(&part.lever)
            .or_insert_with(|| (label(&part.lever, &part.title), IndexMap::new()));
        for one in &part.parts {
            inner.entry(&one.lever).or_insert_with(|| match one.lever == part.lever {
                true => format!("  {} itself", clean(&one.lever)),
                false => format!("  {}", clean(&one.lever)),
            });
        }
    }
    let mut labels = IndexMap::new();
    for (lever, (label, inner)) in all {
        labels.insert((lever, None), label);
        labels.extend(inner.into_iter().map(|(name, label)| ((lever, Some(name)), label)));
    }
    labels
}

fn label(lever: &str, title: &str) -> String {
    if title.is_empty() { clean(lever) } else { format!("{}: {}", clean(lever), clean(title)) }
}

/// A function that returns one of the numbers of a part; `None` if the part does not have it.
type PartNumber<'a> = dyn Fn(&Part) -> Option<f64> + 'a;

/// Returns the positions of the lowest and the highest of the main quantiles.
fn ends(levels: &[f64]) -> Vec<usize> {
    let main = main_levels(levels);
    [main.first(), main.last()].into_iter().flatten().copied().collect()
}

fn largest_error(scenarios: &[Difference]) -> f64 {
    let parts = scenarios.iter().flat_map(|other| &other.parts);
    let all = parts.flat_map(|part| std::iter::once(part).chain(&part.parts));
    all.filter_map(|part| part.standard_error).fold(0.0, f64::max)
}

/// Finds a part of a scenario's difference by name; `None` if the scenario does not have it.
fn find<'a>(scenario: &'a Difference, (lever, inner): PartName<'_>) -> Option<&'a Part> {
    let part = scenario.parts.iter().find(|part: &&Part| part.lever == lever)?;
    match inner {
        Some(name) => part.parts.iter().find(|part| part.lever == name),
        None => Some(part),
    }
}

/// Returns the value of a part of a scenario's difference; `None` if the scenario does not have the part.
pub(super) fn part(scenario: &Difference, name: PartName<'_>) -> Option<f64> {
    find(scenario, name).map(|part| part.value)
}

/// Renders the answer in words: one sentence for each expression in the last year.
pub(super) fn sentences(comparisons: &[Comparison]) -> String {
    let same = |a: &Comparison, b: &Comparison| a.expression == b.expression;
    let last = comparisons.chunk_by(same).filter_map(|years| years.last());
    last.map(sentence).collect::<Vec<_>>().join(" ")
}

/// Renders a comparison as one sentence.
pub(super) fn sentence(comparison: &Comparison) -> String {
    let (format, differences) = formats(std::slice::from_ref(comparison));
    let reference = clean(&comparison.reference);
    let mut clauses = Vec::new();
    for (n, other) in comparison.scenarios.iter().enumerate() {
        let spread = other.spread.as_ref().filter(|spread| differs(spread));
        let difference = spread.map_or(other.difference, |spread| spread.mean);
        let scenario = clean(&other.scenario);
        let than = if n == 0 { format!(" than in {reference}") } else { String::new() };
        let average = if spread.is_some() { "on average " } else { "" };
        let size = differences.quantity(Some(difference.abs()));
        let word = if difference > 0.0 { "higher" } else { "lower" };
        let mut clause = match difference == 0.0 {
            true => format!("{average}unchanged in {scenario}"),
            false => format!("{average}{size} {word} in {scenario}{than}"),
        };
        if spread.is_none() && difference != 0.0 {
            let values = [other.value, comparison.reference_value];
            let [value, before] = values.map(|value| format.quantity(Some(value)));
            let against = if n == 0 { format!(" against {before}") } else { String::new() };
            clause.push_str(&format!(" ({value}{against})"));
        }
        clause.push_str(&named_parts(other, &differences));
        clauses.push(clause);
    }
    if clauses.is_empty() {
        return String::new();
    }
    let asked = format!("{} in {}", clean(&comparison.expression), comparison.year);
    format!("{asked} is {}.", clauses.join("; "))
}

/// Names the largest parts of a difference: `, bus_plant with +0.1 bn USD and duty.rate with -0.4 bn USD`.
fn named_parts(other: &Difference, format: &NumberFormat) -> String {
    let mut parts: Vec<&Part> = other.parts.iter().filter(|part| part.value != 0.0).collect();
    parts.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    let others = parts.len().saturating_sub(MOST_NAMED);
    parts.truncate(MOST_NAMED);
    let estimated = if other.orders.is_some() { "by estimate from " } else { "from " };
    let named = parts.iter().map(|part| {
        let sign = if part.value > 0.0 { "+" } else { "" };
        format!("{} {sign}{}", clean(&part.lever), format.quantity(Some(part.value)))
    });
    let mut named: Vec<String> = named.collect();
    match others {
        0 => {}
        1 => named.push("1 other part".to_owned()),
        _ => named.push(format!("{others} other parts")),
    }
    match named.split_last() {
        None => String::new(),
        Some((only, [])) => format!(", {estimated}{only}"),
        Some((last, first)) => format!(", {estimated}{} and {last}", first.join(", ")),
    }
}
