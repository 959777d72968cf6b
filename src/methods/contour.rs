//! The line on which a function of two inputs is 0, from its values on a grid: the break-even line.
//!
//! Marching squares (W. E. Lorensen and H. E. Cline, 1987, in two dimensions): in each cell the line joins
//! the edges on which the sign changes, at the place that linear interpolation gives. A saddle cell,
//! with a change on all four edges, is decided by the sign of the bilinear interpolant at its saddle
//! point: G. M. Nielson and B. Hamann, "The asymptotic decider", Visualization '91, 83-91. A value of
//! 0 counts as positive. Cells with a NaN corner are left out: a line ends there.

use std::collections::BTreeMap;

use ndarray::ArrayView2;

/// A contour line as its points in order; a closed line ends at its first point.
pub type ContourLine = Vec<(f64, f64)>;

/// An edge of the grid, by the indices of its lower or left end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    row: usize,
    column: usize,
    vertical: bool,
}

/// Traces the lines on which the values are 0. `values` has a row for each of `ys` and a column for
/// each of `xs`, both rising. Lines that end at the border come before closed ones, in the order of the
/// grid.
pub fn zero_lines(xs: &[f64], ys: &[f64], values: ArrayView2<'_, f64>) -> Vec<ContourLine> {
    // Each edge that a line crosses belongs to two pieces at most, one for each cell beside it.
    let mut pieces: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
    for row in 0..ys.len().saturating_sub(1) {
        for column in 0..xs.len().saturating_sub(1) {
            for (from, to) in cell(row, column, values) {
                pieces.entry(from).or_default().push(to);
                pieces.entry(to).or_default().push(from);
            }
        }
    }
    let ends: Vec<Edge> = pieces.iter().filter(|(_, to)| to.len() == 1).map(|(&e, _)| e).collect();
    let all: Vec<Edge> = pieces.keys().copied().collect();
    let mut lines = Vec::new();
    for start in ends.into_iter().chain(all) {
        let edges = follow(start, &mut pieces);
        if edges.len() > 1 {
            lines.push(edges.into_iter().map(|edge| place(edge, xs, ys, values)).collect());
        }
    }
    lines
}

/// Takes connected pieces from an edge on until there is no further one.
fn follow(start: Edge, pieces: &mut BTreeMap<Edge, Vec<Edge>>) -> Vec<Edge> {
    let mut edges = vec![start];
    let mut at = start;
    while let Some(next) = pieces.get_mut(&at).and_then(Vec::pop) {
        if let Some(back) = pieces.get_mut(&next) {
            let own = back.iter().position(|&edge| edge == at);
            own.map(|own| back.remove(own));
        }
        edges.push(next);
        at = next;
    }
    edges
}

/// Returns the pieces of a contour line in one cell of the grid.
fn cell(row: usize, column: usize, values: ArrayView2<'_, f64>) -> Vec<(Edge, Edge)> {
    let (a, b) = (values[[row, column]], values[[row, column + 1]]);
    let (d, c) = (values[[row + 1, column]], values[[row + 1, column + 1]]);
    if [a, b, c, d].iter().any(|corner| corner.is_nan()) {
        return Vec::new();
    }
    let positive = [a, b, c, d].map(|corner| corner >= 0.0);
    // Counter-clockwise from the corner a: below, right, above, left.
    let edges = [
        Edge { row, column, vertical: false },
        Edge { row, column: column + 1, vertical: true },
        Edge { row: row + 1, column, vertical: false },
        Edge { row, column, vertical: true },
    ];
    let crossed: Vec<Edge> = (0..4)
        .filter(|&n| positive[n] != positive[(n + 1) % 4])
        .filter_map(|n| edges.get(n).copied())
        .collect();
    match crossed[..] {
        [from, to] => vec![(from, to)],
        [below, right, above, left] => {
            // The interpolant's value at its saddle point.
            let saddle = (a * c - b * d) / (a + c - b - d);
            // If the saddle has the sign of a, it joins a and c, and b and d are cut off each on its own.
            if (saddle >= 0.0) == positive[0] {
                vec![(below, right), (above, left)]
            } else {
                vec![(left, below), (right, above)]
            }
        }
        _ => Vec::new(),
    }
}

