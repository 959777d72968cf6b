//! A sweep in a terminal: its tables, each with a chart, then the sentence.

use crate::results::{SweepAxis, SweepTable};

use super::page::Page;
use super::titled::Titled;
use super::{chart, figure, heat_map, sweep};

/// Minimum number of values of an input for which a chart is drawn.
const FEWEST_DRAWN: usize = 3;
/// Maximum number of columns and rows of a map with numbers.
const MOST_NUMBERED: (usize, usize) = (24, 60);

/// Renders the parts of the answer, each as lines.
pub(super) fn parts(axes: &[SweepAxis], tables: &[SweepTable], page: Page) -> Vec<Vec<String>> {
    let titled = sweep::tables(axes, tables);
    let mut parts: Vec<Vec<String>> = match axes {
        [only] => {
            let by_expression = tables.chunk_by(|a, b| a.expression == b.expression);
            let part = |(titled, tables): (&Titled, &[SweepTable])| {
                let mut lines = titled.lines(page);
                lines.extend(line_chart(only, tables, page));
                lines
            };
            titled.iter().zip(by_expression).map(part).collect()
        }
        [down, across] => {
            let part = |(titled, table)| map((down, across), titled, table, page);
            titled.iter().zip(tables).map(part).collect()
        }
        _ => Vec::new(),
    };
    parts.push(page.wrapped(&sweep::sentence(axes, tables), 0));
    parts
}

/// Renders a chart of the tables below a blank line; nothing for few or equal values.
fn line_chart(axis: &SweepAxis, tables: &[SweepTable], page: Page) -> Vec<String> {
    let mut values = tables.iter().flat_map(|table| table.values.iter().copied().flatten());
    let first = values.next();
    if axis.values.len() < FEWEST_DRAWN || values.all(|value| Some(value) == first) {
        return Vec::new();
    }
    let Some(figure) = figure::swept_lines(axis, tables) else { return Vec::new() };
    let mut lines = vec![String::new()];
    if let figure::Body::Plots(plots) = &figure.body {
        lines.extend(plots.iter().flat_map(|plot| chart::line_chart(&figure, plot, page)));
    }
    lines
}

/// Renders the table of two inputs and its heat map; only the map if the table is large.
fn map(
    (down, across): (&SweepAxis, &SweepAxis),
    titled: &Titled,
    table: &SweepTable,
    page: Page,
) -> Vec<String> {
    let (height, width) = (down.values.len(), across.values.len());
    let is_small = width <= MOST_NUMBERED.0 && height <= MOST_NUMBERED.1;
    let mut lines = match is_small {
        true => titled.lines(page),
        false => Titled { title: titled.title.clone(), ..Titled::default() }.lines(page),
    };
    if width.min(height) >= FEWEST_DRAWN {
        lines.push(String::new());
        let format = sweep::format(table.values.iter(), table);
        lines.extend(heat_map::lines((down, across), table, &format, page));
    }
    if !is_small {
        lines.push("The numbers are in `--format csv`.".to_owned());
    }
    lines
}
