//! Exact quantiles of many draws in bounded memory.
//!
//! A pilot sample gives a bracket for each quantile: an interval that contains the quantile of all
//! draws except with a probability of less than one in a million. Of all draws only those inside a
//! bracket are kept; draws below and at its ends are counted. Counts and kept draws give the order
//! statistics next to the quantile exactly.
//!
//! If a quantile is outside its bracket all the same, the bracket is widened and the draws are made
//! again. So an unlucky pilot sample costs time, never accuracy.
//!
//! Brackets that only count their draws need no memory for draws. The counts of many draws give
//! narrower brackets, in which far fewer draws are kept.

use pulp::Arch;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::inside::{BINS, Inside};
use super::marks::{Ends, LANE, MARKS, MarkBrackets, STEP};
use crate::engine::numbers::order::statistics;
use crate::engine::numbers::summary::{between, ranks};

/// Half the width of a bracket, in standard deviations of the rank of a quantile. Five leave a
/// probability of 6e-7 outside.
const HALF_WIDTH: f64 = 5.0;
/// Half the width of a bracket that counts give. Six leave a probability of 2e-9 outside; it must be small, because
/// then all draws are made again, and they are very many.
const HALF_WIDTH_BY_COUNTS: f64 = 6.0;

/// The brackets of one value, one for each quantile, with the draws inside them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Brackets {
    /// The probability of each quantile.
    levels: Vec<f64>,
    brackets: Vec<Bracket>,
    /// Number of draws added.
    count: u64,
}

/// The closed interval around one quantile. Values are compared in the total order of floats, where
/// -0 is below 0.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Bracket {
    low: f64,
    high: f64,
    /// Number of draws below `low`, equal to `low`, and equal to `high`.
    below: u64,
    at_low: u64,
    at_high: u64,
    /// The draws strictly between the ends.
    inside: Inside,
}

/// Returns the expected share of all draws inside the brackets, for a pilot sample of `pilot` draws.
pub(crate) fn share(pilot: usize, levels: &[f64]) -> f64 {
    levels.iter().map(|&p| 2.0 * margin(pilot, p) / pilot.max(1) as f64).sum()
}

/// Returns the expected share of all draws inside brackets that come from counts of the first `counted` of
/// `draws` draws.
pub(crate) fn share_by_counts(counted: u64, draws: u64, levels: &[f64]) -> f64 {
    let ranks = levels.iter().map(|&p| 2.0 * margin_by_counts(counted, draws, p)).sum::<f64>();
    ranks / counted.max(1) as f64
}

/// Returns half the width of a bracket in ranks of the counted draws.
///
/// The counted draws are the first `counted` of `draws` draws, so the number of them below the quantile of all draws
/// is hypergeometric: its variance falls to 0 as more draws are counted.
fn margin_by_counts(counted: u64, draws: u64, p: f64) -> f64 {
    let left = 1.0 - (counted as f64 / draws.max(1) as f64).min(1.0);
    HALF_WIDTH_BY_COUNTS * (counted as f64 * p * (1.0 - p) * left).sqrt() + 8.0
}

/// Returns half the width of the bracket of the quantile at `p`, in ranks of the pilot sample.
///
/// Of `pilot` draws, the number below the true quantile is binomial with variance pilot p (1 - p). The constant covers
/// the extreme quantiles, where this variance is 0.
fn margin(pilot: usize, p: f64) -> f64 {
    HALF_WIDTH * (pilot as f64 * p * (1.0 - p)).sqrt() + 8.0
}

impl Brackets {
    /// Chooses brackets from a pilot sample, which is reordered. The brackets contain no draws yet.
    pub(crate) fn around(pilot: &mut [f64], levels: &[f64]) -> Self {
        let last = pilot.len().saturating_sub(1) as f64;
        let ends = |p: f64| {
            let position = last * p.clamp(0.0, 1.0);
            let (low, high) =
                (position - margin(pilot.len(), p), position + margin(pilot.len(), p));
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
            let n = rank.and_then(|rank| wanted.binary_search(&rank).ok());
            n.map_or(none, |n| known[n])
        };
        let bracket =
            |&(low, high): &_| Bracket::new(at(low, f64::NEG_INFINITY), at(high, f64::INFINITY));
        let brackets = ends.iter().map(bracket).collect();
        Self { levels: levels.to_vec(), brackets, count: 0 }
    }

