//! The kind of an expression from the kinds of its parts: the rules of dimensions.

use super::Checker;
use super::errors;
use crate::diagnostic::Fix;
use crate::model::{BinaryOp, Expr, Kind, QuantityId};
use crate::quantity::{Dimension, Fraction};
use crate::source::Span;
use crate::syntax::words;

use super::expr::{NUMBER, PERCENT, Typed, YEARS, is_bare_zero};

impl Checker<'_> {
    /// Checks that a value has the required kind; reports it if not. A bare 0 has every dimension, and a
    /// plain number may be a year.
    pub(super) fn fits(&mut self, found: &Typed, span: Span, kind: Kind, what: &str) -> bool {
        let name = what.strip_prefix('`').and_then(|what| what.strip_suffix('`'));
        let like = name.and_then(|name| self.quantity_names.get(name)).copied();
        self.fits_like((found, like), span, kind, what)
    }

    /// Checks a value as [`fits`](Self::fits) does; `like` is the quantity in whose scale a missing unit is proposed.
    pub(super) fn fits_like(
        &mut self,
        (found, like): (&Typed, Option<QuantityId>),
        span: Span,
        kind: Kind,
        what: &str,
    ) -> bool {
        let fits = match (found.1, kind) {
            (Kind::Unknown, _) | (_, Kind::Unknown) => true,
            (Kind::Plain { dimension: a, .. }, Kind::Plain { dimension: b, .. }) => {
                a == b || is_bare_zero(found)
            }
            (Kind::Plain { dimension, .. }, Kind::Year) => dimension == Dimension::NUMBER,
            (Kind::Truth, Kind::Plain { dimension, .. }) => dimension == Dimension::NUMBER,
            (a, b) => a == b,
        };
        if !fits {
            let edit = self.with_unit(found, span, kind, like);
            let years = self.without_years(span, found.1, kind);
            let (found, required) = (self.kind_name(found.1), self.kind_name(kind));
            self.error(match (edit, years) {
                (Some(edit), _) => errors::unit_missing(span, &found, &required, what, &edit),
                (None, years) => {
                    let found = errors::unit_mismatch(span, &found, &required, what);
                    match years {
                        Some(edit) => super::elapsed::divide(found, span, &edit),
                        None => found,
                    }
                }
            });
        }
        fits && (kind != Kind::Year || found.1 == Kind::Unknown || self.near_year(&found.0, span))
    }

    /// Reports a constant in place of a year that is none: a fraction, a number far from the horizon, or a date such as
    /// `2026-07-01`, which is a subtraction. Returns true for a year.
    fn near_year(&mut self, found: &Expr, span: Span) -> bool {
        let text = self.sources.text(span).trim();
        let date = |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | ' ' | '(' | ')');
        let computed = text.chars().all(date) && text.contains(['-', '/']);
        let Some(value) = found.constant() else { return true };
        if computed && matches!(found, Expr::Binary { .. }) {
            self.error(errors::date_as_year(span, text, self.model.years));
            return false;
        }
        if !self.model.is_calendar_year(value) {
            self.error(errors::not_a_year(span, value, self.model.years));
            return false;
        }
        true
    }

    /// Reports a value that is a date, such as `2026-07-01` or `1/7/2026`: it would be a calculation.
    pub(super) fn date_as_value(&mut self, span: Span) {
        let text = self.sources.text(span).trim();
        let parts: Vec<&str> = text.split(['-', '/']).map(str::trim).collect();
        let [first, second, third] = parts.as_slice() else { return };
        let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() < 5);
        let (Some(a), Some(b), Some(c)) = (number(first), number(second), number(third)) else {
            return;
        };
        let year = |n| (1900..2200).contains(&n);
        let day = |n| (1..32).contains(&n);
        let one_sign = text.contains('-') != text.contains('/');
        if one_sign && day(b) && (year(a) && day(c) || day(a) && year(c)) {
            self.error(errors::date_as_year(span, text, self.model.years));
        }
    }

    /// Reports a sum of an amount and a percentage; returns true if the expression is one.
    fn percent_of_amount(
        &mut self,
        op: BinaryOp,
        (a, at): (&Typed, Span),
        (b, and): (&Typed, Span),
        what: &str,
    ) -> bool {
        let amount =
            |kind| matches!(kind, Kind::Plain { dimension, .. } if dimension != Dimension::NUMBER);
        let share = |kind| matches!(kind, Kind::Plain { percent: true, dimension } if dimension == Dimension::NUMBER);
        if !(amount(a.1) && share(b.1) || share(a.1) && amount(b.1))
            || is_bare_zero(a)
            || is_bare_zero(b)
        {
            return false;
        }
        let sign = if op == BinaryOp::Add { "+" } else { "-" };
        let (amount_text, share_text) = (self.sources.text(at), self.sources.text(and));
        let edit = amount(a.1).then(|| match share_text.trim().strip_prefix('-') {
            // `+- 1%` of a tolerance is read as `+ (-1%)`; a query has no tolerance.
            Some(_) if self.is_query(at) => format!("write `{}`", amount_text.trim()),
            Some(share) => format!("write a tolerance as `{amount_text} within {}`", share.trim()),
            None => format!(
                "to change it by a percentage, write `{} * (1 {sign} {share_text})`",
                super::habits::tight(amount_text.trim())
            ),
        });
        let (x, y) = (self.kind_name(a.1), self.kind_name(b.1));
        let found = errors::amount_and_percent((at, &x), (and, &y), what, edit.as_deref());
        let found = self.divides_years(found, (at, a.1), (and, b.1));
        self.error(found);
        true
    }

    /// True if the line of a place is a query, and no condition.
    fn is_query(&self, span: Span) -> bool {
        let before = self.sources.file(span.source).text.get(..span.range().start);
        let line = before.unwrap_or_default().rsplit('\n').next().unwrap_or_default();
        let word = line.split_whitespace().next().unwrap_or_default();
        let query = words::find(word).is_some_and(|word| word.class == words::Class::Query);
        query && !matches!(word, "check" | "find" | "calibrate")
    }

    /// Returns the common kind of two values; reports the values if they have none.
    pub(super) fn same(&mut self, a: &Typed, b: &Typed, at: Span, and: Span, what: &str) -> Kind {
        let number = |dimension| dimension == Dimension::NUMBER;
        match (a.1, b.1) {
            (Kind::Unknown, _) | (_, Kind::Unknown) => Kind::Unknown,
            (
                Kind::Plain { dimension: x, percent: p },
                Kind::Plain { dimension: y, percent: q },
            ) if x == y => Kind::Plain { dimension: x, percent: p || q },
            (Kind::Plain { .. }, kind) if is_bare_zero(a) => kind,
            (kind, Kind::Plain { .. }) if is_bare_zero(b) => kind,
            (Kind::Year, Kind::Plain { dimension, .. }) if number(dimension) => {
                self.near_year(&b.0, and);
                Kind::Year
            }
            (Kind::Plain { dimension, .. }, Kind::Year) if number(dimension) => {
                self.near_year(&a.0, at);
                Kind::Year
            }
            (Kind::Plain { dimension: x, .. }, Kind::Plain { dimension: y, .. })
                if (x == Dimension::YEARS && number(y)) || (y == Dimension::YEARS && number(x)) =>
            {
                YEARS
            }
            (x, y) if x == y => x,
            (x, y) => {
                let like = (self.quantity_like(&a.0, x), self.quantity_like(&b.0, y));
                let left = self.with_unit(a, at, y, like.1);
                let right = self.with_unit(b, and, x, like.0);
                // `2027` is probably a year and no amount.
                let (left, right) = (left.filter(no_year), right.filter(no_year));
                let (first, second) = (self.kind_name(x), self.kind_name(y));
                let found = errors::mismatch(at, &first, and, &second, what);
                let found = self.divides_years(found, (at, x), (and, y));
                self.error(match (left, right) {
                    (Some(edit), _) => errors::unit_missing_beside((at, &edit), found),
                    (_, Some(edit)) => errors::unit_missing_beside((and, &edit), found),
                    (None, None) => found,
                });
                Kind::Unknown
            }
        }
    }

    /// Adds to the last message the edit that divides an amount by its unit: `ln(x / 1 mn USD)`.
    pub(super) fn divide_by_unit(&mut self, span: Span, found: Kind) {
        let Some(unit) = errors::unit_of(&self.kind_name(found)) else { return };
        let text = super::habits::tight(self.sources.text(span).trim());
        let edit = format!("{text} / 1 {unit}");
        if let Some(last) = self.diagnostics.last_mut().filter(|last| last.fixes.is_empty()) {
            last.help = vec![format!("divide by the unit: `{edit}`")];
            last.fixes.push(Fix { span, replacement: edit });
        }
    }

    /// Adds to the last message the edit that declares the unit of a quantity beside its name: `var y: mn USD = ...`.
    pub(super) fn declare_unit(&mut self, id: QuantityId, found: Kind) {
        let name = self.model.quantities[id].span;
        let head = self.sources.rest_of_line(name).split('=').next().unwrap_or_default();
        let Some(unit) = errors::unit_of(&self.kind_name(found)) else { return };
        let length = name.range().len();
        let rest = head.get(length..).unwrap_or_default();
        let brackets = if rest.starts_with('[') { rest.find(']').map_or(0, |n| n + 1) } else { 0 };
        if name.source.is_builtin() || rest.get(brackets..).is_some_and(|rest| rest.contains(':')) {
            return;
        }
        let end = name.range().start + length + brackets;
        let fix = Fix { span: Span::new(name.source, end, end), replacement: format!(": {unit}") };
        // A map has a message for each of its values, and one edit for all.
        let known = self.diagnostics.iter().any(|found| found.fixes.contains(&fix));
        if let Some(last) = self.diagnostics.last_mut().filter(|last| last.fixes.is_empty())
            && !known
        {
            last.fixes.push(fix);
        }
    }

    /// Returns the kind of a sum or difference: years may be added to a year, percentage points to a share.
    pub(super) fn sum_kind(
        &mut self,
        op: BinaryOp,
        a: &Typed,
        b: &Typed,
        at: Span,
        and: Span,
    ) -> Kind {
        let steps = |d: Dimension| d == Dimension::YEARS || d == Dimension::NUMBER;
        match (a.1, b.1) {
            (Kind::Year, Kind::Year) if op == BinaryOp::Subtract => YEARS,
            (Kind::Year, Kind::Plain { .. })
                if matches!(b.0, Expr::Const(year) if year >= 1000.0)
                    && op == BinaryOp::Subtract =>
            {
                YEARS
            }
            (Kind::Year, Kind::Plain { dimension, .. }) if steps(dimension) => Kind::Year,
            (Kind::Plain { dimension, .. }, Kind::Year)
                if steps(dimension) && op == BinaryOp::Add =>
            {
                Kind::Year
            }
            (Kind::Plain { dimension, .. }, Kind::Points) if dimension == Dimension::NUMBER => {
                PERCENT
            }
            _ => {
                let what =
                    if op == BinaryOp::Add { "both sides of `+`" } else { "both sides of `-`" };
                if self.percent_of_amount(op, (a, at), (b, and), what) {
                    return Kind::Unknown;
                }
                let kind = self.same(a, b, at, and, what);
                if is_number_with_percentage(kind, a, b) { NUMBER } else { kind }
            }
        }
    }

    /// Returns the kind of a product or quotient: dimensions multiply, and only a product of two percentages is
    /// one itself.
    pub(super) fn product_kind(
        &mut self,
        op: BinaryOp,
        a: &Typed,
        b: &Typed,
        at: Span,
        and: Span,
    ) -> Kind {
        match (a.1, b.1) {
            (Kind::Unknown, _) | (_, Kind::Unknown) => Kind::Unknown,
            (
                Kind::Plain { dimension: x, percent: p },
                Kind::Plain { dimension: y, percent: q },
            ) => {
                let multiply = op == BinaryOp::Multiply;
                match if multiply { x.times(y) } else { x.over(y) } {
                    Some(dimension) => Kind::Plain { dimension, percent: multiply && p && q },
                    None => {
                        self.error(errors::exponent(at.to(and)));
                        Kind::Unknown
                    }
                }
            }
            (Kind::Points, Kind::Plain { dimension, .. }) if dimension == Dimension::NUMBER => {
                Kind::Points
            }
            // A condition is 1 or 0: it leaves the unit of the other factor.
            (Kind::Truth, Kind::Truth) => NUMBER,
            (kind @ Kind::Plain { .. }, Kind::Truth) => kind,
            (Kind::Truth, kind @ Kind::Plain { .. }) if op == BinaryOp::Multiply => kind,
            (x, y) => {
                let year = x == Kind::Year || y == Kind::Year;
                let (x, y) = (self.kind_name(x), self.kind_name(y));
                let found = errors::mismatch(at, &x, and, &y, "both sides of a product, numbers,");
                let quotient = op == BinaryOp::Divide && self.sources.text(and).trim() == "t";
                self.error(match (quotient, year) {
                    (true, _) => errors::year_as_unit(found),
                    (false, true) => errors::year_as_number(found),
                    (false, false) => found,
                });
                Kind::Unknown
            }
        }
    }

    /// Returns the kind of a power: the exponent of a base with a unit is a constant fraction of small numbers.
    pub(super) fn power_kind(&mut self, a: &Typed, b: &Typed, at: Span, and: Span) -> Kind {
        let (Kind::Plain { dimension: base, .. }, Kind::Plain { dimension: power, .. }) =
            (a.1, b.1)
        else {
            if a.1 != Kind::Unknown && b.1 != Kind::Unknown {
                let year = b.1 == Kind::Year && self.sources.text(and).trim() == "t";
                let (x, y) = (self.kind_name(a.1), self.kind_name(b.1));
                let found = errors::mismatch(at, &x, and, &y, "base and exponent, numbers,");
                self.error(if year { errors::year_as_exponent(found, and) } else { found });
            }
            return Kind::Unknown;
        };
        let number = base == Dimension::NUMBER;
        if power != Dimension::NUMBER && !(number && power == Dimension::YEARS) {
            let found = self.kind_name(b.1);
            self.error(errors::unit_mismatch(and, &found, "a number", "an exponent"));
            return Kind::Unknown;
        }
        if number {
            return NUMBER;
        }
        let Some(exponent) = b.0.constant() else {
            let unit = self.kind_name(a.1);
            self.error(errors::unknown_exponent(at, &unit, and));
            return Kind::Unknown;
        };
        match Fraction::of(exponent).and_then(|exponent| base.power(exponent)) {
            Some(dimension) => Kind::Plain { dimension, percent: false },
            None => {
                self.error(errors::exponent(and));
                Kind::Unknown
            }
        }
    }
}

/// True for a sum of a percentage and a computed number, which is a number: `jobs + share`. A number that is
/// written out is read as a percentage, as in `1 + 5%`.
fn is_number_with_percentage(kind: Kind, a: &Typed, b: &Typed) -> bool {
    let computed = |term: &Typed| term.1 == NUMBER && term.0.constant().is_none();
    kind == PERCENT && (computed(a) || computed(b))
}

/// False for a number with its unit that begins with a calendar year.
#[expect(clippy::ptr_arg, reason = "a filter of an `Option<String>` passes the string")]
fn no_year(text: &String) -> bool {
    let number = text.split(' ').next().and_then(|number| number.parse::<i32>().ok());
    !number.is_some_and(|number| (1900..2200).contains(&number))
}
