//! Statistics of draws: mean, standard deviation, quantiles.
//!
//! Sums follow one fixed tree over the draws' numbers, so that they do not depend on threads or on
//! how the draws are split, as long as the splits fall on multiples of [`LEAF`].

use pulp::{Arch, Simd, WithSimd};

use super::order;

/// Draws in a leaf of the tree.
pub const LEAF: usize = 1_024;

/// The moments of some draws: what is needed to merge them with those of others.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Moments {
    /// How many draws.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// The sum of squares of their distances from the mean.
    squares: f64,
}

impl Moments {
    /// The moments of at most [`LEAF`] draws, in two passes.
    pub fn of_leaf(draws: &[f64]) -> Self {
        if draws.is_empty() { Self::default() } else { Arch::new().dispatch(Leaf { draws }) }
    }

    /// The moments of so many equal draws.
    pub fn of_equal(value: f64, count: u64) -> Self {
        Self { count, mean: value, squares: 0.0 }
    }

    /// The moments of draws from the first on: leaves of [`LEAF`] draws, merged by [`Tree`].
    pub fn of(draws: &[f64]) -> Self {
        let mut tree = Tree::default();
        draws.chunks(LEAF).for_each(|leaf| tree.push(Self::of_leaf(leaf)));
        tree.total()
    }

    /// The moments of both parts together: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating
    /// formulae and a pairwise algorithm for computing sample variances", 1979.
    pub fn merge(self, other: Self) -> Self {
        if self.count == 0 || other.count == 0 {
            return if self.count == 0 { other } else { self };
        }
        let (a, b) = (self.count as f64, other.count as f64);
        let off = other.mean - self.mean;
        let share = b / (a + b);
        Self {
            count: self.count + other.count,
            mean: self.mean + off * share,
            squares: self.squares + other.squares + off * off * a * share,
        }
    }

    /// The standard deviation of the population that the draws are from (divided by count - 1); 0
    /// for one draw.
    pub fn sd(&self) -> f64 {
        if self.count < 2 { 0.0 } else { (self.squares / (self.count - 1) as f64).sqrt() }
    }

    /// The standard error of the mean of independent draws.
    pub fn standard_error(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sd() / (self.count as f64).sqrt() }
    }
}

struct Leaf<'a> {
    draws: &'a [f64],
}

impl WithSimd for Leaf<'_> {
    type Output = Moments;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Moments {
        let Self { draws } = self;
        let count = draws.len() as f64;
        let rough = sum(draws, |x| x) / count;
        let off = sum(draws, |x| x - rough) / count;
        let squares = sum(draws, |x| (x - rough) * (x - rough)) - count * off * off;
        Moments { count: draws.len() as u64, mean: rough + off, squares: squares.max(0.0) }
    }
}

/// Draws that are summed side by side.
const BLOCK: usize = 128;

/// The sum of f over the draws of a leaf, by halves.
#[inline(always)]
fn sum(draws: &[f64], f: impl Fn(f64) -> f64 + Copy) -> f64 {
    let mut sums = [0.0; LEAF / BLOCK];
    for (sum, block) in sums.iter_mut().zip(draws.chunks(BLOCK)) {
        *sum = sum_of_block(block, f);
    }
    by_halves(&sums, draws.len())
}

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

/// The sum of blocks of so many draws, of which the last may not be whole.
fn by_halves(blocks: &[f64], draws: usize) -> f64 {
    if draws <= BLOCK {
        return blocks.first().copied().unwrap_or_default();
    }
    let left = draws.div_ceil(2).next_multiple_of(BLOCK);
    let (before, after) = blocks.split_at(blocks.len().min(left / BLOCK));
    by_halves(before, left) + by_halves(after, draws - left)
}

/// Merges leaves in their order by a binary tree that depends on their number alone; it keeps one
/// part for each level.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Complete parts, the largest first, with their levels.
    parts: Vec<(u32, Moments)>,
}

impl Tree {
    /// Adds the next leaf.
    pub fn push(&mut self, leaf: Moments) {
        self.push_part(0, leaf);
    }

    /// Adds the leaves of another tree, which has `2^n` of them, or any number if none follow; so
    /// many have been added before that it is a part of this tree.
    pub fn append(&mut self, other: &Self) {
        other.parts.iter().for_each(|&(level, part)| self.push_part(level, part));
    }

    fn push_part(&mut self, level: u32, part: Moments) {
        let (mut level, mut sum) = (level, part);
        while let Some(&(top, part)) = self.parts.last() {
            if top != level {
                break;
            }
            self.parts.pop();
            (level, sum) = (level + 1, part.merge(sum));
        }
        self.parts.push((level, sum));
    }

    /// The moments of all leaves so far.
    pub fn total(&self) -> Moments {
        let merged = self.parts.iter().rev().map(|&(_, part)| part);
        merged.reduce(|later, earlier| earlier.merge(later)).unwrap_or_default()
    }
}

