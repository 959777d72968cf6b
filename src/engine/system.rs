//! The equations of a block as a system of residuals, with its derivatives.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::eval::{Evaluator, Fault};
use super::linear::Matrix;
use super::tape::{Node, Outside, Tape, Traced, Tracer};
use crate::model::{BinaryOp, Expr, Op};
use crate::plan::{Block, Place, Plan};

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
pub(super) struct System {
    tape: Tape,
    equations: Vec<Equation>,
    unknowns: usize,
    /// The values of the inputs behind the unknowns.
    outside: Vec<f64>,
}

/// A system near a point.
pub(super) struct Linear {
    /// Left less right side of each equation.
    pub(super) residuals: Vec<f64>,
    /// The sizes of both sides together.
    pub(super) sizes: Vec<f64>,
    /// The derivative of each residual by each unknown.
    pub(super) jacobian: Matrix,
}

impl System {
    /// The system of a block; all that the block reads from outside has been computed. With
    /// `outside`, some of it is not known either: its nodes are the inputs behind the unknowns.
    pub(super) fn trace<'t>(
        surroundings: &'t mut Surroundings<'_>,
        block: &Block,
        outside: Option<&'t mut (dyn Outside + 't)>,
    ) -> Result<(Self, Vec<Node>), (Fault, Place)> {
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
            let cones = [tracing.tape.cone(left), tracing.tape.cone(right)];
            equations.push(Equation { left, right, cones, bound });
        }
        let unknowns = block.unknowns.len();
        let Tracing { tape, imports, .. } = tracing;
        Ok((Self { tape, equations, unknowns, outside: Vec::new() }, imports))
    }

    /// The same system with other values from outside.
    pub(super) fn set_outside(&mut self, values: &[f64]) {
        self.outside.clear();
        self.outside.extend_from_slice(values);
    }

    fn inputs<'v>(&self, unknowns: &'v [f64]) -> Cow<'v, [f64]> {
        if self.outside.is_empty() {
            return Cow::Borrowed(unknowns);
        }
        Cow::Owned([unknowns, &self.outside].concat())
    }

    /// Left less right side of each equation.
    pub(super) fn residuals(&self, unknowns: &[f64]) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.tape.len());
        self.tape.forward(&self.inputs(unknowns), &mut values);
        let residual = |(n, equation): (usize, &Equation)| {
            let gap = values[equation.left as usize] - values[equation.right as usize];
            match equation.bound {
                Some(bound) => complementarity(unknowns[n] - bound, gap).0,
                None => gap,
            }
        };
        self.equations.iter().enumerate().map(residual).collect()
    }

    /// Residuals and their derivatives.
    pub(super) fn linearise(&self, unknowns: &[f64]) -> Linear {
        let mut values = Vec::with_capacity(self.tape.len());
        self.tape.forward(&self.inputs(unknowns), &mut values);
        let mut adjoints = vec![0.0; self.tape.len()];
        let count = unknowns.len();
        let mut jacobian = Matrix::new(count);
        let (mut residuals, mut sizes) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (row, equation) in self.equations.iter().enumerate() {
            let (left, right) = (values[equation.left as usize], values[equation.right as usize]);
            let (mut residual, mut weight) = (left - right, 1.0);
            let mut size = left.abs() + right.abs();
            if let Some(bound) = equation.bound {
                let by_unknown;
                (residual, by_unknown, weight) = complementarity(unknowns[row] - bound, residual);
                size += (unknowns[row] - bound).abs();
                jacobian.add(row, row, by_unknown);
            }
            for (cone, sign) in equation.cones.iter().zip([weight, -weight]) {
                self.tape.backward(cone, sign, &values, &mut adjoints, |column, value| {
                    if column < self.unknowns {
                        jacobian.add(row, column, value);
                    }
                });
            }
            residuals.push(residual);
            sizes.push(size);
        }
        Linear { residuals, sizes, jacobian }
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

/// What an evaluation of a block stands on.
pub(super) struct Surroundings<'a> {
    pub(super) plan: &'a Plan<'a>,
    pub(super) values: &'a [f64],
    pub(super) baseline: Option<&'a [f64]>,
    pub(super) slots: &'a mut [u32],
}

/// A block being written down.
struct Tracing<'t, 'a> {
    surroundings: &'t mut Surroundings<'a>,
    tape: Tape,
    nodes: BTreeMap<Place, Traced>,
    outside: Option<&'t mut (dyn Outside + 't)>,
    imports: Vec<Node>,
    inputs: usize,
}

impl Tracing<'_, '_> {
    fn evaluator(&mut self) -> Evaluator<'_, Tracer<'_>> {
        let imports = &mut self.imports;
        let outside = self.outside.as_mut();
        let outside = outside.map(|outside| (&mut **outside as &mut dyn Outside, imports));
        Evaluator {
            model: self.surroundings.plan.selection.model,
            layout: &self.surroundings.plan.layout,
            values: self.surroundings.values,
            baseline: self.surroundings.baseline,
            slots: &mut *self.surroundings.slots,
            defining: None,
            domain: Tracer {
                tape: &mut self.tape,
                nodes: &self.nodes,
                outside,
                inputs: self.inputs,
                in_baseline: false,
            },
        }
    }

    /// The value of a point.
    fn value(&mut self, place: Place) -> Result<Traced, Fault> {
        let plan = self.surroundings.plan;
        let point = plan.layout.point(place);
        let mut definitions = Vec::new();
        plan.selection.definitions(&point, &mut definitions);
        let mut evaluator = self.evaluator();
        let start = Traced::Known(plan.selection.neutral(point.quantity));
        definitions
            .iter()
            .try_fold(start, |value, definition| evaluator.define(definition, &point, value))
    }

    /// Both sides of the equation that belongs to an unknown, and its bound for a complementarity.
    fn sides(&mut self, place: Place) -> Result<(Traced, Traced, Option<f64>), Fault> {
        let plan = self.surroundings.plan;
        let point = plan.layout.point(place);
        let mut definitions = Vec::new();
        plan.selection.definitions(&point, &mut definitions);
        let [definition] = definitions.as_slice() else {
            let right = self.value(place)?;
            return Ok((self.nodes[&place], right, None));
        };
        if definition.op != Op::Solve {
            let right = self.value(place)?;
            return Ok((self.nodes[&place], right, None));
        }
        let mut evaluator = self.evaluator();
        evaluator.enter(definition, &point);
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
