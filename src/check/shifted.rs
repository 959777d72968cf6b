//! Expressions of another year: each quantity that an expression reads is read in a year before or after.
//!
//! In: an expression as typed. Out: its text with the year in each reading, `exports[t-1] - imports[p, t-1]`.

use super::Checker;
use super::functions::each;
use crate::model::QuantityId;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Reference, Suffix};

impl Checker<'_> {
    /// Returns the text of an expression whose quantities are read in `year`, such as `t-1`; None if a reading names
    /// its own year, or if nothing is read.
    pub(super) fn shifted(&self, expr: &Expr, year: &str) -> Option<String> {
        let mut readings: Vec<(Span, Option<String>)> = Vec::new();
        each(&mut expr.clone(), &mut |part| {
            let ExprKind::Reference(reference) = &part.kind else { return };
            if let Some(&id) = self.quantity_names.get(&reference.dotted()) {
                readings.push((reference.span, self.moved_to(reference, id, year)));
            } else if reference.dotted() == "t" && matches!(reference.suffix, Suffix::None) {
                readings.push((reference.span, None));
            }
        });
        let start = expr.span.range().start;
        let mut text = self.sources.text(expr.span).to_owned();
        readings.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let varies = !readings.is_empty();
        for (span, reading) in readings {
            let range = span.range();
            text.replace_range(range.start - start..range.end - start, &reading?);
        }
        varies.then(|| text.trim().to_owned())
    }

    /// Returns a reading of a quantity in a year; a scenario may change a given value from a year on.
    fn moved_to(&self, reference: &Reference, id: QuantityId, year: &str) -> Option<String> {
        let text = self.sources.text(reference.span).trim();
        let quantity = &self.model.quantities[id];
        match &reference.suffix {
            Suffix::None => {
                let indices = [self.letters_of(id), vec![year.to_owned()]].concat();
                Some(format!("{text}[{}]", indices.join(", ")))
            }
            Suffix::Indices(indices) if indices.len() == quantity.axes.len() => {
                Some(format!("{}, {year}]", text.trim_end_matches(']')))
            }
            Suffix::Indices(_) | Suffix::Call(_) => None,
        }
    }
}
