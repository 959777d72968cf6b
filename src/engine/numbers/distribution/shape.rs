//! The distributions one by one, not truncated.

use pulp::Arch;

use super::BLOCK;
use super::beta::Beta;
use super::sorted::Sorted;
use crate::engine::numbers::kernels::{
    affine_lane, discrete_quantile_lane, exp, exp_lane, inverse_normal, inverse_normal_lane, ln,
    normal_cdf, triangular_quantile_lane, uniform_quantile_lane,
};

/// A family and its parameters, which have been checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Normal {
        mean: f64,
        sd: f64,
    },
    /// Mean and standard deviation are of the quantity, `location` and `scale` of its logarithm.
    Lognormal {
        mean: f64,
        sd: f64,
        location: f64,
        scale: f64,
    },
    Uniform {
        low: f64,
        high: f64,
    },
    Triangular {
        low: f64,
        mode: f64,
        high: f64,
    },
    Beta {
        beta: Beta,
        a: f64,
        b: f64,
        low: f64,
        high: f64,
    },
    StudentT {
        beta: Beta,
        degrees: f64,
        location: f64,
        scale: f64,
    },
    /// Rising values and their probabilities.
    Discrete(Vec<(f64, f64)>),
    /// Rising values, equally likely.
    Empirical(Sorted),
}

/// The smallest number of degrees of freedom for which Student's distribution is computed from the
/// normal one.
const NEARLY_NORMAL: f64 = 1e6;

/// The most values that are compared with a draw one after another.
const FEW: usize = 16;

impl Shape {
    pub(super) fn lognormal(mean: f64, sd: f64) -> Self {
        let variance = libm::log1p((sd / mean) * (sd / mean));
        Self::Lognormal { mean, sd, location: ln(mean) - variance / 2.0, scale: variance.sqrt() }
    }

    pub(super) fn beta(a: f64, b: f64, low: f64, high: f64) -> Self {
        Self::Beta { beta: Beta::new(a, b), a, b, low, high }
    }

    pub(super) fn student(degrees: f64, location: f64, scale: f64) -> Self {
        Self::StudentT { beta: Beta::new(degrees / 2.0, 0.5), degrees, location, scale }
    }

