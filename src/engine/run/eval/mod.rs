//! The evaluator: the value of an expression in one cell and year, in any [`Domain`].

mod cache;
mod fault;
mod path;
mod random;
mod reduce;

pub(crate) use cache::ReductionCache;
pub(crate) use fault::{Fault, fault};

use super::domain::{Binary, Domain, Unary};
use super::stop::Stop;
use super::store::Store;
use crate::builtins::Function;
use crate::diagnostic::Code;
use crate::model::{BinaryOp, Definition, Expr, Model, Op, QuantityId, Select, Time};
use crate::plan::{DefinitionId, Layout, OverrideEffect, Point, Rule};
use crate::source::Span;

/// The stored values of a run and of its baseline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored<'a> {
    pub(crate) values: &'a Store<f64>,
    /// Values of the baseline; None for a baseline, in which `baseline(x)` reads the run itself.
    pub(crate) baseline: Option<&'a Store<f64>>,
}

/// Evaluates expressions over stored values, with an element in each slot.
pub(crate) struct Evaluator<'a, D: Domain> {
    model: &'a Model,
    layout: &'a Layout,
    stored: Stored<'a>,
    /// True inside `baseline(...)`, whose readings are of the baseline.
    in_baseline: bool,
    slots: &'a mut [u32],
    /// The slots of the sets whose elements may be evaluated at once: of the last axis of the cell, or of loops.
    lane_slots: [Option<usize>; 2],
    /// The definition and the point that are evaluated, which name random quantities. None in a query.
    defining: Option<(DefinitionId, &'a Definition, &'a Point)>,
    /// Text of the evaluated query, which names its random quantities.
    query: &'a str,
    stop: Option<&'a Stop>,
    /// Cache of reductions shared between cells; `None` if each cell computes its own.
    cache: Option<&'a mut ReductionCache<D::Value>>,
    pub(crate) domain: D,
}

fn operator(op: BinaryOp) -> Binary {
    Binary::Operator(op)
}

impl<'a, D: Domain> Evaluator<'a, D> {
    /// Makes an evaluator that reads `stored` and keeps the elements of loops in `slots`, one for each slot
    /// of the model.
    pub(crate) fn new(
        model: &'a Model,
        stored: Stored<'a>,
        slots: &'a mut [u32],
        domain: D,
    ) -> Self {
        let (layout, defining, query) = (stored.values.layout(), None, "query");
        let (in_baseline, lane_slots, stop, cache) = (false, [None; 2], None, None);
        Self {
            model,
            layout,
            stored,
            in_baseline,
            slots,
            lane_slots,
            defining,
            query,
            stop,
            cache,
            domain,
        }
    }

    /// Makes the evaluator of a query's expression.
    pub(crate) fn of_query(self, text: &'a str) -> Self {
        Self { query: text, ..self }
    }

