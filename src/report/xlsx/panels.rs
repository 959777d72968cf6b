//! The sheet of a `show` or a `chart`: years down, a group of columns for each expression, charts at the right.

use crate::report::figure::Ink;
use crate::report::number::NumberFormat;
use crate::report::panel::{self, Names, described};
use crate::report::spread::{self, level};
use crate::results::{Panel, Series, Spread};

use super::sheet::{
    CellStyle, Chart, ChartKind, ChartSeries, Sheet, SheetCell, SheetColumn, column, ends, head,
    number,
};

/// Rows above the first year: expressions, units, names, statistics.
const HEAD: u32 = 4;
/// Height of a chart in rows.
const CHART_ROWS: u32 = 19;

/// A function that returns a statistic of the draws of a value.
type Measure = Box<dyn Fn(&Spread) -> Option<f64>>;

/// A column of the sheet: a line or one of its statistics.
struct Line<'a> {
    panel: usize,
    name: String,
    statistic: String,
    value: Box<dyn Fn(usize) -> Option<f64> + 'a>,
}

/// Makes the sheet; with `charts`, each panel has a chart. `levels` are those of the quantiles.
pub(super) fn sheet(name: &str, panels: &[Panel], levels: &[f64], charts: bool) -> Sheet {
    let mut sheet = Sheet::named(name);
    sheet.frozen = (HEAD, 1);
    sheet.widths = vec![9.0, 14.0];
    let formats: Vec<NumberFormat> = panels.iter().map(format).collect();
    let lines: Vec<Line<'_>> =
        panels.iter().enumerate().flat_map(|(at, one)| lines(at, one, levels)).collect();
    heads(&mut sheet, panels, &formats, &lines);
    let years: &[i32] = panels.first().map_or(&[], |panel| &panel.years);
    let written: Vec<String> = formats.iter().map(NumberFormat::spreadsheet).collect();
    for (at, &year) in years.iter().enumerate() {
        let mut row = vec![SheetCell::Number(f64::from(year), "0".to_owned())];
        row.extend(lines.iter().map(|line| {
            number((line.value)(at), written.get(line.panel).map_or("0", String::as_str))
        }));
        sheet.rows.push(row);
    }
    if charts && years.len() > 1 {
        for (at, (panel, format)) in panels.iter().zip(&formats).enumerate() {
            add_charts(&mut sheet, at, panel, format, &lines, years.len());
        }
    }
    sheet
}

fn format(panel: &Panel) -> NumberFormat {
    let simulated = panel.series.iter().any(|series| series.spread.iter().flatten().any(varies));
    if simulated { spread::format(panel) } else { panel::format(panel) }
}

fn varies(spread: &Spread) -> bool {
    spread::differs(spread)
}

/// Writes four rows of heads: expressions, units, names of lines, and statistics of a simulation.
fn heads(sheet: &mut Sheet, panels: &[Panel], formats: &[NumberFormat], lines: &[Line<'_>]) {
    let mut rows = [vec![SheetCell::Empty], vec![head("")], vec![head("")], vec![head("Year")]];
    let mut before = None;
    for line in lines {
        let is_first = before != Some(line.panel);
        before = Some(line.panel);
        let title = panels.get(line.panel).filter(|_| is_first).map_or(SheetCell::Empty, |one| {
            SheetCell::Text(described(&one.title, &one.expression), CellStyle::Title)
        });
        let unit = formats.get(line.panel).map_or(String::new(), NumberFormat::unit);
        let cells = [title, head(&unit), head(&line.name), head(&line.statistic)];
        rows.iter_mut().zip(cells).for_each(|(row, cell)| row.push(cell));
    }
    sheet.rows.extend(rows);
}

/// Returns the columns of a panel: one per line, or one per statistic of a line that varies.
fn lines<'a>(at: usize, panel: &'a Panel, levels: &[f64]) -> Vec<Line<'a>> {
    let names = Names::of(panel);
    let mut lines: Vec<Line<'a>> = Vec::new();
    for series in &panel.series {
        let name = names.line(series);
        let simulated = series.spread.iter().flatten().any(varies);
        let values = move |year: usize| series.values.get(year).copied().flatten();
        let statistic = if simulated { "at medians" } else { "" };
        lines.push(Line {
            panel: at,
            name: name.clone(),
            statistic: statistic.to_owned(),
            value: Box::new(values),
        });
        if !simulated {
            continue;
        }
        let mut add = |statistic: String, of: Measure| {
            let value = move |year: usize| spread::at(series, year).and_then(&*of);
            let name = name.clone();
            lines.push(Line { panel: at, name, statistic, value: Box::new(value) });
        };
        add("mean".to_owned(), Box::new(|spread| Some(spread.mean)));
        add("s.d.".to_owned(), Box::new(|spread| Some(spread.sd)));
        for (n, &of) in levels.iter().enumerate() {
            add(level(of), Box::new(move |spread| spread.quantiles.get(n).copied()));
        }
    }
    lines
}

