//! Exact quantiles of draws that are not kept.
//!
//! The first draws say between which values each quantile must lie, but for one time in millions. Of all
//! draws only those between are kept, and how many lie below is counted; where a quantile lies outside
//! all the same, the draws are made once more.

use pulp::Arch;
use rayon::prelude::*;

use super::marks::{Ends, LANE, MARKS, Mark, STEP};
use crate::engine::numbers::order::statistics;
use crate::engine::numbers::summary::{between, ranks};

/// How many standard errors of a quantile its bracket reaches to either side.
const ERRORS: f64 = 5.0;

/// What is kept of a value's draws for its quantiles.
#[derive(Debug, Clone)]
pub(crate) struct Brackets {
    levels: Vec<f64>,
    brackets: Vec<Bracket>,
    count: u64,
}

/// What is kept of the draws near one quantile. Values are compared in the total order, in which -0
/// is below 0.
#[derive(Debug, Clone)]
struct Bracket {
    low: f64,
    high: f64,
    below: u64,
    at_low: u64,
    at_high: u64,
    /// The draws above the low end and below the high one.
    inside: Blocks,
}

/// Draws in blocks, so that to keep more of them, or those of others too, moves none.
#[derive(Debug, Clone, Default)]
struct Blocks {
    full: Vec<Vec<f64>>,
    open: Vec<f64>,
}

/// Draws in a block.
const BLOCK: usize = 1_024;

impl Blocks {
    fn push(&mut self, draw: f64) {
        if self.open.len() == self.open.capacity() {
            let full = std::mem::replace(&mut self.open, Vec::with_capacity(BLOCK));
            self.full.push(full);
        }
        self.open.push(draw);
    }

    fn append(&mut self, other: Self) {
        self.full.extend(other.full);
        self.full.push(other.open);
    }

    /// All draws side by side; none are left.
    fn gather(&mut self) -> Vec<f64> {
        let all = std::mem::take(self);
        let count = all.full.iter().map(Vec::len).sum::<usize>() + all.open.len();
        let mut draws = Vec::with_capacity(count);
        all.full.into_iter().chain([all.open]).for_each(|block| draws.extend(block));
        draws
    }
}

/// The share of all draws that lie in brackets, if so many are made first.
pub(crate) fn share(pilot: usize, levels: &[f64]) -> f64 {
    levels.iter().map(|&p| 2.0 * margin(pilot, p) / pilot.max(1) as f64).sum()
}

/// How many of the first draws a bracket reaches to either side.
fn margin(pilot: usize, p: f64) -> f64 {
    ERRORS * (pilot as f64 * p * (1.0 - p)).sqrt() + 8.0
}

impl Brackets {
    /// Brackets that the first draws give; no draw is counted yet. Changes their order.
    pub(crate) fn around(pilot: &mut [f64], levels: &[f64]) -> Self {
        let last = pilot.len().saturating_sub(1) as f64;
        let ends = |p: f64| {
            let place = last * p.clamp(0.0, 1.0);
            let (low, high) = (place - margin(pilot.len(), p), place + margin(pilot.len(), p));
            let low = (low >= 0.0).then_some(low.floor() as usize);
            (low, (high <= last).then_some(high.ceil() as usize))
        };
        let ends: Vec<_> = levels.iter().map(|&p| ends(p)).collect();
        let mut wanted: Vec<usize> =
            ends.iter().flat_map(|&(low, high)| [low, high]).flatten().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let known = statistics(pilot, &wanted);
        let at = |rank: Option<usize>, none: f64| {
            let place = rank.and_then(|rank| wanted.binary_search(&rank).ok());
            place.map_or(none, |place| known[place])
        };
        let bracket =
            |&(low, high): &_| Bracket::new(at(low, f64::NEG_INFINITY), at(high, f64::INFINITY));
        let brackets = ends.iter().map(bracket).collect();
        Self { levels: levels.to_vec(), brackets, count: 0 }
    }

    /// The same brackets, and no draw.
    pub(crate) fn empty(&self) -> Self {
        let empty = |bracket: &Bracket| Bracket::new(bracket.low, bracket.high);
        let brackets = self.brackets.iter().map(empty).collect();
        Self { levels: self.levels.clone(), brackets, count: 0 }
    }

