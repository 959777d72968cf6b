//! Reductions that several cells have in common: each is computed once.
//!
//! In `share[i, j] = trade[i, j] / sum(k in country: trade[k, j])` the sum reads `j` and the year, and not `i`. Its
//! value is kept by these, so that n^2 cells cost n^2 and not n^3. A kept value has the bits of one that is computed
//! anew, because a value that was read never changes later.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::engine::run::domain::Extent;
use crate::model::{Definition, Expr, Model, QuantityId, ReductionId, Select, SetId};
use crate::plan::DefinitionId;

/// The slots that a reduction reads from outside, each with the size of its set.
type Readings = Vec<(usize, u64)>;

/// A cache of reductions that several cells of a quantity share.
#[derive(Debug)]
pub(crate) struct ReductionCache<V> {
    /// The definitions whose reductions are noted.
    entered: FxHashSet<DefinitionOf>,
    /// The readings of each reduction that is worth caching.
    readings: FxHashMap<(DefinitionOf, ReductionId), Readings>,
    /// The definition that is being evaluated. All values are of its quantity.
    current: Option<DefinitionOf>,
    values: FxHashMap<CacheKey, V>,
}

/// A quantity and one of its definitions.
type DefinitionOf = (QuantityId, DefinitionId);

/// Cache key of a reduction of the current quantity: the reduction, and everything that it reads of the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CacheKey {
    /// A copy of a definition has the same reductions, but may read other slots in them.
    definition: DefinitionId,
    reduction: ReductionId,
    /// The elements in the slots that the reduction reads, as one number.
    elements: u64,
    year: i32,
    in_baseline: bool,
    /// The values that are evaluated at once.
    extent: Extent,
}

impl<V> Default for ReductionCache<V> {
    fn default() -> Self {
        let (entered, readings) = (FxHashSet::default(), FxHashMap::default());
        Self { entered, readings, current: None, values: FxHashMap::default() }
    }
}

impl<V: Copy> ReductionCache<V> {
    /// Drops all values.
    pub(crate) fn forget(&mut self) {
        self.values.clear();
        self.current = None;
    }

    /// Prepares for a definition of a quantity: the values of another quantity are dropped.
    pub(super) fn enter(&mut self, model: &Model, id: DefinitionOf, definition: &Definition) {
        let before = self.current.replace(id);
        if before == Some(id) {
            return;
        }
        if before.is_none_or(|(quantity, _)| quantity != id.0) {
            self.values.clear();
        }
        if !self.entered.insert(id) {
            return;
        }
        let axes = definition.axes.iter().filter_map(|axis| match axis {
            Select::Each(slot, set) => Some((*slot, *set)),
            Select::One(_) | Select::Computed(_) => None,
        });
        let around: Vec<(usize, SetId)> = axes.chain(definition.extra.iter().copied()).collect();
        self.note(model, id, &definition.expr, &around);
    }

    /// Finds the reductions in an expression of a definition that are worth caching. `around` are the slots that vary
    /// around the expression.
    fn note(
        &mut self,
        model: &Model,
        definition: DefinitionOf,
        expr: &Expr,
        around: &[(usize, SetId)],
    ) {
        expr.walk(&mut |part| {
            let Expr::Reduce { id, loops, filter, body, .. } = part else { return true };
            let (mut read, mut draws) = (Vec::new(), false);
            let inside = filter.iter().chain([body]);
            inside.clone().for_each(|inner| {
                inner.walk(&mut |part| {
                    match part {
                        Expr::Slot(slot) => read.push(*slot),
                        // The name of a random quantity has the elements around it.
                        Expr::Random(_) => draws = true,
                        _ => {}
                    }
                    true
                });
            });
            let size = |set: SetId| model.sets[set].members.len() as u64;
            let terms: u64 = loops.iter().map(|&(_, set)| size(set)).product();
            let spare = around.iter().any(|(slot, set)| size(*set) > 1 && !read.contains(slot));
            if spare && !draws && terms > 1 {
                let elements = |set: SetId| model.sets[model.sets[set].root].elements.len() as u64;
                let own = around.iter().filter(|(slot, _)| read.contains(slot));
                let readings = own.map(|&(slot, set)| (slot, elements(set))).collect();
                self.readings.insert((definition, *id), readings);
            }
            let around = [around, loops.as_slice()].concat();
            inside.for_each(|inner| self.note(model, definition, inner, &around));
            false
        });
    }

    /// Returns the cache key of a reduction for the elements in `slots`; `None` if it is not worth caching.
    pub(super) fn key(
        &self,
        reduction: ReductionId,
        slots: &[u32],
        (year, in_baseline, extent): (i32, bool, Extent),
    ) -> Option<CacheKey> {
        let current = self.current?;
        let readings = self.readings.get(&(current, reduction))?;
        let add = |number: u64, &(slot, elements): &(usize, u64)| {
            number.checked_mul(elements)?.checked_add(u64::from(slots[slot]))
        };
        let elements = readings.iter().try_fold(0, add)?;
        let definition = current.1;
        Some(CacheKey { definition, reduction, elements, year, in_baseline, extent })
    }

    pub(super) fn get(&self, key: &CacheKey) -> Option<V> {
        self.values.get(key).copied()
    }

    pub(super) fn keep(&mut self, key: CacheKey, value: V) {
        self.values.insert(key, value);
    }
}
