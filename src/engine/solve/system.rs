//! The equations of a block as a square system of residuals with its Jacobian, at `W` points
//! together.
//!
//! In: equations on a tape, which `trace` records. Out: residuals, activities and the scaled Jacobian
//! at each point, and its factors. The residual of an equation is left minus
//! right side; that of a complementarity condition is the Fischer-Burmeister function.

use pulp::Arch;

use super::gradient::{AddDense, Gradient, SweepRole};
use super::linear::{LuFactors, Pattern};
use super::region::Limits;
use super::sweep::Lane;
use super::tape::{Node, Tape};

/// One equation or complementarity condition.
#[derive(Debug, Clone)]
struct Equation {
    /// The node of the left side, and of the right side below.
    left: Node,
    right: Node,
    /// For each side, the nodes from which it is computed, for the backward sweep.
    cones: [Vec<Node>; 2],
    /// The unknowns on which the equation depends, in rising order.
    columns: Vec<u32>,
    /// Index of the equation's first entry among the entries of all equations, in the order of `columns`.
    first: usize,
    /// For a complementarity condition `left >= right`, `unknown >= bound`, one of them with
    /// equality: the bound. `None` for an equation.
    bound: Option<f64>,
}

/// A system with as many equations as unknowns.
#[derive(Debug, Clone)]
pub(crate) struct System {
    tape: Tape,
    equations: Vec<Equation>,
    gradient: Gradient,
    pattern: Pattern,
    /// The limits of each unknown; empty if no unknown has any.
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
    /// The derivative rows of shared nodes, one after another.
    rows: Vec<Lane<W>>,
    /// For each dense row the sum of |derivative * unknown|: its part of the activity of an equation.
    row_activity: Vec<Lane<W>>,
    /// The derivatives of an equation or a shared node with respect to each unknown, all 0 between sweeps.
    row: Vec<Lane<W>>,
    /// The entries of the Jacobian: the derivatives of each equation, one after another.
    derivatives: Vec<Lane<W>>,
    /// The entries of the scaled Jacobian: each row divided by the activity of its equation, each
    /// column multiplied by the magnitude of its unknown.
    scaled: Vec<Lane<W>>,
    pattern: Pattern,
}

