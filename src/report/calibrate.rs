//! `calibrate`: a table of the inputs, how well the fits are, and the answer in one sentence.

use crate::results::{
    CalibrateAnswer, Calibration, FitQuality, FitVerdict, FittedParameter, UnitLabel,
};

use super::find::{capital, listed};
use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::clean;
use super::titled::Titled;

/// Significant digits of a fitted value without a standard error.
const DIGITS: i32 = 4;
/// Significant digits of a standard error.
const DIGITS_OF_ERROR: i32 = 2;
/// Minimum absolute value of a correlation that the text mentions.
const STRONG: f64 = 0.9;

/// Builds for each scenario a table of the inputs, and a table of the fits with a sentence.
pub(super) fn tables(answer: &CalibrateAnswer) -> Vec<Titled> {
    answer.calibrations.iter().flat_map(|one| of_scenario(answer, one)).collect()
}

/// Renders the answer of a calibration as one sentence per scenario.
pub(super) fn sentence(answer: &CalibrateAnswer) -> String {
    let sentences = answer.calibrations.iter().map(|one| of_one(answer, one));
    sentences.collect::<Vec<_>>().join(" ")
}

fn of_scenario(answer: &CalibrateAnswer, one: &Calibration) -> [Titled; 2] {
    let mut title = format!("So that {} in {}", fits(one), years(answer));
    if one.scenario != "baseline" {
        title.push_str(&format!(", {}", clean(&one.scenario)));
    }
    let inputs = Titled { title, grid: parameters(one), ..Titled::default() };
    let title = "Distance to the observations, root mean square".to_owned();
    let sentence = of_one(answer, one);
    [inputs, Titled { title, grid: deviations(one), sentence, ..Titled::default() }]
}

fn columns(headings: &[&str]) -> Vec<Column> {
    let column = |heading: &&str| Column { group: String::new(), heading: (*heading).to_owned() };
    headings.iter().map(column).collect()
}

/// Builds the table of the inputs. Without an estimate it has the closest values and no errors.
fn parameters(one: &Calibration) -> Grid {
    let is_fitted = one.verdict == FitVerdict::Fitted;
    let fourth = if is_fitted { "fitted" } else { "closest" };
    let mut headings = vec!["now", "range", fourth];
    if is_fitted {
        headings.push("standard error");
    }
    let row = |parameter: &FittedParameter| {
        let unit = &parameter.unit;
        let (least, greatest) = parameter.now;
        let (from, to) = (shown(unit, least), shown(unit, greatest));
        let now = if from == to { from } else { format!("{from} to {to}") };
        let range = format!("{}..{}", shown(unit, parameter.low), shown(unit, parameter.high));
        let mut cells = vec![now, range, value(parameter)];
        if is_fitted {
            cells.push(error(parameter));
        }
        Row::Cells(clean(&parameter.input), cells)
    };
    Grid { columns: columns(&headings), rows: one.parameters.iter().map(row).collect() }
}

/// Builds the table of the root mean square deviations.
fn deviations(one: &Calibration) -> Grid {
    let row = |fit: &FitQuality| {
        let cells = [fit.deviation_now, fit.deviation].map(|value| deviation(fit, value));
        Row::Cells(
            format!("{} fits {}", clean(&fit.expression), clean(&fit.observed)),
            cells.into(),
        )
    };
    let headings = ["now", "of the best fit"];
    Grid { columns: columns(&headings), rows: one.fits.iter().map(row).collect() }
}

fn of_one(answer: &CalibrateAnswer, one: &Calibration) -> String {
    let text = outcome(answer, one);
    match one.scenario.as_str() {
        "baseline" => capital(&text),
        scenario => format!("In {}, {text}", clean(scenario)),
    }
}

