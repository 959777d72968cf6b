//! The number of a control for which a value is reached, and the values that can be reached at all.
//!
//! The control's figure becomes a parameter of the script; `sweep` and `find` then do the work.

use serde_json::{Value, json};

use super::changes::{Changed, files};
use super::message::{Amount, FindAsk, LeverInHand, TextChange};
use super::problems::{refusal, shown};
use super::question::{free_name, report};
use crate::diagnostic::Diagnostic;
use crate::engine::Stop;
use crate::results::{Answer, SweepAxis, SweepTable, UnitKind, UnitLabel};
use crate::session::{Program, Reach, load_used};

/// Finds the values that can be reached in each year and, with a target, the number of the control that reaches it.
pub(super) fn find(ask: &FindAsk, below: &Reach, stop: &Stop) -> Value {
    let (script, reach) = (&ask.script, files(&ask.script, below));
    let (text, name) = match with_parameter(ask, &reach) {
        Ok(made) => made,
        Err(problem) => return refusal(&problem),
    };
    let LeverInHand { least, most, suffix, is_whole, .. } = &ask.lever;
    let step = if *is_whole { " step 1" } else { "" };
    let FindAsk { of, scenario, target, .. } = ask;
    let (program, years) = {
        let program = load_used(&script.name, &text, &reach, &[]);
        let years = program.model.as_ref().map(|model| model.years);
        (program, years)
    };
    let Some((first, last)) = years else { return failed(&program, &text) };
    let range = format!("{least}{suffix}..{most}{suffix}");
    let question =
        format!("sweep {name} over {range}{step} show {of} in {first}..{last} for {scenario}");
    let (program, swept) = report(&script.name, &text, &reach, &question, stop);
    let answers = swept.map(|report| report.answers).unwrap_or_default();
    let Some(Answer::Sweep { axes, tables }) = answers.first() else {
        return failed(&program, &text);
    };
    let (Some(axis), Some(table)) = (axes.first(), tables.first()) else {
        return failed(&program, &text);
    };
    let scale = Scale::of(axis, &ask.lever);
    let mut answer = json!({
        "diagnostics": [],
        "values": axis.values.iter().map(|&value| scale.written(value)).collect::<Vec<_>>(),
        "reach": tables.iter().map(reached).collect::<Vec<_>>(),
    });
    let Some(target) = target else { return answer };
    let Some(value) = amount(&table.unit, &target.value) else { return answer };
    let year = target.year;
    let question =
        format!("find {name} in {range}{step} for {scenario} so that {of} in {year} == {value}");
    let (program, found) = report(&script.name, &text, &reach, &question, stop);
    let answers = found.map(|report| report.answers).unwrap_or_default();
    let Some(Answer::Find(found)) = answers.first() else { return failed(&program, &text) };
    if let Some(search) = found.searches.first() {
        answer["verdict"] = json!(search.verdict);
        answer["at"] = json!(search.at.first().map(|&at| scale.written(at)));
    }
    answer
}

/// Returns the script with a parameter in place of the control's number, and the name of the parameter.
fn with_parameter(ask: &FindAsk, reach: &Reach) -> Result<(String, String), Diagnostic> {
    let (script, lever) = (&ask.script, &ask.lever);
    let program = load_used(&script.name, &script.text, reach, &[]);
    let name = free_name(&program, "control_in_hand");
    let own = |change: &&TextChange| (change.from, change.to) != (lever.from, lever.to);
    let mut changes: Vec<TextChange> = script.changes.iter().filter(own).cloned().collect();
    changes.push(TextChange { from: lever.from, to: lever.to, text: name.clone() });
    changes.sort_by_key(|change| change.from);
    let changed = Changed::with(&script.text, &changes)?;
    let unit = if lever.is_year { ": year" } else { "" };
    let text = format!("{}\nparam {name}{unit} = {}{}\n", changed.text, lever.least, lever.suffix);
    Ok((text, name))
}

/// A linear conversion from the base unit to the unit of a control, fixed by both ends of the range.
struct Scale {
    base: (f64, f64),
    written: (f64, f64),
}

impl Scale {
    fn of(axis: &SweepAxis, lever: &LeverInHand) -> Self {
        let first = axis.values.first().copied().unwrap_or(0.0);
        let last = axis.values.last().copied().unwrap_or(1.0);
        Self { base: (first, last), written: (lever.least, lever.most) }
    }

    fn written(&self, value: f64) -> f64 {
        let share = (value - self.base.0) / (self.base.1 - self.base.0);
        self.written.0 + share * (self.written.1 - self.written.0)
    }
}

/// Returns the values of a year over the range of the control, with their minimum and maximum.
fn reached(table: &SweepTable) -> Value {
    let known = || table.values.iter().flatten().copied();
    let low = known().fold(f64::INFINITY, f64::min);
    let high = known().fold(f64::NEG_INFINITY, f64::max);
    let ends = (low <= high).then_some((low, high));
    json!({ "year": table.year, "ends": ends, "values": table.values })
}

/// Formats a value in the script's form; None if a script cannot write its unit after a number.
fn amount(unit: &UnitLabel, value: &Amount) -> Option<String> {
    let value = match value {
        Amount::Text(text) => return Some(text.clone()),
        Amount::Number(value) => *value,
    };
    let is_word = unit.name.chars().all(char::is_alphanumeric);
    match unit.kind {
        UnitKind::Percent if unit.name == "%" => Some(format!("{}%", value * 100.0)),
        UnitKind::Percent => Some(format!("{} {}", value * 100.0, unit.name)),
        UnitKind::Money | UnitKind::Number if unit.name.is_empty() => Some(value.to_string()),
        UnitKind::Money | UnitKind::Number if is_word => Some(format!("{value} {}", unit.name)),
        UnitKind::Money | UnitKind::Number | UnitKind::Year | UnitKind::Truth => None,
    }
}

/// Makes the answer for a search that failed.
fn failed(program: &Program, text: &str) -> Value {
    let text = Changed::with(text, &[]).ok();
    json!({ "diagnostics": shown(&program.diagnostics, &program.sources, text.as_ref()) })
}
