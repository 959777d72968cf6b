//! The equations of a block as a square system of residuals with its Jacobian, at `W` points
//! together.
//!
//! In: equations on a tape, which `trace` records. Out: residuals, activities and the scaled Jacobian
//! at each point, and its factors. The residual of an equation is left minus
//! right side; that of a complementarity condition is the Fischer-Burmeister function.

use pulp::Arch;

use super::linear::{LuFactors, Pattern};
use super::region::Limits;
use super::sweep::Lane;
use super::tape::{Instruction, Node, Tape};

/// One equation or complementarity condition.
#[derive(Debug, Clone)]
struct Equation {
    /// The node of the left side, and of the right side below.
    left: Node,
    right: Node,
    /// For each side, the nodes from which it is computed, for the backward sweep.
    cones: [Vec<Node>; 2],
    /// For a complementarity condition `left >= right`, `unknown >= bound`, one of them with
    /// equality: the bound. `None` for an equation.
    bound: Option<f64>,
}

/// A system with as many equations as unknowns.
#[derive(Debug, Clone)]
pub(crate) struct System {
    tape: Tape,
    equations: Vec<Equation>,
    /// The row (equation) and column (unknown) of each contribution to the Jacobian, in the order
    /// in which [`System::differentiate`] computes them. Several contributions may add up to one
    /// entry.
    contributions: Vec<(usize, usize)>,
    pattern: Pattern,
    /// The limits of each unknown; empty if none has any.
    limits: Vec<Limits>,
    /// The nodes of the values that follow from the unknowns.
    following: Vec<Node>,
}

/// The `W` points at which a system is evaluated together, with everything computed there. The
/// index of a point is the position in each lane.
pub(crate) struct EvaluationPoints<const W: usize> {
    arch: Arch,
    /// The unknowns, followed by the values that the block reads from outside.
    inputs: Vec<Lane<W>>,
    values: Vec<Lane<W>>,
    adjoints: Vec<Lane<W>>,
    /// Left minus right side of each equation.
    residuals: Vec<Lane<W>>,
    /// The activity of each equation: the magnitude of its terms, |left| + |right| + the sum of
    /// |derivative * unknown| over the unknowns.
    activity: Vec<Lane<W>>,
    contributions: Vec<Lane<W>>,
    /// The entries of the scaled Jacobian: each row divided by the activity of its equation, each
    /// column multiplied by the magnitude of its unknown.
    scaled: Vec<Lane<W>>,
    pattern: Pattern,
}

impl<const W: usize> EvaluationPoints<W> {
    /// Allocates points for a system that reads `outside` values from outside.
    pub(crate) fn new(arch: Arch, system: &System, outside: usize) -> Self {
        let (count, nodes) = (system.unknowns(), system.tape.len());
        Self {
            arch,
            inputs: vec![[0.0; W]; count + outside],
            values: Vec::with_capacity(nodes),
            adjoints: vec![[0.0; W]; nodes],
            residuals: vec![[0.0; W]; count],
            activity: vec![[0.0; W]; count],
            contributions: Vec::with_capacity(system.contributions.len()),
            scaled: vec![[0.0; W]; system.pattern.entries().count()],
            pattern: system.pattern.clone(),
        }
    }

    /// Sets the unknowns at a point.
    pub(crate) fn set_unknowns(&mut self, point: usize, unknowns: &[f64]) {
        for (input, &unknown) in self.inputs.iter_mut().zip(unknowns) {
            input[point] = unknown;
        }
    }

    /// Sets the values that the block reads from outside at a point.
    pub(crate) fn set_outside(&mut self, point: usize, values: impl Iterator<Item = f64>) {
        for (input, value) in self.inputs[self.residuals.len()..].iter_mut().zip(values) {
            input[point] = value;
        }
    }

    /// The residuals at a point.
    pub(crate) fn residuals(&self, point: usize) -> impl Iterator<Item = f64> {
        self.residuals.iter().map(move |lane| lane[point])
    }

    /// The activities of the equations at a point.
    pub(crate) fn activity(&self, point: usize) -> impl Iterator<Item = f64> {
        self.activity.iter().map(move |lane| lane[point])
    }

