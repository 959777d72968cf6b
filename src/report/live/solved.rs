//! Solved values of a live workbook. They are numbers and not formulas, so a sheet shows the residual of each equation
//! with the present inputs.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Format, Formula, Worksheet, XlsxError};

use crate::model::{BinaryOp, Expr, Model, QuantityId};
use crate::plan::{Point, RunSpec, Scope, Step, plan};

use super::formula::plain;
use super::inputs::Inputs;
use super::{LiveRuns, MOST_CHARACTERS, choose, elements};

/// Returns the unknowns of the blocks of all scenarios.
pub(super) fn unknowns(
    model: &Model,
    specs: &[RunSpec],
    scope: &Scope,
) -> BTreeSet<(QuantityId, Vec<u32>, i32)> {
    let mut found = BTreeSet::new();
    for spec in specs {
        let baseline = spec.baseline();
        let known = if *spec == baseline { Vec::new() } else { vec![&baseline] };
        let plan = plan(model, spec, scope, &known);
        for step in &plan.steps {
            let Step::Block(block) = step else { continue };
            for &unknown in &block.unknowns {
                let point = plan.layout.point(unknown);
                found.insert((point.quantity, point.cell, point.year));
            }
        }
    }
    found
}

/// Writes the sheet of residuals, one row per unknown; None without unknowns.
pub(super) fn residuals<'a>(
    runs: &'a LiveRuns<'a>,
    inputs: &mut Inputs<'a>,
) -> Result<Option<Worksheet>, XlsxError> {
    if runs.unknowns.is_empty() {
        return Ok(None);
    }
    let mut page = Worksheet::new();
    let bold = Format::new().set_bold();
    page.set_name("Residuals")?.set_freeze_panes(1, 0)?.set_column_width(0, 36)?;
    for (at, text) in ["Solved value", "Cell", "Year", "Residual"].into_iter().enumerate() {
        page.write_string_with_format(0, at as u16, text, &bold)?;
    }
    for (at, (quantity, cell, year)) in runs.unknowns.iter().enumerate() {
        let row = at as u32 + 1;
        let Some(of) = runs.model.quantities.get(*quantity) else { continue };
        page.write_string(row, 0, &of.name)?;
        page.write_string(row, 1, elements(runs.model, &of.axes, cell))?;
        page.write_number(row, 2, *year)?;
        let point = Point { quantity: *quantity, cell: cell.clone(), year: *year };
        let text = residual(runs, &point, inputs).filter(|text| text.len() < MOST_CHARACTERS);
        match text {
            Some(text) => {
                page.write_formula(row, 3, Formula::new(format!("={text}")))?;
            }
            None => {
                page.write_string(row, 3, "no formula")?;
            }
        }
    }
    Ok(Some(page))
}

/// Returns the formula of a residual: left side minus right side of a condition; for an equation its right side minus
/// the value.
fn residual<'a>(runs: &'a LiveRuns<'a>, point: &Point, inputs: &mut Inputs<'a>) -> Option<String> {
    let year = usize::try_from(point.year - runs.model.years.0).ok()?;
    let own = runs.places.reference(runs.model, point.quantity, (&point.cell, year), false)?;
    let mut texts = Vec::new();
    for (scenario, variant) in runs.variants.iter().enumerate() {
        let mut formulas = runs.formulas(scenario)?;
        if !runs.is_condition(point) {
            texts.push(format!("{}-{own}", formulas.cell(variant, point, inputs)?));
            continue;
        }
        let mut rules = Vec::new();
        variant.rules(point, &mut rules);
        let Some(definition) = rules.last().and_then(|rule| rule.definition()) else {
            texts.push(plain(0.0));
            continue;
        };
        formulas.enter(definition, &point.cell)?;
        texts.push(match &definition.expr {
            Expr::Binary { op: BinaryOp::Equal, left, right, .. } => {
                let left = formulas.expr(left, point.year, inputs)?;
                format!("{left}-{}", formulas.expr(right, point.year, inputs)?)
            }
            _ => return None,
        });
    }
    Some(choose(&texts))
}
