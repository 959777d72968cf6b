//! One expression in one cell and year.

use super::median::median;
use crate::builtins::Function;
use crate::model::{BinaryOp, Expr, Leg, Model, Reduction, Shape, apply, truth};
use crate::source::Span;

/// What went wrong, and where.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) span: Span,
}

/// The values of all quantities, and the element in each slot.
pub(super) struct Evaluator<'a> {
    pub(super) model: &'a Model,
    pub(super) values: &'a [f64],
    pub(super) baseline: Option<&'a [f64]>,
    pub(super) offsets: &'a [usize],
    pub(super) slots: &'a mut [u32],
}

type Value = Result<f64, Fault>;

fn fault(code: &'static str, message: &str, span: Span) -> Value {
    Err(Fault { code, message: message.to_owned(), span })
}

fn finite(value: f64, span: Span) -> Value {
    if value.is_finite() {
        return Ok(value);
    }
    fault("overflow", "a value too large to be kept", span)
}

impl Evaluator<'_> {
    /// Where a cell of a quantity is kept.
    fn place(&mut self, quantity: usize, cells: &[Expr], year: i32) -> Result<usize, Fault> {
        let mut at = 0;
        for (cell, &axis) in cells.iter().zip(&self.model.quantities[quantity].axes) {
            let size = self.model.sets[self.model.sets[axis].root].elements.len();
            at = at * size + self.eval(cell, year)? as usize;
        }
        Ok(self.offsets[quantity] + at * self.model.horizon())
    }

    /// The value of an expression in a year.
    pub(super) fn eval(&mut self, expr: &Expr, year: i32) -> Value {
        Ok(match expr {
            Expr::Const(value) => *value,
            Expr::Year(time) => f64::from(time.of(year)),
            Expr::Slot(slot) => f64::from(self.slots[*slot]),
            Expr::Read { quantity, cells, time, span } => {
                let wanted = time.of(year);
                if wanted < self.model.years.0 || wanted > self.model.years.1 {
                    return fault("outside-horizon", "a year outside the horizon is read", *span);
                }
                let place = self.place(*quantity, cells, year)?;
                self.values[place + (wanted - self.model.years.0) as usize]
            }
            Expr::Negate(a) => -self.eval(a, year)?,
            Expr::Not(a) => truth(self.eval(a, year)? == 0.0),
            Expr::Binary { op, left, right, span } => self.binary(*op, left, right, *span, year)?,
            Expr::If(condition, then, other) => {
                let branch = if self.eval(condition, year)? == 0.0 { other } else { then };
                self.eval(branch, year)?
            }
            Expr::Call { function, args, span } => self.call(*function, args, *span, year)?,
            Expr::Reduce { op, loops, filter, body, span } => {
                self.reduce(*op, loops, filter.as_deref(), body, *span, year)?
            }
            Expr::Path { first, legs } => self.path(first, legs, year)?,
            Expr::Knots(knots) => self.knots(knots, year)?,
            Expr::Baseline(inner) => {
                let own = self.values;
                self.values = self.baseline.unwrap_or(own);
                let value = self.eval(inner, year);
                self.values = own;
                value?
            }
        })
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span, year: i32) -> Value {
        let a = self.eval(left, year)?;
        match op {
            BinaryOp::And if a == 0.0 => return Ok(0.0),
            BinaryOp::Or if a != 0.0 => return Ok(1.0),
            _ => {}
        }
        let b = self.eval(right, year)?;
        match op {
            BinaryOp::Divide if b == 0.0 => fault("division-by-zero", "a division by 0", span),
            BinaryOp::Power if a == 0.0 && b < 0.0 => {
                fault("division-by-zero", "a negative power of 0", span)
            }
            BinaryOp::Power if a < 0.0 && b.fract() != 0.0 => {
                fault("domain", "a broken power of a negative number", span)
            }
            _ => finite(apply(op, a, b), span),
        }
    }

    fn call(&mut self, function: Function, args: &[Expr], span: Span, year: i32) -> Value {
        let mut values = Vec::with_capacity(args.len());
        for arg in args {
            values.push(self.eval(arg, year)?);
        }
        let value = match (function, values.as_slice()) {
            (Function::Abs, [x]) => x.abs(),
            (Function::Exp, [x]) => libm::exp(*x),
            (Function::Ln, [x]) if *x > 0.0 => libm::log(*x),
            (Function::Ln, _) => return fault("domain", "a logarithm of 0 or less", span),
            (Function::Sqrt, [x]) if *x >= 0.0 => libm::sqrt(*x),
            (Function::Sqrt, _) => {
                return fault("domain", "a square root of a negative number", span);
            }
            (Function::Minimum, all) => all.iter().copied().fold(f64::INFINITY, f64::min),
            (Function::Maximum, all) => all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            (Function::Divide, [_, b, other]) if *b == 0.0 => *other,
            (Function::Divide, [_, b]) if *b == 0.0 => {
                return fault("division-by-zero", "a division by 0", span);
            }
            (Function::Divide, [a, b, ..]) => a / b,
            (_, all) => match median(function, all) {
                Some(value) => value,
                None => return fault("distribution", "parameters that give no distribution", span),
            },
        };
        finite(value, span)
    }

    fn reduce(
        &mut self,
        op: Reduction,
        loops: &[(usize, usize)],
        filter: Option<&Expr>,
        body: &Expr,
        span: Span,
        year: i32,
    ) -> Value {
        let mut values = Vec::new();
        self.each(loops, &mut |this| {
            if filter.map_or(Ok(1.0), |filter| this.eval(filter, year))? != 0.0 {
                values.push(this.eval(body, year)?);
            }
            Ok(())
        })?;
        let sum: f64 = values.iter().sum();
        Ok(match op {
            Reduction::Sum => sum,
            Reduction::Product => values.iter().product(),
            Reduction::Any => truth(values.iter().any(|&v| v != 0.0)),
            _ if values.is_empty() => {
                return fault("empty-reduction", "a mean, least or greatest of nothing", span);
            }
            Reduction::Mean => sum / values.len() as f64,
            Reduction::Minimum => values.iter().copied().fold(f64::INFINITY, f64::min),
            Reduction::Maximum => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Reduction::Hhi if sum == 0.0 => {
                return fault("division-by-zero", "shares of a sum that is 0", span);
            }
            Reduction::Hhi => values.iter().map(|v| (v / sum) * (v / sum)).sum(),
        })
    }

    /// Runs `visit` for every combination of elements of the loops.
    pub(super) fn each(
        &mut self,
        loops: &[(usize, usize)],
        visit: &mut impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let Some((&(slot, set), rest)) = loops.split_first() else { return visit(self) };
        let model = self.model;
        for &element in &model.sets[set].members {
            self.slots[slot] = element;
            self.each(rest, visit)?;
        }
        Ok(())
    }

    fn path(&mut self, first: &Expr, legs: &[Leg], year: i32) -> Value {
        let mut value = self.eval(first, year)?;
        let now = f64::from(year);
        for leg in legs {
            match leg {
                Leg::Step { to, from } => {
                    if now >= self.eval(from, year)? {
                        value = self.eval(to, year)?;
                    }
                }
                Leg::Move { to, from, until, shape, span } => {
                    let (from, until) = (self.eval(from, year)?, self.eval(until, year)?);
                    if now <= from {
                        break;
                    }
                    let to = self.eval(to, year)?;
                    let u = (now - from) / (until - from);
                    value = match shape {
                        _ if now >= until => to,
                        Shape::Linear => value + (to - value) * u,
                        Shape::SCurve => value + (to - value) * s_curve(u),
                        Shape::Geometric if value * to > 0.0 => value * libm::pow(to / value, u),
                        Shape::Geometric => {
                            return fault("domain", "a geometric path through 0", *span);
                        }
                    };
                }
            }
        }
        Ok(value)
    }

    fn knots(&mut self, knots: &[(Expr, Expr)], year: i32) -> Value {
        let now = f64::from(year);
        let mut before: Option<(f64, f64)> = None;
        for (at, value) in knots {
            let (at, value) = (self.eval(at, year)?, self.eval(value, year)?);
            if now <= at {
                return Ok(match before {
                    Some((x, y)) if now < at => y + (value - y) * (now - x) / (at - x),
                    _ => value,
                });
            }
            before = Some((at, value));
        }
        Ok(before.map_or(0.0, |(_, value)| value))
    }
}

/// The logistic curve with steepness 10, anchored so that it runs from 0 at 0 to 1 at 1.
fn s_curve(u: f64) -> f64 {
    let f = |u: f64| 1.0 / (1.0 + libm::exp(-10.0 * (u - 0.5)));
    (f(u) - f(0.0)) / (f(1.0) - f(0.0))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_s_curve_meets_the_published_ramp() {
        for (year, wanted) in [(1.0, 0.0165142639143), (2.0, 0.10632263122), (4.0, 0.383485736086)]
        {
            assert!((0.4 * super::s_curve(year / 5.0) - wanted).abs() < 1e-12);
        }
    }
}
