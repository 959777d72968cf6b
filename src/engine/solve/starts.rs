//! Where the search for a block's solution starts.

use rustc_hash::FxHashSet;

use crate::engine::run::store::Store;
use crate::model::Kind;
use crate::plan::{Block, CellIndex, Plan};

/// Values that are tried for all unknowns without a start of their own.
const GUESSES: [f64; 6] = [1.0, 0.0, 100.0, 0.01, 1e6, 1e9];

/// What is known of an unknown beforehand.
#[derive(Debug, Clone, Copy)]
struct Hints<V> {
    /// Last year's value.
    last: Option<V>,
    /// What the script gives.
    given: Option<V>,
    baseline: Option<V>,
    percent: bool,
}

/// What is known of the unknowns of a block beforehand: numbers, or what they are in each draw.
#[derive(Debug, Clone)]
pub(crate) struct Starts<V>(Vec<Hints<V>>);

impl<V: Copy + Default> Starts<V> {
    /// The starts of a block: what the script gives each unknown, and the values of this run and of the
    /// baseline.
    pub(crate) fn new(
        plan: &Plan<'_>,
        block: &Block,
        given: Vec<Option<V>>,
        (values, baseline): (&Store<V>, Option<&Store<V>>),
    ) -> Self {
        let own: FxHashSet<CellIndex> =
            block.unknowns.iter().chain(&block.explicit).copied().collect();
        let before = |place| plan.layout.year_before(place).filter(|before| !own.contains(before));
        let hints = block.unknowns.iter().zip(given).map(|(&place, given)| {
            let quantity = &plan.variant.model.quantities[plan.layout.quantity(place)];
            Hints {
                last: before(place).map(|before| values.get(before)),
                given,
                baseline: baseline.map(|baseline| baseline.get(place)),
                percent: matches!(quantity.kind, Kind::Plain { percent: true, .. }),
            }
        });
        Self(hints.collect())
    }
}

impl<V: Copy> Starts<V> {
    /// The starts with other values in their places.
    pub(crate) fn map<U>(&self, mut f: impl FnMut(V) -> U) -> Starts<U> {
        let hints = self.0.iter().map(|&Hints { last, given, baseline, percent }| Hints {
            last: last.map(&mut f),
            given: given.map(&mut f),
            baseline: baseline.map(&mut f),
            percent,
        });
        Starts(hints.collect())
    }

    /// All values that the starts are made of.
    pub(crate) fn values(&self) -> impl Iterator<Item = V> {
        self.0.iter().flat_map(|hints| [hints.last, hints.given, hints.baseline]).flatten()
    }
}

impl Starts<f64> {
    /// The points to search from, the most promising first: last year's values, then those that the
    /// script gives, then the baseline's, then plain guesses.
    pub(crate) fn points(&self) -> Vec<Vec<f64>> {
        let all = |point: &dyn Fn(&Hints<f64>) -> f64| self.0.iter().map(point).collect();
        let first = |hints: &Hints<f64>| hints.guess(GUESSES[0]);
        let mut points: Vec<Vec<f64>> = vec![
            all(&|h| h.last.or(h.given).or(h.baseline).unwrap_or(first(h))),
            all(&|h| h.given.or(h.baseline).or(h.last).unwrap_or(first(h))),
        ];
        points.extend(GUESSES.map(|value| all(&|h| h.given.unwrap_or(h.guess(value)))));
        points.dedup();
        points
    }
}

impl<V> Hints<V> {
    fn guess(&self, value: f64) -> f64 {
        if self.percent && value == 1.0 { 0.0 } else { value }
    }
}
