//! Functions written in Mizan: a call is replaced by the body, with the arguments in place of the
//! parameters. No function calls itself.

use std::collections::{BTreeMap, BTreeSet};

use super::arguments::Formal;
use super::cycles::{Cycle, order};
use super::expr::{Env, MISTAKE, Typed, is_time};
use super::{Checker, FunctionEntry, errors};
use crate::library;
use crate::model::{Kind, Time};
use crate::source::Span;
use crate::syntax::ast::{self, Argument, Expr, ExprKind, HowOften, Index, Leg, Reference, Suffix};

/// Maximum nesting depth of function calls.
const MAX_CALLS: usize = 64;
/// Maximum size of all inserted bodies together, in parts of expressions.
pub(super) const MOST: usize = 200_000;
/// Number of parameters in a shown signature.
const SHOWN: usize = 12;

/// The position of a called function in [`Checker::functions`], and the place of the call.
type Called = (usize, Span);

/// Name of the function that evaluates an expression in another year, for parameters that a body reads with a lag. No
/// script can write this name.
pub(super) const IN_YEAR: &str = "[t]";

impl Checker<'_> {
    /// Resolves an expression, evaluated in another year.
    pub(super) fn in_year(
        &mut self,
        call: &ast::Call,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let [value, year] = call.args.as_slice() else { return MISTAKE };
        let Some(time) = self.time_index(&Index::Expr(year.value.clone()), env) else {
            return MISTAKE;
        };
        let now = (env.offset, env.fixed);
        (env.offset, env.fixed) = match time {
            Time::Offset(offset) => (offset, None),
            Time::Fixed(year) => (0, Some(year)),
        };
        let found = self.expr(&value.value, env, expected);
        (env.offset, env.fixed) = now;
        found
    }

    /// Reports functions that call themselves, directly or indirectly, and repeated parameters.
    pub(super) fn functions(&mut self) {
        for n in 0..self.functions.len() {
            let Some((_, &(_, params, _))) = self.functions.get_index(n) else { continue };
            let mut given = indexmap::IndexMap::new();
            for param in params {
                self.given_twice(&mut given, param);
            }
        }
        let calls: Vec<Vec<Called>> = self.functions.values().map(|f| self.calls_in(f)).collect();
        let called = |calls: &Vec<Called>| calls.iter().map(|call| call.0).collect();
        let (_, cycles) = order(&calls.iter().map(called).collect::<Vec<_>>());
        for Cycle { nodes, edge: (from, edge) } in cycles {
            let (called, span) = calls[from][edge];
            let name = |n| self.functions.get_index(n).map_or("", |(name, _)| name.as_str());
            let names: Vec<&str> = nodes.into_iter().map(name).collect();
            let found = errors::recursion(span, &names);
            self.recursive.insert(name(called).to_owned());
            self.error(found);
        }
    }

    /// Returns the calls of other functions in the body of a function.
    fn calls_in(&self, &(_, _, body): &FunctionEntry<'_>) -> Vec<Called> {
        let mut calls = Vec::new();
        each(&mut body.clone(), &mut |part| {
            if let ExprKind::Reference(reference) = &part.kind
                && matches!(reference.suffix, Suffix::Call(_))
                && let Some(called) = self.functions.get_index_of(&reference.dotted())
            {
                calls.push((called, reference.span));
            }
        });
        calls
    }

    /// Adds a function of the standard library to those of the script; returns false if there is none with this name.
    pub(super) fn take_standard(&mut self, name: &str) -> bool {
        let found = library::standard(name);
        if let Some(function) = found {
            let entry = (&function.name, function.params.as_slice(), &function.body);
            self.functions.insert(name.to_owned(), entry);
        }
        found.is_some()
    }

    /// Resolves a call of a function that is written in Mizan.
    pub(super) fn user_function(
        &mut self,
        name: &str,
        call: &ast::Call,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let Some((_, params, body)) = self.functions.get(name).copied() else { return MISTAKE };
        self.called.insert(name.to_owned());
        if self.recursive.contains(name) {
            return MISTAKE;
        }
        let shown = params.iter().take(SHOWN).map(|param| param.text.as_str());
        let rest = (params.len() > SHOWN).then_some("...");
        let signature = format!("{name}({})", shown.chain(rest).collect::<Vec<_>>().join(", "));
        let formals: Vec<Formal<'_>> =
            params.iter().map(|param| Formal::required(&param.text)).collect();
        let Some(given) = self.bind_arguments(name, &formals, &signature, call, span) else {
            return MISTAKE;
        };
        let args: Vec<&Expr> = given.into_iter().flatten().map(|arg| &arg.value).collect();
        if self.expanded > MOST {
            return MISTAKE;
        }
        let whole = body.span;
        let body = substitute(body, params, &args);
        self.expanded += size(&body);
        if self.expanded > MOST {
            self.error(errors::expansion_limit(span));
            return MISTAKE;
        }
        if env.calls >= MAX_CALLS {
            self.error(errors::expansion_depth(span, MAX_CALLS));
            return MISTAKE;
        }
        env.calls += 1;
        let site = env.site_of(span);
        env.enter(whole, (span, site));
        let found = self.expr(&body, env, expected);
        env.leave();
        env.calls -= 1;
        found
    }
}

