//! The equations of a block as a square system of residuals with its Jacobian, at `W` points
//! together.
//!
//! In: a block of the plan, whose equations are traced to a tape. Out: residuals, activities and
//! the scaled Jacobian at each point, and its factors. The residual of an equation is left minus
//! right side; that of a complementarity condition is the Fischer-Burmeister function.

use std::collections::BTreeMap;

use pulp::Arch;

use super::gradient::Gradient;
use super::linear::{LuFactors, Pattern};
use super::sweep::Lane;
use super::tape::{Node, OnTape, Symbolic, Tape};
use super::tracer::Tracer;
use crate::diagnostic::Code;
use crate::engine::run::domain::Numbers;
use crate::engine::run::eval::{Evaluator, Fault, Stored, fault};
use crate::engine::run::stop::Stop;
use crate::model::{BinaryOp, Expr, Op};
use crate::plan::{Block, CellIndex, Plan, Rule};

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
            rows: Vec::with_capacity(system.gradient.entries),
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
        self.derivatives.iter().all(|lane| lane[point].is_finite())
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

/// Memory in bytes of an entry of the Jacobian, with the factors: a dense matrix has no other.
const MEMORY_OF_ENTRY: u64 = 128;

/// The scale of an unknown: its magnitude, or 1 for an unknown of 0.
pub(crate) fn unknown_scale(unknown: f64) -> f64 {
    if unknown == 0.0 { 1.0 } else { unknown.abs() }
}

