//! The equations of a block as a system of residuals, with its derivatives.

use std::collections::BTreeMap;

use super::Machine;
use super::domain::Domain as _;
use super::eval::Fault;
use super::linear::Matrix;
use super::tape::{Node, Tape, Traced, Tracer};
use crate::model::{BinaryOp, Expr, Op};
use crate::plan::{Block, Place};

/// One equation: its sides, and what may hold in place of equality.
#[derive(Debug)]
struct Equation {
    left: Node,
    right: Node,
    /// What the residual is computed from, for derivatives.
    cones: [Vec<Node>; 2],
    /// For `left >= right` with `unknown >= bound`, one of the two with equality: the bound.
    bound: Option<f64>,
}

/// As many equations as unknowns.
#[derive(Debug)]
pub(super) struct System {
    tape: Tape,
    equations: Vec<Equation>,
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
    /// The system of a block; all that the block reads from outside has been computed.
    pub(super) fn trace(machine: &mut Machine<'_>, block: &Block) -> Result<Self, (Fault, Place)> {
        let mut tape = Tape::default();
        let mut nodes: BTreeMap<Place, Traced> = BTreeMap::new();
        for (n, &place) in block.unknowns.iter().enumerate() {
            nodes.insert(place, Traced::Node(tape.input(n)));
        }
        for &place in &block.explicit {
            let value = machine.traced(place, &mut tape, &nodes).map_err(|f| (f, place))?;
            nodes.insert(place, value);
        }
        let mut equations = Vec::with_capacity(block.unknowns.len());
        for &place in &block.unknowns {
            let (left, right, bound) =
                machine.sides(place, &mut tape, &nodes).map_err(|f| (f, place))?;
            let (left, right) = (tape.node(left), tape.node(right));
            let cones = [tape.cone(left), tape.cone(right)];
            equations.push(Equation { left, right, cones, bound });
        }
        Ok(Self { tape, equations })
    }

    /// Left less right side of each equation.
    pub(super) fn residuals(&self, unknowns: &[f64]) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.tape.len());
        self.tape.forward(unknowns, &mut values);
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
        self.tape.forward(unknowns, &mut values);
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
                    jacobian.add(row, column, value);
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

impl Machine<'_> {
    /// The value of a point on a tape.
    fn traced(
        &mut self,
        place: Place,
        tape: &mut Tape,
        nodes: &BTreeMap<Place, Traced>,
    ) -> Result<Traced, Fault> {
        let point = self.plan.layout.point(place);
        let mut definitions = std::mem::take(&mut self.definitions);
        self.plan.selection.definitions(&point, &mut definitions);
        let neutral = self.neutral(point.quantity);
        let mut evaluator = self.evaluator(Tracer { tape, nodes });
        let start = evaluator.domain.constant(neutral);
        let value = definitions
            .iter()
            .try_fold(start, |value, definition| evaluator.define(definition, &point, value));
        self.definitions = definitions;
        value
    }

    /// Both sides of the equation that belongs to an unknown, and its bound for a complementarity.
    fn sides(
        &mut self,
        place: Place,
        tape: &mut Tape,
        nodes: &BTreeMap<Place, Traced>,
    ) -> Result<(Traced, Traced, Option<f64>), Fault> {
        let point = self.plan.layout.point(place);
        let mut definitions = std::mem::take(&mut self.definitions);
        self.plan.selection.definitions(&point, &mut definitions);
        let condition = match definitions.as_slice() {
            [only] if only.op == Op::Solve => Some(*only),
            _ => None,
        };
        self.definitions = definitions;
        let Some(definition) = condition else {
            let right = self.traced(place, tape, nodes)?;
            return Ok((nodes[&place], right, None));
        };
        let mut evaluator = self.evaluator(Tracer { tape, nodes });
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