/// Returns the point where the contour line crosses an edge, by linear interpolation.
fn place(edge: Edge, xs: &[f64], ys: &[f64], values: ArrayView2<'_, f64>) -> (f64, f64) {
    let Edge { row, column, vertical } = edge;
    let from = values[[row, column]];
    let to = if vertical { values[[row + 1, column]] } else { values[[row, column + 1]] };
    let share = from / (from - to);
    let between = |low: f64, high: f64| low * (1.0 - share) + high * share;
    if vertical {
        (xs[column], between(ys[row], ys[row + 1]))
    } else {
        (between(xs[column], xs[column + 1]), ys[row])
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    fn grid(n: usize, f: impl Fn(f64, f64) -> f64) -> (Vec<f64>, Array2<f64>) {
        let axis: Vec<f64> = (0..n).map(|i| 4.0 * i as f64 / (n - 1) as f64 - 2.0).collect();
        let values = Array2::from_shape_fn((n, n), |(row, column)| f(axis[column], axis[row]));
        (axis, values)
    }

    #[test]
    fn a_straight_line_is_exact() {
        let (axis, values) = grid(7, |x, y| x + 2.0 * y - 0.3);
        let lines = zero_lines(&axis, &axis, values.view());
        assert_eq!(lines.len(), 1);
        assert!(lines[0].iter().all(|(x, y)| (x + 2.0 * y - 0.3).abs() < 1e-14));
        let (first, last) = (lines[0][0], lines[0][lines[0].len() - 1]);
        assert!((first.0 - last.0).abs() > 3.99, "{lines:?}");
        assert!(zero_lines(&axis, &axis, Array2::ones((7, 7)).view()).is_empty());
    }

    #[test]
    fn a_circle_is_closed_and_has_its_length() {
        let (axis, values) = grid(101, |x, y| x * x + y * y - 1.0);
        let lines = zero_lines(&axis, &axis, values.view());
        let [circle] = &lines[..] else { panic!("{} lines", lines.len()) };
        assert_eq!(circle.first(), circle.last());
        let pairs = circle.iter().zip(circle.iter().skip(1));
        let length: f64 = pairs.map(|(a, b)| libm::hypot(a.0 - b.0, a.1 - b.1)).sum();
        assert!((length - std::f64::consts::TAU).abs() < 2e-3, "{length}");
        assert!(circle.iter().all(|(x, y)| (libm::hypot(*x, *y) - 1.0).abs() < 1e-3));
    }

    /// The bilinear function (x - 0.5) (y - 0.5) + e on one cell has the sign of e at its saddle.
    #[test]
    fn saddles_are_decided_by_the_sign_of_the_interpolant() {
        for (e, joined) in [(0.1, true), (-0.1, false)] {
            let at = |x: f64, y: f64| (x - 0.5) * (y - 0.5) + e;
            let values = array![[at(0.0, 0.0), at(1.0, 0.0)], [at(0.0, 1.0), at(1.0, 1.0)]];
            let lines = zero_lines(&[0.0, 1.0], &[0.0, 1.0], values.view());
            assert_eq!(lines.len(), 2);
            for line in lines {
                // The corner (1, 0), negative, is cut off if the positive ones are joined.
                let side = line.iter().all(|(x, y)| x >= y) || line.iter().all(|(x, y)| x <= y);
                assert_eq!(side, joined, "{line:?}");
            }
        }
    }

    #[test]
    fn lines_end_at_missing_values_and_pass_through_zeros() {
        let mut values = array![[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]];
        let xs = [0.0, 1.0, 2.0];
        assert_eq!(zero_lines(&xs, &xs, values.view()), [[(0.0, 0.5), (1.0, 0.5), (2.0, 0.5)]]);
        values[[0, 2]] = f64::NAN;
        assert_eq!(zero_lines(&xs, &xs, values.view()), [[(0.0, 0.5), (1.0, 0.5)]]);
        let zeros = array![[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]];
        let lines = zero_lines(&xs, &xs[..2], zeros.view());
        assert_eq!(lines, [[(1.0, 0.0), (1.0, 1.0)]]);
    }
}
