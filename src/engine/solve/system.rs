//! The equations of a block as a system of residuals, with its derivatives, at some points at once.

use std::collections::BTreeMap;

use pulp::Arch;

use super::linear::{Factors, Shape};
use super::sweep::Lane;
use super::tape::{Instruction, Node, OnTape, Tape, Traced, Tracer};
use crate::diagnostic::Code;
use crate::engine::run::domain::Numbers;
use crate::engine::run::eval::{Evaluator, Fault, Stored, fault};
use crate::model::{BinaryOp, Expr, Op};
use crate::plan::{Block, CellIndex, Plan, Rule};

/// One equation: its sides, and what may hold in place of equality.
#[derive(Debug, Clone)]
struct Equation {
    left: Node,
    right: Node,
    /// What the residual is computed from, for derivatives.
    cones: [Vec<Node>; 2],
    /// For `left >= right` with `unknown >= bound`, one of the two with equality: the bound.
    bound: Option<f64>,
}

/// As many equations as unknowns.
#[derive(Debug, Clone)]
pub(crate) struct System {
    tape: Tape,
    equations: Vec<Equation>,
    /// The equation and the unknown of each part of the derivatives, in the order in which they are
    /// computed. An entry of the matrix may have several.
    parts: Vec<(usize, usize)>,
    shape: Shape,
}

/// Points at which a system is evaluated together, and what is known of it there.
pub(crate) struct Points<const W: usize> {
    arch: Arch,
    /// The unknowns, then what the block reads from outside.
    inputs: Vec<Lane<W>>,
    values: Vec<Lane<W>>,
    adjoints: Vec<Lane<W>>,
    /// Left less right side of each equation.
    residuals: Vec<Lane<W>>,
    /// The activity of each equation: the sum of the sizes of its terms.
    activity: Vec<Lane<W>>,
    parts: Vec<Lane<W>>,
    /// The entries of the matrix with every row divided by the equation's activity, every column
    /// multiplied by the unknown's size.
    scaled: Vec<Lane<W>>,
    shape: Shape,
}

impl<const W: usize> Points<W> {
    pub(crate) fn new(arch: Arch, system: &System, outside: usize) -> Self {
        let (count, nodes) = (system.unknowns(), system.tape.len());
        Self {
            arch,
            inputs: vec![[0.0; W]; count + outside],
            values: Vec::with_capacity(nodes),
            adjoints: vec![[0.0; W]; nodes],
            residuals: vec![[0.0; W]; count],
            activity: vec![[0.0; W]; count],
            parts: Vec::with_capacity(system.parts.len()),
            scaled: vec![[0.0; W]; system.shape.entries().count()],
            shape: system.shape.clone(),
        }
    }

    /// Moves a point.
    pub(crate) fn set(&mut self, point: usize, unknowns: &[f64]) {
        for (input, &unknown) in self.inputs.iter_mut().zip(unknowns) {
            input[point] = unknown;
        }
    }

    /// Says what the block reads from outside at a point.
    pub(crate) fn set_outside(&mut self, point: usize, values: impl Iterator<Item = f64>) {
        for (input, value) in self.inputs[self.residuals.len()..].iter_mut().zip(values) {
            input[point] = value;
        }
    }

    pub(crate) fn residuals(&self, point: usize) -> impl Iterator<Item = f64> {
        self.residuals.iter().map(move |lane| lane[point])
    }

    pub(crate) fn activity(&self, point: usize) -> impl Iterator<Item = f64> {
        self.activity.iter().map(move |lane| lane[point])
    }

    /// True if all derivatives are finite.
    pub(crate) fn is_smooth(&self, point: usize) -> bool {
        self.parts.iter().all(|lane| lane[point].is_finite())
    }

    /// The factors of the scaled matrix.
    pub(crate) fn factorise(&mut self, point: usize) -> Option<Factors<'_>> {
        self.shape.factorise(self.scaled.iter().map(|lane| lane[point]))
    }

    /// The entries of the scaled matrix.
    pub(crate) fn scaled(&self, point: usize) -> impl Iterator<Item = (usize, usize, f64)> {
        let entries = self.shape.entries().zip(&self.scaled);
        entries.map(move |((row, column), lane)| (row, column, lane[point]))
    }
}

/// The size that an unknown is measured by.
pub(crate) fn size(unknown: f64) -> f64 {
    if unknown == 0.0 { 1.0 } else { unknown.abs() }
}

