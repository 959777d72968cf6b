//! Amounts that a script writes once and that hold for several elements: `base: 3.7 bn USD` in a lever over all sectors
//! is that much for each sector. A reader may take it for the sum, so a report names it.
//!
//! In: the model. Out: the amounts, with the number of cells.

use super::unit;
use crate::model::{Change, Definition, Expr, Kind, Model, Op, Quantity, Role, Select};
use crate::quantity::Dimension;
use crate::results::RepeatedAmount;

/// Returns the amounts of money in fields of levers that hold for more than one cell, in the order of the script: at most
/// one of each field and one of each change in a scenario.
pub(super) fn amounts(model: &Model) -> Vec<RepeatedAmount> {
    let given = model.quantities.iter().filter_map(|quantity| {
        quantity.definitions.iter().find_map(|given| amount(model, quantity, given))
    });
    let changed = model.changes.iter().filter_map(|change| match &change.change {
        Change::Replace { quantity, definition, .. } if definition.op == Op::Set => {
            amount(model, &model.quantities[*quantity], definition)
        }
        _ => None,
    });
    let mut found: Vec<RepeatedAmount> = Vec::new();
    for amount in given.chain(changed) {
        if !found.contains(&amount) {
            found.push(amount);
        }
    }
    found
}

fn amount(model: &Model, quantity: &Quantity, given: &Definition) -> Option<RepeatedAmount> {
    let money =
        matches!(quantity.kind, Kind::Plain { dimension, .. } if dimension == Dimension::MONEY);
    // A lever without an amount of its own, such as a default of 0, repeats nothing.
    let Expr::Const(value) = given.expr else { return None };
    if quantity.role != Role::Field || !money || given.default || value == 0.0 {
        return None;
    }
    let sets: Vec<_> = given
        .axes
        .iter()
        .filter_map(|axis| match axis {
            Select::Each(_, set) => Some(&model.sets[*set]),
            _ => None,
        })
        .filter(|set| set.members.len() > 1)
        .collect();
    (!sets.is_empty()).then(|| RepeatedAmount {
        name: format!("{}{}", quantity.name, elements(model, quantity, given)),
        value,
        unit: unit(model, quantity.kind),
        sets: sets.iter().map(|set| set.name.clone()).collect(),
        cells: sets.iter().map(|set| set.members.len()).product(),
    })
}

/// Returns the indices of a value that names an element, such as `[*, China]`; an empty text without any.
fn elements(model: &Model, quantity: &Quantity, given: &Definition) -> String {
    let index = |(axis, &set): (&Select, &usize)| match axis {
        Select::One(element) => model.element_name(set, *element).to_owned(),
        _ => "*".to_owned(),
    };
    let indices: Vec<String> = given.axes.iter().zip(&quantity.axes).map(index).collect();
    match indices.iter().any(|index| index != "*") {
        true => format!("[{}]", indices.join(", ")),
        false => String::new(),
    }
}