impl<const W: usize> EvaluationPoints<W> {
    /// Allocates points for a system that reads `outside` values from outside.
    pub(crate) fn new(arch: Arch, system: &System, outside: usize) -> Self {
        let (count, nodes) = (system.unknowns(), system.tape.len());
        let entries = system.pattern.entry_indices().len();
        Self {
            arch,
            inputs: vec![[0.0; W]; count + outside],
            values: Vec::with_capacity(nodes),
            adjoints: vec![[0.0; W]; nodes],
            residuals: vec![[0.0; W]; count],
            activity: vec![[0.0; W]; count],
            rows: Vec::with_capacity(system.gradient.entries()),
            row_activity: Vec::new(),
            row: vec![[0.0; W]; count],
            derivatives: Vec::with_capacity(entries),
            scaled: vec![[0.0; W]; entries],
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

    /// Returns the residuals at a point.
    pub(crate) fn residuals(&self, point: usize) -> impl Iterator<Item = f64> {
        self.residuals.iter().map(move |lane| lane[point])
    }

    /// Returns the magnitude of the terms of each equation at a point.
    pub(crate) fn activity(&self, point: usize) -> impl Iterator<Item = f64> {
        self.activity.iter().map(move |lane| lane[point])
    }

    /// True if all derivatives at a point are finite.
    pub(crate) fn has_finite_derivatives(&self, point: usize) -> bool {
        self.derivatives.iter().all(|lane| lane[point].is_finite())
    }

    /// Factorises the scaled Jacobian at a point; `None` if it is singular.
    pub(crate) fn factorise(&mut self, point: usize) -> Option<LuFactors<'_>> {
        self.pattern.factorise(self.scaled.iter().map(|lane| lane[point]))
    }

    /// Returns the entries of the scaled Jacobian at a point: row, column and value.
    pub(crate) fn scaled(&self, point: usize) -> impl Iterator<Item = (usize, usize, f64)> {
        let entries = self.pattern.entries().zip(&self.scaled);
        entries.map(move |((row, column), lane)| (row, column, lane[point]))
    }
}

/// Returns the scale of an unknown: its absolute value, or 1 for an unknown of 0.
pub(crate) fn unknown_scale(unknown: f64) -> f64 {
    if unknown == 0.0 { 1.0 } else { unknown.abs() }
}

impl System {
    /// Builds the system of equations on a tape, each given by its left and right side and the
    /// bound of a complementarity condition. Equation n belongs to unknown n, which is input n.
    /// None if the Jacobian has more than `most` entries.
    pub(super) fn within(
        tape: Tape,
        equations: &[(Node, Node, Option<f64>)],
        most: u64,
    ) -> Option<Self> {
        let count = equations.len();
        let sides: Vec<Node> =
            equations.iter().flat_map(|&(left, right, _)| [left, right]).collect();
        let (gradient, of_sides) = Gradient::new(&tape, count, &sides, most)?;
        let mut of_sides = of_sides.into_iter();
        let mut entries = Vec::new();
        let mut all = Vec::with_capacity(count);
        for (row, &(left, right, bound)) in equations.iter().enumerate() {
            let (left_cone, mut columns) = of_sides.next().unwrap_or_default();
            let (right_cone, others) = of_sides.next().unwrap_or_default();
            columns.extend(others);
            columns.extend(bound.map(|_| row as u32));
            columns.sort_unstable();
            columns.dedup();
            let first = entries.len();
            entries.extend(columns.iter().map(|&column| (row, column as usize)));
            all.push(Equation {
                left,
                right,
                cones: [left_cone, right_cone],
                columns,
                first,
                bound,
            });
        }
        let pattern = Pattern::new(count, &entries);
        let (limits, following) = (Vec::new(), Vec::new());
        Some(Self { tape, equations: all, gradient, pattern, limits, following })
    }

    /// Frees the memory that is not needed until equations of another form are recorded.
    pub(super) fn forget_lookup(&mut self) {
        self.tape.forget_lookup();
    }

    /// Takes the tape out of the system, to record equations of the same form over it.
    pub(super) fn take_tape(&mut self) -> Tape {
        std::mem::take(&mut self.tape).again()
    }

    /// Returns the system of equations that were recorded over those of this system; `None` if their form differs.
    pub(super) fn repeated(
        mut self,
        tape: Tape,
        equations: &[(Node, Node, Option<f64>)],
    ) -> Result<Self, Tape> {
        let same = |(own, new): (&Equation, &(Node, Node, Option<f64>))| {
            (own.left, own.right, own.bound.is_some()) == (new.0, new.1, new.2.is_some())
        };
        let has_same_form = tape.has_same_form()
            && self.equations.len() == equations.len()
            && self.equations.iter().zip(equations).all(same);
        if !has_same_form {
            return Err(tape);
        }
        for (equation, &(_, _, bound)) in self.equations.iter_mut().zip(equations) {
            equation.bound = bound;
        }
        self.tape = tape;
        Ok(self)
    }

    /// Builds a system without a limit.
    #[cfg(test)]
    pub(crate) fn new(tape: Tape, equations: &[(Node, Node, Option<f64>)]) -> Self {
        Self::within(tape, equations, u64::MAX).expect("there is no limit")
    }

    /// Adds the limits of the unknowns, and the nodes of the values that follow from them.
    pub(super) fn with(self, limits: Vec<Limits>, following: Vec<Node>) -> Self {
        Self { limits, following, ..self }
    }

    /// The limits of each unknown; empty if no unknown has any.
    pub(crate) fn limits(&self) -> &[Limits] {
        &self.limits
    }

