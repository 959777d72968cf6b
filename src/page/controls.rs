//! Controls of the page: a slider for each number with bounds and each distribution, and the scenarios.
//!
//! A change replaces the text of a figure in the script. The run is then the run of the changed script, to the bit.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::changes::{Changed, files};
use super::figures::{FigureKind, ScriptFigure, figures};
use super::message::ControlsAsk;
use super::problems;
use super::randoms::{DrawnRange, randoms};
use crate::analysis::unit;
use crate::explain;
use crate::model::{Kind, Model, Quantity};
use crate::results::{UnitKind, UnitLabel};
use crate::session::{Program, Reach, load_used};
use crate::source::{SourceMap, Span};

/// A slider. All numbers are in the unit of the text: 9.4 for `9.4%`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Control {
    /// Name of the quantity in the script: `duty.rate`.
    name: String,
    /// The part of the value that the control changes: `machinery`, `from 2026`; empty for the whole value.
    part: String,
    /// Start of the text that the control replaces, in UTF-16 units.
    from: usize,
    to: usize,
    /// The text that the control replaces.
    written: String,
    /// The number in the text; the median of a distribution.
    value: f64,
    /// Lowest value of the slider.
    least: f64,
    most: f64,
    /// Lowest and highest allowed number that the reader can type; None without bounds.
    bounds: Option<(f64, f64)>,
    step: f64,
    /// The number of decimals of the step.
    decimals: usize,
    /// The unit after the number: `%`, ` mn USD`.
    suffix: String,
    /// True if the text is a distribution, which the number replaces.
    is_random: bool,
    /// True for a term of a sum, where a negative number requires brackets.
    in_sum: bool,
    /// True for a year or a choice among whole numbers.
    is_whole: bool,
    is_year: bool,
    /// Description of the quantity.
    about: String,
    /// The lever that contains the value: its title or else its head, `exports domestic to China`; empty for a
    /// parameter.
    lever: String,
    lever_title: String,
    /// The scenario that contains the value; empty for the baseline.
    scenario: String,
}

/// Answers a request for the controls of a script.
pub(super) fn controls(ask: &ControlsAsk, below: &Reach) -> Value {
    let script = &ask.script;
    let program = load_used(&script.name, &script.text, &files(script, below), &[]);
    let text = Changed::with(&script.text, &[]).ok();
    let diagnostics = problems::shown(&program.diagnostics, &program.sources, text.as_ref());
    let (Some(model), Some(text)) = (&program.model, &text) else {
        return json!({ "diagnostics": diagnostics });
    };
    let mut head = explain::head(&program).into_iter();
    let scenarios = explain::scenarios(model).into_iter().map(|scenario| {
        json!({ "name": scenario.name, "title": scenario.title, "changes": scenario.changes })
    });
    json!({
        "diagnostics": diagnostics,
        "title": model.title,
        "question": head.next().unwrap_or_default(),
        "answer": head.collect::<Vec<_>>(),
        "years": model.years,
        "currency": model.currency,
        "has_draws": !randoms(model).is_empty(),
        "scenarios": scenarios.collect::<Vec<_>>(),
        "controls": all(&program, model, text),
    })
}

/// Returns the controls of a program, in the order of its text.
fn all(program: &Program, model: &Model, text: &Changed) -> Vec<Control> {
    let Some(file) = program.files.first() else { return Vec::new() };
    let randoms = randoms(model);
    let quantities: BTreeMap<&str, &Quantity> =
        model.quantities.iter().map(|quantity| (quantity.name.as_str(), quantity)).collect();
    let axes = |name: &str| quantities.get(name).map_or(0, |quantity| quantity.axes.len());
    let found = figures(file, &program.sources, &axes);
    let control = |figure: &ScriptFigure<'_>| {
        let quantity = quantities.get(figure.quantity.as_str())?;
        let length =
            |id: &usize| model.quantities.get(*id).is_some_and(|one| one.name == quantity.name);
        // A lag is part of the equations: the script has to be changed.
        if !quantity.is_given() || model.lag_lengths.iter().any(length) {
            return None;
        }
        let numbers = match figure.kind {
            FigureKind::Call { call } => drawn(model, randoms.get(&call)?)?,
            FigureKind::Number { number, negative, column } => {
                let written = Written::of(number, negative, column, &program.sources);
                given(model, quantity, figure, &written)?
            }
        };
        Some(numbers.control(figure, quantity, &program.sources, text))
    };
    found.iter().filter_map(control).collect()
}

/// The range, step and value of a control.
struct Numbers {
    value: f64,
    least: f64,
    most: f64,
    bounds: Option<(f64, f64)>,
    suffix: String,
    is_whole: bool,
    is_random: bool,
}

/// A number of the script in its written unit.
struct Written {
    value: f64,
    /// Size of the written unit in base units; None if only the model can compute it.
    factor: Option<f64>,
    suffix: String,
    /// Name of the unit without its scale word.
    unit: String,
}

