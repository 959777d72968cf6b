//! The families of distributions without truncation: quantiles, tail probabilities and moments.

use pulp::Arch;

use super::BLOCK;
use super::beta::Beta;
use super::pieces::CachedBeta;
use super::sorted::Sorted;
use crate::engine::numbers::kernels::{
    affine_lane, discrete_quantile_lane, exp, exp_lane, inverse_normal, inverse_normal_lane, ln,
    normal_cdf, triangular_quantile_lane, uniform_quantile_lane,
};

/// A family of distributions with its parameters, which have been checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Family {
    Normal {
        mean: f64,
        sd: f64,
    },
    /// `mean` and `sd` are those of the quantity; `location` and `scale` are mean and standard
    /// deviation of its logarithm.
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
        beta: CachedBeta,
        a: f64,
        b: f64,
        low: f64,
        high: f64,
    },
    StudentT {
        beta: CachedBeta,
        degrees: f64,
        location: f64,
        scale: f64,
    },
    /// Values with their probabilities, in ascending order of values.
    Discrete(Vec<(f64, f64)>),
    /// Equally probable values in ascending order.
    Empirical(Sorted),
}

/// From this number of degrees of freedom on, Student's distribution is computed by a series from
/// the normal one.
const NEARLY_NORMAL: f64 = 1e6;

/// Up to this number of values a discrete quantile compares a draw with one value after the other,
/// in vector code.
const MAX_COMPARED: usize = 16;

impl Family {
    /// The lognormal distribution with this mean and standard deviation. Its logarithm has the
    /// variance ln(1 + (sd / mean)^2).
    pub(super) fn lognormal(mean: f64, sd: f64) -> Self {
        let variance = libm::log1p((sd / mean) * (sd / mean));
        Self::Lognormal { mean, sd, location: ln(mean) - variance / 2.0, scale: variance.sqrt() }
    }

    /// The beta distribution with the parameters a and b, scaled to low..high.
    pub(super) fn beta(a: f64, b: f64, low: f64, high: f64) -> Self {
        Self::Beta { beta: CachedBeta::new(a, b), a, b, low, high }
    }

    /// Student's distribution, shifted and scaled.
    pub(super) fn student(degrees: f64, location: f64, scale: f64) -> Self {
        Self::StudentT { beta: CachedBeta::new(degrees / 2.0, 0.5), degrees, location, scale }
    }

    /// Computes quantiles of probabilities of the lower tail, or of the upper tail if `upper`.
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
            Self::Beta { beta, low, high, .. } => fill_each(p, out, |p| {
                let (lower, upper) = both(p);
                value_of_logit(beta.logit_quantile(lower, upper), *low, *high)
            }),
            Self::StudentT { beta, degrees, location, scale } => fill_each(p, out, |p| {
                let (lower, upper) = both(p);
                let y = |lower, upper| beta.logit_quantile(lower, upper);
                location + scale * student_quantile(*degrees, lower, upper, y)
            }),
            Self::Discrete(pairs) if pairs.len() <= MAX_COMPARED => {
                discrete_quantile_lane(arch, upper, pairs, p, out);
            }
            Self::Discrete(pairs) => fill_each(p, out, |p| discrete_quantile(pairs, both(p).0)),
            Self::Empirical(sorted) => fill_each(p, out, |p| {
                let rank = (both(p).0 * sorted.len() as f64).ceil() as usize;
                sorted.get(rank.saturating_sub(1)).or(sorted.last()).copied().unwrap_or(f64::NAN)
            }),
        }
    }

    /// The smallest closed interval that contains all values.
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

    /// Computes the probability of a value of at most x.
    pub(super) fn cdf(&self, x: f64) -> f64 {
        match self {
            Self::Normal { mean, sd } => normal_cdf(standardised(x, *mean, *sd)),
            Self::Lognormal { location, scale, .. } => {
                normal_cdf(standardised(ln(x.max(0.0)), *location, *scale))
            }
            Self::Uniform { low, high } => share_below(x, *low, *high),
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
                student_cdf(beta, *degrees, standardised(x, *location, *scale))
            }
            Self::Discrete(pairs) => {
                pairs.iter().filter(|(value, _)| *value <= x).map(|(_, p)| p).sum::<f64>().min(1.0)
            }
            Self::Empirical(sorted) => {
                sorted.partition_point(|value| *value <= x) as f64 / sorted.len() as f64
            }
        }
    }

    /// Computes the probability of a value above x.
    pub(super) fn survival(&self, x: f64) -> f64 {
        match self {
            Self::Normal { mean, sd } => normal_cdf(-standardised(x, *mean, *sd)),
            Self::Lognormal { location, scale, .. } => {
                normal_cdf(-standardised(ln(x.max(0.0)), *location, *scale))
            }
            Self::Uniform { low, high } => share_below(-x, -high, -low),
            Self::Triangular { low, mode, high } if x >= *mode => {
                let part = (high - x).max(0.0);
                if part == 0.0 { 0.0 } else { part / (high - low) * (part / (high - mode)) }
            }
            Self::Beta { beta, low, high, .. } => beta_tails(beta, x, *low, *high).1,
            Self::StudentT { beta, degrees, location, scale } => {
                student_cdf(beta, *degrees, -standardised(x, *location, *scale))
            }
            _ => 1.0 - self.cdf(x),
        }
    }

    /// Truncates to `min..=max` a distribution for which the result has the same family. `None` for
    /// other families; `Some(None)` if no value is left.
    pub(super) fn restricted(&self, min: f64, max: f64) -> Option<Option<Self>> {
        let within = |x: f64| (min..=max).contains(&x);
        Some(match self {
            Self::Discrete(pairs) => {
                let remaining: Vec<(f64, f64)> =
                    pairs.iter().copied().filter(|p| within(p.0)).collect();
                let total: f64 = remaining.iter().map(|(_, p)| p).sum();
                let scaled = remaining.into_iter().map(|(value, p)| (value, p / total)).collect();
                (total > 0.0).then_some(Self::Discrete(scaled))
            }
            Self::Empirical(sorted) => sorted.within(min, max).map(Self::Empirical),
            Self::Uniform { low, high } => {
                let (low, high) = (low.max(min), high.min(max));
                (low <= high).then_some(Self::Uniform { low, high })
            }
            Self::Normal { mean, sd: 0.0 } => {
                within(*mean).then_some(Self::Normal { mean: *mean, sd: 0.0 })
            }
            _ => return None,
        })
    }

    /// Computes the quantile of one probability (of the lower tail, or of the upper tail if
    /// `upper`), for families in which [`Self::fill`] first prepares interpolation for many. `None`
    /// for other families.
    pub(super) fn single_quantile(&self, upper: bool, p: f64) -> Option<f64> {
        let (lower, upper) = if upper { (1.0 - p, p) } else { (p, 1.0 - p) };
        match self {
            Self::Beta { beta, low, high, .. } => {
                Some(value_of_logit(beta.single_logit_quantile(lower, upper), *low, *high))
            }
            Self::StudentT { beta, degrees, location, scale } => {
                let y = |lower, upper| beta.single_logit_quantile(lower, upper);
                Some(location + scale * student_quantile(*degrees, lower, upper, y))
            }
            _ => None,
        }
    }

    /// Computes the median for families in which it is not simply the quantile of 1/2.
    pub(super) fn median(&self) -> Option<f64> {
        match self {
            Self::Lognormal { mean, sd, .. } => {
                let spread = sd / mean;
                Some(mean / (1.0 + spread * spread).sqrt())
            }
            // The tolerance accepts probabilities whose sum misses 1/2 only by rounding.
            Self::Discrete(pairs) => Some(discrete_quantile(pairs, 0.5 - 1e-12)),
            _ => self.single_quantile(false, 0.5),
        }
    }

    /// Mean and standard deviation, if they exist.
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

