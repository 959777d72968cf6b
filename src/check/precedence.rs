//! Precedence: the more specific of two definitions holds, whatever their order in the script.
//!
//! In: the definitions of a quantity, or the changes that one scenario, the script's own lines or the command
//! line bring. Out: the order in which changes apply, the conflicts between them, and changes without effect.
//!
//! Equations and changes obey the same rule. Of the changes with `=` that cover a cell the most specific gives
//! the value; then each `+=` and `*=` that covers the cell is applied to it, in the order of the lines.

use std::collections::BTreeMap;

use super::{Checker, errors};
use crate::diagnostic::{Diagnostic, MOST_LISTED};
use crate::model::{Definition, Model, Op, QuantityId, Select, SetId, YearForm};
use crate::source::Span;

/// Maximum number of values that are marked in search of changes without effect.
const MOST_MARKED: usize = 5_000_000;

/// Maximum number of common cells for which the search examines whether several changes decide together.
const MOST_DECIDED: usize = 10_000;

/// Returns how specific a definition is: a number for each axis of its quantity, and one for the years. 2 means a
/// single element or year, 1 a part of the set or horizon, 0 the whole.
///
/// The form counts, not the extent: a named element is specific in a set of one element too.
pub(super) fn specificity(axes: &[SetId], definition: &Definition) -> Vec<u8> {
    let axis = |(select, &set): (&Select, &SetId)| match select {
        Select::One(_) | Select::Computed(_) => 2,
        Select::Each(_, of) => u8::from(*of != set),
    };
    let mut numbers: Vec<u8> = definition.axes.iter().zip(axes).map(axis).collect();
    numbers.push(match definition.year_form {
        YearForm::All => 0,
        YearForm::Range => 1,
        YearForm::One => 2,
    });
    numbers
}

/// True if the first specificity takes precedence: none of its numbers is lower, and they are not all equal.
pub(super) fn beats(one: &[u8], other: &[u8]) -> bool {
    one != other && one.iter().zip(other).all(|(a, b)| a >= b)
}

/// A change in a list of changes: its quantity, its definition and its name in messages.
pub(super) struct Brought<'m> {
    pub(super) quantity: QuantityId,
    pub(super) definition: &'m Definition,
    pub(super) name: &'m str,
}

/// The changes of a list in order of precedence.
#[derive(Default)]
pub(super) struct Ranked {
    /// Positions of the changes in the order in which they apply. Only changes of the same quantity exchange places.
    pub(super) order: Vec<usize>,
    /// Pairs of changes of equal precedence that overlap, the later change first.
    conflicts: Vec<(usize, usize)>,
    /// Changes whose every value a more specific change replaces.
    idle: Vec<usize>,
}