impl System {
    /// Traces the equations of a block to a system. Everything that the block reads from outside
    /// has been computed before.
    ///
    /// In a simulation `outside` gives values that depend on draws. Returns their nodes on the
    /// simulation's tape: they are the inputs after the unknowns.
    pub(crate) fn trace<'t>(
        surroundings: &'t mut Surroundings<'_>,
        block: &Block,
        outside: Option<&'t mut (dyn OnTape + 't)>,
    ) -> Result<(Self, Vec<Node>), (Fault, CellIndex)> {
        let mut tracing = Tracing {
            surroundings,
            tape: Tape::default(),
            nodes: BTreeMap::new(),
            outside,
            imports: Vec::new(),
            inputs: block.unknowns.len(),
        };
        for (n, &place) in block.unknowns.iter().enumerate() {
            let input = tracing.tape.input(n);
            tracing.nodes.insert(place, Symbolic::Node(input));
        }
        for &place in &block.explicit {
            let value = tracing.value(place).map_err(|fault| (fault, place))?;
            tracing.nodes.insert(place, value);
        }
        let mut equations = Vec::with_capacity(block.unknowns.len());
        for &place in &block.unknowns {
            let (left, right, bound) = tracing.sides(place).map_err(|fault| (fault, place))?;
            let (left, right) = (tracing.tape.node(left), tracing.tape.node(right));
            equations.push((left, right, bound));
        }
        let Tracing { tape, imports, surroundings, .. } = tracing;
        let most = surroundings.stop.free() / MEMORY_OF_ENTRY;
        if let Some(system) = Self::within(tape, &equations, most) {
            return Ok((system, imports));
        }
        let place = block.unknowns.first().copied().unwrap_or_default();
        let (plan, mut rules) = (surroundings.plan, Vec::new());
        let (model, point) = (plan.variant.model, plan.layout.point(place));
        plan.variant.rules(&point, &mut rules);
        let span =
            rules.last().map_or(model.quantities[point.quantity].span, |rule| rule.span(model));
        let count = equations.len();
        let message =
            format!("more memory than the limit is required for {count} equations solved together");
        fault(Code::LimitMemory, &message, span).map_err(|fault| (fault, place))
    }

    /// Builds the system of equations on a tape, each given by its left and right side and the
    /// bound of a complementarity condition. Equation n belongs to unknown n, which is input n.
    /// None if the Jacobian has more than `most` entries.
    fn within(tape: Tape, equations: &[(Node, Node, Option<f64>)], most: u64) -> Option<Self> {
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
        Some(Self { tape, equations: all, gradient, pattern })
    }

    /// Builds a system without a limit.
    #[cfg(test)]
    pub(crate) fn new(tape: Tape, equations: &[(Node, Node, Option<f64>)]) -> Self {
        Self::within(tape, equations, u64::MAX).expect("there is no limit")
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
            let (inputs, derivatives) = (&at.inputs, &mut at.row);
            let mut add = |column: usize, derivative: &Lane<W>| {
                for i in 0..W {
                    derivatives[column][i] += derivative[i];
                    activity[i] += (derivative[i] * inputs[column][i]).abs();
                }
            };
            for (cone, sign) in equation.cones.iter().zip([1.0, -1.0]) {
                let seed = (cone.as_slice(), weight.map(|weight| sign * weight), false);
                let on = (self.gradient.roles.as_slice(), at.values.as_slice());
                self.tape.backward(at.arch, seed, on, &mut at.adjoints, |end, adjoint| {
                    self.gradient.each_unknown(&at.rows, end, &adjoint, &mut add);
                });
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

    /// Computes the derivative rows of shared nodes.
    fn shared_rows<const W: usize>(&self, at: &mut EvaluationPoints<W>) {
        at.rows.clear();
        for shared in &self.gradient.shared {
            let (on, row) = ((self.gradient.roles.as_slice(), at.values.as_slice()), &mut at.row);
            let seed = (shared.cone.as_slice(), [1.0; W], true);
            let mut add = |column: usize, derivative: &Lane<W>| {
                row[column].iter_mut().zip(derivative).for_each(|(sum, by)| *sum += by);
            };
            self.tape.backward(at.arch, seed, on, &mut at.adjoints, |end, adjoint| {
                self.gradient.each_unknown(&at.rows, end, &adjoint, &mut add);
            });
            let taken = shared
                .columns
                .iter()
                .map(|&column| std::mem::replace(&mut at.row[column as usize], [0.0; W]));
            at.rows.extend(taken);
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

/// The run that contains a block.
pub(crate) struct Surroundings<'a> {
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) stored: Stored<'a>,
    pub(crate) slots: &'a mut [u32],
    /// The values of random quantities in a plain run.
    pub(crate) numbers: Numbers<'a>,
    pub(crate) stop: &'a Stop,
}

/// A block while its equations are traced.
struct Tracing<'t, 'a> {
    surroundings: &'t mut Surroundings<'a>,
    tape: Tape,
    nodes: BTreeMap<CellIndex, Symbolic>,
    outside: Option<&'t mut (dyn OnTape + 't)>,
    imports: Vec<Node>,
    inputs: usize,
}

impl Tracing<'_, '_> {
    /// An evaluator whose domain records on the block's tape.
    fn evaluator(&mut self) -> Evaluator<'_, Tracer<'_>> {
        let imports = &mut self.imports;
        let outside = self.outside.as_mut();
        let outside = outside.map(|outside| (&mut **outside as &mut dyn OnTape, imports));
        let Surroundings { plan, stored, slots, numbers, .. } = &mut *self.surroundings;
        let tracer = Tracer {
            tape: &mut self.tape,
            nodes: &self.nodes,
            outside,
            numbers: *numbers,
            inputs: self.inputs,
            in_baseline: false,
        };
        Evaluator::new(plan.variant.model, *stored, slots, tracer)
    }

    /// Traces the value that the rules of a point give it.
    fn value(&mut self, index: CellIndex) -> Result<Symbolic, Fault> {
        let plan = self.surroundings.plan;
        let point = plan.layout.point(index);
        let mut rules = Vec::new();
        plan.variant.rules(&point, &mut rules);
        self.evaluator().value(&rules, &point, plan.variant.neutral(point.quantity))
    }

    /// Traces both sides of the equation that belongs to an unknown; also returns the bound of a
    /// complementarity condition.
    fn sides(&mut self, index: CellIndex) -> Result<(Symbolic, Symbolic, Option<f64>), Fault> {
        let plan = self.surroundings.plan;
        let point = plan.layout.point(index);
        let mut rules = Vec::new();
        plan.variant.rules(&point, &mut rules);
        let (id, definition) = match rules.as_slice() {
            [Rule::Definition(id, definition)] if definition.op == Op::Solve => (*id, *definition),
            [first, Rule::Override(_, given), ..] if first.is_condition() => {
                let span = plan.variant.model.quantities[given.target.quantity].span;
                return fault(
                    Code::NotAvailable,
                    "an override relative to a value that is solved for",
                    span,
                );
            }
            _ => {
                let right = self.value(index)?;
                return Ok((self.nodes[&index], right, None));
            }
        };
        let mut evaluator = self.evaluator();
        evaluator.enter(id, definition, &point);
        let Expr::Binary { op, left, right, .. } = &definition.expr else {
            let left = evaluator.eval(&definition.expr, point.year)?;
            return Ok((left, Symbolic::Known(0.0), None));
        };
        let left = evaluator.eval(left, point.year)?;
        let right = evaluator.eval(right, point.year)?;
        Ok(match (op, definition.bound) {
            (BinaryOp::AtMost | BinaryOp::Below, bound) => (right, left, bound),
            (_, bound) => (left, right, bound),
        })
    }
}