/// Returns the body with each parameter replaced by its argument.
///
/// An index that the body binds is renamed first if a parameter or argument has the same name: it must not
/// capture the name (hygiene).
pub(super) fn substitute(body: &Expr, params: &[ast::Name], args: &[&Expr]) -> Expr {
    let pairs = params.iter().zip(args);
    let values: BTreeMap<&str, &Expr> =
        pairs.map(|(param, arg)| (param.text.as_str(), *arg)).collect();
    let mut named: BTreeSet<String> = params.iter().map(|param| param.text.clone()).collect();
    for arg in args {
        each(&mut (*arg).clone(), &mut |expr| {
            if let ExprKind::Reference(reference) = &expr.kind {
                named.insert(reference.dotted());
            }
        });
    }
    let mut body = body.clone();
    each(&mut body, &mut |expr| rename(expr, &named));
    each(&mut body, &mut |expr| {
        if let ExprKind::Drawn(_, HowOften::Each(index)) = &mut expr.kind
            && let Some(ExprKind::Reference(Reference { path, suffix: Suffix::None, .. })) =
                values.get(index.text.as_str()).map(|value| &value.kind)
            && let [name] = path.as_slice()
        {
            index.text.clone_from(&name.text);
        }
        let ExprKind::Reference(reference) = &expr.kind else { return };
        let Some(&value) = values.get(reference.dotted().as_str()) else { return };
        match &reference.suffix {
            // A number stays a number, so that it can be the name of an element.
            Suffix::None if matches!(value.kind, ExprKind::Number(_)) => {
                expr.kind = value.kind.clone();
            }
            Suffix::None => expr.kind = ExprKind::Group(Box::new(value.clone())),
            Suffix::Indices(indices) => expr.kind = indexed(value, indices, reference),
            Suffix::Call(_) => {}
        }
    });
    body
}

/// Returns an argument whose parameter the body reads with indices. `x[t-1]` is the value of the whole argument in
/// another year; with other indices the argument must be a name, which gets the indices.
fn indexed(value: &Expr, indices: &[Index], reference: &Reference) -> ExprKind {
    match (&value.kind, indices) {
        (_, [Index::Expr(year)]) if is_time(year) => {
            let argument = |value: Expr| Argument { key: None, value, literal_key: false };
            let args = vec![argument(value.clone()), argument(year.clone())];
            let call = ast::Call { args, ..ast::Call::default() };
            ExprKind::Reference(Reference {
                path: vec![ast::Name { text: IN_YEAR.to_owned(), span: reference.span }],
                suffix: Suffix::Call(call),
                span: reference.span,
            })
        }
        (ExprKind::Reference(Reference { path, suffix: Suffix::None, .. }), indices) => {
            ExprKind::Reference(Reference {
                path: path.clone(),
                suffix: Suffix::Indices(indices.to_vec()),
                span: reference.span,
            })
        }
        _ => ExprKind::Reference(reference.clone()),
    }
}

