//! Values that are defined by themselves.
//!
//! A block may have given values only if a script defines one by itself, directly or through others. A
//! given value is never solved for, so the run reports the cycle. So it does for an equation by which a scenario
//! defines a variable by itself, as in `x = x * 2`.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use super::reads::Reader;
use super::{Block, CellIndex, Plan, Rule};
use crate::model::{Change, Model};

impl Plan<'_> {
    /// Returns the shortest cycle through a given value of a block, or through a variable with a scenario's own
    /// definition: each value reads the next one, and the last is the first again. None if the block has no such value.
    pub fn given_cycle(&self, block: &Block) -> Option<Vec<CellIndex>> {
        let mut members: Vec<CellIndex> =
            block.unknowns.iter().chain(&block.explicit).copied().collect();
        members.sort_unstable();
        // A value that the scenario changes comes first, because its line is the one to mend.
        let given = |changed: bool| {
            let found =
                |&index: &CellIndex| self.is_given(index) && (!changed || self.is_changed(index));
            members.iter().copied().find(found)
        };
        let mut reader = Reader::new(&self.variant, &self.layout, self.baseline.is_some());
        let Some(start) = given(true).or_else(|| given(false)) else {
            // Another equation of a variable may depend on others that depend on it, but not on itself alone.
            let mut reads_itself = |&index: &CellIndex| {
                let of_scenario = |rule: &Rule<'_>| of_change(self.variant.model, rule);
                let (reads, _) = reader.reads_of(&self.layout.point(index), of_scenario);
                reads.contains(&index)
            };
            return members
                .iter()
                .copied()
                .find(|index| reads_itself(index))
                .map(|at| vec![at, at]);
        };
        let mut reached: BTreeMap<CellIndex, CellIndex> = BTreeMap::new();
        let mut next = VecDeque::from([start]);
        while let Some(at) = next.pop_front() {
            let (reads, _) = reader.reads(&self.layout.point(at));
            for read in reads.iter().copied().filter(|read| members.binary_search(read).is_ok()) {
                if read == start {
                    let mut cycle = vec![start, at];
                    while let Some(&reader) = cycle.last().and_then(|last| reached.get(last)) {
                        cycle.push(reader);
                    }
                    cycle.reverse();
                    return Some(cycle);
                }
                if let Entry::Vacant(entry) = reached.entry(read) {
                    entry.insert(at);
                    next.push_back(read);
                }
            }
        }
        None
    }

    fn is_given(&self, index: CellIndex) -> bool {
        self.variant.model.quantities[self.layout.quantity(index)].is_given()
    }

    /// True if a change of a scenario sets the value.
    pub fn is_changed(&self, index: CellIndex) -> bool {
        let mut rules = Vec::new();
        self.variant.rules(&self.layout.point(index), &mut rules);
        rules.iter().any(|rule| of_change(self.variant.model, rule))
    }
}

fn of_change(model: &Model, rule: &Rule<'_>) -> bool {
    match rule.id() {
        super::DefinitionId::Change(change) => {
            let change = model.changes.get(change as usize).map(|change| &change.change);
            matches!(change, Some(Change::Replace { .. }))
        }
        super::DefinitionId::Model(_)
        | super::DefinitionId::Start
        | super::DefinitionId::Override(_) => false,
    }
}