    pub(crate) fn add(&mut self, draws: &[f64]) {
        self.count += draws.len() as u64;
        let arch = Arch::new();
        for brackets in self.brackets.chunks_mut(MARKS) {
            let ends: Vec<Ends> = brackets.iter().map(Bracket::ends).collect();
            let mut below = vec![[0; STEP]; ends.len()];
            for draws in draws.chunks(LANE) {
                let mut marks = [0; LANE];
                arch.dispatch(Mark { ends: &ends, draws, below: &mut below, marks: &mut marks });
                keep(brackets, draws, &marks);
            }
            for (bracket, below) in brackets.iter_mut().zip(below) {
                bracket.below += below.iter().sum::<u64>();
            }
        }
    }

    /// Adds the draws of others with the same brackets.
    pub(crate) fn merge(&mut self, others: Vec<Self>) {
        for other in others {
            self.count += other.count;
            for (bracket, other) in self.brackets.iter_mut().zip(other.brackets) {
                bracket.below += other.below;
                bracket.at_low += other.at_low;
                bracket.at_high += other.at_high;
                bracket.inside.append(other.inside);
            }
        }
    }

    /// The quantiles of all draws, as [`crate::engine::numbers::summary::quantiles`] has them.
    ///
    /// # Errors
    /// Brackets in which those lie that do not lie in these.
    pub(crate) fn quantiles(mut self) -> Result<Vec<f64>, Self> {
        let count = self.count as usize;
        let each = self.brackets.par_iter_mut().zip(&self.levels);
        let found: Vec<Option<f64>> = each.map(|(own, &p)| own.quantile(count, p)).collect();
        found.into_iter().collect::<Option<_>>().ok_or_else(|| self.empty())
    }
}

/// Keeps the draws that are marked. There are few: they are put side by side first, since a look at each
/// whether it is marked would cost more than all the rest.
fn keep(brackets: &mut [Bracket], draws: &[f64], marks: &[u64; LANE]) {
    let (mut near, mut count) = ([(0.0, 0); LANE], 0);
    for (&draw, &marks) in draws.iter().zip(marks) {
        near[count % LANE] = (draw, marks);
        count += usize::from(marks != 0);
    }
    for &(draw, mut marks) in &near[..count.min(LANE)] {
        while marks != 0 {
            if let Some(bracket) = brackets.get_mut(marks.trailing_zeros() as usize) {
                bracket.add(draw);
            }
            marks &= marks - 1;
        }
    }
}

impl Bracket {
    fn new(low: f64, high: f64) -> Self {
        Self { low, high, below: 0, at_low: 0, at_high: 0, inside: Blocks::default() }
    }

    fn ends(&self) -> Ends {
        Ends::of(self.low, self.high)
    }

    /// Adds a draw that does not lie outside.
    fn add(&mut self, draw: f64) {
        let bits = draw.to_bits();
        if bits == self.low.to_bits() {
            self.at_low += 1;
        } else if bits == self.high.to_bits() {
            self.at_high += 1;
        } else {
            self.inside.push(draw);
        }
    }

    /// A quantile of so many draws. Where it does not lie in the bracket, this moves to where it lies;
    /// nothing is kept any more.
    fn quantile(&mut self, count: usize, p: f64) -> Option<f64> {
        let ranks = ranks(count, &[p]);
        let mut inside = self.inside.gather();
        let places = ranks.iter().filter_map(|&rank| self.place(rank as u64, inside.len()));
        let places: Vec<usize> = places.collect();
        let known = statistics(&mut inside, &places);
        let found: Option<Vec<f64>> = ranks
            .iter()
            .map(|&rank| match self.place(rank as u64, inside.len()) {
                Some(place) => places.binary_search(&place).ok().map(|n| known[n]),
                None => self.end(rank as u64, inside.len()),
            })
            .collect();
        let Some(found) = found else {
            self.move_to(&ranks, inside.len());
            return None;
        };
        Some(between(count, p, |rank| {
            ranks.binary_search(&rank).map_or(f64::NAN, |place| found[place])
        }))
    }

    /// Where the draw of a rank lies among so many inside.
    fn place(&self, rank: u64, inside: usize) -> Option<usize> {
        let place = usize::try_from(rank.checked_sub(self.below + self.at_low)?).ok()?;
        (place < inside).then_some(place)
    }

