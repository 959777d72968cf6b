//! One expression in one cell and year, over any [`Domain`].

use super::distribution::Distribution;
use super::domain::{Binary, Domain, RandomId, Unary};
use super::kernels::exp;
use crate::builtins::Function;
use crate::model::{
    BinaryOp, Change, Definition, Expr, Leg, Model, NamedChange, Op, QuantityId, Random, Reduction,
    Role, Select, Shape, Time,
};
use crate::plan::{Layout, Point};
use crate::source::Span;

/// What went wrong, and where: a pointer, so that a value that went well is returned in registers.
#[derive(Debug, Clone)]
pub(super) struct Fault(Box<Mishap>);

/// What a [`Fault`] points at.
#[derive(Debug, Clone)]
pub(super) struct Mishap {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) span: Span,
}

impl std::ops::Deref for Fault {
    type Target = Mishap;

    fn deref(&self) -> &Mishap {
        &self.0
    }
}

/// The values of all quantities, and the element in each slot.
pub(super) struct Evaluator<'a, D> {
    pub(super) model: &'a Model,
    pub(super) layout: &'a Layout,
    pub(super) values: &'a [f64],
    pub(super) baseline: Option<&'a [f64]>,
    pub(super) slots: &'a mut [u32],
    /// What is being defined: random quantities are told apart by it. None in a query.
    pub(super) defining: Option<(&'a Definition, &'a Point)>,
    pub(super) domain: D,
}

#[cold]
fn fault<T>(code: &'static str, message: &str, span: Span) -> Result<T, Fault> {
    Err(Fault(Box::new(Mishap { code, message: message.to_owned(), span })))
}

fn operator(op: BinaryOp) -> Binary {
    Binary::Operator(op)
}

impl<'a, D: Domain> Evaluator<'a, D> {
    /// A value that is known to be no number is a fault.
    fn finite(&self, value: D::Value, span: Span) -> Result<D::Value, Fault> {
        match self.domain.known(value) {
            Some(known) if !known.is_finite() => {
                fault("overflow", "a value too large to be kept", span)
            }
            _ => Ok(value),
        }
    }

    /// The value of an expression in a year. Each kind of expression has a function of its own, which
    /// keeps this one, through which all go, small.
    pub(super) fn eval(&mut self, expr: &Expr, year: i32) -> Result<D::Value, Fault> {
        match expr {
            Expr::Const(value) => Ok(self.domain.constant(*value)),
            Expr::Year(time) => Ok(self.domain.constant(f64::from(time.of(year)))),
            Expr::Slot(slot) => Ok(self.domain.constant(f64::from(self.slots[*slot]))),
            Expr::Read { quantity, cells, time, span } => {
                self.read(*quantity, cells, *time, year, span)
            }
            Expr::Negate(a) => self.unary(Unary::Negate, a, year),
            Expr::Not(a) => self.unary(Unary::Not, a, year),
            Expr::Binary { op, left, right, span } => self.binary(*op, left, right, span, year),
            Expr::If(condition, then, other) => self.condition(condition, then, other, year),
            Expr::Call { function, args, span } => self.call(*function, args, *span, year),
            Expr::Reduce { op, loops, filter, body, span } => {
                self.reduce(*op, loops, filter.as_deref(), body, *span, year)
            }
            Expr::Path { first, legs } => self.path(first, legs, year),
            Expr::Knots(knots) => self.knots(knots, year),
            Expr::Baseline(inner) => self.in_baseline(inner, year),
            Expr::Random(random) => self.random(random, year),
        }
    }

    #[inline(never)]
    fn in_baseline(&mut self, inner: &Expr, year: i32) -> Result<D::Value, Fault> {
        let Some(baseline) = self.baseline else { return self.eval(inner, year) };
        let own = std::mem::replace(&mut self.values, baseline);
        let before = self.domain.in_baseline(true);
        let value = self.eval(inner, year);
        self.domain.in_baseline(before);
        self.values = own;
        value
    }

    #[inline(never)]
    fn unary(&mut self, op: Unary, a: &Expr, year: i32) -> Result<D::Value, Fault> {
        let a = self.eval(a, year)?;
        Ok(self.domain.unary(op, a))
    }

    /// The value of a cell in a year.
    #[inline(never)]
    fn read(
        &mut self,
        quantity: QuantityId,
        cells: &[Expr],
        time: Time,
        year: i32,
        span: &Span,
    ) -> Result<D::Value, Fault> {
        let Some(wanted) = self.layout.year(time.of(year)) else {
            return fault("outside-horizon", "a year outside the horizon is read", *span);
        };
        let layout = self.layout;
        let (mut place, strides) = layout.first_of(quantity);
        for (cell, stride) in cells.iter().zip(strides) {
            let element = match cell {
                Expr::Slot(slot) => self.slots[*slot] as usize,
                _ => self.element(cell, year, span)?,
            };
            place += element * stride;
        }
        let place = place + wanted;
        Ok(self.domain.read(place, self.values[place]))
    }

