//! Statistics of draws: mean, standard deviation, quantiles.
//!
//! Sums follow one fixed binary tree over the numbers of the draws. So they do not depend on
//! threads or on how the draws are split, provided that the splits are at multiples of [`LEAF`].

use pulp::{Arch, Simd, WithSimd};
use serde::{Deserialize, Serialize};

use super::order;

/// Number of draws in a leaf of the summation tree.
pub const LEAF: usize = 1_024;

/// Count, mean and sum of squared deviations of some draws: enough to merge them with the moments
/// of other draws.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Number of draws in the moments.
    pub count: u64,
    /// Mean of the draws.
    pub mean: f64,
    /// Sum of squared deviations from the mean, multiplied by [`SMALLER`] squared if the draws are `large`.
    squares: f64,
    /// True if the sum of the draws or of their squares overflows.
    large: bool,
}

/// The factor of draws so large that their squares cannot be represented. A power of 2, so that it costs no
/// digits.
const SMALLER: f64 = f64::from_bits((1023 - 600) << 52);
/// The inverse of [`SMALLER`].
pub(super) const LARGER: f64 = 1.0 / SMALLER;

impl Moments {
    /// Computes the moments of at most [`LEAF`] draws in two passes.
    pub fn of_leaf(draws: &[f64]) -> Self {
        if draws.is_empty() {
            return Self::default();
        }
        let found = Arch::new().dispatch(Leaf { draws });
        if found.is_finite() || !draws.iter().all(|draw| draw.is_finite()) {
            return found;
        }
        let smaller: Vec<f64> = draws.iter().map(|draw| draw * SMALLER).collect();
        let found = Arch::new().dispatch(Leaf { draws: &smaller });
        Self { mean: found.mean * LARGER, large: true, ..found }
    }

    fn is_finite(&self) -> bool {
        self.mean.is_finite() && self.squares.is_finite()
    }

    /// Converts the moments to those of draws times [`SMALLER`].
    fn as_large(self) -> Self {
        let squares = if self.large { self.squares } else { self.squares * SMALLER * SMALLER };
        Self { squares, large: true, ..self }
    }

    /// Makes the moments of `count` equal draws.
    pub fn of_equal(value: f64, count: u64) -> Self {
        Self { count, mean: value, squares: 0.0, large: false }
    }

    /// Computes the moments of draws: leaves of [`LEAF`] draws, merged by [`Tree`].
    pub fn of(draws: &[f64]) -> Self {
        let mut tree = Tree::default();
        draws.chunks(LEAF).for_each(|leaf| tree.push(Self::of_leaf(leaf)));
        tree.total()
    }

    /// Merges the moments of two sets of draws: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating
    /// formulae and a pairwise algorithm for computing sample variances", 1979.
    pub fn merge(self, other: Self) -> Self {
        if self.count == 0 || other.count == 0 {
            return if self.count == 0 { other } else { self };
        }
        if !self.large && !other.large {
            let merged = self.merge_scaled(other, 1.0);
            if merged.is_finite() || !self.is_finite() || !other.is_finite() {
                return merged;
            }
        }
        self.as_large().merge_scaled(other.as_large(), SMALLER)
    }

    /// Merges moments whose squares are multiplied by `factor` squared.
    fn merge_scaled(self, other: Self, factor: f64) -> Self {
        let (a, b) = (self.count as f64, other.count as f64);
        let difference = other.mean * factor - self.mean * factor;
        let share = b / (a + b);
        Self {
            count: self.count + other.count,
            mean: (self.mean * factor + difference * share) / factor,
            squares: self.squares + other.squares + difference * difference * a * share,
            large: self.large,
        }
    }

    /// Returns the sample standard deviation, with divisor count - 1; 0 for one draw.
    pub fn sd(&self) -> f64 {
        if self.count < 2 {
            return 0.0;
        }
        let sd = (self.squares / (self.count - 1) as f64).sqrt();
        if self.large { sd * LARGER } else { sd }
    }

    /// Returns the standard error of the mean, for independent draws.
    pub fn standard_error(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sd() / (self.count as f64).sqrt() }
    }
}

/// The vectorised moments of one leaf.
struct Leaf<'a> {
    draws: &'a [f64],
}

impl WithSimd for Leaf<'_> {
    type Output = Moments;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Moments {
        let Self { draws } = self;
        let count = draws.len() as f64;
        let first_mean = sum(draws, |x| x) / count;
        // The first mean may be off by rounding; the mean of the deviations from it is the
        // correction.
        let correction = sum(draws, |x| x - first_mean) / count;
        let squares =
            sum(draws, |x| (x - first_mean) * (x - first_mean)) - count * correction * correction;
        Moments {
            count: draws.len() as u64,
            mean: first_mean + correction,
            // NaN stays: it tells that squares are too large.
            squares: if squares <= 0.0 { 0.0 } else { squares },
            large: false,
        }
    }
}

