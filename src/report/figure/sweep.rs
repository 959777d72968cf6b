//! Sweeps: lines over one input, a heat map with its break-even line over two.

use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::report::sweep::{name, title};
use crate::results::{SweepAxis, SweepTable, UnitKind};

use super::{Axis, Body, Figure, HeatMap, Ink, Key, KeyShape, Line, NumberAxis, Plot, Sweep};

/// Makes the figures of a sweep.
pub(super) fn sweep(axes: &[SweepAxis], tables: &[SweepTable]) -> Vec<Figure> {
    match axes {
        [only] => {
            let by_expression = tables.chunk_by(|a, b| a.expression == b.expression);
            by_expression.filter_map(|tables| lines(only, tables)).collect()
        }
        [upwards, across] => {
            tables.iter().filter_map(|table| map(upwards, across, table)).collect()
        }
        _ => Vec::new(),
    }
}

/// Makes a line for each table over the values of the input.
pub(in crate::report) fn lines(axis: &SweepAxis, tables: &[SweepTable]) -> Option<Figure> {
    let first = tables.first()?;
    let values = || tables.iter().flat_map(|table| table.values.iter().copied());
    let format = NumberFormat::fit(&first.unit, values());
    let y = NumberAxis::covering(values().flatten(), 0.5, format.clone())?;
    let across = axis.values.iter().copied();
    let x_format = NumberFormat::fit(&axis.unit, across.clone().map(Some));
    let x = match axis.unit.kind {
        UnitKind::Year => Axis::Years(*axis.values.first()? as i32, *axis.values.last()? as i32),
        UnitKind::Money | UnitKind::Percent | UnitKind::Number | UnitKind::Truth => {
            Axis::Numbers(NumberAxis::covering(across, 0.0, x_format.clone())?)
        }
    };
    let mut plot = Plot::between(x, Axis::Numbers(y));
    plot.lines = tables
        .iter()
        .enumerate()
        .map(|(number, table)| {
            let points = axis.values.iter().zip(&table.values);
            let points = points.map(|(&x, y)| y.map(|y| (x, y))).collect();
            Line { ink: Ink::Series(number), name: name(table, tables), points }
        })
        .collect();
    // Names stand beside lines over years only.
    let named = matches!(plot.x, Axis::Numbers(_)) && plot.lines.len() > 1;
    let key = |line: &Line| Key { ink: line.ink, shape: KeyShape::Line, name: line.name.clone() };
    let legend = plot.lines.iter().filter(|_| named).map(key).collect();
    let unit = x_format.unit();
    let comma = if unit.is_empty() { "" } else { ", " };
    let subtitle = format!("by {}{comma}{unit}", clean(&axis.input));
    let title = title(first, tables.len() == 1);
    Some(Figure {
        alternative: format!("Line chart of {title} {subtitle}."),
        title,
        unit: format.unit(),
        subtitle,
        body: Body::Plots(vec![plot]),
        legend,
        notes: Vec::new(),
        sources: Vec::new(),
        marks: Vec::new(),
    })
}

fn map(upwards: &SweepAxis, across: &SweepAxis, table: &SweepTable) -> Option<Figure> {
    let side = |axis: &SweepAxis| Sweep {
        title: axis.input.clone(),
        unit: axis.unit.clone(),
        values: axis.values.clone(),
    };
    let results = table.values.chunks(across.values.len().max(1)).map(<[_]>::to_vec).collect();
    Figure::heat_map(&HeatMap {
        title: title(table, true),
        unit: table.unit.clone(),
        across: side(across),
        upwards: side(upwards),
        results,
        contour: Some((0.0, "break-even: 0".to_owned())),
    })
}
