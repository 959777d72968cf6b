//! Warnings: parts of the finished model that were probably not intended.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use unicode_normalization::UnicodeNormalization;

use super::Checker;
use super::errors::grouped_digits;
use super::precedence::cells_of;
use super::unread_years::{missed, read_years};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Change, ChangeId, Definition, Expr, Leg, LeverId, Model, Op, Role, Select};
use crate::source::Span;
use crate::syntax::ast::{self, Item, ItemKind, SetElements};

/// Maximum number of comparisons of an override with earlier changes; beyond it an override counts as a change.
const MOST_COMPARED: usize = 5_000_000;

pub(super) fn unused_source(span: Span, key: &str) -> Diagnostic {
    Diagnostic::warning(Code::UnusedSource, format!("no figure cites the source `{key}`"))
        .at(span, "never cited")
        .help(format!("write `@{key}` after the figures that it gives, or remove it"))
}

pub(super) fn percent_extreme(span: Span, name: &str, percent: f64) -> Diagnostic {
    let edge = if percent < 0.0 { "less than -100%" } else { "more than 1,000%" };
    let percent_text = grouped_digits(&percent.to_string());
    Diagnostic::warning(Code::PercentExtreme, format!("`{name}` is {percent_text}%, {edge}"))
        .at(span, edge)
        .help(match percent < 0.0 {
            true => {
                "check the sign and the size: -100% is a fall to 0; a factor is written without `%`"
            }
            false => "write `5%` for 5 per cent; a factor is written without `%`",
        })
}

pub(super) fn year_unused(span: Span, year: f64, years: (i32, i32)) -> Diagnostic {
    Diagnostic::warning(Code::YearUnused, format!("{year} lies after the last year {}", years.1))
        .at(span, "never reached")
        .help(format!("write a year up to {}, or widen `years`", years.1))
}

pub(super) fn year_before(span: Span, year: f64, years: (i32, i32)) -> Diagnostic {
    let message =
        format!("this part of the path ends in {year}, before the first year {}", years.0);
    Diagnostic::warning(Code::YearUnused, message)
        .at(span, "ends before the first year")
        .help("write only the value that is reached, or widen `years`")
}

pub(super) fn point_unused(span: Span, year: f64, years: (i32, i32)) -> Diagnostic {
    Diagnostic::warning(
        Code::YearUnused,
        format!("the point {year} has no effect in {}..{}", years.0, years.1),
    )
    .at(span, "no effect")
    .help("remove it: another point lies between it and the years of the script")
}

pub(super) fn constant_condition(span: Span, holds: bool) -> Diagnostic {
    let (word, branch) = if holds { ("always", "then") } else { ("never", "else") };
    Diagnostic::warning(Code::ConstantCondition, format!("the condition {word} holds"))
        .at(span, format!("{word} holds"))
        .help(format!("keep only the value after `{branch}`; a condition on the year compares `t`, as `t > 2030`"))
}

fn unused_input(span: Span, name: &str, field: bool) -> Diagnostic {
    let help = match field {
        true => "remove it, or read it in an equation of the kind",
        false => "read it in an equation, or remove it",
    };
    Diagnostic::warning(Code::UnusedInput, format!("nothing reads `{name}`"))
        .at(span, "never read")
        .help(help)
}

fn unused_function(span: Span, name: &str) -> Diagnostic {
    Diagnostic::warning(Code::UnusedFunction, format!("nothing calls the function `{name}`"))
        .at(span, "never called")
        .help("call it, or remove it")
}

fn unused_scenario(span: Span, name: &str) -> Diagnostic {
    Diagnostic::warning(Code::UnusedScenario, format!("no query asks for the scenario `{name}`"))
        .at(span, "never asked for")
        .help(format!("write `for all` or `for {name}` after a query"))
}

fn no_change(span: Span, name: &str, value: Option<&str>) -> Diagnostic {
    let message = match value {
        Some(value) => format!("`{name}` is already {value}"),
        None => format!("the line leaves `{name}` as it is"),
    };
    Diagnostic::warning(Code::NoChange, message)
        .at(span, "changes nothing")
        .help("give another value, or remove the line")
}