/// Returns the cells of column `at` for all years.
fn cells(at: usize, years: usize) -> SheetColumn {
    let to = HEAD + u32::try_from(years.saturating_sub(1)).unwrap_or(0);
    SheetColumn { from: HEAD, to, column: column(at) }
}

/// Adds a chart of the lines, or a fan for each line that varies. The bands of a fan are stacked areas, drawn from
/// columns of differences to the right of the values.
fn add_charts(
    sheet: &mut Sheet,
    at: usize,
    panel: &Panel,
    format: &NumberFormat,
    lines: &[Line<'_>],
    years: usize,
) {
    let own: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| line.panel == at).map(|(n, _)| n + 1).collect();
    let title = described(&panel.title, &panel.expression);
    let place =
        |sheet: &Sheet| (HEAD + CHART_ROWS * sheet.charts.len() as u32, column(lines.len() + 2));
    let chart = |kind, title: String, series, place| Chart {
        kind,
        alternative: format!("{title}, {}", format.unit()),
        title,
        unit: format.unit(),
        format: format.spreadsheet(),
        categories: cells(0, years),
        series,
        ends: None,
        place,
    };
    let simulated: Vec<&Series> =
        panel.series.iter().filter(|series| series.spread.iter().flatten().any(varies)).collect();
    if simulated.is_empty() {
        let series = own.iter().enumerate().map(|(n, &column)| ChartSeries {
            name: lines.get(column - 1).map_or(String::new(), |line| line.name.clone()),
            values: cells(column, years),
            ink: Some(Ink::Series(n)),
            transparency: 0,
        });
        let values = panel.series.iter().flat_map(|series| series.values.iter().flatten());
        let (series, place) = (series.collect(), place(sheet));
        let line = chart(ChartKind::Line, title, series, place);
        sheet.charts.push(Chart { ends: ends(values.copied(), 0.5), ..line });
        return;
    }
    let names = Names::of(panel);
    for (n, series) in simulated.into_iter().enumerate() {
        let first = bands(sheet, series, lines.len() + 12 + at * 30 + n * 6, format, years);
        let place = place(sheet);
        let title = format!("{title}: {}", names.line(series));
        let quantiles = series.spread.iter().flatten().flat_map(|spread| &spread.quantiles);
        let plain = series.values.iter().flatten();
        let ends = ends(quantiles.chain(plain).copied(), 0.0);
        let fan = chart(ChartKind::Bands, title, stacked(first, years, Ink::Series(n)), place);
        sheet.charts.push(Chart { ends, ..fan });
    }
}

/// Writes the lowest quantile and three differences between quantiles into four columns; returns the first.
fn bands(
    sheet: &mut Sheet,
    series: &Series,
    first: usize,
    format: &NumberFormat,
    years: usize,
) -> usize {
    let written = format.spreadsheet();
    let heads = ["chart: lowest", "chart: to inner", "chart: inner", "chart: to highest"];
    for (offset, text) in heads.into_iter().enumerate() {
        put(
            sheet,
            HEAD as usize - 1,
            first + offset,
            SheetCell::Text(text.to_owned(), CellStyle::Faint),
        );
    }
    for year in 0..years {
        let plain = series.values.get(year).copied().flatten();
        let quantiles = spread::at(series, year).map_or(&[][..], |spread| &spread.quantiles);
        let last = quantiles.len().saturating_sub(1);
        let inner = if last >= 3 { 1 } else { 0 };
        let of = |at: usize| quantiles.get(at).copied().or(plain);
        let ends = [of(0), of(inner), of(last - inner.min(last)), of(last)];
        let difference = |a: Option<f64>, b: Option<f64>| b.zip(a).map(|(b, a)| b - a);
        let cells = [
            ends[0],
            difference(ends[0], ends[1]),
            difference(ends[1], ends[2]),
            difference(ends[2], ends[3]),
        ];
        for (offset, cell) in cells.into_iter().enumerate() {
            put(sheet, HEAD as usize + year, first + offset, number(cell, &written));
        }
    }
    first
}

/// Makes the stacked areas of a fan from the columns that [`bands`] has written; the lowest area is invisible.
fn stacked(first: usize, years: usize, ink: Ink) -> Vec<ChartSeries> {
    let band = |offset, name: &str, ink, transparency| ChartSeries {
        name: name.to_owned(),
        values: cells(first + offset, years),
        ink,
        transparency,
    };
    let ink = Some(ink);
    vec![
        band(0, "lowest", None, 100),
        band(1, "lower band", ink, 70),
        band(2, "middle band", ink, 40),
        band(3, "upper band", ink, 70),
    ]
}

/// Sets a cell; fills the row up to it with empty cells.
fn put(sheet: &mut Sheet, row: usize, at: usize, cell: SheetCell) {
    if sheet.rows.len() <= row {
        sheet.rows.resize_with(row + 1, Vec::new);
    }
    if let Some(row) = sheet.rows.get_mut(row) {
        if row.len() <= at {
            row.resize(at + 1, SheetCell::Empty);
        }
        if let Some(place) = row.get_mut(at) {
            *place = cell;
        }
    }
}
