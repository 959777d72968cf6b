//! Random numbers as a pure function of seed, parameter, element or year, and draw.
//!
//! A [`Stream`] is the sequence of one random quantity. Draw `i` is computed from `i` alone. So
//! every split of the draws over threads and machines gives the same numbers, and the numbers of a
//! quantity do not depend on which other quantities exist.

use pulp::{Arch, Simd, WithSimd};

/// Computes one block of the counter-based generator Philox4x32-10: J. K. Salmon, M. A. Moraes, R.
/// O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011).
#[inline(always)]
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let ([mut a, mut b, mut c, mut d], [mut k, mut l]) = (counter, key);
    for _ in 0..10 {
        let first = u64::from(a) * 0xd251_1f53;
        let second = u64::from(c) * 0xcd9e_8d57;
        a = (second >> 32) as u32 ^ b ^ k;
        b = second as u32;
        c = (first >> 32) as u32 ^ d ^ l;
        d = first as u32;
        k = k.wrapping_add(0x9e37_79b9);
        l = l.wrapping_add(0xbb67_ae85);
    }
    [a, b, c, d]
}

/// Hashes a name to a 64-bit key: FNV-1a of its bytes in UTF-8.
pub fn key(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The greatest double below 1.
pub(super) const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

/// Maps 64 random bits to a number between 0 and 1: the midpoint of one of 2^52 equal intervals,
/// chosen by the upper 52 bits. The result is never 0 or 1, and the possible results are symmetric
/// about 1/2.
#[inline(always)]
pub fn unit(bits: u64) -> f64 {
    f64::from_bits((bits >> 12) | 0x3ff0_0000_0000_0000) - BELOW_ONE
}

/// The stream of random numbers of one quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    key: [u32; 2],
    high: [u32; 2],
}

impl Stream {
    /// The stream of a seed, a parameter's [`key`], and one of its elements or years.
    ///
    /// One Philox block, with the seed as key, yields the key of the stream and the upper half of
    /// its counter; the draw is the lower half.
    pub fn new(seed: u64, parameter: u64, part: u64) -> Self {
        let split = |word: u64| [word as u32, (word >> 32) as u32];
        let ([a, b], [c, d]) = (split(parameter), split(part));
        let [k, l, m, n] = philox([a, b, c, d], split(seed));
        Self { key: [k, l], high: [m, n] }
    }

    /// Computes the block of a pair of draws, 64 bits for each.
    #[inline(always)]
    fn block(self, index: u64) -> (u64, u64) {
        let counter = [index as u32, (index >> 32) as u32, self.high[0], self.high[1]];
        let [a, b, c, d] = philox(counter, self.key);
        (u64::from(a) | u64::from(b) << 32, u64::from(c) | u64::from(d) << 32)
    }

    /// 64 random bits for a draw.
    pub fn bits(self, draw: u64) -> u64 {
        let (even, odd) = self.block(draw >> 1);
        if draw & 1 == 0 { even } else { odd }
    }

    /// 64 random bits for each of the first `N` draws; `N` is even.
    pub fn first<const N: usize>(self) -> [u64; N] {
        let mut bits = [0; N];
        for (block, pair) in (0..).zip(bits.as_chunks_mut::<2>().0) {
            (pair[0], pair[1]) = self.block(block);
        }
        bits
    }

    /// A uniform number between 0 and 1 for a draw, never 0 or 1.
    pub fn uniform(self, draw: u64) -> f64 {
        unit(self.bits(draw))
    }

    /// Fills `out` with the uniform numbers of the draws from `first` on.
    pub fn fill(self, arch: Arch, first: u64, out: &mut [f64]) {
        let (first, out) = match out.split_first_mut() {
            // A block holds an even draw and the odd one after it: a single draw may be left at
            // either end.
            Some((single, rest)) if first & 1 == 1 => {
                *single = self.uniform(first);
                (first.wrapping_add(1), rest)
            }
            _ => (first, out),
        };
        let (pairs, rest) = out.as_chunks_mut::<2>();
        if let Some(last) = rest.first_mut() {
            *last = self.uniform(first.wrapping_add(2 * pairs.len() as u64));
        }
        arch.dispatch(Pairs { stream: self, first: first >> 1, out: pairs });
    }
}

/// Fills pairs of draws, one block each, from block `first` on.
struct Pairs<'a> {
    stream: Stream,
    first: u64,
    out: &'a mut [[f64; 2]],
}

impl WithSimd for Pairs<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let mut index = self.first;
        for pair in self.out {
            let (even, odd) = self.stream.block(index);
            *pair = [unit(even), unit(odd)];
            index = index.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_reproduces_the_known_answers_of_random123() {
        let (ones, pi) = (u32::MAX, [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]);
        for (counter, key, wanted) in [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([ones; 4], [ones; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (pi, [0xa409_3822, 0x299f_31d0], [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
        ] {
            assert_eq!(philox(counter, key), wanted);
        }
    }

    #[test]
    fn the_key_of_a_name_is_fnv_1a() {
        assert_eq!(key(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(key("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(key("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn uniform_numbers_are_never_0_or_1() {
        assert_eq!(unit(0), f64::EPSILON / 2.0);
        assert_eq!(unit(u64::MAX), BELOW_ONE);
        assert_eq!(unit(1 << 63) - 0.5, f64::EPSILON / 2.0);
    }

    #[test]
    fn a_draw_has_the_same_bits_in_every_split_and_on_every_instruction_set() {
        let stream = Stream::new(7, key("growth"), 3);
        let wanted: Vec<u64> = (0..1000).map(|draw| stream.uniform(draw).to_bits()).collect();
        for arch in [Arch::Scalar, Arch::new()] {
            for length in [1, 2, 7, 256, 999, 1000] {
                for start in [0, 1] {
                    let mut found = vec![0.0; 1000 - start];
                    for (i, lane) in found.chunks_mut(length).enumerate() {
                        stream.fill(arch, (start + i * length) as u64, lane);
                    }
                    let found: Vec<u64> = found.iter().map(|u| u.to_bits()).collect();
                    assert_eq!(found, wanted[start..], "{length} from {start}");
                }
            }
        }
    }

    #[test]
    fn different_seeds_names_and_parts_have_uncorrelated_numbers() {
        let name = key("growth");
        let mut all = vec![Stream::new(7, name, 0), Stream::new(8, name, 0)];
        all.extend([Stream::new(7, name, 1), Stream::new(7, key("growti"), 0)]);
        all.push(Stream::new(7, name, 1 << 40));
        let mut seen: Vec<u64> = all.iter().flat_map(|s| (0..500).map(|d| s.bits(d))).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 500 * all.len());
        for (i, a) in all.iter().enumerate() {
            for b in &all[..i] {
                let product = |d| (a.uniform(d) - 0.5) * (b.uniform(d) - 0.5);
                let correlation = 12.0 * (0..10_000).map(product).sum::<f64>() / 1e4;
                assert!(correlation.abs() < 0.04, "{correlation}");
            }
        }
    }
}
