//! Evaluates expressions in one cell and year.

use mizan::builtins::{Elementary, Function};
use mizan::model::{
    BinaryOp, Change, Definition, Expr, Leg, Op, QuantityId, Random, Reduction, Shape, Time,
};

use super::distribution::{median, quantile};
use super::interpreter::{Fault, Place, Run};
use super::number::{Num, exact, truth};

fn meant(time: Time, year: i32) -> i32 {
    match time {
        Time::Offset(years) => year + years,
        Time::Fixed(year) => year,
    }
}

impl Run<'_> {
    /// Evaluates an expression; `slots` has the element of each index.
    pub(super) fn eval(
        &self,
        expr: &Expr,
        year: i32,
        slots: &mut [u32],
        place: &Place<'_>,
    ) -> Result<Num, Fault> {
        match expr {
            Expr::Const(value) => Ok(exact(*value)),
            Expr::Year(time) => Ok(exact(f64::from(meant(*time, year)))),
            Expr::Slot(slot) => Ok(exact(f64::from(slots[*slot]))),
            Expr::Read { quantity, cells, time, .. } => {
                let mut cell = Vec::new();
                for index in cells {
                    cell.push(self.eval(index, year, slots, place)?.value as u32);
                }
                self.value(*quantity, &cell, meant(*time, year))
            }
            Expr::Negate(a) => Ok(self.eval(a, year, slots, place)?.negate()),
            Expr::Not(a) => Ok(truth(!self.holds(a, year, slots, place)?)),
            Expr::Binary { op: BinaryOp::And, left, right, .. } => Ok(truth(
                self.holds(left, year, slots, place)? && self.holds(right, year, slots, place)?,
            )),
            Expr::Binary { op: BinaryOp::Or, left, right, .. } => Ok(truth(
                self.holds(left, year, slots, place)? || self.holds(right, year, slots, place)?,
            )),
            Expr::Binary { op, left, right, .. } => {
                let left = self.eval(left, year, slots, place)?;
                binary(*op, left, self.eval(right, year, slots, place)?)
            }
            Expr::If(condition, then, other) => {
                let taken = if self.holds(condition, year, slots, place)? { then } else { other };
                self.eval(taken, year, slots, place)
            }
            Expr::Call { function, args, .. } => {
                let args: Result<Vec<Num>, Fault> =
                    args.iter().map(|arg| self.eval(arg, year, slots, place)).collect();
                call(*function, &args?)
            }
            Expr::Reduce { op, loops, filter, body, .. } => {
                let mut values = Vec::new();
                for elements in self.combinations(loops) {
                    for (&(slot, _), element) in loops.iter().zip(elements) {
                        slots[slot] = element;
                    }
                    let kept = match filter {
                        Some(filter) => self.holds(filter, year, slots, place)?,
                        None => true,
                    };
                    if kept {
                        values.push(self.eval(body, year, slots, place)?);
                    }
                }
                reduce(*op, &values)
            }
            Expr::Path { first, legs } => {
                let mut value = self.eval(first, year, slots, place)?;
                for leg in legs {
                    value = self.leg(leg, value, year, slots, place)?;
                }
                Ok(value)
            }
            Expr::Points(pairs) => self.points(pairs, year, slots, place),
            Expr::Baseline(inner) => self.baseline.unwrap_or(self).eval(inner, year, slots, place),
            Expr::Random(random) => self.random(random, year, slots, place),
        }
    }

    fn holds(
        &self,
        expr: &Expr,
        year: i32,
        slots: &mut [u32],
        place: &Place<'_>,
    ) -> Result<bool, Fault> {
        Ok(self.eval(expr, year, slots, place)?.value != 0.0)
    }

    /// The value after a leg of a path, given the value before it: a step holds from its year on; a move
    /// begins in one year and ends in another.
    fn leg(
        &self,
        leg: &Leg,
        before: Num,
        year: i32,
        slots: &mut [u32],
        place: &Place<'_>,
    ) -> Result<Num, Fault> {
        let now = f64::from(year);
        match leg {
            Leg::Step { to, from, .. } => {
                let begins = self.eval(from, year, slots, place)?.value;
                if now < begins { Ok(before) } else { self.eval(to, year, slots, place) }
            }
            Leg::Move { to, from, until, shape, .. } => {
                let begins = self.eval(from, year, slots, place)?.value;
                if now <= begins {
                    return Ok(before);
                }
                let ends = self.eval(until, year, slots, place)?.value;
                let to = self.eval(to, year, slots, place)?;
                if now >= ends {
                    return Ok(to);
                }
                let way = exact(now - begins).over(exact(ends - begins))?;
                match shape {
                    Shape::Linear => before.plus(to.minus(before)?.times(way)?),
                    Shape::SCurve => before.plus(to.minus(before)?.times(anchored(way)?)?),
                    Shape::Geometric if before.value * to.value <= 0.0 => {
                        Err(Fault::NoValue("domain"))
                    }
                    Shape::Geometric => before.times(to.over(before)?.power(way)?),
                }
            }
        }
    }

    /// Interpolates linearly between the points of a path; before the first and after the last it is constant.
    fn points(
        &self,
        pairs: &[(Expr, Expr)],
        year: i32,
        slots: &mut [u32],
        place: &Place<'_>,
    ) -> Result<Num, Fault> {
        let now = f64::from(year);
        let mut points = Vec::new();
        for (at, value) in pairs {
            let at = self.eval(at, year, slots, place)?.value;
            points.push((at, self.eval(value, year, slots, place)?));
        }
        let after = points.iter().position(|&(at, _)| at >= now);
        match after {
            Some(0) => Ok(points[0].1),
            None => points.last().map(|&(_, value)| value).ok_or(Fault::NoValue("no point")),
            Some(n) => {
                let ((from, a), (until, b)) = (points[n - 1], points[n]);
                a.plus(b.minus(a)?.times(exact(now - from).over(exact(until - from))?)?)
            }
        }
    }

    /// A random quantity at its median, or in the draw of this run.
    fn random(
        &self,
        random: &Random,
        year: i32,
        slots: &mut [u32],
        place: &Place<'_>,
    ) -> Result<Num, Fault> {
        let mut slack = 0.0;
        let mut number = |expr: &Expr| {
            let found = self.eval(expr, year, slots, place)?;
            slack += 4.0 * found.slack + 8.0 * f64::EPSILON * found.value.abs();
            Ok(found.value)
        };
        let args: Vec<f64> = random.args.iter().map(&mut number).collect::<Result<_, Fault>>()?;
        let mut limits = [None, None];
        for (limit, expr) in limits.iter_mut().zip(&random.limits) {
            *limit = expr.as_ref().map(&mut number).transpose()?;
        }
        let chosen = matches!(
            random.function,
            Function::Discrete | Function::Bernoulli | Function::Empirical
        );
        let value = match self.draw {
            None => median(random.function, &args, limits),
            Some(draw) => {
                let part =
                    random.year.map_or(0, |time| u64::from(meant(time, year).unsigned_abs()));
                let name = self.drawn_name(random, slots, place);
                let (u, off) = draw.uniform(&name, part);
                let at = |u| quantile(random.function, &args, limits, u).unwrap_or(f64::NAN);
                if off > 0.0 {
                    // Never 1, where normal numbers are infinite.
                    let apart = at((u + off).min(1.0 - f64::EPSILON / 2.0)) - at(u - off);
                    if chosen && apart != 0.0 {
                        return Err(Fault::Close);
                    }
                    slack += apart;
                }
                quantile(random.function, &args, limits, u)
            }
        };
        let value = value.map_err(|_| Fault::NoValue("distribution"))?;
        let slack = if chosen { 0.0 } else { slack + 8.0 * f64::EPSILON * value.abs() };
        Ok(Num { value, slack })
    }

    /// Returns the names of the draws of a parameter's cell, each with true if it is drawn each year.
    pub(super) fn random_names(&self, id: QuantityId, cell: &[u32]) -> Vec<(String, bool)> {
        let quantity = &self.model.quantities[id];
        let Some(definition) = self.closest(quantity, cell, self.model.years.0) else {
            return Vec::new();
        };
        let place = Place { definition, quantity, cell };
        let mut found = Vec::new();
        definition.expr.walk(&mut |part| {
            if let Expr::Random(random) = part {
                let one = (self.drawn_name(random, &[], &place), random.year.is_some());
                if !found.contains(&one) {
                    found.push(one);
                }
            }
            true
        });
        found
    }

    /// Under which name a distribution is drawn: an element for each axis that is drawn apart, `*` for the
    /// others; the author of a contribution or change; the elements of loops.
    fn drawn_name(&self, random: &Random, slots: &[u32], place: &Place<'_>) -> String {
        let mut name = place.quantity.name.clone();
        let mut elements: Vec<&str> = Vec::new();
        for (n, &axis) in place.quantity.axes.iter().enumerate() {
            let apart = random.axes.contains(&n);
            elements.push(if apart { self.model.element_name(axis, place.cell[n]) } else { "*" });
        }
        if elements.iter().any(|&element| element != "*") {
            name += &format!("[{}]", elements.join(", "));
        }
        if matches!(place.definition.op, Op::Add | Op::Multiply) {
            name += &self.author(place.definition).map_or(String::new(), |by| format!(" by {by}"));
        }
        for (n, &(slot, set)) in random.loops.iter().enumerate() {
            let between = if n == 0 { " each " } else { ", " };
            name += &format!("{between}{}", self.model.element_name(set, slots[slot]));
        }
        format!("{name}#{}", random.number)
    }

    /// Returns the lever or scenario to which a contribution or change belongs.
    fn author(&self, definition: &Definition) -> Option<&str> {
        let lever = definition.lever.map(|lever| self.model.levers[lever].name.as_str());
        let changes = self.model.changes.iter().filter_map(|change| match &change.change {
            Change::Replace { definition, .. } => Some((definition, change.scenario)),
            _ => None,
        });
        let mut own = changes.filter(|(other, _)| std::ptr::eq(*other, definition));
        let scenario = own.next().map(|(_, n)| self.model.scenarios[n].name.as_str());
        lever.or(scenario)
    }
}

