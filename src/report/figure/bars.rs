//! Horizontal bars: values by element, waterfalls from one scenario to another, tornadoes.
//!
//! Names of elements and levers are long, so that all bars are horizontal: a name is one line of text
//! at the left of its bar.

use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::report::panel::{self, Names, described};
use crate::report::spread::{self, SpreadShape};
use crate::results::{Comparison, Difference, Panel, Series, UnitLabel};

use super::{
    Axis, Body, Figure, FigureLabel, Ink, Key, KeyShape, Line, NumberAxis, Plot, Rect, Side,
};

/// Maximum number of drawn rows; a note states the number of further ones.
const MOST_ROWS: usize = 40;
/// Height of a bar, or of all bars of a name together, as a share of the row.
const FILLED: f64 = 0.72;

/// Makes the figure of a panel with one year: a bar for each element and scenario. In a simulation the bar ends at the
/// median, and a line runs from the lowest to the highest quantile of the report.
pub(super) fn by_element(panel: &Panel) -> Option<Figure> {
    let chances;
    let panel = match SpreadShape::of(panel) {
        SpreadShape::Chance => {
            chances = spread::chances(panel);
            &chances
        }
        SpreadShape::Same | SpreadShape::Spread => panel,
    };
    let names = Names::of(panel);
    let format = match SpreadShape::of(panel) {
        SpreadShape::Spread => spread::format(panel),
        SpreadShape::Same | SpreadShape::Chance => panel::format(panel),
    };
    let year = *panel.years.first()?;
    let rows = if names.cells.len() > 1 { &names.cells } else { &names.scenarios };
    let members = if names.are_nested() { names.scenarios.len() } else { 1 };
    let height = FILLED / members as f64;
    let mut marks = Plot::between(Axis::Names(Vec::new()), Axis::Names(Vec::new()));
    marks.bars_per_name = members;
    let mut numbers = vec![0.0];
    for series in &panel.series {
        let name =
            if names.cells.len() > 1 { panel::cell(series) } else { panel::scenario(series) };
        let row = rows.get_index_of(&name).filter(|row| *row < MOST_ROWS);
        let (Some(row), Some((value, range))) = (row, value(series)) else { continue };
        let member = match names.are_nested() {
            true => names.scenarios.get_index_of(&panel::scenario(series)).unwrap_or(0),
            false => 0,
        };
        let top = row as f64 - FILLED / 2.0 + height * member as f64;
        let text = format!("{}: {}", names.line(series), format.quantity(Some(value)));
        numbers.push(value);
        numbers.extend(range.iter().flat_map(|&(low, high)| [low, high]));
        let (x, y) = ((0.0, value), (top, top + height));
        marks.rects.push(Rect { ink: Ink::Series(member), x, y, text });
        add_range(&mut marks, (value, range), top + height / 2.0, format.number(Some(value)));
    }
    let x = Axis::Numbers(NumberAxis::covering(numbers.into_iter(), 1.0, format.clone())?);
    let shown: Vec<String> = rows.iter().take(MOST_ROWS).cloned().collect();
    let words: Vec<&str> = marks.rects.iter().map(|rect| rect.text.as_str()).collect();
    let subtitle = names.subtitle(Some(year));
    let alternative =
        format!("Bar chart of {}, {subtitle}. {}.", clean(&panel.expression), words.join(", "));
    let legend = match names.are_nested() {
        true => keys(names.scenarios.iter().cloned()),
        false => Vec::new(),
    };
    let left_out = rows.len() - shown.len();
    let notes = (left_out > 0).then(|| format!("{left_out} more bars not drawn"));
    Some(Figure {
        title: described(&panel.title, &panel.expression),
        unit: format.unit(),
        subtitle,
        alternative,
        body: Body::Plots(vec![Plot { x, y: Axis::Names(shown), ..marks }]),
        legend,
        notes: notes.into_iter().collect(),
        sources: Vec::new(),
        marks: Vec::new(),
    })
}

