//! Names of a panel and its lines, for tables and charts.
//!
//! A panel may run over scenarios, over cells (`imports[China, *]`), over both or over neither; a
//! name says only what tells the lines apart, and the title says the rest.

use indexmap::IndexSet;

use crate::results::{Panel, Series};

use super::number::NumberFormat;
use super::page::clean;

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
