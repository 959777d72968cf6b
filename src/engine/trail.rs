//! What the value at each place was made of: its definitions, and what was read for it.
//!
//! Where a run has the same definitions as one before it, and all that was read there is the same, the
//! value is the same: an evaluation reads one place after another, and where it finds the same it goes on
//! the same way. Most cells of a scenario are kept so, since a lever reaches few of them.

use std::ops::Range;
use std::sync::Arc;

use super::distribution::Distribution;
use super::domain::{Binary, Domain, RandomId, Unary};
use crate::model::Definition;
use crate::plan::{Place, Plan, Point};

/// What the values of one run were made of, as far as that is noted.
#[derive(Debug, Clone, Default)]
pub(super) struct Trail {
    /// The runs before, of which values are kept.
    known: Vec<Arc<Trail>>,
    /// For each place where its list begins, and one more; 0 if it has none; [`KEPT`] and a known run,
    /// if its list is the one there. No places if nothing is noted.
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

impl Trail {
    /// For a run with so many places, after others.
    pub(super) fn of(places: usize, known: Vec<Arc<Self>>) -> Self {
        let places = if places <= MOST_PLACES { places } else { 0 };
        Self { known, lists: vec![0; places], words: Vec::new() }
    }

    /// Definitions, and reads, of the value at a place.
    fn list(&self, place: Place) -> Option<(&[u32], &[u32])> {
        let mut trail = self;
        let mut entry = *trail.lists.get(place)?;
        while entry & KEPT != 0 {
            trail = trail.known.get((entry & !KEPT) as usize)?;
            entry = *trail.lists.get(place)?;
        }
        let (&[definitions, reads], rest) =
            trail.words.get(entry.checked_sub(1)? as usize..)?.split_first_chunk()?;
        let (definitions, rest) = rest.split_at_checked(definitions as usize)?;
        Some((definitions, rest.get(..reads as usize)?))
    }

    /// The known run, by its number, in which the value at a point was made by the same definitions, of
    /// what `same` says is the same there. `room` is for definitions.
    pub(super) fn same<'a>(
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
    pub(super) fn keep(&mut self, place: Place, run: usize) {
        if let Some(list) = self.lists.get_mut(place) {
            *list = KEPT | run as u32;
        }
    }

    /// Notes that the values at some places are those of a known run.
    pub(super) fn keep_all(&mut self, places: Range<Place>, run: usize) {
        if let Some(lists) = self.lists.get_mut(places) {
            lists.fill(KEPT | run as u32);
        }
    }