/// Warns about a path that replaces an equation and whose first or last point is inside the horizon.
pub(super) fn held_ends(
    span: Span,
    name: &str,
    (from, to): (i32, i32),
    (first, last): (i32, i32),
) -> Diagnostic {
    let message = format!(
        "these points replace the equation of `{name}` in all years, also outside {from}..{to}"
    );
    Diagnostic::warning(Code::HeldEnds, message).at(span, "holds in all years").help(format!(
        "write `in {from}..{to}` after the points to keep the equation in other years, or `in {first}..{last}` for all years"
    ))
}

/// Warns of a change in years in which nothing reads the value.
fn not_read_then(
    span: Span,
    name: &str,
    (from, to): (i32, i32),
    (first, last): (i32, i32),
) -> Diagnostic {
    let range = |from: i32, to: i32| match from == to {
        true => from.to_string(),
        false => format!("{from}..{to}"),
    };
    let (changed, read) = (range(from, to), range(first, last));
    let message =
        format!("`{name}` is read in {read} only, so a change in {changed} has no effect");
    Diagnostic::warning(Code::NoChange, message).at(span, "changes nothing").help(format!(
        "write the change without `in {changed}`, or change a variable that is computed in {changed}"
    ))
}

fn nothing_to_remove(span: Span, name: &str) -> Diagnostic {
    Diagnostic::warning(Code::NoChange, format!("there is no `{name}` to remove"))
        .at(span, "changes nothing")
        .help("remove the line, or extend the scenario that adds it")
}

/// Warns of a change of a lever that the scenario does not have; `tree` is the scenario, and `owner` the one that adds
/// the lever.
fn of_absent_lever(
    span: Span,
    lever: &str,
    tree: &ast::Scenario,
    owner: Option<&str>,
) -> Diagnostic {
    let message = format!("this scenario does not have the lever `{lever}`");
    let found = Diagnostic::warning(Code::NoChange, message).at(span, "changes nothing");
    match (owner, tree.parents.last()) {
        (Some(owner), None) => {
            let edit = format!("{} extends {owner}", tree.name.text);
            found.help(format!("write `scenario {edit}`")).fix(tree.name.span, edit)
        }
        (Some(owner), Some(last)) => {
            let edit = format!("{}, {owner}", last.text);
            found.help(format!("write `extends ... {edit}`")).fix(last.span, edit)
        }
        (None, _) => found.help(format!("remove the line, or keep `{lever}` in the scenario")),
    }
}

fn empty_scenario(span: Span, name: &str) -> Diagnostic {
    Diagnostic::warning(Code::NoChange, format!("the scenario `{name}` changes nothing"))
        .at(span, "same as the baseline")
        .help("add a lever or a value, or remove the scenario")
}

fn alike(span: Span, name: &str, first: Span, other: &str) -> Diagnostic {
    let message = match name.to_lowercase() == other.to_lowercase() {
        true => format!("`{name}` and `{other}` differ only in capital letters"),
        false => format!("`{name}` looks like `{other}` but is spelt with other letters"),
    };
    Diagnostic::warning(Code::SimilarNames, message)
        .at(span, "similar name")
        .and(first, "first name")
        .help(format!(
            "rename one of them; if both are the same quantity, write `{other}` in both places"
        ))
}

