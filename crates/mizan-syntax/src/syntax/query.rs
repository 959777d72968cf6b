//! Queries: from the grammar's pairs to the tree, with their clauses.
//!
//! In: the pair of a query. Out: the query. The grammar reads any clause after any query; a clause that
//! the query does not take, or that is written twice, is reported here, by the table of words.

use pest::iterators::Pair;

use super::ast::{
    Aim, Ask, Clauses, Condition, Expr, ExprKind, Fit, Goal, InputRange, Name, Query, ShownValue,
    Unit, UnitTerm, Window,
};
use super::build::Builder;
use super::errors;
use super::expr::comparison;
use super::grammar::Rule;
use super::words::{self, Clause, ValueQuery, Word};
use crate::source::Span;

/// The parts of a query that were read, before its type is known.
#[derive(Default)]
struct Found {
    values: Vec<ShownValue>,
    inputs: Vec<InputRange>,
    goal: Option<Goal>,
    conditions: Vec<Aim>,
    /// The years inside a condition, if no further condition follows them.
    years: Vec<Window>,
    fits: Vec<Fit>,
    /// True for `least` before the value.
    least: bool,
    /// The clauses read so far, with their spans.
    clauses: Vec<(Clause, Span)>,
    scope: Clauses,
    tolerance: Option<Expr>,
}

impl Found {
    /// Builds the question of a query by the rule of the grammar that has read it; returns it with the clauses of the
    /// whole query.
    fn ask(mut self, rule: Rule, word: &str) -> Option<(Ask, Clauses)> {
        let ask = match rule {
            Rule::values_query | Rule::bare_show => Ask::Values(ValueQuery::of(word)?, self.values),
            Rule::distribution => Ask::Distribution(self.values),
            Rule::check => Ask::Check(self.only_condition()?),
            Rule::find => Ask::Find {
                unknowns: self.inputs,
                goal: self.goal,
                so_that: aims(self.conditions, &self.scope, self.tolerance.as_ref()),
            },
            Rule::sweep => Ask::Sweep { over: self.inputs, show: self.values },
            Rule::sensitivity => Ask::Sensitivity(self.values),
            Rule::calibrate => Ask::Calibrate { unknowns: self.inputs, fits: self.fits },
            Rule::discover => Ask::Discover(self.only_condition()?),
            Rule::robust => Ask::Robust {
                by: self.values.pop()?.expr,
                least: self.least,
                so_that: self.conditions.pop(),
            },
            _ => return None,
        };
        Some((ask, self.scope))
    }

    /// Takes the condition of a query that has only one. A tolerance and years after the condition belong to it.
    fn only_condition(&mut self) -> Option<Condition> {
        let Aim { mut condition, .. } = self.conditions.pop()?;
        condition.tolerance = condition.tolerance.or(self.tolerance.take());
        self.scope.years.append(&mut self.years);
        Some(condition)
    }
}

impl Builder {
    /// Builds a query from the pair of a grammar rule, such as `check` or `values_query`.
    pub(super) fn query(&mut self, pair: Pair<'_, Rule>) -> Option<Query> {
        let (span, rule) = (self.span(&pair), pair.as_rule());
        let bare = rule == Rule::bare_show;
        let first = pair.as_str().split(|c: char| !c.is_alphanumeric() && c != '_').next();
        let word = if bare { "show" } else { first.unwrap_or("") };
        let (mut found, mut cites) = (Found::default(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::values_word => {}
                Rule::value_list => {
                    found.values =
                        part.into_inner().filter_map(|value| self.shown_value(value)).collect();
                }
                Rule::condition | Rule::lone_condition => self.aim(part, &mut found),
                Rule::unknown_input | Rule::swept => {
                    let input = self.input_range(part)?;
                    found.inputs.push(input);
                }
                Rule::goal => found.goal = self.goal(part),
                Rule::fit => found.fits.extend(self.fit(part)),
                Rule::among | Rule::least_first | Rule::expr | Rule::target => {
                    self.robust_part(part, &mut found);
                }
                Rule::cite => cites.push(self.cite(part)),
                _ => self.clause(part, &mut found),
            }
        }
        if let Some(word) = words::find(word) {
            self.refuse_clauses(word, &found.clauses);
        }
        if let (Rule::find, [_, second, ..]) = (rule, found.scope.years.as_slice()) {
            self.report(errors::years_of_find(second.span));
        }
        let (ask, scope) = found.ask(rule, word)?;
        Some(Query { ask, scope, cites, bare, span })
    }

