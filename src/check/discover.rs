//! `discover` and `robust`: conditions and values over the draws of a simulation.

use super::Checker;
use super::errors;
use super::expr::Env;
use crate::model::{
    Aim, Ask, Change, Condition, Definition, Discover, Expr, Kind, Op, QueryYears, Robust,
    WrittenValue, YearForm,
};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};
use crate::syntax::parse;

impl Checker<'_> {
    /// Resolves a `discover when` query.
    pub(super) fn discover_query(
        &mut self,
        condition: &ast::Condition,
        windows: &[ast::Window],
        years: &QueryYears,
    ) -> Option<Ask> {
        let condition = self.drawn_condition(condition, windows, years)?;
        let written = self.written_values();
        Some(Ask::Discover(Box::new(Discover { condition, written })))
    }

    /// Resolves a `robust among` query.
    pub(super) fn robust_query(
        &mut self,
        (by, least, so_that): (&ast::Expr, bool, Option<&ast::Aim>),
        scenarios: &[Option<usize>],
        years: &QueryYears,
        span: Span,
    ) -> Option<Ask> {
        let before = self.errors;
        let mut different = scenarios.to_vec();
        different.sort_unstable();
        different.dedup();
        if different.len() < 2 {
            self.error(errors::robust_alone(span));
        }
        let mut env = Env { wild: Some(Vec::new()), ..Env::default() };
        let value = self.question(by, &mut env);
        let one = value.loops.is_empty() && years.count() == 1;
        if value.probability || value.kind == Kind::Truth || !one {
            self.error(errors::robust_value(by.span));
        }
        let so_that = match so_that {
            Some(ast::Aim { condition, window }) => {
                let years = match window {
                    Some(window) => self.window(window)?,
                    None => (years.first(), years.last()),
                };
                let span = QueryYears::span(years.0, years.1);
                let condition = self.drawn_condition(condition, window.as_slice(), &span)?;
                Some(Aim { condition, years })
            }
            None => None,
        };
        (self.errors == before).then(|| Ask::Robust(Box::new(Robust { value, least, so_that })))
    }

    /// Resolves a condition on single draws; the text of the condition includes its years.
    fn drawn_condition(
        &mut self,
        tree: &ast::Condition,
        windows: &[ast::Window],
        years: &QueryYears,
    ) -> Option<Condition> {
        let mut env = Env { wild: Some(Vec::new()), ..Env::default() };
        let mut condition = self.condition(tree, &mut env, tree.span, &[])?;
        if condition.left.probability {
            self.error(errors::discovered_probability(condition.left.span));
            return None;
        }
        let inside = |years: Span| tree.span.start <= years.start && years.end <= tree.span.end;
        if !windows.iter().any(|window| inside(window.span)) {
            condition.text.push_str(&format!(" in {years}"));
        }
        Some(condition)
    }

    /// Collects the values with distributions that a scenario can set: those that the script gives for all years,
    /// without index names and without units of a table.
    fn written_values(&self) -> Vec<WrittenValue> {
        let own = self.model.quantities.iter().flat_map(|quantity| &quantity.definitions);
        let replaced = self.model.changes.iter().filter_map(|change| match &change.change {
            Change::Replace { definition, .. } => Some(definition),
            Change::Add(_) | Change::Remove(_) => None,
        });
        own.chain(replaced).flat_map(|definition| self.written(definition)).collect()
    }

    /// Returns the text of a definition's value, once for each of its distributions.
    fn written(&self, definition: &Definition) -> Vec<WrittenValue> {
        let (mut calls, mut is_open) = (Vec::new(), false);
        definition.expr.walk(&mut |part| {
            match part {
                Expr::Random(random) => calls.push(random.span),
                Expr::Slot(_) => is_open = true,
                _ => {}
            }
            true
        });
        let whole = definition.span;
        let is_plain = definition.op == Op::Set
            && definition.year_form == YearForm::All
            && !definition.default
            && !whole.source.is_builtin();
        if calls.is_empty() || is_open || !is_plain || self.is_in_table(whole) {
            return Vec::new();
        }
        let text = self.sources.text(whole);
        let items = parse(whole.source, text).file.items;
        let is_statement = items.iter().any(|item| matches!(item.kind, ItemKind::Assign(_)));
        let inside = |call: &Span| {
            call.source == whole.source && whole.start <= call.start && call.end <= whole.end
        };
        let written = |random: Span| {
            let call = ((random.start - whole.start) as usize, (random.end - whole.start) as usize);
            WrittenValue { random, text: text.to_owned(), is_statement, call }
        };
        calls.into_iter().filter(inside).map(written).collect()
    }

    fn is_in_table(&self, span: Span) -> bool {
        let file = self.sources.file(span.source);
        file.line(file.line_at(span.start as usize)).trim_start().starts_with('|')
    }
}
