//! Amounts that a script writes once and that hold for several elements: `base: 3.7 bn USD` in a lever over all sectors
//! is that much for each sector. A reader may take it for the sum, so a report names it.
//!
//! In: the model. Out: the amounts, with the number of cells.

use super::unit;
use crate::model::{Expr, Kind, Model, Quantity, Role, Select};
use crate::quantity::Dimension;
use crate::results::RepeatedAmount;

/// Returns the amounts of money in fields of levers that hold for more than one cell, in the order of the script.
pub(super) fn amounts(model: &Model) -> Vec<RepeatedAmount> {
    model.quantities.iter().filter_map(|quantity| amount(model, quantity)).collect()
}

fn amount(model: &Model, quantity: &Quantity) -> Option<RepeatedAmount> {
    let money =
        matches!(quantity.kind, Kind::Plain { dimension, .. } if dimension == Dimension::MONEY);
    // A lever without an amount of its own, such as a default of 0, repeats nothing.
    let [given, ..] = quantity.definitions.as_slice() else { return None };
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
        name: quantity.name.clone(),
        value,
        unit: unit(model, quantity.kind),
        sets: sets.iter().map(|set| set.name.clone()).collect(),
        cells: sets.iter().map(|set| set.members.len()).product(),
    })
}
