//! Order statistics of many draws: those of some ranks, without putting the others in order.
//!
//! The draws are counted in buckets of equal width; only those of the buckets that hold a rank that is
//! asked for are looked at closer.

use pulp::{Arch, Simd, WithSimd};

/// Fewer draws are not worth a look at their spread.
const LEAST: usize = 2_000;
/// Draws that show between which values most lie.
const SAMPLE: usize = 128;
/// Buckets, the outermost of which take all draws beyond.
const BUCKETS: usize = 1_024;
/// Draws that are looked at together.
const TILE: usize = 256;

/// Buckets of equal width from `low` on.
#[derive(Clone, Copy)]
struct Buckets {
    low: f64,
    scale: f64,
}

/// The draws of some rising ranks, by [`f64::total_cmp`]; NaN where there are fewer draws. Changes the
/// order of the draws.
pub(crate) fn statistics(draws: &mut [f64], ranks: &[usize]) -> Vec<f64> {
    match Buckets::of(draws) {
        Some(buckets) => buckets.statistics(draws, ranks),
        None => {
            select(draws, 0, ranks);
            ranks.iter().map(|&rank| draws.get(rank).copied().unwrap_or(f64::NAN)).collect()
        }
    }
}

/// Puts the draws of the given ranks, which rise and count from `first`, in their places: the middle
/// one first and the others on its sides.
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
    /// Buckets for most of the draws; none where there are few draws or few values, or one is NaN.
    fn of(draws: &[f64]) -> Option<Self> {
        if draws.len() < LEAST || draws.iter().fold(false, |found, x| found | x.is_nan()) {
            return None;
        }
        let mut sample: Vec<f64> = draws.iter().step_by(draws.len() / SAMPLE).copied().collect();
        sample.sort_unstable_by(f64::total_cmp);
        let (low, high) = (*sample.get(1)?, *sample.get(sample.len() - 2)?);
        let scale = (BUCKETS - 2) as f64 / (high - low);
        let fine = low.is_finite() && scale.is_finite() && scale > 0.0;
        fine.then_some(Self { low, scale })
    }

    fn statistics(self, draws: &[f64], ranks: &[usize]) -> Vec<f64> {
        let places = self.places(draws);
        let counts = counts(&places);
        // The first rank in each bucket, and the buckets that are asked for, by their numbers.
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
        for (draws, places) in draws.chunks(TILE).zip(places.chunks(TILE)) {
            // Few are wanted: their numbers are put side by side first.
            let (mut near, mut count) = ([0_u8; TILE], 0);
            for (n, &place) in places.iter().enumerate() {
                near[count % TILE] = n as u8;
                count += usize::from(wanted[usize::from(place) % BUCKETS] != 0);
            }
            for n in near[..count.min(TILE)].iter().map(|&n| usize::from(n)) {
                let part = wanted[usize::from(places[n]) % BUCKETS];
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

    /// The bucket of each draw.
    fn places(self, draws: &[f64]) -> Vec<u16> {
        let mut places = vec![0; draws.len()];
        Arch::new().dispatch(Place { buckets: self, draws, places: &mut places });
        places
    }
}

/// How many draws are in each bucket.
fn counts(places: &[u16]) -> [u32; BUCKETS] {
    let mut counts = [0; BUCKETS];
    places.iter().for_each(|&place| counts[usize::from(place) % BUCKETS] += 1);
    counts
}

struct Place<'a> {
    buckets: Buckets,
    draws: &'a [f64],
    places: &'a mut [u16],
}

impl WithSimd for Place<'_> {
    type Output = ();

    /// Rising with the draw: the least bucket for what lies below all, the greatest for what lies above.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Buckets { low, scale } = self.buckets;
        for (place, draw) in self.places.iter_mut().zip(self.draws) {
            let at = (draw - low) * scale + 1.0;
            let at = if at > 0.0 { at } else { 0.0 };
            let at = if at < (BUCKETS - 1) as f64 { at } else { (BUCKETS - 1) as f64 };
            // The nearest integer of a number below 2^51 is in the low bits of its sum with 2^52.
            *place = (at + 4_503_599_627_370_496.0).to_bits() as u16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(n: usize) -> f64 {
        (n as f64 * 0.618_033_988_749_894_9).fract()
    }

    /// Draws of many shapes, some of which have no use for buckets.
    fn shapes(count: usize) -> Vec<Vec<f64>> {
        let shape = |f: &dyn Fn(usize) -> f64| (0..count).map(f).collect::<Vec<f64>>();
        vec![
            shape(&|n| part(n) * 10.0 - 3.0),
            shape(&|n| (part(n) - 0.5).powi(9) * 1e9),
            shape(&|n| 1.0 / (part(n) - 0.5)),
            shape(&|n| (part(n) * 4.0).floor()),
            shape(&|n| if n % 3 == 0 { -0.0 } else { 0.0 }),
            shape(&|n| if n % 100 == 0 { part(n) } else { 7.0 }),
            shape(&|n| if n % 7 == 0 { f64::INFINITY } else { -part(n) }),
            shape(&|n| if n % 50 == 0 { f64::NEG_INFINITY } else { part(n) }),
            shape(&|n| if n == 77 { f64::NAN } else { part(n) }),
            shape(&|n| part(n) * 1e308 * if n % 2 == 0 { 1.7 } else { -1.7 }),
            shape(&|n| part(n) * 1e-320),
            shape(&|n| n as f64),
        ]
    }

    #[test]
    fn statistics_are_those_of_the_sorted_draws() {
        for count in [1, 5, LEAST - 1, LEAST, 2_001, 30_000] {
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
    fn most_draws_are_not_looked_at_twice() {
        let draws: Vec<f64> = (0..100_000).map(part).collect();
        let buckets = Buckets::of(&draws).expect("a spread");
        let counts = counts(&buckets.places(&draws));
        assert_eq!(counts.iter().sum::<u32>(), 100_000);
        assert!(counts[1..BUCKETS - 1].iter().all(|&count| count < 200), "{counts:?}");
    }
}
