//! Lines over years, and fans: a median within bands of quantiles.

use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::report::panel::{Names, described, format};
use crate::report::spread::{self, SpreadShape, level, main_levels};
use crate::results::{Panel, Series, Spread, UnitKind};

use super::{
    Axis, Band, Body, Figure, FigureLabel, Ink, Key, KeyShape, Line, NumberAxis, Plot, Side,
    Strength,
};

/// Maximum number of drawn lines or fans; a note states the number of further ones.
const MOST_LINES: usize = 12;
/// Significant digits of the labels of a fan, relative to the range between the outer quantiles.
const LABEL_DIGITS: i32 = 2;

/// Makes a line chart of a panel over its years, or a fan chart if draws differ; `levels` are those of the quantiles.
/// `None` without a finite value.
pub(in crate::report) fn lines(panel: &Panel, levels: &[f64]) -> Option<Figure> {
    match SpreadShape::of(panel) {
        SpreadShape::Same => plain(panel),
        SpreadShape::Chance => plain(&spread::chances(panel)),
        SpreadShape::Spread => fans(panel, levels),
    }
}

fn plain(panel: &Panel) -> Option<Figure> {
    let names = Names::of(panel);
    let format = format(panel);
    let drawn: Vec<&Series> =
        panel.series.iter().filter(|series| has_value(series)).take(MOST_LINES).collect();
    let values = drawn.iter().flat_map(|series| series.values.iter().copied().flatten());
    let mut axis = NumberAxis::covering(values, 0.5, format.clone())?;
    if panel.unit.kind == UnitKind::Truth {
        (axis.low, axis.high) = (0.0, 1.0);
    }
    let mut plot = Plot::between(years(panel)?, Axis::Numbers(axis));
    plot.lines = drawn
        .iter()
        .enumerate()
        .map(|(number, series)| Line {
            ink: Ink::Series(number),
            name: names.line(series),
            points: points(panel, |year| series.values.get(year).copied().flatten()),
        })
        .collect();
    let empty = panel.series.iter().filter(|series| !has_value(series));
    let empty: Vec<String> = empty.map(|series| names.line(series)).collect();
    let mut notes = Vec::new();
    if !empty.is_empty() {
        notes.push(format!("no values: {}", empty.join(", ")));
    }
    notes.extend(left_out(panel.series.len() - empty.len() - drawn.len()));
    let words: Vec<String> = plot
        .lines
        .iter()
        .map(|line| format!("{}: {}", line.name, course(&line.points, &format)))
        .collect();
    Some(figure(panel, &names, &format, "Line chart", &words, vec![plot], notes))
}

/// Makes a fan chart for each line of the panel, on common axes.
fn fans(panel: &Panel, levels: &[f64]) -> Option<Figure> {
    let names = Names::of(panel);
    let format = spread::format(panel);
    let bands = Bands::of(levels);
    let drawn: Vec<&Series> = panel.series.iter().take(MOST_LINES).collect();
    let numbers = drawn.iter().flat_map(|series| spread::numbers(series)).flatten();
    let axis = NumberAxis::covering(numbers, 0.0, format.clone())?;
    let x = years(panel)?;
    let plots: Vec<Plot> = drawn
        .iter()
        .enumerate()
        .map(|(number, series)| {
            let mut plot = Plot::between(x.clone(), Axis::Numbers(axis.clone()));
            if panel.series.len() > 1 {
                plot.name = names.line(series);
            }
            plot.bands = bands.areas(panel, series, number);
            let ink = Ink::Series(number);
            let points = bands.middle(panel, series);
            plot.labels = bands.labels(panel, series, &format);
            plot.lines = vec![Line { ink, name: String::new(), points }];
            if let Some(reference) = reference(&drawn, series) {
                let points = bands.middle(panel, reference);
                plot.lines.insert(0, Line { ink: Ink::Reference, name: String::new(), points });
            }
            plot
        })
        .collect();
    let words: Vec<String> = plots
        .iter()
        .zip(&drawn)
        .filter_map(|(plot, series)| {
            let line = plot.lines.last()?;
            let range: Vec<&str> = plot.labels.iter().map(|label| label.text.as_str()).collect();
            let course = course(&line.points, &format);
            let last = panel.years.last()?;
            Some(format!("{}: {course}; in {last} {}", names.line(series), range.join(", ")))
        })
        .collect();
    let notes = left_out(panel.series.len() - drawn.len()).into_iter().collect();
    let mut figure = figure(panel, &names, &format, "Fan chart", &words, plots, notes);
    figure.legend = bands.keys();
    if drawn.iter().any(|series| reference(&drawn, series).is_some()) {
        let name = format!("{} of {}", bands.middle_name(), clean(&drawn[0].scenario));
        figure.legend.push(Key { ink: Ink::Reference, shape: KeyShape::Line, name });
    }
    Some(figure)
}

