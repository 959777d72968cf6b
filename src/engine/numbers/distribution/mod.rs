//! Distributions: the check of their parameters, and their quantiles over slices of draws.
//!
//! A draw is the quantile of a uniform number, so it is a function of that number alone. All
//! functions come from the engine's kernels and from `libm`, so that the bits are the same on every
//! machine.

mod beta;
mod pieces;
mod shape;
mod sorted;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use pulp::Arch;

use super::kernels::normal_density;
use crate::builtins::Function;
use shape::Family;
use sorted::Sorted;

/// Draws that are computed together through a buffer on the stack.
const BLOCK: usize = 256;

/// The 95% quantile of the standard normal distribution.
const Z_95: f64 = 1.644_853_626_951_472_7;

/// A distribution with known parameters, possibly truncated.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    shape: Family,
    truncation: Option<Truncation>,
}

/// The range of values to which a distribution is truncated. Its probability is measured from the
/// nearer tail, so that a range far out in a tail keeps its precision.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Truncation {
    min: f64,
    max: f64,
    /// True if `from` and `width` are measured from the upper tail: probabilities of exceeding a
    /// value.
    upper: bool,
    /// `from`: the tail probability at the outer end of the range. `width`: the probability of the
    /// range.
    from: f64,
    width: f64,
}

/// Probability below which the part of a distribution between its limits counts as empty.
const LEAST_MASS: f64 = 1e-50;

impl Distribution {
    /// The distribution that a call in a script describes; the parameters are those of the
    /// function's row in `builtins`.
    ///
    /// # Errors
    /// A text that says which parameter is wrong and why, or that the function is not a
    /// distribution.
    pub fn new(function: Function, args: &[f64]) -> Result<Self, String> {
        if let Some(x) = args.iter().find(|x| !x.is_finite()) {
            return Err(format!("the parameter {x} is not finite"));
        }
        let shape = match (function, args) {
            (Function::Normal, &[mean, sd]) => {
                Family::Normal { mean, sd: non_negative("standard deviation", sd)? }
            }
            (Function::Between, &[low, high]) => {
                let (low, high) = ordered(low, high)?;
                let sd = (high - low) / (2.0 * Z_95);
                Family::Normal { mean: low + (high - low) / 2.0, sd }
            }
            (Function::Lognormal, &[mean, sd]) => {
                let sd = non_negative("standard deviation", sd)?;
                if mean <= 0.0 {
                    return Err(format!("the mean {mean} is not above 0"));
                }
                Family::lognormal(mean, sd)
            }
            (Function::Uniform, &[low, high]) => {
                let (low, high) = ordered(low, high)?;
                Family::Uniform { low, high }
            }
            (Function::Triangular, &[low, mode, high]) => {
                check_mode(low, mode, high)?;
                Family::Triangular { low, mode, high }
            }
            (Function::Pert, &[low, mode, high]) => {
                check_mode(low, mode, high)?;
                let range = high - low;
                let (a, b) = (1.0 + 4.0 * (mode - low) / range, 1.0 + 4.0 * (high - mode) / range);
                Family::beta(a, b, low, high)
            }
            (Function::Beta, &[a, b]) if a > 0.0 && b > 0.0 => Family::beta(a, b, 0.0, 1.0),
            (Function::Beta, &[a, b]) => {
                return Err(format!("{a} and {b} are not both above 0"));
            }
            (Function::StudentT, &[degrees, ref rest @ ..]) => {
                if degrees <= 0.0 {
                    return Err(format!("{degrees} degrees of freedom are not above 0"));
                }
                let location = rest.first().copied().unwrap_or(0.0);
                let scale = non_negative("scale", rest.get(1).copied().unwrap_or(1.0))?;
                Family::student(degrees, location, scale)
            }
            (Function::Bernoulli, &[p]) if (0.0..=1.0).contains(&p) => {
                Family::Discrete(vec![(0.0, 1.0 - p), (1.0, p)])
            }
            (Function::Bernoulli, &[p]) => return Err(format!("{p} is not a probability")),
            (Function::Discrete, pairs) => discrete(pairs)?,
            (Function::Empirical, sample) => return Self::empirical(sample),
            _ => {
                return Err(format!(
                    "{function:?} of {} numbers is not a distribution",
                    args.len()
                ));
            }
        };
        Ok(Self::whole(shape))
    }

