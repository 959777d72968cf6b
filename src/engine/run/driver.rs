//! The driver of a run: the steps of a plan, one after another.
//!
//! One driver serves plain runs and recorded ones. A [`Computation`] says where they differ: the values, the
//! domain in which expressions are evaluated, and the way a block is solved.

use std::sync::Arc;

use super::domain::Domain;
use super::eval::{CommonReductions, Evaluator, Fault, Stored};
use super::lever::lever_first;
use super::reuse::{ReadSets, Tracking};
use super::stop::Stop;
use super::store::Store;
use super::years;
use crate::diagnostic::Diagnostic;
use crate::model::{QuantityId, Select};
use crate::plan::{Block, CellIndex, Cursor, Plan, Point, Rule, Step};

/// Number of values between two checks of the memory of a computation.
const MEMORY_CHECKED_EVERY: usize = 1024;
/// Minimum number of years for which evaluation at once pays.
const FEWEST_YEARS: usize = 4;

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

    /// Evaluates a point and the years after it at once, `count` years in total; None if that is not possible. The
    /// rules must be the same in all these years.
    fn at_once(
        &mut self,
        _progress: &mut RunProgress<'_, Self::Value>,
        (_rules, _point): (&[Rule<'_>], &Point),
        _count: usize,
    ) -> Option<[Self::Value; years::MOST]> {
        None
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
    /// Buffer for the rules of a later year.
    later_rules: Vec<Rule<'a>>,
    common: CommonReductions<C::Value>,
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
    let (cursor, rules, later_rules) = (Cursor::default(), Vec::new(), Vec::new());
    let common = CommonReductions::default();
    let mut driver = Driver { progress, computation, cursor, rules, later_rules, common };
    for step in &plan.steps {
        driver.step(step)?;
    }
    let Driver { progress: RunProgress { values, reads, .. }, computation, .. } = driver;
    Ok((Finished { values: values.done(), reads: reads.done() }, computation))
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
                let mut indices = plan.layout.range(*quantity);
                while !indices.is_empty() {
                    indices.start += self.compute_years(indices.start)?;
                }
                Ok(())
            }
            Step::Recursion(order) => {
                if self.take_known(order) {
                    return Ok(());
                }
                let horizon = plan.variant.model.horizon();
                for year in 0..horizon {
                    for &quantity in order {
                        let mut indices = plan.layout.range(quantity).skip(year).step_by(horizon);
                        indices.try_for_each(|index| self.compute(index))?;
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

    /// Computes the value at an index, and those of later years that can be evaluated with it. Returns their number.
    fn compute_years(&mut self, index: CellIndex) -> Result<usize, Diagnostic> {
        let plan = self.progress.plan;
        let count = self.years_alike(index);
        let Self { progress, computation, cursor, rules, .. } = self;
        let values = (count >= FEWEST_YEARS)
            .then(|| computation.at_once(progress, (rules, &cursor.point), count))
            .flatten();
        let Some(values) = values else {
            (index..index + count).try_for_each(|index| self.compute(index))?;
            return Ok(count);
        };
        self.progress.stop.check()?;
        for (index, &value) in (index..index + count).zip(&values) {
            plan.layout.move_to(index, &mut self.cursor);
            let point = &self.cursor.point;
            self.progress.values.set(point.quantity, index, value);
            let checked = self.computation.check(plan, point, value, self.rules.last());
            checked.map_err(|found| lever_first(plan, point, found))?;
        }
        Ok(count)
    }

    /// Finds the rules of the point at an index, and counts the years from there in which they are the same; 1 in the
    /// first year, of which nearly every model says something of its own.
    fn years_alike(&mut self, index: CellIndex) -> usize {
        let RunProgress { plan, reads, .. } = &self.progress;
        plan.layout.move_to(index, &mut self.cursor);
        let point = &self.cursor.point;
        let (first, last) = plan.variant.model.years;
        if !reads.is_off() || point.year == first {
            return 1;
        }
        plan.variant.rules(point, &mut self.rules);
        let is_computed = |axis: &Select| matches!(axis, Select::Computed(_));
        let definitions = || self.rules.iter().filter_map(Rule::definition);
        if definitions().flat_map(|definition| &definition.axes).any(is_computed) {
            return 1;
        }
        let most = usize::try_from(last - point.year + 1).unwrap_or(1).min(years::MOST);
        if plan.variant.same_rules_every_year(point.quantity) {
            return most;
        }
        let mut later = point.clone();
        let is_same = |_: &usize| {
            later.year += 1;
            plan.variant.rules(&later, &mut self.later_rules);
            self.rules.iter().map(Rule::id).eq(self.later_rules.iter().map(Rule::id))
        };
        1 + (1..most).take_while(is_same).count()
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
        // A reduction that is taken over reads nothing: a record of readings would lack those of its terms.
        if !is_recorded {
            evaluator = evaluator.sharing(&mut self.common);
        }
        let neutral = plan.variant.neutral(point);
        let value = evaluator.value(&self.rules, point, neutral)?;
        let words = evaluator.domain.done(index);
        reads.count(words);
        Ok(value)
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
        for &index in &block.explicit {
            self.compute(index)?;
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
