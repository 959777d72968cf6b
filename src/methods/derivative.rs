//! Derivatives of a batch: exact where the batch has them, else by finite differences.
//!
//! Five values around the point, of fourth order: an error of about 1e-12 of the outputs' size. Where
//! the bounds leave no room on a side, all five lie on the other. B. Fornberg, "Generation of finite
//! difference formulas on arbitrarily spaced grids", Math. Comp. 51 (1988), 699-706, tables 1 and 3.

use ndarray::Array2;

use super::{Batch, Bounds};

/// Step of the finite differences, as a share of the input's scale. It is below the fifth root of the machine
/// precision, which would balance both errors, because a function may bend on a scale much smaller than the input's
/// size.
const STEP: f64 = 2e-4;
/// The weights of the values at -2, -1, 1 and 2 steps.
const CENTRED: [(f64, f64); 4] =
    [(-2.0, 1.0 / 12.0), (-1.0, -2.0 / 3.0), (1.0, 2.0 / 3.0), (2.0, -1.0 / 12.0)];
/// The weights of the values at 0 to 4 steps.
const ONE_SIDED: [(f64, f64); 5] =
    [(0.0, -25.0 / 12.0), (1.0, 4.0), (2.0, -3.0), (3.0, 4.0 / 3.0), (4.0, -0.25)];

/// Returns the points of a finite difference in one input, as offsets from `x`, with their weights.
fn stencil(x: f64, bounds: Bounds) -> Vec<(f64, f64)> {
    // An input's scale is its size; an input near 0 takes one from its bounds.
    let near_zero = x.abs() < 1e-6 * bounds.width();
    let scale = if near_zero { bounds.width() } else { x.abs() };
    // Four steps have room on one side at least.
    let step = (STEP * scale).min(bounds.width() / 8.0);
    let (below, above) = (x - bounds.low, bounds.high - x);
    let sided = |sign: f64| ONE_SIDED.iter().map(move |&(n, w)| (n * sign * step, w * sign / step));
    if below >= 2.0 * step && above >= 2.0 * step {
        CENTRED.iter().map(|&(n, weight)| (n * step, weight / step)).collect()
    } else {
        sided(if above >= below { 1.0 } else { -1.0 }).collect()
    }
}

/// Returns the derivatives of the outputs (rows) with respect to the inputs (columns) at a point. Evaluates no point
/// outside the bounds, and all points in one batch.
///
/// # Errors
/// The errors of the batch.
pub(super) fn jacobian<B: Batch>(
    batch: &mut B,
    point: &[f64],
    bounds: &[Bounds],
) -> Result<Array2<f64>, B::Error> {
    if let Some(exact) = batch.jacobian(point)? {
        return Ok(exact);
    }
    let mut points = Vec::new();
    let mut weights = Vec::new();
    for (input, (&x, &bounds)) in point.iter().zip(bounds).enumerate() {
        for (offset, weight) in stencil(x, bounds) {
            let mut moved = point.to_vec();
            moved[input] = (x + offset).clamp(bounds.low, bounds.high);
            points.extend(moved);
            weights.push((input, weight));
        }
    }
    let shape = (weights.len(), point.len());
    let points = Array2::from_shape_vec(shape, points).unwrap_or_else(|_| Array2::zeros((0, 0)));
    let values = batch.run(points.view())?;
    let mut jacobian = Array2::zeros((values.ncols(), point.len()));
    for (values, (input, weight)) in values.rows().into_iter().zip(weights) {
        for (output, value) in values.iter().enumerate() {
            jacobian[[output, input]] += weight * value;
        }
    }
    Ok(jacobian)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use ndarray::{ArrayView2, array};

    use super::super::tests::each_of;
    use super::*;

    #[test]
    fn differences_are_near_the_derivatives_within_and_at_the_bounds() {
        let bounds = [Bounds::new(0.0, 3.0), Bounds::new(-1.0, 1.0)];
        for point in [[1.2, 0.3], [0.0, 1.0], [3.0, -1.0], [1e-4, 0.0]] {
            let mut f = each_of(|x| {
                let inside = x.iter().zip(bounds).all(|(x, b)| (b.low..=b.high).contains(x));
                assert!(inside, "{x:?}");
                [libm::exp(x[0]) * x[1], libm::sin(x[1]) + x[0]]
            });
            let Ok(found) = jacobian(&mut f, &point, &bounds);
            let [x, y] = point;
            let wanted = array![[libm::exp(x) * y, libm::exp(x)], [1.0, libm::cos(y)]];
            for (found, wanted) in found.iter().zip(&wanted) {
                assert!((found - wanted).abs() < 1e-9, "{found} for {wanted} at {point:?}");
            }
        }
    }

    #[test]
    fn exact_derivatives_are_taken_where_there_are_some() {
        struct Line;
        impl Batch for Line {
            type Error = Infallible;
            fn run(&mut self, _: ArrayView2<'_, f64>) -> Result<Array2<f64>, Infallible> {
                panic!("not asked for")
            }
            fn jacobian(&mut self, _: &[f64]) -> Result<Option<Array2<f64>>, Infallible> {
                Ok(Some(array![[3.0]]))
            }
        }
        let Ok(found) = jacobian(&mut Line, &[1.0], &[Bounds::new(0.0, 2.0)]);
        assert_eq!(found, array![[3.0]]);
    }
}