    /// The distribution that draws each value of a sample with the same probability.
    ///
    /// # Errors
    /// An empty sample, or a value that is not finite.
    pub fn empirical(sample: &[f64]) -> Result<Self, String> {
        if let Some(x) = sample.iter().find(|x| !x.is_finite()) {
            return Err(format!("the value {x} is not finite"));
        }
        let mut sorted = sample.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self::of_sample(&sorted.into())
    }

    /// As [`Self::empirical`], for finite values in ascending order, which are shared and not
    /// copied.
    ///
    /// # Errors
    /// An empty sample.
    pub fn of_sample(rising: &Arc<[f64]>) -> Result<Self, String> {
        if rising.is_empty() {
            return Err("a distribution of no values".to_owned());
        }
        Ok(Self::whole(Family::Empirical(Sorted::new(rising))))
    }

    /// For a discrete distribution of at most 64 values: the values in ascending order, and the
    /// distribution of their positions in that list. `None` for every other distribution.
    pub fn choices(&self) -> Option<(Vec<f64>, Self)> {
        const MAX_CHOICES: usize = 64;
        match (&self.shape, self.truncation) {
            (Family::Discrete(pairs), None) if pairs.len() <= MAX_CHOICES => {
                let values = pairs.iter().map(|(value, _)| *value).collect();
                let positions = pairs.iter().enumerate().map(|(n, (_, p))| (n as f64, *p));
                Some((values, Self::whole(Family::Discrete(positions.collect()))))
            }
            _ => None,
        }
    }

    /// The distribution without truncation.
    fn whole(shape: Family) -> Self {
        Self { shape, truncation: None }
    }

    /// Conditions the distribution on a value of at least `min` and at most `max`; an infinite
    /// bound does not truncate.
    ///
    /// # Errors
    /// `min` above `max`, or a range without probability.
    pub fn truncated(self, min: f64, max: f64) -> Result<Self, String> {
        if min > max || min.is_nan() || max.is_nan() {
            return Err(format!("the least value {min} is above the greatest {max}"));
        }
        let (min, max) = match &self.truncation {
            Some(own) => (min.max(own.min), max.min(own.max)),
            None => (min, max),
        };
        let nothing = || format!("the distribution has no values from {min} to {max}");
        if let Some(remaining) = self.shape.restricted(min, max) {
            let shape = remaining.ok_or_else(nothing)?;
            return Ok(Self::whole(shape));
        }
        let upper = self.shape.cdf(min) > 0.5;
        let (from, until) = if upper {
            (self.shape.survival(max), self.shape.survival(min))
        } else {
            (self.shape.cdf(min), self.shape.cdf(max))
        };
        // Limits fifteen standard deviations away are a slip of the pen, such as 10% for 100%.
        if until - from < LEAST_MASS {
            return Err(nothing());
        }
        let truncation = Some(Truncation { min, max, upper, from, width: until - from });
        Ok(Self { shape: self.shape, truncation })
    }

