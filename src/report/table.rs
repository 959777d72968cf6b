//! `show`: one table for each panel, years down the side and a column for each line.
//!
//! With a single year and several cells, the cells are the rows and the year is in the title. All numbers of
//! a table share one scale; decimals are chosen for each cell's columns, so that small trade flows keep their
//! digits beside large ones. Tables of a simulation are set in [`super::spread_table`].

use indexmap::IndexMap;

use crate::results::{Panel, Series};

use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::Page;
use super::panel::{Names, cell, format, scenario};
use super::spread::{self, SpreadShape};
use super::spread_table;
use super::titled::Titled;

/// Builds the table of a panel; `levels` are the levels of the quantiles.
pub(super) fn table(panel: &Panel, levels: &[f64], page: Page) -> Titled {
    match SpreadShape::of(panel) {
        SpreadShape::Same => set(panel, &format(panel), |names, format| {
            arranged(panel, names, &numbers(panel, names, format))
        }),
        SpreadShape::Chance => {
            let panel = &spread::chances(panel);
            set(panel, &format(panel), |names, format| {
                arranged(panel, names, &spread_table::with_errors(&panel.series, format))
            })
        }
        SpreadShape::Spread => set(panel, &spread::format(panel), |names, format| {
            spread_table::spreads(panel, names, format, levels, page)
        }),
    }
}

fn set(
    panel: &Panel,
    format: &NumberFormat,
    grid: impl FnOnce(&Names, &NumberFormat) -> Grid,
) -> Titled {
    let names = Names::of(panel);
    let title = names.title(panel, single_year(panel, &names), format);
    if panel.series.is_empty() || panel.years.is_empty() {
        return Titled { title, remarks: vec!["no values".to_owned()], ..Titled::default() };
    }
    Titled { title, grid: grid(&names, format), ..Titled::default() }
}

/// Returns the year of a table whose rows are cells or, in a simulation, lines; None for a table whose rows
/// are years.
fn single_year(panel: &Panel, names: &Names) -> Option<i32> {
    match panel.years.as_slice() {
        [only] if names.cells.len() > 1 || SpreadShape::of(panel) == SpreadShape::Spread => {
            Some(*only)
        }
        _ => None,
    }
}

/// Formats the values of each line.
fn numbers(panel: &Panel, names: &Names, format: &NumberFormat) -> Vec<Vec<String>> {
    let mut texts = Vec::with_capacity(panel.series.len());
    for lines in panel.series.chunk_by(|a, b| a.elements == b.elements) {
        let format = match single_year(panel, names) {
            Some(_) => format.clone(),
            None => format.for_column(lines.iter().flat_map(|line| line.values.iter().copied())),
        };
        let line = |line: &Series| line.values.iter().map(|&value| format.number(value)).collect();
        texts.extend(lines.iter().map(line));
    }
    texts
}

/// Arranges the texts of the lines, one per year, as a table.
fn arranged(panel: &Panel, names: &Names, texts: &[Vec<String>]) -> Grid {
    match single_year(panel, names) {
        Some(_) => cells_down(panel, names, texts),
        None => years_down(panel, names, texts),
    }
}

fn years_down(panel: &Panel, names: &Names, texts: &[Vec<String>]) -> Grid {
    let missing = || MISSING.to_owned();
    let rows = panel.years.iter().enumerate().map(|(at, year)| {
        let cells = texts.iter().map(|texts| texts.get(at).cloned().unwrap_or_else(missing));
        Row::Cells(year.to_string(), cells.collect())
    });
    let columns = panel.series.iter().map(|series| column(series, names));
    Grid { columns: columns.collect(), rows: rows.collect() }
}

fn column(series: &Series, names: &Names) -> Column {
    if names.are_nested() {
        return Column { group: cell(series), heading: scenario(series) };
    }
    Column { group: String::new(), heading: names.line(series) }
}

fn cells_down(panel: &Panel, names: &Names, texts: &[Vec<String>]) -> Grid {
    let known: IndexMap<(String, String), Option<&String>> = panel
        .series
        .iter()
        .zip(texts)
        .map(|(series, texts)| ((cell(series), scenario(series)), texts.first()))
        .collect();
    let columns = names
        .scenarios
        .iter()
        .map(|scenario| Column { group: String::new(), heading: scenario.clone() });
    let rows = names.cells.iter().map(|cell| {
        let text = |scenario: &String| known.get(&(cell.clone(), scenario.clone())).copied();
        let text = |scenario: &String| text(scenario).flatten().map_or(MISSING, String::as_str);
        let cells = names.scenarios.iter().map(|scenario| text(scenario).to_owned());
        Row::Cells(cell.clone(), cells.collect())
    });
    Grid { columns: columns.collect(), rows: rows.collect() }
}
