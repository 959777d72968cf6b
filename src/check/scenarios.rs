//! Scenarios: what each changes, parents first, and where two parents collide.

use super::Checker;
use super::errors;
use super::expr::Env;
use crate::model::{Change, ChangeId, Definition, NamedChange, Op, Role, Scenario, Select};
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
        for tree in &trees {
            let changes = self.own_changes(tree);
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
                changes: changes.unwrap_or_default(),
            });
        }
    }

    fn own_changes(&mut self, tree: &'a ast::Scenario) -> Vec<ChangeId> {
        let mut changes = Vec::new();
        for entry in &tree.entries {
            match entry {
                ScenarioEntry::Lever(lever) => {
                    if let Some(&id) = self.lever_names.get(&lever.name.text) {
                        let added = &self.model.levers[id];
                        let (name, title, sources) =
                            (added.name.clone(), added.title.clone(), added.sources.clone());
                        changes.push(self.change(
                            Change::Add(id),
                            name,
                            title,
                            lever.name.span,
                            sources,
                        ));
                    }
                }
                ScenarioEntry::Without(names) => {
                    for name in names {
                        match self.lever_names.get(&name.text).copied() {
                            Some(id) => {
                                let title = self.model.levers[id].title.clone();
                                let text = format!("without {}", name.text);
                                changes.push(self.change(
                                    Change::Remove(id),
                                    text,
                                    title,
                                    name.span,
                                    Vec::new(),
                                ));
                            }
                            None => {
                                let near = crate::diagnostic::nearest(
                                    &name.text,
                                    self.lever_names.keys().map(String::as_str),
                                )
                                .map(str::to_owned);
                                self.error(errors::unknown_name(
                                    name.span,
                                    &name.text,
                                    near.as_deref(),
                                ));
                            }
                        }
                    }
                }
                ScenarioEntry::Assign(assign) => changes.extend(self.replace(assign, false)),
                ScenarioEntry::Fix { target, value, cites, span } => {
                    let assign = ast::Assign {
                        target: target.clone(),
                        op: AssignOp::Set,
                        value: value.clone(),
                        window: None,
                        cites: cites.clone(),
                        span: *span,
                    };
                    changes.extend(self.replace(&assign, true));
                }
            }
        }
        changes
    }

    fn change(
        &mut self,
        change: Change,
        name: String,
        title: String,
        span: crate::source::Span,
        sources: Vec<String>,
    ) -> ChangeId {
        self.model.changes.push(NamedChange { change, name, title, span, sources });
        self.model.changes.len() - 1
    }

    /// A value replaced, in a scenario or on the command line.
    pub(super) fn replace(&mut self, assign: &ast::Assign, fixed: bool) -> Vec<ChangeId> {
        let mut env = Env::default();
        let Some(target) = self.target(&assign.target, &mut env, assign.window.as_ref()) else {
            return Vec::new();
        };
        let quantity = &self.model.quantities[target.quantity];
        let given = matches!(quantity.role, Role::Param | Role::Field);
        if !given && !fixed {
            let name = quantity.name.clone();
            self.error(errors::computed(assign.target.span, &name));
            return Vec::new();
        }
        let op = match assign.op {
            AssignOp::Set => Op::Set,
            AssignOp::Add => Op::Add,
            AssignOp::Multiply => Op::Multiply,
        };
        let sources: Vec<String> = assign.cites.iter().map(|cite| cite.text.clone()).collect();
        let name = self.sources.text(assign.target.span).to_owned();
        let kind = self.model.quantities[target.quantity].kind;
        let given = if op == Op::Multiply {
            let expr =
                self.expect(&assign.value, &mut env, super::expr::NUMBER, "the factor of `*=`");
            vec![(target.axes.clone(), expr, assign.value.span)]
        } else if op == Op::Add && matches!(kind, crate::model::Kind::Plain { percent: true, .. }) {
            let found = self.expr(&assign.value, &mut env, Some(kind));
            if found.1 != crate::model::Kind::Points {
                self.fits(&found, assign.value.span, kind, &format!("`{name}`"));
            }
            vec![(target.axes.clone(), found.0, assign.value.span)]
        } else {
            self.given(target.quantity, target.axes.clone(), &assign.value, &mut env)
        };
        self.warn_of_percent(target.quantity, &assign.value);
        self.model.slots = self.model.slots.max(env.next_slot);
        let mut changes = Vec::new();
        for (axes, expr, _) in given {
            let mut years = target.years;
            if let (true, crate::model::Expr::Knots(knots)) = (fixed, &expr) {
                let ends: Vec<i32> = knots
                    .iter()
                    .filter_map(|(year, _)| year.constant())
                    .map(|year| year as i32)
                    .collect();
                years = (
                    ends.first().copied().unwrap_or(years.0),
                    ends.last().copied().unwrap_or(years.1),
                );
            }
            let definition = Definition { op, ..Definition::value(axes, years, expr, assign.span) };
            self.count_slots(&definition);
            let change = Change::Replace { quantity: target.quantity, definition, fixed };
            changes.push(self.change(
                change,
                name.clone(),
                String::new(),
                assign.span,
                sources.clone(),
            ));
        }
        changes
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
                self.error(errors::unknown_scenario(parent.span, &parent.text, near.as_deref()));
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
