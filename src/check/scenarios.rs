//! Scenarios: the changes of each, with those of its parents first, and conflicts between parents.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::claims::Claims;
use super::cycles::{Cycle, order};
use super::declare::MOST_CELLS;
use super::errors;
use super::expr::Env;
use super::given::{Given, keys};
use super::precedence::Brought;
use super::target::Target;
use super::{Checker, IndexMeaning};
use crate::model::{
    Change, ChangeId, Definition, Expr, Kind, Model, NamedChange, Op, QuantityId, Role, Scenario,
    Select,
};
use crate::syntax::ast::{self, AssignOp, ItemKind, ScenarioEntry};

impl<'a> Checker<'a> {
    /// Resolves all scenarios, parents before children.
    pub(super) fn scenarios(&mut self, items: &[&'a ast::Item]) {
        let trees: Vec<&ast::Scenario> = items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Scenario(scenario) => Some(scenario),
                _ => None,
            })
            .collect();
        let mut given = IndexMap::new();
        for tree in &trees {
            if !self.given_twice(&mut given, &tree.name) && tree.name.text == "baseline" {
                self.error(errors::baseline_name(tree.name.span));
            }
        }
        self.in_scenario = true;
        let mut own: Vec<Vec<ChangeId>> = Vec::new();
        for (n, tree) in trees.iter().enumerate() {
            let changes = self.own_changes(n, tree);
            own.push(changes);
        }
        self.in_scenario = false;
        let (parents, order) = self.parents(&trees);
        let mut done: Vec<Vec<ChangeId>> = vec![Vec::new(); trees.len()];
        let mut ancestors: Vec<Vec<usize>> = vec![Vec::new(); trees.len()];
        for n in order {
            ancestors[n] = ancestors_of(&parents[n], &ancestors);
            done[n] = self.inherited(n, &trees, &parents[n], &ancestors, &own);
            self.cells = self.cells.saturating_add((done[n].len() + ancestors[n].len()) as u128);
            if self.cells > MOST_CELLS {
                self.error(errors::cells(trees[n].name.span, self.cells, MOST_CELLS));
                break;
            }
        }
        for (tree, changes) in trees.iter().zip(done) {
            let next = self.model.scenarios.len();
            self.scenario_names.entry(tree.name.text.clone()).or_insert(next);
            self.model.scenarios.push(Scenario {
                name: tree.name.text.clone(),
                title: tree.title.as_ref().map_or(String::new(), |title| title.text.clone()),
                sources: keys(&tree.cites),
                changes,
            });
        }
    }

    fn own_changes(&mut self, scenario: usize, tree: &'a ast::Scenario) -> Vec<ChangeId> {
        let mut changes = Vec::new();
        for entry in &tree.entries {
            match entry {
                ScenarioEntry::Lever(lever) => {
                    if let Some(&id) = self.lever_names.get(&lever.name.text) {
                        let added = &self.model.levers[id];
                        changes.push(NamedChange {
                            change: Change::Add(id),
                            name: added.name.clone(),
                            title: added.title.clone(),
                            span: lever.name.span,
                            sources: added.sources.clone(),
                            scenario,
                        });
                    }
                }
                ScenarioEntry::Without(names) => {
                    changes.extend(names.iter().filter_map(|name| self.removal(scenario, name)));
                }
                ScenarioEntry::Assign(assign) => {
                    changes.extend(self.changes(scenario, assign, false));
                }
                ScenarioEntry::Fix { target, value, cites, span } => {
                    let assign = ast::Assign {
                        target: target.clone(),
                        op: AssignOp::Set,
                        value: value.clone(),
                        window: None,
                        cites: cites.clone(),
                        span: *span,
                    };
                    changes.extend(self.changes(scenario, &assign, true));
                }
            }
        }
        let order = self.own_order(&changes);
        let first = self.model.changes.len();
        self.model.changes.extend(changes);
        order.into_iter().map(|n| first + n).collect()
    }

    /// Returns the positions of a scenario's own changes in the order in which they apply; reports changes
    /// that conflict or have no effect.
    fn own_order(&mut self, changes: &[NamedChange]) -> Vec<usize> {
        let mut places = Vec::new();
        let mut brought = Vec::new();
        for (place, change) in changes.iter().enumerate() {
            if let Change::Replace { quantity, definition, .. } = &change.change {
                places.push(place);
                brought.push(Brought { quantity: *quantity, definition, name: &change.name });
            }
        }
        let mut order: Vec<usize> = (0..changes.len()).collect();
        for (&place, n) in places.iter().zip(self.ranked(&brought)) {
            order[place] = places[n];
        }
        order
    }

    /// Resolves `without NAME`.
    fn removal(&mut self, scenario: usize, name: &ast::Name) -> Option<NamedChange> {
        let Some(&id) = self.lever_names.get(&name.text) else {
            if !self.is_poisoned(&name.text) {
                let known = self.lever_names.keys().map(String::as_str);
                let near = self.nearest(&name.text, known);
                let given = self.quantity_names.get(&name.text);
                let given = given.map(|&id| self.model.quantities[id].span);
                self.error(errors::unknown_lever(name.span, &name.text, near.as_deref(), given));
            }
            return None;
        };
        Some(NamedChange {
            change: Change::Remove(id),
            name: format!("without {}", name.text),
            title: self.model.levers[id].title.clone(),
            span: name.span,
            sources: Vec::new(),
            scenario,
        })
    }

    fn changes(&mut self, scenario: usize, assign: &ast::Assign, fixed: bool) -> Vec<NamedChange> {
        let Some((quantity, definitions)) = self.replacement(assign, fixed) else {
            return Vec::new();
        };
        let name = self.sources.text(assign.target.span).to_owned();
        let change = |definition: Definition| NamedChange {
            sources: definition.sources.clone(),
            change: Change::Replace { quantity, definition, fixed },
            name: name.clone(),
            title: String::new(),
            span: assign.span,
            scenario,
        };
        definitions.into_iter().map(change).collect()
    }

    /// Resolves an edit of a given value, in a scenario or on the command line, to its definitions.
    pub(super) fn replacement(
        &mut self,
        assign: &ast::Assign,
        fixed: bool,
    ) -> Option<(QuantityId, Vec<Definition>)> {
        let mut env = Env { next_slot: self.free_slot, ..Env::default() };
        let target = self.target(&assign.target, &mut env, assign.window.as_ref())?;
        let quantity = &self.model.quantities[target.quantity];
        let given = matches!(quantity.role, Role::Param | Role::Field);
        if !given && !fixed {
            let name = quantity.name.clone();
            self.error(errors::computed(assign.target.span, &name));
            return None;
        }
        let op = match assign.op {
            AssignOp::Set => Op::Set,
            AssignOp::Add => Op::Add,
            AssignOp::Multiply => Op::Multiply,
        };
        let values = self.replacing_values(&target, op, assign, &mut env);
        if op != Op::Multiply {
            self.warn_of_percent(target.quantity, &assign.value);
        }
        self.unread_indices(&assign.target, &env, &values);
        self.model.slots = self.model.slots.max(env.next_slot);
        let mut definitions = Vec::new();
        for Given { axes, expr, mut sources, .. } in values {
            sources.extend(keys(&assign.cites));
            let years = if fixed { fixed_years(&expr, target.years) } else { target.years };
            let value = Definition::value(axes, years, expr, assign.span);
            let definition = Definition { op, sources, year_form: target.year_form, ..value };
            self.count_slots(&definition);
            definitions.push(definition);
        }
        Some((target.quantity, definitions))
    }

    /// Reports an index name of the left side that the value does not read: it may be a misspelt element,
    /// and would change all elements. The first letter of the set is accepted, as in `growth[s] *= 1.1`.
    fn unread_indices(&mut self, target: &ast::Reference, env: &Env, values: &[Given]) {
        let ast::Suffix::Indices(indices) = &target.suffix else { return };
        for index in indices {
            let ast::Index::Expr(index) = index else { continue };
            let name = self.sources.text(index.span);
            let found = env.indices.iter().find(|(own, _)| own == name);
            let Some(&(ref name, IndexMeaning::Free(slot, set))) = found else { continue };
            let open = |given: &Given| {
                given.axes.iter().any(|axis| matches!(axis, Select::Each(own, _) if *own == slot))
            };
            // A map or table names the elements itself, so its values need not read the index.
            let mut read = !values.iter().all(open)
                || values.is_empty()
                || self.model.sets[set].name.starts_with(name.as_str());
            for value in values {
                value.expr.walk(&mut |part| {
                    read |= *part == Expr::Slot(slot);
                    !read
                });
            }
            let reported = self.diagnostics.iter().any(|d| d.span() == Some(index.span));
            if !read && !reported {
                self.unknown_element(name, index.span, set);
            }
        }
    }

    fn replacing_values(
        &mut self,
        target: &Target,
        op: Op,
        assign: &ast::Assign,
        env: &mut Env,
    ) -> Vec<Given> {
        let (value, span) = (&assign.value, assign.value.span);
        let kind = self.model.quantities[target.quantity].kind;
        let one = |expr| vec![Given { axes: target.axes.clone(), expr, span, sources: Vec::new() }];
        match (op, kind) {
            (Op::Multiply, _) => {
                one(self.expect(value, env, super::expr::NUMBER, "the factor of `*=`"))
            }
            (Op::Add, Kind::Plain { percent: true, .. }) => {
                let found = self.expr(value, env, Some(kind));
                if found.1 != Kind::Points {
                    let name = self.sources.text(assign.target.span).to_owned();
                    self.fits(&found, span, kind, &format!("`{name}`"));
                }
                one(found.0)
            }
            _ => self.given(target.quantity, target.axes.clone(), value, env),
        }
    }

    /// Returns the parents of each scenario, and an order with parents first. Reports unknown parents and
    /// cycles.
    fn parents(&mut self, trees: &[&ast::Scenario]) -> (Vec<Vec<usize>>, Vec<usize>) {
        let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
        for (n, tree) in trees.iter().enumerate() {
            positions.entry(&tree.name.text).or_insert(n);
        }
        let mut parents: Vec<Vec<usize>> = Vec::with_capacity(trees.len());
        for tree in trees {
            let mut found = Vec::new();
            for parent in &tree.parents {
                match positions.get(parent.text.as_str()) {
                    Some(&position) => found.push(position),
                    None if self.full() => {}
                    None => {
                        let known: Vec<&str> = trees.iter().map(|t| t.name.text.as_str()).collect();
                        let near = self.nearest(&parent.text, known.iter().copied());
                        let (span, name) = (parent.span, &parent.text);
                        self.error(errors::unknown_scenario(span, name, near.as_deref(), &known));
                    }
                }
            }
            parents.push(found);
        }
        let (order, cycles) = order(&parents);
        for Cycle { nodes, edge } in cycles {
            let names: Vec<&str> = nodes.iter().map(|&n| trees[n].name.text.as_str()).collect();
            let again = parents[edge.0][edge.1];
            self.error(errors::extends_cycle(trees[again].name.span, &names));
        }
        (parents, order)
    }

    /// Returns the changes of scenario `n`: those of all that it extends, each before what refines it, then its
    /// own. A change that a refining scenario replaces is left out.
    fn inherited(
        &mut self,
        n: usize,
        trees: &[&ast::Scenario],
        parents: &[usize],
        ancestors: &[Vec<usize>],
        own: &[Vec<ChangeId>],
    ) -> Vec<ChangeId> {
        let scenario = |id: ChangeId, model: &Model| model.changes[id].scenario;
        let refines = |one: usize, other: usize| ancestors[one].contains(&other);
        let line: Vec<usize> = ancestors[n].iter().copied().chain([n]).collect();
        let all: Vec<ChangeId> = line.iter().flat_map(|&m| own[m].iter().copied()).collect();
        let mut claims = Claims::default();
        all.iter().for_each(|&change| claims.add(self, change));
        let replaced = |&theirs: &ChangeId| {
            let mut others = claims.overlapping(self, theirs).into_iter();
            let of = scenario(theirs, &self.model);
            others
                .any(|mine| refines(scenario(mine, &self.model), of) && self.shadows(mine, theirs))
        };
        let kept: Vec<ChangeId> = all.into_iter().filter(|change| !replaced(change)).collect();
        if parents.len() > 1 {
            // A conflict within one parent was reported there.
            let within_parent = |a: usize, b: usize| {
                let has = |parent: usize, m: usize| parent == m || refines(parent, m);
                parents.iter().any(|&parent| has(parent, a) && has(parent, b))
            };
            let mut before = Claims::default();
            for &change in &kept {
                let of = scenario(change, &self.model);
                let conflict = before.overlapping(self, change).into_iter().find(|&other| {
                    let theirs = scenario(other, &self.model);
                    of != n && !within_parent(of, theirs) && self.collide(other, change)
                });
                before.add(self, change);
                if let Some(other) = conflict {
                    self.conflict(other, change, trees[n]);
                }
            }
        }
        kept
    }

    /// Reports two changes of different parents that give one cell different values.
    fn conflict(&mut self, a: ChangeId, b: ChangeId, tree: &ast::Scenario) {
        let (x, y) = (&self.model.changes[a], &self.model.changes[b]);
        let name = match &y.change {
            Change::Replace { quantity, definition, .. } => {
                let q = &self.model.quantities[*quantity];
                let element = |axis: &Select| match axis {
                    Select::One(element) => Some(*element),
                    Select::Each(..) | Select::Computed(_) => None,
                };
                let cell: Option<Vec<u32>> = definition.axes.iter().map(element).collect();
                cell.map_or(q.name.clone(), |cell| self.model.cell_name(q, &cell))
            }
            Change::Add(_) | Change::Remove(_) => y.name.clone(),
        };
        let fixed = matches!(y.change, Change::Replace { fixed: true, .. });
        let (span, scenario) = (tree.name.span, &tree.name.text);
        let found = errors::scenario_conflict(span, scenario, (&name, fixed), x.span, y.span);
        self.error(found);
    }
}

/// The scenarios that a scenario extends, directly or not, each after those that it extends itself.
fn ancestors_of(parents: &[usize], ancestors: &[Vec<usize>]) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let line = parents.iter().flat_map(|&parent| ancestors[parent].iter().copied().chain([parent]));
    line.filter(|&scenario| seen.insert(scenario)).collect()
}

/// The years in which a `fix` holds: from its first point to its last, else all.
fn fixed_years(expr: &Expr, years: (i32, i32)) -> (i32, i32) {
    let Expr::Points(points) = expr else { return years };
    let mut ends = points.iter().filter_map(|(year, _)| year.constant()).map(|year| year as i32);
    let first = ends.next().unwrap_or(years.0);
    (first, ends.next_back().unwrap_or(first))
}
