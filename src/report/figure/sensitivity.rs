//! The inputs of a sensitivity analysis: a tornado, or bars with their shares.

use crate::report::page::clean;
use crate::report::panel::described;
use crate::report::sensitivity::{end, percent};
use crate::results::{Effects, InputNote, Panel, Sensitivity, Series, UnitKind, UnitLabel};

use super::{Figure, Tornado, TornadoInput, bars};

/// Makes the figure of a sensitivity analysis of one value.
pub(super) fn sensitivity(table: &Sensitivity) -> Option<Figure> {
    let title = described(&table.title, &table.expression);
    let of_variance = ("shares of the variance", percent());
    match &table.effects {
        Effects::Tornado { inputs } => {
            let input = |one: &crate::results::TornadoEffect| {
                let results = one.at_low.zip(one.at_high)?;
                let (name, values) =
                    (clean(&one.note.input), (end(one, one.low), end(one, one.high)));
                Some(TornadoInput { name, values, results })
            };
            let inputs: Vec<TornadoInput> = inputs.iter().filter_map(input).collect();
            let title = format!("{title}, {}, {}", table.year, clean(&table.scenario));
            let (unit, base) = (table.unit.clone(), table.value);
            (!inputs.is_empty())
                .then(|| Figure::tornado(&Tornado { title, unit, base, inputs }))
                .flatten()
        }
        Effects::Sobol { inputs, .. } => {
            let first = inputs.iter().map(|one| (&one.note, "alone", one.first.value));
            let total =
                inputs.iter().map(|one| (&one.note, "alone and with others", one.total.value));
            bars_of(table, &title, first.chain(total), of_variance)
        }
        Effects::Shapley { inputs, .. } => {
            let shares = inputs.iter().map(|one| (&one.note, "share", one.share.value));
            bars_of(table, &title, shares, of_variance)
        }
        Effects::Morris { inputs, .. } => {
            let sizes = inputs.iter().map(|one| (&one.note, "mean size", one.mean_size.value));
            bars_of(table, &title, sizes, ("mean size of effects", table.unit.clone()))
        }
        Effects::Pawn { inputs, .. } => {
            let shifts = inputs.iter().map(|one| (&one.note, "median shift", one.median));
            let unit = UnitLabel::new(UnitKind::Number, "");
            bars_of(table, &title, shifts, ("median shift of the distribution", unit))
        }
    }
}

/// Makes bars for each input; series with the same name have the same colour.
fn bars_of<'a>(
    table: &Sensitivity,
    title: &str,
    effects: impl Iterator<Item = (&'a InputNote, &'a str, f64)>,
    (what, unit): (&str, UnitLabel),
) -> Option<Figure> {
    let series: Vec<Series> = effects
        .map(|(note, name, value)| Series {
            label: note.input.clone(),
            elements: vec![note.input.clone()],
            scenario: name.to_owned(),
            values: vec![Some(value)],
            ..Series::default()
        })
        .collect();
    if series.is_empty() {
        return None;
    }
    bars::by_element(&Panel {
        expression: table.expression.clone(),
        title: format!("{title}, {what}"),
        unit,
        years: vec![table.year],
        series,
        ..Panel::default()
    })
}