/// Adds the line of the range of a bar, and the number at the outer end of the bar or of its range.
fn add_range(
    marks: &mut Plot,
    (value, range): (f64, Option<(f64, f64)>),
    middle: f64,
    number: String,
) {
    if let Some((low, high)) = range {
        let points = vec![Some((low, middle)), Some((high, middle))];
        marks.lines.push(Line { ink: Ink::Total, name: String::new(), points });
    }
    let far = range.map_or(value, |(low, high)| if value < 0.0 { low } else { high });
    marks.labels.push(beside(far, middle, number));
}

/// Returns the value of a series with one year, and the range of its draws if they differ.
fn value(series: &Series) -> Option<(f64, Option<(f64, f64)>)> {
    let spread = series.spread.first().and_then(Option::as_ref);
    let Some(spread) = spread.filter(|spread| spread::differs(spread)) else {
        let value = series.values.first().copied().flatten();
        return value.filter(|value| value.is_finite()).map(|value| (value, None));
    };
    let quantiles = &spread.quantiles;
    let median = quantiles.get(quantiles.len() / 2).copied().unwrap_or(spread.mean);
    let range = quantiles.first().copied().zip(quantiles.last().copied());
    median.is_finite().then_some((median, range))
}

fn keys(names: impl Iterator<Item = String>) -> Vec<Key> {
    let key = |(number, name)| Key { ink: Ink::Series(number), shape: KeyShape::Block, name };
    names.enumerate().map(key).collect()
}

/// Makes the label of a number at the outer end of a bar.
fn beside(end: f64, middle: f64, text: String) -> FigureLabel {
    let side = if end < 0.0 { Side::Left } else { Side::Right };
    FigureLabel { at: (end, middle), side, text, on: None }
}

/// Makes a waterfall from the reference to one scenario, with one bar per part. In a simulation it starts at 0 and ends
/// at the mean difference, to which the parts add up.
pub(super) fn waterfall(comparison: &Comparison, scenario: &Difference) -> Option<Figure> {
    let mean = scenario.spread.as_ref().filter(|spread| spread::differs(spread));
    let start = if mean.is_some() { 0.0 } else { comparison.reference_value };
    let end = start + mean.map_or(scenario.difference, |spread| spread.mean);
    let steps = steps(start, scenario);
    let ends = steps.iter().flat_map(|step| [step.0, step.1]).chain([start, end]);
    let format = NumberFormat::fit(&comparison.unit, ends.clone().map(Some));
    let axis = NumberAxis::covering(ends, 0.5, format.clone())?;
    let changes = format.for_differences(scenario.parts.iter().map(|part| Some(part.value)));
    let zero = axis.ticks(6).covers_zero();
    let mut drawing = Steps {
        plot: Plot::between(Axis::Numbers(axis), Axis::Names(Vec::new())),
        names: Vec::new(),
    };
    let signed = |value: f64| {
        let sign = if value > 0.0 { "+" } else { "" };
        let number = match changes.unit() == format.of_differences().unit() {
            true => changes.number(Some(value)),
            false => changes.quantity(Some(value)),
        };
        format!("{sign}{number}")
    };
    if mean.is_none() {
        drawing.total(clean(&comparison.reference), start, zero, format.number(Some(start)));
    }
    for (part, step) in scenario.parts.iter().zip(&steps) {
        let title = clean(&part.title);
        let name = if title.is_empty() { clean(&part.lever) } else { title };
        drawing.step(name, *step, signed(part.value));
    }
    let (name, number) = match mean {
        Some(_) => (format!("{}, mean difference", clean(&scenario.scenario)), signed(end)),
        None => (clean(&scenario.scenario), format.number(Some(end))),
    };
    drawing.total(name, end, zero, number);
    let Steps { mut plot, names } = drawing;
    plot.y = Axis::Names(names);
    let (reference, other) = (clean(&comparison.reference), clean(&scenario.scenario));
    let subtitle = format!("{}, from {reference} to {other}", comparison.year);
    let words: Vec<&str> = plot.rects.iter().map(|rect| rect.text.as_str()).collect();
    let expression = clean(&comparison.expression);
    let alternative = format!("Waterfall of {expression}, {subtitle}. {}.", words.join(", "));
    Some(Figure {
        title: described(&comparison.title, &comparison.expression),
        unit: format.unit(),
        subtitle,
        alternative,
        body: Body::Plots(vec![plot]),
        legend: Vec::new(),
        notes: Vec::new(),
        sources: Vec::new(),
        marks: Vec::new(),
    })
}

