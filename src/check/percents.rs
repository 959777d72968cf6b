//! Numbers that are probably percentages: 5 in place of 5% means 500%.

use super::ranges::constants;
use super::{Checker, errors};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{BinaryOp, Expr, Kind, Model, QuantityId, Role};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Leg, Suffix};

/// Maximum length of a value that is searched for a percentage.
const LONGEST_VALUE: usize = 400;

impl Checker<'_> {
    /// Warns of plain numbers above 1 in the given value of a percentage, wherever they are the value itself.
    pub(super) fn warn_of_percent(&mut self, id: QuantityId, value: &ast::Expr) {
        let Kind::Plain { percent: true, .. } = self.model.quantities[id].kind else { return };
        self.warn_of_hundredfold(value);
        let mut found = Vec::new();
        numbers(value, &mut |part| found.extend(above_one(part)));
        // Beside percentages, 1 is probably 1%: `{ north: 2%, south: 1 }`, `12% -> 1 over 2026..2029`.
        let (mut ones, mut percent) = (Vec::new(), false);
        numbers(value, &mut |part| {
            ones.extend(just_one(part));
            percent |= matches!(&part.kind, ExprKind::Number(number) if number.percent);
        });
        found.extend(ones.into_iter().filter(|_| percent));
        let name = self.model.quantities[id].name.clone();
        let told = |span| {
            let told =
                |one: &Diagnostic| one.code == Code::PercentMissing && one.span() == Some(span);
            self.diagnostics.iter().any(told)
        };
        found.retain(|&(span, _)| !told(span));
        for (span, value) in found {
            self.error(errors::percent_missing(span, &name, value));
        }
    }

    /// Warns of plain numbers above 1 beside percentages, where all values must have one unit: in
    /// `normal(6%, 3)` and `max(3%, 5)` the second number is 300% and 500%.
    pub(super) fn warn_of_percent_beside(&mut self, values: &[&ast::Expr]) {
        let mut plain = Vec::new();
        let mut percent = false;
        for value in values {
            numbers(value, &mut |part| {
                plain.extend(above_one(part));
                percent |= self.is_percentage(part);
            });
        }
        for (span, value) in plain.into_iter().filter(|_| percent) {
            self.error(errors::percent_beside(span, value));
        }
    }

    /// Warns of `x *= 10%`, which leaves a tenth of `x`, and of `x *= -10%`, which turns its sign.
    pub(super) fn warn_of_percent_factor(&mut self, target: Span, value: &ast::Expr) {
        let negative = matches!(value.kind, ExprKind::Negate(_));
        let number = match &value.kind {
            ExprKind::Negate(inner) => inner,
            _ => value,
        };
        let ExprKind::Number(number) = &number.kind else { return };
        if number.percent && (negative || number.value < 50.0) {
            let name = self.sources.text(target).trim().to_owned();
            let sign = if negative { "-" } else { "+" };
            let found = errors::percent_factor(value.span, &name, sign, &number.written);
            self.error(found);
        }
    }

    /// Warns of numbers that replace a percentage in a scenario, also of a 1 where the baseline has a number with `%`.
    pub(super) fn warn_of_percent_change(&mut self, id: QuantityId, value: &ast::Expr) {
        let quantity = &self.model.quantities[id];
        let percent = matches!(quantity.kind, Kind::Plain { percent: true, .. });
        let written = quantity.definitions.iter().any(|definition| {
            let text = self.sources.text(definition.span);
            text.len() < LONGEST_VALUE && text.contains('%') && !text.contains("100%")
        });
        if let Some((span, value)) = just_one(value).filter(|_| percent && written) {
            let name = quantity.name.clone();
            self.error(errors::percent_missing(span, &name, value));
            return;
        }
        self.warn_of_percent(id, value);
    }

    /// Warns of `rate += 1`, which adds 100 percentage points.
    pub(super) fn warn_of_percent_step(&mut self, id: QuantityId, value: &ast::Expr) {
        let quantity = &self.model.quantities[id];
        let percent = matches!(quantity.kind, Kind::Plain { percent: true, .. });
        let name = quantity.name.clone();
        if let ExprKind::Number(number) = &value.kind
            && percent
            && number.value == 1.0
            && !number.percent
            && number.unit.is_none()
        {
            self.error(errors::percent_missing(value.span, &name, 1.0));
            return;
        }
        self.warn_of_percent(id, value);
    }

    /// Warns of `price += 20%`, which adds 0.2 to a number that is given without `%`.
    pub(super) fn warn_of_percent_on_number(&mut self, id: QuantityId, assign: &ast::Assign) {
        let quantity = &self.model.quantities[id];
        let Kind::Plain { percent: false, dimension, .. } = quantity.kind else { return };
        let (sign, number) = match &assign.value.kind {
            ExprKind::Negate(inner) => ("-", &inner.kind),
            kind => ("+", kind),
        };
        let ExprKind::Number(number) = number else { return };
        let large = quantity
            .definitions
            .iter()
            .any(|one| constants(&one.expr).iter().any(|value| value.abs() > 1.0));
        if number.percent && dimension == Dimension::NUMBER && quantity.is_given() && large {
            let target = self.sources.text(assign.target.span).trim().to_owned();
            let share = number.written.clone();
            let change = assign.target.span.to(assign.value.span);
            let spans = (assign.value.span, change);
            self.error(errors::percent_on_number(spans, &target, sign, &share));
        }
    }

    /// Warns of `100 + 5%`, where the percentage is 0.05.
    pub(super) fn warn_of_percent_added(
        &mut self,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) {
        let Some((_, value)) = above_one(left) else { return };
        let ExprKind::Number(share) = &right.kind else { return };
        if share.percent {
            let (amount, share) = (value, share.written.clone());
            let minus = self.sources.text(span).contains('-');
            let sign = if minus { "-" } else { "+" };
            self.error(errors::number_and_percent(span, amount, sign, &share));
        }
    }

    /// Warns of numbers in a comparison that are probably percentages.
    pub(super) fn warn_of_comparison(&mut self, left: &ast::Expr, right: &ast::Expr) {
        self.warn_of_share_bound(left, right);
        self.warn_of_percent_beside(&[left, right]);
    }

    /// Warns of a quotient that is compared with 100, as in `exports / imports <= 100`.
    fn warn_of_share_bound(&mut self, left: &ast::Expr, right: &ast::Expr) {
        for (share, bound) in [(left, right), (right, left)] {
            let quotient = matches!(&share.kind, ExprKind::Binary(BinaryOp::Divide, ..));
            if quotient && above_one(bound).is_some_and(|(_, value)| value == 100.0) {
                self.error(errors::share_bound(bound.span));
            }
        }
    }

    /// Warns of `growth(x) * 100` as the value of a percentage: the growth is a percentage already.
    fn warn_of_hundredfold(&mut self, value: &ast::Expr) {
        let ExprKind::Binary(BinaryOp::Multiply, left, right) = &value.kind else { return };
        for (factor, other) in [(left, right), (right, left)] {
            if above_one(factor).is_some_and(|(_, value)| value == 100.0) {
                let edit = self.sources.text(other.span).trim().to_owned();
                self.error(errors::percent_hundredfold(value.span, &edit));
            }
        }
    }

    /// True for a number with `%`, and for the name of a percentage.
    fn is_percentage(&self, expr: &ast::Expr) -> bool {
        match &expr.kind {
            ExprKind::Number(number) => number.percent,
            ExprKind::Reference(reference) if !matches!(reference.suffix, Suffix::Call(_)) => {
                let id = self.quantity_names.get(&reference.dotted());
                let quantity = id.and_then(|&id| self.model.quantities.get(id));
                quantity.is_some_and(|one| matches!(one.kind, Kind::Plain { percent: true, .. }))
            }
            _ => false,
        }
    }
}