    /// True if all derivatives at a point are finite.
    pub(crate) fn has_finite_derivatives(&self, point: usize) -> bool {
        self.contributions.iter().all(|lane| lane[point].is_finite())
    }

    /// Factorises the scaled Jacobian at a point; `None` if it is singular.
    pub(crate) fn factorise(&mut self, point: usize) -> Option<LuFactors<'_>> {
        self.pattern.factorise(self.scaled.iter().map(|lane| lane[point]))
    }

    /// The entries of the scaled Jacobian at a point: row, column, value.
    pub(crate) fn scaled(&self, point: usize) -> impl Iterator<Item = (usize, usize, f64)> {
        let entries = self.pattern.entries().zip(&self.scaled);
        entries.map(move |((row, column), lane)| (row, column, lane[point]))
    }
}

/// The scale of an unknown: its magnitude, or 1 for an unknown of 0.
pub(crate) fn unknown_scale(unknown: f64) -> f64 {
    if unknown == 0.0 { 1.0 } else { unknown.abs() }
}

impl System {
    /// Builds the system of equations on a tape, each given by its left and right side and the
    /// bound of a complementarity condition. Equation n belongs to unknown n, which is input n.
    pub(crate) fn new(tape: Tape, equations: &[(Node, Node, Option<f64>)]) -> Self {
        let count = equations.len();
        let mut contributions = Vec::new();
        let equation = |(row, &(left, right, bound)): (usize, &(Node, Node, Option<f64>))| {
            let cones = [tape.cone(left), tape.cone(right)];
            contributions.extend(bound.map(|_| (row, row)));
            for &node in cones.iter().flatten() {
                match tape.instruction(node) {
                    Instruction::Input(column) if column < count => {
                        contributions.push((row, column))
                    }
                    _ => {}
                }
            }
            Equation { left, right, cones, bound }
        };
        let equations = equations.iter().enumerate().map(equation).collect();
        let pattern = Pattern::new(count, &contributions);
        let (limits, following) = (Vec::new(), Vec::new());
        Self { tape, equations, contributions, pattern, limits, following }
    }

    /// Adds the limits of the unknowns, and the nodes of the values that follow from them.
    pub(super) fn with(self, limits: Vec<Limits>, following: Vec<Node>) -> Self {
        Self { limits, following, ..self }
    }

    /// The limits of each unknown; empty if none has any.
    pub(crate) fn limits(&self) -> &[Limits] {
        &self.limits
    }

    /// The values that follow from the unknowns at a point, after [`System::evaluate`].
    pub(super) fn following(&self, at: &EvaluationPoints<1>) -> Vec<f64> {
        self.following.iter().map(|&node| at.values[node as usize][0]).collect()
    }

    /// Number of unknowns, and of equations.
    pub(crate) fn unknowns(&self) -> usize {
        self.equations.len()
    }

    /// Computes the residuals at all points.
    pub(crate) fn evaluate<const W: usize>(&self, at: &mut EvaluationPoints<W>) {
        self.tape.forward(at.arch, &at.inputs, &mut at.values);
        for (n, (equation, residual)) in self.equations.iter().zip(&mut at.residuals).enumerate() {
            let (left, right) = equation.sides(&at.values);
            for i in 0..W {
                residual[i] = left[i] - right[i];
                if let Some(bound) = equation.bound {
                    residual[i] = complementarity(at.inputs[n][i] - bound, residual[i]).0;
                }
            }
        }
    }

