//! Overlaps between the changes of scenarios: which change replaces another, which two conflict.
//!
//! Changes of single cells are looked up by cell: comparing thousands of them with each other would take
//! time quadratic in their number.

use std::collections::BTreeMap;

use super::Checker;
use crate::model::{Change, ChangeId, Definition, LeverId, Op, QuantityId, Select};

/// The quantity or lever that a change affects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Quantity(QuantityId),
    Lever(LeverId),
}

/// Changes, each with its position in the order of addition.
type Numbered = Vec<(usize, ChangeId)>;

/// Changes in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Claims {
    count: usize,
    /// Changes of one cell.
    single: BTreeMap<(QuantityId, Vec<u32>), Numbered>,
    /// Changes of several cells, and of levers.
    wide: BTreeMap<Subject, Numbered>,
    /// All changes.
    all: BTreeMap<Subject, Numbered>,
}

impl Claims {
    /// Adds a change.
    pub(super) fn add(&mut self, checker: &Checker<'_>, id: ChangeId) {
        let (subject, cell) = subject(&checker.model.changes[id].change);
        let entry = (self.count, id);
        self.count += 1;
        self.all.entry(subject).or_default().push(entry);
        match cell {
            Some(cell) => self.single.entry(cell).or_default().push(entry),
            None => self.wide.entry(subject).or_default().push(entry),
        }
    }

    /// The changes that may overlap `id`, in the order of addition.
    pub(super) fn overlapping(&self, checker: &Checker<'_>, id: ChangeId) -> Vec<ChangeId> {
        let (subject, cell) = subject(&checker.model.changes[id].change);
        let mut found: Numbered = match cell {
            Some(cell) => {
                let (single, wide) = (self.single.get(&cell), self.wide.get(&subject));
                single.into_iter().chain(wide).flatten().copied().collect()
            }
            None => self.all.get(&subject).cloned().unwrap_or_default(),
        };
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }
}

/// What a change affects, and its cell if it is a single one.
fn subject(change: &Change) -> (Subject, Option<(QuantityId, Vec<u32>)>) {
    match change {
        Change::Replace { quantity, definition, .. } => {
            let one = |select: &Select| match select {
                Select::One(element) => Some(*element),
                _ => None,
            };
            let cell: Option<Vec<u32>> = definition.axes.iter().map(one).collect();
            (Subject::Quantity(*quantity), cell.map(|cell| (*quantity, cell)))
        }
        Change::Add(lever) | Change::Remove(lever) => (Subject::Lever(*lever), None),
    }
}

impl Checker<'_> {
    /// True if `mine` replaces all that `theirs` sets.
    pub(super) fn shadows(&self, mine: ChangeId, theirs: ChangeId) -> bool {
        let sets = &self.model.sets;
        match (&self.model.changes[mine].change, &self.model.changes[theirs].change) {
            (
                Change::Replace { quantity: a, definition: x, .. },
                Change::Replace { quantity: b, definition: y, .. },
            ) => {
                let inside = |(outer, inner): (&Select, &Select)| match (outer, inner) {
                    (Select::Each(_, s), Select::Each(_, u)) => {
                        s == u || sets[*u].members.iter().all(|&m| sets[*s].has(m))
                    }
                    (Select::Each(_, s), Select::One(e)) => sets[*s].has(*e),
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

    /// True if two changes of different parents conflict: they overlap and give different values.
    pub(super) fn collide(&self, one: ChangeId, other: ChangeId) -> bool {
        match (&self.model.changes[one].change, &self.model.changes[other].change) {
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
        }
    }

    /// True if two definitions have a cell and year in common.
    fn overlap(&self, a: &Definition, b: &Definition) -> bool {
        let sets = &self.model.sets;
        let axis = |(x, y): (&Select, &Select)| match (x, y) {
            (Select::One(a), Select::One(b)) => a == b,
            (Select::Each(_, s), Select::One(e)) | (Select::One(e), Select::Each(_, s)) => {
                sets[*s].has(*e)
            }
            (Select::Each(_, s), Select::Each(_, u)) => {
                s == u || sets[*s].members.iter().any(|&m| sets[*u].has(m))
            }
            _ => true,
        };
        a.years.0 <= b.years.1 && b.years.0 <= a.years.1 && a.axes.iter().zip(&b.axes).all(axis)
    }
}