    fn clause(&mut self, pair: Pair<'_, Rule>, found: &mut Found) {
        let span = self.span(&pair);
        let clause = match pair.as_rule() {
            Rule::for_scenarios => {
                let names = self.parts(pair).names;
                found.scope.scenarios = Some((!names.is_empty()).then_some(names));
                Clause::For
            }
            Rule::window | Rule::year_list => {
                found.scope.years = self.windows(pair);
                Clause::In
            }
            Rule::shown_unit => {
                found.scope.unit = pair.into_inner().next().map(|unit| self.shown_unit(unit));
                Clause::Unit
            }
            Rule::digits => {
                found.scope.digits = self.only_expr(pair);
                Clause::Digits
            }
            Rule::additions => {
                found.scope.with = self.parts(pair).names;
                Clause::With
            }
            Rule::across => {
                found.scope.across = self.parts(pair).names.pop();
                Clause::Across
            }
            Rule::to_scenario => {
                found.scope.to = self.parts(pair).names.pop();
                Clause::To
            }
            Rule::by_lever => {
                found.scope.by_lever = true;
                Clause::By
            }
            Rule::by_name => {
                found.scope.by = self.parts(pair).names.pop();
                Clause::By
            }
            Rule::tolerance => {
                found.tolerance = self.only_expr(pair);
                Clause::Within
            }
            Rule::depth_limit => {
                found.scope.depth = self.only_expr(pair);
                Clause::Depth
            }
            Rule::least_share => {
                found.scope.above = self.only_expr(pair);
                Clause::Above
            }
            _ => return self.stray(&pair),
        };
        found.clauses.push((clause, span));
    }

    /// Reports clauses that the query does not take, and repeated clauses.
    fn refuse_clauses(&mut self, word: &Word, clauses: &[(Clause, Span)]) {
        for (at, &(clause, span)) in clauses.iter().enumerate() {
            let first = clauses.iter().take(at).find(|(other, _)| *other == clause);
            if !word.clauses.contains(&clause) {
                self.report(errors::unknown_clause(span, word, clause));
            } else if let Some(&(_, first)) = first {
                self.report(errors::second_clause(span, first, clause));
            }
        }
    }

    /// Reads `duty.rate in 0%..50% step 1%`; `over` in place of `in` for a sweep.
    fn input_range(&mut self, pair: Pair<'_, Rule>) -> Option<InputRange> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let input = self.reference(inner.next()?);
        let (mut range, mut step) = (None, None);
        for part in inner {
            match part.as_rule() {
                Rule::range => range = Some(self.range(part)),
                _ => step = self.only_expr(part),
            }
        }
        Some(InputRange { input, range, step, span })
    }

    /// Builds a fit: `imports fits observed`.
    fn fit(&mut self, pair: Pair<'_, Rule>) -> Option<Fit> {
        let span = self.span(&pair);
        let mut sides = pair.into_inner().map(|side| self.expr(side));
        Some(Fit { value: sides.next()?, observed: sides.next()?, span })
    }

    /// Builds a part of `robust among A, B by least COST so that CONDITION`.
    fn robust_part(&mut self, part: Pair<'_, Rule>, found: &mut Found) {
        match part.as_rule() {
            Rule::among => {
                let names = self.parts(part).names;
                found.scope.scenarios = Some((!names.is_empty()).then_some(names));
            }
            Rule::least_first => {
                found.least = true;
                let least = self.only_expr(part);
                found.values.extend(least.map(|expr| ShownValue { expr, title: None }));
            }
            Rule::target => {
                // A single condition has its own clauses, apart from those of the query.
                let mut own = Found::default();
                part.into_inner().for_each(|condition| self.aim(condition, &mut own));
                found.conditions.append(&mut own.conditions);
            }
            _ => found.values.push(ShownValue { expr: self.expr(part), title: None }),
        }
    }