/// Renames the indices that a reduction binds and that occur in `named`; no script can write the new names.
fn rename(expr: &mut Expr, named: &BTreeSet<String>) {
    let ExprKind::Reference(Reference { suffix: Suffix::Call(call), .. }) = &mut expr.kind else {
        return;
    };
    for n in 0..call.binders.len() {
        let old = call.binders[n].index.text.clone();
        if !named.contains(&old) {
            continue;
        }
        let mut new = old.clone();
        while named.contains(&new) {
            new.push('\'');
        }
        call.binders[n].index.text.clone_from(&new);
        let mut bound = |expr: &mut Expr| {
            if let ExprKind::Drawn(_, HowOften::Each(index)) = &mut expr.kind
                && index.text == old
            {
                index.text.clone_from(&new);
            }
            if let ExprKind::Reference(reference) = &mut expr.kind
                && reference.dotted() == old
                && let Some(first) = reference.path.first_mut()
            {
                first.text.clone_from(&new);
            }
        };
        call.filter.iter_mut().for_each(|filter| each(filter, &mut bound));
        call.args.iter_mut().for_each(|arg| each(&mut arg.value, &mut bound));
    }
}

/// Returns the number of nodes of an expression.
pub(super) fn size(expr: &Expr) -> usize {
    let mut count = 0;
    each(&mut expr.clone(), &mut |_| count += 1);
    count
}

/// Applies `change` to every part, inner parts first. A pair of brackets is not a part.
pub(super) fn each(expr: &mut Expr, change: &mut impl FnMut(&mut Expr)) {
    match &mut expr.kind {
        ExprKind::Negate(a) | ExprKind::Not(a) | ExprKind::Group(a) | ExprKind::Drawn(a, _) => {
            each(a, change)
        }
        ExprKind::Binary(_, a, b) => {
            each(a, change);
            each(b, change);
        }
        ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|part| each(part, change)),
        ExprKind::Reference(reference) => match &mut reference.suffix {
            Suffix::Indices(indices) => {
                for index in indices {
                    if let Index::Expr(expr) = index {
                        each(expr, change);
                    }
                }
            }
            Suffix::Call(call) => {
                for binder in &mut call.binders {
                    if let ast::Over::Range(range) = &mut binder.over {
                        each(&mut range.from, change);
                        each(&mut range.to, change);
                    }
                }
                call.filter.iter_mut().for_each(|filter| each(filter, change));
                call.args.iter_mut().for_each(|arg| each(&mut arg.value, change));
            }
            Suffix::None => {}
        },
        ExprKind::Path { first, legs } => {
            each(first, change);
            legs.iter_mut().for_each(|leg| each_of_leg(leg, change));
        }
        ExprKind::Points(points) => {
            for (year, value) in points {
                each(year, change);
                each(value, change);
            }
        }
        ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Map(_)
        | ExprKind::Table(_)
        | ExprKind::Mistake => {}
    }
    if !matches!(expr.kind, ExprKind::Group(_)) {
        change(expr);
    }
}

fn each_of_leg(leg: &mut Leg, change: &mut impl FnMut(&mut Expr)) {
    match leg {
        Leg::Move { to, over, .. } => {
            each(to, change);
            if let Some(over) = over {
                each(&mut over.from, change);
                each(&mut over.to, change);
            }
        }
        Leg::Step { to, from, .. } => {
            each(to, change);
            from.iter_mut().for_each(|from| each(from, change));
        }
    }
}
