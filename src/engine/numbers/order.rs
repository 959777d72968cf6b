//! Order statistics: the draws at given ranks, without sorting all draws.
//!
//! The draws are counted in buckets of equal width. Only the buckets that contain a wanted rank are
//! searched further, by selection.

use pulp::{Arch, Simd, WithSimd};

/// Minimum number of draws for buckets; fewer are faster by selection alone.
const MIN_DRAWS: usize = 2_000;
/// Size of the sample that shows the range of most draws.
const SAMPLE: usize = 128;
/// Number of buckets. The first and the last also take all draws beyond the range.
const BUCKETS: usize = 1_024;
/// Number of draws that are filtered together.
const TILE: usize = 256;

/// Buckets of equal width, from `low` on; `scale` is the inverse of the width.
#[derive(Clone, Copy)]
struct Buckets {
    low: f64,
    scale: f64,
}

/// Finds the draws at some ascending ranks, in the order of [`f64::total_cmp`]; NaN for a rank
/// beyond the last draw. Reorders the draws.
pub(crate) fn statistics(draws: &mut [f64], ranks: &[usize]) -> Vec<f64> {
    match Buckets::of(draws) {
        Some(buckets) => buckets.statistics(draws, ranks),
        None => {
            select(draws, 0, ranks);
            ranks.iter().map(|&rank| draws.get(rank).copied().unwrap_or(f64::NAN)).collect()
        }
    }
}

/// Moves the draws at the given ranks to their sorted positions by divide and conquer: the middle
/// rank first, then the ranks on each side of it. `ranks` ascend; the rank of `draws[0]` is
/// `first`.
pub(crate) fn select(draws: &mut [f64], first: usize, ranks: &[usize]) {
    let (before, rest) = ranks.split_at(ranks.len() / 2);
    let Some((&rank, after)) = rest.split_first() else { return };
    if rank - first >= draws.len() {
        return;
    }
    let (left, _, right) = draws.select_nth_unstable_by(rank - first, f64::total_cmp);
    select(left, first, before);
    select(right, rank + 1, after);
}

impl Buckets {
    /// Chooses buckets that cover the range of a sample. `None` if there are few draws, nearly all
    /// of one value, or a NaN among them.
    fn of(draws: &[f64]) -> Option<Self> {
        if draws.len() < MIN_DRAWS || draws.iter().fold(false, |found, x| found | x.is_nan()) {
            return None;
        }
        let mut sample: Vec<f64> = draws.iter().step_by(draws.len() / SAMPLE).copied().collect();
        sample.sort_unstable_by(f64::total_cmp);
        let (low, high) = (*sample.get(1)?, *sample.get(sample.len() - 2)?);
        let scale = (BUCKETS - 2) as f64 / (high - low);
        let fine = low.is_finite() && scale.is_finite() && scale > 0.0;
        fine.then_some(Self { low, scale })
    }

    /// Finds the draws at some ascending ranks: counts, filters, and selects within the wanted
    /// buckets.
    fn statistics(self, draws: &[f64], ranks: &[usize]) -> Vec<f64> {
        let buckets_of = self.buckets_of(draws);
        let counts = counts(&buckets_of);
        // Find the buckets that contain a wanted rank. `wanted` is the number of such a bucket
        // among them, from 1; `parts` has the rank of its first draw and a buffer for its draws.
        let mut wanted = [0_u16; BUCKETS];
        let mut parts: Vec<(usize, Vec<f64>)> = Vec::new();
        let (mut start, mut ranks_left) = (0, ranks);
        for (bucket, &count) in counts.iter().enumerate() {
            let end = start + count as usize;
            let inside = ranks_left.partition_point(|&rank| rank < end);
            if inside > 0 {
                parts.push((start, Vec::with_capacity(count as usize)));
                wanted[bucket] = parts.len() as u16;
                ranks_left = &ranks_left[inside..];
            }
            start = end;
        }
        for (draws, buckets_of) in draws.chunks(TILE).zip(buckets_of.chunks(TILE)) {
            // Few draws are wanted. Their indices are collected first, without a branch, since a
            // branch on each draw would be mispredicted too often.
            let (mut near, mut count) = ([0_u8; TILE], 0);
            for (n, &bucket) in buckets_of.iter().enumerate() {
                near[count % TILE] = n as u8;
                count += usize::from(wanted[usize::from(bucket) % BUCKETS] != 0);
            }
            for n in near[..count.min(TILE)].iter().map(|&n| usize::from(n)) {
                let part = wanted[usize::from(buckets_of[n]) % BUCKETS];
                parts[usize::from(part) - 1].1.push(draws[n]);
            }
        }
        let mut found = Vec::with_capacity(ranks.len());
        for (start, mut draws) in parts {
            let inside = ranks.iter().filter(|&&rank| (start..start + draws.len()).contains(&rank));
            let inside: Vec<usize> = inside.map(|rank| rank - start).collect();
            select(&mut draws, 0, &inside);
            found.extend(inside.iter().map(|&rank| draws[rank]));
        }
        found.resize(ranks.len(), f64::NAN);
        found
    }

