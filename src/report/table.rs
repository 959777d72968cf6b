//! `show`: the tables of a query's panels.
//!
//! In: panels. Out: tables. Values that would each be one column beside the same rows are one table; any other
//! panel has a table of its own. All numbers of a unit share one scale; decimals are chosen for each cell's
//! columns, so that small trade flows keep their digits beside large ones. Rows and columns are arranged in
//! [`super::table_layout`], and the numbers of a simulation are chosen in [`super::spread_table`].

use crate::results::{Panel, Series, TableColumns};

use super::number::NumberFormat;
use super::page::{Page, clean};
use super::panel::{Names, format, heading};
use super::spread::{self, SpreadShape};
use super::spread_table;
use super::table_layout::{Measured, TableLayout, TableLine};
use super::titled::Titled;

/// Builds the tables of a query; `levels` are the levels of the quantiles.
pub(super) fn tables(panels: &[Panel], levels: &[f64], page: Page) -> Vec<Titled> {
    panels.chunk_by(are_one_table).map(|group| table(group, levels, page)).collect()
}

/// True if two panels are columns of one table: they have the same rows, and each has a single column, or years across.
fn are_one_table(a: &Panel, b: &Panel) -> bool {
    let lines = |panel: &Panel| -> Vec<(Vec<String>, String)> {
        let line = |series: &Series| (series.elements.clone(), series.scenario.clone());
        panel.series.iter().map(line).collect()
    };
    let same = a.years == b.years && a.layout == b.layout && lines(a) == lines(b);
    let one_column = match (a.layout.across, a.years.as_slice()) {
        (Some(TableColumns::Years), _) => true,
        (Some(TableColumns::Scenarios | TableColumns::Elements(_)), _) => false,
        (None, [_]) => {
            Names::of(a).scenarios.len() == 1 && a.series.iter().all(|line| line.elements.len() < 2)
        }
        (None, _) => a.series.len() == 1,
    };
    same && one_column
}

fn table(panels: &[Panel], levels: &[f64], page: Page) -> Titled {
    let Some(first) = panels.first() else { return Titled::default() };
    let shown: Vec<Panel> = panels.iter().map(shown).collect();
    let formats = formats(&shown);
    let names = Names::of(first);
    let units: Vec<String> = formats.iter().map(NumberFormat::unit).collect();
    let is_one_unit = units.windows(2).all(|pair| pair.first() == pair.last());
    let mut lines = Vec::new();
    for ((panel, format), unit) in shown.iter().zip(&formats).zip(&units) {
        let mut value = if panels.len() > 1 { heading(panel) } else { String::new() };
        if !is_one_unit && !unit.is_empty() {
            value = format!("{value}, {unit}");
        }
        let texts = measured(panel, format, levels, page);
        for (series, columns) in panel.series.iter().zip(texts) {
            lines.push(TableLine {
                value: value.clone(),
                cell: series.elements.iter().map(|element| clean(element)).collect(),
                scenario: clean(&series.scenario),
                is_total: series.is_total,
                columns,
            });
        }
    }
    let layout = TableLayout::of(&lines, &first.years, first.layout.across);
    let year = first.years.first().copied().filter(|_| layout.year_in_title());
    let title = match panels {
        [only] => names.title(only, year, formats.first().unwrap_or(&NumberFormat::count())),
        _ => {
            let unit = units.first().filter(|_| is_one_unit).cloned();
            shared_title(&names, year, unit.unwrap_or_default())
        }
    };
    let described = panels.iter().filter(|panel| panels.len() > 1 && panel.label.is_empty());
    let remark = |panel: &Panel| {
        let (name, title) = (heading(panel), clean(&panel.title));
        (!title.is_empty() && title != name).then(|| format!("{name}: {title}"))
    };
    let remarks: Vec<String> = described.filter_map(remark).collect();
    if first.series.is_empty() || first.years.is_empty() {
        return Titled { title, remarks: vec!["no values".to_owned()], ..Titled::default() };
    }
    Titled { title, remarks, grid: layout.grid(&lines, &first.years), ..Titled::default() }
}

/// Returns the title of a table of several values: year, scenario and unit, as far as all values share them.
fn shared_title(names: &Names, year: Option<i32>, unit: String) -> String {
    let year = year.map_or(String::new(), |year| year.to_string());
    let scenario = names.scenarios.first().filter(|_| names.scenarios.len() == 1);
    let parts = [year, scenario.cloned().unwrap_or_default(), unit];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Returns the panel with the values of a table: probabilities for a condition.
fn shown(panel: &Panel) -> Panel {
    match SpreadShape::of(panel) {
        SpreadShape::Chance => spread::chances(panel),
        SpreadShape::Same | SpreadShape::Spread => panel.clone(),
    }
}

/// Returns the number formats of the panels of a table; panels of the same unit share a scale.
fn formats(panels: &[Panel]) -> Vec<NumberFormat> {
    let own = |panel: &Panel| match SpreadShape::of(panel) {
        SpreadShape::Spread => spread::format(panel),
        SpreadShape::Same | SpreadShape::Chance => format(panel),
    };
    let Some(first) = panels.first() else { return Vec::new() };
    let is_one_unit = panels.iter().all(|panel| panel.unit == first.unit);
    if panels.len() < 2 || !is_one_unit {
        return panels.iter().map(own).collect();
    }
    let series = panels.iter().flat_map(|panel| panel.series.iter().cloned()).collect();
    let whole = own(&Panel { series, ..first.clone() });
    vec![whole; panels.len()]
}

/// Returns the texts of each line of a panel, by statistic and year.
fn measured(
    panel: &Panel,
    format: &NumberFormat,
    levels: &[f64],
    page: Page,
) -> Vec<Vec<Measured>> {
    let plain = |texts: Vec<String>| vec![Measured { name: String::new(), texts }];
    match SpreadShape::of(panel) {
        SpreadShape::Same => numbers(panel, format).into_iter().map(plain).collect(),
        SpreadShape::Chance => {
            spread_table::with_errors(&panel.series, format).into_iter().map(plain).collect()
        }
        SpreadShape::Spread => {
            spread_table::columns(panel, format, levels, page.errors || panel.layout.errors)
        }
    }
}

/// Formats the values of each line.
fn numbers(panel: &Panel, format: &NumberFormat) -> Vec<Vec<String>> {
    let mut texts = Vec::with_capacity(panel.series.len());
    let is_one_year = panel.years.len() == 1 && Names::of(panel).cells.len() > 1;
    for lines in panel.series.chunk_by(|a, b| a.elements == b.elements) {
        let format = match is_one_year {
            true => format.clone(),
            false => format.for_column(lines.iter().flat_map(|line| line.values.iter().copied())),
        };
        let line = |line: &Series| line.values.iter().map(|&value| format.number(value)).collect();
        texts.extend(lines.iter().map(line));
    }
    texts
}