/// Number of draws in each partial sum at the lowest level of a leaf.
const BLOCK: usize = 128;

/// Sums f over the draws of a leaf: blocks first, then pairwise, which keeps rounding errors small.
#[inline(always)]
fn sum(draws: &[f64], f: impl Fn(f64) -> f64 + Copy) -> f64 {
    let mut sums = [0.0; LEAF / BLOCK];
    for (sum, block) in sums.iter_mut().zip(draws.chunks(BLOCK)) {
        *sum = sum_of_block(block, f);
    }
    by_halves(&sums, draws.len())
}

/// Sums f over one block in eight interleaved partial sums, a fixed order that suits vectors of
/// every width.
#[inline(always)]
fn sum_of_block(draws: &[f64], f: impl Fn(f64) -> f64 + Copy) -> f64 {
    let (blocks, rest) = draws.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for block in blocks {
        for i in 0..8 {
            sums[i] += f(block[i]);
        }
    }
    let [a, b, c, d, e, g, h, i] = sums;
    let tail: f64 = rest.iter().map(|&x| f(x)).sum();
    (((a + b) + (c + d)) + ((e + g) + (h + i))) + tail
}

/// Adds the sums of blocks pairwise: the sum of the left half plus the sum of the right half.
/// `draws` is the number of draws in all blocks; the last block may be incomplete.
fn by_halves(blocks: &[f64], draws: usize) -> f64 {
    if draws <= BLOCK {
        return blocks.first().copied().unwrap_or_default();
    }
    let left = draws.div_ceil(2).next_multiple_of(BLOCK);
    let (before, after) = blocks.split_at(blocks.len().min(left / BLOCK));
    by_halves(before, left) + by_halves(after, draws - left)
}

/// Merges leaves, in order, by a binary tree whose shape depends only on their number. It stores at
/// most two subtrees per level, and one if it begins with leaf 0.
///
/// A tree may begin with a later leaf: then it merges only what the tree over all leaves merges, so that
/// trees over consecutive leaves can be made apart and appended to each other.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// Number of leaves before the first of this tree.
    first: u64,
    /// Number of leaves in the tree.
    leaves: u64,
    /// Complete subtrees with their levels, in the order of their leaves.
    subtrees: Vec<(u32, Moments)>,
}

impl Tree {
    /// Makes an empty tree, whose first leaf will be number `first` of the simulation.
    pub fn from_leaf(first: u64) -> Self {
        Self { first, ..Self::default() }
    }

    /// True if the tree has exactly the leaves `first..first + leaves`, and its subtrees cover them.
    pub fn covers(&self, first: u64, leaves: u64) -> bool {
        let size = |&(level, _): &(u32, Moments)| 1_u64.checked_shl(level);
        let sizes: Option<Vec<u64>> = self.subtrees.iter().map(size).collect();
        let sum = sizes.and_then(|sizes| sizes.into_iter().try_fold(0, u64::checked_add));
        (self.first, self.leaves, sum) == (first, leaves, Some(leaves))
    }

    /// Adds the next leaf.
    pub fn push(&mut self, leaf: Moments) {
        self.push_subtree(0, leaf);
    }

    /// Adds the leaves of another tree, which come after those of this tree. The other tree must begin where
    /// this one ends; or it begins with leaf 0, its number of leaves is a power of 2, except for the last
    /// tree, and this tree ends at a multiple of that number.
    pub fn append(&mut self, other: &Self) {
        other.subtrees.iter().for_each(|&(level, subtree)| self.push_subtree(level, subtree));
    }

    /// Adds a complete subtree of `2^level` leaves, and merges equal levels as a binary counter
    /// carries: a left half begins at a multiple of twice its size.
    fn push_subtree(&mut self, level: u32, subtree: Moments) {
        let (mut level, mut sum) = (level, subtree);
        let mut start = self.first + self.leaves;
        self.leaves += 1 << level;
        while let Some(&(top, subtree)) = self.subtrees.last() {
            let size = 1 << level;
            if top != level || !(start - size).is_multiple_of(2 * size) {
                break;
            }
            self.subtrees.pop();
            (level, sum, start) = (level + 1, subtree.merge(sum), start - size);
        }
        self.subtrees.push((level, sum));
    }

