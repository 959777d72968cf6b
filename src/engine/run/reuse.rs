//! Reuse of values from known runs: a record of how each value was made, and the test that another run
//! would make the same.
//!
//! The record of a value is its read set: the rules that made it, and the positions of the values that
//! they read. If a run has the same rules as a known run, and every value in the read set is the same
//! there, the result is the same too, since evaluation is deterministic. A lever reaches few cells, so
//! most cells of a scenario are copied.

use std::sync::Arc;

use super::domain::{Binary, Domain, RandomId, Unary};
use crate::engine::numbers::distribution::Distribution;
use crate::model::{Model, QuantityId};
use crate::plan::{CellIndex, DefinitionId, Layout, Plan, Point, Rule, RuleDifference};

/// The recorded reads of one run, by quantity.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReadSets {
    /// Empty if the run records no read sets.
    quantities: Vec<RecordedReads>,
    /// Number of words that this run has recorded.
    words: usize,
}

/// The recorded reads of one quantity in a run, if there are any.
#[derive(Debug, Clone, Default)]
enum RecordedReads {
    #[default]
    Nothing,
    /// The read sets of a run that is still computing.
    Own(Box<ReadSet>),
    /// The read sets of a finished run, shared by the runs that reuse the quantity.
    Shared(Arc<ReadSet>),
}

/// The recorded reads of one quantity: for each value its rules and the values that it reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReadSet {
    /// Position of the quantity's first value.
    first: CellIndex,
    /// The read sets of the same quantity in the known runs.
    known: Vec<Arc<ReadSet>>,
    /// For each value the position of its list in `words`, plus 1. 0 if it has no list; [`KEPT`] plus the
    /// number of a known run if it has the list of that run.
    lists: Vec<u32>,
    /// For each list the number of rules, the number of readings, the rules, the readings.
    words: Vec<u32>,
}

/// Limits of the record: on the values of a run, on the words of a run, and on the readings of one value.
/// Larger records would take more memory than the values themselves.
const MAX_VALUES: usize = 1 << 16;
const MAX_WORDS: usize = 1 << 18;
const MAX_READS: usize = 256;
/// Number of words before the rules of a list: the number of rules and the number of readings.
const HEAD: usize = 2;
/// Mark of a value that has the list of a known run.
const KEPT: u32 = 1 << 31;

impl ReadSets {
    /// Makes the empty record of a run of a model. Without scenarios nothing is recorded, because few runs would use
    /// it.
    pub(crate) fn of_model(model: &Model, layout: &Layout) -> Self {
        if model.scenarios.is_empty() { Self::default() } else { Self::of(layout) }
    }

    /// Makes the empty record of a run.
    fn of(layout: &Layout) -> Self {
        let quantities = if layout.len() <= MAX_VALUES { layout.quantities() } else { 0 };
        Self { quantities: vec![RecordedReads::Nothing; quantities], words: 0 }
    }

    /// True if the run records nothing.
    pub(crate) fn is_off(&self) -> bool {
        self.quantities.is_empty()
    }

    /// Starts the record of a quantity in a run that follows some known runs; `None` if nothing is recorded.
    pub(crate) fn open<'k>(
        &mut self,
        quantity: QuantityId,
        layout: &Layout,
        known: impl Iterator<Item = &'k Self>,
    ) -> Option<&mut ReadSet> {
        let recorded = self.quantities.get_mut(quantity)?;
        if matches!(recorded, RecordedReads::Nothing) {
            let before = |known: &Self| match known.quantities.get(quantity) {
                Some(RecordedReads::Shared(set)) => Arc::clone(set),
                _ => Arc::default(),
            };
            let range = layout.range(quantity);
            *recorded = RecordedReads::Own(Box::new(ReadSet {
                first: range.start,
                known: known.map(before).collect(),
                lists: vec![0; range.len()],
                words: Vec::new(),
            }));
        }
        self.own(quantity)
    }

    /// Returns the record of a quantity for additions; `None` after the run has recorded [`MAX_WORDS`].
    pub(crate) fn more(&mut self, quantity: QuantityId) -> Option<&mut ReadSet> {
        if self.words < MAX_WORDS { self.own(quantity) } else { None }
    }

    fn own(&mut self, quantity: QuantityId) -> Option<&mut ReadSet> {
        match self.quantities.get_mut(quantity)? {
            RecordedReads::Own(set) => Some(set),
            RecordedReads::Nothing | RecordedReads::Shared(_) => None,
        }
    }

    /// Adds to the number of recorded words.
    pub(crate) fn count(&mut self, words: usize) {
        self.words += words;
    }

    /// Takes over the record of a quantity from a finished run.
    pub(crate) fn keep(&mut self, quantity: QuantityId, from: &Self) {
        if let (Some(own), Some(from)) =
            (self.quantities.get_mut(quantity), from.quantities.get(quantity))
        {
            *own = from.clone();
        }
    }

    /// Finishes the record, so that other runs may share it.
    pub(crate) fn done(mut self) -> Self {
        for recorded in &mut self.quantities {
            if let RecordedReads::Own(set) = recorded {
                *recorded = RecordedReads::Shared(Arc::new(std::mem::take(set)));
            }
        }
        self
    }
}

