//! The table of a `compare` over several years: a column for each year, and the rows of each scenario below
//! each other.

use crate::results::{Comparison, Difference, Spread};

use super::compare::{self, difference_label, formats, levers, spreads, title};
use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::{Page, clean};
use super::spread::{level, main_levels};
use super::titled::Titled;
use super::waterfall;

/// Renders the tables of a query; tables of a single year have waterfalls.
pub(super) fn parts(comparisons: &[Comparison], levels: &[f64], page: Page) -> Vec<Vec<String>> {
    let tables = tables(comparisons, levels, page);
    let groups = groups(comparisons);
    let part = |(table, years): (Titled, &[Comparison])| {
        let sentence = table.sentence.clone();
        let mut lines = Titled { sentence: String::new(), ..table }.lines(page);
        if let [only] = years {
            lines.extend(waterfall::lines(only, page));
        }
        lines.push(String::new());
        lines.extend(page.wrapped(&sentence, 0));
        lines
    };
    tables.into_iter().zip(groups).map(part).collect()
}

/// Groups the comparisons by expression.
fn groups(comparisons: &[Comparison]) -> impl Iterator<Item = &[Comparison]> {
    comparisons.chunk_by(|a, b| {
        a.expression == b.expression && a.reference == b.reference && a.year != b.year
    })
}

/// Builds a table for each expression of one query; `levels` are those of a simulation's quantiles.
pub(super) fn tables(comparisons: &[Comparison], levels: &[f64], page: Page) -> Vec<Titled> {
    let tables = groups(comparisons).map(|years| match years {
        [only] => compare::table(only, levels, page),
        _ => table(years, levels),
    });
    tables.collect()
}

/// Builds the table of one expression in several years.
fn table(years: &[Comparison], levels: &[f64]) -> Titled {
    let Some(first) = years.first() else { return Titled::default() };
    let (format, differences) = formats(years);
    let title = title(first, None, &format);
    let is_simulated = years.iter().any(|year| spreads(year).next().is_some());
    let medians = is_simulated.then(|| "values with every distribution at its median".to_owned());
    let remarks = medians.into_iter().chain(compare::sampled(years, &differences)).collect();
    let columns =
        years.iter().map(|year| Column { group: String::new(), heading: year.year.to_string() });
    let reference = years.iter().map(|year| format.number(Some(year.reference_value)));
    let mut table = Table {
        years,
        levels,
        values: &format,
        differences: &differences,
        rows: vec![Row::Cells(clean(&first.reference), reference.collect())],
    };
    for scenario in &first.scenarios {
        table.scenario(&scenario.scenario, is_simulated);
    }
    let grid = Grid { columns: columns.collect(), rows: table.rows };
    Titled { title, remarks, grid, sentence: compare::sentences(years) }
}

/// The rows of a table that is being built.
struct Table<'a> {
    years: &'a [Comparison],
    levels: &'a [f64],
    values: &'a NumberFormat,
    differences: &'a NumberFormat,
    rows: Vec<Row>,
}

impl Table<'_> {
    /// Adds the rows of a scenario: its value, its difference, and the part of each lever.
    fn scenario(&mut self, name: &str, is_simulated: bool) {
        self.rows.push(Row::Rule);
        let (values, differences) = (self.values, self.differences);
        let difference = difference_label(values, differences);
        self.row(name, clean(name), values, |other| Some(other.value));
        if is_simulated {
            let label = format!("  mean {difference}");
            self.row(name, label, differences, |other| {
                of_spread(other, |spread| Some(spread.mean))
            });
            for at in main_levels(self.levels) {
                let label = self.levels.get(at).map_or(String::new(), |&value| level(value));
                self.row(name, format!("    {label}"), differences, |other| {
                    of_spread(other, |spread| spread.quantiles.get(at).copied())
                });
            }
        } else {
            self.row(name, format!("  {difference}"), differences, |other| Some(other.difference));
        }
        let years = self.years;
        for (part, label) in levers(years.iter().filter_map(|year| find(year, name))) {
            self.row(name, format!("    {label}"), differences, |other| compare::part(other, part));
        }
    }

    /// Adds a row with one number per year.
    fn row(
        &mut self,
        scenario: &str,
        label: String,
        format: &NumberFormat,
        of: impl Fn(&Difference) -> Option<f64>,
    ) {
        let cells = self.years.iter().map(|year| match find(year, scenario) {
            Some(other) => format.number(of(other)),
            None => MISSING.to_owned(),
        });
        self.rows.push(Row::Cells(label, cells.collect()));
    }
}

fn find<'a>(year: &'a Comparison, scenario: &str) -> Option<&'a Difference> {
    year.scenarios.iter().find(|other| other.scenario == scenario)
}

/// Returns a statistic of a difference; the difference itself if it has no draws.
fn of_spread(other: &Difference, of: impl Fn(&Spread) -> Option<f64>) -> Option<f64> {
    other.spread.as_ref().map_or(Some(other.difference), of)
}
