//! The driver of a run: the steps of a plan, one after another.
//!
//! One driver serves plain runs and recorded ones. A [`Computation`] says where they differ: the values, the
//! domain in which expressions are evaluated, and the way a block is solved.

use std::ops::Range;
use std::sync::Arc;

use super::domain::{Domain, Extent};
use super::eval::{Evaluator, Fault, ReductionCache, Stored};
use super::lanes;
use super::lever::lever_first;
use super::reuse::{ReadSets, Tracking};
use super::stop::Stop;
use super::store::Store;
use crate::diagnostic::Diagnostic;
use crate::model::QuantityId;
use crate::plan::{Alike, Block, CellIndex, Cursor, DefinitionId, Plan, Point, Rule, Step};

/// Number of values between two checks of the memory of a computation.
const MEMORY_CHECKED_EVERY: usize = 1024;
/// The least number of values for which evaluation at once is worth its preparation.
const FEWEST: usize = 4;

/// The values of a finished run, with the record of its readings.
#[derive(Debug, Clone)]
pub(crate) struct Finished<V> {
    pub(crate) values: Store<V>,
    pub(crate) reads: ReadSets,
}

/// The state of a run in progress.
pub(crate) struct RunProgress<'a, V> {
    pub(crate) plan: &'a Plan<'a>,
    /// The known runs, in the plan's order.
    pub(crate) known: Vec<&'a Finished<V>>,
    pub(crate) values: Store<V>,
    reads: ReadSets,
    /// The element in each slot of the expression that is evaluated.
    pub(crate) slots: Vec<u32>,
    pub(crate) stop: &'a Stop,
}

/// A way to compute a run: with numbers, or recorded on a tape.
pub(crate) trait Computation {
    /// The type of the run's values.
    type Value: Copy + Default;

    /// The domain in which the run's expressions are evaluated.
    type Domain<'d>: Domain<Value = Self::Value>
    where
        Self: 'd;

    /// True if two values are the same to the bit.
    fn same(a: Self::Value, b: Self::Value) -> bool;

    /// Returns the stored values that an evaluation reads, and its domain. The domain reads `values`, and `baseline`
    /// for `baseline(x)`.
    fn evaluation<'d>(
        &'d mut self,
        values: &'d Store<Self::Value>,
        baseline: Option<&'d Store<Self::Value>>,
    ) -> (Stored<'d>, Self::Domain<'d>);

    /// Returns the values of quantities that need no computation; None unless all of them are known.
    fn known_before(
        &mut self,
        _progress: &RunProgress<'_, Self::Value>,
        _quantities: &[QuantityId],
    ) -> Option<Vec<Vec<Self::Value>>> {
        None
    }

    /// True if several values may be evaluated at once.
    fn has_lanes(&self) -> bool {
        false
    }

    /// Computes and stores the values of neighbouring elements and years from a point on, which is at `index`; all have
    /// these rules. False if they cannot be evaluated at once.
    fn at_once(
        &mut self,
        _progress: &mut RunProgress<'_, Self::Value>,
        (_rules, _point): (&[Rule<'_>], &Point),
        (_index, _extent): (CellIndex, Extent),
    ) -> bool {
        false
    }

    /// Returns the memory in bytes that the computation uses in addition to the values of the run.
    fn memory(&self) -> u64 {
        0
    }

    /// Solves a block; returns its unknowns in their order.
    fn solve(
        &mut self,
        progress: &mut RunProgress<'_, Self::Value>,
        block: &Block,
    ) -> Result<Vec<Self::Value>, Diagnostic>;

    /// Checks a new value against the bounds of its quantity. `last` is the last rule applied to it.
    fn check(
        &mut self,
        plan: &Plan<'_>,
        point: &Point,
        value: Self::Value,
        last: Option<&Rule<'_>>,
    ) -> Result<(), Diagnostic>;
}

/// A run in progress, with its computation and buffers.
struct Driver<'a, C: Computation> {
    progress: RunProgress<'a, C::Value>,
    computation: C,
    cursor: Cursor,
    rules: Vec<Rule<'a>>,
    cache: ReductionCache<C::Value>,
}

