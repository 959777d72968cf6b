//! Scenarios: the changes of each, with those of its parents first, and conflicts between parents.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::claims::Claims;
use super::cycles::{Cycle, order};
use super::declare::MOST_CELLS;
use super::errors;
use super::expr::Env;
use super::given::{Given, keys};
use super::target::Target;
use super::{Checker, IndexMeaning};
use crate::model::{
    Change, ChangeId, Definition, Expr, Kind, NamedChange, Op, QuantityId, Role, Scenario, Select,
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
            let theirs: Vec<&[ChangeId]> = parents[n].iter().map(|&m| done[m].as_slice()).collect();
            done[n] = self.inherited(trees[n], &theirs, &own[n]);
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
        let first = self.model.changes.len();
        self.model.changes.extend(changes);
        let changes: Vec<ChangeId> = (first..self.model.changes.len()).collect();
        self.given_again(&changes);
        changes
    }

    /// Reports a value that one scenario gives twice.
    fn given_again(&mut self, changes: &[ChangeId]) {
        let mut again = Vec::new();
        let mut before = Claims::default();
        for &later in changes {
            let same =
                |&earlier: &ChangeId| self.shadows(later, earlier) && self.shadows(earlier, later);
            again
                .extend(before.overlapping(self, later).into_iter().find(same).map(|e| (later, e)));
            before.add(self, later);
        }
        for (later, earlier) in again {
            let (later, earlier) = (&self.model.changes[later], &self.model.changes[earlier]);
            let found = errors::duplicate(later.span, &later.name, earlier.span);
            self.error(found);
        }
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
            let definition = Definition { op, sources, ..value };
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

    /// Returns the changes of a scenario: those of its parents that it does not replace, then its own.
    fn inherited(
        &mut self,
        tree: &ast::Scenario,
        parents: &[&[ChangeId]],
        own: &[ChangeId],
    ) -> Vec<ChangeId> {
        let mut mine = Claims::default();
        own.iter().for_each(|&change| mine.add(self, change));
        let mut all: Vec<ChangeId> = Vec::new();
        let mut known: BTreeSet<ChangeId> = BTreeSet::new();
        let mut before = Claims::default();
        for theirs in parents {
            let new: Vec<ChangeId> = theirs.iter().copied().filter(|&c| known.insert(c)).collect();
            new.iter().for_each(|&change| self.collisions(change, &before, &mine, tree));
            // A conflict is between two parents; within one parent the order of the lines decides.
            if parents.len() > 1 {
                new.iter().for_each(|&change| before.add(self, change));
            }
            all.extend(new);
        }
        let replaced = |&theirs: &ChangeId| {
            mine.overlapping(self, theirs).into_iter().any(|mine| self.shadows(mine, theirs))
        };
        all.retain(|change| !replaced(change));
        all.extend(own);
        all
    }

    /// Reports two parents that give one cell different values, unless the child gives it a value too.
    fn collisions(
        &mut self,
        change: ChangeId,
        before: &Claims,
        own: &Claims,
        tree: &ast::Scenario,
    ) {
        let collide = before.overlapping(self, change).into_iter().find(|&other| {
            let decided = |theirs: ChangeId| {
                own.overlapping(self, theirs).into_iter().any(|mine| self.shadows(mine, theirs))
            };
            self.collide(other, change) && !decided(change) && !decided(other)
        });
        let found = collide.map(|other| (other, change));
        if let Some((a, b)) = found {
            let (x, y) = (&self.model.changes[a], &self.model.changes[b]);
            let name = match &y.change {
                Change::Replace { quantity, definition, .. } => {
                    let q = &self.model.quantities[*quantity];
                    let one: Option<Vec<u32>> = definition
                        .axes
                        .iter()
                        .map(|s| if let Select::One(e) = s { Some(*e) } else { None })
                        .collect();
                    one.map_or(q.name.clone(), |cell| self.model.cell_name(q, &cell))
                }
                _ => y.name.clone(),
            };
            let found =
                errors::scenario_conflict(tree.name.span, &tree.name.text, &name, x.span, y.span);
            self.error(found);
        }
    }
}

/// The years in which a `fix` holds: from its first point to its last, else all.
fn fixed_years(expr: &Expr, years: (i32, i32)) -> (i32, i32) {
    let Expr::Points(points) = expr else { return years };
    let mut ends = points.iter().filter_map(|(year, _)| year.constant()).map(|year| year as i32);
    let first = ends.next().unwrap_or(years.0);
    (first, ends.next_back().unwrap_or(first))
}