/// Fills `out` with `f` of each number.
fn fill_each(p: &[f64], out: &mut [f64], f: impl Fn(f64) -> f64) {
    for (out, &p) in out.iter_mut().zip(p) {
        *out = f(p);
    }
}

/// Standardises x: its distance from the location in units of the scale. A scale of 0 gives
/// infinity or minus infinity.
fn standardised(x: f64, location: f64, scale: f64) -> f64 {
    if x == location && scale == 0.0 { f64::INFINITY } else { (x - location) / scale }
}

/// Returns the share of the interval low..high that is below x.
fn share_below(x: f64, low: f64, high: f64) -> f64 {
    if x >= high { 1.0 } else { ((x - low) / (high - low)).max(0.0) }
}

/// Finds the least value at which the cumulative probability reaches p.
fn discrete_quantile(pairs: &[(f64, f64)], p: f64) -> f64 {
    let mut sum = 0.0;
    let reached = pairs.iter().find(|(_, probability)| {
        sum += probability;
        sum >= p
    });
    reached.or(pairs.last()).map_or(f64::NAN, |(value, _)| *value)
}

/// Computes both tail probabilities of a beta distribution that is scaled to low..high.
fn beta_tails(beta: &Beta, x: f64, low: f64, high: f64) -> (f64, f64) {
    if x <= low {
        (0.0, 1.0)
    } else if x >= high {
        (1.0, 0.0)
    } else {
        beta.tails(ln((x - low) / (high - x)))
    }
}

/// Converts a logit y = ln(x / (1 - x)) to the value at the share x of the way from low to high.
fn value_of_logit(y: f64, low: f64, high: f64) -> f64 {
    let exponential = exp(-y.abs());
    let distance = (high - low) * exponential / (1.0 + exponential);
    if y < 0.0 { low + distance } else { high - distance }
}

/// Computes the probability that Student's variable is below t. x = degrees / (degrees + t^2) has a
/// beta distribution with the parameters degrees / 2 and 1/2.
fn student_cdf(beta: &Beta, degrees: f64, t: f64) -> f64 {
    if t.is_infinite() {
        return if t < 0.0 { 0.0 } else { 1.0 };
    }
    let lower = 0.5 * beta.tails(ln(degrees) - 2.0 * ln(t.abs())).0;
    if t < 0.0 { lower } else { 1.0 - lower }
}

/// Computes the quantile of Student's distribution for a lower tail probability and its complement
/// `upper`. `y` gives logits of quantiles of the beta distribution with the parameters degrees / 2
/// and 1/2.
fn student_quantile(degrees: f64, lower: f64, upper: f64, y: impl Fn(f64, f64) -> f64) -> f64 {
    let p = lower.min(upper);
    let sign = if lower < upper { 1.0 } else { -1.0 };
    if degrees < NEARLY_NORMAL {
        return -sign * degrees.sqrt() * exp(-0.5 * y(2.0 * p, 1.0 - 2.0 * p));
    }
    // The expansion for many degrees of freedom: M. Abramowitz and I. Stegun, Handbook of
    // Mathematical Functions, 26.7.5.
    let z = inverse_normal(p);
    let s = z * z;
    let first = (s + 1.0) / 4.0;
    let second = ((5.0 * s + 16.0) * s + 3.0) / 96.0;
    let third = (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0;
    sign * (z + z * (first + (second + third / degrees) / degrees) / degrees)
}
