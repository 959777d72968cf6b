//! Convex quadratic programs: the minimum of d'Hd / 2 + g'd with linear constraints.
//!
//! The dual method of D. Goldfarb and A. Idnani, "A numerically stable dual method for solving strictly convex
//! quadratic programs", Math. Programming 27 (1983), 1-33: it starts at the minimum without constraints and adds those
//! that are violated. The systems are small and are solved again in each step.

use ndarray::{Array2, ArrayView2};

use super::dense::{Cholesky, dot};

/// A linear constraint: the scalar product of `normal` and d is at least `level`, or equals it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Constraint {
    pub(super) normal: Vec<f64>,
    pub(super) level: f64,
    pub(super) equal: bool,
}

/// The minimum and the multiplier of each constraint: positive where an inequality binds, of either sign
/// for an equality.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Minimum {
    pub(super) at: Vec<f64>,
    pub(super) multipliers: Vec<f64>,
}

/// An active constraint: its index, the sign of its normal and its multiplier.
#[derive(Debug, Clone, Copy)]
struct BindingConstraint {
    index: usize,
    sign: f64,
    multiplier: f64,
}

/// Minimises for a positive definite matrix; None if the constraints contradict each other or the matrix
/// is not definite.
pub(super) fn minimise(
    matrix: ArrayView2<'_, f64>,
    gradient: &[f64],
    constraints: &[Constraint],
) -> Option<Minimum> {
    let factor = Cholesky::new(matrix)?;
    let negative: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut program = QuadraticProgram {
        // H^-1 times each normal.
        inverse: constraints.iter().map(|c| factor.solve(&c.normal)).collect(),
        constraints,
        at: factor.solve(&negative),
        binding: Vec::new(),
    };
    // Each constraint enters a few times at most; more steps are a cycle of rounding.
    for _ in 0..20 * (constraints.len() + 1) {
        let Some((index, sign)) = program.most_violated() else {
            return Some(program.minimum());
        };
        program.add(index, sign)?;
    }
    None
}

struct QuadraticProgram<'a> {
    inverse: Vec<Vec<f64>>,
    constraints: &'a [Constraint],
    at: Vec<f64>,
    binding: Vec<BindingConstraint>,
}

