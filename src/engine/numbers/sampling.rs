//! Uniform numbers for a random quantity: independent, from Latin hypercubes, or from a Sobol
//! sequence.
//!
//! Invariant: a number is a function of seed, quantity and draw (for Latin hypercubes also of the
//! number of draws), never of other quantities, threads or lanes. A Sobol sequence also needs the
//! quantity's dimension.

use pulp::Arch;

use super::random::{BELOW_ONE, Stream};
use super::replicates::{self, REPLICATES};
use super::sobol::Sobol;
use super::summary::Moments;

/// Sampling method: the distribution of draws over the unit interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Independent random draws.
    Plain,
    /// Latin hypercubes. Each replicate divides the unit interval into as many equal strata as it
    /// has draws; each quantity has one draw in each stratum, in a random order of its own.
    LatinHypercube {
        /// The total number of draws, over all replicates.
        draws: u64,
    },
    /// A scrambled Sobol sequence with an independent shift for each replicate.
    Sobol,
}

impl Method {
    /// Returns the number of replicates among `draws` draws; `None` for independent draws.
    pub fn replicates(self, draws: u64) -> Option<u64> {
        (self != Self::Plain).then(|| draws.min(REPLICATES as u64))
    }

    /// Returns the standard error of the mean of `draws`, which must be in order; `moments` are those of the draws.
    pub fn standard_error(self, draws: &[f64], moments: &Moments) -> f64 {
        match self {
            Self::Plain => moments.standard_error(),
            Self::LatinHypercube { .. } | Self::Sobol => {
                replicates::standard_error(draws, moments.mean)
            }
        }
    }
}

/// The uniform numbers of one random quantity; each depends on the number of its draw alone.
#[derive(Debug, Clone)]
pub struct Uniforms(Sequence);

/// The sequence of a quantity, by sampling method.
#[derive(Debug, Clone)]
enum Sequence {
    Plain(Stream),
    LatinHypercube(Stream, Box<[Permutation; REPLICATES]>),
    Sobol(Box<Sobol>),
}

impl Uniforms {
    /// The sequence of a quantity. `parameter` is the [`super::random::key`] of its name, `part`
    /// its element or year. `dimension` is its index among all quantities and matters for a Sobol
    /// sequence only; from [`super::sobol::DIMENSIONS`] on, draws are independent.
    pub fn new(method: Method, seed: u64, parameter: u64, part: u64, dimension: u32) -> Self {
        let stream = Stream::new(seed, parameter, part);
        Self(match method {
            Method::Plain => Sequence::Plain(stream),
            Method::LatinHypercube { draws } => {
                // The orders use a stream of their own, since the draws use the quantity's stream.
                let numbers = Stream::new(seed, parameter ^ u64::MAX, part);
                let order = |replicate| {
                    Permutation::new(replicates::size(draws, replicate), replicate as u64, numbers)
                };
                Sequence::LatinHypercube(stream, Box::new(std::array::from_fn(order)))
            }
            Method::Sobol => {
                match Sobol::unscrambled(dimension).map(|sobol| sobol.scrambled(stream)) {
                    Some(sobol) => Sequence::Sobol(Box::new(sobol)),
                    None => Sequence::Plain(stream),
                }
            }
        })
    }

    /// Fills `out` with the numbers of the draws from `first` on, between 0 and 1 but never 0 or 1.
    pub fn fill(&self, arch: Arch, first: u64, out: &mut [f64]) {
        match &self.0 {
            Sequence::Plain(stream) => stream.fill(arch, first, out),
            Sequence::Sobol(sobol) => sobol.fill(first, out),
            Sequence::LatinHypercube(stream, orders) => {
                stream.fill(arch, first, out);
                for (draw, out) in (first..).zip(out) {
                    let (replicate, point) = replicates::turn(draw);
                    let order = &orders[replicate];
                    let stratum = order.image(point) as f64;
                    *out = ((stratum + *out) / order.size as f64).min(BELOW_ONE);
                }
            }
        }
    }
}

/// A pseudo-random permutation of 0..size without a table: a Feistel network on the next power of
/// four, applied again until the result is below `size` (cycle walking). J. Black and P. Rogaway,
/// "Ciphers with arbitrary finite domains", CT-RSA 2002.
#[derive(Debug, Clone, Copy)]
struct Permutation {
    size: u64,
    /// Number of bits in each half of the network's input.
    half: u32,
    keys: [u64; 6],
}

impl Permutation {
    /// The permutation with index `number` among those that a stream gives.
    fn new(size: u64, number: u64, stream: Stream) -> Self {
        let bits = u64::BITS - size.saturating_sub(1).leading_zeros();
        let keys = std::array::from_fn(|round| stream.bits(6 * number + round as u64));
        Self { size, half: bits.div_ceil(2).max(1), keys }
    }

    /// Maps a number below `size` to its image; returns any other number unchanged.
    fn image(&self, number: u64) -> u64 {
        if number >= self.size {
            return number;
        }
        let mut image = self.network(number);
        while image >= self.size {
            image = self.network(image);
        }
        image
    }

