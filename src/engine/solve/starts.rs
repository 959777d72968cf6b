//! Starting points of the search for a block's solution.
//!
//! In: for each unknown the values known before the search. Out: a list of points, the most
//! promising first. A simulation computes the same list for each draw, from values that are nodes
//! of its tape; hence the type parameter.

use rustc_hash::FxHashSet;

use crate::engine::run::store::Store;
use crate::model::Kind;
use crate::plan::{Block, CellIndex, Plan};

/// Values that are tried for all unknowns without a `start`, in this order: 1 suits indices and
/// prices, 0 deviations, the others flows of any unit.
const GUESSES: [f64; 6] = [1.0, 0.0, 100.0, 0.01, 1e6, 1e9];

/// The candidate starting values of one unknown.
#[derive(Debug, Clone, Copy)]
struct StartValues<V> {
    /// The value in the year before; `None` in the first year, or if it is an unknown of the same
    /// block.
    last: Option<V>,
    /// The value of `start` in the script.
    given: Option<V>,
    /// The value in the baseline.
    baseline: Option<V>,
    /// True for a quantity in percent: a growth rate or a share starts at 0 rather than at 100%.
    percent: bool,
}

/// The candidate starting values of a block's unknowns. `V` is a number, or an operand that has a
/// value in each draw.
#[derive(Debug, Clone)]
pub(crate) struct Starts<V>(Vec<StartValues<V>>);

impl<V: Copy + Default> Starts<V> {
    /// Collects the candidates of a block. `given` are the values of `start`, `values` those of
    /// this run.
    pub(crate) fn new(
        plan: &Plan<'_>,
        block: &Block,
        given: Vec<Option<V>>,
        (values, baseline): (&Store<V>, Option<&Store<V>>),
    ) -> Self {
        let own: FxHashSet<CellIndex> =
            block.unknowns.iter().chain(&block.explicit).copied().collect();
        let before = |place| plan.layout.year_before(place).filter(|before| !own.contains(before));
        let candidates = block.unknowns.iter().zip(given).map(|(&place, given)| {
            let quantity = &plan.variant.model.quantities[plan.layout.quantity(place)];
            StartValues {
                last: before(place).map(|before| values.get(before)),
                given,
                baseline: baseline.map(|baseline| baseline.get(place)),
                percent: matches!(quantity.kind, Kind::Plain { percent: true, .. }),
            }
        });
        Self(candidates.collect())
    }
}

impl<V: Copy> Starts<V> {
    /// Converts every candidate value.
    pub(crate) fn map<U>(&self, mut f: impl FnMut(V) -> U) -> Starts<U> {
        let candidates =
            self.0.iter().map(|&StartValues { last, given, baseline, percent }| StartValues {
                last: last.map(&mut f),
                given: given.map(&mut f),
                baseline: baseline.map(&mut f),
                percent,
            });
        Starts(candidates.collect())
    }

    /// All candidate values, for computing them in a program.
    pub(crate) fn values(&self) -> impl Iterator<Item = V> {
        self.0
            .iter()
            .flat_map(|candidates| [candidates.last, candidates.given, candidates.baseline])
            .flatten()
    }
}

impl Starts<f64> {
    /// The points to search from. The first takes last year's values where there are any, the
    /// second the script's `start`; missing ones are filled from the other sources. Then every
    /// unknown without a `start` gets one of the [`GUESSES`].
    pub(crate) fn points(&self) -> Vec<Vec<f64>> {
        let all = |point: &dyn Fn(&StartValues<f64>) -> f64| self.0.iter().map(point).collect();
        let first = |candidates: &StartValues<f64>| candidates.guess(GUESSES[0]);
        let mut points: Vec<Vec<f64>> = vec![
            all(&|h| h.last.or(h.given).or(h.baseline).unwrap_or(first(h))),
            all(&|h| h.given.or(h.baseline).or(h.last).unwrap_or(first(h))),
        ];
        points.extend(GUESSES.map(|value| all(&|h| h.given.unwrap_or(h.guess(value)))));
        points.dedup();
        points
    }
}

impl<V> StartValues<V> {
    /// A guess adapted to the unknown.
    fn guess(&self, value: f64) -> f64 {
        if self.percent && value == 1.0 { 0.0 } else { value }
    }
}
