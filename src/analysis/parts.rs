//! The parts of a difference between two scenarios: changes that are told apart, each with its contribution.
//!
//! Changes of one target are one part, and so are the changes of one statement and of one `together` block.
//! Edits of a lever that one of the two scenarios adds or removes are inside the lever's part.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::identity::Broken;
use super::runs::Runs;
use super::shapley::{MOST_CHANGES, Unions};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Values;
use crate::model::{Change, ChangeId, LeverId, Model, QuantityId, Query, Select, SetId};
use crate::plan::RunSpec;
use crate::results::Part;
use crate::source::Span;

/// Changes that are made together, and their name in reports.
#[derive(Debug, Clone)]
struct Player {
    changes: Vec<ChangeId>,
    name: String,
    title: String,
}

/// The changes by which two scenarios differ, and the runs that their contributions need.
#[derive(Debug)]
pub(super) struct Game {
    players: Vec<Player>,
    /// The players of each part; that of the lever is first.
    unions: Vec<Vec<usize>>,
    shares: Unions,
    /// The run of each coalition, in the order of [`Unions::coalitions`].
    pub(super) specs: Vec<RunSpec>,
}

impl Runs<'_> {
    /// Finds the parts of the difference between `scenario` and the reference `to`, and describes the runs
    /// that they need without making them.
    pub(super) fn game(
        &self,
        query: &Query,
        scenario: Option<usize>,
        to: Option<usize>,
    ) -> Result<Game, Diagnostic> {
        let (theirs, own) = (self.spec(to).changes, self.spec(scenario).changes);
        let gone: Vec<ChangeId> =
            theirs.iter().copied().filter(|change| !own.contains(change)).collect();
        let new = own.iter().copied().filter(|change| !theirs.contains(change));
        let changes: Vec<ChangeId> = gone.iter().copied().chain(new).collect();
        let players = players(self.model, &changes, &gone);
        if players.len() > MOST_CHANGES {
            return Err(too_many(players.len(), query.span));
        }
        let unions = unions(self.model, &players);
        let shares = Unions::new(unions.clone());
        let whole = (1_usize << players.len()) - 1;
        let changes_of = |coalition: usize| match coalition {
            // The empty and the full coalition are the scenarios themselves, with their own order of changes.
            0 => theirs.clone(),
            _ if coalition == whole => own.clone(),
            _ => {
                let plays = |change: ChangeId| {
                    let player = players.iter().position(|one| one.changes.contains(&change));
                    player.is_none_or(|n| (coalition >> n & 1 == 1) != gone.contains(&change))
                };
                gone.iter().chain(&own).copied().filter(|&change| plays(change)).collect()
            }
        };
        let specs = shares.coalitions().iter();
        let specs = specs.map(|&coalition| RunSpec::from(&changes_of(coalition))).collect();
        Ok(Game { players, unions, shares, specs })
    }
}

impl Game {
    /// Makes the runs of all coalitions.
    pub(super) fn runs(&self, runs: &Runs<'_>) -> Result<Vec<Arc<Values>>, Diagnostic> {
        let make = |(number, spec): (usize, &RunSpec)| {
            runs.of(spec).map_err(|problem| self.explain(runs.model, number, problem))
        };
        self.specs.iter().enumerate().map(make).collect()
    }

    /// Computes the contributions of all parts from the worth of each run.
    pub(super) fn parts(&self, worth: &[f64]) -> Vec<Part> {
        let part = |(&player, &value): (&usize, &f64)| {
            let Player { name, title, .. } = &self.players[player];
            Part { lever: name.clone(), title: title.clone(), value, parts: Vec::new() }
        };
        let of_union = |(players, values): (&Vec<usize>, Vec<f64>)| {
            let mut inner: Vec<Part> = players.iter().zip(&values).map(part).collect();
            if inner.len() == 1 {
                return inner.pop();
            }
            let (lever, title) = (inner.first()?.lever.clone(), inner.first()?.title.clone());
            Some(Part { lever, title, value: values.iter().sum(), parts: inner })
        };
        self.unions.iter().zip(self.shares.values(worth)).filter_map(of_union).collect()
    }

    /// Adds to the message of a failed run which changes the run has, unless it is a scenario's own run.
    pub(super) fn explain(&self, model: &Model, run: usize, mut problem: Diagnostic) -> Diagnostic {
        let Some(combination) = self.combination(run) else { return problem };
        problem.message = format!("{}, {combination}", problem.message);
        let scenario = self.scenario(model);
        problem
            .note(format!(
                "`by lever` makes the changes of `{scenario}` in every order, so it also runs some of them without the others"
            ))
            .help(format!(
                "in `{scenario}`, put changes that only work with each other into one part: `together {{ ... }}`"
            ))
    }

    /// Names the changes that a run has and those that it lacks; None for a scenario's own run.
    pub(super) fn combination(&self, run: usize) -> Option<String> {
        let coalition = *self.shares.coalitions().get(run)?;
        let (with, without): (Vec<_>, Vec<_>) =
            (0..self.players.len()).partition(|player| coalition >> player & 1 == 1);
        if with.is_empty() || without.is_empty() {
            return None;
        }
        let names = |players: Vec<usize>| {
            let quoted =
                players.into_iter().map(|player| format!("`{}`", self.players[player].name));
            quoted.collect::<Vec<_>>().join(" and ")
        };
        Some(format!("with {} and without {}", names(with), names(without)))
    }

