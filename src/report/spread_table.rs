//! `show` with a simulation: the mean of the draws and their quantiles, for each year and line.
//!
//! Years go down the side and each line of the panel is a group of columns; with a single year the
//! lines go down the side instead. A page shows the mean and the lowest, middle and highest
//! quantile; the standard error, the standard deviation and the quantiles between them come in
//! where that takes no more blocks of columns. Probabilities stand with their standard error in one
//! column.

use crate::results::{Panel, Series, Spread};

use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::Page;
use super::panel::Names;
use super::spread::{at, level, main_levels, numbers};

/// Digits of the largest standard error.
const ERROR_DIGITS: i32 = 2;

/// What a column says of the draws.
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
    let sets = measures(levels);
    let all = sets.last().map_or(&[][..], Vec::as_slice);
    let whole = grid(panel, names, format, levels, all);
    let mut grids: Vec<(usize, Grid)> = (sets.iter())
        .map(|set| {
            let grid = whole.with_columns(|at| set.contains(&all[at % all.len()]));
            (grid.block_count(page.width), grid)
        })
        .collect();
    let fewest = grids.iter().map(|(blocks, _)| *blocks).min().unwrap_or(0);
    let richest = grids.iter().rposition(|(blocks, _)| *blocks == fewest).unwrap_or(0);
    if grids.is_empty() { Grid::default() } else { grids.swap_remove(richest).1 }
}

/// Sets of columns, from the shortest to the richest.
fn measures(levels: &[f64]) -> [Vec<Measure>; 4] {
    let main = || main_levels(levels).into_iter().map(Measure::Quantile);
    let all = || (0..levels.len()).map(Measure::Quantile);
    [
        std::iter::once(Measure::Mean).chain(main()).collect(),
        [Measure::Mean, Measure::Error].into_iter().chain(main()).collect(),
        [Measure::Mean, Measure::Error].into_iter().chain(all()).collect(),
        [Measure::Mean, Measure::Error, Measure::Deviation].into_iter().chain(all()).collect(),
    ]
}

fn grid(
    panel: &Panel,
    names: &Names,
    format: &NumberFormat,
    levels: &[f64],
    measures: &[Measure],
) -> Grid {
    let heading = |measure: &Measure| match *measure {
        Measure::Mean => "mean".to_owned(),
        Measure::Error => "s.e.".to_owned(),
        Measure::Deviation => "s.d.".to_owned(),
        Measure::Quantile(at) => levels.get(at).map_or(String::new(), |&value| level(value)),
    };
    if panel.years.len() == 1 {
        let columns = measures
            .iter()
            .map(|measure| Column { group: String::new(), heading: heading(measure) });
        let all = Formats::of(&panel.series, format);
        let rows = panel.series.iter().map(|series| {
            let cells = measures.iter().map(|&measure| all.cell(series, 0, measure));
            Row::Cells(names.line(series), cells.collect())
        });
        return Grid { columns: columns.collect(), rows: rows.collect() };
    }
    let mut grid = Grid::default();
    let mut rows: Vec<Vec<String>> = vec![Vec::new(); panel.years.len()];
    for lines in panel.series.chunk_by(|a, b| a.elements == b.elements) {
        let formats = Formats::of(lines, format);
        for series in lines {
            for &measure in measures {
                let (group, heading) = (names.line(series), heading(&measure));
                grid.columns.push(Column { group, heading });
                for (year, row) in rows.iter_mut().enumerate() {
                    row.push(formats.cell(series, year, measure));
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

    fn cell(&self, series: &Series, year: usize, measure: Measure) -> String {
        let Some(spread) = at(series, year) else {
            let plain = measure == Measure::Mean && series.spread.is_empty();
            let value = series.values.get(year).copied().flatten();
            return self.values.number(value.filter(|_| plain));
        };
        match measure {
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
