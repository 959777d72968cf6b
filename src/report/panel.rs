//! Names of a panel and its lines, for tables and charts.
//!
//! A panel may run over scenarios, over cells (`imports[China, *]`), over both or over neither; a name has only the
//! parts that distinguish the lines, and the title has the common parts.

use indexmap::IndexSet;

use crate::results::{Panel, Series};

use super::number::NumberFormat;
use super::page::{clean, width};
use super::spread::SpreadShape;

/// Names of the cells and scenarios in a panel.
#[derive(Debug)]
pub(super) struct Names {
    /// Names of the cells, in order; one empty name if the expression has no `*`.
    pub(super) cells: IndexSet<String>,
    /// Names of the scenarios, in order.
    pub(super) scenarios: IndexSet<String>,
}

impl Names {
    pub(super) fn of(panel: &Panel) -> Self {
        Self {
            cells: panel.series.iter().map(cell).collect(),
            scenarios: panel.series.iter().map(scenario).collect(),
        }
    }

    /// True if lines differ by cell and also by scenario.
    pub(super) fn are_nested(&self) -> bool {
        self.cells.len() > 1 && self.scenarios.len() > 1
    }

    /// Returns the name of a line within its panel.
    pub(super) fn line(&self, series: &Series) -> String {
        if self.are_nested() {
            format!("{}, {}", cell(series), scenario(series))
        } else if self.cells.len() > 1 {
            cell(series)
        } else {
            scenario(series)
        }
    }

    /// Returns the heading of a panel: its description, its unit and the names that all lines share.
    pub(super) fn title(&self, panel: &Panel, year: Option<i32>, format: &NumberFormat) -> String {
        let title = described(&panel.title, &panel.expression);
        let parts = [title, self.subtitle(year), format.unit()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// Returns the year if it is given, and the scenario if all lines share one and are named by cell.
    pub(super) fn subtitle(&self, year: Option<i32>) -> String {
        let common = match self.scenarios.first() {
            Some(only) if self.cells.len() > 1 && self.scenarios.len() == 1 => only.clone(),
            _ => String::new(),
        };
        let year = year.map_or(String::new(), |year| year.to_string());
        let parts = [year, common];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// Returns the description of a quantity; without one its expression.
pub(super) fn described(description: &str, expression: &str) -> String {
    let description = clean(description);
    if description.is_empty() { clean(expression) } else { description }
}

/// Maximum length of a description at the head of a column.
const LONGEST_HEADING: usize = 28;
/// Maximum number of lines of several values in one chart.
const MOST_TOGETHER: usize = 12;

/// Returns the name of a panel among several: its title after `as`, a short description, or the expression.
pub(super) fn heading(panel: &Panel) -> String {
    let (label, title) = (clean(&panel.label), clean(&panel.title));
    match () {
        () if !label.is_empty() => label,
        () if !title.is_empty() && width(&title) <= LONGEST_HEADING => title,
        () => clean(&panel.expression),
    }
}

/// Returns the panels to draw as charts: consecutive values of the same unit share a chart, unless their draws differ.
pub(super) fn charted(panels: &[Panel]) -> Vec<Panel> {
    let mut charts: Vec<Vec<&Panel>> = Vec::new();
    for panel in panels {
        let lines = |chart: &[&Panel]| chart.iter().map(|one| one.series.len()).sum::<usize>();
        let fits = |chart: &&mut Vec<&Panel>| {
            let plain = |one: &Panel| SpreadShape::of(one) == SpreadShape::Same;
            chart.iter().all(|own| own.unit == panel.unit && own.years == panel.years && plain(own))
                && plain(panel)
                && lines(chart) + panel.series.len() <= MOST_TOGETHER
        };
        match charts.last_mut().filter(fits) {
            Some(chart) => chart.push(panel),
            None => charts.push(vec![panel]),
        }
    }
    charts.into_iter().map(|chart| together(&chart)).collect()
}

/// Joins the lines of several panels in one; the name of the value becomes one more element of each line.
fn together(panels: &[&Panel]) -> Panel {
    let Some((first, others)) = panels.split_first() else { return Panel::default() };
    if others.is_empty() {
        return (*first).clone();
    }
    let lines = |panel: &&Panel| -> Vec<Series> {
        let line = |series: &Series| {
            let elements = std::iter::once(heading(panel)).chain(series.elements.iter().cloned());
            Series { elements: elements.collect(), ..series.clone() }
        };
        panel.series.iter().map(line).collect()
    };
    let joined = |of: &dyn Fn(&Panel) -> String| {
        panels.iter().map(|panel| of(panel)).collect::<Vec<_>>().join(", ")
    };
    Panel {
        expression: joined(&|panel| panel.expression.clone()),
        title: joined(&heading),
        series: panels.iter().flat_map(lines).collect(),
        ..(*first).clone()
    }
}

/// Returns the number format of a panel's values.
pub(super) fn format(panel: &Panel) -> NumberFormat {
    let cells = panel.series.chunk_by(|a, b| a.elements == b.elements);
    let values = cells.map(|lines| lines.iter().flat_map(|line| line.values.iter().copied()));
    NumberFormat::of_cells(&panel.unit, values)
}

/// Joins the names of a line's elements.
pub(super) fn cell(series: &Series) -> String {
    clean(&series.elements.join(", "))
}

/// Returns the name of a line's scenario.
pub(super) fn scenario(series: &Series) -> String {
    clean(&series.scenario)
}