    fn note(&mut self, place: Place, start: usize) {
        match self.lists.get_mut(place) {
            Some(list) if self.words.len() <= MOST_WORDS => *list = start as u32 + 1,
            _ => self.words.truncate(start),
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
pub(super) struct Watched<'t, D> {
    domain: D,
    trail: &'t mut Trail,
    /// Where the list begins, and its reads.
    start: usize,
    first: usize,
    /// What is read in the baseline is the same in all runs.
    in_baseline: bool,
}

impl<'t, D> Watched<'t, D> {
    /// Notes what is read for a value with some definitions.
    pub(super) fn new(domain: D, trail: &'t mut Trail, definitions: &[&Definition]) -> Self {
        let start = trail.words.len();
        if !trail.lists.is_empty() {
            trail.words.extend([2 * definitions.len() as u32, 0]);
            trail.words.extend(words(definitions));
        }
        let first = trail.words.len();
        Self { domain, trail, start, first, in_baseline: false }
    }

    /// Notes that what was read made the value at a place.
    pub(super) fn done(self, place: Place) {
        let Self { trail, start, first, .. } = self;
        let reads = trail.words.len() - first;
        if reads > MOST_READS {
            return trail.words.truncate(start);
        }
        if let Some(count) = trail.words.get_mut(start + HEAD - 1) {
            *count = reads as u32;
        }
        trail.note(place, start);
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
        let reads = self.trail.words.len() - self.first;
        if !self.in_baseline && reads <= MOST_READS && !self.trail.lists.is_empty() {
            self.trail.words.push(place as u32);
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
    use crate::engine::domain::Numbers;
    use crate::engine::{Values, run};
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

    /// A trail of so many places after no other.
    fn first(places: usize) -> Trail {
        Trail::of(places, Vec::new())
    }

    fn model() -> Model {
        crate::session::load("x", SCRIPT).model.expect("a model")
    }

    fn place(model: &Model, values: &Values, name: &str, cell: usize, year: usize) -> Place {
        let quantity = model.quantities.iter().position(|quantity| quantity.name == name);
        values.layout().range(quantity.expect("a quantity")).start + 3 * cell + year
    }

    #[test]
    fn what_a_change_does_not_reach_is_not_computed_again() {
        let model = model();
        let mut baseline = run(&model, &[], None).expect("a run");
        // A value that cannot be computed shows where it is kept.
        let [a, b] = [0, 1].map(|cell| place(&model, &baseline, "x", cell, 2));
        (baseline.values[a], baseline.values[b]) = (-1.0, -2.0);
        let changes = &model.scenarios[0].changes;
        let found = run(&model, changes, Some(&baseline)).expect("a run");
        assert_eq!(found.values[b], -2.0);
        assert!((found.values[a] - 100.0 * 1.07 * 1.07).abs() < 1e-12);
        let total = place(&model, &baseline, "total", 0, 2);
        assert_eq!(found.values[total], found.values[a] - 2.0 + 100.0 * 1.05 * 1.05);
    }

    #[test]
    fn a_value_is_the_same_where_definitions_and_reads_are() {
        let model = model();
        let defined: Vec<&Definition> =
            model.quantities.iter().flat_map(|quantity| &quantity.definitions).collect();
        let mut trail = first(10);
        let mut watched = Watched::new(Numbers::default(), &mut trail, &defined[..1]);
        watched.read(3, 1.0);
        watched.in_baseline(true);
        watched.read(4, 1.0);
        watched.in_baseline(false);
        watched.read(5, 1.0);
        watched.done(7);
        assert!(holds(&trail, 7, &defined[..1], |read| [3, 5].contains(&read)));
        assert!(!holds(&trail, 7, &defined[..1], |read| read == 3));
        assert!(!holds(&trail, 7, &defined[..2], |_| true) && !holds(&trail, 7, &[], |_| true));
        assert!(!holds(&trail, 7, &defined[1..2], |_| true) && !holds(&trail, 6, &[], |_| true));
        let mut other = Trail::of(10, vec![Arc::default(), Arc::new(trail)]);
        other.keep_all(7..9, 1);
        let other = Trail::of(10, vec![Arc::new(other)]);
        assert!(!holds(&other, 7, &defined[..1], |_| true));
        let mut other = other;
        other.keep(7, 0);
        other.keep(8, 0);
        assert!(holds(&other, 7, &defined[..1], |read| [3, 5].contains(&read)));
        assert!(!holds(&other, 8, &[], |_| true));
    }

    #[test]
    fn of_large_values_and_large_runs_nothing_is_noted() {
        let mut trail = first(2);
        for (count, noted) in [(MOST_READS, true), (MOST_READS + 1, false)] {
            let before = trail.words.len();
            let mut watched = Watched::new(Numbers::default(), &mut trail, &[]);
            for read in 0..count {
                watched.read(read, 0.0);
            }
            watched.done(usize::from(!noted));
            assert_eq!(holds(&trail, usize::from(!noted), &[], |_| true), noted);
            assert_eq!(trail.words.len() > before, noted);
        }
        for places in [0, MOST_PLACES + 1] {
            let mut trail = first(places);
            let mut watched = Watched::new(Numbers::default(), &mut trail, &[]);
            watched.read(0, 0.0);
            watched.done(0);
            assert!(trail.words.is_empty() && !holds(&trail, 0, &[], |_| true));
        }
        let mut full = first(MOST_PLACES);
        for place in 0..MOST_PLACES {
            let mut watched = Watched::new(Numbers::default(), &mut full, &[]);
            for read in 0..10 {
                watched.read(read, 0.0);
            }
            watched.done(place);
        }
        assert!(full.words.len() <= MOST_WORDS);
        let [first, last] = [0, MOST_PLACES - 1].map(|place| holds(&full, place, &[], |_| true));
        assert!(first && !last);
    }
}
