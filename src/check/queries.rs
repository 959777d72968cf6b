//! Queries and identities.
//!
//! In: their trees. Out: the model's queries with resolved scenarios, years and expressions; its
//! identities. A query with a mistake is reported and left out.

use super::declare::MOST_CELLS;
use super::errors;
use super::expr::Env;
use super::how_often::Cover;
use super::{Checker, IndexMeaning};
use crate::model::{
    Ask, Asked, Condition, Division, Expr, Identity, Kind, LeverId, Quantity, Query, QueryYears,
    Question, SetId, Shown,
};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, ItemKind, ValueQuery};

/// Returns the scenarios that a query names. `compare` without `for` is about all scenarios, because a comparison of
/// the baseline with itself has no content.
fn asked(query: &ast::Query) -> Asked {
    let compares = matches!(query.ask, ast::Ask::Values(ValueQuery::Compare, _));
    match &query.scope.scenarios {
        None if compares => Asked::All,
        None => Asked::Baseline,
        Some(None) => Asked::All,
        Some(Some(_)) => Asked::Named,
    }
}

impl<'a> Checker<'a> {
    /// Resolves the queries of the script.
    pub(super) fn queries(&mut self, items: &[&'a ast::Item]) {
        for item in items {
            if let ItemKind::Query(query) = &item.kind {
                self.query(query);
            }
        }
    }

    fn query(&mut self, query: &ast::Query) {
        if self.full() || self.asked > MOST_CELLS {
            return;
        }
        let Some(mut scenarios) = self.scope(query) else { return };
        let values = (scenarios.len() * self.model.horizon()) as u128;
        self.asked = self.asked.saturating_add(values);
        if self.asked > MOST_CELLS {
            self.error(errors::asked(query.span, self.asked, MOST_CELLS));
            return;
        }
        let Some(years) = self.years_of(query) else { return };
        // A query of a scenario may name the levers that the scenario adds.
        self.in_scenario = scenarios.iter().any(Option::is_some);
        let ask = self.ask(query, &scenarios, &years);
        let ask = ask.and_then(|mut ask| Some((self.form_of(query, &mut ask)?, ask)));
        self.in_scenario = false;
        let Some((layout, ask)) = ask else { return };
        let cells: u128 = ask.questions().iter().map(|question| self.cells_of(question)).sum();
        self.asked = self.asked.saturating_add(values.saturating_mul(cells.saturating_sub(1)));
        if self.asked > MOST_CELLS {
            self.error(errors::asked(query.span, self.asked, MOST_CELLS));
            return;
        }
        if let Some(with) = ask.compared_with() {
            scenarios.retain(|scenario| *scenario != with);
            if scenarios.is_empty() {
                let with = self.model.scenario_name(with).to_owned();
                let plain = query.scope.to.is_none() && query.scope.by.is_none();
                let alone = self.model.scenarios.is_empty() && plain && !query.scope.by_lever;
                let text = self.sources.text(query.span).trim();
                let values = text.strip_prefix("compare ").filter(|_| alone);
                self.error(errors::nothing_to_compare(query.span, &with, values));
                return;
            }
        }
        let asked = asked(query);
        let span = query.span;
        self.model.queries.push(Query { ask, asked, scenarios, years, layout, span });
    }

    /// Returns the number of cells of a question: the product of the sizes of its `*` sets.
    fn cells_of(&self, question: &Question) -> u128 {
        let size = |&(_, set): &(usize, SetId)| self.model.sets[set].members.len() as u128;
        question.loops.iter().map(size).fold(1, u128::saturating_mul)
    }

    /// Returns the years of a query from its `in` clause. Without the clause: the last year, or all years for queries
    /// that show tables, search, test conditions or trace causes.
    fn years_of(&mut self, query: &ast::Query) -> Option<QueryYears> {
        let (first, last) = self.model.years;
        let of_last_year = matches!(
            query.ask,
            ast::Ask::Values(ValueQuery::Compare | ValueQuery::Why, _)
                | ast::Ask::Sweep { .. }
                | ast::Ask::Sensitivity(_)
                | ast::Ask::Robust { .. }
        );
        let named = self.named_year(&query.scope);
        let windows = named.as_slice();
        match if windows.is_empty() { query.scope.years.as_slice() } else { windows } {
            [] if of_last_year => Some(QueryYears::span(last, last)),
            [] => Some(QueryYears::span(first, last)),
            windows => self.years_in(windows),
        }
    }

    /// Resolves the question of a query; reports a mistake and returns `None`.
    fn ask(
        &mut self,
        query: &ast::Query,
        scenarios: &[Option<usize>],
        years: &QueryYears,
    ) -> Option<Ask> {
        match &query.ask {
            ast::Ask::Values(word, of) => self.value_query(*word, of, query, (scenarios, years)),
            ast::Ask::Distribution(of) => self.questions(of).map(Ask::Distribution),
            ast::Ask::Check(condition) => {
                let mut env = Env { wild: Some(Vec::new()), ..Env::default() };
                let found = self.condition(condition, &mut env, query.span, &query.cites);
                found.map(|condition| Ask::Check(Box::new(condition)))
            }
            ast::Ask::Find { unknowns, goal, so_that } => {
                self.find_query((unknowns, goal.as_ref(), so_that), scenarios)
            }
            ast::Ask::Sweep { over, show } => {
                self.sweep_query((over, show), scenarios, years, query.span)
            }
            ast::Ask::Calibrate { unknowns, fits } => {
                self.calibrate_query((unknowns, fits), scenarios)
            }
            ast::Ask::Discover(condition) => {
                self.discover_query(condition, &query.scope.years, years)
            }
            ast::Ask::Robust { by, least, so_that } => {
                self.robust_query((by, *least, so_that.as_ref()), scenarios, years, query.span)
            }
            ast::Ask::Sensitivity(of) => self.sensitivity_query(of, query, scenarios, years),
        }
    }

    /// Resolves a query that is a word and a list of values.
    fn value_query(
        &mut self,
        word: ValueQuery,
        of: &[ast::ShownValue],
        query: &ast::Query,
        (scenarios, years): (&[Option<usize>], &QueryYears),
    ) -> Option<Ask> {
        match word {
            ValueQuery::Show => self.questions(of).map(Ask::Show),
            ValueQuery::Chart => self.questions(of).map(Ask::Chart),
            ValueQuery::Compare => {
                let to = query.scope.to.as_ref().map(|name| self.scenario(name, &[]));
                let (of, to) = (self.questions(of)?, to.unwrap_or(Some(None)));
                let by = match &query.scope.by {
                    Some(by) => Some(self.division(by, &of)?),
                    None => query.scope.by_lever.then_some(Division::Levers),
                };
                Some(Ask::Compare { of, to: to?, by })
            }
            ValueQuery::Why => self.why_query(of, query, scenarios, years),
        }
    }

    /// Resolves the clause `by SET`, such as `by sector`.
    fn division(&mut self, by: &ast::Name, of: &[Question]) -> Option<Division> {
        let Some(&set) = self.sets.get(&by.text) else {
            let known = self.sets.keys().map(String::as_str).chain(["lever"]);
            let near = self.nearest(&by.text, known);
            let sets: Vec<&str> = self.sets.keys().map(String::as_str).collect();
            self.error(errors::divided_by(by.span, &by.text, near.as_deref(), &sets));
            return None;
        };
        let root = self.model.sets[set].root;
        let over = |&&(_, own): &&(usize, SetId)| self.model.sets[own].root == root;
        if let Some(question) = of.iter().find(|one| one.loops.iter().any(|own| over(&own))) {
            let (span, text) = (question.span, question.text.clone());
            self.error(errors::divided_cells(span, &text, &by.text));
            return None;
        }
        if let Some(question) = of.iter().find(|question| question.probability) {
            self.error(errors::divided_probability(question.span, &by.text));
            return None;
        }
        Some(Division::Elements(set))
    }

    /// Finds a scenario by name; the inner `None` is the baseline. A message about an unknown name may suggest one of
    /// `words`.
    #[expect(clippy::option_option, reason = "no such scenario, the baseline, or a scenario")]
    pub(super) fn scenario(&mut self, name: &ast::Name, words: &[&str]) -> Option<Option<usize>> {
        if name.text == "baseline" {
            return Some(None);
        }
        let found = self.scenario_names.get(&name.text).copied();
        if found.is_none()
            && let Some(&set) = self.elements.get(&name.text)
        {
            let set = self.model.sets[set].name.clone();
            let edit = self.element_as_index(name.span, &name.text);
            self.error(errors::element_as_scenario(name.span, &name.text, &set, edit));
            return None;
        }
        if found.is_none() && !self.full() {
            let known: Vec<&str> = self.model.scenarios.iter().map(|s| s.name.as_str()).collect();
            let meant = known.iter().chain(words).copied().chain(["baseline"]);
            let near = self.nearest(&name.text, meant);
            let found = errors::unknown_scenario(name.span, &name.text, near.as_deref(), &known);
            self.error(found);
        }
        found.map(Some)
    }

    /// Returns the scenarios of a query from its `for` clause. Without the clause: the baseline, or all scenarios for
    /// `compare`.
    fn scope(&mut self, query: &ast::Query) -> Option<Vec<Option<usize>>> {
        if let Some(Some(names)) = &query.scope.scenarios {
            return names.iter().map(|name| self.scenario(name, &["all"])).collect();
        }
        let others = match asked(query) {
            Asked::All => self.model.scenarios.len(),
            Asked::Baseline | Asked::Named => 0,
        };
        Some([None].into_iter().chain((0..others).map(Some)).collect())
    }

    pub(super) fn questions(&mut self, of: &[ast::ShownValue]) -> Option<Vec<Question>> {
        let before = self.errors;
        let spans: Vec<Span> = of.iter().map(|value| value.expr.span).collect();
        if !self.report_thousands(&spans) {
            self.report_years(of);
        }
        let questions = of
            .iter()
            .map(|value| {
                let mut env = Env { wild: Some(Vec::new()), ..Env::default() };
                let mut question = self.question(&value.expr, &mut env);
                self.report_element(&value.expr, &question);
                self.report_mixed_indices(&value.expr, &question);
                question.shown.title =
                    value.title.as_ref().map_or(String::new(), |title| title.text.clone());
                question
            })
            .collect();
        (self.errors == before).then_some(questions)
    }

    /// Reports an element as the whole value of a query, such as `show China`, and a value whose cells are elements.
    fn report_element(&mut self, expr: &ast::Expr, question: &Question) {
        let Kind::Element(set) = question.kind else { return };
        if !matches!(question.expr, Expr::Const(_)) {
            let root = &self.model.sets[self.model.sets[set].root];
            let Some((element, _)) = root.elements.get_index(0) else { return };
            let text = self.sources.text(expr.span).trim().to_owned();
            let edit = format!("{text} == {element}");
            self.error(errors::elements_shown(expr.span, &text, &root.name.clone(), &edit));
            return;
        }
        let set_name = self.model.sets[set].name.clone();
        let reads = |quantity: &&Quantity| match quantity.axes.as_slice() {
            [axis] => self.model.sets[*axis].root == set && quantity.lever.is_none(),
            _ => false,
        };
        let own = |quantity: &&Quantity| !quantity.span.source.is_builtin();
        let quantities = || self.model.quantities.iter().rev().filter(reads);
        let balance = || quantities().find(|quantity| quantity.name == "balance");
        let reader = quantities().find(own).or_else(balance);
        let element = self.sources.text(expr.span).trim().to_owned();
        let edit = reader.map(|quantity| format!("{}[{element}]", quantity.name));
        self.error(errors::element_as_value(expr.span, &element, &set_name, edit));
    }

    pub(super) fn question(&mut self, expr: &ast::Expr, env: &mut Env) -> Question {
        let whole = expr.span;
        let (expr, probability) = match probability_of(expr) {
            Some(condition) => (condition, true),
            None => (expr, false),
        };
        let (mut value, kind) = if probability {
            (self.truth(expr, env), super::expr::PERCENT)
        } else {
            self.expr(expr, env, None)
        };
        self.model.slots = self.model.slots.max(env.next_slot);
        self.settle_query(&mut value, env);
        let wild = env.wild.clone().unwrap_or_default();
        Question {
            text: self.sources.text(whole).to_owned(),
            expr: value,
            probability,
            loops: wild.iter().map(|&(set, _, slot)| (slot, set)).collect(),
            kind,
            shown: Shown::default(),
            span: whole,
        }
    }

    /// Completes the distributions in an expression of a query; the loops around them are its `*`.
    fn settle_query(&mut self, value: &mut Expr, env: &Env) {
        let wild = env.wild.iter().flatten();
        let loops: Vec<(usize, usize)> = wild.map(|&(set, _, slot)| (slot, set)).collect();
        self.settle(value, &Cover { quantity: None, axes: &[], loops: &loops }, env);
    }

    /// Resolves the identities of the script, of its libraries and of each lever's kind.
    pub(super) fn identities(&mut self, items: &[&'a ast::Item]) {
        for item in items {
            if let ItemKind::Identity { name, condition, window } = &item.kind {
                self.identity((name, condition, window.as_ref()), Env::default(), None);
            }
        }
        for lever in 0..self.lever_trees.len() {
            let Some(&(kind, ..)) = self.kinds.get(&self.lever_trees[lever].kind.text) else {
                continue;
            };
            for entry in &kind.entries {
                if let ast::KindEntry::Identity { name, condition, window } = entry {
                    let env = self.kind_env(lever);
                    self.identity((name, condition, window.as_ref()), env, Some(lever));
                }
            }
        }
    }

    fn identity(
        &mut self,
        (name, condition, window): (&ast::Name, &ast::Condition, Option<&ast::Window>),
        env: Env,
        lever: Option<LeverId>,
    ) {
        let mut env = Env { wild: Some(Vec::new()), binds_indices: true, ..env };
        let found = self.condition(condition, &mut env, condition.span, &[]);
        let Some(mut found) = found else { return };
        if found.left.probability {
            self.error(errors::probability_in_identity(found.left.span));
            return;
        }
        let named = env.indices.iter().filter_map(|(_, bound)| match bound {
            IndexMeaning::Free(slot, set) => Some((*slot, *set)),
            IndexMeaning::Bound(..) => None,
        });
        found.left.loops.splice(0..0, named);
        let name = match lever {
            Some(lever) => format!("{}.{}", self.model.levers[lever].name, name.text),
            None => name.text.clone(),
        };
        let years = match window {
            Some(window) => self.window(window),
            None => Some(self.model.years),
        };
        let Some(years) = years else { return };
        self.model.identities.push(Identity { name, condition: found, years, lever });
    }

    pub(super) fn condition(
        &mut self,
        condition: &ast::Condition,
        env: &mut Env,
        span: Span,
        cites: &[ast::Name],
    ) -> Option<Condition> {
        let before = self.errors;
        let (left, comparison) = match &condition.expr.kind {
            ExprKind::Binary(op, left, right)
                if op.compares() && !self.is_chained(*op, left, right) =>
            {
                // The side with the probability is the left one of the model's condition.
                let (op, left, right) = match (probability_of(left), probability_of(right)) {
                    (None, Some(_)) => (op.mirrored(), right, left),
                    _ => (*op, left, right),
                };
                if let Some(place) = self.unit_as_year(op, left, right) {
                    self.error(errors::unit_as_year(place, self.sources.text(place)));
                    return None;
                }
                self.warn_of_comparison(left, right);
                let left = self.question(left, env);
                let mut found = self.expr(right, env, Some(left.kind));
                let like = self.quantity_like(&left.expr, left.kind);
                let what = "the other side of this comparison";
                self.fits_like((&found, like), right.span, left.kind, what);
                self.settle_query(&mut found.0, env);
                (left, Some((op, found.0)))
            }
            _ => {
                let question = self.question(&condition.expr, env);
                if !matches!(question.kind, Kind::Truth | Kind::Unknown) {
                    let found = self.kind_name(question.kind);
                    self.error(errors::unit_mismatch(
                        question.span,
                        &found,
                        "a condition",
                        "this place",
                    ));
                }
                (question, None)
            }
        };
        let loops: Vec<(usize, usize)> = env
            .wild
            .clone()
            .unwrap_or_default()
            .iter()
            .map(|&(set, _, slot)| (slot, set))
            .collect();
        self.model.slots = self.model.slots.max(env.next_slot);
        let left = Question { loops, ..left };
        let tolerance = condition.tolerance.as_ref();
        let tolerance = tolerance.map(|tolerance| self.tolerance(tolerance, left.kind));
        let text = self.sources.text(span).trim_start_matches("check").trim().to_owned();
        let sources = cites.iter().map(|cite| cite.text.clone()).collect();
        let text = text.split('@').next().unwrap_or("").trim().to_owned();
        (self.errors == before).then_some(Condition { left, comparison, tolerance, text, sources })
    }

    /// Resolves the deviation that a condition allows; true if it is a percentage of the compared values, which are of
    /// the type `compared`.
    fn tolerance(&mut self, tolerance: &ast::Expr, compared: Kind) -> (Expr, bool) {
        let (value, kind) = self.expr(tolerance, &mut Env::default(), None);
        let relative = matches!(kind, Kind::Plain { dimension, percent: true } if dimension == Dimension::NUMBER);
        if !relative {
            self.fits(&(value.clone(), kind), tolerance.span, compared, "`within`");
        }
        (value, relative)
    }
}

/// Returns the condition inside `probability(...)`; None for another expression.
fn probability_of(expr: &ast::Expr) -> Option<&ast::Expr> {
    let ExprKind::Reference(reference) = &expr.kind else { return None };
    match &reference.suffix {
        ast::Suffix::Call(call) if reference.dotted() == "probability" => {
            match call.args.as_slice() {
                [only] if only.key.is_none() => Some(&only.value),
                _ => None,
            }
        }
        _ => None,
    }
}