/// Sorts the changes of a list by precedence; finds conflicts and changes without effect.
pub(super) fn rank(model: &Model, all: &[Brought<'_>]) -> Ranked {
    let mut by_quantity: BTreeMap<QuantityId, Vec<usize>> = BTreeMap::new();
    for (n, brought) in all.iter().enumerate() {
        by_quantity.entry(brought.quantity).or_default().push(n);
    }
    let mut ranked = Ranked { order: (0..all.len()).collect(), ..Ranked::default() };
    for places in by_quantity.into_values().filter(|places| places.len() > 1) {
        let axes = &model.quantities[all[places[0]].quantity].axes;
        let ranks: BTreeMap<usize, Vec<u8>> =
            places.iter().map(|&n| (n, specificity(axes, all[n].definition))).collect();
        let mut sorted = places.clone();
        let sum = |n: &usize| ranks[n].iter().map(|&number| u32::from(number)).sum::<u32>();
        sorted.sort_by_key(|n| match all[*n].definition.op {
            Op::Set => (false, sum(n)),
            Op::Add | Op::Multiply | Op::Solve => (true, 0),
        });
        for (&place, &n) in places.iter().zip(&sorted) {
            ranked.order[place] = n;
        }
        sorted.retain(|&n| all[n].definition.op == Op::Set);
        conflicts(model, all, &sorted, &ranks, &mut ranked.conflicts);
        idle(model, all, &sorted, &mut ranked.idle);
    }
    ranked
}

/// Finds changes with `=` that overlap although neither takes precedence, unless a more specific change decides.
/// `sorted` has the changes of one quantity.
fn conflicts(
    model: &Model,
    all: &[Brought<'_>],
    sorted: &[usize],
    ranks: &BTreeMap<usize, Vec<u8>>,
    found: &mut Vec<(usize, usize)>,
) {
    // Changes of one specificity name the same axes by elements: only those with equal elements overlap.
    let mut groups: BTreeMap<&[u8], BTreeMap<Vec<u32>, Vec<usize>>> = BTreeMap::new();
    for n in sorted {
        let elements = all[*n].definition.axes.iter().filter_map(|axis| match axis {
            Select::One(element) => Some(*element),
            Select::Each(..) | Select::Computed(_) => None,
        });
        groups.entry(&ranks[n]).or_default().entry(elements.collect()).or_default().push(*n);
    }
    let mut compare = |a: usize, b: usize| {
        let (earlier, later) = (a.min(b), a.max(b));
        if found.len() >= MOST_LISTED || !overlap(model, all[a].definition, all[b].definition) {
            return;
        }
        let both = meet(all[a].definition, all[b].definition);
        let beats_both =
            |n: &&usize| beats(&ranks[*n], &ranks[&a]) && beats(&ranks[*n], &ranks[&b]);
        let closer: Vec<&Definition> =
            sorted.iter().filter(beats_both).map(|&n| all[n].definition).collect();
        if !decided(model, &closer, &both) {
            found.push((later, earlier));
        }
    };
    let groups: Vec<_> = groups.into_iter().collect();
    for (k, (rank, group)) in groups.iter().enumerate() {
        for alike in group.values() {
            for (n, &a) in alike.iter().enumerate() {
                alike[n + 1..].iter().for_each(|&b| compare(a, b));
            }
        }
        for (other, theirs) in &groups[k + 1..] {
            if beats(rank, other) || beats(other, rank) {
                continue;
            }
            for &a in group.values().flatten() {
                theirs.values().flatten().for_each(|&b| compare(a, b));
            }
        }
    }
}

/// True if some of the definitions, alone or together, cover every cell and year of `both`.
fn decided(model: &Model, closer: &[&Definition], both: &Definition) -> bool {
    if closer.is_empty() || closer.iter().any(|one| contains(model, one, both)) {
        return !closer.is_empty();
    }
    let (from, to) = both.years;
    cells_of(model, both, MOST_DECIDED).is_some_and(|cells| {
        cells.iter().all(|cell| {
            (from..=to).all(|year| closer.iter().any(|one| one.covers(model, cell, year)))
        })
    })
}

/// Finds the changes that give no value because more specific changes give all of their values.
fn idle(model: &Model, all: &[Brought<'_>], sorted: &[usize], found: &mut Vec<usize>) {
    let [first, _, ..] = sorted else { return };
    let quantity = &model.quantities[all[*first].quantity];
    let mut left = MOST_MARKED;
    let mut holds: BTreeMap<usize, usize> = BTreeMap::new();
    for &n in sorted {
        let definition = all[n].definition;
        let Some(cells) = cells_of(model, definition, left) else { return };
        let (from, to) = definition.years;
        left = left.saturating_sub(cells.len().saturating_mul((to - from + 1).max(0) as usize));
        if left == 0 {
            return;
        }
        for cell in &cells {
            for year in from..=to {
                holds.insert(model.position(quantity, cell, year), n);
            }
        }
    }
    let mut holding: Vec<usize> = holds.into_values().collect();
    holding.sort_unstable();
    found.extend(sorted.iter().filter(|n| holding.binary_search(n).is_err()));
}

/// Returns the cells of a definition; None if there are more than `most`, or if an index is computed.
pub(super) fn cells_of(
    model: &Model,
    definition: &Definition,
    most: usize,
) -> Option<Vec<Vec<u32>>> {
    let mut cells: Vec<Vec<u32>> = vec![Vec::new()];
    for axis in &definition.axes {
        let elements = match axis {
            Select::One(element) => std::slice::from_ref(element),
            Select::Each(_, set) => &model.sets[*set].members,
            Select::Computed(_) => return None,
        };
        if cells.len().saturating_mul(elements.len()) > most {
            return None;
        }
        let with = |cell: &Vec<u32>| {
            elements.iter().map(|&e| [cell.as_slice(), &[e]].concat()).collect::<Vec<_>>()
        };
        cells = cells.iter().flat_map(with).collect();
    }
    Some(cells)
}

/// True if two definitions of a quantity have a cell and year in common.
pub(super) fn overlap(model: &Model, a: &Definition, b: &Definition) -> bool {
    let sets = &model.sets;
    let axis = |(x, y): (&Select, &Select)| match (x, y) {
        (Select::One(a), Select::One(b)) => a == b,
        (Select::Each(_, s), Select::One(e)) | (Select::One(e), Select::Each(_, s)) => {
            sets[*s].has(*e)
        }
        (Select::Each(_, s), Select::Each(_, u)) => {
            s == u || sets[*s].members.iter().any(|&m| sets[*u].has(m))
        }
        (Select::Computed(_), _) | (_, Select::Computed(_)) => true,
    };
    a.years.0 <= b.years.1 && b.years.0 <= a.years.1 && a.axes.iter().zip(&b.axes).all(axis)
}

/// Returns the cells and years that two overlapping definitions have in common; of two sets it takes the smaller one.
pub(super) fn meet(a: &Definition, b: &Definition) -> Definition {
    let axis = |(x, y): (&Select, &Select)| match (x, y) {
        (Select::One(_), _) | (Select::Each(..), Select::Each(..)) => x.clone(),
        (_, Select::One(_)) | (Select::Each(..), Select::Computed(_)) => y.clone(),
        (Select::Computed(_), _) => x.clone(),
    };
    let axes = a.axes.iter().zip(&b.axes).map(axis).collect();
    let years = (a.years.0.max(b.years.0), a.years.1.min(b.years.1));
    Definition { axes, years, ..a.clone() }
}

/// True if `outer` covers every cell and year of `inner`.
pub(super) fn contains(model: &Model, outer: &Definition, inner: &Definition) -> bool {
    let sets = &model.sets;
    let inside = |(outer, inner): (&Select, &Select)| match (outer, inner) {
        (Select::Each(_, s), Select::Each(_, u)) => {
            s == u || sets[*u].members.iter().all(|&m| sets[*s].has(m))
        }
        (Select::Each(_, s), Select::One(e)) => sets[*s].has(*e),
        (Select::One(a), Select::One(b)) => a == b,
        (Select::One(_) | Select::Computed(_), _) | (Select::Each(..), Select::Computed(_)) => {
            false
        }
    };
    outer.years.0 <= inner.years.0
        && outer.years.1 >= inner.years.1
        && outer.axes.iter().zip(&inner.axes).all(inside)
}

impl Checker<'_> {
    /// Ranks the changes of one list, and reports conflicts and changes without effect. Returns the positions
    /// of the changes in the order in which they apply.
    pub(super) fn ranked(&mut self, all: &[Brought<'_>]) -> Vec<usize> {
        let ranked = rank(&self.model, all);
        let mut found = Vec::new();
        for &(later, earlier) in &ranked.conflicts {
            let (one, other) = (&all[later], &all[earlier]);
            let (a, b) = (one.definition, other.definition);
            found.push(if contains(&self.model, a, b) && contains(&self.model, b, a) {
                errors::changed_twice(a.span, one.name, b.span)
            } else {
                let both = meet(a, b);
                let place = self.place(one.quantity, &both);
                let decides = self.would_decide(one.quantity, &both, [a, b]);
                errors::changes_conflict(a.span, b.span, &place, both.years, decides)
            });
        }
        if ranked.conflicts.is_empty() {
            found.extend(idle_statements(all, &ranked.idle));
        }
        found.into_iter().for_each(|problem| self.error(problem));
        ranked.order
    }

    /// True if a line for exactly the common cells and years of two changes would take precedence over both.
    fn would_decide(
        &self,
        quantity: QuantityId,
        both: &Definition,
        changes: [&Definition; 2],
    ) -> bool {
        let axes = &self.model.quantities[quantity].axes;
        let year_form = match both.years {
            (from, to) if from == to => YearForm::One,
            years if years == self.model.years => YearForm::All,
            _ => YearForm::Range,
        };
        let line = specificity(axes, &Definition { year_form, ..both.clone() });
        changes.iter().all(|change| beats(&line, &specificity(axes, change)))
    }

    /// Names the cells of a definition as a left side does: `rate[cars]`, `rate[*, China]`, `rate`. Of a
    /// subset, names the first element.
    pub(super) fn place(&self, quantity: QuantityId, definition: &Definition) -> String {
        let quantity = &self.model.quantities[quantity];
        let model = &self.model;
        let whole = |axis: &Select, set: SetId| matches!(axis, Select::Each(_, of) if *of == set);
        let axes = || definition.axes.iter().zip(&quantity.axes);
        if axes().all(|(axis, &set)| whole(axis, set)) {
            return quantity.name.clone();
        }
        let name = |(axis, &set): (&Select, &SetId)| match axis {
            Select::One(element) => model.element_name(set, *element),
            Select::Each(_, of) if *of == set => "*",
            Select::Each(_, of) => {
                model.sets[*of].members.first().map_or("", |&first| model.element_name(set, first))
            }
            Select::Computed(_) => model.element_name(set, 0),
        };
        format!("{}[{}]", quantity.name, axes().map(name).collect::<Vec<_>>().join(", "))
    }
}

/// Returns warnings for the statements whose changes are all without effect; a map makes several changes.
fn idle_statements(all: &[Brought<'_>], idle: &[usize]) -> Vec<Diagnostic> {
    let mut effective: BTreeMap<Span, bool> = BTreeMap::new();
    let mut without = idle.to_vec();
    without.sort_unstable();
    for (n, brought) in all.iter().enumerate() {
        *effective.entry(brought.definition.span).or_default() |=
            without.binary_search(&n).is_err();
    }
    let without = effective.into_iter().filter(|(_, effective)| !effective);
    without.map(|(span, _)| errors::change_overruled(span)).collect()
}