fn outcome(answer: &CalibrateAnswer, one: &Calibration) -> String {
    let causes = one.parameters.iter().filter(|parameter| parameter.is_cause);
    let causes: Vec<&FittedParameter> = causes.collect();
    let names = listed(&causes.iter().map(|p| clean(&p.input)).collect::<Vec<_>>(), "and");
    match one.verdict {
        FitVerdict::Fitted => fitted(answer, one),
        FitVerdict::NotConverged => format!(
            "the search for {} did not converge, so there is no estimate: the ranges may be far from the observations, or the values not smooth.",
            listed(&one.parameters.iter().map(|p| clean(&p.input)).collect::<Vec<_>>(), "and")
        ),
        FitVerdict::NotDistinguishable if causes.len() == 1 => {
            format!("the observations do not depend on {names}, so there is no estimate of it.")
        }
        FitVerdict::NotDistinguishable => format!(
            "the observations cannot tell {names} apart: they can change together without any change of the fit, so there is no estimate."
        ),
        FitVerdict::AtBounds => {
            let ends = causes.iter().map(|p| format!("{} ({})", clean(&p.input), value(p)));
            let ends = listed(&ends.collect::<Vec<_>>(), "and");
            format!(
                "the best fit is at the end of the range of {ends}: a wider range may fit better, so there is no estimate."
            )
        }
        FitVerdict::TooFewObservations => format!(
            "the number of observations, {}, must be greater than that of the inputs, {}.",
            one.observations,
            one.parameters.len()
        ),
        FitVerdict::Undefined => {
            format!("the values of {} cannot be computed anywhere within the ranges.", fits(one))
        }
    }
}

fn fitted(answer: &CalibrateAnswer, one: &Calibration) -> String {
    let values = one.parameters.iter().map(|parameter| {
        let (name, value, error) = (clean(&parameter.input), value(parameter), error(parameter));
        format!("{name} = {value} (standard error {error})")
    });
    let values = listed(&values.collect::<Vec<_>>(), "and");
    let changes = one.fits.iter().map(|fit| {
        let [now, then] = [fit.deviation_now, fit.deviation].map(|value| deviation(fit, value));
        format!(
            "{} to {} with a deviation of {then} (now {now})",
            clean(&fit.expression),
            clean(&fit.observed)
        )
    });
    let changes = listed(&changes.collect::<Vec<_>>(), "and");
    let verb = if one.parameters.len() == 1 { "fits" } else { "fit" };
    let mut text = format!(
        "{values} {verb} {changes} in {}, {} observations",
        years(answer),
        one.observations
    );
    let strong = strong(one);
    if !strong.is_empty() {
        text.push_str(&format!("; the errors of {} are correlated", listed(&strong, "and")));
    }
    text + "."
}

/// Returns the pairs of inputs with strongly correlated errors, as text.
fn strong(one: &Calibration) -> Vec<String> {
    let mut pairs = Vec::new();
    for (n, row) in one.correlations.iter().enumerate() {
        for (m, correlation) in row.iter().enumerate().take(n) {
            if correlation.abs() >= STRONG
                && let (Some(a), Some(b)) = (one.parameters.get(m), one.parameters.get(n))
            {
                pairs.push(format!(
                    "{} and {} ({correlation:.3})",
                    clean(&a.input),
                    clean(&b.input)
                ));
            }
        }
    }
    pairs
}

fn fits(one: &Calibration) -> String {
    let fits = one.fits.iter();
    let fits = fits.map(|fit| format!("{} fits {}", clean(&fit.expression), clean(&fit.observed)));
    listed(&fits.collect::<Vec<_>>(), "and")
}

fn years(answer: &CalibrateAnswer) -> String {
    let (from, to) = answer.years;
    if from == to { from.to_string() } else { format!("{from}..{to}") }
}

/// Formats a value with the digits that its standard error leaves certain, and two more digits.
fn value(parameter: &FittedParameter) -> String {
    let Some(value) = parameter.value else { return MISSING.to_owned() };
    format(parameter, value).quantity(Some(value))
}

fn error(parameter: &FittedParameter) -> String {
    let (Some(value), Some(error)) = (parameter.value, parameter.error) else {
        return MISSING.to_owned();
    };
    format(parameter, value).of_differences().quantity(Some(error))
}

fn format(parameter: &FittedParameter, value: f64) -> NumberFormat {
    let format = NumberFormat::fit(&parameter.unit, [Some(value)]);
    match parameter.error.filter(|error| *error > 0.0) {
        Some(error) => format.at_least(DIGITS_OF_ERROR, [Some(error)]),
        None => format.at_least(DIGITS, [Some(value)]),
    }
}

fn shown(unit: &UnitLabel, value: f64) -> String {
    let format = NumberFormat::fit(unit, [Some(value)]).at_least(DIGITS, [Some(value)]);
    format.without_idle_zeros([Some(format.rounded(value))]).quantity(Some(value))
}

fn deviation(fit: &FitQuality, value: Option<f64>) -> String {
    let Some(value) = value else { return MISSING.to_owned() };
    let format = NumberFormat::fit(&fit.unit, [Some(value)]).of_differences();
    format.at_least(DIGITS_OF_ERROR + 1, [Some(value)]).quantity(Some(value))
}