    /// The quantiles of probabilities of less, or of more where `upper`.
    pub(super) fn fill(&self, arch: Arch, upper: bool, p: &[f64], out: &mut [f64]) {
        let sign = if upper { -1.0 } else { 1.0 };
        let both = |p: f64| if upper { (1.0 - p, p) } else { (p, 1.0 - p) };
        match self {
            Self::Normal { mean, sd } => {
                inverse_normal_lane(arch, p, out);
                affine_lane(arch, *mean, sign * sd, out);
            }
            Self::Lognormal { location, scale, .. } => {
                let mut buffer = [0.0; BLOCK];
                for (p, out) in p.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
                    let z = &mut buffer[..p.len()];
                    inverse_normal_lane(arch, p, z);
                    affine_lane(arch, *location, sign * scale, z);
                    exp_lane(arch, z, out);
                }
            }
            Self::Uniform { low, high } => {
                uniform_quantile_lane(arch, upper, [*low, *high], p, out);
            }
            Self::Triangular { low, mode, high } => {
                triangular_quantile_lane(arch, upper, [*low, *mode, *high], p, out);
            }
            Self::Beta { beta, low, high, .. } => each(p, out, |p| {
                let (lower, upper) = both(p);
                beta_value(beta.logit_quantile(lower, upper), *low, *high)
            }),
            Self::StudentT { beta, degrees, location, scale } => each(p, out, |p| {
                let (lower, upper) = both(p);
                let y = |lower, upper| beta.logit_quantile(lower, upper);
                location + scale * student_quantile(*degrees, lower, upper, y)
            }),
            Self::Discrete(pairs) if pairs.len() <= FEW => {
                discrete_quantile_lane(arch, upper, pairs, p, out);
            }
            Self::Discrete(pairs) => each(p, out, |p| discrete_quantile(pairs, both(p).0)),
            Self::Empirical(sorted) => each(p, out, |p| {
                let place = (both(p).0 * sorted.len() as f64).ceil() as usize;
                sorted.get(place.saturating_sub(1)).or(sorted.last()).copied().unwrap_or(f64::NAN)
            }),
        }
    }

    /// The least interval that holds all values.
    pub(super) fn support(&self) -> (f64, f64) {
        match self {
            Self::Uniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::Beta { low, high, .. } => (*low, *high),
            Self::Lognormal { .. } => (0.0, f64::INFINITY),
            Self::Normal { .. } | Self::StudentT { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Discrete(choices) => {
                let end = |choice: Option<&(f64, f64)>| choice.map_or(f64::NAN, |choice| choice.0);
                (end(choices.first()), end(choices.last()))
            }
            Self::Empirical(sorted) => {
                let end = |value: Option<&f64>| value.copied().unwrap_or(f64::NAN);
                (end(sorted.first()), end(sorted.last()))
            }
        }
    }

    /// The probability of at most x.
    pub(super) fn cdf(&self, x: f64) -> f64 {
        match self {
            Self::Normal { mean, sd } => normal_cdf(standard(x, *mean, *sd)),
            Self::Lognormal { location, scale, .. } => {
                normal_cdf(standard(ln(x.max(0.0)), *location, *scale))
            }
            Self::Uniform { low, high } => standard_part(x, *low, *high),
            Self::Triangular { low, mode, high } => {
                if x < *mode {
                    let part = (x - low).max(0.0);
                    part / (high - low) * (part / (mode - low))
                } else {
                    1.0 - self.survival(x)
                }
            }
            Self::Beta { beta, low, high, .. } => beta_tails(beta, x, *low, *high).0,
            Self::StudentT { beta, degrees, location, scale } => {
                student_cdf(beta, *degrees, standard(x, *location, *scale))
            }
            Self::Discrete(pairs) => {
                pairs.iter().filter(|(value, _)| *value <= x).map(|(_, p)| p).sum::<f64>().min(1.0)
            }
            Self::Empirical(sorted) => {
                sorted.partition_point(|value| *value <= x) as f64 / sorted.len() as f64
            }
        }
    }

    /// The probability of more than x.
    pub(super) fn survival(&self, x: f64) -> f64 {
        match self {
            Self::Normal { mean, sd } => normal_cdf(-standard(x, *mean, *sd)),
            Self::Lognormal { location, scale, .. } => {
                normal_cdf(-standard(ln(x.max(0.0)), *location, *scale))
            }
            Self::Uniform { low, high } => standard_part(-x, -high, -low),
            Self::Triangular { low, mode, high } if x >= *mode => {
                let part = (high - x).max(0.0);
                if part == 0.0 { 0.0 } else { part / (high - low) * (part / (high - mode)) }
            }
            Self::Beta { beta, low, high, .. } => beta_tails(beta, x, *low, *high).1,
            Self::StudentT { beta, degrees, location, scale } => {
                student_cdf(beta, *degrees, -standard(x, *location, *scale))
            }
            _ => 1.0 - self.cdf(x),
        }
    }

    /// What is left of a distribution of single values; `None` for the others, and nothing left as
    /// `Some(None)`.
    pub(super) fn restricted(&self, min: f64, max: f64) -> Option<Option<Self>> {
        let kept = |x: f64| (min..=max).contains(&x);
        Some(match self {
            Self::Discrete(pairs) => {
                let left: Vec<(f64, f64)> = pairs.iter().copied().filter(|p| kept(p.0)).collect();
                let total: f64 = left.iter().map(|(_, p)| p).sum();
                let scaled = left.into_iter().map(|(value, p)| (value, p / total)).collect();
                (total > 0.0).then_some(Self::Discrete(scaled))
            }
            Self::Empirical(sorted) => sorted.within(min, max).map(Self::Empirical),
            Self::Uniform { low, high } => {
                let (low, high) = (low.max(min), high.min(max));
                (low <= high).then_some(Self::Uniform { low, high })
            }
            Self::Normal { mean, sd: 0.0 } => {
                kept(*mean).then_some(Self::Normal { mean: *mean, sd: 0.0 })
            }
            _ => return None,
        })
    }

    /// The quantile of one probability of less, or of more where `upper`, where [`Self::fill`] prepares
    /// for many.
    pub(super) fn single_quantile(&self, upper: bool, p: f64) -> Option<f64> {
        let (lower, upper) = if upper { (1.0 - p, p) } else { (p, 1.0 - p) };
        match self {
            Self::Beta { beta, low, high, .. } => {
                Some(beta_value(beta.single_logit_quantile(lower, upper), *low, *high))
            }
            Self::StudentT { beta, degrees, location, scale } => {
                let y = |lower, upper| beta.single_logit_quantile(lower, upper);
                Some(location + scale * student_quantile(*degrees, lower, upper, y))
            }
            _ => None,
        }
    }

    /// The median where it is not simply the quantile of one half.
    pub(super) fn median(&self) -> Option<f64> {
        match self {
            Self::Lognormal { mean, sd, .. } => {
                let spread = sd / mean;
                Some(mean / (1.0 + spread * spread).sqrt())
            }
            // Probabilities that sum to one half but for rounding do so.
            Self::Discrete(pairs) => Some(discrete_quantile(pairs, 0.5 - 1e-12)),
            _ => self.single_quantile(false, 0.5),
        }
    }

    /// Mean and standard deviation.
    pub(super) fn moments(&self) -> Option<(f64, f64)> {
        Some(match self {
            Self::Normal { mean, sd } | Self::Lognormal { mean, sd, .. } => (*mean, *sd),
            Self::Uniform { low, high } => (low + (high - low) / 2.0, (high - low) / 12_f64.sqrt()),
            Self::Triangular { low, mode, high } => {
                let (m, h) = (mode - low, high - low);
                (low + (m + h) / 3.0, ((m * m + h * h - m * h) / 18.0).sqrt())
            }
            Self::Beta { a, b, low, high, .. } => {
                let (sum, range) = (a + b, high - low);
                (low + range * a / sum, range / sum * (a * b / (sum + 1.0)).sqrt())
            }
            Self::StudentT { degrees, location, scale, .. } if *degrees > 2.0 => {
                (*location, scale * (degrees / (degrees - 2.0)).sqrt())
            }
            Self::StudentT { .. } => return None,
            Self::Discrete(pairs) => {
                let mean: f64 = pairs.iter().map(|(value, p)| value * p).sum();
                let square = |x: f64| (x - mean) * (x - mean);
                (mean, pairs.iter().map(|(value, p)| square(*value) * p).sum::<f64>().sqrt())
            }
            Self::Empirical(sorted) => {
                let count = sorted.len() as f64;
                let mean = sorted.iter().sum::<f64>() / count;
                let square = |x: f64| (x - mean) * (x - mean);
                (mean, (sorted.iter().map(|&x| square(x)).sum::<f64>() / count).sqrt())
            }
        })
    }
}

