//! The given values that a sensitivity analysis varies.

use std::collections::BTreeMap;

use crate::analysis::runs::Runs;
use crate::analysis::{titles, unit};
use crate::diagnostic::Diagnostic;
use crate::methods::Bounds;
use crate::methods::tornado::VariedInput;
use crate::model::{Definition, Expr, Kind, QuantityId, Role};
use crate::plan::{DefinitionId, Override, OverrideEffect, Point, Stage, Target, Variant};
use crate::results::{InputNote, UnitLabel};

/// Change of an input without bounds, to each side, as a share of its value.
const AROUND: f64 = 0.1;
/// Maximum number of inputs; with more given numbers, all numbers of a quantity form one input.
const MOST_INPUTS: usize = 500;

/// A given value, with the numbers that the analysis tries.
pub(super) struct GivenInput {
    pub(super) note: InputNote,
    pub(super) unit: UnitLabel,
    /// Value of the input in the base run, if it has only one.
    pub(super) now: Option<f64>,
    /// The overrides that together set the input, all to the same number.
    pub(super) overrides: Vec<Override>,
    /// The overrides of the base year, which the input leaves as it is.
    pub(super) before: Vec<Override>,
    /// The number of the overrides: its value in the base run, and its range.
    pub(super) range: VariedInput,
    /// The numbers that reports show for both ends of the range.
    pub(super) shown: (f64, f64),
    pub(super) relative: bool,
    pub(super) is_year: bool,
}

/// The rule that gives some cells and years: its quantity and definition.
type InputGroup = (QuantityId, Option<DefinitionId>);

/// A cell (`None` for all elements of an axis) with its first and last year.
type CellYears = (Vec<Option<u32>>, (i32, i32));

/// Returns the given values of a scenario as inputs: each number, path or table entry of the script is one input.
/// Includes those without effect on the value.
pub(super) fn given(
    runs: &Runs<'_>,
    scenario: Option<usize>,
) -> Result<Vec<GivenInput>, Diagnostic> {
    let (model, spec) = (runs.model, runs.spec(scenario));
    let values = runs.of(&spec)?;
    let variant = Variant::new(model, &spec);
    let mut groups: BTreeMap<InputGroup, Vec<(Vec<u32>, i32)>> = BTreeMap::new();
    let mut rules = Vec::new();
    for (id, quantity) in model.quantities.iter().enumerate() {
        let given = matches!(quantity.role, Role::Param | Role::Field) && quantity.own;
        let number = matches!(quantity.kind, Kind::Plain { .. } | Kind::Points | Kind::Year);
        if !(given && number && runs.scope.has(id) && variant.has(id)) {
            continue;
        }
        for cell in model.cells_of(id) {
            for year in model.years.0..=model.years.1 {
                let point = Point { quantity: id, cell: cell.clone(), year };
                variant.rules(&point, &mut rules);
                let Some(last) = rules.last() else { continue };
                if last.definition().is_some_and(|one| !one.default && has_figure(one)) {
                    groups.entry((id, Some(last.id()))).or_default().push((cell.clone(), year));
                }
            }
        }
    }
    if groups.len() > MOST_INPUTS {
        let mut whole: BTreeMap<InputGroup, Vec<(Vec<u32>, i32)>> = BTreeMap::new();
        for ((quantity, _), cells) in groups {
            whole.entry((quantity, None)).or_default().extend(cells);
        }
        groups = whole;
    }
    let value = |quantity: QuantityId, (cell, year): &(Vec<u32>, i32)| {
        let index: Vec<usize> = cell.iter().map(|&element| element as usize).collect();
        let year = usize::try_from(year - model.years.0).unwrap_or(0);
        let array = values.array(quantity);
        array.get([index, vec![year]].concat().as_slice()).copied().unwrap_or(f64::NAN)
    };
    let mut inputs = Vec::new();
    for ((quantity, _), mut cells) in groups {
        let base = take_base_year(runs, quantity, &mut cells);
        let numbers: Vec<f64> = cells.iter().map(|cell| value(quantity, cell)).collect();
        let before: Vec<(Vec<u32>, f64)> =
            base.into_iter().map(|cell| (cell.0.clone(), value(quantity, &cell))).collect();
        inputs.extend(input(runs, quantity, &cells, &numbers, &before));
    }
    Ok(inputs)
}

/// Takes the base year out of cells that a field gives in all years: the base year is data, so that `find` and `sweep`
/// vary such a field after it too. Returns the cells of the base year.
fn take_base_year(
    runs: &Runs<'_>,
    quantity: QuantityId,
    cells: &mut Vec<(Vec<u32>, i32)>,
) -> Vec<(Vec<u32>, i32)> {
    let (model, of) = (runs.model, &runs.model.quantities[quantity]);
    let (first, last) = model.years;
    let mut base = Vec::new();
    if of.role != Role::Field || !of.path || first >= last {
        return base;
    }
    let mut kept = Vec::with_capacity(cells.len());
    for same in cells.chunk_by(|a, b| a.0 == b.0) {
        let whole = same.len() == model.horizon();
        let (before, after) = same.split_at(usize::from(whole));
        base.extend_from_slice(before);
        kept.extend_from_slice(after);
    }
    *cells = kept;
    base
}

