//! Finds the place in the script that gives the distribution of a random quantity.

use super::unit;
use crate::engine::simulate::Uncertain;
use crate::model::{
    Change, Definition, Expr, Leg, Model, Op, Quantity, Role, Select, WrittenValue,
};
use crate::operator::BinaryOp;
use crate::results::{UnitLabel, WrittenInput};
use crate::source::Span;

/// The place of a random quantity's distribution in the script.
pub(super) struct Written {
    /// Unit of the text's numbers; `None` if it differs from the unit of the quantity.
    pub(super) unit: Option<UnitLabel>,
    /// Position of the distribution in the quantity's value, from 1; 0 for a single distribution.
    pub(super) position: u32,
    /// Text that sets the value in a scenario; `None` if a scenario cannot set it.
    pub(super) written: Option<WrittenInput>,
}

/// Finds the definition that draws a random quantity. `texts` are the values that scenarios can set.
pub(super) fn written(model: &Model, uncertain: &Uncertain, texts: &[WrittenValue]) -> Written {
    let own = model.quantities.iter().enumerate().flat_map(|(id, quantity)| {
        quantity.definitions.iter().map(move |definition| (id, definition))
    });
    let replaced = model.changes.iter().filter_map(|change| match &change.change {
        Change::Replace { quantity, definition, .. } => Some((*quantity, definition)),
        Change::Add(_) | Change::Remove(_) => None,
    });
    let nowhere = Written { unit: None, position: 0, written: None };
    let mut places = own.chain(replaced).filter_map(|(id, definition)| {
        let calls = calls(definition);
        let call = *calls.get(uncertain.number as usize)?;
        let is_meant = definition.op == Op::Set && named(model, id, definition, &uncertain.owner);
        is_meant.then_some((id, definition, call, calls.len()))
    });
    let Some((id, definition, call, count)) = places.next() else { return nowhere };
    // Two definitions of one name, such as a value and its replacement, are ambiguous.
    let is_only = places.next().is_none();
    let quantity = &model.quantities[id];
    let plain = is_term(&definition.expr, call);
    let text = texts.iter().find(|text| text.random == call);
    let target = target(quantity, definition, &uncertain.owner);
    let is_plain = is_only && plain && uncertain.year.is_none();
    let written = text.filter(|_| is_plain).zip(target).map(|(text, target)| WrittenInput {
        target: if text.is_statement { String::new() } else { target },
        text: text.text.clone(),
        call: text.call,
    });
    let position = if count > 1 { uncertain.number + 1 } else { 0 };
    Written { unit: plain.then(|| unit(model, quantity.kind)), position, written }
}

/// Returns the spans of a definition's distributions, by their index.
fn calls(definition: &Definition) -> Vec<Span> {
    let mut calls: Vec<(u32, Span)> = Vec::new();
    definition.expr.walk(&mut |part| {
        if let Expr::Random(random) = part
            && calls.iter().all(|known| known.0 != random.number)
        {
            calls.push((random.number, random.span));
        }
        true
    });
    calls.sort_unstable();
    calls.into_iter().map(|(_, span)| span).collect()
}

/// True if the random quantities of a definition are drawn under the name; `engine` makes the names.
fn named(model: &Model, id: usize, definition: &Definition, name: &str) -> bool {
    let quantity = &model.quantities[id];
    if !name.starts_with(quantity.name.as_str()) {
        return false;
    }
    if quantity.role == Role::Field {
        let ones = definition.axes.iter().zip(&quantity.axes);
        let ones = ones.filter_map(|(select, &axis)| match select {
            Select::One(element) => Some(format!("[{}]", model.element_name(axis, *element))),
            Select::Each(..) | Select::Computed(_) => None,
        });
        return name == quantity.name.clone() + &ones.collect::<String>();
    }
    let mut cells = model.cells_of(id).into_iter();
    cells.any(|cell| {
        definition.covers_cell(model, &cell) && model.cell_name(quantity, &cell) == name
    })
}

/// Returns the left side of the line that sets a value in a scenario; `None` if it would cover other cells or has an
/// element that must be quoted.
fn target(quantity: &Quantity, definition: &Definition, name: &str) -> Option<String> {
    let ones = definition.axes.iter().filter(|axis| matches!(axis, Select::One(_))).count();
    let is_exact = quantity.role != Role::Field || ones == 0 || ones == quantity.axes.len();
    let target = name.replace("][", ", ");
    let is_word = |c: char| c.is_alphanumeric() || "_.[], ".contains(c);
    (is_exact && target.chars().all(is_word)).then_some(target)
}

/// True if a distribution is the whole value or a term of a sum, so that it has the unit of the value.
fn is_term(expr: &Expr, call: Span) -> bool {
    let term = |expr: &Expr| is_term(expr, call);
    match expr {
        Expr::Random(random) => random.span == call,
        Expr::Negate(inner) => term(inner),
        Expr::Binary { op: BinaryOp::Add | BinaryOp::Subtract, left, right, .. } => {
            term(left) || term(right)
        }
        Expr::If(_, then, other) => term(then) || term(other),
        Expr::Path { first, legs } => {
            let leg = |leg: &Leg| match leg {
                Leg::Move { to, .. } | Leg::Step { to, .. } => term(to),
            };
            term(first) || legs.iter().any(leg)
        }
        Expr::Points(points) => points.iter().any(|(_, value)| term(value)),
        Expr::Const(_)
        | Expr::Year(_)
        | Expr::Slot(_)
        | Expr::Read { .. }
        | Expr::Not(_)
        | Expr::Binary { .. }
        | Expr::Call { .. }
        | Expr::Reduce { .. }
        | Expr::Baseline(_) => false,
    }
}
