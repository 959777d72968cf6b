//! Random quantities: the closed forms of their medians, and their values in one draw.
//!
//! Written down here: all medians but those of beta, PERT and truncated distributions, and the quantiles of
//! uniform, triangular and discrete ones. The other quantiles are the engine's, which `tests/reference/`
//! compares with published ones.

use mizan::builtins::Function;
use mizan::engine::distribution::Distribution;

/// Returns the median, which a plain run uses.
pub(super) fn median(
    function: Function,
    args: &[f64],
    limits: [Option<f64>; 2],
) -> Result<f64, String> {
    if limits != [None, None] {
        return Ok(cut(function, args, limits)?.median());
    }
    let [a, b, _] = first_three(args);
    Ok(match function {
        Function::Normal => a,
        Function::Between | Function::Uniform => a + (b - a) / 2.0,
        Function::Lognormal => a / (1.0 + (b / a).powi(2)).sqrt(),
        Function::StudentT => args.get(1).copied().unwrap_or(0.0),
        Function::Triangular | Function::Discrete | Function::Bernoulli | Function::Empirical => {
            quantile(function, args, limits, 0.5)?
        }
        Function::Pert | Function::Beta => cut(function, args, limits)?.median(),
        plain @ (Function::Abs
        | Function::Exp
        | Function::Ln
        | Function::Sqrt
        | Function::Minimum
        | Function::Maximum
        | Function::Divide
        | Function::Elementary(_)) => return Err(format!("{plain:?} is not a distribution")),
    })
}

/// Returns the quantile of the distribution at probability `u`.
pub(super) fn quantile(
    function: Function,
    args: &[f64],
    limits: [Option<f64>; 2],
    u: f64,
) -> Result<f64, String> {
    if limits != [None, None] {
        return Ok(cut(function, args, limits)?.quantile(u));
    }
    let [low, b, high] = first_three(args);
    Ok(match function {
        Function::Uniform => low + (b - low) * u,
        Function::Triangular => {
            let mode = b;
            let rising = (mode - low) / (high - low);
            if u < rising {
                low + (u * (high - low) * (mode - low)).sqrt()
            } else {
                high - ((1.0 - u) * (high - low) * (high - mode)).sqrt()
            }
        }
        Function::Bernoulli => pick(&[(0.0, 1.0 - low), (1.0, low)], u),
        Function::Discrete => {
            let pairs: Vec<(f64, f64)> = args.chunks(2).map(|pair| (pair[0], pair[1])).collect();
            pick(&pairs, u)
        }
        Function::Empirical => {
            let each = 1.0 / args.len() as f64;
            pick(&args.iter().map(|&value| (value, each)).collect::<Vec<_>>(), u)
        }
        Function::Normal
        | Function::Between
        | Function::Lognormal
        | Function::StudentT
        | Function::Pert
        | Function::Beta => cut(function, args, limits)?.quantile(u),
        plain @ (Function::Abs
        | Function::Exp
        | Function::Ln
        | Function::Sqrt
        | Function::Minimum
        | Function::Maximum
        | Function::Divide
        | Function::Elementary(_)) => return Err(format!("{plain:?} is not a distribution")),
    })
}

/// Returns the first three arguments; NaN for missing ones.
fn first_three(args: &[f64]) -> [f64; 3] {
    std::array::from_fn(|n| args.get(n).copied().unwrap_or(f64::NAN))
}

/// Returns the first value at which the cumulative probability reaches `u`.
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