    /// The element that an index is computed to be.
    #[inline(never)]
    fn element(&mut self, cell: &Expr, year: i32, span: &Span) -> Result<usize, Fault> {
        let element = self.eval(cell, year)?;
        match self.domain.known(element) {
            Some(known) => Ok(known as usize),
            None => fault("index", "an index that is not known before solving", *span),
        }
    }

    #[inline(never)]
    fn condition(
        &mut self,
        condition: &Expr,
        then: &Expr,
        other: &Expr,
        year: i32,
    ) -> Result<D::Value, Fault> {
        let condition = self.eval(condition, year)?;
        self.choose(condition, |this| this.eval(then, year), |this| this.eval(other, year))
    }

    /// The branch that a condition takes; both where it is not known.
    fn choose(
        &mut self,
        condition: D::Value,
        then: impl FnOnce(&mut Self) -> Result<D::Value, Fault>,
        other: impl FnOnce(&mut Self) -> Result<D::Value, Fault>,
    ) -> Result<D::Value, Fault> {
        match self.domain.known(condition) {
            Some(0.0) => other(self),
            Some(_) => then(self),
            None => {
                // A branch that has no value is a fault only if it is taken, which shows later.
                let then = then(self).unwrap_or_else(|_| self.domain.constant(f64::NAN));
                let other = other(self).unwrap_or_else(|_| self.domain.constant(f64::NAN));
                Ok(self.domain.select(condition, then, other))
            }
        }
    }