/// Calls `visit` for the parts that are the whole value in some case: the values of a path, a map or an `if`, and the
/// arguments of distributions, `min` and `max` that have the value's unit.
pub(super) fn numbers<'e>(value: &'e ast::Expr, visit: &mut dyn FnMut(&'e ast::Expr)) {
    match &value.kind {
        ExprKind::Path { first, legs } => {
            numbers(first, visit);
            for leg in legs {
                let (Leg::Move { to, .. } | Leg::Step { to, .. }) = leg;
                numbers(to, visit);
            }
        }
        ExprKind::Points(points) => points.iter().for_each(|(_, value)| numbers(value, visit)),
        ExprKind::Map(entries) => entries.iter().for_each(|(_, value)| numbers(value, visit)),
        ExprKind::Table(table) => {
            let cells = table.rows.iter().flat_map(|row| row.cells.iter().zip(&table.columns));
            for (cell, (_, unit)) in cells {
                if let (Some((value, _)), None) = (cell, unit) {
                    numbers(value, visit);
                }
            }
        }
        ExprKind::If(_, then, other) => {
            [then, other].into_iter().for_each(|one| numbers(one, visit))
        }
        ExprKind::Group(inner) | ExprKind::Negate(inner) | ExprKind::Drawn(inner, _) => {
            numbers(inner, visit);
        }
        ExprKind::Reference(reference) => {
            if let Suffix::Call(call) = &reference.suffix
                && call.binders.is_empty()
                && shares_unit(&reference.dotted())
            {
                call.args.iter().for_each(|argument| numbers(&argument.value, visit));
            }
            visit(value);
        }
        ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Not(_)
        | ExprKind::Binary(..)
        | ExprKind::Mistake => visit(value),
    }
}