    /// Computes quantiles: the distribution is below `out[i]` with probability `u[i]`, which is
    /// between 0 and 1, both excluded.
    pub fn fill(&self, arch: Arch, u: &[f64], out: &mut [f64]) {
        let Some(Truncation { min, max, upper, from, width }) = self.truncation else {
            return self.shape.fill(arch, false, u, out);
        };
        let mut buffer = [0.0; BLOCK];
        for (u, out) in u.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
            for (p, &u) in buffer.iter_mut().zip(u) {
                *p = from + width * if upper { 1.0 - u } else { u };
            }
            self.shape.fill(arch, upper, &buffer[..u.len()], out);
            out.iter_mut().for_each(|x| *x = x.clamp(min, max));
        }
    }

    /// Computes the quantile of one probability, with the bits of [`Self::fill`].
    pub fn quantile(&self, u: f64) -> f64 {
        let mut out = [0.0];
        self.fill(Arch::Scalar, &[u], &mut out);
        out[0]
    }

    /// Computes the probability of a value of at most x.
    pub fn cdf(&self, x: f64) -> f64 {
        let Some(Truncation { min, max, upper, from, width }) = self.truncation else {
            return self.shape.cdf(x);
        };
        if x < min {
            0.0
        } else if x >= max {
            1.0
        } else if upper {
            1.0 - (self.shape.survival(x) - from) / width
        } else {
            (self.shape.cdf(x) - from) / width
        }
    }

    /// The smallest closed interval that contains all values.
    pub fn support(&self) -> (f64, f64) {
        match self.truncation {
            Some(Truncation { min, max, .. }) => (min, max),
            None => self.shape.support(),
        }
    }

    /// The median, which a plain run uses as the value; the least one if several numbers are
    /// medians.
    pub fn median(&self) -> f64 {
        match self.truncation {
            None => self.shape.median().unwrap_or_else(|| self.quantile(0.5)),
            Some(Truncation { min, max, upper, from, width }) => {
                match self.shape.single_quantile(upper, from + width * 0.5) {
                    Some(median) => median.clamp(min, max),
                    None => self.quantile(0.5),
                }
            }
        }
    }

    /// The mean and the standard deviation, if they have a closed form: for normal distributions,
    /// truncated or not, and for all others without truncation, except for Student distributions
    /// with at most 2 degrees of freedom, which have no variance.
    pub fn moments(&self) -> Option<(f64, f64)> {
        let Some(Truncation { min, max, width, .. }) = self.truncation else {
            return self.shape.moments();
        };
        let Family::Normal { mean, sd } = self.shape else { return None };
        // Moments of the truncated normal distribution: N. L. Johnson, S. Kotz, N. Balakrishnan,
        // Continuous Univariate Distributions 1, section 13.10.
        let (a, b) = ((min - mean) / sd, (max - mean) / sd);
        let weight = |z: f64| if z.is_finite() { z * normal_density(z) } else { 0.0 };
        let shift = (normal_density(a) - normal_density(b)) / width;
        let variance = 1.0 + (weight(a) - weight(b)) / width - shift * shift;
        Some((mean + sd * shift, sd * variance.max(0.0).sqrt()))
    }
}

/// Returns the value, or an error if it is negative.
fn non_negative(name: &str, value: f64) -> Result<f64, String> {
    if value < 0.0 { Err(format!("the {name} {value} is negative")) } else { Ok(value) }
}

/// Returns both ends, or an error if the low end is above the high end.
fn ordered(low: f64, high: f64) -> Result<(f64, f64), String> {
    if low > high {
        return Err(format!("the low end {low} is above the high end {high}"));
    }
    Ok((low, high))
}

/// Returns an error unless low <= mode <= high and low < high.
fn check_mode(low: f64, mode: f64, high: f64) -> Result<(), String> {
    if low <= mode && mode <= high && low < high {
        return Ok(());
    }
    Err(format!("low {low}, mode {mode} and high {high} are not in rising order"))
}

/// Builds a discrete distribution from values and probabilities that alternate in `pairs`.
fn discrete(pairs: &[f64]) -> Result<Family, String> {
    let (pairs, _) = pairs.as_chunks::<2>();
    let mut sorted: Vec<(f64, f64)> = pairs.iter().map(|&[value, p]| (value, p)).collect();
    if let Some((_, p)) = sorted.iter().find(|(_, p)| *p < 0.0) {
        return Err(format!("the probability {p} is negative"));
    }
    let total: f64 = sorted.iter().map(|(_, p)| p).sum();
    if (total - 1.0).abs() > 1e-9 {
        let percent = (total * 1e4).round() / 100.0;
        return Err(format!("the probabilities sum to {percent}%, not 100%"));
    }
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    sorted.retain(|(_, p)| *p > 0.0);
    Ok(Family::Discrete(sorted))
}