impl ReadSet {
    /// Returns the rules and the readings of a value.
    fn list(&self, index: CellIndex) -> Option<(&[u32], &[u32])> {
        let mut set = self;
        let mut entry = *set.lists.get(index.wrapping_sub(self.first))?;
        while entry & KEPT != 0 {
            set = set.known.get((entry & !KEPT) as usize)?;
            entry = *set.lists.get(index.wrapping_sub(self.first))?;
        }
        let (&[rules, reads], rest) =
            set.words.get(entry.checked_sub(1)? as usize..)?.split_first_chunk()?;
        let (rules, rest) = rest.split_at_checked(rules as usize)?;
        Some((rules, rest.get(..reads as usize)?))
    }

    /// Finds a known run with the same value at a point, and returns the run's number. The value is the same if
    /// the same rules compute it and `same` returns true for each reading. `rules` is a buffer.
    pub(crate) fn same<'a>(
        &self,
        plan: &Plan<'a>,
        (index, point): (CellIndex, &Point),
        rules: &mut Vec<Rule<'a>>,
        same: impl Fn(usize, CellIndex) -> bool,
    ) -> Option<usize> {
        let lists = |&run: &usize| {
            let (rules, reads) = self.known[run].list(index)?;
            reads.iter().all(|&read| same(run, read as CellIndex)).then_some(rules)
        };
        // The last known runs share most with this one.
        let runs = |wanted: RuleDifference| {
            let runs = (0..self.known.len()).rev();
            runs.filter(move |&run| plan.difference(run, point.quantity) == wanted)
        };
        runs(RuleDifference::None).find(|run| lists(run).is_some()).or_else(|| {
            runs(RuleDifference::Rules).find(|run| {
                lists(run).is_some_and(|known| {
                    plan.variant.rules(point, rules);
                    // Overrides are numbered by run: in another list the same number is another override.
                    let comparable = plan.same_overrides(*run)
                        || rules.iter().all(|rule| matches!(rule, Rule::Definition(..)));
                    comparable && known.iter().copied().eq(words(rules))
                })
            })
        })
    }

    /// Records that a value equals that of a known run.
    pub(crate) fn keep(&mut self, index: CellIndex, run: usize) {
        self.note(index, KEPT | run as u32);
    }

    fn note(&mut self, index: CellIndex, entry: u32) {
        if let Some(list) = self.lists.get_mut(index.wrapping_sub(self.first)) {
            *list = entry;
        }
    }
}

/// Returns the identifiers of rules, one word each.
fn words(rules: &[Rule<'_>]) -> impl Iterator<Item = u32> {
    rules.iter().map(|rule| match rule.id() {
        DefinitionId::Model(n) => n << 2,
        DefinitionId::Start => 1,
        DefinitionId::Change(n) => n << 2 | 2,
        DefinitionId::Override(n) => n << 2 | 3,
    })
}

/// An evaluation whose readings are recorded.
pub(crate) struct Tracking<'t, D> {
    domain: D,
    set: Option<&'t mut ReadSet>,
    /// Position of the list in the words, and of its readings.
    start: usize,
    first: usize,
    /// True while `baseline(...)` is evaluated; its readings are not recorded, because all runs to compare have the
    /// same baseline.
    in_baseline: bool,
}

