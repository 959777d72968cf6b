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
        self.legs_rise(legs, year)?;
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

    /// Reports legs whose computed years do not rise; legs with literal years were checked with the script.
    /// In a simulation, random years are not known here; only the run at the medians checks them.
    fn legs_rise(&mut self, legs: &[Leg], year: i32) -> Result<(), Fault> {
        let literal = |expr: &Expr| matches!(expr, Expr::Const(_));
        let all_literal = legs.iter().all(|leg| match leg {
            Leg::Move { from, until, .. } => literal(from) && literal(until),
            Leg::Step { from, .. } => literal(from),
        });
        if all_literal {
            return Ok(());
        }
        let mut ended: Option<f64> = None;
        for leg in legs {
            let (Leg::Move { from, span, .. } | Leg::Step { from, span, .. }) = leg;
            let from = self.eval(from, year)?;
            let begins = self.domain.known(from);
            let ends = match leg {
                Leg::Move { until, .. } => {
                    let until = self.eval(until, year)?;
                    self.domain.known(until)
                }
                Leg::Step { .. } => begins,
            };
            if let (Leg::Move { .. }, Some(begins), Some(ends)) = (leg, begins, ends)
                && begins >= ends
            {
                let message = format!("a move from {begins} to {ends}, whose years do not rise,");
                return fault(Code::ReversedYears, &message, *span);
            }
            if let (Some(before), Some(begins)) = (ended, begins)
                && begins < before
            {
                let message =
                    format!("a part of a path from {begins}, before the part up to {before} ends,");
                return fault(Code::ReversedYears, &message, *span);
            }
            ended = ends.or(ended);
        }
        Ok(())
    }

    /// Reports points of a path whose computed years do not rise; [`Evaluator::legs_rise`] does the same for
    /// legs.
    fn points_rise(&mut self, points: &[(Expr, Expr)], year: i32) -> Result<(), Fault> {
        if points.iter().all(|(at, _)| matches!(at, Expr::Const(_))) {
            return Ok(());
        }
        let Some(span) = points.iter().find_map(|(at, _)| place(at)) else { return Ok(()) };
        let mut before: Option<f64> = None;
        for (at, _) in points {
            let at = self.eval(at, year)?;
            let now = self.domain.known(at);
            if let (Some(before), Some(now)) = (before, now)
                && before >= now
            {
                let message = format!("a point in {now} after one in {before}");
                return fault(Code::ReversedYears, &message, span);
            }
            before = now.or(before);
        }
        Ok(())
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
        self.points_rise(points, year)?;
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

/// The place of the first reading or operation of an expression.
fn place(expr: &Expr) -> Option<Span> {
    let mut found = None;
    expr.walk(&mut |part| {
        if let Expr::Read { span, .. } | Expr::Binary { span, .. } = part {
            found.get_or_insert(*span);
        }
        found.is_none()
    });
    found
}