/// Evaluates the logistic curve with steepness 10, scaled to run from 0 to 1.
fn anchored(way: Num) -> Result<Num, Fault> {
    let logistic = |u: f64| 1.0 / (1.0 + (-10.0 * (u - 0.5)).exp());
    let (low, high) = (logistic(0.0), logistic(1.0));
    let value = (logistic(way.value) - low) / (high - low);
    // The curve is at most 2.6 times as steep as the diagonal.
    Ok(Num { value, slack: 3.0 * way.slack + 8.0 * f64::EPSILON })
}

fn binary(op: BinaryOp, a: Num, b: Num) -> Result<Num, Fault> {
    match op {
        BinaryOp::Add => a.plus(b),
        BinaryOp::Subtract => a.minus(b),
        BinaryOp::Multiply => a.times(b),
        BinaryOp::Divide => a.over(b),
        BinaryOp::Power => a.power(b),
        BinaryOp::Equal => Ok(truth(a.is(b)?)),
        BinaryOp::NotEqual => Ok(truth(!a.is(b)?)),
        BinaryOp::Below => Ok(truth(a.is_below(b)?)),
        BinaryOp::Above => Ok(truth(b.is_below(a)?)),
        BinaryOp::AtMost => Ok(truth(!b.is_below(a)?)),
        BinaryOp::AtLeast => Ok(truth(!a.is_below(b)?)),
        BinaryOp::And => Ok(truth(a.value != 0.0 && b.value != 0.0)),
        BinaryOp::Or => Ok(truth(a.value != 0.0 || b.value != 0.0)),
    }
}

