//! `sensitivity`: a table of the inputs, the largest first, and the answer in a few sentences.

use crate::results::{
    DesignNote, Effects, InputNote, MorrisEffect, PawnEffect, Sensitivity, Share, TornadoEffect,
    UnitKind, UnitLabel,
};

use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::clean;
use super::panel::described;
use super::titled::Titled;

/// Maximum number of rows of a table.
const MOST_ROWS: usize = 20;
/// Maximum number of inputs that a sentence names.
const MOST_NAMED: usize = 3;
/// Significant digits of a change of the value.
const DIGITS: i32 = 3;

/// Builds the table of a sensitivity analysis of one value.
pub(super) fn table(of: &Sensitivity) -> Titled {
    let unit = match &of.effects {
        Effects::Tornado { .. } => format(of).unit(),
        Effects::Sobol { .. }
        | Effects::Shapley { .. }
        | Effects::Morris { .. }
        | Effects::Pawn { .. } => String::new(),
    };
    let heading = [
        described(&of.title, &of.expression),
        of.year.to_string(),
        clean(&of.scenario),
        method(&of.effects),
        unit,
    ];
    let heading: Vec<String> = heading.into_iter().filter(|part| !part.is_empty()).collect();
    let grid = if names(&of.effects).is_empty() { Grid::default() } else { grid(of) };
    Titled { title: heading.join(", "), remarks: Vec::new(), grid, sentence: sentence(of) }
}

fn method(effects: &Effects) -> String {
    match effects {
        Effects::Tornado { .. } => "one input at a time".to_owned(),
        Effects::Sobol { sample, .. } => {
            format!("shares of the variance (Sobol), {}", points(sample))
        }
        Effects::Shapley { sample, correlated, .. } => {
            let inputs = if *correlated { ", correlated inputs" } else { "" };
            format!("shares of the variance (Shapley){inputs}, {}", points(sample))
        }
        Effects::Morris { repetitions, random, .. } => {
            let over = if *random { "5% to 95% of the distributions" } else { "the ranges" };
            format!("elementary effects (Morris) over {over}, {repetitions} starting points")
        }
        Effects::Pawn { points, fixed_at, .. } => {
            let points = counted(*points);
            format!(
                "shifts of the distribution (PAWN), {points} points, fixed at {fixed_at} values"
            )
        }
    }
}

fn points(sample: &DesignNote) -> String {
    format!("{} points", counted(sample.points))
}

fn counted(count: usize) -> String {
    NumberFormat::count().number(Some(count as f64))
}

fn grid(table: &Sensitivity) -> Grid {
    let (headings, rows): (Vec<&str>, Vec<Row>) = match &table.effects {
        Effects::Tornado { inputs } => (
            vec!["now", "range", "at low", "at high", "elasticity"],
            inputs.iter().take(MOST_ROWS).map(|one| tornado_row(table, one)).collect(),
        ),
        Effects::Sobol { inputs, dummy, .. } => {
            let row = |(note, first, total): (&InputNote, &Share, Option<&Share>)| {
                let total = total.map_or([String::new(), String::new()], share);
                Row::Cells(clean(&note.input), [share(first), total].concat())
            };
            let rows = inputs.iter().take(MOST_ROWS);
            let noise =
                InputNote { input: "an input without effect".to_owned(), title: String::new() };
            let mut rows: Vec<Row> =
                rows.map(|one| row((&one.note, &one.first, Some(&one.total)))).collect();
            rows.push(Row::Rule);
            rows.push(row((&noise, dummy, None)));
            (vec!["alone", "±", "with others", "±"], rows)
        }
        Effects::Shapley { inputs, .. } => {
            let row = |one: &crate::results::ShapleyEffect| {
                Row::Cells(clean(&one.note.input), share(&one.share).to_vec())
            };
            (vec!["share", "±"], inputs.iter().take(MOST_ROWS).map(row).collect())
        }
        Effects::Morris { inputs, .. } => (
            vec!["mean size", "±", "sd", "largest"],
            inputs.iter().take(MOST_ROWS).map(|one| morris_row(table, one)).collect(),
        ),
        Effects::Pawn { inputs, dummy, .. } => {
            let row = |one: &PawnEffect| {
                Row::Cells(clean(&one.note.input), [one.median, one.largest].map(distance).to_vec())
            };
            let mut rows: Vec<Row> = inputs.iter().take(MOST_ROWS).map(row).collect();
            let noise = vec![distance(*dummy), String::new()];
            rows.extend([
                Row::Rule,
                Row::Cells("two samples with no input fixed".to_owned(), noise),
            ]);
            (vec!["median shift", "largest"], rows)
        }
    };
    let column = |heading: &&str| Column { group: String::new(), heading: (*heading).to_owned() };
    Grid { columns: headings.iter().map(column).collect(), rows }
}

fn names(effects: &Effects) -> Vec<&InputNote> {
    match effects {
        Effects::Tornado { inputs } => inputs.iter().map(|one| &one.note).collect(),
        Effects::Sobol { inputs, .. } => inputs.iter().map(|one| &one.note).collect(),
        Effects::Shapley { inputs, .. } => inputs.iter().map(|one| &one.note).collect(),
        Effects::Morris { inputs, .. } => inputs.iter().map(|one| &one.note).collect(),
        Effects::Pawn { inputs, .. } => inputs.iter().map(|one| &one.note).collect(),
    }
}