    /// The first identity that fails in a combination of changes though both scenarios satisfy it.
    pub(super) fn broken(&self, runs: &Runs<'_>) -> Option<(usize, Broken)> {
        let ends = [self.specs.first(), self.specs.last()].into_iter().flatten();
        let known: Vec<Broken> = ends.flat_map(|spec| runs.broken_in(spec)).collect();
        let new = |found: &Broken| known.iter().all(|known| known.identity != found.identity);
        let mut all = self.specs.iter().enumerate();
        all.find_map(|(run, spec)| runs.broken_in(spec).into_iter().find(new).map(|one| (run, one)))
    }

    /// The scenario whose changes are told apart.
    fn scenario<'m>(&self, model: &'m Model) -> &'m str {
        let last = self.players.last().and_then(|player| player.changes.last());
        let scenario = last.and_then(|&change| model.changes.get(change)).map(|one| one.scenario);
        model.scenario_name(scenario)
    }
}

/// Properties that two changes of one player share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    /// A `together` block.
    Together(usize),
    /// A statement: a map brings a change for each of its elements.
    Statement(Span),
    /// A quantity with the elements on the left side.
    Target(QuantityId, Vec<Element>),
    Lever(LeverId),
}

/// An index of a left side, without the slot of its loop.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Element {
    One(u32),
    Each(SetId),
    /// An index that is computed equals no other.
    Computed(ChangeId),
}

/// Groups changes into players, in the order of each player's first change. `gone` are the changes that only
/// the reference has.
fn players(model: &Model, changes: &[ChangeId], gone: &[ChangeId]) -> Vec<Player> {
    let mut group_of: Vec<usize> = (0..changes.len()).collect();
    let mut first: BTreeMap<Bond, usize> = BTreeMap::new();
    for (n, &change) in changes.iter().enumerate() {
        for bond in bonds(model, change) {
            let other = match first.entry(bond) {
                Entry::Occupied(entry) => group_of[*entry.get()],
                Entry::Vacant(entry) => {
                    entry.insert(n);
                    continue;
                }
            };
            let (low, high) = (other.min(group_of[n]), other.max(group_of[n]));
            group_of.iter_mut().filter(|group| **group == high).for_each(|group| *group = low);
        }
    }
    let mut groups: BTreeMap<usize, Vec<ChangeId>> = BTreeMap::new();
    for (&group, &change) in group_of.iter().zip(changes) {
        groups.entry(group).or_default().push(change);
    }
    groups.into_values().map(|changes| player(model, changes, gone)).collect()
}

fn bonds(model: &Model, id: ChangeId) -> Vec<Bond> {
    let named = &model.changes[id];
    let mut bonds: Vec<Bond> = named.together.map(Bond::Together).into_iter().collect();
    match &named.change {
        Change::Add(lever) | Change::Remove(lever) => bonds.push(Bond::Lever(*lever)),
        Change::Replace { quantity, .. } => {
            let element = |select: &Select| match select {
                Select::One(element) => Element::One(*element),
                Select::Each(_, set) => Element::Each(*set),
                Select::Computed(_) => Element::Computed(id),
            };
            bonds.push(Bond::Statement(named.span));
            bonds.push(Bond::Target(*quantity, named.target.iter().map(element).collect()));
        }
    }
    bonds
}

/// Names a player after the changes of the scenario; after those of the reference if it has no other.
fn player(model: &Model, changes: Vec<ChangeId>, gone: &[ChangeId]) -> Player {
    let has_new = changes.iter().any(|change| !gone.contains(change));
    let named = || {
        let shown = changes.iter().filter(move |&change| !has_new || !gone.contains(change));
        shown.map(|&change| &model.changes[change])
    };
    let mut names: Vec<&str> = Vec::new();
    for change in named() {
        if !names.contains(&change.name.as_str()) {
            names.push(&change.name);
        }
    }
    let block = named().find_map(|change| change.together).and_then(|n| model.together.get(n));
    let title = match (block, names.len()) {
        (Some(title), _) if !title.is_empty() => title.clone(),
        (_, 1) => named().next().map_or(String::new(), |change| change.title.clone()),
        _ => String::new(),
    };
    let name = names.join(", ");
    Player { changes, name: if has_new { name } else { format!("not {name}") }, title }
}

/// Groups players into parts: a lever with the edits of its fields, and every other player alone.
fn unions(model: &Model, players: &[Player]) -> Vec<Vec<usize>> {
    let mut of_lever: BTreeMap<LeverId, usize> = BTreeMap::new();
    for (n, player) in players.iter().enumerate() {
        for &change in &player.changes {
            if let Change::Add(lever) | Change::Remove(lever) = model.changes[change].change {
                of_lever.insert(lever, n);
            }
        }
    }
    let lever_of = |change: &ChangeId| match &model.changes[*change].change {
        Change::Replace { quantity, .. } => model.quantities[*quantity].lever,
        Change::Add(_) | Change::Remove(_) => None,
    };
    let outer = |player: &Player| {
        let lever = player.changes.first().and_then(lever_of)?;
        let alone = player.changes.iter().all(|change| lever_of(change) == Some(lever));
        of_lever.get(&lever).copied().filter(|_| alone)
    };
    let outers: Vec<Option<usize>> = players.iter().map(outer).collect();
    let heads = (0..players.len()).filter(|&n| outers[n].is_none());
    let union = |head: usize| {
        let edits = (0..players.len()).filter(|&n| outers[n] == Some(head));
        std::iter::once(head).chain(edits).collect()
    };
    heads.map(union).collect()
}

fn too_many(parts: usize, span: Span) -> Diagnostic {
    let message = format!("{parts} changes are to be told apart; the limit is {MOST_CHANGES}");
    Diagnostic::error(Code::LimitLevers, message).at(span, "too many levers").help(
        "put changes that belong to each other into one part, `together { ... }`, or leave `by lever` out",
    )
}
