//! The parts of a difference between two scenarios: changes that count separately, each with its contribution.
//!
//! Changes of one target are one part, and so are the changes of one statement and of one `together` block.
//! Edits of a lever that one of the two scenarios adds or removes are inside the lever's part.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::identity::Broken;
use super::runs::Runs;
use super::shapley::{MOST_EXACT, Unions};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Values;
use crate::methods::orders::{Marginal, SampledOrders};
use crate::model::{Change, ChangeId, LeverId, Model, QuantityId, Query, Select, SetId};
use crate::plan::RunSpec;
use crate::results::Part;
use crate::source::Span;

/// Maximum number of changes with separate contributions.
const MOST_CHANGES: usize = 200;
/// Number of runs that sampled orders take at most if there are few enough changes for [`FEWEST_PAIRS`].
const SAMPLED_RUNS: usize = 4_096;
/// Minimum number of sampled orders that get their reverse too.
const FEWEST_PAIRS: usize = 10;
/// Seed of sampled orders. It is fixed, so that the parts of a difference do not depend on the seed of the draws.
const SEED: u64 = 1;

/// Changes that enter a coalition together, and their name in reports.
#[derive(Debug, Clone)]
struct Player {
    changes: Vec<ChangeId>,
    name: String,
    title: String,
}

/// A cooperative game: the changes by which two scenarios differ, and the runs of their coalitions.
#[derive(Debug)]
pub(super) struct Game {
    players: Vec<Player>,
    /// The players of each part; the player of the lever itself is first.
    unions: Vec<Vec<usize>>,
    shares: Shares,
    /// The coalitions whose worth is needed: true for each player that takes part. The first has no player, the last
    /// has all.
    coalitions: Vec<Vec<bool>>,
    /// The run of each coalition of changes.
    pub(super) specs: Vec<RunSpec>,
}

/// The way to compute contributions from the worth of coalitions.
#[derive(Debug)]
enum Shares {
    /// Exactly, from all coalitions.
    Exact(Unions),
    /// From the coalitions of sampled orders.
    Sampled(SampledOrders),
}

impl Shares {
    /// Chooses the method for unions of players: exact for few players, sampled for more.
    fn new(unions: Vec<Vec<usize>>, players: usize) -> Self {
        if players <= MOST_EXACT {
            return Self::Exact(Unions::new(unions));
        }
        let pairs = (SAMPLED_RUNS / (2 * (players - 1))).max(FEWEST_PAIRS);
        Self::Sampled(SampledOrders::new(&unions, pairs, SEED))
    }

    fn coalitions(&self, players: usize) -> Vec<Vec<bool>> {
        match self {
            Self::Exact(unions) => {
                let members = |coalition: &usize| {
                    (0..players).map(|player| coalition >> player & 1 == 1).collect()
                };
                unions.coalitions().iter().map(members).collect()
            }
            Self::Sampled(orders) => orders.coalitions().to_vec(),
        }
    }

    /// Computes the value and the standard error of some players; an exact value has no error.
    fn value(&self, players: &[usize], exact: &[f64], worth: &[f64]) -> (f64, Option<f64>) {
        match self {
            Self::Exact(_) => (exact.iter().sum(), None),
            Self::Sampled(orders) => {
                let found = orders.value(players, worth);
                (found.value, Some(found.standard_error))
            }
        }
    }
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
        let shares = Shares::new(unions.clone(), players.len());
        let numbered = players.iter().enumerate();
        let player_of: BTreeMap<ChangeId, usize> = numbered
            .flat_map(|(n, player)| player.changes.iter().map(move |&change| (change, n)))
            .collect();
        let changes_of = |coalition: &[bool]| {
            // The empty and the full coalition are the scenarios themselves, with their own order of changes.
            if coalition.iter().all(|plays| !plays) {
                return theirs.clone();
            }
            if coalition.iter().all(|plays| *plays) {
                return own.clone();
            }
            let plays = |change: ChangeId| {
                let plays = player_of.get(&change).and_then(|&player| coalition.get(player));
                plays.is_none_or(|plays| *plays != gone.contains(&change))
            };
            gone.iter().chain(&own).copied().filter(|&change| plays(change)).collect()
        };
        let coalitions = shares.coalitions(players.len());
        let specs = coalitions.iter().map(|one| RunSpec::from(&changes_of(one))).collect();
        Ok(Game { players, unions, shares, coalitions, specs })
    }
}