/// Returns the ends of the step of each part, one after another from `start`.
fn steps(start: f64, scenario: &Difference) -> Vec<(f64, f64)> {
    let mut at = start;
    let step = |value: f64| {
        let from = at;
        at += value;
        (from, at)
    };
    scenario.parts.iter().map(|part| part.value).map(step).collect()
}

/// The rows of a waterfall, from the top.
struct Steps {
    plot: Plot,
    names: Vec<String>,
}

impl Steps {
    /// Draws a total: a bar from zero, or a thick line if the axis does not reach zero, because a truncated bar would
    /// mislead by its length.
    fn total(&mut self, name: String, value: f64, zero: bool, number: String) {
        let row = self.names.len() as f64;
        let y = (row - FILLED / 2.0, row + FILLED / 2.0);
        let from = if zero { 0.0 } else { value };
        let text = format!("{name}: {number}");
        self.plot.rects.push(Rect { ink: Ink::Total, x: (from, value), y, text });
        let side = if zero && value < 0.0 { Side::Left } else { Side::Right };
        self.plot.labels.push(FigureLabel { at: (value, row), side, text: number, on: None });
        self.connect(value, row);
        self.names.push(name);
    }

    fn step(&mut self, name: String, (from, to): (f64, f64), number: String) {
        let row = self.names.len() as f64;
        let y = (row - FILLED / 2.0, row + FILLED / 2.0);
        let ink = if to < from { Ink::Fall } else { Ink::Rise };
        let text = format!("{name}: {number}");
        self.plot.rects.push(Rect { ink, x: (from, to), y, text });
        let (end, side) = if to < from { (to, Side::Left) } else { (to, Side::Right) };
        self.plot.labels.push(FigureLabel { at: (end, row), side, text: number, on: None });
        self.connect(from, row);
        self.names.push(name);
    }

    /// Draws a thin line from the previous row.
    fn connect(&mut self, value: f64, row: f64) {
        if row > 0.0 {
            let points =
                vec![Some((value, row - 1.0 + FILLED / 2.0)), Some((value, row - FILLED / 2.0))];
            self.plot.lines.push(Line { ink: Ink::Reference, name: String::new(), points });
        }
    }
}

/// Makes a figure with the values of scenarios, for a comparison without levers.
pub(super) fn scenarios(comparison: &Comparison) -> Option<Figure> {
    let line = |scenario: &str, value: f64| Series {
        label: comparison.expression.clone(),
        elements: Vec::new(),
        scenario: scenario.to_owned(),
        values: vec![Some(value)],
        ..Series::default()
    };
    let others = comparison.scenarios.iter().map(|other| line(&other.scenario, other.value));
    let reference = line(&comparison.reference, comparison.reference_value);
    by_element(&Panel {
        expression: comparison.expression.clone(),
        title: comparison.title.clone(),
        unit: comparison.unit.clone(),
        years: vec![comparison.year],
        series: std::iter::once(reference).chain(others).collect(),
        ..Panel::default()
    })
}

