//! Scenarios: what each changes, parents first, and where two parents collide.

use super::define::{Given, Target, keys};
use super::errors;
use super::expr::Env;
use super::{Bound, Checker};
use crate::model::{
    Change, ChangeId, Definition, Expr, Kind, NamedChange, Op, QuantityId, Role, Scenario, Select,
};
use crate::syntax::ast::{self, AssignOp, ItemKind, ScenarioEntry};

impl<'a> Checker<'a> {
    /// Resolves every scenario, in an order in which parents come first.
    pub(super) fn scenarios(&mut self, items: &[&'a ast::Item]) {
        let trees: Vec<&ast::Scenario> = items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Scenario(scenario) => Some(scenario),
                _ => None,
            })
            .collect();
        for (n, tree) in trees.iter().enumerate() {
            let first = trees[..n].iter().find(|other| other.name.text == tree.name.text);
            match first {
                Some(first) => {
                    self.error(errors::duplicate(tree.name.span, &tree.name.text, first.name.span))
                }
                None if tree.name.text == "baseline" => {
                    self.error(errors::baseline_name(tree.name.span))
                }
                None => {}
            }
        }
        self.in_scenario = true;
        let mut own: Vec<Vec<ChangeId>> = Vec::new();
        for (n, tree) in trees.iter().enumerate() {
            let changes = self.own_changes(n, tree);
            own.push(changes);
        }
        self.in_scenario = false;
        let mut done: Vec<Option<Vec<ChangeId>>> = vec![None; trees.len()];
        for n in 0..trees.len() {
            self.inherit(n, &trees, &own, &mut done, &mut Vec::new());
        }
        for (tree, changes) in trees.iter().zip(done) {
            self.model.scenarios.push(Scenario {
                name: tree.name.text.clone(),
                title: tree.title.as_ref().map_or(String::new(), |title| title.text.clone()),
                sources: keys(&tree.cites),
                changes: changes.unwrap_or_default(),
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
        for (n, &later) in changes.iter().enumerate() {
            let same = |&&earlier: &&ChangeId| {
                self.shadows(later, earlier) && self.shadows(earlier, later)
            };
            if let Some(&earlier) = changes[..n].iter().find(same) {
                again.push((later, earlier));
            }
        }
        for (later, earlier) in again {
            let (later, earlier) = (&self.model.changes[later], &self.model.changes[earlier]);
            let found = errors::duplicate(later.span, &later.name, earlier.span);
            self.error(found);
        }
    }

    /// `without NAME`.
    fn removal(&mut self, scenario: usize, name: &ast::Name) -> Option<NamedChange> {
        let Some(&id) = self.lever_names.get(&name.text) else {
            if !self.is_poisoned(&name.text) {
                let known = self.lever_names.keys().map(String::as_str);
                let near = crate::diagnostic::nearest(&name.text, known).map(str::to_owned);
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

    /// The definitions that replace a value, in a scenario or on the command line.
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

    /// Reports an index name that the value does not read, unless the set's name begins with it, as
    /// in `growth[s] *= 1.1`: a misspelt element would range over all.
    fn unread_indices(&mut self, target: &ast::Reference, env: &Env, values: &[Given]) {
        let ast::Suffix::Indices(indices) = &target.suffix else { return };
        for index in indices {
            let ast::Index::Expr(index) = index else { continue };
            let name = self.sources.text(index.span);
            let found = env.indices.iter().find(|(own, _)| own == name);
            let Some(&(ref name, Bound::Open(slot, set))) = found else { continue };
            let mut read =
                values.is_empty() || self.model.sets[set].name.starts_with(name.as_str());
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

    fn inherit(
        &mut self,
        n: usize,
        trees: &[&ast::Scenario],
        own: &[Vec<ChangeId>],
        done: &mut Vec<Option<Vec<ChangeId>>>,
        path: &mut Vec<usize>,
    ) {
        if done[n].is_some() {
            return;
        }
        if let Some(start) = path.iter().position(|&m| m == n) {
            let names: Vec<&str> =
                path[start..].iter().chain([&n]).map(|&m| trees[m].name.text.as_str()).collect();
            self.error(errors::extends_cycle(trees[n].name.span, &names.join(" -> ")));
            done[n] = Some(Vec::new());
            return;
        }
        path.push(n);
        let mut all: Vec<ChangeId> = Vec::new();
        for parent in &trees[n].parents {
            let Some(m) = trees.iter().position(|tree| tree.name.text == parent.text) else {
                let near = crate::diagnostic::nearest(
                    &parent.text,
                    trees.iter().map(|t| t.name.text.as_str()),
                )
                .map(str::to_owned);
                let known: Vec<&str> = trees.iter().map(|tree| tree.name.text.as_str()).collect();
                self.error(errors::unknown_scenario(
                    parent.span,
                    &parent.text,
                    near.as_deref(),
                    &known,
                ));
                continue;
            };
            self.inherit(m, trees, own, done, path);
            let theirs = done[m].clone().unwrap_or_default();
            for change in theirs {
                if !all.contains(&change) {
                    self.collisions(change, &all, &own[n], trees[n]);
                    all.push(change);
                }
            }
        }
        path.pop();
        let shadowed = |change: &ChangeId| own[n].iter().any(|mine| self.shadows(*mine, *change));
        all.retain(|change| !shadowed(change));
        all.extend(&own[n]);
        done[n] = Some(all);
    }

    /// True if `mine` replaces all that `theirs` sets.
    fn shadows(&self, mine: ChangeId, theirs: ChangeId) -> bool {
        match (&self.model.changes[mine].change, &self.model.changes[theirs].change) {
            (
                Change::Replace { quantity: a, definition: x, .. },
                Change::Replace { quantity: b, definition: y, .. },
            ) => {
                let inside = |(outer, inner): (&Select, &Select)| match (outer, inner) {
                    (Select::Each(_, s), Select::Each(_, u)) => self.model.sets[*u]
                        .members
                        .iter()
                        .all(|m| self.model.sets[*s].members.contains(m)),
                    (Select::Each(_, s), Select::One(e)) => self.model.sets[*s].members.contains(e),
                    (Select::One(a), Select::One(b)) => a == b,
                    _ => false,
                };
                a == b
                    && x.op == Op::Set
                    && x.years.0 <= y.years.0
                    && x.years.1 >= y.years.1
                    && x.axes.iter().zip(&y.axes).all(inside)
            }
            (Change::Remove(a), Change::Add(b)) => a == b,
            _ => false,
        }
    }

    fn overlap(&self, a: &Definition, b: &Definition) -> bool {
        let axis = |(x, y): (&Select, &Select)| match (x, y) {
            (Select::One(a), Select::One(b)) => a == b,
            (Select::Each(_, s), Select::One(e)) | (Select::One(e), Select::Each(_, s)) => {
                self.model.sets[*s].members.contains(e)
            }
            (Select::Each(_, s), Select::Each(_, u)) => {
                self.model.sets[*s].members.iter().any(|m| self.model.sets[*u].members.contains(m))
            }
            _ => true,
        };
        a.years.0 <= b.years.1 && b.years.0 <= a.years.1 && a.axes.iter().zip(&b.axes).all(axis)
    }

    /// Reports it if two parents set the same thing differently and the child does not decide.
    fn collisions(
        &mut self,
        change: ChangeId,
        before: &[ChangeId],
        own: &[ChangeId],
        tree: &ast::Scenario,
    ) {
        let mut found = None;
        for &other in before {
            let (a, b) = (&self.model.changes[other].change, &self.model.changes[change].change);
            let collide = match (a, b) {
                (
                    Change::Replace { quantity: p, definition: x, .. },
                    Change::Replace { quantity: q, definition: y, .. },
                ) => {
                    p == q
                        && self.overlap(x, y)
                        && (x.op != y.op || (x.op == Op::Set && x.expr != y.expr))
                }
                (Change::Add(p), Change::Remove(q)) | (Change::Remove(p), Change::Add(q)) => p == q,
                _ => false,
            };
            if collide
                && !own.iter().any(|&mine| self.shadows(mine, change) || self.shadows(mine, other))
            {
                found = Some((other, change));
                break;
            }
        }
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

/// The years of a `fix`: from its first knot to its last.
fn fixed_years(expr: &Expr, years: (i32, i32)) -> (i32, i32) {
    let Expr::Knots(knots) = expr else { return years };
    let mut ends = knots.iter().filter_map(|(year, _)| year.constant()).map(|year| year as i32);
    let first = ends.next().unwrap_or(years.0);
    (first, ends.next_back().unwrap_or(first))
}
