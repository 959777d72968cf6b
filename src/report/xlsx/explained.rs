//! The sheets of `why` and `sensitivity`.

use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::report::panel::described;
use crate::report::{sensitivity, why};
use crate::results::{Effects, InputNote, Sensitivity, Share, UnitLabel, WhyNode, WhyTree};

use super::sheet::{CellStyle, Sheet, SheetCell, head, number, text};

/// Number format of shares and elasticities.
const PERCENT: &str = "0.0%";
const PLAIN: &str = "0.000";

/// Makes the sheet of trees: one row per value; the name is indented by the value's level.
pub(super) fn trees(name: &str, trees: &[WhyTree]) -> Sheet {
    let mut sheet = Sheet::named(name);
    sheet.widths = vec![48.0, 8.0, 16.0];
    for tree in trees {
        let title = described(&tree.title, &tree.expression);
        sheet.line(&format!("{title}, {}", tree.year), CellStyle::Title);
        let mut heads = vec![head("value"), head("year")];
        heads.extend(tree.reference.iter().map(|reference| head(&clean(reference))));
        heads.push(head(&clean(&tree.scenario)));
        heads.push(head(if tree.reference.is_some() { "share" } else { "effect of 1% more" }));
        sheet.rows.push(heads);
        node(&mut sheet, &tree.root, None, 0);
        sheet.gap();
        sheet.line(&why::sentence(tree), CellStyle::Wrapped);
        sheet.gap();
    }
    sheet
}

fn node(sheet: &mut Sheet, of: &WhyNode, above: Option<&WhyNode>, level: usize) {
    let written = |unit: &UnitLabel, value: f64| {
        number(Some(value), &NumberFormat::fit(unit, [Some(value)]).spreadsheet())
    };
    let mut row = vec![
        text(&format!("{}{}", "  ".repeat(level), clean(&of.name))),
        number(Some(f64::from(of.year)), "0"),
    ];
    row.extend(of.before.map(|before| written(&of.unit, before)));
    row.push(written(&of.unit, of.value));
    row.extend(above.zip(of.share).map(|(above, share)| written(&above.unit, share)));
    sheet.rows.push(row);
    of.parts.iter().for_each(|part| node(sheet, part, Some(of), level + 1));
}

/// Makes the sheet of a sensitivity analysis, one row per input.
pub(super) fn effects(name: &str, tables: &[Sensitivity]) -> Sheet {
    let mut sheet = Sheet::named(name);
    sheet.widths = vec![36.0, 14.0];
    for table in tables {
        let title = described(&table.title, &table.expression);
        let line = format!("{title}, {}, {}", table.year, clean(&table.scenario));
        sheet.line(&line, CellStyle::Title);
        let (heads, rows) = inputs(table);
        sheet.rows.push([&["input"][..], &heads].concat().into_iter().map(head).collect());
        sheet.rows.extend(rows);
        sheet.gap();
        sheet.line(&sensitivity::sentence(table), CellStyle::Wrapped);
        sheet.gap();
    }
    sheet
}

/// Returns the headings after the input's name, and the rows.
fn inputs(table: &Sensitivity) -> (Vec<&'static str>, Vec<Vec<SheetCell>>) {
    let name = |note: &InputNote| text(&clean(&note.input));
    let written = |unit: &UnitLabel, value: Option<f64>| {
        number(value, &NumberFormat::fit(unit, [value]).spreadsheet())
    };
    let percent =
        |share: Share| [number(Some(share.value), PERCENT), number(Some(share.margin), PERCENT)];
    match &table.effects {
        Effects::Tornado { inputs } => {
            let row = |one: &crate::results::TornadoEffect| {
                let end = |value: f64| match one.relative {
                    true => number(Some(value), PERCENT),
                    false => written(&one.unit, Some(value)),
                };
                vec![
                    name(&one.note),
                    written(&one.unit, one.now),
                    end(one.low),
                    end(one.high),
                    written(&table.unit, one.at_low),
                    written(&table.unit, one.at_high),
                    number(one.elasticity, PLAIN),
                ]
            };
            let heads = vec!["now", "low", "high", "at low", "at high", "elasticity"];
            (heads, inputs.iter().map(row).collect())
        }
        Effects::Sobol { inputs, .. } => {
            let row = |one: &crate::results::SobolEffect| {
                let shares = [percent(one.first), percent(one.total)];
                std::iter::once(name(&one.note)).chain(shares.into_iter().flatten()).collect()
            };
            (vec!["alone", "±", "with others", "±"], inputs.iter().map(row).collect())
        }
        Effects::Shapley { inputs, .. } => {
            let row = |one: &crate::results::ShapleyEffect| {
                std::iter::once(name(&one.note)).chain(percent(one.share)).collect()
            };
            (vec!["share", "±"], inputs.iter().map(row).collect())
        }
        Effects::Morris { inputs, .. } => {
            let row = |one: &crate::results::MorrisEffect| {
                let size = one.mean_size;
                let numbers = [size.value, size.margin, one.sd, one.largest_move];
                let numbers = numbers.map(|value| written(&table.unit, Some(value)));
                std::iter::once(name(&one.note)).chain(numbers).collect()
            };
            (vec!["mean size", "±", "sd", "largest"], inputs.iter().map(row).collect())
        }
        Effects::Pawn { inputs, .. } => {
            let row = |one: &crate::results::PawnEffect| {
                let shifts = [one.median, one.largest].map(|value| number(Some(value), PLAIN));
                std::iter::once(name(&one.note)).chain(shifts).collect()
            };
            (vec!["median shift", "largest"], inputs.iter().map(row).collect())
        }
    }
}