    /// Returns the values that follow from the unknowns at a point, after [`System::evaluate`].
    pub(super) fn following(&self, at: &EvaluationPoints<1>) -> Vec<f64> {
        self.following.iter().map(|&node| at.values[node as usize][0]).collect()
    }

    /// Returns the number of unknowns, which equals the number of equations.
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
        self.shared_rows(at);
        at.derivatives.clear();
        for (row, equation) in self.equations.iter().enumerate() {
            let (left, right) = equation.sides(&at.values);
            let (mut weight, mut activity) = ([1.0; W], [0.0; W]);
            for i in 0..W {
                activity[i] = left[i].abs() + right[i].abs();
            }
            if let Some(bound) = equation.bound {
                let own = &mut at.row[row];
                for i in 0..W {
                    let slack = at.inputs[row][i] - bound;
                    (_, own[i], weight[i]) = complementarity(slack, left[i] - right[i]);
                    activity[i] += slack.abs() + (own[i] * at.inputs[row][i]).abs();
                }
            }
            let (inputs, derivatives, rows) = (&at.inputs, &mut at.row, &at.rows);
            let (arch, row_activity) = (at.arch, &at.row_activity);
            let mut add = |end: SweepRole, adjoint: Lane<W>| {
                if let Some((shared, dense)) = self.gradient.dense(end) {
                    let entries = &rows[shared.entries.clone()];
                    let onto = &mut derivatives[dense.first..][..entries.len()];
                    arch.dispatch(AddDense { onto, entries, adjoint: &adjoint });
                    for (i, sum) in row_activity[dense.number].iter().enumerate() {
                        let by = adjoint[i].abs() * sum;
                        activity[i] += if adjoint[i] == 0.0 { 0.0 } else { by };
                    }
                    return;
                }
                self.gradient.each_unknown(rows, end, &adjoint, &mut |column, derivative| {
                    for i in 0..W {
                        derivatives[column][i] += derivative[i];
                        activity[i] += (derivative[i] * inputs[column][i]).abs();
                    }
                });
            };
            for (cone, sign) in equation.cones.iter().zip([1.0, -1.0]) {
                let seed = (cone.as_slice(), weight.map(|weight| sign * weight), false);
                let on = (self.gradient.roles.as_slice(), at.values.as_slice());
                self.tape.backward(at.arch, seed, on, &mut at.adjoints, &mut add);
            }
            at.activity[row] = activity;
            let taken = equation
                .columns
                .iter()
                .map(|&column| std::mem::replace(&mut at.row[column as usize], [0.0; W]));
            at.derivatives.extend(taken);
            self.scale_row(at, row);
        }
    }

    /// Computes the entries of the Jacobian, which are not scaled, and an upper bound of the terms that
    /// cancel in each: the sum of the magnitudes of all products of partial derivatives. Row, column,
    /// entry, bound; after [`System::differentiate`].
    pub(super) fn entries(&self, at: &mut EvaluationPoints<1>) -> Vec<(usize, usize, f64, f64)> {
        let mut entries: Vec<(usize, usize, f64, f64)> =
            self.pattern.entries().map(|(row, column)| (row, column, 0.0, 0.0)).collect();
        let rows = self.magnitudes_of_rows(at);
        for (row, equation) in self.equations.iter().enumerate() {
            let mut weight = 1.0;
            if let Some(bound) = equation.bound {
                let (left, right) = equation.sides(&at.values);
                let gap = left[0] - right[0];
                let (_, by_unknown, by_gap) = complementarity(at.inputs[row][0] - bound, gap);
                weight = by_gap;
                at.row[row][0] += by_unknown.abs();
            }
            for cone in &equation.cones {
                self.magnitudes(at, &rows, (cone, weight, false));
            }
            let places = &self.pattern.entry_indices()[equation.first..];
            let derivatives = &at.derivatives[equation.first..];
            for ((&column, &place), derivative) in
                equation.columns.iter().zip(places).zip(derivatives)
            {
                let [bound] = std::mem::replace(&mut at.row[column as usize], [0.0]);
                (entries[place].2, entries[place].3) = (derivative[0], bound);
            }
        }
        entries
    }

