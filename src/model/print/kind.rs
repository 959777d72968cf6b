//! Kinds of subexpressions, as far as their parts determine them, for the units of the numbers that are printed.

use super::{NUMBER, Printer};
use crate::builtins::{Builtin, Function, UnitRule};
use crate::model::{BinaryOp, Expr, Kind, Reduction};
use crate::quantity::Dimension;

impl Printer<'_> {
    /// Returns the kind of an expression; `None` for a number alone.
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
                BinaryOp::Multiply => times(self.kind(left)?, self.kind(right)?),
                BinaryOp::Divide => over(self.kind(left)?, self.kind(right)?),
                BinaryOp::Power => None,
                _ => Some(Kind::Truth),
            },
            Expr::If(_, then, other) => self.kind(then).or_else(|| self.kind(other)),
            Expr::Call { function, args, .. } => match function.row().rule {
                UnitRule::Same | UnitRule::Own => self.shared(*function, args),
                UnitRule::Number => Some(NUMBER),
                UnitRule::Ratio => match args.as_slice() {
                    [a, b, ..] => over(self.kind(a)?, self.kind(b)?),
                    _ => None,
                },
                UnitRule::Root => Some(plain(dimension(self.kind(args.first()?)?).root()?)),
                UnitRule::Pairs => None,
            },
            Expr::Random(random) => match random.function.row().rule {
                UnitRule::Same | UnitRule::Own => self.shared(random.function, &random.args),
                UnitRule::Number => Some(NUMBER),
                UnitRule::Root | UnitRule::Ratio | UnitRule::Pairs => None,
            },
            Expr::Reduce { op: Reduction::Hhi, .. } => Some(NUMBER),
            Expr::Reduce { body, .. } => self.kind(body),
            Expr::Path { first, .. } => self.kind(first),
            Expr::Points(points) => points.iter().find_map(|(_, value)| self.kind(value)),
        }
    }

    /// Returns the kinds that both sides of an operator must have.
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
                    (Some(all), Some(other)) => over(all, other),
                    _ => None,
                };
                (a.or_else(|| rest(b)), b.or_else(|| rest(a)))
            }
            BinaryOp::Divide => {
                let above = match (expected, b) {
                    (Some(all), Some(below)) => times(all, below),
                    _ => None,
                };
                let below = match (a, expected) {
                    (Some(above), Some(all)) => over(above, all),
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

    /// Returns the kind of the arguments that have the unit of the value.
    fn shared(&self, function: Function, args: &[Expr]) -> Option<Kind> {
        let row = function.row();
        let shared = args.iter().enumerate().filter(|&(n, _)| !is_number(row, n));
        shared.map(|(_, arg)| arg).find_map(|arg| self.kind(arg))
    }

    /// Returns the kind that each argument must have.
    pub(super) fn argument_kinds(
        &self,
        function: Function,
        args: &[Expr],
        expected: Option<Kind>,
    ) -> Vec<Option<Kind>> {
        let common = self.shared(function, args).or(expected);
        let row = function.row();
        let kind = |(n, arg): (usize, &Expr)| match row.rule {
            UnitRule::Same | UnitRule::Own if is_number(row, n) => Some(NUMBER),
            UnitRule::Same | UnitRule::Own => common,
            UnitRule::Number => Some(NUMBER),
            UnitRule::Ratio if n == 2 => expected,
            UnitRule::Root | UnitRule::Ratio => self.kind(arg),
            UnitRule::Pairs if n % 2 == 1 => Some(PERCENT),
            UnitRule::Pairs => expected,
        };
        args.iter().enumerate().map(kind).collect()
    }
}

/// True for an argument that is a plain number even if the value has a unit.
fn is_number(row: &Builtin, n: usize) -> bool {
    row.parameters.get(n).is_some_and(|parameter| parameter.number)
}

const YEARS: Kind = Kind::Plain { dimension: Dimension::YEARS, percent: false };
const PERCENT: Kind = Kind::Plain { dimension: Dimension::NUMBER, percent: true };

/// Returns the kind of a term of a sum: a whole number beside a percentage is a plain number, as in `1 + growth`; a
/// number beside a year is a year.
fn side(term: &Expr, common: Option<Kind>) -> Option<Kind> {
    match (term, common) {
        (Expr::Const(value), Some(Kind::Plain { percent: true, .. })) if value.fract() == 0.0 => {
            Some(NUMBER)
        }
        (Expr::Const(value), Some(Kind::Year)) if value.abs() < 1_000.0 => Some(YEARS),
        _ => common,
    }
}

/// Returns the kind of a product.
fn times(a: Kind, b: Kind) -> Option<Kind> {
    dimension(a).times(dimension(b)).map(plain)
}

/// Returns the kind of a quotient.
fn over(a: Kind, b: Kind) -> Option<Kind> {
    dimension(a).over(dimension(b)).map(plain)
}

fn plain(dimension: Dimension) -> Kind {
    Kind::Plain { dimension, percent: false }
}

fn dimension(kind: Kind) -> Dimension {
    match kind {
        Kind::Plain { dimension, .. } => dimension,
        Kind::Points | Kind::Year | Kind::Element(_) | Kind::Truth | Kind::Unknown => {
            Dimension::NUMBER
        }
    }
}
