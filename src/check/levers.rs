//! Levers: bindings, fields, and the equations of their kinds.
//!
//! Each lever gets a copy of its kind's fields, variables and equations, with the elements that its head
//! names in place of the kind's indices.

use indexmap::IndexMap;

use super::errors;
use super::expr::Env;
use super::fields::lever_name;
use super::how_often::Cover;
use super::tables::{has_scale, with_unit};
use super::{Checker, IndexMeaning};
use crate::diagnostic::{Code, Fix};
use crate::model::{Definition, Expr, Lever, LeverId, Quantity, QuantityId, Role, Select};
use crate::syntax::ast::{self, BodyEntry, ExprKind, ItemKind, KindEntry, ScenarioEntry};

impl<'a> Checker<'a> {
    /// Declares all levers with their fields and variables.
    pub(super) fn lever_heads(&mut self, items: &[&'a ast::Item]) {
        let mut scenarios = 0;
        for item in items {
            match &item.kind {
                ItemKind::Lever(lever) => self.lever_head(lever, None),
                ItemKind::Scenario(scenario) => {
                    let n = scenarios;
                    scenarios += 1;
                    for entry in &scenario.entries {
                        if let ScenarioEntry::Lever(lever) = entry {
                            self.lever_head(lever, Some(n));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn lever_head(&mut self, tree: &'a ast::Lever, scenario: Option<usize>) {
        let Some(&(kind, ..)) = self.kinds.get(&tree.kind.text) else {
            self.unknown_kind(tree);
            self.poisoned.insert(tree.name.text.clone());
            return;
        };
        if let Some(&first) = self.lever_names.get(&tree.name.text) {
            let index = self.index_of_head(first, kind, tree);
            let baseline = self.model.levers[first].in_baseline;
            let other = self.lever_trees.get(first).and_then(|first| other_name(first, tree));
            let first = self.model.levers[first].span;
            let changes = index.and_then(|index| self.changes_of(tree, &index));
            let edits = changes.filter(|_| scenario.is_some() && baseline);
            self.error(match edits {
                Some(edits) => {
                    let edits = (tree.span, edits.as_str());
                    errors::lever_again(tree.name.span, &tree.name.text, first, edits)
                }
                None => match other {
                    Some(other) => {
                        errors::lever_name_taken(tree.name.span, &tree.name.text, first, &other)
                    }
                    None => errors::duplicate(tree.name.span, &tree.name.text, first),
                },
            });
            return;
        }
        let bindings = self.bind(kind, tree);
        let id = self.model.levers.len();
        self.lever_names.insert(tree.name.text.clone(), id);
        self.lever_trees.push(tree);
        self.bindings.push(bindings);
        self.model.levers.push(Lever {
            name: tree.name.text.clone(),
            kind: kind.name.text.clone(),
            title: tree.title.as_ref().map_or(String::new(), |title| title.text.clone()),
            scenario,
            in_baseline: scenario.is_none(),
            sources: tree.cites.iter().map(|cite| cite.text.clone()).collect(),
            span: tree.name.span,
        });
        for entry in &kind.entries {
            match entry {
                KindEntry::Field(field) => self.declare_field(field, id),
                KindEntry::Quantity(quantity) => {
                    let doc = quantity.doc.as_ref().map_or("", |doc| &doc.text);
                    self.declare(quantity, Some(id), doc);
                }
                _ => {}
            }
        }
    }

    fn bind(&mut self, kind: &ast::LeverKind, tree: &ast::Lever) -> IndexMap<String, IndexMeaning> {
        let mut bound: IndexMap<String, IndexMeaning> = IndexMap::new();
        for (slot, binding) in kind.bindings.iter().enumerate() {
            let Some(&set) = self.sets.get(&binding.set.text) else {
                self.error(errors::needs_set(binding.set.span, &binding.set.text, None));
                continue;
            };
            let has_word =
                |given: &&ast::Binding| given.preposition.text == binding.preposition.text;
            let given = tree.bindings.iter().find(has_word);
            let meaning =
                given.and_then(|given| self.given_index((kind, binding), tree, given, (slot, set)));
            let meaning = meaning.unwrap_or(IndexMeaning::Free(slot, set));
            bound.insert(binding.index.text.clone(), meaning);
        }
        for (nth, given) in tree.bindings.iter().enumerate() {
            let same = |other: &&ast::Binding| other.preposition.text == given.preposition.text;
            if let Some(first) = tree.bindings.iter().take(nth).find(same) {
                self.error(errors::binding_twice(first, given));
                continue;
            }
            if !kind
                .bindings
                .iter()
                .any(|binding| binding.preposition.text == given.preposition.text)
            {
                let known: Vec<String> = kind
                    .bindings
                    .iter()
                    .map(|b| format!("{} {}", b.preposition.text, b.set.text))
                    .collect();
                let edit = self.binding_of(kind, given);
                // The edit names the first element too.
                let first = given.elements.first().filter(|_| edit.is_some());
                let word = given.preposition.span;
                self.error(errors::unknown_binding(
                    first.map_or(word, |first| word.to(first.span)),
                    &given.preposition.text,
                    &tree.kind.text,
                    &known,
                    edit.as_deref(),
                ));
            }
        }
        bound
    }

    /// Returns the meaning of an index of the kind that the lever's head binds: `from China`. None after a mistake, which is
    /// reported.
    fn given_index(
        &mut self,
        (kind, binding): (&ast::LeverKind, &ast::KindBinding),
        tree: &ast::Lever,
        given: &ast::Binding,
        (slot, set): (usize, usize),
    ) -> Option<IndexMeaning> {
        if let Some((span, edit)) = self.divided_binding(kind, tree, given) {
            let word = &given.preposition.text;
            self.error(errors::divided_binding(span, (word, &binding.set.text), &edit));
            return None;
        }
        let all = |name: &ast::Name| {
            matches!(name.text.as_str(), "all" | "every" | "everyone" | "everything" | "any")
                && !self.elements.contains_key(&name.text)
        };
        if let Some(last) = given.elements.iter().find(|name| all(name)) {
            self.error(errors::binding_of_all(
                given.preposition.span.to(last.span),
                &binding.set.text,
            ));
            return None;
        }
        let [only] = given.elements.as_slice() else {
            return self.part_of(set, &given.elements).map(|part| IndexMeaning::Free(slot, part));
        };
        if let Some(&named) = self.sets.get(&only.text) {
            return Some(IndexMeaning::Free(slot, named));
        }
        let root = &self.model.sets[self.model.sets[set].root];
        let edit = self.binding_of(kind, given);
        // `on China` where `from China` is meant.
        if let (false, Some(edit)) = (root.elements.contains_key(&only.text), edit) {
            let word = &given.preposition;
            let known = [format!("{} {}", binding.preposition.text, binding.set.text)];
            self.error(errors::unknown_binding(
                word.span.to(only.span),
                &format!("{} {}", word.text, only.text),
                &tree.kind.text,
                &known,
                Some(&edit),
            ));
            return None;
        }
        if let Some(edit) = self.bindings_of_lever(kind, only) {
            let place = given.preposition.span.to(only.span);
            self.error(errors::lever_for_element(place, &only.text, &binding.set.text, &edit));
            return None;
        }
        if let Some((place, edit)) = self.head_without(kind, tree, given, set) {
            let head = (place, edit.as_str());
            self.error(errors::word_for_all(only.span, &only.text, &binding.set.text, head));
            return None;
        }
        let index = super::given::reference_to(only);
        match self.element_index(&index, set, &mut Env::default()) {
            Expr::Const(element) => Some(IndexMeaning::Bound(element as u32, set)),
            _ => None,
        }
    }

    /// Declares a set of the elements in a lever's head, so that the lever's index can range over these elements.
    fn part_of(&mut self, set: usize, names: &[ast::Name]) -> Option<usize> {
        let mut given = IndexMap::new();
        let mut members = Vec::new();
        for name in names {
            if self.given_twice(&mut given, name) {
                continue;
            }
            let index = super::given::reference_to(name);
            match self.element_index(&index, set, &mut Env::default()) {
                Expr::Const(element) => members.push(element as u32),
                _ => return None,
            }
        }
        members.sort_unstable();
        let whole = &self.model.sets[set];
        let part = crate::model::Set { members, elements: IndexMap::new(), ..whole.clone() };
        self.model.sets.push(part);
        Some(self.model.sets.len() - 1)
    }

    fn declare_field(&mut self, field: &ast::FieldDecl, lever: LeverId) {
        let kind = self.unit_kind(&field.unit);
        let bounds = field.bounds.as_ref().and_then(|range| self.bounds(range, kind));
        self.add(Quantity {
            name: format!("{}.{}", self.model.levers[lever].name, field.name.text),
            role: Role::Field,
            axes: self.free_sets(lever),
            kind,
            unit: self.sources.text(field.unit.span).to_owned(),
            path: field.path,
            doc: field.doc.as_ref().map_or(String::new(), |doc| doc.text.clone()),
            span: field.name.span,
            lever: Some(lever),
            definitions: Vec::new(),
            choice: Vec::new(),
            start: None,
            bounds,
            sources: self.model.levers[lever].sources.clone(),
            own: false,
        });
    }

    /// Adds the definitions of all levers: of their fields, and of the equations of their kinds.
    pub(super) fn lever_bodies(&mut self) {
        for id in 0..self.lever_trees.len() {
            let tree = self.lever_trees[id];
            let Some(&(kind, ..)) = self.kinds.get(&tree.kind.text) else { continue };
            self.body(id, tree, kind);
            let mut missing = Vec::new();
            for entry in &kind.entries {
                let mut env = self.kind_env(id);
                match entry {
                    KindEntry::Assign(assign) => self.equation(assign, &mut env, Some(id)),
                    KindEntry::Quantity(quantity) => {
                        let name = format!("{}.{}", tree.name.text, quantity.name.text);
                        let Some(&q) = self.quantity_names.get(&name) else { continue };
                        let axes = self.all_cells(id);
                        if let Some(start) = &quantity.start {
                            self.start(q, axes.clone(), start, &mut env.clone(), Some(id));
                        }
                        if let Some(value) = &quantity.value {
                            self.define(q, axes, value, &quantity.cites, &mut env, Some(id));
                        }
                    }
                    KindEntry::Solve(solve) => self.solve(solve, &env, Some(id)),
                    KindEntry::Identity { .. } => {}
                    KindEntry::Field(field) => missing.extend(self.default(id, tree, field)),
                }
            }
            self.report_missing(tree, &missing);
        }
    }

    /// Makes the environment that resolves a kind's text for one lever: the meaning of each index of the kind.
    pub(super) fn kind_env(&self, id: LeverId) -> Env {
        let indices: Vec<(String, IndexMeaning)> =
            self.bindings[id].iter().map(|(name, bound)| (name.clone(), *bound)).collect();
        Env { next_slot: indices.len(), indices, lever: Some(id), ..Env::default() }
    }

    fn all_cells(&self, id: LeverId) -> Vec<Select> {
        let open = self.bindings[id].values().filter_map(|bound| match bound {
            IndexMeaning::Free(slot, set) => Some(Select::Each(*slot, *set)),
            IndexMeaning::Bound(..) => None,
        });
        open.collect()
    }

    /// Gives a field its default; returns a field that has none and is not given.
    fn default(
        &mut self,
        id: LeverId,
        tree: &ast::Lever,
        field: &ast::FieldDecl,
    ) -> Option<QuantityId> {
        let &q = self.quantity_names.get(&format!("{}.{}", tree.name.text, field.name.text))?;
        match &field.default {
            Some(value) => {
                let mut env = self.kind_env(id);
                let kind = self.model.quantities[q].kind;
                let mut expr =
                    self.expect(value, &mut env, kind, &format!("`{}`", field.name.text));
                let (axes, years) = (self.all_cells(id), self.model.years);
                let cover = Cover { quantity: Some(q), axes: &axes, loops: &[] };
                self.settle(&mut expr, &cover, &env);
                self.model.slots = self.model.slots.max(env.next_slot);
                self.push(
                    q,
                    Definition {
                        lever: Some(id),
                        default: true,
                        ..Definition::value(axes, years, expr, field.span)
                    },
                );
                None
            }
            None if self.model.quantities[q].definitions.is_empty() => {
                let quantity = &self.model.quantities[q];
                let known = quantity.kind != crate::model::Kind::Unknown;
                (known && !self.misspelt.contains(&q)).then_some(q)
            }
            None => None,
        }
    }

    /// Returns the changes of a scenario that set the fields of a lever to the values in `tree`; None for a table or an
    /// unknown field.
    fn changes_of(&self, tree: &ast::Lever, index: &str) -> Option<String> {
        let name = &tree.name.text;
        let mut edits = Vec::new();
        for entry in &tree.body {
            let BodyEntry::Field { name: field, value, .. } = entry else { return None };
            // A map has its elements already.
            let map = matches!(value.kind, ExprKind::Map(_) | ExprKind::Table(_));
            (index.is_empty() || !map).then_some(())?;
            let value = self.sources.text(value.span);
            edits.push(format!("{name}.{}{index} = {value}", field.text));
        }
        (!edits.is_empty()).then(|| edits.join("\n"))
    }

    fn body(&mut self, id: LeverId, tree: &ast::Lever, kind: &ast::LeverKind) {
        // A lever's values are text of the script, where the kind's indices and fields have no meaning.
        let before = std::mem::replace(&mut self.in_scenario, !self.model.levers[id].in_baseline);
        let base = self.bindings[id].len();
        for entry in &tree.body {
            match entry {
                BodyEntry::Field { name, value, cites } => {
                    if let Some(q) = self.field(tree, kind, name) {
                        let axes = self.all_cells(id);
                        let first = self.model.quantities[q].definitions.first().map(|d| d.span);
                        if let Some(first) = first {
                            self.error(errors::changed_twice(name.span, &name.text, first));
                            continue;
                        }
                        let field_of = Some(id);
                        let mut env = Env { next_slot: base, field_of, ..Env::default() };
                        self.define(q, axes, value, cites, &mut env, Some(id));
                        self.warn_of_percent(q, value);
                    }
                }
                BodyEntry::Table(table) => self.field_table(id, tree, kind, table),
            }
        }
        self.in_scenario = before;
    }

    /// True if a diagnostic added after the first `before` reports a missing unit; changes its help to the column's
    /// head, where one edit mends the whole column. `cell` is the first of its cells.
    fn lacks_unit(
        &mut self,
        before: usize,
        q: usize,
        column: &ast::Name,
        cell: &ast::Expr,
    ) -> bool {
        let quantity = &self.model.quantities[q];
        let Some(found) = self.diagnostics.get_mut(before) else { return false };
        let name = quantity.name.rsplit('.').next().unwrap_or_default();
        let money = matches!(quantity.kind, crate::model::Kind::Plain { dimension, .. } if dimension == crate::quantity::Dimension::MONEY);
        let unit = match money {
            true if has_scale(cell) => self.model.bases[0].clone(),
            true => format!("mn {}", self.model.bases[0]),
            false => quantity.unit.clone(),
        };
        let lacks = found.code == Code::UnitMismatch;
        if lacks {
            let head = format!("{name}: {unit}");
            found.help = vec![format!("write the unit in the head of the column: `{head}`")];
            found.fixes = vec![Fix { span: column.span, replacement: head }];
        }
        lacks
    }

    fn field_table(
        &mut self,
        id: LeverId,
        tree: &ast::Lever,
        kind: &ast::LeverKind,
        table: &ast::Table,
    ) {
        let axes = self.all_cells(id);
        let position = axes.iter().position(|axis| {
            matches!(axis, Select::Each(_, set) if self.model.sets[*set].name == table.set.text)
        });
        let Some(n) = position else {
            let open: Vec<String> = axes
                .iter()
                .filter_map(|axis| match axis {
                    Select::Each(_, set) => Some(self.model.sets[*set].name.clone()),
                    _ => None,
                })
                .collect();
            self.error(errors::table_of_other_set(
                table.set.span,
                &table.set.text,
                &open.join("` or `"),
            ));
            return;
        };
        let Select::Each(_, set) = axes[n] else { return };
        let columns: Vec<Option<usize>> =
            table.columns.iter().map(|(name, _)| self.field(tree, kind, name)).collect();
        let base = self.bindings[id].len();
        // One message for each column whose head lacks the unit, not one for each of its cells.
        let mut failed = vec![false; columns.len()];
        for (row, element) in self.rows(table, set) {
            let cells = columns.iter().zip(&row.cells).zip(&table.columns).zip(&mut failed);
            for (((column, cell), (name, unit)), failed) in cells {
                let (Some(q), Some((value, cites)), false) = (column, cell, *failed) else {
                    continue;
                };
                let mut picked = axes.clone();
                picked[n] = Select::One(element);
                self.second_scale(value, unit.as_ref());
                let value = with_unit(value, unit.as_ref());
                let mut env = Env { next_slot: base, ..Env::default() };
                let before = self.diagnostics.len();
                self.define(*q, picked, &value, cites, &mut env, Some(id));
                *failed = unit.is_none() && self.lacks_unit(before, *q, name, &value);
                self.warn_of_percent(*q, &value);
            }
        }
    }
}

/// Returns a name for the second lever with a name if its head names other elements: `duty_turkiye`.
fn other_name(first: &ast::Lever, second: &ast::Lever) -> Option<String> {
    let elements = |tree: &'_ ast::Lever| -> Vec<String> {
        let bound = tree.bindings.iter().flat_map(|binding| &binding.elements);
        bound.map(|element| element.text.clone()).collect()
    };
    let known = elements(first);
    let element = elements(second).into_iter().find(|element| !known.contains(element))?;
    (first.kind.text == second.kind.text).then(|| lever_name(&second.name.text, &element))
}