/// Returns the line of the first scenario with which a fan of another scenario is compared: the one with the same elements.
fn reference<'a>(drawn: &[&'a Series], series: &Series) -> Option<&'a Series> {
    let first = &drawn.first()?.scenario;
    let is_same = |other: &&&Series| {
        other.label == series.label
            && other.elements == series.elements
            && other.is_total == series.is_total
            && other.scenario == *first
    };
    drawn.iter().find(is_same).copied().filter(|found| found.scenario != series.scenario)
}

fn figure(
    panel: &Panel,
    names: &Names,
    format: &NumberFormat,
    what: &str,
    words: &[String],
    plots: Vec<Plot>,
    notes: Vec<String>,
) -> Figure {
    let title = described(&panel.title, &panel.expression);
    let (subtitle, unit) = (names.subtitle(None), format.unit());
    let expression = clean(&panel.expression);
    let alternative = format!("{what} of {expression}. {}.", words.join(". "));
    let body = Body::Plots(plots);
    let (legend, sources, marks) = (Vec::new(), Vec::new(), Vec::new());
    Figure { title, unit, subtitle, alternative, body, legend, notes, sources, marks }
}

/// True if the series has a value to draw.
fn has_value(series: &Series) -> bool {
    series.values.iter().flatten().any(|value| value.is_finite())
}

fn years(panel: &Panel) -> Option<Axis> {
    let (first, last) = (*panel.years.first()?, *panel.years.last()?);
    Some(Axis::Years(first, last.max(first)))
}

fn left_out(count: usize) -> Option<String> {
    (count > 0).then(|| format!("{count} more lines not drawn"))
}

/// Returns one point per year of a panel; `value` takes the index of the year.
fn points(panel: &Panel, value: impl Fn(usize) -> Option<f64>) -> Vec<Option<(f64, f64)>> {
    let point = |(at, &year): (usize, &i32)| {
        let value = value(at).filter(|value| value.is_finite())?;
        Some((f64::from(year), value))
    };
    panel.years.iter().enumerate().map(point).collect()
}

/// Describes the first and the last point of a line in words.
fn course(points: &[Option<(f64, f64)>], format: &NumberFormat) -> String {
    let mut present = points.iter().flatten();
    let words = |&(year, value): &(f64, f64)| format!("{} in {year}", format.quantity(Some(value)));
    match (present.next(), present.next_back()) {
        (Some(first), Some(last)) => format!("{} to {}", words(first), words(last)),
        (Some(only), None) => words(only),
        _ => "no values".to_owned(),
    }
}

/// The quantiles that a fan shows, as indices into the levels.
struct Bands<'a> {
    levels: &'a [f64],
    outer: Option<(usize, usize)>,
    inner: Option<(usize, usize)>,
    middle: Option<usize>,
}