fn call(function: Function, args: &[Num]) -> Result<Num, Fault> {
    let nothing = Fault::NoValue("empty-reduction");
    let x = args.first().copied().ok_or(nothing)?;
    match function {
        Function::Abs => Ok(x.abs()),
        Function::Exp => x.exp(),
        Function::Ln => x.ln(),
        Function::Sqrt => x.sqrt(),
        Function::Minimum => Ok(args.iter().copied().fold(x, Num::least)),
        Function::Maximum => Ok(args.iter().copied().fold(x, Num::greatest)),
        Function::Divide => match args {
            [_, b, other] if b.is(exact(0.0))? => Ok(*other),
            [a, b, ..] => a.over(*b),
            _ => Err(Fault::NoValue("domain")),
        },
        Function::Elementary(function) => match function {
            Elementary::Floor => x.step(f64::floor),
            Elementary::Round => x.step(f64::round),
            Elementary::Log10 => x.ln()?.over(exact(10.0).ln()?),
            Elementary::Sin => x.wave(f64::sin),
            Elementary::Cos => x.wave(f64::cos),
        },
        Function::Normal
        | Function::Lognormal
        | Function::Uniform
        | Function::Triangular
        | Function::Pert
        | Function::Beta
        | Function::StudentT
        | Function::Bernoulli
        | Function::Between
        | Function::Empirical
        | Function::Discrete => Err(Fault::NoValue("a distribution is drawn, not called")),
    }
}

fn sum(values: &[Num]) -> Result<Num, Fault> {
    values.iter().try_fold(exact(0.0), |sum, &value| sum.plus(value))
}

fn reduce(op: Reduction, values: &[Num]) -> Result<Num, Fault> {
    let nothing = Fault::NoValue("empty-reduction");
    match op {
        Reduction::Sum => sum(values),
        Reduction::Product => values.iter().try_fold(exact(1.0), |product, &v| product.times(v)),
        Reduction::Any => Ok(truth(values.iter().any(|v| v.value != 0.0))),
        _ if values.is_empty() => Err(nothing),
        Reduction::Mean => sum(values)?.over(exact(values.len() as f64)),
        Reduction::Minimum => values.iter().copied().reduce(Num::least).ok_or(nothing),
        Reduction::Maximum => values.iter().copied().reduce(Num::greatest).ok_or(nothing),
        Reduction::Hhi => {
            let all = sum(values)?;
            let mut total = exact(0.0);
            for value in values {
                let share = value.over(all)?;
                total = total.plus(share.times(share)?)?;
            }
            Ok(total)
        }
    }
}
