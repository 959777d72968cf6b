//! The distributions of a model, indexed by their place in the script.

use std::collections::BTreeMap;

use crate::engine::distribution::Distribution;
use crate::model::{Change, Expr, Kind, Model, Random};
use crate::source::Span;

/// The range of a distribution's values, for a control.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DrawnRange {
    pub(super) median: f64,
    /// Low end of the range that contains nearly all values.
    pub(super) low: f64,
    pub(super) high: f64,
    /// Kind of the quantity that the distribution gives, such as money.
    pub(super) kind: Kind,
    /// True for a discrete distribution of whole numbers.
    pub(super) is_whole: bool,
}

/// Probability of a value below the range of a control; values above have the same probability.
const TAIL: f64 = 0.005;
/// Probability at which a quantile counts as the end of a bounded distribution.
const END: f64 = 1e-12;
/// Distance, as a share of the range, within which an end of a distribution becomes the end of the range.
const NEAR: f64 = 0.1;

/// Finds the distributions with numeric parameters. Other distributions are left out, because their range is not known
/// before the run.
pub(super) fn randoms(model: &Model) -> BTreeMap<Span, DrawnRange> {
    let mut found = BTreeMap::new();
    let mut visit = |kind: Kind, expr: &Expr| {
        expr.walk(&mut |part| {
            if let Expr::Random(random) = part
                && let Some(values) = values(random, kind)
            {
                found.insert(random.span, values);
            }
            true
        });
    };
    for quantity in &model.quantities {
        for definition in &quantity.definitions {
            visit(quantity.kind, &definition.expr);
        }
    }
    for change in &model.changes {
        if let Change::Replace { quantity, definition, .. } = &change.change {
            visit(model.quantities[*quantity].kind, &definition.expr);
        }
    }
    found
}

fn values(random: &Random, kind: Kind) -> Option<DrawnRange> {
    if random.sample.is_some() {
        return None;
    }
    let args: Option<Vec<f64>> = random.args.iter().map(Expr::constant).collect();
    let whole = Distribution::new(random.function, &args?).ok()?;
    let limit = |limit: &Option<Expr>, none: f64| match limit {
        Some(expr) => expr.constant(),
        None => Some(none),
    };
    let [least, most] = &random.limits;
    let (least, most) = (limit(least, f64::NEG_INFINITY)?, limit(most, f64::INFINITY)?);
    let distribution = match (least, most) {
        (f64::NEG_INFINITY, f64::INFINITY) => whole,
        (least, most) => whole.truncated(least, most).ok()?,
    };
    let [low, median, high] = [TAIL, 0.5, 1.0 - TAIL].map(|u| distribution.quantile(u));
    let near = NEAR * (high - low);
    let (lowest, highest) = (distribution.quantile(END), distribution.quantile(1.0 - END));
    let low = if low - lowest <= near { lowest } else { low };
    let high = if highest - high <= near { highest } else { high };
    let is_whole = distribution
        .choices()
        .is_some_and(|(values, _)| values.iter().all(|value| value.fract() == 0.0));
    let values = DrawnRange { median, low, high, kind, is_whole };
    [low, median, high].iter().all(|value| value.is_finite()).then_some(values)
}