/// Data of a tornado chart: the change of a result with each input.
#[derive(Debug, Clone, PartialEq)]
pub struct Tornado {
    /// Description of the result.
    pub title: String,
    /// Unit in which the result is shown.
    pub unit: UnitLabel,
    /// Value of the result with every input at its base value.
    pub base: f64,
    /// The inputs, in any order; the chart begins with the input that changes the result most.
    pub inputs: Vec<TornadoInput>,
}

/// An input of a [`Tornado`].
#[derive(Debug, Clone, PartialEq)]
pub struct TornadoInput {
    /// Name of the input.
    pub name: String,
    /// Low and high value of the input, as text with unit.
    pub values: (String, String),
    /// Results at the low and at the high value of the input.
    pub results: (f64, f64),
}

impl Figure {
    /// Makes a tornado chart: for each input a bar from the result at its low value to the result at its high value,
    /// beside a line at the base result. `None` without a finite result.
    pub fn tornado(tornado: &Tornado) -> Option<Self> {
        let finite =
            |input: &&TornadoInput| input.results.0.is_finite() && input.results.1.is_finite();
        let reach = |input: &TornadoInput| {
            (input.results.0 - tornado.base).abs().max((input.results.1 - tornado.base).abs())
        };
        let mut inputs: Vec<&TornadoInput> = tornado.inputs.iter().filter(finite).collect();
        inputs.sort_by(|a, b| reach(b).total_cmp(&reach(a)));
        let left_out = inputs.len().saturating_sub(MOST_ROWS);
        inputs.truncate(MOST_ROWS);
        let results = || inputs.iter().flat_map(|input| [input.results.0, input.results.1]);
        let ends = || results().chain([tornado.base]);
        let format = NumberFormat::fit(&tornado.unit, ends().map(Some));
        let axis = NumberAxis::covering(ends(), 0.0, format.clone())?;
        let mut plot = Plot::between(Axis::Numbers(axis), Axis::Names(Vec::new()));
        for (row, input) in inputs.iter().enumerate() {
            add_input(&mut plot, row as f64, input, tornado.base, &format);
        }
        let names = inputs.iter().map(|input| clean(&input.name)).collect();
        plot.rules.push((tornado.base, format!("base {}", format.number(Some(tornado.base)))));
        plot.y = Axis::Names(names);
        let words: Vec<&str> = plot.rects.iter().map(|rect| rect.text.as_str()).collect();
        let title = clean(&tornado.title);
        let alternative = format!(
            "Tornado chart of {title}, base {}. {}.",
            format.quantity(Some(tornado.base)),
            words.join(", ")
        );
        let key = |ink, name: &str| Key { ink, shape: KeyShape::Block, name: name.to_owned() };
        let legend =
            vec![key(Ink::Fall, "input at its low value"), key(Ink::Rise, "at its high value")];
        let notes = (left_out > 0).then(|| format!("{left_out} more inputs not drawn"));
        Some(Self {
            title,
            unit: format.unit(),
            subtitle: String::new(),
            alternative,
            body: Body::Plots(vec![plot]),
            legend,
            notes: notes.into_iter().collect(),
            sources: Vec::new(),
            marks: Vec::new(),
        })
    }
}

/// Adds the bars of an input of a tornado: from the base result to those at the input's low and high value.
fn add_input(plot: &mut Plot, row: f64, input: &TornadoInput, base: f64, format: &NumberFormat) {
    let y = (row - FILLED / 2.0, row + FILLED / 2.0);
    let ends = [
        (Ink::Fall, input.results.0, clean(&input.values.0)),
        (Ink::Rise, input.results.1, clean(&input.values.1)),
    ];
    for (ink, result, value) in ends {
        let number = format.quantity(Some(result));
        let text = format!("{} at {value}: {number}", clean(&input.name));
        plot.rects.push(Rect { ink, x: (base, result), y, text });
        let side = if result < base { Side::Left } else { Side::Right };
        plot.labels.push(FigureLabel { at: (result, row), side, text: value, on: None });
    }
}
