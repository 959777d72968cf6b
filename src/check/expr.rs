//! Expressions: names are resolved to ids, and every part gets its kind.

use super::draws::Distributions;
use super::errors;
use super::{Checker, IndexMeaning, warnings};
use crate::diagnostic::{Diagnostic, MOST_LISTED};
use crate::model::{BinaryOp, Expr, Kind, Leg, LeverId, SetId, Time};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};

/// The kind of a plain number.
pub(super) const NUMBER: Kind = Kind::Plain { dimension: Dimension::NUMBER, percent: false };
/// The kind of a percentage.
pub(super) const PERCENT: Kind = Kind::Plain { dimension: Dimension::NUMBER, percent: true };
pub(super) const YEARS: Kind = Kind::Plain { dimension: Dimension::YEARS, percent: false };

/// The environment in which an expression is resolved: the meaning of names, and counters.
#[derive(Debug, Clone, Default)]
pub(super) struct Env {
    /// The names of indices, the innermost last.
    pub(super) indices: Vec<(String, IndexMeaning)>,
    /// Indices of the declaration that have no name.
    pub(super) unnamed: Vec<IndexMeaning>,
    /// The lever for which the text of its kind is resolved; None outside a kind.
    pub(super) lever: Option<LeverId>,
    /// The lever whose field value is resolved: a quantity without indices takes the indices of this lever.
    pub(super) field_of: Option<LeverId>,
    /// Number of years added to the current year: -1 while `growth` reads the previous year.
    pub(super) offset: i32,
    /// The year in which a part of an expression is evaluated instead of the current year, as in `cagr`.
    pub(super) fixed: Option<i32>,
    /// The `*` of the reduction or query around the expression: its set, its position among the `*` over this set (from
    /// 0), and its slot. None outside a reduction or query.
    pub(super) wild: Option<Vec<(SetId, usize, usize)>>,
    /// True in an identity, where an unknown name in an index becomes a free index.
    pub(super) binds_indices: bool,
    /// Number of the next unused slot.
    pub(super) next_slot: usize,
    /// The distributions of the definition found so far, with the words after them.
    pub(super) draws: Distributions,
    /// Nesting depth of the calls of functions being resolved.
    pub(super) calls: usize,
}

impl Env {
    /// Reserves a new slot and returns its number.
    pub(super) fn slot(&mut self) -> usize {
        self.next_slot += 1;
        self.next_slot - 1
    }

    /// Returns the year of a reading `offset` years after the current year.
    pub(super) fn time(&self, offset: i32) -> Time {
        match self.fixed {
            Some(year) => Time::Fixed(year.saturating_add(offset)),
            None => Time::Offset(self.offset.saturating_add(offset)),
        }
    }
}

pub(super) type Typed = (Expr, Kind);

/// Maximum nesting depth of an expression with its functions inserted: recursive passes over it must not
/// overflow a thread's stack.
const MAX_DEPTH: usize = 500;

pub(super) const MISTAKE: Typed = (Expr::Const(0.0), Kind::Unknown);

/// Returns a value as an operand of arithmetic: a condition counts as 1 where it holds, and as 0 elsewhere.
pub(super) fn counted(value: Typed) -> Typed {
    (value.0, counted_kind(value.1))
}

fn counted_kind(kind: Kind) -> Kind {
    if kind == Kind::Truth { NUMBER } else { kind }
}

