//! What the value at each place was made of: its definitions, and what was read for it.
//!
//! Where a run has the same definitions as one before it, and all that was read there is the same, the
//! value is the same: an evaluation reads one place after another, and where it finds the same it goes on
//! the same way. Most cells of a scenario are kept so, since a lever reaches few of them.

use std::sync::Arc;

use super::domain::{Binary, Domain, RandomId, Unary};
use crate::engine::numbers::distribution::Distribution;
use crate::model::{Definition, QuantityId};
use crate::plan::{Layout, Place, Plan, Point};

/// What the values of one run were made of, by quantity, as far as that is noted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trails {
    /// No quantities if nothing is noted.
    quantities: Vec<Noted>,
    /// How many words this run has noted.
    words: usize,
}

/// What a run has noted of one quantity: little, where it is nothing.
#[derive(Debug, Clone, Default)]
enum Noted {
    #[default]
    Nothing,
    Own(Box<Trail>),
    /// Of a run that is done.
    Shared(Arc<Trail>),
}

/// What the values of one quantity were made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail {
    /// Where the quantity begins.
    first: Place,
    /// The same quantity in the runs before.
    known: Vec<Arc<Trail>>,
    /// For each place where its list begins, and one more; 0 if it has none; [`KEPT`] and a known run,
    /// if its list is the one there.
    lists: Vec<u32>,
    /// How many words a list has of definitions and how many reads, then both.
    words: Vec<u32>,
}

/// The most places of a run of which is noted what they are made of, the most words of one run, and the most
/// reads of one value: more would take more room than the values themselves.
const MOST_PLACES: usize = 1 << 16;
const MOST_WORDS: usize = 1 << 18;
const MOST_READS: usize = 256;
/// Words before definitions and reads.
const HEAD: usize = 2;
/// The place has the list of a run before.
const KEPT: u32 = 1 << 31;

impl Trails {
    /// For a run in which nothing is noted yet.
    pub(crate) fn of(layout: &Layout) -> Self {
        let quantities = if layout.len() <= MOST_PLACES { layout.quantities() } else { 0 };
        Self { quantities: vec![Noted::Nothing; quantities], words: 0 }
    }

    /// What is noted of a quantity that is computed after `known` runs; nothing where nothing is noted.
    pub(crate) fn open<'k>(
        &mut self,
        quantity: QuantityId,
        layout: &Layout,
        known: impl Iterator<Item = &'k Self>,
    ) -> Option<&mut Trail> {
        let noted = self.quantities.get_mut(quantity)?;
        if matches!(noted, Noted::Nothing) {
            let before = |known: &Self| match known.quantities.get(quantity) {
                Some(Noted::Shared(trail)) => Arc::clone(trail),
                _ => Arc::default(),
            };
            let range = layout.range(quantity);
            *noted = Noted::Own(Box::new(Trail {
                first: range.start,
                known: known.map(before).collect(),
                lists: vec![0; range.len()],
                words: Vec::new(),
            }));
        }
        self.own(quantity)
    }

    /// What is noted of a quantity, if more is to be noted.
    pub(crate) fn more(&mut self, quantity: QuantityId) -> Option<&mut Trail> {
        if self.words < MOST_WORDS { self.own(quantity) } else { None }
    }

    fn own(&mut self, quantity: QuantityId) -> Option<&mut Trail> {
        match self.quantities.get_mut(quantity)? {
            Noted::Own(trail) => Some(trail),
            _ => None,
        }
    }

    /// Notes that so many words more were noted.
    pub(crate) fn count(&mut self, words: usize) {
        self.words += words;
    }

    /// Takes over a quantity of a run that is done.
    pub(crate) fn keep(&mut self, quantity: QuantityId, from: &Self) {
        if let (Some(own), Some(from)) =
            (self.quantities.get_mut(quantity), from.quantities.get(quantity))
        {
            *own = from.clone();
        }
    }

    /// Ends the run: others may keep what it has.
    pub(crate) fn done(mut self) -> Self {
        for noted in &mut self.quantities {
            if let Noted::Own(trail) = noted {
                *noted = Noted::Shared(Arc::new(std::mem::take(trail)));
            }
        }
        self
    }
}

