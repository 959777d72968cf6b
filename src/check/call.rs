//! Resolves calls: the function that a name means, its arguments, and functions that are replaced by an
//! expression.

use super::arguments::{self, BoundArguments};
use super::data::data_call;
use super::expr::{Env, MISTAKE, NUMBER, PERCENT, Typed, YEARS, binary};
use super::functions::IN_YEAR;
use super::{Checker, distributions, errors};
use crate::builtins::{self, Builtin, Expansion, Function, Meaning, Need, UnitRule};
use crate::diagnostic::Diagnostic;
use crate::library;
use crate::model::{BinaryOp, Expr, Kind};
use crate::source::Span;
use crate::syntax::ast;

impl Checker<'_> {
    /// Resolves a call. A function of the script takes precedence over a built-in function.
    pub(super) fn call(
        &mut self,
        reference: &ast::Reference,
        call: &ast::Call,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let (name, span) = (reference.dotted(), reference.span);
        if self.refuses_arguments(call) {
            return MISTAKE;
        }
        let own = self.functions.contains_key(&name);
        if name == IN_YEAR {
            return self.in_year(call, env, expected);
        }
        if let Some(binder) = call.binders.first()
            && (own || builtins::reduction(&name).is_none())
        {
            self.error(errors::not_a_reduction(&binder.index, &name));
            return MISTAKE;
        }
        // A quantity of the trade library may have the name of a function: `coverage(China)`.
        if let Some(edit) = self.elements_as_arguments(&name, call, env) {
            self.error(errors::call_of_quantity(span, &name, &edit));
            return MISTAKE;
        }
        if own {
            return self.user_function(&name, call, span, env, expected);
        }
        if let Some(edit) = self.with_own_arguments(&name, call) {
            self.error(errors::other_arguments(span, &name, &edit));
            return MISTAKE;
        }
        // `min` and `max` of one argument are reductions.
        if let Some((row, op)) = builtins::reduction(&name)
            && (call.args.len() == 1
                || !call.binders.is_empty()
                || builtins::function(&name).is_none())
        {
            return self.reduction(row, op, call, span, env);
        }
        if let Some((row, expansion)) = builtins::expansion(&name) {
            return self.expansion(row, expansion, call, span, env, expected);
        }
        if let Some((row, function)) = builtins::function(&name) {
            if function == Function::Empirical
                && call.args.iter().any(|argument| data_call(&argument.value).is_some())
            {
                return self.sample(row, call, span, env, expected);
            }
            return self.function(row, function, call, span, env, expected);
        }
        if self.take_standard(&name) {
            return self.user_function(&name, call, span, env, expected);
        }
        let found = self.unknown_function(&name, call, span, env);
        self.error(found);
        MISTAKE
    }

    /// Rewrites the call of a built-in function with the arguments that the function has in another language.
    fn with_own_arguments(&self, name: &str, call: &ast::Call) -> Option<String> {
        if !call.binders.is_empty() {
            return None;
        }
        let sum = builtins::reduction(name).and_then(|_| self.sum_without_set(name, call));
        // `sum(p, x[p])` of GAMS and `round(x, 2)` of Excel have one argument more, and so has `max(x, "2025 2028")` of
        // EViews.
        let years = call.args.get(1).is_some_and(|argument| {
            super::habits::two_years(self.sources.text(argument.value.span)).is_some()
        });
        let takes_more = call.args.len() == 2
            && (matches!(name, "sum" | "round" | "mean")
                || years && builtins::reduction(name).is_some());
        sum.or_else(|| takes_more.then(|| self.habit_of_call(name, call)).flatten())
    }

    /// Resolves a function that is replaced by an expression of operators and reads.
    fn expansion(
        &mut self,
        row: &'static Builtin,
        expansion: Expansion,
        call: &ast::Call,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let parameters = arguments::parameters(row);
        let Some(given) = self.bind_arguments(row.name, &parameters, &row.help(), call, span)
        else {
            return MISTAKE;
        };
        let values: Vec<&ast::Expr> = given.iter().flatten().map(|arg| &arg.value).collect();
        match (expansion, values.as_slice()) {
            (Expansion::Growth, [x]) => {
                let (now, then) = self.now_and_before(x, env);
                let ratio = binary(BinaryOp::Divide, now.0, then.0, span);
                (binary(BinaryOp::Subtract, ratio, Expr::Const(1.0), span), PERCENT)
            }
            (Expansion::Change, [x]) => {
                let (now, then) = self.now_and_before(x, env);
                let kind = self.sum_kind(BinaryOp::Subtract, &now, &then, x.span, x.span);
                (binary(BinaryOp::Subtract, now.0, then.0, span), kind)
            }
            (Expansion::Cagr, [x, from, to]) => self.cagr(x, (from, to), span, env),
            (Expansion::Share | Expansion::Coverage, [part, whole]) => {
                let (at, and) = (part.span, whole.span);
                if let Some(inner) = self.inside_sum(whole) {
                    self.error(errors::other_arguments(whole.span, row.name, &inner));
                    return MISTAKE;
                }
                let part = self.expr(part, env, None);
                let whole = self.sum_of(whole, span, env);
                self.same(&part, &whole, at, and, "part and whole");
                (binary(BinaryOp::Divide, part.0, whole.0, span), PERCENT)
            }
            (Expansion::Baseline, [x]) => {
                let (value, kind) = self.expr(x, env, expected);
                (Expr::Baseline(Box::new(value)), kind)
            }
            // Binding gave one argument per parameter, so these indices exist.
            (
                Expansion::Growth
                | Expansion::Change
                | Expansion::Cagr
                | Expansion::Share
                | Expansion::Coverage
                | Expansion::Baseline,
                _,
            ) => MISTAKE,
        }
    }

    /// Resolves an expression for the current year and for the year before.
    fn now_and_before(&mut self, x: &ast::Expr, env: &mut Env) -> (Typed, Typed) {
        let mut before = env.clone();
        before.offset -= 1;
        before.fixed = env.fixed.map(|year| year - 1);
        let now = self.expr(x, env, None);
        // Both expressions share the slots of `*`, so that each element is compared with itself.
        before.next_slot = before.next_slot.max(env.next_slot);
        before.wild.clone_from(&env.wild);
        (now, self.expr(x, &mut before, None))
    }

    /// Builds `(x in to / x in from) ^ (1 / years) - 1`.
    fn cagr(
        &mut self,
        x: &ast::Expr,
        (from, to): (&ast::Expr, &ast::Expr),
        span: Span,
        env: &mut Env,
    ) -> Typed {
        let (Some(from), Some(to)) = (self.constant_year(from), self.constant_year(to)) else {
            return MISTAKE;
        };
        if from >= to {
            let text = self.sources.text(x.span).trim();
            let edit = format!("cagr({text}, {to}, {from})");
            self.error(errors::reversed_growth(span, from, to, &edit));
            return MISTAKE;
        }
        let mut at = |year: i32| {
            let fixed = env.fixed.replace(year);
            let value = self.expr(x, env, None);
            env.fixed = fixed;
            value.0
        };
        let (start, end) = (at(from), at(to));
        let ratio = binary(BinaryOp::Divide, end, start, span);
        let share = Expr::Const(1.0 / f64::from(to - from));
        let power = binary(BinaryOp::Power, ratio, share, span);
        (binary(BinaryOp::Subtract, power, Expr::Const(1.0), span), PERCENT)
    }

    /// Returns the message for an unknown function. Recognises two other mistakes that look like a call:
    /// `if(...)`, and a lag in round brackets.
    fn unknown_function(&self, name: &str, call: &ast::Call, span: Span, env: &Env) -> Diagnostic {
        let quantity = match (name, call.args.first()) {
            ("if", _) if call.args.len() < 2 => return errors::if_as_call(span),
            ("probability", _) => return errors::probability_inside(span),
            ("data", _) => {
                return errors::data_in_expression(span, self.with_data_apart(span));
            }
            ("lag" | "prev" | "previous", Some(argument)) => match &argument.value.kind {
                ast::ExprKind::Reference(reference) => reference.dotted(),
                _ => String::new(),
            },
            _ => name.to_owned(),
        };
        let lower = name.to_lowercase();
        if let Some((line, edit)) = self.habit_over_years(name, call, span) {
            return errors::function_over_years(span, name, (line, &edit));
        }
        if matches!(lower.as_str(), "cumsum" | "cusum" | "runsum" | "integ")
            && let Some((line, edit)) = self.running_sum_of_query(call, span)
        {
            return errors::function_over_years(span, name, (line, &edit));
        }
        if matches!(lower.as_str(), "cumsum" | "cusum" | "runsum" | "integ" | "cumprod") {
            return errors::running_sum(span, name);
        }
        let edit = self.habit_of_call(name, call).or_else(|| self.habit_of_method(name, call));
        if let Some(edit) = edit {
            return errors::foreign_function(span, name, &edit);
        }
        if let Some(words) = super::formulas::in_words(lower.trim_start_matches("pd.")) {
            return errors::no_such_function(span, name, words);
        }
        if let Some(edit) = self.index_in_brackets(name, call, Some(env)) {
            return errors::call_of_quantity(span, name, &edit);
        }
        if let Some(&id) = self.quantity_names.get(&quantity) {
            let axes = &self.model.quantities[id].axes;
            let sets = axes.iter().map(|&set| self.model.sets[set].name.clone());
            return errors::lag_as_call(span, name, &quantity, &sets.collect::<Vec<_>>());
        }
        let mut known: Vec<&str> = self.functions.keys().map(String::as_str).collect();
        for language in builtins::names().chain(library::standard_names()) {
            known.push(language);
        }
        let near = if name.contains('.') { None } else { self.nearest(name, known) };
        errors::unknown_function(span, name, near.as_deref())
    }

    /// Resolves a function of numbers or a distribution.
    fn function(
        &mut self,
        row: &'static Builtin,
        function: Function,
        call: &ast::Call,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        if row.rule == UnitRule::Pairs {
            return self.discrete(row, call, span, env, expected);
        }
        if function == Function::Beta
            && let Some(edit) = distributions::beta_by_mean(call)
        {
            self.error(errors::beta_by_mean(span, &edit));
            return MISTAKE;
        }
        let parameters = arguments::parameters(row);
        let Some(given) = self.bind_arguments(row.name, &parameters, &row.help(), call, span)
        else {
            return MISTAKE;
        };
        let (values, kind) = self.values(row, &given, env, expected);
        if row.rule == UnitRule::Same {
            let numbers = row.parameters.iter().map(|parameter| parameter.number);
            let sharing = given.iter().zip(numbers.chain(std::iter::repeat(false)));
            let sharing = sharing.filter(|(_, number)| !number).flat_map(|(given, _)| given);
            let sharing: Vec<&ast::Expr> = sharing.map(|argument| &argument.value).collect();
            self.warn_of_percent_beside(&sharing);
        }
        self.distribution_problem(row, function, call, &values, span);
        if !function.is_random() {
            return (Expr::Call { function, args: values, span }, kind);
        }
        let shared = self.shared(row, &given);
        let limits = self.limits(&given[row.parameters.len()..], shared, kind, env, expected);
        (distributions::random((function, values, None), limits, span, env), kind)
    }

    /// Reports constant parameters that the distribution cannot have.
    fn distribution_problem(
        &mut self,
        row: &'static Builtin,
        function: Function,
        call: &ast::Call,
        values: &[Expr],
        span: Span,
    ) {
        let Some(problem) = distributions::problem(function, values) else { return };
        let named = call.args.iter().any(|argument| argument.key.is_some());
        let texts = call.args.iter().map(|argument| self.sources.text(argument.value.span).trim());
        let texts: Vec<&str> = texts.collect();
        let edit = distributions::mended(row.name, function, values, &texts);
        let found = match edit.filter(|_| !named) {
            Some(edit) => errors::distribution(span, row.name, &problem, format!("write `{edit}`"))
                .fix(span, edit),
            None => errors::distribution(span, row.name, &problem, errors::written(&row.help())),
        };
        self.error(found);
    }

    /// Resolves the arguments in the order of the parameters, and finds the kind of the function's value.
    fn values(
        &mut self,
        row: &'static Builtin,
        given: &BoundArguments<'_>,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> (Vec<Expr>, Kind) {
        let mut typed: Vec<(Typed, Span, bool)> = Vec::new();
        let mut values = Vec::new();
        // A left-out parameter gets its default only if a later one is given.
        let last = row.parameters.len().min(given.len());
        let last = given[..last].iter().rposition(|given| !given.is_empty()).map_or(0, |n| n + 1);
        for (parameter, given) in row.parameters.iter().zip(given).take(last) {
            for argument in given {
                let found = self.expr(&argument.value, env, expected.filter(|_| !parameter.number));
                values.push(found.0.clone());
                typed.push((found, argument.value.span, parameter.number));
            }
            if let (Need::Default(value), true) = (parameter.need, given.is_empty()) {
                values.push(Expr::Const(value));
            }
        }
        let kind = self.value_kind(row, &typed);
        (values, kind)
    }

    /// Checks the units of the arguments. `typed` has for each argument its place, and true if it must be a plain
    /// number.
    fn value_kind(&mut self, row: &'static Builtin, typed: &[(Typed, Span, bool)]) -> Kind {
        // A span of calendar years is a number in an exponent, and so in a function of a number: `exp(-r * (t -
        // first))` is `(1 + r) ^ -(t - first)` in continuous time.
        let is_random = matches!(row.meaning, Meaning::Function(function) if function.is_random());
        for (value, span, _) in typed.iter().filter(|&&(.., number)| number) {
            self.fits(value, *span, NUMBER, "the degrees of freedom");
        }
        match (row.rule, typed) {
            (UnitRule::Number, typed) => {
                for (value, span, _) in typed {
                    if !is_random && value.1 == YEARS {
                        continue;
                    }
                    if !self.fits(value, *span, NUMBER, "an argument of this function") {
                        self.divide_by_unit(*span, value.1);
                    }
                }
                NUMBER
            }
            (UnitRule::Root, [(base, span, _)]) => {
                self.power_kind(base, &(Expr::Const(0.5), NUMBER), *span, *span)
            }
            (UnitRule::Ratio, [(a, at, _), (b, and, _), rest @ ..]) => {
                let kind = self.product_kind(BinaryOp::Divide, a, b, *at, *and);
                for (value, span, _) in rest {
                    self.fits(value, *span, kind, "the value in place of a division by 0");
                }
                kind
            }
            (
                UnitRule::Same | UnitRule::Root | UnitRule::Ratio | UnitRule::Pairs | UnitRule::Own,
                typed,
            ) => {
                let mut shared = typed.iter().filter(|&&(.., number)| !number);
                let Some((first, at, _)) = shared.next() else { return NUMBER };
                shared.fold(first.1, |kind, (value, span, _)| {
                    self.same(&(first.0.clone(), kind), value, *at, *span, "all arguments")
                })
            }
        }
    }

    /// Returns the place of the last argument that must have the unit of the function's value.
    fn shared(&self, row: &'static Builtin, given: &BoundArguments<'_>) -> Option<Span> {
        let own = row.parameters.iter().zip(given).filter(|(parameter, _)| !parameter.number);
        own.flat_map(|(_, given)| given).next_back().map(|argument| argument.value.span)
    }
}
