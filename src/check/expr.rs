//! Expressions: names to ids, and the dimension of every part.

use super::errors;
use super::{Bound, Checker};
use crate::builtins::{self, Rule};
use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, Expr, Kind, Leg, LeverId, QuantityId, Reduction, SetId, Time};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Index, Suffix};

/// A plain number.
pub(super) const NUMBER: Kind = Kind::Plain { dimension: Dimension::NUMBER, percent: false };
/// A share.
pub(super) const PERCENT: Kind = Kind::Plain { dimension: Dimension::NUMBER, percent: true };
const YEARS: Kind = Kind::Plain { dimension: Dimension::YEARS, percent: false };

/// What the names in an expression may mean.
#[derive(Debug, Clone, Default)]
pub(super) struct Env {
    /// Index names, innermost last.
    pub(super) indices: Vec<(String, Bound)>,
    /// The lever whose kind's text is being read.
    pub(super) lever: Option<LeverId>,
    /// Years added to the current one.
    pub(super) offset: i32,
    /// The one year meant, in place of the current one.
    pub(super) fixed: Option<i32>,
    /// Inside a reduction or a query: set, how manieth `*` over it, slot.
    pub(super) wild: Option<Vec<(SetId, usize, usize)>>,
    /// The next free slot.
    pub(super) next_slot: usize,
    /// Names of the functions being expanded.
    pub(super) calls: Vec<String>,
}

impl Env {
    /// A new slot.
    pub(super) fn slot(&mut self) -> usize {
        self.next_slot += 1;
        self.next_slot - 1
    }

    fn time(&self, offset: i32) -> Time {
        match self.fixed {
            Some(year) => Time::Fixed(year.saturating_add(offset)),
            None => Time::Offset(self.offset.saturating_add(offset)),
        }
    }
}

type Typed = (Expr, Kind);

const MISTAKE: Typed = (Expr::Const(0.0), Kind::Unknown);