    /// Computes for each shared node the magnitudes of the terms of its derivative row.
    fn magnitudes_of_rows(&self, at: &mut EvaluationPoints<1>) -> Vec<Lane<1>> {
        let mut rows: Vec<Lane<1>> = Vec::with_capacity(self.gradient.entries());
        for shared in &self.gradient.shared {
            self.magnitudes(at, &rows, (self.gradient.cone(shared), 1.0, true));
            let take = |&column: &u32| std::mem::replace(&mut at.row[column as usize], [0.0]);
            rows.extend(self.gradient.columns(shared).iter().map(take));
        }
        rows
    }

    /// Adds the magnitudes of the terms of a node's derivatives to `at.row`. `rows` has those of shared nodes.
    fn magnitudes(
        &self,
        at: &mut EvaluationPoints<1>,
        rows: &[Lane<1>],
        seed: (&[Node], f64, bool),
    ) {
        let (on, row) = ((self.gradient.roles.as_slice(), at.values.as_slice()), &mut at.row);
        let mut add = |column: usize, bound: &Lane<1>| row[column][0] += bound[0];
        self.tape.magnitudes(at.arch, seed, on, &mut at.adjoints, |end, adjoint| {
            self.gradient.each_unknown(rows, end, &adjoint, &mut add);
        });
    }

    /// Computes the derivative rows of shared nodes.
    fn shared_rows<const W: usize>(&self, at: &mut EvaluationPoints<W>) {
        let Self { gradient, .. } = self;
        at.rows.clear();
        at.row_activity.clear();
        for shared in &gradient.shared {
            let on = (gradient.roles.as_slice(), at.values.as_slice());
            let seed = (gradient.cone(shared), [1.0; W], true);
            let (arch, row, rows) = (at.arch, &mut at.row, &at.rows);
            self.tape.backward(arch, seed, on, &mut at.adjoints, |end, adjoint| {
                if let Some((shared, dense)) = gradient.dense(end) {
                    let entries = &rows[shared.entries.clone()];
                    let onto = &mut row[dense.first..][..entries.len()];
                    return arch.dispatch(AddDense { onto, entries, adjoint: &adjoint });
                }
                gradient.each_unknown(rows, end, &adjoint, &mut |column, derivative| {
                    row[column].iter_mut().zip(derivative).for_each(|(sum, by)| *sum += by);
                });
            });
            let mut activity = [0.0; W];
            for &column in gradient.columns(shared) {
                let column = column as usize;
                let entry = std::mem::replace(&mut at.row[column], [0.0; W]);
                for i in 0..W {
                    activity[i] += (entry[i] * at.inputs[column][i]).abs();
                }
                at.rows.push(entry);
            }
            at.row_activity.extend(shared.dense.map(|_| activity));
        }
    }

    /// Scales the derivatives of an equation by its activity and by the magnitude of each unknown.
    fn scale_row<const W: usize>(&self, at: &mut EvaluationPoints<W>, row: usize) {
        let equation = &self.equations[row];
        let activity = at.activity[row];
        let weight = activity.map(|activity| if activity > 0.0 { 1.0 / activity } else { 1.0 });
        let entries = self.pattern.entry_indices()[equation.first..].iter();
        let derivatives = at.derivatives[equation.first..].iter();
        for ((&column, &entry), derivative) in equation.columns.iter().zip(entries).zip(derivatives)
        {
            for i in 0..W {
                at.scaled[entry][i] =
                    derivative[i] * weight[i] * unknown_scale(at.inputs[column as usize][i]);
            }
        }
    }
}

impl Equation {
    /// Returns the values of both sides of the equation, at all points.
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