impl Checker<'_> {
    /// Adds the warnings that require the whole model; `items` are the statements of the script itself.
    pub(super) fn warnings(&mut self, items: &[&Item]) {
        let mut found = similar_names(items);
        if !self.model.queries.is_empty() {
            found.extend(self.unused_inputs());
            found.extend(unused_scenarios(&self.model, items));
        }
        found.extend(self.unused_functions(items));
        found.extend(self.idle_changes(items));
        self.diagnostics.append(&mut found);
    }

    fn unused_inputs(&self) -> Vec<Diagnostic> {
        let model = &self.model;
        let read = read_quantities(model);
        let unread = model.quantities.iter().enumerate().zip(&read).filter(|(_, read)| !**read);
        let mut found = Vec::new();
        for ((id, quantity), _) in unread {
            let given = quantity.definitions.iter().find(|definition| !definition.default);
            match (quantity.role, given) {
                (Role::Param, _)
                    if !quantity.span.source.is_builtin()
                        && !model.rates.contains(&id)
                        && !model.lag_lengths.contains(&id) =>
                {
                    found.push(unused_input(quantity.span, &quantity.name, false));
                }
                (Role::Field, Some(given)) => {
                    found.push(unused_input(given.span, &quantity.name, true));
                }
                _ => {}
            }
        }
        found
    }

    fn unused_functions(&self, items: &[&Item]) -> Vec<Diagnostic> {
        let names = items.iter().filter_map(|item| match &item.kind {
            ItemKind::Function { name, .. } => Some(name),
            _ => None,
        });
        let idle = names.filter(|name| !self.called.contains(&name.text));
        idle.map(|name| unused_function(name.span, &name.text)).collect()
    }

    /// Returns warnings for scenarios and changes without any effect.
    fn idle_changes(&self, items: &[&Item]) -> Vec<Diagnostic> {
        let model = &self.model;
        let mut found = Vec::new();
        let mut left = MOST_COMPARED;
        let read = read_years(model);
        let trees = items.iter().filter_map(|item| match &item.kind {
            ItemKind::Scenario(tree) => Some(tree.name.text.as_str()),
            _ => None,
        });
        let names: Vec<&str> = trees.collect();
        for item in items {
            let ItemKind::Scenario(tree) = &item.kind else { continue };
            if tree.parents.is_empty() && tree.entries.is_empty() {
                found.push(empty_scenario(tree.name.span, &tree.name.text));
            }
            let Some(&scenario) = self.scenario_names.get(&tree.name.text) else { continue };
            let scenario = &model.scenarios[scenario];
            let there = remaining(model, &scenario.changes);
            // A map or file makes a change for each of its cells; the line has no effect if no change has one.
            let mut idle_lines: BTreeMap<Span, Option<ChangeId>> = BTreeMap::new();
            for (n, &id) in scenario.changes.iter().enumerate() {
                let change = &model.changes[id];
                let own = change.span.source == item.span.source
                    && (item.span.start..item.span.end).contains(&change.span.start);
                let before = &scenario.changes[..n];
                if !own {
                    continue;
                }
                match &change.change {
                    Change::Remove(lever) if !self.present(*lever, tree, before) => {
                        let name = &model.levers[*lever].name;
                        found.push(nothing_to_remove(change.span, name));
                    }
                    Change::Replace { quantity, .. }
                        if let Some(lever) = model.quantities[*quantity].lever
                            && !there
                                .get(&lever)
                                .copied()
                                .unwrap_or(model.levers[lever].in_baseline) =>
                    {
                        let lever = &model.levers[lever];
                        let owner = lever.scenario.and_then(|n| names.get(n)).copied();
                        let owner = owner.filter(|owner| *owner != tree.name.text);
                        found.push(of_absent_lever(change.span, &lever.name, tree, owner));
                    }
                    Change::Replace { quantity, definition, .. }
                        if let Some(years) = missed(model, *quantity, definition, &read) =>
                    {
                        let name = &model.quantities[*quantity].name;
                        found.push(not_read_then(change.span, name, definition.years, years));
                    }
                    Change::Replace { quantity, definition, fixed: false } => {
                        let several = tree.parents.len() > 1;
                        let idle =
                            idle(model, (*quantity, definition), (before, several), &mut left);
                        let line = idle_lines.entry(change.span).or_insert(Some(id));
                        *line = line.filter(|_| idle);
                    }
                    Change::Add(_) | Change::Remove(_) | Change::Replace { .. } => {}
                }
            }
            let idle = idle_lines.into_values().flatten();
            found.extend(idle.map(|id| self.idle_line(id)));
        }
        found
    }

    /// Makes the warning about a line of a scenario without effect; `id` is a change of the line.
    fn idle_line(&self, id: ChangeId) -> Diagnostic {
        let change = &self.model.changes[id];
        let value = self.sources.text(change.span);
        let value = value.split_once('=').map_or(value, |(_, value)| value.trim());
        let sets = match &change.change {
            Change::Replace { definition, .. } => definition.op == Op::Set,
            Change::Add(_) | Change::Remove(_) => false,
        };
        no_change(change.span, &change.name, sets.then_some(value))
    }

    /// True if the lever exists before the scenario removes it.
    fn present(
        &self,
        lever: usize,
        tree: &crate::syntax::ast::Scenario,
        before: &[ChangeId],
    ) -> bool {
        let model = &self.model;
        let adds = |changes: &[ChangeId]| {
            let added = |change: &Change| matches!(change, Change::Add(other) if *other == lever);
            changes.iter().any(|&id| added(&model.changes[id].change))
        };
        let parents = tree.parents.iter().filter_map(|p| self.scenario_names.get(&p.text));
        model.levers[lever].in_baseline
            || adds(before)
            || parents.into_iter().any(|&parent| adds(&model.scenarios[parent].changes))
    }
}

