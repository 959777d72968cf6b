//! Names of a panel and its lines, for tables and charts.
//!
//! A panel may run over scenarios, over cells (`imports[China, *]`), over both or over neither; a
//! name says only what tells the lines apart, and the title says the rest.

use indexmap::IndexSet;

use crate::results::{Panel, Series};

use super::number::NumberFormat;
use super::page::{clean, width};
use super::spread::SpreadShape;

/// The names in one panel.
#[derive(Debug)]
pub(super) struct Names {
    /// The cells, in order; one without a name if the expression has no `*`.
    pub(super) cells: IndexSet<String>,
    /// The scenarios, in order.
    pub(super) scenarios: IndexSet<String>,
}

impl Names {
    pub(super) fn of(panel: &Panel) -> Self {
        Self {
            cells: panel.series.iter().map(cell).collect(),
            scenarios: panel.series.iter().map(scenario).collect(),
        }
    }

    /// True if both cells and scenarios have to be told apart.
    pub(super) fn are_nested(&self) -> bool {
        self.cells.len() > 1 && self.scenarios.len() > 1
    }

    /// The name of a line among those of its panel.
    pub(super) fn line(&self, series: &Series) -> String {
        if self.are_nested() {
            format!("{}, {}", cell(series), scenario(series))
        } else if self.cells.len() > 1 {
            cell(series)
        } else {
            scenario(series)
        }
    }

    /// The heading of a panel: its description, then its unit and what all lines have in common.
    pub(super) fn title(&self, panel: &Panel, year: Option<i32>, format: &NumberFormat) -> String {
        let title = described(&panel.title, &panel.expression);
        let parts = [title, self.subtitle(year), format.unit()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// The year if one is given, and the scenario that all lines share where they are named by cell.
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

/// The description of a quantity; the expression where there is none.
pub(super) fn described(description: &str, expression: &str) -> String {
    let description = clean(description);
    if description.is_empty() { clean(expression) } else { description }
}

/// The longest description that heads a column.
const LONGEST_HEADING: usize = 28;
/// The most lines of several values in one chart.
const MOST_TOGETHER: usize = 12;

/// The name of a panel among others: its title after `as`, a short description, or the expression.
pub(super) fn heading(panel: &Panel) -> String {
    let (label, title) = (clean(&panel.label), clean(&panel.title));
    match () {
        () if !label.is_empty() => label,
        () if !title.is_empty() && width(&title) <= LONGEST_HEADING => title,
        () => clean(&panel.expression),
    }
}

/// The panels of the charts of a query: values of one unit that follow each other are lines of one chart, unless
/// their draws differ.
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

/// One panel of the lines of several; the name of each value is one more element of its lines.
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

/// How the values of a panel are written.
pub(super) fn format(panel: &Panel) -> NumberFormat {
    let cells = panel.series.chunk_by(|a, b| a.elements == b.elements);
    let values = cells.map(|lines| lines.iter().flat_map(|line| line.values.iter().copied()));
    NumberFormat::of_cells(&panel.unit, values)
}

/// The elements that a line picks.
pub(super) fn cell(series: &Series) -> String {
    clean(&series.elements.join(", "))
}

/// The scenario of a line.
pub(super) fn scenario(series: &Series) -> String {
    clean(&series.scenario)
}