/// Returns the number format of the value at the ends of ranges.
fn format(table: &Sensitivity) -> NumberFormat {
    let inputs = match &table.effects {
        Effects::Tornado { inputs } => inputs.as_slice(),
        Effects::Sobol { .. }
        | Effects::Shapley { .. }
        | Effects::Morris { .. }
        | Effects::Pawn { .. } => &[],
    };
    let ends = inputs.iter().flat_map(|one| [one.at_low, one.at_high]).chain([Some(table.value)]);
    let format = NumberFormat::fit(&table.unit, ends);
    let moved = span(inputs.first());
    if moved > 0.0 { format.resolving(moved, DIGITS) } else { format }
}

fn tornado_row(table: &Sensitivity, one: &TornadoEffect) -> Row {
    let format = format(table);
    let elasticity = one.elasticity.map_or(MISSING.to_owned(), |value| format!("{value:.3}"));
    let value = |value: f64| NumberFormat::fit(&one.unit, [Some(value)]).quantity(Some(value));
    let cells = vec![
        one.now.map_or(MISSING.to_owned(), value),
        range(one),
        format.number(one.at_low),
        format.number(one.at_high),
        elasticity,
    ];
    Row::Cells(clean(&one.note.input), cells)
}

/// Formats both ends of an input's range: `±10%`, `0%..50%`.
fn range(one: &TornadoEffect) -> String {
    let (low, high) = (end(one, one.low), end(one, one.high));
    match (low.strip_prefix('-'), high.strip_prefix('+')) {
        (Some(below), Some(above)) if below == above => format!("±{above}"),
        _ => format!("{low}..{high}"),
    }
}

/// Formats one end of an input's range: a value, or a change with its sign.
pub(super) fn end(one: &TornadoEffect, value: f64) -> String {
    let percent = percent();
    let unit = if one.relative { &percent } else { &one.unit };
    let format = NumberFormat::fit(unit, [Some(value)]);
    let rounded = Some(format.rounded(value));
    let text = format.without_idle_zeros([rounded]).quantity(rounded);
    if one.relative && value > 0.0 { format!("+{text}") } else { text }
}

/// Returns the distance between the values at both ends of the range.
fn span(one: Option<&TornadoEffect>) -> f64 {
    let ends = one.and_then(|one| one.at_low.zip(one.at_high));
    ends.map_or(0.0, |(low, high)| (high - low).abs())
}

fn morris_row(table: &Sensitivity, one: &MorrisEffect) -> Row {
    let shown = |value: f64| change_format(&table.unit, value.abs()).quantity(Some(value));
    let cells = [one.mean_size.value, one.mean_size.margin, one.sd, one.largest_move].map(shown);
    Row::Cells(clean(&one.note.input), cells.to_vec())
}

/// Returns the number format of changes, whose largest is `size`.
fn change_format(unit: &UnitLabel, size: f64) -> NumberFormat {
    let format = NumberFormat::fit(unit, [Some(size)]).of_differences();
    if size > 0.0 { format.resolving(size, DIGITS) } else { format }
}

/// Formats a share and its margin, `62.3%` and `1.1`; a share within the noise is `0`.
fn share(share: &Share) -> [String; 2] {
    let percent = |value: f64| format!("{:.1}", value * 100.0);
    match share.value.abs() > share.margin {
        _ if !share.value.is_finite() => [MISSING.to_owned(), String::new()],
        true => [format!("{}%", percent(share.value)), percent(share.margin)],
        false => ["0".to_owned(), percent(share.margin)],
    }
}

/// Renders the answer of a sensitivity analysis in sentences.
pub(super) fn sentence(table: &Sensitivity) -> String {
    let asked = format!("{} in {}", clean(&table.expression), table.year);
    let scenario = match table.scenario.as_str() {
        "baseline" => String::new(),
        name => format!("In {}, ", clean(name)),
    };
    let count = names(&table.effects).len();
    if count == 0 {
        return format!("{scenario}{asked} depends on none of the inputs.");
    }
    let mut text = scenario
        + &match &table.effects {
            Effects::Tornado { inputs } => one_at_a_time(table, &asked, inputs),
            Effects::Sobol { sample, inputs, .. } => {
                let parts = inputs.iter().map(|one| (&one.note, &one.total));
                shares(&asked, &table.unit, sample, parts.collect(), ", alone and with others")
            }
            Effects::Shapley { sample, inputs, correlated } => {
                let parts = inputs.iter().map(|one| (&one.note, &one.share));
                let text = shares(&asked, &table.unit, sample, parts.collect(), "");
                match correlated {
                    true => {
                        format!("{text} Some inputs are correlated, so these are Shapley's shares.")
                    }
                    false => text,
                }
            }
            Effects::Morris { inputs, .. } => screened(table, &asked, inputs),
            Effects::Pawn { inputs, dummy, .. } => {
                let text = shifted(&asked, inputs, *dummy);
                if table.scenario == "baseline" { capital(&text) } else { text }
            }
        };
    match table.without_effect {
        0 => {}
        1 => text.push_str(" 1 more input does not move it at all."),
        more => text.push_str(&format!(" {} more inputs do not move it at all.", counted(more))),
    }
    text
}

