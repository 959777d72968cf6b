//! Flows between two sets, as trade by partner and sector: a Sankey diagram.

use indexmap::IndexMap;

use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::report::panel::{self, described};
use crate::results::{Panel, Series};

use super::{Body, Figure};

/// Maximum number of names in a column.
const MOST_NAMES: usize = 24;
/// Share of the height that gaps between the names of a column take.
const GAPS: f64 = 0.22;

/// Two columns of names and the flows between them. Heights are shares of the drawing, from the top.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Flows {
    pub(in crate::report) left: Vec<Flow>,
    pub(in crate::report) right: Vec<Flow>,
    pub(in crate::report) ribbons: Vec<Ribbon>,
}

/// A name in a column of a flow chart: the ends of its bar, and its total.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Flow {
    pub(in crate::report) name: String,
    pub(in crate::report) from: f64,
    pub(in crate::report) to: f64,
    pub(in crate::report) number: String,
}

/// A flow between two names: its upper end in both columns, and its height.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Ribbon {
    /// Index of the name in the left column.
    pub(in crate::report) source: usize,
    pub(in crate::report) from: f64,
    pub(in crate::report) to: f64,
    pub(in crate::report) height: f64,
    /// Text that appears when the pointer is on the flow.
    pub(in crate::report) text: String,
}

/// Returns the flows of a panel: source, target and value. `None` if a line is no flow of the same scenario.
fn values(panel: &Panel) -> Option<Vec<(String, String, f64)>> {
    let scenario = &panel.series.first()?.scenario;
    let flow = |series: &Series| {
        let [source, target] = series.elements.as_slice() else { return None };
        let value = series.values.first().copied().flatten()?;
        let is_flow = series.scenario == *scenario && series.spread.is_empty();
        let is_shown = is_flow && value.is_finite() && value >= 0.0;
        is_shown.then(|| (clean(source), clean(target), value))
    };
    panel.series.iter().map(flow).collect()
}

/// Returns the bands between the columns, each of which has its totals by name and their places. The bands of a name follow
/// each other from the top.
fn ribbons(
    values: &[(String, String, f64)],
    (sources, left): (&IndexMap<&str, f64>, &[Flow]),
    (targets, right): (&IndexMap<&str, f64>, &[Flow]),
    scale: f64,
    format: &NumberFormat,
) -> Option<Vec<Ribbon>> {
    let mut next = [left, right].map(|side| side.iter().map(|flow| flow.from).collect::<Vec<_>>());
    let ribbon = |(source, target, value): &(String, String, f64)| {
        let from_at = sources.get_index_of(source.as_str())?;
        let to_at = targets.get_index_of(target.as_str())?;
        let (from, to, height) = (next[0][from_at], next[1][to_at], value * scale);
        next[0][from_at] += height;
        next[1][to_at] += height;
        let text = format!("{source}, {target}: {}", format.quantity(Some(*value)));
        Some(Ribbon { source: from_at, from, to, height, text })
    };
    values.iter().filter(|(.., value)| *value > 0.0).map(ribbon).collect()
}

/// Makes a flow chart of a panel with one year and one scenario whose lines have two elements each. `None` for any
/// other panel, and for missing or negative values.
pub(super) fn flows(panel: &Panel) -> Option<Figure> {
    let year = match panel.years.as_slice() {
        [year] => *year,
        _ => return None,
    };
    let scenario = &panel.series.first()?.scenario;
    let values = values(panel)?;
    let total: f64 = values.iter().map(|(.., value)| value).sum();
    let format = panel::format(panel);
    let columns = [0, 1].map(|side| {
        let mut totals: IndexMap<&str, f64> = IndexMap::new();
        for (source, target, value) in &values {
            let name = if side == 0 { source } else { target };
            *totals.entry(name.as_str()).or_insert(0.0) += value;
        }
        totals
    });
    if total <= 0.0 || columns.iter().any(|column| column.len() > MOST_NAMES || column.is_empty()) {
        return None;
    }
    let scale = (1.0 - GAPS) / total;
    let [left, right] = columns.each_ref().map(|column| {
        let gap = GAPS / column.len().saturating_sub(1).max(1) as f64;
        // A single name is centred.
        let mut at = if column.len() == 1 { GAPS / 2.0 } else { 0.0 };
        let place = |(name, value): (&&str, &f64)| {
            let (from, to) = (at, at + value * scale);
            at = to + gap;
            let number = format.number(Some(*value));
            Flow { name: (*name).to_owned(), from, to, number }
        };
        column.iter().map(place).collect::<Vec<_>>()
    });
    let ribbons = ribbons(&values, (&columns[0], &left), (&columns[1], &right), scale, &format)?;
    let mut subtitle = vec![year.to_string(), format.unit()];
    if scenario != "baseline" {
        subtitle.push(clean(scenario));
    }
    subtitle.retain(|part| !part.is_empty());
    let subtitle = subtitle.join(", ");
    let words: Vec<&str> = ribbons.iter().map(|ribbon| ribbon.text.as_str()).collect();
    let expression = clean(&panel.expression);
    Some(Figure {
        title: described(&panel.title, &panel.expression),
        alternative: format!("Flows of {expression}, {subtitle}. {}.", words.join(". ")),
        unit: String::new(),
        subtitle,
        body: Body::Flows(Flows { left, right, ribbons }),
        legend: Vec::new(),
        notes: Vec::new(),
        sources: Vec::new(),
        marks: Vec::new(),
    })
}