impl Game {
    /// Makes the runs of all coalitions of changes.
    pub(super) fn runs(&self, runs: &Runs<'_>) -> Result<Vec<Arc<Values>>, Diagnostic> {
        let make = |(number, spec): (usize, &RunSpec)| {
            runs.of(spec).map_err(|problem| self.explain(runs.model, number, problem))
        };
        self.specs.iter().enumerate().map(make).collect()
    }

    /// Computes the contributions of all parts from the worth of each run.
    pub(super) fn parts(&self, worth: &[f64]) -> Vec<Part> {
        let exact = match &self.shares {
            Shares::Exact(unions) => unions.values(worth),
            Shares::Sampled(_) => vec![Vec::new(); self.unions.len()],
        };
        let part = |players: &[usize], exact: &[f64]| {
            let (value, standard_error) = self.shares.value(players, exact, worth);
            let head = players.first().and_then(|&player| self.players.get(player));
            let (lever, title) =
                head.map_or_else(Default::default, |one| (one.name.clone(), one.title.clone()));
            Part { lever, title, value, standard_error, spread: None, parts: Vec::new() }
        };
        let of_union = |(players, exact): (&Vec<usize>, &Vec<f64>)| {
            let mut whole = part(players, exact);
            if players.len() > 1 {
                let one = |(n, player): (usize, &usize)| {
                    part(std::slice::from_ref(player), exact.get(n..=n).unwrap_or_default())
                };
                whole.parts = players.iter().enumerate().map(one).collect();
            }
            whole
        };
        self.unions.iter().zip(&exact).map(of_union).collect()
    }

    /// Returns the number of sampled orders; `None` for exact contributions.
    pub(super) fn orders(&self) -> Option<u64> {
        match &self.shares {
            Shares::Exact(_) => None,
            Shares::Sampled(orders) => Some(orders.count() as u64),
        }
    }

    /// Returns the steps of each part, whose sum is the part's contribution.
    pub(super) fn steps(&self) -> Vec<Vec<Marginal>> {
        let of = |union: usize, player: usize| match &self.shares {
            Shares::Exact(unions) => unions.steps(union, player),
            Shares::Sampled(orders) => orders.steps(player),
        };
        let unions = self.unions.iter().enumerate();
        unions.map(|(n, players)| players.iter().flat_map(|&one| of(n, one)).collect()).collect()
    }

    /// Adds to the message of a failed run the changes that the run has; for a scenario's own run adds nothing.
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
        let coalition = self.coalitions.get(run)?;
        let (with, without): (Vec<_>, Vec<_>) =
            (0..self.players.len()).partition(|&player| coalition.get(player) == Some(&true));
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

    /// Returns the first identity that fails in a combination of changes although both scenarios satisfy it.
    pub(super) fn broken(&self, runs: &Runs<'_>) -> Option<(usize, Broken)> {
        let ends = [self.specs.first(), self.specs.last()].into_iter().flatten();
        let known: Vec<Broken> = ends.flat_map(|spec| runs.broken_in(spec)).collect();
        let new = |found: &Broken| known.iter().all(|known| known.identity != found.identity);
        let mut all = self.specs.iter().enumerate();
        all.find_map(|(run, spec)| runs.broken_in(spec).into_iter().find(new).map(|one| (run, one)))
    }

    /// Returns the title of the scenario whose difference is divided.
    fn scenario<'m>(&self, model: &'m Model) -> &'m str {
        let last = self.players.last().and_then(|player| player.changes.last());
        let scenario = last.and_then(|&change| model.changes.get(change)).map(|one| one.scenario);
        model.scenario_name(scenario)
    }
}

/// A reason to count two changes as one player.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    /// Both changes are in one `together` block.
    Together(usize),
    /// Both changes come from one statement, such as a map.
    Statement(Span),
    /// Both changes set the same quantity with the same elements on the left side.
    Target(QuantityId, Vec<Element>),
    Lever(LeverId),
}

/// An index of a left side, for comparison with another; it has no slot of a loop.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Element {
    One(u32),
    Each(SetId),
    /// A computed index, which equals no other index.
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

/// Names a player after its changes in the scenario; if it has none, after its changes in the reference.
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

/// Groups players into parts: a lever with the changes of its fields is one part, every other player a part alone.
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
    let message = format!("the difference has {parts} parts; the limit is {MOST_CHANGES}");
    Diagnostic::error(Code::LimitLevers, message).at(span, "too many parts").help(
        "put changes that belong to each other into one part, `together { ... }`, or leave `by lever` out",
    )
}