fn one_at_a_time(table: &Sensitivity, asked: &str, inputs: &[TornadoEffect]) -> String {
    let Some(first) = inputs.first() else { return String::new() };
    let (changes, format) = (change_format(&table.unit, span(Some(first))), format(table));
    let shown = |value: Option<f64>| match value {
        Some(value) => format.quantity(Some(value)),
        None => "no value".to_owned(),
    };
    let mut text = format!(
        "{asked} ({}) moves most with {}: {} at {} and {} at {}.",
        shown(Some(table.value)),
        clean(&first.note.input),
        shown(first.at_low),
        end(first, first.low),
        shown(first.at_high),
        end(first, first.high),
    );
    if let Some(second) = inputs.get(1) {
        let others = inputs.len() - 1;
        let (none, verb) =
            if others == 1 { ("the other input", "moves") } else { ("none of the other", "moves") };
        let largest = changes.quantity(Some(span(Some(second))));
        text.push_str(&match others {
            1 => format!(" {} {verb} it by {largest} between its ends.", capital(none)),
            _ => format!(
                " {} {} inputs {verb} it by more than {largest}.",
                capital(none),
                counted(others)
            ),
        });
    }
    text
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn shares(
    asked: &str,
    unit: &UnitLabel,
    sample: &DesignNote,
    parts: Vec<(&InputNote, &Share)>,
    how: &str,
) -> String {
    let sd = change_format(unit, sample.sd).quantity(Some(sample.sd));
    let named: Vec<String> = parts
        .iter()
        .take(MOST_NAMED)
        .filter(|(_, one)| one.value.abs() > one.margin)
        .enumerate()
        .map(|(n, (note, one))| {
            let verb = if n == 0 { "explains " } else { "" };
            let whole = format!(" of the variance of {asked} (standard deviation {sd})");
            let of = if n == 0 { whole.as_str() } else { "" };
            // The estimate of a share of nearly 100% may lie above it, by less than its margin.
            let size =
                if one.value > 1.0 { "nearly all".to_owned() } else { share(one)[0].clone() };
            format!("{} {verb}{size}{of}", clean(&note.input))
        })
        .collect();
    let ranks = match (sample.certain, parts.len()) {
        (_, 1) => "it is the only input".to_owned(),
        (0, _) => "no rank is certain".to_owned(),
        (certain, all) if certain == all => "all ranks are certain".to_owned(),
        (1, _) => "the first rank is certain".to_owned(),
        (certain, _) => format!("the rank of the first {} is certain", counted(certain)),
    };
    let more = counted(sample.points * 4);
    let what = match named.as_slice() {
        [] => format!(
            "no input is known to explain a part of the variance of {asked} (standard deviation {sd})"
        ),
        named => format!("{}{how}", listed(named)),
    };
    format!("{what}; {ranks}; {more} points would about halve the intervals.")
}

fn listed(texts: &[String]) -> String {
    match texts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => "no inputs".to_owned(),
    }
}

fn screened(table: &Sensitivity, asked: &str, inputs: &[MorrisEffect]) -> String {
    let shown = |value: f64| change_format(&table.unit, value).quantity(Some(value));
    let named = inputs.iter().take(MOST_NAMED).map(|one| {
        format!("{} ({} on average)", clean(&one.note.input), shown(one.mean_size.value))
    });
    let named: Vec<String> = named.collect();
    let others = inputs.len().saturating_sub(named.len());
    let largest = inputs.iter().skip(named.len()).map(|one| one.largest_move).fold(0.0, f64::max);
    let rest = match others {
        0 => String::new(),
        1 => format!("; the other one moves it by at most {}", shown(largest)),
        _ => format!(
            "; none of the other {} moves it by more than {}",
            counted(others),
            shown(largest)
        ),
    };
    format!("{asked} moves most with {}{rest}.", listed(&named))
}

/// The distance between two distributions, from 0 to 1.
fn distance(value: f64) -> String {
    if value.is_finite() { format!("{value:.3}") } else { MISSING.to_owned() }
}

fn shifted(asked: &str, inputs: &[PawnEffect], noise: f64) -> String {
    let named = inputs.iter().take(MOST_NAMED).filter(|one| one.median > noise);
    let named: Vec<String> =
        named.map(|one| format!("{} ({})", clean(&one.note.input), distance(one.median))).collect();
    let noise = distance(noise);
    match named.is_empty() {
        true => format!(
            "the distribution of {asked} moves with no input by more than two samples differ, {noise}."
        ),
        false => format!(
            "the distribution of {asked} moves most with {}; two samples differ by {noise}.",
            listed(&named)
        ),
    }
}

/// Returns the unit of shares.
pub(super) fn percent() -> UnitLabel {
    UnitLabel::new(UnitKind::Percent, "%")
}