impl Checker<'_> {
    /// Resolves an expression. `expected` is the kind that its place requires; it distinguishes the names of elements
    /// and years from other names.
    pub(super) fn expr(
        &mut self,
        expr: &ast::Expr,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        if self.full() {
            return MISTAKE;
        }
        if self.depth == MAX_DEPTH {
            self.error(errors::expansion_depth(expr.span, MAX_DEPTH));
            return MISTAKE;
        }
        self.depth += 1;
        let found = self.typed(expr, env, expected);
        self.depth -= 1;
        found
    }

    fn typed(&mut self, expr: &ast::Expr, env: &mut Env, expected: Option<Kind>) -> Typed {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Number(number) => self.required_number(number, span, env, expected),
            ExprKind::Group(inner) => self.expr(inner, env, expected),
            ExprKind::Drawn(inner, how) => self.drawn(inner, how, span, env, expected),
            ExprKind::Text(text) => self.element(text, span, expected),
            ExprKind::Reference(reference) => self.reference(reference, env, expected),
            ExprKind::Negate(inner) => {
                let (value, kind) = self.expr(inner, env, expected);
                (Expr::Negate(Box::new(value)), counted_kind(kind))
            }
            ExprKind::Not(inner) => {
                let value = self.truth(inner, env);
                (Expr::Not(Box::new(value)), Kind::Truth)
            }
            ExprKind::If(condition, then, other) => {
                let before = self.diagnostics.len();
                let place = condition.span;
                let condition = self.truth(condition, env);
                if let (Some(holds), true, None) = (condition.constant(), env.calls == 0, env.lever)
                    && self.diagnostics.len() == before
                {
                    self.error(warnings::constant_condition(place, holds != 0.0));
                }
                let a = self.expr(then, env, expected);
                let b = self.expr(other, env, expected);
                self.warn_of_percent_beside(&[then, other]);
                let kind = self.same(&a, &b, then.span, other.span, "both branches");
                (Expr::If(Box::new(condition), Box::new(a.0), Box::new(b.0)), kind)
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, span, env),
            ExprKind::Path { first, legs } => self.path(first, legs, env, expected),
            ExprKind::Points(points) => self.points(points, env, expected),
            ExprKind::Map(_) | ExprKind::Table(_) => {
                self.error(errors::table_in_expression(span));
                MISTAKE
            }
            ExprKind::Mistake => MISTAKE,
        }
    }

    /// Resolves an expression and checks its kind; `what` names the expression in messages.
    pub(super) fn expect(
        &mut self,
        expr: &ast::Expr,
        env: &mut Env,
        kind: Kind,
        what: &str,
    ) -> Expr {
        let found = self.expr(expr, env, Some(kind));
        self.fits(&found, expr.span, kind, what);
        found.0
    }

    /// Resolves an expression that must be a condition.
    pub(super) fn truth(&mut self, expr: &ast::Expr, env: &mut Env) -> Expr {
        let (value, kind) = self.expr(expr, env, Some(Kind::Truth));
        if !matches!(kind, Kind::Truth | Kind::Unknown) {
            let found = self.kind_name(kind);
            self.error(errors::unit_mismatch(expr.span, &found, "a condition", "this place"));
        }
        value
    }

    pub(super) fn number(&mut self, number: &ast::Number, span: Span, env: &mut Env) -> Typed {
        let value = if number.percent { number.value / 100.0 } else { number.value * number.scale };
        if number.percent {
            return (Expr::Const(value), PERCENT);
        }
        let Some(unit) = &number.unit else { return (Expr::Const(value), NUMBER) };
        if unit.text == "pp" {
            return (Expr::Const(value / 100.0), Kind::Points);
        }
        match self.units.get(&unit.text).copied() {
            Some((dimension, factor)) => {
                let value = value * factor;
                if !value.is_finite() {
                    self.error(errors::overflow(span));
                }
                let value = self.at_rate(&unit.text, value, span, env);
                (value, Kind::Plain { dimension, percent: false })
            }
            None => {
                if let Some(edit) = super::scales::amount(number, &unit.text, &self.model.currency)
                {
                    self.error(errors::foreign_unit(unit.span, &unit.text, &edit, span));
                    return MISTAKE;
                }
                if let Some(found) = self.not_a_unit(number, unit, span) {
                    self.error(found);
                    return MISTAKE;
                }
                let near = self.nearest_unit(&unit.text);
                self.error(errors::unknown_unit(
                    unit.span,
                    &unit.text,
                    near.as_deref(),
                    &self.model.currency,
                ));
                MISTAKE
            }
        }
    }

    /// Reports operands that are wrong whatever their units. This and the other checks are not part of [`Self::binary`],
    /// because each local variable there takes stack at every level of an expression.
    fn refuses_operands(
        &mut self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> bool {
        if self.is_chained(op, left, right) {
            let edit = self.unchained(left, right);
            self.error(errors::chained(span, &edit));
            return true;
        }
        let place = self.unit_as_year(op, left, right);
        if let Some(place) = place {
            self.error(errors::unit_as_year(place, self.sources.text(place)));
        }
        place.is_some()
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        env: &mut Env,
    ) -> Typed {
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            let (a, b) = (self.truth(left, env), self.truth(right, env));
            return (binary(op, a, b, span), Kind::Truth);
        }
        if self.refuses_operands(op, left, right, span) {
            return MISTAKE;
        }
        let mut a = self.expr(left, env, None);
        let hint = matches!(a.1, Kind::Element(_)).then_some(a.1);
        let mut b = self.expr(right, env, hint);
        if let (Kind::Element(_), None) = (b.1, hint)
            && matches!(a.1, Kind::Unknown)
        {
            a = MISTAKE;
        }
        let kind = match op {
            BinaryOp::Add | BinaryOp::Subtract => {
                self.warn_of_percent_added(left, right, span);
                a.1 = counted_kind(a.1);
                b.1 = counted_kind(b.1);
                self.sum_kind(op, &a, &b, left.span, right.span)
            }
            BinaryOp::Multiply | BinaryOp::Divide => {
                self.product_kind(op, &a, &b, left.span, right.span)
            }
            BinaryOp::Power => self.power_kind(&a, &b, left.span, right.span),
            _ => {
                self.same(&a, &b, left.span, right.span, "both sides of a comparison");
                self.warn_of_comparison(left, right);
                Kind::Truth
            }
        };
        (binary(op, a.0, b.0, span), kind)
    }

    pub(super) fn path(
        &mut self,
        first: &ast::Expr,
        legs: &[ast::Leg],
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let start = self.expr(first, env, expected);
        let mut kind = start.1;
        let mut resolved = Vec::new();
        let last = Expr::Const(f64::from(self.model.years.1));
        for leg in legs {
            let (ast::Leg::Move { to, span, .. } | ast::Leg::Step { to, span, .. }) = leg;
            let value = self.expr(to, env, expected);
            kind = self.same(
                &(start.0.clone(), kind),
                &value,
                first.span,
                to.span,
                "all values of a path",
            );
            resolved.push(match leg {
                ast::Leg::Move { over, shape, .. } => {
                    let (from, until) = match over {
                        Some(range) => (self.year(&range.from, env), self.year(&range.to, env)),
                        None => {
                            let text = self.sources.text(*span).trim().to_owned();
                            let found = self.path_without_years(*span, &text);
                            self.error(found);
                            return MISTAKE;
                        }
                    };
                    if let (Expr::Const(a), Expr::Const(b)) = (&from, &until)
                        && a >= b
                    {
                        self.error(errors::reversed_years(*span, *a, *b));
                    }
                    Leg::Move { to: value.0, from, until, shape: *shape, span: *span }
                }
                ast::Leg::Step { from, span, .. } => {
                    let from = match from {
                        Some(from) => self.year(from, env),
                        None => {
                            self.error(errors::step_without_year(*span));
                            last.clone()
                        }
                    };
                    Leg::Step { to: value.0, from, span: *span }
                }
            });
        }
        self.leg_years(&resolved, legs, env.lever.is_none());
        let values = legs.iter().map(|leg| match leg {
            ast::Leg::Move { to, .. } | ast::Leg::Step { to, .. } => to,
        });
        self.warn_of_percent_beside(&std::iter::once(first).chain(values).collect::<Vec<_>>());
        (Expr::Path { first: Box::new(start.0), legs: resolved }, kind)
    }

    /// Reports parts of a path that overlap or are out of order, and warns of parts outside the horizon.
    fn leg_years(&mut self, legs: &[Leg], trees: &[ast::Leg], of_script: bool) {
        let mut ended: Option<f64> = None;
        for (leg, tree) in legs.iter().zip(trees) {
            let (ast::Leg::Move { span, .. } | ast::Leg::Step { span, .. }) = tree;
            let (Leg::Move { from, .. } | Leg::Step { from, .. }) = leg;
            let until = match leg {
                Leg::Move { until, .. } => until.constant(),
                Leg::Step { from, .. } => from.constant(),
            };
            if let (Some(before), Some(from)) = (ended, from.constant())
                && from < before
            {
                self.error(errors::legs_out_of_order(*span, from, before));
            }
            ended = until.or(ended);
            if !of_script {
                continue;
            }
            if let Some(year) = warnings::begins_after(leg, self.model.years.1) {
                self.error(warnings::year_unused(*span, year, self.model.years));
            } else if let (Leg::Move { .. }, Some(year)) = (leg, until)
                && year < f64::from(self.model.years.0)
            {
                self.error(warnings::year_before(*span, year, self.model.years));
            }
        }
    }

    pub(super) fn points(
        &mut self,
        points: &[(ast::Expr, ast::Expr)],
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let (mut kind, mut in_order) = (None, true);
        let mut resolved: Vec<(Expr, Expr)> = Vec::new();
        for (n, (year, value)) in points.iter().enumerate() {
            let at = self.year(year, env);
            if let (Some((Expr::Const(before), _)), Expr::Const(now)) = (resolved.last(), &at)
                && before >= now
            {
                let other =
                    n.checked_sub(1).and_then(|n| points.get(n)).map_or(year, |point| &point.0);
                let sorted = self.sorted_points(points);
                let found = errors::points_out_of_order(
                    (year.span, *now),
                    (other.span, *before),
                    sorted.filter(|_| in_order),
                );
                self.error(found);
                in_order = false;
            }
            let found = self.expr(value, env, expected);
            // A first value 0 takes the unit of the later values.
            kind = Some(match (kind, resolved.first()) {
                (Some(kind), Some((_, first))) => self.same(
                    &(first.clone(), kind),
                    &found,
                    points[0].1.span,
                    value.span,
                    "all values of a path",
                ),
                _ => found.1,
            });
            resolved.push((at, found.0));
        }
        if env.lever.is_none() && in_order {
            self.idle_points(points, &resolved);
        }
        let values: Vec<&ast::Expr> = points.iter().map(|(_, value)| value).collect();
        self.warn_of_percent_beside(&values);
        (Expr::Points(resolved), kind.unwrap_or(Kind::Unknown))
    }

    /// Warns of points outside the horizon that have no effect, because another point lies between them and
    /// the horizon.
    fn idle_points(&mut self, points: &[(ast::Expr, ast::Expr)], resolved: &[(Expr, Expr)]) {
        let (first, last) = (f64::from(self.model.years.0), f64::from(self.model.years.1));
        let years: Vec<Option<f64>> = resolved.iter().map(|(year, _)| year.constant()).collect();
        for (n, (tree, _)) in points.iter().enumerate() {
            let year = years.get(n).copied().flatten();
            let next = years.get(n + 1).copied().flatten();
            let previous = n.checked_sub(1).and_then(|n| years.get(n)).copied().flatten();
            let before = next.is_some_and(|next| next <= first);
            let after = previous.is_some_and(|previous| previous >= last);
            if let Some(year) = year.filter(|_| before || after) {
                self.error(warnings::point_unused(tree.span, year, self.model.years));
            }
        }
    }

    /// Resolves an expression that must be a year.
    pub(super) fn year(&mut self, expr: &ast::Expr, env: &mut Env) -> Expr {
        let before = self.errors;
        let year = self.expect(expr, env, Kind::Year, "a year");
        if self.errors == before {
            self.whole_year(&year, expr.span);
        }
        year
    }

    /// Evaluates a year; reports it and returns None if it is not constant.
    pub(super) fn constant_year(&mut self, expr: &ast::Expr) -> Option<i32> {
        let before = self.errors;
        let year = self.year(expr, &mut Env::default());
        if self.errors > before {
            return None;
        }
        match year.constant() {
            Some(year) => Some(year as i32),
            None => {
                self.error(errors::not_constant(expr.span, "a year"));
                None
            }
        }
    }

    pub(super) fn whole_year(&mut self, year: &Expr, span: Span) {
        if let Expr::Const(year) = year
            && (year.fract() != 0.0 || year.abs() > 9999.0)
        {
            self.error(errors::not_a_year(span, *year, self.model.years));
        }
    }

    /// True after the maximum number of errors; the checker then skips detailed checks.
    pub(super) fn full(&self) -> bool {
        self.errors >= MOST_LISTED
    }

    /// Adds a diagnostic. Beyond a limit diagnostics are only counted, so that hostile input takes bounded memory.
    pub(super) fn error(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.is_error());
        if self.diagnostics.len() < 2 * MOST_LISTED || self.errors == 1 {
            self.diagnostics.push(diagnostic);
        }
    }
}

/// Makes a binary operation with the span of both operands.
pub(super) fn binary(op: BinaryOp, left: Expr, right: Expr, span: Span) -> Expr {
    Expr::Binary { op, left: Box::new(left), right: Box::new(right), span }
}

/// True for a `0` without unit and percent sign, which has every unit.
pub(super) fn is_bare_zero(found: &Typed) -> bool {
    found.1 == NUMBER && matches!(found.0, Expr::Const(value) if value == 0.0)
}

/// True for `t`, `t-1`, `first`, `2024`: an index that can only be a year.
pub(super) fn is_time(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) => true,
        ExprKind::Reference(r) => matches!(r.dotted().as_str(), "t" | "first" | "last"),
        ExprKind::Binary(_, left, _) => is_time(left),
        ExprKind::Group(inner) => is_time(inner),
        _ => false,
    }
}
