//! What the value at each place was made of: its definitions, and what was read for it.
//!
//! Where a run has the same definitions as one before it, and all that was read there is the same, the
//! value is the same: an evaluation reads one place after another, and where it finds the same it goes on
//! the same way. Most cells of a scenario are kept so, since a lever reaches few of them.

use super::distribution::Distribution;
use super::domain::{Binary, Domain, RandomId, Unary};
use crate::model::Definition;
use crate::plan::Place;

/// What the values of one run were made of, as far as that is noted.
#[derive(Debug, Clone, Default)]
pub(super) struct Trail {
    /// For each place where its list begins, and one more; 0 if it has none. No places if nothing is noted.
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

impl Trail {
    /// For a run with so many places.
    pub(super) fn of(places: usize) -> Self {
        let places = if places <= MOST_PLACES { places } else { 0 };
        Self { lists: vec![0; places], words: Vec::new() }
    }

    /// Definitions, and reads, of the value at a place.
    fn list(&self, place: Place) -> Option<(&[u32], &[u32])> {
        let start = self.lists.get(place)?.checked_sub(1)? as usize;
        let (&[definitions, reads], rest) = self.words.get(start..)?.split_first_chunk()?;
        let (definitions, rest) = rest.split_at_checked(definitions as usize)?;
        Some((definitions, rest.get(..reads as usize)?))
    }

    /// True if the value at a place was made by some definitions, of what `same` says is the same.
    pub(super) fn holds(
        &self,
        place: Place,
        definitions: &[&Definition],
        same: impl Fn(Place) -> bool,
    ) -> bool {
        let Some((known, reads)) = self.list(place) else { return false };
        known.iter().copied().eq(words(definitions))
            && reads.iter().all(|&read| same(read as Place))
    }

    /// Notes that the value at a place is the one of another run.
    pub(super) fn keep(&mut self, place: Place, from: &Self) {
        let Some((definitions, reads)) = from.list(place) else { return };
        let start = self.words.len();
        self.words.extend([definitions.len() as u32, reads.len() as u32]);
        self.words.extend_from_slice(definitions);
        self.words.extend_from_slice(reads);
        self.note(place, start);
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
        // Definitions of another model are others.
        let twin = self::model();
        let found = run(&twin, &twin.scenarios[0].changes, Some(&baseline)).expect("a run");
        assert!((found.values[b] - 100.0 * 1.05 * 1.05).abs() < 1e-12);
    }

    #[test]
    fn a_value_is_the_same_where_definitions_and_reads_are() {
        let model = model();
        let defined: Vec<&Definition> =
            model.quantities.iter().flat_map(|quantity| &quantity.definitions).collect();
        let mut trail = Trail::of(10);
        let mut watched = Watched::new(Numbers::default(), &mut trail, &defined[..1]);
        watched.read(3, 1.0);
        watched.in_baseline(true);
        watched.read(4, 1.0);
        watched.in_baseline(false);
        watched.read(5, 1.0);
        watched.done(7);
        assert!(trail.holds(7, &defined[..1], |read| [3, 5].contains(&read)));
        assert!(!trail.holds(7, &defined[..1], |read| read == 3));
        assert!(!trail.holds(7, &defined[..2], |_| true) && !trail.holds(7, &[], |_| true));
        assert!(!trail.holds(7, &defined[1..2], |_| true) && !trail.holds(6, &[], |_| true));
        let mut other = Trail::of(10);
        other.keep(7, &trail);
        other.keep(8, &trail);
        assert!(other.holds(7, &defined[..1], |read| [3, 5].contains(&read)));
        assert!(!other.holds(8, &[], |_| true));
    }

    #[test]
    fn of_large_values_and_large_runs_nothing_is_noted() {
        let mut trail = Trail::of(2);
        for (count, noted) in [(MOST_READS, true), (MOST_READS + 1, false)] {
            let before = trail.words.len();
            let mut watched = Watched::new(Numbers::default(), &mut trail, &[]);
            for read in 0..count {
                watched.read(read, 0.0);
            }
            watched.done(usize::from(!noted));
            assert_eq!(trail.holds(usize::from(!noted), &[], |_| true), noted);
            assert_eq!(trail.words.len() > before, noted);
        }
        for places in [0, MOST_PLACES + 1] {
            let mut trail = Trail::of(places);
            let mut watched = Watched::new(Numbers::default(), &mut trail, &[]);
            watched.read(0, 0.0);
            watched.done(0);
            assert!(trail.words.is_empty() && !trail.holds(0, &[], |_| true));
        }
        let mut full = Trail::of(MOST_PLACES);
        for place in 0..MOST_PLACES {
            let mut watched = Watched::new(Numbers::default(), &mut full, &[]);
            for read in 0..10 {
                watched.read(read, 0.0);
            }
            watched.done(place);
        }
        assert!(full.words.len() <= MOST_WORDS);
        let [first, last] = [0, MOST_PLACES - 1].map(|place| full.holds(place, &[], |_| true));
        assert!(first && !last);
    }
}
