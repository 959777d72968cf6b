//! Lists of values that were probably meant otherwise: thousands with a comma, and a year among the values.

use super::{Checker, errors};
use crate::model::Question;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Index, Suffix};

impl Checker<'_> {
    /// Reports `1,200`, which is two values, in a list of values or arguments; returns true if it reported one.
    pub(super) fn report_thousands(&mut self, values: &[Span]) -> bool {
        for pair in values.windows(2) {
            let &[left, right] = pair else { continue };
            let between = Span::new(left.source, left.end as usize, right.start as usize);
            let head = self.sources.text(left);
            let tail = self.sources.text(right);
            let count = |digits: &str| digits.len();
            let before = head.rsplit(|c: char| !c.is_ascii_digit()).next().map_or(0, count);
            let after = tail.split(|c: char| !c.is_ascii_digit()).next().map_or(0, count);
            let sign = head.chars().rev().nth(before);
            let whole = sign.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '"'));
            if self.sources.text(between) == "," && whole && (1..=3).contains(&before) && after == 3
            {
                let start = left.end as usize - before;
                let number = Span::new(left.source, start, right.start as usize + after);
                let written = self.sources.text(number).to_owned();
                self.error(errors::thousands(number, &written));
                return true;
            }
        }
        false
    }

    /// Reports thousands with a comma among the arguments of a call; returns true if it reported one.
    pub(super) fn refuses_arguments(&mut self, call: &ast::Call) -> bool {
        let places: Vec<Span> = call.args.iter().map(|arg| arg.value.span).collect();
        self.report_thousands(&places)
    }

    /// Reports years among the values of a query: `show balance, 2030`.
    pub(super) fn report_years(&mut self, of: &[ast::ShownValue]) {
        let (first, last) = self.model.years;
        let is_year = |value: &ast::ShownValue| match &value.expr.kind {
            ExprKind::Number(number) => {
                number.unit.is_none()
                    && !number.percent
                    && number.value.fract() == 0.0
                    && (f64::from(first)..=f64::from(last)).contains(&number.value)
            }
            _ => false,
        };
        let (years, values): (Vec<_>, Vec<_>) = of.iter().partition(|value| is_year(value));
        let (Some(year), Some(_), Some(start), Some(end)) =
            (years.first(), values.first(), of.first(), of.last())
        else {
            return;
        };
        let texts = |list: &[&ast::ShownValue]| {
            let text = |value: &&ast::ShownValue| self.sources.text(value.expr.span).trim();
            list.iter().map(text).collect::<Vec<_>>().join(", ")
        };
        let edit = format!("{} in {}", texts(&values), texts(&years));
        let whole = start.expr.span.to(end.expr.span);
        self.error(errors::year_as_value(year.expr.span, whole, &edit));
    }

    /// Reports a quantity that an expression reads both for one element and without indices, as in
    /// `exports[China] / exports`, where the second one would stand for each element.
    pub(super) fn report_mixed_indices(&mut self, expr: &ast::Expr, question: &Question) {
        if question.loops.is_empty() {
            return;
        }
        let (mut bare, mut fixed) = (Vec::new(), Vec::new());
        readings(expr, &mut |reference| match &reference.suffix {
            Suffix::None => bare.push((reference.dotted(), reference.span)),
            Suffix::Indices(indices) => {
                if !indices.iter().any(|index| matches!(index, Index::All(_))) {
                    fixed.push(reference.dotted());
                }
            }
            Suffix::Call(_) => {}
        });
        for (name, span) in bare {
            let quantity = self.quantity_names.get(&name).map(|&id| &self.model.quantities[id]);
            if quantity.is_some_and(|quantity| !quantity.axes.is_empty()) && fixed.contains(&name) {
                self.error(errors::mixed_indices(span, &name));
                return;
            }
        }
    }
}

/// Calls `visit` for the references of an expression outside the arguments of calls.
fn readings(expr: &ast::Expr, visit: &mut dyn FnMut(&ast::Reference)) {
    match &expr.kind {
        ExprKind::Reference(reference) => visit(reference),
        ExprKind::Negate(inner) | ExprKind::Not(inner) | ExprKind::Group(inner) => {
            readings(inner, visit);
        }
        ExprKind::Binary(_, left, right) => {
            readings(left, visit);
            readings(right, visit);
        }
        ExprKind::If(condition, then, other) => {
            [condition, then, other].into_iter().for_each(|part| readings(part, visit));
        }
        ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Drawn(..)
        | ExprKind::Path { .. }
        | ExprKind::Points(_)
        | ExprKind::Map(_)
        | ExprKind::Table(_)
        | ExprKind::Mistake => {}
    }
}
