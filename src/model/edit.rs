//! Edits of given values in the baseline, as if the script's own line were changed.

use std::collections::BTreeMap;

use super::{BinaryOp, Definition, Expr, Leg, Model, Op, QuantityId, Select};

impl Model {
    /// Applies an edit to the given value of a quantity, in the cells and years of the edit. `+=` and `*=` combine the
    /// edit with the previous value. The slots of `edit` must be unused, because a combined definition has the slots of
    /// both.
    pub(crate) fn edit(&mut self, id: QuantityId, mut edit: Definition) {
        let quantity = &self.quantities[id];
        let size = self.cells(quantity) * self.horizon();
        let mut choice = quantity.choice.clone();
        choice.resize(size, 0);
        edit.lever = quantity.lever;
        let mut definitions = quantity.definitions.clone();
        // The combined definition for each old one, made once even if it has many cells.
        let mut edited: BTreeMap<u32, u32> = BTreeMap::new();
        for cell in self.cells_of(id) {
            for year in edit.years.0..=edit.years.1 {
                let at = self.position(quantity, &cell, year);
                if !edit.covers(self, &cell, year) {
                    continue;
                }
                let Some(chosen) = choice.get_mut(at) else { continue };
                let before = match edit.op {
                    Op::Set => None,
                    _ => definitions.get(*chosen as usize).cloned(),
                };
                *chosen = *edited
                    .entry(if before.is_some() { *chosen } else { u32::MAX })
                    .or_insert_with(|| {
                        definitions.push(combined(before, &edit));
                        definitions.len() as u32 - 1
                    });
            }
        }
        self.quantities[id].choice = choice;
        self.quantities[id].definitions = definitions;
    }
}

/// Returns the edit alone for `=`; for `+=` and `*=` the previous definition with the edit applied.
fn combined(before: Option<Definition>, edit: &Definition) -> Definition {
    let Some(before) = before else { return edit.clone() };
    let mut elements: BTreeMap<usize, Expr> = BTreeMap::new();
    for (own, axis) in edit.axes.iter().zip(&before.axes) {
        let element = match axis {
            Select::Each(slot, _) => Expr::Slot(*slot),
            Select::One(element) => Expr::Const(f64::from(*element)),
            Select::Computed(expr) => expr.clone(),
        };
        if let Select::Each(slot, _) = own {
            elements.insert(*slot, element);
        }
    }
    let mut change = edit.expr.clone();
    // The distributions of both parts are numbered together, so that no two of them are one random quantity.
    let count = distributions(&before.expr);
    change.each_mut(&mut |expr| match expr {
        Expr::Slot(slot) => {
            if let Some(element) = elements.get(slot) {
                *expr = element.clone();
            }
        }
        Expr::Random(random) => random.number += count,
        _ => {}
    });
    let op = if edit.op == Op::Add { BinaryOp::Add } else { BinaryOp::Multiply };
    let (left, right) = (Box::new(before.expr), Box::new(change));
    let expr = Expr::Binary { op, left, right, span: edit.span };
    Definition { expr, span: edit.span, default: false, sources: edit.sources.clone(), ..before }
}

/// Returns the number of distributions of a definition: one more than the greatest index of a distribution in it.
fn distributions(expr: &Expr) -> u32 {
    let mut count = 0;
    expr.walk(&mut |part| {
        if let Expr::Random(random) = part {
            count = count.max(random.number + 1);
        }
        true
    });
    count
}

impl Expr {
    /// Applies `change` to every part of an expression, inner parts first.
    fn each_mut(&mut self, change: &mut impl FnMut(&mut Expr)) {
        self.parts_mut().into_iter().for_each(|part| part.each_mut(change));
        change(self);
    }

    /// Calls `visit`, which may replace the expression; where `visit` returns true, also for the subexpressions. The
    /// order is that of [`Expr::walk`].
    pub fn walk_mut(&mut self, visit: &mut impl FnMut(&mut Expr) -> bool) {
        if visit(self) {
            self.parts_mut().into_iter().for_each(|part| part.walk_mut(visit));
        }
    }

    /// Returns the direct subexpressions.
    pub(super) fn parts_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::Const(_) | Self::Year(_) | Self::Slot(_) => Vec::new(),
            Self::Read { cells, .. } => cells.iter_mut().collect(),
            Self::Negate(a) | Self::Not(a) | Self::Baseline(a) => vec![a],
            Self::Binary { left, right, .. } => vec![left, right],
            Self::If(a, b, c) => vec![a, b, c],
            Self::Call { args, .. } => args.iter_mut().collect(),
            Self::Random(random) => {
                let limits = random.limits.iter_mut().flatten();
                let keys = random.sample.iter_mut().flat_map(|sample| &mut sample.keys);
                random.args.iter_mut().chain(limits).chain(keys).collect()
            }
            Self::Reduce { filter, body, .. } => {
                filter.iter_mut().map(|filter| &mut **filter).chain([&mut **body]).collect()
            }
            Self::Path { first, legs } => {
                let legs = legs.iter_mut().flat_map(|leg| match leg {
                    Leg::Move { to, from, until, .. } => vec![to, from, until],
                    Leg::Step { to, from, .. } => vec![to, from],
                });
                std::iter::once(&mut **first).chain(legs).collect()
            }
            Self::Points(points) => {
                points.iter_mut().flat_map(|(year, value)| [year, value]).collect()
            }
        }
    }
}