    /// Builds the goal of a search: `to minimise COST in 2035`.
    fn goal(&mut self, pair: Pair<'_, Rule>) -> Option<Goal> {
        let part = pair.into_inner().next()?;
        let maximise = part.as_rule() == Rule::greatest;
        let mut inner = part.into_inner();
        let value = self.expr(inner.next()?);
        let window = inner.next().and_then(|window| self.window(window));
        Some(Goal { maximise, value, window })
    }

    /// Reads `X in 2024 == Y within 1%`. The clauses of a single condition are those of the query, so a repeated clause is
    /// reported.
    fn aim(&mut self, pair: Pair<'_, Rule>, found: &mut Found) {
        let mut own = Found::default();
        let Some(mut condition) = self.condition(pair, &mut own) else { return };
        condition.tolerance = own.tolerance;
        if found.conditions.is_empty() {
            found.clauses.extend(own.clauses);
        }
        let window = own.scope.years.first().cloned();
        found.years = own.scope.years;
        found.conditions.push(Aim { condition, window });
    }

    /// Builds a condition; stores its years and tolerance in `found`.
    fn condition(&mut self, pair: Pair<'_, Rule>, found: &mut Found) -> Option<Condition> {
        let span = self.span(&pair);
        let (mut expr, mut op): (Option<Expr>, _) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::window | Rule::year_list | Rule::tolerance => self.clause(part, found),
                Rule::expr => {
                    let right = self.expr(part);
                    expr = Some(match (expr.take(), op) {
                        (Some(left), Some(op)) => {
                            let span = left.span.to(right.span);
                            let kind = ExprKind::Binary(op, Box::new(left), Box::new(right));
                            Expr { kind, span }
                        }
                        _ => right,
                    });
                }
                rule => match comparison(rule) {
                    Some(found) => {
                        op = Some(found);
                        if rule == Rule::single_equals {
                            let span = self.span(&part);
                            self.report(errors::single_equals(span));
                        }
                    }
                    None => self.stray(&part),
                },
            }
        }
        Some(Condition { expr: expr?, tolerance: None, span })
    }

    /// Builds the years of a clause: `in 2025..2027`.
    pub(super) fn window(&mut self, pair: Pair<'_, Rule>) -> Option<Window> {
        self.windows(pair).into_iter().next()
    }

    /// Builds several ranges of years: `in 2026, 2030..2035`.
    fn windows(&mut self, pair: Pair<'_, Rule>) -> Vec<Window> {
        let range = |part: Pair<'_, Rule>| {
            let span = self.span(&part);
            let mut window = Window { from: None, to: None, is_range: false, span };
            for end in part.into_inner() {
                match end.as_rule() {
                    Rule::until => window.is_range = true,
                    _ if window.is_range => window.to = Some(self.expr(end)),
                    _ => window.from = Some(self.expr(end)),
                }
            }
            window
        };
        pair.into_inner().map(range).collect()
    }

    /// Builds a value with its title: `exports as "Exports of goods"`.
    fn shown_value(&mut self, pair: Pair<'_, Rule>) -> Option<ShownValue> {
        let mut inner = pair.into_inner();
        let expr = self.value(inner.next()?);
        Some(ShownValue { expr, title: inner.next().map(|title| self.text(&title)) })
    }

    /// Reads the unit of `in bn USD`; `%` is the unit `percent`.
    fn shown_unit(&mut self, pair: Pair<'_, Rule>) -> Unit {
        if pair.as_rule() != Rule::percent {
            return self.unit(pair);
        }
        let span = self.span(&pair);
        let name = Name { text: "percent".to_owned(), span };
        Unit { terms: vec![UnitTerm { name, scale: 1.0, power: 1.0 }], span }
    }
}

/// Gives each condition without years or tolerance those of the whole query.
fn aims(aims: Vec<Aim>, scope: &Clauses, tolerance: Option<&Expr>) -> Vec<Aim> {
    let whole = |mut aim: Aim| {
        aim.condition.tolerance = aim.condition.tolerance.or_else(|| tolerance.cloned());
        aim.window = aim.window.or_else(|| scope.years.first().cloned());
        aim
    };
    aims.into_iter().map(whole).collect()
}