impl Written {
    fn of(
        number: &crate::syntax::ast::Number,
        negative: bool,
        column: Option<Span>,
        sources: &SourceMap,
    ) -> Self {
        let value = if negative { -number.value } else { number.value };
        let unit = number.unit.as_ref().map_or(String::new(), |unit| unit.text.clone());
        if let Some(column) = column {
            // The head of the column has the unit; a cell with a unit of its own is not touched.
            let text = sources.text(column).trim();
            let bare = !number.percent && number.scale == 1.0 && unit.is_empty();
            let factor = (bare && text == "percent").then_some(0.01);
            return Self { value, factor, suffix: String::new(), unit: text.to_owned() };
        }
        let factor = if number.percent { 0.01 } else { number.scale };
        let scale = crate::syntax::words::SCALES.iter().find(|(_, scale)| *scale == number.scale);
        let suffix = match (number.percent, scale, unit.is_empty()) {
            (true, ..) => "%".to_owned(),
            (false, Some((word, _)), false) => format!(" {word} {unit}"),
            (false, Some((word, _)), true) => format!(" {word}"),
            (false, None, false) => format!(" {unit}"),
            (false, None, true) => String::new(),
        };
        Self { value, factor: Some(factor), suffix, unit }
    }
}

/// Makes the control of a number that has bounds, or of a lever's percentage, such as a duty. None for any other
/// number, and for a number whose unit the page cannot convert.
fn given(
    model: &Model,
    quantity: &Quantity,
    figure: &ScriptFigure<'_>,
    written: &Written,
) -> Option<Numbers> {
    let is_year = quantity.kind == Kind::Year;
    let is_share =
        matches!(quantity.kind, Kind::Plain { percent: true, .. }) && figure.lever.is_some();
    let (low, high) = match quantity.bounds {
        // The largest numbers stand for "above 0", which is no range for a slider.
        Some((low, high)) if low > -f64::MAX / 2.0 && high < f64::MAX / 2.0 => (low, high),
        None if is_share => return unbounded(figure, written),
        Some(_) | None => return None,
    };
    let base = ["", "years", model.currency.as_str()].contains(&written.unit.as_str())
        || model.bases.contains(&written.unit);
    let factor = written.factor.filter(|_| figure.is_value && (base || written.suffix == "%"))?;
    let (low, high) = if is_year { calendar(model, (low, high)) } else { (low, high) };
    let bounds = (low / factor, high / factor);
    let value = written.value;
    let (least, most) = if is_year { bounds } else { range(value, bounds) };
    (least <= value && value <= most && least < most).then(|| Numbers {
        value,
        least,
        most,
        bounds: Some(bounds),
        suffix: written.suffix.clone(),
        is_whole: is_year,
        is_random: false,
    })
}

/// Makes the control of a percentage without bounds, from 0 to three times its value; the reader can type values
/// outside this range.
fn unbounded(figure: &ScriptFigure<'_>, written: &Written) -> Option<Numbers> {
    let value = written.value;
    let reach = if value == 0.0 { 10.0 } else { 3.0 * value };
    let step = nice(reach / 30.0);
    let end = rounded((reach / step).round() * step, step);
    (figure.is_value && written.suffix == "%").then(|| Numbers {
        value,
        least: end.min(0.0),
        most: end.max(0.0),
        bounds: None,
        suffix: written.suffix.clone(),
        is_whole: false,
        is_random: false,
    })
}

/// Returns the years of a control: those of the model's horizon that are within the bounds.
fn calendar(model: &Model, (low, high): (f64, f64)) -> (f64, f64) {
    (low.max(f64::from(model.years.0)), high.min(f64::from(model.years.1)))
}

/// Returns the range of a slider: the whole allowed range, unless it is more than ten times the value; then the values
/// up to twice the value's size below and above it.
fn range(value: f64, (low, high): (f64, f64)) -> (f64, f64) {
    /// Maximum width of a slider, as a multiple of the value; the reader could not set a wider one.
    const WIDEST: f64 = 10.0;
    let around = if value == 0.0 { (high - low) / 10.0 } else { 2.0 * value.abs() };
    if high - low <= WIDEST * value.abs() {
        return (low, high);
    }
    let step = nice(around / 10.0);
    let (from, to) =
        (((value - around) / step).floor() * step, ((value + around) / step).ceil() * step);
    (rounded(from, step).max(low), rounded(to, step).min(high))
}

