//! Reductions over sets: sums, means, products and the like.

use super::{Evaluator, Fault, fault, operator};
use crate::diagnostic::Code;
use crate::engine::run::domain::{Binary, Domain, Extent};
use crate::engine::run::stop::Stop;
use crate::model::{BinaryOp, Expr, Reduction, ReductionId};
use crate::source::Span;

/// Number of terms of a reduction between two checks of the stop flag.
const STOP_CHECKED_EVERY: usize = 4096;

impl<D: Domain> Evaluator<'_, D> {
    /// Evaluates a reduction, or takes its value from the cache.
    #[inline(never)]
    pub(super) fn reduce(
        &mut self,
        id: ReductionId,
        op: Reduction,
        loops: &[(usize, usize)],
        (filter, body): (Option<&Expr>, &Expr),
        span: Span,
        year: i32,
    ) -> Result<D::Value, Fault> {
        let cache = self.cache.as_deref();
        let around = (year, self.in_baseline, self.domain.extent());
        let key = cache.and_then(|cache| cache.key(id, self.slots, around));
        if let (Some(key), Some(cache)) = (&key, cache)
            && let Some(value) = cache.get(key)
        {
            return Ok(value);
        }
        let value = self.reduce_terms(op, loops, (filter, body), span, year)?;
        if let (Some(key), Some(cache)) = (key, &mut self.cache) {
            let kept = self.domain.keep(value);
            cache.keep(key, kept);
        }
        Ok(value)
    }

    /// Evaluates a reduction over every combination of elements for which the filter holds.
    fn reduce_terms(
        &mut self,
        op: Reduction,
        loops: &[(usize, usize)],
        (filter, body): (Option<&Expr>, &Expr),
        span: Span,
        year: i32,
    ) -> Result<D::Value, Fault> {
        let most = loops.iter().map(|&(_, set)| self.model.sets[set].members.len()).product();
        let mut values = Vec::with_capacity(most);
        let term = (filter, body, span, year);
        let (outer, inner) = loops.split_at(loops.len().saturating_sub(2));
        self.each(outer, &mut |this| {
            if filter.is_none() && this.terms_at_once(inner, body, year, &mut values) {
                return Ok(());
            }
            this.each(inner, &mut |this| this.term(term, &mut values))
        })?;
        if values.is_empty() && !matches!(op, Reduction::Sum | Reduction::Product | Reduction::Any)
        {
            return fault(
                Code::EmptyReduction,
                "a mean, minimum or maximum over no elements",
                span,
            );
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

    /// Evaluates a term of a reduction, unless the filter leaves it out.
    fn term(
        &mut self,
        (filter, body, span, year): (Option<&Expr>, &Expr, Span, i32),
        values: &mut Vec<D::Value>,
    ) -> Result<(), Fault> {
        let mark = self.domain.mark();
        if let Some(filter) = filter {
            let kept = self.eval(filter, year)?;
            match self.domain.known(kept) {
                Some(0.0) => return Ok(()),
                Some(_) => {}
                None => {
                    return fault(
                        Code::Filter,
                        "a condition after `where` that depends on values still being solved,",
                        span,
                    );
                }
            }
        }
        let value = self.eval(body, year)?;
        values.push(self.domain.release(mark, value));
        let raised = || self.stop.is_some_and(Stop::is_raised);
        if values.len().is_multiple_of(STOP_CHECKED_EVERY) && raised() {
            return fault(Code::Interrupted, "the run was given up before its end", span);
        }
        Ok(())
    }

    /// Evaluates the terms of at most two loops at once. False if they have to be evaluated one by one.
    fn terms_at_once(
        &mut self,
        loops: &[(usize, usize)],
        body: &Expr,
        year: i32,
        values: &mut Vec<D::Value>,
    ) -> bool {
        let (mut extent, mut lane_slots) = (Extent::ONE, [None; 2]);
        for (n, &(slot, set)) in loops.iter().enumerate() {
            let members = &self.model.sets[set].members;
            let (Some(&first), Some(&last)) = (members.first(), members.last()) else {
                return false;
            };
            if (last - first) as usize + 1 != members.len() {
                return false;
            }
            self.slots[slot] = first;
            (lane_slots[n], extent.elements[n]) = (Some(slot), members.len());
        }
        if !self.domain.open(extent) {
            return false;
        }
        let around = std::mem::replace(&mut self.lane_slots, lane_slots);
        let value = self.eval(body, year);
        self.lane_slots = around;
        self.domain.close(value.ok(), values)
    }

    /// Returns the Herfindahl-Hirschman index: the sum of squared shares.
    fn concentration(&mut self, values: &[D::Value], span: Span) -> Result<D::Value, Fault> {
        let sum = self.domain.sum(values);
        if self.domain.known(sum) == Some(0.0) {
            return fault(Code::DivisionByZero, "shares of a sum that is 0", span);
        }
        let mut squares = Vec::with_capacity(values.len());
        for &value in values {
            let share = self.domain.binary(operator(BinaryOp::Divide), value, sum);
            squares.push(self.domain.binary(operator(BinaryOp::Multiply), share, share));
        }
        Ok(self.domain.sum(&squares))
    }

    /// Calls `visit` for every combination of elements of the loops.
    pub(crate) fn each(
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
}
