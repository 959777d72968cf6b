//! `show` with a simulation: the median of the draws and the range of 90% of them.
//!
//! A line whose draws are all the same is one plain column, and a year in which they are the same has its value alone.
//! On request all measures are shown: mean, standard error, standard deviation and every quantile. Probabilities share
//! a column with their standard errors.

use crate::results::{Panel, Series, Spread};

use super::number::{MISSING, NumberFormat};
use super::spread::{at, differs, level, main_levels, numbers};
use super::table_layout::Measured;

/// Digits of the largest standard error.
const ERROR_DIGITS: i32 = 2;

/// A statistic of the draws, shown in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Mean,
    /// The standard error of the mean.
    Error,
    Deviation,
    Quantile(usize),
}

/// Formats the texts of each line of a table with draws; `levels` are those of the quantiles. A line that does not vary
/// has only its value.
pub(super) fn columns(
    panel: &Panel,
    format: &NumberFormat,
    levels: &[f64],
    all: bool,
) -> Vec<Vec<Measured>> {
    let measures = measures(levels, all);
    let mut lines = Vec::with_capacity(panel.series.len());
    let is_one_year = panel.years.len() == 1;
    let whole = Formats::of(&panel.series, format);
    for cell in panel.series.chunk_by(|a, b| a.elements == b.elements) {
        let own = Formats::of(cell, format);
        let formats = if is_one_year { &whole } else { &own };
        lines.extend(cell.iter().map(|series| line(series, panel, formats, levels, &measures)));
    }
    lines
}

fn line(
    series: &Series,
    panel: &Panel,
    formats: &Formats,
    levels: &[f64],
    measures: &[Measure],
) -> Vec<Measured> {
    let varies = series.spread.iter().flatten().any(differs);
    let shown = if varies { measures } else { measures.get(..1).unwrap_or(&[]) };
    let measured = |(at, &measure): (usize, &Measure)| {
        let other = (at > 0).then_some(measure);
        let texts = (0..panel.years.len()).map(|year| formats.cell(series, year, other, measures));
        let name = if varies { heading(measure, levels) } else { String::new() };
        Measured { name, texts: texts.collect() }
    };
    shown.iter().enumerate().map(measured).collect()
}

/// Returns the statistics to show: the median and the outermost quantiles, or all.
fn measures(levels: &[f64], all: bool) -> Vec<Measure> {
    let moments = [Measure::Mean, Measure::Error, Measure::Deviation].into_iter();
    if all {
        return moments.chain((0..levels.len()).map(Measure::Quantile)).collect();
    }
    let mut main = main_levels(levels);
    match main.len() {
        0 => return vec![Measure::Mean],
        // The middle quantile comes first.
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

/// Number formats of the columns of some lines.
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

    /// Formats a cell of the column for `measure`. The first column shows the first measure, or the plain value if the
    /// draws do not differ; the other columns are then empty.
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

/// Formats the cells of a table of probabilities, `63.2 ±0.5`: means in `format`, with one digit of the largest
/// standard error.
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
