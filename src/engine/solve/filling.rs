//! Starting values for unknowns of which neither the script nor an earlier run says one.
//!
//! In: the starting values that are known. Out: further ones, by two rules that are applied in turn until
//! nothing is added: an unknown with an equation of its own starts at the value which the equation gives from
//! the other starts; an unknown of a block of several years starts at its value in the nearest year.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::engine::run::domain::Numbers;
use crate::engine::run::driver::RunProgress;
use crate::engine::run::eval::{Evaluator, Stored};
use crate::plan::{Block, CellIndex};

/// The values of a block's cells while starting values are searched for.
struct Filling<'p, 'a> {
    progress: &'p mut RunProgress<'a, f64>,
    numbers: Numbers<'p>,
    /// Indices of the unknowns, then of the cells that follow from them.
    cells: Vec<CellIndex>,
    /// The values of the block that each cell reads, as positions in `cells`.
    reads: Vec<Vec<usize>>,
    /// The position of each cell of the block.
    positions: FxHashMap<CellIndex, usize>,
    /// The values from outside that the block reads, which have been computed.
    outside: FxHashSet<CellIndex>,
    known: Vec<bool>,
    unknowns: usize,
}

/// Finds starting values for the unknowns of a block. `known` has the starting value of each unknown that
/// has one. The values stay in the store until the solution replaces them.
pub(super) fn fill(
    progress: &mut RunProgress<'_, f64>,
    block: &Block,
    numbers: Numbers<'_>,
    known: &[Option<f64>],
) -> Vec<Option<f64>> {
    let mut filling = Filling::new(progress, block, numbers, known);
    let mut order: Vec<usize> = (0..filling.cells.len()).collect();
    let layout = &filling.progress.plan.layout;
    // Within a year the cells that follow come first, in their order.
    order.sort_by_key(|&n| (layout.point(filling.cells[n]).year, n < filling.unknowns, n));
    // A pass upwards carries values to later years, a pass downwards to earlier ones.
    while filling.pass(order.iter(), -1) | filling.pass(order.iter().rev(), 1) {}
    let value = |n: usize| {
        let is_new = filling.known[n] && known[n].is_none();
        is_new.then(|| filling.progress.values.get(filling.cells[n]))
    };
    (0..filling.unknowns).map(value).collect()
}

impl<'p, 'a> Filling<'p, 'a> {
    fn new(
        progress: &'p mut RunProgress<'a, f64>,
        block: &Block,
        numbers: Numbers<'p>,
        known: &[Option<f64>],
    ) -> Self {
        let cells: Vec<CellIndex> = block.unknowns.iter().chain(&block.explicit).copied().collect();
        let positions: FxHashMap<CellIndex, usize> =
            cells.iter().enumerate().map(|(n, &cell)| (cell, n)).collect();
        let mut outside = FxHashSet::default();
        let mut reads = Vec::with_capacity(cells.len());
        for all in progress.plan.reads(&cells) {
            reads.push(all.iter().filter_map(|read| positions.get(read).copied()).collect());
            outside.extend(all.into_iter().filter(|read| !positions.contains_key(read)));
        }
        let (unknowns, count) = (block.unknowns.len(), cells.len());
        let known_cells = vec![false; count];
        let mut filling = Self {
            progress,
            numbers,
            cells,
            reads,
            positions,
            outside,
            known: known_cells,
            unknowns,
        };
        for (n, value) in known.iter().enumerate() {
            if let Some(value) = value {
                filling.set(n, *value);
            }
        }
        for n in unknowns..count {
            if let Some(value) = filling.start(n) {
                filling.set(n, value);
            }
        }
        filling
    }

    /// Returns the `start` value of a cell that follows from the unknowns.
    fn start(&mut self, n: usize) -> Option<f64> {
        let Self { progress, numbers, cells, .. } = self;
        let plan = progress.plan;
        let point = plan.layout.point(cells[n]);
        let start = plan.variant.model.quantities[point.quantity].start.as_ref()?;
        let baseline = plan.baseline.map(|run| &progress.known[run].values);
        let stored = Stored { values: &progress.values, baseline };
        let mut evaluator =
            Evaluator::new(plan.variant.model, stored, &mut progress.slots, *numbers);
        evaluator.start(start, &point).ok()
    }

    fn set(&mut self, n: usize, value: f64) {
        let cell = self.cells[n];
        self.progress.values.set(self.progress.plan.layout.quantity(cell), cell, value);
        self.known[n] = true;
    }

    /// Visits all cells in an order, and carries values from the year at a distance of `from`. True if a
    /// value was added.
    fn pass<'n>(&mut self, order: impl Iterator<Item = &'n usize>, from: isize) -> bool {
        let mut added = false;
        for &n in order {
            if self.known[n] {
                continue;
            }
            let own =
                if self.reads[n].iter().all(|&read| self.known[read]) { self.own(n) } else { None };
            let carried = || (n < self.unknowns).then(|| self.carried(n, from)).flatten();
            if let Some(value) = own.or_else(carried) {
                self.set(n, value);
                added = true;
            }
        }
        added
    }

    /// Returns the value from a cell's own equation; `None` for a condition.
    fn own(&mut self, n: usize) -> Option<f64> {
        let Self { progress, numbers, cells, .. } = self;
        let plan = progress.plan;
        let point = plan.layout.point(cells[n]);
        let mut rules = Vec::new();
        plan.variant.rules(&point, &mut rules);
        if rules.iter().any(|rule| rule.is_condition()) {
            return None;
        }
        let baseline = plan.baseline.map(|run| &progress.known[run].values);
        let stored = Stored { values: &progress.values, baseline };
        let mut evaluator =
            Evaluator::new(plan.variant.model, stored, &mut progress.slots, *numbers);
        let value = evaluator.value(&rules, &point, plan.variant.neutral(&point)).ok()?;
        value.is_finite().then_some(value)
    }

    /// Returns the value of the same cell in the year at distance `from`, if it is known.
    fn carried(&self, n: usize, from: isize) -> Option<f64> {
        let layout = &self.progress.plan.layout;
        let cell = self.cells[n];
        let other = cell.checked_add_signed(from)?;
        let (later, earlier) = if from < 0 { (cell, other) } else { (other, cell) };
        if later >= layout.len() || layout.year_before(later) != Some(earlier) {
            return None;
        }
        let known = match self.positions.get(&other) {
            Some(&n) => self.known[n],
            None => self.outside.contains(&other),
        };
        known.then(|| self.progress.values.get(other)).filter(|value| value.is_finite())
    }
}
