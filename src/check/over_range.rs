//! Reductions over a range of years or whole numbers: `sum(t in 2025..2030: balance)`, `mean(k in 0..2: x[t-k])`.
//!
//! In: a reduction with a range. Out: an expression with one term for each value of the range. If the index is `t`, the
//! whole body is evaluated in each year; another index is replaced by each value.

use super::expr::{Env, MISTAKE, NUMBER, Typed, binary, counted};
use super::functions::{MOST, each, size, substitute};
use super::reductions::Binders;
use super::{Checker, errors};
use crate::builtins::Function;
use crate::model::{BinaryOp, Expr, Kind, Reduction, Time};
use crate::operator;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Index, Over, Suffix};

/// Maximum number of values in a range.
const MOST_VALUES: usize = 1_000;

impl Checker<'_> {
    /// Resolves a reduction whose first range gives one term for each of its values.
    pub(super) fn over_range(
        &mut self,
        (name, op): (&str, Reduction),
        (binders, filter): Binders<'_>,
        body: &ast::Expr,
        span: Span,
        env: &mut Env,
    ) -> Typed {
        let ranged = |binder: &ast::Binder| match &binder.over {
            Over::Range(range) => Some((binder.index.clone(), range.clone())),
            Over::Set(_) => None,
        };
        let Some(at) = binders.iter().position(|binder| ranged(binder).is_some()) else {
            return MISTAKE;
        };
        let mut rest = binders.to_vec();
        let Some((index, range)) = ranged(&rest.remove(at)) else { return MISTAKE };
        let filtered = filter.is_some();
        if op == Reduction::Hhi || filtered && matches!(op, Reduction::Mean) {
            self.error(errors::not_over_range(span, name, filtered));
            return MISTAKE;
        }
        if filtered && rest.is_empty() && matches!(op, Reduction::Minimum | Reduction::Maximum) {
            self.error(errors::not_over_range(span, name, filtered));
            return MISTAKE;
        }
        let parts = [Some(body), filter];
        if index.text != "t" && !parts.into_iter().flatten().any(|part| reads(part, &index.text)) {
            self.error(errors::index_not_read(index.span, &index.text));
            return MISTAKE;
        }
        let Some(times) = self.values_of(&range, env) else { return MISTAKE };
        let mut terms = Vec::new();
        let mut kind = Kind::Unknown;
        // As in a function, a condition that holds in some terms alone is no constant condition.
        env.calls += 1;
        for time in times {
            let (term, found) =
                self.term((name, op), (&rest, filter), (&index, time), body, span, env);
            if found == Kind::Unknown {
                env.calls -= 1;
                return MISTAKE;
            }
            kind = found;
            terms.push(term);
        }
        env.calls -= 1;
        (reduced(op, terms, span), kind)
    }

    /// Resolves the body of a reduction for one value of its range.
    fn term(
        &mut self,
        (name, op): (&str, Reduction),
        (rest, filter): Binders<'_>,
        (index, time): (&ast::Name, Time),
        body: &ast::Expr,
        span: Span,
        env: &mut Env,
    ) -> Typed {
        if self.expanded > MOST {
            return MISTAKE;
        }
        self.expanded += size(body) + filter.map_or(0, size);
        if self.expanded > MOST {
            self.error(errors::expansion_limit(span));
            return MISTAKE;
        }
        let now = (env.offset, env.fixed);
        let (mut body, mut filter) = (body.clone(), filter.cloned());
        if index.text == "t" {
            (env.offset, env.fixed) = match time {
                Time::Offset(offset) => (offset, None),
                Time::Fixed(year) => (0, Some(year)),
            };
        } else {
            let value = value_of(time, env.offset, index.span);
            let params = [index.clone()];
            body = substitute(&body, &params, &[&value]);
            filter = filter.map(|filter| substitute(&filter, &params, &[&value]));
        }
        let found = match rest.is_empty() {
            false => self.reduce(name, op, (rest, filter.as_ref()), &body, span, env),
            true => self.plain_term(op, &body, filter.as_ref(), env),
        };
        (env.offset, env.fixed) = now;
        found
    }

    /// Resolves a term without further binders; its value is neutral where the condition of `where` is false.
    fn plain_term(
        &mut self,
        op: Reduction,
        body: &ast::Expr,
        filter: Option<&ast::Expr>,
        env: &mut Env,
    ) -> Typed {
        let outer = env.wild.take();
        let filter = filter.map(|filter| self.truth(filter, env));
        let found = match op {
            Reduction::Any => (self.truth(body, env), Kind::Truth),
            _ => counted(self.expr(body, env, None)),
        };
        env.wild = outer;
        if op == Reduction::Product {
            self.fits(&found, body.span, NUMBER, "a product over a range");
        }
        let (value, kind) = found;
        let value = match filter {
            None => value,
            Some(filter) => {
                let neutral = if op == Reduction::Product { 1.0 } else { 0.0 };
                Expr::If(Box::new(filter), Box::new(value), Box::new(Expr::Const(neutral)))
            }
        };
        (value, kind)
    }

    /// Returns the values of a range, as years or as numbers of years from the current one; reports a wrong range.
    fn values_of(&mut self, range: &ast::Range, env: &mut Env) -> Option<Vec<Time>> {
        let from = self.time_index(&Index::Expr(range.from.clone()), env)?;
        let to = self.time_index(&Index::Expr(range.to.clone()), env)?;
        let (low, high) = match (from, to) {
            (Time::Fixed(from), Time::Fixed(to)) | (Time::Offset(from), Time::Offset(to)) => {
                (from, to)
            }
            (Time::Fixed(_), Time::Offset(_)) | (Time::Offset(_), Time::Fixed(_)) => {
                self.error(errors::growing_range(range.span));
                return None;
            }
        };
        if low > high {
            let (from, to) = (self.sources.text(range.from.span), self.sources.text(range.to.span));
            self.error(errors::reversed_range(range.span, from.trim(), to.trim()));
            return None;
        }
        if i64::from(high) - i64::from(low) >= MOST_VALUES as i64 {
            self.error(errors::long_range(range.span, MOST_VALUES));
            return None;
        }
        let time = |value| match from {
            Time::Fixed(_) => Time::Fixed(value),
            Time::Offset(_) => Time::Offset(value),
        };
        Some((low..=high).map(time).collect())
    }

    /// Returns the place of the range, and the reduction over the years, for `x[2025..2030]` in a reduction.
    pub(super) fn range_of_years(&self, name: &str, body: &ast::Expr) -> Option<(Span, String)> {
        let ExprKind::Reference(reference) = &body.kind else { return None };
        let Suffix::Indices(indices) = &reference.suffix else { return None };
        let [before @ .., Index::Range(range)] = indices.as_slice() else { return None };
        let id = self.quantity_names.get(&reference.dotted())?;
        if self.model.quantities[*id].axes.len() != before.len() {
            return None;
        }
        let text = self.sources.text(reference.span);
        let (head, _) = text.split_once(self.sources.text(range.span).trim())?;
        let head = head.trim_end_matches([' ', ',']);
        let value = head.strip_suffix('[').map_or_else(|| format!("{head}]"), str::to_owned);
        let years = self.sources.text(range.span).trim();
        Some((range.span, format!("{name}(t in {years}: {value})")))
    }

    /// Returns the reduction over all years for a reduction of one value, such as `max(balance)`.
    pub(super) fn whole_range(&self, name: &str, body: Span, env: &Env) -> Option<String> {
        if !matches!(name, "sum" | "mean" | "min" | "max") || env.calls > 0 {
            return None;
        }
        let text = self.sources.text(body).trim();
        let head = text.split(['[', ' ', '(']).next()?;
        let id = self.quantity_names.get(head)?;
        // `output[r] / sum(output[r])` is a share of all elements.
        let letter = |index: &str| env.indices.iter().any(|(known, _)| known == index);
        let inside =
            text.get(head.len()..)?.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let indices: Vec<&str> = inside.unwrap_or_default().split(',').map(str::trim).collect();
        if indices.iter().any(|index| letter(index)) {
            let all = |index: &&str| if letter(index) { "*" } else { *index }.to_owned();
            let indices: Vec<String> = indices.iter().map(all).collect();
            return Some(format!("{name}({head}[{}])", indices.join(", ")));
        }
        let varies = !self.model.quantities[*id].is_given();
        // A query may name the years: `show mean(x) in 2025..2028`.
        let at = body.range().end;
        let rest = self.sources.rest_of_line(Span::new(body.source, at, at));
        let window = rest.trim_start_matches([')', ' ']).strip_prefix("in ").unwrap_or_default();
        let window = window.split_whitespace().next().filter(|window| window.contains(".."));
        let years = window.filter(|window| !window.ends_with("..")).unwrap_or("first..last");
        varies.then(|| format!("{name}(t in {years}: {text})"))
    }
}