    /// Returns the moments of all leaves added so far.
    pub fn total(&self) -> Moments {
        let merged = self.subtrees.iter().rev().map(|&(_, subtree)| subtree);
        merged.reduce(|later, earlier| earlier.merge(later)).unwrap_or_default()
    }
}

/// Computes quantiles by linear interpolation between order statistics (type 7 of R. J. Hyndman and
/// Y. Fan, "Sample quantiles in statistical packages", 1996). They are exact. The probabilities are
/// in 0..=1 and in any order. Reorders the draws; gives NaN if there are none.
pub fn quantiles(draws: &mut [f64], probabilities: &[f64]) -> Vec<f64> {
    let ranks = ranks(draws.len(), probabilities);
    let statistics = order::statistics(draws, &ranks);
    let at = |rank: usize| {
        let position = ranks.binary_search(&rank).ok();
        position.and_then(|n| statistics.get(n)).copied().unwrap_or(f64::NAN)
    };
    probabilities.iter().map(|&p| between(draws.len(), p, at)).collect()
}

/// Returns the position of a quantile among `count` sorted draws: between two ranks, counted from 0.
fn position(count: usize, p: f64) -> f64 {
    count.saturating_sub(1) as f64 * p.clamp(0.0, 1.0)
}

/// Returns the ranks that the quantiles of `count` draws interpolate, in ascending order and without duplicates.
pub(crate) fn ranks(count: usize, probabilities: &[f64]) -> Vec<usize> {
    let mut ranks: Vec<usize> = Vec::with_capacity(2 * probabilities.len());
    for &p in probabilities {
        ranks.extend([position(count, p).floor() as usize, position(count, p).ceil() as usize]);
    }
    ranks.sort_unstable();
    ranks.dedup();
    ranks
}