    /// Computes the bucket of each draw.
    fn buckets_of(self, draws: &[f64]) -> Vec<u16> {
        let mut buckets_of = vec![0; draws.len()];
        Arch::new().dispatch(AssignBuckets { buckets: self, draws, buckets_of: &mut buckets_of });
        buckets_of
    }
}

/// Counts the draws in each bucket.
fn counts(buckets_of: &[u16]) -> [u32; BUCKETS] {
    let mut counts = [0; BUCKETS];
    buckets_of.iter().for_each(|&bucket| counts[usize::from(bucket) % BUCKETS] += 1);
    counts
}

/// Computes the bucket of each draw, in vector code.
struct AssignBuckets<'a> {
    buckets: Buckets,
    draws: &'a [f64],
    buckets_of: &'a mut [u16],
}

impl WithSimd for AssignBuckets<'_> {
    type Output = ();

    /// The bucket number rises with the draw: the first bucket takes everything below the range,
    /// the last everything above.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Buckets { low, scale } = self.buckets;
        for (bucket, draw) in self.buckets_of.iter_mut().zip(self.draws) {
            let at = (draw - low) * scale + 1.0;
            let at = if at > 0.0 { at } else { 0.0 };
            let at = if at < (BUCKETS - 1) as f64 { at } else { (BUCKETS - 1) as f64 };
            // The sum with 2^52 has the nearest integer in its low bits.
            *bucket = (at + 4_503_599_627_370_496.0).to_bits() as u16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(n: usize) -> f64 {
        (n as f64 * 0.618_033_988_749_894_9).fract()
    }

    /// Makes draws of many shapes, including some for which buckets are useless.
    fn shapes(count: usize) -> Vec<Vec<f64>> {
        let shape = |f: &dyn Fn(usize) -> f64| (0..count).map(f).collect::<Vec<f64>>();
        vec![
            shape(&|n| fraction(n) * 10.0 - 3.0),
            shape(&|n| (fraction(n) - 0.5).powi(9) * 1e9),
            shape(&|n| 1.0 / (fraction(n) - 0.5)),
            shape(&|n| (fraction(n) * 4.0).floor()),
            shape(&|n| if n % 3 == 0 { -0.0 } else { 0.0 }),
            shape(&|n| if n % 100 == 0 { fraction(n) } else { 7.0 }),
            shape(&|n| if n % 7 == 0 { f64::INFINITY } else { -fraction(n) }),
            shape(&|n| if n % 50 == 0 { f64::NEG_INFINITY } else { fraction(n) }),
            shape(&|n| if n == 77 { f64::NAN } else { fraction(n) }),
            shape(&|n| fraction(n) * 1e308 * if n % 2 == 0 { 1.7 } else { -1.7 }),
            shape(&|n| fraction(n) * 1e-320),
            shape(&|n| n as f64),
        ]
    }

    #[test]
    fn order_statistics_agree_with_the_sorted_draws() {
        for count in [1, 5, MIN_DRAWS - 1, MIN_DRAWS, 2_001, 30_000] {
            for (shape, draws) in shapes(count).into_iter().enumerate() {
                let mut sorted = draws.clone();
                sorted.sort_by(f64::total_cmp);
                let every: Vec<usize> = (0..count).step_by(count.div_ceil(1_500)).collect();
                let ends = [0, count / 20, count / 2, count - 1].map(|rank| rank.min(count - 1));
                let mut few = ends.to_vec();
                few.dedup();
                for ranks in [every, few, vec![count - 1]] {
                    let found = statistics(&mut draws.clone(), &ranks);
                    let wanted = ranks.iter().map(|&rank| sorted[rank].to_bits());
                    let found = found.iter().map(|x| x.to_bits());
                    assert!(found.eq(wanted), "shape {shape} of {count}");
                }
            }
        }
    }

    #[test]
    fn few_draws_share_a_bucket() {
        let draws: Vec<f64> = (0..100_000).map(fraction).collect();
        let buckets = Buckets::of(&draws).expect("a spread");
        let counts = counts(&buckets.buckets_of(&draws));
        assert_eq!(counts.iter().sum::<u32>(), 100_000);
        assert!(counts[1..BUCKETS - 1].iter().all(|&count| count < 200), "{counts:?}");
    }
}