    /// Ends long reductions when the flag is raised.
    pub(crate) fn until(self, stop: &'a Stop) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// Shares reductions with other cells through the cache `cache`.
    pub(crate) fn sharing(self, cache: &'a mut ReductionCache<D::Value>) -> Self {
        Self { cache: Some(cache), ..self }
    }

    /// Reports a value that is known to be infinite or NaN.
    fn finite(&self, value: D::Value, span: Span) -> Result<D::Value, Fault> {
        match self.domain.overflows(value) {
            true => {
                fault(Code::Overflow, "a value too large to be represented (beyond 1e308)", span)
            }
            false => Ok(value),
        }
    }

    /// Evaluates an expression in a year. Each kind of expression has a function of its own: this one is
    /// recursive, and a small frame lets expressions nest deeper.
    pub(crate) fn eval(&mut self, expr: &Expr, year: i32) -> Result<D::Value, Fault> {
        match expr {
            Expr::Const(value) => Ok(self.domain.constant(*value)),
            Expr::Year(time) => Ok(self.domain.year(*time, year)),
            Expr::Slot(slot) => Ok(self.slot(*slot)),
            Expr::Read { quantity, cells, time, span } => {
                self.read(*quantity, cells, *time, year, span)
            }
            Expr::Negate(a) => self.unary(Unary::Negate, a, year),
            Expr::Not(a) => self.unary(Unary::Not, a, year),
            Expr::Binary { op, left, right, span } => self.binary(*op, left, right, span, year),
            Expr::If(condition, then, other) => self.condition(condition, then, other, year),
            Expr::Call { function, args, span } => self.call(*function, args, *span, year),
            Expr::Reduce { id, op, loops, filter, body, span } => {
                self.reduce(*id, *op, loops, (filter.as_deref(), body), *span, year)
            }
            Expr::Path { first, legs } => self.path(first, legs, year),
            Expr::Points(points) => self.points(points, year),
            Expr::Baseline(inner) => self.baseline(inner, year),
            Expr::Random(random) => self.random(random, year),
        }
    }

    #[inline(never)]
    fn baseline(&mut self, inner: &Expr, year: i32) -> Result<D::Value, Fault> {
        let Some(baseline) = self.stored.baseline else { return self.eval(inner, year) };
        let own = std::mem::replace(&mut self.stored.values, baseline);
        let before = std::mem::replace(&mut self.in_baseline, true);
        self.domain.in_baseline(true);
        let value = self.eval(inner, year);
        self.domain.in_baseline(before);
        self.in_baseline = before;
        self.stored.values = own;
        value
    }

    /// The element in a slot, as its position.
    fn slot(&mut self, slot: usize) -> D::Value {
        let element = self.slots[slot];
        match self.lane_slots.iter().position(|lane| *lane == Some(slot)) {
            Some(set) => self.domain.elements(set, element),
            None => self.domain.constant(f64::from(element)),
        }
    }

    #[inline(never)]
    fn unary(&mut self, op: Unary, a: &Expr, year: i32) -> Result<D::Value, Fault> {
        let a = self.eval(a, year)?;
        Ok(self.domain.unary(op, a))
    }

    /// Reads the value of a cell in a year.
    #[inline(never)]
    fn read(
        &mut self,
        quantity: QuantityId,
        cells: &[Expr],
        time: Time,
        year: i32,
        span: &Span,
    ) -> Result<D::Value, Fault> {
        let first_year = time.of(year);
        let (last_year, year_step) = match time {
            Time::Offset(_) => {
                (first_year.saturating_add(self.domain.extent().years as i32 - 1), 1)
            }
            Time::Fixed(year) => (year, 0),
        };
        let (Some(wanted), Some(_)) = (self.layout.year(first_year), self.layout.year(last_year))
        else {
            return fault(Code::OutsideHorizon, "a year outside the horizon is read", *span);
        };
        if self.model.is_undefined(quantity, (first_year, last_year)) {
            return fault(Code::OutsideHorizon, "a year without a value is read", *span);
        }
        let layout = self.layout;
        let (first, strides) = layout.first_of(quantity);
        let (mut within, mut steps) = (wanted, [0, 0, year_step]);
        for (cell, stride) in cells.iter().zip(strides) {
            let element = match cell {
                Expr::Slot(slot) => {
                    for (step, lane) in steps.iter_mut().zip(self.lane_slots) {
                        *step += if lane == Some(*slot) { *stride } else { 0 };
                    }
                    self.slots[*slot] as usize
                }
                _ => self.element(cell, year, span)?,
            };
            within += element * stride;
        }
        let values = self.stored.values.of(quantity).get(within..).unwrap_or_default();
        Ok(self.domain.read_all(first + within, values, steps))
    }

    /// Evaluates an index to an element.
    #[inline(never)]
    fn element(&mut self, cell: &Expr, year: i32, span: &Span) -> Result<usize, Fault> {
        let element = self.eval(cell, year)?;
        match self.domain.known(element) {
            Some(known) => Ok(known as usize),
            None => {
                fault(Code::Index, "an index that depends on values still being solved,", *span)
            }
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

    /// Evaluates the branch that a condition takes; both branches if the condition is not known.
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
                // A branch without a value matters only if it is taken, which NaN shows when it is.
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
                return fault(Code::DivisionByZero, "a division by 0", *span);
            }
            BinaryOp::Power if x == Some(0.0) && y.is_some_and(|y| y < 0.0) => {
                return fault(Code::DivisionByZero, "a negative power of 0", *span);
            }
            BinaryOp::Power
                if x.is_some_and(|x| x < 0.0) && y.is_some_and(|y| y.fract() != 0.0) =>
            {
                return fault(Code::Domain, "a fractional power of a negative number", *span);
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
        // Nearly every function has few arguments: no memory is allocated for them.
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
                return fault(Code::Domain, "a logarithm of 0 or less", span);
            }
            (Function::Ln, [x]) => self.domain.unary(Unary::Ln, *x),
            (Function::Sqrt, [x]) if negative(self, *x) => {
                return fault(Code::Domain, "a square root of a negative number", span);
            }
            (Function::Sqrt, [x]) => self.domain.unary(Unary::Sqrt, *x),
            (Function::Minimum, all) => self.fold(Binary::Minimum, all),
            (Function::Maximum, all) => self.fold(Binary::Maximum, all),
            (Function::Divide, [_, b]) if zero(self, *b) => {
                return fault(Code::DivisionByZero, "a division by 0", span);
            }
            (Function::Divide, [a, b]) => self.domain.binary(operator(BinaryOp::Divide), *a, *b),
            (Function::Divide, [a, b, other]) => {
                let quotient = self.domain.binary(operator(BinaryOp::Divide), *a, *b);
                self.domain.select(*b, quotient, *other)
            }
            (Function::Elementary(f), [x]) => {
                if self.domain.known(*x).is_some_and(|x| !f.value(x).is_finite()) {
                    let message = format!("a value for which `{}` has no result", f.name());
                    return fault(Code::Domain, &message, span);
                }
                self.domain.unary(Unary::Elementary(f), *x)
            }
            _ => return fault(Code::Domain, "a function of other arguments", span),
        };
        self.finite(value, span)
    }