/// For each lever that a scenario adds or removes, returns whether the lever exists after all changes of the scenario.
fn remaining(model: &Model, changes: &[ChangeId]) -> BTreeMap<LeverId, bool> {
    let mut there = BTreeMap::new();
    for &id in changes {
        match model.changes[id].change {
            Change::Add(lever) => there.insert(lever, true),
            Change::Remove(lever) => there.insert(lever, false),
            Change::Replace { .. } => None,
        };
    }
    there
}

/// True if a change gives every cell and year the value that it already has. Compares only constants, and only within
/// the budget of comparisons `left`. Where a scenario has `several` parents, a change may decide between their values.
fn idle(
    model: &Model,
    (quantity, new): (usize, &Definition),
    (before, several): (&[ChangeId], bool),
    left: &mut usize,
) -> bool {
    let Some(value) = new.expr.constant() else { return false };
    match new.op {
        Op::Add => return value == 0.0,
        Op::Multiply => return value == 1.0,
        Op::Solve => return false,
        Op::Set => {}
    }
    *left = left.saturating_sub(before.len());
    if *left == 0 {
        return false;
    }
    let q = &model.quantities[quantity];
    let Some(cells) = cells_of(model, new, *left) else { return false };
    let changes: Vec<&Definition> = before
        .iter()
        .filter_map(|&id| match &model.changes[id].change {
            Change::Replace { quantity: other, definition, .. } if *other == quantity => {
                Some(definition)
            }
            _ => None,
        })
        .collect();
    let (from, to) = new.years;
    let work =
        cells.len().saturating_mul((to - from + 1) as usize).saturating_mul(changes.len() + 1);
    *left = left.saturating_sub(work);
    if *left == 0 {
        return false;
    }
    cells.iter().all(|cell| {
        (from..=to).all(|year| {
            let mut earlier = changes.iter().rev().filter(|d| d.covers(model, cell, year)).copied();
            if several && earlier.clone().any(|d| d.expr.constant() != Some(value)) {
                return false;
            }
            let earlier = earlier.next();
            let chosen = q.choice.get(model.position(q, cell, year)).map_or(0, |&n| n as usize);
            let definition = earlier.or_else(|| q.definitions.get(chosen));
            definition.is_some_and(|d| d.op == Op::Set && d.expr.constant() == Some(value))
        })
    })
}

