//! `show` with a simulation: the median of the draws and the range of 90% of them.
//!
//! Years go down the side and each line of the panel is a group of columns; with a single year the
//! lines go down the side instead. A line whose draws are all the same is one plain column, and a
//! year in which they are the same has its value alone. On request all measures are shown: mean,
//! standard error, standard deviation and every quantile. Probabilities stand with their standard
//! error in one column.

use crate::results::{Panel, Series, Spread};

use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::Page;
use super::panel::Names;
use super::spread::{at, differs, level, main_levels, numbers};

/// Digits of the largest standard error.
const ERROR_DIGITS: i32 = 2;

/// A measure of the draws, one for each column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Mean,
    /// The standard error of the mean.
    Error,
    Deviation,
    Quantile(usize),
}

/// The table of values that spread; `levels` are those of the quantiles.
pub(super) fn spreads(
    panel: &Panel,
    names: &Names,
    format: &NumberFormat,
    levels: &[f64],
    page: Page,
) -> Grid {
    let measures = measures(levels, page.errors);
    match panel.years.as_slice() {
        [_] => lines_down(panel, names, format, levels, &measures),
        _ => years_down(panel, names, format, levels, &measures),
    }
}

/// The measures shown: the median and the outermost quantiles, or all.
fn measures(levels: &[f64], all: bool) -> Vec<Measure> {
    let moments = [Measure::Mean, Measure::Error, Measure::Deviation].into_iter();
    if all {
        return moments.chain((0..levels.len()).map(Measure::Quantile)).collect();
    }
    let mut main = main_levels(levels);
    match main.len() {
        0 => return vec![Measure::Mean],
        // The middle one comes first.
        3 => main.swap(0, 1),
        _ => {}
    }
    main.into_iter().map(Measure::Quantile).collect()
}

fn heading(measure: Measure, levels: &[f64]) -> String {
    match measure {
        Measure::Mean => "mean".to_owned(),
        Measure::Error => "s.e.".to_owned(),
        Measure::Deviation => "s.d.".to_owned(),
        Measure::Quantile(at) => match levels.get(at) {
            Some(0.5) => "median".to_owned(),
            Some(&value) => level(value),
            None => String::new(),
        },
    }
}

fn lines_down(
    panel: &Panel,
    names: &Names,
    format: &NumberFormat,
    levels: &[f64],
    measures: &[Measure],
) -> Grid {
    let column = |&measure| Column { group: String::new(), heading: heading(measure, levels) };
    let all = Formats::of(&panel.series, format);
    let rows = panel.series.iter().map(|series| {
        let cells = measures
            .iter()
            .enumerate()
            .map(|(at, &measure)| all.cell(series, 0, (at > 0).then_some(measure), measures));
        Row::Cells(names.line(series), cells.collect())
    });
    Grid { columns: measures.iter().map(column).collect(), rows: rows.collect() }
}

fn years_down(
    panel: &Panel,
    names: &Names,
    format: &NumberFormat,
    levels: &[f64],
    measures: &[Measure],
) -> Grid {
    let mut grid = Grid::default();
    let mut rows: Vec<Vec<String>> = vec![Vec::new(); panel.years.len()];
    for lines in panel.series.chunk_by(|a, b| a.elements == b.elements) {
        let formats = Formats::of(lines, format);
        for series in lines {
            let varies = series.spread.iter().flatten().any(differs);
            let shown = if varies { measures } else { measures.get(..1).unwrap_or(&[]) };
            for (at, &measure) in shown.iter().enumerate() {
                let (group, heading) = match varies {
                    true => (names.line(series), heading(measure, levels)),
                    false => (String::new(), names.line(series)),
                };
                grid.columns.push(Column { group, heading });
                for (year, row) in rows.iter_mut().enumerate() {
                    row.push(formats.cell(series, year, (at > 0).then_some(measure), measures));
                }
            }
        }
    }
    let rows = panel.years.iter().zip(rows);
    grid.rows = rows.map(|(year, cells)| Row::Cells(year.to_string(), cells)).collect();
    grid
}

/// How the columns of some lines are written.
struct Formats {
    values: NumberFormat,
    deviations: NumberFormat,
    errors: NumberFormat,
}

impl Formats {
    fn of(lines: &[Series], format: &NumberFormat) -> Self {
        let values = format.for_column(lines.iter().flat_map(numbers));
        let deviations = values.of_differences();
        let errors = deviations.resolving(largest(lines, |spread| spread.error), ERROR_DIGITS);
        let deviation = largest(lines, |spread| spread.sd);
        let deviations = deviations.at_least(ERROR_DIGITS, [Some(deviation)]);
        Self { values, deviations, errors }
    }

    /// A cell of the first column, or of another one that shows `measure`. The first column shows the
    /// first measure, or the value itself where the draws do not differ; the other cells are then
    /// empty.
    fn cell(
        &self,
        series: &Series,
        year: usize,
        measure: Option<Measure>,
        measures: &[Measure],
    ) -> String {
        let spread = at(series, year);
        let Some(spread) = spread.filter(|spread| differs(spread)) else {
            let plain = match spread {
                Some(spread) => Some(spread.mean),
                None if series.spread.is_empty() => series.values.get(year).copied().flatten(),
                None => None,
            };
            return if measure.is_none() { self.values.number(plain) } else { String::new() };
        };
        match measure.or(measures.first().copied()).unwrap_or(Measure::Mean) {
            Measure::Mean => self.values.number(Some(spread.mean)),
            Measure::Error => self.errors.number(Some(spread.error)),
            Measure::Deviation => self.deviations.number(Some(spread.sd)),
            Measure::Quantile(at) => self.values.number(spread.quantiles.get(at).copied()),
        }
    }
}

/// `63.2 ±0.5` in each cell of a table of probabilities; the means are written as `format` says,
/// with one digit of the largest standard error.
pub(super) fn with_errors(lines: &[Series], format: &NumberFormat) -> Vec<Vec<String>> {
    let error = largest(lines, |spread| spread.error);
    let format = if error > 0.0 { format.resolving(error, 1) } else { format.clone() };
    let cell = |spread: &Option<Spread>| match spread {
        Some(spread) if spread.mean.is_finite() && spread.error.is_finite() => {
            let error = format.number(Some(spread.error));
            format!("{} ±{error}", format.number(Some(spread.mean)))
        }
        Some(spread) => format.number(Some(spread.mean)),
        None => MISSING.to_owned(),
    };
    lines.iter().map(|series| series.spread.iter().map(cell).collect()).collect()
}

fn largest(lines: &[Series], of: fn(&Spread) -> f64) -> f64 {
    let spreads = lines.iter().flat_map(|series| series.spread.iter().flatten());
    spreads.map(of).filter(|size| size.is_finite()).fold(0.0, f64::max)
}