    /// Makes brackets with the same intervals and no draws.
    pub(crate) fn empty(&self) -> Self {
        let empty = |bracket: &Bracket| Bracket {
            inside: bracket.inside.empty(),
            ..Bracket::new(bracket.low, bracket.high)
        };
        let brackets = self.brackets.iter().map(empty).collect();
        Self { levels: self.levels.clone(), brackets, count: 0 }
    }

    /// Makes brackets with the same intervals and no draws, which only count their draws.
    pub(crate) fn counting(&self) -> Self {
        let mut empty = self.empty();
        empty.brackets.iter_mut().for_each(|bracket| bracket.inside = Inside::counted());
        empty
    }

    /// Makes narrower brackets without draws: around the quantiles of `draws` draws, of which the counts have
    /// the first.
    pub(crate) fn narrowed(&self, draws: u64) -> Self {
        let narrow = |(bracket, &p): (&Bracket, &f64)| {
            let position = self.count.saturating_sub(1) as f64 * p.clamp(0.0, 1.0);
            let margin = margin_by_counts(self.count, draws, p);
            bracket.narrowed((position - margin).floor(), (position + margin).ceil())
        };
        let brackets = self.brackets.iter().zip(&self.levels).map(narrow).collect();
        Self { levels: self.levels.clone(), brackets, count: 0 }
    }

    /// Adds draws: counts those below each bracket, and stores those inside.
    pub(crate) fn add(&mut self, draws: &[f64]) {
        self.count += draws.len() as u64;
        let arch = Arch::new();
        // A mark has one bit per bracket: more brackets are processed in groups.
        for brackets in self.brackets.chunks_mut(MARKS) {
            let ends: Vec<Ends> = brackets.iter().map(Bracket::ends).collect();
            let mut below = vec![[0; STEP]; ends.len()];
            for draws in draws.chunks(LANE) {
                let mut marks = [0; LANE];
                arch.dispatch(MarkBrackets {
                    ends: &ends,
                    draws,
                    below: &mut below,
                    marks: &mut marks,
                });
                keep_marked(brackets, draws, &marks);
            }
            for (bracket, below) in brackets.iter_mut().zip(below) {
                bracket.below += below.iter().sum::<u64>();
            }
        }
    }

    /// Number of draws added.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// True if the other brackets have the same levels and intervals, and both keep draws or both count them.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let bits = |of: &Self| -> Vec<u64> {
            let ends = of.brackets.iter().flat_map(|bracket| [bracket.low, bracket.high]);
            of.levels.iter().copied().chain(ends).map(f64::to_bits).collect()
        };
        let mut pairs = self.brackets.iter().zip(&other.brackets);
        self.brackets.len() == self.levels.len()
            && bits(self) == bits(other)
            && pairs.all(|(own, other)| own.inside.is_like(&other.inside))
    }

    /// Sorts the stored draws, so that equal draws give equal bytes with any number of threads.
    pub(crate) fn sorted(mut self) -> Self {
        self.brackets.iter_mut().for_each(|bracket| bracket.inside.sort());
        self
    }

    /// Adds the draws of other brackets with the same intervals.
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

    /// Computes the quantiles of all draws, with the bits of [`crate::engine::numbers::summary::quantiles`].
    ///
    /// # Errors
    /// Empty brackets, widened, if a quantile is outside its bracket: all draws must be made again.
    pub(crate) fn quantiles(mut self) -> Result<Vec<f64>, Self> {
        let count = self.count as usize;
        let pairs = self.brackets.par_iter_mut().zip(&self.levels);
        let found: Vec<Option<f64>> =
            pairs.map(|(bracket, &p)| bracket.quantile(count, p)).collect();
        found.into_iter().collect::<Option<_>>().ok_or_else(|| self.empty())
    }
}