/// Returns for each quantity whether an equation, a change or a query reads it.
fn read_quantities(model: &Model) -> Vec<bool> {
    let mut read = vec![false; model.quantities.len()];
    let mut visit = |expr: &Expr| {
        expr.walk(&mut |part| {
            if let Expr::Read { quantity, .. } = part
                && let Some(read) = read.get_mut(*quantity)
            {
                *read = true;
            }
            true
        });
    };
    let replaced = model.changes.iter().filter_map(|change| match &change.change {
        Change::Replace { definition, .. } => Some(definition),
        _ => None,
    });
    let starts = model.quantities.iter().filter_map(|q| q.start.as_deref());
    let definitions = model.quantities.iter().flat_map(|q| &q.definitions);
    for definition in definitions.chain(replaced).chain(starts) {
        visit(&definition.expr);
        for axis in &definition.axes {
            if let Select::Computed(expr) = axis {
                visit(expr);
            }
        }
    }
    model.queries.iter().for_each(|query| query.ask.visit(&mut visit));
    model.identities.iter().for_each(|identity| identity.condition.visit(&mut visit));
    read
}

/// Returns the warnings for scenarios that no query names and no other scenario extends.
fn unused_scenarios(model: &Model, items: &[&Item]) -> Vec<Diagnostic> {
    let trees = items.iter().filter_map(|item| match &item.kind {
        ItemKind::Scenario(tree) => Some(tree),
        _ => None,
    });
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for query in &model.queries {
        let with = query.ask.compared_with().flatten();
        let asked = query.scenarios.iter().copied().flatten().chain(with);
        used.extend(asked.map(|n| model.scenarios[n].name.as_str()));
    }
    let parents = trees.clone().flat_map(|tree| &tree.parents);
    used.extend(parents.map(|parent| parent.text.as_str()));
    let unused = trees.filter(|tree| !used.contains(tree.name.text.as_str()));
    unused.map(|tree| unused_scenario(tree.name.span, &tree.name.text)).collect()
}

/// Returns warnings for names of the same sort that a reader could confuse.
fn similar_names(items: &[&Item]) -> Vec<Diagnostic> {
    let (mut values, mut scenarios, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    let mut found = Vec::new();
    for item in items {
        match &item.kind {
            ItemKind::Quantity(quantity) => values.push(&quantity.name),
            ItemKind::Lever(lever) => values.push(&lever.name),
            ItemKind::Scenario(scenario) => scenarios.push(&scenario.name),
            ItemKind::Source { key, .. } => sources.push(key),
            ItemKind::Set { elements: SetElements::Listed(names), .. } => {
                found.extend(pairs_alike(&names.iter().collect::<Vec<_>>()));
            }
            _ => {}
        }
    }
    [values, scenarios, sources].iter().for_each(|names| found.extend(pairs_alike(names)));
    found
}

fn pairs_alike(names: &[&crate::syntax::ast::Name]) -> Vec<Diagnostic> {
    let mut seen: IndexMap<String, (&str, Span)> = IndexMap::new();
    let mut found = Vec::new();
    for name in names {
        match seen.get(&skeleton(&name.text)) {
            Some(&(other, first)) if other != name.text => {
                found.push(alike(name.span, &name.text, first, other));
            }
            Some(_) => {}
            None => {
                seen.insert(skeleton(&name.text), (&name.text, name.span));
            }
        }
    }
    found
}

/// Returns the skeleton of a name, which is equal for names that look alike. Replaces letters of other scripts by
/// similar Latin ones (Unicode TR39) and drops case. Names in ASCII only lose their case, so that `l` and `1` remain
/// different.
fn skeleton(name: &str) -> String {
    if name.is_ascii() {
        return name.to_lowercase();
    }
    let shape = |c: char| match c.is_ascii() {
        true => c.to_string(),
        false => unicode_security::skeleton(&c.to_string()).collect(),
    };
    name.nfc().map(shape).collect::<String>().to_lowercase()
}

/// Returns the constant year in which a leg of a path begins, if this year is after the horizon.
pub(super) fn begins_after(leg: &Leg, last: i32) -> Option<f64> {
    let (Leg::Move { from, .. } | Leg::Step { from, .. }) = leg;
    from.constant().filter(|from| *from > f64::from(last))
}