impl<'t, D> Tracking<'t, D> {
    /// Records the readings of a value that some rules make; nothing without a set.
    pub(crate) fn new(domain: D, mut set: Option<&'t mut ReadSet>, rules: &[Rule<'_>]) -> Self {
        let (mut start, mut first) = (0, 0);
        if let Some(set) = &mut set {
            start = set.words.len();
            set.words.extend([rules.len() as u32, 0]);
            set.words.extend(words(rules));
            first = set.words.len();
        }
        Self { domain, set, start, first, in_baseline: false }
    }

    /// Ends the record of the value at an index; returns its number of words.
    pub(crate) fn done(self, index: CellIndex) -> usize {
        let Self { set: Some(set), start, first, .. } = self else { return 0 };
        let reads = set.words.len() - first;
        if reads > MAX_READS {
            set.words.truncate(start);
        } else {
            set.words[start + HEAD - 1] = reads as u32;
            set.note(index, start as u32 + 1);
        }
        set.words.len() - start
    }
}

impl<D: Domain> Domain for Tracking<'_, D> {
    type Value = D::Value;

    fn constant(&mut self, value: f64) -> D::Value {
        self.domain.constant(value)
    }

    fn known(&self, value: D::Value) -> Option<f64> {
        self.domain.known(value)
    }

    fn overflows(&self, value: D::Value) -> bool {
        self.domain.overflows(value)
    }

    fn read(&mut self, index: CellIndex, value: f64) -> D::Value {
        if let Some(set) = self.set.as_mut().filter(|_| !self.in_baseline)
            && set.words.len() - self.first <= MAX_READS
        {
            set.words.push(index as u32);
        }
        self.domain.read(index, value)
    }

    fn unary(&mut self, op: Unary, a: D::Value) -> D::Value {
        self.domain.unary(op, a)
    }

    fn binary(&mut self, op: Binary, a: D::Value, b: D::Value) -> D::Value {
        self.domain.binary(op, a, b)
    }

    fn select(&mut self, condition: D::Value, then: D::Value, other: D::Value) -> D::Value {
        self.domain.select(condition, then, other)
    }

    fn sum(&mut self, values: &[D::Value]) -> D::Value {
        self.domain.sum(values)
    }

    fn random(&mut self, id: RandomId, distribution: &Distribution) -> D::Value {
        self.domain.random(id, distribution)
    }

    fn overridden(&mut self, n: usize, number: f64) -> D::Value {
        self.domain.overridden(n, number)
    }

    fn draws(&self) -> bool {
        self.domain.draws()
    }

    fn in_baseline(&mut self, inside: bool) {
        self.domain.in_baseline(inside);
        self.in_baseline = inside;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::run;
    use crate::engine::run::domain::Numbers;
    use crate::model::Model;

    /// Sectors that grow by themselves, of which a scenario changes one.
    const SCRIPT: &str = "years 2024..2026\nset s = a, b, c\nparam g[s] = 5%\nvar x[s]\n\
        x[i, first] = 100\nx[i] = x[i, t-1] * (1 + g[i])\nvar total\ntotal = sum(x[*])\n\
        scenario fast { g[a] = 7% }\nshow x[a] for all\n";

    /// True if some rules made a value from readings that are the same according to `same`.
    fn holds(
        set: &ReadSet,
        index: CellIndex,
        rules: &[Rule<'_>],
        same: impl Fn(CellIndex) -> bool,
    ) -> bool {
        set.list(index).is_some_and(|(known, reads)| {
            known.iter().copied().eq(words(rules))
                && reads.iter().all(|&read| same(read as CellIndex))
        })
    }

    /// Makes the empty read set of some values, after known read sets.
    fn read_set(values: usize, known: Vec<Arc<ReadSet>>) -> ReadSet {
        ReadSet { known, lists: vec![0; values], ..ReadSet::default() }
    }

    fn model() -> Model {
        crate::session::load("x", SCRIPT).model.expect("a model")
    }

    fn quantity(model: &Model, name: &str) -> usize {
        let found = model.quantities.iter().position(|quantity| quantity.name == name);
        found.expect("a quantity")
    }

    #[test]
    fn what_a_change_does_not_reach_is_not_computed_again() {
        let model = model();
        let mut baseline = run(&model, &[], None).expect("a run");
        let [x, total] = ["x", "total"].map(|name| quantity(&model, name));
        // Values that cannot be computed, of `a` and `b` in the last year, show where they are kept.
        let (a, b) = (2, 5);
        let mut wrong = baseline.finished.values.of(x).to_vec();
        (wrong[a], wrong[b]) = (-1.0, -2.0);
        baseline.finished.values.put(x, wrong);
        let changes = &model.scenarios[0].changes;
        let found = run(&model, changes, Some(&baseline)).expect("a run");
        let (x, total) = (found.finished.values.of(x), found.finished.values.of(total));
        assert_eq!(x[b], -2.0);
        assert!((x[a] - 100.0 * 1.07 * 1.07).abs() < 1e-12);
        assert_eq!(total[2], x[a] - 2.0 + 100.0 * 1.05 * 1.05);
    }

    #[test]
    fn a_value_is_the_same_where_definitions_and_reads_are() {
        let model = model();
        let definitions = model.quantities.iter().flat_map(|quantity| &quantity.definitions);
        let numbered = definitions.enumerate();
        let defined: Vec<Rule<'_>> = numbered
            .map(|(n, definition)| Rule::Definition(DefinitionId::Model(n as u32), definition))
            .collect();
        let mut first = read_set(10, Vec::new());
        let mut tracking = Tracking::new(Numbers::default(), Some(&mut first), &defined[..1]);
        tracking.read(3, 1.0);
        tracking.in_baseline(true);
        tracking.read(4, 1.0);
        tracking.in_baseline(false);
        tracking.read(5, 1.0);
        assert_eq!(tracking.done(7), 5);
        assert!(holds(&first, 7, &defined[..1], |read| [3, 5].contains(&read)));
        assert!(!holds(&first, 7, &defined[..1], |read| read == 3));
        assert!(!holds(&first, 7, &defined[..2], |_| true) && !holds(&first, 7, &[], |_| true));
        assert!(!holds(&first, 7, &defined[1..2], |_| true) && !holds(&first, 6, &[], |_| true));
        let mut second = read_set(10, vec![Arc::default(), Arc::new(first)]);
        second.keep(7, 1);
        second.keep(8, 1);
        let mut third = read_set(10, vec![Arc::new(second)]);
        assert!(!holds(&third, 7, &defined[..1], |_| true));
        third.keep(7, 0);
        third.keep(8, 0);
        assert!(holds(&third, 7, &defined[..1], |read| [3, 5].contains(&read)));
        assert!(!holds(&third, 8, &[], |_| true));
    }

    #[test]
    fn of_large_values_nothing_is_noted() {
        let mut set = read_set(2, Vec::new());
        for (count, noted) in [(MAX_READS, true), (MAX_READS + 1, false)] {
            let before = set.words.len();
            let mut tracking = Tracking::new(Numbers::default(), Some(&mut set), &[]);
            for read in 0..count {
                tracking.read(read, 0.0);
            }
            let words = tracking.done(usize::from(!noted));
            assert_eq!(words, if noted { HEAD + count } else { 0 });
            assert_eq!(holds(&set, usize::from(!noted), &[], |_| true), noted);
            assert_eq!(set.words.len(), before + words);
        }
        let mut tracking = Tracking::new(Numbers::default(), None, &[]);
        tracking.read(0, 0.0);
        assert_eq!(tracking.done(0), 0);
    }

    #[test]
    fn of_large_runs_nothing_is_noted() {
        let layout = |years: usize, elements: usize| {
            let set = (0..elements).map(|n| format!("e{n}")).collect::<Vec<_>>().join(", ");
            let text =
                format!("years 1..{years}\nset s = {set}\nvar x[s] = 1\nvar y = 2\nshow y\n");
            Layout::new(&crate::session::load("x", &text).model.expect("a model"))
        };
        let large = layout(100, MAX_VALUES / 100 + 1);
        assert!(ReadSets::of(&large).open(0, &large, std::iter::empty()).is_none());
        let layout = layout(3, 1);
        let mut sets = ReadSets::of(&layout);
        let set = sets.open(1, &layout, std::iter::empty()).expect("a read set");
        assert_eq!((set.first, set.lists.len()), (3, 3));
        sets.count(MAX_WORDS - 1);
        assert!(sets.more(1).is_some());
        sets.count(1);
        assert!(sets.more(1).is_none());
        let mut other = ReadSets::of(&layout);
        other.keep(1, &sets.done());
        assert!(other.open(1, &layout, std::iter::empty()).is_none());
    }
}