impl<'a> Bands<'a> {
    /// Chooses the outermost and the innermost pair of levels, and the level in the middle.
    fn of(levels: &'a [f64]) -> Self {
        let pairs = levels.len() / 2;
        let pair = |at: usize| (at, levels.len() - 1 - at);
        Self {
            levels,
            outer: (pairs > 0).then(|| pair(0)),
            inner: (pairs > 1).then(|| pair(pairs - 1)),
            middle: (levels.len() % 2 == 1).then_some(pairs),
        }
    }

    fn name(&self, at: usize) -> String {
        self.levels.get(at).map_or(String::new(), |&value| level(value))
    }

    /// Returns the name of the line in the middle of a fan.
    fn middle_name(&self) -> String {
        self.middle.map_or("mean".to_owned(), |at| match self.name(at).as_str() {
            "50%" => "median".to_owned(),
            other => other.to_owned(),
        })
    }

    fn keys(&self) -> Vec<Key> {
        let ink = Ink::Series(0);
        let mut keys = vec![Key { ink, shape: KeyShape::Line, name: self.middle_name() }];
        for (strength, band) in [(Strength::Inner, self.inner), (Strength::Outer, self.outer)] {
            if let Some((low, high)) = band {
                let name = format!("{} to {}", self.name(low), self.name(high));
                keys.push(Key { ink, shape: KeyShape::Band(strength), name });
            }
        }
        keys
    }

    /// Returns the median of each year, or the mean if the median is not among the quantiles; the plain values of a
    /// line without draws.
    fn middle(&self, panel: &Panel, series: &Series) -> Vec<Option<(f64, f64)>> {
        let of_spread = |spread: &Spread| match self.middle {
            Some(at) => spread.quantiles.get(at).copied(),
            None => Some(spread.mean),
        };
        points(panel, |year| per_year(series, year, of_spread))
    }

    fn areas(&self, panel: &Panel, series: &Series, number: usize) -> Vec<Band> {
        let ends = [(Strength::Outer, self.outer), (Strength::Inner, self.inner)];
        let areas = ends.into_iter().filter_map(|(strength, ends)| {
            let (low, high) = ends?;
            let line = |at: usize| {
                points(panel, |year| {
                    per_year(series, year, |spread| spread.quantiles.get(at).copied())
                })
            };
            let pairs = line(low).into_iter().zip(line(high));
            let points = pairs.map(|(low, high)| {
                let ((year, low), (_, high)) = (low?, high?);
                Some((year, low, high))
            });
            Some(Band { ink: Ink::Series(number), strength, points: points.collect() })
        });
        areas.collect()
    }

    /// Returns labels with the main quantiles of the last year, at the ends of the bands.
    fn labels(&self, panel: &Panel, series: &Series, format: &NumberFormat) -> Vec<FigureLabel> {
        let last = panel.years.len().saturating_sub(1);
        let spread = spread::at(series, last).filter(|spread| spread::differs(spread));
        let (Some(spread), Some(&year)) = (spread, panel.years.last()) else { return Vec::new() };
        let range = spread.quantiles.first().zip(spread.quantiles.last());
        let range = range.map_or(0.0, |(low, high)| high - low);
        let format =
            if range > 0.0 { format.resolving(range, LABEL_DIGITS) } else { format.clone() };
        let label = |at: usize| {
            let quantile = *spread.quantiles.get(at).filter(|quantile| quantile.is_finite())?;
            let text = format!("{} {}", self.name(at), format.number(Some(quantile)));
            Some(FigureLabel { at: (f64::from(year), quantile), side: Side::Right, text, on: None })
        };
        main_levels(self.levels).into_iter().filter_map(label).collect()
    }
}

/// Returns a statistic of the draws for one year; for a line without draws its value.
fn per_year(series: &Series, year: usize, of: impl Fn(&Spread) -> Option<f64>) -> Option<f64> {
    match spread::at(series, year) {
        Some(spread) => of(spread),
        None if series.spread.is_empty() => series.values.get(year).copied().flatten(),
        None => None,
    }
}