    fn fold(&mut self, op: Binary, values: &[D::Value]) -> D::Value {
        let folded = values.iter().copied().reduce(|a, b| self.domain.binary(op, a, b));
        folded.unwrap_or_else(|| self.domain.constant(f64::NAN))
    }

    /// Prepares the evaluation of a definition: puts the elements of a cell into the definition's slots.
    pub(crate) fn enter(&mut self, id: DefinitionId, definition: &'a Definition, point: &'a Point) {
        for (axis, &element) in definition.axes.iter().zip(&point.cell) {
            if let Select::Each(slot, _) = axis {
                self.slots[*slot] = element;
            }
        }
        let last_axis = match definition.axes.last() {
            Some(Select::Each(slot, _)) => Some(*slot),
            Some(Select::One(_) | Select::Computed(_)) | None => None,
        };
        self.lane_slots = [last_axis, None];
        self.defining = Some((id, definition, point));
        if let Some(cache) = &mut self.cache {
            cache.enter(self.model, (point.quantity, id), definition);
        }
    }

    /// Evaluates the starting value for the search for an unknown.
    pub(crate) fn start(
        &mut self,
        start: &'a Definition,
        point: &'a Point,
    ) -> Result<D::Value, Fault> {
        let before = self.domain.constant(0.0);
        self.define(DefinitionId::Start, start, point, before)
    }

    /// Applies rules one after another; returns the value at a point, `neutral` without rules.
    pub(crate) fn value(
        &mut self,
        rules: &[Rule<'a>],
        point: &'a Point,
        neutral: f64,
    ) -> Result<D::Value, Fault> {
        let start = self.domain.constant(neutral);
        rules.iter().try_fold(start, |before, &rule| self.apply(rule, point, before))
    }

    /// Applies a rule to the value `before` at a point; returns the new value.
    fn apply(
        &mut self,
        rule: Rule<'a>,
        point: &'a Point,
        before: D::Value,
    ) -> Result<D::Value, Fault> {
        match rule {
            Rule::Definition(id, definition) => self.define(id, definition, point, before),
            Rule::Override(n, given) => {
                let number = self.domain.overridden(n as usize, given.value);
                let value = match given.target.effect {
                    OverrideEffect::Set => number,
                    OverrideEffect::Add => {
                        self.domain.binary(operator(BinaryOp::Add), before, number)
                    }
                    OverrideEffect::Multiply => {
                        self.domain.binary(operator(BinaryOp::Multiply), before, number)
                    }
                };
                self.finite(value, rule.span(self.model))
            }
        }
    }

    /// Applies a definition to the value `before` at a point; returns the new value.
    fn define(
        &mut self,
        id: DefinitionId,
        definition: &'a Definition,
        point: &'a Point,
        before: D::Value,
    ) -> Result<D::Value, Fault> {
        self.enter(id, definition, point);
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