/// Interpolates the quantile of `count` draws; `at` gives the draw of a rank.
pub(crate) fn between(count: usize, p: f64, at: impl Fn(usize) -> f64) -> f64 {
    let position = position(count, p);
    let (low, high) = (at(position.floor() as usize), at(position.ceil() as usize));
    let share = position - position.floor();
    // Equal ends include equal infinities, whose weighted sum would be NaN.
    if low == high { low } else { low * (1.0 - share) + high * share }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(count: usize) -> Vec<f64> {
        (0..count).map(|i| (i as f64 * 0.618_033_988_749_894_9).fract() * 10.0 - 3.0).collect()
    }

    /// NumAcc3 and NumAcc4 of the Statistical Reference Datasets of NIST: certified means 1000000.2
    /// and 10000000.2, certified standard deviation 0.1.
    ///
    /// Doubles do not represent these decimals exactly, so only 9.4 and 8.2 digits of the standard
    /// deviation can agree. Against the exact statistics of the doubles thirteen digits do.
    #[test]
    fn certified_values_of_nist_are_reproduced() {
        for (level, mean_digits, sd_digits) in [(1_000_000.0, 15.0, 9.4), (10_000_000.0, 15.0, 8.2)]
        {
            let mut data = vec![level + 0.2];
            data.extend((0..1000).map(|i| if i % 2 == 0 { level + 0.1 } else { level + 0.3 }));
            let found = Moments::of(&data);
            let digits = |found: f64, wanted: f64| -((found - wanted) / wanted).abs().log10();
            assert!(digits(found.mean, level + 0.2) >= mean_digits, "{found:?}");
            assert!(digits(found.sd(), 0.1) >= sd_digits, "{}", found.sd());
            // The differences from `level` are exact.
            let exact: Vec<f64> = data.iter().map(|x| x - level).collect();
            let mean = exact.iter().sum::<f64>() / 1001.0;
            let squares: f64 = exact.iter().map(|x| (x - mean) * (x - mean)).sum();
            assert!((found.sd() / (squares / 1000.0).sqrt() - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn moments_have_the_same_bits_in_every_split() {
        let draws = sequence(10_000);
        let whole = Moments::of(&draws);
        for leaves in [1, 2, 3, 7] {
            // The leaves of each part are computed separately and merged in order.
            let mut tree = Tree::default();
            for part in draws.chunks(leaves * LEAF) {
                let found: Vec<Moments> = part.chunks(LEAF).map(Moments::of_leaf).collect();
                found.into_iter().for_each(|leaf| tree.push(leaf));
            }
            assert_eq!(tree.total(), whole);
        }
        let mut tree = Tree::default();
        for part in draws.chunks(4 * LEAF) {
            let mut own = Tree::default();
            part.chunks(LEAF).for_each(|leaf| own.push(Moments::of_leaf(leaf)));
            tree.append(&own);
        }
        assert_eq!(tree.total(), whole);
        // Trees over consecutive leaves, made apart: whatever the cuts.
        for cuts in [vec![0, 3, 4, 10], vec![0, 1, 2, 7, 10], vec![0, 5, 6, 10], vec![0, 9, 10]] {
            let mut all = Tree::default();
            for range in cuts.windows(2) {
                let mut own = Tree::from_leaf(range[0] as u64);
                let leaves = draws.chunks(LEAF).skip(range[0]).take(range[1] - range[0]);
                leaves.for_each(|leaf| own.push(Moments::of_leaf(leaf)));
                assert!(own.covers(range[0] as u64, (range[1] - range[0]) as u64));
                all.append(&own);
            }
            assert!(all.covers(0, 10));
            assert_eq!(all.total(), whole, "{cuts:?}");
        }
        let mean = draws.iter().sum::<f64>() / 1e4;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 9999.0;
        assert!((whole.mean - mean).abs() < 1e-13);
        assert!((whole.sd() - variance.sqrt()).abs() < 1e-13);
        assert!((whole.standard_error() - variance.sqrt() / 100.0).abs() < 1e-15);
    }

    /// The mean and the standard deviation of a multiple are multiples, also where squares and sums are too large.
    #[test]
    fn moments_of_huge_draws_are_multiples_of_those_of_small_ones() {
        for count in [10, 2_000, 10_000] {
            let small = sequence(count);
            let wanted = Moments::of(&small);
            for power in [1.0, 2.0_f64.powi(510), 2.0_f64.powi(1018)] {
                let draws: Vec<f64> = small.iter().map(|draw| draw * power).collect();
                let found = Moments::of(&draws);
                assert!((found.mean / power / wanted.mean - 1.0).abs() < 1e-14, "{found:?}");
                assert!((found.sd() / power / wanted.sd() - 1.0).abs() < 1e-14, "{found:?}");
                let error = found.standard_error() / power / wanted.standard_error();
                assert!((error - 1.0).abs() < 1e-14, "{found:?}");
            }
        }
        // One leaf is large, the others are not.
        let mut mixed = vec![1.0; 3 * LEAF];
        mixed[LEAF] = 1e300;
        let n = (3 * LEAF) as f64;
        assert!((Moments::of(&mixed).sd() / (1e300 / n.sqrt()) - 1.0).abs() < 1e-12);
        assert!(!Moments::of(&[f64::INFINITY, 1.0]).mean.is_finite());
    }

    #[test]
    fn moments_of_no_draw_one_draw_and_equal_draws() {
        assert_eq!(Moments::of(&[]), Moments::default());
        assert_eq!((Moments::of(&[3.0]).mean, Moments::of(&[3.0]).sd()), (3.0, 0.0));
        assert_eq!(Moments::of(&[1.0, 3.0]).sd(), 2_f64.sqrt());
        let lengths = [127, 128, 129, 255, 257, 1000, 1023, 1024, 1025, 1153];
        assert!(
            lengths.iter().all(|&n| Moments::of(&vec![0.1; n]) == Moments::of_equal(0.1, n as u64))
        );
    }

    #[test]
    fn quantiles_agree_with_those_of_the_sorted_draws() {
        for count in [1, 2, 3, 10, 1001, 5000] {
            let draws = sequence(count);
            let mut sorted = draws.clone();
            sorted.sort_by(f64::total_cmp);
            let probabilities = [0.5, 0.05, 0.95, 0.0, 1.0, 0.25, 0.75, 0.5];
            let found = quantiles(&mut draws.clone(), &probabilities);
            for (p, found) in probabilities.iter().zip(found) {
                let place = (count - 1) as f64 * p;
                let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
                let wanted = low + (high - low) * (place - place.floor());
                assert!((found - wanted).abs() < 1e-14, "{count} {p}: {found} {wanted}");
            }
        }
        // From R: quantile(c(1, 2, 4, 8), c(0.1, 0.5, 0.9)).
        let found = quantiles(&mut [8.0, 1.0, 4.0, 2.0], &[0.1, 0.5, 0.9]);
        let off = found.iter().zip([1.3, 3.0, 6.8]).map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f64::max) < 1e-14);
        assert!(quantiles(&mut [], &[0.5])[0].is_nan());
        let infinite = quantiles(&mut [f64::NEG_INFINITY, f64::INFINITY], &[0.0, 1.0]);
        assert_eq!(infinite, [f64::NEG_INFINITY, f64::INFINITY]);
    }
}
