//! Paths over the years, and linear interpolation between given years.

use super::{Evaluator, Fault, fault, operator};
use crate::diagnostic::Code;
use crate::engine::numbers::kernels::exp;
use crate::engine::run::domain::{Domain, Unary};
use crate::model::{BinaryOp, Expr, Leg, Shape};
use crate::source::Span;

impl<D: Domain> Evaluator<'_, D> {
    #[inline(never)]
    pub(super) fn path(
        &mut self,
        first: &Expr,
        legs: &[Leg],
        year: i32,
    ) -> Result<D::Value, Fault> {
        let mut value = self.eval(first, year)?;
        let now = self.domain.constant(f64::from(year));
        for leg in legs {
            let (Leg::Step { from, .. } | Leg::Move { from, .. }) = leg;
            let from = self.eval(from, year)?;
            let begun =
                if matches!(leg, Leg::Step { .. }) { BinaryOp::AtLeast } else { BinaryOp::Above };
            let begun = self.domain.binary(operator(begun), now, from);
            let before = value;
            value = self.choose(
                begun,
                |this| match leg {
                    Leg::Step { to, .. } => this.eval(to, year),
                    Leg::Move { to, until, shape, span, .. } => {
                        let until = this.eval(until, year)?;
                        let to = this.eval(to, year)?;
                        let arrived = this.domain.binary(operator(BinaryOp::AtLeast), now, until);
                        this.choose(
                            arrived,
                            |_| Ok(to),
                            |this| this.under_way(*shape, before, to, (now, from, until), *span),
                        )
                    }
                },
                |_| Ok(before),
            )?;
        }
        Ok(value)
    }

    /// Interpolates between the ends of a leg.
    fn under_way(
        &mut self,
        shape: Shape,
        start: D::Value,
        to: D::Value,
        (now, from, until): (D::Value, D::Value, D::Value),
        span: Span,
    ) -> Result<D::Value, Fault> {
        let minus = operator(BinaryOp::Subtract);
        let gone = self.domain.binary(minus, now, from);
        let length = self.domain.binary(minus, until, from);
        let mut share = self.domain.binary(operator(BinaryOp::Divide), gone, length);
        if shape == Shape::Geometric {
            if let (Some(a), Some(b)) = (self.domain.known(start), self.domain.known(to))
                && a * b <= 0.0
            {
                return fault(Code::Domain, "a geometric path through 0", span);
            }
            let ratio = self.domain.binary(operator(BinaryOp::Divide), to, start);
            let growth = self.domain.binary(operator(BinaryOp::Power), ratio, share);
            return Ok(self.domain.binary(operator(BinaryOp::Multiply), start, growth));
        }
        if shape == Shape::SCurve {
            share = self.s_curve(share);
        }
        Ok(self.part_way(start, to, share))
    }

    #[inline(never)]
    pub(super) fn points(&mut self, points: &[(Expr, Expr)], year: i32) -> Result<D::Value, Fault> {
        let now = self.domain.constant(f64::from(year));
        // The points up to the first one that is known to be in this year or later.
        let mut met = Vec::new();
        for (at, value) in points {
            let at = self.eval(at, year)?;
            let value = self.eval(value, year)?;
            let up_to = self.domain.binary(operator(BinaryOp::AtMost), now, at);
            met.push((at, value, up_to));
            if self.domain.known(up_to).is_some_and(|up_to| up_to != 0.0) {
                break;
            }
        }
        let Some(&(_, last, _)) = met.last() else { return Ok(self.domain.constant(0.0)) };
        let mut after = last;
        for pair in met.windows(2).rev() {
            let &[(start, from, _), (at, value, up_to)] = pair else { continue };
            after = self.choose(
                up_to,
                |this| {
                    let before = this.domain.binary(operator(BinaryOp::Below), now, at);
                    this.choose(
                        before,
                        |this| {
                            let minus = operator(BinaryOp::Subtract);
                            let gone = this.domain.binary(minus, now, start);
                            let length = this.domain.binary(minus, at, start);
                            let divide = operator(BinaryOp::Divide);
                            let share = this.domain.binary(divide, gone, length);
                            Ok(this.part_way(from, value, share))
                        },
                        |_| Ok(value),
                    )
                },
                |_| Ok(after),
            )?;
        }
        let Some(&(_, first, up_to)) = met.first() else { return Ok(after) };
        self.choose(up_to, |_| Ok(first), |_| Ok(after))
    }

    /// Linear interpolation: `from + share * (to - from)`.
    fn part_way(&mut self, from: D::Value, to: D::Value, share: D::Value) -> D::Value {
        let distance = self.domain.binary(operator(BinaryOp::Subtract), to, from);
        let moved = self.domain.binary(operator(BinaryOp::Multiply), distance, share);
        self.domain.binary(operator(BinaryOp::Add), from, moved)
    }

    /// The logistic curve with steepness 10, anchored so that it runs from 0 at 0 to 1 at 1.
    fn s_curve(&mut self, share: D::Value) -> D::Value {
        let [one, steepness, half] = [1.0, -10.0, 0.5].map(|number| self.domain.constant(number));
        let away = self.domain.binary(operator(BinaryOp::Subtract), share, half);
        let exponent = self.domain.binary(operator(BinaryOp::Multiply), steepness, away);
        let power = self.domain.unary(Unary::Exp, exponent);
        let below = self.domain.binary(operator(BinaryOp::Add), one, power);
        let height = self.domain.binary(operator(BinaryOp::Divide), one, below);
        let [start, rise] = [logistic(0.0), logistic(1.0) - logistic(0.0)]
            .map(|number| self.domain.constant(number));
        let risen = self.domain.binary(operator(BinaryOp::Subtract), height, start);
        self.domain.binary(operator(BinaryOp::Divide), risen, rise)
    }
}

/// The logistic curve with steepness 10 around a half.
fn logistic(u: f64) -> f64 {
    1.0 / (1.0 + exp(-10.0 * (u - 0.5)))
}