    /// Applies the Feistel network once.
    fn network(&self, number: u64) -> u64 {
        let mask = (1 << self.half) - 1;
        let (mut left, mut right) = (number >> self.half, number & mask);
        for key in self.keys {
            // The finalizer of MurmurHash3; its upper bits are the ones that are mixed well.
            let mut hash = (right ^ key).wrapping_mul(0xff51_afd7_ed55_8ccd);
            hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
            (left, right) = (right, left ^ hash >> (64 - self.half));
        }
        left << self.half | right
    }
}

#[cfg(test)]
mod tests {
    use super::super::random::key;
    use super::*;

    fn numbers(method: Method, name: &str, dimension: u32, count: usize) -> Vec<f64> {
        let mut out = vec![0.0; count];
        Uniforms::new(method, 5, key(name), 0, dimension).fill(Arch::new(), 0, &mut out);
        out
    }

    #[test]
    fn a_permutation_has_every_image_once() {
        for size in [0, 1, 2, 3, 5, 16, 17, 1000, 65_536, 65_537] {
            let order = Permutation::new(size, 4, Stream::new(1, 2, 3));
            let mut images: Vec<u64> = (0..size).map(|i| order.image(i)).collect();
            images.sort_unstable();
            assert!(images.into_iter().eq(0..size), "{size}");
        }
    }

    /// Over many keys, each of ten numbers goes to each of ten positions equally often. Chi-squared
    /// with 81 degrees of freedom exceeds 127 one time in a thousand.
    #[test]
    fn permutations_favour_no_position() {
        let mut seen = [[0.0; 10]; 10];
        for part in 0..5000 {
            let order = Permutation::new(10, 0, Stream::new(1, 2, part));
            (0..10).for_each(|i| seen[i as usize][order.image(i) as usize] += 1.0);
        }
        let off = seen.iter().flatten().map(|n: &f64| (n - 500.0).powi(2) / 500.0).sum::<f64>();
        assert!(off < 127.0, "{off}");
    }

    /// Of 1,000 draws eight replicates have 63 draws each and eight have 62.
    #[test]
    fn a_latin_hypercube_has_one_draw_in_each_stratum_of_each_replicate() {
        let method = Method::LatinHypercube { draws: 1000 };
        let (a, b) = (numbers(method, "a", 0, 1000), numbers(method, "b", 1, 1000));
        for numbers in [&a, &b] {
            for replicate in 0..REPLICATES {
                let size = if replicate < 8 { 63 } else { 62 };
                let own = numbers.iter().skip(replicate).step_by(REPLICATES);
                let mut parts: Vec<usize> = own.map(|u| (u * size as f64) as usize).collect();
                parts.sort_unstable();
                assert!(parts.into_iter().eq(0..size), "{replicate}");
            }
        }
        let product: f64 = a.iter().zip(&b).map(|(a, b)| (a - 0.5) * (b - 0.5)).sum();
        assert!((12.0 * product / 1000.0).abs() < 0.12, "{product}");
    }

    #[test]
    fn draws_have_the_same_bits_in_every_split() {
        let latin = Method::LatinHypercube { draws: 999 };
        for method in [Method::Plain, latin, Method::Sobol] {
            let uniforms = Uniforms::new(method, 5, key("a"), 1, 2);
            let mut whole = [0.0; 999];
            uniforms.fill(Arch::new(), 0, &mut whole);
            assert!(whole.iter().all(|&u| 0.0 < u && u < 1.0));
            let mut parts = [0.0; 999];
            for (i, lane) in parts.chunks_mut(37).enumerate() {
                uniforms.fill(Arch::Scalar, 37 * i as u64, lane);
            }
            assert_eq!(whole.map(f64::to_bits), parts.map(f64::to_bits));
        }
    }

    /// The mean of u1 u2 u3 u4 is 1/16; with independent draws it has the standard deviation
    /// 0.00070.
    #[test]
    fn latin_hypercubes_and_sobol_points_reduce_the_error_of_a_mean() {
        let off = |method| {
            let all: Vec<Vec<f64>> =
                (0..4).map(|d| numbers(method, &format!("p{d}"), d, 8192)).collect();
            let product = |i: usize| all.iter().map(|numbers| numbers[i]).product::<f64>();
            ((0..8192).map(product).sum::<f64>() / 8192.0 - 1.0 / 16.0).abs()
        };
        assert!(off(Method::Plain) < 0.0025);
        assert!(off(Method::LatinHypercube { draws: 8192 }) < 0.0012);
        assert!(off(Method::Sobol) < 0.0001);
    }

    #[test]
    fn quantities_beyond_the_sobol_dimensions_have_independent_draws() {
        let (plain, beyond) =
            (numbers(Method::Plain, "x", 0, 64), numbers(Method::Sobol, "x", 2000, 64));
        assert_eq!(plain, beyond);
    }
}