    /// The draw of a rank that lies at an end, with so many inside.
    fn end(&self, rank: u64, inside: usize) -> Option<f64> {
        let above = self.below + self.at_low + inside as u64;
        if (self.below..self.below + self.at_low).contains(&rank) {
            Some(self.low)
        } else {
            (above..above + self.at_high).contains(&rank).then_some(self.high)
        }
    }

    /// To where the draws of some ranks lie.
    fn move_to(&mut self, ranks: &[usize], inside: usize) {
        let known = self.below + self.at_low + inside as u64 + self.at_high;
        if ranks.iter().any(|&rank| (rank as u64) < self.below) {
            self.low = f64::NEG_INFINITY;
        }
        if ranks.iter().any(|&rank| rank as u64 >= known) {
            self.high = f64::INFINITY;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::numbers::summary::quantiles;

    const LEVELS: [f64; 7] = [0.05, 0.25, 0.5, 0.75, 0.95, 0.0, 1.0];

    fn sequence(count: usize) -> Vec<f64> {
        (0..count).map(|i| (i as f64 * 0.618_033_988_749_894_9).fract() * 10.0 - 3.0).collect()
    }

    /// What brackets around the first draws find, and how often all draws are looked at.
    fn found(draws: &[f64], pilot: usize, levels: &[f64]) -> (Vec<f64>, usize) {
        let mut brackets = Brackets::around(&mut draws[..pilot].to_vec(), levels);
        for times in 1.. {
            let parts = draws.chunks(777).map(|part| {
                let mut own = brackets.empty();
                own.add(part);
                own
            });
            let mut all = brackets.empty();
            all.merge(parts.collect());
            match all.quantiles() {
                Ok(quantiles) => return (quantiles, times),
                Err(moved) => brackets = moved,
            }
        }
        unreachable!("each time a bracket is wider")
    }

    #[test]
    fn quantiles_are_those_of_all_draws() {
        let coin = |count| sequence(count).into_iter().map(|x| f64::from(u8::from(x > 0.1)));
        let steps = sequence(9_000).into_iter().map(|x| (x * 3.0).round());
        let zeros = sequence(9_000).into_iter().map(|x| if x < 2.0 { -0.0 } else { 0.0 });
        let many: [Vec<f64>; 5] = [
            sequence(20_000),
            sequence(1001),
            coin(5000).collect(),
            steps.collect(),
            zeros.collect(),
        ];
        for draws in many {
            for pilot in [100, 1000] {
                let (found, times) = found(&draws, pilot, &LEVELS);
                let wanted = quantiles(&mut draws.clone(), &LEVELS);
                let bits = |all: &[f64]| all.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&found), bits(&wanted));
                assert_eq!(times, 1);
            }
        }
    }

    /// More than a mask has bits for, next to each other and twice over.
    #[test]
    fn there_may_be_many_quantiles() {
        let levels: Vec<f64> = (0..150).map(|n| 0.3 + f64::from(n / 2) / 1000.0).collect();
        let draws = sequence(20_000);
        let (found, _) = found(&draws, 1000, &levels);
        assert_eq!(found, quantiles(&mut draws.clone(), &levels));
    }

    #[test]
    fn few_draws_are_kept() {
        let draws = sequence(200_000);
        let mut brackets = Brackets::around(&mut draws[..20_000].to_vec(), &LEVELS[..5]);
        brackets.add(&draws);
        let kept = brackets.brackets.iter_mut().map(|bracket| bracket.inside.gather().len());
        let kept: usize = kept.sum();
        let expected = share(20_000, &LEVELS[..5]) * 200_000.0;
        assert!((kept as f64) < 1.1 * expected && expected < 40_000.0, "{kept} {expected}");
    }

    #[test]
    fn first_draws_that_mislead_cost_time_only() {
        let mut draws = sequence(5_000);
        draws.sort_by(f64::total_cmp);
        for turned in [false, true] {
            if turned {
                draws.reverse();
            }
            let (found, times) = found(&draws, 500, &LEVELS);
            assert!(times > 1);
            assert_eq!(found, quantiles(&mut draws.clone(), &LEVELS));
        }
    }
}
