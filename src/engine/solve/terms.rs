//! The terms of a sum, recorded at once.
//!
//! The equations of a large block are sums over many elements. The steps from one part of an expression to the next are
//! the same in all terms, so this domain makes them once, and records each operation for all terms before the next
//! operation. A term that may have a fault, or a random quantity of its own, makes the record invalid; the terms are then
//! recorded one by one.

use super::on_tape::OnTape;
use super::tape::{Symbolic, Tape};
use super::tracer::Tracer;
use crate::engine::numbers::distribution::Distribution;
use crate::engine::run::domain::{Binary, Domain, Extent, RandomId, Unary};
use crate::model::BinaryOp;
use crate::plan::CellIndex;

/// Minimum number of terms that are recorded at once.
const FEWEST: usize = 32;

/// A value in each term.
#[derive(Debug, Clone, Copy)]
pub(super) enum TermValue {
    /// The value of all terms, or a value outside sums.
    Same(Symbolic),
    /// A value for each term, from this position of the rows on.
    Row(u32),
    /// A value for each term, from this position of the kept rows on.
    Kept(u32),
}

impl TermValue {
    /// Returns the value outside sums; NaN for a row, which no value outside sums is.
    pub(super) fn alone(self) -> Symbolic {
        match self {
            Self::Same(value) => value,
            Self::Row(_) | Self::Kept(_) => Symbolic::Known(f64::NAN),
        }
    }
}

/// The values of terms.
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// The terms that are recorded at once; `None` outside sums.
    extent: Option<Extent>,
    valid: bool,
    rows: Vec<Symbolic>,
    /// The rows of reductions that several equations have in common.
    kept: Vec<Symbolic>,
}

impl Terms {
    #[inline(always)]
    fn at(&self, value: TermValue, term: usize) -> Symbolic {
        match value {
            TermValue::Same(value) => value,
            TermValue::Row(start) => self.rows[start as usize + term],
            TermValue::Kept(start) => self.kept[start as usize + term],
        }
    }
}

/// The domain that evaluates the equations of a block, many terms of a sum at once.
pub(super) struct TermTracer<'t> {
    pub(super) tracer: Tracer<'t>,
    pub(super) terms: &'t mut Terms,
}

impl TermTracer<'_> {
    /// Records an operation in each term.
    #[inline(always)]
    fn each<const N: usize>(
        &mut self,
        operands: [TermValue; N],
        record: impl Fn(&mut Tape, [Symbolic; N]) -> Symbolic,
    ) -> TermValue {
        let Self { tracer, terms } = self;
        let tape = tracer.tape();
        if operands.iter().all(|operand| matches!(operand, TermValue::Same(_))) {
            return TermValue::Same(record(tape, operands.map(TermValue::alone)));
        }
        let start = terms.rows.len();
        for term in 0..terms.extent.map_or(1, Extent::len) {
            let of_term = std::array::from_fn(|n| terms.at(operands[n], term));
            let value = record(tape, of_term);
            terms.rows.push(value);
        }
        TermValue::Row(start as u32)
    }

    /// Adds a row of a value for each term.
    fn row(&mut self, mut value: impl FnMut(&mut Self, usize) -> Symbolic) -> TermValue {
        let start = self.terms.rows.len();
        for term in 0..self.extent().len() {
            let value = value(self, term);
            self.terms.rows.push(value);
        }
        TermValue::Row(start as u32)
    }

    /// True if the value of some term has a property.
    fn is_any(&self, value: TermValue, has: impl Fn(Symbolic) -> bool) -> bool {
        match value {
            TermValue::Same(value) => has(value),
            TermValue::Row(_) | TermValue::Kept(_) => {
                (0..self.extent().len()).any(|term| has(self.terms.at(value, term)))
            }
        }
    }

    /// Replaces a new row by its value if all terms have the same value, so that a condition on it is known.
    fn settled(&mut self, value: TermValue) -> TermValue {
        let TermValue::Row(start) = value else { return value };
        let Some((&first, others)) = self.terms.rows[start as usize..].split_first() else {
            return value;
        };
        if !others.iter().all(|other| other.is(first)) {
            return value;
        }
        self.terms.rows.truncate(start as usize);
        TermValue::Same(first)
    }
}

