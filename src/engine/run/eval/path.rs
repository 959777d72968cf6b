//! Paths over the years, and linear interpolation between given years.

use super::{Evaluator, Fault, fault, operator};
use crate::builtins::Elementary;
use crate::diagnostic::Code;
use crate::engine::numbers::kernels::exp;
use crate::engine::run::domain::{Domain, Unary};
use crate::model::{BinaryOp, Expr, Leg, Role, Shape, Time};
use crate::source::Span;

/// The conditions on the years of a path.
struct Conditions<V> {
    /// True if the years follow from given values. Years that are computed, perhaps by the solver, may be
    /// fractions, and a search may pass through years that do not rise.
    given: bool,
    /// The condition for years that are not known while evaluating.
    unknown: Option<V>,
}

impl<D: Domain> Evaluator<'_, D> {
    #[inline(never)]
    pub(super) fn path(
        &mut self,
        first: &Expr,
        legs: &[Leg],
        year: i32,
    ) -> Result<D::Value, Fault> {
        let mut value = self.eval(first, year)?;
        let now = self.domain.year(Time::Offset(0), year);
        let holds = self.legs_rise(legs, year)?;
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
        Ok(self.valid(value, holds))
    }

    /// Reports legs whose computed years are no calendar years or do not rise; literal years were checked with
    /// the script. Returns the condition for years that are not known while evaluating.
    fn legs_rise(&mut self, legs: &[Leg], year: i32) -> Result<Option<D::Value>, Fault> {
        let literal = |expr: &Expr| matches!(expr, Expr::Const(_));
        let all_literal = legs.iter().all(|leg| match leg {
            Leg::Move { from, until, .. } => literal(from) && literal(until),
            Leg::Step { from, .. } => literal(from),
        });
        if all_literal {
            return Ok(None);
        }
        let given = legs.iter().all(|leg| match leg {
            Leg::Move { from, until, .. } => self.is_given(from) && self.is_given(until),
            Leg::Step { from, .. } => self.is_given(from),
        });
        let mut conditions = Conditions { given, unknown: None };
        let mut ended = None;
        for leg in legs {
            let (Leg::Move { from, span, .. } | Leg::Step { from, span, .. }) = leg;
            let begins = self.calendar_year(from, year, *span, &mut conditions)?;
            let ends = match leg {
                Leg::Move { until, .. } => {
                    let ends = self.calendar_year(until, year, *span, &mut conditions)?;
                    let say = |a, b| format!("a move from {a} to {b}, whose years do not rise,");
                    self.require((begins, BinaryOp::Below, ends), say, *span, &mut conditions)?;
                    ends
                }
                Leg::Step { .. } => begins,
            };
            if let Some(ended) = ended {
                let say =
                    |a, b| format!("a part of a path from {b}, before the part up to {a} ends,");
                self.require((ended, BinaryOp::AtMost, begins), say, *span, &mut conditions)?;
            }
            ended = Some(ends);
        }
        Ok(conditions.unknown)
    }

    /// Reports points of a path whose computed years are no calendar years or do not rise;
    /// [`Evaluator::legs_rise`] does the same for legs.
    fn points_rise(
        &mut self,
        points: &[(Expr, Expr)],
        year: i32,
    ) -> Result<Option<D::Value>, Fault> {
        let Some(span) = points.iter().find_map(|(at, _)| place(at)) else { return Ok(None) };
        let given = points.iter().all(|(at, _)| self.is_given(at));
        let mut conditions = Conditions { given, unknown: None };
        let mut before = None;
        for (at, _) in points {
            let now = self.calendar_year(at, year, span, &mut conditions)?;
            if let Some(before) = before {
                let say = |a, b| format!("a point in {b} after one in {a}");
                self.require((before, BinaryOp::Below, now), say, span, &mut conditions)?;
            }
            before = Some(now);
        }
        Ok(conditions.unknown)
    }

    /// Evaluates a year of a path, and reports a value that is no whole year near the horizon.
    fn calendar_year(
        &mut self,
        expr: &Expr,
        year: i32,
        span: Span,
        conditions: &mut Conditions<D::Value>,
    ) -> Result<D::Value, Fault> {
        let at = self.eval(expr, year)?;
        match self.domain.known(at) {
            Some(value) if !conditions.given || self.model.is_calendar_year(value) => {}
            Some(value) => {
                let (first, last) = self.model.years;
                let message =
                    format!("a year of a path is {value}, not a whole year near {first}..{last},");
                return fault(Code::NotAYear, &message, span);
            }
            None => {
                let (first, last) = self.model.calendar();
                let [first, last] = [first, last].map(|end| self.domain.constant(end));
                let whole = self.domain.unary(Unary::Elementary(Elementary::Round), at);
                for (a, op, b) in [
                    (whole, BinaryOp::Equal, at),
                    (first, BinaryOp::AtMost, at),
                    (at, BinaryOp::AtMost, last),
                ] {
                    self.add_condition((a, op, b), conditions);
                }
            }
        }
        Ok(at)
    }

    /// Reports years that do not satisfy a comparison. Years that are not known become a condition.
    fn require(
        &mut self,
        (a, op, b): (D::Value, BinaryOp, D::Value),
        say: impl Fn(f64, f64) -> String,
        span: Span,
        conditions: &mut Conditions<D::Value>,
    ) -> Result<(), Fault> {
        match (self.domain.known(a), self.domain.known(b)) {
            (Some(x), Some(y)) if operator(op).apply(x, y) != 0.0 => {}
            (Some(x), Some(y)) => return fault(Code::ReversedYears, &say(x, y), span),
            (None, _) | (_, None) => self.add_condition((a, op, b), conditions),
        }
        Ok(())
    }

    /// True for an expression that reads given values alone.
    fn is_given(&self, expr: &Expr) -> bool {
        let mut given = true;
        expr.walk(&mut |part| {
            if let Expr::Read { quantity, .. } = part {
                given &= matches!(self.model.quantities[*quantity].role, Role::Param | Role::Field);
            }
            given
        });
        given
    }

    fn add_condition(
        &mut self,
        (a, op, b): (D::Value, BinaryOp, D::Value),
        conditions: &mut Conditions<D::Value>,
    ) {
        if !conditions.given {
            self.domain.leave_unchecked();
            return;
        }
        let new = self.domain.binary(operator(op), a, b);
        conditions.unknown = Some(match conditions.unknown {
            Some(known) => self.domain.binary(operator(BinaryOp::And), known, new),
            None => new,
        });
    }

    /// Returns the value, or NaN in draws in which `holds` is false: such draws are reported.
    fn valid(&mut self, value: D::Value, holds: Option<D::Value>) -> D::Value {
        let Some(holds) = holds else { return value };
        let none = self.domain.constant(f64::NAN);
        self.domain.select(holds, value, none)
    }

    /// Interpolates the value between the ends of a leg.
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
        let holds = self.points_rise(points, year)?;
        let now = self.domain.year(Time::Offset(0), year);
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
        if let Some(&(_, first, up_to)) = met.first() {
            after = self.choose(up_to, |_| Ok(first), |_| Ok(after))?;
        }
        Ok(self.valid(after, holds))
    }

    /// Interpolates linearly: `from + share * (to - from)`.
    fn part_way(&mut self, from: D::Value, to: D::Value, share: D::Value) -> D::Value {
        let distance = self.domain.binary(operator(BinaryOp::Subtract), to, from);
        let moved = self.domain.binary(operator(BinaryOp::Multiply), distance, share);
        self.domain.binary(operator(BinaryOp::Add), from, moved)
    }

    /// Evaluates the logistic curve with steepness 10, scaled so that it runs from 0 at 0 to 1 at 1.
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

/// Evaluates the logistic curve with steepness 10 around 1/2.
fn logistic(u: f64) -> f64 {
    1.0 / (1.0 + exp(-10.0 * (u - 0.5)))
}

/// Returns the place of the first reading, operation or draw in an expression; None for a literal year.
fn place(expr: &Expr) -> Option<Span> {
    let mut found = None;
    expr.walk(&mut |part| {
        match part {
            Expr::Read { span, .. }
            | Expr::Binary { span, .. }
            | Expr::Call { span, .. }
            | Expr::Reduce { span, .. } => found = Some(*span),
            Expr::Random(random) => found = Some(random.span),
            Expr::Const(_)
            | Expr::Year(_)
            | Expr::Slot(_)
            | Expr::Negate(_)
            | Expr::Not(_)
            | Expr::If(..)
            | Expr::Path { .. }
            | Expr::Points(_)
            | Expr::Baseline(_) => {}
        }
        found.is_none()
    });
    found
}