fn each(p: &[f64], out: &mut [f64], f: impl Fn(f64) -> f64) {
    for (out, &p) in out.iter_mut().zip(p) {
        *out = f(p);
    }
}

/// How many scales x lies above the location; with no scale it lies at it or infinitely far.
fn standard(x: f64, location: f64, scale: f64) -> f64 {
    if x == location && scale == 0.0 { f64::INFINITY } else { (x - location) / scale }
}

/// The part of low..high below x.
fn standard_part(x: f64, low: f64, high: f64) -> f64 {
    if x >= high { 1.0 } else { ((x - low) / (high - low)).max(0.0) }
}

/// The least value whose probability with those before it reaches p.
fn discrete_quantile(pairs: &[(f64, f64)], p: f64) -> f64 {
    let mut sum = 0.0;
    let reached = pairs.iter().find(|(_, probability)| {
        sum += probability;
        sum >= p
    });
    reached.or(pairs.last()).map_or(f64::NAN, |(value, _)| *value)
}

fn beta_tails(beta: &Beta, x: f64, low: f64, high: f64) -> (f64, f64) {
    if x <= low {
        (0.0, 1.0)
    } else if x >= high {
        (1.0, 0.0)
    } else {
        beta.tails(ln((x - low) / (high - x)))
    }
}

/// The value between two ends at which y is ln(x / (1 - x)) of its place x.
fn beta_value(y: f64, low: f64, high: f64) -> f64 {
    let small = exp(-y.abs());
    let part = (high - low) * small / (1.0 + small);
    if y < 0.0 { low + part } else { high - part }
}

/// The probability of less than t, from x = degrees / (degrees + t^2), whose distribution is beta.
fn student_cdf(beta: &Beta, degrees: f64, t: f64) -> f64 {
    if t.is_infinite() {
        return if t < 0.0 { 0.0 } else { 1.0 };
    }
    let lower = 0.5 * beta.tails(ln(degrees) - 2.0 * ln(t.abs())).0;
    if t < 0.0 { lower } else { 1.0 - lower }
}

/// The quantile of a probability of less and its complement; `y` gives quantiles of the beta distribution.
fn student_quantile(degrees: f64, lower: f64, upper: f64, y: impl Fn(f64, f64) -> f64) -> f64 {
    let p = lower.min(upper);
    let sign = if lower < upper { 1.0 } else { -1.0 };
    if degrees < NEARLY_NORMAL {
        return -sign * degrees.sqrt() * exp(-0.5 * y(2.0 * p, 1.0 - 2.0 * p));
    }
    // M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 26.7.5.
    let z = inverse_normal(p);
    let s = z * z;
    let first = (s + 1.0) / 4.0;
    let second = ((5.0 * s + 16.0) * s + 3.0) / 96.0;
    let third = (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0;
    sign * (z + z * (first + (second + third / degrees) / degrees) / degrees)
}