/// Makes a run. `known` are the runs that its plan was made with.
///
/// # Errors
/// The first value that cannot be computed, is outside its bounds or has no solution; `interrupted`.
pub(crate) fn drive<'a, C: Computation>(
    plan: &'a Plan<'a>,
    known: Vec<&'a Finished<C::Value>>,
    stop: &'a Stop,
    computation: C,
) -> Result<(Finished<C::Value>, C), Diagnostic> {
    let model = plan.variant.model;
    let values = plan.computed_values() as u64 * size_of::<C::Value>() as u64;
    stop.keep(values, "the values of all runs")?;
    let progress = RunProgress {
        plan,
        known,
        values: Store::new(Arc::clone(&plan.layout)),
        reads: ReadSets::of_model(model, &plan.layout),
        slots: vec![0; model.slots],
        stop,
    };
    let (cursor, rules, cache) = (Cursor::default(), Vec::new(), ReductionCache::default());
    let mut driver = Driver { progress, computation, cursor, rules, cache };
    for step in &plan.steps {
        driver.step(step)?;
    }
    let Driver { progress: RunProgress { values, reads, .. }, computation, .. } = driver;
    Ok((Finished { values: values.done(C::same), reads: reads.done() }, computation))
}

impl<V: Copy + Default> RunProgress<'_, V> {
    /// Returns the values of the run's baseline; `None` if the run is the baseline itself.
    pub(crate) fn baseline(&self) -> Option<&Store<V>> {
        self.plan.baseline.map(|run| &self.known[run].values)
    }

    /// Makes the diagnostic of a fault at a point.
    pub(crate) fn report(&self, fault: &Fault, point: &Point) -> Diagnostic {
        let model = self.plan.variant.model;
        let name = model.cell_name(&model.quantities[point.quantity], &point.cell);
        lever_first(self.plan, point, fault.report(&name, point.year))
    }

    /// Returns the starting values that the script gives to the unknowns of a block.
    pub(crate) fn given_starts<C: Computation<Value = V>>(
        &mut self,
        computation: &mut C,
        block: &Block,
    ) -> Result<Vec<Option<V>>, Diagnostic> {
        let plan = self.plan;
        let mut given = Vec::with_capacity(block.unknowns.len());
        for &unknown in &block.unknowns {
            let point = plan.layout.point(unknown);
            let Some(start) = &plan.variant.model.quantities[point.quantity].start else {
                given.push(None);
                continue;
            };
            let baseline = plan.baseline.map(|run| &self.known[run].values);
            let (stored, domain) = computation.evaluation(&self.values, baseline);
            let mut evaluator = Evaluator::new(plan.variant.model, stored, &mut self.slots, domain);
            let value = evaluator.start(start, &point);
            given.push(Some(value.map_err(|fault| self.report(&fault, &point))?));
        }
        Ok(given)
    }
}

/// Divides a range into pieces of at most `most` numbers.
fn pieces(range: Range<usize>, most: usize) -> impl Iterator<Item = Range<usize>> {
    let end = range.end;
    range.step_by(most).map(move |from| from..(from + most).min(end))
}

