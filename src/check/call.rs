//! Calls: reductions, functions of numbers, distributions, and the functions of a script.

use super::errors;
use super::{Bound, Checker};
use crate::builtins::{self, Function, Rule};
use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, Expr, Kind, Random, Reduction, Sample};
use crate::source::Span;
use crate::syntax::ast::{self};

use super::data::data_call;
use super::expr::{Env, MISTAKE, NUMBER, PERCENT, Typed, binary};

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        reference: &ast::Reference,
        call: &ast::Call,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let (name, span) = (reference.dotted(), reference.span);
        if self.functions.contains_key(&name) {
            return self.user_function(&name, call, span, env, expected);
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
            ("empirical", args) if args.iter().any(|arg| data_call(&arg.value).is_some()) => {
                self.sample(call, span, env, expected)
            }
            ("baseline", [x]) => {
                let (value, kind) = self.expr(&x.value, env, expected);
                (Expr::Baseline(Box::new(value)), kind)
            }
            _ => self.builtin(&name, call, span, env, expected),
        }
    }

    pub(super) fn sum_of(&mut self, value: &ast::Expr, span: Span, env: &mut Env) -> Typed {
        let call = ast::Call {
            args: vec![ast::Argument { key: None, value: value.clone(), literal_key: false }],
            ..ast::Call::default()
        };
        self.reduction("sum", &call, span, env)
    }

    pub(super) fn reduction(
        &mut self,
        name: &str,
        call: &ast::Call,
        span: Span,
        env: &mut Env,
    ) -> Typed {
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
                let near = self.nearest(&set.text, self.sets.keys().map(String::as_str));
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
        // An identity may name an index first in here; it goes on to mean the same behind.
        env.indices.drain(depth..depth + call.binders.len());
        let wild = std::mem::replace(&mut env.wild, outer).unwrap_or_default();
        loops.extend(wild.iter().map(|&(set, _, slot)| (slot, set)));
        self.model.slots = self.model.slots.max(env.next_slot);
        if loops.is_empty() {
            if kind == Kind::Unknown {
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

    /// What looks like a call and is none: `if(...)`, a lag in round brackets.
    fn no_call(&self, name: &str, call: &ast::Call, span: Span) -> Option<Diagnostic> {
        let quantity = match (name, call.args.first()) {
            ("if", _) => return Some(errors::if_as_call(span)),
            ("data", _) => return Some(errors::data_in_expression(span)),
            ("lag" | "prev" | "previous", Some(argument)) => match &argument.value.kind {
                ast::ExprKind::Reference(reference) => reference.dotted(),
                _ => return None,
            },
            _ => name.to_owned(),
        };
        let &id = self.quantity_names.get(&quantity)?;
        let axes = &self.model.quantities[id].axes;
        let sets: Vec<String> = axes.iter().map(|&set| self.model.sets[set].name.clone()).collect();
        Some(errors::lag_as_call(span, name, &quantity, &sets))
    }

    pub(super) fn builtin(
        &mut self,
        name: &str,
        call: &ast::Call,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let Some(row) = builtins::builtin(name) else {
            if let Some(found) = self.no_call(name, call, span) {
                self.error(found);
                return MISTAKE;
            }
            let known = builtins::BUILTINS.iter().map(|row| row.name);
            let known = known
                .chain(builtins::REDUCTIONS)
                .chain(builtins::EXPANDED)
                .chain(self.functions.keys().map(String::as_str));
            let near = self.nearest(name, known);
            self.error(errors::unknown_function(span, name, near.as_deref()));
            return MISTAKE;
        };
        let cut;
        let (call, limits) = if row.function.is_random() && row.rule != Rule::Discrete {
            let limits = self.limits(call, env, expected);
            let plain = call.args.iter().filter(|arg| limit_of(arg).is_none());
            cut = ast::Call { args: plain.cloned().collect(), ..ast::Call::default() };
            (&cut, limits)
        } else {
            (call, [None, None])
        };
        let count = call.args.len();
        if !(row.arity.0..=row.arity.1).contains(&count) {
            self.error(errors::arity(span, name, row.arity.0, row.arity.1, count, row.doc));
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
                // The degrees of freedom are a number, whatever is drawn.
                let first = usize::from(row.function == Function::StudentT && typed.len() > 1);
                if first > 0 {
                    self.fits(&typed[0], call.args[0].value.span, NUMBER, "the degrees of freedom");
                    kind = typed[first].1;
                }
                for n in first + 1..typed.len() {
                    let (a, b) = (&call.args[first].value, &call.args[n].value);
                    kind = self.same(
                        &(typed[first].0.clone(), kind),
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
        if row.function.is_random() {
            return (random((row.function, args, None), limits, span, env), kind);
        }
        (Expr::Call { function: row.function, args, span }, kind)
    }

    /// `min: 0%, max: 10%` of a distribution.
    fn limits(
        &mut self,
        call: &ast::Call,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> [Option<Expr>; 2] {
        let mut limits = [None, None];
        for argument in &call.args {
            let Some(n) = limit_of(argument) else { continue };
            let mut drawn = call.args.iter().filter(|arg| limit_of(arg).is_none());
            // The last is of what is drawn, also where degrees of freedom come first.
            let first = drawn.next_back();
            let (value, kind) = self.expr(&argument.value, env, expected);
            if let Some(first) = first {
                let other = self.expr(&first.value, env, expected);
                let (at, and) = (first.value.span, argument.value.span);
                self.same(&other, &(value.clone(), kind), at, and, "a distribution and its limits");
            }
            limits[n] = Some(value);
        }
        limits
    }

    pub(super) fn discrete(
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
        (random((row.function, args, None), [None, None], span, env), kind)
    }
}

/// Which limit of a distribution an argument is: 0 for `min:`, 1 for `max:`.
pub(super) fn limit_of(argument: &ast::Argument) -> Option<usize> {
    let key = argument.key.as_ref().filter(|_| !argument.literal_key)?;
    ["min", "max"].iter().position(|name| key.text == *name)
}

/// A random quantity; the same text of a definition is the same quantity, however often it is read.
pub(super) fn random(
    (function, args, sample): (builtins::Function, Vec<Expr>, Option<Sample>),
    limits: [Option<Expr>; 2],
    span: Span,
    env: &mut Env,
) -> Expr {
    let known = env.randoms.iter().position(|&other| other == span);
    let number = known.unwrap_or_else(|| {
        env.randoms.push(span);
        env.randoms.len() - 1
    });
    let (number, per_year) = (number as u32, env.per_year);
    Expr::Random(Box::new(Random { function, args, sample, limits, number, per_year, span }))
}
