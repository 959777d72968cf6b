//! What an expression is, as far as its parts tell: for the units of the numbers in it.

use super::{NUMBER, Printer};
use crate::builtins::{BUILTINS, Function, Rule};
use crate::model::{BinaryOp, Expr, Kind, Reduction};
use crate::quantity::Dimension;

impl Printer<'_> {
    /// What an expression is; `None` for a number alone.
    pub(super) fn kind(&self, expr: &Expr) -> Option<Kind> {
        match expr {
            Expr::Const(_) => None,
            Expr::Slot(slot) => self.slots.get(slot).map(|&(_, set)| Kind::Element(set)),
            Expr::Year(_) => Some(Kind::Year),
            Expr::Read { quantity, .. } => {
                self.model.quantities.get(*quantity).map(|quantity| quantity.kind)
            }
            Expr::Negate(a) | Expr::Baseline(a) => self.kind(a),
            Expr::Not(_) => Some(Kind::Truth),
            Expr::Binary { op, left, right, .. } => match op {
                BinaryOp::Add => self.kind(left).or_else(|| self.kind(right)),
                BinaryOp::Subtract => match (self.kind(left), self.kind(right)) {
                    (Some(Kind::Year), Some(Kind::Year)) => Some(YEARS),
                    (a, b) => a.or(b),
                },
                BinaryOp::Multiply => Some(times(self.kind(left)?, self.kind(right)?, 1)),
                BinaryOp::Divide => Some(times(self.kind(left)?, self.kind(right)?, -1)),
                BinaryOp::Power => None,
                _ => Some(Kind::Truth),
            },
            Expr::If(_, then, other) => self.kind(then).or_else(|| self.kind(other)),
            Expr::Call { function, args, .. } => match rule(*function) {
                Rule::Same => args.iter().find_map(|arg| self.kind(arg)),
                Rule::Number => Some(NUMBER),
                Rule::Ratio => match args.as_slice() {
                    [a, b, ..] => Some(times(self.kind(a)?, self.kind(b)?, -1)),
                    _ => None,
                },
                Rule::Discrete => None,
            },
            Expr::Random(random) => match rule(random.function) {
                Rule::Same => random.args.iter().find_map(|arg| self.kind(arg)),
                Rule::Number => Some(NUMBER),
                _ => None,
            },
            Expr::Reduce { op: Reduction::Hhi, .. } => Some(NUMBER),
            Expr::Reduce { body, .. } => self.kind(body),
            Expr::Path { first, .. } => self.kind(first),
            Expr::Knots(knots) => knots.iter().find_map(|(_, value)| self.kind(value)),
        }
    }

    /// What both sides of an operator are required to be.
    pub(super) fn operand_kinds(
        &self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        expected: Option<Kind>,
    ) -> (Option<Kind>, Option<Kind>) {
        let (a, b) = (self.kind(left), self.kind(right));
        match op {
            BinaryOp::Or | BinaryOp::And => (Some(Kind::Truth), Some(Kind::Truth)),
            BinaryOp::Multiply => {
                let rest = |other: Option<Kind>| match (expected, other) {
                    (Some(all), Some(other)) => Some(times(all, other, -1)),
                    _ => None,
                };
                (a.or_else(|| rest(b)), b.or_else(|| rest(a)))
            }
            BinaryOp::Divide => {
                let above = match (expected, b) {
                    (Some(all), Some(below)) => Some(times(all, below, 1)),
                    _ => None,
                };
                let below = match (a, expected) {
                    (Some(above), Some(all)) => Some(times(above, all, -1)),
                    _ => None,
                };
                (a.or(above), b.or(below))
            }
            BinaryOp::Power => (a, Some(NUMBER)),
            BinaryOp::Add | BinaryOp::Subtract => {
                let common = a.or(b).or(expected);
                (side(left, common), side(right, common))
            }
            _ => {
                let common = a.or(b);
                (common, common)
            }
        }
    }

    /// What each argument is required to be.
    pub(super) fn argument_kinds(
        &self,
        function: Function,
        args: &[Expr],
        expected: Option<Kind>,
    ) -> Vec<Option<Kind>> {
        let common = args.iter().find_map(|arg| self.kind(arg)).or(expected);
        let kind = |(n, arg): (usize, &Expr)| match rule(function) {
            Rule::Same => common,
            Rule::Number => Some(NUMBER),
            Rule::Ratio if n == 2 => expected,
            Rule::Ratio => self.kind(arg),
            Rule::Discrete if n % 2 == 1 => Some(PERCENT),
            Rule::Discrete => expected,
        };
        args.iter().enumerate().map(kind).collect()
    }
}

const YEARS: Kind = Kind::Plain { dimension: Dimension::YEARS, percent: false };
const PERCENT: Kind = Kind::Plain { dimension: Dimension::NUMBER, percent: true };

fn rule(function: Function) -> Rule {
    BUILTINS.iter().find(|row| row.function == function).map_or(Rule::Same, |row| row.rule)
}

/// A term of a sum: whole numbers beside percentages are numbers, as in `1 + growth`; numbers beside
/// a year are years.
fn side(term: &Expr, common: Option<Kind>) -> Option<Kind> {
    match (term, common) {
        (Expr::Const(value), Some(Kind::Plain { percent: true, .. })) if value.fract() == 0.0 => {
            Some(NUMBER)
        }
        (Expr::Const(value), Some(Kind::Year)) if value.abs() < 1_000.0 => Some(YEARS),
        _ => common,
    }
}

/// The product, or with `sign` -1 the quotient.
fn times(a: Kind, b: Kind, sign: i8) -> Kind {
    let dimension = |kind: Kind| match kind {
        Kind::Plain { dimension, .. } => dimension,
        _ => Dimension::NUMBER,
    };
    Kind::Plain { dimension: dimension(a).times(dimension(b), sign), percent: false }
}