/// True for a function whose arguments all have the unit of its value.
fn shares_unit(name: &str) -> bool {
    matches!(
        name,
        "normal"
            | "lognormal"
            | "uniform"
            | "between"
            | "triangular"
            | "pert"
            | "empirical"
            | "min"
            | "max"
    )
}

/// Returns the place and value of a plain 1.
fn just_one(expr: &ast::Expr) -> Option<(Span, f64)> {
    match &expr.kind {
        ExprKind::Number(number)
            if !number.percent && number.unit.is_none() && number.value * number.scale == 1.0 =>
        {
            Some((expr.span, 1.0))
        }
        _ => None,
    }
}

/// Returns the place and value of a plain number above 1.
fn above_one(expr: &ast::Expr) -> Option<(Span, f64)> {
    match &expr.kind {
        ExprKind::Number(number)
            if !number.percent && number.unit.is_none() && number.value.abs() > 1.0 =>
        {
            Some((expr.span, number.value * number.scale))
        }
        _ => None,
    }
}

/// Returns warnings for plain numbers above 1 that equations read as `* (1 + x)`: 5 is 500%, and 5% was probably meant.
/// An exponent is no rate, nor is a value that is also multiplied or divided by its own `1 + x`, as in `psi / (1 +
/// psi)`.
pub(super) fn growth_factors(model: &Model) -> Vec<Diagnostic> {
    let (mut read, mut other) = (Vec::new(), Vec::new());
    let definitions = model.quantities.iter().flat_map(|quantity| &quantity.definitions);
    for definition in definitions {
        definition.expr.walk(&mut |part| {
            if let Expr::Binary { op, left, right, .. } = part {
                let factors = [growth_factor(left), growth_factor(right)];
                match op {
                    BinaryOp::Multiply | BinaryOp::Divide => {
                        // `1 / (1 + x)` may be a share as well as a discount.
                        let [a, b] = factors;
                        read.extend(a);
                        let share = *op == BinaryOp::Divide && left.constant().is_some();
                        read.extend(b.filter(|_| !share));
                        other.extend(a.filter(|&id| reads(right, id)));
                        other.extend(b.filter(|&id| reads(left, id)));
                    }
                    BinaryOp::Power => {
                        read.extend(factors[0]);
                        all_reads(right, &mut other);
                    }
                    _ => {}
                }
            }
            true
        });
    }
    read.sort_unstable();
    read.dedup();
    read.retain(|id| !other.contains(id));
    let mut found = Vec::new();
    for quantity in read.into_iter().filter_map(|id| model.quantities.get(id)) {
        let number = Kind::Plain { dimension: Dimension::NUMBER, percent: false };
        if quantity.role != Role::Param || quantity.kind != number || !quantity.unit.is_empty() {
            continue;
        }
        for definition in &quantity.definitions {
            if let Some(value) = definition.expr.constant().filter(|value| *value > 1.0) {
                found.push(errors::percent_missing(definition.span, &quantity.name, value));
            }
        }
    }
    found
}

/// Returns the quantity `x` if the expression is `1 + x`.
fn growth_factor(expr: &Expr) -> Option<QuantityId> {
    let Expr::Binary { op: BinaryOp::Add, left, right, .. } = expr else { return None };
    match (left.as_ref(), right.as_ref()) {
        (Expr::Const(1.0), Expr::Read { quantity, .. })
        | (Expr::Read { quantity, .. }, Expr::Const(1.0)) => Some(*quantity),
        _ => None,
    }
}

/// Adds the quantities that an expression reads.
fn all_reads(expr: &Expr, found: &mut Vec<QuantityId>) {
    expr.walk(&mut |part| {
        if let Expr::Read { quantity, .. } = part {
            found.push(*quantity);
        }
        true
    });
}

fn reads(expr: &Expr, id: QuantityId) -> bool {
    let mut found = Vec::new();
    all_reads(expr, &mut found);
    found.contains(&id)
}