impl Trail {
    /// Definitions, and reads, of the value at a place.
    fn list(&self, place: Place) -> Option<(&[u32], &[u32])> {
        let mut trail = self;
        let mut entry = *trail.lists.get(place.wrapping_sub(self.first))?;
        while entry & KEPT != 0 {
            trail = trail.known.get((entry & !KEPT) as usize)?;
            entry = *trail.lists.get(place.wrapping_sub(self.first))?;
        }
        let (&[definitions, reads], rest) =
            trail.words.get(entry.checked_sub(1)? as usize..)?.split_first_chunk()?;
        let (definitions, rest) = rest.split_at_checked(definitions as usize)?;
        Some((definitions, rest.get(..reads as usize)?))
    }

    /// The known run, by its number, in which the value at a point was made by the same definitions, of
    /// what `same` says is the same there. `room` is for definitions.
    pub(crate) fn same<'a>(
        &self,
        plan: &Plan<'a>,
        (place, point): (Place, &Point),
        room: &mut Vec<&'a Definition>,
        same: impl Fn(usize, Place) -> bool,
    ) -> Option<usize> {
        let lists = |&run: &usize| {
            let (definitions, reads) = self.known[run].list(place)?;
            reads.iter().all(|&read| same(run, read as Place)).then_some(definitions)
        };
        let alike = |&run: &usize| plan.defines_alike(run, point.quantity);
        // The last runs share most with this one.
        let runs = || (0..self.known.len()).rev();
        runs().filter(alike).find(|run| lists(run).is_some()).or_else(|| {
            let mut others = runs().filter(|run| !alike(run));
            others.find(|run| {
                lists(run).is_some_and(|known| {
                    plan.selection.definitions(point, room);
                    known.iter().copied().eq(words(room))
                })
            })
        })
    }

    /// Notes that the value at a place is the one of a known run.
    pub(crate) fn keep(&mut self, place: Place, run: usize) {
        self.note(place, KEPT | run as u32);
    }

    fn note(&mut self, place: Place, entry: u32) {
        if let Some(list) = self.lists.get_mut(place.wrapping_sub(self.first)) {
            *list = entry;
        }
    }
}

/// Definitions are told apart by where they stand in memory.
fn words(definitions: &[&Definition]) -> impl Iterator<Item = u32> {
    definitions.iter().flat_map(|&definition| {
        let address = std::ptr::from_ref(definition).addr() as u64;
        [address as u32, (address >> 32) as u32]
    })
}

/// An evaluation of which is noted what it reads.
pub(crate) struct Watched<'t, D> {
    domain: D,
    trail: Option<&'t mut Trail>,
    /// Where the list begins, and its reads.
    start: usize,
    first: usize,
    /// What is read in the baseline is the same in all runs.
    in_baseline: bool,
}

impl<'t, D> Watched<'t, D> {
    /// Notes what is read for a value with some definitions.
    pub(crate) fn new(
        domain: D,
        mut trail: Option<&'t mut Trail>,
        definitions: &[&Definition],
    ) -> Self {
        let (mut start, mut first) = (0, 0);
        if let Some(trail) = &mut trail {
            start = trail.words.len();
            trail.words.extend([2 * definitions.len() as u32, 0]);
            trail.words.extend(words(definitions));
            first = trail.words.len();
        }
        Self { domain, trail, start, first, in_baseline: false }
    }

    /// Notes that what was read made the value at a place; gives how many words that took.
    pub(crate) fn done(self, place: Place) -> usize {
        let Self { trail: Some(trail), start, first, .. } = self else { return 0 };
        let reads = trail.words.len() - first;
        if reads > MOST_READS {
            trail.words.truncate(start);
        } else {
            trail.words[start + HEAD - 1] = reads as u32;
            trail.note(place, start as u32 + 1);
        }
        trail.words.len() - start
    }
}