impl Checker<'_> {
    /// Resolves one expression; `expected` helps to read bare element names and years.
    pub(super) fn expr(
        &mut self,
        expr: &ast::Expr,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Number(number) => self.number(number, span),
            ExprKind::Group(inner) => self.expr(inner, env, expected),
            ExprKind::PerYear(inner) => self.expr(inner, env, expected),
            ExprKind::Text(text) => self.element(text, span, expected),
            ExprKind::Reference(reference) => self.reference(reference, env, expected),
            ExprKind::Negate(inner) => {
                let (value, kind) = self.expr(inner, env, expected);
                (Expr::Negate(Box::new(value)), kind)
            }
            ExprKind::Not(inner) => {
                let value = self.truth(inner, env);
                (Expr::Not(Box::new(value)), Kind::Truth)
            }
            ExprKind::If(condition, then, other) => {
                let condition = self.truth(condition, env);
                let a = self.expr(then, env, expected);
                let b = self.expr(other, env, expected);
                let kind = self.same(&a, &b, then.span, other.span, "both branches");
                (Expr::If(Box::new(condition), Box::new(a.0), Box::new(b.0)), kind)
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, span, env),
            ExprKind::Path { first, legs } => self.path(first, legs, env, expected),
            ExprKind::Knots(knots) => self.knots(knots, env, expected),
            ExprKind::Map(_) | ExprKind::Table(_) => {
                self.error(errors::table_in_expression(span));
                MISTAKE
            }
            ExprKind::Mistake => MISTAKE,
        }
    }

    /// Resolves an expression that must have a kind.
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

    /// Reports it if a value is not of the required kind.
    pub(super) fn fits(&mut self, found: &Typed, span: Span, kind: Kind, what: &str) -> bool {
        let fits = match (found.1, kind) {
            (Kind::Unknown, _) | (_, Kind::Unknown) => true,
            (Kind::Plain { dimension: a, .. }, Kind::Plain { dimension: b, .. }) => {
                a == b || is_zero(&found.0)
            }
            (Kind::Plain { dimension, .. }, Kind::Year) => dimension == Dimension::NUMBER,
            (Kind::Truth, Kind::Plain { dimension, .. }) => dimension == Dimension::NUMBER,
            (a, b) => a == b,
        };
        if !fits {
            let (found, required) = (self.kind_name(found.1), self.kind_name(kind));
            self.error(errors::unit_mismatch(span, &found, &required, what));
        }
        fits
    }

    fn truth(&mut self, expr: &ast::Expr, env: &mut Env) -> Expr {
        let (value, kind) = self.expr(expr, env, Some(Kind::Truth));
        if !matches!(kind, Kind::Truth | Kind::Unknown) {
            let found = self.kind_name(kind);
            self.error(errors::unit_mismatch(expr.span, &found, "a condition", "this place"));
        }
        value
    }

    fn number(&mut self, number: &ast::Number, span: Span) -> Typed {
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
                (Expr::Const(value), Kind::Plain { dimension, percent: false })
            }
            None => {
                let near = self.nearest_unit(&unit.text);
                self.error(errors::unknown_unit(unit.span, &unit.text, near.as_deref()));
                MISTAKE
            }
        }
    }

    fn element(&mut self, text: &str, span: Span, expected: Option<Kind>) -> Typed {
        let sets: Vec<SetId> = match expected {
            Some(Kind::Element(set)) => vec![set],
            _ => (0..self.model.sets.len()).collect(),
        };
        for set in sets {
            let root = self.model.sets[set].root;
            if let Some(position) = self.model.sets[root].elements.get_index_of(text) {
                return (Expr::Const(position as f64), Kind::Element(root));
            }
        }
        self.error(errors::unknown_name(span, text, None));
        MISTAKE
    }

    /// The kind that two values share, or a report that they share none.
    fn same(&mut self, a: &Typed, b: &Typed, at: Span, and: Span, what: &str) -> Kind {
        let number = |dimension| dimension == Dimension::NUMBER;
        match (a.1, b.1) {
            (Kind::Unknown, _) | (_, Kind::Unknown) => Kind::Unknown,
            (
                Kind::Plain { dimension: x, percent: p },
                Kind::Plain { dimension: y, percent: q },
            ) if x == y => Kind::Plain { dimension: x, percent: p || q },
            (Kind::Plain { .. }, kind) if is_zero(&a.0) => kind,
            (kind, Kind::Plain { .. }) if is_zero(&b.0) => kind,
            (Kind::Year, Kind::Plain { dimension, .. })
            | (Kind::Plain { dimension, .. }, Kind::Year)
                if number(dimension) =>
            {
                Kind::Year
            }
            (Kind::Plain { dimension: x, .. }, Kind::Plain { dimension: y, .. })
                if (x == Dimension::YEARS && number(y)) || (y == Dimension::YEARS && number(x)) =>
            {
                YEARS
            }
            (x, y) if x == y => x,
            (x, y) => {
                let (x, y) = (self.kind_name(x), self.kind_name(y));
                self.error(errors::mismatch(at, &x, and, &y, what));
                Kind::Unknown
            }
        }
    }

    fn binary(
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
        let mut a = self.expr(left, env, None);
        let hint = matches!(a.1, Kind::Element(_)).then_some(a.1);
        let b = self.expr(right, env, hint);
        if let (Kind::Element(_), None) = (b.1, hint) {
            if matches!(a.1, Kind::Unknown) {
                a = MISTAKE;
            }
        }
        let kind = match op {
            BinaryOp::Add | BinaryOp::Subtract => self.sum_kind(op, &a, &b, left.span, right.span),
            BinaryOp::Multiply | BinaryOp::Divide => {
                self.product_kind(op, &a, &b, left.span, right.span)
            }
            BinaryOp::Power => self.power_kind(&a, &b, left.span, right.span),
            _ => {
                self.same(&a, &b, left.span, right.span, "both sides of a comparison");
                Kind::Truth
            }
        };
        (binary(op, a.0, b.0, span), kind)
    }

    fn sum_kind(&mut self, op: BinaryOp, a: &Typed, b: &Typed, at: Span, and: Span) -> Kind {
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
                self.same(a, b, at, and, what)
            }
        }
    }

    fn product_kind(&mut self, op: BinaryOp, a: &Typed, b: &Typed, at: Span, and: Span) -> Kind {
        match (a.1, b.1) {
            (Kind::Unknown, _) | (_, Kind::Unknown) => Kind::Unknown,
            (
                Kind::Plain { dimension: x, percent: p },
                Kind::Plain { dimension: y, percent: q },
            ) => {
                let dimension = x.times(y, if op == BinaryOp::Multiply { 1 } else { -1 });
                let percent =
                    op == BinaryOp::Multiply && dimension == Dimension::NUMBER && (p || q);
                Kind::Plain { dimension, percent }
            }
            (Kind::Points, Kind::Plain { dimension, .. }) if dimension == Dimension::NUMBER => {
                Kind::Points
            }
            (Kind::Truth, kind @ Kind::Plain { .. }) | (kind @ Kind::Plain { .. }, Kind::Truth) => {
                kind
            }
            (x, y) => {
                let (x, y) = (self.kind_name(x), self.kind_name(y));
                self.error(errors::mismatch(at, &x, and, &y, "both sides of a product, numbers,"));
                Kind::Unknown
            }
        }
    }

    fn power_kind(&mut self, a: &Typed, b: &Typed, at: Span, and: Span) -> Kind {
        let (Kind::Plain { dimension: base, .. }, Kind::Plain { dimension: power, .. }) =
            (a.1, b.1)
        else {
            if a.1 != Kind::Unknown && b.1 != Kind::Unknown {
                let (x, y) = (self.kind_name(a.1), self.kind_name(b.1));
                self.error(errors::mismatch(at, &x, and, &y, "base and exponent, numbers,"));
            }
            return Kind::Unknown;
        };
        if power != Dimension::NUMBER && power != Dimension::YEARS {
            let found = self.kind_name(b.1);
            self.error(errors::unit_mismatch(and, &found, "a number", "an exponent"));
            return Kind::Unknown;
        }
        if base == Dimension::NUMBER {
            return NUMBER;
        }
        match b.0 {
            Expr::Const(n) if n.fract() == 0.0 && n.abs() < 8.0 => {
                let mut dimension = Dimension::NUMBER;
                for _ in 0..n.abs() as i32 {
                    dimension = dimension.times(base, if n < 0.0 { -1 } else { 1 });
                }
                Kind::Plain { dimension, percent: false }
            }
            _ => {
                let found = self.kind_name(a.1);
                self.error(errors::unit_mismatch(at, &found, "a number", "the base of this power"));
                Kind::Unknown
            }
        }
    }

    fn path(
        &mut self,
        first: &ast::Expr,
        legs: &[ast::Leg],
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let start = self.expr(first, env, expected);
        let mut kind = start.1;
        let mut resolved = Vec::new();
        let mut begins = Expr::Const(f64::from(self.model.years.0));
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
                        None => (begins.clone(), last.clone()),
                    };
                    if let (Expr::Const(a), Expr::Const(b)) = (&from, &until) {
                        if a >= b {
                            self.error(errors::reversed_years(*span, *a, *b));
                        }
                    }
                    begins = until.clone();
                    Leg::Move { to: value.0, from, until, shape: *shape, span: *span }
                }
                ast::Leg::Step { from, .. } => {
                    let from = match from {
                        Some(from) => self.year(from, env),
                        None => {
                            self.error(errors::step_without_year(*span));
                            last.clone()
                        }
                    };
                    begins = from.clone();
                    Leg::Step { to: value.0, from }
                }
            });
        }
        (Expr::Path { first: Box::new(start.0), legs: resolved }, kind)
    }

    fn knots(
        &mut self,
        knots: &[(ast::Expr, ast::Expr)],
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let mut kind = None;
        let mut resolved: Vec<(Expr, Expr)> = Vec::new();
        for (year, value) in knots {
            let at = self.year(year, env);
            if let (Some((Expr::Const(before), _)), Expr::Const(now)) = (resolved.last(), &at) {
                if before >= now {
                    self.error(errors::reversed_years(year.span, *before, *now));
                }
            }
            let found = self.expr(value, env, expected);
            kind = Some(match kind {
                Some(kind) => self.same(
                    &(Expr::Const(1.0), kind),
                    &found,
                    knots[0].1.span,
                    value.span,
                    "all values of a path",
                ),
                None => found.1,
            });
            resolved.push((at, found.0));
        }
        (Expr::Knots(resolved), kind.unwrap_or(Kind::Unknown))
    }

    fn year(&mut self, expr: &ast::Expr, env: &mut Env) -> Expr {
        let year = self.expect(expr, env, Kind::Year, "a year");
        self.whole_year(&year, expr.span);
        year
    }

    /// A year that an expression without variables names.
    pub(super) fn constant_year(&mut self, expr: &ast::Expr) -> Option<i32> {
        let year = self.year(expr, &mut Env::default());
        match year.constant() {
            Some(year) => Some(year as i32),
            None => {
                self.error(errors::not_constant(expr.span, "a year"));
                None
            }
        }
    }

    fn whole_year(&mut self, year: &Expr, span: Span) {
        if let Expr::Const(year) = year {
            if year.fract() != 0.0 || year.abs() > 9999.0 {
                self.error(errors::not_a_year(span, *year));
            }
        }
    }

    fn reference(
        &mut self,
        reference: &ast::Reference,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        match &reference.suffix {
            Suffix::Call(call) => self.call(reference, call, env, expected),
            Suffix::Indices(indices) => match self.find(reference, env) {
                Some(id) => self.read(id, indices, reference.span, env),
                None => self.unknown(reference, env),
            },
            Suffix::None => self.bare(reference, env, expected),
        }
    }

    /// The quantity that a name means here.
    pub(super) fn find(&self, reference: &ast::Reference, env: &Env) -> Option<QuantityId> {
        let name = reference.dotted();
        let member = env.lever.map(|lever| format!("{}.{name}", self.model.levers[lever].name));
        let found = member.and_then(|member| self.quantity_names.get(&member));
        found.or_else(|| self.quantity_names.get(&name)).copied()
    }

    fn bare(&mut self, reference: &ast::Reference, env: &mut Env, expected: Option<Kind>) -> Typed {
        let name = reference.dotted();
        if let Some((_, bound)) = env.indices.iter().rev().find(|(index, _)| *index == name) {
            return match *bound {
                Bound::Open(slot, set) => {
                    (Expr::Slot(slot), Kind::Element(self.model.sets[set].root))
                }
                Bound::One(element, set) => {
                    (Expr::Const(f64::from(element)), Kind::Element(self.model.sets[set].root))
                }
            };
        }
        if let Some(Kind::Element(set)) = expected {
            let root = self.model.sets[set].root;
            if let Some(position) = self.model.sets[root].elements.get_index_of(&name) {
                return (Expr::Const(position as f64), Kind::Element(root));
            }
        }
        if let Some(id) = self.find(reference, env) {
            return self.read(id, &[], reference.span, env);
        }
        match name.as_str() {
            "t" => return (Expr::Year(env.time(0)), Kind::Year),
            "first" => return (Expr::Const(f64::from(self.model.years.0)), Kind::Year),
            "last" => return (Expr::Const(f64::from(self.model.years.1)), Kind::Year),
            _ => {}
        }
        if let Some(&(dimension, factor)) = self.units.get(&name) {
            return (Expr::Const(factor), Kind::Plain { dimension, percent: false });
        }
        let known = self.model.sets.iter().any(|set| set.elements.contains_key(&name));
        if known && !matches!(expected, Some(Kind::Element(_))) {
            return self.element(&name, reference.span, None);
        }
        self.unknown(reference, env)
    }

    fn unknown(&mut self, reference: &ast::Reference, env: &Env) -> Typed {
        let name = reference.dotted();
        let mut known: Vec<&str> = self.quantity_names.keys().map(String::as_str).collect();
        let prefix = env.lever.map(|lever| format!("{}.", self.model.levers[lever].name));
        if let Some(prefix) = &prefix {
            known.extend(
                self.quantity_names.keys().filter_map(|name| name.strip_prefix(prefix.as_str())),
            );
        }
        known.extend(env.indices.iter().map(|(name, _)| name.as_str()));
        known
            .extend(self.model.sets.iter().flat_map(|set| set.elements.keys().map(String::as_str)));
        let near = crate::diagnostic::nearest(&name, known).map(str::to_owned);
        self.error(errors::unknown_name(reference.span, &name, near.as_deref()));
        MISTAKE
    }

    fn read(&mut self, id: QuantityId, indices: &[Index], span: Span, env: &mut Env) -> Typed {
        let quantity = &self.model.quantities[id];
        let (axes, kind, name) = (quantity.axes.clone(), quantity.kind, quantity.name.clone());
        let own = quantity.lever.is_some() && quantity.lever == env.lever;
        if let (None, Some(lever)) = (env.lever, quantity.lever) {
            if !self.model.levers[lever].in_baseline && !self.in_scenario {
                let lever = self.model.levers[lever].name.clone();
                self.error(errors::not_in_baseline(span, &name, &lever));
                return MISTAKE;
            }
        }
        let timed = |index: &Index| matches!(index, Index::Expr(expr) if is_time(expr));
        let (mut given, mut time) = (indices, env.time(0));
        let count = indices.len();
        let takes_time = count == axes.len() + 1 || (own && count == 1 && timed(&indices[0]));
        if takes_time {
            given = &indices[..count - 1];
            match self.time_index(&indices[count - 1], env) {
                Some(found) => time = found,
                None => return MISTAKE,
            }
        }
        let mut cells = Vec::new();
        if given.is_empty() && !axes.is_empty() {
            for (n, &axis) in axes.iter().enumerate() {
                let bound = if own { self.bound_of_axis(env, n) } else { None };
                let seen = axes[..n].iter().filter(|&&other| other == axis).count();
                match (bound, env.wild.is_some()) {
                    (Some(bound), _) => cells.push(bound.expr()),
                    (None, true) => cells.push(self.wildcard(axis, seen, env)),
                    (None, false) => {
                        let sets: Vec<String> =
                            axes.iter().map(|&set| self.model.sets[set].name.clone()).collect();
                        self.error(errors::missing_index(span, &name, &sets));
                        return MISTAKE;
                    }
                }
            }
        } else if given.len() != axes.len() {
            let sets: Vec<String> =
                axes.iter().map(|&set| self.model.sets[set].name.clone()).collect();
            self.error(errors::wrong_indices(span, &name, &sets, indices.len()));
            return MISTAKE;
        } else {
            let mut seen: Vec<SetId> = Vec::new();
            for (index, &axis) in given.iter().zip(&axes) {
                let nth = seen.iter().filter(|&&set| set == axis).count();
                seen.push(axis);
                cells.push(self.cell(index, axis, nth, env));
            }
        }
        if let Time::Fixed(year) = time {
            if !(self.model.years.0..=self.model.years.1).contains(&year) {
                self.error(errors::year_outside(span, year, self.model.years));
                return MISTAKE;
            }
        }
        (Expr::Read { quantity: id, cells, time, span }, kind)
    }

    fn bound_of_axis(&self, env: &Env, n: usize) -> Option<Bound> {
        let lever = env.lever?;
        let open =
            self.bindings[lever].iter().filter(|(_, bound)| matches!(bound, Bound::Open(..)));
        let (name, _) = open.clone().nth(n)?;
        env.indices.iter().find(|(index, _)| index == name).map(|(_, bound)| *bound)
    }

    fn wildcard(&mut self, axis: SetId, nth: usize, env: &mut Env) -> Expr {
        let known =
            env.wild.as_ref().and_then(|wild| wild.iter().find(|w| w.0 == axis && w.1 == nth));
        if let Some(&(_, _, slot)) = known {
            return Expr::Slot(slot);
        }
        let slot = env.slot();
        if let Some(wild) = &mut env.wild {
            wild.push((axis, nth, slot));
        }
        Expr::Slot(slot)
    }

    fn cell(&mut self, index: &Index, axis: SetId, nth: usize, env: &mut Env) -> Expr {
        match index {
            Index::All(span) if env.wild.is_none() => {
                self.error(errors::star_outside(*span));
                Expr::Const(0.0)
            }
            Index::All(_) => self.wildcard(axis, nth, env),
            Index::Range(range) => {
                self.error(errors::range_index(range.span));
                Expr::Const(0.0)
            }
            Index::Expr(expr) => self.element_index(expr, axis, env),
        }
    }

    /// An index that names an element of `axis`.
    pub(super) fn element_index(&mut self, expr: &ast::Expr, axis: SetId, env: &mut Env) -> Expr {
        let (root, set_name) = (self.model.sets[axis].root, self.model.sets[axis].name.clone());
        let label = match &expr.kind {
            ExprKind::Text(text) => Some(text.clone()),
            ExprKind::Number(number) if number.unit.is_none() => Some(number.value.to_string()),
            ExprKind::Reference(r) if matches!(r.suffix, Suffix::None) => {
                let bound = env.indices.iter().rev().find(|(index, _)| *index == r.dotted());
                match bound {
                    Some(&(_, bound)) => {
                        let set = bound.set();
                        let inside = self.model.sets[set].root == root
                            && self.model.sets[set]
                                .members
                                .iter()
                                .all(|m| self.model.sets[axis].members.contains(m));
                        let inside = inside
                            || matches!(bound, Bound::One(e, s) if self.model.sets[s].root == root && self.model.sets[axis].members.contains(&e));
                        if !inside {
                            let other = self.model.sets[set].name.clone();
                            self.error(errors::index_of_other_set(
                                expr.span,
                                &r.dotted(),
                                &other,
                                &set_name,
                            ));
                        }
                        return bound.expr();
                    }
                    None => (self.model.sets[root].elements.contains_key(&r.dotted())
                        || self.find(r, env).is_none())
                    .then(|| r.dotted()),
                }
            }
            _ => None,
        };
        let Some(label) = label else {
            return self.expect(expr, env, Kind::Element(root), "an index");
        };
        let position = self.model.sets[root].elements.get_index_of(&label).map(|p| p as u32);
        match position.filter(|p| self.model.sets[axis].members.contains(p)) {
            Some(position) => Expr::Const(f64::from(position)),
            None => {
                self.unknown_element(&label, expr.span, axis);
                Expr::Const(0.0)
            }
        }
    }

    /// Reports a name that is no element of a set.
    pub(super) fn unknown_element(&mut self, label: &str, span: Span, set: SetId) {
        let set = &self.model.sets[set];
        let root = &self.model.sets[set.root].elements;
        let members: Vec<&str> = set
            .members
            .iter()
            .filter_map(|&m| root.get_index(m as usize))
            .map(|(name, _)| name.as_str())
            .collect();
        let near = crate::diagnostic::nearest(label, members.iter().copied()).map(str::to_owned);
        let found = errors::unknown_element(span, label, &set.name, near.as_deref(), &members);
        self.error(found.and(set.span, format!("set `{}`", set.name)));
    }

    /// `t`, `t-1`, `first`, `2024`.
    fn time_index(&mut self, index: &Index, env: &mut Env) -> Option<Time> {
        let expr = match index {
            Index::Expr(expr) => expr,
            Index::All(span) | Index::Range(ast::Range { span, .. }) => {
                self.error(errors::not_a_time(*span));
                return None;
            }
        };
        let mut inner = Env { offset: env.offset, fixed: env.fixed, ..Env::default() };
        let (value, kind) = self.expr(expr, &mut inner, Some(Kind::Year));
        if kind == Kind::Unknown {
            return None;
        }
        let mut offset = 0;
        let mut rest = &value;
        while let Expr::Binary { op, left, right, .. } = rest {
            let Some(step) = right.constant() else { break };
            match op {
                BinaryOp::Add => offset += step as i32,
                BinaryOp::Subtract => offset -= step as i32,
                _ => break,
            }
            rest = left;
        }
        match (rest, value.constant()) {
            (_, Some(year)) if year.fract() == 0.0 && year.abs() <= 9999.0 => {
                Some(Time::Fixed(year as i32))
            }
            (Expr::Year(Time::Offset(start)), _) => Some(Time::Offset(start + offset)),
            (Expr::Year(Time::Fixed(start)), _) => Some(Time::Fixed(start + offset)),
            _ => {
                self.error(errors::not_a_time(expr.span));
                None
            }
        }
    }

    fn call(
        &mut self,
        reference: &ast::Reference,
        call: &ast::Call,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let (name, span) = (reference.dotted(), reference.span);
        if let Some(function) = self.functions.get(&name).copied() {
            return self.user_function(&name, function, call, span, env, expected);
        }
        let reduces = builtins::REDUCTIONS.contains(&name.as_str());
        if reduces && (call.args.len() == 1 || !call.binders.is_empty()) {
            return self.reduction(&name, call, span, env);
        }
        match (name.as_str(), call.args.as_slice()) {
            ("growth", [x]) => {
                let mut before = env.clone();
                before.offset -= 1;
                before.fixed = env.fixed.map(|year| year - 1);
                let now = self.expr(&x.value, env, None);
                before.next_slot = before.next_slot.max(env.next_slot);
                before.wild.clone_from(&env.wild);
                let then = self.expr(&x.value, &mut before, None);
                let ratio = binary(BinaryOp::Divide, now.0, then.0, span);
                (binary(BinaryOp::Subtract, ratio, Expr::Const(1.0), span), PERCENT)
            }
            ("cagr", [x, from, to]) => {
                let (Some(a), Some(b)) =
                    (self.constant_year(&from.value), self.constant_year(&to.value))
                else {
                    return MISTAKE;
                };
                if a >= b {
                    self.error(errors::reversed_years(span, f64::from(a), f64::from(b)));
                    return MISTAKE;
                }
                let mut at = |year: i32| {
                    let fixed = env.fixed.replace(year);
                    let value = self.expr(&x.value, env, None);
                    env.fixed = fixed;
                    value.0
                };
                let (start, end) = (at(a), at(b));
                let ratio = binary(BinaryOp::Divide, end, start, span);
                let power =
                    binary(BinaryOp::Power, ratio, Expr::Const(1.0 / f64::from(b - a)), span);
                (binary(BinaryOp::Subtract, power, Expr::Const(1.0), span), PERCENT)
            }
            ("share" | "coverage", [a, b]) => {
                let part = self.expr(&a.value, env, None);
                let whole = self.sum_of(&b.value, span, env);
                self.same(&part, &whole, a.value.span, b.value.span, "part and whole");
                (binary(BinaryOp::Divide, part.0, whole.0, span), PERCENT)
            }
            ("baseline", [x]) => {
                let (value, kind) = self.expr(&x.value, env, expected);
                (Expr::Baseline(Box::new(value)), kind)
            }
            _ => self.builtin(&name, call, span, env, expected),
        }
    }

    fn sum_of(&mut self, value: &ast::Expr, span: Span, env: &mut Env) -> Typed {
        let call = ast::Call {
            args: vec![ast::Argument { key: None, value: value.clone(), literal_key: false }],
            ..ast::Call::default()
        };
        self.reduction("sum", &call, span, env)
    }

    fn reduction(&mut self, name: &str, call: &ast::Call, span: Span, env: &mut Env) -> Typed {
        let [argument] = call.args.as_slice() else {
            self.error(errors::arity(
                span,
                name,
                1,
                1,
                call.args.len(),
                "sum(x[*]), sum(s in sector: x[s])",
            ));
            return MISTAKE;
        };
        let depth = env.indices.len();
        let outer = env.wild.take();
        let mut loops = Vec::new();
        for (index, set) in &call.binders {
            let Some(&id) = self.sets.get(&set.text) else {
                let near =
                    crate::diagnostic::nearest(&set.text, self.sets.keys().map(String::as_str))
                        .map(str::to_owned);
                self.error(errors::unknown_set(set.span, &set.text, near.as_deref()));
                env.wild = outer;
                env.indices.truncate(depth);
                return MISTAKE;
            };
            let slot = env.slot();
            loops.push((slot, id));
            env.indices.push((index.text.clone(), Bound::Open(slot, id)));
        }
        env.wild = call.binders.is_empty().then(Vec::new);
        let filter = call.filter.as_ref().map(|filter| Box::new(self.truth(filter, env)));
        let (body, kind) = self.expr(&argument.value, env, None);
        env.indices.truncate(depth);
        let wild = std::mem::replace(&mut env.wild, outer).unwrap_or_default();
        loops.extend(wild.iter().map(|&(set, _, slot)| (slot, set)));
        self.model.slots = self.model.slots.max(env.next_slot);
        if loops.is_empty() {
            if matches!(name, "min" | "max") || kind == Kind::Unknown {
                return (body, kind);
            }
            self.error(errors::nothing_to_reduce(span, name));
            return MISTAKE;
        }
        let op = match name {
            "mean" => Reduction::Mean,
            "product" => Reduction::Product,
            "min" => Reduction::Minimum,
            "max" => Reduction::Maximum,
            "hhi" => Reduction::Hhi,
            "any" => Reduction::Any,
            _ => Reduction::Sum,
        };
        let kind = if op == Reduction::Hhi { NUMBER } else { kind };
        (Expr::Reduce { op, loops, filter, body: Box::new(body), span }, kind)
    }

    fn builtin(
        &mut self,
        name: &str,
        call: &ast::Call,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let Some(row) = builtins::builtin(name) else {
            let known = builtins::BUILTINS.iter().map(|row| row.name);
            let known = known
                .chain(builtins::REDUCTIONS)
                .chain(builtins::EXPANDED)
                .chain(self.functions.keys().map(String::as_str));
            let near = crate::diagnostic::nearest(name, known).map(str::to_owned);
            self.error(errors::unknown_function(span, name, near.as_deref()));
            return MISTAKE;
        };
        let count = call.args.len();
        if !(row.arity.0..=row.arity.1).contains(&count) {
            if let Some(extra) = call.args.iter().find_map(|a| a.key.as_ref()) {
                self.error(errors::not_available(
                    extra.span,
                    "truncation and named arguments of distributions",
                ));
            } else {
                self.error(errors::arity(span, name, row.arity.0, row.arity.1, count, row.doc));
            }
            return MISTAKE;
        }
        if row.rule == Rule::Discrete {
            return self.discrete(row, call, span, env, expected);
        }
        let typed: Vec<Typed> =
            call.args.iter().map(|arg| self.expr(&arg.value, env, expected)).collect();
        let mut kind = typed[0].1;
        match row.rule {
            Rule::Number => {
                for (value, arg) in typed.iter().zip(&call.args) {
                    self.fits(value, arg.value.span, NUMBER, "an argument of this function");
                }
                kind = NUMBER;
            }
            Rule::Ratio => {
                kind = self.product_kind(
                    BinaryOp::Divide,
                    &typed[0],
                    &typed[1],
                    call.args[0].value.span,
                    call.args[1].value.span,
                );
                if let Some(other) = typed.get(2) {
                    self.fits(
                        other,
                        call.args[2].value.span,
                        kind,
                        "the value in place of a division by 0",
                    );
                }
            }
            _ => {
                for n in 1..typed.len() {
                    let (a, b) = (&call.args[0].value, &call.args[n].value);
                    kind = self.same(
                        &(typed[0].0.clone(), kind),
                        &typed[n],
                        a.span,
                        b.span,
                        "all arguments",
                    );
                }
            }
        }
        let args: Vec<Expr> = typed.into_iter().map(|(value, _)| value).collect();
        if let Some(problem) = super::distributions::distribution_problem(row.function, &args) {
            self.error(errors::distribution(span, name, &problem, row.doc));
        }
        (Expr::Call { function: row.function, args, span }, kind)
    }

    fn discrete(
        &mut self,
        row: &builtins::Builtin,
        call: &ast::Call,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let mut args = Vec::new();
        let mut kind = expected.unwrap_or(NUMBER);
        for argument in &call.args {
            let Some(key) = &argument.key else {
                self.error(errors::arity(argument.value.span, "discrete", 1, 64, 0, row.doc));
                return MISTAKE;
            };
            let text = self.sources.text(key.span).to_owned();
            let parsed = crate::syntax::parse_value(key.span, &text);
            let Some(value) = parsed else {
                self.error(errors::not_constant(key.span, "a value of discrete"));
                return MISTAKE;
            };
            let found = self.expr(&value, env, expected);
            kind = if expected.is_some() { kind } else { found.1 };
            args.push(found.0);
            args.push(self.expect(&argument.value, env, PERCENT, "a probability"));
        }
        if let Some(problem) = super::distributions::distribution_problem(row.function, &args) {
            self.error(errors::distribution(span, "discrete", &problem, row.doc));
        }
        (Expr::Call { function: row.function, args, span }, kind)
    }

    fn user_function(
        &mut self,
        name: &str,
        (params, body): (&[ast::Name], &ast::Expr),
        call: &ast::Call,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        if env.calls.iter().any(|caller| caller == name) {
            self.error(errors::recursion(span, name));
            return MISTAKE;
        }
        if params.len() != call.args.len() {
            let names: Vec<&str> = params.iter().map(|param| param.text.as_str()).collect();
            let signature = format!("{name}({})", names.join(", "));
            self.error(errors::arity(
                span,
                name,
                params.len(),
                params.len(),
                call.args.len(),
                &signature,
            ));
            return MISTAKE;
        }
        let body = super::substitute::substitute(body, params, &call.args);
        self.expanded += super::substitute::size(&body);
        if self.expanded > super::substitute::MOST {
            self.error(errors::expansion_limit(span));
            return MISTAKE;
        }
        env.calls.push(name.to_owned());
        let found = self.expr(&body, env, expected);
        env.calls.pop();
        found
    }

    pub(super) fn error(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// A binary operation.
pub(super) fn binary(op: BinaryOp, left: Expr, right: Expr, span: Span) -> Expr {
    Expr::Binary { op, left: Box::new(left), right: Box::new(right), span }
}

fn is_zero(expr: &Expr) -> bool {
    matches!(expr, Expr::Const(value) if *value == 0.0)
}

/// True for `t`, `t-1`, `first`, `2024`: an index that can only be a year.
fn is_time(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) => true,
        ExprKind::Reference(r) => matches!(r.dotted().as_str(), "t" | "first" | "last"),
        ExprKind::Binary(_, left, _) => is_time(left),
        ExprKind::Group(inner) => is_time(inner),
        _ => false,
    }
}
