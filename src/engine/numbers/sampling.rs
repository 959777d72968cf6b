//! The uniform numbers of a random quantity: independent, in strata, or from a Sobol sequence.

use pulp::Arch;

use super::random::{BELOW_ONE, Stream};
use super::replicates::{self, REPLICATES};
use super::sobol::Sobol;
use super::summary::Moments;

/// How draws are spread over 0..1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Independent draws.
    Plain,
    /// Latin hypercubes: in each replicate each quantity has one draw in each of as many equal parts
    /// as the replicate has draws, in an order of its own.
    LatinHypercube {
        /// The number of draws.
        draws: u64,
    },
    /// A scrambled Sobol sequence, shifted anew for each replicate.
    Sobol,
}

impl Method {
    /// How many replicates so many draws have; none where each draw is independent.
    pub fn replicates(self, draws: u64) -> Option<u64> {
        (self != Self::Plain).then(|| draws.min(REPLICATES as u64))
    }

    /// The standard error of the mean of draws, in their order, whose moments are known.
    pub fn standard_error(self, draws: &[f64], moments: &Moments) -> f64 {
        match self {
            Self::Plain => moments.standard_error(),
            Self::LatinHypercube { .. } | Self::Sobol => {
                replicates::standard_error(draws, moments.mean)
            }
        }
    }
}

/// The uniform numbers of one random quantity, each a function of its draw alone.
#[derive(Debug, Clone)]
pub struct Uniforms(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Plain(Stream),
    LatinHypercube(Stream, Box<[Permutation; REPLICATES]>),
    Sobol(Box<Sobol>),
}

impl Uniforms {
    /// The numbers of a quantity: `parameter` is its name's [`super::random::key`], `part` its
    /// element or year, `dimension` its place among the quantities, which only a Sobol sequence
    /// uses. Quantities from the dimension [`super::sobol::DIMENSIONS`] on have independent draws.
    pub fn new(method: Method, seed: u64, parameter: u64, part: u64, dimension: u32) -> Self {
        let stream = Stream::new(seed, parameter, part);
        Self(match method {
            Method::Plain => Kind::Plain(stream),
            Method::LatinHypercube { draws } => {
                // The orders are of numbers that the draws themselves do not use.
                let numbers = Stream::new(seed, parameter ^ u64::MAX, part);
                let order = |replicate| {
                    Permutation::new(replicates::size(draws, replicate), replicate as u64, numbers)
                };
                Kind::LatinHypercube(stream, Box::new(std::array::from_fn(order)))
            }
            Method::Sobol => match Sobol::scrambled(dimension, stream) {
                Some(sobol) => Kind::Sobol(Box::new(sobol)),
                None => Kind::Plain(stream),
            },
        })
    }

    /// The numbers of the draws from `first` on, in 0..1, never 0 or 1.
    pub fn fill(&self, arch: Arch, first: u64, out: &mut [f64]) {
        match &self.0 {
            Kind::Plain(stream) => stream.fill(arch, first, out),
            Kind::Sobol(sobol) => sobol.fill(first, out),
            Kind::LatinHypercube(stream, orders) => {
                stream.fill(arch, first, out);
                for (draw, out) in (first..).zip(out) {
                    let (replicate, point) = replicates::turn(draw);
                    let order = &orders[replicate];
                    let part = order.place(point) as f64;
                    *out = ((part + *out) / order.size as f64).min(BELOW_ONE);
                }
            }
        }
    }
}

/// A permutation of 0..size without a table: a Feistel network on the next power of four, walked
/// until it is back in range. J. Black and P. Rogaway, "Ciphers with arbitrary finite domains",
/// CT-RSA 2002.
#[derive(Debug, Clone, Copy)]
struct Permutation {
    size: u64,
    /// Bits in each half.
    half: u32,
    keys: [u64; 6],
}

impl Permutation {
    /// The permutation of a number among those of a stream.
    fn new(size: u64, number: u64, stream: Stream) -> Self {
        let bits = u64::BITS - size.saturating_sub(1).leading_zeros();
        let keys = std::array::from_fn(|round| stream.bits(6 * number + round as u64));
        Self { size, half: bits.div_ceil(2).max(1), keys }
    }

    /// Where a number stands; a number from `size` on stays where it is.
    fn place(&self, number: u64) -> u64 {
        if number >= self.size {
            return number;
        }
        let mut place = self.step(number);
        while place >= self.size {
            place = self.step(place);
        }
        place
    }

    fn step(&self, number: u64) -> u64 {
        let mask = (1 << self.half) - 1;
        let (mut left, mut right) = (number >> self.half, number & mask);
        for key in self.keys {
            // The finalizer of MurmurHash3, of which the upper bits are used.
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
    fn a_permutation_takes_every_place_once() {
        for size in [0, 1, 2, 3, 5, 16, 17, 1000, 65_536, 65_537] {
            let order = Permutation::new(size, 4, Stream::new(1, 2, 3));
            let mut places: Vec<u64> = (0..size).map(|i| order.place(i)).collect();
            places.sort_unstable();
            assert!(places.into_iter().eq(0..size), "{size}");
        }
    }

    /// Over many keys, each of ten numbers stands in each of ten places equally often: chi-squared
    /// with 81 degrees of freedom lies below 127 but for one time in a thousand.
    #[test]
    fn permutations_favour_no_place() {
        let mut seen = [[0.0; 10]; 10];
        for part in 0..5000 {
            let order = Permutation::new(10, 0, Stream::new(1, 2, part));
            (0..10).for_each(|i| seen[i as usize][order.place(i) as usize] += 1.0);
        }
        let off = seen.iter().flatten().map(|n: &f64| (n - 500.0).powi(2) / 500.0).sum::<f64>();
        assert!(off < 127.0, "{off}");
    }

    /// Of 1,000 draws eight replicates have 63 and eight 62.
    #[test]
    fn each_replicate_of_a_latin_hypercube_has_one_draw_in_each_part() {
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
    fn draws_do_not_depend_on_the_split() {
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

    /// The mean of u1 u2 u3 u4 is 1/16; its standard deviation with independent draws is 0.00070.
    #[test]
    fn strata_and_sobol_points_sharpen_a_mean() {
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