/// True if the definition contains a number literal.
fn has_figure(definition: &Definition) -> bool {
    let mut found = false;
    definition.expr.walk(&mut |part| {
        found |= matches!(part, Expr::Const(_));
        !matches!(part, Expr::Read { .. })
    });
    found
}

/// Makes the input of some cells; `None` if it cannot vary, such as 0 changed by a percentage.
fn input(
    runs: &Runs<'_>,
    quantity: QuantityId,
    cells: &[(Vec<u32>, i32)],
    numbers: &[f64],
    base_year: &[(Vec<u32>, f64)],
) -> Option<GivenInput> {
    let model = runs.model;
    let of = &model.quantities[quantity];
    let first = *numbers.first()?;
    let single = numbers.iter().all(|number| *number == first);
    let is_year = of.kind == Kind::Year;
    let bounds = of.bounds.filter(|(low, high)| low.is_finite() && high.is_finite());
    let (effect, range, shown, relative) = match (is_year, bounds) {
        (true, _) if single => {
            let (low, high) = (first - 1.0, first + 1.0);
            let range = VariedInput { base: first, range: Bounds::new(low, high) };
            (OverrideEffect::Set, range, (low, high), false)
        }
        (true, _) => return None,
        (false, Some((low, high))) if single && low < high => {
            let range = VariedInput { base: first, range: Bounds::new(low, high) };
            (OverrideEffect::Set, range, (low, high), false)
        }
        (false, _) => {
            if numbers.iter().all(|number| *number == 0.0) {
                return None;
            }
            let (low, high) = within(numbers, of.bounds);
            let range = VariedInput { base: 1.0, range: Bounds::new(low, high) };
            (OverrideEffect::Multiply, range, (low - 1.0, high - 1.0), true)
        }
    };
    let all = model.cells(of) * model.horizon();
    let targets = if cells.len() == all {
        vec![(vec![None; of.axes.len()], (i32::MIN, i32::MAX))]
    } else {
        ranges(cells)
    };
    let make = |cell, years, value| {
        let stage = Stage::Scenario;
        Override { target: Target { quantity, cell, years, effect, stage }, value }
    };
    let overrides = targets.into_iter().map(|(cell, years)| make(cell, years, range.base));
    let first_year = model.years.0;
    let before = base_year.iter().map(|(cell, number)| {
        let cell = cell.iter().map(|&element| Some(element)).collect();
        make(cell, (first_year, first_year), if relative { 1.0 } else { *number })
    });
    Some(GivenInput {
        note: InputNote {
            input: name(runs, quantity, cells, !base_year.is_empty()),
            title: titles::of_quantity(model, quantity),
        },
        unit: unit(model, of.kind),
        now: single.then_some(first),
        overrides: overrides.collect(),
        before: before.collect(),
        range,
        shown,
        relative,
        is_year,
    })
}

/// Returns the factors of 10% less and 10% more that keep all numbers within the bounds of the quantity.
fn within(numbers: &[f64], bounds: Option<(f64, f64)>) -> (f64, f64) {
    let (mut low, mut high) = (1.0 - AROUND, 1.0 + AROUND);
    let Some((least, greatest)) = bounds else { return (low, high) };
    for &number in numbers.iter().filter(|number| **number != 0.0) {
        let ends = (least / number, greatest / number);
        let (from, to) = if number > 0.0 { ends } else { (ends.1, ends.0) };
        low = low.max(from.min(1.0));
        high = high.min(to.max(1.0));
    }
    (low, high)
}

/// Joins the years of each cell to ranges.
fn ranges(cells: &[(Vec<u32>, i32)]) -> Vec<CellYears> {
    let mut found: Vec<CellYears> = Vec::new();
    for (cell, year) in cells {
        let cell: Vec<Option<u32>> = cell.iter().map(|&element| Some(element)).collect();
        match found.last_mut() {
            Some((last, years)) if *last == cell && years.1 + 1 == *year => years.1 = *year,
            _ => found.push((cell, (*year, *year))),
        }
    }
    found
}

/// Names the cells of an input: `duty.rate[machinery]`, `goods.growth[metals and 4 more]`, `tariff` for all cells; with
/// the years unless they are all years, or all years after a base year that is left as it is.
fn name(
    runs: &Runs<'_>,
    quantity: QuantityId,
    cells: &[(Vec<u32>, i32)],
    without_base_year: bool,
) -> String {
    let model = runs.model;
    let of = &model.quantities[quantity];
    let mut distinct: Vec<&Vec<u32>> = cells.iter().map(|(cell, _)| cell).collect();
    distinct.dedup();
    let mut text = match distinct.as_slice() {
        all if all.len() == model.cells(of) => of.name.clone(),
        [only] => model.cell_name(of, only),
        [first, others @ ..] => {
            let name = model.cell_name(of, first);
            format!("{} and {} more]", name.trim_end_matches(']'), others.len())
        }
        [] => of.name.clone(),
    };
    let years = cells.iter().map(|(_, year)| *year);
    let (first, last) = (years.clone().min().unwrap_or(0), years.max().unwrap_or(0));
    let whole = (model.years.0 + i32::from(without_base_year), model.years.1);
    if (first, last) != whole {
        text.push_str(&if first == last {
            format!(" in {first}")
        } else {
            format!(" in {first}..{last}")
        });
    }
    text
}
