//! Lists of values that were probably meant otherwise: thousands with a comma, a year among the values, and values
//! without the elements or years they belong to.

use super::element_names::as_key;
use super::{Checker, errors};
use crate::model::{Question, Set};
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

    /// Returns the arguments of a call with decimal points, and their place, if decimal commas without a blank make them
    /// too many: `normal(2,5%, 0,5%)`.
    pub(super) fn with_decimal_points(
        &self,
        call: &ast::Call,
        most: usize,
    ) -> Option<(Span, String)> {
        let places: Vec<Span> = call.args.iter().map(|arg| arg.value.span).collect();
        let whole = places.first()?.to(*places.last()?);
        let mut parts: Vec<String> = Vec::new();
        let mut before: Option<Span> = None;
        for &place in &places {
            let text = self.sources.text(place).trim();
            let comma = before
                .map(|before| Span::new(place.source, before.end as usize, place.start as usize));
            let tight = comma.is_some_and(|comma| self.sources.text(comma) == ",");
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let whole_number = |text: &str| digits(text.trim_start_matches('-'));
            match parts.last_mut() {
                Some(last)
                    if tight
                        && whole_number(last)
                        && text.starts_with(|c: char| c.is_ascii_digit()) =>
                {
                    last.push('.');
                    last.push_str(text);
                }
                _ => parts.push(text.to_owned()),
            }
            before = Some(place);
        }
        (parts.len() < places.len() && parts.len() <= most).then(|| (whole, parts.join(", ")))
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

    /// Returns the map or the path that a list of values means: the elements of the set of its declaration, or else the
    /// years: `c(0, 0, 1, 2, 2, 2, 2)`.
    pub(super) fn list_of_values(&self, values: &[String], call: &ast::Call) -> Option<String> {
        let number = |value: &String| value.trim_end_matches('%').parse::<f64>().is_ok();
        (values.len() > 1 && values.iter().all(number)).then_some(())?;
        let place = call.args.first()?.value.span;
        let line = self.line_of(place)?;
        let before = place.range().start.checked_sub(line.range().start)?;
        let head = self.sources.text(line).get(..before)?;
        let declared = head.split_once('[').filter(|_| head.contains('='));
        let keyed = |keys: &[String]| {
            let entries: Vec<String> =
                keys.iter().zip(values).map(|(key, value)| format!("{key}: {value}")).collect();
            entries.join(", ")
        };
        if let Some((_, rest)) = declared.filter(|(word, _)| !word.contains('{')) {
            let set = rest.split([']', ',']).next()?;
            let set = set.rsplit(':').next()?.trim();
            let names = self.member_names(*self.sets.get(set)?);
            let elements: Vec<String> = names.into_iter().map(as_key).collect();
            return (elements.len() == values.len()).then(|| format!("{{ {} }}", keyed(&elements)));
        }
        let (first, last) = self.model.years;
        let years: Vec<String> = (first..=last).map(|year| year.to_string()).collect();
        let of_set = |set: &Set| set.elements.len() == values.len();
        // Fewer values than years may be those of a set.
        let ambiguous = years.len() != values.len() && self.model.sets.iter().any(of_set);
        (years.len() >= values.len() && !ambiguous).then(|| format!("[{}]", keyed(&years)))
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