impl QuadraticProgram<'_> {
    /// Returns the slack of a constraint; negative if it is violated.
    fn slack(&self, index: usize) -> f64 {
        let constraint = &self.constraints[index];
        dot(&constraint.normal, &self.at) - constraint.level
    }

    /// Returns the constraint to add next and the sign of its normal; equalities come first.
    fn most_violated(&self) -> Option<(usize, f64)> {
        let open = |n: &usize| self.binding.iter().all(|binding| binding.index != *n);
        let mut worst: Option<(usize, f64, f64)> = None;
        for index in (0..self.constraints.len()).filter(open) {
            let constraint = &self.constraints[index];
            let slack = self.slack(index);
            if constraint.equal {
                return Some((index, if slack > 0.0 { -1.0 } else { 1.0 }));
            }
            let size: f64 =
                constraint.normal.iter().zip(&self.at).map(|(a, b)| (a * b).abs()).sum();
            let rounding = 1e-14 * (size + constraint.level.abs());
            // In units of the normal's length.
            let length = dot(&constraint.normal, &constraint.normal).sqrt();
            if slack < -rounding && worst.is_none_or(|worst| slack / length < worst.2) {
                worst = Some((index, 1.0, slack / length));
            }
        }
        worst.map(|(index, sign, _)| (index, sign))
    }

    /// Adds a violated constraint to the binding ones and drops the binding inequalities that block the step; `None` if
    /// the constraint cannot be satisfied.
    fn add(&mut self, index: usize, sign: f64) -> Option<()> {
        let mut own = 0.0;
        loop {
            let (direction, change) = self.directions(index, sign)?;
            let curvature = sign * dot(&self.constraints[index].normal, &direction);
            let full = sign * dot(&self.constraints[index].normal, &self.inverse[index]) * sign;
            // The largest step that keeps the multipliers of inequalities positive.
            let mut partial = f64::INFINITY;
            let mut blocking = None;
            for (n, (binding, change)) in self.binding.iter().zip(&change).enumerate() {
                let inequality = !self.constraints[binding.index].equal;
                if inequality && *change > 0.0 && binding.multiplier / change < partial {
                    (partial, blocking) = (binding.multiplier / change, Some(n));
                }
            }
            // A normal that depends on the binding ones leaves no direction to move in.
            let dependent = curvature <= 1e-12 * full;
            let whole = if dependent {
                f64::INFINITY
            } else {
                (-sign * self.slack(index) / curvature).max(0.0)
            };
            let step = whole.min(partial);
            if step == f64::INFINITY {
                // An equality that follows from the binding ones is satisfied already.
                let constraint = &self.constraints[index];
                let tolerance = 1e-9 * (1.0 + constraint.level.abs());
                let satisfied = constraint.equal && self.slack(index).abs() <= tolerance;
                self.binding.extend(satisfied.then_some(BindingConstraint {
                    index,
                    sign,
                    multiplier: own,
                }));
                return satisfied.then_some(());
            }
            for (binding, change) in self.binding.iter_mut().zip(&change) {
                binding.multiplier -= step * change;
            }
            own += step;
            if !dependent {
                self.at.iter_mut().zip(&direction).for_each(|(x, d)| *x += step * d);
            }
            match blocking.filter(|_| partial < whole) {
                Some(blocking) => {
                    self.binding.remove(blocking);
                }
                None => {
                    self.binding.push(BindingConstraint { index, sign, multiplier: own });
                    return Some(());
                }
            }
        }
    }

    /// Returns the direction of d, and the change of the active multipliers per unit of the new multiplier.
    fn directions(&self, index: usize, sign: f64) -> Option<(Vec<f64>, Vec<f64>)> {
        let mut direction: Vec<f64> = self.inverse[index].iter().map(|x| sign * x).collect();
        let count = self.binding.len();
        if count == 0 {
            return Some((direction, Vec::new()));
        }
        let product =
            |a: &BindingConstraint, b: &[f64]| a.sign * dot(&self.constraints[a.index].normal, b);
        let matrix = Array2::from_shape_fn((count, count), |(i, j)| {
            let (a, b) = (&self.binding[i], &self.binding[j]);
            product(a, &self.inverse[b.index]) * b.sign
        });
        let right: Vec<f64> = self
            .binding
            .iter()
            .map(|binding| product(binding, &self.inverse[index]) * sign)
            .collect();
        let change = Cholesky::new(matrix.view())?.solve(&right);
        for (binding, change) in self.binding.iter().zip(&change) {
            let inverse = self.inverse[binding.index].iter();
            direction.iter_mut().zip(inverse).for_each(|(d, x)| *d -= change * binding.sign * x);
        }
        Some((direction, change))
    }

    fn minimum(self) -> Minimum {
        let mut multipliers = vec![0.0; self.constraints.len()];
        for binding in &self.binding {
            multipliers[binding.index] = binding.sign * binding.multiplier;
        }
        Minimum { at: self.at, multipliers }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn at_least(normal: &[f64], level: f64) -> Constraint {
        Constraint { normal: normal.to_vec(), level, equal: false }
    }

    fn close(found: &[f64], wanted: &[f64]) {
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-10, "{found} for {wanted}");
        }
    }

    /// The example of Goldfarb and Idnani's program as distributed with R's quadprog: minimise
    /// -5 x2 + |x|^2 / 2 with the constraints (-4, -3, 0) x >= -8, (2, 1, 0) x >= 2, (0, -2, 1) x >= 0;
    /// the solution is (0.4761905, 1.0476190, 2.0952381) with multipliers (0, 0.2380952, 2.0952381).
    #[test]
    fn the_example_of_quadprog() {
        let constraints = [
            at_least(&[-4.0, -3.0, 0.0], -8.0),
            at_least(&[2.0, 1.0, 0.0], 2.0),
            at_least(&[0.0, -2.0, 1.0], 0.0),
        ];
        let found = minimise(Array2::eye(3).view(), &[0.0, -5.0, 0.0], &constraints).expect("one");
        close(&found.at, &[10.0 / 21.0, 22.0 / 21.0, 44.0 / 21.0]);
        close(&found.multipliers, &[0.0, 5.0 / 21.0, 44.0 / 21.0]);
    }

    #[test]
    fn equalities_and_contradictions() {
        // The point of x + y = 1 nearest to the origin in the norm x^2 + 2 y^2: (2/3, 1/3).
        let matrix = array![[2.0, 0.0], [0.0, 4.0]];
        let mut sum = at_least(&[1.0, 1.0], 1.0);
        sum.equal = true;
        let found = minimise(matrix.view(), &[0.0, 0.0], std::slice::from_ref(&sum)).expect("one");
        close(&found.at, &[2.0 / 3.0, 1.0 / 3.0]);
        close(&found.multipliers, &[4.0 / 3.0]);
        // The same constraint twice, approached from above.
        let constraints = [sum.clone(), sum.clone()];
        let found = minimise(matrix.view(), &[-9.0, -9.0], &constraints).expect("one");
        close(&found.at, &[2.0 / 3.0, 1.0 / 3.0]);
        let contradiction = [sum, at_least(&[-1.0, -1.0], -0.5)];
        assert_eq!(minimise(matrix.view(), &[0.0, 0.0], &contradiction), None);
        assert_eq!(minimise(array![[-1.0]].view(), &[0.0], &[]), None);
    }
}
