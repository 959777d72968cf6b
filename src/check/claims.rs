//! Overlaps between the changes of scenarios: which change replaces another, which two conflict.
//!
//! Changes of single cells are looked up by cell: comparing thousands of them with each other would take
//! time quadratic in their number.

use std::collections::BTreeMap;

use super::Checker;
use super::precedence::{contains, meet, overlap};
use crate::model::{Change, ChangeId, LeverId, Op, QuantityId, Select};

/// The quantity or lever that a change affects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Quantity(QuantityId),
    Lever(LeverId),
}

/// Changes, each with its position in the order in which they were added.
type Numbered = Vec<(usize, ChangeId)>;

/// Changes of scenarios, indexed for a search for overlaps.
#[derive(Debug, Default)]
pub(super) struct Claims {
    count: usize,
    /// The changes of a single cell, by cell.
    single: BTreeMap<(QuantityId, Vec<u32>), Numbered>,
    /// Changes of several cells, and changes of levers.
    wide: BTreeMap<Subject, Numbered>,
    /// All changes, by the quantity or lever that they affect.
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

    /// Returns the changes that may overlap `id`, in the order in which they were added.
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

/// Returns the quantity or lever that a change affects; also the cell, if the change affects only one.
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
    /// True if `mine` replaces every value that `theirs` sets.
    pub(super) fn shadows(&self, mine: ChangeId, theirs: ChangeId) -> bool {
        match (&self.model.changes[mine].change, &self.model.changes[theirs].change) {
            (
                Change::Replace { quantity: a, definition: x, .. },
                Change::Replace { quantity: b, definition: y, .. },
            ) => a == b && x.op == Op::Set && contains(&self.model, x, y),
            (Change::Remove(a), Change::Add(b)) => a == b,
            _ => false,
        }
    }

    /// True if the change `mine` replaces every value that both `one` and `other` set.
    pub(super) fn decides(&self, mine: ChangeId, one: ChangeId, other: ChangeId) -> bool {
        let changes = [mine, one, other].map(|id| &self.model.changes[id].change);
        match changes {
            [
                Change::Replace { quantity: p, definition: mine, .. },
                Change::Replace { quantity: q, definition: one, .. },
                Change::Replace { definition: other, .. },
            ] => p == q && mine.op == Op::Set && contains(&self.model, mine, &meet(one, other)),
            // Whether a lever exists is decided by the scenario's own line.
            [Change::Add(a) | Change::Remove(a), Change::Add(b) | Change::Remove(b), _] => a == b,
            _ => false,
        }
    }

    /// True if two changes that a scenario takes over from different parents conflict: they overlap and set different
    /// values.
    pub(super) fn collide(&self, one: ChangeId, other: ChangeId) -> bool {
        match (&self.model.changes[one].change, &self.model.changes[other].change) {
            (
                Change::Replace { quantity: p, definition: x, .. },
                Change::Replace { quantity: q, definition: y, .. },
            ) => {
                p == q
                    && overlap(&self.model, x, y)
                    && (x.op != y.op || (x.op == Op::Set && x.expr != y.expr))
            }
            (Change::Add(p), Change::Remove(q)) | (Change::Remove(p), Change::Add(q)) => p == q,
            _ => false,
        }
    }
}