impl System {
    /// The system of a block; all that the block reads from outside has been computed. With
    /// `outside`, some of it is not known either: its nodes are the inputs behind the unknowns.
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
            tracing.nodes.insert(place, Traced::Node(input));
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
        let Tracing { tape, imports, .. } = tracing;
        Ok((Self::new(tape, &equations), imports))
    }

    /// The system of equations that stand on a tape: their sides and bounds, one for each of the
    /// inputs that are unknown, which come first.
    pub(crate) fn new(tape: Tape, equations: &[(Node, Node, Option<f64>)]) -> Self {
        let count = equations.len();
        let mut parts = Vec::new();
        let equation = |(row, &(left, right, bound)): (usize, &(Node, Node, Option<f64>))| {
            let cones = [tape.cone(left), tape.cone(right)];
            parts.extend(bound.map(|_| (row, row)));
            for &node in cones.iter().flatten() {
                match tape.instruction(node) {
                    Instruction::Input(column) if column < count => parts.push((row, column)),
                    _ => {}
                }
            }
            Equation { left, right, cones, bound }
        };
        let equations = equations.iter().enumerate().map(equation).collect();
        let shape = Shape::new(count, &parts);
        Self { tape, equations, parts, shape }
    }

    /// How many equations and unknowns there are.
    pub(crate) fn unknowns(&self) -> usize {
        self.equations.len()
    }

    /// Computes the residuals at all points.
    pub(crate) fn evaluate<const W: usize>(&self, at: &mut Points<W>) {
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

    /// Computes the derivatives, and what follows from them, at all points where the residuals have
    /// been computed.
    pub(crate) fn differentiate<const W: usize>(&self, at: &mut Points<W>) {
        at.parts.clear();
        at.scaled.fill([0.0; W]);
        for (row, equation) in self.equations.iter().enumerate() {
            let first = at.parts.len();
            let (left, right) = equation.sides(&at.values);
            let (mut weight, mut size) = ([1.0; W], [0.0; W]);
            for i in 0..W {
                size[i] = left[i].abs() + right[i].abs();
            }
            if let Some(bound) = equation.bound {
                let mut by_unknown = [0.0; W];
                for i in 0..W {
                    let above = at.inputs[row][i] - bound;
                    (_, by_unknown[i], weight[i]) = complementarity(above, left[i] - right[i]);
                    size[i] += above.abs();
                }
                at.parts.push(by_unknown);
            }
            at.activity[row] = size;
            for (cone, sign) in equation.cones.iter().zip([1.0, -1.0]) {
                let seed = (cone.as_slice(), weight.map(|weight| sign * weight));
                let (parts, count) = (&mut at.parts, self.unknowns());
                self.tape.backward(at.arch, seed, &at.values, &mut at.adjoints, |column, part| {
                    if column < count {
                        parts.push(part);
                    }
                });
            }
            self.scale(at, row, first);
        }
    }

    /// Computes the activity of an equation, whose parts are the last, and its row of the scaled
    /// matrix.
    fn scale<const W: usize>(&self, at: &mut Points<W>, row: usize, first: usize) {
        let (activity, places) = (&mut at.activity[row], &self.shape.places()[first..]);
        let parts = || at.parts[first..].iter().zip(&self.parts[first..]);
        for (part, &(_, column)) in parts() {
            for i in 0..W {
                activity[i] += (part[i] * at.inputs[column][i]).abs();
            }
        }
        let weight = activity.map(|activity| if activity > 0.0 { 1.0 / activity } else { 1.0 });
        for ((part, &(_, column)), &place) in parts().zip(places) {
            for i in 0..W {
                at.scaled[place][i] += part[i] * weight[i] * size(at.inputs[column][i]);
            }
        }
    }
}

impl Equation {
    fn sides<'v, const W: usize>(&self, values: &'v [Lane<W>]) -> (&'v Lane<W>, &'v Lane<W>) {
        (&values[self.left as usize], &values[self.right as usize])
    }
}

/// 0 exactly where `a >= 0`, `b >= 0` and one of them is 0, with its derivatives (Fischer 1992, "A
/// special Newton-type optimization method").
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
}

/// A block being recorded.
struct Tracing<'t, 'a> {
    surroundings: &'t mut Surroundings<'a>,
    tape: Tape,
    nodes: BTreeMap<CellIndex, Traced>,
    outside: Option<&'t mut (dyn OnTape + 't)>,
    imports: Vec<Node>,
    inputs: usize,
}

impl Tracing<'_, '_> {
    fn evaluator(&mut self) -> Evaluator<'_, Tracer<'_>> {
        let imports = &mut self.imports;
        let outside = self.outside.as_mut();
        let outside = outside.map(|outside| (&mut **outside as &mut dyn OnTape, imports));
        let Surroundings { plan, stored, slots, numbers } = &mut *self.surroundings;
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

    /// The value that the rules of a point give it.
    fn value(&mut self, index: CellIndex) -> Result<Traced, Fault> {
        let plan = self.surroundings.plan;
        let point = plan.layout.point(index);
        let mut rules = Vec::new();
        plan.variant.rules(&point, &mut rules);
        self.evaluator().value(&rules, &point, plan.variant.neutral(point.quantity))
    }

    /// Both sides of the equation that belongs to an unknown, and its bound for a complementarity.
    fn sides(&mut self, index: CellIndex) -> Result<(Traced, Traced, Option<f64>), Fault> {
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
            return Ok((left, Traced::Known(0.0), None));
        };
        let left = evaluator.eval(left, point.year)?;
        let right = evaluator.eval(right, point.year)?;
        Ok(match (op, definition.bound) {
            (BinaryOp::AtMost | BinaryOp::Below, bound) => (right, left, bound),
            (_, bound) => (left, right, bound),
        })
    }
}
