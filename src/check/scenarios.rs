//! Scenarios: the changes of each, after those of its parents, and conflicts between parents.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::cells::reads_outside;
use super::claims::Claims;
use super::cycles::{Cycle, order};
use super::declare::MOST_CELLS;
use super::errors;
use super::expr::Env;
use super::given::{Given, keys};
use super::how_often::Cover;
use super::lags::new_length;
use super::precedence::{Brought, meet};
use super::target::ResolvedTarget;
use super::{Checker, IndexMeaning, warnings};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Change, ChangeId, Definition, Expr, Kind, Model, NamedChange, Op, QuantityId, Role, Scenario,
    Select, YearForm,
};
use crate::source::Span;
use crate::syntax::ast::{self, AssignOp, ItemKind, ScenarioEntry};

/// The origin of a change, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChangePlace {
    /// A change in a scenario.
    Scenario,
    /// A change in a line of the script, or an edit on the command line.
    Line,
}

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
        let blocks = self.model.together.len();
        let titles = tree.together.iter().map(|block| block.title.as_ref());
        let titles = titles.map(|title| title.map_or(String::new(), |title| title.text.clone()));
        self.model.together.extend(titles);
        for (n, entry) in tree.entries.iter().enumerate() {
            let before = changes.len();
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
                            target: Vec::new(),
                            together: None,
                        });
                    }
                }
                ScenarioEntry::Without(names) => {
                    changes.extend(names.iter().filter_map(|name| self.removal(scenario, name)));
                }
                ScenarioEntry::Assign(assign) | ScenarioEntry::Fix(assign) => {
                    changes.extend(self.changes(scenario, assign));
                }
            }
            let block = tree.together.iter().position(|block| block.entries.contains(&n));
            for change in &mut changes[before..] {
                change.together = block.map(|block| blocks + block);
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

    /// Resolves the change `without NAME`.
    fn removal(&mut self, scenario: usize, name: &ast::Name) -> Option<NamedChange> {
        let Some(&id) = self.lever_names.get(&name.text) else {
            if !self.is_poisoned(&name.text) {
                let found = self.unknown_lever(name);
                self.error(found);
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
            target: Vec::new(),
            together: None,
        })
    }

    fn changes(&mut self, scenario: usize, assign: &ast::Assign) -> Vec<NamedChange> {
        let Some((target, definitions)) = self.replacement(assign, ChangePlace::Scenario) else {
            return Vec::new();
        };
        let quantity = target.quantity;
        let fixed = !self.model.quantities[quantity].is_given();
        let name = self.sources.text(assign.target.span).to_owned();
        let change = |definition: Definition| NamedChange {
            sources: definition.sources.clone(),
            change: Change::Replace { quantity, definition, fixed },
            name: name.clone(),
            title: String::new(),
            span: assign.span,
            scenario,
            target: target.axes.clone(),
            together: None,
        };
        definitions.into_iter().map(change).collect()
    }

    /// Resolves a change of a value, in a scenario or on the command line, to its target and definitions.
    pub(super) fn replacement(
        &mut self,
        assign: &ast::Assign,
        place: ChangePlace,
    ) -> Option<(ResolvedTarget, Vec<Definition>)> {
        let mut env = Env { next_slot: self.free_slot, ..Env::default() };
        let target = self.target(&assign.target, &mut env, assign.window.as_deref())?;
        if let Some(problem) = self.irreplaceable(assign, target.quantity, place) {
            self.error(problem);
            return None;
        }
        let op = match assign.op {
            AssignOp::Set => Op::Set,
            AssignOp::Add => Op::Add,
            AssignOp::Multiply => Op::Multiply,
        };
        let values = self.replacing_values(&target, op, assign, &mut env);
        match op {
            Op::Multiply => self.warn_of_percent_factor(assign.target.span, &assign.value),
            Op::Add => {
                self.warn_of_percent_step(target.quantity, &assign.value);
                self.warn_of_percent_on_number(target.quantity, assign);
            }
            Op::Set | Op::Solve => self.warn_of_percent_change(target.quantity, &assign.value),
        }
        self.unread_indices(&assign.target, &env, &values);
        self.model.slots = self.model.slots.max(env.next_slot);
        let mut definitions = Vec::new();
        for Given { axes, expr, span, mut sources } in values {
            sources.extend(keys(&assign.cites));
            if target.year_form == YearForm::All && op == Op::Set {
                self.warn_of_held_ends(target.quantity, &expr, span);
            }
            let years = match op {
                Op::Set => self.equation_years(&target, &expr),
                Op::Add | Op::Multiply | Op::Solve => target.years,
            };
            let value = Definition::value(axes, years, expr, assign.span);
            let definition = Definition { op, sources, year_form: target.year_form, ..value };
            self.count_slots(&definition);
            definitions.push(definition);
        }
        Some((target, definitions))
    }

    /// Makes the message about a change that the equations of its target do not allow.
    fn irreplaceable(
        &self,
        assign: &ast::Assign,
        id: QuantityId,
        place: ChangePlace,
    ) -> Option<Diagnostic> {
        let quantity = &self.model.quantities[id];
        let (span, name) = (assign.target.span, &quantity.name);
        let read_as_edit = place == ChangePlace::Line && new_length(assign).is_some();
        if let (Some(problem), false) = (self.lag_length_changed(id, span), read_as_edit) {
            return Some(problem);
        }
        let solved = quantity.definitions.iter().any(|definition| definition.op == Op::Solve);
        match (quantity.role, place) {
            (Role::Factor | Role::Total, ChangePlace::Line) => Some(errors::computed(span, name)),
            _ if solved && assign.op != AssignOp::Set => Some(errors::solved(span, name)),
            _ => None,
        }
    }

    /// Returns the years in which a new equation holds: without a window the years in which its lags and leads exist.
    /// In the remaining years the variable keeps its previous equation, as it does for `x = x[t-1]` beside `x[first] =
    /// 1`.
    fn equation_years(&self, target: &ResolvedTarget, expr: &Expr) -> (i32, i32) {
        let (mut from, mut to) = target.years;
        let given = self.model.quantities[target.quantity].is_given();
        if given || target.year_form != YearForm::All {
            return (from, to);
        }
        let outside = |year: i32| reads_outside(expr, year, self.model.years);
        while from < to && outside(from) {
            from += 1;
        }
        while from < to && outside(to) {
            to -= 1;
        }
        (from, to)
    }

    /// Warns of points in place of an equation that do not reach both ends of the horizon: the first and the
    /// last value hold beyond them.
    fn warn_of_held_ends(&mut self, quantity: QuantityId, expr: &Expr, span: Span) {
        let Expr::Points(points) = expr else { return };
        let year = |point: Option<&(Expr, Expr)>| point.and_then(|(year, _)| year.constant());
        let (Some(first), Some(last)) = (year(points.first()), year(points.last())) else { return };
        let (first, last) = (first as i32, last as i32);
        let quantity = &self.model.quantities[quantity];
        if !quantity.is_given() && (first, last) != self.model.years {
            let name = quantity.name.clone();
            let found = warnings::held_ends(span, &name, (first, last), self.model.years);
            self.error(found);
        }
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
            // A map or table names the elements, so its values need not read the index.
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
        target: &ResolvedTarget,
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
        if let Some(found) = self.change_of_itself(assign, op, kind) {
            self.error(found);
            return Vec::new();
        }
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
                        let problem = self.unknown_parent(parent, &known);
                        self.error(problem);
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

    /// Returns the changes of a scenario: first the inherited changes that it does not replace, then its own.
    fn refined(&self, inherited: &[ChangeId], own: &[ChangeId]) -> Vec<ChangeId> {
        let mut mine = Claims::default();
        own.iter().for_each(|&change| mine.add(self, change));
        let replaced = |theirs: ChangeId| {
            mine.overlapping(self, theirs).into_iter().any(|mine| self.shadows(mine, theirs))
        };
        let kept = inherited.iter().copied().filter(|&change| !replaced(change));
        kept.chain(own.iter().copied()).collect()
    }

    /// Returns the changes of the parents of scenario `n`; the changes of each scenario follow those of its own
    /// parents. Leaves out changes that a refining scenario replaces. Reports conflicts that `own` does not decide.
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
            let of = scenario(change, &self.model);
            let mut apart = |other: ChangeId| {
                let theirs = scenario(other, &self.model);
                // A conflict within one parent was reported there.
                !parents[n].iter().any(|&parent| {
                    let mut has = |m: usize| parent == m || extends(parent, m);
                    has(of) && has(theirs)
                })
            };
            let deciding = mine.overlapping(self, change);
            let is_decided = |other| deciding.iter().any(|&own| self.decides(own, change, other));
            // The search through the parents is the longest, so it comes last.
            let conflict = before
                .overlapping(self, change)
                .into_iter()
                .find(|&other| self.collide(other, change) && !is_decided(other) && apart(other));
            before.add(self, change);
            if let Some(other) = conflict {
                self.conflict(other, change, tree);
            }
        }
        kept
    }

    /// Reports two inherited changes of different parents that set one cell to different values.
    fn conflict(&mut self, a: ChangeId, b: ChangeId, tree: &ast::Scenario) {
        let (x, y) = (&self.model.changes[a], &self.model.changes[b]);
        let (name, years) = match (&x.change, &y.change) {
            (
                Change::Replace { quantity, definition: one, .. },
                Change::Replace { definition: other, .. },
            ) => {
                let both = meet(one, other);
                let all = both.years == self.model.years;
                (self.place(*quantity, &both), (!all).then_some(both.years))
            }
            _ => (y.name.clone(), None),
        };
        let (span, scenario) = (tree.name.span, &tree.name.text);
        let found = errors::scenario_conflict(span, scenario, (&name, years), x.span, y.span);
        self.error(found);
    }
}

/// Returns the scenarios that scenario `n` extends, directly or indirectly; each comes after its own parents. Does not
/// recurse, because a chain of scenarios may be long.
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