impl<D: Domain> Domain for Watched<'_, D> {
    type Value = D::Value;

    fn constant(&mut self, value: f64) -> D::Value {
        self.domain.constant(value)
    }

    fn known(&self, value: D::Value) -> Option<f64> {
        self.domain.known(value)
    }

    fn read(&mut self, place: Place, value: f64) -> D::Value {
        if let Some(trail) = self.trail.as_mut().filter(|_| !self.in_baseline)
            && trail.words.len() - self.first <= MOST_READS
        {
            trail.words.push(place as u32);
        }
        self.domain.read(place, value)
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

    fn draws(&self) -> bool {
        self.domain.draws()
    }

    fn in_baseline(&mut self, inside: bool) -> bool {
        self.domain.in_baseline(inside);
        std::mem::replace(&mut self.in_baseline, inside)
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

    /// True if the value at a place was made by some definitions, of what `same` says is the same.
    fn holds(
        trail: &Trail,
        place: Place,
        definitions: &[&Definition],
        same: impl Fn(Place) -> bool,
    ) -> bool {
        trail.list(place).is_some_and(|(known, reads)| {
            known.iter().copied().eq(words(definitions))
                && reads.iter().all(|&read| same(read as Place))
        })
    }

    /// A trail of so many places after some others.
    fn trail(places: usize, known: Vec<Arc<Trail>>) -> Trail {
        Trail { known, lists: vec![0; places], ..Trail::default() }
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
        let mut wrong = baseline.values.of(x).to_vec();
        (wrong[a], wrong[b]) = (-1.0, -2.0);
        baseline.values.put(x, wrong);
        let changes = &model.scenarios[0].changes;
        let found = run(&model, changes, Some(&baseline)).expect("a run");
        let (x, total) = (found.values.of(x), found.values.of(total));
        assert_eq!(x[b], -2.0);
        assert!((x[a] - 100.0 * 1.07 * 1.07).abs() < 1e-12);
        assert_eq!(total[2], x[a] - 2.0 + 100.0 * 1.05 * 1.05);
    }

    #[test]
    fn a_value_is_the_same_where_definitions_and_reads_are() {
        let model = model();
        let defined: Vec<&Definition> =
            model.quantities.iter().flat_map(|quantity| &quantity.definitions).collect();
        let mut first = trail(10, Vec::new());
        let mut watched = Watched::new(Numbers::default(), Some(&mut first), &defined[..1]);
        watched.read(3, 1.0);
        watched.in_baseline(true);
        watched.read(4, 1.0);
        watched.in_baseline(false);
        watched.read(5, 1.0);
        assert_eq!(watched.done(7), 6);
        assert!(holds(&first, 7, &defined[..1], |read| [3, 5].contains(&read)));
        assert!(!holds(&first, 7, &defined[..1], |read| read == 3));
        assert!(!holds(&first, 7, &defined[..2], |_| true) && !holds(&first, 7, &[], |_| true));
        assert!(!holds(&first, 7, &defined[1..2], |_| true) && !holds(&first, 6, &[], |_| true));
        let mut second = trail(10, vec![Arc::default(), Arc::new(first)]);
        second.keep(7, 1);
        second.keep(8, 1);
        let mut third = trail(10, vec![Arc::new(second)]);
        assert!(!holds(&third, 7, &defined[..1], |_| true));
        third.keep(7, 0);
        third.keep(8, 0);
        assert!(holds(&third, 7, &defined[..1], |read| [3, 5].contains(&read)));
        assert!(!holds(&third, 8, &[], |_| true));
    }

    #[test]
    fn of_large_values_nothing_is_noted() {
        let mut trail = trail(2, Vec::new());
        for (count, noted) in [(MOST_READS, true), (MOST_READS + 1, false)] {
            let before = trail.words.len();
            let mut watched = Watched::new(Numbers::default(), Some(&mut trail), &[]);
            for read in 0..count {
                watched.read(read, 0.0);
            }
            let words = watched.done(usize::from(!noted));
            assert_eq!(words, if noted { HEAD + count } else { 0 });
            assert_eq!(holds(&trail, usize::from(!noted), &[], |_| true), noted);
            assert_eq!(trail.words.len(), before + words);
        }
        let mut watched = Watched::new(Numbers::default(), None, &[]);
        watched.read(0, 0.0);
        assert_eq!(watched.done(0), 0);
    }

    #[test]
    fn of_large_runs_nothing_is_noted() {
        let layout = |years: usize, elements: usize| {
            let set = (0..elements).map(|n| format!("e{n}")).collect::<Vec<_>>().join(", ");
            let text =
                format!("years 1..{years}\nset s = {set}\nvar x[s] = 1\nvar y = 2\nshow y\n");
            Layout::new(&crate::session::load("x", &text).model.expect("a model"))
        };
        let large = layout(100, MOST_PLACES / 100 + 1);
        assert!(Trails::of(&large).open(0, &large, std::iter::empty()).is_none());
        let layout = layout(3, 1);
        let mut trails = Trails::of(&layout);
        let trail = trails.open(1, &layout, std::iter::empty()).expect("a trail");
        assert_eq!((trail.first, trail.lists.len()), (3, 3));
        trails.count(MOST_WORDS - 1);
        assert!(trails.more(1).is_some());
        trails.count(1);
        assert!(trails.more(1).is_none());
        let mut other = Trails::of(&layout);
        other.keep(1, &trails.done());
        assert!(other.open(1, &layout, std::iter::empty()).is_none());
    }
}
