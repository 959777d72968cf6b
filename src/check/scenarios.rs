//! Scenarios: the changes of each, with those of its parents first, and conflicts between parents.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::claims::Claims;
use super::cycles::{Cycle, order};
use super::declare::MOST_CELLS;
use super::errors;
use super::expr::Env;
use super::given::{Given, keys};
use super::how_often::Cover;
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
        for n in order {
            done[n] = match parents[n].as_slice() {
                [] => own[n].clone(),
                [only] => self.refined(&done[*only], &own[n]),
                _ => {
                    let inherited = self.merged(n, trees[n], &parents, &done, &own[n]);
                    self.refined(&inherited, &own[n])
                }
            };
            self.cells = self.cells.saturating_add(done[n].len() as u128);
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
        let cover = Cover { quantity: Some(target.quantity), axes: &target.axes, loops: &[] };
        let one = |this: &mut Self, mut expr: Expr, env: &Env| {
            this.settle(&mut expr, &cover, env);
            vec![Given { axes: target.axes.clone(), expr, span, sources: Vec::new() }]
        };
        match (op, kind) {
            (Op::Multiply, _) => {
                let expr = self.expect(value, env, super::expr::NUMBER, "the factor of `*=`");
                one(self, expr, env)
            }
            (Op::Add, Kind::Plain { percent: true, .. }) => {
                let found = self.expr(value, env, Some(kind));
                if found.1 != Kind::Points {
                    let name = self.sources.text(assign.target.span).to_owned();
                    self.fits(&found, span, kind, &format!("`{name}`"));
                }
                one(self, found.0, env)
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

    /// Returns the changes of a scenario: those that it inherits and does not replace, then its own.
    fn refined(&self, inherited: &[ChangeId], own: &[ChangeId]) -> Vec<ChangeId> {
        let mut mine = Claims::default();
        own.iter().for_each(|&change| mine.add(self, change));
        let replaced = |theirs: ChangeId| {
            mine.overlapping(self, theirs).into_iter().any(|mine| self.shadows(mine, theirs))
        };
        let kept = inherited.iter().copied().filter(|&change| !replaced(change));
        kept.chain(own.iter().copied()).collect()
    }

    /// Returns the changes of the parents of scenario `n`, each scenario's after those of what it extends. A
    /// change that a refining scenario replaces is left out. Reports conflicts that `own` does not decide.
    fn merged(
        &mut self,
        n: usize,
        tree: &ast::Scenario,
        parents: &[Vec<usize>],
        done: &[Vec<ChangeId>],
        own: &[ChangeId],
    ) -> Vec<ChangeId> {
        let line = ancestry(parents, n);
        let place: BTreeMap<usize, usize> = line.iter().enumerate().map(|(k, &m)| (m, k)).collect();
        let mut seen = BTreeSet::new();
        let theirs = parents[n].iter().flat_map(|&parent| done[parent].iter().copied());
        let mut all: Vec<ChangeId> = theirs.filter(|&change| seen.insert(change)).collect();
        let scenario = |change: ChangeId, model: &Model| model.changes[change].scenario;
        all.sort_by_key(|&change| place.get(&scenario(change, &self.model)).copied());
        // Few pairs of changes overlap, so the ancestors of few scenarios are asked for.
        let mut known: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut extends = |one: usize, other: usize| {
            let ancestors = known.entry(one);
            ancestors
                .or_insert_with(|| ancestry(parents, one).into_iter().collect())
                .contains(&other)
        };
        let mut claims = Claims::default();
        all.iter().for_each(|&change| claims.add(self, change));
        let mut mine = Claims::default();
        own.iter().for_each(|&change| mine.add(self, change));
        let mut kept = Vec::with_capacity(all.len());
        for theirs in all {
            let of = scenario(theirs, &self.model);
            let mut others = claims.overlapping(self, theirs).into_iter();
            if !others
                .any(|one| self.shadows(one, theirs) && extends(scenario(one, &self.model), of))
            {
                kept.push(theirs);
            }
        }
        let mut before = Claims::default();
        for &change in &kept {
            let decided = |theirs: ChangeId| {
                mine.overlapping(self, theirs).into_iter().any(|mine| self.shadows(mine, theirs))
            };
            let of = scenario(change, &self.model);
            let mut apart = |other: ChangeId| {
                let theirs = scenario(other, &self.model);
                // A conflict within one parent was reported there.
                !parents[n].iter().any(|&parent| {
                    let mut has = |m: usize| parent == m || extends(parent, m);
                    has(of) && has(theirs)
                })
            };
            let conflict = before.overlapping(self, change).into_iter().find(|&other| {
                self.collide(other, change) && !decided(change) && !decided(other) && apart(other)
            });
            before.add(self, change);
            if let Some(other) = conflict {
                self.conflict(other, change, tree);
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

/// The scenarios that scenario `n` extends, directly or not, each after those that it extends itself. Without
/// recursion: a chain of scenarios may be long.
fn ancestry(parents: &[Vec<usize>], n: usize) -> Vec<usize> {
    let (mut line, mut seen) = (Vec::new(), BTreeSet::from([n]));
    // The current path: each scenario with the number of its parents followed so far.
    let mut path = vec![(n, 0)];
    while let Some((at, next)) = path.last_mut() {
        let parent = parents[*at].get(*next).copied();
        *next += 1;
        match parent {
            Some(parent) if seen.insert(parent) => path.push((parent, 0)),
            Some(_) => {}
            None => line.extend(path.pop().map(|(at, _)| at).filter(|&at| at != n)),
        }
    }
    line
}

/// The years in which a `fix` holds: from its first point to its last, else all.
fn fixed_years(expr: &Expr, years: (i32, i32)) -> (i32, i32) {
    let Expr::Points(points) = expr else { return years };
    let mut ends = points.iter().filter_map(|(year, _)| year.constant()).map(|year| year as i32);
    let first = ends.next().unwrap_or(years.0);
    (first, ends.next_back().unwrap_or(first))
}
