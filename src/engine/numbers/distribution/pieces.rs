//! The quantiles of a beta distribution by interpolation, many times as fast as a search.
//!
//! The probability of a tail is cut into parts, four to each halving, and on each the quantile, as
//! y = ln(x / (1 - x)), is a polynomial through its values at Chebyshev points, which are searched
//! for; W. Hormann and J. Leydold, "Continuous random variate generation by fast numerical
//! inversion", ACM Trans. Model. Comput. Simul. 13 (2003), 347-362, interpolate likewise. Near the
//! end of the tail y is linear in the logarithm of the probability, so that one degree serves every
//! halving. A part is made when it is first needed. Where the polynomial is not near enough, as next to
//! the bend of a distribution with two peaks, its quantiles are searched for one by one.

use std::sync::OnceLock;

use super::beta::{Beta, Side};

/// As many halvings of the probability are interpolated; beyond lies one draw in 2^32.
const HALVINGS: usize = 32;
/// Parts of a halving, as a power of 2.
const PARTS: u32 = 2;
/// Points of a polynomial.
const POINTS: usize = 12;
/// The most that the polynomial may be off, in y: the relative error of x near 0, and of 1 - x near 1.
const TOLERANCE: f64 = 2e-13;

/// Coefficients of Chebyshev polynomials; none where they are not near enough.
type Piece = Option<Box<[f64; POINTS]>>;

/// The parts of both tails.
#[derive(Debug)]
pub(super) struct Pieces {
    tails: [[OnceLock<Piece>; HALVINGS << PARTS]; 2],
}

impl Pieces {
    pub(super) fn new() -> Box<Self> {
        let tail = || std::array::from_fn(|_| OnceLock::new());
        Box::new(Self { tails: [tail(), tail()] })
    }

    /// The y at which a tail has a probability of at most one half, if it is interpolated there.
    pub(super) fn quantile(&self, beta: &Beta, side: Side, probability: f64) -> Option<f64> {
        let Spot { part, within } = Spot::of(probability)?;
        let piece = self.tails.get(side as usize)?.get(part)?;
        let coefficients = piece.get_or_init(|| interpolated(beta, side, part)).as_ref()?;
        Some(chebyshev(coefficients, within))
    }
}

/// A part of a tail and a place in it, from -1 to 1.
struct Spot {
    part: usize,
    within: f64,
}

impl Spot {
    /// Exact, from the binary digits: the exponent and the first two of the mantissa name the part.
    fn of(probability: f64) -> Option<Self> {
        const MANTISSA: u32 = f64::MANTISSA_DIGITS - 1;
        const REST: u64 = (1 << (MANTISSA - PARTS)) - 1;
        if probability == 0.5 {
            return Some(Self { part: (1 << PARTS) - 1, within: 1.0 });
        }
        let bits = probability.to_bits();
        let halving = (0.25_f64.to_bits() >> MANTISSA).checked_sub(bits >> MANTISSA)? as usize;
        let part = (bits >> (MANTISSA - PARTS)) as usize & ((1 << PARTS) - 1);
        let within = f64::from_bits((bits & REST) << PARTS | 1.0_f64.to_bits());
        (halving < HALVINGS)
            .then_some(Self { part: halving << PARTS | part, within: 2.0 * within - 3.0 })
    }

    fn probability(&self) -> f64 {
        let parts = f64::from(1_u32 << PARTS);
        let (halving, part) = (self.part >> PARTS, self.part & ((1 << PARTS) - 1));
        let lowest = 0.25 * libm::ldexp(1.0, -(halving as i32));
        lowest * (1.0 + (part as f64 + (self.within + 1.0) / 2.0) / parts)
    }
}

fn interpolated(beta: &Beta, side: Side, part: usize) -> Piece {
    let point =
        |n: usize| libm::cos((2 * n + 1) as f64 * std::f64::consts::PI / (2 * POINTS) as f64);
    let mut near = beta.middle();
    let mut value = |within: f64| {
        near = beta.search(side, Spot { part, within }.probability(), near);
        near
    };
    let mut coefficients = Box::new([0.0; POINTS]);
    for n in 0..POINTS {
        let (at, weight) = (point(n), 2.0 * value(point(n)) / POINTS as f64);
        let (mut before, mut now) = (at, 1.0);
        for coefficient in coefficients.iter_mut() {
            *coefficient += weight * now;
            (before, now) = (now, 2.0 * at * now - before);
        }
    }
    coefficients[0] /= 2.0;
    let tail = coefficients[POINTS - 2].abs() + coefficients[POINTS - 1].abs();
    // Where it bends most, and between the points.
    let off = [-1.0, 0.0, 1.0].map(|at| (chebyshev(&coefficients, at) - value(at)).abs());
    let near_enough = tail <= TOLERANCE && off.into_iter().all(|off| off <= TOLERANCE);
    near_enough.then_some(coefficients)
}

/// The sum of Chebyshev polynomials, by Clenshaw's recurrence.
fn chebyshev(coefficients: &[f64; POINTS], at: f64) -> f64 {
    let (mut before, mut now) = (0.0, 0.0);
    for coefficient in coefficients.iter().skip(1).rev() {
        (before, now) = (now, coefficient + (2.0 * at * now - before));
    }
    coefficients[0] + (at * now - before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_holds_its_probability() {
        for probability in [0.5, 0.499, 0.25, 0.3, 1e-3, 0.249_999_999, 3e-9, 0.5 - 1e-16] {
            let back = Spot::of(probability).expect("a spot").probability();
            assert!((back / probability - 1.0).abs() < 1e-15, "{probability}: {back}");
        }
        assert!([0.0, 1e-11, 1e-300, 0.6, 1.0].iter().all(|&p| Spot::of(p).is_none()));
    }

    /// Against a search from afar, over parameters and tails.
    #[test]
    fn interpolated_quantiles_are_those_searched_for() {
        let parameters = [0.02, 0.3, 0.5, 1.0, 1.7, 3.0, 5.0, 12.0, 40.0, 1000.0];
        let mut taken = 0;
        let mut usual = 0;
        for (a, b) in parameters.iter().flat_map(|&a| parameters.map(|b| (a, b))) {
            let (beta, pieces) = (Beta::new(a, b), Pieces::new());
            for side in [Side::Lower, Side::Upper] {
                for n in 0..60 {
                    let probability = 0.5 * libm::exp2(-f64::from(n) / 3.0);
                    let exact = beta.search(side, probability, beta.middle());
                    let Some(found) = pieces.quantile(&beta, side, probability) else { continue };
                    taken += 1;
                    usual += u32::from(a >= 0.5 && b >= 0.5 && a.max(b) <= 40.0);
                    assert!((found - exact).abs() < 5e-13, "{a} {b} {side:?} {probability}");
                }
            }
        }
        // With one or two parameters far from 1 some are searched for.
        assert!(taken > 10_000 && usual == 5_880, "{taken} of 12,000, {usual} of 5,880");
    }
}