impl<C: Computation> Driver<'_, C> {
    fn step(&mut self, step: &Step) -> Result<(), Diagnostic> {
        let plan = self.progress.plan;
        match step {
            Step::Keep(quantity, run) => {
                let RunProgress { known, values, reads, .. } = &mut self.progress;
                values.keep(*quantity, *run, known.iter().map(|known| &known.values));
                reads.keep(*quantity, &known[*run].reads);
                Ok(())
            }
            Step::Quantity(quantity) => {
                if self.take_known(&[*quantity]) {
                    return Ok(());
                }
                let parts = self.parts(*quantity);
                self.compute_all(*quantity, 0..plan.layout.horizon(), parts.as_ref())
            }
            Step::Recursion(order) => {
                if self.take_known(order) {
                    return Ok(());
                }
                let parts: Vec<_> = order.iter().map(|&quantity| self.parts(quantity)).collect();
                for year in 0..plan.layout.horizon() {
                    for (&quantity, parts) in order.iter().zip(&parts) {
                        self.compute_all(quantity, year..year + 1, parts.as_ref())?;
                    }
                }
                Ok(())
            }
            Step::Point(index) => self.compute(*index),
            Step::Block(block) => self.solve(block),
        }
    }

    /// Stores the values of quantities that need no computation; returns false if they are not known.
    fn take_known(&mut self, quantities: &[QuantityId]) -> bool {
        let Some(known) = self.computation.known_before(&self.progress, quantities) else {
            return false;
        };
        for (&quantity, values) in quantities.iter().zip(known) {
            self.progress.values.put(quantity, values);
        }
        true
    }

    /// Returns the parts of a quantity that may be evaluated at once. `None` if each value is computed by itself, because what it
    /// reads is recorded for later runs or its rules compute their elements.
    fn parts(&self, quantity: QuantityId) -> Option<Alike> {
        let RunProgress { plan, reads, .. } = &self.progress;
        let at_once = reads.is_off() && self.computation.has_lanes();
        let is_fit = at_once && !plan.variant.has_computed_cells(quantity);
        is_fit.then(|| plan.variant.alike(quantity))
    }

    /// Computes the values of a quantity in some years, counted from 0. The message about a fault is that of the first
    /// one in the order of cells.
    fn compute_all(
        &mut self,
        quantity: QuantityId,
        years: Range<usize>,
        parts: Option<&Alike>,
    ) -> Result<(), Diagnostic> {
        let plan = self.progress.plan;
        if let Some(parts) = parts
            && self.compute_parts(quantity, &years, parts).is_ok()
        {
            return Ok(());
        }
        for cell in plan.layout.range(quantity).step_by(plan.layout.horizon()) {
            years.clone().try_for_each(|year| self.compute(cell + year))?;
        }
        Ok(())
    }

    /// Computes the values of a quantity in some years, many at once.
    fn compute_parts(
        &mut self,
        quantity: QuantityId,
        years: &Range<usize>,
        parts: &Alike,
    ) -> Result<(), Diagnostic> {
        let plan = self.progress.plan;
        let horizon = plan.layout.horizon();
        let within = |part: &Range<usize>| part.start.max(years.start)..part.end.min(years.end);
        let years = parts.years.iter().map(within).flat_map(|part| pieces(part, lanes::MOST));
        let years: Vec<Range<usize>> = years.collect();
        let row = parts.elements.last().map_or(1, |part| part.end) * horizon;
        for first in plan.layout.range(quantity).step_by(row.max(1)) {
            for year in &years {
                let most = (lanes::MOST / year.len()).max(1);
                let elements = parts.elements.iter().cloned();
                for element in elements.flat_map(|part| pieces(part, most)) {
                    let index = first + element.start * horizon + year.start;
                    self.compute_at_once(index, (element.len(), year.len()))?;
                }
            }
        }
        Ok(())
    }

    /// Computes the values of neighbouring elements and years from an index on; one by one if that fails.
    fn compute_at_once(
        &mut self,
        index: CellIndex,
        (elements, years): (usize, usize),
    ) -> Result<(), Diagnostic> {
        self.progress.stop.check()?;
        let plan = self.progress.plan;
        let Self { progress, computation, cursor, rules, .. } = self;
        plan.layout.move_to(index, cursor);
        let extent = Extent::of(elements, years);
        if extent.len() >= FEWEST && plan.variant.same_choice(&cursor.point, elements, years) {
            plan.variant.rules(&cursor.point, rules);
            if computation.at_once(progress, (rules, &cursor.point), (index, extent)) {
                return Ok(());
            }
        }
        if elements == 1 {
            return (index..index + years).try_for_each(|index| self.compute(index));
        }
        let mut cells = (0..elements).map(|n| index + n * plan.layout.horizon());
        cells.try_for_each(|cell| self.compute_at_once(cell, (1, years)))
    }

    /// Computes the value at an index, or copies it from a known run.
    fn compute(&mut self, index: CellIndex) -> Result<(), Diagnostic> {
        self.progress.stop.check()?;
        if index.is_multiple_of(MEMORY_CHECKED_EVERY) {
            self.progress.stop.fits(self.computation.memory(), "the equations of a simulation")?;
        }
        let plan = self.progress.plan;
        plan.layout.move_to(index, &mut self.cursor);
        let quantity = self.cursor.point.quantity;
        if let Some(run) = self.find_same(index) {
            let value = self.progress.known[run].values.at(quantity, index);
            self.progress.values.set(quantity, index, value);
            return Ok(());
        }
        plan.variant.rules(&self.cursor.point, &mut self.rules);
        let value = self.evaluate(index);
        let value = value.map_err(|fault| self.progress.report(&fault, &self.cursor.point))?;
        self.progress.values.set(quantity, index, value);
        let checked = self.computation.check(plan, &self.cursor.point, value, self.rules.last());
        checked.map_err(|found| lever_first(plan, &self.cursor.point, found))
    }

    /// Finds a known run that certainly has the same value at the cursor's index.
    fn find_same(&mut self, index: CellIndex) -> Option<usize> {
        let RunProgress { plan, known, values, reads, .. } = &mut self.progress;
        let point = &self.cursor.point;
        let others = known.iter().map(|known| &known.reads);
        let set = reads.open(point.quantity, &plan.layout, others)?;
        let same =
            |run: usize, read: CellIndex| values.same((run, &known[run].values), read, C::same);
        let run = set.same(plan, (index, point), &mut self.rules, same)?;
        set.keep(index, run);
        Some(run)
    }

    /// Evaluates the rules of the cursor's point.
    fn evaluate(&mut self, index: CellIndex) -> Result<C::Value, Fault> {
        let RunProgress { plan, known, values, reads, slots, stop } = &mut self.progress;
        let point = &self.cursor.point;
        let baseline = plan.baseline.map(|run| &known[run].values);
        let (stored, domain) = self.computation.evaluation(values, baseline);
        let set = reads.more(point.quantity);
        let is_recorded = set.is_some();
        let domain = Tracking::new(domain, set, &self.rules);
        let model = plan.variant.model;
        let mut evaluator = Evaluator::new(model, stored, slots, domain).until(stop);
        // A reduction taken from this cache reads nothing, so a record of readings would lack its terms.
        if !is_recorded {
            evaluator = evaluator.sharing(&mut self.cache);
        }
        let neutral = plan.variant.neutral(point);
        let value = evaluator.value(&self.rules, point, neutral)?;
        let words = evaluator.domain.done(index);
        reads.count(words);
        Ok(value)
    }

    /// Computes neighbours on a last axis that do not read each other.
    fn compute_group(&mut self, group: &[CellIndex]) -> Result<(), Diagnostic> {
        if self.has_same_rules(group) {
            let mut pieces = group.chunks(lanes::MOST);
            return pieces.try_for_each(|piece| self.compute_at_once(piece[0], (piece.len(), 1)));
        }
        group.iter().try_for_each(|&index| self.compute(index))
    }

    /// True if the values of a group may be evaluated at once and have the same rules.
    fn has_same_rules(&mut self, group: &[CellIndex]) -> bool {
        let plan = self.progress.plan;
        let Some((&first, others)) = group.split_first() else { return false };
        let variant = &plan.variant;
        if group.len() < FEWEST
            || !self.progress.reads.is_off()
            || !self.computation.has_lanes()
            || variant.has_computed_cells(plan.layout.quantity(first))
        {
            return false;
        }
        let mut rules = |index: CellIndex| -> Vec<DefinitionId> {
            plan.layout.move_to(index, &mut self.cursor);
            variant.rules(&self.cursor.point, &mut self.rules);
            self.rules.iter().map(Rule::id).collect()
        };
        let of_first = rules(first);
        others.iter().all(|&index| rules(index) == of_first)
    }

    /// Solves a block, and computes the values that follow from its unknowns.
    fn solve(&mut self, block: &Block) -> Result<(), Diagnostic> {
        let plan = self.progress.plan;
        if let Some(cycle) = plan.given_cycle(block) {
            return Err(super::given::cycle(plan, &cycle));
        }
        let unknowns = self.computation.solve(&mut self.progress, block)?;
        for (&index, &value) in block.unknowns.iter().zip(&unknowns) {
            self.progress.values.set(plan.layout.quantity(index), index, value);
        }
        let (mut explicit, mut groups) = (block.explicit.as_slice(), block.groups.iter());
        while let Some((group, others)) =
            groups.next().and_then(|&length| explicit.split_at_checked(length))
        {
            self.compute_group(group)?;
            explicit = others;
        }
        // Bounds of unknowns come last: an explicit value that cannot be computed is the better message.
        for (&index, &value) in block.unknowns.iter().zip(&unknowns) {
            let point = plan.layout.point(index);
            plan.variant.rules(&point, &mut self.rules);
            self.computation.check(plan, &point, value, self.rules.last())?;
        }
        Ok(())
    }
}