impl Domain for TermTracer<'_> {
    type Value = TermValue;

    fn constant(&mut self, value: f64) -> TermValue {
        TermValue::Same(Symbolic::Known(value))
    }

    fn known(&self, value: TermValue) -> Option<f64> {
        match value {
            TermValue::Same(value) => value.known(),
            TermValue::Row(_) | TermValue::Kept(_) => None,
        }
    }

    fn overflows(&self, value: TermValue) -> bool {
        self.is_any(value, |one| one.known().is_some_and(|known| !known.is_finite()))
    }

    fn extent(&self) -> Extent {
        self.terms.extent.unwrap_or(Extent::ONE)
    }

    fn open(&mut self, terms: Extent) -> bool {
        let opens = terms.len() >= FEWEST && self.terms.extent.is_none();
        if opens {
            (self.terms.extent, self.terms.valid) = (Some(terms), true);
        }
        opens
    }

    fn close(&mut self, value: Option<TermValue>, values: &mut Vec<TermValue>) -> bool {
        let value = value.filter(|_| self.terms.valid);
        if let Some(value) = value {
            let each = (0..self.extent().len()).map(|term| self.terms.at(value, term));
            values.extend(each.map(TermValue::Same));
        }
        self.terms.extent = None;
        self.terms.rows.clear();
        value.is_some()
    }

    fn elements(&mut self, set: usize, first: u32) -> TermValue {
        let number = |n: usize| Symbolic::Known(f64::from(first + n as u32));
        match self.terms.extent {
            Some(Extent { elements, .. }) => {
                self.row(|_, term| number([term / elements[1], term % elements[1]][set]))
            }
            None => TermValue::Same(number(0)),
        }
    }

    fn read(&mut self, index: CellIndex, value: f64) -> TermValue {
        TermValue::Same(self.tracer.read(index, value))
    }

    fn read_all(&mut self, index: CellIndex, values: &[f64], steps: [usize; 3]) -> TermValue {
        let value = |n: usize| values.get(n).copied().unwrap_or_default();
        let [_, inner] = self.extent().elements;
        if self.terms.extent.is_none() || steps[..2] == [0, 0] {
            return self.read(index, value(0));
        }
        let row = self.row(|this, term| {
            let step = term / inner * steps[0] + term % inner * steps[1];
            this.tracer.read(index + step, value(step))
        });
        self.settled(row)
    }

    fn unary(&mut self, op: Unary, a: TermValue) -> TermValue {
        self.each([a], |tape, [a]| tape.unary(op, a))
    }

    fn binary(&mut self, op: Binary, a: TermValue, b: TermValue) -> TermValue {
        let value = self.each([a, b], |tape, [a, b]| tape.binary(op, a, b));
        // By itself, a term that divides by a known 0 has a fault.
        if op == Binary::Operator(BinaryOp::Divide) && self.terms.extent.is_some() {
            self.terms.valid &= !self.is_any(b, |b| b.known() == Some(0.0));
        }
        if op.is_condition() { self.settled(value) } else { value }
    }

    fn select(&mut self, condition: TermValue, then: TermValue, other: TermValue) -> TermValue {
        let chosen = self.each([condition, then, other], |tape, [condition, then, other]| {
            tape.select(condition, then, other)
        });
        self.terms.valid &= self.terms.extent.is_none() || !self.overflows(chosen);
        chosen
    }

    fn sum(&mut self, values: &[TermValue]) -> TermValue {
        if values.iter().all(|value| matches!(value, TermValue::Same(_))) {
            let values: Vec<Symbolic> = values.iter().map(|value| value.alone()).collect();
            return TermValue::Same(self.tracer.sum(&values));
        }
        self.row(|this, term| {
            let of_term = values.iter().map(|&value| this.terms.at(value, term));
            this.tracer.sum(&of_term.collect::<Vec<Symbolic>>())
        })
    }

    fn leave_unchecked(&mut self) {
        self.terms.valid = false;
    }

    fn keep(&mut self, value: TermValue) -> TermValue {
        let TermValue::Row(start) = value else { return value };
        let kept = self.terms.kept.len();
        let row = &self.terms.rows[start as usize..][..self.extent().len()];
        self.terms.kept.extend_from_slice(row);
        TermValue::Kept(kept as u32)
    }

    /// A random quantity has a name for each element around it.
    fn random(&mut self, id: RandomId, distribution: &Distribution) -> TermValue {
        self.terms.valid &= self.terms.extent.is_none();
        TermValue::Same(self.tracer.random(id, distribution))
    }

    fn overridden(&mut self, n: usize, number: f64) -> TermValue {
        TermValue::Same(self.tracer.overridden(n, number))
    }

    fn draws(&self) -> bool {
        self.tracer.draws()
    }

    fn in_baseline(&mut self, inside: bool) {
        self.tracer.in_baseline(inside);
    }
}