/// Makes the control of a distribution, in a unit that fits its size.
fn drawn(model: &Model, values: &DrawnRange) -> Option<Numbers> {
    let UnitLabel { kind, name, .. } = unit(model, values.kind);
    let largest = values.low.abs().max(values.high.abs());
    let is_word = name.chars().all(char::is_alphanumeric);
    let (factor, suffix) = match kind {
        UnitKind::Percent if name == "%" => (0.01, "%".to_owned()),
        UnitKind::Percent => (0.01, format!(" {name}")),
        UnitKind::Money if name == model.currency => {
            let scales = crate::syntax::words::SCALES.iter().rev();
            match scales.clone().find(|(_, scale)| largest >= *scale) {
                Some((word, scale)) => (*scale, format!(" {word} {name}")),
                None => (1.0, format!(" {name}")),
            }
        }
        UnitKind::Year => (1.0, String::new()),
        UnitKind::Number if name.is_empty() => (1.0, String::new()),
        UnitKind::Number if is_word => (1.0, format!(" {name}")),
        UnitKind::Money | UnitKind::Number | UnitKind::Truth => return None,
    };
    let [low, median, high] = [values.low, values.median, values.high].map(|one| one / factor);
    let is_whole = kind == UnitKind::Year || values.is_whole;
    let step = if is_whole { 1.0 } else { nice((high - low) / 100.0) };
    // The ends of the slider are round; the value is the median, as written to a hundredth of the range.
    let round = |value: f64| rounded(value, step);
    let (least, most) = ((low / step).floor() * step, (high / step).ceil() * step);
    (least < most).then(|| Numbers {
        value: round(median),
        least: round(least),
        most: round(most),
        bounds: None,
        suffix,
        is_whole,
        is_random: true,
    })
}

impl Numbers {
    fn control(
        self,
        figure: &ScriptFigure<'_>,
        quantity: &Quantity,
        sources: &SourceMap,
        text: &Changed,
    ) -> Control {
        let step = if self.is_whole { 1.0 } else { nice((self.most - self.least) / 100.0) };
        let lever = figure.lever;
        Control {
            name: figure.quantity.clone(),
            part: figure.part.clone(),
            from: text.units(figure.span.start as usize),
            to: text.units(figure.span.end as usize),
            written: sources.text(figure.span).to_owned(),
            value: self.value,
            least: rounded(self.least, step),
            most: rounded(self.most, step),
            bounds: self.bounds,
            step,
            decimals: decimals(step),
            suffix: self.suffix,
            is_random: self.is_random,
            in_sum: figure.in_sum,
            is_whole: self.is_whole,
            is_year: quantity.kind == Kind::Year,
            about: quantity.doc.clone(),
            lever: lever.map_or(String::new(), |lever| lever.name.text.clone()),
            lever_title: lever.map_or(String::new(), |lever| title(lever, sources)),
            scenario: figure.scenario.map_or(String::new(), |name| name.text.clone()),
        }
    }
}

/// Returns the title of a lever; without a title its head without brackets and sources: `exports domestic to China`.
fn title(lever: &crate::syntax::ast::Lever, sources: &SourceMap) -> String {
    match &lever.title {
        Some(title) => title.text.clone(),
        None => {
            let text = sources.text(lever.span);
            let head = text.split(['{', '@', '\n']).next().unwrap_or("");
            head.split_whitespace().collect::<Vec<_>>().join(" ")
        }
    }
}

/// Returns the greatest of 1, 2 and 5 times a power of ten that is at most `size`; goes through decimal text to be
/// exact.
fn nice(size: f64) -> f64 {
    let text = format!("{:e}", size.abs().max(f64::MIN_POSITIVE));
    let (digits, exponent) = text.split_once('e').unwrap_or(("1", "0"));
    let lead = match digits.parse::<f64>().unwrap_or(1.0) {
        digits if digits >= 5.0 => 5,
        digits if digits >= 2.0 => 2,
        _ => 1,
    };
    format!("{lead}e{exponent}").parse().unwrap_or(1.0)
}

/// Returns the number of decimals of a step from [`nice`].
fn decimals(step: f64) -> usize {
    let text = format!("{step:e}");
    let exponent: i32 = text.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    usize::try_from(-exponent).unwrap_or(0)
}

/// Rounds a number to the decimals of a step.
fn rounded(value: f64, step: f64) -> f64 {
    format!("{value:.*}", decimals(step)).parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_exact() {
        for (size, step, places) in [
            (0.07, 0.05, 2),
            (0.0999, 0.05, 2),
            (1.0, 1.0, 0),
            (2.4, 2.0, 0),
            (840.0, 500.0, 0),
            (1e-3, 1e-3, 3),
        ] {
            assert_eq!((nice(size), decimals(nice(size))), (step, places), "{size}");
        }
    }

    #[test]
    fn a_slider_reaches_about_as_far_as_twice_its_value() {
        // All of 0..100 for a share, and not all of 0..1000.
        assert_eq!(range(60.0, (0.0, 100.0)), (0.0, 100.0));
        assert_eq!(range(9.4, (0.0, 1000.0)), (0.0, 29.0));
        assert_eq!(range(-1.5, (-100.0, 0.0)), (-4.6, 0.0));
        assert_eq!(range(0.0, (0.0, 100.0)), (0.0, 10.0));
    }
}
