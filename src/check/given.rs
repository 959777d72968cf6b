//! Given values: one for all cells, a map or table that picks cells, or a data file.
//!
//! In: a value and the axes of its quantity. Out: an expression for each group of cells.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::data::{data_call, is_sample};
use super::errors;
use super::expr::{Env, NUMBER};
use super::how_often::Cover;
use super::{Checker, IndexMeaning};
use crate::model::{Definition, Expr, Kind, LeverId, QuantityId, Select};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};

/// A given value and the cells that it covers.
pub(super) struct Given {
    pub(super) axes: Vec<Select>,
    pub(super) expr: Expr,
    pub(super) span: Span,
    /// Keys of the sources cited beside the value.
    pub(super) sources: Vec<String>,
}

impl Checker<'_> {
    /// Adds the definitions of a given value: one for all cells, or one for each cell of a map or table.
    pub(super) fn define(
        &mut self,
        id: QuantityId,
        axes: Vec<Select>,
        value: &ast::Expr,
        cites: &[ast::Name],
        env: &mut Env,
        lever: Option<LeverId>,
    ) {
        let years = self.model.years;
        for Given { axes, expr, span, mut sources } in self.given(id, axes, value, env) {
            sources.extend(keys(cites));
            let definition =
                Definition { lever, sources, ..Definition::value(axes, years, expr, span) };
            self.push(id, definition);
        }
    }

    /// Returns the cells of `else` in a map, one for each element that the map does not name.
    ///
    /// Separate cells are necessary where `else` holds a map: with one definition for all elements, a cell that the
    /// inner map names would be as specific as a cell that the outer map names. They are also necessary where `else`
    /// draws from a file, which may have no rows for the named elements.
    fn unnamed(
        &self,
        axes: &[Select],
        n: usize,
        set: usize,
        entries: &[(ast::Name, ast::Expr)],
    ) -> Vec<Vec<Select>> {
        let keys: HashSet<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
        let named = |element: &u32| keys.contains(self.model.element_name(set, *element));
        let left = self.model.sets[set].members.iter().filter(|element| !named(element));
        let one = |&element: &u32| {
            let mut picked = axes.to_vec();
            picked[n] = Select::One(element);
            picked
        };
        left.map(one).collect()
    }

    /// Resolves the value of an entry that picks single elements: inside the value, the index names of
    /// the picked axes mean these elements.
    pub(super) fn given_at(
        &mut self,
        id: QuantityId,
        (axes, picked): (&[Select], Vec<Select>),
        value: &ast::Expr,
        env: &mut Env,
    ) -> Vec<Given> {
        let outer = (env.indices.clone(), env.unnamed.clone());
        for (before, now) in axes.iter().zip(&picked) {
            let (Select::Each(slot, set), Select::One(element)) = (before, now) else { continue };
            let named = env.indices.iter_mut().map(|(_, bound)| bound);
            for bound in named.chain(&mut env.unnamed) {
                if matches!(bound, IndexMeaning::Free(open, _) if open == slot) {
                    *bound = IndexMeaning::Bound(*element, *set);
                }
            }
        }
        let given = self.given(id, picked, value, env);
        (env.indices, env.unnamed) = outer;
        given
    }

    /// Resolves a given value to expressions, each with its cells. A map or table covers an axis of which no element is
    /// picked yet; in a map inside another one this is the next axis.
    pub(super) fn given(
        &mut self,
        id: QuantityId,
        axes: Vec<Select>,
        value: &ast::Expr,
        env: &mut Env,
    ) -> Vec<Given> {
        if let Some(path) = self.path_of_map(value) {
            self.error(errors::map_of_years(value.span, &path));
            return Vec::new();
        }
        match (&value.kind, self.axis_of(&axes, value)) {
            (ExprKind::Map(entries), Some(n)) => self.map(id, &axes, n, entries, env),
            (ExprKind::Table(table), Some(n)) => self.table(id, &axes, n, table, env),
            (ExprKind::Map(_) | ExprKind::Table(_), None) => {
                let name = self.model.quantities[id].name.clone();
                self.error(errors::no_index_for_table(value.span, &name));
                Vec::new()
            }
            _ => match data_call(value) {
                Some(call) => {
                    let (span, given) = (value.span, self.data(id, &axes, call, value.span, env));
                    let spanned = |(axes, expr)| Given { axes, expr, span, sources: Vec::new() };
                    given.into_iter().map(spanned).collect()
                }
                None => vec![self.single(id, axes, value, env)],
            },
        }
    }

    /// Returns the axis that a map or table covers: the one that the keys belong to, so that nested maps may name the sets
    /// in any order. The first axis without an element takes precedence.
    fn axis_of(&self, axes: &[Select], value: &ast::Expr) -> Option<usize> {
        let free = |n: &usize| matches!(axes[*n], Select::Each(..));
        let covers = |n: &usize, key: &ast::Name| {
            let Select::Each(_, set) = axes[*n] else { return false };
            let root = &self.model.sets[self.model.sets[set].root];
            match &value.kind {
                ExprKind::Table(_) => self.model.sets[set].name == key.text,
                _ => key.text == "else" || root.elements.contains_key(key.text.as_str()),
            }
        };
        let keys: Vec<&ast::Name> = match &value.kind {
            ExprKind::Map(entries) => entries.iter().map(|(key, _)| key).collect(),
            ExprKind::Table(table) => vec![&table.set],
            _ => Vec::new(),
        };
        let named = (0..axes.len()).filter(free).find(|n| keys.iter().all(|key| covers(n, key)));
        named.or_else(|| (0..axes.len()).find(free))
    }

    /// Resolves the entries of a map over the elements of axis `n`.
    fn map(
        &mut self,
        id: QuantityId,
        axes: &[Select],
        n: usize,
        entries: &[(ast::Name, ast::Expr)],
        env: &mut Env,
    ) -> Vec<Given> {
        let Select::Each(slot, set) = axes[n] else { return Vec::new() };
        let mut all = Vec::new();
        let mut seen = IndexMap::new();
        for (key, value) in entries {
            self.given_twice(&mut seen, key);
            let is_else = key.text == "else";
            let mut cells = vec![axes.to_vec()];
            if is_else {
                let others = self.unnamed(axes, n, set, entries);
                env.enter_else(n, slot, others.len());
                if matches!(value.kind, ExprKind::Map(_) | ExprKind::Table(_)) || is_sample(value) {
                    cells = others;
                }
            } else {
                match self.element_index(&reference_to(key), set, env) {
                    Expr::Const(element) => cells[0][n] = Select::One(element as u32),
                    _ => continue,
                }
            }
            for picked in cells {
                all.extend(self.given_at(id, (axes, picked), value, env));
            }
            if is_else {
                env.leave_else();
            }
        }
        all
    }

    /// Resolves one expression, the value of all cells that `axes` select.
    fn single(
        &mut self,
        id: QuantityId,
        axes: Vec<Select>,
        value: &ast::Expr,
        env: &mut Env,
    ) -> Given {
        let quantity = &self.model.quantities[id];
        let (kind, name, path) = (quantity.kind, quantity.name.clone(), quantity.path);
        let expected = (kind != Kind::Unknown).then_some(kind);
        env.begin_cell();
        let mut found = self.expr(value, env, expected);
        let cover = Cover { quantity: Some(id), axes: &axes, loops: &[] };
        self.settle(&mut found.0, &cover, env);
        let found = (found.0, self.rate_kind(id, found.1));
        if kind == Kind::Unknown {
            self.model.quantities[id].kind = found.1;
        } else {
            let fits = self.fits(&found, value.span, kind, &format!("`{name}`"));
            if !fits && kind == NUMBER {
                self.declare_unit(id, found.1);
            }
        }
        if !path && matches!(found.0, Expr::Path { .. } | Expr::Points(_)) {
            self.error(errors::path_in_constant(value.span, &name));
        }
        self.model.slots = self.model.slots.max(env.next_slot);
        Given { axes, expr: found.0, span: value.span, sources: Vec::new() }
    }
}

/// Returns the names of sources in `@NAME` marks.
pub(super) fn keys(cites: &[ast::Name]) -> Vec<String> {
    cites.iter().map(|cite| cite.text.clone()).collect()
}

/// Makes an expression from the name of an element.
pub(super) fn reference_to(name: &ast::Name) -> ast::Expr {
    ast::Expr { kind: ExprKind::Text(name.text.clone()), span: name.span }
}