/// The quantiles of draws by linear interpolation between order statistics (type 7 of R. J. Hyndman
/// and Y. Fan, "Sample quantiles in statistical packages", 1996): exact, for probabilities in 0..=1
/// in any order. Changes the order of the draws; NaN for none.
pub fn quantiles(draws: &mut [f64], probabilities: &[f64]) -> Vec<f64> {
    let ranks = ranks(draws.len(), probabilities);
    let statistics = order::statistics(draws, &ranks);
    let at = |rank: usize| {
        let place = ranks.binary_search(&rank).ok();
        place.and_then(|n| statistics.get(n)).copied().unwrap_or(f64::NAN)
    };
    probabilities.iter().map(|&p| between(draws.len(), p, at)).collect()
}

/// Where a quantile of so many draws lies among them.
fn place(count: usize, p: f64) -> f64 {
    count.saturating_sub(1) as f64 * p.clamp(0.0, 1.0)
}

/// The ranks that quantiles of so many draws lie between, rising.
pub(crate) fn ranks(count: usize, probabilities: &[f64]) -> Vec<usize> {
    let mut ranks: Vec<usize> = Vec::with_capacity(2 * probabilities.len());
    for &p in probabilities {
        ranks.extend([place(count, p).floor() as usize, place(count, p).ceil() as usize]);
    }
    ranks.sort_unstable();
    ranks.dedup();
    ranks
}

/// A quantile of so many draws, of which `at` gives the one of each rank.
pub(crate) fn between(count: usize, p: f64, at: impl Fn(usize) -> f64) -> f64 {
    let place = place(count, p);
    let (low, high) = (at(place.floor() as usize), at(place.ceil() as usize));
    let part = place - place.floor();
    if low == high { low } else { low * (1.0 - part) + high * part }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(count: usize) -> Vec<f64> {
        (0..count).map(|i| (i as f64 * 0.618_033_988_749_894_9).fract() * 10.0 - 3.0).collect()
    }

    /// Of the Statistical Reference Datasets of NIST: the certified mean and standard deviation of
    /// NumAcc3 are 1000000.2 and 0.1, those of NumAcc4 10000000.2 and 0.1. The data as doubles are
    /// not those decimals, which leaves 9.4 and 8.2 digits of the latter; against the exact statistics of
    /// the doubles thirteen digits hold.
    #[test]
    fn numerically_hard_data_of_nist() {
        for (level, mean_digits, sd_digits) in [(1_000_000.0, 15.0, 9.4), (10_000_000.0, 15.0, 8.2)]
        {
            let mut data = vec![level + 0.2];
            data.extend((0..1000).map(|i| if i % 2 == 0 { level + 0.1 } else { level + 0.3 }));
            let found = Moments::of(&data);
            let digits = |found: f64, wanted: f64| -((found - wanted) / wanted).abs().log10();
            assert!(digits(found.mean, level + 0.2) >= mean_digits, "{found:?}");
            assert!(digits(found.sd(), 0.1) >= sd_digits, "{}", found.sd());
            // The distances from the level are exact.
            let exact: Vec<f64> = data.iter().map(|x| x - level).collect();
            let mean = exact.iter().sum::<f64>() / 1001.0;
            let squares: f64 = exact.iter().map(|x| (x - mean) * (x - mean)).sum();
            assert!((found.sd() / (squares / 1000.0).sqrt() - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn moments_do_not_depend_on_the_split() {
        let draws = sequence(10_000);
        let whole = Moments::of(&draws);
        for leaves in [1, 2, 3, 7] {
            // Each part of some leaves is computed by itself; the leaves are merged in order.
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
        let mean = draws.iter().sum::<f64>() / 1e4;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 9999.0;
        assert!((whole.mean - mean).abs() < 1e-13);
        assert!((whole.sd() - variance.sqrt()).abs() < 1e-13);
        assert!((whole.standard_error() - variance.sqrt() / 100.0).abs() < 1e-15);
    }

    #[test]
    fn moments_of_few_draws() {
        assert_eq!(Moments::of(&[]), Moments::default());
        assert_eq!((Moments::of(&[3.0]).mean, Moments::of(&[3.0]).sd()), (3.0, 0.0));
        assert_eq!(Moments::of(&[1.0, 3.0]).sd(), 2_f64.sqrt());
        let lengths = [127, 128, 129, 255, 257, 1000, 1023, 1024, 1025, 1153];
        assert!(
            lengths.iter().all(|&n| Moments::of(&vec![0.1; n]) == Moments::of_equal(0.1, n as u64))
        );
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_draws() {
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
        // R: quantile(c(1, 2, 4, 8), c(0.1, 0.5, 0.9)).
        let found = quantiles(&mut [8.0, 1.0, 4.0, 2.0], &[0.1, 0.5, 0.9]);
        let off = found.iter().zip([1.3, 3.0, 6.8]).map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f64::max) < 1e-14);
        assert!(quantiles(&mut [], &[0.5])[0].is_nan());
        let infinite = quantiles(&mut [f64::NEG_INFINITY, f64::INFINITY], &[0.0, 1.0]);
        assert_eq!(infinite, [f64::NEG_INFINITY, f64::INFINITY]);
    }
}