/// Returns an expression for one value of a range: a number, or a lag of the current year.
fn value_of(time: Time, offset: i32, span: Span) -> ast::Expr {
    let number = |value: i32| {
        let number = ast::Number {
            value: f64::from(value),
            written: value.to_string(),
            percent: false,
            scale: 1.0,
            unit: None,
        };
        ast::Expr { kind: ExprKind::Number(number), span }
    };
    let signed = |value: i32| match value < 0 {
        true => {
            let size = number(value.saturating_abs());
            ast::Expr { kind: ExprKind::Negate(Box::new(size)), span }
        }
        false => number(value),
    };
    match time {
        Time::Fixed(value) => signed(value),
        Time::Offset(value) => {
            let path = vec![ast::Name { text: "t".to_owned(), span }];
            let current = ast::Reference { path, suffix: Suffix::None, span };
            let current = ast::Expr { kind: ExprKind::Reference(current), span };
            let steps = signed(value.saturating_sub(offset));
            let op = operator::BinaryOp::Add;
            ast::Expr { kind: ExprKind::Binary(op, Box::new(current), Box::new(steps)), span }
        }
    }
}

/// Combines the terms of a reduction. The tree of a sum is balanced, so that it is not deep.
fn reduced(op: Reduction, terms: Vec<Expr>, span: Span) -> Expr {
    let count = terms.len() as f64;
    match op {
        Reduction::Sum | Reduction::Hhi => balanced(BinaryOp::Add, terms, span),
        Reduction::Mean => {
            let sum = balanced(BinaryOp::Add, terms, span);
            binary(BinaryOp::Divide, sum, Expr::Const(count), span)
        }
        Reduction::Product => balanced(BinaryOp::Multiply, terms, span),
        Reduction::Any => balanced(BinaryOp::Or, terms, span),
        Reduction::Minimum => Expr::Call { function: Function::Minimum, args: terms, span },
        Reduction::Maximum => Expr::Call { function: Function::Maximum, args: terms, span },
    }
}

fn balanced(op: BinaryOp, mut terms: Vec<Expr>, span: Span) -> Expr {
    while terms.len() > 1 {
        let mut joined = Vec::with_capacity(terms.len().div_ceil(2));
        let mut rest = terms.into_iter();
        while let Some(left) = rest.next() {
            joined.push(match rest.next() {
                Some(right) => binary(op, left, right, span),
                None => left,
            });
        }
        terms = joined;
    }
    terms.pop().unwrap_or(Expr::Const(0.0))
}

/// True if an expression reads a name.
fn reads(expr: &ast::Expr, name: &str) -> bool {
    let mut found = false;
    each(&mut expr.clone(), &mut |part| {
        found |= matches!(&part.kind, ExprKind::Reference(reference) if reference.dotted() == name);
    });
    found
}