    #[inline(never)]
    fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: &Span,
        year: i32,
    ) -> Result<D::Value, Fault> {
        let a = self.eval(left, year)?;
        match (op, self.domain.known(a)) {
            (BinaryOp::And, Some(0.0)) => return Ok(self.domain.constant(0.0)),
            (BinaryOp::Or, Some(a)) if a != 0.0 => return Ok(self.domain.constant(1.0)),
            _ => {}
        }
        let b = self.eval(right, year)?;
        let (x, y) = (self.domain.known(a), self.domain.known(b));
        match op {
            BinaryOp::Divide if y == Some(0.0) => {
                return fault("division-by-zero", "a division by 0", *span);
            }
            BinaryOp::Power if x == Some(0.0) && y.is_some_and(|y| y < 0.0) => {
                return fault("division-by-zero", "a negative power of 0", *span);
            }
            BinaryOp::Power
                if x.is_some_and(|x| x < 0.0) && y.is_some_and(|y| y.fract() != 0.0) =>
            {
                return fault("domain", "a broken power of a negative number", *span);
            }
            _ => {}
        }
        let value = self.domain.binary(operator(op), a, b);
        self.finite(value, *span)
    }

    #[inline(never)]
    fn call(
        &mut self,
        function: Function,
        args: &[Expr],
        span: Span,
        year: i32,
    ) -> Result<D::Value, Fault> {
        // Nearly every function has few arguments, for which no memory is asked.
        let (mut few, mut many) = ([self.domain.constant(0.0); 3], Vec::new());
        let values = if let Some(few) = few.get_mut(..args.len()) {
            few
        } else {
            many.resize(args.len(), self.domain.constant(0.0));
            many.as_mut_slice()
        };
        for (value, arg) in values.iter_mut().zip(args) {
            *value = self.eval(arg, year)?;
        }
        let negative = |this: &Self, x| this.domain.known(x).is_some_and(|x| x < 0.0);
        let zero = |this: &Self, x| this.domain.known(x) == Some(0.0);
        let value = match (function, &*values) {
            (Function::Abs, [x]) => self.domain.unary(Unary::Abs, *x),
            (Function::Exp, [x]) => self.domain.unary(Unary::Exp, *x),
            (Function::Ln, [x]) if negative(self, *x) || zero(self, *x) => {
                return fault("domain", "a logarithm of 0 or less", span);
            }
            (Function::Ln, [x]) => self.domain.unary(Unary::Ln, *x),
            (Function::Sqrt, [x]) if negative(self, *x) => {
                return fault("domain", "a square root of a negative number", span);
            }
            (Function::Sqrt, [x]) => self.domain.unary(Unary::Sqrt, *x),
            (Function::Minimum, all) => self.fold(Binary::Minimum, all),
            (Function::Maximum, all) => self.fold(Binary::Maximum, all),
            (Function::Divide, [_, b]) if zero(self, *b) => {
                return fault("division-by-zero", "a division by 0", span);
            }
            (Function::Divide, [a, b]) => self.domain.binary(operator(BinaryOp::Divide), *a, *b),
            (Function::Divide, [a, b, other]) => {
                let quotient = self.domain.binary(operator(BinaryOp::Divide), *a, *b);
                self.domain.select(*b, quotient, *other)
            }
            _ => return fault("domain", "a function of other arguments", span),
        };
        self.finite(value, span)
    }

    fn fold(&mut self, op: Binary, values: &[D::Value]) -> D::Value {
        let folded = values.iter().copied().reduce(|a, b| self.domain.binary(op, a, b));
        folded.unwrap_or_else(|| self.domain.constant(f64::NAN))
    }

    /// The value of a random quantity.
    #[inline(never)]
    fn random(&mut self, random: &Random, year: i32) -> Result<D::Value, Fault> {
        let distribution = self.distribution(random, year)?;
        let mut id = RandomId::default();
        if self.domain.draws() {
            let owner = match self.defining {
                Some((definition, point)) => owner(self.model, definition, point),
                None => "query".to_owned(),
            };
            id.name = format!("{owner}#{}", random.number);
            id.part = if random.per_year { u64::from(year.unsigned_abs()) } else { 0 };
        }
        Ok(self.domain.random(id, &distribution))
    }

    /// A distribution with its parameters.
    fn distribution(&mut self, random: &Random, year: i32) -> Result<Distribution, Fault> {
        let mut args = Vec::with_capacity(random.args.len());
        for arg in &random.args {
            args.push(self.parameter(arg, random.span, year)?);
        }
        let mut limits = [f64::NEG_INFINITY, f64::INFINITY];
        for (limit, expr) in limits.iter_mut().zip(&random.limits) {
            if let Some(expr) = expr {
                *limit = self.parameter(expr, random.span, year)?;
            }
        }
        let found = match &random.sample {
            Some(sample) => {
                let mut elements = Vec::with_capacity(sample.keys.len());
                for key in &sample.keys {
                    elements.push(self.parameter(key, random.span, year)? as u32);
                }
                let values = sample.values.get(&elements);
                values.ok_or("no values".to_owned()).and_then(Distribution::of_sample)
            }
            None => Distribution::new(random.function, &args),
        };
        let cut = found.and_then(|whole| match limits {
            [f64::NEG_INFINITY, f64::INFINITY] => Ok(whole),
            [least, most] => whole.truncated(least, most),
        });
        cut.or_else(|problem| fault("distribution", &problem, random.span))
    }

    fn parameter(&mut self, expr: &Expr, span: Span, year: i32) -> Result<f64, Fault> {
        let value = self.eval(expr, year)?;
        match self.domain.known(value) {
            Some(known) => Ok(known),
            None => {
                fault("distribution", "a parameter of a distribution that is random itself", span)
            }
        }
    }

    #[inline(never)]
    fn reduce(
        &mut self,
        op: Reduction,
        loops: &[(usize, usize)],
        filter: Option<&Expr>,
        body: &Expr,
        span: Span,
        year: i32,
    ) -> Result<D::Value, Fault> {
        let most = loops.iter().map(|&(_, set)| self.model.sets[set].members.len()).product();
        let mut values = Vec::with_capacity(most);
        self.each(loops, &mut |this| {
            if let Some(filter) = filter {
                let kept = this.eval(filter, year)?;
                match this.domain.known(kept) {
                    Some(0.0) => return Ok(()),
                    Some(_) => {}
                    None => {
                        return fault("filter", "a `where` that is not known before solving", span);
                    }
                }
            }
            values.push(this.eval(body, year)?);
            Ok(())
        })?;
        if values.is_empty() && !matches!(op, Reduction::Sum | Reduction::Product | Reduction::Any)
        {
            return fault("empty-reduction", "a mean, least or greatest of nothing", span);
        }
        let value = match op {
            Reduction::Sum => self.domain.sum(&values),
            Reduction::Mean => {
                let sum = self.domain.sum(&values);
                let count = self.domain.constant(values.len() as f64);
                self.domain.binary(operator(BinaryOp::Divide), sum, count)
            }
            Reduction::Product => {
                let one = self.domain.constant(1.0);
                let times = operator(BinaryOp::Multiply);
                values.iter().fold(one, |product, &v| self.domain.binary(times, product, v))
            }
            Reduction::Any => {
                let none = self.domain.constant(0.0);
                let or = operator(BinaryOp::Or);
                values.iter().fold(none, |any, &v| self.domain.binary(or, any, v))
            }
            Reduction::Minimum => self.fold(Binary::Minimum, &values),
            Reduction::Maximum => self.fold(Binary::Maximum, &values),
            Reduction::Hhi => self.concentration(&values, span)?,
        };
        self.finite(value, span)
    }

    /// The Herfindahl-Hirschman index: the sum of squared shares.
    fn concentration(&mut self, values: &[D::Value], span: Span) -> Result<D::Value, Fault> {
        let sum = self.domain.sum(values);
        if self.domain.known(sum) == Some(0.0) {
            return fault("division-by-zero", "shares of a sum that is 0", span);
        }
        let mut squares = Vec::with_capacity(values.len());
        for &value in values {
            let share = self.domain.binary(operator(BinaryOp::Divide), value, sum);
            squares.push(self.domain.binary(operator(BinaryOp::Multiply), share, share));
        }
        Ok(self.domain.sum(&squares))
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

    #[inline(never)]
    fn path(&mut self, first: &Expr, legs: &[Leg], year: i32) -> Result<D::Value, Fault> {
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

    /// The value between the ends of a leg.
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
                return fault("domain", "a geometric path through 0", span);
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
    fn knots(&mut self, knots: &[(Expr, Expr)], year: i32) -> Result<D::Value, Fault> {
        let now = self.domain.constant(f64::from(year));
        // The knots up to the first that is known not to lie before this year.
        let mut met = Vec::new();
        for (at, value) in knots {
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

    /// `from` and so much of the way to `to`.
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

    /// Puts the elements of a cell into the slots that a definition ranges over.
    pub(super) fn enter(&mut self, definition: &'a Definition, point: &'a Point) {
        for (axis, &element) in definition.axes.iter().zip(&point.cell) {
            if let Select::Each(slot, _) = axis {
                self.slots[*slot] = element;
            }
        }
        self.defining = Some((definition, point));
    }

    /// The value at a point after a definition has been applied to `before`.
    pub(super) fn define(
        &mut self,
        definition: &'a Definition,
        point: &'a Point,
        before: D::Value,
    ) -> Result<D::Value, Fault> {
        self.enter(definition, point);
        let mut value = before;
        self.each(&definition.extra, &mut |this| {
            for (axis, &element) in definition.axes.iter().zip(&point.cell) {
                if let Select::Computed(expr) = axis {
                    let computed = this.eval(expr, point.year)?;
                    if this.domain.known(computed) != Some(f64::from(element)) {
                        return Ok(());
                    }
                }
            }
            let part = this.eval(&definition.expr, point.year)?;
            value = match definition.op {
                Op::Set | Op::Solve => part,
                Op::Add => this.domain.binary(operator(BinaryOp::Add), value, part),
                Op::Multiply => this.domain.binary(operator(BinaryOp::Multiply), value, part),
            };
            Ok(())
        })?;
        self.finite(value, definition.span)
    }
}

/// The name under which a definition's random quantities are drawn. A value that is written once for
/// a lever is one quantity; all else is one for each element. What a lever contributes, and what a
/// scenario adds to a value, is another quantity than what others contribute or what was there before.
pub(super) fn owner(model: &Model, definition: &Definition, point: &Point) -> String {
    let quantity = &model.quantities[point.quantity];
    let mut name = match quantity.role {
        Role::Field => quantity.name.clone(),
        _ => model.cell_name(quantity, &point.cell),
    };
    if quantity.role == Role::Field {
        let axes = definition.axes.iter().zip(&quantity.axes).zip(&point.cell);
        for ((select, &axis), &element) in axes {
            let root = &model.sets[model.sets[axis].root].elements;
            if let (Select::One(_), Some((element, _))) = (select, root.get_index(element as usize))
            {
                name.push_str(&format!("[{element}]"));
            }
        }
    }
    if definition.op == Op::Set {
        return name;
    }
    let by_lever = definition.lever.map(|lever| &model.levers[lever].name);
    let own = |change: &&NamedChange| match &change.change {
        Change::Replace { definition: other, .. } => std::ptr::eq(other, definition),
        _ => false,
    };
    let by_scenario = || model.changes.iter().find(own).map(|c| &model.scenarios[c.scenario].name);
    if let Some(by) = by_lever.or_else(by_scenario) {
        name.push_str(&format!(" by {by}"));
    }
    name
}

/// The logistic curve with steepness 10 around a half.
fn logistic(u: f64) -> f64 {
    1.0 / (1.0 + exp(-10.0 * (u - 0.5)))
}
