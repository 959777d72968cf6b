//! Random quantities: the closed forms of their medians, and their values in one draw.
//!
//! Written down here: all medians but those of beta, PERT and truncated distributions, and the quantiles of
//! uniform, triangular and discrete ones. The other quantiles are the engine's, which `tests/reference/`
//! compares with published ones.

use mizan::builtins::Function;
use mizan::engine::distribution::Distribution;

/// The median, which a plain run uses.
pub(super) fn median(
    function: Function,
    args: &[f64],
    limits: [Option<f64>; 2],
) -> Result<f64, String> {
    if limits != [None, None] {
        return Ok(cut(function, args, limits)?.median());
    }
    Ok(match (function, args) {
        (Function::Normal, [mean, _]) => *mean,
        (Function::Between | Function::Uniform, [low, high]) => low + (high - low) / 2.0,
        (Function::Lognormal, [mean, sd]) => mean / (1.0 + (sd / mean).powi(2)).sqrt(),
        (Function::StudentT, [_, rest @ ..]) => rest.first().copied().unwrap_or(0.0),
        (
            Function::Triangular | Function::Discrete | Function::Bernoulli | Function::Empirical,
            _,
        ) => quantile(function, args, limits, 0.5)?,
        _ => cut(function, args, limits)?.median(),
    })
}

/// The value below which the distribution lies with probability `u`.
pub(super) fn quantile(
    function: Function,
    args: &[f64],
    limits: [Option<f64>; 2],
    u: f64,
) -> Result<f64, String> {
    if limits != [None, None] {
        return Ok(cut(function, args, limits)?.quantile(u));
    }
    Ok(match (function, args) {
        (Function::Uniform, [low, high]) => low + (high - low) * u,
        (Function::Triangular, [low, mode, high]) => {
            let rising = (mode - low) / (high - low);
            if u < rising {
                low + (u * (high - low) * (mode - low)).sqrt()
            } else {
                high - ((1.0 - u) * (high - low) * (high - mode)).sqrt()
            }
        }
        (Function::Bernoulli, [p]) => pick(&[(0.0, 1.0 - p), (1.0, *p)], u),
        (Function::Discrete, pairs) => {
            let pairs: Vec<(f64, f64)> = pairs.chunks(2).map(|pair| (pair[0], pair[1])).collect();
            pick(&pairs, u)
        }
        (Function::Empirical, sample) => {
            let each = 1.0 / sample.len() as f64;
            pick(&sample.iter().map(|&value| (value, each)).collect::<Vec<_>>(), u)
        }
        _ => cut(function, args, limits)?.quantile(u),
    })
}

/// The first value at which the probabilities reach `u`.
fn pick(pairs: &[(f64, f64)], u: f64) -> f64 {
    let mut rising = pairs.to_vec();
    rising.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut reached = 0.0;
    for &(value, p) in &rising {
        reached += p;
        if reached >= u - 1e-15 {
            return value;
        }
    }
    rising.last().map_or(f64::NAN, |&(value, _)| value)
}

fn cut(
    function: Function,
    args: &[f64],
    [min, max]: [Option<f64>; 2],
) -> Result<Distribution, String> {
    let whole = Distribution::new(function, args)?;
    if min.is_none() && max.is_none() {
        return Ok(whole);
    }
    whole.truncated(min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY))
}
