//! `show`: one table for each panel, years down the side and a column for each line.
//!
//! With a single year and several cells the cells go down the side instead, and the year into the
//! title. All numbers of a table share one scale; decimals are chosen for each cell's columns, so
//! that small trade flows keep their digits beside large ones.

use indexmap::IndexMap;

use crate::results::{Panel, Series};

use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::Page;
use super::panel::{Names, cell, format, scenario};

/// The table of a panel, as lines.
pub(super) fn lines(panel: &Panel, page: Page) -> Vec<String> {
    let names = Names::of(panel);
    let format = format(panel);
    let single_year = match panel.years.as_slice() {
        [only] if names.cells.len() > 1 => Some(*only),
        _ => None,
    };
    let title = names.title(panel, single_year, &format);
    let mut lines: Vec<_> = page.wrapped(&title, 2).iter().map(|line| page.title(line)).collect();
    if panel.series.is_empty() || panel.years.is_empty() {
        lines.push("no values".to_owned());
        return lines;
    }
    let grid = match single_year {
        Some(_) => cells_down(panel, &names, &format),
        None => years_down(panel, &names, &format),
    };
    lines.push(String::new());
    lines.extend(grid.lines(page));
    lines
}

fn years_down(panel: &Panel, names: &Names, format: &NumberFormat) -> Grid {
    let mut grid = Grid::default();
    let mut columns: Vec<Vec<String>> = Vec::new();
    for lines in panel.series.chunk_by(|a, b| a.elements == b.elements) {
        let format = format.for_column(lines.iter().flat_map(|line| line.values.iter().copied()));
        for line in lines {
            grid.columns.push(column(line, names));
            columns.push(line.values.iter().map(|&value| format.number(value)).collect());
        }
    }
    let missing = || MISSING.to_owned();
    grid.rows = panel
        .years
        .iter()
        .enumerate()
        .map(|(at, year)| {
            let cells =
                columns.iter().map(|column| column.get(at).cloned().unwrap_or_else(missing));
            Row::Cells(year.to_string(), cells.collect())
        })
        .collect();
    grid
}

fn column(series: &Series, names: &Names) -> Column {
    if names.are_nested() {
        return Column { group: cell(series), heading: scenario(series) };
    }
    Column { group: String::new(), heading: names.line(series) }
}

fn cells_down(panel: &Panel, names: &Names, format: &NumberFormat) -> Grid {
    let known: IndexMap<(String, String), Option<f64>> = panel
        .series
        .iter()
        .map(|series| ((cell(series), scenario(series)), series.values.first().copied().flatten()))
        .collect();
    let columns = names
        .scenarios
        .iter()
        .map(|scenario| Column { group: String::new(), heading: scenario.clone() });
    let rows = names.cells.iter().map(|cell| {
        let value = |scenario: &String| known.get(&(cell.clone(), scenario.clone())).copied();
        let cells = names.scenarios.iter().map(|scenario| format.number(value(scenario).flatten()));
        Row::Cells(cell.clone(), cells.collect())
    });
    Grid { columns: columns.collect(), rows: rows.collect() }
}