    /// Computes activities and the scaled Jacobian at all points, after [`System::evaluate`].
    pub(crate) fn differentiate<const W: usize>(&self, at: &mut EvaluationPoints<W>) {
        at.contributions.clear();
        at.scaled.fill([0.0; W]);
        for (row, equation) in self.equations.iter().enumerate() {
            let first = at.contributions.len();
            let (left, right) = equation.sides(&at.values);
            let (mut weight, mut activity) = ([1.0; W], [0.0; W]);
            for i in 0..W {
                activity[i] = left[i].abs() + right[i].abs();
            }
            if let Some(bound) = equation.bound {
                let mut by_unknown = [0.0; W];
                for i in 0..W {
                    let slack = at.inputs[row][i] - bound;
                    (_, by_unknown[i], weight[i]) = complementarity(slack, left[i] - right[i]);
                    activity[i] += slack.abs();
                }
                at.contributions.push(by_unknown);
            }
            at.activity[row] = activity;
            for (cone, sign) in equation.cones.iter().zip([1.0, -1.0]) {
                let seed = (cone.as_slice(), weight.map(|weight| sign * weight));
                let (contributions, count) = (&mut at.contributions, self.unknowns());
                self.tape.backward(
                    at.arch,
                    seed,
                    &at.values,
                    &mut at.adjoints,
                    |column, contribution| {
                        if column < count {
                            contributions.push(contribution);
                        }
                    },
                );
            }
            self.scale_row(at, row, first);
        }
    }

    /// Computes the entries of the Jacobian, which are not scaled, and an upper bound of the terms that
    /// cancel in each: the sum of the magnitudes of all products of partial derivatives. Row, column,
    /// entry, bound; after [`System::differentiate`].
    pub(super) fn entries(&self, at: &mut EvaluationPoints<1>) -> Vec<(usize, usize, f64, f64)> {
        let mut entries: Vec<(usize, usize, f64, f64)> =
            self.pattern.entries().map(|(row, column)| (row, column, 0.0, 0.0)).collect();
        let (mut next, count) = (0, self.unknowns());
        for (row, equation) in self.equations.iter().enumerate() {
            let mut add = |bound: f64| {
                let (place, own) = (self.pattern.entry_indices()[next], at.contributions[next][0]);
                entries[place].2 += own;
                entries[place].3 += bound;
                next += 1;
            };
            let mut weight = 1.0;
            if let Some(bound) = equation.bound {
                let (left, right) = equation.sides(&at.values);
                let gap = left[0] - right[0];
                let (_, by_unknown, by_gap) = complementarity(at.inputs[row][0] - bound, gap);
                weight = by_gap;
                add(by_unknown.abs());
            }
            for cone in &equation.cones {
                let seed = (cone.as_slice(), weight);
                self.tape.magnitudes(
                    at.arch,
                    seed,
                    &at.values,
                    &mut at.adjoints,
                    |column, bound| {
                        if column < count {
                            add(bound);
                        }
                    },
                );
            }
        }
        entries
    }

    /// Adds the contributions of one equation, which are those from `first` on, to its activity,
    /// and with that scales its row of the Jacobian.
    fn scale_row<const W: usize>(&self, at: &mut EvaluationPoints<W>, row: usize, first: usize) {
        let (activity, entry_indices) =
            (&mut at.activity[row], &self.pattern.entry_indices()[first..]);
        let contributions = || at.contributions[first..].iter().zip(&self.contributions[first..]);
        for (contribution, &(_, column)) in contributions() {
            for i in 0..W {
                activity[i] += (contribution[i] * at.inputs[column][i]).abs();
            }
        }
        let weight = activity.map(|activity| if activity > 0.0 { 1.0 / activity } else { 1.0 });
        for ((contribution, &(_, column)), &place) in contributions().zip(entry_indices) {
            for i in 0..W {
                at.scaled[place][i] +=
                    contribution[i] * weight[i] * unknown_scale(at.inputs[column][i]);
            }
        }
    }
}

impl Equation {
    /// The values of both sides of the equation, at all points.
    fn sides<'v, const W: usize>(&self, values: &'v [Lane<W>]) -> (&'v Lane<W>, &'v Lane<W>) {
        (&values[self.left as usize], &values[self.right as usize])
    }
}

/// Computes the Fischer-Burmeister function of a and b, and its derivatives with respect to both.
/// The function is 0 exactly if `a >= 0`, `b >= 0` and one of them is 0 (Fischer 1992, "A special
/// Newton-type optimization method").
fn complementarity(a: f64, b: f64) -> (f64, f64, f64) {
    let length = libm::hypot(a, b);
    if length == 0.0 {
        return (0.0, 1.0 - std::f64::consts::FRAC_1_SQRT_2, 1.0 - std::f64::consts::FRAC_1_SQRT_2);
    }
    (a + b - length, 1.0 - a / length, 1.0 - b / length)
}
