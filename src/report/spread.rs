//! Statistics of the draws of a panel, for tables and charts.
//!
//! A panel has a spread if any of its draws differ. For a probability or a condition, whose draws are 1 or 0, the mean
//! and its standard error are sufficient.

use crate::results::{Panel, Series, Spread, UnitKind, UnitLabel};

use super::decimal::Decimal;
use super::number::NumberFormat;

/// Standard deviation that counts as a rounding error, as a share of the mean.
const NOTHING: f64 = 1e-12;

/// The type of differences between the draws of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpreadShape {
    /// No differences, or no draws: the plain values suffice.
    Same,
    /// Numbers, described by quantiles.
    Spread,
    /// Truth values, described by a probability.
    Chance,
}

impl SpreadShape {
    pub(super) fn of(panel: &Panel) -> Self {
        let spreads = || panel.series.iter().flat_map(|series| series.spread.iter().flatten());
        let kind = panel.unit.kind;
        let is_probability =
            kind == UnitKind::Percent && panel.expression.trim_start().starts_with("probability(");
        match () {
            () if spreads().next().is_none() => Self::Same,
            () if is_probability || kind == UnitKind::Truth => Self::Chance,
            () if !spreads().any(differs) => Self::Same,
            () if kind == UnitKind::Percent && spreads().all(is_chance) => Self::Chance,
            () => Self::Spread,
        }
    }
}

/// True if every quantile is 0 or 1.
pub(super) fn is_chance(spread: &Spread) -> bool {
    spread.quantiles.iter().all(|&quantile| quantile == 0.0 || quantile == 1.0)
}

/// True if the draws differ by more than rounding errors.
pub(super) fn differs(spread: &Spread) -> bool {
    spread.sd > NOTHING * spread.mean.abs() || spread.sd.is_nan()
}

/// Returns the statistics of a series for one year of a panel.
pub(super) fn at(series: &Series, year: usize) -> Option<&Spread> {
    series.spread.get(year).and_then(Option::as_ref)
}

/// Copies a panel with the means of the draws as values: for a condition the percentage of draws in which it holds.
pub(super) fn chances(panel: &Panel) -> Panel {
    let mut chances = panel.clone();
    if panel.unit.kind == UnitKind::Truth {
        chances.unit = UnitLabel::new(UnitKind::Percent, "% of draws");
    }
    for series in &mut chances.series {
        for (value, spread) in series.values.iter_mut().zip(&series.spread) {
            *value = spread.as_ref().map(|spread| spread.mean);
        }
    }
    chances
}

/// Returns the number format for the means and quantiles of a panel.
pub(super) fn format(panel: &Panel) -> NumberFormat {
    let cells = panel.series.chunk_by(|a, b| a.elements == b.elements);
    let numbers = cells.map(|lines| lines.iter().flat_map(numbers));
    NumberFormat::of_cells(&panel.unit, numbers)
}

/// Returns the means and quantiles of a line; its plain values if it has no draws.
pub(super) fn numbers(series: &Series) -> impl Iterator<Item = Option<f64>> {
    let values = if series.spread.is_empty() { series.values.as_slice() } else { &[] };
    let of_year = |spread: &Spread| {
        std::iter::once(spread.mean).chain(spread.quantiles.iter().copied()).collect::<Vec<_>>()
    };
    let spreads = series.spread.iter().flatten().flat_map(of_year).map(Some);
    values.iter().copied().chain(spreads)
}

/// Formats the level of a quantile: `5%`, `2.5%`.
pub(super) fn level(level: f64) -> String {
    let percent = Decimal::of(level).shifted(2);
    format!("{}%", percent.fixed(percent.decimals(), false))
}

/// Returns the positions in `levels` of the lowest level, the level nearest to the median, and the highest.
pub(super) fn main_levels(levels: &[f64]) -> Vec<usize> {
    let from_median = |&(_, level): &(usize, &f64)| (level - 0.5).abs();
    let middle = levels
        .iter()
        .enumerate()
        .min_by(|a, b| from_median(a).total_cmp(&from_median(b)))
        .map(|(at, _)| at);
    let mut main: Vec<usize> =
        [(!levels.is_empty()).then_some(0), middle, levels.len().checked_sub(1)]
            .into_iter()
            .flatten()
            .collect();
    main.dedup();
    main
}