/// Keeps the marked draws. They are few, so they are first copied next to each other without a
/// branch; a branch on each draw would cost more than everything else here.
fn keep_marked(brackets: &mut [Bracket], draws: &[f64], marks: &[u64; LANE]) {
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
    /// Makes a bracket without draws.
    fn new(low: f64, high: f64) -> Self {
        Self { low, high, below: 0, at_low: 0, at_high: 0, inside: Inside::default() }
    }

    /// Returns the ends as integer keys for [`MarkBrackets`].
    fn ends(&self) -> Ends {
        Ends::of(self.low, self.high)
    }

    /// Adds a draw inside the closed interval.
    fn add(&mut self, draw: f64) {
        let bits = draw.to_bits();
        if bits == self.low.to_bits() {
            self.at_low += 1;
        } else if bits == self.high.to_bits() {
            self.at_high += 1;
        } else {
            self.inside.push(draw, (self.low, self.high));
        }
    }

    /// A bracket without draws, from the bin of one rank among the counted draws to the bin of another. One bin
    /// more on each side covers the rounding of bins. A rank outside the bracket gives the end next to it.
    fn narrowed(&self, low_rank: f64, high_rank: f64) -> Self {
        if !(self.high - self.low).is_finite() {
            return Self::new(self.low, self.high);
        }
        let start = self.below.saturating_add(self.at_low) as f64;
        let bin = |rank: f64| {
            let among = (rank >= start).then_some((rank - start) as u64)?;
            Some(self.inside.bin_of(among).unwrap_or(BINS))
        };
        let edge = |bin: usize| {
            let share = bin as f64 / BINS as f64;
            (self.low * (1.0 - share) + self.high * share).max(self.low).min(self.high)
        };
        let low = bin(low_rank).map_or(self.low, |bin| edge(bin.saturating_sub(1)));
        let high = bin(high_rank).map_or(self.low, |bin| edge((bin + 2).min(BINS)));
        Self::new(low, high)
    }

    /// Computes the quantile at `p` of `count` draws, and drops the kept draws. If the quantile is
    /// outside, widens the bracket and returns `None`.
    fn quantile(&mut self, count: usize, p: f64) -> Option<f64> {
        let ranks = ranks(count, &[p]);
        let mut inside = self.inside.take_all();
        let inside_indices =
            ranks.iter().filter_map(|&rank| self.inside_index(rank as u64, inside.len()));
        let inside_indices: Vec<usize> = inside_indices.collect();
        let known = statistics(&mut inside, &inside_indices);
        let found: Option<Vec<f64>> = ranks
            .iter()
            .map(|&rank| match self.inside_index(rank as u64, inside.len()) {
                Some(index) => inside_indices.binary_search(&index).ok().map(|n| known[n]),
                None => self.end_value(rank as u64, inside.len()),
            })
            .collect();
        let Some(found) = found else {
            self.widen(&ranks, inside.len());
            return None;
        };
        Some(between(count, p, |rank| ranks.binary_search(&rank).map_or(f64::NAN, |n| found[n])))
    }

    /// Returns the index of a rank among the sorted draws strictly inside the bracket; None if the rank is elsewhere.
    /// `inside` is the number of these draws.
    fn inside_index(&self, rank: u64, inside: usize) -> Option<usize> {
        let index = usize::try_from(rank.checked_sub(self.below + self.at_low)?).ok()?;
        (index < inside).then_some(index)
    }

    /// Returns the value of a rank that belongs to one of the bracket's ends.
    fn end_value(&self, rank: u64, inside: usize) -> Option<f64> {
        let above = self.below + self.at_low + inside as u64;
        if (self.below..self.below + self.at_low).contains(&rank) {
            Some(self.low)
        } else {
            (above..above + self.at_high).contains(&rank).then_some(self.high)
        }
    }

    /// Widens the bracket to infinity on each side where one of the ranks is outside.
    fn widen(&mut self, ranks: &[usize], inside: usize) {
        let end_rank = self.below + self.at_low + inside as u64 + self.at_high;
        if ranks.iter().any(|&rank| (rank as u64) < self.below) {
            self.low = f64::NEG_INFINITY;
        }
        if ranks.iter().any(|&rank| rank as u64 >= end_rank) {
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

    /// Returns the quantiles from brackets, and the number of passes over all draws.
    fn found(draws: &[f64], pilot: usize, levels: &[f64]) -> (Vec<f64>, usize) {
        let mut brackets = Brackets::around(&mut draws[..pilot].to_vec(), levels);
        for passes in 1.. {
            let parts = draws.chunks(777).map(|part| {
                let mut own = brackets.empty();
                own.add(part);
                own
            });
            let mut all = brackets.empty();
            all.merge(parts.collect());
            match all.quantiles() {
                Ok(quantiles) => return (quantiles, passes),
                Err(moved) => brackets = moved,
            }
        }
        unreachable!("each time a bracket is wider")
    }

    #[test]
    fn quantiles_have_the_bits_of_those_of_all_draws() {
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
                let (found, passes) = found(&draws, pilot, &LEVELS);
                let wanted = quantiles(&mut draws.clone(), &LEVELS);
                let bits = |all: &[f64]| all.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&found), bits(&wanted));
                assert_eq!(passes, 1);
            }
        }
    }

    /// More quantiles than a mask has bits, close to each other, and each twice.
    #[test]
    fn more_quantiles_than_mask_bits_are_exact() {
        let levels: Vec<f64> = (0..150).map(|n| 0.3 + f64::from(n / 2) / 1000.0).collect();
        let draws = sequence(20_000);
        let (found, _) = found(&draws, 1000, &levels);
        assert_eq!(found, quantiles(&mut draws.clone(), &levels));
    }

    #[test]
    fn only_the_expected_share_of_draws_is_kept() {
        let draws = sequence(200_000);
        let mut brackets = Brackets::around(&mut draws[..20_000].to_vec(), &LEVELS[..5]);
        brackets.add(&draws);
        let kept = brackets.brackets.iter_mut().map(|bracket| bracket.inside.take_all().len());
        let kept: usize = kept.sum();
        let expected = share(20_000, &LEVELS[..5]) * 200_000.0;
        assert!((kept as f64) < 1.1 * expected && expected < 40_000.0, "{kept} {expected}");
    }

    #[test]
    fn a_misleading_pilot_sample_costs_time_only() {
        let mut draws = sequence(5_000);
        draws.sort_by(f64::total_cmp);
        for turned in [false, true] {
            if turned {
                draws.reverse();
            }
            let (found, passes) = found(&draws, 500, &LEVELS);
            assert!(passes > 1);
            assert_eq!(found, quantiles(&mut draws.clone(), &LEVELS));
        }
    }
    /// Counts of the first draws narrow the brackets; the quantiles of all draws keep their bits. Values that
    /// occur often, and a pilot sample that misleads, included.
    #[test]
    fn counts_narrow_brackets_and_change_no_bit() {
        let capped = sequence(60_000).into_iter().map(|x| x.clamp(-2.5, 6.5));
        let steps = sequence(60_000).into_iter().map(|x| (x * 3.0).round());
        let zeros = sequence(60_000).into_iter().map(|x| if x < 2.0 { -0.0 } else { x });
        let wide = sequence(60_000).into_iter().map(|x| (x - 2.0) * 3e307);
        let all =
            [sequence(60_000), capped.collect(), steps.collect(), zeros.collect(), wide.collect()];
        for draws in all {
            let wanted = quantiles(&mut draws.clone(), &LEVELS);
            for counted in [8_000, 30_000, 60_000] {
                let pilot = Brackets::around(&mut draws[..2_000].to_vec(), &LEVELS);
                let mut counts = pilot.counting();
                for part in draws[..counted].chunks(7_000) {
                    let mut own = counts.empty();
                    own.add(part);
                    assert!(own.is_like(&counts) && !own.is_like(&pilot));
                    counts.merge(vec![own]);
                }
                let mut near = counts.narrowed(draws.len() as u64);
                near.add(&draws);
                let found = near.quantiles().expect("inside the brackets");
                let bits = |all: &[f64]| all.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&found), bits(&wanted), "{counted}");
            }
        }
    }

    /// The more draws are counted, the fewer are kept: none but those next to the ranks if all are counted.
    #[test]
    fn counts_of_all_draws_keep_three_bins() {
        let draws = sequence(400_000);
        let pilot = Brackets::around(&mut draws[..20_000].to_vec(), &LEVELS[..5]);
        let kept = |counted: usize| {
            let mut counts = pilot.counting();
            counts.add(&draws[..counted]);
            let mut near = counts.narrowed(draws.len() as u64);
            near.add(&draws);
            let lists = near.brackets.iter_mut().map(|bracket| bracket.inside.take_all().len());
            lists.sum::<usize>()
        };
        let expected = share_by_counts(100_000, 400_000, &LEVELS[..5]) * 400_000.0;
        let (quarter, all) = (kept(100_000), kept(400_000));
        assert!((quarter as f64) < 1.1 * expected, "{quarter} {expected}");
        // Five quantiles, 8 ranks on each side, and three bins of a few draws.
        assert!(all < 150 && quarter > 10 * all, "{quarter} {all}");
    }
}
